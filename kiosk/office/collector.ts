/**
 * Stores what kiosks send of their journals: each entry exactly once, only what follows from what is stored, and says what it
 * holds. Its word alone lets a kiosk go on; a message that gets none is sent again. Several collectors may work on one database:
 * the head of a kiosk is moved by who still finds it where the rows follow from.
 */
import { createPublicKey } from 'node:crypto';
import { isSignedHead } from '../fleet/head-seal.ts';
import type { JournalMessage, JournalRow, StoredMessage } from '../fleet/wire.ts';
import { emptyHead, type Head } from '../journal/storage.ts';
import { changeAlerts, openAlerts } from './alert-book.ts';
import { alertsOf } from './alerts.ts';
import type { Database, Queries } from './store/open.ts';
import { judge, type Refusal } from './judge.ts';
import { bookSpendings, spendings } from './vouchers.ts';

/** Messages of one kiosk that wait, and of all; one more is dropped, and its kiosk sends it again. */
export const waitingLimits = { kiosk: 4, all: 512 } as const;

/** How often a message is judged anew because another collector moved the head meanwhile. */
const attempts = 5;

export interface CollectorOptions {
  readonly database: Database;
  readonly now?: () => Date;
}

/** What is held of a kiosk, and what is known to be missing. */
export interface Holding {
  readonly kiosk: string;
  readonly seq: number;
  /** The newest entry that the kiosk said it has. */
  readonly toldSeq: number;
  /** Rows up to this one were left out by what came last; null: what came follows. */
  readonly missingTo: number | null;
}

interface Kept extends Head {
  readonly signedSeq: number;
}

export class Collector {
  private readonly database: Database;
  private readonly now: () => Date;
  /** Heads as they were last seen; a guess that the database confirms whenever something is written. */
  private readonly kept = new Map<string, Kept>();
  private readonly queues = new Map<string, { tail: Promise<unknown>; waiting: number }>();
  private waiting = 0;

  constructor({ database, now = () => new Date() }: CollectorOptions) {
    this.database = database;
    this.now = now;
  }

  /**
   * Messages of one kiosk one after the other, of several side by side. Null: too many wait, and this one was dropped.
   * @throws Error of the database; nothing was stored then, or all of it without being said
   */
  take(kiosk: string, message: JournalMessage): Promise<StoredMessage | null> {
    const queue = this.queues.get(kiosk) ?? { tail: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= waitingLimits.kiosk || this.waiting >= waitingLimits.all) return Promise.resolve(null);
    this.queues.set(kiosk, queue);
    queue.waiting++;
    this.waiting++;
    const answer = queue.tail.then(() => this.store(kiosk, message));
    queue.tail = answer
      .catch(() => this.kept.delete(kiosk))
      .finally(() => {
        queue.waiting--;
        this.waiting--;
        if (queue.waiting === 0) this.queues.delete(kiosk);
      });
    return answer;
  }

  /** Of every kiosk that ever sent something. */
  holdings(): Promise<readonly Holding[]> {
    return this.database.query<Holding>(
      `SELECT kiosk, seq, told_seq AS "toldSeq", missing_to AS "missingTo" FROM heads ORDER BY kiosk`,
    );
  }

