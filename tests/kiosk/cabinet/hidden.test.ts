/** Ways in which the vault could stand open without anybody being told. */
import { expect, test } from 'vitest';
import { isAlarmed } from '../../../kiosk/cabinet/contacts.ts';
import { leftOpenMs } from '../../../kiosk/cabinet/left-open.ts';
import { Shift } from '../staff/shift.ts';

const told = (shift: Shift, state: 'open' | 'closed', laterMs = 1_000) =>
  shift.step({ fact: 'contact.changed', device: 'cabinet', contact: 'vault', state }, laterMs);

test('a vault that is opened a second time within the minute, and stays open, is on record as open and alarms', () => {
  const shift = told(new Shift().hired('administrator').hired('attendant'), 'closed');
  told(shift, 'open').enters('2');
  // An attendant may do that; the case stays.
  shift.step({ fact: 'alarm.acknowledged', by: '2' }).step({ fact: 'staff.left' });
  told(shift, 'closed');
  told(shift, 'open').waits(600_000).waits(3_600_000);
  expect(shift.kiosk.cabinet.contacts.vault).toBe('open');
  expect(shift.kiosk.cabinet.open).toEqual(['vault']);
  expect(isAlarmed(shift.kiosk)).toBe(true);
});

test('a vault that its collector leaves open, and goes, alarms after a minute, and nobody begins meanwhile', () => {
  const shift = told(new Shift().hired('administrator').hired('collector').enters('2'), 'closed');
  told(shift, 'open').step({ fact: 'staff.left' }, 0).begin();
  expect(shift.kiosk.session).toBeNull();
  expect(isAlarmed(shift.waits(leftOpenMs - 10_000).kiosk)).toBe(false);
  expect(isAlarmed(shift.waits(10_000).kiosk)).toBe(true);
  // Once, however long it stays so.
  shift.waits(3_600_000).begin();
  expect([shift.recorded.filter(({ kind }) => kind === 'cabinet.tampered').length, shift.kiosk.session]).toEqual([
    1,
    null,
  ]);
  told(shift, 'closed').begin();
  expect(shift.kiosk.session).not.toBeNull();
});

test('a door that is left open alarms, and customers are served', () => {
  const shift = new Shift().hired('administrator').hired('technician').enters('2');
  for (const state of ['closed', 'open'] as const) {
    shift.step({ fact: 'contact.changed', device: 'cabinet', contact: 'door', state });
  }
  shift.step({ fact: 'staff.left' }).waits(leftOpenMs).begin();
  expect([isAlarmed(shift.kiosk), shift.kiosk.session !== null]).toEqual([true, true]);
});

test('a vault that is shut before the minute is over, or by somebody who comes back, is nobody’s concern', () => {
  const shift = told(new Shift().hired('administrator').hired('collector').enters('2'), 'closed');
  told(shift, 'open').step({ fact: 'staff.left' }).enters('2').waits(leftOpenMs);
  told(shift, 'closed').step({ fact: 'staff.left' }).waits(3_600_000);
  expect(isAlarmed(shift.kiosk)).toBe(false);
});

test('a vault that stands open over a start alarms a minute after it', () => {
  const shift = told(new Shift().hired('administrator').hired('collector').enters('2'), 'closed');
  told(shift, 'open').step({ fact: 'staff.left' });
  told(shift.restarted(), 'open').waits(leftOpenMs);
  expect(isAlarmed(shift.kiosk)).toBe(true);
});
