/** The state of the kiosk: the journal, folded. It holds what is open, and of open cases no more than case.ts says. */
import type { CashUnit, Counters, Denomination, FoundNote, Level, PaperState, Pieces } from '../hardware/device.ts';
import { type Charges, foldCharges, type PendingSale } from './charges.ts';
import { type Cases, casesBySubject, emptyCases, foldCases, levelsSubject } from './case.ts';
import type { DeviceChange, EntryBody, NoteNotice, PaperRef } from './entry.ts';
import { foldRefunds, type Refunds, refundsSinceBoot } from './refunds.ts';
import type { Rules } from './rules.ts';
import {
  notPrinted,
  openSale,
  type PayoutPart,
  type PickUp,
  type Printing,
  type Sale,
  type Slip,
} from './sale/sale.ts';
import type { Lang } from './server/wire.ts';
import type { Stage } from './session/stage.ts';
import { emptyStaff, foldStaff, type Staff, staffSinceBoot } from './staff/staff.ts';
import { daysSinceBoot, foldTerminalDays, type TerminalDays } from './till/terminal-day.ts';
import { emptyTill, foldTill, type Till } from './till/till.ts';

export interface DeviceState {
  /** False until it identified itself and became ready in this boot, and while it is lost. */
  readonly ready: boolean;
  readonly lost: string | null;
  readonly faults: readonly string[];
  readonly denominations: readonly Denomination[];
  /** The denominations are not those recorded before: nothing is taken by position. */
  readonly mismatch: boolean;
  readonly paper: PaperState;
  /** What its mouth is doing, for the screen. */
  readonly note: 'none' | 'accepting' | 'escrowed';
  /** Since when, monotonic. */
  readonly noteMs: number;
  /** The visit in which it came; null: nobody's. */
  readonly noteOf: string | null;
  /** The case about that note, when it stayed there too long. */
  readonly stuck: string | null;
  readonly found: FoundNote | null;
  /** What it says that it can pay out. */
  readonly levels: readonly Level[];
  /** The paid-out note that waits between its lips. */
  readonly presented: Presented | null;
  /** A card is left in the reader. */
  readonly cardLeft: boolean;
}

/** A paid-out note between the lips of a machine, and the order that it belongs to. */
export interface Presented extends Denomination {
  readonly command: string;
  /** Since when, monotonic. */
  readonly sinceMs: number;
}

/** A note that its owner left between the lips of this machine: nobody's, until it is gone from there. */
export interface LeftNote extends Denomination {
  readonly device: string;
  readonly command: string;
  readonly case: string;
}

/** The last note that a device was ordered to stack. */
export interface Stack extends Denomination {
  readonly command: string;
  readonly device: string;
  readonly session: string;
  readonly sale: string;
  /**
   * doubt: a case is open for it, and later evidence still counts; lost: the same, but of a device that began anew
   * meanwhile, so that only evidence of a stacked note counts.
   */
  readonly status: 'open' | 'doubt' | 'lost' | 'stacked' | 'suspect' | 'returned';
  readonly case: string | null;
  /** Where it was booked when it was stacked; left out: in the box. */
  readonly unit?: CashUnit;
  readonly orderedMs: number;
}

/** An order to pay out without a final outcome. */
export interface Payout extends Denomination {
  readonly command: string;
  readonly device: string;
  readonly session: string;
  readonly sale: string;
  readonly pieces: readonly Pieces[];
  /** The machine was ready for it, and it may have left. */
  readonly starting: boolean;
  /**
   * A case stands for the last two, and what the machine says later still counts. doubt: it was not seen to go on; left: a
   * note of it was left between the lips, and whoever takes that or the next is not known to be its owner.
   */
  readonly status: 'open' | 'doubt' | 'left';
  readonly case: string | null;
  /** The machine has told what it holds since it was ready for it. */
  readonly levelsTold: boolean;
  /** In doubt, and all of its unit was counted since: what came out is not in there any more, whatever is heard of it. */
  readonly counted: boolean;
  /** What is seen to have come out so far, and to have been taken of it, minor units. */
  readonly paidMinor: number;
  readonly takenMinor: number;
  /** What its owner is known to have taken before a note was left, and what went back in, minor units. */
  readonly ownersMinor: number;
  readonly retractedMinor: number;
  /** When it was ordered, or last seen to go on, monotonic. */
  readonly orderedMs: number;
}

/** An order to a recycler to empty itself, without an outcome. */
export interface Emptying {
  readonly command: string;
  readonly device: string;
  readonly by: string;
  readonly second: string | null;
  /** What is to stay in it to be paid out. */
  readonly keep: readonly Pieces[];
  /** What it counted itself when it was ordered, and the case that this was not what was booked; null when there was none. */
  readonly counted: readonly Pieces[];
  readonly differs: string | null;
  /** What it told to have moved into its box. */
  readonly moved: readonly Pieces[];
  /** The kiosk was started again meanwhile. */
  readonly interrupted: boolean;
  /** When it was ordered, or last seen to go on, monotonic. */
  readonly orderedMs: number;
}

