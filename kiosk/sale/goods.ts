/**
 * Goods that are paid: whoever bought them gets the number under which they are handed over, on the glass and on paper, or a
 * case stands for it.
 */
import { type Case, isOpen } from '../case.ts';
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Post } from '../open-orders.ts';
import type { Session } from '../session/session.ts';
import { orderUnansweredMs, postUnansweredMs } from '../rules.ts';
import { isOrder } from '../services/goods/contract.ts';
import { caseAbout, openCase, put, type Turn } from '../turn.ts';
import type { Sale } from './sale.ts';

/** The payment of these goods is being booked, and its number comes in a moment; nobody has been told to ask for it yet. */
export function numberComes(kiosk: Kiosk, { id, bill }: Sale): boolean {
  return bill.goods !== undefined && postOf(kiosk, id) !== null && caseForNumber(kiosk, id) === null;
}

/** The case that stands for the number of these goods, as long as their payment is not answered; null: none does. */
export function caseForNumber(kiosk: Kiosk, sale: string): string | null {
  const post = postOf(kiosk, sale);
  return post === null ? null : caseAbout(kiosk, post.command);
}

/** The payment of goods that is being booked: an order is never paid together with others. */
function postOf({ posts }: Kiosk, sale: string): Post | null {
  return Object.values(posts).find((post) => post.sale === sale) ?? null;
}

/** When a payment that was not answered becomes a case, monotonic. */
export function unansweredAt({ session }: Kiosk, post: Post): number {
  const waits = isOrder(post.number) && session?.id === post.session;
  return post.orderedMs + (waits ? orderUnansweredMs : postUnansweredMs);
}

/** A ticket is wanted, and somebody can be asked to print it. */
export function wantsTicket({ rules }: Kiosk): boolean {
  return rules.goods?.handOver === 'ticket' && rules.printer !== null;
}

/** Who paid is gone and has not got the number: at the counter a case tells what was bought. */
export function numberNotGiven(
  turn: Turn,
  { sale, session }: { readonly sale: string; readonly session: string },
): void {
  const subject = numberSubject(sale);
  if (caseAbout(turn.kiosk, subject) === null)
    openCase(turn, 'number-not-given', { session, sale, minor: null, subject });
}

/** What a case about the number of a sale is about. */
export function numberSubject(sale: string): string {
  return `number-${sale}`;
}

/** The visit ended in this turn, `before` is how it was: a number that its owner neither saw nor has on paper is a case. */
export function judgeNumber(turn: Turn, before: Session | null): void {
  if (before === null || before.sale === null || turn.kiosk.session?.id === before.id) return;
  const { id, pickUp } = before.sale;
  if (pickUp === null || pickUp.seen || pickUp.printed || pickUp.release !== 'none') return;
  const printing = Object.values(turn.kiosk.prints).some(
    ({ document }) => document.paper === 'ticket' && document.sale === id,
  );
  if (!printing) numberNotGiven(turn, { sale: id, session: before.id });
}

const aboutHandingOver: ReadonlySet<Case['about']> = new Set([
  'number-not-given',
  'post-unanswered',
  'goods-not-released',
]);

/** Whoever works here has handed goods over: no case about their number waits any more. */
export function handedOver(turn: Turn, { order, sale, by }: Extract<FactBody, { fact: 'order.handed-over' }>): void {
  put(turn, { kind: 'order.handed-over', order, by });
  const { currency } = turn.kiosk.rules;
  for (const one of Object.values(turn.kiosk.cases)) {
    if (sale === null || one.sale !== sale || !aboutHandingOver.has(one.about) || !isOpen(one)) continue;
    put(turn, { kind: 'case.resolved', case: one.case, outcome: 'explained', currency, minor: null });
  }
}
