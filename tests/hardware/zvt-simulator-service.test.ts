import { describe, expect, test } from 'vitest';
import { fromHex } from './simulator-rig.ts';
import { amount, bitmaps, Ecr, length, linesOf } from './zvt-rig.ts';

const brief = '05 01 05 12 34 56 03 01';
const endOfDay = '06 50 03 12 34 56';

function ready(settings: Readonly<Record<string, string>> = {}, config = 'ba'): Ecr {
  const ecr = new Ecr(settings);
  ecr.register(config);
  ecr.heard = [];
  return ecr;
}

function status(ecr: Ecr): string | undefined {
  return ecr.whole(brief).at(-1);
}

/** Result, amount and receipt number of the last status information. */
function said(heard: readonly string[]): string {
  const fields = bitmaps(heard.findLast((message) => message.startsWith('04 0f')) ?? '');
  return [fields['27'], fields['04']?.replaceAll(' ', '').replace(/^0+/, ''), fields['87']?.replaceAll(' ', '')].join(
    ' ',
  );
}

describe('registration', () => {
  test('tells status, terminal, currency and last receipt', () => {
    const ecr = new Ecr({ lastReceipt: '41' });
    expect(ecr.whole('06 00 06 12 34 56 ba 09 78')).toEqual([
      '80 00 00',
      '06 0f 11 19 00 29 52 52 35 35 49 09 78 06 05 1f 1f 02 00 41',
    ]);
  });

  test('needs no currency', () => {
    expect(new Ecr().whole('06 00 04 12 34 56 ba').at(-1)).toMatch(/^06 0f /);
  });

  test.each([
    ['a wrong password', '06 00 06 65 43 21 ba 09 78', '06 1e 01 83'],
    ['another currency', '06 00 06 12 34 56 ba 01 56', '84 6f 00'],
    ['half a currency', '06 00 05 12 34 56 ba 09', '84 9a 00'],
    ['no configuration', '06 00 03 12 34 56', '84 9a 00'],
    ['half a password', '06 00 02 12 34', '84 9a 00'],
    ['a container that is cut off', '06 00 0a 12 34 56 ba 09 78 06 02 26 05', '84 9a 00'],
  ])('with %s is refused', (_, message, end) => {
    const ecr = new Ecr();
    expect(ecr.whole(message).at(-1)).toBe(end);
    expect(ecr.whole('06 01 07 04 00 00 00 00 10 00').at(-1)).toBe('06 1e 01 6b');
  });

  test('is given back by a log-off, which nobody completes', () => {
    const ecr = ready();
    ecr.say('06 02 00');
    ecr.live(3_000);
    expect(ecr.heard).toEqual(['80 00 00']);
    expect(ecr.whole(endOfDay)).toContain('06 1e 01 6b');
  });

  test('is needed for what moves money, and not to ask how it is', () => {
    const ecr = new Ecr();
    for (const [message, end] of [
      ['06 12 03 12 34 56', '06 1e 01 6b'],
      ['06 20 03 12 34 56', '06 1e 01 6b'],
      ['06 30 06 12 34 56 87 00 42', '06 1e 01 6b'],
      ['06 31 0a 12 34 56 04 00 00 00 00 10 00', '06 1e 01 6b'],
      ['06 22 07 04 00 00 00 00 10 00', '06 1e 01 6b'],
      ['06 23 03 87 ff ff', '06 1e 01 6b'],
      ['06 25 03 87 00 01', '06 1e 01 6b'],
      ['06 c0 01 0a', '06 1e 01 6b'],
      [brief, '06 0f 01 00'],
      ['08 30 01 01', '06 0f 00'],
      ['06 70 00', '06 0f 00'],
    ] as const)
      expect(ecr.whole(message).at(-1), message).toBe(end);
  });
});

