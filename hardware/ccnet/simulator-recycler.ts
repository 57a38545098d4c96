/**
 * What a bill-to-bill unit has beyond a validator: cassettes that keep notes of one value each and count them in a memory
 * of their own, and a dispenser that brings notes together inside and holds them out between its lips when all are there.
 * One note moves at a time. Where the description is silent, this machine does the worst that fits it: a note that is on
 * its way when the power goes, or in a jam when a hand comes, ends in the box, and nothing tells so.
 */
import type { HandResult, SimulatorSurroundings, UnitCash } from '../simulated.ts';

const ACK = 0x00;
const ILLEGAL = 0x30;
const DISPENSED = 0x25;
const UNLOADED = 0x26;
const INVALID_BILL_NUMBER = 0x28;
const TYPE_SET = 0x29;
/** Second byte of DISPENSED: nobody took the notes, and they were put into the box; an assumption. */
const PUT_AWAY = 0x01;

const TYPE_BITS = 0x1f;
const NO_TYPE = 0x1f;
const PRESENT = 0x80;
const FULL = 0x40;

/** A dispenser holds no more at once, as public hosts of the bill-to-bill unit have it. */
const MOST_DISPENSED = 20;
/** 80 to 110, by the length of the note, says the maker's spare parts list. */
export const CASSETTE_CAPACITY = 100;
const COUNT_MOST = 0xff;

// Movements at speed 1; assumptions from videos and logs of such machines.

const OUT_OF_CASSETTE_MS = 350;
const TO_DISPENSER_MS = 550;
const LOOK_FOR_NOTE_MS = 3_000;
const OPEN_LIPS_MS = 200;
const TO_BOX_MS = 250;
const PROGRAM_MS = 150;

interface Cassette {
  /** Minor units; 0: not assigned. */
  minor: number;
  /** What it believes to hold, and what lies in it. */
  count: number;
  notes: number;
}

/** The machine around it. */
export interface Around {
  readonly world: SimulatorSurroundings;
  /** Minor units by bill type; 0: unused. */
  readonly types: readonly number[];
  readonly box: Map<number, number>;
  readonly customer: Map<number, number>;
  enter(phase: 'dispensing' | 'presenting' | 'unloading' | 'setting' | 'ready'): void;
  move(durationMs: number, done: () => void): void;
  later(delayMs: number, done: () => void): void;
  happened(bytes: readonly number[]): void;
  /** A cassette finds no note where it believes one, from 0. */
  missing(cassette: number): void;
  noteEvent(event: string, minor: number, more?: Readonly<Record<string, unknown>>): void;
}

function add(notes: Map<number, number>, minor: number, count = 1): void {
  notes.set(minor, (notes.get(minor) ?? 0) + count);
}

export class Recycler {
  tooManyAsked = false;
  /** A note between cassette and dispenser, or between cassette and box. */
  onItsWay: number | null = null;
  /** In the dispenser; between its lips once they are open. */
  readonly held = new Map<number, number>();

  private readonly around: Around;
  private readonly retractMs: number;
  private readonly cassettes: readonly Cassette[];

  constructor(
    around: Around,
    {
      cassettes,
      count,
      retractMs,
    }: { readonly cassettes: readonly number[]; readonly count: number; readonly retractMs: number },
  ) {
    this.around = around;
    this.retractMs = retractMs;
    this.cassettes = cassettes.map((minor) => ({ minor, count: minor > 0 ? count : 0, notes: minor > 0 ? count : 0 }));
  }

  // What it says of itself.

  status(): readonly number[] {
    return this.cassettes.flatMap(({ minor, count }) => {
      const type = minor === 0 ? NO_TYPE : this.around.types.indexOf(minor);
      return [PRESENT | (count >= CASSETTE_CAPACITY ? FULL : 0) | type, count];
    });
  }

  /** Bill types that go into a cassette, a bit each. */
  routed(): number {
    let routed = 0;
    for (const { minor } of this.cassettes) if (minor > 0) routed |= 1 << this.around.types.indexOf(minor);
    return routed;
  }

  /** Of a note that was taken in: the number of the cassette that it went into, 0: none takes it. */
  keep(minor: number): number {
    const at = this.cassettes.findIndex((one) => one.minor === minor && one.count < CASSETTE_CAPACITY);
    const cassette = this.cassettes[at];
    if (cassette === undefined) return 0;
    cassette.count++;
    cassette.notes++;
    return at + 1;
  }

  // Orders.

  /** Pairs of bill type and number. Too many, or more than there are, is said with 28 instead of notes. */
  dispense(data: readonly number[]): readonly number[] {
    if (data.length % 2 !== 0) return [ILLEGAL];
    const wanted: Cassette[] = [];
    for (let i = 0; i < data.length; i += 2) {
      const minor = this.around.types[data[i] as number] ?? 0;
      const cassette = this.cassettes.find((one) => minor > 0 && one.minor === minor);
      const count = data[i + 1] as number;
      const asked = wanted.filter((one) => one === cassette).length;
      if (cassette === undefined || wanted.length + count > MOST_DISPENSED || asked + count > cassette.count) {
        this.around.happened([INVALID_BILL_NUMBER]);
        return [ACK];
      }
      wanted.push(...Array<Cassette>(count).fill(cassette));
    }
    this.around.enter('dispensing');
    this.dispenseNext(wanted);
    return [ACK];
  }

