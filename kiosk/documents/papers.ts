/** From a journaled order to the paper: what it documents is read back from the journal, sealed and laid out. */
import type { Config } from '../../config/schema.ts';
import type { ChargedPart } from '../charged-part.ts';
import type { EntryBody } from '../entry.ts';
import { type Case, foldCase, isAboutChange } from '../case.ts';
import { zRecord } from '../day/record.ts';
import { readinessKey, xKey, zKey } from '../journal/derive.ts';
import type { Journal } from '../journal/journal.ts';
import { clockTime, localTime, zoneOffset } from '../local-time.ts';
import {
  cameBackOf,
  chargedParts,
  type Looked,
  type PaidSale,
  paidSale,
  refundsOf,
  sealOf,
  terminalSlip,
  voucherRecord,
  wantedBackOf,
} from '../lookup.ts';
import type { Lang } from '../server/wire.ts';
import { plainAmount } from '../text/amount.ts';
import { codeGroup, paperWords } from '../text/paper.ts';
import { isCharge } from '../sale/sale.ts';
import { moveRecord } from '../staff/record.ts';
import type { VoucherSeal } from '../voucher-seal.ts';
import { readinessDocument } from './readiness-paper.ts';
import { testNumber } from '../checks/catalog.ts';
import { testDocument } from './check-paper.ts';
import { xDocument, zDocument } from './day-paper.ts';
import {
  caseDocument,
  collectionDocument,
  countDocument,
  type MoveData,
  type PaperHead,
  type ReceiptData,
  receiptDocument,
  type TicketData,
  ticketDocument,
  voucherDocument,
} from './paper.ts';

type PrintOrder = Extract<EntryBody, { kind: 'document.print' }>;
type VoucherIssued = Extract<EntryBody, { kind: 'voucher.issued' }>;

export interface Papers {
  /** The markup of an ordered paper. Throws when the journal does not hold what it documents. */
  document(order: PrintOrder): string;
  /** What the square code of a receipt holds: its address where one is configured, else its text; null when there is none. */
  phoneReceipt(receipt: string, lang: Lang): string | null;
}

export interface PaperParts {
  readonly config: Config;
  readonly find: Journal['find'];
  readonly seal: VoucherSeal;
  /** Characters of a line on this printer's paper. */
  readonly columns: number;
}

export function createPapers(parts: PaperParts): Papers {
  return {
    document(order) {
      const { document, lang, copy } = order;
      switch (document.paper) {
        case 'receipt': {
          const found = parts.find(`receipt:${document.receipt}`);
          const sale = paidSale(found);
          if (sale === null) throw new Error(`the journal has no receipt ${document.receipt}`);
          return receiptDocument(receiptData(parts, sale, lang, copy));
        }
        case 'voucher':
          return voucherDocument(voucherData(parts, document.serial, lang, copy));
        case 'case':
          return caseDocument(caseData(parts, document.case, lang, copy));
        case 'ticket':
          return ticketDocument(ticketData(parts, document.sale, lang, copy));
        case 'test': {
          const [ordered] = parts.find(`command:${document.check}`);
          if (ordered === undefined) throw new Error(`the journal has no check ${document.check}`);
          return testDocument(head(parts, ordered.at, lang, copy), document.number ?? testNumber(document.check));
        }
        case 'readiness': {
          const [entry] = parts.find(readinessKey(document.report));
          if (entry?.body.kind !== 'readiness.reported')
            throw new Error(`the journal has no report ${document.report}`);
          const { readiness, by } = entry.body;
          const time = (at: string) => localMoment(at, parts.config.timeZone);
          return readinessDocument(head(parts, entry.at, lang, copy), readiness, by, time);
        }
        case 'z': {
          const record = zRecord(parts.find(zKey(document.z)));
          if (record === null) throw new Error(`the journal has no Z report ${document.z}`);
          const time = (at: string) => localMoment(at, parts.config.timeZone);
          return zDocument(head(parts, record.at, lang, copy), record, time);
        }
        case 'x': {
          const [entry] = parts.find(xKey(document.report));
          if (entry?.body.kind !== 'day.read') throw new Error(`the journal has no X report ${document.report}`);
          return xDocument(head(parts, entry.at, lang, copy), entry.body);
        }
        case 'collection':
          return collectionDocument(moveData(parts, document.move, lang, copy));
        case 'count':
          return countDocument(moveData(parts, document.move, lang, copy));
        default:
          return document satisfies never;
      }
    },
    phoneReceipt(receipt, lang) {
      const sale = paidSale(parts.find(`receipt:${receipt}`));
      return sale === null ? null : receiptCode(parts, sale, lang, false);
    },
  };
}

