/**
 * ZVT's commands, bitmaps, TLV tags and codes as tables (PA00P015: commands from ECR to PT, from PT to ECR, summary of
 * bitmaps, TLV-container, error messages, terminal status codes, intermediate status), and the codec of what an APDU
 * carries. Nothing here throws for what a wire can bring.
 */
import type { DeclineReason } from '../charge.ts';
import { encodeApdu } from './frame.ts';

/** Class and instruction. */
export const command = {
  statusInformation: 0x040f,
  intermediateStatus: 0x04ff,
  statusEnquiry: 0x0501,
  registration: 0x0600,
  authorisation: 0x0601,
  logOff: 0x0602,
  completion: 0x060f,
  reprintReceipt: 0x0612,
  reset: 0x0618,
  /** From the terminal: what was ordered has failed. */
  failed: 0x061e,
  repeatReceipt: 0x0620,
  preAuthorisation: 0x0622,
  partialReversal: 0x0623,
  reversal: 0x0630,
  refund: 0x0631,
  endOfDay: 0x0650,
  diagnosis: 0x0670,
  initialisation: 0x0693,
  abort: 0x06b0,
  readCard: 0x06c0,
  printLine: 0x06d1,
  printText: 0x06d3,
  language: 0x0830,
  positive: 0x8000,
  /** Taken as well, with an empty second byte. */
  positiveToo: 0x8400,
  notYet: 0x849c,
} as const;

/** The high byte of every answer that says no; the low byte says why. */
export const REFUSED_CLASS = 0x84;

/** Bytes in front of the bitmaps, by name and length; `rest`: no bitmaps follow. */
interface Shape {
  readonly name: string;
  readonly from: 'host' | 'device' | 'either';
  readonly lead?: readonly (readonly [name: string, bytes: number])[];
  readonly rest?: string;
}

const password = ['password', 3] as const;

export const shapes: ReadonlyMap<number, Shape> = new Map<number, Shape>([
  [0x0401, { name: 'set-date-and-time', from: 'device' }],
  [0x040d, { name: 'input-request', from: 'device' }],
  [0x040e, { name: 'menu-request', from: 'device' }],
  [command.statusInformation, { name: 'status-information', from: 'device' }],
  [
    command.intermediateStatus,
    // The time-out is a bare byte too (captured: wirelane/ecrterm, bezahl-online/zvt, Portalum/Portalum.Zvt).
    {
      name: 'intermediate-status',
      from: 'device',
      lead: [
        ['status', 1],
        ['timeout', 1],
      ],
    },
  ],
  [command.statusEnquiry, { name: 'status-enquiry', from: 'host', lead: [password] }],
  [
    command.registration,
    { name: 'registration', from: 'host', lead: [password, ['configuration', 1], ['currency', 2]] },
  ],
  [command.authorisation, { name: 'authorisation', from: 'host' }],
  [command.logOff, { name: 'log-off', from: 'host' }],
  [command.completion, { name: 'completion', from: 'device' }],
  [0x0610, { name: 'send-turnover-totals', from: 'host', lead: [password] }],
  [command.reprintReceipt, { name: 'print-turnover-receipts', from: 'host', lead: [password] }],
  [command.reset, { name: 'reset', from: 'host', lead: [password] }],
  [0x061a, { name: 'print-configuration', from: 'host' }],
  [0x061b, { name: 'set-terminal-id', from: 'host', lead: [password] }],
  [command.failed, { name: 'abort', from: 'device', lead: [['result', 1]] }],
  [command.repeatReceipt, { name: 'repeat-receipt', from: 'host', lead: [password] }],
  [command.preAuthorisation, { name: 'pre-authorisation', from: 'host' }],
  [command.partialReversal, { name: 'partial-reversal', from: 'host' }],
  [0x0625, { name: 'pre-authorisation-reversal', from: 'host' }],
  [command.reversal, { name: 'reversal', from: 'host', lead: [password] }],
  [command.refund, { name: 'refund', from: 'host', lead: [password] }],
  [command.endOfDay, { name: 'end-of-day', from: 'host', lead: [password] }],
  [command.diagnosis, { name: 'diagnosis', from: 'host' }],
  [0x0679, { name: 'self-test', from: 'host' }],
  [0x0691, { name: 'set-date-and-time', from: 'host' }],
  [command.initialisation, { name: 'initialisation', from: 'host', lead: [password] }],
  [command.abort, { name: 'abort', from: 'host' }],
  [command.readCard, { name: 'read-card', from: 'host', lead: [['timeout', 1]] }],
  [command.printLine, { name: 'print-line', from: 'device', lead: [['attribute', 1]], rest: 'text' }],
  [command.printText, { name: 'print-text', from: 'device' }],
  [0x06e0, { name: 'display-text', from: 'host' }],
  [0x0813, { name: 'change-configuration', from: 'host' }],
  [0x0814, { name: 'write-file', from: 'host', lead: [password], rest: 'data' }],
  [command.language, { name: 'select-language', from: 'host', lead: [['language', 1]] }],
  [0x0840, { name: 'change-baud-rate', from: 'host', lead: [['baudRate', 1]] }],
  [command.positive, { name: 'positive', from: 'either', rest: 'data' }],
  [command.positiveToo, { name: 'positive', from: 'either', rest: 'data' }],
  [command.notYet, { name: 'not-yet', from: 'either', rest: 'data' }],
  [0x849d, { name: 'partial-issue', from: 'either' }],
]);

