/**
 * From a note in escrow to the order that takes it. Subject: the report's bytes handed to the Link, decoded, decided, the
 * intent durable in the journal on the disk, the bytes of STACK handed to the port. Floor: as many bytes as the intent's
 * stored text (the JSON of its `note.stack` entry) appended to a file beside the journal, and fdatasync.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { CashDesk } from './cash-desk.ts';
import { type Benchmark, compare, tookUs } from './measure.ts';

const rounds = 600;

export const escrow: Benchmark = {
  name: 'escrow',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'benchmark-escrow-'));
    const desk = new CashDesk(openSqliteStorage(join(folder, 'journal.sqlite')));
    const fd = openSync(join(folder, 'bare'), 'a');
    try {
      desk.note();
      const bytes = intentText(desk);
      const figure = await compare({
        name: 'escrow/stack',
        unit: 'us',
        better: 'lower',
        target: 2.5,
        rounds,
        warmUp: 100,
        subject: () => desk.note(),
        floor: () =>
          tookUs(() => {
            writeSync(fd, bytes);
            fdatasyncSync(fd);
          }),
      });
      return [figure];
    } finally {
      closeSync(fd);
      desk.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function intentText(desk: CashDesk): Buffer {
  for (const { body } of desk.journal.entries())
    if (body.kind === 'note.stack') return Buffer.from(JSON.stringify(body));
  throw new Error('no intent was journaled');
}
