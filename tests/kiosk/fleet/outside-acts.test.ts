import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { WireTrace } from '../../../kiosk/diagnostics.ts';
import { carryOutside, type OutsideHands } from '../../../kiosk/fleet/outside-acts.ts';

let folder: string;
let clock: VirtualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'acts-'));
  clock = new VirtualClock(0);
});
afterEach(() => rmSync(folder, { recursive: true }));

const hands = (of: Partial<OutsideHands> = {}): OutsideHands => ({
  log: () => 'a line\n',
  trace: () => null,
  picture: async () => null,
  reboot: null,
  clock,
  ...of,
});

/** A program that writes down that it ran, and ends so. */
function program(code: number): string {
  const path = join(folder, 'hook');
  writeFileSync(path, `#!/bin/sh\necho ran >> "${folder}/ran"\nexit ${code}\n`, { mode: 0o700 });
  return path;
}

describe('a reboot', () => {
  test.each([
    ['has failed with the code of its program', () => program(3), 'exit-3'],
    ['has failed when the program is not there', () => join(folder, 'nothing'), 'hook'],
  ])('%s', async (_name, path, result) => {
    const end = await carryOutside({ act: 'reboot' }, hands({ reboot: path() }));
    expect(end).toEqual({ outcome: 'failed', result, brought: [] });
  });

  test('that was agreed to is told only when the machine is still there a minute later', async () => {
    const ended = vi.fn();
    const after = vi.spyOn(clock, 'after');
    const end = carryOutside({ act: 'reboot' }, hands({ reboot: program(0) })).then(ended);
    await vi.waitFor(() => expect(after).toHaveBeenCalledOnce(), { timeout: 10_000 });
    clock.runUntil(59_999);
    await Promise.resolve();
    expect(ended).not.toHaveBeenCalled();
    clock.runUntil(60_000);
    await end;
    expect(ended).toHaveBeenCalledWith({ outcome: 'failed', result: 'still-here', brought: [] });
  });
});

describe('what is sent', () => {
  test('a picture where the glass is this program’s to look at', async () => {
    const picture = async () => new Uint8Array([1, 2]);
    expect(await carryOutside({ act: 'screenshot' }, hands({ picture }))).toMatchObject({
      outcome: 'done',
      brought: [{ name: 'screen.png', media: 'image/png' }],
    });
    expect(await carryOutside({ act: 'screenshot' }, hands())).toMatchObject({ outcome: 'refused' });
  });

  test('of a long record the newest lines, up to half a mebibyte, each whole', async () => {
    const line = { seq: 0, atMs: 0, direction: 'in', name: 'x'.repeat(1_000), fields: '', bytes: '' } as const;
    const lines = Array.from({ length: 1_000 }, (_, seq) => ({ ...line, seq, error: false, again: false, at: '' }));
    const trace = (): WireTrace => ({ lines, next: 1_000, more: false });
    const { brought } = await carryOutside({ act: 'send-trace', device: 'acceptor' }, hands({ trace }));
    const text = Buffer.from(brought[0]?.bytes ?? []).toString('utf8');
    expect(text.length).toBeLessThanOrEqual(512 * 1024);
    const read = text
      .trimEnd()
      .split('\n')
      .map((one) => (JSON.parse(one) as { seq: number }).seq);
    expect(read.at(-1)).toBe(999);
    expect(read).toEqual(Array.from({ length: read.length }, (_, n) => 1_000 - read.length + n));
    expect(read.length).toBeGreaterThan(400);
  });
});
