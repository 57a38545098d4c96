/**
 * What a scanned code is, from its text alone: no configuration, no journal, no network. Whatever is claimed here is only
 * what the text says of itself; whether there is such a bill, receipt or voucher, and whether its signature is right, is
 * for others to find out. Pure and total.
 *
 * A payment code is a secret. It is taken from the answer by its name, `secret`, and by no other way: a copy of the answer,
 * its JSON and a dump of it are without it. What may be a payment code that this program does not know, and whatever else is
 * nothing known, is not given back at all.
 */
import iconv from 'iconv-lite';
import { paperWords } from './text/paper.ts';

export type Wallet = 'alipay' | 'wechat' | 'unionpay';

/** `sure` false: a person should compare it with what they know; nothing in it contradicts the form. */
export interface InvoiceTitle {
  readonly name: string;
  /** Empty where the code has none, as for a person. */
  readonly taxNumber: string;
  readonly address: string;
  readonly phone: string;
  readonly bank: string;
  readonly account: string;
  readonly sure: boolean;
}

export type Scanned =
  /** `secret` is not enumerable: hand it on at once and keep nothing of it. */
  | { readonly kind: 'payment-code'; readonly wallet: Wallet; readonly secret: string }
  | { readonly kind: 'bill-number'; readonly number: string }
  /** `qr` is the whole text, which `verifyQr` of the voucher's seal judges; until then `serial` is a claim. */
  | { readonly kind: 'voucher'; readonly qr: string; readonly serial: string; readonly signature: string }
  | { readonly kind: 'receipt'; readonly number: string }
  | ({ readonly kind: 'invoice-title' } & InvoiceTitle)
  /** `length` in UTF-16 units. */
  | { readonly kind: 'other'; readonly length: number };

/** Of a scanned text, UTF-16 units; an invoice title, the longest that means something, is under 1 kB. */
const longestText = 2_048;

/** Their lengths and beginnings are published by the wallets; no text fits two of them. */
const paymentCodes: readonly (readonly [wallet: Wallet, pattern: RegExp])[] = [
  ['wechat', /^1[0-5]\d{16}$/],
  ['alipay', /^(?:2[5-9]|30)\d{14,22}$/],
  ['unionpay', /^62\d{17}$/],
];
/** Digits as many as the shortest payment code has: of a wallet that this program does not know, or read with a fault. */
const perhapsPaymentCode = /^\d{16,}$/;
/** As billers number their bills (`services/biller/openapi.yaml`). */
const billNumber = /^[0-9A-Za-z-]{1,40}$/;
/** A member's card; points are nothing that this program knows. */
const memberCode = /^M\d+$/;
/** As this kiosk numbers receipts: at least six digits. */
const receiptNumber = /^R\d{6,15}$/;
/** The address of a receipt ends in its number, behind a sign that cannot be of a word. */
const receiptAddress = /^https?:\/\/\S*[^0-9A-Za-z\s](R\d{6,15})$/;
const voucherQr = /^KV1\.([\w-]+)\.([\w-]+)$/;
const longestVoucherQr = 600;
const voucherSerial = /^[0-9A-Za-z-]{1,40}$/;
/** 便捷开票二维码, version 01, and base64 between two dollar signs. */
const titleQr = /^\$01([0-9A-Za-z+/]+={0,2})\$$/;

/** What `text` is, as a scanner read it. Blanks around it do not count. Never throws. */
export function classify(text: string): Scanned {
  const other: Scanned = { kind: 'other', length: text.length };
  if (text.length > longestText) return other;
  const code = text.trim();
  for (const [wallet, pattern] of paymentCodes) if (pattern.test(code)) return paymentCode(wallet, code);
  if (perhapsPaymentCode.test(code)) return other;
  return receipt(code) ?? voucher(code) ?? invoiceTitle(code) ?? bill(code) ?? other;
}

function paymentCode(wallet: Wallet, code: string): Scanned {
  const told = { kind: 'payment-code', wallet } as const;
  return Object.defineProperty(told, 'secret', { value: code }) as typeof told & { readonly secret: string };
}

function bill(code: string): Scanned | null {
  if (!billNumber.test(code) || memberCode.test(code) || holdsPaymentCode(code)) return null;
  return { kind: 'bill-number', number: code };
}

/** A scanner may be set to put signs around its codes of which nobody told the kiosk. */
function holdsPaymentCode(code: string): boolean {
  return (code.match(/\d+/g) ?? []).some((digits) => paymentCodes.some(([, pattern]) => pattern.test(digits)));
}

