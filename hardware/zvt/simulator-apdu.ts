/**
 * The terminal's own reading of ZVT's application messages (PA00P015, "Application Protocol Data Unit" and the summary of
 * bitmaps): class, instruction, length (`FF` before two bytes, low first), data. Numbers are BCD; LLVAR and LLLVAR say
 * their length in bytes `Fx`; a TLV container stands behind bitmap 06.
 */

export interface Apdu {
  readonly class: number;
  readonly instruction: number;
  readonly data: readonly number[];
}

/** Values by tag. A tag of two bytes is one number: `1F1F`. */
export type Tags = ReadonlyMap<number, readonly number[]>;

export const TLV = 0x06;
const LONGEST_SHORT = 0xfe;

export function apdu(kind: readonly [number, number], data: readonly number[] = []): readonly number[] {
  const length = data.length <= LONGEST_SHORT ? [data.length] : [0xff, data.length & 0xff, data.length >> 8];
  return [...kind, ...length, ...data];
}

/** Bytes of the whole message at the front, by its own word; null while that is not known. */
export function apduLength(bytes: readonly number[]): number | null {
  const [, , short, low, high] = bytes;
  if (short === undefined) return null;
  if (short !== 0xff) return 3 + short;
  return low === undefined || high === undefined ? null : 5 + low + 256 * high;
}

/** Null when the length is another than the message says. */
export function readApdu(bytes: readonly number[]): Apdu | null {
  if (apduLength(bytes) !== bytes.length) return null;
  const [first = 0, second = 0, short] = bytes;
  return { class: first, instruction: second, data: bytes.slice(short === 0xff ? 5 : 3) };
}

/** A number in so many bytes of two digits; digits that do not fit are lost. */
export function bcd(value: number, bytes: number): readonly number[] {
  const digits = String(value)
    .padStart(bytes * 2, '0')
    .slice(-bytes * 2);
  return packed(digits);
}

/** Hexadecimal digits as bytes. */
export function packed(digits: string): readonly number[] {
  return Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Null when a half byte is no digit. */
export function fromBcd(bytes: readonly number[]): number | null {
  const digits = hexOf(bytes);
  return /^\d+$/.test(digits) ? Number(digits) : null;
}

export function hexOf(bytes: readonly number[], between = ''): string {
  return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(between);
}

/** One byte a letter; what the terminal's set (ISO 8859-1 here) does not have becomes a question mark. */
export function text(words: string): readonly number[] {
  return Array.from(words, (letter) => {
    const code = letter.codePointAt(0) as number;
    return code < 256 ? code : 0x3f;
  });
}

export function llvar(value: readonly number[]): readonly number[] {
  return [...lengthDigits(value.length, 2), ...value];
}

export function lllvar(value: readonly number[]): readonly number[] {
  return [...lengthDigits(value.length, 3), ...value];
}

function lengthDigits(length: number, count: number): readonly number[] {
  return Array.from(String(length).padStart(count, '0'), (digit) => 0xf0 | Number(digit));
}

export function tag(number: number, value: readonly number[]): readonly number[] {
  return [...(number > 0xff ? [number >> 8, number & 0xff] : [number]), ...tlvLength(value.length), ...value];
}

/** Bitmap 06 with what it holds. */
export function container(...tags: readonly (readonly number[])[]): readonly number[] {
  const inside = tags.flat();
  return [TLV, ...tlvLength(inside.length), ...inside];
}

function tlvLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** Length and the bytes it took; null when it is cut off or of a form that nobody writes. */
function readTlvLength(
  bytes: readonly number[],
  at: number,
): { readonly length: number; readonly next: number } | null {
  const [first, second, third] = bytes.slice(at, at + 3);
  if (first === undefined) return null;
  if (first < 0x80) return { length: first, next: at + 1 };
  if (first === 0x81 && second !== undefined) return { length: second, next: at + 2 };
  if (first === 0x82 && second !== undefined && third !== undefined)
    return { length: second * 256 + third, next: at + 3 };
  return null;
}

/** What a container or a constructed tag holds; of a tag that comes several times, the last. Null: cut off. */
export function readTags(bytes: readonly number[]): Tags | null {
  const found = new Map<number, readonly number[]>();
  for (let at = 0; at < bytes.length; ) {
    let number = bytes[at++] as number;
    if ((number & 0x1f) === 0x1f) number = number * 256 + (bytes[at++] ?? 0);
    const size = readTlvLength(bytes, at);
    if (size === null || size.next + size.length > bytes.length) return null;
    found.set(number, bytes.slice(size.next, size.next + size.length));
    at = size.next + size.length;
  }
  return found;
}

/** Values of every tag of this number, in order. */
export function everyTag(bytes: readonly number[], wanted: number): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  for (let at = 0; at < bytes.length; ) {
    let number = bytes[at++] as number;
    if ((number & 0x1f) === 0x1f) number = number * 256 + (bytes[at++] ?? 0);
    const size = readTlvLength(bytes, at);
    if (size === null) break;
    if (number === wanted) found.push(bytes.slice(size.next, size.next + size.length));
    at = size.next + size.length;
  }
  return found;
}

/** Bytes of the bitmaps that have always the same, PA00P015 "Summary of utilised BMPs". */
// biome-ignore format: a table
const fixedLengths: Readonly<Record<number, number>> = {
  1: 1, 2: 1, 3: 1, 4: 6, 5: 1, 11: 3, 12: 3, 13: 2, 14: 2, 23: 2, 25: 1, 39: 1, 41: 4, 42: 15, 55: 3, 58: 2, 59: 8,
  73: 2, 135: 2, 136: 3, 138: 1, 140: 1, 160: 1, 170: 3, 186: 5, 252: 1,
};
const llvars: ReadonlySet<number> = new Set([0x22, 0x23, 0x2d, 0x8b]);
const lllvars: ReadonlySet<number> = new Set([0x24, 0x3c, 0x60, 0x9a]);

/** The bitmaps of a message. Null: one that nobody knows, or cut off, so that what follows cannot be read. */
export function readBitmaps(bytes: readonly number[]): Tags | null {
  const found = new Map<number, readonly number[]>();
  for (let at = 0; at < bytes.length; ) {
    const bitmap = bytes[at++] as number;
    const size = bitmapSize(bitmap, bytes, at);
    if (size === null || size.next + size.length > bytes.length) return null;
    found.set(bitmap, bytes.slice(size.next, size.next + size.length));
    at = size.next + size.length;
  }
  return found;
}

function bitmapSize(
  bitmap: number,
  bytes: readonly number[],
  at: number,
): { readonly length: number; readonly next: number } | null {
  if (bitmap === TLV) return readTlvLength(bytes, at);
  const fixed = fixedLengths[bitmap];
  if (fixed !== undefined) return { length: fixed, next: at };
  const digits = llvars.has(bitmap) ? 2 : lllvars.has(bitmap) ? 3 : 0;
  if (digits === 0 || bytes.length < at + digits) return null;
  const length = bytes.slice(at, at + digits).reduce((sum, byte) => sum * 10 + (byte & 0x0f), 0);
  return { length, next: at + digits };
}
