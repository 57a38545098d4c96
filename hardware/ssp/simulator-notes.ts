/**
 * ITL's note machines: NV200 and NV9 with a stacker, NV11 with a note float that pays the last note in first, and the
 * SMART Payout on an NV200, which pays any of its notes (GA138, "Banknote Validator", "SMART Payout", "Note Float").
 * A note that was read is told by EF and its channel, and the next POLL accepts it; HOLD instead keeps it, REJECT gives
 * it back, and ten seconds without either do so too.
 */
import type { HandAction, HandResult, SimulatorSurroundings, UnitCash } from '../simulated.ts';
import { fromLow, low } from './simulator-wire.ts';
import {
  BUSY,
  give,
  letters,
  type Model,
  no,
  NOT_KNOWN,
  notNow,
  OK,
  OUT_OF_RANGE,
  Slave,
  WITH_COUNTRY,
  WRONG_PARAMETERS,
} from './simulator-slave.ts';

const READ = 0xef;
const CREDIT = 0xee;
const REJECTING = 0xed;
const REJECTED = 0xec;
const STACKED = 0xeb;
const SAFE_JAM = 0xea;
const UNSAFE_JAM = 0xe9;
const DISABLED = 0xe8;
const STACKER_FULL = 0xe7;
const FRAUD = 0xe6;
const CASHBOX_REPLACED = 0xe4;
const CASHBOX_REMOVED = 0xe3;
const CLEARED_TO_CASHBOX = 0xe2;
const CLEARED_FROM_FRONT = 0xe1;
const PATH_OPEN = 0xe0;
const STORED = 0xdb;
const DEVICE_FULL = 0xcf;
const HELD_IN_BEZEL = 0xce;
const DISPENSED_AT_POWER_UP = 0xcd;
const STACKING = 0xcc;
const INTO_STORE_AT_POWER_UP = 0xcb;
const INTO_STACKER_AT_POWER_UP = 0xca;
const TRANSFERRED = 0xc9;
const ALL_INHIBITED = 0xb5;
const ERROR_DURING_PAYOUT = 0xb1;
const JAMMED_IN_TRANSPORT = 0x01;

/** From these protocol versions on the host knows them; where the manual names none, an assumption. */
const SINCE_PATH_OPEN = 6;
const SINCE_ALL_INHIBITED = 7;
const SINCE_ERROR_VALUE = 7;
const SINCE_BEZEL = 8;

const LENGTH_FAIL = 0x01;
const AVERAGE_FAIL = 0x02;
const CHANNEL_INHIBIT = 0x06;
const SECOND_NOTE = 0x07;
const BY_HOST = 0x08;
const HOST_DISABLED = 0x0c;
const ESCROW_TIMEOUT = 0x13;
const rejectWords: ReadonlyMap<number, string> = new Map([
  [LENGTH_FAIL, 'length'],
  [AVERAGE_FAIL, 'unreadable'],
  [CHANNEL_INHIBIT, 'inhibited'],
  [SECOND_NOTE, 'second note'],
  [BY_HOST, 'host'],
  [HOST_DISABLED, 'disabled'],
  [ESCROW_TIMEOUT, 'timeout'],
]);

/** Of ENABLE PAYOUT DEVICE to an NV11: the value comes with DB; a note paid out is not held in the bezel. */
const VALUE_ON_STORED = 0x01;
const NO_HOLD = 0x02;
/** To a SMART Payout: busy until it has started. */
const FULL_STARTUP = 0x01;

/** GA138, "Hold": the time after which a note in escrow is rejected, and which each HOLD begins anew. Never scaled. */
const ESCROW_MS = 10_000;

// Movements at speed 1; assumptions from videos and logs of such machines.

const READ_MS = 1_000;
const TO_SAFE_PLACE_MS = 600;
const INTO_BOX_MS = 700;
const GIVE_BACK_MS = 800;
const STRING_PULLED_MS = 1_500;
const DISPENSE_MS = 1_500;
const TO_CASHBOX_MS = 500;