  private async store(kiosk: string, message: JournalMessage): Promise<StoredMessage> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const kept = this.kept.get(kiosk) ?? (await this.read(kiosk));
      const answer = await this.fit(kiosk, kept, message);
      if (answer !== null) return answer;
      this.kept.delete(kiosk);
    }
    throw new Error(
      `the journal of ${kiosk} was moved by another collector ${attempts} times; the message is sent again`,
    );
  }

  /** Null: the head was not where it was thought to be. */
  private async fit(kiosk: string, kept: Kept, message: JournalMessage): Promise<StoredMessage | null> {
    const judged = judge(kept, message);
    if (judged.refused !== null) {
      if (judged.refused === 'broken') return this.refuse(kiosk, kept, 'broken', judged.seq);
      await this.noteGap(kiosk, kept, message);
      return said(kept, 'gap');
    }
    const rewritten = await this.otherAt(kiosk, kept, judged.known);
    if (rewritten === 'moved') return null;
    if (rewritten !== null) return this.refuse(kiosk, kept, 'rewritten', rewritten);
    const last = judged.rows.at(-1);
    const head: Kept = last === undefined ? kept : { seq: last[0], hash: last[6], signedSeq: kept.signedSeq };
    if (last !== undefined && !(await this.write(kiosk, kept, judged.rows, message.head.seq))) return null;
    this.kept.set(kiosk, head);
    await this.keepSignature(kiosk, head, message.signed);
    return said(head, null);
  }

  /** The first of these that is stored with another hash. */
  private async otherAt(kiosk: string, kept: Kept, known: readonly Head[]): Promise<number | 'moved' | null> {
    const asked: Head[] = [];
    for (const { seq, hash } of known) {
      const here = seq === kept.seq ? kept.hash : seq === 0 ? emptyHead.hash : null;
      if (here === null) asked.push({ seq, hash });
      else if (here !== hash) return seq;
    }
    if (asked.length === 0) return null;
    const rows = await this.database.query<Head>(
      'SELECT seq, hash FROM entries WHERE kiosk = $1 AND seq = ANY($2::bigint[])',
      [kiosk, asked.map(({ seq }) => seq)],
    );
    const stored = new Map(rows.map(({ seq, hash }) => [seq, hash]));
    for (const { seq, hash } of asked) {
      const here = stored.get(seq);
      if (here === undefined) return 'moved';
      if (here !== hash) return seq;
    }
    return null;
  }

  /** False: the head is elsewhere by now, and nothing was written. */
  private async write(kiosk: string, from: Head, rows: readonly JournalRow[], told: number): Promise<boolean> {
    const spent = spendings(kiosk, rows);
    const changes = rows.flatMap(([, , , kind, , body]) => alertsOf(kind, body));
    if (spent.length === 0 && changes.length === 0) return append(this.database, kiosk, from, rows, told);
    return this.database.transaction(async (inside) => {
      if (!(await append(inside, kiosk, from, rows, told))) return false;
      await bookSpendings(inside, kiosk, spent, this.now());
      await changeAlerts(inside, kiosk, changes, this.now());
      return true;
    });
  }

  private async refuse(kiosk: string, kept: Kept, refused: Refusal, seq: number): Promise<StoredMessage> {
    const alert = { kind: 'chain-broken', subject: refused, detail: String(seq) } as const;
    await openAlerts(this.database, kiosk, [alert], this.now());
    return said(kept, refused);
  }

  private async noteGap(kiosk: string, { seq }: Head, { rows, head }: JournalMessage): Promise<void> {
    await this.database.query(
      'UPDATE heads SET told_seq = greatest(told_seq, $3::bigint), missing_to = $4 WHERE kiosk = $1 AND seq = $2',
      [kiosk, seq, head.seq, (rows[0]?.[0] as number) - 1],
    );
  }

  /** Once stored up to there, a signature that holds is kept, and one that does not is an alert. */
  private async keepSignature(kiosk: string, kept: Kept, signed: JournalMessage['signed']): Promise<void> {
    if (signed === null || signed.seq > kept.seq || signed.seq <= kept.signedSeq) return;
    const [row] = await this.database.query<{ verifying: string | null }>(
      'SELECT verifying FROM kiosks WHERE kiosk = $1',
      [kiosk],
    );
    const verifying = row?.verifying ?? null;
    if (verifying === null) return;
    if (!isSignedHead(createPublicKey(verifying), signed)) {
      const alert = { kind: 'chain-broken', subject: 'signature', detail: String(signed.seq) } as const;
      await openAlerts(this.database, kiosk, [alert], this.now());
      return;
    }
    await this.database.query(
      'INSERT INTO signed_heads (kiosk, seq, hash, key, signature) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [kiosk, signed.seq, signed.hash, signed.key, signed.signature],
    );
    this.kept.set(kiosk, { ...kept, signedSeq: signed.seq });
  }

  private async read(kiosk: string): Promise<Kept> {
    await this.database.query('INSERT INTO kiosks (kiosk) VALUES ($1) ON CONFLICT DO NOTHING', [kiosk]);
    await this.database.query(
      'INSERT INTO heads (kiosk, seq, hash, told_seq) VALUES ($1, 0, $2, 0) ON CONFLICT DO NOTHING',
      [kiosk, emptyHead.hash],
    );
    const [kept] = await this.database.query<Kept>(
      `SELECT seq, hash, (SELECT coalesce(max(seq), 0) FROM signed_heads WHERE kiosk = $1) AS "signedSeq"
       FROM heads WHERE kiosk = $1`,
      [kiosk],
    );
    if (kept === undefined) throw new Error(`the head of ${kiosk} is gone from the database`);
    this.kept.set(kiosk, kept);
    return kept;
  }
}

/** Rows and the head that they lead to, in one statement, and only from the head that they follow from. */
async function append(
  database: Queries,
  kiosk: string,
  from: Head,
  rows: readonly JournalRow[],
  told: number,
): Promise<boolean> {
  const last = rows.at(-1) as JournalRow;
  const moved = await database.query(
    `WITH moved AS (
       UPDATE heads SET seq = $4, hash = $5, told_seq = greatest(told_seq, $6::bigint), missing_to = NULL, stored_at = now()
       WHERE kiosk = $1 AND seq = $2 AND hash = $3 RETURNING kiosk
     ), added AS (
       INSERT INTO entries (kiosk, seq, at, day, kind, session, body, hash)
       SELECT moved.kiosk, $2::bigint + new.n, new.at, new.day, new.kind, new.session, new.body, new.hash
       FROM moved, unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
         WITH ORDINALITY AS new (at, day, kind, session, body, hash, n)
     ) SELECT kiosk FROM moved`,
    [
      kiosk,
      from.seq,
      from.hash,
      last[0],
      last[6],
      told,
      { texts: rows.map((row) => row[1]) },
      { texts: rows.map((row) => row[2]) },
      { texts: rows.map((row) => row[3]) },
      { texts: rows.map((row) => row[4]) },
      { texts: rows.map((row) => row[5]) },
      { texts: rows.map((row) => row[6]) },
    ],
  );
  return moved.length > 0;
}

function said({ seq, hash }: Head, refused: Refusal | null): StoredMessage {
  return { seq, hash, refused };
}
