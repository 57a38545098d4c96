/** A configuration that has just begun: it has proven itself when each device that it brought has answered. */
import type { Clock } from '../hardware/clock.ts';
import type { DeviceFact } from '../hardware/device.ts';

/** Where the configuration says nothing: most devices answer within seconds, those that wait for power or a cable never do. */
export const answersWithinMs = 30_000;

export interface TrialParts {
  readonly waitsFor: readonly string[];
  /** The configuration's `limits.deviceAnswersMs`, milliseconds: a terminal that starts up slowly may need longer. */
  readonly withinMs?: number | undefined;
  readonly clock: Clock;
  readonly onProven: () => void;
  /** This one has not answered. */
  readonly onSilent: (device: string) => void;
}

export interface Trial {
  heard(fact: DeviceFact): void;
  close(): void;
}

/** A device has answered when it says anything but that it is lost. */
export function createTrial({ waitsFor, withinMs = answersWithinMs, clock, onProven, onSilent }: TrialParts): Trial {
  const silent = new Set(waitsFor);
  let over = false;
  const end = (then: () => void): void => {
    if (over) return;
    over = true;
    callOff();
    then();
  };
  // What brought no device has proven itself by having begun.
  const callOff = clock.after(silent.size === 0 ? 0 : withinMs, () => {
    const [device] = silent;
    end(() => (device === undefined ? onProven() : onSilent(device)));
  });
  return {
    heard({ device, fact }) {
      if (fact === 'device.lost') return;
      if (silent.delete(device) && silent.size === 0) end(onProven);
    },
    close: () => end(() => {}),
  };
}
