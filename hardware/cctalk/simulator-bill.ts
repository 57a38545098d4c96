/**
 * A bill validator with escrow and stacker, played from parts 2 and 3 of the generic specification: results wait in the
 * same buffer of five behind a counter as a coin acceptor's, after a power-up everything is inhibited, and without a poll
 * for five seconds it inhibits itself and lets go of what is in escrow. The specification does not say what becomes of
 * a note that a power cut finds inside, so this is set (`evidence`): it is always returned from in front of the
 * stacker and stored from behind it, and with `full` an event tells so once the host has read the counter's 0.
 */
import type { HandAction, HandResult, UnitName } from '../simulated.ts';
import {
  ACK,
  ascii,
  COUNTER_JUMP,
  cashOf,
  done,
  EventBuffer,
  type Identity,
  lowFirst,
  Machine,
  type MachineWorld,
  no,
  Purse,
  type Reply,
} from './simulator-machine.ts';

export interface BillModel {
  /** Minor units by bill type, from type 1 on. */
  readonly bills: readonly number[];
  /** Decimal places of the currency. */
  readonly exponent: number;
  /** Whether an event tells what a power-up did with the note inside. */
  readonly evidence: 'full' | 'none';
}

const TYPES = 16;

// Operating mode (header 153).
const USE_STACKER = 0x01;
const USE_ESCROW = 0x02;

// Second bytes of events (header 159): of a bill, and of none.
const STACKED = 0;
const IN_ESCROW = 1;
const RETURNED = 1;
const NOT_VALID = 2;
const TRANSPORT_PROBLEM = 3;
const INHIBITED = 4;
const JAMMED_IN_TRANSPORT = 6;
const JAMMED_IN_STACKER = 7;
const STACKER_REMOVED = 11;
const STACKER_INSERTED = 12;
const STACKER_FULL = 14;
const STRING_FRAUD = 18;

// Route codes and refusals of header 154.
const TO_RETURN = 0;
const TO_STACKER = 1;
const LONGER = 255;
const ESCROW_EMPTY = 254;
const NOT_ROUTED = 255;

// Table 3 of part 3: faults of the self-check.
const BILL_JAMMED = 39;
const STACKER_MISSING = 44;
const STACKER_IS_FULL = 45;

/** Bill validators inhibit themselves without a poll for so long (part 3, polling of bill validators). */
const WATCHDOG_MS = 5_000;
/** How long a bill waits for its route, and again with each route code 255; an assumption. */
const ESCROW_MS = 10_000;

// Movements of the mechanism at speed 1; assumptions from similar machines.
const PULL_IN_MS = 1_200;
const TO_LEVER_MS = 700;
const INTO_BOX_MS = 900;
const GIVE_BACK_MS = 800;
const STRING_PULLED_MS = 1_500;

type Phase = 'starting' | 'ready' | 'accepting' | 'escrow' | 'stacking' | 'returning' | 'stopped';

interface Note {
  readonly minor: number;
  /** Bill type from 1 on; 0: not a note of the table. */
  readonly type: number;
  readonly condition: 'whole' | 'torn' | 'unreadable' | 'strung';
}

const rejections: ReadonlyMap<number, string> = new Map([
  [NOT_VALID, 'invalid'],
  [TRANSPORT_PROBLEM, 'transport'],
  [INHIBITED, 'inhibited'],
]);

export class BillValidator extends Machine {
  readonly kind = 'note-acceptor';
  readonly denominations: readonly { readonly currency: string; readonly minor: number }[];

  private readonly model: BillModel;

  // What physically is.
  private path: Note | null = null;
  private pastReturn = false;
  private readonly slot = new Purse();
  private readonly box = new Purse();
  private boxIn = true;
  private full = false;
  private jammed: 'transport' | 'stacker' | null = null;
  private jamNextMovement = false;
  private moving = false;

  // What the machine knows.
  private phase: Phase = 'ready';
  private readonly events = new EventBuffer();
  /** Stacked bills that no poll has read yet. */
  private unread: Note[] = [];
  /** What a power-up will tell of the note it found, once the counter's 0 was read. */
  private recovered: (readonly [number, number])[] = [];
  private accepting = false;
  private allowed = 0;
  private mode = USE_STACKER;
  private lastPollMs = Number.NEGATIVE_INFINITY;
  private zeroRead = false;

  // Time.
  private movement = 0;

  constructor(world: MachineWorld, address: number, identity: Identity, model: BillModel) {
    super(world, address, identity);
    this.model = model;
    this.denominations = model.bills.map((minor) => ({ currency: world.currency, minor }));
  }

