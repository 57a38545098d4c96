import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import type { Driver } from '../../hardware/driver.ts';
import { Link } from '../../hardware/link.ts';
import { noProbe, type PortListener, type Probe } from '../../hardware/port.ts';
import { busDriver, CRASH, encoded, PAY, POLL, REPLY_WITHIN_MS, simulate } from './bus.ts';

const FLIGHT_MS = 1;

interface Wiring {
  readonly echo: boolean;
  readonly probe?: Probe;
  /** By address, over 2 (asked every 20 ms) and 3 (every 100 ms). */
  readonly machines?: Readonly<Record<number, Readonly<Record<string, string>>>>;
}

/** Two machines, their drivers and one wire, which gives the host its own bytes back or does not. */
function bus({ echo, probe = noProbe, machines = {} }: Wiring) {
  const clock = new VirtualClock(0);
  const facts: DeviceFact[] = [];
  const sent: { readonly atMs: number; readonly to: number; readonly what: number }[] = [];
  /** When each answer reached the host. */
  const answered: number[] = [];
  let listener: PortListener | null = null;
  let chances = 0;
  const opens: number[] = [];
  const hear = (bytes: Uint8Array): void => listener?.received(bytes);
  const players = [2, 3].map((address) =>
    simulate({
      clock,
      speed: 1,
      random: () => 0,
      settings: { address: String(address), ...machines[address] },
      sharesWire: true,
      send: (bytes) => {
        answered.push(clock.monoMs());
        hear(bytes);
      },
      emit: () => {},
    }),
  );
  const link = new Link({
    port: {
      name: 'bus',
      open(next) {
        listener = next;
        opens.push(clock.monoMs());
        next.opened();
      },
      send(bytes, done) {
        const copy = bytes.slice();
        if (copy.length >= 3) sent.push({ atMs: clock.monoMs(), to: copy[0] as number, what: copy[2] as number });
        clock.after(FLIGHT_MS, () => {
          if (echo) hear(copy);
          for (const player of players) player.receive(copy);
        });
        done?.();
      },
      close: () => {},
    },
    clock,
    probe,
    chance: (bytes) => new Uint8Array(bytes).fill(++chances),
    drivers: [2, 3].map((address) => ({
      id: `d${address}`,
      driver: busDriver(`d${address}`, address, address === 2 ? 20 : 100) as Driver<unknown, unknown>,
      moneyMessages: ['pay'],
      memory: () => emptyMemory,
    })),
    onFact: (fact) => facts.push(fact),
  });
  return {
    clock,
    link,
    sent,
    answered,
    opens,
    say: (bytes: Uint8Array) => hear(bytes),
    drop: () => listener?.closed({ code: 'lost', message: 'cut' }),
    pay: (device: string) => link.obey({ id: 'c', device, command: 'note.return' }),
    run: (ms: number) => clock.runUntil(clock.monoMs() + ms),
    heard: (device: string) =>
      facts.flatMap((fact) => (fact.device === device && fact.fact === 'device.fault' ? [fact.code] : [])),
    /** Until a question to this address has just left. */
    asked(address: number, what = POLL) {
      const before = sent.length;
      while (!sent.slice(before).some((one) => one.to === address && one.what === what)) {
        if (clock.monoMs() > 10_000) throw new Error(`${address} is not asked any more`);
        clock.runUntil(clock.monoMs() + 1);
      }
    },
  };
}

const frames = (heard: readonly string[]) => heard.filter((code) => code.startsWith('frame'));

