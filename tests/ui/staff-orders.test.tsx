import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StaffOrders } from '../../kiosk/server/staff-wire.ts';
import { PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { Orders } from '../../ui/staff/pages/orders.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

type Order = StaffOrders['orders'][number];

let orders: Order[];
let acts: unknown[];
let answer: unknown;

const tea: Order = {
  number: '#10000001',
  pickUp: '007',
  at: '2026-03-31T01:20:00.000Z',
  lines: [{ name: { 'zh-CN': '热茶', en: 'Hot tea' }, count: 2 }],
  handedOver: false,
};

beforeEach(() => {
  acts = [];
  orders = [tea];
  answer = { ok: true, move: null, case: null };
  vi.stubGlobal('fetch', async (_path: string, init?: RequestInit) => {
    if (init?.body === undefined) return Response.json({ orders, next: null });
    acts.push(JSON.parse(String(init.body)));
    orders = orders.map((one) => ({ ...one, handedOver: true }));
    return Response.json(answer);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function page(): void {
  const now = staffNow('attendant', ['look', 'hand-over']);
  const place = placeOf({ now, lang: 'en', words: words.en, go: () => {}, changed: () => {} });
  render(
    <PlaceProvider value={place}>
      <Orders />
    </PlaceProvider>,
  );
}

test('an order stands there with its number and its goods, and is handed over by one touch', async () => {
  page();
  expect((await screen.findByRole('heading', { level: 2 })).textContent).toBe('007 · order #10000001');
  expect(screen.getByText('Hot tea')).not.toBeNull();
  expect(screen.getByText('× 2')).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: words.en.handOver }));
  await screen.findByText(words.en.isOut);
  expect(acts).toEqual([{ do: 'hand-over', order: '#10000001' }]);
  expect(screen.queryByRole('button', { name: words.en.handOver })).toBeNull();
});

test('what was not done is said', async () => {
  answer = { ok: false, problem: 'not-ready', seconds: null };
  page();
  fireEvent.click(await screen.findByRole('button', { name: words.en.handOver }));
  await waitFor(() => expect(document.body.textContent).toContain(words.en.problems['not-ready']));
});

test('a day without orders says so', async () => {
  orders = [];
  page();
  await screen.findByText(words.en.noOrders);
});
