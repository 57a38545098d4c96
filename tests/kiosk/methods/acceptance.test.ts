/** Which notes are taken, by one acceptor and by several. Amounts in fen. */
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import { acceptable, cashOff, slipPromised, refuseCash } from '../../../kiosk/methods/cash/acceptance.ts';
import type { Bill } from '../../../kiosk/services/biller/contract.ts';
import { bill, Visit } from '../view/visit.ts';

const notes = 'acceptor';
const coins = 'coins';

function costing(minor: number): Bill {
  return { ...bill, minor, lines: [{ name: bill.title, quantity: 1, minor }] };
}

/** A second mouth, which takes what the first does not. */
const twoMouths = (config: Config): Config => ({
  ...config,
  devices: [...config.devices, { id: coins, protocol: 'id003', port: '/dev/coins', settings: {} }],
});

const identify = (visit: Visit, device: string, minors: readonly number[], currency = 'CNY') =>
  visit.step({
    fact: 'device.identified',
    device,
    protocol: 'id003',
    maker: null,
    model: null,
    serial: null,
    firmware: null,
    denominations: minors.map((minor) => ({ currency, minor })),
  });

/** Notes of 10 and 20 yuan in one mouth, 50 fen and 1 yuan in the other; no change unless there is paper. */
function two(printer: 'ok' | 'out' = 'out'): Visit {
  const visit = new Visit(twoMouths).step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: null });
  identify(visit, notes, [1_000, 2_000]).step({ fact: 'device.ready', device: notes });
  identify(visit, coins, [50, 100]).step({ fact: 'device.ready', device: coins });
  visit.step({ fact: 'device.ready', device: 'printer' });
  return visit.step({ fact: 'paper.changed', device: 'printer', paper: printer });
}

const escrow = (visit: Visit, device: string, minor: number) => {
  const seenMs = visit.kiosk.monoMs + 100;
  return visit.step({ fact: 'note.escrowed', device, currency: 'CNY', minor, seenMs, deadlineMs: seenMs + 9_000 });
};
const orders = (entries: readonly EntryBody[]) =>
  entries.filter(({ kind }) => kind === 'note.stack' || kind === 'note.return').map(({ kind }) => kind);

describe('when the promise of change is void', () => {
  test('somebody who agreed to a slip pays no note that leaves what notes cannot pay', () => {
    const visit = new Visit().boot().begin().payingCash(costing(1_350)).note(500);
    expect(acceptable(visit.kiosk, notes)).toEqual([100, 500, 1_000, 2_000, 5_000, 10_000]);
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(visit.kiosk.session?.sale?.agreed).toBe(true);
    expect(acceptable(visit.kiosk, notes)).toEqual([]);
    expect(orders(escrow(visit, notes, 100).entries)).toEqual(['note.return']);
    expect(visit.view().body).toMatchObject({
      slot: 'returning',
      sentence: '这张找不开零钱，已退还。请用小一些的面额',
    });
  });

  test('notes that can still pay the sum to the yuan are taken', () => {
    const visit = new Visit().boot().begin().payingCash(costing(1_300)).note(500);
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(acceptable(visit.kiosk, notes)).toEqual([100, 500]);
  });

  test('cash is offered again only for what notes can still pay', () => {
    const visit = two('ok').begin().payingCash(costing(3_050));
    escrow(visit, coins, 50);
    const order = visit.entries.find((entry) => entry.kind === 'note.stack');
    const command = order?.kind === 'note.stack' ? order.command : '';
    visit.step({ fact: 'note.stacked', device: coins, command, key: 'k', currency: 'CNY', minor: 50 });
    visit.step({ fact: 'device.lost', device: coins, reason: 'lost', message: 'gone' });
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' }).ask({ do: 'other-way' });
    const sale = visit.kiosk.session?.sale ?? null;
    expect(visit.kiosk.session?.stage.at).toBe('choose');
    expect(slipPromised(visit.kiosk)).toBe(false);
    // 30.50 can not be paid in tens; the 30 that are left can.
    expect(cashOff(visit.kiosk, sale)).toBeNull();
  });
});

describe('a sum that a large note does not fit', () => {
  test('is paid in small ones: 60 in notes of 20 and 50', () => {
    const visit = new Visit().step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: null });
    identify(visit, notes, [2_000, 5_000]).step({ fact: 'device.ready', device: notes }).begin();
    visit.payingCash(costing(6_000));
    expect(visit.kiosk.session?.stage.at).toBe('pay-cash');
    // 50 would leave 10, which neither pays.
    expect(acceptable(visit.kiosk, notes)).toEqual([2_000]);
  });
});

