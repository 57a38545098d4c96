/**
 * Goods hang on a relay's pulse: whatever is lost on the bus, whoever is killed and whenever, it is on once at most for an
 * order, the order ends once, and what it ends as is true.
 */
import { describe, expect, test } from 'vitest';
import { emptyMemory } from '../../../hardware/device.ts';
import { frontDoor } from '../../../hardware/modbus/index.ts';
import { LONGEST_PULSE_MS, SHORTEST_PULSE_MS } from '../../../hardware/modbus/relay.ts';
import { excepted, lab, ModbusRig, type Passing, type RigOptions } from './rig.ts';

const MS = 400;
/** Longer than every repetition and a loss. */
const OVER_MS = 15_000;

const wirings: Readonly<Record<string, RigOptions>> = {
  'that is read back from its coil': { settings: [{ ...lab, relays: { goods: { coil: 8 } } }] },
  'that is counted': { settings: [lab] },
  'that is counted in a holding register': {
    settings: [{ ...lab, relays: { goods: { coil: 3, counter: { register: 5, table: 'holding' } } }, lamps: {} }],
  },
  'that times itself': { settings: [{ ...lab, relays: { goods: { coil: 8, pulse: { register: 2, stepMs: 10 } } } }] },
  'that times itself and is counted': {
    settings: [
      { ...lab, relays: { goods: { coil: 8, counter: { register: 1 }, pulse: { register: 2, stepMs: 10 } } } },
    ],
  },
};

/** What is wrong with how the order ended; null: it ended once, and truly. */
function wrongWith(rig: ModbusRig, id = 'p'): string | null {
  const moved = rig.relay();
  const ons = moved.filter((state) => state === 'on').length;
  const endings = rig.endings(id).map(({ fact }) => fact);
  if (ons > 1) return `it was on ${ons} times`;
  if (moved.length % 2 !== 0) return 'it was left on';
  if (endings.length !== 1) return `it ended ${endings.length} times: ${endings.join(', ')}`;
  if (endings[0] === 'relay.done') return ons === 1 ? null : 'done, and it was never on';
  if (endings[0] === 'command.refused') return ons === 0 ? null : 'refused, and it was on';
  return endings[0] === 'relay.unknown' ? null : `it ended as ${endings[0]}`;
}

/** One good pulse before: a counter that stands at 0 tells nothing. */
function counting(rig: ModbusRig): ModbusRig {
  rig.pulse('before', MS);
  rig.until(() => rig.endings('before').length > 0);
  return rig;
}

function onForMs(rig: ModbusRig): number {
  const [on, off] = rig.events.filter(({ event }) => event === 'relay');
  return Number(off?.atMs) - Number(on?.atMs);
}

