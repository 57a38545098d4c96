import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StaffEntries, StaffReport } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { Reports } from '../../ui/staff/pages/reports.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

const drawn = vi.hoisted(() => vi.fn(() => () => {}));
vi.mock('../../ui/staff/bars.ts', () => ({ drawBars: drawn }));

const report: StaffReport['report'] = {
  period: 'day',
  date: '2026-03-31',
  from: '2026-03-31',
  to: '2026-03-31',
  currency: 'CNY',
  minor: 30_000,
  count: 3,
  customers: 2,
  average: 10_000,
  refunded: 500,
  refunds: 1,
  rounding: -2,
  cancelled: { minor: 0, count: 1 },
  byMethod: [
    { method: 'wechat', minor: 18_000, count: 1 },
    { method: 'cash', minor: 11_998, count: 2 },
  ],
  byDay: [{ day: '2026-03-31', minor: 30_000, count: 3 }],
  byHour: [
    { hour: 9, minor: 18_000, count: 1 },
    { hour: 11, minor: 12_000, count: 2 },
  ],
  byPayee: [{ payee: '自来水公司 & Co', minor: 30_000, count: 3 }],
  refundsByMethod: [{ method: 'voucher', minor: 500, count: 1 }],
};
const table: StaffReport = {
  today: '2026-03-31',
  yesterday: '2026-03-30',
  before: { date: '2026-03-30', to: '2026-03-30', minor: 20_000, count: 4, customers: 4 },
  after: null,
  report,
};
const entry: StaffEntries['entries'][number] = {
  seq: 7,
  at: '2026-03-31T01:20:00.000Z',
  day: '2026-03-31',
  kind: 'sale.paid',
  session: 'v1',
  minor: 18_000,
  body: { kind: 'sale.paid', receipt: 'R1', tenders: [{ method: 'wechat', minor: 18_000 }] },
  hash: 'abcd',
};

let asked: string[];
let answers: (path: string) => unknown;

