/**
 * A process that writes a journal: `node appender.ts FILE FROM COUNT [end]`. Says `acknowledged N` on standard output
 * after each append that returned (N entries are in), `failed NAME` when one did not, and then tries twice more.
 * With `end` it closes the journal in good order.
 */
import { writeSync } from 'node:fs';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import { journalOn, visit } from './examples.ts';

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const [file, from, count, end] = process.argv.slice(2);
try {
  const storage = openSqliteStorage(file as string);
  const journal = journalOn(storage);
  say(`acknowledged ${journal.head.seq}`);
  for (let n = Number(from); n < Number(from) + Number(count); n++) {
    for (const batch of visit(n)) {
      journal.append(batch);
      if (journal.dueMs() === null) say(`acknowledged ${journal.head.seq}`);
    }
    if (n % 3 === 0) journal.saveSnapshot('1', JSON.stringify({ n }));
    try {
      if (end !== undefined && n === Number(from) + Number(count) - 1) journal.close();
    } catch (error) {
      say(`failed ${(error as Error).name}`);
      process.exitCode = 3;
    }
  }
  if (end === undefined) process.kill(process.pid, 'SIGKILL');
} catch (error) {
  say(`failed ${(error as Error).name}`);
  process.exitCode = 3;
}
