import { describe, expect, test } from 'vitest';
import type { ContactChanged } from '../../../hardware/cabinet-io.ts';
import { faultOf } from '../../../hardware/faults.ts';
import { openedAgainMs, quietMs } from '../../../kiosk/cabinet/contacts.ts';
import { isOpen } from '../../../kiosk/case.ts';
import type { EntryBody, EntryKind } from '../../../kiosk/entry.ts';
import { Shift } from '../staff/shift.ts';

const device = 'cabinet';

function told(of: Shift, change: ContactChanged, laterMs?: number): Shift {
  return of.step({ fact: 'contact.changed', device, ...change }, laterMs);
}
const open = (of: Shift, contact: 'door' | 'vault', laterMs?: number) => told(of, { contact, state: 'open' }, laterMs);
const shut = (of: Shift, contact: 'door' | 'vault', laterMs?: number) =>
  told(of, { contact, state: 'closed' }, laterMs);
const shake = (of: Shift, laterMs?: number) => of.step({ fact: 'vibration', device }, laterMs);
const all = <K extends EntryKind>(of: Shift, kind: K) =>
  of.recorded.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
const cases = (of: Shift) => Object.values(of.kiosk.cases).filter(isOpen);

/** An administrator, an attendant and a technician work here; everything is shut. */
function shift(): Shift {
  const made = new Shift().hired('administrator').hired('attendant').hired('technician');
  return shut(shut(made, 'door'), 'vault');
}

describe('a door that is opened', () => {
  test.each(['door', 'vault'] as const)(
    'while nobody has logged in: an entry, a case and the alarm (%s)',
    (contact) => {
      const one = open(shift(), contact);
      expect(one.kinds).toEqual(['case.opened', 'cabinet.tampered']);
      expect(all(one, 'cabinet.tampered')).toMatchObject([{ contact, case: 'C00001' }]);
      expect(cases(one)).toMatchObject([{ about: 'tampered', minor: null, session: null }]);
      expect(one.kiosk.cabinet.alarms).toEqual({ [contact]: 'C00001' });
    },
  );

  test('by somebody who may: an entry with the person, and no alarm', () => {
    const one = open(open(shift().enters('1'), 'door'), 'vault');
    expect(all(one, 'cabinet.opened')).toMatchObject([
      { contact: 'door', by: '1' },
      { contact: 'vault', by: '1' },
    ]);
    expect(all(one, 'cabinet.tampered')).toEqual([]);
    expect(one.kiosk.cabinet.alarms).toEqual({});
  });

  test.each(['2', '3'])('the vault is not everybody’s who may open the door (person %s)', (person) => {
    const one = open(open(shift().enters(person), 'door'), 'vault');
    expect(all(one, 'cabinet.opened')).toMatchObject([{ contact: 'door', by: person }]);
    expect(all(one, 'cabinet.tampered')).toMatchObject([{ contact: 'vault' }]);
  });

  test('is told once: a second word of the same is nothing new', () => {
    const one = open(open(shift(), 'vault'), 'vault', openedAgainMs);
    expect(all(one, 'cabinet.tampered')).toHaveLength(1);
    expect(one.kinds).toEqual([]);
  });

  test('is told as shut, and opened again it is an entry under the case that still stands', () => {
    const one = open(shut(open(shift(), 'vault'), 'vault'), 'vault', openedAgainMs);
    expect(all(one, 'cabinet.closed')).toHaveLength(1);
    expect(all(one, 'cabinet.tampered').map((entry) => entry.case)).toEqual(['C00001', 'C00001']);
  });

  test('over and over is a loose contact: one entry a minute', () => {
    const one = shift();
    for (let i = 0; i < 120; i++) shut(open(one, 'door', 500), 'door', 500);
    expect(all(one, 'cabinet.tampered')).toHaveLength(2);
    expect(all(one, 'cabinet.closed')).toHaveLength(2);
  });

  test('and stood open when the kiosk ended is no news when it starts', () => {
    const one = open(open(shift(), 'vault').restarted(), 'vault');
    expect(all(one, 'cabinet.tampered')).toHaveLength(1);
    expect(one.kiosk.cabinet.alarms).toEqual({ vault: 'C00001' });
  });

  test('while the kiosk was off is told at the start, and tampering', () => {
    const one = open(shift().restarted(), 'vault');
    expect(all(one, 'cabinet.tampered')).toMatchObject([{ contact: 'vault' }]);
  });

  test('in the middle of a visit changes nothing of the visit', () => {
    const one = shift().begin('en').found();
    const { session } = one.kiosk;
    open(one, 'vault');
    expect(one.kiosk.session).toEqual(session);
    expect(all(one, 'cabinet.tampered')).toHaveLength(1);
  });
});

