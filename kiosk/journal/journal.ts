/**
 * The journal: the append-only, hash-chained list of entries, from which the kiosk's state is folded.
 * One writer; a write that failed is final for this process, because a sync that failed once may succeed the next
 * time without having written anything.
 */
import { hash } from 'node:crypto';
import type { Clock } from '../../hardware/clock.ts';
import { noProbe, type Probe } from '../../hardware/port.ts';
import { type Entry, type EntryBody, type EntryKind, entryClass } from '../entry.ts';
import { businessCalendar } from './business-day.ts';
import { type Delta, indexKeys, rollUp, visitKey } from './derive.ts';
import {
  type Batch,
  type Contents,
  emptyHead,
  type Head,
  type IndexKey,
  JournalProblem,
  type Row,
  type Snapshot,
  type Storage,
} from './storage.ts';

/** Lazy entries that may wait at once; one more and all are written. */
export const maxWaitingEntries = 256;

export interface JournalOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** IANA name, such as `Asia/Shanghai`. */
  readonly timeZone: string;
  /** `HH:MM`, local time. */
  readonly businessDayStart: string;
  readonly probe?: Probe;
  /** How long a lazy entry may wait for a durable one. */
  readonly lazyMs?: number;
}

/** The journal was written to after it was closed or after a write had failed. */
export class JournalClosed extends Error {
  override readonly name = 'JournalClosed';
}

export class Journal {
  private readonly storage: Storage;
  private readonly clock: Clock;
  private readonly dayOf: (wallMs: number) => string;
  private readonly probe: Probe;
  private readonly lazyMs: number;
  private readonly stored: Snapshot | null;
  private waiting: Entry[] = [];
  private waitingRows: Row[] = [];
  private waitingSinceMs = 0;
  private top: Head;
  private moment = { wallMs: Number.NaN, at: '', day: '' };
  private state: 'open' | 'failed' | 'closed' = 'open';

  /** Throws JournalProblem when the store has lost its last entries or cannot be read. */
  constructor(options: JournalOptions) {
    this.storage = options.storage;
    this.clock = options.clock;
    this.dayOf = businessCalendar(options.timeZone, options.businessDayStart);
    this.probe = options.probe ?? noProbe;
    this.lazyMs = options.lazyMs ?? 5_000;
    const contents = this.storage.load();
    const lost = lostTail(contents);
    if (lost !== null) throw lost;
    this.top = contents.head;
    this.stored = contents.snapshot;
  }

  /** Sequence and hash of the newest entry, written or waiting. */
  get head(): Head {
    return this.top;
  }

  /**
   * Takes entries in, in this order, and returns those that the journal keeps (volatile ones it does not). When one
   * of them is durable, all that was taken in until now is on the disk when this returns.
   *
   * Throws StorageFailure when that failed, JournalClosed ever after, TypeError for a body that cannot be kept.
   */
  append(bodies: readonly EntryBody[]): Entry[] {
    this.mustBeOpen();
    const kept = bodies.filter((body) => entryClass(body.kind) !== 'volatile');
    const { at, day } = this.now();
    // All texts first: a body that cannot be kept leaves nothing half taken in.
    const texts = kept.map(storedText);
    let durable = false;
    let ended = false;
    const entries = kept.map((body, i) => {
      if (entryClass(body.kind) === 'durable') durable = true;
      if (body.kind === 'session.ended') ended = true;
      return this.take(at, day, body, texts[i] as string);
    });
    if (durable || ended || this.waiting.length > maxWaitingEntries) this.write(ended, null);
    return entries;
  }

  /** The monotonic moment at which `flush` is due, or null when nothing waits. */
  dueMs(): number | null {
    return this.waiting.length === 0 ? null : this.waitingSinceMs + this.lazyMs;
  }

  /** Writes what waits. Throws as `append` does. */
  flush(): void {
    this.mustBeOpen();
    if (this.waiting.length > 0) this.write(true, null);
  }

  /**
   * Every entry after this sequence, in order, each checked against the one before it. Throws JournalProblem
   * `damaged` at the first that does not follow.
   */
  *entries(afterSeq = 0): Generator<Entry> {
    const written = this.top.seq - this.waiting.length;
    yield* chainedEntries(this.storage.load(), afterSeq, written);
    for (const entry of this.waiting) if (entry.seq > afterSeq) yield entry;
  }

