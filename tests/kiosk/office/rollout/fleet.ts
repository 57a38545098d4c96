/** An office with a repository on disk and a database in memory, and kiosks that say to it what real ones do. */
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checkConfig } from '../../../../config/schema.ts';
import { VirtualClock } from '../../../../hardware/clock.ts';
import { Collector } from '../../../../kiosk/office/collector.ts';
import { createDesk } from '../../../../kiosk/office/desk.ts';
import { initRepository, openRepository, type Repository } from '../../../../kiosk/office/repository/repository.ts';
import { createRollouts, type Rollouts } from '../../../../kiosk/office/rollout/rollouts.ts';
import type { Pace, RolloutPage, Whom } from '../../../../kiosk/office/server/wire.ts';
import { type Database, openDatabase } from '../../../../kiosk/office/store/open.ts';
import { type Body, chained, genesis } from '../rows.ts';
import type { JournalRow } from '../../../../kiosk/fleet/wire.ts';

const lab = JSON.parse(readFileSync(new URL('../../../../config/examples/lab.json', import.meta.url), 'utf8'));

/** A sound configuration of a kiosk. */
export function documentOf(kiosk: string, changes: object = {}): Readonly<Record<string, unknown>> {
  return { ...lab, kiosk, groups: ['east'], ...changes };
}

export const swift: Pace = {
  canary: 0,
  percent: 100,
  restMinutes: 0,
  failuresPercent: 0,
  window: null,
  overdueMinutes: 30,
};

export interface Fleet {
  readonly clock: VirtualClock;
  readonly database: Database;
  readonly repository: () => Repository;
  rollouts: Rollouts;
  /** Topics and messages that went out. */
  readonly sent: { readonly topic: string; readonly payload: string }[];
  readonly problems: string[];
  kiosk(name: string): Kiosk;
  begin(whom: Whom, file: unknown, pace?: Partial<Pace>): Promise<number>;
  page(rollout: number): Promise<RolloutPage>;
  /** By kiosk, what has come of it. */
  steps(rollout: number): Promise<string>;
  /** So many minutes later everything has been looked at. */
  later(minutes: number): Promise<void>;
  /** Another process takes over from the one before, which ended at once. `database`: through this one. */
  restart(database?: Database): void;
  /** The medium with the keys of targets is taken out, and put in. */
  takeKeys(): void;
  putKeys(): void;
}

export interface Kiosk {
  connects(): Promise<void>;
  goes(): Promise<void>;
  /** How it is. */
  says(configuration: { readonly edition: number | null; readonly staged?: number | null }): Promise<void>;
  writes(body: Body): Promise<void>;
  /** What it runs, as its last word on it. */
  runs(edition: number | null, document?: unknown): Promise<void>;
}

const began = (edition: number) => ({ kind: 'config.changed', what: 'push', why: null, edition }) as const;

/** The kiosk has begun it, and says so. */
export async function begins(kiosk: Kiosk, edition: number): Promise<void> {
  await kiosk.writes(began(edition));
  await kiosk.says({ edition });
}

export const refusal = (edition: number): Body => ({
  ...{ kind: 'config.refused', edition, hash: 'a', why: 'unsound', problems: ['limits is missing'] },
});

export const wentBack = (edition: number): Body => ({
  ...{ kind: 'config.changed', what: 'went-back', device: 'printer', why: 'silent', edition },
});

/** Opening one takes longer than most tests. */
let kept: Promise<Database> | null = null;

async function emptyDatabase(): Promise<Database> {
  kept ??= openDatabase({ folder: null });
  const database = await kept;
  await database.query('TRUNCATE kiosks, entries, acts, rollouts RESTART IDENTITY CASCADE');
  return database;
}

