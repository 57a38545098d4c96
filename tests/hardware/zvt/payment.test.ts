import { describe, expect, test } from 'vitest';
import { encodeApdu } from '../../../hardware/zvt/frame.ts';
import { amount, bcd } from '../../../hardware/zvt/messages.ts';
import { Hand, type Peer, settings } from './peer.ts';

const tcp = { ...settings, transport: 'tcp' } as const;

describe.each([settings, tcp])('over $transport', (own) => {
  const begin = () => new Hand({ settings: own }).ready();

  test('a terminal is registered, asked how it is and what its last receipt is, and is ready', () => {
    const hand = begin();
    expect(hand.peer.commands()).toEqual(['0600', '0501', '0620']);
    expect(hand.one('device.identified')).toMatchObject({ protocol: 'zvt', firmware: '1.2', serial: '12345678' });
    expect(hand.sent.includes('ack')).toBe(own.transport === 'serial');
  });

  test('a payment is approved, held until the kiosk confirms, and confirmed', () => {
    const hand = begin().start();
    expect(hand.one('charge.starting')).toMatchObject({
      command: 'c1',
      counters: { receipt: 0, terminal: 12_345_678 },
    });
    expect(hand.peer.commands().slice(3)).toEqual(['0830', '0601']);
    expect(hand.one('charge.prompt')).toMatchObject({ command: 'c1', prompt: 'insert-card' });
    hand.approve();
    expect(hand.one('charge.approved')).toMatchObject({
      command: 'c1',
      held: true,
      currency: 'CNY',
      minor: 8_800,
      card: { scheme: 'Visa', masked: '457136••••7896' },
      reference: { receipt: '17', trace: '117', terminal: '12345678', time: '10:20:30', date: '11-29' },
      counters: { receipt: 17, trace: 117, before: 0 },
    });
    hand.wait(10_000);
    expect(hand.sent.filter((name) => name === 'not-yet').length).toBeGreaterThan(3);
    expect(hand.peer.taken()).toBe(0);
    hand.confirm().wait(2_500);
    expect(hand.sent.filter((name) => name === 'goods-given-out')).toHaveLength(1);
    expect(hand.peer.taken()).toBe(8_800);
    expect(hand.one('charge.confirmed')).toMatchObject({ command: 'c1', counters: { receipt: 17 } });
    expect(hand.of('charge.approved')).toHaveLength(1);
  });

  test('an approval that the kiosk reverses is given back', () => {
    const hand = begin().start().approve().reverse().wait(2_500);
    expect(hand.one('charge.reversed')).toMatchObject({ by: 'kiosk' });
    expect(hand.peer.taken()).toBe(0);
    expect(hand.of('charge.prompt').at(-1)?.prompt).toBe('reversing');
  });

  test('a second payment follows the first', () => {
    const hand = begin().start().approve().confirm().wait(2_500).start('c2', 500).approve();
    expect(hand.of('charge.approved').at(-1)).toMatchObject({ command: 'c2', minor: 500, counters: { before: 17 } });
    hand.confirm('c2').wait(2_500);
    expect(hand.peer.taken()).toBe(9_300);
    expect(hand.of('charge.confirmed')).toHaveLength(2);
  });
});

