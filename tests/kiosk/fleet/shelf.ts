/** An office that only keeps: what it is sent of one journal, by the rules of `wire.ts`, written without the program's own. */
import { createHash } from 'node:crypto';
import type { JournalMessage, JournalRow, SignedHead, StoredMessage } from '../../../kiosk/fleet/wire.ts';

export interface Shelf {
  readonly rows: JournalRow[];
  readonly signed: SignedHead[];
  /** Rows that came, each time they came. */
  came(): number;
  take(message: JournalMessage): StoredMessage;
}

const genesis = '0'.repeat(64);

export function createShelf(): Shelf {
  const rows: JournalRow[] = [];
  const signed: SignedHead[] = [];
  let came = 0;
  const word = (refused: StoredMessage['refused']): StoredMessage => {
    const last = rows.at(-1);
    return { seq: last?.[0] ?? 0, hash: last?.[6] ?? genesis, refused };
  };
  return {
    rows,
    signed,
    came: () => came,
    take({ previous, rows: sent, signed: head }) {
      came += sent.length;
      const [first] = sent;
      if (head !== null) signed.push(head);
      if (first === undefined) return word(null);
      if (first[0] > rows.length + 1) return word('gap');
      if (first[0] > 1 && rows[first[0] - 2]?.[6] !== previous) return word('rewritten');
      let before = previous;
      for (const row of sent) {
        const [seq, at, day, kind, session, body, hash] = row;
        const text = `${before}[${seq},"${at}","${day}","${kind}",${JSON.stringify(session)},${body}]`;
        if (createHash('sha256').update(text).digest('hex') !== hash) return word('broken');
        const kept = rows[seq - 1];
        if (kept !== undefined && kept[6] !== hash) return word('rewritten');
        if (kept === undefined) rows.push(row);
        before = hash;
      }
      return word(null);
    },
  };
}
