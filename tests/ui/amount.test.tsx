import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { Amount } from '../../ui/parts/amount.tsx';

afterEach(cleanup);

const yuan = (whole: string, fraction: string) => ({ sign: '¥', whole, fraction });
const rolling = (container: Element) =>
  [...container.querySelectorAll('[data-roll]')].map(
    (digit) => `${digit.getAttribute('data-was')}→${digit.textContent}`,
  );

test('the whole amount is read at once, its digits are not', () => {
  const { container } = render(<Amount amount={yuan('188,888', '.88')} size="amount" />);
  expect(container.querySelector('.sr')?.textContent).toBe('¥188,888.88');
  expect(container.querySelector('.amount')?.getAttribute('aria-hidden')).toBe('true');
  expect(container.querySelector('.amount')?.textContent).toBe('¥188,888.88');
});

test('nothing rolls when an amount appears', () => {
  const { container } = render(<Amount amount={yuan('86', '.50')} size="amount" />);
  expect(rolling(container)).toEqual([]);
});

test('only the digits that changed roll, each in its own place', () => {
  const { container, rerender } = render(<Amount amount={yuan('86', '.50')} size="amount" />);
  rerender(<Amount amount={yuan('36', '.50')} size="amount" />);
  expect(rolling(container)).toEqual(['8→3']);
});

test('places are counted from the right when the amount gets shorter', () => {
  const { container, rerender } = render(<Amount amount={yuan('106', '.50')} size="amount" />);
  rerender(<Amount amount={yuan('56', '.50')} size="amount" />);
  expect(rolling(container)).toEqual(['0→5']);
});

test('a longer amount asks for more room, so that it never breaks', () => {
  const width = (whole: string) => {
    const { container } = render(<Amount amount={yuan(whole, '.00')} size="amount" />);
    return Number(container.querySelector<HTMLElement>('.amount')!.style.getPropertyValue('--ems'));
  };
  expect(width('188,888')).toBeGreaterThan(width('86') * 1.8);
});
