/**
 * ZVT's two wires. On a serial line (PA00P016) an APDU stands between `10 02` and `10 03` with every 10 of it doubled,
 * then its CRC, low byte first; the receiver answers with a bare 06 (taken) or 15 (spoilt) before it looks inside. Over
 * TCP the APDUs follow each other bare. An APDU is class, instruction, length and data; a length of FF stands for two more
 * bytes, low first.
 */
import { crc16Kermit } from '../checksum.ts';
import type { Decoded, Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';

export type Transport = 'serial' | 'tcp';

export interface Apdu {
  readonly type: 'apdu';
  /** Class and instruction: 0x060f. */
  readonly code: number;
  readonly data: Uint8Array;
  /** All of it, without what the line puts around it. */
  readonly bytes: Uint8Array;
}

export type Frame = Apdu | { readonly type: 'ack' } | { readonly type: 'nak' };

const DLE = 0x10;
const STX = 0x02;
const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;

const EXTENDED = 0xff;
export const LONGEST_DATA_BYTES = 0xffff;

/** Why bytes were thrown away; all but noise was a frame, whose sender waits for a NAK. */
export const SPOILT = 'wrong checksum';
export const UNFINISHED = 'unfinished';
export const MALFORMED = 'no APDU inside';
export const NOISE = 'nothing of ZVT';

/** @throws RangeError when the data do not fit into an APDU. */
export function encodeApdu(code: number, data: Uint8Array | readonly number[] = []): Uint8Array {
  const { length } = data;
  if (length > LONGEST_DATA_BYTES) throw new RangeError(`an APDU carries at most 65535 bytes, not ${length}`);
  const counted = length < EXTENDED ? [length] : [EXTENDED, length & 0xff, length >>> 8];
  return Uint8Array.from([code >>> 8, code & 0xff, ...counted, ...data]);
}

/** An APDU as it goes over a serial line. */
export function wrap(apdu: Uint8Array): Uint8Array {
  const stuffed: number[] = [];
  for (const byte of apdu) stuffed.push(...(byte === DLE ? [DLE, DLE] : [byte]));
  const crc = crcOf(apdu);
  return Uint8Array.from([DLE, STX, ...stuffed, DLE, ETX, crc & 0xff, crc >>> 8]);
}

/** Over the APDU and the ETX behind it, without what was doubled. */
function crcOf(apdu: Uint8Array | readonly number[]): number {
  return crc16Kermit(Uint8Array.from([...apdu, ETX]), 0, apdu.length + 1);
}

/** How long the APDU is that begins so; null: its length has not come yet. */
function lengthOf(start: ArrayLike<number>, at = 0): number | null {
  const counted = start[at + 2];
  if (counted === undefined) return null;
  if (counted !== EXTENDED) return 3 + counted;
  const [low, high] = [start[at + 3], start[at + 4]];
  return low === undefined || high === undefined ? null : 5 + low + (high << 8);
}

function apduOf(bytes: Uint8Array): Apdu {
  const data = bytes.subarray(bytes[2] === EXTENDED ? 5 : 3);
  return { type: 'apdu', code: ((bytes[0] as number) << 8) | (bytes[1] as number), data, bytes };
}

/** Classes that a message of either side begins with (PA00P015, summary of commands). */
const classes: ReadonlySet<number> = new Set([0x01, 0x04, 0x05, 0x06, 0x08, 0x0f, 0x80, 0x84]);

function readBare(bytes: Uint8Array, at: number): Reading<Frame> {
  if (!classes.has(bytes[at] as number)) return nothing(NOISE);
  const length = lengthOf(bytes, at);
  if (length === null || bytes.length < at + length) return short;
  return { is: 'frame', frame: apduOf(bytes.slice(at, at + length)), length };
}

export function createDecoder(transport: Transport): Decoder<Frame> {
  return transport === 'tcp' ? decoderOf<Frame>(readBare) : serialDecoder();
}

/**
 * Inside a frame `10 02` can only be the start of another, so that a frame that breaks off costs itself alone. Behind bytes
 * that are nothing, 06 and 15 are nothing either, until a frame begins or the line falls silent: an invented NAK would have
 * a message sent twice.
 */
function serialDecoder(): Decoder<Frame> {
  let place: 'between' | 'start?' | 'body' | 'escaped' | 'crc' = 'between';
  let body: number[] = [];
  let crc: number[] = [];
  /** Everything since the last frame or discarded piece. */
  let raw: number[] = [];
  let noisy = false;

  const discard = (out: Decoded<Frame>[], why: string): void => {
    if (raw.length > 0) out.push({ type: 'discarded', bytes: Uint8Array.from(raw), why });
    raw = [];
  };
  const begin = (out: Decoded<Frame>[], why: string): void => {
    raw.length -= 2;
    discard(out, why);
    raw = [DLE, STX];
    body = [];
    place = 'body';
    noisy = false;
  };
  /** What ends it wrongly may be the start of the next one: half of this one never came. */
  const fail = (out: Decoded<Frame>[], why: string): void => {
    const [last, before] = [raw.at(-1), raw.at(-2)];
    if (before === DLE && last === STX) {
      begin(out, why);
      return;
    }
    const kept = last === DLE ? [DLE] : [];
    raw.length -= kept.length;
    discard(out, why);
    raw = kept;
    place = kept.length > 0 ? 'start?' : 'between';
    noisy = true;
  };
  const add = (byte: number, out: Decoded<Frame>[]): void => {
    body.push(byte);
    place = 'body';
    if (body.length > (lengthOf(body) ?? LONGEST_DATA_BYTES)) fail(out, MALFORMED);
  };
  const end = (out: Decoded<Frame>[]): void => {
    const right = ((crc[1] as number) << 8) | (crc[0] as number);
    if (crcOf(body) !== right) fail(out, SPOILT);
    else if (lengthOf(body) !== body.length) fail(out, MALFORMED);
    else {
      raw = [];
      place = 'between';
      out.push({ type: 'frame', frame: apduOf(Uint8Array.from(body)) });
    }
  };

  const between = (byte: number, out: Decoded<Frame>[]): void => {
    place = byte === DLE ? 'start?' : 'between';
    if (byte === DLE) return;
    if (!noisy && (byte === ACK || byte === NAK)) {
      raw = [];
      out.push({ type: 'frame', frame: { type: byte === ACK ? 'ack' : 'nak' } });
    } else noisy = true;
  };

  const take = (byte: number, out: Decoded<Frame>[]): void => {
    raw.push(byte);
    switch (place) {
      case 'between':
        between(byte, out);
        return;
      case 'start?':
        if (byte === STX) begin(out, NOISE);
        else {
          noisy = true;
          between(byte, out);
        }
        return;
      case 'body':
        if (byte === DLE) place = 'escaped';
        else add(byte, out);
        return;
      case 'escaped':
        if (byte === DLE) add(byte, out);
        else if (byte === STX) begin(out, UNFINISHED);
        else if (byte === ETX) {
          crc = [];
          place = 'crc';
        } else fail(out, MALFORMED);
        return;
      case 'crc':
        crc.push(byte);
        if (crc.length === 2) end(out);
        return;
      default:
        place satisfies never;
    }
  };

  return {
    push(bytes) {
      const out: Decoded<Frame>[] = [];
      for (const byte of bytes) take(byte, out);
      // Noise is told as it comes, so that nothing of any length is kept.
      if (place === 'between') discard(out, NOISE);
      return out;
    },
    silence() {
      const out: Decoded<Frame>[] = [];
      discard(out, place === 'between' || place === 'start?' ? NOISE : UNFINISHED);
      place = 'between';
      noisy = false;
      return out;
    },
    get pending() {
      return place !== 'between' || noisy;
    },
  };
}
