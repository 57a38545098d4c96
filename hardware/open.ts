/** From configured devices to running ones: ports are opened, and devices on the same port share one Link. */
import { protocolNamed } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { Device, DeviceConfig, DeviceFact, DeviceMemory } from './device.ts';
import { Link } from './link.ts';
import type { LineSettings, Port, Probe } from './port.ts';
import { serialPort } from './ports/serial.ts';
import { tcpAddress, tcpPort } from './ports/tcp.ts';
import { isUsbPrinter, usbPrinterPort } from './ports/usb-printer.ts';
import type { TraceEntry } from './trace.ts';

export interface OpenOptions {
  readonly configs: readonly DeviceConfig[];
  readonly clock: Clock;
  readonly probe: Probe;
  /** So many bytes that nobody can guess: `randomBytes` in life, seeded in simulation. */
  readonly chance: (bytes: number) => Uint8Array;
  /** What was recorded of a device; asked at its start and after a crash of its driver. */
  readonly memory: (device: string) => DeviceMemory;
  readonly onFact: (fact: DeviceFact) => void;
  /** A driver broke and is started again: its words, and what went over its wire. Left out: nobody is told. */
  readonly onCrash?: (device: string, words: string, trace: readonly TraceEntry[]) => void;
  /** `portByName` for real ones. */
  readonly openPort: (name: string, line: LineSettings, clock: Clock) => Port;
}

/** `host:port` is a TCP connection, `/dev/usb/lp0` a USB printer, everything else the path of a serial line. */
export function portByName(name: string, line: LineSettings, clock: Clock): Port {
  if (tcpAddress(name) !== null) return tcpPort(name, clock);
  return isUsbPrinter(name) ? usbPrinterPort(name, clock) : serialPort(name, line);
}

/**
 * Facts come from the next moment of the clock on, never before this returns. Closing any device of a shared port closes that port.
 * @throws RangeError for an unknown protocol, unusable settings, equal ids, or devices that cannot share their port.
 */
export function openDevices(options: OpenOptions): ReadonlyMap<string, Device> {
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
    drivers: configs.map((config) => linkDriver(config, options)),
    line: lineOf(name, configs),
    secret: configs.some(({ protocol }) => protocolNamed(protocol).driver.secret === true),
  }));
  const devices = new Map<string, Device>();
  for (const { name, line, drivers, secret } of wires) {
    const { clock, probe, chance, onFact, onCrash } = options;
    const port = options.openPort(name, line, clock);
    const link = new Link({ port, clock, probe, chance, secret, onFact, drivers, ...(onCrash && { onCrash }) });
    for (const { id } of drivers) {
      devices.set(id, {
        id,
        obey: (command) => link.obey(command),
        maintain: (levels) => link.maintain(id, levels),
        recorded: (key) => link.recorded(id, key),
        trace: () => link.trace(),
        counts: () => link.counts(id),
        ask: (name, messages, answered) => link.ask(id, name, messages, answered),
        close: () => link.close(),
      });
    }
  }
  return devices;
}

function linkDriver(config: DeviceConfig, options: OpenOptions) {
  const { driver: door } = protocolNamed(config.protocol);
  const problem = door.checkSettings(config.settings)[0];
  if (problem !== undefined)
    throw new RangeError(`device "${config.id}": settings.${problem.path}: ${problem.problem.en}`);
  return {
    id: config.id,
    driver: door.createDriver({ device: config.id, settings: config.settings }),
    moneyMessages: door.moneyMessages,
    ...(door.hiddenMessages && { hiddenMessages: door.hiddenMessages }),
    memory: () => options.memory(config.id),
  };
}

/** The line of a port, after a look at who shares it. */
function lineOf(name: string, configs: readonly DeviceConfig[]): LineSettings {
  const [first, ...others] = configs.map(({ id, protocol, settings }) => {
    const door = protocolNamed(protocol).driver;
    return { id, door, address: door.addressOf(settings), line: door.lineWith?.(settings) ?? door.line };
  });
  if (first === undefined) throw new RangeError(`nobody is on the port ${name}`);
  const taken = new Map([[first.address, first.id]]);
  for (const { id, door, address } of others) {
    if (door.protocol !== first.door.protocol) {
      const both = `${first.door.protocol} and ${door.protocol}`;
      throw new RangeError(`${both} cannot share the port ${name}; give ${id} its own`);
    }
    if (address === null)
      throw new RangeError(`${door.protocol} has no addresses; give ${id} a port of its own, not ${name}`);
    const before = taken.get(address);
    if (before !== undefined) {
      throw new RangeError(`${before} and ${id} have the address ${address} on the port ${name}; give each its own`);
    }
    taken.set(address, id);
  }
  return first.line;
}
