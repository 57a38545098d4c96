/** What follows from a fact: pure, total, and the only place where the kiosk makes up its mind. */
import { printDone, printFailed, reprintVoucher } from './documents/prints.ts';
import type { DeviceChange, EntryBody } from './entry.ts';
import type { Fact, FactBody } from './fact.ts';
import type { Kiosk } from './kiosk.ts';
import { stackInFlight } from './methods/cash/acceptance.ts';
import {
  noteEscrowed,
  noteFound,
  noteRejected,
  noteReturned,
  noteStacked,
  noteSuspect,
  noteUnknown,
} from './methods/cash/notes.ts';
import { billerAnswered } from './sale/biller.ts';
import { complete, giveBack } from './sale/completion.ts';
import { credited, toGo } from './sale/sale.ts';
import { booted } from './session/boot.ts';
import { asked, receiptAsked, voucherPresented } from './session/intents.ts';
import { timeReached } from './session/time.ts';
import { beginTurn, move, put, saleNow, type Turn } from './turn.ts';

export interface Decision {
  readonly entries: readonly EntryBody[];
  /** The kiosk as it is once the entries are recorded. */
  readonly kiosk: Kiosk;
}

export function decide(kiosk: Kiosk, fact: Fact): Decision {
  const turn = beginTurn(kiosk, fact);
  judge(turn, fact.body);
  goOn(turn);
  return { entries: turn.entries, kiosk: turn.kiosk };
}

function judge(turn: Turn, body: FactBody): void {
  switch (body.fact) {
    case 'note.escrowed':
      return noteEscrowed(turn, body);
    case 'note.stacked':
      return noteStacked(turn, body);
    case 'note.returned':
      return noteReturned(turn, body);
    case 'note.rejected':
      return noteRejected(turn, body);
    case 'note.unknown':
      return noteUnknown(turn, body);
    case 'note.suspect':
      return noteSuspect(turn, body);
    case 'device.powered-up':
      return noteFound(turn, body);
    case 'note.accepting':
      put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
      return change(turn, body.device, { to: 'accepting' });
    case 'device.ready':
      return change(turn, body.device, { to: 'ready' });
    case 'device.disabled':
      return change(turn, body.device, { to: 'disabled' });
    case 'device.lost':
      return change(turn, body.device, { to: 'lost', message: body.message });
    case 'device.fault':
      return change(turn, body.device, { to: 'fault', code: body.code });
    case 'device.cleared':
      return change(turn, body.device, { to: 'cleared', code: body.code });
    case 'paper.changed':
      return change(turn, body.device, { to: 'paper', paper: body.paper });
    case 'device.identified':
      return identified(turn, body);
    case 'cashbox.removed':
    case 'cashbox.inserted':
      return put(turn, { kind: body.fact, device: body.device });
    case 'command.refused':
      return;
    case 'print.done':
      return printDone(turn, body.command);
    case 'print.refused':
      return printFailed(turn, body.command, 'refused', body.reason);
    case 'print.unknown':
      return printFailed(turn, body.command, 'unknown', body.reason);
    case 'bill.found':
    case 'bill.not-found':
    case 'bill.already-paid':
    case 'bill.unavailable':
    case 'bill.posted':
    case 'bill.refused':
      return billerAnswered(turn, body);
    case 'intent':
      return asked(turn, body.intent);
    case 'voucher.presented':
      return voucherPresented(turn, body.record);
    case 'receipt.asked':
      return receiptAsked(turn, body.record);
    case 'time.reached':
      return timeReached(turn);
    case 'kiosk.booted':
      return booted(turn, body);
    default:
      body satisfies never;
  }
}

function change(turn: Turn, device: string, to: DeviceChange): void {
  put(turn, { kind: 'device.changed', device, change: to });
}

/** The denominations of a device are recorded once; others later are a fault, because nothing is credited by position. */
function identified(turn: Turn, seen: Extract<FactBody, { fact: 'device.identified' }>): void {
  const { device, serial, denominations } = seen;
  const known = turn.kiosk.known[device];
  if (known === undefined && denominations.length > 0) {
    put(turn, { kind: 'device.known', device, serial, denominations });
  }
  const mismatch = known !== undefined && JSON.stringify(known) !== JSON.stringify(denominations);
  change(turn, device, { to: 'identified', denominations, mismatch });
}

/** What the state itself asks for next, whatever the fact was. */
function goOn(turn: Turn): void {
  const now = saleNow(turn);
  if (now !== null && stackInFlight(turn.kiosk) === null) {
    const { session, sale } = now;
    if (sale.state === 'open' && session.stage.at === 'pay-cash') {
      if (toGo(sale, turn.kiosk.rules.cashStepMinor) === 0) complete(turn);
    } else if (session.stage.at === 'closing') {
      if (session.stage.then === 'choose') move(turn, { at: 'choose' });
      else if (sale.state !== 'open') put(turn, { kind: 'session.ended', session: session.id, reason: 'left' });
      else if (toGo(sale, turn.kiosk.rules.cashStepMinor) === 0 && credited(sale) > 0) complete(turn);
      else giveBack(turn, session.stage.then);
    }
  }
  reprintVoucher(turn);
}
