import { beforeEach, expect, test } from 'vitest';
import { createStaffGesture, type StaffGesture } from '../../ui/staff-gesture.ts';

let nowMs = 0;
let alarm: { atMs: number; run: () => void } | null = null;
let heard: string[] = [];
let gesture: StaffGesture;

beforeEach(() => {
  nowMs = 0;
  alarm = null;
  heard = [];
  gesture = createStaffGesture({
    nowMs: () => nowMs,
    after: (delayMs, run) => {
      alarm = { atMs: nowMs + delayMs, run };
      return () => {
        alarm = null;
      };
    },
    open: () => heard.push('staff'),
    other: () => heard.push('other'),
  });
});

function later(ms: number): void {
  nowMs += ms;
  if (alarm === null || alarm.atMs > nowMs) return;
  const { run } = alarm;
  alarm = null;
  run();
}

test('five touches within three seconds open the staff’s page, and nothing else', () => {
  for (let n = 0; n < 5; n++) {
    gesture.touch();
    later(600);
  }
  later(10_000);
  expect(heard).toEqual(['staff']);
});

test('five touches over more than three seconds do not', () => {
  for (let n = 0; n < 6; n++) {
    gesture.touch();
    later(760);
  }
  expect(heard).toEqual([]);
  later(1_000);
  expect(heard).toEqual(['other']);
});

test('one touch there, or a few, mean what a touch elsewhere means', () => {
  gesture.touch();
  later(800);
  gesture.touch();
  later(300);
  gesture.touch();
  later(800);
  expect(heard).toEqual(['other', 'other']);
});

test('a screen that is gone hears nothing of it', () => {
  gesture.touch();
  gesture.forget();
  later(1_000);
  expect(heard).toEqual([]);
});
