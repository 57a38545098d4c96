/**
 * One wire and everyone who talks on it. A Link owns one Port and one or more drivers (a bus): it opens and re-opens,
 * frames, times, traces and gives the turn. Only the holder of the turn sends, and only its own device's answer ends the
 * turn. Nothing here knows a protocol.
 *
 * It runs the same on asynchronous ports and on a simulated one whose every call is synchronous: work that arrives
 * while a step runs is put behind it. A throw of the probe or of `onFact` goes through; only `driver.step` is contained.
 */
import type { Clock } from './clock.ts';
import type { ByHandEnd, DeviceCommand, DeviceFact, DeviceLevels, DeviceMemory, LineCounts } from './device.ts';
import type { Decoded, Decoder, Driver, DriverInput, DriverSend, DriverStep } from './driver.ts';
import { noProbe, type Port, type PortListener, type PortProblem, type Probe } from './port.ts';
import { Trace, type TraceEntry } from './trace.ts';

/** Pause before a port is opened again; doubles from the first to the second until the device has spoken. */
const REOPEN_FIRST_MS = 250;
const REOPEN_LONGEST_MS = 5_000;
/** A time-out is judged this much later, so that what has already arrived is read first. */
const ARRIVED_GRACE_MS = 10;
/** A half frame may put off the reply's time-out by no more than this. */
const HALF_REPLY_LIMIT_MS = 1_000;
/** The operating system may take this long to accept bytes, and this much more for each byte. */
const SENT_WITHIN_MS = 10_000;
const SENT_PER_BYTE_MS = 2;
/** A driver that asked for the turn and sent nothing gets it again no sooner. */
const IDLE_TURN_MS = 5;
/** A driver that crashed gets its next turn after this, doubled for each crash in a row. */
const CRASH_PAUSE_FIRST_MS = 100;
const CRASH_PAUSE_LONGEST_MS = 5_000;
/** How long an answer to a request by hand may take, and how many of its bytes are kept. */
const BY_HAND_WITHIN_MS = 3_000;
const BY_HAND_BYTES = 4_096;
/** Of `chance`, at each opening and for each driver. */
const CHANCE_BYTES = 64;
/** Calls made from inside a step that may wait for its end. */
const NESTED_CALLS_LIMIT = 10_000;

export const CRASHED = 'driver.crashed';

export interface LinkDriver {
  readonly id: string;
  readonly driver: Driver<unknown, unknown>;
  /** Names of messages at which the probe is called. */
  readonly moneyMessages: readonly string[];
  /** Names of messages of which the record keeps only how long they were. */
  readonly hiddenMessages?: readonly string[];
  readonly memory: () => DeviceMemory;
}

export interface LinkOptions {
  readonly port: Port;
  readonly clock: Clock;
  readonly probe: Probe;
  /** So many bytes that nobody can guess; seeded in simulation. */
  readonly chance: (bytes: number) => Uint8Array;
  /** All of one protocol: the first one's decoder reads the wire for them all. */
  readonly drivers: readonly LinkDriver[];
  /** What goes over this wire may be a secret: neither the record nor what is told of a crash repeats it. */
  readonly secret?: boolean;
  readonly onFact: (fact: DeviceFact) => void;
  /** A driver broke and is started again: its words, and what went over its wire. */
  readonly onCrash?: (device: string, words: string, trace: readonly TraceEntry[]) => void;
}

/** Requests that a person sends, one after the other, each when the one before it was answered. */
interface ByHand {
  readonly name: string;
  readonly messages: readonly Uint8Array[];
  readonly answered: (end: ByHandEnd) => void;
  sent: number;
  /** What came since the last of them left. */
  received: Uint8Array;
  /** Orders that came meanwhile: the driver hears them when the wire is its own again. */
  readonly held: Untimed[];
}

