/**
 * The rows of tests/faults.md that a simulated run can provoke: at which boundaries, under which circumstances, and by what.
 * A row counts at the boundary at which its fault really struck.
 */
import type { Boundary } from '../../hardware/port.ts';
import { acknowledgeMessages, stackMessages } from '../acceptors.ts';
import type { Plan } from './customer.ts';
import type { Oracle } from './oracle.ts';
import type { World } from './world.ts';
import { Crash } from './world.ts';

export interface Moment {
  readonly world: World;
  readonly oracle: Oracle;
  readonly boundary: Boundary;
  /** A fact, the kinds of a batch, or a message, as the boundary tells it. */
  readonly what: string;
}

export interface FaultRow {
  readonly row: number | '36b';
  /** Boundaries at which it may strike. */
  readonly at: readonly Boundary[];
  readonly when: (moment: Moment) => boolean;
  /** Provokes it. Throwing Crash ends the process here. */
  readonly strike: (moment: Moment) => void;
  /** Of the machine at power-up: whether it tells where a note was; undefined: either. */
  readonly evidence?: boolean;
  /** What this run's customers should rather do. */
  readonly plan?: Plan;
  /** Its moment comes seldom: the first one is taken. */
  readonly rare?: true;
  /** It strikes only a cabinet that takes coins and gives change in them. */
  readonly change?: true;
  /** How the biller is whenever nothing else ails it. */
  readonly biller?: 'some';
  /** It strikes only where a number is printed for the goods. */
  readonly ticket?: true;
  /** It strikes only where a hatch lets goods out. */
  readonly hatch?: true;
  /** It strikes only a machine that pays notes out. */
  readonly recycler?: true;
}

export const inFact = (name: string) => (m: Moment) => isFact(m.boundary) && m.what === name;
export const inBatch = (kind: string) => (m: Moment) => isBatch(m.boundary) && m.what.split(' ').includes(kind);
export const inMessage = (name: string) => (m: Moment) => isMessage(m.boundary) && m.what === name;
export const either =
  (...tests: readonly ((m: Moment) => boolean)[]) =>
  (m: Moment) =>
    tests.some((test) => test(m));

export const isFact = (boundary: Boundary) => boundary === 'b0' || boundary === 'b1';
const isBatch = (boundary: Boundary) => boundary === 'b2' || boundary === 'b3';
const isMessage = (boundary: Boundary) => boundary >= 'b4' && boundary <= 'b8';

export const kill = (m: Moment) => {
  void m;
  throw new Crash('k');
};
export const power = (m: Moment) => {
  void m;
  throw new Crash('p');
};

/** Undoes after a while what a fault did. */
export function later(world: World, leastMs: number, mostMs: number, fn: () => void): void {
  world.clock.after(world.random.integer(leastMs, mostMs), fn);
}

export function cutLine(
  m: Moment,
  device: 'acceptor' | 'printer' | 'bus' | 'terminal' | 'cabinet',
  leastMs: number,
  mostMs: number,
): void {
  const { world } = m;
  world.crashes.l += 1;
  world.tell(`${device}: the line is cut`);
  world.wires[device]?.cut();
  later(world, leastMs, mostMs, () => {
    world.wires[device]?.mend();
    world.tell(`${device}: the line is back`);
  });
}

export function network(m: Moment, mood: 'down' | 'nonsense' | 'changes' | 'forgets' | 'refuses'): void {
  const { world } = m;
  world.crashes.n += 1;
  world.tell(`the biller ${mood}`);
  world.biller.mood = mood;
  later(world, 4_000, 60_000, () => {
    world.biller.mood = world.biller.usual;
  });
}

export function killOrPower(m: Moment): void {
  if (m.world.random.chance(0.5)) kill(m);
  else power(m);
}

/** What is booked is booked, and who is to hear of it has gone: each is asked for again under its own id. */
export function forgetsAndIsKilled(m: Moment): void {
  const { world } = m;
  network(m, 'forgets');
  later(world, 100, 6_000, () => !world.calm && world.crash('k'));
}

function hand(m: Moment, device: string, action: string, value?: string): void {
  m.world.act(device, { action, ...(value === undefined ? {} : { value }) });
}