export function nameOf(code: number): string {
  const known = shapes.get(code)?.name;
  if (known !== undefined) return known;
  return code >>> 8 === REFUSED_CLASS ? 'negative' : `unknown ${hexByte(code >>> 8)} ${hexByte(code & 0xff)}`;
}

export function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

export function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, hexByte).join(' ');
}

// Bitmaps.

/** How a bitmap's value is written. */
export type Kind = 'number' | 'byte' | 'digits' | 'hex' | 'text' | 'card' | 'secret' | 'totals' | 'tlv';

export interface Bitmap {
  readonly name: string;
  readonly kind: Kind;
  /** Bytes; LL and LLL: as many decimal digits, each in the low half of a byte; tlv: as TLV counts. */
  readonly length: number | 'LL' | 'LLL' | 'tlv';
}

const bitmap = (name: string, length: Bitmap['length'], kind: Kind): Bitmap => ({ name, length, kind });

export const bitmaps: ReadonlyMap<number, Bitmap> = new Map<number, Bitmap>([
  [0x01, bitmap('timeout', 1, 'byte')],
  [0x02, bitmap('maximumStatusInformations', 1, 'byte')],
  [0x03, bitmap('serviceByte', 1, 'hex')],
  [0x04, bitmap('amount', 6, 'number')],
  [0x05, bitmap('pump', 1, 'byte')],
  [0x06, bitmap('tlv', 'tlv', 'tlv')],
  [0x0b, bitmap('trace', 3, 'number')],
  [0x0c, bitmap('time', 3, 'digits')],
  [0x0d, bitmap('date', 2, 'digits')],
  [0x0e, bitmap('expiry', 2, 'secret')],
  [0x17, bitmap('cardSequence', 2, 'digits')],
  [0x19, bitmap('type', 1, 'hex')],
  [0x22, bitmap('card', 'LL', 'card')],
  [0x23, bitmap('track2', 'LL', 'secret')],
  [0x24, bitmap('track3', 'LLL', 'secret')],
  [0x27, bitmap('result', 1, 'hex')],
  [0x29, bitmap('terminal', 4, 'digits')],
  [0x2a, bitmap('contract', 15, 'text')],
  [0x2d, bitmap('track1', 'LL', 'secret')],
  [0x2e, bitmap('chip', 'LLL', 'secret')],
  [0x37, bitmap('originalTrace', 3, 'number')],
  [0x3a, bitmap('cardCode', 2, 'secret')],
  [0x3b, bitmap('authorisation', 8, 'text')],
  [0x3c, bitmap('text', 'LLL', 'text')],
  [0x3d, bitmap('password', 3, 'secret')],
  [0x49, bitmap('currency', 2, 'digits')],
  [0x4c, bitmap('blockedGoods', 'LL', 'hex')],
  [0x60, bitmap('totals', 'LLL', 'totals')],
  [0x87, bitmap('receipt', 2, 'number')],
  [0x88, bitmap('turnover', 3, 'number')],
  [0x8a, bitmap('cardType', 1, 'byte')],
  [0x8b, bitmap('cardName', 'LL', 'text')],
  [0x8c, bitmap('operatorCardType', 1, 'byte')],
  [0x92, bitmap('onlineTag', 'LLL', 'secret')],
  [0x9a, bitmap('geldkarte', 'LLL', 'secret')],
  [0xa0, bitmap('hostResult', 1, 'hex')],
  [0xa7, bitmap('chipNumber', 'LL', 'secret')],
  [0xaa, bitmap('fullDate', 3, 'digits')],
  [0xaf, bitmap('chipInformation', 'LLL', 'secret')],
  [0xba, bitmap('aidParameter', 5, 'hex')],
  [0xd0, bitmap('algorithm', 1, 'hex')],
  [0xd1, bitmap('cardOffset', 'LL', 'secret')],
  [0xd2, bitmap('cardOutput', 1, 'hex')],
  [0xd3, bitmap('keyIdentifier', 1, 'hex')],
  [0xe0, bitmap('inputFrom', 1, 'byte')],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => [0xe0 + n, bitmap(`secondText${n}`, 'LL', 'text')] as const),
  [0xe9, bitmap('inputTo', 1, 'byte')],
  [0xea, bitmap('inputEcho', 1, 'hex')],
  [0xeb, bitmap('mac', 8, 'hex')],
  [0xf0, bitmap('displaySeconds', 1, 'byte')],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => [0xf0 + n, bitmap(`text${n}`, 'LL', 'text')] as const),
  [0xf9, bitmap('beeps', 1, 'byte')],
  [0xfa, bitmap('cardReader', 1, 'hex')],
  [0xfb, bitmap('confirmation', 1, 'hex')],
  [0xfc, bitmap('dialog', 1, 'hex')],
  [0xfd, bitmap('display', 1, 'hex')],
]);