beforeEach(() => {
  asked = [];
  answers = (path) => (path.includes('entries') ? { entries: [entry], next: null } : table);
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    const answer = answers(path);
    return answer === null ? new Response(null, { status: 500 }) : Response.json(answer);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function page(lang: Lang = 'en', onGlass = false): void {
  const now = staffNow('collector', ['look', 'report']);
  const place = placeOf({ now, lang, words: words[lang], go: () => {}, changed: () => {}, onGlass });
  render(
    <PlaceProvider value={place}>
      <Reports />
    </PlaceProvider>,
  );
}

const queryOf = (path: string | undefined) => Object.fromEntries(new URLSearchParams(path?.split('?')[1]));

test('a day says what was taken, how it compares, and in a sentence when and how most was paid', async () => {
  page();
  expect((await screen.findByText('¥300.00', { selector: 'strong' })).closest('button')?.textContent).toContain(
    '+¥100.00 (+50%) against 2026\u201103\u201130',
  );
  screen.getByText('The busiest hour was 09:00–10:00: ¥180.00 in 1 sale.');
  screen.getByText('Most was paid by WeChat Pay: ¥180.00, 60% of all.');
  await waitFor(() => expect(drawn).toHaveBeenCalledTimes(2));
  // An hour without a sale between two with one is a gap in the chart, not left out.
  expect((drawn.mock.calls as unknown as [HTMLElement, { bars: unknown[] }][])[0]?.[1].bars).toEqual([
    { name: '09:00–10:00', minor: 18_000, count: 1 },
    { name: '10:00–11:00', minor: 0, count: 0 },
    { name: '11:00–12:00', minor: 12_000, count: 2 },
  ]);
});

test.each([
  [/^¥180.00. Entries of WeChat Pay/, { figure: 'sales', method: 'wechat' }],
  [/^¥120.00. Entries of 11:00/, { figure: 'sales', hour: '11' }],
  [/^¥300.00. Entries of 自来水公司/, { figure: 'sales', payee: '自来水公司 & Co' }],
  [/^¥5.00. Entries of Refunds, Cash slip/, { figure: 'refunds', method: 'voucher' }],
  [/^Cash rounding/, { figure: 'rounding' }],
  [/^Cancelled sales/, { figure: 'cancelled' }],
])('the figure %s leads to its entries', async (name, wanted) => {
  page();
  fireEvent.click(await screen.findByRole('button', { name }));
  const row = await screen.findByRole('button', { expanded: false });
  expect(queryOf(asked.at(-1))).toEqual({ period: 'day', day: '2026-03-31', from: '0', ...wanted });
  fireEvent.click(row);
  expect(screen.getByText('tenders.0.method').parentElement?.textContent).toContain('wechat');
  screen.getByText('abcd');
  fireEvent.click(screen.getByRole('button', { name: words.en.back }));
  await screen.findByRole('heading', { name: words.en.report.title });
});

test('a table is sorted by what is touched, and turned round by another touch', async () => {
  page();
  await screen.findByText('¥300.00', { selector: 'strong' });
  const tableOf = screen.getAllByRole('table').find((one) => one.textContent?.includes('11:00')) as HTMLElement;
  const hours = () =>
    within(tableOf)
      .getAllByRole('rowheader')
      .map((one) => one.textContent);
  const bySales = within(tableOf).getByRole('button', { name: 'Sales' });
  fireEvent.click(bySales);
  expect(hours()).toEqual(['11:00–12:00', '09:00–10:00']);
  fireEvent.click(bySales);
  expect(hours()).toEqual(['09:00–10:00', '11:00–12:00']);
  expect(within(tableOf).getAllByRole('columnheader').at(-1)?.getAttribute('aria-sort')).toBe('ascending');
});

test('another time is asked for by a day in it', async () => {
  page();
  await screen.findByText('¥300.00', { selector: 'strong' });
  for (const [name, wanted] of [
    [/Earlier/, { period: 'day', day: '2026-03-30' }],
    ['Today', { period: 'day' }],
    ['Yesterday', { period: 'day', day: '2026-03-30' }],
    [/Month/, { period: 'month', day: '2026-03-31' }],
  ] as const) {
    fireEvent.click(screen.getByRole('button', { name }));
    await waitFor(() => expect(queryOf(asked.at(-1))).toEqual(wanted));
  }
  expect((screen.getByRole('button', { name: /Later/ }) as HTMLButtonElement).disabled).toBe(true);
});

test('what is rare is looked for on, page after page, and a long search says how to go on', async () => {
  let pages = 0;
  answers = (path) => {
    if (!path.includes('entries')) return table;
    pages++;
    return pages < 4 ? { entries: [], next: 1_000 - pages } : { entries: [entry], next: null };
  };
  page();
  fireEvent.click(await screen.findByRole('button', { name: /^¥180.00. Entries of WeChat Pay/ }));
  await screen.findByRole('button', { expanded: false });
  expect(asked.filter((path) => path.includes('entries')).map((path) => queryOf(path).from)).toEqual([
    '0',
    '999',
    '998',
    '997',
  ]);
  fireEvent.click(screen.getByRole('button', { name: words.en.back }));
  answers = (path) => (path.includes('entries') ? { entries: [], next: 5 } : table);
  fireEvent.click(await screen.findByRole('button', { name: /^¥180.00. Entries of WeChat Pay/ }));
  await screen.findByText(words.en.report.restShort);
});

test.each(['en', 'zh-CN'] as const)(
  'a time without sales and a journal that is not read are said in words: %s',
  async (lang) => {
    const none = { minor: 0, count: 0, customers: 0, average: null, refunded: 0, refunds: 0, rounding: 0 };
    answers = () => ({
      ...table,
      report: {
        ...report,
        ...none,
        cancelled: { minor: 0, count: 0 },
        byMethod: [],
        byHour: [],
        byDay: [],
        byPayee: [],
      },
    });
    page(lang);
    await screen.findByText(words[lang].report.none);
    answers = () => null;
    fireEvent.click(screen.getByRole('button', { name: words[lang].report.yesterday }));
    await screen.findByText(words[lang].report.failed);
  },
);

test('files are for the laptop: the glass has nowhere to keep them', async () => {
  page('zh-CN');
  const link = await screen.findByRole('link', { name: 'CSV 文件' });
  expect(link.getAttribute('href')).toBe('download/report?period=day&day=2026-03-31&as=csv&lang=zh-CN');
  cleanup();
  page('zh-CN', true);
  await screen.findByText('¥300.00', { selector: 'strong' });
  expect(screen.queryByRole('link')).toBeNull();
});
