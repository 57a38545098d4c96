import { describe, expect, it } from 'vitest';
import type { StatementRow } from '../../../kiosk/services/wallet/contract.ts';
import { beginsMs, beijingDay, dayMs, daysAfter } from '../../../kiosk/statements/day.ts';
import { compare, cutOffMs, differenceMinor, type Neighbour, type OwnRow } from '../../../kiosk/statements/match.ts';
import { type Random, seeded } from '../../simulation/random.ts';

const day = '2026-03-31';
const noon = beginsMs(day) + dayMs / 2;

const row = (number: string, more: Partial<StatementRow> = {}): StatementRow => ({
  number,
  refundNumber: null,
  transaction: `T${number}`,
  kind: 'paid',
  currency: 'CNY',
  minor: 1_000,
  atMs: noon,
  mark: 'LAB-01',
  ...more,
});
const own = (number: string, atMs = noon, more: Partial<OwnRow> = {}): OwnRow => ({
  number,
  refundNumber: null,
  kind: 'paid',
  minor: 1_000,
  command: `charge-${number}`,
  atMs,
  day: beijingDay(atMs),
  ...more,
});
const back = (number: string, refundNumber: string | null, minor: number) => ({
  row: row(number, { kind: 'refunded', refundNumber, minor }),
  own: own(number, noon, { kind: 'back', refundNumber, minor, command: `refund-${refundNumber}` }),
});
const ask = (rows: readonly StatementRow[], ours: readonly OwnRow[], neighbours: readonly Neighbour[] = []) =>
  compare({ day, mark: 'LAB-01', currency: 'CNY', rows, own: ours, neighbours });

describe('a statement beside the journal', () => {
  it('agrees where each has what the other has, in whatever order', () => {
    const given = back('1', 'R1', 250);
    expect(ask([given.row, row('2'), row('1')], [own('1'), given.own, own('2')])).toEqual({
      told: { minor: 1_750, count: 3 },
      own: { minor: 1_750, count: 3 },
      matched: { minor: 1_750, count: 3 },
      others: { minor: 0, count: 0 },
      undone: 0,
      cutOff: [],
      differences: [],
    });
  });

  it('names what only the journal has, what only the statement has, and other sums', () => {
    const { differences, matched } = ask([row('1', { minor: 1_100 }), row('3')], [own('1'), own('2')]);
    expect(differences).toEqual([
      { what: 'amount', kind: 'paid', number: '1', command: 'charge-1', own: 1_000, told: 1_100 },
      { what: 'unknown', kind: 'paid', number: '3', command: null, own: null, told: 1_000 },
      { what: 'missing', kind: 'paid', number: '2', command: 'charge-2', own: 1_000, told: null },
    ]);
    expect(matched).toEqual({ minor: 0, count: 0 });
    expect(differenceMinor(differences)).toBe(100);
  });

  it('counts rows of other kiosks and programs, and takes none of them for its own', () => {
    const { others, differences } = ask([row('8', { mark: 'LAB-02' }), row('9', { mark: null })], []);
    expect({ others, differences }).toEqual({ others: { minor: 2_000, count: 2 }, differences: [] });
  });

  it('knows a payment of an older release, that wrote no mark, by its number', () => {
    expect(ask([row('1', { mark: null })], [own('1')]).matched.count).toBe(1);
  });

  it('takes another currency for another sum', () => {
    expect(ask([row('1', { currency: 'USD' })], [own('1')]).differences).toMatchObject([{ what: 'amount' }]);
  });

  it('pairs a refund that the gateway made by itself by its sum, after those whose numbers say it', () => {
    const [named, other] = [back('1', 'R1', 300), back('1', 'gateway-7', 300)];
    const ours = [own('1'), { ...other.own, refundNumber: 'R2' }, named.own];
    const found = ask([row('1'), other.row, named.row], ours);
    expect(found.differences).toEqual([]);
    expect(found.matched.count).toBe(3);
  });

  it('makes nothing of what the gateway took and gave back by itself', () => {
    const undone = [row('5'), row('5', { kind: 'revoked', refundNumber: 'gateway-1' })];
    expect(ask(undone, [])).toMatchObject({ undone: 1, differences: [] });
  });
});

