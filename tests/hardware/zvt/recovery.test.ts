import { describe, expect, test } from 'vitest';
import type { OpenCharge } from '../../../hardware/charge.ts';
import { emptyMemory } from '../../../hardware/device.ts';
import { Hand, memoryOf, Peer, settings } from './peer.ts';

type Wanted = OpenCharge['wanted'];

/** The kiosk's next start at the same terminal. */
function restart(before: Hand, wanted: Wanted = 'take', awayMs = 1_000): Hand {
  before.peer.awaits = false;
  before.peer.queue = [];
  const hand = new Hand({ peer: before.peer, memory: memoryOf(before, wanted), nowMs: before.nowMs + awayMs });
  return hand;
}

const hold = () => new Hand().ready().start().approve();

describe('after a restart', () => {
  test('what never left is declined at once, and no order leaves', () => {
    const before = new Hand().ready();
    before.records = false;
    before.start();
    const memory = memoryOf(before);
    const open = { ...(memory.openCharges?.[0] as OpenCharge), starting: false };
    const hand = new Hand({ peer: before.peer, memory: { ...memory, openCharges: [open] }, open: false });
    hand.give({ type: 'closed', problem: { code: 'missing', message: '' } });
    expect(hand.one('charge.declined')).toMatchObject({ command: 'c1', code: 'unsent' });
    hand.open().wait(30_000);
    expect(hand.peer.orders(0x0601)).toBe(0);
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test('the first payment of a terminal that shows no receipt was not taken while its number is the same', () => {
    const peer = new Peer();
    peer.tells20 = false;
    peer.tellsNumber = true;
    const before = new Hand({ peer }).ready().start();
    expect(before.one('charge.starting').counters).toMatchObject({ receipt: 0 });
    before.peer.asked = 0;
    expect(restart(before).wait(10_000).one('charge.declined')).toMatchObject({ code: 'not-taken' });
  });

  test('the first payment of a terminal that shows no receipt is in doubt when its number is another', () => {
    const peer = new Peer();
    peer.tells20 = false;
    peer.tellsNumber = true;
    const before = new Hand({ peer }).ready().start();
    before.peer.asked = 0;
    before.peer.add(8_800, 'taken');
    const hand = restart(before).wait(50_000);
    expect(hand.one('charge.unknown')).toMatchObject({ reason: 'no-receipt' });
    expect(hand.ends()).toEqual([]);
  });

  test('a terminal that still waits is listened to, and told what the kiosk wants', () => {
    const before = hold();
    const hand = restart(before, 'confirm').wait(4_000);
    expect(hand.one('charge.confirmed')).toMatchObject({ command: 'c1' });
    expect(hand.peer.orders(0x0601)).toBe(1);
    const other = restart(hold(), 'reverse').wait(4_000);
    expect(other.one('charge.reversed')).toMatchObject({ by: 'kiosk' });
    expect(other.peer.taken()).toBe(0);
  });

  test('a terminal that still waits is told "not yet" as long as the kiosk has not decided', () => {
    const hand = restart(hold()).wait(10_000);
    expect(hand.sent.filter((name) => name === 'not-yet').length).toBeGreaterThan(2);
    expect(hand.ends()).toEqual([]);
    expect(hand.confirm().wait(3_000).one('charge.confirmed')).toMatchObject({ command: 'c1' });
  });

  test('an approval that nobody heard is told when the terminal says it again', () => {
    const before = new Hand().ready().start();
    before.peer.approve();
    before.peer.queue = [];
    const hand = new Hand({ peer: before.peer, memory: memoryOf(before), nowMs: before.nowMs + 1_000 });
    hand.peer.repeatAtMs = hand.nowMs + 1_500;
    hand.wait(3_000);
    expect(hand.one('charge.approved')).toMatchObject({
      command: 'c1',
      held: true,
      minor: 8_800,
      counters: { before: 0 },
    });
  });

  test('a terminal in the middle of it is followed, and aborted no more', () => {
    const before = new Hand().ready().start();
    const hand = restart(before).wait(100);
    hand.peer.queue.push(Uint8Array.of(0x04, 0xff, 1, 0x04));
    hand.pump().wait(40_000);
    expect(hand.of('charge.unknown')).toEqual([]);
    expect(hand.peer.orders(0x0620)).toBe(1);
    hand.approve();
    expect(hand.one('charge.approved')).toMatchObject({ held: true });
  });

  test('a receipt of after the beginning is the payment, and stands', () => {
    const before = new Hand().ready().start();
    before.peer.asked = 0;
    before.peer.add(8_800, 'taken');
    const hand = restart(before).wait(10_000);
    expect(hand.one('charge.approved')).toMatchObject({ held: false, minor: 8_800, reference: { receipt: '17' } });
    expect(hand.confirm().one('charge.confirmed')).toMatchObject({ command: 'c1' });
    expect(hand.peer.orders(0x0601)).toBe(1);
  });

  test('the same receipt as before says that nothing was taken', () => {
    const before = new Hand().ready().start().approve().confirm().wait(2_500).start('c2');
    before.peer.asked = 0;
    const memory = memoryOf({ ...before, ends: () => [], of: before.of.bind(before) } as unknown as Hand, 'take', 'c2');
    const hand = new Hand({ peer: before.peer, memory, nowMs: before.nowMs }).wait(10_000);
    expect(hand.one('charge.declined')).toMatchObject({ command: 'c2', code: 'not-taken' });
  });

  test('a terminal without any receipt has taken nothing, when it had none before', () => {
    const before = new Hand().ready().start();
    before.peer.asked = 0;
    expect(restart(before, 'cancel').wait(10_000).one('charge.declined')).toMatchObject({
      reason: 'cancelled',
      code: 'not-taken',
    });
  });

  test('a newer receipt that was declined, or reversed, has taken nothing', () => {
    for (const [state, code] of [
      ['declined', '51'],
      ['reversed', '6C'],
    ] as const) {
      const before = new Hand().ready().start();
      before.peer.asked = 0;
      before.peer.add(8_800, state, null, 0x51);
      expect(restart(before).wait(10_000).one('charge.declined')).toMatchObject({ code });
    }
  });

  test('what was confirmed, or not, is told by the last receipt', () => {
    const taken = hold();
    taken.peer.cutPower();
    (taken.peer.payments[0] as { state: string }).state = 'taken';
    expect(restart(taken, 'confirm').wait(10_000).one('charge.confirmed')).toMatchObject({ command: 'c1' });
    const given = hold();
    given.peer.cutPower();
    expect(restart(given, 'confirm').wait(10_000).one('charge.reversed')).toMatchObject({ by: 'other-side' });
  });

  test('an approval of which the terminal knows nothing any more was reversed', () => {
    const hand = hold();
    hand.peer.cutPower();
    hand.peer.payments = [];
    expect(restart(hand, 'confirm').wait(10_000).one('charge.reversed')).toMatchObject({ by: 'other-side' });
  });

  test('what is to be reversed and stands is reversed once', () => {
    const before = hold();
    before.peer.cutPower();
    (before.peer.payments[0] as { state: string }).state = 'taken';
    const hand = restart(before, 'reverse').wait(10_000);
    expect(hand.one('charge.reversed')).toMatchObject({ by: 'kiosk' });
    expect(hand.peer.orders(0x0630)).toBe(1);
    expect(hand.peer.taken()).toBe(0);
  });

  test('several charges of before are settled in turn', () => {
    const before = hold();
    before.peer.cutPower();
    (before.peer.payments[0] as { state: string }).state = 'taken';
    const memory = memoryOf(before, 'confirm');
    const unsent: OpenCharge = {
      ...(memory.openCharges?.[0] as OpenCharge),
      command: 'c0',
      starting: false,
      approval: null,
    };
    const hand = new Hand({
      peer: before.peer,
      memory: { ...memory, openCharges: [...(memory.openCharges ?? []), unsent] },
    });
    hand.wait(15_000);
    expect(hand.one('charge.confirmed')).toMatchObject({ command: 'c1' });
    expect(hand.one('charge.declined')).toMatchObject({ command: 'c0', code: 'unsent' });
  });
});

describe('what nobody can tell is unknown, told once, and asked on', () => {
  test('while the terminal is silent', () => {
    const before = new Hand().ready().start();
    before.peer.asked = 0;
    for (const code of [0x0600, 0x0501, 0x0620]) before.peer.mute.add(code);
    const hand = restart(before).wait(600_000);
    expect(hand.one('charge.unknown')).toMatchObject({ command: 'c1', reason: 'no-answer' });
    expect(hand.of('device.lost').length).toBeGreaterThan(0);
    const asked = hand.peer.heard.length;
    hand.peer.mute.clear();
    expect(hand.wait(70_000).one('charge.declined')).toMatchObject({ code: 'not-taken' });
    expect(asked).toBeGreaterThan(5);
    expect(hand.peer.orders(0x0601)).toBe(1);
  });

  test('while the line is out', () => {
    const hand = new Hand().ready().start().close();
    for (let tries = 0; tries < 10; tries++) {
      hand.nowMs += 5_000;
      hand.close();
    }
    expect(hand.one('charge.unknown')).toMatchObject({ reason: 'line-lost' });
    hand.peer.asked = 0;
    hand.peer.add(8_800, 'taken');
    expect(hand.open().wait(10_000).one('charge.approved')).toMatchObject({ held: false });
    expect(hand.peer.orders(0x0601)).toBe(1);
  });

  test('when the terminal does not tell its last receipt, at most once a minute in the end', () => {
    const before = new Hand().ready().start();
    before.peer.asked = 0;
    before.peer.tells20 = false;
    before.peer.add(8_800, 'taken');
    const hand = restart(before).wait(400_000);
    expect(hand.one('charge.unknown')).toMatchObject({ reason: 'no-receipt' });
    const asked = hand.peer.orders(0x0620);
    hand.wait(600_000);
    expect(hand.peer.orders(0x0620) - asked).toBeLessThanOrEqual(11);
    expect(hand.peer.orders(0x0620) - asked).toBeGreaterThanOrEqual(8);
    hand.peer.tells20 = true;
    expect(hand.wait(61_000).one('charge.approved')).toMatchObject({ held: false });
  });

  test.each([
    ['another amount', (peer: Peer) => peer.add(9_900, 'taken'), 'other-receipt'],
    ['another currency', (peer: Peer) => Object.assign(peer.add(8_800, 'taken'), { currency: 978 }), 'other-receipt'],
  ])('when the new receipt is of %s', (_, act, reason) => {
    const before = new Hand().ready().start();
    before.peer.asked = 0;
    act(before.peer);
    const hand = restart(before).wait(100_000);
    expect(hand.one('charge.unknown')).toMatchObject({ reason });
    expect(hand.ends()).toEqual([]);
  });

  test('when it is another terminal, until the first one is back', () => {
    const before = new Hand().ready().start();
    before.peer.asked = 0;
    const other = new Peer();
    other.terminal = 99;
    other.add(8_800, 'taken');
    const hand = new Hand({ peer: other, memory: memoryOf(before) }).wait(100_000);
    expect(hand.one('charge.unknown')).toMatchObject({ reason: 'terminal-exchanged' });
    expect(hand.ends()).toEqual([]);
    expect(other.orders(0x0620)).toBe(0);
    const back = new Hand({ peer: before.peer, memory: memoryOf(before) }).wait(10_000);
    expect(back.one('charge.declined')).toMatchObject({ code: 'not-taken' });
  });

  test('when nobody knew what stood before', () => {
    const before = new Hand().ready().start();
    before.peer.asked = 0;
    before.peer.add(8_800, 'taken');
    const hand = new Hand({ peer: before.peer, memory: { ...memoryOf(before), counters: {} } }).wait(50_000);
    expect(hand.one('charge.unknown')).toMatchObject({ reason: 'not-known-before' });
    expect(hand.ends()).toEqual([]);
  });
});

describe('a reversal', () => {
  const approval = (receipt?: string) => ({
    currency: 'CNY',
    minor: 8_800,
    reference: { ...(receipt === undefined ? {} : { receipt }), trace: '117', terminal: '12345678' },
  });
  const taken = () => new Hand().ready().start().approve().confirm().wait(2_500);

  test('of what was confirmed is made, once', () => {
    const hand = taken();
    hand.reverse().wait(1_000);
    expect(hand.one('charge.reversed')).toMatchObject({ command: 'c1', by: 'kiosk' });
    expect(hand.peer.taken()).toBe(0);
    hand.reverse().wait(1_000);
    expect(hand.peer.orders(0x0630)).toBe(1);
  });

  test('that was made already is done', () => {
    const hand = taken();
    (hand.peer.payments[0] as { state: string }).state = 'reversed';
    expect(hand.reverse().wait(1_000).one('charge.reversed')).toMatchObject({ by: 'kiosk' });
  });

  test('that is impossible for good is told as such', () => {
    const hand = new Hand().ready().reverse('c9', approval('5'));
    expect(hand.wait(1_000).one('charge.irreversible')).toMatchObject({ command: 'c9', code: 'B5' });
    expect(new Hand().ready().reverse('c9', approval()).one('charge.irreversible')).toMatchObject({
      code: 'no-receipt',
    });
  });

  test('that the terminal cannot make now is repeated until it can', () => {
    const hand = taken();
    hand.peer.refusals.set(0x0630, 0xa1);
    hand.reverse();
    expect(hand.ends()).toEqual(['charge.confirmed']);
    expect(hand.wait(5_000).one('charge.reversed')).toMatchObject({ by: 'kiosk' });
    expect(hand.peer.orders(0x0630)).toBe(2);
  });

  test('whose answer is lost is asked for, and made again only when it was not made', () => {
    const hand = taken();
    hand.fromPeer = (apdu) => apdu[1] !== 0x0f || apdu[0] !== 0x04;
    hand.peer.mute.add(0x0000);
    hand.give({
      type: 'command',
      command: { id: 'c1', device: 't', command: 'charge.reverse', approval: hand.approval() },
    });
    hand.stop = (what) => what === 'from 4 f';
    hand.pump();
    expect(hand.stopped).toBe(true);
    hand.stopped = false;
    hand.stop = () => false;
    hand.fromPeer = () => true;
    hand.close().open().wait(20_000);
    expect(hand.of('charge.reversed')).toHaveLength(1);
    expect(hand.peer.orders(0x0630)).toBe(1);
  });

  test('of another amount than was approved needs a person', () => {
    const hand = taken();
    (hand.peer.payments[0] as { minor: number }).minor = 100;
    expect(hand.reverse().wait(1_000).one('charge.irreversible')).toMatchObject({ code: 'other-amount' });
  });

  test('is not sent to another terminal', () => {
    const hand = taken();
    hand.peer.terminal = 99;
    hand.peer.registered = false;
    hand.wait(60_000).reverse().wait(100_000);
    expect(hand.peer.orders(0x0630)).toBe(0);
    expect(hand.one('charge.unknown')).toMatchObject({ reason: 'terminal-exchanged' });
  });
});

test('a word about a charge that nobody here knows is answered by unknown', () => {
  expect(new Hand().ready().confirm('c7').one('charge.unknown')).toMatchObject({
    command: 'c7',
    reason: 'not-known-here',
  });
  expect(new Hand().ready().cancel('c7').ends()).toEqual([]);
});

describe('a refund', () => {
  const order = (hand: Hand) => {
    const approval = { currency: 'CNY', minor: 8_800, reference: { receipt: '17' } };
    hand.give({
      type: 'command',
      command: { id: 'r1', device: 't', command: 'charge.refund', charge: 'c1', approval, currency: 'CNY', minor: 300 },
    });
    return hand.pump();
  };
  const openRefund = (hand: Hand) => ({
    ...emptyMemory,
    counters: hand.one('charge.starting').counters,
    openCharges: [
      {
        command: 'r1',
        currency: 'CNY',
        minor: 300,
        refundOf: 'c1',
        starting: true,
        wanted: 'refund',
        approval: null,
        watched: null,
      },
    ] as const,
  });

  test('is recorded before it leaves, and made', () => {
    const hand = new Hand().ready();
    hand.records = false;
    order(hand).wait(5_000);
    expect(hand.peer.orders(0x0631)).toBe(0);
    hand.give({ type: 'recorded', key: hand.one('charge.starting').key });
    expect(hand.pump().one('refund.made')).toMatchObject({ command: 'r1', reference: { receipt: '17' } });
  });

  test('that is refused for good is told so, and one that cannot be made now is made later', () => {
    const refused = new Hand().ready();
    refused.peer.refusals.set(0x0631, 0x83);
    expect(order(refused).one('refund.refused')).toMatchObject({ command: 'r1', code: '83' });
    const later = new Hand().ready();
    later.peer.refusals.set(0x0631, 0xa1);
    expect(order(later).wait(5_000).one('refund.made')).toMatchObject({ command: 'r1' });
  });

  test('whose outcome is lost is asked for: made is made, and what was not is made once', () => {
    const before = new Hand().ready();
    before.peer.mute.add(0x0631);
    order(before);
    before.peer.mute.clear();
    const made = new Peer();
    made.add(300, 'refund');
    const known = new Hand({ peer: made, memory: openRefund(before) }).wait(10_000);
    expect(known.one('refund.made')).toMatchObject({ command: 'r1' });
    expect(made.orders(0x0631)).toBe(0);
    const again = new Hand({ peer: before.peer, memory: openRefund(before) }).wait(20_000);
    expect(again.one('refund.made')).toMatchObject({ command: 'r1' });
    expect(before.peer.payments).toHaveLength(1);
  });
});

describe('whatever is cut off wherever', () => {
  type Cut = 'kiosk' | 'line' | 'terminal' | 'both';
  const ways: readonly Wanted[] = ['confirm', 'reverse', 'take'];

  /** The whole visit; `at` counts messages of either side on the line. */
  function visit(hand: Hand, wanted: Wanted): void {
    hand.start();
    if (!hand.stopped && hand.peer.asked > 0) hand.approve();
    if (!hand.stopped && hand.of('charge.approved').length > 0) {
      if (wanted === 'confirm') hand.confirm();
      else if (wanted === 'reverse') hand.reverse();
      hand.wait(wanted === 'take' ? 10_000 : 3_000);
    }
  }

  function length(wanted: Wanted): number {
    const hand = new Hand().ready();
    let messages = 0;
    hand.stop = () => {
      messages++;
      return false;
    };
    visit(hand, wanted);
    return messages;
  }

  function cutAt(at: number, wanted: Wanted, cut: Cut): { readonly hand: Hand; readonly told: string[] } {
    const hand = new Hand().ready();
    let messages = 0;
    hand.stop = () => messages++ === at;
    visit(hand, wanted);
    hand.stop = () => false;
    hand.stopped = false;
    const decided = wanted !== 'take' && hand.of('charge.approved').length > 0 && messages > 0;
    if (cut === 'terminal' || cut === 'both') hand.peer.cutPower();
    if (cut === 'line' || cut === 'terminal') {
      hand.close().open();
      return { hand, told: [] };
    }
    return { hand: restart(hand, decided ? wanted : 'take'), told: hand.ends() };
  }

  test.each(ways)('a payment to %s ends as the terminal has it, and is never ordered twice', (wanted) => {
    const messages = length(wanted);
    expect(messages).toBeGreaterThan(15);
    for (const cut of ['kiosk', 'line', 'terminal', 'both'] as const) {
      for (let at = 0; at < messages; at++) {
        const what = `${cut} at ${at}`;
        const { hand, told } = cutAt(at, wanted, cut);
        // A customer who stands at the terminal goes on, and a terminal that waits in vain gives up.
        if (hand.peer.now !== null) hand.peer.reverseAtMs ??= hand.nowMs + 30_000;
        if (hand.peer.asked > 0 && hand.peer.now === null) hand.peer.abort();
        hand.wait(120_000);
        // The kiosk decides as it would, when it still has to.
        if (told.length + hand.ends().length === 0 && hand.of('charge.approved').length > 0)
          hand.reverse().wait(60_000);
        const ends = [...told, ...hand.ends()];
        expect(hand.peer.orders(0x0601), what).toBeLessThanOrEqual(1);
        expect(new Set(ends).size, `${what}: ${ends.join()}`).toBe(1);
        expect(hand.peer.taken(), `${what}: ${ends.join()}`).toBe(ends.includes('charge.confirmed') ? 8_800 : 0);
      }
    }
  });
});

test('what is known after each end is what the next start compares with', () => {
  const hand = new Hand({ settings }).ready().start().approve().confirm().wait(2_500);
  expect(hand.one('charge.confirmed').counters).toEqual({ receipt: 17, trace: 117, terminal: 12_345_678, before: 0 });
});
