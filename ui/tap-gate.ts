/** A trembling hand strikes twice; the second strike is not a second wish (EN 301 549 5.9: up to 0.5 s). */

const DOUBLE_STRIKE_MS = 500;
/** Typing is quick and has doubles of its own (1001), so a key only ignores its own bounce. */
const KEY_BOUNCE_MS = 120;

export interface TapGate {
  /** True when an action may happen now; then all actions are shut for 500 ms. */
  action(): boolean;
  /** True when this key may type now; then the same key is shut for 120 ms. */
  key(name: string): boolean;
}

/** `nowMs` is a monotonic clock in milliseconds. */
export function createTapGate(nowMs: () => number): TapGate {
  let lastAction = Number.NEGATIVE_INFINITY;
  let lastKey = { name: '', at: Number.NEGATIVE_INFINITY };
  return {
    action: () => {
      const now = nowMs();
      if (now - lastAction < DOUBLE_STRIKE_MS) return false;
      lastAction = now;
      return true;
    },
    key: (name) => {
      const now = nowMs();
      if (name === lastKey.name && now - lastKey.at < KEY_BOUNCE_MS) return false;
      lastKey = { name, at: now };
      return true;
    },
  };
}
