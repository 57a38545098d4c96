/** The rows of tests/faults.md about receipts that are given back: see faults.ts. Their customers come back with what they paid. */
import {
  either,
  type FaultRow,
  forgetsAndIsKilled,
  inBatch,
  inFact,
  inMessage,
  killOrPower,
  type Moment,
  network,
} from './faults.ts';

const wished = inBatch('refund.asked');
const takenBack = either(inFact('bill.reversed'), inBatch('bill.reversed'));
const onItsWay = either(...['reversal', 'wallet-refund', 'wallet-refund-query'].map(inMessage));
const over = either(...['refund.made', 'charge.reversed'].flatMap((kind) => [inFact(kind), inBatch(kind)]));

export const refundRows: readonly FaultRow[] = [
  { row: 58, at: ['b2', 'b3'], when: wished, strike: killOrPower, plan: 'pay' },
  { row: 58, at: ['b0', 'b1', 'b2', 'b3'], when: takenBack, strike: killOrPower, plan: 'pay' },
  { row: 58, at: ['b4', 'b5', 'b6', 'b7', 'b8'], when: whileRefunded(onItsWay), strike: killOrPower, plan: 'pay' },
  { row: 58, at: ['b0', 'b1', 'b2', 'b3'], when: whileRefunded(over), strike: killOrPower, plan: 'pay' },
  { row: 59, at: ['b2', 'b3'], when: wished, strike: (m) => network(m, 'refuses'), plan: 'pay' },
  { row: 59, at: ['b2', 'b3'], when: wished, strike: forgetsAndIsKilled, plan: 'pay' },
];

/** Something goes back because its owner came back, and not because a sale was given up. */
function whileRefunded(test: (m: Moment) => boolean) {
  return (m: Moment) => {
    const { kiosk } = m.world;
    if (kiosk === null || !test(m)) return false;
    return Object.keys(kiosk.refunds).length > 0 || Object.values(kiosk.charges).some(({ refund }) => refund);
  };
}
