/** One person at the glass, who does what the screen asks: the same after a crash as before it. */
import type { AmountText, Intent, View } from '../../kiosk/server/wire.ts';

/** exact: notes that add up; change: one note too large; cancel: gives up after a note; leave: goes away after one. */
export type Plan = 'exact' | 'change' | 'cancel' | 'leave';

/** What a person does at a View: an intent, a note of so many minor units, or nothing yet. */
export type Deed = { readonly do: 'ask'; readonly intent: Intent } | { readonly do: 'insert'; readonly minor: number };

const purse = [5_000, 2_000, 1_000, 500, 100] as const;
const largeNote = 2_000;

export class Customer {
  readonly plan: Plan;
  private readonly bill: string;
  private readonly patient: boolean;
  private here = false;
  private paper = false;

  /** A patient one waits at a case for what may still come out. */
  constructor(plan: Plan, bill: string, patient: boolean) {
    this.plan = plan;
    this.bill = bill;
    this.patient = patient;
  }

  /** This person began a visit, whatever became of it. */
  get begun(): boolean {
    return this.here;
  }

  /** Whoever was here, nobody begins anew. */
  onlyFinish(): void {
    this.here = true;
  }

  /** `inside`: notes that this person saw go in and stay. */
  at(view: View, inside: number): Deed | null {
    const { body } = view;
    if (body.screen === 'attract') return this.here ? null : ask({ do: 'begin' });
    if (body.screen !== 'partly-available' && body.screen !== 'out-of-service') this.here = true;
    switch (body.screen) {
      case 'welcome':
        return ask({ do: 'task', task: 'pay-bill' });
      case 'find-bill':
        return body.busy === null ? ask({ do: 'find-bill', number: this.bill }) : null;
      case 'review':
        return ask({ do: 'confirm-bill' });
      case 'choose':
        return ask({ do: 'method', method: 'cash' });
      case 'promise':
        return ask({ do: 'agree' });
      case 'voucher':
        return ask({ do: 'back' });
      case 'pay-cash':
        return this.pay(body, inside);
      case 'settled':
      case 'thanks':
        return ask({ do: 'finish' });
      case 'case':
        return this.patient && view.warning === null ? null : ask({ do: 'finish' });
      case 'documents':
        if (body.printing !== null) return null;
        if (this.paper) return ask({ do: 'document', choice: 'none' });
        this.paper = true;
        return ask({ do: 'document', choice: 'paper' });
      default:
        return null;
    }
  }

  private pay(body: Extract<View['body'], { screen: 'pay-cash' }>, inside: number): Deed | null {
    if (inside > 0 && this.plan === 'leave') return null;
    if (inside > 0 && this.plan === 'cancel') return ask({ do: 'cancel' });
    if (body.slot !== 'ready' && body.slot !== 'returning') return null;
    const rest = minorOf(body.toGo);
    const fitting = purse.find((minor) => minor <= rest) ?? purse.at(-1);
    return { do: 'insert', minor: this.plan === 'change' ? largeNote : (fitting as number) };
  }
}

function ask(intent: Intent): Deed {
  return { do: 'ask', intent };
}

/** An amount as it is set in type, in minor units of a currency with two decimals. */
function minorOf(amount: AmountText): number {
  const fraction = amount.fraction.replace(/\D/g, '').padEnd(2, '0');
  return Number(amount.whole.replace(/\D/g, '') + fraction);
}
