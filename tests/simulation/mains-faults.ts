/**
 * The rows of tests/faults.md about the cabinet: see faults.ts. Its mains go at some moment of a visit, for a while or for so
 * long that the kiosk ends itself; and somebody opens the vault, with a log-in or without one.
 */
import { stackMessages } from '../acceptors.ts';
import { either, type FaultRow, inBatch, inFact, inMessage, later, type Moment } from './faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const stacking = either(...stackMessages.map(inMessage));
const noteComes = either(inFact('note.accepting'), inFact('note.escrowed'), inBatch('note.stack'));
const noteIn = either(inFact('note.stacked'), inBatch('note.stacked'));
const paperComes = either(inBatch('document.print'), inMessage('print-data'), inFact('print.done'));

export const mainsRows: readonly FaultRow[] = [
  { row: 68, at: ['b0', 'b1', 'b2', 'b3'], when: noteComes, strike: mainsGo, plan: 'pay' },
  { row: 68, at: ['b4', 'b5', 'b6', 'b7'], when: stacking, strike: mainsGo, plan: 'pay' },
  { row: 68, at: ['b0', 'b1', 'b2', 'b3'], when: noteIn, strike: mainsGo, plan: 'pay' },
  { row: 68, at: ['b0', 'b2', 'b3', 'b5'], when: paperComes, strike: mainsGo, plan: 'pay' },
  { row: 68, at: ['b0', 'b1'], when: inFact('intent'), strike: mainsGo },
  { row: 69, at: ['b0', 'b1', 'b2', 'b3'], when: noteComes, strike: vaultOpens, plan: 'pay' },
];

/** How often the battery is old and low at once, how often it is low before the mains are back, and how often they stay away for longer than anybody waits. */
const lowAtOnceChance = 0.35;
const lowChance = 0.5;
const longChance = 0.15;
const longAwayMs: readonly [number, number] = [605_000, 700_000];

function mainsGo({ world }: Moment): void {
  if (!world.act('cabinet', { action: 'mains', value: 'off' }).ok) return;
  if (world.random.chance(longChance)) {
    later(world, ...longAwayMs, () => mainsBack(world));
    return;
  }
  if (world.random.chance(lowAtOnceChance)) world.act('cabinet', { action: 'ups', value: 'low' });
  else if (world.random.chance(lowChance)) {
    later(world, 500, 30_000, () => !world.calm && world.act('cabinet', { action: 'ups', value: 'low' }));
  }
  later(world, 2_000, 90_000, () => mainsBack(world));
}

function mainsBack(world: World): void {
  world.act('cabinet', { action: 'ups', value: 'ok' });
  world.act('cabinet', { action: 'mains', value: 'on' });
}

function vaultOpens({ world }: Moment): void {
  openVault(world, world.random);
}

function openVault(world: World, random: Random): void {
  if (!world.act('cabinet', { action: 'open vault' }).ok) return;
  world.clock.after(random.integer(3_000, 40_000), () => world.act('cabinet', { action: 'close vault' }));
}

const person = '1';
const comesAfterMs: readonly [number, number] = [20_000, 150_000];
/** How often whoever comes logs in before they open the vault. */
const logsInChance = 0.5;

/** Somebody comes to the vault again and again, between visits and in the middle of them. */
export class VaultVisitor {
  private readonly world: World;
  private readonly random: Random;

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  hired(): void {
    this.world.book({ fact: 'staff.added', person, role: 'administrator', pin: 'pin-1', by: null });
    this.comesSoon();
  }

  private comesSoon(): void {
    this.world.clock.after(this.random.integer(...comesAfterMs), () => {
      if (!this.world.calm) this.comes();
    });
  }

  private comes(): void {
    const { world, random } = this;
    if (random.chance(logsInChance)) world.book({ fact: 'staff.identified', person });
    world.clock.after(2_000, () => {
      openVault(world, random);
      world.clock.after(random.integer(4_000, 20_000), () => {
        if (world.kiosk?.staff.service !== null) world.book({ fact: 'staff.left' });
        this.comesSoon();
      });
    });
  }
}
