/** Judges what the kiosk makes of its cabinet's contacts, against what hands did to them (tests/faults.md, rows 68 and 69). */
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { Kiosk } from '../../kiosk/kiosk.ts';
import type { World } from './world.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** A note that is ordered into the box, as physical truth has it. */
interface Moving {
  readonly minor: number;
  readonly order: string | null;
  readonly inBox: boolean;
  readonly out: boolean;
  readonly lost: boolean;
}

/** A contact that has stood so long is told, by a module that is seen. */
const toldWithinMs = 2_500;
/** The same of one that stands when the kiosk starts: its devices have to be found first. */
const toldAfterStartMs = 15_000;
/** Where nobody is and nothing moves, a kiosk on a battery that is low has ended itself by then. */
const endsWithinMs = 30_000;
/** An opening by nobody so soon after another is the same disturbance, and need not be recorded. */
const sameDisturbanceMs = 60_000;

export class CabinetOracle {
  private readonly world: World;
  private readonly wrong: (invariant: string, text: string) => void;
  private openings = 0;
  private moves = 0;
  /** Openings of the vault that were recorded, and when the last of them was by nobody; virtual time. */
  private readonly recorded = { 'cabinet.opened': 0, 'cabinet.tampered': 0 };
  private tamperedAtMs = Number.NEGATIVE_INFINITY;
  private boots = 0;
  private lowBattery = false;
  /** Changes with all that bears on whether the kiosk should end itself. */
  private standing = {};
  /** As the module's contact stands, and since when; virtual time. */
  private mains: { readonly on: boolean; readonly sinceMs: number } = { on: true, sinceMs: Number.NEGATIVE_INFINITY };
  /** The mains are gone for so long that the running process must have been told. */
  private mainsLost = false;
  /** Notes that were put in since then. */
  private readonly late = new Set<Moving>();

  constructor(world: World, wrong: (invariant: string, text: string) => void, moving: () => Moving | null) {
    this.world = world;
    this.wrong = wrong;
    world.onShutDown = () => {
      const note = moving();
      if (note !== null && note.order !== null && !note.inBox && !note.out && !note.lost)
        this.wrong('I1', `the kiosk ended itself while a note of ${note.minor} was on its way into the box`);
      if (this.mustKnowOfMains()) this.wrong('I7', 'the kiosk ended itself, and the mains are there');
    };
  }

  seen(device: string, { event, contact, state }: SimulatorEvent): void {
    if (device !== 'cabinet' || event !== 'contact') return;
    if (contact === 'mains') this.mainsTurned(state === 'on');
    if (contact === 'ups-low') this.lowBattery = state === 'on';
    if (contact === 'mains' || contact === 'ups-low') this.mustEnd(endsWithinMs);
    if (contact !== 'vault') return;
    this.moves += 1;
    if (state === 'open') this.opened();
  }

  private mainsTurned(on: boolean): void {
    if (on === this.mains.on) return;
    this.mains = { on, sinceMs: this.world.clock.monoMs() };
    this.mainsLost = false;
    this.late.clear();
    if (!on) this.learnsOfMains(toldWithinMs);
  }

  /** They are gone: after so long the process knows, if the module was there to tell it. */
  private learnsOfMains(withinMs: number): void {
    const { world, mains, boots, troubles } = this;
    world.clock.after(withinMs, () => {
      const same = this.mains === mains && this.boots === boots && this.troubles === troubles;
      if (same && this.isModuleSeen()) this.mainsLost = true;
    });
  }

  /** The mains are gone and the battery is low: a kiosk that is left alone ends itself. */
  private mustEnd(withinMs: number): void {
    const { world, boots, troubles } = this;
    const standing = {};
    this.standing = standing;
    world.clock.after(withinMs, () => {
      const same = this.standing === standing && this.boots === boots && this.troubles === troubles;
      if (!same || this.mains.on || !this.lowBattery || !this.isModuleSeen() || !isAlone(world.kiosk)) return;
      this.wrong('I7', 'the mains are gone and the battery is low, nobody is here, and the kiosk goes on');
    });
  }

