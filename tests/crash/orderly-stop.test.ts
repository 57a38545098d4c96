import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { View } from '../../kiosk/server/wire.ts';
import { Cabinet } from './cabinet.ts';
import { Customer } from './customer.ts';
import { type Glass, openGlass } from './glass.ts';
import { BenchProcess, Daemon } from './programs.ts';

const patienceMs = 40_000;

/** Goes as far as the screen on which notes are taken, and resolves when the machine takes them. */
async function goToCash(cabinet: Cabinet, launchUrl: string): Promise<Glass> {
  const customer = new Customer('exact', '1002', true);
  let glass: Glass | null = null;
  let newest: View | null = null;
  const look = () => {
    const deed = newest === null ? null : customer.at(newest, { inside: 0, card: false, receipt: () => '' });
    if (newest !== null && deed?.do === 'ask') glass?.ask(deed.intent, newest.body.screen);
  };
  const enabled = new Promise<void>((resolve, reject) => {
    setTimeout(() => reject(new Error('no note is taken')), patienceMs).unref();
    cabinet.watch(({ device, event }) => device === 'acceptor' && event === 'enabled' && resolve()).catch(reject);
  });
  glass = await openGlass(launchUrl, (view) => {
    newest = view;
    look();
  });
  look();
  await enabled;
  return glass;
}

test.each(['lab', 'ccnet', 'ebds', 'ssp'])(
  'an orderly stop shuts the acceptor of %s before it lets go of it',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'stop-'));
    const data = join(folder, 'data');
    mkdirSync(data, { mode: 0o700 });
    const config = fileURLToPath(new URL(`../../config/examples/${name}.json`, import.meta.url));
    const bench = new BenchProcess(config, data, 1_000);
    const url = await bench.said('bench');
    const cabinet = new Cabinet(url);
    const daemon = new Daemon({ config, data, bench: url }, () => Promise.resolve());
    try {
      const glass = await goToCash(cabinet, await daemon.said('kiosk'));
      const heard: string[] = [];
      await cabinet.watch(({ device, event }) => device === 'acceptor' && heard.push(event));
      await daemon.end('SIGTERM');
      glass.close();
      expect(heard).toContain('disabled');
      expect(daemon.process.exitCode).toBe(0);
      expect(await cabinet.act('acceptor', { action: 'insert', minor: 2_000 })).toMatch(
        /does not pull: it is (inhibited|disabled)/,
      );
    } finally {
      await daemon.end('SIGTERM');
      cabinet.close();
      await bench.end('SIGTERM');
      rmSync(folder, { recursive: true });
    }
  },
);
