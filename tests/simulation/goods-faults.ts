/** The rows of tests/faults.md about goods: who sells them is away or refuses, and the number must reach its owner. */
import { type FaultRow, inBatch, isFact, kill, killOrPower, later, type Moment, power } from './faults.ts';

export const goodsRows: readonly FaultRow[] = [
  { row: 60, at: ['b0', 'b1'], when: choosesGoods, strike: (m) => seller(m, 'down'), plan: 'pay' },
  { row: 61, at: ['b2', 'b3'], when: paysGoods, strike: (m) => seller(m, 'forgets'), plan: 'pay' },
  { row: 61, at: ['b2', 'b3'], when: paysGoods, strike: (m) => seller(m, 'down'), plan: 'pay' },
  { row: 62, at: ['b2', 'b3'], when: paysGoods, strike: (m) => seller(m, 'refuses'), plan: 'pay' },
  { row: 63, at: ['b2', 'b3'], when: paysGoods, strike: kill, plan: 'pay' },
  { row: 63, at: ['b0', 'b1', 'b2', 'b3'], when: numberComes, strike: killOrPower, plan: 'pay' },
  { row: 63, at: ['b4', 'b5', 'b6', 'b7'], when: ticketPrints, strike: killOrPower, plan: 'pay' },
  { row: 63, at: ['b2', 'b3'], when: paysGoods, strike: powerForLong, plan: 'pay' },
  { row: 63, at: ['b3'], when: numberComes, strike: powerForLong, plan: 'pay' },
  { row: 64, at: ['b2', 'b3'], when: numberComes, strike: printerFails, plan: 'pay' },
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
