/**
 * ccTalk machines at one wire, played from the generic specification of Crane (parts 1 to 4) and the manuals named in the
 * files of the machines: coin acceptor (address 2), hoppers (3 and up) and bill validator (40). They share the wire,
 * its power, the cup into which coins fall, and no code with the driver.
 *
 * Settings (`--set`): `device` (which of them, comma-separated; several hoppers are named several times), `address` (of a
 * single one), `echo` (the wire gives the host its own bytes back), `checksum`, `currency`, `country` (two letters in
 * coin and bill names; the first two of the currency), `exponent` (decimal places), `serial` (of the first; the others
 * count on), `coins` and `bills` (by position and type), `paths` (sorter paths that lead out of a coin acceptor without
 * hoppers; with hoppers, path 2 leads to the first, 3 to the second; all others end in the box), `evidence` (see the
 * bill validator), and of hoppers: `coin` and `count` (comma-separated for several), `model`, `method` (which proof an
 * order has to bring), `pin` (four digits).
 */
import type {
  HandAction,
  HandResult,
  Simulator,
  SimulatorFactory,
  SimulatorSurroundings,
  UnitCash,
} from '../simulated.ts';
import { BillValidator } from './simulator-bill.ts';
import { CoinAcceptor } from './simulator-coin.ts';
import { HOPPER_CAPACITY, Hopper, type HopperModel } from './simulator-hopper.ts';
import { ascii, cashOf, done, type Identity, type Machine, type MachineWorld, no, Purse } from './simulator-machine.ts';
import { type Checksum, framed, Wire } from './simulator-wire.ts';

export { framed };

type Device = 'coin' | 'hopper' | 'bill';

interface Settings {
  readonly devices: readonly Device[];
  readonly address: number | null;
  readonly echo: boolean;
  readonly checksum: Checksum;
  readonly currency: string;
  readonly country: string;
  readonly exponent: number;
  readonly serial: number | null;
  readonly coins: readonly number[];
  readonly bills: readonly number[];
  readonly paths: readonly number[];
  readonly evidence: 'full' | 'none';
  readonly hoppers: readonly HopperModel[];
}

/** The settings for `--help`, a line each. */
export const settingsHelp: readonly string[] = [
  'device=coin,hopper,bill address=N echo=on|off checksum=sum|crc currency=CNY country=CN exponent=2 serial=N',
  'coins=0.10,0.50,1.00 bills=1,5,10,20,50,100 paths=2,3 evidence=full|none',
  'coin=1.00 count=100 model=flow|sch2 method=either|serial|cipher pin=1234',
];
const knownSettings: readonly string[] = settingsHelp.join(' ').match(/[a-z]+(?==)/g) ?? [];

const COIN_ADDRESS = 2;
const FIRST_HOPPER_ADDRESS = 3;
const BILL_ADDRESS = 40;
const MOST_HOPPERS = 8;
const usualHopperCoins: readonly string[] = ['1.00', '0.50', '0.10'];

/** @throws Error naming the setting that is wrong and what it may be. */
function settingsFrom(given: Readonly<Record<string, string>>): Settings {
  for (const name of Object.keys(given)) {
    if (!knownSettings.includes(name))
      throw new Error(`unknown setting "${name}" for cctalk; known are ${knownSettings.join(', ')}`);
  }
  const devices = devicesFrom(given.device ?? 'coin,hopper,bill');
  const currency = matching('currency', given.currency ?? 'CNY', /^[A-Z]{3}$/, 'three capital letters');
  const exponent = whole('exponent', given.exponent ?? '2', 0, 3);
  if (given.address !== undefined && devices.length > 1)
    throw new Error('setting address is for a single device; several stand at 2, 3 and up, and 40');
  if (given.paths !== undefined && (!devices.includes('coin') || devices.includes('hopper')))
    throw new Error('setting paths is for a coin acceptor without hoppers');
  const coins = amounts('coins', given.coins ?? '0.10,0.50,1.00', exponent);
  const dear = coins.find((minor) => minor > 999);
  if (dear !== undefined) throw new Error(`setting coins is "${given.coins}"; a coin's name has place for 999 at most`);
  return {
    devices,
    address: given.address === undefined ? null : whole('address', given.address, 2, 255),
    echo: oneOf('echo', given.echo ?? 'on', ['on', 'off']) === 'on',
    checksum: oneOf('checksum', given.checksum ?? 'sum', ['sum', 'crc']),
    currency,
    country: matching('country', given.country ?? currency.slice(0, 2), /^[A-Z]{2}$/, 'two capital letters'),
    exponent,
    serial: given.serial === undefined ? null : whole('serial', given.serial, 0, 0xffffff),
    coins,
    bills: billsFrom(given.bills ?? '1,5,10,20,50,100', exponent),
    paths: given.paths === undefined ? [] : given.paths.split(',').map((path) => whole('paths', path, 1, 8)),
    evidence: oneOf('evidence', given.evidence ?? 'full', ['full', 'none']),
    hoppers: hoppersFrom(given, devices.filter((device) => device === 'hopper').length, exponent),
  };
}

