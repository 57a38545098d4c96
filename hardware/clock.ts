/**
 * Time, handed in. Wall time is for people and documents, monotonic time for every time-out.
 * Nothing below `kiosk/daemon.ts` and the scripts reads the machine's clock by itself.
 */
export interface Clock {
  /** Unix time in milliseconds; may jump. */
  wallMs(): number;
  /** Milliseconds since this process began; never jumps. */
  monoMs(): number;
  /** Calls `fn` once, no earlier than `delayMs` from now; the returned function calls it off. */
  after(delayMs: number, fn: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after(delayMs, fn) {
    const timer = setTimeout(fn, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};

interface Alarm {
  readonly atMs: number;
  readonly order: number;
  fn: (() => void) | null;
}

/**
 * A clock that moves only when told to: the simulation's. Alarms of the same moment ring in the
 * order in which they were set. The monotonic time of a new boot starts where this one stands,
 * so one clock may serve many boots.
 */
export class VirtualClock implements Clock {
  private nowMs = 0;
  private order = 0;
  private readonly heap: Alarm[] = [];
  private wallOffsetMs: number;

  constructor(wallStartMs: number) {
    this.wallOffsetMs = wallStartMs;
  }

  wallMs(): number {
    return this.wallOffsetMs + this.nowMs;
  }

  monoMs(): number {
    return this.nowMs;
  }

  /** Moves wall time alone, as a time server or a person does. */
  jumpWall(byMs: number): void {
    this.wallOffsetMs += byMs;
  }

  after(delayMs: number, fn: () => void): () => void {
    // Whole milliseconds: sums of fractions would come out a hair too early, and be asked for again at once, for ever.
    const atMs = this.nowMs + Math.max(0, Math.ceil(delayMs));
    const alarm: Alarm = { atMs, order: this.order++, fn };
    this.push(alarm);
    return () => {
      alarm.fn = null;
    };
  }

  /** Rings everything due up to `untilMs` (monotonic) and stops there. */
  runUntil(untilMs: number): void {
    for (;;) {
      const first = this.heap[0];
      if (first === undefined || first.atMs > untilMs) break;
      this.pop();
      if (first.fn === null) continue;
      this.nowMs = Math.max(this.nowMs, first.atMs);
      first.fn();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  private push(alarm: Alarm): void {
    const heap = this.heap;
    let i = heap.push(alarm) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(alarm, heap[parent] as Alarm)) break;
      heap[i] = heap[parent] as Alarm;
      i = parent;
    }
    heap[i] = alarm;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop() as Alarm;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1] as Alarm, heap[child] as Alarm)) child++;
      if (!earlier(heap[child] as Alarm, last)) break;
      heap[i] = heap[child] as Alarm;
      i = child;
    }
    heap[i] = last;
  }
}

function earlier(a: Alarm, b: Alarm): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