/** A bitmap or a TLV object as it stood there; `items`: the objects inside one that holds others. */
export interface Item {
  readonly tag: number;
  readonly value: Uint8Array;
  readonly items: readonly Item[];
}

const none: readonly Item[] = [];

/** The bitmaps of an APDU's data from `at` on; null: they are no bitmaps, or one is cut off. */
export function readBitmaps(data: Uint8Array, at = 0): readonly Item[] | null {
  const found: Item[] = [];
  for (let next = at; next < data.length; ) {
    const tag = data[next++] as number;
    const length = bitmaps.get(tag)?.length;
    if (length === undefined) return null;
    const sized = typeof length === 'number' ? { length, at: next } : counted(data, next, length);
    if (sized === null || sized.at + sized.length > data.length) return null;
    const value = data.subarray(sized.at, sized.at + sized.length);
    const items = length === 'tlv' ? readTlv(value, 0) : none;
    if (items === null) return null;
    found.push({ tag, value, items });
    next = sized.at + sized.length;
  }
  return found;
}

interface Sized {
  readonly length: number;
  readonly at: number;
}

function counted(data: Uint8Array, at: number, how: 'LL' | 'LLL' | 'tlv'): Sized | null {
  return how === 'tlv' ? tlvLength(data, at) : digitLength(data, at, how === 'LL' ? 2 : 3);
}

