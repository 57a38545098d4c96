import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { type AfterEnd, afterEnd, Keeper, restartsMaximum, restartWindowMs } from '../../scripts/keeper.ts';

describe('after a child ended by itself', () => {
  const pauses = (ends: readonly number[]) =>
    ends.map((_, i) => {
      const after = afterEnd(ends.slice(0, i + 1));
      return after.next === 'restart' ? after.pauseMs : 'stop';
    });

  test('the pause doubles five times in ten minutes, then it stays down', () => {
    expect(pauses([0, 1000, 2000, 3000, 4000, 5000])).toEqual([500, 1000, 2000, 4000, 8000, 'stop']);
  });

  test('ends older than ten minutes are forgotten', () => {
    const spread = Array.from({ length: 20 }, (_, i) => (i * restartWindowMs) / restartsMaximum);
    expect(pauses(spread)).not.toContain('stop');
    expect(afterEnd([0, 1, 2, 3, restartWindowMs + 4])).toEqual({ next: 'restart', pauseMs: 500 });
  });
});

describe('a kept child', () => {
  let keeper: Keeper | null = null;
  afterEach(() => keeper?.close());

  /** Keeps `node -e program` and waits until `enough` says so of all that was heard. */
  function heard(program: string, enough: (lines: readonly string[], ends: readonly string[]) => boolean) {
    const lines: string[] = [];
    const ends: string[] = [];
    const afters: AfterEnd[] = [];
    return new Promise<{ lines: string[]; ends: string[]; afters: AfterEnd[] }>((resolve) => {
      const check = () => enough(lines, ends) && resolve({ lines, ends, afters });
      keeper = new Keeper(['-e', program], {
        line(text) {
          lines.push(text);
          check();
        },
        ended(how, after) {
          ends.push(how);
          afters.push(after);
          check();
        },
      });
      keeper.start();
    });
  }

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
      new Keeper(['-e', child], { line: (pid) => console.log(pid), ended() {} }).start();
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

  test('that ends with an exit code is reported with it', async () => {
    const { ends, afters } = await heard('process.exit(3)', (_, said) => said.length === 1);
    expect(ends).toEqual(['with exit code 3']);
    expect(afters[0]?.next).toBe('restart');
  });
});
