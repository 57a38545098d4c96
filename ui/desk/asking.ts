/** How a page asks, waits for an answer and keeps what is typed meanwhile. */
import { useEffect, useState } from 'preact/hooks';

/** Asks, but not while an answer is still to come: who is stuck is not buried in questions. */
function oneAtATime(ask: () => Promise<void>): () => void {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    void ask().finally(() => {
      waits = false;
    });
  };
}

/** Asks at once and again and again. */
export function useAsking(ask: () => Promise<void>, everyMs: number): void {
  useEffect(() => {
    const next = oneAtATime(ask);
    next();
    const timer = setInterval(next, everyMs);
    return () => clearInterval(timer);
  }, [ask, everyMs]);
}

/** As `useAsking`, and not while the tab is hidden: seen again, it asks at once. */
export function useWatching(ask: () => Promise<void>, everyMs: number): void {
  useEffect(() => {
    const next = oneAtATime(ask);
    const seen = () => {
      if (!document.hidden) next();
    };
    seen();
    const timer = setInterval(seen, everyMs);
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [ask, everyMs]);
}

/** Waits for an answer once: a second touch meanwhile does nothing. */
export function useOnce(): { readonly busy: boolean; readonly once: (run: () => Promise<void>) => void } {
  const [busy, set] = useState(false);
  return {
    busy,
    once(run) {
      if (busy) return;
      set(true);
      void run().finally(() => set(false));
    },
  };
}

/** What is typed into several fields. */
export function useTyped(): {
  readonly values: Readonly<Record<string, string>>;
  readonly type: (key: string, value: string) => void;
  readonly clear: (...keys: readonly string[]) => void;
  readonly of: (key: string) => string;
} {
  const [values, set] = useState<Readonly<Record<string, string>>>({});
  return {
    values,
    type: (key, value) => set((before) => ({ ...before, [key]: value })),
    clear: (...keys) => set((before) => ({ ...before, ...Object.fromEntries(keys.map((key) => [key, ''])) })),
    of: (key) => values[key] ?? '',
  };
}
