import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StaffTill } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { type Page, PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { Home } from '../../ui/staff/pages/home.tsx';
import { CloseTerminal } from '../../ui/staff/pages/terminal.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

type Terminal = StaffTill['terminals'][number];
type End = NonNullable<Terminal['last']>;

const quiet: Terminal = {
  device: 'terminal',
  minor: 17_300,
  count: 2,
  closing: null,
  charging: false,
  last: null,
};
const figures = { minor: 17_300, count: 2 };
const matches: End = { order: 'one', outcome: 'matches', told: figures, expected: figures, case: null };
const till = (...terminals: readonly Partial<Terminal>[]): StaffTill => ({
  units: [],
  bags: [],
  zOwed: null,
  wallets: false,
  cases: 0,
  refunds: 0,
  devices: [],
  cabinet: null,
  locked: null,
  terminals: terminals.map((terminal) => ({ ...quiet, ...terminal })),
});

let acts: unknown[];
let answer: unknown;
let went: Page[];

beforeEach(() => {
  acts = [];
  went = [];
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

/** Answers how to show the same page with another till. */
function page(
  first: StaffTill,
  lang: Lang = 'en',
  Shown = CloseTerminal,
  rights = ['look', 'close-terminal'] as const,
) {
  const now = staffNow('technician', rights);
  const place = placeOf({ now, lang, words: words[lang], go: (to) => void went.push(to), changed: () => {} });
  const drawn = (shown: StaffTill) => (
    <PlaceProvider value={place}>
      <Shown till={shown} />
    </PlaceProvider>
  );
  const { rerender } = render(drawn(first));
  return (next: StaffTill) => rerender(drawn(next));
}

const button = (name: string) => screen.queryByRole('button', { name });
const facts = () => [...document.querySelectorAll('.facts > div')].map((row) => row.textContent);
const { closeDayDo, closeRunning, closeSilent, closeEnds, done } = words.en;

test('what the journal expects is shown, and the order goes out once', async () => {
  page(till({}));
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Close the terminal’s day · terminal');
  expect(screen.getByText('¥173.00')).not.toBeNull();
  expect(screen.getByText('2 payments')).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: closeDayDo }));
  await screen.findByText(closeRunning);
  expect(acts).toEqual([{ do: 'close-terminal', device: 'terminal', second: null }]);
  expect(button(closeDayDo)).toBeNull();
});

test('it is under way until the end of this order is told; the last one’s is no result', async () => {
  const show = page(till({ last: { ...matches, order: 'before' } }));
  expect(screen.getByRole('heading', { name: 'The last time' })).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: closeDayDo }));
  await screen.findByText(closeRunning);
  expect(screen.queryByText(closeEnds.matches)).toBeNull();
  show(till({ closing: 'asked', last: { ...matches, order: 'before' } }));
  expect(screen.getByText(closeRunning)).not.toBeNull();
  show(till({ minor: 0, count: 0, last: matches }));
  expect(screen.queryByText(closeRunning)).toBeNull();
  expect(screen.getByRole('heading', { name: 'Result' })).not.toBeNull();
  expect(screen.getByRole('status').textContent).toContain(closeEnds.matches);
  expect(facts()).toEqual(['The terminal says¥173.00 · 2 payments', 'Expected¥173.00 · 2 payments']);
  expect(button(closeDayDo)).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: done }));
  expect(went).toEqual([{ at: 'home' }]);
});

test('whoever comes back while it runs sees that it does, and asks for nothing', () => {
  page(till({ closing: 'asked' }));
  expect(screen.getByText(closeRunning)).not.toBeNull();
  expect(button(closeDayDo)).toBeNull();
});

test.each([
  ['en', 'The terminal and the journal differ.', 'Difference−¥6.50', 'This is case C00003.'],
  ['zh-CN', '刷卡机与账上不一致。', '差额−¥6.50', '已登记为差错 C00003。'],
] as const)('%s: a difference is told with its case', (lang, text, difference, number) => {
  const told = { minor: 16_650, count: 2 };
  page(till({ last: { ...matches, outcome: 'differs', told, case: 'C00003' } }), lang);
  expect(screen.getByRole('alert').textContent).toContain(text);
  expect(facts()).toContain(difference);
  expect(screen.getByText(number)).not.toBeNull();
});

test.each([
  ['en', closeEnds.lost],
  ['zh-CN', '刷卡机之前已经日结，但应答丢失。请核对它打印的日结单。'],
] as const)('%s: an empty day whose answer was lost is told as that, and not as a difference', (lang, text) => {
  page(till({ last: { ...matches, outcome: 'lost', told: { minor: 0, count: 0 }, case: 'C00003' } }), lang);
  expect(screen.getByRole('alert').textContent).toContain(text);
  expect(facts()).toHaveLength(2);
  expect(screen.getByText(words[lang].closeCase('C00003'))).not.toBeNull();
});

test('what was refused can be asked for again at once', async () => {
  const show = page(till({}));
  fireEvent.click(screen.getByRole('button', { name: closeDayDo }));
  await screen.findByText(closeRunning);
  show(till({ last: { ...matches, outcome: 'refused', told: null } }));
  expect(screen.getByRole('alert').textContent).toContain(closeEnds.refused);
  expect(facts()).toEqual(['Expected¥173.00 · 2 payments']);
  fireEvent.click(screen.getByRole('button', { name: closeDayDo }));
  await screen.findByText(closeRunning);
  expect(acts).toHaveLength(2);
});

test('a terminal that says nothing is told as that, and may be asked again', async () => {
  page(till({ closing: 'silent' }));
  expect(screen.getByRole('alert').textContent).toContain(closeSilent);
  fireEvent.click(screen.getByRole('button', { name: closeDayDo }));
  await screen.findByText(closeRunning);
  expect(screen.queryByText(closeSilent)).toBeNull();
});

test('one that falls silent while somebody waits is told as that', async () => {
  const show = page(till({}));
  fireEvent.click(screen.getByRole('button', { name: closeDayDo }));
  await screen.findByText(closeRunning);
  show(till({ closing: 'asked' }));
  show(till({ closing: 'silent' }));
  expect(screen.getByText(closeSilent)).not.toBeNull();
  expect(screen.queryByText(closeRunning)).toBeNull();
});

test.each([
  ['en', 'charging'],
  ['zh-CN', 'charging'],
  ['en', 'closing'],
  ['zh-CN', 'not-ready'],
] as const)('%s: what is refused as %s is told in words, and nothing runs', async (lang, problem) => {
  answer = { ok: false, problem, seconds: null };
  page(till({}), lang);
  fireEvent.click(screen.getByRole('button', { name: words[lang].closeDayDo }));
  await screen.findByText(words[lang].problems[problem]);
  expect(screen.queryByText(words[lang].closeRunning)).toBeNull();
});

test('of several terminals one is chosen first', () => {
  page(till({ device: 'left' }, { device: 'right' }));
  fireEvent.click(screen.getByRole('button', { name: 'right' }));
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Close the terminal’s day · right');
});

test('the way to it is there where a terminal is, for whom it is', () => {
  const name = words.en.closeDay;
  page(till(), 'en', Home);
  expect(button(name)).toBeNull();
  cleanup();
  page(till({}), 'en', Home, ['look'] as never);
  expect(button(name)).toBeNull();
  cleanup();
  page(till({}), 'en', Home);
  fireEvent.click(screen.getByRole('button', { name }));
  expect(went).toEqual([{ at: 'close-terminal' }]);
});
