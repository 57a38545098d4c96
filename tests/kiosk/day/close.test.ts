/** A day's close, told in facts. */
import { describe, expect, test } from 'vitest';
import { orderOf, repeatedOrders } from '../../../kiosk/command.ts';
import { readinessRefused } from '../../../kiosk/checks/run.ts';
import { closingRefused, dayDue, newestOwed, paperRefused, readRefused, seenNow } from '../../../kiosk/day/close.ts';
import { type EntryBody, type EntryKind, entryClass } from '../../../kiosk/entry.ts';
import { apply, emptyKiosk } from '../../../kiosk/kiosk.ts';
import type { SeenDay } from '../../../kiosk/server/staff-wire.ts';
import { Visit } from '../view/visit.ts';

const dayMs = 86_400_000;
const signed = { key: 'key', signature: 'ab' };

function all<K extends EntryKind>(visit: Visit, kind: K): readonly Extract<EntryBody, { kind: K }>[] {
  return visit.recorded.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
}

const written = (visit: Visit) =>
  visit.entries.map(({ kind }) => kind).filter((kind) => entryClass(kind) !== 'volatile');

/** Somebody has paid and gone. */
function sold(): Visit {
  const visit = new Visit().boot().begin().payingCash().note(10_000).printed();
  return gone(visit);
}

function gone(visit: Visit): Visit {
  for (let tries = 0; visit.kiosk.session !== null && tries < 30; tries++) visit.waits(60_000);
  expect(visit.kiosk.session).toBeNull();
  return visit;
}

const closes = (visit: Visit, seen?: SeenDay) =>
  visit.step({ fact: 'day.close-asked', by: '7', second: '8', lang: 'en', ...(seen === undefined ? {} : { seen }) });
const sign = (visit: Visit, z = 1) => visit.step({ fact: 'day.signed', z, hash: 'hash', signed });

function restarted(visit: Visit): Visit {
  const kept = visit.recorded.filter(({ kind }) => entryClass(kind) !== 'volatile');
  visit.kiosk = kept.reduce(apply, emptyKiosk(visit.kiosk.rules));
  return visit.step({ fact: 'kiosk.booted', version: '2', config: 'other', lastAt: null });
}

describe('by hand', () => {
  test('a day is closed at once, with who stood by it, and its figures begin anew', () => {
    const visit = closes(sold());
    expect(written(visit)).toEqual(['day.closed']);
    const [z] = all(visit, 'day.closed');
    expect(z).toMatchObject({ z: 1, from: 1, by: '7', second: '8', paper: 'en' });
    expect(z?.to).toBe(visit.kiosk.seq - 1);
    expect(z?.figures).toMatchObject({
      sales: { minor: 8_650, count: 1 },
      vouchers: { issued: { minor: 1_350, count: 1 } },
      liability: { opening: { minor: 0, count: 0 }, closing: { minor: 1_350, count: 1 } },
      cash: { opening: 0, taken: 10_000, closing: 10_000 },
      methods: [{ method: 'cash', taken: { minor: 8_650, count: 1 }, checked: null }],
    });
    expect(closingRefused(sign(visit).kiosk, null)).toBe('day-changed');
    closes(visit, seenNow(visit.kiosk));
    expect(all(visit, 'day.closed')[1]?.figures).toMatchObject({
      sales: { minor: 0, count: 0 },
      liability: { opening: { minor: 1_350, count: 1 }, closing: { minor: 1_350, count: 1 } },
      cash: { opening: 10_000, taken: 0, closing: 10_000 },
      total: { minor: 8_650, count: 1 },
    });
  });

  test('it is signed, and then comes on paper', () => {
    const visit = closes(sold());
    expect(visit.entries.map(orderOf)).toContainEqual({ to: 'signer', z: 1 });
    expect(written(sign(visit))).toEqual(['day.signed', 'document.print']);
    expect(all(visit, 'document.print').at(-1)).toMatchObject({
      document: { paper: 'z', z: 1 },
      copy: false,
      lang: 'en',
    });
    expect(written(sign(visit))).toEqual([]);
  });

  test('it is signed after a restart that came between, and once', () => {
    const visit = restarted(closes(sold()));
    expect(repeatedOrders(visit.kiosk)).toContainEqual({ to: 'signer', z: 1 });
    sign(visit);
    expect(repeatedOrders(restarted(visit).kiosk)).not.toContainEqual({ to: 'signer', z: 1 });
    expect(all(visit, 'day.closed')).toHaveLength(1);
  });

  test('it is closed as whoever presses has seen it, or not at all', () => {
    const full = seenNow(sold().kiosk);
    expect(full.empty).toBe(false);
    const visit = closes(sold(), full);
    expect(all(visit, 'day.closed')).toHaveLength(1);
    // The same press again, of a day that is gone by now.
    expect(written(closes(sign(visit).printed(), full))).toEqual([]);
    expect(closingRefused(visit.kiosk, full)).toBe('day-changed');
    const empty = seenNow(visit.kiosk);
    expect(empty).toEqual({ opened: full.opened, last: 1, empty: true });
    visit.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency: 'CNY', minor: 2_000 });
    expect(closingRefused(visit.kiosk, empty)).toBe('day-changed');
    expect(written(closes(visit, empty))).toEqual([]);
    expect(closingRefused(visit.kiosk, { ...empty, empty: false })).toBeNull();
    expect(closingRefused(visit.kiosk, { ...empty, empty: false, opened: '2026-01-01' })).toBe('day-changed');
    closes(visit, { ...empty, empty: false });
    expect(all(visit, 'day.closed')).toHaveLength(2);
  });

  test('it is not closed while somebody is served', () => {
    const visit = new Visit().boot().begin();
    expect(written(closes(visit))).toEqual([]);
  });

  test('it can be read as often as one likes, and stays open', () => {
    const visit = sold().step({ fact: 'day.read-asked', by: '7', lang: 'zh-CN' });
    expect(written(visit)).toEqual(['day.read', 'document.print']);
    expect(all(visit, 'day.read')[0]).toMatchObject({ by: '7', figures: { sales: { minor: 8_650, count: 1 } } });
    expect(visit.kiosk.day.z).toBe(0);
    expect(visit.kiosk.day.period.sales.count).toBe(1);
  });

  test('what is printed once more is asked for by its number, and never while it is printed', () => {
    const visit = closes(sold());
    const again = (z: number) => visit.step({ fact: 'day.paper-asked', z, copy: true, lang: 'zh-CN' });
    expect(written(again(1))).toEqual([]);
    sign(visit);
    expect(written(again(1))).toEqual([]);
    visit.printed();
    expect(written(again(1))).toEqual(['document.print']);
    expect(written(again(2))).toEqual([]);
  });
});

