import { expect, test } from 'vitest';
import { checkRefused } from '../../../kiosk/checks/run.ts';
import { acceptable } from '../../../kiosk/methods/cash/acceptance.ts';
import { Shift } from '../staff/shift.ts';

test('without mains no check begins that moves money, and one that runs takes none', () => {
  const shift = new Shift().filled().hired('administrator').hired('technician').enters('2');
  shift.step({ fact: 'check.asked', check: 'take-coin', device: 'coins', by: '2' });
  shift.step({ fact: 'contact.changed', device: 'cabinet', contact: 'mains', state: 'off' });
  const taken = acceptable(shift.kiosk, 'coins');
  shift.step({ fact: 'check.cancelled', command: shift.kiosk.checks.open?.command ?? '' });
  expect([taken, checkRefused(shift.kiosk, 'pay-one', 'tens')]).toEqual([[], 'no-mains']);
});
