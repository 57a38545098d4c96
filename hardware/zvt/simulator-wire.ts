/**
 * The terminal's end of the line (PA00P016). Serial: `10 02`, the message with every 10 doubled, `10 03`, a CRC over the
 * message and 03, low byte first; whoever receives says ACK or NAK before anything else; a message that is not acknowledged is
 * said again, twice at most. Network: the messages alone, in whatever pieces they come.
 */
import type { SimulatorSurroundings } from '../simulated.ts';
import { apduLength } from './simulator-apdu.ts';

export type LineFault = 'off' | 'repeat' | 'late' | 'noise';

const STX = 0x02;
const ETX = 0x03;
const DLE = 0x10;
const ACK = 0x06;
const NAK = 0x15;
/** T1: between two bytes of a message. */
const INTER_BYTE_MS = 200;
/** T2: until ACK or NAK. */
const ACKNOWLEDGE_MS = 5_000;
/** A host that heard no ACK says the same again after T2; later it means it anew. */
const SAID_AGAIN_WITHIN_MS = ACKNOWLEDGE_MS + 500;
const MOST_TRIES = 3;
const ACKNOWLEDGES_AFTER_MS = 5;
/** Later than T3, in which a command has to be answered. */
const LATE_BY_MS = 5_500;
const REPEATED_AFTER_MS = 30;
const MOST_WAITING = 8;
const LONGEST_APDU = 5 + 0xffff;
/** A message whose rest does not come for so long was another host's. */
const STALE_AFTER_MS = 5_000;
const PIECE_AFTER_MS = 3;

/** CRC-16 reflected, polynomial 8408, from 0. */
function crcOf(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0x8408;
  }
  return crc;
}

/** A message as it goes over a serial line. Exported for the vectors, which both ends have to reproduce. */
export function framed(message: readonly number[]): Uint8Array {
  const crc = crcOf([...message, ETX]);
  const doubled = message.flatMap((byte) => (byte === DLE ? [DLE, DLE] : [byte]));
  return Uint8Array.from([DLE, STX, ...doubled, DLE, ETX, crc & 0xff, crc >> 8]);
}

export interface WireOwner {
  /** A message of the host, whole and right. */
  arrived(message: readonly number[]): void;
  /** The host did not acknowledge a message. */
  unheard(): void;
}

export interface Wire {
  fault: LineFault;
  receive(bytes: Uint8Array): void;
  send(message: readonly number[]): void;
  /** Nobody answered it in time: it is not said any more, nor again. */
  giveUp(message: readonly number[]): void;
  /** The power is gone: nothing that was under way arrives. */
  die(): void;
}

interface Outgoing {
  readonly message: readonly number[];
  tries: number;
  repeated: boolean;
}

export class SerialWire implements Wire {
  fault: LineFault = 'off';

  private readonly world: SimulatorSurroundings;
  private readonly owner: WireOwner;
  private place: 'outside' | 'begun' | 'inside' | 'escaped' | 'checksum' = 'outside';
  private message: number[] = [];
  private checksum: number[] = [];
  private silence = 0;
  private readonly queue: Outgoing[] = [];
  private underWay: Outgoing | null = null;
  private attempt = 0;
  private waiting = 0;
  /** The message that was taken last, while nothing that the host acknowledged came behind it. */
  private taken = '';
  private takenMs = 0;
  private life = 0;

  constructor(world: SimulatorSurroundings, owner: WireOwner) {
    this.world = world;
    this.owner = owner;
  }

  die(): void {
    this.life++;
    this.place = 'outside';
    this.queue.length = 0;
    this.underWay = null;
    this.waiting = 0;
    this.taken = '';
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.take(byte);
    const silence = ++this.silence;
    if (this.place === 'outside') return;
    this.later(INTER_BYTE_MS, () => {
      if (silence !== this.silence) return;
      this.place = 'outside';
      this.put([NAK]);
    });
  }

  private take(byte: number): void {
    switch (this.place) {
      case 'outside':
        if (byte === ACK) this.acknowledged();
        else if (byte === NAK) this.again();
        else if (byte === DLE) this.place = 'begun';
        return;
      case 'begun':
        if (byte === STX) this.begin();
        else if (byte !== DLE) this.place = 'outside';
        return;
      case 'inside':
        if (byte === DLE) this.place = 'escaped';
        else this.add(byte);
        return;
      case 'escaped':
        this.unescape(byte);
        return;
      case 'checksum':
        this.checksum.push(byte);
        if (this.checksum.length === 2) this.whole();
        return;
      default:
        this.place satisfies never;
    }
  }

  private begin(): void {
    this.place = 'inside';
    this.message = [];
    this.checksum = [];
  }

  private add(byte: number): void {
    this.place = 'inside';
    this.message.push(byte);
    if (this.message.length > LONGEST_APDU) this.refuse();
  }

  private unescape(byte: number): void {
    if (byte === DLE) this.add(byte);
    else if (byte === ETX) this.place = 'checksum';
    else if (byte === STX) this.begin();
    else this.refuse();
  }

  private refuse(): void {
    this.place = 'outside';
    this.put([NAK]);
  }

