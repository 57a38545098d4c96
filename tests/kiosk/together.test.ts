/** Several bills of one payee in one payment, told in facts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChargedPart } from '../../kiosk/charged-part.ts';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import { indexKeys } from '../../kiosk/journal/derive.ts';
import { refundsOf } from '../../kiosk/lookup.ts';
import { openRefundsOf } from '../../kiosk/refunds.ts';
import { billsTogetherMaximum, sharesOf, together } from '../../kiosk/sale/together.ts';
import type { Bill } from '../../kiosk/services/biller/contract.ts';
import { settleRefused } from '../../kiosk/staff/cases.ts';
import { bill, Visit, withCharges } from './view/visit.ts';

const [line] = bill.lines;

function numbered(number: string, minor = 1_000): Bill {
  return { ...bill, number, minor, lines: line === undefined ? [] : [{ ...line, quantity: 1, minor }] };
}

const water = numbered('2001', 3_000);
const power = numbered('2002', 4_000);
const gas = numbered('2003', 1_650);

function all<K extends EntryKind>(visit: Visit, kind: K): readonly Extract<EntryBody, { kind: K }>[] {
  return visit.recorded.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
}

const stage = (visit: Visit) => visit.kiosk.session?.stage;
const told = (visit: Visit, of: Bill) => visit.step({ fact: 'bill.found', command: visit.pending(), bill: of });
const add = (visit: Visit, of: Bill) =>
  told(visit.ask({ do: 'another-bill' }).ask({ do: 'find-bill', number: of.number }), of);

/** At the review of these. */
function shown(first: Bill, ...others: readonly Bill[]): Visit {
  const visit = new Visit(withCharges).boot().reached().begin().found(first);
  for (const other of others) add(visit, other);
  return visit;
}

/** At the choice of a method, each of them asked for again. */
function chosen(...bills: readonly [Bill, ...Bill[]]): Visit {
  const visit = shown(...bills).ask({ do: 'confirm-bill' });
  for (const of of bills) told(visit, of);
  return visit;
}

const refusedPost = (visit: Visit, number: string) => {
  const post = Object.values(visit.kiosk.posts).find((one) => one.number === number);
  return visit.step({ fact: 'bill.refused', command: post?.command ?? '', reason: 'paid-elsewhere' });
};

function paidInCash(): Visit {
  const visit = chosen(water, power).ask({ do: 'method', method: 'cash' });
  if (stage(visit)?.at === 'promise') visit.ask({ do: 'agree' });
  return visit.note(5_000).note(2_000);
}

/** Two of them paid by one charge, and the second refused. */
function refusedAfter(method: 'card' | 'alipay' | 'wechat'): Visit {
  const visit = chosen(water, power).ask({ do: 'method', method }).approved();
  if (method === 'card') visit.confirmedCharge();
  return refusedPost(visit, '2002');
}

const paidAtWindow = { how: 'paid', minor: 4_000, reason: null } as const;

