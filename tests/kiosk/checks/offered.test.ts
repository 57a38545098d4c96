/** Which checks a kiosk offers, and that what is tried outside of it becomes a result with a person and a date. */
import { expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import { kindOf, protocolNamed } from '../../../hardware/catalog.ts';
import { faultOf, stopsAcceptance } from '../../../hardware/faults.ts';
import { emptyKiosk } from '../../../kiosk/kiosk.ts';
import { rulesOf } from '../../../kiosk/rules.ts';
import { checkNotOffered, checksTable, readinessTable } from '../../../kiosk/server/staff-checks.ts';
import type { CheckName } from '../../../kiosk/server/staff-wire.ts';
import { config as lab } from '../../simulation/run.ts';
import { Shift } from '../staff/shift.ts';

const wired = protocolNamed('modbus').driver.labSettings;
const module = (id: string, settings: Config['devices'][number]['settings']) => {
  return { id, protocol: 'modbus', port: id, settings };
};

function isOffered(config: Config, check: CheckName, device: string | null): boolean {
  const kiosk = emptyKiosk(rulesOf(config, { kindOf, stops: stopsAcceptance }));
  return checkNotOffered(kiosk, { config, kindOf }, { check, device }) !== 'unknown-device';
}

test('lamps are checked at the modules that have some', () => {
  const { lamps: _, ...dark } = wired;
  const config = { ...lab, devices: [...lab.devices, module('io', wired), module('dark', dark)] };
  expect(isOffered(config, 'lamps', 'io')).toBe(true);
  expect([isOffered(config, 'lamps', 'dark'), isOffered(config, 'contacts', 'dark')]).toEqual([false, true]);
});

test('a relay is checked only where it lets goods out', () => {
  const config = { ...lab, devices: [...lab.devices, module('io', wired)] };
  const goods = lab.goods && { ...lab.goods, handOver: 'relay' as const, relay: { name: 'goods', ms: 500 } };
  expect([isOffered(config, 'relay', 'io'), isOffered({ ...config, goods }, 'relay', 'io')]).toEqual([false, true]);
});

test('taps are checked only where the screen is this kiosk’s to tap', () => {
  const display = { x: ':0', browser: '/usr/bin/chromium' };
  expect([isOffered(lab, 'taps', null), isOffered({ ...lab, display }, 'taps', null)]).toEqual([false, true]);
});

test('taps that a technician had made are kept with who did it and when, over a start', () => {
  const shift = new Shift().hired('administrator').hired('technician').enters('2');
  shift.step({ fact: 'check.asked', check: 'taps', device: null, by: '2' });
  const command = shift.kiosk.checks.open?.command ?? '';
  const read = { taps: 5, arrived: 4, off: 2, tookMs: 900 };
  shift.step({ fact: 'check.answered', command, outcome: 'failed', read, fault: 'untouched' });
  const endedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const result = { check: 'taps', device: null, by: '2', outcome: 'failed', fault: 'untouched', read, endedAt };
  expect(shift.restarted().kiosk.checks.last).toEqual([result]);
});

/** What the staff's page reads of a shift whose note check the fact has ended. */
function pages(shift: Shift) {
  const remedyOf = (code: string) => faultOf(code)?.remedy ?? null;
  const pins = { name: () => null } as never;
  const machine = { version: '1', configHash: 'hash', identityOf: () => null, freeBytes: () => null };
  const parts = { config: lab, kindOf, pins, remedyOf, machine };
  const last = checksTable(shift.kiosk, parts).checks.find(({ check }) => check === 'take-note')?.last;
  return { last, lines: readinessTable(shift.kiosk, parts).lines };
}

function noteCheck(): Shift {
  const shift = new Shift().hired('administrator').hired('technician').enters('2');
  return shift.step({ fact: 'check.asked', check: 'take-note', device: 'acceptor', by: '2' });
}

test('a check that a device’s own fault has ended says what to do about it, and so does the readiness report', () => {
  const remedy = faultOf('id003.jam-acceptor')?.remedy;
  expect(remedy).toBeDefined();
  const { last, lines } = pages(
    noteCheck().step({ fact: 'device.fault', device: 'acceptor', code: 'id003.jam-acceptor' }),
  );
  expect(last).toMatchObject({ outcome: 'failed', fault: 'id003.jam-acceptor', remedy });
  expect(lines.en).toContain(`fault acceptor id003.jam-acceptor: ${remedy?.en}`);
  expect(lines['zh-CN']).toContain(`故障 acceptor id003.jam-acceptor：${remedy?.['zh-CN']}`);
});

test.each(['missing', 'busy', 'denied', 'lost', 'refused', 'closed', 'silent'] as const)(
  'a check whose device was lost as %s says what to do about it',
  (reason) => {
    const shift = noteCheck().step({ fact: 'device.lost', device: 'acceptor', reason, message: reason });
    const { last } = pages(shift);
    expect(last).toMatchObject({ fault: `lost-${reason}`, remedy: faultOf(`port.${reason}`)?.remedy });
    expect(last?.remedy?.['zh-CN']).toMatch(/\p{Script=Han}/u);
  },
);

test('a fault of the check itself, and one that nobody knows, have no remedy of a device', () => {
  for (const code of ['nobody', 'other.unknown'])
    expect(pages(noteCheck().step({ fact: 'device.fault', device: 'acceptor', code })).last).toMatchObject({
      fault: code,
      remedy: null,
    });
});
