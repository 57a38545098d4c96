/** Who is let in: the first administrator by the set-up code, everybody by name and passphrase. A passphrase ends here. */
import type { SetUpCode } from '../../setup-code.ts';
import { recordAct } from '../acts.ts';
import { fitsPassphrase, isGoodPassphrase, keptPassphrase } from '../passphrases.ts';
import { addPerson, changePassphrase, type Person, personName, personOf } from '../persons.ts';
import { beginSession, endOtherSessions, endSession, personBehind } from '../sessions.ts';
import type { Database } from '../store/open.ts';
import { countWrong, forgiveTries, lockedSeconds } from '../tries.ts';
import type { LogInProblem } from './wire.ts';

/** Passphrases that are looked at or wait for it; each costs 64 MiB, so it is one after the other. */
const waitingMaximum = 16;

export interface LogInParts {
  readonly database: Database;
  readonly code: SetUpCode;
  readonly nowMs: () => number;
}

export type Refused = { readonly problem: LogInProblem; readonly seconds?: number };

/** Whoever came in gets a token, which is theirs until they leave. */
export type Entered = { readonly token: string; readonly person: Person } | Refused;

export interface LogIn {
  personOf(token: string | null): Promise<Person | null>;
  /** Nobody works here yet. */
  needsSetUp(): boolean;
  setUp(asked: { readonly code: string; readonly name: string; readonly passphrase: string }): Promise<Entered>;
  enter(asked: { readonly name: string; readonly passphrase: string }): Promise<Entered>;
  leave(token: string): Promise<void>;
  /** One's own passphrase; whoever else came in with the old one is out. Null: it is done. */
  change(token: string, asked: { readonly old: string; readonly passphrase: string }): Promise<Refused | null>;
}

export function createLogIn(parts: LogInParts): LogIn {
  const { database, code, nowMs } = parts;
  const inTurn = createTurns();
  const behind = (token: string) => personBehind(database, token, nowMs());
  return {
    personOf: (token) => (token === null ? Promise.resolve(null) : behind(token)),
    needsSetUp: () => code.waits(),
    setUp: (asked) => inTurn(() => setUp(parts, asked)),
    enter: ({ name, passphrase }) =>
      inTurn(async () => {
        const found = await checked(parts, personName(name) ?? '', passphrase);
        return 'problem' in found ? found : letIn(parts, found);
      }),
    leave: async (token) => {
      const person = await behind(token);
      if (person === null) return;
      await database.transaction(async (inside) => {
        await endSession(inside, token);
        await recordAct(inside, { person: person.name, did: 'logged-out', subject: '', detail: '' }, new Date(nowMs()));
      });
    },
    change: (token, { old, passphrase }) =>
      inTurn(async () => {
        const person = await behind(token);
        if (person === null) return { problem: 'not-logged-in' };
        const found = await checked(parts, person.name, old);
        if ('problem' in found) return found;
        if (!isGoodPassphrase(passphrase, person.name)) return { problem: 'weak-passphrase' };
        const kept = await keptPassphrase(passphrase);
        await database.transaction(async (inside) => {
          await changePassphrase(inside, person.person, kept);
          await endOtherSessions(inside, person.person, token);
          const act = { person: person.name, did: 'passphrase-changed', subject: person.name, detail: '' };
          await recordAct(inside, act, new Date(nowMs()));
        });
        return null;
      }),
  };
}

async function setUp(parts: LogInParts, asked: { code: string; name: string; passphrase: string }): Promise<Entered> {
  const { database, code, nowMs } = parts;
  if (!code.waits()) return { problem: 'no-set-up' };
  const name = personName(asked.name);
  if (name === null) return { problem: 'bad-name' };
  if (!isGoodPassphrase(asked.passphrase, name)) return { problem: 'weak-passphrase' };
  if (!code.take(asked.code)) return { problem: 'wrong' };
  try {
    const passphrase = await keptPassphrase(asked.passphrase);
    const at = new Date(nowMs());
    const person = await database.transaction(async (inside) => {
      const added = await addPerson(inside, { name, role: 'administrator', passphrase }, null, at);
      if (typeof added === 'string') return added;
      await recordAct(inside, { person: name, did: 'set-up', subject: name, detail: 'administrator' }, at);
      return added;
    });
    if (typeof person === 'string') {
      code.again();
      return { problem: person };
    }
    code.end();
    return letIn(parts, person);
  } catch (error) {
    code.again();
    throw error;
  }
}

/** The person whose passphrase this is. What is wrong is counted. */
async function checked(parts: LogInParts, name: string, passphrase: string): Promise<Person | Refused> {
  const { database, nowMs } = parts;
  const seconds = await lockedSeconds(database, name, nowMs());
  if (seconds !== null) return { problem: 'locked', seconds };
  const kept = await personOf(database, name);
  const fits = await fitsPassphrase(kept?.passphrase ?? null, passphrase);
  if (fits && kept !== null) {
    await forgiveTries(database, name);
    return { person: kept.person, name: kept.name, role: kept.role };
  }
  if (!(await countWrong(database, name, nowMs()))) return { problem: 'wrong' };
  if (kept !== null) {
    await recordAct(database, { person: kept.name, did: 'locked', subject: kept.name, detail: '' }, new Date(nowMs()));
  }
  return { problem: 'locked', seconds: (await lockedSeconds(database, name, nowMs())) ?? 1 };
}

async function letIn({ database, nowMs }: LogInParts, person: Person): Promise<Entered> {
  const token = await database.transaction(async (inside) => {
    await recordAct(inside, { person: person.name, did: 'logged-in', subject: '', detail: '' }, new Date(nowMs()));
    return beginSession(inside, person.person, nowMs());
  });
  return { token, person };
}

/** One at a time, so that none is tried that the count of wrong ones does not know yet. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result | { readonly problem: 'busy' }> {
  let waiting = 0;
  let tail: Promise<unknown> = Promise.resolve();
  return async (work) => {
    if (waiting >= waitingMaximum) return { problem: 'busy' };
    waiting++;
    const done = tail.then(work).finally(() => waiting--);
    tail = done.catch(() => undefined);
    return done;
  };
}
