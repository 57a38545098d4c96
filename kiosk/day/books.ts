/**
 * The books by which the audit makes every Z report again: vouchers one by one, and cash piece by piece by what each machine was
 * given and gave. Only two figures have no other books: the open cases and the boxes that nobody has counted are folded by the
 * kiosk's own folds (case.ts, till.ts), so that an entry that was left out of them is found, and not a rule that is wrong.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Pieces } from '../../hardware/device.ts';
import { emptyCases, foldCases } from '../case.ts';
import type { EntryBody } from '../entry.ts';
import { emptyTill, foldTill } from '../till/till.ts';
import { casesOf, methodOrder } from './day.ts';
import type { DayFigures, DayMethod } from './figures.ts';

interface Sums {
  readonly add: (name: string, minor: number, times?: number) => void;
  readonly of: (name: string) => { readonly minor: number; readonly count: number };
}

function sums(): Sums {
  const all = new Map<string, { minor: number; count: number }>();
  const none = { minor: 0, count: 0 };
  return {
    add(name, minor, times = 1) {
      const { minor: before, count } = all.get(name) ?? none;
      all.set(name, { minor: before + minor, count: count + times });
    },
    of: (name) => all.get(name) ?? none,
  };
}

export class Books {
  private now = sums();
  private readonly ever = sums();
  /** What is out, by serial. */
  private readonly slips = new Map<string, number>();
  private slipsBefore = { minor: 0, count: 0 };
  private cashBefore = 0;
  /** By machine and whether in its box: how many of each denomination. */
  private readonly cash = new Map<string, Map<number, number>>();
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

  /** These, when they are just what is in the machines, in whatever order; otherwise what is. */
  unitsAs(told: DayFigures['units']): DayFigures['units'] {
    const [here, said] = [this.inside(), told.filter(({ denominations }) => denominations.length > 0)];
    const right = said.every(({ unit, denominations, minor }) => {
      const own = here.find((one) => one.unit === storeOf(unit));
      return own !== undefined && own.minor === minor && isDeepStrictEqual(own.denominations, denominations);
    });
    return right && said.length === here.length ? told : here;
  }

  close(currency: string): Omit<DayFigures, 'units'> {
    const { now } = this;
    const slips = { minor: [...this.slips.values()].reduce((a, b) => a + b, 0), count: this.slips.size };
    const inside = this.inside().reduce((sum, { minor }) => sum + minor, 0);
    const counted = now.of('counted');
    const checked = now.of('checked').minor;
    const [first, last = first] = this.receipts;
    const [firstMove, lastMove] = this.moves;
    const figures: Omit<DayFigures, 'units'> = {
      currency,
      sales: now.of('sales'),
      receipts: first === undefined ? null : { first, last: last as string },
      rounding: now.of('rounding').minor,
      refunds: now.of('refunds'),
      cancelled: now.of('cancelled'),
      methods: this.methods(),
      vouchers: {
        issued: now.of('issued'),
        redeemed: now.of('redeemed'),
        paid: now.of('paid'),
        ...(now.of('others').count === 0 ? {} : { others: now.of('others') }),
      },
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
      now.add('refunds', body.minor, body.further === true ? 0 : 1);
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
        if (body.issuer !== undefined) {
          this.now.add('others', body.minor);
          return;
        }
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

  /** So many more of these are in a machine; `where` names it and the place. */
  private put(flow: string, where: string, pieces: readonly Pieces[], sign = 1): void {
    this.now.add(flow, sign * worth(pieces));
    const held = this.cash.get(where) ?? new Map<number, number>();
    for (const { minor, count } of pieces) held.set(minor, (held.get(minor) ?? 0) + sign * count);
    this.cash.set(where, held);
  }

  private machine(body: EntryBody): void {
    if ('currency' in body && body.currency !== this.currency) return;
    const place = (unit: string | undefined) => (unit === undefined || unit === 'box' ? 'box' : 'store');
    switch (body.kind) {
      case 'note.stacked':
      case 'note.unowned':
        this.put('in', `${body.device} ${place(body.unit)}`, one(body.minor));
        return;
      case 'note.suspect':
        this.put('in', `${body.device} ${place(body.unit)}`, one(body.minor), -1);
        return;
      case 'coin.credited':
      case 'coin.unowned':
      case 'coin.checked':
        this.put('in', body.to === null ? `${body.device} box` : `${body.to} store`, one(body.minor));
        return;
      case 'payout.done':
      case 'payout.partial':
        this.put(body.sale === null ? 'checked' : 'out', `${body.device} store`, body.pieces, -1);
        return;
      case 'cash.retracted':
        this.put('out', `${body.device} box`, one(body.minor));
        return;
      case 'cash.moved':
        this.put('between', `${body.device} ${place(body.from)}`, [body], -1);
        this.put('between', `${body.device} ${place(body.to)}`, [body]);
        return;
      case 'cash.filled':
        this.put('filled', `${body.device} ${place(body.unit)}`, body.pieces);
        return;
      case 'cash.removed':
        this.leaves('collected', `${body.device} ${place(body.unit)}`, []);
        return;
      case 'cashbox.removed':
      case 'cashbox.changed':
        this.leaves('collected', `${body.device} box`, []);
        return;
      case 'cash.declared':
        this.leaves('adjusted', `${body.device} ${place(body.unit)}`, body.pieces);
        return;
      case 'cash.emptied':
        this.leaves('adjusted', `${body.device} ${place(body.unit)}`, body.keep ?? []);
        return;
      case 'cash.corrected':
        if (body.effect !== 'unit') return;
        this.put('adjusted', `${body.device} ${place(body.unit)}`, body.was, -1);
        this.put('adjusted', `${body.device} ${place(body.unit)}`, body.pieces);
    }
  }

  /** Just these are there now, whatever was before. */
  private leaves(flow: string, where: string, pieces: readonly Pieces[]): void {
    const before = [...(this.cash.get(where) ?? [])].map(([minor, count]) => ({ minor, count }));
    this.put(flow, where, before, -1);
    this.put(flow, where, pieces);
  }

  /** What is in the machines, small denominations first; nothing of what is empty. */
  private inside(): DayFigures['units'] {
    return [...this.cash].flatMap(([unit, held]) => {
      const denominations = [...held]
        .filter(([, count]) => count !== 0)
        .map(([minor, count]) => ({ minor, count }))
        .sort((a, b) => a.minor - b.minor);
      return denominations.length === 0 ? [] : [{ unit, denominations, minor: worth(denominations) }];
    });
  }
}

/** A machine pays out of one place: `acceptor.recycler` and `yuan.hopper` are both its store. */
function storeOf(unit: string): string {
  const dot = unit.lastIndexOf('.');
  return `${unit.slice(0, dot)} ${unit.slice(dot + 1) === 'box' ? 'box' : 'store'}`;
}

/** One piece; of unknown value nothing can be counted. */
function one(minor: number | null): readonly Pieces[] {
  return minor === null ? [] : [{ minor, count: 1 }];
}

function worth(pieces: readonly Pieces[]): number {
  return pieces.reduce((sum, { minor, count }) => sum + minor * count, 0);
}
