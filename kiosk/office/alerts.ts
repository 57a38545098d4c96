/**
 * What somebody at the office has to see to, out of what kiosks say of themselves and of what their journals hold. Pure: what is
 * to be opened and cleared; `alert-book.ts` keeps it.
 */
import * as v from 'valibot';
import type { StateMessage } from '../fleet/wire.ts';
import { isSameSaid, linesOf, saidSchema } from './said.ts';
import type { Said } from './server/wire.ts';

/** Those that hold as long as a state says so, and end with it. */
const stateKinds = ['offline', 'cash-full', 'cash-low', 'paper', 'fault', 'configuration-stale'] as const;
/** Those that an entry opens, and a later one may end. */
const entryKinds = ['case'] as const;
/** Those that an entry opens, and that end when a later configuration has proven itself. */
const configurationKinds = ['configuration-refused', 'configuration-went-back'] as const;
/** Those that a kiosk's state ends. */
export const watchedKinds: readonly AlertKind[] = [...stateKinds, ...configurationKinds];
/** Those that only a person ends. */
const lastingKinds = ['chain-broken', 'voucher-conflict'] as const;

export type AlertKind = (
  | typeof stateKinds
  | typeof entryKinds
  | typeof configurationKinds
  | typeof lastingKinds
)[number];

/** One thing at one kiosk; of those that are not cleared there is one each. `subject`: a device, a case, an edition… */
export interface AlertName {
  readonly kind: AlertKind;
  readonly subject: string;
}

/** One that is not cleared. */
export interface StandingAlert extends AlertName {
  readonly detail: Said;
}

export type AlertChange =
  /** One that stands already has this detail from now on. */
  | ({ readonly change: 'open'; readonly detail: Said } & AlertName)
  /** It is over by itself. */
  | ({ readonly change: 'clear' } & AlertName);

export interface AlertLimits {
  /** Away for so long before it is one, milliseconds: a router that starts again is none. */
  readonly offlineMs: number;
  /** As long after the office has begun to look: kiosks try one that was away again within five minutes (`fleet/line.ts`). */
  readonly returnMs: number;
  /** Parts of what a box or hopper holds. */
  readonly full: number;
  readonly low: number;
  /** Pieces, where nobody knows how much it holds. */
  readonly fullPieces: number;
  readonly lowPieces: number;
}
/** The smallest usual cash box takes 600 notes. */
export const alertLimits: AlertLimits = {
  ...{ offlineMs: 120_000, returnMs: 360_000 },
  ...{ full: 0.9, low: 0.1, fullPieces: 540, lowPieces: 10 },
};

export interface Seen {
  readonly state: StateMessage | null;
  /** Since when it is as it says, by the office's clock; null: nothing came since the office looks. */
  readonly alive: { readonly alive: boolean; readonly sinceMs: number } | null;
  /** Since when the office looks. */
  readonly lookedSinceMs: number;
}

/** What has to change so that the alerts say what is seen now. `standing`: those of `watchedKinds` at that kiosk that are not cleared. */
export function watched(
  standing: readonly StandingAlert[],
  seen: Seen,
  nowMs: number,
  limits: AlertLimits = alertLimits,
): readonly AlertChange[] {
  const holding = conditions(seen, nowMs, limits);
  const opened = holding
    .filter((one) => !standing.some((other) => isSame(one, other) && isSameSaid(one.detail, other.detail)))
    .map((one) => ({ change: 'open' as const, ...one }));
  // A kiosk that is away keeps what was last known of it.
  const state = isAway(seen, nowMs, limits) ? null : seen.state;
  const judged = state === null ? ['offline'] : stateKinds;
  const over = standing
    // One that was away before the office began to look still is, until it is heard.
    .filter(({ kind }) => kind !== 'offline' || seen.alive !== null)
    .filter((one) =>
      (judged as readonly string[]).includes(one.kind)
        ? !holding.some((other) => isSame(one, other))
        : state !== null && isOvercome(one, state.configuration),
    )
    .map(({ kind, subject }) => ({ change: 'clear' as const, kind, subject }));
  return [...opened, ...over];
}

/** Whether a later configuration than the one that was refused, or went back, runs there and has proven itself. */
function isOvercome(
  { kind, subject }: AlertName,
  { edition, running, proven }: StateMessage['configuration'],
): boolean {
  if (!(configurationKinds as readonly string[]).includes(kind) || proven !== true) return false;
  return numbered.test(subject) ? edition !== null && edition > Number(subject) : running !== subject;
}

/** The office's number of it. One that staff had made has none: there stands the hash of what runs again. */
const numbered = /^\d{1,15}$/;

