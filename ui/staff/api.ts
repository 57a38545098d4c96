/** What the page asks of the kiosk. Never throws: a kiosk that does not answer is an answer too. */
import { useCallback, useRef, useState } from 'preact/hooks';
import type {
  Enter,
  SetUp,
  StaffAct,
  StaffAnswer,
  StaffNow,
  StaffProblem,
  Tables,
} from '../../kiosk/server/staff-wire.ts';
import { useAsking } from '../desk/asking.ts';

/** `no-answer`: it may have been done all the same. */
export interface Failure {
  readonly ok: false;
  readonly problem: StaffProblem | 'no-answer';
  readonly seconds: number | null;
  /** More about it, as the kiosk says it. */
  readonly what?: Extract<StaffAnswer, { ok: false }>['what'];
}

export type Answer = Extract<StaffAnswer, { ok: true }> | Failure;

const noAnswer: Answer = { ok: false, problem: 'no-answer', seconds: null };

/** Null: it does not answer. */
export async function readNow(): Promise<StaffNow | null> {
  return (await read('now')) as StaffNow | null;
}

/** Named values behind the `?`; those that are null are left out. */
export type Asked = Readonly<Record<string, string | number | null>>;
const nothingAsked: Asked = {};
const readEveryMs = 2_000;
/** A kiosk that has not answered by then is stuck; longer than it takes for a PIN or a long report, milliseconds. */
export const answersWithinMs = 15_000;

/** Null: it does not answer, or this may not be read. */
export async function askTable<Name extends keyof Tables>(name: Name, asked: Asked): Promise<Tables[Name] | null> {
  return (await read(`table/${name}?${queryOf(asked)}`)) as Tables[Name] | null;
}

/** One page of a table: null: it does not answer, or this may not be read. */
export function readTable<Name extends keyof Tables>(name: Name, from = 0): Promise<Tables[Name] | null> {
  return askTable(name, { from });
}

/** A table as it is every two seconds; null until it answered once. */
export function useTable<Name extends keyof Tables>(name: Name, asked: Asked = nothingAsked): Tables[Name] | null {
  return useReading(name, asked).table;
}

/**
 * The same, and `again` reads it at once, as after something was done. An answer to an earlier question, or one that comes
 * after a later one's, is not taken.
 */
export function useReading<Name extends keyof Tables>(
  name: Name,
  asked: Asked = nothingAsked,
  everyMs = readEveryMs,
): { readonly table: Tables[Name] | null; readonly again: () => Promise<void> } {
  const [table, set] = useState<Tables[Name] | null>(null);
  const question = JSON.stringify(asked);
  const last = useRef({ asked: 0, taken: 0, question });
  last.current.question = question;
  const again = useCallback(async () => {
    const order = ++last.current.asked;
    const found = await askTable(name, JSON.parse(question) as Asked);
    const { taken, question: current } = last.current;
    if (found === null || question !== current || order <= taken) return;
    last.current.taken = order;
    set(found);
  }, [name, question]);
  useAsking(again, everyMs);
  return { table, again };
}

/** Where a file is taken away. */
export function downloadPath(name: string, asked: Asked): string {
  return `download/${name}?${queryOf(asked)}`;
}

function queryOf(asked: Asked): string {
  const given = Object.entries(asked).filter(([, value]) => value !== null);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

export function setUp(asked: SetUp): Promise<Answer> {
  return post('set-up', asked);
}

export function enter(asked: Enter): Promise<Answer> {
  return post('enter', asked);
}

export function act(asked: StaffAct): Promise<Answer> {
  return post('do', asked);
}

async function read(path: string): Promise<unknown> {
  try {
    const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(answersWithinMs) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function post(path: string, body: unknown): Promise<Answer> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answersWithinMs),
    });
    if (answer.status === 429) return { ok: false, problem: 'too-often', seconds: null };
    return (await answer.json()) as StaffAnswer;
  } catch {
    return noAnswer;
  }
}
