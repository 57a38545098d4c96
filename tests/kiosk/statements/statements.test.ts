/** A wallet's day, from the money to the compared statement, through the loop and over restarts. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import { zRecord } from '../../../kiosk/day/record.ts';
import { zKey } from '../../../kiosk/journal/derive.ts';
import { Journal } from '../../../kiosk/journal/journal.ts';
import { Loop } from '../../../kiosk/loop.ts';
import { readQuery, type Query } from '../../../kiosk/server/staff-query.ts';
import type { StaffStatementRows } from '../../../kiosk/server/staff-wire.ts';
import { statementRows, statementsTable } from '../../../kiosk/server/statement-table.ts';
import type { StatementAnswer, StatementRow } from '../../../kiosk/services/wallet/contract.ts';
import { numberOf, reversalNumberOf } from '../../../kiosk/services/wallet/matter.ts';
import { createFetcher } from '../../../kiosk/services/wallet/statements.ts';
import { beginsMs, dayMs } from '../../../kiosk/statements/day.ts';
import { daysKept, foldStatements, type StatementDays } from '../../../kiosk/statements/fold.ts';
import { askingRefused, missingAfterMs, namedMaximum, readyAfterMs } from '../../../kiosk/statements/statements.ts';
import { ModelDisk } from '../../simulation/model-disk.ts';
import { Visit, withCharges } from '../view/visit.ts';

const day = '2026-03-31';
const noon = beginsMs(day) + dayMs / 2;
const hourMs = 3_600_000;

interface Told {
  readonly atMs: number;
  readonly day: string;
}

/** A kiosk from noon of the day on, whose wallet answers as it is told to. */
function kioskAt(disk = new ModelDisk(), clock = new VirtualClock(noon)) {
  const { rules } = new Visit(withCharges).kiosk;
  const journal = new Journal({ storage: disk.open(), clock, timeZone: rules.timeZone, businessDayStart: '04:00' });
  const asked: Told[] = [];
  let answer: StatementAnswer | null = { came: 'not-ready', code: 'none' };
  let chance = 0;
  const loop = new Loop({
    rules,
    journal,
    clock,
    chance: () => {
      chance += 1;
      return `${journal.head.seq}${chance}`.padStart(32, '0');
    },
    document: () => '',
    voucherFits: () => true,
    sign: () => ({ key: '', signature: '' }),
    version: '1',
    config: 'hash',
    onFailure: (problem) => {
      throw problem;
    },
  });
  const fetcher = createFetcher({
    sources: new Map([
      [
        'alipay',
        {
          statement: (of) => {
            asked.push({ atMs: clock.wallMs(), day: of });
            return answer === null ? new Promise<never>(() => {}) : Promise.resolve(answer);
          },
        },
      ],
    ]),
    clock,
    find: (key) => journal.find(key),
    keep: () => ({ name: 'kept', sha256: 'abc' }),
    answer: (fact) => loop.take(fact),
  });
  const none = () => {};
  const hands = {
    obey: none,
    maintain: none,
    recorded: none,
    ask: none,
    askOffice: none,
    carryOut: () => {},
    handedOver: none,
    shutDown: none,
  };
  loop.start({ ...hands, fetchStatement: (order) => fetcher.obey(order) });
  const entries = () => [...journal.entries()].map(({ body }) => body);
  const of = <K extends EntryBody['kind']>(kind: K) =>
    entries().filter((body): body is Extract<EntryBody, { kind: K }> => body.kind === kind);
  return {
    loop,
    journal,
    clock,
    asked,
    of,
    answers: (next: StatementAnswer | null) => {
      answer = next;
    },
    /** Until then, in steps short enough that every answer is taken in before anybody has waited too long. */
    until: async (wallMs: number) => {
      while (clock.wallMs() < wallMs) {
        clock.runUntil(clock.monoMs() + Math.min(60_000, wallMs - clock.wallMs()));
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
    },
    /** Paid by somebody whom the kiosk no longer waited for: it is booked, and goes back. */
    paid: (command: string, minor = 1_000) =>
      loop.take({
        fact: 'charge.approved',
        device: 'alipay',
        command,
        key: `approved ${command}`,
        currency: 'CNY',
        minor,
        held: false,
        card: null,
        reference: { transaction: '42' },
        counters: {},
      }),
    /** A coin came in that nobody owns: money has moved, so that the business day gets a report. */
    coin: () =>
      loop.take({
        fact: 'coin.credited',
        device: 'coins',
        key: 'coin-1',
        counter: 1,
        afterMs: clock.monoMs(),
        to: null,
        counters: { counter: 1, total: 1 },
        currency: 'CNY',
        minor: 100,
      }),
    back: (command: string) =>
      loop.take({
        fact: 'charge.reversed',
        device: 'alipay',
        command,
        key: `back ${command}`,
        by: 'kiosk',
        counters: {},
      }),
    end: () => {
      fetcher.close();
      loop.stop();
      journal.close();
      return { disk, clock };
    },
  };
}

const row = (command: string, more: Partial<StatementRow> = {}): StatementRow => ({
  number: numberOf(command),
  refundNumber: null,
  transaction: '42',
  kind: 'paid',
  currency: 'CNY',
  minor: 1_000,
  atMs: noon,
  mark: 'LAB-01',
  ...more,
});
const backRow = (command: string) => row(command, { kind: 'refunded', refundNumber: reversalNumberOf(command) });
const rows = (...all: readonly StatementRow[]): StatementAnswer => ({
  came: 'rows',
  rows: all,
  file: { bytes: new Uint8Array(), ending: 'zip' },
});
const readyMs = beginsMs(day) + readyAfterMs;

describe('a wallet’s day', () => {
  it('is fetched at its hour of the next morning, compared once, and not again after a start', async () => {
    const kiosk = kioskAt();
    kiosk.answers(rows(row('charge-1'), backRow('charge-1'), row('charge-2')));
    kiosk.paid('charge-1');
    kiosk.back('charge-1');
    kiosk.paid('charge-2');
    await kiosk.until(readyMs - 1);
    expect(kiosk.asked).toEqual([]);
    await kiosk.until(readyMs + 1_000);
    expect(kiosk.asked.map((one) => one.day)).toEqual([day]);
    expect(kiosk.of('statement.matched')).toMatchObject([
      {
        device: 'alipay',
        day,
        matched: { minor: 1_000, count: 3 },
        own: { minor: 1_000, count: 3 },
        differences: [],
        cutOff: [],
        file: { name: 'kept', sha256: 'abc' },
      },
    ]);
    expect(kiosk.of('case.opened').filter(({ about }) => about.startsWith('statement'))).toEqual([]);
    const { disk, clock } = kiosk.end();
    const again = kioskAt(disk, clock);
    await again.until(readyMs + 2 * dayMs);
    expect(again.asked).toEqual([]);
    expect(again.of('statement.matched')).toHaveLength(1);
    again.end();
  });

  it('is found without reading one of its payments', async () => {
    const kiosk = kioskAt();
    kiosk.answers(rows(row('charge-1')));
    kiosk.paid('charge-1');
    await kiosk.until(readyMs + 1_000);
    const read: string[] = [];
    const find = (key: string) => {
      const found = kiosk.journal.find(key);
      read.push(...found.map(({ kind }) => kind));
      return found;
    };
    expect(statementsTable(kiosk.loop.kiosk, find, 0).statements).toMatchObject([{ state: 'matches' }]);
    expect(read).toEqual(['statement.matched']);
    kiosk.end();
  });

  it('that differs is one case, with what is more or less in it, and every row is named', async () => {
    const kiosk = kioskAt();
    kiosk.answers(rows(row('charge-1', { minor: 900 }), row('charge-3')));
    kiosk.paid('charge-1');
    kiosk.paid('charge-2');
    await kiosk.until(readyMs + 1_000);
    const [matched] = kiosk.of('statement.matched');
    expect(matched?.differences.map(({ what, own, told }) => [what, own, told])).toEqual([
      ['amount', 1_000, 900],
      ['unknown', null, 1_000],
      ['missing', 1_000, null],
    ]);
    const opened = kiosk.of('case.opened').filter(({ about }) => about === 'statement-differs');
    expect(opened).toMatchObject([{ case: matched?.case, minor: -100, subject: `alipay-${day}` }]);
    const table = statementsTable(kiosk.loop.kiosk, (key) => kiosk.journal.find(key), 0);
    expect(table).toMatchObject({ statements: [{ device: 'alipay', day, state: 'differs' }], next: null });
    expect(table.statements[0]?.rows).toBe(3);
    const listed = statementRows(
      (key) => kiosk.journal.find(key),
      readQuery({ device: 'alipay', day }, ['device', 'day', 'from']),
    );
    expect(listed.rows.map(({ what, own, told }) => [what, own, told])).toEqual([
      ['amount', 1_000, 900],
      ['unknown', null, 1_000],
      ['missing', 1_000, null],
    ]);
    kiosk.end();
  });

  it('stands beside the Z report that ended the business day of its date, and beside no other', async () => {
    const kiosk = kioskAt();
    kiosk.answers(rows(row('charge-1', { minor: 900 })));
    const closes = () => kiosk.loop.take({ fact: 'day.close-asked', by: '1', second: null, lang: 'en' });
    closes();
    kiosk.paid('charge-1');
    kiosk.coin();
    await kiosk.until(readyMs - hourMs);
    expect(kiosk.of('day.closed').map(({ z, opened, opens }) => [z, opened, opens])).toEqual([
      [1, day, day],
      [2, day, '2026-04-01'],
    ]);
    closes();
    await kiosk.until(readyMs + 1_000);
    const figures = { expected: { minor: 1_000, count: 1 }, told: { minor: 900, count: 1 } };
    expect(kiosk.of('day.matched')).toEqual([
      {
        kind: 'day.matched',
        z: 2,
        method: 'alipay',
        source: 'statement',
        device: 'alipay',
        currency: 'CNY',
        ...figures,
      },
    ]);
    expect(zRecord(kiosk.journal.find(zKey(2)))?.matched).toMatchObject([figures]);
    expect(zRecord(kiosk.journal.find(zKey(1)))?.matched).toEqual([]);
    expect(kiosk.loop.kiosk.day.period.methods.alipay).toBeUndefined();
    kiosk.end();
  });

  it('stands beside the report that a person closed within that day, when nothing was booked after it', async () => {
    const kiosk = kioskAt();
    kiosk.answers(rows(row('charge-1', { minor: 900 })));
    kiosk.paid('charge-1');
    kiosk.coin();
    kiosk.loop.take({ fact: 'day.close-asked', by: '1', second: null, lang: 'en' });
    await kiosk.until(readyMs + 1_000);
    expect(kiosk.of('day.closed').map(({ z, opened, opens }) => [z, opened, opens])).toEqual([[1, day, day]]);
    expect(kiosk.of('day.matched')).toMatchObject([{ z: 1, method: 'alipay', told: { minor: 900, count: 1 } }]);
    kiosk.end();
  });

  it('of a business day that has no report stands in none', async () => {
    const kiosk = kioskAt();
    kiosk.answers(rows(row('charge-1')));
    kiosk.paid('charge-1');
    await kiosk.until(readyMs + 1_000);
    expect(kiosk.of('statement.matched')).toHaveLength(1);
    expect(kiosk.of('day.matched')).toEqual([]);
    kiosk.end();
  });

  it('names only so many rows, and counts the rest', async () => {
    const kiosk = kioskAt();
    const strange = Array.from({ length: namedMaximum + 5 }, (_, n) => row(`strange-${n}`));
    kiosk.answers(rows(...strange));
    kiosk.paid('charge-1');
    await kiosk.until(readyMs + 1_000);
    const [matched] = kiosk.of('statement.matched');
    expect([matched?.differences.length, matched?.unnamed]).toEqual([namedMaximum, 6]);
    const numbers: string[] = [];
    for (let from: number | null = 0; from !== null; ) {
      const query: Query = readQuery({ device: 'alipay', day, from: String(from) }, ['device', 'day', 'from']);
      const page: StaffStatementRows = statementRows((key) => kiosk.journal.find(key), query);
      expect(page.rows.length).toBeLessThanOrEqual(20);
      numbers.push(...page.rows.map(({ number }) => number));
      from = page.next;
    }
    expect(numbers).toEqual(matched?.differences.map(({ number }) => number));
    kiosk.end();
  });

  it('that does not come is asked for less and less often, is a case after three days, and its coming explains it', async () => {
    const kiosk = kioskAt();
    kiosk.paid('charge-1');
    await kiosk.until(readyMs + dayMs);
    const pauses = kiosk.asked.slice(1).map(({ atMs }, at) => (atMs - (kiosk.asked[at]?.atMs ?? 0)) / 60_000);
    expect(pauses.slice(0, 6).map(Math.round)).toEqual([5, 10, 20, 40, 80, 160]);
    expect(kiosk.asked.length).toBeLessThan(16);
    const missing = () => kiosk.of('case.opened').filter(({ about }) => about === 'statement-missing');
    await kiosk.until(readyMs + missingAfterMs - 1);
    expect(missing()).toEqual([]);
    await kiosk.until(readyMs + missingAfterMs + 4 * hourMs);
    expect(missing()).toMatchObject([{ minor: 1_000, subject: `alipay-${day}` }]);
    await kiosk.until(readyMs + missingAfterMs + dayMs);
    expect(missing()).toHaveLength(1);
    kiosk.answers(rows(row('charge-1')));
    await kiosk.until(readyMs + missingAfterMs + dayMs + 4 * hourMs);
    expect(kiosk.of('statement.matched')).toHaveLength(1);
    expect(kiosk.of('case.resolved')).toContainEqual(
      expect.objectContaining({ case: missing()[0]?.case, outcome: 'explained' }),
    );
    kiosk.end();
  });

  it.each(['unreachable', 'refused', 'not-genuine', 'unreadable', 'too-much'] as const)(
    'whose statement is %s books nothing, and a person can ask for it at once',
    async (came) => {
      const kiosk = kioskAt();
      kiosk.answers({ came, code: 'x' });
      kiosk.paid('charge-1');
      await kiosk.until(readyMs + 1_000);
      expect(kiosk.of('statement.missing')).toMatchObject([{ why: came, code: 'x' }]);
      const table = () => statementsTable(kiosk.loop.kiosk, (key) => kiosk.journal.find(key), 0).statements[0];
      expect(table()).toMatchObject({ state: 'waiting', askable: true, tries: 1, why: came });
      kiosk.answers(rows(row('charge-1')));
      kiosk.loop.take({ fact: 'statement.asked', device: 'alipay', day, by: '1' });
      expect(table()).toMatchObject({ state: 'asked', askable: false });
      await kiosk.until(readyMs + 2_000);
      expect(table()).toMatchObject({ state: 'matches', told: { minor: 1_000, count: 1 } });
      kiosk.end();
    },
  );

  it('is not asked for by a person before it is over, nor one before the first with money', () => {
    const kiosk = kioskAt();
    kiosk.paid('charge-1');
    kiosk.loop.take({ fact: 'statement.asked', device: 'alipay', day, by: '1' });
    kiosk.loop.take({ fact: 'statement.asked', device: 'alipay', day: '2026-03-30', by: '1' });
    expect(kiosk.of('statement.fetch')).toEqual([]);
    expect(askingRefused(kiosk.loop.kiosk, 'alipay', day)).toBe('day-not-over');
    kiosk.end();
  });

  it('without money is fetched when a person asks for it, once, and is no case when there is none', async () => {
    const kiosk = kioskAt();
    const quiet = '2026-04-01';
    const table = () => {
      const all = statementsTable(kiosk.loop.kiosk, (key) => kiosk.journal.find(key), 0).statements;
      return all.find((one) => one.day === quiet);
    };
    const asks = () => kiosk.loop.take({ fact: 'statement.asked', device: 'alipay', day: quiet, by: '1' });
    kiosk.answers(rows(row('charge-1')));
    kiosk.paid('charge-1');
    await kiosk.until(readyMs + 1_000);
    expect(table()).toBeUndefined();
    await kiosk.until(readyMs + dayMs);
    expect(table()).toMatchObject({ state: 'waiting', askable: true, tries: 0, own: { minor: 0, count: 0 } });
    kiosk.answers({ came: 'not-ready', code: 'NO_STATEMENT_EXIST' });
    asks();
    await kiosk.until(readyMs + dayMs + missingAfterMs + dayMs);
    expect(kiosk.asked.map((one) => one.day)).toEqual([day, quiet]);
    expect(table()).toMatchObject({ state: 'waiting', askable: true, tries: 1, why: 'not-ready' });
    expect(kiosk.of('case.opened').filter(({ about }) => about.startsWith('statement'))).toEqual([]);
    kiosk.answers(rows(row('charge-1', { kind: 'refunded', refundNumber: 'BY-HAND', atMs: noon + dayMs })));
    asks();
    await kiosk.until(readyMs + dayMs + missingAfterMs + dayMs + 1_000);
    expect(kiosk.of('statement.matched').at(-1)?.differences).toMatchObject([{ what: 'unknown', kind: 'back' }]);
    expect(table()).toMatchObject({ state: 'differs' });
    kiosk.end();
  });

  it('that was to have a payment of shortly before midnight is fetched though nothing is booked on it', async () => {
    const kiosk = kioskAt();
    await kiosk.until(beginsMs(day) + dayMs - 5_000);
    kiosk.paid('charge-late');
    kiosk.answers(rows());
    await kiosk.until(readyMs + dayMs + 1_000);
    expect(kiosk.of('statement.matched').map((one) => [one.day, one.differences.map(({ what }) => what)])).toEqual([
      [day, []],
      ['2026-04-01', ['missing']],
    ]);
    kiosk.end();
  });

  it('whose answer a start has cut off is asked for again, and an answer to the earlier order is nothing', async () => {
    const kiosk = kioskAt();
    kiosk.answers(null);
    kiosk.paid('charge-1');
    await kiosk.until(readyMs + 1_000);
    const [first] = kiosk.of('statement.fetch');
    const { disk, clock } = kiosk.end();
    const again = kioskAt(disk, clock);
    again.answers(rows(row('charge-1')));
    const late = { fact: 'statement.told', device: 'alipay', day, command: first?.command ?? '' } as const;
    again.loop.take({ ...late, answer: { came: 'refused', code: 'late' }, journal: { own: [], neighbours: [] } });
    await again.until(readyMs + hourMs);
    expect(again.of('statement.fetch')).toHaveLength(2);
    expect(again.of('statement.matched')).toMatchObject([{ differences: [] }]);
    expect(again.of('statement.missing')).toEqual([]);
    again.end();
  });

  it('that ends while a payment is under way stands on both statements, and on neither as a difference', async () => {
    const kiosk = kioskAt();
    const midnight = beginsMs(day) + dayMs;
    await kiosk.until(midnight - 5_000);
    kiosk.paid('charge-late');
    await kiosk.until(midnight + 5_000);
    kiosk.paid('charge-early');
    const [late, early] = [row('charge-late', { atMs: midnight + 1 }), row('charge-early', { atMs: midnight - 1 })];
    kiosk.answers(rows(early));
    await kiosk.until(readyMs + 1_000);
    kiosk.answers(rows(late));
    await kiosk.until(readyMs + dayMs + 1_000);
    const found = kiosk.of('statement.matched').map(({ day: of, cutOff, differences }) => {
      return [of, cutOff.map(({ side, command }) => [side, command]), differences];
    });
    expect(found).toEqual([
      [
        day,
        [
          ['later', 'charge-early'],
          ['next', 'charge-late'],
        ],
        [],
      ],
      ['2026-04-01', [['earlier', 'charge-late']], []],
    ]);
    kiosk.end();
  });
});

describe('what is remembered of days', () => {
  const approved = (of: string): EntryBody => ({
    kind: 'charge.approved',
    command: 'c',
    device: 'alipay',
    session: null,
    sale: null,
    key: 'k',
    currency: 'CNY',
    minor: 100,
    held: false,
    card: null,
    reference: {},
    counters: {},
    booked: { day: of, minor: 100 },
  });

  it('is bounded: the newest stay', () => {
    let days: StatementDays = {};
    const names = Array.from({ length: daysKept + 10 }, (_, n) => new Date(n * dayMs).toISOString().slice(0, 10));
    for (const name of names) days = foldStatements(days, approved(name), 0);
    expect(Object.keys(days.alipay?.waiting ?? {})).toEqual(names.slice(10));
  });

  it('is nothing of a payment that an older release booked', () => {
    const { booked: _, ...older } = approved(day) as Extract<EntryBody, { kind: 'charge.approved' }>;
    expect(foldStatements({}, older, 0)).toEqual({});
  });
});
