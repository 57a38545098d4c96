/**
 * A hopper, played from the manuals of Suzo-Happ's Flow (18-ccTalk, 0.6) and Money Controls' SCH2 (TSP016, 3.0). Both pay
 * only when enabled, and tell with 166 how far they are: event counter, coins still to come, paid, unpaid. They differ
 * in what a host relies on: the counter of a Flow also moves with a refused order and outlives the power; the one of an
 * SCH2 moves only with an accepted order and is 0 after each start.
 */
import type { HandAction, HandResult, UnitName } from '../simulated.ts';
import {
  ACK,
  ascii,
  COUNTER_JUMP,
  done,
  type Identity,
  lowFirst,
  Machine,
  type MachineWorld,
  no,
  Purse,
  type Reply,
} from './simulator-machine.ts';

export interface HopperModel {
  readonly brand: 'flow' | 'sch2';
  /** Minor units of the coin it is made for. */
  readonly coin: number;
  /** Coins in it at the first power-up. */
  readonly count: number;
  /** What has to come with an order to pay: the serial number, eight bytes after a cipher key was asked for, or either. */
  readonly method: 'serial' | 'cipher' | 'either';
  /** Four digits to be entered after each start; null: not used. */
  readonly pin: string | null;
}

const ENABLE = 0xa5;
export const HOPPER_CAPACITY = 1_000;
const LOW_BELOW = 20;
const HIGH_FROM = 800;

// The motor at speed 1: four coins a second, as a Flow pays with up to seven and an SCH2 with about three.
const COIN_MS = 250;
/** How long the disc turns without a coin before it gives up. */
const PAYOUT_TIMEOUT_MS = 3_000;
/** How long it tries to free itself by turning back. */
const REVERSING_MS = 1_000;

// Variables of header 247 and how far header 165 changes them (SCH2, appendix A): the current above which it turns back,
// in steps of 1/17.1 A; how long it runs on after the last coin, in ms; how long it looks for a coin, in thirds of a second.
const CURRENT_LIMIT = 34;
const LEAST_CURRENT_LIMIT = 6;
const STOP_DELAY = 0;
const MOST_STOP_DELAY = 50;
const TIMEOUT_STEP_MS = 1_000 / 3;
const PAYOUT_TIMEOUT_STEPS = Math.round(PAYOUT_TIMEOUT_MS / TIMEOUT_STEP_MS);
/** 24 V, as 0.2 V and steps of 0.127 V. */
const SUPPLY = 188;
const FIRST_ADDRESS = 3;

// Status register 1 of header 163.
const MAX_CURRENT = 0x01;
const PAYOUT_TIMEOUT = 0x02;
const REVERSED = 0x04;
const BLOCKED_IN_IDLE = 0x08;
const BLOCKED_IN_PAYOUT = 0x20;
const POWER_UP = 0x40;
const DISABLED = 0x80;
// Register 2.
const SINGLE_COIN = 0x02;
const PIN_USED = 0x80;
/** Any of these forbids to pay until a reset. */
const FORBIDDING = MAX_CURRENT | BLOCKED_IN_PAYOUT;

export class Hopper extends Machine {
  readonly kind = 'hopper';
  /** Minor units of the coin it is made for. */
  readonly coin: number;

  private readonly model: HopperModel;

  // What physically is.
  private readonly coins: number[];
  private jammed = false;
  private jamNextPayout = false;
  private exitBlocked = false;

  // What the machine knows; the first six live in its EEPROM.
  private eventCounter = 0;
  private remaining = 0;
  private paid = 0;
  private unpaid = 0;
  private dispensed = 0;
  private lostInPayout = false;
  private flags = POWER_UP;
  private enabled = false;
  private unlocked = false;
  private keyAsked = false;
  private currentLimit = CURRENT_LIMIT;
  private stopDelay = STOP_DELAY;
  private timeoutSteps = PAYOUT_TIMEOUT_STEPS;
  private singleCoin = false;
  private stopAfterCoin = false;
  /** Calls off what the motor was about to do. */
  private run = 0;

  constructor(world: MachineWorld, address: number, identity: Identity, model: HopperModel) {
    super(world, address, identity);
    this.model = model;
    this.coin = model.coin;
    this.coins = Array<number>(model.count).fill(model.coin);
  }

  get paying(): boolean {
    return this.remaining > 0;
  }