  private dispenseNext(wanted: readonly Cassette[]): void {
    const [cassette, ...rest] = wanted;
    const { around } = this;
    if (cassette === undefined) {
      around.move(OPEN_LIPS_MS, () => this.present());
      return;
    }
    if (cassette.notes === 0) {
      around.move(LOOK_FOR_NOTE_MS, () => around.missing(this.cassettes.indexOf(cassette)));
      return;
    }
    this.outOf(cassette, () =>
      around.move(TO_DISPENSER_MS, () => {
        this.onItsWay = null;
        add(this.held, cassette.minor);
        around.noteEvent('cash.dispensed', cassette.minor, { unit: 'recycler' });
        this.dispenseNext(rest);
      }),
    );
  }

  private outOf(cassette: Cassette, then: () => void): void {
    this.around.move(OUT_OF_CASSETTE_MS, () => {
      cassette.count--;
      cassette.notes--;
      this.onItsWay = cassette.minor;
      then();
    });
  }

  private present(): void {
    this.around.enter('presenting');
    if (this.held.size === 0) this.dispensed();
    else if (this.retractMs > 0) this.around.later(this.retractMs, () => this.retract());
  }

  private dispensed(...how: readonly number[]): void {
    this.around.happened([DISPENSED, ...how]);
    this.around.enter('ready');
  }

  /** Nobody took them: they are drawn in again, one after the other. */
  private retract(): void {
    this.tooManyAsked = false;
    this.around.enter('unloading');
    this.retractNext();
  }

  private retractNext(): void {
    const [[minor, count] = [0, 0]] = this.held;
    if (count === 0) {
      this.dispensed(PUT_AWAY);
      return;
    }
    this.around.move(TO_BOX_MS, () => {
      if (count === 1) this.held.delete(minor);
      else this.held.set(minor, count - 1);
      add(this.around.box, minor);
      this.around.noteEvent('cash.retracted', minor, { unit: 'box' });
      this.retractNext();
    });
  }

  /** Notes that a loss of power or a reset left inside are held out. */
  emptyDispenser(): readonly number[] {
    if (this.held.size === 0) return [ILLEGAL];
    this.around.enter('dispensing');
    this.around.move(OPEN_LIPS_MS, () => this.present());
    return [ACK];
  }

  unload([number = 0, count = 0]: readonly number[]): readonly number[] {
    const cassette = this.cassettes[number - 1];
    if (cassette === undefined) return [ILLEGAL];
    this.around.enter('unloading');
    this.tooManyAsked = count > cassette.count;
    this.unloadNext(cassette, Math.min(count, cassette.count), () => {
      this.around.happened([UNLOADED]);
      this.around.enter('ready');
    });
    return [ACK];
  }

  private unloadNext(cassette: Cassette, count: number, done: () => void): void {
    if (count === 0 || cassette.notes === 0) {
      // One that is found empty knows from then on that it is.
      if (count > 0) cassette.count = 0;
      this.around.move(PROGRAM_MS, done);
      return;
    }
    this.outOf(cassette, () =>
      this.around.move(TO_BOX_MS, () => {
        this.intoBox();
        this.unloadNext(cassette, count - 1, done);
      }),
    );
  }

  setType([number = 0, assigned = 0]: readonly number[]): readonly number[] {
    const cassette = this.cassettes[number - 1];
    const type = assigned & TYPE_BITS;
    const minor = this.around.types[type] ?? 0;
    if (cassette === undefined || (minor === 0 && type !== NO_TYPE)) return [ILLEGAL];
    this.around.enter('setting');
    this.unloadNext(cassette, cassette.minor === minor ? 0 : cassette.count, () => {
      cassette.minor = minor;
      this.around.happened([TYPE_SET]);
      this.around.enter('ready');
    });
    return [ACK];
  }

  // Power and hands.

  /** The note on its way ends in the box, by the motors at the next start or by a hand. */
  intoBox(): void {
    if (this.onItsWay !== null) add(this.around.box, this.onItsWay);
    this.onItsWay = null;
  }

  /** `waiting`: the machine waits for that, and says that it is over. False: nothing waits there. */
  take(waiting: boolean): boolean {
    if (this.held.size === 0) return false;
    for (const [minor, count] of this.held) {
      add(this.around.customer, minor, count);
      this.around.noteEvent('cash.taken', minor, { count, unit: 'bezel' });
    }
    this.held.clear();
    if (waiting) this.dispensed();
    return true;
  }

  fill(minor: number, count: number): HandResult {
    const cassette = this.cassettes.find((one) => one.minor === minor);
    if (cassette === undefined || minor === 0) return { ok: false, reason: 'no cassette recycles this note' };
    if (cassette.count + count > CASSETTE_CAPACITY) {
      const reason = `the cassette holds ${CASSETTE_CAPACITY} notes, and ${cassette.count} are in it`;
      return { ok: false, reason };
    }
    cassette.count += count;
    cassette.notes += count;
    return { ok: true };
  }

  /** Every cassette believes one note more than it has. */
  miscount(): void {
    for (const cassette of this.cassettes) if (cassette.minor > 0 && cassette.count < COUNT_MOST) cassette.count++;
  }

  units(cashIn: (notes: ReadonlyMap<number, number>) => UnitCash['cash']): readonly UnitCash[] {
    const inside = new Map<number, number>();
    for (const { minor, notes } of this.cassettes) if (notes > 0) add(inside, minor, notes);
    return [
      { unit: 'recycler', cash: cashIn(inside) },
      { unit: 'bezel', cash: cashIn(this.held) },
    ];
  }
}
