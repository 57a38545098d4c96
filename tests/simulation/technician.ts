/**
 * Somebody who works here checks machines that pay out, between visits: has one piece paid, says whether it came, and goes.
 * What comes out is booked out, and nobody puts it back.
 */
import { type Random, seeded } from './random.ts';
import { storeOf } from './attendant.ts';
import type { World } from './world.ts';

const person = '1';
const lookMs = 500;
/** Longer than any step of a check, milliseconds. */
const patienceMs = 100_000;
/** How often somebody says that nothing came, goes away in the middle, or has another piece paid. */
const deniesChance = 0.15;
const leavesChance = 0.15;
const againChance = 0.5;

export class Technician {
  done = false;
  private readonly world: World;
  private readonly random: Random;

  constructor(world: World, seed: number) {
    this.world = world;
    this.random = seeded(seed);
  }

  /** Logs in, checks once or twice, and leaves; a crash ends it. */
  come(): void {
    const { world } = this;
    if (world.kiosk?.staff.persons[person] === undefined) {
      world.book({ fact: 'staff.added', person, role: 'technician', pin: 'a-pin', by: null });
    }
    world.book({ fact: 'staff.identified', person });
    if (world.kiosk?.staff.service == null) this.leave();
    else this.check();
  }

  private check(): void {
    const { world, random } = this;
    const payers = Object.keys(world.machines).filter((device) => storeOf(world, device) !== null);
    if (payers.length === 0) {
      this.leave();
      return;
    }
    world.book({ fact: 'check.asked', check: 'pay-one', device: random.pick(payers), by: person });
    if (world.kiosk?.checks.open == null) this.leave();
    else this.watch(world.clock.monoMs() + patienceMs, random.chance(leavesChance));
  }

  /** Takes what waits between the lips, and says what it saw; `goes`: it does not wait for the end. */
  private watch(endMs: number, goes: boolean): void {
    const { world, random } = this;
    world.clock.after(lookMs, () => {
      const open = world.kiosk?.checks.open ?? null;
      if (world.kiosk?.staff.service == null || goes || world.clock.monoMs() >= endMs) {
        this.leave();
        return;
      }
      world.book({ fact: 'staff.touched' });
      if (world.cashIn('acceptor', 'bezel') > 0) world.act('acceptor', { action: 'take' });
      if (open?.step === 'came') {
        world.book({ fact: 'check.told', command: open.command, told: !random.chance(deniesChance) });
      }
      if (open !== null) this.watch(endMs, goes);
      else if (random.chance(againChance)) this.check();
      else this.leave();
    });
  }

  private leave(): void {
    this.world.book({ fact: 'staff.left' });
    this.done = true;
  }
}
