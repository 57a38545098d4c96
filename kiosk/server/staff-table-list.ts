/** The tables that staff read: who may, and what each is made of. */
import type { Clock } from '../../hardware/clock.ts';
import type { ByHand } from '../by-hand.ts';
import type { Kiosk } from '../kiosk.ts';
import { mayDecide } from '../staff/rights.ts';
import { casesTable, evidenceTable } from './staff-cases.ts';
import { checksTable, type ReadinessParts, readinessTable } from './staff-checks.ts';
import { type ConfigurationParts, configurationTable } from './staff-configuration.ts';
import { consoleTable } from './staff-console.ts';
import { deviceTable, traceFile, traceTable } from './staff-devices.ts';
import { type OfficeParts, officeTable } from './staff-office.ts';
import { fromOf, type Query, readQuery } from './staff-query.ts';
import type { Download, ReportDesk } from './staff-reports.ts';
import {
  caseTable,
  dayTable,
  movesTable,
  ordersTable,
  personsTable,
  refundsTable,
  type TableParts,
  tillTable,
  zTable,
} from './staff-tables.ts';
import type { Right, Tables } from './staff-wire.ts';
import { statementRows, statementsTable } from './statement-table.ts';

export interface ListParts extends TableParts {
  /** The state with the moments of just now. */
  readonly now: () => Kiosk;
  readonly clock: Clock;
  readonly configuration: ConfigurationParts;
  readonly office: OfficeParts;
  readonly byHand: ByHand;
  readonly machine: ReadinessParts;
  readonly reports: ReportDesk;
}

interface TableRule<Table> {
  readonly right: Right;
  /** `query`: what stands behind the `?`. Throws BadQuery. */
  read(parts: ListParts, query: unknown): Table;
}

const tables: { readonly [Name in keyof Tables]: TableRule<Tables[Name]> } = {
  till: { right: 'look', read: paged((parts) => tillTable(parts.now(), parts)) },
  case: { right: 'look', read: paged((parts, from) => caseTable(parts, from, mayDecide(parts.now()))) },
  cases: { right: 'look', read: (parts, query) => casesTable(parts.now(), parts, query) },
  moves: { right: 'look', read: paged((parts, from) => movesTable(parts.now(), parts, from)) },
  orders: { right: 'look', read: paged((parts, from) => ordersTable(parts, from)) },
  refunds: { right: 'look', read: paged((parts) => refundsTable(parts.now())) },
  device: { right: 'look', read: asked(['device'], (parts, query) => deviceTable(parts.now(), parts, query)) },
  evidence: { right: 'evidence', read: (parts, query) => evidenceTable(parts, query) },
  persons: { right: 'persons', read: paged((parts) => personsTable(parts.now(), parts.pins)) },
  search: { right: 'find-devices', read: paged((parts) => parts.configuration.search.now()) },
  configuration: {
    right: 'find-devices',
    read: paged((parts) => configurationTable(parts.now(), parts.configuration)),
  },
  office: { right: 'find-devices', read: paged((parts) => officeTable(parts.now(), parts.office)) },
  report: { right: 'report', read: (parts, query) => parts.reports.report(query) },
  entries: { right: 'report', read: (parts, query) => parts.reports.entries(query) },
  trace: { right: 'trace', read: asked(['device', 'from'], (parts, query) => traceTable(parts, query)) },
  console: { right: 'console', read: asked(['device'], (parts, query) => consoleTable(parts.now(), parts, query)) },
  checks: { right: 'check', read: paged((parts) => checksTable(parts.now(), parts)) },
  readiness: { right: 'check', read: paged((parts) => readinessTable(parts.now(), parts)) },
  statements: { right: 'read-day', read: paged((parts, from) => statementsTable(parts.now(), parts.find, from)) },
  'statement-rows': {
    right: 'read-day',
    read: asked(['device', 'day', 'from'], (parts, query) => statementRows(parts.find, query)),
  },
  day: { right: 'read-day', read: paged((parts) => dayTable(parts.now())) },
  z: { right: 'read-day', read: paged((parts, from) => zTable(parts.now(), parts, from)) },
};

export function isTable(name: string): name is keyof Tables {
  return Object.hasOwn(tables, name);
}

/** The right to read it, or to take it away as a file. */
export function rightToRead(name: keyof Tables): Right {
  return tables[name].right;
}

/** Throws BadQuery. */
export function readTable(name: keyof Tables, parts: ListParts, query: unknown): unknown {
  return tables[name].read(parts, query);
}

/** As a file; null: it is none. Throws BadQuery. */
export async function readFile(name: keyof Tables, parts: ListParts, query: unknown): Promise<Download | null> {
  switch (name) {
    case 'report':
      return parts.reports.download(query);
    case 'trace':
      return traceFile(parts, readQuery(query, ['device']));
    default:
      return null;
  }
}

/** Asked for a page of it, and for nothing else. */
function paged<Table>(read: (parts: ListParts, from: number) => Table): TableRule<Table>['read'] {
  return (parts, query) => read(parts, fromOf(query));
}

/** Asked with these names. */
function asked<Table>(
  names: readonly string[],
  read: (parts: ListParts, query: Query) => Table,
): TableRule<Table>['read'] {
  return (parts, query) => read(parts, readQuery(query, names));
}