/** Decimal digits, each `Fx`. */
function digitLength(data: Uint8Array, at: number, digits: number): Sized | null {
  let length = 0;
  for (const byte of data.subarray(at, at + digits)) {
    if (byte < 0xf0 || byte > 0xf9) return null;
    length = length * 10 + (byte & 0x0f);
  }
  return at + digits > data.length ? null : { length, at: at + digits };
}

/** One byte up to 7F, or 81 and one, or 82 and two, high first. */
function tlvLength(data: Uint8Array, at: number): Sized | null {
  const [first, second, third] = [data[at], data[at + 1], data[at + 2]];
  if (first === undefined) return null;
  if (first < 0x80) return { length: first, at: at + 1 };
  if (first === 0x81 && second !== undefined) return { length: second, at: at + 2 };
  if (first === 0x82 && second !== undefined && third !== undefined)
    return { length: (second << 8) | third, at: at + 3 };
  return null;
}

/** Containers stand in containers no deeper. */
const DEEPEST = 8;

/** Tags that begin so are a manufacturer's own. */
const OWN_TAG = 0xff;

/**
 * The objects of a TLV container; null: it is none. A tag of a manufacturer's own may say that it holds objects and hold a
 * plain value (captured: FF40 and FF41 of a Feig cVEND, EVerest/zvt).
 */
export function readTlv(data: Uint8Array, depth: number): readonly Item[] | null {
  if (depth > DEEPEST) return null;
  const found: Item[] = [];
  for (let next = 0; next < data.length; ) {
    const first = data[next++] as number;
    let tag = first;
    if ((first & 0x1f) === 0x1f) {
      let more: number | undefined;
      do {
        more = data[next++];
        if (more === undefined || tag > 0xffff) return null;
        tag = (tag << 8) | more;
      } while ((more & 0x80) !== 0);
    }
    const sized = tlvLength(data, next);
    if (sized === null || sized.at + sized.length > data.length) return null;
    const value = data.subarray(sized.at, sized.at + sized.length);
    const inside = (first & 0x20) === 0 ? none : readTlv(value, depth + 1);
    const items = inside === null && first === OWN_TAG ? none : inside;
    if (items === null) return null;
    found.push({ tag, value, items });
    next = sized.at + sized.length;
  }
  return found;
}

/** A TLV object of any length up to 65535 bytes. */
export function tlv(tag: number, value: readonly number[]): readonly number[] {
  const { length } = value;
  const size = length < 0x80 ? [length] : length <= 0xff ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return [...(tag > 0xff ? [tag >>> 8, tag & 0xff] : [tag]), ...size, ...value];
}

/** The first with this tag; with `deep`, inside containers too. */
export function find(items: readonly Item[], tag: number, deep = false): Uint8Array | null {
  for (const item of items) {
    if (item.tag === tag) return item.value;
    const inside = deep ? find(item.items, tag, true) : null;
    if (inside !== null) return inside;
  }
  return null;
}

/** Decimal digits; null: some half byte is none. */
export function bcdDigits(bytes: Uint8Array): string | null {
  const digits = Array.from(bytes, hexByte).join('');
  return /^[0-9]*$/.test(digits) ? digits : null;
}

export function bcdNumber(bytes: Uint8Array | null): number | null {
  const digits = bytes === null ? null : bcdDigits(bytes);
  return digits === null || digits === '' ? null : Number(digits);
}

/** @throws RangeError when the number is not whole or has more digits. */
export function bcd(value: number, bytes: number): readonly number[] {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 100 ** bytes)
    throw new RangeError(`${value} has no room in ${bytes} bytes of decimal digits`);
  const digits = String(value).padStart(bytes * 2, '0');
  return Array.from({ length: bytes }, (_, n) => Number.parseInt(digits.slice(n * 2, n * 2 + 2), 16));
}

const highSigns =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

