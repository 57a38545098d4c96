import { beforeEach, describe, expect, test } from 'vitest';
import { ordersMaximum, WalletLedger } from '../../../../hardware/bench/wallets/ledger.ts';
import type { NewOrder, OrderRow } from '../../../../hardware/bench/wallets/orders.ts';
import { VirtualClock } from '../../../../hardware/clock.ts';
import type { HandAction } from '../../../../hardware/simulated.ts';

type Provider = 'alipay' | 'wechat';

const providers: readonly Provider[] = ['alipay', 'wechat'];
const minute = 60_000;
/** Noon in Beijing. */
const start = Date.UTC(2026, 2, 31, 4);

let clock: VirtualClock;
let paid: OrderRow[];
let ledger: WalletLedger;

function open(provider: Provider): WalletLedger {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  ledger = new WalletLedger({ provider, clock, random, paid: (order) => paid.push(order) });
  return ledger;
}

beforeEach(() => {
  clock = new VirtualClock(start);
  paid = [];
});

const run = (ms: number): void => clock.runUntil(clock.monoMs() + ms);

function order(number: string, more: Partial<NewOrder> = {}): NewOrder {
  return { number, minor: 8650, subject: '缴费', expiresMs: null, payWithinMs: null, notifyUrl: null, ...more };
}

function act(hand: HandAction): void {
  const result = ledger.act(hand);
  if (!result.ok) throw new Error(result.reason);
}

function refused(hand: HandAction): string {
  const result = ledger.act(hand);
  return result.ok ? 'not refused' : result.reason;
}

function freshCode(value?: string): string {
  act({ action: 'show code', ...(value === undefined ? {} : { value }) });
  return ledger.state().phone.code?.text ?? 'none';
}

function row(number: string): OrderRow {
  const found = ledger.state().ledger.find((one) => one.number === number);
  if (found === undefined) throw new Error(`the ledger has no ${number}`);
  return found;
}

/** What the merchant has of it. */
function kept(number: string): number {
  return row(number).capturedMinor - row(number).refundedMinor;
}

