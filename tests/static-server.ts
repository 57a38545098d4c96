/** Carries a folder over real HTTP on loopback, as any web server does, and counts what it is asked for. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface StaticServer {
  readonly url: string;
  readonly asked: string[];
  /** What is answered in the place of a path, until it is deleted; 'hang': nothing ever. */
  readonly instead: Map<string, Buffer | number | 'hang'>;
  close(): Promise<void>;
}

export async function serveFolder(folder: string): Promise<StaticServer> {
  const asked: string[] = [];
  const instead = new Map<string, Buffer | number | 'hang'>();
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
    const bytes = other ?? (existsSync(file) ? readFileSync(file) : null);
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