/**
 * Code page 437, which is used where no other character set was agreed. Control signs are left out. Terminals of card
 * complete write ISO 8859-1 unasked (captured: 48 C4 4E 44 4C 45 52, Portalum/Portalum.Zvt): a sign of a frame or a
 * formula right beside a letter is their umlaut.
 */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte, at) => {
    if (byte < 0x20 || byte === 0x7f) return '';
    if (byte < 0x80) return String.fromCharCode(byte);
    const beside = isLetter(bytes[at - 1]) || isLetter(bytes[at + 1]);
    return beside && umlauts.has(byte) ? String.fromCharCode(byte) : (highSigns[byte - 0x80] ?? '');
  }).join('');
}

/** ÄÖÜßäöü of ISO 8859-1; in code page 437 they are ─╓▄▀Σ÷ⁿ. */
const umlauts: ReadonlySet<number> = new Set([0xc4, 0xd6, 0xdc, 0xdf, 0xe4, 0xf6, 0xfc]);

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z]/.test(String.fromCharCode(byte));
}

/** A line to print (06 D1), without its attribute. */
export interface Line {
  readonly text: Uint8Array;
  readonly items: readonly Item[];
}

/** Terminals of card complete put a TLV container behind the text (captured: Portalum/Portalum.Zvt, PrintLineTest.cs). */
export function readLine(signs: Uint8Array): Line {
  for (let at = signs.indexOf(0x06); at !== -1; at = signs.indexOf(0x06, at + 1)) {
    const items = readBitmaps(signs, at);
    if (items?.length === 1) return { text: signs.subarray(0, at), items: items[0]?.items ?? none };
  }
  return { text: signs, items: none };
}

/**
 * A serial number; null: none. Some terminals write it in letters, others two digits to a byte, and these may be of hex
 * (captured: 17 FD 1E 3C of a Feig cVEND, which prints itself as 17FD1E3C, EVerest/zvt).
 */
export function serialOf(value: Uint8Array | null): string | null {
  if (value === null || value.length === 0) return null;
  const text = textOf(value).trim();
  return /^[0-9A-Za-z-]+$/.test(text) && text.length === value.length ? text : Array.from(value, hexByte).join('');
}

// What an APDU says.

export interface Totals {
  readonly firstReceipt: number | null;
  readonly lastReceipt: number | null;
  readonly count: number;
  readonly minor: number;
}

/** Bitmap 60: first and last receipt, then seven kinds of card, each a count of one byte and a sum of six. */
export function totalsOf(value: Uint8Array): Totals {
  let [count, minor] = [0, 0];
  for (let at = 4; at + 7 <= value.length; at += 7) {
    count += value[at] as number;
    minor += bcdNumber(value.subarray(at + 1, at + 7)) ?? 0;
  }
  const receipt = (at: number) => bcdNumber(value.subarray(at, at + 2));
  return { firstReceipt: receipt(0), lastReceipt: receipt(2), count, minor };
}

/**
 * The completion of a status enquiry, in every form that is in use: bitmaps; or the version of the software, counted as
 * LLLVAR, then the status as a bare byte, then bitmaps; each part may be missing. `status` null: it was not told.
 */
export interface EnquiryAnswer {
  readonly status: number | null;
  readonly version: string | null;
  readonly items: readonly Item[];
}

export function readEnquiry(data: Uint8Array): EnquiryAnswer {
  const counted = data.length > 3 ? digitLength(data, 0, 3) : null;
  const whole = counted !== null && counted.at + counted.length <= data.length ? counted : null;
  const version = whole === null ? null : textOf(data.subarray(whole.at, whole.at + whole.length)).trim() || null;
  const rest = data.subarray(whole === null ? 0 : whole.at + whole.length);
  const items = readBitmaps(rest);
  if (items !== null) return { status: find(items, 0x27)?.[0] ?? null, version, items };
  return { status: rest[0] as number, version, items: readBitmaps(rest, 1) ?? none };
}

