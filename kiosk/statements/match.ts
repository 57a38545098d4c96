/**
 * A day's statement against the journal, row by row. Pure. A row and what the journal has belong together by the number of the
 * trade, which is used once in the life of both; a refund by its own number, or where the gateway made it by itself, by its sum.
 *
 * The kiosk books a payment on the day on which it heard of it, the wallet on the day on which it took it. So around midnight, and
 * after an outage, they stand on neighbouring days: that is the cut-off, which is listed and is no difference.
 */
import type { StatementRow } from '../services/wallet/contract.ts';
import { beginsMs, daysAfter } from './day.ts';

/** A sum, minor units: what came less what went back; and of how many. */
export interface Sum {
  readonly minor: number;
  readonly count: number;
}

/** Money of a wallet as the journal has it. */
export interface OwnRow {
  /** The trade's, at the gateway. */
  readonly number: string;
  /** As the kiosk asked for the refund; null: a payment. */
  readonly refundNumber: string | null;
  readonly kind: 'paid' | 'back';
  readonly minor: number;
  /** The charge or refund by whose entries it is found. */
  readonly command: string;
  /** When and on which day of Beijing it was booked. */
  readonly atMs: number;
  readonly day: string;
}

/** earlier, later: the row is here, and the kiosk booked it that side of the day. next: booked here, its row comes a day later. */
export interface CutOff {
  readonly side: 'earlier' | 'later' | 'next';
  readonly kind: 'paid' | 'back';
  readonly number: string;
  readonly command: string;
  readonly minor: number;
}

/**
 * missing: the journal has it, the statement does not. unknown: the other way round. amount: both have it, with other sums.
 * Minor units; null where there is none.
 */
export interface Difference {
  readonly what: 'missing' | 'unknown' | 'amount';
  readonly kind: 'paid' | 'back';
  readonly number: string;
  readonly command: string | null;
  readonly own: number | null;
  readonly told: number | null;
}

/** Of the statements of the days beside it that were compared already. */
export interface Neighbour {
  readonly day: string;
  readonly cutOff: readonly CutOff[];
  readonly unknown: readonly string[];
}

export interface Comparison {
  /** Rows of this kiosk. */
  readonly told: Sum;
  /** The same of what the journal has of this day. */
  readonly own: Sum;
  /** Rows whose sums agree, whichever day the kiosk booked them on. */
  readonly matched: Sum;
  /** Rows of the merchant that are another kiosk's, or another program's. */
  readonly others: Sum;
  /** Paid and given back by the gateway itself, and never taken by the kiosk: in sum nothing. How many trades. */
  readonly undone: number;
  readonly cutOff: readonly CutOff[];
  readonly differences: readonly Difference[];
}

/** What is booked so shortly before midnight may have its row on the next day, milliseconds. */
export const cutOffMs = 30 * 60_000;

export interface Question {
  readonly day: string;
  /** This kiosk's name. */
  readonly mark: string;
  readonly currency: string;
  readonly rows: readonly StatementRow[];
  /** Of this day and of both days beside it. */
  readonly own: readonly OwnRow[];
  readonly neighbours: readonly Neighbour[];
}

interface Pair {
  readonly row: StatementRow;
  readonly own: OwnRow;
}

