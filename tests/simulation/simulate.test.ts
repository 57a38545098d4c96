import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { allRows, rowOf } from './deal.ts';
import { seedOrder } from './hunt.ts';
import { Compiler } from './judges.ts';
import { editOf, Misfit, mutants } from './mutants.ts';
import { brokenPromises } from './promises.ts';
import { run } from './run.ts';
import { sideBySide } from './runner.ts';
import { listedFunctions, statementsOf } from './statements.ts';

const script = fileURLToPath(new URL('../../scripts/simulate.ts', import.meta.url));
/** A command may start threads and load everything; it takes a few seconds at most. */
const limitMs = 120_000;

function simulate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    timeout: limitMs,
  });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

describe('npm run simulate', { timeout: limitMs }, () => {
  test('prints its figures in fixed lines and ends well when nothing was violated', () => {
    const { status, lines } = simulate('--seeds', '12');
    expect(lines[0]).toMatch(/^virtual-hours \d+\.\d+$/);
    expect(lines[1]).toMatch(/^facts \d+$/);
    expect(lines[2]).toMatch(/^crashes k \d+ p \d+ d \d+ l \d+ n \d+$/);
    const rows = [...new Set(allRows.map(({ row }) => row))];
    const cells = Array.from({ length: 10 }, (_, i) => `b${i} \\d+`).join(' ');
    rows.forEach((row, i) => {
      expect(lines[3 + i]).toMatch(new RegExp(`^fault ${row} ${cells} total \\d+$`));
    });
    expect(lines.at(-2)).toMatch(/^hash [0-9a-f]{64}$/);
    expect(lines.at(-1)).toBe('12 runs, 0 violations');
    expect(lines).toHaveLength(3 + rows.length + 2);
    expect(status).toBe(0);
  });

  test('gives the same hash for the same seed, alone and in another process, and another for another', () => {
    const hash = (seed: string) => simulate('--from', seed, '--seeds', '1').lines.at(-2);
    expect(hash('7')).toBe(hash('7'));
    expect(hash('8')).not.toBe(hash('7'));
  });

  test('finds a kiosk that is broken on purpose', () => {
    const { status, lines } = simulate('--mutants', '--only', 'durable-is-lazy');
    expect(lines).toEqual([
      expect.stringMatching(/^mutant durable-is-lazy caught seed \d+$/),
      'mutants: 1 caught, 0 missed',
    ]);
    expect(status).toBe(0);
  });

  test('refuses a command line that says nothing, or nonsense', () => {
    for (const args of [[], ['--seeds', '0'], ['--seeds', 'many'], ['--seeds', '1', '--from', '-1'], ['--other']]) {
      const { status, stderr } = simulate(...args);
      expect(status, args.join(' ')).toBe(2);
      expect(JSON.parse(stderr.split('\n')[0] as string)).toMatchObject({
        error: 'usage',
        message: expect.any(String),
      });
    }
  });
});

describe('a run', () => {
  test('is the same whatever ran before it in this process', () => {
    const first = run(11);
    run(12);
    expect(run(11)).toEqual(first);
  });

  test('lasts two virtual minutes and more, and crashes', () => {
    for (const seed of [1, 5, 21]) {
      const { hours, crashes } = run(seed);
      expect(hours * 60).toBeGreaterThanOrEqual(2);
      expect(Object.values(crashes).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0);
    }
  });

  test('mostly starts again from a state that was kept, and now and then meets one that was altered', () => {
    const runs = Array.from({ length: 40 }, (_, seed) => run(seed));
    expect(runs.filter(({ resumed }) => resumed > 0).length).toBeGreaterThan(runs.length / 2);
    expect(runs.some(({ story }) => story.some((line) => line.endsWith('the kept state is altered')))).toBe(true);
  });

  test('is struck by the fault of its row, whichever that is', { timeout: 240_000 }, () => {
    for (let seed = 0; seed < allRows.length * 5; seed++) {
      const rows = new Set(run(seed).struck.map(({ row }) => row));
      expect([...rows], `seed ${seed}`).toEqual([rowOf(seed).row]);
    }
  });
});

describe('a mutant', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s still fits the program', (_, mutant) => {
    const { path, text } = editOf(mutant);
    expect(text).not.toBe(readFileSync(path, 'utf8'));
  });

  test('has a name of its own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  test.each([
    ['nowhere', 'no such text stands in the file'],
    ['twice', 'if (this.over) return;'],
  ])('whose text stands there %s is named, with what to do', (_, find) => {
    const misfit = { name: 'unfit', file: 'kiosk/loop.ts', find, replace: '', rows: [] };
    expect(() => editOf(misfit)).toThrow(Misfit);
    expect(() => editOf(misfit)).toThrow(/mutant unfit no longer fits: .*kiosk\/loop\.ts.*mutants\.ts/);
  });

  test('is looked for at the seeds that concern it first, and at each seed once', () => {
    const order = seedOrder(600, [9], [77]);
    const concerned = order.filter((seed) => rowOf(seed).row === 9);
    expect(concerned.length).toBeGreaterThan(1);
    expect(order.slice(0, 1 + concerned.length)).toEqual([77, ...concerned]);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
  });
});

describe('leaving out statements', () => {
  test('is noticed by the compiler when the program is no program without it', () => {
    const compiler = new Compiler();
    const path = fileURLToPath(new URL('../../kiosk/sale/sale.ts', import.meta.url));
    const text = readFileSync(path, 'utf8');
    expect(compiler.accepts({ path, text })).toBe(true);
    expect(compiler.accepts({ path, text: text.replace('return ', '') })).toBe(false);
    expect(compiler.accepts({ path, text: `${text}\nconst notUsed = 1;\n` })).toBe(false);
    expect(compiler.accepts({ path, text })).toBe(true);
  });

  test('takes the functions on both ways from ARCHITECTURE.md', () => {
    const names = listedFunctions().map(({ file, name }) => `${file}#${name}`);
    expect(names).toContain('kiosk/methods/cash/notes.ts#noteStacked');
    expect(names).toContain('kiosk/session/vouchers.ts#voucherPresented');
  });

  test('leaves out one at a time and nothing else', () => {
    const statements = statementsOf({ file: 'kiosk/methods/cash/notes.ts', name: 'noteStacked' });
    expect(statements.length).toBeGreaterThan(4);
    for (const { edit, text, place } of statements) {
      const whole = readFileSync(edit.path, 'utf8');
      expect(edit.text.length).toBeLessThan(whole.length);
      expect(whole.split('\n')[Number(place.split(':')[1]) - 1]).toContain(text.split('\n')[0]);
    }
  });
});

test('jobs side by side give their results in order, each to one hand', async () => {
  const hand = async (n: number) => {
    await new Promise((resolve) => setTimeout(resolve, n % 3));
    return n * 2;
  };
  expect(await sideBySide([1, 2, 3, 4, 5, 6, 7], [hand, hand])).toEqual([2, 4, 6, 8, 10, 12, 14]);
});

test('a journal without entries breaks no promise', () => {
  expect(brokenPromises([], new Set())).toEqual([]);
});