/** ISO 4217's numbers of the currencies that a terminal may be set to. */
const currencyNumbers: Readonly<Record<string, number>> = {
  AED: 784,
  AUD: 36,
  BGN: 975,
  CAD: 124,
  CHF: 756,
  CNY: 156,
  CZK: 203,
  DKK: 208,
  EUR: 978,
  GBP: 826,
  HKD: 344,
  HUF: 348,
  ILS: 376,
  ISK: 352,
  JPY: 392,
  KRW: 410,
  MOP: 446,
  NOK: 578,
  NZD: 554,
  PLN: 985,
  RON: 946,
  RSD: 941,
  SEK: 752,
  SGD: 702,
  THB: 764,
  TRY: 949,
  TWD: 901,
  UAH: 980,
  USD: 840,
};

export const knownCurrencies: readonly string[] = Object.keys(currencyNumbers);

/** Null for a currency that no terminal is set to. */
export function currencyNumber(currency: string): number | null {
  return Object.hasOwn(currencyNumbers, currency) ? (currencyNumbers[currency] as number) : null;
}

export function currencyOf(number: number): string | null {
  return knownCurrencies.find((currency) => currencyNumbers[currency] === number) ?? null;
}

// Codes.

export const OK = 0x00;
export const NOT_REGISTERED = 0x6b;
export const ABORTED = 0x6c;
export const BUSY = 0x9c;
export const ALREADY_REVERSED = 0xb4;
const REVERSAL_IMPOSSIBLE = 0xb5;
export const NOT_POSSIBLE = 0x83;
/** Answers a status information: the goods were not given out. The manual takes any code for that but 9C and 9D. */
export const NOT_GIVEN_OUT = 0x66;

const reasons: Readonly<Record<number, DeclineReason>> = {
  100: 'unreadable',
  101: 'unreadable',
  102: 'unreadable',
  103: 'refused',
  104: 'refused',
  108: 'cancelled',
  110: 'refused',
  111: 'currency',
  113: 'insufficient',
  114: 'unreadable',
  115: 'unreadable',
  118: 'refused',
  120: 'expired-card',
  121: 'refused',
  122: 'refused',
  123: 'unreadable',
  124: 'unreadable',
  125: 'offline',
  126: 'unreadable',
  155: 'offline',
  161: 'offline',
  163: 'offline',
  183: 'limit',
  195: 'limit',
  197: 'refused',
  198: 'currency',
  200: 'limit',
  201: 'limit',
  203: 'currency',
  210: 'refused',
  234: 'refused',
  241: 'offline',
  // 01 to 63 hex are the host's own (result-code of the authorisation system), mostly those of ISO 8583.
  51: 'expired-card',
  81: 'insufficient',
  84: 'expired-card',
  85: 'wrong-pin',
  97: 'limit',
};

const LAST_OF_HOST = 0x63;

/** Why a payment was declined; a code nobody knows is `refused` when the bank's, else `other`. */
export function declineReason(result: number): DeclineReason {
  return reasons[result] ?? (result >= 1 && result <= LAST_OF_HOST ? 'refused' : 'other');
}

/** Nothing is wrong with what was asked: later it may be done. */
const passing: ReadonlySet<number> = new Set([
  0x51, 0x62, 0x66, 0x6b, 0x6c, 0x7d, 0x85, 0x89, 0x9a, 0x9b, 0x9c, 0xa0, 0xa1, 0xa3, 0xb1, 0xb2, 0xbf, 0xc0, 0xc2,
  0xc4, 0xcc, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xf0, 0xf5, 0xf6, 0xfa, 0xfc, 0xff,
]);

/** Whether asking again may be answered otherwise. */
export function isPassing(result: number): boolean {
  return passing.has(result);
}

/** The terminal will never reverse that. */
export function isIrreversible(result: number): boolean {
  return result === REVERSAL_IMPOSSIBLE || result === NOT_POSSIBLE;
}

