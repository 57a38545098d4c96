/** A trembling hand strikes twice; the second strike is not a second wish (EN 301 549 5.9: up to 0.5 s). */

const doubleStrikeMs = 500;

/** Where the finger was, in pixels of the window; null for a keypad or a screen reader. */
export type Place = { readonly x: number; readonly y: number } | null;

export interface TapGate {
  /**
   * True when an action may happen now. A strike within 500 ms of the last one and in the same place is a double strike,
   * also when another screen has come to lie there meanwhile; a strike elsewhere is meant. Without a place the same
   * wish (`name`) is the same place.
   */
  action(place: Place, name: string): boolean;
  /** True when this strike is the second half of the last action. It is no action by itself: it may be repeated at once. */
  isEcho(place: Place, name: string): boolean;
}

/** `nowMs` is a monotonic clock in milliseconds; `nearPx` is how far a trembling finger lands from itself. */
export function createTapGate(nowMs: () => number, nearPx: number): TapGate {
  let last: { readonly atMs: number; readonly place: Place; readonly name: string } | null = null;
  const isEcho = (place: Place, name: string): boolean =>
    last !== null && nowMs() - last.atMs < doubleStrikeMs && isSame(last.place, last.name, place, name);
  return {
    action: (place, name) => {
      if (isEcho(place, name)) return false;
      last = { atMs: nowMs(), place, name };
      return true;
    },
    isEcho,
  };

  function isSame(before: Place, nameBefore: string, now: Place, name: string): boolean {
    if (before === null || now === null) return nameBefore === name;
    return Math.hypot(before.x - now.x, before.y - now.y) < nearPx;
  }
}
