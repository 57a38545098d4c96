/**
 * The search for devices that the staff's page starts: every serial line of this machine is asked, one after the other,
 * but for those that a device of this kiosk has open. What was found last stays until the next search.
 */
import type { Clock } from '../hardware/clock.ts';
import { discoverPort, type DiscoveryOptions, type PortFinding } from '../hardware/discovery.ts';
import type { DeviceConfig } from '../hardware/device.ts';
import {
  type KnownDevice,
  type Proposal,
  propose,
  type ProposalParts,
  type ProposedPort,
} from '../hardware/proposal.ts';
import type { StaffFound, StaffSearch } from './server/staff-wire.ts';

/** More lines than any kiosk has. */
const mostPorts = 64;

export interface SearchParts extends Pick<ProposalParts, 'real'> {
  readonly clock: Clock;
  readonly openPort: DiscoveryOptions['openPort'];
  readonly currency: string;
  /** Every line there is now, by any of its names. */
  readonly lines: () => Promise<readonly string[]>;
  /** The names that lines should have in a configuration. */
  readonly stable: (port: string) => Promise<string>;
  readonly known: () => readonly KnownDevice[];
  /** Whether this process has the ports of its devices open, or tries to; false when it was started safely. */
  readonly holds: boolean;
  readonly onFailure: (error: unknown) => void;
}

/** `use`: it is new; `move`: it is configured at another port. */
export interface UsableDevice {
  readonly config: DeviceConfig;
  readonly use: NonNullable<StaffFound['use']>;
}

export interface Search {
  /** Begins one, unless one is under way. */
  start(): void;
  now(): StaffSearch;
  /** What can be made of the device that the last search found there; null: nothing, or it found none. */
  usable(port: string, address: number | null): UsableDevice | null;
}

export function createSearch(parts: SearchParts): Search {
  let running = false;
  let ports: StaffSearch['ports'] = [];
  let proposed: readonly ProposedPort[] = [];

  const ask = async (): Promise<void> => {
    const known = parts.known();
    const held = holders(known, parts);
    const lines = distinct(await parts.lines(), parts.real).slice(0, mostPorts);
    const stable = new Map(await Promise.all(lines.map(async (port) => [port, await parts.stable(port)] as const)));
    const findings: PortFinding[] = [];
    const tell = (asking: string | null): void => {
      const proposals = propose(findings, { known, real: parts.real, stable: (port) => stable.get(port) ?? port });
      proposed = proposals;
      ports = lines.map((port): StaffSearch['ports'][number] => {
        const found = proposals.find((one) => one.port === port);
        const heldBy = held.get(parts.real(port)) ?? [];
        const state =
          heldBy.length > 0 ? 'held' : found !== undefined ? 'asked' : port === asking ? 'asking' : 'waiting';
        return {
          port,
          state,
          heldBy,
          protocol: found?.protocol ?? null,
          problem: found?.problem?.code ?? null,
          devices: found?.devices.map(foundOf) ?? [],
        };
      });
    };
    for (const port of lines.filter((line) => !held.has(parts.real(line)))) {
      tell(port);
      findings.push(await discoverPort(port, parts));
    }
    tell(null);
  };

  return {
    start() {
      if (running) return;
      running = true;
      ports = [];
      proposed = [];
      ask()
        .catch(parts.onFailure)
        .finally(() => {
          running = false;
        });
    },
    now: () => ({ running, ports }),
    usable(port, address) {
      const found = proposed.find((one) => one.port === port)?.devices.find((one) => one.address === address);
      const use = found === undefined ? null : useOf(found);
      return found?.config && use !== null ? { config: found.config, use } : null;
    },
  };
}

/** By the line itself: the devices that it belongs to. */
function holders(known: readonly KnownDevice[], { real, holds }: SearchParts): ReadonlyMap<string, readonly string[]> {
  const held = new Map<string, readonly string[]>();
  if (!holds) return held;
  for (const { config } of known) held.set(real(config.port), [...(held.get(real(config.port)) ?? []), config.id]);
  return held;
}

function distinct(lines: readonly string[], real: (port: string) => string): readonly string[] {
  const seen = new Map<string, string>();
  for (const line of lines) if (!seen.has(real(line))) seen.set(real(line), line);
  return [...seen.values()];
}

/** A field a line, as in a configuration that people write. */
function inLines(config: object): string {
  const spaced = (value: unknown): string => JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ');
  const fields = Object.entries(config).map(([name, value]) => `  ${JSON.stringify(name)}: ${spaced(value)}`);
  return `{\n${fields.join(',\n')}\n}`;
}

function foundOf({ config, ...said }: Proposal): StaffFound {
  const { maker, model, serial, firmware, kind, address, remarks, known, denominations } = said;
  const fragment = config === null ? null : inLines(config);
  const use = useOf({ config, remarks, known });
  return { maker, model, serial, firmware, kind, address, denominations, config: fragment, remarks, known, use };
}

/** What a person has to fill in first, or what this program does not drive, is not used by a touch. */
function useOf({ config, remarks, known }: Pick<Proposal, 'config' | 'remarks' | 'known'>): StaffFound['use'] {
  const lacks = remarks.some(({ code }) => code !== 'currency-assumed');
  if (config === null || lacks) return null;
  return known === null ? 'use' : known.from === null ? null : 'move';
}