describe.each(Object.entries(wirings))('a relay %s', (_name, options) => {
  test('is on for as long as ordered, once, and is done then', () => {
    const rig = new ModbusRig(options).ready();
    rig.pulse('p', MS);
    rig.pass(OVER_MS);
    expect(rig.endings('p')).toEqual([{ device: 'io', fact: 'relay.done', command: 'p', relay: 'goods' }]);
    expect(rig.relay()).toEqual(['on', 'off']);
    expect(onForMs(rig)).toBeGreaterThanOrEqual(MS);
    expect(onForMs(rig)).toBeLessThan(MS + 120);
    expect(rig.named('device.fault')).toEqual([]);
  });

  test('is on once for each order, and another order waits for nobody', () => {
    const rig = new ModbusRig(options).ready();
    for (const id of ['one', 'two', 'three']) {
      rig.pulse(id, MS);
      rig.pulse(`${id} again`, MS);
      rig.until(() => rig.endings(id).length > 0);
    }
    expect(rig.relay()).toEqual(['on', 'off', 'on', 'off', 'on', 'off']);
    for (const id of ['one', 'two', 'three']) {
      expect(rig.endings(id)).toMatchObject([{ fact: 'relay.done' }]);
      expect(rig.endings(`${id} again`)).toMatchObject([{ fact: 'command.refused', sent: false }]);
    }
  });

  /** Loses what the order's messages are, by their place among them. */
  function losing(lost: (n: number, from: Passing['from']) => boolean): ModbusRig {
    const rig = new ModbusRig(options).ready();
    rig.pulse('p', MS);
    const counts = { host: 0, device: 0 };
    rig.bus = ({ from, bytes }) => (lost(++counts[from], from) ? null : bytes);
    rig.pass(OVER_MS);
    rig.bus = ({ bytes }) => bytes;
    rig.pass(OVER_MS);
    return rig;
  }

  test.each(['host', 'device'] as const)('ends truly whichever message of the %s is lost', (side) => {
    for (let n = 1; n <= 30; n++) {
      const one = losing((at, from) => from === side && at === n);
      expect(wrongWith(one), `message ${n}`).toBeNull();
      const all = losing((at, from) => from === side && at >= n);
      expect(wrongWith(all), `from message ${n} on`).toBeNull();
    }
  });

  test('ends truly whichever answer has a bit that turned over', () => {
    for (let n = 1; n <= 12; n++) {
      const rig = new ModbusRig(options).ready();
      rig.pulse('p', MS);
      let seen = 0;
      rig.bus = ({ from, bytes }) => {
        if (from === 'host' || ++seen !== n) return bytes;
        return bytes.map((byte, at) => (at === 2 ? byte ^ 1 : byte));
      };
      rig.pass(OVER_MS);
      expect(wrongWith(rig), `answer ${n}`).toBeNull();
    }
  });

  test('ends truly, and is off, when the daemon is killed at any moment and started again', () => {
    for (let ms = 0; ms <= 900; ms += 7) {
      const rig = new ModbusRig(options).ready();
      rig.pulse('p', MS);
      rig.pass(ms);
      if (rig.endings('p').length > 0) continue;
      rig.restart(['p']);
      rig.pass(OVER_MS);
      expect(wrongWith(rig), `killed after ${ms} ms`).toBeNull();
      expect(rig.endings('p')).toMatchObject([{ fact: 'relay.unknown', reason: 'restarted' }]);
    }
  });

  test('ends truly when the module loses its power, or the line is cut, at any moment', () => {
    for (let ms = 0; ms <= 900; ms += 11) {
      const dark = new ModbusRig(options).ready();
      dark.pulse('p', MS);
      dark.pass(ms);
      dark.act('cut power');
      dark.pass(300 + ms);
      dark.act('restore power');
      dark.pass(OVER_MS);
      expect(wrongWith(dark), `dark after ${ms} ms`).toBeNull();
      const cut = new ModbusRig(options).ready();
      cut.pulse('p', MS);
      cut.pass(ms);
      cut.unplug();
      cut.pass(2_000);
      cut.plug();
      cut.pass(OVER_MS);
      expect(wrongWith(cut), `cut after ${ms} ms`).toBeNull();
    }
  });

  test('ends truly when the module is busy, late, or its sums are wrong from any moment on', () => {
    for (const value of ['busy', 'late', 'crc', 'noise']) {
      for (let ms = 0; ms <= 600; ms += 23) {
        const rig = new ModbusRig(options).ready();
        rig.pulse('p', MS);
        rig.pass(ms);
        rig.act('misbehave', { value });
        rig.pass(OVER_MS);
        rig.act('misbehave', { value: 'off' });
        rig.pass(OVER_MS);
        expect(wrongWith(rig), `${value} after ${ms} ms`).toBeNull();
      }
    }
  });
});

