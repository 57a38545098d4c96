/**
 * The conversation with one I/O module, pure. Inputs are read ten times a second, coils and the temperature every other
 * second; a lamp is written when it is not as wished. One request is under way at a time: an answer carries no number, so
 * what was not answered in time is asked again only after a silence in which a late answer goes by.
 *
 * A relay's order (`relay.ts`) goes before everything else, and is never sent twice.
 */
import type { DeviceCommand, DeviceFact, DeviceMemory } from '../device.ts';
import type { Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
import { contactsUnseen, inputsRead, isSettled } from './contacts.ts';
import { createDecoder, EXCEPTION_BIT, type Frame } from './frame.ts';
import {
  lampOrdered,
  lampRequest,
  lampsDueMs,
  lampsFailed,
  lampsRead,
  lampsRefused,
  lampsWished,
  lampsWritten,
} from './lamps.ts';
import {
  askIdentification,
  bitsOf,
  exception,
  exceptionOf,
  fault,
  faultOf,
  identityOf,
  nobody,
  readCoils,
  readInputs,
  readRegister,
  registerOf,
  repeats,
  type Request,
  writeCoil,
  code,
  type Identity,
} from './messages.ts';
import {
  jobAnswered,
  jobDueMs,
  jobExcepted,
  jobLost,
  jobMissed,
  isPressing,
  jobRequest,
  pulseOrdered,
  strayRelays,
} from './relay.ts';
import { type Settings, span } from './settings.ts';
import { type Purpose, refuse, type State, tell, type Work } from './state.ts';
import { degreesRead } from './temperature.ts';

/** V1.02, 2.4.1, leaves it open; modules answer within a few milliseconds, networks and adapters take longer. */
const REPLY_WITHIN_MS = 300;
/** After a missing answer nothing is asked for this long. */
const LATE_ANSWER_MS = 500;
const MISSES_UNTIL_LOST = 3;
const RETRY_LOST_MS = 1_000;
const COILS_EVERY_MS = 2_000;
const TEMPERATURE_EVERY_MS = 2_000;
/** What was answered with an exception is asked again after this. */
const EXCEPTED_MS = 1_000;
const IDENTITY_TRIES = 2;
/** Two readings in which a relay is on without an order: it was switched off in between, and did not. */
const STRAYS_UNTIL_FAULT = 2;
/** Bytes of a frame come in pieces as adapters hand them on; their own timer is 16 ms. */
const PIECES_MS = 20;
/** V1.02, 2.5.1.1: 3.5 characters of eleven bits; above 19200 baud 1.75 ms. */
const REST_CHARACTERS = 3.5;
const CHARACTER_BITS = 11;
const FASTEST_RESTED_BAUD = 19_200;
const FAST_REST_MS = 1.75;

export function restMs(baudRate: number): number {
  return baudRate > FASTEST_RESTED_BAUD ? FAST_REST_MS : (REST_CHARACTERS * CHARACTER_BITS * 1_000) / baudRate;
}

export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: PIECES_MS,
    restMs: restMs(settings.line.baudRate),
    decoder: createDecoder,
    answers: ({ unit }) => unit === settings.unit,
    start,
    step(state, input) {
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...state }, facts: [] };
      const send = take(work, input);
      return finish(work, send);
    },
  };
}

/** What is known of a module of which nothing is known. */
const unread = {
  asked: null,
  misses: 0,
  quietUntilMs: 0,
  identified: false,
  identityTries: 0,
  ready: false,
  read: new Set<Purpose>(),
  dueMs: { inputs: 0, coils: 0, temperature: 0, lamps: 0, release: 0 },
  coils: new Map<number, boolean>(),
  strays: 0,
} satisfies Partial<State>;

function start(memory: DeviceMemory): State {
  return {
    ...unread,
    open: false,
    lost: null,
    owed: memory.openRelays ?? [],
    exceptions: new Map(),
    toldFaults: [],
    contacts: new Map(),
    shakenUntilMs: 0,
    lamps: new Map(),
    oneByOne: false,
    job: null,
    temperature: null,
    sensorBad: false,
  };
}

