import { describe, expect, test } from 'vitest';
import { memory } from '../../kiosk/command.ts';
import type { ConfigChange } from '../../kiosk/configuration/change.ts';
import { leavingRefused, takeOutRefused } from '../../kiosk/configuration/devices.ts';
import { startIsDue } from '../../kiosk/configuration/restart.ts';
import { Shift } from './staff/shift.ts';
import { Visit } from './view/visit.ts';

const change: ConfigChange = {
  ...{ n: 1, what: 'use', device: 'extra', by: '1', second: null, why: null },
  ...{ from: 'hash', to: 'another' },
};
const changes = (of: Shift) => of.step({ fact: 'config.changed', ...change });
const ends = (of: Shift) => of.recorded.filter(({ kind }) => kind === 'kiosk.shutting-down');

describe('a changed configuration', () => {
  test('is recorded with who did it, and the kiosk ends at once when nobody is there', () => {
    const one = changes(new Shift());
    expect(one.kinds).toEqual(['config.changed', 'kiosk.shutting-down']);
    expect(one.recorded).toContainEqual({ kind: 'config.changed', ...change });
    expect(ends(one)).toEqual([{ kind: 'kiosk.shutting-down', why: 'configuration' }]);
  });

  test('interrupts no visit: the kiosk ends with the visit, once', () => {
    const one = new Shift();
    one.begin();
    expect(one.kiosk.session).not.toBeNull();
    expect(changes(one).kinds).toEqual(['config.changed']);
    expect(startIsDue(one.kiosk)).toBe(true);
    for (let n = 0; n < 20 && one.kiosk.session !== null; n++) one.step({ fact: 'time.reached' }, 60_000);
    expect(one.kiosk.session).toBeNull();
    one.step({ fact: 'time.reached' }, 60_000);
    expect(ends(one)).toHaveLength(1);
  });

  test('waits for no wallet that is to give back under a number: the next start asks it again', () => {
    const one = new Shift();
    one.reached().begin().confirmed().charging('alipay').ask({ do: 'cancel' }).approved().over();
    expect(Object.values(one.kiosk.charges)).toMatchObject([{ status: 'reversing' }]);
    changes(one);
    expect(ends(one)).toHaveLength(1);
    expect(memory(one.restarted().kiosk, 'alipay').openCharges).toMatchObject([{ wanted: 'reverse' }]);
  });

  test('that a start tells again is recorded once, and ends nothing: it has begun', () => {
    const one = new Shift();
    one.step({ fact: 'config.changed', ...change, begun: true });
    one.step({ fact: 'config.changed', ...change, begun: true });
    expect(one.recorded.filter(({ kind }) => kind === 'config.changed')).toHaveLength(1);
    expect(startIsDue(one.kiosk)).toBe(false);
    expect(ends(one)).toEqual([]);
  });

  test('has begun with the start that follows', () => {
    const one = changes(new Shift()).restarted();
    expect(startIsDue(one.kiosk)).toBe(false);
    expect(one.kiosk.configuration.changes).toBe(1);
  });
});

describe('what the office published', () => {
  const staged = (leaving: readonly string[]) =>
    ({ fact: 'config.staged', staged: { edition: 1, to: 'other', leaving } }) as const;

  test('begins when nobody is there', () => {
    const one = new Shift().step(staged([]));
    expect(one.kinds).toEqual(['config.staged', 'kiosk.shutting-down']);
  });

  test('waits while somebody works at the kiosk', () => {
    const one = new Shift().hired('technician').enters('1');
    expect(one.kiosk.staff.service).not.toBeNull();
    expect(one.step(staged([])).kinds).toEqual(['config.staged']);
  });

  test('lets an order that is under way come to its end, and begins then', () => {
    const one = new Shift();
    const at = (ms: number) => new Date(one.kiosk.wallMs + ms).toISOString();
    const times = { orderedAt: at(0), deadline: at(600_000) };
    one.step({ fact: 'remote.ordered', seq: 1, order: { act: 'send-log' }, priority: 'idle', ...times, problem: null });
    one.step(staged([]));
    expect(ends(one)).toEqual([]);
    one.step({ fact: 'remote.answered', seq: 1, outcome: 'done', result: null });
    expect(ends(one)).toEqual([{ kind: 'kiosk.shutting-down', why: 'configuration' }]);
  });

  test('that names another biller waits until the one before has answered', () => {
    const visit = new Visit().boot().begin().payingCash().note(10_000).printed().over();
    const [post] = Object.keys(visit.kiosk.posts);
    visit.step(staged(['biller']));
    expect(startIsDue(visit.kiosk)).toBe(false);
    visit.step({ fact: 'bill.posted', command: post ?? '', reference: 'B1' });
    expect(startIsDue(visit.kiosk)).toBe(true);
  });

  test('is forgotten when the office takes it back', () => {
    const one = new Shift();
    one.begin();
    one.step(staged([])).step({ fact: 'config.staged', staged: null });
    expect(startIsDue(one.kiosk)).toBe(false);
  });
});

