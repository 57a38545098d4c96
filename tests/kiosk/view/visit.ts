/** A kiosk that is led by facts through a visit, for what the glass shows of it. */
import { checkConfig, type Config } from '../../../config/schema.ts';
import { readFileSync } from 'node:fs';
import { decide } from '../../../kiosk/decide.ts';
import type { ChargePrompt, ChargeReference, DeclineReason } from '../../../hardware/charge.ts';
import type { DeviceKind } from '../../../hardware/device.ts';
import type { Charge } from '../../../kiosk/charges.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { indexKeys } from '../../../kiosk/journal/derive.ts';
import { type RefundRecord, refundRecord } from '../../../kiosk/lookup.ts';
import { emptyKiosk, type Kiosk } from '../../../kiosk/kiosk.ts';
import { rulesOf } from '../../../kiosk/rules.ts';
import type { ChargeMethod, Intent, Lang, View } from '../../../kiosk/server/wire.ts';
import type { Bill } from '../../../kiosk/services/biller/contract.ts';
import type { Stage } from '../../../kiosk/session/stage.ts';
import { wallets } from '../../wallets.ts';
import { type Announcement, announcements } from '../../../kiosk/view/say.ts';
import { view } from '../../../kiosk/view/view.ts';

/** 2026-03-31 09:20 in Shanghai. */
const startWallMs = Date.UTC(2026, 2, 31, 1, 20);
const notesTaken = [100, 500, 1000, 2000, 5000, 10_000];

export const bill: Bill = {
  number: '1001',
  title: { 'zh-CN': '门诊费', en: 'Outpatient visit' },
  payee: { 'zh-CN': '东湖社区医院', en: 'East Lake Clinic' },
  payer: '张*',
  lines: [
    { name: { 'zh-CN': '普通门诊诊查费', en: 'Consultation' }, quantity: 1, minor: 2000 },
    { name: { 'zh-CN': '阿莫西林胶囊', en: 'Amoxicillin capsules' }, quantity: 2, minor: 6650 },
  ],
  currency: 'CNY',
  minor: 8650,
};

/** Two kinds of goods, of different rates. */
export const order: Bill = {
  number: '#10000001',
  title: { 'zh-CN': '订单', en: 'Order' },
  payee: { 'zh-CN': '湖滨面馆', en: 'Lakeside Noodles' },
  payer: '',
  lines: [
    { name: { 'zh-CN': '热茶', en: 'Hot tea' }, quantity: 2, minor: 1200 },
    { name: { 'zh-CN': '蛋糕', en: 'Cake' }, quantity: 1, minor: 3800 },
  ],
  currency: 'CNY',
  minor: 5000,
  goods: {
    items: [
      { product: 'tea', count: 2 },
      { product: 'cake', count: 1 },
    ],
    taxes: [
      { percent: 6, minor: 68 },
      { percent: 13, minor: 437 },
    ],
  },
};

/** The look-up that waits for its answer at this stage; null: none does. */
export function lookUpAt(stage: Stage | undefined): string | null {
  switch (stage?.at) {
    case 'find-bill':
      return stage.lookup;
    case 'review':
      return stage.recheck;
    case 'shop':
      return stage.order;
    default:
      return null;
  }
}

type Change = (config: Config) => Config;

/** The example configuration, changed where a test wants it. */
function labConfig(change: Change = (config) => config): Config {
  const checked = checkConfig(JSON.parse(readFileSync('config/examples/lab.json', 'utf8')));
  if (!checked.ok) throw new Error(`lab.json: ${JSON.stringify(checked.problems)}`);
  return change(checked.config);
}

/** What the machines of `withChange` hold, by device: coins of ¥1 and ¥0.10, and notes of ¥10. */
export const floats = {
  yuan: { minor: 100, count: 40 },
  jiao: { minor: 10, count: 60 },
  tens: { minor: 1_000, count: 12 },
};

/** A kiosk that takes coins, and pays out of two hoppers and a recycler. */
export function withChange(config: Config): Config {
  const device = (id: string, kind: string) => ({ id, protocol: 'other', port: `/dev/${id}`, settings: { kind } });
  return {
    ...config,
    devices: [
      ...config.devices,
      device('coins', 'coin-acceptor'),
      device('yuan', 'hopper'),
      device('jiao', 'hopper'),
      device('tens', 'recycler'),
    ],
  };
}

/** A kiosk that sells tea and cake. */
export function withGoods(config: Config): Config {
  return goodsBy(config, 'ticket');
}

