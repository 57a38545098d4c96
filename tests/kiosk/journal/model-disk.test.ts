import { expect, test } from 'vitest';
import { JournalClosed } from '../../../kiosk/journal/journal.ts';
import { StorageFailure } from '../../../kiosk/journal/storage.ts';
import { verifyJournal } from '../../../kiosk/journal/verify.ts';
import { ModelDisk } from '../../simulation/model-disk.ts';
import { issued, journalOn, paid, seeded, stack } from './examples.ts';
import { storageSuite } from './storage-suite.ts';

storageSuite('the model disk', () => {
  const disk = new ModelDisk();
  const random = seeded(1);
  return {
    open: () => disk.open(),
    crash: () => disk.crash(random),
    damage: (seq) => disk.flipBit(seq),
    alterSnapshot: (altered) => disk.alterSnapshot(altered),
    deleteLog: () => disk.deleteLog(),
  };
});

test.each([true, false])('after a failed sync nothing is written, and the row may be there (%s)', (survives) => {
  const disk = new ModelDisk();
  const journal = journalOn(disk.open());
  journal.append([stack(1)]);
  disk.failNextSync('ENOSPC', survives);
  expect(() => journal.append([stack(2)])).toThrow(StorageFailure);
  expect(() => journal.append([stack(3)])).toThrow(JournalClosed);
  expect(() => journal.flush()).toThrow(JournalClosed);
  journal.close();
  const storage = disk.open();
  const count = survives ? 2 : 1;
  expect([...journalOn(storage).entries()]).toHaveLength(count);
  expect(verifyJournal(storage.load())).toMatchObject({ ok: true, entries: count });
});

test('both outcomes of a crash inside an append come up', () => {
  const random = seeded(3);
  const outcomes = new Set<number>();
  for (let run = 0; run < 40; run++) {
    const disk = new ModelDisk();
    const journal = journalOn(disk.open(), undefined, () => {
      throw new Error('crash');
    });
    expect(() => journal.append([issued(run), paid(run)])).toThrow('crash');
    disk.crash(random);
    outcomes.add([...journalOn(disk.open()).entries()].length);
  }
  expect([...outcomes].sort()).toEqual([0, 2]);
});
