/** Coins in, and change out of machines, told in facts. */
import { describe, expect, test } from 'vitest';
import type { Config } from '../../config/schema.ts';
import { memory } from '../../kiosk/command.ts';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import { acceptable } from '../../kiosk/methods/cash/acceptance.ts';
import { isOpen } from '../../kiosk/case.ts';
import { casesTable } from '../../kiosk/server/staff-cases.ts';
import { payoutOutcomeMs } from '../../kiosk/rules.ts';
import { due } from '../../kiosk/session/time.ts';
import { tillUnits } from '../../kiosk/till/till.ts';
import { apply, durablePart } from '../../kiosk/kiosk.ts';
import type { Payout } from '../../kiosk/payouts.ts';
import type { Bill } from '../../kiosk/services/biller/contract.ts';
import { bill, floats, Visit, withChange } from './view/visit.ts';

const currency = 'CNY';

function costing(minor: number, number = bill.number): Bill {
  return { ...bill, number, minor, lines: [{ ...bill.lines[0]!, minor }] };
}

function filled(change = withChange): Visit {
  return new Visit(change).boot().filled().begin();
}

/** Nobody is at the window, so no slip can be promised. */
function unstaffed(): Visit {
  return filled((config) => {
    const { merchant, ...rest } = withChange(config);
    const staffed = { from: '20:00', to: '21:00' };
    return { ...rest, merchant: { ...merchant, window: { ...merchant.window, staffed } } };
  });
}

function only<K extends EntryKind>(entries: readonly EntryBody[], kind: K): Extract<EntryBody, { kind: K }> {
  const found = entries.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
  expect(found, kind).toHaveLength(1);
  return found[0]!;
}

function orders(visit: Visit): readonly Payout[] {
  return Object.values(visit.kiosk.payouts);
}

function order(visit: Visit, device: string): Payout {
  const found = orders(visit).find((payout) => payout.device === device);
  if (found === undefined) throw new Error(`${device} was told nothing`);
  return found;
}

function started(visit: Visit, { device, command }: Payout): Visit {
  return visit.step({ fact: 'payout.starting', device, command, key: `start ${command}`, counters: { events: 4 } });
}

/** A machine has paid so many of its pieces. */
function pays(visit: Visit, payout: Payout, count: number): Visit {
  const { device, command, minor } = payout;
  const each = payout.pieces[0]!.minor;
  const paid = { currency, minor: each * count };
  const pieces = count === 0 ? [] : [{ minor: each, count }];
  const told = { device, command, key: `end ${command}`, counters: { events: 5 }, paid, pieces };
  return paid.minor === minor
    ? visit.step({ fact: 'payout.done', ...told })
    : visit.step({ fact: 'payout.partial', ...told, owed: { currency, minor: minor - paid.minor } });
}

function paysAll(visit: Visit): Visit {
  for (const payout of orders(visit)) pays(visit, payout, payout.pieces[0]!.count);
  return visit;
}

/** Minor units that the till holds in the unit that a machine pays out of. */
function held(visit: Visit, device: string): number {
  return tillUnits(visit.kiosk.till).find(({ unit }) => unit === `${device}.hopper`)?.minor ?? 0;
}

function holds(device: keyof typeof floats): number {
  return floats[device].minor * floats[device].count;
}