function head(parts: PaperParts, at: string, lang: Lang, copy: boolean): PaperHead {
  const { config, columns } = parts;
  const { merchant, money } = config;
  return {
    lang,
    columns,
    currency: money.currency,
    exponent: money.exponent,
    issuer: {
      legalName: merchant.legalName[lang],
      taxNumber: merchant.taxNumber,
      address: merchant.address[lang],
      place: config.place[lang],
      kiosk: config.kiosk,
      servicePhone: merchant.servicePhone,
      window: merchant.window?.name[lang] ?? null,
    },
    at: localMoment(at, config.timeZone),
    copy,
  };
}

function receiptData(parts: PaperParts, sale: PaidSale, lang: Lang, copy: boolean): ReceiptData {
  const received = sale.tenders.reduce((sum, tender) => sum + tender.minor, 0);
  const words = paperWords[lang];
  return {
    ...head(parts, sale.paidAt, lang, copy),
    number: sale.receipt,
    payee: sale.bill.payee[lang],
    payer: sale.bill.payer === '' ? null : sale.bill.payer,
    lines: sale.bill.lines.map((line) => ({
      name: line.name[lang],
      quantity: String(line.quantity),
      minor: line.minor,
    })),
    totalMinor: sale.minor,
    roundingMinor: sale.rounding,
    dueMinor: sale.minor + sale.rounding,
    tenders: tendersOf(parts, sale, lang),
    receivedMinor: received,
    changeMinor: given(sale),
    mayChange: sale.tenders.some(({ method }) => !isCharge(method)),
    changeParts: [
      { label: words.changeCash, minor: sale.change.cash, details: [] },
      { label: words.changeVoucher, minor: sale.change.voucher, details: copy ? [] : slipNumber(sale.voucher, lang) },
      { label: words.owed, minor: sale.change.owed, details: [] },
    ].filter(({ minor }) => minor > 0),
    billNumber: sale.bill.number,
    isOrder: sale.bill.goods !== undefined,
    taxes: taxRows(sale, lang),
    // A copy may be in other hands than those of its owner.
    pickUp: copy ? null : pickUpOf(parts, sale.sale),
    found: foundLines(parts, sale, lang),
    refund: refundLine(parts, sale, lang, copy),
    terminalLines: terminalLines(parts, sale),
    qr: receiptCode(parts, sale, lang, copy),
  };
}

function taxRows({ bill }: PaidSale, lang: Lang): ReceiptData['taxes'] {
  const { includedTax } = paperWords[lang];
  return (bill.goods?.taxes ?? []).map(({ percent, minor }) => ({ label: includedTax(String(percent)), minor }));
}

/** The number under which the goods of a sale are handed over; null when it has none. */
function pickUpOf(parts: PaperParts, sale: string): string | null {
  for (const { body } of parts.find(`sale:${sale}`)) if (body.kind === 'bill.posted') return body.reference;
  return null;
}

function ticketData(parts: PaperParts, number: string, lang: Lang, copy: boolean): TicketData {
  const sale = paidSale(parts.find(`sale:${number}`));
  const pickUp = pickUpOf(parts, number);
  if (sale === null || pickUp === null) throw new Error(`the journal has no number for the goods of sale ${number}`);
  return {
    ...head(parts, sale.paidAt, lang, copy),
    pickUp,
    orderNumber: sale.bill.number,
    lines: sale.bill.lines.map(({ name, quantity }) => ({ name: name[lang], quantity: String(quantity) })),
  };
}

