import { describe, expect, test } from 'vitest';
import { frontDoor } from '../../../hardware/modbus/index.ts';

const { checkSettings, labSettings, lineWith, addressOf, simulatorSettings } = frontDoor;
const door = { input: 0, closed: 'on' };

describe('settings', () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['no unit', {}, ['unit: is missing']],
    ['a unit that is reserved', { unit: 248 }, ["unit: must be the module's unit id, from 1 to 247"]],
    ['a broadcast', { unit: 0 }, ["unit: must be the module's unit id, from 1 to 247"]],
    [
      'an odd speed',
      { unit: 1, baudRate: 9_601 },
      ['baudRate: must be one of 4800, 9600, 19200, 38400, 57600, 115200'],
    ],
    ['an unknown parity', { unit: 1, parity: 'mark' }, ['parity: must be "none", "even" or "odd"']],
    [
      'a contact that nobody knows',
      { unit: 1, contacts: { window: door } },
      ['contacts.window: is not known here; known are door, vault, vibration, mains, ups-low, key'],
    ],
    [
      'a contact without its level',
      { unit: 1, contacts: { door: { input: 3 } } },
      ['contacts.door.closed: is missing'],
    ],
    [
      'a lamp beyond all addresses',
      { unit: 1, lamps: { cup: 65_536 } },
      [expect.stringMatching(/^lamps\.cup: must be an address/)],
    ],
    [
      'a relay of odd name',
      { unit: 1, relays: { 'Go!': { coil: 1 } } },
      [expect.stringMatching(/^relays\.Go!: must be named/)],
    ],
    [
      'a relay whose name is too long',
      { unit: 1, relays: { [`g${'o'.repeat(32)}`]: { coil: 1 } } },
      [
        `relays.g${'o'.repeat(32)}: must be named with 1 to 32 small letters, digits and hyphens, beginning with a letter`,
      ],
    ],
    [
      'a pulse without its step',
      { unit: 1, relays: { goods: { coil: 1, pulse: { register: 1 } } } },
      ['relays.goods.pulse.stepMs: is missing'],
    ],
    [
      'limits the wrong way round',
      { unit: 1, temperature: { register: 0, scale: 0.1, low: 60, high: 50 } },
      ['temperature.low: must be below `high`'],
    ],
    [
      'nobody beginning though all is well',
      { unit: 1, temperature: { register: 0, scale: 0.1, low: 0, high: 50, stopLow: 1, stopHigh: 49 } },
      ['temperature.stopLow: must be `low` or below it', 'temperature.stopHigh: must be `high` or above it'],
    ],
    [
      'a scale of zero',
      { unit: 1, temperature: { register: 0, scale: 0, low: 0, high: 50 } },
      [expect.stringMatching(/^temperature\.scale: must be/)],
    ],
    [
      'two contacts at one input',
      { unit: 1, contacts: { door, vault: door } },
      ['contacts.vault.input: is 0, as contacts.door.input is; give each its own'],
    ],
    [
      'a lamp at the coil of a relay',
      { unit: 1, lamps: { cup: 8 }, relays: { goods: { coil: 8 } } },
      ['relays.goods.coil: is 8, as lamps.cup is; give each its own'],
    ],
    [
      'inputs too far apart to be read together',
      { unit: 1, contacts: { door, vault: { input: 2_000, closed: 'on' } } },
      ['contacts.vault.input: all have to lie within 2000 addresses, which are read together'],
    ],
    ['contacts that are a list', { unit: 1, contacts: [] }, [expect.stringMatching(/^contacts: must be an object/)]],
    [
      'everything wrong at once',
      { unit: 1.5, parity: 1, volume: 11 },
      [
        expect.stringMatching(/^unit:/),
        expect.stringMatching(/^parity:/),
        expect.stringMatching(/^volume: is not a setting of modbus/),
      ],
    ],
  ])('with %s are told what is wrong', (_name, settings, wanted) => {
    expect(checkSettings(settings).map(({ path, problem }) => `${path}: ${problem.en}`)).toEqual(wanted);
    expect(() => frontDoor.createDriver({ device: 'x', settings })).toThrow(RangeError);
  });

  test('that are right are those of the laboratory, those of discovery, and all that can be said', () => {
    const all = {
      ...labSettings,
      unit: 247,
      baudRate: 19_200,
      parity: 'even',
      stopBits: 1,
      relays: { goods: { coil: 8, counter: { table: 'holding', register: 4 }, pulse: { register: 2, stepMs: 10 } } },
      temperature: { table: 'holding', register: 9, scale: 0.5, low: -10, high: 60, stopLow: -10, stopHigh: 60.5 },
    };
    const longest = { unit: 1, relays: { [`g${'o'.repeat(31)}`]: { coil: 1 } } };
    for (const settings of [labSettings, { unit: 3 }, longest, all]) expect(checkSettings(settings)).toEqual([]);
    expect(lineWith?.(all)).toEqual({ baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1 });
    expect(addressOf(all)).toBe(247);
    expect(simulatorSettings?.(all)).toMatchObject({
      unit: '247',
      baudRate: '19200',
      relays: 'goods:8:holding/4:2/10',
      temperature: 'holding/9:0.5',
    });
  });
});