interface Note {
  readonly minor: number;
  readonly condition: 'whole' | 'torn' | 'unreadable' | 'strung';
}

/**
 * On the way in: read, held, going back, accepted but nearer to the mouth or nearer to the safe place, and credited.
 * On the way out of the store: nearer to it, nearer to the mouth, or towards the cash box.
 */
type Place = 'reading' | 'escrow' | 'rejecting' | 'near' | 'far' | 'past' | 'out-near' | 'out-far' | 'to-box';

interface Path {
  readonly note: Note;
  place: Place;
  /** Where an accepted note goes. */
  stores: boolean;
}

interface Credit {
  readonly minor: number;
  readonly stored: boolean;
}

export class NoteMachine extends Slave {
  readonly kind: 'note-acceptor' | 'recycler';
  readonly denominations: readonly { readonly currency: string; readonly minor: number }[];

  private readonly capacity: number;

  // What physically is.
  private path: Path | null = null;
  private readonly slot: Note[] = [];
  /** Paid out and held. */
  private bezel: number | null = null;
  /** What can be paid out, the first that came in first. */
  private readonly store: number[] = [];
  private coverOpen = false;
  private full = false;

  // What it knows.
  private inhibits = 0;
  private payoutOn = false;
  private payoutOptions = 0;
  private byChannel = false;
  private refill = 0;
  private secondNote = false;
  private readTold = false;
  private lastReject = 0;
  private stopWaiting: () => void = () => {};
  private counters = { stacked: 0, stored: 0, dispensed: 0, transferred: 0, rejected: 0 };
  /** A credit that the host does not have yet for certain; kept without power. */
  private uncollected: Credit | null = null;

  constructor(world: SimulatorSurroundings, model: Model) {
    super(world, model);
    this.kind = model.name === 'nv11' || model.name === 'smart-payout' ? 'recycler' : 'note-acceptor';
    this.capacity = this.kind === 'note-acceptor' ? 0 : model.name === 'nv11' ? 30 : 80;
    this.denominations = model.denominations.map((minor) => ({ currency: model.currency, minor }));
    for (const minor of model.denominations) {
      // By default every note goes to the cash box.
      this.toCashbox.add(minor);
      for (let n = 0; n < model.count; n++) this.store.push(minor);
    }
    if (this.store.length > this.capacity)
      throw new Error(`setting count is "${model.count}"; ${model.name} holds ${this.capacity} notes in all`);
    this.boot();
  }

  get enabled(): boolean {
    return this.power && this.on && this.inhibits !== 0;
  }

  private get recycles(): boolean {
    return this.kind === 'recycler';
  }

  // Commands.

  protected own(code: number, data: readonly number[]): readonly number[] {
    switch (code) {
      case 0x02:
        this.changing(() => {
          this.inhibits = fromLow(data) & ((1 << this.model.denominations.length) - 1);
        });
        return OK;
      case 0x03:
      case 0x04:
      case 0x26:
        return OK;
      case 0x08:
        return this.rejectByHost();
      case 0x0d:
        return [...OK, ...this.identity(), 0, 0, 1, this.version];
      case 0x0e:
        return [...OK, this.channels.length, ...this.channels, ...this.expanded()];
      case 0x0f:
        return [...OK, this.channels.length, ...this.channels.map(() => 2)];
      case 0x10:
        return [...OK, this.channels.length, ...this.channels.map(() => 0)];
      case 0x17:
        return [...OK, this.lastReject];
      case 0x18:
        return this.hold();
      case 0x23:
        // No reader is fitted: none enabled, interleaved 2 of 5, six characters.
        return [...OK, 0, 0, 1, 6];
      case 0x24:
        return notNow();
      case 0x25:
        return [...OK, 0xfe];
      case 0x27:
        return [...OK, 0, 0];
      case 0x54:
        return OK;
      default:
        return this.recycling(code, data);
    }
  }

