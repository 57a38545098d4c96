/** What a person says of a module: its unit id and line, and what its inputs, coils and registers are wired to. */
import { type ContactName, type LampName, lampNames } from '../cabinet-io.ts';
import type { LineSettings } from '../port.ts';
import type { SettingsProblem } from '../protocol.ts';
import { type Both, both, mustBeWord, noSetting } from '../setting-words.ts';
import { HIGHEST_UNIT } from './frame.ts';
import { HIGHEST_ADDRESS, MOST_BITS_READ, type RegisterTable } from './messages.ts';

export type Given = Readonly<Record<string, unknown>>;

export const contactNames: readonly ContactName[] = ['door', 'vault', 'vibration', 'mains', 'ups-low', 'key'];
/** As the configuration of goods has it. */
const relayName = /^[a-z][a-z0-9-]{0,31}$/;
export const speeds: readonly number[] = [4_800, 9_600, 19_200, 38_400, 57_600, 115_200];
const parities: readonly unknown[] = ['none', 'even', 'odd'];
const tables: readonly unknown[] = ['input', 'holding'];
const MOST_RELAYS = 8;
const MOST_DEGREES = 150;

export interface Contact {
  readonly input: number;
  /** The input's level while the contact is closed: the door shut, mains there, battery low, key turned, cabinet shaken. */
  readonly closed: 'on' | 'off';
}

export interface Register {
  readonly table: RegisterTable;
  readonly register: number;
}

export interface Relay {
  readonly coil: number;
  /** Counts how often the coil was switched on; null: the module has none. */
  readonly counter: Register | null;
  /** A holding register that switches the coil on for so many steps when it is written; null: it is switched off by order. */
  readonly pulse: { readonly register: number; readonly stepMs: number } | null;
}

export interface Thermometer extends Register {
  /** Degrees Celsius of one step. */
  readonly scale: number;
  readonly low: number;
  readonly high: number;
}

export interface Settings {
  readonly unit: number;
  readonly line: LineSettings;
  readonly contacts: ReadonlyMap<ContactName, Contact>;
  readonly lamps: ReadonlyMap<LampName, number>;
  readonly relays: ReadonlyMap<string, Relay>;
  readonly temperature: Thermometer | null;
}

type Problems = SettingsProblem[];
type Check = (value: unknown, path: string, problems: Problems) => void;

const isWhole = (value: unknown, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
const isRecord = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function must(right: (value: unknown) => boolean, problem: Both): Check {
  return (value, path, problems) => {
    if (!right(value)) problems.push({ path, problem });
  };
}

const address = must(
  (value) => isWhole(value, 0, HIGHEST_ADDRESS),
  both(
    `must be an address as on the wire, a whole number from 0 to ${HIGHEST_ADDRESS}`,
    `必须是线路上的地址，0 到 ${HIGHEST_ADDRESS} 之间的整数`,
  ),
);
const degrees = must(
  (value) => typeof value === 'number' && Math.abs(value) <= MOST_DEGREES,
  both(
    `must be degrees Celsius, from -${MOST_DEGREES} to ${MOST_DEGREES}`,
    `必须是摄氏度，-${MOST_DEGREES} 到 ${MOST_DEGREES}`,
  ),
);
const table = must((value) => tables.includes(value), mustBeWord('input', 'holding'));

function notHere(known: readonly string[]): Both {
  return both(`is not known here; known are ${known.join(', ')}`, `此处没有这一项；可用的有 ${known.join('、')}`);
}

/** An object of these fields and no others; those in `needed` have to be there. */
function fields(known: Readonly<Record<string, Check>>, needed: readonly string[]): Check {
  const names = Object.keys(known);
  return (value, path, problems) => {
    if (!isRecord(value)) {
      const problem = both(`must be an object with ${names.join(', ')}`, `必须是含 ${names.join('、')} 的对象`);
      problems.push({ path, problem });
      return;
    }
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const name of needed) {
      if (!Object.hasOwn(value, name)) problems.push({ path: at(name), problem: both('is missing', '缺失') });
    }
    for (const [name, one] of Object.entries(value)) {
      const check = Object.hasOwn(known, name) ? known[name] : undefined;
      if (check !== undefined) check(one, at(name), problems);
      else problems.push({ path: at(name), problem: path === '' ? noSetting('modbus', names) : notHere(names) });
    }
  };
}