  /**
   * The entries that carry an index key (derive.ts), in order, each checked against the hash of the one before it: a
   * start from a snapshot has not read them. Throws JournalProblem `damaged`.
   */
  find(key: string): Entry[] {
    return this.storage.find(key).map(({ previous, ...row }) => {
      const { seq } = row;
      if (previous === null) throw new JournalProblem('damaged', `entry ${seq - 1} is missing`, seq - 1);
      const problem = brokenLink({ seq: seq - 1, hash: previous }, row);
      if (problem !== null) throw new JournalProblem('damaged', problem, seq);
      const entry = entryOf(row);
      if (!indexKeys(entry.body).includes(key)) throw new JournalProblem('damaged', strayKey(seq, key), seq);
      return entry;
    });
  }

  /** What the store holds now, for checking what a start from a snapshot has not read. Throws JournalProblem. */
  load(): Contents {
    return this.storage.load();
  }

  /**
   * Keeps a folded state of everything up to the head; of an empty journal nothing. `state` is JSON text, `version` that
   * of the code that folded it. Throws as `append` does.
   */
  saveSnapshot(version: string, state: string): void {
    this.mustBeOpen();
    const { seq, hash: head } = this.top;
    if (seq === 0) return;
    this.write(true, { seq, version, state, hash: snapshotHash(head, { seq, version, state }) });
  }

  /**
   * The state that this version of the code kept, and sequence and time (`at`) of the entry it stands at; null when
   * there is none. One that was changed, or does not stand on the chain, counts as none: the fold from the first entry
   * takes its place.
   */
  loadSnapshot(version: string): (Snapshot & { readonly at: string }) | null {
    const snapshot = this.stored;
    if (snapshot === null || snapshot.version !== version || snapshot.seq > this.top.seq) return null;
    const row = standsAt(this.storage.load(), snapshot);
    return row === null ? null : { ...snapshot, at: row.at };
  }

  /** Writes what waits and closes the store. May be called twice, and after a failure. */
  close(): void {
    if (this.state === 'open' && this.waiting.length > 0) this.write(true, null);
    this.state = 'closed';
    this.storage.close();
  }

  private now(): { readonly at: string; readonly day: string } {
    const wallMs = this.clock.wallMs();
    if (wallMs !== this.moment.wallMs) {
      this.moment = { wallMs, at: new Date(wallMs).toISOString(), day: this.dayOf(wallMs) };
    }
    return this.moment;
  }

  private take(at: string, day: string, body: EntryBody, text: string): Entry {
    const session = 'session' in body ? body.session : null;
    const seq = this.top.seq + 1;
    const { kind } = body;
    const chained = chainHash(this.top.hash, { seq, at, day, kind, session, body: text });
    const entry: Entry = { seq, at, day, kind, session, body, hash: chained };
    if (this.waiting.length === 0) this.waitingSinceMs = this.clock.monoMs();
    this.waiting.push(entry);
    this.waitingRows.push({ seq, at, day, kind, session, body: text, hash: chained });
    this.top = { seq, hash: chained };
    return entry;
  }

  private write(quiet: boolean, snapshot: Snapshot | null): void {
    const keys: IndexKey[] = [];
    const deltas: Delta[] = [];
    for (const entry of this.waiting) {
      deltas.push(...rollUp(entry, this.isFirstOfVisit(entry.body, keys)));
      for (const key of indexKeys(entry.body)) keys.push({ key, seq: entry.seq });
    }
    const batch: Batch = { rows: this.waitingRows, keys, deltas, snapshot, quiet };
    const what = this.waiting.map((entry) => entry.kind).join(' ');
    // Until the store has answered, any way out of here is a failed write.
    this.state = 'failed';
    this.storage.append(batch, () => this.probe('b2', what));
    this.state = 'open';
    this.waiting = [];
    this.waitingRows = [];
    this.probe('b3', what);
  }

  /** `waiting`: the keys of the entries before it that are not written yet. */
  private isFirstOfVisit(body: EntryBody, waiting: readonly IndexKey[]): boolean {
    if (body.kind !== 'sale.paid') return false;
    const visit = visitKey(body.session);
    return !waiting.some(({ key }) => key === visit) && this.storage.find(visit).length === 0;
  }

  private mustBeOpen(): void {
    if (this.state === 'open') return;
    throw new JournalClosed(
      this.state === 'failed'
        ? 'a write to the journal failed; this process must not write again and has to be started anew'
        : 'the journal is closed',
    );
  }
}

/** The hash of an entry: SHA-256 in hex over the previous hash and `[seq, at, day, kind, session, body]` as JSON. */
export function chainHash(previous: string, row: Omit<Row, 'hash'>): string {
  const session = row.session === null ? 'null' : JSON.stringify(row.session);
  return hash('sha256', `${previous}[${row.seq},"${row.at}","${row.day}","${row.kind}",${session},${row.body}]`, 'hex');
}

