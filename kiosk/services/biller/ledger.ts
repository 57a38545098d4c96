/**
 * The bookings of a biller without a network, and those that were taken back: one JSON line each, only ever added to. Who asks for a booking again, after a
 * power cut too, finds it: it is on the disk when `add` returns.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { parseJsonStrict } from '../../../config/strict-json.ts';
import { billNumberPattern } from './answers.ts';

const booking = v.strictObject({
  id: v.string(),
  bill: v.pipe(v.string(), v.regex(billNumberPattern)),
  currency: v.string(),
  minor: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  method: v.string(),
  paidAt: v.string(),
  reference: v.string(),
});
export type Booking = v.InferOutput<typeof booking>;

/** The booking of the payment `reverses` is taken back. */
const reversal = v.strictObject({ id: v.string(), reverses: v.string() });
type Reversal = v.InferOutput<typeof reversal>;

/** All of them are held in memory and read at each start; with so many, no further sale is begun. */
const bookingsMaximum = 100_000;

export interface Ledger {
  byId(id: string): Booking | undefined;
  /** The booking that stands; none where it was taken back. */
  ofBill(number: string): Booking | undefined;
  /** The id under which the payment was taken back. */
  reversalOf(id: string): string | undefined;
  /** No further sale should be begun; what is paid already can still be added. */
  readonly full: boolean;
  /** Throws when the disk does not take it; then it is not there. */
  add(booking: Booking): void;
  /** The same for a booking that is taken back. */
  reverse(reversal: Reversal): void;
}

/**
 * Makes the file when it is missing. A last line that a power cut left unfinished was never answered, and is dropped; any
 * other line that is no booking throws an error that names it. `maximum` is the number of bookings at which it is full.
 */
export function openLedger(path: string, maximum = bookingsMaximum): Ledger {
  make(path);
  const kept = readFileSync(path);
  let endByte = kept.lastIndexOf('\n') + 1;
  const byId = new Map<string, Booking>();
  const ofBill = new Map<string, Booking>();
  const reversals = new Map<string, string>();
  const keep = (one: Booking | Reversal) => {
    if ('reverses' in one) {
      reversals.set(one.reverses, one.id);
      const { bill } = byId.get(one.reverses) ?? {};
      if (bill !== undefined && ofBill.get(bill)?.id === one.reverses) ofBill.delete(bill);
      return;
    }
    byId.set(one.id, one);
    ofBill.set(one.bill, one);
  };
  const write = (one: Booking | Reversal) => {
    const bytes = Buffer.from(`${JSON.stringify(one)}\n`, 'utf8');
    append(path, endByte, bytes);
    endByte += bytes.length;
    keep(one);
  };
  const lines = kept.toString('utf8', 0, endByte).split('\n').slice(0, -1);
  lines.forEach((line, at) => {
    keep(read(path, line, at + 1));
  });
  return {
    byId: (id) => byId.get(id),
    ofBill: (number) => ofBill.get(number),
    get full() {
      return byId.size >= maximum;
    },
    reversalOf: (id) => reversals.get(id),
    add: write,
    reverse: write,
  };
}

function read(path: string, line: string, number: number): Booking | Reversal {
  const json = parseJsonStrict(line);
  if (json.ok && (v.is(booking, json.json) || v.is(reversal, json.json))) return json.json;
  const why = json.ok ? 'this is no booking' : json.problem;
  throw new Error(
    `${path}: line ${number}: ${why}; restore the file from a backup. Without it, bills that are paid would be open again`,
  );
}

/** Also when it is there already: a folder that cannot be written shows itself now, not at the first payment. */
function make(path: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** In place of whatever an earlier, failed try left behind the last whole line. */
function append(path: string, endByte: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, endByte);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done, bytes.length - done, endByte + done);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
