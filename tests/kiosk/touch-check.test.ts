import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import type { DeviceFact } from '../../hardware/device.ts';
import { createRefusals } from '../../kiosk/server/refused.ts';
import { createTouchDoor, type TouchSocket } from '../../kiosk/server/touch-door.ts';
import type { TouchDown, TouchPlace } from '../../kiosk/server/wire.ts';
import { createTouchCheck, type TouchCheck, touchWhenFree, usualPlaces } from '../../kiosk/touch-check.ts';

let clock: VirtualClock;
let facts: DeviceFact[];
let taps: TouchPlace[];
let parked: number;
let free: boolean;
/** Where a tap arrives in the page. */
let arrives: (at: TouchPlace) => TouchPlace | null;
let door: ReturnType<typeof createTouchDoor>;
let refusals: ReturnType<typeof createRefusals>;

beforeEach(() => {
  clock = new VirtualClock(0);
  facts = [];
  taps = [];
  parked = 0;
  free = true;
  arrives = (at) => at;
  refusals = createRefusals({ info: () => {}, warn: () => {} });
  door = createTouchDoor(refusals);
});

/** A page that does what the glass does. */
function page(shows = true) {
  const heard: TouchDown[] = [];
  let closed = false;
  const socket: TouchSocket = {
    send(text) {
      const down = JSON.parse(text) as TouchDown;
      heard.push(down);
      if (down.type === 'targets' && shows) clock.after(20, () => seated.message('{"type":"shown"}'));
    },
    close: () => {
      closed = true;
    },
  };
  const seated = door.sit(socket);
  return { heard, seated, closed: () => closed };
}

function checkOn(seated: { message(text: string | null): void } | null) {
  return createTouchCheck({
    clock,
    glass: door,
    free: () => free,
    onFact: (fact) => facts.push(fact),
    display: {
      id: 'display',
      tap: async (at) => {
        taps.push(at);
        const place = arrives(at);
        if (place !== null)
          clock.after(20, () => seated?.message(JSON.stringify({ type: 'touched', x: place.x, y: place.y })));
        return true;
      },
      park: async () => {
        parked += 1;
      },
    },
  });
}

/** Lets virtual time go on until the check has ended. */
async function ended(check: Promise<TouchCheck>): Promise<TouchCheck> {
  let over = false;
  void check.then(() => {
    over = true;
  });
  for (let turns = 0; turns < 1_000 && !over; turns++) {
    await new Promise(setImmediate);
    clock.runUntil(clock.monoMs() + 100);
  }
  return check;
}

test('taps that arrive where they were made are well, the targets go away and the pointer is parked', async () => {
  const { heard, seated } = page();
  const check = await ended(checkOn(seated)());
  expect(check).toEqual({ checked: true, ok: true, taps: usualPlaces.map((at) => ({ at, arrived: at })) });
  expect(heard.map(({ type }) => type)).toEqual(['targets', 'end']);
  expect(parked).toBe(1);
  expect(facts).toEqual([]);
});

test('taps that arrive elsewhere are a fault until they arrive again', async () => {
  const { seated } = page();
  const touchCheck = checkOn(seated);
  arrives = ({ x, y }) => ({ x: Math.round(x * 0.9), y });
  expect(await ended(touchCheck())).toMatchObject({ checked: true, ok: false });
  expect(await ended(touchCheck())).toMatchObject({ checked: true, ok: false });
  arrives = (at) => at;
  expect(await ended(touchCheck())).toMatchObject({ checked: true, ok: true });
  expect(facts).toEqual([
    { device: 'display', fact: 'device.fault', code: 'display.untouched' },
    { device: 'display', fact: 'device.cleared', code: 'display.untouched' },
  ]);
});

test('taps that do not arrive at all are a fault', async () => {
  const { seated } = page();
  arrives = () => null;
  const check = await ended(checkOn(seated)([{ x: 500, y: 500 }]));
  expect(check).toEqual({ checked: true, ok: false, taps: [{ at: { x: 500, y: 500 }, arrived: null }] });
});

