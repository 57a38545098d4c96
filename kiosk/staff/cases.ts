/**
 * Cases and slips that people settle. What the window pays is its own money: the case or the slip ends, and the till stays
 * as it is.
 */
import { slipInHand } from '../documents/prints.ts';
import { type Case, foldCase } from '../case.ts';
import { alreadyGivenBack } from '../../hardware/charge.ts';
import type { PendingSale } from '../sale/pending.ts';
import { releaseCharges } from '../methods/charge/charges.ts';
import { heldHere } from '../sale/sale.ts';
import type { Entry, EntryBody } from '../entry.ts';
import type { Ending, FactBody, Sold } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import { paidSale } from '../lookup.ts';
import type { VoucherRecord } from '../sale/voucher.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import { partsOf } from '../services/biller/contract.ts';
import { refundPart } from '../refunds.ts';
import { chargeMethodOf } from '../rules.ts';
import type { StaffProblem } from '../server/staff-wire.ts';
import { gaveBack, newId, nextCase, nextVoucher, openCase, put, type Turn } from '../turn.ts';

/** No window pays more for a case whose amount nobody knows, minor units. */
const paidMaximumMinor = 100_000_000;

/** Of what somebody may have money to come. */
const owing: Readonly<Record<Case['about'], boolean>> = {
  'note-unknown': true,
  'note-stuck': true,
  'note-unowned': true,
  'note-suspect': true,
  'note-to-count': false,
  'voucher-not-printed': true,
  'number-not-given': false,
  'goods-not-released': false,
  'post-refused': true,
  'charge-unknown': true,
  'charge-late': true,
  'charge-differs': true,
  'reversal-unanswered': true,
  'charge-irreversible': true,
  'post-unanswered': false,
  'session-abandoned': true,
  'denominations-changed': false,
  'coin-unowned': true,
  'coins-lost': true,
  'change-owed': true,
  'payout-unknown': true,
  'change-retracted': true,
  'change-left': true,
  'levels-differ': false,
  'paid-out-in-doubt': false,
  'terminal-differs': false,
  'terminal-day-unknown': false,
  'statement-differs': false,
  'statement-missing': false,
  'count-differs': false,
  'emptying-unknown': false,
  'box-uncounted': false,
  'box-unattended': false,
  'check-unknown': false,
  tampered: false,
  'seal-differs': false,
};

export const caseAbouts = Object.keys(owing) as readonly Case['about'][];

export interface CaseRecord {
  readonly one: Case;
  /** When it was opened, ISO 8601 UTC. */
  readonly at: string;
  /** All that names it, in order. */
  readonly entries: readonly Entry[];
}

/** The number of the nth case. */
export function caseNumber(n: number): string {
  return `C${String(n).padStart(5, '0')}`;
}

/** From the entries that carry this number (`case:NUMBER` in the index); null when there is no such case. */
export function caseRecord(entries: readonly Entry[]): CaseRecord | null {
  const opened = entries.find(({ body }) => body.kind === 'case.opened');
  const one = entries.reduce<Case | null>((known, { body }) => foldCase(known, body), null);
  return opened === undefined || one === null ? null : { one, at: opened.at, entries };
}

/** The number of the slip that a case is about; null when it is about none. */
export function slipOf({ about, subject }: Case): string | null {
  // A payment by card or wallet that the biller refused goes back the way it came, without a slip.
  const slip = about === 'voucher-not-printed' || (about === 'post-refused' && subject?.startsWith('charge-') !== true);
  return slip ? subject : null;
}

export function maybeOwed({ about }: Case): boolean {
  return owing[about];
}

