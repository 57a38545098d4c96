import { describe, expect, test } from 'vitest';
import { fromHex } from './simulator-rig.ts';
import { amount, bitmaps, Ecr, length, linesOf } from './zvt-rig.ts';

/** Registered: the register prints by messages and hears what goes on. */
function ready(settings: Readonly<Record<string, string>> = {}, config = 'ba'): Ecr {
  const ecr = new Ecr(settings);
  ecr.register(config);
  ecr.heard = [];
  return ecr;
}

/** Without lines of receipts. */
function talk(heard: readonly string[]): readonly string[] {
  return heard.filter((message) => !message.startsWith('06 d1')).map((message) => brief(message));
}

/** A status information by its result, amount and receipt number. */
function brief(message: string): string {
  if (!message.startsWith('04 0f')) return message;
  const { '27': result, '04': minor, '87': receipt } = bitmaps(message);
  return ['status', result, minor?.replaceAll(' ', '').replace(/^0+/, ''), receipt?.replaceAll(' ', '')]
    .filter((part) => part !== undefined)
    .join(' ');
}

const declinedAtReader = (code: string): readonly string[] => [
  '80 00 00',
  '04 ff 01 0a',
  '04 ff 01 17',
  '04 ff 01 5d',
  `status ${code}`,
  `06 1e 01 ${code}`,
];

describe('a payment', () => {
  test('goes from card to receipt, told on the way, and is confirmed by the answer to its status information', () => {
    const ecr = ready();
    const heard = ecr.pay(2_000);
    expect(talk(heard)).toEqual([
      '80 00 00',
      '04 ff 01 0a',
      '04 ff 01 17',
      '04 ff 01 04',
      '04 ff 01 57',
      'status 00 2000 0001',
      '04 ff 01 5c',
      '06 0f 00',
    ]);
    expect(ecr.told()).toBe('card.approved card.confirmed');
    expect(ecr.last('card.confirmed')).toMatchObject({ currency: 'EUR', minor: 2_000, receipt: 1 });
    expect(ecr.ledger()).toBe('1 2000 confirmed');
    const lines = linesOf(heard);
    expect(lines).toContain('* * Haendlerbeleg * *');
    expect(lines).toContain('* * Kundenbeleg * *');
    expect(lines.join('\n')).toContain('457136******0004');
    expect(lines.join('\n')).toContain('20.00');
  });

  test('says all of it in its status information', () => {
    const ecr = ready();
    const heard = ecr.pay(12_345);
    const fields = bitmaps(heard.find((message) => message.startsWith('04 0f')) as string);
    expect(fields).toMatchObject({
      '27': '00',
      '04': '00 00 00 01 23 45',
      '49': '09 78',
      '0d': '01 01',
      '0e': '30 12',
      '22': '45 71 36 ee ee ee 00 04',
      '29': '52 52 35 35',
      '87': '00 01',
      '8a': '0a',
      '0b': '00 00 01',
    });
    expect(String.fromCharCode(...fromHex(fields['2a'] as string))).toBe('804011926      ');
    expect(String.fromCharCode(...fromHex(fields['8b'] as string))).toBe('VISA\0');
    expect(fields['06']).toContain('1f 1f 02 00 01');
    expect(Object.keys(fields).sort()).toEqual(
      [
        '04',
        '06',
        '0b',
        '0c',
        '0d',
        '0e',
        '17',
        '19',
        '22',
        '27',
        '29',
        '2a',
        '3b',
        '49',
        '87',
        '88',
        '8a',
        '8b',
      ].sort(),
    );
  });

  test('takes as long as life has it, and less at a higher speed', () => {
    const took = (speed: number): number => {
      const ecr = new Ecr({}, speed);
      ecr.register();
      const since = ecr.clock.monoMs();
      ecr.pay(100);
      return ecr.clock.monoMs() - since;
    };
    const life = took(1);
    expect(life).toBeGreaterThan(3_000);
    expect(took(20)).toBeLessThan(life / 2);
  });

  test('without intermediate status says nothing until it is decided', () => {
    const ecr = ready({}, 'b2');
    expect(talk(ecr.pay(100))).toEqual(['80 00 00', 'status 00 100 0001', '06 0f 00']);
  });

  test('gives a sequence number back with its status information', () => {
    const ecr = ready();
    const heard = ecr.pay(100, 'approve', '06 05 1f 73 02 12 34');
    expect(bitmaps(heard.find((message) => message.startsWith('04 0f')) as string)['06']).toContain('1f 73 02 12 34');
  });

  test.each([
    ['garbage after the amount', '04 00 00 00 00 10 00 fe 12', '84 9a 00'],
    ['an amount that is no number', '04 00 00 00 00 1a 00', '84 9a 00'],
    ['a container that is cut off', '04 00 00 00 00 10 00 06 03 1f 1f 02', '84 9a 00'],
    ['no amount', '49 09 78', '06 1e 01 83'],
    ['another currency', '04 00 00 00 00 10 00 49 01 56', '06 1e 03 6f 09 78'],
  ])('with %s is refused', (_, data, end) => {
    const ecr = ready();
    expect(ecr.whole(`06 01 ${length(data)} ${data}`).at(-1)).toBe(end);
    expect(ecr.ledger()).toBe('');
  });

  test('is refused at once by a terminal that is made so', () => {
    const ecr = ready({ refuses: 'nak' });
    expect(ecr.whole('06 01 03 49 01 56')).toEqual(['84 6f 00']);
    ecr.live(10_000);
    expect(ecr.heard).toHaveLength(1);
  });

  test('is one at a time: a second command is asked to wait, and changes nothing', () => {
    const ecr = ready();
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.until('04 ff 01 0a');
    ecr.say('06 01 07 04 00 00 00 00 99 00');
    ecr.until('84 9c 00');
    ecr.say('05 01 03 12 34 56');
    ecr.until('84 9c 00');
    ecr.do('card', { value: 'approve' });
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('1 1000 confirmed');
  });
});

