/**
 * Fetches the statements that the kiosk wants: one attempt each, with a time limit, no exception let through, and one answer. With it
 * goes what the journal has of the day and of the days beside it, read in the moment in which the answer is handed in.
 */
import type { Clock } from '../../../hardware/clock.ts';
import type { StatementOrder } from '../../command.ts';
import type { Entry, KeptFile } from '../../entry.ts';
import type { FactBody } from '../../fact.ts';
import { matchedKey, statementKey } from '../../statements/booked.ts';
import { daysAfter } from '../../statements/day.ts';
import type { Neighbour, OwnRow } from '../../statements/match.ts';
import type { StatementAnswer, StatementFile, Statements } from './contract.ts';
import { numberOf, reversalNumberOf } from './matter.ts';

/** A link, and a file of some megabytes over a line such as kiosks have. */
export const fetchMs = 120_000;

type Told = Extract<FactBody, { fact: 'statement.told' }>;

export interface FetcherParts {
  /** By wallet. */
  readonly sources: ReadonlyMap<string, Statements>;
  readonly clock: Clock;
  /** Entries under an index key, in order. */
  readonly find: (key: string) => readonly Entry[];
  readonly keep: (of: StatementOrder, file: StatementFile) => KeptFile | null;
  /** Called later, never from within `obey`. */
  readonly answer: (fact: Told) => void;
}

export interface Fetcher {
  /** One that is under way for this wallet is not begun twice; who waits longer than the limit asks again. */
  obey(order: StatementOrder): void;
  /** Gives everything up without answers. */
  close(): void;
}

export function createFetcher(parts: FetcherParts): Fetcher {
  const ending = new AbortController();
  const flying = new Set<string>();

  const run = async (order: StatementOrder) => {
    const source = parts.sources.get(order.device);
    const answer: StatementAnswer =
      source === undefined
        ? { came: 'refused', code: 'not-configured' }
        : await contained(parts.clock, ending.signal, (signal) => source.statement(order.day, signal));
    flying.delete(order.device);
    if (ending.signal.aborted) return;
    const { id: command, device, day } = order;
    const journal = journalOf(parts.find, device, day);
    const told = toldOf(answer, journal, (file) => parts.keep(order, file));
    parts.answer({ fact: 'statement.told', device, day, command, answer: told, journal });
  };

  return {
    obey(order) {
      if (ending.signal.aborted || flying.has(order.device)) return;
      flying.add(order.device);
      void run(order);
    },
    close: () => ending.abort(),
  };
}

/** A row of no known form is another program's, unless its trade is one that the journal has. */
function toldOf(
  answer: StatementAnswer,
  { own }: Told['journal'],
  keep: (file: StatementFile) => KeptFile | null,
): Told['answer'] {
  if (answer.came !== 'rows') return answer;
  const { rows, strangers = [], file } = answer;
  const known = new Set(own.map(({ number }) => number));
  if (strangers.some((number) => known.has(number))) return { came: 'unreadable', code: 'row' };
  return { came: 'rows', rows, strangers: strangers.length, file: keep(file) };
}

function contained(
  clock: Clock,
  ending: AbortSignal,
  call: (signal: AbortSignal) => Promise<StatementAnswer>,
): Promise<StatementAnswer> {
  const own = new AbortController();
  return new Promise((resolve) => {
    const finish = (answer: StatementAnswer) => {
      callOff();
      ending.removeEventListener('abort', gone);
      resolve(answer);
    };
    const gone = () => {
      finish({ came: 'unreachable', code: 'no-answer-in-time' });
      own.abort();
    };
    const callOff = clock.after(fetchMs, gone);
    ending.addEventListener('abort', gone, { once: true });
    // What a client throws may carry what was sent.
    Promise.resolve()
      .then(() => call(own.signal))
      .then(finish, () => finish({ came: 'unreachable', code: 'broke-off' }));
  });
}

/** What the journal has of this day and of both beside it. */
export function journalOf(find: FetcherParts['find'], device: string, day: string): Told['journal'] {
  const days = [daysAfter(day, -1), day, daysAfter(day, 1)];
  const booked = days.flatMap((one) => find(statementKey(device, one)));
  const beside = days.filter((one) => one !== day).flatMap((one) => find(matchedKey(device, one)));
  return { own: booked.flatMap(ownRow), neighbours: beside.flatMap(neighbour) };
}

function ownRow({ at, body }: Entry): readonly OwnRow[] {
  switch (body.kind) {
    case 'charge.approved':
    case 'charge.reversed':
    case 'refund.made': {
      if (body.booked === undefined) return [];
      const { command, booked } = body;
      return [{ ...tradeOf(body), minor: booked.minor, command, atMs: Date.parse(at), day: booked.day }];
    }
    default:
      return [];
  }
}

type OfTrade = Extract<Entry['body'], { kind: 'charge.approved' | 'charge.reversed' | 'refund.made' }>;

function tradeOf(body: OfTrade): Pick<OwnRow, 'number' | 'refundNumber' | 'kind'> {
  switch (body.kind) {
    case 'charge.approved':
      return { number: body.reference.order ?? numberOf(body.command), refundNumber: null, kind: 'paid' };
    case 'charge.reversed':
      return { number: numberOf(body.command), refundNumber: reversalNumberOf(body.command), kind: 'back' };
    case 'refund.made': {
      const { reference, command } = body.part;
      return { number: reference.order ?? numberOf(command), refundNumber: numberOf(body.command), kind: 'back' };
    }
    default:
      return body satisfies never;
  }
}

function neighbour({ body }: Entry): readonly Neighbour[] {
  if (body.kind !== 'statement.matched') return [];
  return [{ day: body.day, cutOff: body.cutOff, differences: body.differences }];
}
