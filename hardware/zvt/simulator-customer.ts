/** A customer at the terminal: a card is presented, a PIN typed, the bank asked (PA00P015, Authorisation). */
import {
  ABORTED,
  CARD_INSERTED,
  type Machine,
  NO_CARD_DATA,
  OK,
  type Presented,
  PROCESSING,
  UNREADABLE,
} from './simulator-machine.ts';
import type { Transaction } from './simulator-journal.ts';
import { hand, pause, type Script } from './simulator-script.ts';

const READ_MS = 1_200;
const DIAL_MS = 1_500;
const BANK_MS = 2_500;
/** Until the terminal gives up waiting for the bank's answer. */
const NO_ANSWER_MS = 8_000;
const MOST_TRIES = 3;

const INSERT_CARD = 0x0a;
const REMOVE_CARD = 0x0b;
const CARD_NOT_READABLE = 0x0c;
const PROCESSING_ERROR = 0x0d;
const EXPIRED_CARD = 0x09;
const WATCH_PIN_PAD = 0x01;
const WRONG_PIN = 0x15;
const TRIES_EXCEEDED = 0x18;
export const WAIT_PLEASE = 0x17;
const WAITING_FOR_BANK = 0x04;
export const DECLINED = 0x1d;
const CREDIT_NOT_SUFFICIENT = 0x14;

const EXPIRED = 0x78;
const LOW_CREDIT = 0x71;
const NO_ANSWER = 0x7d;
const UNREACHABLE = 0xa1;
/** Codes below 64 are the bank's own, ISO 8583's in hexadecimal here. */
const DO_NOT_HONOUR = 0x05;
const PIN_TRIES = 0x4b;

export type Presenting =
  | { readonly code: typeof OK; readonly card: Presented }
  | { readonly code: number; readonly card: null };

/** False: it did not come to that in time, or somebody stopped it. */
function* until(machine: Machine, done: () => boolean): Script<boolean> {
  const endMs = machine.world.clock.monoMs() + machine.model.customerMs;
  while (!done() && !machine.stopped) {
    const leftMs = endMs - machine.world.clock.monoMs();
    if (leftMs <= 0 || !(yield* hand(leftMs))) break;
  }
  return done() && !machine.stopped;
}

/** Waits for a card and reads it. A card from before has to leave first. */
export function* present(machine: Machine): Script<Presenting> {
  machine.stoppable = true;
  if (machine.reader?.used === true) {
    yield* machine.status(REMOVE_CARD);
    if (!(yield* until(machine, () => machine.reader === null)))
      return { code: machine.stopped ? ABORTED : CARD_INSERTED, card: null };
  }
  if (machine.reader === null) {
    yield* machine.status(INSERT_CARD);
    if (!(yield* until(machine, () => machine.reader !== null))) return { code: ABORTED, card: null };
  }
  machine.stoppable = false;
  const card = machine.reader as Presented;
  card.used = true;
  yield* machine.status(WAIT_PLEASE);
  yield* pause(READ_MS);
  const code = machine.reader === card ? readable(card) : NO_CARD_DATA;
  if (code === OK) return { code, card };
  yield* machine.status(code === EXPIRED ? EXPIRED_CARD : CARD_NOT_READABLE, 'over');
  return { code, card: null };
}

function readable({ holder }: Presented): number {
  if (holder === 'unreadable') return UNREADABLE;
  return holder === 'expired' ? EXPIRED : OK;
}

/** The PIN of a card that asks for one: result code. */
export function* enterPin(machine: Machine, card: Presented): Script<number> {
  machine.stoppable = true;
  for (let tries = 1; ; tries++) {
    machine.typed = null;
    yield* machine.status(WATCH_PIN_PAD);
    const typed = yield* until(machine, () => machine.typed !== null || machine.reader !== card);
    if (!typed || machine.reader !== card || machine.typed === machine.model.pin) {
      machine.stoppable = false;
      if (!typed) return ABORTED;
      return machine.reader === card ? OK : NO_CARD_DATA;
    }
    if (tries === MOST_TRIES) {
      machine.stoppable = false;
      yield* machine.status(TRIES_EXCEEDED, 'over');
      return PIN_TRIES;
    }
    yield* machine.status(WRONG_PIN);
  }
}

/**
 * Asks the bank; the entry is approved, or has the code why not. A bank whose answer is lost has approved all the same, as has
 * one whose customer took the card out too early: it is told that it is void as soon as it can be reached.
 */
export function* askBank(machine: Machine, entry: Transaction, card: Presented | null): Script<number> {
  yield* machine.status(WAITING_FOR_BANK);
  if (machine.host === 'offline') {
    yield* pause(DIAL_MS);
    return decline(machine, entry, UNREACHABLE);
  }
  const lost = machine.host === 'lost';
  yield* pause(BANK_MS);
  const refused = card === null ? null : refusalOf(card);
  if (refused === null) approve(machine, entry, card);
  if (lost) {
    yield* pause(NO_ANSWER_MS);
    return voided(machine, entry, NO_ANSWER);
  }
  if (refused !== null) {
    yield* machine.status(refused === LOW_CREDIT ? CREDIT_NOT_SUFFICIENT : DECLINED, 'over');
    return decline(machine, entry, refused);
  }
  if (card !== null && machine.reader !== card) {
    yield* machine.status(PROCESSING_ERROR);
    return voided(machine, entry, PROCESSING);
  }
  return OK;
}

function voided(machine: Machine, entry: Transaction, code: number): number {
  if (entry.state !== 'declined' && entry.kind !== 'reversal') machine.owe(entry);
  entry.result = code;
  return code;
}

function refusalOf({ holder }: Presented): number | null {
  if (holder === 'decline') return DO_NOT_HONOUR;
  return holder === 'insufficient' ? LOW_CREDIT : null;
}

function decline({ world }: Machine, entry: Transaction, code: number): number {
  entry.result = code;
  const { currency, minor, receipt } = entry;
  world.emit({
    event: 'card.declined',
    currency,
    minor,
    receipt,
    code: code.toString(16).toUpperCase().padStart(2, '0'),
  });
  return code;
}

function approve({ world }: Machine, entry: Transaction, card: Presented | null): void {
  if (card?.holder === 'partial') entry.minor = Math.min(entry.minor, card.minor ?? Math.ceil(entry.minor / 2));
  entry.result = OK;
  entry.state = entry.kind === 'refund' ? 'refunded' : 'approved';
  if (entry.kind === 'reversal') return;
  const { currency, minor, receipt } = entry;
  world.emit({ event: entry.kind === 'refund' ? 'card.refunded' : 'card.approved', currency, minor, receipt });
}