describe('status', () => {
  test('comes with software, terminal and device', () => {
    const ecr = new Ecr({ software: '2.00', name: 'PT', serial: '12345678' });
    const completion = ecr.whole('05 01 03 12 34 56').at(-1) as string;
    const words = String.fromCharCode(...fromHex(completion).slice(3, 10));
    expect(completion.slice(0, 38)).toMatch(/^06 0f .. f0 f0 f4 32 2e 30 30 00/);
    expect(words).toContain('2.00');
    expect(completion).toContain('1f 44 04 52 52 35 35');
    expect(completion).toContain('1f 40 02 50 54');
    expect(completion).toContain('1f 42 04 12 34 56 78');
  });

  test('says what is to be done first', () => {
    const ecr = ready();
    expect(status(ecr)).toBe('06 0f 01 00');
    ecr.do('day full');
    expect(status(ecr)).toBe('06 0f 01 f0');
    ecr.do('card', { value: 'approve' });
    expect(status(ecr)).toBe('06 0f 01 dc');
    ecr.do('init required');
    expect(status(ecr)).toBe('06 0f 01 51');
  });

  test('has payments refused while a day is full or it has to be initialised', () => {
    const ecr = ready();
    ecr.do('day full');
    expect(ecr.whole('06 01 07 04 00 00 00 00 10 00').at(-1)).toBe('06 1e 01 6a');
    expect(ecr.whole(endOfDay).at(-1)).toBe('06 0f 00');
    expect(status(ecr)).toBe('06 0f 01 00');
    ecr.do('init required');
    expect(ecr.whole('06 01 07 04 00 00 00 00 10 00').at(-1)).toBe('06 1e 01 83');
    expect(ecr.whole('06 30 03 12 34 56').at(-1)).toBe('06 1e 01 83');
    ecr.do('host', { value: 'offline' });
    expect(ecr.whole('06 93 03 12 34 56').at(-1)).toBe('06 1e 01 a1');
    expect(status(ecr)).toBe('06 0f 01 51');
    ecr.do('host', { value: 'online' });
    expect(ecr.whole('06 93 03 12 34 56').at(-1)).toBe('06 0f 00');
    expect(status(ecr)).toBe('06 0f 01 00');
  });
});

