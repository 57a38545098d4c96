/** The rows of tests/faults.md about cards and wallets: see faults.ts. */
import {
  cutLine,
  either,
  type FaultRow,
  inBatch,
  inFact,
  inMessage,
  isFact,
  kill,
  later,
  type Moment,
  network,
  power,
} from './faults.ts';
import type { Network, SimulatedGateway } from './wallet.ts';
import type { World } from './world.ts';

const stageOf = ({ world }: Moment) => world.kiosk?.session?.stage;
const asking = either(...['authorisation', 'wallet-create', 'wallet-pay', 'wallet-query'].map(inMessage));
const takingBack = either(
  ...['reversal', 'goods-not-given-out', 'wallet-close', 'wallet-revoke', 'wallet-refund'].map(inMessage),
);
const approved = either(inFact('charge.approved'), inBatch('charge.approved'));
const confirming = either(inBatch('charge.confirm'), inMessage('goods-given-out'));

export const chargeRows: readonly FaultRow[] = [
  { row: 26, at: ['b2', 'b3'], when: inBatch('charge.start'), strike: kill },
  { row: 27, at: ['b4', 'b5', 'b6', 'b7', 'b8'], when: asking, strike: kill },
  { row: 28, at: ['b3', 'b5', 'b8'], when: either(inBatch('charge.start'), asking), strike: outage },
  { row: 29, at: ['b0', 'b1'], when: inFact('charge.prompt'), strike: dawdle },
  { row: 30, at: ['b2', 'b3'], when: chargedPost, strike: (m) => network(m, 'refuses') },
  {
    row: 31,
    at: ['b4', 'b5', 'b6', 'b7', 'b8'],
    when: takingBack,
    strike: answerLost,
    plan: 'cancel',
  },
  { row: 32, at: ['b0'], when: inFact('charge.approved'), strike: tooBusy },
  { row: 33, at: ['b0', 'b1', 'b2', 'b3', 'b4', 'b5'], when: either(approved, confirming), strike: power },
  {
    row: 34,
    at: ['b0', 'b1'],
    when: (m) => inFact('intent')(m) && stageOf(m)?.at === 'part-approved',
    strike: () => {},
    plan: 'partial',
  },
  {
    row: 35,
    at: ['b0', 'b1'],
    when: (m) => inFact('intent')(m) && stageOf(m)?.at === 'pay-charge',
    strike: () => {},
  },
  {
    row: 36,
    at: ['b4', 'b5'],
    when: either(inMessage('wallet-close'), inMessage('wallet-revoke')),
    strike: race,
    plan: 'cancel',
  },
  { row: 36, at: ['b4'], when: inMessage('wallet-revoke'), strike: race, plan: 'show-and-cancel', rare: true },
  { row: '36b', at: ['b2', 'b3'], when: leavesShownCode, strike: paidLater, plan: 'cancel' },
  {
    row: 37,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: either(inBatch('terminal.close-day'), inFact('terminal.day-closed'), inBatch('terminal.day-closed')),
    strike: dayCutOff,
    plan: 'card',
  },
  { row: 38, at: ['b0', 'b1', 'b2', 'b3'], when: cardInside, strike: cardStays },
  { row: 39, at: ['b2', 'b3'], when: leavesTerminal, strike: cardAtOnce, plan: 'switch' },
];

/** Terminals that close a day with money in it, whose process dies before it has recorded so. */
export const unheardDayRows: readonly FaultRow[] = [
  { row: 37, at: ['b2', 'b3'], when: closesWithMoney, strike: dayUnheard, plan: 'card', rare: true },
  { row: 37, at: ['b0', 'b1'], when: inFact('terminal.day-closed'), strike: dayCutOff, plan: 'card' },
];

function gatewayOf({ world }: Moment): SimulatedGateway | null {
  const method = Object.values(world.kiosk?.charges ?? {}).at(-1)?.method;
  return method === undefined ? null : (world.gateways[method] ?? null);
}

/** The network is gone behind the terminal or to the gateway: with the question, or with its answer. */
function outage(m: Moment): void {
  const { world } = m;
  world.crashes.n += 1;
  if (world.random.chance(0.25)) {
    world.tell('a gateway answers for another amount');
    for (const gateway of Object.values(world.gateways)) gateway.lies = 1;
    return;
  }
  const how: Network = world.random.chance(0.5) ? 'lost' : 'deaf';
  world.tell(`the network is gone: ${how}`);
  for (const gateway of Object.values(world.gateways)) gateway.network = how;
  world.act('terminal', { action: 'host', value: how === 'lost' ? 'lost' : 'offline' });
  later(world, 2_000, 150_000, () => networkBack(world));
}

