/**
 * Row 4 of tests/faults.md where the acceptor alone is without power: see faults.ts. It goes as the machine is told to stack,
 * mostly before the note is past the lever, and is back while its owner still stands there.
 */
import { stackMessages } from '../acceptors.ts';
import { either, type FaultRow, inMessage, later, type Moment } from './faults.ts';

/** How long the note still travels when the power goes, and how long it stays away, milliseconds. */
const travelsMs: readonly [number, number] = [0, 350];
const awayMs: readonly [number, number] = [500, 6_000];

export const dipRows: readonly FaultRow[] = [
  {
    row: 4,
    at: ['b5', 'b7', 'b8'],
    when: either(...stackMessages.map(inMessage)),
    strike: dip,
    evidence: true,
    plan: 'pay',
  },
];

function dip({ world }: Moment): void {
  world.crashes.d += 1;
  later(world, ...travelsMs, () => {
    world.act('acceptor', { action: 'cut power' });
    later(world, ...awayMs, () => world.act('acceptor', { action: 'restore power' }));
  });
}
