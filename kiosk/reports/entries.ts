/** The entries that make up a figure of a report, each with what it adds: by the rule by which the figures grow (derive.ts). */
import type { EntryBody } from '../entry.ts';
import { rollUp } from '../journal/derive.ts';
import type { JournalReader, SoldAsked } from '../journal/sqlite-reading.ts';
import type { Row } from '../journal/storage.ts';
import { zoneReader } from '../local-time.ts';
import type { ReportFigure, StaffEntries } from '../server/staff-wire.ts';
import type { Days } from './period.ts';
import type { Place } from './report.ts';

export const reportFigures = ['sales', 'refunds', 'cancelled', 'rounding'] as const satisfies readonly ReportFigure[];

/** Entries on one page. */
const entriesOnPage = 20;
/** Rows that one question may look at: the daemon's only thread does nothing else meanwhile. */
const mostRows = 2_000;

/** Which part of a figure is meant; none: all of it. */
export type Part = { readonly method: string } | { readonly hour: number } | { readonly payee: string } | null;

export interface EntriesAsked {
  readonly figure: ReportFigure;
  readonly part: Part;
  readonly days: Days;
  /** Only what stands before the entry of this sequence; 0: from the newest. */
  readonly from: number;
}

const kinds: Readonly<Record<ReportFigure, SoldAsked['kind']>> = {
  sales: 'sale.paid',
  rounding: 'sale.paid',
  refunds: 'refund.done',
  cancelled: 'sale.cancelled',
};

/** One page, newest first; it is short when the rows that were looked at had no more of them. Throws JournalProblem. */
export function readEntries(
  reader: JournalReader,
  { figure, part, days, from }: EntriesAsked,
  { currency, timeZone }: Pick<Place, 'currency' | 'timeZone'>,
): StaffEntries {
  const entries: StaffEntries['entries'][number][] = [];
  // Of all of a figure, one row more than the page tells whether another follows.
  const most = part === null && figure !== 'rounding' ? entriesOnPage + 1 : mostRows;
  const rows = reader.sold({ kind: kinds[figure], ...days, before: from, most });
  const mayBeIn = sieve(part, timeZone);
  for (const row of rows) {
    if (!mayBeIn(row)) continue;
    const body = JSON.parse(row.body) as EntryBody;
    const minor = shareOf({ at: row.at, day: row.day, body }, { figure, part, currency });
    if (minor === null) continue;
    const { seq, at, day, kind, session, hash } = row;
    entries.push({ seq, at, day, kind, session, minor, body: { ...body }, hash });
    if (entries.length === entriesOnPage) {
      return { entries, next: row === rows.at(-1) && rows.length < most ? null : seq };
    }
  }
  return { entries, next: rows.length < most ? null : (rows.at(-1)?.seq ?? null) };
}

/** Most rows are passed over by their text, which is far quicker than to read them. */
function sieve(part: Part, timeZone: string): (row: Row) => boolean {
  if (part === null) return () => true;
  if ('hour' in part) {
    const local = zoneReader(timeZone);
    return ({ at }) => new Date(local(Date.parse(at))).getUTCHours() === part.hour;
  }
  const name = JSON.stringify('method' in part ? part.method : part.payee);
  return ({ body }) => body.includes(name);
}

/** Minor units that an entry adds to this part of a figure; null: it is not in it. */
function shareOf(
  entry: Parameters<typeof rollUp>[0],
  { figure, part, currency }: Pick<EntriesAsked, 'figure' | 'part'> & { readonly currency: string },
): number | null {
  const deltas = rollUp(entry, false).filter((one) => one.currency === currency);
  const whole = deltas.find((one) => one.part === 'sale');
  if (whole === undefined) return null;
  if (figure === 'rounding') {
    const kept = deltas.reduce((sum, one) => sum + (one.part === 'method' ? one.minor : 0), 0);
    return kept === whole.minor ? null : kept - whole.minor;
  }
  if (part === null || 'hour' in part) return whole.minor;
  const [of, name] = 'method' in part ? ['method', part.method] : ['payee', part.payee];
  return deltas.find((one) => one.part === of && one.name === name)?.minor ?? null;
}