/** SHA-256 in hex over the hash of the entry that a snapshot stands at, and `[seq, version, state]` as JSON. */
function snapshotHash(head: string, { seq, version, state }: Omit<Snapshot, 'hash'>): string {
  return hash('sha256', `${head}[${seq},${JSON.stringify(version)},${state}]`, 'hex');
}

/** The entry that a snapshot stands at; null when it is not there, or the snapshot is not what was kept at it. */
export function standsAt(contents: Contents, snapshot: Snapshot): Row | null {
  if (snapshot.seq === 0) return null;
  for (const row of contents.rows(snapshot.seq - 1)) {
    return row.seq === snapshot.seq && snapshotHash(row.hash, snapshot) === snapshot.hash ? row : null;
  }
  return null;
}

/** What is wrong when the rows end before the head that was noted beside them; null when they do not. */
export function lostTail(contents: { readonly head: Head; readonly mark: Head | null }): JournalProblem | null {
  const { head, mark } = contents;
  if (mark === null || mark.seq <= head.seq) return null;
  return new JournalProblem(
    'damaged',
    `the journal ends at entry ${head.seq}, but entry ${mark.seq} had been written: its log was deleted or cut off. ` +
      'Keep all files of the data folder, restore them from a backup, and reconcile what is missing',
    head.seq + 1,
  );
}

/** Parses a row. Throws JournalProblem when its text is not JSON. */
export function entryOf(row: Row): Entry {
  let body: EntryBody;
  try {
    body = JSON.parse(row.body) as EntryBody;
  } catch {
    throw new JournalProblem('damaged', `entry ${row.seq} of the journal is not readable text`, row.seq);
  }
  return { ...row, kind: row.kind as EntryKind, body };
}

/**
 * The entries from `afterSeq` (not included) to `untilSeq` (included), each checked against the one before it.
 * Throws JournalProblem `damaged` at the first that does not follow.
 */
export function* chainedEntries(contents: Contents, afterSeq: number, untilSeq: number): Generator<Entry> {
  let head: Head | null = afterSeq === 0 ? emptyHead : null;
  // The row of `afterSeq` itself comes first and anchors the chain.
  for (const row of contents.rows(Math.max(0, afterSeq - 1))) {
    if (row.seq > untilSeq) break;
    if (head !== null) {
      const problem = brokenLink(head, row);
      if (problem !== null) throw new JournalProblem('damaged', problem, head.seq + 1);
      yield entryOf(row);
    } else if (row.seq !== afterSeq) {
      throw new JournalProblem('damaged', `entry ${afterSeq} is missing`, afterSeq);
    }
    head = { seq: row.seq, hash: row.hash };
  }
  const reached = head?.seq ?? afterSeq;
  if (reached < untilSeq) throw new JournalProblem('damaged', `entry ${reached + 1} is missing`, reached + 1);
}

/** What is wrong when the index finds an entry under a key that is none of its own, in words. */
export function strayKey(seq: number, key: string): string {
  return `the index finds entry ${seq} under ${key}, which it does not name`;
}

/** Why a row does not follow the head before it, in words; null when it does. */
function brokenLink(head: Head, row: Row): string | null {
  if (row.seq !== head.seq + 1) return `entry ${head.seq + 1} is missing`;
  if (chainHash(head.hash, row) !== row.hash) return `entry ${row.seq} was changed after it was written`;
  return null;
}

/**
 * The text that is stored and hashed. Throws TypeError for what JSON would lose or change: numbers that are not
 * finite, undefined, and strings with half a surrogate pair, which do not survive being written as UTF-8.
 */
function storedText(body: EntryBody): string {
  if (!survives(body)) throw new TypeError(`${lossIn(body, body.kind)}; it cannot be journaled`);
  return JSON.stringify(body);
}

function survives(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      for (const name of Object.keys(value)) {
        if (!name.isWellFormed() || !survives((value as Record<string, unknown>)[name])) return false;
      }
      return true;
    default:
      return false;
  }
}

/** Where in a body something is lost, and what, in words. */
function lossIn(value: unknown, path: string): string {
  if (typeof value === 'string') return `${path} holds half a surrogate pair`;
  if (typeof value === 'number') return `${path} is ${value}`;
  if (typeof value !== 'object' || value === null) return `${path} is ${typeof value}`;
  const [name, part] = Object.entries(value).find((pair) => !pair.every(survives)) ?? ['', value];
  return name.isWellFormed() ? lossIn(part, `${path}.${name}`) : `${path} has a name with half a surrogate pair`;
}
