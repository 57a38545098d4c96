/** What it costs to make entries durable: as the journal grows, and beside a bare write and sync of the same text. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../hardware/clock.ts';
import type { EntryBody } from '../../kiosk/entry.ts';
import { Journal } from '../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { type Benchmark, compare, type Figure, percentile, figure, tookUs } from './measure.ts';

const largeEntries = 1_000_000;
const smallEntries = 1_000;
const rounds = 600;
const pageRounds = 200;
/** A frame of SQLite's write-ahead log: a header and a page (https://www.sqlite.org/fileformat2.html section 4.1). */
const frameBytes = 24 + 4_096;

export const append: Benchmark = {
  name: 'append',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'benchmark-append-'));
    try {
      const large = filled(join(folder, 'large.sqlite'), largeEntries);
      const small = filled(join(folder, 'small.sqlite'), smallEntries);
      return [pages(large, small), await growth(large, small), await bare(small, join(folder, 'bare'))];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The same batches go to both. */
function pages(large: string, small: string): Figure {
  const subjects: number[] = [];
  const floors: number[] = [];
  const subject = open(large);
  const floor = open(small);
  for (let n = 0; n < pageRounds; n++) {
    for (const batch of cashVisit(n)) {
      subjects.push(framesOf(large, () => subject.append(batch)));
      floors.push(framesOf(small, () => floor.append(batch)));
    }
  }
  subject.close();
  floor.close();
  const mostLarge = percentile(subjects, 99);
  const mostSmall = percentile(floors, 99);
  const name = 'append/pages';
  const shape = { name, unit: 'pages', better: 'lower', target: (mean: number) => 1 + 1 / mean } as const;
  const mean = (samples: readonly number[]) => samples.reduce((sum, n) => sum + n, 0) / samples.length;
  const of = figure(shape, [mean(subjects)], [mean(floors)]);
  return { ...of, ratioP99: mostLarge / mostSmall };
}

async function growth(large: string, small: string): Promise<Figure> {
  const subject = open(large);
  const floor = open(small);
  let n = pageRounds;
  const sample = (journal: Journal) => tookUs(() => journal.append([stack(n++)]));
  const result = await compare({
    name: 'append/growth',
    unit: 'us',
    better: 'lower',
    target: 1.25,
    rounds,
    warmUp: 50,
    subject: () => sample(subject),
    floor: () => sample(floor),
  });
  subject.close();
  floor.close();
  return result;
}

/** The floor writes as many bytes as the store just wrote to its log. */
async function bare(path: string, file: string): Promise<Figure> {
  const journal = open(path);
  const fd = openSync(file, 'a');
  let n = pageRounds + 2 * rounds;
  const frames = framesOf(path, () => journal.append([stack(n++)]));
  const bytes = Buffer.alloc(Math.max(1, frames) * frameBytes, 0x5a);
  const result = await compare({
    name: 'append/bare',
    unit: 'us',
    better: 'lower',
    target: 1.5,
    rounds,
    warmUp: 50,
    subject: () => tookUs(() => journal.append([stack(n++)])),
    floor: () =>
      tookUs(() => {
        writeSync(fd, bytes);
        fdatasyncSync(fd);
      }),
  });
  closeSync(fd);
  journal.close();
  return result;
}

function open(path: string): Journal {
  const clock = new VirtualClock(Date.UTC(2026, 2, 31, 5));
  return new Journal({ storage: openSqliteStorage(path), clock, timeZone: 'Asia/Shanghai', businessDayStart: '04:00' });
}

/** A journal of so many entries, a visit after the other over many days. */
export function filled(path: string, entries: number): string {
  const clock = new VirtualClock(Date.UTC(2023, 0, 1));
  const storage = openSqliteStorage(path);
  const journal = new Journal({ storage, clock, timeZone: 'Asia/Shanghai', businessDayStart: '04:00' });
  for (let n = 1; journal.head.seq < entries; ) {
    const bodies: EntryBody[] = [];
    for (let many = 0; many < 500 && journal.head.seq + bodies.length < entries; many++) {
      bodies.push(...cashVisit(1_000_000 + n++).flat());
    }
    bodies.length = Math.min(bodies.length, entries - journal.head.seq);
    clock.runUntil(clock.monoMs() + 8 * 3_600_000);
    journal.append(bodies);
  }
  journal.close();
  return path;
}

function framesOf(path: string, work: () => void): number {
  const before = logBytes(path);
  work();
  return Math.round((logBytes(path) - before) / frameBytes);
}

function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** Identifiers without order, as the kiosk's are. */
function id(n: number): string {
  return (Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(2);
}

const cash = { currency: 'CNY', minor: 2_000 } as const;

function stack(n: number): EntryBody {
  return { kind: 'note.stack', command: id(n), device: 'acceptor', sale: id(n), session: id(n), ...cash };
}

/** The batches of a visit that end in money; each is one durable append. */
function cashVisit(n: number): EntryBody[][] {
  const at = { session: id(n), sale: id(n) };
  const command = id(n + 1);
  const bill = { number: `2026${n}` } as Extract<EntryBody, { kind: 'sale.paid' }>['bill'];
  return [
    [stack(n)],
    [
      {
        kind: 'note.stacked',
        command: id(n),
        device: 'acceptor',
        ...at,
        ...cash,
        evidence: 'stacked',
        confirmByCount: false,
      },
    ],
    [
      {
        kind: 'sale.paid',
        ...at,
        receipt: `R${n}`,
        bill,
        ...cash,
        payee: '城市自来水公司',
        tenders: [{ method: 'cash', minor: 2_000 }],
        rounding: 0,
        change: { cash: 0, voucher: 0, owed: 0 },
        voucher: null,
        lang: 'zh-CN',
        paidAt: '2026-03-31T05:00:00.000Z',
      },
      {
        kind: 'bill.post',
        command,
        ...at,
        number: bill.number,
        ...cash,
        paidMinor: 2_000,
        method: 'cash',
        paidAt: '2026-03-31T05:00:00.000Z',
      },
    ],
    [{ kind: 'bill.posted', command, sale: at.sale, reference: id(n + 2) }],
  ];
}
