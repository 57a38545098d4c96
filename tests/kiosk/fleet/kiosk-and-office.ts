/** An office and a kiosk that is paired with it, put together as the programs do: repository, broker and database; journal, loop and uplink. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type Config, checkConfig } from '../../../config/schema.ts';
import { kindOf } from '../../../hardware/catalog.ts';
import { knownToKiosk } from '../../../kiosk/known.ts';
import { systemClock } from '../../../hardware/clock.ts';
import { stopsAcceptance } from '../../../hardware/faults.ts';
import { createFollow } from '../../../kiosk/fleet/follow.ts';
import { trustFolder } from '../../../kiosk/fleet/pairing.ts';
import { pull } from '../../../kiosk/fleet/pull.ts';
import { stateOf } from '../../../kiosk/fleet/state-of.ts';
import { beginTrust } from '../../../kiosk/fleet/trust-store.ts';
import { Journal } from '../../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import { configHash, type KeptConfiguration, keptPath, openKept } from '../../../kiosk/kept-configuration.ts';
import { Loop } from '../../../kiosk/loop.ts';
import { type Alert, standingAlerts } from '../../../kiosk/office/alert-book.ts';
import { openEmbeddedBroker } from '../../../kiosk/office/broker.ts';
import { Collector } from '../../../kiosk/office/collector.ts';
import { createDesk } from '../../../kiosk/office/desk.ts';
import { initRepository } from '../../../kiosk/office/repository/repository.ts';
import { openDatabase } from '../../../kiosk/office/store/open.ts';
import { rulesOf } from '../../../kiosk/rules.ts';
import { serveFolder } from '../../static-server.ts';
import { newIdentities } from '../office/certificates.ts';
import { openKioskOnLine } from './kiosk-on-line.ts';

/** What is said on loopback is heard at once. */
const timings = {
  ...{ silentMs: 500, silentMaximumMs: 2_000, signedEveryMs: 3_600_000 },
  ...{ tickMs: 10, stateEveryMs: 10, clockEveryMs: 1_000 },
};
/** From a look to the office takes a tenth of a second. */
const soon = { timeout: 10_000, interval: 10 };

async function openOffice(folder: string) {
  const repository = initRepository(folder, Date.now);
  const server = await serveFolder(repository.publicFolder);
  const identities = await newIdentities();
  const database = await openDatabase({ folder: null });
  const problems: string[] = [];
  const desk = createDesk({
    database,
    collector: new Collector({ database }),
    publish: (...said) => broker.publish(...said),
    startedMs: Date.now(),
    nowMs: Date.now,
    onProblem: (kiosk, problem) => problems.push(`${kiosk} ${problem}`),
  });
  const take = (post: Parameters<typeof desk.take>[0]) => void desk.take(post);
  const broker = await openEmbeddedBroker({ ...identities.office, host: '127.0.0.1', port: 0, take });
  return { folder, repository, server, identities, database, desk, broker, problems };
}
type Office = Awaited<ReturnType<typeof openOffice>>;

