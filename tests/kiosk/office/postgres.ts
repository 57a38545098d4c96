/** A PostgreSQL server of a test's own: in a folder of its own, on loopback, gone with the test. */
import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../free-port.ts';

const run = promisify(execFile);

export interface PostgresServer {
  readonly url: string;
  /** Where it may read and write. */
  readonly folder: string;
  /** As when its process dies; what was committed is there again after `start`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * `synced`: what is committed is on the disk, and not only safe from the end of the process.
 * @throws Error when PostgreSQL is not installed
 */
export async function startPostgres({ synced }: { readonly synced: boolean }): Promise<PostgresServer> {
  const bin = await programs();
  const folder = mkdtempSync(join(tmpdir(), 'office-postgres-'));
  const port = await freePort();
  const as = await owner(folder);
  const data = join(folder, 'data');
  const call = (program: string, ...args: string[]) => {
    const [command = '', ...rest] = [...as, join(bin, program), ...args];
    return run(command, rest, { cwd: folder, timeout: 60_000 });
  };
  await call('initdb', '-D', data, '-U', 'office', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=${synced ? 'on' : 'off'}`;
  const start = async () => {
    await call('pg_ctl', '-D', data, '-o', options, '-l', join(folder, 'log'), '-w', 'start');
  };
  await start();
  return {
    url: `postgresql://office@127.0.0.1:${port}/postgres`,
    folder,
    start,
    kill: async () => {
      await call('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
    },
    remove: async () => {
      await call('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop').catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The newest version's folder of programs. */
async function programs(): Promise<string> {
  const root = '/usr/lib/postgresql';
  const [newest] = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
  return join(root, String(newest), 'bin');
}

/** It refuses to run as root: then it runs as the user that its package made. */
async function owner(folder: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  );
  chownSync(folder, uid as number, gid as number);
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}
