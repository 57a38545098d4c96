/**
 * The money facts of machines that pay out. An order has one outcome: what the machine says it paid leaves the till, and
 * what it did not pay is owed with a case. Nothing is ordered twice.
 */
import type { Counters, Denomination, DeviceFact, Pieces } from '../../../hardware/device.ts';
import { levelsSubject, standsForOrder } from '../../case.ts';
import { deviceState } from '../../device-state.ts';
import type { Payout } from '../../payouts.ts';
import { atCase } from '../../session/stage.ts';
import { payable } from '../../till/till.ts';
import { caseAbout, move, newId, nextCase, openCase, put, saleNow, type Turn } from '../../turn.ts';
import type { Part } from './change.ts';
import { isOfCheck, leftUnder, ownerGone } from './presented.ts';

type Seen<K extends DeviceFact['fact']> = Extract<DeviceFact, { fact: K }>;

/** Orders these parts of a sale's change. */
export function payOut(
  turn: Turn,
  sale: { readonly sale: string; readonly session: string; readonly reason: 'change' | 'cancel' },
  parts: readonly Part[],
): void {
  const { currency } = turn.kiosk.rules;
  for (const { device, pieces } of parts) {
    const minor = pieces.reduce((sum, piece) => sum + piece.minor * piece.count, 0);
    put(turn, { kind: 'cash.dispense', command: newId(turn, 'payout'), device, ...sale, pieces, currency, minor });
  }
}

/** True while the present sale waits for a machine that pays out. */
export function payingOut(turn: Turn): boolean {
  const sale = turn.kiosk.session?.sale?.id;
  return Object.values(turn.kiosk.payouts).some((payout) => payout.sale === sale && payout.status === 'open');
}

export function payoutStarting(turn: Turn, { command, device, counters }: Seen<'payout.starting'>): void {
  if (ordered(turn, command) !== null) put(turn, { kind: 'payout.starting', command, device, counters });
}

export function payoutProgress(turn: Turn, { command, paid }: Seen<'payout.progress'>): void {
  if (ordered(turn, command) !== null) put(turn, { kind: 'payout.progress', command, minor: paid.minor });
}

export function payoutDone(turn: Turn, seen: Seen<'payout.done'>): void {
  const payout = ordered(turn, seen.command);
  if (payout === null) return;
  const { counters } = seen;
  const pieces = leftTill(payout, seen.pieces);
  if (isCheck(payout)) {
    checkEnded(turn, payout, { minor: seen.paid.minor, pieces, counters });
    return;
  }
  put(turn, { kind: 'payout.done', ...named(payout), minor: seen.paid.minor, pieces, counters });
  const back = backUnder(turn, payout);
  if (payout.status === 'left') leftEnded(turn, payout, seen.paid.minor);
  else if (back > 0) resolve(turn, payout, back, 'owed');
  else if (payout.case !== null) resolve(turn, payout, payout.minor - payout.retractedMinor, 'paid-out');
  judgeLevelsAfter(turn, payout);
}

/** Nobody who works here is owed what a check did not pay: whatever came out, the order has ended. */
function checkEnded(
  turn: Turn,
  payout: Payout,
  told: { readonly minor: number; readonly pieces: readonly Pieces[]; readonly counters: Counters },
): void {
  put(turn, { kind: 'payout.done', ...named(payout), ...told });
  resolve(turn, payout, payout.minor, 'explained');
  judgeLevelsAfter(turn, payout);
}

function isCheck({ sale }: Pick<Payout, 'sale'>): boolean {
  return sale === null;
}

/** What went back in under the number that stands for the whole order, minor units. */
function backUnder({ kiosk }: Turn, payout: Payout): number {
  return payout.case === null ? 0 : (kiosk.cases[payout.case]?.retractedMinor ?? 0);
}

