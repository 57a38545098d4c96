/**
 * The machines' end of a ccTalk wire (generic specification, part 1): `destination, count, source, header, data…,
 * checksum` at 9600 8N1. With the simple checksum all bytes together make 0 modulo 256; with the CRC (part 3,
 * appendix 9; polynomial 1021, from 0) its low byte stands in the place of the source, its high byte at the end.
 * A message with a wrong checksum, a foreign address or a header nobody knows stays without an answer.
 */
import type { SimulatorSurroundings } from '../simulated.ts';
import { headerNames, type Machine, type Reply } from './simulator-machine.ts';

export type Checksum = 'sum' | 'crc';
export type Misbehaviour = 'off' | 'repeat' | 'late' | 'noise';

const HOST = 1;
const EVERYBODY = 0;
const REPLY = 0;
const NAK = 5;
const ADDRESS_POLL = 253;
const SHORTEST = 5;
/** "If the gap is more than 50 ms, the rest of the message is not waited for." */
const INTER_BYTE_MS = 50;
const LEAST_REPLY_MS = 2;
const MOST_REPLY_MS = 10;
const REPEATED_AFTER_MS = 15;
const LATE_BY_MS = 400;
const MOST_REPLIES_WAITING = 8;
/** Asked all day: not told as events. */
const unremarkable: ReadonlySet<number> = new Set([254, 253, 236, 229, 217, 166, 163, 159]);

function crcOf(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc & 0xffff;
}

/** A whole message. `source` has no place in a message with CRC. Exported for the vectors, which both ends have to reproduce. */
export function framed(
  destination: number,
  source: number,
  header: number,
  data: readonly number[],
  checksum: Checksum,
): Uint8Array {
  if (checksum === 'crc') {
    const crc = crcOf([destination, data.length, header, ...data]);
    return Uint8Array.from([destination, data.length, crc & 0xff, header, ...data, crc >> 8]);
  }
  const body = [destination, data.length, source, header, ...data];
  return Uint8Array.from([...body, -body.reduce((sum, byte) => sum + byte, 0)]);
}

