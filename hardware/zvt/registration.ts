/**
 * Before anything is paid: registration (06 00), how the terminal is (05 01), what it asks for (06 70, 06 93), and what its
 * last receipt is (06 20), which a restart compares with.
 */
import { faultStands, lose } from '../standing.ts';
import { faultOf } from './faults.ts';
import { encodeApdu } from './frame.ts';
import { say } from './exchange.ts';
import {
  ABORTED,
  bcdNumber,
  BUSY,
  cardInside,
  command,
  DIAGNOSIS_REQUIRED,
  find,
  INITIALISATION_REQUIRED,
  isPassing,
  type Item,
  NOT_REGISTERED,
  OK,
  serialOf,
  readBitmaps,
  readEnquiry,
  registration,
  tag,
  textOf,
  withPassword,
} from './messages.ts';
import { type Outcome, tell, type Work } from './state.ts';

/** The manual wants to be asked at least once a minute. */
const STATUS_EVERY_MS = 30_000;
/** While something stands, so that it is told when it is over. */
const STATUS_SOON_MS = 3_000;
const REGISTER_FIRST_MS = 1_000;
const REGISTER_LONGEST_MS = 30_000;
/** A diagnosis or an initialisation that did not help is made again no sooner. */
const REMEDY_EVERY_MS = 60_000;
const BASELINE_TRIES = 3;

/** What is due now at rest; false: nothing. */
export function prepare(work: Work): boolean {
  const { s, settings, nowMs } = work;
  const { password, currencyNumber: currency, prints, columns } = settings;
  if (!s.registered) {
    if (nowMs < s.registerAtMs) return false;
    say(work, 'register', 'registration', registration({ password, currency, prints, columns }));
    return true;
  }
  if (s.status === null || nowMs >= s.statusAtMs) {
    askStatus(work);
    return true;
  }
  if (s.status === INITIALISATION_REQUIRED && nowMs >= s.remedyAtMs) {
    s.remedyAtMs = nowMs + REMEDY_EVERY_MS;
    say(work, 'initialise', 'initialisation', withPassword(command.initialisation, password));
    return true;
  }
  if (s.status === DIAGNOSIS_REQUIRED && nowMs >= s.remedyAtMs) {
    s.remedyAtMs = nowMs + REMEDY_EVERY_MS;
    say(work, 'diagnose', 'diagnosis', encodeApdu(command.diagnosis));
    return true;
  }
  return false;
}

/** When one of these is due. */
export function prepareAt({ s }: Work): number {
  if (!s.registered) return s.registerAtMs;
  if (s.status === null) return 0;
  const remedy = s.status === INITIALISATION_REQUIRED || s.status === DIAGNOSIS_REQUIRED;
  return remedy ? Math.min(s.statusAtMs, s.remedyAtMs) : s.statusAtMs;
}

export function askStatus(work: Work): void {
  say(work, 'status', 'status-enquiry', withPassword(command.statusEnquiry, work.settings.password));
}

/** Its last receipt, before the first payment of this registration; false: it is known, or cannot be. */
export function askBaseline(work: Work): boolean {
  const { s, settings } = work;
  if (s.baseline) return false;
  say(work, 'baseline', 'repeat-receipt', withPassword(command.repeatReceipt, settings.password));
  return true;
}

/** It may be another terminal, or have been switched off: everything is asked anew. */
export function beginAgain(work: Work, inMs = 0): void {
  const { s, nowMs } = work;
  s.registered = false;
  s.status = null;
  s.baseline = false;
  s.baselineTries = 0;
  s.toldReceipt = null;
  s.ready = false;
  s.registerAtMs = nowMs + inMs;
}

/** Nobody answers. */
export function silent(work: Work): void {
  const { s, device } = work;
  lose(work, 'silent', `${device} does not answer; check its power, its cable and its settings.`);
  beginAgain(work, s.registerPauseMs);
  s.registerPauseMs = Math.min(s.registerPauseMs * 2, REGISTER_LONGEST_MS);
}

export function onRegistered(work: Work, outcome: Outcome): void {
  const { s, settings } = work;
  switch (outcome.how) {
    case 'completed': {
      const items = readBitmaps(outcome.data) ?? [];
      const currency = bcdNumber(find(items, 0x49));
      if (currency !== null && currency !== settings.currencyNumber) {
        faultStands(work, 'zvt.currency', false);
        beginAgain(work, REGISTER_LONGEST_MS);
        return;
      }
      s.registered = true;
      s.registerPauseMs = REGISTER_FIRST_MS;
      knowTerminal(work, items);
      s.toldReceipt = bcdNumber(find(items, tag.lastReceipt, true));
      return;
    }
    case 'failed':
    case 'refused':
      if (outcome.code !== BUSY) {
        faultStands(work, faultOf(outcome.code, 'registration'), false);
      }
      beginAgain(work, s.registerPauseMs);
      s.registerPauseMs = Math.min(s.registerPauseMs * 2, REGISTER_LONGEST_MS);
      return;
    case 'lost':
      silent(work);
      return;
    default:
      outcome satisfies never;
  }
}

