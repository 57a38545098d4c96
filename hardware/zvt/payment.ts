/**
 * A payment as it goes when nothing breaks: 06 01, what the customer is to do (04 FF), the result (04 0F), the kiosk's word
 * about the goods ("issue of goods", PA00P015, authorisation), the end (06 0F or 06 1E). The terminal is told "not yet" until
 * the kiosk has decided; it reverses by itself what was told so too often, or not at all.
 */
import type { ChargePrompt } from '../charge.ts';
import type { DeviceCommand } from '../device.ts';
import {
  askOn,
  countReceipt,
  endConfirmed,
  endDeclined,
  endDeclinedBy,
  endReversed,
  newCharge,
  tellApproved,
} from './ending.ts';
import { say, sayAbort } from './exchange.ts';
import { encodeApdu } from './frame.ts';
import {
  AND_REMOVE_CARD,
  amount,
  bcdNumber,
  command,
  ENGLISH,
  find,
  type Item,
  LAST_WITH_CARD,
  NOT_GIVEN_OUT,
  BUSY,
  OK,
  payment,
  REFUSED_CLASS,
  status,
  withPassword,
} from './messages.ts';
import { askBaseline } from './registration.ts';
import { type Charge, charged, orderOf, type Outcome, refuse, tell, type Work } from './state.ts';

/** A terminal repeats its status after so long when it was told "not yet". */
const REPEATED_EVERY_S = 2;
/** So long it waits for an answer before it reverses; the manual's own default. */
const ANSWER_S = 30;
const MOST_MINOR = 999_999_999_999;
/** A terminal that is busy is asked again, with a pause that doubles up to this. */
const BUSY_LONGEST_MS = 8_000;

type Start = DeviceCommand & { readonly command: 'charge.start' };
type Refund = DeviceCommand & { readonly command: 'charge.refund' };

export function onStart(work: Work, order: Start | Refund): void {
  const { s, settings } = work;
  const { id, currency, minor } = order;
  if (s.charge?.id === id || orderOf(s.ended) === id) return;
  const why = cannotBegin(work, currency, minor, settings.currency);
  if (why !== null) {
    refuse(work, id, false, why);
    return;
  }
  const before = { receipt: null, terminal: null };
  s.charge = { ...newCharge, id, refund: order.command === 'charge.refund', currency, minor, before };
}

/** Why an order does not begin; null: it may. */
function cannotBegin({ s }: Work, currency: string, minor: number, own: string): string | null {
  if (currency !== own) return 'other-currency';
  if (!Number.isSafeInteger(minor) || minor <= 0 || minor > MOST_MINOR) return 'amount';
  // What stands already needs no word any more, unless the kiosk has one.
  if ((s.charge !== null && s.charge.stage !== 'taken') || s.day !== null) return 'busy';
  return s.ready ? null : 'not-ready';
}

/** The next step before the order leaves, or the order. False: nothing of it is to be sent now. */
export function takeStep(work: Work): boolean {
  const { s } = work;
  switch (s.charge?.stage) {
    case 'preparing':
      return chooseLanguage(work) || askBaseline(work) || begin(work);
    case 'leaving':
      if (work.nowMs < s.charge.askAtMs) return false;
      order(work, s.charge);
      return true;
    default:
      return false;
  }
}

/** Of the languages of ZVT (German, English, French, Italian …) a Chinese reader is likeliest to know English, as an English one is. */
function chooseLanguage(work: Work): boolean {
  const { s } = work;
  if (s.noLanguage || s.languageOf === s.charge?.id) return false;
  s.languageOf = s.charge?.id ?? null;
  say(work, 'language', 'select-language', encodeApdu(command.language, [ENGLISH]));
  return true;
}

export function onLanguage({ s }: Work, outcome: Outcome): void {
  if (outcome.how !== 'completed') s.noLanguage = true;
}

/** From here on it may have left, as soon as that is recorded. */
function begin(work: Work): false {
  const { s, device } = work;
  if (s.charge === null) return false;
  const { id } = s.charge;
  const { receipt = null, terminal = null } = s.counters;
  charged(work, { stage: 'starting', before: { receipt, terminal } });
  s.toldReceipt = null;
  tell(work, { device, fact: 'charge.starting', command: id, key: `${id}/starting`, counters: s.counters });
  return false;
}

export function onRecorded(work: Work, key: string): void {
  const { charge } = work.s;
  if (charge?.stage === 'starting' && key === `${charge.id}/starting`) charged(work, { stage: 'leaving' });
}

function order(work: Work, { refund, minor }: Charge): void {
  const { currencyNumber: currency, password, holdSeconds } = work.settings;
  charged(work, { stage: 'running' });
  if (refund) {
    say(work, 'refund', 'refund', withPassword(command.refund, password, amount(minor, currency)), true);
    return;
  }
  const repeats = Math.min(255, Math.ceil(holdSeconds / REPEATED_EVERY_S));
  const what = payment({ minor, currency, answerSeconds: ANSWER_S, repeats });
  say(work, 'authorise', 'authorisation', encodeApdu(command.authorisation, what), true);
}

// What the kiosk says meanwhile.

export function onCancel(work: Work): void {
  const { charge } = work.s;
  if (charge === null) return;
  const unsent = charge.stage === 'preparing' || charge.stage === 'starting' || charge.stage === 'leaving';
  if (unsent) {
    endDeclined(work, 'cancelled', 'unsent');
    return;
  }
  if (charge.wanted === 'take') charged(work, { wanted: 'cancel' });
  if (charge.stage === 'running' && charge.abort === 'no') charged(work, { abort: 'wanted' });
}

