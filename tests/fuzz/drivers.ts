/** Drivers are total: no sequence of frames, orders and times makes one throw, or send what nobody ordered. */
import { type DeviceCommand, type DeviceFact, type DeviceMemory, emptyMemory } from '../../hardware/device.ts';
import type { LampHow, LampName } from '../../hardware/cabinet-io.ts';
import type { Decoder, Driver, DriverInput, DriverStep } from '../../hardware/driver.ts';
import { protocolNamed } from '../../hardware/catalog.ts';
import type { Random } from '../simulation/random.ts';
import { bytesOf, type Check } from './input.ts';
import { deviceBytes, protocolNames } from './wires.ts';

const lamps: readonly LampName[] = ['slot', 'cup', 'reader', 'printer', 'alarm'];
const hows: readonly LampHow[] = ['on', 'off', 'blink'];
const pulses = [0, 50, 400, 10_000, 1.5];
const denominations = [100, 500, 1_000, 2_000];

/** `switches`: it goes to an I/O module. */
function command(random: Random, number: number, switches: boolean): DeviceCommand {
  const id = `order-${number}`;
  if (switches && random.chance(0.5)) return { command: 'relay.pulse', id, device: 'x', relay: 'goods', ms: 50 };
  return random.pick<() => DeviceCommand>([
    () => ({ command: 'note.stack', id, device: 'x', currency: 'CNY', minor: random.pick(denominations) }),
    () => ({ command: 'note.return', id, device: 'x' }),
    () => ({
      command: 'document.print',
      id,
      device: 'x',
      document: random.pick(['', 'a|b\n', '{code:1}', '\u0000'.repeat(50)]),
    }),
    () => ({ command: 'lamp', id, device: 'x', lamp: random.pick(lamps), how: random.pick(hows) }),
    () => ({ command: 'relay.pulse', id, device: 'x', relay: random.pick(['goods', 'none']), ms: random.pick(pulses) }),
  ])();
}

function memoryOf(random: Random): DeviceMemory {
  const lastStack = { command: 'earlier', open: random.chance(0.5), currency: 'CNY', minor: 2_000 };
  return {
    ...emptyMemory,
    lastStack: random.chance(0.5) ? lastStack : null,
    openPrints: random.chance(0.3) ? ['print-1', 'print-2'] : [],
    openRelays: random.chance(0.3) ? ['pulse-1'] : [],
  };
}

interface Story {
  readonly ordered: Set<string>;
  readonly keys: string[];
  readonly prints: Map<string, number>;
  /** Orders to an I/O module, and how often each ended. */
  readonly switched: Map<string, number>;
  /** Those of them that are for a relay and did not end yet, and how many messages left that switch one on. */
  readonly pulses: Map<string, number>;
  /** The names of those messages. */
  readonly switchesOn: readonly string[];
  /** The last message that left. */
  asked: Uint8Array | null;
}

/** Both ways in which a relay is switched: by two orders, and by a module that times it itself. */
function settingsOf(random: Random, { protocol, labSettings }: ReturnType<typeof protocolNamed>['driver']) {
  if (protocol !== 'modbus' || random.chance(0.5)) return labSettings;
  return { ...labSettings, relays: { goods: { coil: 8, pulse: { register: 2, stepMs: 10 } } } };
}

export const driversAreTotal: Check = (random) => {
  const protocol = random.pick(protocolNames);
  const door = protocolNamed(protocol).driver;
  const settings = settingsOf(random, door);
  const driver = door.createDriver({ device: 'x', settings });
  const decoder = driver.decoder();
  const switchesOn = door.kindOf(settings) === 'cabinet-io' ? door.moneyMessages : [];
  const story: Story = {
    ordered: new Set(),
    keys: [],
    prints: new Map(),
    switched: new Map(),
    pulses: new Map(),
    switchesOn,
    asked: null,
  };
  const memory = memoryOf(random);
  for (const print of memory.openPrints) story.prints.set(print, 0);
  for (const pulse of memory.openRelays ?? []) story.switched.set(pulse, 0);
  let state = driver.start(memory);
  let nowMs = 0;
  for (let n = 0; n < 80; n++) {
    nowMs += random.pick([0, 5, 150, 400, 3_000, 60_000]);
    for (const input of inputs(random, driver, heard(random, protocol, decoder, story), story, nowMs, n)) {
      const step: DriverStep<unknown> = driver.step(state, input);
      state = step.state;
      if (step.send !== undefined) {
        story.asked = step.send.bytes;
        decoder.sent?.(step.send.bytes);
      }
      const wrong = judged(step, input, story);
      if (wrong !== null) return `${protocol}: ${wrong}`;
    }
  }
  return null;
};

function heard(random: Random, protocol: string, decoder: Decoder<unknown>, story: Story) {
  return () => decoder.push(deviceBytes(random, protocol, story.asked));
}