describe('change in cash', () => {
  test('how far a machine came is of this process alone: what is kept is what the entries say', () => {
    const visit = filled().payingCash(costing(3_750)).note(5_000);
    const yuan = order(visit, 'yuan');
    started(visit, yuan);
    const kept = durablePart(visit.kiosk);
    visit.step({ fact: 'payout.progress', device: 'yuan', command: yuan.command, paid: { currency, minor: 100 } });
    expect(visit.kiosk.payouts[yuan.command]?.paidMinor).toBe(100);
    expect(durablePart(visit.kiosk).payouts).toEqual(kept.payouts);
  });

  test('of ¥37.50 paid with ¥50 is a note of ¥10, two coins of ¥1 and five of ¥0.10', () => {
    const visit = filled().payingCash(costing(3_750)).note(5_000);
    expect(visit.kiosk.session?.stage.at).toBe('giving');
    expect(orders(visit).map(({ device, pieces }) => [device, pieces])).toEqual([
      ['jiao', [{ minor: 10, count: 5 }]],
      ['yuan', [{ minor: 100, count: 2 }]],
      ['tens', [{ minor: 1_000, count: 1 }]],
    ]);
    paysAll(visit);
    expect(visit.kiosk.session?.stage.at).toBe('settled');
    expect(only(visit.entries, 'sale.paid')).toMatchObject({
      tenders: [{ method: 'cash', minor: 5_000 }],
      change: { cash: 1_250, voucher: 0, owed: 0 },
      voucher: null,
    });
    expect(held(visit, 'yuan')).toBe(holds('yuan') - 200);
    expect(held(visit, 'tens')).toBe(holds('tens') - 1_000);
    expect(visit.view().body).toMatchObject({
      screen: 'settled',
      take: { picture: 'cash', title: '请取走零钱 12.50 元' },
    });
  });

  test('is ordered only after the sale is tendered and its payment is on its way to the biller', () => {
    const { entries } = filled().payingCash(costing(3_750)).note(5_000);
    const kinds = entries.map(({ kind }) => kind);
    expect(kinds.indexOf('sale.tendered')).toBeLessThan(kinds.indexOf('bill.post'));
    expect(kinds.indexOf('bill.post')).toBeLessThan(kinds.indexOf('cash.dispense'));
    expect(kinds).not.toContain('sale.paid');
  });

  test('needs no consent to a slip where every sum of it is sure', () => {
    const visit = filled().confirmed(costing(3_750)).ask({ do: 'method', method: 'cash' });
    expect(visit.kiosk.session?.stage.at).toBe('pay-cash');
    expect(visit.view().body).toMatchObject({ change: { tone: 'calm', text: '找零：纸币和硬币' } });
  });

  test('is asked about first where it may run short, and the rest comes as a slip', () => {
    const visit = filled().step({
      fact: 'cash.removed',
      device: 'tens',
      unit: 'hopper',
      currency,
      pieces: [floats.tens],
      by: 'anna',
    });
    visit.confirmed(costing(3_750)).ask({ do: 'method', method: 'cash' });
    expect(visit.view().body).toMatchObject({ screen: 'promise', title: '零钱可能不够' });
    visit.ask({ do: 'agree' }).note(10_000);
    // ¥62.50: all 40 coins of ¥1, all 60 of ¥0.10, and a slip for what is left.
    paysAll(visit);
    expect(only(visit.entries, 'voucher.issued')).toMatchObject({ minor: 6_250 - 4_600, reason: 'change' });
    expect(only(visit.entries, 'sale.paid').change).toEqual({ cash: 4_600, voucher: 1_650, owed: 0 });
  });

  test('that falls short is owed under a number, and the books agree', () => {
    const visit = filled().payingCash(costing(3_750)).note(5_000);
    const yuan = order(visit, 'yuan');
    pays(visit, yuan, 1);
    const opened = only(visit.entries, 'case.opened');
    expect(opened).toMatchObject({ about: 'change-owed', minor: 100, subject: yuan.command });
    paysAll(visit);
    const paid = only(visit.entries, 'sale.paid');
    expect(paid.change).toEqual({ cash: 1_150, voucher: 0, owed: 100 });
    const received = paid.tenders.reduce((sum, { minor }) => sum + minor, 0);
    expect(received - 1_150 - 100).toBe(paid.minor + paid.rounding);
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', case: opened.case });
    // The window pays it: nobody has to ask on another day.
    const certain = ['账单已经付清', '已出 11.50 元，还欠您 1 元'];
    expect(visit.view().body).toMatchObject({ certain, promise: '核实号一直有效' });
    expect(held(visit, 'yuan')).toBe(holds('yuan') - 100);
  });

  test('that a machine refused before it left is a slip instead, without a case', () => {
    const visit = filled().payingCash(costing(3_750)).note(5_000);
    const { device, command } = order(visit, 'tens');
    visit.step({ fact: 'command.refused', device, command, sent: false, reason: 'disabled' });
    paysAll(visit);
    expect(only(visit.entries, 'sale.paid').change).toEqual({ cash: 250, voucher: 1_000, owed: 0 });
    expect(Object.values(visit.kiosk.cases)).toEqual([]);
    expect(held(visit, 'tens')).toBe(holds('tens'));
  });

  test('that may have left is never given another way: the sale waits, then a number stands for it', () => {
    const visit = filled().payingCash(costing(3_800)).note(5_000);
    const tens = order(visit, 'tens');
    pays(visit, order(visit, 'yuan'), 2);
    started(visit, tens).step({
      fact: 'command.refused',
      device: 'tens',
      command: tens.command,
      sent: true,
      reason: 'busy',
    });
    expect(visit.kiosk.session?.stage.at).toBe('giving');
    visit.waits(61_000);
    expect(only(visit.entries, 'case.opened')).toMatchObject({ about: 'payout-unknown', minor: 1_000 });
    expect(only(visit.entries, 'sale.paid').change).toEqual({ cash: 200, voucher: 0, owed: 1_000 });
    expect(held(visit, 'tens')).toBe(holds('tens'));
  });

  test('in doubt still counts when the machine tells later: the till and the case agree with it', () => {
    const visit = filled().payingCash(costing(4_000)).note(5_000);
    const tens = order(visit, 'tens');
    started(visit, tens).waits(61_000);
    pays(visit, tens, 1);
    expect(only(visit.entries, 'case.resolved')).toMatchObject({ outcome: 'paid-out', minor: 1_000 });
    expect(held(visit, 'tens')).toBe(holds('tens') - 1_000);
    expect(visit.entries.some(({ kind }) => kind === 'sale.paid')).toBe(false);
  });

  test.each([
    ['all of it', 2],
    ['part of it', 1],
  ])('in doubt, counted by a person, and told of as %s then, leaves the till once', (_, came) => {
    const visit = filled().payingCash(costing(3_000)).note(5_000);
    const tens = order(visit, 'tens');
    started(visit, tens).waits(61_000);
    const pieces = [{ minor: 1_000, count: 12 - came }];
    visit.step({ fact: 'cash.declared', device: 'tens', unit: 'hopper', currency, pieces, by: 'anna' });
    pays(visit, tens, came);
    expect(held(visit, 'tens')).toBe((12 - came) * 1_000);
    const outcome = came === 2 ? 'paid-out' : 'owed';
    expect(only(visit.entries, 'case.resolved')).toMatchObject({ outcome, case: 'C00001' });
  });

  const owes = (minor: number) => [{ status: 'open', about: 'payout-unknown', outcome: 'owed', minor }];

  test('of which the machine later tells that only part came out stays an open case of what is owed', () => {
    const visit = filled().payingCash(costing(3_000)).note(5_000);
    const tens = order(visit, 'tens');
    started(visit, tens).waits(61_000);
    expect(visit.view().body).toMatchObject({ screen: 'case', number: 'C00001' });
    pays(visit, tens, 1);
    expect(Object.values(visit.kiosk.cases)).toMatchObject(owes(1_000));
    expect(JSON.stringify(visit.view().body)).toContain('我们欠您 10 元');
  });

  test('that never left the kiosk, as is known when all have gone, stays an open case of the whole sum', () => {
    const visit = filled().payingCash(costing(4_000)).note(5_000);
    const { command } = order(visit, 'tens');
    visit.waits(61_000).ask({ do: 'finish' });
    while (visit.kiosk.session !== null) visit.waits(60_000);
    visit.step({ fact: 'command.refused', device: 'tens', command, sent: false, reason: 'never-sent' });
    expect(Object.values(visit.kiosk.cases)).toMatchObject(owes(1_000));
  });

  test('that a machine does not even refuse is looked at again in time, though nothing else wakes the kiosk', () => {
    const visit = filled().payingCash(costing(4_000)).note(5_000);
    for (const command of Object.keys(visit.kiosk.posts)) visit.step({ fact: 'bill.posted', command, reference: 'R' });
    const { orderedMs } = order(visit, 'tens');
    expect(due(visit.kiosk)).toBe(orderedMs + payoutOutcomeMs);
  });

  test('goes on counting as long as coins are seen to come', () => {
    const visit = filled().payingCash(costing(3_800)).note(5_000);
    const yuan = order(visit, 'yuan');
    pays(visit, order(visit, 'tens'), 1);
    const progress = (minor: number) =>
      visit.step({ fact: 'payout.progress', device: 'yuan', command: yuan.command, paid: { currency, minor } }, 50_000);
    progress(100);
    expect(visit.view().body).toMatchObject({
      screen: 'settling',
      title: '正在出零钱 12 元…',
      text: '已出 11 元，请不要离开',
    });
    progress(150).waits(50_000);
    expect(visit.kiosk.session?.stage.at).toBe('giving');
  });

  test('is not ordered from a machine that is not well, owes an answer, or says that it is empty', () => {
    const visit = filled();
    visit.step({ fact: 'device.fault', device: 'tens', code: 'other.jam' });
    visit.step({
      fact: 'cash.levels',
      device: 'yuan',
      levels: [{ currency, minor: 100, count: null, state: 'empty' }],
    });
    visit.payingCash(costing(4_900)).note(5_000);
    expect(orders(visit).map(({ device, minor }) => [device, minor])).toEqual([['jiao', 100]]);
    visit.waits(61_000).ask({ do: 'finish' }).waits(20_000).waits(60_000).waits(20_000);
    expect(visit.kiosk.session).toBeNull();
    visit.begin().payingCash(costing(4_990, '1002')).note(5_000);
    expect(orders(visit).filter(({ status }) => status === 'open')).toEqual([]);
    expect(only(visit.entries, 'sale.paid').change.voucher).toBe(10);
  });
});

