/**
 * What the journal says of money by card and wallet, against what is kept on the other side (tests/faults.md, I3). What the
 * bank and the gateways keep is the truth. Pure: for the simulation and for real processes.
 */
import type { CardTransaction } from '../hardware/simulated.ts';
import type { OrderRow } from '../hardware/bench/wallets/orders.ts';
import type { Entry, EntryBody } from '../kiosk/entry.ts';
import { numberOf } from '../kiosk/services/wallet/matter.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;
type Wrong = (invariant: string, text: string) => void;

/** What the journal says of one charge. */
interface Told {
  readonly start: Body<'charge.start'>;
  approved: Body<'charge.approved'> | null;
  confirmed: boolean;
  reversed: boolean;
  irreversible: boolean;
  /** What went back of it for bills that were refused, minor units, and what a person owes of it for such. */
  shared: number;
  owed: number;
  declined: boolean;
  /** The number under which nobody knew, and whether a person has decided it: that is between them and the other side. */
  case: string | null;
  decided: boolean;
  /** The window has paid it out: what is taken after all is the kiosk's own, and until then a case stands for it. */
  paidOut: boolean;
  stands: boolean;
  explained: boolean;
  orderedBack: boolean;
  /** What the window paid for it without that, minor units, beyond what the kiosk held for its sale. */
  windowMinor: number;
}

/** What the other side holds. */
export interface Ledgers {
  /** Every transaction that the terminal's bank ever approved. */
  readonly terminal: readonly CardTransaction[];
  /** Every order of each gateway, by the wallet's id. */
  readonly wallets: Readonly<Record<string, readonly OrderRow[]>>;
}

/** When all is quiet: no charge is under way any more. */
export function judgeCharges(entries: readonly Entry[], ledgers: Ledgers, wrong: Wrong): void {
  const charges = toldOf(entries);
  for (const [command, told] of charges) {
    if (told.start.method !== 'card' && !told.decided) judgeWallet(command, told, ledgers, wrong);
    if (told.reversed && told.irreversible) wrong('I3', `charge ${command} is back, and cannot come back`);
    judgeWindow(command, told, wrong);
    if (told.confirmed && told.declined) wrong('I3', `charge ${command} was declined and taken`);
  }
  judgeStrangers(charges, ledgers, wrong);
  judgeTerminal(
    [...charges.values()].filter(({ start }) => start.method === 'card'),
    ledgers.terminal,
    wrong,
  );
  judgeSales(entries, charges, wrong);
}

/** Nobody has of the window what they have back from their bank as well, unless a case stands for it. */
function judgeWindow(command: string, told: Told, wrong: Wrong): void {
  if (told.windowMinor > 0)
    wrong('I3', `the window paid ${told.windowMinor} for charge ${command}, and nobody watches what becomes of that`);
  if (!told.paidOut) return;
  if (!told.stands) wrong('I6', `the window paid charge ${command} out, and no case stands for that`);
  const whole = told.confirmed && told.approved?.minor === told.start.minor;
  if (told.explained !== whole) wrong('I3', `case ${told.case} of charge ${command} ${whole ? 'stands' : 'is over'}`);
  if (told.orderedBack) wrong('I3', `charge ${command} went back to somebody whom the window had paid`);
}

function judgeWallet(command: string, told: Told, { wallets }: Ledgers, wrong: Wrong): void {
  const wallet = told.start.device;
  const row = wallets[wallet]?.find(({ number }) => number === numberOf(command));
  const kept = (row?.capturedMinor ?? 0) - (row?.refundedMinor ?? 0);
  const wanted = keptBy(told);
  if (kept !== wanted) wrong('I3', `${wallet} keeps ${kept} of charge ${command}, the journal ${wanted}`);
}

/** No wallet keeps anything for a number that the journal never gave out. */
function judgeStrangers(charges: ReadonlyMap<string, Told>, { wallets }: Ledgers, wrong: Wrong): void {
  const numbers = new Set([...charges.keys()].map(numberOf));
  for (const [wallet, rows] of Object.entries(wallets)) {
    for (const { number, capturedMinor, refundedMinor } of rows) {
      const kept = capturedMinor - refundedMinor;
      if (kept !== 0 && !numbers.has(number))
        wrong('I3', `${wallet} keeps ${kept} of ${number}, which nobody asked for`);
    }
  }
}

function judgeTerminal(cards: readonly Told[], ledger: Ledgers['terminal'], wrong: Wrong): void {
  const kept = new Map<number, number>();
  for (const { receipt, minor, state } of ledger) {
    if (state === 'approved') wrong('I3', `the bank still holds receipt ${receipt} for nobody`);
    if (state === 'confirmed') kept.set(receipt, minor);
  }
  for (const told of cards) {
    const wanted = keptBy(told);
    // What only a person can give back is kept until they do, and is owed under its number.
    if (told.decided || told.irreversible) kept.delete(Number(told.approved?.reference.receipt));
    if (wanted === 0 || told.decided) continue;
    const receipt = Number(told.approved?.reference.receipt);
    if (kept.get(receipt) !== wanted)
      wrong('I3', `the bank keeps ${kept.get(receipt) ?? 0} of receipt ${receipt}, the journal ${wanted}`);
    kept.delete(receipt);
  }
  for (const [receipt, minor] of kept)
    wrong('I3', `the bank keeps ${minor} of receipt ${receipt} that the journal has not`);
}

