/**
 * EBDS acceptors that share no code with the project: standard messages with values 1 to 7, no table of notes. `strict`:
 * repeats its last answer to a repeated number, says STACKED once, and is mute to every other message. `lax`: answers
 * whatever comes with its present state, says STACKED as long as it feels like it, and RETURNED too.
 */
import { openSide, type Side } from './pair.ts';

export type AcceptorManner = 'strict' | 'lax';

const state = { idle: 0x01, accepting: 0x02, escrowed: 0x04, stacking: 0x08, stacked: 0x10, returning: 0x20 } as const;
const returnedBit = 0x40;
const cassette = 0x10;
const rejectedBit = 0x02;
const poweredUpBit = 0x01;
/** How long a note takes from one place to the next. */
const stepMs = 60;
/** So long after the first word of a host it says that it was switched on. */
const wakingMs = 400;
/** How long the lax one goes on saying what became of a note. */
const laxMs = 1_000;

function frameOf(control: number, data: readonly number[]): readonly number[] {
  const body = [data.length + 5, control, ...data];
  let check = 0;
  for (const byte of body) for (let bit = 1; bit < 0x80; bit <<= 1) check ^= byte & bit;
  return [0x02, ...body, 0x03, check];
}

export interface AcceptorShape {
  readonly manner: AcceptorManner;
  /** A note of this value lay in escrow when its power went. */
  readonly held?: number;
  /** So many of its answers are lost on the wire, each time it tells of a note in the box. */
  readonly lostAnswers?: number;
}

export class EbdsAcceptor {
  /** Values in the box, and values given back. */
  readonly box: number[] = [];
  readonly mouth: number[] = [];
  /** Answers that said STACKED, the lost and the repeated ones included. */
  stackedTold = 0;
  /** Types of messages that it was sent. */
  readonly heard = new Set<number>();
  private readonly manner: AcceptorManner;
  private readonly side: Side;
  private readonly bytes: number[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly watchers = new Set<() => void>();
  private now: number = state.idle;
  private value = 0;
  private event = 0;
  private rejected = false;
  private waking = true;
  private enabled = 0;
  private escrowMode = false;
  private lastAck: number | null = null;
  private lastAnswer: readonly number[] = [];
  private lose: number;

  constructor({ manner, held = 0, lostAnswers = 0 }: AcceptorShape) {
    this.manner = manner;
    this.lose = lostAnswers;
    if (held > 0) {
      this.now = state.escrowed;
      this.value = held;
    }
    this.side = openSide((bytes) => this.receive(bytes));
  }

  get port(): string {
    return this.side.path;
  }

  get takes(): boolean {
    return this.enabled !== 0 && this.now === state.idle && this.event === 0 && !this.waking;
  }

  /** Resolves when it is so. */
  when(so: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!so()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  /** A hand puts a note in. */
  insert(value: number): void {
    if (!this.takes) throw new Error('it does not pull');
    this.now = state.accepting;
    this.later(stepMs, () => {
      if ((this.enabled & (1 << (value - 1))) === 0) return this.reject(value);
      this.value = value;
      if (this.escrowMode) this.now = state.escrowed;
      else this.stack();
    });
  }

  private reject(value: number): void {
    this.rejected = true;
    this.now = state.idle;
    this.mouth.push(value);
  }

  private stack(): void {
    this.now = state.stacking;
    this.later(stepMs, () => {
      this.box.push(this.value);
      this.happened(state.stacked);
    });
  }

  private giveBack(): void {
    this.now = state.returning;
    this.later(stepMs, () => {
      this.mouth.push(this.value);
      this.happened(returnedBit);
    });
  }

  private happened(event: number): void {
    this.event = event;
    this.now = state.idle;
    if (this.manner === 'lax') this.later(laxMs, () => this.told());
  }

  private told(): void {
    this.event = 0;
    this.value = 0;
  }

  private receive(bytes: readonly number[]): void {
    this.bytes.push(...bytes);
    for (;;) {
      const start = this.bytes.indexOf(0x02);
      if (start < 0) this.bytes.length = 0;
      else this.bytes.splice(0, start);
      const length = this.bytes[1] ?? 0;
      if (this.bytes.length < 5 || this.bytes.length < length) return;
      const whole = this.bytes.slice(0, length);
      const right = frameOf(whole[2]!, whole.slice(3, -2)).join() === whole.join();
      this.bytes.splice(0, right ? length : 1);
      if (right) this.message(whole[2]!, whole.slice(3, -2));
      this.look();
    }
  }

  private message(control: number, data: readonly number[]): void {
    const type = control >> 4;
    if (this.heard.size === 0) {
      this.later(wakingMs, () => {
        this.waking = false;
      });
    }
    this.heard.add(type);
    const ack = control & 1;
    if (this.manner === 'strict') {
      if (type !== 1) return;
      if (ack === this.lastAck) {
        this.answer(this.lastAnswer);
        return;
      }
      // A new number: what was told last has arrived.
      if (this.lastAck !== null && ((this.lastAnswer[3] ?? 0) & this.event) !== 0) this.told();
      this.rejected &&= ((this.lastAnswer[4] ?? 0) & rejectedBit) === 0;
    }
    if (type === 1) this.obey(data);
    this.lastAck = ack;
    this.lastAnswer = this.report(ack);
    if (this.manner === 'lax') this.rejected = false;
    this.answer(this.lastAnswer);
  }

  private obey([enables = 0, mode = 0]: readonly number[]): void {
    this.enabled = enables;
    this.escrowMode = (mode & 0x10) !== 0;
    if (this.now !== state.escrowed) return;
    if ((mode & 0x20) !== 0) this.stack();
    else if ((mode & 0x40) !== 0) this.giveBack();
  }

  private report(ack: number): readonly number[] {
    const status = cassette | (this.rejected ? rejectedBit : 0);
    const exception = (this.value << 3) | (this.waking ? poweredUpBit : 0);
    return frameOf(0x20 | ack, [this.now | this.event, status, exception, 0, 1, 2]);
  }

  private answer(answer: readonly number[]): void {
    const stacked = ((answer[3] ?? 0) & state.stacked) !== 0;
    if (stacked) this.stackedTold++;
    const lost = stacked && this.lose-- > 0;
    this.later(10, () => {
      if (!lost) this.side.send(answer);
    });
  }

  private later(ms: number, fn: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      fn();
      this.look();
    }, ms);
    this.timers.add(timer);
  }

  private look(): void {
    for (const look of this.watchers) look();
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.side.close();
  }
}