const escrow = either(inFact('note.escrowed'), inBatch('note.stack'));
/** ccTalk machines do not tell that they draw a note in. */
const comesIn = (m: Moment) => inFact(m.world.acceptor.name === 'cctalk' ? 'note.escrowed' : 'note.accepting')(m);
const stacking = either(...stackMessages.map(inMessage));
const acknowledging = either(...acknowledgeMessages.map(inMessage));
const vend = either(inFact('note.stacked'), inBatch('note.stacked'));
const payoutStarts = either(inFact('payout.starting'), inBatch('payout.starting'));
const presents = either(inFact('cash.presented'), inFact('payout.progress'), inBatch('payout.progress'));
const printing = either(inMessage('print-data'), inMessage('print-end'));

export const faultRows: readonly FaultRow[] = [
  { row: 1, at: ['b0', 'b1', 'b2'], when: escrow, strike: power },
  { row: 2, at: ['b0', 'b1', 'b2'], when: escrow, strike: kill },
  { row: 3, at: ['b3', 'b4'], when: either(inBatch('note.stack'), stacking), strike: power, evidence: true },
  { row: 4, at: ['b5', 'b6', 'b7', 'b8'], when: stacking, strike: powerSoon, evidence: true },
  { row: 5, at: ['b0', 'b1', 'b2'], when: vend, strike: power, evidence: true },
  { row: 6, at: ['b5', 'b6', 'b7', 'b8'], when: stacking, strike: powerOfOne, evidence: false },
  { row: 7, at: ['b0', 'b1', 'b2'], when: vend, strike: kill },
  { row: 8, at: ['b3', 'b4', 'b5'], when: either(inBatch('note.stacked'), acknowledging), strike: kill },
  { row: 9, at: ['b0', 'b1', 'b2', 'b3', 'b4'], when: either(vend, acknowledging), strike: loseAcknowledge },
  { row: 10, at: ['b0', 'b1', 'b2', 'b3'], when: escrow, strike: (m) => misbehave(m, 'repeat') },
  { row: 11, at: ['b3', 'b4'], when: either(inBatch('note.stack'), stacking), strike: loseStack },
  { row: 12, at: ['b0', 'b1', 'b2', 'b3'], when: vend, strike: (m) => jam(m, 0) },
  { row: 13, at: ['b5', 'b6', 'b7', 'b8'], when: stacking, strike: (m) => jam(m, 100) },
  { row: 13, at: ['b0', 'b1'], when: comesIn, strike: jamForLong, plan: 'cancel' },
  { row: 14, at: ['b4', 'b5', 'b6', 'b7', 'b8'], when: stacking, strike: full },
  {
    row: 15,
    at: ['b5', 'b6', 'b7', 'b8', 'b0', 'b1'],
    when: either(stacking, inFact('note.stacked')),
    strike: pullBox,
  },
  {
    row: 16,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: either(inFact('note.suspect'), inBatch('note.suspect')),
    strike: () => {},
    plan: 'cheat',
    rare: true,
  },
  { row: 17, at: ['b0'], when: inFact('note.escrowed'), strike: () => {} },
  { row: 18, at: ['b5', 'b6', 'b7', 'b8'], when: stacking, strike: (m) => cutLine(m, 'acceptor', 500, 25_000) },
  { row: 19, at: ['b0', 'b3', 'b5', 'b8'], when: () => true, strike: noise },
  { row: 20, at: ['b0', 'b1'], when: lateVend, strike: () => {}, plan: 'cancel', rare: true },
  { row: 21, at: ['b0', 'b1'], when: leftWithMoney, strike: () => {}, plan: 'leave' },
  { row: 22, at: ['b3'], when: inBatch('session.moved'), strike: insertAtClosing, plan: 'cancel' },
  { row: 23, at: ['b0', 'b2', 'b3'], when: betweenVisits, strike: exchange, rare: true },
  {
    row: 40,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: either(vend, inBatch('document.print')),
    strike: paperOut,
  },
  { row: 41, at: ['b5', 'b6', 'b7'], when: printing, strike: printerPower },
  {
    row: 42,
    at: ['b2', 'b3', 'b4', 'b5', 'b6', 'b7'],
    when: either(inBatch('document.print'), printing),
    strike: kill,
  },
  { row: 43, at: ['b0', 'b1'], when: inFact('voucher.presented'), strike: () => {}, plan: 'voucher' },
  { row: 25, at: ['b0', 'b1', 'b2', 'b3'], when: inFact('coin.credited'), strike: coinsWhileDown, change: true },
  {
    row: 44,
    at: ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8'],
    when: either(
      inBatch('cash.dispense'),
      inFact('payout.starting'),
      inFact('payout.progress'),
      inMessage('dispense'),
      inMessage('pay'),
    ),
    strike: inPayout,
    rare: true,
    change: true,
  },
  { row: 44, at: ['b0', 'b1', 'b2', 'b3'], when: payoutStarts, strike: payerDips, change: true },
  { row: 45, at: ['b1'], when: either(inFact('note.escrowed'), inFact('note.stacked')), strike: failSync },
  { row: 45, at: ['b0', 'b1', 'b2'], when: vend, strike: failAtPowerUp, evidence: true },
  { row: 47, at: ['b0', 'b1', 'b2', 'b3', 'b5', 'b8'], when: () => true, strike: jumpClock },
  {
    row: 50,
    at: ['b0', 'b1'],
    when: (m) => isFact(m.boundary) && m.what === 'intent',
    strike: (m) => network(m, 'down'),
  },
  { row: 51, at: ['b0', 'b1'], when: atReview, strike: (m) => network(m, 'changes') },
  { row: 52, at: ['b2', 'b3'], when: inBatch('bill.post'), strike: (m) => network(m, 'forgets') },
  { row: 53, at: ['b2', 'b3'], when: inBatch('bill.post'), strike: (m) => network(m, 'refuses') },
  {
    row: 54,
    at: ['b0', 'b1'],
    when: (m) => isFact(m.boundary) && m.what === 'intent',
    strike: (m) => network(m, 'nonsense'),
  },
  {
    row: 55,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: presents,
    strike: nobodyTakes,
    rare: true,
    recycler: true,
  },
];

