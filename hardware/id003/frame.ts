/**
 * ID-003 frames: `FC | LEN | CMD | DATA… | CRC low, high`. LEN counts every byte; the CRC (KERMIT) covers all
 * before it. A request and a report of the same code look the same: direction decides what a frame means.
 */
import { crc16Kermit } from '../checksum.ts';
import type { Decoded, Decoder } from '../driver.ts';

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

function checks(bytes: Uint8Array, at: number, length: number): boolean {
  const crc = crc16Kermit(bytes, at, at + length - 2);
  return bytes[at + length - 2] === (crc & 0xff) && bytes[at + length - 1] === crc >>> 8;
}

/**
 * Finds frames in whatever comes. A start that turns out wrong costs that one byte only, so a frame hidden behind
 * it still decodes. Between pushes at most one unfinished frame (254 bytes) is kept.
 */
export function createDecoder(): Decoder<Frame> {
  let kept = NO_DATA;

  function scan(bytes: Uint8Array, silent: boolean): readonly Decoded<Frame>[] {
    const found: Decoded<Frame>[] = [];
    let end = bytes.length;
    let badFrom = 0;
    let why = '';
    const discardTo = (to: number): void => {
      if (to > badFrom) found.push({ type: 'discarded', bytes: bytes.subarray(badFrom, to), why });
    };
    for (let next = 0; next < bytes.length; ) {
      const at = next++;
      if (bytes[at] !== SYNC) {
        why ||= 'no start byte';
        continue;
      }
      const length = bytes[at + 1] ?? SHORTEST_BYTES;
      if (length < SHORTEST_BYTES) {
        why ||= 'impossible length';
      } else if (at + length > bytes.length) {
        if (!silent) {
          end = at;
          break;
        }
        why ||= 'unfinished';
      } else if (checks(bytes, at, length)) {
        discardTo(at);
        found.push({
          type: 'frame',
          frame: { code: bytes[at + 2] as number, data: bytes.subarray(at + 3, at + length - 2) },
        });
        next = at + length;
        badFrom = next;
        why = '';
      } else {
        why ||= 'wrong checksum';
      }
    }
    discardTo(end);
    kept = bytes.slice(end);
    return found;
  }

  return {
    push(bytes) {
      const joined = new Uint8Array(kept.length + bytes.length);
      joined.set(kept);
      joined.set(bytes, kept.length);
      return scan(joined, false);
    },
    silence() {
      return scan(kept, true);
    },
    get pending() {
      return kept.length > 0;
    },
  };
}
