/**
 * An honest gateway in memory, once as Alipay behaves and once as WeChat Pay does, and a kiosk that folds what it records,
 * on one virtual clock with a network that loses, delays and repeats nothing twice. It keeps the truth about the money.
 */
import type { OpenCharge } from '../../../hardware/charge.ts';
import { type DeviceCommand, type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import type { GatewayAnswer } from '../../../kiosk/services/wallet/contract.ts';
import {
  createConversation,
  type WalletInput,
  type WalletRequest,
  type WalletState,
} from '../../../kiosk/services/wallet/conversation.ts';
import { numberOf } from '../../../kiosk/services/wallet/matter.ts';

export const timings = { codeShownMs: 120_000, undecidedMs: 120_000, attemptMs: 10_000 };

/** Seeded chance (mulberry32). */
export function chanceOf(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type Flavour = 'alipay' | 'wechat';
/** What a payment code comes to. */
export type Payer = 'pays' | 'password-then-pays' | 'password-for-ever' | 'stale' | 'poor';

interface Trade {
  readonly way: 'shown' | 'scanned';
  readonly minor: number;
  readonly expireAtMs: number;
  state: 'unscanned' | 'waiting' | 'paid' | 'closed';
  captured: number;
  returned: number;
  pays: number;
  readonly refunds: Map<string, { readonly minor: number; asked: number }>;
}

/** Only ever changed by a request that arrives, or by the hand of a payer. */
export class HonestGateway {
  readonly trades = new Map<string, Trade>();
  readonly flavour: Flavour;
  payer: Payer = 'pays';

  constructor(flavour: Flavour) {
    this.flavour = flavour;
  }

  /** The payer opens the code and confirms; false: it cannot be paid. */
  payShown(number: string, nowMs: number): boolean {
    const trade = this.trades.get(number);
    if (trade === undefined || nowMs > trade.expireAtMs) return false;
    if (trade.state !== 'unscanned' && trade.state !== 'waiting') return false;
    this.#capture(trade);
    return true;
  }

  /** Opens it only: at Alipay there is a trade from then on. */
  scanShown(number: string, nowMs: number): void {
    const trade = this.trades.get(number);
    if (trade?.state === 'unscanned' && nowMs <= trade.expireAtMs) trade.state = 'waiting';
  }

  /** The payer types the password. */
  confirm(number: string): boolean {
    const trade = this.trades.get(number);
    if (trade?.way !== 'scanned' || trade.state !== 'waiting') return false;
    this.#capture(trade);
    return true;
  }

  handle(request: WalletRequest, nowMs: number): GatewayAnswer {
    const trade = this.trades.get(request.number);
    if (trade?.state === 'waiting' && nowMs > trade.expireAtMs) trade.state = 'closed';
    switch (request.ask) {
      case 'create':
        if (trade === undefined) this.#add(request.number, 'shown', request.minor, request.expireAtMs);
        return { came: 'created', code: request.number };
      case 'pay':
        return this.#pay(request.number, request.minor, trade);
      case 'query':
        return this.#query(trade);
      case 'close':
        return this.#close(trade);
      case 'revoke':
        return this.#revoke(trade);
      case 'refund':
        return this.#refund(trade, request);
      case 'refund-query': {
        const refund = trade?.refunds.get(request.refundNumber);
        if (refund === undefined) return { came: 'not-exist' };
        return this.#refundState(refund);
      }
      default:
        return request satisfies never;
    }
  }

  #add(number: string, way: Trade['way'], minor: number, expireAtMs: number): Trade {
    const state = way === 'shown' && this.flavour === 'alipay' ? 'unscanned' : 'waiting';
    const trade: Trade = { way, minor, expireAtMs, state, captured: 0, returned: 0, pays: 0, refunds: new Map() };
    this.trades.set(number, trade);
    return trade;
  }

  #capture(trade: Trade): void {
    trade.state = 'paid';
    trade.captured += trade.minor;
  }

  #pay(number: string, minor: number, before: Trade | undefined): GatewayAnswer {
    if (before !== undefined) {
      before.pays += 1;
      return { came: 'refused', code: 'USED', forGood: true };
    }
    if (this.payer === 'stale') return { came: 'code-stale', code: 'STALE' };
    const trade = this.#add(number, 'scanned', minor, Number.POSITIVE_INFINITY);
    trade.pays = 1;
    if (this.payer === 'poor') {
      trade.state = 'closed';
      return { came: 'insufficient', code: 'POOR' };
    }
    if (this.payer !== 'pays') return { came: 'user-paying' };
    this.#capture(trade);
    return this.#query(trade);
  }

  #query(trade: Trade | undefined): GatewayAnswer {
    if (trade === undefined || trade.state === 'unscanned') return { came: 'not-exist' };
    if (trade.state === 'waiting') {
      return { came: trade.way === 'shown' && this.flavour === 'wechat' ? 'waiting' : 'user-paying' };
    }
    if (trade.state === 'closed') return { came: 'closed' };
    if (this.flavour === 'wechat' && trade.returned > 0) return { came: 'refunded' };
    if (trade.returned === trade.minor) return { came: 'closed' };
    return { came: 'paid', currency: 'CNY', minor: trade.minor, transaction: 'T', merchant: 'M' };
  }

  #close(trade: Trade | undefined): GatewayAnswer {
    if (trade === undefined || trade.state === 'unscanned') return { came: 'not-exist' };
    if (this.flavour === 'wechat' && trade.way === 'scanned') {
      return { came: 'refused', code: 'WRONG_KIND', forGood: false };
    }
    if (trade.state !== 'waiting') return { came: 'refused', code: 'STATE', forGood: false };
    trade.state = 'closed';
    return { came: 'closed' };
  }

  #revoke(trade: Trade | undefined): GatewayAnswer {
    if (trade === undefined || trade.state === 'unscanned') {
      return this.flavour === 'alipay' ? { came: 'revoked', gaveBack: null } : { came: 'not-exist' };
    }
    if (this.flavour === 'wechat' && trade.way === 'shown') {
      return { came: 'refused', code: 'WRONG_KIND', forGood: false };
    }
    const paid = trade.state === 'paid' && trade.returned < trade.minor;
    if (paid) trade.returned = trade.minor;
    if (trade.state === 'waiting') trade.state = 'closed';
    return { came: 'revoked', gaveBack: this.flavour === 'alipay' ? paid : null };
  }

  #refund(trade: Trade | undefined, request: Extract<WalletRequest, { ask: 'refund' }>): GatewayAnswer {
    if (trade === undefined || trade.state !== 'paid') return { came: 'not-exist' };
    const before = trade.refunds.get(request.refundNumber);
    if (before !== undefined) return this.#refundState(before);
    if (trade.returned === trade.minor) return { came: 'given-back', code: 'ALL' };
    if (trade.returned + request.minor > trade.minor || request.totalMinor !== trade.minor) {
      return { came: 'refused', code: 'TOO_MUCH', forGood: true };
    }
    trade.returned += request.minor;
    const refund = { minor: request.minor, asked: 0 };
    trade.refunds.set(request.refundNumber, refund);
    return this.#refundState(refund);
  }

  #refundState(refund: { asked: number }): GatewayAnswer {
    refund.asked += 1;
    if (this.flavour === 'wechat' && refund.asked < 3) return { came: 'refund-pending' };
    return { came: 'refund-made', reference: { order: 'R' } };
  }
}