describe('the cut-off', () => {
  const [before, after] = [daysAfter(day, -1), daysAfter(day, 1)];
  const midnight = beginsMs(after);

  it('is what was booked a moment before midnight and paid a moment after: expected, then found', () => {
    const late = own('1', midnight - 1_000);
    const first = ask([], [late]);
    expect(first).toMatchObject({ differences: [], cutOff: [{ side: 'next', number: '1' }] });
    const neighbours = [{ day, cutOff: first.cutOff, differences: [] }];
    const next = (rows: readonly StatementRow[]) =>
      compare({ day: after, mark: 'LAB-01', currency: 'CNY', rows, own: [late], neighbours });
    expect(next([row('1')])).toMatchObject({ differences: [], cutOff: [{ side: 'earlier', number: '1' }] });
    expect(next([])).toMatchObject({ differences: [{ what: 'missing', number: '1' }], cutOff: [] });
  });

  it('is what was paid before midnight and heard of after: on the first statement, and not missed on the second', () => {
    const late = own('1', midnight + 3_600_000);
    const first = ask([row('1', { atMs: midnight - 1_000 })], [late]);
    expect(first).toMatchObject({ differences: [], cutOff: [{ side: 'later', number: '1' }] });
    const neighbours = [{ day, cutOff: first.cutOff, differences: [] }];
    const second = compare({ day: after, mark: 'LAB-01', currency: 'CNY', rows: [], own: [late], neighbours });
    expect(second).toMatchObject({ differences: [], cutOff: [] });
  });

  it('explains what the statement of the day before had and the journal did not know yet', () => {
    const strange = { what: 'unknown', kind: 'paid', number: '1', command: null, own: null, told: 1_000 } as const;
    const neighbours = [{ day: before, cutOff: [], differences: [strange] }];
    expect(ask([], [own('1')], neighbours)).toMatchObject({ differences: [], cutOff: [{ side: 'earlier' }] });
  });

  it('is found once: a payment that stood on the statement of the next day already, and then on its own', () => {
    const found = own('1', midnight - 60_000);
    const onNext = { side: 'earlier', kind: 'paid', number: '1', command: 'charge-1', minor: 1_000 } as const;
    const neighbours = [{ day: after, cutOff: [onNext], differences: [] }];
    expect(ask([row('1')], [found], neighbours).differences).toMatchObject([{ what: 'unknown', told: 1_000 }]);
    expect(ask([], [found], neighbours)).toMatchObject({ differences: [], cutOff: [] });
  });

  it('is none when the next statement was read first and did not have it', () => {
    const late = own('1', midnight - 1_000);
    const neighbours = [{ day: after, cutOff: [], differences: [] }];
    expect(ask([], [late], neighbours)).toMatchObject({ differences: [{ what: 'missing' }], cutOff: [] });
  });

  it('takes what its own statement missed, when the next one has it', () => {
    const missed = own('1', noon);
    const { differences } = ask([], [missed]);
    const neighbours = [{ day, cutOff: [], differences }];
    const next = { day: after, mark: 'LAB-01', currency: 'CNY', own: [missed], neighbours };
    expect(compare({ ...next, rows: [row('1')] })).toMatchObject({ differences: [], cutOff: [{ side: 'earlier' }] });
  });

  it('is no excuse for what was booked longer before midnight', () => {
    expect(ask([], [own('1', midnight - cutOffMs - 1)]).differences).toMatchObject([{ what: 'missing' }]);
    expect(ask([], [own('1', midnight - cutOffMs)]).differences).toEqual([]);
  });
});

/** The most rows and entries that can be paired so that trade, kind and sum agree: every way is tried. */
function mostPairs(rows: readonly StatementRow[], ours: readonly OwnRow[]): number {
  const [first, ...others] = rows;
  if (first === undefined) return 0;
  let most = mostPairs(others, ours);
  ours.forEach((one, at) => {
    const kind = first.kind === 'paid' ? 'paid' : 'back';
    if (one.number !== first.number || one.kind !== kind || one.minor !== first.minor) return;
    most = Math.max(most, 1 + mostPairs(others, ours.toSpliced(at, 1)));
  });
  return most;
}

/** Trades with a payment and refunds of their own numbers; some of it on one side only. */
function scene(random: Random): { readonly rows: readonly StatementRow[]; readonly ours: readonly OwnRow[] } {
  const rows: StatementRow[] = [];
  const ours: OwnRow[] = [];
  const keep = (one: { readonly row: StatementRow; readonly own: OwnRow }) => {
    if (random.chance(0.85)) rows.push(one.row);
    if (random.chance(0.85)) ours.push(one.own);
  };
  for (let trade = 0; trade < 3; trade++) {
    keep({ row: row(`${trade}`), own: own(`${trade}`) });
    const refunds = random.integer(0, 2);
    for (let refund = 0; refund < refunds; refund++) {
      const both = back(`${trade}`, `R${trade}${refund}`, 100 * random.integer(1, 2));
      const byItself = random.chance(0.3) ? { ...both.row, refundNumber: null } : both.row;
      keep({ row: byItself, own: both.own });
    }
  }
  return { rows, ours };
}

describe('any day', () => {
  it('comes out even: each row and each entry stands in one place, and as many agree as can', () => {
    const random = seeded(41);
    let differing = 0;
    for (let n = 0; n < 2_000; n++) {
      const { rows, ours } = scene(random);
      const { told, own: journal, matched, differences, undone } = ask(rows, ours);
      const pairs = differences.filter(({ what }) => what === 'amount').length;
      const unknown = differences.filter(({ what }) => what === 'unknown');
      const missing = differences.filter(({ what }) => what === 'missing').length;
      if (undone === 0) expect(matched.count + pairs + unknown.length).toBe(rows.length);
      expect(matched.count + pairs + missing).toBe(ours.length);
      expect(told.minor - journal.minor).toBe(differenceMinor(differences));
      expect(matched.count).toBe(mostPairs(rows, ours));
      differing += differences.length === 0 ? 0 : 1;
    }
    expect(differing).toBeGreaterThan(200);
  });
});
