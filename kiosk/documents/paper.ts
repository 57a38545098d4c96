/**
 * The papers a kiosk hands out, as receiptline markup. Everything on them was decided before: strings and
 * integers come in, layout goes out. A slip is a receipt (收据), never headed as an invoice.
 */
import type { Lang } from '../server/wire.ts';
import { figure, plainAmount } from '../text/amount.ts';
import { paperWords } from '../text/paper.ts';
import { capitalAmount } from './capital-amount.ts';
import { centred, escaped, field, figureRow, gap, largeRow, asSet, paragraph, qr, rule } from './markup.ts';

/** What every paper carries. */
export interface PaperHead {
  readonly lang: Lang;
  /** Characters of a line: 42 or 48 on 80 mm paper, 32 on 58 mm. */
  readonly columns: number;
  /** ISO 4217 code and its number of decimals. */
  readonly currency: string;
  readonly exponent: number;
  readonly issuer: {
    readonly legalName: string;
    readonly taxNumber: string | null;
    readonly address: string;
    readonly place: string;
    readonly kiosk: string;
    readonly servicePhone: string;
    /** Where cash is paid by hand; null when there is no window. */
    readonly window: string | null;
  };
  /** Local date and time with zone, as it is to stand there: `2026-03-31 14:05:06 +08:00`. */
  readonly at: string;
  /** True when this number has been on paper before. */
  readonly copy: boolean;
}

/** Money in one form. `details` say which: a terminal's receipt, a wallet's transaction, the number of a cash slip. */
interface Part {
  readonly label: string;
  readonly minor: number;
  readonly details: readonly { readonly label: string; readonly value: string }[];
}

export interface ReceiptData extends PaperHead {
  readonly number: string;
  readonly payee: string;
  /** Masked where it names a person. */
  readonly payer: string | null;
  readonly lines: readonly { readonly name: string; readonly quantity: string; readonly minor: number }[];
  readonly totalMinor: number;
  /** Negative when rounded down; 0 leaves the line out. */
  readonly roundingMinor: number;
  readonly dueMinor: number;
  readonly tenders: readonly Part[];
  readonly receivedMinor: number;
  readonly changeMinor: number;
  /** Cash or a cash slip was given: that there was no change is said, too. */
  readonly mayChange: boolean;
  /** How the change was given: in cash, as a cash slip. */
  readonly changeParts: readonly Part[];
  readonly billNumber: string | null;
  /** The number is an order's. */
  readonly isOrder: boolean;
  /** The tax that is in the total, by its rates; empty for a bill. */
  readonly taxes: readonly { readonly label: string; readonly minor: number }[];
  /** The number under which goods are handed over; null for a bill, and on a copy. */
  readonly pickUp: string | null;
  /** Of each note that was in doubt and counts, a sentence. */
  readonly found: readonly string[];
  /** Where the money went when the payee did not take it, one sentence; null: it is paid. */
  readonly refund: string | null;
  /** What the card terminal wants its customer to have, as it set it; empty: nothing. */
  readonly terminalLines: readonly string[];
  /** The receipt's text or its address, to be taken by phone. */
  readonly qr: string | null;
}

export interface VoucherData extends PaperHead {
  readonly number: string;
  /** What proves the paper beside its number. */
  readonly code: string;
  readonly minor: number;
  /** Why it was given, one sentence. */
  readonly reason: string;
  readonly receiptNumber: string | null;
  readonly qr: string;
}

export interface CaseData extends PaperHead {
  readonly number: string;
  readonly certain: readonly string[];
  readonly checking: readonly string[];
  readonly minor: number | null;
  readonly receiptNumber: string | null;
  /** By when, and how, the person hears. */
  readonly promise: string;
}

export type Block = readonly (string | null)[];

export const markup = (blocks: readonly Block[]) =>
  `${blocks
    .flat()
    .filter((line) => line !== null)
    .join('\n')}\n`;