  private recycling(code: number, data: readonly number[]): readonly number[] {
    switch (code) {
      case 0x30:
        return this.refillMode(data);
      case 0x41:
        return [...OK, this.store.length, ...this.store.flatMap((minor) => this.position(minor))];
      case 0x42:
      case 0x43:
        return this.lastNote(code === 0x42);
      case 0x45:
        if ((data[0] as number) > 1) return OUT_OF_RANGE;
        this.byChannel = data[0] === 1;
        return OK;
      case 0x58: {
        const { stacked, stored, dispensed, transferred, rejected } = this.counters;
        return [...OK, 5, ...[stacked, stored, dispensed, transferred, rejected].flatMap((count) => low(count, 4))];
      }
      case 0x59:
        this.counters = { stacked: 0, stored: 0, dispensed: 0, transferred: 0, rejected: 0 };
        return OK;
      case 0x5b:
        this.payoutOn = false;
        return OK;
      case 0x5c:
        if (this.starting && this.model.name === 'smart-payout' && ((data[0] ?? 0) & FULL_STARTUP) !== 0)
          return notNow(BUSY);
        this.payoutOn = true;
        this.payoutOptions = data[0] ?? 0;
        return OK;
      default:
        return NOT_KNOWN;
    }
  }

  private get channels(): readonly number[] {
    return this.model.denominations.map((minor) => minor / 100);
  }

  private channelOf(minor: number): number {
    return this.model.denominations.indexOf(minor) + 1;
  }

  /** From version 6 on: the country and the full value of each channel. */
  private expanded(): readonly number[] {
    if (this.version < WITH_COUNTRY) return [];
    const countries = this.channels.flatMap(() => letters(this.model.country));
    return [...countries, ...this.channels.flatMap((value) => low(value, 4))];
  }

  protected setup(): readonly number[] {
    const channels = this.channels;
    const security = channels.map(() => 2);
    const head = [...this.identity(), 0, 0, 1, channels.length, ...channels, ...security, 0, 0, 100];
    return [...head, this.version, ...this.expanded()];
  }

  /** `05 81 10`, then `11` and the mode, or `01` to ask for it. */
  private refillMode(data: readonly number[]): readonly number[] {
    const [a, b, c, what, mode] = data;
    if (a !== 0x05 || b !== 0x81 || c !== 0x10) return OUT_OF_RANGE;
    if (what === 0x01 && data.length === 4) return [...OK, this.refill];
    if (what !== 0x11 || mode === undefined || mode > 1) return OUT_OF_RANGE;
    this.refill = mode;
    return OK;
  }

  private position(minor: number): readonly number[] {
    return this.byChannel ? [this.channelOf(minor)] : low(minor, 4);
  }

  protected override onDenomination(
    data: readonly number[],
    answer: (minor: number) => readonly number[],
  ): readonly number[] {
    if (!this.byChannel) return super.onDenomination(data, answer);
    if (data.length !== 1) return WRONG_PARAMETERS;
    const minor = this.model.denominations[(data[0] as number) - 1];
    return minor === undefined ? OUT_OF_RANGE : answer(minor);
  }

  /** The NV11 reaches only the note that came in last. F5 02: it has none. */
  private lastNote(pays: boolean): readonly number[] {
    const blocked = this.blocked();
    const last = this.store.at(-1);
    if (blocked !== null) return notNow(blocked);
    if (last === undefined) return notNow(2);
    if (!pays && !this.boxIn) return notNow(BUSY);
    return this.begin(pays ? 'payout' : 'stack', [last], last);
  }

  /** Tells when it begins or ends to take notes. */
  private changing(change: () => void): void {
    const before = this.on && this.inhibits !== 0;
    change();
    const after = this.on && this.inhibits !== 0;
    if (before !== after) this.world.emit({ event: after ? 'enabled' : 'disabled' });
  }

  protected setOn(on: boolean): void {
    this.changing(() => {
      this.on = on;
    });
    const place = this.path?.place;
    if (!on && this.moves && (place === 'reading' || place === 'escrow')) this.reject(HOST_DISABLED);
  }

  // Polls.

  protected polled(): boolean {
    const held = this.held;
    if (held === null || !this.readTold) return false;
    this.accept(held);
    return true;
  }

