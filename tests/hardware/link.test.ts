import { expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import { type ByHandEnd, type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import type { Decoder, Driver } from '../../hardware/driver.ts';
import { CRASHED, Link } from '../../hardware/link.ts';
import { noProbe, type Port, type PortListener, type Probe } from '../../hardware/port.ts';

/**
 * A bus of two addresses: one byte asks (address, with 0x80 for money), one frame answers, of one byte or of several equal
 * ones. 0xEE makes a driver crash.
 */
interface State {
  readonly urgent: boolean;
  readonly nextMs: number;
  readonly money: boolean;
}

function decoder(frameBytes: number): Decoder<number> {
  let held: number[] = [];
  return {
    push: (bytes) =>
      [...bytes].flatMap((frame) => {
        held = held.length + 1 < frameBytes ? [...held, frame] : [];
        return held.length === 0 ? [{ type: 'frame' as const, frame }] : [];
      }),
    silence: () => {
      const bytes = Uint8Array.from(held);
      held = [];
      return [{ type: 'discarded', bytes, why: 'unfinished' }];
    },
    get pending() {
      return held.length > 0;
    },
  };
}

function driver(address: number, everyMs: number, frameBytes: number): Driver<State, number> {
  return {
    interByteMs: 10,
    decoder: () => decoder(frameBytes),
    start: () => ({ urgent: false, nextMs: 0, money: false }),
    step(state, input) {
      const { nowMs } = input;
      let next = state;
      let send: { name: string; bytes: Uint8Array; replyWithinMs: number } | undefined;
      const facts: DeviceFact[] = [];
      if (input.type === 'command') next = { ...state, urgent: true, money: true };
      if (input.type === 'frame' && input.frame === 0xee) throw new Error('a byte too many');
      if (input.type === 'levels')
        facts.push({ device: `d${address}`, fact: 'device.fault', code: `levels ${input.levels.accept}` });
      if (input.type === 'frame')
        facts.push({ device: `d${address}`, fact: 'device.fault', code: `frame ${input.frame}` });
      if (input.type === 'recorded')
        facts.push({ device: `d${address}`, fact: 'device.fault', code: `recorded ${input.key}` });
      if (input.type === 'turn') {
        const byte = state.money ? 0x80 | address : address;
        send = { name: state.money ? 'pay' : 'poll', bytes: Uint8Array.of(byte, 0), replyWithinMs: 50 };
        next = { urgent: false, money: false, nextMs: nowMs + everyMs };
      }
      return {
        state: next,
        facts,
        turnAtMs: next.urgent ? nowMs : next.nextMs,
        urgent: next.urgent,
        ...(send && { send }),
      };
    },
  };
}

interface Rigged {
  readonly probe?: Probe;
  readonly replyAfterMs?: number | null;
  readonly missing?: boolean;
  /** The port says that it is open only now. */
  readonly openedAfterMs?: number;
  readonly frameBytes?: number;
  /** The port never says that it has taken what was sent. */
  readonly mute?: boolean;
  readonly onFact?: () => void;
}

function rig(options: Rigged = {}) {
  const {
    probe = noProbe,
    replyAfterMs = 10,
    missing = false,
    openedAfterMs = 0,
    frameBytes = 1,
    mute = false,
  } = options;
  const clock = new VirtualClock(0);
  const facts: DeviceFact[] = [];
  const sent: { atMs: number; byte: number }[] = [];
  const opens: number[] = [];
  let listener: PortListener | null = null;
  let answering = false;
  let overlaps = 0;
  const port: Port = {
    name: 'bus',
    open(next) {
      opens.push(clock.monoMs());
      if (missing) return next.closed({ code: 'missing', message: 'none' });
      listener = next;
      if (openedAfterMs === 0) next.opened();
      else clock.after(openedAfterMs, () => next.opened());
    },
    send(bytes, done) {
      const byte = bytes[0] as number;
      if (byte !== 0) {
        if (answering) overlaps++;
        sent.push({ atMs: clock.monoMs(), byte });
        if (replyAfterMs !== null) {
          answering = true;
          clock.after(replyAfterMs, () => {
            answering = false;
            listener?.received(new Uint8Array(frameBytes).fill(byte));
          });
        }
      }
      if (!mute) done?.();
    },
    close: () => {},
  };
  const link = new Link({
    port,
    clock,
    probe,
    chance: (bytes) => new Uint8Array(bytes),
    drivers: [1, 2].map((address) => ({
      id: `d${address}`,
      driver: driver(address, address === 1 ? 20 : 100, frameBytes) as Driver<unknown, unknown>,
      moneyMessages: ['pay'],
      memory: () => emptyMemory,
    })),
    onFact: (fact) => {
      facts.push(fact);
      options.onFact?.();
    },
  });
  const order = (device: string) => link.obey({ id: 'c', device, command: 'note.stack', currency: 'CNY', minor: 100 });
  return {
    clock,
    facts,
    sent,
    opens,
    link,
    order,
    overlaps: () => overlaps,
    say: (...bytes: readonly number[]) => listener?.received(Uint8Array.from(bytes)),
    heard: (device: string) =>
      facts.flatMap((fact) => (fact.device === device && fact.fact === 'device.fault' ? [fact.code] : [])),
    drop: () => listener?.closed({ code: 'lost', message: 'cut' }),
  };
}

function isCrash(fact: DeviceFact, device: string): boolean {
  return fact.fact === 'device.fault' && fact.code === CRASHED && fact.device === device;
}

test('two drivers share the wire: nothing is sent while the other waits for its answer, and both are served', () => {
  const { clock, sent, overlaps } = rig();
  clock.runUntil(2_000);
  expect(overlaps()).toBe(0);
  expect(sent.filter(({ byte }) => byte === 1).length).toBeGreaterThan(40);
  expect(sent.filter(({ byte }) => byte === 2).length).toBeGreaterThan(15);
});

test('a command on a free wire leaves in the same tick', () => {
  const { clock, sent, order } = rig();
  clock.runUntil(25);
  while (clock.monoMs() < 500) clock.runUntil(clock.monoMs() + 1);
  clock.runUntil(512);
  // Wait for a moment at which nobody holds the turn.
  let before = sent.length;
  for (let ms = 513; sent.at(-1)!.atMs + 11 > clock.monoMs() || sent.length !== before; ms++) {
    before = sent.length;
    clock.runUntil(ms);
  }
  order('d2');
  expect(sent.at(-1)).toEqual({ atMs: clock.monoMs(), byte: 0x82 });
});

test('a command while another holds the turn comes first after it, before a poll that is longer due', () => {
  const { clock, sent, order, overlaps } = rig({ replyAfterMs: 40 });
  // While the slow answer of the other is awaited, this one's poll falls due: it has waited longer than the order.
  do clock.runUntil(clock.monoMs() + 1);
  while (clock.monoMs() < 405 || sent.at(-1)?.byte !== 1 || clock.monoMs() - sent.at(-1)!.atMs < 30);
  const count = sent.length;
  order('d2');
  expect(sent).toHaveLength(count);
  clock.runUntil(500);
  expect(sent[count]?.byte).toBe(0x82);
  expect(overlaps()).toBe(0);
});

test('without answers every driver still gets its turn', () => {
  const { clock, sent } = rig({ replyAfterMs: null });
  clock.runUntil(2_000);
  expect(new Set(sent.slice(-6).map(({ byte }) => byte))).toEqual(new Set([1, 2]));
});

test('an answer that arrived while the time-out was being judged counts as an answer', () => {
  const { clock, sent, overlaps } = rig({ replyAfterMs: 55 });
  clock.runUntil(1_000);
  expect(overlaps()).toBe(0);
  expect(sent.length).toBeGreaterThan(10);
});

test('a port that is missing is tried again with doubling pauses up to five seconds', () => {
  const { clock, opens } = rig({ missing: true });
  clock.runUntil(25_000);
  expect(opens.slice(0, 8)).toEqual([0, 250, 750, 1_750, 3_750, 7_750, 12_750, 17_750]);
});

test('a lost line is opened again and served', () => {
  const { clock, sent, opens, drop } = rig();
  clock.runUntil(300);
  drop();
  const count = sent.length;
  clock.runUntil(1_000);
  expect(opens).toHaveLength(2);
  expect(sent.length).toBeGreaterThan(count);
});

test('what comes before the port is open reaches no driver', () => {
  const { clock, say, heard } = rig({ openedAfterMs: 50, replyAfterMs: null });
  clock.runUntil(40);
  say(7);
  expect([...heard('d1'), ...heard('d2')]).toEqual([]);
  clock.runUntil(60);
  say(7);
  expect([...heard('d1'), ...heard('d2')]).toEqual(['frame 7']);
});

test('a frame that comes in two reads is one frame; a half that nothing follows is dropped', () => {
  const { clock, say, heard } = rig({ frameBytes: 2, replyAfterMs: null });
  clock.runUntil(500);
  say(7);
  clock.runUntil(508);
  say(7);
  clock.runUntil(600);
  say(8);
  clock.runUntil(700);
  say(9, 9);
  expect([...heard('d1'), ...heard('d2')]).toEqual(['frame 7', 'frame 9']);
});

test('a half that goes on and on puts the time-out off by a second at most', () => {
  const { clock, sent, say } = rig({ frameBytes: 500, replyAfterMs: null });
  clock.runUntil(1);
  expect(sent).toHaveLength(1);
  while (clock.monoMs() < 1_500) {
    say(7);
    clock.runUntil(clock.monoMs() + 10);
  }
  // 50 ms for the reply, 10 for what has arrived, and the second.
  expect(sent.map(({ atMs }) => atMs).slice(0, 2)).toEqual([0, 1_060]);
});

test('what the operating system does not take within ten seconds and two milliseconds for each byte is not waited for', () => {
  const { clock, sent } = rig({ mute: true, replyAfterMs: null });
  clock.runUntil(15_000);
  expect(sent.map(({ atMs }) => atMs)).toEqual([0, 10_014]);
});

test('ten thousand calls from inside a step wait for its end, and one more is refused', () => {
  let calls = () => {};
  const { facts, link } = rig({ replyAfterMs: null, onFact: () => calls() });
  calls = () => {
    calls = () => {};
    for (let n = 0; n < 10_000; n++) link.recorded('d1', `${n}`);
    expect(facts).toHaveLength(1);
    expect(() => link.recorded('d1', 'more')).toThrow('calls pile up on bus');
  };
  link.recorded('d1', 'first');
  expect(facts).toHaveLength(10_001);
});

test('what is recorded is told to the device whose key it is, and to no other', () => {
  const { link, heard } = rig({ replyAfterMs: null });
  link.recorded('d2', 'd2/s1');
  expect(heard('d1')).toEqual([]);
  expect(heard('d2')).toEqual(['recorded d2/s1']);
});

test('a driver that crashes is a fault, gets its levels again and the other goes on', () => {
  const { clock, facts, sent, link, say } = rig();
  clock.runUntil(205);
  link.maintain('d1', { accept: [100] });
  while (clock.monoMs() < 1_000 && !facts.some((fact) => fact.fact === 'device.cleared' || isCrash(fact, 'd1'))) {
    say(0xee);
    clock.runUntil(clock.monoMs() + 7);
  }
  const crashed = facts.filter((fact) => fact.fact === 'device.fault' && fact.code === CRASHED);
  expect(crashed[0]).toMatchObject({ code: CRASHED, device: 'd1' });
  const levelsTold = (): number =>
    facts.filter((fact) => fact.fact === 'device.fault' && fact.code === 'levels 100').length;
  expect(levelsTold()).toBe(1);
  const count = sent.length;
  clock.runUntil(clock.monoMs() + 8_000);
  expect(levelsTold()).toBe(2);
  expect(new Set(sent.slice(count).map(({ byte }) => byte))).toEqual(new Set([1, 2]));
  expect(facts.filter((fact) => fact.fact === 'device.cleared').map((fact) => fact.device)).toContain(
    crashed[0]?.device,
  );
  expect(link.trace().some(({ direction, what }) => direction === 'crash' && what.includes('a byte too many'))).toBe(
    true,
  );
});

test('a driver that crashes again and again is one fault until a frame does it good', () => {
  const { clock, facts, link, say } = rig({ replyAfterMs: null });
  const crashes = () => link.trace().filter(({ direction }) => direction === 'crash').length;
  while (crashes() < 10) {
    say(0xee);
    clock.runUntil(clock.monoMs() + 7);
  }
  expect(facts.filter((fact) => isCrash(fact, 'd1'))).toHaveLength(1);
  expect(facts.filter((fact) => isCrash(fact, 'd2'))).toHaveLength(1);
});

test('the probe sees a money message at b4, b5, b6 and b8 in order, and no poll', () => {
  const seen: string[] = [];
  const { clock, order } = rig({ probe: (boundary, what) => seen.push(`${boundary} ${what}`) });
  clock.runUntil(205);
  order('d1');
  clock.runUntil(400);
  expect(seen).toEqual(['b4 pay', 'b5 pay', 'b6 pay', 'b8 pay']);
});

test('a reply to a money message is shown to the probe when half of it is read, and still read whole', () => {
  const seen: string[] = [];
  const { clock, order, heard } = rig({ frameBytes: 2, probe: (boundary, what) => seen.push(`${boundary} ${what}`) });
  clock.runUntil(205);
  order('d1');
  clock.runUntil(400);
  expect(seen).toEqual(['b4 pay', 'b5 pay', 'b6 pay', 'b7 pay', 'b8 pay']);
  expect(heard('d1')).toContain(`frame ${0x81}`);
});

test('a read of nothing is no sign to the probe that the device has acted', () => {
  const seen: string[] = [];
  const { clock, order, say } = rig({ probe: (boundary) => seen.push(boundary) });
  clock.runUntil(205);
  order('d1');
  while (!seen.includes('b5') && clock.monoMs() < 400) clock.runUntil(clock.monoMs() + 1);
  say();
  expect(seen).toEqual(['b4', 'b5']);
});

test.each(['b4', 'b5', 'b6', 'b8'])('a throw of the probe at %s goes through', (where) => {
  const { clock, order } = rig({
    probe: (boundary) => {
      if (boundary === where) throw new Error('cut here');
    },
  });
  clock.runUntil(205);
  expect(() => {
    order('d1');
    clock.runUntil(400);
  }).toThrow('cut here');
});

test('what goes over a wire is counted for each of its devices, what belongs to nobody for the wire', () => {
  const { clock, link, say } = rig();
  clock.runUntil(5_000);
  const [first, second] = [link.counts('d1'), link.counts('d2')];
  const outs = link.trace().filter(({ direction }) => direction === 'out');
  for (const [address, counts] of [
    [1, first],
    [2, second],
  ] as const) {
    expect(counts.sent).toBe(outs.filter(({ bytes }) => bytes[0] === address).length);
    expect(counts.received + counts.unanswered).toBeGreaterThanOrEqual(counts.sent - 1);
    expect(counts).toMatchObject({ unanswered: 0, opened: 1, crashes: 0, discardedBytes: 0 });
  }
  say(0xee);
  expect(link.counts('d1').crashes + link.counts('d2').crashes).toBeGreaterThan(0);
  expect(() => link.counts('d9')).toThrow(RangeError);
});

test('a message that nobody answers is counted', () => {
  const { clock, link } = rig({ replyAfterMs: null });
  clock.runUntil(1_000);
  const { sent, received, unanswered } = link.counts('d1');
  expect(received).toBe(0);
  expect(unanswered).toBeGreaterThanOrEqual(sent - 1);
  expect(unanswered).toBeGreaterThan(0);
});

test('the trace keeps the last two thousand entries', () => {
  const { clock, link } = rig();
  clock.runUntil(60_000);
  expect(link.trace()).toHaveLength(2_000);
  expect(link.trace().at(-1)!.atMs).toBeGreaterThan(59_000);
});

test('the trace keeps the first 512 bytes of an entry', () => {
  const { clock, link, say } = rig({ frameBytes: 2_000, replyAfterMs: null });
  clock.runUntil(1);
  say(...new Array<number>(512).fill(7));
  say(...new Array<number>(600).fill(8));
  const read = link.trace().filter(({ direction }) => direction === 'in');
  expect(read.map(({ bytes }) => bytes.length)).toEqual([512, 512]);
});

test('a request by hand has the wire for itself, its answer is told, and whoever was ordered meanwhile obeys afterwards', () => {
  const { clock, sent, link, order, overlaps } = rig();
  clock.runUntil(405);
  const ends: ByHandEnd[] = [];
  link.ask('d1', 'who', [Uint8Array.of(0x31), Uint8Array.of(0x41)], (end) => ends.push(end));
  order('d1');
  clock.runUntil(600);
  expect(ends).toEqual([{ end: 'answered', bytes: Buffer.of(0x41) }]);
  expect(overlaps()).toBe(0);
  const bytes = sent.map(({ byte }) => byte);
  expect(bytes.slice(bytes.indexOf(0x31), bytes.indexOf(0x41) + 1)).toEqual([0x31, 0x41]);
  expect(bytes.filter((byte) => byte === 0x81)).toHaveLength(1);
  expect(bytes.indexOf(0x81)).toBeGreaterThan(bytes.indexOf(0x41));
  expect(link.trace().map(({ what }) => what)).toContain('by hand who');
});

test('a request by hand that nobody answers ends after three seconds, and everybody gets the turn again', () => {
  const { clock, sent, link } = rig({ replyAfterMs: null });
  clock.runUntil(405);
  const ends: ByHandEnd[] = [];
  link.ask('d1', 'who', [Uint8Array.of(0x31)], (end) => ends.push(end));
  link.ask('d1', 'again', [Uint8Array.of(0x32)], (end) => ends.push(end));
  expect(ends).toEqual([{ end: 'refused', why: 'busy' }]);
  clock.runUntil(3_000);
  expect(ends).toHaveLength(1);
  clock.runUntil(5_000);
  expect(ends.slice(1)).toEqual([{ end: 'silent' }]);
  expect(new Set(sent.slice(-6).map(({ byte }) => byte))).toEqual(new Set([1, 2]));
  expect(sent.map(({ byte }) => byte)).not.toContain(0x32);
});

test('a request by hand is refused where the port is closed, and ends when it closes, sent or not', () => {
  const { clock, link, drop } = rig({ replyAfterMs: null });
  const ends: ByHandEnd[] = [];
  const tell = (end: ByHandEnd) => ends.push(end);
  link.ask('d1', 'who', [Uint8Array.of(0x31)], tell);
  expect(ends).toEqual([{ end: 'refused', why: 'closed' }]);
  clock.runUntil(5);
  link.ask('d1', 'who', [Uint8Array.of(0x31)], tell);
  drop();
  expect(ends.slice(1)).toEqual([{ end: 'refused', why: 'closed' }]);
  clock.runUntil(1_000);
  link.ask('d2', 'who', [Uint8Array.of(0x31)], tell);
  clock.runUntil(1_100);
  drop();
  expect(ends.slice(2)).toEqual([{ end: 'silent' }]);
});

test('what the driver had asked before is still its own: its answer comes to it, and then the request by hand leaves', () => {
  const { clock, sent, link, heard } = rig({ replyAfterMs: 40 });
  do clock.runUntil(clock.monoMs() + 1);
  while (clock.monoMs() < 405 || sent.at(-1)?.byte !== 1 || sent.at(-1)?.atMs !== clock.monoMs());
  const before = heard('d1').length;
  const ends: ByHandEnd[] = [];
  link.ask('d1', 'who', [Uint8Array.of(0x31)], (end) => ends.push(end));
  clock.runUntil(clock.monoMs() + 39);
  expect(sent.map(({ byte }) => byte)).not.toContain(0x31);
  clock.runUntil(clock.monoMs() + 100);
  expect(heard('d1')[before]).toBe('frame 1');
  expect(ends).toEqual([{ end: 'answered', bytes: Buffer.of(0x31) }]);
});
