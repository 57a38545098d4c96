import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { openCursor } from '../../../kiosk/fleet/cursor.ts';

const head = (seq: number) => ({ seq, hash: String(seq % 10).repeat(64) });

test('the office’s word outlives the process, and the disk is written once a minute and at the end', () => {
  const data = mkdtempSync(join(tmpdir(), 'cursor-'));
  mkdirSync(join(data, 'fleet'));
  const clock = new VirtualClock(0);
  const cursor = openCursor(data, clock);
  const onDisk = () => JSON.parse(readFileSync(join(data, 'fleet', 'uplink.json'), 'utf8')).seq;
  expect(cursor.stored.seq).toBe(0);
  cursor.keep(head(200));
  cursor.keep(head(400));
  expect([cursor.stored.seq, onDisk()]).toEqual([400, 200]);
  clock.runUntil(60_000);
  cursor.keep(head(600));
  expect(onDisk()).toBe(600);
  cursor.keep(head(700));
  cursor.close();
  expect(openCursor(data, clock).stored).toEqual(head(700));
});
