/** One simulated machine with its wire: what a hand does to either, and what happens, with the time it happened. */
import type { Clock } from '../clock.ts';
import type { HandResult, Simulator, SimulatorEvent, SimulatorFactory } from '../simulated.ts';
import { type Line, openTcpLine } from './line.ts';
import { openPtyLine } from './pty.ts';
import type { ParsedVerb } from './verbs.ts';

export interface StationOptions {
  readonly simulate: SimulatorFactory;
  readonly clock: Clock;
  readonly speed: number;
  readonly settings: Readonly<Record<string, string>>;
  /** A pseudo-terminal, with a link that names it, or a TCP port on loopback (0: any free one). */
  readonly wire: { readonly kind: 'pty'; readonly link?: string } | { readonly kind: 'tcp'; readonly port: number };
  /** Everything that happens, `atMs` (monotonic, of this process) included. */
  readonly happened: (event: SimulatorEvent) => void;
  /** Sees every byte that the host sent, before the machine does. */
  readonly heard?: (bytes: Uint8Array) => void;
}

export interface Station {
  readonly simulator: Simulator;
  readonly line: Line;
  /** Does what one parsed verb asks; `levels` and `quit` are the caller's and are refused. */
  act(verb: Exclude<ParsedVerb, { readonly type: 'wrong' }>): Promise<HandResult>;
  close(): void;
}

/**
 * Powers a machine on at the end of a new wire.
 *
 * @throws Error when a setting is wrong or the wire cannot be had.
 */
export async function openStation(options: StationOptions): Promise<Station> {
  const { clock, wire } = options;
  let line: Line | null = null;
  const happened = ({ event, ...fields }: SimulatorEvent): void =>
    options.happened({ event, atMs: Math.round(clock.monoMs()), ...fields });
  const simulator = options.simulate({
    clock,
    speed: options.speed,
    random: Math.random,
    settings: options.settings,
    send: (bytes) => line?.send(bytes),
    emit: happened,
  });
  const listener = {
    received(bytes: Uint8Array): void {
      options.heard?.(bytes);
      simulator.receive(bytes);
    },
  };
  const opened =
    wire.kind === 'pty'
      ? openPtyLine(listener, () => clock.monoMs(), wire.link)
      : await openTcpLine(listener, wire.port);
  line = opened;

  async function act(verb: Exclude<ParsedVerb, { readonly type: 'wrong' }>): Promise<HandResult> {
    if (verb.type === 'hand') return simulator.act(verb.action);
    switch (verb.verb) {
      case 'unplug':
        if (!opened.plugged) return { ok: false, reason: 'it is unplugged already' };
        opened.unplug();
        happened({ event: 'line.cut' });
        return { ok: true };
      case 'plug':
        if (opened.plugged) return { ok: false, reason: 'it is plugged in already' };
        try {
          await opened.plug();
        } catch (error) {
          return { ok: false, reason: error instanceof Error ? error.message : String(error) };
        }
        happened({ event: 'line.restored', port: opened.port });
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

  return { simulator, line: opened, act, close: () => opened.close() };
}

/** Counted cash by unit, one row a denomination: `{unit, currency, minor, count}`. */
export function levelsOf(
  simulator: Simulator,
): readonly { readonly unit: string; readonly currency: string; readonly minor: number; readonly count: number }[] {
  return simulator.units().flatMap(({ unit, cash }) => cash.map((row) => ({ unit, ...row })));
}
