/**
 * ccTalk frames (Crane, ccTalk Serial Communication Protocol, Generic Specification 4.7, Part 1). With the simple
 * checksum `dst | n | src | header | data… | chk`, where all bytes add up to 0 modulo 256. In CRC mode
 * `dst | n | CRC low | header | data… | CRC high` (Part 3, appendix 9): the CRC stands where the source would, so that an
 * answer does not say whose it is. n counts the data only. Hosts are 1; nothing marks where a frame begins.
 *
 * One wire carries both directions, so most adapters give the host its own bytes back before the answer.
 */
import type { Decoded, Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, type ReadFrame, short } from '../framing.ts';

export type Checksum = 'sum' | 'crc';

export interface Frame {
  readonly dst: number;
  /** Null in CRC mode, whose frames do not name the speaker. */
  readonly src: number | null;
  readonly header: number;
  readonly data: Uint8Array;
  /** The whole frame, as it came. */
  readonly bytes: Uint8Array;
}

export const HOST = 1;
/** Address of a broadcast, which is not used here; five zeros would be one with a right CRC. */
const EVERYBODY = 0;
const OVERHEAD_BYTES = 5;
const MOST_DATA_BYTES = 255;

/** CRC-CCITT: polynomial 0x1021, highest bit first, start 0. The check value of "123456789" is 0x31C3. */
function crcOf(...parts: readonly Iterable<number>[]): number {
  let crc = 0;
  for (const part of parts) {
    for (const byte of part) {
      crc ^= byte << 8;
      for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
      crc &= 0xffff;
    }
  }
  return crc;
}

/**
 * A frame from `src` to `dst`; in CRC mode `src` is not on the wire.
 *
 * @throws RangeError when the data do not fit into a frame.
 */
export function encode(
  checksum: Checksum,
  dst: number,
  header: number,
  data: Uint8Array | readonly number[] = [],
  src: number = HOST,
): Uint8Array {
  const count = data.length;
  if (count > MOST_DATA_BYTES) throw new RangeError(`a ccTalk frame carries at most 255 data bytes, not ${count}`);
  const bytes = new Uint8Array(count + OVERHEAD_BYTES);
  bytes.set([dst, count, src, header]);
  bytes.set(data, 4);
  if (checksum === 'sum') {
    bytes[count + 4] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
    return bytes;
  }
  const crc = crcOf([dst, count, header], data);
  bytes[2] = crc & 0xff;
  bytes[count + 4] = crc >>> 8;
  return bytes;
}

/** Every frame goes to the host or comes from it: what does neither is no frame, also when its sum happens to be 0. */
const readSum: ReadFrame<Frame> = (bytes, at) => {
  const [dst, count, src] = [bytes[at] as number, bytes[at + 1], bytes[at + 2]];
  if (count === undefined || src === undefined) return short;
  if (dst !== HOST && src !== HOST) return nothing('neither to the host nor from it');
  const frame = whole(bytes, at, count);
  if (frame === null) return short;
  if (frame.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) return nothing('wrong checksum');
  return found(frame, src);
};

const readCrc: ReadFrame<Frame> = (bytes, at) => {
  const count = bytes[at + 1];
  if (bytes[at] === EVERYBODY) return nothing('to everybody');
  if (count === undefined) return short;
  const frame = whole(bytes, at, count);
  if (frame === null) return short;
  const crc = crcOf(frame.subarray(0, 2), frame.subarray(3, -1));
  if (frame[2] !== (crc & 0xff) || frame[count + 4] !== crc >>> 8) return nothing('wrong checksum');
  return found(frame, null);
};

function whole(bytes: Uint8Array, at: number, count: number): Uint8Array | null {
  const length = count + OVERHEAD_BYTES;
  return bytes.length < at + length ? null : bytes.subarray(at, at + length);
}

function found(bytes: Uint8Array, src: number | null): Reading<Frame> {
  const [dst, header] = [bytes[0] as number, bytes[3] as number];
  return { is: 'frame', frame: { dst, src, header, data: bytes.subarray(4, -1), bytes }, length: bytes.length };
}

/** Of a recording, whose checksum nobody told: whichever of the two fits. */
const readEither: ReadFrame<Frame> = (bytes, at) => {
  const sum = readSum(bytes, at);
  if (sum.is === 'frame') return sum;
  const crc = readCrc(bytes, at);
  if (crc.is === 'frame') return crc;
  return sum.is === 'short' || crc.is === 'short' ? short : sum;
};

/** The wire of one checksum; the host's own bytes are taken away when they come back first of all. */
export function createDecoder(checksum: Checksum): Decoder<Frame> {
  const inner = decoderOf(checksum === 'sum' ? readSum : readCrc);
  /** What left last, and how much of it has come back; null: its echo is over, or was none. */
  let expected: Uint8Array | null = null;
  let echoed = 0;

  /** No echo after all: what looked like its beginning belongs to what follows. */
  function giveBack(follows: Uint8Array): readonly Decoded<Frame>[] {
    const begun = expected?.subarray(0, echoed) ?? new Uint8Array(0);
    expected = null;
    echoed = 0;
    return inner.push(Uint8Array.from([...begun, ...follows]));
  }

  return {
    push(bytes) {
      let at = 0;
      while (expected !== null && at < bytes.length) {
        if (bytes[at] !== expected[echoed]) return giveBack(bytes.subarray(at));
        at++;
        echoed++;
        if (echoed === expected.length) {
          expected = null;
          echoed = 0;
        }
      }
      return at === bytes.length ? [] : inner.push(bytes.subarray(at));
    },
    sent(bytes) {
      // An echo cut off by the next message was none: the half frame would only hide what comes now.
      expected = bytes.slice();
      echoed = 0;
    },
    silence: () => [...(echoed > 0 ? giveBack(new Uint8Array(0)) : []), ...inner.silence()],
    get pending() {
      return echoed > 0 || inner.pending;
    },
  };
}

/** For recordings: both checksums, echoes included. */
export function createReader(): Decoder<Frame> {
  return decoderOf(readEither);
}
