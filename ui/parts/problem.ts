import { useRef } from 'preact/hooks';

interface Problem {
  /** What to say of the last answer; null once something else is typed. */
  readonly problem: string | null;
  typing(): void;
  asking(): void;
}

/**
 * A problem belongs to what was asked: it goes when something else is typed, and stands again with the next answer.
 * Each View brings a new `body`; the one under which was asked is no answer yet. The caller draws anew after `typing`.
 */
export function useProblem(body: { readonly problem: string | null }): Problem {
  const askedUnder = useRef<object | null>(null);
  const over = useRef(false);
  if (body.problem === null) over.current = false;
  return {
    problem: over.current || body === askedUnder.current ? null : body.problem,
    typing: () => {
      over.current = body.problem !== null;
    },
    asking: () => {
      askedUnder.current = body;
      over.current = false;
    },
  };
}
