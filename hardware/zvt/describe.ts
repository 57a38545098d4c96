/** A recording in words, for people: of a serial line or of a network, either side or both. No card number is in it. */
import type { MessageLine, Speaker } from '../protocol.ts';
import type { Decoded } from '../driver.ts';
import { type Apdu, createDecoder, type Frame } from './frame.ts';
import {
  bcdDigits,
  bcdNumber,
  bitmaps,
  command,
  currencyOf,
  type EnquiryAnswer,
  hex,
  hexByte,
  type Item,
  type Kind,
  nameOf,
  readBitmaps,
  readEnquiry,
  readLine,
  REFUSED_CLASS,
  serialOf,
  shapes,
  tag,
  textOf,
  totalsOf,
} from './messages.ts';
import { promptOf } from './payment.ts';
import { clockOf, maskedCard, redact } from './receipt.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Never throws, whatever the bytes are. */
export function describe(bytes: Uint8Array, from: Speaker): readonly MessageLine[] {
  const serial = decodedBy('serial', bytes);
  const isSerial = serial.some(isFrameOfLine) || serial.every(({ type }) => type === 'frame') || isStart(bytes);
  return (isSerial ? serial : decodedBy('tcp', bytes)).map((item) => lineOf(item, from));
}

/** One message of the terminal in a line, without card numbers and secrets. Never throws. */
export function shown(frame: Frame): string {
  const line = lineOf({ type: 'frame', frame }, 'device');
  return 'error' in line ? line.error : `${line.command} ${line.apdu}`;
}

function decodedBy(transport: 'serial' | 'tcp', bytes: Uint8Array): readonly Decoded<Frame>[] {
  const decoder = createDecoder(transport);
  return [...decoder.push(bytes), ...decoder.silence()];
}

function isFrameOfLine(item: Decoded<Frame>): boolean {
  return item.type === 'frame' && item.frame.type === 'apdu';
}

function isStart([first, second]: Uint8Array): boolean {
  return first === 0x10 && second === 0x02;
}

function lineOf(item: Decoded<Frame>, from: Speaker): MessageLine {
  if (item.type === 'discarded') return { error: item.why, apdu: safeHex(item.bytes) };
  const { frame } = item;
  if (frame.type === 'apdu') return described(frame, from);
  return { apdu: frame.type === 'ack' ? '06' : '15', command: frame.type, direction: from, fields: {} };
}

function described(apdu: Apdu, from: Speaker): MessageLine {
  const shape = shapes.get(apdu.code);
  const direction = from === 'either' ? (shape?.from ?? 'either') : from;
  const read = fieldsOf(apdu);
  if (read === null) return { error: `${nameOf(apdu.code)} whose fields cannot be read`, apdu: hexOfUnread(apdu) };
  // What nobody can tell apart may hold anything.
  const opaque = shape === undefined || shape.rest === 'data';
  const hidden = hiddenOf(apdu, read.items);
  const hexDigits = opaque ? safeHex(hidden) : hex(redactText(hidden));
  return { apdu: hexDigits, command: nameOf(apdu.code), direction, fields: read.fields };
}

/** Null: they are not what such a message carries. */
function fieldsOf({ code, data }: Apdu): { readonly fields: Fields; readonly items: readonly Item[] } | null {
  if (code === command.completion) return ofCompletion(readEnquiry(data), data);
  const { lead = [], rest } = shapes.get(code) ?? {
    rest: code >>> 8 === REFUSED_CLASS || !shapes.has(code) ? 'data' : undefined,
  };
  const fields: Record<string, unknown> = {};
  if (code >>> 8 === REFUSED_CLASS && code !== command.positiveToo) fields.code = hexByte(code & 0xff);
  let at = 0;
  for (const [name, length] of lead) {
    const value = data.subarray(at, at + length);
    // What stands in front may be left out from the end on, as the currency of a registration.
    if (value.length === 0) break;
    if (value.length < length) return null;
    fields[name] = leading(name, value);
    at += length;
  }
  if (code === command.intermediateStatus && data[0] !== undefined) fields.prompt = promptOf(data[0]);
  if (rest !== undefined) {
    const more = data.subarray(at);
    if (rest === 'text') return ofLine(fields, more);
    if (more.length > 0) fields[rest] = safeHex(more);
    return { fields, items: [] };
  }
  const items = readBitmaps(data, at);
  return items === null ? null : { fields: { ...fields, ...namedFields(items) }, items };
}

