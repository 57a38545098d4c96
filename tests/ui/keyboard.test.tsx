import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, expect, test } from 'vitest';
import type { Keyboard as KeyboardView } from '../../kiosk/server/wire.ts';
import { Keyboard, shown, typed } from '../../ui/parts/keyboard.tsx';
import { createTestSeat } from './seat.tsx';

afterEach(cleanup);

const DIGITS: KeyboardView = {
  kind: 'digits',
  maxLength: 6,
  prefix: null,
  group: null,
  label: 'Bill number',
  erase: 'Erase',
  clear: 'Clear',
};
const CODE: KeyboardView = { ...DIGITS, kind: 'code', maxLength: 8 };

function draw(keyboard: KeyboardView) {
  const seat = createTestSeat();
  function Typing() {
    const [value, setValue] = useState('');
    return (
      <>
        <output>{value}</output>
        <Keyboard keyboard={keyboard} value={value} onChange={setValue} />
      </>
    );
  }
  render(seat.around(<Typing />));
  return {
    press: (name: string) => {
      seat.clock.nowMs += 1_000;
      fireEvent.click(screen.getByRole('button', { name }));
    },
    strike: (name: string) => {
      const finger = { pointerId: 1, isPrimary: true, button: 0, clientX: 10, clientY: 10 };
      const key = screen.getByRole('button', { name });
      fireEvent.pointerDown(key, finger);
      fireEvent.pointerUp(key, finger);
      fireEvent.click(key, { ...finger, detail: 1 });
    },
    value: () => screen.getByRole('status').textContent,
  };
}

test('digits are typed, erased and cleared', () => {
  const keys = draw(DIGITS);
  for (const key of ['1', '0', '0', '1']) keys.press(key);
  expect(keys.value()).toBe('1001');
  keys.press('Erase');
  expect(keys.value()).toBe('100');
  keys.press('Clear');
  expect(keys.value()).toBe('');
});

test('no more signs are taken than fit', () => {
  const keys = draw(DIGITS);
  for (let i = 0; i < 9; i += 1) keys.press('7');
  expect(keys.value()).toBe('777777');
});

test('two equal digits one right after the other are both typed', () => {
  const keys = draw(DIGITS);
  for (const key of ['1', '0', '0', '1']) keys.strike(key);
  expect(keys.value()).toBe('1001');
});

test('the code keyboard has the 32 signs of Crockford and none that is mistaken for another', () => {
  draw(CODE);
  const signs = screen
    .getAllByRole('button')
    .map((key) => key.textContent ?? '')
    .filter((text) => text.length === 1);
  expect(signs.join('')).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
});

test('what a real keyboard types is cleaned the same way', () => {
  expect(typed(CODE, '7q4m-xb2c9')).toBe('7Q4MXB2C');
  expect(typed(CODE, 'ilou!')).toBe('');
  expect(typed(DIGITS, 'a1b2')).toBe('12');
});

test('a letter that is always there is shown and not typed, and signs stand in the groups of the paper', () => {
  const receipt = { ...DIGITS, prefix: 'R' };
  expect(shown(receipt, '')).toBe('R');
  expect(shown(receipt, '000042')).toBe('R000042');
  expect(typed(receipt, 'R000042')).toBe('000042');
  const code = { ...CODE, maxLength: 10, group: 5 };
  expect(shown(code, 'G9AEW')).toBe('G9AEW');
  expect(shown(code, 'G9AEWJVZ7Y')).toBe('G9AEW JVZ7Y');
  expect(typed(code, 'G9AEW JVZ7Y')).toBe('G9AEWJVZ7Y');
});
