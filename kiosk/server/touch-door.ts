/**
 * Where the kiosk's own browser waits for a check of the touch screen: a socket beside that of the glass, on whatever page
 * the browser is. The newest has it. What it says is read strictly and counts only while a check asks.
 */
import * as v from 'valibot';
import { parseJsonStrict } from '../../config/strict-json.ts';
import type { Refusals } from './refused.ts';
import type { TouchDown, TouchUp } from './wire.ts';

/** A check has a handful of targets, and a hand that strikes besides is no reason for more. */
const mostTouches = 64;

const thousandths = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000));
const messages = v.variant('type', [
  v.strictObject({ type: v.literal('shown') }),
  v.strictObject({ type: v.literal('touched'), x: thousandths, y: thousandths }),
]);

/** The part of a WebSocket that is used. */
export interface TouchSocket {
  send(text: string, sent: (error?: Error | null) => void): void;
  close(code: number, reason: string): void;
}

export interface TouchGlass {
  /** Shows the targets; `heard` is told what the browser says until `end`. False: no browser of the kiosk's own is there. */
  show(down: Extract<TouchDown, { type: 'targets' }>, heard: (up: TouchUp) => void): boolean;
  end(): void;
}

export interface TouchDoor extends TouchGlass {
  /** `message` is text; what is not is handed in as null. */
  sit(socket: TouchSocket): { message(text: string | null): void; closed(): void };
}

export function createTouchDoor(refusals: Refusals): TouchDoor {
  let sitting: TouchSocket | null = null;
  let heard: ((up: TouchUp) => void) | null = null;
  let left = 0;
  const down = (message: TouchDown) => sitting?.send(JSON.stringify(message), () => {});
  return {
    sit(socket) {
      sitting?.close(4001, 'replaced');
      sitting = socket;
      return {
        message(text) {
          if (socket !== sitting) return;
          const json = text === null ? null : parseJsonStrict(text);
          if (json === null || !json.ok || !v.is(messages, json.json)) {
            refusals.count('socket-shape');
            return;
          }
          left -= 1;
          if (left >= 0) heard?.(json.json);
        },
        closed() {
          if (socket === sitting) sitting = null;
        },
      };
    },
    show(targets, listener) {
      if (sitting === null) return false;
      heard = listener;
      left = mostTouches;
      down(targets);
      return true;
    },
    end() {
      heard = null;
      down({ type: 'end' });
    },
  };
}
