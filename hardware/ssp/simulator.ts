/**
 * ITL machines with SSP and eSSP, written from GA138 and the manuals of SMART Payout, NV11 and SMART Hopper. The line is
 * 9600 8N2; a packet is `7F SEQ LEN DATA CRC`, every further 7F doubled, CRC-16 of 8005 over SEQ to DATA. Bit 7 of SEQ
 * changes with each new command; the same again is answered with the answer of before. A machine is deaf to other
 * addresses and to packets with a wrong checksum, and ignores an encrypted packet with a wrong count.
 *
 * Settings (`--set`): `model`, `address` (0, the hopper 16), `currency` (CNY), `country` (the three letters of its tables;
 * the currency's code), `serial`, `protocol` (the highest version it speaks, 8), `encryption` (`refuse`: it does not know
 * the key exchange) and `count` (pieces of each denomination that it can pay out at first; 0, the hopper 100).
 * Channels 1 to 6 are 1, 5, 10, 20, 50 and 100, coins are 0.10, 0.50 and 1.00.
 */
import type { SimulatorFactory } from '../simulated.ts';
import { CoinHopper } from './simulator-coins.ts';
import { NoteMachine } from './simulator-notes.ts';
import type { Model, ModelName } from './simulator-slave.ts';

/** The settings for `--help`, a line each. */
export const settingsHelp: readonly string[] = [
  'model=nv200|nv9|nv11|smart-payout|smart-hopper address=N currency=CNY country=CNY',
  'serial=NUMBER protocol=8 encryption=on|refuse evidence=full|none count=N bills=1,5,10,20,50,100',
];
const knownSettings: readonly string[] = settingsHelp.join(' ').match(/[a-z]+(?==)/g) ?? [];

const models: readonly ModelName[] = ['nv200', 'nv9', 'nv11', 'smart-payout', 'smart-hopper'];
const usualBills = '1,5,10,20,50,100';
/** Channels 1 to 16, in whole units. */
const billsPattern = /^[1-9]\d{0,5}(,[1-9]\d{0,5}){0,15}$/;
const MINOR_OF_A_UNIT = 100;
const coinValues: readonly number[] = [10, 50, 100];
const HOPPER_ADDRESS = 0x10;
const HOPPER_COUNT = 100;
/** 7D; 7E and 7F have other meanings at the head of a packet. */
const HIGHEST_ADDRESS = 0x7d;
const HIGHEST_PROTOCOL = 8;

/** The machine just after its power came on: disabled, all channels inhibited, without keys. */
export const simulate: SimulatorFactory = (surroundings) => {
  const model = modelFrom(surroundings.settings);
  return model.name === 'smart-hopper' ? new CoinHopper(surroundings, model) : new NoteMachine(surroundings, model);
};

/** @throws Error naming the setting that is wrong and what it may be. */
function modelFrom(settings: Readonly<Record<string, string>>): Model {
  for (const name of Object.keys(settings)) {
    if (!knownSettings.includes(name))
      throw new Error(`unknown setting "${name}" for ssp; known are ${knownSettings.join(', ')}`);
  }
  const name = oneOf('model', settings.model ?? 'nv200', models);
  const coins = name === 'smart-hopper';
  if ((name === 'nv200' || name === 'nv9') && settings.count !== undefined)
    throw new Error(`setting count is for what pays out; ${name} does not`);
  const currency = threeLetters('currency', settings.currency ?? 'CNY');
  return {
    name,
    address: number('address', settings.address, coins ? HOPPER_ADDRESS : 0, 0, HIGHEST_ADDRESS),
    currency,
    country: threeLetters('country', settings.country ?? currency),
    serial: number('serial', settings.serial, 1_873_452, 0, 0xffff_ffff),
    highest: number('protocol', settings.protocol, HIGHEST_PROTOCOL, 4, HIGHEST_PROTOCOL),
    encryption: oneOf('encryption', settings.encryption ?? 'on', ['on', 'refuse']) === 'on',
    evidence: oneOf('evidence', settings.evidence ?? 'full', ['full', 'none']) === 'full',
    count: number('count', settings.count, coins ? HOPPER_COUNT : 0, 0, 10_000),
    denominations: coins ? coinValues : billsFrom(settings.bills),
  };
}

/** In whole units by channel, in minor units. */
function billsFrom(given = usualBills): readonly number[] {
  const values = billsPattern.test(given) ? given.split(',').map((value) => Number(value) * MINOR_OF_A_UNIT) : [];
  if (values.length === 0 || new Set(values).size < values.length)
    throw new Error(`setting bills is "${given}"; give up to 16 different values of notes, as ${usualBills}`);
  return values;
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`setting ${name} is "${value}"; give ${known.join(' or ')}`);
  return found;
}

function threeLetters(name: string, value: string): string {
  if (!/^[A-Z]{3}$/.test(value)) throw new Error(`setting ${name} is "${value}"; give three capital letters`);
  return value;
}

function number(name: string, value: string | undefined, standard: number, least: number, most: number): number {
  if (value === undefined) return standard;
  const given = /^\d{1,10}$/.test(value) ? Number(value) : -1;
  if (given < least || given > most) throw new Error(`setting ${name} is "${value}"; give ${least} to ${most}`);
  return given;
}
