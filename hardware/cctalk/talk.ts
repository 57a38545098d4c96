/**
 * What every ccTalk device is asked alike, pure: is it there, who is it, one set-up after the other, one question at a
 * time. An answer does not name its question, so after a silence nothing is asked until a late answer would have come.
 * What a kind of device is asked beyond that is its `Part`: coin.ts, hopper.ts and bill.ts.
 */
import type { Denomination, DeviceCommand, DeviceFact, DeviceLevels, DeviceMemory } from '../device.ts';
import type { Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
import { allWell, lose, type Standing, tellCleared, tellFault } from '../standing.ts';
import { type Checksum, createDecoder, encode, type Frame, HOST } from './frame.ts';
import { type CurrencyOf, header, headerName, littleEndian, text } from './messages.ts';

/** Devices answer within 2 to 10 ms; widened for adapters and pseudo-terminals. A self-check looks at everything first. */
const REPLY_WITHIN_MS = 250;
const SELF_CHECK_WITHIN_MS = 600;
/** Part 1: more than 50 ms inside a message is its end. */
const INTER_BYTE_MS = 50;
/** After a silence a late answer may come; whatever is asked now must not take it for its own. */
const QUIET_MS = 50;
/** No valid answer for this long: the device is lost. */
const SILENT_MS = 2_000;
/** A device that does not answer is looked for this often. */
const LOOK_MS = 200;
/** A set-up that was not taken is tried this often, then it is a fault. */
const SETUP_TRIES = 3;
const SETUP_AGAIN_MS = 100;
const SETUP_RETRY_MS = 1_000;

export interface Settings {
  readonly device: 'coin' | 'hopper' | 'bill';
  readonly address: number;
  readonly checksum: Checksum;
  readonly currencyOf: CurrencyOf;
  /** Sorter path to the device whose unit it fills. */
  readonly paths: Readonly<Record<string, string>>;
  /** Coins by their value in minor units, and the sorter path that they are sent to. */
  readonly sort: Readonly<Record<string, number>>;
  /** What lies in a hopper, which does not know it itself. */
  readonly coin: Denomination | null;
  readonly method: 'serial' | 'cipher' | 'auto';
  /** Four bytes; null: none. */
  readonly pin: readonly number[] | null;
}

/** One question. `means` tells a part its own questions apart. */
export interface Ask {
  readonly header: number;
  readonly data?: readonly number[];
  readonly means: string;
  readonly atMs: number;
  readonly urgent?: boolean;
}

export interface Talk extends Standing {
  readonly open: boolean;
  /** It answered since it was lost. */
  readonly heard: boolean;
  readonly lastReplyMs: number;
  readonly asked: Ask | null;
  readonly quietUntilMs: number;
  readonly lookAtMs: number;
  /** A set-up met silence: either the device is gone, or it does not answer to this. */
  readonly doubt: boolean;
  /** Index into the set-up steps. */
  readonly step: number;
  /** All of them are done. */
  readonly setUp: boolean;
  readonly tries: number;
  readonly stepAtMs: number;
  readonly refused: boolean;
  readonly maker: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  /** Null: it has none, or does not tell. */
  readonly serial: number | null;
}

export type Draft<S> = { -readonly [Name in keyof S]: S[Name] };

/** One step's workplace: the state being made and the facts found on the way. */
export interface Work<S extends Talk> {
  readonly device: string;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly s: Draft<S>;
  readonly facts: DeviceFact[];
}

export interface SetupStep<S extends Talk> {
  readonly header: number;
  readonly data: readonly number[];
  /** A device that refuses it, or does not know it, can still be used. */
  readonly optional: boolean;
  /** Whether the data answer the question. */
  take(work: Work<S>, data: Uint8Array): boolean;
  /** What holds when it is refused; only of optional ones. */
  without?(work: Work<S>): void;
}

export interface Part<S extends Talk> {
  start(device: string, memory: DeviceMemory): S;
  /** A copy that a step may change. */
  copy(state: S): S;
  opened?(work: Work<S>, chance: Uint8Array): void;
  /** Steps already done keep their places. */
  setup(work: Work<S>): readonly SetupStep<S>[];
  /** Once, after the last step of the set-up. */
  ready(work: Work<S>): void;
  /** What to ask when all is set up. */
  wish(work: Work<S>): Ask | null;
  /** A wish leaves: what it needs to know is in the work. */
  sent?(work: Work<S>, ask: Ask): void;
  /** `data` null: the device said no (NAK or BUSY). */
  answered(work: Work<S>, ask: Ask, data: Uint8Array | null): void;
  /** No answer came; the device may have heard the question or not. */
  unanswered(work: Work<S>, ask: Ask): void;
  /** The line or the device is gone. */
  lost(work: Work<S>): void;
  levels?(work: Work<S>, levels: DeviceLevels): void;
  command(work: Work<S>, command: DeviceCommand): void;
  recorded(work: Work<S>, key: string): void;
}

export const freshTalk: Talk = {
  ...allWell,
  open: false,
  heard: false,
  lastReplyMs: 0,
  asked: null,
  quietUntilMs: 0,
  lookAtMs: 0,
  doubt: false,
  step: 0,
  setUp: false,
  tries: 0,
  stepAtMs: 0,
  refused: false,
  maker: null,
  model: null,
  firmware: null,
  serial: null,
};

const LOOK = 'look';
const SETUP = 'setup';

/** A driver for one address; `step` is total: no sequence of bytes or orders makes it throw. */
export function converse<S extends Talk>(device: string, settings: Settings, part: Part<S>): Driver<S, Frame> {
  return {
    interByteMs: INTER_BYTE_MS,
    decoder: () => createDecoder(settings.checksum),
    answers: ({ dst, src }) => dst === HOST && (src === null || src === settings.address),
    start: (memory) => part.start(device, memory),
    step(before, input) {
      const work: Work<S> = { device, settings, nowMs: input.nowMs, s: part.copy(before), facts: [] };
      const send = handle(work, part, input);
      return finish(work, part, send);
    },
  };
}

function finish<S extends Talk>(work: Work<S>, part: Part<S>, send: DriverSend | null): DriverStep<S> {
  const wish = wanted(work, part);
  return {
    state: work.s as S,
    facts: work.facts,
    turnAtMs: wish?.atMs ?? null,
    urgent: wish?.urgent ?? false,
    ...(send === null ? {} : { send }),
  };
}

function handle<S extends Talk>(work: Work<S>, part: Part<S>, input: DriverInput<Frame>): DriverSend | null {
  const { s, nowMs } = work;
  switch (input.type) {
    case 'opened':
      s.open = true;
      s.lastReplyMs = nowMs;
      s.lookAtMs = nowMs;
      // Whoever had the line before may have asked something, and the answer is on its way.
      s.quietUntilMs = nowMs + QUIET_MS;
      beginAgain(s);
      part.opened?.(work, input.chance);
      return null;
    case 'closed':
      s.open = false;
      beginAgain(s);
      lose(work, input.problem.code, input.problem.message);
      part.lost(work);
      return null;
    case 'turn':
      return takeTurn(work, part);
    case 'frame':
      onFrame(work, part, input.frame);
      return null;
    case 'discarded':
      return null;
    case 'silence':
      onSilence(work, part);
      return null;
    case 'command':
      part.command(work, input.command);
      return null;
    case 'levels':
      part.levels?.(work, input.levels);
      return null;
    case 'recorded':
      part.recorded(work, input.key);
      return null;
    default:
      return input satisfies never;
  }
}

/** The device may have been off, or be another one: it is set up anew. */
function beginAgain(s: Draft<Talk>): void {
  s.heard = false;
  s.asked = null;
  setUpAgain(s);
}

/** The device forgot its settings. */
export function setUpAgain(s: Draft<Talk>): void {
  s.doubt = false;
  s.step = 0;
  s.setUp = false;
  s.tries = 0;
  s.stepAtMs = 0;
}

// What to ask next.

function wanted<S extends Talk>(work: Work<S>, part: Part<S>): Ask | null {
  const { s } = work;
  if (!s.open || s.asked !== null) return null;
  const ask = nextAsk(work, part);
  return ask === null ? null : { ...ask, atMs: Math.max(ask.atMs, s.quietUntilMs) };
}

function nextAsk<S extends Talk>(work: Work<S>, part: Part<S>): Ask | null {
  const { s } = work;
  if (!s.heard || s.doubt) return { header: header.simplePoll, means: LOOK, atMs: s.lookAtMs };
  if (s.setUp) return part.wish(work);
  const step = part.setup(work)[s.step];
  if (step === undefined) return null;
  return { header: step.header, data: step.data, means: SETUP, atMs: s.stepAtMs };
}

function takeTurn<S extends Talk>(work: Work<S>, part: Part<S>): DriverSend | null {
  const { s, nowMs, settings } = work;
  const ask = wanted(work, part);
  if (ask === null || ask.atMs > nowMs) return null;
  s.asked = ask;
  if (ask.means !== LOOK && ask.means !== SETUP) part.sent?.(work, ask);
  return {
    name: headerName(ask.header),
    bytes: encode(settings.checksum, settings.address, ask.header, ask.data),
    replyWithinMs: ask.header === header.selfCheck ? SELF_CHECK_WITHIN_MS : REPLY_WITHIN_MS,
  };
}

// What came back.

function onFrame<S extends Talk>(work: Work<S>, part: Part<S>, { header: code, data }: Frame): void {
  const { s, nowMs } = work;
  const { asked } = s;
  s.asked = null;
  s.lastReplyMs = nowMs;
  if (asked === null) {
    // Too late, or unasked: nobody knows what it answers, and more may follow.
    s.quietUntilMs = nowMs + QUIET_MS;
    return;
  }
  s.lost = null;
  s.heard = true;
  const said = code === header.reply ? data : null;
  if (asked.means === SETUP) onSetupAnswer(work, part, said);
  else if (asked.means !== LOOK) part.answered(work, asked, said);
  else if (s.doubt) {
    s.doubt = false;
    setupFailed(work, part, false);
  }
}

function onSilence<S extends Talk>(work: Work<S>, part: Part<S>): void {
  const { s, nowMs, device } = work;
  const { asked } = s;
  s.asked = null;
  s.quietUntilMs = nowMs + QUIET_MS;
  s.lookAtMs = nowMs + LOOK_MS;
  if (nowMs - s.lastReplyMs > SILENT_MS) {
    const known = s.lost !== null;
    beginAgain(s);
    lose(work, 'silent', `${device} does not answer; check its power, its cable and its address.`);
    if (!known) part.lost(work);
    return;
  }
  if (asked === null || asked.means === LOOK) return;
  if (asked.means === SETUP) s.doubt = true;
  else part.unanswered(work, asked);
}

function onSetupAnswer<S extends Talk>(work: Work<S>, part: Part<S>, said: Uint8Array | null): void {
  const { s } = work;
  const step = part.setup(work)[s.step];
  if (step === undefined) return;
  if (said === null || !step.take(work, said)) {
    setupFailed(work, part, said === null);
    return;
  }
  if (s.refused && !step.optional) {
    s.refused = false;
    tellCleared(work, 'cctalk.setting-refused');
  }
  stepDone(work, part);
}

function stepDone<S extends Talk>(work: Work<S>, part: Part<S>): void {
  const { s } = work;
  s.step++;
  s.tries = 0;
  s.stepAtMs = 0;
  if (part.setup(work).length !== s.step) return;
  s.setUp = true;
  part.ready(work);
}

/** `said`: the device answered that it will not, and need not be asked again. */
function setupFailed<S extends Talk>(work: Work<S>, part: Part<S>, said: boolean): void {
  const { s, nowMs } = work;
  const step = part.setup(work)[s.step];
  if (step === undefined) return;
  s.tries++;
  s.stepAtMs = nowMs + SETUP_AGAIN_MS;
  if (s.tries < SETUP_TRIES && !(said && step.optional)) return;
  if (step.optional) {
    step.without?.(work);
    stepDone(work, part);
    return;
  }
  s.stepAtMs = nowMs + SETUP_RETRY_MS;
  if (s.refused) return;
  s.refused = true;
  tellFault(work, 'cctalk.setting-refused');
}

// What all are asked.

/** An optional question whose answer is kept, and is null without one. */
export function question<S extends Talk>(
  code: number,
  keep: (s: Draft<S>, data: Uint8Array | null) => void,
  data: readonly number[] = [],
): SetupStep<S> {
  return {
    header: code,
    data,
    optional: true,
    take(work, said) {
      if (said.length === 0) return false;
      keep(work.s, said);
      return true;
    },
    without: (work) => keep(work.s, null),
  };
}

/** Who it is. A device may refuse any of these. */
export function identitySteps<S extends Talk>(): readonly SetupStep<S>[] {
  const words = (data: Uint8Array | null): string | null => (data === null ? null : text(data) || null);
  return [
    question<S>(header.manufacturer, (s, data) => (s.maker = words(data))),
    question<S>(header.productCode, (s, data) => (s.model = words(data))),
    question<S>(header.softwareRevision, (s, data) => (s.firmware = words(data))),
    question<S>(header.serialNumber, (s, data) => (s.serial = data?.length === 3 ? littleEndian(data) : null)),
  ];
}

/** A setting that must be taken. */
export function setting<S extends Talk>(
  code: number,
  data: readonly number[],
  taken: (s: Draft<S>) => void,
): SetupStep<S> {
  return {
    header: code,
    data,
    optional: false,
    take(work, said) {
      if (said.length > 0) return false;
      taken(work.s);
      return true;
    },
  };
}

export function identified<S extends Talk>(work: Work<S>, denominations: readonly Denomination[]): void {
  const { device, facts, s } = work;
  facts.push({
    device,
    fact: 'device.identified',
    protocol: 'cctalk',
    maker: s.maker,
    model: s.model,
    serial: s.serial === null ? null : String(s.serial),
    firmware: s.firmware,
    denominations,
  });
}

/** An order that this device cannot carry out, and whose bytes never left. */
export function refuse<S extends Talk>({ device, facts }: Work<S>, command: string, reason: string): void {
  facts.push({ device, fact: 'command.refused', command, sent: false, reason });
}
