import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { officeAnswersMs } from '../../../kiosk/fleet/questions.ts';
import { createUplink, type UplinkParts, uplinkTimings } from '../../../kiosk/fleet/uplink.ts';
import {
  type JournalMessage,
  journalMessage,
  kioskTopics,
  officeTopics,
  rowsPerMessage,
  type RunningMessage,
  type StateMessage,
  type StoredMessage,
} from '../../../kiosk/fleet/wire.ts';
import type { VoucherWord } from '../../../kiosk/sale/voucher.ts';
import { emptyHead, genesisHash, type Head } from '../../../kiosk/journal/storage.ts';
import { isOff } from '../../../kiosk/own-clock.ts';
import * as v from 'valibot';
import { createChain } from './chain.ts';
import { createShelf } from './shelf.ts';

const K = 'K1';
const state: Omit<StateMessage, 'waiting'> = {
  at: '2026-03-31T00:00:00.000Z',
  version: '1',
  open: true,
  why: null,
  configuration: { running: 'a', edition: null, staged: null, stale: false },
  devices: [],
  levels: [],
  openCases: 0,
};

interface Sent {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** The uplink on virtual time at a line that a test holds in its hands. */
function begin(stored: Head = emptyHead) {
  const clock = new VirtualClock(0);
  const chain = createChain();
  const sent: Sent[] = [];
  const facts: FactBody[] = [];
  const problems: string[] = [];
  let looks = 0;
  let says = state;
  const told: (readonly [question: string, word: VoucherWord | null])[] = [];
  const storedUpTo: number[] = [];
  let around: Parameters<UplinkParts['openLine']>[0] | null = null;
  let up = false;
  let runs: RunningMessage = running;
  let clockOff = false;
  const uplink = createUplink({
    kiosk: K,
    openLine(given) {
      around = given;
      return {
        publish: (topic, text, retain) => {
          if (up) sent.push({ topic, text, retain });
        },
        close: async () => {},
      };
    },
    reader: chain.reader,
    cursor: { stored, keep: () => {}, close: () => {} },
    sign: ({ seq, hash }) => ({ seq, hash, key: 'key', signature: 'signature' }),
    running: () => runs,
    state: (waiting) => ({ ...says, waiting }),
    isClockOff: () => clockOff,
    clock,
    timings: uplinkTimings,
    onCommand: () => {},
    onLook: () => {
      looks += 1;
    },
    onStored: (seq) => storedUpTo.push(seq),
    onTold: (question, word) => told.push([question, word]),
    take(fact) {
      facts.push(fact);
      if (fact.fact === 'clock.judged') clockOff = isOff(fact.offMs, clockOff);
    },
    onProblem: (problem) => problems.push(problem),
  });
  const line = around as unknown as Parameters<UplinkParts['openLine']>[0];
  return {
    ...{ clock, chain, sent, facts, problems, uplink, line, told, storedUpTo },
    looks: () => looks,
    runs: (next: RunningMessage) => {
      runs = next;
    },
    tell: (next: typeof state) => {
      says = next;
    },
    journal: () =>
      sent
        .filter(({ topic }) => topic === kioskTopics.journal(K))
        .map(({ text }) => v.parse(journalMessage, JSON.parse(text))),
    connect() {
      up = true;
      line.onUp();
    },
    lose() {
      up = false;
      line.onDown();
    },
    word: (word: StoredMessage) => line.onMessage(officeTopics.stored(K), JSON.stringify(word)),
    later: (ms: number) => clock.runUntil(clock.monoMs() + ms),
  };
}

const running = { hash: 'a'.repeat(64), edition: null, document: { kiosk: K } };
const nothing: StoredMessage = { seq: 0, hash: genesisHash, refused: null };
const spans = (messages: readonly JournalMessage[]) =>
  messages.map(({ rows }) => (rows.length === 0 ? 'ask' : `${rows[0]?.[0]}–${rows.at(-1)?.[0]}`));

describe('what goes to the office', () => {
  test('what the kiosk runs is told on each connection, and when it is another, and no more often', () => {
    const one = begin();
    const told = () => one.sent.filter(({ topic }) => topic === kioskTopics.running(K));
    one.connect();
    one.later(60_000);
    expect(told()).toEqual([{ topic: kioskTopics.running(K), text: JSON.stringify(running), retain: true }]);
    one.runs({ ...running, edition: 4 });
    one.later(uplinkTimings.tickMs);
    expect(told()).toHaveLength(2);
    one.lose();
    one.connect();
    expect(told().map(({ text }) => (JSON.parse(text) as RunningMessage).edition)).toEqual([null, 4, 4]);
  });

  test('staff read whether it is connected, when the office last spoke, and how much waits', () => {
    const one = begin();
    one.chain.grow(3);
    expect(one.uplink.status()).toEqual({ connected: false, heardMs: null, waiting: 3, behind: false });
    one.connect();
    one.later(5_000);
    one.word(nothing);
    expect(one.uplink.status()).toEqual({ connected: true, heardMs: 5_000, waiting: 3, behind: false });
    one.word({ seq: 3, hash: one.chain.rows[2]?.hash ?? '', refused: null });
    one.lose();
    expect(one.uplink.status()).toEqual({ connected: false, heardMs: 5_000, waiting: 0, behind: false });
  });

  test('asks first, sends one batch, and the next only after the office’s word for all of it', () => {
    const one = begin();
    one.chain.grow(450);
    one.connect();
    expect(spans(one.journal())).toEqual(['ask']);
    one.word(nothing);
    expect(spans(one.journal())).toEqual(['ask', '1–200']);
    one.word({ seq: 100, hash: one.chain.rows[99]?.hash ?? '', refused: null });
    one.later(5_000);
    expect(spans(one.journal())).toEqual(['ask', '1–200']);
    for (const seq of [200, 200, 400]) one.word({ seq, hash: one.chain.rows[seq - 1]?.hash ?? '', refused: null });
    expect(spans(one.journal())).toEqual(['ask', '1–200', '201–400', '401–450']);
  });

  test('believes the office where it holds less than it had said, and says so', () => {
    const one = begin({ seq: 300, hash: 'a'.repeat(64) });
    one.chain.grow(300);
    one.connect();
    one.word({ seq: 120, hash: one.chain.rows[119]?.hash ?? '', refused: null });
    expect(spans(one.journal())).toEqual(['ask', '121–300']);
    expect(one.problems).toEqual(['the office holds entries up to 120; it had said 300 before']);
  });

  test('goes back where the office misses rows', () => {
    const one = begin();
    one.chain.grow(200);
    one.connect();
    one.word({ seq: 150, hash: one.chain.rows[149]?.hash ?? '', refused: null });
    one.word({ seq: 50, hash: one.chain.rows[49]?.hash ?? '', refused: 'gap' });
    expect(spans(one.journal())).toEqual(['ask', '151–200', '51–200']);
  });

  test('an office that misses rows over and over is not talked to without a pause', () => {
    const one = begin();
    one.chain.grow(200);
    one.connect();
    one.word(nothing);
    for (let n = 0; n < 100; n += 1) {
      const seq = n % 2 === 0 ? 7 : 9;
      one.word({ seq, hash: one.chain.rows[seq - 1]?.hash ?? '', refused: 'gap' });
    }
    expect(one.journal().length).toBeLessThan(60);
    const before = one.journal().length;
    one.later(1_000);
    expect(one.journal().length).toBe(before);
  });

  test('an office that is silent is asked ever more rarely, with nothing but the question', () => {
    const one = begin();
    one.chain.grow(200);
    one.connect();
    one.word(nothing);
    one.later(7 * 86_400_000);
    const asked = one.journal().slice(2);
    expect(asked.every(({ rows }) => rows.length === 0)).toBe(true);
    expect(asked.length).toBeLessThan((7 * 86_400) / 59);
    expect(asked.length).toBeGreaterThan((7 * 86_400) / 63);
  });

  test('nothing is sent while it is not connected, however long that lasts', () => {
    const one = begin();
    one.chain.grow(20_000);
    one.later(7 * 86_400_000);
    expect(one.sent).toEqual([]);
  });

  test('a batch ends with a Z report, and its entry is signed', () => {
    const one = begin();
    one.chain.grow(10);
    one.chain.grow(1, 'day.closed');
    one.chain.grow(10);
    one.connect();
    one.word(nothing);
    const z = one.chain.rows[10]?.hash ?? '';
    one.word({ seq: 11, hash: z, refused: null });
    expect(spans(one.journal())).toEqual(['ask', '1–11', '12–21']);
    expect(one.journal().map(({ signed }) => signed?.seq ?? null)).toEqual([null, 11, null]);
  });

  test('an hour later what the office holds is signed, without anything new', () => {
    const one = begin();
    one.chain.grow(3);
    one.connect();
    one.word(nothing);
    const all = { seq: 3, hash: one.chain.rows[2]?.hash ?? '', refused: null };
    one.word(all);
    one.later(uplinkTimings.signedEveryMs - 1_000);
    expect(one.journal()).toHaveLength(2);
    one.later(2_000);
    expect(one.journal().at(-1)).toMatchObject({ rows: [], signed: { seq: 3, hash: all.hash } });
    one.word(all);
    one.later(uplinkTimings.signedEveryMs / 2);
    expect(one.journal()).toHaveLength(3);
  });
});

describe('an office that contradicts the journal', () => {
  test.each([
    ['it says that it was rewritten', { seq: 5, refused: 'rewritten' }, 'rewritten'],
    ['it says that it is broken', { seq: 5, refused: 'broken' }, 'broken'],
    ['it holds more than there is', { seq: 900, refused: null }, 'ahead'],
    ['it holds another entry', { seq: 4, refused: null }, 'rewritten'],
  ] as const)('%s: nothing more is sent, and it is told once', (_, { seq, refused }, why) => {
    const one = begin();
    one.chain.grow(20);
    one.connect();
    const word = { seq, hash: 'f'.repeat(64), refused };
    one.word(word);
    one.word(word);
    one.lose();
    one.connect();
    one.later(86_400_000);
    expect(spans(one.journal())).toEqual(['ask']);
    expect(one.facts).toEqual([{ fact: 'uplink.judged', refused: why }]);
  });

  test('one that takes it is told once too', () => {
    const one = begin();
    one.chain.grow(2);
    one.connect();
    one.word(nothing);
    one.word({ seq: 2, hash: one.chain.rows[1]?.hash ?? '', refused: null });
    expect(one.facts).toEqual([{ fact: 'uplink.judged', refused: null }]);
  });
});

describe('this machine’s clock', () => {
  const judged = ({ facts }: ReturnType<typeof begin>) => facts.filter(({ fact }) => fact === 'clock.judged');
  const at = (ms: number) => ({ ...nothing, at: new Date(ms).toISOString() });

  test('is judged by when the office spoke, and again when it is set, without another word', () => {
    const one = begin();
    one.connect();
    one.word(at(0));
    one.later(60_000);
    expect(judged(one)).toEqual([]);
    one.clock.jumpWall(150_000);
    one.later(uplinkTimings.clockEveryMs);
    expect(judged(one)).toEqual([{ fact: 'clock.judged', offMs: 150_000 }]);
    one.later(60_000);
    one.lose();
    one.clock.jumpWall(-149_000);
    one.later(uplinkTimings.clockEveryMs);
    expect(judged(one).slice(1)).toEqual([{ fact: 'clock.judged', offMs: 1_000 }]);
  });

  test('is judged with the first word where it was off from the start', () => {
    const one = begin();
    one.connect();
    one.word(at(-3_600_000));
    expect(judged(one)).toEqual([{ fact: 'clock.judged', offMs: 3_600_000 }]);
  });

  test('is judged by the first word of a connection, whatever was asked on the one before it', () => {
    const one = begin();
    one.connect();
    one.lose();
    one.connect();
    one.word(at(-3_600_000));
    expect(judged(one)).toEqual([{ fact: 'clock.judged', offMs: 3_600_000 }]);
  });

  test('is judged by no office that does not say when it spoke', () => {
    const one = begin();
    one.connect();
    one.word(nothing);
    one.clock.jumpWall(1e9);
    one.later(60_000);
    expect(judged(one)).toEqual([]);
  });

  test('a time that is none is no message', () => {
    const one = begin();
    one.connect();
    one.line.onMessage(officeTopics.stored(K), JSON.stringify({ ...nothing, at: 'yesterday' }));
    expect(one.problems).toEqual([`${officeTopics.stored(K)}: not a message that a kiosk knows`]);
  });
});

describe('how the kiosk is', () => {
  const states = ({ sent }: ReturnType<typeof begin>) => sent.filter(({ topic }) => topic === kioskTopics.state(K));

  test('is told when it is connected and when something changes, at most once in five seconds', () => {
    const one = begin();
    one.connect();
    expect(states(one)).toHaveLength(1);
    one.later(60_000);
    expect(states(one)).toHaveLength(1);
    for (let openCases = 1; openCases <= 20; openCases += 1) {
      one.tell({ ...state, openCases });
      one.later(1_000);
    }
    expect(states(one).length).toBeGreaterThanOrEqual(20_000 / uplinkTimings.stateEveryMs);
    expect(states(one).length).toBeLessThanOrEqual(2 + 20_000 / uplinkTimings.stateEveryMs);
    one.later(uplinkTimings.stateEveryMs);
    expect(JSON.parse(states(one).at(-1)?.text ?? '')).toMatchObject({ openCases: 20 });
    expect(states(one).every(({ retain }) => retain)).toBe(true);
  });

  test('is told again to a broker that comes back', () => {
    const one = begin();
    one.connect();
    one.later(10_000);
    one.lose();
    one.connect();
    expect(states(one)).toHaveLength(2);
  });

  test('that it is there is retained, and that it has gone', async () => {
    const one = begin();
    one.connect();
    await one.uplink.close();
    const said = one.sent.filter(({ topic }) => topic === kioskTopics.alive(K));
    expect(said.map(({ text, retain }) => [JSON.parse(text).alive, retain])).toEqual([
      [true, true],
      [false, true],
    ]);
    expect(JSON.parse(one.line.will().text)).toMatchObject({ alive: false });
  });
});

test('looks when the office says so, and not again for the same word', () => {
  const one = begin();
  one.connect();
  const say = (topic: string, version: number) => one.line.onMessage(topic, JSON.stringify({ version }));
  say(officeTopics.lookAll, 3);
  say(officeTopics.look(K), 2);
  say(officeTopics.lookAll, 3);
  say(officeTopics.look(K), 2);
  expect(one.looks()).toBe(2);
  say(officeTopics.lookAll, 4);
  expect(one.looks()).toBe(3);
});

test.each(['', '{', 'null', '[1]', '{"seq":-1}', '{"version":"1"}', 'x'.repeat(60_000)])(
  'what is not a message of the office is put aside',
  (text) => {
    const one = begin();
    one.connect();
    const before = one.sent.length;
    one.line.onMessage(officeTopics.stored(K), text);
    one.line.onMessage(officeTopics.look(K), text);
    expect([one.problems.length, one.sent.length, one.looks()]).toEqual([2, before, 0]);
  },
);

test('a journal that cannot be read just now ends nothing', () => {
  const one = begin();
  one.chain.grow(3);
  const { last } = one.chain.reader;
  one.chain.reader.last = () => {
    throw new Error('busy');
  };
  one.connect();
  one.later(3_000);
  expect(one.journal()).toEqual([]);
  expect(one.problems[0]).toContain('busy');
  one.chain.reader.last = last;
  one.later(2_000);
  one.word(nothing);
  expect(spans(one.journal())).toEqual(['ask', '1–3']);
});

/** Messages in both directions are lost, come twice, late and in another order; connections break; the office loses its end. */
test('whatever the line does, the office holds the whole journal in the end, and then it is quiet', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 900 }), (seed, first) => {
      const random = chanceOf(seed);
      const one = begin();
      const shelf = createShelf();
      one.chain.grow(first);
      let largest = 0;
      let healed = false;
      let connection = 0;
      const carry = (deliver: () => void) => {
        const copies = healed ? 1 : random() < 0.1 ? 0 : random() < 0.1 ? 2 : 1;
        const own = connection;
        for (let n = 0; n < copies; n += 1) {
          one.clock.after(healed ? 50 : random() * 15_000, () => {
            if (own === connection || random() < 0.5) deliver();
          });
        }
      };
      const pump = () => {
        for (const { topic, text } of one.sent.splice(0)) {
          if (topic !== kioskTopics.journal(K)) continue;
          const message = v.parse(journalMessage, JSON.parse(text));
          largest = Math.max(largest, message.rows.length);
          carry(() => {
            const word = shelf.take(message);
            carry(() => one.word(word));
          });
        }
      };
      one.connect();
      for (let turn = 0; turn < 250; turn += 1) {
        if (turn === 180) healed = true;
        if (!healed && random() < 0.02) {
          one.lose();
          connection += 1;
          one.connect();
        }
        if (!healed && random() < 0.01) shelf.rows.splice(Math.floor(random() * shelf.rows.length));
        if (!healed && random() < 0.3) one.chain.grow(Math.floor(random() * 40));
        pump();
        one.later(healed ? 5_000 : 1_000);
      }
      // A late word may have told of rows that the office had lost by then: the hourly question finds that out.
      one.later(uplinkTimings.signedEveryMs);
      for (let turn = 0; turn < 30; turn += 1) {
        pump();
        one.later(5_000);
      }
      expect(one.facts).toEqual(one.facts.length === 0 ? [] : [{ fact: 'uplink.judged', refused: null }]);
      expect(shelf.rows.map(([seq, , , , , , hash]) => ({ seq, hash }))).toEqual(
        one.chain.rows.map(({ seq, hash }) => ({ seq, hash })),
      );
      expect(largest).toBeLessThanOrEqual(rowsPerMessage);
      one.later(60_000);
      expect(one.journal()).toEqual([]);
    }),
    { numRuns: 40, examples: [[-1_055_803_649, 0]] },
  );
});

