/** The printer's test page: what a printer can do wrong is on it, and a number that only the paper has. */
import type { Lang } from '../server/wire.ts';
import { fieldOf, heading, markup, type PaperHead } from './paper.ts';
import { testPageWords as words } from '../text/checks.ts';
import { asSet, centred, gap, paragraph, qr, rule } from './markup.ts';

/** `onIt`: the number. */
export function testDocument(head: PaperHead, onIt: number): string {
  const number = String(onIt);
  const other: Lang = head.lang === 'en' ? 'zh-CN' : 'en';
  return markup([
    heading(head, words[head.lang].title),
    [
      centred(words[head.lang].number, head.columns),
      gap(4),
      centred(number, head.columns, { bold: true, size: 4 }),
      gap(14),
      rule,
      fieldOf(head, words[head.lang].title, head.at),
      paragraph(words['zh-CN'].sample, head.columns),
      paragraph(words.en.sample, head.columns),
      paragraph(`${words[other].title} · ${words[other].number} ${number}`, head.columns),
      gap(8),
    ],
    [
      ruler(head.columns),
      gap(8),
      qr(`TEST-${number}`, head.columns),
      gap(8),
      centred(`TEST-${number}`, head.columns),
      rule,
    ],
  ]);
}

/** As wide as the paper: what is cut off on the right is not set to this width. */
function ruler(columns: number): string {
  const tens = Array.from({ length: columns }, (_, at) => ((at + 1) % 10 === 0 ? String(((at + 1) / 10) % 10) : '.'));
  return asSet(tens.join(''), columns);
}
