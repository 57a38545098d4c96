/** People at the glass: they read the screen, take their time, change their minds, and sometimes just leave. */
import type { ChargePrompt } from '../../hardware/charge.ts';
import type { Session } from '../../kiosk/session/session.ts';
import { type Bill, type OrderItem, partsOf } from '../../kiosk/services/biller/contract.ts';
import type { Stage } from '../../kiosk/session/stage.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export type Plan =
  | 'pay'
  | 'cancel'
  | 'leave'
  | 'switch'
  | 'voucher'
  | 'wander'
  | 'cheat'
  | 'partial'
  | 'card'
  | 'show-and-cancel';

/** Typed in, or of another kiosk and held to the scanner. */
export type Slip =
  | { readonly serial: string; readonly code: string }
  | { readonly serial: string; readonly qr: string };

const cards = ['approve', 'approve', 'approve', 'pin', 'pin', 'decline', 'insufficient', 'unreadable', 'expired'];
const tempers = [undefined, undefined, undefined, 'password', 'poor', 'declines'];
const coins = [10, 50, 100];
const notes = [100, 500, 1_000, 2_000, 5_000, 10_000];
/** A person who gets nowhere gives up after this long, milliseconds. */
const patienceMs = 100_000;

export class Customer {
  done = false;
  readonly plan: Plan;
  private readonly world: World;
  private readonly random: Random;
  /** The numbers of what is to be paid, together where there are several. */
  private readonly bills: readonly string[];
  /** Of several: what is not paid with the others after all. */
  private readonly leftOut = new Set<string>();
  private readonly slip: Slip | null;
  private readonly wantsBack: boolean;
  /** What was paid, once it is: wanted back then. */
  private receipt: { readonly number: string; readonly bill: string } | null = null;
  /** Here for the second time, with the receipt. */
  private isBack = false;
  /** Goods that are wanted instead of the bill; null: none are. */
  private readonly basket: readonly OrderItem[] | null;
  private tries = 0;
  private inserted = 0;
  private begun = false;
  private sinceMs: number;

  constructor(parts: {
    world: World;
    random: Random;
    plan: Plan;
    bills: readonly string[];
    slip: Slip | null;
    wantsBack: boolean;
    basket: readonly OrderItem[] | null;
  }) {
    this.world = parts.world;
    this.random = parts.random;
    this.plan = parts.plan;
    this.bills = parts.bills;
    this.slip = parts.slip;
    this.wantsBack = parts.wantsBack;
    this.basket = parts.basket;
    this.sinceMs = parts.world.clock.monoMs();
  }

  arrive(): void {
    const wanted = this.basket === null ? `bill ${this.bills.join(' and ')}` : 'goods';
    this.world.tell(`a customer comes to ${this.plan} ${wanted}`);
    this.next();
  }

  private next(): void {
    this.world.clock.after(this.random.integer(250, 1_600), () => {
      if (this.done) return;
      this.step();
      if (!this.done) this.next();
    });
  }

  private leave(): void {
    this.done = true;
    this.world.tell('the customer leaves');
  }

  private leaveOrComeBack(): void {
    if (!this.wantsBack || this.receipt === null || this.isBack) {
      this.leave();
      return;
    }
    this.world.tell('the customer comes back with the receipt');
    this.isBack = true;
    this.begun = false;
    this.tries = 0;
    this.sinceMs = this.world.clock.monoMs();
  }

  private step(): void {
    const { world } = this;
    if (world.clock.monoMs() - this.sinceMs > patienceMs) {
      this.leave();
      return;
    }
    this.takeWhatComesBack();
    const kiosk = world.kiosk;
    if (kiosk === null) return;
    if (kiosk.session === null) {
      if (this.begun) this.leaveOrComeBack();
      else if (this.tries++ > 25) this.leave();
      else world.ask({ do: 'begin' });
      return;
    }
    if (!this.begun) {
      this.begun = true;
      this.tries = 0;
    }
    if (this.random.chance(0.03)) world.ask({ do: 'language', lang: this.random.chance(0.5) ? 'en' : 'zh-CN' });
    this.act(kiosk.session);
    if (this.random.chance(0.05)) this.act(kiosk.session);
  }

  private takeWhatComesBack(): void {
    const { world } = this;
    // Few take what hangs there before they have begun: it is somebody else's.
    const takes = !world.handsOff && (this.begun || this.random.chance(0.05));
    const [own, change] = [world.cashIn('acceptor', 'slot'), world.cashIn('acceptor', 'bezel')];
    if (change > 0 ? takes : own > 0) world.act('acceptor', { action: 'take' });
    if (this.random.chance(0.1)) this.world.machines.yuan?.act({ action: 'take' });
    if (this.random.chance(0.1)) this.world.machines.printer?.act({ action: 'take' });
    const paysByCard =
      world.kiosk?.session?.stage.at === 'pay-charge' || world.kiosk?.session?.stage.at === 'part-approved';
    if (!world.handsOff && !paysByCard) world.machines.terminal?.act({ action: 'card', value: 'remove' });
  }