/** What a sale was paid with by charge, less what refused bills took of it, is what is kept; a sale that was given up keeps nothing. */
function judgeSales(entries: readonly Entry[], charges: ReadonlyMap<string, Told>, wrong: Wrong): void {
  const paid = new Map<string, number>();
  const refused = new Map<string, number>();
  const posts = new Map<string, Body<'bill.post'>>();
  const asked = new Map<string, number>();
  for (const { body } of entries) {
    if (body.kind === 'sale.paid') {
      const minor = body.tenders.reduce(
        (sum, tender) => (tender.method === 'cash' || tender.method === 'voucher' ? sum : sum + tender.minor),
        0,
      );
      paid.set(body.sale, minor);
    }
    if (body.kind === 'bill.post') posts.set(body.command, body);
    if (body.kind === 'refund.asked') {
      asked.set(
        body.sale,
        body.charges.reduce((sum, part) => sum + part.minor, 0),
      );
    }
    if (body.kind === 'bill.reversed')
      refused.set(body.sale, (refused.get(body.sale) ?? 0) + (asked.get(body.sale) ?? 0));
    if (body.kind === 'bill.refused') {
      const took = posts.get(body.command)?.charges ?? [];
      const minor = took.reduce((sum, part) => sum + (part.share ?? part.minor), 0);
      refused.set(body.sale, (refused.get(body.sale) ?? 0) + minor);
    }
  }
  const kept = new Map<string, number>();
  for (const told of charges.values()) {
    if (told.paidOut) continue;
    const { sale } = told.start;
    kept.set(sale, (kept.get(sale) ?? 0) + keptBy(told) - told.owed);
  }
  for (const [sale, minor] of kept) {
    const wanted = (paid.get(sale) ?? 0) - (refused.get(sale) ?? 0);
    if (minor !== wanted)
      wrong('I3', `sale ${sale} keeps ${minor} of cards and wallets, and was paid ${wanted} by them`);
  }
  for (const [sale, minor] of paid) {
    if (minor > 0 && !kept.has(sale)) wrong('I3', `sale ${sale} was paid ${minor} by a charge that nobody asked for`);
  }
}

/** What the journal says that the other side keeps, minor units. */
function keptBy({ approved, confirmed, reversed, irreversible, shared }: Told): number {
  return confirmed && !reversed && !irreversible ? (approved?.minor ?? 0) - shared : 0;
}

function toldOf(entries: readonly Entry[]): ReadonlyMap<string, Told> {
  const charges = new Map<string, Told>();
  const shares = new Map<string, Body<'charge.refund'>>();
  for (const { body } of entries) {
    if (body.kind === 'charge.start') {
      const nothing = { confirmed: false, reversed: false, irreversible: false, declined: false, decided: false };
      const window = { paidOut: false, stands: false, explained: false, orderedBack: false, windowMinor: 0 };
      const sums = { shared: 0, owed: 0 };
      charges.set(body.command, { start: body, approved: null, case: null, ...nothing, ...window, ...sums });
    }
    if (body.kind === 'case.settled') {
      for (const one of charges.values()) {
        if (one.case !== body.case) continue;
        one.decided = true;
        if (body.how === 'paid') one.windowMinor += body.minor;
      }
    }
    if (body.kind === 'sale.cancelled') {
      for (const one of charges.values())
        if (one.start.sale === body.sale && one.windowMinor > 0) one.windowMinor -= body.minor;
    }
    if (body.kind === 'case.resolved') {
      for (const one of charges.values()) if (one.paidOut && one.case === body.case) one.explained = true;
    }
    if (body.kind === 'case.opened') {
      for (const one of charges.values()) if (one.paidOut && one.case === body.case) one.stands = true;
    }
    if (body.kind === 'charge.refund') shares.set(body.command, body);
    if (body.kind === 'refund.made' || body.kind === 'refund.refused') {
      const share = shares.get(body.command);
      const of = share === undefined ? undefined : charges.get(share.charge);
      if (share !== undefined && of !== undefined) of[body.kind === 'refund.made' ? 'shared' : 'owed'] += share.minor;
    }
    if (body.kind === 'case.opened' && body.about === 'charge-irreversible') {
      const of = charges.get(body.subject ?? '');
      if (of !== undefined && !of.irreversible) of.owed += body.minor ?? 0;
    }
    const told = 'command' in body && typeof body.command === 'string' ? charges.get(body.command) : undefined;
    if (told === undefined) continue;
    if (body.kind === 'charge.approved') told.approved ??= body;
    if (body.kind === 'charge.confirmed') told.confirmed = true;
    if (body.kind === 'charge.reversed') told.reversed = true;
    if (body.kind === 'charge.irreversible') told.irreversible = true;
    if (body.kind === 'charge.declined') told.declined = true;
    if (body.kind === 'charge.paid-out') Object.assign(told, { paidOut: true, case: body.case });
    if (body.kind === 'charge.reverse' && told.paidOut && body.reason !== 'differs') told.orderedBack = true;
    if (body.kind === 'charge.unknown') told.case = body.case;
  }
  return charges;
}