function labelColumns(head: PaperHead): number {
  return head.lang === 'zh-CN' ? 10 : 13;
}

export function fieldOf(head: PaperHead, label: string, value: string | null): string | null {
  return value === null ? null : field(label, value, head.columns, labelColumns(head));
}

export function heading(head: PaperHead, title: string): Block {
  return [
    centred(head.issuer.legalName, head.columns, { bold: true }),
    gap(10),
    centred(title, head.columns, { size: 2 }),
    head.copy ? `${gap(10)}\n\`~~${escaped(paperWords[head.lang].copy)}~~\`` : null,
    gap(22),
  ];
}

export function footing(head: PaperHead): Block {
  const words = paperWords[head.lang];
  const { issuer } = head;
  return [
    rule,
    fieldOf(head, words.phone, issuer.servicePhone),
    fieldOf(head, words.window, issuer.window),
    fieldOf(head, words.place, issuer.place),
    fieldOf(head, words.address, issuer.address),
    fieldOf(head, words.taxNumber, issuer.taxNumber),
    fieldOf(head, words.kiosk, issuer.kiosk),
  ];
}

function hasCapitals(head: PaperHead, minor: number): boolean {
  return head.lang === 'zh-CN' && head.currency === 'CNY' && minor >= 0;
}

function capitals(head: PaperHead, minor: number): string | null {
  if (!hasCapitals(head, minor)) return null;
  return fieldOf(head, paperWords[head.lang].inCapitals, capitalAmount(minor));
}

function code(head: PaperHead, content: string | null, caption: string): Block {
  if (content === null) return [];
  return [gap(20), qr(content, head.columns), gap(12), centred(caption, head.columns), gap(8)];
}

function amountOf(head: PaperHead, minor: number): string {
  return plainAmount({ currency: head.currency, minor }, head.exponent);
}

/** A quantity of one goes without saying; any other stands before the figure. */
function lineName(line: ReceiptData['lines'][number]): string {
  return line.quantity === '1' || line.quantity === '' ? line.name : `${line.name} ×${line.quantity}`;
}

function tenderRows(head: PaperHead, parts: ReceiptData['tenders']): Block {
  return parts.flatMap((part) => [
    figureRow(part.label, figure(part.minor, head.exponent), head.columns),
    ...part.details.map(({ label, value }) => fieldOf(head, label, value)),
  ]);
}

/** Each way to pay and the sum of them; the only one is the sum itself. */
function receivedRows(data: ReceiptData): Block {
  const { received, receivedBy } = paperWords[data.lang];
  const [only, ...others] = data.tenders;
  if (only !== undefined && others.length === 0 && only.minor === data.receivedMinor)
    return tenderRows(data, [{ ...only, label: receivedBy(only.label) }]);
  const sum = figureRow(received, figure(data.receivedMinor, data.exponent), data.columns);
  return [...tenderRows(data, data.tenders), sum];
}

/** Receipt of a paid sale. */
export function receiptDocument(data: ReceiptData): string {
  const words = paperWords[data.lang];
  const row = (label: string, minor: number, bold = false) =>
    figureRow(label, figure(minor, data.exponent), data.columns, bold);
  return markup([
    heading(data, words.receipt),
    data.pickUp === null ? [] : [largeRow(words.pickUp, data.pickUp, data.columns), gap(10), rule],
    [
      fieldOf(data, words.receiptNumber, data.number),
      fieldOf(data, words.time, data.at),
      fieldOf(data, words.payee, data.payee),
      fieldOf(data, words.payer, data.payer),
      fieldOf(data, data.isOrder ? words.orderNumber : words.billNumber, data.billNumber),
      rule,
    ],
    data.lines.map((line) => row(lineName(line), line.minor)),
    [rule, gap(6), largeRow(words.total, amountOf(data, data.totalMinor), data.columns), gap(10)],
    [capitals(data, data.totalMinor), ...data.taxes.map(({ label, minor }) => row(label, minor)), rule],
    [data.roundingMinor === 0 ? null : row(words.rounding, data.roundingMinor), row(words.due, data.dueMinor)],
    receivedRows(data),
    data.mayChange || data.changeMinor > 0 ? [row(words.change, data.changeMinor, data.changeMinor > 0)] : [],
    tenderRows(data, data.changeParts),
    data.found.length === 0 ? [] : [rule, ...data.found.map((line) => paragraph(line, data.columns))],
    data.refund === null ? [] : [rule, paragraph(data.refund, data.columns)],
    data.terminalLines.length === 0 ? [] : [rule, ...data.terminalLines.map((line) => asSet(line, data.columns))],
    code(data, data.qr, words.scanReceipt),
    footing(data),
    [rule, centred(words.notAnInvoice, data.columns), gap(8), centred(words.thanks, data.columns)],
  ]);
}