  /** They are there for so long that a kiosk which sees the module knows. */
  private mustKnowOfMains(): boolean {
    const { on, sinceMs } = this.mains;
    return on && this.isModuleSeen() && this.world.clock.monoMs() - sinceMs > toldWithinMs;
  }

  private isModuleSeen(): boolean {
    return this.world.kiosk?.devices.cabinet?.ready === true;
  }

  private opened(): void {
    const { world, moves, boots } = this;
    const { troubles } = this;
    this.openings += 1;
    const before = { ...this.recorded };
    const attended = isAttended(world.kiosk);
    const sinceMs = world.clock.monoMs() - this.tamperedAtMs;
    if (!this.isModuleSeen() || sinceMs < sameDisturbanceMs) return;
    world.clock.after(toldWithinMs, () => {
      const same = this.moves === moves && this.boots === boots && this.troubles === troubles;
      if (!same || world.kiosk === null || isAttended(world.kiosk) !== attended) return;
      const kind = attended ? 'cabinet.opened' : 'cabinet.tampered';
      const other = attended ? 'cabinet.tampered' : 'cabinet.opened';
      if (this.recorded[kind] !== before[kind] + 1)
        this.wrong('I7', `the vault was opened, and no ${kind} was recorded`);
      if (this.recorded[other] !== before[other]) this.wrong('I7', `the vault was opened, and ${other} was recorded`);
    });
  }

  private get troubles(): number {
    const { k, p, d, l } = this.world.crashes;
    return k + p + d + l + this.world.shutDowns;
  }

  /** A note was put into the acceptor. */
  inserted(note: Moving): void {
    if (this.mainsLost) this.late.add(note);
  }

  /** A note has fallen into the box. */
  boxed(note: Moving): void {
    if (this.late.has(note))
      this.wrong('I2', `a note of ${note.minor} was put in after the mains were known to be gone, and is in the box`);
  }

  /** What a running process has recorded. */
  heard(entries: readonly EntryBody[]): void {
    for (const entry of entries) {
      if (entry.kind === 'kiosk.started') this.started();
      if (entry.kind === 'session.started' || entry.kind === 'session.ended') this.mustEnd(endsWithinMs);
      if (entry.kind === 'note.stack' && this.mainsLost)
        this.wrong('I2', `a note of ${entry.minor} was taken after the mains were known to be gone`);
      if (entry.kind === 'charge.start' && this.mainsLost)
        this.wrong('I2', `${entry.minor} were asked of ${entry.device} after the mains were known to be gone`);
      if (isOfVault(entry)) {
        this.recorded[entry.kind] += 1;
        if (entry.kind === 'cabinet.tampered') this.tamperedAtMs = this.world.clock.monoMs();
      }
    }
  }

  private started(): void {
    this.boots += 1;
    this.mainsLost = false;
    this.late.clear();
    if (!this.mains.on) this.learnsOfMains(toldAfterStartMs);
    this.mustEnd(toldAfterStartMs + endsWithinMs);
  }

  /** After the run, when all is quiet. */
  judge(entries: readonly Entry[]): void {
    const cases = new Set<string>();
    let recorded = 0;
    for (const { body } of entries) {
      if (body.kind === 'case.opened' && body.about === 'tampered') cases.add(body.case);
      if (body.kind === 'cabinet.tampered' && !cases.has(body.case))
        this.wrong('I7', `the cabinet was tampered with, and there is no case ${body.case}`);
      if (isOfVault(body)) recorded += 1;
    }
    if (recorded > this.openings)
      this.wrong('I7', `the vault was opened ${this.openings} times, and the journal has ${recorded}`);
  }
}

function isAlone(kiosk: Kiosk | null): boolean {
  if (kiosk === null || kiosk.session !== null) return false;
  return [kiosk.prints, kiosk.payouts, kiosk.emptyings, kiosk.releases].every((open) => Object.keys(open).length === 0);
}

function isAttended(kiosk: Kiosk | null): boolean {
  return kiosk !== null && kiosk.staff.service !== null;
}

function isOfVault(body: EntryBody): body is Body<'cabinet.opened' | 'cabinet.tampered'> {
  return (body.kind === 'cabinet.opened' || body.kind === 'cabinet.tampered') && body.contact === 'vault';
}