function devicesFrom(value: string): readonly Device[] {
  const devices = value.split(',').map((name) => oneOf<Device>('device', name, ['coin', 'hopper', 'bill']));
  for (const single of ['coin', 'bill'] as const) {
    if (devices.filter((device) => device === single).length > 1)
      throw new Error(`setting device is "${value}"; there is place for one ${single} only`);
  }
  if (devices.filter((device) => device === 'hopper').length > MOST_HOPPERS)
    throw new Error(`setting device is "${value}"; there is place for ${MOST_HOPPERS} hoppers`);
  return devices;
}

function hoppersFrom(
  given: Readonly<Record<string, string>>,
  number: number,
  exponent: number,
): readonly HopperModel[] {
  const unusable = ['coin', 'count', 'model', 'method', 'pin'].find((name) => given[name] !== undefined);
  if (number === 0 && unusable !== undefined) throw new Error(`setting ${unusable} is for hoppers, and there is none`);
  const brand = oneOf('model', given.model ?? 'flow', ['flow', 'sch2']);
  const method = oneOf('method', given.method ?? (brand === 'flow' ? 'either' : 'cipher'), [
    'either',
    'serial',
    'cipher',
  ]);
  if (brand === 'sch2' && method !== 'cipher') throw new Error('setting method is only cipher for model=sch2');
  const pin = given.pin === undefined ? null : matching('pin', given.pin, /^\d{4}$/, 'four digits');
  const values = given.coin?.split(',') ?? usualHopperCoins;
  const counts = (given.count ?? '100').split(',');
  return Array.from({ length: number }, (_, at) => {
    const value = values[at];
    if (value === undefined) throw new Error(`setting coin names ${values.length} coins; give one for each hopper`);
    const coin = amounts('coin', value, exponent)[0] as number;
    if (coin > 999) throw new Error(`setting coin is "${value}"; a coin's name has place for 999 at most`);
    const count = whole('count', counts[at] ?? (counts.at(-1) as string), 0, HOPPER_CAPACITY);
    return { brand, coin, count, method, pin };
  });
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`setting ${name} is "${value}"; give ${known.join(' or ')}`);
  return found;
}

function matching(name: string, value: string, pattern: RegExp, what: string): string {
  if (!pattern.test(value)) throw new Error(`setting ${name} is "${value}"; give ${what}`);
  return value;
}

function whole(name: string, value: string, least: number, most: number): number {
  if (!/^\d{1,8}$/.test(value) || Number(value) < least || Number(value) > most)
    throw new Error(`setting ${name} is "${value}"; give a whole number from ${least} to ${most}`);
  return Number(value);
}

/** Different amounts in whole units, in minor units. */
function amounts(name: string, value: string, exponent: number): readonly number[] {
  const minors = value.split(',').map((amount) => Number(amount) * 10 ** exponent);
  const rounded = minors.map((minor) => Math.round(minor));
  const right = rounded.every(
    (minor, at) => minor > 0 && Math.abs(minor - (minors[at] as number)) < 1e-6 && rounded.indexOf(minor) === at,
  );
  if (!right || rounded.length > 16)
    throw new Error(`setting ${name} is "${value}"; give up to 16 different amounts such as 0.50`);
  return rounded;
}

function billsFrom(value: string, exponent: number): readonly number[] {
  const bills = amounts('bills', value, exponent);
  if (bills.some((minor) => minor % 10 ** exponent !== 0 || minor / 10 ** exponent > 9_999))
    throw new Error(`setting bills is "${value}"; a bill's name has place for whole amounts up to 9999`);
  return bills;
}