export interface TicketData extends PaperHead {
  readonly pickUp: string;
  readonly orderNumber: string;
  readonly lines: readonly { readonly name: string; readonly quantity: string }[];
}

/** The number under which goods are handed over, and what they are. */
export function ticketDocument(data: TicketData): string {
  const words = paperWords[data.lang];
  return markup([
    heading(data, words.ticket),
    [
      centred(words.pickUp, data.columns),
      gap(6),
      centred(data.pickUp, data.columns, { bold: true, size: 4 }),
      gap(14),
      rule,
    ],
    data.lines.map(({ name, quantity }) => figureRow(name, `×${quantity}`, data.columns)),
    [
      rule,
      fieldOf(data, words.time, data.at),
      fieldOf(data, words.orderNumber, data.orderNumber),
      paragraph(words.ticketRule(data.issuer.window ?? data.issuer.place), data.columns),
    ],
    footing(data),
    [rule, centred(words.notAnInvoice, data.columns), gap(8), centred(words.thanks, data.columns)],
  ]);
}

/** Cash owed, on paper: paid at the window without fee, no expiry. */
export function voucherDocument(data: VoucherData): string {
  const words = paperWords[data.lang];
  return markup([
    heading(data, words.voucher),
    [gap(8), centred(amountOf(data, data.minor), data.columns, { bold: true, size: 2 }), gap(14)],
    [hasCapitals(data, data.minor) ? centred(capitalAmount(data.minor), data.columns) : null, gap(6), rule],
    [
      fieldOf(data, words.voucherNumber, data.number),
      fieldOf(data, words.voucherCode, data.code),
      fieldOf(data, words.time, data.at),
      fieldOf(data, words.receiptNumber, data.receiptNumber),
      rule,
      paragraph(data.reason, data.columns),
      paragraph(words.voucherRule(data.issuer.window ?? data.issuer.place), data.columns),
      data.copy ? paragraph(words.voucherCopyRule, data.columns) : null,
    ],
    code(data, data.qr, words.reuseVoucher),
    footing(data),
    [rule, centred(words.notAnInvoice, data.columns), centred(words.keep, data.columns)],
  ]);
}

/** What is certain, what is being checked, and the number to ask with. */
export function caseDocument(data: CaseData): string {
  const words = paperWords[data.lang];
  const points = (title: string, lines: readonly string[]): Block =>
    lines.length === 0
      ? []
      : [`|"${escaped(title)}" |`, gap(4), ...lines.map((line) => paragraph(line, data.columns)), gap(12)];
  return markup([
    heading(data, words.caseSlip),
    [
      gap(8),
      centred(words.caseNumber, data.columns),
      gap(4),
      centred(data.number, data.columns, { bold: true, size: 2 }),
      gap(14),
      rule,
    ],
    [
      fieldOf(data, words.time, data.at),
      data.minor === null ? null : fieldOf(data, words.amount, amountOf(data, data.minor)),
      fieldOf(data, words.receiptNumber, data.receiptNumber),
      rule,
    ],
    points(words.certain, data.certain),
    points(words.checking, data.checking),
    [paragraph(data.promise, data.columns), paragraph(words.help(data.issuer.servicePhone), data.columns)],
    footing(data),
    [rule, centred(words.notAnInvoice, data.columns), centred(words.keep, data.columns)],
  ]);
}