describe('the issue of goods', () => {
  const status = (message: string): boolean => message.startsWith('04 0f');

  test.each(['80 00 00', '84 00 00'])('%s takes the money', (said) => {
    const ecr = ready();
    ecr.answer = (message) => (status(message) ? said : '80 00 00');
    ecr.pay(500);
    expect(ecr.ledger()).toBe('1 500 confirmed');
  });

  test('84 9C has the status information said again after two seconds, until it is decided', () => {
    const ecr = ready();
    const atMs: number[] = [];
    ecr.answer = (message) => {
      if (!status(message)) return '80 00 00';
      atMs.push(ecr.clock.monoMs());
      return atMs.length < 4 ? '84 9c 00' : '80 00 00';
    };
    const heard = ecr.pay(500);
    expect(atMs).toHaveLength(4);
    for (const [n, ms] of atMs.entries())
      if (n > 0) expect(Math.abs(ms - (atMs[n - 1] as number) - 2_000)).toBeLessThan(100);
    expect(new Set(heard.filter(status)).size).toBe(1);
    expect(ecr.ledger()).toBe('1 500 confirmed');
  });

  test('84 9C for ever ends with the number of status informations that the register allows', () => {
    const ecr = ready();
    ecr.answer = (message) => (status(message) ? '84 9c 00' : '80 00 00');
    const heard = ecr.pay(500, 'approve', '02 03');
    expect(talk(heard).slice(-6)).toEqual([
      'status 00 500 0001',
      'status 00 500 0001',
      'status 00 500 0001',
      '04 ff 01 45',
      'status 6c 500 0001',
      '06 1e 01 6c',
    ]);
    expect(ecr.told()).toBe('card.approved card.reversed');
    expect(ecr.ledger()).toBe('1 500 reversed');
    expect(linesOf(heard)).toContain('*** STORNIERT ***');
  });

  test('84 9C for ever ends by itself where the register does not say how often', () => {
    const ecr = ready({ statusInfos: '2' });
    ecr.answer = (message) => (status(message) ? '84 9c 00' : '80 00 00');
    expect(ecr.pay(500).filter(status)).toHaveLength(3);
    expect(ecr.ledger()).toBe('1 500 reversed');
  });

  test('84 9D takes the part that was issued, and says so', () => {
    const ecr = ready();
    ecr.answer = (message) => (brief(message) === 'status 00 500 0001' ? `84 9d 07 04 ${amount(300)}` : '80 00 00');
    const heard = ecr.pay(500);
    expect(talk(heard).filter((message) => message.startsWith('status'))).toEqual([
      'status 00 500 0001',
      'status 00 300 0001',
    ]);
    expect(heard.at(-1)).toBe('06 0f 00');
    expect(ecr.last('card.confirmed')).toMatchObject({ minor: 300 });
    expect(ecr.ledger()).toBe('1 300 confirmed');
  });

  test.each([
    ['nothing', amount(0)],
    ['more than was asked', amount(501)],
    ['no number', 'aa aa aa aa aa aa'],
  ])('84 9D with %s is a failure', (_, part) => {
    const ecr = ready();
    ecr.answer = (message) => (brief(message) === 'status 00 500 0001' ? `84 9d 07 04 ${part}` : '80 00 00');
    ecr.pay(500);
    expect(ecr.ledger()).toBe('1 500 reversed');
  });

  test.each(['84 66 00', '84 cc 00', '84 9d 00'])('%s gives the money back', (said) => {
    const ecr = ready();
    ecr.answer = (message) => (brief(message).startsWith('status 00') ? said : '80 00 00');
    expect(talk(ecr.pay(500)).slice(-3)).toEqual(['04 ff 01 45', 'status 6c 500 0001', '06 1e 01 6c']);
    expect(ecr.ledger()).toBe('1 500 reversed');
  });

  test.each([
    ['30 s', '', 30_000],
    ['the register’s own time', '01 08', 8_000],
  ])('without an answer for %s gives the money back', (_, more, ms) => {
    const ecr = ready({ transport: 'tcp' });
    let saidMs = 0;
    ecr.answer = (message) => {
      if (!status(message)) return '80 00 00';
      if (saidMs === 0) saidMs = ecr.clock.monoMs();
      return null;
    };
    ecr.say(`06 01 ${length(`04 ${amount(500)} ${more}`.trim())} 04 ${amount(500)} ${more}`.trim());
    ecr.live(300);
    ecr.do('card', { value: 'approve' });
    while (ecr.count('card.approved') === 0 || saidMs === 0) ecr.live(10);
    ecr.live(ms - 100);
    expect(ecr.ledger()).toBe('1 500 approved');
    ecr.live(3_000);
    expect(ecr.ledger()).toBe('1 500 reversed');
    expect(ecr.end()).toBe('06 1e 01 6c');
    expect(ecr.heard).toContain('04 ff 01 45');
  });

  test('a register that hangs before the goods is one that does not answer, and hears of no approval afterwards', () => {
    const ecr = ready();
    ecr.answer = (message) => {
      if (message === '04 ff 01 57') ecr.acknowledges = false;
      return '80 00 00';
    };
    ecr.say(`06 01 09 04 ${amount(1_000)} 01 08`);
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    while (ecr.acknowledges) ecr.live(10);
    ecr.live(7_000);
    expect(ecr.missed.map((message) => brief(message))).toEqual(['status 00 1000 0001', 'status 00 1000 0001']);
    ecr.live(60_000);
    expect(ecr.ledger()).toBe('1 1000 reversed');
    expect(ecr.missed.slice(2).join()).not.toContain('27 00');
  });

  test('a register that hangs while a card is read hears nothing in between, and pays nothing', () => {
    const ecr = ready();
    ecr.answer = (message) => {
      if (message === '04 ff 01 0a') ecr.acknowledges = false;
      return '80 00 00';
    };
    ecr.say(`06 01 07 04 ${amount(1_000)}`);
    ecr.until('04 ff 01 0a');
    ecr.live(200);
    ecr.do('card', { value: 'approve' });
    ecr.live(90_000);
    expect(ecr.missed.join()).toContain('04 ff 01 17');
    expect(ecr.missed.join()).not.toContain('04 ff 01 04');
    expect(ecr.ledger()).toBe('1 1000 reversed');
  });

  test('what is to be given back while the bank cannot be reached is given back when it can', () => {
    const ecr = ready();
    ecr.answer = (message) => {
      if (!brief(message).startsWith('status 00')) return '80 00 00';
      ecr.do('host', { value: 'offline' });
      return '84 66 00';
    };
    expect(talk(ecr.pay(500)).slice(-2)).toEqual(['status 6c 500 0001', '06 1e 01 6c']);
    ecr.live(10_000);
    expect(ecr.ledger()).toBe('1 500 approved');
    ecr.do('host', { value: 'online' });
    ecr.live(2_000);
    expect(ecr.ledger()).toBe('1 500 reversed');
    expect(ecr.told()).toBe('card.approved card.reversed');
  });
});

