import { ChevronRight } from 'lucide-preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ReportPeriod, StaffReport } from '../../../kiosk/server/staff-wire.ts';
import { askTable, downloadPath } from '../api.ts';
import { type Place, usePlace, whole } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { FileLink, Sheet } from '../parts.tsx';
import { Chart } from './report-chart.tsx';
import { Entries, type FigureAsked } from './report-entries.tsx';
import { barsOfMethod, barsOfTime, dayName, ReportTables } from './report-tables.tsx';
import './reports.css';

interface Chosen {
  readonly period: ReportPeriod;
  /** A business day in it; null: the one of now. */
  readonly day: string | null;
}

type Report = StaffReport['report'];

/** A day, week or month in figures; each leads to its entries. */
export function Reports() {
  const { words } = usePlace();
  const [chosen, choose] = useState<Chosen>({ period: 'day', day: null });
  const [figure, open] = useState<FigureAsked | null>(null);
  const { table, failed } = useReport(chosen);
  if (table !== null && figure !== null) {
    const { period, from } = table.report;
    return <Entries asked={figure} period={period} day={from} back={() => open(null)} />;
  }
  return (
    <Sheet title={words.report.title}>
      <Choice chosen={chosen} table={table} choose={choose} />
      {failed && (
        <p class="trouble" role="alert">
          {words.report.failed}
        </p>
      )}
      {table !== null && <Figures table={table} open={open} />}
      {table !== null && <Files report={table.report} />}
    </Sheet>
  );
}

/** What is shown stays until the next is there. */
function useReport(chosen: Chosen): { readonly table: StaffReport | null; readonly failed: boolean } {
  const [state, set] = useState<{ readonly table: StaffReport | null; readonly failed: boolean }>({
    table: null,
    failed: false,
  });
  useEffect(() => {
    let over = false;
    void askTable('report', { period: chosen.period, day: chosen.day }).then((table) => {
      if (!over) set((before) => ({ table: table ?? before.table, failed: table === null }));
    });
    return () => {
      over = true;
    };
  }, [chosen]);
  return state;
}

interface ChoiceProps {
  readonly chosen: Chosen;
  readonly table: StaffReport | null;
  readonly choose: (chosen: Chosen) => void;
}

function Choice({ chosen, table, choose }: ChoiceProps) {
  const place = usePlace();
  const { words } = place;
  const { period } = chosen;
  const at = (day: string | null | undefined) => () => choose({ period, day: day ?? null });
  return (
    <nav class="card report-choice" aria-label={words.report.choose}>
      <div class="choices">
        {(['day', 'week', 'month'] as const).map((one) => (
          <span key={one} class="report-period" data-active={one === period ? '' : undefined}>
            <Touch look="tool" onTouch={() => choose({ period: one, day: lastDayOf(table) })}>
              <span aria-hidden="true">{one === period ? '●' : '○'}</span>
              {words.report.periods[one]}
            </Touch>
          </span>
        ))}
      </div>
      <div class="choices">
        <Touch off={table === null} onTouch={at(table?.before.to)}>
          ‹ {words.report.earlier}
        </Touch>
        <Touch off={table === null || table.after === null} onTouch={at(table?.after)}>
          {words.report.later} ›
        </Touch>
        {period === 'day' && (
          <>
            <Touch onTouch={at(null)}>{words.report.today}</Touch>
            <Touch off={table === null} onTouch={at(table?.yesterday)}>
              {words.report.yesterday}
            </Touch>
          </>
        )}
      </div>
      {table !== null && (
        <p role="status">
          <strong class="large">{whole(table.report.date)}</strong>{' '}
          <span class="quiet">
            {period === 'day'
              ? dayName(table.report.from, place)
              : words.report.days(whole(table.report.from), whole(table.report.to))}
          </span>
        </p>
      )}
    </nav>
  );
}

/** So that another period is the one that holds the last day of this one that has come. */
function lastDayOf(table: StaffReport | null): string | null {
  if (table === null) return null;
  const { report, today } = table;
  return report.to.localeCompare(today) < 0 ? report.to : today;
}

interface FiguresProps {
  readonly table: StaffReport;
  readonly open: (figure: FigureAsked) => void;
}