/** Less came out than was ordered: the rest is owed, under a number. */
export function payoutPartial(turn: Turn, seen: Seen<'payout.partial'>): void {
  const payout = ordered(turn, seen.command);
  if (payout === null) return;
  const { counters } = seen;
  const pieces = leftTill(payout, seen.pieces);
  const minor = seen.paid.minor;
  if (isCheck(payout)) {
    checkEnded(turn, payout, { minor, pieces, counters });
    return;
  }
  const owed = payout.minor - minor;
  const back = backUnder(turn, payout);
  const retracted = payout.case === null ? caseAbout(turn.kiosk, payout.command) : null;
  const number = payout.case ?? retracted ?? nextCase(turn.kiosk);
  put(turn, { kind: 'payout.partial', ...named(payout), minor, owed, pieces, counters, case: number });
  if (payout.status === 'left') leftEnded(turn, payout, minor);
  else if (payout.case !== null) resolve(turn, payout, owed + back, 'owed');
  else if (retracted === null) openCase(turn, 'change-owed', aboutIt(payout, owed));
  else {
    // What went back in has its number already, and the rest is owed under the same.
    const known = turn.kiosk.cases[retracted]?.minor ?? 0;
    resolve(turn, { ...payout, case: retracted }, known + owed, 'owed');
  }
  judgeLevelsAfter(turn, payout);
}

/**
 * The end of an order of which a note was left. Whatever came out after that, somebody has, and nobody knows who: a person
 * decides. Where nothing did, it is owed.
 */
function leftEnded(turn: Turn, payout: Payout, paid: number): void {
  if (paid - payout.retractedMinor > payout.ownersMinor) return;
  // What went back in before has a number of its own.
  const elsewhere = payout.retractedMinor - backUnder(turn, payout);
  resolve(turn, payout, payout.minor - payout.ownersMinor - elsewhere, 'owed');
}

/** What leaves the till with it: nothing when all of the unit was counted while it was in doubt. */
function leftTill({ counted }: Payout, pieces: readonly Pieces[]): readonly Pieces[] {
  return counted ? [] : pieces;
}

/** The machine will never tell. */
export function payoutUnknown(turn: Turn, seen: Seen<'payout.unknown'>): void {
  const payout = ordered(turn, seen.command);
  if (payout !== null) inDoubt(turn, payout, true);
}

/** The machine is not seen to go on. What it says later still counts. */
export function payoutDoubt(turn: Turn, payout: Payout): void {
  inDoubt(turn, payout, false);
}

function inDoubt(turn: Turn, payout: Payout, final: boolean): void {
  // What went back in before has a number of its own.
  const rest = payout.minor - payout.retractedMinor;
  const known = payout.case ?? (rest > 0 ? null : caseAbout(turn.kiosk, payout.command));
  const number = known ?? nextCase(turn.kiosk);
  put(turn, { kind: 'payout.unknown', ...named(payout), minor: payout.minor, case: number, final });
  const about = isCheck(payout) ? 'check-unknown' : 'payout-unknown';
  if (known === null) openCase(turn, about, aboutIt(payout, rest));
}

/** An order that never left for the machine: nothing came out, and the sum is given another way. */
export function payoutRefused(turn: Turn, { command, sent, reason }: Seen<'command.refused'>): void {
  const payout = ordered(turn, command);
  if (payout === null || sent) return;
  put(turn, { kind: 'payout.refused', ...named(payout), minor: payout.minor, reason });
  if (payout.case !== null) resolve(turn, payout, payout.minor, isCheck(payout) ? 'explained' : 'owed');
}

/**
 * Paid-out notes that nobody took went back in, told one by one: they are owed again, under the number that the order has
 * already, or else one for all of them.
 */
export function cashRetracted(turn: Turn, seen: Seen<'cash.retracted'>): void {
  const { device, command, key, currency, minor } = seen;
  const told = turn.kiosk.evidence.includes(key);
  const waits = deviceState(turn.kiosk, device).presented;
  // Told again, it is not one more of those that wait.
  if (!told || waits === null || waits.minor <= minor) {
    put(turn, { kind: 'device.changed', device, change: { to: 'drawn-in', command, currency, minor } });
  }
  if (told) return;
  const known = leftUnder(turn.kiosk, device, command) ?? caseAbout(turn.kiosk, command);
  const payout = turn.kiosk.payouts[command];
  const now = saleNow(turn);
  const here = now?.sale.payouts.some((part) => part.command === command) ? now : null;
  const session = payout?.session ?? here?.session.id ?? null;
  const sale = payout?.sale ?? here?.sale.id ?? null;
  const checked = isOfCheck(turn.kiosk, device, command);
  const about = checked ? 'check-unknown' : 'change-retracted';
  const number = known ?? openCase(turn, about, { session, sale, minor, subject: command });
  put(turn, { kind: 'cash.retracted', device, command, key, case: number, currency, minor });
  if (checked) {
    put(turn, { kind: 'case.resolved', case: number, outcome: 'explained', currency, minor: null });
    return;
  }
  const one = turn.kiosk.cases[number];
  // Of an order that has ended nothing else can come out: when all that the case is about is back, it is owed.
  if (one !== undefined && standsForOrder(one) && payout === undefined && one.minor === one.retractedMinor) {
    put(turn, { kind: 'case.resolved', case: number, outcome: 'owed', currency, minor: one.minor });
  }
  if (here !== null) tell(turn, here, number, device);
}

