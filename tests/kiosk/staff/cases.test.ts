/** Cases and slips that people settle, told in facts. */
import { describe, expect, test } from 'vitest';
import { openCasesKept } from '../../../kiosk/case.ts';
import type { Entry, EntryBody } from '../../../kiosk/entry.ts';
import type { Ending } from '../../../kiosk/fact.ts';
import { indexKeys } from '../../../kiosk/journal/derive.ts';
import { apply } from '../../../kiosk/kiosk.ts';
import type { Payout } from '../../../kiosk/payouts.ts';
import { voucherEnd, voucherRecord } from '../../../kiosk/lookup.ts';
import { casesTable } from '../../../kiosk/server/staff-cases.ts';
import { caseRecord, settleRefused, slipOf } from '../../../kiosk/staff/cases.ts';
import { bill, Visit, withCharges } from '../view/visit.ts';
import { currency, Shift } from './shift.ts';

const at = '2026-03-31T01:20:00.000Z';
const paid = (minor: number | null): Ending => ({ how: 'paid', minor, reason: null });
const given: Ending = { how: 'void', minor: null, reason: 'given' };

/** What the journal has under a key. */
function found(of: Visit, key: string): readonly Entry[] {
  return of.recorded.filter((body) => indexKeys(body).includes(key)).map((body) => ({ body, at }) as Entry);
}

/** A case with the slip that it is about, as the desk hands them in. */
function looked(of: Visit, number: string) {
  const record = caseRecord(found(of, `case:${number}`))?.one;
  if (record === undefined) throw new Error(`there is no ${number}`);
  const serial = slipOf(record);
  return { record, slip: serial === null ? null : voucherRecord(found(of, `voucher:${serial}`)) };
}

function settles(of: Shift, number: string, ending: Ending): Shift {
  return of.step({ fact: 'case.settled', ...looked(of, number), ...ending, by: '1', second: '2' });
}

function refused(of: Shift, number: string, ending: Ending) {
  const { record, slip } = looked(of, number);
  return settleRefused(of.kiosk, record, slip, ending);
}

function shift(): Shift {
  const made = new Shift().hired('administrator').enters('1');
  return made.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 5_000 });
}

/** A customer has left, and a slip of 13.50 did not come out. */
function withSlip(): Shift {
  const made = new Shift().hired('administrator');
  made.begin().payingCash().note(10_000).refusedPrint();
  while (made.kiosk.session !== null) made.waits(200_000);
  return made.enters('1');
}

const kindOf = (of: Shift, kind: EntryBody['kind']) => of.entries.filter((entry) => entry.kind === kind);

