/**
 * Row 74 of tests/faults.md: see faults.ts. In these runs night falls after a visit, and the next comes on the morning after:
 * the statements of the wallets are there then.
 */
import { beginsMs, beijingDay, daysAfter } from '../../kiosk/statements/day.ts';
import { either, type FaultRow, inBatch, inFact, kill, later, type Moment } from './faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export const statementRows: readonly FaultRow[] = [
  { row: 74, at: ['b2', 'b3'], when: inBatch('statement.fetch'), strike: kill },
  {
    row: 74,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: either(inFact('statement.told'), inBatch('statement.matched')),
    strike: kill,
  },
  { row: 74, at: ['b2', 'b3'], when: inBatch('statement.fetch'), strike: noneYet },
];

/** There is none for a while, and whoever asks hears so, or nothing. */
function noneYet({ world }: Moment): void {
  const mood = world.random.pick(['not-ready', 'silent'] as const);
  for (const desk of Object.values(world.statements)) desk.mood = mood;
  later(world, 20_000, 90_000, () => {
    for (const desk of Object.values(world.statements)) desk.mood = 'well';
  });
}

const minuteMs = 60_000;
/** After midnight in Beijing; the statements come at 10:10. */
const morningMs = 609 * minuteMs;

/** Lets night fall and morning come, where no money of a wallet is under way. */
export class Calendar {
  private readonly world: World;
  private readonly random: Random;
  private evening = true;

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  /** Shortly before midnight, and then on the morning after it, in turns. */
  goesOn(): void {
    const { world, random } = this;
    const { charges = {}, refunds = {} } = world.kiosk ?? {};
    if (Object.keys(charges).length + Object.keys(refunds).length > 0) return;
    if (this.evening) this.isNow(-random.integer(5_000, 60_000));
    else this.isNow(morningMs + random.integer(0, 50_000));
    this.evening = !this.evening;
  }

  /** The next morning, whatever hour it is. */
  wakes(): void {
    this.isNow(morningMs + 2 * minuteMs);
  }

  private isNow(afterMidnightMs: number): void {
    const { clock } = this.world;
    const midnightMs = beginsMs(daysAfter(beijingDay(clock.wallMs()), 1));
    const toMs = midnightMs + afterMidnightMs;
    if (toMs <= clock.wallMs()) return;
    this.world.tell('time has gone by');
    clock.jumpWall(toMs - clock.wallMs());
  }
}

/** Nobody asks more often for a statement that does not come. */
const mostTries = 4;

/** A person asks for every statement that is there and was not compared; true: there is none. */
export function allCompared(world: World): boolean {
  const waiting = Object.entries(world.kiosk?.statements ?? {}).flatMap(([device, { waiting: days }]) =>
    Object.entries(days).map(([day, { order, count, tries }]) => ({ device, day, order, count, tries })),
  );
  const due = waiting.filter(
    ({ day, count, tries }) => count > 0 && tries < mostTries && beijingDay(world.clock.wallMs()) > day,
  );
  for (const { device, day, order } of due)
    if (order === null) world.book({ fact: 'statement.asked', device, day, by: 'attendant' });
  return world.kiosk !== null && due.length === 0;
}
