/** Boxes that are sealed, papers of moves, sums that take two persons, cases that end as a slip, and all of it in a Z report. */
import { describe, expect, test } from 'vitest';
import { readinessOf } from '../../../kiosk/checks/readiness.ts';
import type { Diagnostics } from '../../../kiosk/diagnostics.ts';
import { tillTable } from '../../../kiosk/server/staff-tables.ts';
import { seenNow } from '../../../kiosk/day/close.ts';
import { auditor } from '../../../kiosk/day/audit.ts';
import { movePaperState } from '../../../kiosk/documents/move-papers.ts';
import { type Entry, type EntryBody, entryClass } from '../../../kiosk/entry.ts';
import { indexKeys, rollUp } from '../../../kiosk/journal/derive.ts';
import { voucherRecord } from '../../../kiosk/lookup.ts';
import { caseRecord, settleRefused, slipOf, soldIn } from '../../../kiosk/staff/cases.ts';
import { countRefused, sealRefused } from '../../../kiosk/staff/moves.ts';
import { needsTwo } from '../../../kiosk/staff/rights.ts';
import { bill, Visit, withCharges } from '../view/visit.ts';
import { currency, Shift } from './shift.ts';

const by = '1';
const at = '2026-03-31T01:20:00.000Z';
const pieces = [{ minor: 2_000, count: 1 }];

function found(of: Visit, key: string): readonly Entry[] {
  return of.recorded.filter((body) => indexKeys(body).includes(key)).map((body) => ({ body, at }) as Entry);
}

const kindOf = <K extends EntryBody['kind']>(bodies: readonly EntryBody[], kind: K) =>
  bodies.filter((body): body is Extract<EntryBody, { kind: K }> => body.kind === kind);

/** ¥20 of nobody's lie in the box, which is taken out. */
function boxOut(): Shift {
  const one = new Shift().hired('administrator').hired('collector').enters('1');
  one.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 2_000 });
  return one.step({ fact: 'cashbox.removed', device: 'acceptor' });
}

function settles(of: Visit, number: string, how: 'paid' | 'voucher', minor: number): Visit {
  const record = caseRecord(found(of, `case:${number}`));
  if (record === null) throw new Error(`there is no ${number}`);
  const serial = slipOf(record.one);
  const slip = serial === null ? null : voucherRecord(found(of, `voucher:${serial}`));
  const sold = soldIn(record, (key) => found(of, key));
  return of.step({ fact: 'case.settled', record: record.one, slip, sold, how, minor, reason: null, by, second: '2' });
}

test('what should be in a box is told to nobody before it is counted: only that something is in it', () => {
  const one = new Shift().hired('collector').enters('1');
  one.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 2_000 });
  const diagnostics = { troubles: () => [] } as unknown as Diagnostics;
  const parts = { config: one.config, kindOf: () => 'note-acceptor' as const, remedyOf: () => null, diagnostics };
  const box = () => tillTable(one.kiosk, parts).units.find(({ unit }) => unit === 'box');
  expect(box()).toMatchObject({ device: 'acceptor', minor: null, pieces: 1, stocks: [] });
  const facts = { version: '1', config: 'c', devices: [], offered: [], freeBytes: null };
  const { cash } = readinessOf(one.kiosk, facts, 0);
  expect(cash.map(({ unit }) => unit)).not.toContain('acceptor.box');
});

