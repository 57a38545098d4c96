/**
 * One code scanner, pure. It is never sent anything: it is there as long as its port is open, and tells each code once.
 *
 * A code may be a secret, so it stands in `code.scanned` and nowhere else: no fault, no name of a message and no loss
 * repeats it, and it is forgotten here as soon as its repetition would be told again.
 */
import type { DeviceFact } from '../device.ts';
import type { Driver, DriverInput, DriverStep } from '../driver.ts';
import { createDecoder, type Frame, type Suffix } from './frame.ts';
import { fault, withoutMarks } from './messages.ts';

/**
 * A telephone that is held before the window is read several times a second, and a payment code must not be used twice: the
 * same text counts again only when it was not seen for this long.
 */
export const SAME_CODE_MS = 2_000;
/** Different codes within that time; more are nothing that a hand can hold there. */
export const RECENT_LIMIT = 8;
/** So many in a row that are no code are no accident. */
export const MISSES_UNTIL_FAULT = 3;
/** A scanner sends a code without pauses, USB hubs and a busy machine make some; a code has no checksum to tell halves by. */
const INTER_BYTE_MS = 1_000;

export interface Settings {
  readonly suffix: Suffix;
  /** Put before every code; empty: nothing. */
  readonly prefix: string;
  /** AIM identifiers stand before every code, behind the prefix. */
  readonly aim: boolean;
}

export interface State {
  /** As which loss it was told, and not yet found again. */
  readonly lost: string | null;
  /** Seen a moment ago. Secrets may be among them. */
  readonly recent: readonly { readonly text: string; readonly untilMs: number }[];
  /** Codes dropped because they had just been seen. */
  readonly repeats: number;
  /** What was no code, since the line was opened. */
  readonly discarded: number;
  /** The same since the last code. */
  readonly misses: number;
  readonly fault: string | null;
}

interface Work {
  readonly device: string;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly s: { -readonly [Name in keyof State]: State[Name] };
  readonly facts: DeviceFact[];
}

export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: INTER_BYTE_MS,
    decoder: () => createDecoder(settings.suffix),
    start: () => ({ lost: null, recent: [], repeats: 0, discarded: 0, misses: 0, fault: null }),
    step(state, input) {
      const recent = state.recent.filter(({ untilMs }) => untilMs > input.nowMs);
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...state, recent }, facts: [] };
      take(work, input);
      return finish(work);
    },
  };
}

/** The turn is wanted only to forget what was seen. */
function finish({ s, facts }: Work): DriverStep<State> {
  const turnAtMs = s.recent.length === 0 ? null : Math.min(...s.recent.map(({ untilMs }) => untilMs));
  return { state: s, facts, turnAtMs, urgent: false };
}

function take(work: Work, input: DriverInput<Frame>): void {
  const { device, s, facts } = work;
  switch (input.type) {
    case 'opened':
      opened(work);
      return;
    case 'closed': {
      const { code: reason, message } = input.problem;
      if (s.lost === reason) return;
      s.lost = reason;
      facts.push({ device, fact: 'device.lost', reason, message });
      return;
    }
    case 'frame':
      scanned(work, withoutMarks(input.frame.text, work.settings));
      return;
    case 'discarded':
      missed(work, input.why === 'no suffix' ? fault.noSuffix : fault.unreadable);
      return;
    case 'command': {
      const { id: command } = input.command;
      facts.push({ device, fact: 'command.refused', command, sent: false, reason: 'a scanner only reads codes' });
      return;
    }
    case 'turn':
    case 'silence':
    case 'levels':
    case 'recorded':
      return;
    default:
      input satisfies never;
  }
}

/** Nothing is known of it but that its port is there. */
function opened({ device, s, facts }: Work): void {
  s.lost = null;
  s.discarded = 0;
  s.misses = 0;
  facts.push({
    device,
    fact: 'device.identified',
    protocol: 'scanner',
    maker: null,
    model: null,
    serial: null,
    firmware: null,
    denominations: [],
  });
  facts.push({ device, fact: 'device.ready' });
}

function scanned(work: Work, text: string): void {
  const { device, nowMs, s, facts } = work;
  if (text === '') {
    missed(work, fault.unreadable);
    return;
  }
  s.misses = 0;
  faultStands(work, null);
  const others = s.recent.filter((one) => one.text !== text);
  const again = others.length < s.recent.length;
  s.recent = [...others, { text, untilMs: nowMs + SAME_CODE_MS }].slice(-RECENT_LIMIT);
  if (again) s.repeats++;
  else facts.push({ device, fact: 'code.scanned', text });
}

function missed(work: Work, code: string): void {
  const { s } = work;
  s.discarded++;
  s.misses++;
  if (s.misses >= MISSES_UNTIL_FAULT) faultStands(work, code);
}

function faultStands({ device, s, facts }: Work, code: string | null): void {
  if (code === s.fault) return;
  if (s.fault !== null) facts.push({ device, fact: 'device.cleared', code: s.fault });
  if (code !== null) facts.push({ device, fact: 'device.fault', code });
  s.fault = code;
}
