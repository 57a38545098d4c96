/**
 * The office's door: its console, what the console asks, and the folder of signed configurations. Loopback only. Whatever is
 * wrong with what comes in is refused here, and costs nobody else anything.
 */
import { existsSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { parseJsonStrict } from '../../../config/strict-json.ts';
import { pageHeaders } from '../../server/page-headers.ts';
import { portProblem } from '../port-problem.ts';
import type { LogIn } from './log-in.ts';
import { addRoutes } from './routes.ts';
import type { Route } from './route.ts';
import { addSessionRoutes, sessionToken } from './session-door.ts';

const headerMaximum = 8_192;
const bodyMaximum = 16_384;
/** Every kiosk may come for a configuration at once. */
const connectionsMaximum = 2_048;
/** Of the console; what only carries files is not counted. */
const requestsMaximum = 1_000;
const requestsWindowMs = 10_000;
const requestTimeoutMs = 10_000;
/** What is still answered at the end has so long to be taken. */
const endMs = 2_000;

export interface OfficeServerParts {
  readonly routes: readonly Route[];
  readonly logIn: LogIn;
  /** On 127.0.0.1; 0 takes any free port. */
  readonly port: number;
  /** The origin under which something in front of it is reached; null: nothing is there. */
  readonly publicUrl: string | null;
  /** The built console. Without an index.html there its page says what to do. */
  readonly consoleFolder: string;
  /** The public part of the repository, carried below `/tuf/`. */
  readonly repositoryFolder: string;
  readonly onProblem: (words: string, error: Error) => void;
}

export interface OfficeServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Listens no more; resolves when everything that was asked is answered. */
  close(): Promise<void>;
}

/** Resolves when it listens. Rejects with a message that says what to do when the port cannot be had. */
export async function openOfficeServer(parts: OfficeServerParts): Promise<OfficeServer> {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyMaximum,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: headerMaximum },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    clientErrorHandler: (_error, socket) => malformed(socket),
    frameworkErrors: (_error, _request, reply) => void refuse(reply as FastifyReply, 400, 'malformed'),
  });
  app.server.maxConnections = connectionsMaximum;
  const portNow = () => (app.server.address() as AddressInfo | null)?.port ?? parts.port;
  await build(app, parts, portNow);
  await listen(app, parts.port);
  return {
    url: `http://127.0.0.1:${portNow()}`,
    close: async () => {
      const impatience = setTimeout(() => app.server.closeAllConnections(), endMs);
      await app.close();
      clearTimeout(impatience);
    },
  };
}

/** All that comes in is judged by `routes.ts`, so that the compilers of schemas need not be loaded. */
function noSchemas(): never {
  throw new Error('The door judges messages itself: give its routes no schema.');
}

async function listen(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    throw portProblem(port, '--http', error);
  }
}

async function build(app: FastifyInstance, parts: OfficeServerParts, portNow: () => number): Promise<void> {
  // Before any other work: a stranger costs as little as possible and learns nothing.
  app.addHook('onRequest', async (request, reply) => {
    if (isForeign(request, portNow(), parts.publicUrl)) return refuse(reply, 403, 'foreign');
  });
  await app.register(fastifyRateLimit, {
    max: requestsMaximum,
    timeWindow: requestsWindowMs,
    allowList: (request) => request.url.startsWith('/tuf/'),
  });
  await app.register(fastifyHelmet, pageHeaders);
  // Nothing but strict JSON is read, whatever the request says that it is.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    const read = text === '' ? { ok: true, json: null } : parseJsonStrict(String(text));
    if (read.ok) done(null, read.json);
    else done(Object.assign(new Error('malformed'), { statusCode: 400 }));
  });
  app.setErrorHandler((error: FastifyError, request, reply) => refuseFor(error, request, reply, parts));
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'nothing-here'));
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  app.get('/health', (_request, reply) => reply.header('cache-control', 'no-store').send({ ok: true }));
  addSessionRoutes(app, { logIn: parts.logIn, portNow, publicUrl: parts.publicUrl });
  addRoutes(app, parts.routes, (request) => parts.logIn.personOf(sessionToken(request, portNow())));
  await addFolders(app, parts);
}

async function addFolders(app: FastifyInstance, { consoleFolder, repositoryFolder }: OfficeServerParts): Promise<void> {
  await app.register(fastifyStatic, {
    root: repositoryFolder,
    prefix: '/tuf/',
    cacheControl: false,
    index: false,
    decorateReply: false,
    setHeaders: (response, path) => {
      // Everything is written once under a name of its own, but for what says which is the newest.
      response.header('cache-control', path.endsWith('/timestamp.json') ? 'no-store' : unchanging);
    },
  });
  if (!existsSync(join(consoleFolder, 'index.html'))) {
    app.get('/', (_request, reply) =>
      reply
        .code(503)
        .header('cache-control', 'no-store')
        .type('text/plain; charset=utf-8')
        .send('The console is not built yet. Start the office with: npm run office\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: consoleFolder,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (response, path) => {
      // Built files carry their content's hash in their names; the page that names them does not.
      response.header('cache-control', path.includes('/assets/') ? unchanging : 'no-store');
    },
  });
}

const unchanging = 'max-age=31536000, immutable';

/**
 * Host by name (DNS rebinding), and Origin: where one stands it is this page. Whatever changes something needs one, but for
 * what asks for no session (a kiosk has none, and no cookie either).
 */
function isForeign({ headers, method, routeOptions }: FastifyRequest, port: number, publicUrl: string | null): boolean {
  const local = ['127.0.0.1', 'localhost'].flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
  const { host, origin } = headers;
  const isLocal = host !== undefined && local.includes(host);
  if (!isLocal && (publicUrl === null || host !== new URL(publicUrl).host)) return true;
  // What stands in front of it may hand on its own name or the one of this machine.
  if (origin !== undefined) return origin !== publicUrl && !(isLocal && origin === `http://${host}`);
  const open = (routeOptions.config as { readonly open?: boolean }).open === true;
  return method !== 'GET' && method !== 'HEAD' && !open;
}

function refuseFor(
  error: FastifyError,
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  { onProblem }: OfficeServerParts,
): FastifyReply {
  switch (error.statusCode ?? 500) {
    case 413:
      return refuse(reply, 413, 'too-large');
    case 415:
      return refuse(reply, 415, 'not-json');
    case 429:
      return refuse(reply, 429, 'too-often');
    case 400:
    case 403:
    case 404:
      return refuse(reply, 400, 'malformed');
    default:
      onProblem(`${method} ${url.split('?', 1)[0]} could not be answered`, error);
      return refuse(reply, 500, 'failed');
  }
}

function refuse(reply: FastifyReply, status: number, problem: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ problem });
}

function malformed(socket: Socket): void {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  else socket.destroy();
}
