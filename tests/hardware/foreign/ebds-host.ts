/**
 * EBDS hosts that share no code with the project, of three manners as public libraries have them. `patient`: its number
 * toggles after an answer that carries it, an order is said in one message only, notes are values 1 to 7. `toggling`: a new
 * number with every message whatever comes back, the order repeated as long as a note is seen waiting. `extended`: notes by
 * their specification, inhibits one by one, device information by auxiliary requests.
 */
import { hexOf, Line, pause } from './line.ts';

export type EbdsManner = 'patient' | 'toggling' | 'extended';

export interface EbdsReply {
  readonly type: number;
  readonly subtype: number | null;
  readonly ack: number;
  readonly data: readonly number[];
  /** State, status, exception, misc, wherever in the message they stand. */
  readonly state: number;
  readonly status: number;
  readonly exception: number;
  readonly misc: number;
  readonly bytes: readonly number[];
}

export const idling = 0x01;
export const escrowed = 0x04;
export const stacked = 0x10;
export const returned = 0x40;

/** Far above what a machine takes: who waits for an answer that comes loses nothing. */
const patienceMs = 2_000;
const escrowMode = 0x10;
const stackOrder = 0x20;
const returnOrder = 0x40;

export function ebdsFrame(control: number, ...data: readonly number[]): readonly number[] {
  const body = [data.length + 5, control, ...data];
  let check = 0;
  for (const byte of body) for (let bit = 1; bit < 0x80; bit <<= 1) check ^= byte & bit;
  return [0x02, ...body, 0x03, check];
}

function readReply(bytes: readonly number[]): { used: number; value: EbdsReply } | null {
  for (let at = 0; at < bytes.length; at++) {
    const length = bytes[at + 1] ?? 0;
    const whole = bytes.slice(at, at + length);
    if (bytes[at] !== 0x02 || length < 5 || whole.length < length) continue;
    const [control, ...data] = whole.slice(2, -2);
    if (hexOf(ebdsFrame(control!, ...data)) !== hexOf(whole)) continue;
    const type = (control! >> 4) & 7;
    const subtype = type === 7 ? data[0]! : null;
    const [state = 0, status = 0, exception = 0, misc = 0] = type === 7 ? data.slice(1) : data;
    const value = { type, subtype, ack: control! & 1, data, state, status, exception, misc, bytes: whole };
    return { used: at + length, value };
  }
  return null;
}

/** 1 to 7 as a message without note specification has it; 0: none. */
export const standardValue = (reply: EbdsReply): number => (reply.exception >> 3) & 7;

const text = (bytes: readonly number[]): string => String.fromCharCode(...bytes).replace(/[\0 ]+$/, '');

/** `CNY 20` of the note specification in an extended reply: currency, three digits, sign and two digits of exponent. */
export function noteOf(reply: EbdsReply): string {
  const at = 1 + 6 + 1;
  const value = Number(text(reply.data.slice(at + 3, at + 6)));
  const exponent = Number(text(reply.data.slice(at + 6, at + 9)));
  return `${text(reply.data.slice(at, at + 3))} ${value * 10 ** exponent}`;
}

export class EbdsHost {
  readonly line: Line;
  readonly manner: EbdsManner;
  /** Values, or `CNY 20`, of every note that was told stacked: what this host would have credited. */
  readonly credits: (number | string)[] = [];
  enables = 0x7f;
  escrow = true;
  private number: number;
  private order: number | null = null;
  private escrowSeen = false;

  private constructor(line: Line, manner: EbdsManner) {
    this.line = line;
    this.manner = manner;
    this.number = manner === 'patient' ? 1 : 0;
  }

  static async open(port: string, manner: EbdsManner): Promise<EbdsHost> {
    return new EbdsHost(await Line.open(port, { dataBits: 7, parity: 'even' }), manner);
  }

