/** `npm run journal`: reads a journal, also while the daemon writes it. Prints JSON lines. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { IsOwn } from '../kiosk/day/audit.ts';
import { isSignedZ } from '../kiosk/day-seal.ts';
import { type Case, foldCase, isAboutCases } from '../kiosk/case.ts';
import type { Entry, EntryBody } from '../kiosk/entry.ts';
import { chainedEntries, entryOf } from '../kiosk/journal/journal.ts';
import { type JournalReader, openJournalReader } from '../kiosk/journal/sqlite-reading.ts';
import { rebuildFigures } from '../kiosk/journal/sqlite.ts';
import { type Contents, JournalProblem } from '../kiosk/journal/storage.ts';
import { verifyJournal } from '../kiosk/journal/verify.ts';
import { copyKeys, missingKeys, openKeys } from '../kiosk/keys.ts';
import { faultOfCase } from '../kiosk/text/faults.ts';
import { emptyTill, foldTill, tillUnits } from '../kiosk/till/till.ts';

const usage = `Usage: npm -s run journal -- COMMAND [--data DIR]

Reads a journal, also while the daemon runs. Prints JSON lines.

  verify                       checks every entry, the index, the figures, the Z reports and the kept state from the first
                               entry on; signatures are checked where the keys are beside the journal
  tail [--last 20] [--follow]  the newest entries; with --follow also those that come, until it is ended
  till                         what is in the cash boxes, by denomination
  cases                        every case and what became of it
  export [--from DAY] [--to DAY]
                               entries of these business days (2026-03-31), both included
  backup DIR                   copies into DIR what a kiosk must not lose: the journal, checked, as journal-….sqlite, and
                               the keys of its vouchers and the PINs of its staff, which are secret, as journal-….keys.
                               To restore them, copy the file to journal.sqlite and the folder to keys (cp -rp) in an
                               empty data folder: without its keys a kiosk refuses every voucher that is out
  rebuild                      makes the figures of reports again from the entries, where verify says that they do not
                               agree. The only one that needs the kiosk stopped: it writes figures, and never entries

  --data DIR                   data folder, ./data by default
`;

const followPauseMs = 200;
const maxLast = 1_000_000;

class UsageError extends Error {}

interface Options {
  readonly data: string;
  readonly last: number;
  readonly follow: boolean;
  readonly from: string | null;
  readonly to: string | null;
  readonly dir: string | null;
}

const commands: Readonly<Record<string, (reader: JournalReader, options: Options) => number | Promise<number>>> = {
  verify,
  tail,
  till,
  cases,
  export: exportDays,
  backup,
  rebuild,
};

const allowed: Readonly<Record<string, readonly string[]>> = {
  tail: ['last', 'follow'],
  export: ['from', 'to'],
};

function verify(reader: JournalReader, { data }: Options): number {
  const isOwn = signatureJudge(resolve(data));
  const verdict = reader.still((contents) => {
    const chain = verifyJournal(contents, isOwn);
    const damage = chain.ok ? reader.damage() : null;
    return damage === null ? chain : { ok: false, seq: contents.head.seq, problem: `the file is damaged: ${damage}` };
  });
  print(verdict.ok ? { ...verdict, signatures: isOwn === null ? 'unchecked' : 'valid' } : verdict);
  return verdict.ok ? 0 : 1;
}

/** Who judges the signatures of Z reports: the key beside the journal; null where it is not there. */
function signatureJudge(data: string): IsOwn | null {
  if (missingKeys(data).length > 0) return null;
  const { verifying } = openKeys(data);
  return (z, hash, signature) => isSignedZ(verifying, z, hash, signature);
}

async function tail(reader: JournalReader, options: Options): Promise<number> {
  const rows = reader.last(options.last);
  for (const row of rows) print(exported(entryOf(row)));
  let seq = rows.at(-1)?.seq ?? (options.last === 0 ? reader.load().head.seq : 0);
  while (options.follow) {
    await new Promise((done) => setTimeout(done, followPauseMs));
    for (const row of reader.load().rows(seq)) {
      print(exported(entryOf(row)));
      seq = row.seq;
    }
  }
  return 0;
}

function till(reader: JournalReader): number {
  let sum = emptyTill;
  for (const entry of entriesOf(reader.load())) sum = foldTill(sum, entry.body);
  for (const unit of tillUnits(sum)) print(unit);
  return 0;
}

function cases(reader: JournalReader): number {
  const known = new Map<string, { readonly at: string; readonly one: Case; readonly settled: object }>();
  for (const { at, body } of entriesOf(reader.load())) {
    if (!isAboutCases(body)) continue;
    const before = known.get(body.case);
    const one = foldCase(before?.one ?? null, body);
    if (one === null) continue;
    const settled = body.kind === 'case.settled' && one !== before?.one ? { settled: settledBy(at, body) } : {};
    known.set(body.case, { at: before?.at ?? at, one, settled: { ...before?.settled, ...settled } });
  }
  for (const { at, one, settled } of known.values()) {
    const { case: number, about, status, outcome, currency, minor, session, sale, subject } = one;
    const fault = faultOfCase(about);
    const repair = fault === null ? {} : { fault: fault.code, remedy: fault.remedy };
    print({
      case: number,
      at,
      kind: about,
      status,
      currency,
      minor,
      session,
      outcome,
      sale,
      subject,
      ...settled,
      ...repair,
    });
  }
  return 0;
}

/** Who ended a case, and how. */
function settledBy(at: string, body: Extract<EntryBody, { kind: 'case.settled' }>): object {
  const { how, minor, reason, by, second } = body;
  return { at, how, minor, reason, by, second };
}