function ofLine(fields: Fields, signs: Uint8Array) {
  const { text, items } = readLine(signs);
  const more = {
    ...(text.length > 0 ? { text: redact(textOf(text)) } : {}),
    ...(items.length > 0 ? { tlv: items.map(tlvLine) } : {}),
  };
  return { fields: { ...fields, ...more }, items };
}

function ofCompletion({ status, version, items }: EnquiryAnswer, data: Uint8Array) {
  const bare = status !== null && !items.some((item) => item.tag === 0x27);
  const read = version !== null || bare;
  // A bare status is followed by bitmaps or by nothing.
  if (bare && items.length === 0 && version === null && data.length > 1) {
    // A Feig cVEND completes a command of its own with plain text (captured: EVerest/zvt, behind 0F A1).
    return data.every((byte) => byte >= 0x20 && byte < 0x7f) ? { fields: { text: redact(textOf(data)) }, items } : null;
  }
  const fields = {
    ...(version === null ? {} : { version }),
    ...(read && status !== null ? { status: hexByte(status) } : {}),
    ...namedFields(items),
  };
  return { fields, items };
}

function leading(name: string, value: Uint8Array): unknown {
  if (name === 'password') return '••••••';
  if (name === 'currency') return currencyText(value);
  if (name === 'timeout') return value[0];
  return hex(value);
}

function currencyText(value: Uint8Array): string {
  const number = bcdNumber(value);
  return (number === null ? null : currencyOf(number)) ?? bcdDigits(value) ?? hex(value);
}

function namedFields(items: readonly Item[]): Fields {
  return Object.fromEntries(
    items.map((item) => {
      const known = bitmaps.get(item.tag);
      return [known?.name ?? hexByte(item.tag), known === undefined ? hex(item.value) : textOfItem(item, known.kind)];
    }),
  );
}

function textOfItem({ tag: what, value, items }: Item, kind: Kind): unknown {
  switch (kind) {
    case 'number':
      return bcdNumber(value) ?? hex(value);
    case 'byte':
      return value[0];
    case 'digits':
      if (what === 0x49) return currencyText(value);
      if (what === 0x0c) return clockOf(value, ':') ?? hex(value);
      if (what === 0x0d) return clockOf(value, '-') ?? hex(value);
      return bcdDigits(value) ?? hex(value);
    case 'hex':
      return hex(value);
    case 'text':
      return redact(textOf(value)).trim();
    case 'card':
      return maskedCard(value) ?? '••••';
    case 'secret':
      return '••••';
    case 'totals':
      return totalsOf(value);
    case 'tlv':
      return items.map(tlvLine);
    default:
      return kind satisfies never;
  }
}

const tlvNames: Readonly<Record<number, string>> = {
  [tag.textLine]: 'text-line',
  8: 'receipt-number',
  9: 'attribute',
  [tag.permittedCommand]: 'command',
  [tag.charactersPerLine]: 'characters-per-line',
  20: 'character-set',
  21: 'language',
  26: 'maximum-length',
  36: 'display-texts',
  37: 'print-texts',
  [tag.permittedCommands]: 'commands',
  39: 'character-sets',
  40: 'languages',
  47: 'payment-type',
  64: 'emv-parameter',
  65: 'card-type',
  66: 'application-name',
  67: 'application',
  68: 'application-preferred-name',
  69: 'receipt-parameter',
  70: 'emv-print-data-customer',
  71: 'emv-print-data-merchant',
  96: 'application-container',
  98: 'applications-on-chip',
  228: 'device-information',
  7940: 'receipt-parameter',
  7941: 'transaction-parameter',
  [tag.receiptType]: 'receipt-type',
  7952: 'cardholder-authentication',
  7953: 'online',
  7954: 'card-technology',
  7958: 'extended-error',
  7959: 'extended-error-text',
  [tag.lastReceipt]: 'last-receipt',
  7979: 'trace',
  7991: 'receipt-information',
  [tag.deviceName]: 'device-name',
  [tag.softwareVersion]: 'software-version',
  [tag.serialNumber]: 'serial-number',
  8004: 'terminal',
  8048: 'partial-approval',
  8051: 'message-sequence',
};