interface Slot {
  readonly id: string;
  readonly driver: Driver<unknown, unknown>;
  readonly money: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
  readonly memory: () => DeviceMemory;
  state: unknown;
  turnAtMs: number | null;
  urgent: boolean;
  crashes: number;
  restUntilMs: number;
  /** Levels hold until replaced, also over a crash of the driver. */
  levels: DeviceLevels | null;
  byHand: ByHand | null;
  readonly counted: { sent: number; received: number; unanswered: number; crashes: number };
}

export class Link {
  private readonly port: Port;
  private readonly clock: Clock;
  private readonly probe: Probe;
  private readonly chance: (bytes: number) => Uint8Array;
  private readonly onFact: (fact: DeviceFact) => void;
  private readonly onCrash: LinkOptions['onCrash'];
  private readonly slots: readonly Slot[];
  private readonly byId = new Map<string, Slot>();
  private readonly secret: boolean;
  private readonly record: Trace;
  private readonly interByteMs: number;
  private readonly restMs: number;
  private decoder: Decoder<unknown>;

  private open = false;
  private ended = false;
  private reopenMs = REOPEN_FIRST_MS;
  /** Counts openings, so that a late call of an earlier one is known. */
  private opening = 0;
  private opened = 0;
  private discardedBytes = 0;

  private holder: Slot | null = null;
  /** Counts sends, so that `sent` of an earlier one is known. */
  private sends = 0;
  private replyWithinMs = 0;
  private judgeMs = Number.POSITIVE_INFINITY;
  private lastByteMs = 0;
  /** The money message whose answer is awaited by the probe. */
  private probed: { readonly slot: Slot; readonly what: string; stage: 'sent' | 'acted' } | null = null;

  private alarmMs = Number.POSITIVE_INFINITY;
  private cancelAlarm: (() => void) | null = null;
  private running = false;
  private readonly nested: (() => void)[] = [];

  constructor(options: LinkOptions) {
    const first = options.drivers[0];
    if (first === undefined) throw new RangeError(`the link on ${options.port.name} has no driver`);
    this.port = options.port;
    this.clock = options.clock;
    this.probe = options.probe;
    this.chance = options.chance;
    this.onFact = options.onFact;
    this.onCrash = options.onCrash;
    this.secret = options.secret === true;
    this.record = new Trace(this.secret);
    this.slots = options.drivers.map(({ id, driver, moneyMessages, hiddenMessages, memory }) => ({
      id,
      driver,
      money: new Set(moneyMessages),
      hidden: new Set(hiddenMessages),
      memory,
      state: driver.start(memory()),
      turnAtMs: null,
      urgent: false,
      crashes: 0,
      restUntilMs: 0,
      levels: null,
      byHand: null,
      counted: { sent: 0, received: 0, unanswered: 0, crashes: 0 },
    }));
    for (const slot of this.slots) this.byId.set(slot.id, slot);
    this.interByteMs = Math.max(...options.drivers.map((each) => each.driver.interByteMs));
    this.restMs = Math.max(...options.drivers.map((each) => each.driver.restMs ?? 0));
    this.decoder = first.driver.decoder();
    this.reopenAfter(0);
  }

  obey(command: DeviceCommand): void {
    this.tell(command.device, { type: 'command', command });
  }

  maintain(device: string, levels: DeviceLevels): void {
    this.tell(device, { type: 'levels', levels });
  }

  recorded(device: string, key: string): void {
    this.tell(device, { type: 'recorded', key });
  }

  /**
   * Sends these in the device's name as soon as the wire is free; the answer to the last of them is told, once. Its driver
   * cannot have followed, so it begins anew from what was recorded, as after a crash. Closed, nothing is told any more.
   */
  ask(device: string, name: string, messages: readonly Uint8Array[], answered: (end: ByHandEnd) => void): void {
    this.run(() => {
      const slot = this.byId.get(device);
      if (slot === undefined || this.secret || messages.length === 0) answered({ end: 'refused', why: 'not-asked' });
      else if (!this.open) answered({ end: 'refused', why: 'closed' });
      else if (slot.byHand !== null) answered({ end: 'refused', why: 'busy' });
      else slot.byHand = { name, messages, answered, sent: 0, received: NO_BYTES, held: [] };
    });
  }

