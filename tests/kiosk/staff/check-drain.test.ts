/** A technician at a kiosk on which two persons have to stand by when cash leaves its place. */
import { describe, expect, test } from 'vitest';
import { figuresNow } from '../../../kiosk/day/day.ts';
import { paysOut } from '../../../kiosk/checks/checks.ts';
import { checkRefused } from '../../../kiosk/checks/run.ts';
import { memory } from '../../../kiosk/command.ts';
import { refusal, refusalOfAny } from '../../../kiosk/staff/rights.ts';
import { checkNames, paidOutMaximum } from '../../../kiosk/server/staff-wire.ts';
import { maybeOwed, settleRefused } from '../../../kiosk/staff/cases.ts';
import { goodsBy, Visit } from '../view/visit.ts';
import { currency, Shift } from './shift.ts';

const at = (shift: Shift) => {
  const { service } = shift.kiosk.staff;
  return service?.id ?? '';
};

function paysOne(shift: Shift, n: number): boolean {
  shift.step({ fact: 'check.asked', check: 'pay-one', device: 'tens', by: '2' });
  const order = shift.entries.find((entry) => entry.kind === 'cash.dispense');
  if (order?.kind !== 'cash.dispense') return false;
  const { command, device, pieces, minor } = order;
  shift.step({ fact: 'payout.starting', device, command, key: `start ${command}`, counters: { paid: n } });
  const paid = { currency, minor };
  shift.step({ fact: 'payout.done', device, command, key: `done ${command}`, paid, pieces, counters: { paid: n + 1 } });
  const { open } = shift.kiosk.checks;
  shift.step(open === null ? { fact: 'staff.touched' } : { fact: 'check.told', command: open.command, told: true });
  return true;
}

const staffed = () => new Shift({ emptying: true }).filled().hired('administrator').hired('technician').enters('2');

describe('pay-one', () => {
  test('does not empty a machine in one person’s hands, note by note, where emptying needs two', () => {
    const shift = staffed();
    // What came out may go back in; emptying is another matter.
    expect(refusalOfAny(shift.kiosk, at(shift), ['check', 'empty'], null)).toBe('second-needed');
    expect(refusal(shift.kiosk, at(shift), 'fill', null)).toBeNull();
    let notes = 0;
    while (notes < 12 && paysOne(shift, notes)) notes += 1;
    expect(notes).toBe(paidOutMaximum);
    expect(checkRefused(shift.kiosk, 'pay-one', 'tens')).toBe('checked-often');
    shift.waits(86_400_000).enters('2');
    expect(paysOne(shift, notes)).toBe(true);
  });

  test('is told apart from change in the report of the day', () => {
    const shift = staffed();
    paysOne(shift, 0);
    expect(figuresNow(shift.kiosk, currency).cash).toMatchObject({ paidOut: 0, checked: -1_000 });
  });

  test('asks nothing of a machine that still owes the word about another order', () => {
    const shift = new Shift().filled().hired('administrator').hired('technician');
    shift.begin().payingCash();
    shift.note(10_000);
    const orders = shift.recorded.filter((entry) => entry.kind === 'cash.dispense');
    const first = orders.find((entry) => entry.kind === 'cash.dispense' && entry.device === 'tens');
    if (first?.kind !== 'cash.dispense') throw new Error('no note was ordered');
    for (const order of orders) {
      if (order.kind !== 'cash.dispense') continue;
      const { command, device } = order;
      shift.step({ fact: 'payout.starting', device, command, key: `start ${command}`, counters: {} });
    }
    // The recycler falls silent: the customer has a number, and goes.
    shift.over();
    expect(shift.kiosk.payouts[first.command]?.status).toBe('doubt');
    shift.step({ fact: 'device.ready', device: 'tens' }).enters('2');
    expect(shift.kiosk.session).toBeNull();
    const refused = checkRefused(shift.kiosk, 'pay-one', 'tens');
    shift.step({ fact: 'check.asked', check: 'pay-one', device: 'tens', by: '2' });
    const check = shift.entries.find((entry) => entry.kind === 'cash.dispense');
    const asked = memory(shift.kiosk, 'tens').lastPayout?.command;
    // After a start the driver is asked for one order only.
    if (check?.kind === 'cash.dispense') expect(asked).toBe(check.command);
    expect(refused).not.toBeNull();
  });
});

