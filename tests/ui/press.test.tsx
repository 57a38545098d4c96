import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { Press } from '../../ui/parts/press.tsx';
import { createTestSeat } from './seat.tsx';

afterEach(cleanup);

function touch(element: Element, clientY = 100): void {
  const finger = { pointerId: 1, isPrimary: true, button: 0, clientX: 100, clientY };
  fireEvent.pointerDown(element, finger);
  fireEvent.pointerUp(element, finger);
  fireEvent.click(element, { ...finger, detail: 1 });
}

function button(off = false) {
  const seat = createTestSeat();
  render(
    seat.around(
      <Press class="button" intent={{ do: 'agree' }} off={off}>
        Yes
      </Press>,
    ),
  );
  return { seat, element: screen.getByRole('button') };
}

test('one touch is one intent, although the browser sends a click after it', () => {
  const { seat, element } = button();
  touch(element);
  expect(seat.sent).toEqual([{ do: 'agree' }]);
});

test('a second strike within 500 ms is ignored, one after it counts', () => {
  const { seat, element } = button();
  touch(element);
  seat.clock.nowMs = 499;
  touch(element);
  expect(seat.sent).toHaveLength(1);
  seat.clock.nowMs = 500;
  touch(element);
  expect(seat.sent).toHaveLength(2);
});

test('a second strike in the same place is ignored on another button as well, one elsewhere counts', () => {
  const seat = createTestSeat();
  render(
    seat.around(
      <>
        <Press class="button" intent={{ do: 'agree' }}>
          Yes
        </Press>
        <Press class="button" intent={{ do: 'cancel' }}>
          No
        </Press>
      </>,
    ),
  );
  touch(screen.getByText('Yes'));
  touch(screen.getByText('No'), 199);
  expect(seat.sent).toEqual([{ do: 'agree' }]);
  touch(screen.getByText('No'), 200);
  expect(seat.sent).toEqual([{ do: 'agree' }, { do: 'cancel' }]);
});

test('a click without a finger, from a keypad or a screen reader, acts', () => {
  const { seat, element } = button();
  fireEvent.click(element);
  expect(seat.sent).toEqual([{ do: 'agree' }]);
});

test('a key that is held down on a keypad acts once', () => {
  const { seat, element } = button();
  fireEvent.click(element);
  fireEvent.click(element);
  expect(seat.sent).toHaveLength(1);
});

test('a touch that began elsewhere does nothing', () => {
  const { seat, element } = button();
  fireEvent.pointerUp(element, { pointerId: 1, isPrimary: true, button: 0 });
  expect(seat.sent).toEqual([]);
});

test('what cannot be used now sends nothing and says so', () => {
  const { seat, element } = button(true);
  touch(element);
  expect(seat.sent).toEqual([]);
  expect(element.getAttribute('aria-disabled')).toBe('true');
});