/** What the kiosk's journal holds of one charge or refund. */
export interface Account {
  readonly id: string;
  readonly minor: number;
  readonly refundOf: string | null;
  wanted: OpenCharge['wanted'];
  approval: OpenCharge['approval'];
  watched: number | null;
  declined: boolean;
  unknown: boolean;
  end: DeviceFact['fact'] | null;
}

export interface Trouble {
  /** Chance that a request, or its answer, is lost; that the gateway has a system error. */
  readonly lost: number;
  readonly error: number;
}

type Untimed<Input> = Input extends WalletInput ? Omit<Input, 'nowMs' | 'wallMs'> : never;

/** One wallet between a kiosk and the gateway. `afterFact`: how the kiosk goes on when a fact is recorded. */
export class World {
  readonly gateway: HonestGateway;
  readonly accounts = new Map<string, Account>();
  /** Everything that was told, recorded or not. */
  readonly told: DeviceFact[] = [];
  readonly sent: WalletRequest[] = [];
  readonly chance: () => number;
  trouble: Trouble = { lost: 0, error: 0 };
  nowMs = 0;
  /** Asked of each request that leaves. `cut`: the line breaks at once, and it arrives all the same, much later. */
  fate: (request: WalletRequest) => 'cut' | 'usual' = () => 'usual';
  afterFact: (fact: DeviceFact, account: Account) => void = () => {};
  #events: { readonly atMs: number; readonly order: number; readonly fn: () => void }[] = [];
  #order = 0;
  #life = 0;
  #state: WalletState | null = null;
  readonly #conversation = createConversation({ device: 'wallet', currency: 'CNY', merchant: 'M', timings });

