import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RollingKiosk, stepRollout, wavesOf } from '../../../../kiosk/office/rollout/plan.ts';
import type { Pace, RolloutLine, RolloutStep } from '../../../../kiosk/office/server/wire.ts';

const minute = 60_000;
const calm: Pace = { canary: 1, percent: 50, restMinutes: 10, failuresPercent: 0, window: null, overdueMinutes: 30 };
const begin = Date.parse('2026-03-31T05:00:00Z');

const names = (count: number) => Array.from({ length: count }, (_, n) => `K${n + 1}`);

function kiosk(kiosk: string, wave: number, changes: Partial<RollingKiosk> = {}): RollingKiosk {
  const waits = { status: 'waiting', publishedMs: null, changedMs: begin, hereSinceMs: begin } as const;
  return { kiosk, wave, timeZone: 'Asia/Shanghai', trialMs: minute, ...waits, ...changes };
}

const out = (status: RolloutStep, changedMs = begin) => ({ status, publishedMs: begin, changedMs });
const step = (pace: Pace, kiosks: readonly RollingKiosk[], atMs: number, status: RolloutLine['status'] = 'running') =>
  stepRollout({ pace, status }, kiosks, atMs);
const publishing = (...kiosks: string[]) => ({ overdue: [], next: { act: 'publish', kiosks } });
const waiting = { overdue: [], next: { act: 'wait' } };