describe('a box that was taken out', () => {
  test('gets its slip at once, which is apart from the move', () => {
    const one = boxOut();
    expect(kindOf(one.entries, 'cashbox.taken')).toMatchObject([{ move: 'M00001', bag: 'B00001' }]);
    expect(kindOf(one.entries, 'document.print')).toMatchObject([
      { document: { paper: 'collection', move: 'M00001' }, copy: false, session: null },
    ]);
    one.refusedPrint();
    expect(kindOf(one.recorded, 'case.opened').filter(({ subject }) => subject === null)).toEqual([]);
    expect(movePaperState(found(one, 'move:M00001'))).toEqual({ state: 'failed', mayBeOut: false });
    one.step({
      fact: 'move-paper.wanted',
      document: { paper: 'collection', move: 'M00001' },
      copy: false,
      lang: 'en',
    });
    one.printed();
    expect(movePaperState(found(one, 'move:M00001'))).toEqual({ state: 'printed', mayBeOut: true });
  });

  test('in which nothing was, and one that a printer without paper would document, get none', () => {
    const one = new Shift().hired('administrator').enters('1');
    expect(kindOf(one.step({ fact: 'cashbox.removed', device: 'acceptor' }).entries, 'document.print')).toEqual([]);
    one.step({ fact: 'cashbox.inserted', device: 'acceptor' });
    one.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 2_000 });
    one.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    one.step({ fact: 'cashbox.removed', device: 'acceptor' });
    expect(one.kinds).toContain('cashbox.taken');
    expect(one.kinds).not.toContain('document.print');
  });

  test('is closed under one number, which no other box has had', () => {
    const one = boxOut();
    const refused = (seal: string, used = false, bag = 'B00001') => sealRefused(one.kiosk, bag, seal, used);
    for (const bad of ['', 'ABC', 'abcd', 'AB 1234', 'A'.repeat(21), 'ÄÖÜ1'])
      expect(refused(bad), bad).toBe('bad-seal');
    expect(refused('AB-1234', true)).toBe('seal-used');
    expect(refused('AB-1234', false, 'B00009')).toBe('unknown-bag');
    expect(refused('AB-1234')).toBeNull();
    const seals = () => one.step({ fact: 'cash.sealed', bag: 'B00001', seal: 'AB-1234', used: false, by });
    expect(kindOf(seals().entries, 'cash.sealed')).toMatchObject([{ bag: 'B00001', seal: 'AB-1234', by }]);
    expect(refused('CD-1234')).toBe('sealed');
    expect(kindOf(seals().entries, 'cash.sealed')).toEqual([]);
    one.step({ fact: 'cashbox.inserted', device: 'acceptor' });
    one.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'b', currency, minor: 2_000 });
    one.step({ fact: 'cashbox.removed', device: 'acceptor' });
    expect(refused('AB-1234', false, 'B00002')).toBe('seal-used');
    expect(one.restarted().kiosk.till.bags).toMatchObject([{ seal: 'AB-1234' }, { bag: 'B00002' }]);
  });

  test('is counted with the number that stands on it; another one is a case of its own', () => {
    const one = boxOut();
    expect(countRefused(one.kiosk, 'B00001', 'AB-1234')).toBe('not-sealed');
    one.step({ fact: 'cash.sealed', bag: 'B00001', seal: 'AB-1234', used: false, by });
    expect(countRefused(one.kiosk, 'B00001', null)).toBe('seal-needed');
    expect(one.step({ fact: 'cash.counted', bag: 'B00001', pieces, by }).kinds).toEqual([]);
    one.step({ fact: 'cash.counted', bag: 'B00001', seal: 'AB-1235', pieces, by });
    expect(kindOf(one.entries, 'cash.counted')).toMatchObject([{ seal: 'AB-1235', difference: 0 }]);
    expect(kindOf(one.entries, 'case.opened')).toMatchObject([
      { about: 'seal-differs', subject: 'B00001', minor: null },
    ]);
    expect(kindOf(one.entries, 'document.print')).toMatchObject([{ document: { paper: 'count', move: 'M00002' } }]);
  });

  test('whose seal is right is no case', () => {
    const one = boxOut();
    one.step({ fact: 'cash.sealed', bag: 'B00001', seal: 'AB-1234', used: false, by });
    one.step({ fact: 'cash.counted', bag: 'B00001', seal: 'AB-1234', pieces, by });
    expect(one.kinds).not.toContain('case.opened');
  });
});

describe('a sum above its limit', () => {
  const { kiosk } = new Shift({ corrections: false });
  const { differenceMinor, settleMinor, judgeRefundMinor } = kiosk.rules.authority;

  test.each([
    ['count', differenceMinor],
    ['remove', differenceMinor],
    ['declare', differenceMinor],
    ['correct', differenceMinor],
    ['settle', settleMinor],
    ['judge-refund', judgeRefundMinor],
  ] as const)('takes two persons to %s, more or less alike; up to it one is enough', (right, limit) => {
    expect(limit).toBeGreaterThan(0);
    expect(needsTwo(kiosk, right, limit)).toBe(false);
    expect(needsTwo(kiosk, right, limit + 1)).toBe(true);
    expect(needsTwo(kiosk, right, -limit - 1)).toBe(true);
  });

  test('has no meaning for what is about none, and where two always stand by, less does not help', () => {
    expect(needsTwo(kiosk, 'fill', 100_000_000)).toBe(false);
    expect(needsTwo(new Shift().kiosk, 'settle', 0)).toBe(true);
  });
});

