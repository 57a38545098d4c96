/**
 * What is said aloud after a step (唱收唱付): what was received, what is still to go, what comes back and from where.
 * Pure. Each line is said once, in the visit's language; the caller numbers them.
 */
import type { Config } from '../../config/schema.ts';
import type { ChargePrompt } from '../../hardware/charge.ts';
import type { Charge } from '../charges.ts';
import type { ChargedPart } from '../charged-part.ts';
import type { EntryBody, NoteNotice } from '../entry.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Session } from '../session/session.ts';
import { localTime } from '../local-time.ts';
import { coinsTaken, printerUsable } from '../methods/cash/acceptance.ts';
import { noteToTake } from '../methods/cash/presented.ts';
import { wantsTicket } from '../sale/goods.ts';
import { isRefundDone } from '../sale/refund-progress.ts';
import { book, credited, type Sale, toGo } from '../sale/sale.ts';
import type { Lang } from '../server/wire.ts';
import type { FindProblem, Stage } from '../session/stage.ts';
import { wordsOf } from '../text/languages.ts';
import { greeting, spokenAmount } from '../text/spoken.ts';
import type { Words } from '../text/words.ts';
import { voucherProblem } from './choose.ts';
import { declinedText } from './declined.ts';
import { changeNow } from './pay-cash.ts';
import { refundTitle } from './refund.ts';
import { refunded, slipsTotal, toTake } from './settled.ts';

export interface Announcement {
  readonly lang: Lang;
  readonly text: string;
}

/** Where a visitor comes from who has just changed the language: anything said before was in the other one. */
const nowhere = { at: 'nowhere' } as const;

interface Voice {
  readonly after: Kiosk;
  readonly config: Config;
  readonly lang: Lang;
  readonly all: Words;
  readonly words: Words['spoken'];
  readonly window: string;
}

/** The lines for one step: `entries` as recorded, the kiosk before and after them. */
export function announcements(
  entries: readonly EntryBody[],
  before: Kiosk,
  after: Kiosk,
  config: Config,
): readonly Announcement[] {
  const session = after.session;
  if (session === null) return [];
  const { lang } = session;
  const all = wordsOf(lang, config.texts);
  const voice: Voice = { after, config, lang, all, words: all.spoken, window: config.merchant.window.name[lang] };
  const earlier = before.session?.id === session.id ? before.session : null;
  const lines = entries.flatMap((entry) => ofEntry(voice, session, entry));
  if (earlier !== null) {
    // Whoever changes the language hears where they stand, in the new one.
    const from = earlier.lang === lang ? earlier.stage : nowhere;
    lines.push(
      ...ofStage(voice, from, session),
      ...changeLost(voice, before, session),
      ...refundDone(voice, before, session),
      ...ofCharge(voice, from === nowhere ? null : before, session),
    );
  }
  return lines.map((text) => ({ lang, text }));
}

/** Change that could be given, or was not known of, can be given no longer while somebody pays. */
function changeLost(voice: Voice, before: Kiosk, { stage, sale }: Session): readonly string[] {
  const earlier = before.session;
  if (stage.at !== 'pay-cash' || earlier?.stage.at !== 'pay-cash') return [];
  if (sale?.state !== 'open' || earlier.sale === null) return [];
  const now = changeNow(voice.after, sale);
  return now === 'none' && changeNow(before, earlier.sale) !== 'none' ? [voice.words.noChange] : [];
}

/** The last part of it came back while its owner stood here. */
function refundDone(voice: Voice, before: Kiosk, { stage }: Session): readonly string[] {
  const earlier = before.session?.stage;
  if (stage.at !== 'refund' || earlier?.at !== 'refund' || earlier.step !== 'given') return [];
  const done = isRefundDone(voice.after, stage) && !isRefundDone(before, earlier);
  return done ? [refundTitle(voice.all, stage, true)] : [];
}

/** What the terminal or the wallet waits for now, when that is another thing than before; null: nothing was said before. */
function ofCharge(voice: Voice, before: Kiosk | null, { stage }: Session): readonly string[] {
  if (stage.at !== 'pay-charge') return [];
  const { command } = stage;
  const charge = voice.after.charges[command];
  const earlier = before?.charges[command];
  if (charge === undefined) return [];
  const { words, all } = voice;
  const { method, minor, prompt, status, code } = charge;
  if (status === 'reversing') return earlier?.status === 'reversing' ? [] : [words.reversing];
  if (prompt === null) {
    const shown = code !== null && method !== 'card' && earlier?.code?.text !== code.text;
    return shown ? [words.scanCode(all.method[`${method}App`], amount(voice, minor))] : [];
  }
  return earlier?.prompt === prompt && earlier.status === status ? [] : promptLine(voice, prompt, status);
}