function Figures({ table, open }: FiguresProps) {
  const place = usePlace();
  const { words } = place;
  const { report } = table;
  const empty = report.count === 0 && report.refunds === 0 && report.cancelled.count === 0;
  if (empty) return <p class="card quiet">{words.report.none}</p>;
  return (
    <>
      <Totals table={table} open={open} />
      {report.count > 0 && <Charts report={report} />}
      <ReportTables report={report} open={open} />
    </>
  );
}

function Totals({ table: { report, before }, open }: FiguresProps) {
  const place = usePlace();
  const { words, money, signed } = place;
  const own = words.report;
  const all = { figure: 'sales', part: {} } as const;
  const compared = (now: number, then: number, shown: string) =>
    own.compared(shown, percentOf(now, then, place), whole(before.date));
  const plain = (now: number, then: number) => `${now < then ? '−' : '+'}${Math.abs(now - then)}`;
  const large = [
    {
      name: own.taken,
      value: money(report.minor),
      note: compared(report.minor, before.minor, signed(report.minor - before.minor)),
    },
    { name: own.customers, value: String(report.customers), note: own.customersText },
    { name: own.average, value: report.average === null ? '–' : money(report.average), note: '' },
    {
      name: own.sales,
      value: String(report.count),
      note: compared(report.count, before.count, plain(report.count, before.count)),
    },
  ];
  const small = [
    { name: own.refunded, value: money(report.refunded), of: { figure: 'refunds', part: {} } as const },
    { name: own.rounding, value: signed(report.rounding), of: { figure: 'rounding', part: {} } as const },
    { name: own.cancelled, value: String(report.cancelled.count), of: { figure: 'cancelled', part: {} } as const },
  ];
  return (
    <section class="card">
      <div class="report-totals">
        {large.map(({ name, value, note }) => (
          <Touch key={name} look="row" onTouch={() => open({ ...all, name })}>
            <span class="report-total">
              <span class="quiet">{name}</span> <strong>{value}</strong> <span class="note">{note}</span>
            </span>
          </Touch>
        ))}
      </div>
      <div class="report-others">
        {small.map(({ name, value, of }) => (
          <Touch key={name} look="row" onTouch={() => open({ ...of, name })}>
            <span>{name}</span>
            <strong class="figure report-open">
              {value} <ChevronRight size="1em" strokeWidth={2} aria-hidden="true" />
            </strong>
          </Touch>
        ))}
      </div>
      <p class="line">
        <span>{own.net}</span> <strong class="figure">{money(report.minor - report.refunded)}</strong>
      </p>
    </section>
  );
}

/** Null: there was nothing to compare with. */
function percentOf(now: number, then: number, { lang }: Place): string | null {
  if (then <= 0) return null;
  const format = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  return format.format((now - then) / then).replace('-', '−');
}

function Charts({ report }: { readonly report: Report }) {
  const place = usePlace();
  const { words, money, lang } = place;
  const own = words.report;
  // The page is drawn every second, for its clock; a chart only when it shows something else.
  const time = useMemo(() => barsOfTime(report), [report]);
  const methods = useMemo(() => barsOfMethod(report, { words }), [report, words]);
  const most = time.reduce((best, one) => (one.minor > best.minor ? one : best));
  const first = methods[0];
  const byHour = report.period === 'day';
  const said = byHour ? own.mostAt : own.mostOn;
  const mostName = byHour ? most.name : dayName(most.name, place);
  const share = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  const paid = methods.reduce((sum, { minor }) => sum + minor, 0);
  return (
    <div class="report-charts">
      <Chart
        title={byHour ? own.byHour : own.byDay}
        text={said(mostName, money(most.minor), own.salesCount(most.count))}
        bars={time}
        unit={byHour ? own.hour : own.day}
      />
      {first !== undefined && paid > 0 && (
        <Chart
          title={own.byMethod}
          text={own.mostBy(first.name, money(first.minor), share.format(first.minor / paid))}
          bars={methods}
          unit={own.method}
        />
      )}
    </div>
  );
}

function Files({ report }: { readonly report: Report }) {
  const { words, lang } = usePlace();
  const { period, from: day } = report;
  return (
    <div class="choices">
      {(['csv', 'xlsx'] as const).map((as) => (
        <FileLink key={as} href={downloadPath('report', { period, day, as, lang })}>
          {as === 'csv' ? words.report.asCsv : words.report.asExcel}
        </FileLink>
      ))}
    </div>
  );
}