/** Whoever stands there reads the number, once all is back and the machines have ended. */
function tell(turn: Turn, { session, sale }: NonNullable<ReturnType<typeof saleNow>>, number: string, device: string) {
  const { stage } = session;
  // A paper with a smaller sum may be out: the next says all of it.
  if (stage.at === 'case' && stage.case === number) move(turn, { ...stage, slip: 'none' });
  if (stage.at === 'giving' || stage.at === 'case' || ownerGone(turn.kiosk)) return;
  if (deviceState(turn.kiosk, device).presented !== null) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  move(turn, atCase(number, sale.state === 'cancelled' ? 'returned' : 'settled'));
}

export function cashMoved(turn: Turn, seen: Seen<'cash.moved'>): void {
  const { device, key, from, to, count, currency, minor } = seen;
  if (turn.kiosk.evidence.includes(key)) return;
  put(turn, { kind: 'cash.moved', device, key, from, to, count, currency, minor });
}

/** A machine says what it can pay out; where it counts otherwise than the journal, somebody has to look. */
export function levelsSeen(turn: Turn, { device, levels }: Seen<'cash.levels'>): void {
  put(turn, { kind: 'device.changed', device, change: { to: 'levels', levels } });
  judgeLevels(turn, device);
}

/** A machine tells what is left before the end of its order, and not again while that stays so. */
function judgeLevelsAfter(turn: Turn, { device, levelsTold }: Payout): void {
  if (levelsTold) judgeLevels(turn, device);
}

function judgeLevels(turn: Turn, device: string): void {
  if (levelsAgree(turn, device) !== false) return;
  const subject = levelsSubject(device);
  if (caseAbout(turn.kiosk, subject) !== null) return;
  openCase(turn, 'levels-differ', { session: null, sale: null, minor: null, subject });
}

/**
 * Whether what a machine said last is what is booked; null when that cannot be told: it moves money just now, or does not
 * count. When it is, a case about it is explained, unless the unit was emptied meanwhile: nothing is then left to differ. A
 * person may book a move before or after the machine tells of it, so that it differs says something only when the machine
 * has just spoken.
 */
export function levelsAgree(turn: Turn, device: string): boolean | null {
  const moving = [...Object.values(turn.kiosk.payouts), ...Object.values(turn.kiosk.emptyings)];
  if (moving.some((order) => order.device === device)) return null;
  const counted = deviceState(turn.kiosk, device).levels.filter(({ count }) => count !== null);
  if (counted.length === 0) return null;
  const open = caseAbout(turn.kiosk, levelsSubject(device));
  const { currency } = turn.kiosk.rules;
  const agree = counted.every((level) => level.count === booked(turn, device, level));
  if (agree && open !== null && turn.kiosk.unexplained[device] !== open) {
    put(turn, { kind: 'case.resolved', case: open, outcome: 'explained', currency, minor: null });
  }
  return agree;
}

function booked(turn: Turn, device: string, { currency, minor }: Denomination): number {
  return payable(turn.kiosk.till, device, currency).find((pile) => pile.minor === minor)?.count ?? 0;
}

function ordered(turn: Turn, command: string): Payout | null {
  return turn.kiosk.payouts[command] ?? null;
}

function named({ command, device, session, sale, currency }: Payout) {
  return { command, device, session, sale, currency };
}

function aboutIt({ session, sale, command }: Payout, minor: number) {
  return { session, sale, minor, subject: command };
}

/** What was in doubt is known now; the sale keeps what it was booked with, and the case says what it came to. */
function resolve(turn: Turn, payout: Payout, minor: number, outcome: 'paid-out' | 'owed' | 'explained'): void {
  if (payout.case === null) return;
  put(turn, { kind: 'case.resolved', case: payout.case, outcome, currency: payout.currency, minor });
}
