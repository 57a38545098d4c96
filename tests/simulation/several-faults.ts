/** The rows of tests/faults.md about several bills that are paid together: see faults.ts. Their customers bring several. */
import {
  either,
  type FaultRow,
  inBatch,
  inFact,
  forgetsAndIsKilled,
  inMessage,
  isFact,
  kill,
  killOrPower,
  later,
  type Moment,
  network,
} from './faults.ts';

const posted = either(inFact('bill.posted'), inBatch('bill.posted'));
const refused = either(inFact('bill.refused'), inBatch('bill.refused'));
const givingBack = either(inMessage('wallet-refund'), inMessage('wallet-refund-query'));
const givenBack = either(inFact('refund.made'), inBatch('refund.made'));

export const severalRows: readonly FaultRow[] = [
  { row: 56, at: ['b0', 'b1'], when: askedAgain, strike: kill, plan: 'pay' },
  { row: 51, at: ['b0', 'b1'], when: askedAgain, strike: (m) => network(m, 'changes'), plan: 'pay' },
  { row: 56, at: ['b2', 'b3'], when: inBatch('bill.post'), strike: killOrPower, plan: 'pay' },
  { row: 56, at: ['b0', 'b1', 'b2', 'b3'], when: posted, strike: killOrPower, plan: 'pay' },
  { row: 52, at: ['b2', 'b3'], when: inBatch('bill.post'), strike: forgetsAndIsKilled, plan: 'pay' },
  { row: 57, at: ['b0', 'b1', 'b2', 'b3'], when: refused, strike: killOrPower, plan: 'pay', biller: 'some' },
];

/** The same with cards and wallets: a wallet gives back what one bill took of a charge. */
export const severalChargeRows: readonly FaultRow[] = [
  { row: 57, at: ['b0', 'b1', 'b2', 'b3'], when: refused, strike: killOrPower, plan: 'pay', biller: 'some' },
  { row: 57, at: ['b2', 'b3'], when: inBatch('charge.refund'), strike: killOrPower, plan: 'pay', biller: 'some' },
  { row: 56, at: ['b2', 'b3'], when: inBatch('bill.post'), strike: killOrPower, plan: 'pay' },
  {
    row: 57,
    at: ['b4', 'b5', 'b6', 'b7', 'b8'],
    when: givingBack,
    strike: answerLost,
    plan: 'pay',
    biller: 'some',
    rare: true,
  },
  {
    row: 57,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: givenBack,
    strike: killOrPower,
    plan: 'pay',
    biller: 'some',
    rare: true,
  },
];

function askedAgain(m: Moment): boolean {
  const stage = m.world.kiosk?.session?.stage;
  return isFact(m.boundary) && m.what === 'bill.found' && stage?.at === 'review' && stage.recheck !== null;
}

/** The wallet has given it back, or has not even heard that it is to, and nobody knows which. */
function answerLost(m: Moment): void {
  const { world } = m;
  const how = world.random.chance(0.5) ? 'lost' : 'deaf';
  world.tell(`the network is gone: ${how}`);
  for (const gateway of Object.values(world.gateways)) gateway.network = how;
  later(world, 2_000, 60_000, () => {
    for (const gateway of Object.values(world.gateways)) gateway.network = 'well';
  });
  if (world.random.chance(0.5)) kill(m);
}
