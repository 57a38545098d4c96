/** The kiosk of the benchmark `push` that takes what is published: fetches, verifies and stages it, in a process of its own. */
import { readFileSync } from 'node:fs';
import { checkConfig } from '../../config/schema.ts';
import { pull } from '../../kiosk/fleet/pull.ts';
import { trustFolder } from '../../kiosk/fleet/pairing.ts';
import { keptPath, openKept } from '../../kiosk/kept-configuration.ts';

/** Its data's folder, where it is paired; and the file that it runs with. */
export interface Puller {
  readonly data: string;
  readonly file: string;
  readonly url: string;
}

process.once('message', ({ data, file, url }: Puller) => {
  const checked = checkConfig(JSON.parse(readFileSync(file, 'utf8')));
  if (!checked.ok) throw new Error(`${file}: ${JSON.stringify(checked.problems)}`);
  const { config } = checked;
  const kept = openKept(keptPath(data), { config, hash: '' });
  const parts = { url, trust: trustFolder(data), kiosk: config.kiosk, fetch };
  process.on('message', async () => {
    const before = process.cpuUsage();
    const pulled = await pull(parts, kept.seen);
    if (pulled.came !== 'document') throw new Error(JSON.stringify(pulled));
    const { came } = kept.stage(pulled.json, pulled.edition);
    if (came !== 'staged') throw new Error(`what was published is ${came}`);
    const { user, system } = process.cpuUsage(before);
    process.send?.((user + system) / 1_000);
  });
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());