describe('a promise of change', () => {
  test('keeps a reserve: no note is lit whose change would need the last pieces', () => {
    const visit = unstaffed();
    const few = (device: keyof typeof floats, count: number) => {
      const taken = { ...floats[device], count: floats[device].count };
      visit.step({ fact: 'cash.removed', device, unit: 'hopper', currency, pieces: [taken], by: 'anna' });
      const pieces = [{ minor: floats[device].minor, count }];
      visit.step({ fact: 'cash.filled', device, unit: 'hopper', currency, pieces, by: 'anna' });
    };
    few('tens', 4);
    few('yuan', 12);
    few('jiao', 3);
    visit.payingCash(costing(4_000));
    // Three of each are kept: ¥10 and ¥9 can be promised, ¥60 can not.
    expect(acceptable(visit.kiosk, 'acceptor')).toEqual([100, 500, 1_000, 2_000, 5_000]);
    few('tens', 3);
    visit.step({ fact: 'time.reached' });
    expect(acceptable(visit.kiosk, 'acceptor')).toEqual([100, 500, 1_000, 2_000]);
  });

  test('may use the reserve when it is kept', () => {
    const visit = unstaffed().payingCash(costing(4_000));
    expect(acceptable(visit.kiosk, 'acceptor')).toContain(5_000);
    visit.step({ fact: 'cash.levels', device: 'tens', levels: [{ currency, minor: 1_000, count: 2, state: 'low' }] });
    expect(acceptable(visit.kiosk, 'acceptor')).toContain(5_000);
    visit.step({ fact: 'cash.levels', device: 'yuan', levels: [{ currency, minor: 100, count: 2, state: 'low' }] });
    expect(acceptable(visit.kiosk, 'acceptor')).not.toContain(5_000);
  });
});

