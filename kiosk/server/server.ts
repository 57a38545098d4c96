/**
 * The door to the browser: loopback only, one glass, nothing without its cookie. Whatever is wrong with what comes in
 * is refused and counted here; nothing malformed goes further.
 */
import { existsSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../../hardware/clock.ts';
import { cookieOf } from './cookie.ts';
import { type CookieStore, createLaunch, type Launch } from './launch.ts';
import { addNoticeRoute, noticePath, type OnNotice } from './notice-door.ts';
import { pageHeaders } from './page-headers.ts';
import { createRefusals, type DoorLog, type Refusal, type Refusals } from './refused.ts';
import { createSeat, type Seat } from './seat.ts';
import { addStaffRoutes, pageCookie } from './staff-door.ts';
import type { Desk } from './staff-desk.ts';
import { staffPath } from './staff-wire.ts';
import { createTouchDoor, type TouchDoor, type TouchGlass } from './touch-door.ts';
import { type Intent, type ScreenName, socketPath, touchPath, type View } from './wire.ts';

const largestMessageBytes = 4_096;
const mostFragments = 16;
const largestHeaderBytes = 8_192;
const largestBodyBytes = 1_024;
const mostConnections = 128;
/** A first page with all its fonts is under 200. */
const mostRequests = 1_000;
const requestWindowMs = 10_000;
const requestTimeoutMs = 10_000;

export interface ServerParts {
  readonly view: () => View;
  /** Once for each intent that is well made and was made on the screen that is shown. */
  readonly onIntent: (intent: Intent, screen: ScreenName) => void;
  /** Calls the listener whenever the View may have changed; the answer ends that. */
  readonly subscribe: (listener: () => void) => () => void;
  /** `lost`: nothing heard for 10 s; `seen`: somebody is there (again). Begins as lost, without a call. */
  readonly onGlass: (state: 'seen' | 'lost') => void;
  /** On 127.0.0.1; 0 takes any free port. */
  readonly port: number;
  /** The built UI. Without an index.html there every page says what to do. */
  readonly uiFolder: string;
  readonly clock: Clock;
  readonly log: DoorLog;
  /** With the bench: the one launch code stays good until the daemon ends. */
  readonly reusableCode: boolean;
  /** A wallet's gateway says that something became of a payment. */
  readonly onNotice: OnNotice;
  readonly cookies: CookieStore;
  /** The staff's page; null: there is none. */
  readonly staff: { readonly desk: () => Promise<Desk>; readonly cookies: CookieStore; readonly folder: string } | null;
  /** Further figures for GET /health, shown to the glass only. */
  readonly health: () => Readonly<Record<string, number | string | boolean>>;
}

export interface KioskServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** Where a browser begins. Each call makes a new code (good once, 60 s) unless codes are reusable. */
  launchUrl(): string;
  /** The same for the staff's page; null when there is none. */
  staffUrl(): string | null;
  refused(): Readonly<Record<Refusal, number>>;
  glass(): 'seen' | 'lost';
  /** The kiosk's own browser, for a check of the touch screen. */
  readonly touch: TouchGlass;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

interface Door extends ServerParts {
  readonly launch: Launch;
  readonly staffLaunch: Launch | null;
  readonly refusals: Refusals;
  readonly seat: Seat;
  readonly touch: TouchDoor;
  readonly portNow: () => number;
}

/** Resolves when it listens. Rejects with a message that says what to do when the port cannot be had. */
export async function createServer(parts: ServerParts): Promise<KioskServer> {
  const refusals = createRefusals(parts.log);
  const app = Fastify({
    logger: false,
    bodyLimit: largestBodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    http: { maxHeaderSize: largestHeaderBytes },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    clientErrorHandler: (_error, socket) => malformed(refusals, socket),
    frameworkErrors: (_error, _request, reply) => {
      refusals.count('http-malformed');
      refuse(reply as FastifyReply, 400, 'This address cannot be read.');
    },
  });
  app.server.maxConnections = mostConnections;
  const door: Door = {
    ...parts,
    refusals,
    launch: createLaunch(parts),
    staffLaunch: parts.staff === null ? null : createLaunch({ ...parts, cookies: parts.staff.cookies }),
    seat: createSeat({ ...parts, refusals }),
    touch: createTouchDoor(refusals),
    portNow: () => (app.server.address() as AddressInfo | null)?.port ?? parts.port,
  };
  await addRoutes(app, door);
  await listen(app, parts.port);
  const url = `http://127.0.0.1:${door.portNow()}/`;
  const unsubscribe = parts.subscribe(() => door.seat.changed());
  return {
    url,
    launchUrl: () => `${url}?code=${door.launch.code()}`,
    staffUrl: () => (door.staffLaunch === null ? null : `${url}staff/?code=${door.staffLaunch.code()}`),
    refused: () => refusals.all(),
    glass: () => door.seat.glass(),
    touch: door.touch,
    async close() {
      unsubscribe();
      door.seat.close();
      for (const client of app.websocketServer.clients) client.terminate();
      await app.close();
    },
  };
}

/** All that comes in is judged by this kiosk's own code, so that the compilers of schemas need not be loaded. */
function noSchemas(): never {
  throw new Error('The door judges messages itself: give its routes no schema.');
}

async function listen(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'EADDRINUSE' ? 'another program listens there' : `it cannot be opened (${code})`;
    throw new Error(`Port ${port} of 127.0.0.1: ${why}. End it, or choose another port with --http.`);
  }
}