function identityOf(device: Device, { devices, serial, checksum, hoppers }: Settings, at: number): Identity {
  const numbered = (usual: number) => ((serial === null ? usual : serial + at) & 0xffffff) >>> 0;
  switch (device) {
    case 'coin':
      return {
        manufacturer: 'Money Controls',
        category: 'Coin Acceptor',
        product: 'SR5',
        software: 'SR5-V2.17',
        build: 'Standard',
        serial: numbered(12_345_678),
        commsRevision: [1, 4, 4],
        powerUpMs: 400,
        resetMs: 200,
      };
    case 'hopper': {
      const before = devices.slice(0, at).filter((one) => one === 'hopper').length;
      return hopperIdentity(hoppers[before] as HopperModel, numbered(710_623 + before));
    }
    case 'bill':
      return {
        manufacturer: 'Money Controls',
        category: 'Bill Validator',
        product: 'Ardac Elite',
        software: checksum === 'crc' ? 'AE-CNY-V4.2C' : 'AE-CNY-V4.2',
        build: 'Standard',
        serial: numbered(3_141_592),
        commsRevision: [1, 4, 6],
        powerUpMs: 1_000,
        resetMs: 500,
      };
    default: {
      const never: never = device;
      return never;
    }
  }
}

/** The times are those of the Flow's manual at header 1. */
function hopperIdentity({ brand, method }: HopperModel, serial: number): Identity {
  const start = { category: 'Payout', serial, powerUpMs: 630, resetMs: 130 } as const;
  if (brand === 'sch2')
    return {
      ...start,
      manufacturer: 'Money Controls',
      product: 'SCH2-NOENCRYPT',
      software: 'SCH2-V1.05',
      build: 'Lev HiLo',
      commsRevision: [1, 4, 2],
    };
  return {
    ...start,
    manufacturer: 'Suzo-Happ',
    product: 'Flow',
    software: 'FLOW-1.8',
    build: 'Payout',
    commsRevision: ascii(method === 'cipher' ? '132-MC' : '132-IT'),
  };
}

/** The machines just after their power came on: everything inhibited, counters at 0. */
export const simulate: SimulatorFactory = (surroundings) => new Machines(surroundings);

class Machines implements Simulator {
  readonly protocol = 'cctalk';
  readonly kind: Simulator['kind'];
  readonly echoes: boolean;
  power = true;

  private readonly world: SimulatorSurroundings;
  private readonly currency: string;
  private readonly customer = new Purse();
  private readonly cup = new Purse();
  private readonly coin: CoinAcceptor | null = null;
  private readonly hoppers: readonly Hopper[];
  private readonly bill: BillValidator | null = null;
  private readonly machines: readonly Machine[];
  private readonly wire: Wire;

  constructor(surroundings: SimulatorSurroundings) {
    const settings = settingsFrom(surroundings.settings);
    this.world = surroundings;
    this.currency = settings.currency;
    this.echoes = settings.echo;
    const { clock, speed, random, emit } = surroundings;
    const { currency, country } = settings;
    const inside: MachineWorld = {
      clock,
      speed,
      random,
      emit,
      currency,
      country,
      customer: this.customer,
      cup: this.cup,
    };
    const hoppers: Hopper[] = [];
    const machines: Machine[] = [];
    for (const [at, device] of settings.devices.entries()) {
      const identity = identityOf(device, settings, at);
      switch (device) {
        case 'coin': {
          const { coins, paths } = settings;
          const drop = (path: number, minor: number) => this.drop(path, minor, paths);
          this.coin = new CoinAcceptor(inside, settings.address ?? COIN_ADDRESS, identity, { coins, drop });
          machines.push(this.coin);
          break;
        }
        case 'hopper': {
          const model = settings.hoppers[hoppers.length] as HopperModel;
          const address = settings.address ?? FIRST_HOPPER_ADDRESS + hoppers.length;
          const hopper = new Hopper(inside, address, identity, model);
          hoppers.push(hopper);
          machines.push(hopper);
          break;
        }
        case 'bill':
          this.bill = new BillValidator(inside, settings.address ?? BILL_ADDRESS, identity, settings);
          machines.push(this.bill);
          break;
        default: {
          const never: never = device;
          throw never;
        }
      }
    }
    this.hoppers = hoppers;
    this.machines = machines;
    this.kind = (machines[0] as Machine).kind;
    this.wire = new Wire(surroundings, settings.checksum, machines);
  }

