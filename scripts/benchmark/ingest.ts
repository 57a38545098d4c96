/**
 * What it costs to take in the journals of kiosks: from MQTT messages over TLS to the office's word on all of them, every chain
 * verified and every twentieth message sent twice, beside COPY of the same rows by one session on the same server.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JournalRow, rowsPerMessage } from '../../kiosk/fleet/wire.ts';
import { genesisHash } from '../../kiosk/journal/storage.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { openEmbeddedBroker } from '../../kiosk/office/broker.ts';
import { Collector } from '../../kiosk/office/collector.ts';
import { type Database, openDatabase } from '../../kiosk/office/store/open.ts';
import { createDesk, type Desk } from '../../kiosk/office/desk.ts';
import { newIdentities } from '../../tests/kiosk/office/certificates.ts';
import { startPostgres } from '../../tests/kiosk/office/postgres.ts';
import { filled } from './append.ts';
import type { Sent } from './ingest-kiosks.ts';
import { type Benchmark, compare, type Figure } from './measure.ts';

const kiosks = 8;
const rowsOfEach = 4_000;
const twiceEvery = 20;
const rounds = 15;
const warmUp = 3;

export const ingest: Benchmark = {
  name: 'ingest',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'benchmark-ingest-'));
    const postgres = await startPostgres({ synced: true });
    try {
      const database = await openDatabase({ url: postgres.url });
      try {
        return [await measured(database, postgres.folder, journal(join(folder, 'journal.sqlite')))];
      } finally {
        await database.close();
      }
    } finally {
      await postgres.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measured(database: Database, readable: string, rows: readonly JournalRow[]): Promise<Figure> {
  const names = Array.from({ length: kiosks }, (_, n) => `LAB-${n + 1}`);
  const file = join(readable, 'rows.tsv');
  writeFileSync(file, names.flatMap((name) => rows.map((row) => copied(name, row))).join(''), { mode: 0o644 });
  await database.query('CREATE TABLE floor (LIKE entries INCLUDING ALL) PARTITION BY HASH (kiosk)');
  for (let n = 0; n < 16; n++) {
    await database.query(`CREATE TABLE floor_${n} PARTITION OF floor FOR VALUES WITH (MODULUS 16, REMAINDER ${n})`);
  }
  const office = await openOffice(database, names, rows);
  try {
    const perSecond = async (work: () => Promise<unknown>) => {
      await database.query('TRUNCATE entries, heads, kiosks, floor CASCADE');
      await database.query('CHECKPOINT');
      const startNs = process.hrtime.bigint();
      await work();
      const seconds = Number(process.hrtime.bigint() - startNs) / 1e9;
      return (kiosks * rowsOfEach) / seconds;
    };
    return await compare({
      name: 'ingest',
      unit: 'rows/s',
      better: 'higher',
      target: 0.25,
      rounds,
      warmUp,
      subject: async () => {
        const figure = await perSecond(office.takeAll);
        const [row] = await database.query<{ n: number }>('SELECT count(*) AS n FROM entries');
        if (row?.n !== kiosks * rowsOfEach) throw new Error(`the office holds ${row?.n} rows`);
        return figure;
      },
      floor: () => perSecond(() => database.query(`COPY floor FROM '${file}'`)),
    });
  } finally {
    await office.close();
  }
}

/** The office as it runs, and the kiosks beside it; `takeAll` ends when every kiosk has the word on its last row. */
async function openOffice(database: Database, names: readonly string[], rows: readonly JournalRow[]) {
  let desk: Desk;
  const identities = await newIdentities();
  const take = (post: Parameters<Desk['take']>[0]) => void desk.take(post);
  const broker = await openEmbeddedBroker({ ...identities.office, host: '127.0.0.1', port: 0, take });
  const child = fork(fileURLToPath(new URL('./ingest-kiosks.ts', import.meta.url)));
  const sent: Sent = {
    url: broker.url,
    kiosks: await Promise.all(names.map(async (name) => ({ name, identity: await identities.kiosk(name) }))),
    messages: messages(rows),
    twiceEvery,
  };
  child.send(sent);
  await once(child, 'message');
  return {
    takeAll: async () => {
      const onProblem = (kiosk: string, problem: string) => process.stderr.write(`${kiosk}: ${problem}\n`);
      const collector = new Collector({ database });
      desk = createDesk({
        database,
        collector,
        publish: broker.publish,
        startedMs: Date.now(),
        nowMs: Date.now,
        onProblem,
      });
      child.send('go');
      await once(child, 'message');
    },
    close: async () => {
      child.disconnect();
      await once(child, 'exit');
      await broker.close();
    },
  };
}

function journal(path: string): JournalRow[] {
  const storage = openSqliteStorage(filled(path, rowsOfEach));
  const rows = [...storage.load().rows(0)];
  storage.close();
  return rows.map(({ seq, at, day, kind, session, body, hash }) => [seq, at, day, kind, session, body, hash]);
}

function messages(rows: readonly JournalRow[]): Sent['messages'] {
  const newest = rows.at(-1) as JournalRow;
  const head = { seq: newest[0], hash: newest[6] };
  return Array.from({ length: Math.ceil(rows.length / rowsPerMessage) }, (_, n) => {
    const part = rows.slice(n * rowsPerMessage, (n + 1) * rowsPerMessage);
    const previous = rows[n * rowsPerMessage - 1]?.[6] ?? genesisHash;
    return { last: (part.at(-1) as JournalRow)[0], text: JSON.stringify({ previous, rows: part, head, signed: null }) };
  });
}

/** A line of COPY's text format. */
function copied(kiosk: string, [seq, at, day, kind, session, body, hash]: JournalRow): string {
  const text = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
  const fields = [kiosk, String(seq), at, day, kind, session, body, hash];
  return `${fields.map((field) => (field === null ? '\\N' : text(field))).join('\t')}\n`;
}
