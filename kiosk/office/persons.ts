/** Who works at the office, as it is kept: by name, with a role and the hash of a passphrase. Who was removed stays in the table. */
import { type PersonLine, type Right, type Role, rights } from './server/wire.ts';
import type { Queries } from './store/open.ts';

export interface Person {
  readonly person: number;
  readonly name: string;
  readonly role: Role;
}

const personsMaximum = 200;
const nameMaximum = 40;

export function hasRight(role: Role, right: Right): boolean {
  return rights[role].includes(right);
}

/** One line without blanks at its ends; null for anything else. */
export function personName(text: string): string | null {
  const name = text.trim().normalize('NFC');
  return name !== '' && [...name].length <= nameMaximum && !/\p{C}/u.test(name) ? name : null;
}

export async function hasAdministrator(database: Queries): Promise<boolean> {
  return (await administrators(database)).length > 0;
}

function administrators(database: Queries): Promise<readonly { readonly person: number }[]> {
  return database.query(`SELECT person FROM persons WHERE role = 'administrator' AND removed_at IS NULL FOR UPDATE`);
}

export async function listPersons(database: Queries): Promise<readonly PersonLine[]> {
  const rows = await database.query<Omit<PersonLine, 'addedAt'> & { readonly addedAt: Date }>(
    `SELECT person, name, role, added_at AS "addedAt", added_by AS "addedBy" FROM persons
     WHERE removed_at IS NULL ORDER BY person`,
  );
  return rows.map((row) => ({ ...row, addedAt: row.addedAt.toISOString() }));
}

/** Null: nobody of that name works here. */
export async function personOf(
  database: Queries,
  name: string,
): Promise<(Person & { readonly passphrase: string }) | null> {
  const [row] = await database.query<Person & { readonly passphrase: string }>(
    'SELECT person, name, role, passphrase FROM persons WHERE lower(name) = lower($1) AND removed_at IS NULL',
    [name],
  );
  return row ?? null;
}

export interface NewPerson {
  readonly name: string;
  readonly role: Role;
  /** As `passphrases.ts` keeps it. */
  readonly passphrase: string;
}

/** `by` null: by the set-up code. A problem in a word when it cannot be. */
export async function addPerson(
  inside: Queries,
  { name, role, passphrase }: NewPerson,
  by: string | null,
  at: Date,
): Promise<Person | 'name-taken' | 'too-many'> {
  const [many] = await inside.query<{ count: number }>(
    'SELECT count(*) AS count FROM persons WHERE removed_at IS NULL',
  );
  if ((many?.count ?? 0) >= personsMaximum) return 'too-many';
  const [added] = await inside.query<Person>(
    `INSERT INTO persons (name, role, passphrase, added_at, added_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING person, name, role`,
    [name, role, passphrase, at, by],
  );
  return added ?? 'name-taken';
}

/** Their sessions end with it. Somebody always stays who can add others. */
export async function removePerson(
  inside: Queries,
  person: number,
  at: Date,
): Promise<Person | 'not-there' | 'last-administrator'> {
  const first = await administrators(inside);
  if (first.length === 1 && first[0]?.person === person) return 'last-administrator';
  const [removed] = await inside.query<Person>(
    `UPDATE persons SET removed_at = $2 WHERE person = $1 AND removed_at IS NULL RETURNING person, name, role`,
    [person, at],
  );
  if (removed === undefined) return 'not-there';
  await inside.query('DELETE FROM sessions WHERE person = $1', [person]);
  return removed;
}

export async function changePassphrase(inside: Queries, person: number, passphrase: string): Promise<void> {
  await inside.query('UPDATE persons SET passphrase = $2 WHERE person = $1', [person, passphrase]);
}
