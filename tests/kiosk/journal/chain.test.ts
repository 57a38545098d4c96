import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import { indexKeys, rollUp } from '../../../kiosk/journal/derive.ts';
import { chainHash } from '../../../kiosk/journal/journal.ts';
import { stateVersion } from '../../../kiosk/journal/state-version.ts';
import type { Contents, Row, Snapshot } from '../../../kiosk/journal/storage.ts';
import { verifyJournal } from '../../../kiosk/journal/verify.ts';
import { apply, durablePart, emptyFolded, type Folded } from '../../../kiosk/kiosk.ts';
import { ModelDisk } from '../../simulation/model-disk.ts';
import { caseOpened, ended, issued, journalOn, paid, passed, stack, stacked, started, startMs } from './examples.ts';

/** Batches of entries, with words of every kind in them. */
const batches = fc.array(
  fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 9 }).map(stack),
      fc.integer({ min: 0, max: 9 }).map(stacked),
      fc.integer({ min: 0, max: 9 }).map(paid),
      fc.integer({ min: 0, max: 9 }).map(started),
      fc.integer({ min: 0, max: 9 }).map(ended),
      fc
        .string({ unit: 'binary', maxLength: 12 })
        .map((text): EntryBody => ({ ...(issued(1) as object), sale: text }) as EntryBody),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  { minLength: 1, maxLength: 8 },
);

function written(all: readonly EntryBody[][], jumpsMs: readonly number[] = []): Contents {
  const storage = new ModelDisk().open();
  const clock = new VirtualClock(startMs);
  const journal = journalOn(storage, clock);
  all.forEach((batch, i) => {
    clock.jumpWall(jumpsMs[i] ?? 0);
    journal.append(batch);
  });
  journal.flush();
  return storage.load();
}

function withRows(contents: Contents, rows: readonly Row[]): Contents {
  const last = rows.at(-1);
  const head = last === undefined ? contents.head : { seq: last.seq, hash: last.hash };
  return { ...contents, head, mark: null, rows: (after) => rows.filter((row) => row.seq > after) };
}