function take(work: Work, input: DriverInput<Frame>): DriverSend | null {
  const { s } = work;
  for (const command of s.owed) tell(work, { fact: 'relay.unknown', command, relay: null, reason: 'restarted' });
  s.owed = [];
  switch (input.type) {
    case 'opened':
      Object.assign(s, unread);
      s.open = true;
      return null;
    case 'closed':
      lose(work, input.problem.code, input.problem.message);
      s.open = false;
      return null;
    case 'frame':
      answered(work, input.frame);
      return null;
    case 'silence':
      missed(work);
      return null;
    case 'command':
      obey(work, input.command);
      return null;
    case 'turn':
      return s.open ? nextSend(work) : null;
    case 'levels':
      if (input.levels.lamps !== undefined) lampsWished(work, input.levels.lamps);
      return null;
    case 'discarded':
    case 'recorded':
      return null;
    default:
      return input satisfies never;
  }
}

function finish(work: Work, send: DriverSend | null): DriverStep<State> {
  const { s, facts } = work;
  const step = { state: s as State, facts, turnAtMs: turnAt(work), urgent: s.job !== null };
  return send === null ? step : { ...step, send };
}

function obey(work: Work, command: DeviceCommand): void {
  switch (command.command) {
    case 'lamp':
      lampOrdered(work, command.id, command.lamp, command.how);
      return;
    case 'relay.pulse':
      pulseOrdered(work, command.id, command);
      return;
    default:
      refuse(work, command.id, false, 'an I/O module only switches lamps and relays');
  }
}

function lose(work: Work, reason: Extract<DeviceFact, { fact: 'device.lost' }>['reason'], message: string): void {
  const { s } = work;
  jobLost(work, reason);
  lampsRefused(work, 'lost');
  contactsUnseen(work);
  Object.assign(s, unread);
  if (s.lost === reason) return;
  s.lost = reason;
  tell(work, { fact: 'device.lost', reason, message });
}

// The turn.

/** What is read of inputs and coils together; a module without contacts is asked for its first input, to know it is there. */
function inputSpan({ settings }: Work): { readonly from: number; readonly count: number } {
  const { from, count } = span([...settings.contacts.values()].map(({ input }) => input));
  return { from, count: Math.max(1, count) };
}

function coilSpan({ settings }: Work): { readonly from: number; readonly count: number } {
  return span([...settings.lamps.values(), ...[...settings.relays.values()].map(({ coil }) => coil)]);
}

/** Since when each request is due; in the order in which they leave. */
function dues(work: Work): readonly (readonly [Purpose, number])[] {
  const { s, nowMs } = work;
  const { dueMs } = s;
  if (s.lost !== null) return [['inputs', dueMs.inputs]];
  const all: [Purpose, number | null][] = [
    ['job', jobDueMs(work)],
    ['release', strayRelays(work).length > 0 ? dueMs.release : null],
    ['lamps', lampsDueMs(work)],
    ['inputs', dueMs.inputs],
    ['coils', coilSpan(work).count > 0 ? dueMs.coils : null],
    ['identity', !s.identified && s.misses === 0 && isHeard(s) ? nowMs : null],
    ['temperature', work.settings.temperature === null ? null : dueMs.temperature],
  ];
  return all.flatMap(([purpose, at]) => (at === null ? [] : [[purpose, at] as const]));
}

/** It has said a word since the line was opened or it came back. */
function isHeard({ read, exceptions }: Work['s']): boolean {
  return read.size > 0 || exceptions.size > 0;
}

function turnAt(work: Work): number | null {
  const { s, nowMs } = work;
  if (!s.open || s.asked !== null) return null;
  const at = Math.min(...dues(work).map(([, dueMs]) => dueMs));
  return Math.max(at, nowMs, s.quietUntilMs);
}

function nextSend(work: Work): DriverSend | null {
  const { s, nowMs } = work;
  if (s.asked !== null || nowMs < s.quietUntilMs) return null;
  for (const [purpose, dueMs] of dues(work)) {
    const request = dueMs <= nowMs ? requestFor(work, purpose) : null;
    if (request === null) continue;
    s.asked = { purpose, request };
    return { name: request.name, bytes: request.bytes, replyWithinMs: REPLY_WITHIN_MS };
  }
  return null;
}

