/** A biller at the other end of the network: bills, a ledger by payment id, and ways to go wrong. */
import type { Bill, BillerCommand, BillerFact, BillPost, BillReverse } from '../../kiosk/services/biller/contract.ts';
import type { Random } from './random.ts';

/** `some`: refuses about every other post, and stays with it. */
export type BillerMood = 'well' | 'down' | 'nonsense' | 'changes' | 'forgets' | 'refuses' | 'some';

interface Known {
  bill: Bill;
  paidBy: string | null;
}

export class SimulatedBiller {
  private readonly random: Random;
  private readonly bills = new Map<string, Known>();
  private count = 0;
  mood: BillerMood = 'well';
  /** What it is again when something else that ailed it is over. */
  usual: 'well' | 'some' = 'well';
  /** Payment id → bill number, as booked. */
  readonly ledger = new Map<string, { readonly number: string; readonly minor: number }>();
  readonly refused = new Set<string>();
  /** Payments whose booking was taken back, and by which id; and ids under which it was not. */
  readonly reversed = new Map<string, string>();
  readonly notReversed = new Set<string>();

  constructor(random: Random) {
    this.random = random;
  }

  /** A new bill of this amount; answers its number. */
  issue(minor: number): string {
    this.count += 1;
    const number = String(1000 + this.count);
    const name = { 'zh-CN': '门诊费', en: 'Clinic fee' };
    const payee = { 'zh-CN': '东湖社区医院', en: 'East Lake Clinic' };
    const lines = [{ name, quantity: 1, minor }];
    const bill: Bill = { number, title: name, payee, payer: '张*', lines, currency: 'CNY', minor };
    this.bills.set(number, { bill, paidBy: null });
    return number;
  }

  /** The answer, or null when it is lost or does not come in time. A post is booked before its answer is lost. */
  answer(command: BillerCommand): BillerFact | null {
    if (command.command === 'bill.post') return this.post(command);
    if (command.command === 'bill.reverse') return this.reverse(command);
    if (command.command === 'order.place') return { fact: 'bill.not-found', command: command.id };
    const { id } = command;
    if (this.mood === 'down') return { fact: 'bill.unavailable', command: id, reason: 'down' };
    if (this.mood === 'nonsense') return { fact: 'bill.unavailable', command: id, reason: 'nonsense' };
    const known = this.bills.get(command.number);
    if (known === undefined) return { fact: 'bill.not-found', command: id };
    if (known.paidBy !== null) return { fact: 'bill.already-paid', command: id, paidOn: '2026-03-31T00:00:00.000Z' };
    if (this.mood === 'changes' && command.command === 'bill.recheck') {
      this.mood = this.usual;
      known.bill = this.changed(known.bill);
    }
    return { fact: 'bill.found', command: id, bill: known.bill };
  }

  /** Somebody corrected it: the sum, or who gets it, whose it is and what for. */
  private changed(bill: Bill): Bill {
    switch (this.random.integer(0, 4)) {
      case 0:
        return { ...bill, payer: '李*' };
      case 1:
        return { ...bill, payee: { ...bill.payee, en: 'West Lake Clinic' } };
      case 2:
        return { ...bill, lines: bill.lines.map((line) => ({ ...line, quantity: line.quantity + 1 })) };
      default: {
        const minor = bill.minor + this.random.integer(1, 900);
        return { ...bill, minor, lines: bill.lines.map((line) => ({ ...line, minor })) };
      }
    }
  }

  private refuses(): boolean {
    return this.mood === 'refuses' || (this.mood === 'some' && this.random.chance(0.4));
  }

  private post(command: BillPost): BillerFact | null {
    const { id, number, minor } = command;
    if (this.mood === 'down') return null;
    const known = this.bills.get(number);
    const booked = this.ledger.has(id);
    if (!booked && (this.refused.has(id) || this.refuses() || known?.paidBy !== null)) {
      this.refused.add(id);
      return { fact: 'bill.refused', command: id, reason: 'paid-elsewhere' };
    }
    if (!booked && known !== undefined) {
      known.paidBy = id;
      this.ledger.set(id, { number, minor });
    }
    return this.mood === 'forgets' ? null : { fact: 'bill.posted', command: id, reference: `REF-${number}` };
  }

  private reverse({ id, number, post, minor }: BillReverse): BillerFact | null {
    if (this.mood === 'down') return null;
    const booked = this.ledger.get(post);
    const before = this.reversed.get(post);
    const fits = booked?.number === number && booked.minor === minor && (before === undefined || before === id);
    if (before !== id && (this.notReversed.has(id) || this.refuses() || !fits)) {
      this.notReversed.add(id);
      return { fact: 'bill.reverse-refused', command: id, reason: 'too-late' };
    }
    if (before === undefined) {
      this.reversed.set(post, id);
      const known = this.bills.get(number);
      if (known?.paidBy === post) known.paidBy = null;
    }
    return this.mood === 'forgets' ? null : { fact: 'bill.reversed', command: id };
  }
}
