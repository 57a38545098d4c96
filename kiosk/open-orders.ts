/**
 * Orders that wait for their outcome, by command: what becomes of all of them alike, and those that have no more to them:
 * a booking, a paper, and goods to be let out.
 */
import type { EntryBody, PaperRef } from './entry.ts';

/** By command, or by device where it has one at a time. */
export type Open<T> = Readonly<Record<string, T>>;

export type Post = Extract<EntryBody, { kind: 'bill.post' }> & { readonly orderedMs: number };

export interface Print {
  readonly command: string;
  readonly document: PaperRef;
  /** What a voucher is worth, minor units; null for other papers. */
  readonly minor: number | null;
  /** Null: nobody's visit. */
  readonly session: string | null;
  readonly orderedMs: number;
}

export type Release = Extract<EntryBody, { kind: 'goods.release' }> & { readonly orderedMs: number };

/** The goods of which nobody knows yet whether they were let out; the same object when the entry concerns none. */
export function foldReleases(releases: Open<Release>, body: EntryBody, monoMs: number): Open<Release> {
  switch (body.kind) {
    case 'kiosk.started':
      return sinceBoot(releases, monoMs);
    case 'goods.release':
      return { ...releases, [body.command]: { ...body, orderedMs: monoMs } };
    case 'goods.released':
    case 'goods.not-released':
      return without(releases, body.command);
    default:
      return releases;
  }
}

/** So many orders whose goods were let out are told to the seller once more at a start, who may not have heard of the last. */
const releasedKept = 16;

/** The numbers of the orders whose goods were let out last, newest last; the same object when the entry lets none out. */
export function foldReleased(released: readonly string[], body: EntryBody): readonly string[] {
  return body.kind === 'goods.released' ? [...released, body.order].slice(-releasedKept) : released;
}

/** The bookings that the biller has not answered; the same object when the entry concerns none. */
export function foldPosts(posts: Open<Post>, body: EntryBody, monoMs: number): Open<Post> {
  switch (body.kind) {
    case 'kiosk.started':
      return sinceBoot(posts, monoMs);
    case 'bill.post':
      return { ...posts, [body.command]: { ...body, orderedMs: monoMs } };
    case 'bill.posted':
    case 'bill.refused':
      return without(posts, body.command);
    default:
      return posts;
  }
}

/**
 * The papers that the printer has not answered; the same object when the entry concerns none. `worth`: of a slip of this
 * visit, by its serial, minor units; null when it has no such slip.
 */
export function foldPrints(
  prints: Open<Print>,
  body: EntryBody,
  monoMs: number,
  worth: (serial: string) => number | null,
): Open<Print> {
  switch (body.kind) {
    case 'kiosk.started':
      return sinceBoot(prints, monoMs);
    case 'document.print': {
      const { command, document, session } = body;
      const minor = document.paper === 'voucher' ? (body.minor ?? worth(document.serial)) : null;
      return { ...prints, [command]: { command, document, minor, session, orderedMs: monoMs } };
    }
    case 'document.printed':
    case 'document.refused':
    case 'document.unknown':
      return without(prints, body.command);
    default:
      return prints;
  }
}

/** Monotonic time begins anew with each boot, and so does every limit that was running. */
export function sinceBoot<T extends { readonly orderedMs: number }>(open: Open<T>, monoMs: number): Open<T> {
  return Object.fromEntries(Object.entries(open).map(([key, one]) => [key, { ...one, orderedMs: monoMs }]));
}

/** A person gave nothing for it: what a machine tells of it after all stands under no number any more, and gets one. */
export function voided<T extends { readonly case: string | null }>(
  open: Open<T>,
  { case: number, how, reason }: Extract<EntryBody, { kind: 'case.settled' }>,
  now: Partial<T>,
): Open<T> {
  const about = Object.entries(open).filter(([, one]) => one.case === number);
  if (how !== 'void' || reason === 'given' || about.length === 0) return open;
  return { ...open, ...Object.fromEntries(about.map(([key, one]) => [key, { ...one, ...now, case: null }])) };
}

export function without<T>(open: Open<T>, key: string): Open<T> {
  if (!(key in open)) return open;
  const { [key]: _, ...others } = open;
  return others;
}
