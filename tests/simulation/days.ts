/** Judges the closed days of a run against books of its own, kept from every entry (tests/faults.md, I1, I4 and I7). */
import { figuresNow } from '../../kiosk/day/day.ts';
import { isSignedZ } from '../../kiosk/day-seal.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { Kiosk } from '../../kiosk/kiosk.ts';
import type { DayFigures } from '../../kiosk/day/figures.ts';
import { keys } from './keys.ts';

type Closed = Extract<EntryBody, { kind: 'day.closed' }>;
type Wrong = (invariant: string, text: string) => void;
/** Sums over a whole journal: what every Z and the open day must add up to. */
type Sums = Map<string, number>;

export function judgeDays(entries: readonly Entry[], kiosk: Kiosk | null, wrong: Wrong): void {
  const all: Sums = new Map();
  const told: Sums = new Map();
  const out = new Map<string, number>();
  const signed = new Set<number>();
  const hashes = new Map<number, string>();
  let last: Closed | null = null;
  let opened: string | null = null;
  let visit: string | null = null;
  for (const { seq, day, hash, body } of entries) {
    book(all, body);
    if (body.kind === 'voucher.issued') out.set(body.serial, body.minor);
    if (body.kind === 'voucher.voided' || (body.kind === 'voucher.redeemed' && !body.issuer)) out.delete(body.serial);
    if (body.kind === 'session.started') {
      visit = body.session;
      if (opened !== null && day > opened) wrong('I4', `a visit began on ${day}, and ${opened} was not closed`);
    }
    if (body.kind === 'session.ended') visit = null;
    if (body.kind === 'day.opened') opened = body.day;
    if (body.kind === 'day.signed') {
      if (signed.has(body.z)) wrong('I4', `Z ${body.z} was signed twice`);
      if (!isSignedZ(keys.verifying, body.z, hashes.get(body.z) ?? '', body))
        wrong('I4', `Z ${body.z} is signed wrong`);
      signed.add(body.z);
    }
    if (body.kind !== 'day.closed') continue;
    hashes.set(body.z, hash);
    if (visit !== null) wrong('I4', `Z ${body.z} was made within a visit`);
    judgeRange(body, last, seq, wrong);
    judgeFigures(body.figures, last?.figures ?? null, out, `Z ${body.z}`, wrong);
    add(told, body.figures);
    last = body;
    opened = body.opens;
  }
  if (kiosk === null) return;
  for (const { z } of kiosk.day.unsigned) wrong('I7', `Z ${z} has no signature`);
  const open = figuresNow(kiosk, kiosk.rules.currency);
  judgeFigures(open, last?.figures ?? null, out, 'the open day', wrong);
  add(told, open);
  for (const name of new Set([...all.keys(), ...told.keys()])) {
    const [entered, reported] = [all.get(name) ?? 0, told.get(name) ?? 0];
    if (entered !== reported) wrong('I1', `all days together say ${reported} of ${name}; the entries say ${entered}`);
  }
}

function judgeRange({ z, from, to }: Closed, last: Closed | null, seq: number, wrong: Wrong): void {
  if (z !== (last?.z ?? 0) + 1) wrong('I4', `Z ${z} comes after Z ${last?.z ?? 0}`);
  if (from !== (last?.to ?? 0) + 1 || to !== seq - 1) wrong('I4', `Z ${z} is of ${from} to ${to}, before entry ${seq}`);
}

