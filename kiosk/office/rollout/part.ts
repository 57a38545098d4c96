/** Rollouts as a part of the office: it listens to what kiosks send, and goes on by itself. */
import { checkConfig } from '../../../config/schema.ts';
import { knownToKiosk } from '../../known.ts';
import { systemClock } from '../../../hardware/clock.ts';
import type { OfficeCore, Part } from '../part.ts';
import { rolloutRoutes } from './routes.ts';
import { createRollouts } from './rollouts.ts';

/** How the kinds of entry begin that tell what became of a configuration. */
const telling = 'config.';

export function rolloutsPart(
  core: Pick<OfficeCore, 'database' | 'repository' | 'publish' | 'startedMs' | 'nowMs' | 'log'>,
): Part {
  const { database, repository, publish, startedMs, nowMs, log } = core;
  const rollouts = createRollouts({
    ...{ database, publish, startedMs },
    repository() {
      repository.reread();
      return repository;
    },
    check: (json) => checkConfig(json, knownToKiosk),
    clock: { wallMs: nowMs, after: systemClock.after },
    onProblem: (problem) => log.error({ problem }, 'a rollout could not go on; it is tried again'),
  });
  return {
    routes: rolloutRoutes(rollouts),
    async posted({ topic }) {
      if (topic === 'state' || topic === 'alive') rollouts.news();
    },
    async stored(_kiosk, rows) {
      if (rows.some(([, , , kind]) => kind.startsWith(telling))) rollouts.news();
    },
    close: rollouts.close,
  };
}
