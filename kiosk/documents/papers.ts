/** From a journaled order to the paper: what it documents is read back from the journal, sealed and laid out. */
import type { Config } from '../../config/schema.ts';
import type { CaseKind, EntryBody } from '../entry.ts';
import type { Journal } from '../journal/journal.ts';
import { localTime } from '../local-time.ts';
import { type PaidSale, paidSale, refundOf, voucherRecord } from '../lookup.ts';
import type { Lang } from '../server/wire.ts';
import { plainAmount } from '../text/amount.ts';
import type { VoucherSeal } from '../voucher-seal.ts';
import { codeGroup, documentLabels } from './labels.ts';
import { caseDocument, type PaperHead, type ReceiptData, receiptDocument, voucherDocument } from './paper.ts';

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

const voucherReasons: Readonly<Record<VoucherIssued['reason'], Readonly<Record<Lang, string>>>> = {
  change: { 'zh-CN': '这是您的找零。', en: 'This is your change.' },
  cancel: { 'zh-CN': '您取消了付款，这是退还给您的钱。', en: 'You cancelled; this is your money back.' },
  'time-out': {
    'zh-CN': '付款没有完成，这是机器里您的钱。',
    en: 'The payment was not finished; this is your money that was inside.',
  },
  refund: {
    'zh-CN': '收款方没有接受这笔付款，这是退还给您的钱。',
    en: 'The payee did not take this payment; this is your money back.',
  },
};

interface CaseWords {
  readonly certain: (amount: string | null) => string;
  readonly checking: string;
}

const caseWords: Readonly<Record<Lang, Readonly<Record<CaseKind, CaseWords>>>> = {
  'zh-CN': {
    'note-unknown': { certain: (a) => `有一张 ${a ?? ''} 纸币没能确认。`, checking: '我们会清点钱箱，核对这张纸币。' },
    'note-stuck': { certain: () => '有一张纸币停在机器里，还没有记上。', checking: '我们会打开机器，取出并归还。' },
    'note-unowned': { certain: () => '钱箱里多了一张纸币。', checking: '我们会清点钱箱。' },
    'note-to-count': {
      certain: (a) => `有一张 ${a ?? ''} 纸币已为您记上。`,
      checking: '清点钱箱时再核对这张纸币。',
    },
    'note-suspect': { certain: (a) => `有一张 ${a ?? ''} 纸币没能识别。`, checking: '我们会清点钱箱，核对这张纸币。' },
    'voucher-not-printed': {
      certain: (a) => `我们欠您 ${a ?? ''}，现金凭证没有打印出来。`,
      checking: '凭核实号可到窗口领取。',
    },
    'post-unanswered': { certain: (a) => `您付了 ${a ?? ''}。`, checking: '收款方还没有确认，我们会继续联系。' },
    'post-refused': { certain: (a) => `您付了 ${a ?? ''}，收款方没有接受。`, checking: '这笔钱退还给您。' },
    'session-abandoned': { certain: (a) => `机器里有您的 ${a ?? ''}。`, checking: '凭核实号可到窗口领取。' },
    'denominations-changed': { certain: () => '有一台设备正在检修。', checking: '工作人员会处理。' },
    'coin-unowned': { certain: (a) => `机器里多了 ${a ?? ''} 硬币。`, checking: '我们会清点硬币。' },
    'coins-lost': { certain: () => '有几枚硬币没能记上。', checking: '我们会清点硬币，并归还。' },
    'change-owed': { certain: (a) => `找零没有出齐，我们还欠您 ${a ?? ''}。`, checking: '凭核实号可到窗口领取。' },
    'payout-unknown': {
      certain: (a) => `找零 ${a ?? ''} 有没有出齐，还没能确认。`,
      checking: '我们会清点机器里的零钱。',
    },
    'change-retracted': { certain: (a) => `${a ?? ''} 找零没有取走，机器收回了。`, checking: '凭核实号可到窗口领取。' },
    'levels-differ': { certain: () => '机器里的零钱要清点。', checking: '工作人员会处理。' },
    'count-differs': { certain: () => '清点的现金与账上不一致。', checking: '工作人员会核查。' },
    'emptying-unknown': { certain: () => '机器里的现金要清点。', checking: '工作人员会处理。' },
  },
  en: {
    'note-unknown': {
      certain: (a) => `We could not confirm one ${a ?? ''} note.`,
      checking: 'We will count the cash box and look for this note.',
    },
    'note-stuck': {
      certain: () => 'One note is stuck in the machine and is not counted.',
      checking: 'We will open the machine and give it back.',
    },
    'note-unowned': { certain: () => 'The cash box holds a note too many.', checking: 'We will count the cash box.' },
    'note-to-count': {
      certain: (a) => `One ${a ?? ''} note went in and is counted for you.`,
      checking: 'We check this note when the cash box is emptied.',
    },
    'note-suspect': {
      certain: (a) => `We could not read one ${a ?? ''} note.`,
      checking: 'We will count the cash box and look for this note.',
    },
    'voucher-not-printed': {
      certain: (a) => `We owe you ${a ?? ''}; the cash slip was not printed.`,
      checking: 'The window pays it with this case number.',
    },
    'post-unanswered': {
      certain: (a) => `You paid ${a ?? ''}.`,
      checking: 'The payee has not confirmed it yet; we keep asking.',
    },
    'post-refused': {
      certain: (a) => `You paid ${a ?? ''}; the payee did not take it.`,
      checking: 'This money comes back to you.',
    },
    'session-abandoned': {
      certain: (a) => `The machine holds your ${a ?? ''}.`,
      checking: 'The window pays it with this case number.',
    },
    'denominations-changed': { certain: () => 'One device is under repair.', checking: 'Our staff will see to it.' },
    'coin-unowned': {
      certain: (a) => `The machine holds ${a ?? ''} in coins too many.`,
      checking: 'We will count the coins.',
    },
    'coins-lost': {
      certain: () => 'Some coins went in and could not be counted.',
      checking: 'We will count the coins and give them back.',
    },
    'change-owed': {
      certain: (a) => `Your change did not come out in full; we still owe you ${a ?? ''}.`,
      checking: 'The window pays it with this case number.',
    },
    'payout-unknown': {
      certain: (a) => `We could not confirm that all of ${a ?? ''} change came out.`,
      checking: 'We will count the change in the machine.',
    },
    'change-retracted': {
      certain: (a) => `${a ?? ''} change was not taken, and the machine drew it in again.`,
      checking: 'The window pays it with this case number.',
    },
    'levels-differ': {
      certain: () => 'The change in the machine is to be counted.',
      checking: 'Our staff will see to it.',
    },
    'count-differs': {
      certain: () => 'The cash that was counted is not what the books say.',
      checking: 'Our staff will look into it.',
    },
    'emptying-unknown': {
      certain: () => 'The cash in the machine is to be counted.',
      checking: 'Our staff will see to it.',
    },
  },
};

