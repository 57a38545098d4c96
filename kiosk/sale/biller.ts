/** What the biller answered. Every answer is compared with what was asked before it counts. */
import { isOrder } from '../services/goods/contract.ts';
import type { Bilingual, Bill, BillerFact, BillLine } from '../services/biller/contract.ts';
import { asOrdered } from '../session/shop.ts';
import type { FindProblem, Stage } from '../session/stage.ts';
import { caseAbout, move, newId, put, type Turn } from '../turn.ts';
import { refund } from './completion.ts';
import { numberNotGiven } from './goods.ts';
import { billNotReversed, billReversed } from './refund.ts';

export function billerAnswered(turn: Turn, answer: BillerFact): void {
  switch (answer.fact) {
    case 'bill.posted':
      posted(turn, answer.command, answer.reference);
      return;
    case 'bill.refused':
      postRefused(turn, answer.command, answer.reason);
      return;
    case 'bill.reversed':
      billReversed(turn, answer.command);
      return;
    case 'bill.reverse-refused':
      billNotReversed(turn, answer.command, answer.reason);
      return;
    case 'bill.found':
      found(turn, answer.command, answer.bill);
      return;
    case 'bill.not-found':
      notFound(turn, answer.command, { why: 'none' });
      return;
    case 'bill.already-paid':
      notFound(turn, answer.command, { why: 'paid', on: answer.paidOn });
      return;
    case 'bill.unavailable':
      unavailable(turn, answer.command, answer.reason === 'nonsense' ? { why: 'none' } : { why: 'down' });
      return;
    default:
      answer satisfies never;
  }
}

function found(turn: Turn, command: string, bill: Bill): void {
  const session = turn.kiosk.session;
  if (session === null || bill.currency !== turn.kiosk.rules.currency) return;
  const { stage } = session;
  if (stage.at === 'shop' && stage.order === command) {
    ordered(turn, stage, bill);
  } else if (stage.at === 'find-bill' && stage.lookup === command) {
    move(turn, { at: 'review', bill, recheck: null, wasMinor: null, problem: null });
  } else if (stage.at === 'review' && stage.recheck === command && bill.number === stage.bill.number) {
    if (!sameBill(bill, stage.bill)) {
      move(turn, { at: 'review', bill, recheck: null, wasMinor: stage.bill.minor, problem: null });
      return;
    }
    put(turn, { kind: 'sale.opened', session: session.id, sale: newId(turn, 'sale'), bill });
    move(turn, { at: 'choose' });
  }
}

/** Goods of others than were wanted are not shown for what was. */
function ordered(turn: Turn, stage: Extract<Stage, { at: 'shop' }>, bill: Bill): void {
  if (asOrdered(turn.kiosk, stage.basket, bill)) {
    move(turn, { at: 'review', bill, recheck: null, wasMinor: null, problem: null });
  } else move(turn, { ...stage, order: null, problem: 'down' });
}

/** Whether nothing that the customer was shown of it has changed, in either language. */
function sameBill(now: Bill, shown: Bill): boolean {
  return (
    now.minor === shown.minor &&
    now.payer === shown.payer &&
    sameWords(now.title, shown.title) &&
    sameWords(now.payee, shown.payee) &&
    now.lines.length === shown.lines.length &&
    now.lines.every((line, at) => sameLine(line, shown.lines[at])) &&
    JSON.stringify(now.goods) === JSON.stringify(shown.goods)
  );
}

function sameLine(now: BillLine, shown: BillLine | undefined): boolean {
  if (shown === undefined) return false;
  return now.minor === shown.minor && now.quantity === shown.quantity && sameWords(now.name, shown.name);
}

function sameWords(now: Bilingual, shown: Bilingual): boolean {
  return now['zh-CN'] === shown['zh-CN'] && now.en === shown.en;
}

function notFound(turn: Turn, command: string, problem: FindProblem): void {
  const stage = turn.kiosk.session?.stage;
  if (stage?.at === 'shop' && stage.order === command) {
    move(turn, { ...stage, order: null, problem: 'down' });
    return;
  }
  if (stage?.at === 'review' && stage.recheck === command && stage.bill.goods !== undefined) {
    move(turn, { at: 'shop', basket: stage.bill.goods.items, order: null, problem: 'down' });
    return;
  }
  const asked =
    (stage?.at === 'find-bill' && stage.lookup === command) || (stage?.at === 'review' && stage.recheck === command);
  if (asked) move(turn, { at: 'find-bill', lookup: null, problem });
}

function unavailable(turn: Turn, command: string, problem: FindProblem): void {
  const stage = turn.kiosk.session?.stage;
  if (stage?.at === 'review' && stage.recheck === command) {
    move(turn, { ...stage, recheck: null, problem: 'down' });
  } else {
    notFound(turn, command, problem);
  }
}

function posted(turn: Turn, command: string, reference: string): void {
  const post = turn.kiosk.posts[command];
  if (post === undefined) return;
  const order = isOrder(post.number) ? { order: post.number } : {};
  put(turn, { kind: 'bill.posted', command, sale: post.sale, reference, ...order });
  const here = turn.kiosk.session?.id === post.session;
  // Whoever has gone with the number of a case comes back with it.
  if (!isOrder(post.number) || here) answered(turn, command);
  else if (caseAbout(turn.kiosk, command) === null) numberNotGiven(turn, post);
}

/** A case about a payment that was not answered for long ends with the answer. */
function answered(turn: Turn, command: string): void {
  const open = caseAbout(turn.kiosk, command);
  const { currency } = turn.kiosk.rules;
  if (open !== null) put(turn, { kind: 'case.resolved', case: open, outcome: 'explained', currency, minor: null });
}

function postRefused(turn: Turn, command: string, reason: string): void {
  const post = turn.kiosk.posts[command];
  if (post === undefined) return;
  put(turn, { kind: 'bill.refused', command, sale: post.sale, reason });
  answered(turn, command);
  refund(turn, { id: post.sale, session: post.session }, post.paidMinor, post.charges ?? []);
}