describe('what else it is told', () => {
  test.each(['06 ff 00', '04 01 00', '09 05 00', '06 24 00'])('%s is not known here', (message) => {
    expect(ready().whole(message)).toEqual(['84 83 00']);
  });

  test('a language it has is spoken on display and paper, another is refused', () => {
    const ecr = ready();
    expect(ecr.machine.display?.()).toBe('Bereit');
    expect(ecr.whole('08 30 01 01').at(-1)).toBe('06 0f 00');
    expect(ecr.machine.display?.()).toBe('Ready');
    const paper = linesOf(ecr.pay(500));
    expect(paper).toContain('* * Customer receipt * *');
    expect(paper.join('\n')).toMatch(/Merchant-ID .*\nTrace no\..*\nReceipt no\./);
    expect(paper.join('\n')).not.toMatch(/-Nr|Beleg|Typ /);
    expect(ecr.whole('08 30 01 77').at(-1)).toBe('06 1e 01 83');
    expect(ecr.whole('08 30 01 00').at(-1)).toBe('06 0f 00');
    expect(ecr.machine.display?.()).toBe('Bereit');
  });

  test('the time on its paper and in its status information is that of the place where it stands', () => {
    const paidAt = (timeZone: string) => {
      const ecr = ready({ timeZone });
      const heard = ecr.pay(500);
      const told = heard.find((message) => message.startsWith('04 0f')) as string;
      return { paper: linesOf(heard).find((line) => /^\d{4}-/.test(line)), hour: bitmaps(told)['0c']?.slice(0, 2) };
    };
    const [utc, shanghai] = [paidAt('UTC'), paidAt('Asia/Shanghai')];
    const hour = (Number(utc.hour) + 8) % 24;
    expect(shanghai.hour).toBe(String(hour).padStart(2, '0'));
    expect(shanghai.paper?.slice(11, 13)).toBe(shanghai.hour);
    expect(utc.paper?.slice(11, 13)).toBe(utc.hour);
  });

  test('a baud rate is acknowledged and not completed', () => {
    const ecr = ready();
    ecr.say('08 40 01 05');
    ecr.live(2_000);
    expect(ecr.heard).toEqual(['80 00 00']);
    ecr.say('08 40 00');
    ecr.until('84 9a 00');
  });

  test('a reset is completed, and then it starts anew and has to be registered', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.heard = [];
    expect(ecr.whole('06 18 00')).toEqual(['80 00 00', '06 0f 00']);
    expect(ecr.count('reset')).toBe(1);
    expect(ecr.machine.display?.()).toBe('Start');
    ecr.live(2_000);
    expect(ecr.whole('06 20 03 12 34 56').at(-1)).toBe('06 1e 01 6b');
    expect(ecr.ledger()).toBe('1 500 confirmed');
  });

  test('a diagnosis asks the bank and prints', () => {
    const ecr = ready({}, 'be');
    const heard = ecr.whole('06 70 00');
    expect(heard).toContain('04 ff 01 04');
    expect(linesOf(heard)).toContain('Diagnose');
    ecr.do('host', { value: 'offline' });
    expect(ecr.whole('06 70 00').at(-1)).toBe('06 1e 01 a1');
  });

  test('a card can be read without a payment', () => {
    const ecr = ready();
    ecr.say('06 c0 01 0f');
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    const fields = bitmaps(ecr.until('04 0f'));
    expect(fields).toMatchObject({ '27': '00', '22': '45 71 36 ee ee ee 00 04', '8a': '0a' });
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('');
    ecr.do('card', { value: 'remove' });
    expect(ecr.whole('06 c0 01 0f').at(-1)).toBe('06 1e 01 6c');
    expect(ecr.whole('06 c0 00').at(-1)).toBe('84 9a 00');
  });

  test('a card of uneven length is filled up', () => {
    const ecr = ready({ scheme: 'girocard' });
    const heard = ecr.pay(500);
    expect(bitmaps(heard.find((message) => message.startsWith('04 0f')) as string)).toMatchObject({
      '22': '67 25 90 ee ee ee ee 00 14 2f',
      '8a': '05',
    });
  });
});

