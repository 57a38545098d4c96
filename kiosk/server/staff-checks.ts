/** Which checks there are at this kiosk, how each ended last, and the one that runs, as the staff's page reads them. */
import type { Config } from '../../config/schema.ts';
import { lampModules } from '../cabinet/lamps.ts';
import { checkKinds, type CheckOf, limitOf, tonesOf, waitsForPerson } from '../checks/catalog.ts';
import { type CheckResult, lastOf, type OpenCheck } from '../checks/checks.ts';
import { readinessOf } from '../checks/readiness.ts';
import { checkRefused } from '../checks/run.ts';
import type { Kiosk } from '../kiosk.ts';
import { checkWords } from '../text/checks.ts';
import { verdictLines } from '../text/readiness.ts';
import type { TableParts } from './staff-tables.ts';
import {
  type CheckName,
  checkNames,
  type StaffCheckResult,
  type StaffChecks,
  type Readiness,
  type ReadinessReason,
  type StaffProblem,
  type StaffReadiness,
} from './staff-wire.ts';

type CheckParts = Pick<TableParts, 'config' | 'kindOf' | 'pins' | 'remedyOf'>;
type OfferedBy = Pick<CheckParts, 'config' | 'kindOf'>;

interface Offered {
  readonly check: CheckName;
  readonly device: string | null;
  readonly kind: CheckOf;
}

/** Device by device as configured, then the wallets, then the kiosk itself. */
function offered(kiosk: Kiosk, { config, kindOf }: OfferedBy): readonly Offered[] {
  const all: readonly { readonly device: string | null; readonly kind: CheckOf }[] = [
    ...config.devices.map((device: Config['devices'][number]) => ({ device: device.id, kind: kindOf(device) })),
    ...config.wallets.map(({ id }) => ({ device: id, kind: 'wallet' as const })),
    { device: null, kind: 'kiosk' },
  ];
  return all.flatMap(({ device, kind }) =>
    checkNames
      .filter((check) => checkKinds[check].of.includes(kind) && isFitted(kiosk, config, check, device))
      .map((check) => ({ check, device, kind })),
  );
}

/** What is to be moved is there: not every I/O module has lamps, and not every screen is this program's to tap. */
function isFitted(kiosk: Kiosk, config: Config, check: CheckName, device: string | null): boolean {
  switch (check) {
    case 'lamps':
      return lampModules(kiosk).has(device ?? '');
    case 'relay':
      return kiosk.rules.releaser?.device === device;
    case 'taps':
      return config.display !== undefined;
    default:
      return true;
  }
}

export interface ReadinessParts {
  readonly version: string;
  /** Hash of the configuration. */
  readonly configHash: string;
  /** Who a device said it is, a line; null: it never did. */
  readonly identityOf: (device: string) => string | null;
  /** Of the disk with the journal, bytes; null: it could not be told. */
  readonly freeBytes: () => number | null;
}

/** How the kiosk stands. */
export function readinessNow(
  kiosk: Kiosk,
  parts: Omit<CheckParts, 'pins'> & { readonly machine: ReadinessParts },
): Readiness {
  const { config, kindOf, machine } = parts;
  const devices = config.devices.map((device) => {
    return { device: device.id, kind: kindOf(device), identity: machine.identityOf(device.id) };
  });
  const { version, configHash, freeBytes } = machine;
  const facts = { version, config: configHash, devices, offered: offered(kiosk, parts), freeBytes: freeBytes() };
  const told = readinessOf(kiosk, facts, kiosk.wallMs);
  return { ...told, reasons: told.reasons.map((reason) => withRemedy(reason, parts)) };
}

/** The device's fault stands behind its id. */
function withRemedy(reason: ReadinessReason, { remedyOf }: Pick<CheckParts, 'remedyOf'>): ReadinessReason {
  if (reason.why !== 'fault') return reason;
  const remedy = remedyOf(reason.what.slice(reason.what.indexOf(' ') + 1));
  return remedy === null ? reason : { ...reason, remedy };
}

export function readinessTable(kiosk: Kiosk, parts: Parameters<typeof readinessNow>[1]): StaffReadiness {
  const report = readinessNow(kiosk, parts);
  const names = Object.fromEntries(Object.entries(checkWords).map(([check, { name }]) => [check, name]));
  return { report, lines: { 'zh-CN': verdictLines(report, 'zh-CN'), en: verdictLines(report, 'en') }, names };
}

/** Why it cannot be begun; null when it can. */
export function checkNotOffered(
  kiosk: Kiosk,
  parts: OfferedBy,
  { check, device }: { readonly check: CheckName; readonly device: string | null },
): StaffProblem | null {
  const here = offered(kiosk, parts).some((one) => one.check === check && one.device === device);
  return here ? checkRefused(kiosk, check, device) : 'unknown-device';
}

export function checksTable(kiosk: Kiosk, parts: CheckParts): StaffChecks {
  const { open } = kiosk.checks;
  const checks = offered(kiosk, parts).map(({ check, device, kind }) => {
    const last = lastOf(kiosk.checks, check, device);
    const { quick } = checkKinds[check];
    const shown = last === null ? null : resultOf(last, parts);
    const { name, task } = checkWords[check];
    return { check, device, kind, name, task, quick, refused: checkRefused(kiosk, check, device), last: shown };
  });
  return { open: open === null ? null : openNow(kiosk, open), checks };
}

function openNow(kiosk: Kiosk, open: OpenCheck): NonNullable<StaffChecks['open']> {
  const { check, command, device, step, read } = open;
  const seconds = Math.max(0, Math.ceil((limitOf(open) - kiosk.monoMs) / 1_000));
  const asks = waitsForPerson(open) ? checkKinds[check].asks : 'nothing';
  return { check, command, device, step, read, asks, tones: check === 'speaker' ? tonesOf(command) : null, seconds };
}

function resultOf({ outcome, read, fault, by, endedAt }: CheckResult, parts: CheckParts): StaffCheckResult {
  const name = parts.pins.name(by);
  const remedy = fault === null ? null : parts.remedyOf(fault.replace(/^lost-/, 'port.'));
  return { outcome, read, fault, at: endedAt, by: name === null ? by : `${by} ${name}`, remedy };
}