describe('by itself', () => {
  test('a day is closed when the clock reaches its end, and wakes the kiosk for it', () => {
    const visit = sold();
    const restMs = dayDue(visit.kiosk) - visit.kiosk.monoMs;
    expect(restMs).toBeGreaterThan(0);
    expect(written(visit.waits(restMs - 1_000))).not.toContain('day.closed');
    expect(written(visit.waits(1_000))).toEqual(['day.closed']);
    const [z] = all(visit, 'day.closed');
    expect(z).toMatchObject({ z: 1, by: null, second: null, paper: null });
    expect(written(sign(visit))).toEqual(['day.signed']);
    expect((z?.opens ?? '') > (z?.opened ?? '')).toBe(true);
  });

  test('a visit that is under way then is waited for, and stands in the day before', () => {
    const visit = new Visit().boot().begin().payingCash();
    expect(dayDue(visit.kiosk)).toBe(Number.POSITIVE_INFINITY);
    visit.note(10_000).printed();
    visit.step({ fact: 'staff.touched' }, dayMs);
    expect(all(visit, 'day.closed')).toEqual([]);
    gone(visit);
    const kinds = visit.recorded.map(({ kind }) => kind);
    expect(kinds.indexOf('day.closed')).toBeGreaterThan(kinds.indexOf('session.ended'));
    expect(all(visit, 'day.closed')[0]?.figures.sales.count).toBe(1);
  });

  test('a business day without money gets no report, and the next one begins', () => {
    const visit = new Visit().boot().waits(3 * dayMs);
    expect(written(visit)).toEqual(['day.opened']);
    expect(all(visit, 'day.opened')).toHaveLength(2);
    expect(visit.kiosk.day.z).toBe(0);
  });

  test('days on which the kiosk was off stand in one report, made at the start', () => {
    const visit = sold();
    visit.step({ fact: 'kiosk.booted', version: '2', config: 'other', lastAt: null }, 4 * dayMs);
    expect(written(visit)).toEqual(['kiosk.started', 'day.closed']);
    expect(all(visit, 'day.closed')).toHaveLength(1);
  });

  test('whoever comes before the clock has woken the kiosk begins on the new day', () => {
    const visit = sold().step({ fact: 'intent', intent: { do: 'begin' }, screen: 'attract' }, 2 * dayMs);
    expect(written(visit).slice(0, 2)).toEqual(['day.closed', 'session.started']);
  });
});

