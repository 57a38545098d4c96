/**
 * The kiosk's word to the office: its journal, entry by entry, until the office says that it holds them; how it is, and that it
 * is there. What is sent is decided by `outbox.ts`; here it is read, said and heard. An office that is away disturbs nothing.
 */
import * as v from 'valibot';
import { parseJsonStrict } from '../../config/strict-json.ts';
import type { Clock } from '../../hardware/clock.ts';
import type { VoucherQuestion } from '../command.ts';
import type { FactBody } from '../fact.ts';
import type { VoucherWord } from '../sale/voucher.ts';
import type { JournalReader } from '../journal/sqlite-reading.ts';
import type { Head } from '../journal/storage.ts';
import type { Cursor } from './cursor.ts';
import { batchAfter, hashAt, headOf } from './journal-batch.ts';
import { isOff } from '../own-clock.ts';
import type { Line, LineParts } from './line.ts';
import { createOfficeClock } from './office-clock.ts';
import {
  emptyOutbox,
  type OutboxInput,
  type OutboxOrder,
  type OutboxTimings,
  outboxTimings,
  stepOutbox,
} from './outbox.ts';
import { createQuestions } from './questions.ts';
import { createStateTeller } from './state-teller.ts';
import type { UplinkStatus } from './status.ts';
import {
  type AliveMessage,
  type AskedMessage,
  type DoneMessage,
  type JournalMessage,
  kioskTopics,
  lookMessage,
  officeTopics,
  type RunningMessage,
  type SignedHead,
  type StateMessage,
  storedMessage,
  toldMessage,
  rowsPerMessage,
} from './wire.ts';

export interface UplinkTimings extends OutboxTimings {
  /** How often the newest entry and the state are looked at while it is connected, milliseconds. */
  readonly tickMs: number;
  /** The state is told at most so often, milliseconds. */
  readonly stateEveryMs: number;
  /** How often this machine's clock is compared with the office's, also while it is away, milliseconds. */
  readonly clockEveryMs: number;
}

export const uplinkTimings: UplinkTimings = {
  ...outboxTimings,
  tickMs: 1_000,
  stateEveryMs: 5_000,
  clockEveryMs: 5_000,
};

export interface UplinkParts {
  readonly kiosk: string;
  readonly openLine: (
    around: Pick<LineParts, 'client' | 'topics' | 'will' | 'onUp' | 'onDown' | 'onMessage' | 'onProblem'>,
  ) => Line;
  readonly reader: Pick<JournalReader, 'load' | 'last'>;
  readonly cursor: Cursor;
  readonly sign: (head: Head) => SignedHead;
  /** How the kiosk is; `waiting`: entries that the office has not said it holds. */
  readonly state: (waiting: number) => StateMessage;
  /** What it runs with; asked for often, so the same one as long as nothing is another. */
  readonly running: () => RunningMessage;
  /** As it was judged last. */
  readonly isClockOff: () => boolean;
  readonly clock: Clock;
  readonly timings: UplinkTimings;
  /** There may be something new in the office's repository. */
  readonly onLook: () => void;
  /** An order of the office as it came, not proven yet. */
  readonly onCommand: (jws: string) => void;
  readonly take: (fact: FactBody) => void;
  /** The office holds the journal up to this entry. */
  readonly onStored: (seq: number) => void;
  /** The office's word on a voucher; null: none in time. */
  readonly onTold: (question: string, word: VoucherWord | null) => void;
  /** What did not go as it should, for the log. */
  readonly onProblem: (problem: string) => void;
}

export interface Uplink {
  /** Whether a voucher was spent; answered once by `onTold`, within two seconds. */
  ask(question: VoucherQuestion): void;
  status(): UplinkStatus;
  /** Said when it is connected; the office asks again. */
  tell(done: DoneMessage): void;
  close(): Promise<void>;
}