async function addRoutes(app: FastifyInstance, door: Door): Promise<void> {
  // First of all: it marks upgrades, and ends the socket of one that is refused.
  await app.register(fastifyWebsocket, {
    options: { maxPayload: largestMessageBytes, maxFragments: mostFragments, perMessageDeflate: false },
    // A broken socket ends; `ws` reports a message that is too long or not UTF-8 here.
    errorHandler: (_error, socket) => socket.terminate(),
  });
  // Before any other work: a stranger costs as little as possible and learns nothing.
  app.addHook('onRequest', async (request, reply) => {
    const refusal = wrongSender(request, door.portNow());
    if (refusal === null) return;
    door.refusals.count(refusal);
    return refuse(reply, 403, 'This page is only for the kiosk itself.');
  });
  await app.register(fastifyRateLimit, {
    max: mostRequests,
    timeWindow: requestWindowMs,
    onExceeded: () => door.refusals.count('http-too-often'),
  });
  await app.register(fastifyHelmet, pageHeaders);
  app.addHook('onRequest', (request, reply) => admit(request, reply, door));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 429) return refuse(reply, 429, 'Too many requests. Wait ten seconds.');
    if (status >= 500) {
      door.log.warn({ error: error.message }, 'a page could not be given');
      return refuse(reply, 500, 'The kiosk cannot answer now.');
    }
    door.refusals.count('http-malformed');
    return refuse(reply, 400, 'This request cannot be read.');
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'There is nothing here.'));
  app.get(socketPath, { websocket: true }, (socket, request) => {
    const page = (request.query as Record<string, unknown>).page;
    socket.on('error', () => door.refusals.count('socket-frame'));
    const seated = door.seat.sit(socket, typeof page === 'string' && /^[\w-]{8,64}$/.test(page) ? page : null);
    socket.on('message', (data, isBinary) => (isBinary ? seated.binary() : seated.text(String(data))));
    socket.on('close', () => seated.closed());
  });
  app.get(touchPath, { websocket: true }, (socket) => {
    socket.on('error', () => door.refusals.count('socket-frame'));
    const seated = door.touch.sit(socket);
    socket.on('message', (data, isBinary) => seated.message(isBinary ? null : String(data)));
    socket.on('close', () => seated.closed());
  });
  if (door.staff !== null && door.staffLaunch !== null) {
    await addStaffRoutes(app, { ...door, ...door.staff, launch: door.staffLaunch, refuse });
  }
  await addNoticeRoute(app, { ...door, refuse });
  app.get('/health', (request, reply) => health(request, reply, door));
  if (existsSync(join(door.uiFolder, 'index.html'))) {
    await app.register(fastifyStatic, {
      root: door.uiFolder,
      cacheControl: false,
      setHeaders: (response, path) => {
        // Built files carry their content's hash in their names; the page that names them does not.
        response.header('cache-control', path.includes('/assets/') ? 'max-age=31536000, immutable' : 'no-store');
      },
    });
  } else {
    app.get('/', (_request, reply) => refuse(reply, 503, 'The screens are not built yet. Run: npm start'));
  }
}

