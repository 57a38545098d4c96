/** What the gallery shows: Views that were made elsewhere, loaded as `samples.json` beside the page. */
import type { Lang, View } from '../../kiosk/server/wire.ts';

/** By name and language; `long` has the longest texts that may come. */
export type SampleBook = Readonly<
  Record<string, Readonly<Record<Lang, { readonly ordinary: View; readonly long: View }>>>
>;

/** Throws when the page was opened without its samples. */
export async function loadBook(): Promise<SampleBook> {
  const answer = await fetch('./samples.json');
  if (!answer.ok) throw new Error('samples.json is not there: the gallery is opened by `npm run screens`');
  return (await answer.json()) as SampleBook;
}

/** The View of one sample as the newest. Throws when there is no sample of that name. */
export function sampleOf(book: SampleBook, query: URLSearchParams, number: number): View {
  const name = query.get('screen') ?? 'attract';
  const sample = book[name];
  if (sample === undefined) throw new Error(`No screen is named ${name}: one of ${Object.keys(book).join(', ')}`);
  const both = sample[query.get('lang') === 'en' ? 'en' : 'zh-CN'];
  return { ...(query.has('long') ? both.long : both.ordinary), number };
}
