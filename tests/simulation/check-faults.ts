/** The row of tests/faults.md about machines that are checked by having them pay one piece out: see faults.ts. */
import { either, type FaultRow, inBatch, inFact, inMessage, killOrPower, type Moment } from './faults.ts';

const paying = either(inMessage('dispense'), (m: Moment) => m.what === m.world.acceptor.pays && m.boundary >= 'b4');
const ends = either(...['payout.done', 'payout.partial'].flatMap((kind) => [inFact(kind), inBatch(kind)]));

export const checkRows: readonly FaultRow[] = [
  { row: 78, at: ['b2', 'b3'], when: inBatch('check.started'), strike: killOrPower, change: true, rare: true },
  {
    row: 78,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: duringCheck(either(inFact('payout.starting'), inBatch('payout.starting'))),
    strike: killOrPower,
    change: true,
    rare: true,
  },
  {
    row: 78,
    at: ['b4', 'b5', 'b6', 'b7', 'b8'],
    when: duringCheck(paying),
    strike: killOrPower,
    change: true,
    rare: true,
  },
  { row: 78, at: ['b0', 'b1', 'b2', 'b3'], when: duringCheck(ends), strike: killOrPower, change: true, rare: true },
];

/** Only what a check has paid out, never a customer's change. */
function duringCheck(test: (m: Moment) => boolean) {
  return (m: Moment) => test(m) && m.world.kiosk?.checks.open != null;
}