describe('a sale that is given up', () => {
  test('gives back in cash what it can', () => {
    const visit = filled().payingCash(costing(3_750)).note(1_000).coin(100);
    expect(visit.view().actions[0]?.label).toBe('取消，退还 11 元');
    visit.ask({ do: 'cancel' });
    paysAll(visit);
    expect(visit.kiosk.session?.stage.at).toBe('returned');
    expect(visit.recorded.some(({ kind }) => kind === 'voucher.issued' || kind === 'sale.paid')).toBe(false);
    expect(visit.view().body).toMatchObject({ take: { picture: 'cash', title: '请取走 11 元' } });
  });

  test.each(['zh-CN', 'en'] as const)('says how much of it is cash and how much a slip, in %s', (lang) => {
    const visit = new Visit(withChange).boot().filled().begin(lang).payingCash(costing(60_000));
    for (let n = 0; n < 5; n++) visit.note(10_000);
    const [cancel] = visit.view().actions;
    visit.ask({ do: 'cancel' });
    const cash = orders(visit).reduce((sum, { minor }) => sum + minor, 0);
    expect(cash).toBeGreaterThan(0);
    expect(cash).toBeLessThan(50_000);
    paysAll(visit);
    const slip = only(visit.recorded, 'voucher.issued').minor;
    expect(slip).toBe(50_000 - cash);
    const [out, rest] = [cash, slip].map((minor) => (minor / 100).toFixed(2).replace('.00', ''));
    expect(cancel).toMatchObject({
      label: { 'zh-CN': '取消，退还 500 元', en: 'Cancel, get ¥500 back' }[lang],
      ask: {
        text: {
          'zh-CN': `账单没有付，${out} 元现金从机器里退还给您。${rest} 元会打印成现金凭证，可到一楼 3 号窗口换现金，不收费，没有期限`,
          en: `The bill is not paid. ¥${out} comes out in cash. Your ¥${rest} will be printed as a cash slip. Window 3, ground floor pays it in cash, free, at any time`,
        }[lang],
      },
    });
  });

  test('is a slip where nobody stands there any more', () => {
    const visit = filled().payingCash(costing(3_750)).note(1_000).waits(161_000).waits(21_000);
    expect(orders(visit)).toEqual([]);
    expect(only(visit.entries, 'voucher.issued')).toMatchObject({ minor: 1_000, reason: 'time-out' });
  });
});

