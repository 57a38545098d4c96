/**
 * EBDS frames: `02 | LEN | CTL | DATA… | 03 | XOR`. LEN counts every byte; CTL is the type of message (bits 4 to 6) and
 * the number of the acknowledgement (bit 0); the XOR covers LEN to the last byte of data. All bytes have seven bits.
 */
import type { Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';

export interface Frame {
  readonly type: number;
  readonly ack: 0 | 1;
  readonly data: Uint8Array;
}

const STX = 0x02;
const ETX = 0x03;
const OVERHEAD_BYTES = 5;
const LONGEST_BYTES = 127;

/** @throws RangeError when a byte has eight bits, or there are more than its length byte can say. */
export function encode({ type, ack, data }: { type: number; ack: 0 | 1; data: readonly number[] }): Uint8Array {
  const length = data.length + OVERHEAD_BYTES;
  if (length > LONGEST_BYTES) throw new RangeError(`an EBDS frame carries at most 122 data bytes, not ${data.length}`);
  if (data.some((byte) => byte > 0x7f)) throw new RangeError('an EBDS frame carries bytes of seven bits');
  const bytes = Uint8Array.from([STX, length, (type << 4) | ack, ...data, ETX, 0]);
  bytes[length - 1] = xor(bytes, 1, length - 2);
  return bytes;
}

function xor(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum ^= bytes[at] as number;
  return sum;
}

function read(bytes: Uint8Array, at: number): Reading<Frame> {
  if (bytes[at] !== STX) return nothing('no start byte');
  const length = bytes[at + 1] ?? OVERHEAD_BYTES;
  if (length < OVERHEAD_BYTES || length > LONGEST_BYTES) return nothing('impossible length');
  const end = at + length;
  if (bytes.length < end) return short;
  if (bytes[end - 2] !== ETX) return nothing('no end byte');
  if (bytes[end - 1] !== xor(bytes, at + 1, end - 2)) return nothing('wrong checksum');
  const control = bytes[at + 2] as number;
  const frame: Frame = {
    type: control >> 4,
    ack: (control & 1) as 0 | 1,
    data: bytes.subarray(at + 3, end - 2),
  };
  return { is: 'frame', frame, length };
}

export function createDecoder(): Decoder<Frame> {
  return decoderOf(read);
}
