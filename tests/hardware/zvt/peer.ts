/**
 * A terminal for the conversations of these tests: it knows what was taken, for certain, and can lose its power, its
 * line, or single messages. And the hand that plays driver and time against it, without a Link.
 */
import type { ChargeFact, OpenCharge } from '../../../hardware/charge.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../../hardware/device.ts';
import type { DriverInput } from '../../../hardware/driver.ts';
import { createDriver } from '../../../hardware/zvt/driver.ts';
import { type Apdu, createDecoder, encodeApdu, type Frame, type Transport } from '../../../hardware/zvt/frame.ts';
import { amount, bcd, bcdNumber, find, readBitmaps } from '../../../hardware/zvt/messages.ts';
import type { Settings, State } from '../../../hardware/zvt/state.ts';

export const settings: Settings = {
  transport: 'serial',
  currency: 'CNY',
  currencyNumber: 156,
  password: 0,
  prints: true,
  columns: null,
  holdSeconds: 60,
};

interface Payment {
  readonly receipt: number;
  readonly trace: number;
  minor: number;
  currency: number;
  state: 'held' | 'taken' | 'reversed' | 'declined' | 'reversal' | 'refund';
  readonly of: number | null;
  readonly result: number;
}

const REPEAT_MS = 2_000;
const PATIENCE_MS = 30_000;

export class Peer {
  status = 0x00;
  terminal = 12_345_678;
  currency = 156;
  registered = false;
  /** Told instead of carrying it out, once each: by code of the command. */
  readonly refusals = new Map<number, number>();
  /** Commands that it hears and never answers, by code. */
  readonly mute = new Set<number>();
  tells20 = true;
  /** Its registration tells the number of its last receipt. */
  tellsNumber = false;
  payments: Payment[] = [];
  heard: Apdu[] = [];
  /** Its messages that wait for the answer to the one before. */
  queue: Uint8Array[] = [];
  now: Payment | null = null;
  asked = 0;
  repeats = 0;
  mostRepeats = 255;
  repeatAtMs: number | null = null;
  reverseAtMs: number | null = null;
  /** What it answers to the last message: awaited. */
  awaits = false;
  tid = 0;
  totals: readonly number[] | null = null;
  knowsGoods = true;
  /** A language that it took is completed, too, and until that is answered it is busy. */
  completesLanguage = true;
  private completing = false;

  /** Names of what it was told, as 06 01. */
  commands(): string[] {
    return this.heard.map(({ code }) => code.toString(16).padStart(4, '0'));
  }

  orders(code: number): number {
    return this.heard.filter((apdu) => apdu.code === code).length;
  }

  taken(): number {
    return this.payments.reduce((sum, { state, minor }) => sum + (state === 'taken' ? minor : 0), 0);
  }

  cutPower(): void {
    this.registered = false;
    this.completing = false;
    this.queue = [];
    this.asked = 0;
    this.awaits = false;
    // What was not finished is reversed when it comes back.
    if (this.now !== null) this.now.state = this.now.state === 'held' ? 'reversed' : this.now.state;
    this.now = null;
    this.repeatAtMs = null;
    this.reverseAtMs = null;
  }

  private say(...apdus: Uint8Array[]): void {
    this.queue.push(...apdus);
  }

  information(payment: Payment): Uint8Array {
    const { minor, currency, receipt, trace, state, of, result } = payment;
    const code = state === 'reversed' ? 0x6c : result;
    const original = of === null ? [] : [0x37, ...bcd(of, 3)];
    const card = [
      0x22, 0xf0, 0xf8, 0x45, 0x71, 0x36, 0x12, 0x34, 0x56, 0x78, 0x96, 0x8b, 0xf0, 0xf5, 0x56, 0x69, 0x73, 0x61, 0,
    ];
    const known = [0x87, ...bcd(receipt, 2), 0x0b, ...bcd(trace, 3), 0x29, ...bcd(this.terminal, 4)];
    const time = [0x0c, 0x10, 0x20, 0x30, 0x0d, 0x11, 0x29];
    return encodeApdu(0x040f, [0x27, code, ...amount(minor, currency), ...known, ...time, ...original, ...card]);
  }

  add(minor: number, state: Payment['state'], of: number | null = null, result = 0): Payment {
    const number = this.payments.length + 17;
    const payment = { receipt: number, trace: number + 100, minor, currency: this.currency, state, of, result };
    this.payments.push(payment);
    return payment;
  }