describe('a customer', () => {
  test('who presents nothing lets the time run out', () => {
    const ecr = ready({ customerSeconds: '20' });
    const sinceMs = ecr.clock.monoMs();
    const heard = ecr.whole('06 01 07 04 00 00 00 00 10 00');
    expect(talk(heard)).toEqual(['80 00 00', '04 ff 01 0a', '04 ff 01 1d', 'status 6c', '06 1e 01 6c']);
    expect(ecr.clock.monoMs() - sinceMs).toBeGreaterThan(19_900);
    expect(ecr.told()).toBe('');
  });

  test('whose bank says no is told so', () => {
    const ecr = ready();
    expect(talk(ecr.pay(500, 'decline'))).toEqual([
      '80 00 00',
      '04 ff 01 0a',
      '04 ff 01 17',
      '04 ff 01 04',
      '04 ff 01 5d',
      'status 05 500 0001',
      '06 1e 01 05',
    ]);
    expect(ecr.last('card.declined')).toMatchObject({ minor: 500, code: '05' });
    expect(ecr.ledger()).toBe('');
  });

  test('whose account is empty is told that', () => {
    const ecr = ready();
    expect(talk(ecr.pay(500, 'insufficient')).slice(-3)).toEqual(['04 ff 01 54', 'status 71 500 0001', '06 1e 01 71']);
  });

  test('whose card cannot be read, or is too old, is not asked at the bank', () => {
    const ecr = ready();
    expect(talk(ecr.pay(500, 'unreadable'))).toEqual(declinedAtReader('64').toSpliced(3, 0, '04 ff 01 4c'));
    expect(talk(ecr.pay(500, 'expired'))).toEqual(declinedAtReader('78').toSpliced(3, 0, '04 ff 01 49'));
    expect(ecr.told()).toBe('');
  });

  test.each([
    [{ minor: 1_200 }, 1_200],
    [{}, 1_000],
    [{ minor: 9_000 }, 2_000],
  ])('whose bank approves a part pays that: %j', (more, minor) => {
    const ecr = ready();
    ecr.say(`06 01 07 04 ${amount(2_000)}`);
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'partial', ...more });
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.last('card.approved')).toMatchObject({ minor });
    expect(ecr.ledger()).toBe(`1 ${minor} confirmed`);
  });

  test('who takes the card out while it is read has not paid', () => {
    const ecr = ready();
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    ecr.until('04 ff 01 17');
    ecr.do('card', { value: 'remove' });
    expect(ecr.end()).toBe('06 1e 01 65');
    expect(ecr.ledger()).toBe('');
  });

  test('who takes the card out while the bank is asked has the money given back', () => {
    const ecr = ready();
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    ecr.until('04 ff 01 04');
    ecr.do('card', { value: 'remove' });
    expect(ecr.end()).toBe('06 1e 01 66');
    ecr.live(2_000);
    expect(ecr.ledger()).toBe('1 1000 reversed');
  });

  test('who leaves the card in is told to take it, and so is the next payment', () => {
    const ecr = ready();
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    ecr.end();
    expect(ecr.machine.display?.()).toBe('Karte entnehmen');
    expect(ecr.whole('05 01 09 12 34 56 03 01').at(-1)).toBe('84 9a 00');
    expect(ecr.whole('05 01 05 12 34 56 03 01').at(-1)).toBe('06 0f 01 dc');
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.until('04 ff 01 0b');
    ecr.do('card', { value: 'remove' });
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('1 1000 confirmed, 2 1000 confirmed');
    expect(ecr.whole('06 01 07 04 00 00 00 00 10 00').at(-1)).toBe('06 1e 01 dc');
  });

  test('who puts the card in before anybody asks is served with it', () => {
    const ecr = ready();
    ecr.do('card', { value: 'approve' });
    expect(ecr.whole('05 01 05 12 34 56 03 01').at(-1)).toBe('06 0f 01 dc');
    const heard = ecr.whole('06 01 07 04 00 00 00 00 10 00');
    expect(heard).not.toContain('04 ff 01 0a');
    expect(ecr.ledger()).toBe('1 1000 confirmed');
  });

  test('presses stop, or the register aborts, while a card is waited for', () => {
    const ecr = ready();
    for (const stop of [() => ecr.do('press stop'), () => ecr.say('06 b0 00')]) {
      ecr.say('06 01 07 04 00 00 00 00 10 00');
      ecr.until('04 ff 01 0a');
      ecr.live(1_000);
      stop();
      expect(ecr.end()).toBe('06 1e 01 6c');
      ecr.heard = [];
    }
    expect(ecr.ledger()).toBe('');
  });

  test('is not stopped any more once the card is read: the abort is acknowledged, and the payment goes on', () => {
    const ecr = ready();
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    ecr.until('04 ff 01 04');
    ecr.say('06 b0 00');
    ecr.until('80 00 00');
    expect(ecr.refusal('press stop')).toMatch(/nothing/);
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('1 1000 confirmed');
  });

  test('an abort that finds nothing under way is acknowledged, and nothing else', () => {
    const ecr = ready();
    ecr.say('06 b0 00');
    ecr.live(5_000);
    expect(ecr.heard).toEqual(['80 00 00']);
  });
});

