import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Right, StaffDay, StaffZs } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { closedDays, firstDay, noClosedDays, openDay } from '../../scripts/screens/staff-books.ts';
import { dayNames } from '../../kiosk/text/day.ts';
import { PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { DayClose } from '../../ui/staff/pages/day.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

let day: StaffDay;
let zs: StaffZs;
let asked: { readonly path: string; readonly body: unknown }[];
let answer: unknown;

beforeEach(() => {
  day = openDay;
  zs = closedDays;
  asked = [];
  answer = { ok: true };
  vi.stubGlobal('fetch', async (path: string, { body }: RequestInit) => {
    asked.push({ path, body: typeof body === 'string' ? JSON.parse(body) : null });
    return Response.json(path.startsWith('table/day') ? day : path.startsWith('table/z') ? zs : answer);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function page(rights: readonly Right[] = ['read-day', 'close-day'], lang: Lang = 'en'): Promise<void> {
  const now = staffNow('collector', rights);
  const place = placeOf({ now, lang, words: words[lang], go: () => {}, changed: () => {} });
  render(
    <PlaceProvider value={place}>
      <DayClose />
    </PlaceProvider>,
  );
  await waitFor(() => expect(document.querySelector('[data-day]')).not.toBeNull());
}

const own = words.en.day;
const names = dayNames.en;
const open = () => within(document.querySelector<HTMLElement>('[data-day]')!);
const cellsOf = (name: string) =>
  [...open().getByRole('rowheader', { name }).parentElement!.querySelectorAll('td')].map((cell) => cell.textContent);
const acts = () => asked.filter(({ path }) => path === 'do').map(({ body }) => body);

test('the open day says what was sold, how each method stands against what was counted, and what is owed', async () => {
  await page();
  expect(document.querySelector('.headline')?.textContent).toBe('¥4,863.40');
  expect(cellsOf(names.rows.sales)).toEqual(['× 73', '¥4,863.40']);
  expect(cellsOf(own.returned('WeChat Pay'))).toEqual(['× 1', '¥50.00']);
  const [cash, checked] = open().getAllByRole('rowheader', { name: 'Cash' });
  expect(cash?.parentElement?.textContent).toBe('Cash× 31¥1,910.34');
  expect(checked?.parentElement?.textContent).toBe('Cash¥1,910.34¥1,908.34−¥2.00');
  expect(open().getByText('−¥2.00').className).toContain('stop');
  open().getByText(own.unchecked);
  expect(cellsOf(names.rows.collected)).toEqual(['−¥498.24']);
  expect(cellsOf(names.rows.outstanding)).toEqual(['× 4', '¥143.50']);
  expect(cellsOf(names.rows.caseUnknown)).toEqual(['1']);
});

test('a day is closed after a question only, and by the number that its report gets', async () => {
  await page();
  fireEvent.click(screen.getByRole('button', { name: own.close }));
  screen.getByRole('heading', { name: own.question(42) });
  fireEvent.click(screen.getByRole('button', { name: words.en.cancel }));
  expect(acts()).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: own.close }));
  fireEvent.click(screen.getByRole('button', { name: own.closeNow(42) }));
  const done = await screen.findByText(own.done(42));
  const figures = document.querySelector('[data-day="open"]') as HTMLElement;
  expect(done.compareDocumentPosition(figures)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(acts()).toEqual([
    { do: 'close-day', lang: 'en', seen: { opened: '2026-03-31', last: 41, empty: false }, second: null },
  ]);
});

test('a day in which nothing was booked is closed only by somebody who was told so', async () => {
  day = { ...openDay, empty: true };
  await page();
  fireEvent.click(screen.getByRole('button', { name: own.close }));
  screen.getByText(own.questionEmpty(41));
  fireEvent.click(screen.getByRole('button', { name: own.closeNow(42) }));
  await screen.findByText(own.done(42));
  expect(acts()).toEqual([
    { do: 'close-day', lang: 'en', seen: { opened: '2026-03-31', last: 41, empty: true }, second: null },
  ]);
});

test('a day that has changed since it was seen is not closed, and whoever pressed is told', async () => {
  await page();
  fireEvent.click(screen.getByRole('button', { name: own.close }));
  answer = { ok: false, problem: 'day-changed', seconds: null };
  day = { ...openDay, opened: '2026-04-01', last: 42, empty: true };
  fireEvent.click(screen.getByRole('button', { name: own.closeNow(42) }));
  expect((await screen.findByRole('alert')).textContent).toContain(words.en.problems['day-changed']);
  screen.getByRole('heading', { name: own.question(42) });
  fireEvent.click(screen.getByRole('button', { name: words.en.cancel }));
  await open().findByRole('heading', { name: /04|April/ });
  fireEvent.click(screen.getByRole('button', { name: own.close }));
  screen.getByRole('heading', { name: own.question(43) });
  screen.getByText(own.questionEmpty(42));
});

test('who may not close the day reads it, and prints how it stands', async () => {
  await page(['read-day']);
  expect(screen.queryByRole('button', { name: own.close })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: own.printX }));
  await screen.findByText(own.sent);
  expect(acts()).toEqual([{ do: 'print-x', lang: 'en' }]);
});

test('a refusal is said where it was asked for', async () => {
  answer = { ok: false, problem: 'not-allowed', seconds: null };
  await page();
  fireEvent.click(screen.getByRole('button', { name: own.printX }));
  expect((await screen.findByRole('alert')).textContent).toContain(words.en.problems['not-allowed']);
});

test('a closed day opens to its figures, its signature and what others said of it later', async () => {
  await page();
  const third = within(document.querySelector<HTMLElement>('[data-z="41"]')!);
  expect(third.queryByText(names.sections.liability)).toBeNull();
  fireEvent.click(third.getByRole('button', { name: own.show }));
  third.getByRole('heading', { name: names.sections.liability });
  third.getByText(own.unsigned);
  // What was closed stays as it was, and what came later stands below it.
  third.getByText(own.uncheckedThen);
  third.getByRole('heading', { name: own.after });
  const later = third.getByText(new RegExp(own.later('WeChat Pay', '¥1,022.00', '−¥10.00').replace(/[().]/g, '.')));
  expect(later.className).toContain('stop');
  fireEvent.click(third.getByRole('button', { name: own.hide }));
  expect(third.queryByText(names.sections.liability)).toBeNull();
});

test('what is not on paper is printed, what may be is copied', async () => {
  await page();
  const of = (z: number) => within(document.querySelector<HTMLElement>(`[data-z="${z}"]`)!);
  of(40).getByRole('button', { name: own.printCopy });
  fireEvent.click(of(39).getByRole('button', { name: own.print }));
  await of(39).findByText(own.sent);
  expect(acts()).toEqual([{ do: 'print-z', z: 39, lang: 'en' }]);
});

test.each(['en', 'zh-CN'] as const)('a kiosk that never closed a day says so in words: %s', async (lang) => {
  day = firstDay;
  zs = noClosedDays;
  await page(['read-day'], lang);
  screen.getByText(words[lang].day.noneClosed);
  expect(document.body.textContent).not.toMatch(/undefined|NaN|null/);
});
