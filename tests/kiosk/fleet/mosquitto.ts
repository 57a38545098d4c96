/**
 * A real broker of the test's own: mosquitto over TLS on loopback, which knows its clients by their certificates alone and
 * allows a kiosk what `wire.ts` says, and nothing else.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { requestCertificate } from '../../../kiosk/fleet/certificate-request.ts';
import type { UplinkPairing } from '../../../kiosk/fleet/pairing.ts';
import { kioskTopics, officeTopics } from '../../../kiosk/fleet/wire.ts';
import { type Authority, createAuthority, officeName } from '../../../kiosk/office/authority.ts';
import { freePort } from '../../free-port.ts';

const program = '/usr/sbin/mosquitto';
/** It listens within a tenth of this, milliseconds. */
const startMs = 10_000;

export interface Broker {
  readonly url: string;
  /** What it has said. */
  readonly log: readonly string[];
  /** Who may connect as this client; `by`: signed by another authority. */
  identity(name: string, by?: Authority): Promise<UplinkPairing>;
  office(): Promise<UplinkPairing>;
  start(): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** `own`: whose signatures it believes; left out, an authority of the test's own. */
export async function openBroker(own?: Authority): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const authority = own ?? (await createAuthority('Office of a test', Date.now));
  const port = await freePort();
  const server = await authority.server(['127.0.0.1', 'localhost']);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const config = file(
    'mosquitto.conf',
    [
      `user ${userInfo().username}`,
      `listener ${port} 127.0.0.1`,
      `cafile ${file('ca.pem', authority.certificate)}`,
      `certfile ${file('server.pem', server.certificate)}`,
      `keyfile ${file('server.key', server.key)}`,
      'require_certificate true',
      'use_identity_as_username true',
      `acl_file ${file('acl', acl())}`,
      'set_tcp_nodelay true',
      'persistence false',
      'log_dest stderr',
      'log_type all',
    ].join('\n'),
  );
  const url = `mqtts://127.0.0.1:${port}`;
  const log: string[] = [];
  let child: ChildProcess | null = null;
  const identity = async (name: string, by = authority): Promise<UplinkPairing> => {
    const { request, key } = await requestCertificate(name);
    return { url, ca: authority.certificate, certificate: await by.kiosk(name, request), key };
  };
  const kill = async () => {
    const ended = child;
    child = null;
    if (ended === null || ended.exitCode !== null) return;
    const exit = once(ended, 'exit');
    ended.kill('SIGKILL');
    await exit;
  };
  const start = async () => {
    const started = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    await new Promise<void>((running, failed) => {
      const late = setTimeout(() => failed(new Error(`mosquitto does not run: ${log.slice(-5).join('; ')}`)), startMs);
      started.once('exit', () => failed(new Error(`mosquitto ended: ${log.slice(-5).join('; ')}`)));
      started.once('error', failed);
      started.stderr?.setEncoding('utf8').on('data', (text: string) => {
        log.push(...text.split('\n').filter((line) => line !== ''));
        if (!/ running$/m.test(text)) return;
        clearTimeout(late);
        running();
      });
    });
  };
  await start();
  return {
    ...{ url, log, identity, start, kill },
    office: async () => ({ url, ca: authority.certificate, ...(await authority.office()) }),
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `%u` is the name in the certificate. */
function acl(): string {
  const own = Object.values(kioskTopics).map((topic) => `pattern write ${topic('%u')}`);
  const read = [officeTopics.stored('%u'), officeTopics.command('%u'), officeTopics.look('%u'), officeTopics.lookAll];
  return [
    `user ${officeName}`,
    'topic read kiosk/#',
    'topic write office/#',
    ...own,
    ...read.map((topic) => `pattern read ${topic}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
