/** A wire as the simulated machine holds it: it can be pulled out and put back, and outlives every host. */
import { createServer, type Server, type Socket } from 'node:net';

export interface LineListener {
  received(bytes: Uint8Array): void;
}

export interface Line {
  /** What a host opens: a path or `127.0.0.1:PORT`. Stays the same over unplug and plug where it can. */
  readonly port: string;
  /** The pseudo-terminal's own path; null for TCP or when unplugged. */
  readonly tty: string | null;
  readonly plugged: boolean;
  /** To the host; lost when unplugged or nobody listens. */
  send(bytes: Uint8Array): void;
  /** @throws Error when the line cannot be had again. */
  plug(): Promise<void>;
  unplug(): void;
  close(): void;
}

const MOST_UNSENT_BYTES = 64 * 1024;

/**
 * A TCP port on loopback, one host at a time: the newer host is turned away while the first is there.
 * `port` 0 takes a free one and keeps it.
 *
 * @throws Error when the port is taken.
 */
export async function openTcpLine(listener: LineListener, port: number): Promise<Line> {
  let server: Server | null = null;
  let host: Socket | null = null;
  let bound = port;

  async function plug(): Promise<void> {
    if (server !== null) return;
    const fresh = createServer((socket) => {
      if (host !== null) {
        socket.destroy();
        return;
      }
      host = socket;
      socket.setNoDelay(true);
      socket.on('data', (bytes: Buffer) => listener.received(bytes));
      socket.on('error', () => {});
      socket.on('close', () => {
        if (host === socket) host = null;
      });
    });
    server = fresh;
    await new Promise<void>((resolve, reject) => {
      fresh.once('error', (error) => {
        server = null;
        reject(error);
      });
      fresh.listen(bound, '127.0.0.1', () => resolve());
    });
    const address = fresh.address();
    if (address !== null && typeof address === 'object') bound = address.port;
  }

  function unplug(): void {
    server?.close();
    server = null;
    host?.destroy();
    host = null;
  }

  await plug();
  return {
    get port() {
      return `127.0.0.1:${bound}`;
    },
    tty: null,
    get plugged() {
      return server !== null;
    },
    send(bytes) {
      if (host !== null && host.writableLength <= MOST_UNSENT_BYTES) host.write(bytes);
    },
    plug,
    unplug,
    close: unplug,
  };
}