describe.each([
  ['with an echo', true],
  ['without an echo', false],
])('two addresses on one wire, %s', (_, echo) => {
  test('each driver hears its own device once for each question, and nothing else', () => {
    const { run, sent, heard } = bus({ echo });
    run(2_000);
    for (const address of [2, 3]) {
      const questions = sent.filter(({ to }) => to === address).length;
      expect(questions).toBeGreaterThan(15);
      const told = heard(`d${address}`).slice(1);
      expect(new Set(told)).toEqual(new Set([`frame ${address} ${POLL}`]));
      expect(questions - told.length).toBeLessThanOrEqual(1);
    }
  });

  test('no question leaves before the one before it is answered', () => {
    const { run, sent, answered } = bus({ echo });
    run(2_000);
    const late = sent.slice(1).filter(({ atMs }, n) => atMs < (answered[n] as number));
    expect(late).toEqual([]);
  });

  test('money leaves first: before a poll of another that is longer due', () => {
    const { run, pay, sent, asked } = bus({ echo, machines: { 2: { afterMs: '40' } } });
    run(350);
    // While its slow answer is awaited, this one's own next poll falls due: it has waited longer than the order.
    asked(2);
    run(30);
    pay('d3');
    const count = sent.length;
    run(100);
    expect(sent[count]).toMatchObject({ to: 3, what: PAY });
  });

  test('a mute neighbour costs its own time-out, and no more', () => {
    const { run, sent, heard } = bus({ echo, machines: { 3: { mute: 'on' } } });
    run(5_000);
    expect(frames(heard('d3'))).toEqual([]);
    const silences = heard('d3').filter((code) => code === 'silence').length;
    expect(silences).toBeGreaterThan(20);
    // Each silence of the other holds the wire for so long; the rest of the time is this one's.
    const free = 5_000 - silences * (REPLY_WITHIN_MS + 20);
    expect(frames(heard('d2')).length).toBeGreaterThan(free / 20 / 2);
    expect(heard('d2').filter((code) => code === 'silence')).toEqual([]);
    expect(sent.filter(({ to }) => to === 2).length - frames(heard('d2')).length).toBeLessThanOrEqual(1);
  });

  test('an answer that comes too late is its own driver’s, and does not end the turn of the one who waits', () => {
    const rig = bus({ echo, machines: { 2: { afterMs: '30' } } });
    rig.run(200);
    rig.asked(2);
    rig.run(10);
    const before = { d2: frames(rig.heard('d2')).length, sent: rig.sent.length };
    rig.say(encoded(1, 3, 0x77));
    expect(rig.heard('d3').at(-1)).toBe(`frame 3 ${0x77}`);
    expect(frames(rig.heard('d2'))).toHaveLength(before.d2);
    expect(rig.sent).toHaveLength(before.sent);
    rig.run(40);
    expect(rig.heard('d2')).toHaveLength(1 + before.d2 + 1);
    expect(rig.heard('d2').at(-1)).toBe(`frame 2 ${POLL}`);
  });

  test('what is addressed to nobody here ends no turn and is heard by nobody', () => {
    const rig = bus({ echo, machines: { 2: { afterMs: '30' } } });
    rig.run(200);
    rig.asked(2);
    rig.run(5);
    const before = [...rig.heard('d2'), ...rig.heard('d3')];
    const count = rig.sent.length;
    rig.say(encoded(1, 9, POLL));
    rig.say(encoded(2, 9, POLL));
    expect([...rig.heard('d2'), ...rig.heard('d3')]).toEqual(before);
    expect(rig.sent).toHaveLength(count);
  });

  test('an answer while nobody waits is heard by its own driver alone', () => {
    const rig = bus({ echo });
    rig.run(300);
    while (rig.answered.length < rig.sent.length) rig.run(1);
    const d2 = rig.heard('d2').length;
    rig.say(encoded(1, 3, 0x33));
    expect(rig.heard('d3').at(-1)).toBe(`frame 3 ${0x33}`);
    expect(rig.heard('d2')).toHaveLength(d2);
  });

  test('the probe sees a payment acted on at its answer, not at its echo or at a neighbour’s answer', () => {
    const seen: string[] = [];
    const rig = bus({
      echo,
      machines: { 2: { afterMs: '30' } },
      probe: (boundary) => seen.push(boundary),
    });
    rig.run(205);
    rig.pay('d2');
    // The order leaves in two halves, and each comes back by itself.
    while (!seen.includes('b5')) rig.run(1);
    rig.run(20);
    if (!echo) expect(seen).toEqual(['b4', 'b5']);
    rig.say(encoded(1, 3, POLL));
    expect(seen).not.toContain('b8');
    rig.run(30);
    expect(seen.at(-1)).toBe('b8');
    expect(seen.filter((boundary) => boundary === 'b8')).toHaveLength(1);
  });
});

test('an echo of a whole payment is no sign to the probe that the device has acted', () => {
  const seen: string[] = [];
  const rig = bus({ echo: false, machines: { 2: { mute: 'on' } }, probe: (boundary) => seen.push(boundary) });
  rig.run(300);
  rig.pay('d2');
  while (!seen.includes('b5')) rig.run(1);
  rig.say(encoded(2, 1, PAY));
  expect(seen).toEqual(['b4', 'b5']);
});

test('an echo that comes in pieces, or in one read with the answer, is still none of the answer', () => {
  const rig = bus({ echo: false, machines: { 2: { mute: 'on' } } });
  const echo = encoded(2, 1, POLL);
  rig.run(200);
  rig.asked(2);
  rig.say(echo.subarray(0, 3));
  rig.say(echo.subarray(3));
  rig.say(encoded(1, 2, POLL));
  rig.asked(2);
  rig.say(Uint8Array.from([...echo, ...encoded(1, 2, POLL)]));
  expect(frames(rig.heard('d2'))).toEqual([`frame 2 ${POLL}`, `frame 2 ${POLL}`]);
  expect(rig.heard('d2').filter((code) => code === 'discarded')).toEqual([]);
});

test('each driver gets 64 new bytes of chance at every opening, and after its own crash', () => {
  const rig = bus({ echo: true });
  const openings = () => [...rig.heard('d2'), ...rig.heard('d3')].filter((code) => code.startsWith('opened'));
  rig.run(100);
  expect(openings()).toHaveLength(2);
  rig.drop();
  rig.run(1_000);
  rig.say(encoded(1, 3, CRASH));
  rig.run(1_000);
  expect(openings()).toHaveLength(5);
  expect(new Set(openings()).size).toBe(5);
  for (const code of openings()) expect(code).toMatch(/^opened [0-9a-f]{128}$/);
});

test.each([
  ['its own echo', encoded(2, 1, POLL), false],
  ['an answer to somebody else', encoded(9, 2, POLL), false],
  ['an answer that is awaited', encoded(1, 2, POLL), true],
  ['an answer that nobody awaits', encoded(1, 3, POLL), true],
])('a port is opened again without delay once a device has spoken: %s', (_, bytes, spoken) => {
  const rig = bus({ echo: false, machines: { 2: { mute: 'on' }, 3: { mute: 'on' } } });
  rig.run(10);
  for (let times = 0; times < 2; times++) {
    const count = rig.opens.length;
    rig.drop();
    while (rig.opens.length === count) rig.run(1);
  }
  rig.asked(2);
  rig.say(bytes);
  const droppedMs = rig.clock.monoMs();
  rig.drop();
  rig.run(6_000);
  expect((rig.opens.at(-1) as number) - droppedMs).toBe(spoken ? 250 : 1_000);
});
