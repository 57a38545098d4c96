/** What the console asks of its office. Never throws: an office that does not answer is an answer too. */
import { signal } from '@preact/signals';
import { useCallback, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../kiosk/office/server/wire.ts';
import { useWatching } from '../desk/asking.ts';

/** `problem`: a word of the office's, or `no-answer`: it may have been done all the same. */
export type Failure = { readonly ok: false } & Problem;
export type Told<Value> = { readonly ok: true; readonly value: Value } | Failure;

const readEveryMs = 2_000;
/** An office that has not answered by then is stuck; longer than it takes for a passphrase or a rollout, milliseconds. */
const answersWithinMs = 20_000;

/** The last question was not answered. */
export const away = signal(false);
/** The office said that nobody is logged in: counts up each time. */
export const turnedOut = signal(0);

export function ask<Value>(path: string): Promise<Told<Value>> {
  return send<Value>('GET', path);
}

/** Does something. */
export function order<Value>(path: string, body: unknown = {}): Promise<Told<Value>> {
  return send<Value>('POST', path, body);
}

export function remove<Value>(path: string): Promise<Told<Value>> {
  return send<Value>('DELETE', path);
}

/** Where a file is taken away. */
export function attachmentPath(kiosk: string, seq: number, name: string): string {
  return `/api/kiosks/${encodeURIComponent(kiosk)}/attachments/${seq}/${encodeURIComponent(name)}`;
}

export interface Reading<Value> {
  /** As it was told last; null until it was told once. */
  readonly value: Value | null;
  /** Why the last question was not answered as it should be. */
  readonly failure: Failure | null;
  /** Asks at once, as after something was done. */
  readonly again: () => Promise<void>;
}

/**
 * What stands behind a path, asked for again and again while somebody can see it. An answer to an earlier question, or one that
 * comes after a later one's, is not taken.
 */
export function useReading<Value>(path: string, everyMs = readEveryMs): Reading<Value> {
  const [told, set] = useState<{
    readonly path: string;
    readonly value: Value | null;
    readonly failure: Failure | null;
  }>({
    path,
    value: null,
    failure: null,
  });
  const last = useRef({ asked: 0, taken: 0, path });
  last.current.path = path;
  const again = useCallback(async () => {
    const nth = ++last.current.asked;
    const answer = await ask<Value>(path);
    if (path !== last.current.path || nth <= last.current.taken) return;
    last.current.taken = nth;
    set((before) =>
      answer.ok
        ? { path, value: answer.value, failure: null }
        : { path, value: before.path === path ? before.value : null, failure: answer },
    );
  }, [path]);
  useWatching(again, everyMs);
  return told.path === path ? { ...told, again } : { value: null, failure: null, again };
}

async function send<Value>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Told<Value>> {
  const answer = await answered<Value>(method, path, body);
  away.value = !answer.ok && answer.problem === 'no-answer';
  if (!answer.ok && answer.problem === 'not-logged-in') turnedOut.value += 1;
  return answer;
}

/** Whoever asks for these need not be logged in: a 401 says that the passphrase is wrong. */
const entering: ReadonlySet<string> = new Set(['session', 'set-up', 'log-in']);

/** Where the body does not say it. */
const problemOf: Readonly<Record<number, string>> = {
  400: 'malformed',
  401: 'not-logged-in',
  403: 'not-allowed',
  404: 'nothing-here',
  413: 'too-large',
  429: 'too-often',
};

async function answered<Value>(method: string, path: string, body: unknown): Promise<Told<Value>> {
  try {
    const response = await fetch(`/api/${path}`, {
      method,
      cache: 'no-store',
      signal: AbortSignal.timeout(answersWithinMs),
      ...(method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    if (response.ok) return { ok: true, value: (await response.json().catch(() => null)) as Value };
    const told = (await response.json().catch(() => null)) as Problem | null;
    if (response.status === 401 && !entering.has(path)) return { ok: false, problem: 'not-logged-in' };
    if (typeof told?.problem === 'string') return { ...told, ok: false };
    // What stands before the office, and not the office, answers so.
    if (response.status >= 500) return { ok: false, problem: 'no-answer' };
    return { ok: false, problem: problemOf[response.status] ?? `HTTP ${response.status}` };
  } catch {
    return { ok: false, problem: 'no-answer' };
  }
}
