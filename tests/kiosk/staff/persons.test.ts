import { describe, expect, test } from 'vitest';
import { type Right, roles } from '../../../kiosk/server/staff-wire.ts';
import { lockedSeconds, refusal, rightsOf } from '../../../kiosk/staff/rights.ts';
import { addingRefused, serviceSeconds } from '../../../kiosk/staff/persons.ts';
import { Shift } from './shift.ts';

/** Waits until the lock has ended, and not a moment longer than so many seconds. */
function waitsOut(shift: Shift, person: string | null, seconds: number): void {
  expect(lockedSeconds(shift.kiosk, person)).toBe(seconds);
  shift.waits(seconds * 1000 - 1);
  expect(lockedSeconds(shift.kiosk, person)).not.toBeNull();
  shift.waits(1);
  expect(lockedSeconds(shift.kiosk, person)).toBeNull();
}

describe('wrong tries', () => {
  test('lock at the fifth, and each further lock doubles up to an hour', () => {
    const shift = new Shift().hired('administrator');
    for (const seconds of [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]) {
      shift.mistypes('1', 4);
      expect(lockedSeconds(shift.kiosk, '1')).toBeNull();
      shift.mistypes('1');
      waitsOut(shift, '1', seconds);
    }
  });

  test('are kept over a restart, and a lock that held begins anew', () => {
    const shift = new Shift().hired('administrator').mistypes('1', 3).restarted().mistypes('1', 2);
    shift.waits(50_000);
    expect(lockedSeconds(shift.kiosk, '1')).toBe(10);
    shift.restarted();
    expect(lockedSeconds(shift.kiosk, '1')).toBe(60);
    shift.waits(60_000).restarted().mistypes('1', 5);
    expect(lockedSeconds(shift.kiosk, '1')).toBe(120);
  });

  test('do not depend on the wall clock', () => {
    const shift = new Shift().hired('administrator').mistypes('1', 5);
    const kiosk = { ...shift.kiosk, wallMs: shift.kiosk.wallMs + 10 * 365 * 86_400_000 };
    expect(lockedSeconds(kiosk, '1')).toBe(60);
  });

  test('of one person lock no other, and those under unknown numbers lock together', () => {
    const shift = new Shift()
      .hired('administrator')
      .hired('collector')
      .mistypes('1', 5)
      .mistypes('77', 3)
      .mistypes('78', 2);
    expect(lockedSeconds(shift.kiosk, '2')).toBeNull();
    expect(lockedSeconds(shift.kiosk, null)).toBe(60);
    expect(shift.enters('2').kiosk.staff.service?.person).toBe('2');
  });

  test('are forgotten when the PIN was right', () => {
    const shift = new Shift().hired('administrator').mistypes('1', 4).enters('1').mistypes('1', 4);
    expect(lockedSeconds(shift.kiosk, '1')).toBeNull();
  });

  test('let nobody in while the lock holds, and are not counted on then', () => {
    const shift = new Shift().hired('administrator').mistypes('1', 5).enters('1');
    expect(shift.kiosk.staff.service).toBeNull();
    expect(shift.mistypes('1', 7).kinds).toEqual([]);
    shift.waits(60_000).enters('1');
    expect(shift.kiosk.staff.service?.person).toBe('1');
  });
});

describe('a service', () => {
  test('ends by choice, two minutes after the last touch, and with a restart, each with its entry', () => {
    const shift = new Shift().hired('technician').enters('1');
    expect(shift.step({ fact: 'staff.left' }).entries).toContainEqual({
      kind: 'staff.left',
      person: '1',
      reason: 'chosen',
    });
    shift.enters('1').waits(100_000).step({ fact: 'staff.touched' }).waits(119_999);
    expect(serviceSeconds(shift.kiosk)).toBe(1);
    expect(shift.waits(1).entries).toContainEqual({ kind: 'staff.left', person: '1', reason: 'time-out' });
    shift.enters('1').restarted();
    expect(shift.recorded).toContainEqual({ kind: 'staff.left', person: '1', reason: 'restart' });
    expect(shift.kiosk.staff.service).toBeNull();
  });

  test('does not begin while a customer is served', () => {
    const shift = new Shift().hired('administrator').begin().enters('1');
    expect(shift.kiosk.staff.service).toBeNull();
    expect(shift.kiosk.session).not.toBeNull();
  });

  test('keeps customers out and says so on the glass', () => {
    const shift = new Shift().hired('administrator').enters('1').begin();
    expect(shift.kiosk.session).toBeNull();
    expect(shift.view().body).toMatchObject({ screen: 'out-of-service', title: '正在维护' });
    shift.step({ fact: 'staff.left' }).begin();
    expect(shift.kiosk.session).not.toBeNull();
  });

  test('is taken over by whoever logs in next', () => {
    const shift = new Shift().hired('administrator').hired('collector').enters('1');
    const first = shift.kiosk.staff.service?.id ?? '';
    shift.enters('2');
    expect(shift.entries).toContainEqual({ kind: 'staff.left', person: '1', reason: 'replaced' });
    expect(refusal(shift.kiosk, first, 'look', null)).toBe('not-logged-in');
  });
});