/** A booked move. Of a box that was taken out it does not say what should be inside: that stands on no paper before the count. */
function moveData(parts: PaperParts, move: string, lang: Lang, copy: boolean): MoveData {
  const entries = parts.find(`move:${move}`);
  const record = moveRecord(move, entries);
  if (record === null) throw new Error(`the journal has no move ${move}`);
  const own = entries.find(({ body }) => 'move' in body && body.move === move)?.body;
  const bag = own !== undefined && 'bag' in own ? (own.bag ?? null) : null;
  const { device, by, second, pieces, expected, at } = record;
  const box = { bag, seal: bag === null ? null : sealOf(parts.find(`bag:${bag}`)) };
  const read = own?.kind === 'cash.counted' ? (own.seal ?? null) : null;
  return {
    ...head(parts, at, lang, copy),
    number: move,
    device,
    ...box,
    read,
    by,
    second,
    pieces,
    expected: expected ?? [],
  };
}

function given({ change }: PaidSale): number {
  return change.cash + change.voucher + change.owed;
}

function slipNumber(serial: string | null, lang: Lang) {
  return serial === null ? [] : [{ label: paperWords[lang].voucherNumber, value: serial }];
}

/**
 * A receipt that is printed after its money went back must not pass for a payment. A copy may be in other hands than those
 * of its owner, so it does not name what the window pays for.
 */
function refundLine(parts: PaperParts, sale: PaidSale, lang: Lang, copy: boolean): string | null {
  const found = parts.find(`sale:${sale.sale}`);
  const { currency } = sale;
  const amount = (minor: number) => plainAmount({ currency, minor }, parts.config.money.exponent);
  const { refunded, refundedCopy, refundedCharge, wantedBack, gaveBack } = paperWords[lang];
  const back = wantedBackOf(found);
  if (back !== null) return (cameBackOf(found) >= back ? gaveBack : wantedBack)(amount(back));
  const refunds = refundsOf(found);
  if (refunds.length === 0) return null;
  if (copy) return refundedCopy(amount(refunds.reduce((sum, { minor }) => sum + minor, 0)));
  return refunds
    .map(({ minor, serial, charge, case: number }) =>
      charge === null
        ? refunded(amount(minor), serial ?? '', number)
        : refundedCharge(amount(minor), chargeLabel(charge, lang), number),
    )
    .join(' ');
}

/** Whoever holds the slip of such a case reads here that it stands for nothing any more. */
function foundLines(parts: PaperParts, { sale, currency }: PaidSale, lang: Lang): readonly string[] {
  return parts.find(`sale:${sale}`).flatMap(({ body }) => {
    if (body.kind !== 'case.opened' || body.about !== 'note-unknown' || body.minor === null) return [];
    const credited = parts.find(`case:${body.case}`).some(isCredited);
    const amount = plainAmount({ currency, minor: body.minor }, parts.config.money.exponent);
    return credited ? [paperWords[lang].found(amount, body.case)] : [];
  });
}

function isCredited({ body }: Looked): boolean {
  return body.kind === 'case.resolved' && body.outcome === 'credited';
}

/** A terminal's slip has about twenty lines; more than this is not printed under a receipt. */
const terminalLinesMaximum = 60;
/** A number of which something was hidden already: of a card's, paper shows the last four digits and no more. */
const maskedNumber = /\d[\d*•xX .-]{7,}(?=\d{4}(?!\d))/g;

/** What the terminals of the sale want their customer to have on paper, below each other. */
function terminalLines(parts: PaperParts, { sale }: PaidSale): readonly string[] {
  return chargedParts(parts.find(`sale:${sale}`))
    .filter(({ method }) => method === 'card')
    .flatMap(({ command }) => terminalSlip(parts.find(`command:${command}`)))
    .map((line) => line.replace(maskedNumber, (shown) => shown.replaceAll(/\d/g, '*')))
    .slice(0, terminalLinesMaximum);
}