  /** Its host lets it draw notes in now. */
  get enabled(): boolean {
    return this.power && this.open && this.watched;
  }

  private get open(): boolean {
    return this.accepting && this.allowed !== 0;
  }

  private get watched(): boolean {
    return this.world.clock.monoMs() - this.lastPollMs < WATCHDOG_MS;
  }

  protected special(header: number, data: readonly number[]): Reply {
    const [first = 0, second = 0] = data;
    switch (`${header}/${data.length}`) {
      case '249/0':
        return [2, 20];
      // Types of bills, and one bank of them.
      case '247/0':
        return [TYPES, 1];
      case '236/0':
        return [this.path === null ? 0 : 1];
      case '232/0':
        return [this.selfCheck()];
      case '231/2':
      case '231/8':
        this.order(this.accepting, first | (second << 8));
        return ACK;
      case '230/0':
        return lowFirst(this.allowed, 2);
      case '228/1':
        this.order((first & 1) === 1, this.allowed);
        return ACK;
      case '227/0':
        return [this.accepting ? 1 : 0];
      // It has a stacker and an escrow.
      case '213/0':
        return [USE_STACKER | USE_ESCROW];
      case '159/0':
        return this.poll();
      case '157/1':
        return first >= 1 && first <= TYPES ? ascii(this.nameOf(first)) : null;
      case '156/2':
        return this.scaling(String.fromCharCode(first, second));
      case '154/1':
        return this.route(first);
      case '153/1':
        this.mode = first & (USE_STACKER | USE_ESCROW);
        return ACK;
      case '152/0':
        return [this.mode];
      case '145/0':
      case '145/2':
        return ascii(`${this.world.country}0101`);
      default:
        return null;
    }
  }

  private selfCheck(): number {
    if (this.jammed !== null) return BILL_JAMMED;
    if (!this.boxIn) return STACKER_MISSING;
    return this.full ? STACKER_IS_FULL : 0;
  }

  /** Country, value, issue; the value is to be multiplied by the scaling factor. */
  private nameOf(type: number): string {
    const minor = this.model.bills[type - 1];
    if (minor === undefined) return '.......';
    return `${this.world.country}${String(minor / 10 ** this.model.exponent).padStart(4, '0')}A`;
  }

  private scaling(country: string): Reply {
    if (country !== this.world.country) return [0, 0, 0];
    return [...lowFirst(10 ** this.model.exponent, 2), this.model.exponent];
  }

  private order(accepting: boolean, allowed: number): void {
    const was = this.open;
    this.accepting = accepting;
    this.allowed = allowed;
    if (this.open !== was) this.world.emit({ event: this.open ? 'enabled' : 'disabled' });
  }

  private poll(): Reply {
    this.lastPollMs = this.world.clock.monoMs();
    const pollMs = this.lastPollMs;
    this.afterExactly(WATCHDOG_MS, () => {
      if (pollMs === this.lastPollMs && this.phase === 'escrow') this.giveBack();
    });
    const reply = this.events.read();
    for (const { minor } of this.unread.splice(0)) this.tell('vend.acknowledged', minor);
    this.zeroRead = true;
    this.tellRecovered();
    return reply;
  }

  private tellRecovered(): void {
    if (!this.zeroRead) return;
    for (const [a, b] of this.recovered.splice(0)) this.happened(a, b);
  }

  private happened(a: number, b: number): void {
    this.events.push(a, b);
  }

  private route(code: number): Reply {
    if (this.phase !== 'escrow') return [ESCROW_EMPTY];
    switch (code) {
      case TO_RETURN:
        this.giveBack();
        return ACK;
      case TO_STACKER:
        if (!this.boxIn || this.full) return [NOT_ROUTED];
        this.stack();
        return ACK;
      case LONGER:
        this.hold();
        return ACK;
      default:
        return [NOT_ROUTED];
    }
  }

  // Time and movement.

  /** A new phase calls off whatever the one before had planned. */
  private enter(phase: Phase): void {
    this.phase = phase;
    this.movement++;
    this.moving = false;
  }

  private meant(fn: () => void): () => void {
    const movement = this.movement;
    return () => {
      if (movement === this.movement) fn();
    };
  }

  private move(durationMs: number, finished: () => void): void {
    this.moving = true;
    const jams = this.jamNextMovement;
    this.jamNextMovement = false;
    const arrived = this.meant(() => {
      this.moving = false;
      if (jams) this.jamNow();
      else finished();
    });
    this.after(jams ? durationMs / 2 : durationMs, arrived);
  }

  // A note's way in and out.

