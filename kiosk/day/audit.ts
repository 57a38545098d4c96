/**
 * Checks every Z report of a journal: its number, its range, and its figures, which are made again from the entries, in another
 * way than they were made (day.ts), by other books (books.ts).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../entry.ts';
import { Books } from './books.ts';
import type { DayFigures } from './figures.ts';

/** What is wrong with a report, in words; null: nothing. */
export interface Audit {
  (entry: Entry): string | null;
  /** After the last entry: every report has its signature by then, but for the newest, which may still wait for it. */
  readonly end: () => string | null;
}

/** Whether a signature over a number and the hash of its entry is this kiosk's own. */
export type IsOwn = (
  z: number,
  hash: string,
  signature: { readonly key: string; readonly signature: string },
) => boolean;

/** Takes the entries of a whole journal in order. `isOwn` null: there is no key to check signatures with. */
export function auditor(isOwn: IsOwn | null): Audit {
  const books = new Books();
  let last = { z: 0, to: 0 };
  /** The hashes of reports that wait for their signature, by number. */
  const unsigned = new Map<number, string>();
  let closing: DayFigures | null = null;
  const audit = ({ seq, hash, body }: Entry) => {
    if (body.kind === 'day.signed') {
      const { z } = body;
      const own = unsigned.get(z);
      if (own === undefined || body.hash !== own) return `the signature of Z ${z} is over another entry than its own`;
      unsigned.delete(z);
      return isOwn === null || isOwn(z, own, body) ? null : `the signature of Z ${z} is not of this kiosk's key`;
    }
    if (body.kind !== 'day.closed') {
      books.take(body, last.z + 1);
      return null;
    }
    const { z, from, to, figures } = body;
    if (z !== last.z + 1) return `Z ${z} follows Z ${last.z}`;
    if (from !== last.to + 1 || to !== seq - 1) {
      return `Z ${z} is of the entries ${from} to ${to}, and must be of ${last.to + 1} to ${seq - 1}`;
    }
    if (closing !== null && !isDeepStrictEqual(closing.liability.closing, figures.liability.opening)) {
      return `Z ${z} does not begin with the vouchers that Z ${last.z} ended with`;
    }
    const counted = { ...books.close(figures.currency), units: books.unitsAs(figures.units) };
    last = { z, to };
    unsigned.set(z, hash);
    closing = figures;
    const names = Object.keys({ ...counted, ...figures }) as (keyof DayFigures)[];
    const wrong = names.find((name) => !isDeepStrictEqual(counted[name], figures[name]));
    if (wrong === undefined) return null;
    return `Z ${z} says that ${wrong} is ${JSON.stringify(figures[wrong])}; the entries make ${JSON.stringify(counted[wrong])}`;
  };
  const end = () => {
    const older = [...unsigned.keys()].find((z) => z < last.z);
    return older === undefined ? null : `Z ${older} has no signature, and Z ${last.z} follows it`;
  };
  return Object.assign(audit, { end });
}
