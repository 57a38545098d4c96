import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditor } from '../../../kiosk/day/audit.ts';
import { figuresNow } from '../../../kiosk/day/day.ts';
import type { Entry, EntryBody } from '../../../kiosk/entry.ts';
import type { DayFigures } from '../../../kiosk/day/figures.ts';
import { currency, journalOf, steps } from './booked.ts';

type Closed = Extract<EntryBody, { kind: 'day.closed' }>;

const refunded: EntryBody = { kind: 'refund.done', sale: 's', method: 'voucher', currency, minor: 300 };

const closedIn = (entries: readonly Entry[]): readonly Closed[] =>
  entries.map(({ body }) => body).filter((body) => body.kind === 'day.closed');

/** All that is a sum, by name. */
function sumsOf(figures: DayFigures): ReadonlyMap<string, number> {
  const { sales, refunds, cancelled, rounding, vouchers, cash, counts, methods } = figures;
  const sums = new Map<string, number>();
  const add = (name: string, part: object) => {
    for (const [key, value] of Object.entries(part)) if (typeof value === 'number') sums.set(`${name} ${key}`, value);
  };
  const { opening: _, closing: __, ...flows } = cash;
  const parts = { sales, refunds, cancelled, counts, flows, own: { rounding }, ...vouchers };
  for (const [name, part] of Object.entries(parts)) add(name, part);
  for (const { method, taken, back, checked } of methods) {
    add(`${method} taken`, taken);
    add(`${method} back`, back);
    if (checked !== null) add(`${method} checked`, checked);
  }
  return sums;
}

function addedUp(all: readonly DayFigures[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const figures of all) {
    for (const [name, value] of sumsOf(figures)) sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
}

const withoutZeros = (sums: ReadonlyMap<string, number>) =>
  Object.fromEntries([...sums].filter(([, value]) => value !== 0).sort(([a], [b]) => a.localeCompare(b)));

describe('however a journal is cut into days', () => {
  test('all of them and the open one add up to what it says uncut', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const cut = journalOf(all);
        const whole = journalOf(all, false);
        const days = closedIn(cut.entries).map(({ figures }) => figures);
        const open = figuresNow(cut.state, currency);
        const uncut = figuresNow(whole.state, currency);
        expect(withoutZeros(addedUp([...days, open]))).toEqual(withoutZeros(sumsOf(uncut)));
        expect(open.total).toEqual(uncut.total);
        expect(open.liability.closing).toEqual(uncut.liability.closing);
        expect(open.units).toEqual(uncut.units);
      }),
    );
  });

  test('every entry is in one day, and each day begins with what the one before it ended with', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { entries, state } = journalOf(all);
        let next = 1;
        let owed = { minor: 0, count: 0 };
        let inside = 0;
        const open: Pick<Closed, 'z' | 'from' | 'to' | 'figures'> = {
          z: state.day.z + 1,
          from: state.day.from,
          to: state.seq,
          figures: figuresNow(state, currency),
        };
        [...closedIn(entries), open].forEach(({ z, from, to, figures }, n) => {
          expect(z).toBe(n + 1);
          expect(from).toBe(next);
          next = to + 1;
          expect(figures.liability.opening).toEqual(owed);
          owed = figures.liability.closing;
          const { opening, taken, paidOut, checked = 0, filled, collected, adjusted, closing } = figures.cash;
          expect(opening).toBe(inside);
          expect(opening + taken + paidOut + checked + filled + collected + adjusted).toBe(closing);
          inside = closing;
        });
      }),
    );
  });

  test('the check by other books finds nothing wrong', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const audit = auditor((z, _, { signature }) => signature === `signed ${z}`);
        for (const entry of journalOf(all).entries) expect(audit(entry)).toBeNull();
      }),
    );
  });
});

test('a report that is signed after the next was closed, as when the process ended in between, is a true one', () => {
  const closing = { happens: () => refunded, slip: 'none', closes: true } as const;
  const { entries } = journalOf([{ ...closing, signedLate: true }, closing]);
  const told = entries.flatMap(({ body }) =>
    body.kind === 'day.closed' || body.kind === 'day.signed' ? [`${body.kind} ${body.z}`] : [],
  );
  expect(told).toEqual(['day.closed 1', 'day.closed 2', 'day.signed 1', 'day.signed 2']);
  const audit = auditor((z, _, { signature }) => signature === `signed ${z}`);
  expect(entries.map(audit).filter((problem) => problem !== null)).toEqual([]);
});