describe('a case that is owed', () => {
  /** A note of nobody's. */
  const owed = () => {
    const one = new Shift().hired('administrator').hired('collector').enters('1');
    return one.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 2_000 });
  };
  const asSlip = { how: 'voucher', minor: 2_000, reason: null } as const;

  test('comes as a slip: its row before its paper, in one batch, once', () => {
    const one = owed();
    settles(one, 'C00001', 'voucher', 2_000);
    expect(one.kinds).toEqual(['case.settled', 'voucher.issued', 'document.print']);
    expect(kindOf(one.entries, 'case.settled')).toMatchObject([{ how: 'voucher', serial: '000001', minor: 2_000 }]);
    expect(kindOf(one.entries, 'voucher.issued')).toMatchObject([
      { serial: '000001', case: 'C00001', reason: 'case', sale: null, session: null, minor: 2_000 },
    ]);
    expect(one.kiosk.cases).toEqual({});
    settles(one.restarted().enters('1') as Shift, 'C00001', 'voucher', 2_000);
    expect(kindOf(one.recorded, 'voucher.issued')).toHaveLength(1);
    expect(voucherRecord(found(one, 'voucher:000001'))).toMatchObject({ minor: 2_000, spent: false });
  });

  test('is not given as a slip that cannot be printed, nor for more than is owed', () => {
    const one = owed();
    const { one: record } = caseRecord(found(one, 'case:C00001'))!;
    expect(settleRefused(one.kiosk, record, null, { ...asSlip, minor: 2_001 })).toBe('bad-amount');
    expect(settleRefused(one.kiosk, record, null, asSlip)).toBeNull();
    one.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(settleRefused(one.kiosk, record, null, asSlip)).toBe('no-printer');
    settles(one, 'C00001', 'voucher', 2_000);
    expect(one.kinds).toEqual([]);
  });

  test('whose slip does not come out is a case about that slip, which is printed again as a copy and paid once', () => {
    const one = owed();
    settles(one, 'C00001', 'voucher', 2_000);
    one.refusedPrint();
    expect(kindOf(one.entries, 'case.opened')).toMatchObject([
      { case: 'C00002', about: 'voucher-not-printed', subject: '000001', minor: 2_000 },
    ]);
    settles(one, 'C00002', 'voucher', 2_000);
    expect(one.kinds).toEqual(['case.settled', 'document.print']);
    expect(kindOf(one.entries, 'document.print')).toMatchObject([{ copy: true, document: { serial: '000001' } }]);
    one.printed();
    const record = voucherRecord(found(one, 'voucher:000001'))!;
    one.step({ fact: 'voucher.voided', record, by });
    expect(voucherRecord(found(one, 'voucher:000001'))).toMatchObject({ spent: true });
    one.step({ fact: 'voucher.voided', record: { ...record, spent: true }, by });
    expect(kindOf(one.recorded, 'voucher.voided')).toHaveLength(1);
  });

  test('and a slip in the printer is not sent a second time', () => {
    const one = new Shift().hired('administrator');
    one.begin().payingCash().note(10_000).refusedPrint();
    while (one.kiosk.session !== null) one.waits(200_000);
    one.enters('1');
    const { one: record } = caseRecord(found(one, 'case:C00001'))!;
    const slip = voucherRecord(found(one, 'voucher:000001'));
    settles(one, 'C00001', 'voucher', 1_350);
    expect(settleRefused(one.kiosk, record, slip, { ...asSlip, minor: 1_350 })).toBe('printing');
  });
});

/** The bill of a charge was refused, and the terminal does not take it back: the window owes it. */
function chargeOwed(): Visit {
  const visit = new Visit(withCharges).boot().reached().begin().confirmed().charging('card').approved();
  visit.confirmedCharge();
  const post = Object.keys(visit.kiosk.posts)[0]!;
  visit.step({ fact: 'bill.refused', command: post, reason: 'cancelled' });
  const { device, command } = visit.charge();
  return visit.step({ fact: 'charge.irreversible', device, command, key: 'never', code: 'B5' });
}