/** A note comes to the lips, and its owner looks elsewhere, for shorter or longer than it waits; somebody takes it then. */
function nobodyTakes(m: Moment): void {
  const { world } = m;
  world.handsOff = true;
  later(world, 5_000, 120_000, () => {
    world.handsOff = false;
  });
}

/** The daemon is gone while more coins come than the machine keeps in mind. */
function coinsWhileDown(m: Moment): void {
  const { world } = m;
  for (let coin = 0; coin < 8; coin++) {
    world.clock.after(coin * 120, () => world.act('coins', { action: 'insert coin', minor: 10 }));
  }
  throw new Crash('k');
}

/** The machine that was told last to pay out. */
function payingNow(world: World): string {
  return Object.values(world.kiosk?.payouts ?? {}).at(-1)?.device ?? world.random.pick(['yuan', 'jiao']);
}

/** In the middle of a payout: killed, without power, the line out, stuck, or empty. */
function inPayout(m: Moment): void {
  const { world } = m;
  const fate = world.random.integer(0, 6);
  const device = payingNow(world);
  const isHopper = device !== 'acceptor';
  if (fate === 0) throw new Crash('k');
  if (fate === 1) throw new Crash('p');
  if (fate === 2) later(world, 50, 2_500, () => !world.calm && world.crash('p'));
  if (fate === 3) cutLine(m, isHopper ? 'bus' : 'acceptor', 500, 25_000);
  if (fate === 4) {
    later(world, 20, 1_500, () => hand(m, device, isHopper ? 'jam hopper' : 'jam'));
    later(world, 8_000, 90_000, () => hand(m, device, 'clear jam'));
  }
  if (fate === 6) {
    // The process is too busy to record that the order may leave.
    world.delayFact = (fact) => (fact.fact === 'payout.starting' ? world.random.integer(1_000, 6_000) : 0);
    later(world, 8_000, 15_000, () => {
      world.delayFact = () => 0;
    });
  }
  if (fate === 5) {
    world.crashes.d += 1;
    later(world, 20, 1_500, () => hand(m, device, 'cut power'));
    // Short of, or beyond, what a sale waits for its change.
    const [least, most] = world.random.chance(0.5) ? [3_000, 20_000] : [70_000, 110_000];
    later(world, least, most, () => hand(m, device, 'restore power'));
  }
}