const texts: ReadonlySet<number> = new Set([tag.textLine, 0x42, 0x44, 0x1f17, tag.deviceName, tag.softwareVersion]);
/**
 * Tracks, card numbers, accounts, secrets, the number of a contactless card's chip, and Feig's password (EVerest/zvt); and from
 * 0x56 on what a chip itself calls track, card number, holder and expiry (EMV Book 3, annex A).
 */
const secretTags: ReadonlySet<number> = new Set([
  0x4c, 0xff40, 0x1f08, 0x1f09, 0x1f0a, 0x1f1a, 0x1f31, 0x1f3e, 0x1f5e, 0x1f74, 0x1f75, 0x56, 0x57, 0x5a, 0x5f20,
  0x5f24, 0x9f0b, 0x9f1f, 0x9f20, 0x9f6b,
]);

function tlvLine(item: Item): Fields {
  const { tag: what, value, items } = item;
  const named = tlvNames[what];
  const start = {
    tag: what.toString(16).toUpperCase().padStart(2, '0'),
    ...(named === undefined ? {} : { name: named }),
  };
  if (items.length > 0) return { ...start, items: items.map(tlvLine) };
  if (secretTags.has(what)) return { ...start, value: '••••' };
  if (what === tag.serialNumber) return { ...start, value: redact(serialOf(value) ?? '') };
  if (what === tag.receiptType) return { ...start, value: receiptTypes[value[0] ?? 0] ?? hex(value) };
  return { ...start, value: texts.has(what) ? redact(textOf(value)) : safeHex(value) };
}

const receiptTypes: Readonly<Record<number, string>> = { 1: 'merchant', 2: 'customer', 3: 'administration' };

// What must not be seen.

/** The message with E in place of what is nobody's business; card numbers in letters are still there. */
function hiddenOf(apdu: Apdu, items: readonly Item[]): Uint8Array {
  const bytes = apdu.bytes.slice();
  const base = apdu.bytes.byteOffset;
  const hide = (value: Uint8Array, with_: (byte: number, at: number) => number): void => {
    for (let n = 0; n < value.length; n++) bytes[value.byteOffset - base + n] = with_(value[n] as number, n);
  };
  for (const [at, [name, length]] of (shapes.get(apdu.code)?.lead ?? []).entries())
    if (at === 0 && name === 'password') hide(apdu.data.subarray(0, length), () => 0xee);
  for (const item of allOf(items)) {
    const kind = bitmaps.get(item.tag)?.kind;
    const isBitmap = items.includes(item) && !isLine(apdu);
    if (isBitmap ? kind === 'secret' : secretTags.has(item.tag)) hide(item.value, () => 0xee);
    else if (isBitmap && kind === 'card') hide(item.value, (byte, n) => cardByte(item.value, byte, n));
  }
  return bytes;
}

/** Its objects stand in no bitmap that is told. */
function isLine({ code }: Apdu): boolean {
  return code === command.printLine;
}

function allOf(items: readonly Item[]): readonly Item[] {
  return items.flatMap((item) => [item, ...allOf(item.items)]);
}

/** The first three bytes and the last two of a card number are six and at least three of its digits. */
function cardByte({ length }: Uint8Array, byte: number, n: number): number {
  return length >= 7 ? (n < 3 || n >= length - 2 ? byte : 0xee) : n >= length - 2 ? byte : 0xee;
}

/** A card number in letters, wherever it stands. */
function redactText(bytes: Uint8Array): Uint8Array {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return Uint8Array.from(redact(text), (sign) => sign.charCodeAt(0));
}

/** What a card says comes in a status information: of one that cannot be told apart nothing but its length is shown. */
function hexOfUnread({ code, bytes, data }: Apdu): string {
  if (code !== command.statusInformation) return safeHex(bytes);
  return hex(bytes.map((byte, at) => (at < bytes.length - data.length ? byte : 0xee)));
}

/** Bytes that nobody can read: a card number may stand in them in letters, or as half bytes. */
function safeHex(bytes: Uint8Array): string {
  const digits = Array.from(redactText(bytes), hexByte).join('');
  return (redact(digits, 'E').match(/../g) ?? []).join(' ');
}
