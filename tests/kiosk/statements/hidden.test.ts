/** Ways in which money of a wallet could go without any statement saying so. */
import { describe, expect, it } from 'vitest';
import type { StatementRow } from '../../../kiosk/services/wallet/contract.ts';
import { askingRefused } from '../../../kiosk/statements/statements.ts';
import { beginsMs, beijingDay, dayMs, daysAfter } from '../../../kiosk/statements/day.ts';
import { foldStatements, type StatementDays } from '../../../kiosk/statements/fold.ts';
import { compare, type OwnRow } from '../../../kiosk/statements/match.ts';
import { Visit, withCharges } from '../view/visit.ts';

const day = '2026-03-31';
const next = daysAfter(day, 1);
const noon = beginsMs(day) + dayMs / 2;
const asks = { mark: 'LAB-01', currency: 'CNY' };

const paid: OwnRow = {
  number: '1',
  refundNumber: null,
  kind: 'paid',
  minor: 10_000,
  command: 'charge-1',
  atMs: noon,
  day,
};
const given: OwnRow = { ...paid, kind: 'back', refundNumber: 'R1', minor: 4_000, command: 'refund-1' };
const row = (more: Partial<StatementRow>): StatementRow => ({
  number: '1',
  refundNumber: null,
  transaction: 'T1',
  kind: 'paid',
  currency: 'CNY',
  minor: 10_000,
  atMs: noon,
  mark: 'LAB-01',
  ...more,
});

describe('what a statement must not hide', () => {
  it('a second refund of the same sum, made outside the kiosk on the day after', () => {
    const own = [paid, given];
    const first = row({ kind: 'refunded', refundNumber: 'R1', minor: 4_000 });
    const whole = compare({ ...asks, day, rows: [row({}), first], own, neighbours: [] });
    expect(whole.differences).toEqual([]);
    // The statement of this day has matched: both of ours are accounted for.
    const matched = { day, cutOff: whole.cutOff, differences: [] };
    const second = row({ kind: 'refunded', refundNumber: 'BY-HAND', minor: 4_000, atMs: noon + dayMs });
    const after = compare({ ...asks, day: next, rows: [second], own, neighbours: [matched] });
    expect(after.differences).toMatchObject([{ what: 'unknown', kind: 'back', told: 4_000 }]);
  });

  it('the same payment, that stands on two statements', () => {
    const matched = { day, cutOff: [], differences: [] };
    const after = compare({ ...asks, day: next, rows: [row({})], own: [paid], neighbours: [matched] });
    expect(after.differences).toMatchObject([{ what: 'unknown', kind: 'paid', told: 10_000 }]);
  });

  it('a payment of shortly before midnight that the wallet never had, when the next day is without any', () => {
    const lateMs = beginsMs(next) - 60_000;
    const late: OwnRow = { ...paid, atMs: lateMs, day: beijingDay(lateMs) };
    const found = compare({ ...asks, day, rows: [], own: [late], neighbours: [] });
    expect(found).toMatchObject({ differences: [], cutOff: [{ side: 'next' }] });
    const approved = { kind: 'charge.approved', device: 'alipay', booked: { day, minor: 10_000 } };
    const compared = { kind: 'statement.matched', device: 'alipay', day, cutOff: found.cutOff, differences: [] };
    const days = [approved, compared].reduce<StatementDays>((all, body) => foldStatements(all, body as never, 0), {});
    // The next day must wait for its statement, or nobody ever looks for it again.
    expect(Object.keys(days.alipay?.waiting ?? {})).toEqual([next]);
    const { kiosk } = new Visit(withCharges);
    const later = { ...kiosk, statements: days, wallMs: beginsMs(next) + 3 * dayMs };
    expect(askingRefused(later, 'alipay', next)).toBeNull();
  });
});

describe('what only the journal has', () => {
  it('is not explained by another sum, or the other way, of the same trade on the statement before', () => {
    const strange = { what: 'unknown', kind: 'back', number: '1', command: null, own: null, told: 100 } as const;
    const before = [{ day: daysAfter(day, -1), cutOff: [], differences: [strange] }];
    // There: a refund of ¥1 that nobody here made. Here: a refund of ¥40 that the kiosk booked and the wallet never made.
    const found = compare({ ...asks, day, rows: [], own: [given], neighbours: before });
    expect(found.differences).toMatchObject([{ what: 'missing', kind: 'back', own: 4_000 }]);
  });
});
