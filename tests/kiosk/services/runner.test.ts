import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { BillerFact, BillerService, BillPostFact } from '../../../kiosk/services/biller/contract.ts';
import { createRunner } from '../../../kiosk/services/runner.ts';
import { createAsker, find, post, reverse } from './ask.ts';
import { order } from '../view/visit.ts';

/** Lets everything that waits for nothing but promises go on. */
function settle(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

const hanging: BillerService = {
  lookUp: () => new Promise(() => {}),
  post: () => new Promise(() => {}),
  reverse: () => new Promise(() => {}),
};

describe('the door of the network', () => {
  it('contains a service that throws at once', async () => {
    const one = createAsker({
      lookUp: () => {
        throw new Error('broken');
      },
      post: () => Promise.reject(new Error('broken')),
    });
    expect(await one.ask(find('1001'))).toMatchObject({ fact: 'bill.unavailable', reason: 'down' });
  });

  it('gives up a service that hangs, and takes no answer of it afterwards', async () => {
    const clock = new VirtualClock(0);
    let late: (fact: BillPostFact | null) => void = () => {};
    let aborted = false;
    const one = createAsker(
      {
        lookUp: (command, signal) => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
          return new Promise((resolve) => {
            late = () => resolve({ fact: 'bill.not-found', command: command.id });
          });
        },
        post: () => Promise.resolve(null),
      },
      { clock, timeoutMs: 8_000 },
    );
    const answer = one.ask(find('1001'));
    await settle();
    clock.runUntil(7_999);
    await settle();
    expect(one.facts).toEqual([]);
    clock.runUntil(8_000);
    expect(await answer).toMatchObject({ fact: 'bill.unavailable', reason: 'slow' });
    late(null);
    await settle();
    expect(one.facts).toHaveLength(1);
    expect(aborted).toBe(true);
  });

  it('believes no answer to another question', async () => {
    const one = createAsker({
      lookUp: () => Promise.resolve({ fact: 'bill.not-found', command: 'other' }),
      post: () => Promise.resolve(null),
    });
    expect(await one.ask(find('1001'))).toMatchObject({ fact: 'bill.unavailable', reason: 'nonsense' });
  });

  it.each([
    ['#10000001', 'bill.found'],
    ['1001', 'bill.unavailable'],
  ])('takes %s as the number of an order only when no biller can have it: %s', async (number, fact) => {
    const one = createAsker({
      lookUp: ({ id }) => Promise.resolve({ fact: 'bill.found', command: id, bill: { ...order, number } }),
      post: () => Promise.resolve(null),
    });
    const items = order.goods?.items ?? [];
    expect(await one.ask({ command: 'order.place', id: 'o', session: 'S', items })).toMatchObject({ fact });
  });

  it('takes no answer to another payment for this one’s: it is asked again', async () => {
    const clock = new VirtualClock(0);
    const references = ['other', 'own'];
    const one = createAsker(
      {
        ...hanging,
        post: async ({ id }) => {
          const reference = references.shift() ?? 'more';
          return { fact: 'bill.posted', command: reference === 'other' ? 'pay-9' : id, reference };
        },
      },
      { clock },
    );
    const answer = one.ask(post('1001', 8_650));
    await settle();
    expect(one.facts).toEqual([]);
    expect(one.runner.open().posts).toBe(1);
    clock.runUntil(1_000);
    expect(await answer).toEqual({ fact: 'bill.posted', command: 'pay-1001', reference: 'own' });
  });

  it('repeats a post with the same id, pausing 1 s, 2 s, 4 s … and never more than a minute', async () => {
    const clock = new VirtualClock(0);
    const seen: { id: string; atMs: number }[] = [];
    const one = createAsker(
      {
        lookUp: hanging.lookUp,
        post: (command) => {
          seen.push({ id: command.id, atMs: clock.monoMs() });
          return seen.length < 10
            ? Promise.reject(new Error('down'))
            : Promise.resolve({ fact: 'bill.posted', command: command.id, reference: 'R' });
        },
      },
      { clock },
    );
    const answer = one.ask(post('1001', 8_650));
    for (let second = 0; second <= 400; second++) {
      clock.runUntil(second * 1_000);
      await settle();
    }
    expect(await answer).toMatchObject({ fact: 'bill.posted' });
    const pauses = seen.slice(1).map((one, at) => (one.atMs - (seen[at]?.atMs ?? 0)) / 1_000);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(new Set(seen.map((one) => one.id)).size).toBe(1);
    expect(one.runner.open()).toEqual({ lookUps: 0, posts: 0 });
  });

  it('sends a command that is on its way only once', async () => {
    let calls = 0;
    const one = createAsker({
      lookUp: hanging.lookUp,
      post: () => {
        calls += 1;
        return new Promise(() => {});
      },
    });
    one.runner.obey(post('1001', 8_650));
    one.runner.obey(post('1001', 8_650));
    await settle();
    expect(calls).toBe(1);
    one.runner.close();
  });

  it('has four posts on the way at most, and one that waits for its pause is in nobody else’s way', async () => {
    const clock = new VirtualClock(0);
    let now = 0;
    let most = 0;
    const answers: BillerFact[] = [];
    const runner = createRunner({
      biller: {
        ...hanging,
        post: async (command) => {
          now += 1;
          most = Math.max(most, now);
          await settle();
          now -= 1;
          return command.number === 'bad' ? null : { fact: 'bill.posted', command: command.id, reference: 'R' };
        },
      },
      clock,
      timeoutMs: 1_000,
      answer: (fact) => answers.push(fact),
    });
    for (let at = 0; at < 4; at++) runner.obey(post('bad', 1, `bad-${at}`));
    for (let at = 0; at < 20; at++) runner.obey(post('good', 1, `good-${at}`));
    await expect.poll(() => answers.length).toBe(20);
    expect(most).toBe(4);
    expect(runner.open().posts).toBe(4);
    runner.close();
  });

  it('answers look-ups beyond eight at once, and takes no post beyond ten thousand', async () => {
    // On a clock that stands still nothing is slow by itself.
    const one = createAsker(hanging, { clock: new VirtualClock(0) });
    for (let at = 0; at < 8; at++) one.runner.obey(find('1001', `find-${at}`));
    await settle();
    expect(one.facts).toEqual([]);
    one.runner.obey(find('1001', 'one-more'));
    await settle();
    expect(one.facts).toEqual([{ fact: 'bill.unavailable', command: 'one-more', reason: 'slow' }]);
    for (let at = 0; at < 10_000; at++) expect(one.runner.obey(post('1001', 1, `pay-${at}`))).toBe(true);
    expect(one.runner.obey(post('1001', 1, 'pay-more'))).toBe(false);
    one.runner.close();
  });

  it('says nothing more once it is closed', async () => {
    const clock = new VirtualClock(0);
    const one = createAsker(hanging, { clock, timeoutMs: 1_000 });
    one.runner.obey(find('1001'));
    one.runner.obey(post('1001', 1));
    await settle();
    one.runner.close();
    clock.runUntil(600_000);
    await settle();
    expect(one.facts).toEqual([]);
    expect(one.runner.obey(find('1002'))).toBe(false);
  });
});

it('a reversal is not sent twice while it is on its way, and an answer to another question is none', async () => {
  const clock = new VirtualClock(0);
  const asked: string[] = [];
  const one = createAsker(
    {
      ...hanging,
      reverse: async ({ id }) => {
        asked.push(id);
        return { fact: 'bill.reversed', command: asked.length === 1 ? 'another' : id };
      },
    },
    { clock },
  );
  const answer = one.ask(reverse('1001', 8_650));
  one.runner.obey(reverse('1001', 8_650));
  await one.attempts(1);
  expect(asked).toEqual(['back-1001']);
  clock.runUntil(1_000);
  expect(await answer).toEqual({ fact: 'bill.reversed', command: 'back-1001' });
  expect(asked).toEqual(['back-1001', 'back-1001']);
});