function promptLine({ words }: Voice, prompt: ChargePrompt, status: Charge['status']): readonly string[] {
  switch (prompt) {
    case 'insert-card':
      return [words.card];
    case 'pin':
      return [words.pin];
    case 'wrong-pin':
      return [words.wrongPin];
    case 'bank':
      return [words.bank];
    case 'remove-card':
      return [status === 'confirming' ? words.paidTakeCard : words.takeCard];
    case 'password':
      return [words.phone];
    case 'reversing':
      return [words.reversing];
    case 'wait':
      return [];
    default:
      return prompt satisfies never;
  }
}

function amount(voice: Voice, minor: number): string {
  const { currency, exponent } = voice.after.rules;
  return spokenAmount({ currency, minor }, exponent, voice.lang);
}

function ofEntry(voice: Voice, session: Session, entry: EntryBody): readonly string[] {
  const { words } = voice;
  switch (entry.kind) {
    case 'session.started':
      return [greeted(voice)];
    case 'kiosk.started': {
      const { sale } = session;
      return sale?.state === 'open' && credited(sale) > 0 ? [words.restarted(amount(voice, credited(sale)))] : [];
    }
    case 'note.stacked':
    case 'coin.credited':
    case 'voucher.redeemed':
      return session.sale?.id === entry.sale ? receivedLine(voice, session.sale) : [];
    case 'charge.confirmed': {
      // What completes the sale is said with its end.
      const { sale } = session;
      return sale?.id === entry.sale && sale?.state === 'open' ? receivedLine(voice, sale) : [];
    }
    case 'session.saw':
      return entry.notice === null || entry.notice.over ? [] : [noteLine(voice, entry.notice)];
    case 'session.warned': {
      const { sale } = session;
      const inside = sale?.state === 'open' ? credited(sale) : 0;
      return [inside > 0 ? words.warningInside(amount(voice, inside)) : words.warning];
    }
    case 'device.changed': {
      const { change } = entry;
      // At the terminal its own state says so.
      if (change.to === 'card') return change.left && session.stage.at !== 'pay-charge' ? [words.takeCard] : [];
      const note = entry.change.to === 'presented' ? noteToTake(voice.after) : null;
      return note?.device === entry.device ? [words.takeNote(amount(voice, note.minor))] : [];
    }
    default:
      return [];
  }
}

function greeted(voice: Voice): string {
  const { hour } = localTime(voice.after.wallMs, voice.after.rules.timeZone);
  const { begin, beginGoods } = voice.words;
  return (voice.after.rules.goods === null ? begin : beginGoods)(greeting(hour, voice.lang));
}

function receivedLine(voice: Voice, sale: Sale): readonly string[] {
  const { words } = voice;
  const received = amount(voice, credited(sale));
  switch (sale.state) {
    case 'open':
      return [words.received(received, amount(voice, toGo(sale, voice.after.rules.cashStepMinor)))];
    case 'paid': {
      const change = changeDue(voice, sale);
      return [change > 0 ? words.enough(received, amount(voice, change)) : words.exact(received)];
    }
    case 'tendered':
      return [words.enough(received, amount(voice, changeDue(voice, sale)))];
    case 'cancelled':
    case 'pending':
      return [];
    default:
      return sale.state satisfies never;
  }
}

function changeDue(voice: Voice, sale: Sale): number {
  const { change } = book(sale, voice.after.rules.cashStepMinor);
  return change.cash + change.voucher + change.owed;
}

function noteLine(voice: Voice, notice: NoteNotice): string {
  const { words } = voice;
  switch (notice.what) {
    case 'kind':
      return notice.minor === null ? words.kindUnknown : words.kind(amount(voice, notice.minor));
    case 'unreadable':
    case 'damaged':
    case 'askew':
    case 'change':
    case 'power':
    case 'late':
      return words[notice.what];
    case 'found':
      return words.found(amount(voice, notice.minor ?? 0));
    default:
      return notice.what satisfies never;
  }
}

