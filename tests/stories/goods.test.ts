/** Goods that are bought (tests/faults.md 60–64 and 67), told one by one. Amounts in fen. */
import { expect, test } from 'vitest';
import type { PaperRef } from '../../kiosk/entry.ts';
import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { newHatchWorld } from '../simulation/run.ts';
import { Scene } from './scene.ts';

type Settled = Extract<ScreenBody, { screen: 'settled' }>;

function scene(): Scene {
  return new Scene();
}

/** Somebody wants five waters, ¥5, and stands before the ways to pay. */
function choosing(one: Scene): Scene {
  const { world } = one;
  world.ask({ do: 'begin' });
  world.ask({ do: 'task', task: 'buy' });
  world.ask({ do: 'basket', product: 'water', count: 5 });
  world.ask({ do: 'order' });
  one.at('review');
  world.ask({ do: 'confirm-bill' });
  one.at('choose');
  return one;
}

function atSlot(one: Scene): Scene {
  choosing(one).world.ask({ do: 'method', method: 'cash' });
  one.world.ask({ do: 'agree' });
  one.at('pay-cash');
  return one;
}

const pickUp = (one: Scene) => (one.glass as Settled).pickUp;
const tickets = (one: Scene) => one.entries('document.print').filter(({ document }) => document.paper === 'ticket');
const ticketsOut = (one: Scene) => {
  const printed: readonly { readonly document: PaperRef }[] = one.entries('document.printed');
  return printed.filter(({ document }) => document.paper === 'ticket').length;
};
/** The visit goes on by itself to its end. */
const leaves = (one: Scene) => one.at(null);

test('goods are chosen, ordered and paid with a note: their number stands on the glass and on a ticket', () => {
  const one = atSlot(scene());
  one.insert(500);
  one.at('settled');
  expect(pickUp(one)).toMatchObject({ number: '001' });
  one.until('the ticket is out', () => ticketsOut(one) === 1);
  expect(pickUp(one)).toMatchObject({ number: '001' });
  expect(one.entries('order.place')).toMatchObject([{ items: [{ product: 'water', count: 5 }] }]);
  expect(one.entries('sale.paid')).toMatchObject([{ minor: 500, bill: { number: '#10000000' } }]);
  expect([...one.world.goods.ledger.values()]).toEqual([{ number: '#10000000', minor: 500, pickUp: '001' }]);
  expect(one.world.biller.ledger.size).toBe(0);
  leaves(one);
  expect(tickets(one)).toMatchObject([{ copy: false }]);
  expect(one.openCases()).toEqual([]);
});

test('60: who sells goods is away: nothing is ordered, the basket stays, and it is ordered when they are back', () => {
  const one = scene();
  const { world } = one;
  world.goods.mood = 'down';
  world.ask({ do: 'begin' });
  world.ask({ do: 'task', task: 'buy' });
  world.ask({ do: 'basket', product: 'tea', count: 2 });
  world.ask({ do: 'order' });
  one.until('an answer', () => {
    const stage = world.kiosk?.session?.stage;
    return stage?.at === 'shop' && stage.problem === 'down';
  });
  const { glass } = one;
  expect(glass?.screen === 'shop' && glass.basket).toMatchObject([{ id: 'tea', count: 2 }]);
  expect(one.entries('sale.opened')).toEqual([]);
  world.goods.mood = 'well';
  world.ask({ do: 'order' });
  one.at('review');
});

test('61: the answer to the booking is lost: asked again under its id, one number, and nobody is let go before it', () => {
  const one = atSlot(scene());
  one.world.goods.mood = 'forgets';
  one.insert(500);
  one.until('the goods are booked', () => one.world.goods.ledger.size === 1);
  one.world.ask({ do: 'finish' });
  expect(one.stage).toBe('settling');
  one.world.goods.mood = 'well';
  one.at('settled');
  expect(pickUp(one)).toMatchObject({ number: '001' });
  expect(one.entries('bill.post')).toHaveLength(1);
  expect(one.world.goods.ledger.size).toBe(1);
});