const contact = fields(
  { input: address, closed: must((value) => value === 'on' || value === 'off', mustBeWord('on', 'off')) },
  ['input', 'closed'],
);
const relay = fields(
  {
    coil: address,
    counter: fields({ table, register: address }, ['register']),
    pulse: fields(
      {
        register: address,
        stepMs: must(
          (value) => isWhole(value, 1, 1_000),
          both('must be whole milliseconds of one step, from 1 to 1000', '必须是每步的毫秒数，1 到 1000 之间的整数'),
        ),
      },
      ['register', 'stepMs'],
    ),
  },
  ['coil'],
);
const relays: Check = (value, path, problems) => {
  if (!isRecord(value))
    problems.push({ path, problem: both('must be an object of relays by name', '必须是以名称列出继电器的对象') });
  else {
    const all = Object.entries(value);
    if (all.length > MOST_RELAYS) {
      const problem = both(`must be ${MOST_RELAYS} relays at most`, `最多 ${MOST_RELAYS} 个继电器`);
      problems.push({ path, problem });
    }
    for (const [name, one] of all) {
      if (relayName.test(name)) relay(one, `${path}.${name}`, problems);
      else {
        const problem = both(
          'must be named with 1 to 32 small letters, digits and hyphens, beginning with a letter',
          '名称必须以小写字母开头，由 1 到 32 个小写字母、数字和连字符组成',
        );
        problems.push({ path: `${path}.${name}`, problem });
      }
    }
  }
};
/** Nobody begins only where it is told before that it is too cold or too hot. */
function stops({ low, high, stopLow, stopHigh }: Given, path: string): Problems {
  const problems: Problems = [];
  if (stopLow !== undefined && Number(stopLow) > Number(low))
    problems.push({ path: `${path}.stopLow`, problem: both('must be `low` or below it', '必须等于或低于 `low`') });
  if (stopHigh !== undefined && Number(stopHigh) < Number(high))
    problems.push({ path: `${path}.stopHigh`, problem: both('must be `high` or above it', '必须等于或高于 `high`') });
  return problems;
}

const temperature: Check = (value, path, problems) => {
  const before = problems.length;
  fields(
    {
      register: address,
      table,
      scale: must(
        (one) => typeof one === 'number' && one > 0 && one <= 10,
        both('must be the degrees of one step, above 0 and up to 10', '必须是每步的度数，大于 0，最大 10'),
      ),
      low: degrees,
      high: degrees,
      stopLow: degrees,
      stopHigh: degrees,
    },
    ['register', 'scale', 'low', 'high'],
  )(value, path, problems);
  if (problems.length === before && isRecord(value) && Number(value.low) >= Number(value.high))
    problems.push({ path: `${path}.low`, problem: both('must be below `high`', '必须低于 `high`') });
  if (problems.length === before && isRecord(value)) problems.push(...stops(value, path));
};

const all = fields(
  {
    unit: must(
      (value) => isWhole(value, 1, HIGHEST_UNIT),
      both(`must be the module's unit id, from 1 to ${HIGHEST_UNIT}`, `必须是模块的站号，1 到 ${HIGHEST_UNIT}`),
    ),
    baudRate: must(
      (value) => speeds.includes(value as number),
      both(`must be one of ${speeds.join(', ')}`, `必须是 ${speeds.join('、')} 之一`),
    ),
    parity: must(
      (value) => parities.includes(value),
      both('must be "none", "even" or "odd"', '必须是 "none"、"even" 或 "odd"'),
    ),
    stopBits: must((value) => value === 1 || value === 2, both('must be 1 or 2', '必须是 1 或 2')),
    contacts: fields(Object.fromEntries(contactNames.map((name) => [name, contact])), []),
    lamps: fields(Object.fromEntries(lampNames.map((name) => [name, address])), []),
    relays,
    temperature,
  },
  ['unit'],
);