describe.each(providers)('%s', (provider) => {
  beforeEach(() => {
    open(provider);
  });

  test('a shown code is paid once by the phone that scans it, and never again', () => {
    const shown = ledger.show(order('A-1'));
    expect(shown.outcome).toBe('shown');
    const text = shown.outcome === 'shown' ? shown.code : '';
    act({ action: 'pay code', text });
    expect(row('A-1')).toMatchObject({ state: 'paid', capturedMinor: 8650, paidAt: '2026-03-31T04:00:00.000Z' });
    expect(paid.map(({ number }) => number)).toEqual(['A-1']);
    expect(refused({ action: 'pay code', text })).toContain('paid already');
    expect(ledger.show(order('A-1')).outcome).toBe('paid');
    expect(kept('A-1')).toBe(8650);
    expect(ledger.state().keptMinor).toBe(8650);
  });

  test('the same order again gives the same code, and another amount under its number is refused', () => {
    const first = ledger.show(order('A-1'));
    expect(ledger.show(order('A-1'))).toEqual(first);
    expect(ledger.show(order('A-1', { minor: 1 })).outcome).toBe('used');
    expect(ledger.show(order('A-1', { subject: '别的' })).outcome).toBe('used');
    expect(ledger.state().ledger).toHaveLength(1);
  });

  test('a code is over at its expiry, to the millisecond', () => {
    ledger.show(order('A-1', { expiresMs: start + 5 * minute }));
    ledger.show(order('A-2', { expiresMs: start + 5 * minute }));
    run(5 * minute - 1);
    act({ action: 'pay code', text: 'A-1' });
    run(1);
    expect(refused({ action: 'pay code', text: 'A-2' })).toContain('expired');
    expect(row('A-2')).toMatchObject({ state: 'closed', capturedMinor: 0, paidAt: null });
    expect(ledger.show(order('A-3', { expiresMs: start })).outcome).toBe('expired');
  });

  test('a payment code is good for a minute and once, and belongs to this wallet', () => {
    const code = freshCode();
    expect(code).toMatch(provider === 'alipay' ? /^(2[5-9]|30)\d{14,22}$/ : /^1[0-5]\d{16}$/);
    expect(ledger.state().phone.code).toMatchObject({ until: '2026-03-31T04:01:00.000Z', temper: 'pays' });
    expect(ledger.payByCode(order('B-1'), code)).toMatchObject({ outcome: 'charged', order: { capturedMinor: 8650 } });
    expect(ledger.state().phone.code).toBeNull();
    expect(ledger.payByCode(order('B-2'), code).outcome).toBe('stale-code');
    const late = freshCode();
    run(minute - 1);
    expect(ledger.state().phone.code?.text).toBe(late);
    run(1);
    expect(ledger.state().phone.code).toBeNull();
    expect(ledger.payByCode(order('B-3'), late).outcome).toBe('stale-code');
    expect(ledger.payByCode(order('B-4'), `${late.slice(0, -1)}${(Number(late.at(-1)) + 1) % 10}`).outcome).toBe(
      'unknown-code',
    );
    expect(ledger.state().ledger.map(({ number }) => number)).toEqual(['B-1']);
  });

  test('a wallet without money, and one that declines, pay nothing and their order is over', () => {
    expect(ledger.payByCode(order('B-1'), freshCode('poor'))).toMatchObject({ outcome: 'declined', reason: 'poor' });
    expect(ledger.payByCode(order('B-2'), freshCode('declines'))).toMatchObject({
      outcome: 'declined',
      reason: 'declines',
    });
    expect(ledger.state().ledger.map(({ state, capturedMinor }) => [state, capturedMinor])).toEqual([
      ['failed', 0],
      ['failed', 0],
    ]);
    ledger.show(order('A-1'));
    act({ action: 'pay code', text: 'A-1', value: 'poor' });
    expect(row('A-1')).toMatchObject({ state: 'waiting', scanned: true, capturedMinor: 0 });
    expect(ledger.state().phone.said).toBe('not enough money');
    act({ action: 'pay code', text: 'A-1' });
    expect(kept('A-1')).toBe(8650);
  });

  test('a password is asked for, may be wrong, and pays when it is right', () => {
    expect(ledger.payByCode(order('B-1'), freshCode('password')).outcome).toBe('waiting');
    expect(ledger.state().phone.asking).toEqual(['B-1']);
    act({ action: 'password', value: 'wrong' });
    expect(row('B-1')).toMatchObject({ state: 'waiting', asking: true });
    act({ action: 'password' });
    expect(row('B-1')).toMatchObject({ state: 'paid', asking: false });
    expect(refused({ action: 'password' })).toContain('nothing');
    act({ action: 'misbehave', value: 'password' });
    ledger.show(order('A-1'));
    act({ action: 'pay code', text: 'A-1' });
    expect(ledger.payByCode(order('B-2'), freshCode()).outcome).toBe('waiting');
    expect(refused({ action: 'password' })).toContain('several');
    act({ action: 'password', text: 'B-2' });
    expect([kept('A-1'), kept('B-2')]).toEqual([0, 8650]);
  });

  test('whoever puts the phone away ends a payment by payment code, and not a shown one', () => {
    ledger.payByCode(order('B-1'), freshCode('password'));
    act({ action: 'leave' });
    expect(row('B-1')).toMatchObject({ state: 'failed', capturedMinor: 0 });
    ledger.show(order('A-1'));
    act({ action: 'pay code', text: 'A-1', value: 'password' });
    act({ action: 'leave' });
    expect(row('A-1').state).toBe('waiting');
  });

  test('refunds are partial, several, once by their number, and never more than was paid', () => {
    ledger.payByCode(order('B-1'), freshCode());
    const refund = (id: string, minor: number) => ledger.refund({ number: 'B-1', id, minor });
    expect(refund('R-1', 5000)).toMatchObject({ outcome: 'refunded', again: false, order: { refundedMinor: 5000 } });
    expect(refund('R-1', 5000)).toMatchObject({ outcome: 'refunded', again: true, order: { refundedMinor: 5000 } });
    expect(refund('R-1', 4000).outcome).toBe('other');
    expect(refund('R-2', 3651).outcome).toBe('over');
    expect(refund('R-3', 3650).outcome).toBe('refunded');
    expect(refund('R-4', 1).outcome).toBe('over');
    expect(row('B-1').refunds.map(({ id, minor }) => [id, minor])).toEqual([
      ['R-1', 5000],
      ['R-3', 3650],
    ]);
    expect(kept('B-1')).toBe(0);
    expect(ledger.refund({ number: 'B-9', id: 'R-5', minor: 1 }).outcome).toBe('unknown');
    ledger.payByCode(order('B-2'), freshCode('poor'));
    expect(ledger.refund({ number: 'B-2', id: 'R-6', minor: 1 }).outcome).toBe('not-paid');
    expect(ledger.refund({ number: 'B-1', id: 'R-7', minor: 1, totalMinor: 1 }).outcome).toBe('other-total');
  });

  test('an order is refunded so many times and no more, and not at all once it is finished', () => {
    ledger.payByCode(order('B-1'), freshCode());
    for (let time = 0; time < 50; time++) ledger.refund({ number: 'B-1', id: `R-${time}`, minor: 1 });
    expect(ledger.refund({ number: 'B-1', id: 'R', minor: 1 }).outcome).toBe('many');
    ledger.payByCode(order('B-2'), freshCode());
    act({ action: 'finish', text: 'B-2' });
    expect(ledger.refund({ number: 'B-2', id: 'S', minor: 1 }).outcome).toBe('finished');
    expect(ledger.revoke('B-2')).toBe('too-late');
    expect(kept('B-2')).toBe(8650);
  });

  test('what the payer confirmed while the bank is slow is taken when the bank works, also after the expiry', () => {
    act({ action: 'misbehave', value: 'paying' });
    expect(ledger.payByCode(order('B-1', { expiresMs: start + minute }), freshCode()).outcome).toBe('waiting');
    run(2 * minute);
    expect(ledger.query('B-1')).toMatchObject({ state: 'waiting', settling: true });
    expect(ledger.revoke('B-1')).toBe('not-yet');
    expect(kept('B-1')).toBe(0);
    act({ action: 'misbehave', value: 'off' });
    expect(ledger.query('B-1')).toMatchObject({ state: 'paid', settling: false });
    expect(ledger.revoke('B-1')).toBe('refunded');
    expect(kept('B-1')).toBe(0);
  });

  test('a payment that lands while it is revoked is given back by the gateway, or kept, as it was told to', () => {
    for (const leaves of ['refunded', 'paid']) {
      const number = `B-${leaves}`;
      ledger.payByCode(order(number), freshCode('password'));
      run(20_000);
      act({ action: 'misbehave', value: 'race', text: leaves });
      expect(ledger.revoke(number)).toBe('closed');
      act({ action: 'misbehave', value: 'off' });
      expect(row(number)).toMatchObject({ state: 'paid', capturedMinor: 8650 });
      expect(kept(number)).toBe(leaves === 'paid' ? 8650 : 0);
      expect(ledger.revoke(number)).toBe('refunded');
      expect(ledger.revoke(number)).toBe('refunded');
      expect(kept(number)).toBe(0);
      expect(row(number).refunds).toHaveLength(1);
    }
    expect(paid).toHaveLength(2);
  });

  test('closing and revoking are refused while the gateway says not yet', () => {
    ledger.show(order('A-1'));
    act({ action: 'pay code', text: 'A-1', value: 'password' });
    ledger.payByCode(order('B-1'), freshCode('password'));
    run(20_000);
    act({ action: 'misbehave', value: 'not-yet' });
    expect([ledger.close('A-1'), ledger.revoke('B-1')]).toEqual(['not-yet', 'not-yet']);
    act({ action: 'misbehave', value: 'off' });
    expect([ledger.close('A-1'), ledger.revoke('B-1')]).toEqual(['closed', 'closed']);
    expect(ledger.close('A-1')).toBe('already');
    expect(refused({ action: 'password' })).toContain('nothing');
  });

  test('a day’s bill has what was paid and given back that day in Beijing, and comes the next morning', () => {
    ledger.payByCode(order('B-1'), freshCode());
    ledger.payByCode(order('B-2', { minor: 100 }), freshCode('poor'));
    // 23:59:59.999 and midnight in Beijing.
    run(12 * 60 * minute - 1);
    ledger.refund({ number: 'B-1', id: 'R-1', minor: 50 });
    run(1);
    ledger.refund({ number: 'B-1', id: 'R-2', minor: 60 });
    const ready = (provider === 'alipay' ? 9 : 10) * 60 * minute;
    run(ready - 1);
    expect(ledger.bill('2026-03-31').outcome).toBe('not-yet');
    run(1);
    const bill = ledger.bill('2026-03-31');
    const rows = bill.outcome === 'bill' ? bill.rows : [];
    expect(rows.map(({ at, kind, minor }) => [at, kind, minor])).toEqual([
      ['2026-03-31T04:00:00.000Z', 'payment', 8650],
      ['2026-03-31T15:59:59.999Z', 'refund', 50],
    ]);
    expect(ledger.bill('2026-04-01').outcome).toBe('not-yet');
    expect(ledger.bill('2026-03-30').outcome).toBe('empty');
    expect(ledger.bill('2026-02-30').outcome).toBe('no-day');
    expect(ledger.bill('2026-03').outcome).toBe('no-day');
  });

  test('its clock can be wrong, and what follows from that is', () => {
    ledger.show(order('A-1', { expiresMs: start + 5 * minute }));
    act({ action: 'misbehave', value: 'clock' });
    expect(ledger.nowMs()).toBe(start + 10 * minute);
    expect(refused({ action: 'pay code', text: 'A-1' })).toContain('expired');
    act({ action: 'misbehave', value: 'clock', text: '-600' });
    expect(ledger.nowMs()).toBe(start - 10 * minute);
  });

  test('a ledger that is full takes no order, and loses none', () => {
    for (let at = 0; at < ordersMaximum; at++) ledger.show(order(`A-${at}`));
    expect(ledger.show(order('A-more')).outcome).toBe('full');
    expect(ledger.payByCode(order('B-1'), freshCode()).outcome).toBe('full');
    act({ action: 'pay code', text: 'A-0' });
    expect(ledger.state().ledger).toHaveLength(ordersMaximum);
    expect(ledger.state().keptMinor).toBe(8650);
  });

  test('a hand is told what it does wrong', () => {
    expect(refused({ action: 'dance' })).toContain('dance');
    expect(refused({ action: 'show code', value: 'rich' })).toContain('poor');
    expect(refused({ action: 'pay code' })).toContain('no code');
    expect(refused({ action: 'pay code', text: 'A-1' })).toContain('no code');
    ledger.show(order('A-1'));
    expect(refused({ action: 'pay code', text: 'A-1', value: 'rich' })).toContain('poor');
    expect(refused({ action: 'finish', text: 'A-1' })).toContain('no paid order');
    expect(refused({ action: 'misbehave', value: 'badly' })).toContain('race');
    expect(refused({ action: 'misbehave', value: 'slow', text: '-1' })).toContain('seconds');
    expect(refused({ action: 'misbehave', value: 'race', text: 'draw' })).toContain('refunded');
    expect(refused({ action: 'misbehave', value: 'system-error', text: 'x' })).toContain('done');
    ledger.payByCode(order('B-1'), freshCode('password'));
    expect(refused({ action: 'password', value: '123' })).toContain('wrong');
    expect(refused({ action: 'password', text: 'B-9' })).toContain('nothing');
  });
});