describe('a case', () => {
  test('is paid at the window under two persons, once, and no till moves', () => {
    const one = shift();
    const { till } = one.kiosk;
    settles(one, 'C00001', paid(5_000));
    expect(one.entries).toContainEqual({
      kind: 'case.settled',
      case: 'C00001',
      how: 'paid',
      reason: null,
      debt: true,
      currency,
      minor: 5_000,
      by: '1',
      second: '2',
    });
    expect(one.kiosk.cases).toEqual({});
    expect(one.kiosk.till).toBe(till);
    expect(looked(one, 'C00001').record).toMatchObject({ status: 'resolved', outcome: 'paid', minor: 5_000 });
    expect(refused(one, 'C00001', given)).toBe('case-closed');
    expect(settles(one, 'C00001', paid(5_000)).kinds).toEqual([]);
  });

  test('of which nothing is owed ends with the reason', () => {
    const one = settles(shift(), 'C00001', given);
    expect(kindOf(one, 'case.settled')).toMatchObject([{ how: 'void', minor: 0, reason: 'given' }]);
    expect(one.kiosk.cases).toEqual({});
  });

  test.each([
    ['more than is owed', paid(5_001), 'bad-amount'],
    ['nothing', paid(0), 'bad-amount'],
    ['less than a cent', paid(0.5), 'bad-amount'],
    ['an amount that nobody named', paid(null), 'malformed'],
    ['a payment with a reason', { how: 'paid', minor: 1, reason: 'given' }, 'malformed'],
    ['nothing, without a reason', { how: 'void', minor: null, reason: null }, 'malformed'],
  ] as const)('is not settled with %s', (_, ending, problem) => {
    const one = shift();
    expect(refused(one, 'C00001', ending)).toBe(problem);
    expect(settles(one, 'C00001', ending).kinds).toEqual([]);
  });

  test('that is no debt is not paid, and one whose biller still owes an answer is not ended', () => {
    const one = new Shift().hired('administrator').enters('1');
    const unit = { device: 'yuan', unit: 'hopper', currency, by: '1' } as const;
    one.step({ fact: 'cash.filled', ...unit, pieces: [{ minor: 100, count: 5 }] });
    one.step({ fact: 'cash.removed', ...unit, pieces: [{ minor: 100, count: 9 }] });
    expect(refused(one, 'C00001', paid(400))).toBe('not-owed');
    expect(refused(one, 'C00001', { how: 'void', minor: null, reason: 'written-off' })).toBeNull();
    const posting = withSlip();
    const [post] = Object.keys(posting.kiosk.posts) as [string];
    const about = { ...looked(posting, 'C00001').record, about: 'post-unanswered', subject: post } as const;
    expect(settleRefused(posting.kiosk, about, null, given)).toBe('still-asked');
  });

  test('about a charge that is on its way back is not paid at the window besides', () => {
    const visit = new Visit(withCharges).boot().reached().begin().confirmed().charging('alipay').approved();
    const [post] = Object.keys(visit.kiosk.posts);
    visit.step({ fact: 'bill.refused', command: post ?? '', reason: 'paid-elsewhere' });
    const [one = null] = Object.values(visit.kiosk.cases);
    const ending = { how: 'paid', minor: one?.minor ?? 0, reason: null } as const;
    expect(one?.about).toBe('post-refused');
    expect(settleRefused(visit.kiosk, one, null, ending)).toBe('still-asked');
    visit.reversed();
    expect(visit.kiosk.charges).toEqual({});
  });

  test('that the state no longer holds is settled all the same, from the journal', () => {
    const one = shift();
    const opened = one.recorded.find((entry) => entry.kind === 'case.opened');
    for (let n = 2; n <= openCasesKept + 1; n++)
      one.kiosk = apply(one.kiosk, { ...opened, case: `C${n}` } as EntryBody);
    expect(one.kiosk.cases.C00001).toBeUndefined();
    expect(kindOf(settles(one, 'C00001', paid(5_000)), 'case.settled')).toHaveLength(1);
  });

  test('about a slip that did not come out is owed for certain, and its sum is told as that', () => {
    const one = withSlip();
    const { cases, open } = casesTable(one.kiosk, { find: (key) => found(one, key) }, {});
    expect(cases).toMatchObject([{ about: 'voucher-not-printed', owed: true }]);
    expect(open).toEqual({ count: 1, minor: 1_350, owedMinor: 1_350 });
    expect(casesTable(shift().kiosk, { find: () => [] }, {}).open).toMatchObject({ count: 1, owedMinor: 0 });
  });

  test('about a slip is paid whole, and the slip is worth nothing more', () => {
    const one = withSlip();
    expect(looked(one, 'C00001').record).toMatchObject({ about: 'voucher-not-printed', subject: '000001' });
    expect(refused(one, 'C00001', paid(1_000))).toBe('bad-amount');
    settles(one, 'C00001', paid(1_350));
    expect(kindOf(one, 'voucher.voided')).toMatchObject([{ serial: '000001', minor: 1_350, by: '1', second: '2' }]);
    expect(voucherRecord(found(one, 'voucher:000001'))).toMatchObject({ spent: true });
    expect(one.kiosk.cases).toEqual({});
  });

  test('whose slip was used meanwhile is not paid', () => {
    const one = withSlip();
    const { record, slip } = looked(one, 'C00001');
    if (slip === null) throw new Error('the case is about no slip');
    expect(settleRefused(one.kiosk, record, { ...slip, spent: true }, paid(1_350))).toBe('slip-spent');
    expect(settleRefused(one.kiosk, record, { ...slip, spent: true }, given)).toBeNull();
  });
});