function inputs(
  random: Random,
  driver: Driver<unknown, unknown>,
  hear: () => ReturnType<Decoder<unknown>['push']>,
  story: Story,
  nowMs: number,
  n: number,
): readonly DriverInput<unknown>[] {
  const ordered = (): readonly DriverInput<unknown>[] => {
    const order = command(random, n, story.switchesOn.length > 0);
    if (order.command === 'note.stack') story.ordered.add(order.id);
    if (order.command === 'document.print') story.prints.set(order.id, 0);
    if (order.command === 'lamp' || order.command === 'relay.pulse') story.switched.set(order.id, 0);
    if (order.command === 'relay.pulse') story.pulses.set(order.id, 0);
    return [{ type: 'command', nowMs, command: order }];
  };
  return random.pick<() => readonly DriverInput<unknown>[]>([
    () => [{ type: 'opened', chance: bytesOf(random, 64, 0), nowMs }],
    () => [{ type: 'closed', nowMs, problem: { code: 'lost', message: 'gone' } }],
    () => [{ type: 'silence', nowMs }],
    () => [{ type: 'levels', nowMs, levels: { accept: random.chance(0.5) ? denominations : [] } }],
    () => [{ type: 'levels', nowMs, levels: { accept: [], lamps: { [random.pick(lamps)]: random.pick(hows) } } }],
    () => [{ type: 'recorded', nowMs, key: story.keys.length > 0 ? random.pick(story.keys) : 'none' }],
    ordered,
    // An order for a relay goes through many questions and answers, so it is given more often.
    ...(story.switchesOn.length > 0 ? [ordered, ordered, ordered] : []),
    ...Array.from({ length: 6 }, () => () => [{ type: 'turn', nowMs } as const]),
    ...Array.from({ length: 6 }, () => () => {
      const mine = hear().filter((item) => item.type !== 'frame' || (driver.answers?.(item.frame) ?? true));
      return mine.map((item) => ({ ...item, nowMs }));
    }),
  ])();
}

function judged(step: DriverStep<unknown>, input: DriverInput<unknown>, story: Story): string | null {
  const { send, turnAtMs, facts } = step;
  if (send !== undefined && input.type !== 'turn' && input.type !== 'frame') return `it sends on ${input.type}`;
  if (send !== undefined && send.bytes.length === 0) return `${send.name} without bytes`;
  if (send !== undefined && story.switchesOn.includes(send.name)) {
    const wrong = judgedSwitchingOn(story);
    if (wrong !== null) return wrong;
  }
  if (send?.name === 'stack' && story.ordered.size === 0) return 'it stacks what nobody ordered';
  if (turnAtMs !== null && !Number.isFinite(turnAtMs)) return `it wants its turn at ${turnAtMs}`;
  for (const fact of facts) {
    const wrong = judgedFact(fact, story);
    if (wrong !== null) return wrong;
  }
  return null;
}

function judgedFact(fact: DeviceFact, story: Story): string | null {
  if ('key' in fact) story.keys.push(fact.key);
  // A note of unknown value is stacked as XXX 0, and never for an order.
  const unknown = fact.fact === 'note.stacked' && fact.currency === 'XXX' && fact.minor === 0 && fact.command === null;
  if (!unknown && (fact.fact === 'note.stacked' || fact.fact === 'note.escrowed')) {
    if (!Number.isSafeInteger(fact.minor) || fact.minor <= 0) return `${fact.fact} of ${fact.minor}`;
  }
  if (fact.fact === 'note.stacked' && fact.command !== null && fact.command !== 'earlier') {
    if (!story.ordered.has(fact.command)) return `it stacked for ${fact.command}, which is no order`;
  }
  if (fact.fact === 'print.done' || fact.fact === 'print.refused' || fact.fact === 'print.unknown') {
    const ends = story.prints.get(fact.command);
    if (ends === undefined) return `a print that nobody ordered ended: ${fact.command}`;
    if (ends > 0) return `print ${fact.command} ended twice`;
    story.prints.set(fact.command, 1);
  }
  return judgedSwitching(fact, story);
}

/** One order is under way at a time; a message that switches on is for it, and is its only one. */
function judgedSwitchingOn({ pulses }: Story): string | null {
  const [order, ...others] = pulses;
  if (order === undefined) return 'it releases goods that nobody ordered';
  if (others.length > 0) return `it releases goods while ${pulses.size} orders are under way`;
  const [id, before] = order;
  if (before > 0) return `it releases goods for ${id} twice`;
  pulses.set(id, before + 1);
  return null;
}

/** Orders to an I/O module end once; other protocols refuse them, which ends them too. */
function judgedSwitching(fact: DeviceFact, { switched, pulses }: Story): string | null {
  const ends = ['lamp.done', 'relay.done', 'relay.unknown', 'command.refused'].includes(fact.fact);
  if (!ends || !('command' in fact) || fact.command === null) return null;
  const before = switched.get(fact.command);
  if (before === undefined)
    return fact.fact === 'command.refused' ? null : `${fact.fact} of ${fact.command}, which nobody ordered`;
  if (before > 0) return `${fact.command} ended twice`;
  switched.set(fact.command, 1);
  pulses.delete(fact.command);
  return null;
}
