/** Carries a folder over real HTTP on loopback, as any web server does, and counts what it is asked for. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

type Instead = Buffer | number | 'hang' | 'drip';

/** Between two bytes of what drips, milliseconds. */
const dripMs = 20;

export interface StaticServer {
  readonly url: string;
  readonly asked: string[];
  /** What is answered in the place of a path, until it is deleted; 'hang': nothing ever; 'drip': what is there, byte by byte. */
  readonly instead: Map<string, Instead>;
  close(): Promise<void>;
}

export async function serveFolder(folder: string): Promise<StaticServer> {
  const asked: string[] = [];
  const instead = new Map<string, Instead>();
  const server = createServer((request, response) => {
    const path = String(request.url);
    asked.push(path);
    const other = instead.get(path);
    if (other === 'hang') return;
    if (typeof other === 'number') {
      response.writeHead(other).end();
      return;
    }
    const file = join(folder, path);
    const there = existsSync(file) ? readFileSync(file) : null;
    if (other === 'drip' && there !== null) {
      drip(response.writeHead(200), there);
      return;
    }
    const bytes = Buffer.isBuffer(other) ? other : there;
    response.writeHead(bytes === null ? 404 : 200).end(bytes);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    instead,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function drip(response: ServerResponse, bytes: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent === bytes.length) response.end();
    else response.write(bytes.subarray(sent, ++sent));
  }, dripMs);
  response.once('close', () => clearInterval(timer));
}
