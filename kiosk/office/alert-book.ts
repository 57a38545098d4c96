/** Alerts as they are kept: open, acknowledged by a person, cleared by one or by themselves. */
import type { AlertChange, AlertKind, AlertName, StandingAlert } from './alerts.ts';
import { columnsOf, saidIn } from './said.ts';
import type { Queries } from './store/open.ts';

export interface Alert extends StandingAlert {
  readonly alert: number;
  readonly kiosk: string;
  readonly status: 'open' | 'acknowledged' | 'cleared';
  readonly openedAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly clearedAt: Date | null;
  /** Null: it was over by itself. */
  readonly clearedBy: string | null;
}

/** Rows that one answer holds at most. */
const alertsListed = 500;

const columns = `alert, kiosk, kind, subject, detail, detail_zh AS "detailZh", status, opened_at AS "openedAt",
  acknowledged_at AS "acknowledgedAt", acknowledged_by AS "acknowledgedBy", cleared_at AS "clearedAt", cleared_by AS "clearedBy"`;

type Stored = Omit<Alert, 'detail'> & { readonly detail: string; readonly detailZh: string | null };

async function alertsIn(
  database: Queries,
  sql: string,
  parameters: Parameters<Queries['query']>[1],
): Promise<readonly Alert[]> {
  const rows = await database.query<Stored>(sql, parameters);
  return rows.map(({ detail, detailZh, ...row }) => ({ ...row, detail: saidIn(detail, detailZh) }));
}

/** Those that are not cleared, the newest first; of one kiosk, or of all. */
export function standingAlerts(database: Queries, kiosk: string | null = null): Promise<readonly Alert[]> {
  return alertsIn(
    database,
    `SELECT ${columns} FROM alerts WHERE status <> 'cleared' AND ($1::text IS NULL OR kiosk = $1)
     ORDER BY alert DESC LIMIT ${alertsListed}`,
    [kiosk],
  );
}

/** Those of some kinds that are not cleared, all of them: of one kiosk, or, null, of every one. */
export function standingOfKinds(
  database: Queries,
  kinds: readonly AlertKind[],
  kiosk: string | null,
): Promise<readonly Alert[]> {
  return alertsIn(
    database,
    `SELECT ${columns} FROM alerts WHERE status <> 'cleared' AND kind = ANY($1::text[]) AND ($2::text IS NULL OR kiosk = $2)`,
    [kinds, kiosk],
  );
}

/** Those that are cleared, the newest first. `before`: only those before this one. */
export function clearedAlerts(database: Queries, before: number | null): Promise<readonly Alert[]> {
  return alertsIn(
    database,
    `SELECT ${columns} FROM alerts WHERE status = 'cleared' AND ($1::bigint IS NULL OR alert < $1)
     ORDER BY alert DESC LIMIT ${alertsListed}`,
    [before],
  );
}

/** Null: there never was one of that number. */
export async function alertOf(database: Queries, alert: number): Promise<Alert | null> {
  const [row] = await alertsIn(database, `SELECT ${columns} FROM alerts WHERE alert = $1`, [alert]);
  return row ?? null;
}

/** Does what is to be done, in order. */
export async function changeAlerts(
  database: Queries,
  kiosk: string,
  changes: readonly AlertChange[],
  now: Date,
): Promise<void> {
  for (const change of changes) {
    if (change.change === 'open') await openAlerts(database, kiosk, [change], now);
    else await endAlert(database, kiosk, change, now);
  }
}

/** One that stands already stands on, with the newest detail: whoever has acknowledged it has. */
export async function openAlerts(
  database: Queries,
  kiosk: string,
  alerts: readonly StandingAlert[],
  now: Date,
): Promise<void> {
  for (const { kind, subject, detail } of alerts) {
    await database.query(
      `INSERT INTO alerts (kiosk, kind, subject, detail, detail_zh, status, opened_at) VALUES ($1, $2, $3, $4, $5, 'open', $6)
       ON CONFLICT (kiosk, kind, subject) WHERE status <> 'cleared'
       DO UPDATE SET detail = excluded.detail, detail_zh = excluded.detail_zh
       WHERE (alerts.detail, alerts.detail_zh) IS DISTINCT FROM (excluded.detail, excluded.detail_zh)`,
      [kiosk, kind, subject, ...columnsOf(detail), now],
    );
  }
}

async function endAlert(database: Queries, kiosk: string, { kind, subject }: AlertName, now: Date): Promise<void> {
  await database.query(
    `UPDATE alerts SET status = 'cleared', cleared_at = $4
     WHERE kiosk = $1 AND kind = $2 AND subject = $3 AND status <> 'cleared'`,
    [kiosk, kind, subject, now],
  );
}

/** Somebody has seen it and sees to it. False: it is not open any more. */
export async function acknowledgeAlert(database: Queries, alert: number, by: string, now: Date): Promise<boolean> {
  const done = await database.query(
    `UPDATE alerts SET status = 'acknowledged', acknowledged_at = $3, acknowledged_by = $2
     WHERE alert = $1 AND status = 'open' RETURNING alert`,
    [alert, by, now],
  );
  return done.length > 0;
}

/** Somebody has settled it. False: it was cleared already. */
export async function clearAlert(database: Queries, alert: number, by: string, now: Date): Promise<boolean> {
  const done = await database.query(
    `UPDATE alerts SET status = 'cleared', cleared_at = $3, cleared_by = $2
     WHERE alert = $1 AND status <> 'cleared' RETURNING alert`,
    [alert, by, now],
  );
  return done.length > 0;
}
