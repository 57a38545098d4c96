/** A report of the day as the journal has it. */
import type { Entry, EntryBody } from '../entry.ts';

type Closed = Extract<EntryBody, { kind: 'day.closed' }>;

type Matched = Extract<EntryBody, { kind: 'day.matched' }> & { readonly at: string };

export interface ZRecord extends Omit<Closed, 'kind' | 'paper'> {
  /** When it was closed, ISO 8601 UTC. */
  readonly at: string;
  /** Of its entry. */
  readonly hash: string;
  /** Null: a start in between has yet to sign it. */
  readonly signed: { readonly key: string; readonly signature: string } | null;
  /** none: it was not sent to a printer, or is known not to have come out. */
  readonly paper: 'none' | 'printing' | 'out' | 'unknown';
  /** What others said of it later, and when, ISO 8601 UTC: no part of what was closed and signed. */
  readonly matched: readonly Matched[];
}

/** From the entries under its key (`z:NUMBER` in the index); null when there is no such report. */
export function zRecord(entries: readonly Entry[]): ZRecord | null {
  const closed = entries.find(({ body }) => body.kind === 'day.closed');
  if (closed?.body.kind !== 'day.closed') return null;
  const { kind: _, paper: __, ...body } = closed.body;
  let signed: ZRecord['signed'] = null;
  let paper: ZRecord['paper'] = 'none';
  for (const { body: later } of entries) {
    if (later.kind === 'day.signed') signed = { key: later.key, signature: later.signature };
    if (later.kind === 'document.print') paper = paper === 'none' ? 'printing' : paper;
    if (later.kind === 'document.refused' && paper === 'printing') paper = 'none';
    if (later.kind === 'document.unknown' && paper !== 'out') paper = 'unknown';
    if (later.kind === 'document.printed') paper = 'out';
  }
  const matched = entries.flatMap((entry) =>
    entry.body.kind === 'day.matched' && entry.seq > closed.seq ? [{ ...entry.body, at: entry.at }] : [],
  );
  return { ...body, at: closed.at, hash: closed.hash, signed, paper, matched };
}

/** How much of a signature stands on paper: enough to tell one from another. */
export const shownSigns = 16;
