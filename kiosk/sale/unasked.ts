/** Vouchers of other kiosks that were taken while the office could not be asked, until it holds the rows of them. */
import type { EntryBody } from '../entry.ts';

export interface Unasked {
  /** What they come to, minor units. */
  readonly minor: number;
  /** The entry of the newest of them; 0: there is none. */
  readonly seq: number;
}

export const noneUnasked: Unasked = { minor: 0, seq: 0 };

/** `seq`: the number of the entry. The same object when it concerns none. */
export function foldUnasked(unasked: Unasked, body: EntryBody, seq: number): Unasked {
  if (body.kind === 'voucher.reported') return noneUnasked;
  return body.kind === 'voucher.redeemed' && body.unasked === true
    ? { minor: unasked.minor + body.minor, seq }
    : unasked;
}
