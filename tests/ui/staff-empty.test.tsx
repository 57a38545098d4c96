import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StaffTill } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { Empty } from '../../ui/staff/pages/machine.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

const now = staffNow('administrator', ['look', 'empty']);
const stocks = [
  { minor: 500, count: 8, machine: 8 },
  { minor: 1_000, count: 0, machine: 0 },
  { minor: 2_000, count: 3, machine: 3 },
];
const unit = {
  minor: 10_000,
  pieces: 11,
  capacity: null,
  declared: true,
  stocks,
  state: 'ok',
  differs: false,
} as const;
const till = (...devices: readonly string[]): StaffTill => ({
  units: devices.map((device) => ({ ...unit, device, unit: 'recycler' })),
  bags: [],
  zOwed: null,
  wallets: false,
  cases: 0,
  refunds: 0,
  terminals: [],
  devices: [],
  cabinet: null,
  locked: null,
});

let acts: unknown[];
let answer: unknown;

beforeEach(() => {
  acts = [];
  answer = { ok: true, move: null, case: null };
  vi.stubGlobal('fetch', async (_path: string, init?: RequestInit) => {
    acts.push(JSON.parse(String(init?.body)));
    return Response.json(answer);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function page(lang: Lang = 'en', shown = till('recycler')) {
  const place = placeOf({ now, lang, words: words[lang], go: () => {}, changed: () => {} });
  render(
    <PlaceProvider value={place}>
      <Empty till={shown} />
    </PlaceProvider>,
  );
}

const rowsOf = () =>
  within(screen.getByRole('table'))
    .getAllByRole('row')
    .map((row) =>
      [...row.children].map((cell) => cell.querySelector('input')?.value ?? cell.textContent?.trim()).join(' | '),
    );

test('nothing stays unless somebody says so, and all of it is moved', async () => {
  page();
  expect(rowsOf()).toEqual([
    'Denomination | Inside | Stay | Into the box',
    '¥5.00 | 8 |  | 8',
    '¥20.00 | 3 |  | 3',
    'Total | ¥100.00',
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Empty it' }));
  await screen.findByText(/The machine was told/);
  const none = [500, 2_000].map((minor) => ({ minor, count: 0 }));
  expect(acts).toEqual([{ do: 'empty', device: 'recycler', keep: none, second: null }]);
});

test('what is to stay is typed, what will be moved follows, and both are asked for', async () => {
  page();
  const field = screen.getByRole('textbox', { name: '¥5.00' });
  fireEvent.focus(field);
  fireEvent.click(screen.getByRole('button', { name: '6' }));
  fireEvent.input(screen.getByRole('textbox', { name: '¥20.00' }), { target: { value: '1' } });
  expect(rowsOf().slice(1)).toEqual(['¥5.00 | 8 | 6 | 2', '¥20.00 | 3 | 1 | 2', 'Total | ¥50.00']);
  fireEvent.click(screen.getByRole('button', { name: 'Empty it' }));
  await screen.findByText(/The machine was told/);
  const keep = [
    { minor: 500, count: 6 },
    { minor: 2_000, count: 1 },
  ];
  expect(acts).toEqual([{ do: 'empty', device: 'recycler', keep, second: null }]);
});

test.each([
  ['en', 'not-so-many', 'More is to stay than is inside. Check the counts.'],
  ['zh-CN', 'not-so-many', '要留下的多于机内现有的，请检查数量。'],
  ['zh-CN', 'not-paid', '其中有机器不找出的面额，不能留在机内。'],
] as const)('%s: what is refused as %s is told in words', async (lang, problem, text) => {
  answer = { ok: false, problem, seconds: null };
  page(lang);
  fireEvent.input(screen.getByRole('textbox', { name: '¥5.00' }), { target: { value: '9' } });
  expect(rowsOf()[1]).toBe('¥5.00 | 8 | 9 | 0');
  fireEvent.click(screen.getByRole('button', { name: words[lang].emptyDo }));
  await screen.findByText(text);
});

test('of several machines one is chosen first', () => {
  page('en', till('left', 'right'));
  fireEvent.click(screen.getByRole('button', { name: 'right' }));
  expect(screen.getByRole('heading', { name: 'Empty into the box · right' })).not.toBeNull();
});
