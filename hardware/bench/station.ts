/** Simulated machines at one wire: what a hand does to each or to the wire, and what happens, with the time it happened. */
import type { Clock } from '../clock.ts';
import type { HandResult, Simulator, SimulatorEvent, SimulatorFactory } from '../simulated.ts';
import { type Line, openTcpLine } from './line.ts';
import { openPtyLine } from './pty.ts';
import type { ParsedVerb } from './verbs.ts';

export interface MachineOptions {
  readonly simulate: SimulatorFactory;
  readonly settings: Readonly<Record<string, string>>;
  /** Everything that happens to it, `atMs` (monotonic, of this process) included. */
  readonly happened: (event: SimulatorEvent) => void;
}

export interface WireOptions {
  readonly clock: Clock;
  readonly speed: number;
  /** A pseudo-terminal, with a link that names it, or a TCP port on loopback (0: any free one). */
  readonly wire: { readonly kind: 'pty'; readonly link?: string } | { readonly kind: 'tcp'; readonly port: number };
}

/** One machine, with the wire that it may share with others. */
export interface Station {
  readonly simulator: Simulator;
  readonly line: Line;
  /** Does what one parsed verb asks; `levels` and `quit` are the caller's and are refused. */
  act(verb: Exclude<ParsedVerb, { readonly type: 'wrong' }>): Promise<HandResult>;
  /** Takes the wire away from all that are on it. */
  close(): void;
}

/**
 * Powers machines on at the end of a new wire; a station for each, in their order. All hear every byte of the host, and
 * each answers to its own address; on a wire with an echo the host gets its bytes back once.
 *
 * @throws Error when a setting is wrong or the wire cannot be had.
 */
export async function openStations(
  machines: readonly MachineOptions[],
  { clock, speed, wire }: WireOptions,
): Promise<readonly Station[]> {
  let line: Line | null = null;
  const timed =
    (happened: MachineOptions['happened']) =>
    ({ event, ...fields }: SimulatorEvent): void =>
      happened({ event, atMs: Math.round(clock.monoMs()), ...fields });
  const sharesWire = machines.length > 1;
  const network = wire.kind === 'tcp';
  const simulators = machines.map(({ simulate, settings, happened }) => {
    const send = (bytes: Uint8Array): void => line?.send(bytes);
    return simulate({ clock, speed, random: Math.random, settings, sharesWire, network, send, emit: timed(happened) });
  });
  const echoes = sharesWire && simulators.some((simulator) => simulator.echoes === true);
  const listener = {
    received(bytes: Uint8Array): void {
      if (echoes) line?.send(bytes);
      for (const simulator of simulators) simulator.receive(bytes);
    },
  };
  const opened =
    wire.kind === 'pty'
      ? openPtyLine(listener, () => clock.monoMs(), wire.link)
      : await openTcpLine(listener, wire.port);
  line = opened;
  const told = (event: SimulatorEvent): void => {
    for (const { happened } of machines) timed(happened)(event);
  };
  return simulators.map((simulator) => stationOf(simulator, opened, told));
}

/** `told`: what happens to the wire happens to everybody on it. */
function stationOf(simulator: Simulator, line: Line, told: (event: SimulatorEvent) => void): Station {
  async function act(verb: Exclude<ParsedVerb, { readonly type: 'wrong' }>): Promise<HandResult> {
    if (verb.type === 'hand') return simulator.act(verb.action);
    switch (verb.verb) {
      case 'unplug':
        if (!line.plugged) return { ok: false, reason: 'it is unplugged already' };
        line.unplug();
        told({ event: 'line.cut' });
        return { ok: true };
      case 'plug':
        if (line.plugged) return { ok: false, reason: 'it is plugged in already' };
        try {
          await line.plug();
        } catch (error) {
          return { ok: false, reason: error instanceof Error ? error.message : String(error) };
        }
        told({ event: 'line.restored', port: line.port });
        return { ok: true };
      case 'levels':
      case 'quit':
        return { ok: false, reason: `"${verb.verb}" is not an action of a device` };
      default: {
        const never: never = verb.verb;
        return never;
      }
    }
  }

  return { simulator, line, act, close: () => line.close() };
}

/** Counted cash by unit, one row a denomination: `{unit, currency, minor, count}`. */
export function levelsOf(
  simulator: Simulator,
): readonly { readonly unit: string; readonly currency: string; readonly minor: number; readonly count: number }[] {
  return simulator.units().flatMap(({ unit, cash }) => cash.map((row) => ({ unit, ...row })));
}
