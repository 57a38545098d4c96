/**
 * A coin acceptor with sorter, played from part 2 of the generic specification and the protocol manual of Money Controls'
 * SR5 (TSP073): after a power-up every coin is inhibited; the last five results wait behind a counter; and without a
 * credit poll for a second it takes nothing and says nothing of it, so that no coin is swallowed.
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

export interface CoinModel {
  /** Minor units by position, from position 1 on. */
  readonly coins: readonly number[];
  /** Where a path of the sorter ends; the unit takes the coin, and null is outside of this simulator. */
  readonly drop: (path: number, minor: number) => 'box' | 'hopper' | null;
}

const POSITIONS = 16;
const PATHS = 8;
const DEFAULT_PATH = 1;
/** "If the mech is not polled for 1 s or longer then the device auto-inhibits" (SR5, credit polling). */
const WATCHDOG_MS = 1_000;
const MOST_WAITING = 20;

// A coin's way at speed 1; assumptions from the size of such a machine.
const VALIDATION_MS = 200;
const FALL_MS = 100;

// Table 2 of part 3: errors of a coin acceptor.
const REJECT_COIN = 1;
const INHIBITED_COIN = 2;
const CREDIT_SENSOR_BLOCKED = 14;
/** Table 3: a fault on the credit sensor. */
const CREDIT_SENSOR_FAULT = 3;

export class CoinAcceptor extends Machine {
  readonly kind = 'coin-acceptor';

  private readonly model: CoinModel;

  // What physically is.
  /** Coins in the slot one behind the other; the first is being judged. */
  private slot: number[] = [];
  /** The first coin is past the gate: it falls in, whatever happens. */
  private falling: number | null = null;
  private readonly box = new Purse();
  private boxIn = true;
  private jammed = false;
  private jamNextCoin = false;

  // What the machine knows.
  private readonly events = new EventBuffer();
  private accepting = false;
  private allowed = 0;
  private paths: number[] = [];
  private defaultPath = DEFAULT_PATH;
  /** A bit for each path; 0: what would take it takes the default path. */
  private notOverridden = 0xff;
  private lastPollMs = Number.NEGATIVE_INFINITY;
  private inserted = 0;
  private accepted = 0;
  private rejected = 0;

  constructor(world: MachineWorld, address: number, identity: Identity, model: CoinModel) {
    super(world, address, identity);
    this.model = model;
    this.forget();
  }

  protected special(header: number, data: readonly number[]): Reply {
    const [first = 0, second = 0] = data;
    switch (`${header}/${data.length}`) {
      // Polls belong 200 ms apart: 20 times 10 ms.
      case '249/0':
        return [2, 20];
      case '248/0':
        return [0];
      case '240/1':
      case '233/1':
        return ACK;
      case '236/0':
        return [this.jammed ? 1 : 0];
      case '232/0':
        return [this.jammed ? CREDIT_SENSOR_FAULT : 0];
      case '231/2':
        this.order(this.accepting, first | (second << 8));
        return ACK;
      case '230/0':
        return lowFirst(this.allowed, 2);
      case '229/0':
        this.lastPollMs = this.world.clock.monoMs();
        return this.events.read();
      case '228/1':
        this.order((first & 1) === 1, this.allowed);
        return ACK;
      case '227/0':
        return [this.accepting ? 1 : 0];
      case '226/0':
        return lowFirst(this.inserted, 3);
      case '225/0':
        return lowFirst(this.accepted, 3);
      // Credits name positions.
      case '213/0':
        return [0];
      case '194/0':
        return lowFirst(this.rejected, 3);
      case '184/1':
        return first >= 1 && first <= POSITIONS ? ascii(this.nameOf(first)) : null;
      default:
        return this.sorter(header, data);
    }
  }

  private sorter(header: number, data: readonly number[]): Reply {
    const [first = 0, second = 0] = data;
    const isPosition = first >= 1 && first <= POSITIONS;
    switch (`${header}/${data.length}`) {
      case '222/1':
        this.notOverridden = first;
        return ACK;
      case '221/0':
        return [this.notOverridden];
      // Some mechanisms are told further paths for when the first is full; this one knows of no full path.
      case '210/2':
      case '210/5':
        if (!isPosition || second < 1 || second > PATHS) return 'nak';
        this.paths[first - 1] = second;
        return ACK;
      case '209/1':
        return isPosition ? [this.paths[first - 1] as number] : null;
      case '189/1':
        if (first < 1 || first > PATHS) return 'nak';
        this.defaultPath = first;
        return ACK;
      case '188/0':
        return [this.defaultPath];
      default:
        return null;
    }
  }

  private nameOf(position: number): string {
    const minor = this.model.coins[position - 1];
    return minor === undefined ? '......' : `${this.world.country}${String(minor).padStart(3, '0')}A`;
  }

  private get enabled(): boolean {
    return this.accepting && this.allowed !== 0;
  }

  private order(accepting: boolean, allowed: number): void {
    const was = this.enabled;
    this.accepting = accepting;
    this.allowed = allowed;
    if (this.enabled !== was) this.world.emit({ event: this.enabled ? 'enabled' : 'disabled' });
  }