/** Only while it waits for the customer: what was sent to the bank ends as it ends. */
export function abortWhenAllowed(work: Work): void {
  const { talk, charge } = work.s;
  if (charge?.abort !== 'wanted' || talk?.stage !== 'terminal' || charge.stage !== 'running') return;
  if (talk.purpose !== 'authorise' && talk.purpose !== 'refund') return;
  if (charge.prompt === 'bank' || charge.prompt === 'reversing') return;
  charged(work, { abort: 'sent' });
  sayAbort(work);
}

// What the terminal says.

const prompts: Readonly<Record<number, ChargePrompt>> = {
  [status.watchPinPad]: 'pin',
  [status.watchPinPadToo]: 'pin',
  [status.waitingForHost]: 'bank',
  [status.autoReversal]: 'reversing',
  [status.insertCard]: 'insert-card',
  [status.removeCard]: 'remove-card',
  [status.wrongPin]: 'wrong-pin',
  [status.insertCardToLoad]: 'insert-card',
  [status.connecting]: 'bank',
  [status.connected]: 'bank',
};

export function promptOf(code: number): ChargePrompt {
  const known = prompts[code];
  if (known !== undefined) return known;
  return code > AND_REMOVE_CARD && code <= LAST_WITH_CARD ? 'remove-card' : 'wait';
}

export function onIntermediate(work: Work, code: number): void {
  const { s, device } = work;
  if (s.charge === null) return;
  const prompt = promptOf(code);
  if (prompt === s.charge.prompt) return;
  charged(work, { prompt });
  tell(work, { device, fact: 'charge.prompt', command: s.charge.id, prompt });
}

/** The code that answers a status information about the present payment. */
export function onResult(work: Work, charge: Charge, items: readonly Item[]): number {
  const result = find(items, 0x27)?.[0];
  // Without a result it is none: the terminal says it again, or finishes and is asked.
  if (result === undefined) return command.notYet;
  if (result !== OK) {
    countReceipt(work, items);
    const kiosk = charge.answered === 'reverse' || charge.wanted === 'reverse';
    const by = kiosk ? 'kiosk' : 'other-side';
    const told = charge.approval !== null && charge.mismatch === null;
    charged(work, { ending: told ? { is: 'reversed', by } : { is: 'declined', code: result } });
    return command.positive;
  }
  if (charge.approval === null && charge.mismatch === null) judge(work, charge, items);
  else if (charge.approval !== null && approvedMinor(charge, items) !== charge.approval.minor) return command.notYet;
  else if (charge.stage === 'asking') charged(work, { stage: 'held' });
  return word(work);
}

/** Compares what was approved with what was asked. */
function judge(work: Work, charge: Charge, items: readonly Item[]): void {
  const minor = approvedMinor(charge, items);
  if (!isOurCurrency(work, items)) charged(work, { mismatch: 'currency', wanted: 'reverse', stage: 'held' });
  else if (minor === null) charged(work, { mismatch: 'amount', wanted: 'reverse', stage: 'held' });
  else tellApproved(work, items, minor, true);
}

/** What was approved: it may be less than was asked, and never more. Null: it is no such amount. */
export function approvedMinor({ minor }: Charge, items: readonly Item[]): number | null {
  const value = find(items, 0x04);
  if (value === null) return minor;
  const approved = bcdNumber(value);
  return approved === null || approved <= 0 || approved > minor ? null : approved;
}

export function isOurCurrency({ settings }: Work, items: readonly Item[]): boolean {
  const value = find(items, 0x49);
  return value === null || bcdNumber(value) === settings.currencyNumber;
}

/** The kiosk's word about the goods, as it stands now. */
function word(work: Work): number {
  switch (work.s.charge?.wanted) {
    case 'confirm':
      charged(work, { answered: 'confirm' });
      return command.positive;
    case 'reverse':
      charged(work, { answered: 'reverse' });
      return (REFUSED_CLASS << 8) | NOT_GIVEN_OUT;
    default:
      return command.notYet;
  }
}

/** The conversation of the payment is over. */
export function onPaid(work: Work, outcome: Outcome, sends: number): void {
  const { charge } = work.s;
  if (charge === null) return;
  const { ending, approval, answered, wanted, mismatch } = charge;
  if (ending?.is === 'declined') endDeclinedBy(work, ending.code);
  else if (ending?.is === 'reversed') endReversed(work, ending.by);
  else if (outcome.how === 'completed' && approval !== null && answered === 'confirm') {
    // Its word crossed another of the kiosk: it is taken, and goes back now.
    if (wanted === 'reverse') charged(work, { stage: 'reversing', askAtMs: work.nowMs });
    else endConfirmed(work);
  } else if (outcome.how === 'failed' && answered !== 'confirm') {
    if (approval === null && mismatch === null) endDeclinedBy(work, outcome.code);
    else endReversed(work, wanted === 'reverse' ? 'kiosk' : 'other-side');
  } else if (outcome.how === 'refused' && sends <= 1 && approval === null) {
    const again = outcome.code === BUSY && wanted === 'take' && charge.pauseMs <= BUSY_LONGEST_MS;
    // It was not taken, for certain: it may be said again.
    if (again) charged(work, { stage: 'leaving', askAtMs: work.nowMs + charge.pauseMs, pauseMs: 2 * charge.pauseMs });
    else endDeclinedBy(work, outcome.code);
  }
  // It finished without our word, or nobody knows.
  else askOn(work);
}