test('61: nobody tells the number for long: its owner gets that of a case, which leads to the number later', () => {
  const one = atSlot(scene());
  one.world.goods.mood = 'down';
  one.insert(500);
  one.at('case');
  expect(one.openCases()).toEqual(['post-unanswered']);
  const [number] = Object.keys(one.world.kiosk?.cases ?? {});
  one.until('the case is on paper', () => one.entries('document.printed').length === 1);
  one.world.ask({ do: 'finish' });
  one.at('settled');
  expect(pickUp(one)).toMatchObject({ number });
  leaves(one);
  one.world.goods.mood = 'well';
  one.until('it is booked', () => one.entries('bill.posted').length === 1);
  expect(one.openCases()).toEqual(['post-unanswered']);
  expect(tickets(one)).toEqual([]);
});

test('61: it comes after all while its owner stands before the case: the case ends, and a ticket comes', () => {
  const one = atSlot(scene());
  one.world.goods.mood = 'down';
  one.insert(500);
  one.at('case');
  one.world.goods.mood = 'well';
  one.until('the ticket is out', () => ticketsOut(one) === 1);
  expect(one.openCases()).toEqual([]);
  one.world.ask({ do: 'finish' });
  one.at('settled');
  expect(pickUp(one)).toMatchObject({ number: '001' });
});

test('62: the booking is refused after the money was taken: it comes back as a slip, with a case and no number', () => {
  const one = atSlot(scene());
  one.world.goods.mood = 'refuses';
  one.insert(500);
  one.at('case');
  expect(one.entries('refund.done')).toMatchObject([{ method: 'voucher', minor: 500 }]);
  expect(one.openCases()).toEqual(['post-refused']);
  one.until('slip and case are on paper', () => one.entries('document.printed').length === 2);
  one.world.ask({ do: 'finish' });
  one.at('settled');
  expect(pickUp(one)).toBeNull();
  expect(tickets(one)).toEqual([]);
});

test.each(['k', 'p'] as const)(
  '63: %s between payment and booking: booked once, and its owner gets the number',
  (kind) => {
    const one = atSlot(scene());
    one.crashAt(kind, 'b3', 'bill.post');
    one.insert(500);
    one.back();
    one.at('settled');
    expect(pickUp(one)).toMatchObject({ number: '001' });
    one.until('the ticket is out', () => ticketsOut(one) === 1);
    expect(one.entries('bill.post')).toHaveLength(1);
    expect(one.world.goods.ledger.size).toBe(1);
    leaves(one);
    expect(one.openCases()).toEqual([]);
  },
);

test('63: the power is gone for days between payment and booking: nothing is printed, and a case has the order', () => {
  const one = atSlot(scene());
  one.crashAt('p', 'b3', 'bill.post');
  one.insert(500);
  one.until('the power is gone', () => one.world.kiosk === null);
  one.world.clock.jumpWall(3 * 86_400_000);
  one.until('the daemon runs again', () => one.world.kiosk !== null);
  one.until('it is booked', () => one.entries('bill.posted').length === 1);
  expect(one.openCases()).toEqual(['number-not-given']);
  expect(tickets(one)).toEqual([]);
});

test('63: the daemon is killed while the ticket prints: a copy comes, marked as such, with the same number', () => {
  const one = atSlot(scene());
  one.crashAt('k', 'b3', 'document.print');
  one.insert(500);
  one.back();
  one.until('a ticket is out', () => ticketsOut(one) === 1);
  expect(tickets(one).map(({ copy }) => copy)).toEqual([false, true]);
  expect(one.stage).toBe('settled');
  expect(pickUp(one)).toMatchObject({ number: '001' });
  leaves(one);
  expect(one.openCases()).toEqual([]);
});

test('64: the printer is out of paper: the number stays on the glass, with a case, and the ticket comes when there is some', () => {
  const one = atSlot(scene());
  one.world.act('printer', { action: 'paper', value: 'out' });
  one.insert(500);
  one.at('settled');
  one.until('the case', () => one.openCases().includes('number-not-given'));
  const shown = pickUp(one);
  expect(shown).toMatchObject({ number: '001' });
  expect(shown?.text).toContain(Object.keys(one.world.kiosk?.cases ?? {})[0]);
  one.world.act('printer', { action: 'paper', value: 'ok' });
  one.until('the ticket is out', () => ticketsOut(one) === 1);
  expect(one.openCases()).toEqual([]);
});