describe('what the module says to the one message that switches on', () => {
  function saying(raised: number, counted: boolean): ModbusRig {
    const settings = counted ? lab : { ...lab, relays: { goods: { coil: 8 } } };
    const rig = counting(new ModbusRig({ settings: [settings] }).ready());
    rig.pulse('p', MS);
    rig.bus = ({ from, bytes }) => {
      const ordersOn = from === 'host' && bytes[1] === 0x05 && bytes[3] === 8 && bytes[4] === 0xff;
      // A module that refuses does nothing: it hears a question that it answers with this exception instead.
      return ordersOn ? excepted(0x85, raised) : bytes;
    };
    const { machine } = rig;
    const receive = machine.receive.bind(machine);
    machine.receive = (bytes) => {
      if (bytes[1] !== 0x85) receive(bytes);
      else rig.clock.after(20, () => rig.hear(bytes));
    };
    rig.pass(OVER_MS);
    return rig;
  }

  test.each([0x01, 0x02, 0x03, 0x06])('exception %i: it did not do it, for certain', (raised) => {
    const rig = saying(raised, false);
    expect(rig.endings('p')).toMatchObject([{ fact: 'command.refused', sent: true }]);
    expect(rig.relay()).toEqual(['on', 'off']);
    // What was wrong with the order stands no longer than until the coils are read again.
    expect(rig.named('device.fault')).toHaveLength(1);
    expect(rig.named('device.cleared')).toHaveLength(1);
  });

  test.each([0x04, 0x05])('exception %i: nobody knows without a counter, and with one it did not', (raised) => {
    expect(saying(raised, false).endings('p')).toMatchObject([{ fact: 'relay.unknown' }]);
    expect(saying(raised, true).endings('p')).toMatchObject([
      { fact: 'command.refused', sent: true, reason: 'the counter of the relay stood still' },
    ]);
  });
});

test('the message that switches on leaves once, even when nothing is answered to it', () => {
  const rig = new ModbusRig().ready();
  rig.pulse('p', MS);
  const ons = () =>
    rig.passed.filter(({ from, bytes }) => from === 'host' && bytes[1] === 5 && bytes[3] === 8 && bytes[4] === 0xff);
  rig.until(() => ons().length > 0);
  rig.bus = () => null;
  rig.pass(OVER_MS);
  rig.bus = ({ bytes }) => bytes;
  rig.pass(OVER_MS);
  expect(ons()).toHaveLength(1);
  expect(rig.endings('p')).toMatchObject([{ fact: 'relay.unknown', reason: 'silent' }]);
});

test('the message that switches on leaves once, even when the line is opened anew before the answer', () => {
  const driver = frontDoor.createDriver({ device: 'io', settings: { ...lab, relays: { goods: { coil: 8 } } } });
  let state = driver.start(emptyMemory);
  const sent: string[] = [];
  const step = (input: Parameters<typeof driver.step>[1]) => {
    const next = driver.step(state, input);
    state = next.state;
    if (next.send !== undefined) sent.push(next.send.name);
  };
  const opened = () => step({ type: 'opened', nowMs: 0, chance: new Uint8Array(64) });
  const turn = () => step({ type: 'turn', nowMs: 0 });
  opened();
  const command = { id: 'p', device: 'io', command: 'relay.pulse', relay: 'goods', ms: MS } as const;
  step({ type: 'command', nowMs: 0, command });
  turn();
  // Its coil is off.
  for (const item of driver.decoder().push(Uint8Array.of(1, 1, 1, 0, 0x51, 0x88))) step({ ...item, nowMs: 0 });
  turn();
  opened();
  turn();
  expect(sent).toEqual(['read-coils', 'relay-on', 'read-coils']);
});

test('an order whose message was lost alone is refused where a counter tells, else unknown', () => {
  const lostOn = (options: RigOptions): ModbusRig => {
    const rig = counting(new ModbusRig(options).ready());
    rig.pulse('p', MS);
    rig.bus = ({ from, bytes }) => (from === 'host' && bytes[1] === 5 && bytes[4] === 0xff ? null : bytes);
    rig.pass(OVER_MS);
    return rig;
  };
  expect(lostOn({ settings: [lab] }).endings('p')).toMatchObject([{ fact: 'command.refused', sent: true }]);
  const blind = lostOn({ settings: [{ ...lab, relays: { goods: { coil: 8 } } }] });
  expect(blind.endings('p')).toMatchObject([{ fact: 'relay.unknown', reason: 'no answer to the order came' }]);
});