/** Why a case cannot end so; null when it can. `slip`: what the journal has of the slip that it is about. */
export function settleRefused(
  kiosk: Kiosk,
  one: Case | null,
  slip: VoucherRecord | null,
  ending: Ending,
): StaffProblem | null {
  if (one === null) return 'unknown-case';
  if (one.status !== 'open') return 'case-closed';
  if (one.subject !== null && isAsked(kiosk, one.subject, one.case)) return 'still-asked';
  const { how, minor, reason } = ending;
  if (how === 'void') return reason === null || minor !== null ? 'malformed' : null;
  if (reason !== null || minor === null) return 'malformed';
  if (!maybeOwed(one)) return 'not-owed';
  if (slip?.spent) return 'slip-spent';
  if (how === 'voucher') {
    if (!printerUsable(kiosk)) return 'no-printer';
    if (slip !== null && isPrinting(kiosk, slip.serial)) return 'printing';
  }
  const most = (one.minor ?? paidMaximumMinor) + waitingWith(kiosk, one.case);
  if (!Number.isSafeInteger(minor) || minor <= 0 || minor > most) return 'bad-amount';
  // Of a doubt the window pays what this machine holds besides, or all of it: half of it would leave open whose the rest is.
  const doubted = one.subject === null ? undefined : kiosk.charges[one.subject];
  if (doubted?.status === 'doubt' && minor > waitingWith(kiosk, one.case) && minor !== most) return 'bad-amount';
  // A slip is paid whole, or stays what it is.
  return slip === null || slip.minor === minor ? null : 'bad-amount';
}

function isPrinting({ prints }: Kiosk, serial: string): boolean {
  return Object.values(prints).some(({ document }) => document.paper === 'voucher' && document.serial === serial);
}

/** The biller, or a terminal or wallet that gives a sale back, has yet to answer: paid at the window besides, it would go twice. */
function isAsked({ posts, refunds, charges }: Kiosk, subject: string, number: string): boolean {
  if (posts[subject] !== undefined || refundPart(refunds, subject) !== null) return true;
  if (charges[subject]?.status === 'reversing') return true;
  return Object.values(refunds).some(
    ({ reverse, parts }) => reverse?.command === subject || parts.some((part) => part.case === number),
  );
}

type Seen<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;

/** What this machine holds of a sale that waits for what the case is about, minor units. */
export function waitingWith({ pending }: Kiosk, number: string): number {
  return Object.values(pending).reduce((sum, one) => (one.case === number ? sum + heldHere(one.sale) : sum), 0);
}

/** A person has ended a case. */
export function caseSettled(turn: Turn, seen: Seen<'case.settled'>): void {
  const { record, slip, sold = null, how, minor, reason, by, second = null } = seen;
  const one = turn.kiosk.cases[record.case] ?? record;
  if (settleRefused(turn.kiosk, one, slip, seen) !== null) return;
  const { case: number, currency } = one;
  // Who has it already from another hand is not to get it back from the wallet too.
  if (how !== 'void') chargesPaidOut(turn, number, minor ?? 0);
  else if (reason === 'given') chargesPaidOut(turn, number, (one.minor ?? 0) + waitingWith(turn.kiosk, number));
  // One that is about a slip has its number already.
  const serial = how === 'voucher' ? (slip?.serial ?? nextVoucher(turn.kiosk)) : null;
  const isDebt = how === 'paid' && slip === null && sold === null;
  const of = { ...(serial === null ? {} : { serial }), ...(isDebt ? { debt: true as const } : {}) };
  put(turn, { kind: 'case.settled', case: number, how, reason, currency, minor: minor ?? 0, by, second, ...of });
  const back = sold === null ? null : givenBack(turn.kiosk, sold, one, seen);
  if (sold !== null && back !== null) gaveBack(turn, { sale: sold.sale, currency, case: number, ...back });
  if (how === 'paid' && slip !== null) paidOff(turn, slip, by, second);
  for (const waiting of Object.values(turn.kiosk.pending)) if (waiting.case === number) noLongerWaits(turn, waiting);
  if (serial !== null) giveSlip(turn, serial, { case: number, currency, minor: minor ?? 0, isNew: slip === null });
}

/**
 * What is owed comes as a slip: its row before its paper. One that has a row is printed again, as a copy, for nobody knows
 * for certain that nothing of the first one came out.
 */
function giveSlip(
  turn: Turn,
  serial: string,
  of: { readonly case: string; readonly currency: string; readonly minor: number; readonly isNew: boolean },
): void {
  const { case: number, currency, minor, isNew } = of;
  if (isNew) {
    const nobody = { session: null, sale: null };
    put(turn, { kind: 'voucher.issued', serial, ...nobody, case: number, currency, minor, reason: 'case' });
  }
  const paper = { document: { paper: 'voucher', serial }, copy: !isNew, lang: turn.kiosk.rules.language } as const;
  put(turn, { kind: 'document.print', command: newId(turn, 'print'), ...paper, session: null, minor });
}

type Back = Pick<Extract<EntryBody, { kind: 'refund.done' }>, 'method' | 'minor' | 'window'>;

