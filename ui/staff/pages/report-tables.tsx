/** The figures of a report as tables: what the charts show in numbers, sorted by any column, each row with its entries. */
import { ChevronRight } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { StaffFigures, StaffReport } from '../../../kiosk/server/staff-wire.ts';
import { type Place, usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import type { FigureAsked } from './report-entries.tsx';

type Report = StaffReport['report'];

/** Rows that are shown before somebody wants all. */
const mostRows = 31;

export interface Bar extends StaffFigures {
  readonly name: string;
}

/** By hour of a day; by day of a week or month. Times without a sale between the first and the last are there too. */
export function barsOfTime(report: Report): readonly Bar[] {
  if (report.period !== 'day') {
    return daysOf(report).map((day) => {
      const { minor, count } = report.byDay.find((one) => one.day === day) ?? none;
      return { name: day, minor, count };
    });
  }
  const hours = clockwise(report.byHour.map(({ hour }) => hour));
  return hours.map((hour) => {
    const { minor, count } = report.byHour.find((one) => one.hour === hour) ?? none;
    return { name: hourName(hour), minor, count };
  });
}

function wayName({ methods }: Place['words'], method: string): string {
  return Object.hasOwn(methods, method) ? methods[method as keyof typeof methods] : method;
}

export function barsOfMethod(report: Report, { words }: Pick<Place, 'words'>): readonly Bar[] {
  return report.byMethod.map(({ method, ...sum }) => ({ name: wayName(words, method), ...sum }));
}

const none: StaffFigures = { minor: 0, count: 0 };

/** All hours from the first to the last. */
function clockwise(hours: readonly number[]): readonly number[] {
  const first = Math.min(...hours);
  return Array.from({ length: Math.max(...hours) - first + 1 }, (_, n) => first + n);
}

function daysOf({ from, to }: Report): readonly string[] {
  const dayMs = 86_400_000;
  const count = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  return Array.from({ length: count }, (_, n) => new Date(Date.parse(from) + n * dayMs).toISOString().slice(0, 10));
}

function hourName(hour: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(hour)}:00–${two(hour + 1)}:00`;
}

/** With its weekday. */
export function dayName(day: string, { lang }: Pick<Place, 'lang'>): string {
  const format = new Intl.DateTimeFormat(lang, { timeZone: 'UTC', month: 'short', day: 'numeric', weekday: 'short' });
  return format.format(new Date(`${day}T00:00:00Z`));
}

interface TablesProps {
  readonly report: Report;
  readonly open: (figure: FigureAsked) => void;
}

export function ReportTables({ report, open }: TablesProps) {
  const place = usePlace();
  const { words } = place;
  const own = words.report;
  const of = (name: string, part: FigureAsked['part']): FigureAsked => ({ figure: 'sales', part, name });
  const methodName = (method: string) => wayName(words, method);
  return (
    <div class="report-tables">
      {report.period !== 'day' && (
        <Table title={own.byDay} what={own.day} open={open}>
          {report.byDay.map(({ day, ...sum }) => ({
            key: day,
            name: dayName(day, place),
            ...sum,
            asked: { ...of(dayName(day, place), {}), day },
          }))}
        </Table>
      )}
      <Table title={own.byMethod} what={own.method} open={open}>
        {report.byMethod.map(({ method, ...sum }) => ({
          key: method,
          name: methodName(method),
          ...sum,
          asked: of(methodName(method), { method }),
        }))}
      </Table>
      <Table title={own.byHour} what={own.hour} open={open}>
        {report.byHour.map(({ hour, ...sum }) => ({
          key: String(hour).padStart(2, '0'),
          name: hourName(hour),
          ...sum,
          asked: of(hourName(hour), { hour }),
        }))}
      </Table>
      <Table title={own.byPayee} what={own.payee} open={open}>
        {report.byPayee.map(({ payee, ...sum }) => ({ key: payee, name: payee, ...sum, asked: of(payee, { payee }) }))}
      </Table>
      {report.refundsByMethod.length > 0 && (
        <Table title={own.refunds} what={own.method} counted={own.refundsCounted} open={open}>
          {report.refundsByMethod.map(({ method, ...sum }) => ({
            key: method,
            name: methodName(method),
            ...sum,
            asked: { figure: 'refunds', part: { method }, name: `${own.refunds}, ${methodName(method)}` },
          }))}
        </Table>
      )}
    </div>
  );
}

interface Row extends StaffFigures {
  /** By which it is sorted. */
  readonly key: string;
  readonly name: string;
  readonly asked: FigureAsked;
}

interface Sorting {
  readonly by: 'given' | 'key' | 'minor' | 'count';
  readonly falling: boolean;
}

interface TableProps {
  readonly title: string;
  /** What the first column names. */
  readonly what: string;
  /** What is counted; left out: sales. */
  readonly counted?: string;
  readonly children: readonly Row[];
  readonly open: (figure: FigureAsked) => void;
}

function Table({ title, what, counted, children: rows, open }: TableProps) {
  const { words, now, money } = usePlace();
  const [sorting, sort] = useState<Sorting>({ by: 'given', falling: false });
  const [whole, showAll] = useState(false);
  if (rows.length === 0) return null;
  const sorted = [...rows].sort((a, b) => (sorting.falling ? -1 : 1) * compared(a, b, sorting.by));
  const shown = whole ? sorted : sorted.slice(0, mostRows);
  const head = (by: 'key' | 'minor' | 'count', name: string) => (
    <Head by={by} sorting={sorting} sort={sort}>
      {name}
    </Head>
  );
  return (
    <section class="card">
      <h2>{title}</h2>
      <table>
        <thead>
          <tr>
            {head('key', what)}
            {head('minor', words.report.amount(now.money.currency))}
            {head('count', counted ?? words.report.sales)}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ key, name, minor, count, asked }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td class="figure">
                <Touch label={`${money(minor)}. ${words.report.entriesOf(asked.name)}`} onTouch={() => open(asked)}>
                  {money(minor)} <ChevronRight size="1em" strokeWidth={2} aria-hidden="true" />
                </Touch>
              </td>
              <td class="figure">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && <Touch onTouch={() => showAll(true)}>{words.report.allPayees(rows.length)}</Touch>}
    </section>
  );
}

interface HeadProps {
  readonly by: 'key' | 'minor' | 'count';
  readonly sorting: Sorting;
  readonly sort: (sorting: Sorting) => void;
  readonly children: ComponentChildren;
}

/** Amounts begin with the largest, names with the first; touched again, it turns round. */
function Head({ by, sorting, sort, children }: HeadProps) {
  const active = sorting.by === by;
  const falling = active ? !sorting.falling : by !== 'key';
  const order = !active ? 'none' : sorting.falling ? 'descending' : 'ascending';
  return (
    <th scope="col" class={by === 'key' ? undefined : 'figure'} aria-sort={order}>
      <Touch look="tool" onTouch={() => sort({ by, falling })}>
        {children}
        <span aria-hidden="true">{active ? (sorting.falling ? '▾' : '▴') : '⇅'}</span>
      </Touch>
    </th>
  );
}

function compared(a: Row, b: Row, by: Sorting['by']): number {
  if (by === 'given') return 0;
  if (by === 'key') return a.key < b.key ? -1 : 1;
  return a[by] - b[by];
}
