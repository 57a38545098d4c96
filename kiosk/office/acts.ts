/** The book of what people did at the office: written with what was done, in one transaction, and never changed. */
import type { ActLine } from './server/wire.ts';
import type { Queries } from './store/open.ts';

export interface Act {
  /** Who did it, by name. */
  readonly person: string;
  /** A word that the console has a sentence for, such as `alert-cleared`. */
  readonly did: string;
  /** To what: a kiosk, an alert, a person… */
  readonly subject: string;
  readonly detail: string;
}

/** Rows that one answer holds at most. */
const actsListed = 100;

/** `inside`: the transaction in which it is done. */
export async function recordAct(inside: Queries, { person, did, subject, detail }: Act, at: Date): Promise<void> {
  await inside.query('INSERT INTO acts (at, person, did, subject, detail) VALUES ($1, $2, $3, $4, $5)', [
    at,
    person,
    did,
    subject,
    detail,
  ]);
}

/** The newest first. `before`: only those before this one. */
export async function listActs(database: Queries, before: number | null): Promise<readonly ActLine[]> {
  const rows = await database.query<Omit<ActLine, 'at'> & { readonly at: Date }>(
    `SELECT act, at, person, did, subject, detail FROM acts WHERE $1::bigint IS NULL OR act < $1
     ORDER BY act DESC LIMIT ${actsListed}`,
    [before],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