/**
 * What of a sale is back with the end of this case, and by which way; null: nothing. A person who says that the customer has it
 * already speaks of another hand than the machine's: of the wallet's, where that has said so, otherwise of the window's.
 */
function givenBack({ rules }: Kiosk, { goneBy }: Sold, { minor: known }: Case, ending: Ending): Back | null {
  switch (ending.how) {
    case 'paid':
      return { method: 'cash', minor: ending.minor ?? 0, window: true };
    case 'voucher':
      return { method: 'voucher', minor: ending.minor ?? 0 };
    case 'void': {
      const way = goneBy === null ? null : chargeMethodOf(rules, goneBy);
      if (known === null) return null;
      if (way !== null) return { method: way, minor: known };
      return ending.reason === 'given' ? { method: 'cash', minor: known, window: true } : null;
    }
    default:
      return ending.how satisfies never;
  }
}

/**
 * The sale in which the charge that a case is about counts as sold: it stands in a booking, or its refund was refused. Null:
 * nothing was sold with it, and nothing of a sale is given back when the case ends.
 */
export function soldIn({ one, entries }: CaseRecord, find: (key: string) => readonly Entry[]): Sold | null {
  const { sale, subject } = one;
  if (sale === null || subject === null) return null;
  const refused = entries.flatMap(({ body }) => (body.kind === 'refund.refused' ? [body] : []));
  const gone = refused.find(({ code }) => code === alreadyGivenBack);
  if (refused.length > 0) return { sale, goneBy: gone?.device ?? null };
  const paid = paidSale(find(`sale:${sale}`));
  const bookings = paid === null ? [] : partsOf(paid.bill).flatMap(({ number }) => find(`bill:${number}`));
  const booked = bookings.some(
    ({ body }) =>
      body.kind === 'bill.post' && body.sale === sale && body.charges?.some(({ command }) => command === subject),
  );
  return booked ? { sale, goneBy: null } : null;
}

/** The cases that ended since the day was closed last: with this entry of each, the close has counted them. */
export function reconciliations({ ended }: Pick<Kiosk, 'ended'>, day: string): readonly EntryBody[] {
  return ended.map((number) => ({ kind: 'case.reconciled', case: number, day }));
}

/** More was paid than this machine holds of the sale: the rest was for what a card or wallet may yet turn out to have given. */
function chargesPaidOut(turn: Turn, number: string, minor: number): void {
  if (minor <= waitingWith(turn.kiosk, number)) return;
  for (const charge of Object.values(turn.kiosk.charges)) {
    if (charge.case !== number || charge.status !== 'doubt') continue;
    const { command, device, session, sale, minor: asked } = charge;
    put(turn, { kind: 'charge.paid-out', command, device, session, sale, case: nextCase(turn.kiosk) });
    openCase(turn, 'paid-out-in-doubt', { session, sale: null, minor: asked, subject: command });
  }
}

/** A person has decided what no terminal and no gateway could: the sale ends, and what cards and wallets gave besides goes back. */
function noLongerWaits(turn: Turn, { sale, session }: PendingSale): void {
  const { currency } = turn.kiosk.rules;
  releaseCharges(turn, sale, session);
  put(turn, { kind: 'sale.cancelled', session, sale: sale.id, currency, minor: heldHere(sale), reason: 'declined' });
}

/** From here on this journal knows that it was spent elsewhere, also when the office cannot be asked again. */
export function slipTold(turn: Turn, { serial, word }: Seen<'slip.told'>): void {
  if (word.spent !== null) put(turn, { kind: 'voucher.told', command: newId(turn, 'voucher'), serial, word });
}

/** A slip was paid at the window. */
export function slipPaid(turn: Turn, { record, by, second = null }: Seen<'voucher.voided'>): void {
  if (record.spent) return;
  slipInHand(turn, record.serial);
  paidOff(turn, record, by, second);
}

/** From here on the slip is worth nothing, and no case stands for it. */
function paidOff(turn: Turn, { serial, currency, minor }: VoucherRecord, by: string, second: string | null): void {
  put(turn, { kind: 'voucher.voided', serial, currency, minor, by, second });
  for (const one of Object.values(turn.kiosk.cases)) {
    if (slipOf(one) !== serial) continue;
    put(turn, { kind: 'case.resolved', case: one.case, outcome: 'explained', currency, minor: one.minor });
  }
}
