/**
 * The line to the eye: starts its process, asks one question at a time, and gives up on an eye that does not answer. What the
 * eye's process says is believed only as far as it has the right shape.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { beaconValues } from './beacon.ts';
import type { Place, Sight } from './watch.ts';

export type EyeQuestion =
  | { readonly ask: 'look' }
  | { readonly ask: 'park' }
  | { readonly ask: 'tap'; readonly at: Place }
  | { readonly ask: 'keep-picture'; readonly path: string };

/** `screen` is said once, by itself, when the display is open. */
export type EyeAnswer =
  | { readonly screen: ScreenSize }
  | { readonly saw: Sight }
  | { readonly did: Exclude<EyeQuestion['ask'], 'look'> }
  /** This one question could not be answered; the eye lives on. */
  | { readonly problem: string };

export interface ScreenSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Loading the library and opening the display, on a slow machine. */
const openMs = 15_000;
/** A look takes milliseconds; a picture of a large screen a second or two. */
const answerMs = 8_000;
/** How long a display may take to answer its door. */
const knockMs = 2_000;
/** With more than these it is told to nobody that there is no hurry. */
const mostWaiting = 16;
/** Characters of what the eye's process last wrote, for the log. */
const lastWords = 300;

const pixel = v.pipe(v.number(), v.integer());
const value = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(beaconValues - 1));
const place = v.strictObject({ x: pixel, y: pixel });
const answers = v.union([
  v.strictObject({ screen: v.strictObject({ widthPx: pixel, heightPx: pixel }) }),
  v.strictObject({
    saw: v.strictObject({
      beacons: v.pipe(v.array(v.nullable(v.strictObject({ mark: value, count: value }))), v.length(2)),
      pointer: place,
      parked: v.boolean(),
    }),
  }),
  v.strictObject({ did: v.picklist(['park', 'tap', 'keep-picture']) }),
  v.strictObject({ problem: v.string() }),
]);

export interface EyeLine {
  readonly screen: ScreenSize;
  /** Null: not answered, because the eye ended, has too much to do, or could not. */
  ask(question: EyeQuestion): Promise<EyeAnswer | null>;
  close(): void;
}

export type Opened =
  | { readonly opened: 'eye'; readonly eye: EyeLine }
  | { readonly opened: 'no-screen'; readonly why: string }
  | { readonly opened: 'no-eye'; readonly why: string };

/** `onEnd` is called once, with why, when an opened eye ends without having been closed. Never rejects. */
export async function openEye(x: string, clock: Clock, onEnd: (why: string) => void): Promise<Opened> {
  const problem = await knock(x, clock);
  if (problem !== null) return { opened: 'no-screen', why: problem };
  const child = fork(fileURLToPath(new URL('./eye.ts', import.meta.url)), {
    execArgv: [],
    env: { ...process.env, DISPLAY: x },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return new Promise((resolve) => run(child, clock, resolve, onEnd));
}

/** Why no X display answers; null when one does. The library itself would end its process without a word. */
function knock(x: string, clock: Clock): Promise<string | null> {
  const number = /^:(\d+)/.exec(x)?.[1] ?? '0';
  const path = `/tmp/.X11-unix/X${number}`;
  return new Promise((resolve) => {
    const socket = connect(path);
    const finish = (problem: string | null) => {
      callOff();
      socket.destroy();
      resolve(problem);
    };
    const callOff = clock.after(knockMs, () => finish(`the X display ${x} does not answer`));
    socket.once('connect', () => finish(null));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish(`there is no X display ${x} (${error.code ?? error.message}): start it, or correct "display.x"`),
    );
  });
}

interface Asked {
  readonly question: EyeQuestion;
  readonly resolve: (answer: EyeAnswer | null) => void;
}

function run(child: ChildProcess, clock: Clock, opened: (what: Opened) => void, onEnd: (why: string) => void): void {
  let waiting: readonly Asked[] = [];
  let open = false;
  let ended = false;
  let said = '';
  let callOff = () => {};

  const end = (why: string | null) => {
    if (ended) return;
    ended = true;
    callOff();
    child.kill('SIGKILL');
    for (const { resolve } of waiting) resolve(null);
    waiting = [];
    if (why === null) return;
    const words = said.trim() === '' ? why : `${why}: ${said.trim()}`;
    if (open) onEnd(words);
    else opened({ opened: 'no-eye', why: words });
  };
  const limit = (ms: number) => {
    callOff = clock.after(ms, () => end(`the eye said nothing for ${ms / 1000} s`));
  };
  const sendFirst = () => {
    const [first] = waiting;
    if (first === undefined) return;
    child.send(first.question, () => {});
    limit(answerMs);
  };
  const ask = (question: EyeQuestion): Promise<EyeAnswer | null> => {
    if (ended || waiting.length >= mostWaiting) return Promise.resolve(null);
    return new Promise((resolve) => {
      waiting = [...waiting, { question, resolve }];
      if (waiting.length === 1) sendFirst();
    });
  };
  const take = (message: unknown) => {
    callOff();
    if (!v.is(answers, message)) {
      end('the eye said what nobody understands');
      return;
    }
    if ('screen' in message) {
      open = true;
      opened({ opened: 'eye', eye: { screen: message.screen, ask, close: () => end(null) } });
      return;
    }
    const [first, ...rest] = waiting;
    waiting = rest;
    first?.resolve(message);
    sendFirst();
  };

  limit(openMs);
  child.on('message', take);
  child.on('error', (error) => end(`the eye did not start: ${error.message}`));
  child.on('exit', (code, signal) => end(`the eye ended ${signal === null ? `with ${code}` : `by ${signal}`}`));
  child.stderr?.on('data', (bytes) => {
    said = `${said}${bytes}`.slice(-lastWords);
  });
}
