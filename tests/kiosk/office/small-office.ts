/** A small office of a test's own over real HTTP and TLS: who pairs, whose journal comes, and what may go wrong on the way. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { createAuthority } from '../../../kiosk/office/authority.ts';
import { type Broker, openEmbeddedBroker } from '../../../kiosk/office/broker.ts';
import { Collector } from '../../../kiosk/office/collector.ts';
import { createDesk } from '../../../kiosk/office/desk.ts';
import { openPairings, type Pairings } from '../../../kiosk/office/pairing.ts';
import { pairingRoutes } from '../../../kiosk/office/pairing-routes.ts';
import type { Route } from '../../../kiosk/office/server/route.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';

/** What stands between: it sees each answer before the kiosk does, and each request before the office. */
export interface Between {
  request: (path: string, body: unknown) => unknown;
  /** 'hang': no answer ever comes; 'cut': the connection is. */
  answer: (path: string, body: unknown) => unknown;
}

export interface SmallOffice {
  readonly url: string;
  readonly broker: Broker;
  readonly database: Database;
  readonly pairings: Pairings;
  readonly collector: Collector;
  readonly between: Between;
  /** Public half of the key of its commands. */
  readonly command: string;
  readonly problems: string[];
  /** As somebody at the console does. */
  type(code: string, more?: { readonly replace: true }): Promise<{ readonly status: number; readonly json: unknown }>;
  close(): Promise<void>;
}

export interface SmallOfficeOptions {
  /** 0: any that is free. */
  readonly port?: number;
  readonly repository?: string;
  readonly root?: string;
  readonly nowMs?: () => number;
  /** Left out: one of its own, in memory. */
  readonly database?: Database;
}

export async function openSmallOffice(options: SmallOfficeOptions = {}): Promise<SmallOffice> {
  const { port = 0, repository = 'http://127.0.0.1:9', root = '{}', nowMs = Date.now } = options;
  const authority = await createAuthority('Small office', Date.now);
  const database = options.database ?? (await openDatabase({ folder: null }));
  const problems: string[] = [];
  const collector = new Collector({ database });
  const posts: Promise<void>[] = [];
  const command = String(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
  let url = '';
  const pairings = await openPairings({
    ...{ database, authority, command, nowMs },
    given: () => ({ broker: broker.url, repository, root }),
  });
  const desk = createDesk({
    ...{ database, collector, nowMs: Date.now, startedMs: Date.now() },
    publish: (topic, payload, how) => broker.publish(topic, payload, how),
    onProblem: (kiosk, problem) => problems.push(`${kiosk}: ${problem}`),
  });
  const broker = await openEmbeddedBroker({
    ...(await authority.server(['127.0.0.1'])),
    authority: authority.certificate,
    ...{ host: '127.0.0.1', port: 0 },
    take: (post) => posts.push(desk.take(post)),
    believes: (kiosk, serial) => pairings.believes(kiosk, serial),
  });
  const between: Between = { request: (_, body) => body, answer: (_, body) => body };
  const server = createServer((request, response) => void answer(pairingRoutes(pairings), between, request, response));
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, broker, database, pairings, collector, between, command, problems },
    async type(code, more) {
      const body = JSON.stringify({ code, ...more });
      const response = await fetch(`${url}/api/pairings`, { method: 'POST', body });
      return { status: response.status, json: await response.json() };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await broker.close();
      await Promise.allSettled(posts);
      if (options.database === undefined) await database.close();
    },
  };
}

async function answer(
  routes: readonly Route[],
  between: Between,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const came: unknown = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const told = await answered(routes, String(request.method), path, between.request(path, came));
  const said = between.answer(path, told.json);
  if (said === 'hang') return;
  if (said === 'cut') {
    response.destroy();
    return;
  }
  response.writeHead(told.status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
}

async function answered(
  routes: readonly Route[],
  method: string,
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly json: unknown }> {
  for (const route of routes) {
    const names = [...route.path.matchAll(/:([a-z]+)/g)].map(([, name]) => name as string);
    const match = new RegExp(`^${route.path.replaceAll(/:[a-z]+/g, '([^/]+)')}$`).exec(path);
    if (route.method !== method || match === null) continue;
    if (route.body !== null && !v.is(route.body, body)) return { status: 422, json: { problem: 'not-well-made' } };
    const parameters = Object.fromEntries(names.map((name, at) => [name, match[at + 1] as string]));
    const done = await route.handle({ person: route.right === null ? '' : 'Zhao Min', parameters, query: {}, body });
    if (!('json' in done)) throw new Error('a file is no answer here');
    return done;
  }
  return { status: 404, json: { problem: 'no-such-page' } };
}