/** What is said on arriving somewhere else than before. */
function ofStage(voice: Voice, from: Stage | typeof nowhere, session: Session): readonly string[] {
  const { words, after, window } = voice;
  const { stage, sale } = session;
  const note = from === nowhere ? noteToTake(after) : null;
  if (note !== null) return [words.takeNote(amount(voice, note.minor))];
  const arrived = from.at !== stage.at;
  switch (stage.at) {
    case 'shop':
      if (stage.problem !== null && !(from.at === 'shop' && from.problem !== null)) return [words.down];
      return arrived ? [words.shop] : [];
    case 'find-bill':
      if (stage.problem !== null && from !== stage) return [problemLine(voice, stage.problem)];
      return arrived ? [words.findBill] : [];
    case 'find-receipt':
      if (stage.out) return from.at === 'find-receipt' && from.out ? [] : [words.takeReceipt];
      return arrived ? [words.findReceipt] : [];
    case 'refund':
      return from.at !== 'refund' || from.step !== stage.step
        ? [refundTitle(voice.all, stage, isRefundDone(after, stage))]
        : [];
    case 'review': {
      const total = amount(voice, stage.bill.minor);
      if (from.at !== 'review') return [stage.bill.goods === undefined ? words.review(total) : words.order(total)];
      if (stage.problem !== null && from.problem === null) return [words.down];
      return from.bill !== stage.bill && stage.wasMinor !== null ? [words.amountChanged(total)] : [];
    }
    case 'choose':
      if (stage.declined !== undefined && from !== stage) return [declinedText(voice.all, stage.declined)];
      return arrived ? [words.choose] : [];
    case 'part-approved':
      return arrived ? partLine(voice, stage.command) : [];
    case 'promise':
      return arrived ? [words.promise(window)] : [];
    case 'voucher':
      if (!arrived && stage.problem !== null && from !== stage) {
        const { all, lang, window } = voice;
        return [voucherProblem({ kiosk: after, words: all, lang, window }, stage.problem)];
      }
      return arrived ? [words.voucher] : [];
    case 'pay-cash':
      return arrived && from.at !== 'case' && sale !== null
        ? [
            (coinsTaken(after).length === 0 ? words.insert : words.insertCoins)(
              amount(voice, toGo(sale, after.rules.cashStepMinor)),
            ),
          ]
        : [];
    case 'settled':
      return arrived && sale !== null ? settledLines(voice, sale) : [];
    case 'returned':
      return arrived && sale !== null
        ? [
            ...takeLines(voice, sale, { cash: words.takeCashBack, slip: words.takeBack, both: words.takeBackBoth }),
            ...chargesBackLines(voice, sale.chargesBack),
            ...(session.noteBack ? [words.noteInSlot] : []),
          ]
        : [];
    case 'documents':
      if (stage.noPaper && !(from.at === 'documents' && from.noPaper)) return [words.noPaper];
      if (stage.out) return from.at === 'documents' && from.out ? [] : [words.takeReceipt];
      if (stage.phone && !(from.at === 'documents' && from.phone)) return [words.scan];
      if (!arrived || stage.print !== null) return [];
      return [printerUsable(after) ? words.documents : words.noPaper];
    case 'case':
      return arrived ? [caseLine(voice, stage.case)] : [];
    case 'thanks':
      return arrived ? [voice.config.preset === 'clinic' ? words.goodbyeClinic : words.goodbye] : [];
    case 'welcome':
      return from === nowhere ? [greeted(voice)] : [];
    case 'giving':
      return arrived ? [words.counting] : [];
    // What a terminal or a wallet waits for is said beside: it changes without another stage.
    case 'pay-charge':
    case 'closing':
    case 'settling':
      return [];
    default:
      return stage satisfies never;
  }
}

function partLine(voice: Voice, command: string): readonly string[] {
  const charge = voice.after.charges[command];
  if (charge?.approval == null) return [];
  const { minor } = charge.approval;
  const rest = amount(voice, charge.minor - minor);
  return [voice.words.partApproved(amount(voice, minor), amount(voice, charge.minor), rest)];
}

/** What cards and wallets paid and get back. */
function chargesBackLines(voice: Voice, parts: readonly ChargedPart[]): readonly string[] {
  const { words, all } = voice;
  return parts.map(({ method, minor }) =>
    method === 'card'
      ? words.backToCard(amount(voice, minor))
      : words.backToWallet(amount(voice, minor), all.method[method]),
  );
}