describe('receipts', () => {
  test('go line by line, with an empty last line and feeds', () => {
    const lines = ready()
      .pay(500)
      .filter((message) => message.startsWith('06 d1'));
    expect(lines).toContain('06 d1 01 80');
    expect(lines).toContain('06 d1 02 ff 03');
    expect(lines[0]?.slice(0, 11)).toBe('06 d1 16 40');
    expect(lines.filter((message) => message === '06 d1 01 80')).toHaveLength(2);
  });

  test('go in blocks to a register that names 06 D3, each longer than one length byte can say', () => {
    const ecr = new Ecr();
    ecr.whole('06 00 0e 12 34 56 ba 09 78 06 06 26 04 0a 02 06 d3');
    const blocks = ecr.pay(500).filter((message) => message.startsWith('06 d3'));
    expect(blocks).toHaveLength(2);
    expect(blocks.map((message) => message.slice(0, 8))).toEqual(['06 d3 ff', '06 d3 ff']);
    expect(blocks[0]).toContain('1f 07 01 01');
    expect(blocks[1]).toContain('1f 07 01 02');
    expect(String.fromCharCode(...fromHex(blocks[1] as string))).toContain('Kundenbeleg');
  });

  test('are the register’s own where it prints, and says so, but wants no lines', () => {
    const ecr = ready({}, '3a');
    expect(ecr.pay(500).filter((message) => /^06 d[13]/.test(message))).toEqual([]);
    expect(ecr.machine.printed?.()).toEqual([]);
  });

  test('are printed by the terminal where the register prints none, and torn off', () => {
    const ecr = ready({}, '88');
    expect(ecr.pay(500).filter((message) => /^06 d[13]/.test(message))).toEqual([]);
    expect(ecr.count('printed')).toBe(2);
    const bytes = ecr.machine.paper?.() ?? new Uint8Array();
    expect(String.fromCharCode(...bytes)).toContain('* * Kundenbeleg * *\n');
    const printed = ecr.machine.printed?.() ?? [];
    expect(printed.map(({ job, cut, taken }) => [job, cut, taken])).toEqual([
      [1, true, false],
      [2, true, false],
    ]);
    expect(printed.reduce((sum, job) => sum + job.bytes, 0)).toBe(bytes.length);
    ecr.do('take');
    expect(ecr.machine.paper?.()).toHaveLength(0);
    expect(ecr.machine.printed?.().every(({ taken }) => taken)).toBe(true);
  });

  test('need paper where it is the terminal’s', () => {
    const own = ready({}, '88');
    own.do('paper', { value: 'out' });
    expect(own.machine.faults()).toEqual(['paper out']);
    expect(own.whole('06 01 07 04 00 00 00 00 10 00').at(-1)).toBe('06 1e 01 cc');
    expect(own.whole('06 30 03 12 34 56').at(-1)).toBe('06 1e 01 cc');
    expect(own.whole(endOfDay).at(-1)).toBe('06 1e 01 cc');
    own.do('paper', { value: 'ok' });
    expect(own.pay(500).at(-1)).toBe('06 0f 00');
    const others = ready();
    others.do('paper', { value: 'out' });
    expect(others.pay(500).at(-1)).toBe('06 0f 00');
  });

  test('come again with the last transaction as it stands', () => {
    const ecr = ready();
    expect(ecr.whole('06 20 03 00 00 00')).toEqual(['80 00 00', '06 0f 00']);
    ecr.pay(500);
    const again = ecr.whole('06 20 03 12 34 56');
    expect(said(again)).toBe('00 500 0001');
    expect(linesOf(again)).toContain('* * Kundenbeleg * *');
    ecr.pay(700, 'decline');
    expect(said(ecr.whole('06 20 03 12 34 56'))).toBe('05 700 0002');
    ecr.answer = (message) => (message.startsWith('04 0f') ? '84 66 00' : '80 00 00');
    ecr.pay(900);
    ecr.answer = () => '80 00 00';
    expect(said(ecr.whole('06 20 03 12 34 56'))).toBe('6c 900 0003');
    expect(ecr.whole('06 20 03 99 99 99').at(-1)).toBe('06 1e 01 83');
  });

  test('of the whole day are printed again', () => {
    const ecr = ready({}, 'be');
    ecr.pay(500);
    ecr.pay(700);
    const lines = linesOf(ecr.whole('06 12 03 12 34 56'));
    expect(lines.filter((line) => line.includes('Haendlerbeleg'))).toHaveLength(2);
    expect(lines.join()).toContain('7.00');
  });
});

