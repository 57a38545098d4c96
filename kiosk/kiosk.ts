/**
 * The state of the kiosk: the journal, folded. It holds what is open, and of open cases no more than case.ts says. Each
 * part has a fold of its own, in the file that tells what the part is; here they come together.
 */
import { type Cases, casesBySubject, emptyCases, foldCases, foldEnded } from './case.ts';
import { type Checks, checksSinceBoot, emptyChecks, foldChecks } from './checks/checks.ts';
import { type Console, emptyConsole, foldConsole } from './console/console.ts';
import { type Charges, chargesSinceBoot, foldCharges } from './charges.ts';
import {
  type DeviceCounters,
  type Evidence,
  foldCounters,
  foldEvidence,
  foldKnown,
  type Known,
} from './device-memory.ts';
import { type Configuration, emptyConfiguration, foldConfiguration } from './configuration/fold.ts';
import { type Day, emptyDay, foldDay } from './day/day.ts';
import { type Devices, foldDevices } from './device-state.ts';
import { emptyOwnClock, foldOwnClock, type OwnClock } from './own-clock.ts';
import { type Cabinet, cabinetSinceBoot, emptyCabinet, foldCabinet } from './cabinet/cabinet.ts';
import { type EntryBody, entryClass } from './entry.ts';
import {
  foldPosts,
  foldPrints,
  foldReleased,
  foldReleases,
  sinceBoot,
  type Open,
  type Post,
  type Print,
  type Release,
} from './open-orders.ts';
import { foldDispensed, foldLeft, foldPayouts, type LeftNotes, type Payouts, recordedPayouts } from './payouts.ts';
import { foldGivenBack, foldRefunds, type Refunds, refundsSinceBoot } from './refunds.ts';
import { emptyRemote, foldRemote, type Remote } from './remote/fold.ts';
import type { Rules } from './rules.ts';
import { foldPending, type PendingSales } from './sale/pending.ts';
import { foldSession, type Session, slipMinor } from './session/session.ts';
import { emptyStaff, foldStaff, type Staff, staffSinceBoot } from './staff/staff.ts';
import { foldStacks, type Stacks } from './stacks.ts';
import { foldStatements, type StatementDays, statementsSinceBoot } from './statements/fold.ts';
import { type Emptyings, foldEmptyings, foldUnexplained, type Unexplained } from './till/emptyings.ts';
import { daysSinceBoot, foldTerminalDays, type TerminalDays } from './till/terminal-day.ts';
import { emptyTill, foldTill, type Till } from './till/till.ts';
import { foldUnasked, noneUnasked, type Unasked } from './sale/unasked.ts';

/** How many of each were ever given a number. */
interface Numbers {
  readonly receipt: number;
  readonly voucher: number;
  readonly case: number;
}

export interface Kiosk {
  readonly rules: Rules;
  /** How many entries the journal has. */
  readonly seq: number;
  readonly boot: string;
  /** Whose journal this is; null before the first start. */
  readonly identity: { readonly kiosk: string; readonly currency: string } | null;
  readonly bootWallMs: number;
  readonly wallMs: number;
  readonly monoMs: number;
  readonly devices: Devices;
  readonly known: Known;
  readonly stacks: Stacks;
  readonly session: Session | null;
  readonly payouts: Payouts;
  readonly left: LeftNotes;
  /** By device, the last order that may have left for it: whatever became of it, notes of it may still come to the lips. */
  readonly dispensed: Readonly<Record<string, string>>;
  readonly deviceCounters: DeviceCounters;
  readonly charges: Charges;
  /** By sale: those that a charge in doubt decides. */
  readonly pending: PendingSales;
  /** By sale: those that are given back. */
  readonly refunds: Refunds;
  /** The sales of which something went back last. */
  readonly givenBack: readonly string[];
  /** By device: what each card terminal has taken since it closed its day. */
  readonly terminals: TerminalDays;
  /** By wallet: the days whose statement is to be compared. */
  readonly statements: StatementDays;
  readonly posts: Open<Post>;
  readonly prints: Open<Print>;
  readonly releases: Open<Release>;
  readonly released: readonly string[];
  readonly cases: Cases;
  /** Of each command or serial that open cases are about, the oldest of them. */
  readonly caseOf: Readonly<Record<string, string>>;
  /** The numbers of those that ended since the day was closed last. */
  readonly ended: readonly string[];
  readonly till: Till;
  /** The books since the last Z report. */
  readonly day: Day;
  readonly staff: Staff;
  readonly checks: Checks;
  readonly console: Console;
  readonly emptyings: Emptyings;
  readonly unexplained: Unexplained;
  readonly evidence: Evidence;
  readonly cabinet: Cabinet;
  readonly configuration: Configuration;
  readonly unasked: Unasked;
  /** What the office has ordered. */
  readonly remote: Remote;
  readonly clock: OwnClock;
  readonly counters: Numbers;
}

