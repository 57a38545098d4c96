/** Vouchers that entries spend, and those that were spent already: at another kiosk that could not ask, or twice at one. */
import * as v from 'valibot';
import type { AskedMessage, JournalRow } from '../fleet/wire.ts';
import { openAlerts } from './alert-book.ts';
import type { Queries } from './store/open.ts';

export interface Spending {
  /** The kiosk that gave it out. */
  readonly issuer: string;
  readonly serial: string;
  readonly seq: number;
  readonly at: string;
  readonly currency: string;
  readonly minor: number;
  /** That the slip was there (`fleet/wire.ts`, AskedMessage); null: nothing shows it. */
  readonly proof: string | null;
}

const spent = v.object({
  serial: v.string(),
  currency: v.string(),
  minor: v.pipe(v.number(), v.safeInteger()),
  issuer: v.optional(v.string()),
  proof: v.optional(v.string()),
});

/** In a sale, or paid out at the window. */
const spendingKinds: ReadonlySet<string> = new Set(['voucher.redeemed', 'voucher.voided']);

/** What the rows of a kiosk spend. A body that cannot be read spends nothing: it is kept as it came all the same. */
export function spendings(kiosk: string, rows: readonly JournalRow[]): readonly Spending[] {
  return rows.flatMap(([seq, at, , kind, , body]) => {
    if (!spendingKinds.has(kind)) return [];
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), spent), body);
    if (!read.success) return [];
    const { issuer = kiosk, serial, currency, minor, proof = null } = read.output;
    return [{ issuer, serial, seq, at, currency, minor, proof }];
  });
}

/** So long after it was told that a voucher is unspent a kiosk may still be taking it, and its row be on its way, milliseconds. */
const takenWithinMs = 60_000;
/** Vouchers of which that is remembered; the oldest is forgotten for one more. */
const answeredMaximum = 10_000;

/** Who was told last that a voucher is unspent: until the row of what became of it can be here, no other kiosk is told the same. */
export interface Answered {
  /** False: another may be taking it at this moment, and who asks is told nothing. */
  mayTell(kiosk: string, slip: Slip): boolean;
}

/** A voucher as it is asked about. `proof` left out: nothing shows that who asks has it. */
export type Slip = Pick<AskedMessage, 'issuer' | 'serial' | 'proof'>;

export function createAnswered(nowMs: () => number): Answered {
  const last = new Map<string, { readonly kiosk: string; readonly atMs: number }>();
  return {
    mayTell(kiosk, { issuer, serial, proof = '' }) {
      // Who only makes up a question keeps nobody from an answer.
      const voucher = `${issuer} ${serial} ${proof}`;
      const before = last.get(voucher);
      if (before !== undefined && before.kiosk !== kiosk && nowMs() - before.atMs < takenWithinMs) return false;
      last.delete(voucher);
      const [oldest] = last.keys();
      if (last.size >= answeredMaximum && oldest !== undefined) last.delete(oldest);
      last.set(voucher, { kiosk, atMs: nowMs() });
      return true;
    },
  };
}

interface Redemption {
  readonly kiosk: string;
  readonly at: string;
}

/**
 * Where and when a voucher was spent, by the journals that are here; null: none of them says so. The kiosk that gave it out is
 * believed; another one only with the proof that the slip itself brings, so that no kiosk can spend what was never held to it.
 */
export async function spentAt(database: Queries, { issuer, serial, proof }: Slip): Promise<Redemption | null> {
  const [first] = await database.query<Redemption>(
    `SELECT kiosk, at FROM (
       SELECT kiosk, at, proof, 1 AS place FROM voucher_redemptions WHERE issuer = $1 AND serial = $2
       UNION ALL SELECT kiosk, at, proof, 2 FROM voucher_conflicts WHERE issuer = $1 AND serial = $2
     ) AS told WHERE $3::text IS NULL OR proof = $3 OR kiosk = $1 ORDER BY place, at LIMIT 1`,
    [issuer, serial, proof ?? null],
  );
  return first ?? null;
}

async function firstOf(database: Queries, issuer: string, serial: string): Promise<Redemption | undefined> {
  const [first] = await database.query<Redemption>(
    'SELECT kiosk, at FROM voucher_redemptions WHERE issuer = $1 AND serial = $2',
    [issuer, serial],
  );
  return first;
}

/** Keeps the first that comes of each voucher; every further one is a conflict, with an alert that names both. */
export async function bookSpendings(
  inside: Queries,
  kiosk: string,
  all: readonly Spending[],
  now: Date,
): Promise<void> {
  for (const { issuer, serial, seq, at, currency, minor, proof } of all) {
    const values = [issuer, serial, kiosk, seq, at, currency, minor, proof];
    const booked = await inside.query(
      `INSERT INTO voucher_redemptions (issuer, serial, kiosk, seq, at, currency, minor, proof)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING serial`,
      values,
    );
    if (booked.length > 0) continue;
    await inside.query(
      `INSERT INTO voucher_conflicts (issuer, serial, kiosk, seq, at, currency, minor, proof)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      values,
    );
    const first = await firstOf(inside, issuer, serial);
    const detail = `${currency} ${minor}: ${first?.kiosk} ${first?.at}; ${kiosk} ${at}`;
    await openAlerts(inside, kiosk, [{ kind: 'voucher-conflict', subject: `${issuer} ${serial}`, detail }], now);
  }
}
