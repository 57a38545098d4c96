/**
 * Modbus RTU frames: `unit | function | data… | CRC low, high` (MODBUS over Serial Line V1.02, 2.5.1). A frame has no
 * start and no length: on the wire, 3.5 characters of silence end it. Adapters and operating systems hand bytes on in
 * pieces and late, so here a frame is whole when it is as long as its function says (MODBUS Application Protocol V1.1b3,
 * section 6) and its CRC is right; silence only ends what is neither.
 */
import { crc16Modbus } from '../checksum.ts';
import type { Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';

export interface Frame {
  readonly unit: number;
  /** As it came; above 0x80 an exception to the function 0x80 lower. */
  readonly code: number;
  /** Between function and CRC. */
  readonly data: Uint8Array;
  /** The whole frame, as it came. */
  readonly bytes: Uint8Array;
}

/** V1.1b3, 4.1: function and data are 253 bytes at most. */
export const LONGEST_PDU_BYTES = 253;
/** V1.02, 2.2: of one device; 0 is for all of them, 248 to 255 are reserved. */
export const HIGHEST_UNIT = 247;
export const EXCEPTION_BIT = 0x80;
const OVERHEAD_BYTES = 3;
const HIGHEST_EXCEPTION = 0x0b;
const MEI_IDENTIFICATION = 0x0e;

/** @throws RangeError when the data are longer than a frame carries. */
export function encode(unit: number, code: number, data: readonly number[]): Uint8Array {
  if (data.length + 1 > LONGEST_PDU_BYTES)
    throw new RangeError(`a Modbus frame carries at most ${LONGEST_PDU_BYTES - 1} data bytes, not ${data.length}`);
  const bytes = Uint8Array.from([unit, code, ...data, 0, 0]);
  const crc = crc16Modbus(bytes, 0, bytes.length - 2);
  bytes.set([crc & 0xff, crc >>> 8], bytes.length - 2);
  return bytes;
}

/** How long the frame at the beginning is, CRC included; null: more of it has to come; 0: there is none. */
type LengthOf = (bytes: Uint8Array) => number | null;

/** So many bytes stand behind a count at `at`, in steps of `step`. */
function counted(bytes: Uint8Array, at: number, step: number): number | null {
  const count = bytes[at];
  if (count === undefined) return null;
  const length = at + 1 + count + 2;
  return count === 0 || count % step !== 0 || length > LONGEST_PDU_BYTES + OVERHEAD_BYTES ? 0 : length;
}

/** V1.1b3, 6.1 to 6.6, 6.8, 6.11, 6.12 and 6.21. */
export const answerLength: LengthOf = (bytes) => {
  const [unit = 0, code = 0, first] = bytes;
  if (unit === 0 || unit > HIGHEST_UNIT) return 0;
  if (code > EXCEPTION_BIT) {
    if (first === undefined) return null;
    return first === 0 || first > HIGHEST_EXCEPTION ? 0 : 5;
  }
  switch (code) {
    case 0x01:
    case 0x02:
      return counted(bytes, 2, 1);
    case 0x03:
    case 0x04:
      return counted(bytes, 2, 2);
    case 0x05:
    case 0x06:
    case 0x08:
    case 0x0f:
    case 0x10:
      return 8;
    case 0x2b:
      return identificationLength(bytes);
    default:
      return 0;
  }
};

/** V1.1b3, 6.21: as many objects as are told, each with its own length. */
function identificationLength(bytes: Uint8Array): number | null {
  if (bytes.length < 8) return bytes.length > 2 && bytes[2] !== MEI_IDENTIFICATION ? 0 : null;
  if (bytes[2] !== MEI_IDENTIFICATION) return 0;
  let at = 8;
  for (let left = bytes[7] as number; left > 0; left--) {
    const length = bytes[at + 1];
    if (length === undefined) return at + 2 > LONGEST_PDU_BYTES ? 0 : null;
    at += 2 + length;
  }
  return at + 2 > LONGEST_PDU_BYTES + OVERHEAD_BYTES ? 0 : at + 2;
}

export const requestLength: LengthOf = (bytes) => {
  const [unit = 0, code = 0, mei] = bytes;
  if (unit > HIGHEST_UNIT) return 0;
  switch (code) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x05:
    case 0x06:
    case 0x08:
      return 8;
    case 0x0f:
      return counted(bytes, 6, 1);
    case 0x10:
      return counted(bytes, 6, 2);
    case 0x2b:
      return mei === undefined ? null : mei === MEI_IDENTIFICATION ? 7 : 0;
    default:
      return 0;
  }
};

export function read(bytes: Uint8Array, lengthOf: LengthOf): Reading<Frame> {
  if (bytes.length < 2) return short;
  const length = lengthOf(bytes);
  if (length === 0) return nothing('no frame begins so');
  if (length === null || bytes.length < length) return short;
  const frame = bytes.slice(0, length);
  const crc = crc16Modbus(frame, 0, length - 2);
  if (frame[length - 2] !== (crc & 0xff) || frame[length - 1] !== crc >>> 8) return nothing('wrong checksum');
  const [unit, code] = frame as unknown as [number, number];
  return { is: 'frame', frame: { unit, code, data: frame.subarray(2, -2), bytes: frame }, length };
}

/** Of what devices say. */
export function createDecoder(): Decoder<Frame> {
  return decoderOf((bytes, at) => read(bytes.subarray(at), answerLength));
}
