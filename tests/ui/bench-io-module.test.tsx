import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Board, Device } from '../../ui/bench/api.ts';
import { Cabinet } from '../../ui/bench/cabinet.tsx';
import { MachineControls } from '../../ui/bench/controls.tsx';
import { createBench } from '../../ui/bench/state.ts';
import { type Language, wordsIn } from '../../ui/bench/words.ts';

/** Bodies of what was done, with the path. */
const done: [string, unknown][] = [];

beforeEach(() => {
  done.length = 0;
  vi.stubGlobal('fetch', async (path: string, init?: { readonly body?: string }) => {
    if (init?.body !== undefined) done.push([path, JSON.parse(init.body)]);
    return new Response('{}', { status: init?.body === undefined ? 404 : 200 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const board: Board = {
  contacts: [
    { name: 'door', state: 'closed' },
    { name: 'vault', state: 'open' },
    { name: 'vibration', state: 'off' },
    { name: 'mains', state: 'on' },
    { name: 'ups-low', state: 'on' },
    { name: 'key', state: 'off' },
  ],
  lamps: [
    { name: 'cup', on: true },
    { name: 'alarm', on: false },
  ],
  relays: [{ name: 'goods', on: false }],
  celsiusTenths: 235,
};
const module: Device = {
  id: 'cabinet',
  protocol: 'modbus',
  kind: 'cabinet-io',
  port: 'cabinet',
  power: true,
  line: true,
  board,
};

function shown(language: Language, device: Device = module) {
  const bench = createBench();
  bench.speak(language);
  bench.devices.value = [device];
  render(<Cabinet bench={bench} />);
  return { bench, panel: within(screen.getByLabelText(wordsIn(language).ioModule)) };
}

test('every contact is moved by a touch to what it is not', async () => {
  const { panel } = shown('en');
  const touched: readonly (readonly [string, object])[] = [
    ['Door shut', { action: 'open door' }],
    ['Vault open', { action: 'close vault' }],
    ['Shake the cabinet', { action: 'shake' }],
    ['Mains on', { action: 'mains', value: 'off' }],
    ['Battery low', { action: 'ups', value: 'ok' }],
    ['Key not turned', { action: 'key', value: 'on' }],
  ];
  for (const [name] of touched) fireEvent.click(panel.getByRole('button', { name }));
  await vi.waitFor(() => expect(done).toHaveLength(touched.length));
  expect(done).toEqual(touched.map(([, body]) => ['devices/cabinet/actions', body]));
});

test('what is amiss stands out, and what is as usual does not', () => {
  const { panel } = shown('en');
  const amiss = panel.getAllByRole('button').filter((button) => 'amiss' in button.dataset);
  expect(amiss.map(({ textContent }) => textContent)).toEqual(['Vault open', 'Battery low']);
});

test.each<[Language, readonly string[]]>([
  ['en', ['cupon', 'alarmoff', 'goods releaseoff']],
  ['zh-CN', ['取币槽亮', '警报灭', '出货灭']],
])('lamps and relays shine, and are said, in %s', (language, said) => {
  const { panel } = shown(language);
  const lamps = panel.getByRole('list', { name: wordsIn(language).lamps });
  expect(
    within(lamps)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(said);
});

test('every contact and lamp has its words in both languages', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const { contactIs, lampNames } = wordsIn(language);
    for (const { name } of board.contacts.filter((one) => one.name !== 'vibration'))
      expect(Object.keys(contactIs[name] ?? {}), name).toHaveLength(2);
    expect(Object.keys(lampNames).sort()).toEqual(['alarm', 'cup', 'goods', 'printer', 'reader', 'slot']);
  }
});

test('the temperature is shown, and set by what is typed', async () => {
  const { panel } = shown('en');
  expect(panel.getByText('23.5 °C')).toBeTruthy();
  const set = panel.getByRole<HTMLButtonElement>('button', { name: 'Set' });
  expect(set.disabled).toBe(true);
  fireEvent.input(panel.getByLabelText('Degrees Celsius'), { target: { value: '61.0' } });
  fireEvent.click(set);
  await vi.waitFor(() => expect(done).toEqual([['devices/cabinet/actions', { action: 'temperature', text: '61.0' }]]));
});

test('a module without a thermometer shows none, and one of which nothing is known yet shows no contact', () => {
  const { panel } = shown('en', { ...module, board: { ...board, celsiusTenths: null } });
  expect(panel.queryByText(/°C/)).toBeNull();
  cleanup();
  const { board: _, ...unknown } = module;
  expect(shown('en', unknown).panel.queryAllByRole('button')).toEqual([]);
});

test('its controls have the ways in which it can misbehave, and no cover or jam', async () => {
  const bench = createBench();
  bench.speak('en');
  bench.devices.value = [module];
  render(<MachineControls bench={bench} />);
  expect(screen.getAllByRole('switch').map(({ textContent }) => textContent)).toEqual(['Power', 'Cable']);
  expect(screen.getAllByRole('radio')).toHaveLength(5);
  fireEvent.click(screen.getByLabelText('wrong checksums'));
  await vi.waitFor(() => expect(done).toEqual([['devices/cabinet/actions', { action: 'misbehave', value: 'crc' }]]));
});