  private insert({ minor, condition }: HandAction): HandResult {
    if (minor === undefined) return no('name the note to insert');
    const why = this.refusal();
    if (why !== null) return no(`the bill validator does not pull: ${why}`);
    this.takeFromSlot();
    const note: Note = { minor, type: this.model.bills.indexOf(minor) + 1, condition: condition ?? 'whole' };
    this.path = note;
    this.pastReturn = false;
    this.tell('note.inserted', minor);
    this.enter('accepting');
    this.move(PULL_IN_MS, () => this.judge(note));
    return done;
  }

  private refusal(): string | null {
    if (!this.power) return 'it has no power';
    const [fault] = this.faults();
    if (fault !== undefined) return fault;
    if (this.phase !== 'ready') return busyWith(this.phase);
    if (!this.hears) return 'it is starting';
    if (!this.watched) return 'its host does not poll it';
    return this.open ? null : 'it is inhibited';
  }

  private judge(note: Note): void {
    const fault = this.faultOf(note);
    if (fault !== null) {
      this.tell('note.rejected', note.minor, { reason: rejections.get(fault), code: String(fault) });
      this.happened(0, fault);
      this.enter('returning');
      this.move(GIVE_BACK_MS, () => {
        this.outOfSlot();
        this.enter('ready');
      });
      return;
    }
    if ((this.mode & USE_ESCROW) === 0) {
      this.stack();
      return;
    }
    this.tell('note.escrowed', note.minor);
    this.happened(note.type, IN_ESCROW);
    this.hold();
    if (!this.watched) this.giveBack();
  }

  private faultOf({ condition, type }: Note): number | null {
    if (condition === 'torn') return TRANSPORT_PROBLEM;
    if (condition === 'unreadable' || type === 0) return NOT_VALID;
    return this.accepting && ((this.allowed >> (type - 1)) & 1) === 1 ? null : INHIBITED;
  }

  private hold(): void {
    this.enter('escrow');
    this.afterExactly(
      ESCROW_MS,
      this.meant(() => this.giveBack()),
    );
  }

  private giveBack(): void {
    this.enter('returning');
    this.move(GIVE_BACK_MS, () => {
      this.outOfSlot();
      this.happened(0, RETURNED);
      this.enter('ready');
    });
  }

  private outOfSlot(): void {
    const { minor } = this.path as Note;
    this.path = null;
    this.slot.give(minor);
    this.tell('note.returned', minor);
  }

  private stack(): void {
    const note = this.path as Note;
    this.enter('stacking');
    this.move(TO_LEVER_MS, () => {
      this.pastReturn = true;
      this.move(INTO_BOX_MS, () => {
        this.store();
        this.unread.push(note);
        this.happened(note.type, STACKED);
        this.enter('ready');
        if (this.full) this.happened(0, STACKER_FULL);
      });
    });
  }

  /** The note is where it belongs, or on its way back on the string it hangs on. */
  private store(): void {
    const note = this.path as Note;
    this.path = null;
    this.pastReturn = false;
    if (note.condition !== 'strung') {
      this.box.give(note.minor);
      this.tell('note.stacked', note.minor);
      return;
    }
    this.world.customer.give(note.minor);
    this.tell('note.returned', note.minor, { strung: true });
    this.after(STRING_PULLED_MS, () => this.happened(0, STRING_FRAUD));
  }

  // Power and reset.

  protected lostPower(): void {
    this.enter('stopped');
    this.order(false, 0);
  }

  protected started(why: 'power-up' | 'reset'): void {
    if (why === 'reset') this.enter('stopped');
    this.order(false, 0);
    this.mode = USE_STACKER;
    this.events.clear();
    this.lastPollMs = Number.NEGATIVE_INFINITY;
    this.zeroRead = false;
    this.recovered = [];
    const unread = this.unread.splice(0);
    if (this.model.evidence === 'full') this.recovered = unread.map(({ type }) => [type, STACKED] as const);
    this.clearTheWay();
  }

  /** What a start, or a hand inside, left in the way goes where it has to go. */
  private clearTheWay(): void {
    const note = this.path;
    const stuck = this.jammed !== null || (this.pastReturn && !this.boxIn);
    if (note === null || stuck) {
      this.enter(note === null ? 'ready' : 'stopped');
      return;
    }
    this.enter('starting');
    const inwards = this.pastReturn;
    this.move(inwards ? INTO_BOX_MS : GIVE_BACK_MS, () => {
      if (inwards) this.store();
      else this.outOfSlot();
      if (this.model.evidence === 'full') this.recovered.push(inwards ? [note.type, STACKED] : [0, RETURNED]);
      this.tellRecovered();
      this.enter('ready');
    });
  }