/** A machine loses its power for so short a while, just before the order leaves, that nobody need notice. */
function payerDips(m: Moment): void {
  const { world } = m;
  world.crashes.d += 1;
  const device = payingNow(world);
  later(world, 0, 120, () => hand(m, device, 'cut power'));
  later(world, 121, 200, () => hand(m, device, 'restore power'));
}

/** Power goes at once, or while the note still travels. */
function powerSoon(m: Moment): void {
  if (m.world.random.chance(0.5)) throw new Crash('p');
  later(m.world, 50, 1_500, () => {
    if (!m.world.calm) m.world.crash('p');
  });
}

/** Power goes for all, or for the acceptor alone while the note still travels, and somebody pushes at it as it starts. */
function powerOfOne(m: Moment): void {
  const { world } = m;
  if (world.random.chance(0.2)) {
    powerSoon(m);
    return;
  }
  world.crashes.d += 1;
  later(world, 50, 1_500, () => hand(m, 'acceptor', 'cut power'));
  later(world, 2_000, 20_000, () => {
    hand(m, 'acceptor', 'restore power');
    pushIn(world, 400);
  });
}

/** Pushes a note against the slot until it is drawn in, or so often. */
function pushIn(world: World, times: number): void {
  if (times === 0 || world.machines.acceptor?.act({ action: 'insert', minor: 500 }).ok === true) return;
  world.clock.after(25, () => pushIn(world, times - 1));
}

function misbehave(m: Moment, value: 'repeat' | 'noise'): void {
  hand(m, 'acceptor', 'misbehave', value);
  later(m.world, 5_000, 20_000, () => hand(m, 'acceptor', 'misbehave', 'off'));
}

/** The machine's frames get noise around them, and some a bit that turned over on the way. */
function noise(m: Moment): void {
  const { world } = m;
  misbehave(m, 'noise');
  for (const wire of Object.values(world.wires)) wire.spoilt = 0.3;
  later(world, 20_000, 40_000, () => {
    for (const wire of Object.values(world.wires)) wire.spoilt = 0;
  });
}

function loseAcknowledge(m: Moment): void {
  swallow(m, 3, m.world.acceptor.bytes.acknowledge);
}

function loseStack(m: Moment): void {
  swallow(m, 1_000, m.world.acceptor.bytes.stack);
}

function swallow(m: Moment, most: number, which: (bytes: Uint8Array) => boolean): void {
  const wire = m.world.wires.acceptor;
  if (wire === undefined) return;
  let left = most;
  wire.swallow = (bytes) => left > 0 && which(bytes) && left-- > 0;
  later(m.world, 12_000, 14_000, () => {
    wire.swallow = null;
  });
}

function jam(m: Moment, afterMs: number): void {
  const { world } = m;
  world.clock.after(afterMs, () => hand(m, 'acceptor', 'jam'));
  later(world, 8_000, 40_000, () => hand(m, 'acceptor', 'clear jam'));
}

/** Nobody comes to free it while its owner stands there. */
function jamForLong(m: Moment): void {
  m.world.clock.after(100, () => hand(m, 'acceptor', 'jam'));
  later(m.world, 70_000, 120_000, () => hand(m, 'acceptor', 'clear jam'));
}

function full(m: Moment): void {
  hand(m, 'acceptor', 'stacker full', 'on');
  later(m.world, 10_000, 30_000, () => hand(m, 'acceptor', 'stacker full', 'off'));
}

function pullBox(m: Moment): void {
  hand(m, 'acceptor', 'remove cashbox');
  later(m.world, 5_000, 20_000, () => hand(m, 'acceptor', 'insert cashbox'));
}