  protected standing(): readonly number[] {
    return [...this.inPath(), ...this.conditions(), ...(this.on ? this.inhibited() : [DISABLED])];
  }

  private inhibited(): readonly number[] {
    return this.inhibits === 0 && this.version >= SINCE_ALL_INHIBITED ? [ALL_INHIBITED] : [];
  }

  private inPath(): readonly number[] {
    const path = this.path;
    if (path === null) return [];
    if (this.jammed) return this.inJam(path.place);
    if (!this.moves) return [];
    switch (path.place) {
      case 'reading':
        return [READ, 0];
      case 'escrow':
        this.readTold = true;
        return [READ, this.channelOf(path.note.minor)];
      case 'rejecting':
        return [REJECTING];
      case 'near':
      case 'far':
      case 'past':
        return [STACKING];
      case 'out-near':
      case 'out-far':
      case 'to-box':
        return [];
      default: {
        const never: never = path.place;
        return never;
      }
    }
  }

  /** A person may reach the note until it is credited. While an order stands, it tells of the jam itself. */
  private inJam(place: Place): readonly number[] {
    if (place === 'past') return [SAFE_JAM];
    if (place !== 'to-box' && !place.startsWith('out')) return [UNSAFE_JAM];
    return this.operation === null ? this.stuck(this.interrupted?.done ?? 0) : [];
  }

  private conditions(): readonly number[] {
    const bezel = this.bezel === null ? null : this.valued(HELD_IN_BEZEL, this.bezel, SINCE_BEZEL)(this.version);
    return [
      ...(bezel ?? []),
      ...(this.boxIn ? [] : [CASHBOX_REMOVED]),
      ...(this.coverOpen && this.version >= SINCE_PATH_OPEN ? [PATH_OPEN] : []),
      ...(this.full ? [STACKER_FULL] : []),
    ];
  }

  // A note's way in.

  private insert(action: HandAction): HandResult {
    const minor = action.minor;
    if (minor === undefined) return no('name the note to insert');
    const note: Note = { minor, condition: action.condition ?? 'whole' };
    const reason = this.reasonNotToPull();
    if (reason !== null) return no(`the machine does not pull: ${reason}`);
    if (this.path !== null) {
      if (this.path.place !== 'reading' || this.secondNote) return no('the machine does not pull: a note is in it');
      // The second pushes against the first, and both come back.
      this.secondNote = true;
      this.cashEvent('note.inserted', minor);
      this.slot.push(note);
      this.cashEvent('note.returned', minor);
      return { ok: true };
    }
    this.takeFromSlot();
    this.path = { note, place: 'reading', stores: false };
    this.secondNote = false;
    this.cashEvent('note.inserted', minor);
    this.travel(
      READ_MS,
      () => {},
      () => this.judge(note),
    );
    return { ok: true };
  }

  private reasonNotToPull(): string | null {
    if (!this.power) return 'it has no power';
    const visible = this.faults();
    if (visible.length > 0) return visible.join(', ');
    if (this.starting) return 'it is starting';
    if (!this.on) return 'it is disabled';
    if (this.inhibits === 0) return 'all its channels are inhibited';
    if (this.operation !== null) return 'it is paying out or emptying';
    if (this.bezel !== null) return 'a note is in its bezel';
    return this.waitsForAck ? 'it waits for its host to acknowledge an event' : null;
  }

  private judge(note: Note): void {
    const code = this.faultOf(note);
    if (code !== null) {
      this.reject(code);
      return;
    }
    (this.path as Path).place = 'escrow';
    this.readTold = false;
    this.cashEvent('note.escrowed', note.minor);
    this.waitInEscrow();
  }

  /** The note that waits for the host's word; one that a power-up finds there is only cleared away. */
  private get held(): Path | null {
    return this.path?.place === 'escrow' && this.moves ? this.path : null;
  }

  /** The mechanism does what the machine wants. */
  private get moves(): boolean {
    return this.power && !this.starting && !this.jammed && !this.coverOpen;
  }

  private waitInEscrow(): void {
    this.stopWaiting();
    this.stopWaiting = this.world.clock.after(ESCROW_MS, () => this.reject(ESCROW_TIMEOUT));
  }