  /** Lets go of the port; no fact comes after. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.open = false;
    this.holder = null;
    this.cancelAlarm?.();
    this.port.close();
  }

  /** The last frames of this wire, oldest first. */
  trace(): readonly TraceEntry[] {
    return this.record.entries();
  }

  /** @throws RangeError for a device of another wire. */
  counts(device: string): LineCounts {
    const { opened, discardedBytes } = this;
    return { ...this.slotOf(device).counted, opened, discardedBytes };
  }

  private slotOf(device: string): Slot {
    const slot = this.byId.get(device);
    if (slot === undefined) throw new RangeError(`no device "${device}" on ${this.port.name}`);
    return slot;
  }

  private tell(device: string, what: Untimed): void {
    this.run(() => {
      const slot = this.slotOf(device);
      if (what.type === 'levels') slot.levels = what.levels;
      if (slot.byHand !== null && what.type === 'command') {
        slot.byHand.held.push(what);
        return;
      }
      this.step(slot, { ...what, nowMs: this.clock.monoMs() });
    });
  }

  /** One job to its end, then those that arrived meanwhile, then whoever is due gets the turn. */
  private run(job: () => void): void {
    if (this.ended) return;
    if (this.running) {
      if (this.nested.length >= NESTED_CALLS_LIMIT) throw new RangeError(`calls pile up on ${this.port.name}`);
      this.nested.push(job);
      return;
    }
    this.running = true;
    try {
      job();
      for (;;) {
        for (let next = this.nested.shift(); next !== undefined; next = this.nested.shift()) next();
        if (!this.giveTurn() && this.nested.length === 0) break;
      }
      this.setAlarm();
    } finally {
      this.running = false;
      this.nested.length = 0;
    }
  }

  // The port.

  private reopenAfter(delayMs: number): void {
    this.clock.after(delayMs, () => {
      if (this.ended) return;
      this.port.open(this.listener(++this.opening));
    });
  }

  private listener(opening: number): PortListener {
    const ours = (job: () => void): void => {
      this.run(() => {
        if (opening === this.opening) job();
      });
    };
    return {
      opened: () => ours(() => this.onOpened()),
      received: (bytes) => ours(() => this.onReceived(bytes)),
      closed: (problem) => ours(() => this.onClosed(problem)),
    };
  }

  private onOpened(): void {
    this.open = true;
    this.opened++;
    for (const slot of this.slots) this.tellOpened(slot);
  }

  private tellOpened(slot: Slot): void {
    this.step(slot, { type: 'opened', chance: this.chance(CHANCE_BYTES), nowMs: this.clock.monoMs() });
  }

  private onClosed(problem: PortProblem): void {
    this.opening++;
    this.open = false;
    this.holder = null;
    this.judgeMs = Number.POSITIVE_INFINITY;
    this.probed = null;
    this.decoder = (this.slots[0] as Slot).driver.decoder();
    for (const slot of this.slots) {
      if (slot.byHand !== null) this.endByHand(slot, slot.byHand.sent === 0 ? notSent : { end: 'silent' });
      this.step(slot, { type: 'closed', problem, nowMs: this.clock.monoMs() });
    }
    this.reopenAfter(this.reopenMs);
    this.reopenMs = Math.min(this.reopenMs * 2, REOPEN_LONGEST_MS);
  }

  // Bytes in.

  private onReceived(bytes: Uint8Array): void {
    if (!this.open || bytes.length === 0) return;
    this.lastByteMs = this.clock.monoMs();
    this.record.add(this.lastByteMs, 'in', '', bytes);
    const byHand = this.holder === null ? null : leftByHand(this.holder);
    if (byHand !== null && byHand.received.length < BY_HAND_BYTES)
      byHand.received = Buffer.concat([byHand.received, bytes.slice(0, BY_HAND_BYTES)]);
    const found = this.decoder.push(bytes);
    // The host's own bytes, which come back on some wires, are no sign that the device has acted.
    if (found.length > 0 || this.decoder.pending) this.probeReply(bytes.length);
    this.takeAll(found);
  }