describe('the chain', () => {
  test('whatever is appended verifies, also when the clock jumps by years', () => {
    const jumps = fc.array(fc.integer({ min: -1e11, max: 1e11 }), { maxLength: 8 });
    fc.assert(
      fc.property(batches, jumps, (all, jumpsMs) => {
        const contents = written(all, jumpsMs);
        expect(verifyJournal(contents)).toEqual({ ok: true, entries: all.flat().length, head: contents.head.hash });
      }),
      { numRuns: 60 },
    );
  });

  test('no row can be changed, left out, doubled or moved unseen', () => {
    const fields = fc.constantFrom('at', 'day', 'kind', 'session', 'body', 'hash') as fc.Arbitrary<keyof Row>;
    fc.assert(
      fc.property(
        batches,
        fields,
        fc.nat(),
        fc.constantFrom('change', 'drop', 'double', 'swap'),
        (all, field, pick, deed) => {
          const contents = written([[stack(1)], ...all, [stack(2)]]);
          const rows = [...contents.rows(0)];
          const at = pick % (rows.length - 1);
          const row = rows[at] as Row;
          if (deed === 'change') rows[at] = { ...row, [field]: `${row[field]} ` };
          if (deed === 'drop') rows.splice(at, 1);
          if (deed === 'double') rows.splice(at, 0, row);
          if (deed === 'swap') rows.splice(at, 2, rows[at + 1] as Row, row);
          const verdict = verifyJournal(withRows(contents, rows));
          expect(verdict.ok).toBe(false);
          if (!verdict.ok) expect(Math.abs(verdict.seq - row.seq)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('the hash stands over the previous hash and the text, in one order of fields', () => {
    const row = {
      seq: 1,
      at: '2026-03-31T05:00:00.000Z',
      day: '2026-03-31',
      kind: 'x',
      session: null,
      body: '{"kind":"x"}',
    };
    // Counted with sha256sum.
    expect(chainHash('0'.repeat(64), row)).toBe('b39394bcd44654e33d2b9d594328b4494e29712d9a4936e4e1beff63d1082791');
    expect(chainHash('1'.repeat(64), row)).not.toBe(chainHash('0'.repeat(64), row));
  });

  test('figures and index that were tampered with do not verify', () => {
    const contents = written([[issued(1), paid(1)]]);
    const sums = contents.rollUps().map((delta) => ({ ...delta, minor: delta.minor + 1 }));
    expect(verifyJournal({ ...contents, rollUps: () => sums })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('the figures for'),
    });
    expect(verifyJournal({ ...contents, rollUps: () => [] })).toMatchObject({ ok: false });
    expect(verifyJournal({ ...contents, keys: () => [] })).toMatchObject({ ok: false, seq: 1 });
    const more = (from: number, to: number) => [...contents.keys(from, to), { key: 'voucher:FALSE', seq: 1 }];
    expect(verifyJournal({ ...contents, keys: more })).toMatchObject({ ok: false, seq: 1 });
  });
});

describe('the kept state', () => {
  /** A journal that keeps what `kept` makes of the true state after five entries, and two entries more. */
  function keeping(kept: (state: Folded) => unknown, version = stateVersion()): Contents {
    const storage = new ModelDisk().open();
    const journal = journalOn(storage);
    let kiosk = emptyFolded;
    const add = (batch: readonly EntryBody[]) => {
      journal.append(batch);
      kiosk = batch.reduce(apply, kiosk);
    };
    add([passed, stack(1), stacked(1), issued(1), paid(1)]);
    add([caseOpened(1), passed]);
    journal.saveSnapshot(version, JSON.stringify(kept(kiosk)));
    add([issued(2), stack(2)]);
    return storage.load();
  }

  test('verifies when it is what the entries make, whatever time it was', () => {
    expect(verifyJournal(keeping(durablePart))).toMatchObject({ ok: true, entries: 7 });
  });

  test('of another entry than it says, or of none, does not verify', () => {
    const contents = keeping(durablePart);
    const snapshot = contents.snapshot as Snapshot;
    for (const seq of [0, 4, 6, 99]) {
      expect(verifyJournal({ ...contents, snapshot: { ...snapshot, seq } }), `at ${seq}`).toMatchObject({
        ok: false,
        seq,
      });
    }
    const version = `${snapshot.version}0`;
    expect(verifyJournal({ ...contents, snapshot: { ...snapshot, version } })).toMatchObject({ ok: false });
  });

  test('that differs from what the entries make does not verify, and the difference is named', () => {
    const counters = { receipt: 1, voucher: 0, case: 1 };
    expect(verifyJournal(keeping((state) => ({ ...durablePart(state), counters })))).toEqual({
      ok: false,
      seq: 5,
      problem:
        'the snapshot at entry 5 says that counters is {"receipt":1,"voucher":0,"case":1}; ' +
        'the entries make {"receipt":1,"voucher":1,"case":1}',
    });
    const { counters: _, ...without } = durablePart(emptyFolded);
    expect(verifyJournal(keeping(() => without))).toMatchObject({ ok: false });
    expect(verifyJournal(keeping((state) => ({ ...durablePart(state), more: 1 })))).toMatchObject({
      ok: false,
      problem: 'the snapshot at entry 5 says that more is 1; the entries make missing',
    });
  });

  test('with times of a boot in it is not what the entries make', () => {
    expect(verifyJournal(keeping((state) => state))).toMatchObject({
      ok: false,
      problem: expect.stringContaining('wallMs'),
    });
  });

  test('of other code is left to that code', () => {
    expect(verifyJournal(keeping(() => ({ other: true }), 'other'))).toMatchObject({ ok: true });
  });
});

describe('what is derived from an entry', () => {
  const at = { at: '2026-03-31T05:59:00.000Z', day: '2026-03-31' };
  const sale = paid(1) as Extract<EntryBody, { kind: 'sale.paid' }>;
  const kept = (body: EntryBody) =>
    rollUp({ ...at, body }, true)
      .filter(({ part }) => part === 'sale' || part === 'method')
      .map(({ name, minor }) => [name, minor]);

  test('change comes off the cash first, then off the rest, so methods add up to the sale', () => {
    expect(kept(sale)).toEqual([
      ['', 1880],
      ['cash', 1880],
    ]);
    const mixed = {
      ...sale,
      tenders: [
        { method: 'voucher', minor: 1500 },
        { method: 'cash', minor: 500 },
      ],
    } as const;
    expect(kept(mixed)).toEqual([
      ['', 1880],
      ['voucher', 1500],
      ['cash', 380],
    ]);
    const voucher = { ...sale, tenders: [{ method: 'voucher', minor: 2000 }] } as const;
    expect(kept(voucher)).toEqual([
      ['', 1880],
      ['voucher', 1880],
    ]);
  });

  test('a figure stands in its quarter of an hour', () => {
    expect(rollUp({ ...at, body: sale }, true).find(({ part }) => part === 'quarter')).toEqual({
      day: '2026-03-31',
      part: 'quarter',
      name: '2026-03-31T05:45Z',
      outcome: 'paid',
      currency: 'CNY',
      minor: 1880,
      count: 1,
    });
  });

  test('a visit counts at its first sale and at no other', () => {
    const visits = (firstOfVisit: boolean) =>
      rollUp({ ...at, body: sale }, firstOfVisit).filter(({ part }) => part === 'visit');
    expect(visits(true)).toMatchObject([{ minor: 0, count: 1 }]);
    expect(visits(false)).toEqual([]);
  });

  test('a sale counts for its payee, all bills of it together', () => {
    const bill = { ...sale.bill, parts: [sale.bill, sale.bill] };
    const payees = rollUp({ ...at, body: { ...sale, bill } }, true).filter(({ part }) => part === 'payee');
    expect(payees).toMatchObject([{ name: '自来水公司', minor: 1880, count: 1 }]);
  });

  test('refunds and cancelled sales are figures of their own', () => {
    const refund: EntryBody = { kind: 'refund.done', sale: 's', method: 'voucher', currency: 'CNY', minor: 5 };
    expect(rollUp({ ...at, body: refund }, false)).toMatchObject([
      { part: 'sale', name: '', outcome: 'refunded', minor: 5 },
      { part: 'method', name: 'voucher', outcome: 'refunded', minor: 5 },
    ]);
    const cancelled: EntryBody = {
      kind: 'sale.cancelled',
      sale: 's',
      session: 'v',
      currency: 'CNY',
      minor: 7,
      reason: 'cancel',
    };
    expect(rollUp({ ...at, body: cancelled }, false)).toMatchObject([
      { part: 'sale', name: '', outcome: 'cancelled', minor: 7 },
    ]);
  });

  test('an entry that names a case is found under it', () => {
    const suspect = { ...(stacked(1) as object), kind: 'note.suspect', code: 'x', case: 'C9' } as unknown as EntryBody;
    expect(indexKeys(suspect)).toEqual(['case:C9']);
    expect(indexKeys(stack(1))).toEqual([]);
    expect(indexKeys(sale)).toEqual(['receipt:R1', 'sale:s1', 'visit:v1', 'bill:B1']);
  });

  test('what became of a paid sale is found under it', () => {
    const refused: EntryBody = { kind: 'bill.refused', command: 'p1', sale: 's1', reason: 'paid-elsewhere' };
    const done: EntryBody = { kind: 'refund.done', sale: 's1', method: 'voucher', currency: 'CNY', minor: 5 };
    expect(indexKeys(refused)).toEqual(['sale:s1']);
    expect(indexKeys(done)).toEqual(['sale:s1']);
    expect(indexKeys(caseOpened(1))).toEqual(['sale:s1', 'case:C1']);
    expect(indexKeys({ ...caseOpened(1), sale: null } as EntryBody)).toEqual(['case:C1']);
  });
});
