import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StaffDevice, StaffTill, StaffTraceLine } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { consoleWords } from '../../ui/staff/console-words.ts';
import { type Page, PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { markOf, paperSteps, shelfOf, unitSteps } from '../../ui/staff/device-look.ts';
import { Cabinet } from '../../ui/staff/pages/cabinet.tsx';
import { ConsolePage } from '../../ui/staff/pages/console.tsx';
import { DevicePage } from '../../ui/staff/pages/device.tsx';
import { TracePage } from '../../ui/staff/pages/trace.tsx';
import { words } from '../../ui/staff/text.ts';
import { fitting, joined } from '../../ui/staff/trace.ts';
import { staffNow } from './staff-now.ts';

type Device = StaffTill['devices'][number];
type Unit = StaffTill['units'][number];

const well: Device = {
  device: 'printer',
  kind: 'printer',
  ready: true,
  faults: [],
  lost: false,
  paper: 'ok',
  boxOut: false,
  emptying: false,
  minors: [],
  newTable: null,
  since: null,
  lastFault: null,
};
const remedy = { 'zh-CN': '打印机盖打开：关好盖子。', en: 'The cover is open: close it.' };
const open: Partial<Device> = {
  faults: [{ code: 'escpos.cover', remedy }],
  since: '2026-03-31T01:15:08.000Z',
  lastFault: { code: 'escpos.cover', at: '2026-03-31T01:15:08.000Z' },
};
const hopper: Unit = {
  device: 'printer',
  unit: 'hopper',
  minor: 500,
  pieces: 5,
  capacity: null,
  declared: true,
  stocks: [{ minor: 100, count: 5, machine: null }],
  state: 'ok',
  differs: false,
};
const till = (...devices: readonly Partial<Device>[]): StaffTill => ({
  units: [],
  cabinet: null,
  locked: null,
  bags: [],
  cases: 0,
  refunds: 0,
  zOwed: null,
  wallets: false,
  terminals: [],
  devices: devices.map((device) => ({ ...well, ...device })),
});
const line = (seq: number, more: Partial<StaffTraceLine> = {}): StaffTraceLine => ({
  seq,
  at: '2026-03-31T01:20:00.000Z',
  atMs: seq * 10,
  direction: 'out',
  name: `ask ${seq}`,
  fields: '',
  bytes: 'FC 05',
  error: false,
  again: false,
  ...more,
});

let went: Page[];
let asked: string[];
let answers: (path: string) => unknown;

beforeEach(() => {
  went = [];
  asked = [];
  answers = () => ({ found: null });
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    return Response.json(answers(path));
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function draw(
  children: preact.ComponentChildren,
  lang: Lang = 'en',
  rights = ['look', 'trace'] as const,
  onGlass = false,
): void {
  const now = staffNow('technician', rights);
  const place = placeOf({ now, lang, words: words[lang], go: (to) => void went.push(to), changed: () => {}, onGlass });
  render(<PlaceProvider value={place}>{children}</PlaceProvider>);
}

test.each([
  ['ready', {}, []],
  ['lost', { lost: true, ...open }, []],
  ['fault', open, []],
  ['fault', { paper: 'out' }, []],
  ['fault', { boxOut: true }, []],
  ['off', { ready: false }, []],
  ['warning', { paper: 'low' }, []],
  ['warning', { newTable: [100] }, []],
  ['warning', { emptying: true }, []],
  ['warning', {}, [{ ...hopper, state: 'low' }]],
  ['warning', {}, [{ ...hopper, differs: true }]],
  ['ready', {}, [{ ...hopper, state: 'full' }]],
] as const)('a device is %s when it says %o', (mark, change, units) => {
  expect(markOf({ ...well, ...change }, units)).toBe(mark);
});

test('how many are in it is told with how many fit in, where that is known', () => {
  expect([words.en.device.pieces(41, false, 600), words['zh-CN'].device.pieces(41, true, 600)]).toEqual([
    '41 of 600 notes',
    '41 / 600 枚',
  ]);
  expect([1, 2].map((count) => words.en.device.pieces(count, true, null))).toEqual(['1 coin', '2 coins']);
});

test('levels come in steps, and each kind has its place', () => {
  const told = (state: Unit['state'], pieces = 5, capacity: number | null = null) =>
    unitSteps({ ...hopper, state, pieces, capacity });
  expect((['empty', 'low', 'ok', 'full', null] as const).map((state) => told(state))).toEqual([0, 1, 2, 3, null]);
  expect([0, 60, 61, 539, 540, 700].map((pieces) => told(null, pieces, 600))).toEqual([0, 1, 2, 2, 3, 3]);
  // What its sensors say comes first.
  expect(told('low', 300, 600)).toBe(1);
  expect((['out', 'low', 'ok'] as const).map(paperSteps)).toEqual([0, 1, 3]);
  expect((['scanner', 'recycler', 'printer', 'hopper'] as const).map(shelfOf)).toEqual([
    'reader',
    'notes',
    'paper',
    'inside',
  ]);
});

test.each([
  ['en', '1 device needs a hand', 'needs a hand', remedy.en],
  ['zh-CN', '1 台设备需要处理', '需要处理', remedy['zh-CN']],
] as const)(
  '%s: the cabinet says how many need a hand, and what to do with each; a touch opens it',
  (lang, sentence, mark, text) => {
    draw(<Cabinet till={till(open, { device: 'scanner', kind: 'scanner', paper: null })} />, lang);
    expect(screen.getByText(sentence)).not.toBeNull();
    const place = document.querySelector('[data-device="printer"]') as HTMLElement;
    expect(place.textContent).toContain(mark);
    expect(place.textContent).toContain(text);
    expect(place.textContent).toContain('escpos.cover');
    fireEvent.click(place);
    expect(went).toEqual([{ at: 'device', device: 'printer' }]);
  },
);

test('a cabinet whose devices are all ready says so; one without devices does not', () => {
  draw(<Cabinet till={till({})} />);
  expect(screen.getByText(words.en.device.allWell)).not.toBeNull();
  cleanup();
  draw(<Cabinet till={till()} />);
  expect(screen.getByText(words.en.device.noDevices)).not.toBeNull();
});

const found: NonNullable<StaffDevice['found']> = {
  device: 'printer',
  kind: 'printer',
  identity: { maker: 'EPSON', model: null, serial: 'X4', firmware: '1.07' },
  line: { protocol: 'escpos', port: '/dev/ttyS0', kind: 'serial', speed: '115200 8N1', address: null, others: [] },
  counts: { sent: 12_345, received: 2, unanswered: 3, discardedBytes: 4, opened: 5, crashes: 6 },
  counters: { event: 17 },
  denominations: [],
  levels: [],
  lost: null,
  remedies: { 'escpos.cover': remedy },
  faults: ['escpos.cover'],
  troubles: [{ at: '2026-03-31T01:15:08.000Z', what: 'fault', code: 'escpos.cover' }],
};

test('a device’s page tells who it is, its line, what was counted and what to do', async () => {
  answers = () => ({ found });
  draw(<DevicePage device="printer" till={till(open)} />);
  await screen.findByText('X4');
  expect(asked[0]).toBe('table/device?device=printer');
  const text = document.body.textContent ?? '';
  for (const word of ['EPSON', 'does not tell', '115200 8N1', '12,345', 'event', remedy.en])
    expect(text).toContain(word);
  fireEvent.click(screen.getByRole('button', { name: words.en.device.trace }));
  expect(went).toEqual([{ at: 'trace', device: 'printer' }]);
});

test('who may not read a wire is not led to it, and a device that is gone is told as that', async () => {
  answers = () => ({ found });
  draw(<DevicePage device="printer" till={till(open)} />, 'en', ['look'] as never);
  await screen.findByText('X4');
  expect(screen.queryByRole('button', { name: words.en.device.trace })).toBeNull();
  cleanup();
  answers = () => ({ found: null });
  draw(<DevicePage device="nobody" till={till(open)} />);
  await screen.findByText(words.en.device.gone);
});

test('lines that are asked for again take the place of what was there', () => {
  const first = joined([], [line(1), line(2, { direction: 'in' })]);
  const next = joined(first, [line(2, { direction: 'in' }), line(2, { direction: 'in', name: 'more' }), line(5)]);
  expect(next.map(({ key, afterMs }) => [key, afterMs])).toEqual([
    ['1.0', null],
    ['2.0', 10],
    ['2.1', 0],
    ['5.0', 30],
  ]);
  expect(joined(next, [])).toBe(next);
  const many = Array.from({ length: 3_000 }, (_, at) => line(at + 1));
  expect(joined(next, many)).toHaveLength(2_000);
});

test('a filter looks at words, bytes, direction, errors and what repeats', () => {
  const all = { text: '', direction: 'all', onlyErrors: false, hideAgain: false } as const;
  const lines = [
    line(1),
    line(2, { direction: 'in', fields: 'state jam', again: true }),
    line(3, { direction: 'in', error: true }),
    line(4, { direction: 'crash', error: true, bytes: '' }),
  ];
  const seqs = (filter: Partial<Parameters<typeof fitting>[0]>) =>
    lines.filter(fitting({ ...all, ...filter })).map(({ seq }) => seq);
  expect(seqs({})).toEqual([1, 2, 3, 4]);
  expect(seqs({ direction: 'out' })).toEqual([1, 4]);
  expect(seqs({ onlyErrors: true })).toEqual([3, 4]);
  expect(seqs({ hideAgain: true })).toEqual([1, 3, 4]);
  expect(seqs({ text: ' JAM' })).toEqual([2]);
  expect(seqs({ text: 'fc 05' })).toEqual([1, 2, 3]);
});

test('on the glass, where it has nowhere to go, a trace is no file', async () => {
  answers = () => ({ found: { lines: [line(1)], next: 1, more: false } });
  draw(<TracePage device="printer" />, 'en', undefined, true);
  await waitFor(() => expect(screen.getByText('ask 1')).not.toBeNull());
  expect(screen.queryByRole('link')).toBeNull();
});

test('a trace goes on by itself, stands still when paused, and is taken away as a file', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let came = [line(1), line(2, { direction: 'in', name: 'idle', again: true })];
  answers = () => ({ found: { lines: came, next: 2, more: false } });
  draw(<TracePage device="printer" />);
  await waitFor(() => expect(screen.getByText('ask 1')).not.toBeNull());
  expect(screen.queryByText('idle')).toBeNull();
  expect(screen.getByRole('link', { name: 'Download' }).getAttribute('href')).toBe('download/trace?device=printer');
  came = [line(3)];
  await act(async () => void (await vi.advanceTimersByTimeAsync(1_000)));
  await waitFor(() => expect(screen.getByText('ask 3')).not.toBeNull());
  expect(asked).toEqual(['table/trace?from=0&device=printer', 'table/trace?from=2&device=printer']);
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  came = [line(4)];
  await act(async () => void (await vi.advanceTimersByTimeAsync(5_000)));
  expect(asked).toHaveLength(2);
  expect(screen.queryByText('ask 4')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
  await waitFor(() => expect(screen.getByText('ask 4')).not.toBeNull());
  fireEvent.click(screen.getByRole('button', { name: 'Hide what repeats' }));
  await waitFor(() => expect(screen.getByText('idle')).not.toBeNull());
});

const handTable = {
  found: {
    requests: [
      { request: 'status', effect: 'reads' },
      { request: 'eject', effect: 'moves' },
      { request: 'poll', effect: 'books' },
    ],
    refused: null,
    open: null,
    last: [
      {
        command: 'ask-a-1',
        request: 'status',
        at: '2026-03-31T01:20:00.000Z',
        by: '1 Li',
        second: null,
        outcome: 'answered',
        answer: ['status · value 18'],
      },
    ],
  },
};

test.each(['en', 'zh-CN'] as const)(
  'a request that reads is sent by one touch, and its answer stands there: %s',
  async (lang) => {
    const sent: unknown[] = [];
    vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
      if (init?.method === 'POST') sent.push(JSON.parse(String(init.body)));
      if (path.startsWith('table/console')) return Response.json(handTable);
      return Response.json(init === undefined ? { found: null } : { ok: true, move: null, case: null });
    });
    draw(<ConsolePage device="printer" />, lang);
    const own = consoleWords[lang];
    fireEvent.click(await screen.findByRole('button', { name: `${own.send}: status` }));
    await waitFor(() => expect(sent).toEqual([{ do: 'console', device: 'printer', request: 'status' }]));
    // Beside its request, and among the last ones.
    expect(screen.getAllByText('status · value 18')).toHaveLength(2);
    expect(document.querySelector('[data-request="status"]')?.textContent).toContain('status · value 18');
    fireEvent.click(screen.getByRole('button', { name: own.toChecks }));
    expect(went).toEqual([{ at: 'checks' }]);
  },
);

test('a request that moves asks before it is sent, and says what it does', async () => {
  answers = (path) => (path.startsWith('table/console') ? handTable : { found: null });
  draw(<ConsolePage device="printer" />);
  fireEvent.click(await screen.findByRole('button', { name: 'Send: eject' }));
  expect(screen.getByText('Pushes out the paper that is cut')).toBeDefined();
  expect(asked.filter((path) => path.startsWith('do'))).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'Do not send' }));
  expect(await screen.findByRole('button', { name: 'Send: eject' })).toBeDefined();
});

test('what cannot be sent just now says why, and a device without requests says so', async () => {
  answers = (path) =>
    path.startsWith('table/console') ? { found: { ...handTable.found, refused: 'moving' } } : { found: null };
  draw(<ConsolePage device="printer" />);
  const button = await screen.findByRole('button', { name: 'Send: status' });
  expect((button as HTMLButtonElement).disabled).toBe(true);
  expect(screen.getByRole('status').textContent).toBe(words.en.problems.moving);
  cleanup();
  answers = (path) =>
    path.startsWith('table/console') ? { found: { ...handTable.found, requests: [] } } : { found: null };
  draw(<ConsolePage device="scanner" />);
  expect(await screen.findByText(consoleWords.en.none)).toBeDefined();
});