describe('a sum that is complete when nobody stands there any more', () => {
  test('has its change as a slip: no cash comes out to whoever comes next', () => {
    const visit = filled().payingCash(costing(3_750)).escrow(5_000);
    const { command } = only(visit.entries, 'note.stack');
    const session = visit.kiosk.session!.id;
    const stage = { at: 'closing', next: 'time-out' } as const;
    visit.kiosk = apply(visit.kiosk, { kind: 'session.moved', session, stage });
    visit.step({ fact: 'note.stacked', device: 'acceptor', command, key: 'k', currency, minor: 5_000 });
    expect(orders(visit)).toEqual([]);
    expect(only(visit.entries, 'sale.paid').change).toEqual({ cash: 0, voucher: 1_250, owed: 0 });
  });
});

test('paid-out notes that went back in name the visit that they were for', () => {
  const visit = filled().payingCash(costing(4_000)).note(5_000);
  const { command } = order(visit, 'tens');
  visit.step({ fact: 'cash.retracted', device: 'tens', command, key: 'r', currency, minor: 1_000 });
  const { id, sale } = visit.kiosk.session!;
  expect(only(visit.entries, 'case.opened')).toMatchObject({ about: 'change-retracted', session: id, sale: sale?.id });
});

describe('a start in the middle of a payout', () => {
  const boot = (lastAt: number | null) => ({ fact: 'kiosk.booted', version: '2', config: 'other', lastAt }) as const;

  test.each([5, 100])('with another cash step, %i, books the sale as it was tendered', (cashStepMinor) => {
    const visit = filled().payingCash(costing(3_750)).note(5_000);
    visit.kiosk = { ...visit.kiosk, rules: { ...visit.kiosk.rules, cashStepMinor } };
    visit.step(boot(visit.kiosk.wallMs));
    paysAll(visit);
    expect(only(visit.entries, 'sale.paid')).toMatchObject({
      rounding: 0,
      change: { cash: 1_250, voucher: 0, owed: 0 },
    });
  });

  test('asks the machine, and goes on with its answer', () => {
    const visit = filled().payingCash(costing(4_000)).note(5_000);
    const tens = order(visit, 'tens');
    expect(memory(visit.kiosk, 'tens').lastPayout).toMatchObject({ command: tens.command, starting: false });
    started(visit, tens).step(boot(visit.kiosk.wallMs));
    expect(memory(visit.kiosk, 'tens')).toMatchObject({
      lastPayout: { command: tens.command, open: true, starting: true, pieces: [{ minor: 1_000, count: 1 }] },
      counters: { events: 4 },
    });
    expect(visit.entries.some(({ kind }) => kind === 'cash.dispense')).toBe(false);
    pays(visit, tens, 1);
    expect(only(visit.entries, 'sale.paid').change).toEqual({ cash: 1_000, voucher: 0, owed: 0 });
  });

  test('after hours books what came out, and prints nothing for whoever stands there now', () => {
    const visit = filled().payingCash(costing(4_000)).note(5_000);
    const tens = order(visit, 'tens');
    visit.step(boot(visit.kiosk.wallMs - 3_600_000));
    visit.step({ fact: 'command.refused', device: 'tens', command: tens.command, sent: false, reason: 'never sent' });
    expect(only(visit.entries, 'sale.paid').change).toEqual({ cash: 0, voucher: 1_000, owed: 0 });
    expect(only(visit.entries, 'case.opened')).toMatchObject({ about: 'voucher-not-printed', minor: 1_000 });
    expect(visit.kiosk.session).toBeNull();
  });

  test('after hours prints no refund either: a number stands for it', () => {
    const visit = filled().payingCash(costing(4_000)).note(5_000);
    const [post] = Object.keys(visit.kiosk.posts) as [string];
    visit.step(boot(visit.kiosk.wallMs - 3_600_000));
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'giving', absent: true });
    visit.step({ fact: 'bill.refused', command: post, reason: 'cancelled' });
    expect(only(visit.entries, 'voucher.issued')).toMatchObject({ minor: 4_000, reason: 'refund' });
    expect(only(visit.entries, 'case.opened')).toMatchObject({ about: 'post-refused', minor: 4_000 });
    expect(visit.entries.map(({ kind }) => kind)).not.toContain('document.print');
  });
});

