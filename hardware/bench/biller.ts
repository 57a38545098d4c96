/**
 * The simulated biller: a real HTTP server on loopback, written from `kiosk/services/biller/openapi.yaml`, with its own
 * bills and its own ledger. It can be slow, out of reach, wrong or forgetful, and a hand can change its bills.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../clock.ts';
import type { HandAction, HandResult } from '../simulated.ts';
import type { BenchBill } from './bills.ts';

/**
 * `slow`: every answer waits; `down`: connections are refused; `failing`: 503 to all; `nonsense`, `another-bill`,
 * `other-amount`: answers that must not be believed; `forgetful`: books, and the answer is lost; `normal`.
 */
export type BillerMood =
  | 'normal'
  | 'slow'
  | 'down'
  | 'failing'
  | 'nonsense'
  | 'another-bill'
  | 'other-amount'
  | 'forgetful';

/** A payment that was taken back, by the reversal's own id. */
export interface ReversalRow {
  readonly id: string;
  readonly payment: string;
  readonly bill: string;
  readonly currency: string;
  readonly minor: number;
}

export interface LedgerRow {
  readonly id: string;
  readonly bill: string;
  readonly currency: string;
  readonly minor: number;
  readonly method: string;
  readonly paidAt: string;
  readonly reference: string;
}

interface Item {
  readonly name: { readonly 'zh-CN': string; readonly en: string };
  readonly quantity: number;
  readonly minor: number;
}

interface Account {
  readonly title: { readonly 'zh-CN': string; readonly en: string };
  readonly payee: { readonly 'zh-CN': string; readonly en: string };
  readonly payer: { readonly name: string; readonly place: string | null };
  readonly currency: string;
  items: readonly Item[];
  state: 'open' | 'paid' | 'cancelled';
  paidOn: string | null;
}

export interface BillerSimulatorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly currency?: string;
  /** How long a slow answer takes; default 30 s. */
  readonly slowMs?: number;
  readonly clock?: Clock;
}

/** The four accounts, again and again, as 1001 to 1200: a day of trying does not run out of them. */
const firstNumber = 1001;
const lastNumber = 1200;
const longestBodyBytes = 16_384;
const mostPayments = 100_000;
const mostRequestsKept = 1_000;

/** Listens on 127.0.0.1 and resolves when it does. */
export async function createBillerSimulator(options: BillerSimulatorOptions): Promise<BillerSimulator> {
  const simulator = new BillerSimulator(options);
  await simulator.listen();
  return simulator;
}

export class BillerSimulator {
  private readonly options: BillerSimulatorOptions;
  private readonly clock: Clock;
  private readonly accounts: Map<string, Account>;
  private readonly rows: LedgerRow[] = [];
  private readonly back: ReversalRow[] = [];
  private readonly asked: string[] = [];
  private server: Server | null = null;
  private port: number;
  private mood: BillerMood = 'normal';
  /** Nothing is taken back any more. */
  private closed = false;

