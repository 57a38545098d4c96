/**
 * Judges by what lies in the cabinet and what the journal says, and by nothing else (tests/faults.md, I1 to I7). The machine
 * here always knows where a note is, so no note may end in doubt; but for one that forgets when it is asked by a new process.
 */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { Kiosk } from '../../kiosk/kiosk.ts';
import { judgeCharges, type Ledgers } from '../charge-judge.ts';

export interface Truth {
  /** Notes that were put in and that stayed: how many of each value, minor units. */
  readonly box: ReadonlyMap<number, number>;
  /** What has left each machine that pays out, minor units. */
  readonly hoppers: ReadonlyMap<string, number>;
  /** The words of each piece of paper that was cut off, oldest first. */
  readonly papers: readonly string[];
  /** What the biller booked. */
  readonly booked: readonly { readonly id: string; readonly bill: string; readonly minor: number }[];
  /** The payments whose booking it took back, by the order that it had for that. */
  readonly takenBack: readonly { readonly id: string; readonly reverses: string }[];
  /** What bank and gateways hold. */
  readonly ledgers: Ledgers;
  /** The first message of a new process may count for an acknowledgement: an order of before may end in doubt. */
  readonly forgetsAtStart: boolean;
}

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Everything wrong, in words that begin with the invariant; `kiosk` is the journal folded, when all was quiet. */
export function judge(entries: readonly Entry[], kiosk: Kiosk, truth: Truth): readonly string[] {
  const found: string[] = [];
  const wrong = (words: string) => void found.push(words);
  const forgotten = truth.forgetsAtStart ? doubtfulSinceStart(entries) : new Map<string, number>();
  judgeOrders(entries, forgotten, wrong);
  judgeBox(entries, truth, forgotten, wrong);
  judgePayouts(entries, truth, wrong);
  judgeSales(entries, wrong);
  judgePapers(entries, truth, wrong);
  judgeBookings(entries, truth, wrong);
  judgeRefunds(entries, truth, wrong);
  judgeCharges(entries, truth.ledgers, (invariant, words) => wrong(`${invariant} ${words}`));
  judgeRest(kiosk, wrong);
  return found;
}

type Wrong = (words: string) => void;

function of<K extends EntryBody['kind']>(entries: readonly Entry[], kind: K): readonly Body<K>[] {
  return entries.flatMap(({ body }) => (body.kind === kind ? [body as Body<K>] : []));
}

/** The value of each order that was given by one process and came to be in doubt in a later one. */
function doubtfulSinceStart(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const given = new Map<string, number>();
  const doubtful = new Map<string, number>();
  let starts = 0;
  for (const { body } of entries) {
    if (body.kind === 'kiosk.started') starts += 1;
    else if (body.kind === 'note.stack') given.set(body.command, starts);
    else if (body.kind === 'note.stacked' || body.kind === 'note.returned') doubtful.delete(body.command);
    else if (body.kind === 'note.unknown' && given.get(body.command) !== starts) doubtful.set(body.command, body.minor);
  }
  return doubtful;
}

/** Every order to stack has an outcome, at most one of them a credit; what is unknown is a case. */
function judgeOrders(entries: readonly Entry[], forgotten: ReadonlyMap<string, number>, wrong: Wrong): void {
  const outcomes = new Map<string, string[]>(of(entries, 'note.stack').map(({ command }) => [command, []]));
  const subjects = new Set(of(entries, 'case.opened').map(({ subject }) => subject));
  for (const { body } of entries) {
    if (body.kind !== 'note.stacked' && body.kind !== 'note.returned' && body.kind !== 'note.unknown') continue;
    const seen = outcomes.get(body.command);
    if (seen === undefined) wrong(`I2 ${body.kind} ${body.command} without an order`);
    seen?.push(body.kind);
  }
  for (const [order, seen] of outcomes) {
    const credits = seen.filter((kind) => kind === 'note.stacked').length;
    if (credits > 1) wrong(`I1 order ${order} was credited ${credits} times`);
    if (seen.length === 0) wrong(`I7 order ${order} has no outcome`);
    if (seen.includes('note.unknown') && !subjects.has(order)) wrong(`I6 order ${order} is unknown without a case`);
    if (seen.at(-1) === 'note.unknown' && !forgotten.has(order))
      wrong(`I1 order ${order} ended in doubt although the machine knew`);
  }
}

/** By value: what is in the box was credited once, or is a case that says nobody ordered it. */
function judgeBox(entries: readonly Entry[], truth: Truth, forgotten: ReadonlyMap<string, number>, wrong: Wrong): void {
  const booked = new Map<number, number>();
  let unnamed = 0;
  for (const { minor } of of(entries, 'note.stacked')) booked.set(minor, (booked.get(minor) ?? 0) + 1);
  for (const { minor } of of(entries, 'note.unowned')) {
    if (minor === null) unnamed += 1;
    else booked.set(minor, (booked.get(minor) ?? 0) + 1);
  }
  let over = 0;
  for (const minor of new Set([...booked.keys(), ...truth.box.keys()])) {
    const difference = (truth.box.get(minor) ?? 0) - (booked.get(minor) ?? 0);
    if (difference < 0) wrong(`I2 ${-difference} notes of ${minor} are credited and not in the box`);
    const doubtful = [...forgotten.values()].filter((value) => value === minor).length;
    over += Math.max(0, difference - doubtful);
  }
  if (over > unnamed) wrong(`I1 the box holds ${over - unnamed} notes that are neither credited nor a case`);
}

