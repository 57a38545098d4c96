import { expect, test } from 'vitest';
import type { DeviceFact } from '../../hardware/device.ts';
import { answersWithinMs, createTrial } from '../../kiosk/trial.ts';
import { VirtualClock } from '../../hardware/clock.ts';

function begin(...waitsFor: string[]) {
  return beginWithin(undefined, ...waitsFor);
}

function beginWithin(withinMs: number | undefined, ...waitsFor: string[]) {
  const clock = new VirtualClock(0);
  const ended: string[] = [];
  const trial = createTrial({
    waitsFor,
    withinMs,
    clock,
    onProven: () => ended.push('proven'),
    glass: false,
    onFailed: (device) => ended.push(`silent: ${device}`),
  });
  const says = (device: string, fact: 'device.ready' | 'device.lost') =>
    trial.heard((fact === 'device.lost' ? { fact, device, message: 'gone' } : { fact, device }) as DeviceFact);
  return { clock, ended, trial, says };
}

test('what brought no device has proven itself by having begun', () => {
  const { clock, ended } = begin();
  clock.runUntil(clock.monoMs() + 1);
  expect(ended).toEqual(['proven']);
});

test('every device that it brought has to say something but that it is lost', () => {
  const { clock, ended, says } = begin('a', 'b');
  says('a', 'device.ready');
  says('b', 'device.lost');
  says('c', 'device.ready');
  expect(ended).toEqual([]);
  says('b', 'device.ready');
  expect(ended).toEqual(['proven']);
  clock.runUntil(clock.monoMs() + answersWithinMs);
  expect(ended).toEqual(['proven']);
});

test('one that has not answered in time is named, once', () => {
  const { clock, ended, says } = begin('a', 'b');
  says('a', 'device.ready');
  clock.runUntil(clock.monoMs() + answersWithinMs - 1);
  expect(ended).toEqual([]);
  clock.runUntil(clock.monoMs() + 1);
  says('b', 'device.ready');
  expect(ended).toEqual(['silent: b']);
});

test('one that is closed judges nothing any more', () => {
  const { clock, ended, trial } = begin('a');
  trial.close();
  clock.runUntil(clock.monoMs() + answersWithinMs);
  expect(ended).toEqual([]);
});

test('how long one may take is as it is configured', () => {
  const { clock, ended } = beginWithin(5_000, 'a');
  clock.runUntil(clock.monoMs() + 4_999);
  expect(ended).toEqual([]);
  clock.runUntil(clock.monoMs() + 1);
  expect(ended).toEqual(['silent: a']);
});
