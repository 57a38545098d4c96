/** One person at the glass, who does what the screen asks: the same after a crash as before it. */
import type { HandAction } from '../../hardware/simulated.ts';
import type { AmountText, ChargeMethod, Intent, View } from '../../kiosk/server/wire.ts';

/** exact: notes that add up; change: one note too large; cancel: gives up after a note; leave: goes away after one. */
export type Plan = 'exact' | 'change' | 'cancel' | 'leave';

/** How somebody pays who has no notes, or too few. */
export interface Way {
  readonly method: ChargeMethod;
  /** The phone's code is held to the scanner; else the phone scans the glass. */
  readonly scanned: boolean;
  /**
   * declined: the first card is; cancelled: the visit, before anything is paid; late: the visit, when the phone has just
   * paid; part-back: the bank gives less, and that is not wanted; part-left: it is, and then all of it is given up; refunded:
   * it is paid, and in a second visit given back.
   */
  readonly ends: 'pays' | 'refunded' | 'declined' | 'cancelled' | 'late' | 'part-back' | 'part-left';
  readonly noteFirst: boolean;
}

/** What a person sees beside the screen. */
export interface Seen {
  /** Notes that went in and stayed. */
  readonly inside: number;
  /** The card is in the terminal. */
  readonly card: boolean;
  /** The number of the last receipt; asked for where it is typed. */
  readonly receipt: () => string;
}

/**
 * What a person does at a View: an intent, a note of so many minor units, something with card or phone, or nothing yet.
 * scan: the phone shows its code and is held to the scanner; `value` is what its wallet then does.
 */
export type Deed =
  | { readonly do: 'ask'; readonly intent: Intent }
  | { readonly do: 'insert'; readonly minor: number }
  | { readonly do: 'terminal'; readonly action: HandAction }
  | { readonly do: 'phone'; readonly wallet: string; readonly action: HandAction }
  | { readonly do: 'scan'; readonly wallet: string; readonly value: 'pays' | 'password' };

const purse = [5_000, 2_000, 1_000, 500, 100] as const;
const largeNote = 2_000;
const partMinor = 1_000;

export class Customer {
  readonly plan: Plan;
  private readonly bill: string;
  private readonly patient: boolean;
  private here = false;
  private paper = false;
  private readonly way: Way | null;
  /** Cards that were put in. */
  private cards = 0;
  private agreed = false;
  private paidByPhone = false;
  /** Of who wants it back: paid, here again, or given back. */
  private back: 'paid' | 'again' | 'given' | null = null;

  /** A patient one waits at a case for what may still come out. `way` null: pays with notes. */
  constructor(plan: Plan, bill: string, patient: boolean, way: Way | null = null) {
    this.plan = plan;
    this.bill = bill;
    this.patient = patient;
    this.way = way;
  }

  /** This person began a visit, whatever became of it. */
  get begun(): boolean {
    return this.here;
  }

  /** Whoever was here, nobody begins anew. */
  onlyFinish(): void {
    this.here = true;
    this.back = 'given';
  }

  /** This person has something to do here yet, though no visit is under way. */
  get comesBack(): boolean {
    return this.way?.ends === 'refunded' && this.back !== 'given';
  }

  at(view: View, { inside, card, receipt }: Seen): Deed | null {
    const { body } = view;
    if (card && body.screen !== 'pay-charge' && body.screen !== 'part-approved') return removal;
    if (body.screen === 'attract') {
      if (this.back === 'paid') this.back = 'again';
      return this.here && this.back !== 'again' ? null : ask({ do: 'begin' });
    }
    if (body.screen !== 'partly-available' && body.screen !== 'out-of-service') this.here = true;
    switch (body.screen) {
      case 'welcome':
        return ask({ do: 'task', task: this.back === 'again' ? 'receipt' : 'pay-bill' });
      case 'find-receipt':
        return ask({ do: 'refund-receipt', number: receipt(), bill: this.bill });
      case 'refund':
        return this.wantsBack(view);
      case 'find-bill':
        return body.busy === null ? ask({ do: 'find-bill', number: this.bill }) : null;
      case 'review':
        return ask({ do: 'confirm-bill' });
      case 'choose':
        return this.choose(body, inside);
      case 'pay-charge':
        return this.way === null ? null : this.payCharge(body, this.way, card);
      case 'part-approved':
        this.agreed = this.way?.ends === 'part-left';
        return ask({ do: this.agreed ? 'agree' : 'other-way' });
      case 'promise':
        return ask({ do: 'agree' });
      case 'voucher':
        return ask({ do: 'back' });
      case 'pay-cash':
        return this.pay(body, inside);
      case 'settled':
      case 'thanks':
        if (this.back === null && this.comesBack) this.back = 'paid';
        return ask({ do: 'finish' });
      case 'case':
        return this.patient && view.warning === null ? null : ask({ do: 'finish' });
      case 'documents':
        if (body.printing !== null) return null;
        if (this.paper || this.comesBack) return ask({ do: 'document', choice: 'none' });
        this.paper = true;
        return ask({ do: 'document', choice: 'paper' });
      default:
        return null;
    }
  }

