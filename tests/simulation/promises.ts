/** What a customer was told must be what happened to the money: read from the journal alone (tests/faults.md, I6). */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Every promise that these entries broke, in words. `sure`: sales whose change was sure in cash when their notes were taken. */
export function brokenPromises(entries: readonly Entry[], sure: ReadonlySet<string>): readonly string[] {
  return [...consent(entries, sure), ...refunds(entries), ...reviews(entries), ...papers(entries)];
}

/** A coin cannot be held back: one that is on its way when another completes the sale is at most this much too much. */
const mostInCoinsMinor = 200;

/** Change of cash comes as a slip only to somebody who agreed to that, or where a machine failed that was sure to pay it. */
function* consent(entries: readonly Entry[], sure: ReadonlySet<string>): Generator<string> {
  const agreed = new Set<string>();
  const endedByCoin = new Set<string>();
  for (const { body } of entries) {
    if (body.kind === 'tender.opened' && body.agreed) agreed.add(body.sale);
    if (body.kind === 'note.stacked') endedByCoin.delete(body.sale);
    if (body.kind === 'coin.credited') endedByCoin.add(body.sale);
    if (body.kind !== 'sale.paid' || body.change.voucher === 0) continue;
    const cash = body.tenders.some((tender) => tender.method === 'cash');
    if (endedByCoin.has(body.sale) && body.change.voucher < mostInCoinsMinor) continue;
    if (cash && !agreed.has(body.sale) && !sure.has(body.sale))
      yield `receipt ${body.receipt} gives change to somebody who never agreed to a slip`;
  }
}

/** A refund gives back what was paid, no more and no less, once. */
function* refunds(entries: readonly Entry[]): Generator<string> {
  // The biller may refuse while change is still on its way.
  const paid = new Map(entries.flatMap(({ body }) => (body.kind === 'sale.paid' ? [[body.sale, body] as const] : [])));
  const back = new Map<string, number>();
  // What only a person can give back is not refunded here.
  const never = new Map<string, number>();
  for (const { body } of entries) {
    if (body.kind === 'refund.done') back.set(body.sale, (back.get(body.sale) ?? 0) + body.minor);
    if (body.kind === 'charge.reverse' && body.refund && body.sale !== null) never.set(body.command, body.part.minor);
    if (body.kind === 'charge.irreversible' && body.sale !== null && never.has(body.command))
      back.set(body.sale, (back.get(body.sale) ?? 0) + (never.get(body.command) ?? 0));
  }
  for (const [id, minor] of back) {
    const sale = paid.get(id);
    if (sale === undefined || minor !== sale.minor + sale.rounding)
      yield `sale ${id} was refunded ${minor}, which is not what was paid`;
  }
}

/** A sale is opened for the very bill that was shown last. */
function* reviews(entries: readonly Entry[]): Generator<string> {
  const shown = new Map<string, string>();
  for (const { body } of entries) {
    if (body.kind === 'session.moved' && body.stage.at === 'review') {
      shown.set(body.session, JSON.stringify(body.stage.bill));
    }
    if (body.kind === 'sale.opened' && shown.get(body.session) !== JSON.stringify(body.bill)) {
      yield `sale ${body.sale} was opened for another bill than the one shown`;
    }
  }
}

/** Every paper that was ordered has one outcome, and a voucher that did not come out has a case until it is settled. */
function* papers(entries: readonly Entry[]): Generator<string> {
  const open = new Map<string, Body<'document.print'>>();
  const out = new Set<string>();
  const cases = new Set<string>();
  const spent = new Set<string>();
  for (const { body } of entries) {
    switch (body.kind) {
      case 'document.print':
        open.set(body.command, body);
        break;
      case 'document.printed':
      case 'document.refused':
      case 'document.unknown':
        if (!open.delete(body.command)) yield `${body.kind} for a paper that was not ordered, or a second time`;
        if (body.kind === 'document.printed' && body.document.paper === 'voucher') out.add(body.document.serial);
        break;
      case 'case.opened':
        if (body.subject !== null) cases.add(body.subject);
        break;
      case 'voucher.redeemed':
        spent.add(body.serial);
        break;
    }
  }
  for (const { command } of open.values()) yield `paper ${command} has no outcome`;
  for (const { body } of entries) {
    if (body.kind !== 'voucher.issued') continue;
    const { serial } = body;
    if (!out.has(serial) && !cases.has(serial) && !spent.has(serial))
      yield `voucher ${serial} never came out, and has no case`;
  }
}
