/**
 * The loop: one queue, one fact to completion, no re-entry. Facts are decided, entries recorded, and only then is
 * anything told to move. Start-up is the same code: fold the journal, then ask every device where it is.
 */
import type { DeviceCommand, DeviceLevels } from '../hardware/device.ts';
import type { Clock } from '../hardware/clock.ts';
import { noProbe, type Probe } from '../hardware/port.ts';
import { levels, memory, type Order, orderOf, repeatedOrders } from './command.ts';
import { decide } from './decide.ts';
import type { EntryBody } from './entry.ts';
import type { Fact, FactBody } from './fact.ts';
import { apply, emptyKiosk, type Kiosk } from './kiosk.ts';
import { type Journal, JournalClosed } from './journal/journal.ts';
import { JournalProblem, StorageFailure } from './journal/storage.ts';
import { paidSale, voucherRecord } from './lookup.ts';
import type { Rules } from './rules.ts';
import type { Intent, ScreenName } from './server/wire.ts';
import type { BillerCommand } from './services/biller/contract.ts';
import { due } from './session/time.ts';

/** Facts that may wait at once. Beyond it, facts that a device repeats are not taken; money facts always are. */
const maxWaitingFacts = 1_000;

/** What a restart may trust a snapshot of: changes with every change of the fold. */
const stateVersion = '2';

/** A new snapshot is kept after this many entries, between customers. */
const snapshotEveryEntries = 5_000;

/** What the loop tells of the outside. Everything here may move something. */
export interface Hands {
  obey(command: DeviceCommand): void;
  maintain(device: string, levels: DeviceLevels): void;
  recorded(device: string, key: string): void;
  /** False when it cannot be taken; the order stays open. */
  ask(command: BillerCommand): boolean;
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
  readonly version: string;
  readonly config: string;
  readonly probe?: Probe;
  /** After every step: what was recorded, and the kiosk as it now is. */
  readonly onStep?: (entries: readonly EntryBody[], kiosk: Kiosk) => void;
  /** The journal can no longer be written: nothing more is decided, and this process must end. */
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
  private lastAt: number | null = null;
  private readonly wanted = new Map<string, string>();
  private callOff: () => void = () => {};
  private wakeAtMs = Number.POSITIVE_INFINITY;

  /** Folds the journal. Throws JournalProblem when it is damaged. */
  constructor(parts: KioskParts) {
    this.parts = parts;
    this.probe = parts.probe ?? noProbe;
    const { journal, rules } = parts;
    const snapshot = journal.loadSnapshot(stateVersion);
    let kiosk: Kiosk = emptyKiosk(rules);
    if (snapshot !== null) kiosk = { ...(JSON.parse(snapshot.state) as Kiosk), rules };
    for (const entry of journal.entries(snapshot?.seq ?? 0)) {
      kiosk = apply(kiosk, entry.body);
      this.lastAt = Date.parse(entry.at);
    }
    mustBeOurs(kiosk);
    this.snapshotSeq = snapshot?.seq ?? 0;
    this.state = kiosk;
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
    for (const order of repeatedOrders(this.state)) this.send(order);
  }

  /** A fact from a device or a service. */
  take(body: FactBody): void {
    if (this.queue.length >= maxWaitingFacts && !('key' in body) && !('command' in body)) return;
    this.queue.push(body);
    if (!this.stepping) this.drain();
  }

  /** What a person asked for at the glass; what was is looked up before it is decided. */
  asked(intent: Intent, screen: ScreenName): void {
    const { journal, voucherFits } = this.parts;
    if (this.over) return;
    if (intent.do === 'voucher') {
      const serial = intent.serial.padStart(6, '0');
      const record = voucherRecord(journal.find(`voucher:${serial}`));
      const fits = voucherFits({ serial, code: intent.code }, record);
      this.take({ fact: 'voucher.presented', serial, record: fits ? record : null });
    } else if (intent.do === 'find-receipt') {
      const number = `R${intent.number.padStart(6, '0')}`;
      this.take({ fact: 'receipt.asked', number, record: paidSale(journal.find(`receipt:${number}`)) });
    } else {
      this.take({ fact: 'intent', intent, screen });
    }
  }

  /** Nothing is decided any more; the journal stays open for its owner to close. */
  stop(): void {
    this.over = true;
    this.callOff();
  }

  private drain(): void {
    this.stepping = true;
    try {
      for (let body = this.queue.shift(); body !== undefined && !this.over; body = this.queue.shift()) this.step(body);
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
      default:
        order satisfies never;
    }
  }

  private maintain(): void {
    for (const device of this.state.rules.acceptors) {
      const wish = levels(this.state, device);
      if (wish === 'unchanged') continue;
      const text = wish.accept.join();
      if (this.wanted.get(device) === text) continue;
      this.wanted.set(device, text);
      this.hands?.maintain(device, wish);
    }
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
    const { journal } = this.parts;
    if (this.state.session !== null || journal.head.seq - this.snapshotSeq < snapshotEveryEntries) return;
    const { rules: _, ...kept } = this.state;
    journal.saveSnapshot(stateVersion, JSON.stringify(kept));
    this.snapshotSeq = journal.head.seq;
  }

  /** A failed sync is final: the acceptors shut, a note in escrow goes back, and this process never writes again. */
  private fail(body: FactBody | null, problem: Error): void {
    this.over = true;
    this.callOff();
    for (const device of this.state.rules.acceptors) this.hands?.maintain(device, { accept: [] });
    if (body?.fact === 'note.escrowed') {
      this.hands?.obey({ command: 'note.return', id: 'return-unrecorded', device: body.device });
    }
    this.parts.onFailure(problem);
  }
}

/** Vouchers, numbers and amounts of a journal belong to one kiosk and one currency. Throws JournalProblem for another's. */
function mustBeOurs({ identity, rules }: Kiosk): void {
  if (identity === null || (identity.kiosk === rules.kiosk && identity.currency === rules.currency)) return;
  throw new JournalProblem(
    'foreign',
    `the journal belongs to kiosk ${identity.kiosk} in ${identity.currency}, the configuration is for ${rules.kiosk} in ` +
      `${rules.currency}. Correct "kiosk" and "money.currency" in the configuration, or name another data folder with --data`,
  );
}

/** A write that failed; anything else is a broken program and goes on as it came. */
function writeFailure(problem: unknown): StorageFailure | JournalClosed {
  if (problem instanceof StorageFailure || problem instanceof JournalClosed) return problem;
  throw problem;
}
