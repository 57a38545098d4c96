import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import { Link } from '../../../hardware/link.ts';
import { noProbe, type Port, type PortListener } from '../../../hardware/port.ts';
import { createDriver } from '../../../hardware/zvt/driver.ts';
import { createDecoder, encodeApdu, NOISE, SPOILT, wrap } from '../../../hardware/zvt/frame.ts';
import { frontDoor } from '../../../hardware/zvt/index.ts';
import { Hand, Peer, settings } from './peer.ts';

const insertCard = encodeApdu(0x04ff, [0x0a]);
const printLine = encodeApdu(0x06d1, [0x00, 0x48, 0x69]);
const lastLine = encodeApdu(0x06d1, [0x80]);

/** Everything but what one message of the driver meets. */
function without(name: string, what: 'ack' | 'message'): Hand {
  const hand = new Hand().ready();
  hand.toPeer = (sent) => sent !== name || what === 'ack';
  hand.acks = what !== 'ack';
  return hand;
}

describe('on a serial line', () => {
  test('every message of the terminal is acknowledged before it is answered, and acknowledgements are not', () => {
    const hand = new Hand().ready().start();
    hand.sent = [];
    hand.hear(insertCard).pump();
    expect(hand.sent).toEqual(['ack', 'positive']);
    hand.frame('ack').frame('nak').pump();
    expect(hand.sent).toEqual(['ack', 'positive']);
  });

  test.each([SPOILT, 'unfinished', 'no APDU inside'])('what came spoilt (%s) is answered by NAK', (why) => {
    const hand = new Hand().ready();
    hand.sent = [];
    hand.give({ type: 'discarded', bytes: Uint8Array.of(1), why });
    hand.pump();
    expect(hand.sent).toEqual(['nak']);
    hand.give({ type: 'discarded', bytes: Uint8Array.of(1), why: NOISE });
    expect(hand.pump().sent).toEqual(['nak']);
  });

  test('the order for money is sent again after a NAK, three times in all, and asked about then', () => {
    const hand = new Hand().ready();
    hand.toPeer = (name) => name !== 'authorisation';
    hand.acks = false;
    hand.peer.completesLanguage = false;
    hand.start().wait(1_100);
    const ordered = () => hand.sent.filter((name) => name === 'authorisation').length;
    expect(ordered()).toBe(1);
    for (let n = 2; n <= 3; n++) {
      hand.frame('nak').pump();
      expect(ordered()).toBe(n);
    }
    hand.frame('nak');
    hand.acks = true;
    hand.wait(15_000);
    expect(ordered()).toBe(3);
    expect(hand.one('charge.declined')).toMatchObject({ code: 'not-taken' });
  });

  test('an order for money that nobody answers is not sent again: the terminal is asked', () => {
    const hand = new Hand().ready();
    hand.toPeer = (name) => name !== 'authorisation';
    hand.start();
    hand.wait(30_000);
    expect(hand.sent.filter((name) => name === 'authorisation')).toHaveLength(1);
    expect(hand.one('charge.declined')).toMatchObject({ code: 'not-taken' });
  });

  test('the acknowledgement of the order is lost, and its answer says the same', () => {
    const hand = new Hand().ready();
    hand.acks = false;
    hand.peer.completesLanguage = false;
    hand.start().wait(1_100);
    hand.acks = true;
    hand.wait(20_000);
    expect(hand.approve().confirm().wait(3_000).ends()).toEqual(['charge.confirmed']);
    expect(hand.peer.orders(0x0601)).toBe(1);
  });

  test('without any acknowledgement of the terminal a payment still goes its way, once', () => {
    const hand = new Hand().ready();
    hand.acks = false;
    hand.peer.completesLanguage = false;
    hand.start().wait(1_100).approve().confirm().wait(30_000);
    expect(hand.peer.orders(0x0601)).toBe(1);
    expect(hand.ends()).toEqual(['charge.confirmed']);
  });

  test('a question that is not acknowledged is asked three times, then the terminal is lost', () => {
    const hand = new Hand();
    hand.toPeer = () => false;
    hand.acks = false;
    hand.wait(16_000);
    expect(hand.sent.filter((name) => name === 'registration')).toHaveLength(3);
    expect(hand.one('device.lost')).toMatchObject({ reason: 'silent' });
    hand.toPeer = () => true;
    hand.acks = true;
    expect(hand.wait(40_000).of('device.ready')).toHaveLength(1);
  });

  test('a message that comes again because its answer was lost is answered again, and prints once', () => {
    const hand = new Hand().ready().start();
    hand.acks = false;
    hand.hear(printLine).pump();
    hand.sent = [];
    hand.hear(printLine).pump();
    expect(hand.sent).toEqual(['ack', 'positive']);
    hand.frame('ack').hear(printLine).pump();
    hand.frame('ack').hear(lastLine).pump();
    expect(hand.one('terminal.printed').lines).toEqual(['Hi', 'Hi', '']);
  });

  test('an answer that is not acknowledged is sent three times in all', () => {
    const hand = new Hand().ready().start();
    hand.acks = false;
    hand.sent = [];
    hand.hear(insertCard).wait(60_000);
    expect(hand.sent.filter((name) => name === 'positive')).toHaveLength(3);
  });

  test('a completion that is lost is asked for, and found', () => {
    const hand = new Hand().ready().start().approve().confirm();
    hand.fromPeer = (apdu) => apdu[0] !== 0x06 || apdu[1] !== 0x0f || hand.peer.heard.at(-1)?.code !== 0x0601;
    hand.wait(2_500);
    expect(hand.peer.taken()).toBe(8_800);
    expect(hand.ends()).toEqual([]);
    hand.wait(200_000);
    expect(hand.one('charge.confirmed')).toMatchObject({ command: 'c1' });
    expect(hand.of('charge.unknown')).toEqual([]);
  });

  test('the word about the goods is lost: the terminal says its status again, and hears it again', () => {
    const hand = new Hand().ready().start().approve().confirm();
    let lost = 0;
    hand.toPeer = (name) => name !== 'goods-given-out' || lost++ > 0;
    hand.wait(2_500);
    expect(hand.peer.taken()).toBe(0);
    hand.peer.awaits = false;
    hand.peer.repeatAtMs = hand.nowMs;
    hand.wait(3_000);
    expect(hand.one('charge.confirmed')).toMatchObject({ command: 'c1' });
    expect(hand.peer.taken()).toBe(8_800);
  });

  test('a completion that comes again belongs to no later conversation', () => {
    const hand = new Hand().ready().start().approve().confirm().wait(2_500);
    hand.peer.mute.add(0x0830);
    hand.start('c2');
    hand
      .hear(encodeApdu(0x060f))
      .hear(encodeApdu(0x061e, [0x6c]))
      .pump();
    expect(hand.ends()).toEqual(['charge.confirmed']);
  });

  test('a status enquiry that crosses a word of the terminal harms nobody', () => {
    const hand = new Hand().ready();
    hand.peer.mute.add(0x0501);
    hand.wait(31_000);
    expect(hand.sent.at(-1)).toBe('status-enquiry');
    hand.hear(insertCard).pump();
    hand.peer.mute.clear();
    hand.wait(200_000);
    expect(hand.start().approve().confirm().wait(3_000).ends()).toEqual(['charge.confirmed']);
  });

  test('nothing is kept of a line that was lost', () => {
    const hand = without('positive', 'message').start();
    hand.close();
    expect(hand.state.out).toEqual([]);
    expect(hand.turnAtMs).toBeNull();
    expect(hand.one('device.lost')).toMatchObject({ reason: 'lost' });
  });

  test('whatever is repeated by the terminal, what waits to leave stays bounded', () => {
    const hand = new Hand().ready();
    hand.acks = false;
    for (let n = 0; n < 200; n++) hand.hear(encodeApdu(0x04ff, [n & 0x1f]));
    expect(hand.state.out.length).toBeLessThanOrEqual(32);
  });
});