describe('a reversal', () => {
  test('by its number gives any payment of the day back, and has a receipt of its own', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.pay(700);
    const heard = ecr.whole('06 30 06 12 34 56 87 00 01');
    expect(said(heard)).toBe('00 500 0003');
    expect(bitmaps(heard.find((message) => message.startsWith('04 0f')) as string)['37']).toBe('00 00 01');
    expect(heard.at(-1)).toBe('06 0f 00');
    expect(linesOf(heard)).toContain('Storno');
    expect(ecr.last('card.reversed')).toMatchObject({ currency: 'EUR', minor: 500, receipt: 1 });
    expect(ecr.ledger()).toBe('1 500 reversed, 2 700 confirmed');
    expect(said(ecr.whole('06 20 03 12 34 56'))).toBe('00 500 0003');
  });

  test('without a number gives the last payment back', () => {
    const ecr = ready();
    ecr.pay(500);
    expect(ecr.whole('06 30 03 12 34 56').at(-1)).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('1 500 reversed');
  });

  test('cannot be made twice, of nothing, or of what was not taken', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.pay(600, 'decline');
    ecr.whole('06 30 06 12 34 56 87 00 01');
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 1e 01 b4');
    expect(ecr.whole('06 30 06 12 34 56 87 00 02').at(-1)).toBe('06 1e 01 b5');
    expect(ecr.whole('06 30 06 12 34 56 87 00 42').at(-1)).toBe('06 1e 01 b5');
    expect(ecr.whole('06 30 06 12 34 56 87 0a 42').at(-1)).toBe('84 9a 00');
    expect(ecr.whole('06 30 05 12 34 56 87 00').at(-1)).toBe('84 9a 00');
    expect(ecr.count('card.reversed')).toBe(1);
  });

  test('cannot be made after the day ended', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.whole(endOfDay);
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 1e 01 b5');
    expect(ecr.ledger()).toBe('1 500 confirmed');
  });

  test('leaves the payment as it was when the bank cannot be reached', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.do('host', { value: 'offline' });
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 1e 01 a1');
    expect(ecr.ledger()).toBe('1 500 confirmed');
    ecr.do('host', { value: 'online' });
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('1 500 reversed');
  });

  test('whose answer from the bank is lost was made, and says so when it is asked for again', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.do('host', { value: 'lost' });
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 1e 01 7d');
    expect(ecr.ledger()).toBe('1 500 reversed');
    ecr.do('host', { value: 'online' });
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 1e 01 b4');
    expect(ecr.count('card.reversed')).toBe(1);
  });

  test('whose power goes at any moment was made or was not, and is made by asking again', () => {
    for (let ms = 0; ms <= 4_000; ms += 100) {
      const ecr = ready({ transport: 'tcp' });
      ecr.pay(500);
      ecr.say('06 30 06 12 34 56 87 00 01');
      ecr.live(ms);
      ecr.do('cut power');
      ecr.do('restore power');
      ecr.live(3_000);
      ecr.register();
      expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1), `${ms} ms`).toMatch(/^06 0f 00|^06 1e 01 b4/);
      expect(ecr.ledger()).toBe('1 500 reversed');
      expect(ecr.count('card.reversed')).toBe(1);
    }
  });
});

describe('a refund', () => {
  const refund = (minor: number): string => `06 31 0a 12 34 56 04 ${amount(minor)}`;

  test('gives money back to a card that is put in', () => {
    const ecr = ready();
    ecr.say(refund(500));
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    expect(said([ecr.until('04 0f')])).toBe('00 500 0001');
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.told()).toBe('card.refunded');
    expect(ecr.ledger()).toBe('1 500 refunded');
    expect(linesOf(ecr.heard)).toContain('Gutschrift');
  });

  test('is made whatever the register says then, and is not reversed', () => {
    const ecr = ready();
    ecr.answer = (message) => (message.startsWith('04 0f') ? '84 66 00' : '80 00 00');
    ecr.say(refund(500));
    ecr.live(500);
    ecr.do('card', { value: 'approve' });
    expect(ecr.end()).toBe('06 0f 00');
    expect(ecr.ledger()).toBe('1 500 refunded');
    ecr.answer = () => '80 00 00';
    expect(ecr.whole('06 30 06 12 34 56 87 00 01').at(-1)).toBe('06 1e 01 b5');
  });

  test('needs a password and a card', () => {
    const ecr = ready();
    expect(ecr.whole(refund(500).replace('12 34 56', '00 00 00')).at(-1)).toBe('06 1e 01 83');
    expect(ecr.whole(refund(500)).at(-1)).toBe('06 1e 01 6c');
    expect(ecr.ledger()).toBe('');
  });
});

