/**
 * The door of the network. Runs service calls with a time limit and lets no exception of theirs through; answers come
 * back as facts, exactly one for each command. A look-up has one attempt. A post, or its reversal, is repeated with the same id until
 * it is answered, with a pause that doubles up to a minute.
 */
import type { Clock } from '../../hardware/clock.ts';
import type {
  BillBooking,
  BillerCommand,
  BillerFact,
  BillLookUpFact,
  BillPostFact,
  BillReverseFact,
  LookUp,
  SellerService,
} from './biller/contract.ts';
import { isOrder } from './goods/contract.ts';

const mostLookUps = 8;
const mostPostsAtOnce = 4;
/** More money waiting to be booked than this is a matter for people; the kiosk holds these commands open. */
const mostPostsWaiting = 10_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export interface RunnerParts {
  readonly biller: SellerService;
  readonly clock: Clock;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** Takes the answers; called later, never from within `obey`. */
  readonly answer: (fact: BillerFact) => void;
  /** Told of each attempt that settled nothing, and why, in words; for the log. */
  readonly unanswered?: (command: BillerCommand, attempts: number, why: string) => void;
}

export interface Runner {
  /**
   * Takes a command; one that is already on its way (same id) is not sent twice. False when nothing can be taken: the
   * runner is closed, or 10 000 posts wait. The command then stays open and is given again at the next start.
   */
  obey(command: BillerCommand): boolean;
  /** How many commands have no answer yet. */
  open(): { readonly lookUps: number; readonly posts: number };
  /** Gives everything up without answers. */
  close(): void;
}

interface Post {
  readonly command: BillBooking;
  attempts: number;
}

export function createRunner(parts: RunnerParts): Runner {
  const { biller, clock } = parts;
  const lookUps = new Set<string>();
  const posts = new Map<string, Post>();
  const due: Post[] = [];
  const pauses = new Set<() => void>();
  const ending = new AbortController();
  let posting = 0;

  const lookUp = async (command: LookUp) => {
    const fact = await attempt(clock, parts.timeoutMs, ending.signal, (signal) => biller.lookUp(command, signal));
    lookUps.delete(command.id);
    if (ending.signal.aborted) return;
    if (fact.how !== 'answered') parts.unanswered?.(command, 1, wordsOf(fact));
    parts.answer(judged(command, fact));
  };

  const next = () => {
    while (!ending.signal.aborted && posting < mostPostsAtOnce) {
      const post = due.shift();
      if (post === undefined) return;
      posting += 1;
      void run(post);
    }
  };

  const run = async (post: Post) => {
    const { command } = post;
    const came = await attempt(clock, parts.timeoutMs, ending.signal, (signal) => bookingOf(biller, command, signal));
    posting -= 1;
    post.attempts += 1;
    if (ending.signal.aborted) return;
    if (came.how === 'answered' && came.fact !== null && came.fact.command === command.id) {
      posts.delete(command.id);
      next();
      parts.answer(came.fact);
      return;
    }
    const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(post.attempts - 1, 20), longestPauseMs);
    const callOff = clock.after(pauseMs, () => {
      pauses.delete(callOff);
      due.push(post);
      next();
    });
    pauses.add(callOff);
    next();
    parts.unanswered?.(command, post.attempts, wordsOf(came));
  };

  return {
    obey(command) {
      if (ending.signal.aborted) return false;
      if (command.command === 'bill.post' || command.command === 'bill.reverse') {
        if (posts.has(command.id)) return true;
        if (posts.size >= mostPostsWaiting) return false;
        const post = { command, attempts: 0 };
        posts.set(command.id, post);
        due.push(post);
        next();
        return true;
      }
      if (lookUps.has(command.id)) return true;
      if (lookUps.size >= mostLookUps) {
        queueMicrotask(() => parts.answer({ fact: 'bill.unavailable', command: command.id, reason: 'slow' }));
        return true;
      }
      lookUps.add(command.id);
      void lookUp(command);
      return true;
    },
    open: () => ({ lookUps: lookUps.size, posts: posts.size }),
    close() {
      ending.abort();
      for (const callOff of pauses) callOff();
      pauses.clear();
    },
  };
}

async function bookingOf(
  biller: SellerService,
  command: BillBooking,
  signal: AbortSignal,
): Promise<BillPostFact | BillReverseFact | null> {
  return command.command === 'bill.post' ? biller.post(command, signal) : biller.reverse(command, signal);
}

type Came<Fact> =
  | { readonly how: 'answered'; readonly fact: Fact }
  | { readonly how: 'late' }
  | { readonly how: 'threw'; readonly why: string };

function wordsOf(came: Came<unknown>): string {
  switch (came.how) {
    case 'late':
      return 'no answer in time';
    case 'threw':
      return came.why;
    case 'answered':
      return 'the answer settles nothing';
    default:
      return came satisfies never;
  }
}

/** One call, contained: it may throw, hang or answer after its time, and none of that is seen outside. */
function attempt<Fact>(
  clock: Clock,
  timeoutMs: number,
  ending: AbortSignal,
  call: (signal: AbortSignal) => Promise<Fact>,
): Promise<Came<Fact>> {
  const own = new AbortController();
  return new Promise((resolve) => {
    const finish = (came: Came<Fact>) => {
      callOff();
      ending.removeEventListener('abort', gone);
      resolve(came);
    };
    const gone = () => {
      finish({ how: 'late' });
      own.abort();
    };
    const callOff = clock.after(timeoutMs, gone);
    ending.addEventListener('abort', gone, { once: true });
    // Called in a later turn, so that a service that throws at once is one that rejects.
    Promise.resolve()
      .then(() => call(own.signal))
      .then(
        (fact) => finish({ how: 'answered', fact }),
        (error) => finish({ how: 'threw', why: wordsOfError(error) }),
      );
  });
}

/** With what is behind it: a name that is not found, a certificate, a refusal. */
function wordsOfError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function judged(command: LookUp, came: Came<BillLookUpFact>): BillLookUpFact {
  switch (came.how) {
    case 'late':
      return { fact: 'bill.unavailable', command: command.id, reason: 'slow' };
    case 'threw':
      return { fact: 'bill.unavailable', command: command.id, reason: 'down' };
    case 'answered': {
      const { fact } = came;
      const other = fact.command !== command.id || (fact.fact === 'bill.found' && !isAbout(fact.bill.number, command));
      return other ? { fact: 'bill.unavailable', command: command.id, reason: 'nonsense' } : fact;
    }
    default:
      return came satisfies never;
  }
}

/** An order gets its number only now. */
function isAbout(number: string, command: LookUp): boolean {
  return command.command === 'order.place' ? isOrder(number) : number === command.number;
}
