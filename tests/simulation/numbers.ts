/** Goods that are paid and booked: their number is the one that was booked, and reaches its owner or is a case. */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Cases whose number leads to the goods. */
const leadsToGoods: ReadonlySet<string> = new Set(['number-not-given', 'post-unanswered', 'goods-not-released']);

/** Every number that was lost, or is not what was booked, in words. `ledger`: by payment id, what the seller booked. */
export function* lostNumbers(
  entries: readonly Entry[],
  ledger: ReadonlyMap<string, { readonly number: string; readonly pickUp: string }>,
): Generator<string> {
  const posts = new Map<string, Body<'bill.post'>>();
  const numbers = new Map<string, string>();
  const told = new Set<string>();
  /** By its number, the sale of a case whose number leads to the goods. */
  const cases = new Map<string, string>();
  const handedOver = new Set<string>();
  const papers = new Map<string, { mayBeOut: boolean }>();
  /** The sale of each visit. */
  const bought = new Map<string, string>();
  for (const { body } of entries) {
    switch (body.kind) {
      case 'bill.post':
        posts.set(body.command, body);
        break;
      case 'sale.opened':
        bought.set(body.session, body.sale);
        break;
      case 'bill.posted': {
        const booked = ledger.get(body.command);
        if (booked === undefined) break;
        if (body.reference !== booked.pickUp || body.order !== booked.number)
          yield `order ${booked.number} was booked under ${booked.pickUp}, the journal has ${body.reference}`;
        if (numbers.has(body.sale)) yield `sale ${body.sale} has two numbers`;
        numbers.set(body.sale, body.reference);
        break;
      }
      case 'session.moved': {
        const sale = bought.get(body.session);
        // The documents come after the number has stood on the glass.
        if (body.stage.at === 'documents' && sale !== undefined && numbers.has(sale)) told.add(sale);
        break;
      }
      case 'case.opened':
        if (leadsToGoods.has(body.about)) if (body.sale !== null) cases.set(body.case, body.sale);
        break;
      case 'case.resolved':
        // It leads nowhere any more: from here on its owner has the number itself, or another case, or the goods.
        cases.delete(body.case);
        break;
      case 'goods.released':
        told.add(body.sale);
        break;
      case 'order.handed-over':
        handedOver.add(body.order);
        break;
      case 'document.print': {
        if (body.document.paper !== 'ticket') break;
        const { sale } = body.document;
        const paper = papers.get(sale) ?? { mayBeOut: false };
        papers.set(sale, paper);
        if (!numbers.has(sale)) yield `a ticket of sale ${sale} was printed before it had a number`;
        if (body.copy !== paper.mayBeOut) yield `a ticket of sale ${sale} is ${body.copy ? '' : 'not '}marked a copy`;
        break;
      }
      case 'document.printed':
      case 'document.unknown': {
        const paper = body.document.paper === 'ticket' ? papers.get(body.document.sale) : undefined;
        if (paper !== undefined) paper.mayBeOut = true;
        if (body.kind === 'document.printed' && body.document.paper === 'ticket') told.add(body.document.sale);
        break;
      }
    }
  }
  for (const sale of cases.values()) told.add(sale);
  for (const [command, booked] of ledger) {
    const post = posts.get(command);
    if (post === undefined || !numbers.has(post.sale))
      yield `the number ${booked.pickUp} was booked and never heard of`;
    else if (!told.has(post.sale) && !handedOver.has(booked.number))
      yield `the number ${booked.pickUp} never reached its owner, and has no case`;
  }
}
