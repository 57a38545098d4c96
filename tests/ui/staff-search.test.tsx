import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StaffConfiguration, StaffFound, StaffSearch } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { PlaceProvider, placeOf } from '../../ui/staff/desk.ts';
import { Search } from '../../ui/staff/pages/search.tsx';
import { words } from '../../ui/staff/text.ts';
import { staffNow } from './staff-now.ts';

const now = staffNow('technician', ['look', 'find-devices', 'configure']);
const acceptor: StaffFound = {
  kind: 'note-acceptor',
  maker: 'CashCode',
  model: 'SM',
  serial: '21KC27006179',
  firmware: null,
  address: 3,
  denominations: [
    { currency: 'CNY', minor: 2_000 },
    { currency: 'JPY', minor: 1_000 },
  ],
  config: '{\n  "id": "acceptor"\n}',
  remarks: [{ code: 'currency-assumed', what: '2A' }],
  known: { id: 'notes', by: 'serial', from: '/dev/ttyUSB7' },
  use: 'move',
};
const blank = { heldBy: [], protocol: null, problem: null, devices: [] } as const;
const asked = (port: string, more: Partial<StaffSearch['ports'][number]>) => ({
  ...blank,
  port,
  state: 'asked' as const,
  ...more,
});

let search: StaffSearch;
let acts: unknown[];
let configuration: StaffConfiguration;
const settled: StaffConfiguration = {
  ...{ running: '0123456789abcdef', state: 'runs', waitsFor: [], last: null, undo: false, staged: null, stale: false },
  devices: [{ device: 'notes', kind: 'note-acceptor', port: '/dev/ttyUSB7', lost: true, refused: 'holds-money' }],
};