function networkBack(world: World): void {
  for (const gateway of Object.values(world.gateways)) gateway.network = 'well';
  world.act('terminal', { action: 'host', value: 'online' });
}

/** In the middle of the end of the day: killed, without power, or the line out. */
function dayCutOff(m: Moment): void {
  const { world } = m;
  const fate = world.random.integer(0, 3);
  if (fate === 0) kill(m);
  if (fate === 1) power(m);
  if (fate === 2) later(world, 50, 4_000, () => !world.calm && world.crash('p'));
  if (fate === 3) later(world, 20, 3_000, () => !world.calm && cutLine(m, 'terminal', 500, 20_000));
}

function closesWithMoney(m: Moment): boolean {
  return inBatch('terminal.close-day')(m) && (m.world.kiosk?.terminals.terminal?.minor ?? 0) > 0;
}

/** The process is busy when the terminal tells, so that it is let go without a record of it; and then it is killed. */
function dayUnheard({ world }: Moment): void {
  world.delayFact = (fact) => {
    if (fact.fact !== 'terminal.day-closed') return 0;
    world.delayFact = () => 0;
    later(world, 500, 4_000, () => world.crash('k'));
    return 5_000;
  };
}

/** Whoever has to confirm does so late, or not at all; and a bank takes its time. */
function dawdle(m: Moment): void {
  const { world } = m;
  world.handsOff = true;
  for (const gateway of Object.values(world.gateways)) gateway.ledger.behave({ kind: 'paying' });
  later(world, 5_000, 160_000, () => {
    world.handsOff = false;
    for (const gateway of Object.values(world.gateways)) gateway.ledger.behave({ kind: 'normal' });
  });
}

function chargedPost(m: Moment): boolean {
  return inBatch('bill.post')(m) && stageOf(m)?.at === 'pay-charge';
}

/** What is taken back is taken back, and nobody hears of it. */
function answerLost(m: Moment): void {
  const { world } = m;
  if (world.random.chance(0.5)) kill(m);
  if (m.what.startsWith('wallet-')) outage(m);
  else cutLine(m, 'terminal', 500, 20_000);
}

/** The kiosk is too busy to decide while the terminal waits. */
function tooBusy(m: Moment): void {
  const { world } = m;
  const waits = world.random.integer(20_000, 70_000);
  world.delayFact = (fact) => (fact.fact.startsWith('charge.') ? waits : 0);
  later(world, 30_000, 90_000, () => {
    world.delayFact = () => 0;
  });
}

/** Success and revocation cross. */
function race(m: Moment): void {
  const { world } = m;
  const leaves = world.random.chance(0.5) ? 'paid' : 'refunded';
  world.tell(`the gateways race: ${leaves}`);
  for (const gateway of Object.values(world.gateways)) gateway.ledger.behave({ kind: 'race', leaves });
  later(world, 5_000, 40_000, () => {
    for (const gateway of Object.values(world.gateways)) gateway.ledger.behave({ kind: 'normal' });
  });
}

function leavesShownCode(m: Moment): boolean {
  return (
    inBatch('charge.cancel')(m) && Object.values(m.world.kiosk?.charges ?? {}).some((charge) => charge.code !== null)
  );
}

/** A code that was photographed is paid when it has left the screen. */
function paidLater(m: Moment): void {
  const { world } = m;
  const gateway = gatewayOf(m);
  const code = Object.values(world.kiosk?.charges ?? {}).at(-1)?.code?.text;
  if (gateway === null || code === undefined) return;
  gateway.ledger.behave({ kind: 'late-pay' });
  later(world, 100, 170_000, () => {
    world.tell('the phone pays the code that was photographed');
    gateway.ledger.act({ action: 'pay code', text: code });
    gateway.ledger.behave({ kind: 'normal' });
  });
}

function cardInside(m: Moment): boolean {
  return isFact(m.boundary) && m.what === 'charge.prompt' && stageOf(m)?.at === 'pay-charge';
}

/** Power goes while a card is in the reader, and its owner leaves it there for a while. */
function cardStays(m: Moment): void {
  m.world.handsOff = true;
  later(m.world, 20_000, 60_000, () => {
    m.world.handsOff = false;
  });
  power(m);
}

function leavesTerminal(m: Moment): boolean {
  return (
    inBatch('charge.cancel')(m) && Object.values(m.world.kiosk?.charges ?? {}).some(({ method }) => method === 'card')
  );
}

/** The card is held to the terminal in the moment in which its owner chooses another way. */
function cardAtOnce({ world }: Moment): void {
  later(world, 0, 1_500, () => world.act('terminal', { action: 'card', value: 'approve' }));
}