  approve(minor = this.asked, currency = this.currency): void {
    const payment = this.add(minor, 'held');
    payment.currency = currency;
    this.now = payment;
    this.say(encodeApdu(0x04ff, [0x04]), this.information(payment));
  }

  decline(result: number): void {
    const payment = this.add(this.asked, 'declined', null, result);
    this.now = null;
    this.asked = 0;
    this.say(this.information(payment), encodeApdu(0x061e, [result]));
  }

  abort(code = 0x6c): void {
    this.now = null;
    this.asked = 0;
    this.say(encodeApdu(0x061e, [code]));
  }

  /** It gives up waiting, or was told that no goods were given. */
  reverse(): void {
    if (this.now === null) return;
    this.now.state = 'reversed';
    const told = this.information(this.now);
    this.now = null;
    this.asked = 0;
    this.repeatAtMs = null;
    this.reverseAtMs = null;
    this.say(encodeApdu(0x04ff, [0x05]), told, encodeApdu(0x061e, [0x6c]));
  }

  /** The kiosk's answer to what it said. */
  answer({ code }: Apdu, told: number, nowMs: number): void {
    if (told === 0x060f) this.completing = false;
    if (told !== 0x040f || this.now === null) return;
    this.reverseAtMs = null;
    if (code === 0x8000 || code === 0x8400 || !this.knowsGoods) {
      this.now.state = 'taken';
      this.now = null;
      this.asked = 0;
      this.say(encodeApdu(0x060f));
    } else if (code === 0x849c && this.repeats < this.mostRepeats) {
      this.repeats++;
      this.repeatAtMs = nowMs + REPEAT_MS;
    } else this.reverse();
  }

  tick(nowMs: number): void {
    if (this.repeatAtMs !== null && nowMs >= this.repeatAtMs && this.now !== null) {
      this.repeatAtMs = null;
      this.reverseAtMs = nowMs + PATIENCE_MS;
      this.say(this.information(this.now));
    } else if (this.reverseAtMs !== null && nowMs >= this.reverseAtMs) this.reverse();
  }

  /** A command; what it says to it comes into the queue. */
  command(apdu: Apdu): void {
    this.heard.push(apdu);
    const { code, data } = apdu;
    if (this.mute.has(code)) return;
    const refusal = this.refusals.get(code);
    if (refusal !== undefined) {
      this.refusals.delete(code);
      this.say(encodeApdu(0x8400 | refusal));
      return;
    }
    const busy = this.now !== null || this.asked > 0 || this.completing;
    if (busy && code !== 0x06b0) {
      this.say(encodeApdu(0x849c));
      return;
    }
    if (!this.registered && code !== 0x0600 && code !== 0x0501) {
      this.say(encodeApdu(0x846b));
      return;
    }
    this.say(encodeApdu(0x8000));
    const items = readBitmaps(data, code === 0x0601 ? 0 : 3) ?? [];
    switch (code) {
      case 0x0600:
        this.registered = true;
        this.say(
          encodeApdu(0x060f, [
            ...[0x19, 0, 0x29, ...bcd(this.terminal, 4), 0x49, ...bcd(this.currency, 2)],
            ...(this.tellsNumber ? [0x06, 5, 0x1f, 0x1f, 2, ...bcd(this.payments.at(-1)?.receipt ?? 0, 2)] : []),
          ]),
        );
        return;
      case 0x0501:
        this.say(encodeApdu(0x060f, [0xf0, 0xf0, 0xf3, 0x31, 0x2e, 0x32, this.registered ? this.status : 0x6b]));
        return;
      case 0x0601:
        this.asked = bcdNumber(find(items, 0x04)) ?? 0;
        this.repeats = 0;
        this.mostRepeats = Math.min(this.mostRepeats, find(items, 0x02)?.[0] ?? 255);
        this.say(encodeApdu(0x04ff, [0x0a]));
        return;
      case 0x0620:
        this.tellLast();
        return;
      case 0x0630:
        this.takeBack(bcdNumber(find(items, 0x87)) ?? 0);
        return;
      case 0x0631:
        this.say(this.information(this.add(bcdNumber(find(items, 0x04)) ?? 0, 'refund')), encodeApdu(0x060f));
        return;
      case 0x0650:
        if (this.totals !== null) this.say(encodeApdu(0x040f, [0x27, 0x00, ...this.totals]));
        this.say(encodeApdu(0x060f));
        return;
      case 0x0670:
      case 0x0693:
        this.status = 0;
        this.say(encodeApdu(0x060f));
        return;
      case 0x06b0:
        this.abort();
        return;
      case 0x0830:
        if (!this.completesLanguage) return;
        this.completing = true;
        this.say(encodeApdu(0x060f));
        return;
      default:
        return;
    }
  }

