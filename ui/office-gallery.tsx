/**
 * Every page of the office's console, without an office: `?page=NAME&lang=en|zh-CN&text=140&contrast=high`. `window.showPage(query)`
 * changes the page in place and waits until it is answered; `window.inspectSample()` measures what is shown.
 */
import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import './theme.css';
import './desk/desk.css';
import './office/office.css';
import './office/pages.css';
import './gallery/whole.css';
import { inspectPage } from './gallery/inspect.ts';
import type { OfficeBook, OfficeSample, OfficeStep } from './gallery/office-book.ts';
import { App } from './office/app.tsx';

const root = document.getElementById('office') as HTMLElement;
const book = (await (await fetch('./samples.json')).json()) as OfficeBook;
let shown: OfficeSample | undefined;
let silent = false;
/** Questions that are not answered yet. */
let open = 0;

/** The office: it answers what stands in the sample. */
window.fetch = async (input, { method = 'GET' } = {}) => {
  open += 1;
  try {
    if (silent || shown === undefined || shown.session === null) throw new TypeError('nobody answers');
    const path = String(input).replace(/^\/api\//, '');
    if (path === 'session') return Response.json(shown.session);
    const answer = shown.answers[method === 'GET' ? path : `${method} ${path}`];
    if (answer === undefined) return new Response(null, { status: 404 });
    return Response.json(answer.json, { status: answer.refused ?? 200 });
  } finally {
    open -= 1;
  }
};

async function showPage(search: string): Promise<void> {
  const query = new URLSearchParams(search);
  const name = query.get('page') ?? '';
  shown = book[name];
  if (shown === undefined) throw new Error(`No page is named ${name}: one of ${Object.keys(book).join(', ')}`);
  silent = false;
  render(null, root);
  history.replaceState(null, '', shown.hash === '' ? location.pathname : shown.hash);
  const sight = { large: query.get('text') === '140', contrast: query.get('contrast') === 'high' };
  render(<App lang={query.get('lang') === 'en' ? 'en' : 'zh-CN'} sight={sight} />, root);
  // A window's pointer is finer than a finger: the ruler's 20 mm are 30 px here.
  document.documentElement.style.setProperty('--mm', '1.5px');
  if (shown.session === null) await stands('.away > p');
  else await settled();
  for (const step of shown.steps ?? []) await take(step);
  if (shown.silent === true) {
    silent = true;
    document.dispatchEvent(new Event('visibilitychange'));
    await stands('.away > p');
  }
  (document.activeElement as HTMLElement | null)?.blur();
  scrollTo(0, 0);
}

async function take(step: OfficeStep): Promise<void> {
  if (typeof step === 'string') {
    (await stands(step)).click();
  } else {
    const field = (await stands(step.into)) as HTMLInputElement;
    field.value = step.text;
    field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
  }
  await settled();
}

/** Waits until every question is answered and what was answered is drawn; what is drawn then may ask in its turn. */
async function settled(): Promise<void> {
  for (let calm = 0; calm < 3; calm += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => setTimeout(resolve));
    if (open > 0 || document.querySelector('.awaited') !== null) calm = 0;
  }
}

async function stands(selector: string): Promise<HTMLElement> {
  for (;;) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Object.assign(window, { showPage, inspectSample: inspectPage });
await showPage(location.search);
