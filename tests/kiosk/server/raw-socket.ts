/** A WebSocket client made by hand, so that a test can send what no browser would: any Host, Origin, cookie and frame. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface RawOptions {
  readonly port: number;
  readonly path?: string;
  readonly host?: string;
  /** Null: no Origin at all. */
  readonly origin?: string | null;
  readonly cookie?: string | null;
}

export interface RawSocket {
  /** Status of the answer to the upgrade. */
  readonly status: number;
  readonly received: readonly Record<string, unknown>[];
  readonly closed: () => boolean;
  text(message: string): void;
  frame(opcode: number, payload: Uint8Array, final?: boolean): void;
  bytes(bytes: Uint8Array): void;
  /** The first message, already here or still to come, that fits; rejects when the socket closes before. */
  until(fits: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  untilClosed(): Promise<void>;
  pause(): void;
  resume(): void;
  end(): void;
}

export function openRaw(options: RawOptions): Promise<RawSocket> {
  const socket = connect(options.port, '127.0.0.1');
  const own = `127.0.0.1:${options.port}`;
  const origin = options.origin === undefined ? `http://${own}` : options.origin;
  const head = [
    `GET ${options.path ?? '/socket'} HTTP/1.1`,
    `Host: ${options.host ?? own}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(origin === null ? [] : [`Origin: ${origin}`]),
    ...(options.cookie == null ? [] : [`Cookie: ${options.cookie}`]),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', onData);
      const status = Number(bytes.toString('latin1').split(' ', 2)[1]);
      resolve(talk(socket, status, bytes.subarray(end + 4)));
    };
    socket.on('data', onData);
    socket.on('error', reject);
  });
}

function talk(socket: Socket, status: number, first: Buffer): RawSocket {
  const received: Record<string, unknown>[] = [];
  const watchers = new Set<() => void>();
  let closed = false;
  let rest = Buffer.alloc(0);
  const tell = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const take = (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const frame = readFrame(rest);
      if (frame === null) break;
      rest = rest.subarray(frame.length);
      if (frame.opcode === 1) received.push(JSON.parse(frame.payload.toString('utf8')));
      if (frame.opcode === 8) socket.end();
    }
    tell();
  };
  socket.on('data', take);
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    tell();
  });
  if (status === 101) take(first);
  const write = (bytes: Uint8Array) => {
    if (!closed) socket.write(bytes);
  };
  const wait = <T>(look: () => T | null, orClosed: boolean): Promise<T> =>
    new Promise((resolve, reject) => {
      const watcher = () => {
        const found = look();
        if (found !== null) resolve(found);
        else if (orClosed && closed) reject(new Error('the socket closed before the message came'));
        else return;
        watchers.delete(watcher);
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    status,
    received,
    closed: () => closed,
    text: (message) => write(masked(1, Buffer.from(message, 'utf8'), true)),
    frame: (opcode, payload, final = true) => write(masked(opcode, payload, final)),
    bytes: write,
    until: (fits) => wait(() => received.find(fits) ?? null, true),
    untilClosed: () => wait(() => (closed ? true : null), false).then(() => {}),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.destroy(),
  };
}

function masked(opcode: number, payload: Uint8Array, final: boolean): Buffer {
  const size = payload.length;
  const length =
    size < 126
      ? Buffer.from([0x80 | size])
      : size < 65_536
        ? Buffer.from([0x80 | 126, size >> 8, size & 255])
        : Buffer.concat([Buffer.from([0x80 | 127, 0, 0, 0, 0]), be32(size)]);
  const mask = randomBytes(4);
  const body = Buffer.from(payload);
  for (let at = 0; at < size; at++) body[at] = (body[at] as number) ^ (mask[at & 3] as number);
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), length, mask, body]);
}

function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] as number) & 127;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? bytes.readUInt32BE(6) : short;
  if (bytes.length < head + size) return null;
  return { opcode: (bytes[0] as number) & 15, payload: bytes.subarray(head, head + size), length: head + size };
}
