/** What happens to the cabinet around the machines (tests/faults.md 68 and 69), told one by one. Amounts in fen. */
import { expect, test } from 'vitest';
import { openedAgainMs } from '../../kiosk/cabinet/contacts.ts';
import { newModuleWorld } from '../simulation/run.ts';
import { Scene } from './scene.ts';

const filled = 20;

/** At a cabinet with an I/O module and hoppers, all of it well and filled. */
function scene(): Scene {
  const one = new Scene(newModuleWorld(1, filled));
  for (const device of ['cabinet', 'yuan', 'jiao', 'coins'])
    one.until(`${device} is ready`, () => one.world.kiosk?.devices[device]?.ready === true);
  one.world.declareFloats();
  one.world.book({ fact: 'staff.added', person: '1', role: 'administrator', pin: 'pin-1', by: null });
  return one;
}

function touch(one: Scene, action: string, value?: string): void {
  expect(one.world.act('cabinet', { action, ...(value === undefined ? {} : { value }) })).toEqual({ ok: true });
}

function mains(one: Scene, value: 'on' | 'off'): void {
  touch(one, 'mains', value);
  one.until(`the mains are ${value}`, () => one.world.kiosk?.cabinet.contacts.mains === value);
}

function lamp(one: Scene, name: string): boolean | undefined {
  return one.world.machines.cabinet?.board?.().lamps.find((each) => each.name === name)?.on;
}

/** Nobody can begin; what the glass says of it. */
function shut(one: Scene): string | null {
  one.world.ask({ do: 'begin' });
  expect(one.stage).toBeNull();
  return one.glass?.screen === 'out-of-service' ? one.glass.titleOther : null;
}

const coinsIn = (one: Scene) => one.world.cashIn('yuan', 'hopper') / 100;
const powerCut = 'Power cut: closed for now';

test('68: the mains go while a note is read: it comes back, the visit is told, and goes on with them', () => {
  const one = scene();
  one.toCash(1_000);
  one.until('the lamp at the slot shines', () => lamp(one, 'slot') === true);
  touch(one, 'mains', 'off');
  one.insert(1_000);
  one.until('the note is at the slot', () => one.slot === 1_000);
  one.until('the lamp at the slot is dark', () => lamp(one, 'slot') === false);
  expect([one.box, one.credited, one.stage]).toEqual([0, 0, 'pay-cash']);
  one.hand('take');
  mains(one, 'on');
  one.insert(1_000);
  one.at('settled');
  one.until('the note is in the box', () => one.box === 1_000);
  expect([one.entries('mains.lost').length, one.entries('mains.back').length]).toEqual([1, 1]);
});

test('68: the mains go while a note is on its way into the box: it counts, its slip comes, then the kiosk ends itself', () => {
  const one = scene();
  one.toCash(5_000);
  one.strikeAt('b4', 'stack', () => {
    touch(one, 'mains', 'off');
    touch(one, 'ups', 'low');
  });
  one.insert(1_000);
  one.until('the kiosk has decided to end', () => one.world.shutDowns === 1);
  expect(one.entries('note.stacked')).toMatchObject([{ minor: 1_000 }]);
  expect(one.entries('document.printed')).toMatchObject([{ document: { paper: 'voucher' } }]);
  expect(one.entries('kiosk.shutting-down')).toEqual([{ kind: 'kiosk.shutting-down', why: 'ups-low' }]);
  touch(one, 'ups', 'ok');
  touch(one, 'mains', 'on');
  one.back();
  one.until('the power cut is over', () => one.entries('mains.back').length === 1);
  expect(one.box).toBe(1_000);
  expect(one.openCases()).toEqual([]);
  one.toCash(1_000);
});

test('68: the mains go while change is paid: every coin comes, and only then the kiosk ends itself', () => {
  const one = scene();
  one.toCash(9_300);
  one.strikeAt('b0', 'payout.starting', () => {
    touch(one, 'mains', 'off');
    touch(one, 'ups', 'low');
  });
  one.insert(10_000);
  one.until('the kiosk has decided to end', () => one.world.shutDowns === 1);
  expect(coinsIn(one)).toBe(filled - 7);
  expect(one.entries('payout.done')).toMatchObject([{ minor: 700 }]);
  expect(one.entries('voucher.issued')).toEqual([]);
  expect(one.openCases()).toEqual([]);
});

test('68: with a good battery the kiosk waits ten minutes for the mains, and lets nobody begin', () => {
  const one = scene();
  mains(one, 'off');
  expect(shut(one)).toBe(powerCut);
  one.wait(590_000);
  expect(one.world.shutDowns).toBe(0);
  one.wait(15_000);
  expect(one.world.shutDowns).toBe(1);
  expect(one.entries('kiosk.shutting-down')).toMatchObject([{ why: 'mains-away' }]);
});

test('69: the vault is opened while nobody is at work: a case and the alarm, until somebody has seen it', () => {
  const one = scene();
  touch(one, 'open vault');
  one.until('it is recorded', () => one.entries('cabinet.tampered').length === 1);
  expect(one.openCases()).toEqual(['tampered']);
  one.until('the alarm blinks on', () => lamp(one, 'alarm') === true);
  one.until('the alarm blinks off', () => lamp(one, 'alarm') === false);
  touch(one, 'close vault');
  one.world.book({ fact: 'staff.identified', person: '1' });
  one.world.book({ fact: 'alarm.acknowledged', by: '1' });
  one.wait(openedAgainMs);
  expect(lamp(one, 'alarm')).toBe(false);
  touch(one, 'open vault');
  one.until('it is recorded with the person', () => one.entries('cabinet.opened').length === 1);
  expect(one.entries('cabinet.opened')).toMatchObject([{ contact: 'vault', by: '1' }]);
  expect(one.entries('cabinet.tampered')).toHaveLength(1);
  expect(one.openCases()).toEqual(['tampered']);
});

test('the key is turned during a visit: its bill is paid all the same, and whoever comes next waits for the staff', () => {
  const one = scene();
  one.toCash(1_000);
  touch(one, 'key', 'on');
  one.until('the key is seen', () => one.world.kiosk?.cabinet.contacts.key === 'on');
  expect(one.stage).toBe('pay-cash');
  one.insert(1_000);
  one.at('settled');
  one.at(null);
  expect(shut(one)).toBe('In use by our staff');
  expect(one.glass).toMatchObject({ staff: { labelOther: 'Staff log-in' } });
  touch(one, 'key', 'off');
  one.until('the key is turned back', () => one.glass?.screen === 'attract');
  one.toCash(1_000);
});