/** A move of cash, as people sign for it. */
export interface MoveData extends PaperHead {
  readonly number: string;
  readonly device: string;
  readonly bag: string | null;
  /** The number on its seal; null: it has none, and gets it by hand. */
  readonly seal: string | null;
  /** What stood on it when it was counted; null: nothing. */
  readonly read: string | null;
  /** Numbers of persons; null: nobody had logged in. */
  readonly by: string | null;
  readonly second: string | null;
  readonly pieces: readonly { readonly minor: number; readonly count: number }[];
  readonly expected: readonly { readonly minor: number; readonly count: number }[];
}

/** Where somebody writes. */
const toWrite = '................';

function moveHead(data: MoveData): Block {
  const { move, device, bag, by, second, nobody } = paperWords[data.lang].moves;
  return [
    fieldOf(data, move, data.number),
    fieldOf(data, paperWords[data.lang].time, data.at),
    fieldOf(data, device, data.device),
    fieldOf(data, bag, data.bag),
    fieldOf(data, by, data.by ?? nobody),
    fieldOf(data, second, data.second),
  ];
}

/** Room for two persons to sign. */
function signatures(data: MoveData): Block {
  const { signed, received } = paperWords[data.lang].moves;
  return [rule, gap(30), fieldOf(data, signed, toWrite), gap(40), fieldOf(data, received, toWrite), gap(20)];
}

/** A box that was taken out, with the one who has it now. */
export function collectionDocument(data: MoveData): string {
  const words = paperWords[data.lang].moves;
  return markup([
    heading(data, words.collection),
    moveHead(data),
    [fieldOf(data, words.seal, data.seal ?? toWrite), rule, paragraph(words.notTold, data.columns)],
    signatures(data),
    footing(data),
  ]);
}

/** What was counted beside what was expected, by denomination. */
export function countDocument(data: MoveData): string {
  const words = paperWords[data.lang].moves;
  const of = (pieces: MoveData['pieces'], minor: number) => pieces.find((one) => one.minor === minor)?.count ?? 0;
  const sum = (pieces: MoveData['pieces']) => pieces.reduce((total, one) => total + one.minor * one.count, 0);
  const minors = [...new Set([...data.pieces, ...data.expected].map(({ minor }) => minor))].sort((a, b) => a - b);
  const rows = minors.map((minor) => {
    const [counted, expected] = [of(data.pieces, minor), of(data.expected, minor)];
    return figureRow(
      amountOf(data, minor),
      `${counted} / ${expected} / ${signedCount(counted - expected)}`,
      data.columns,
    );
  });
  const [counted, expected] = [sum(data.pieces), sum(data.expected)];
  const row = (label: string, minor: number) => figureRow(label, figure(minor, data.exponent), data.columns);
  return markup([
    heading(data, words.count),
    moveHead(data),
    [data.seal === null ? null : fieldOf(data, words.seal, data.seal), fieldOf(data, words.read, data.read)],
    [rule, figureRow(words.denomination, words.columns, data.columns), ...rows, rule],
    [row(words.counted, counted), row(words.expected, expected)],
    [gap(6), largeRow(words.difference, signedAmount(data, counted - expected), data.columns), gap(10)],
    signatures(data),
    footing(data),
  ]);
}

function signedCount(count: number): string {
  return count > 0 ? `+${count}` : `${count}`;
}

function signedAmount(head: PaperHead, minor: number): string {
  return minor > 0 ? `+${amountOf(head, minor)}` : amountOf(head, minor);
}
