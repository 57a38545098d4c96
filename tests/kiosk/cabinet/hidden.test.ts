/** Ways in which the vault could stand open without anybody being told. */
import { expect, test } from 'vitest';
import { isAlarmed } from '../../../kiosk/cabinet/contacts.ts';
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

test('a vault that its collector leaves open, and goes, is somebody’s concern', () => {
  const shift = told(new Shift().hired('administrator').hired('collector').enters('2'), 'closed');
  told(shift, 'open').step({ fact: 'staff.left' }).waits(3_600_000);
  shift.begin();
  expect({ alarmed: isAlarmed(shift.kiosk), served: shift.kiosk.session !== null }).not.toEqual({
    alarmed: false,
    served: true,
  });
});
