/** The case desk's lists: which cases there are, and what one of them rests on. Paged, and read from the journal. */
import { type Case, isOpen, isOwed } from '../case.ts';
import type { Entry, EntryBody } from '../entry.ts';
import type { Kiosk } from '../kiosk.ts';
import { caseAbouts, caseNumber, caseRecord, type CaseRecord } from '../staff/cases.ts';
import { type TableParts, told } from './staff-tables.ts';
import { readQuery } from './staff-query.ts';
import { type CaseFilter, caseShows, caseSorts, type StaffCases, type StaffEvidence } from './staff-wire.ts';

const casesOnPage = 10;
/** So many numbers are looked up for one page of ended cases. */
const casesLookedUp = 300;
const entriesOnPage = 20;
/** Entries around the opening of a case that are looked through for what belongs to it. */
const entriesBefore = 400;
const entriesBehind = 200;
/** Readings of a device's counters that are shown, the last ones. */
const countersShown = 10;
const mostPages = 999_999;

type Row = StaffCases['cases'][number];

/** Unless something else is asked, all that are open, the newest first. Throws BadQuery. */
export function casesTable(kiosk: Kiosk, parts: Pick<TableParts, 'find'>, query: unknown): StaffCases {
  const asked = readQuery(query, ['from', 'show', 'about', 'sort']);
  const from = asked.whole('from') ?? 0;
  const show = asked.oneOf('show', caseShows) ?? 'open';
  const about = asked.oneOf('about', caseAbouts);
  const sort = asked.oneOf('sort', caseSorts) ?? 'newest';
  const fits = (one: Case) => about === null || one.about === about;
  const open = Object.values(kiosk.cases).filter(fits);
  const sums = { count: open.length, minor: sumOf(open), owedMinor: sumOf(open.filter(isOwedNow)) };
  if (show === 'open') {
    const next = from + casesOnPage;
    const page = sorted(open, sort).slice(from, next).map(rowOf);
    return { cases: page, next: next < open.length ? next : null, open: sums };
  }
  const wanted = (one: Case) => fits(one) && (show === 'all' || one.status !== 'open');
  return { ...walked(kiosk, parts, from, sort === 'oldest' ? 1 : -1, wanted), open: sums };
}

/** From this number on, up or down; 0: from the first, or from the newest. */
function walked(
  { counters }: Kiosk,
  { find }: Pick<TableParts, 'find'>,
  from: number,
  step: 1 | -1,
  wanted: (one: Case) => boolean,
): Pick<StaffCases, 'cases' | 'next'> {
  const cases: Row[] = [];
  const isCase = (n: number) => n >= 1 && n <= counters.case;
  let n = from === 0 ? (step === 1 ? 1 : counters.case) : Math.min(from, counters.case);
  for (let looked = 0; isCase(n) && cases.length < casesOnPage && looked < casesLookedUp; looked += 1) {
    const one = caseRecord(find(`case:${caseNumber(n)}`))?.one;
    if (one !== undefined && wanted(one)) cases.push(rowOf(one));
    n += step;
  }
  return { cases, next: isCase(n) ? n : null };
}

function sorted(open: readonly Case[], sort: CaseFilter['sort']): readonly Case[] {
  if (sort === 'oldest') return open;
  const newest = open.toReversed();
  return sort === 'newest' ? newest : newest.toSorted((a, b) => Math.abs(b.minor ?? 0) - Math.abs(a.minor ?? 0));
}

function rowOf(one: Case): Row {
  const { case: number, about, status, currency, minor, subject } = one;
  return { case: number, about, status, currency, minor, subject: told(subject), owed: isOwedNow(one) };
}

function isOwedNow(one: Case): boolean {
  return isOpen(one) && isOwed(one);
}

function sumOf(cases: readonly Case[]): number {
  return cases.reduce((sum, { minor }) => sum + (minor ?? 0), 0);
}

