/**
 * The glass at its socket: one at a time, the newer wins. Reads intents, each done once; sends the newest View and
 * nothing older; notices when nobody is there any more.
 */
import type { Clock } from '../../hardware/clock.ts';
import { readMessage } from './intents.ts';
import type { Refusals } from './refused.ts';
import type { Down, Intent, ScreenName, View } from './wire.ts';

const silentMs = 10_000;
const mostPerSecond = 50;
const answersRemembered = 256;
/** Beyond this a reader that takes nothing is let go; it finds the newest View when it comes back. */
const mostUnreadBytes = 262_144;

/** The part of a WebSocket that is used. */
export interface GlassSocket {
  readonly bufferedAmount: number;
  /** `sent` is called when the operating system has taken it, or the socket broke. */
  send(text: string, sent: (error?: Error | null) => void): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface SeatParts {
  readonly view: () => View;
  readonly onIntent: (intent: Intent, screen: ScreenName) => void;
  readonly onGlass: (state: 'seen' | 'lost') => void;
  readonly clock: Clock;
  readonly refusals: Refusals;
}

export interface Connected {
  text(message: string): void;
  binary(): void;
  closed(): void;
}

export interface Seat {
  /** `page` says whose numbers the intents carry; null for a browser that does not say, whose numbers end with its socket. */
  sit(socket: GlassSocket, page: string | null): Connected;
  /** The View may have changed. */
  changed(): void;
  glass(): 'seen' | 'lost';
  close(): void;
}

type Outcome = { readonly type: 'accepted' } | { readonly type: 'refused'; readonly why: string };

/** What one page asked and how that ended; the newest 256, and the highest number. */
class Asked {
  private readonly outcomes = new Map<number, Outcome>();
  private highest = 0;

  outcome(number: number): Outcome | null {
    const known = this.outcomes.get(number);
    if (known !== undefined) return known;
    return number <= this.highest ? { type: 'refused', why: 'old-number' } : null;
  }

  remember(number: number, outcome: Outcome): void {
    this.highest = Math.max(this.highest, number);
    this.outcomes.set(number, outcome);
    if (this.outcomes.size <= answersRemembered) return;
    const [oldest] = this.outcomes.keys();
    if (oldest !== undefined) this.outcomes.delete(oldest);
  }
}

/** Fifty a second for the seat, whoever sits there: a new connection brings no new allowance. */
class Allowance {
  private left = mostPerSecond;
  private atMs: number;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
    this.atMs = clock.monoMs();
  }

  take(): boolean {
    const nowMs = this.clock.monoMs();
    this.left = Math.min(mostPerSecond, this.left + ((nowMs - this.atMs) * mostPerSecond) / 1_000);
    this.atMs = nowMs;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

interface Sitting {
  readonly socket: GlassSocket;
  readonly asked: Asked;
  sending: boolean;
  dirty: boolean;
  sentNumber: number | null;
}

export function createSeat(parts: SeatParts): Seat {
  const { clock, refusals } = parts;
  const allowance = new Allowance(clock);
  let sitting: Sitting | null = null;
  let page: { readonly id: string; readonly asked: Asked } | null = null;
  let state: 'seen' | 'lost' = 'lost';
  let callOff = () => {};

  const heard = () => {
    callOff();
    callOff = clock.after(silentMs, () => {
      state = 'lost';
      parts.onGlass('lost');
    });
    if (state === 'seen') return;
    state = 'seen';
    parts.onGlass('seen');
  };

  const answer = (to: Sitting, down: Down) => {
    if (to.socket.bufferedAmount > mostUnreadBytes) {
      refusals.count('socket-slow-reader');
      to.socket.terminate();
      return;
    }
    to.socket.send(JSON.stringify(down), () => {});
  };

  const show = (to: Sitting) => {
    if (to.sending) {
      to.dirty = true;
      return;
    }
    const view = parts.view();
    to.dirty = false;
    if (view.number === to.sentNumber) return;
    to.sentNumber = view.number;
    to.sending = true;
    to.socket.send(JSON.stringify({ type: 'view', view } satisfies Down), (error) => {
      to.sending = false;
      // What changed meanwhile is one View, the newest, however often it changed.
      if (!error && to.dirty && to === sitting) show(to);
    });
  };

  const judge = (asked: Asked, number: number, screen: ScreenName, intent: Intent): Outcome => {
    const before = asked.outcome(number);
    if (before !== null) {
      refusals.count('socket-number');
      return before;
    }
    if (screen !== parts.view().body.screen) {
      refusals.count('socket-stale');
      const outcome: Outcome = { type: 'refused', why: 'stale-screen' };
      asked.remember(number, outcome);
      return outcome;
    }
    asked.remember(number, { type: 'accepted' });
    parts.onIntent(intent, screen);
    return { type: 'accepted' };
  };

  const take = (from: Sitting, message: string) => {
    if (from !== sitting) return;
    if (!allowance.take()) {
      refusals.count('socket-too-fast');
      return;
    }
    const read = readMessage(message);
    if (!read.ok) {
      refusals.count(read.kind);
      if (read.number !== null) answer(from, { type: 'refused', intent: read.number, why: 'unknown-intent' });
      return;
    }
    heard();
    if (read.up.type === 'alive') return;
    const { number, screen, intent } = read.up;
    answer(from, { ...judge(from.asked, number, screen, intent), intent: number });
  };

  const askedOf = (id: string | null): Asked => {
    if (id === null) return new Asked();
    if (page?.id !== id) page = { id, asked: new Asked() };
    return page.asked;
  };

  return {
    sit(socket, id) {
      const before = sitting;
      if (before !== null) {
        before.socket.send(JSON.stringify({ type: 'replaced' } satisfies Down), () => {});
        before.socket.close(4001, 'replaced');
      }
      const own: Sitting = { socket, asked: askedOf(id), sending: false, dirty: false, sentNumber: null };
      sitting = own;
      heard();
      show(own);
      return {
        text: (message) => take(own, message),
        binary: () => refusals.count('socket-binary'),
        closed() {
          if (sitting === own) sitting = null;
        },
      };
    },
    changed() {
      if (sitting !== null) show(sitting);
    },
    glass: () => state,
    close() {
      callOff();
      sitting = null;
    },
  };
}