describe('a reservation', () => {
  function reserved(): Ecr {
    const ecr = ready();
    ecr.say(`06 22 07 04 ${amount(2_500)}`);
    ecr.until('04 ff 01 0a');
    ecr.do('card', { value: 'approve' });
    if (ecr.end() !== '06 0f 00') throw new Error('not reserved');
    ecr.do('card', { value: 'remove' });
    return ecr;
  }

  test('holds money and takes none', () => {
    expect(reserved().ledger()).toBe('1 2500 approved');
  });

  test('is booked but for the part that is let go', () => {
    const ecr = reserved();
    const heard = ecr.whole(`06 23 0a 87 00 01 04 ${amount(1_205)}`);
    expect(said(heard)).toBe('00 1205 0002');
    expect(ecr.ledger()).toBe('1 1295 confirmed');
    expect(ecr.whole(`06 23 0a 87 00 01 04 ${amount(5)}`).at(-1)).toBe('06 1e 01 b4');
  });

  test('is let go as a whole', () => {
    for (const message of [`06 23 0a 87 00 01 04 ${amount(2_500)}`, '06 25 03 87 00 01']) {
      const ecr = reserved();
      expect(ecr.whole(message).at(-1)).toBe('06 0f 00');
      expect(ecr.ledger()).toBe('1 2500 reversed');
      expect(ecr.whole('06 25 03 87 00 01').at(-1)).toBe('06 1e 01 b4');
    }
  });

  test('cannot be booked for more, without an amount, or without a number', () => {
    const ecr = reserved();
    expect(ecr.whole(`06 23 0a 87 00 01 04 ${amount(2_501)}`).at(-1)).toBe('06 1e 01 83');
    expect(ecr.whole('06 23 03 87 00 01').at(-1)).toBe('84 9a 00');
    expect(ecr.whole('06 25 00').at(-1)).toBe('84 9a 00');
    expect(ecr.whole('06 25 03 87 00 0b').at(-1)).toBe('84 9a 00');
    expect(ecr.whole('06 25 03 87 00 07').at(-1)).toBe('06 1e 01 b5');
    expect(ecr.ledger()).toBe('1 2500 approved');
  });

  test('is named to who asks for open ones', () => {
    const ecr = reserved();
    expect(ecr.whole('06 23 03 87 ff ff').at(-1)).toBe('06 1e 04 b8 87 00 01');
    ecr.whole('06 25 03 87 00 01');
    expect(ecr.whole('06 23 03 87 ff ff').at(-1)).toBe('06 1e 04 b8 87 ff ff');
  });

  test('that the register does not take is let go', () => {
    const ecr = ready();
    ecr.answer = (message) => (message.startsWith('04 0f') ? '84 66 00' : '80 00 00');
    ecr.say(`06 22 07 04 ${amount(2_500)}`);
    ecr.live(500);
    ecr.do('card', { value: 'approve' });
    expect(ecr.end()).toBe('06 1e 01 6c');
    expect(ecr.ledger()).toBe('1 2500 reversed');
  });

  test('goes on over the end of the day, without the bank stays as it is', () => {
    const ecr = reserved();
    expect(ecr.whole(endOfDay).at(-1)).toBe('06 0f 00');
    ecr.do('host', { value: 'offline' });
    expect(ecr.whole('06 25 03 87 00 01').at(-1)).toBe('06 1e 01 a1');
    expect(ecr.ledger()).toBe('1 2500 approved');
    ecr.do('host', { value: 'online' });
    expect(ecr.whole('06 25 03 87 00 01').at(-1)).toBe('06 0f 00');
  });
});

