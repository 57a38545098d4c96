/** Pairing over HTTP: what a kiosk asks, logged in nowhere, and what a person at the console does. */
import * as v from 'valibot';
import { pairRequest } from '../fleet/pairing-proof.ts';
import type { Pairings } from './pairing.ts';
import { json, problem, type Route, route } from './server/route.ts';
import type { PairingLine } from './server/wire.ts';

export function pairingRoutes(pairings: Pairings): readonly Route[] {
  return [
    // Whether an office is here at all: a kiosk that asks shows nothing and has made nothing yet.
    route({ method: 'GET', path: '/pair', right: null, body: null, handle: async () => json({ office: true }) }),
    route({
      method: 'POST',
      path: '/pair',
      right: null,
      body: pairRequest,
      async handle({ body }) {
        const asked = pairings.ask(body);
        return asked.asked === 'waits' ? json({ id: asked.id }, 201) : problem(asked.asked, 503);
      },
    }),
    route({
      method: 'GET',
      path: '/pair/:id',
      right: null,
      body: null,
      async handle({ parameters: { id = '' } }) {
        const answer = pairings.answer(id);
        if (answer === null) return problem('no-such-request', 404);
        return json(answer === 'waits' ? { waits: true } : answer);
      },
    }),
    route({
      method: 'GET',
      path: '/api/pairings',
      right: 'manage',
      body: null,
      async handle() {
        const lines: readonly PairingLine[] = pairings
          .waiting()
          .map(({ kiosk, sinceMs }) => ({ kiosk, since: new Date(sinceMs).toISOString() }));
        return json({ pairings: lines });
      },
    }),
    route({
      method: 'POST',
      path: '/api/pairings',
      right: 'manage',
      body: v.strictObject({ code: v.pipe(v.string(), v.maxLength(40)), replace: v.optional(v.boolean()) }),
      async handle({ person, body: { code, replace = false } }) {
        const typed = await pairings.type(code, person, replace);
        switch (typed.typed) {
          case 'paired':
            return json({ kiosk: typed.kiosk });
          case 'no-such-code':
            return problem('no-such-code', 404);
          case 'known-kiosk':
            return problem('known-kiosk', 409, { kiosk: typed.kiosk });
          case 'locked':
            return problem('locked', 409, { seconds: typed.seconds });
          default:
            return typed satisfies never;
        }
      },
    }),
  ];
}
