import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import { createGlass } from '../../kiosk/glass.ts';
import { Visit } from './view/visit.ts';

/** 2026-03-31 10:59:30 in Shanghai: half a minute before noon's greeting. */
const startWallMs = Date.UTC(2026, 2, 31, 2, 59, 30);

function shown(visit: Visit) {
  const clock = new VirtualClock(startWallMs);
  const glass = createGlass({ config: visit.config, papers: { phoneReceipt: () => null }, clock });
  let told = 0;
  glass.subscribe(() => {
    told += 1;
  });
  const step = () => glass.step(visit.entries, visit.kiosk);
  step();
  return { clock, glass, step, view: () => glass.view(visit.kiosk), told: () => told };
}

describe('time alone', () => {
  test('changes the greeting of an idle kiosk on the minute', () => {
    const { clock, view, told } = shown(new Visit().boot());
    expect(view().body).toMatchObject({ greeting: '上午好' });
    clock.runUntil(29_000);
    expect(told()).toBe(1);
    clock.runUntil(31_000);
    expect(told()).toBe(2);
    expect(view().body).toMatchObject({ greeting: '中午好' });
    expect(view().number).toBe(2);
  });

  test('counts the last seconds of a visit one by one', () => {
    const visit = new Visit().boot().begin();
    visit.waits(visit.config.limits.idleMs + 1);
    const { clock, view, told } = shown(visit);
    clock.runUntil(visit.kiosk.monoMs);
    const before = told();
    const seconds = view().warning?.seconds ?? 0;
    expect(seconds).toBeGreaterThan(3);
    clock.runUntil(visit.kiosk.monoMs + 3_000);
    expect(told()).toBe(before + 3);
    expect(view().warning?.seconds).toBe(seconds - 3);
  });
});

test('out of service says since when it is, not since when the machine was started', () => {
  const visit = new Visit().boot();
  const { clock, step, view } = shown(visit);
  clock.runUntil(3_600_000);
  visit.step({ fact: 'device.lost', device: 'acceptor', reason: 'missing', message: 'unplugged' });
  step();
  expect(view().body).toMatchObject({ screen: 'out-of-service', since: '11:59 起' });
});

test('a device that goes away once more while it comes back was away all the time', () => {
  const visit = new Visit().boot();
  const { clock, step, view } = shown(visit);
  const jam = (present: boolean) => {
    visit.step({ fact: present ? 'device.fault' : 'device.cleared', device: 'acceptor', code: 'id003.jam' });
    step();
  };
  clock.runUntil(3_600_000);
  jam(true);
  clock.runUntil(3_900_000);
  jam(false);
  expect(view().body.screen).toBe('attract');
  clock.runUntil(3_902_000);
  jam(true);
  expect(view().body).toMatchObject({ since: '11:59 起' });
  jam(false);
  clock.runUntil(3_960_000);
  jam(true);
  expect(view().body).toMatchObject({ since: '12:05 起' });
});

test('a journal that cannot be written closes the glass in the middle of a visit', () => {
  const { glass, view } = shown(new Visit().boot().begin());
  expect(view().body.screen).toBe('welcome');
  glass.fail();
  expect(view()).toMatchObject({ body: { screen: 'out-of-service', since: '10:59 起' }, actions: [] });
});

test('what was said to one visitor is gone when the visit ends', () => {
  const visit = new Visit().boot();
  const { step, view } = shown(visit);
  visit.ask({ do: 'begin' });
  step();
  visit.ask({ do: 'task', task: 'pay-bill' });
  step();
  expect(view().say.map(({ number }) => number)).toEqual([1, 2]);
  visit.ask({ do: 'cancel' });
  step();
  expect(view().say).toEqual([]);
});
