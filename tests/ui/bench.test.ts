import { expect, test } from 'vitest';
import { sayEvent, sayFaults, sayReason, sayValue } from '../../ui/bench/machine-words.ts';
import { formatMoney, formatNote, type Money, noteFigure, readMoney } from '../../ui/bench/money.ts';
import type { BenchEvent, Bill, Cash, Device } from '../../ui/bench/api.ts';
import { coinColours, coinPx } from '../../ui/bench/coin.tsx';
import { cashIn, counted, nameOf, piecesFor, slotFor, totalOf } from '../../ui/bench/machines.ts';
import { timeOf } from '../../ui/bench/log.tsx';
import { firstShown, remembered } from '../../ui/bench/state.ts';
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
  const said = (word: string | object | ((part: string) => string)): string[] => {
    if (typeof word === 'string') return [word];
    return typeof word === 'function' ? [word('¥50')] : Object.values(word).flatMap(said);
  };
  const [en, zh] = [said(wordsIn('en')), said(wordsIn('zh-CN'))];
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

test('what coin machines refuse and tell is said in either language', () => {
  expect(sayReason('the bill validator does not pull: its host does not poll it', 'en')).toBe(
    'The slot is closed: the kiosk does not ask it.',
  );
  expect(sayReason('the machine does not pull: it is disabled', 'zh-CN')).toMatch(/^[^a-z]+$/i);
  expect(sayReason('a coin is stuck in the slot', 'zh-CN')).toBe('硬币卡在硬币口里。');
  expect(sayReason('the hopper holds 1000 coins, and 990 are in it', 'en')).toBe(
    'At most 1000 fit in, and 990 are in it.',
  );
  expect(sayReason('the cassette holds 30 notes, and 7 are in it', 'zh-CN')).toBe('最多放 30，里面已有 7。');
  expect(sayFaults(['jam', 'empty'], 'zh-CN')).toBe('卡住、已空');
  expect(sayEvent('coin.caught', 'zh-CN')).toBe('硬币入出币器');
  expect(sayValue('inhibited', 'zh-CN')).toBe('现在不收');
  expect(sayValue('yuan', 'zh-CN')).toBe('yuan');
});

const coin = (minor: number, count = 1): Cash => ({ currency: 'CNY', minor, count });
const machine = (id: string, kind: Device['kind'], more: Partial<Device> = {}): Device => ({
  id,
  kind,
  protocol: 'cctalk',
  port: 'cash',
  power: true,
  line: true,
  denominations: [coin(10), coin(100)],
  ...more,
});

test('a coin that is only touched goes to the slot that takes it now, then to one that knows it, then to any', () => {
  const shut = machine('a', 'coin-acceptor', { enabled: false });
  const dark = machine('b', 'coin-acceptor', { enabled: true, power: false });
  const open = machine('c', 'coin-acceptor', { enabled: true });
  const notes = machine('n', 'note-acceptor', { enabled: true });
  expect(slotFor([notes, shut, dark, open], 'coin', 100)?.id).toBe('c');
  expect(slotFor([notes, shut, dark], 'coin', 100)?.id).toBe('a');
  expect(slotFor([notes, shut, open], 'coin', 50)?.id).toBe('a');
  expect(slotFor([notes], 'coin', 100)).toBeUndefined();
  expect(slotFor([shut, machine('r', 'recycler')], 'note', 100)?.id).toBe('r');
});

test('a hopper with a box of its own has a coin slot, and others have none', () => {
  const mech = machine('h', 'hopper', { units: [{ unit: 'box', cash: [] }] });
  expect(slotFor([machine('plain', 'hopper'), mech], 'coin', 100)?.id).toBe('h');
});

test('the hand holds each coin once, whatever takes it, and no coin for a hopper alone', () => {
  const devices = [
    machine('a', 'coin-acceptor'),
    machine('b', 'coin-acceptor', { denominations: [coin(50), coin(100)] }),
    machine('h', 'hopper', { denominations: [coin(500)] }),
  ];
  expect(piecesFor(devices, 'coin').map(({ minor }) => minor)).toEqual([10, 50, 100]);
  expect(piecesFor(devices, 'note')).toEqual([]);
});

test('money is counted over all machines and every place that is named', () => {
  const hopper = machine('h', 'hopper', {
    units: [
      { unit: 'hopper', cash: [coin(100, 3), coin(10, 0)] },
      { unit: 'cup', cash: [coin(100, 2)] },
    ],
  });
  const other = machine('i', 'hopper', { units: [{ unit: 'hopper', cash: [coin(10, 7)] }] });
  expect(totalOf([hopper, other], 'hopper')).toBe(370);
  expect(totalOf([hopper, other], 'hopper', 'cup', 'bezel')).toBe(570);
  expect(cashIn(hopper, 'hopper')).toEqual([coin(100, 3)]);
  expect(counted([coin(100, 3), coin(10, 7), coin(100, 1)])).toEqual([coin(10, 7), coin(100, 4)]);
});

test('a machine is called by its kind, and by its own name where there are several', () => {
  const [yuan, jiao, slot] = [machine('yuan', 'hopper'), machine('jiao', 'hopper'), machine('c', 'coin-acceptor')];
  expect(nameOf(yuan, [yuan, jiao, slot], wordsIn('en'))).toBe('hopper yuan');
  expect(nameOf(slot, [yuan, jiao, slot], wordsIn('zh-CN'))).toBe('硬币器');
});

test('coins of different value look different, and a dear one is never the smaller', () => {
  const looks = [0.1, 0.5, 1].map((figure) => `${coinColours(figure)} ${coinPx(figure, 60)}`);
  expect(new Set(looks).size).toBe(3);
  expect([0.1, 0.5, 1].map((figure) => coinPx(figure, 60))).toEqual([47, 50, 60]);
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

test('commands push no event out of the list, and events no command', () => {
  const happened = (id: number, event: string): BenchEvent => ({
    id: String(id),
    device: 'acceptor',
    event,
    at: '2026-03-31T06:05:09.000Z',
    money: null,
    more: {},
  });
  let events: readonly BenchEvent[] = [happened(0, 'note.stacked')];
  for (let id = 1; id <= 1_000; id += 1) events = remembered(events, happened(id, 'command'));
  expect(events.filter(({ event }) => event === 'note.stacked')).toHaveLength(1);
  expect(events).toHaveLength(301);
  expect(events[0]?.id).toBe('1000');
  for (let id = 1_001; id <= 2_000; id += 1) events = remembered(events, happened(id, 'note.stacked'));
  expect(events).toHaveLength(600);
  expect(events.some(({ id }) => id === '0')).toBe(false);
  expect(events.some(({ id }) => id === '1000')).toBe(true);
});

test('the time of an event is that of the slips', () => {
  expect(timeOf('2026-03-31T16:05:09.000Z', 'Asia/Shanghai')).toBe('00:05:09');
  expect(timeOf('2026-03-31T06:05:09.000Z', 'Europe/Vienna')).toBe('08:05:09');
  expect(timeOf('', 'Asia/Shanghai')).toBe('');
});