/** The state without the configuration that decisions read: what the entries make of it. */
export type Folded = Omit<Kiosk, 'rules'>;

export function emptyKiosk(rules: Rules): Kiosk {
  return { rules, ...emptyFolded };
}

export const emptyFolded: Folded = {
  seq: 0,
  boot: '',
  identity: null,
  bootWallMs: 0,
  wallMs: 0,
  monoMs: 0,
  devices: {},
  known: {},
  stacks: {},
  session: null,
  payouts: {},
  left: {},
  dispensed: {},
  deviceCounters: {},
  charges: {},
  pending: {},
  refunds: {},
  givenBack: [],
  terminals: {},
  statements: {},
  posts: {},
  prints: {},
  releases: {},
  released: [],
  cases: emptyCases,
  caseOf: {},
  ended: [],
  till: emptyTill,
  day: emptyDay,
  staff: emptyStaff,
  checks: emptyChecks,
  console: emptyConsole,
  emptyings: {},
  unexplained: {},
  evidence: [],
  cabinet: emptyCabinet,
  configuration: emptyConfiguration,
  unasked: noneUnasked,
  remote: emptyRemote,
  clock: emptyOwnClock,
  counters: { receipt: 0, voucher: 0, case: 0 },
};

/**
 * Folds one entry. Total: a part that the entry does not concern stays the same object. What a fold reads of other parts is
 * as it was before the entry; only the cases, and for the day the till, are already as they are after it.
 */
export function apply<K extends Folded>(kiosk: K, body: EntryBody): K {
  const { session, monoMs } = kiosk;
  const cases = foldCases(kiosk.cases, body);
  const seq = entryClass(body.kind) === 'volatile' ? kiosk.seq : kiosk.seq + 1;
  const till = foldTill(kiosk.till, body);
  const currency = kiosk.identity?.currency ?? null;
  const caseOf = cases === kiosk.cases ? kiosk.caseOf : casesBySubject(cases);
  return {
    ...kiosk,
    seq,
    ...foldStart(kiosk, body),
    devices: foldDevices(kiosk.devices, body, { monoMs, visit: session?.id ?? null }),
    known: foldKnown(kiosk.known, body),
    stacks: foldStacks(kiosk.stacks, body, monoMs),
    session: foldSession(session, body, monoMs, kiosk.devices),
    payouts: foldPayouts(kiosk.payouts, body, monoMs),
    left: foldLeft(kiosk.left, body),
    dispensed: foldDispensed(kiosk.dispensed, body),
    deviceCounters: foldCounters(kiosk.deviceCounters, body),
    charges: foldCharges(kiosk.charges, body, monoMs),
    pending: foldPending(kiosk.pending, body, monoMs, session?.sale ?? null),
    refunds: foldRefunds(kiosk.refunds, body, monoMs),
    givenBack: foldGivenBack(kiosk.givenBack, body),
    terminals: foldTerminalDays(kiosk.terminals, kiosk.charges, body, monoMs),
    statements: foldStatements(kiosk.statements, body, monoMs),
    posts: foldPosts(kiosk.posts, body, monoMs),
    prints: foldPrints(kiosk.prints, body, monoMs, (serial) => slipMinor(session, serial)),
    releases: foldReleases(kiosk.releases, body, monoMs),
    released: foldReleased(kiosk.released, body),
    cases,
    caseOf,
    ended: foldEnded(kiosk.ended, kiosk.cases, body),
    till,
    day: foldDay(kiosk.day, body, { seq, currency, before: kiosk.till, after: till }),
    staff: foldStaff(kiosk.staff, body, monoMs),
    checks: foldChecks(kiosk.checks, body, monoMs),
    console: foldConsole(kiosk.console, body),
    emptyings: foldEmptyings(kiosk.emptyings, body, monoMs, caseOf),
    unexplained: foldUnexplained(kiosk.unexplained, kiosk.emptyings, body),
    evidence: foldEvidence(kiosk.evidence, body),
    cabinet: foldCabinet(kiosk.cabinet, body, monoMs),
    configuration: foldConfiguration(kiosk.configuration, body),
    unasked: foldUnasked(kiosk.unasked, body, seq),
    remote: foldRemote(kiosk.remote, body),
    clock: foldOwnClock(kiosk.clock, body),
    counters: foldNumbers(kiosk.counters, body),
  };
}