  private jamNow(): void {
    this.jammed = this.pastReturn ? 'stacker' : 'transport';
    this.happened(0, this.pastReturn ? JAMMED_IN_STACKER : JAMMED_IN_TRANSPORT);
    this.enter('stopped');
    this.world.emit({ event: 'jammed', where: this.jammed });
  }

  jumpCounter(): void {
    this.events.jump(COUNTER_JUMP);
  }

  // Hands.

  act(action: HandAction): HandResult | null {
    switch (action.action) {
      case 'insert':
        return this.insert(action);
      case 'take':
        return this.takeFromSlot() ? done : no('no note waits to be taken');
      case 'jam':
        return this.jam();
      case 'clear jam':
        return this.clearJam();
      case 'stacker full':
        return this.setFull(action.value ?? 'on');
      case 'remove cashbox':
        return this.removeBox();
      case 'insert cashbox':
        return this.insertBox();
      default:
        return null;
    }
  }

  private takeFromSlot(): boolean {
    const notes = this.slot.empty();
    for (const [minor, count] of notes) this.world.customer.give(minor, count);
    return notes.length > 0;
  }

  private jam(): HandResult {
    if (this.jammed !== null || this.jamNextMovement) return no('the bill validator is jammed already');
    if (this.moving && this.power) this.jamNow();
    else this.jamNextMovement = true;
    return done;
  }

  /** A hand takes the note out at the front, or pushes it into the box. */
  private clearJam(): HandResult {
    if (this.jammed === null && !this.jamNextMovement) return no('the bill validator is not jammed');
    this.jamNextMovement = false;
    if (this.jammed === null) return done;
    const note = this.path as Note;
    const inwards = this.jammed === 'stacker' && this.boxIn;
    this.path = null;
    this.pastReturn = false;
    this.jammed = null;
    (inwards ? this.box : this.world.customer).give(note.minor);
    this.tell(inwards ? 'note.stacked' : 'note.returned', note.minor);
    this.world.emit({ event: 'cleared' });
    if (this.power) this.enter('ready');
    return done;
  }

  private setFull(value: string): HandResult {
    if (value !== 'on' && value !== 'off') return no('the stacker is full "on" or "off"');
    if (value === 'on' && !this.boxIn) return no('there is no cash box to be full');
    const was = this.full;
    this.full = value === 'on';
    if (this.power && this.full && !was && this.phase !== 'stacking') this.happened(0, STACKER_FULL);
    return done;
  }

  private removeBox(): HandResult {
    if (!this.boxIn) return no('the cash box is out already');
    this.boxIn = false;
    this.full = false;
    this.world.emit({ event: 'cashbox.removed', cash: cashOf(this.world.currency, this.box.empty()) });
    if (!this.power) return done;
    this.happened(0, STACKER_REMOVED);
    if (this.phase === 'accepting' || this.phase === 'escrow') this.giveBack();
    else if (this.pastReturn) this.enter('stopped');
    else if (this.phase === 'stacking') this.giveBack();
    return done;
  }

  private insertBox(): HandResult {
    if (this.boxIn) return no('a cash box is in already');
    this.boxIn = true;
    this.world.emit({ event: 'cashbox.inserted' });
    if (!this.power) return done;
    this.happened(0, STACKER_INSERTED);
    if (this.phase === 'stopped' && this.jammed === null) this.goOn();
    return done;
  }

  /** A note that hung over the place of the box goes on into the new one, and counts. */
  private goOn(): void {
    const note = this.path as Note;
    this.enter('stacking');
    this.move(INTO_BOX_MS, () => {
      this.store();
      this.unread.push(note);
      this.happened(note.type, STACKED);
      this.enter('ready');
    });
  }

  units(): readonly (readonly [UnitName, Purse])[] {
    return [
      ['slot', this.slot],
      ['escrow', Purse.of(this.path === null ? [] : [this.path.minor])],
      ['box', this.box],
    ];
  }

  faults(): readonly string[] {
    const seen: string[] = [];
    if (this.jammed !== null) seen.push('jam');
    if (!this.boxIn) seen.push('cash box out');
    if (this.full) seen.push('full');
    return seen;
  }
}

function busyWith(phase: Exclude<Phase, 'ready'>): string {
  switch (phase) {
    case 'starting':
      return 'it is starting';
    case 'accepting':
    case 'escrow':
    case 'stacking':
      return 'it is busy with another note';
    case 'returning':
      return 'it is giving a note back';
    case 'stopped':
      return 'a note is stuck in it';
    default: {
      const never: never = phase;
      return never;
    }
  }
}