/** xorshift32. */
function chanceOf(seed: number): () => number {
  let x = seed | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

describe('whether a voucher was spent', () => {
  const question = { id: 'q1', issuer: 'LAB-02', serial: '000007' };
  const answer = (one: ReturnType<typeof begin>, id: string, spent: VoucherWord['spent']) =>
    one.line.onMessage(officeTopics.told(K), JSON.stringify({ id, spent }));

  test('is asked once, and the answer is told once', () => {
    const one = begin();
    one.connect();
    one.uplink.ask(question);
    const asked = one.sent.filter(({ topic }) => topic === kioskTopics.asked(K));
    expect(asked).toEqual([{ topic: kioskTopics.asked(K), text: JSON.stringify(question), retain: false }]);
    const spent = { kiosk: 'LAB-03', at: '2026-03-31T01:20:00.000Z' };
    answer(one, 'another', null);
    answer(one, 'q1', spent);
    answer(one, 'q1', null);
    one.later(60_000);
    expect(one.told).toEqual([['q1', { spent }]]);
    expect(one.problems).toEqual([]);
  });

  test('has no answer after two seconds, and what comes then is nobody’s', () => {
    const one = begin();
    one.connect();
    one.uplink.ask(question);
    one.later(officeAnswersMs - 1);
    expect(one.told).toEqual([]);
    one.later(1);
    answer(one, 'q1', null);
    expect(one.told).toEqual([['q1', null]]);
  });

  test.each<[string, (one: ReturnType<typeof begin>) => unknown]>([
    ['the line breaks', (one) => one.lose()],
    ['this process ends', (one) => one.uplink.close()],
  ])('has none at once when %s', (_, happens) => {
    const one = begin();
    one.connect();
    expect(one.uplink.status().connected).toBe(true);
    one.uplink.ask(question);
    void happens(one);
    expect(one.told).toEqual([['q1', null]]);
    expect(one.uplink.status().connected).toBe(false);
  });

  test('has none at once where there is no line', () => {
    const one = begin();
    one.uplink.ask(question);
    expect(one.told).toEqual([['q1', null]]);
    expect(one.sent).toEqual([]);
  });

  test.each(['{}', '{"id":"q1"}', '{"id":"q1","spent":{"kiosk":"LAB-03"}}', '{"id":"q1","spent":null,"more":1}', '['])(
    'is not said by %s',
    (text) => {
      const one = begin();
      one.connect();
      one.uplink.ask(question);
      one.line.onMessage(officeTopics.told(K), text);
      expect(one.told).toEqual([]);
      expect(one.problems).toHaveLength(1);
    },
  );

  test('of many at once the oldest are given up', () => {
    const one = begin();
    one.connect();
    for (let n = 0; n < 10; n += 1) one.uplink.ask({ ...question, id: `q${n}` });
    expect(one.told).toEqual([
      ['q0', null],
      ['q1', null],
    ]);
  });
});