export interface Print {
  readonly command: string;
  readonly document: PaperRef;
  /** What a voucher is worth, minor units; null for other papers. */
  readonly minor: number | null;
  readonly session: string;
  readonly orderedMs: number;
}

export type Post = Extract<EntryBody, { kind: 'bill.post' }> & { readonly orderedMs: number };

export interface Session {
  readonly id: string;
  readonly lang: Lang;
  readonly stage: Stage;
  readonly sale: Sale | null;
  /** When it began in this boot, monotonic. */
  readonly startedMs: number;
  readonly touchedMs: number;
  /** When a hand last took paid-out notes of this visit, monotonic; 0: none did in this boot. */
  readonly tookMs: number;
  readonly warned: boolean;
  readonly help: boolean;
  readonly notice: NoteNotice | null;
  /** Coin acceptors that were read without a gap when it began: what they tell later came in later. */
  readonly coinsRead: readonly string[];
  /** This visit was under way when the kiosk started again. */
  readonly resumed: boolean;
  /** A note went back to its owner while the slot was closing: it waits there. */
  readonly noteBack: boolean;
}

export interface Kiosk {
  readonly rules: Rules;
  readonly boot: string;
  /** Whose journal this is; null before the first start. */
  readonly identity: { readonly kiosk: string; readonly currency: string } | null;
  readonly bootWallMs: number;
  readonly wallMs: number;
  readonly monoMs: number;
  readonly devices: Readonly<Record<string, DeviceState>>;
  /** Denominations as recorded last, by device: the first ones, or those that a person confirmed. */
  readonly known: Readonly<Record<string, readonly Denomination[]>>;
  readonly stacks: Readonly<Record<string, Stack>>;
  readonly session: Session | null;
  /** By command. */
  readonly payouts: Readonly<Record<string, Payout>>;
  /** By device. */
  readonly left: Readonly<Record<string, LeftNote>>;
  /** By device, the last order that may have left for it: whatever became of it, notes of it may still come to the lips. */
  readonly dispensed: Readonly<Record<string, string>>;
  /** What the drivers are given back at their next start, by device. */
  readonly deviceCounters: Readonly<Record<string, Counters>>;
  /** By command. */
  readonly charges: Charges;
  /** By sale: those that a charge in doubt decides. */
  readonly pending: Readonly<Record<string, PendingSale>>;
  /** By sale: those that are given back. */
  readonly refunds: Refunds;
  /** By device: what each card terminal has taken since it closed its day. */
  readonly terminals: TerminalDays;
  readonly posts: Readonly<Record<string, Post>>;
  readonly prints: Readonly<Record<string, Print>>;
  readonly cases: Cases;
  /** Of each command or serial that open cases are about, the oldest of them. */
  readonly caseOf: Readonly<Record<string, string>>;
  readonly till: Till;
  readonly staff: Staff;
  /** By command. */
  readonly emptyings: Readonly<Record<string, Emptying>>;
  /** Of each device, the last case about its levels that an emptying outlived: that what is left agrees explains nothing. */
  readonly unexplained: Readonly<Record<string, string>>;
  /** Evidence keys of what was booked without an order, newest last: the same key again is the same event. */
  readonly evidence: readonly string[];
  readonly counters: { readonly receipt: number; readonly voucher: number; readonly case: number };
}

/** The state without the configuration that decisions read: what the entries make of it. */
export type Folded = Omit<Kiosk, 'rules'>;

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Keys kept against repetition; a device repeats at once or not at all. */
const evidenceKept = 256;

const nothingOut = { paidMinor: 0, takenMinor: 0, ownersMinor: 0, retractedMinor: 0 } as const;

const emptyMouth = { note: 'none', noteMs: 0, noteOf: null, stuck: null } as const;

const newDevice: DeviceState = {
  ready: false,
  lost: null,
  faults: [],
  denominations: [],
  mismatch: false,
  paper: 'ok',
  ...emptyMouth,
  found: null,
  levels: [],
  presented: null,
  cardLeft: false,
};

export function emptyKiosk(rules: Rules): Kiosk {
  return { rules, ...emptyFolded };
}

export const emptyFolded: Folded = {
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
  terminals: {},
  posts: {},
  prints: {},
  cases: emptyCases,
  caseOf: {},
  till: emptyTill,
  staff: emptyStaff,
  emptyings: {},
  unexplained: {},
  evidence: [],
  counters: { receipt: 0, voucher: 0, case: 0 },
};

export function deviceState(kiosk: Folded, device: string): DeviceState {
  return kiosk.devices[device] ?? newDevice;
}

