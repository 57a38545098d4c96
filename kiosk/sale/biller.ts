/** What the biller answered. Every answer is compared with what was asked before it counts. */
import { isOrder } from '../services/goods/contract.ts';
import { type Bilingual, type Bill, type BillerFact, type BillLine, partsOf } from '../services/biller/contract.ts';
import { recheck } from '../session/intents.ts';
import { asOrdered } from '../session/shop.ts';
import type { FindProblem, Stage } from '../session/stage.ts';
import { caseAbout, explainCase, move, newId, put, type Turn } from '../turn.ts';
import { numberNotGiven } from './goods.ts';
import { mayRelease, releaseGoods } from './release.ts';
import { billNotReversed, billReversed } from './refund.ts';
import { giveBackRefused } from './refused-bill.ts';
import { samePayee, together, without } from './together.ts';

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
  if (stage.at === 'shop' && stage.order === command) ordered(turn, stage, bill);
  else if (stage.at === 'find-bill' && stage.lookup === command) foundFirst(turn, stage, bill);
  else if (stage.at === 'review' && stage.recheck === command) foundAgain(turn, session.id, stage, bill);
}

function foundFirst(turn: Turn, { beside }: Extract<Stage, { at: 'find-bill' }>, found: Bill): void {
  if (beside !== undefined && !samePayee(beside, found)) {
    move(turn, { at: 'find-bill', lookup: null, problem: { why: 'other-payee' }, beside });
    return;
  }
  const bill = beside === undefined ? found : together([...partsOf(beside), found]);
  move(turn, { at: 'review', bill, recheck: null, wasMinor: null, problem: null });
}

/** Every bill is asked for again, one after the other; one that has changed is shown before anything is paid. */
function foundAgain(turn: Turn, session: string, stage: Extract<Stage, { at: 'review' }>, now: Bill): void {
  const parts = partsOf(stage.bill);
  const { checked = 0 } = stage;
  const shown = parts[checked];
  if (shown === undefined || now.number !== shown.number) return;
  if (!sameBill(now, shown)) {
    changed(turn, stage.bill, now);
  } else if (checked + 1 < parts.length) {
    recheck(turn, session, stage, checked + 1);
  } else {
    const bill = parts.length === 1 ? now : stage.bill;
    put(turn, { kind: 'sale.opened', session, sale: newId(turn, 'sale'), bill });
    move(turn, { at: 'choose' });
  }
}

function changed(turn: Turn, shown: Bill, now: Bill): void {
  const beside = without(shown, now.number);
  if (beside !== null && !samePayee(beside, now)) {
    move(turn, { at: 'find-bill', lookup: null, problem: { why: 'other-payee' }, beside });
    return;
  }
  const bill = together(partsOf(shown).map((part) => (part.number === now.number ? now : part)));
  move(turn, { at: 'review', bill, recheck: null, wasMinor: shown.minor, problem: null });
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

/** What else was to be paid with it stays. */
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
  if (stage?.at === 'find-bill' && stage.lookup === command) {
    move(turn, { ...stage, lookup: null, problem });
  } else if (stage?.at === 'review' && stage.recheck === command) {
    const gone = partsOf(stage.bill)[stage.checked ?? 0];
    const beside = gone === undefined ? null : without(stage.bill, gone.number);
    move(turn, { at: 'find-bill', lookup: null, problem, ...(beside === null ? {} : { beside }) });
  }
}

function unavailable(turn: Turn, command: string, problem: FindProblem): void {
  const stage = turn.kiosk.session?.stage;
  if (stage?.at === 'review' && stage.recheck === command) {
    move(turn, { at: 'review', bill: stage.bill, recheck: null, wasMinor: stage.wasMinor, problem: 'down' });
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
  const lets = isOrder(post.number) && mayRelease(turn.kiosk, post);
  if (lets) releaseGoods(turn, post, post.number);
  // Whoever has gone with the number of a case comes back with it, and so does whoever finds the hatch shut.
  const explains = turn.kiosk.rules.releaser === null ? here : lets;
  if (!isOrder(post.number) || explains) explainCase(turn, command);
  else if (caseAbout(turn.kiosk, command) === null) numberNotGiven(turn, post);
}

function postRefused(turn: Turn, command: string, reason: string): void {
  const post = turn.kiosk.posts[command];
  if (post === undefined) return;
  put(turn, { kind: 'bill.refused', command, sale: post.sale, reason });
  explainCase(turn, command);
  giveBackRefused(turn, { session: post.session, sale: post.sale }, post.paidMinor, post.charges ?? []);
}
