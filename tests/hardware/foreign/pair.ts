/** A pseudo-terminal whose other side a foreign machine holds. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import * as nodePty from '@lydell/node-pty';

/** What the library has and its types leave out. */
const opener = nodePty as unknown as {
  open(options: { readonly encoding: null }): {
    readonly master: NodeJS.ReadWriteStream & { destroy(): void };
    readonly slave: { destroy(): void };
    readonly ptsName: string;
  };
};

export interface Side {
  /** What a host opens. */
  readonly path: string;
  send(bytes: readonly number[]): void;
  close(): void;
}

export function openSide(received: (bytes: readonly number[]) => void): Side {
  const { master, slave, ptsName: path } = opener.open({ encoding: null });
  // Held open, so that the line does not hang up between two hosts.
  const holder = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  slave.destroy();
  spawnSync('stty', ['-F', path, 'raw', '-echo', '4800']);
  master.on('data', (bytes: Buffer) => received([...bytes]));
  master.on('error', () => {});
  return {
    path,
    send: (bytes) => void master.write(Buffer.from(bytes)),
    close() {
      closeSync(holder);
      master.destroy();
    },
  };
}
