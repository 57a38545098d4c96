/** From configured devices to running ones: ports are opened, and devices that name the same port share one Link. */
import { protocolNamed } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { Device, DeviceConfig, DeviceFact, DeviceMemory } from './device.ts';
import { Link } from './link.ts';
import type { LineSettings, Port, Probe } from './port.ts';
import { serialPort } from './ports/serial.ts';
import { tcpAddress, tcpPort } from './ports/tcp.ts';
import type { TraceEntry } from './trace.ts';

export interface OpenOptions {
  readonly configs: readonly DeviceConfig[];
  readonly clock: Clock;
  readonly probe: Probe;
  /** What was recorded of a device; asked at its start and after a crash of its driver. */
  readonly memory: (device: string) => DeviceMemory;
  readonly onFact: (fact: DeviceFact) => void;
  /** `portByName` for real ones. */
  readonly openPort: (name: string, line: LineSettings, clock: Clock) => Port;
}

/** A running device, with the trace of its wire. */
export interface OpenedDevice extends Device {
  trace(): readonly TraceEntry[];
}

/** `host:port` is a TCP connection, everything else the path of a serial line. */
export function portByName(name: string, line: LineSettings, clock: Clock): Port {
  return tcpAddress(name) === null ? serialPort(name, line) : tcpPort(name, clock);
}

/**
 * Facts come from the next moment of the clock on, never before this returns. Closing any device of a shared port closes that port.
 * @throws RangeError for an unknown protocol, unusable settings, equal ids, or line settings that differ on one port.
 */
export function openDevices(options: OpenOptions): ReadonlyMap<string, OpenedDevice> {
  const byPort = new Map<string, DeviceConfig[]>();
  const seen = new Set<string>();
  for (const config of options.configs) {
    if (seen.has(config.id)) throw new RangeError(`two devices have the id "${config.id}"`);
    seen.add(config.id);
    byPort.set(config.port, [...(byPort.get(config.port) ?? []), config]);
  }
  // All drivers are made before any port opens, so that a mistake in the last one leaves nothing open.
  const wires = [...byPort].map(([name, configs]) => ({
    name,
    line: lineOf(name, configs),
    drivers: configs.map((config) => linkDriver(config, options)),
  }));
  const devices = new Map<string, OpenedDevice>();
  for (const { name, line, drivers } of wires) {
    const { clock, probe, onFact } = options;
    const link = new Link({ port: options.openPort(name, line, clock), clock, probe, onFact, drivers });
    for (const { id } of drivers) {
      devices.set(id, {
        id,
        obey: (command) => link.obey(command),
        maintain: (levels) => link.maintain(id, levels),
        recorded: (key) => link.recorded(id, key),
        close: () => link.close(),
        trace: () => link.trace(),
      });
    }
  }
  return devices;
}

function linkDriver(config: DeviceConfig, options: OpenOptions) {
  const { driver: door } = protocolNamed(config.protocol);
  const problem = door.checkSettings(config.settings)[0];
  if (problem !== undefined)
    throw new RangeError(`device "${config.id}": settings.${problem.path}: ${problem.problem}`);
  return {
    id: config.id,
    driver: door.createDriver({ device: config.id, settings: config.settings }),
    moneyMessages: door.moneyMessages,
    memory: () => options.memory(config.id),
  };
}

function lineOf(name: string, configs: readonly DeviceConfig[]): LineSettings {
  const doors = configs.map((config) => protocolNamed(config.protocol).driver);
  const first = doors[0] as (typeof doors)[number];
  const stranger = doors.find((door) => door.protocol !== first.protocol);
  if (stranger !== undefined) {
    throw new RangeError(`${first.protocol} and ${stranger.protocol} cannot share the port ${name}; give each its own`);
  }
  return first.line;
}