function lateVend(m: Moment): boolean {
  if (!isFact(m.boundary) || m.what !== 'note.stacked') return false;
  const stack = m.world.kiosk?.stacks.acceptor;
  return stack !== undefined && stack.session !== m.world.kiosk?.session?.id;
}

function leftWithMoney(m: Moment): boolean {
  const session = m.world.kiosk?.session;
  return (
    isFact(m.boundary) && m.what === 'time.reached' && session?.warned === true && (session.sale?.notes.length ?? 0) > 0
  );
}

function insertAtClosing(m: Moment): void {
  m.world.clock.after(m.world.random.integer(1, 100), () => {
    m.world.act('acceptor', { action: 'insert', minor: 2_000 });
  });
}

function betweenVisits(m: Moment): boolean {
  return m.world.kiosk?.session === null && m.oracle.customer >= 3;
}

function exchange(m: Moment): void {
  later(m.world, 100, 200, () => {
    // Who puts the other one in keeps his hands off when the faults are to stop.
    if (m.world.calm) return;
    // A note on its way in or out would leave with the machine.
    const { note } = m.oracle;
    if (note !== null && !note.inBox && !note.out) return;
    if (Object.values(m.world.kiosk?.payouts ?? {}).some(({ device }) => device === 'acceptor')) return;
    m.world.crash('p');
    m.oracle.exchanged = true;
    m.world.exchangeAcceptor();
    if (m.world.random.chance(0.5)) confirmOnce(m.world);
  });
}

/** A person comes by until there is a new table to confirm. */
function confirmOnce(world: World): void {
  later(world, 10_000, 40_000, () => {
    if (!world.confirmTable()) confirmOnce(world);
  });
}

function paperOut(m: Moment): void {
  hand(m, 'printer', 'paper', 'out');
  later(m.world, 10_000, 60_000, () => hand(m, 'printer', 'paper', 'ok'));
}

function printerPower(m: Moment): void {
  m.world.crashes.d += 1;
  hand(m, 'printer', 'cut power');
  later(m.world, 2_000, 20_000, () => hand(m, 'printer', 'restore power'));
}

function failSync(m: Moment): void {
  const { world } = m;
  const kind = world.random.pick(['EIO', 'ENOSPC', 'EROFS'] as const);
  world.tell(`the next sync fails: ${kind}`);
  world.disk.failNextSync(kind, world.random.chance(0.5));
}

/** Power goes when a note has just reached the box, and the first sync of what the machine then says of it fails. */
function failAtPowerUp(m: Moment): void {
  const { world } = m;
  world.delayFact = (fact) => {
    if (fact.fact !== 'device.powered-up') return 0;
    world.delayFact = () => 0;
    failSync(m);
    return 0;
  };
  throw new Crash('p');
}

function jumpClock(m: Moment): void {
  const { world } = m;
  const byMs = world.random.pick([3_600_000, -3_600_000, 5 * 365 * 86_400_000, -3 * 365 * 86_400_000]);
  world.tell(`the clock jumps by ${byMs / 3_600_000} h`);
  world.clock.jumpWall(byMs);
}

function atReview(m: Moment): boolean {
  return isFact(m.boundary) && m.what === 'intent' && m.world.kiosk?.session?.stage.at === 'review';
}

/** A crash out of nowhere, at whatever the process is doing. */
export function anyCrash(world: World): void {
  if (world.calm) return;
  const kind = world.random.pick(['k', 'k', 'p', 'd', 'l', 'n'] as const);
  const moment: Moment = { world, oracle: undefined as never, boundary: 'b0', what: '' };
  const other = world.machines.terminal !== undefined && world.random.chance(0.6);
  switch (kind) {
    case 'k':
    case 'p':
      world.crash(kind);
      break;
    case 'd':
      darken(world, other ? 'terminal' : 'acceptor');
      break;
    case 'l':
      cutLine(moment, other ? 'terminal' : world.random.pick(['acceptor', 'printer']), 500, 8_000);
      break;
    case 'n':
      network(moment, 'down');
      break;
  }
}

function darken(world: World, device: string): void {
  world.crashes.d += 1;
  world.act(device, { action: 'cut power' });
  later(world, 500, 8_000, () => world.act(device, { action: 'restore power' }));
}
