/**
 * Receipts, as lines; and the three ways they take (PA00P015, Registration): the terminal's own paper, line by line
 * (06 D1) or as a block (06 D3) to the host, or not at all, when the host makes them of the status information.
 */
import type { PrintedJob } from '../simulated.ts';
import { apdu, container, tag, text } from './simulator-apdu.ts';
import type { Totals, Transaction } from './simulator-journal.ts';
import { amountOf, type Language, type Model } from './simulator-model.ts';
import { clockFace } from './simulator-time.ts';

export interface Line {
  readonly words: string;
  /** 06 D1's attribute: 40 centred, 20 double width, 10 double height. */
  readonly attribute: number;
}

export interface Receipt {
  /** As tag 1F07 says whose it is. */
  readonly audience: 'merchant' | 'customer' | 'staff';
  readonly lines: readonly Line[];
}

const CENTRED = 0x40;
const DOUBLE_WIDTH = 0x20;
const LAST_LINE = 0x80;
const FEED = 0xff;
const FEED_LINES = 3;
/** Jobs remembered for `printed()`. */
const MOST_JOBS = 200;

const audiences: Readonly<Record<Receipt['audience'], number>> = { merchant: 1, customer: 2, staff: 3 };

const wordsOf = {
  de: {
    merchant: 'Haendlerbeleg',
    customer: 'Kundenbeleg',
    payment: 'Kartenzahlung',
    reservation: 'Reservierung',
    refund: 'Gutschrift',
    reversal: 'Storno',
    approved: 'Zahlung erfolgt',
    voided: '*** STORNIERT ***',
    declined: 'Abgelehnt',
    day: 'Kassenschnitt',
    total: 'Gesamt',
    count: 'Anzahl',
    keep: 'Bitte Beleg aufbewahren',
    merchantNumber: 'VU-Nr',
    trace: 'TA-Nr',
    receipt: 'Beleg-Nr',
    type: 'Typ',
  },
  en: {
    merchant: 'Merchant receipt',
    customer: 'Customer receipt',
    payment: 'Card payment',
    reservation: 'Reservation',
    refund: 'Refund',
    reversal: 'Reversal',
    approved: 'Approved',
    voided: '*** REVERSED ***',
    declined: 'Declined',
    day: 'End of day',
    total: 'Total',
    count: 'Count',
    keep: 'Please keep this receipt',
    merchantNumber: 'Merchant-ID',
    trace: 'Trace no.',
    receipt: 'Receipt no.',
    type: 'Type',
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;

function line(words: string, attribute = 0): Line {
  return { words, attribute };
}

function row(name: string, value: string): Line {
  return line(`${name}${value.padStart(24 - name.length)}`);
}

/** Digits that nobody is shown are stars on paper. */
function masked(pan: string): string {
  return pan.replaceAll('E', '*');
}

/** Both receipts of a transaction: the merchant's, then the customer's. */
export function receiptsOf(entry: Transaction, model: Model, language: Language): readonly Receipt[] {
  const words = wordsOf[language];
  const outcome = entry.result === 0 ? words.approved : entry.state === 'declined' ? words.declined : words.voided;
  const body = [
    line(words[entry.kind], CENTRED | DOUBLE_WIDTH),
    row('Terminal-ID', model.terminal),
    row(words.merchantNumber, model.merchant),
    row(words.trace, String(entry.trace).padStart(6, '0')),
    row(words.receipt, String(entry.receipt).padStart(4, '0')),
    line(clockFace(entry.wallMs, model.timeZone).text),
    line(''),
    line(entry.card.name),
    line(masked(entry.card.pan)),
    row(entry.currency, amountOf(entry.minor, model.exponent)),
    line(outcome, CENTRED),
    line(words.keep, CENTRED),
  ];
  return (['merchant', 'customer'] as const).map((audience) => ({
    audience,
    lines: [line(`* * ${words[audience]} * *`, CENTRED), ...body],
  }));
}

export function dayReceipt(totals: Totals, model: Model, language: Language, wallMs: number, card: string): Receipt {
  const words = wordsOf[language];
  const rows = [...totals.byType].flatMap(([type, { count, minor }]) => [
    row(type === model.card.type ? card : `${words.type} ${type}`, `${words.count} ${count}`),
    row(model.currency, amountOf(minor, model.exponent)),
  ]);
  const lines = [
    line(words.day, CENTRED | DOUBLE_WIDTH),
    row('Terminal-ID', model.terminal),
    line(clockFace(wallMs, model.timeZone).text),
    ...rows,
    row(`${words.total} ${model.currency}`, amountOf(totals.minor, model.exponent)),
  ];
  return { audience: 'staff', lines };
}

export function staffReceipt(...words: readonly string[]): Receipt {
  return { audience: 'staff', lines: words.map((each) => line(each)) };
}

/** 06 D1: a message a line, an empty last line, and feeds after it. */
export function lineMessages({ lines }: Receipt): readonly (readonly number[])[] {
  return [
    ...lines.map(({ words, attribute }) => apdu([0x06, 0xd1], [attribute, ...text(words)])),
    apdu([0x06, 0xd1], [LAST_LINE]),
    apdu([0x06, 0xd1], [FEED, FEED_LINES]),
  ];
}

/** 06 D3: one message a receipt, its lines in tag 25. */
export function blockMessage({ audience, lines }: Receipt): readonly number[] {
  const block = [...lines.flatMap(({ words }) => tag(0x07, text(words))), ...tag(0x09, [0xff])];
  return apdu([0x06, 0xd3], container(tag(0x1f07, [audiences[audience]]), tag(0x25, block)));
}

/** The terminal's own paper. */
export class Paper {
  out = false;
  private slips: { readonly job: number; readonly size: number; bytes: readonly number[]; taken: boolean }[] = [];
  private jobs = 0;

  /** Bytes printed. */
  print({ lines }: Receipt): { readonly job: number; readonly bytes: number } {
    const bytes = lines.flatMap(({ words }) => [...text(words), 0x0a]);
    const job = ++this.jobs;
    this.slips.push({ job, size: bytes.length, bytes, taken: false });
    while (this.slips.length > MOST_JOBS) this.slips.shift();
    return { job, bytes: bytes.length };
  }

  /** False: none hangs out. */
  take(): boolean {
    const hanging = this.slips.filter(({ taken }) => !taken);
    for (const slip of hanging) {
      slip.taken = true;
      slip.bytes = [];
    }
    return hanging.length > 0;
  }

  printed(): readonly PrintedJob[] {
    return this.slips.map(({ job, size, taken }) => ({ job, bytes: size, cut: true, taken }));
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.slips.flatMap(({ bytes }) => bytes));
  }
}
