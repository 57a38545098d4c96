/**
 * Every page of the staff's, without a kiosk: `?page=NAME&lang=en|zh-CN&text=140&contrast=high`. `window.showPage(query)` changes the page in place
 * and waits until it is answered; `window.inspectSample()` measures what is shown.
 */
import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import './theme.css';
import './desk/desk.css';
import './staff/staff.css';
import './staff/console.css';
import './staff/devices.css';
import './staff/checks.css';
import './gallery/whole.css';
import { inspectPage } from './gallery/inspect.ts';
import type { StaffBook, StaffSample } from './gallery/staff-book.ts';
import { App } from './staff/app.tsx';

const root = document.getElementById('staff') as HTMLElement;
const book = (await (await fetch('./samples.json')).json()) as StaffBook;
let shown: StaffSample | undefined;
let silent = false;
/** Says that the kiosk does not answer. */
const noAnswer = '.staff > .trouble';

/** The desk: it answers what stands in the sample, and refuses every act. */
window.fetch = async (input) => {
  const [path = ''] = String(input).split('?');
  const name = path.replace(/^table\//, '');
  const json = path === 'now' ? shown?.now : (shown?.tables as Readonly<Record<string, unknown>> | undefined)?.[name];
  return json === undefined || json === null || silent ? new Response(null, { status: 403 }) : Response.json(json);
};

async function showPage(search: string): Promise<void> {
  const query = new URLSearchParams(search);
  const name = query.get('page') ?? '';
  shown = book[name];
  if (shown === undefined) throw new Error(`No page is named ${name}: one of ${Object.keys(book).join(', ')}`);
  silent = false;
  const lang = query.get('lang') === 'en' ? 'en' : 'zh-CN';
  render(null, root);
  const sight = { large: query.get('text') === '140', contrast: query.get('contrast') === 'high' };
  render(<App onGlass={false} lang={lang} first={{ page: shown.page, sight }} />, root);
  await stands(shown.now === null ? noAnswer : '.staff main > *');
  for (const selector of shown.touch ?? []) (await stands(selector)).click();
  silent = shown.silent ?? false;
  if (silent) await stands(noAnswer);
  scrollTo(0, 0);
}

/** Waits until it is drawn: answers come a moment after their questions. */
async function stands(selector: string): Promise<HTMLElement> {
  for (;;) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Object.assign(window, { showPage, inspectSample: inspectPage });
await showPage(location.search);
