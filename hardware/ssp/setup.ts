/**
 * How the conversation begins, at each opening and after each reset of the device: synchronise, agree on a key, on a
 * protocol version, ask what it is, and throw out a note that nobody decided about, because a poll would take it.
 */
import { flag } from '../standing.ts';
import type { Denomination } from '../device.ts';
import { agree, draw, intermediate, le64, offerFrom, readLe64 } from './cipher.ts';
import { ascii, type Channel, command, le32, reply, serialNumber, type SetUp, setUp, unit } from './messages.ts';
import { type Ask, type Draft, type OnWire, pays, type Reply, type Settings, takesNotes, type Work } from './state.ts';

const RETRY_MS = 1_000;
/** After a refusal that does not end by itself. */
const LONG_RETRY_MS = 5_000;
const TRIES = 3;
/** Exchanges of keys without an encrypted answer before that is a fault. */
const KEY_TRIES = 2;
const LOWEST_VERSION = 4;
/** Payouts by denomination have countries and sums from here on. */
const PAYOUT_VERSION = 6;

export type Step =
  | 'sync'
  | 'set-generator'
  | 'set-modulus'
  | 'key-exchange'
  | 'host-protocol'
  | 'setup-request'
  | 'serial-number'
  | 'unit-data'
  | 'value-reporting'
  | 'enable-payout'
  | 'routes'
  | 'return';

/** In this order; all but the first four are encrypted where encryption is required. */
export function stepsOf(settings: Settings): readonly Step[] {
  const keys: readonly Step[] = settings.encryption === 'off' ? [] : ['set-generator', 'set-modulus', 'key-exchange'];
  return [
    'sync',
    ...keys,
    'host-protocol',
    'setup-request',
    'serial-number',
    ...(takesNotes(settings) ? (['unit-data'] as const) : []),
    ...(settings.model === 'nv11' ? (['value-reporting'] as const) : []),
    ...(takesNotes(settings) && pays(settings) ? (['enable-payout', 'routes'] as const) : []),
    ...(takesNotes(settings) ? (['return'] as const) : []),
  ];
}

export function setupStep({ s, settings }: Work): Step | null {
  return stepsOf(settings)[s.setup] ?? null;
}

/** The device keeps its routes: a credit of before names no place, and lies where they say. */
function routesAsk({ wires, routes, version }: Draft): readonly number[] {
  const [, wire] = [...wires].find(([minor]) => !routes.has(minor)) ?? [...wires][0] ?? [0, { value: 0, letters: '' }];
  return [command.getRoute, ...le32(wire.value), ...(version >= PAYOUT_VERSION ? ascii(wire.letters) : [])];
}

function onRoute(work: Work, { code, data }: Reply): void {
  const { s } = work;
  const [minor] = [...s.wires].find(([known]) => !s.routes.has(known)) ?? [];
  const [way] = data;
  const told = code === reply.ok && minor !== undefined && way !== undefined;
  if (told) s.routes = new Map([...s.routes, [minor, way]]);
  // One that does not tell is told.
  if (!told || s.routes.size === s.wires.size) done(work);
}

/** What the next step asks; draws new numbers for each exchange of keys. */
export function setupAsk({ s }: Work, step: Step): Ask {
  const plain = { kind: 'setup', name: step, plain: true } as const;
  const ask = (...data: readonly number[]): Ask => ({ kind: 'setup', name: step, data });
  switch (step) {
    case 'sync':
      return { ...plain, data: [command.sync] };
    case 'set-generator': {
      const { offer, randoms } = offerFrom(s.randoms, s.primeBits);
      s.offer = offer;
      s.randoms = randoms;
      return { ...plain, data: [command.setGenerator, ...le64(offer.generator)] };
    }
    case 'set-modulus':
      return { ...plain, data: [command.setModulus, ...le64(s.offer?.modulus ?? 0n)] };
    case 'key-exchange':
      return { ...plain, data: [command.keyExchange, ...le64(s.offer === null ? 0n : intermediate(s.offer))] };
    case 'host-protocol':
      return ask(command.hostProtocol, s.version);
    case 'setup-request':
      return ask(command.setupRequest);
    case 'serial-number':
      return ask(command.serialNumber);
    case 'unit-data':
      return ask(command.unitData);
    case 'value-reporting':
      return ask(command.valueReporting, 0);
    case 'enable-payout':
      return enablePayout(s, 'setup');
    case 'routes':
      return ask(...routesAsk(s));
    case 'return':
      return ask(command.reject);
    default:
      return step satisfies never;
  }
}

/** No option: notes that are stored are told without their value. Some devices take no option byte at all. */
export function enablePayout(s: Draft, kind: 'setup' | 'enable-payout'): Ask {
  return { kind, name: 'enable-payout', data: s.shortEnable ? [command.enablePayout] : [command.enablePayout, 0] };
}

export function onSetup(work: Work, step: Step, answer: Reply): void {
  const { s } = work;
  const ok = answer.code === reply.ok;
  switch (step) {
    case 'sync':
      if (ok && answer.data.length === 0) done(work);
      else again(work, RETRY_MS);
      return;
    case 'set-generator':
    case 'set-modulus':
      if (ok) done(work);
      else keyRefused(work);
      return;
    case 'key-exchange':
      onKey(work, answer);
      return;
    case 'host-protocol':
      if (ok || s.version <= LOWEST_VERSION) onVersion(work);
      else s.version--;
      return;
    case 'setup-request':
      if (ok && onTable(work, setUp(answer.data))) done(work);
      else refused(work);
      return;
    case 'serial-number':
      if (ok) s.serial = serialNumber(answer.data);
      done(work);
      return;
    case 'unit-data':
    case 'return':
      done(work);
      return;
    case 'value-reporting':
      if (ok) done(work);
      else refused(work);
      return;
    case 'enable-payout':
      flag(work, 'ssp.payout-refused', !ok && !isBusy(answer) && answer.code !== reply.wrongParameters);
      if (ok) done(work);
      else payoutRefused(work, answer);
      return;
    case 'routes':
      onRoute(work, answer);
      return;
    default:
      step satisfies never;
  }
}

