import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { exitToStartAnew } from '../../kiosk/exit-code.ts';
import {
  type AfterEnd,
  afterEnd,
  Keeper,
  type KeeperStarts,
  type KeeperTimes,
  keeperTimes,
  restartsMaximum,
  restartWindowMs,
} from '../../scripts/keeper.ts';
import { exitWithoutMains } from '../../kiosk/exit-code.ts';

describe('after a child ended by itself', () => {
  const pauses = (ends: readonly number[]) => ends.map((_, i) => afterEnd(ends.slice(0, i + 1), keeperTimes).pauseMs);

  test('the pause doubles five times in ten minutes, then it is a minute, for as long as it goes on', () => {
    const doubling = [500, 1000, 2000, 4000, 8000];
    const ends = [0, 1000, 2000, 3000, 4000, 5000, 65_000, 125_000];
    expect(pauses(ends)).toEqual([...doubling, 60_000, 60_000, 60_000]);
    expect(afterEnd(ends, keeperTimes).tooOften).toBe(true);
  });

  test('ends older than ten minutes are forgotten', () => {
    const spread = Array.from({ length: 20 }, (_, i) => (i * restartWindowMs) / restartsMaximum);
    expect(pauses(spread)).not.toContain(keeperTimes.longPauseMs);
    expect(afterEnd([0, 1, 2, 3, restartWindowMs + 4], keeperTimes)).toEqual({ tooOften: false, pauseMs: 500 });
  });
});

const quick: KeeperTimes = { firstPauseMs: 1, longPauseMs: 5, mainsPauseMs: 5, stableMs: 600_000 };