  private faultOf(note: Note): number | null {
    if (this.secondNote) return SECOND_NOTE;
    if (note.condition === 'torn') return LENGTH_FAIL;
    const channel = this.channelOf(note.minor);
    if (note.condition === 'unreadable' || channel === 0) return AVERAGE_FAIL;
    return ((this.inhibits >> (channel - 1)) & 1) === 1 ? null : CHANNEL_INHIBIT;
  }

  private hold(): readonly number[] {
    if (this.held === null) return notNow();
    this.waitInEscrow();
    return OK;
  }

  private rejectByHost(): readonly number[] {
    if (this.held === null) return this.model.name === 'nv11' ? OK : notNow();
    this.reject(BY_HOST);
    return OK;
  }

  private reject(code: number): void {
    const path = this.path as Path;
    this.freeze();
    path.place = 'rejecting';
    this.lastReject = code;
    this.counters.rejected++;
    const reason = rejectWords.get(code) ?? 'rejected';
    this.cashEvent('note.rejected', path.note.minor, { reason, code: code.toString(16).padStart(2, '0') });
    this.travel(
      GIVE_BACK_MS,
      () => {},
      () => {
        this.outOfMouth(path.note);
        this.tell(REJECTED);
      },
    );
  }

  private outOfMouth(note: Note): void {
    this.path = null;
    this.slot.push(note);
    this.cashEvent('note.returned', note.minor);
  }

  private accept(path: Path): void {
    this.stopWaiting();
    path.place = 'near';
    const { minor } = path.note;
    path.stores = this.payoutOn && !this.toCashbox.has(minor) && this.store.length < this.capacity;
    this.travel(
      TO_SAFE_PLACE_MS,
      () => {
        path.place = 'far';
      },
      () => {
        path.place = 'past';
        this.tellCredit(CREDIT, minor, path.stores);
        this.travel(
          INTO_BOX_MS,
          () => {},
          () => this.arrived(path),
        );
      },
    );
  }

  /** The credit itself, or at a power-up what stands for it; told again after a power loss until the host has it. */
  private tellCredit(code: number, minor: number, stored: boolean): void {
    const credit = { minor, stored };
    this.uncollected = code === CREDIT || this.model.evidence ? credit : null;
    if (this.uncollected === null) return;
    const channel = [code, this.channelOf(minor)];
    const intoStore = this.valued(INTO_STORE_AT_POWER_UP, minor, SINCE_BEZEL);
    this.tell(
      code,
      (version) => (code !== CREDIT && stored ? (intoStore(version) ?? channel) : channel),
      () => {
        if (this.uncollected !== credit) return;
        this.uncollected = null;
        this.cashEvent('vend.acknowledged', minor);
      },
    );
  }

  private arrived({ note, stores }: Path): void {
    this.path = null;
    if (note.condition === 'strung') {
      give(this.customer, note.minor);
      this.cashEvent('note.returned', note.minor, { strung: true });
      this.world.clock.after(STRING_PULLED_MS / this.world.speed, () => {
        if (this.power) this.tell(FRAUD, (version) => this.fraud(note.minor, version));
      });
      return;
    }
    this.putAway(note.minor, stores);
    if (!stores) {
      this.tell(STACKED);
      return;
    }
    const withValue = this.model.name === 'nv11' && (this.payoutOptions & VALUE_ON_STORED) !== 0;
    this.tell(STORED, withValue ? this.valued(STORED, note.minor, WITH_COUNTRY) : undefined);
    if (this.store.length >= this.capacity) this.tell(DEVICE_FULL);
  }

  /** A SMART Payout names the value, the others the channel. */
  private fraud(minor: number, version: number): readonly number[] {
    return this.model.name === 'smart-payout' ? this.amount(FRAUD, minor, version) : [FRAUD, this.channelOf(minor)];
  }

  private putAway(minor: number, stores: boolean): void {
    if (stores) {
      this.store.push(minor);
      this.counters.stored++;
    } else {
      give(this.box, minor);
      this.counters.stacked++;
    }
    this.cashEvent('note.stacked', minor, { unit: stores ? 'recycler' : 'box' });
  }