test.each([
  [1_000, 1_120],
  // The answer is waited for, and then nothing but the coil's word: goods would go on falling.
  [100, 450],
])('an answer that was lost is made up for by what the coil says, and %i ms are not much longer', (ms, mostMs) => {
  const rig = new ModbusRig({ settings: [{ ...lab, relays: { goods: { coil: 8 } } }] }).ready();
  rig.pulse('p', ms);
  let once = true;
  rig.bus = ({ from, bytes }) => {
    if (!once || from === 'host' || bytes[1] !== 5) return bytes;
    once = false;
    return null;
  };
  rig.pass(OVER_MS);
  expect(once).toBe(false);
  expect(rig.endings('p')).toMatchObject([{ fact: 'relay.done' }]);
  expect(onForMs(rig)).toBeLessThan(mostMs);
});

test('a relay that fell off before its time is in doubt', () => {
  const rig = new ModbusRig({ settings: [{ ...lab, relays: { goods: { coil: 8 } } }] }).ready();
  rig.pulse('p', 2_000);
  rig.until(() => rig.relay().length === 1);
  rig.pass(300);
  // A dip of its supply that no question falls into.
  rig.act('cut power');
  rig.act('restore power');
  rig.pass(OVER_MS);
  expect(rig.relay()).toEqual(['on', 'off']);
  expect(rig.endings('p')).toMatchObject([{ fact: 'relay.unknown', reason: 'the relay was off before its time' }]);
});

test('a relay that somebody else has switched on is not pulsed', () => {
  const rig = new ModbusRig().ready();
  rig.pass(30);
  // All units, so that nothing answers it.
  rig.machine.receive(Uint8Array.of(0, 5, 0, 8, 0xff, 0, 0x0c, 0x29));
  rig.until(() => rig.relay().length === 1);
  rig.pulse('p', MS);
  rig.pass(OVER_MS);
  expect(rig.endings('p')).toMatchObject([{ fact: 'command.refused', sent: false, reason: 'the relay is on already' }]);
  expect(rig.relay()).toEqual(['on', 'off']);
});

const countedInHolding = { ...lab, relays: { goods: { coil: 8, counter: { table: 'holding', register: 5 } } } };

test('a counter that stands still although the relay was seen to be on is no proof that it was not', () => {
  const rig = counting(new ModbusRig({ settings: [countedInHolding] }).ready());
  const five = Uint8Array.of(1, 3, 2, 0, 5, 0x78, 0x47);
  rig.bus = ({ from, bytes }) => (from === 'device' && bytes[1] === 3 ? five : bytes);
  rig.pulse('p', MS);
  rig.pass(OVER_MS);
  expect(rig.relay()).toEqual(['on', 'off', 'on', 'off']);
  expect(rig.endings('p')).toMatchObject([{ fact: 'relay.unknown', reason: 'the counter went from 5 to 5' }]);
});

test('a counter is believed to stand still when it is read so twice: an order may lie in a gateway and come late', () => {
  const rig = counting(new ModbusRig({ settings: [countedInHolding] }).ready());
  // The same to all units, so that nothing answers it.
  const late = Uint8Array.of(0, 5, 0, 8, 0xff, 0, 0x0c, 0x29);
  let held = false;
  let reads = 0;
  rig.pulse('p', MS);
  rig.bus = ({ from, bytes }) => {
    if (from === 'device') return bytes;
    if (bytes[1] === 5 && bytes[4] === 0xff) {
      held = true;
      return null;
    }
    if (!held || bytes[1] !== 3 || ++reads !== 2) return bytes;
    rig.clock.after(50, () => rig.machine.receive(late));
    return null;
  };
  rig.pass(OVER_MS);
  expect(reads).toBeGreaterThan(2);
  expect(rig.endings('p')).toMatchObject([{ fact: 'relay.done' }]);
  expect(rig.relay()).toEqual(['on', 'off', 'on', 'off']);
});

