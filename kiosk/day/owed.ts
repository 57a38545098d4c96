/** Z reports that are not on paper yet: a fold of the journal. */
import type { EntryBody } from '../entry.ts';
import type { Lang } from '../server/wire.ts';

export interface OwedZ {
  readonly z: number;
  /** The language in which it comes by itself; null: when somebody asks for it. */
  readonly alone: Lang | null;
  /** How often it was sent to the printer. */
  readonly tries: number;
  /** It may have come out: nobody knows. */
  readonly perhaps: boolean;
}

/** So many are remembered, the newest; the day page has all. */
const owedKept = 31;

/** The reports that are not on paper, oldest first; the same object when the entry concerns none. */
export function foldOwed(owed: readonly OwedZ[], body: EntryBody): readonly OwedZ[] {
  switch (body.kind) {
    case 'day.closed': {
      const alone = body.by === null ? body.paper : null;
      return [...owed, { z: body.z, alone, tries: 0, perhaps: false }].slice(-owedKept);
    }
    case 'document.print':
    case 'document.printed':
    case 'document.unknown': {
      const { document, kind } = body;
      const one = document.paper === 'z' ? owed.find(({ z }) => z === document.z) : undefined;
      if (one === undefined) return owed;
      if (kind === 'document.printed') return owed.filter((other) => other !== one);
      const now = kind === 'document.print' ? { ...one, tries: one.tries + 1 } : { ...one, perhaps: true };
      return owed.map((other) => (other === one ? now : other));
    }
    default:
      return owed;
  }
}
