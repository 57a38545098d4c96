/** The parts' routes at the door: who may, what is well made, and how it is answered. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { hasRight, type Person } from '../persons.ts';
import type { Answered, Asked, Route } from './route.ts';

const bodyMaximum = 16_384;

export function addRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  personOf: (request: FastifyRequest) => Promise<Person | null>,
): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodyMaximum ?? bodyMaximum,
      config: { open: route.right === null },
      // Before the body is read: who may not costs as little as possible.
      onRequest: async (request, reply) => {
        if (route.right === null) return;
        const person = await personOf(request);
        if (person === null) return reply.code(401).send({ problem: 'not-logged-in' });
        if (!hasRight(person.role, route.right)) return reply.code(403).send({ problem: 'not-allowed' });
        askers.set(request, person.name);
      },
      handler: async (request, reply) => {
        const body = route.body === null ? null : v.safeParse(route.body, request.body);
        if (body !== null && !body.success)
          return reply.code(400).send({ problem: 'malformed', what: whatIsWrong(body) });
        return send(reply, await route.handle(asked(request, body?.output ?? null)));
      },
    });
  }
}

const askers = new WeakMap<FastifyRequest, string>();

function asked(request: FastifyRequest, body: unknown): Asked<unknown> {
  return {
    person: askers.get(request) ?? '',
    parameters: request.params as Readonly<Record<string, string>>,
    query: Object.fromEntries(
      Object.entries(request.query as Readonly<Record<string, unknown>>).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string',
      ),
    ),
    body,
  };
}

/** Which field, for whoever writes a program against it. */
function whatIsWrong({
  issues,
}: {
  readonly issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];
}): string {
  const [issue] = issues;
  return `${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`;
}

function send(reply: FastifyReply, answered: Answered): FastifyReply {
  if ('json' in answered) return reply.code(answered.status).send(answered.json);
  const { name, media, bytes } = answered.file;
  return reply
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .type(media)
    .send(bytes);
}