describe('waves', () => {
  const waves = (count: number, canary: number, percent: number) =>
    wavesOf(names(count), { ...calm, canary, percent }).map(({ wave }) => wave);

  test('the canary goes first, then parts of the rest, rounded up', () => {
    expect(waves(8, 2, 25)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(waves(8, 1, 50)).toEqual([1, 2, 2, 2, 2, 3, 3, 3]);
  });

  test('every wave has at least one, and without a canary the first part begins', () => {
    expect(waves(3, 0, 1)).toEqual([1, 2, 3]);
    expect(waves(3, 5, 10)).toEqual([1, 1, 1]);
    expect(waves(2, 0, 100)).toEqual([1, 1]);
  });
});

describe('a wave', () => {
  test('begins after the rest that follows the last word and the trial of the one before', () => {
    const kiosks = [kiosk('K1', 1, out('running', begin + minute)), kiosk('K2', 2)];
    expect(step(calm, kiosks, begin + 2 * minute)).toEqual(waiting);
    expect(step(calm, kiosks, begin + 12 * minute - 1)).toEqual(waiting);
    expect(step(calm, kiosks, begin + 12 * minute)).toEqual(publishing('K2'));
  });

  test('waits for a kiosk that is staged, and for one that is away as long as it is', () => {
    const away = { ...out('published'), hereSinceMs: null };
    expect(step(calm, [kiosk('K1', 1, out('staged')), kiosk('K2', 2)], begin + 29 * minute)).toEqual(waiting);
    expect(step(calm, [kiosk('K1', 1, away), kiosk('K2', 2)], begin + 10_000 * minute)).toEqual(waiting);
  });

  test('one that is back has its time from then on, and fails after it', () => {
    const back = { ...out('published'), hereSinceMs: begin + 500 * minute };
    const kiosks = [kiosk('K1', 1, back), kiosk('K2', 2)];
    expect(step(calm, kiosks, begin + 530 * minute - 1)).toEqual(waiting);
    expect(step(calm, kiosks, begin + 530 * minute)).toEqual({ overdue: ['K1'], next: { act: 'abort' } });
  });

  test('paused begins nothing, and is aborted and done all the same', () => {
    expect(step(calm, [kiosk('K1', 1)], begin, 'paused')).toEqual(waiting);
    expect(step(calm, [kiosk('K1', 1, out('refused'))], begin, 'paused').next).toEqual({ act: 'abort' });
    expect(step(calm, [kiosk('K1', 1, out('running'))], begin + minute, 'paused').next).toEqual({ act: 'done' });
  });
});

test('it is not done while one that runs is still on trial', () => {
  expect(step(calm, [kiosk('K1', 1, out('running'))], begin + minute - 1)).toEqual(waiting);
  expect(step(calm, [kiosk('K1', 1, out('running'))], begin + minute).next).toEqual({ act: 'done' });
});

test('a late word from an earlier wave gives no rest to one that has begun', () => {
  const late = kiosk('K1', 1, out('running', begin + 60 * minute));
  const kiosks = [late, kiosk('K2', 2, out('published', begin + 59 * minute)), kiosk('K3', 2)];
  const published = kiosks.map((one) => (one.kiosk === 'K2' ? { ...one, hereSinceMs: null } : one));
  expect(step(calm, published, begin + 61 * minute - 1)).toEqual(waiting);
  expect(step(calm, published, begin + 61 * minute)).toEqual(publishing('K3'));
});

describe('failures', () => {
  const pace = { ...calm, canary: 0, percent: 100, failuresPercent: 25 };

  test('it does not matter who answers first: those that are out may still go well', () => {
    const kiosks = [kiosk('K1', 1, out('refused')), ...names(3).map((name) => kiosk(`${name}b`, 1, out('published')))];
    expect(step(pace, kiosks, begin)).toEqual(waiting);
  });

  test('kiosks that have not got it yet make no failure smaller: one canary of many ends it', () => {
    const rest = Array.from({ length: 99 }, (_, n) => kiosk(`R${n}`, 2));
    expect(step(pace, [kiosk('K1', 1, out('refused')), ...rest], begin).next).toEqual({ act: 'abort' });
  });

  test('more than allowed of those that were judged end it; as many as allowed do not', () => {
    const well = names(3).map((name) => kiosk(`${name}b`, 1, out('running')));
    expect(step(pace, [kiosk('K1', 1, out('went-back')), ...well], begin + minute).next).toEqual({ act: 'done' });
    const two = [kiosk('K1', 1, out('went-back')), kiosk('K2', 1, out('refused'))];
    expect(step(pace, [...two, ...well], begin).next).toEqual({ act: 'abort' });
  });
});

describe('a window', () => {
  const at = (pace: Pace['window'], time: string, timeZone = 'Asia/Shanghai') =>
    step({ ...calm, window: pace }, [kiosk('K1', 1, { timeZone })], Date.parse(time)).next.act;

  test.each([
    [
      'opens by the kiosk’s own clock',
      { from: '02:00', to: '05:00' },
      '2026-03-30T18:00:00Z',
      'Asia/Shanghai',
      'publish',
    ],
    ['is closed a minute before', { from: '02:00', to: '05:00' }, '2026-03-30T17:59:59Z', 'Asia/Shanghai', 'wait'],
    ['is closed at its end', { from: '02:00', to: '05:00' }, '2026-03-30T21:00:00Z', 'Asia/Shanghai', 'wait'],
    ['is another moment elsewhere', { from: '02:00', to: '05:00' }, '2026-03-30T18:00:00Z', 'Europe/Berlin', 'wait'],
    [
      'goes over midnight: before it',
      { from: '23:00', to: '04:00' },
      '2026-03-30T15:30:00Z',
      'Asia/Shanghai',
      'publish',
    ],
    [
      'goes over midnight: after it',
      { from: '23:00', to: '04:00' },
      '2026-03-30T19:30:00Z',
      'Asia/Shanghai',
      'publish',
    ],
    [
      'goes over midnight: closed by day',
      { from: '23:00', to: '04:00' },
      '2026-03-30T20:00:00Z',
      'Asia/Shanghai',
      'wait',
    ],
    [
      'summer time begins: 03:30 follows 01:59',
      { from: '03:00', to: '04:00' },
      '2026-03-29T01:30:00Z',
      'Europe/Berlin',
      'publish',
    ],
    [
      'summer time begins: the skipped hour is none',
      { from: '02:00', to: '03:00' },
      '2026-03-29T01:00:00Z',
      'Europe/Berlin',
      'wait',
    ],
    [
      'summer time ends: the first 02:30',
      { from: '02:00', to: '03:00' },
      '2026-10-25T00:30:00Z',
      'Europe/Berlin',
      'publish',
    ],
    [
      'summer time ends: the second 02:30',
      { from: '02:00', to: '03:00' },
      '2026-10-25T01:30:00Z',
      'Europe/Berlin',
      'publish',
    ],
  ])('%s', (_, window, time, zone, act) => {
    expect(at(window, time, zone)).toBe(act);
  });

  test('the kiosks of a wave are published for one by one as their windows open, without another rest', () => {
    const window = { from: '02:00', to: '05:00' };
    const kiosks = [
      kiosk('K1', 1, out('running', begin)),
      kiosk('K2', 2),
      kiosk('K3', 2, { timeZone: 'Europe/Berlin' }),
    ];
    const shanghai = Date.parse('2026-03-31T18:00:00Z');
    const berlin = Date.parse('2026-04-01T00:00:00Z');
    expect(step({ ...calm, window }, kiosks, shanghai)).toEqual(publishing('K2'));
    const published = kiosks.map((one) => (one.kiosk === 'K2' ? { ...one, ...out('running', berlin - minute) } : one));
    expect(step({ ...calm, window }, published, berlin)).toEqual(publishing('K3'));
  });
});

/** What a kiosk does with what is published for it, and how long that takes, minutes. */
const fates = fc.record({
  ends: fc.constantFrom<RolloutStep>('running', 'running', 'running', 'refused', 'went-back', 'overdue'),
  staged: fc.boolean(),
  after: fc.integer({ min: 0, max: 20 }),
  awayUntil: fc.constantFrom(0, 0, 0, 15, 240),
});

const paces = fc.record({
  canary: fc.integer({ min: 0, max: 4 }),
  percent: fc.integer({ min: 1, max: 100 }),
  restMinutes: fc.integer({ min: 0, max: 30 }),
  failuresPercent: fc.constantFrom(0, 10, 34, 100),
  window: fc.constantFrom(null, null, { from: '22:00', to: '06:00' }, { from: '09:00', to: '10:00' }),
  overdueMinutes: fc.integer({ min: 21, max: 60 }),
});

interface Fate {
  readonly ends: RolloutStep;
  readonly staged: boolean;
  readonly after: number;
  readonly awayUntil: number;
}

/** As the runner does, minute by minute, with kiosks that meet their fates. */
function runs(pace: Pace, all: readonly Fate[], pauseAt: number) {
  let status: RolloutLine['status'] = 'running';
  const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York'];
  let kiosks = wavesOf(names(all.length), pace).map(({ kiosk: name, wave }, n) =>
    kiosk(name, wave, { timeZone: zones[n % 3] as string, hereSinceMs: null }),
  );
  const published: string[] = [];
  const set = (name: string, changes: Partial<RollingKiosk>) => {
    kiosks = kiosks.map((one) => (one.kiosk === name ? { ...one, ...changes } : one));
  };
  const moments: { readonly wave: number; readonly before: readonly RollingKiosk[]; readonly nowMs: number }[] = [];
  for (let now = 0; now < 60 * 24 * 90 && (status === 'running' || status === 'paused'); now += 5) {
    const nowMs = begin + now * minute;
    if (now >= pauseAt) status = now < pauseAt + 120 ? 'paused' : 'running';
    for (const [n, fate] of all.entries()) {
      const one = kiosks[n] as RollingKiosk;
      const here = now >= fate.awayUntil;
      if (here && one.hereSinceMs === null) set(one.kiosk, { hereSinceMs: nowMs });
      if (!here || one.publishedMs === null) continue;
      const since = Math.max(one.publishedMs, begin + fate.awayUntil * minute);
      if (one.status === 'published' && fate.staged) set(one.kiosk, { status: 'staged', changedMs: nowMs });
      const answers = one.status === 'published' || one.status === 'staged';
      if (answers && fate.ends !== 'overdue' && nowMs >= since + fate.after * minute) {
        set(one.kiosk, { status: fate.ends, changedMs: nowMs });
      }
    }
    const { overdue, next } = stepRollout({ pace, status }, kiosks, nowMs);
    for (const name of overdue) set(name, { status: 'overdue', changedMs: nowMs });
    if (next.act === 'abort') status = 'aborted';
    if (next.act === 'done') status = 'done';
    if (next.act !== 'publish') continue;
    expect(status).toBe('running');
    const wave = (kiosks.find((one) => one.kiosk === next.kiosks[0]) as RollingKiosk).wave;
    moments.push({ wave, before: kiosks, nowMs });
    for (const name of next.kiosks) {
      published.push(name);
      set(name, { status: 'published', publishedMs: nowMs, changedMs: nowMs });
    }
  }
  return { status, kiosks, published, moments };
}

describe('any rollout', () => {
  const run = fc.tuple(paces, fc.array(fates, { minLength: 1, maxLength: 12 }), fc.integer({ min: 0, max: 2_000 }));

  test('ends when all answer, has each kiosk once, and is done only when each was judged', () => {
    fc.assert(
      fc.property(run, ([pace, all, pauseAt]) => {
        const { status, kiosks, published } = runs(pace, all, pauseAt);
        expect(['done', 'aborted']).toContain(status);
        expect(new Set(published).size).toBe(published.length);
        if (status === 'done') expect(published.length).toBe(all.length);
        const failures = kiosks.filter((one) => ['refused', 'went-back', 'overdue'].includes(one.status)).length;
        expect(status === 'aborted').toBe(failures * 100 > pace.failuresPercent * published.length);
      }),
      { numRuns: 150 },
    );
  });

  test('lets no wave out before every kiosk of those before it was judged and has rested', () => {
    fc.assert(
      fc.property(run, ([pace, all, pauseAt]) => {
        const { moments, kiosks } = runs(pace, all, pauseAt);
        for (const { wave, before, nowMs } of moments) {
          const earlier = before.filter((one) => one.wave < wave);
          expect(earlier.filter(({ status }) => ['waiting', 'published', 'staged'].includes(status))).toEqual([]);
          const first = moments.find((one) => one.wave === wave)?.nowMs ?? nowMs;
          for (const { status, changedMs } of earlier) {
            const trial = status === 'running' ? minute : 0;
            expect(first).toBeGreaterThanOrEqual(changedMs + trial + pace.restMinutes * minute);
          }
        }
        const out = kiosks.filter(({ status }) => status !== 'waiting').length;
        const first = kiosks.filter(({ wave }) => wave === 1).length;
        if (moments.every(({ wave }) => wave === 1)) expect(out).toBeLessThanOrEqual(first);
      }),
      { numRuns: 150 },
    );
  });
});
