/**
 * Every screen that a kiosk has shown, without the kiosk: `?screen=NAME&lang=en|zh-CN&long=1&text=140&contrast=high&alone=lost|replaced`.
 * `window.showSample(query)` changes the screen in place, so that a camera needs to load the page only once;
 * `window.inspectSample()` measures what is shown.
 */
import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { View } from '../kiosk/server/wire.ts';
import './theme.css';
import './frame.css';
import { App } from './app.tsx';
import type { LineState } from './connection.ts';
import { loadBook, sampleOf } from './gallery/book.ts';
import { inspect } from './gallery/inspect.ts';
import { createTapGate } from './tap-gate.ts';

const book = await loadBook();
const view = signal<View | null>(null);
const state = signal<LineState>('open');
const away = signal(false);
let number = 0;

function showSample(search: string): View {
  const query = new URLSearchParams(search);
  document.querySelector<HTMLElement>('.veil-ask .button-main')?.click();
  const root = document.documentElement;
  root.dataset.text = query.get('text') ?? '100';
  root.dataset.contrast = query.get('contrast') ?? 'normal';
  number += 1;
  state.value = query.get('alone') === 'replaced' ? 'replaced' : 'open';
  away.value = query.get('alone') === 'lost';
  const next = sampleOf(book, query, number);
  view.value = null;
  queueMicrotask(() => {
    view.value = next;
  });
  if (query.get('screen')?.endsWith('-asked')) requestAnimationFrame(askFirst);
  return next;
}

/** Touches the action that asks before it acts. */
function askFirst(): void {
  document.querySelector<HTMLElement>('.actions .button-back')?.click();
}

/** Without a name: a list of all. */
function list() {
  return (
    <nav style={{ padding: '2rem', columns: 3, fontSize: '20px' }}>
      {Object.keys(book).map((name) => (
        <p key={name}>
          {name} <a href={`?screen=${name}&lang=zh-CN`}>中文</a> <a href={`?screen=${name}&lang=en`}>English</a>
        </p>
      ))}
    </nav>
  );
}

const root = document.getElementById('app')!;
if (new URLSearchParams(location.search).has('screen')) {
  Object.assign(window, { showSample, inspectSample: () => (view.value === null ? [] : inspect(view.value)) });
  const seat = { send: () => {}, gate: createTapGate(() => performance.now(), 0) };
  render(<App view={view} state={state} away={away} seat={seat} />, root);
  showSample(location.search);
} else {
  render(list(), root);
}
