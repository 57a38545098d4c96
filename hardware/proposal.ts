/**
 * What a configuration would say of the devices that were found, and which of them are known already. Pure: ports are
 * compared by the names they lead to, which are handed in.
 */
import { protocolNamed } from './catalog.ts';
import type { DeviceConfig, DeviceKind } from './device.ts';
import type { PortFinding } from './discovery.ts';
import type { Remark, Stranger } from './inquiry.ts';

/** What a configured device said of itself when it last was there. */
export interface Identity {
  readonly protocol: string;
  readonly maker: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
}

/** A configured device. `identity` null: it has not been heard yet. `answers`: it does now, at its own port. */
export interface KnownDevice {
  readonly config: DeviceConfig;
  readonly identity: Identity | null;
  readonly answers: boolean;
}

/**
 * How a found device was known again. `port`: it is where it is configured; `serial`: it is elsewhere, and has the serial
 * number of this one; `likeness`: it tells no serial number, but is in all it says the only one like it, and nobody is where
 * that one is configured.
 */
export type KnownBy = 'port' | 'serial' | 'likeness';

export interface Proposal extends Stranger {
  readonly kind: DeviceKind | null;
  /** For `devices` of the configuration; null: this program cannot drive it. */
  readonly config: DeviceConfig | null;
  readonly known: {
    readonly id: string;
    readonly by: KnownBy /** Null: it has not moved. */;
    readonly from: string | null;
  } | null;
}

export interface ProposedPort extends Omit<PortFinding, 'devices'> {
  readonly devices: readonly Proposal[];
}

export interface ProposalParts {
  readonly known: readonly KnownDevice[];
  /** The name that a port should have in a configuration. */
  readonly stable: (port: string) => string;
  /** The same for all names of one line. */
  readonly real: (port: string) => string;
}

const usualIds: Readonly<Record<DeviceKind, string>> = {
  'note-acceptor': 'acceptor',
  recycler: 'recycler',
  'coin-acceptor': 'coins',
  hopper: 'hopper',
  'card-terminal': 'terminal',
  scanner: 'scanner',
  printer: 'printer',
  'cabinet-io': 'cabinet',
  display: 'display',
};

/** Proposes for all ports together, so that no two devices get the same id. */
export function propose(findings: readonly PortFinding[], parts: ProposalParts): readonly ProposedPort[] {
  const taken = new Set(parts.known.map(({ config }) => config.id));
  const everybody = findings.flatMap((finding) => finding.devices.map((stranger) => ({ finding, stranger })));
  const recognised = recognise(everybody, parts);
  return findings.map((finding) => ({
    ...finding,
    devices: finding.devices.map((stranger): Proposal => {
      const known = recognised.get(stranger) ?? null;
      const { protocol, port } = finding;
      const { settings } = stranger;
      if (protocol === null || settings === null) return { ...stranger, kind: null, config: null, known: null };
      const kind = protocolNamed(protocol).driver.kindOf(settings);
      const id = known?.device.config.id ?? freeId(usualIds[kind], taken);
      taken.add(id);
      const kept = known === null ? settings : settingsKept(known.device.config, protocol, stranger);
      const moved = known !== null && known.by !== 'port';
      return {
        ...stranger,
        // What a person has set is not proposed away, and needs no second look.
        remarks: known === null ? stranger.remarks : stranger.remarks.filter(({ code }) => !isAboutSettings(code)),
        kind,
        config: { id, protocol, port: parts.stable(port), settings: kept },
        known: known === null ? null : { id, by: known.by, from: moved ? known.device.config.port : null },
      };
    }),
  }));
}

/** What a person has set stays, but for the address, which the device itself says. */
function settingsKept(
  { settings: own }: DeviceConfig,
  protocol: string,
  { address, settings }: Stranger,
): Readonly<Record<string, unknown>> {
  if (address === null || protocolNamed(protocol).driver.addressOf(own) === address) return own;
  const { address: _, ...others } = own;
  return settings !== null && 'address' in settings ? { ...others, address: settings.address } : others;
}

function isAboutSettings(code: Remark['code']): boolean {
  return code === 'currency-assumed' || code === 'incomplete';
}

interface Met {
  readonly finding: PortFinding;
  readonly stranger: Stranger;
}

interface Recognised {
  readonly device: KnownDevice;
  readonly by: KnownBy;
}

/** The surest sign first; each configured device is one found device at most. */
function recognise(everybody: readonly Met[], parts: ProposalParts): ReadonlyMap<Stranger, Recognised> {
  const found = new Map<Stranger, Recognised>();
  const free = new Set(parts.known.filter(({ answers }) => !answers));
  const signs: readonly (readonly [KnownBy, (met: Met, device: KnownDevice) => boolean])[] = [
    ['serial', hasSerial],
    ['port', (met, device) => standsThere(met, device, parts)],
    ['likeness', (met, device) => isAlone(met, device, everybody, free, parts)],
  ];
  for (const [by, shows] of signs) {
    for (const met of everybody) {
      const device = found.has(met.stranger) ? undefined : [...free].find((one) => shows(met, one));
      if (device === undefined) continue;
      free.delete(device);
      const here = standsThere(met, device, parts);
      found.set(met.stranger, { device, by: here ? 'port' : by });
    }
  }
  return found;
}

function hasSerial({ finding, stranger }: Met, { identity }: KnownDevice): boolean {
  return (
    stranger.serial !== null &&
    identity?.protocol === finding.protocol &&
    identity.serial === stranger.serial &&
    identity.model === stranger.model
  );
}

/** At its port, with its protocol and its address; another serial number would be another device. */
function standsThere({ finding, stranger }: Met, { config, identity }: KnownDevice, { real }: ProposalParts): boolean {
  if (config.protocol !== finding.protocol || real(config.port) !== real(finding.port)) return false;
  const { driver } = protocolNamed(config.protocol);
  const address = driver.addressOf(config.settings);
  if (address !== null && stranger.address !== null && address !== stranger.address) return false;
  const told = identity?.serial ?? null;
  return told === null || stranger.serial === null || told === stranger.serial;
}

function isAlone(
  { finding, stranger }: Met,
  device: KnownDevice,
  everybody: readonly Met[],
  free: ReadonlySet<KnownDevice>,
  { real }: ProposalParts,
): boolean {
  const isLike = (one: Met, { identity }: KnownDevice): boolean =>
    identity !== null &&
    one.stranger.serial === null &&
    identity.serial === null &&
    one.stranger.model !== null &&
    identity.protocol === one.finding.protocol &&
    identity.maker === one.stranger.maker &&
    identity.model === one.stranger.model &&
    identity.firmware === one.stranger.firmware;
  const met = { finding, stranger };
  const portAnswers = everybody.some((one) => real(one.finding.port) === real(device.config.port));
  return (
    !portAnswers &&
    isLike(met, device) &&
    everybody.filter((one) => isLike(one, device)).length === 1 &&
    [...free].filter((one) => isLike(met, one)).length === 1
  );
}

function freeId(usual: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? usual : `${usual}-${n}`;
    if (!taken.has(id)) return id;
  }
}
