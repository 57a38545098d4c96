/** How a page asks, waits for an answer and keeps what is typed meanwhile. */
import { useEffect, useState } from 'preact/hooks';

/** Asks at once and again and again; not while an answer is still to come, so that a kiosk that is stuck is not buried in questions. */
export function useAsking(ask: () => Promise<void>, everyMs: number): void {
  useEffect(() => {
    let waits = false;
    const next = async () => {
      if (waits) return;
      waits = true;
      await ask();
      waits = false;
    };
    void next();
    const timer = setInterval(() => void next(), everyMs);
    return () => clearInterval(timer);
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