/** Folds one entry. Total: an entry that concerns nothing here changes nothing. */
export function apply<K extends Folded>(kiosk: K, body: EntryBody): K {
  const next = applySession(
    applyMoney(applyCash(applyStaff(applyBooks(applyCharges(kiosk, body), body), body), body), body),
    body,
  );
  return next.session !== null && goesBack(kiosk, body)
    ? { ...next, session: { ...next.session, noteBack: true } }
    : next;
}

/** A note that was on its way in when the visit left the slot comes out of it again. */
function goesBack(kiosk: Folded, body: EntryBody): boolean {
  if (kiosk.session?.stage.at !== 'closing') return false;
  switch (body.kind) {
    case 'note.return':
    case 'note.returned':
      return true;
    case 'note.left':
      return deviceState(kiosk, body.device).note === 'accepting';
    default:
      return false;
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
    payouts: unseen(sinceBoot(kiosk.payouts, monoMs)),
    prints: sinceBoot(kiosk.prints, monoMs),
    posts: sinceBoot(kiosk.posts, monoMs),
    emptyings: sinceBoot(kiosk.emptyings, monoMs),
    charges: unheard(sinceBoot(kiosk.charges, monoMs)),
    refunds: refundsSinceBoot(kiosk.refunds, monoMs),
    terminals: daysSinceBoot(kiosk.terminals, monoMs),
    staff: staffSinceBoot(kiosk.staff, monoMs),
  };
}

function applyCharges<K extends Folded>(kiosk: K, body: EntryBody): K {
  const charges = foldCharges(kiosk.charges, body, kiosk.monoMs);
  const pending = foldPending(kiosk, body);
  const terminals = foldTerminalDays(kiosk.terminals, kiosk.charges, body, kiosk.monoMs);
  const refunds = foldRefunds(kiosk.refunds, body, kiosk.monoMs);
  const same =
    charges === kiosk.charges &&
    pending === kiosk.pending &&
    terminals === kiosk.terminals &&
    refunds === kiosk.refunds;
  const next = same ? kiosk : { ...kiosk, charges, pending, terminals, refunds };
  switch (body.kind) {
    case 'charge.approved':
      return withCounters(withEvidence(next, body.key), body.device, body.counters);
    case 'charge.starting':
    case 'charge.reversed':
      return withCounters(next, body.device, body.counters);
    case 'charge.confirmed':
      return body.counters === null ? next : withCounters(next, body.device, body.counters);
    default:
      return next;
  }
}

function foldPending({ pending, session, monoMs }: Folded, body: EntryBody): Folded['pending'] {
  switch (body.kind) {
    case 'sale.pending': {
      const sale = session?.sale;
      if (sale?.id !== body.sale) return pending;
      const { session: id, lang, case: number } = body;
      return { ...pending, [body.sale]: { session: id, lang, case: number, sale } };
    }
    case 'sale.paid':
    case 'sale.cancelled':
      return without(pending, body.sale);
    default: {
      const waits = 'sale' in body && body.sale !== null && Object.hasOwn(pending, body.sale);
      const known = waits ? pending[body.sale as string] : undefined;
      if (known === undefined) return pending;
      const sale = inSale(known.sale, body, monoMs);
      return sale === known.sale ? pending : { ...pending, [sale.id]: { ...known, sale } };
    }
  }
}

function applyBooks<K extends Folded>(kiosk: K, body: EntryBody): K {
  const till = foldTill(kiosk.till, body);
  const cases = foldCases(kiosk.cases, body);
  if (cases !== kiosk.cases) return { ...kiosk, till, cases, caseOf: casesBySubject(cases) };
  return till === kiosk.till ? kiosk : { ...kiosk, till };
}

function applyStaff<K extends Folded>(kiosk: K, body: EntryBody): K {
  const staff = foldStaff(kiosk.staff, body, kiosk.monoMs);
  const emptyings = foldEmptyings(kiosk, body);
  const unexplained = foldUnexplained(kiosk, body);
  if (staff === kiosk.staff && emptyings === kiosk.emptyings && unexplained === kiosk.unexplained) return kiosk;
  return { ...kiosk, staff, emptyings, unexplained };
}

function foldUnexplained({ emptyings, unexplained }: Folded, body: EntryBody): Folded['unexplained'] {
  const differs = body.kind === 'cash.emptied' ? (emptyings[body.command]?.differs ?? null) : null;
  return body.kind !== 'cash.emptied' || differs === null ? unexplained : { ...unexplained, [body.device]: differs };
}