  protected special(header: number, data: readonly number[]): Reply {
    const [first = 0] = data;
    if (header === 167) return this.dispense(data);
    switch (`${header}/${data.length}`) {
      // The current that it measured is nothing: there is no motor.
      case '247/0':
        return [
          this.currentLimit,
          this.stopDelay,
          this.timeoutSteps,
          0,
          SUPPLY,
          Math.max(0, this.address - FIRST_ADDRESS),
        ];
      case '236/0':
        return [this.exitBlocked ? 1 : 0];
      case '218/4':
        return this.enterPin(data);
      case '217/0':
        return [this.level()];
      case '172/0':
        return this.emergencyStop();
      case '171/0':
        return ascii(`${this.world.country}${String(this.coin).padStart(3, '0')}A`);
      case '168/0':
        return lowFirst(this.dispensed, 3);
      case '166/0':
        return [this.eventCounter, this.remaining, this.paid, this.unpaid];
      case '165/4':
        this.setVariables(data);
        return ACK;
      case '164/1':
        this.enable(first === ENABLE);
        return ACK;
      case '163/0':
        return [this.registers(), (this.model.pin === null ? 0 : PIN_USED) | (this.singleCoin ? SINGLE_COIN : 0)];
      case '161/8':
        return ACK;
      case '160/0':
        this.keyAsked = true;
        return Array.from({ length: 8 }, () => Math.floor(this.world.random() * 256));
      default:
        return null;
    }
  }

  /** B0 below the low trigger, B1 at or above the high one, B4 and B5: it has these sensors. */
  private level(): number {
    return 0x30 | (this.coins.length < LOW_BELOW ? 1 : 0) | (this.coins.length >= HIGH_FROM ? 2 : 0);
  }

  private registers(): number {
    const blocked = this.exitBlocked && !this.paying ? BLOCKED_IN_IDLE : 0;
    return this.flags | blocked | (this.enabled ? 0 : DISABLED);
  }

  private enable(on: boolean): void {
    if (on !== this.enabled) this.world.emit({ event: on ? 'enabled' : 'disabled' });
    this.enabled = on;
    // A running payout of a hopper that is told to stop ends with the coin that is on its way.
    if (!on && this.paying) this.stopAfterCoin = true;
  }

  /** Once it pays single coins it does so until it starts again. */
  private setVariables([limit = 0, delay = 0, steps = 0, single = 0]: readonly number[]): void {
    if (limit >= LEAST_CURRENT_LIMIT) this.currentLimit = limit;
    this.stopDelay = Math.min(delay, MOST_STOP_DELAY);
    this.timeoutSteps = steps;
    this.singleCoin ||= single === 1;
  }

  private enterPin(data: readonly number[]): Reply {
    const right = this.model.pin !== null && String.fromCharCode(...data) === this.model.pin;
    this.unlocked ||= right;
    return right || this.model.pin === null ? ACK : null;
  }

  // Paying.

  private dispense(data: readonly number[]): Reply {
    const allowed = this.allowed(data);
    if (!allowed) {
      // "Incremented (also when a NAK is received)", the Flow's manual says at header 167.
      if (this.model.brand === 'flow') this.count();
      this.keyAsked = false;
      return 'nak';
    }
    this.keyAsked = false;
    this.count();
    this.remaining = data.at(-1) as number;
    this.paid = 0;
    this.unpaid = 0;
    this.flags &= ~PAYOUT_TIMEOUT;
    this.stopAfterCoin = false;
    this.run++;
    this.turn();
    return [this.eventCounter];
  }

  private allowed(data: readonly number[]): boolean {
    const { method, pin } = this.model;
    const serial = lowFirst(this.identity.serial, 3);
    const bySerial = method !== 'cipher' && data.length === 4 && serial.every((byte, at) => byte === data[at]);
    // The algorithm behind the eight bytes is its makers' secret: like SCH2-NOENCRYPT, it takes any.
    const byCipher = method !== 'serial' && data.length === 9 && this.keyAsked;
    if (!bySerial && !byCipher) return false;
    if (pin !== null && !this.unlocked) return false;
    if (this.singleCoin && data.at(-1) !== 1) return false;
    return this.enabled && !this.paying && !this.exitBlocked && (this.flags & FORBIDDING) === 0;
  }

  private count(): void {
    this.eventCounter = this.eventCounter === 255 ? 1 : this.eventCounter + 1;
  }

  private turn(): void {
    if (this.remaining === 0) return;
    if (this.jamNextPayout || this.jammed) this.jamNow();
    else if (this.coins.length === 0) this.motor(this.timeoutSteps * TIMEOUT_STEP_MS, () => this.searched());
    else
      this.motor(COIN_MS, () => {
        this.dropCoin();
        if (this.stopAfterCoin) this.end(0);
        else this.turn();
      });
  }

  /** Coins may have been put in meanwhile. */
  private searched(): void {
    if (this.coins.length > 0) this.turn();
    else this.end(PAYOUT_TIMEOUT);
  }

  private motor(durationMs: number, fn: () => void): void {
    const run = this.run;
    this.after(durationMs, () => {
      if (run === this.run) fn();
    });
  }