  private tellLast(): void {
    const last = this.payments.at(-1);
    if (last === undefined && this.tells20) this.say(encodeApdu(0x061e, [0x64]));
    else if (last !== undefined && this.tells20)
      this.say(this.information(last), encodeApdu(0x06d1, [0x80, 0x43]), encodeApdu(0x060f));
    else this.say(encodeApdu(0x060f));
  }

  private takeBack(receipt: number): void {
    const payment = this.payments.find((one) => one.receipt === receipt);
    if (payment?.state === 'reversed') this.say(encodeApdu(0x061e, [0xb4]));
    else if (payment?.state !== 'taken') this.say(encodeApdu(0x061e, [0xb5]));
    else {
      payment.state = 'reversed';
      this.say(this.information(this.add(payment.minor, 'reversal', payment.trace)), encodeApdu(0x060f));
    }
  }
}

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;
type Named<Name extends DeviceFact['fact']> = DeviceFact & { fact: Name };

/** Later than anything that is due. */
const LATE_MS = 600_000;
/** A driver that asks for the turn and says nothing gets it again later, as a Link does it. */
const IDLE_TURNS = 3;

export class Hand {
  readonly driver;
  readonly peer: Peer;
  readonly transport: Transport;
  state: State;
  nowMs = 1_000_000;
  turnAtMs: number | null = null;
  facts: DeviceFact[] = [];
  sent: string[] = [];
  /** Recorded as soon as it is told. */
  records = true;
  /** The line carries acknowledgements, and messages of either side. */
  acks = true;
  toPeer: (name: string) => boolean = () => true;
  fromPeer: (apdu: Uint8Array) => boolean = () => true;
  /** Called before each message of either side crosses the line; true ends all that is under way. */
  stop: (what: string) => boolean = () => false;
  stopped = false;

  constructor(given: { peer?: Peer; memory?: DeviceMemory; settings?: Settings; nowMs?: number; open?: boolean } = {}) {
    const own = given.settings ?? settings;
    this.transport = own.transport;
    this.peer = given.peer ?? new Peer();
    this.driver = createDriver('t', own);
    this.state = this.driver.start(given.memory ?? emptyMemory);
    this.nowMs = given.nowMs ?? this.nowMs;
    if (given.open !== false) this.open();
  }

  open(): this {
    this.give({ type: 'opened', chance: new Uint8Array(64) });
    return this;
  }

  close(): this {
    this.peer.queue = [];
    this.peer.awaits = false;
    this.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
    return this;
  }

  give(input: Untimed): void {
    const step = this.driver.step(this.state, { ...input, nowMs: this.nowMs } as DriverInput<Frame>);
    this.state = step.state;
    this.turnAtMs = step.turnAtMs;
    for (const fact of step.facts) {
      this.facts.push(fact);
      if (this.records && 'key' in fact) this.give({ type: 'recorded', key: fact.key });
    }
    if (step.send !== undefined) this.cross(step.send.name, step.send.bytes);
  }

  private cross(name: string, bytes: Uint8Array): void {
    this.sent.push(name);
    if (this.stop(`to ${name}`)) {
      this.stopped = true;
      return;
    }
    const [item] = createDecoder(this.transport).push(bytes.slice());
    if (item?.type !== 'frame') throw new Error(`${name} is no frame`);
    if (!this.toPeer(name) || item.frame.type !== 'apdu') return;
    if (this.transport === 'serial' && this.acks) this.give({ type: 'frame', frame: { type: 'ack' } });
    const { frame } = item;
    if (frame.code === 0x8000 || frame.code >>> 8 === 0x84) {
      if (!this.peer.awaits) return;
      this.peer.awaits = false;
      this.peer.answer(frame, this.told, this.nowMs);
    } else this.peer.command(frame);
  }

  private told = 0;

  /** Everything that can happen without time passing. */
  pump(): this {
    let idle = 0;
    for (let guard = 0; guard < 2_000 && !this.stopped; guard++) {
      if (this.turnAtMs !== null && this.turnAtMs <= this.nowMs && idle < IDLE_TURNS) {
        const before = this.sent.length;
        this.give({ type: 'turn' });
        idle = this.sent.length > before ? 0 : idle + 1;
        continue;
      }
      idle = 0;
      const next = this.peer.awaits ? undefined : this.peer.queue.shift();
      if (next === undefined) return this;
      if (this.stop(`from ${next[0]?.toString(16)} ${next[1]?.toString(16)}`)) this.stopped = true;
      else this.hear(next);
    }
    if (!this.stopped) throw new Error('it never comes to rest');
    return this;
  }

