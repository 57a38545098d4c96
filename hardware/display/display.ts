/**
 * The glass as a device: the browser that shows it, the eye that looks whether it does, and what follows. Neither the death of
 * a process nor that of the X display is more than a fact here.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { DeviceFact } from '../device.ts';
import { beaconValues } from './beacon.ts';
import { createBrowser } from './browser.ts';
import { type EyeLine, openEye } from './eye-line.ts';
import { nextPicture } from './pictures.ts';
import { displayId, type Place, startWatch, stepWatch, type WatchInput, type WatchOrder } from './watch.ts';

export interface DisplayParts {
  /** The X display, as `:0`, and the browser's program. */
  readonly x: string;
  readonly browser: string;
  /** The data folder: the profile stands in `browser/`, pictures in `faults/`. */
  readonly data: string;
  readonly clock: Clock;
  readonly chance: (bytes: number) => Uint8Array;
  /** An address with which a browser gets in now; asked at each start of one. */
  readonly address: () => string;
  /** Never called from within a call of this. */
  readonly onFact: (fact: DeviceFact) => void;
  /** What was done, for the log. */
  readonly onDone: (what: string, detail: Readonly<Record<string, unknown>>) => void;
}

export interface Display {
  readonly id: string;
  /** A tap of the operating system at this place of the screen, in thousandths of its sides. False: nobody could. */
  tap(at: Place): Promise<boolean>;
  /** Puts the pointer out of the way. */
  park(): Promise<void>;
  /** What the screen shows now, as a PNG; null: nobody sees it. */
  picture(): Promise<Uint8Array | null>;
  /** Ends the eye and the browser. */
  close(): Promise<void>;
}

type Untimed = WatchInput extends infer Input ? (Input extends WatchInput ? Omit<Input, 'nowMs'> : never) : never;

/** The part of the address that tells the page which mark to draw; it stays with the page when the address is exchanged. */
const markField = 'beacon';

export function openDisplay(parts: DisplayParts): Display {
  const { clock, data, onDone } = parts;
  let eye: EyeLine | null = null;
  let closed = false;
  let callOff = () => {};
  let work: Promise<void> = Promise.resolve();
  let state = startWatch(clock.monoMs(), firstMark(parts.chance));

  const take = (input: Untimed) => {
    if (closed) return;
    const step = stepWatch(state, { ...input, nowMs: clock.monoMs() } as WatchInput);
    state = step.state;
    for (const fact of step.facts) clock.after(0, () => !closed && parts.onFact(fact));
    for (const order of step.orders) {
      work = work
        .then(() => (closed ? undefined : carryOut(order)))
        .catch((error: unknown) => onDone('not done', { order: order.order, problem: String(error) }));
    }
    callOff();
    callOff =
      step.wakeAtMs === null ? () => {} : clock.after(step.wakeAtMs - clock.monoMs(), () => take({ type: 'time' }));
  };
  const browser = createBrowser({
    x: parts.x,
    path: parts.browser,
    profile: join(data, 'browser'),
    clock,
    onEnd(why) {
      onDone('the browser ended', { why });
      take({ type: 'browser-ended', why });
    },
  });
  const carryOut = async (order: WatchOrder): Promise<void> => {
    switch (order.order) {
      case 'open-eye':
        return open();
      case 'look':
        return look();
      case 'park':
        await eye?.ask({ ask: 'park' });
        return;
      case 'keep-picture':
        return keepPicture(order.of);
      case 'restart-browser':
        onDone('the browser is started', { mark: order.mark });
        return browser.restart(`${parts.address()}#${markField}=${order.mark}`, eye?.screen ?? null);
      default:
        return order satisfies never;
    }
  };
  const open = async () => {
    const found = await openEye(parts.x, clock, (why) => {
      eye = null;
      take({ type: 'eye-ended', why });
    });
    if (found.opened !== 'eye') {
      take({ type: found.opened === 'no-screen' ? 'no-screen' : 'eye-ended', why: found.why });
      return;
    }
    if (closed) found.eye.close();
    eye = found.eye;
    take({ type: 'eye-open' });
  };
  const look = async () => {
    const answer = await eye?.ask({ ask: 'look' });
    if (answer != null && 'saw' in answer) take({ type: 'looked', sight: answer.saw });
    else if (eye !== null) blind(answer != null && 'problem' in answer ? answer.problem : 'the eye has too much to do');
  };
  /** It lives and sees nothing: a new one may. */
  const blind = (why: string) => {
    eye?.close();
    eye = null;
    take({ type: 'eye-ended', why });
  };
  const keepPicture = async (fault: string) => {
    try {
      const path = nextPicture(join(data, 'faults'), fault, clock.wallMs());
      const answer = await eye?.ask({ ask: 'keep-picture', path });
      if (answer != null && 'did' in answer) onDone('a picture of the screen was kept', { fault, path });
      else onDone('no picture of the screen could be kept', { fault, answer });
    } catch (error) {
      onDone('no picture of the screen could be kept', { fault, problem: String(error) });
    }
  };

  clock.after(0, () => take({ type: 'time' }));
  return {
    id: displayId,
    async tap(at) {
      if (eye === null) return false;
      const { widthPx, heightPx } = eye.screen;
      const place = { x: Math.round((at.x * widthPx) / 1_000), y: Math.round((at.y * heightPx) / 1_000) };
      const answer = await eye.ask({ ask: 'tap', at: place });
      return answer !== null && 'did' in answer;
    },
    async park() {
      await eye?.ask({ ask: 'park' });
    },
    async picture() {
      const path = join(data, 'browser-seen.png');
      const answer = await eye?.ask({ ask: 'keep-picture', path });
      if (answer == null || !('did' in answer)) return null;
      const png = readFileSync(path);
      rmSync(path);
      return png;
    },
    async close() {
      closed = true;
      callOff();
      eye?.close();
      eye = null;
      await work;
      await browser.end();
    },
  };
}

function firstMark(chance: DisplayParts['chance']): number {
  const [high = 0, low = 0] = chance(2);
  return ((high << 8) | low) % beaconValues;
}