  private dropCoin(): void {
    const at = Math.floor(this.world.random() * this.coins.length);
    const [minor] = this.coins.splice(at, 1) as [number];
    this.remaining--;
    this.paid++;
    this.dispensed++;
    this.world.cup.give(minor);
    this.tell('cash.dispensed', minor, { unit: 'cup' });
  }

  private end(flag: number): void {
    this.run++;
    this.flags |= flag;
    this.unpaid = this.remaining;
    this.remaining = 0;
    this.stopAfterCoin = false;
  }

  private jamNow(): void {
    this.jamNextPayout = false;
    if (!this.jammed) this.world.emit({ event: 'jammed', where: 'hopper' });
    this.jammed = true;
    this.run++;
    this.flags |= REVERSED;
    this.motor(REVERSING_MS, () => this.end(MAX_CURRENT));
  }

  /** A Flow ends with the next coin, an SCH2 at once and as after a reset. */
  private emergencyStop(): Reply {
    const remaining = this.remaining;
    if (remaining === 0) return [0];
    if (this.model.brand === 'flow') this.stopAfterCoin = true;
    else {
      this.end(0);
      this.enable(false);
      this.unlocked = false;
    }
    return [remaining];
  }

  // Power and reset.

  protected lostPower(): void {
    this.lostInPayout = this.paying;
    this.standStill();
    if (this.enabled) this.world.emit({ event: 'disabled' });
    this.enabled = false;
  }

  /** The counters of an interrupted payout are kept: what is not paid is unpaid. */
  private standStill(): void {
    if (this.paying) this.end(0);
    this.run++;
  }

  protected started(why: 'power-up' | 'reset'): void {
    this.standStill();
    this.enable(false);
    this.unlocked = false;
    this.keyAsked = false;
    this.currentLimit = CURRENT_LIMIT;
    this.stopDelay = STOP_DELAY;
    this.timeoutSteps = PAYOUT_TIMEOUT_STEPS;
    this.singleCoin = false;
    this.flags = why === 'power-up' ? POWER_UP : 0;
    if (this.model.brand === 'flow') return;
    this.eventCounter = 0;
    // "ZERO or last value if power lost during payout" (SCH2, 13.1); a software reset keeps it (13.2).
    if (why === 'power-up' && !this.lostInPayout) this.unpaid = 0;
  }

  jumpCounter(): void {
    for (let i = 0; i < COUNTER_JUMP; i++) this.count();
  }

  // Hands.

  /** A coin from above, out of a sorter; false when it is full to the brim. */
  catchCoin(minor: number): boolean {
    if (this.coins.length >= HOPPER_CAPACITY) return false;
    this.coins.push(minor);
    return true;
  }

  act(action: HandAction): HandResult | null {
    switch (action.action) {
      case 'fill':
        return this.fill(action);
      case 'jam hopper':
        return this.jam();
      case 'jam':
        return this.blockExit();
      case 'clear jam':
        return this.clearJam();
      default:
        return null;
    }
  }

  private fill({ minor, count = 0 }: HandAction): HandResult {
    if (minor !== this.coin) return no('no hopper here is for this coin');
    if (this.coins.length + count > HOPPER_CAPACITY)
      return no(`the hopper holds ${HOPPER_CAPACITY} coins, and ${this.coins.length} are in it`);
    for (let i = 0; i < count; i++) this.coins.push(this.coin);
    return done;
  }

  private jam(): HandResult {
    if (this.jammed || this.jamNextPayout) return no('the hopper is jammed already');
    if (this.paying && this.power) this.jamNow();
    else this.jamNextPayout = true;
    return done;
  }

  /** A coin lies in the exit, in front of the light barrier. */
  private blockExit(): HandResult {
    if (this.exitBlocked) return no('the exit of the hopper is blocked already');
    this.exitBlocked = true;
    this.world.emit({ event: 'jammed', where: 'exit' });
    if (this.paying && this.power) this.end(BLOCKED_IN_PAYOUT);
    return done;
  }

  private clearJam(): HandResult {
    if (!this.jammed && !this.jamNextPayout && !this.exitBlocked) return no('the hopper is not jammed');
    const seen = this.jammed || this.exitBlocked;
    this.jammed = false;
    this.jamNextPayout = false;
    this.exitBlocked = false;
    if (seen) this.world.emit({ event: 'cleared' });
    return done;
  }

  units(): readonly (readonly [UnitName, Purse])[] {
    return [['hopper', Purse.of(this.coins)]];
  }

  faults(): readonly string[] {
    return [...(this.jammed || this.exitBlocked ? ['jam'] : []), ...(this.coins.length === 0 ? ['empty'] : [])];
  }
}