describe('before the order leaves', () => {
  test('it is recorded', () => {
    const hand = new Hand().ready();
    hand.records = false;
    hand.start().wait(20_000);
    expect(hand.peer.orders(0x0601)).toBe(0);
    hand.give({ type: 'recorded', key: 'c1/another' });
    expect(hand.pump().peer.orders(0x0601)).toBe(0);
    hand.give({ type: 'recorded', key: hand.one('charge.starting').key });
    expect(hand.pump().peer.orders(0x0601)).toBe(1);
    const [order] = hand.peer.heard.filter(({ code }) => code === 0x0601);
    expect([...(order?.data ?? [])]).toEqual([0x01, 30, 0x02, 30, ...amount(8_800, 156)]);
  });

  test.each([
    ['USD', 100, 'other-currency'],
    ['CNY', 0, 'amount'],
    ['CNY', -5, 'amount'],
    ['CNY', 1.5, 'amount'],
    ['CNY', 1_000_000_000_000, 'amount'],
  ])('%s %d is refused as %s', (currency, minor, reason) => {
    const hand = new Hand().ready();
    const lang = 'en';
    hand.give({
      type: 'command',
      command: { id: 'x', device: 't', command: 'charge.start', lang, subject: '', currency, minor },
    });
    expect(hand.one('command.refused')).toMatchObject({ command: 'x', sent: false, reason });
    expect(hand.wait(1_000).peer.orders(0x0601)).toBe(0);
  });

  test('another is refused while one is open, and the same one twice is one', () => {
    const hand = new Hand().ready().start().start().start('c2');
    expect(hand.one('command.refused')).toMatchObject({ command: 'c2', sent: false, reason: 'busy' });
    expect(hand.peer.orders(0x0601)).toBe(1);
  });

  test('nothing begins when the terminal is not ready', () => {
    const hand = new Hand({ open: false }).start();
    expect(hand.one('command.refused')).toMatchObject({ sent: false, reason: 'not-ready' });
  });

  test('a cancel ends it, and it never leaves', () => {
    const hand = new Hand().ready();
    hand.records = false;
    hand.start().cancel();
    expect(hand.one('charge.declined')).toMatchObject({ reason: 'cancelled', code: 'unsent' });
    hand.give({ type: 'recorded', key: 'c1/starting' });
    expect(hand.wait(60_000).peer.orders(0x0601)).toBe(0);
  });

  test('a terminal that is busy is asked for the money again, with longer pauses, and then no more', () => {
    const hand = new Hand().ready();
    hand.peer.refusals.set(0x0601, 0x9c);
    hand.start();
    expect(hand.peer.orders(0x0601)).toBe(1);
    hand.wait(3_000).approve().confirm().wait(5_000);
    expect(hand.peer.orders(0x0601)).toBe(2);
    expect(hand.ends()).toEqual(['charge.confirmed']);
    const never = new Hand().ready();
    never.toPeer = (name) => {
      if (name === 'authorisation') never.peer.refusals.set(0x0601, 0x9c);
      return true;
    };
    never.start().wait(60_000);
    expect(never.peer.orders(0x0601)).toBe(5);
    expect(never.one('charge.declined')).toMatchObject({ code: '9C' });
  });

  test('a terminal that knows no languages is asked for one once', () => {
    const hand = new Hand().ready();
    hand.peer.refusals.set(0x0830, 0x83);
    hand.start().approve().confirm().wait(2_500).start('c2');
    expect(hand.peer.orders(0x0830)).toBe(1);
    expect(hand.peer.orders(0x0601)).toBe(2);
  });

  test('a language that the terminal completes is completed first: the order does not find it busy', () => {
    const hand = new Hand().ready().start();
    expect(hand.of('charge.declined')).toEqual([]);
    expect(hand.sent.filter((name) => name !== 'ack').slice(-4)).toEqual([
      ...['select-language', 'positive', 'authorisation', 'positive'],
    ]);
    hand.approve().confirm().wait(2_500);
    expect(hand.peer.taken()).toBe(8_800);
  });

  test('a language that the terminal only takes is waited for no longer than a second', () => {
    const hand = new Hand().ready();
    hand.peer.completesLanguage = false;
    expect(hand.start().peer.orders(0x0601)).toBe(0);
    expect(hand.wait(1_100).peer.orders(0x0601)).toBe(1);
    hand.approve().confirm().wait(2_500);
    expect(hand.peer.taken()).toBe(8_800);
  });

  test('what is not for a terminal is refused', () => {
    const hand = new Hand().ready();
    hand.give({ type: 'command', command: { id: 'n', device: 't', command: 'note.return' } });
    expect(hand.one('command.refused')).toMatchObject({ command: 'n', sent: false, reason: 'not-for-a-terminal' });
  });
});

test('one that is to go back after its word left, and before the terminal has finished, goes back by its receipt', () => {
  const hand = new Hand().ready().start().approve();
  const { state } = hand;
  const approval = hand.approval();
  hand.stop = (what) => what === 'from 6 f' && state !== hand.state && hand.peer.taken() > 0;
  hand.confirm().wait(2_500);
  expect([hand.stopped, hand.peer.taken()]).toEqual([true, 8_800]);
  hand.stop = () => false;
  hand.stopped = false;
  hand
    .reverse('c1', approval)
    .hear(Uint8Array.of(0x06, 0x0f, 0x00))
    .wait(30_000);
  expect(hand.peer.taken()).toBe(0);
  expect(hand.ends()).toEqual(['charge.reversed']);
});

test('a card that is left in the reader is told as soon as it has paid, and the terminal is ready again without it', () => {
  const hand = new Hand().ready().start().approve();
  hand.peer.status = 0xdc;
  hand.confirm().wait(2_500);
  expect(hand.one('charge.confirmed')).toBeDefined();
  expect(hand.of('charge.prompt').at(-1)).toMatchObject({ command: null, prompt: 'remove-card' });
  hand.peer.status = 0x00;
  expect(hand.wait(3_500).of('device.ready')).toHaveLength(2);
});