describe('who works here', () => {
  test('never is without an administrator', () => {
    const shift = new Shift().hired('administrator').hired('collector');
    shift.step({ fact: 'staff.removed', person: '1', by: '1' });
    shift.step({ fact: 'staff.role-changed', person: '1', role: 'collector', by: '1' });
    expect(shift.kiosk.staff.persons['1']).toMatchObject({ role: 'administrator', here: true });
    shift.step({ fact: 'staff.role-changed', person: '2', role: 'administrator', by: '1' });
    shift.step({ fact: 'staff.removed', person: '1', by: '2' });
    expect(shift.kiosk.staff.persons['1']?.here).toBe(false);
  });

  test('gets a number that nobody had, and whoever left cannot come in', () => {
    const shift = new Shift().hired('administrator').hired('collector').enters('2');
    shift.step({ fact: 'staff.removed', person: '2', by: '1' });
    expect(shift.kiosk.staff.service).toBeNull();
    expect(shift.enters('2').kiosk.staff.service).toBeNull();
    expect(Object.keys(shift.hired('attendant').kiosk.staff.persons)).toEqual(['1', '2', '3']);
  });

  test('is one of five hundred who ever did', () => {
    const shift = new Shift();
    for (let person = 1; person < 500; person++) shift.hired(person === 1 ? 'administrator' : 'attendant');
    expect(addingRefused(shift.kiosk)).toBeNull();
    shift.hired('attendant').step({ fact: 'staff.removed', person: '500', by: '1' });
    expect(addingRefused(shift.kiosk)).toBe('too-many');
    expect(Object.keys(shift.hired('attendant').kiosk.staff.persons)).toHaveLength(500);
  });

  test('stands in the journal by number alone: no name, no PIN, no hash', () => {
    const shift = new Shift().hired('administrator').enters('1').mistypes('1');
    const staff = shift.recorded.filter(({ kind }) => kind.startsWith('staff.'));
    const fields = new Set(staff.flatMap((entry) => Object.keys(entry)));
    expect([...fields].sort()).toEqual(['by', 'kind', 'person', 'pin', 'role', 'service']);
  });
});

describe('the table of rights', () => {
  test('gives each role what it is there for', () => {
    expect(Object.fromEntries(roles.map((role) => [role, rightsOf(role)]))).toEqual({
      attendant: ['look', 'fill', 'pay-slip', 'judge-refund', 'hand-over'],
      collector: [
        'look',
        'fill',
        'remove',
        'empty',
        'change-box',
        'close-terminal',
        'close-day',
        'read-day',
        'count',
        'seal-bag',
        'declare',
        'correct',
        'evidence',
        'settle',
        'pay-slip',
        'judge-refund',
        'hand-over',
        'unlock',
        'report',
      ],
      technician: [
        'look',
        'fill',
        'empty',
        'close-terminal',
        'evidence',
        'confirm-table',
        'find-devices',
        'unlock',
        'configure',
        'check',
        'trace',
        'console',
        'console-move',
      ],
      administrator: [
        'look',
        'fill',
        'remove',
        'empty',
        'change-box',
        'close-terminal',
        'close-day',
        'read-day',
        'count',
        'seal-bag',
        'declare',
        'correct',
        'evidence',
        'settle',
        'pay-slip',
        'judge-refund',
        'hand-over',
        'confirm-table',
        'find-devices',
        'unlock',
        'configure',
        'check',
        'report',
        'trace',
        'console',
        'console-move',
        'leave-office',
        'persons',
      ],
    });
  });

  test.each(roles)('lets a %s do that and nothing else, and nobody without a service', (role) => {
    const shift = new Shift({ corrections: false }).hired('administrator').hired(role).enters('2');
    const service = shift.kiosk.staff.service?.id ?? null;
    for (const right of rightsOf('administrator')) {
      const alone = right === 'console-move' ? 'second-needed' : null;
      const expected = rightsOf(role).includes(right) ? alone : 'not-allowed';
      expect(refusal(shift.kiosk, service, right, null), right).toBe(expected);
      expect(refusal(shift.kiosk, null, right, null), right).toBe('not-logged-in');
      expect(refusal(shift.kiosk, 'another', right, null), right).toBe('not-logged-in');
    }
  });

  test.each([
    ['corrections', ['correct']],
    ['emptying', ['remove', 'empty', 'change-box', 'count']],
  ] as const)('asks for two persons for %s where the configuration says so', (name, rights) => {
    const of = (corrections: boolean, emptying: boolean) => {
      const shift = new Shift({ corrections, emptying }).hired('administrator').hired('collector').hired('attendant');
      const { kiosk } = shift.enters('1');
      return (right: Right, second: string | null) => refusal(kiosk, kiosk.staff.service?.id ?? null, right, second);
    };
    const two = of(name === 'corrections', name === 'emptying');
    const one = of(name !== 'corrections', name !== 'emptying');
    for (const right of rights) {
      expect(two(right, null)).toBe('second-needed');
      expect(two(right, '1'), 'the same person').toBe('second-wrong');
      expect(two(right, '3'), 'without the right').toBe('second-wrong');
      expect(two(right, '9'), 'nobody').toBe('second-wrong');
      expect(two(right, '2')).toBeNull();
      expect(one(right, null)).toBeNull();
    }
  });
});
