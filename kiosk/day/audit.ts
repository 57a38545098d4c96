/**
 * Checks every Z report of a journal: its number, its range, and its figures, which are made again here from the entries, in
 * another way than they were made (day.ts): vouchers one by one, and cash by what each machine was given and gave.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Pieces } from '../../hardware/device.ts';
import { emptyCases, foldCases } from '../case.ts';
import type { Entry, EntryBody } from '../entry.ts';
import type { DayFigures, DayMethod } from './figures.ts';
import { emptyTill, foldTill } from '../till/till.ts';
import { casesOf, methodOrder, unitsOf } from './day.ts';

/** What is wrong with a report, in words; null: nothing. */
export interface Audit {
  (entry: Entry): string | null;
  /** After the last entry: every report has its signature by then, but for the newest, which may still wait for it. */
  readonly end: () => string | null;
}

/** Whether a signature over a number and the hash of its entry is this kiosk's own. */
export type IsOwn = (
  z: number,
  hash: string,
  signature: { readonly key: string; readonly signature: string },
) => boolean;

/** Takes the entries of a whole journal in order. `isOwn` null: there is no key to check signatures with. */
export function auditor(isOwn: IsOwn | null): Audit {
  const books = new Books();
  let last = { z: 0, to: 0 };
  /** The hashes of reports that wait for their signature, by number. */
  const unsigned = new Map<number, string>();
  let closing: DayFigures | null = null;
  const audit = ({ seq, hash, body }: Entry) => {
    if (body.kind === 'day.signed') {
      const { z } = body;
      const own = unsigned.get(z);
      if (own === undefined || body.hash !== own) return `the signature of Z ${z} is over another entry than its own`;
      unsigned.delete(z);
      return isOwn === null || isOwn(z, own, body) ? null : `the signature of Z ${z} is not of this kiosk's key`;
    }
    if (body.kind !== 'day.closed') {
      books.take(body, last.z + 1);
      return null;
    }
    const { z, from, to, figures } = body;
    if (z !== last.z + 1) return `Z ${z} follows Z ${last.z}`;
    if (from !== last.to + 1 || to !== seq - 1) {
      return `Z ${z} is of the entries ${from} to ${to}, and must be of ${last.to + 1} to ${seq - 1}`;
    }
    if (closing !== null && !isDeepStrictEqual(closing.liability.closing, figures.liability.opening)) {
      return `Z ${z} does not begin with the vouchers that Z ${last.z} ended with`;
    }
    const counted = books.close(figures.currency);
    last = { z, to };
    unsigned.set(z, hash);
    closing = figures;
    const names = Object.keys({ ...counted, ...figures }) as (keyof DayFigures)[];
    const wrong = names.find((name) => !isDeepStrictEqual(counted[name], figures[name]));
    if (wrong === undefined) return null;
    return `Z ${z} says that ${wrong} is ${JSON.stringify(figures[wrong])}; the entries make ${JSON.stringify(counted[wrong])}`;
  };
  const end = () => {
    const older = [...unsigned.keys()].find((z) => z < last.z);
    return older === undefined ? null : `Z ${older} has no signature, and Z ${last.z} follows it`;
  };
  return Object.assign(audit, { end });
}

interface Sums {
  readonly add: (name: string, minor: number) => void;
  readonly of: (name: string) => { readonly minor: number; readonly count: number };
}

function sums(): Sums {
  const all = new Map<string, { minor: number; count: number }>();
  const none = { minor: 0, count: 0 };
  return {
    add(name, minor) {
      const { minor: before, count } = all.get(name) ?? none;
      all.set(name, { minor: before + minor, count: count + 1 });
    },
    of: (name) => all.get(name) ?? none,
  };
}

class Books {
  private now = sums();
  private readonly ever = sums();
  /** What is out, by serial. */
  private readonly slips = new Map<string, number>();
  private slipsBefore = { minor: 0, count: 0 };
  private cashBefore = 0;
  /** By machine and whether in its box, minor units. */
  private readonly cash = new Map<string, number>();
  private receipts: string[] = [];
  private moves: string[] = [];
  private moveCount = 0;
  private till = emptyTill;
  private cases = emptyCases;
  private currency = '';

