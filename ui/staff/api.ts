/** What the page asks of the kiosk. Never throws: a kiosk that does not answer is an answer too. */
import { useEffect, useState } from 'preact/hooks';
import type {
  Enter,
  SetUp,
  StaffAct,
  StaffAnswer,
  StaffCase,
  StaffCases,
  StaffDevice,
  StaffMoves,
  StaffNow,
  StaffOrders,
  StaffPersons,
  StaffProblem,
  StaffRefunds,
  StaffSearch,
  StaffTill,
  StaffTrace,
} from '../../kiosk/server/staff-wire.ts';

export interface Tables {
  readonly till: StaffTill;
  readonly cases: StaffCases;
  readonly case: StaffCase;
  readonly device: StaffDevice;
  readonly trace: StaffTrace;
  readonly moves: StaffMoves;
  readonly orders: StaffOrders;
  readonly persons: StaffPersons;
  readonly refunds: StaffRefunds;
  readonly search: StaffSearch;
}

/** `no-answer`: it may have been done all the same. */
export interface Failure {
  readonly ok: false;
  readonly problem: StaffProblem | 'no-answer';
  readonly seconds: number | null;
}

export type Answer = Extract<StaffAnswer, { ok: true }> | Failure;

const noAnswer: Answer = { ok: false, problem: 'no-answer', seconds: null };

/** Null: it does not answer. */
export async function readNow(): Promise<StaffNow | null> {
  return (await read('now')) as StaffNow | null;
}

/** What a table is asked about, beside where its page begins. */
type About = Readonly<Record<string, string>>;
const nothingMore: About = {};
const readEveryMs = 2_000;

/** Null: it does not answer, or this may not be read. */
export async function readTable<Name extends keyof Tables>(
  name: Name,
  from = 0,
  about: About = nothingMore,
): Promise<Tables[Name] | null> {
  return (await read(`table/${name}?${new URLSearchParams({ from: String(from), ...about })}`)) as Tables[Name] | null;
}

/** Where a file is taken from. */
export function downloadOf(name: 'trace', about: About): string {
  return `download/${name}?${new URLSearchParams(about)}`;
}

/** A table as it is every two seconds; null until it answered once. */
export function useTable<Name extends keyof Tables>(name: Name, about: About = nothingMore): Tables[Name] | null {
  const [table, set] = useState<Tables[Name] | null>(null);
  const asked = JSON.stringify(about);
  useEffect(() => {
    let over = false;
    const ask = () =>
      void readTable(name, 0, JSON.parse(asked) as About).then((found) => {
        if (!over && found !== null) set(found);
      });
    ask();
    const timer = setInterval(ask, readEveryMs);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [name, asked]);
  return table;
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
    const answer = await fetch(path, { cache: 'no-store' });
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
    });
    if (answer.status === 429) return { ok: false, problem: 'too-often', seconds: null };
    return (await answer.json()) as StaffAnswer;
  } catch {
    return noAnswer;
  }
}