  constructor(options: BillerSimulatorOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.port = options.port;
    this.accounts = openingAccounts(options.currency ?? 'CNY');
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get behaviour(): BillerMood {
    return this.mood;
  }

  /** What was booked, in order: the truth that tests compare with. */
  ledger(): readonly LedgerRow[] {
    return [...this.rows];
  }

  /** What was taken back, in order. */
  reversals(): readonly ReversalRow[] {
    return [...this.back];
  }

  bills(): readonly BenchBill[] {
    return [...this.accounts].map(([number, account]) => ({
      number,
      status: account.state,
      title: account.title,
      payee: account.payee,
      currency: account.currency,
      minor: total(account),
    }));
  }

  /** The newest thousand requests, as `PUT /payments/ID`. */
  requests(): readonly string[] {
    return [...this.asked];
  }

  /**
   * Verbs: `misbehave` with value slow, down, failing, wrong, forgetful or off (wrong takes text nonsense, another-bill
   * or other-amount, nonsense when none is given); `set amount` with text (the bill) and minor; `cancel bill` and
   * `pay elsewhere` with text; `close books` and `open books`: whether payments can be taken back.
   */
  async act(hand: HandAction): Promise<HandResult> {
    if (hand.action === 'misbehave') return this.misbehave(hand.value, hand.text ?? 'nonsense');
    if (hand.action === 'close books' || hand.action === 'open books') {
      this.closed = hand.action === 'close books';
      return { ok: true };
    }
    const account = this.accounts.get(hand.text ?? '');
    if (account === undefined) return { ok: false, reason: `no bill has the number "${hand.text ?? ''}"` };
    switch (hand.action) {
      case 'set amount': {
        const minor = hand.minor ?? 0;
        if (!Number.isSafeInteger(minor) || minor < 1) return { ok: false, reason: 'an amount is above zero' };
        const rest = account.items.slice(1).reduce((sum, item) => sum + item.minor, 0);
        account.items = account.items.map((item, at) => (at === 0 ? { ...item, minor: minor - rest } : item));
        return { ok: true };
      }
      case 'cancel bill':
        account.state = 'cancelled';
        return { ok: true };
      case 'pay elsewhere':
        account.state = 'paid';
        account.paidOn = new Date(this.clock.wallMs()).toISOString();
        return { ok: true };
      default:
        return { ok: false, reason: `a biller knows no "${hand.action}"` };
    }
  }

  /** Starts listening; nothing when it already does. */
  listen(): Promise<void> {
    if (this.server !== null) return Promise.resolve();
    const server = createServer((request, response) => void this.handle(request, response));
    this.server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', () => {
        this.port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  close(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server === null) return Promise.resolve();
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async misbehave(value: string | undefined, how: string): Promise<HandResult> {
    switch (value) {
      case 'off':
        this.mood = 'normal';
        break;
      case 'slow':
      case 'down':
      case 'failing':
      case 'forgetful':
        this.mood = value;
        break;
      case 'wrong':
        if (how !== 'nonsense' && how !== 'another-bill' && how !== 'other-amount') {
          return { ok: false, reason: 'wrong is nonsense, another-bill or other-amount' };
        }
        this.mood = how;
        break;
      default:
        return { ok: false, reason: 'misbehave takes slow, down, failing, wrong, forgetful or off' };
    }
    if (this.mood === 'down') await this.close();
    else await this.listen();
    return { ok: true };
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname;
    this.asked.push(`${request.method} ${path}`);
    if (this.asked.length > mostRequestsKept) this.asked.shift();
    const body = await readBody(request);
    if (this.mood === 'slow') {
      const slowMs = this.options.slowMs ?? 30_000;
      await new Promise<void>((done) => this.clock.after(slowMs, done));
    }
    if (response.destroyed) return;
    if (this.mood === 'failing') return reply(response, 503, { code: 'other', message: 'out of order' });
    const [status, answer] = this.answer(request.method ?? '', path, body);
    if (this.mood === 'forgetful' && request.method === 'PUT') {
      request.socket.destroy();
      return;
    }
    if (this.mood === 'nonsense') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"number":"1001","minor":"86.50","lines":');
      return;
    }
    reply(response, status, this.twisted(answer));
  }

  private answer(method: string, path: string, body: string | null): readonly [number, object] {
    const [, room = '', name = '', verb] = path.split('/').map((part) => safeDecode(part));
    if (room === 'bills' && ((method === 'GET' && verb === undefined) || (method === 'POST' && verb === 'check'))) {
      const account = this.accounts.get(name);
      if (account === undefined) return [404, { code: 'unknown-bill', message: 'No bill has this number' }];
      return [200, shown(name, account)];
    }
    if (room === 'payments' && method === 'PUT' && verb === undefined) return this.book(name, body);
    if (room === 'reversals' && method === 'PUT' && verb === undefined) return this.takeBack(name, body);
    return [404, { code: 'other', message: 'There is nothing here' }];
  }

  private takeBack(id: string, body: string | null): readonly [number, object] {
    const asked = reversal(body);
    if (asked === null || !/^[0-9A-Za-z._:-]{1,64}$/.test(id)) {
      return [400, { code: 'other', message: 'This is no reversal' }];
    }
    const conflict = (code: string, message: string) => [409, { code, message }] as const;
    const row = { id, ...asked };
    const before = this.back.find((one) => one.id === id);
    if (before !== undefined) {
      const same = before.payment === row.payment && before.bill === row.bill && before.minor === row.minor;
      return same ? [200, before] : conflict('other', 'This id was used for another reversal');
    }
    const paid = this.rows.find((one) => one.id === asked.payment);
    if (paid === undefined) return [404, { code: 'unknown-payment', message: 'Nothing was booked under this id' }];
    if (paid.bill !== asked.bill || paid.currency !== asked.currency || paid.minor !== asked.minor) {
      return conflict('other', 'The payment was another one');
    }
    if (this.back.some((one) => one.payment === paid.id))
      return conflict('reversed-before', 'It was taken back before');
    if (this.closed) return conflict('too-late', 'The books are closed');
    this.back.push(row);
    const account = this.accounts.get(paid.bill);
    if (account !== undefined) {
      account.state = 'open';
      account.paidOn = null;
    }
    return [201, row];
  }

  private book(id: string, body: string | null): readonly [number, object] {
    const asked = payment(body);
    if (asked === null || !/^[0-9A-Za-z._:-]{1,64}$/.test(id)) {
      return [400, { code: 'other', message: 'This is no payment' }];
    }
    const conflict = (code: string, message: string) => [409, { code, message }] as const;
    const before = this.rows.find((row) => row.id === id);
    if (before !== undefined) {
      const same = before.bill === asked.bill && before.currency === asked.currency && before.minor === asked.minor;
      return same ? [200, booked(before)] : conflict('other', 'This id was used for another payment');
    }
    const account = this.accounts.get(asked.bill);
    if (account === undefined) return [404, { code: 'unknown-bill', message: 'No bill has this number' }];
    if (account.state === 'paid') return conflict('paid-elsewhere', 'This bill is paid already');
    if (account.state === 'cancelled') return conflict('cancelled', 'This bill was withdrawn');
    if (total(account) !== asked.minor || account.currency !== asked.currency) {
      return conflict('other', 'The bill asks another amount');
    }
    if (this.rows.length >= mostPayments) return [503, { code: 'other', message: 'The ledger is full' }];
    const row: LedgerRow = { id, ...asked, reference: `SIM-${String(this.rows.length + 1).padStart(6, '0')}` };
    this.rows.push(row);
    account.state = 'paid';
    account.paidOn = asked.paidAt;
    return [201, booked(row)];
  }

  /** The answer as a wrong biller gives it. */
  private twisted(answer: object): object {
    if (this.mood === 'another-bill') {
      if ('number' in answer) return { ...answer, number: answer.number === '1004' ? '1003' : '1004' };
      if ('bill' in answer) return { ...answer, bill: '1004-other' };
    }
    if (this.mood === 'other-amount' && 'minor' in answer) return { ...answer, minor: Number(answer.minor) + 100 };
    return answer;
  }
}

function openingAccounts(currency: string): Map<string, Account> {
  const item = (zh: string, en: string, quantity: number, minor: number): Item => ({
    name: { 'zh-CN': zh, en },
    quantity,
    minor,
  });
  const account = (
    title: readonly [string, string],
    payee: readonly [string, string],
    payer: readonly [string, string | null],
    items: readonly Item[],
  ): Account => ({
    title: { 'zh-CN': title[0], en: title[1] },
    payee: { 'zh-CN': payee[0], en: payee[1] },
    payer: { name: payer[0], place: payer[1] },
    currency,
    items,
    state: 'open',
    paidOn: null,
  });
  const kinds: readonly (() => Account)[] = [
    () =>
      account(
        ['急诊费', 'Emergency visit'],
        ['城北医院', 'North City Hospital'],
        ['周海燕', '和平里 9 栋 4 单元 201'],
        [item('急诊诊查费', 'Examination', 1, 3_000), item('胸片', 'Chest X-ray', 1, 5_650)],
      ),
    () =>
      account(
        ['5 号桌', 'Table 5'],
        ['老街面馆', 'Old Street Noodles'],
        ['孙强', null],
        [item('牛肉面', 'Beef noodles', 1, 2_950), item('酸梅汤', 'Plum juice', 1, 800)],
      ),
    () =>
      account(
        ['房费', 'Room'],
        ['城北大酒店', 'North City Hotel'],
        ['Anna Novak', 'Room 807'],
        [item('大床房', 'King room', 2, 128_000)],
      ),
    () =>
      account(
        ['四月电费', 'Electricity, April'],
        ['城北供电所', 'North City Power'],
        ['吴敏', '光明路 2 号楼 602'],
        [item('电（千瓦时）', 'Electricity (kWh)', 412.6, 21_456)],
      ),
  ];
  return new Map(
    Array.from({ length: lastNumber - firstNumber + 1 }, (_, at) => [
      String(firstNumber + at),
      (kinds[at % kinds.length] as () => Account)(),
    ]),
  );
}

function total(account: Account): number {
  return account.items.reduce((sum, item) => sum + item.minor, 0);
}

function shown(number: string, account: Account): object {
  return {
    number,
    status: account.state,
    ...(account.paidOn === null ? {} : { paidOn: account.paidOn }),
    title: account.title,
    payee: account.payee,
    payer: account.payer,
    lines: account.items,
    currency: account.currency,
    minor: total(account),
  };
}

function booked(row: LedgerRow): object {
  return { id: row.id, bill: row.bill, currency: row.currency, minor: row.minor, reference: row.reference };
}

function objectOf(body: string | null): Readonly<Record<string, unknown>> | null {
  try {
    const json: unknown = JSON.parse(body ?? '');
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function reversal(body: string | null): Omit<ReversalRow, 'id'> | null {
  const json = objectOf(body);
  if (json === null) return null;
  const { payment: paid, bill, currency, minor } = json;
  const texts = [paid, bill, currency].every((text) => typeof text === 'string' && text !== '');
  if (!texts || !Number.isSafeInteger(minor) || Number(minor) < 1) return null;
  return { payment: String(paid), bill: String(bill), currency: String(currency), minor: Number(minor) };
}

function payment(body: string | null): Omit<LedgerRow, 'id' | 'reference'> | null {
  const json = objectOf(body);
  if (json === null) return null;
  const { bill, currency, minor, method, paidAt } = json;
  const texts = [bill, currency, method, paidAt].every((text) => typeof text === 'string' && text !== '');
  if (!texts || !Number.isSafeInteger(minor) || Number(minor) < 1) return null;
  return {
    bill: String(bill),
    currency: String(currency),
    minor: Number(minor),
    method: String(method),
    paidAt: String(paidAt),
  };
}

/** Null for a body that is too long or did not come whole. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= longestBodyBytes) chunks.push(chunk);
    });
    request.on('end', () => resolve(bytes <= longestBodyBytes ? Buffer.concat(chunks).toString('utf8') : null));
    request.on('error', () => resolve(null));
  });
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