function isRight(frame: Uint8Array, checksum: Checksum): boolean {
  if (checksum === 'sum') return frame.reduce((sum, byte) => sum + byte, 0) % 256 === 0;
  const [destination = 0, count = 0, low, header = 0] = frame;
  const crc = crcOf([destination, count, header, ...frame.subarray(4, -1)]);
  return (crc & 0xff) === low && crc >> 8 === frame.at(-1);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

/** Finds the messages to its machines, and sends their answers, well or badly. */
export class Wire {
  misbehaviour: Misbehaviour = 'off';

  private readonly world: SimulatorSurroundings;
  private readonly checksum: Checksum;
  private readonly machines: readonly Machine[];
  private pending = new Uint8Array(0);
  private lastByteMs = 0;
  private waiting = 0;
  /** Addresses that owe a late answer, and hear nothing until it has left. */
  private readonly late = new Set<number>();
  private life = 0;
  private timeouts = 0;
  private ignored = 0;
  private wrong = 0;

  constructor(world: SimulatorSurroundings, checksum: Checksum, machines: readonly Machine[]) {
    this.world = world;
    this.checksum = checksum;
    this.machines = machines;
  }

  /** The power is gone: nothing that was under way arrives. */
  die(): void {
    this.life++;
    this.pending = new Uint8Array(0);
    this.waiting = 0;
    this.late.clear();
    this.clearCounts();
  }

  receive(bytes: Uint8Array): void {
    const nowMs = this.world.clock.monoMs();
    if (this.pending.length > 0 && nowMs - this.lastByteMs > INTER_BYTE_MS) {
      this.timeouts++;
      this.pending = new Uint8Array(0);
    }
    this.lastByteMs = nowMs;
    let data = bytes;
    if (this.pending.length > 0) {
      data = new Uint8Array(this.pending.length + bytes.length);
      data.set(this.pending);
      data.set(bytes, this.pending.length);
    }
    let at = 0;
    while (data.length - at >= SHORTEST) {
      const length = (data[at + 1] as number) + SHORTEST;
      if (at + length > data.length) break;
      this.message(data.subarray(at, at + length));
      at += length;
    }
    this.pending = data.slice(at);
  }

  private message(frame: Uint8Array): void {
    if (!isRight(frame, this.checksum)) {
      this.wrong++;
      return;
    }
    const [to = 0, , from = 0, header = 0] = frame;
    const source = this.checksum === 'crc' ? HOST : from;
    const addressed = this.machines.filter(({ address, hears }) => hears && (to === EVERYBODY || to === address));
    if (addressed.length === 0) this.ignored += frame.length;
    for (const machine of addressed) {
      if (this.late.has(machine.address)) continue;
      // Each in its own time, so that the bare addresses do not meet on the wire.
      if (header === ADDRESS_POLL) this.transmit(Uint8Array.of(machine.address), 4 * machine.address);
      // Several answers to one message would destroy each other.
      else if (to !== EVERYBODY || (this.machines.length === 1 && this.world.sharesWire !== true))
        this.request(machine, frame, source);
    }
  }

  private request(machine: Machine, frame: Uint8Array, source: number): void {
    const header = frame[3] as number;
    const data = [...frame.subarray(4, -1)];
    if (!unremarkable.has(header)) {
      const name = headerNames.get(header) ?? 'unknown';
      this.world.emit({ event: 'command', name, hex: hex(frame), address: machine.address });
    }
    const reply = this.commsAnswer(header, data) ?? machine.answer(header, data);
    if (reply === null || this.waiting >= MOST_REPLIES_WAITING) return;
    const body = reply === 'nak' ? [] : reply;
    this.reply(machine, framed(source, machine.address, reply === 'nak' ? NAK : REPLY, body, this.checksum));
  }

  /** Headers 2 and 3, about the wire itself: `timeouts, bytes ignored, wrong checksums`, each up to 255. */
  private commsAnswer(header: number, data: readonly number[]): Reply {
    if (data.length > 0) return null;
    if (header === 2) return [this.timeouts, this.ignored, this.wrong].map((count) => Math.min(count, 255));
    if (header !== 3) return null;
    this.clearCounts();
    return [];
  }

  private clearCounts(): void {
    this.timeouts = 0;
    this.ignored = 0;
    this.wrong = 0;
  }

  private reply(machine: Machine, frame: Uint8Array): void {
    const afterMs = LEAST_REPLY_MS + Math.floor(this.world.random() * (MOST_REPLY_MS - LEAST_REPLY_MS + 1));
    switch (this.misbehaviour) {
      case 'off':
        this.transmit(frame, afterMs);
        return;
      case 'repeat':
        this.transmit(frame, afterMs);
        this.transmit(frame, afterMs + REPEATED_AFTER_MS);
        return;
      case 'late':
        if (this.world.random() >= 0.3) {
          this.transmit(frame, afterMs);
          return;
        }
        this.late.add(machine.address);
        this.transmit(frame, LATE_BY_MS, () => this.late.delete(machine.address));
        return;
      case 'noise':
        this.transmitInNoise(frame, afterMs);
        return;
      default: {
        const never: never = this.misbehaviour;
        throw never;
      }
    }
  }

  private transmit(bytes: Uint8Array, afterMs: number, sent: () => void = () => {}): void {
    const life = this.life;
    this.waiting++;
    this.world.clock.after(afterMs, () => {
      if (life !== this.life) return;
      this.waiting--;
      sent();
      this.world.send(bytes);
    });
  }

  /** Garbage, false starts, a stranger's message, spoiled and halved answers around an answer in two pieces. */
  private transmitInNoise(frame: Uint8Array, afterMs: number): void {
    const random = this.world.random;
    const spoiled = frame.slice();
    spoiled[spoiled.length - 1] = (spoiled.at(-1) as number) ^ 0x5a;
    const before: readonly (() => Uint8Array)[] = [
      () => Uint8Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 256),
      () => Uint8Array.of(HOST),
      () => Uint8Array.of(HOST, 3, 0x55),
      () => framed(HOST, 0x63, REPLY, [], this.checksum),
      () => new Uint8Array(0),
    ];
    const first = before[Math.floor(random() * (before.length + 2))];
    if (first === undefined) {
      this.transmit(random() < 0.5 ? spoiled : frame.slice(0, -2), afterMs);
      return;
    }
    const noise = first();
    if (noise.length > 0) this.transmit(noise, afterMs);
    const cut = 1 + Math.floor(random() * (frame.length - 1));
    this.transmit(frame.slice(0, cut), afterMs + 1);
    this.transmit(frame.slice(cut), afterMs + 5);
  }
}
