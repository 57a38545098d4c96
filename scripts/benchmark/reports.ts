/**
 * The report of a month in which a million sales were paid. Floor: the cheapest query that makes the same figures out of a
 * table with a row for each of these sales.
 *
 * Each sale goes through the kiosk's own fold (`rollUp`), and the sums through the store's own `append`. The entries
 * themselves are left out, for chaining a million of them takes two minutes; that none is read is asked of the
 * database's own plan.
 */
import { deepStrictEqual } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EntryBody } from '../../kiosk/entry.ts';
import { businessCalendar } from '../../kiosk/journal/business-day.ts';
import { addUp, type Delta, rollingUp } from '../../kiosk/journal/derive.ts';
import { sumFigures, sumQuarters } from '../../kiosk/journal/schema.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { type JournalReader, openJournalReader } from '../../kiosk/journal/sqlite-reading.ts';
import { localTime } from '../../kiosk/local-time.ts';
import { type Days, daysOf } from '../../kiosk/reports/period.ts';
import { readReport, type Report } from '../../kiosk/reports/report.ts';
import { type Benchmark, compare, type Figure, tookUs } from './measure.ts';

type Paid = Extract<EntryBody, { kind: 'sale.paid' }>;

const sales = 1_000_000;
const rounds = 21;
const month = '2026-03';
const timeZone = 'Asia/Shanghai';
const currency = 'CNY';
const dayStartHour = 4;
const payees = Array.from({ length: 20 }, (_, n) => `收款方 ${n + 1}`);
const methods = ['cash', 'alipay', 'wechat', 'card', 'voucher'] as const;

export const reports: Benchmark = {
  name: 'reports',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'benchmark-reports-'));
    try {
      const path = join(folder, 'journal.sqlite');
      const raw = new DatabaseSync(join(folder, 'sales.sqlite'));
      fill(path, raw);
      const reader = openJournalReader(path);
      mustReadNoEntry(path);
      const figure = await measured(reader, raw);
      reader.close();
      raw.close();
      return [figure];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const days = daysOf('month', month) as Days;

async function measured(reader: JournalReader, raw: DatabaseSync): Promise<Figure> {
  const report = () => readReport(reader, { period: 'month', date: month, days }, { currency, timeZone });
  const groups = raw.prepare(
    `SELECT method, hour, payee, sum(minor) AS minor, sum(kept) AS kept, count(*) AS count FROM sale
     WHERE day BETWEEN ? AND ? GROUP BY method, hour, payee`,
  );
  const grouped = () => groups.all(days.from, days.to) as unknown as Group[];
  mustAgree(report(), grouped());
  return compare({
    name: 'reports/month',
    unit: 'us',
    better: 'lower',
    target: 0.005,
    rounds,
    warmUp: 3,
    subject: () => tookUs(report),
    floor: () => tookUs(grouped),
  });
}

interface Group {
  readonly method: string;
  readonly hour: number;
  readonly payee: string;
  readonly minor: number;
  readonly kept: number;
  readonly count: number;
}

/** Throws when the report does not say to the cent what the table does. */
function mustAgree(report: Report, groups: readonly Group[]): void {
  const by = (key: 'method' | 'hour' | 'payee', of: 'minor' | 'kept') => {
    const sums = new Map<string | number, { minor: number; count: number }>();
    for (const group of groups) {
      const sum = sums.get(group[key]) ?? { minor: 0, count: 0 };
      sums.set(group[key], { minor: sum.minor + group[of], count: sum.count + group.count });
    }
    return sums;
  };
  const told = <Row extends { readonly minor: number; readonly count: number }>(
    rows: readonly Row[],
    name: (row: Row) => string | number,
  ) => new Map(rows.map((row) => [name(row), { minor: row.minor, count: row.count }]));
  deepStrictEqual(report.count, sales);
  deepStrictEqual(report.customers, sales);
  deepStrictEqual(
    report.minor,
    groups.reduce((sum, { minor }) => sum + minor, 0),
  );
  deepStrictEqual(
    told(report.byMethod, ({ method }) => method),
    by('method', 'kept'),
  );
  deepStrictEqual(
    told(report.byHour, ({ hour }) => hour),
    by('hour', 'minor'),
  );
  deepStrictEqual(
    told(report.byPayee, ({ payee }) => payee),
    by('payee', 'minor'),
  );
}

/** Throws when the database would look at anything but a range of the roll-ups. */
function mustReadNoEntry(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  for (const [statement, values] of [
    [sumFigures, 2],
    [sumQuarters, 4],
  ] as const) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all(...Array.from({ length: values }, () => ''));
    const reads = plan.map(({ detail }) => String(detail)).filter((detail) => /^(SCAN|SEARCH)/.test(detail));
    deepStrictEqual(reads, ['SEARCH roll_up USING PRIMARY KEY (day>? AND day<?)']);
  }
  database.close();
}

/** The same sales into both, evenly over the month. */
function fill(path: string, raw: DatabaseSync): void {
  raw.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE sale (at TEXT, day TEXT, hour INTEGER, session TEXT, payee TEXT, method TEXT, minor INTEGER, kept INTEGER);
    BEGIN`);
  const insert = raw.prepare('INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const dayOf = businessCalendar(timeZone, `0${dayStartHour}:00`);
  const rolled = rollingUp();
  const sums = new Map<string, Delta>();
  const fromMs = Date.UTC(2026, 2, 1, dayStartHour - 8);
  const untilMs = Date.UTC(2026, 3, 1, dayStartHour - 8);
  let hour = { ofMs: -1, is: 0 };
  for (let n = 0; n < sales; n++) {
    const wallMs = Math.floor(fromMs + ((untilMs - fromMs) * n) / sales);
    const hourMs = wallMs - (wallMs % 3_600_000);
    if (hourMs !== hour.ofMs) hour = { ofMs: hourMs, is: localTime(hourMs, timeZone).hour };
    const at = new Date(wallMs).toISOString();
    const day = dayOf(wallMs);
    const body = sale(n);
    addUp(sums, rolled({ at, day, body }));
    insert.run(
      at,
      day,
      hour.is,
      body.session,
      body.payee,
      methods[n % methods.length] as string,
      body.minor,
      body.minor + body.rounding,
    );
  }
  raw.exec('COMMIT');
  const storage = openSqliteStorage(path);
  storage.append({ rows: [], keys: [], deltas: [...sums.values()], snapshot: null, quiet: true }, () => {});
  storage.close();
}

/** Cash is rounded and gives change; nothing else does. */
function sale(n: number): Paid {
  const mixed = Math.imul(n, 0x9e3779b1) >>> 0;
  const minor = 100 + (mixed % 50_000);
  const method = methods[n % methods.length] as (typeof methods)[number];
  const rounding = method === 'cash' ? -(minor % 10) : 0;
  const change = method === 'cash' ? mixed % 997 : 0;
  return {
    kind: 'sale.paid',
    sale: `s${n}`,
    session: `v${n}`,
    receipt: `R${n}`,
    bill: { number: `2026${n}` } as Paid['bill'],
    currency,
    minor,
    payee: payees[mixed % payees.length] as string,
    tenders: [{ method, minor: minor + rounding + change }],
    rounding,
    change: { cash: change, voucher: 0, owed: 0 },
    voucher: null,
    lang: 'zh-CN',
    paidAt: '2026-03-31T05:00:00.000Z',
  };
}