export function goodsBy(config: Config, handOver: 'ticket' | 'number' | 'relay'): Config {
  const product = (id: string, zh: string, en: string, priceMinor: number, taxPercent: number) => ({
    id,
    name: { 'zh-CN': zh, en },
    group: id === 'tea' ? { 'zh-CN': '饮品', en: 'Drinks' } : { 'zh-CN': '点心', en: 'Sweets' },
    priceMinor,
    taxPercent,
    picture: id === 'tea' ? ('cup' as const) : ('cake' as const),
    mostPerOrder: 5,
  });
  const products = [product('tea', '热茶', 'Hot tea', 600, 6), product('cake', '蛋糕', 'Cake', 3_800, 13)];
  return handOver === 'relay' ? behindHatch(config, products) : { ...config, goods: { products, handOver } };
}

/** What is sold lies behind a hatch. */
export function behindHatch(config: Config, products: NonNullable<Config['goods']>['products']): Config {
  const settings = { kind: 'cabinet-io', relays: { goods: { coil: 8 } } };
  const module = { id: 'cabinet', protocol: 'modbus', port: '/dev/ttyS9', settings };
  const relay = { name: 'goods', ms: 500 };
  return { ...config, devices: [...config.devices, module], goods: { products, handOver: 'relay', relay } };
}

/** As many products as a configuration can have, with the longest names. */
export function fullCatalogue(config: Config): Config {
  const products = Array.from({ length: 60 }, (_, n) => ({
    id: `product-${n}`,
    name: { 'zh-CN': `${n}${'长'.repeat(38)}`, en: `${n} ${'long '.repeat(7)}` },
    group: { 'zh-CN': `${n % 6}${'组'.repeat(19)}`, en: `${n % 6}${'group'.repeat(3)}` },
    priceMinor: 10_000_000 - n,
    taxPercent: 13,
    picture: 'vegetable' as const,
    mostPerOrder: 99,
  }));
  return { ...config, goods: { products, handOver: 'ticket' } };
}

/** A kiosk whose second acceptor pays notes out too. */
export function withRecycler(config: Config): Config {
  const device = { id: 'recycler', protocol: 'other', port: '/dev/recycler', settings: { kind: 'recycler' } };
  return { ...config, devices: [...config.devices, device] };
}

/** A kiosk with a card terminal and both wallets. */
export function withCharges(config: Config): Config {
  const terminal = { id: 'terminal', protocol: 'other', port: '/dev/terminal', settings: { kind: 'card-terminal' } };
  const methods = ['cash', 'card', 'wechat', 'alipay', 'voucher'] as const;
  // As much as the longest sum to pay.
  const limits = { ...config.limits, chargeMaximumMinor: 20_000_000 };
  return { ...config, devices: [...config.devices, terminal], methods, wallets, limits };
}

/** A kiosk of `withCharges` to whose scanner codes can be held. */
export function withScanner(config: Config): Config {
  const scanner = { id: 'scanner', protocol: 'other', port: '/dev/scanner', settings: { kind: 'scanner' } };
  const charging = withCharges(config);
  return { ...charging, devices: [...charging.devices, scanner] };
}

/** Of a card, as its terminal names it. */
const cardShown = { scheme: 'VISA', masked: '457136••••0004' };

export class Visit {
  readonly config: Config;
  kiosk: Kiosk;
  /** Every state so far, by the stage that the visit was in; `none` without a visit. */
  readonly states: Kiosk[] = [];
  readonly said: Announcement[] = [];
  entries: readonly EntryBody[] = [];
  /** All entries so far. */
  readonly recorded: EntryBody[] = [];
  phoneReceipt: string | null = 'https://receipt.example/R000001';
  /** What is typed at an office to let this kiosk in. */
  private code: string | null = null;
  private coins = 0;
  private seq = 0;
  private monoMs = 1_000;

  constructor(change?: Change) {
    this.config = labConfig(change);
    this.kiosk = emptyKiosk(
      rulesOf(this.config, {
        kindOf: ({ protocol, settings }) =>
          (settings.kind as DeviceKind | undefined) ?? (protocol === 'escpos' ? 'printer' : 'note-acceptor'),
        stops: () => true,
      }),
    );
  }

  step(body: FactBody, laterMs = 100): this {
    this.seq += 1;
    this.monoMs += laterMs;
    const before = this.kiosk;
    const chance = this.seq.toString(16).padStart(32, '0');
    const at = startWallMs + this.monoMs;
    const decision = decide(before, { seq: this.seq, at, monoMs: this.monoMs, bootId: 'boot', chance, body });
    this.kiosk = decision.kiosk;
    this.entries = decision.entries;
    this.recorded.push(...decision.entries);
    this.states.push(this.kiosk);
    this.said.push(...announcements(decision.entries, before, this.kiosk, this.config));
    return this;
  }

