/**
 * The loop: one queue, one fact to completion, no re-entry. Facts are decided, entries recorded, and only then is
 * anything told to move. Start-up is the same code: fold the journal, then ask every device where it is.
 */
import type { DeviceCommand, DeviceLevels } from '../hardware/device.ts';
import type { Clock } from '../hardware/clock.ts';
import { noProbe, type Probe } from '../hardware/port.ts';
import { lampModules, lampsAt } from './cabinet/lamps.ts';
import {
  levels,
  memory,
  type Order,
  orderOf,
  type RemoteRun,
  repeatedOrders,
  type StatementOrder,
  type VoucherQuestion,
} from './command.ts';
import { decide } from './decide.ts';
import type { EndWhy, Entry, EntryBody } from './entry.ts';
import type { Fact, FactBody } from './fact.ts';
import type { Kiosk } from './kiosk.ts';
import { voucherKey, zKey } from './journal/derive.ts';
import { type Journal, JournalClosed } from './journal/journal.ts';
import { JournalProblem, StorageFailure } from './journal/storage.ts';
import { otherKiosksVoucher, paidSale, receiptNumber, refundRecord, voucherNumber, voucherRecord } from './lookup.ts';
import type { VoucherRecord, VoucherWord } from './sale/voucher.ts';
import { checkOldEntries, keepState, recover } from './recovery.ts';
import type { Rules } from './rules.ts';
import { isAmong } from './sale/together.ts';
import type { Intent, ScreenName } from './server/wire.ts';
import type { BillerCommand } from './services/biller/contract.ts';
import { due } from './session/time.ts';

/** Facts that may wait at once. Beyond it, those that lose nothing by it are not taken (`mayBeLeftOut`). */
const droppableFactsMaximum = 1_000;
/** All others are told once and are always taken; where even these pile up, something is broken and this process ends. */
const factsMaximum = 10_000;

/** A new snapshot is kept after this many entries, between customers. */
const snapshotEveryEntries = 500;

/** What the loop tells of the outside. Everything here may move something. */
export interface Hands {
  obey(command: DeviceCommand): void;
  maintain(device: string, levels: DeviceLevels): void;
  recorded(device: string, key: string): void;
  /** One that cannot be taken stays open. */
  ask(command: BillerCommand): void;
  /** The answer is `statement.told`, with what the journal has of those days. */
  fetchStatement(order: StatementOrder): void;
  /** The answer is `voucherTold`, within two seconds, whatever becomes of the question. */
  askOffice(question: VoucherQuestion): void;
  /** Goods are out of the house: whoever sells them need not hand them over any more. */
  handedOver(order: string): void;
  /** The office ordered it; the answer is `remote.answered`. */
  carryOut(order: RemoteRun): void;
  /** Nothing moves any more: the process is to end in order. */
  shutDown(why: EndWhy): void;
}

export interface KioskParts {
  readonly rules: Rules;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Sixteen random bytes in hex. */
  readonly chance: () => string;
  /** The paper for a journaled order, as markup. Throws only when the journal cannot be read. */
  readonly document: (print: Extract<EntryBody, { kind: 'document.print' }>, journal: Journal) => string;
  /** Whether a typed code belongs to the voucher found under its serial. */
  readonly voucherFits: (typed: { serial: string; code: string }, record: ReturnType<typeof voucherRecord>) => boolean;
  /** What shows that this kiosk gave a voucher out and somebody has it; left out: nothing does. */
  readonly voucherProof?: (own: VoucherRecord) => string;
  /** Whether the office can be asked just now; left out: it never can. */
  readonly officeUp?: () => boolean;
  /** Whether it will be long until the office holds what is recorded now; left out: it never is. */
  readonly officeBehind?: () => boolean;
  /** Signs a Z report, by its number and the hash of its entry. */
  readonly sign: (z: number, hash: string) => { readonly key: string; readonly signature: string };
  readonly version: string;
  readonly config: string;
  readonly probe?: Probe;
  /** A new snapshot is kept after so many entries. */
  readonly snapshotEveryEntries?: number;
  /** After every step: what was recorded, and the kiosk as it now is. */
  readonly onStep?: (entries: readonly EntryBody[], kiosk: Kiosk) => void;
  /**
   * The journal can no longer be written, is damaged, or facts pile up without end: nothing more is decided, and this
   * process must end.
   */
  readonly onFailure: (problem: Error) => void;
}

