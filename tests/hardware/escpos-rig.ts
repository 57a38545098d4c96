/** A printer on a virtual clock, with the real driver and Link at its other end. */
import { VirtualClock } from '../../hardware/clock.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../hardware/device.ts';
import type { Driver } from '../../hardware/driver.ts';
import { frontDoor } from '../../hardware/escpos/index.ts';
import { simulate } from '../../hardware/escpos/simulator.ts';
import { Link } from '../../hardware/link.ts';
import { noProbe, type PortListener } from '../../hardware/port.ts';
import type { HandAction, Simulator, SimulatorEvent } from '../../hardware/simulated.ts';

export class PrinterRig {
  readonly clock = new VirtualClock(0);
  readonly facts: DeviceFact[] = [];
  readonly events: SimulatorEvent[] = [];
  readonly machine: Simulator;
  /** What the line makes of an answer: pieces, each so many ms behind the one before. */
  line: (bytes: Uint8Array) => readonly (readonly [ms: number, bytes: Uint8Array])[] = (bytes) => [[0, bytes]];
  private listener: PortListener | null = null;
  private plugged = true;
  private readonly waited = new Map<DeviceFact['fact'], number>();
  private link: Link;
  private readonly settings: Readonly<Record<string, unknown>>;

  constructor(options: { settings?: Readonly<Record<string, unknown>>; machine?: Record<string, string> } = {}) {
    this.settings = options.settings ?? {};
    let seed = 11;
    this.machine = simulate({
      clock: this.clock,
      speed: 1,
      random: () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed / 2_147_483_648;
      },
      settings: options.machine ?? {},
      send: (bytes) => this.deliver(this.line(bytes)),
      emit: (event) => this.events.push(event),
    });
    this.link = this.connect(emptyMemory);
  }

  private connect(memory: DeviceMemory): Link {
    return new Link({
      port: {
        name: 'rig',
        open: (listener) => {
          this.listener = listener;
          if (this.plugged) listener.opened();
          else listener.closed({ code: 'missing', message: 'unplugged' });
        },
        send: (bytes, sent) => {
          if (this.plugged) this.machine.receive(bytes);
          sent?.();
        },
        close: () => {
          this.listener = null;
        },
      },
      clock: this.clock,
      probe: noProbe,
      chance: (bytes) => new Uint8Array(bytes),
      drivers: [
        {
          id: 'printer',
          driver: frontDoor.createDriver({ device: 'printer', settings: this.settings }) as Driver<unknown, unknown>,
          moneyMessages: frontDoor.moneyMessages,
          hiddenMessages: frontDoor.hiddenMessages ?? [],
          memory: () => memory,
        },
      ],
      onFact: (fact) => this.facts.push(fact),
    });
  }

  private deliver([first, ...rest]: ReturnType<PrinterRig['line']>): void {
    if (first === undefined) return;
    const [ms, bytes] = first;
    const arrive = () => {
      if (this.plugged) this.listener?.received(bytes);
      this.deliver(rest);
    };
    if (ms === 0) arrive();
    else this.clock.after(ms, arrive);
  }

  /** The daemon is killed and started again; the printer knows nothing of it. */
  restart(openPrints: readonly string[]): void {
    this.link.close();
    this.link = this.connect({ ...emptyMemory, openPrints });
  }

  pass(ms: number): void {
    this.clock.runUntil(this.clock.monoMs() + ms);
  }

  /** Lets time pass until a fact is there that was not waited for before. */
  until(fact: DeviceFact['fact'], withinMs = 60_000): void {
    const end = this.clock.monoMs() + withinMs;
    const before = this.waited.get(fact) ?? 0;
    while (this.named(fact).length <= before) {
      if (this.clock.monoMs() >= end)
        throw new Error(`no ${fact} within ${withinMs} ms: ${JSON.stringify(this.facts)}`);
      this.pass(20);
    }
    this.waited.set(fact, before + 1);
  }

  print(id: string, document = `|${'text of one line '.repeat(2)}|\n`.repeat(40)): void {
    this.link.obey({ id, device: 'printer', command: 'document.print', document });
  }

  /** Bytes on the line that the printer never sent. */
  hear(...bytes: readonly number[]): void {
    this.listener?.received(Uint8Array.from(bytes));
  }

  act(action: string, value?: string): void {
    const act: HandAction = value === undefined ? { action } : { action, value };
    const result = this.machine.act(act);
    if (!result.ok) throw new Error(`${action}: ${result.reason}`);
  }

  unplug(): void {
    this.plugged = false;
    this.listener?.closed({ code: 'lost', message: 'unplugged' });
  }

  plug(): void {
    this.plugged = true;
  }

  named<Name extends DeviceFact['fact']>(name: Name): readonly Extract<DeviceFact, { fact: Name }>[] {
    return this.facts.filter((fact): fact is Extract<DeviceFact, { fact: Name }> => fact.fact === name);
  }

  /** How each print ended, in order. */
  ends(): readonly string[] {
    return this.facts.flatMap((fact) =>
      fact.fact === 'print.done'
        ? [`${fact.command} done`]
        : fact.fact === 'print.refused' || fact.fact === 'print.unknown'
          ? [`${fact.command} ${fact.fact.slice(6)} ${fact.reason}`]
          : [],
    );
  }

  jobs(): readonly { readonly bytes: number; readonly cut: boolean }[] {
    return this.machine.printed?.() ?? [];
  }
}
