/**
 * Row 80 of tests/faults.md: see faults.ts. In these runs the kiosk's clock steps in the middle of a visit and back again, and an
 * office tells it soon how far it is off. What the office told and what was asked of wallets meanwhile stands in the journal.
 */
import { offMs } from './clock-judge.ts';
import { either, type FaultRow, inBatch, inFact, later, type Moment } from './faults.ts';
import type { World } from './world.ts';

export const clockRows: readonly FaultRow[] = [
  { row: 80, at: ['b0', 'b1'], when: inFact('intent'), strike: step },
  { row: 80, at: ['b2', 'b3'], when: either(inBatch('session.moved'), inBatch('charge.start')), strike: step },
];

/** Well beyond what counts as off. */
const stepMs: readonly [number, number] = [150_000, 900_000];
const backAfterMs: readonly [number, number] = [30_000, 150_000];

function step({ world }: Moment): void {
  const byMs = world.random.integer(...stepMs) * world.random.pick([1, -1] as const);
  world.tell(`the clock steps by ${byMs} ms`);
  world.clock.jumpWall(byMs);
  later(world, ...backAfterMs, () => {
    world.tell('the clock is right again');
    world.clock.jumpWall(-byMs);
  });
}

const toldEveryMs = 500;

/** The office, which knows what time it is: tells the kiosk whenever that thinks otherwise of its clock. */
export function tellTime(world: World): void {
  const { clock } = world;
  const zeroMs = clock.wallMs() - clock.monoMs();
  const look = (): void => {
    const aheadMs = clock.wallMs() - clock.monoMs() - zeroMs;
    const { kiosk } = world;
    const thinksOff = kiosk !== null && kiosk.clock.offMs !== null;
    if (kiosk !== null && thinksOff !== Math.abs(aheadMs) > offMs) world.book({ fact: 'clock.judged', offMs: aheadMs });
    clock.after(toldEveryMs, look);
  };
  look();
}
