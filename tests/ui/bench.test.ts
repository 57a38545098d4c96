import { expect, test } from 'vitest';
import { sayEvent, sayFaults, sayReason } from '../../ui/bench/machine-words.ts';
import { formatMoney, formatNote, type Money, noteFigure, readMoney } from '../../ui/bench/money.ts';
import type { Bill } from '../../ui/bench/api.ts';
import { firstShown } from '../../ui/bench/state.ts';
import { wordsIn } from '../../ui/bench/words.ts';

const cny: Money = { currency: 'CNY', exponents: { CNY: 2, JPY: 0, KWD: 3 } };

test.each([
  ['CNY', 8650, '¥86.50', '¥86.50', 86.5],
  ['CNY', 128_000, '¥1,280.00', '¥1,280', 1280],
  ['JPY', 1000, 'JPY 1,000', 'JPY 1,000', 1000],
  ['KWD', 5250, 'KWD 5.250', 'KWD 5.250', 5.25],
])('%s %d is shown with the decimals of its currency', (currency, minor, sum, note, figure) => {
  expect(formatMoney(cny, minor, currency)).toBe(sum);
  expect(formatNote(cny, minor, currency)).toBe(note);
  expect(noteFigure(cny, minor, currency)).toBe(figure);
});

test.each([
  ['92', 'CNY', 9200],
  ['92.5', 'CNY', 9250],
  ['92.505', 'CNY', null],
  ['0', 'CNY', null],
  ['-3', 'CNY', null],
  ['92', 'JPY', 92],
  ['92.5', 'JPY', null],
  ['1.001', 'KWD', 1001],
])('%s typed for %s is %s', (typed, currency, minor) => {
  expect(readMoney({ ...cny, currency }, typed)).toBe(minor);
});

test('no word of the page is missing in a language, and none is the same in both', () => {
  const [en, zh] = [wordsIn('en'), wordsIn('zh-CN')].map((words) =>
    Object.values(words).map((word) => (typeof word === 'function' ? word('¥50') : word)),
  ) as [string[], string[]];
  expect(zh).toHaveLength(en.length);
  expect(en.filter((word, at) => word === zh[at])).toEqual([]);
});

test('why a note is not drawn in is said without the words of a protocol, in either language', () => {
  const closed = 'the acceptor does not pull: it is inhibited';
  expect(sayReason(closed, 'en')).toBe('The slot is closed: the kiosk wants no note now.');
  expect(sayReason(closed, 'zh-CN')).toMatch(/^[^a-z]+$/i);
  expect(sayReason('the acceptor does not pull: jam, cover open', 'zh-CN')).toBe('纸币器不吸入：卡住、盖子打开。');
  expect(sayReason('no bill has the number "77"', 'zh-CN')).toContain('77');
  expect(sayReason('something new', 'zh-CN')).toBe('something new');
  expect(sayFaults(['paper out', 'jam'], 'en')).toBe('paper out, jam');
  expect(sayEvent('cashbox.removed', 'zh-CN')).toBe('取出钱箱');
});

test('bills are turned to the next ones that can still be paid, and round again', () => {
  const bill = (number: number, status: Bill['status']): Bill => ({
    number: String(number),
    status,
    payee: { 'zh-CN': '水费', en: 'Water' },
    currency: 'CNY',
    minor: 100,
  });
  const bills = Array.from({ length: 12 }, (_, at) => bill(at, at < 4 || at === 6 ? 'open' : 'paid'));
  expect(firstShown(bills, 0)).toBe(0);
  expect(firstShown(bills, 4)).toBe(4);
  expect(firstShown(bills, 8)).toBe(0);
  const spent = bills.map((one) => ({ ...one, status: 'paid' as const }));
  expect(firstShown(spent, 8)).toBe(8);
  expect(firstShown(spent, 12)).toBe(0);
});
