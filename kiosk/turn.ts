/** One decision under way: the entries so far, and the kiosk as it will be with them. Local to `decide`, which stays pure. */
import type { EntryBody } from './entry.ts';
import type { Fact } from './fact.ts';
import { apply, type Kiosk } from './kiosk.ts';
import type { Session } from './session/session.ts';
import type { CaseAbout } from './server/staff-wire.ts';
import { receiptNumber, voucherNumber } from './lookup.ts';
import type { Sale } from './sale/sale.ts';
import type { Stage } from './session/stage.ts';

export interface Turn {
  kiosk: Kiosk;
  readonly entries: EntryBody[];
  readonly fact: Fact;
  ids: number;
}

export function beginTurn(kiosk: Kiosk, fact: Fact): Turn {
  const turn: Turn = { kiosk, entries: [], fact, ids: 0 };
  put(turn, { kind: 'time.passed', wallMs: fact.at, monoMs: fact.monoMs });
  return turn;
}

export function put(turn: Turn, body: EntryBody): void {
  turn.entries.push(body);
  turn.kiosk = apply(turn.kiosk, body);
}

/** A new id, unique for ever: it comes from the fact's chance. */
export function newId(turn: Turn, kind: string): string {
  turn.ids += 1;
  return `${kind}-${turn.fact.chance}-${turn.ids}`;
}

export function move(turn: Turn, stage: Stage): void {
  const session = turn.kiosk.session;
  if (session !== null) put(turn, { kind: 'session.moved', session: session.id, stage });
}

/** The visit's open or just settled sale; null when there is none. */
export function saleNow(turn: Turn): { readonly session: Session; readonly sale: Sale } | null {
  const session = turn.kiosk.session;
  return session?.sale ? { session, sale: session.sale } : null;
}

/** Opens a case and answers its number. */
export function openCase(
  turn: Turn,
  about: CaseAbout,
  what: {
    readonly session: string | null;
    readonly sale: string | null;
    readonly minor: number | null;
    readonly subject: string | null;
  },
): string {
  const number = nextCase(turn.kiosk);
  put(turn, { kind: 'case.opened', case: number, about, currency: turn.kiosk.rules.currency, ...what });
  return number;
}

/** The oldest open case about this command or serial; null when there is none. */
export function caseAbout(kiosk: Kiosk, subject: string): string | null {
  return kiosk.caseOf[subject] ?? null;
}

/** A word that was missing for long has come: the case about it, if there is one, ends with it. */
export function explainCase(turn: Turn, subject: string): void {
  const open = caseAbout(turn.kiosk, subject);
  const { currency } = turn.kiosk.rules;
  if (open !== null) put(turn, { kind: 'case.resolved', case: open, outcome: 'explained', currency, minor: null });
}

/** Something of a sale is back with its owner: its parts are one refund, however many ways they go. */
export function gaveBack(
  turn: Turn,
  what: Omit<Extract<EntryBody, { kind: 'refund.done' }>, 'kind' | 'further'>,
): void {
  const further = turn.kiosk.givenBack.includes(what.sale) ? ({ further: true } as const) : {};
  put(turn, { kind: 'refund.done', ...what, ...further });
}

/** The number that the next case will have. */
export function nextCase(kiosk: Kiosk): string {
  return `C${String(kiosk.counters.case + 1).padStart(5, '0')}`;
}

export function nextReceipt(kiosk: Kiosk): string {
  return receiptNumber(`R${kiosk.counters.receipt + 1}`);
}

export function nextVoucher(kiosk: Kiosk): string {
  return voucherNumber(String(kiosk.counters.voucher + 1));
}
