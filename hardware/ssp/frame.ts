/**
 * SSP frames (ITL GA138, transport layer): `7F | SEQ/ADDR | LEN | DATA… | CRC low, high`. Bit 7 of the second byte is the
 * sequence, the rest the address of the device, in both directions. Every 7F behind the first is doubled, so that a lone
 * one always begins a frame. The CRC covers SEQ/ADDR to the last byte of data, before doubling.
 */
import type { Decoder } from '../driver.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';

export interface Frame {
  readonly address: number;
  readonly sequence: 0 | 1;
  /** From the host a command and its parameters, from the device a reply and what follows it; 7E: encrypted. */
  readonly data: Uint8Array;
  /** As it came, with doubled bytes. */
  readonly bytes: Uint8Array;
}

const STX = 0x7f;
const SEQUENCE = 0x80;
const LONGEST_DATA = 255;

/** 7F itself is no address: doubled behind the start, it would look like two starts. */
export const HIGHEST_ADDRESS = 0x7d;

const crcTable = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x8005;
  crcTable[byte] = crc & 0xffff;
}

/** CRC-16, polynomial 0x8005, start 0xFFFF, highest bit first, no final xor; encrypted packets use it too. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (crcTable[(crc >>> 8) ^ byte] as number);
  return crc;
}

/** @throws RangeError when there are no data, or more than the length byte can say. */
export function encode(address: number, sequence: 0 | 1, data: Uint8Array | readonly number[]): Uint8Array {
  if (data.length < 1 || data.length > LONGEST_DATA)
    throw new RangeError(`an SSP frame carries 1 to ${LONGEST_DATA} data bytes, not ${data.length}`);
  const body = Uint8Array.from([(sequence * SEQUENCE) | address, data.length, ...data]);
  const crc = crc16(body);
  const bytes = [STX];
  for (const byte of [...body, crc & 0xff, crc >>> 8]) {
    bytes.push(byte);
    if (byte === STX) bytes.push(STX);
  }
  return Uint8Array.from(bytes);
}

function read(bytes: Uint8Array, at: number): Reading<Frame> {
  if (bytes[at] !== STX) return nothing('no start byte');
  /** Undoubled: SEQ/ADDR, LEN, DATA, CRC. */
  const body: number[] = [];
  let length = 2;
  let next = at + 1;
  while (body.length < length) {
    const byte = bytes[next];
    if (byte === undefined) return short;
    if (byte === STX) {
      const twin = bytes[next + 1];
      if (twin === undefined) return short;
      if (twin !== STX || body.length === 0) return nothing('a frame begins inside another');
      next++;
    }
    next++;
    body.push(byte);
    if (body.length !== 2) continue;
    if (byte === 0) return nothing('impossible length');
    length = byte + 4;
  }
  const crc = crc16(Uint8Array.from(body.slice(0, -2)));
  if (body.at(-2) !== (crc & 0xff) || body.at(-1) !== crc >>> 8) return nothing('wrong checksum');
  const head = body[0] as number;
  const frame: Frame = {
    address: head & ~SEQUENCE,
    sequence: (head >>> 7) as 0 | 1,
    data: Uint8Array.from(body.slice(2, -2)),
    bytes: bytes.slice(at, next),
  };
  return { is: 'frame', frame, length: next - at };
}

export function createDecoder(): Decoder<Frame> {
  return decoderOf(read);
}
