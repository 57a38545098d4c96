/** Plays a ccTalk wire by hand: no Link and no clock but `nowMs`. What is recorded becomes the memory of the next start. */
import { createDriver, type Settings } from '../../../hardware/cctalk/driver.ts';
import { createDecoder, encode, type Frame, HOST } from '../../../hardware/cctalk/frame.ts';
import { type Denomination, type DeviceFact, type DeviceMemory, emptyMemory } from '../../../hardware/device.ts';
import type { Driver, DriverInput } from '../../../hardware/driver.ts';

/** Data of an answer, NAK, or nothing at all. */
export type Said = readonly number[] | 'nak' | null;

/** The other end, as far as a test needs it. */
export interface Machine {
  /** Time goes by. */
  pass(nowMs: number): void;
  answer(header: number, data: readonly number[]): Said;
}

/** What the wire does with one question: `ask`: it is lost; `answer`: what comes back is. */
export type Loss = 'ask' | 'answer' | null;

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;

export const yuan: Denomination = { currency: 'CNY', minor: 100 };

export const settings: Settings = {
  device: 'coin',
  address: 2,
  checksum: 'sum',
  currencyOf: (letters) => (letters === 'CN' ? { currency: 'CNY', exponent: 2 } : null),
  paths: { 1: 'hopper1' },
  sort: {},
  coin: null,
  method: 'auto',
  pin: null,
};

const ANSWER_MS = 10;
const SILENCE_MS = 260;

export class Hand {
  readonly settings: Settings;
  readonly machine: Machine;
  driver: Driver<unknown, Frame>;
  state: unknown;
  nowMs = 1_000;
  turnAtMs: number | null = null;
  urgent = false;
  facts: DeviceFact[] = [];
  /** Names of what was sent. */
  sent: string[] = [];
  /** How long the answer to each is awaited. */
  readonly waits = new Map<string, number>();
  memory: DeviceMemory = emptyMemory;
  /** Whether facts are recorded as they come; one that is not stays in `waiting`. */
  record = true;
  waiting: DeviceFact[] = [];
  loses: (name: string, nth: number) => Loss = () => null;

  constructor(machine: Machine, more: Partial<Settings> = {}, memory: DeviceMemory = emptyMemory) {
    this.settings = { ...settings, ...more };
    this.machine = machine;
    this.driver = createDriver('a', this.settings);
    this.memory = memory;
    this.state = this.driver.start(memory);
    this.give({ type: 'opened', chance: Uint8Array.from({ length: 64 }, (_, at) => at) });
  }

  /** The program ends and starts again; what was not recorded is forgotten. */
  restart(): void {
    this.waiting = [];
    this.record = true;
    this.driver = createDriver('a', this.settings);
    this.state = this.driver.start(this.memory);
    this.give({ type: 'opened', chance: Uint8Array.from({ length: 64 }, (_, at) => 255 - at) });
  }

  give(input: Untimed): Uint8Array | null {
    this.machine.pass(this.nowMs);
    const step = this.driver.step(this.state, { ...input, nowMs: this.nowMs } as DriverInput<Frame>);
    this.state = step.state;
    this.turnAtMs = step.turnAtMs;
    this.urgent = step.urgent;
    this.facts.push(...step.facts);
    this.waiting.push(...step.facts);
    if (this.record) this.recordAll();
    if (step.send === undefined) return null;
    this.sent.push(step.send.name);
    this.waits.set(step.send.name, step.send.replyWithinMs);
    return step.send.bytes;
  }

  recordAll(): void {
    for (let fact = this.waiting.shift(); fact !== undefined; fact = this.waiting.shift()) {
      this.memory = remembered(this.memory, fact);
      if ('key' in fact) this.give({ type: 'recorded', key: fact.key });
    }
  }

  /** One question and what comes of it. */
  turn(): void {
    const bytes = this.give({ type: 'turn' });
    if (bytes === null) {
      this.nowMs += 5;
      return;
    }
    const name = this.sent.at(-1) as string;
    const loss = this.loses(name, this.sent.filter((one) => one === name).length);
    this.nowMs += ANSWER_MS;
    this.machine.pass(this.nowMs);
    const said = loss === 'ask' ? null : this.machine.answer(bytes[3] as number, [...bytes.slice(4, -1)]);
    if (said === null || loss === 'answer') {
      this.nowMs += SILENCE_MS - ANSWER_MS;
      this.give({ type: 'silence' });
    } else this.hear(said);
  }

  hear(said: readonly number[] | 'nak'): void {
    const { checksum, address } = this.settings;
    const bytes = encode(checksum, HOST, said === 'nak' ? 5 : 0, said === 'nak' ? [] : said, address);
    const [item] = createDecoder(checksum).push(bytes);
    if (item?.type === 'frame') this.give({ type: 'frame', frame: item.frame });
  }

  run(ms: number): this {
    const untilMs = this.nowMs + ms;
    while (this.turnAtMs !== null && this.turnAtMs <= untilMs && this.nowMs <= untilMs) {
      this.nowMs = Math.max(this.nowMs, this.turnAtMs);
      this.turn();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
    this.machine.pass(this.nowMs);
    return this;
  }

  /** Until a question of this name has left and been answered, or lost. */
  until(name: string, ms = 20_000): this {
    const count = this.sent.length;
    const endMs = this.nowMs + ms;
    while (!this.sent.slice(count).includes(name)) {
      if (this.nowMs > endMs || this.turnAtMs === null) throw new Error(`${name} was never sent`);
      this.nowMs = Math.max(this.nowMs, this.turnAtMs);
      this.turn();
    }
    return this;
  }

  accept(...minors: readonly number[]): this {
    this.give({ type: 'levels', levels: { accept: minors } });
    return this.run(1_000);
  }

  dispense(count: number, id = 'p1', minor = 100): this {
    const pieces = [{ minor, count }];
    const order = { command: id, currency: 'CNY', pieces, open: true, starting: false };
    if (this.memory.lastPayout?.command !== id) this.memory = { ...this.memory, lastPayout: order };
    this.give({ type: 'command', command: { id, device: 'a', command: 'cash.dispense', currency: 'CNY', pieces } });
    return this;
  }

  stack(minor: number, id = 's1'): this {
    this.memory = { ...this.memory, lastStack: { command: id, open: true, currency: 'CNY', minor } };
    this.give({ type: 'command', command: { id, device: 'a', command: 'note.stack', currency: 'CNY', minor } });
    return this;
  }

  of<Name extends DeviceFact['fact']>(name: Name): (DeviceFact & { fact: Name })[] {
    return this.facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);
  }

  codes(fact: 'device.fault' | 'device.cleared'): string[] {
    return this.of(fact).map(({ code }) => code);
  }
}

/** What a kiosk keeps of a fact for the next start. */
function remembered(memory: DeviceMemory, fact: DeviceFact): DeviceMemory {
  const next = 'counters' in fact ? { ...memory, counters: fact.counters ?? memory.counters } : memory;
  const { lastPayout, lastStack } = next;
  const command = 'command' in fact ? fact.command : null;
  if (lastPayout !== null && command === lastPayout.command) {
    if (fact.fact === 'payout.starting') return { ...next, lastPayout: { ...lastPayout, starting: true } };
    if (fact.fact !== 'payout.progress') return { ...next, lastPayout: { ...lastPayout, open: false } };
  }
  if (lastStack !== null && command === lastStack.command) return { ...next, lastStack: { ...lastStack, open: false } };
  return next;
}