describe('a PIN', () => {
  function asked(): Ecr {
    const ecr = ready();
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'pin' });
    ecr.until('04 ff 01 01');
    return ecr;
  }

  test('that is right leads to the bank', () => {
    const ecr = asked();
    expect(ecr.machine.display?.()).toBe('PIN eingeben');
    ecr.do('pin', { text: '1234' });
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('1 1000 confirmed');
  });

  test('that is wrong is asked for again, three times in all', () => {
    const ecr = asked();
    ecr.do('pin', { text: '1111' });
    ecr.until('04 ff 01 15');
    ecr.until('04 ff 01 01');
    ecr.do('pin', { text: '2222' });
    ecr.until('04 ff 01 01');
    ecr.do('pin', { text: '3333' });
    expect(ecr.until('04 ff 01 58')).toBeDefined();
    expect(ecr.end()).toBe('06 1e 01 4b');
    expect(ecr.ledger()).toBe('');
  });

  test('may be right the third time', () => {
    const ecr = asked();
    for (const text of ['1', '22']) {
      ecr.do('pin', { text });
      ecr.until('04 ff 01 01');
    }
    ecr.do('pin', { text: '1234' });
    expect(ecr.end()).toBe('06 0f 00');
  });

  test('that nobody types, a card that is taken, and stop end it', () => {
    expect(asked().end()).toBe('06 1e 01 6c');
    const taken = asked();
    taken.do('card', { value: 'remove' });
    expect(taken.end()).toBe('06 1e 01 65');
    const stopped = asked();
    stopped.do('press stop');
    expect(stopped.end()).toBe('06 1e 01 6c');
  });

  test('is nowhere in what is told', () => {
    const ecr = asked();
    ecr.do('pin', { text: '9876' });
    ecr.live(2_000);
    expect(JSON.stringify(ecr.events)).not.toContain('9876');
  });
});

