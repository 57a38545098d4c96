/** Change that waits between the lips of a machine (tests/faults.md 55), with the machine itself. Amounts in fen. */
import { expect, test } from 'vitest';
import { Scene } from './scene.ts';
import { recyclerWorld } from './recycler.ts';

const ten = 1_000;
const filled = 20;

/** At a machine that pays notes out one by one and cannot draw one in again. */
function atRecycler(): Scene {
  const scene = new Scene(recyclerWorld());
  scene.hand('cut power');
  scene.hand('fill', { minor: ten, count: filled });
  scene.hand('restore power');
  scene.until('the acceptor is ready', () => scene.world.kiosk?.devices.acceptor?.ready === true);
  const pieces = [{ minor: ten, count: filled }];
  const booked = {
    fact: 'cash.filled',
    device: 'acceptor',
    unit: 'recycler',
    currency: 'CNY',
    pieces,
    by: '1',
  } as const;
  scene.world.loop?.take(booked);
  return scene;
}

/** A bill is paid whose change is so many notes of ¥10, and the first of them waits. */
function firstNoteWaits(notes: number): Scene {
  const scene = atRecycler();
  scene.toCash(5_000 - notes * ten);
  scene.insert(5_000);
  scene.until('the first note waits', () => scene.lips === ten && scene.glass?.screen === 'take-note');
  return scene;
}

/** What the machine holds to pay out, by its own truth and by the books. */
function held(scene: Scene): readonly [number, number] {
  const stock = scene.world.kiosk?.till.units.find(({ unit, minor }) => unit === 'recycler' && minor === ten);
  return [scene.cashIn('recycler', ten), (stock?.count ?? 0) * ten];
}

function shut(scene: Scene): boolean {
  scene.world.ask({ do: 'begin' });
  return scene.stage === null && scene.glass?.screen === 'out-of-service';
}

test('55: notes of the change come one by one, and each is asked to be taken before the visit goes on', () => {
  const scene = firstNoteWaits(2);
  scene.wait(30_000);
  expect(scene.glass).toMatchObject({ screen: 'take-note', progress: { done: 0 } });
  scene.hand('take');
  scene.until('the second note waits', () => scene.lips === ten && scene.glass?.screen === 'take-note');
  expect(scene.glass).toMatchObject({ progress: { done: 0.5 } });
  scene.wait(30_000);
  scene.hand('take');
  scene.at('settled');
  expect(scene.glass).toMatchObject({ screen: 'settled', take: null });
  scene.at(null);
  expect(scene.entries('case.opened')).toEqual([]);
  expect(held(scene)).toEqual([(filled - 2) * ten, (filled - 2) * ten]);
});

test('55: a note that its owner leaves has a number after its limit, and nobody begins until it is gone', () => {
  const scene = firstNoteWaits(2);
  scene.wait(44_000);
  expect(scene.stage).toBe('giving');
  scene.at(null);
  expect(scene.openCases()).toEqual(['change-left']);
  expect(scene.entries('sale.paid')).toMatchObject([{ change: { cash: 0, voucher: 0, owed: 2 * ten } }]);
  scene.wait(600_000);
  expect(shut(scene)).toBe(true);
  // Somebody takes it, and so the other one comes.
  scene.hand('take');
  scene.until('the second note waits', () => scene.lips === ten);
  expect(shut(scene)).toBe(true);
  scene.hand('take');
  scene.until('the order has ended', () => scene.entries('payout.done').length === 1);
  expect(held(scene)).toEqual([(filled - 2) * ten, (filled - 2) * ten]);
  // Nobody knows who has them: that is for a person.
  expect(scene.openCases()).toEqual(['change-left']);
  expect(scene.entries('case.opened')).toHaveLength(1);
  expect(scene.entries('case.resolved')).toEqual([]);
  scene.toCash(5_000);
  expect(scene.credited).toBe(0);
});

test.each([
  ['k', 'the daemon is killed'],
  ['p', 'power goes'],
] as const)('55, %s: %s while the note waits for its owner: they are asked again, and then it is left', (crash, _) => {
  const scene = firstNoteWaits(1);
  scene.wait(10_000);
  scene.world.crash(crash);
  scene.back();
  scene.until('the machine tells again', () => scene.glass?.screen === 'take-note');
  scene.wait(30_000);
  expect(scene.glass?.screen).toBe('take-note');
  scene.at(null);
  expect(scene.openCases()).toEqual(['change-left']);
  expect(shut(scene)).toBe(true);
});

test.each([
  ['k', 'the daemon is killed'],
  ['p', 'power goes'],
] as const)('55, %s: %s when the note is left: the kiosk knows it at once, and takes no second number', (crash, _) => {
  const scene = firstNoteWaits(1);
  scene.at(null);
  scene.world.crash(crash);
  scene.back();
  expect(shut(scene)).toBe(true);
  scene.until('the machine tells again', () => scene.world.kiosk?.devices.acceptor?.presented != null);
  scene.wait(120_000);
  expect(shut(scene)).toBe(true);
  scene.hand('take');
  scene.until('the order has ended', () => scene.world.kiosk !== null && scene.entries('change.gone').length === 1);
  scene.until('it is booked', () => held(scene)[1] === (filled - 1) * ten);
  expect(scene.entries('case.opened')).toHaveLength(1);
  expect(scene.openCases()).toEqual(['change-left']);
  scene.toCash(5_000);
});

test('55, p: the note is taken while power is away: it is gone, booked, and a person’s', () => {
  const scene = firstNoteWaits(1);
  scene.at(null);
  scene.world.crash('p');
  scene.hand('take');
  scene.back();
  scene.until('it is known to be gone', () => scene.entries('change.gone').length === 1);
  expect(held(scene)).toEqual([(filled - 1) * ten, (filled - 1) * ten]);
  expect(scene.openCases()).toEqual(['change-left']);
  scene.toCash(5_000);
});