type Start = Pick<Folded, 'boot' | 'identity' | 'bootWallMs' | 'wallMs' | 'monoMs'>;

/** Whose journal this is, which start it is, and what time. */
function foldStart({ boot, identity, bootWallMs, wallMs, monoMs }: Start, body: EntryBody): Start {
  switch (body.kind) {
    case 'kiosk.started': {
      const { kiosk, currency } = body;
      return { boot: body.boot, identity: { kiosk, currency }, bootWallMs: wallMs, wallMs, monoMs };
    }
    case 'time.passed':
      return { boot, identity, bootWallMs, wallMs: body.wallMs, monoMs: body.monoMs };
    default:
      return { boot, identity, bootWallMs, wallMs, monoMs };
  }
}

function foldNumbers(numbers: Numbers, body: EntryBody): Numbers {
  switch (body.kind) {
    case 'sale.paid':
      return { ...numbers, receipt: numbers.receipt + 1 };
    case 'voucher.issued':
      return { ...numbers, voucher: numbers.voucher + 1 };
    case 'case.opened':
      return { ...numbers, case: numbers.case + 1 };
    default:
      return numbers;
  }
}

/**
 * What the journal alone makes of a state between customers: the moments of this boot and what the machines look like
 * just now are as they were before the first start. A start sets them anew.
 */
export function durablePart(kiosk: Folded): Folded {
  const { bootWallMs, wallMs, monoMs, devices } = emptyFolded;
  return {
    ...kiosk,
    bootWallMs,
    wallMs,
    monoMs,
    devices,
    stacks: sinceBoot(kiosk.stacks, monoMs),
    payouts: recordedPayouts(kiosk.payouts, monoMs),
    prints: sinceBoot(kiosk.prints, monoMs),
    releases: sinceBoot(kiosk.releases, monoMs),
    posts: sinceBoot(kiosk.posts, monoMs),
    checks: checksSinceBoot(kiosk.checks, monoMs),
    emptyings: sinceBoot(kiosk.emptyings, monoMs),
    charges: chargesSinceBoot(kiosk.charges, monoMs),
    refunds: refundsSinceBoot(kiosk.refunds, monoMs),
    terminals: daysSinceBoot(kiosk.terminals, monoMs),
    statements: statementsSinceBoot(kiosk.statements, monoMs),
    staff: staffSinceBoot(kiosk.staff, monoMs),
    cabinet: cabinetSinceBoot(kiosk.cabinet),
  };
}