describe('on paper', () => {
  const printing = () => new Visit((config) => ({ ...config, day: { printZ: true } })).boot().begin();
  /** Somebody has paid and gone, and the clock has closed the day. */
  function closedAlone(visit: Visit): Visit {
    gone(visit.payingCash().note(10_000).printed());
    visit.waits(dayDue(visit.kiosk) - visit.kiosk.monoMs);
    expect(all(visit, 'day.closed')).toMatchObject([{ by: null, paper: visit.kiosk.rules.printsZ ? 'zh-CN' : null }]);
    return visit;
  }
  const papers = (visit: Visit) => all(visit, 'document.print').filter(({ document }) => document.paper === 'z');
  const paper = (visit: Visit, state: 'ok' | 'out') =>
    visit.step({ fact: 'paper.changed', device: 'printer', paper: state });

  test('a report that is made by itself waits for whoever asks, and is known not to be there', () => {
    const visit = sign(closedAlone(new Visit().boot().begin())).waits(60_000);
    expect(papers(visit)).toEqual([]);
    expect(newestOwed(restarted(visit).kiosk)).toMatchObject({ newest: { z: 1, perhaps: false }, more: 0 });
    paper(visit, 'ok').step({ fact: 'device.ready', device: 'printer' });
    visit.step({ fact: 'day.paper-asked', z: 1, copy: false, lang: 'en' });
    expect(newestOwed(visit.kiosk)).toBeNull();
    visit.printed();
    expect(newestOwed(restarted(visit).kiosk)).toBeNull();
  });

  test('a report that the printer cannot print is refused, and so is one that it prints', () => {
    const visit = sign(closedAlone(new Visit().boot().begin()));
    const refused = () => [readRefused(visit.kiosk), paperRefused(visit.kiosk, 1), readinessRefused(visit.kiosk)];
    expect(refused()).toEqual([null, null, null]);
    paper(visit, 'out');
    expect(refused()).toEqual(['no-printer', 'no-printer', 'no-printer']);
    expect(written(visit.step({ fact: 'day.read-asked', by: '7', lang: 'en' }))).toEqual([]);
    paper(visit, 'ok').step({ fact: 'day.read-asked', by: '7', lang: 'en' });
    expect(refused()).toEqual(['printing', null, null]);
    visit.step({ fact: 'day.paper-asked', z: 1, copy: false, lang: 'en' });
    expect(refused()).toEqual(['printing', 'printing', null]);
  });

  test('where it is wanted it comes by itself, once, and not before it is signed', () => {
    const visit = closedAlone(printing()).waits(1_000);
    expect(papers(visit)).toEqual([]);
    expect(written(sign(visit))).toEqual(['day.signed', 'document.print']);
    expect(papers(visit)).toMatchObject([{ copy: false, session: null, lang: 'zh-CN' }]);
    visit.printed().waits(60_000);
    expect(papers(restarted(visit).waits(60_000))).toHaveLength(1);
  });

  test('it waits until nobody is served', () => {
    const visit = sign(closedAlone(printing()).begin());
    expect(papers(visit)).toEqual([]);
    expect(papers(gone(visit))).toHaveLength(1);
  });

  test('without paper it stays owed, over a start too, until there is some', () => {
    const visit = sign(paper(closedAlone(printing()), 'out'));
    expect(papers(visit)).toEqual([]);
    expect(newestOwed(restarted(visit).kiosk)).toMatchObject({ newest: { z: 1 } });
    visit.step({ fact: 'device.ready', device: 'printer' });
    expect(papers(paper(visit, 'ok'))).toHaveLength(1);
  });

  test('what a printer refuses is sent again a few times, and then waits for a person', () => {
    const visit = sign(closedAlone(printing()));
    for (let n = 0; n < 3; n++) visit.refusedPrint();
    visit.waits(60_000);
    expect(visit.kiosk.prints).toEqual({});
    expect(papers(visit)).toHaveLength(3);
    expect(newestOwed(visit.kiosk)).toMatchObject({ newest: { z: 1, perhaps: false } });
  });

  test('what may have come out is not sent again by itself', () => {
    const visit = sign(closedAlone(printing()));
    const [one] = papers(visit);
    visit
      .step({ fact: 'print.unknown', device: 'printer', command: one?.command ?? '', reason: 'power' })
      .waits(60_000);
    expect(papers(visit)).toHaveLength(1);
    expect(newestOwed(visit.kiosk)).toMatchObject({ newest: { z: 1, perhaps: true } });
  });
});

test('what a voucher pays later is taken off what is owed', () => {
  const visit = sold();
  const record = {
    serial: '000001',
    currency: 'CNY',
    minor: 1_350,
    issuedAt: '2026-03-31T00:00:00.000Z',
    spent: false,
  };
  visit.step({ fact: 'voucher.voided', record: { ...record } as never, by: '7' });
  expect(visit.kiosk.day.liability).toEqual({ minor: 0, count: 0 });
  expect(visit.kiosk.day.period.vouchers.paid).toEqual({ minor: 1_350, count: 1 });
});
