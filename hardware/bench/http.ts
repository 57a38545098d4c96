/** The bench over HTTP on loopback: what stands in the cabinet, what a hand does to it, and what happens. */
import { existsSync } from 'node:fs';
import { request as ask } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { currencyExponent } from '../currency.ts';
import type { BenchBill } from './bills.ts';
import type { Cabinet } from './cabinet.ts';
import { createPainter } from './painter.ts';
import { readPaper } from './paper-marks.ts';
import { type BenchService, parseServiceAction } from './services.ts';
import { parseAction } from './verbs.ts';

const LONGEST_BODY_BYTES = 16 * 1024;
const MOST_STREAMS = 32;
/** A reader of events that is this far behind is let go; it may come again. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** Of the cabinet and of the kiosk's computer in it. */
const cutSupply = 'cut supply';
const cabinetActions = ['cut power', 'restore power', 'unplug', 'plug'];
const pageFolder = fileURLToPath(new URL('../../dist/bench', import.meta.url));

/** What the page has to know beside devices and services. */
export interface CabinetPage {
  /** Where a browser opens the kiosk's screen; null while nobody said. */
  readonly kiosk: () => string | null;
  /** Of the kiosk's slips. */
  readonly timeZone: string;
  /** Decimals of the configured currency. */
  readonly money: { readonly currency: string; readonly exponent: number };
  /** Bills of a biller without a network; null when there is none. */
  readonly bills: (() => readonly BenchBill[]) | null;
}

export interface BenchServer {
  readonly url: string;
  readonly port: number;
  /** Services may come after the port is known. */
  serve(services: readonly BenchService[]): void;
  close(): Promise<void>;
}

/** @throws Error when the port is taken. `port` 0 takes a free one. */
export async function listenBench(cabinet: Cabinet, port: number, page: CabinetPage): Promise<BenchServer> {
  const services = new Map<string, BenchService>();
  const streams = new Set<ServerResponse>();
  const app = fastify({ bodyLimit: LONGEST_BODY_BYTES, forceCloseConnections: true });
  guard(app);
  deviceRoutes(app, cabinet, () =>
    [...services.values()].map(({ id }) => ({ id, url: `http://127.0.0.1:${bound}/services/${id}` })),
  );
  tableRoutes(app, cabinet);
  pageRoutes(app, cabinet, page, services);
  serviceRoutes(app, cabinet, services);
  eventRoute(app, cabinet, streams);
  if (existsSync(pageFolder)) await app.register(fastifyStatic, { root: pageFolder });

  let bound = port;
  await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address();
  if (address !== null && typeof address === 'object') bound = address.port;
  return {
    url: `http://127.0.0.1:${bound}/`,
    port: bound,
    serve(found) {
      for (const service of found) services.set(service.id, service);
    },
    async close() {
      for (const stream of streams) stream.end();
      await app.close();
    },
  };
}

function problem(reply: FastifyReply, status: number, error: string, message: string): FastifyReply {
  return reply.code(status).send({ error, message });
}

