/** What stands behind the `?` of a question of the staff's page: named values, each checked and none ignored. */

const mostDigits = 12;

/** A question that cannot be answered; the message says what is wrong, and what may stand there. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
}

/** Null of each: it was not given. All throw BadQuery. */
export interface Query {
  /** At most so many characters. */
  text(name: string, most: number): string | null;
  /** A whole number from 0 to `most`. */
  whole(name: string, most?: number): number | null;
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | null;
}

/** Throws BadQuery when something is given twice, or is none of the `known` names. */
export function readQuery(query: unknown, known: readonly string[]): Query {
  const given = new Map(Object.entries((query ?? {}) as Record<string, unknown>));
  for (const [name, value] of given) {
    if (!known.includes(name)) throw new BadQuery(`"${shown(name)}" is not known here; ${listed(known)}`);
    if (typeof value !== 'string') throw new BadQuery(`"${name}" is given more than once; give it once`);
  }
  const text = (name: string, most: number) => {
    const value = (given.get(name) as string | undefined) ?? null;
    if (value !== null && value.length > most) throw new BadQuery(`"${name}" has at most ${most} characters`);
    return value;
  };
  return {
    text,
    whole(name, most = 10 ** mostDigits - 1) {
      const value = text(name, mostDigits);
      if (value === null) return null;
      if (/^[0-9]+$/.test(value) && Number(value) <= most) return Number(value);
      throw new BadQuery(`"${name}" is a whole number from 0 to ${most}; got "${shown(value)}"`);
    },
    oneOf(name, values) {
      const value = (given.get(name) as string | undefined) ?? null;
      if (value === null) return null;
      const found = values.find((one) => one === value);
      if (found !== undefined) return found;
      throw new BadQuery(`"${name}" is one of ${values.join(', ')}; got "${shown(value)}"`);
    },
  };
}

/** Where a page of a table begins: the only thing that most tables are asked. Throws BadQuery. */
export function fromOf(query: unknown): number {
  return readQuery(query, ['from']).whole('from') ?? 0;
}

function listed(known: readonly string[]): string {
  return known.length === 1 ? `only "${known[0]}" is` : `known are ${known.join(', ')}`;
}

const longestShown = 40;

function shown(value: string): string {
  return value.slice(0, longestShown);
}
