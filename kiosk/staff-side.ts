/**
 * All that only staff need, put together: their desk, and what it asks of machines, files and services. Loaded when the
 * daemon is ready, because no customer waits for it.
 */
import { realpathSync, statfsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import program from '../package.json' with { type: 'json' };
import { checkConfig } from '../config/schema.ts';
import { kindOf } from '../hardware/catalog.ts';
import { knownToKiosk } from './known.ts';
import { faultOf } from '../hardware/faults.ts';
import type { Device, DeviceConfig } from '../hardware/device.ts';
import { portByName } from '../hardware/open.ts';
import { listSerialLines, listUsbPrinters, stablePath } from '../hardware/ports/list.ts';
import { createByHand } from './by-hand.ts';
import { deviceState } from './device-state.ts';
import type { Evidence } from './evidence.ts';
import type { Identities } from './identities.ts';
import type { Journal } from './journal/journal.ts';
import { openJournalReader } from './journal/sqlite-reading.ts';
import { configHash } from './kept-configuration.ts';
import { createProbes } from './probes.ts';
import { createSearch } from './search.ts';
import { createDesk, type Desk, type DeskParts } from './server/staff-desk.ts';
import { createReports } from './server/staff-reports.ts';
import type { BillerService } from './services/biller/contract.ts';
import type { Gateway } from './services/wallet/contract.ts';
import type { TouchCheck } from './touch-check.ts';

export interface StaffSide
  extends Pick<
    DeskParts,
    | 'config'
    | 'goods'
    | 'office'
    | 'pins'
    | 'clock'
    | 'code'
    | 'diagnostics'
    | 'kiosk'
    | 'onFailure'
    | 'take'
    | 'voucherFits'
    | 'voucherProof'
  > {
  /** The folder of the kiosk's data, and its journal. */
  readonly data: string;
  readonly journalPath: string;
  readonly journal: Pick<Journal, 'find' | 'entries'>;
  readonly kept: DeskParts['configuration']['kept'];
  readonly evidence: Pick<Evidence, 'of'>;
  readonly identities: Identities;
  /** The devices of the configuration, at their ports; nothing holds these ports after a safe start. */
  readonly devices: readonly DeviceConfig[];
  readonly safeStart: boolean;
  /** The running device; undefined: it is not running. */
  readonly device: (id: string) => Device | undefined;
  /** Where the screen is this program's to tap. */
  readonly touchCheck: () => Promise<TouchCheck>;
  readonly biller: BillerService;
  /** By wallet. */
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** When the newest entry was written, Unix milliseconds; null: there is none. */
  readonly lastEntryMs: () => number | null;
}

export function openDesk(side: StaffSide): Desk {
  const { config, clock, data, evidence, identities, devices, device, journal } = side;
  return createDesk({
    ...side,
    search: searchOf(side),
    configuration: {
      kept: side.kept,
      check: (next) => checkConfig(next, knownToKiosk),
      onFailure: (error) => side.onFailure(error, 'the configuration was not kept'),
    },
    probes: createProbes({
      data,
      touchCheck: side.touchCheck,
      clock,
      timeZone: config.timeZone,
      biller: side.biller,
      gateways: side.gateways,
      dated: config.biller.url ?? config.wallets[0]?.url ?? null,
      lastEntryMs: side.lastEntryMs,
    }),
    byHand: createByHand({ configs: devices, clock, device }),
    machine: {
      version: program.version,
      configHash: configHash(config),
      identityOf: (id) => identityLine(identities, id),
      freeBytes: () => freeBytesOf(data),
    },
    reports: createReports({
      openReader: () => openJournalReader(side.journalPath),
      clock,
      kiosk: config.kiosk,
      timeZone: config.timeZone,
      businessDayStart: config.businessDayStart,
      money: config.money,
    }),
    kindOf,
    find: (key) => journal.find(key),
    entriesAfter: (seq) => journal.entries(seq),
    traceOf: (number) => evidence.of(number),
    remedyOf: (code) => faultOf(code)?.remedy ?? null,
  });
}

function searchOf({ config, clock, data, devices, identities, kiosk, safeStart, onFailure }: StaffSide) {
  return createSearch({
    clock,
    openPort: portByName,
    currency: config.money.currency,
    lines: async () => [...(await linesHere(data)), ...devices.map(({ port }) => port)],
    stable: (port) => stablePath(port),
    real: realPort,
    known: () =>
      devices.map((device) => ({
        config: device,
        identity: identities.of(device.id),
        answers: deviceState(kiosk(), device.id).lost === null && !safeStart,
      })),
    holds: !safeStart,
    onFailure: (error) => onFailure(error, 'the search for devices'),
  });
}

/** Serial lines, USB printers, and what lies in the folder of pseudo-terminals, where a simulated device is linked by hand. */
async function linesHere(data: string): Promise<readonly string[]> {
  const folder = join(data, 'ports');
  const links = await readdir(folder).catch(() => []);
  const lines = (await listSerialLines()).map(({ path }) => path);
  return [...lines, ...(await listUsbPrinters()), ...links.toSorted().map((name) => join(folder, name))];
}

/** Where the names of a line lead to; one that leads nowhere is its own. */
function realPort(port: string): string {
  try {
    return realpathSync(port);
  } catch {
    return port;
  }
}

/** Who a device last said it is, in a line; null: it never did. */
function identityLine(identities: Identities, device: string): string | null {
  const known = identities.of(device);
  if (known === null) return null;
  const { maker, model, serial, firmware } = known;
  return [maker, model, serial, firmware].filter((word) => word !== null).join(' · ') || null;
}

/** Bytes that are left on the disk with the journal; null: it does not say. */
function freeBytesOf(data: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(data);
    return bavail * bsize;
  } catch {
    return null;
  }
}