function foldEmptyings({ emptyings, caseOf, monoMs }: Folded, body: EntryBody): Folded['emptyings'] {
  switch (body.kind) {
    case 'kiosk.started': {
      const open = Object.values(emptyings).map((one) => [
        one.command,
        { ...one, interrupted: true, orderedMs: monoMs },
      ]);
      return open.length === 0 ? emptyings : Object.fromEntries(open);
    }
    case 'cash.empty': {
      const { command, device, by, second, keep = [], counted = [] } = body;
      const differs = caseOf[levelsSubject(device)] ?? null;
      const begun = { moved: [], interrupted: false, orderedMs: monoMs };
      return { ...emptyings, [command]: { command, device, by, second, keep, counted, differs, ...begun } };
    }
    case 'cash.moved': {
      const open = Object.values(emptyings).find(({ device }) => device === body.device);
      if (open === undefined || body.from !== 'recycler') return emptyings;
      const moved = [...open.moved, { minor: body.minor, count: body.count }];
      return { ...emptyings, [open.command]: { ...open, moved, orderedMs: monoMs } };
    }
    case 'cash.emptied':
    case 'cash.empty-refused':
    case 'cash.empty-unknown':
      return without(emptyings, body.command);
    default:
      return emptyings;
  }
}

/** What counts without an order, and what is paid out. */
function applyCash<K extends Folded>(kiosk: K, body: EntryBody): K {
  switch (body.kind) {
    case 'note.unowned':
    case 'cash.moved':
      return withEvidence(kiosk, body.key);
    case 'cash.retracted':
      return drawnIn(withEvidence(kiosk, body.key), body);
    case 'coin.credited':
    case 'coin.unowned':
    case 'coin.lost':
    case 'coin.counting':
      return withCounters(withEvidence(kiosk, body.key), body.device, body.counters);
    case 'cash.dispense': {
      const { kind: _, reason: __, ...order } = body;
      return withPayout(kiosk, {
        ...order,
        starting: false,
        status: 'open',
        case: null,
        levelsTold: false,
        counted: false,
        ...nothingOut,
        orderedMs: kiosk.monoMs,
      });
    }
    case 'payout.starting': {
      const dispensed = { ...kiosk.dispensed, [body.device]: body.command };
      const counted = withCounters({ ...kiosk, dispensed }, body.device, body.counters);
      return changePayout(counted, body.command, { starting: true });
    }
    case 'payout.progress':
      return changePayout(kiosk, body.command, { paidMinor: body.minor, orderedMs: kiosk.monoMs });
    case 'payout.done':
    case 'payout.partial':
      return { ...withCounters(kiosk, body.device, body.counters), payouts: without(kiosk.payouts, body.command) };
    case 'payout.refused':
      return { ...kiosk, payouts: without(kiosk.payouts, body.command) };
    case 'cash.removed':
    case 'cash.declared':
    case 'cash.emptied':
      return { ...kiosk, payouts: countedOver(kiosk.payouts, body.device) };
    case 'payout.unknown':
      if (body.final) return { ...kiosk, payouts: without(kiosk.payouts, body.command) };
      return changePayout(kiosk, body.command, { status: 'doubt', case: body.case });
    case 'change.left': {
      const { device, command, currency, minor, taken, case: number } = body;
      const left = { ...kiosk.left, [device]: { device, command, currency, minor, case: number } };
      const takenMinor = Math.max(taken, kiosk.payouts[command]?.takenMinor ?? 0);
      const change = { status: 'left', case: number, ownersMinor: taken, takenMinor } as const;
      return changePayout({ ...kiosk, left }, command, change);
    }
    case 'change.gone':
      return { ...kiosk, left: without(kiosk.left, body.device) };
    case 'device.changed':
      return body.change.to === 'levels' ? toldLevels(kiosk, body.device) : atLips(kiosk, body.change);
    default:
      return kiosk;
  }
}

/** What it holds, told on its way: an order that has begun is judged by that at its end. */
function toldLevels<K extends Folded>(kiosk: K, device: string): K {
  const payout = Object.values(kiosk.payouts).find((one) => one.device === device && one.starting);
  return payout === undefined ? kiosk : withPayout(kiosk, { ...payout, levelsTold: true });
}

/** A note comes out, or a hand takes it: the machine goes on. */
function atLips<K extends Folded>(kiosk: K, change: DeviceChange): K {
  if (change.to !== 'presented' && change.to !== 'taken') return kiosk;
  const payout = kiosk.payouts[change.command];
  if (payout === undefined) return kiosk;
  const takenMinor = payout.takenMinor + (change.to === 'taken' ? change.minor : 0);
  return withPayout(kiosk, { ...payout, takenMinor, orderedMs: kiosk.monoMs });
}

function drawnIn<K extends Folded>(kiosk: K, body: Body<'cash.retracted'>): K {
  const { command, minor } = body;
  const retractedMinor = (kiosk.payouts[command]?.retractedMinor ?? 0) + minor;
  return changePayout({ ...kiosk, left: lessLeft(kiosk.left, body) }, command, {
    retractedMinor,
    orderedMs: kiosk.monoMs,
  });
}

function lessLeft(left: Folded['left'], body: Body<'cash.retracted'>): Folded['left'] {
  const note = left[body.device];
  if (note === undefined || note.command !== body.command) return left;
  const rest = lessDrawnIn(note, body);
  return rest === null ? without(left, body.device) : { ...left, [body.device]: rest };
}