  take(body: EntryBody, z: number): void {
    if (body.kind === 'kiosk.started') this.currency = body.currency;
    this.till = foldTill(this.till, body);
    this.cases = foldCases(this.cases, body);
    if ('move' in body) {
      this.moves = [this.moves[0] ?? body.move, body.move];
      this.moveCount += 1;
    }
    this.sale(body);
    this.slip(body);
    this.count(body, z);
    this.machine(body);
  }

  close(currency: string): DayFigures {
    const { now } = this;
    const slips = { minor: [...this.slips.values()].reduce((a, b) => a + b, 0), count: this.slips.size };
    const inside = [...this.cash.values()].reduce((a, b) => a + b, 0);
    const counted = now.of('counted');
    const checked = now.of('checked').minor;
    const [first, last = first] = this.receipts;
    const [firstMove, lastMove] = this.moves;
    const figures: DayFigures = {
      currency,
      sales: now.of('sales'),
      receipts: first === undefined ? null : { first, last: last as string },
      rounding: now.of('rounding').minor,
      refunds: now.of('refunds'),
      cancelled: now.of('cancelled'),
      methods: this.methods(),
      vouchers: { issued: now.of('issued'), redeemed: now.of('redeemed'), paid: now.of('paid') },
      ...this.window(),
      liability: { opening: this.slipsBefore, closing: slips },
      cash: {
        opening: this.cashBefore,
        taken: now.of('in').minor,
        paidOut: now.of('out').minor,
        ...(checked === 0 ? {} : { checked }),
        filled: now.of('filled').minor,
        collected: now.of('collected').minor,
        adjusted: now.of('adjusted').minor,
        closing: inside,
      },
      counts: {
        times: counted.count,
        expected: now.of('expected').minor,
        counted: counted.minor,
        long: now.of('long').minor,
        short: now.of('short').minor,
        corrected: now.of('corrected').minor,
      },
      units: unitsOf(this.till, currency),
      bags: this.till.bags.length,
      moves: firstMove === undefined ? null : { first: firstMove, last: lastMove as string, count: this.moveCount },
      cases: casesOf(this.cases, currency),
      total: this.ever.of('sales'),
    };
    this.now = sums();
    this.slipsBefore = slips;
    this.cashBefore = inside;
    this.receipts = [];
    this.moves = [];
    this.moveCount = 0;
    return figures;
  }

  private methods(): readonly DayMethod[] {
    const { now } = this;
    return methodOrder.flatMap((method) => {
      const [taken, back] = [now.of(`taken ${method}`), now.of(`back ${method}`)];
      const [expected, told] =
        method === 'cash'
          ? [now.of('expected'), now.of('counted')]
          : [now.of(`of ${method}`), now.of(`told ${method}`)];
      if (taken.count + back.count + told.count === 0) return [];
      const checked = told.count === 0 ? null : { expected: expected.minor, told: told.minor };
      return [{ method, taken, back, checked }];
    });
  }

  private window(): Pick<DayFigures, 'window'> {
    const [refunds, debts] = [this.now.of('window refunds'), this.now.of('window debts')];
    return refunds.count === 0 && debts.count === 0 ? {} : { window: { refunds, debts } };
  }

  private sale(body: EntryBody): void {
    const { now } = this;
    if (body.kind === 'sale.paid') {
      now.add('sales', body.minor);
      this.ever.add('sales', body.minor);
      now.add('rounding', body.rounding);
      this.receipts = [this.receipts[0] ?? body.receipt, body.receipt];
      let given = body.change.cash + body.change.voucher + body.change.owed;
      const names = new Set(body.tenders.map(({ method }) => method));
      for (const name of [...names].sort((a, b) => Number(b === 'cash') - Number(a === 'cash'))) {
        const all = body.tenders.filter(({ method }) => method === name).reduce((sum, { minor }) => sum + minor, 0);
        const off = Math.min(all, given);
        given -= off;
        now.add(`taken ${name}`, all - off);
      }
    } else if (body.kind === 'refund.done') {
      now.add('refunds', body.minor);
      now.add(body.window === true ? 'window refunds' : `back ${body.method}`, body.minor);
    } else if (body.kind === 'case.settled' && body.debt === true) {
      now.add('window debts', body.minor);
    } else if (body.kind === 'sale.cancelled') {
      now.add('cancelled', body.minor);
    }
  }

