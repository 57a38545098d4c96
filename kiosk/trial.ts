/** A configuration that has just begun: it has proven itself when each device that it brought has answered. */
import type { Clock } from '../hardware/clock.ts';
import type { DeviceFact } from '../hardware/device.ts';

/** Devices answer within seconds of a start; those that wait for power or a cable never do. */
export const answersWithinMs = 30_000;

export interface TrialParts {
  readonly waitsFor: readonly string[];
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
export function createTrial({ waitsFor, clock, onProven, onSilent }: TrialParts): Trial {
  const silent = new Set(waitsFor);
  let over = false;
  const end = (then: () => void): void => {
    if (over) return;
    over = true;
    callOff();
    then();
  };
  // What brought no device has proven itself by having begun.
  const callOff = clock.after(silent.size === 0 ? 0 : answersWithinMs, () => {
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