describe('what a machine tells after its case was ended', () => {
  const repaired: Ending = { how: 'void', minor: null, reason: 'repaired' };
  const ended = (of: Shift) => {
    of.ask({ do: 'finish' });
    while (of.kiosk.session !== null) of.waits(200_000);
    return of.enters('1');
  };

  /** A note of ¥100 of which nobody knows. */
  function lostNote(): { one: Shift; found: () => Shift } {
    const one = new Shift()
      .hired('administrator')
      .begin()
      .payingCash({ ...bill, minor: 20_000 })
      .escrow(10_000);
    const order = one.entries.find((entry) => entry.kind === 'note.stack');
    const { command } = order as Extract<EntryBody, { kind: 'note.stack' }>;
    const told = { device: 'acceptor', command, key: `acceptor/${command}`, currency, minor: 10_000 };
    ended(one.waits(15_000));
    return { one, found: () => one.step({ fact: 'note.stacked', ...told }) };
  }

  test('of a note for which nothing was given has a number of its own', () => {
    const { one, found } = lostNote();
    settles(one, 'C00001', repaired);
    found();
    expect(kindOf(one, 'case.opened')).toMatchObject([{ about: 'session-abandoned', minor: 10_000 }]);
  });

  test.each([
    ['was paid at the window', paid(10_000)],
    ['its owner has already', given],
  ])('of a note that %s is not owed again', (_, ending) => {
    const { one, found } = lostNote();
    settles(one, 'C00001', ending);
    found();
    expect(kindOf(one, 'note.stacked')).toHaveLength(1);
    expect(kindOf(one, 'case.opened')).toEqual([]);
  });

  test('of an order to pay out for which nothing was given has a number of its own', () => {
    const one = new Shift().filled().hired('administrator').begin();
    one.payingCash({ ...bill, minor: 9_000 }).note(10_000);
    const [{ command, device, minor }] = Object.values(one.kiosk.payouts) as [Payout];
    ended(one.waits(60_000));
    settles(one, 'C00001', repaired);
    const nothing = { pieces: [], paid: { currency, minor: 0 }, owed: { currency, minor } };
    one.step({ fact: 'payout.partial', device, command, key: 'end', counters: {}, ...nothing });
    expect(kindOf(one, 'case.opened')).toMatchObject([{ about: 'change-owed', minor }]);
  });
});

test('a note that was left, of whose case nothing was given, and then does not come out is owed under a new number', () => {
  const one = new Shift().filled().hired('administrator').begin();
  one.payingCash({ ...bill, minor: 8_000 }).note(10_000);
  const [{ command, device, minor }] = Object.values(one.kiosk.payouts) as [Payout];
  one.step({ fact: 'cash.presented', device, command, currency, minor: 1_000 }).waits(46_000);
  const left = Object.values(one.kiosk.cases).find(({ about }) => about === 'change-left')!;
  expect(one.kiosk.payouts[command]).toMatchObject({ status: 'left', case: left.case });
  settles(one.enters('1'), left.case, { how: 'void', minor: null, reason: 'repaired' });
  const nothing = { pieces: [], paid: { currency, minor: 0 }, owed: { currency, minor } };
  one.step({ fact: 'payout.partial', device, command, key: 'end', counters: {}, ...nothing });
  const [opened] = kindOf(one, 'case.opened');
  expect(opened).toMatchObject({ about: 'change-owed', minor });
  expect(kindOf(one, 'payout.partial')).toMatchObject([{ case: (opened as { case: string }).case }]);
});

describe('a slip that the window paid', () => {
  const pays = (one: Shift) => {
    const record = voucherRecord(found(one, 'voucher:000001'));
    if (record === null) throw new Error('there is no slip');
    return one.step({ fact: 'voucher.voided', record, by: '1' });
  };

  test('is refused here like one that was used, its case is closed, and it is paid once', () => {
    const one = pays(withSlip());
    expect(kindOf(one, 'voucher.voided')).toMatchObject([{ serial: '000001', minor: 1_350, by: '1', second: null }]);
    expect(one.kiosk.cases).toEqual({});
    expect(pays(one).kinds).toEqual([]);
    one.step({ fact: 'staff.left' });
    one
      .begin()
      .confirmed({ ...bill, number: '1002' })
      .ask({ do: 'method', method: 'voucher' });
    one.step({ fact: 'voucher.presented', serial: '000001', record: voucherRecord(found(one, 'voucher:000001')) });
    const [{ at } = { at: '' }] = found(one, 'voucher:000001').filter(({ body }) => body.kind === 'voucher.voided');
    const problem = { why: 'spent', kiosk: 'LAB-01', at };
    expect(one.kiosk.session?.stage).toMatchObject({ at: 'voucher', problem });
    expect(one.kinds).not.toContain('voucher.redeemed');
  });

  test('has come out: nothing about its print is left open', () => {
    const one = new Shift().hired('administrator');
    one.begin().payingCash().note(10_000);
    one.boot('ok', one.kiosk.wallMs - 600_000).enters('1');
    pays(one).waits(61_000);
    expect(one.kiosk.cases).toEqual({});
  });

  test('says by whom and when; one that was used says in which sale', () => {
    const one = withSlip();
    expect(voucherEnd(found(one, 'voucher:000001'))).toBeNull();
    expect(voucherEnd(found(pays(one), 'voucher:000001'))).toEqual({ how: 'paid', at, by: '1' });
    const redeemed = { kind: 'voucher.redeemed', serial: '1', sale: 's', session: 'v', currency, minor: 1 } as const;
    expect(voucherEnd([{ at, body: redeemed }])).toEqual({ how: 'redeemed', at, sale: 's' });
  });
});
