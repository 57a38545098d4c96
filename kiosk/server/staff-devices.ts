/** What the staff's page reads of one device: who it is, its line, its counters, its troubles, and what goes over its wire. */
import { deviceState } from '../device-state.ts';
import type { Clock } from '../../hardware/clock.ts';
import type { Kiosk } from '../kiosk.ts';
import { BadQuery, type Query } from './staff-query.ts';
import type { Download } from './staff-reports.ts';
import type { TableParts } from './staff-tables.ts';
import type { StaffDevice, StaffTrace } from './staff-wire.ts';

type DeviceParts = Pick<TableParts, 'config' | 'kindOf' | 'remedyOf' | 'diagnostics'>;

/** Characters of a device's name. */
const longestName = 32;

/** Throws BadQuery. */
export function deviceIn(query: Query): string | null {
  const name = query.text('device', longestName);
  if (name === null || /^[a-z][a-z0-9-]*$/.test(name)) return name;
  throw new BadQuery('"device" is the name of a device, as in the configuration');
}

export function deviceTable(kiosk: Kiosk, parts: DeviceParts, query: Query): StaffDevice {
  const id = deviceIn(query);
  const { config, kindOf, remedyOf, diagnostics } = parts;
  const device = config.devices.find((one) => one.id === id);
  const line = id === null ? null : diagnostics.line(id);
  if (id === null || line === null) return { found: null };
  const { lost, faults, denominations, levels } = deviceState(kiosk, id);
  const identity = diagnostics.identity(id);
  const troubles = diagnostics.troubles(id);
  const codes = new Set([...faults, ...troubles.flatMap(({ code }) => (code === null ? [] : [code]))]);
  const remedies = [...codes].flatMap((code) => {
    const remedy = remedyOf(code);
    return remedy === null ? [] : [[code, remedy] as const];
  });
  return {
    found: {
      device: id,
      kind: device === undefined ? 'display' : kindOf(device),
      identity: identity === null ? null : told(identity),
      line,
      counts: diagnostics.counts(id),
      counters: kiosk.deviceCounters[id] ?? {},
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

export function traceTable({ diagnostics }: DeviceParts, query: Query): StaffTrace {
  const id = deviceIn(query);
  const from = query.whole('from') ?? 0;
  return { found: id === null ? null : diagnostics.trace(id, from) };
}

/** All that is kept of a wire, a line of JSON each; the first one says of what. Null: there is no such record. */
export function traceFile(
  { config, diagnostics, clock }: DeviceParts & { readonly clock: Clock },
  query: Query,
): Download | null {
  const id = deviceIn(query);
  if (id === null) return null;
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
  const at = new Date(clock.wallMs()).toISOString().slice(0, 19).replaceAll(':', '-');
  return {
    name: `trace-${config.kiosk}-${id}-${at}.jsonl`,
    type: 'application/x-ndjson; charset=utf-8',
    content: [head, ...trace.lines].map((one) => `${JSON.stringify(one)}\n`).join(''),
  };
}