describe('several bills', () => {
  test('are shown as one sum, a line each, that can be left out again', () => {
    const visit = shown(water, power, gas);
    expect(stage(visit)).toMatchObject({ at: 'review', bill: { minor: 8_650, number: '2001+2002+2003' } });
    visit.ask({ do: 'drop-bill', number: '2002' });
    expect(stage(visit)).toMatchObject({ at: 'review', bill: { minor: 4_650, number: '2001+2003' } });
    visit.ask({ do: 'drop-bill', number: '2001' });
    expect(stage(visit)).toMatchObject({ at: 'review', bill: gas });
    visit.ask({ do: 'drop-bill', number: '2003' });
    expect(stage(visit)).toMatchObject({ at: 'review', bill: gas });
  });

  test('of another payee are not taken together, and what was there stays', () => {
    const other = { ...power, payee: { 'zh-CN': '南山水务', en: 'South Hill Water' } };
    const visit = add(shown(water), other);
    expect(stage(visit)).toMatchObject({ at: 'find-bill', problem: { why: 'other-payee' }, beside: water });
    expect(stage(visit.ask({ do: 'back' }))).toMatchObject({ at: 'review', bill: water });
  });

  test('stand there once, however often one is typed', () => {
    const visit = shown(water, power).ask({ do: 'another-bill' }).ask({ do: 'find-bill', number: '2001' });
    expect(stage(visit)).toMatchObject({ at: 'review', bill: { number: '2001+2002' } });
  });

  test('are no more than the glass shows', () => {
    const [first = water, ...others] = Array.from({ length: billsTogetherMaximum }, (_, n) => numbered(`30${n}`));
    const visit = shown(first, ...others).ask({ do: 'another-bill' });
    expect(stage(visit)?.at).toBe('review');
    expect(visit.view().actions.map(({ intent }) => intent.do)).toEqual(['back', 'confirm-bill']);
  });

  test('a code that is scanned at the review is one more', () => {
    const visit = shown(water).step({ fact: 'bill.scanned', number: '2002' });
    expect(stage(told(visit, power))).toMatchObject({ at: 'review', bill: { number: '2001+2002' } });
  });

  test('are all asked for again before anything is paid', () => {
    const visit = shown(water, power).ask({ do: 'confirm-bill' });
    told(visit, water);
    expect(all(visit, 'sale.opened')).toEqual([]);
    told(visit, power);
    expect(all(visit, 'bill.recheck').map(({ number }) => number)).toEqual(['2001', '2002']);
    expect(all(visit, 'sale.opened')).toMatchObject([{ bill: { minor: 7_000, parts: [water, power] } }]);
  });

  test('of which one has changed are shown again with the new sum', () => {
    const visit = told(shown(water, power).ask({ do: 'confirm-bill' }), water);
    const dearer = numbered('2002', 4_500);
    told(visit, dearer);
    expect(stage(visit)).toMatchObject({ at: 'review', bill: { minor: 7_500 }, wasMinor: 7_000, recheck: null });
  });

  test('of which one was paid elsewhere leave the others to be paid', () => {
    const visit = told(shown(water, power).ask({ do: 'confirm-bill' }), water);
    visit.step({ fact: 'bill.already-paid', command: visit.pending(), paidOn: '2026-03-30T08:00:00Z' });
    expect(stage(visit)).toMatchObject({ at: 'find-bill', problem: { why: 'paid' }, beside: water });
  });
});

