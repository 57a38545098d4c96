/** How things are written, and in which language. */
import type { Lang } from '../../kiosk/server/wire.ts';

/** A size, with the unit that it is read in. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${Number((bytes / 1_000 ** power).toFixed(1))} ${units[power]}`;
}

/** Between sentences: a Chinese full stop has its own room. */
const gaps: Readonly<Record<Lang, string>> = { en: ' ', 'zh-CN': '' };

/** Sentences in a row; those that are null are left out. */
export function inARow(lang: Lang, said: readonly (string | null)[]): string {
  return said.filter((one) => one !== null).join(gaps[lang]);
}

/** The language of the glass from which the page was opened; otherwise that of the browser. */
export function langFrom(glass: string | null, browser: string): Lang {
  const wanted = glass === 'en' || glass === 'zh-CN' ? glass : browser;
  return wanted.startsWith('zh') ? 'zh-CN' : 'en';
}