  private act(session: Session): void {
    const { world, random } = this;
    const { stage } = session;
    switch (stage.at) {
      case 'welcome':
        world.ask({ do: 'task', task: this.isBack ? 'receipt' : this.basket === null ? 'pay-bill' : 'buy' });
        return;
      case 'find-receipt':
        if (this.receipt === null || this.tries++ > 8) world.ask({ do: 'cancel' });
        else world.ask({ do: 'refund-receipt', ...this.receipt });
        return;
      case 'refund':
        this.refund(stage);
        return;
      case 'shop':
        this.shop(stage);
        return;
      case 'find-bill':
        if (stage.lookup !== null) return;
        this.find(stage);
        return;
      case 'review':
        if (stage.recheck === null) this.review(stage);
        return;
      case 'choose':
        this.choose(session);
        return;
      case 'promise':
        world.ask(random.chance(0.9) ? { do: 'agree' } : { do: 'other-way' });
        return;
      case 'voucher':
        if (stage.asking !== undefined && random.chance(0.7)) return;
        if (this.slip === null || this.tries++ > 4) world.ask({ do: 'back' });
        else this.present(this.slip);
        return;
      case 'pay-cash':
        this.payCash();
        return;
      case 'pay-charge':
        this.payCharge(stage.command);
        return;
      case 'part-approved':
        world.ask(random.chance(0.7) ? { do: 'agree' } : { do: random.chance(0.5) ? 'other-way' : 'cancel' });
        return;
      case 'case':
      case 'returned':
      case 'settled':
        this.keepReceipt(session);
        if (random.chance(0.6)) world.ask({ do: 'finish' });
        return;
      case 'documents':
        if (stage.out) world.ask({ do: 'finish' });
        else if (stage.print === null)
          world.ask({ do: 'document', choice: random.pick(['paper', 'phone', 'none', 'none']) });
        return;
      case 'thanks':
        if (this.wantsBack && this.receipt !== null && !this.isBack) world.ask({ do: 'finish' });
        else this.leave();
        return;
      default:
        return;
    }
  }

  private keepReceipt({ sale }: Session): void {
    if (sale?.receipt != null) this.receipt = { number: sale.receipt, bill: sale.bill.number };
  }

  private refund({ plan, step }: Extract<Stage, { at: 'refund' }>): void {
    const { world, random } = this;
    if (plan === null) world.ask(this.tries++ > 5 ? { do: 'cancel' } : { do: 'back' });
    else if (step === 'shown') world.ask(random.chance(0.9) ? { do: 'agree' } : { do: 'back' });
    else if (step === 'waiting') {
      if (random.chance(0.5))
        world.book({ fact: 'refund.judged', sale: plan.sale, approve: random.chance(0.85), by: 'attendant' });
    } else if (step === 'asked') {
      if (random.chance(0.1)) this.leave();
    } else if (random.chance(0.5)) world.ask({ do: 'finish' });
  }

  private find({ beside, problem }: Extract<Stage, { at: 'find-bill' }>): void {
    const { world, random } = this;
    const next = this.missing(beside)[0] ?? this.bills[0] ?? '';
    if (beside !== undefined && problem !== null && random.chance(0.5)) {
      this.leftOut.add(next);
      world.ask({ do: 'back' });
    } else if (this.tries++ > 2 + this.bills.length) world.ask({ do: 'cancel' });
    else world.ask({ do: 'find-bill', number: next });
  }

  /** What of it does not stand there yet. */
  private missing(shown: Bill | undefined): readonly string[] {
    const there = shown === undefined ? [] : partsOf(shown).map(({ number }) => number);
    return this.bills.filter((number) => !there.includes(number) && !this.leftOut.has(number));
  }

  private review({ bill }: Extract<Stage, { at: 'review' }>): void {
    const { world, random } = this;
    const [first] = bill.parts ?? [];
    if (first !== undefined && random.chance(0.05)) {
      this.leftOut.add(first.number);
      world.ask({ do: 'drop-bill', number: first.number });
    } else if (this.basket === null && this.missing(bill).length > 0) world.ask({ do: 'another-bill' });
    else world.ask({ do: 'confirm-bill' });
  }

  private shop({ basket, order }: Extract<Session['stage'], { at: 'shop' }>): void {
    const { world } = this;
    if (order !== null) return;
    const next = this.basket?.find(({ product }) => !basket.some((one) => one.product === product));
    if (next !== undefined) world.ask({ do: 'basket', ...next });
    else if (this.tries++ > 12) world.ask({ do: 'cancel' });
    else world.ask({ do: 'order' });
  }