function conditions(seen: Seen, nowMs: number, limits: AlertLimits): readonly StandingAlert[] {
  if (isAway(seen, nowMs, limits)) return [{ kind: 'offline', subject: '', detail: '' }];
  const { state } = seen;
  if (state === null) return [];
  const stale: StandingAlert[] = state.configuration.stale
    ? [{ kind: 'configuration-stale', subject: '', detail: state.configuration.problem ?? state.configuration.running }]
    : [];
  const cash = ofCash(state.levels, limits);
  const devices = state.devices.flatMap(ofDevice).filter((one) => !cash.some((other) => isSame(one, other)));
  // Wallets and signed commands are not to be had there.
  const { clockOffMs = null } = state;
  const clock: StandingAlert[] =
    clockOffMs === null ? [] : [{ kind: 'fault', subject: 'clock', detail: `${Math.round(clockOffMs / 1_000)} s` }];
  return [...devices, ...cash, ...stale, ...clock];
}

function isAway({ alive, lookedSinceMs }: Seen, nowMs: number, { offlineMs, returnMs }: AlertLimits): boolean {
  if (alive === null) return nowMs - lookedSinceMs >= returnMs;
  return !alive.alive && nowMs - alive.sinceMs >= offlineMs;
}

/** By which machines say themselves that no more goes into their cash box; the count may be wrong, or another box in there. */
const boxFullCodes: ReadonlySet<string> = new Set([
  'id003.stacker-full',
  'ccnet.cassette-full',
  'ebds.full',
  'ssp.stacker-full',
  'cctalk.bill-14',
  'cctalk.check-45',
]);

function ofDevice({ id, state, fault }: StateMessage['devices'][number]): readonly StandingAlert[] {
  const faults = fault === null ? [] : fault.split(', ');
  if (state === 'lost') return [{ kind: 'fault', subject: `${id} lost`, detail: fault ?? '' }];
  return faults.map((code) => {
    if (boxFullCodes.has(code)) return { kind: 'cash-full', subject: `${id} box`, detail: '' };
    return { kind: code.includes('paper') ? 'paper' : 'fault', subject: `${id} ${code}`, detail: '' };
  });
}

/** A box is full as a whole; what is paid out runs low by denomination. */
function ofCash(levels: StateMessage['levels'], limits: AlertLimits): readonly StandingAlert[] {
  const found: StandingAlert[] = [];
  const boxes = new Map<string, { count: number; full: number }>();
  for (const { device, unit, currency, minor, count, capacity } of levels) {
    const subject = `${device} ${unit}`;
    if (unit === 'box') {
      const full = capacity === null ? limits.fullPieces : capacity * limits.full;
      boxes.set(subject, { count: (boxes.get(subject)?.count ?? 0) + count, full });
    } else if (count <= (capacity === null ? limits.lowPieces : capacity * limits.low)) {
      found.push({ kind: 'cash-low', subject: `${subject} ${currency} ${minor}`, detail: String(count) });
    }
  }
  for (const [subject, { count, full }] of boxes) {
    if (count >= full) found.push({ kind: 'cash-full', subject, detail: String(count) });
  }
  return found;
}

function isSame(one: AlertName, other: AlertName): boolean {
  return one.kind === other.kind && one.subject === other.subject;
}

/** Of the entries' bodies only what is asked for here: the kiosk may be of another version than the office. */
const noted = v.pipe(
  v.string(),
  v.parseJson(),
  v.variant('kind', [
    v.object({ kind: v.literal('case.opened'), case: v.string(), about: v.string() }),
    v.object({
      kind: v.picklist(['case.resolved', 'case.settled']),
      case: v.string(),
      outcome: v.optional(v.string()),
    }),
    v.object({
      kind: v.literal('config.refused'),
      edition: v.number(),
      why: v.string(),
      problems: v.array(saidSchema),
    }),
    v.object({
      kind: v.literal('config.changed'),
      what: v.string(),
      device: v.optional(v.nullable(v.string())),
      why: v.nullable(v.string()),
      to: v.string(),
      edition: v.optional(v.nullable(v.number())),
    }),
  ]),
);

const notedKinds: ReadonlySet<string> = new Set([
  'case.opened',
  'case.resolved',
  'case.settled',
  'config.refused',
  'config.changed',
]);

/** What an entry opens or ends, by its body as JSON text. */
export function alertsOf(kind: string, body: string): readonly AlertChange[] {
  if (!notedKinds.has(kind)) return [];
  const read = v.safeParse(noted, body);
  if (!read.success) return [];
  const entry = read.output;
  switch (entry.kind) {
    case 'case.opened':
      return [{ change: 'open', kind: 'case', subject: entry.case, detail: entry.about }];
    case 'case.resolved':
      // The customer has it to come: somebody still has to settle it.
      return entry.outcome === 'owed' ? [] : [{ change: 'clear', kind: 'case', subject: entry.case }];
    case 'case.settled':
      return [{ change: 'clear', kind: 'case', subject: entry.case }];
    case 'config.refused': {
      const detail = linesOf([entry.why, ...entry.problems]);
      return [{ change: 'open', kind: 'configuration-refused', subject: String(entry.edition), detail }];
    }
    case 'config.changed': {
      if (entry.what !== 'went-back') return [];
      const detail = [entry.why, entry.device].filter((said) => typeof said === 'string').join('\n');
      const subject = String(entry.edition ?? entry.to);
      return [{ change: 'open', kind: 'configuration-went-back', subject, detail }];
    }
    default:
      return entry satisfies never;
  }
}