/** All of a unit was counted: of what its device may have paid out before, nothing is to be taken off the till. */
function countedOver(payouts: Folded['payouts'], device: string): Folded['payouts'] {
  const over = Object.values(payouts).filter((one) => one.device === device && one.status !== 'open' && !one.counted);
  if (over.length === 0) return payouts;
  return { ...payouts, ...Object.fromEntries(over.map((one) => [one.command, { ...one, counted: true }])) };
}

function withEvidence<K extends Folded>(kiosk: K, key: string): K {
  return { ...kiosk, evidence: [...kiosk.evidence, key].slice(-evidenceKept) };
}

function withCounters<K extends Folded>(kiosk: K, device: string, counters: Counters): K {
  return { ...kiosk, deviceCounters: { ...kiosk.deviceCounters, [device]: counters } };
}

/** A person gave nothing for it: what a machine tells of it after all stands under no number any more, and gets one. */
function voided<K extends Folded>(kiosk: K, number: string): K {
  const parted = <T extends { readonly case: string | null }>(orders: Readonly<Record<string, T>>, now: Partial<T>) =>
    Object.fromEntries(
      Object.entries(orders).map(([key, one]) => [key, one.case === number ? { ...one, ...now, case: null } : one]),
    );
  return {
    ...kiosk,
    // Only that the note was stacked after all says anything new.
    stacks: parted(kiosk.stacks, { status: 'lost' }),
    payouts: parted(kiosk.payouts, { status: 'doubt' }),
  };
}

function withPayout<K extends Folded>(kiosk: K, payout: Payout): K {
  return { ...kiosk, payouts: { ...kiosk.payouts, [payout.command]: payout } };
}

function changePayout<K extends Folded>(kiosk: K, command: string, change: Partial<Payout>): K {
  const payout = kiosk.payouts[command];
  return payout === undefined ? kiosk : withPayout(kiosk, { ...payout, ...change });
}

function applyMoney<K extends Folded>(kiosk: K, body: EntryBody): K {
  switch (body.kind) {
    case 'kiosk.started':
      return {
        ...kiosk,
        boot: body.boot,
        devices: {},
        bootWallMs: kiosk.wallMs,
        stacks: sinceBoot(kiosk.stacks, kiosk.monoMs),
        payouts: sinceBoot(kiosk.payouts, kiosk.monoMs),
        prints: sinceBoot(kiosk.prints, kiosk.monoMs),
        posts: sinceBoot(kiosk.posts, kiosk.monoMs),
        identity: { kiosk: body.kiosk, currency: body.currency },
      };
    case 'time.passed':
      return { ...kiosk, wallMs: body.wallMs, monoMs: body.monoMs };
    case 'device.known':
      return { ...kiosk, known: { ...kiosk.known, [body.device]: body.denominations } };
    case 'device.changed':
      return withDevice(kiosk, body.device, changed(deviceState(kiosk, body.device), body.change, kiosk));
    case 'note.escrowed':
      return withDevice(kiosk, body.device, noteIn(deviceState(kiosk, body.device), 'escrowed', kiosk));
    case 'note.left':
      return withDevice(kiosk, body.device, { ...deviceState(kiosk, body.device), ...emptyMouth });
    case 'note.stack': {
      const { kind: _, counters, ...order } = body;
      const counting = counters === undefined ? kiosk : withCounters(kiosk, body.device, counters);
      return withStack(counting, { ...order, status: 'open', case: null, orderedMs: kiosk.monoMs });
    }
    case 'note.stacked':
      return settleStack(kiosk, body.device, body.command, 'stacked', null, body.unit);
    case 'note.returned':
      return settleStack(kiosk, body.device, body.command, 'returned', null);
    case 'note.unknown':
      return settleStack(kiosk, body.device, body.command, body.lost ? 'lost' : 'doubt', body.case);
    case 'note.suspect':
      return settleStack(kiosk, body.device, body.command, 'suspect', null);
    case 'case.opened':
      return { ...kiosk, counters: { ...kiosk.counters, case: kiosk.counters.case + 1 } };
    case 'case.settled':
      return body.how === 'void' && body.reason !== 'given' ? voided(kiosk, body.case) : kiosk;
    case 'voucher.issued':
      return { ...kiosk, counters: { ...kiosk.counters, voucher: kiosk.counters.voucher + 1 } };
    case 'sale.paid':
      return { ...kiosk, counters: { ...kiosk.counters, receipt: kiosk.counters.receipt + 1 } };
    case 'bill.post':
      return { ...kiosk, posts: { ...kiosk.posts, [body.command]: { ...body, orderedMs: kiosk.monoMs } } };
    case 'bill.posted':
    case 'bill.refused':
      return { ...kiosk, posts: without(kiosk.posts, body.command) };
    case 'document.print': {
      const { command, document, session } = body;
      const serial = document.paper === 'voucher' ? document.serial : null;
      const minor = slipMinor(kiosk.session, serial);
      const print = { command, document, minor, session, orderedMs: kiosk.monoMs };
      return { ...kiosk, prints: { ...kiosk.prints, [command]: print } };
    }
    case 'document.printed':
    case 'document.refused':
    case 'document.unknown':
      return { ...kiosk, prints: without(kiosk.prints, body.command) };
    default:
      return kiosk;
  }
}

