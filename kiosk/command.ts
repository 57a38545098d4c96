/**
 * From entries to orders. Every kind of order says what a restart does with it while it is open; what the seller is told has no
 * answer, and is told again.
 */
import { type DeviceCommand, type DeviceLevels, type DeviceMemory, emptyMemory } from '../hardware/device.ts';
import { type Charge, openChargesOf } from './charges.ts';
import { openRefundsOf } from './refunds.ts';
import type { EndWhy, EntryBody } from './entry.ts';
import type { Kiosk } from './kiosk.ts';
import type { Post } from './open-orders.ts';
import type { Stack } from './stacks.ts';
import { acceptable, denominationsOf, recycled, stackInFlight } from './methods/cash/acceptance.ts';
import type { OutsideAct, RemoteAct } from './remote/order.ts';
import type { BillerCommand } from './services/biller/contract.ts';

/**
 * ask: the device is asked what became of it. repeat: sent again under the same id. copy: its outcome is unknown, and the
 * paper comes again marked as a copy. abandon: nobody waits for it any more.
 */
export type AfterRestart = 'ask' | 'repeat' | 'copy' | 'abandon';

export const afterRestart = {
  'note.stack': 'ask',
  'note.return': 'abandon',
  'cash.dispense': 'ask',
  'cash.empty': 'ask',
  'goods.release': 'ask',
  'charge.start': 'ask',
  'charge.confirm': 'ask',
  'charge.cancel': 'ask',
  'charge.reverse': 'ask',
  'charge.refund': 'ask',
  'terminal.close-day': 'repeat',
  'document.print': 'copy',
  'bill.find': 'abandon',
  'bill.recheck': 'abandon',
  'order.place': 'abandon',
  'voucher.ask': 'abandon',
  'statement.fetch': 'abandon',
  'bill.post': 'repeat',
  'bill.reverse': 'repeat',
} as const satisfies Record<CommandKind, AfterRestart>;

export type CommandEntry = Extract<
  EntryBody,
  {
    kind:
      | 'note.stack'
      | 'note.return'
      | 'cash.dispense'
      | 'cash.empty'
      | 'goods.release'
      | 'charge.start'
      | 'charge.confirm'
      | 'charge.cancel'
      | 'charge.reverse'
      | 'charge.refund'
      | 'terminal.close-day'
      | 'document.print'
      | 'bill.find'
      | 'bill.recheck'
      | 'order.place'
      | 'voucher.ask'
      | 'statement.fetch'
      | 'bill.post'
      | 'bill.reverse';
  }
>;
export type CommandKind = CommandEntry['kind'];

/** A wallet is asked for its statement of a day; its answer is a fact. */
export interface StatementOrder {
  readonly id: string;
  readonly device: string;
  readonly day: string;
}

/** Whether a voucher was spent anywhere is asked of the office; its answer is `voucher.told`. */
export interface VoucherQuestion {
  readonly id: string;
  readonly issuer: string;
  readonly serial: string;
  /** That who asks has the slip (`voucher-seal.ts`, slipProof); left out: nothing shows it. */
  readonly proof?: string;
}

/** An act of the office that leaves this program, under the number of its order. */
export interface RemoteRun {
  readonly seq: number;
  readonly act: OutsideAct;
}

export type Order =
  | { readonly to: 'device'; readonly order: Exclude<DeviceCommand, { command: 'document.print' }> }
  | { readonly to: 'printer'; readonly print: Extract<EntryBody, { kind: 'document.print' }> }
  | { readonly to: 'biller'; readonly order: BillerCommand }
  | { readonly to: 'statements'; readonly order: StatementOrder }
  | { readonly to: 'office'; readonly question: VoucherQuestion }
  /** The number of an order whose goods are out of the house. */
  | { readonly to: 'seller'; readonly handedOver: string }
  /** This process ends itself. */
  | { readonly to: 'self'; readonly why: EndWhy }
  /** What the office ordered is carried out beside what decides; its answer is a fact. */
  | { readonly to: 'office-hand'; readonly order: RemoteRun }
  /** The number of a Z report that the kiosk's key is to sign. */
  | { readonly to: 'signer'; readonly z: number };

