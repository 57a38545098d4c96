/**
 * The truth of a wallet's gateway: its orders, what was paid and given back, and the payer's phone. It knows nothing of
 * HTTP and holds no timer: whatever time brings (expiry, a refund that arrives) is found when somebody looks, so that it
 * runs on virtual time as well.
 *
 * Where the two wallets differ, it does as the provider does: Alipay has no trade before a shown code was scanned, and
 * the same number is the same trade; WeChat Pay never takes a number twice, and revokes payments by payment code only.
 * Amounts are minor units of CNY, the one currency of both.
 */
import type { Clock } from '../../clock.ts';
import type { HandAction, HandResult } from '../../simulated.ts';
import { beijingDay, dayBeginsMs, dayMs } from './formats.ts';
import { type Mood, moodOf, normal } from './moods.ts';
import {
  type Bill,
  billRows,
  type Charged,
  type Closed,
  type NewOrder,
  type Order,
  type OrderRow,
  orderRow,
  type Refund,
  type Refunded,
  type RefundRow,
  type Refusal,
  refundedOf,
  refundRow,
  type Revoked,
  type Shown,
  type Way,
} from './orders.ts';
import { digits, Phone, type Provider, type ShownCode, temperOf } from './phone.ts';

export interface LedgerState {
  readonly provider: Provider;
  /** The kind of its mood. */
  readonly behaviour: Mood['kind'];
  readonly phone: {
    /** What it shows now, to hold to the scanner. */
    readonly code: ShownCode | null;
    /** Numbers that it asks its owner to confirm, oldest first. */
    readonly asking: readonly string[];
    readonly said: string | null;
  };
  /** All of it, oldest first. */
  readonly ledger: readonly OrderRow[];
  /** Captured minus refunded. */
  readonly keptMinor: number;
}

export interface LedgerOptions {
  readonly provider: Provider;
  readonly clock: Clock;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
  /** A payment was taken: the moment to notify. */
  readonly paid?: (order: OrderRow) => void;
  /** WeChat Pay refuses to revoke an order that is younger; milliseconds, default 15 000. */
  readonly revokeAfterMs?: number;
}

/** A gateway that never starts again must end somewhere; when this many orders are there it takes no more. */
export const ordersMaximum = 10_000;
/** Of one order, as WeChat Pay has it. */
const refundsMaximum = 50;
const revokeAfterMs = 15_000;
/** An order without an expiry: Alipay's shown code, its payment code, WeChat Pay's order. */
const codeLivesMs = 2 * 3_600_000;
const confirmWithinMs = 180_000;
const weekMs = 7 * dayMs;
/** Later than these only a refund helps. */
const revocableMs = { alipay: dayMs, wechat: weekMs };
/** After midnight in Beijing, when the bill of the day before is there. */
const billReadyMs = { alipay: 9 * 3_600_000, wechat: 10 * 3_600_000 };
const wechatBillDays = 92;

export class WalletLedger {
  readonly provider: Provider;
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly paid: (order: OrderRow) => void;
  private readonly revokeAfterMs: number;
  private readonly phone: Phone;
  private readonly orders = new Map<string, Order>();
  /** Which order a refund number is for. */
  private readonly refundIds = new Map<string, Order>();
  private current: Mood = normal;

  constructor(options: LedgerOptions) {
    this.provider = options.provider;
    this.clock = options.clock;
    this.random = options.random;
    this.paid = options.paid ?? (() => {});
    this.revokeAfterMs = options.revokeAfterMs ?? revokeAfterMs;
    this.phone = new Phone(options.provider, options.random);
  }

  get mood(): Mood {
    return this.current;
  }

  /** The gateway's own clock, Unix milliseconds. */
  nowMs(): number {
    return this.clock.wallMs() + (this.current.kind === 'clock' ? this.current.seconds * 1000 : 0);
  }

  /** Alipay's precreate, WeChat Pay's native: a code for the glass. The same order again gives the same code. */
  show(asked: NewOrder): Shown {
    const before = this.find(asked.number);
    if (before !== null) {
      if (before.state === 'paid') return { outcome: 'paid' };
      if (before.code === null || before.minor !== asked.minor || before.subject !== asked.subject)
        return { outcome: 'used' };
      return before.state === 'waiting' ? { outcome: 'shown', code: before.code } : { outcome: 'closed' };
    }
    const made = this.make(asked, 'shown-code');
    return typeof made === 'string' ? { outcome: made } : { outcome: 'shown', code: made.code ?? '' };
  }

