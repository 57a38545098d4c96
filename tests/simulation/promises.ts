/** What a customer was told must be what happened to the money: read from the journal alone (tests/faults.md, I6). */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import { partsOf } from '../../kiosk/services/biller/contract.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Every promise that these entries broke, in words. `sure`: sales whose change was sure in cash when their notes were taken. */
export function brokenPromises(entries: readonly Entry[], sure: ReadonlySet<string>): readonly string[] {
  return [...consent(entries, sure), ...posts(entries), ...refunds(entries), ...reviews(entries), ...papers(entries)];
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

/** Each bill of a paid sale is posted once and no other is, and together they were paid what the sale was paid. */
function* posts(entries: readonly Entry[]): Generator<string> {
  const posted = new Map<string, Body<'bill.post'>[]>();
  for (const { body } of entries) {
    if (body.kind === 'bill.post') posted.set(body.sale, [...(posted.get(body.sale) ?? []), body]);
  }
  for (const { body } of entries) {
    if (body.kind !== 'sale.paid') continue;
    const { sale, bill, minor, rounding } = body;
    const mine = posted.get(sale) ?? [];
    const due = partsOf(bill).map((part) => `${part.number} ${part.minor}`);
    const made = mine.map((post) => `${post.number} ${post.minor}`);
    if (due.toSorted().join() !== made.toSorted().join())
      yield `sale ${sale} was of the bills ${due.join(', ')}; posted were ${made.join(', ')}`;
    const paid = mine.reduce((sum, { paidMinor }) => sum + paidMinor, 0);
    if (paid !== minor + rounding)
      yield `the bills of sale ${sale} were paid ${paid}, and the sale ${minor + rounding}`;
  }
}

/** What was paid of a bill that was refused, or whose payment was taken back, goes back, no more and no less, once, or is owed under a number. */
function* refunds(entries: readonly Entry[]): Generator<string> {
  const wanted = new Map<string, number>();
  const back = new Map<string, number>();
  const add = (sums: Map<string, number>, sale: string, minor: number) => sums.set(sale, (sums.get(sale) ?? 0) + minor);
  const posted = new Map<string, Body<'bill.post'>>();
  // What only a person can give back is not refunded here.
  const never = new Map<string, number>();
  const irreversible = new Set<string>();
  const shares = new Map<string, number>();
  const asked = new Map<string, number>();
  for (const { body } of entries) {
    if (!('sale' in body) || body.sale === null) continue;
    const { sale } = body;
    if (body.kind === 'bill.post') posted.set(body.command, body);
    if (body.kind === 'bill.refused') add(wanted, sale, posted.get(body.command)?.paidMinor ?? 0);
    if (body.kind === 'refund.asked') asked.set(sale, body.minor);
    if (body.kind === 'bill.reversed') add(wanted, sale, asked.get(sale) ?? 0);
    // What a person gives back was owed before, and is counted as that.
    if (body.kind === 'refund.done' && body.case === undefined) add(back, sale, body.minor);
    if (body.kind === 'charge.reverse' && body.refund) never.set(body.command, body.part.minor);
    if (body.kind === 'charge.irreversible') {
      irreversible.add(body.command);
      add(back, sale, never.get(body.command) ?? 0);
    }
    if (body.kind === 'charge.refund') shares.set(body.command, body.minor);
    if (body.kind === 'refund.refused') {
      irreversible.add(body.command);
      add(back, sale, shares.get(body.command) ?? 0);
    }
    if (isShareOwed(body, irreversible)) add(back, sale, body.minor ?? 0);
  }
  for (const sale of new Set([...wanted.keys(), ...back.keys()])) {
    const [due, given] = [wanted.get(sale) ?? 0, back.get(sale) ?? 0];
    if (given !== due)
      yield `sale ${sale} was refunded ${given}, and ${due} was paid of what was refused or taken back`;
  }
}

/** Owed at once: the share of a bill in a charge of a card, which no terminal gives back. */
function isShareOwed(body: EntryBody, irreversible: ReadonlySet<string>): body is Body<'case.opened'> {
  if (body.kind !== 'case.opened' || body.about !== 'charge-irreversible') return false;
  return body.subject !== null && !irreversible.has(body.subject);
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
        if (body.issuer === undefined) spent.add(body.serial);
        break;
      case 'voucher.voided':
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