/** What an intermediate status shows (PA00P015, 04 FF). */
export const status = {
  watchPinPad: 0x01,
  watchPinPadToo: 0x02,
  waitingForHost: 0x04,
  autoReversal: 0x05,
  insertCard: 0x0a,
  removeCard: 0x0b,
  wrongPin: 0x15,
  insertCardToLoad: 0x2a,
  connecting: 0xd2,
  connected: 0xd3,
} as const;
/** Added to a status: and the card is to be taken out. */
export const AND_REMOVE_CARD = 0x40;
export const LAST_WITH_CARD = 0x67;

/** Status of the terminal itself (05 01): a card is in it, or half out. */
export const cardInside: ReadonlySet<number> = new Set([0xdc, 0xe1]);
export const INITIALISATION_REQUIRED = 0x51;
export const DIAGNOSIS_REQUIRED = 0xc2;

const schemes: Readonly<Record<number, string>> = {
  2: 'girocard',
  5: 'girocard',
  6: 'Mastercard',
  8: 'American Express',
  10: 'Visa',
  11: 'Visa Electron',
  12: 'Diners',
  13: 'V PAY',
  14: 'JCB',
  46: 'Maestro',
};

/** As ZVT numbers kinds of cards (bitmap 8A). */
export function schemeOf(cardType: number): string | null {
  return schemes[cardType] ?? null;
}

export const receiptType = { merchant: 0x01, customer: 0x02, administration: 0x03 } as const;

export const tag = {
  textLine: 0x07,
  permittedCommand: 0x0a,
  charactersPerLine: 0x12,
  permittedCommands: 0x26,
  receiptType: 0x1f07,
  lastReceipt: 0x1f1f,
  deviceName: 0x1f40,
  softwareVersion: 0x1f41,
  serialNumber: 0x1f42,
} as const;

// What the kiosk says.

/** ECR prints payment receipts (02) and others (04), by 06 D1 and 06 D3 (80). */
const PRINTED_HERE = 0x86;
/** Intermediate status is sent (08); amounts and service are not entered at the terminal (10, 20). */
const ALWAYS = 0x38;

export interface Registration {
  readonly password: number;
  readonly currency: number;
  /** Whether the kiosk prints what the terminal would. */
  readonly prints: boolean;
  /** Characters of a line of what is printed; null: as the terminal likes. */
  readonly columns: number | null;
}

export function registration({ password, currency, prints, columns }: Registration): Uint8Array {
  const permitted = tlv(tag.permittedCommands, tlv(tag.permittedCommand, [0x06, 0xd3]));
  const width = columns === null ? [] : tlv(tag.charactersPerLine, [columns]);
  const container = prints ? tlv(0x06, [...width, ...permitted]) : [];
  const configuration = prints ? ALWAYS | PRINTED_HERE : ALWAYS;
  return encodeApdu(command.registration, [...bcd(password, 3), configuration, ...bcd(currency, 2), ...container]);
}

export interface Payment {
  readonly minor: number;
  readonly currency: number;
  /** Seconds that the terminal waits for the answer to its status information before it reverses. */
  readonly answerSeconds: number;
  /** How often it repeats the status information, every two seconds, before it reverses. */
  readonly repeats: number;
}

export function payment({ minor, currency, answerSeconds, repeats }: Payment): readonly number[] {
  return [0x01, answerSeconds, 0x02, repeats, ...amount(minor, currency)];
}

export function amount(minor: number, currency: number): readonly number[] {
  return [0x04, ...bcd(minor, 6), 0x49, ...bcd(currency, 2)];
}

export function withPassword(code: number, password: number, more: readonly number[] = []): Uint8Array {
  return encodeApdu(code, [...bcd(password, 3), ...more]);
}

export function receiptNumber(receipt: number): readonly number[] {
  return [0x87, ...bcd(receipt, 2)];
}

export const ENGLISH = 0x01;
