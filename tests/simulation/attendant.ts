/**
 * Somebody who works here comes by between visits: fills what pays out, empties a recycler into its box, changes a box and
 * counts it, counts what is there. Honest, and as careful as people are: what the console does not show is booked again.
 */
import type { CashUnit, Pieces } from '../../hardware/device.ts';
import type { UnitCash } from '../../hardware/simulated.ts';
import type { FactBody } from '../../kiosk/fact.ts';
import { stockOf } from '../../kiosk/till/till.ts';
import { type Random, seeded } from './random.ts';
import type { World } from './world.ts';

export const by = 'attendant';
const mostNotes = 4;
const mostCoins = 40;
/** How long somebody waits for a machine or for the console, milliseconds. */
const patienceMs = 60_000;
const lookMs = 500;
/** How often a float stays. */
const floatChance = 0.6;

/** Where a machine that pays out keeps its money. */
export function storeOf(world: World, device: string): UnitCash | null {
  return world.machines[device]?.units().find(({ unit }) => unit === 'recycler' || unit === 'hopper') ?? null;
}

export class Attendant {
  done = false;
  protected readonly world: World;
  protected readonly random: Random;

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  /** Does one thing; `done` when it is finished, or when nothing came of it. */
  come(): void {
    const { world, random } = this;
    const payers = Object.keys(world.machines).filter((device) => storeOf(world, device) !== null);
    const empty = payers.find((one) => one !== 'acceptor' && storeOf(world, one)?.cash.length === 0);
    const device = empty ?? (payers.length === 0 ? null : random.pick(payers));
    const what =
      empty !== undefined ? 'fill' : random.pick(['fill', 'fill', 'forget', 'empty', 'change-box', 'count'] as const);
    if (device === null || what === 'change-box') this.changeBox();
    else if (what === 'empty' && device === 'acceptor') this.empty(device);
    else if (what === 'count') this.count(device);
    else this.fill(device, what === 'forget');
  }

  protected end(): void {
    this.done = true;
    this.world.tell('the attendant leaves');
  }

  /** `forgets`: to book it. Only a machine that counts can tell. */
  private fill(device: string, forgets: boolean): void {
    const { world, random } = this;
    const store = storeOf(world, device) as UnitCash;
    // A hopper knows one coin, which is booked there since it was filled first.
    const coin = world.kiosk?.till.units.find((unit) => unit.device === device)?.minor;
    const known = device === 'acceptor' ? random.pick([100, 500, 1_000, 2_000, 5_000]) : coin;
    const count = random.integer(1, device === 'acceptor' ? mostNotes : mostCoins);
    const filled =
      known !== undefined &&
      (!forgets || device === 'acceptor') &&
      world.act(device, { action: 'fill', minor: known, count }).ok;
    if (filled && device === 'acceptor') world.filledMinor += known * count;
    if (filled && forgets) world.meddled.add(device);
    if (!filled || forgets) {
      this.end();
      return;
    }
    this.book({
      fact: 'cash.filled',
      ...this.place(device, store.unit as CashUnit),
      pieces: [{ minor: known, count }],
      by,
    });
  }

  private place(device: string, unit: CashUnit) {
    return { device, unit, currency: this.world.currency };
  }

  private count(device: string): void {
    const store = storeOf(this.world, device) as UnitCash;
    const { payouts = {}, emptyings = {} } = this.world.kiosk ?? {};
    // The desk lets nobody count where cash still moves.
    const moving = [...Object.values(payouts), ...Object.values(emptyings)].some((one) => one.device === device);
    if (moving || this.world.kiosk === null) {
      this.end();
      return;
    }
    this.book({ fact: 'cash.declared', ...this.place(device, store.unit as CashUnit), pieces: piecesOf(store), by });
  }

  /** But for a float, mostly; drawn apart from the rest, so that it changes nothing else of a run. */
  private empty(device: string): void {
    const { world } = this;
    const own = seeded(world.clock.monoMs());
    const inside = world.kiosk === null ? [] : stockOf(world.kiosk.till, device, 'recycler', world.currency);
    const keep = own.chance(floatChance)
      ? inside.map(({ minor, count }) => ({ minor, count: own.integer(0, count) })).filter(({ count }) => count > 0)
      : [];
    world.book({ fact: 'empty.asked', device, keep, by });
    this.when(
      () => Object.values(this.world.kiosk?.emptyings ?? { away: true }).length === 0,
      () => this.end(),
    );
  }

  /** The machine tells that its box is out; what is in it is counted on the table. Nobody pulls it while nobody listens. */
  protected changeBox(): void {
    const { world } = this;
    const box = world.machines.acceptor?.units().find(({ unit }) => unit === 'box');
    // Nobody pulls a box in whose mouth a note hangs.
    const jammed = world.machines.acceptor?.faults().includes('jam') === true;
    const heard = world.machines.acceptor?.power === true && world.kiosk?.devices.acceptor?.ready === true;
    if (box === undefined || jammed || !heard || !world.act('acceptor', { action: 'remove cashbox' }).ok) {
      this.end();
      return;
    }
    const pieces = piecesOf(box);
    world.clock.after(this.random.integer(3_000, 10_000), () => {
      if (world.kiosk !== null) this.putsBack(pieces);
      else this.putsBackWhenHeard(pieces);
    });
  }

  /** Nobody could ever tell that a box was out which was put back before the kiosk ran again. */
  private putsBackWhenHeard(pieces: readonly Pieces[]): void {
    this.when(
      () => this.world.kiosk?.till.open.includes('acceptor') === true,
      () => this.putsBack(pieces),
      () => this.putsBackWhenHeard(pieces),
    );
  }

  private putsBack(pieces: readonly Pieces[]): void {
    const { world } = this;
    world.act('acceptor', { action: 'insert cashbox' });
    const bag = () => world.kiosk?.till.bags.findLast(({ device }) => device === 'acceptor')?.bag;
    this.when(
      () => bag() !== undefined,
      () => this.countBag(bag() as string, pieces),
      () => this.end(),
    );
  }

  protected countBag(bag: string, pieces: readonly Pieces[]): void {
    this.book({ fact: 'cash.counted', bag, pieces, by });
  }

  /** Until the console shows that it is booked. */
  protected book(fact: FactBody, then: () => void = () => this.end()): void {
    const { world } = this;
    const before = booked(world, fact.fact);
    const enter = () => {
      if (world.kiosk !== null && booked(world, fact.fact) === before) world.book(fact);
    };
    enter();
    this.when(() => {
      enter();
      return booked(world, fact.fact) > before;
    }, then);
  }

  protected when(ready: () => boolean, then: () => void, otherwise: () => void = then): void {
    const { world } = this;
    const endMs = world.clock.monoMs() + patienceMs;
    const look = () => {
      if (ready()) then();
      else if (world.clock.monoMs() >= endMs) otherwise();
      else world.clock.after(lookMs, look);
    };
    world.clock.after(lookMs, look);
  }
}

function piecesOf({ cash }: UnitCash): readonly Pieces[] {
  return cash.map(({ minor, count }) => ({ minor, count }));
}

function booked(world: World, kind: string): number {
  let count = 0;
  for (const row of world.disk.contents().rows(0)) if (row.kind === kind) count += 1;
  return count;
}