/** Host by name (DNS rebinding), Origin where one must or does stand, and no method but reading, save for staff and notices. */
function wrongSender(request: FastifyRequest, port: number): Refusal | null {
  const hosts = ['127.0.0.1', 'localhost'].flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) return 'http-host';
  const asks = request.method === 'POST' && request.url.startsWith(staffPath);
  if (origin === undefined ? request.ws || asks : origin !== `http://${host}`) return 'http-origin';
  const writes = asks || isNotice(request);
  return request.method === 'GET' || request.method === 'HEAD' || writes ? null : 'http-method';
}

/** Lets in whoever has the cookie, gives it to whoever has a code, and turns everybody else away. */
async function admit(request: FastifyRequest, reply: FastifyReply, door: Door): Promise<unknown> {
  const [path, query = ''] = request.url.split('?', 2) as [string, string?];
  if (path === '/' && request.method === 'GET') {
    const code = new URLSearchParams(query).get('code');
    if (code !== null) return exchange(reply, code, { door, launch: door.launch, name: cookieName(door), path: '/' });
  }
  if (isStaff(path) && door.staffLaunch !== null) {
    const name = pageCookie(door.portNow());
    const code = path === staffPath && request.method === 'GET' ? new URLSearchParams(query).get('code') : null;
    if (code !== null) return exchange(reply, code, { door, launch: door.staffLaunch, name, path: staffPath });
    if (door.staffLaunch.knows(cookieOf(request, name) ?? '')) return;
  }
  // A gateway has no cookie: its signature is looked at where the notice is read.
  if (path === '/health' || isNotice(request) || hasCookie(request, door)) return;
  door.refusals.count('cookie');
  return refuse(reply, 403, 'Open the kiosk with the address that was shown when it started.');
}

function isNotice({ method, url }: FastifyRequest): boolean {
  return method === 'POST' && url.startsWith(noticePath);
}

function isStaff(path: string): boolean {
  return path === '/staff' || path.startsWith(staffPath);
}

interface Exchange {
  readonly door: Door;
  readonly launch: Launch;
  /** Of the cookie, and where it is sent. */
  readonly name: string;
  readonly path: string;
}

function exchange(reply: FastifyReply, code: string, { door, launch, name, path }: Exchange): FastifyReply {
  const cookie = launch.exchange(code);
  if (cookie === null) {
    door.refusals.count('code');
    return refuse(reply, 403, 'This address was used already or is too old. Start the kiosk again for a new one.');
  }
  return reply
    .header('set-cookie', `${name}=${cookie}; HttpOnly; SameSite=Strict; Path=${path}; Max-Age=34560000`)
    .header('cache-control', 'no-store')
    .redirect(path, 303);
}

/** Browsers keep cookies for a host, not for a port: two kiosks on one machine must not take each other's. */
function cookieName(door: Door): string {
  return `kiosk-${door.portNow()}`;
}

function hasCookie(request: FastifyRequest, door: Door): boolean {
  return door.launch.knows(cookieOf(request, cookieName(door)) ?? '');
}

/** Whoever asks learns that the daemon lives; figures are for the glass. */
function health(request: FastifyRequest, reply: FastifyReply, door: Door): FastifyReply {
  void reply.header('cache-control', 'no-store');
  if (!hasCookie(request, door)) return reply.send({ ok: true });
  return reply.send({ ok: true, glass: door.seat.glass(), refused: door.refusals.all(), ...door.health() });
}

function refuse(reply: FastifyReply, status: number, words: string): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('connection', 'close')
    .type('text/plain; charset=utf-8')
    .send(`${words}\n`);
}

function malformed(refusals: Refusals, socket: Socket): void {
  refusals.count('http-malformed');
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  else socket.destroy();
}