export function compare(question: Question): Comparison {
  const { day, rows, neighbours } = question;
  const [before, after] = [daysAfter(day, -1), daysAfter(day, 1)];
  const elsewhere = new Set(
    neighbours.flatMap((one) => one.cutOff.flatMap((cut) => (cut.side === 'next' ? [] : [keyOf(cut)]))),
  );
  const candidates = question.own.filter((one) => one.day === day || !elsewhere.has(keyOf(one)));
  const known = new Set(question.own.map(({ number }) => number));
  // By its mark, or because the journal knows its trade: older payments have no mark.
  const isOurs = (row: StatementRow) => row.mark === question.mark || known.has(row.number);
  const ours = rows.filter(isOurs);
  const { pairs, leftRows, leftOwn } = paired(ours, candidates, day);
  const undone = undoneIn(leftRows);
  const agree = new Set(pairs.filter(({ row, own }) => agrees(row, own, question.currency)));
  const expected = neighbours.find((one) => one.day === before)?.cutOff.filter(({ side }) => side === 'next') ?? [];
  const due = new Set(expected.map(keyOf));
  const late = new Set(neighbours.flatMap((one) => (one.day === before ? one.unknown : [])));
  const open = leftOwn.filter((one) => (one.day === day ? !elsewhere.has(keyOf(one)) : due.has(keyOf(one))));
  const next = new Set(open.filter((one) => one.day === day && one.atMs >= beginsMs(after) - cutOffMs));
  const explained = new Set(open.filter((one) => late.has(one.number)));
  const missing = open.filter((one) => !next.has(one) && !explained.has(one));
  return {
    told: figures(ours.map(signedRow)),
    own: figures(question.own.filter((one) => one.day === day).map(signedOwn)),
    matched: figures([...agree].map(({ row }) => signedRow(row))),
    others: figures(rows.filter((row) => !isOurs(row)).map(signedRow)),
    undone: undone.size,
    cutOff: [
      ...[...agree].flatMap(({ own }) => (own.day === day ? [] : [cut(own, own.day < day ? 'earlier' : 'later')])),
      ...[...explained].map((own) => cut(own, 'earlier')),
      ...[...next].map((own) => cut(own, 'next')),
    ],
    differences: [
      ...pairs.flatMap((pair) => (agree.has(pair) ? [] : [differing(pair)])),
      ...leftRows.flatMap((row) => (undone.has(row.number) ? [] : [unknown(row)])),
      ...missing.map(missingOf),
    ],
  };
}

/** Each row with at most one of ours, and each of ours with at most one row: what is certain first. */
function paired(rows: readonly StatementRow[], own: readonly OwnRow[], day: string) {
  const pairs: Pair[] = [];
  const leftRows = new Set(rows);
  const leftOwn = new Set(own);
  const trades = Map.groupBy(own, ({ number, kind }) => `${kind} ${number}`);
  const pass = (fits: (row: StatementRow, one: OwnRow) => boolean): void => {
    for (const row of leftRows) {
      const trade = trades.get(`${kindOf(row)} ${row.number}`) ?? [];
      const found = trade.find((one) => leftOwn.has(one) && fits(row, one));
      if (found === undefined) continue;
      pairs.push({ row, own: found });
      leftRows.delete(row);
      leftOwn.delete(found);
    }
  };
  pass((row, one) => one.kind === 'paid' || row.refundNumber === one.refundNumber);
  pass((row, one) => row.minor === one.minor && one.day === day);
  pass((row, one) => row.minor === one.minor);
  pass((_, one) => one.day === day);
  return { pairs, leftRows: [...leftRows], leftOwn: [...leftOwn] };
}

function agrees(row: StatementRow, own: OwnRow, currency: string): boolean {
  return row.minor === own.minor && row.currency === currency;
}

/** Trades of which only rows without ours are left, that are nothing in sum. */
function undoneIn(rows: readonly StatementRow[]): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(row.number, (sums.get(row.number) ?? 0) + signedRow(row));
  return new Set([...sums].flatMap(([number, sum]) => (sum === 0 ? [number] : [])));
}

function keyOf({ number, kind, command }: Pick<OwnRow, 'number' | 'kind' | 'command'>): string {
  return `${number} ${kind} ${command}`;
}

function kindOf({ kind }: StatementRow): OwnRow['kind'] {
  return kind === 'paid' ? 'paid' : 'back';
}

function cut({ kind, number, command, minor }: OwnRow, side: CutOff['side']): CutOff {
  return { side, kind, number, command, minor };
}

function differing({ row, own }: Pair): Difference {
  const { kind, number, command, minor } = own;
  return { what: 'amount', kind, number, command, own: minor, told: row.minor };
}

function unknown(row: StatementRow): Difference {
  return { what: 'unknown', kind: kindOf(row), number: row.number, command: null, own: null, told: row.minor };
}

function missingOf({ kind, number, command, minor }: OwnRow): Difference {
  return { what: 'missing', kind, number, command, own: minor, told: null };
}

function signedRow(row: StatementRow): number {
  return row.kind === 'paid' ? row.minor : -row.minor;
}

function signedOwn({ kind, minor }: OwnRow): number {
  return kind === 'paid' ? minor : -minor;
}

function figures(sums: readonly number[]): Sum {
  return { minor: sums.reduce((sum, minor) => sum + minor, 0), count: sums.length };
}

/** What the differences come to: the statement less the journal, minor units. */
export function differenceMinor(differences: readonly Difference[]): number {
  return differences.reduce((sum, { kind, own, told }) => {
    const minor = (told ?? 0) - (own ?? 0);
    return sum + (kind === 'paid' ? minor : -minor);
  }, 0);
}
