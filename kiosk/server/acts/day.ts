/** The kiosk's own day, its reports, and the days of a card terminal and of wallets. */
import { closingRefused, paperRefused, readRefused } from '../../day/close.ts';
import { zRecord } from '../../day/record.ts';
import { zKey } from '../../journal/derive.ts';
import { closeRefused } from '../../methods/charge/day.ts';
import { askingRefused } from '../../statements/statements.ts';
import { type ActParts, type ActRules, booked, needs } from './act.ts';

export function dayActs(
  parts: ActParts,
): ActRules<'close-day' | 'print-x' | 'print-z' | 'close-terminal' | 'fetch-statement'> {
  const { now, find } = parts;
  return {
    'close-day': {
      rights: needs('close-day'),
      refused: ({ seen }) => closingRefused(now(), seen),
      book: ({ lang, seen }, by, second) =>
        booked(parts, { fact: 'day.close-asked', lang, seen, by, second }, 'day.closed'),
    },
    'print-x': {
      rights: needs('read-day'),
      refused: () => readRefused(now()),
      book: ({ lang }, by) => booked(parts, { fact: 'day.read-asked', lang, by }, 'day.read'),
    },
    'print-z': {
      rights: needs('read-day'),
      refused: ({ z }) => paperRefused(now(), z),
      book({ z, lang }) {
        const copy = zRecord(find(zKey(z)))?.paper !== 'none';
        return booked(parts, { fact: 'day.paper-asked', z, copy, lang }, 'document.print');
      },
    },
    'close-terminal': {
      rights: needs('close-terminal'),
      refused: ({ device }) => closeRefused(now(), device),
      book: ({ device }, by, second) =>
        booked(parts, { fact: 'terminal.close-asked', device, by, second }, 'terminal.close-day'),
    },
    'fetch-statement': {
      rights: needs('close-terminal'),
      refused: ({ device, day }) => askingRefused(now(), device, day),
      book: ({ device, day }, by) => booked(parts, { fact: 'statement.asked', device, day, by }, 'statement.fetch'),
    },
  };
}
