/**
 * A biller without a network: bills from a file or the built-in examples, its bookings in `DATA/biller.jsonl`. It keeps
 * the same promises as one far away: a payment id is booked once and taken back once, and either is durable before it is answered.
 */
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { sampleBills } from '../../../config/sample-bills.ts';
import { parseJsonStrict } from '../../../config/strict-json.ts';
import { billFact, billFile, type SourceBill } from './answers.ts';
import type { BillerService, BillPost, BillPostFact, BillReverse, BillReverseFact } from './contract.ts';
import { type Ledger, openLedger } from './ledger.ts';

export interface FileBillerOptions {
  /** Where the bookings are kept; made when missing. */
  readonly ledgerPath: string;
  /** A file `{"bills":[…]}` with bills as in `openapi.yaml`; null for the samples. */
  readonly billsPath: string | null;
  readonly currency: string;
  /** With so many bookings nothing more is found, so that nothing is sold which could not be booked. */
  readonly bookingsMaximum?: number;
}

/** Throws, naming the file and what is wrong with it, when bills or bookings cannot be read. */
export function createFileBiller(options: FileBillerOptions): BillerService {
  const bills = new Map(
    (options.billsPath === null ? sampleBills(options.currency) : readBills(options.billsPath)).map((bill) => [
      bill.number,
      bill,
    ]),
  );
  const ledger = openLedger(options.ledgerPath, options.bookingsMaximum);
  return {
    async lookUp(command) {
      // What could not be booked afterwards is not sold.
      if (ledger.full) return { fact: 'bill.unavailable', command: command.id, reason: 'down' };
      const bill = bills.get(command.number);
      if (bill === undefined) return { fact: 'bill.not-found', command: command.id };
      if (bill.currency !== options.currency) {
        return { fact: 'bill.unavailable', command: command.id, reason: 'nonsense' };
      }
      const paid = ledger.ofBill(command.number);
      return billFact(command, paid === undefined ? bill : { ...bill, status: 'paid', paidOn: paid.paidAt });
    },
    async post(command) {
      return book(command, bills.get(command.number), ledger);
    },
    async reverse(command) {
      return takeBack(command, ledger);
    },
  };
}

function book(command: BillPost, bill: SourceBill | undefined, ledger: Ledger): BillPostFact {
  const { id, number, currency, minor, method, paidAt } = command;
  const refused = (reason: 'unknown-bill' | 'paid-elsewhere' | 'cancelled' | 'other'): BillPostFact => ({
    fact: 'bill.refused',
    command: id,
    reason,
  });
  const before = ledger.byId(id);
  if (before !== undefined) {
    const same = before.bill === number && before.currency === currency && before.minor === minor;
    return same ? { fact: 'bill.posted', command: id, reference: before.reference } : refused('other');
  }
  if (bill === undefined) return refused('unknown-bill');
  if (bill.status === 'cancelled') return refused('cancelled');
  if (bill.status === 'paid' || ledger.ofBill(number) !== undefined) return refused('paid-elsewhere');
  if (bill.currency !== currency || bill.minor !== minor) return refused('other');
  const reference = `B${createHash('sha256').update(id).digest('hex').slice(0, 10).toUpperCase()}`;
  ledger.add({ id, bill: number, currency, minor, method, paidAt, reference });
  return { fact: 'bill.posted', command: id, reference };
}

function takeBack({ id, post, number, currency, minor }: BillReverse, ledger: Ledger): BillReverseFact {
  const refused = (reason: 'unknown-payment' | 'reversed-before' | 'other'): BillReverseFact => ({
    fact: 'bill.reverse-refused',
    command: id,
    reason,
  });
  const booked = ledger.byId(post);
  if (booked === undefined) return refused('unknown-payment');
  if (booked.bill !== number || booked.currency !== currency || booked.minor !== minor) return refused('other');
  const before = ledger.reversalOf(post);
  if (before !== undefined) return before === id ? { fact: 'bill.reversed', command: id } : refused('reversed-before');
  ledger.reverse({ id, reverses: post });
  return { fact: 'bill.reversed', command: id };
}

function readBills(path: string): readonly SourceBill[] {
  const wrong = (why: string) => new Error(`${path}: ${why}; correct the file of bills, or set biller.file to null`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
  const json = parseJsonStrict(text);
  if (!json.ok) throw wrong(json.problem.en);
  const read = v.safeParse(billFile, json.json);
  if (!read.success)
    throw wrong(`${v.getDotPath(read.issues[0]) ?? 'the whole'} is not sound: ${read.issues[0].message}`);
  const twice = read.output.bills.find((bill, at, all) => all.findIndex((one) => one.number === bill.number) !== at);
  if (twice !== undefined) throw wrong(`bill ${twice.number} stands there twice`);
  return read.output.bills;
}
