/** A receipt that is given back: how much and which way, why not, and how far it is. */
import { isOnItsWay, isPrinting, isRefundDone } from '../sale/refund-progress.ts';
import { caseAbout } from '../turn.ts';
import type { ChargedPart } from '../charged-part.ts';
import type { Words } from '../text/words.ts';
import type { Action, ScreenBody } from '../server/wire.ts';
import type { RefundPlan, Stage } from '../session/stage.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import { action, type Page, type Part, said, set } from './page.ts';

type AtRefund = Extract<Stage, { at: 'refund' }>;
type Body = Extract<ScreenBody, { screen: 'refund' }>;
type Back = NonNullable<Body['back']>;

export function refund(page: Page, stage: AtRefund): Part {
  const { refund: words } = page.words;
  const { plan, step } = stage;
  return {
    body: {
      screen: 'refund',
      title: refundTitle(page.words, stage, isRefundDone(page.kiosk, stage)),
      text: textOf(page, stage),
      back: plan === null || isOff(stage) ? null : backOf(page, stage, plan),
      notice: noticeOf(page, stage),
    },
    actions:
      plan !== null && step === 'shown'
        ? [action('back', words.no, { do: 'back' }), action('main', words.yes(said(page, plan.minor)), { do: 'agree' })]
        : plan === null
          ? [action('back', page.words.frame.back, { do: 'back' })]
          : [...proof(page, stage), action(step === 'given' ? 'main' : 'back', words.leave, { do: 'finish' })],
  };
}

/** Nothing goes back. */
function isOff({ plan, step }: AtRefund): boolean {
  return plan === null || step === 'declined' || step === 'refused';
}

/** A slip is a paper of its own; what went back to a card or a wallet has none, and gets its receipt, which tells of it. */
function proof(page: Page, stage: AtRefund): Action[] {
  const charged = (stage.plan?.charges.length ?? 0) > 0;
  if (!charged || !isRefundDone(page.kiosk, stage) || !printerUsable(page.kiosk)) return [];
  return [action('back', page.words.refund.proof, { do: 'document', choice: 'paper' })];
}

/** On the glass, and said when it comes up. `done`: nothing of it is open any more. */
export function refundTitle({ refund: words }: Words, stage: AtRefund, done: boolean): string {
  if (isOff(stage)) return words.notTitle;
  if (done) return words.doneTitle;
  const { title, waitingTitle, askedTitle, givenTitle, notTitle } = words;
  const titles = { shown: title, waiting: waitingTitle, asked: askedTitle, given: givenTitle };
  return { ...titles, declined: notTitle, refused: notTitle }[stage.step];
}

function textOf(page: Page, stage: AtRefund): string {
  const { refund: words } = page.words;
  if (stage.plan === null) return problemOf(page, stage);
  switch (stage.step) {
    case 'shown':
      return words.text;
    case 'waiting':
      return words.waiting;
    case 'declined':
      return words.declined(page.window);
    case 'asked':
      return words.asked;
    case 'refused':
      return words.refused(page.window);
    case 'given':
      return isRefundDone(page.kiosk, stage) ? words.done : words.given;
    default:
      return stage.step satisfies never;
  }
}

function problemOf(page: Page, { problem }: AtRefund): string {
  const { refund: words } = page.words;
  switch (problem) {
    case 'too-old':
      return words.tooOld(String(page.kiosk.rules.refunds?.days ?? 0), page.window);
    case 'given-back':
      return words.givenBack;
    case 'confirming':
      return words.confirming;
    case 'case':
    case 'window':
    case null:
      return words.window(page.window);
    default:
      return problem satisfies never;
  }
}

function noticeOf(page: Page, { case: known, plan }: AtRefund): Body['notice'] {
  const about = plan?.charges.map(({ command }) => caseAbout(page.kiosk, command)) ?? [];
  const number = known ?? about.find((one) => one !== null) ?? null;
  if (number === null) return null;
  return { tone: 'caution', text: page.words.refund.byCase(number, page.window) };
}

function backOf(page: Page, stage: AtRefund, plan: RefundPlan): Back {
  const { refund: words } = page.words;
  return {
    about: words.about(stage.receipt, plan.bill),
    amountLabel: words.amount,
    amount: set(page, plan.minor),
    points: pointsOf(page, stage, plan),
  };
}

function pointsOf(page: Page, stage: AtRefund, plan: RefundPlan): Back['points'] {
  const { step } = stage;
  const slip = plan.voucherMinor === 0 ? [] : [slipPoint(page, stage, said(page, plan.voucherMinor))];
  const charges = plan.charges.map((part) => {
    const done = step === 'given' && !isOnItsWay(page.kiosk, plan, part) && stage.case === null;
    return chargePoint(page, part, done);
  });
  return [...slip, ...charges];
}

function slipPoint(page: Page, { slip }: AtRefund, amount: string): Back['points'][number] {
  const { refund: words } = page.words;
  if (slip === null) return { text: words.slip(amount), done: false };
  const number = caseAbout(page.kiosk, slip.serial);
  if (number !== null) return { text: words.slipCase(amount, number), done: false };
  return isPrinting(page.kiosk, slip.serial)
    ? { text: words.slipComes(amount), done: false }
    : { text: words.slipOut(amount), done: true };
}

function chargePoint(page: Page, { method, minor }: ChargedPart, done: boolean): Back['points'][number] {
  const { refund: words, method: names } = page.words;
  const amount = said(page, minor);
  if (method === 'card') return { text: done ? words.cardDone(amount) : words.card(amount), done };
  return { text: done ? words.walletDone(amount, names[method]) : words.wallet(amount, names[method]), done };
}
