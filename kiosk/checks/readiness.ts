/** Whether the kiosk is ready to serve, from what its machines say, what was checked, and what lies open. */
import type { DeviceKind } from '../../hardware/device.ts';
import { isOpen } from '../case.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { CheckName, Readiness, ReadinessReason } from '../server/staff-wire.ts';
import { tillUnits } from '../till/till.ts';
import { lastOf } from './checks.ts';

/** Below this the disk fills up within days, bytes. */
export const leastFreeBytes = 500_000_000;
/** Of the open cases so many are named. */
const casesNamed = 10;

/** What this kiosk is, as whoever starts it knows. */
export interface MachineFacts {
  readonly version: string;
  /** Hash of the configuration. */
  readonly config: string;
  readonly devices: readonly { readonly device: string; readonly kind: DeviceKind; readonly identity: string | null }[];
  readonly offered: readonly { readonly check: CheckName; readonly device: string | null }[];
  /** Null: it could not be told. */
  readonly freeBytes: number | null;
}

/** `atMs`: Unix milliseconds. */
export function readinessOf(kiosk: Kiosk, facts: MachineFacts, atMs: number): Readiness {
  const devices = facts.devices.map(({ device, kind, identity }) => {
    const { ready, lost, faults } = deviceState(kiosk, device);
    const state = lost !== null ? 'lost' : ready ? 'ready' : 'not-ready';
    return { device, kind, identity, state, faults } as const;
  });
  const checks = facts.offered.map(({ check, device }) => {
    const last = lastOf(kiosk.checks, check, device);
    const ended = last === null ? null : { outcome: last.outcome, at: last.endedAt, by: last.by, fault: last.fault };
    return { check, device, last: ended };
  });
  const { printer } = kiosk.rules;
  const paper = printer === null ? null : deviceState(kiosk, printer).paper;
  // What should be in a box is told to nobody who has not counted it.
  const units = tillUnits(kiosk.till).filter(({ kind }) => kind !== 'box');
  const cash = units.map(({ unit, currency, minor }) => ({ unit, currency, minor }));
  const open = Object.values(kiosk.cases).filter(isOpen);
  const cases = { count: open.length, numbers: open.slice(0, casesNamed).map((one) => one.case) };
  const { version, config, freeBytes } = facts;
  const told = { devices, checks, paper, cash, cases, freeBytes };
  const reasons = reasonsOf(kiosk, told);
  const stops = reasons.some(({ stops: isStop }) => isStop);
  const verdict = stops ? 'not-ready' : reasons.length > 0 ? 'with-limits' : 'ready';
  return { at: new Date(atMs).toISOString(), version, config, ...told, reasons, verdict };
}

function reasonsOf(
  { rules, clock }: Kiosk,
  told: Pick<Readiness, 'devices' | 'checks' | 'paper' | 'cases' | 'freeBytes'>,
): readonly ReadinessReason[] {
  const reasons: ReadinessReason[] = [];
  for (const { device, state, faults } of told.devices) {
    if (state !== 'ready') reasons.push({ why: state, what: device, stops: true });
    for (const code of faults) reasons.push({ why: 'fault', what: `${device} ${code}`, stops: rules.stops(code) });
  }
  if (told.paper === 'out') reasons.push({ why: 'paper-out', what: '', stops: true });
  if (told.paper === 'low') reasons.push({ why: 'paper-low', what: '', stops: false });
  const { freeBytes } = told;
  if (freeBytes === null || freeBytes < leastFreeBytes) {
    reasons.push({ why: 'disk', what: freeBytes === null ? '?' : megabytes(freeBytes), stops: true });
  }
  if (clock.offMs !== null) reasons.push({ why: 'clock', what: signedTime(clock.offMs), stops: false });
  for (const { check, device, last } of told.checks) {
    const what = `${check}${device === null ? '' : ` ${device}`}`;
    if (last === null) reasons.push({ why: 'unchecked', what, stops: false });
    else if (last.outcome !== 'passed') reasons.push({ why: 'check-failed', what, stops: false });
  }
  if (told.cases.count > 0) reasons.push({ why: 'cases', what: String(told.cases.count), stops: false });
  return reasons;
}

/** Ahead with a plus, behind with a minus: hours, minutes and seconds. */
function signedTime(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const two = (n: number) => String(n % 60).padStart(2, '0');
  return `${ms < 0 ? '−' : '+'}${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