/** A page of another origin must not reach the machines by way of a name that means this computer. */
function guard(app: FastifyInstance): void {
  const own = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/;
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    const stranger = origin !== undefined && !own.test(origin.replace(/^http:\/\//, ''));
    if (host === undefined || !own.test(host) || stranger)
      return problem(reply, 403, 'foreign', 'the bench answers to 127.0.0.1 and localhost only');
  });
  app.setErrorHandler((error: { readonly statusCode?: number; readonly message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    return problem(reply, status, status < 500 ? 'request' : 'bench', error.message);
  });
  app.setNotFoundHandler((request, reply) =>
    problem(reply, 404, 'not-found', `there is nothing at ${request.method} ${request.url}`),
  );
}

type WithId = { readonly Params: { readonly id: string } };

function deviceRoutes(app: FastifyInstance, cabinet: Cabinet, services: () => readonly object[]): void {
  const unknown = (request: FastifyRequest<WithId>, reply: FastifyReply): FastifyReply =>
    problem(reply, 404, 'not-found', `there is no device ${request.params.id}`);

  app.get('/devices', async () => ({ devices: cabinet.devices(), services: services() }));

  app.get<WithId>(
    '/devices/:id',
    async (request, reply) => cabinet.detail(request.params.id) ?? unknown(request, reply),
  );

  app.post<WithId>('/devices/:id/actions', async (request, reply) => {
    const { id } = request.params;
    if (cabinet.detail(id) === null) return unknown(request, reply);
    const verb = parseAction(request.body);
    if (verb.type === 'wrong') return problem(reply, 400, 'action', verb.reason);
    if (verb.type === 'owner' && verb.verb !== 'plug' && verb.verb !== 'unplug')
      return problem(reply, 400, 'action', `"${verb.verb}" is not an action of a device`);
    const result = await cabinet.act(id, verb);
    return result.ok ? { ok: true, device: cabinet.detail(id) } : reply.code(409).send(result);
  });

  app.post('/actions', async (request, reply) => {
    if ((request.body as { action?: unknown } | null)?.action === cutSupply) {
      const result = await cabinet.cutSupply();
      return result.ok ? { ok: true, devices: cabinet.devices() } : reply.code(409).send(result);
    }
    const verb = parseAction(request.body);
    if (verb.type === 'wrong') return problem(reply, 400, 'action', verb.reason);
    const name = verb.type === 'owner' ? verb.verb : verb.action.action;
    if (!cabinetActions.includes(name))
      return problem(reply, 400, 'action', `the whole cabinet knows ${[...cabinetActions, cutSupply].join(', ')}`);
    const result = await cabinet.actOnAll(verb);
    return result.ok ? { ok: true, devices: cabinet.devices() } : reply.code(409).send(result);
  });

  app.get<WithId>('/devices/:id/paper.bin', async (request, reply) => {
    const paper = cabinet.paper(request.params.id);
    if (paper === null) return problem(reply, 404, 'no-paper', `no paper hangs from ${request.params.id}`);
    return reply.type('application/octet-stream').header('cache-control', 'no-store').send(Buffer.from(paper));
  });

  app.get<WithId>('/devices/:id/paper.png', async (request, reply) => {
    const paper = cabinet.paper(request.params.id);
    if (paper === null) return problem(reply, 404, 'no-paper', `no paper hangs from ${request.params.id}`);
    return sendPicture(reply, paper);
  });
}

const painter = createPainter();

/** Newest on top, as it comes out of the mouth. */
async function sendPicture(reply: FastifyReply, paper: Uint8Array): Promise<FastifyReply> {
  const picture = await painter.paint(paper);
  return reply.type('image/png').header('cache-control', 'no-store').send(Buffer.from(picture));
}

const codesRead = new WeakMap<Uint8Array, readonly string[]>();

/** The texts of the square codes on a piece of paper, as a scanner reads them; pages ask for them every few seconds. */
function codesOn(paper: Uint8Array): readonly string[] {
  const known = codesRead.get(paper);
  if (known !== undefined) return known;
  const marks = readPaper(paper, () => 0).slips.flatMap((slip) => slip.marks);
  const codes = marks.flatMap((mark) => (mark.type === 'code' ? [new TextDecoder().decode(mark.code.data)] : []));
  codesRead.set(paper, codes);
  return codes;
}

type WithNumber = { readonly Params: { readonly number: string } };

/** What a hand laid on the table: it can be looked at and thrown away. */
function tableRoutes(app: FastifyInstance, cabinet: Cabinet): void {
  const missing = (request: FastifyRequest<WithNumber>, reply: FastifyReply): FastifyReply =>
    problem(reply, 404, 'not-found', `nothing on the table has the number ${request.params.number}`);

  app.get('/table', async () => ({
    items: cabinet.table.map((item) => {
      const { number, device, kind } = item;
      const codes = item.kind === 'paper' ? codesOn(item.bytes) : [];
      return { number, device, kind, cash: item.kind === 'box' ? item.cash : [], codes };
    }),
  }));

  app.get<WithNumber>('/table/:number/paper.png', async (request, reply) => {
    const item = cabinet.table.find(({ number }) => String(number) === request.params.number);
    return item?.kind === 'paper' ? sendPicture(reply, item.bytes) : missing(request, reply);
  });

  app.delete<WithNumber>('/table/:number', async (request, reply) =>
    cabinet.throwAway(Number(request.params.number)) ? { ok: true } : missing(request, reply),
  );
}

function pageRoutes(
  app: FastifyInstance,
  cabinet: Cabinet,
  { kiosk, timeZone, money, bills }: CabinetPage,
  services: ReadonlyMap<string, BenchService>,
): void {
  app.get('/cabinet', async () => {
    const details = cabinet.devices().flatMap(({ id }) => cabinet.detail(id) ?? []);
    const sums = details.flatMap(({ denominations, ledger = [] }) => [...denominations, ...ledger]);
    const exponents = Object.fromEntries(sums.map(({ currency }) => [currency, currencyExponent(currency) ?? 2]));
    return {
      power: cabinet.power,
      kiosk: kiosk(),
      timeZone,
      currency: money.currency,
      exponents: { ...exponents, [money.currency]: money.exponent },
    };
  });
  app.get('/bills', async () => ({
    bills: bills?.() ?? [...services.values()].flatMap((service) => service.bills()),
  }));
}

function serviceRoutes(app: FastifyInstance, cabinet: Cabinet, services: ReadonlyMap<string, BenchService>): void {
  const unknown = (request: FastifyRequest<WithId>, reply: FastifyReply): FastifyReply =>
    problem(reply, 404, 'not-found', `there is no service ${request.params.id}`);

  app.get<WithId>('/services/:id', async (request, reply) => {
    const service = services.get(request.params.id);
    return service === undefined ? unknown(request, reply) : { id: service.id, ...service.state() };
  });

  app.post<WithId>('/services/:id/actions', async (request, reply) => {
    const service = services.get(request.params.id);
    if (service === undefined) return unknown(request, reply);
    const action = parseServiceAction(request.body);
    if (typeof action === 'string') return problem(reply, 400, 'action', action);
    const result = await service.act(action);
    if (!result.ok) return reply.code(409).send(result);
    cabinet.happened({ service: service.id }, { event: 'service.changed', ...service.news() });
    return { ok: true, service: { id: service.id, ...service.state() } };
  });

  // In a scope of its own, where a body is bytes: a signature is over them as they came.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.all<WithId>('/services/:id/*', async (request, reply) => {
      const service = services.get(request.params.id);
      if (service === undefined) return unknown(request, reply);
      reply.hijack();
      handOn(request, reply.raw, service);
    });
  });
}