describe('a device', () => {
  const lost = (of: Shift, device: string) =>
    of.step({ fact: 'device.lost', device, reason: 'silent', message: 'gone' });

  test('that answers is not taken out', () => {
    expect(takeOutRefused(new Shift().kiosk, 'printer')).toBe('device-here');
  });

  test('that is gone is', () => {
    expect(takeOutRefused(lost(new Shift(), 'acceptor').kiosk, 'acceptor')).toBeNull();
  });

  test('in which the journal has money is not', () => {
    const one = new Shift().hired('administrator');
    one.step({
      ...{ fact: 'cash.filled', device: 'yuan', unit: 'hopper', currency: 'CNY' },
      pieces: [{ minor: 100, count: 50 }],
      by: '1',
    });
    expect(leavingRefused(one.kiosk, 'yuan')).toBe('holds-money');
    expect(takeOutRefused(lost(one, 'yuan').kiosk, 'yuan')).toBe('holds-money');
  });

  test('to which an order has no end yet is not', () => {
    const one = lost(new Shift(), 'yuan');
    const order = { device: 'yuan' } as never;
    expect(takeOutRefused({ ...one.kiosk, payouts: { order } }, 'yuan')).toBe('awaited');
    expect(takeOutRefused({ ...one.kiosk, charges: { order } }, 'yuan')).toBe('awaited');
  });
});

test('with which office it is paired is recorded once, and what another office said counts no more', () => {
  const one = new Shift();
  const paired = { office: 'https://office.example', since: '2026-03-31T00:00:00.000Z' };
  one.step({ fact: 'office.left', by: null, second: null });
  one.step({ fact: 'office.paired', ...paired }).step({ fact: 'office.paired', ...paired });
  one.step({ fact: 'uplink.judged', refused: 'ahead' }).step({ fact: 'config.looked', stale: true });
  expect(one.kiosk.configuration).toMatchObject({ office: paired, untaken: 'ahead', stale: true });
  one.step({ fact: 'office.left', by: '1', second: null }).step({ fact: 'office.left', by: null, second: null });
  expect(one.recorded.filter(({ kind }) => kind.startsWith('office.'))).toEqual([
    { kind: 'office.paired', ...paired },
    { kind: 'office.left', by: '1', second: null },
  ]);
  expect(one.kiosk.configuration).toMatchObject({ office: null, untaken: null, stale: false });
});

test('whether the office can be believed is recorded when it or its reason changes', () => {
  const one = new Shift();
  const looked = [
    { stale: false },
    { stale: true, problem: 'timestamp is expired' },
    { stale: true, problem: 'timestamp is expired' },
    { stale: true, problem: 'snapshot is not signed' },
    { stale: false },
  ];
  for (const body of looked) one.step({ fact: 'config.looked', ...body });
  expect(one.recorded.filter(({ kind }) => kind === 'config.stale')).toEqual([
    { kind: 'config.stale', stale: true, problem: 'timestamp is expired' },
    { kind: 'config.stale', stale: true, problem: 'snapshot is not signed' },
    { kind: 'config.stale', stale: false },
  ]);
  expect(one.kiosk.configuration).toMatchObject({ stale: false, staleWhy: null });
});

test('whether the office takes the journal is recorded when it changes, and holds up nobody', () => {
  const one = new Shift();
  for (const refused of [null, 'rewritten', 'rewritten', null] as const) one.step({ fact: 'uplink.judged', refused });
  expect(one.recorded.filter(({ kind }) => kind === 'uplink.judged')).toEqual([
    { kind: 'uplink.judged', refused: 'rewritten' },
    { kind: 'uplink.judged', refused: null },
  ]);
  expect([one.kiosk.configuration.untaken, ends(one)]).toEqual([null, []]);
});