const casePromise: Readonly<Record<Lang, (window: string) => string>> = {
  'zh-CN': (window) => `从下一个工作日起，可凭此核实号到${window}查询结果。`,
  en: (window) => `Ask at ${window} with this case number from the next working day on.`,
};

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
        default:
          return document satisfies never;
      }
    },
    phoneReceipt(receipt, lang) {
      const sale = paidSale(parts.find(`receipt:${receipt}`));
      return sale === null ? null : receiptCode(parts, sale, lang);
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
  const labels = documentLabels[lang];
  return {
    ...head(parts, sale.paidAt, lang, copy),
    number: sale.receipt,
    payee: sale.bill.payee[lang],
    payer: sale.bill.payer,
    lines: sale.bill.lines.map((line) => ({
      name: line.name[lang],
      quantity: String(line.quantity),
      minor: line.minor,
    })),
    totalMinor: sale.minor,
    roundingMinor: sale.rounding,
    dueMinor: sale.minor + sale.rounding,
    tenders: sale.tenders.map((tender) => ({
      label: tenderLabel(tender.method, lang),
      minor: tender.minor,
      detail: null,
    })),
    receivedMinor: received,
    changeMinor: given(sale),
    changeParts: [
      { label: labels.changeCash, minor: sale.change.cash, detail: null },
      { label: labels.changeVoucher, minor: sale.change.voucher, detail: slipNumber(sale.voucher, lang) },
      { label: labels.owed, minor: sale.change.owed, detail: null },
    ].filter(({ minor }) => minor > 0),
    billNumber: sale.bill.number,
    refund: refundLine(parts, sale, lang),
    qr: receiptCode(parts, sale, lang),
  };
}