describe('alipay alone', () => {
  beforeEach(() => {
    open('alipay');
  });

  test('a shown code is no trade before it is scanned, and cancelling it proves nothing: it can be paid until it expires', () => {
    ledger.show(order('A-1', { expiresMs: start + 5 * minute }));
    expect(ledger.query('A-1')).toBeNull();
    expect(ledger.close('A-1')).toBe('unknown');
    expect(ledger.revoke('A-1')).toBe('nothing');
    expect(ledger.revoke('A-never')).toBe('nothing');
    run(4 * minute);
    act({ action: 'pay code', text: 'A-1' });
    expect(ledger.query('A-1')).toMatchObject({ state: 'paid', capturedMinor: 8650 });
    expect(ledger.revoke('A-1')).toBe('refunded');
    expect(kept('A-1')).toBe(0);
  });

  test('the time to pay begins when the code is scanned, and the code itself lives two hours', () => {
    ledger.show(order('A-1', { payWithinMs: minute }));
    run(100 * minute);
    act({ action: 'pay code', text: 'A-1', value: 'password' });
    run(minute - 1);
    expect(ledger.query('A-1')?.state).toBe('waiting');
    run(1);
    expect(ledger.query('A-1')?.state).toBe('closed');
    ledger.show(order('A-2'));
    run(120 * minute);
    expect(refused({ action: 'pay code', text: 'A-2' })).toContain('expired');
  });

  test('the same number is the same trade', () => {
    expect(ledger.payByCode(order('B-1'), freshCode('password')).outcome).toBe('waiting');
    expect(ledger.payByCode(order('B-1'), freshCode()).outcome).toBe('waiting');
    expect(ledger.payByCode(order('B-1', { minor: 1 }), freshCode()).outcome).toBe('used');
    act({ action: 'password' });
    expect(ledger.payByCode(order('B-1'), freshCode()).outcome).toBe('paid');
    expect(ledger.revoke('B-1')).toBe('refunded');
    expect(ledger.payByCode(order('B-1'), freshCode()).outcome).toBe('closed');
    expect(paid).toHaveLength(1);
    // Refund numbers are the trade's own.
    ledger.payByCode(order('B-2'), freshCode());
    ledger.payByCode(order('B-3'), freshCode());
    expect(ledger.refund({ number: 'B-2', id: 'R', minor: 10 })).toMatchObject({ again: false });
    expect(ledger.refund({ number: 'B-3', id: 'R', minor: 20 })).toMatchObject({ again: false });
    expect(ledger.refundBy('R', 'B-3')).toMatchObject({ refund: { minor: 20, arrived: true } });
  });

  test('a payer has three minutes, and a payment is revoked within a day', () => {
    ledger.payByCode(order('B-1'), freshCode('password'));
    run(3 * minute);
    expect(ledger.query('B-1')?.state).toBe('closed');
    ledger.payByCode(order('B-2'), freshCode());
    run(24 * 60 * minute + 1);
    expect(ledger.revoke('B-2')).toBe('too-late');
    expect(kept('B-2')).toBe(8650);
  });
});

