/**
 * The statements of a simulated gateway: its own bill of a day. Some list a payment of the day before once more, or one in this
 * kiosk's name that it never took; all of them have one of another kiosk.
 */
import type { StatementRow } from '../../kiosk/services/wallet/contract.ts';
import { beginsMs, daysAfter } from '../../kiosk/statements/day.ts';
import { seeded } from './random.ts';
import type { SimulatedGateway } from './wallet.ts';

/** How often a statement lists a payment of the day before once more, and one that nobody took. */
const againChance = 0.4;
const strangeChance = 0.3;

/** What a gateway hands out of a day, and what it handed out. */
export class StatementDesk {
  mood: 'well' | 'not-ready' | 'silent' = 'well';
  /** By the order that asked for it. */
  readonly sheets = new Map<string, readonly StatementRow[]>();
  private readonly gateway: SimulatedGateway;
  private readonly mark: string;

  constructor(gateway: SimulatedGateway, mark: string) {
    this.gateway = gateway;
    this.mark = mark;
  }

  /** Null: nothing is heard. The same day is told alike whenever it is asked for. */
  tell(command: string, day: string): readonly StatementRow[] | 'not-ready' | null {
    if (this.mood === 'silent') return null;
    const own = this.billed(day);
    if (this.mood === 'not-ready' || own.length === 0) return 'not-ready';
    const chance = seeded(own.reduce((sum, { minor }) => sum + minor, 0));
    const before = this.billed(daysAfter(day, -1)).find(({ kind }) => kind === 'paid');
    const rows = [
      ...own,
      ...(before !== undefined && chance.chance(againChance) ? [before] : []),
      ...(chance.chance(strangeChance) ? [this.strange(day, this.mark)] : []),
      this.strange(day, 'another kiosk'),
    ];
    this.sheets.set(command, rows);
    return rows;
  }

  private billed(day: string): readonly StatementRow[] {
    const bill = this.gateway.ledger.bill(day);
    if (bill.outcome !== 'bill') return [];
    return bill.rows.map(({ at, kind, order, refund, minor }) => ({
      number: order.number,
      refundNumber: refund === null || refund.id.startsWith('gateway-') ? null : refund.id,
      transaction: order.transaction,
      kind: kind === 'payment' ? 'paid' : 'refunded',
      currency: 'CNY',
      minor,
      atMs: Date.parse(at),
      mark: this.mark,
    }));
  }

  private strange(day: string, mark: string): StatementRow {
    const number = `${mark.length}-${day}`;
    const atMs = beginsMs(day) + 1_000;
    return { number, refundNumber: null, transaction: number, kind: 'paid', currency: 'CNY', minor: 700, atMs, mark };
  }
}