describe('coins', () => {
  test('count at once, and complete a sale', () => {
    const visit = filled().payingCash(costing(110)).coin(100).coin(10);
    expect(only(visit.entries, 'sale.paid')).toMatchObject({ minor: 110, change: { cash: 0, voucher: 0, owed: 0 } });
  });

  test('count once for each key, and lie where the machine says', () => {
    const visit = filled().payingCash(costing(3_750));
    const coin = {
      fact: 'coin.credited',
      device: 'coins',
      key: 'k',
      counter: 9,
      afterMs: visit.kiosk.monoMs,
      counters: { total: 9 },
      currency,
    } as const;
    visit.step({ ...coin, to: 'yuan', minor: 100 }).step({ ...coin, to: 'yuan', minor: 100 });
    expect(visit.kiosk.session?.sale?.notes).toHaveLength(1);
    expect(held(visit, 'yuan')).toBe(holds('yuan') + 100);
    expect(memory(visit.kiosk, 'coins').counters).toEqual({ total: 9 });
  });

  test('that complete the sum while their owner looks for a voucher pay the bill there and then', () => {
    const visit = filled().payingCash(costing(110)).coin(100).ask({ do: 'other-way' });
    visit.ask({ do: 'method', method: 'voucher' }).coin(10);
    expect(only(visit.entries, 'sale.paid')).toMatchObject({ minor: 110 });
  });

  test.each([
    ['pays the bill', (visit: Visit) => visit.payingCash(costing(110)).coin(100).coin(10)],
    ['is given back', (visit: Visit) => visit.payingCash(costing(3_750)).note(1_000).ask({ do: 'cancel' })],
  ])('that fall after what is inside %s have a number that their owner reads', (_, end) => {
    const visit = filled();
    end(visit).coin(50);
    const number = only(visit.entries, 'case.opened').case;
    for (const payout of orders(visit)) pays(visit, payout, payout.pieces[0]!.count);
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', case: number });
    expect(JSON.stringify(visit.view())).toContain(number);
    visit.ask({ do: 'finish' });
    expect(visit.kiosk.session?.stage.at).toMatch(/settled|returned/);
  });

  test('that the machine lost count of before the eyes of their owner have a number that is read', () => {
    const visit = new Visit(withChange).boot().filled().step({ fact: 'device.ready', device: 'coins' }).begin();
    visit.payingCash(costing(3_750)).note(1_000);
    visit.step({ fact: 'coin.lost', device: 'coins', key: 'l', count: 3, counters: { total: 12 } });
    const { case: number, session } = only(visit.entries, 'case.opened');
    expect(session).toBe(visit.kiosk.session?.id);
    expect(JSON.stringify(visit.view())).toContain(number);
    expect(visit.ask({ do: 'finish' }).kiosk.session?.stage.at).toBe('pay-cash');
  });

  test('of a visit before, first read after a start, are not credited to the visit that outlived it', () => {
    const visit = filled().step({ fact: 'device.lost', device: 'coins', reason: 'silent', message: 'gone' });
    visit.begin().ask({ do: 'cancel' }).begin().payingCash(costing(3_750)).note(1_000);
    visit.step({ fact: 'kiosk.booted', version: '2', config: 'x', lastAt: visit.kiosk.wallMs });
    const old = { fact: 'coin.credited', device: 'coins', key: 'old', counter: 1, afterMs: null, to: null } as const;
    visit.step({ ...old, counters: { counter: 1, total: 1 }, currency, minor: 100 });
    expect(only(visit.entries, 'case.opened')).toMatchObject({ about: 'coin-unowned', session: null, minor: 100 });
    expect(visit.kiosk.session?.sale?.notes).toHaveLength(1);
  });

  test('that nobody can pay with are a case, never the next visit’s', () => {
    const visit = new Visit(withChange).boot().filled().coin(100);
    expect(only(visit.entries, 'case.opened')).toMatchObject({ about: 'coin-unowned', minor: 100 });
    visit.begin().payingCash(costing(110));
    expect(visit.kiosk.session?.sale?.notes).toEqual([]);
  });

  test('that a machine lost count of are a case of unknown worth', () => {
    const lost = { fact: 'coin.lost', device: 'coins', key: 'l', count: 3, counters: { total: 12 } } as const;
    const visit = new Visit(withChange).boot().filled().step(lost);
    expect(only(visit.entries, 'case.opened')).toMatchObject({ about: 'coins-lost', minor: null });
    visit.step(lost);
    expect(visit.entries.filter(({ kind }) => kind !== 'time.passed')).toEqual([]);
  });
});