  private whole(): void {
    this.place = 'outside';
    const { message } = this;
    const [low = 0, high = 0] = this.checksum;
    if (crcOf([...message, ETX]) !== low + 256 * high) {
      this.put([NAK]);
      return;
    }
    if (this.waiting >= MOST_WAITING) return;
    this.waiting++;
    this.later(ACKNOWLEDGES_AFTER_MS, () => {
      this.waiting--;
      this.put([ACK]);
      // Said again because the ACK was not heard: acknowledged again, and done once.
      const said = message.join();
      const nowMs = this.world.clock.monoMs();
      if (said === this.taken && nowMs - this.takenMs < SAID_AGAIN_WITHIN_MS) return;
      this.taken = said;
      this.takenMs = nowMs;
      this.owner.arrived(message);
    });
  }

  giveUp(message: readonly number[]): void {
    const at = this.queue.findIndex((out) => out.message === message);
    if (at >= 0) this.queue.splice(at, 1);
    if (this.underWay?.message !== message) return;
    this.attempt++;
    this.underWay = null;
    this.next();
  }

  send(message: readonly number[]): void {
    const out = { message, tries: 0, repeated: false };
    const queued = (): void => {
      this.queue.push(out);
      this.next();
    };
    if (this.fault === 'late') this.later(LATE_BY_MS, queued);
    else queued();
  }

  private next(): void {
    if (this.underWay !== null) return;
    this.underWay = this.queue.shift() ?? null;
    if (this.underWay !== null) this.attemptOf(this.underWay);
  }

  private attemptOf(out: Outgoing): void {
    out.tries++;
    const attempt = ++this.attempt;
    this.later(ACKNOWLEDGE_MS, () => {
      if (attempt === this.attempt) this.again();
    });
    this.put(this.spoiled(framed(out.message)));
  }

  private again(): void {
    const out = this.underWay;
    if (out === null) return;
    if (out.tries < MOST_TRIES) {
      this.attemptOf(out);
      return;
    }
    this.attempt++;
    this.underWay = null;
    this.owner.unheard();
    this.next();
  }

  private acknowledged(): void {
    const out = this.underWay;
    if (out === null) return;
    this.attempt++;
    this.taken = '';
    if (this.fault === 'repeat' && !out.repeated) {
      out.repeated = true;
      this.later(REPEATED_AFTER_MS, () => {
        if (this.underWay === out) this.attemptOf(out);
      });
      return;
    }
    this.underWay = null;
    this.next();
  }

  private spoiled(frame: Uint8Array): readonly number[] {
    const bytes = [...frame];
    if (this.fault !== 'noise') return bytes;
    const { random } = this.world;
    if (random() < 0.3) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    if (random() < 0.3) bytes.unshift(0x80 | Math.floor(random() * 128));
    return bytes;
  }

  private put(bytes: readonly number[]): void {
    this.world.send(Uint8Array.from(bytes));
  }

  private later(ms: number, fn: () => void): void {
    const { life } = this;
    this.world.clock.after(ms, () => {
      if (life === this.life) fn();
    });
  }
}

export class NetworkWire implements Wire {
  fault: LineFault = 'off';

  private readonly world: SimulatorSurroundings;
  private readonly owner: WireOwner;
  private pending: number[] = [];
  private heardMs = 0;
  private freeMs = 0;
  private life = 0;

  constructor(world: SimulatorSurroundings, owner: WireOwner) {
    this.world = world;
    this.owner = owner;
  }

  die(): void {
    this.life++;
    this.pending = [];
    this.freeMs = 0;
  }

  receive(bytes: Uint8Array): void {
    const nowMs = this.world.clock.monoMs();
    if (nowMs - this.heardMs > STALE_AFTER_MS) this.pending = [];
    this.heardMs = nowMs;
    this.pending.push(...bytes);
    for (;;) {
      const length = apduLength(this.pending);
      if (length === null || length > this.pending.length) return;
      this.owner.arrived(this.pending.splice(0, length));
    }
  }

  /** What left for the network arrives. */
  giveUp(): void {}

  send(message: readonly number[]): void {
    const { life } = this;
    const nowMs = this.world.clock.monoMs();
    const pieces = this.fault === 'noise' ? this.pieces(message) : [message];
    if (this.fault === 'repeat') pieces.push(message);
    let atMs = Math.max(nowMs + (this.fault === 'late' ? LATE_BY_MS : 0), this.freeMs);
    for (const piece of pieces) {
      const put = (): void => {
        if (life === this.life) this.world.send(Uint8Array.from(piece));
      };
      if (atMs > nowMs) this.world.clock.after(atMs - nowMs, put);
      else put();
      if (this.fault === 'noise') atMs += PIECE_AFTER_MS;
    }
    this.freeMs = atMs;
  }

  /** A network spoils no byte, but it may cut anywhere. */
  private pieces(message: readonly number[]): (readonly number[])[] {
    const pieces: (readonly number[])[] = [];
    for (let at = 0; at < message.length; ) {
      const size = 1 + Math.floor(this.world.random() * 4);
      pieces.push(message.slice(at, at + size));
      at += size;
    }
    return pieces;
  }
}