describe('what was not approved', () => {
  test.each([
    [0x6c, 'cancelled', '6C'],
    [0x55, 'wrong-pin', '55'],
    [0x05, 'refused', '05'],
    [0x78, 'expired-card', '78'],
  ])('with result %i is declined as %s', (result, reason, code) => {
    const hand = new Hand().ready().start();
    hand.peer.decline(result);
    hand.pump();
    expect(hand.one('charge.declined')).toMatchObject({ command: 'c1', reason, code, watched: null });
    expect(hand.wait(20_000).ends()).toEqual(['charge.declined']);
    expect(hand.start('c2').peer.orders(0x0601)).toBe(2);
  });

  test('by 06 1E alone is declined', () => {
    const hand = new Hand().ready().start();
    hand.peer.abort(0xa1);
    expect(hand.pump().one('charge.declined')).toMatchObject({ reason: 'offline', code: 'A1' });
  });

  test('because the terminal would not begin is declined, and a terminal that is not registered is registered again', () => {
    const hand = new Hand().ready();
    hand.peer.refusals.set(0x0601, 0x6b);
    hand.start().wait(3_000);
    expect(hand.one('charge.declined')).toMatchObject({ code: '6B' });
    expect(hand.peer.orders(0x0600)).toBe(2);
    expect(hand.of('device.ready')).toHaveLength(2);
  });
});

describe('a cancel', () => {
  test('while the customer is waited for aborts it', () => {
    const hand = new Hand().ready().start().cancel().cancel();
    expect(hand.peer.orders(0x06b0)).toBe(1);
    expect(hand.one('charge.declined')).toMatchObject({ reason: 'cancelled', code: '6C' });
  });

  test('while the bank is asked lets it end as it ends; a late approval is told', () => {
    const hand = new Hand().ready().start();
    hand
      .hear(encodeApdu(0x04ff, [0x04]))
      .pump()
      .cancel();
    expect(hand.peer.orders(0x06b0)).toBe(0);
    hand.approve();
    expect(hand.one('charge.approved')).toMatchObject({ held: true });
    hand.wait(5_000);
    expect(hand.peer.taken()).toBe(0);
    hand.reverse().wait(2_500);
    expect(hand.one('charge.reversed')).toMatchObject({ by: 'kiosk' });
  });

  test('that crosses an approval changes nothing but that the kiosk reverses it', () => {
    const hand = new Hand().ready().start();
    hand.peer.mute.add(0x06b0);
    hand.cancel().approve();
    expect(hand.of('charge.approved')).toHaveLength(1);
    expect(hand.reverse().wait(2_500).one('charge.reversed')).toMatchObject({ by: 'kiosk' });
  });
});

describe('what was approved is compared with what was asked', () => {
  test('less is told as it is', () => {
    const hand = new Hand().ready().start().approve(5_000);
    expect(hand.one('charge.approved')).toMatchObject({ minor: 5_000 });
    expect(hand.confirm().wait(2_500).peer.taken()).toBe(5_000);
  });

  test.each([8_801, 0])('%i of 8800 is reversed, and told as declined', (minor) => {
    const hand = new Hand().ready().start();
    hand.peer.approve(minor);
    hand.wait(3_000);
    expect(hand.of('charge.approved')).toEqual([]);
    expect(hand.one('charge.declined')).toMatchObject({ reason: 'other', code: 'other-amount' });
    expect(hand.peer.taken()).toBe(0);
  });

  test('another currency is reversed, and told as declined', () => {
    const hand = new Hand().ready().start();
    hand.peer.approve(8_800, 978);
    hand.wait(3_000);
    expect(hand.of('charge.approved')).toEqual([]);
    expect(hand.one('charge.declined')).toMatchObject({ reason: 'currency', code: 'other-currency' });
    expect(hand.peer.taken()).toBe(0);
  });

  test('an amount that changes from one word to the next is never confirmed', () => {
    const hand = new Hand().ready().start().approve().confirm();
    (hand.peer.now as { minor: number }).minor = 5_000;
    hand.wait(20_000);
    expect(hand.peer.taken()).toBe(0);
    expect(hand.sent).not.toContain('goods-given-out');
  });

  test('a status information without a result, or that cannot be read, is no approval', () => {
    const hand = new Hand().ready().start();
    hand.hear(encodeApdu(0x040f, amount(8_800, 156))).pump();
    hand.hear(encodeApdu(0x040f, [0x04, 0x00])).pump();
    expect(hand.of('charge.approved')).toEqual([]);
    expect(hand.sent.slice(-2)).toContain('not-yet');
    expect(hand.approve().of('charge.approved')).toHaveLength(1);
  });
});