/** The order that an entry stands for; null for entries that order nothing. */
export function orderOf(body: EntryBody): Order | null {
  switch (body.kind) {
    case 'note.stack': {
      const { command: id, device, currency, minor } = body;
      return { to: 'device', order: { command: 'note.stack', id, device, currency, minor } };
    }
    case 'note.return':
      return { to: 'device', order: { command: 'note.return', id: body.command, device: body.device } };
    case 'cash.dispense': {
      const { command: id, device, currency, pieces } = body;
      return { to: 'device', order: { command: 'cash.dispense', id, device, currency, pieces } };
    }
    case 'cash.empty':
      return {
        to: 'device',
        order: { command: 'cash.empty', id: body.command, device: body.device, keep: body.keep ?? [] },
      };
    case 'goods.release': {
      const { command: id, device, relay, ms } = body;
      return { to: 'device', order: { command: 'relay.pulse', id, device, relay, ms } };
    }
    case 'day.closed':
      return { to: 'signer', z: body.z };
    case 'goods.released':
      return { to: 'seller', handedOver: body.order };
    case 'remote.begun':
      return remoteOrder(body.seq, body.order);
    case 'kiosk.shutting-down':
      return { to: 'self', why: body.why };
    case 'charge.start': {
      const { command: id, device, lang, code, subject, currency, minor } = body;
      const scanned = code === undefined ? {} : { code };
      return {
        to: 'device',
        order: { command: 'charge.start', id, device, lang, subject, currency, minor, ...scanned },
      };
    }
    case 'charge.confirm':
    case 'charge.cancel':
      return { to: 'device', order: { command: body.kind, id: body.command, device: body.device } };
    case 'charge.reverse': {
      const { currency, minor, reference } = body.part;
      const approval = { currency, minor, reference };
      return { to: 'device', order: { command: 'charge.reverse', id: body.command, device: body.device, approval } };
    }
    case 'charge.refund': {
      const { command: id, device, charge, part, currency, minor } = body;
      const approval = { currency: part.currency, minor: part.minor, reference: part.reference };
      return { to: 'device', order: { command: 'charge.refund', id, device, charge, approval, currency, minor } };
    }
    case 'terminal.close-day':
      return closeOrder(body.command, body.device);
    case 'check.started': {
      const { check, command: id, device } = body;
      if (check !== 'terminal' || device === null) return null;
      return { to: 'device', order: { command: 'terminal.diagnose', id, device } };
    }
    case 'check.ordered':
      return { to: 'device', order: { ...body.order, id: body.command, device: body.device } };
    case 'document.print':
      return { to: 'printer', print: body };
    case 'bill.find': {
      const { command: id, number, session } = body;
      return { to: 'biller', order: { command: 'bill.find', id, number, session } };
    }
    case 'order.place': {
      const { command: id, session, items } = body;
      return { to: 'biller', order: { command: 'order.place', id, session, items } };
    }
    case 'voucher.ask': {
      const { command: id, issuer, serial, proof } = body;
      return { to: 'office', question: { id, issuer, serial, ...(proof === undefined ? {} : { proof }) } };
    }
    case 'statement.fetch':
      return { to: 'statements', order: { id: body.command, device: body.device, day: body.day } };
    case 'bill.recheck':
      return { to: 'biller', order: { command: 'bill.recheck', id: body.command, number: body.number } };
    case 'bill.post':
      return { to: 'biller', order: postOrder(body) };
    case 'bill.reverse':
      return { to: 'biller', order: reverseOrder(body) };
    default:
      return null;
  }
}

function remoteOrder(seq: number, act: RemoteAct): Order | null {
  switch (act.act) {
    case 'reboot':
    case 'send-log':
    case 'send-trace':
    case 'screenshot':
      return { to: 'office-hand', order: { seq, act } };
    // What follows from the others is an entry of its own.
    case 'lock':
    case 'unlock':
    case 'message':
    case 'method':
    case 'close-day':
    case 'restart':
      return null;
    default:
      return act satisfies never;
  }
}