describe('two acceptors', () => {
  test('pay together what neither pays alone, and each takes its own', () => {
    const visit = two().begin().payingCash(costing(3_150));
    expect(visit.kiosk.session?.stage.at).toBe('pay-cash');
    expect(acceptable(visit.kiosk, notes)).toEqual([1_000, 2_000]);
    expect(acceptable(visit.kiosk, coins)).toEqual([50, 100]);
    const sale = visit.kiosk.session?.sale;
    expect(sale && refuseCash(visit.kiosk, notes, sale, 100)).toBe('kind');
  });

  test('are both meant where the screens name what is taken', () => {
    const visit = two('ok').begin('en').confirmed(costing(3_150));
    expect(visit.view().body).toMatchObject({
      screen: 'choose',
      methods: [{ note: 'Notes from ¥0.50 to ¥20', off: null }, { icon: 'voucher' }],
    });
    visit.ask({ do: 'method', method: 'cash' });
    expect(visit.view().body).toMatchObject({
      screen: 'promise',
      text: 'If you pay more, the change (up to ¥19.50) would be a cash slip, paid at window 3, ground floor. Is that all right?',
      points: [expect.anything(), expect.anything(), 'With the exact sum there is no change'],
    });
    visit.ask({ do: 'agree' });
    expect(visit.view().body).toMatchObject({ accepted: 'Takes ¥0.50 · 1 · 10 · 20' });
  });

  test.each([
    ['the first', notes],
    ['the second', coins],
  ])('of which %s fails: the other goes on, with what it alone can pay', (_, failing) => {
    const visit = two().step({ fact: 'device.fault', device: failing, code: 'id003.jam-acceptor' });
    expect(cashOff(visit.kiosk, null)).toBeNull();
    visit.begin().confirmed(costing(3_150));
    expect(cashOff(visit.kiosk, visit.kiosk.session?.sale ?? null)).toBe(failing === notes ? null : 'no-change');
  });

  test('which both fail, or take nothing of this currency, take no cash', () => {
    const jam = { fact: 'device.fault', code: 'id003.jam-acceptor' } as const;
    const none = two()
      .step({ ...jam, device: notes })
      .step({ ...jam, device: coins });
    expect(cashOff(none.kiosk, null)).toBe('repair');
    const foreign = new Visit().step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: null });
    identify(foreign, notes, [500, 1_000], 'EUR').step({ fact: 'device.ready', device: notes });
    expect(cashOff(foreign.kiosk, null)).toBe('repair');
  });

  test('decide about one note at a time: one that comes while another is on its way goes back', () => {
    const visit = two('ok').begin().payingCash(costing(3_150));
    expect(orders(escrow(visit, notes, 1_000).entries)).toEqual(['note.stack']);
    expect(orders(escrow(visit, coins, 100).entries)).toEqual(['note.return']);
    expect(visit.entries).toContainEqual(expect.objectContaining({ kind: 'note.return', device: coins }));
  });

  test('take no more than is to go besides the note on its way', () => {
    const visit = two('ok').begin().payingCash(costing(2_000));
    expect(acceptable(visit.kiosk, coins)).toEqual([50, 100]);
    escrow(visit, notes, 2_000);
    expect(acceptable(visit.kiosk, coins)).toEqual([]);
    const other = two().begin().payingCash(costing(2_050));
    escrow(other, notes, 2_000);
    expect(acceptable(other.kiosk, coins)).toEqual([50]);
  });
});

describe('a limit for cash that is lower since a restart', () => {
  /** 100 of 300 yuan are paid, and the largest note is one of 100: by that much the limit may be passed. */
  const lowered = (cashMaximumMinor: number) => {
    const visit = new Visit().boot().begin().payingCash(costing(30_000)).note(10_000);
    visit.kiosk = { ...visit.kiosk, rules: { ...visit.kiosk.rules, cashMaximumMinor } };
    return visit;
  };

  test('holds for the sale that is open', () => {
    expect(acceptable(lowered(5_000).kiosk, notes)).toEqual([100, 500, 1_000, 2_000, 5_000]);
    const visit = lowered(4_999);
    expect(acceptable(visit.kiosk, notes)).toEqual([100, 500, 1_000, 2_000]);
    const sale = visit.kiosk.session?.sale;
    expect(sale && refuseCash(visit.kiosk, notes, sale, 5_000)).toBe('limit');
    expect(orders(visit.escrow(5_000).entries)).toEqual(['note.return']);
  });
});