  private forget(): void {
    this.order(false, 0);
    this.events.clear();
    this.paths = Array<number>(POSITIONS).fill(DEFAULT_PATH);
    this.defaultPath = DEFAULT_PATH;
    this.notOverridden = 0xff;
    this.lastPollMs = Number.NEGATIVE_INFINITY;
  }

  protected started(): void {
    this.forget();
  }

  /** The gate closes: what is in front of it comes back, what is past it falls on, and nobody counted it. */
  protected lostPower(): void {
    this.order(false, 0);
    if (this.falling !== null) this.fallIn();
    if (this.jammed) return;
    for (const minor of this.slot.splice(0)) this.comesBack(minor, 'no power');
  }

  jumpCounter(): void {
    this.events.jump(COUNTER_JUMP);
  }

  // A coin's way.

  private insert(minor: number | undefined): HandResult {
    if (minor === undefined) return no('name the coin to insert');
    if (this.jammed) return no('a coin is stuck in the slot');
    if (this.slot.length >= MOST_WAITING) return no('the slot is full of coins');
    this.tell('coin.inserted', minor);
    if (!this.power) {
      this.comesBack(minor, 'no power');
      return done;
    }
    this.slot.push(minor);
    if (this.slot.length === 1 && this.falling === null) this.next();
    return done;
  }

  private next(): void {
    if (this.slot.length > 0) this.after(VALIDATION_MS, () => this.judge());
  }

  private judge(): void {
    const minor = this.slot[0] as number;
    this.inserted++;
    if (this.jamNextCoin) {
      this.jamNextCoin = false;
      this.jammed = true;
      this.events.push(0, CREDIT_SENSOR_BLOCKED);
      this.world.emit({ event: 'jammed', where: 'coin acceptor' });
      return;
    }
    this.slot.shift();
    const position = this.model.coins.indexOf(minor) + 1;
    const watched = this.world.clock.monoMs() - this.lastPollMs < WATCHDOG_MS;
    if (!watched) this.reject(minor, 'not polled', null);
    else if (position === 0) this.reject(minor, 'unknown', REJECT_COIN);
    else if (!this.accepting || ((this.allowed >> (position - 1)) & 1) === 0)
      this.reject(minor, 'inhibited', INHIBITED_COIN);
    else {
      this.falling = minor;
      this.after(FALL_MS, () => {
        const path = this.fallIn();
        this.events.push(position, path);
        this.accepted++;
        this.next();
      });
    }
  }

  private reject(minor: number, reason: string, error: number | null): void {
    this.rejected++;
    if (error !== null) this.events.push(0, error);
    this.comesBack(minor, reason);
    this.next();
  }

  private comesBack(minor: number, reason: string): void {
    this.world.cup.give(minor);
    this.tell('coin.rejected', minor, { reason });
  }

  /** Returns the path it took. */
  private fallIn(): number {
    const minor = this.falling as number;
    this.falling = null;
    const own = this.paths[this.model.coins.indexOf(minor)] as number;
    const path = ((this.notOverridden >> (own - 1)) & 1) === 1 ? own : this.defaultPath;
    const to = this.model.drop(path, minor);
    if (to === 'box') this.box.give(minor);
    this.tell('coin.accepted', minor, { path, to });
    return path;
  }

  // Hands.

  act(action: HandAction): HandResult | null {
    switch (action.action) {
      case 'insert coin':
        return this.insert(action.minor);
      case 'jam':
        if (this.jammed || this.jamNextCoin) return no('the coin acceptor is jammed already');
        this.jamNextCoin = true;
        return done;
      case 'clear jam':
        return this.clearJam();
      case 'remove cashbox':
        if (!this.boxIn) return no('the cash box is out already');
        this.boxIn = false;
        this.world.emit({ event: 'cashbox.removed', cash: cashOf(this.world.currency, this.box.empty()) });
        return done;
      case 'insert cashbox':
        if (this.boxIn) return no('a cash box is in already');
        this.boxIn = true;
        this.world.emit({ event: 'cashbox.inserted' });
        return done;
      default:
        return null;
    }
  }

  private clearJam(): HandResult {
    if (!this.jammed && !this.jamNextCoin) return no('the coin acceptor is not jammed');
    this.jamNextCoin = false;
    if (!this.jammed) return done;
    this.jammed = false;
    for (const minor of this.slot.splice(0)) this.world.customer.give(minor);
    this.world.emit({ event: 'cleared' });
    return done;
  }

  /** Without its box, coins fall into the place where it stands, and are counted there. */
  units(): readonly (readonly [UnitName, Purse])[] {
    const inSlot = Purse.of(this.falling === null ? this.slot : [this.falling, ...this.slot]);
    return [
      ['slot', inSlot],
      ['box', this.box],
    ];
  }

  faults(): readonly string[] {
    return [...(this.jammed ? ['jam'] : []), ...(this.boxIn ? [] : ['cash box out'])];
  }
}
