/** Alerts for the console: those that stand, those that are over, and who saw to them. */
import { recordAct } from '../acts.ts';
import { acknowledgeAlert, type Alert, alertOf, clearAlert, clearedAlerts, standingAlerts } from '../alert-book.ts';
import type { OfficeCore, Part } from '../part.ts';
import type { Queries } from '../store/open.ts';
import { numberIn } from './numbers.ts';
import { type Answered, type Asked, json, problem, route } from './route.ts';
import type { AlertLine } from './wire.ts';

export function alertsPart(core: Pick<OfficeCore, 'database' | 'nowMs'>): Part {
  const { database } = core;
  return {
    routes: [
      route({
        method: 'GET',
        path: '/api/alerts',
        right: 'see',
        body: null,
        handle: async ({ query }) => {
          const found =
            query.cleared === 'yes'
              ? await clearedAlerts(database, numberIn(query.before))
              : await standingAlerts(database);
          return json({ alerts: found.map(alertLine) });
        },
      }),
      route({
        method: 'POST',
        path: '/api/alerts/:alert/acknowledge',
        right: 'command',
        body: null,
        handle: (asked) => see(core, asked, 'alert-acknowledged', acknowledgeAlert),
      }),
      route({
        method: 'POST',
        path: '/api/alerts/:alert/clear',
        right: 'command',
        body: null,
        handle: (asked) => see(core, asked, 'alert-cleared', clearAlert),
      }),
    ],
  };
}

/** What is done to it and who did it, together. */
async function see(
  { database, nowMs }: Pick<OfficeCore, 'database' | 'nowMs'>,
  { person, parameters }: Asked<null>,
  did: string,
  change: (inside: Queries, alert: number, by: string, now: Date) => Promise<boolean>,
): Promise<Answered> {
  const number = numberIn(parameters.alert);
  const alert = number === null ? null : await alertOf(database, number);
  if (alert === null) return problem('not-there', 404);
  const now = new Date(nowMs());
  const isDone = await database.transaction(async (inside) => {
    if (!(await change(inside, alert.alert, person, now))) return false;
    const about = [alert.kind, alert.subject].filter((part) => part !== '').join(' ');
    await recordAct(inside, { person, did, subject: alert.kiosk, detail: about }, now);
    return true;
  });
  if (!isDone) return problem('over');
  return json({ alert: alertLine((await alertOf(database, alert.alert)) ?? alert) });
}

export function alertLine(alert: Alert): AlertLine {
  const { openedAt, acknowledgedAt, clearedAt } = alert;
  return {
    ...alert,
    openedAt: openedAt.toISOString(),
    acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
    clearedAt: clearedAt?.toISOString() ?? null,
  };
}