export class Loop {
  private readonly parts: KioskParts;
  private readonly probe: Probe;
  private readonly queue: FactBody[] = [];
  private hands: Hands | null = null;
  private state: Kiosk;
  private stepping = false;
  private over = false;
  private seq = 0;
  private bootId = '';
  private snapshotSeq: number;
  /** Entries up to here were not read at this start. */
  private readonly unreadSeq: number;
  /** When the newest entry of before this start was written, Unix milliseconds; null: there was none. */
  readonly lastAt: number | null;
  private readonly wanted = new Map<string, string>();
  private callOff: () => void = () => {};
  private callOffChecking: () => void = () => {};
  private wakeAtMs = Number.POSITIVE_INFINITY;

  /** Folds the journal. Throws JournalProblem when it is damaged. */
  constructor(parts: KioskParts) {
    this.parts = parts;
    this.probe = parts.probe ?? noProbe;
    const { kiosk, lastAt, snapshotSeq } = recover(parts.journal, parts.rules);
    this.state = kiosk;
    this.lastAt = lastAt;
    this.snapshotSeq = snapshotSeq;
    this.unreadSeq = snapshotSeq;
    this.probe('b9', 'folded');
  }

  get kiosk(): Kiosk {
    return this.state;
  }

  /** What the driver of this device starts from. */
  memory(device: string) {
    return memory(this.state, device);
  }

  /** Begins this boot: devices and services may now be told things. */
  start(hands: Hands): void {
    this.hands = hands;
    this.bootId = this.parts.chance();
    const { version, config } = this.parts;
    this.take({ fact: 'kiosk.booted', version, config, lastAt: this.lastAt });
    if (this.over) return;
    for (const order of repeatedOrders(this.state)) this.send(order);
    if (this.over) return;
    this.callOffChecking = checkOldEntries({
      journal: this.parts.journal,
      clock: this.parts.clock,
      untilSeq: this.unreadSeq,
      idle: () => this.state.session === null,
      damaged: (problem) => this.fail(null, problem),
    });
  }

  /** A fact from a device or a service. */
  take(body: FactBody): void {
    if (this.over || (this.queue.length >= droppableFactsMaximum && mayBeLeftOut(body))) return;
    if (this.queue.length < factsMaximum) this.queue.push(body);
    else this.fail(null, new FactsPiledUp(`${factsMaximum} facts wait and more come, the last a ${body.fact}`));
    if (!this.stepping) this.drain();
  }

  /** The square code of a voucher was scanned, and its signature is right; `kiosk` gave it out. */
  voucherScanned(voucher: Omit<VoucherRecord, 'spent'> & { readonly kiosk: string }): void {
    if (this.over) return;
    const { kiosk, ...told } = voucher;
    const record = this.voucherNow(kiosk === this.state.rules.kiosk ? told : { ...told, issuer: kiosk });
    if (record !== 'unread') this.presented(told.serial, record);
  }

  /** The office's word on a voucher; null: none in time. What the journal has of it is looked up once more. */
  voucherTold(command: string, word: VoucherWord | null): void {
    const stage = this.state.session?.stage;
    if (this.over || stage?.at !== 'voucher' || stage.asking?.command !== command) return;
    const record = this.voucherNow(stage.asking.voucher);
    const behind = this.parts.officeBehind?.() === true ? ({ behind: true } as const) : {};
    if (record !== 'unread') this.take({ fact: 'voucher.told', command, word, record, ...behind });
  }

  private presented(serial: string, record: VoucherRecord | null): void {
    const askable = this.parts.officeUp?.() === true ? ({ askable: true } as const) : {};
    this.take({
      fact: 'voucher.presented',
      serial,
      record: askable.askable ? this.proven(record) : record,
      ...askable,
    });
  }

  /** With what the office is asked by: a slip of another kiosk brought it along. */
  private proven(record: VoucherRecord | null): VoucherRecord | null {
    const { voucherProof } = this.parts;
    if (record === null || record.issuer !== undefined || voucherProof === undefined) return record;
    return { ...record, proof: voucherProof(record) };
  }

  /** Of one of this kiosk's what the journal says counts, of another's what stands on it. 'unread': the journal is damaged. */
  private voucherNow(voucher: Omit<VoucherRecord, 'spent'>): VoucherRecord | null | 'unread' {
    const { serial, issuer } = voucher;
    const found = this.find(voucherKey(serial, issuer));
    if (found === null) return 'unread';
    return issuer === undefined ? voucherRecord(found) : otherKiosksVoucher(voucher, issuer, found);
  }