  /** Switched on, with both devices well unless told otherwise. `lastAt`: when it was last known to run, wall time. */
  boot(printer: 'ok' | 'out' = 'ok', lastAt: number | null = null): this {
    this.step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt });
    this.step({
      fact: 'device.identified',
      device: 'acceptor',
      protocol: 'id003',
      maker: null,
      model: null,
      serial: 'A1',
      firmware: null,
      denominations: notesTaken.map((minor) => ({ currency: this.config.money.currency, minor })),
    });
    this.step({ fact: 'device.ready', device: 'acceptor' });
    this.step({ fact: 'device.ready', device: 'printer' });
    return this.step({ fact: 'paper.changed', device: 'printer', paper: printer });
  }

  /** The machines of `withChange` are well, and hold their floats. */
  filled(): this {
    const identity = { protocol: 'other', maker: null, model: null, serial: null, firmware: null };
    const { currency } = this.config.money;
    const coins = [10, 50, 100].map((minor) => ({ currency, minor }));
    this.step({ fact: 'device.identified', device: 'coins', ...identity, denominations: coins });
    this.step({ fact: 'device.ready', device: 'coins' });
    for (const [device, pieces] of Object.entries(floats)) {
      this.step({ fact: 'cash.filled', device, unit: 'hopper', currency, pieces: [pieces], by: 'anna' });
      this.step({ fact: 'device.ready', device });
    }
    return this;
  }

  coin(minor: number): this {
    this.coins += 1;
    const counters = { counter: this.coins, total: this.coins };
    const key = `coin-${this.coins}`;
    return this.step({
      fact: 'coin.credited',
      device: 'coins',
      key,
      counter: this.coins,
      afterMs: this.monoMs,
      to: null,
      counters,
      currency: 'CNY',
      minor,
    });
  }

  ask(intent: Intent, laterMs?: number): this {
    return this.step({ fact: 'intent', intent, screen: 'welcome' }, laterMs);
  }

  begin(lang: Lang = 'zh-CN'): this {
    this.ask({ do: 'begin' });
    return this.ask({ do: 'language', lang });
  }

  /** As far as the review of a bill. */
  found(of: Bill = bill): this {
    this.ask({ do: 'task', task: 'pay-bill' });
    this.ask({ do: 'find-bill', number: of.number });
    return this.step({ fact: 'bill.found', command: this.pending(), bill: of });
  }

  /** The basket of `order`. */
  filledBasket(): this {
    this.ask({ do: 'task', task: 'buy' });
    for (const item of order.goods?.items ?? []) this.ask({ do: 'basket', ...item });
    return this;
  }

  /** As far as the review of it. */
  ordered(): this {
    this.filledBasket().ask({ do: 'order' });
    return this.step({ fact: 'bill.found', command: this.pending(), bill: order });
  }

  /** Paid with one note, to the last unit. */
  goodsPaid(): this {
    this.ordered().ask({ do: 'confirm-bill' });
    this.step({ fact: 'bill.found', command: this.pending(), bill: order });
    this.ask({ do: 'method', method: 'cash' });
    if (this.kiosk.session?.stage.at === 'promise') this.ask({ do: 'agree' });
    return this.note(5_000);
  }

  /** The payment is booked, under this number. */
  booked(reference = '007'): this {
    const command = Object.keys(this.kiosk.posts)[0];
    if (command === undefined) throw new Error('nothing is being booked');
    return this.step({ fact: 'bill.posted', command, reference });
  }

  /** As far as the choice of a method. */
  confirmed(of: Bill = bill): this {
    this.found(of).ask({ do: 'confirm-bill' });
    return this.step({ fact: 'bill.found', command: this.pending(), bill: of });
  }

  /** As far as the open slot. */
  payingCash(of: Bill = bill): this {
    this.confirmed(of).ask({ do: 'method', method: 'cash' });
    return this.kiosk.session?.stage.at === 'promise' ? this.ask({ do: 'agree' }) : this;
  }

  escrow(minor: number): this {
    this.step({ fact: 'note.accepting', device: 'acceptor' });
    const deadlineMs = this.monoMs + 5_000;
    return this.step({
      fact: 'note.escrowed',
      device: 'acceptor',
      currency: 'CNY',
      minor,
      seenMs: this.monoMs,
      deadlineMs,
    });
  }

  note(minor: number): this {
    this.escrow(minor);
    const command = this.commandOf('note.stack');
    const key = `stacked ${command}`;
    return this.step({ fact: 'note.stacked', device: 'acceptor', command, key, currency: 'CNY', minor });
  }

  printed(): this {
    const command = Object.keys(this.kiosk.prints)[0];
    if (command === undefined) throw new Error('nothing is being printed');
    return this.step({ fact: 'print.done', device: 'printer', command });
  }

  refusedPrint(): this {
    const command = Object.keys(this.kiosk.prints)[0];
    if (command === undefined) throw new Error('nothing is being printed');
    return this.step({ fact: 'print.refused', device: 'printer', command, reason: 'out of paper' });
  }

  /** The terminal and the wallets of `withCharges` are well. */
  reached(): this {
    for (const device of ['terminal', 'alipay', 'wechat']) this.step({ fact: 'device.ready', device });
    return this;
  }

  /** As far as a card terminal or a wallet was asked. */
  charging(method: ChargeMethod): this {
    return this.ask({ do: 'method', method });
  }

  /** The last request for money without an end. */
  charge(): Charge {
    const charge = Object.values(this.kiosk.charges).at(-1);
    if (charge === undefined) throw new Error('nothing was asked for');
    return charge;
  }

  prompted(...prompts: readonly ChargePrompt[]): this {
    for (const prompt of prompts) {
      const { device, command } = this.charge();
      this.step({ fact: 'charge.prompt', device, command, prompt });
    }
    return this;
  }

  coded(code: string, seconds: number): this {
    const { device, command } = this.charge();
    return this.step({ fact: 'charge.code', device, command, code, untilMs: this.monoMs + 100 + seconds * 1_000 });
  }

  /** The bank or the wallet says yes; a terminal holds it. */
  approved(minor?: number, charge: Charge = this.charge(), currency = charge.currency): this {
    const { device, command, method } = charge;
    const held = method === 'card';
    const reference: ChargeReference = held
      ? { receipt: '0042', trace: '001234', terminal: '65000021' }
      : { transaction: '4200001234202603311234567890' };
    const key = `approved ${command}`;
    const card = held ? cardShown : null;
    return this.step({
      fact: 'charge.approved',
      device,
      command,
      key,
      currency,
      minor: minor ?? charge.minor,
      held,
      card,
      reference,
      counters: {},
    });
  }

  /** Taken for good, as ordered. */
  confirmedCharge({ device, command }: Charge = this.charge()): this {
    return this.step({ fact: 'charge.confirmed', device, command, key: `confirmed ${command}`, counters: {} });
  }

  declined(reason: DeclineReason, watched: number | null = null): this {
    const { device, command } = this.charge();
    return this.step({
      fact: 'charge.declined',
      device,
      command,
      key: `declined ${command}`,
      reason,
      code: '05',
      watched,
    });
  }

  /** Given back, as ordered. */
  reversed(): this {
    const { device, command } = this.charge();
    const key = `reversed ${command}`;
    return this.step({ fact: 'charge.reversed', device, command, key, by: 'kiosk', counters: {} });
  }

  /** The payment is confirmed by the biller, its visit ends, and in the next one the receipt is wanted back. */
  wantedBack(lang: Lang = 'zh-CN'): this {
    for (const command of Object.keys(this.kiosk.posts)) this.step({ fact: 'bill.posted', command, reference: 'B1' });
    this.over().begin(lang).ask({ do: 'task', task: 'receipt' });
    const record = this.refundRecord();
    return this.step({ fact: 'refund.wanted', number: record.paid.receipt, record });
  }

  /** What was paid last, as the journal has it. */
  refundRecord(): RefundRecord {
    const paid = this.recorded.findLast((entry) => entry.kind === 'sale.paid');
    if (paid === undefined) throw new Error('nothing was paid');
    const looked = this.recorded.map((body) => ({ at: '', body }));
    const under = (key: string) => looked.filter(({ body }) => indexKeys(body).includes(key));
    return refundRecord(paid, under(`sale:${paid.sale}`), under(`bill:${paid.bill.number}`));
  }

  /** Whoever stands there has left. */
  over(): this {
    for (let n = 0; this.kiosk.session !== null && n < 20; n++) this.waits(200_000);
    return this;
  }

  /** The biller takes the booking back. */
  billReversed(): this {
    const reverse = Object.values(this.kiosk.refunds).find((one) => one.reverse !== null)?.reverse;
    if (reverse == null) throw new Error('nothing is asked of the biller');
    return this.step({ fact: 'bill.reversed', command: reverse.command });
  }

  /** An office answers, and waits for this code. */
  asksOffice(code = '7K3QM-9DX2V'): this {
    this.code = code;
    return this;
  }

  waits(laterMs: number): this {
    return this.step({ fact: 'time.reached' }, laterMs);
  }

  view(): View {
    return this.viewOf(this.kiosk);
  }

  viewOf(kiosk: Kiosk): View {
    return view(
      kiosk,
      {
        config: this.config,
        say: [],
        phoneReceipt: () => this.phoneReceipt,
        failed: false,
        closedSinceMs: null,
        code: this.code,
      },
      1,
    );
  }

  /** The look-up that is waiting for its answer. */
  pending(): string {
    const stage = this.kiosk.session?.stage;
    const command = lookUpAt(stage);
    if (command === null) throw new Error(`no look-up waits at ${stage?.at}`);
    return command;
  }

  private commandOf(kind: 'note.stack'): string {
    const order = this.entries.find((entry) => entry.kind === kind);
    if (order?.kind !== kind) throw new Error(`the last step ordered no ${kind}`);
    return order.command;
  }
}