  /** Takes money by the code that a phone showed. */
  payByCode(asked: NewOrder, code: string): Charged {
    const before = this.find(asked.number);
    if (before !== null) return this.chargedBefore(before, asked);
    const temper = this.phone.take(code, this.nowMs());
    if (temper === 'stale') return { outcome: 'stale-code' };
    if (temper === 'unknown') return { outcome: 'unknown-code' };
    const made = this.make(asked, 'payment-code');
    if (typeof made === 'string') return { outcome: made };
    this.present(made, temper);
    if (temper === 'poor' || temper === 'declines') {
      made.state = 'failed';
      return { outcome: 'declined', reason: temper, order: this.row(made) };
    }
    const order = this.row(made);
    return { outcome: order.state === 'paid' ? 'charged' : 'waiting', order };
  }

  /** What the gateway tells of this number; null: it knows of none. */
  query(number: string): OrderRow | null {
    const order = this.find(number);
    return order === null || !this.known(order) ? null : this.row(order);
  }

  /** The merchant's number of what the gateway calls so. */
  numberOf(transaction: string): string | null {
    return [...this.orders.values()].find((order) => order.transaction === transaction)?.number ?? null;
  }

  /** Ends an order that nobody has paid. */
  close(number: string): Closed {
    const order = this.find(number);
    if (order === null || !this.known(order)) return 'unknown';
    if (this.provider === 'wechat' && order.way === 'payment-code') return 'wrong-way';
    if (order.state === 'paid') return 'paid';
    if (order.state !== 'waiting') return 'already';
    if (this.current.kind === 'not-yet' || order.settling) return 'not-yet';
    if (this.current.kind === 'race') this.lands(order, this.current.leaves);
    else this.end(order, 'closed');
    return 'closed';
  }

  /** Undoes an order whose outcome is not known: given back when paid, closed when not. */
  revoke(number: string): Revoked {
    const order = this.find(number);
    if (order === null) return this.provider === 'alipay' ? 'nothing' : 'unknown';
    if (this.provider === 'wechat' && order.way === 'shown-code') return 'wrong-way';
    const ageMs = this.nowMs() - order.createdMs;
    const open = order.state === 'waiting';
    if (this.current.kind === 'not-yet' || order.settling) return 'not-yet';
    if (open && this.provider === 'wechat' && ageMs < this.revokeAfterMs) return 'not-yet';
    if (open && this.current.kind === 'race') {
      this.lands(order, this.current.leaves);
      return 'closed';
    }
    if (!this.known(order)) return 'nothing';
    if (open) this.end(order, 'revoked');
    if (order.paidMs === null) return 'closed';
    if (order.state === 'paid') {
      if (ageMs > revocableMs[this.provider] || order.finished) return 'too-late';
      this.giveBack(order);
      order.state = 'revoked';
    }
    return 'refunded';
  }

  /** Gives back of a payment. The same refund number again answers as the first time. */
  refund(asked: {
    readonly number: string;
    readonly id: string;
    readonly minor: number;
    /** What the merchant believes that the order was for; absent: it does not say. */
    readonly totalMinor?: number;
  }): Refunded {
    const order = this.find(asked.number);
    const owner = this.refundIds.get(this.refundKey(asked.number, asked.id));
    if (owner !== undefined) {
      const before = owner.refunds.find(({ id }) => id === asked.id);
      if (before === undefined || owner !== order || before.minor !== asked.minor) return { outcome: 'other' };
      return { outcome: 'refunded', again: true, refund: this.refundOf(before), order: this.row(owner) };
    }
    if (order === null || !this.known(order)) return { outcome: 'unknown' };
    if (order.paidMs === null) return { outcome: 'not-paid' };
    if (order.finished) return { outcome: 'finished' };
    if (asked.totalMinor !== undefined && asked.totalMinor !== order.minor) return { outcome: 'other-total' };
    if (order.refunds.length >= refundsMaximum) return { outcome: 'many' };
    if (asked.minor > order.minor - refundedOf(order)) return { outcome: 'over' };
    const refund = this.addRefund(order, asked.id, asked.minor);
    return { outcome: 'refunded', again: false, refund: this.refundOf(refund), order: this.row(order) };
  }

  /** A refund by its own number; `number`, the order's, is needed where refund numbers are the order's own (Alipay). */
  refundBy(id: string, number: string | null): { readonly order: OrderRow; readonly refund: RefundRow } | null {
    const order = this.refundIds.get(this.refundKey(number ?? '', id));
    const refund = order?.refunds.find((one) => one.id === id);
    if (order === undefined || refund === undefined) return null;
    return { order: this.row(order), refund: this.refundOf(refund) };
  }

