/** Z and X reports on paper, as receiptline markup: for people who work here. */
import { type ZRecord, shownSigns } from '../day/record.ts';
import { type DaySection, daySections, laterSection } from '../day/sections.ts';
import type { EntryBody } from '../entry.ts';
import { dayWords } from '../text/day.ts';
import { centred, figureRow, gap, rule } from './markup.ts';
import { type Block, fieldOf, footing, heading, markup, type PaperHead } from './paper.ts';

type Read = Extract<EntryBody, { kind: 'day.read' }>;

/**
 * What was closed and signed stands as it did then, however late the paper is. What others said of it since comes below the
 * signature. `time`: a moment as it is read here.
 */
export function zDocument(head: PaperHead, record: ZRecord, time: (at: string) => string): string {
  const words = dayWords[head.lang];
  const { z, opened, from, to, by, second, figures, hash, signed } = record;
  const later = laterSection(record, head.lang, head.exponent, time);
  const persons = by === null ? words.itself : second === null ? by : `${by}, ${second}`;
  return markup([
    heading(head, words.z(String(z))),
    [
      fieldOf(head, words.businessDay, opened),
      fieldOf(head, words.closedAt, head.at),
      fieldOf(head, words.closedBy, persons),
      fieldOf(head, words.entries, `${from}-${to}`),
      fieldOf(head, words.receipts, receiptsOf(figures)),
    ],
    sectionsOf(head, daySections(figures, true, head.lang, head.exponent)),
    [
      rule,
      fieldOf(head, words.chain, hash.slice(0, shownSigns)),
      fieldOf(head, words.signature, signed === null ? words.unsigned : signed.signature.slice(0, shownSigns)),
      fieldOf(head, words.key, signed?.key ?? null),
      gap(60),
      fieldOf(head, words.signHere, '____________________'),
    ],
    sectionsOf(head, later === null ? [] : [later]),
    footing(head),
  ]);
}

export function xDocument(head: PaperHead, { opened, from, to, figures }: Read): string {
  const words = dayWords[head.lang];
  return markup([
    heading(head, words.x),
    [
      centred(words.notClosed, head.columns),
      gap(10),
      fieldOf(head, words.businessDay, opened),
      fieldOf(head, words.readAt, head.at),
      fieldOf(head, words.entries, `${from}-${to}`),
      fieldOf(head, words.receipts, receiptsOf(figures)),
    ],
    sectionsOf(head, daySections(figures, false, head.lang, head.exponent)),
    footing(head),
  ]);
}

function receiptsOf({ receipts }: Read['figures']): string | null {
  return receipts === null ? null : `${receipts.first}-${receipts.last}`;
}

function sectionsOf(head: PaperHead, sections: readonly DaySection[]): Block {
  return sections.flatMap(({ title, rows }) => [
    rule,
    centred(title, head.columns, { bold: true }),
    gap(6),
    ...rows.map(([name, value]) => figureRow(name, value, head.columns)),
  ]);
}