  constructor(gateway: HonestGateway, chance: () => number) {
    this.gateway = gateway;
    this.chance = chance;
    this.boot();
  }

  at(delayMs: number, fn: () => void): void {
    this.#events.push({ atMs: this.nowMs + Math.max(0, Math.ceil(delayMs)), order: this.#order++, fn });
  }

  run(untilMs: number): void {
    for (;;) {
      let first = this.#events[0];
      for (const event of this.#events) {
        const earlier = first === undefined || event.atMs < first.atMs;
        if (earlier || (event.atMs === first?.atMs && event.order < first.order)) first = event;
      }
      if (first === undefined || first.atMs > untilMs) break;
      this.#events = this.#events.filter((event) => event !== first);
      this.nowMs = Math.max(this.nowMs, first.atMs);
      first.fn();
    }
    this.nowMs = untilMs;
  }

  boot(): void {
    const open = [...this.accounts.values()].filter(({ end }) => end === null);
    const openCharges = open.map(
      ({ id, minor, refundOf, wanted, approval, watched }): OpenCharge => ({
        command: id,
        currency: 'CNY',
        minor,
        refundOf,
        starting: true,
        wanted,
        approval,
        watched,
      }),
    );
    this.#life += 1;
    this.#state = this.#conversation.start({ ...emptyMemory, openCharges });
    this.step({ type: 'opened' });
  }

  /** The process dies; what it sent may still arrive. */
  crash(): void {
    this.#life += 1;
    this.#state = null;
  }

  get running(): boolean {
    return this.#state !== null;
  }

  start(id: string, minor: number, handle?: string): void {
    this.accounts.set(id, {
      id,
      minor,
      refundOf: null,
      wanted: 'take',
      approval: null,
      watched: null,
      declined: false,
      unknown: false,
      end: null,
    });
    const code = handle === undefined ? {} : { code: handle };
    this.obey({
      id,
      device: 'wallet',
      command: 'charge.start',
      lang: 'en',
      currency: 'CNY',
      minor,
      subject: 'S',
      ...code,
    });
  }

  /** Journaled, then sent. */
  order(account: Account, wanted: 'cancel' | 'confirm' | 'reverse'): void {
    account.wanted = wanted;
    const { id, approval } = account;
    if (wanted === 'reverse' && approval !== null)
      this.obey({ id, device: 'wallet', command: 'charge.reverse', approval });
    if (wanted === 'cancel') this.obey({ id, device: 'wallet', command: 'charge.cancel' });
    if (wanted === 'confirm') this.obey({ id, device: 'wallet', command: 'charge.confirm' });
  }