test('an answer to another order is none to this one', () => {
  const rig = new ModbusRig({ settings: [{ ...lab, relays: { goods: { coil: 8 } } }] }).ready();
  const lampOn = Uint8Array.of(1, 5, 0, 4, 0xff, 0, 0xcd, 0xfb);
  rig.pulse('p', MS);
  rig.bus = ({ from, bytes }) => {
    if (from === 'device' || bytes[1] !== 5 || bytes[4] !== 0xff) return bytes;
    // The order is lost, and what a lamp was told long ago is answered now.
    rig.clock.after(20, () => rig.hear(lampOn));
    return null;
  };
  rig.pass(OVER_MS);
  expect(rig.relay()).toEqual([]);
  expect(rig.endings('p')).toMatchObject([{ fact: 'relay.unknown', reason: 'no answer to the order came' }]);

  const lamps = new ModbusRig().ready();
  lamps.order('a', { command: 'lamp', lamp: 'cup', how: 'on' });
  let once = true;
  lamps.bus = ({ from, bytes }) => {
    if (!once || from === 'device' || bytes[1] !== 5) return bytes;
    once = false;
    lamps.clock.after(20, () => lamps.hear(lampOn));
    return null;
  };
  lamps.until(() => lamps.endings('a').length > 0);
  expect(lamps.lamp('cup')).toEqual(['on']);
});

test('an order is refused, and nothing is sent, when it cannot be or the module is not there', () => {
  const rig = new ModbusRig().ready();
  for (const ms of [SHORTEST_PULSE_MS - 1, LONGEST_PULSE_MS + 1, 100.5, Number.NaN]) rig.pulse(`ms ${ms}`, ms);
  rig.order('other', { command: 'relay.pulse', relay: 'bads', ms: MS });
  rig.unplug();
  rig.pulse('gone', MS);
  rig.plug();
  rig.pass(OVER_MS);
  const refused = rig.named('command.refused');
  expect(refused).toHaveLength(6);
  expect(refused.every(({ sent }) => !sent)).toBe(true);
  expect(rig.relay()).toEqual([]);
});

test('a relay that is on without an order is switched off; one that stays on is a fault', () => {
  const rig = new ModbusRig().ready();
  rig.pulse('p', 5_000);
  rig.until(() => rig.relay().length === 1);
  rig.kill();
  rig.pass(10_000);
  expect(rig.relay()).toEqual(['on']);
  rig.restart(['p']);
  rig.pass(1_000);
  expect(rig.relay()).toEqual(['on', 'off']);
  rig.pass(5_000);
  expect(rig.named('device.fault')).toEqual([]);

  const stuck = new ModbusRig().ready();
  stuck.pulse('p', 300);
  // Its contacts are welded: it answers every order, and its coil reads as on.
  stuck.bus = ({ from, bytes }) => {
    const off = from === 'host' && bytes[1] === 5 && bytes[3] === 8 && bytes[4] === 0;
    if (off) stuck.clock.after(20, () => stuck.hear(bytes));
    return off ? null : bytes;
  };
  stuck.pass(OVER_MS);
  expect(stuck.endings('p')).toMatchObject([{ fact: 'relay.unknown' }]);
  expect(stuck.named('device.fault')).toMatchObject([{ code: 'modbus.relay-on' }]);
  stuck.bus = ({ bytes }) => bytes;
  stuck.pass(OVER_MS);
  expect(stuck.named('device.cleared')).toMatchObject([{ code: 'modbus.relay-on' }]);
});

test('a counter that begins anew with the module tells nothing, whatever it stood at', () => {
  for (const pulses of [0, 1, 2]) {
    const rig = new ModbusRig().ready();
    for (let n = 0; n < pulses; n++) {
      rig.pulse(`${n}`, MS);
      rig.until(() => rig.endings(`${n}`).length > 0);
    }
    rig.pulse('p', MS);
    rig.until(() => rig.relay().length === pulses * 2 + 1);
    rig.act('cut power');
    rig.pass(100);
    rig.act('restore power');
    rig.pass(OVER_MS);
    expect(
      rig.endings('p').map(({ fact }) => fact),
      `after ${pulses}`,
    ).toEqual(['relay.unknown']);
  }
});

test('the crash boundaries of the money rule are probed at the one message', () => {
  const seen: string[] = [];
  const rig = new ModbusRig({ probe: (boundary, what) => seen.push(`${boundary} ${what}`) }).ready();
  rig.pulse('p', MS);
  rig.pass(OVER_MS);
  expect(seen).toEqual(['b4', 'b5', 'b6', 'b7', 'b8'].map((boundary) => `${boundary} relay-on`));
});
