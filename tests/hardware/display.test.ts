import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../hardware/clock.ts';
import type { DeviceFact } from '../../hardware/device.ts';
import { openDisplay } from '../../hardware/display/display.ts';
import { mostPictures, nextPicture } from '../../hardware/display/pictures.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'display-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the newest pictures are kept, and no more than so many', () => {
  const startMs = Date.UTC(2026, 0, 31, 23, 59);
  for (let i = 0; i < mostPictures + 7; i++)
    writeFileSync(nextPicture(folder, 'display.frozen', startMs + i * 500), '');
  const kept = readdirSync(folder).toSorted();
  expect(kept).toHaveLength(mostPictures);
  expect(kept[0]).toBe('2026-01-31T235903500Z display.frozen.png');
  expect(basename(nextPicture(folder, 'display.hidden', startMs))).toBe('2026-01-31T235900000Z display.hidden.png');
});

test('without an X display the device is lost with what to do, no browser is started, and nothing is touched', async () => {
  const lost = Promise.withResolvers<DeviceFact>();
  const done: string[] = [];
  const display = openDisplay({
    x: ':999',
    browser: '/bin/false',
    data: folder,
    clock: systemClock,
    chance: (bytes) => new Uint8Array(bytes),
    address: () => 'http://127.0.0.1:1/',
    onFact: lost.resolve,
    onDone: (what) => done.push(what),
  });
  expect(await lost.promise).toEqual({
    device: 'display',
    fact: 'device.lost',
    reason: 'missing',
    message: 'there is no X display :999 (ENOENT): start it, or correct "display.x"',
  });
  expect(await display.tap({ x: 500, y: 500 })).toBe(false);
  await display.close();
  expect(done).toEqual([]);
});