  /** A crash takes with it what was read, so one before a whole reply is taken stands for one with half of it read. */
  private probeReply(bytes: number): void {
    const { probed } = this;
    if (probed === null) return;
    if (probed.stage === 'sent') {
      probed.stage = 'acted';
      this.probe('b6', probed.what);
    }
    if (bytes > 1 || this.decoder.pending) this.probe('b7', probed.what);
  }

  private takeAll(found: readonly Decoded<unknown>[]): void {
    for (const item of found) {
      if (item.type === 'frame') this.takeFrame(item.frame);
      else this.takeDiscarded(item.bytes, item.why);
    }
  }

  /**
   * An answer goes to whose device gave it. Only the holder's ends the turn: one that comes late from a neighbour, or
   * unasked, is its driver's to hear, and the holder goes on waiting.
   */
  private takeFrame(frame: unknown): void {
    const { holder, probed } = this;
    if (probed?.stage === 'acted' && answers(probed.slot, frame)) {
      this.probed = null;
      this.probe('b8', probed.what);
    }
    const nowMs = this.clock.monoMs();
    if (this.secret) this.keepShown(nowMs, frame);
    if (holder !== null && answers(holder, frame)) {
      this.reopenMs = REOPEN_FIRST_MS;
      this.endTurn();
      holder.counted.received++;
      const byHand = leftByHand(holder);
      if (byHand !== null) {
        this.answeredByHand(holder, byHand);
        return;
      }
      const send = this.step(holder, { type: 'frame', frame, nowMs });
      if (send !== null) this.send(holder, send);
      return;
    }
    for (const slot of this.slots) {
      if (!answers(slot, frame)) continue;
      this.reopenMs = REOPEN_FIRST_MS;
      slot.counted.received++;
      this.step(slot, { type: 'frame', frame, nowMs });
    }
  }

  private keepShown(nowMs: number, frame: unknown): void {
    const words = this.slots.find(({ driver }) => driver.shown !== undefined)?.driver.shown?.(frame);
    if (words !== undefined) this.record.add(nowMs, 'in', words, NO_BYTES);
  }

  private takeDiscarded(bytes: Uint8Array, why: string): void {
    const nowMs = this.clock.monoMs();
    this.discardedBytes += bytes.length;
    if (this.holder !== null) this.step(this.holder, { type: 'discarded', bytes, why, nowMs });
    else for (const slot of this.slots) this.step(slot, { type: 'discarded', bytes, why, nowMs });
  }

  // The turn.

  /** True when somebody got it. */
  private giveTurn(): boolean {
    if (!this.open || this.holder !== null) return false;
    const nowMs = this.clock.monoMs();
    if (nowMs < this.restedMs()) return false;
    const asked = this.slots.find(({ byHand }) => byHand !== null);
    if (asked !== undefined) {
      this.sendByHand(asked);
      return true;
    }
    let best: Slot | null = null;
    let bestDueMs = 0;
    for (const slot of this.slots) {
      const dueMs = dueOf(slot);
      if (dueMs > nowMs) continue;
      const earlier = best === null || (slot.urgent !== best.urgent ? slot.urgent : dueMs < bestDueMs);
      if (!earlier) continue;
      best = slot;
      bestDueMs = dueMs;
    }
    if (best === null) return false;
    const send = this.step(best, { type: 'turn', nowMs });
    if (send !== null) this.send(best, send);
    else if (dueOf(best) <= nowMs) best.turnAtMs = nowMs + IDLE_TURN_MS;
    return true;
  }

  private sendByHand(slot: Slot): void {
    const { byHand } = slot;
    const bytes = byHand?.messages[byHand.sent];
    if (byHand === null || bytes === undefined) return;
    byHand.sent++;
    byHand.received = NO_BYTES;
    this.send(slot, { name: `by hand ${byHand.name}`, bytes, replyWithinMs: BY_HAND_WITHIN_MS });
  }