export function checkSettings(settings: Given): readonly SettingsProblem[] {
  const problems: Problems = [];
  all(settings, '', problems);
  return problems.length > 0 ? problems : together(settingsOf(settings));
}

/** What is right by itself and not together. */
function together({ contacts, lamps, relays: switched }: Settings): readonly SettingsProblem[] {
  const inputs = [...contacts].map(([name, { input }]): [string, number] => [`contacts.${name}.input`, input]);
  const coils = [
    ...[...lamps].map(([name, coil]): [string, number] => [`lamps.${name}`, coil]),
    ...[...switched].map(([name, { coil }]): [string, number] => [`relays.${name}.coil`, coil]),
  ];
  return [...usedOnce(inputs), ...usedOnce(coils)];
}

function usedOnce(addresses: readonly (readonly [string, number])[]): readonly SettingsProblem[] {
  const taken = new Map<number, string>();
  const problems: Problems = [];
  for (const [path, at] of addresses) {
    const before = taken.get(at);
    if (before !== undefined) {
      const problem = both(`is ${at}, as ${before} is; give each its own`, `是 ${at}，与 ${before} 相同；须各不相同`);
      problems.push({ path, problem });
    }
    taken.set(at, path);
  }
  const { count } = span([...taken.keys()]);
  const last = addresses.at(-1)?.[0] ?? '';
  if (count > MOST_BITS_READ) {
    const problem = both(
      `all have to lie within ${MOST_BITS_READ} addresses, which are read together`,
      `所有地址须在 ${MOST_BITS_READ} 个之内，因为一次读取`,
    );
    problems.push({ path: last, problem });
  }
  return problems;
}

/** The addresses from the lowest to the highest. */
export function span(addresses: readonly number[]): { readonly from: number; readonly count: number } {
  if (addresses.length === 0) return { from: 0, count: 0 };
  const from = Math.min(...addresses);
  return { from, count: Math.max(...addresses) - from + 1 };
}

/** As the line is set: V1.02, 2.5.1, has two stop bits without parity; most modules have one. */
export function lineOf({ baudRate, parity, stopBits }: Given): LineSettings {
  return {
    baudRate: typeof baudRate === 'number' ? baudRate : 9_600,
    dataBits: 8,
    parity: parity === 'even' || parity === 'odd' ? parity : 'none',
    stopBits: stopBits === 2 ? 2 : 1,
  };
}

/** `checkSettings` found nothing wrong with each of them. */
function settingsOf(settings: Given): Settings {
  const given = settings as {
    readonly unit: number;
    readonly contacts?: Readonly<Record<ContactName, Contact>>;
    readonly lamps?: Readonly<Record<LampName, number>>;
    readonly relays?: Readonly<Record<string, { coil: number; counter?: Partial<Register>; pulse?: Relay['pulse'] }>>;
    readonly temperature?: Omit<Thermometer, 'table'> & { readonly table?: RegisterTable };
  };
  const register = ({ table: where = 'input', register: at = 0 }: Partial<Register>): Register => ({
    table: where,
    register: at,
  });
  return {
    unit: given.unit,
    line: lineOf(settings),
    contacts: new Map(
      contactNames.flatMap((name) => {
        const one = given.contacts?.[name];
        return one === undefined ? [] : [[name, one] as const];
      }),
    ),
    lamps: new Map(
      lampNames.flatMap((name) => {
        const coil = given.lamps?.[name];
        return coil === undefined ? [] : [[name, coil] as const];
      }),
    ),
    relays: new Map(
      Object.entries(given.relays ?? {}).map(([name, { coil, counter, pulse }]) => [
        name,
        { coil, counter: counter === undefined ? null : register(counter), pulse: pulse ?? null },
      ]),
    ),
    temperature: given.temperature === undefined ? null : { table: 'input', ...given.temperature },
  };
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
export function settingsFrom(settings: Given): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  return settingsOf(settings);
}