  /** What a person asked for at the glass; what was is looked up before it is decided. */
  asked(intent: Intent, screen: ScreenName): void {
    if (this.over) return;
    if (intent.do === 'voucher') {
      const serial = voucherNumber(intent.serial);
      const found = this.find(voucherKey(serial));
      if (found === null) return;
      const record = voucherRecord(found);
      const fits = this.parts.voucherFits({ serial, code: intent.code }, record);
      this.presented(serial, fits ? record : null);
    } else if (intent.do === 'find-receipt') {
      const number = receiptNumber(intent.number);
      const found = this.find(`receipt:${number}`);
      if (found === null) return;
      // Numbers count up: whoever only guesses one learns nothing, not even that there is such a receipt.
      const record = paidSale(found);
      this.take({
        fact: 'receipt.asked',
        number,
        record: record !== null && isAmong(record.bill.number, intent.bill) ? record : null,
      });
    } else if (intent.do === 'refund-receipt') {
      this.refundAsked(receiptNumber(intent.number), intent.bill);
    } else {
      this.take({ fact: 'intent', intent, screen });
    }
  }

  private refundAsked(number: string, bill: string): void {
    const found = this.find(`receipt:${number}`);
    if (found === null) return;
    const paid = paidSale(found);
    if (paid === null || !isAmong(paid.bill.number, bill)) {
      this.take({ fact: 'refund.wanted', number, record: null });
      return;
    }
    const ofSale = this.find(`sale:${paid.sale}`);
    const ofBill = this.find(`bill:${paid.bill.number}`);
    if (ofSale === null || ofBill === null) return;
    this.take({ fact: 'refund.wanted', number, record: refundRecord(paid, ofSale, ofBill) });
  }

  /**
   * Nothing is decided any more, the acceptors shut, the lamps go dark, and a note that waits goes back; the journal stays
   * open for its owner to close. The devices need a moment until they have heard it.
   */
  stop(): void {
    this.over = true;
    // redundant on purpose: the alarm finds it over; so it does not hold the process up.
    this.callOff();
    this.callOffChecking();
    const { acceptors, coinAcceptors } = this.state.rules;
    for (const device of [...acceptors, ...coinAcceptors]) this.hands?.maintain(device, { accept: [] });
    for (const device of lampModules(this.state)) this.hands?.maintain(device, { accept: [], lamps: {} });
    for (const device of acceptors) if (this.state.devices[device]?.note === 'escrowed') this.giveBack(device);
  }

  private giveBack(device: string): void {
    this.hands?.obey({ command: 'note.return', id: 'return-unrecorded', device });
  }

  /** Null when the journal is damaged there; this process ends then. */
  private find(key: string): readonly Entry[] | null {
    try {
      return this.parts.journal.find(key);
    } catch (problem) {
      this.fail(null, readFailure(problem));
      return null;
    }
  }

  private drain(): void {
    this.stepping = true;
    try {
      for (let body = this.queue.shift(); body !== undefined && !this.over; body = this.queue.shift()) this.step(body);
    } catch (problem) {
      // What a step orders may be made from old entries.
      this.fail(null, readFailure(problem));
    } finally {
      this.stepping = false;
    }
  }

  private step(body: FactBody): void {
    const fact = this.envelope(body);
    this.probe('b0', body.fact);
    const { entries, kiosk } = decide(this.state, fact);
    this.probe('b1', body.fact);
    try {
      this.parts.journal.append(entries);
      this.state = kiosk;
      this.keepSnapshot();
    } catch (problem) {
      this.fail(body, writeFailure(problem));
      return;
    }
    if ('key' in body) this.hands?.recorded(body.device, body.key);
    for (const entry of entries) {
      const order = orderOf(entry);
      if (order !== null) this.send(order);
    }
    if (this.over) return;
    this.maintain();
    this.arm();
    this.parts.onStep?.(entries, kiosk);
  }

  private envelope(body: FactBody): Fact {
    const { clock, chance } = this.parts;
    this.seq += 1;
    return { seq: this.seq, at: clock.wallMs(), monoMs: clock.monoMs(), bootId: this.bootId, chance: chance(), body };
  }

