/**
 * CCNET frames: `02 | ADR | LNG | CMD | DATA… | CRC low, high`. LNG counts every byte; 0 says that the frame is long:
 * a subcommand and the length as two bytes, high first, stand behind CMD. The CRC (KERMIT) covers all before it. Host
 * and device use the same address: direction decides what a frame means.
 */
import { crc16Kermit } from '../checksum.ts';
import type { Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';

export interface Frame {
  readonly address: number;
  /** First byte of the content: a command, a state, or the first byte of a table that was asked for. */
  readonly code: number;
  readonly data: Uint8Array;
  /** Code and data. */
  readonly content: Uint8Array;
  /** Of a long frame. */
  readonly sub?: number;
}

const SYNC = 0x02;
const HIGHEST_ADDRESS = 0x0f;
const OVERHEAD_BYTES = 6;
const LONG_OVERHEAD_BYTES = 9;
const LONGEST_SHORT_BYTES = 250;
/** Of the long frames read here; firmware moves in longer ones, which no kiosk asks for. */
const LONGEST_BYTES = 1_024;

/** @throws RangeError when the data do not fit into a short frame. */
export function encode(address: number, code: number, data: Uint8Array | readonly number[] = []): Uint8Array {
  const length = data.length + OVERHEAD_BYTES;
  if (length > LONGEST_SHORT_BYTES)
    throw new RangeError(`a CCNET frame carries at most 244 data bytes, not ${data.length}`);
  const bytes = new Uint8Array(length);
  bytes.set([SYNC, address, length, code]);
  bytes.set(data, 4);
  const crc = crc16Kermit(bytes, 0, length - 2);
  bytes.set([crc & 0xff, crc >>> 8], length - 2);
  return bytes;
}

function read(bytes: Uint8Array, at: number): Reading<Frame> {
  if (bytes[at] !== SYNC) return nothing('no start byte');
  if (bytes.length < at + 3) return short;
  const address = bytes[at + 1] as number;
  if (address > HIGHEST_ADDRESS) return nothing('impossible address');
  const counted = bytes[at + 2] as number;
  const long = counted === 0;
  if (long && bytes.length < at + 7) return short;
  const length = long ? ((bytes[at + 5] as number) << 8) | (bytes[at + 6] as number) : counted;
  const least = long ? LONG_OVERHEAD_BYTES : OVERHEAD_BYTES;
  if (length < least || length > (long ? LONGEST_BYTES : LONGEST_SHORT_BYTES)) return nothing('impossible length');
  const end = at + length;
  if (bytes.length < end) return short;
  const crc = crc16Kermit(bytes, at, end - 2);
  if (bytes[end - 2] !== (crc & 0xff) || bytes[end - 1] !== crc >>> 8) return nothing('wrong checksum');
  const code = bytes[at + 3] as number;
  const data = bytes.subarray(at + (long ? 7 : 4), end - 2);
  if (long) return { is: 'frame', frame: { address, code, data, content: data, sub: bytes[at + 4] as number }, length };
  return { is: 'frame', frame: { address, code, data, content: bytes.subarray(at + 3, end - 2) }, length };
}

export function createDecoder(): Decoder<Frame> {
  return decoderOf(read);
}
