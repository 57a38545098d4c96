/**
 * The touch check: the glass shows targets, the operating system taps them, and where each tap arrives in the page is
 * compared with where it was made. It proves the way from the screen to the page, for a page that is covered, displaced or
 * scaled gets them elsewhere or not at all. Only while nobody is served: whoever comes first has the glass.
 */
import type { Clock } from '../hardware/clock.ts';
import type { DeviceFact } from '../hardware/device.ts';
import type { Display } from '../hardware/display/display.ts';
import type { TouchGlass } from './server/touch-door.ts';
import type { TouchPlace, TouchUp } from './server/wire.ts';
import { touchCheckWords } from './text/touch-check.ts';

const shownMs = 5_000;
const arrivesMs = 3_000;
/** In thousandths of the glass: a third of the smallest button. */
const nearEnough = 12;

/** The corners a hand's breadth inside, and the middle: what is scaled or displaced shows there. */
export const usualPlaces: readonly TouchPlace[] = [
  { x: 100, y: 100 },
  { x: 900, y: 100 },
  { x: 500, y: 500 },
  { x: 100, y: 900 },
  { x: 900, y: 900 },
];

/** Where a tap was made, and where it arrived; null: nowhere. */
export interface Tap {
  readonly at: TouchPlace;
  readonly arrived: TouchPlace | null;
}

export type TouchCheck =
  /** `ok`: each tap arrived where it was made. */
  | { readonly checked: true; readonly ok: boolean; readonly taps: readonly Tap[] }
  /** `served`: somebody is at the kiosk; `running`: one check at a time; `no-glass`: no page showed the targets. */
  | { readonly checked: false; readonly why: 'served' | 'running' | 'no-glass' | 'no-display' };

export interface TouchCheckParts {
  readonly display: Pick<Display, 'id' | 'tap' | 'park'>;
  readonly glass: TouchGlass;
  readonly clock: Clock;
  /** Nobody is served just now; asked before each tap. */
  readonly free: () => boolean;
  /** Told when taps do not arrive, and when they do again. */
  readonly onFact: (fact: DeviceFact) => void;
}

/** The check itself: one at a time, and it always ends. */
export function createTouchCheck(parts: TouchCheckParts): (places?: readonly TouchPlace[]) => Promise<TouchCheck> {
  const { glass, display } = parts;
  const code = 'display.untouched';
  let running = false;
  let faulty = false;
  const tell = (ok: boolean) => {
    if (ok !== faulty) return;
    faulty = !ok;
    parts.onFact({ device: display.id, fact: ok ? 'device.cleared' : 'device.fault', code });
  };
  return async (places = usualPlaces) => {
    if (running) return { checked: false, why: 'running' };
    if (!parts.free()) return { checked: false, why: 'served' };
    running = true;
    try {
      const check = await run(parts, places);
      if (check.checked) tell(check.ok);
      return check;
    } finally {
      glass.end();
      await display.park();
      running = false;
    }
  };
}

/** So long after somebody was served, or another check ran, it is tried again, milliseconds. */
const againMs = 20_000;

/**
 * A check that nobody waits for: it is begun at once, and while somebody is served it is only put off. One waits at a time.
 * `onEnd` is told how each ended, and once that it is put off.
 */
export function touchWhenFree(
  check: () => Promise<TouchCheck>,
  clock: Clock,
  onEnd: (check: TouchCheck) => void,
): () => void {
  let callOff = () => {};
  const attempt = async (isFirst: boolean) => {
    const ended = await check();
    const isPutOff = !ended.checked && (ended.why === 'served' || ended.why === 'running');
    if (isFirst || !isPutOff) onEnd(ended);
    if (!isPutOff) return;
    callOff();
    callOff = clock.after(againMs, () => void attempt(false));
  };
  return () => {
    callOff();
    void attempt(true);
  };
}

async function run(parts: TouchCheckParts, places: readonly TouchPlace[]): Promise<TouchCheck> {
  const { glass, display, free } = parts;
  const next = listen(parts.clock);
  if (!glass.show({ type: 'targets', places, words: touchCheckWords }, next.heard))
    return { checked: false, why: 'no-glass' };
  if ((await next.wait('shown', shownMs)) === null) return { checked: false, why: 'no-glass' };
  const taps: Tap[] = [];
  for (const at of places) {
    if (!free()) return { checked: false, why: 'served' };
    const waiting = next.wait('touched', arrivesMs, (up) => !isLate(taps, up));
    if (!(await display.tap(at))) return { checked: false, why: 'no-display' };
    const up = await waiting;
    taps.push({ at, arrived: up === null ? null : { x: up.x, y: up.y } });
  }
  const ok = taps.every(({ at, arrived }) => arrived !== null && isNear(at, arrived));
  return { checked: true, ok, taps };
}

/** It was made at a target before this one, where it was no longer waited for. */
function isLate(taps: readonly Tap[], up: TouchPlace): boolean {
  return taps.some(({ at, arrived }) => arrived === null && isNear(at, up));
}

function isNear(one: TouchPlace, other: TouchPlace): boolean {
  return Math.abs(one.x - other.x) <= nearEnough && Math.abs(one.y - other.y) <= nearEnough;
}

/** Waits for the next word of a kind that is the one meant; null when it does not come in time. */
function listen(clock: Clock) {
  let take: (up: TouchUp) => void = () => {};
  return {
    heard: (up: TouchUp) => take(up),
    wait<Type extends TouchUp['type']>(
      type: Type,
      withinMs: number,
      isMeant: (up: Extract<TouchUp, { type: Type }>) => boolean = () => true,
    ) {
      return new Promise<Extract<TouchUp, { type: Type }> | null>((resolve) => {
        const callOff = clock.after(withinMs, () => resolve(null));
        take = (up) => {
          const one = up as Extract<TouchUp, { type: Type }>;
          if (up.type !== type || !isMeant(one)) return;
          callOff();
          resolve(one);
        };
      });
    },
  };
}