function exportDays(reader: JournalReader, { from, to }: Options): number {
  for (const entry of entriesOf(reader.load())) {
    if ((from === null || entry.day >= from) && (to === null || entry.day <= to)) print(exported(entry));
  }
  return 0;
}

/**
 * The keys get their name first: a journal in the folder has the keys of its vouchers beside it. One whose keys cannot
 * be read is copied all the same, and the command fails.
 */
function backup(reader: JournalReader, { dir, data }: Options): number {
  if (dir === null) throw new UsageError('backup needs the folder to write to');
  const folder = resolve(dir);
  mkdirSync(folder, { recursive: true });
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const part = join(folder, `journal-${stamp}.part`);
  const keysPart = join(folder, `journal-${stamp}.keys.part`);
  const clear = () => {
    for (const path of [part, keysPart]) rmSync(path, { force: true, recursive: true });
  };
  clear();
  try {
    // Whoever else uses this machine reads neither what customers paid nor the keys.
    closeSync(openSync(part, 'w', 0o600));
    reader.copyTo(part);
    const copy = openJournalReader(part);
    const verdict = copy.still(verifyJournal);
    copy.close();
    if (!verdict.ok) throw new JournalProblem('damaged', `entry ${verdict.seq}: ${verdict.problem}`, verdict.seq);
    sync(part);
    const name = join(folder, `journal-${stamp}-${verdict.entries}`);
    const { entries, head } = verdict;
    const problem = copiedKeys(resolve(data), keysPart);
    if (problem === null) {
      rmSync(`${name}.keys`, { force: true, recursive: true });
      renameSync(keysPart, `${name}.keys`);
    }
    renameSync(part, `${name}.sqlite`);
    sync(folder);
    const keys = problem === null ? `${name}.keys` : null;
    print({ ok: problem === null, file: `${name}.sqlite`, keys, entries, head });
    if (problem === null) return 0;
    return fail('keys', `${problem} Only the journal was copied: vouchers cannot be checked without their keys.`, 1);
  } finally {
    clear();
  }
}

function rebuild(reader: JournalReader): number {
  rebuildFigures(reader.path);
  print({ ok: true, entries: reader.load().head.seq });
  return 0;
}

/** Why the keys could not be copied, as a sentence; null when they were. A folder that cannot be written is thrown. */
function copiedKeys(data: string, to: string): string | null {
  const missing = missingKeys(data);
  if (missing.length > 0) return `${missing.join(' and ')} missing.`;
  try {
    copyKeys(data, to);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { path } = error as NodeJS.ErrnoException;
    if (path?.startsWith(to) === true) throw error;
    return path === undefined ? error.message : `${error.message}.`;
  }
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Every entry, the chain checked on the way: what is printed is what was written, or the command fails. */
function entriesOf(contents: Contents): Iterable<Entry> {
  return chainedEntries(contents, 0, contents.head.seq);
}

function exported(entry: Entry): object {
  const { seq, at, day, kind, session, body, hash } = entry;
  return { seq, at, day, kind, session, body, hash };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function readOptions(args: readonly string[]): { command: string; options: Options } | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: './data' },
      last: { type: 'string' },
      follow: { type: 'boolean' },
      from: { type: 'string' },
      to: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return null;
  const [command, dir, ...rest] = positionals;
  if (command === undefined || !Object.hasOwn(commands, command)) {
    throw new UsageError(`name one of: ${Object.keys(commands).join(', ')}`);
  }
  if (rest.length > 0 || (dir !== undefined && command !== 'backup')) {
    throw new UsageError(`${command} does not take "${rest[0] ?? dir}"`);
  }
  for (const name of ['last', 'follow', 'from', 'to'] as const) {
    if (values[name] !== undefined && !allowed[command]?.includes(name)) {
      throw new UsageError(`${command} does not take --${name}`);
    }
  }
  const last = values.last ?? '20';
  if (!/^\d{1,7}$/.test(last) || Number(last) > maxLast)
    throw new UsageError(`--last is a number from 0 to ${maxLast}`);
  for (const day of [values.from, values.to]) {
    if (day !== undefined && !isDay(day)) throw new UsageError(`a day is written 2026-03-31; got "${day}"`);
  }
  const { from = null, to = null, follow = false } = values;
  return { command, options: { data: values.data, last: Number(last), follow, from, to, dir: dir ?? null } };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function fail(code: string, message: string, status: number): number {
  process.stderr.write(`${JSON.stringify({ error: code, message })}\n`);
  return status;
}

async function main(args: readonly string[]): Promise<number> {
  let reader: JournalReader | null = null;
  try {
    const asked = readOptions(args);
    if (asked === null) {
      process.stdout.write(usage);
      return 0;
    }
    reader = openJournalReader(join(asked.options.data, 'journal.sqlite'));
    return await (commands[asked.command] as (typeof commands)[string])(reader, asked.options);
  } catch (error) {
    if (error instanceof UsageError) return fail('usage', `${error.message}; --help says all`, 2);
    if (!(error instanceof Error)) throw error;
    const { code } = error as { code?: unknown };
    if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) {
      return fail('usage', `${error.message.split('. ')[0]}; --help says all`, 2);
    }
    if (error instanceof JournalProblem) return fail(error.code, error.message, 1);
    if ('syscall' in error) return fail('unwritable', `${error.message}; name a folder that can be written`, 1);
    throw error;
  } finally {
    reader?.close();
  }
}

// A reader of our output that has seen enough (`| head`) ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));
