/**
 * The bills that a person can try the kiosk with: those of the biller without a network, with what its book of bookings
 * says of them, or those of the biller that the bench plays.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sampleBills } from '../../config/sample-bills.ts';

interface Bilingual {
  readonly 'zh-CN': string;
  readonly en: string;
}

export interface BenchBill {
  readonly number: string;
  readonly status: 'open' | 'paid' | 'cancelled';
  readonly title: Bilingual;
  readonly payee: Bilingual;
  readonly currency: string;
  /** Minor units of `currency`. */
  readonly minor: number;
}

/** The parts of a configuration that decide which bills there are. */
export interface BillsConfig {
  readonly biller: { readonly kind: string; readonly file: string | null };
  readonly money: { readonly currency: string };
}

/**
 * Reads the bills as they are now; null when the biller is not one without a network. A file of bills that is not sound
 * gives none: the kiosk itself refuses to start with it, and says why.
 */
export function openBills({ biller, money }: BillsConfig, data: string): (() => readonly BenchBill[]) | null {
  if (biller.kind !== 'file') return null;
  const path = biller.file?.replace(/^DATA\//, `${data}/`) ?? null;
  const booked = openBooked(join(data, 'biller.jsonl'));
  return () => {
    const bills = path === null ? sampleBills(money.currency) : billsIn(path);
    const paid = booked();
    return bills.map((bill) => shownBill(paid.has(bill.number) ? { ...bill, status: 'paid' } : bill));
  };
}

/** Without what only the biller needs. */
function shownBill({ number, status, title, payee, currency, minor }: BenchBill): BenchBill {
  return { number, status, title, payee, currency, minor };
}

function billsIn(path: string): readonly BenchBill[] {
  try {
    const { bills } = JSON.parse(readFileSync(path, 'utf8')) as { readonly bills: readonly BenchBill[] };
    return bills.map(shownBill);
  } catch {
    return [];
  }
}

/** The numbers of the bills whose booking stands; the book is read again when it has grown. */
function openBooked(path: string): () => ReadonlySet<string> {
  let readBytes = 0;
  let numbers: ReadonlySet<string> = new Set();
  return () => {
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes !== readBytes) {
      readBytes = bytes;
      numbers = bytes === 0 ? new Set() : numbersIn(readFileSync(path, 'utf8'));
    }
    return numbers;
  };
}

function numbersIn(book: string): ReadonlySet<string> {
  const standing = new Map<string, string>();
  for (const line of book.split('\n')) {
    try {
      const one = JSON.parse(line) as { readonly id: string; readonly bill: string } | { readonly reverses: string };
      if ('reverses' in one) standing.delete(one.reverses);
      else standing.set(one.id, one.bill);
    } catch {
      // The last line while it is written, or the nothing after it.
    }
  }
  return new Set(standing.values());
}
