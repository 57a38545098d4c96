/** Commands as they are kept, kiosk by kiosk: each with its number there, what was signed, how far it is, and what it brought. */
import type { Attachment } from '../../fleet/wire.ts';
import type { CommandAct, CommandLine, CommandPriority } from '../server/wire.ts';
import type { Queries } from '../store/open.ts';

export interface Ordered {
  readonly kiosk: string;
  readonly seq: number;
  /** Of the order that it belongs to. */
  readonly number: number;
  readonly order: CommandAct;
  readonly priority: CommandPriority;
  readonly orderedAt: Date;
  readonly orderedBy: string;
  readonly deadline: Date;
  readonly jws: string;
}

/** Acts whose end brings something. */
const bringing = `'send-log', 'send-trace', 'screenshot'`;

/** Of one kiosk in a list at most. */
const listed = 100;

/**
 * The number that the next order of this kiosk gets; nobody else gets one until the transaction ends. Above the seconds since 1970,
 * and so above what any office has given before, also this one before it lost its data. Null: no kiosk is called so.
 */
export async function nextNumber(inside: Queries, kiosk: string, now: Date): Promise<number | null> {
  const [known] = await inside.query('SELECT kiosk FROM kiosks WHERE kiosk = $1 FOR UPDATE', [kiosk]);
  if (known === undefined) return null;
  const [row] = await inside.query<{ last: number }>(
    'SELECT coalesce(max(seq), 0)::bigint AS last FROM commands WHERE kiosk = $1',
    [kiosk],
  );
  return Math.max((row?.last ?? 0) + 1, Math.floor(now.getTime() / 1_000));
}

export async function keepOrder(inside: Queries, ordered: Ordered): Promise<void> {
  const { kiosk, seq, number, order, priority, orderedAt, orderedBy, deadline, jws } = ordered;
  const { act, ...detail } = order;
  await inside.query(
    `INSERT INTO commands (kiosk, seq, number, act, detail, priority, ordered_at, ordered_by, deadline, jws, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sent')`,
    [kiosk, seq, number, act, JSON.stringify(detail), priority, orderedAt, orderedBy, deadline, jws],
  );
}

/** What is to be sent once more, in order: without an end, or without what it should have brought, and not past its deadline. */
export async function unanswered(database: Queries, kiosk: string, now: Date): Promise<readonly string[]> {
  const rows = await database.query<{ jws: string }>(
    `SELECT jws FROM commands WHERE kiosk = $1 AND deadline > $2
       AND (status IN ('sent', 'taken') OR (status = 'done' AND act IN (${bringing})
         AND NOT EXISTS (SELECT FROM attachments a WHERE a.kiosk = commands.kiosk AND a.seq = commands.seq)))
     ORDER BY seq`,
    [kiosk, now],
  );
  return rows.map(({ jws }) => jws);
}

/** The kiosk has it in its journal. */
export async function took(database: Queries, kiosk: string, seq: number): Promise<void> {
  await database.query(
    `UPDATE commands SET status = 'taken', result = NULL, ended_at = NULL WHERE kiosk = $1 AND seq = $2 AND status IN ('sent', 'expired')`,
    [kiosk, seq],
  );
}

export interface Ended {
  readonly seq: number;
  readonly status: Extract<CommandLine['status'], 'done' | 'failed' | 'refused' | 'expired'>;
  readonly result: string | null;
  readonly at: Date;
}

/** Its first end stands; but that nobody had heard of it before its deadline, the kiosk itself knows better. */
export async function endOrder(database: Queries, kiosk: string, { seq, status, result, at }: Ended): Promise<void> {
  await database.query(
    `UPDATE commands SET status = $3, result = $4, ended_at = $5
     WHERE kiosk = $1 AND seq = $2 AND status IN ('sent', 'taken', 'expired')`,
    [kiosk, seq, status, result, at],
  );
}

/** A later one has overtaken it on its way: only while nothing else is known of it. */
export async function passOver(database: Queries, kiosk: string, seq: number, at: Date): Promise<void> {
  await database.query(
    `UPDATE commands SET status = 'refused', result = 'passed-over', ended_at = $3
     WHERE kiosk = $1 AND seq = $2 AND status = 'sent'`,
    [kiosk, seq, at],
  );
}