  get denominations(): Simulator['denominations'] {
    return this.bill?.denominations;
  }

  get enabled(): boolean | undefined {
    return this.bill?.enabled;
  }

  /** The echo is the wire's, and needs no power. */
  receive(bytes: Uint8Array): void {
    if (this.echoes && this.world.sharesWire !== true) this.world.send(bytes.slice());
    if (this.power) this.wire.receive(bytes);
  }

  /** What falls onto a full hopper goes past it into the box. */
  private drop(path: number, minor: number, leadingOut: readonly number[]): 'box' | 'hopper' | null {
    if (leadingOut.includes(path)) return null;
    return this.hoppers[path - 2]?.catchCoin(minor) === true ? 'hopper' : 'box';
  }

  // Hands.

  act(action: HandAction): HandResult {
    switch (action.action) {
      case 'take':
        return this.take(action);
      case 'fill':
        return this.fill(action);
      case 'jam hopper':
        return this.jamHopper(action);
      case 'jam':
        return (this.bill ?? this.coin ?? this.hoppers[0])?.act(action) ?? no('nothing here can jam');
      case 'misbehave':
        return this.misbehave(action.value ?? '');
      case 'cut power':
        return this.cutPower();
      case 'restore power':
        return this.restorePower();
      default:
        return this.everybody(action);
    }
  }

  /** Done by all for whom it is something to do. */
  private everybody(action: HandAction): HandResult {
    const results = this.machines.map((machine) => machine.act(action)).filter((result) => result !== null);
    return (
      results.find(({ ok }) => ok) ?? results[0] ?? no(`the ccTalk machines at this wire know no "${action.action}"`)
    );
  }

  private take(action: HandAction): HandResult {
    const fromSlot = this.bill?.act(action)?.ok === true;
    const coins = this.cup.empty();
    for (const [minor, count] of coins) {
      this.customer.give(minor, count);
      this.world.emit({ event: 'cash.taken', currency: this.currency, minor, count, unit: 'cup' });
    }
    return fromSlot || coins.length > 0 ? done : no('nothing waits to be taken');
  }

  private fill(action: HandAction): HandResult {
    const hopper = this.hoppers.find(({ coin }) => coin === action.minor);
    return hopper?.act(action) ?? no('no hopper here is for this coin');
  }

  /** The one that pays, or the first. */
  private jamHopper(action: HandAction): HandResult {
    const hopper = this.hoppers.find(({ paying }) => paying) ?? this.hoppers[0];
    return hopper?.act(action) ?? no('there is no hopper at this wire');
  }

  private misbehave(value: string): HandResult {
    switch (value) {
      case 'off':
      case 'repeat':
      case 'late':
      case 'noise':
        this.wire.misbehaviour = value;
        return done;
      case 'counter':
        for (const machine of this.machines) machine.jumpCounter();
        return done;
      default:
        return no('misbehave with repeat, late, noise, counter or off');
    }
  }

  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.power = false;
    this.wire.die();
    this.world.emit({ event: 'power.cut' });
    for (const machine of this.machines) machine.cutPower();
    return done;
  }

  private restorePower(): HandResult {
    if (this.power) return no('the power is on already');
    this.power = true;
    this.world.emit({ event: 'power.restored' });
    for (const machine of this.machines) machine.restorePower();
    return done;
  }

  // What a person sees.

  units(): readonly UnitCash[] {
    const units = new Map<UnitCash['unit'], Purse>();
    const all = [
      ...this.machines.flatMap((machine) => machine.units()),
      ...(this.bill !== null && this.machines.length === 1 ? [] : ([['cup', this.cup]] as const)),
      ['customer', this.customer] as const,
    ];
    for (const [unit, cash] of all) {
      const sum = units.get(unit) ?? new Purse();
      for (const [minor, count] of cash.entries()) sum.give(minor, count);
      units.set(unit, sum);
    }
    return [...units].map(([unit, cash]) => ({ unit, cash: cashOf(this.currency, cash.entries()) }));
  }

  faults(): readonly string[] {
    return [...new Set(this.machines.flatMap((machine) => machine.faults()))];
  }
}
