import { expect, test } from 'vitest';
import { createAnswered } from '../../../kiosk/office/vouchers.ts';

function begin() {
  let nowMs = 0;
  const answered = createAnswered(() => nowMs);
  return {
    ask: (kiosk: string, serial = '1', issuer = 'A', proof = 'p') => answered.mayTell(kiosk, { issuer, serial, proof }),
    later: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('one kiosk at a time is told that a voucher is unspent, for as long as it may be taking it', () => {
  const { ask, later } = begin();
  expect(ask('B')).toBe(true);
  later(59_999);
  expect([ask('C'), ask('D')]).toEqual([false, false]);
  later(1);
  expect([ask('C'), ask('B')]).toEqual([true, false]);
});

test('the same kiosk is told again, and its time begins anew', () => {
  const { ask, later } = begin();
  expect(ask('B')).toBe(true);
  later(40_000);
  expect(ask('B')).toBe(true);
  later(40_000);
  expect(ask('C')).toBe(false);
});

test('a number of another issuer is another voucher', () => {
  const { ask } = begin();
  expect([ask('B', '1', 'A'), ask('C', '1', 'D'), ask('C', '2', 'A')]).toEqual([true, true, true]);
});

test('who has not the slip keeps nobody who has it from the answer', () => {
  const { ask } = begin();
  expect([ask('B', '1', 'A', 'made up'), ask('C'), ask('D')]).toEqual([true, true, false]);
});

test('of ten thousand vouchers it is remembered; for one more the one that was asked for longest ago is forgotten', () => {
  const { ask } = begin();
  for (let serial = 1; serial <= 10_000; serial++) ask('B', String(serial));
  expect(ask('B', '1')).toBe(true);
  expect(ask('B', '10001')).toBe(true);
  expect([ask('C', '1'), ask('C', '3')]).toEqual([false, false]);
  expect(ask('C', '2')).toBe(true);
});
