/** A configuration that has just begun: it has proven itself when what is waited for is there again. */
import type { Clock } from '../hardware/clock.ts';
import type { DeviceFact } from '../hardware/device.ts';
import type { TrialOf } from './kept-configuration.ts';

/**
 * Where the configuration says nothing: devices answer, and a browser connects, within seconds of a start; what waits for
 * power or a cable never does.
 */
export const answersWithinMs = 30_000;

export interface TrialParts extends TrialOf {
  /** The configuration's `limits.deviceAnswersMs`, milliseconds: a terminal that starts up slowly may need longer. */
  readonly withinMs?: number | undefined;
  readonly clock: Clock;
  readonly onProven: () => void;
  /** This one has not answered; null: no screen showed it. */
  readonly onFailed: (device: string | null) => void;
}

export interface Trial {
  heard(fact: DeviceFact): void;
  /** A screen shows it. */
  shown(): void;
  close(): void;
}

/** A device has answered when it says anything but that it is lost. */
export function createTrial({
  waitsFor,
  glass,
  withinMs = answersWithinMs,
  clock,
  onProven,
  onFailed,
}: TrialParts): Trial {
  const silent = new Set(waitsFor);
  let dark = glass;
  let over = false;
  const end = (then: () => void): void => {
    if (over) return;
    over = true;
    callOff();
    then();
  };
  const judge = (): void => {
    if (silent.size === 0 && !dark) end(onProven);
  };
  // What waits for nothing has proven itself by having begun.
  const callOff = clock.after(silent.size === 0 && !dark ? 0 : withinMs, () => {
    const [device = null] = silent;
    end(() => (device === null && !dark ? onProven() : onFailed(device)));
  });
  return {
    heard({ device, fact }) {
      if (fact === 'device.lost') return;
      if (silent.delete(device)) judge();
    },
    shown() {
      dark = false;
      judge();
    },
    close: () => end(() => {}),
  };
}