  // A note's way out.

  protected level(minor: number): number {
    return this.store.filter((one) => one === minor).length + (this.miscounts ? 1 : 0);
  }

  protected contents(): readonly number[] {
    return this.store.toReversed();
  }

  protected emptied(): void {
    // It counts what lies in the store itself.
  }

  protected occupied(): boolean {
    return this.path !== null || this.bezel !== null || this.coverOpen || !this.power;
  }

  protected payoutEnabled(): boolean {
    return this.payoutOn;
  }

  protected resetFixedKeyAllowed(): boolean {
    return this.store.length === 0 && this.operation === null;
  }

  /** Notes come in again when the host enables it after the order. */
  protected override begin(...order: Parameters<Slave['begin']>): readonly number[] {
    const answer = super.begin(...order);
    if (this.operation !== null) this.setOn(false);
    return answer;
  }

  protected convey(minor: number, toBox: boolean): void {
    const at = this.store.lastIndexOf(minor);
    if (at < 0) {
      this.missing();
      return;
    }
    this.store.splice(at, 1);
    const path: Path = { note: { minor, condition: 'whole' }, place: toBox ? 'to-box' : 'out-near', stores: false };
    this.path = path;
    if (toBox) this.transfer(minor);
    else
      this.travel(
        DISPENSE_MS,
        () => {
          path.place = 'out-far';
        },
        () => this.dispensed(minor),
      );
  }

  private transfer(minor: number): void {
    this.travel(
      TO_CASHBOX_MS,
      () => {},
      () => {
        this.path = null;
        give(this.box, minor);
        this.counters.transferred++;
        if (this.operation?.kind === 'stack') this.tell(TRANSFERRED, this.valued(TRANSFERRED, minor, WITH_COUNTRY));
        this.conveyed(minor, true);
        this.next();
      },
    );
  }

  private dispensed(minor: number): void {
    this.present(minor);
    this.conveyed(minor, false);
    // The next one comes when this one is taken.
    if (this.bezel === null) this.next();
  }

  private present(minor: number): void {
    this.path = null;
    this.counters.dispensed++;
    if (this.model.name === 'nv11' && (this.payoutOptions & NO_HOLD) !== 0)
      this.slot.push({ minor, condition: 'whole' });
    else this.bezel = minor;
    this.cashEvent('cash.dispensed', minor, { unit: 'recycler' });
  }

  // Power.

  protected forget(): void {
    this.changing(() => {
      this.inhibits = 0;
    });
    this.payoutOn = false;
    this.payoutOptions = 0;
    this.byChannel = false;
    this.refill = 0;
    this.readTold = false;
    this.secondNote = false;
  }

  protected clearPath(): boolean {
    const path = this.path;
    if (this.coverOpen) return false;
    const credit = this.uncollected;
    if (path !== null) {
      if (!this.boxIn && !path.place.startsWith('out') && this.goesIn(path)) return false;
      // A credit that nobody collected is of the note before, unless this one is past the gate itself.
      const own = path.place === 'far' || path.place === 'past';
      if (credit !== null && !own) this.tellCredit(CLEARED_TO_CASHBOX, credit.minor, credit.stored);
      this.clear(path);
    } else if (credit !== null) this.tellCredit(CLEARED_TO_CASHBOX, credit.minor, credit.stored);
    return true;
  }

  private goesIn({ place }: Path): boolean {
    return place === 'far' || place === 'past' || place === 'to-box';
  }

