/** An office whose broker takes its time: nothing that a part has to say meanwhile is lost. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Aedes, type PublishPacket } from 'aedes';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import { openOfficeKeys } from '../../../kiosk/office/keys.ts';
import { openOffice } from '../../../kiosk/office/office.ts';
import { openDatabase } from '../../../kiosk/office/store/open.ts';

/** What the office does at once is done long before. */
const answersAfterMs = 1_500;

async function openLateBroker(data: string) {
  const { authority } = await openOfficeKeys(data, Date.now);
  const { key, certificate: cert } = await authority.server(['127.0.0.1']);
  const aedes = new Aedes();
  await aedes.listen();
  const server = createServer({ key, cert }, (socket) => {
    setTimeout(() => void aedes.handle(socket), answersAfterMs);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    await new Promise<void>((closed) => aedes.close(() => closed()));
    server.close();
  });
  return { aedes, url: `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** One that a kiosk has not fetched yet. */
async function keepRollout(data: string): Promise<void> {
  const database = await openDatabase({ folder: join(data, 'database') });
  const pace = { canary: 0, percent: 100, restMinutes: 0, failuresPercent: 0, window: null, overdueMinutes: 30 };
  await database.query(`INSERT INTO kiosks (kiosk) VALUES ('LAB-01')`);
  await database.query(
    `INSERT INTO rollouts (file, whom, pace, status, began_at, began_by) VALUES ('{}', '{"whom":"all"}', $1, 'running', now(), 'Li')`,
    [JSON.stringify(pace)],
  );
  await database.query(
    `INSERT INTO rollout_kiosks (rollout, kiosk, place, wave, time_zone, trial_ms, status, edition, published_at, changed_at)
     VALUES (1, 'LAB-01', 1, 1, 'Asia/Shanghai', 1000, 'published', 1, now(), now())`,
  );
  await database.close();
}

test('a kiosk is told again of what it has not fetched, though the broker was not there yet', async () => {
  const data = mkdtempSync(join(tmpdir(), 'office-late-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  await keepRollout(data);
  const { aedes, url } = await openLateBroker(data);
  const told: string[] = [];
  aedes.on('publish', ({ topic }: PublishPacket) => told.push(topic));
  const office = await openOffice({
    ...{ data, http: 0, mqtt: 0, database: null, broker: url, publicUrl: null, publicMqtt: null },
    ...{ consoleFolder: join(data, 'console'), clock: systemClock, log: pino({ level: 'silent' }) },
  });
  onTestFinished(() => office.close());
  while (!told.includes('office/LAB-01/look')) await once(aedes, 'publish');
  expect(told).toContain('office/LAB-01/look');
});
