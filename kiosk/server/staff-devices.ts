/** What the staff's page reads of one device: who it is, its line, its counters, its troubles, and what goes over its wire. */
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { TableParts } from './staff-tables.ts';
import type { StaffDevice, StaffTrace } from './staff-wire.ts';

type DeviceParts = Pick<TableParts, 'config' | 'kindOf' | 'remedyOf' | 'diagnostics'>;

export function deviceTable(kiosk: Kiosk, parts: DeviceParts, id: string | null): StaffDevice {
  const { config, kindOf, remedyOf, diagnostics } = parts;
  const device = config.devices.find((one) => one.id === id);
  const line = id === null ? null : diagnostics.line(id);
  if (device === undefined || line === null) return { found: null };
  const { lost, faults, denominations, levels } = deviceState(kiosk, device.id);
  const identity = diagnostics.identity(device.id);
  const troubles = diagnostics.troubles(device.id);
  const codes = new Set([...faults, ...troubles.flatMap(({ code }) => (code === null ? [] : [code]))]);
  const remedies = [...codes].flatMap((code) => {
    const remedy = remedyOf(code);
    return remedy === null ? [] : [[code, remedy] as const];
  });
  return {
    found: {
      device: device.id,
      kind: kindOf(device),
      identity: identity === null ? null : told(identity),
      line,
      counts: diagnostics.counts(device.id),
      counters: kiosk.deviceCounters[device.id] ?? {},
      denominations,
      levels: levels.map(({ minor, count, state }) => ({ minor, count, state })),
      lost,
      remedies: Object.fromEntries(remedies),
      faults,
      troubles,
    },
  };
}

function told({ maker, model, serial, firmware }: NonNullable<ReturnType<DeviceParts['diagnostics']['identity']>>) {
  return { maker, model, serial, firmware };
}

export function traceTable({ diagnostics }: DeviceParts, id: string | null, from: number): StaffTrace {
  return { found: id === null ? null : diagnostics.trace(id, from) };
}

/** All that is kept of a wire, a line of JSON each; the first one says of what. Null: there is no such record. */
export function traceFile({ config, diagnostics }: DeviceParts, id: string): string | null {
  const trace = diagnostics.wholeTrace(id);
  const line = diagnostics.line(id);
  if (trace === null || line === null) return null;
  const head = {
    kiosk: config.kiosk,
    device: id,
    ...line,
    identity: diagnostics.identity(id),
    lines: trace.lines.length,
  };
  return [head, ...trace.lines].map((one) => `${JSON.stringify(one)}\n`).join('');
}