  private answeredByHand(slot: Slot, { sent, messages, received }: ByHand): void {
    if (sent < messages.length) return;
    const asked = messages[sent - 1] ?? NO_BYTES;
    // On some wires the host's own bytes come first.
    const echoed = asked.every((byte, at) => received[at] === byte) && received.length > asked.length;
    this.endByHand(slot, { end: 'answered', bytes: echoed ? received.subarray(asked.length) : received });
  }

  private endByHand(slot: Slot, end: ByHandEnd): void {
    const { byHand } = slot;
    if (byHand === null) return;
    slot.byHand = null;
    this.startAnew(slot);
    this.tellAll(slot);
    for (const what of byHand.held) this.step(slot, { ...what, nowMs: this.clock.monoMs() });
    byHand.answered(end);
  }

  private send(slot: Slot, message: DriverSend): void {
    if (!this.open) return;
    const nowMs = this.clock.monoMs();
    const { bytes, name } = message;
    const number = ++this.sends;
    this.holder = slot;
    this.replyWithinMs = message.replyWithinMs;
    this.judgeMs = nowMs + SENT_WITHIN_MS + bytes.length * SENT_PER_BYTE_MS;
    slot.counted.sent++;
    this.record.add(nowMs, 'out', name, bytes, slot.hidden.has(name));
    this.decoder.sent?.(bytes);
    const watched = this.probe !== noProbe && slot.money.has(name) ? name : null;
    const sent = (): void =>
      this.run(() => {
        if (watched !== null && number === this.sends) this.probe('b5', watched);
        if (number === this.sends && this.holder === slot) this.onSent();
      });
    if (watched === null) {
      this.port.send(bytes, sent);
      return;
    }
    this.probed = { slot, what: watched, stage: 'sent' };
    const half = bytes.length >> 1;
    this.port.send(bytes.subarray(0, half));
    this.probe('b4', watched);
    this.port.send(bytes.subarray(half), sent);
  }

  private onSent(): void {
    if (this.replyWithinMs === 0) this.endTurn();
    else this.judgeMs = this.clock.monoMs() + this.replyWithinMs;
  }

  private endTurn(): void {
    this.holder = null;
    this.judgeMs = Number.POSITIVE_INFINITY;
  }

  // Time.

  private onAlarm(): void {
    this.cancelAlarm = null;
    this.alarmMs = Number.POSITIVE_INFINITY;
    if (!this.open) return;
    const nowMs = this.clock.monoMs();
    if (this.decoder.pending && nowMs >= this.silenceMs()) this.takeAll(this.decoder.silence());
    if (this.holder === null || nowMs < this.timeOutMs()) return;
    const late = this.holder;
    late.counted.unanswered++;
    this.endTurn();
    if (leftByHand(late) !== null) this.endByHand(late, { end: 'silent' });
    else this.step(late, { type: 'silence', nowMs });
  }

  private silenceMs(): number {
    return this.lastByteMs + this.interByteMs + ARRIVED_GRACE_MS;
  }

  /** When the wire has been silent for long enough that somebody may send. */
  private restedMs(): number {
    return this.restMs === 0 ? 0 : this.lastByteMs + this.restMs;
  }

  /** When the holder's reply is judged missing. */
  private timeOutMs(): number {
    const judgeMs = this.judgeMs + ARRIVED_GRACE_MS;
    if (!this.decoder.pending) return judgeMs;
    return Math.max(judgeMs, Math.min(this.silenceMs(), judgeMs + HALF_REPLY_LIMIT_MS));
  }