/** Begins to connect at once. */
export function createUplink(parts: UplinkParts): Uplink {
  const { kiosk, reader, cursor, clock, timings } = parts;
  let outbox = { ...emptyOutbox, stored: cursor.stored };
  let callOff = () => {};
  let accepted = false;
  let connected = false;
  let heardMs: number | null = null;
  let told: RunningMessage | null = null;
  const officeClock = createOfficeClock(clock);
  let callOffClock = () => {};
  /** By topic, the last call to look that was heard. */
  const looked = new Map<string, number>();
  const questions = createQuestions(clock, parts.onTold);
  const teller = createStateTeller({
    ...{ clock, state: parts.state, everyMs: timings.stateEveryMs },
    say: (message) => say(kioskTopics.state(kiosk), message, true),
  });

  function say(
    topic: string,
    message: AliveMessage | AskedMessage | DoneMessage | JournalMessage | RunningMessage | StateMessage,
    retain: boolean,
  ): void {
    line.publish(topic, JSON.stringify(message), retain);
  }

  function step(input: OutboxInput): void {
    const { seq } = headOf(reader);
    const next = stepOutbox(outbox, input, { seq, monoMs: clock.monoMs(), timings });
    outbox = next.outbox;
    for (const order of next.orders) obey(order);
  }

  function obey(order: OutboxOrder): void {
    switch (order.do) {
      case 'ask':
        askOffice(order.sign);
        break;
      case 'send':
        send(order.after, order.sign);
        break;
      case 'keep':
        keep(order.stored);
        break;
      case 'tell':
        parts.onProblem(`the office takes nothing more of this journal (${order.refused}); nothing is sent any more`);
        parts.take({ fact: 'uplink.judged', refused: order.refused });
        break;
      default:
        order satisfies never;
    }
  }

  function askOffice(sign: boolean): void {
    const head = headOf(reader);
    const signed = sign ? parts.sign(outbox.stored) : null;
    say(kioskTopics.journal(kiosk), { previous: head.hash, rows: [], head, signed }, false);
    officeClock.asked();
  }

  function send(after: Head, sign: boolean): void {
    const batch = batchAfter(reader, after);
    if (batch === null) return;
    const { previous, rows, endsWithZ, last } = batch;
    const signed = sign || endsWithZ ? parts.sign(last) : null;
    say(kioskTopics.journal(kiosk), { previous, rows: [...rows], head: headOf(reader), signed }, false);
    officeClock.asked();
    step({ is: 'sent', last: last.seq });
  }

  function keep(stored: Head): void {
    if (stored.seq < cursor.stored.seq) {
      parts.onProblem(`the office holds entries up to ${stored.seq}; it had said ${cursor.stored.seq} before`);
    }
    cursor.keep(stored);
    if (!accepted) parts.take({ fact: 'uplink.judged', refused: null });
    accepted = true;
    parts.onStored(stored.seq);
  }

  function heard(topic: string, text: string): void {
    if (topic === officeTopics.command(kiosk)) {
      parts.onCommand(text);
      return;
    }
    const read = parseJsonStrict(text);
    const json = read.ok ? read.json : null;
    if (topic === officeTopics.stored(kiosk) && v.is(storedMessage, json)) {
      heardMs = clock.wallMs();
      if (json.at !== undefined) officeClock.heard(json.at);
      judgeClock();
      step({ is: 'word', word: json, own: hashAt(reader, json.seq) });
    } else if (topic === officeTopics.told(kiosk)) {
      // One that came too late is nobody's any more.
      if (v.is(toldMessage, json)) questions.told(json.id, { spent: json.spent });
      else parts.onProblem(`${topic}: not an answer about a voucher`);
    } else if (topic !== officeTopics.stored(kiosk) && v.is(lookMessage, json)) {
      if (looked.get(topic) !== json.version) parts.onLook();
      looked.set(topic, json.version);
    } else {
      parts.onProblem(`${topic}: not a message that a kiosk knows`);
    }
  }

  function judgeClock(): void {
    const offMs = officeClock.offMs();
    const wasOff = parts.isClockOff();
    if (offMs !== null && isOff(offMs, wasOff) !== wasOff) parts.take({ fact: 'clock.judged', offMs });
  }

  function watchClock(): void {
    judgeClock();
    callOffClock = clock.after(timings.clockEveryMs, watchClock);
  }

  /** A journal that cannot be read just now is read at the next moment, and the office asked again after a silence. */
  function contained(what: () => void): void {
    try {
      what();
    } catch (error) {
      parts.onProblem(String(error));
    }
  }

  function tick(): void {
    callOff();
    callOff = clock.after(timings.tickMs, tick);
    contained(() => step(outbox.phase.is === 'away' ? { is: 'connected' } : { is: 'time' }));
    contained(() => teller.tell(waiting()));
    contained(tellRunning);
  }

  function waiting(): number {
    return Math.max(0, headOf(reader).seq - outbox.stored.seq);
  }

  function tellRunning(): void {
    const running = parts.running();
    if (running === told) return;
    told = running;
    say(kioskTopics.running(kiosk), running, true);
  }

  const alive = (is: boolean): AliveMessage => ({ alive: is, at: new Date(clock.wallMs()).toISOString() });
  const line = parts.openLine({
    client: kiosk,
    topics: [officeTopics.stored, officeTopics.told, officeTopics.command, officeTopics.look]
      .map((of) => of(kiosk))
      .concat(officeTopics.lookAll),
    will: () => ({ topic: kioskTopics.alive(kiosk), text: JSON.stringify(alive(false)) }),
    onUp() {
      connected = true;
      officeClock.forget();
      say(kioskTopics.alive(kiosk), alive(true), true);
      teller.forget();
      told = null;
      tick();
    },
    onDown() {
      connected = false;
      callOff();
      questions.giveUp();
      contained(() => step({ is: 'lost' }));
    },
    onMessage: (topic, text) => contained(() => heard(topic, text)),
    onProblem: parts.onProblem,
  });
  watchClock();
  return {
    status() {
      const behind = waiting() > rowsPerMessage || outbox.phase.is === 'stopped';
      return { connected, heardMs, waiting: waiting(), behind };
    },
    ask(question) {
      questions.ask(question.id);
      if (connected) say(kioskTopics.asked(kiosk), { ...question }, false);
      else questions.giveUp();
    },
    tell(done) {
      say(kioskTopics.done(kiosk), done, false);
    },
    async close() {
      callOff();
      connected = false;
      questions.giveUp();
      callOffClock();
      contained(() => cursor.close());
      say(kioskTopics.alive(kiosk), alive(false), true);
      await line.close();
    },
  };
}
