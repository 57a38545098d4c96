import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceFact } from '../../hardware/device.ts';
import { beaconValues } from '../../hardware/display/beacon.ts';
import {
  lookEveryMs,
  pauseLongestMs,
  type Sight,
  startsAtOnce,
  startWatch,
  steadyMs,
  stepWatch,
  type WatchInput,
  type WatchOrder,
  type WatchState,
} from '../../hardware/display/watch.ts';

/** What the screen does at a moment; the rig's eye looks at it. */
type Page = (sinceMs: number, mark: number) => Sight['beacons'];

const living: Page = (sinceMs, mark) => both(mark, Math.floor(sinceMs / 450));
const dark: Page = () => [null, null];
const promisedMs = 10_000;

/** What it shows at the first look, and nothing else from there on. */
function standing(): Page {
  let shown: Sight['beacons'] | null = null;
  return (sinceMs, mark) => {
    shown = shown ?? living(sinceMs, mark);
    return shown;
  };
}

function both(mark: number, count: number): Sight['beacons'] {
  const beacon = { mark, count: count % beaconValues };
  return [beacon, beacon];
}

interface Heard {
  readonly atMs: number;
  readonly fact: DeviceFact;
}

/** A watch in virtual time: orders are carried out at once, as far as the world lets them. */
class Rig {
  nowMs = 1_000;
  page: Page = living;
  screen = true;
  eye = true;
  readonly facts: Heard[] = [];
  readonly orders: { readonly atMs: number; readonly order: WatchOrder }[] = [];
  pointer = { x: 5, y: 5 };
  private state: WatchState = startWatch(this.nowMs, 41);
  private wakeAtMs: number | null = this.nowMs;
  private drawnSinceMs = 0;

  run(forMs: number): void {
    const endMs = this.nowMs + forMs;
    while (this.wakeAtMs !== null && this.wakeAtMs <= endMs) {
      this.nowMs = Math.max(this.nowMs, this.wakeAtMs);
      this.take({ type: 'time', nowMs: this.nowMs });
    }
    this.nowMs = endMs;
  }

  tell(input: WatchInput extends infer I ? (I extends WatchInput ? Omit<I, 'nowMs'> : never) : never): void {
    this.take({ ...input, nowMs: this.nowMs } as WatchInput);
  }

  has(fact: DeviceFact['fact'], code?: string): boolean {
    return this.at(fact, code) !== null;
  }

  /** When it was told last. */
  at(fact: DeviceFact['fact'], code?: string): number | null {
    const is = (one: DeviceFact) => one.fact === fact && (code === undefined || ('code' in one && one.code === code));
    return this.facts.findLast((one) => is(one.fact))?.atMs ?? null;
  }

  starts(): number {
    return this.orders.filter(({ order }) => order.order === 'restart-browser').length;
  }

  private take(input: WatchInput): void {
    const step = stepWatch(this.state, input);
    this.state = step.state;
    this.wakeAtMs = step.wakeAtMs;
    for (const fact of step.facts) this.facts.push({ atMs: this.nowMs, fact });
    for (const order of step.orders) {
      this.orders.push({ atMs: this.nowMs, order });
      this.carryOut(order);
    }
  }

  private carryOut(order: WatchOrder): void {
    if (order.order === 'open-eye') {
      if (!this.screen) this.tell({ type: 'no-screen', why: 'there is none' });
      else this.tell(this.eye ? { type: 'eye-open' } : { type: 'eye-ended', why: 'it cannot' });
    }
    if (order.order === 'restart-browser') this.drawnSinceMs = this.nowMs;
    if (order.order === 'park') this.pointer = { x: 1_079, y: 1_919 };
    if (order.order === 'look') {
      const beacons = this.page(this.nowMs - this.drawnSinceMs, this.state.mark);
      const parked = this.pointer.x === 1_079;
      this.tell({ type: 'looked', sight: { beacons, pointer: this.pointer, parked } });
    }
  }
}

function running(): Rig {
  const rig = new Rig();
  rig.run(steadyMs + 5_000);
  expect(rig.facts.map(({ fact }) => fact.fact)).toEqual(['device.ready']);
  return rig;
}

describe('a browser that lives', () => {
  test('is started once, is told to be ready, and is left alone for a day', () => {
    const rig = running();
    rig.run(24 * 3_600_000);
    expect(rig.facts).toHaveLength(1);
    expect(rig.starts()).toBe(1);
  });

  test('has its pointer parked once nobody moves it', () => {
    const rig = running();
    expect(rig.pointer).toEqual({ x: 1_079, y: 1_919 });
    expect(rig.orders.filter(({ order }) => order.order === 'park')).toHaveLength(1);
  });
});