/** Its number, wherever it is told; of another terminal nothing that was known is true. */
function knowTerminal({ s }: Work, items: readonly Item[]): void {
  const terminal = bcdNumber(find(items, 0x29));
  if (terminal === null || terminal === s.counters.terminal) return;
  s.counters = { terminal };
}

export function onStatus(work: Work, outcome: Outcome): void {
  const { s, nowMs } = work;
  if (outcome.how === 'lost') {
    silent(work);
    return;
  }
  const said = outcome.how === 'completed' ? readEnquiry(outcome.data) : null;
  if (said !== null) {
    knowTerminal(work, said.items);
    knowReceipt(work, said.items);
    identify(work, said.items, said.version);
  }
  const code = outcome.how === 'completed' ? (said?.status ?? OK) : outcome.code;
  if (code === NOT_REGISTERED) {
    beginAgain(work);
    return;
  }
  s.status = code;
  stands(work, code);
  s.statusAtMs = nowMs + (code === OK && s.fault === null ? STATUS_EVERY_MS : STATUS_SOON_MS);
}

/** What the terminal's status stands for: a fault, a card that somebody left, or nothing. */
function stands(work: Work, code: number): void {
  const { s, device } = work;
  const inside = cardInside.has(code);
  if (inside !== s.cardInside) {
    tell(work, { device, fact: 'charge.prompt', command: null, prompt: inside ? 'remove-card' : 'wait' });
  }
  s.cardInside = inside;
  const fault = inside || code === BUSY || code === ABORTED ? null : faultOf(code);
  faultStands(work, fault, false);
}

function identify(work: Work, items: readonly Item[], version: string | null): void {
  const { s, device } = work;
  const text = (what: number): string | null => {
    const value = find(items, what, true);
    return value === null ? null : textOf(value).trim() || null;
  };
  const serial =
    serialOf(find(items, tag.serialNumber, true)) ??
    (s.counters.terminal === undefined ? null : terminalId(s.counters.terminal));
  const model = text(tag.deviceName);
  const firmware = version ?? text(tag.softwareVersion);
  const identity = JSON.stringify([serial, model, firmware]);
  if (s.identified === identity) return;
  s.identified = identity;
  tell(work, {
    device,
    fact: 'device.identified',
    protocol: 'zvt',
    maker: null,
    model,
    serial,
    firmware,
    denominations: [],
  });
}

export function terminalId(number: number): string {
  return String(number).padStart(8, '0');
}

function knowReceipt({ s }: Work, items: readonly Item[]): void {
  const last = bcdNumber(find(items, tag.lastReceipt, true));
  if (last === null || s.charge !== null) return;
  s.counters = { ...s.counters, receipt: last };
}

/** The last receipt of a terminal at rest. That there is none is known too: nothing is worse than taking an old one for new. */
export function onBaseline(work: Work, outcome: Outcome, items: readonly Item[] | null): void {
  const { s } = work;
  if (outcome.how === 'lost') {
    silent(work);
    return;
  }
  const receipt = items === null ? null : bcdNumber(find(items, 0x87));
  if (receipt !== null && items !== null) {
    knowTerminal(work, items);
    const trace = bcdNumber(find(items, 0x0b));
    s.counters = { ...known(s.counters.terminal), receipt, ...(trace === null ? {} : { trace }) };
    s.baseline = true;
    return;
  }
  if (outcome.how !== 'completed' && outcome.code === NOT_REGISTERED) {
    beginAgain(work);
    return;
  }
  if (outcome.how !== 'completed' && !isPassing(outcome.code)) {
    s.counters = { ...known(s.counters.terminal), receipt: 0 };
    s.baseline = true;
    return;
  }
  s.baselineTries++;
  s.baseline = s.baselineTries >= BASELINE_TRIES;
  // What is not known now must not be compared with. A terminal that never took anything has told its number, and no more.
  if (s.baseline) s.counters = known(s.counters.terminal);
  if (s.baseline && s.toldReceipt !== null) s.counters = { ...s.counters, receipt: s.toldReceipt };
}

function known(terminal: number | undefined): { readonly terminal?: number } {
  return terminal === undefined ? {} : { terminal };
}

/** A diagnosis or an initialisation is over, however it went: the terminal says whether it helped. */
export function onRemedy(work: Work, outcome: Outcome): void {
  if (outcome.how === 'lost') silent(work);
  else work.s.statusAtMs = work.nowMs;
}

/** Tells once that payments can be taken. */
export function readyWhenDone(work: Work): void {
  const { s, device } = work;
  const well = s.open && s.registered && s.fault === null && s.lost === null && !s.cardInside;
  const ready = well && (s.ready || (s.baseline && s.status === OK));
  if (ready && !s.ready) tell(work, { device, fact: 'device.ready' });
  s.ready = ready;
}