function problemLine(voice: Voice, problem: FindProblem): string {
  const { find } = voice.all;
  switch (problem.why) {
    case 'down':
      return voice.words.down;
    case 'none':
      return find.none;
    case 'paid':
      return voice.words.alreadyPaid;
    case 'other-payee':
      return find.otherPayee;
    case 'confirming':
      return find.confirming;
    case 'checking':
      return find.checking(problem.case);
    default:
      return problem satisfies never;
  }
}

function settledLines(voice: Voice, sale: Sale): readonly string[] {
  const { words } = voice;
  if (refunded(sale) > 0) {
    return [...slipLines(voice, sale, words.takeRefund), ...chargesBackLines(voice, sale.chargesBack)];
  }
  const taken = { cash: words.takeCash, slip: words.takeChange, both: words.takeChangeBoth };
  const { pickUp } = sale;
  const onTicket = wantsTicket(voice.after) && printerUsable(voice.after);
  const told = onTicket ? words.pickUpTicket : words.pickUp;
  const number = pickUp === null ? [] : [told(spelled(pickUp.number), voice.window)];
  const fromHatch = pickUp?.release === 'coming' || pickUp?.release === 'out';
  return [words.paid, ...takeLines(voice, sale, taken), ...(fromHatch ? [words.fromHatch] : number)];
}

/** Sign by sign: a number to be remembered is no amount. */
function spelled(number: string): string {
  return [...number].join(' ');
}

interface Taken {
  readonly cash: (amount: string) => string;
  readonly slip: (amount: string, window: string) => string;
  readonly both: (amount: string, cash: string, slip: string, window: string) => string;
}

/** Cash and a slip to take: the sum is said before its parts. */
function takeLines(voice: Voice, sale: Sale, { cash, slip, both }: Taken): readonly string[] {
  const out = toTake(sale);
  const onSlips = slipsTotal(sale);
  if (out === 0) return slipLines(voice, sale, slip);
  const printed = onSlips > 0 && sale.slips.every((one) => one.printed);
  if (printed) return [both(amount(voice, out + onSlips), amount(voice, out), amount(voice, onSlips), voice.window)];
  return [cash(amount(voice, out)), ...slipLines(voice, sale, slip)];
}

/** A slip to take, or the amount still owed while it has not come out. */
function slipLines(voice: Voice, sale: Sale, taken: (amount: string, window: string) => string): readonly string[] {
  if (sale.slips.length === 0) return [];
  const waiting = sale.slips.filter((slip) => !slip.printed).reduce((sum, slip) => sum + slip.minor, 0);
  if (waiting > 0) return [voice.words.owed(amount(voice, waiting), voice.window)];
  return [taken(amount(voice, slipsTotal(sale)), voice.window)];
}

function caseLine(voice: Voice, number: string): string {
  const { words, window } = voice;
  const one = voice.after.cases[number];
  if (one === undefined || one.minor === null) return words.caseOther;
  if (one.outcome === 'owed') return words.owed(amount(voice, one.minor), window);
  switch (one.about) {
    case 'note-unowned':
    case 'note-unknown':
      return words.caseNote(amount(voice, one.minor));
    case 'voucher-not-printed':
      return words.owed(amount(voice, one.minor), window);
    case 'post-refused':
      return words.refund(amount(voice, one.minor));
    case 'change-owed':
      return words.owed(amount(voice, one.minor), window);
    case 'payout-unknown':
    case 'change-left':
      return words.changeUnknown(amount(voice, one.minor));
    case 'change-retracted':
    case 'charge-irreversible':
      return words.owed(amount(voice, one.minor), window);
    case 'charge-unknown':
      return words.caseCharge;
    case 'charge-late':
    case 'charge-differs':
    case 'reversal-unanswered':
      return words.caseBack(amount(voice, one.minor));
    case 'coin-unowned':
    case 'coins-lost':
    case 'number-not-given':
    case 'goods-not-released':
    case 'levels-differ':
    case 'paid-out-in-doubt':
    case 'terminal-differs':
    case 'terminal-day-unknown':
    case 'statement-differs':
    case 'statement-missing':
    case 'count-differs':
    case 'emptying-unknown':
    case 'box-uncounted':
    case 'box-unattended':
    case 'check-unknown':
    case 'tampered':
    case 'seal-differs':
    case 'note-stuck':
    case 'note-suspect':
    case 'note-to-count':
    case 'post-unanswered':
    case 'session-abandoned':
    case 'denominations-changed':
      return words.caseOther;
    default:
      return one.about satisfies never;
  }
}