test('a note that a recycler keeps is booked where change comes from', () => {
  const visit = filled().payingCash(costing(3_750)).escrow(1_000);
  const { command } = only(visit.entries, 'note.stack');
  const stacked = { fact: 'note.stacked', device: 'acceptor', command, key: 'k', unit: 'recycler' } as const;
  visit.step({ ...stacked, currency, minor: 1_000 });
  expect(tillUnits(visit.kiosk.till)).toContainEqual(
    expect.objectContaining({ unit: 'acceptor.recycler', kind: 'recycler', minor: 1_000 }),
  );
});

describe('a machine that counts otherwise than the journal', () => {
  const levels = (count: number) =>
    ({ fact: 'cash.levels', device: 'tens', levels: [{ currency, minor: 1_000, count, state: 'ok' }] }) as const;
  const open = (visit: Visit) => Object.values(visit.kiosk.cases).filter(isOpen);

  test('is a case, once, until they agree', () => {
    const visit = new Visit(withChange).boot().filled().step(levels(12));
    expect(open(visit)).toEqual([]);
    visit.step(levels(7)).step(levels(6));
    expect(open(visit)).toMatchObject([{ about: 'levels-differ' }]);
    expect(casesTable(visit.kiosk, { find: () => [] }, {}).cases).toMatchObject([
      { about: 'levels-differ', subject: 'tens' },
    ]);
    visit.step(levels(12));
    expect(open(visit)).toEqual([]);
  });

  test('is not judged while it pays out', () => {
    const visit = filled().payingCash(costing(4_000)).note(5_000).step(levels(7));
    expect(open(visit)).toEqual([]);
  });

  test.each([
    ['done', 1],
    ['partial', 0],
  ])('is judged when its order is %s, by what it told since that began', (_, count) => {
    const asBooked = filled().payingCash(costing(4_000)).note(5_000);
    const told = filled().payingCash(costing(4_000)).note(5_000);
    for (const visit of [asBooked, told]) started(visit.step(levels(12)), order(visit, 'tens'));
    asBooked.step(levels(12 - count));
    told.step(levels(9));
    for (const visit of [asBooked, told]) pays(visit, order(visit, 'tens'), count);
    const differs = (visit: Visit) => open(visit).filter(({ about }) => about === 'levels-differ');
    expect(differs(asBooked)).toEqual([]);
    expect(differs(told)).toHaveLength(1);
  });

  test('is not judged by what it told before its order began', () => {
    const visit = filled().step(levels(12)).payingCash(costing(4_000)).note(5_000);
    const tens = order(visit, 'tens');
    pays(started(visit, tens), tens, 1);
    expect(open(visit)).toEqual([]);
  });
});