function closeOrder(id: string, device: string): Order {
  return { to: 'device', order: { command: 'terminal.close-day', id, device } };
}

function postOrder(post: Omit<Post, 'orderedMs'>): BillerCommand {
  const { command: id, number, currency, minor, method, paidAt } = post;
  return { command: 'bill.post', id, number, currency, minor, method, paidAt };
}

function reverseOrder({ command: id, number, post, currency, minor }: Extract<EntryBody, { kind: 'bill.reverse' }>) {
  return { command: 'bill.reverse', id, number, post, currency, minor } as const;
}

type Under<R extends AfterRestart> = {
  [K in CommandKind]: (typeof afterRestart)[K] extends R ? K : never;
}[CommandKind];

/** An order without an outcome, as the state holds it. */
export interface OpenOrder<K extends CommandKind = CommandKind> {
  readonly kind: K;
  readonly command: string;
  /** A case stands for it already: nobody waits for it, and what is heard of it still counts. */
  readonly doubtful: boolean;
}

/** The open orders for which `afterRestart` has this rule. */
export function openOrders<R extends AfterRestart>(kiosk: Kiosk, rule: R): readonly OpenOrder<Under<R>>[] {
  const open: OpenOrder[] = [...lookUp(kiosk)];
  for (const { command, status } of Object.values(kiosk.stacks)) {
    if (status === 'open' || status === 'doubt')
      open.push({ kind: 'note.stack', command, doubtful: status === 'doubt' });
  }
  for (const { command, status } of Object.values(kiosk.payouts))
    open.push({ kind: 'cash.dispense', command, doubtful: status !== 'open' });
  for (const charge of Object.values(kiosk.charges)) {
    const { command, status } = charge;
    const waitsUnderCase = status === 'reversing' && kiosk.caseOf[command] !== undefined;
    const doubtful = waitsUnderCase || status === 'doubt' || status === 'watched';
    open.push({ kind: orderedOf(charge), command, doubtful });
  }
  for (const { order } of Object.values(kiosk.terminals)) {
    if (order === null) continue;
    open.push({ kind: 'terminal.close-day', command: order.command, doubtful: order.case !== null });
  }
  for (const { order } of Object.values(kiosk.statements).flatMap(({ waiting }) => Object.values(waiting))) {
    if (order !== null) open.push({ kind: 'statement.fetch', command: order.command, doubtful: false });
  }
  for (const command of Object.keys(kiosk.emptyings)) open.push({ kind: 'cash.empty', command, doubtful: false });
  for (const command of Object.keys(kiosk.releases)) open.push({ kind: 'goods.release', command, doubtful: true });
  for (const command of Object.keys(kiosk.prints)) open.push({ kind: 'document.print', command, doubtful: false });
  for (const command of Object.keys(kiosk.posts)) open.push({ kind: 'bill.post', command, doubtful: false });
  for (const { reverse, parts } of Object.values(kiosk.refunds)) {
    if (reverse !== null) open.push({ kind: 'bill.reverse', command: reverse.command, doubtful: false });
    // Its visit does not wait for it.
    for (const { command } of parts) open.push({ kind: 'charge.refund', command, doubtful: true });
  }
  return open.filter((order): order is OpenOrder<Under<R>> => afterRestart[order.kind] === rule);
}

/** What was ordered last of a charge. */
function orderedOf({
  status,
  cancelled,
}: Charge): 'charge.start' | 'charge.confirm' | 'charge.cancel' | 'charge.reverse' {
  if (status === 'reversing') return 'charge.reverse';
  if (cancelled) return 'charge.cancel';
  return status === 'confirming' ? 'charge.confirm' : 'charge.start';
}

function lookUp(kiosk: Kiosk): readonly OpenOrder[] {
  const stage = kiosk.session?.stage;
  if (stage?.at === 'find-bill' && stage.lookup !== null) {
    return [{ kind: 'bill.find', command: stage.lookup, doubtful: false }];
  }
  if (stage?.at === 'shop' && stage.order !== null) {
    return [{ kind: 'order.place', command: stage.order, doubtful: false }];
  }
  if (stage?.at === 'voucher' && stage.asking !== undefined) {
    return [{ kind: 'voucher.ask', command: stage.asking.command, doubtful: false }];
  }
  if (stage?.at === 'review' && stage.recheck !== null) {
    return [{ kind: 'bill.recheck', command: stage.recheck, doubtful: false }];
  }
  return [];
}