test('64: it stays out of paper: whoever read the number goes with it, and the case stays', () => {
  const one = atSlot(scene());
  one.world.act('printer', { action: 'paper', value: 'out' });
  one.insert(500);
  one.at('settled');
  leaves(one);
  expect(one.openCases()).toEqual(['number-not-given']);
  expect(one.entries('sale.paid')).toHaveLength(1);
});

/** The hatch, and how often it was opened. */
function hatch(): { readonly one: Scene; readonly opened: () => number } {
  const one = new Scene(newHatchWorld(1));
  let times = 0;
  one.world.onMachine = (device, event) => {
    if (device === 'cabinet' && event.event === 'relay' && event.state === 'on') times += 1;
  };
  one.until('the module is ready', () => one.world.kiosk?.devices.cabinet?.ready === true);
  return { one, opened: () => times };
}

test('67: goods behind a hatch come out once they are paid, and the seller hears that they are out', () => {
  const { one, opened } = hatch();
  atSlot(one).insert(500);
  one.until('the goods are out', () => one.entries('goods.released').length === 1);
  expect(opened()).toBe(1);
  expect([...one.world.goods.out]).toEqual(['#10000000']);
  leaves(one);
  expect(one.openCases()).toEqual([]);
});

test.each([
  ['k', 'b3'],
  ['p', 'b3'],
  ['k', 'b5'],
] as const)('67: %s at %s as the hatch is to open: at most once, and what nobody knows is a case', (kind, boundary) => {
  const { one, opened } = hatch();
  one.crashAt(kind, boundary, boundary === 'b3' ? 'goods.release' : 'relay-on');
  atSlot(one).insert(500);
  one.back();
  one.until('it is known, or a case', () => one.openCases().includes('goods-not-released'));
  one.wait(120_000);
  expect(opened()).toBe(boundary === 'b3' ? 0 : 1);
  expect(one.entries('goods.release')).toHaveLength(1);
  expect(one.entries('goods.not-released')).toHaveLength(1);
});

test('67: the seller dies with the daemon as the goods come out: it hears of it at the next start', () => {
  const { one } = hatch();
  one.crashAt('k', 'b3', 'goods.released');
  atSlot(one).insert(500);
  one.until('the daemon is gone', () => one.entries('goods.released').length === 1 && one.world.kiosk === null);
  expect([...one.world.goods.out]).toEqual([]);
  one.until('the daemon runs again', () => one.world.kiosk !== null);
  expect([...one.world.goods.out]).toEqual(['#10000000']);
});

test('a receipt of goods is printed again for whoever types its number and the digits of the order', () => {
  const one = atSlot(scene());
  one.insert(500);
  leaves(one);
  const printed = () => one.entries('document.print').filter(({ document }) => document.paper === 'receipt').length;
  for (const [bill, copies] of [
    ['10000001', 0],
    ['10000000', 1],
  ] as const) {
    one.world.ask({ do: 'begin' });
    one.world.ask({ do: 'task', task: 'receipt' });
    one.world.ask({ do: 'find-receipt', number: 'R1', bill });
    expect(printed(), bill).toBe(copies);
    leaves(one);
  }
});

test('an order that was looked at again is changed: back leads to the basket, and another order is made', () => {
  const one = choosing(scene());
  one.world.ask({ do: 'back' });
  expect(one.world.kiosk?.session?.stage).toMatchObject({ at: 'shop', basket: [{ product: 'water', count: 5 }] });
  one.world.ask({ do: 'basket', product: 'water', count: 0 });
  one.world.ask({ do: 'basket', product: 'tea', count: 1 });
  one.world.ask({ do: 'order' });
  one.at('review');
  expect(one.world.kiosk?.session?.stage).toMatchObject({ bill: { number: '#10000001', minor: 600 } });
});