describe('where only coins pay out', () => {
  const coinsOnly = (config: Config) => {
    const { devices, ...rest } = withChange(config);
    return { ...rest, devices: devices.filter(({ id }) => id !== 'tens') };
  };
  /** ¥12.50 of change, as far as the hoppers go. */
  const paid = (lang: 'zh-CN' | 'en') =>
    new Visit(coinsOnly).boot().filled().begin(lang).payingCash(costing(3_750)).note(5_000);

  test('words and picture say coins, and no notes', () => {
    const visit = paid('en');
    expect(visit.view().body).toMatchObject({ picture: 'coins', text: 'Coins come out below the screen. Please stay' });
    paysAll(visit);
    expect(visit.view().body).toMatchObject({
      take: { picture: 'coins', title: 'Please take your ¥12.50 change', lines: ['Coins come out below the screen'] },
    });
    const paying = new Visit(coinsOnly).boot().filled().begin('en').payingCash(costing(3_750));
    expect(paying.said.at(-1)?.text).toBe('Thirty-seven yuan fifty to go. Insert coins, or notes flat, one at a time.');
  });

  test('the whole change is said before its parts when a slip is one of them', () => {
    const visit = paid('en');
    const { device, command } = order(visit, 'jiao');
    visit.step({ fact: 'command.refused', device, command, sent: false, reason: 'disabled' });
    paysAll(visit).printed();
    const aloud = visit.said.map(({ text }) => text);
    expect(aloud).toContain('Fifty yuan received. Twelve yuan fifty change.');
    expect(aloud.at(-1)).toBe(
      'Twelve yuan fifty change: twelve yuan in cash, and a cash slip for fifty fen. Please take both. Window 3, ground floor pays the cash slip.',
    );
    expect(aloud.filter((text) => text.startsWith('Fifty fen'))).toEqual([]);
  });
});