test('over TCP nothing is acknowledged, and nothing is sent twice', () => {
  const hand = new Hand({ settings: { ...settings, transport: 'tcp' } });
  hand.toPeer = () => false;
  hand.wait(5_500);
  expect(hand.sent).toEqual(['registration']);
  expect(hand.one('device.lost')).toMatchObject({ reason: 'silent' });
});

test('a terminal that falls silent in the middle is asked after T4, which each word begins anew', () => {
  const hand = new Hand().ready().start();
  hand.wait(170_000).hear(insertCard).wait(170_000);
  expect(hand.peer.orders(0x0501)).toBe(1);
  hand.peer.asked = 0;
  hand.wait(20_000);
  expect(hand.one('charge.declined')).toMatchObject({ code: 'not-taken' });
});

/** The peer behind a real Link: bytes both ways, in any pieces. */
function linked(transport: 'serial' | 'tcp', piece: number) {
  const clock = new VirtualClock(0);
  const peer = new Peer();
  const decoder = createDecoder(transport);
  const facts: DeviceFact[] = [];
  let listener: PortListener | null = null;
  let told = 0;
  const speak = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += piece) listener?.received(bytes.slice(at, at + piece));
  };
  const next = (): void => {
    const apdu = peer.awaits ? undefined : peer.queue.shift();
    if (apdu === undefined) return;
    told = ((apdu[0] as number) << 8) | (apdu[1] as number);
    peer.awaits = (apdu[0] as number) < 0x80;
    clock.after(10, () => {
      speak(transport === 'tcp' ? apdu : wrap(apdu));
      next();
    });
  };
  const port: Port = {
    name: 'sim',
    open(opened) {
      listener = opened;
      opened.opened();
    },
    send(bytes, sent) {
      for (const item of decoder.push(bytes)) {
        if (item.type !== 'frame' || item.frame.type !== 'apdu') continue;
        const { frame } = item;
        if (transport === 'serial') clock.after(1, () => speak(Uint8Array.of(0x06)));
        clock.after(5, () => {
          if (frame.code >>> 8 >= 0x80) {
            peer.awaits = false;
            peer.answer(frame, told, clock.monoMs());
          } else peer.command(frame);
          next();
        });
      }
      sent?.();
    },
    close() {},
  };
  const link = new Link({
    port,
    clock,
    probe: noProbe,
    chance: (bytes) => new Uint8Array(bytes),
    drivers: [
      {
        id: 't',
        driver: createDriver('t', { ...settings, transport }),
        moneyMessages: frontDoor.moneyMessages,
        memory: () => emptyMemory,
      },
    ],
    onFact(fact) {
      facts.push(fact);
      if ('key' in fact) clock.after(3, () => link.recorded('t', fact.key));
    },
    onCrash: (_, words) => {
      throw new Error(words);
    },
  });
  const run = (ms: number): void => {
    for (const endMs = clock.monoMs() + ms; clock.monoMs() < endMs; ) {
      clock.runUntil(clock.monoMs() + 100);
      peer.tick(clock.monoMs());
      next();
    }
  };
  return { link, peer, facts, run, next };
}

describe.each(['serial', 'tcp'] as const)('with a real Link over %s', (transport) => {
  test.each([1, 2, 7, 1_000])('in pieces of %i bytes a payment is approved, held and confirmed', (piece) => {
    const { link, peer, facts, run, next } = linked(transport, piece);
    run(3_000);
    expect(facts.map(({ fact }) => fact)).toContain('device.ready');
    link.obey({
      id: 'c1',
      device: 't',
      command: 'charge.start',
      lang: 'en',
      subject: 'x',
      currency: 'CNY',
      minor: 1_010,
    });
    run(1_000);
    peer.approve();
    next();
    run(5_000);
    link.obey({ id: 'c1', device: 't', command: 'charge.confirm' });
    run(3_000);
    expect(peer.taken()).toBe(1_010);
    expect(facts.filter(({ fact }) => fact.startsWith('charge.')).map(({ fact }) => fact)).toEqual([
      'charge.starting',
      'charge.prompt',
      'charge.prompt',
      'charge.approved',
      'charge.confirmed',
    ]);
  });
});