function requestFor(work: Work, purpose: Purpose): Request | null {
  const { settings } = work;
  const { unit, temperature } = settings;
  switch (purpose) {
    case 'job':
      return jobRequest(work);
    case 'release': {
      const stray = strayRelays(work)[0];
      return stray === undefined ? null : writeCoil(unit, stray.coil, false, 'relay-off');
    }
    case 'lamps':
      return lampRequest(work);
    case 'inputs': {
      const { from, count } = inputSpan(work);
      return readInputs(unit, from, count);
    }
    case 'coils': {
      const { from, count } = coilSpan(work);
      return readCoils(unit, from, count);
    }
    case 'identity':
      return askIdentification(unit);
    case 'temperature':
      return temperature === null ? null : readRegister(unit, temperature.table, temperature.register);
    default:
      return purpose satisfies never;
  }
}

// Answers.

function missed(work: Work): void {
  const { s, nowMs } = work;
  const purpose = s.asked?.purpose;
  s.asked = null;
  // A relay that may be on waits for nothing.
  s.quietUntilMs = purpose === 'job' && isPressing(s.job) ? nowMs : nowMs + LATE_ANSWER_MS;
  // Whoever does not know the question may say so, or nothing.
  if (purpose === 'identity') {
    s.identityTries++;
    if (s.identityTries >= IDENTITY_TRIES) identified(work, nobody);
    return;
  }
  s.misses++;
  if (purpose === 'job') jobMissed(work);
  if (s.lost !== null) s.dueMs = { ...s.dueMs, inputs: nowMs + RETRY_LOST_MS };
  if (s.misses < MISSES_UNTIL_LOST) return;
  lose(
    work,
    'silent',
    'The I/O module does not answer: check its power, its cable, its unit id and the line settings.',
  );
  s.dueMs = { ...s.dueMs, inputs: nowMs + RETRY_LOST_MS };
}

function answered(work: Work, frame: Frame): void {
  const { s } = work;
  // It comes after its time: nobody knows to what it belongs.
  if (s.asked === null) return;
  const { purpose, request } = s.asked;
  const raised = exceptionOf(frame);
  const isAnswer = (frame.code & ~EXCEPTION_BIT) === request.code;
  if (!isAnswer || (raised === null && !understood(work, purpose, request, frame))) {
    missed(work);
    return;
  }
  s.asked = null;
  s.misses = 0;
  s.lost = null;
  if (raised !== null) excepted(work, purpose, request, raised);
  else standsNoLonger(work, purpose);
  tellStanding(work);
}

/** Takes what an answer says; false: it is no answer to this request. */
function understood(work: Work, purpose: Purpose, request: Request, frame: Frame): boolean {
  const { s, settings, nowMs } = work;
  const writes =
    request.code === code.writeCoil || request.code === code.writeCoils || request.code === code.writeRegister;
  if (writes && !repeats(frame, request)) return false;
  switch (purpose) {
    case 'job':
      return jobAnswered(work, frame);
    case 'release':
    case 'lamps':
      written(work, request);
      return true;
    case 'inputs': {
      const { from, count } = inputSpan(work);
      const levels = bitsOf(frame, count);
      if (levels === null) return false;
      inputsRead(work, from, levels);
      break;
    }
    case 'coils': {
      const { from, count } = coilSpan(work);
      const levels = bitsOf(frame, count);
      if (levels === null) return false;
      coilsRead(work, from, levels);
      break;
    }
    case 'identity':
      identified(work, identityOf(frame));
      return true;
    case 'temperature': {
      const value = registerOf(frame);
      if (value === null || settings.temperature === null) return false;
      degreesRead(work, settings.temperature, value);
      s.dueMs = { ...s.dueMs, temperature: nowMs + TEMPERATURE_EVERY_MS };
      break;
    }
    default:
      return purpose satisfies never;
  }
  if (!s.read.has(purpose)) s.read = new Set([...s.read, purpose]);
  return true;
}