describe('the alarm', () => {
  test('ends when somebody acknowledges it; its case stays', () => {
    const one = open(shift(), 'vault').enters('2').step({ fact: 'alarm.acknowledged', by: '2' });
    expect(one.kinds).toEqual(['alarm.acknowledged']);
    expect(one.kiosk.cabinet.alarms).toEqual({});
    expect(cases(one)).toHaveLength(1);
  });

  test('ends with the case that it is about, and with no other', () => {
    const one = open(open(shift(), 'vault'), 'door').enters('1');
    const record = cases(one).find(({ subject }) => subject === 'tampered-vault');
    if (record === undefined) throw new Error('there is no case about the vault');
    one.step({ fact: 'case.settled', record, slip: null, how: 'void', minor: null, reason: 'found', by: '1' });
    expect(Object.keys(one.kiosk.cabinet.alarms)).toEqual(['door']);
  });

  test('that nobody has is acknowledged by nobody', () => {
    expect(shift().enters('1').step({ fact: 'alarm.acknowledged', by: '1' }).kinds).toEqual([]);
  });
});

describe('a shock', () => {
  test('is an entry and an alarm, and as long as it goes on no more', () => {
    const one = shake(shift());
    expect(one.kinds).toEqual(['case.opened', 'cabinet.tampered']);
    for (let i = 0; i < 10; i++) shake(one, quietMs - 1_000);
    expect(all(one, 'cabinet.tampered')).toHaveLength(1);
    expect(all(shake(one, quietMs), 'cabinet.tampered')).toHaveLength(2);
  });

  test('is nobody’s news while somebody has logged in', () => {
    expect(shake(shift().enters('3')).kinds).toEqual([]);
  });
});

describe('the temperature', () => {
  const degrees = (of: Shift, celsiusTenths: number, limit: 'low' | 'ok' | 'high') =>
    of.step({ fact: 'temperature', device, celsiusTenths, limit });

  test.each([
    { limit: 'high', code: 'cabinet.hot' },
    { limit: 'low', code: 'cabinet.cold' },
  ] as const)('beyond a limit is a fault with its remedy in both languages ($code)', ({ limit, code }) => {
    const one = degrees(shift(), 0, limit);
    expect(one.kiosk.devices[device]?.faults).toEqual([code]);
    const { 'zh-CN': zh, en } = faultOf(code)?.remedy ?? { 'zh-CN': '', en: '' };
    expect([zh.length > 0, en.length > 0, faultOf(code)?.stopsAcceptance]).toEqual([true, true, false]);
    expect(degrees(one, 200, 'ok').kiosk.devices[device]?.faults).toEqual([]);
  });

  test('told twice it is one fault, and from one end to the other the other one', () => {
    const one = degrees(degrees(shift(), 520, 'high'), 540, 'high');
    expect(one.kiosk.devices[device]?.faults).toEqual(['cabinet.hot']);
    expect(degrees(one, -20, 'low').kiosk.devices[device]?.faults).toEqual(['cabinet.cold']);
  });
});