describe('the end of the day', () => {
  /** Total, first and last receipt, and what card type VISA and the others add up to. */
  function totals(heard: readonly string[]): string {
    const fields = bitmaps(heard.find((message) => message.startsWith('04 0f')) as string);
    const sums = (fields['60'] as string).split(' ');
    const number = (from: number, to: number): number => Number(sums.slice(from, to).join(''));
    const row = (n: number): string =>
      `${Number.parseInt(sums[4 + 7 * n] as string, 16)}×${number(5 + 7 * n, 11 + 7 * n)}`;
    expect(sums).toHaveLength(4 + 7 * 7);
    const total = Number(fields['04']?.replaceAll(' ', ''));
    return `${total}: ${number(0, 2)}-${number(2, 4)} girocard ${row(0)} visa ${row(4)} others ${row(6)}`;
  }

  test('says what was taken by cards, and prints it', () => {
    const ecr = ready({}, 'be');
    ecr.pay(500);
    ecr.pay(700);
    ecr.pay(900, 'decline');
    const heard = ecr.whole(endOfDay);
    expect(totals(heard)).toBe('1200: 1-2 girocard 0×0 visa 2×1200 others 0×0');
    expect(linesOf(heard)).toContain('Kassenschnitt');
    expect(linesOf(heard).join('\n')).toContain('12.00');
    expect(ecr.last('day.closed')).toMatchObject({ currency: 'EUR', minor: 1_200 });
  });

  test('leaves out what was reversed, and takes refunds off', () => {
    const ecr = ready({ scheme: 'girocard' });
    ecr.pay(500);
    ecr.pay(700);
    ecr.whole('06 30 06 12 34 56 87 00 01');
    ecr.say(`06 31 0a 12 34 56 04 ${amount(200)}`);
    ecr.live(500);
    ecr.do('card', { value: 'approve' });
    ecr.end();
    expect(totals(ecr.whole(endOfDay))).toBe('500: 2-4 girocard 2×500 visa 0×0 others 0×0');
  });

  test('that comes right after another is empty', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.whole(endOfDay);
    expect(totals(ecr.whole(endOfDay))).toBe('0: 0-0 girocard 0×0 visa 0×0 others 0×0');
    ecr.pay(300);
    expect(totals(ecr.whole(endOfDay))).toBe('300: 2-2 girocard 0×0 visa 1×300 others 0×0');
  });

  test('needs the bank, and ends nothing without it', () => {
    const ecr = ready();
    ecr.pay(500);
    ecr.do('host', { value: 'offline' });
    expect(ecr.whole(endOfDay).at(-1)).toBe('06 1e 01 a1');
    ecr.do('host', { value: 'online' });
    expect(totals(ecr.whole(endOfDay))).toMatch(/^500: 1-1/);
  });

  test('leaves out what the bank was told is void', () => {
    const ecr = ready();
    ecr.do('host', { value: 'lost' });
    ecr.pay(500);
    ecr.machine.act({ action: 'host', value: 'online' });
    expect(totals(ecr.whole(endOfDay))).toMatch(/^0: /);
    expect(ecr.ledger()).toBe('1 500 reversed');
    expect(ecr.count('card.reversed')).toBe(1);
  });

  test.each(['04 0f', '06 0f'])('whose %s nobody answered can be ended again, with the same result', (silent) => {
    const ecr = ready({ transport: 'tcp' });
    ecr.pay(500);
    ecr.answer = (message) => (message.startsWith(silent) ? null : '80 00 00');
    ecr.whole(endOfDay);
    ecr.live(6_000);
    ecr.answer = () => '80 00 00';
    expect(totals(ecr.whole(endOfDay))).toMatch(/^500: 1-1/);
  });

  test('that loses its power at any moment is repeated with the same result until it was completed, and is over then', () => {
    const ends = new Set<boolean>();
    for (let ms = 0; ms <= 6_000; ms += 100) {
      const ecr = ready({ transport: 'tcp' }, 'b8');
      ecr.pay(500);
      ecr.heard = [];
      ecr.say(endOfDay);
      ecr.live(ms);
      const over = ecr.heard.some((message) => message.startsWith('06 0f'));
      ends.add(over);
      ecr.do('cut power');
      ecr.do('restore power');
      ecr.live(3_000);
      ecr.register();
      expect(totals(ecr.whole(endOfDay)), `${ms} ms`).toMatch(over ? /^0: 0-0/ : /^500: 1-1/);
    }
    expect(ends.size).toBe(2);
  });

  test('needs its password', () => {
    expect(ready().whole('06 50 03 00 00 00').at(-1)).toBe('06 1e 01 83');
    expect(
      ready()
        .whole(`06 50 ${length('12 34')} 12 34`)
        .at(-1),
    ).toBe('84 9a 00');
  });
});
