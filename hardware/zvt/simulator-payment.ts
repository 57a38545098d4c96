/**
 * Payments, reservations and refunds, with the issue of goods (PA00P015, Authorisation): what the bank approved is said in a
 * status information, and the host's answer to that decides whether it is taken, or given back at once.
 */
import {
  type Apdu,
  apdu,
  bcd,
  container,
  fromBcd,
  llvar,
  packed,
  readBitmaps,
  readTags,
  TLV,
  tag,
  text,
} from './simulator-apdu.ts';
import { askBank, DECLINED, enterPin, present, WAIT_PLEASE } from './simulator-customer.ts';
import type { Transaction, TransactionKind } from './simulator-journal.ts';
import {
  ABORTED,
  type Answer,
  type Machine,
  NO_PAPER,
  NOT_POSSIBLE,
  OK,
  TURNOVER_FULL,
  WRONG_CURRENCY,
  ZVT_ERROR,
} from './simulator-machine.ts';
import { receiptsOf } from './simulator-receipt.ts';
import { pause, type Reply, type Script, wait } from './simulator-script.ts';
import { clockFace } from './simulator-time.ts';

/** "Issue of goods is not finished": the status information comes again after this. */
const AGAIN_MS = 2_000;
/** Until the host has to say what became of the goods, when it did not say how long. */
const GOODS_S = 30;
const VOID_MS = 1_500;

const APPROVED_TAKE_GOODS = 0x1c;
const AUTO_REVERSAL = 0x05;
const NOT_YET = 0x9c;
const PARTLY = 0x9d;

type SaleKind = Exclude<TransactionKind, 'reversal'>;

interface Order {
  readonly kind: SaleKind;
  readonly minor: number;
  readonly goodsMs: number;
  readonly statusInfos: number;
  /** Tag 1F73, given back with the status information. */
  readonly sequence: readonly number[] | null;
}

export const accepted = (script: Script<unknown> | null): Answer => ({ answer: apdu([0x80, 0x00]), script });

/** As a terminal says no: at once, or by accepting and breaking off. */
export function refused(machine: Machine, code: number, data: readonly number[] = []): Answer {
  if (machine.model.refuses === 'nak') return { answer: apdu([0x84, code]), script: null };
  return accepted(machine.abort(code, data));
}

export const garbled: Answer = { answer: apdu([0x84, ZVT_ERROR]), script: null };

/** `data`: the bitmaps of 06 01, 06 22 or 06 31, without a password. */
export function sale(machine: Machine, kind: SaleKind, data: Apdu['data']): Answer {
  const fields = readBitmaps(data);
  const tags = readTags(fields?.get(TLV) ?? []);
  const minor = fromBcd(fields?.get(0x04) ?? [0]);
  if (fields === null || tags === null || minor === null) return garbled;
  const code = fields.get(0x49);
  const own = bcd(machine.model.currencyCode, 2);
  if (code !== undefined && code.join() !== own.join()) return refused(machine, WRONG_CURRENCY, own);
  if (minor === 0 || machine.initRequired) return refused(machine, NOT_POSSIBLE);
  if (machine.dayFull) return refused(machine, TURNOVER_FULL);
  if (!machine.canPrint('payment')) return refused(machine, NO_PAPER);
  catchUp(machine, tags.get(0x1f1f));
  const order: Order = {
    kind,
    minor,
    goodsMs: (fields.get(0x01)?.[0] ?? GOODS_S) * 1_000,
    statusInfos: fields.get(0x02)?.[0] ?? machine.model.statusInfos,
    sequence: tags.get(0x1f73) ?? null,
  };
  return accepted(trade(machine, order));
}

/** The host does not know the last payment (PA00P015, chapter 4): for it there was none, so there shall be none. */
function catchUp(machine: Machine, told: readonly number[] | undefined): void {
  const { last } = machine.journal;
  if (told === undefined || last === null || last.kind !== 'payment' || last.state !== 'confirmed') return;
  const before = fromBcd(told);
  // 9999 is followed by 1, and so is 0.
  if (before !== null && (before % 9_999) + 1 === last.receipt && machine.journal.isToday(last)) machine.owe(last);
}

function* trade(machine: Machine, order: Order): Script {
  const { code, card } = yield* present(machine);
  if (card === null) return yield* failed(machine, code, null);
  if (card.holder === 'pin') {
    const pinned = yield* enterPin(machine, card);
    if (pinned !== OK) return yield* failed(machine, pinned, null);
  }
  const entry = machine.journal.begin(order.kind, {
    currency: machine.model.currency,
    minor: order.minor,
    card: machine.drawCard(),
    wallMs: machine.world.clock.wallMs(),
  });
  const answered = yield* askBank(machine, entry, card);
  if (answered !== OK) return yield* failed(machine, answered, entry);
  yield* machine.status(WAIT_PLEASE, 'over');
  switch (order.kind) {
    case 'payment':
      return yield* issueOfGoods(machine, entry, order);
    case 'reservation':
      return yield* reserved(machine, entry, order);
    case 'refund':
      return yield* refunded(machine, entry, order);
    default: {
      const never: never = order.kind;
      return never;
    }
  }
}

