/** A day's statement that is not as it should be, on purpose. */
import type { Mood, StatementWrong } from './moods.ts';
import type { BillRow } from './orders.ts';

export function wrongOf(mood: Mood): StatementWrong | null {
  return mood.kind === 'statement' ? mood.wrong : null;
}

/** The rows that are told instead of these. */
export function twistedRows(rows: readonly BillRow[], wrong: StatementWrong | null): readonly BillRow[] {
  const [first, ...others] = rows;
  if (first === undefined) return rows;
  switch (wrong) {
    case 'unsaid':
      return others;
    case 'stranger': {
      const order = { ...first.order, number: `${first.order.number.slice(0, -8)}deadbeef`, transaction: '9999' };
      return [...rows, { ...first, order }];
    }
    case 'amount':
      return [{ ...first, minor: first.minor + 100 }, ...others];
    default:
      return rows;
  }
}

/** A file whose end is missing, as one whose transfer broke off where nobody noticed. */
export function cutOff(text: string, wrong: StatementWrong | null): string {
  return wrong === 'cut' ? text.slice(0, Math.floor(text.length / 2)) : text;
}
