/** Sales that a charge in doubt decides, folded: their visit may be over, and they go on all the same. */
import type { EntryBody } from '../entry.ts';
import { without } from '../open-orders.ts';
import type { Lang } from '../server/wire.ts';
import { foldSale } from './fold.ts';
import type { Sale } from './sale.ts';

/** A sale whose visit may be over, and that a charge in doubt decides. */
export interface PendingSale {
  readonly session: string;
  readonly lang: Lang;
  readonly case: string;
  readonly sale: Sale;
}

/** By sale. */
export type PendingSales = Readonly<Record<string, PendingSale>>;

/** The pending sales after an entry; the same object when it concerns none. `here`: the visit's sale, before the entry. */
export function foldPending(pending: PendingSales, body: EntryBody, monoMs: number, here: Sale | null): PendingSales {
  switch (body.kind) {
    case 'sale.pending': {
      if (here?.id !== body.sale) return pending;
      const { session, lang, case: number } = body;
      return { ...pending, [body.sale]: { session, lang, case: number, sale: here } };
    }
    case 'sale.paid':
    case 'sale.cancelled':
      return without(pending, body.sale);
    case 'note.stacked':
      // Found after its visit went on: it is owed under the number of the note, and not once more with this sale.
      return pending;
    default: {
      const waits = 'sale' in body && body.sale !== null && Object.hasOwn(pending, body.sale);
      const known = waits ? pending[body.sale as string] : undefined;
      if (known === undefined) return pending;
      const sale = foldSale(known.sale, body, monoMs);
      return sale === known.sale ? pending : { ...pending, [sale.id]: { ...known, sale } };
    }
  }
}