/** `startedMs`: what the office's clock shows, Unix milliseconds. */
export async function openFleet(startedMs = Date.parse('2026-03-31T05:00:00Z')): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'office-rollout-'));
  const office = join(folder, 'office');
  const clock = new VirtualClock(startedMs);
  const wallMs = () => clock.wallMs();
  initRepository(office, wallMs);
  const repository = () => openRepository(office, wallMs);
  const database = await emptyDatabase();
  const sent: { topic: string; payload: string }[] = [];
  const problems: string[] = [];
  const publish = async (topic: string, payload: string) => void sent.push({ topic, payload });
  const collector = new Collector({ database, now: () => new Date(wallMs()) });
  const onProblem = (kiosk: string, problem: string) => void problems.push(`${kiosk}: ${problem}`);
  const desk = createDesk({ database, collector, publish: async () => {}, startedMs, nowMs: wallMs, onProblem });
  const open = (through: Database) =>
    createRollouts({
      ...{ database: through, repository, check: checkConfig, publish, clock, startedMs },
      onProblem: (problem) => void problems.push(problem),
    });
  const journals = new Map<string, JournalRow[]>();
  const fleet: Fleet = {
    ...{ clock, database, repository, sent, problems, rollouts: open(database) },
    kiosk(name) {
      const rows = journals.get(name) ?? [];
      journals.set(name, rows);
      return simulated(name, database, desk, wallMs, rows);
    },
    async begin(whom, file, pace = {}) {
      const begun = await fleet.rollouts.begin({ whom, text: JSON.stringify(file), pace: { ...swift, ...pace } }, 'Li');
      if (!begun.ok) throw new Error(JSON.stringify(begun));
      await fleet.rollouts.step();
      return begun.rollout;
    },
    async page(rollout) {
      const page = await fleet.rollouts.page(rollout);
      if (page === null) throw new Error(`no rollout ${rollout}`);
      return page;
    },
    async steps(rollout) {
      return (await fleet.page(rollout)).kiosks.map(({ kiosk, status }) => `${kiosk} ${status}`).join(', ');
    },
    async later(minutes) {
      clock.runUntil(clock.monoMs() + minutes * 60_000);
      await fleet.rollouts.step();
    },
    restart(through = database) {
      fleet.rollouts = open(through);
    },
    takeKeys: () => renameSync(join(office, 'keys-offline'), join(office, 'taken')),
    putKeys: () => renameSync(join(office, 'taken'), join(office, 'keys-offline')),
  };
  onTestFinished(async () => {
    await fleet.rollouts.close();
    rmSync(folder, { recursive: true });
  });
  return fleet;
}

function simulated(
  kiosk: string,
  database: Database,
  desk: ReturnType<typeof createDesk>,
  wallMs: () => number,
  rows: JournalRow[],
): Kiosk {
  const post = (topic: 'state' | 'alive' | 'journal', message: unknown) =>
    desk.take({ kiosk, topic, payload: Buffer.from(JSON.stringify(message)) });
  const at = () => new Date(wallMs()).toISOString();
  return {
    connects: () => post('alive', { alive: true, at: at() }),
    goes: () => post('alive', { alive: false, at: at() }),
    says: ({ edition, staged = null }) =>
      post('state', {
        ...{ at: at(), version: '0.1.0', open: true, why: null, devices: [], levels: [], openCases: 0, waiting: 0 },
        configuration: { running: 'a', edition, staged, stale: false },
      }),
    async writes(body) {
      const previous = rows.at(-1)?.[6] ?? genesis;
      const row = chained(previous, rows.length + 1, body);
      rows.push(row);
      await post('journal', { previous, rows: [row], head: { seq: row[0], hash: row[6] }, signed: null });
    },
    async runs(edition, document = null) {
      await database.query(
        `INSERT INTO kiosks (kiosk, running) VALUES ($1, $2)
         ON CONFLICT (kiosk) DO UPDATE SET running = excluded.running`,
        [kiosk, JSON.stringify({ hash: 'a', edition, document })],
      );
    },
  };
}