/** Of one connection, not of what goes through it. */
const hopHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host', 'upgrade', 'expect'];

function handedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopHeaders.includes(name)));
}

/** Hands a request on to the service itself; when that hangs up or refuses, so does this. */
function handOn(request: FastifyRequest<WithId>, response: ServerResponse, service: BenchService): void {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const path = (request.raw.url ?? '').replace(/^\/services\/[^/?]+/, '');
  const headers = { ...handedOn(request.headers), 'content-length': String(body.length) };
  const onward = ask(`${service.origin}${path}`, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, handedOn(answer.headers));
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  onward.end(body);
}

function eventRoute(app: FastifyInstance, cabinet: Cabinet, streams: Set<ServerResponse>): void {
  app.get('/events', (_request, reply) => {
    if (streams.size >= MOST_STREAMS) {
      problem(reply, 503, 'busy', `at most ${MOST_STREAMS} readers of events at once`);
      return;
    }
    reply.hijack();
    const stream = reply.raw;
    streams.add(stream);
    stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    stream.write(': bench\n\n');
    const end = cabinet.watch(({ number, text }) => {
      if (stream.writableLength > MOST_UNREAD_BYTES) stream.destroy();
      else stream.write(`id: ${number}\ndata: ${text}\n\n`);
    });
    stream.on('error', () => {});
    stream.on('close', () => {
      end();
      streams.delete(stream);
    });
  });
}