/** What the nth case rests on. Throws BadQuery. */
export function evidenceTable(parts: TableParts, query: unknown): { readonly found: StaffEvidence | null } {
  const asked = readQuery(query, ['case', 'page']);
  const n = asked.whole('case') ?? 0;
  const page = asked.whole('page', mostPages) ?? 0;
  const record = caseRecord(parts.find(`case:${caseNumber(n)}`));
  if (record === null) return { found: null };
  const near = entriesNear(parts, record);
  const named = entriesOf(parts, record, near);
  const from = page * entriesOnPage;
  const device = record.entries.map(({ body }) => ('device' in body ? body.device : null)).find((one) => one !== null);
  return {
    found: {
      entries: named.slice(from, from + entriesOnPage).map(shownEntry),
      next: from + entriesOnPage < named.length ? page + 1 : null,
      counters: near.flatMap((entry) => countersOf(entry, device ?? null)).slice(-countersShown),
      trace: parts.traceOf(record.one.case),
    },
  };
}

function entriesNear({ entriesAfter }: TableParts, { entries }: CaseRecord): readonly Entry[] {
  const opened = entries.find(({ body }) => body.kind === 'case.opened')?.seq ?? 0;
  const near: Entry[] = [];
  for (const entry of entriesAfter(Math.max(0, opened - entriesBefore))) {
    if (entry.seq > opened + entriesBehind) break;
    near.push(entry);
  }
  return near;
}

/** All that names the case, and near it or by its key what names its order, its sale or its visit; in order, each once. */
function entriesOf({ find }: TableParts, { one, entries }: CaseRecord, near: readonly Entry[]): readonly Entry[] {
  const { subject, sale, session } = one;
  const found = new Map<number, Entry>();
  const keyed = [
    ...(subject === null
      ? []
      : [...find(`command:${subject}`), ...find(`move:${subject}`), ...find(`voucher:${subject}`)]),
    ...(sale === null ? [] : find(`sale:${sale}`)),
  ];
  for (const entry of [...entries, ...keyed]) found.set(entry.seq, entry);
  for (const entry of near) if (isOf(entry.body, { subject, sale, session })) found.set(entry.seq, entry);
  return [...found.values()].toSorted((a, b) => a.seq - b.seq);
}

function isOf(body: EntryBody, { subject, sale, session }: Pick<Case, 'subject' | 'sale' | 'session'>): boolean {
  if (subject !== null && 'command' in body && body.command === subject) return true;
  if (subject !== null && 'key' in body && body.key === subject) return true;
  if (sale !== null && 'sale' in body && body.sale === sale) return true;
  return session !== null && 'session' in body && body.session === session;
}

function countersOf({ at, kind, body }: Entry, device: string | null): StaffEvidence['counters'] {
  if (device === null || !('counters' in body) || !('device' in body) || body.device !== device) return [];
  if (body.counters === null || body.counters === undefined) return [];
  const values = Object.entries(body.counters).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [{ at, kind, values: values.join(', ') }];
}

/** What people are shown of an entry: numbers, names of devices and orders, sums. No text of a customer's, no code, no card. */
const fieldsShown = new Set([
  'device',
  'command',
  'unit',
  'key',
  'evidence',
  'confirmByCount',
  'lost',
  'sale',
  'case',
  'about',
  'currency',
  'minor',
  'count',
  'pieces',
  'expected',
  'was',
  'difference',
  'move',
  'bag',
  'seal',
  'by',
  'second',
  'how',
  'outcome',
  'serial',
  'receipt',
  'method',
  'from',
  'to',
  'owed',
  'taken',
  'rest',
  'final',
  'document',
  'copy',
  'change',
  'number',
]);

function shownEntry({ seq, at, kind, hash, body }: Entry): StaffEvidence['entries'][number] {
  const fields = Object.entries(body).flatMap(([name, value]) => {
    const shown =
      value === null || value === undefined ? null : typeof value === 'object' ? JSON.stringify(value) : `${value}`;
    return !fieldsShown.has(name) || shown === null ? [] : [[name, shown] as const];
  });
  return { seq, at, kind, hash, fields };
}