describe('the bank', () => {
  test('that cannot be reached takes nothing', () => {
    const ecr = ready();
    ecr.do('host', { value: 'offline' });
    expect(talk(ecr.pay(500)).slice(-2)).toEqual(['status a1 500 0001', '06 1e 01 a1']);
    expect(ecr.ledger()).toBe('');
  });

  test('whose answer is lost has approved, and is told that it is void when it can be reached', () => {
    const ecr = ready();
    ecr.do('host', { value: 'lost' });
    expect(talk(ecr.pay(500)).slice(-2)).toEqual(['status 7d 500 0001', '06 1e 01 7d']);
    ecr.live(30_000);
    expect(ecr.ledger()).toBe('1 500 approved');
    ecr.do('host', { value: 'online' });
    ecr.live(2_000);
    expect(ecr.ledger()).toBe('1 500 reversed');
    expect(ecr.told()).toBe('card.approved card.reversed');
  });

  test('whose refusal is lost owes nothing', () => {
    const ecr = ready();
    ecr.do('host', { value: 'lost' });
    expect(talk(ecr.pay(500, 'decline')).at(-1)).toBe('06 1e 01 7d');
    ecr.do('host', { value: 'online' });
    ecr.live(2_000);
    expect(ecr.ledger()).toBe('');
  });
});