/** What is carried from one report to the next, and what is out. */
function judgeFigures(
  figures: DayFigures,
  before: DayFigures | null,
  out: ReadonlyMap<string, number>,
  name: string,
  wrong: Wrong,
): void {
  const { liability, cash } = figures;
  const owed = [...out.values()].reduce((sum, minor) => sum + minor, 0);
  if (liability.closing.minor !== owed || liability.closing.count !== out.size)
    wrong('I1', `${name} says that ${liability.closing.minor} of slips are out; ${owed} are`);
  if (liability.opening.minor !== (before?.liability.closing.minor ?? 0))
    wrong('I1', `${name} begins with other slips than the report before it ended with`);
  if (cash.opening !== (before?.cash.closing ?? 0))
    wrong('I1', `${name} begins with ${cash.opening} in the machines; ${before?.cash.closing ?? 0} were there`);
  const { opening, taken, paidOut, checked = 0, filled, collected, adjusted, closing } = cash;
  if (opening + taken + paidOut + checked + filled + collected + adjusted !== closing)
    wrong('I1', `the cash of ${name} does not add up to ${closing}`);
  const units = figures.units.reduce((sum, { minor }) => sum + minor, 0);
  if (units !== closing) wrong('I1', `the units of ${name} hold ${units}, and it says ${closing}`);
}

function plus(sums: Sums, name: string, minor: number, count = 1): void {
  sums.set(name, (sums.get(name) ?? 0) + minor);
  sums.set(`${name}, how often`, (sums.get(`${name}, how often`) ?? 0) + count);
}

function book(sums: Sums, body: EntryBody): void {
  switch (body.kind) {
    case 'sale.paid': {
      plus(sums, 'sales', body.minor);
      plus(sums, 'rounding', body.rounding, 0);
      const { cash, voucher, owed } = body.change;
      const given = body.tenders.reduce((sum, { minor }) => sum + minor, 0);
      plus(sums, 'taken by all ways', given - cash - voucher - owed, 0);
      break;
    }
    case 'refund.done':
      // A sale that goes back several ways is one refund.
      plus(sums, 'refunds', body.minor, body.further ? 0 : 1);
      plus(sums, `refunds by ${body.window ? 'the window' : body.method}`, body.minor);
      break;
    case 'case.settled':
      if (body.debt) plus(sums, 'debts paid by the window', body.minor);
      break;
    case 'sale.cancelled':
      plus(sums, 'cancelled', body.minor);
      break;
    case 'voucher.issued':
    case 'voucher.voided':
      plus(sums, body.kind, body.minor);
      break;
    case 'voucher.redeemed':
      plus(sums, body.issuer === undefined ? body.kind : 'vouchers of other kiosks', body.minor);
      break;
    case 'cash.filled':
      plus(sums, 'filled', worth(body.pieces), 0);
      break;
    case 'cash.counted':
    case 'cash.declared':
    case 'cash.removed':
    case 'cash.emptied':
      plus(sums, 'difference of counts', body.difference ?? 0, 0);
      break;
  }
}

function add(sums: Sums, figures: DayFigures): void {
  const { sales, rounding, refunds, cancelled, vouchers, window, cash, counts, methods } = figures;
  plus(sums, 'sales', sales.minor, sales.count);
  plus(sums, 'rounding', rounding, 0);
  plus(sums, 'refunds', refunds.minor, refunds.count);
  plus(sums, 'cancelled', cancelled.minor, cancelled.count);
  plus(sums, 'voucher.issued', vouchers.issued.minor, vouchers.issued.count);
  plus(sums, 'voucher.redeemed', vouchers.redeemed.minor, vouchers.redeemed.count);
  plus(sums, 'vouchers of other kiosks', vouchers.others?.minor ?? 0, vouchers.others?.count ?? 0);
  plus(sums, 'voucher.voided', vouchers.paid.minor, vouchers.paid.count);
  plus(sums, 'refunds by the window', window?.refunds.minor ?? 0, window?.refunds.count ?? 0);
  plus(sums, 'debts paid by the window', window?.debts.minor ?? 0, window?.debts.count ?? 0);
  plus(sums, 'filled', cash.filled, 0);
  plus(sums, 'difference of counts', counts.long - counts.short, 0);
  for (const { method, taken, back } of methods) {
    plus(sums, 'taken by all ways', taken.minor, 0);
    if (back.count > 0) plus(sums, `refunds by ${method}`, back.minor, back.count);
  }
}

function worth(pieces: readonly { readonly minor: number; readonly count: number }[]): number {
  return pieces.reduce((sum, { minor, count }) => sum + minor * count, 0);
}
