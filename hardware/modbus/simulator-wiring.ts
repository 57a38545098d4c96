/** The settings of a simulated I/O module: its unit id, how much of everything it has, and what is wired to it. */

type Table = 'input' | 'holding';

export interface RelayWiring {
  readonly coil: number;
  readonly counter: { readonly table: Table; readonly register: number } | null;
  readonly pulse: { readonly register: number; readonly stepMs: number } | null;
}

export interface Model {
  readonly unit: number;
  readonly baudRate: number;
  readonly inputs: number;
  readonly coils: number;
  readonly inputRegisters: number;
  readonly holdingRegisters: number;
  readonly identity: boolean;
  /** `closed`: the input's level while the contact is closed. */
  readonly contacts: ReadonlyMap<string, { readonly input: number; readonly closed: boolean }>;
  readonly lamps: ReadonlyMap<string, number>;
  readonly relays: ReadonlyMap<string, RelayWiring>;
  readonly temperature: { readonly table: Table; readonly register: number; readonly scale: number } | null;
}

export const settingsHelp: readonly string[] = [
  'unit=1..247 baudRate=N inputs=N coils=N inputRegisters=N holdingRegisters=N identity=on|off',
  'contacts=NAME:INPUT:on|off,… lamps=NAME:COIL,… temperature=input|holding/REGISTER:SCALE',
  'relays=NAME:COIL:[input|holding/COUNTER]:[PULSEREGISTER/STEPMS],…',
];

const defaults: Readonly<Record<string, string>> = {
  unit: '1',
  baudRate: '9600',
  inputs: '16',
  coils: '16',
  inputRegisters: '8',
  holdingRegisters: '8',
  identity: 'on',
  contacts: 'door:0:on,vault:1:on,vibration:2:on,mains:3:on,ups-low:4:on,key:5:on',
  lamps: 'slot:0,cup:1,reader:2,printer:3,alarm:4',
  relays: 'goods:8:input/1:1/100',
  temperature: 'input/0:0.1',
};
const MOST_OF_A_TABLE = 65_536;

/** @throws Error naming the setting that is wrong and what it may be. */
export function modelFrom(settings: Readonly<Record<string, string>>): Model {
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(defaults, name))
      throw new Error(`unknown setting "${name}" for modbus; known are ${Object.keys(defaults).join(', ')}`);
  }
  const given = (name: string): string => settings[name] ?? (defaults[name] as string);
  const whole = (name: string, from: number, to: number): number => {
    const value = Number(given(name));
    if (!Number.isInteger(value) || value < from || value > to)
      throw new Error(`setting ${name} is "${given(name)}"; give a whole number from ${from} to ${to}`);
    return value;
  };
  const identity = given('identity');
  if (identity !== 'on' && identity !== 'off') throw new Error(`setting identity is "${identity}"; give on or off`);
  const list = <T>(name: string, read: (parts: readonly string[]) => T | null): ReadonlyMap<string, T> =>
    listOf(name, given(name), read);
  return {
    unit: whole('unit', 1, 247),
    baudRate: whole('baudRate', 300, 1_000_000),
    inputs: whole('inputs', 1, MOST_OF_A_TABLE),
    coils: whole('coils', 1, MOST_OF_A_TABLE),
    inputRegisters: whole('inputRegisters', 1, MOST_OF_A_TABLE),
    holdingRegisters: whole('holdingRegisters', 1, MOST_OF_A_TABLE),
    identity: identity === 'on',
    contacts: list('contacts', ([input, closed]) => {
      const at = address(input);
      return at === null || (closed !== 'on' && closed !== 'off') ? null : { input: at, closed: closed === 'on' };
    }),
    lamps: list('lamps', ([coil]) => address(coil)),
    relays: list('relays', ([coil, counter = '', pulse = '']) => relayOf(coil, counter, pulse)),
    temperature: thermometerOf(given('temperature')),
  };
}

function listOf<T>(name: string, text: string, read: (parts: readonly string[]) => T | null): ReadonlyMap<string, T> {
  const all = new Map<string, T>();
  for (const item of text === '' ? [] : text.split(',')) {
    const [of = '', ...parts] = item.split(':');
    const one = read(parts);
    if (of === '' || one === null) throw new Error(`setting ${name} has "${item}"; see --help`);
    all.set(of, one);
  }
  return all;
}

function address(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : null;
}

function registerOf(text: string): { readonly table: Table; readonly register: number } | null {
  const [table, at] = text.split('/');
  const register = address(at);
  return register === null || (table !== 'input' && table !== 'holding') ? null : { table, register };
}

function relayOf(coil: string | undefined, counter: string, pulse: string): RelayWiring | null {
  const at = address(coil);
  const [register, stepMs] = pulse.split('/').map((part) => address(part));
  const pulsed = register != null && stepMs != null ? { register, stepMs } : null;
  const counted = registerOf(counter);
  if (at === null || (counter !== '' && counted === null) || (pulse !== '' && pulsed === null)) return null;
  return { coil: at, counter: counted, pulse: pulsed };
}

function thermometerOf(text: string): Model['temperature'] {
  if (text === '') return null;
  const [where = '', scale = ''] = text.split(':');
  const at = registerOf(where);
  if (at === null || !(Number(scale) > 0))
    throw new Error(`setting temperature is "${text}"; give input/REGISTER:SCALE`);
  return { ...at, scale: Number(scale) };
}