beforeEach(() => {
  search = { running: false, ports: [] };
  acts = [];
  configuration = settled;
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    if (path.startsWith('table/configuration')) return Response.json(configuration);
    if (path !== 'do') return Response.json(search);
    acts.push(JSON.parse(String(init?.body)));
    search = {
      running: true,
      ports: [
        { ...blank, port: '/dev/ttyUSB0', state: 'asking' },
        { ...blank, port: '/dev/ttyUSB1', state: 'waiting' },
      ],
    };
    return Response.json({ ok: true, move: null, case: null });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function page(lang: Lang = 'en', who = now) {
  const place = placeOf({ now: who, lang, words: words[lang], go: () => {}, changed: () => {} });
  render(
    <PlaceProvider value={place}>
      <Search />
    </PlaceProvider>,
  );
}

const lineOf = async (port: string) => {
  const card = (await screen.findByText(port)).closest('section');
  if (card === null) throw new Error(`no card for ${port}`);
  return within(card);
};

test('a touch starts a search, whose progress is shown line by line until it ends', async () => {
  page();
  fireEvent.click(screen.getByRole('button', { name: 'Start the search' }));
  const progress = await screen.findByRole('button', { name: 'Searching: 0 of 2 lines asked' });
  expect((progress as HTMLButtonElement).disabled).toBe(true);
  expect(acts).toEqual([{ do: 'find-devices' }]);
  (await lineOf('/dev/ttyUSB0')).getByText('being asked');
  (await lineOf('/dev/ttyUSB1')).getByText('waiting');
  search = { running: false, ports: [asked('/dev/ttyUSB0', { problem: 'silent' })] };
  await screen.findByRole('button', { name: 'Search again' });
  (await lineOf('/dev/ttyUSB0')).getByText(/Nobody answers/);
});

test('who was found is told with all it says, where it was before, what to check, and what to configure', async () => {
  search = { running: false, ports: [asked('/dev/ttyUSB0', { protocol: 'ccnet', devices: [acceptor] })] };
  page();
  const line = await lineOf('/dev/ttyUSB0');
  line.getByText('CashCode SM · note acceptor');
  line.getByText('21KC27006179');
  line.getByText('¥20.00 · JPY 1000');
  line.getByText('does not tell');
  line.getByText('This is notes. The configuration looks for it at /dev/ttyUSB7.');
  line.getByText('“2A” was taken for the currency of this kiosk. Check it under countries.');
  line.getByText(/"id": "acceptor"/);
});

test('a guess is said to be one', async () => {
  const guess = { ...acceptor, known: { id: 'notes', by: 'likeness', from: '/dev/ttyUSB7' } } as const;
  search = { running: false, ports: [asked('/dev/ttyUSB0', { protocol: 'ccnet', devices: [guess] })] };
  page();
  (await lineOf('/dev/ttyUSB0')).getByText(/^Perhaps this is notes/);
});

test('what the configuration would say is copied by a touch', async () => {
  const writeText = vi.fn(async () => {});
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
  search = { running: false, ports: [asked('/dev/ttyUSB0', { protocol: 'ccnet', devices: [acceptor] })] };
  page();
  fireEvent.click(await screen.findByRole('button', { name: 'Copy' }));
  await screen.findByRole('button', { name: 'Copied' });
  expect(writeText).toHaveBeenCalledWith(acceptor.config);
});

test('a line that this kiosk uses is named with its device, and counts for nothing', async () => {
  search = {
    running: true,
    ports: [
      { ...blank, port: '/dev/ttyUSB0', state: 'held', heldBy: ['acceptor'] },
      asked('/dev/ttyUSB1', { problem: 'noise' }),
    ],
  };
  page();
  (await lineOf('/dev/ttyUSB0')).getByText('This line belongs to acceptor and is not asked.');
  screen.getByRole('button', { name: 'Searching: 1 of 1 lines asked' });
});

test('a search that may not be is told in words', async () => {
  vi.stubGlobal('fetch', async (path: string) =>
    path === 'do'
      ? Response.json({ ok: false, problem: 'not-logged-in', seconds: null })
      : Response.json(path.startsWith('table/configuration') ? configuration : search),
  );
  page('zh-CN');
  fireEvent.click(screen.getByRole('button', { name: '开始查找' }));
  await waitFor(() => screen.getByText('您已退出登录。'));
});

test('every problem and remark has its words in both languages', () => {
  for (const lang of ['en', 'zh-CN'] as const) {
    for (const text of Object.values(words[lang].portProblems)) expect(text.length).toBeGreaterThan(5);
    for (const say of Object.values(words[lang].remarks)) expect(say('XYZ').length).toBeGreaterThan(8);
  }
});

describe('the configuration', () => {
  const here = (use: StaffFound['use']) => {
    search = { running: false, ports: [asked('/dev/ttyUSB0', { protocol: 'ccnet', devices: [{ ...acceptor, use }] })] };
  };

  test.each([
    ['use', 'en', 'Use it'],
    ['move', 'en', 'Use it here'],
    ['use', 'zh-CN', '使用'],
    ['move', 'zh-CN', '在此端口使用'],
  ] as const)('a found device is taken by one touch (%s, %s)', async (use, lang, name) => {
    here(use);
    page(lang);
    fireEvent.click(await screen.findByRole('button', { name }));
    await waitFor(() => expect(acts).toEqual([{ do: 'use-device', port: '/dev/ttyUSB0', address: 3, second: null }]));
    await screen.findByText(lang === 'en' ? /^Kept\./ : /^已保存/);
  });

  test('where two persons stand by it, the touch asks for the second one first', async () => {
    here('use');
    page('en', { ...now, twoPersons: ['configure'] });
    fireEvent.click(await screen.findByRole('button', { name: 'Use it' }));
    expect(acts).toEqual([]);
    fireEvent.input(screen.getByLabelText(words.en.number), { target: { value: '4' } });
    fireEvent.input(screen.getByLabelText(words.en.pin), { target: { value: '428619' } });
    fireEvent.click(screen.getByRole('button', { name: 'Use it' }));
    await waitFor(() => expect(acts).toMatchObject([{ do: 'use-device', second: { number: '4', pin: '428619' } }]));
  });

  test.each(['waits', 'tried'] as const)('offers no further change while another one %s', async (state) => {
    here('use');
    configuration = { ...settled, state, waitsFor: ['acceptor'], undo: true };
    page();
    await screen.findByText(state === 'waits' ? /^Another configuration is kept/ : /acceptor has to answer/);
    expect(screen.queryByRole('button', { name: 'Use it' })).toBeNull();
    expect(screen.queryByRole('button', { name: /^Undo/ })).toBeNull();
  });

  test('that the office has published is told in words, with what holds it up', async () => {
    const changes = [{ 'zh-CN': '位置：一楼 → 二楼', en: 'Place: first floor → second floor' }];
    configuration = { ...settled, staged: { edition: 12, changes, heldUpBy: [] } };
    page();
    await screen.findByText(/published another one \(no\. 12\)/);
    await screen.findByText('Place: first floor → second floor');
    await screen.findByText(/^The kiosk starts with it when nobody is served/);
    cleanup();
    configuration = { ...settled, staged: { edition: 12, changes, heldUpBy: ['hopper'] }, stale: true };
    page('zh-CN');
    await screen.findByText('位置：一楼 → 二楼');
    await screen.findByText(/hopper，而其中还有钱/);
    await screen.findByText(/不能采信/);
    expect(screen.queryByText(/没有动作且无人登录时/)).toBeNull();
  });

  test('is not changed by who may not', async () => {
    here('use');
    configuration = { ...settled, undo: true };
    page('en', staffNow('technician', ['look', 'find-devices']));
    await screen.findByText('Runs: 0123456789ab');
    expect(screen.queryByRole('button', { name: 'Use it' })).toBeNull();
    expect(screen.queryByRole('button', { name: /^Undo/ })).toBeNull();
  });

  test('says that the kiosk went back, why, and what to do', async () => {
    configuration = { ...settled, last: { what: 'went-back', device: 'acceptor', by: null, why: 'silent' } };
    page();
    await screen.findByText(/could not be used\. The one before was taken again\. acceptor did not answer\. Check/);
  });

  test('a device that is gone is taken out after a question, unless money is in it', async () => {
    page();
    await screen.findByText(/By the journal money is in it/);
    expect(screen.queryByRole('button', { name: 'Take out notes' })).toBeNull();
    cleanup();
    configuration = { ...settled, devices: settled.devices.map((one) => ({ ...one, refused: null })), undo: true };
    page();
    fireEvent.click(await screen.findByRole('button', { name: 'Take out notes' }));
    expect(acts).toEqual([]);
    screen.getByText(/no part of this kiosk any more/);
    fireEvent.click(screen.getByRole('button', { name: 'Take out notes' }));
    await waitFor(() => expect(acts).toEqual([{ do: 'take-out', device: 'notes', second: null }]));
    fireEvent.click(screen.getByRole('button', { name: /^Undo/ }));
    fireEvent.click(screen.getByRole('button', { name: /^Undo/ }));
    await waitFor(() => expect(acts).toContainEqual({ do: 'undo-configuration', second: null }));
  });
});