  private clear(path: Path): void {
    const { minor } = path.note;
    switch (path.place) {
      case 'reading':
      case 'escrow':
      case 'rejecting':
      case 'near': {
        const channel = path.place === 'reading' ? 0 : this.channelOf(minor);
        this.outOfMouth(path.note);
        if (this.model.evidence) this.tell(CLEARED_FROM_FRONT, () => [CLEARED_FROM_FRONT, channel]);
        return;
      }
      case 'far':
      case 'past':
        this.path = null;
        this.putAway(minor, path.stores);
        this.tellCredit(CLEARED_TO_CASHBOX, minor, path.stores);
        return;
      case 'out-far':
        this.present(minor);
        if (this.interrupted !== null) this.interrupted.done += minor;
        this.tell(DISPENSED_AT_POWER_UP, this.valued(DISPENSED_AT_POWER_UP, minor, WITH_COUNTRY));
        return;
      case 'out-near':
        this.path = null;
        if (this.model.name === 'nv11') {
          // It winds the note back onto its drum.
          this.store.push(minor);
          if (this.model.evidence)
            this.tell(INTO_STORE_AT_POWER_UP, this.valued(INTO_STORE_AT_POWER_UP, minor, SINCE_BEZEL));
        } else this.clearToBox(minor);
        return;
      case 'to-box':
        this.path = null;
        this.clearToBox(minor);
        if (this.interrupted !== null) this.interrupted.done += minor;
        return;
      default:
        path.place satisfies never;
    }
  }

  private clearToBox(minor: number): void {
    give(this.box, minor);
    this.counters.transferred++;
    if (this.model.evidence)
      this.tell(INTO_STACKER_AT_POWER_UP, this.valued(INTO_STACKER_AT_POWER_UP, minor, SINCE_BEZEL));
  }

  // Verbs.

  protected hand(action: HandAction): HandResult {
    switch (action.action) {
      case 'insert':
        return this.insert(action);
      case 'take':
        return this.take();
      case 'fill':
        return this.fill(action);
      case 'jam':
        return this.jam(action);
      case 'clear jam':
        return this.clearJam();
      case 'stacker full':
        return this.setFull(action.value ?? 'on');
      case 'remove cashbox':
        return this.removeBox();
      case 'insert cashbox':
        return this.insertBox();
      case 'open cover':
        return this.openCover();
      case 'close cover':
        return this.closeCover();
      default:
        return no(`an ITL note machine knows no "${action.action}"`);
    }
  }

  private take(): HandResult {
    const slot = this.takeFromSlot();
    const bezel = this.takeFromBezel();
    return slot || bezel ? { ok: true } : no('no note waits to be taken');
  }

  private takeFromSlot(): boolean {
    const taken = this.slot.splice(0);
    for (const { minor } of taken) give(this.customer, minor);
    return taken.length > 0;
  }

  private takeFromBezel(): boolean {
    const minor = this.bezel;
    if (minor === null) return false;
    this.bezel = null;
    give(this.customer, minor);
    this.cashEvent('cash.taken', minor, { count: 1, unit: 'bezel' });
    if (this.power && !this.jammed && !this.coverOpen) this.next();
    return true;
  }

  private fill({ minor = 0, count = 0 }: HandAction): HandResult {
    if (!this.recycles) return no('it has no store to fill');
    if (this.channelOf(minor) === 0) return no('the machine does not know this note');
    if (this.operation !== null) return no('it is paying out or emptying');
    if (this.store.length + count > this.capacity)
      return no(`the store holds ${this.capacity} notes, and ${this.store.length} are in it`);
    this.store.push(...Array<number>(count).fill(minor));
    return { ok: true };
  }

  private jam({ value }: HandAction): HandResult {
    if (value !== undefined) return no(`a note machine has no ${value} to jam`);
    if (this.jammed) return no('it is jammed already');
    if (this.moving) this.jamNow();
    else this.jamNext = true;
    return { ok: true };
  }

  protected override freeze(): void {
    super.freeze();
    this.stopWaiting();
  }

  protected override jamNow(): void {
    super.jamNow();
    const done = this.operation?.done;
    if (done === undefined) return;
    this.tell(ERROR_DURING_PAYOUT, (version) =>
      version < SINCE_ERROR_VALUE
        ? [ERROR_DURING_PAYOUT, JAMMED_IN_TRANSPORT]
        : [...this.amount(ERROR_DURING_PAYOUT, done, version), JAMMED_IN_TRANSPORT],
    );
  }