/** What a slip of this visit is worth, minor units: change, or a sale that is given back; null for other papers. */
function slipMinor(session: Session | null, serial: string | null): number | null {
  const slips = session?.sale?.slips ?? [];
  const back = session?.stage.at === 'refund' ? session.stage.slip : null;
  return [...slips, ...(back === null ? [] : [back])].find((slip) => slip.serial === serial)?.minor ?? null;
}

function applySession<K extends Folded>(kiosk: K, body: EntryBody): K {
  if (body.kind === 'session.started') {
    const session: Session = {
      id: body.session,
      lang: body.lang,
      stage: { at: 'welcome' },
      sale: null,
      startedMs: kiosk.monoMs,
      touchedMs: kiosk.monoMs,
      tookMs: 0,
      warned: false,
      help: false,
      notice: null,
      coinsRead: body.coinsRead ?? [],
      resumed: false,
      noteBack: false,
    };
    return { ...kiosk, session };
  }
  const session = kiosk.session;
  if (session === null) return kiosk;
  if (body.kind === 'session.ended') return { ...kiosk, session: null };
  const next = inSession(session, body, kiosk.monoMs);
  return next === session ? kiosk : { ...kiosk, session: next };
}

/** A case comes up by itself: whoever stands there gets the whole time to read it. */
function touchedAt({ stage, touchedMs }: Session, next: Stage, monoMs: number): number {
  return next.at === 'case' && stage.at !== 'case' ? monoMs : touchedMs;
}

function inSession(session: Session, body: EntryBody, monoMs: number): Session {
  switch (body.kind) {
    case 'kiosk.started':
      return {
        ...inNewBoot(session),
        startedMs: monoMs,
        touchedMs: monoMs,
        tookMs: 0,
        warned: false,
        help: false,
        notice: null,
        resumed: true,
      };
    case 'session.language':
      return { ...session, lang: body.lang };
    case 'session.moved':
      return {
        ...session,
        sale: body.stage.at === 'documents' ? numberSeen(session.sale) : session.sale,
        touchedMs: touchedAt(session, body.stage, monoMs),
        stage: body.stage,
        notice: null,
        warned: false,
      };
    case 'session.touched':
      return { ...session, touchedMs: body.monoMs, warned: false };
    case 'session.warned':
      return { ...session, warned: true };
    case 'session.help':
      return { ...session, help: body.open };
    case 'session.saw':
      return { ...session, notice: body.notice };
    case 'device.changed':
      return body.change.to === 'taken' ? taken(session, body.change, monoMs) : session;
    case 'cash.retracted':
      return session.sale === null ? session : withSale(session, backFrom(session.sale, body));
    case 'sale.opened':
      return { ...session, sale: openSale(body.sale, body.bill) };
    default:
      return session.sale === null ? session : withSale(session, inSale(session.sale, body, monoMs));
  }
}

/** Moments of another boot mean nothing in this one. */
function inNewBoot(session: Session): Session {
  const { sale } = session;
  if (sale === null) return session;
  const slips = sale.slips.map((slip) => ({ ...slip, failedMs: null }));
  const pickUp = sale.pickUp === null ? null : { ...sale.pickUp, failedMs: null };
  return { ...session, sale: { ...sale, slips, pickUp } };
}

/** It stood on the glass before. */
function numberSeen(sale: Sale | null): Sale | null {
  return sale === null || sale.pickUp === null ? sale : { ...sale, pickUp: { ...sale.pickUp, seen: true } };
}