  private slip(body: EntryBody): void {
    switch (body.kind) {
      case 'voucher.issued':
        this.now.add('issued', body.minor);
        this.slips.set(body.serial, body.minor);
        return;
      case 'voucher.redeemed':
        this.now.add('redeemed', body.minor);
        this.slips.delete(body.serial);
        return;
      case 'voucher.voided':
        this.now.add('paid', body.minor);
        this.slips.delete(body.serial);
        return;
    }
  }

  private count(body: EntryBody, z: number): void {
    const { now } = this;
    const found = (expected: number, counted: number) => {
      now.add('expected', expected);
      now.add('counted', counted);
      now.add(counted < expected ? 'short' : 'long', Math.abs(counted - expected));
    };
    switch (body.kind) {
      case 'cash.counted':
      case 'cash.removed':
      case 'cash.declared':
        if (body.difference !== null) found(worth(body.pieces) - body.difference, worth(body.pieces));
        return;
      case 'cash.emptied':
        found(worth(body.expected), worth(body.expected) + body.difference);
        return;
      case 'cash.corrected':
        now.add('corrected', worth(body.pieces) - worth(body.was));
        return;
      case 'day.matched':
        if (body.z !== z) return;
        now.add(`of ${body.method}`, body.expected.minor);
        now.add(`told ${body.method}`, body.told.minor);
    }
  }

  /** By so much what is in a machine changes; `where` names machine and place. */
  private put(flow: string, where: string, minor: number): void {
    this.now.add(flow, minor);
    this.cash.set(where, (this.cash.get(where) ?? 0) + minor);
  }

  private machine(body: EntryBody): void {
    if ('currency' in body && body.currency !== this.currency) return;
    const place = (unit: string | undefined) => (unit === undefined || unit === 'box' ? 'box' : 'store');
    switch (body.kind) {
      case 'note.stacked':
      case 'note.unowned':
        this.put('in', `${body.device} ${place(body.unit)}`, body.minor ?? 0);
        return;
      case 'note.suspect':
        this.put('in', `${body.device} ${place(body.unit)}`, -body.minor);
        return;
      case 'coin.credited':
      case 'coin.unowned':
      case 'coin.checked':
        this.put('in', body.to === null ? `${body.device} box` : `${body.to} store`, body.minor ?? 0);
        return;
      case 'payout.done':
      case 'payout.partial':
        this.put(body.sale === null ? 'checked' : 'out', `${body.device} store`, -worth(body.pieces));
        return;
      case 'cash.retracted':
        this.put('out', `${body.device} box`, body.minor);
        return;
      case 'cash.moved':
        this.put('between', `${body.device} ${place(body.from)}`, -body.minor * body.count);
        this.put('between', `${body.device} ${place(body.to)}`, body.minor * body.count);
        return;
      case 'cash.filled':
        this.put('filled', `${body.device} ${place(body.unit)}`, worth(body.pieces));
        return;
      case 'cash.removed':
        this.leaves('collected', `${body.device} ${place(body.unit)}`, 0);
        return;
      case 'cashbox.removed':
      case 'cashbox.changed':
        this.leaves('collected', `${body.device} box`, 0);
        return;
      case 'cash.declared':
        this.leaves('adjusted', `${body.device} ${place(body.unit)}`, worth(body.pieces));
        return;
      case 'cash.emptied':
        this.leaves('adjusted', `${body.device} ${place(body.unit)}`, worth(body.keep ?? []));
        return;
      case 'cash.corrected':
        if (body.effect === 'unit')
          this.put('adjusted', `${body.device} ${place(body.unit)}`, worth(body.pieces) - worth(body.was));
    }
  }

  /** Just so much is there now, whatever was before. */
  private leaves(flow: string, where: string, minor: number): void {
    this.put(flow, where, minor - (this.cash.get(where) ?? 0));
  }
}

function worth(pieces: readonly Pieces[]): number {
  return pieces.reduce((sum, { minor, count }) => sum + minor * count, 0);
}