test('a tap that comes too late for its target is not the next target’s', async () => {
  const { seated } = page();
  const [first, second] = [
    { x: 100, y: 100 },
    { x: 900, y: 100 },
  ];
  arrives = (at) => {
    if (at !== first) return at;
    clock.after(3_050, () => seated.message(JSON.stringify({ type: 'touched', ...at })));
    return null;
  };
  expect(await ended(checkOn(seated)([first, second]))).toEqual({
    checked: true,
    ok: false,
    taps: [
      { at: first, arrived: null },
      { at: second, arrived: second },
    ],
  });
});

test('nothing is tapped while somebody is served, without a page, or on one that shows no targets', async () => {
  expect(await ended(checkOn(null)())).toEqual({ checked: false, why: 'no-glass' });
  const { seated } = page(false);
  expect(await ended(checkOn(seated)())).toEqual({ checked: false, why: 'no-glass' });
  free = false;
  expect(await ended(checkOn(seated)())).toEqual({ checked: false, why: 'served' });
  expect(taps).toEqual([]);
  expect(facts).toEqual([]);
});

test('a customer who comes under it ends it, and nobody is blamed', async () => {
  const { heard, seated } = page();
  arrives = (at) => {
    free = false;
    return at;
  };
  expect(await ended(checkOn(seated)())).toEqual({ checked: false, why: 'served' });
  expect(taps).toHaveLength(1);
  expect(heard.at(-1)).toEqual({ type: 'end' });
  expect(facts).toEqual([]);
});

describe('a check that nobody waits for', () => {
  const timePasses = async () => {
    for (let turns = 0; turns < 400; turns++) {
      await new Promise(setImmediate);
      clock.runUntil(clock.monoMs() + 100);
    }
  };

  test('is put off while somebody is served, told once, and made when they have gone', async () => {
    const { seated } = page();
    const told: TouchCheck[] = [];
    free = false;
    touchWhenFree(checkOn(seated), clock, (check) => told.push(check))();
    await timePasses();
    await timePasses();
    expect([told, taps]).toEqual([[{ checked: false, why: 'served' }], []]);
    free = true;
    await timePasses();
    expect(told.slice(1)).toMatchObject([{ checked: true, ok: true }]);
    await timePasses();
    expect(taps).toHaveLength(usualPlaces.length);
  });

  test('that a customer came under is made anew from the first target', async () => {
    const { seated } = page();
    const told: TouchCheck[] = [];
    arrives = (at) => {
      free = taps.length !== 2;
      return at;
    };
    touchWhenFree(checkOn(seated), clock, (check) => told.push(check))();
    clock.after(10_000, () => {
      free = true;
    });
    await timePasses();
    await timePasses();
    expect(told.map((check) => check.checked && check.ok)).toEqual([false, true]);
    expect(taps).toHaveLength(2 + usualPlaces.length);
  });

  test('waits once, however often it is wanted', async () => {
    const { seated } = page();
    free = false;
    const soon = touchWhenFree(checkOn(seated), clock, () => {});
    for (let n = 0; n < 5; n++) soon();
    await timePasses();
    free = true;
    await timePasses();
    await timePasses();
    expect(taps).toHaveLength(usualPlaces.length);
  });
});

test('one check at a time', async () => {
  const { seated } = page();
  const touchCheck = checkOn(seated);
  const first = touchCheck();
  expect(await touchCheck()).toEqual({ checked: false, why: 'running' });
  expect(await ended(first)).toMatchObject({ ok: true });
});

test('the newer page has the door, and what the older says is not heard', async () => {
  const older = page();
  const newer = page();
  expect(older.closed()).toBe(true);
  older.seated.closed();
  arrives = () => null;
  const checking = checkOn(newer.seated)([{ x: 10, y: 10 }]);
  clock.after(500, () => older.seated.message('{"type":"touched","x":10,"y":10}'));
  expect(await ended(checking)).toMatchObject({ ok: false });
});

test.each([
  null,
  '',
  '{"type":"touched"}',
  '{"type":"touched","x":-1,"y":0}',
  '{"type":"touched","x":1,"y":1,"z":1}',
  '[]',
])('%j of a page is turned away and counted', (text) => {
  const { seated } = page();
  seated.message(text);
  expect(refusals.all()['socket-shape']).toBe(1);
});