type PayoutEnd = Body<'payout.done' | 'payout.partial' | 'payout.unknown' | 'payout.refused'>;

function isPayoutEnd(body: EntryBody): body is PayoutEnd {
  return /^payout\.(done|partial|unknown|refused)$/.test(body.kind);
}

/** Every order to pay out has an outcome; what is owed or unknown is a case; what left a machine is what is booked as paid. */
function judgePayouts(entries: readonly Entry[], { hoppers }: Truth, wrong: Wrong): void {
  const booked = new Map<string, { paid: number; doubtful: number }>();
  for (const { command, device, minor } of of(entries, 'cash.dispense')) {
    const ends = entries.flatMap(({ body }) => (isPayoutEnd(body) && body.command === command ? [body] : []));
    const last = ends.at(-1);
    const sums = booked.get(device) ?? { paid: 0, doubtful: 0 };
    booked.set(device, sums);
    if (last === undefined) wrong(`I7 payout ${command} has no outcome`);
    else if (last.kind === 'payout.unknown') sums.doubtful += minor;
    else if (last.kind !== 'payout.refused') sums.paid += last.minor;
    const owes = last?.kind === 'payout.unknown' || last?.kind === 'payout.partial';
    if (owes && !caseAbout(entries, command)) wrong(`I6 payout ${command} ended as ${last.kind} without a case`);
    if (ends.filter(({ kind }) => kind === 'payout.done').length > 1) wrong(`I9 payout ${command} was booked twice`);
  }
  for (const [device, out] of hoppers) {
    const { paid, doubtful } = booked.get(device) ?? { paid: 0, doubtful: 0 };
    if (out < paid || out > paid + doubtful)
      wrong(`I9 ${device} paid out ${out}, booked are ${paid} and in doubt ${doubtful}`);
  }
}

/** What went into a sale came out of it as a payment, as change or as money back; receipts and serials are numbered once. */
function judgeSales(entries: readonly Entry[], wrong: Wrong): void {
  const balances = new Map<string, number>();
  const add = (sale: string, minor: number) => balances.set(sale, (balances.get(sale) ?? 0) + minor);
  const closed = new Set<string>();
  const serials = new Set<string>();
  const charged = new Set<string>();
  /** The sale that waits under a number. */
  const waiting = new Map<string, string>();
  let receipts = 0;
  for (const { body } of entries) {
    switch (body.kind) {
      case 'note.stacked':
        if (!closed.has(body.sale)) add(body.sale, body.minor);
        else if (!caseAbout(entries, body.command))
          wrong(`I6 note ${body.command} came after its sale and has no case`);
        break;
      case 'voucher.issued':
        if (serials.has(body.serial)) wrong(`I1 voucher ${body.serial} was issued twice`);
        serials.add(body.serial);
        if (body.reason !== 'refund' && body.sale !== null) add(body.sale, -body.minor);
        break;
      case 'cash.dispense':
        // Paid out, owed or in doubt: it is no longer in the sale.
        // Of a check it is nobody's.
        if (body.sale === null) break;
        if (!of(entries, 'payout.refused').some(({ command }) => command === body.command)) add(body.sale, -body.minor);
        break;
      case 'sale.pending':
        waiting.set(body.case, body.sale);
        break;
      case 'case.resolved': {
        // What was given towards a sale that came to nothing after its visit is owed under its number.
        const sale = waiting.get(body.case);
        if (sale !== undefined && body.outcome === 'owed') add(sale, -(body.minor ?? 0));
        break;
      }
      case 'charge.confirmed':
        charged.add(body.command);
        if (body.sale !== null) add(body.sale, body.part.minor);
        break;
      case 'charge.reverse':
        if (body.sale !== null && charged.has(body.command) && !body.refund) add(body.sale, -body.part.minor);
        break;
      case 'sale.cancelled':
        closed.add(body.sale);
        break;
      case 'sale.paid': {
        if (closed.has(body.sale)) wrong(`I1 sale ${body.sale} was closed twice`);
        closed.add(body.sale);
        add(body.sale, -(body.minor + body.rounding));
        receipts += 1;
        if (Number(body.receipt.slice(1)) !== receipts) wrong(`I4 receipt ${body.receipt} is not number ${receipts}`);
        const given = body.tenders.reduce((sum, { minor }) => sum + minor, 0);
        const { cash, voucher, owed } = body.change;
        if (given - cash - voucher - owed !== body.minor + body.rounding) wrong(`I1 ${body.receipt} does not add up`);
        break;
      }
    }
  }
  for (const [sale, minor] of balances) if (minor !== 0) wrong(`I1 sale ${sale} keeps ${minor}`);
}

