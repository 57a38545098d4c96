import { expect, test } from 'vitest';
import type { CardTransaction, Service, Wallet, WalletOrder } from '../../ui/bench/api.ts';
import { gatewayMoods, misbehaviour } from '../../ui/bench/gateway.tsx';
import { asksPin, sayDisplay, sayPhone, sayReason } from '../../ui/bench/machine-words.ts';
import { inFours, keptByBank, orderOnGlass, secondsLeft, walletName, walletsAmong } from '../../ui/bench/wallets.ts';
import { wordsIn } from '../../ui/bench/words.ts';
import { moodOf } from '../../hardware/bench/wallets/moods.ts';
import { shownFor } from '../../hardware/zvt/simulator-model.ts';

const order = (number: string, more: Partial<WalletOrder> = {}): WalletOrder => ({
  number,
  minor: 8650,
  state: 'waiting',
  code: `https://qr.example/${number}`,
  asking: false,
  settling: false,
  finished: false,
  refundedMinor: 0,
  ...more,
});

test('a phone before the glass pays the newest order that still waits for it', () => {
  const waiting = [order('1'), order('2'), order('3', { state: 'closed' }), order('4', { code: null })];
  expect(orderOnGlass(waiting)?.number).toBe('2');
  expect(orderOnGlass([order('1'), order('2', { asking: true })])?.number).toBe('1');
  expect(orderOnGlass([order('1'), order('2', { settling: true })])?.number).toBe('1');
});

test('where no order waits, the phone scans the newest that was shown, and finds out itself what is wrong', () => {
  expect(orderOnGlass([order('1', { state: 'paid' }), order('2', { state: 'closed' })])?.number).toBe('2');
  expect(orderOnGlass([order('1', { code: null })])).toBeNull();
  expect(orderOnGlass([])).toBeNull();
});

test('a payment code counts down from a minute, also where the clock of its gateway is ahead', () => {
  const nowMs = Date.parse('2026-03-31T06:00:00.000Z');
  expect(secondsLeft('2026-03-31T06:00:41.200Z', nowMs)).toBe(42);
  expect(secondsLeft('2026-03-31T06:11:00.000Z', nowMs)).toBe(60);
  expect(secondsLeft('2026-03-31T05:59:59.000Z', nowMs)).toBe(0);
  expect(inFours('281234567890123456')).toBe('2812 3456 7890 1234 56');
  expect(inFours('28123456')).toBe('2812 3456');
});

test('the bank has what was confirmed less what was given back, and nothing that is only held', () => {
  const row = (state: CardTransaction['state'], minor: number): CardTransaction => ({
    receipt: 1,
    currency: 'CNY',
    minor,
    state,
  });
  expect(keptByBank([row('confirmed', 8650), row('approved', 100), row('reversed', 7), row('refunded', 650)])).toBe(
    8000,
  );
  expect(keptByBank([])).toBe(0);
});

test('a wallet is called by its provider, and by its own name where there are several of one; no biller is a wallet', () => {
  const service = (id: string, provider: Wallet['provider']): Service => ({
    id,
    url: '',
    wallet: { provider, phone: { code: null, asking: [], said: null }, ledger: [], keptMinor: 0 },
  });
  const services = [{ id: 'biller', url: '' }, service('one', 'alipay'), service('w', 'wechat')];
  const wallets = walletsAmong(services);
  expect(wallets.map((one) => walletName(one, services, wordsIn('en')))).toEqual(['Alipay', 'WeChat Pay']);
  const [one] = wallets;
  expect(one && walletName(one, [...services, service('two', 'alipay')], wordsIn('zh-CN'))).toBe('支付宝 one');
});

test('every misbehaviour in the list is one that a gateway knows, and none is missing', () => {
  const moods = gatewayMoods.map((mood) => {
    const { value, text } = misbehaviour(mood);
    return moodOf(value, text);
  });
  expect(moods.filter((mood) => typeof mood === 'string')).toEqual([]);
  expect(new Set(moods.map((mood) => JSON.stringify(mood))).size).toBe(gatewayMoods.length);
  const known = String(moodOf('?', undefined))
    .replace('misbehave takes ', '')
    .split(/, | or /);
  expect(known.filter((name) => !gatewayMoods.some((mood) => mood.split(':')[0] === name))).toEqual([]);
});

const statuses = [1, 4, 5, 9, 10, 11, 12, 13, 20, 21, 23, 24, 28, 29];

test('all that can stand on the terminal is said in the language of the page, whatever language it stands in', () => {
  for (const status of statuses) {
    const [de, en] = [shownFor(status, 'de'), shownFor(status, 'en')];
    expect(sayDisplay(de, 'en'), de).toBe(en);
    expect(sayDisplay(en, 'en'), en).toBeNull();
    expect(sayDisplay(de, 'zh-CN'), de).toMatch(/^[^a-z]+$/i);
    expect(sayDisplay(en, 'zh-CN')).toBe(sayDisplay(de, 'zh-CN'));
  }
  expect(sayDisplay(shownFor(29 + 0x40, 'de'), 'en')).toBe('Declined, Remove card');
  expect(sayDisplay(shownFor(20 + 0x40, 'de'), 'zh-CN')).toBe('余额不足，请取卡');
  expect(sayDisplay('', 'en')).toBeNull();
  expect(sayDisplay('Wartung', 'en')).toBeNull();
});

test('the keys wake for the PIN alone', () => {
  const waking = statuses.filter((status) => asksPin(shownFor(status, 'de')) || asksPin(shownFor(status, 'en')));
  expect(waking).toEqual([1]);
  expect(asksPin(shownFor(1, 'de'))).toBe(true);
  expect(asksPin(shownFor(1, 'en'))).toBe(true);
});

test('what the phone says is said in either language', () => {
  expect(sayPhone('not enough money', 'zh-CN')).toBe('余额不足');
  expect(sayPhone('paid 20260331001', 'en')).toBe('Paid');
  expect(sayPhone('paying', 'en')).toBe('Paying');
  expect(sayPhone('something new', 'zh-CN')).toBe('something new');
  expect(sayReason('the phone says: this code has expired', 'en')).toBe('The phone says: This code has expired');
  expect(sayReason('the phone says: this code has expired', 'zh-CN')).toBe('手机显示：这个码已失效');
  expect(sayReason('a card is in the reader already', 'zh-CN')).toMatch(/^[^a-z]+$/i);
});