function isBusy({ code, data }: Reply): boolean {
  return code === reply.cannot && data[0] === 3;
}

/** It is asked again, without its option byte if that is what is wrong. */
function payoutRefused(work: Work, answer: Reply): void {
  const { s, nowMs } = work;
  if (answer.code === reply.wrongParameters) s.shortEnable = !s.shortEnable;
  s.setupAtMs = nowMs + (isBusy(answer) || s.shortEnable ? RETRY_MS : LONG_RETRY_MS);
}

function done({ s }: Work): void {
  s.setup++;
  s.setupTries = 0;
  s.setupAtMs = 0;
}

/** From the beginning, after a while. */
function again({ s, nowMs }: Work, afterMs: number): void {
  s.setup = 0;
  s.session = null;
  s.setupAtMs = nowMs + afterMs;
}

function refused(work: Work): void {
  const { s, nowMs } = work;
  s.setupTries++;
  s.setupAtMs = nowMs + RETRY_MS;
  if (s.setupTries >= TRIES) flag(work, 'ssp.setting-refused', true);
}

/** A device that will not agree takes no money: nothing is ever sent to it without encryption instead. */
function keyRefused(work: Work): void {
  flag(work, 'ssp.encryption-refused', true);
  again(work, LONG_RETRY_MS);
}

function onKey(work: Work, { code, data }: Reply): void {
  const { s, settings } = work;
  const session =
    code === reply.ok && data.length === 8 && s.offer !== null
      ? agree(s.offer, readLe64(data, 0), settings.fixedKey)
      : null;
  s.offer = null;
  if (session === null) {
    keyRefused(work);
    return;
  }
  s.session = session;
  s.proven = false;
  done(work);
}

/** Keys were exchanged and no encrypted answer came: another fixed key, or a device that cannot reckon with long primes. */
export function keyUnproven(work: Work): void {
  const { s } = work;
  s.keyFailures++;
  s.primeBits = s.primeBits === 64 ? 31 : 64;
  if (s.keyFailures >= KEY_TRIES) keyRefused(work);
}

export function keyProven(work: Work): void {
  const { s } = work;
  s.proven = true;
  s.keyFailures = 0;
  flag(work, 'ssp.encryption-refused', false);
}

/** Bytes that nobody can guess, to fill a packet up. */
export function padding(s: Draft): Uint8Array {
  const { bytes, randoms } = draw(s.randoms);
  s.randoms = randoms;
  return bytes;
}

function onVersion(work: Work): void {
  const { s, settings } = work;
  flag(work, 'ssp.protocol-too-old', pays(settings) && s.version < PAYOUT_VERSION);
  done(work);
}

const unitOf: Readonly<Record<Settings['model'], number | null>> = {
  // A validator without a store has many numbers.
  nv200: null,
  nv11: unit.noteFloat,
  'smart-payout': unit.payout,
  'smart-hopper': unit.hopper,
};

function isModel({ model }: Settings, unitType: number): boolean {
  const wanted = unitOf[model];
  return wanted === null ? !Object.values(unitOf).includes(unitType) : wanted === unitType;
}

function onTable(work: Work, said: SetUp | null): boolean {
  const { s, settings } = work;
  if (said === null) return false;
  flag(work, 'ssp.other-model', !isModel(settings, said.unitType));
  const table = new Map<number, Denomination>();
  const wires = new Map<number, OnWire>();
  let unmapped = false;
  for (const channel of said.channels) {
    const value = denominationOf(settings, channel);
    if (value === null) unmapped = true;
    else {
      table.set(channel.channel, value);
      wires.set(value.minor, { value: channel.face * said.multiplier, letters: channel.country });
    }
  }
  const seen = JSON.stringify([said.unitType, said.multiplier, said.channels]);
  const first = s.tableText === null;
  if (!first && s.tableText !== seen) flag(work, 'ssp.denominations-changed', true);
  s.tableText ??= seen;
  s.firmware = said.firmware || null;
  if (s.tableText === seen) {
    s.table = table;
    s.wires = wires;
    s.multiplier = said.multiplier;
  }
  if (first && unmapped) flag(work, 'ssp.country-unmapped', true);
  if (first && table.size === 0) flag(work, 'ssp.no-denominations', true);
  flag(work, 'ssp.setting-refused', false);
  return true;
}

/** A face value is whole units of money, a coin's hundredths; null: no such currency, or not a whole amount. */
function denominationOf({ currencyOf, model }: Settings, { country, face }: Channel): Denomination | null {
  const mapped = currencyOf(country);
  if (mapped === null) return null;
  const minor = (face * 10 ** mapped.exponent) / (model === 'smart-hopper' ? 100 : 1);
  return Number.isSafeInteger(minor) ? { currency: mapped.currency, minor } : null;
}

/** Told when all that the set-up asks is known, and again when it is another. */
export function tellIdentity({ s, settings, device, facts }: Work): void {
  const identity = {
    maker: 'ITL',
    model: settings.model,
    serial: s.serial === null ? null : String(s.serial),
    firmware: s.firmware,
    denominations: [...(s.table ?? new Map<number, Denomination>()).values()],
  };
  const text = JSON.stringify(identity);
  if (text === s.identityText) return;
  s.identityText = text;
  facts.push({ device, fact: 'device.identified', protocol: 'ssp', ...identity });
}
