/** What every store of the journal must do; run for each of them. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { JournalClosed, maxWaitingEntries } from '../../../kiosk/journal/journal.ts';
import { JournalProblem, type Storage } from '../../../kiosk/journal/storage.ts';
import { verifyJournal } from '../../../kiosk/journal/verify.ts';
import { caseOpened, ended, issued, journalOn, paid, passed, stack, started, startMs, visit } from './examples.ts';

/** One disk: it can be opened again and again, one process after the other. */
export interface TestDisk {
  open(): Storage;
  /** The process that writes is gone at once. */
  crash(): void;
  /** Changes the text of one stored entry. The writer must have ended. */
  damage(seq: number): void;
  /** Changes the text of the kept state. The writer must have ended. */
  alterSnapshot(altered: (state: string) => string): void;
  deleteLog(): void;
}

export function storageSuite(name: string, makeDisk: () => TestDisk): void {
  describe(`journal on ${name}`, () => {
    test('a new journal is empty and verifies', () => {
      const storage = makeDisk().open();
      expect([...journalOn(storage).entries()]).toEqual([]);
      expect(verifyJournal(storage.load())).toEqual({ ok: true, entries: 0, head: '0'.repeat(64) });
    });

    test('what was appended is there after the next start, in order and the same', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      const kept = [1, 2, 3].flatMap(visit).flatMap((batch) => journal.append(batch));
      expect(kept.map((entry) => entry.seq)).toEqual(kept.map((_, i) => i + 1));
      journal.close();
      const again = journalOn(disk.open());
      expect([...again.entries()]).toEqual(kept);
      expect(again.head).toEqual(journal.head);
      expect([...again.entries(7)]).toEqual(kept.slice(7));
    });

    test('a durable entry survives a crash, with the lazy ones before it', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      journal.append([started(1)]);
      journal.append([stack(1)]);
      journal.append([started(2)]);
      disk.crash();
      expect([...journalOn(disk.open()).entries()].map((entry) => entry.kind)).toEqual([
        'session.started',
        'note.stack',
      ]);
    });

    test('a volatile entry is neither kept nor returned', () => {
      const journal = journalOn(makeDisk().open());
      expect(journal.append([passed])).toEqual([]);
      expect(journal.append([passed, stack(1), passed]).map((entry) => entry.seq)).toEqual([1]);
    });

    test('a lazy entry waits until its moment and is written by flush', () => {
      const disk = makeDisk();
      const clock = new VirtualClock(startMs);
      const journal = journalOn(disk.open(), clock);
      expect(journal.dueMs()).toBeNull();
      clock.runUntil(1_000);
      journal.append([started(1)]);
      clock.runUntil(2_000);
      journal.append([started(2)]);
      expect(journal.dueMs()).toBe(6_000);
      journal.flush();
      expect(journal.dueMs()).toBeNull();
      disk.crash();
      expect([...journalOn(disk.open()).entries()]).toHaveLength(2);
    });

    test('the end of a session writes what waits', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      journal.append([started(1)]);
      journal.append([ended(1)]);
      expect(journal.dueMs()).toBeNull();
      disk.crash();
      expect([...journalOn(disk.open()).entries()]).toHaveLength(2);
    });

    test('no more lazy entries wait than the limit says', () => {
      const journal = journalOn(makeDisk().open());
      for (let n = 0; n < maxWaitingEntries; n++) journal.append([started(n)]);
      expect(journal.dueMs()).not.toBeNull();
      journal.append([started(maxWaitingEntries)]);
      expect(journal.dueMs()).toBeNull();
      expect([...journal.entries()]).toHaveLength(maxWaitingEntries + 1);
    });

    test('entries are found by voucher, receipt, sale, bill and case, also far back', () => {
      const journal = journalOn(makeDisk().open());
      journal.append([issued(7), paid(7), caseOpened(7)]);
      const many = Array.from({ length: 9_000 }, (_, n) => stack(n));
      journal.append(many);
      journal.append([{ ...issued(7), kind: 'voucher.redeemed' } as ReturnType<typeof issued>]);
      expect(journal.find('voucher:K7').map((entry) => entry.kind)).toEqual(['voucher.issued', 'voucher.redeemed']);
      for (const key of ['receipt:R7', 'bill:B7']) expect(journal.find(key).map((e) => e.seq)).toEqual([2]);
      expect(journal.find('sale:s7').map((entry) => entry.kind)).toEqual(['sale.paid', 'case.opened']);
      expect(journal.find('case:C7').map((entry) => entry.kind)).toEqual(['case.opened']);
      expect(journal.find('voucher:K8')).toEqual([]);
    });

    test('a snapshot is given back to the version that made it and to no other', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      journal.append([stack(1), started(1)]);
      journal.append([started(2)]);
      journal.saveSnapshot('1.0', '{"folded":true}');
      journal.append([stack(2)]);
      disk.crash();
      const again = journalOn(disk.open());
      expect(again.loadSnapshot('1.1')).toBeNull();
      expect(again.loadSnapshot('1.0')).toMatchObject({ seq: 3, state: '{"folded":true}' });
      expect([...again.entries(3)].map((entry) => entry.seq)).toEqual([4]);
    });

    test('a kept state that was changed is not given back, and does not verify', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      for (const batch of visit(1)) journal.append(batch);
      journal.saveSnapshot('1', '{"voucher":1}');
      journal.append([stack(2)]);
      journal.close();
      const before = disk.open();
      expect(verifyJournal(before.load())).toMatchObject({ ok: true });
      expect(journalOn(before).loadSnapshot('1')).not.toBeNull();
      before.close();
      disk.alterSnapshot((state) => state.replace('1', '0'));
      const storage = disk.open();
      expect(journalOn(storage).loadSnapshot('1')).toBeNull();
      const problem = 'the snapshot at entry 6 is not what was kept there';
      expect(verifyJournal(storage.load())).toMatchObject({
        ok: false,
        seq: 6,
        problem: expect.stringContaining(problem),
      });
    });

    test('nothing is kept of an empty journal', () => {
      const storage = makeDisk().open();
      journalOn(storage).saveSnapshot('1', '{}');
      expect(storage.load().snapshot).toBeNull();
      expect(verifyJournal(storage.load())).toMatchObject({ ok: true, entries: 0 });
    });

    test('figures and index are those that the entries make', () => {
      const disk = makeDisk();
      const storage = disk.open();
      const journal = journalOn(storage);
      for (const batch of [1, 2].flatMap(visit)) journal.append(batch);
      expect(verifyJournal(storage.load())).toEqual({ ok: true, entries: 12, head: journal.head.hash });
      const figure = (part: string) =>
        storage
          .load()
          .rollUps()
          .find((delta) => delta.part === part);
      expect(figure('sale')).toMatchObject({ day: '2026-03-31', outcome: 'paid', minor: 3760, count: 2 });
      expect(figure('method')).toMatchObject({ name: 'cash', minor: 3760, count: 2 });
      expect(figure('payee')).toMatchObject({ name: '自来水公司', minor: 3760, count: 2 });
      expect(figure('visit')).toMatchObject({ count: 2 });
    });

    test('a visit is one customer, in one batch, in several, and after a start', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      const of = (visitor: string, n: number) => ({ ...paid(n), session: visitor }) as ReturnType<typeof paid>;
      journal.append([of('v1', 1), of('v1', 2)]);
      journal.append([of('v2', 3)]);
      disk.crash();
      const storage = disk.open();
      journalOn(storage).append([of('v1', 4), of('v3', 5)]);
      const visits = storage
        .load()
        .rollUps()
        .filter(({ part }) => part === 'visit');
      expect(visits.reduce((sum, { count }) => sum + count, 0)).toBe(3);
      expect(verifyJournal(storage.load())).toMatchObject({ ok: true });
    });

    test('a crash inside an append leaves it wholly there or wholly not', () => {
      const disk = makeDisk();
      const probe = (boundary: string, what: string) => {
        if (boundary === 'b2' && what.includes('sale.paid')) throw new Error('crash');
      };
      const journal = journalOn(disk.open(), undefined, probe);
      journal.append([stack(1)]);
      expect(() => journal.append([issued(1), paid(1)])).toThrow('crash');
      expect(() => journal.append([stack(2)])).toThrow(JournalClosed);
      disk.crash();
      const storage = disk.open();
      const count = [...journalOn(storage).entries()].length;
      expect([1, 3]).toContain(count);
      expect(verifyJournal(storage.load())).toMatchObject({ ok: true, entries: count });
    });

    test('the boundaries are inside and after the write', () => {
      const seen: string[] = [];
      const journal = journalOn(makeDisk().open(), undefined, (boundary, what) => seen.push(`${boundary} ${what}`));
      journal.append([started(1)]);
      journal.append([stack(1)]);
      expect(seen).toEqual(['b2 session.started note.stack', 'b3 session.started note.stack']);
    });

    test('a second writer is refused while the first is there', () => {
      const disk = makeDisk();
      const first = disk.open();
      expect(() => disk.open()).toThrow(expect.objectContaining({ code: 'busy' }));
      first.close();
      disk.open().close();
    });

    test('a closed journal takes nothing and can be closed again', () => {
      const journal = journalOn(makeDisk().open());
      journal.append([started(1)]);
      journal.close();
      journal.close();
      expect(() => journal.append([stack(1)])).toThrow(JournalClosed);
      expect(() => journal.flush()).toThrow(JournalClosed);
    });

    test('a changed entry is found by verify and by a start that reads it', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      for (const batch of [1, 2].flatMap(visit)) journal.append(batch);
      journal.close();
      disk.damage(4);
      const storage = disk.open();
      expect(verifyJournal(storage.load())).toMatchObject({ ok: false, seq: 4 });
      const read = () => [...journalOn(storage).entries()];
      expect(read).toThrow(JournalProblem);
      expect(read).toThrow('entry 4 was changed');
    });

    test('a changed entry is found by a look-up, also when the start did not read it', () => {
      const disk = makeDisk();
      const journal = journalOn(disk.open());
      journal.append([issued(1), issued(2), stack(3)]);
      expect(journal.find('voucher:K1')).toHaveLength(1);
      expect(journal.find('voucher:K2')).toHaveLength(1);
      journal.close();
      disk.damage(2);
      const again = journalOn(disk.open());
      expect(again.find('voucher:K1')).toHaveLength(1);
      expect(() => again.find('voucher:K2')).toThrow(
        expect.objectContaining({ code: 'damaged', seq: 2, message: expect.stringContaining('entry 2 was changed') }),
      );
    });

    test('a deleted log is found at the start', () => {
      const disk = makeDisk();
      const first = journalOn(disk.open());
      first.append([stack(1)]);
      first.close();
      const journal = journalOn(disk.open());
      journal.append([stack(2)]);
      disk.crash();
      disk.deleteLog();
      const storage = disk.open();
      expect(verifyJournal(storage.load())).toMatchObject({ ok: false, seq: 2 });
      expect(() => journalOn(storage)).toThrow('the journal ends at entry 1, but entry 2 had been written');
    });

    test('what cannot be kept is refused and leaves the journal as it was', () => {
      const journal = journalOn(makeDisk().open());
      journal.append([stack(1)]);
      const { head } = journal;
      for (const minor of [Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => journal.append([stack(2), stack(3, minor)])).toThrow('note.stack.minor is');
      }
      const half = { ...(stack(2) as object), sale: 'half \ud83d' } as ReturnType<typeof stack>;
      expect(() => journal.append([half])).toThrow('note.stack.sale holds half a surrogate pair');
      expect(journal.head).toEqual(head);
      expect(journal.append([stack(2)])[0]?.seq).toBe(2);
    });
  });
}