describe('a terminal that misbehaves', () => {
  test.each([
    ['wrong-amount', '04', '00 00 00 00 06 00'],
    ['wrong-currency', '49', '08 40'],
  ])('says a %s, and is right about it again when it stops', (value, field, wrong) => {
    const ecr = ready();
    const said = (): string | undefined =>
      bitmaps(ecr.pay(500).find((message) => message.startsWith('04 0f')) as string)[field];
    ecr.do('misbehave', { value });
    expect(said()).toBe(wrong);
    ecr.do('misbehave', { value: 'off' });
    expect(said()).not.toBe(wrong);
    expect(ecr.ledger()).toBe('1 500 confirmed, 2 500 confirmed');
  });

  test('leaves a receipt number out', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.do('misbehave', { value: 'counter' });
    ecr.pay(500);
    expect(ecr.ledger()).toBe('1 500 confirmed, 3 500 confirmed');
  });
});

describe('power', () => {
  /** A payment with the power cut after so long, its card out when power comes back; whether the register heard the end. */
  function cutAfter(ms: number, answer: string | null): { ecr: Ecr; goodsSaidMs: number | null } {
    const ecr = ready({ transport: 'tcp' });
    let goodsSaidMs: number | null = null;
    ecr.answer = (message) => {
      if (!message.startsWith('04 0f')) return '80 00 00';
      goodsSaidMs ??= ecr.clock.monoMs();
      return answer;
    };
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.live(500);
    ecr.do('card', { value: 'approve' });
    ecr.live(ms);
    ecr.do('cut power');
    ecr.live(1_000);
    ecr.do('restore power');
    ecr.live(6_000);
    return { ecr, goodsSaidMs };
  }

  test('that goes at any moment of a payment leaves it confirmed if the register said so, and reversed or never made if not', () => {
    const ends = new Set<string>();
    for (let ms = 0; ms <= 7_000; ms += 50) {
      const { ecr, goodsSaidMs } = cutAfter(ms, '80 00 00');
      const ledger = ecr.ledger();
      ends.add(ledger);
      expect(ledger, `${ms} ms`).toBe(
        goodsSaidMs !== null ? '1 1000 confirmed' : ecr.count('card.approved') > 0 ? '1 1000 reversed' : '',
      );
      ecr.register();
      expect(ecr.whole('05 01 05 12 34 56 03 01').at(-1)).toBe('06 0f 01 dc');
    }
    expect([...ends].sort()).toEqual(['', '1 1000 confirmed']);
  });

  test('that goes while goods are on their way, before the register answers, or while it reverses, leaves it reversed', () => {
    for (const answer of ['84 9c 00', '84 66 00', null])
      for (let ms = 0; ms <= 9_000; ms += 150) {
        const { ecr } = cutAfter(ms, answer);
        expect(ecr.ledger(), `${answer} ${ms} ms`).toBe(ecr.count('card.approved') > 0 ? '1 1000 reversed' : '');
        expect(ecr.count('card.reversed')).toBe(ecr.count('card.approved'));
      }
  });

  test('that goes after goods were issued in part leaves that part confirmed', () => {
    for (let ms = 0; ms <= 7_000; ms += 100) {
      const { ecr, goodsSaidMs } = cutAfter(ms, `84 9d 07 04 ${amount(300)}`);
      const reversed = ecr.count('card.approved') > 0 ? '1 1000 reversed' : '';
      expect(ecr.ledger(), `${ms} ms`).toBe(goodsSaidMs === null ? reversed : '1 300 confirmed');
    }
  });

  test('that comes back while the bank cannot be reached leaves the reversal for later, and the register is told of it all the same', () => {
    const ecr = ready({ transport: 'tcp' });
    ecr.answer = (message) => (message.startsWith('04 0f') ? '84 9c 00' : '80 00 00');
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.live(300);
    ecr.do('card', { value: 'approve' });
    ecr.until('04 0f');
    ecr.do('cut power');
    ecr.do('host', { value: 'offline' });
    ecr.do('restore power');
    ecr.live(5_000);
    expect(ecr.ledger()).toBe('1 1000 approved');
    ecr.register();
    expect(talk(ecr.whole('06 20 03 12 34 56')).find((message) => message.startsWith('status'))).toBe(
      'status 6c 1000 0001',
    );
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 1e 01 b4');
    ecr.do('host', { value: 'online' });
    ecr.live(2_000);
    expect(ecr.ledger()).toBe('1 1000 reversed');
  });

  test('does not take receipt numbers and journal away', () => {
    const ecr = ready({ lastReceipt: '41' });
    ecr.pay(500);
    ecr.do('cut power');
    ecr.do('restore power');
    ecr.live(2_000);
    ecr.register();
    ecr.pay(600);
    expect(ecr.ledger()).toBe('42 500 confirmed, 43 600 confirmed');
  });

  test('finds a card in the reader, asks for it back and takes nothing', () => {
    const ecr = ready();
    ecr.do('cut power');
    ecr.do('card', { value: 'approve' });
    ecr.do('restore power');
    ecr.live(2_000);
    expect(ecr.whole('05 01 05 12 34 56 03 01').at(-1)).toBe('06 0f 01 dc');
    ecr.do('card', { value: 'remove' });
    expect(ecr.whole('05 01 05 12 34 56 03 01').at(-1)).toBe('06 0f 01 00');
    expect(ecr.ledger()).toBe('');
  });
});

