/**
 * The hidden way to the staff's page: five touches in the corner of a glass where nobody is served. A hand that only
 * touched the corner, once or a few times, wanted what a touch anywhere else would have done.
 */

const touchesWanted = 5;
const withinMs = 3_000;
/** After the last touch so long, it was no gesture. */
const overMs = 800;

export interface StaffGesture {
  touch(): void;
  /** Nobody is at the corner any more. */
  forget(): void;
}

export function createStaffGesture(parts: {
  readonly nowMs: () => number;
  /** Calls once after a time; the answer calls it off. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly open: () => void;
  readonly other: () => void;
}): StaffGesture {
  let touches: readonly number[] = [];
  let callOff = () => {};
  const forget = () => {
    callOff();
    touches = [];
  };
  return {
    touch() {
      const nowMs = parts.nowMs();
      touches = [...touches.filter((atMs) => nowMs - atMs < withinMs), nowMs];
      callOff();
      if (touches.length >= touchesWanted) {
        forget();
        parts.open();
        return;
      }
      callOff = parts.after(overMs, () => {
        forget();
        parts.other();
      });
    },
    forget,
  };
}