  private send(order: Order): void {
    switch (order.to) {
      case 'device':
        this.hands?.obey(order.order);
        return;
      case 'biller':
        this.hands?.ask(order.order);
        return;
      case 'statements':
        this.hands?.fetchStatement(order.order);
        return;
      case 'office':
        this.hands?.askOffice(order.question);
        return;
      case 'seller':
        this.hands?.handedOver(order.handedOver);
        return;
      case 'office-hand':
        this.hands?.carryOut(order.order);
        return;
      case 'self':
        this.hands?.shutDown(order.why);
        return;
      case 'printer': {
        const { print } = order;
        const device = this.state.rules.printer;
        if (device === null) {
          this.take({ fact: 'print.refused', device: 'none', command: print.command, reason: 'there is no printer' });
          return;
        }
        const document = this.parts.document(print, this.parts.journal);
        this.hands?.obey({ command: 'document.print', id: print.command, device, document });
        return;
      }
      case 'signer':
        this.sign(order.z);
        return;
      default:
        order satisfies never;
    }
  }

  private sign(z: number): void {
    const closed = this.find(zKey(z))?.find(({ body }) => body.kind === 'day.closed');
    if (closed === undefined) return;
    const { hash } = closed;
    this.take({ fact: 'day.signed', z, hash, signed: this.parts.sign(z, hash) });
  }

  private maintain(): void {
    const { acceptors, coinAcceptors } = this.state.rules;
    for (const device of [...acceptors, ...coinAcceptors]) {
      const wish = levels(this.state, device);
      if (wish !== 'unchanged') this.wish(device, wish);
    }
    for (const device of lampModules(this.state)) {
      this.wish(device, { accept: [], lamps: lampsAt(this.state, device) });
    }
  }

  private wish(device: string, levels: DeviceLevels): void {
    const text = JSON.stringify(levels);
    if (this.wanted.get(device) === text) return;
    this.wanted.set(device, text);
    this.hands?.maintain(device, levels);
  }

  private arm(): void {
    const { clock, journal } = this.parts;
    const atMs = Math.min(due(this.state), journal.dueMs() ?? Number.POSITIVE_INFINITY);
    if (atMs === this.wakeAtMs) return;
    this.callOff();
    this.wakeAtMs = atMs;
    if (!Number.isFinite(atMs)) return;
    this.callOff = clock.after(atMs - clock.monoMs(), () => this.wake());
  }

  private wake(): void {
    if (this.over) return;
    this.wakeAtMs = Number.POSITIVE_INFINITY;
    try {
      this.flush();
    } catch (problem) {
      this.fail(null, writeFailure(problem));
      return;
    }
    this.take({ fact: 'time.reached' });
  }

  private flush(): void {
    const { journal, clock } = this.parts;
    const flushMs = journal.dueMs();
    if (flushMs !== null && flushMs <= clock.monoMs()) journal.flush();
  }

  /** Between customers, so that the next start need not read everything again. */
  private keepSnapshot(): void {
    const { journal, snapshotEveryEntries: every = snapshotEveryEntries } = this.parts;
    if (this.state.session !== null || journal.head.seq - this.snapshotSeq < every) return;
    keepState(journal, this.state);
    this.snapshotSeq = journal.head.seq;
  }

  /**
   * A failed sync is final, and so is a damaged journal: the acceptors shut, a note in escrow goes back, and this process
   * never writes again.
   */
  private fail(body: FactBody | null, problem: Error): void {
    this.stop();
    if (body?.fact === 'note.escrowed') this.giveBack(body.device);
    this.parts.onFailure(problem);
  }
}

/** Facts of which one that waits, or none, says as much as many. */
function mayBeLeftOut({ fact }: FactBody): boolean {
  return fact === 'time.reached' || fact === 'note.accepting' || fact === 'coin.rejected' || fact === 'payout.progress';
}

/** More facts wait than can ever be meant to. */
class FactsPiledUp extends Error {
  override readonly name = 'FactsPiledUp';
}

/** A journal that cannot be read; anything else is a broken program and goes on as it came. */
function readFailure(problem: unknown): JournalProblem {
  if (problem instanceof JournalProblem) return problem;
  throw problem;
}

/** A write that failed; anything else is a broken program and goes on as it came. */
function writeFailure(problem: unknown): StorageFailure | JournalClosed {
  if (problem instanceof StorageFailure || problem instanceof JournalClosed) return problem;
  throw problem;
}
