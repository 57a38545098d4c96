import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { CashDesk } from '../../scripts/benchmark/cash-desk.ts';

test('the customers of the benchmark pay their bills, note by note', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cash-desk-'));
  const desk = new CashDesk(openSqliteStorage(join(folder, 'journal.sqlite')));
  try {
    desk.visit();
    desk.visit();
    const kinds = [...desk.journal.entries()].map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind === 'note.stacked')).toHaveLength(40);
    expect(kinds.filter((kind) => kind === 'sale.paid')).toHaveLength(2);
  } finally {
    desk.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
