/** Journals for the office's tests: chained as a kiosk chains them, by a code of their own. */
import { createHash } from 'node:crypto';
import type { JournalMessage, JournalRow } from '../../../kiosk/fleet/wire.ts';

export const genesis = '0'.repeat(64);

export type Body = { readonly kind: string; readonly session?: string | null } & Readonly<Record<string, unknown>>;

/** So many rows of a journal, whose bodies tell kiosk and number apart. */
export function journalOf(kiosk: string, count: number, bodies: ReadonlyMap<number, Body> = new Map()): JournalRow[] {
  const rows: JournalRow[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const body = bodies.get(seq) ?? { kind: 'session.moved', session: `s${seq}`, stage: '支付', kiosk };
    rows.push(chained(rows.at(-1)?.[6] ?? genesis, seq, body));
  }
  return rows;
}

export function chained(previous: string, seq: number, body: Body): JournalRow {
  const at = new Date(Date.UTC(2026, 2, 31) + seq * 1_000).toISOString();
  const day = at.slice(0, 10);
  const session = body.session ?? null;
  const text = JSON.stringify(body);
  const hashed = `${previous}[${seq},"${at}","${day}","${body.kind}",${JSON.stringify(session)},${text}]`;
  return [seq, at, day, body.kind, session, text, createHash('sha256').update(hashed, 'utf8').digest('hex')];
}

/** The rows after `from`, `count` at most, as a kiosk sends them. */
export function messageOf(rows: readonly JournalRow[], from: number, count: number): JournalMessage {
  const newest = rows.at(-1) as JournalRow;
  return {
    previous: from === 0 ? genesis : (rows[from - 1] as JournalRow)[6],
    rows: rows.slice(from, from + count),
    head: { seq: newest[0], hash: newest[6] },
    signed: null,
  };
}