  /** Sends once; an answer, or null. */
  private async exchange(control: number, data: readonly number[]): Promise<EbdsReply | null> {
    this.line.flush();
    this.line.send(ebdsFrame(control | this.number, ...data));
    const reply = await this.line.take(readReply, patienceMs);
    if (this.manner === 'toggling' || reply?.ack === this.number) this.number ^= 1;
    else return null;
    return reply;
  }

  private mode(): number {
    const orientation = this.manner === 'extended' ? 0x0c : 0;
    const waiting = this.manner === 'toggling' && this.escrowSeen;
    const order = this.manner === 'toggling' && !waiting ? 0 : (this.order ?? 0);
    return orientation | (this.escrow ? escrowMode : 0) | order;
  }

  /** One message and what came of it; an order leaves in the next message. */
  async poll(): Promise<EbdsReply | null> {
    const configuration = this.manner === 'extended' ? 0x1c : 0;
    const reply = await this.exchange(0x10, [this.enables, this.mode(), configuration]);
    if (reply === null) return null;
    if (this.manner !== 'toggling') this.order = null;
    this.escrowSeen = (reply.state & escrowed) !== 0;
    if ((reply.state & stacked) !== 0) this.credits.push(reply.subtype === 2 ? noteOf(reply) : standardValue(reply));
    return reply;
  }

  stack(): void {
    this.order = stackOrder;
  }

  giveBack(): void {
    this.order = returnOrder;
  }

  /** Polls until it is as wanted; every state on the way in hex. */
  async until(wanted: (reply: EbdsReply) => boolean, everyMs = 30, limitMs = 20_000): Promise<EbdsReply> {
    const seen: string[] = [];
    for (const endMs = Date.now() + limitMs; Date.now() < endMs; await pause(everyMs)) {
      const reply = await this.poll();
      const word = reply === null ? 'nothing' : hexOf(reply.data);
      if (word !== seen.at(-1)) seen.push(word);
      if (reply !== null && wanted(reply)) return reply;
    }
    throw new Error(`not within ${limitMs} ms, but ${seen.join(', ')}`);
  }

  /** Three polls: what comes after an event that must not come again. */
  async settle(): Promise<void> {
    for (let n = 0; n < 3; n++) await this.poll();
  }

  /** An auxiliary request, as text: 04 model, 05 serial number, 06 boot, 07 application, 08 variant name … */
  async auxiliary(what: number): Promise<string | null> {
    const reply = await this.exchange(0x60, [0, 0, what]);
    return reply === null || reply.type !== 6 ? null : text(reply.data);
  }

  /** The six bytes of capabilities or of a software check, raw. */
  async auxiliaryBytes(what: number): Promise<readonly number[] | null> {
    const reply = await this.exchange(0x60, [0, 0, what]);
    return reply?.type === 6 ? reply.data : null;
  }

  /** The notes of its table, in order, until it has no more. */
  async table(): Promise<readonly string[]> {
    const notes: string[] = [];
    for (let index = 1; index < 50; index++) {
      const reply = await this.exchange(0x70, [0x02, this.enables, 0x1c, 0x10, index]);
      if (reply?.subtype !== 2 || reply.data.slice(8, 11).every((byte) => byte === 0)) break;
      notes.push(noteOf(reply));
    }
    return notes;
  }

  /** Extended inhibits: a bit of each note of the table. */
  async open(...bits: readonly number[]): Promise<EbdsReply | null> {
    return this.exchange(0x70, [0x03, this.enables, this.mode(), 0x1c, ...bits]);
  }

  /** Soft reset: nobody answers it. */
  reset(): void {
    this.line.send(ebdsFrame(0x60 | this.number, 0x7f, 0x7f, 0x7f));
  }

  /** The bytes of the answer to these bytes, or null. */
  async raw(...bytes: readonly number[]): Promise<string | null> {
    this.line.flush();
    this.line.send(bytes);
    const reply = await this.line.take(readReply, patienceMs);
    return reply === null ? null : hexOf(reply.bytes);
  }
}