describe('paid together', () => {
  test('each is posted in the batch of the one receipt, and found under its own number', () => {
    const visit = chosen(water, power, gas).ask({ do: 'method', method: 'alipay' }).approved();
    expect(all(visit, 'bill.post').map(({ number, minor, paidMinor }) => [number, minor, paidMinor])).toEqual([
      ['2001', 3_000, 3_000],
      ['2002', 4_000, 4_000],
      ['2003', 1_650, 1_650],
    ]);
    const [paid, ...others] = all(visit, 'sale.paid');
    expect(others).toEqual([]);
    expect(paid).toMatchObject({ minor: 8_650 });
    expect(paid === undefined ? [] : indexKeys(paid)).toEqual(
      expect.arrayContaining(['bill:2001', 'bill:2002', 'bill:2003']),
    );
  });

  test('one that its biller refuses goes back as a slip when it was paid in cash, and the others stand', () => {
    const visit = paidInCash();
    refusedPost(visit, '2002');
    expect(all(visit, 'voucher.issued')).toMatchObject([{ minor: 4_000, reason: 'refund' }]);
    expect(all(visit, 'refund.done')).toMatchObject([{ method: 'voucher', minor: 4_000 }]);
    expect(Object.values(visit.kiosk.posts).map(({ number }) => number)).toEqual(['2001']);
  });

  test('of one that is refused the wallet that paid others too gives its share back, under a number', () => {
    const visit = refusedAfter('wechat');
    const [refund, ...others] = all(visit, 'charge.refund');
    expect(others).toEqual([]);
    expect(refund).toMatchObject({ device: 'wechat', minor: 4_000, part: { minor: 7_000 }, case: 'C00001' });
    expect(all(visit, 'charge.reverse')).toEqual([]);
    expect(stage(visit)).toMatchObject({ at: 'case', case: 'C00001' });
    expect(JSON.stringify(visit.view().body)).toContain('40 元会全部退回您的微信支付');
    const command = refund?.command ?? '';
    expect(refundsOf(visit.recorded.map((body) => ({ at: '', body })))).toMatchObject([
      { minor: 4_000, serial: null, charge: { method: 'wechat' }, case: 'C00001' },
    ]);
    const memory = () => openRefundsOf(visit.kiosk.refunds, 'wechat');
    expect(memory()).toMatchObject([{ command, minor: 4_000, approval: { minor: 7_000 }, wanted: 'refund' }]);
    expect(settleRefused(visit.kiosk, visit.kiosk.cases.C00001 ?? null, null, paidAtWindow)).toBe('still-asked');
    visit.step({ fact: 'refund.made', device: 'wechat', command, key: 'k', reference: {} });
    expect(all(visit, 'refund.done')).toMatchObject([{ method: 'wechat', minor: 4_000 }]);
    expect(all(visit, 'case.resolved')).toMatchObject([{ case: 'C00001', outcome: 'returned', minor: 4_000 }]);
    expect([visit.kiosk.refunds, memory()]).toEqual([{}, []]);
  });

  test('a share that its wallet does not give back is owed under the number that its owner has', () => {
    const visit = refusedAfter('alipay');
    const command = all(visit, 'charge.refund')[0]?.command ?? '';
    visit.step({ fact: 'refund.refused', device: 'alipay', command, key: 'k', code: 'NO' });
    expect(all(visit, 'case.opened').map((one) => one.case)).toEqual(['C00001']);
    expect(all(visit, 'case.resolved')).toMatchObject([{ case: 'C00001', outcome: 'owed', minor: 4_000 }]);
    expect(visit.kiosk.refunds).toEqual({});
    expect(settleRefused(visit.kiosk, visit.kiosk.cases.C00001 ?? null, null, paidAtWindow)).toBeNull();
  });

  test('all that are refused of one wallet charge go back each under an id and a number of its own', () => {
    const visit = refusedAfter('alipay');
    refusedPost(visit, '2001');
    const refunds = all(visit, 'charge.refund');
    expect(refunds.map((one) => [one.minor, one.case])).toEqual([
      [4_000, 'C00001'],
      [3_000, 'C00002'],
    ]);
    expect(new Set(refunds.map(({ command }) => command)).size).toBe(2);
    const [, last] = refunds;
    visit.step({ fact: 'refund.made', device: 'alipay', command: last?.command ?? '', key: 'k', reference: {} });
    expect(all(visit, 'case.resolved')).toMatchObject([{ case: 'C00002', outcome: 'returned', minor: 3_000 }]);
    expect(openRefundsOf(visit.kiosk.refunds, 'alipay')).toMatchObject([{ minor: 4_000 }]);
  });

  test('a share of a card is owed under a number, for a terminal reverses a charge whole', () => {
    const visit = refusedAfter('card');
    expect([...all(visit, 'charge.reverse'), ...all(visit, 'charge.refund')]).toEqual([]);
    expect(all(visit, 'case.resolved')).toMatchObject([{ outcome: 'owed', minor: 4_000 }]);
    expect(stage(visit)?.at).toBe('case');
  });

  test('what a wallet took that a new configuration knows no more is owed, the share and the whole', () => {
    for (const bills of [[water, power], [power]] as const) {
      const [first, ...others] = bills;
      const visit = chosen(first, ...others)
        .ask({ do: 'method', method: 'alipay' })
        .approved();
      const { alipay: _, ...chargers } = visit.kiosk.rules.chargers;
      visit.kiosk = { ...visit.kiosk, rules: { ...visit.kiosk.rules, chargers } };
      refusedPost(visit, '2002');
      expect([...all(visit, 'charge.reverse'), ...all(visit, 'charge.refund')]).toEqual([]);
      expect(settleRefused(visit.kiosk, visit.kiosk.cases.C00001 ?? null, null, paidAtWindow)).toBeNull();
      expect(stage(visit)).toMatchObject({ at: 'case', case: 'C00001' });
    }
  });

  test('while one is in doubt none of them is paid again', () => {
    const visit = chosen(water, power).ask({ do: 'method', method: 'alipay' });
    const { device, command } = visit.charge();
    visit.step({ fact: 'charge.unknown', device, command, key: 'k', reason: 'silent' });
    visit.over().begin().ask({ do: 'task', task: 'pay-bill' }).ask({ do: 'find-bill', number: '2002' });
    expect(stage(visit)).toMatchObject({ at: 'find-bill', problem: { why: 'checking' } });
  });
});

