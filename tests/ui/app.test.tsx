import { signal } from '@preact/signals';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import type { Intent, View } from '../../kiosk/server/wire.ts';
import { App } from '../../ui/app.tsx';
import type { LineState } from '../../ui/connection.ts';
import { sampleView } from '../../scripts/screens/samples.ts';
import { createTapGate } from '../../ui/tap-gate.ts';

afterEach(cleanup);

function glass(first: string) {
  const show = (name: string): View => sampleView(name, { lang: 'en', long: false });
  const view = signal<View | null>(show(first));
  const state = signal<LineState>('open');
  const away = signal(false);
  const sent: Intent[] = [];
  let nowMs = 0;
  const seat = { send: (intent: Intent) => void sent.push(intent), gate: createTapGate(() => nowMs, 100) };
  render(<App view={view} state={state} away={away} seat={seat} />);
  return {
    sent,
    away,
    show: (name: string) => {
      view.value = show(name);
    },
    touch: (name: string | RegExp) => {
      nowMs += 1_000;
      fireEvent.click(screen.getByRole('button', { name }));
    },
  };
}

test('a bill number is typed and looked for', async () => {
  const kiosk = glass('find-bill');
  for (const key of ['1', '0', '0', '1']) kiosk.touch(key);
  await screen.findByDisplayValue('1001');
  kiosk.touch('Find my bill');
  expect(kiosk.sent).toEqual([{ do: 'find-bill', number: '1001' }]);
});

test('nothing is looked for while nothing is typed', () => {
  const kiosk = glass('find-bill');
  kiosk.touch('Find my bill');
  expect(kiosk.sent).toEqual([]);
});

test('typed text stays when the machine answers on the same screen, and is gone on another', async () => {
  const kiosk = glass('find-bill');
  for (const key of ['9', '9']) kiosk.touch(key);
  kiosk.show('find-bill-none');
  await screen.findByText(/could not find this bill number/);
  expect(screen.getByDisplayValue('99')).toBeTruthy();
  kiosk.show('welcome');
  await screen.findByText('What would you like to do?');
  kiosk.show('find-bill');
  await screen.findByText('Enter the bill number');
  expect(screen.queryByDisplayValue('99')).toBeNull();
});

test('a full slip number leads on to the check code', async () => {
  const kiosk = glass('voucher');
  for (const key of '123456789') kiosk.touch(key);
  await screen.findByRole('button', { name: 'Q' });
  kiosk.touch('Q');
  await screen.findByDisplayValue('Q');
  kiosk.touch('Use this cash slip');
  expect(kiosk.sent).toEqual([{ do: 'voucher', serial: '123456789', code: 'Q' }]);
});

test('a line that is away is said calmly, with the words of the last View', async () => {
  const kiosk = glass('welcome');
  kiosk.away.value = true;
  expect(await screen.findByText('One moment, reconnecting…')).toBeTruthy();
});

test('a warning offers more time in one touch', async () => {
  const kiosk = glass('warning');
  kiosk.touch('I need more time');
  expect(kiosk.sent).toEqual([{ do: 'extend' }]);
});
