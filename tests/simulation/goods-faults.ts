/** The rows of tests/faults.md about goods: who sells them is away or refuses, and the number must reach its owner. */
import {
  cutLine,
  either,
  type FaultRow,
  inBatch,
  inFact,
  isFact,
  kill,
  killOrPower,
  later,
  type Moment,
  power,
} from './faults.ts';

export const goodsRows: readonly FaultRow[] = [
  { row: 60, at: ['b0', 'b1'], when: choosesGoods, strike: (m) => seller(m, 'down'), plan: 'pay' },
  { row: 61, at: ['b2', 'b3'], when: paysGoods, strike: (m) => seller(m, 'forgets'), plan: 'pay' },
  { row: 61, at: ['b2', 'b3'], when: paysGoods, strike: (m) => seller(m, 'down'), plan: 'pay' },
  { row: 62, at: ['b2', 'b3'], when: paysGoods, strike: (m) => seller(m, 'refuses'), plan: 'pay' },
  { row: 63, at: ['b2', 'b3'], when: paysGoods, strike: kill, plan: 'pay' },
  { row: 63, at: ['b0', 'b1', 'b2', 'b3'], when: numberComes, strike: killOrPower, plan: 'pay' },
  { row: 63, at: ['b4', 'b5', 'b6', 'b7'], when: ticketPrints, strike: killOrPower, plan: 'pay', ticket: true },
  { row: 63, at: ['b2', 'b3'], when: paysGoods, strike: powerForLong, plan: 'pay' },
  { row: 63, at: ['b3'], when: numberComes, strike: powerForLong, plan: 'pay' },
  { row: 64, at: ['b2', 'b3'], when: numberComes, strike: printerFails, plan: 'pay', ticket: true },
  { row: 67, at: ['b2', 'b3'], when: inBatch('goods.release'), strike: killOrPower, plan: 'pay', hatch: true },
  { row: 67, at: ['b4', 'b5', 'b6', 'b7', 'b8'], when: hatchMoves, strike: killOrPower, plan: 'pay', hatch: true },
  { row: 67, at: ['b0', 'b1', 'b2', 'b3'], when: hatchMoved, strike: killOrPower, plan: 'pay', hatch: true },
  { row: 67, at: ['b4', 'b5', 'b6', 'b7'], when: hatchMoves, strike: moduleFails, plan: 'pay', hatch: true },
];

function buying({ world }: Moment): boolean {
  return world.kiosk?.session?.sale?.bill.goods !== undefined;
}

function choosesGoods(m: Moment): boolean {
  return isFact(m.boundary) && m.what === 'intent' && m.world.kiosk?.session?.stage.at === 'shop';
}

function paysGoods(m: Moment): boolean {
  return buying(m) && inBatch('bill.post')(m);
}

function numberComes(m: Moment): boolean {
  if (!buying(m)) return false;
  return isFact(m.boundary) ? m.what === 'bill.posted' : inBatch('bill.posted')(m);
}

function ticketPrints(m: Moment): boolean {
  const prints = Object.values(m.world.kiosk?.prints ?? {});
  const ticket = prints.some(({ document }) => document.paper === 'ticket');
  return ticket && (m.what === 'print-data' || m.what === 'print-end');
}

/** Between the order and its outcome, whatever is said on the module's line. */
function hatchMoves({ world, boundary, what }: Moment): boolean {
  return Object.keys(world.kiosk?.releases ?? {}).length > 0 && /coil|register|relay/.test(what) && boundary >= 'b4';
}

function hatchMoved(m: Moment): boolean {
  return either(inFact('relay.done'), inFact('relay.unknown'), inBatch('goods.released'))(m);
}

/** The module loses its power, or its line, while the hatch is to open. */
function moduleFails(m: Moment): void {
  const { world } = m;
  if (world.random.chance(0.5)) {
    cutLine(m, 'cabinet', 500, 20_000);
    return;
  }
  world.crashes.d += 1;
  world.act('cabinet', { action: 'cut power' });
  later(world, 500, 20_000, () => world.act('cabinet', { action: 'restore power' }));
}

function seller({ world }: Moment, mood: 'down' | 'forgets' | 'refuses'): void {
  world.crashes.n += 1;
  world.tell(`who sells goods ${mood}`);
  world.goods.mood = mood;
  later(world, 4_000, 90_000, () => {
    world.goods.mood = 'well';
  });
}

/** So long that nobody waits before the machine any more. */
function powerForLong(m: Moment): void {
  m.world.clock.jumpWall(m.world.random.integer(1, 5) * 3_600_000);
  power(m);
}

/** Out of paper, or without power, just as the ticket is to be printed. */
function printerFails({ world }: Moment): void {
  const paper = world.random.chance(0.5);
  world.act('printer', paper ? { action: 'paper', value: 'out' } : { action: 'cut power' });
  later(world, 3_000, 60_000, () => {
    world.act('printer', paper ? { action: 'paper', value: 'ok' } : { action: 'restore power' });
  });
}
