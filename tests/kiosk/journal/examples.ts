/** Entries for the tests of the journal: whole visits, made from a number. */
import { VirtualClock } from '../../../hardware/clock.ts';
import type { Probe } from '../../../hardware/port.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import { Journal } from '../../../kiosk/journal/journal.ts';
import type { Storage } from '../../../kiosk/journal/storage.ts';

type Paid = Extract<EntryBody, { kind: 'sale.paid' }>;

export const startMs = Date.UTC(2026, 2, 31, 5, 0, 0);

export function journalOn(storage: Storage, clock = new VirtualClock(startMs), probe?: Probe): Journal {
  const options = { storage, clock, timeZone: 'Asia/Shanghai', businessDayStart: '04:00' };
  return new Journal(probe === undefined ? options : { ...options, probe });
}

export function stack(n: number, minor = 2000): EntryBody {
  return {
    kind: 'note.stack',
    command: `c${n}`,
    device: 'acceptor',
    sale: `s${n}`,
    session: `v${n}`,
    currency: 'CNY',
    minor,
  };
}

export function stacked(n: number, minor = 2000): EntryBody {
  return {
    kind: 'note.stacked',
    command: `c${n}`,
    device: 'acceptor',
    sale: `s${n}`,
    session: `v${n}`,
    currency: 'CNY',
    minor,
    evidence: 'stacked',
    confirmByCount: false,
  };
}

export function paid(n: number): Paid {
  return {
    kind: 'sale.paid',
    sale: `s${n}`,
    session: `v${n}`,
    receipt: `R${n}`,
    bill: { number: `B${n}` } as Paid['bill'],
    currency: 'CNY',
    minor: 1880,
    payee: '自来水公司',
    tenders: [{ method: 'cash', minor: 2000 }],
    rounding: 0,
    change: { cash: 0, voucher: 120, owed: 0 },
    voucher: `K${n}`,
    lang: 'zh-CN',
    paidAt: '2026-03-31T05:00:00.000Z',
  };
}

export function issued(n: number): EntryBody {
  return {
    kind: 'voucher.issued',
    serial: `K${n}`,
    sale: `s${n}`,
    session: `v${n}`,
    reason: 'change',
    currency: 'CNY',
    minor: 120,
  };
}

export function started(n: number): EntryBody {
  return { kind: 'session.started', session: `v${n}`, lang: 'zh-CN' };
}

export function ended(n: number): EntryBody {
  return { kind: 'session.ended', session: `v${n}`, reason: 'done' };
}

export function caseOpened(n: number): EntryBody {
  return {
    kind: 'case.opened',
    case: `C${n}`,
    about: 'note-unknown',
    session: `v${n}`,
    sale: `s${n}`,
    currency: 'CNY',
    minor: 2000,
    subject: `c${n}`,
  };
}

export const passed: EntryBody = { kind: 'time.passed', wallMs: 1, monoMs: 1 };

/** One cash visit, as the batches that a kiosk appends. */
export function visit(n: number): EntryBody[][] {
  return [[started(n)], [stack(n)], [stacked(n)], [issued(n), paid(n)], [ended(n)]];
}

/** A small seeded generator of numbers from 0 up to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
