/** A table of the staff's page is read again and again, and what comes too late is not shown. */
import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { act as actAt, answersWithinMs, readTable, useReading } from '../../ui/staff/api.ts';

/** What was asked, and how each is answered. */
let asked: { readonly path: string; readonly answer: (next: number) => Promise<void> }[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', (path: string) => {
    return new Promise<Pick<Response, 'ok' | 'json'>>((resolve) => {
      const answer = (next: number) =>
        act(async () => {
          resolve({ ok: true, json: async () => ({ moves: [], next }) });
          // All that follows from it has been done by then.
          await new Promise((done) => setImmediate(done));
        });
      asked.push({ path, answer });
    });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

let again: () => Promise<void>;

function Moves({ from }: { readonly from: number }) {
  const reading = useReading('moves', { from }, 3_600_000);
  again = reading.again;
  return <p>{reading.table === null ? 'nothing yet' : `next ${reading.table.next}`}</p>;
}

test('the answer to the page before does not come over the one that was turned to', async () => {
  const { rerender } = render(<Moves from={0} />);
  const before = again;
  rerender(<Moves from={10} />);
  expect(asked.map(({ path }) => path)).toEqual(['table/moves?from=0', 'table/moves?from=10']);
  await asked[1]?.answer(20);
  screen.getByText('next 20');
  await asked[0]?.answer(10);
  screen.getByText('next 20');
  // Somebody did something on the page before, and its answer comes only now.
  void before();
  await asked[2]?.answer(10);
  screen.getByText('next 20');
});

test('of two answers to the same question the one that was asked later stays', async () => {
  render(<Moves from={0} />);
  screen.getByText('nothing yet');
  void again();
  await asked[1]?.answer(2);
  screen.getByText('next 2');
  await asked[0]?.answer(1);
  screen.getByText('next 2');
});

test('a table is not asked for again while its answer is still to come', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const everyMs = 500;
    function Polled() {
      useReading('moves', undefined, everyMs);
      return null;
    }
    render(<Polled />);
    await vi.advanceTimersByTimeAsync(100 * everyMs);
    expect(asked).toHaveLength(1);
    await asked[0]?.answer(1);
    await vi.advanceTimersByTimeAsync(everyMs);
    expect(asked).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test('a kiosk that is stuck is given up on, whether it is asked something or told to do something', async () => {
  const ends: (() => void)[] = [];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    expect(ms).toBe(answersWithinMs);
    const control = new AbortController();
    ends.push(() => control.abort());
    return control.signal;
  });
  vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => {
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  });
  const waiting = Promise.all([readTable('moves'), actAt({ do: 'touch' })]);
  expect(ends).toHaveLength(2);
  for (const end of ends) end();
  expect(await waiting).toEqual([null, { ok: false, problem: 'no-answer', seconds: null }]);
});