test('a card that was in the reader when power went is not paid with', () => {
  const ecr = ready();
  ecr.do('card', { value: 'approve' });
  ecr.do('cut power');
  ecr.do('restore power');
  ecr.live(2_000);
  ecr.register();
  ecr.say('06 01 07 04 00 00 00 00 10 00');
  ecr.until('04 ff 01 0b');
  expect(ecr.end()).toBe('06 1e 01 dc');
  expect(ecr.ledger()).toBe('');
});

describe('a register that lags behind', () => {
  const paid = (told: string): Ecr => {
    const ecr = ready();
    ecr.pay(500);
    ecr.pay(700, 'approve', `06 05 1f 1f 02 ${told}`);
    ecr.live(2_000);
    return ecr;
  };

  test('by one receipt has the last payment given back with its next', () => {
    expect(paid('00 00').ledger()).toBe('1 500 reversed, 2 700 confirmed');
  });

  test('by none, or by more, has nothing given back', () => {
    expect(paid('00 01').ledger()).toBe('1 500 confirmed, 2 700 confirmed');
    expect(paid('99 97').ledger()).toBe('1 500 confirmed, 2 700 confirmed');
  });

  test('is understood where the numbers begin anew', () => {
    const ecr = ready({ lastReceipt: '9999' });
    ecr.pay(500);
    ecr.pay(700, 'approve', '06 05 1f 1f 02 99 99');
    ecr.live(2_000);
    expect(ecr.ledger()).toBe('1 500 reversed, 2 700 confirmed');
  });
});
