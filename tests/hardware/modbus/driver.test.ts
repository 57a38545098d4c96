import { describe, expect, test } from 'vitest';
import { emptyMemory } from '../../../hardware/device.ts';
import { STILL_MS } from '../../../hardware/modbus/contacts.ts';
import { restMs } from '../../../hardware/modbus/driver.ts';
import { frontDoor } from '../../../hardware/modbus/index.ts';
import { excepted, lab, ModbusRig } from './rig.ts';

const everyContact = ['door closed', 'vault closed', 'key off', 'mains on', 'ups-low off'];
/** Longer than the longest round of the driver. */
const ROUND_MS = 3_000;

test('it says who it is, each contact once, the temperature, and then that it is ready', () => {
  const rig = new ModbusRig().ready();
  rig.pass(30_000);
  expect(rig.named('device.identified')).toEqual([
    {
      device: 'io',
      fact: 'device.identified',
      protocol: 'modbus',
      maker: 'Lab',
      model: 'IO-16',
      serial: null,
      firmware: '1.0',
      denominations: [],
    },
  ]);
  expect(rig.contacts()).toEqual(everyContact);
  expect(rig.named('temperature')).toMatchObject([{ celsiusTenths: 235, limit: 'ok' }]);
  expect(rig.named('device.ready')).toHaveLength(1);
  expect(rig.facts.at(-1)?.fact).toBe('device.ready');
});

test.each<[string, Record<string, string>, string]>([
  ['open door', {}, 'door open'],
  ['open vault', {}, 'vault open'],
  ['mains', { value: 'off' }, 'mains off'],
  ['ups', { value: 'low' }, 'ups-low on'],
  ['key', { value: 'on' }, 'key on'],
])('%s %o is told once', (action, more, told) => {
  const rig = new ModbusRig().ready();
  rig.act(action, more);
  rig.pass(ROUND_MS);
  expect(rig.contacts()).toEqual([...everyContact, told]);
});

test('a contact that is closed by an input that is off is read the other way round', () => {
  const contacts = { door: { input: 3, closed: 'off' }, vault: { input: 9, closed: 'on' } };
  const rig = new ModbusRig({ settings: [{ unit: 1, contacts }] }).ready();
  expect(rig.contacts()).toEqual(['door closed', 'vault closed']);
  rig.act('open door');
  rig.pass(1_000);
  expect(rig.contacts().at(-1)).toBe('door open');
});

test('a contact that bounces is told when it stands still, and one that comes back before is not told', () => {
  const rig = new ModbusRig().ready();
  for (let n = 0; n < 20; n++) {
    rig.act(n % 2 === 0 ? 'open door' : 'close door');
    rig.pass(37);
  }
  rig.pass(ROUND_MS);
  expect(rig.contacts()).toEqual(everyContact);
  // The battery takes over at a dip, which is no outage.
  rig.act('mains', { value: 'off' });
  rig.pass(200);
  rig.act('mains', { value: 'on' });
  rig.pass(ROUND_MS);
  expect(rig.contacts()).toEqual(everyContact);
});

test('a shock is told once, and another one after the cabinet has stood still', () => {
  const rig = new ModbusRig().ready();
  for (let n = 0; n < 5; n++) {
    rig.act('shake');
    rig.pass(800);
  }
  expect(rig.named('vibration')).toHaveLength(1);
  rig.pass(STILL_MS + 1_500);
  rig.act('shake');
  rig.pass(500);
  expect(rig.named('vibration')).toHaveLength(2);
});

test('the temperature is told by whole degrees and at its limits, and does not flicker there', () => {
  const rig = new ModbusRig().ready();
  const set = (text: string) => {
    rig.act('temperature', { text });
    rig.pass(ROUND_MS);
  };
  for (const text of ['24.0', '24.5', '24.6', '49.9', '50.0', '49.5', '50.2', '48.9', '-3.5']) set(text);
  expect(rig.named('temperature').map(({ celsiusTenths, limit }) => `${celsiusTenths} ${limit}`)).toEqual([
    '235 ok',
    '246 ok',
    '499 ok',
    '500 high',
    '489 ok',
    '-35 low',
  ]);
});