/** How an open order is made again from the state, for each kind whose rule is *repeat*. */
const again: Readonly<Record<Under<'repeat'>, (kiosk: Kiosk, command: string) => Order>> = {
  'terminal.close-day': (kiosk, command) => {
    const [device] = Object.entries(kiosk.terminals).find(([, { order }]) => order?.command === command) ?? [];
    return closeOrder(command, device as string);
  },
  'bill.post': (kiosk, command) => ({ to: 'biller', order: postOrder(kiosk.posts[command] as Post) }),
  'bill.reverse': (kiosk, command) => {
    const reverse = Object.values(kiosk.refunds).find((one) => one.reverse?.command === command)?.reverse;
    return { to: 'biller', order: reverseOrder(reverse as Extract<EntryBody, { kind: 'bill.reverse' }>) };
  },
};

/**
 * What is sent again at a start: the open orders whose rule is *repeat*, what the seller may not have heard, and what is not
 * signed yet.
 */
export function repeatedOrders(kiosk: Kiosk): readonly Order[] {
  const told = kiosk.released.map((handedOver) => ({ to: 'seller', handedOver }) as const);
  const unsigned = kiosk.day.unsigned.map(({ z }) => ({ to: 'signer', z }) as const);
  return [...openOrders(kiosk, 'repeat').map(({ kind, command }) => again[kind](kiosk, command)), ...told, ...unsigned];
}

/**
 * What a driver is told of the past: the last note ordered into its box, open when the device is to be asked for it, the
 * order to pay out, open when it has no outcome, its counters, and the papers without an outcome that come again as copies.
 */
export function memory(kiosk: Kiosk, device: string): DeviceMemory {
  const openPrints = device === kiosk.rules.printer ? openOrders(kiosk, 'copy').map((print) => print.command) : [];
  return {
    lastStack: lastStack(kiosk, kiosk.stacks[device]),
    openPrints,
    lastPayout: lastPayout(kiosk, device),
    openCharges: [...openChargesOf(kiosk.charges, device), ...openRefundsOf(kiosk.refunds, device)],
    openRelays: Object.values(kiosk.releases).flatMap((one) => (one.device === device ? [one.command] : [])),
    counters: kiosk.deviceCounters[device] ?? emptyMemory.counters,
  };
}

function lastStack(kiosk: Kiosk, stack: Stack | undefined): DeviceMemory['lastStack'] {
  if (stack === undefined) return null;
  const { command, currency, minor } = stack;
  return { command, currency, minor, open: openOrders(kiosk, 'ask').some((asked) => asked.command === command) };
}

/** Also one that has ended: a note of it may wait between the lips, or come there when a jam is cleared. */
function lastPayout(kiosk: Kiosk, device: string): DeviceMemory['lastPayout'] {
  const payout = Object.values(kiosk.payouts).find((one) => one.device === device);
  if (payout === undefined) {
    const ended = kiosk.dispensed[device];
    const { currency } = kiosk.rules;
    return ended === undefined ? null : { command: ended, currency, pieces: [], open: false, starting: true };
  }
  const { command, currency, pieces, starting } = payout;
  return { command, currency, pieces, open: true, starting };
}

/** The wishes that hold at an acceptor. While a note is in flight they stay as they are: the machine is not disturbed. */
export function levels(kiosk: Kiosk, device: string): DeviceLevels | 'unchanged' {
  if (stackInFlight(kiosk)?.device === device) return 'unchanged';
  const accept = acceptable(kiosk, device);
  // What a machine keeps nobody can say before it has named its notes.
  const keeps = kiosk.rules.dispensers.includes(device) && denominationsOf(kiosk, device).length > 0;
  return keeps ? { accept, recycle: recycled(kiosk, device) } : { accept };
}