describe('wechat alone', () => {
  beforeEach(() => {
    open('wechat');
  });

  test('an order is there before it is scanned, and dead once it is closed', () => {
    ledger.show(order('A-1'));
    expect(ledger.query('A-1')).toMatchObject({ state: 'waiting', scanned: false });
    expect(ledger.close('A-1')).toBe('closed');
    expect(refused({ action: 'pay code', text: 'A-1' })).toContain('expired');
    expect(ledger.close('A-never')).toBe('unknown');
    expect(ledger.revoke('A-never')).toBe('unknown');
    ledger.show(order('A-2'));
    run(7 * 24 * 60 * minute - 1);
    expect(ledger.query('A-2')?.state).toBe('waiting');
    run(1);
    expect(ledger.query('A-2')?.state).toBe('closed');
  });

  test('a code that was closed and is paid late all the same is money that came, until its own expiry', () => {
    ledger.show(order('A-1', { expiresMs: start + 5 * minute }));
    ledger.show(order('A-2', { expiresMs: start + 5 * minute }));
    act({ action: 'misbehave', value: 'late-pay' });
    expect([ledger.close('A-1'), ledger.close('A-2')]).toEqual(['closed', 'closed']);
    run(4 * minute);
    expect(ledger.query('A-1')?.state).toBe('closed');
    act({ action: 'pay code', text: 'A-1' });
    expect(ledger.query('A-1')).toMatchObject({ state: 'paid', capturedMinor: 8650 });
    run(minute);
    expect(refused({ action: 'pay code', text: 'A-2' })).toContain('expired');
    expect(kept('A-2')).toBe(0);
  });

  test('a payment that lands while its order is closed is kept, and the close said that it worked', () => {
    ledger.show(order('A-1'));
    act({ action: 'misbehave', value: 'race', text: 'paid' });
    expect(ledger.close('A-1')).toBe('closed');
    expect(ledger.query('A-1')?.state).toBe('paid');
    expect(ledger.close('A-1')).toBe('paid');
    expect(kept('A-1')).toBe(8650);
  });

  test('a number is never taken twice by payment code', () => {
    ledger.payByCode(order('B-1'), freshCode('password'));
    expect(ledger.payByCode(order('B-1'), freshCode()).outcome).toBe('used');
    act({ action: 'password' });
    expect(ledger.payByCode(order('B-1'), freshCode()).outcome).toBe('paid');
    expect(ledger.revoke('B-1')).toBe('refunded');
    expect(ledger.payByCode(order('B-1'), freshCode()).outcome).toBe('used');
    expect(paid).toHaveLength(1);
  });

  test('only a payment by payment code is revoked, not before fifteen seconds, and within seven days', () => {
    ledger.show(order('A-1'));
    expect(ledger.revoke('A-1')).toBe('wrong-way');
    ledger.payByCode(order('B-1'), freshCode('password'));
    expect(ledger.close('B-1')).toBe('wrong-way');
    run(14_999);
    expect(ledger.revoke('B-1')).toBe('not-yet');
    run(1);
    expect(ledger.revoke('B-1')).toBe('closed');
    expect(row('B-1')).toMatchObject({ state: 'revoked', capturedMinor: 0 });
    ledger.payByCode(order('B-2'), freshCode());
    ledger.refund({ number: 'B-2', id: 'R-1', minor: 650 });
    expect(ledger.revoke('B-2')).toBe('refunded');
    expect(row('B-2')).toMatchObject({ state: 'revoked', refundedMinor: 8650 });
    ledger.payByCode(order('B-3'), freshCode());
    run(7 * 24 * 60 * minute + 1);
    expect(ledger.revoke('B-3')).toBe('too-late');
  });

  test('a refund arrives after a while, its number is the merchant’s, and the bill ends after three months', () => {
    ledger.payByCode(order('B-1'), freshCode());
    ledger.payByCode(order('B-2'), freshCode());
    ledger.refund({ number: 'B-1', id: 'R', minor: 10 });
    expect(ledger.refund({ number: 'B-2', id: 'R', minor: 10 }).outcome).toBe('other');
    expect(ledger.refundBy('R', null)?.refund.arrived).toBe(false);
    run(3_000);
    expect(ledger.refundBy('R', null)?.refund.arrived).toBe(true);
    run(93 * 24 * 60 * minute);
    expect(ledger.bill('2026-03-31').outcome).toBe('too-old');
  });
});