  private choose(session: Session): void {
    const { world } = this;
    if (this.plan === 'voucher' && this.slip !== null && session.sale?.vouchers.length === 0 && this.tries < 5) {
      if ('qr' in this.slip) {
        this.tries += 1;
        this.present(this.slip);
      } else world.ask({ do: 'method', method: 'voucher' });
    } else if (this.plan === 'cancel' && this.random.chance(0.3)) {
      world.ask({ do: 'cancel' });
    } else if (this.plan === 'partial' && (session.sale?.charges.length ?? 0) > 0 && this.random.chance(0.4)) {
      world.ask({ do: 'cancel' });
    } else if (this.tries++ > 12) {
      world.ask({ do: 'cancel' });
    } else {
      this.chooseWay();
    }
  }

  private present(slip: Slip): void {
    if ('qr' in slip) this.world.scan(slip.qr);
    else this.world.ask({ do: 'voucher', ...slip });
  }

  private chooseWay(): void {
    const { world, random } = this;
    const ways = world.chargeMethods;
    if (this.plan === 'card') {
      world.ask({ do: 'method', method: 'card' });
      return;
    }
    if (this.plan === 'show-and-cancel') {
      world.showsCode(random.pick(ways.filter((method) => method !== 'card')), 'password');
      return;
    }
    if (ways.length === 0 || random.chance(0.25)) {
      world.ask({ do: 'method', method: 'cash' });
      return;
    }
    const method = random.pick(ways);
    if (method !== 'card' && random.chance(0.4)) world.showsCode(method, random.pick(tempers));
    else world.ask({ do: 'method', method });
  }

  /** At the terminal, or with the phone. */
  private payCharge(command: string): void {
    const { world, random } = this;
    const charge = world.kiosk?.charges[command];
    if (charge === undefined || world.handsOff) return;
    if (this.plan === 'leave' && random.chance(0.1)) {
      this.leave();
      return;
    }
    if ((this.plan === 'cancel' || this.plan === 'show-and-cancel') && random.chance(0.3)) {
      world.ask({ do: 'cancel' });
      return;
    }
    if (this.plan === 'switch' && random.chance(0.3)) {
      world.ask({ do: 'other-way' });
      return;
    }
    if (this.plan === 'wander' && random.chance(0.5)) return;
    if (charge.method === 'card') this.atTerminal(charge.prompt, charge.minor);
    else world.paysByPhone(charge.method, charge.code?.text ?? null, random.pick(tempers));
  }

  private atTerminal(prompt: ChargePrompt | null, minor: number): void {
    const { world, random } = this;
    if (prompt === 'insert-card') {
      const wantsPart = minor > 1 && (this.plan === 'partial' || random.chance(0.05));
      if (wantsPart) world.act('terminal', { action: 'card', value: 'partial', minor: random.integer(1, minor - 1) });
      else world.act('terminal', { action: 'card', value: random.pick(cards) });
    } else if (prompt === 'pin' || prompt === 'wrong-pin') {
      world.act('terminal', { action: 'pin', text: random.chance(0.9) ? '1234' : '4321' });
    } else if (prompt === 'remove-card' || (prompt === 'bank' && random.chance(0.03))) {
      world.act('terminal', { action: 'card', value: 'remove' });
    }
  }

  private payCash(): void {
    const { world, random } = this;
    if (this.inserted > 0) {
      if (this.plan === 'cancel' && random.chance(0.4)) {
        world.ask({ do: 'cancel' });
        return;
      }
      if (this.plan === 'leave' && random.chance(0.6)) {
        this.leave();
        return;
      }
      if (this.plan === 'switch' && random.chance(0.25)) {
        world.ask({ do: 'other-way' });
        return;
      }
    }
    if (this.plan === 'wander' && random.chance(0.5)) return;
    if (this.tries++ > 40) {
      world.ask({ do: 'cancel' });
      return;
    }
    if (world.machines.coins !== undefined && random.chance(0.35)) {
      if (world.act('coins', { action: 'insert coin', minor: random.pick(coins) }).ok) this.inserted += 1;
      return;
    }
    const minor = random.pick(notes);
    const roll = random.next();
    const condition =
      roll < 0.05 ? 'torn' : roll < 0.08 ? 'unreadable' : roll < (this.plan === 'cheat' ? 0.5 : 0.1) ? 'strung' : null;
    const result = world.act('acceptor', { action: 'insert', minor, ...(condition === null ? {} : { condition }) });
    if (result.ok) this.inserted += 1;
  }
}
