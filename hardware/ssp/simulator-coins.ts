/**
 * ITL's SMART Hopper: one drum of mixed coins, which it counts as they come in through its coin mech or as the host
 * sets them, and pays one by one (GA138, "SMART Hopper").
 */
import type { HandAction, HandResult, SimulatorSurroundings, UnitCash } from '../simulated.ts';
import { fromLow, low } from './simulator-wire.ts';
import { give, letters, type Model, no, NOT_KNOWN, OK, OUT_OF_RANGE, Slave, WITH_COUNTRY } from './simulator-slave.ts';

const COIN_CREDIT = 0xdf;
const DISABLED = 0xe8;

/** Of middle-sized coins, by the manual's table. */
const HOPPER_HOLDS = 1_500;
const MOST_COUNTED = 0xffff;

// Movements at speed 1; assumptions from videos and logs of such machines.

const COIN_OUT_MS = 125;
const COIN_TO_BOX_MS = 60;

export class CoinHopper extends Slave {
  readonly kind = 'hopper';

  // What physically is.
  private readonly drum = new Map<number, number>();
  private readonly cup = new Map<number, number>();

  /** What it believes to be in the drum; kept without power. */
  private readonly counters = new Map<number, number>();
  private mechOn = false;
  private readonly mechInhibits = new Set<number>();
  private options = 0;

  constructor(world: SimulatorSurroundings, model: Model) {
    super(world, model);
    for (const minor of model.denominations) {
      this.drum.set(minor, model.count);
      this.counters.set(minor, model.count);
    }
    if (this.coins() > HOPPER_HOLDS)
      throw new Error(`setting count is "${model.count}"; the hopper holds ${HOPPER_HOLDS} coins in all`);
    this.boot();
  }

  // Commands.

  protected own(code: number, data: readonly number[]): readonly number[] {
    switch (code) {
      case 0x34:
        return this.onDenomination(data.slice(2), (minor) => this.setLevel(minor, fromLow(data.slice(0, 2))));
      case 0x40:
        return this.onDenomination(data.slice(1), (minor) => {
          if ((data[0] as number) > 1) return OUT_OF_RANGE;
          if (data[0] === 0) this.mechInhibits.add(minor);
          else this.mechInhibits.delete(minor);
          return OK;
        });
      case 0x49:
        if ((data[0] as number) > 1) return OUT_OF_RANGE;
        this.mechOn = data[0] === 1;
        return OK;
      case 0x50:
        if (this.version < WITH_COUNTRY) return OUT_OF_RANGE;
        this.options = fromLow(data);
        return OK;
      case 0x51:
        return [...OK, ...low(this.options, 2)];
      case 0x5a:
        return OK;
      default:
        return NOT_KNOWN;
    }
  }

  /** Adds to what it believes to have; zero makes it believe that there is none. */
  private setLevel(minor: number, count: number): readonly number[] {
    const level = count === 0 ? 0 : (this.counters.get(minor) ?? 0) + count;
    if (level > MOST_COUNTED) return OUT_OF_RANGE;
    this.counters.set(minor, level);
    return OK;
  }

  protected setup(): readonly number[] {
    const { denominations, country } = this.model;
    const values = denominations.flatMap((minor) => low(minor, 2));
    const countries = this.version < WITH_COUNTRY ? [] : denominations.flatMap(() => letters(country));
    return [...this.identity(), this.version, denominations.length, ...values, ...countries];
  }

  protected setOn(on: boolean): void {
    if (on !== this.on) this.world.emit({ event: on ? 'enabled' : 'disabled' });
    this.on = on;
  }

  protected polled(): boolean {
    return false;
  }

  protected standing(): readonly number[] {
    const stuck = this.jammed && this.operation === null ? this.stuck(this.interrupted?.done ?? 0) : [];
    return [...stuck, ...(this.on ? [] : [DISABLED])];
  }

  // Coins.

  protected level(minor: number): number {
    return (this.counters.get(minor) ?? 0) + (this.miscounts ? 1 : 0);
  }

  private coins(): number {
    return [...this.drum.values()].reduce((total, count) => total + count, 0);
  }

  /** Every coin that is there, counted or not. */
  protected contents(): readonly number[] {
    return [...this.drum].flatMap(([minor, count]) => Array<number>(count).fill(minor));
  }

  /** It does not count on any coin now, whatever it believed before. */
  protected emptied(): void {
    this.counters.clear();
  }

  protected occupied(): boolean {
    return false;
  }

  protected payoutEnabled(): boolean {
    return this.on;
  }

  protected resetFixedKeyAllowed(): boolean {
    return this.coins() === 0 && this.operation === null;
  }

  protected convey(minor: number, toBox: boolean): void {
    if ((this.drum.get(minor) ?? 0) === 0) {
      this.missing();
      return;
    }
    this.travel(
      toBox ? COIN_TO_BOX_MS : COIN_OUT_MS,
      () => {},
      () => {
        give(this.drum, minor, -1);
        this.counters.set(minor, Math.max(0, (this.counters.get(minor) ?? 0) - 1));
        give(toBox ? this.box : this.cup, minor);
        if (!toBox) this.cashEvent('cash.dispensed', minor, { unit: 'hopper' });
        this.conveyed(minor, toBox);
        this.next();
      },
    );
  }