function caseAbout(entries: readonly Entry[], subject: string): boolean {
  return of(entries, 'case.opened').some((one) => one.subject === subject);
}

/** A voucher came out on paper or is a case; on paper it is unmarked at most once, and only after it was recorded. */
function judgePapers(entries: readonly Entry[], truth: Truth, wrong: Wrong): void {
  const unmarked = new Set<string>();
  for (const { command, document, copy } of of(entries, 'document.print')) {
    if (document.paper !== 'voucher') continue;
    if (!copy && unmarked.has(document.serial)) wrong(`I6 voucher ${document.serial} was ordered twice unmarked`);
    if (!copy) unmarked.add(document.serial);
    const ends = entries.filter(
      ({ body }) =>
        (body.kind === 'document.printed' || body.kind === 'document.refused' || body.kind === 'document.unknown') &&
        body.command === command,
    );
    if (ends.length !== 1) wrong(`I7 print ${command} ended ${ends.length} times`);
  }
  const slips = truth.papers.flatMap((words) => {
    const serial = /现金凭证号(\d+)验证码/.exec(words)?.[1];
    return serial === undefined ? [] : [{ serial, copy: words.includes('COPY') }];
  });
  const issued = new Set(of(entries, 'voucher.issued').map(({ serial }) => serial));
  for (const serial of issued) {
    const its = slips.filter((slip) => slip.serial === serial);
    if (its.length === 0 && !caseAbout(entries, serial)) wrong(`I6 voucher ${serial} is neither on paper nor a case`);
    const originals = its.filter(({ copy }) => !copy).length;
    if (originals > 1) wrong(`I6 voucher ${serial} is on ${originals} papers that are no copies`);
  }
  for (const { serial } of slips)
    if (!issued.has(serial)) wrong(`I6 a paper names voucher ${serial}, which is not recorded`);
}

/** The biller booked exactly what was paid, each under the id that the journal gave it. */
function judgeBookings(entries: readonly Entry[], { booked }: Truth, wrong: Wrong): void {
  const posts = new Map(of(entries, 'bill.post').map((post) => [post.command, post]));
  for (const { id, bill, minor } of booked) {
    const post = posts.get(id);
    if (post?.minor !== minor || post.number !== bill)
      wrong(`I3 the biller booked ${minor} for ${bill}, which was not posted`);
  }
  for (const { sale } of of(entries, 'sale.paid')) {
    const its = [...posts.values()].filter((post) => post.sale === sale);
    const done = its.filter((post) => booked.some(({ id }) => id === post.command)).length;
    if (its.length !== 1 || done !== 1)
      wrong(`I3 sale ${sale} was posted ${its.length} times and booked ${done} times`);
  }
}

/** What is given back was taken back at the biller first, and all of it comes once. */
function judgeRefunds(entries: readonly Entry[], { takenBack }: Truth, wrong: Wrong): void {
  const orders = of(entries, 'bill.reverse');
  for (const { id, reverses } of takenBack) {
    if (!orders.some((order) => order.command === id && order.post === reverses))
      wrong(`I5 the biller took ${reverses} back by ${id}, which is not recorded`);
  }
  const asked = of(entries, 'refund.asked');
  for (const sale of new Set([...asked, ...of(entries, 'refund.done')].map((one) => one.sale))) {
    const order = orders.find((one) => one.sale === sale);
    const booked = takenBack.filter(({ id }) => id === order?.command).length;
    const due = booked === 1 ? (asked.find((one) => one.sale === sale)?.minor ?? 0) : 0;
    const given = of(entries, 'refund.done').reduce((sum, one) => (one.sale === sale ? sum + one.minor : sum), 0);
    if (given !== due) wrong(`I3 sale ${sale} was given ${given} back, and the biller took ${due} back`);
  }
}

function judgeRest(kiosk: Kiosk, wrong: Wrong): void {
  if (kiosk.session !== null) wrong(`I7 a visit is still at ${kiosk.session.stage.at}`);
  for (const sale of Object.keys(kiosk.pending)) wrong(`I7 sale ${sale} still waits for a charge`);
  if (openOf(kiosk).length > 0) wrong(`I7 left open: ${openOf(kiosk).join(', ')}`);
}

/** Orders without an outcome. A code that left the screen is looked at for minutes more, and nobody waits for that. */
export function openOf(kiosk: Kiosk): readonly string[] {
  const stacks = Object.values(kiosk.stacks).filter(({ status }) => status === 'open');
  const payouts = Object.values(kiosk.payouts).filter(({ status }) => status === 'open');
  const charges = Object.values(kiosk.charges).filter(({ status }) => status !== 'watched');
  const orders = [...stacks, ...payouts, ...charges, ...Object.values(kiosk.prints), ...Object.values(kiosk.posts)];
  return [...orders.map(({ command }) => command), ...Object.keys(kiosk.refunds)];
}