test('a temperature that cannot be is a fault, and no temperature', () => {
  const rig = new ModbusRig().ready();
  rig.act('temperature', { text: '300.0' });
  rig.pass(ROUND_MS);
  rig.act('temperature', { text: '25.0' });
  rig.pass(ROUND_MS);
  expect(rig.named('device.fault')).toMatchObject([{ code: 'modbus.temperature-sensor' }]);
  expect(rig.named('device.cleared')).toMatchObject([{ code: 'modbus.temperature-sensor' }]);
  expect(rig.named('temperature').map(({ celsiusTenths }) => celsiusTenths)).toEqual([235, 250]);
});

describe('lamps', () => {
  test('shine and go dark as ordered, each order ends once', () => {
    const rig = new ModbusRig().ready();
    rig.order('a', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.pass(500);
    expect(rig.endings('a')).toEqual([{ device: 'io', fact: 'lamp.done', command: 'a', lamp: 'cup', how: 'on' }]);
    rig.order('b', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.pass(500);
    rig.order('c', { command: 'lamp', lamp: 'cup', how: 'off' });
    rig.pass(ROUND_MS);
    expect([rig.endings('b'), rig.endings('c')].map((all) => all.map(({ fact }) => fact))).toEqual([
      ['lamp.done'],
      ['lamp.done'],
    ]);
    expect(rig.lamp('cup')).toEqual(['on', 'off']);
  });

  test('are done only when the coil was read back: a module that confirms and switches nothing has not switched it', () => {
    const rig = new ModbusRig().ready();
    rig.act('misbehave', { value: 'stuck' });
    rig.order('a', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.pass(500);
    expect(rig.endings('a')).toMatchObject([{ fact: 'command.refused', sent: true, reason: 'coil-stood' }]);
    rig.act('misbehave', { value: 'off' });
    rig.order('b', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.pass(500);
    expect(rig.endings('b')).toMatchObject([{ fact: 'lamp.done' }]);
  });

  test('of an order whose coils cannot be read are refused: nobody knows whether they shine', () => {
    const rig = new ModbusRig().ready();
    rig.bus = ({ from, bytes }) => {
      if (from === 'device' || bytes[1] !== 0x01) return bytes;
      rig.clock.after(5, () => rig.hear(excepted(0x81, 0x04)));
      return null;
    };
    rig.order('a', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.pass(ROUND_MS);
    expect(rig.endings('a')).toMatchObject([{ fact: 'command.refused' }]);
  });

  test('of an order that is wished as well: the order ends by itself, and the wish holds', () => {
    const rig = new ModbusRig().ready();
    rig.order('a', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.wish({ cup: 'on' });
    rig.pass(ROUND_MS);
    expect(rig.endings('a')).toMatchObject([{ fact: 'lamp.done' }]);
    expect(rig.lamp('cup')).toEqual(['on']);
  });

  test('blink twice in two seconds, all together', () => {
    const rig = new ModbusRig().ready();
    rig.order('a', { command: 'lamp', lamp: 'slot', how: 'blink' });
    rig.pass(730);
    rig.order('b', { command: 'lamp', lamp: 'cup', how: 'blink' });
    rig.until(() => rig.lamp('cup').at(-1) === 'off');
    const before = rig.events.length;
    rig.pass(10_000);
    const moved = rig.events.slice(before).filter(({ event }) => event === 'lamp');
    expect(moved).toHaveLength(40);
    for (let n = 0; n < moved.length; n += 2)
      expect(Number(moved[n + 1]?.atMs) - Number(moved[n]?.atMs)).toBeLessThan(20);
    expect([rig.endings('a').length, rig.endings('b').length]).toEqual([1, 1]);
  });

  test('that lie beside each other are written together, or one by one where the module knows only that', () => {
    const all = ['slot', 'cup', 'reader'] as const;
    const written = (rig: ModbusRig) => {
      for (const lamp of all) rig.order(lamp, { command: 'lamp', lamp, how: 'on' });
      rig.pass(ROUND_MS);
      expect(all.map((lamp) => rig.endings(lamp).map(({ fact }) => fact))).toEqual(all.map(() => ['lamp.done']));
      return rig.passed.filter(({ from }) => from === 'host').map(({ bytes }) => bytes[1]);
    };
    expect(written(new ModbusRig().ready()).filter((code) => code === 0x0f)).toHaveLength(1);
    // A module without 0F answers 8F 01; here the bus answers for it.
    const deaf = new ModbusRig().ready();
    let asked = 0;
    deaf.bus = ({ from, bytes }) => {
      if (from === 'host' && bytes[1] === 0x0f) asked++;
      return from === 'device' && bytes[1] === 0x0f ? Uint8Array.of(0x01, 0x8f, 0x01, 0x85, 0xf0) : bytes;
    };
    expect(written(deaf).filter((code) => code === 0x05).length).toBeGreaterThan(0);
    expect(asked).toBe(1);
    expect(deaf.named('device.fault')).toEqual([]);
  });

  test('that an earlier run left on go dark, and those that lost their power shine again', () => {
    const rig = new ModbusRig().ready();
    rig.order('a', { command: 'lamp', lamp: 'alarm', how: 'on' });
    rig.pass(500);
    rig.act('cut power');
    rig.pass(5_000);
    rig.act('restore power');
    rig.pass(ROUND_MS);
    expect(rig.lamp('alarm')).toEqual(['on', 'off', 'on']);
    rig.restart([]);
    rig.pass(ROUND_MS);
    expect(rig.lamp('alarm').at(-1)).toBe('off');
    expect(rig.endings('a')).toHaveLength(1);
  });

  test('that are wished shine for as long as the wish holds, through a refusal and through a time of silence', () => {
    const rig = new ModbusRig().ready();
    rig.bus = ({ from, bytes }) => {
      if (from === 'device' || bytes[1] !== 0x05) return bytes;
      rig.clock.after(5, () => rig.hear(excepted(0x85, 0x06)));
      return null;
    };
    rig.wish({ cup: 'on' });
    rig.pass(ROUND_MS);
    expect(rig.named('device.fault')).toMatchObject([{ code: 'modbus.busy' }]);
    expect(rig.lamp('cup')).toEqual([]);
    rig.bus = ({ bytes }) => bytes;
    rig.until(() => rig.lamp('cup').at(-1) === 'on');
    rig.act('cut power');
    rig.pass(10_000);
    rig.wish({ slot: 'on' });
    rig.act('restore power');
    rig.until(() => rig.lamp('slot').at(-1) === 'on');
    expect(rig.lamp('cup')).toEqual(['on', 'off']);
    expect(rig.named('command.refused')).toEqual([]);
  });

  test('of an order are wished otherwise: the order ends as refused', () => {
    const rig = new ModbusRig().ready();
    rig.order('a', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.wish({ slot: 'on' });
    rig.pass(ROUND_MS);
    expect(rig.endings('a')).toMatchObject([{ fact: 'command.refused', reason: 'replaced' }]);
    expect(rig.lamp('slot')).toEqual(['on']);
    expect(rig.lamp('cup').at(-1)).not.toBe('on');
  });

  test('of an order that cannot be carried out are refused once', () => {
    const rig = new ModbusRig({ settings: [{ ...lab, lamps: { slot: 0 } }] }).ready();
    rig.order('none', { command: 'lamp', lamp: 'cup', how: 'on' });
    expect(rig.endings('none')).toMatchObject([{ fact: 'command.refused', sent: false }]);
    rig.bus = ({ from, bytes }) => (from === 'host' ? null : bytes);
    rig.order('lost', { command: 'lamp', lamp: 'slot', how: 'on' });
    rig.order('newer', { command: 'lamp', lamp: 'slot', how: 'blink' });
    rig.pass(10_000);
    rig.order('late', { command: 'lamp', lamp: 'slot', how: 'on' });
    rig.pass(1_000);
    expect(rig.endings('lost')).toMatchObject([{ fact: 'command.refused', reason: 'replaced' }]);
    expect(rig.endings('newer')).toMatchObject([{ fact: 'command.refused', sent: true, reason: 'lost' }]);
    expect(rig.endings('late')).toMatchObject([{ fact: 'command.refused', sent: false, reason: 'lost' }]);
    rig.bus = ({ bytes }) => bytes;
    rig.pass(ROUND_MS);
    // What was refused is not done afterwards.
    expect(rig.lamp('slot')).toEqual([]);
  });
});

describe('a module', () => {
  test('that is silent is asked three times, is lost, and is found again', () => {
    const rig = new ModbusRig().ready();
    rig.bus = () => null;
    const before = rig.passed.length;
    rig.until(() => rig.named('device.lost').length > 0);
    expect(rig.passed.length - before).toBe(3);
    rig.pass(10_000);
    expect(rig.named('device.lost')).toMatchObject([{ reason: 'silent' }]);
    rig.act('open door');
    rig.bus = ({ bytes }) => bytes;
    rig.until(() => rig.named('device.ready').length === 2);
    expect(rig.contacts()).toEqual([...everyContact, 'door open']);
  });

  test('that is unplugged is lost and comes back by itself', () => {
    const rig = new ModbusRig().ready();
    rig.unplug();
    expect(rig.named('device.lost')).toMatchObject([{ reason: 'lost' }]);
    rig.pass(3_000);
    rig.plug();
    rig.until(() => rig.named('device.ready').length === 2);
    expect(rig.contacts()).toEqual(everyContact);
  });

  test.each(['noise', 'crc', 'late'])('that misbehaves with %s invents nothing', (value) => {
    const rig = new ModbusRig().ready();
    rig.act('misbehave', { value });
    rig.pass(20_000);
    rig.act('misbehave', { value: 'off' });
    rig.pass(10_000);
    expect(rig.contacts()).toEqual(everyContact);
    expect(rig.named('vibration')).toEqual([]);
    expect(rig.named('device.fault')).toEqual([]);
    expect(rig.named('device.lost')).toHaveLength(value === 'noise' ? 0 : 1);
    expect(rig.named('device.ready')).toHaveLength(value === 'noise' ? 1 : 2);
  });

  test('that is busy says so, until it is not', () => {
    const rig = new ModbusRig().ready();
    rig.act('misbehave', { value: 'busy' });
    rig.pass(10_000);
    rig.act('misbehave', { value: 'off' });
    rig.pass(10_000);
    expect(rig.named('device.fault')).toMatchObject([{ code: 'modbus.busy' }]);
    expect(rig.named('device.cleared')).toMatchObject([{ code: 'modbus.busy' }]);
    expect(rig.named('device.ready')).toHaveLength(2);
    expect(rig.named('device.lost')).toEqual([]);
  });

  test.each([
    [0x01, 'modbus.illegal-function'],
    [0x02, 'modbus.illegal-address'],
    [0x03, 'modbus.illegal-value'],
    [0x04, 'modbus.device-failure'],
    [0x06, 'modbus.busy'],
    [0x08, 'modbus.exception'],
  ])('that answers the question for inputs with the exception %i is at fault: %s', (raised, code) => {
    const rig = new ModbusRig();
    rig.bus = ({ from, bytes }) => (from === 'device' && bytes[1] === 2 ? excepted(0x82, raised) : bytes);
    rig.pass(5_000);
    expect(rig.named('device.fault')).toMatchObject([{ code }]);
    expect(rig.named('device.ready')).toEqual([]);
    rig.bus = ({ bytes }) => bytes;
    rig.pass(5_000);
    expect(rig.named('device.cleared')).toMatchObject([{ code }]);
    expect(rig.named('device.ready')).toHaveLength(1);
  });

  test('whose addresses are not those of the settings says which fault that is', () => {
    const rig = new ModbusRig({
      settings: [{ ...lab, temperature: { register: 7, scale: 0.1, low: 0, high: 50 } }],
      machine: { inputRegisters: '2', temperature: 'input/0:0.1' },
    });
    rig.pass(5_000);
    expect(rig.named('device.fault')).toMatchObject([{ code: 'modbus.illegal-address' }]);
    expect(rig.named('device.ready')).toEqual([]);
  });

  test('without an identification is known all the same, whether it says so or is silent', () => {
    const saying = new ModbusRig({ machine: { identity: 'off' } }).ready();
    const silent = new ModbusRig();
    silent.bus = ({ from, bytes }) => (from === 'host' && bytes[1] === 0x2b ? null : bytes);
    silent.ready();
    for (const rig of [saying, silent])
      expect(rig.named('device.identified')).toMatchObject([{ maker: null, model: null, firmware: null }]);
    expect(silent.named('device.lost')).toEqual([]);
  });

  test('of which nothing is configured is there all the same', () => {
    const rig = new ModbusRig({ settings: [{ unit: 7 }] }).ready();
    rig.pass(5_000);
    expect(rig.facts.map(({ fact }) => fact)).toEqual(['device.identified', 'device.ready']);
    rig.pulse('p');
    rig.order('s', { command: 'lamp', lamp: 'slot', how: 'on' });
    expect([rig.endings('p'), rig.endings('s')]).toMatchObject([
      [{ fact: 'command.refused', sent: false }],
      [{ fact: 'command.refused', sent: false }],
    ]);
  });

  test('is told what it is not for, and refuses it', () => {
    const driver = frontDoor.createDriver({ device: 'io', settings: lab });
    const step = driver.step(driver.start(emptyMemory), {
      type: 'command',
      nowMs: 0,
      command: { id: 'x', device: 'io', command: 'note.return' },
    });
    expect(step.facts).toMatchObject([{ fact: 'command.refused', command: 'x', sent: false }]);
  });
});

describe('on one bus', () => {
  const other = { unit: 2, contacts: { door: { input: 0, closed: 'on' } }, lamps: { slot: 0 } };

  test('two modules answer each for itself', () => {
    const rig = new ModbusRig({ settings: [lab, other] });
    rig.until(() => rig.named('device.ready').length === 2);
    rig.machines[1]?.act({ action: 'open door' });
    rig.order('a', { command: 'lamp', lamp: 'slot', how: 'on' }, 'io-2');
    rig.pass(1_000);
    expect(rig.named('contact.changed').filter(({ device }) => device === 'io-2')).toMatchObject([
      { contact: 'door', state: 'closed' },
      { contact: 'door', state: 'open' },
    ]);
    expect(rig.contacts().filter((one) => one === 'door open')).toHaveLength(1);
    expect(rig.endings('a')).toMatchObject([{ device: 'io-2', fact: 'lamp.done' }]);
  });

  test('an answer of another unit is nobody’s, and the question is asked again', () => {
    const rig = new ModbusRig().ready();
    // A read of inputs, all on, by unit 9.
    const foreign = Uint8Array.of(0x09, 0x02, 0x01, 0xff, 0xe3, 0xa8);
    rig.bus = ({ from, bytes }) => (from === 'device' ? foreign : bytes);
    const before = rig.passed.length;
    rig.pass(ROUND_MS);
    expect(rig.passed.slice(before).filter(({ from }) => from === 'host').length).toBeGreaterThanOrEqual(3);
    expect(rig.named('device.lost')).toMatchObject([{ reason: 'silent' }]);
    rig.bus = ({ bytes }) => bytes;
    rig.pass(ROUND_MS);
    expect(rig.contacts()).toEqual(everyContact);
    expect(rig.named('vibration')).toEqual([]);
  });

  test('an adapter that gives the host its own bytes back confuses nobody', () => {
    const rig = new ModbusRig();
    rig.bus = ({ from, bytes }) => {
      if (from === 'host') rig.clock.after(9, () => rig.hear(bytes));
      return bytes;
    };
    rig.ready();
    rig.act('open door');
    rig.order('a', { command: 'lamp', lamp: 'cup', how: 'on' });
    rig.pass(ROUND_MS);
    rig.pulse('p', 400);
    rig.pass(10_000);
    expect(rig.contacts()).toEqual([...everyContact, 'door open']);
    expect(rig.endings('a').map(({ fact }) => fact)).toEqual(['lamp.done']);
    expect(rig.lamp('cup')).toEqual(['on']);
    expect(rig.endings('p').map(({ fact }) => fact)).toEqual(['relay.done']);
    expect(rig.relay()).toEqual(['on', 'off']);
    expect(rig.named('device.lost')).toEqual([]);
  });

  test('the wire is silent for three and a half characters between a frame and the next', () => {
    const rig = new ModbusRig({ settings: [lab, other] });
    rig.pass(10_000);
    const gaps = rig.passed.slice(1).map(({ atMs, from }, n) => ({ from, gapMs: atMs - (rig.passed[n]?.atMs ?? 0) }));
    const toHost = gaps.filter(({ from }) => from === 'host').map(({ gapMs }) => gapMs);
    expect(toHost.length).toBeGreaterThan(100);
    expect(Math.min(...toHost)).toBeGreaterThanOrEqual(restMs(9_600));
  });

  test('that silence is that of the specification', () => {
    expect(restMs(9_600)).toBeCloseTo(4.01, 2);
    expect(restMs(19_200)).toBeCloseTo(2.005, 3);
    expect([restMs(38_400), restMs(115_200)]).toEqual([1.75, 1.75]);
  });
});