  /** One alarm for everything: an earlier one stays and looks again when it rings. */
  private setAlarm(): void {
    if (!this.open) return;
    let atMs = this.decoder.pending ? this.silenceMs() : Number.POSITIVE_INFINITY;
    if (this.holder !== null) atMs = Math.min(atMs, this.timeOutMs());
    else for (const slot of this.slots) atMs = Math.min(atMs, Math.max(dueOf(slot), this.restedMs()));
    if (atMs >= this.alarmMs || atMs === Number.POSITIVE_INFINITY) return;
    this.cancelAlarm?.();
    this.alarmMs = atMs;
    this.cancelAlarm = this.clock.after(atMs - this.clock.monoMs(), () => this.run(() => this.onAlarm()));
  }

  // The drivers.

  /** Steps one driver and passes its facts on. Returns what it wants to send; the caller knows whether it may. */
  private step(slot: Slot, input: DriverInput<unknown>): DriverSend | null {
    let result: DriverStep<unknown>;
    try {
      result = slot.driver.step(slot.state, input);
    } catch (error) {
      this.restart(slot, input.nowMs, error);
      return null;
    }
    slot.state = result.state;
    slot.turnAtMs = result.turnAtMs;
    slot.urgent = result.urgent;
    if (slot.crashes > 0 && input.type === 'frame' && input.nowMs >= slot.restUntilMs) {
      slot.crashes = 0;
      this.onFact({ device: slot.id, fact: 'device.cleared', code: CRASHED });
    }
    for (const fact of result.facts) this.onFact(fact);
    return result.send ?? null;
  }

  /** The fourth wall of a driver: its crash is a fault, and it starts again from what was recorded. */
  private restart(slot: Slot, nowMs: number, error: unknown): void {
    const words = this.secret ? placeOf(error) : wordsOf(error);
    this.record.add(nowMs, 'crash', words, NO_BYTES);
    this.onCrash?.(slot.id, words, this.record.entries());
    slot.counted.crashes++;
    const pauseMs = Math.min(CRASH_PAUSE_FIRST_MS * 2 ** slot.crashes, CRASH_PAUSE_LONGEST_MS);
    slot.crashes++;
    slot.restUntilMs = nowMs + pauseMs;
    this.startAnew(slot);
    if (slot.crashes === 1) this.onFact({ device: slot.id, fact: 'device.fault', code: CRASHED });
    // Told again at its next breath, not from inside the crash: what crashes at once must not recurse.
    this.clock.after(pauseMs, () => this.run(() => this.tellAll(slot)));
  }

  private startAnew(slot: Slot): void {
    slot.state = slot.driver.start(slot.memory());
    slot.turnAtMs = null;
    slot.urgent = false;
  }

  /** What a driver that has started anew has to know of now. */
  private tellAll(slot: Slot): void {
    if (slot.levels !== null) this.step(slot, { type: 'levels', levels: slot.levels, nowMs: this.clock.monoMs() });
    if (this.open) this.tellOpened(slot);
  }
}

const NO_BYTES = new Uint8Array(0);
const notSent: ByHandEnd = { end: 'refused', why: 'closed' };

type Untimed =
  | { readonly type: 'command'; readonly command: DeviceCommand }
  | { readonly type: 'levels'; readonly levels: DeviceLevels }
  | { readonly type: 'recorded'; readonly key: string };

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Where it broke: the error's kind and the lines of code, without its own words, which may repeat what the device said. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'a driver threw what is no error';
  const { name, message, stack = '' } = error;
  const head = message === '' ? name : `${name}: ${message}`;
  return stack.startsWith(head) ? name + stack.slice(head.length) : name;
}

/** Whether a frame comes from this driver's device. */
function answers({ driver }: Slot, frame: unknown): boolean {
  return driver.answers?.(frame) ?? true;
}

/** The request by hand for whose answer this device is waited for; one that has not left yet waits for the driver's own. */
function leftByHand({ byHand }: Slot): ByHand | null {
  return byHand !== null && byHand.sent > 0 ? byHand : null;
}

/** When this driver may have the turn: as it asked, but not while it rests after a crash. */
function dueOf(slot: Slot): number {
  if (slot.turnAtMs === null) return Number.POSITIVE_INFINITY;
  return Math.max(slot.turnAtMs, slot.restUntilMs);
}
