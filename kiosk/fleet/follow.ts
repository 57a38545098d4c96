/** Looks for what the office has published for this kiosk: at the start, from time to time, and whenever it is told to. */
import { both } from '../../config/fields.ts';
import type { Clock } from '../../hardware/clock.ts';
import type { Told } from '../configuration/change.ts';
import type { FactBody } from '../fact.ts';
import type { Edition, KeptConfiguration } from '../kept-configuration.ts';
import type { Pulled } from './pull.ts';

/** Between two looks that nobody asked for, milliseconds. */
export const lookEveryMs = 15 * 60_000;
/** After one that reached nobody. */
const again = { firstMs: 5_000, maximumMs: lookEveryMs };

/** So many in a row that reached nobody are told, with the last one's problem: two and a half minutes. */
export const missesTold = 6;

export interface FollowParts {
  readonly pull: (known: Edition | null) => Promise<Pulled>;
  readonly kept: Pick<KeptConfiguration, 'seen' | 'staged' | 'stage'>;
  readonly clock: Clock;
  readonly take: (fact: FactBody) => void;
  /** What did not go as it should, for the log. */
  readonly onProblem: (came: string, problem: string) => void;
}

export interface Follow {
  /** There may be something new. */
  look(): void;
  close(): void;
}

/** Begins to look at once; what was staged before this start is told again. */
export function createFollow(parts: FollowParts): Follow {
  const { clock, kept, take } = parts;
  let over = false;
  let looking = false;
  let lookAgain = false;
  let waitMs = again.firstMs;
  let misses = 0;
  let callOff: () => void = () => {};
  const { staged } = kept;
  if (staged !== null) take({ fact: 'config.staged', staged: staged.said });

  const next = (afterMs: number): void => {
    callOff();
    if (!over) callOff = clock.after(afterMs, look);
  };
  async function once(): Promise<void> {
    const pulled = await parts.pull(kept.seen);
    if (over) return;
    const reached = pulled.came !== 'unreachable';
    waitMs = reached ? again.firstMs : Math.min(waitMs * 2, again.maximumMs);
    if ('problem' in pulled) parts.onProblem(pulled.came, inEnglish(pulled.problem));
    misses = reached ? 0 : misses + 1;
    if (reached || misses >= missesTold) take({ fact: 'config.looked', ...judged(pulled) });
    if (pulled.came === 'document') stage(parts, pulled);
    next(reached ? lookEveryMs : waitMs);
  }
  function look(): void {
    lookAgain = looking;
    if (looking || over) return;
    looking = true;
    void once()
      .catch((error: unknown) => {
        parts.onProblem('failed', String(error));
        next(lookEveryMs);
      })
      .finally(() => {
        looking = false;
        if (lookAgain) look();
      });
  }
  look();
  return {
    look,
    close() {
      over = true;
      callOff();
    },
  };
}

/** A problem in words may be as long as what it quotes: no more of it than this is recorded, characters. */
const problemMaximum = 500;

function judged(pulled: Pulled): { readonly stale: boolean; readonly problem?: Told } {
  if (pulled.came === 'document' || pulled.came === 'same') return { stale: false };
  return { stale: true, problem: shortened(pulled.problem) };
}

function inEnglish(told: Told): string {
  return typeof told === 'string' ? told : told.en;
}

function shortened(told: Told): Told {
  const cut = (words: string) => words.slice(0, problemMaximum).toWellFormed();
  return typeof told === 'string' ? cut(told) : both(cut(told.en), cut(told['zh-CN']));
}

function stage({ kept, take }: FollowParts, { json, edition }: Extract<Pulled, { came: 'document' }>): void {
  const staging = kept.stage(json, edition);
  if (staging.came === 'refused') take({ fact: 'config.refused', ...staging.refused });
  else take({ fact: 'config.staged', staged: staging.came === 'staged' ? staging.staged : null });
}
