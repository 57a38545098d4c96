/**
 * The figures of a report of the day as rows in their order, without words: what paper, terminal and the staff's page draw.
 * Minor units.
 */
import type { Pieces } from '../../hardware/device.ts';
import type { MethodName } from '../server/wire.ts';
import type { DayFigures } from './figures.ts';

export type DaySectionName =
  | 'sales'
  | 'ways'
  | 'checks'
  | 'counting'
  | 'cash'
  | 'units'
  | 'window'
  | 'liability'
  | 'cases';

export type DayRowName =
  | 'sales'
  | 'refunds'
  | 'net'
  | 'cancelled'
  | 'rounding'
  | 'total'
  | 'times'
  | 'long'
  | 'short'
  | 'corrected'
  | 'uncounted'
  | keyof DayFigures['cash']
  | 'windowSlips'
  | 'windowRefunds'
  | 'windowDebts'
  | 'issued'
  | 'redeemed'
  | 'paidAtWindow'
  | 'ofOtherKiosks'
  | 'outstanding'
  | 'caseCount'
  | 'caseMinor'
  | 'caseUnknown';

export type DayRow =
  /** A sum, and of how many; `count` null: of no pieces. `change`: by so much something became more or less. */
  | {
      readonly is: 'sum';
      readonly name: DayRowName;
      readonly minor: number;
      readonly count: number | null;
      readonly change?: true;
    }
  | { readonly is: 'number'; readonly name: DayRowName; readonly count: number }
  /** What a way to pay has taken, or gave back. */
  | {
      readonly is: 'taken' | 'back';
      readonly method: MethodName;
      readonly minor: number;
      readonly count: number;
    }
  /** Null: nobody had counted or said anything. */
  | {
      readonly is: 'check';
      readonly method: MethodName;
      readonly checked: { readonly expected: number; readonly told: number } | null;
    }
  | { readonly is: 'moves'; readonly moves: DayFigures['moves'] }
  | {
      readonly is: 'unit';
      readonly device: string;
      readonly unit: 'box' | 'recycler' | 'hopper';
      readonly minor: number;
      readonly denominations: readonly Pieces[];
    };

export interface DayRows {
  readonly section: DaySectionName;
  readonly rows: readonly DayRow[];
}

/** Sections without a row are left out. */
export function dayRows(figures: DayFigures): readonly DayRows[] {
  const all: readonly DayRows[] = [
    { section: 'sales', rows: salesOf(figures) },
    { section: 'ways', rows: waysOf(figures) },
    { section: 'checks', rows: checksOf(figures) },
    { section: 'counting', rows: countsOf(figures) },
    { section: 'cash', rows: cashOf(figures) },
    { section: 'units', rows: unitsOf(figures) },
    { section: 'window', rows: windowOf(figures) },
    { section: 'liability', rows: liabilityOf(figures) },
    { section: 'cases', rows: casesOf(figures) },
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

function counted(name: DayRowName, { minor, count }: DayFigures['sales']): DayRow {
  return { is: 'sum', name, minor, count };
}

function amount(name: DayRowName, minor: number): DayRow {
  return { is: 'sum', name, minor, count: null };
}

function change(name: DayRowName, minor: number): DayRow {
  return { is: 'sum', name, minor, count: null, change: true };
}

function salesOf({ sales, refunds, cancelled, rounding, total }: DayFigures): readonly DayRow[] {
  return [
    counted('sales', sales),
    counted('refunds', refunds),
    amount('net', sales.minor - refunds.minor),
    counted('cancelled', cancelled),
    change('rounding', rounding),
    counted('total', total),
  ];
}

function waysOf({ methods }: DayFigures): readonly DayRow[] {
  return methods.flatMap(({ method, taken, back }): readonly DayRow[] => {
    const own = { is: 'taken', method, ...taken } as const;
    return back.count === 0 ? [own] : [own, { is: 'back', method, ...back }];
  });
}

/** Nobody counts slips: they are a liability, and below. */
function checksOf({ methods }: DayFigures): readonly DayRow[] {
  const counts = methods.filter(({ method }) => method !== 'voucher');
  return counts.map(({ method, checked }) => ({ is: 'check', method, checked }));
}

function countsOf({ counts, bags }: DayFigures): readonly DayRow[] {
  return [
    { is: 'number', name: 'times', count: counts.times },
    amount('long', counts.long),
    amount('short', counts.short),
    change('corrected', counts.corrected),
    { is: 'number', name: 'uncounted', count: bags },
  ];
}

function cashOf({ cash, moves }: DayFigures): readonly DayRow[] {
  return [
    amount('opening', cash.opening),
    change('taken', cash.taken),
    change('paidOut', cash.paidOut),
    ...(cash.checked === undefined ? [] : [change('checked', cash.checked)]),
    change('filled', cash.filled),
    change('collected', cash.collected),
    change('adjusted', cash.adjusted),
    amount('closing', cash.closing),
    { is: 'moves', moves },
  ];
}

function unitsOf({ units }: DayFigures): readonly DayRow[] {
  return units.map(({ unit, minor, denominations }) => {
    const dot = unit.lastIndexOf('.');
    const kind = unit.slice(dot + 1) as 'box' | 'recycler' | 'hopper';
    return { is: 'unit', device: unit.slice(0, dot), unit: kind, minor, denominations };
  });
}

/** All cash that the window paid. A report of before does not say it, but for slips. */
function windowOf({ window, vouchers }: DayFigures): readonly DayRow[] {
  const { refunds, debts } = window ?? {};
  if (vouchers.paid.count + (refunds?.count ?? 0) + (debts?.count ?? 0) === 0) return [];
  const slips = counted('windowSlips', vouchers.paid);
  if (refunds === undefined || debts === undefined) return [slips];
  return [slips, counted('windowRefunds', refunds), counted('windowDebts', debts)];
}

function liabilityOf({ liability, vouchers }: DayFigures): readonly DayRow[] {
  return [
    counted('opening', liability.opening),
    counted('issued', vouchers.issued),
    counted('redeemed', vouchers.redeemed),
    counted('paidAtWindow', vouchers.paid),
    counted('outstanding', liability.closing),
    ...(vouchers.others === undefined ? [] : [counted('ofOtherKiosks', vouchers.others)]),
  ];
}

function casesOf({ cases }: DayFigures): readonly DayRow[] {
  return [
    { is: 'number', name: 'caseCount', count: cases.count },
    amount('caseMinor', cases.minor),
    { is: 'number', name: 'caseUnknown', count: cases.unknown },
  ];
}