describe('the check finds', () => {
  /** The first problem of a journal whose last report was changed. */
  function problemOf(change: (body: Closed) => Closed): string | null {
    const issued = { slip: 'issued', closes: true } as const;
    const { entries } = journalOf([
      { happens: () => refunded, ...issued },
      { happens: () => refunded, ...issued },
    ]);
    const audit = auditor(null);
    for (const entry of entries) {
      const last = entry.body.kind === 'day.closed' && entry.body.z === 2;
      const problem = audit(last ? { ...entry, body: change(entry.body as Closed) } : entry);
      if (problem !== null) return problem;
    }
    return null;
  }

  test('nothing where nothing was changed', () => expect(problemOf((body) => body)).toBeNull());

  test.each<[string, (body: Closed) => Closed, RegExp]>([
    ['a number that was left out', (body) => ({ ...body, z: 3 }), /Z 3 follows Z 1/],
    ['a number that was given twice', (body) => ({ ...body, z: 1 }), /Z 1 follows Z 1/],
    ['an entry in two days', (body) => ({ ...body, from: body.from - 1 }), /of the entries/],
    ['an entry in no day', (body) => ({ ...body, to: body.to - 1 }), /of the entries/],
    [
      'another figure than the entries make',
      (body) => ({ ...body, figures: { ...body.figures, refunds: { minor: 200, count: 1 } } }),
      /says that refunds is .*200.*; the entries make .*300/,
    ],
    [
      'other pieces in a machine than were put into it',
      ({ figures, ...body }) => {
        const denominations = [{ minor: 500, count: 2 }];
        return { ...body, figures: { ...figures, units: [{ unit: 'acceptor.box', minor: 1_000, denominations }] } };
      },
      /says that units is .*acceptor.box.*; the entries make \[\]/,
    ],
    [
      'money that the window never paid',
      ({ figures, ...body }) => {
        const window = { refunds: { minor: 300, count: 1 }, debts: { minor: 0, count: 0 } };
        return { ...body, figures: { ...figures, window } };
      },
      /says that window is .*300/,
    ],
    [
      'a beginning that is not the end of the day before',
      ({ figures, ...body }) => {
        const { liability } = figures;
        return { ...body, figures: { ...figures, liability: { ...liability, opening: { minor: 5, count: 1 } } } };
      },
      /does not begin with the vouchers that Z 1 ended with/,
    ],
  ])('%s', (_, change, words) => {
    expect(problemOf(change)).toMatch(words);
  });

  test('an older report without a signature, whoever has taken it away; the newest may wait for its own', () => {
    const body: EntryBody = { kind: 'refund.done', sale: 's', method: 'voucher', currency, minor: 300 };
    const one = { happens: () => body, slip: 'none', closes: true } as const;
    const { entries } = journalOf([one, one]);
    const without = (z: number) => {
      const audit = auditor(null);
      for (const entry of entries) {
        if (entry.body.kind !== 'day.signed' || entry.body.z !== z) expect(audit(entry)).toBeNull();
      }
      return audit.end();
    };
    expect(without(0)).toBeNull();
    expect(without(2)).toBeNull();
    expect(without(1)).toBe('Z 1 has no signature, and Z 2 follows it');
  });

  test('a signature that is not of this kiosk, or of another entry', () => {
    const { entries } = journalOf([{ happens: () => refunded, slip: 'none', closes: true }]);
    const foreign = auditor(() => false);
    expect(entries.map(foreign).at(-1)).toMatch(/not of this kiosk's key/);
    const audit = auditor(null);
    const moved = entries.map((entry) =>
      entry.body.kind === 'day.signed' ? { ...entry, body: { ...entry.body, hash: 'other' } } : entry,
    );
    expect(moved.map(audit).at(-1)).toMatch(/over another entry than its own/);
  });
});