/** A technician alone before goods behind a hatch. */
function atHatch(): Visit {
  const visit = new Visit((config) => goodsBy(config, 'relay'))
    .boot()
    .step({ fact: 'device.ready', device: 'cabinet' });
  visit.step({ fact: 'staff.added', person: '1', role: 'administrator', pin: 'p', by: null });
  visit.step({ fact: 'staff.added', person: '2', role: 'technician', pin: 'p', by: '1' });
  return visit.step({ fact: 'staff.identified', person: '2' });
}

function begins(visit: Visit): string | null {
  visit.step({ fact: 'staff.touched' }).step({ fact: 'check.asked', check: 'relay', device: 'cabinet', by: '2' });
  return visit.kiosk.checks.open?.command ?? null;
}

/** Whether the relay was switched. */
function switches(visit: Visit, end: 'relay.done' | 'restart' | 'refused' = 'relay.done'): boolean {
  const check = begins(visit);
  if (check === null) return false;
  visit.step({ fact: 'check.told', command: check, told: true });
  const order = visit.entries.find((entry) => entry.kind === 'check.ordered');
  if (order?.kind !== 'check.ordered') return false;
  const { command, device } = order;
  if (end === 'relay.done') visit.step({ fact: end, device, command, relay: 'goods' });
  if (end === 'refused') visit.step({ fact: 'command.refused', device, command, sent: false, reason: 'busy' });
  if (end === 'restart')
    visit.boot().step({ fact: 'device.ready', device }).step({ fact: 'staff.identified', person: '2' });
  else visit.step({ fact: 'check.told', command: check, told: true });
  return true;
}

describe('the check of the relay', () => {
  test('does not let the goods out one after another, by one person alone', () => {
    const visit = atHatch();
    let times = 0;
    while (times < 12 && switches(visit)) times += 1;
    expect(times).toBe(paidOutMaximum);
    expect(checkRefused(visit.kiosk, 'relay', 'cabinet')).toBe('checked-often');
    visit.waits(86_400_000).step({ fact: 'staff.identified', person: '2' });
    expect(switches(visit)).toBe(true);
  });

  test('takes those who may empty a machine, as every check that lets something out', () => {
    expect(checkNames.filter(paysOut)).toEqual(['pay-one', 'relay']);
  });

  test('counts where a start came in between, and not where the relay was never switched', () => {
    const visit = atHatch();
    for (let time = 0; time < paidOutMaximum; time++) {
      visit.step({ fact: 'check.told', command: begins(visit) ?? '', told: false });
      switches(visit, 'refused');
    }
    expect(checkRefused(visit.kiosk, 'relay', 'cabinet')).toBeNull();
    for (let time = 0; time < paidOutMaximum; time++) expect(switches(visit, 'restart')).toBe(true);
    expect(checkRefused(visit.kiosk, 'relay', 'cabinet')).toBe('checked-often');
  });
});

describe('a note of a check that is left between the lips', () => {
  test('is owed to nobody: no window pays it', () => {
    const shift = staffed();
    shift.step({ fact: 'check.asked', check: 'pay-one', device: 'tens', by: '2' });
    const order = shift.entries.find((entry) => entry.kind === 'cash.dispense');
    if (order?.kind !== 'cash.dispense') throw new Error('nothing was ordered');
    const { command, device, minor } = order;
    shift.step({ fact: 'payout.starting', device, command, key: `start ${command}`, counters: {} });
    shift.step({ fact: 'cash.presented', device, command, currency, minor });
    shift.step({ fact: 'staff.left' });
    const [left] = Object.values(shift.kiosk.cases);
    if (left === undefined) throw new Error('there is no case');
    expect(maybeOwed(left)).toBe(false);
    const ending = { how: 'paid', minor, reason: null } as const;
    expect(settleRefused(shift.kiosk, left, null, ending)).toBe('not-owed');
  });
});
