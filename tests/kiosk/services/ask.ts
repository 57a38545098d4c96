/** Runs commands and collects the facts that answer them. */
import { type Clock, systemClock } from '../../../hardware/clock.ts';
import type {
  BillerCommand,
  BillerFact,
  BillerService,
  BillFind,
  BillPost,
  BillReverse,
} from '../../../kiosk/services/biller/contract.ts';
import { createRunner, type Runner } from '../../../kiosk/services/runner.ts';

export interface Asker {
  readonly runner: Runner;
  readonly facts: BillerFact[];
  ask(command: BillerCommand): Promise<BillerFact>;
  /** Resolves when a post has had this many attempts without an answer. */
  attempts(count: number): Promise<void>;
}

/** A service that is never asked to take anything back needs no answer to it. */
type Service = Omit<BillerService, 'reverse'> & Partial<Pick<BillerService, 'reverse'>>;

export function createAsker(service: Service, options: { clock?: Clock; timeoutMs?: number } = {}): Asker {
  const facts: BillerFact[] = [];
  const waiting = new Map<string, (fact: BillerFact) => void>();
  let tried = 0;
  const counting = new Set<() => void>();
  const runner = createRunner({
    biller: { reverse: () => Promise.resolve(null), ...service },
    clock: options.clock ?? systemClock,
    timeoutMs: options.timeoutMs ?? 20_000,
    answer: (fact) => {
      facts.push(fact);
      waiting.get(fact.command)?.(fact);
    },
    unanswered: (_command, attempts) => {
      tried = attempts;
      for (const look of counting) look();
    },
  });
  return {
    runner,
    facts,
    ask: (command) =>
      new Promise((resolve) => {
        waiting.set(command.id, resolve);
        runner.obey(command);
      }),
    attempts: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (tried >= count) resolve();
        };
        counting.add(look);
        look();
      }),
  };
}

export function find(number: string, id = `find-${number}`): BillFind {
  return { command: 'bill.find', id, number, session: 'S-1' };
}

export function recheck(number: string, id = `check-${number}`): BillerCommand {
  return { command: 'bill.recheck', id, number };
}

export function post(number: string, minor: number, id = `pay-${number}`): BillPost {
  const paidAt = '2026-03-31T08:00:00.000Z';
  return { command: 'bill.post', id, number, currency: 'CNY', minor, method: 'cash', paidAt };
}

/** Takes the payment of `post` back. */
export function reverse(number: string, minor: number, id = `back-${number}`, of = `pay-${number}`): BillReverse {
  return { command: 'bill.reverse', id, number, post: of, currency: 'CNY', minor };
}