function inSale(sale: Sale, body: EntryBody, monoMs: number): Sale {
  if ('document' in body) return onPaper(sale, body, monoMs);
  if (!('sale' in body) || body.sale !== sale.id) return sale;
  switch (body.kind) {
    case 'tender.opened':
      return { ...sale, method: body.method, agreed: sale.agreed || body.agreed };
    case 'note.stacked':
      if (sale.state !== 'open') return sale;
      return { ...sale, notes: [...sale.notes, { command: body.command, minor: body.minor, suspect: false }] };
    case 'note.suspect':
      // What was tendered stays tendered; the case says what is in question.
      if (sale.state !== 'open') return sale;
      return {
        ...sale,
        notes: sale.notes.map((note) => (note.command === body.command ? { ...note, suspect: true } : note)),
      };
    case 'coin.credited':
      return { ...sale, notes: [...sale.notes, { command: body.key, minor: body.minor, suspect: false }] };
    case 'sale.tendered':
      return { ...sale, state: 'tendered', paidAt: body.paidAt, tenderedStepMinor: body.cashStepMinor ?? null };
    case 'cash.dispense': {
      const { command, device, minor } = body;
      return {
        ...sale,
        payouts: [...sale.payouts, { command, device, minor, paid: 0, owed: 0, taken: 0, retracted: 0, ended: false }],
      };
    }
    case 'payout.done':
      return partEnded(sale, body.command, { paid: body.minor, owed: 0 }, 'out');
    case 'payout.partial':
      return partEnded(sale, body.command, { paid: body.minor, owed: body.owed }, 'out');
    case 'payout.refused':
      return partEnded(sale, body.command, { paid: 0, owed: 0 }, 'all');
    case 'payout.unknown':
      return partEnded(sale, body.command, { paid: 0, owed: body.minor }, 'all');
    case 'change.left':
      return partEnded(sale, body.command, { paid: body.taken, owed: body.minor + body.rest }, 'taken');
    case 'charge.confirmed':
      return { ...sale, charges: [...sale.charges, body.part] };
    case 'charge.reverse':
      return chargeBack(sale, body);
    case 'charge.refund':
      return shareBack(sale, body);
    case 'sale.pending':
      return { ...sale, state: 'pending' };
    case 'voucher.redeemed':
      return { ...sale, vouchers: [...sale.vouchers, { serial: body.serial, minor: body.minor }] };
    case 'voucher.issued':
      return { ...sale, slips: [...sale.slips, newSlip(body)] };
    case 'sale.paid':
      return { ...sale, state: 'paid', receipt: body.receipt, change: body.change };
    case 'bill.posted':
      return body.order === undefined ? sale : { ...sale, pickUp: newPickUp(body.reference) };
    case 'sale.cancelled':
      return { ...sale, state: 'cancelled' };
    default:
      return sale;
  }
}

/** Of a sale that is booked, what it was paid with stays. */
function chargeBack(sale: Sale, { command, part, refund }: Body<'charge.reverse'>): Sale {
  if (!sale.charges.some((one) => one.command === command)) return sale;
  const chargesBack = [...sale.chargesBack.filter((one) => one.command !== command), part];
  if (refund) return { ...sale, chargesBack };
  return { ...sale, charges: sale.charges.filter((one) => one.command !== command), chargesBack };
}

function newSlip({ serial, minor, reason }: Body<'voucher.issued'>): Slip {
  return { serial, minor, reason, ...notPrinted };
}

function newPickUp(number: string): PickUp {
  return { number, seen: false, ...notPrinted };
}

/** Of one bill of several; ordered again it is the same. */
function shareBack(sale: Sale, { command, part, minor }: Body<'charge.refund'>): Sale {
  const others = sale.chargesBack.filter((one) => one.command !== command);
  return { ...sale, chargesBack: [...others, { ...part, command, minor }] };
}

/**
 * The first outcome is what the sale is booked with; what is heard later settles the case. What went back in before is owed:
 * the machine counts it as `out`, what was seen to be `taken` is without it, and `all` of the order is with it.
 */
function partEnded(
  sale: Sale,
  command: string,
  { paid, owed }: Pick<PayoutPart, 'paid' | 'owed'>,
  told: 'out' | 'taken' | 'all',
): Sale {
  const payouts = sale.payouts.map((part) => {
    if (part.command !== command || part.ended) return part;
    const back = told === 'all' ? 0 : part.retracted;
    const had = told === 'out' ? Math.max(0, paid - back) : paid;
    return { ...part, paid: had, owed: owed + back, ended: true };
  });
  return { ...sale, payouts };
}

/** Of an order that has ended, what nobody was seen to take is not there to be taken any more. */
function backFrom(sale: Sale, { command, minor }: Body<'cash.retracted'>): Sale {
  if (!sale.payouts.some((part) => part.command === command)) return sale;
  const payouts = sale.payouts.map((part) => {
    if (part.command !== command) return part;
    const back = part.ended ? Math.min(minor, Math.max(0, part.paid - part.taken)) : 0;
    return { ...part, retracted: part.retracted + minor, paid: part.paid - back, owed: part.owed + back };
  });
  return { ...sale, payouts };
}

function taken(session: Session, { command, minor }: Denomination & { command: string }, monoMs: number): Session {
  const sale = session.sale === null ? null : takenFrom(session.sale, command, minor);
  return sale === null || sale === session.sale ? session : { ...session, sale, tookMs: monoMs };
}

function takenFrom(sale: Sale, command: string, minor: number): Sale {
  if (!sale.payouts.some((part) => part.command === command)) return sale;
  const payouts = sale.payouts.map((part) =>
    part.command === command ? { ...part, taken: part.taken + minor } : part,
  );
  return { ...sale, payouts };
}

type OfPaper = Extract<
  EntryBody,
  { kind: 'document.print' | 'document.printed' | 'document.refused' | 'document.unknown' }
>;

