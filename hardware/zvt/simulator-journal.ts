/**
 * What a terminal keeps over a loss of power: the numbers of its receipts, and what it has taken, given back and reversed
 * since its last end of day. It is the physical truth of the card side: what stands here as approved, confirmed or
 * refunded is with the bank.
 */
import type { CardTransaction } from '../simulated.ts';

/** The card as the terminal reads it. `pan`: digits, those that nobody is shown as `E`. */
export interface Card {
  readonly name: string;
  readonly pan: string;
  /** As bitmap 8A says it. */
  readonly type: number;
  /** YYMM */
  readonly expiry: string;
  readonly aid: string;
}

export type TransactionKind = 'payment' | 'reservation' | 'refund' | 'reversal';

export interface Transaction {
  readonly kind: TransactionKind;
  readonly receipt: number;
  readonly trace: number;
  /** Of a reversal: the trace of what it reversed. */
  readonly originalTrace: number | null;
  readonly currency: string;
  minor: number;
  readonly card: Card;
  /** Unix time in milliseconds. */
  readonly wallMs: number;
  /** Result code of its status information: 00, or why not. */
  result: number;
  state: 'declined' | CardTransaction['state'];
  /** The bank approved it and is still to be told that it is void. */
  owed: boolean;
  day: number;
}

export interface Totals {
  readonly first: number;
  readonly last: number;
  readonly minor: number;
  /** By card type as bitmap 8A has it. */
  readonly byType: ReadonlyMap<number, { readonly count: number; readonly minor: number }>;
}

const HIGHEST_RECEIPT = 9_999;
const HIGHEST_TRACE = 999_999;
/** Older days are forgotten beyond so many transactions. */
const MOST_KEPT = 2_000;

export class Journal {
  private entries: Transaction[] = [];
  private receipt: number;
  private trace: number;
  private day = 1;

  constructor(receipt: number) {
    this.receipt = receipt;
    this.trace = receipt;
  }

  /** The number of the last receipt; 0 before the first. */
  get lastReceipt(): number {
    return this.receipt;
  }

  get lastTrace(): number {
    return this.trace;
  }

  /** A number that nobody's transaction gets. */
  skip(): void {
    this.receipt = (this.receipt % HIGHEST_RECEIPT) + 1;
  }

  nextTrace(): number {
    this.trace = (this.trace % HIGHEST_TRACE) + 1;
    return this.trace;
  }

  /** Begun with the question to the bank: it has its numbers from here on, and is declined as long as nobody said yes. */
  begin(
    kind: TransactionKind,
    { currency, minor, card, wallMs }: Pick<Transaction, 'currency' | 'minor' | 'card' | 'wallMs'>,
    originalTrace: number | null = null,
  ): Transaction {
    this.skip();
    const { receipt, day } = this;
    const begun: Transaction = {
      kind,
      receipt,
      trace: this.nextTrace(),
      originalTrace,
      currency,
      minor,
      card,
      wallMs,
      result: 0x6c,
      state: 'declined',
      owed: false,
      day,
    };
    this.entries.push(begun);
    while (this.entries.length > MOST_KEPT && (this.entries[0] as Transaction).day < day) this.entries.shift();
    return begun;
  }

  get last(): Transaction | null {
    return this.entries.at(-1) ?? null;
  }

  /** The newest of this number that is no reversal; null: none is known. */
  find(receipt: number): Transaction | null {
    return this.entries.findLast((entry) => entry.receipt === receipt && entry.kind !== 'reversal') ?? null;
  }

  isToday(entry: Transaction): boolean {
    return entry.day === this.day;
  }

  /** Approved by the bank and void for the terminal. */
  owed(): readonly Transaction[] {
    return this.entries.filter(({ owed }) => owed);
  }

  /** Payments whose goods nobody spoke of: the power went in between. */
  unfinished(): readonly Transaction[] {
    return this.entries.filter(({ kind, state, owed }) => kind === 'payment' && state === 'approved' && !owed);
  }

  /** Reservations of which nothing was booked yet. */
  reserved(): readonly Transaction[] {
    return this.entries.filter(({ kind, state }) => kind === 'reservation' && state === 'approved');
  }

  /** What counts for the end of day, oldest first. */
  today(): readonly Transaction[] {
    const counts = ({ state, owed }: Transaction): boolean => (state === 'confirmed' || state === 'refunded') && !owed;
    return this.entries.filter((entry) => this.isToday(entry) && counts(entry));
  }

  totals(): Totals {
    const today = this.today();
    const byType = new Map<number, { count: number; minor: number }>();
    for (const { card, minor, state } of today) {
      const sum = byType.get(card.type) ?? { count: 0, minor: 0 };
      byType.set(card.type, { count: sum.count + 1, minor: sum.minor + (state === 'refunded' ? -minor : minor) });
    }
    return {
      first: today[0]?.receipt ?? 0,
      last: today.at(-1)?.receipt ?? 0,
      minor: [...byType.values()].reduce((sum, { minor }) => sum + minor, 0),
      byType,
    };
  }

  /** The day is over: what was taken is settled, and cannot be reversed any more. Reservations go on. */
  closeDay(): void {
    this.day++;
    for (const entry of this.reserved()) entry.day = this.day;
  }

  ledger(): readonly CardTransaction[] {
    return this.entries.flatMap(({ kind, state, receipt, currency, minor }) =>
      kind === 'reversal' || state === 'declined' ? [] : [{ receipt, currency, minor, state }],
    );
  }
}