describe('a terminal that gives up', () => {
  test('after as many words as it was told has reversed by itself', () => {
    const hand = new Hand().ready().start().approve().wait(100_000);
    expect(hand.one('charge.reversed')).toMatchObject({ by: 'other-side' });
    expect(hand.sent.filter((name) => name === 'not-yet')).toHaveLength(31);
    expect(hand.peer.taken()).toBe(0);
    hand.confirm();
    expect(hand.of('charge.reversed').map(({ key }) => key)).toEqual(['c1/reversed', 'c1/reversed']);
  });

  test('in the middle says 06 1E', () => {
    const hand = new Hand().ready().start().approve();
    hand.peer.now = null;
    hand.peer.repeatAtMs = null;
    hand.hear(encodeApdu(0x061e, [0x6c])).pump();
    expect(hand.one('charge.reversed')).toMatchObject({ by: 'other-side' });
  });

  test('after it was confirmed is asked before anybody is told', () => {
    const hand = new Hand().ready().start().approve().confirm();
    hand.peer.answer = function (this: Peer) {
      if (this.now === null) return;
      this.now.state = 'reversed';
      this.now = null;
      this.asked = 0;
      this.queue.push(encodeApdu(0x061e, [0xff]));
    };
    hand.wait(20_000);
    expect(hand.peer.orders(0x0620)).toBe(2);
    expect(hand.one('charge.reversed')).toMatchObject({ by: 'other-side' });
  });
});

test('a terminal that does not wait for the goods is asked what stands', () => {
  const hand = new Hand().ready();
  hand.peer.knowsGoods = false;
  hand.start().approve();
  expect(hand.peer.taken()).toBe(8_800);
  hand.wait(10_000);
  expect(hand.ends()).toEqual([]);
  expect(hand.confirm().one('charge.confirmed')).toMatchObject({ command: 'c1' });
  const other = new Hand().ready();
  other.peer.knowsGoods = false;
  other.start().approve().wait(10_000).reverse().wait(1_000);
  expect(other.one('charge.reversed')).toMatchObject({ by: 'kiosk' });
  expect(other.peer.taken()).toBe(0);
});

test('a payment that nobody here ordered is not confirmed', () => {
  const hand = new Hand().ready();
  hand.hear(encodeApdu(0x040f, [0x27, 0, ...amount(100, 156), 0x87, ...bcd(5, 2)])).pump();
  expect(hand.sent.at(-1)).toBe('goods-not-given-out');
  hand.hear(encodeApdu(0x04ff, [0x0a])).pump();
  hand.hear(encodeApdu(0x0477)).pump();
  expect(hand.sent.filter((name) => name !== 'ack').slice(-2)).toEqual(['positive', 'negative']);
  expect(hand.ends()).toEqual([]);
});

describe('end of day', () => {
  const totals = [0x04, ...bcd(2_600, 6), 0x60, 0xf0, 0xf1, 0xf1, 0x00, 0x68, 0x00, 0x71, 0x04, ...bcd(2_600, 6)];
  const close = (hand: Hand) => {
    hand.give({ type: 'command', command: { id: 'd1', device: 't', command: 'terminal.close-day' } });
    return hand.pump();
  };

  test('tells what the terminal has taken', () => {
    const hand = new Hand().ready();
    hand.peer.totals = totals;
    close(hand);
    expect(hand.one('terminal.day-closed')).toMatchObject({ command: 'd1', count: 4, minor: 2_600, currency: 'CNY' });
  });

  test('is refused while a payment is open, and as not sent', () => {
    expect(close(new Hand().ready().start()).one('command.refused')).toMatchObject({ sent: false, reason: 'busy' });
    expect(close(new Hand({ open: false })).one('command.refused')).toMatchObject({ sent: false, reason: 'not-ready' });
  });

  test('that the terminal refuses, or that is lost, may have been made', () => {
    const refused = new Hand().ready();
    refused.peer.refusals.set(0x0650, 0x77);
    expect(close(refused).one('command.refused')).toMatchObject({ sent: true, reason: '77' });
    const lost = new Hand().ready();
    lost.peer.mute.add(0x0650);
    expect(close(lost).close().one('command.refused')).toMatchObject({ sent: true, reason: 'lost' });
    expect(close(new Hand().ready()).one('command.refused')).toMatchObject({ sent: true, reason: 'no-totals' });
  });
});
