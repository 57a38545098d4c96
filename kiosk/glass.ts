/** What the glass shows: the newest View, the lines spoken, and who listens for a new one. */
import type { Config } from '../config/schema.ts';
import type { Clock } from '../hardware/clock.ts';
import type { Papers } from './documents/papers.ts';
import type { EntryBody } from './entry.ts';
import type { Kiosk } from './kiosk.ts';
import type { View } from './server/wire.ts';
import { secondsLeft } from './session/time.ts';
import { isClosed } from './view/out-of-service.ts';
import { announcements } from './view/say.ts';
import { view } from './view/view.ts';

/** Spoken lines that a glass which joins late may still hear. */
const linesKept = 8;
/** A greeting is right to the minute, a countdown to the second. */
const greetingMs = 60_000;
const countdownMs = 1_000;
/** A device that comes back goes away once more while it starts: it was closed all the time. */
const reopenMs = 15_000;

export interface Glass {
  step(entries: readonly EntryBody[], kiosk: Kiosk): void;
  /** The View at this moment: time goes on between two facts. */
  view(kiosk: Kiosk): View;
  subscribe(listener: () => void): () => void;
  /** The journal cannot be written: out of service from now on. */
  fail(): void;
  /** What is typed at the office to let this kiosk in stands on the screen; null: nothing does. */
  showCode(code: string | null): void;
}

interface GlassParts {
  readonly config: Config;
  readonly papers: Pick<Papers, 'phoneReceipt'>;
  readonly clock: Clock;
}

/** Listeners are told after each step, and whenever time alone changes what is shown. */
export function createGlass(parts: GlassParts): Glass {
  const { clock, config, papers } = parts;
  const listeners = new Set<() => void>();
  let number = 0;
  let spoken = 0;
  let lines: View['say'] = [];
  let before: Kiosk | null = null;
  let failed = false;
  let code: string | null = null;
  let closedSinceMs: number | null = null;
  let openedMs = Number.NEGATIVE_INFINITY;
  let callOff = () => {};
  const tell = () => {
    number += 1;
    for (const listener of listeners) listener();
    callOff();
    callOff = clock.after(counts(before) ? countdownMs : greetingMs - (clock.wallMs() % greetingMs), tell);
  };
  return {
    step(entries, kiosk) {
      const said = before === null ? [] : announcements(entries, before, kiosk, config);
      const wasClosed = before === null || isClosed(before);
      if (!isClosed(kiosk)) {
        if (wasClosed) openedMs = clock.monoMs();
      } else if (!wasClosed && clock.monoMs() - openedMs > reopenMs) closedSinceMs = clock.wallMs();
      // What was said to one visitor is not told to the next.
      if (kiosk.session?.id !== before?.session?.id) lines = [];
      before = kiosk;
      for (const line of said) {
        spoken += 1;
        lines = [...lines, { ...line, number: spoken }].slice(-linesKept);
      }
      tell();
    },
    view(kiosk) {
      const now = { ...kiosk, wallMs: clock.wallMs(), monoMs: clock.monoMs() };
      const phoneReceipt = papers.phoneReceipt;
      return view(now, { config, say: lines, failed, closedSinceMs, phoneReceipt, code }, number);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail() {
      failed = true;
      closedSinceMs = clock.wallMs();
      tell();
    },
    showCode(shown) {
      code = shown;
      tell();
    },
  };
}

/** Seconds are shown: a warning, or the way back to the beginning. */
function counts(kiosk: Kiosk | null): boolean {
  if (kiosk === null || kiosk.session === null) return false;
  return kiosk.session.stage.at === 'thanks' || secondsLeft(kiosk) !== null;
}