test('a receipt of several bills is given back by a person, who sees which of them', () => {
  const visit = paidInCash();
  const [paid] = all(visit, 'sale.paid');
  const [post = null] = all(visit, 'bill.post');
  if (paid === undefined) throw new Error('nothing was paid');
  for (const command of Object.keys(visit.kiosk.posts)) visit.step({ fact: 'bill.posted', command, reference: 'B' });
  visit.over().begin().ask({ do: 'task', task: 'receipt' });
  const record = { paid, post, givenBack: false, suspect: false };
  visit.step({ fact: 'refund.wanted', number: paid.receipt, record });
  expect(stage(visit)).toMatchObject({ at: 'refund', problem: 'window', plan: null });
});

describe('the shares of several bills', () => {
  const minors = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 2, maxLength: billsTogetherMaximum });

  test('add up to what was paid, whole charges and rounding included', () => {
    fc.assert(
      fc.property(
        minors,
        fc.array(fc.nat(40_000), { maxLength: 3 }),
        fc.integer({ min: -9, max: 9 }),
        (of, asked, step) => {
          const sum = of.reduce((total, minor) => total + minor, 0);
          let rest = sum;
          const charges = asked.flatMap((wanted, n): ChargedPart[] => {
            const minor = Math.min(wanted, rest);
            rest -= minor;
            const part = {
              command: `charge-${n}`,
              device: 'd',
              method: 'alipay',
              card: null,
              currency: 'CNY',
            } as const;
            return minor === 0 ? [] : [{ ...part, minor, reference: {} }];
          });
          const rounding = rest > 0 && rest + step >= 0 ? step : 0;
          const bills = together(of.map((minor, n) => numbered(`B${n}`, minor)));
          const shares = sharesOf({ bill: bills, charges }, { rounding });
          expect(shares.map(({ bill: { minor } }) => minor)).toEqual(of);
          expect(shares.reduce((total, { paidMinor }) => total + paidMinor, 0)).toBe(sum + rounding);
          for (const { command, minor } of charges) {
            const parts = shares.flatMap((one) => one.charges.filter((each) => each.command === command));
            expect(parts.reduce((total, part) => total + (part.share ?? part.minor), 0)).toBe(minor);
          }
          for (const { paidMinor, charges: paid } of shares) {
            const charged = paid.reduce((total, part) => total + (part.share ?? part.minor), 0);
            expect(charged).toBeLessThanOrEqual(paidMinor);
            expect(paidMinor).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  test('that are rounded away give nothing back when they are refused', () => {
    const visit = chosen(numbered('1', 5), numbered('2', 2)).ask({ do: 'method', method: 'cash' });
    if (stage(visit)?.at === 'promise') visit.ask({ do: 'agree' });
    expect(all(visit, 'bill.post').map(({ paidMinor }) => paidMinor)).toEqual([0, 0]);
    for (const { number } of Object.values(visit.kiosk.posts)) refusedPost(visit, number);
    expect(all(visit, 'voucher.issued')).toEqual([]);
  });
});