/** A line for each way to pay. A charge is named with what its other side calls it. */
function tendersOf(parts: PaperParts, { sale, tenders }: PaidSale, lang: Lang): ReceiptData['tenders'] {
  const { cash, paidVoucher } = paperWords[lang];
  const entries = parts.find(`sale:${sale}`);
  const left = [...chargedParts(entries)];
  return tenders.map(({ method, minor }) => {
    if (method === 'cash' || method === 'voucher') {
      if (method === 'cash') return { label: cash, minor, details: [] };
      return { label: paidVoucher, minor, details: otherKiosksNumbers(entries, lang) };
    }
    const at = left.findIndex((part) => part.method === method && part.minor === minor);
    const [part] = at < 0 ? [] : left.splice(at, 1);
    if (part === undefined) return { label: paperWords[lang][method], minor, details: [] };
    return { label: chargeLabel(part, lang), minor, details: referenceOf(part, lang) };
  });
}

/** A voucher of another kiosk goes by that kiosk's name and the number that it has there. */
function otherKiosksNumbers(entries: readonly Looked[], lang: Lang): ReceiptData['tenders'][number]['details'] {
  return entries.flatMap(({ body }) =>
    body.kind === 'voucher.redeemed' && body.issuer !== undefined
      ? [{ label: paperWords[lang].voucherNumber, value: `${body.issuer} ${body.serial}` }]
      : [],
  );
}

const lastFour = /[0-9]{4}$/;

/** `Card, VISA **0004`: never more of the number than its last four digits, in signs that every printer has. */
function chargeLabel({ method, card }: ChargedPart, lang: Lang): string {
  const name = paperWords[lang][method];
  const digits = lastFour.exec(card?.masked ?? '')?.[0];
  const shown = [card?.scheme ?? '', digits === undefined ? '' : `**${digits}`].filter((text) => text !== '');
  if (method !== 'card' || shown.length === 0) return name;
  return `${name}${lang === 'zh-CN' ? '，' : ', '}${shown.join(' ')}`;
}

function referenceOf({ method, reference }: ChargedPart, lang: Lang): ReceiptData['tenders'][number]['details'] {
  const { terminalReceipt, trace, transaction } = paperWords[lang];
  const named = method === 'card' ? { receipt: terminalReceipt, trace } : { transaction };
  return Object.entries(named).flatMap(([key, label]) => {
    const value = reference[key];
    return value === undefined ? [] : [{ label, value }];
  });
}

/** So many bytes of UTF-8 make a code that a phone still reads at once, on glass and on paper. */
const codeBytes = 480;

/** The receipt as text for a phone: what any receipt has, and of payee, payer and items as much as a code holds. */
function receiptCode(parts: PaperParts, sale: PaidSale, lang: Lang, copy: boolean): string {
  const { config } = parts;
  if (config.receiptUrl !== null) return `${config.receiptUrl}${encodeURIComponent(sale.receipt)}`;
  const words = paperWords[lang];
  const amount = (minor: number) => plainAmount({ currency: sale.currency, minor }, config.money.exponent);
  const received = sale.tenders.reduce((sum, tender) => sum + tender.minor, 0);
  const { bill } = sale;
  const pickUp = copy ? null : pickUpOf(parts, sale.sale);
  const before = [
    config.merchant.legalName[lang],
    `${words.receiptNumber} ${sale.receipt}`,
    localMoment(sale.paidAt, config.timeZone),
    ...(pickUp === null ? [] : [`${words.pickUp} ${pickUp}`]),
  ];
  const after = [
    `${bill.title[lang]} ${bill.number}`,
    `${words.total} ${amount(sale.minor)}`,
    ...taxRows(sale, lang).map(({ label, minor }) => `${label} ${amount(minor)}`),
    `${words.received} ${amount(received)}  ${words.change} ${amount(given(sale))}`,
    refundLine(parts, sale, lang, copy),
    `${words.notAnInvoice} ${config.merchant.servicePhone}`,
  ].filter((line) => line !== null);
  const payer = bill.payer === '' ? [] : [`${words.payer} ${bill.payer}`];
  const people = [`${words.payee} ${bill.payee[lang]}`, ...payer];
  const items = bill.lines.map(
    ({ name, quantity, minor }) => `${name[lang]}${quantity === 1 ? '' : ` ×${quantity}`} ${amount(minor)}`,
  );
  const text = (peopleShown: number, itemsShown: number): string => {
    const more = items.length - itemsShown;
    const left = more > 0 && itemsShown > 0 ? [words.moreLines(String(more))] : [];
    const [title = '', ...sums] = after;
    return [...before, ...people.slice(0, peopleShown), title, ...items.slice(0, itemsShown), ...left, ...sums].join(
      '\n',
    );
  };
  let [peopleShown, itemsShown] = [0, 0];
  const fits = (shown: string) => new TextEncoder().encode(shown).length <= codeBytes;
  while (peopleShown < people.length && fits(text(peopleShown + 1, 0))) peopleShown += 1;
  while (itemsShown < items.length && fits(text(peopleShown, itemsShown + 1))) itemsShown += 1;
  return text(peopleShown, itemsShown);
}