  /** A hand frees the note: towards the person while it is not credited, into the cash box otherwise. */
  private clearJam(): HandResult {
    if (!this.jammed) {
      if (!this.jamNext) return no('nothing is jammed');
      this.jamNext = false;
      return { ok: true };
    }
    const path = this.path;
    this.path = null;
    if (path !== null) this.free(path);
    this.jammed = false;
    this.world.emit({ event: 'cleared' });
    this.startAgain();
    return { ok: true };
  }

  private free({ note, place }: Path): void {
    const { minor } = note;
    switch (place) {
      case 'reading':
      case 'escrow':
      case 'rejecting':
      case 'near':
      case 'far':
        give(this.customer, minor);
        this.cashEvent('note.returned', minor);
        return;
      case 'past':
        give(this.box, minor);
        this.cashEvent('note.stacked', minor, { unit: 'box' });
        if (this.uncollected !== null) this.uncollected = { minor, stored: false };
        return;
      case 'out-near':
      case 'out-far':
      case 'to-box':
        give(this.box, minor);
        return;
      default:
        place satisfies never;
    }
  }

  /** After a hand was inside. */
  private startAgain(): void {
    if (this.power) this.boot();
  }

  private setFull(value: string): HandResult {
    if (value !== 'on' && value !== 'off') return no('the stacker is full "on" or "off"');
    if (value === 'on' && !this.boxIn) return no('there is no cash box to be full');
    this.full = value === 'on';
    return { ok: true };
  }

  private removeBox(): HandResult {
    if (!this.boxIn) return no('the cash box is out already');
    this.boxIn = false;
    this.full = false;
    const cash = this.cashIn(this.box);
    this.box.clear();
    this.world.emit({ event: 'cashbox.removed', cash });
    if (!this.moves || this.path === null) return { ok: true };
    const { place } = this.path;
    if (place === 'reading' || place === 'escrow') this.reject(HOST_DISABLED);
    else if (this.goesIn(this.path) || place === 'near') this.freeze();
    return { ok: true };
  }

  private insertBox(): HandResult {
    if (this.boxIn) return no('a cash box is in already');
    this.boxIn = true;
    this.world.emit({ event: 'cashbox.inserted' });
    if (!this.power || this.jammed || this.coverOpen) return { ok: true };
    const halted = this.starting || (this.path !== null && !this.moving);
    if (halted) this.boot();
    this.tell(CASHBOX_REPLACED);
    return { ok: true };
  }

  private openCover(): HandResult {
    if (this.coverOpen) return no('the cover is open already');
    this.coverOpen = true;
    this.freeze();
    this.world.emit({ event: 'cover.opened' });
    return { ok: true };
  }

  private closeCover(): HandResult {
    if (!this.coverOpen) return no('the cover is closed already');
    this.coverOpen = false;
    this.world.emit({ event: 'cover.closed' });
    this.startAgain();
    return { ok: true };
  }

  // What a person sees.

  units(): readonly UnitCash[] {
    const one = (minor: number | null | undefined): UnitCash['cash'] =>
      this.cashIn(new Map(minor === null || minor === undefined ? [] : [[minor, 1]]));
    const inSlot = new Map<number, number>();
    for (const { minor } of this.slot) give(inSlot, minor);
    const inStore = new Map<number, number>();
    for (const minor of this.store) give(inStore, minor);
    return [
      { unit: 'slot', cash: this.cashIn(inSlot) },
      { unit: 'escrow', cash: one(this.path?.note.minor) },
      ...(this.recycles
        ? ([
            { unit: 'recycler', cash: this.cashIn(inStore) },
            { unit: 'bezel', cash: one(this.bezel) },
          ] as const)
        : []),
      { unit: 'box', cash: this.cashIn(this.box) },
      { unit: 'customer', cash: this.cashIn(this.customer) },
    ];
  }

  faults(): readonly string[] {
    return [
      ...(this.jammed ? ['jam'] : []),
      ...(this.coverOpen ? ['cover open'] : []),
      ...(this.boxIn ? [] : ['cash box out']),
      ...(this.full ? ['full'] : []),
    ];
  }
}