function onPaper(sale: Sale, body: OfPaper, monoMs: number): Sale {
  const { document } = body;
  const { pickUp } = sale;
  if (document.paper === 'ticket' && document.sale === sale.id && pickUp !== null)
    return { ...sale, pickUp: printed(pickUp, body, monoMs) };
  if (document.paper !== 'voucher' || !sale.slips.some((slip) => slip.serial === document.serial)) return sale;
  const slips = sale.slips.map((slip) => (slip.serial === document.serial ? printed(slip, body, monoMs) : slip));
  return { ...sale, slips };
}

function printed<T extends Printing>(paper: T, body: OfPaper, monoMs: number): T {
  switch (body.kind) {
    case 'document.print':
      return { ...paper, prints: paper.prints + 1 };
    case 'document.printed':
      return { ...paper, printed: true };
    case 'document.unknown':
      return { ...paper, mayBeOut: true, failedMs: monoMs };
    case 'document.refused':
      return { ...paper, failedMs: monoMs };
    default:
      return body satisfies never;
  }
}

function withSale(session: Session, sale: Sale): Session {
  return sale === session.sale ? session : { ...session, sale };
}

function withDevice<K extends Folded>(kiosk: K, device: string, state: DeviceState): K {
  return { ...kiosk, devices: { ...kiosk.devices, [device]: state } };
}

function withStack<K extends Folded>(kiosk: K, stack: Stack): K {
  return { ...kiosk, stacks: { ...kiosk.stacks, [stack.device]: stack } };
}

function settleStack<K extends Folded>(
  kiosk: K,
  device: string,
  command: string,
  status: Stack['status'],
  doubt: string | null,
  unit?: CashUnit,
): K {
  const stack = kiosk.stacks[device];
  if (stack === undefined || stack.command !== command) return kiosk;
  const where = unit === undefined ? {} : { unit };
  return withStack(kiosk, { ...stack, status, case: doubt ?? stack.case, ...where });
}

function noteIn(state: DeviceState, note: 'accepting' | 'escrowed', { monoMs, session }: Folded): DeviceState {
  if (state.note !== 'none') return { ...state, note };
  return { ...state, note, noteMs: monoMs, noteOf: session?.id ?? null };
}

function changed(state: DeviceState, change: DeviceChange, kiosk: Folded): DeviceState {
  switch (change.to) {
    case 'ready':
      return { ...state, ready: true, lost: null, ...emptyMouth, found: null };
    case 'disabled':
      return { ...state, ...emptyMouth };
    case 'accepting':
      return noteIn({ ...state, ...emptyMouth }, 'accepting', kiosk);
    case 'stuck':
      return { ...state, stuck: change.case };
    case 'lost':
      return { ...state, ready: false, lost: change.message };
    case 'fault':
      return state.faults.includes(change.code) ? state : { ...state, faults: [...state.faults, change.code] };
    case 'cleared':
      return { ...state, faults: state.faults.filter((code) => code !== change.code) };
    case 'powered-up':
      return { ...state, ready: false, ...emptyMouth, found: change.found };
    case 'identified':
      return { ...state, denominations: change.denominations, mismatch: change.mismatch };
    case 'paper':
      return { ...state, paper: change.paper };
    case 'levels':
      return { ...state, levels: change.levels };
    case 'card':
      return { ...state, cardLeft: change.left };
    case 'presented': {
      const { command, currency, minor } = change;
      return { ...state, presented: { command, currency, minor, sinceMs: kiosk.monoMs } };
    }
    case 'taken':
      return { ...state, presented: null };
    case 'drawn-in':
      return { ...state, presented: lessDrawnIn(state.presented, change) };
  }
}

/** What is left of notes that wait, after one of them went back in; null when none is. */
function lessDrawnIn<T extends LeftNote | Presented>(
  note: T | null,
  drawn: Denomination & { command: string },
): T | null {
  if (note === null || note.command !== drawn.command || note.minor <= drawn.minor) return null;
  return { ...note, minor: note.minor - drawn.minor };
}

/** Monotonic time begins anew with each boot, and so does every limit that was running. */
function sinceBoot<T extends { readonly orderedMs: number }>(
  open: Readonly<Record<string, T>>,
  monoMs: number,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(open).map(([key, value]) => [key, { ...value, orderedMs: monoMs }]));
}

/** What the other side waits for is told on the way, and not recorded. */
function unheard(charges: Charges): Charges {
  return Object.fromEntries(Object.entries(charges).map(([key, one]) => [key, { ...one, prompt: null, code: null }]));
}

/** What has come out so far is told on the way, and not recorded before the end, or before a note is left. */
function unseen(payouts: Folded['payouts']): Folded['payouts'] {
  const recorded = Object.entries(payouts).map(([key, payout]) => {
    return [key, { ...payout, levelsTold: false, paidMinor: 0, takenMinor: payout.ownersMinor }] as const;
  });
  return Object.fromEntries(recorded);
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}
