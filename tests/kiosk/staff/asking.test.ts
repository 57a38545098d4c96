/** When a machine can be asked by hand, by what became of its last order. */
import { expect, test } from 'vitest';
import { takeOutRefused } from '../../../kiosk/configuration/devices.ts';
import { askingRefused } from '../../../kiosk/console/run.ts';
import { Shift } from './shift.ts';

/** A customer has paid with a note and has left. */
function afterNote(): Shift {
  const made = new Shift().hired('administrator');
  made.begin().payingCash().note(10_000).refusedPrint();
  while (made.kiosk.session !== null) made.waits(200_000);
  return made.enters('1');
}

test('an acceptor is asked again after a note that was stacked, and after the start behind it', () => {
  const one = afterNote();
  expect(one.kiosk.stacks.acceptor?.status).toBe('stacked');
  expect(askingRefused(one.kiosk, 'acceptor')).toBeNull();
  expect(askingRefused(one.restarted().enters('1').kiosk, 'acceptor')).not.toBe('moving');
});

test.each([
  ['open', 'moving'],
  ['doubt', 'moving'],
  ['lost', null],
  ['suspect', null],
  ['returned', null],
] as const)('an acceptor whose last note is %s: %s', (status, problem) => {
  const { kiosk } = afterNote();
  const stack = kiosk.stacks.acceptor;
  if (stack === undefined) throw new Error('no note was stacked');
  expect(askingRefused({ ...kiosk, stacks: { acceptor: { ...stack, status } } }, 'acceptor')).toBe(problem);
});

test('a terminal or wallet that still gives something back is neither asked nor taken out', () => {
  const { kiosk } = afterNote();
  const device = 'alipay';
  const part = { command: 'refund-1', part: { device }, minor: 100, starting: true };
  const refunds = { s: { sale: 's', reverse: null, charges: [], parts: [part] } } as never;
  const lost = { ...kiosk.devices, [device]: { ...kiosk.devices.acceptor, lost: 'missing' } } as never;
  expect(askingRefused({ ...kiosk, refunds }, device)).toBe('moving');
  expect(takeOutRefused({ ...kiosk, devices: lost }, device)).toBeNull();
  expect(takeOutRefused({ ...kiosk, devices: lost, refunds }, device)).toBe('awaited');
});
