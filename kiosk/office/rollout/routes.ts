/** Rollouts over HTTP. */
import * as v from 'valibot';
import { jsonMaximumBytes } from '../../../config/strict-json.ts';
import { numberIn } from '../server/numbers.ts';
import { type Answered, json, problem, type Route, route } from '../server/route.ts';
import { whom } from '../server/whom.ts';
import type { Begun, Held, Hold, PassedBy, Previewed, Rollouts } from './rollouts.ts';

const text = v.pipe(v.string(), v.maxBytes(jsonMaximumBytes));

const whole = (from: number, to: number) => v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
const time = v.pipe(v.string(), v.regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/));
const window = v.pipe(
  v.strictObject({ from: time, to: time }),
  v.check(({ from, to }) => from !== to, 'a window that ends when it begins never opens; give null for at any time'),
);
const weekMinutes = 10_080;
const pace = v.strictObject({
  canary: whole(0, 10_000),
  percent: whole(1, 100),
  restMinutes: whole(0, weekMinutes),
  failuresPercent: whole(0, 100),
  window: v.nullable(window),
  overdueMinutes: whole(1, weekMinutes),
});

/** JSON text inside of JSON takes up to twice its bytes, where every character is escaped. */
const bodyMaximum = 2 * jsonMaximumBytes + 16_384;

export function rolloutRoutes(rollouts: Rollouts): readonly Route[] {
  return [
    route({
      ...{ method: 'POST', path: '/api/preview', right: 'publish', bodyMaximum },
      body: v.strictObject({ whom, text }),
      handle: async ({ body }) => answer(await rollouts.preview(body)),
    }),
    route({
      ...{ method: 'POST', path: '/api/rollouts', right: 'publish', bodyMaximum },
      body: v.strictObject({ whom, text, pace }),
      handle: async ({ body, person }) => answer(await rollouts.begin(body, person)),
    }),
    route({
      ...{ method: 'GET', path: '/api/rollouts', right: 'see', body: null },
      handle: async () => json({ rollouts: await rollouts.list() }),
    }),
    route({
      ...{ method: 'GET', path: '/api/rollouts/:rollout', right: 'see', body: null },
      handle: async ({ parameters }) => {
        const page = await rollouts.page(numberOf(parameters.rollout));
        return page === null ? unknown() : json(page);
      },
    }),
    ...(['pause', 'resume', 'abort'] as const).map((how) => held(rollouts, how)),
    route({
      ...{ method: 'POST', path: '/api/rollouts/:rollout/pass-by', right: 'publish' },
      body: null,
      handle: async ({ parameters, person }) => settled(await rollouts.passBy(numberOf(parameters.rollout), person)),
    }),
    route({
      ...{ method: 'POST', path: '/api/rollouts/:rollout/back', right: 'publish' },
      body: null,
      handle: async ({ parameters, person }) => answer(await rollouts.back(numberOf(parameters.rollout), person)),
    }),
  ];
}

function held(rollouts: Rollouts, how: Hold): Route {
  return route({
    ...{ method: 'POST', path: `/api/rollouts/:rollout/${how}`, right: 'publish' },
    body: null,
    handle: async ({ parameters, person }) => settled(await rollouts.hold(numberOf(parameters.rollout), how, person)),
  });
}

function settled(came: Held | PassedBy): Answered {
  if (came === 'no-such-rollout') return unknown();
  return came === 'done' ? json({}) : problem(came);
}

function answer(came: Begun | Previewed): Answered {
  if (came.ok) {
    const { ok: _, ...said } = came;
    return json(said);
  }
  const { ok: _, problem: code, ...more } = came;
  if (code === 'no-such-rollout') return unknown();
  return problem(code, code === 'unsound' ? 422 : 409, more);
}

function unknown(): Answered {
  return problem('no-such-rollout', 404);
}

/** 0: no rollout has it. */
function numberOf(text: string | undefined): number {
  return numberIn(text) ?? 0;
}