/** The number alone, the address that a receipt's square code may hold, or the receipt in words, its number in line two. */
function receipt(code: string): Scanned | null {
  if (receiptNumber.test(code)) return { kind: 'receipt', number: code };
  const addressed = receiptAddress.exec(code)?.[1];
  if (addressed !== undefined) return { kind: 'receipt', number: addressed };
  const line = code.split('\n', 2)[1]?.trim() ?? '';
  for (const { receiptNumber: label } of Object.values(paperWords)) {
    const number = line.startsWith(`${label} `) ? line.slice(label.length + 1) : '';
    if (receiptNumber.test(number)) return { kind: 'receipt', number };
  }
  return null;
}

/** `KV1.PAYLOAD.SIGNATURE`; the payload is a JSON list that begins with the serial (`voucher-seal.ts`). */
function voucher(code: string): Scanned | null {
  if (code.length > longestVoucherQr) return null;
  const [, payload, signature] = voucherQr.exec(code) ?? [];
  if (payload === undefined || signature === undefined) return null;
  const bytes = bytesOf(payload.replaceAll('-', '+').replaceAll('_', '/'));
  const words = bytes === null ? null : decoded('utf-8', bytes);
  const list = words === null ? null : parsed(words);
  const serial: unknown = Array.isArray(list) ? list[0] : null;
  if (typeof serial !== 'string' || !voucherSerial.test(serial)) return null;
  return { kind: 'voucher', qr: code, serial, signature };
}

function parsed(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return null;
  }
}

const separator = '</>';
const crcPattern = /^[0-9A-Fa-f]{4}$/;
const taxNumberPattern = /^[0-9A-Z]{15,20}$/;
/** By the rule of 2017, of every field but the tax number; a Chinese sign counts two. */
const longestField = 100;

/**
 * `name</>tax number</>address|phone</>bank|account</>CRC`, or less of it. Writers disagree on bytes and checksum, so
 * that a wrong or missing one is no refusal. Control characters and direction marks, which go on no paper, are taken out.
 */
function invoiceTitle(code: string): Scanned | null {
  const base64 = titleQr.exec(code)?.[1];
  const bytes = base64 === undefined ? null : bytesOf(base64);
  const words = bytes === null ? null : (decoded('utf-8', bytes) ?? decoded('gb18030', bytes));
  if (words === null) return null;
  const pieces = words.split(separator);
  const last = pieces.at(-1) ?? '';
  const hasCrc = crcPattern.test(last.trim());
  // What follows the last separator is a checksum, or nothing.
  const fields = hasCrc || last.trim() === '' ? pieces.slice(0, -1) : pieces;
  if (pieces.length < 2) return null;
  const [name = '', taxNumber = '', ...more] = fields;
  const title = { name, taxNumber, ...placeAndBank(more) };
  const clean = Object.entries(title).map(([field, value]) => [field, plain(value)] as const);
  if (clean[0]?.[1] === '') return null;
  const sure =
    hasCrc &&
    isChecksum(last.trim().toUpperCase(), words.slice(0, words.lastIndexOf(separator) + separator.length)) &&
    Object.entries(title).every(([field, value], n) => value.trim() === clean[n]?.[1] && isInRule(field, value.trim()));
  return { kind: 'invoice-title', ...(Object.fromEntries(clean) as unknown as typeof title), sure };
}

/** Two fields, each of two parts; some writers make four fields of them. */
function placeAndBank(fields: readonly string[]): Omit<InvoiceTitle, 'name' | 'taxNumber' | 'sure'> {
  const [first = '', second = ''] = fields;
  const [address, phone] = fields.length > 2 ? [first, second] : halves(first);
  const [bank, account] = fields.length > 2 ? [fields[2] ?? '', fields[3] ?? ''] : halves(second);
  return { address, phone, bank, account };
}

function halves(field: string): readonly [string, string] {
  const at = field.indexOf('|');
  return at < 0 ? [field, ''] : [field.slice(0, at), field.slice(at + 1)];
}

function isInRule(field: string, value: string): boolean {
  if (field === 'taxNumber') return value === '' || taxNumberPattern.test(value);
  const columns = [...value].reduce((sum, sign) => sum + (sign > '\u00ff' ? 2 : 1), 0);
  return columns <= longestField;
}

function plain(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim();
}

/** Whether it is the checksum of these words in UTF-8 or in GB18030: writers take either, whatever the code itself holds. */
function isChecksum(given: string, words: string): boolean {
  return [new TextEncoder().encode(words), iconv.encode(words, 'gb18030')].some((bytes) => crc16(bytes) === given);
}

/** Polynomial 8005, from 0, highest bit first, nothing added: four capital hex digits. */
function crc16(bytes: Uint8Array): string {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x8005)) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

/** Base64, with its padding or without; null: it is none. */
function bytesOf(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}

function decoded(encoding: 'utf-8' | 'gb18030', bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