  refund(id: string, of: Account, minor: number): void {
    const { approval } = of;
    if (approval === null) throw new Error('nothing to give back of');
    this.accounts.set(id, { ...of, id, minor, refundOf: of.id, wanted: 'refund', end: null, watched: null });
    this.obey({ id, device: 'wallet', command: 'charge.refund', charge: of.id, approval, currency: 'CNY', minor });
  }

  obey(command: DeviceCommand): void {
    this.step({ type: 'command', command });
  }

  step(input: Untimed<WalletInput>): void {
    if (this.#state === null) return;
    const life = this.#life;
    const timed = { ...input, nowMs: this.nowMs, wallMs: this.nowMs } as WalletInput;
    const { state, requests, facts, wakeAtMs } = this.#conversation.step(this.#state, timed);
    this.#state = state;
    for (const request of requests) this.#send(request);
    for (const fact of facts) {
      this.told.push(fact);
      this.at(this.chance() * 50, () => {
        if (life === this.#life) this.#record(fact);
      });
    }
    if (wakeAtMs !== null) {
      this.at(wakeAtMs - this.nowMs, () => {
        if (life === this.#life) this.step({ type: 'time' });
      });
    }
  }

  #send(request: WalletRequest): void {
    this.sent.push(request);
    const cut = this.fate(request) === 'cut';
    const life = this.#life;
    let open = true;
    const answer = (input: Untimed<WalletInput>) => {
      if (!open || life !== this.#life) return;
      open = false;
      this.step(input);
    };
    this.at(timings.attemptMs, () => answer({ type: 'failed', request: request.id, why: 'late' }));
    if (cut) this.at(30, () => answer({ type: 'failed', request: request.id, why: 'cut' }));
    else if (this.chance() < this.trouble.lost) return;
    const slow = cut || this.chance() < this.trouble.lost ? 9_000 : 400;
    this.at(20 + this.chance() * slow, () => {
      const broken: GatewayAnswer = { came: 'undecided', why: 'system-error', code: 'SYSTEM_ERROR' };
      // A system error says nothing: it may have been done all the same.
      const before = this.chance() < this.trouble.error;
      const done = before && this.chance() < 0.5 ? broken : this.gateway.handle(request, this.nowMs);
      if (this.chance() < this.trouble.lost) return;
      this.at(20 + this.chance() * 200, () =>
        answer({ type: 'answer', request: request.id, answer: before ? broken : done }),
      );
    });
  }

  #record(fact: DeviceFact): void {
    const account = 'command' in fact && fact.command !== null ? this.accounts.get(fact.command) : undefined;
    if (account === undefined) return;
    switch (fact.fact) {
      case 'charge.approved':
        account.approval ??= { currency: fact.currency, minor: fact.minor, reference: fact.reference };
        account.watched = null;
        break;
      case 'charge.declined':
        account.declined = true;
        account.watched = fact.watched;
        if (fact.watched === null) account.end = fact.fact;
        break;
      case 'charge.expired':
      case 'charge.confirmed':
      case 'charge.reversed':
      case 'charge.irreversible':
      case 'refund.made':
      case 'refund.refused':
        account.end = fact.fact;
        break;
      case 'charge.unknown':
        account.unknown = true;
        break;
      default:
    }
    if ('key' in fact) this.step({ type: 'recorded', key: fact.key });
    this.afterFact(fact, account);
  }

  trade(id: string): Trade | undefined {
    return this.gateway.trades.get(numberOf(id));
  }

  /** What is with the merchant for good: captured less given back. */
  kept(id: string): number {
    const trade = this.trade(id);
    return trade === undefined ? 0 : trade.captured - trade.returned;
  }

  facts(id: string): readonly string[] {
    return this.told
      .filter((fact) => 'command' in fact && fact.command === id && fact.fact !== 'charge.prompt')
      .map(({ fact }) => fact);
  }

  asks(id: string): readonly string[] {
    return this.sent.filter(({ number }) => number === numberOf(id)).map(({ ask }) => ask);
  }
}
