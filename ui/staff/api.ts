/** What the page asks of the kiosk. Never throws: a kiosk that does not answer is an answer too. */
import type {
  Enter,
  SetUp,
  StaffAct,
  StaffAnswer,
  StaffCase,
  StaffCases,
  StaffDay,
  StaffEntries,
  StaffMoves,
  StaffNow,
  StaffOrders,
  StaffPersons,
  StaffProblem,
  StaffRefunds,
  StaffReport,
  StaffSearch,
  StaffTill,
  StaffZs,
} from '../../kiosk/server/staff-wire.ts';

export interface Tables {
  readonly till: StaffTill;
  readonly cases: StaffCases;
  readonly case: StaffCase;
  readonly moves: StaffMoves;
  readonly orders: StaffOrders;
  readonly persons: StaffPersons;
  readonly refunds: StaffRefunds;
  readonly search: StaffSearch;
  readonly day: StaffDay;
  readonly z: StaffZs;
  readonly report: StaffReport;
  readonly entries: StaffEntries;
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

/** Null: it does not answer, or this may not be read. */
export async function readTable<Name extends keyof Tables>(name: Name, from = 0): Promise<Tables[Name] | null> {
  return (await read(`table/${name}?from=${from}`)) as Tables[Name] | null;
}

/** Named values behind the `?`; those that are null are left out. */
export type Asked = Readonly<Record<string, string | number | null>>;

/** The same with other values than where it begins. */
export async function askTable<Name extends keyof Tables>(name: Name, asked: Asked): Promise<Tables[Name] | null> {
  return (await read(`table/${name}?${queryOf(asked)}`)) as Tables[Name] | null;
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