const signsTogether = new RegExp(`.{1,${codeGroup}}`, 'g');

function voucherData(parts: PaperParts, serial: string, lang: Lang, copy: boolean) {
  const found = parts.find(`voucher:${serial}`);
  const record = voucherRecord(found);
  const issued = found.find(({ body }) => body.kind === 'voucher.issued')?.body as VoucherIssued | undefined;
  if (record === null || issued === undefined) throw new Error(`the journal has no voucher ${serial}`);
  const { currency, minor, issuedAt } = record;
  const sealed = parts.seal.signVoucher({ serial, currency, minor, issuedAt, kiosk: parts.config.kiosk });
  const ofSale = issued.sale === null ? [] : parts.find(`sale:${issued.sale}`);
  const reason = issued.reason === 'refund' && wantedBackOf(ofSale) !== null ? 'returned' : issued.reason;
  return {
    ...head(parts, issuedAt, lang, copy),
    number: serial,
    code: sealed.code.match(signsTogether)?.join(' ') ?? sealed.code,
    minor,
    reason: paperWords[lang].reasons[reason],
    receiptNumber: paidSale(ofSale)?.receipt ?? null,
    qr: sealed.qr,
  };
}

/** What was in doubt and is known to be owed is said as such. */
function owed({ about, minor }: Case, stuck: boolean): Pick<Case, 'about' | 'minor'> {
  if (stuck) return { about: 'charge-irreversible', minor };
  return { about: isAboutChange({ about }) ? 'change-owed' : 'session-abandoned', minor };
}

function caseData(parts: PaperParts, number: string, lang: Lang, copy: boolean) {
  const found = parts.find(`case:${number}`);
  const opened = found.find(({ body }) => body.kind === 'case.opened');
  if (opened?.body.kind !== 'case.opened') throw new Error(`the journal has no case ${number}`);
  const { currency } = opened.body;
  const one = found.reduce<Case | null>((case_, { body }) => foldCase(case_, body), null);
  // A charge that only a person can give back names its case.
  const stuck = found.some(({ body }) => body.kind === 'charge.irreversible' || body.kind === 'refund.refused');
  const { about, minor } = one?.outcome === 'owed' ? owed(one, stuck) : (one ?? opened.body);
  const { config } = parts;
  const place = config.merchant.window?.name[lang] ?? config.merchant.servicePhone;
  // Of goods that are paid and booked by nobody yet: they are handed over all the same.
  const goods = about === 'post-unanswered' && isOfGoods(parts, opened.body.sale);
  const words = paperWords[lang].cases[goods ? 'number-not-given' : about];
  const amount = minor === null ? null : plainAmount({ currency, minor }, config.money.exponent);
  return {
    ...head(parts, opened.at, lang, copy),
    number,
    certain: [words.certain(amount)],
    checking: [words.checking],
    minor,
    receiptNumber: null,
    promise: goods ? paperWords[lang].casePickUp(place) : paperWords[lang].casePromise(place),
  };
}

function isOfGoods(parts: PaperParts, sale: string | null): boolean {
  return sale !== null && paidSale(parts.find(`sale:${sale}`))?.bill.goods !== undefined;
}

/** `2026-03-31 14:05 +08:00`: local time, and how far it is from UTC. */
function localMoment(at: string, timeZone: string): string {
  const utcMs = Date.parse(at);
  const { date } = localTime(utcMs, timeZone);
  return `${date} ${clockTime(utcMs, timeZone)} ${zoneOffset(utcMs, timeZone)}`;
}