  /** All that was paid and given back on a day of Beijing, by success time; there from the next morning on. */
  bill(day: string): Bill {
    const beginsMs = dayBeginsMs(day);
    if (beginsMs === null) return { outcome: 'no-day' };
    const nowMs = this.nowMs();
    const unready = this.current.kind === 'statement' && this.current.wrong === 'not-ready';
    if (unready || nowMs < beginsMs + dayMs + billReadyMs[this.provider]) return { outcome: 'not-yet' };
    if (this.provider === 'wechat' && nowMs > beginsMs + wechatBillDays * dayMs) return { outcome: 'too-old' };
    const within = (ms: number): boolean => beijingDay(ms) === day;
    const rows = [...this.orders.values()].flatMap((order) => billRows(order, this.row(order), within));
    if (rows.length === 0) return { outcome: 'empty' };
    return { outcome: 'bill', rows: rows.sort((a, b) => a.at.localeCompare(b.at)) };
  }

  state(): LedgerState {
    const ledger = [...this.orders.values()].map((order) => this.row(order));
    const asking = ledger.filter((order) => order.asking).map(({ number }) => number);
    return {
      provider: this.provider,
      behaviour: this.current.kind,
      phone: { code: this.phone.shown(this.nowMs()), asking, said: this.phone.said },
      ledger,
      keptMinor: ledger.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0),
    };
  }

  /**
   * Verbs of the phone: `show code`, with value `password`, `poor` or `declines` what its wallet will say; `pay code` with
   * text (what the glass shows, or the order's number) and the same values; `password`, value `wrong` for one that is
   * not, and `leave` (puts the phone away), both with text when it asks for several. Of the gateway: `misbehave` (see
   * `moodOf`), and `finish` with text: nothing of that order can be refunded any more.
   */
  act(hand: HandAction): HandResult {
    switch (hand.action) {
      case 'show code': {
        const temper = temperOf(hand.value);
        if (temper === null) return no('a code pays, or asks for a password, or is "poor", or "declines"');
        this.phone.show(temper, this.nowMs());
        return { ok: true };
      }
      case 'pay code':
        return this.scan(hand.text ?? '', hand.value);
      case 'password':
      case 'leave':
        return this.confirm(hand.action, hand.text, hand.value);
      case 'finish': {
        const order = this.find(hand.text ?? '');
        if (order?.state !== 'paid') return no(`no paid order has the number "${hand.text ?? ''}"`);
        order.finished = true;
        return { ok: true };
      }
      case 'misbehave': {
        const mood = moodOf(hand.value, hand.text);
        if (typeof mood === 'string') return no(mood);
        this.behave(mood);
        return { ok: true };
      }
      default:
        return no(`a wallet knows no "${hand.action}"`);
    }
  }

  /** Changes its mood. What waited for the bank is taken when the bank works again. */
  behave(mood: Mood): void {
    this.current = mood;
    if (mood.kind === 'paying') return;
    for (const order of this.orders.values()) if (order.settling) this.capture(order);
  }

  private scan(text: string, value: string | undefined): HandResult {
    const temper = temperOf(value);
    if (temper === null) return no('a phone pays, or asks for a password, or is "poor", or "declines"');
    const found = [...this.orders.values()].find(
      ({ code, number }) => text !== '' && (code === text || number === text),
    );
    if (found === undefined || found.code === null) return this.says('no code and no order like this is on the glass');
    const order = this.find(found.number) as Order;
    if (order.state === 'paid' || order.paidMs !== null) return this.says('this order is paid already');
    const late = this.current.kind === 'late-pay' && this.nowMs() < order.expiresMs;
    if (order.state !== 'waiting' && !late) return this.says('this code has expired');
    if (!order.scanned && order.payWithinMs !== null) {
      order.expiresMs = Math.min(order.expiresMs, this.nowMs() + order.payWithinMs);
    }
    order.scanned = true;
    this.present(order, temper);
    return { ok: true };
  }

  private confirm(verb: 'password' | 'leave', text: string | undefined, value: string | undefined): HandResult {
    const asking = [...this.orders.keys()].flatMap((number) => {
      const order = this.find(number);
      return order?.asking === true && (text === undefined || text === number) ? [order] : [];
    });
    const order = asking[0];
    if (order === undefined) return this.says('nothing is asked for here');
    if (asking.length > 1) return no('it asks for several: say which, by "text"');
    if (verb === 'leave') {
      order.asking = false;
      if (order.way === 'payment-code') order.state = 'failed';
      this.phone.said = 'cancelled';
      return { ok: true };
    }
    if (value === 'wrong') {
      this.phone.said = 'wrong password';
      return { ok: true };
    }
    if (value !== undefined) return no('a password is right, or "wrong"');
    order.asking = false;
    this.take(order);
    return { ok: true };
  }

  /** The payer's wallet is asked for this order's money. */
  private present(order: Order, temper: 'pays' | 'password' | 'poor' | 'declines'): void {
    if (temper === 'poor') this.phone.said = 'not enough money';
    else if (temper === 'declines') this.phone.said = 'this payment is not allowed';
    else if (temper === 'password' || this.current.kind === 'password') {
      order.asking = true;
      this.phone.said = `enter the password to pay ${order.number}`;
    } else this.take(order);
  }

  private take(order: Order): void {
    if (this.current.kind === 'paying') {
      order.settling = true;
      this.phone.said = 'paying';
    } else this.capture(order);
  }

  /** The only place where money is taken: once for an order, for ever. */
  private capture(order: Order): void {
    order.settling = false;
    order.asking = false;
    if (order.paidMs !== null) throw new Error(`order ${order.number} would be taken twice`);
    order.scanned = true;
    order.state = 'paid';
    order.paidMs = this.nowMs();
    this.phone.said = `paid ${order.number}`;
    this.paid(this.row(order));
  }

  private lands(order: Order, leaves: 'paid' | 'refunded'): void {
    this.capture(order);
    if (leaves === 'refunded') this.giveBack(order);
  }

  private giveBack(order: Order): void {
    const rest = order.minor - refundedOf(order);
    if (rest > 0) this.addRefund(order, `gateway-${digits(16, this.random)}`, rest);
  }

  private addRefund(order: Order, id: string, minor: number): Refund {
    const refund = { id, minor, transaction: this.transaction('50'), atMs: this.nowMs() };
    order.refunds.push(refund);
    this.refundIds.set(this.refundKey(order.number, id), order);
    return refund;
  }

  private end(order: Order, state: 'closed' | 'revoked'): void {
    order.state = state;
    order.asking = false;
  }

  private chargedBefore(before: Order, asked: NewOrder): Charged {
    if (before.state === 'paid') return { outcome: 'paid' };
    const same = before.way === 'payment-code' && before.minor === asked.minor;
    if (this.provider === 'wechat' || !same) return { outcome: 'used' };
    return before.state === 'waiting' ? { outcome: 'waiting', order: this.row(before) } : { outcome: 'closed' };
  }

  private make(asked: NewOrder, way: Way): Order | Refusal {
    const nowMs = this.nowMs();
    const ownMs = this.provider === 'wechat' ? weekMs : way === 'shown-code' ? codeLivesMs : confirmWithinMs;
    const expiresMs = asked.expiresMs ?? nowMs + ownMs;
    if (expiresMs <= nowMs) return 'expired';
    if (this.orders.size >= ordersMaximum) return 'full';
    const order: Order = {
      number: asked.number,
      way,
      minor: asked.minor,
      subject: asked.subject,
      transaction: this.transaction('42'),
      code: way === 'shown-code' ? this.glassCode() : null,
      createdMs: nowMs,
      payWithinMs: asked.payWithinMs,
      notifyUrl: asked.notifyUrl,
      mark: asked.mark ?? '',
      refunds: [],
      expiresMs,
      state: 'waiting',
      scanned: way === 'payment-code',
      asking: false,
      settling: false,
      finished: false,
      paidMs: null,
    };
    this.orders.set(order.number, order);
    return order;
  }

  private glassCode(): string {
    const letters = Array.from({ length: 17 }, () => Math.floor(this.random() * 36).toString(36)).join('');
    return this.provider === 'alipay'
      ? `https://qr.alipay.com/bax${letters}`
      : `weixin://wxpay/bizpayurl?pr=${letters}`;
  }

  private transaction(prefix: string): string {
    const day = beijingDay(this.nowMs()).replaceAll('-', '');
    return this.provider === 'alipay'
      ? `${day}22001${digits(15, this.random)}`
      : `${prefix}00${day}${digits(16, this.random)}`;
  }

  /** With what time has brought. An order that the owner has confirmed in time does not expire. */
  private find(number: string): Order | null {
    const order = this.orders.get(number);
    if (order === undefined) return null;
    if (order.state === 'waiting' && !order.settling && this.nowMs() >= order.expiresMs) this.end(order, 'closed');
    return order;
  }

  private known(order: Order): boolean {
    return this.provider === 'wechat' || order.scanned;
  }

  private refundKey(number: string, id: string): string {
    return this.provider === 'alipay' ? `${number}\n${id}` : id;
  }

  private says(words: string): HandResult {
    this.phone.said = words;
    return no(`the phone says: ${words}`);
  }

  private refundOf(refund: Refund): RefundRow {
    return refundRow(refund, this.provider, this.nowMs());
  }

  private row({ number }: Order): OrderRow {
    return orderRow(this.find(number) as Order, this.provider, this.nowMs());
  }
}

function no(reason: string): HandResult {
  return { ok: false, reason };
}
