/**
 * What the terminal wants printed, and how cards are named. A whole card number goes no further than this file: of any
 * number of 13 to 19 digits that passes the check of card numbers (ISO/IEC 7812-1, Luhn) the first six and the last four
 * digits are left, and of the month until which a card is good none.
 */
import type { DeviceFact } from '../device.ts';
import { bcdDigits, find, type Item, readBitmaps, readLine, receiptType, tag, textOf } from './messages.ts';
import { tell, type Work } from './state.ts';

const LEAST_DIGITS = 13;
const MOST_DIGITS = 19;
const FIRST_SHOWN = 6;
const LAST_SHOWN = 4;
/** Of one slip; a longer one is cut off there. */
const linesMaximum = 500;

function isCardNumber(digits: string): boolean {
  let sum = 0;
  for (let n = 0; n < digits.length; n++) {
    const digit = Number(digits[digits.length - 1 - n]);
    const twice = digit * 2;
    sum += n % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

/** Which digits of a run belong to something that may be a card number and are not shown. */
function hiddenOf(digits: string): ReadonlySet<number> {
  const hidden = new Set<number>();
  for (let at = 0; at + LEAST_DIGITS <= digits.length; at++) {
    for (let length = LEAST_DIGITS; length <= MOST_DIGITS && at + length <= digits.length; length++) {
      if (!isCardNumber(digits.slice(at, at + length))) continue;
      for (let n = at + FIRST_SHOWN; n < at + length - LAST_SHOWN; n++) hidden.add(n);
    }
  }
  return hidden;
}

/** Month and year behind the words that terminals put before them, German and English. */
const expiry =
  /(g(?:ü|ue)ltig bis|verfall(?:sdatum)?|valid (?:thru|until|to)|exp(?:iry|ires|iration)?(?: date)?)[ .:]{0,12}\d\d ?[/.-]? ?(?:\d\d){1,2}(?!\d)/gi;

/** The text with `mask` in place of the middle of every card number, also of one that is split by blanks or dashes, and of its expiry. */
export function redact(text: string, mask = '*'): string {
  const open = text.replaceAll(expiry, (words) => words.replaceAll(/\d/g, mask));
  return open.replaceAll(/\d(?:[ .-]{0,3}\d){12,}/g, (run) => {
    const hidden = hiddenOf(run.replaceAll(/\D/g, ''));
    let n = 0;
    return run.replaceAll(/\d/g, (digit) => (hidden.has(n++) ? mask : digit));
  });
}

/** Half bytes of a card number: a digit, `E` for one that the terminal hides, `F` behind the last. Null: there is none. */
export function maskedCard(value: Uint8Array | null): string | null {
  if (value === null) return null;
  const signs = Array.from(value, (byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('')
    .replace(/F+$/, '');
  if (!/^[0-9E]+$/.test(signs)) return null;
  const first = /^\d*/.exec(signs)?.[0] ?? '';
  const last = /\d*$/.exec(signs)?.[0] ?? '';
  // Of a number that is short, both ends would be all of it.
  const shown = signs.length >= LEAST_DIGITS ? first.slice(0, FIRST_SHOWN) : '';
  return `${shown}••••${last.slice(-LAST_SHOWN)}`;
}

// Slips.

type Audience = (DeviceFact & { fact: 'terminal.printed' })['audience'];

function audienceOf(type: number | undefined, lines: readonly string[], paying: boolean): Audience {
  if (type === receiptType.customer) return 'customer';
  if (type === receiptType.merchant) return 'merchant';
  if (type === receiptType.administration || !paying) return 'staff';
  // Single lines do not say whose they are; the slip itself does.
  const text = lines.join('\n').toUpperCase();
  return /H(Ä|AE)NDLER|MERCHANT/.test(text) ? 'merchant' : 'customer';
}

function print(work: Work, type: number | undefined, lines: readonly string[]): void {
  const { s, device } = work;
  // What is asked for again was printed before.
  if (lines.length === 0 || s.talk?.purpose === 'ask' || s.talk?.purpose === 'baseline') return;
  const paying = s.charge !== null;
  const shown = lines.map((line) => redact(line));
  const audience = audienceOf(type, shown, paying);
  tell(work, { device, fact: 'terminal.printed', command: s.charge?.id ?? s.day?.id ?? null, audience, lines: shown });
}

/** Attribute of a line (06 D1): it is the slip's last; FF: as many empty lines as the next byte says. */
const LAST_LINE = 0x80;
const FEED = 0xff;

export function onPrintLine(work: Work, data: Uint8Array): void {
  const { s } = work;
  const [attribute = 0, feed = 1] = data;
  const { text, items } = readLine(data.subarray(1));
  // Of a captured customer's slip one line says that it is the merchant's; its first and its last are right.
  s.slipType ??= find(items, tag.receiptType)?.[0] ?? null;
  const lines = attribute === FEED ? Array.from({ length: Math.max(1, feed) }, () => '') : [textOf(text)];
  s.lines = [...s.lines, ...lines].slice(0, linesMaximum);
  if (attribute !== FEED && (attribute & LAST_LINE) !== 0) endSlip(work);
}

/** Whatever has begun is a slip: its end was not marked, or not heard. */
export function endSlip(work: Work): void {
  const { lines, slipType } = work.s;
  work.s.lines = [];
  work.s.slipType = null;
  if (lines.some((line) => line !== '')) print(work, slipType ?? undefined, lines);
}

/** Answers whether it could be read. */
export function onPrintText(work: Work, data: Uint8Array): boolean {
  const items = readBitmaps(data);
  if (items === null) return false;
  const lines = textLines(items).slice(0, linesMaximum);
  print(work, find(items, tag.receiptType, true)?.[0], lines);
  return true;
}

function textLines(items: readonly Item[]): readonly string[] {
  return items.flatMap((item) => (item.tag === tag.textLine ? [textOf(item.value)] : textLines(item.items)));
}

/** HH:MM:SS, or MM-DD; null: it is no such thing. */
export function clockOf(value: Uint8Array | null, between: string): string | null {
  const digits = value === null ? null : bcdDigits(value);
  return digits === null ? null : (digits.match(/../g) ?? []).join(between);
}