  /** The biller may have yet to confirm it; what is on its way is waited for. */
  private wantsBack({ body, actions }: View): Deed | null {
    const main = actions.find(({ place }) => place === 'main');
    if (main === undefined) return body.screen === 'refund' && body.back === null ? ask({ do: 'back' }) : null;
    if (main.intent.do === 'finish') this.back = 'given';
    return ask(main.intent);
  }

  private choose(body: Screen<'choose'>, inside: number): Deed | null {
    const { way } = this;
    if (way === null || (way.noteFirst && inside === 0)) return ask({ do: 'method', method: 'cash' });
    if (way.ends === 'part-left' && this.agreed) return ask({ do: 'cancel' });
    const { method, scanned, ends } = way;
    if (body.methods.find(({ icon }) => icon === method)?.off !== null) return null;
    if (scanned) return { do: 'scan', wallet: method, value: ends === 'cancelled' ? 'password' : 'pays' };
    return ask({ do: 'method', method });
  }

  private payCharge(body: Screen<'pay-charge'>, { method, ends }: Way, card: boolean): Deed | null {
    if (ends === 'cancelled' && /^(?:card|code|phone)$/.test(body.picture)) return ask({ do: 'cancel' });
    switch (body.picture) {
      case 'card':
        return card ? null : { do: 'terminal', action: this.nextCard(ends) };
      case 'remove':
        return card ? removal : null;
      case 'code':
        if (this.paidByPhone && ends === 'late') return ask({ do: 'cancel' });
        this.paidByPhone = true;
        return { do: 'phone', wallet: method, action: { action: 'pay code', text: body.code?.qr ?? '' } };
      case 'phone':
        return { do: 'phone', wallet: method, action: { action: 'password' } };
      default:
        return null;
    }
  }

  private nextCard(ends: Way['ends']): HandAction {
    this.cards += 1;
    const first = this.cards === 1;
    if (first && ends === 'declined') return { action: 'card', value: 'decline' };
    const part = first && (ends === 'part-back' || ends === 'part-left');
    return part ? { action: 'card', value: 'partial', minor: partMinor } : { action: 'card', value: 'approve' };
  }

  private pay(body: Screen<'pay-cash'>, inside: number): Deed | null {
    if (inside > 0 && this.way !== null) return ask({ do: 'other-way' });
    if (inside > 0 && this.plan === 'leave') return null;
    if (inside > 0 && this.plan === 'cancel') return ask({ do: 'cancel' });
    if (body.slot !== 'ready' && body.slot !== 'returning') return null;
    const rest = minorOf(body.toGo);
    const fitting = purse.find((minor) => minor <= rest) ?? purse.at(-1);
    return { do: 'insert', minor: this.plan === 'change' ? largeNote : (fitting as number) };
  }
}

type Screen<Name extends View['body']['screen']> = Extract<View['body'], { screen: Name }>;

const removal: Deed = { do: 'terminal', action: { action: 'card', value: 'remove' } };

function ask(intent: Intent): Deed {
  return { do: 'ask', intent };
}

/** An amount as it is set in type, in minor units of a currency with two decimals. */
function minorOf(amount: AmountText): number {
  const fraction = amount.fraction.replace(/\D/g, '').padEnd(2, '0');
  return Number(amount.whole.replace(/\D/g, '') + fraction);
}
