/** The glass, where it is this program's to look after; each browser that shows it is touched once before anybody is served. */
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../hardware/clock.ts';
import type { DeviceFact } from '../hardware/device.ts';
import { openDisplay } from '../hardware/display/display.ts';
import { logDevice } from './log.ts';
import type { KioskServer } from './server/server.ts';
import { createTouchCheck, type TouchCheck, touchWhenFree } from './touch-check.ts';

export interface DisplaySurroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly chance: (bytes: number) => Uint8Array;
  /** The folder of the kiosk's data. */
  readonly data: string;
  readonly server: KioskServer;
  /** Nobody is served. */
  readonly free: () => boolean;
  readonly take: (fact: DeviceFact) => void;
}

export interface OwnDisplay {
  touchCheck(): Promise<TouchCheck>;
  /** What the screen shows now, as a PNG; null: nobody sees it. */
  picture(): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

export function openOwnDisplay(wanted: NonNullable<Config['display']>, around: DisplaySurroundings): OwnDisplay {
  const { clock, log, chance, data, server, free } = around;
  const take = (fact: DeviceFact) => {
    logDevice(log, fact);
    around.take(fact);
  };
  const display = openDisplay({
    ...wanted,
    data,
    clock,
    chance,
    address: () => server.launchUrl(),
    onDone: (what, detail) => log.info(detail, what),
    onFact(fact) {
      take(fact);
      if (fact.fact !== 'device.ready' && fact.fact !== 'device.cleared') return;
      log.info(fact, 'device');
      touchSoon();
    },
  });
  const touchCheck = createTouchCheck({ display, glass: server.touch, clock, free, onFact: take });
  const touchSoon = touchWhenFree(touchCheck, clock, (check) => log.info(check, 'touch check'));
  return { touchCheck, picture: () => display.picture(), close: () => display.close() };
}
