/** What the page asks of the kiosk. Never throws: a kiosk that does not answer is an answer too. */
import type {
  Enter,
  SetUp,
  StaffAct,
  StaffAnswer,
  StaffCase,
  StaffCases,
  StaffEvidence,
  StaffMoves,
  StaffNow,
  StaffOrders,
  StaffPersons,
  StaffProblem,
  StaffRefunds,
  StaffSearch,
  StaffTill,
} from '../../kiosk/server/staff-wire.ts';

export interface Tables {
  readonly till: StaffTill;
  readonly cases: StaffCases;
  readonly case: StaffCase;
  readonly evidence: { readonly found: StaffEvidence | null };
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

/** Null: it does not answer, or this may not be read. */
export async function readTable<Name extends keyof Tables>(
  name: Name,
  from = 0,
  more: Readonly<Record<string, string>> = {},
): Promise<Tables[Name] | null> {
  return (await read(`table/${name}?${new URLSearchParams({ from: String(from), ...more })}`)) as Tables[Name] | null;
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