describe('a charge that cannot go back', () => {
  test.each([
    ['paid', 'cash'],
    ['voucher', 'voucher'],
  ] as const)('and is %s by a person counts as given back, with the sale that was sold with it', (how, method) => {
    const visit = chargeOwed();
    expect(kindOf(visit.recorded, 'refund.done')).toEqual([]);
    settles(visit, 'C00001', how, bill.minor);
    const [done] = kindOf(visit.entries, 'refund.done');
    const [sold] = kindOf(visit.recorded, 'sale.paid');
    expect(done).toMatchObject({ sale: sold?.sale, method, minor: bill.minor, case: 'C00001' });
    const figures = rollUp({ body: done!, at, day: '2026-03-31' }, false);
    expect(figures).toContainEqual(expect.objectContaining({ part: 'sale', outcome: 'refunded', minor: bill.minor }));
    settles(visit, 'C00001', how, bill.minor);
    expect(kindOf(visit.recorded, 'refund.done')).toHaveLength(1);
  });

  test('of a sale that was given up was never sold, and nothing of it is given back in the figures', () => {
    const visit = new Visit(withCharges).boot().reached().begin().confirmed().charging('card');
    visit.step({
      fact: 'charge.unknown',
      device: 'terminal',
      command: visit.charge().command,
      key: 'k',
      reason: 'silent',
    });
    const [number] = Object.keys(visit.kiosk.cases) as [string];
    const record = caseRecord(found(visit, `case:${number}`))!;
    expect(soldIn(record, (key) => found(visit, key))).toBeNull();
  });
});

/** The day is closed by hand, and the report made again from the entries by its audit's own books. */
function closed(of: Visit): Extract<EntryBody, { kind: 'day.closed' }> {
  of.step({ fact: 'day.close-asked', seen: seenNow(of.kiosk), by, lang: 'en' });
  const audit = auditor(null);
  const written = of.recorded.filter(({ kind }) => entryClass(kind) !== 'volatile');
  const wrong = written.map((body, i) =>
    audit({ seq: i + 1, at, day: '', kind: body.kind, session: null, body, hash: '' }),
  );
  expect(wrong.filter((words) => words !== null)).toEqual([]);
  return kindOf(of.entries, 'day.closed')[0]!;
}

describe('the Z report', () => {
  test('reconciles a case that a person has ended, within its range, and once', () => {
    const one = boxOut();
    one.step({ fact: 'cash.counted', bag: 'B00001', pieces: [], by });
    const { one: record } = caseRecord(found(one, 'case:C00002'))!;
    one.step({ fact: 'case.settled', record, slip: null, how: 'void', minor: null, reason: 'written-off', by });
    expect(one.kiosk.ended).toEqual(['C00002']);
    const z = closed(one.restarted());
    expect(one.kinds).toEqual(['case.reconciled', 'day.closed']);
    expect(kindOf(one.entries, 'case.reconciled')).toMatchObject([{ case: 'C00002', day: z.opened }]);
    expect(z).toMatchObject({ from: 1, to: one.kiosk.seq - 1, figures: { cases: { count: 1 } } });
    expect(caseRecord(found(one, 'case:C00002'))?.one).toMatchObject({ status: 'reconciled', outcome: 'void' });
    closed(one.restarted());
    expect(one.kinds).toEqual(['day.closed']);
  });

  test('leaves a case that nobody has ended as it is', () => {
    const one = boxOut();
    closed(one);
    expect(one.kinds).toEqual(['day.closed']);
    expect(Object.keys(one.kiosk.cases)).toEqual(['C00001']);
  });

  test('owes the slip that a case ended with, until the window pays it', () => {
    const one = new Shift().hired('administrator').hired('collector').enters('1');
    one.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 2_000 });
    settles(one, 'C00001', 'voucher', 2_000).printed();
    const none = { minor: 0, count: 0 };
    const slip = { minor: 2_000, count: 1 };
    expect(closed(one).figures).toMatchObject({
      vouchers: { issued: slip, redeemed: none, paid: none },
      liability: { opening: none, closing: slip },
      refunds: none,
    });
    one.step({ fact: 'voucher.voided', record: voucherRecord(found(one, 'voucher:000001'))!, by });
    expect(closed(one).figures).toMatchObject({
      vouchers: { issued: none, redeemed: none, paid: slip },
      liability: { opening: slip, closing: none },
    });
  });

  test.each([
    ['paid', null, 0],
    ['voucher', 'voucher', 1],
  ] as const)('has a charge that is %s by a person among what went back', (how, method, slips) => {
    const visit = chargeOwed();
    while (visit.kiosk.session !== null) visit.waits(200_000);
    settles(visit, 'C00001', how, bill.minor);
    const back = { minor: bill.minor, count: 1 };
    const { figures } = closed(visit);
    expect(figures).toMatchObject({ sales: back, refunds: back, liability: { closing: { count: slips } } });
    expect(figures.methods.find((one) => one.back.count > 0)).toEqual(
      method === null ? undefined : expect.objectContaining({ method, back }),
    );
    expect(figures.window?.refunds).toEqual(method === null ? back : undefined);
  });
});
