import { signal } from '@preact/signals';
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
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
  const takeBack = vi.fn();
  let nowMs = 0;
  const seat = { send: (intent: Intent) => void sent.push(intent), gate: createTapGate(() => nowMs, 100) };
  render(<App view={view} state={state} away={away} seat={seat} takeBack={takeBack} />);
  return {
    sent,
    away,
    state,
    takeBack,
    seen: () => show(first),
    show: (name: string, change: Partial<View> = {}) => {
      view.value = { ...show(name), ...change };
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

test('a slip number of six digits leads on to the code, which is shown as it is printed', async () => {
  const kiosk = glass('voucher');
  for (const key of '000012') kiosk.touch(key);
  await screen.findByRole('button', { name: 'Q' });
  for (const key of 'Q4MXB2') kiosk.touch(key);
  await screen.findByDisplayValue('Q4MXB 2');
  kiosk.touch('Use this cash slip');
  expect(kiosk.sent).toEqual([{ do: 'voucher', serial: '000012', code: 'Q4MXB2' }]);
});

test('a shorter slip number leads on by a touch, and asks for nothing', async () => {
  const kiosk = glass('voucher');
  kiosk.touch('7');
  await screen.findByDisplayValue('7');
  kiosk.touch('Next');
  await screen.findByRole('button', { name: 'Q' });
  expect(kiosk.sent).toEqual([]);
});

test('the letter of a receipt number is there already, and its last digit leads on to the bill', async () => {
  const kiosk = glass('find-receipt');
  expect(screen.getByDisplayValue('R')).toBeTruthy();
  for (const key of '000042') kiosk.touch(key);
  await screen.findByDisplayValue('R000042');
  for (const key of '1001') kiosk.touch(key);
  await screen.findByDisplayValue('1001');
  kiosk.touch('Print it again');
  expect(kiosk.sent).toEqual([{ do: 'find-receipt', number: 'R000042', bill: '1001' }]);
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

test('a glass that was replaced offers in both languages to be the one again', async () => {
  const kiosk = glass('welcome');
  kiosk.state.value = 'replaced';
  const button = await screen.findByRole('button', { name: /Go on here.*在这里继续/ });
  expect(screen.getByText('已在另一块屏幕上打开').lang).toBe('zh-CN');
  expect(kiosk.takeBack).not.toHaveBeenCalled();
  kiosk.touch(/Go on here/);
  expect(kiosk.takeBack).toHaveBeenCalledTimes(1);
  expect(kiosk.sent).toEqual([]);
  kiosk.state.value = 'open';
  await waitFor(() => expect(button.isConnected).toBe(false));
});

test('the language can be changed from the help', () => {
  const kiosk = glass('help');
  const dialog = within(screen.getByRole('dialog'));
  fireEvent.click(dialog.getByRole('button', { name: '中文' }));
  expect(kiosk.sent).toEqual([{ do: 'language', lang: 'zh-CN' }]);
});

test('what was said is gone from the live region with the language and with the screen', async () => {
  const kiosk = glass('welcome');
  const live = () => document.querySelector('[aria-live="polite"].sr')?.textContent;
  const line = (number: number, lang: 'zh-CN' | 'en') => ({ say: [{ number, lang, text: `line ${number}` }] });
  kiosk.show('welcome', line(1, 'en'));
  await waitFor(() => expect(live()).toBe('line 1'));
  kiosk.show('find-bill', line(1, 'en'));
  await waitFor(() => expect(live()).toBe(''));
  kiosk.show('find-bill', line(2, 'en'));
  await waitFor(() => expect(live()).toBe('line 2'));
  kiosk.show('find-bill', { ...line(2, 'en'), lang: 'zh-CN' });
  await waitFor(() => expect(live()).toBe(''));
});

test('a slip that cannot be used is not spoken of while the next one is typed, and is with the next answer', async () => {
  const kiosk = glass('voucher');
  const warning = () => screen.queryByText(/cannot be used now/);
  for (const key of '123456') kiosk.touch(key);
  await screen.findByRole('button', { name: 'Q' });
  kiosk.touch('Q');
  await screen.findByDisplayValue('Q');
  kiosk.touch('Use this cash slip');
  kiosk.show('voucher-none');
  await waitFor(() => expect(warning()).not.toBeNull());
  kiosk.touch('R');
  await screen.findByDisplayValue('QR');
  expect(warning()).toBeNull();
  kiosk.show('voucher-none');
  await waitFor(() => expect(document.querySelector('[data-problem]')).toBeNull());
  kiosk.touch('Use this cash slip');
  kiosk.show('voucher-none');
  await waitFor(() => expect(warning()).not.toBeNull());
});

test('the figures of a row have one size, and that of the longest', () => {
  glass('settled-exact');
  const sizes = [...document.querySelectorAll<HTMLElement>('.figure .amount')].map((one) =>
    one.style.getPropertyValue('--ems'),
  );
  expect(sizes).toHaveLength(3);
  expect(new Set(sizes).size).toBe(1);
  expect(Number(sizes[0])).toBeGreaterThan(4);
});

test.each([
  ['a number that is to be written down', 'case-slip', '.lucide-pencil-line'],
  ['a number that is printed', 'case', '.lucide-printer'],
])('%s has its own sign', (_, name, sign) => {
  glass(name);
  expect(document.querySelector(`.case-facts li:first-child ${sign}`)).not.toBeNull();
});

test('a note that is being checked has no check', async () => {
  const kiosk = glass('pay-cash');
  const { body } = kiosk.seen();
  if (body.screen !== 'pay-cash') throw new Error(`the sample shows ${body.screen}`);
  kiosk.show('pay-cash', { body: { ...body, notes: [{ id: 'one', label: '¥50 (being checked)', sure: false }] } });
  await screen.findByText(/being checked/);
  expect(document.querySelector('.chip .lucide-check')).toBeNull();
  expect(document.querySelector('.chip .small-clock')).not.toBeNull();
});

test('a note that waits says how far the change is, and nothing else can be touched but the language and help', () => {
  const kiosk = glass('take-note-of-several');
  expect(screen.getByRole('heading').textContent).toBe('Please take your cash');
  const progress = screen.getByRole('progressbar');
  expect(progress.getAttribute('aria-valuenow')).toBe('33');
  expect(progress.getAttribute('aria-valuetext')).toBe('¥10 of ¥30 taken. More to come');
  expect(screen.getAllByRole('button').map((one) => one.textContent?.trim())).toEqual(['中文', 'Help']);
  expect(kiosk.sent).toEqual([]);
});

test('a payment with money inside is given up only after a second word', async () => {
  const kiosk = glass('pay-cash');
  kiosk.touch(/^Cancel, print/);
  const dialog = await screen.findByRole('alertdialog', { name: 'Cancel and get your money back?' });
  expect(kiosk.sent).toEqual([]);
  expect(dialog.textContent).toContain('printed as a cash slip');
  kiosk.touch('Keep paying');
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  expect(kiosk.sent).toEqual([]);
  kiosk.touch(/^Cancel, print/);
  await screen.findByRole('alertdialog');
  kiosk.touch('Yes, cancel');
  expect(kiosk.sent).toEqual([{ do: 'cancel' }]);
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
});

test('the question is gone with what it was about', async () => {
  const kiosk = glass('pay-cash');
  kiosk.touch(/^Cancel, print/);
  await screen.findByRole('alertdialog');
  kiosk.show('settling');
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  kiosk.show('pay-cash');
  await screen.findByRole('button', { name: /^Cancel, print/ });
  expect(screen.queryByRole('alertdialog')).toBeNull();
});

test('the code of a wallet stands there with its time, which counts on between two Views', () => {
  vi.useFakeTimers();
  try {
    const kiosk = glass('pay-charge-wechat');
    expect(screen.getByRole('img', { name: 'Scan with WeChat to pay ¥86.50' })).toBeTruthy();
    expect(screen.getByRole('timer').textContent).toBe('1:30');
    act(() => void vi.advanceTimersByTime(2_000));
    expect(screen.getByRole('timer').textContent).toBe('1:28');
    kiosk.touch('Cancel, you are not charged');
    expect(kiosk.sent).toEqual([{ do: 'cancel' }]);
  } finally {
    vi.useRealTimers();
  }
});

test('while the bank decides about a card nothing can be touched but language and help', () => {
  glass('pay-charge-bank');
  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual(['中文', 'Help']);
});

test('less than was asked is agreed to, or not', () => {
  const kiosk = glass('part-approved');
  kiosk.touch('No, charge nothing');
  kiosk.touch('Yes, pay ¥20 by card');
  expect(kiosk.sent).toEqual([{ do: 'other-way' }, { do: 'agree' }]);
});

test('why a card was not taken stands over the other ways', () => {
  glass('choose-declined');
  expect(screen.getByRole('status').textContent).toMatch(/Your bank did not approve/);
});