describe('a kept child', () => {
  let keeper: Keeper | null = null;
  afterEach(() => keeper?.close());

  interface Heard {
    readonly lines: string[];
    readonly ends: string[];
    readonly afters: AfterEnd[];
    recoveries: number;
  }

  /** Keeps what `starts` say and waits until `enough` says so of all that was heard. */
  function kept(starts: KeeperStarts, times: KeeperTimes, enough: (heard: Heard) => boolean): Promise<Heard> {
    const all: Heard = { lines: [], ends: [], afters: [], recoveries: 0 };
    return new Promise((resolve) => {
      const check = () => enough(all) && resolve(all);
      keeper = new Keeper(
        starts,
        {
          line(text) {
            all.lines.push(text);
            check();
          },
          ended(how, after) {
            all.ends.push(how);
            all.afters.push(after);
            check();
          },
          recovered() {
            all.recoveries += 1;
          },
        },
        times,
      );
      keeper.start();
    });
  }

  /** Keeps `node -e program`. */
  function heard(program: string, enough: (lines: readonly string[], ends: readonly string[]) => boolean) {
    const starts = { normal: () => ['-e', program], safe: null };
    return kept(starts, keeperTimes, ({ lines, ends }) => enough(lines, ends));
  }

  const ending = () => ['-e', 'process.exit(1)'];

  test('that ends too often is started safely, and so for ever when that ends too', { timeout: 60_000 }, async () => {
    const safe = () => ['-e', 'console.log("safe"); process.exit(1)'];
    const { afters } = await kept({ normal: ending, safe }, quick, ({ ends }) => ends.length === 14);
    expect(afters.map(({ next }) => next)).toEqual([
      ...Array(restartsMaximum).fill('restart'),
      'safely',
      ...Array(8).fill('restart'),
    ]);
    expect(afters.slice(restartsMaximum).map(({ pauseMs }) => pauseMs)).toEqual([1, 1, 2, 4, 8, 16, 5, 5, 5]);
  });

  test('that ended for want of mains is started again after a pause of its own, and did not fail', async () => {
    const times = { ...quick, mainsPauseMs: 20 };
    const normal = () => ['-e', `process.exit(${exitWithoutMains})`];
    const enough = restartsMaximum + 3;
    const { afters, ends } = await kept({ normal, safe: ending }, times, ({ ends: { length } }) => length === enough);
    expect(new Set(ends)).toEqual(new Set(['with exit code 75']));
    expect(afters).toEqual(Array(enough).fill({ next: 'restart', pauseMs: times.mainsPauseMs }));
  });

  test('that has no safe start is started again for ever, after the long pause', { timeout: 60_000 }, async () => {
    const { afters } = await kept({ normal: ending, safe: null }, quick, ({ ends }) => ends.length === 8);
    expect(new Set(afters.map(({ next }) => next))).toEqual(new Set(['restart']));
    expect(afters.slice(restartsMaximum).map(({ pauseMs }) => pauseMs)).toEqual([5, 5, 5]);
  });

  test('that was started safely and lives is ended and started normally', { timeout: 60_000 }, async () => {
    let broken = true;
    const living = (word: string) => ['-e', `console.log("${word}"); setInterval(() => {}, 1e6)`];
    const normal = () => (broken ? ending() : living('normal'));
    const safe = () => {
      broken = false;
      return living('safe');
    };
    const { lines, ends, recoveries } = await kept({ normal, safe }, { ...quick, stableMs: 1_000 }, (all) =>
      all.lines.includes('normal'),
    );
    expect(lines).toEqual(['safe', 'normal']);
    expect(recoveries).toBe(1);
    // The end that the keeper itself brought about is not told as one.
    expect(ends).toHaveLength(restartsMaximum + 1);
  });

  test('that ends to begin anew is started at once, and never counted as a failure', { timeout: 60_000 }, async () => {
    const anew = () => ['-e', `process.exit(${exitToStartAnew})`];
    const { afters } = await kept({ normal: anew, safe: anew }, quick, ({ ends }) => ends.length === 8);
    expect(afters).toEqual(Array(8).fill({ next: 'restart', pauseMs: 0 }));
  });

  test('is started again after it was killed', async () => {
    const { lines, ends } = await heard(
      'console.log(process.pid); setTimeout(() => process.kill(process.pid, "SIGKILL"), 20)',
      (said) => said.length === 2,
    );
    expect(ends).toEqual(['by SIGKILL']);
    expect(lines[0]).not.toBe(lines[1]);
  });

  test('ends on close and is not started again', async () => {
    const { lines, ends } = await heard(
      'console.log(process.pid); setInterval(() => {}, 1e6)',
      (said) => said.length === 1,
    );
    const pid = Number(lines[0]);
    await keeper?.close();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    expect(ends).toEqual([]);
  });

  test('ends when its keeper is killed without a chance to say so', async () => {
    const program = `
      import { Keeper } from ${JSON.stringify(new URL('../../scripts/keeper.ts', import.meta.url).href)};
      const child = 'process.on("SIGTERM", () => { console.error("ended softly"); process.exit(0) }); setInterval(() => {}, 1e6); console.log(process.pid)';
      new Keeper({ normal: () => ['-e', child], safe: null }, { line: (pid) => console.log(pid), ended() {}, recovered() {} }).start();
    `;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program]);
    await once(createInterface({ input: parent.stdout }), 'line');
    let said = '';
    parent.stderr.on('data', (bytes) => {
      said += bytes;
    });
    parent.kill('SIGKILL');
    // The pipe closes when the last process that writes to it is gone: the child.
    await once(parent.stderr, 'close');
    expect(said).toBe('ended softly\n');
  });

  test('stays down without power, and comes back with it, without having failed', async () => {
    const starts: string[] = [];
    const ends: string[] = [];
    let heardStart = () => {};
    const next = () => new Promise<void>((resolve) => (heardStart = resolve));
    const line = (pid: string) => {
      starts.push(pid);
      heardStart();
    };
    const program = 'console.log(process.pid); process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)';
    const powered = new Keeper(
      { normal: () => ['-e', program], safe: null },
      { line, ended: (how) => ends.push(how), recovered() {} },
      quick,
    );
    keeper = powered;
    const first = next();
    powered.start();
    await first;
    const pid = Number(starts[0]);
    powered.cutPower();
    await expect.poll(() => alive(pid), { timeout: 30_000 }).toBe(false);
    powered.start();
    expect(starts).toHaveLength(1);
    const second = next();
    powered.restorePower();
    await second;
    // Restored before the struck child is gone.
    const third = next();
    powered.cutPower();
    powered.restorePower();
    await third;
    expect(new Set(starts).size).toBe(3);
    expect(ends).toEqual([]);
    process.kill(Number(starts[2]), 'SIGKILL');
    await expect.poll(() => ends, { timeout: 30_000 }).toEqual(['by SIGKILL']);
  });

  function alive(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  test('that ends with an exit code is reported with it', async () => {
    const { ends, afters } = await heard('process.exit(3)', (_, said) => said.length === 1);
    expect(ends).toEqual(['with exit code 3']);
    expect(afters[0]?.next).toBe('restart');
  });
});