/** Only of an order that brings something, and of each the first that came: so no kiosk can fill the store by saying it again. */
export async function keepAttachments(
  database: Queries,
  kiosk: string,
  seq: number,
  attachments: readonly Attachment[],
): Promise<void> {
  if (attachments.length === 0) return;
  await database.query(
    `INSERT INTO attachments (kiosk, seq, name, media, content)
     SELECT commands.kiosk, commands.seq, new.name, new.media, new.content
     FROM commands, unnest($3::text[], $4::text[], $5::text[]) AS new (name, media, content)
     WHERE commands.kiosk = $1 AND commands.seq = $2 AND act IN (${bringing})
       AND NOT EXISTS (SELECT FROM attachments a WHERE a.kiosk = commands.kiosk AND a.seq = commands.seq)
     ON CONFLICT DO NOTHING`,
    [
      kiosk,
      seq,
      { texts: attachments.map(({ name }) => name) },
      { texts: attachments.map(({ media }) => media) },
      { texts: attachments.map(({ content }) => content) },
    ],
  );
}

/** Those of which no kiosk had said anything when their deadline came. */
export async function expire(database: Queries, before: Date, now: Date): Promise<void> {
  await database.query(
    `UPDATE commands SET status = 'expired', ended_at = $2 WHERE status = 'sent' AND deadline <= $1`,
    [before, now],
  );
}

type Row = Pick<CommandLine, 'kiosk' | 'seq' | 'priority' | 'orderedBy' | 'status' | 'result'> & {
  readonly act: string;
  readonly detail: string;
  readonly orderedAt: Date;
  readonly deadline: Date;
  readonly endedAt: Date | null;
};

const columns = `kiosk, seq, act, detail, priority, ordered_at AS "orderedAt", ordered_by AS "orderedBy", deadline, status, result,
  ended_at AS "endedAt"`;

/** Of a kiosk, the newest first. */
export async function commandsAt(database: Queries, kiosk: string): Promise<readonly CommandLine[]> {
  const sql = `SELECT ${columns} FROM commands WHERE kiosk = $1 ORDER BY seq DESC LIMIT ${listed}`;
  return linesOf(database, await database.query<Row>(sql, [kiosk]));
}

/** Of an order, by kiosk. */
export async function commandsOf(database: Queries, number: number): Promise<readonly CommandLine[]> {
  const sql = `SELECT ${columns} FROM commands WHERE number = $1 ORDER BY kiosk`;
  return linesOf(database, await database.query<Row>(sql, [number]));
}

async function linesOf(database: Queries, rows: readonly Row[]): Promise<readonly CommandLine[]> {
  const brought = await database.query<{ kiosk: string; seq: number; name: string; media: string; bytes: number }>(
    `SELECT kiosk, seq, name, media, length(decode(content, 'base64'))::bigint AS bytes FROM attachments
     WHERE (kiosk, seq) IN (SELECT * FROM unnest($1::text[], $2::bigint[])) ORDER BY name`,
    [rows.map(({ kiosk }) => kiosk), rows.map(({ seq }) => seq)],
  );
  return rows.map(({ act, detail, orderedAt, deadline, endedAt, ...row }) => ({
    ...row,
    order: { act, ...JSON.parse(detail) } as CommandAct,
    orderedAt: orderedAt.toISOString(),
    deadline: deadline.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    attachments: brought.flatMap(({ kiosk, seq, ...one }) => (kiosk === row.kiosk && seq === row.seq ? [one] : [])),
  }));
}

export async function attachmentOf(
  database: Queries,
  kiosk: string,
  seq: number,
  name: string,
): Promise<{ readonly media: string; readonly bytes: Buffer } | null> {
  const [found] = await database.query<{ media: string; content: string }>(
    'SELECT media, content FROM attachments WHERE kiosk = $1 AND seq = $2 AND name = $3',
    [kiosk, seq, name],
  );
  return found === undefined ? null : { media: found.media, bytes: Buffer.from(found.content, 'base64') };
}
