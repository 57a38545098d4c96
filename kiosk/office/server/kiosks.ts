/** The list of kiosks and the page of one, for the console: what they last said of themselves, beside what is stored of them. */
import type { StateMessage } from '../../fleet/wire.ts';
import { standingAlerts } from '../alert-book.ts';
import type { OfficeCore, Part } from '../part.ts';
import { presenceOf, type Told } from '../presence.ts';
import { type Running, RunningIndex, toldIn } from '../running.ts';
import type { Queries } from '../store/open.ts';
import { alertLine } from './alerts.ts';
import { json, problem, route } from './route.ts';
import type { CommandLine, KioskLine, KioskPage, RunningLine } from './wire.ts';

export interface KiosksParts extends Pick<OfficeCore, 'database' | 'repository' | 'startedMs'> {
  /** What was ordered of a kiosk lately, the newest first. */
  readonly commandsOf: (kiosk: string) => Promise<readonly CommandLine[]>;
}

export function kiosksPart({ database, repository, startedMs, commandsOf }: KiosksParts): Part {
  const index = new RunningIndex();
  const readAll = async (kiosk: string | null): Promise<readonly Read[]> => {
    const rows = await database.query<Row>(rowsOfKiosks, [kiosk]);
    const running = await index.of(database, rows);
    const published = new Map(repository.kiosks.map((one) => [one.kiosk, one.version]));
    return rows.map((row) => {
      const around = {
        running: running.get(row.kiosk) ?? null,
        published: published.get(row.kiosk) ?? null,
        startedMs,
      };
      const state = stateIn(row);
      return { row, state, line: lineOf(row, state, around) };
    });
  };
  return {
    routes: [
      route({
        method: 'GET',
        path: '/api/kiosks',
        right: 'see',
        body: null,
        handle: async () => json({ kiosks: (await readAll(null)).map(({ line }) => line) }),
      }),
      route({
        method: 'GET',
        path: '/api/kiosks/:kiosk',
        right: 'see',
        body: null,
        handle: async ({ parameters }) => {
          const [read] = await readAll(parameters.kiosk ?? '');
          if (read === undefined) return problem('not-there', 404);
          return json(await pageOf(database, read, await commandsOf(read.row.kiosk)));
        },
      }),
    ],
  };
}

interface Row extends Told {
  readonly kiosk: string;
  /** A hash of what it said that it runs; null: nothing. */
  readonly mark: string | null;
  readonly pairedAt: Date | null;
  readonly pairedBy: string | null;
  readonly stored: number | null;
  readonly toldSeq: number | null;
  readonly missingTo: number | null;
  readonly alerts: number;
}

interface Read {
  readonly row: Row;
  readonly state: StateMessage | null;
  readonly line: KioskLine;
}

/** $1: of one kiosk; null: of all. */
const rowsOfKiosks = `
  SELECT kiosks.kiosk, running_mark AS mark, paired_at AS "pairedAt", paired_by AS "pairedBy",
    state.body AS state, alive.body AS alive, alive.came_at AS "aliveAt",
    heads.seq AS stored, told_seq AS "toldSeq", missing_to AS "missingTo", coalesce(standing.count, 0) AS alerts
  FROM kiosks
  LEFT JOIN states AS state ON state.kiosk = kiosks.kiosk AND state.what = 'state'
  LEFT JOIN states AS alive ON alive.kiosk = kiosks.kiosk AND alive.what = 'alive'
  LEFT JOIN heads ON heads.kiosk = kiosks.kiosk
  LEFT JOIN (SELECT kiosk, count(*) AS count FROM alerts WHERE status <> 'cleared' GROUP BY kiosk) AS standing
    ON standing.kiosk = kiosks.kiosk
  WHERE $1::text IS NULL OR kiosks.kiosk = $1
  ORDER BY kiosks.kiosk`;

function stateIn({ state }: Row): StateMessage | null {
  return state === null ? null : (JSON.parse(state) as StateMessage);
}

interface Around {
  readonly running: Running | null;
  readonly published: number | null;
  readonly startedMs: number;
}

function lineOf(row: Row, state: StateMessage | null, { running, published, startedMs }: Around): KioskLine {
  const stored = row.stored ?? 0;
  return {
    kiosk: row.kiosk,
    ...presenceOf(row, startedMs),
    open: state?.open ?? null,
    why: state?.why ?? null,
    place: running?.place ?? null,
    groups: running?.groups ?? [],
    running: runningLine(state, running, published),
    openCases: state?.openCases ?? 0,
    alerts: row.alerts,
    stored,
    waiting: state?.waiting ?? Math.max(0, (row.toldSeq ?? 0) - stored),
    levels: (state?.levels ?? []).map(({ device, unit, currency, minor, count, capacity }) => {
      return { device, unit, currency, minor, count, capacity };
    }),
  };
}

/** The state says it anew all the time; what it said that it runs, only when that changes. */
function runningLine(
  state: StateMessage | null,
  running: Running | null,
  published: number | null,
): RunningLine | null {
  if (state !== null) {
    const { running: hash, edition, staged, stale } = state.configuration;
    return { hash, edition, staged, stale, published };
  }
  return running === null
    ? null
    : { hash: running.hash, edition: running.edition, staged: null, stale: false, published };
}

async function pageOf(
  database: Queries,
  { row, state, line }: Read,
  commands: readonly CommandLine[],
): Promise<KioskPage> {
  const [told] = await database.query<{ running: string | null }>('SELECT running FROM kiosks WHERE kiosk = $1', [
    row.kiosk,
  ]);
  return {
    ...line,
    version: state?.version ?? null,
    devices: (state?.devices ?? []).map(({ id, kind, state: condition, fault }) => {
      return { id, kind, state: condition, fault };
    }),
    document: toldIn(told?.running ?? null)?.document ?? null,
    pairedAt: row.pairedAt?.toISOString() ?? null,
    pairedBy: row.pairedBy,
    missingTo: row.missingTo,
    standing: (await standingAlerts(database, row.kiosk)).map(alertLine),
    commands,
  };
}
