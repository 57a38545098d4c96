/**
 * CCNET frames: `02 | ADR | LNG | CMD | DATA… | CRC low, high`. LNG counts every byte; 0 says that the frame is long:
 * its length stands as two bytes, high first, behind CMD, or behind the subcommand of those that have one. The CRC
 * (KERMIT) covers all before it. Host and device use the same address: direction decides what a frame means.
 */
import { crc16Kermit } from '../checksum.ts';
import type { Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';

export interface Frame {
  readonly address: number;
  /** First byte of the content: a command, a state, or the first byte of a table that was asked for. */
  readonly code: number;
  /** What stands behind the code; the subcommand of a long frame is its first byte. */
  readonly data: Uint8Array;
  /** Code and data. */
  readonly content: Uint8Array;
  /** The whole frame, as it came. */
  readonly bytes: Uint8Array;
}

const SYNC = 0x02;
const HIGHEST_ADDRESS = 0x0f;
const OVERHEAD_BYTES = 6;
/** Behind these stands a subcommand: download, a statistics request, diagnostics. */
const withSubcommand: ReadonlySet<number> = new Set([0x50, 0x52, 0xf0]);
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
  if (bytes.length < at + 4) return short;
  const [address, counted, code] = bytes.subarray(at + 1, at + 4) as unknown as [number, number, number];
  if (address > HIGHEST_ADDRESS) return nothing('impossible address');
  if (counted !== 0) return checked(bytes.subarray(at), counted, OVERHEAD_BYTES, LONGEST_SHORT_BYTES, (frame) => frame);
  const lengthAt = withSubcommand.has(code) ? 5 : 4;
  if (bytes.length < at + lengthAt + 2) return short;
  const length = ((bytes[at + lengthAt] as number) << 8) | (bytes[at + lengthAt + 1] as number);
  return checked(bytes.subarray(at), length, lengthAt + 4, LONGEST_BYTES, (frame) =>
    Uint8Array.from([...frame.subarray(0, lengthAt), ...frame.subarray(lengthAt + 2)]),
  );
}

/** The frame at the beginning, when it is whole and right; `plain` takes the long length out of it. */
function checked(
  bytes: Uint8Array,
  length: number,
  least: number,
  most: number,
  plain: (frame: Uint8Array) => Uint8Array,
): Reading<Frame> {
  if (length < least || length > most) return nothing('impossible length');
  if (bytes.length < length) return short;
  const frame = bytes.subarray(0, length);
  const crc = crc16Kermit(frame, 0, length - 2);
  if (frame[length - 2] !== (crc & 0xff) || frame[length - 1] !== crc >>> 8) return nothing('wrong checksum');
  const content = plain(frame).subarray(3, -2);
  const [address, code] = [frame[1] as number, frame[3] as number];
  return { is: 'frame', frame: { address, code, data: content.subarray(1), content, bytes: frame }, length };
}

export function createDecoder(): Decoder<Frame> {
  return decoderOf(read);
}
