/** What concerns one's own session, and so the cookie: set-up, log-in, log-out, one's own passphrase. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { cookieOf } from '../../server/cookie.ts';
import { longestMs } from '../sessions.ts';
import type { Entered, LogIn, Refused } from './log-in.ts';
import type { Session } from './wire.ts';

const bodyMaximum = 4_096;
/** Passphrases and codes that are tried, whoever tries them. */
const triesMaximum = 20;
const triesWindowMs = 60_000;

const words = v.pipe(v.string(), v.maxLength(512));
const setUpBody = v.strictObject({ code: words, name: words, passphrase: words });
const logInBody = v.strictObject({ name: words, passphrase: words });
const passphraseBody = v.strictObject({ old: words, passphrase: words });

export interface SessionDoorParts {
  readonly logIn: LogIn;
  readonly portNow: () => number;
  /** The origin under which something in front of the office is reached; null: nothing is there. */
  readonly publicUrl: string | null;
}

/** Browsers keep cookies for a host, not for a port: two offices on one machine must not take each other's. */
export function sessionToken(request: FastifyRequest, port: number): string | null {
  return cookieOf(request, cookieName(port));
}

function cookieName(port: number): string {
  return `office-${port}`;
}

export function addSessionRoutes(app: FastifyInstance, { logIn, portNow, publicUrl }: SessionDoorParts): void {
  const limits = { bodyLimit: bodyMaximum, config: { rateLimit: { max: triesMaximum, timeWindow: triesWindowMs } } };
  const tokenOf = (request: FastifyRequest) => sessionToken(request, portNow());
  const giveCookie = (reply: FastifyReply, value: string, seconds: number) => {
    const isSecure = publicUrl?.startsWith('https:') === true && reply.request.headers.origin === publicUrl;
    const kept = `HttpOnly; SameSite=Strict; Path=/api/; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;
    return reply.header('set-cookie', `${cookieName(portNow())}=${value}; ${kept}`);
  };
  const entered = (reply: FastifyReply, came: Entered) => {
    if ('problem' in came) return refuse(reply, came);
    giveCookie(reply, came.token, longestMs / 1_000);
    const { name, role } = came.person;
    return reply.send({ person: { name, role }, setUp: false } satisfies Session);
  };

  app.get('/api/session', async (request, reply) => {
    const person = await logIn.personOf(tokenOf(request));
    const shown = person === null ? null : { name: person.name, role: person.role };
    return reply.send({ person: shown, setUp: logIn.needsSetUp() } satisfies Session);
  });
  app.post('/api/set-up', limits, async (request, reply) => {
    const body = v.safeParse(setUpBody, request.body);
    return body.success ? entered(reply, await logIn.setUp(body.output)) : malformed(reply);
  });
  app.post('/api/log-in', limits, async (request, reply) => {
    const body = v.safeParse(logInBody, request.body);
    return body.success ? entered(reply, await logIn.enter(body.output)) : malformed(reply);
  });
  app.post('/api/log-out', async (request, reply) => {
    const token = tokenOf(request);
    if (token !== null) await logIn.leave(token);
    giveCookie(reply, '', 0);
    return reply.send({ person: null, setUp: logIn.needsSetUp() } satisfies Session);
  });
  app.post('/api/passphrase', limits, async (request, reply) => {
    const body = v.safeParse(passphraseBody, request.body);
    if (!body.success) return malformed(reply);
    const refused = await logIn.change(tokenOf(request) ?? '', body.output);
    return refused === null ? reply.send({}) : refuse(reply, refused);
  });
}

function refuse(reply: FastifyReply, refused: Refused): FastifyReply {
  return reply.code(statusOf(refused)).send(refused);
}

function statusOf({ problem }: Refused): number {
  switch (problem) {
    case 'not-logged-in':
      return 401;
    case 'busy':
      return 429;
    case 'bad-name':
    case 'weak-passphrase':
      return 422;
    case 'wrong':
    case 'locked':
    case 'no-set-up':
    case 'name-taken':
    case 'too-many':
      return 409;
    default:
      return problem satisfies never;
  }
}

function malformed(reply: FastifyReply): FastifyReply {
  return reply.code(400).send({ problem: 'malformed' });
}