/** Nothing was taken, or it is void by now. `entry` null: the bank never heard of it. */
export function* failed(machine: Machine, code: number, entry: Transaction | null): Script {
  if (entry === null) yield* machine.status(DECLINED, 'over');
  const said = entry === null ? apdu([0x04, 0x0f], [0x27, code]) : statusInformation(machine, entry, null);
  yield* machine.tell(said);
  if (entry !== null) yield* machine.print(receiptsOf(entry, machine.model, machine.language), 'payment');
  yield* machine.abort(code);
}

function* issueOfGoods(machine: Machine, entry: Transaction, order: Order): Script {
  for (let said = 1; ; said++) {
    const reply = yield* machine.tell(statusInformation(machine, entry, order.sequence), order.goodsMs);
    const goods = goodsOf(reply, entry.minor);
    if (goods === 'issued') {
      confirm(machine, entry);
      break;
    }
    if (goods === 'failed' || (goods === 'waiting' && said >= order.statusInfos))
      return yield* takeBack(machine, entry);
    if (goods !== 'waiting') {
      entry.minor = goods;
      confirm(machine, entry);
      // The host hears what is taken now; its answer changes nothing any more.
      yield* machine.tell(statusInformation(machine, entry, order.sequence));
      break;
    }
    yield* wait(AGAIN_MS);
  }
  yield* machine.status(APPROVED_TAKE_GOODS, 'over');
  yield* machine.print(receiptsOf(entry, machine.model, machine.language), 'payment');
  yield* machine.complete();
}

function confirm({ world }: Machine, entry: Transaction): void {
  entry.state = 'confirmed';
  const { currency, minor, receipt } = entry;
  world.emit({ event: 'card.confirmed', currency, minor, receipt });
}

/** What the host's answer says of the goods; a number: so much of them was issued, minor units. */
function goodsOf(reply: Reply | null, minor: number): 'issued' | 'waiting' | 'failed' | number {
  if (reply === null) return 'failed';
  if (reply.class === 0x80 || reply.instruction === 0x00) return 'issued';
  if (reply.instruction === NOT_YET) return 'waiting';
  if (reply.instruction !== PARTLY) return 'failed';
  const part = fromBcd(readBitmaps(reply.data)?.get(0x04) ?? []);
  return part === null || part === 0 || part > minor ? 'failed' : part;
}

/** The terminal reverses by itself; when the bank cannot be reached, it does so later, and says the same to the host. */
function* takeBack(machine: Machine, entry: Transaction): Script {
  machine.silent = false;
  yield* machine.status(AUTO_REVERSAL, 'over');
  yield* pause(VOID_MS);
  entry.result = ABORTED;
  if (machine.host === 'online') machine.void(entry);
  else machine.owe(entry);
  yield* failed(machine, ABORTED, entry);
}

function* reserved(machine: Machine, entry: Transaction, order: Order): Script {
  const reply = yield* machine.tell(statusInformation(machine, entry, order.sequence), order.goodsMs);
  if (goodsOf(reply, entry.minor) !== 'issued') return yield* takeBack(machine, entry);
  yield* machine.print(receiptsOf(entry, machine.model, machine.language), 'payment');
  yield* machine.complete();
}

/** Money that went back is not taken again, whatever the host says. */
function* refunded(machine: Machine, entry: Transaction, order: Order): Script {
  yield* machine.tell(statusInformation(machine, entry, order.sequence));
  yield* machine.print(receiptsOf(entry, machine.model, machine.language), 'payment');
  yield* machine.complete();
}

/** 04 0F of a transaction, with every bitmap that a terminal has for it. */
export function statusInformation(
  machine: Machine,
  entry: Transaction,
  sequence: readonly number[] | null,
): readonly number[] {
  const { model, spoils, journal } = machine;
  const { date, time } = clockFace(entry.wallMs, model.timeZone);
  const minor = spoils === 'amount' ? entry.minor + 100 : entry.minor;
  const currency = spoils === 'currency' ? (model.currencyCode === 840 ? 978 : 840) : model.currencyCode;
  const pan = entry.card.pan.length % 2 === 0 ? entry.card.pan : `${entry.card.pan}F`;
  const extra = [
    tag(0x43, packed(entry.card.aid)),
    machine.lastReceiptTag(),
    ...(sequence === null ? [] : [tag(0x1f73, sequence)]),
  ];
  return apdu(
    [0x04, 0x0f],
    [
      ...[0x27, entry.result],
      ...[0x04, ...bcd(minor, 6)],
      ...[0x49, ...bcd(currency, 2)],
      ...[0x0c, ...bcd(time, 3)],
      ...[0x0d, ...bcd(date, 2)],
      ...[0x0e, ...packed(entry.card.expiry)],
      ...[0x17, 0x00, 0x00],
      ...[0x19, 0x60],
      ...[0x22, ...llvar(packed(pan))],
      ...[0x29, ...packed(model.terminal)],
      ...[0x2a, ...text(model.merchant.padEnd(15))],
      ...(entry.originalTrace === null ? [] : [0x37, ...bcd(entry.originalTrace, 3)]),
      ...[0x3b, ...text(String(entry.trace).padStart(6, '0').padEnd(8))],
      ...[0x87, ...bcd(entry.receipt, 2)],
      ...[0x88, ...bcd(journal.today().length, 3)],
      ...[0x8a, entry.card.type],
      ...[0x8b, ...llvar([...text(entry.card.name), 0x00])],
      ...[0x0b, ...bcd(entry.trace, 3)],
      ...container(...extra),
    ],
  );
}
