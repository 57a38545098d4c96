import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Device, Service } from '../../ui/bench/api.ts';
import { Cabinet } from '../../ui/bench/cabinet.tsx';
import { Phone } from '../../ui/bench/phone.tsx';
import { createBench } from '../../ui/bench/state.ts';
import { walletsAmong } from '../../ui/bench/wallets.ts';
import { Wallet } from '../../ui/bench/wallet.tsx';

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

const terminal: Device = {
  id: 'terminal',
  protocol: 'zvt',
  kind: 'card-terminal',
  port: 'terminal',
  power: true,
  line: true,
  display: 'Bereit',
  card: false,
  bank: 'online',
  ledger: [],
};
const scanner: Device = { ...terminal, id: 'scanner', protocol: 'scanner', kind: 'scanner' };
const printer: Device = { ...terminal, id: 'printer', protocol: 'escpos', kind: 'printer' };

function benchWith(devices: readonly Device[], services: readonly Service[] = []) {
  const bench = createBench();
  bench.speak('en');
  bench.devices.value = devices;
  bench.services.value = services;
  return bench;
}

const key = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

test('the keys of the terminal sleep until it asks; a PIN typed by touch and by keyboard is sent once', async () => {
  const bench = benchWith([terminal]);
  render(<Cabinet bench={bench} />);
  expect(key('7').disabled).toBe(true);
  expect(key('Stop key').disabled).toBe(false);
  await act(() => {
    bench.devices.value = [{ ...terminal, display: 'PIN eingeben', card: true }];
  });
  expect(screen.getByText('1234 is right')).toBeTruthy();
  expect(screen.getByText('Enter PIN')).toBeTruthy();
  expect(key('Confirm the PIN').disabled).toBe(true);
  fireEvent.click(key('1'));
  for (const digit of ['2', '9', 'Backspace', '3', '4']) fireEvent.keyDown(key('1'), { key: digit });
  expect(screen.getByText('●●●●')).toBeTruthy();
  fireEvent.click(key('Confirm the PIN'));
  await vi.waitFor(() => expect(done).toEqual([['devices/terminal/actions', { action: 'pin', text: '1234' }]]));
  fireEvent.keyDown(key('1'), { key: 'Escape' });
  fireEvent.click(key('Take the card out'));
  await vi.waitFor(() => expect(done).toHaveLength(3));
  expect(done.slice(1)).toEqual([
    ['devices/terminal/actions', { action: 'press stop' }],
    ['devices/terminal/actions', { action: 'card', value: 'remove' }],
  ]);
});

test('a card that is touched goes into the terminal, the partial one with its amount', async () => {
  render(<Wallet bench={benchWith([terminal])} />);
  fireEvent.click(key('Insert the card: asks for a PIN'));
  fireEvent.input(screen.getByLabelText('Part that is approved'), { target: { value: '20.50' } });
  fireEvent.click(key('Insert the card: approves a part'));
  await vi.waitFor(() => expect(done).toHaveLength(2));
  expect(done.map(([, body]) => body)).toEqual([
    { action: 'card', value: 'pin' },
    { action: 'card', value: 'partial', minor: 2050 },
  ]);
});

test('a cabinet without a terminal, a scanner or a wallet shows nothing of them', () => {
  const bench = benchWith([printer]);
  const { container } = render(
    <>
      <Wallet bench={bench} />
      <Cabinet bench={bench} />
    </>,
  );
  expect(container.textContent).not.toMatch(/card|scanner|code/i);
  expect(container.querySelector('.terminal, .scanner, .cards, .phone')).toBeNull();
});

test('the phone shows its code in large digits and holds it to the scanner, and pays what the glass shows as it was told to', async () => {
  const until = new Date(Date.now() + 30_000).toISOString();
  const service: Service = {
    id: 'wechat',
    url: '',
    wallet: {
      provider: 'wechat',
      phone: { code: { text: '134567890123456789', until, temper: 'pays' }, asking: ['N2'], said: 'wrong password' },
      ledger: ['N1', 'N2'].map((number) => ({
        number,
        minor: 3750,
        state: 'waiting' as const,
        code: `weixin://${number}`,
        asking: number === 'N2',
        settling: false,
        finished: false,
        refundedMinor: 0,
      })),
      keptMinor: 0,
    },
  };
  const bench = benchWith([scanner], [service]);
  const [wallet] = walletsAmong(bench.services.value);
  render(<Phone bench={bench} service={wallet!} />);
  expect(screen.getByText('1345 6789 0123 4567 89')).toBeTruthy();
  expect(screen.getByText(/^good for (?:29|30) s$/)).toBeTruthy();
  expect(screen.getByText('¥37.50')).toBeTruthy();
  fireEvent.click(key('Hold to the scanner'));
  fireEvent.click(key('Wrong password'));
  fireEvent.click(key('Put the phone away'));
  fireEvent.click(screen.getByLabelText('has too little'));
  await act(() => {});
  fireEvent.click(key('Scan the glass and pay'));
  fireEvent.click(key('Another payment code'));
  await vi.waitFor(() => expect(done).toHaveLength(5));
  expect(done).toEqual([
    ['devices/scanner/actions', { action: 'scan', text: '134567890123456789' }],
    ['services/wechat/actions', { action: 'password', text: 'N2', value: 'wrong' }],
    ['services/wechat/actions', { action: 'leave', text: 'N2' }],
    ['services/wechat/actions', { action: 'pay code', text: 'N1', value: 'poor' }],
    ['services/wechat/actions', { action: 'show code', value: 'poor' }],
  ]);
});