function given({ change }: PaidSale): number {
  return change.cash + change.voucher + change.owed;
}

function slipNumber(serial: string | null, lang: Lang) {
  return serial === null ? null : { label: documentLabels[lang].voucherNumber, value: serial };
}

/** A receipt that is printed after its money went back must not pass for a payment. */
function refundLine(parts: PaperParts, sale: PaidSale, lang: Lang): string | null {
  const refund = refundOf(parts.find(`sale:${sale.sale}`));
  if (refund === null) return null;
  const { currency } = sale;
  const amount = plainAmount({ currency, minor: refund.minor }, parts.config.money.exponent);
  return documentLabels[lang].refunded(amount, refund.serial, refund.case);
}

function tenderLabel(method: 'cash' | 'voucher', lang: Lang): string {
  if (method === 'voucher') return documentLabels[lang].paidVoucher;
  return lang === 'zh-CN' ? '现金' : 'Cash';
}

/** So many bytes of UTF-8 make a code that a phone still reads at once, on glass and on paper. */
const codeBytes = 480;

/** The receipt as text for a phone: what any receipt has, and of payee, payer and items as much as a code holds. */
function receiptCode(parts: PaperParts, sale: PaidSale, lang: Lang): string {
  const { config } = parts;
  if (config.receiptUrl !== null) return `${config.receiptUrl}${encodeURIComponent(sale.receipt)}`;
  const labels = documentLabels[lang];
  const amount = (minor: number) => plainAmount({ currency: sale.currency, minor }, config.money.exponent);
  const received = sale.tenders.reduce((sum, tender) => sum + tender.minor, 0);
  const { bill } = sale;
  const before = [
    config.merchant.legalName[lang],
    `${labels.receiptNumber} ${sale.receipt}`,
    localMoment(sale.paidAt, config.timeZone),
  ];
  const after = [
    `${bill.title[lang]} ${bill.number}`,
    `${labels.total} ${amount(sale.minor)}`,
    `${labels.received} ${amount(received)}  ${labels.change} ${amount(given(sale))}`,
    refundLine(parts, sale, lang),
    `${labels.notAnInvoice} ${config.merchant.servicePhone}`,
  ].filter((line) => line !== null);
  const payer = bill.payer === '' ? [] : [`${labels.payer} ${bill.payer}`];
  const people = [`${labels.payee} ${bill.payee[lang]}`, ...payer];
  const items = bill.lines.map(
    ({ name, quantity, minor }) => `${name[lang]}${quantity === 1 ? '' : ` ×${quantity}`} ${amount(minor)}`,
  );
  const text = (peopleShown: number, itemsShown: number): string => {
    const more = items.length - itemsShown;
    const left = more > 0 && itemsShown > 0 ? [labels.moreLines(String(more))] : [];
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
  const sale = paidSale(parts.find(`sale:${issued.sale}`));
  return {
    ...head(parts, issuedAt, lang, copy),
    number: serial,
    code: sealed.code.match(signsTogether)?.join(' ') ?? sealed.code,
    minor,
    reason: voucherReasons[issued.reason][lang],
    receiptNumber: sale?.receipt ?? null,
    qr: sealed.qr,
  };
}

function caseData(parts: PaperParts, number: string, lang: Lang, copy: boolean) {
  const found = parts.find(`case:${number}`);
  const opened = found.find(({ body }) => body.kind === 'case.opened');
  if (opened?.body.kind !== 'case.opened') throw new Error(`the journal has no case ${number}`);
  const { about, minor, currency } = opened.body;
  const { config } = parts;
  const words = caseWords[lang][about];
  const amount = minor === null ? null : plainAmount({ currency, minor }, config.money.exponent);
  return {
    ...head(parts, opened.at, lang, copy),
    number,
    certain: [words.certain(amount)],
    checking: [words.checking],
    minor,
    receiptNumber: null,
    promise: casePromise[lang](config.merchant.window?.name[lang] ?? config.merchant.servicePhone),
  };
}

/** `2026-03-31 14:05 (Asia/Shanghai)`: local time, with its zone. */
function localMoment(at: string, timeZone: string): string {
  const { date, hour, minute } = localTime(Date.parse(at), timeZone);
  return `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')} (${timeZone})`;
}