  /** A message of the terminal. */
  hear(apdu: Uint8Array): this {
    const [item] = createDecoder('tcp').push(apdu);
    if (item?.type !== 'frame' || item.frame.type !== 'apdu') throw new Error('no APDU');
    if (!this.fromPeer(apdu)) return this;
    const { code } = item.frame;
    this.told = code;
    this.peer.awaits = code !== 0x8000 && code >>> 8 !== 0x84;
    this.give({ type: 'frame', frame: item.frame });
    return this;
  }

  frame(type: 'ack' | 'nak'): this {
    this.give({ type: 'frame', frame: { type } });
    return this;
  }

  /** Lets time pass, turn by turn. */
  wait(ms: number): this {
    const endMs = this.nowMs + ms;
    this.pump();
    while (!this.stopped) {
      const { repeatAtMs, reverseAtMs } = this.peer;
      const next = Math.min(
        this.turnAtMs ?? LATE_MS + endMs,
        repeatAtMs ?? LATE_MS + endMs,
        reverseAtMs ?? LATE_MS + endMs,
      );
      if (next > endMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      this.peer.tick(this.nowMs);
      this.pump();
    }
    this.nowMs = endMs;
    return this;
  }

  ready(): this {
    this.wait(1_000);
    if (this.of('device.ready').length === 0) throw new Error(`not ready: ${JSON.stringify(this.facts)}`);
    return this;
  }

  start(id = 'c1', minor = 8_800): this {
    this.give({
      type: 'command',
      command: { id, device: 't', command: 'charge.start', lang: 'zh-CN', subject: 'bill', currency: 'CNY', minor },
    });
    return this.pump();
  }

  confirm(id = 'c1'): this {
    this.give({ type: 'command', command: { id, device: 't', command: 'charge.confirm' } });
    return this.pump();
  }

  cancel(id = 'c1'): this {
    this.give({ type: 'command', command: { id, device: 't', command: 'charge.cancel' } });
    return this.pump();
  }

  reverse(id = 'c1', approval = this.approval()): this {
    this.give({ type: 'command', command: { id, device: 't', command: 'charge.reverse', approval } });
    return this.pump();
  }

  approval() {
    const { currency, minor, reference } = this.one('charge.approved');
    return { currency, minor, reference };
  }

  approve(minor?: number): this {
    this.peer.approve(minor);
    return this.pump();
  }

  of<Name extends DeviceFact['fact']>(name: Name): Named<Name>[] {
    return this.facts.filter((fact): fact is Named<Name> => fact.fact === name);
  }

  one<Name extends DeviceFact['fact']>(name: Name): Named<Name> {
    const [fact, ...more] = this.of(name);
    if (fact === undefined || more.length > 0)
      throw new Error(`${name} was told ${more.length + (fact ? 1 : 0)} times`);
    return fact;
  }

  /** How the charge ended, and whether anybody was told that nobody knows. */
  ends(): string[] {
    const names = [
      'charge.declined',
      'charge.confirmed',
      'charge.reversed',
      'charge.irreversible',
      'refund.made',
      'refund.refused',
    ];
    return this.facts.map(({ fact }) => fact).filter((fact) => names.includes(fact));
  }
}

/** What the kiosk would hand to the driver at its next start, of what was told until now. */
export function memoryOf(hand: Hand, wanted: OpenCharge['wanted'] = 'take', of = 'c1', minor = 8_800): DeviceMemory {
  if (hand.ends().length > 0) return { ...emptyMemory, counters: countersOf(hand) };
  const approved = hand.of('charge.approved').find((fact) => fact.command === of);
  const open: OpenCharge = {
    command: of,
    currency: 'CNY',
    minor,
    refundOf: null,
    starting: hand.of('charge.starting').length > 0,
    wanted,
    approval:
      approved === undefined
        ? null
        : { currency: approved.currency, minor: approved.minor, reference: approved.reference },
    watched: null,
  };
  return { ...emptyMemory, openCharges: [open], counters: countersOf(hand) };
}

function countersOf(hand: Hand) {
  const carrying = hand.facts.filter(
    (fact): fact is DeviceFact & ChargeFact & { counters: Record<string, number> } => 'counters' in fact,
  );
  return carrying.at(-1)?.counters ?? {};
}
