import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { DeviceState } from '../../../kiosk/device-state.ts';
import { type StateAround, stateOf } from '../../../kiosk/fleet/state-of.ts';
import { stateMessage } from '../../../kiosk/fleet/wire.ts';
import type { Kiosk } from '../../../kiosk/kiosk.ts';
import { Shift } from '../staff/shift.ts';

const open = { lang: 'zh-CN', body: { screen: 'attract' } } as StateAround['shown'];
const around: StateAround = {
  ...{ version: '1.2.3', shown: open, edition: 4, proven: true, waiting: 17, wallMs: Date.UTC(2026, 2, 31) },
  devices: [{ id: 'acceptor', kind: 'note-acceptor' }],
};
const ready: Kiosk = new Shift().kiosk;

test('the whole is what the contract of both sides says', () => {
  const state = stateOf(ready, around);
  expect(v.parse(stateMessage, state)).toEqual(state);
  expect(state).toMatchObject({ at: '2026-03-31T00:00:00.000Z', version: '1.2.3', open: true, why: null, waiting: 17 });
  expect(state.configuration).toMatchObject({ running: ready.configuration.running, edition: 4, staged: null });
});

test('a configuration has proven itself as long as no other is to begin in its place', () => {
  const { proven } = stateOf(ready, around).configuration;
  const waits = { ...ready, configuration: { ...ready.configuration, wanted: 'b' } };
  expect([proven, stateOf(waits, around).configuration.proven]).toEqual([true, false]);
  expect(stateOf(ready, { ...around, proven: false }).configuration.proven).toBe(false);
});

test.each([
  ['zh-CN', '暂停服务', 'Out of service', { 'zh-CN': '暂停服务', en: 'Out of service' }],
  ['en', 'Out of service', '暂停服务', { 'zh-CN': '暂停服务', en: 'Out of service' }],
  ['en', 'Out of service', '', { 'zh-CN': 'Out of service', en: 'Out of service' }],
])('a closed kiosk that speaks %s says why in the words of its screen (%s, %s)', (lang, title, titleOther, why) => {
  const shown = { lang, body: { screen: 'out-of-service', title, titleOther } } as StateAround['shown'];
  expect(stateOf(ready, { ...around, shown })).toMatchObject({ open: false, why });
});

test.each<[string, Partial<DeviceState>, string, string | null]>([
  ['is ready', {}, 'ready', null],
  ['has a note in its mouth', { note: 'escrowed' }, 'busy', null],
  ['has not said yet who it is', { ready: false }, 'busy', null],
  ['has faults', { faults: ['jam', 'cassette'] }, 'fault', 'jam, cassette'],
  ['does not answer', { ready: false, lost: 'no answer', faults: ['jam'] }, 'lost', 'no answer'],
])('a device that %s', (_, change, state, fault) => {
  const acceptor = { ...ready.devices.acceptor, ready: true, lost: null, faults: [], note: 'none', presented: null };
  const kiosk = { ...ready, devices: { acceptor: { ...acceptor, ...change } as DeviceState } };
  expect(stateOf(kiosk, around).devices).toEqual([{ id: 'acceptor', kind: 'note-acceptor', state, fault }]);
});

test('a printer that lacks paper says so, and prints while it is only low', () => {
  const printer = { ready: true, lost: null, faults: [], note: 'none', presented: null };
  const said = (paper: 'ok' | 'low' | 'out', faults: readonly string[] = []) => {
    const kiosk = { ...ready, devices: { acceptor: { ...printer, paper, faults } as never } };
    const [device] = stateOf(kiosk, around).devices;
    return [device?.state, device?.fault];
  };
  expect(said('ok')).toEqual(['ready', null]);
  expect(said('low')).toEqual(['ready', 'paper-low']);
  expect(said('out')).toEqual(['fault', 'paper-out']);
  expect(said('low', ['cutter'])).toEqual(['fault', 'cutter, paper-low']);
});

test('cash is told with how much fits in where that is configured', () => {
  const unit = { device: 'acceptor', currency: 'CNY', minor: 2_000, count: 3 } as const;
  const units = [
    { ...unit, unit: 'box' },
    { ...unit, unit: 'recycler' },
    { ...unit, device: 'gone', unit: 'hopper' },
  ] as const;
  const devices = [{ id: 'acceptor', kind: 'recycler', capacity: { box: 600 } }] as const;
  const { levels } = stateOf({ ...ready, till: { ...ready.till, units } }, { ...around, devices });
  expect(levels.map(({ capacity }) => capacity)).toEqual([600, null, null]);
});

test('cash is told by unit and denomination', () => {
  const units = [{ device: 'acceptor', unit: 'box', currency: 'CNY', minor: 2_000, count: 3 }] as const;
  expect(stateOf({ ...ready, till: { ...ready.till, units } }, around).levels).toEqual([
    { ...units[0], capacity: null },
  ]);
});