describe('a browser that shows nothing new', () => {
  const troubles: readonly (readonly [string, string, () => Page])[] = [
    ['stands still', 'display.frozen', standing],
    ['is covered', 'display.hidden', () => dark],
    ['is covered in one corner', 'display.hidden', () => (sinceMs, mark) => [living(sinceMs, mark)[0] ?? null, null]],
    ['is an older browser’s picture', 'display.hidden', () => (sinceMs) => living(sinceMs, 7)],
    [
      'has an old picture over one corner',
      'display.hidden',
      () => (sinceMs, mark) => [living(sinceMs, mark)[0] ?? null, both(mark, 3_000)[0] ?? null],
    ],
  ];
  test.each(troubles)('%s: noticed within ten seconds, with a picture and a new browser', (_, code, page) => {
    const rig = running();
    const sinceMs = rig.nowMs;
    rig.page = page();
    rig.run(promisedMs);
    expect(rig.at('device.fault', code)).toBeLessThanOrEqual(sinceMs + promisedMs);
    expect(rig.orders.filter(({ order }) => order.order === 'keep-picture').map(({ order }) => order)).toEqual([
      { order: 'keep-picture', of: code },
    ]);
    expect(rig.starts()).toBe(2);
    rig.page = living;
    rig.run(30_000);
    expect(rig.has('device.cleared', code)).toBe(true);
    expect(rig.at('device.fault')).toBeLessThan(rig.at('device.cleared') as number);
  });

  test('is noticed within ten seconds whenever it begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.boolean(), (afterMs, frozen) => {
        const rig = running();
        rig.run(afterMs);
        const sinceMs = rig.nowMs;
        rig.page = frozen ? standing() : dark;
        rig.run(promisedMs);
        expect(rig.at('device.fault')).toBeLessThanOrEqual(sinceMs + promisedMs);
      }),
      { numRuns: 50 },
    );
  });

  test('is started again at once a few times, then ever more slowly, and for ever', () => {
    const rig = running();
    rig.page = dark;
    rig.run(3_600_000);
    const atMs = rig.orders.filter(({ order }) => order.order === 'restart-browser').map((one) => one.atMs);
    const gaps = atMs.slice(1).map((one, i) => one - (atMs[i] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(pauseLongestMs + 20_000 + 2 * lookEveryMs);
    expect(gaps.at(-1)).toBeGreaterThan(pauseLongestMs);
    expect(gaps[startsAtOnce - 1]).toBeLessThan(25_000);
    expect(rig.facts.filter(({ fact }) => fact.fact === 'device.fault')).toHaveLength(1);
  });

  test('is not started again when what covered it goes away first', () => {
    const rig = running();
    rig.page = dark;
    rig.run(200_000);
    const starts = rig.starts();
    rig.tell({ type: 'browser-ended', why: 'by itself' });
    expect(rig.has('device.fault', 'display.browser-ended')).toBe(true);
    rig.page = living;
    rig.run(120_000);
    expect(rig.starts()).toBeLessThanOrEqual(starts + 1);
    expect(rig.at('device.cleared')).toBeGreaterThan(rig.at('device.fault') as number);
  });
});

describe('without a screen or an eye', () => {
  test('it says so once, starts no browser, and begins when the screen is there', () => {
    const rig = new Rig();
    rig.screen = false;
    rig.run(600_000);
    expect(rig.facts.map(({ fact }) => fact)).toEqual([
      { device: 'display', fact: 'device.lost', reason: 'missing', message: 'there is none' },
    ]);
    expect(rig.starts()).toBe(0);
    rig.screen = true;
    rig.run(pauseLongestMs + 5_000);
    expect(rig.at('device.ready')).not.toBeNull();
  });

  test('an eye that never opens on a screen that answers leaves the customer a browser', () => {
    const rig = new Rig();
    rig.eye = false;
    rig.run(600_000);
    expect(rig.starts()).toBe(1);
    expect(rig.facts.map(({ fact }) => fact.fact)).toEqual(['device.lost']);
    rig.tell({ type: 'browser-ended', why: 'it crashed' });
    rig.run(5_000);
    expect(rig.starts()).toBe(2);
  });

  test('an eye that dies alone leaves the browser as it is', () => {
    const rig = running();
    rig.tell({ type: 'eye-ended', why: 'the eye ended by SIGKILL' });
    rig.run(10_000);
    expect(rig.facts.map(({ fact }) => fact.fact)).toEqual(['device.ready', 'device.lost', 'device.ready']);
    expect(rig.starts()).toBe(1);
  });

  test('a browser that lived on a screen that went is started anew on the next', () => {
    const rig = running();
    rig.screen = false;
    rig.tell({ type: 'browser-ended', why: 'its screen went' });
    rig.tell({ type: 'eye-ended', why: 'its screen went' });
    rig.run(60_000);
    const starts = rig.starts();
    rig.screen = true;
    rig.run(90_000);
    expect(rig.starts()).toBe(starts + 1);
    expect(rig.at('device.ready')).toBeGreaterThan(rig.at('device.lost') as number);
    expect(rig.has('device.cleared', 'display.browser-ended')).toBe(true);
  });
});
