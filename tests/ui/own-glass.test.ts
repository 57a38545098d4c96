import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TouchDown, TouchUp } from '../../kiosk/server/wire.ts';
import { beOwnGlass } from '../../ui/own-glass.ts';

class FakeSocket {
  static readonly all: FakeSocket[] = [];
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: TouchUp[] = [];
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as TouchUp);
  }
  down(message: TouchDown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const targets: TouchDown = {
  type: 'targets',
  places: [{ x: 500, y: 250 }],
  words: { 'zh-CN': '检查中', en: 'being checked' },
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.all.length = 0;
  sessionStorage.clear();
  location.hash = '';
  document.body.replaceChildren();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a browser without a mark draws no beacon and asks for no targets', () => {
  beOwnGlass(window);
  expect(document.body.children).toHaveLength(0);
  expect(FakeSocket.all).toHaveLength(0);
});

test.each(['#beacon=', '#beacon=4096', '#beacon=-1', '#beacon=1e3', '#beacon=a'])('%s is no mark', (hash) => {
  location.hash = hash;
  beOwnGlass(window);
  expect(document.body.children).toHaveLength(0);
});

test('the kiosk’s own browser draws a beacon in two corners, which nobody touches or hears, also on its next page', () => {
  location.hash = '#beacon=77';
  beOwnGlass(window);
  document.body.replaceChildren();
  location.hash = '';
  beOwnGlass(window);
  const strips = [...document.body.querySelectorAll('canvas')];
  expect(strips).toHaveLength(2);
  for (const strip of strips) {
    expect(strip.getAttribute('aria-hidden')).toBe('true');
    expect(strip.style.pointerEvents).toBe('none');
  }
});

test('targets stand over everything, tell where they are touched, and go', () => {
  location.hash = '#beacon=77';
  beOwnGlass(window);
  const [socket] = FakeSocket.all;
  socket?.down(targets);
  vi.advanceTimersByTime(100);
  expect(socket?.sent).toEqual([{ type: 'shown' }]);
  const cover = document.querySelector('.touch-check') as HTMLElement;
  expect(cover.textContent).toContain('检查中');
  const at = { clientX: innerWidth / 2, clientY: innerHeight / 4 };
  cover.dispatchEvent(Object.assign(new Event('pointerdown', { cancelable: true }), at));
  expect(socket?.sent.at(-1)).toEqual({ type: 'touched', x: 500, y: 250 });
  socket?.down({ type: 'end' });
  vi.advanceTimersByTime(1_000);
  expect(document.querySelector('.touch-check')).toBeNull();
});

test('a daemon that goes away under a check leaves no glass covered, and is waited for', () => {
  location.hash = '#beacon=77';
  beOwnGlass(window);
  FakeSocket.all[0]?.down(targets);
  expect(document.querySelector('.touch-check')).not.toBeNull();
  FakeSocket.all[0]?.onclose?.();
  expect(document.querySelector('.touch-check')).toBeNull();
  vi.advanceTimersByTime(5_000);
  expect(FakeSocket.all).toHaveLength(2);
});