/** A write was confirmed: its coils are as it says. */
function written(work: Work, { code: what, bytes }: Request): void {
  const { s } = work;
  const from = ((bytes[2] as number) << 8) | (bytes[3] as number);
  const coils = new Map(s.coils);
  if (what === code.writeCoil) coils.set(from, bytes[4] !== 0);
  else {
    const count = bytes[5] as number;
    for (let at = 0; at < count; at++) coils.set(from + at, (((bytes[7 + (at >> 3)] as number) >> (at & 7)) & 1) === 1);
  }
  s.coils = coils;
  lampsWritten(work);
}

function coilsRead(work: Work, from: number, levels: readonly boolean[]): void {
  const { s, settings, nowMs } = work;
  const own = [...settings.lamps.values(), ...[...settings.relays.values()].map(({ coil }) => coil)];
  s.coils = new Map(own.map((coil) => [coil, levels[coil - from] === true]));
  s.strays = strayRelays(work).length > 0 ? s.strays + 1 : 0;
  s.dueMs = { ...s.dueMs, coils: nowMs + COILS_EVERY_MS };
  lampsRead(work);
}

function identified(work: Work, identity: Identity): void {
  const { s } = work;
  s.identified = true;
  tell(work, { fact: 'device.identified', protocol: 'modbus', ...identity, serial: null, denominations: [] });
  tellStanding(work);
}

/** What is answered well again. Reading coils well ends what was wrong with writing them, until they are written again. */
function standsNoLonger({ s }: Work, purpose: Purpose): void {
  const ended = (one: Purpose): boolean =>
    one === purpose || (purpose === 'coils' && (one === 'job' || one === 'lamps' || one === 'release'));
  if (s.exceptions.size > 0) s.exceptions = new Map([...s.exceptions].filter(([one]) => !ended(one)));
}

function excepted(work: Work, purpose: Purpose, request: Request, raised: number): void {
  const { s, nowMs } = work;
  // Many modules know no identification, and that is no fault.
  if (purpose === 'identity') {
    identified(work, nobody);
    return;
  }
  if (purpose === 'inputs' && work.settings.contacts.size === 0) {
    // Asked only to know that it is there.
    s.read = new Set([...s.read, purpose]);
    s.dueMs = { ...s.dueMs, inputs: nowMs + EXCEPTED_MS };
    return;
  }
  if (request.code === code.writeCoils && raised === exception.function) {
    s.oneByOne = true;
    return;
  }
  s.exceptions = new Map([...s.exceptions, [purpose, faultOf(raised)]]);
  if (purpose === 'job') jobExcepted(work, raised);
  else if (purpose === 'lamps') lampsFailed(work, faultOf(raised));
  else {
    // Without a reading nobody can say of an order that it was carried out.
    if (purpose === 'coils') lampsRefused(work, faultOf(raised));
    s.dueMs = { ...s.dueMs, [purpose]: nowMs + EXCEPTED_MS };
  }
}

/** Faults that began and ended, and that all is well. */
function tellStanding(work: Work): void {
  const { s, settings } = work;
  const faults = new Set(s.exceptions.values());
  if (s.strays >= STRAYS_UNTIL_FAULT) faults.add(fault.relayOn);
  if (s.sensorBad) faults.add(fault.sensor);
  for (const one of s.toldFaults) if (!faults.has(one)) tell(work, { fact: 'device.cleared', code: one });
  for (const one of faults) if (!s.toldFaults.includes(one)) tell(work, { fact: 'device.fault', code: one });
  s.toldFaults = [...faults];
  const wanted: readonly Purpose[] = [
    'inputs',
    ...(coilSpan(work).count > 0 ? (['coils'] as const) : []),
    ...(settings.temperature === null ? [] : (['temperature'] as const)),
  ];
  const ready = s.identified && faults.size === 0 && wanted.every((one) => s.read.has(one)) && isSettled(work);
  if (ready && !s.ready) tell(work, { fact: 'device.ready' });
  // A contact that moves is no reason to be ready anew.
  s.ready = ready || (s.ready && faults.size === 0);
}
