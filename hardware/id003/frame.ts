/**
 * ID-003 frames: `FC | LEN | CMD | DATA… | CRC low, high`. LEN counts every byte; the CRC (KERMIT) covers all
 * before it. A request and a report of the same code look the same: direction decides what a frame means.
 */
import { crc16Kermit } from '../checksum.ts';
import type { Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';

export interface Frame {
  readonly code: number;
  readonly data: Uint8Array;
}

const SYNC = 0xfc;
const SHORTEST_BYTES = 5;
const LONGEST_BYTES = 255;
const OVERHEAD_BYTES = 5;
const NO_DATA = new Uint8Array(0);

/** @throws RangeError when the frame would be longer than its length byte can say. */
export function encode(code: number, data: Uint8Array | readonly number[] = NO_DATA): Uint8Array {
  const length = data.length + OVERHEAD_BYTES;
  if (length > LONGEST_BYTES)
    throw new RangeError(`an ID-003 frame carries at most 250 data bytes, not ${data.length}`);
  const bytes = new Uint8Array(length);
  bytes[0] = SYNC;
  bytes[1] = length;
  bytes[2] = code;
  bytes.set(data, 3);
  const crc = crc16Kermit(bytes, 0, length - 2);
  bytes[length - 2] = crc & 0xff;
  bytes[length - 1] = crc >>> 8;
  return bytes;
}

function read(bytes: Uint8Array, at: number): Reading<Frame> {
  if (bytes[at] !== SYNC) return nothing('no start byte');
  const length = bytes[at + 1] ?? SHORTEST_BYTES;
  if (length < SHORTEST_BYTES) return nothing('impossible length');
  const end = at + length;
  if (end > bytes.length) return short;
  const crc = crc16Kermit(bytes, at, end - 2);
  if (bytes[end - 2] !== (crc & 0xff) || bytes[end - 1] !== crc >>> 8) return nothing('wrong checksum');
  return { is: 'frame', frame: { code: bytes[at + 2] as number, data: bytes.subarray(at + 3, end - 2) }, length };
}

export function createDecoder(): Decoder<Frame> {
  return decoderOf(read);
}
