/**
 * The staff's part of the door: a page of its own under `/staff/`, with its own cookies. The page is given to the glass and
 * to whoever had the staff's launch code; what it may ask is judged at the desk, by the cookie that a right PIN is given.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseJsonStrict } from '../../config/strict-json.ts';
import { cookieOf } from './cookie.ts';
import type { Launch } from './launch.ts';
import type { Refusals } from './refused.ts';
import type { Desk } from './staff-desk.ts';
import type { Entered } from './staff-log-in.ts';
import { isTable } from './staff-table-list.ts';
import { BadQuery } from './staff-query.ts';
import { readAct, readEnter, readSetUp } from './staff-messages.ts';
import { type StaffAnswer, staffPath } from './staff-wire.ts';

const largestRequestBytes = 4_096;
/** PINs and codes that are tried, whoever tries them. */
const mostTries = 10;
const triesWindowMs = 60_000;
/** Acts: more than a hand can want. */
const mostActs = 100;
const actsWindowMs = 10_000;
/** A file is made while others wait. */
const mostDownloads = 10;
const downloadsWindowMs = 10_000;

export interface StaffDoorParts {
  /** It may still be on its way when the first request comes. */
  readonly desk: () => Promise<Desk>;
  readonly launch: Launch;
  readonly refusals: Refusals;
  /** The built page. */
  readonly folder: string;
  readonly portNow: () => number;
  readonly refuse: (reply: FastifyReply, status: number, words: string) => FastifyReply;
}

/** The cookie that lets a browser have the page. */
export function pageCookie(port: number): string {
  return `kiosk-staff-${port}`;
}

function tokenCookie(port: number): string {
  return `kiosk-service-${port}`;
}

export async function addStaffRoutes(app: FastifyInstance, parts: StaffDoorParts): Promise<void> {
  const { desk, refusals, refuse, portNow, folder } = parts;
  const token = (request: FastifyRequest) => cookieOf(request, tokenCookie(portNow()));
  const send = (reply: FastifyReply, json: unknown) => reply.header('cache-control', 'no-store').send(json);
  const limits = (max: number, timeWindow: number) => ({
    bodyLimit: largestRequestBytes,
    config: { rateLimit: { max, timeWindow, onExceeded: () => refusals.count('http-too-often') } },
  });
  const tries = limits(mostTries, triesWindowMs);

  await app.register(async (staff) => {
    // Nothing but strict JSON is read here, whatever the request says that it is.
    staff.removeAllContentTypeParsers();
    staff.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
      const json = parseJsonStrict(String(text));
      done(null, json.ok ? json.json : null);
    });

    const malformed = (reply: FastifyReply, what?: string) => {
      refusals.count('staff-malformed');
      const answer = { ok: false, problem: 'malformed', seconds: null } satisfies StaffAnswer;
      return send(reply.code(400), what === undefined ? answer : { ...answer, what });
    };
    const entered = (reply: FastifyReply, { answer, token: given }: Entered) => {
      if (given !== null) {
        const rights = `HttpOnly; SameSite=Strict; Path=${staffPath}`;
        void reply.header('set-cookie', `${tokenCookie(portNow())}=${given}; ${rights}`);
      } else refusals.count('staff-pin');
      return send(reply, answer);
    };

    staff.get('/staff', (_request, reply) => reply.redirect(staffPath, 303));
    staff.get('/staff/now', async (request, reply) => send(reply, (await desk()).now(token(request))));
    const notAllowed = (reply: FastifyReply) => {
      refusals.count('staff-right');
      return send(reply.code(403), { ok: false, problem: 'not-logged-in', seconds: null } satisfies StaffAnswer);
    };
    const nothing = (reply: FastifyReply) => refuse(reply, 404, 'There is nothing here.');
    const asked = async (reply: FastifyReply, answer: () => Promise<FastifyReply>) => {
      try {
        return await answer();
      } catch (error) {
        if (error instanceof BadQuery) return malformed(reply, error.message);
        throw error;
      }
    };
    staff.get<{ Params: { name: string } }>('/staff/table/:name', (request, reply) =>
      asked(reply, async () => {
        const { name } = request.params;
        if (!isTable(name)) return nothing(reply);
        const table = (await desk()).table(token(request), name, request.query);
        return table === null ? notAllowed(reply) : send(reply, table);
      }),
    );
    staff.get<{ Params: { name: string } }>(
      '/staff/download/:name',
      limits(mostDownloads, downloadsWindowMs),
      (request, reply) =>
        asked(reply, async () => {
          const { name } = request.params;
          if (!isTable(name)) return nothing(reply);
          const file = await (await desk()).download(token(request), name, request.query);
          if (file === null) return notAllowed(reply);
          void reply.header('content-disposition', `attachment; filename="${file.name}"`).type(file.type);
          return send(reply, file.content);
        }),
    );
    staff.post('/staff/set-up', tries, async (request, reply) => {
      const asked = readSetUp(request.body);
      return asked === null ? malformed(reply) : entered(reply, await (await desk()).setUp(asked));
    });
    staff.post('/staff/enter', tries, async (request, reply) => {
      const asked = readEnter(request.body);
      return asked === null ? malformed(reply) : entered(reply, await (await desk()).enter(asked));
    });
    staff.post('/staff/do', limits(mostActs, actsWindowMs), async (request, reply) => {
      const act = readAct(request.body);
      if (act === null) return malformed(reply);
      const answer = await (await desk()).act(token(request), act);
      if (!answer.ok) refusals.count('staff-right');
      return send(reply, answer);
    });
    if (existsSync(join(folder, 'index.html'))) {
      await staff.register(fastifyStatic, {
        root: folder,
        prefix: staffPath,
        decorateReply: false,
        cacheControl: false,
        setHeaders: (response, path) => {
          response.header('cache-control', path.includes('/assets/') ? 'max-age=31536000, immutable' : 'no-store');
        },
      });
    } else {
      staff.get(staffPath, (_request, reply) => refuse(reply, 503, 'The screens are not built yet. Run: npm start'));
    }
  });
}