async function openKiosk(data: string, config: Config, { identities, broker, repository, server }: Office) {
  const { kiosk, timeZone, businessDayStart } = config;
  mkdirSync(join(data, 'fleet'), { recursive: true });
  beginTrust(trustFolder(data), repository.root);
  const keep = () => openKept(keptPath(data), { config, hash: 'file' }, (json) => checkConfig(json, knownToKiosk));
  const kept = keep();
  const path = join(data, 'journal.sqlite');
  const journal = new Journal({ storage: openSqliteStorage(path), clock: systemClock, timeZone, businessDayStart });
  const ends: string[] = [];
  const loop = new Loop({
    rules: rulesOf(config, { kindOf, stops: stopsAcceptance }),
    ...{ journal, clock: systemClock, chance: () => 'cafe', document: () => '', voucherFits: () => false },
    ...{ version: '1', config: configHash(kept.running), sign: () => ({ key: '', signature: '' }) },
    onFailure: (problem) => ends.push(problem.message),
  });
  const nothing = () => undefined;
  loop.start({
    ...{ obey: nothing, maintain: nothing, recorded: nothing, ask: nothing, askOffice: nothing, carryOut: nothing },
    ...{ fetchStatement: nothing, handedOver: nothing, shutDown: (why) => ends.push(why) },
  });
  const limits = { requestMs: 15_000 };
  const looks: string[] = [];
  const follow = createFollow({
    pull: async (known) => {
      const pulled = await pull({ url: server.url, trust: trustFolder(data), kiosk, fetch, ...limits }, known);
      looks.push(pulled.came);
      return pulled;
    },
    ...{ kept, clock: systemClock, take: (fact) => loop.take(fact), onProblem: nothing },
  });
  const { key, certificate, authority } = await identities.kiosk(kiosk);
  const shown = { lang: 'en', body: { screen: 'attract' } } as Parameters<typeof stateOf>[1]['shown'];
  const pairing = { url: broker.url, ca: authority, certificate, key };
  const line = openKioskOnLine(kiosk, data, pairing, generateKeyPairSync('ed25519'), {
    timings,
    state(waiting) {
      const around = {
        version: '1',
        devices: [],
        shown,
        edition: kept.office?.version ?? null,
        proven: kept.trial === null,
      };
      return stateOf(loop.kiosk, { ...around, waiting, wallMs: Date.now() });
    },
    take: (fact) => loop.take(fact),
  });
  const close = async () => {
    follow.close();
    loop.stop();
    await line.close();
    journal.close();
  };
  return { kept, keep, loop, follow, looks, limits, ends, line, close };
}

/** What runs, as one of its stores says, and what is to run. */
function said({ running, staged, office, trial, before }: KeptConfiguration) {
  return { running: configHash(running), staged, office, trial, before };
}

export type KioskAndOffice = Awaited<ReturnType<typeof openKioskAndOffice>>;

/** `config` runs, and is published. */
export async function openKioskAndOffice(config: Config) {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-and-office-'));
  const office = await openOffice(join(folder, 'office'));
  office.repository.publish(new Map([[config.kiosk, config]]));
  const kiosk = await openKiosk(join(folder, 'data'), config, office);
  return {
    ...{ folder, office, kiosk },
    /** What the kiosk runs with, and what it would after a start. */
    runs() {
      const { running, wanted, staged } = kiosk.loop.kiosk.configuration;
      return { now: said(kiosk.kept), again: said(kiosk.keep()), running, wanted, staged, ends: [...kiosk.ends] };
    },
    alerts: () => standingAlerts(office.database, config.kiosk),
    /** Looks so often, one after the other. */
    async looks(times = 1): Promise<void> {
      for (let time = 1; time <= times; time++) {
        const before = kiosk.looks.length;
        kiosk.follow.look();
        await vi.waitFor(() => {
          if (kiosk.looks.length === before) throw new Error('it still looks');
        }, soon);
      }
    },
    /** Until an alert as this one stands. */
    stands: (is: (alert: Alert) => boolean): Promise<Alert> =>
      vi.waitFor(async () => {
        const alerts = await standingAlerts(office.database, config.kiosk);
        const found = alerts.find(is);
        if (found === undefined) throw new Error(`only these stand: ${JSON.stringify(alerts)}; ${kiosk.looks.at(-1)}`);
        return found;
      }, soon),
    /** Until none of that kind stands. */
    ends: (kind: Alert['kind']): Promise<void> =>
      vi.waitFor(async () => {
        const alerts = await standingAlerts(office.database, config.kiosk);
        if (alerts.some((alert) => alert.kind === kind)) throw new Error(`${kind} stands; ${kiosk.looks.at(-1)}`);
      }, soon),
    async close(): Promise<void> {
      await kiosk.close();
      await office.broker.close();
      await office.desk.end();
      await office.database.close();
      await office.server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
