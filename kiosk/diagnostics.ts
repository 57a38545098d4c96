/**
 * What a technician is told of a device beside what the journal folds: who it is, its line, what was counted on it, its last
 * troubles with their times, and the record of its wire in words. Kept in memory: it begins anew with the program.
 */
import { protocolNamed } from '../hardware/catalog.ts';
import type { Clock } from '../hardware/clock.ts';
import type { Device, DeviceConfig, DeviceFact, LineCounts } from '../hardware/device.ts';
import { displayId } from '../hardware/display/watch.ts';
import type { Identity } from '../hardware/proposal.ts';
import { tcpAddress } from '../hardware/ports/tcp.ts';
import { isUsbPrinter } from '../hardware/ports/usb-printer.ts';
import { type TraceLine, traceLines } from '../hardware/trace-lines.ts';

/** Troubles kept of a device; older ones are forgotten. */
const troublesKept = 50;
/** Lines of a record in one answer. */
const linesOnPage = 200;
/** No answer reads more of a record than this; a download reads all of it. */
const entriesOnPage = 400;

/** A device fell away, broke, or came to itself again. `at`: ISO 8601 UTC. `code`: a fault's, or `port.` and why it was lost. */
export interface Trouble {
  readonly at: string;
  readonly what: 'fault' | 'cleared' | 'lost' | 'found';
  readonly code: string | null;
}

/** How a device is reached. `speed` null: not a serial line. `address` null: it is alone there. */
export interface DeviceLine {
  readonly protocol: string;
  readonly port: string;
  readonly kind: 'serial' | 'tcp' | 'usb' | 'screen';
  /** `9600 8E1`. */
  readonly speed: string | null;
  readonly address: number | null;
  /** Other devices on the same wire. */
  readonly others: readonly string[];
}

export interface WireTrace {
  /** Oldest first. */
  readonly lines: readonly (TraceLine & { readonly at: string })[];
  /** Ask from here for what comes; the lines of it replace those from this sequence on. */
  readonly next: number;
  /** More than stand here were waiting. */
  readonly more: boolean;
}

export interface Diagnostics {
  heard(fact: DeviceFact): void;
  /** Newest first. */
  troubles(device: string): readonly Trouble[];
  identity(device: string): Identity | null;
  /** Null: no device has this name. */
  line(device: string): DeviceLine | null;
  counts(device: string): LineCounts | null;
  /** One page of the record from this sequence on, 0: the newest page; null: no record is kept. */
  trace(device: string, from: number): WireTrace | null;
  /** All of the record that is kept, oldest first. */
  wholeTrace(device: string): WireTrace | null;
}

export interface DiagnosticsParts {
  readonly configs: readonly DeviceConfig[];
  /** The X display that the glass is on; null: nobody looks after it here. */
  readonly screen: string | null;
  readonly clock: Clock;
  readonly identity: (device: string) => Identity | null;
  /** The running device; undefined: it is not running. */
  readonly device: (id: string) => Pick<Device, 'trace' | 'counts'> | undefined;
}

export function createDiagnostics({ configs, screen, clock, identity, device }: DiagnosticsParts): Diagnostics {
  const byId = new Map(configs.map((config) => [config.id, config]));
  const kept = new Map<string, readonly Trouble[]>();

  const read = (id: string, from: number, most: { readonly entries: number; readonly lines: number }) => {
    const config = byId.get(id);
    const entries = device(id)?.trace?.();
    if (config === undefined || entries === undefined) return null;
    const newest = entries.at(-1)?.seq ?? 0;
    const start = from === 0 ? Math.max(1, newest - most.entries + 1) : Math.min(from, newest + 1);
    const until = start + most.entries;
    const taken = entries.filter(({ seq }) => seq < until);
    const all = traceLines(taken, protocolNamed(config.protocol).driver, start);
    const lines = from === 0 ? all.slice(-most.lines) : whole(all, most.lines);
    const offsetMs = clock.wallMs() - clock.monoMs();
    const last = lines.at(-1)?.seq ?? start;
    const isCut = from !== 0 && lines.length < all.length;
    const isShort = until <= newest;
    return {
      lines: lines.map((line) => ({ ...line, at: new Date(offsetMs + line.atMs).toISOString() })),
      next: isCut ? last + 1 : isShort && last === start ? until : last,
      more: isCut || isShort,
    };
  };

  return {
    heard(fact) {
      const before = kept.get(fact.device) ?? [];
      const trouble = troubleOf(fact, before);
      if (trouble === null) return;
      const at = new Date(clock.wallMs()).toISOString();
      kept.set(fact.device, [{ at, ...trouble }, ...before].slice(0, troublesKept));
    },
    troubles: (id) => kept.get(id) ?? [],
    identity,
    line(id) {
      const config = byId.get(id);
      if (config !== undefined) return lineOf(config, configs);
      return id === displayId && screen !== null ? screenLine(screen) : null;
    },
    counts: (id) => device(id)?.counts?.() ?? null,
    trace: (id, from) => read(id, from, { entries: entriesOnPage, lines: linesOnPage }),
    wholeTrace: (id) => read(id, 0, { entries: Number.MAX_SAFE_INTEGER, lines: Number.MAX_SAFE_INTEGER }),
  };
}

/** So many at most, but never a part of what was read from the same entries, so that the next page begins with a whole one. */
function whole(lines: readonly TraceLine[], most: number): readonly TraceLine[] {
  if (lines.length <= most) return lines;
  const next = lines[most];
  const fits = lines.slice(0, most).filter(({ seq }) => seq !== next?.seq);
  return fits.length > 0 ? fits : lines.filter(({ seq }) => seq === next?.seq);
}

/** A device tells often that it is ready: once after it was lost, that is news. */
function troubleOf(fact: DeviceFact, before: readonly Trouble[]): Omit<Trouble, 'at'> | null {
  switch (fact.fact) {
    case 'device.lost':
      return { what: 'lost', code: `port.${fact.reason}` };
    case 'device.fault':
      return { what: 'fault', code: fact.code };
    case 'device.cleared':
      return { what: 'cleared', code: fact.code };
    case 'device.ready':
      return before.find(({ what }) => what === 'lost' || what === 'found')?.what === 'lost'
        ? { what: 'found', code: null }
        : null;
    default:
      return null;
  }
}

function screenLine(screen: string): DeviceLine {
  return { protocol: 'X11', port: screen, kind: 'screen', speed: null, address: null, others: [] };
}

function lineOf({ id, protocol, port, settings }: DeviceConfig, configs: readonly DeviceConfig[]): DeviceLine {
  const { driver } = protocolNamed(protocol);
  const { baudRate, dataBits, parity, stopBits } = driver.lineWith?.(settings) ?? driver.line;
  const kind = tcpAddress(port) !== null ? 'tcp' : isUsbPrinter(port) ? 'usb' : 'serial';
  return {
    protocol,
    port,
    kind,
    speed: kind === 'serial' ? `${baudRate} ${dataBits}${parity[0]?.toUpperCase()}${stopBits}` : null,
    address: driver.addressOf(settings),
    others: configs.filter((other) => other.port === port && other.id !== id).map((other) => other.id),
  };
}
