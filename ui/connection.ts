/**
 * The one line to the daemon. Views come down, intents go up. Each intent has a number of this page, from 1 up, and is
 * sent again until the daemon has accepted or refused it; the daemon does each number once. A lost line is opened again
 * with a growing pause, and the newest View then brings everything up to date.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Down, Intent, ScreenName, Up, View } from '../kiosk/server/wire.ts';

export type LineState = 'connecting' | 'open' | 'lost' | 'replaced';

/** The part of a WebSocket that is used. */
export interface Socket {
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface ConnectionParts {
  readonly open: () => Socket;
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** Whether some glass is at the kiosk; rejects when that cannot be told. */
  readonly attended: () => Promise<boolean>;
}

export interface Connection {
  readonly view: ReadonlySignal<View | null>;
  readonly state: ReadonlySignal<LineState>;
  /** True when the line has been away for more than two seconds. */
  readonly away: ReadonlySignal<boolean>;
  send(intent: Intent): void;
  /** After `replaced`: opens the line again, which replaces the other glass. */
  takeBack(): void;
  close(): void;
}

const aliveEveryMs = 2_000;
const resendAfterMs = 2_000;
const awayAfterMs = 2_000;
const firstPauseMs = 250;
const longestPauseMs = 4_000;
/** A glass that was replaced looks this often whether the other one has gone. */
const lookEveryMs = 5_000;
/** Touches that wait for an answer; with more than these the person is told by silence, not by a flood. */
const waitingMaximum = 8;

interface Waiting {
  readonly number: number;
  readonly screen: ScreenName;
  readonly intent: Intent;
}

/** Opens the line and keeps it open until `close` is called or a newer glass takes over. */
export function createConnection(parts: ConnectionParts): Connection {
  const view = signal<View | null>(null);
  const state = signal<LineState>('connecting');
  const away = signal(false);
  let waiting: readonly Waiting[] = [];
  let next = 1;
  let socket: Socket | null = null;
  let fresh = false;
  let pauseMs = firstPauseMs;
  let stops: (() => void)[] = [];
  let stopAway: (() => void) | null = null;
  let ended = false;

  const up = (message: Up) => socket?.send(JSON.stringify(message));
  const sendWaiting = () => {
    for (const one of waiting) up({ type: 'intent', ...one });
  };
  const every = (periodMs: number, run: () => void) => {
    let stop = () => {};
    const again = () => {
      stop = parts.after(periodMs, () => {
        run();
        again();
      });
    };
    again();
    return () => stop();
  };
  const answered = (number: number) => {
    waiting = waiting.filter((one) => one.number !== number);
  };
  const watchAway = () => {
    stopAway ??= parts.after(awayAfterMs, () => {
      away.value = true;
    });
  };
  const back = () => {
    stopAway?.();
    stopAway = null;
    away.value = false;
  };

  const take = (down: Down) => {
    switch (down.type) {
      case 'view':
        // The first View after opening is believed whatever its number: the daemon may have started again.
        if (fresh || view.value === null || down.view.number >= view.value.number) view.value = down.view;
        fresh = false;
        back();
        return;
      case 'accepted':
      case 'refused':
        answered(down.intent);
        return;
      case 'replaced':
        end();
        state.value = 'replaced';
        stops = [every(lookEveryMs, look)];
        return;
      default:
        down satisfies never;
    }
  };

  const connect = () => {
    const line = parts.open();
    socket = line;
    watchAway();
    line.onopen = () => {
      if (socket !== line) return;
      state.value = 'open';
      fresh = true;
      pauseMs = firstPauseMs;
      up({ type: 'alive' });
      sendWaiting();
      stops = [every(aliveEveryMs, () => up({ type: 'alive' })), every(resendAfterMs, sendWaiting)];
    };
    line.onmessage = (event) => {
      if (socket !== line || ended) return;
      const down = read(event.data);
      if (down !== null) take(down);
    };
    line.onclose = () => {
      if (socket !== line || ended) return;
      stopTimers();
      socket = null;
      state.value = 'lost';
      watchAway();
      parts.after(pauseMs, () => {
        if (!ended) connect();
      });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    };
  };
  const stopTimers = () => {
    for (const stop of stops) stop();
    stops = [];
  };
  const end = () => {
    ended = true;
    stopTimers();
    back();
    waiting = [];
    socket?.close();
    socket = null;
  };

  const takeBack = () => {
    if (state.value !== 'replaced') return;
    stopTimers();
    ended = false;
    state.value = 'connecting';
    connect();
  };
  const look = () => {
    parts.attended().then(
      (someone) => {
        if (!someone) takeBack();
      },
      () => {},
    );
  };

  connect();
  return {
    view,
    state,
    away,
    send: (intent) => {
      if (ended || view.value === null || waiting.length >= waitingMaximum) return;
      const one = { number: next, screen: view.value.body.screen, intent };
      next += 1;
      waiting = [...waiting, one];
      if (state.value === 'open') up({ type: 'intent', ...one });
    },
    takeBack,
    close: () => {
      end();
      state.value = 'lost';
    },
  };
}

function read(data: unknown): Down | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null && 'type' in value ? (value as Down) : null;
  } catch {
    return null;
  }
}
