/** What is undone by number: reversals (06 30), and reservations booked in part or let go (06 23, 06 25). */
import { type Apdu, bcd, fromBcd, hexOf, readBitmaps } from './simulator-apdu.ts';
import { askBank, WAIT_PLEASE } from './simulator-customer.ts';
import type { Transaction } from './simulator-journal.ts';
import { type Answer, type Machine, NO_PAPER, NOT_POSSIBLE, OK } from './simulator-machine.ts';
import { accepted, failed, garbled, refused, statusInformation } from './simulator-payment.ts';
import { receiptsOf } from './simulator-receipt.ts';
import type { Script } from './simulator-script.ts';

const ALREADY_REVERSED = 0xb4;
const NOT_REVERSIBLE = 0xb5;
const OPEN_RESERVATIONS = 0xb8;
const ANY_RECEIPT = 'FFFF';

/** 06 30: bitmaps without the password. Without a receipt number it is the last transaction. */
export function reversal(machine: Machine, data: Apdu['data']): Answer {
  const fields = readBitmaps(data);
  if (fields === null) return garbled;
  const given = fields.get(0x87);
  const receipt = given === undefined ? machine.journal.lastReceipt : fromBcd(given);
  if (receipt === null) return garbled;
  if (machine.initRequired) return refused(machine, NOT_POSSIBLE);
  if (!machine.canPrint('payment')) return refused(machine, NO_PAPER);
  const original = machine.journal.find(receipt);
  if (original === null || !machine.journal.isToday(original)) return refused(machine, NOT_REVERSIBLE);
  if (original.owed || original.state === 'reversed') return refused(machine, ALREADY_REVERSED);
  if (original.kind !== 'payment' || original.state !== 'confirmed') return refused(machine, NOT_REVERSIBLE);
  return accepted(reverse(machine, original));
}

function* reverse(machine: Machine, original: Transaction): Script {
  yield* machine.status(WAIT_PLEASE);
  const { currency, minor, card } = original;
  const wallMs = machine.world.clock.wallMs();
  const entry = machine.journal.begin('reversal', { currency, minor, card, wallMs }, original.trace);
  const code = yield* askBank(machine, entry, null);
  // The bank reversed it, also where its answer was lost on the way.
  if (entry.state === 'approved') machine.void(original);
  if (code !== OK) return yield* failed(machine, code, entry);
  yield* machine.tell(statusInformation(machine, entry, null));
  yield* machine.print(receiptsOf(entry, machine.model, machine.language), 'payment');
  yield* machine.complete();
}

/** 06 23 and 06 25. 06 23 gives `amount` free and books the rest; receipt FFFF asks which reservations there are. */
export function bookReservation(machine: Machine, data: Apdu['data'], lets: 'part' | 'all'): Answer {
  const fields = readBitmaps(data);
  const given = fields?.get(0x87);
  if (fields === null || given === undefined) return garbled;
  if (hexOf(given) === ANY_RECEIPT) {
    const open = machine.journal.reserved().at(-1);
    return accepted(
      machine.abort(OPEN_RESERVATIONS, [0x87, ...(open === undefined ? [0xff, 0xff] : bcd(open.receipt, 2))]),
    );
  }
  const receipt = fromBcd(given);
  if (receipt === null) return garbled;
  const original = machine.journal.find(receipt);
  if (original === null || original.kind !== 'reservation') return refused(machine, NOT_REVERSIBLE);
  if (original.state !== 'approved' || original.owed) return refused(machine, ALREADY_REVERSED);
  const free = lets === 'all' ? original.minor : fromBcd(fields.get(0x04) ?? []);
  if (free === null) return garbled;
  if (free > original.minor) return refused(machine, NOT_POSSIBLE);
  return accepted(book(machine, original, free));
}

function* book(machine: Machine, original: Transaction, free: number): Script {
  yield* machine.status(WAIT_PLEASE);
  const { currency, card } = original;
  const wallMs = machine.world.clock.wallMs();
  const entry = machine.journal.begin('reversal', { currency, minor: free, card, wallMs }, original.trace);
  const code = yield* askBank(machine, entry, null);
  if (entry.state === 'approved') settle(machine, original, free);
  if (code !== OK) return yield* failed(machine, code, entry);
  yield* machine.tell(statusInformation(machine, entry, null));
  yield* machine.print(receiptsOf(entry, machine.model, machine.language), 'payment');
  yield* machine.complete();
}

function settle(machine: Machine, original: Transaction, free: number): void {
  if (free === original.minor) {
    machine.void(original);
    return;
  }
  original.minor -= free;
  original.state = 'confirmed';
  const { currency, minor, receipt } = original;
  machine.world.emit({ event: 'card.confirmed', currency, minor, receipt });
}
