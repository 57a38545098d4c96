/**
 * The protocols this build speaks: one line each. `simulator` is loaded only by the bench, the simulation and
 * `scripts/simulator.ts`, never by a real start.
 */
import { frontDoor as ccnet } from './ccnet/index.ts';
import { frontDoor as cctalk } from './cctalk/index.ts';
import { frontDoor as ebds } from './ebds/index.ts';
import { frontDoor as escpos } from './escpos/index.ts';
import { frontDoor as id003 } from './id003/index.ts';
import { frontDoor as modbus } from './modbus/index.ts';
import { frontDoor as scanner } from './scanner/index.ts';
import { frontDoor as ssp } from './ssp/index.ts';
import { frontDoor as zvt } from './zvt/index.ts';
import { currencyExponent } from './currency.ts';
import type { DeviceConfig, DeviceKind } from './device.ts';
import type { ProtocolFrontDoor } from './protocol.ts';
import type { SimulatorModule } from './simulated.ts';

export interface CatalogEntry {
  readonly driver: ProtocolFrontDoor;
  readonly simulator: () => Promise<SimulatorModule>;
}

export const protocols: Readonly<Record<string, CatalogEntry>> = {
  ccnet: { driver: ccnet, simulator: () => import('./ccnet/simulator.ts') },
  cctalk: { driver: cctalk, simulator: () => import('./cctalk/simulator.ts') },
  ebds: { driver: ebds, simulator: () => import('./ebds/simulator.ts') },
  escpos: { driver: escpos, simulator: () => import('./escpos/simulator.ts') },
  id003: { driver: id003, simulator: () => import('./id003/simulator.ts') },
  modbus: { driver: modbus, simulator: () => import('./modbus/simulator.ts') },
  scanner: { driver: scanner, simulator: () => import('./scanner/simulator.ts') },
  ssp: { driver: ssp, simulator: () => import('./ssp/simulator.ts') },
  zvt: { driver: zvt, simulator: () => import('./zvt/simulator.ts') },
};

/** @throws RangeError naming the protocols there are. */
export function protocolNamed(name: string): CatalogEntry {
  const entry = Object.hasOwn(protocols, name) ? protocols[name] : undefined;
  if (entry === undefined) {
    throw new RangeError(`there is no protocol "${name}"; known are ${Object.keys(protocols).join(', ')}`);
  }
  return entry;
}

/** What a configured device is. @throws RangeError for an unknown protocol. */
export function kindOf({ protocol, settings }: Pick<DeviceConfig, 'protocol' | 'settings'>): DeviceKind {
  return protocolNamed(protocol).driver.kindOf(settings);
}

/** What the check of a configuration has to know of the hardware, handed to it by whoever reads one; the kiosk knows more. */
export const knownHardware = {
  protocols: Object.fromEntries(Object.entries(protocols).map(([name, { driver }]) => [name, driver])),
  currencyExponent,
};