  // Power.

  protected forget(): void {
    this.mechOn = false;
    this.mechInhibits.clear();
    this.options = 0;
  }

  /** A coin is in the drum or out of it, never between. */
  protected clearPath(): boolean {
    return true;
  }

  // Verbs.

  protected hand(action: HandAction): HandResult {
    switch (action.action) {
      case 'insert coin':
        return this.insertCoin(action);
      case 'take':
        return this.take();
      case 'fill':
        return this.fill(action);
      case 'jam hopper':
        return this.jam();
      case 'clear jam':
        return this.clearJam();
      case 'remove cashbox':
        return this.moveBox(false);
      case 'insert cashbox':
        return this.moveBox(true);
      default:
        return no(`a SMART Hopper knows no "${action.action}"`);
    }
  }

  /** Through the coin mech; what it does not take falls into the cup. */
  private insertCoin({ minor }: HandAction): HandResult {
    if (minor === undefined) return no('name the coin to insert');
    this.cashEvent('coin.inserted', minor);
    const reason = this.reasonToReject(minor);
    if (reason !== null) {
      give(this.cup, minor);
      this.cashEvent('coin.rejected', minor, { reason });
      return { ok: true };
    }
    const boxed = this.toCashbox.has(minor) && this.boxIn;
    give(boxed ? this.box : this.drum, minor);
    if (!boxed) give(this.counters, minor);
    this.cashEvent('coin.accepted', minor, { unit: boxed ? 'box' : 'hopper' });
    this.tell(COIN_CREDIT, (version) => this.amount(COIN_CREDIT, minor, version));
    return { ok: true };
  }

  private reasonToReject(minor: number): string | null {
    if (!this.power) return 'no power';
    if (!this.on || !this.mechOn || this.starting || this.jammed) return 'disabled';
    if (!this.model.denominations.includes(minor)) return 'unknown';
    if (this.mechInhibits.has(minor)) return 'inhibited';
    if (this.coins() >= HOPPER_HOLDS) return 'full';
    return this.operation !== null || this.waitsForAck || !this.mayTell ? 'busy' : null;
  }

  private take(): HandResult {
    const taken = [...this.cup].filter(([, count]) => count > 0);
    if (taken.length === 0) return no('no coin lies in the cup');
    this.cup.clear();
    for (const [minor, count] of taken) {
      give(this.customer, minor, count);
      this.cashEvent('cash.taken', minor, { count, unit: 'cup' });
    }
    return { ok: true };
  }

  /** By a hand that also tells the hopper, as a technician does with SET DENOMINATION LEVEL. */
  private fill({ minor = 0, count = 0 }: HandAction): HandResult {
    if (!this.model.denominations.includes(minor)) return no('the hopper does not know this coin');
    if (this.operation !== null) return no('it is paying out or emptying');
    if (this.coins() + count > HOPPER_HOLDS)
      return no(`the hopper holds ${HOPPER_HOLDS} coins, and ${this.coins()} are in it`);
    give(this.drum, minor, count);
    give(this.counters, minor, count);
    return { ok: true };
  }

  private jam(): HandResult {
    if (this.jammed) return no('it is jammed already');
    if (this.moving) this.jamNow();
    else this.jamNext = true;
    return { ok: true };
  }

  /** The coin that was stuck falls back into the drum. */
  private clearJam(): HandResult {
    if (!this.jammed && !this.jamNext) return no('nothing is jammed');
    const wasJammed = this.jammed;
    this.jamNext = false;
    this.jammed = false;
    if (!wasJammed) return { ok: true };
    this.world.emit({ event: 'cleared' });
    if (this.power) this.boot();
    return { ok: true };
  }

  /** The hopper cannot see it. */
  private moveBox(puts: boolean): HandResult {
    if (this.boxIn === puts) return no(`the cash box is ${puts ? 'in' : 'out'} already`);
    const moving = this.operation !== null && this.operation.kind !== 'payout';
    if (!puts && moving) return no('coins fall into the cash box');
    const cash = this.cashIn(this.box);
    this.boxIn = puts;
    if (!puts) this.box.clear();
    this.world.emit(puts ? { event: 'cashbox.inserted' } : { event: 'cashbox.removed', cash });
    return { ok: true };
  }

  // What a person sees.

  units(): readonly UnitCash[] {
    return [
      { unit: 'hopper', cash: this.cashIn(this.drum) },
      { unit: 'cup', cash: this.cashIn(this.cup) },
      { unit: 'box', cash: this.cashIn(this.box) },
      { unit: 'customer', cash: this.cashIn(this.customer) },
    ];
  }

  faults(): readonly string[] {
    return [...(this.jammed ? ['jam'] : []), ...(this.boxIn ? [] : ['cash box out'])];
  }
}
