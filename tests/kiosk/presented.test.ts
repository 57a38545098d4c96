/** Paid-out notes between the lips of a machine (tests/faults.md 55), told in facts. */
import { describe, expect, test } from 'vitest';
import { isOpen } from '../../kiosk/case.ts';
import { memory, openOrders } from '../../kiosk/command.ts';
import { type Entry, type EntryBody, type EntryKind, entryClass } from '../../kiosk/entry.ts';
import { acceptable } from '../../kiosk/methods/cash/acceptance.ts';
import { dispenserUsable } from '../../kiosk/methods/cash/change.ts';
import { apply, durablePart, emptyKiosk } from '../../kiosk/kiosk.ts';
import { payoutOutcomeMs } from '../../kiosk/rules.ts';
import type { Bill } from '../../kiosk/services/biller/contract.ts';
import { due } from '../../kiosk/session/time.ts';
import { indexKeys } from '../../kiosk/journal/derive.ts';
import { caseTable } from '../../kiosk/server/staff-tables.ts';
import { settleRefused } from '../../kiosk/staff/cases.ts';
import { tillUnits } from '../../kiosk/till/till.ts';
import { bill, floats, Visit, withChange } from './view/visit.ts';

const currency = 'CNY';
const device = 'tens';
const ten = { currency, minor: 1_000 };
const limitMs = 45_000;

function costing(minor: number, number = bill.number): Bill {
  return { ...bill, number, minor, lines: [{ ...bill.lines[0]!, minor }] };
}

/** A visit whose change is so many notes of ¥10, and the order for them. */
function owing(notes: number): { visit: Visit; command: string } {
  const visit = new Visit(withChange).boot().filled().begin();
  visit.payingCash(costing(10_000 - 1_000 * notes)).note(10_000);
  const [order] = Object.values(visit.kiosk.payouts);
  expect(order).toMatchObject({ device, minor: 1_000 * notes });
  const { command } = order!;
  visit.step({ fact: 'payout.starting', device, command, key: `start ${command}`, counters: {} });
  return { visit, command };
}

const presents = (visit: Visit, command: string) => visit.step({ fact: 'cash.presented', device, command, ...ten });
const takes = (visit: Visit, command: string) => visit.step({ fact: 'cash.taken', device, command, ...ten });
const retracts = (visit: Visit, command: string) =>
  visit.step({ fact: 'cash.retracted', device, command, key: `in ${command}`, ...ten });

/** The machine says how its order ended. */
function ends(visit: Visit, command: string, paid: number, owed = 0): Visit {
  const pieces = paid === 0 ? [] : [{ minor: 1_000, count: paid }];
  const told = {
    device,
    command,
    key: `end ${command}`,
    counters: {},
    paid: { currency, minor: 1_000 * paid },
    pieces,
  };
  return owed === 0
    ? visit.step({ fact: 'payout.done', ...told })
    : visit.step({ fact: 'payout.partial', ...told, owed: { currency, minor: 1_000 * owed } });
}

/** The next start; `offMs` after the last fact. */
function starts(visit: Visit, offMs = 0): Visit {
  const lastAt = visit.kiosk.wallMs - offMs;
  visit.kiosk = { ...visit.kiosk, ...durablePart(visit.kiosk) };
  return visit.boot('ok', lastAt).step({ fact: 'device.ready', device });
}

function of<K extends EntryKind>(entries: readonly EntryBody[], kind: K): readonly Extract<EntryBody, { kind: K }>[] {
  return entries.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
}

const openCases = ({ kiosk }: Visit) => Object.values(kiosk.cases).filter(isOpen);
const inUnit = ({ kiosk }: Visit, unit: string) =>
  tillUnits(kiosk.till).find((one) => one.unit === `tens.${unit}`)?.minor ?? 0;
const screen = (visit: Visit) => visit.view().body.screen;

/** Nobody can begin, and the glass says why. */
function isShut(visit: Visit): boolean {
  const before = visit.kiosk;
  const begun = visit.ask({ do: 'begin' }).kiosk.session !== null;
  visit.kiosk = before;
  const body = visit.view().body;
  const named = body.screen === 'out-of-service' && body.title === '入钞口有现金没取走';
  expect(named).toBe(!begun);
  return !begun;
}

/** Left between the lips, and nobody stands there. */
function left(notes = 1): { visit: Visit; command: string } {
  const { visit, command } = owing(notes);
  presents(visit, command).waits(limitMs);
  expect(visit.kiosk.session).toBeNull();
  return { visit, command };
}

/** The machine says nothing of its order, and its owner goes with a number. */
function inDoubt(visit: Visit): void {
  visit.waits(payoutOutcomeMs).ask({ do: 'finish' });
  while (visit.kiosk.session !== null) visit.waits(60_000);
}

describe('a note that waits for its owner', () => {
  test('is the one thing on the glass, with its value and where it is, and is said aloud', () => {
    const { visit, command } = owing(1);
    presents(visit, command);
    expect(visit.view()).toMatchObject({
      body: { screen: 'take-note', title: '请取走现金', amount: { whole: '10', fraction: '' }, progress: null },
      actions: [],
    });
    expect(visit.said.at(-1)?.text).toBe('请取走十元纸币。');
    takes(visit, command);
    expect(screen(visit)).toBe('settling');
    ends(visit, command, 1);
    expect(visit.view().body).toMatchObject({ screen: 'settled', take: null });
    expect(visit.said.at(-1)?.text).toBe('付款成功，谢谢您。');
    expect(openCases(visit)).toEqual([]);
  });

  test('is told in the language that its owner changes to', () => {
    const { visit, command } = owing(1);
    presents(visit, command).ask({ do: 'language', lang: 'en' });
    expect(visit.view().body).toMatchObject({ title: 'Please take your cash' });
    expect(visit.said.at(-1)?.text).toBe('Please take your ten yuan out of the slot.');
  });

  test('is not asked for again where others were taken too fast to be seen', () => {
    const { visit, command } = owing(3);
    takes(presents(visit, command), command);
    ends(visit, command, 3);
    expect(visit.view().body).toMatchObject({ screen: 'settled', take: null });
  });

  test('of several says how far they are, whichever way the machine counts the one it holds', () => {
    const { visit, command } = owing(3);
    const out = (minor: number) => visit.step({ fact: 'payout.progress', device, command, paid: { currency, minor } });
    const progress = () => {
      const { body } = visit.view();
      return body.screen === 'take-note' ? body.progress : null;
    };
    presents(visit, command);
    out(1_000);
    expect(progress()).toEqual({ done: 0, text: '已取 0 元，共 30 元。还有下一张' });
    presents(takes(visit, command), command);
    expect(progress()).toEqual({ done: 1 / 3, text: '已取 10 元，共 30 元。还有下一张' });
    presents(takes(visit, command), command);
    out(3_000);
    expect(progress()).toEqual({ done: 2 / 3, text: '已取 20 元，共 30 元。最后一张' });
  });

  test('closes the page of help, and comes before anything that is touched', () => {
    const { visit, command } = owing(1);
    visit.ask({ do: 'help' });
    expect(presents(visit, command).view().helpPage).toBeNull();
    // A machine that lets go of its order before the note is taken.
    ends(visit, command, 1).ask({ do: 'finish' }).ask({ do: 'document', choice: 'none' }).ask({ do: 'finish' });
    expect(visit.kiosk.session?.stage.at).toBe('settled');
    expect(screen(visit)).toBe('take-note');
    takes(visit, command).ask({ do: 'finish' });
    expect(visit.kiosk.session?.stage.at).toBe('documents');
  });

  test.each(['settled', 'documents', 'thanks'] as const)(
    'keeps a visit that is at %s, and then gives it its time',
    (at) => {
      const { visit, command } = owing(1);
      ends(visit, command, 1);
      if (at !== 'settled') visit.ask({ do: 'finish' });
      if (at === 'thanks') visit.ask({ do: 'document', choice: 'none' });
      presents(visit, command).waits(limitMs - 1_000);
      expect(visit.kiosk.session?.stage.at).toBe(at);
      expect(visit.view().warning).toBeNull();
      takes(visit, command);
      if (at !== 'thanks') expect(due(visit.kiosk)).toBeGreaterThanOrEqual(visit.kiosk.monoMs + 20_000);
      visit.waits(limitMs).waits(limitMs).waits(limitMs);
      expect(visit.kiosk.session).toBeNull();
      expect(of(visit.recorded, 'change.left')).toEqual([]);
    },
  );

  test('has a limit that begins anew with each note, and no other runs meanwhile', () => {
    const { visit, command } = owing(2);
    presents(visit, command);
    expect(due(visit.kiosk)).toBe(visit.kiosk.monoMs + limitMs);
    presents(takes(visit.waits(40_000), command), command).waits(40_000);
    expect(visit.kiosk.session?.stage.at).toBe('giving');
    // Told again, it is the same note.
    presents(visit, command).waits(4_900);
    expect(visit.kiosk.session).toBeNull();
    expect(openCases(visit)).toMatchObject([{ about: 'change-left', minor: 1_000 }]);
  });

  test('at one machine waits longer while its owner takes at another, and leaves the visit its time', () => {
    const visit = new Visit(withChange).boot().filled().begin().payingCash(costing(8_800)).note(10_000);
    const [yuan, tens] = ['yuan', 'tens'].map(
      (id) => Object.values(visit.kiosk.payouts).find((one) => one.device === id)!,
    );
    const one = { device: 'yuan', command: yuan!.command, currency, minor: 100 } as const;
    visit.step({ fact: 'cash.presented', ...one });
    presents(visit.waits(1_000), tens!.command).waits(43_000);
    visit.step({ fact: 'cash.taken', ...one }).waits(44_000);
    expect(visit.view().body).toMatchObject({ screen: 'take-note', amount: { whole: '10' } });
    expect(due(visit.kiosk)).toBe(visit.kiosk.monoMs + 1_000);
    visit.waits(1_000);
    expect(openCases(visit)).toMatchObject([{ about: 'change-left', minor: 1_000 }]);
  });

  test('of which an earlier process saw the others taken is counted by what the machine tells to be out', () => {
    const { visit, command } = owing(3);
    starts(takes(presents(visit, command), command), 1_000);
    visit.step({ fact: 'payout.progress', device, command, paid: { currency, minor: 2_000 } });
    presents(visit, command).waits(limitMs);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ taken: 1_000, minor: 1_000, rest: 1_000 }]);
  });

  test('leaves its machine no doubt, however long its owner has', () => {
    const { visit, command } = owing(1);
    visit.kiosk = { ...visit.kiosk, rules: { ...visit.kiosk.rules, takeChangeMs: 120_000 } };
    presents(visit, command).waits(119_000);
    expect(openCases(visit)).toEqual([]);
    expect(screen(visit)).toBe('take-note');
  });

  test('lets its machine be in doubt only from when it was taken', () => {
    const { visit, command } = owing(2);
    takes(presents(visit.waits(50_000), command).waits(40_000), command).waits(59_000);
    expect(openCases(visit)).toEqual([]);
    visit.waits(1_000);
    expect(openCases(visit)).toMatchObject([{ about: 'payout-unknown', minor: 2_000 }]);
  });
});

describe('a note that its owner leaves', () => {
  test('has one number, for what lies there and what is still to come, and ends the visit without a paper', () => {
    const { visit, command } = owing(3);
    const { id: session, sale } = visit.kiosk.session!;
    presents(takes(presents(visit, command), command), command).waits(limitMs);
    expect(of(visit.entries, 'change.left')).toEqual([
      {
        kind: 'change.left',
        device,
        command,
        session,
        sale: sale!.id,
        taken: 1_000,
        rest: 1_000,
        case: 'C00001',
        currency,
        minor: 1_000,
      },
    ]);
    expect(openCases(visit)).toMatchObject([
      { case: 'C00001', about: 'change-left', minor: 2_000, session, sale: sale!.id, subject: command },
    ]);
    expect(of(visit.entries, 'sale.paid')).toMatchObject([{ change: { cash: 1_000, voucher: 0, owed: 2_000 } }]);
    expect(of(visit.entries, 'session.ended')).toMatchObject([{ reason: 'time-out' }]);
    expect(of(visit.recorded, 'document.print')).toEqual([]);
    visit.waits(payoutOutcomeMs * 2);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test('is never the next customer’s: nobody begins, in either language', () => {
    const { visit } = left();
    expect(isShut(visit)).toBe(true);
    expect(visit.ask({ do: 'language', lang: 'en' }).kiosk.session).toBeNull();
    expect(dispenserUsable(visit.kiosk, device)).toBe(false);
    expect(visit.view().body).toMatchObject({
      since: '不是您的请不要拿，工作人员会来处理',
      cash: '是您的找零？请打 010-5555 0100，或到一楼 3 号窗口',
      titleOther: 'Cash waits in the slot',
      sinceOther: 'Please leave it there if it is not yours. Our staff will see to it',
      phone: '010-5555 0100',
    });
    visit.waits(3_600_000);
    expect(isShut(visit)).toBe(true);
  });

  test('and is then taken by somebody: the till books it, the kiosk serves, the case stays a person’s', () => {
    const { visit, command } = left();
    takes(visit, command);
    expect(of(visit.entries, 'change.gone')).toEqual([
      { kind: 'change.gone', device, command, case: 'C00001', currency, minor: 1_000 },
    ]);
    ends(visit, command, 1);
    expect(inUnit(visit, 'hopper')).toBe((floats.tens.count - 1) * 1_000);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome: null, minor: 1_000 }]);
    expect(isShut(visit)).toBe(false);
    const [one] = openCases(visit);
    expect(settleRefused(visit.kiosk, one!, null, { how: 'void', minor: null, reason: 'given' })).toBeNull();
    expect(settleRefused(visit.kiosk, one!, null, { how: 'paid', minor: 1_000, reason: null })).toBeNull();
    expect(settleRefused(visit.kiosk, one!, null, { how: 'paid', minor: 1_100, reason: null })).toBe('bad-amount');
    visit.step({ fact: 'case.settled', record: one!, slip: null, how: 'void', minor: null, reason: 'given', by: '1' });
    expect(openCases(visit)).toEqual([]);
  });

  test('is told at the desk from when it was left to when it was gone, and can be paid there', () => {
    const { visit, command } = left();
    ends(takes(visit, command), command, 1);
    const at = '2026-03-31T01:20:00.000Z';
    const find = (key: string) =>
      visit.recorded.filter((body) => indexKeys(body).includes(key)).map((body) => ({ body, at }) as Entry);
    const { found } = caseTable(
      { find, pins: { name: () => null } } as unknown as Parameters<typeof caseTable>[0],
      1,
      true,
    );
    expect(found).toMatchObject({ about: 'change-left', open: true, payable: true, minor: 1_000, device });
    expect(found?.bill).toMatchObject({ number: bill.number });
    expect(found?.told.map(({ what, minor }) => [what, minor])).toEqual([
      ['left', 1_000],
      ['opened', 1_000],
      ['gone', 1_000],
    ]);
  });

  test('keeps the glass shut until the rest of its order is out too, or its machine is silent', () => {
    const { visit, command } = left(3);
    takes(visit, command);
    expect(isShut(visit)).toBe(true);
    presents(visit, command);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ case: 'C00001', minor: 1_000 }]);
    takes(visit, command);
    const endMs = visit.kiosk.monoMs + payoutOutcomeMs;
    expect(due(visit.kiosk)).toBe(endMs);
    visit.waits(payoutOutcomeMs - 1_000);
    expect(isShut(visit)).toBe(true);
    visit.waits(1_000);
    expect(isShut(visit)).toBe(false);
    expect(due(visit.kiosk)).toBeGreaterThan(endMs);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test('after which others are taken by whoever: what its owner had stays what it was', () => {
    const { visit, command } = owing(4);
    presents(takes(presents(visit, command), command), command).waits(limitMs);
    presents(takes(starts(visit), command), command);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ case: 'C00001', taken: 1_000, rest: 1_000 }]);
    presents(takes(visit, command), command);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ taken: 1_000, minor: 1_000, rest: 0 }]);
    ends(visit.step({ fact: 'cash.taken', device, command, ...ten }), command, 3, 1);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome: null, minor: 3_000 }]);
  });

  test('of an order of which its machine never tells has the number of that', () => {
    const { visit, command } = owing(1);
    visit.step({ fact: 'payout.unknown', device, command, key: 'u', reason: 'exchanged' });
    presents(visit, command).waits(limitMs);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ case: 'C00001' }]);
    expect(openCases(visit)).toMatchObject([{ about: 'payout-unknown', minor: 1_000 }]);
  });

  test.each([
    ['goes back in', 1_000, 'owed'],
    ['is taken', 1_000, null],
  ] as const)(
    'of an order in doubt of which they took the others lowers its case; and it %s',
    (then, minor, outcome) => {
      const { visit, command } = owing(3);
      visit.waits(payoutOutcomeMs);
      expect(openCases(visit)).toMatchObject([{ about: 'payout-unknown', minor: 3_000 }]);
      takes(presents(takes(presents(visit, command), command), command), command);
      presents(visit, command).waits(limitMs);
      expect(openCases(visit)).toMatchObject([{ case: 'C00001', minor: 1_000 }]);
      expect(settleRefused(visit.kiosk, openCases(visit)[0]!, null, { how: 'paid', minor: 3_000, reason: null })).toBe(
        'bad-amount',
      );
      ends(then === 'is taken' ? takes(visit, command) : retracts(visit, command), command, 3);
      expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome, minor }]);
      expect(visit.kiosk.counters.case).toBe(1);
    },
  );

  test('of an order in doubt is not lowered again by what whoever else took', () => {
    const { visit, command } = owing(3);
    visit.waits(payoutOutcomeMs);
    presents(takes(presents(visit, command), command), command).waits(limitMs);
    presents(takes(visit, command), command);
    expect(of(visit.entries, 'change.left')).toHaveLength(1);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', minor: 2_000 }]);
  });

  test('and goes back in is owed under its number, and lies in the box', () => {
    const { visit, command } = left();
    retracts(visit, command);
    expect(isShut(visit)).toBe(true);
    ends(visit, command, 1);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', about: 'change-left', outcome: 'owed', minor: 1_000 }]);
    expect([inUnit(visit, 'box'), inUnit(visit, 'hopper')]).toEqual([1_000, (floats.tens.count - 1) * 1_000]);
    expect(visit.kiosk.counters.case).toBe(1);
    expect(isShut(visit)).toBe(false);
    retracts(visit, command);
    expect(inUnit(visit, 'box')).toBe(1_000);
  });

  test('of a machine that had let go of its order, and goes back in, is owed at once', () => {
    const { visit, command } = owing(1);
    ends(visit, command, 1);
    presents(visit, command).waits(limitMs);
    expect(of(visit.recorded, 'sale.paid')).toMatchObject([{ change: { cash: 1_000, owed: 0 } }]);
    retracts(visit, command);
    expect(openCases(visit)).toMatchObject([{ about: 'change-left', outcome: 'owed', minor: 1_000 }]);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test.each([
    ['nothing more', 1, 'owed'],
    ['one more', 2, null],
  ])('before its machine stops after %s: %i of 3 came out', (_, came, outcome) => {
    const { visit, command } = owing(3);
    presents(takes(presents(visit, command), command), command).waits(limitMs);
    if (came === 2) takes(visit, command);
    else visit.step({ fact: 'device.lost', device, reason: 'silent', message: 'gone' });
    ends(visit, command, came, 3 - came);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome, minor: 2_000 }]);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test('of which the machine never tells keeps its number', () => {
    const { visit, command } = left();
    visit.step({ fact: 'payout.unknown', device, command, key: 'u', reason: 'exchanged' });
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome: null }]);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test('of an order that was in doubt already keeps that number', () => {
    const { visit, command } = owing(1);
    visit.waits(payoutOutcomeMs);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', about: 'payout-unknown' }]);
    expect(presents(visit, command).view().body).toMatchObject({ screen: 'take-note' });
    visit.waits(limitMs);
    expect(visit.kiosk.session).toBeNull();
    expect(of(visit.entries, 'change.left')).toMatchObject([{ case: 'C00001' }]);
    ends(takes(visit, command), command, 1);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome: null }]);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  /** Of ¥13.50 a note of ¥10 was left, and the slip for the rest is with the printer. */
  function leftWhilePrinting(): Visit {
    const visit = new Visit(withChange).boot().filled().begin();
    for (const empty of ['yuan', 'jiao'] as const)
      visit.step({
        fact: 'cash.levels',
        device: empty,
        levels: [{ currency, minor: floats[empty].minor, count: 0, state: 'empty' }],
      });
    visit.payingCash(costing(8_650)).note(10_000);
    const [order] = Object.values(visit.kiosk.payouts);
    ends(visit, order!.command, 1);
    expect(visit.kiosk.session?.stage.at).toBe('settling');
    presents(visit, order!.command).waits(limitMs);
    expect(visit.kiosk.session?.stage.at).toBe('settling');
    return visit;
  }

  test('while its slip is with the printer leaves that its time', () => {
    const visit = leftWhilePrinting();
    const owed = () => openCases(visit).filter(({ sale }) => sale !== null);
    expect(owed()).toMatchObject([{ about: 'change-left' }]);
    visit.printed();
    expect(visit.kiosk.session).toBeNull();
    expect(owed()).toHaveLength(1);
  });

  test('while its slip is with the printer has no refund printed behind that: a number stands for it', () => {
    const visit = leftWhilePrinting();
    const [post] = Object.keys(visit.kiosk.posts) as [string];
    visit.step({ fact: 'bill.refused', command: post, reason: 'cancelled' });
    expect(of(visit.entries, 'voucher.issued')).toMatchObject([{ reason: 'refund', minor: 8_650 }]);
    expect(of(visit.entries, 'case.opened')).toMatchObject([{ about: 'post-refused', minor: 8_650 }]);
    expect(of(visit.entries, 'document.print')).toEqual([]);
  });

  test('with another machine still paying waits for that, and then ends the visit', () => {
    const visit = new Visit(withChange).boot().filled().begin().payingCash(costing(8_800)).note(10_000);
    const [yuan, tens] = ['yuan', 'tens'].map(
      (id) => Object.values(visit.kiosk.payouts).find((one) => one.device === id)!,
    );
    presents(visit, tens!.command).waits(limitMs);
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'giving', absent: true });
    const { command, minor } = yuan!;
    const told = { device: 'yuan', command, key: 'y', counters: {}, paid: { currency, minor }, pieces: yuan!.pieces };
    visit.step({ fact: 'payout.done', ...told });
    expect(visit.kiosk.session).toBeNull();
    expect(of(visit.entries, 'sale.paid')).toMatchObject([{ change: { cash: 200, voucher: 0, owed: 1_000 } }]);
    expect(isShut(visit)).toBe(true);
  });
});

describe('a note that is nobody’s from the start', () => {
  test('has a number at once', () => {
    const { visit, command } = owing(1);
    inDoubt(visit);
    expect(isShut(visit)).toBe(false);
    presents(visit, command);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ case: 'C00001', minor: 1_000 }]);
    expect(isShut(visit)).toBe(true);
  });

  test('and comes while somebody else is served is named as not theirs, and stops their change', () => {
    const { visit, command } = owing(1);
    inDoubt(visit);
    presents(visit.begin().payingCash(costing(3_750, '1002')), command);
    expect(visit.view()).toMatchObject({
      body: { screen: 'pay-cash' },
      notice: { text: '入钞口里的现金是别人的，请不要拿' },
    });
    expect(visit.said.some(({ text }) => text.includes('取走'))).toBe(false);
    expect(dispenserUsable(visit.kiosk, device)).toBe(false);
    takes(visit, command);
    expect(visit.view().notice).toBeNull();
    expect(acceptable(visit.kiosk, 'acceptor')).not.toEqual([]);
    visit.step({ fact: 'cash.presented', device: 'acceptor', command: 'of-before', ...ten });
    expect(acceptable(visit.kiosk, 'acceptor')).toEqual([]);
    expect(visit.kiosk.session?.stage.at).toBe('pay-cash');
  });
});

describe('a start with a note between the lips', () => {
  test('whose owner is still there asks them again, with a new limit', () => {
    const { visit, command } = owing(1);
    starts(presents(visit, command).waits(30_000), 5_000);
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'giving', absent: false });
    presents(visit, command).waits(44_000);
    expect(screen(visit)).toBe('take-note');
    visit.waits(1_000);
    expect(openCases(visit)).toMatchObject([{ about: 'change-left', minor: 1_000 }]);
  });

  test('whose owner was away for hours has its number at once', () => {
    const { visit, command } = owing(1);
    starts(presents(visit, command), 3_600_000);
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'giving', absent: true });
    presents(visit, command);
    expect(visit.kiosk.session).toBeNull();
    expect(openCases(visit)).toMatchObject([{ about: 'change-left' }]);
  });

  test('finds what the entries say, whatever else was seen before they were written', () => {
    const { visit, command } = owing(3);
    presents(takes(presents(visit, command), command), command).waits(limitMs);
    presents(takes(visit, command), command);
    const written = visit.recorded.filter(({ kind }) => entryClass(kind) !== 'volatile');
    const { payouts, left: leftNotes, cases } = durablePart(written.reduce(apply, emptyKiosk(visit.kiosk.rules)));
    const kept = durablePart(visit.kiosk);
    expect({ payouts, left: leftNotes, cases }).toEqual({ payouts: kept.payouts, left: kept.left, cases: kept.cases });
    expect(payouts[command]).toMatchObject({ status: 'left', takenMinor: 1_000, ownersMinor: 1_000 });
    expect(written.reduce(apply, emptyKiosk(visit.kiosk.rules)).payouts[command]?.takenMinor).toBe(1_000);
  });

  test('that was left is known before the machine tells, and told again has the same number', () => {
    const { visit, command } = left();
    starts(visit);
    expect(isShut(visit)).toBe(true);
    visit.waits(3_600_000);
    expect(isShut(visit)).toBe(true);
    expect(memory(visit.kiosk, device).lastPayout).toMatchObject({ command, open: true });
    expect(openOrders(visit.kiosk, 'ask')).toMatchObject([{ kind: 'cash.dispense', command, doubtful: true }]);
    presents(visit, command);
    expect(of(visit.entries, 'change.left')).toEqual([]);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test('of an order that has ended names that order to its driver', () => {
    const { visit, command } = owing(1);
    expect(memory(visit.kiosk, device).lastPayout).toMatchObject({ command, open: true });
    ends(visit, command, 1);
    const ended = { command, currency, pieces: [], open: false, starting: true };
    expect(memory(visit.kiosk, device).lastPayout).toEqual(ended);
    presents(visit, command).waits(limitMs);
    takes(visit, command);
    expect(memory(visit.kiosk, device).lastPayout).toEqual(ended);
  });

  test('of an order of which nothing was known, long after its visit, is nobody’s and has its number', () => {
    const { visit, command } = owing(2);
    visit.step({ fact: 'payout.unknown', device, command, key: 'end', reason: 'jam' });
    const number = openCases(visit)[0]!.case;
    while (visit.kiosk.session !== null) visit.ask({ do: 'finish' }).waits(60_000);
    starts(visit);
    expect(memory(visit.kiosk, device).lastPayout).toMatchObject({ command, open: false });
    presents(visit, command);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ case: number, minor: 1_000 }]);
    expect(openCases(visit)).toMatchObject([{ about: 'payout-unknown', minor: 2_000 }]);
    expect(isShut(visit)).toBe(true);
    takes(visit, command);
    expect(isShut(visit)).toBe(false);
    expect(openCases(visit)).toMatchObject([{ case: number }]);
  });

  test('is not of an order that never left for the machine', () => {
    const { visit, command } = owing(1);
    ends(visit, command, 1);
    while (visit.kiosk.session !== null) {
      if (Object.keys(visit.kiosk.prints).length > 0) visit.printed();
      visit.ask({ do: 'finish' }).waits(60_000);
    }
    visit.begin().payingCash(costing(9_000, '1009')).note(10_000);
    const [next] = Object.values(visit.kiosk.payouts);
    expect(next?.device).toBe(device);
    visit.step({ fact: 'command.refused', device, command: next!.command, sent: false, reason: 'not-ready' });
    expect(memory(visit.kiosk, device).lastPayout).toMatchObject({ command, open: false });
  });

  test('of an order that had ended keeps the glass shut until its machine is well and tells of none', () => {
    const { visit, command } = owing(1);
    presents(ends(visit, command, 1), command).waits(limitMs);
    const { wallMs } = visit.kiosk;
    visit.kiosk = { ...visit.kiosk, ...durablePart(visit.kiosk) };
    visit.boot('ok', wallMs);
    expect(isShut(visit)).toBe(true);
    visit.step({ fact: 'device.ready', device });
    expect(of(visit.entries, 'change.gone')).toHaveLength(1);
    expect(isShut(visit)).toBe(false);
  });

  test('that was taken meanwhile is over with its order', () => {
    const { visit, command } = left();
    ends(starts(visit), command, 1);
    expect(of(visit.entries, 'change.gone')).toHaveLength(1);
    expect(isShut(visit)).toBe(false);
    expect(openCases(visit)).toMatchObject([{ outcome: null }]);
  });

  test('of a machine that never comes back is over when a person ends the case', () => {
    const { visit } = left();
    starts(visit).step({ fact: 'device.lost', device, reason: 'silent', message: 'gone' });
    visit.waits(payoutOutcomeMs);
    expect(isShut(visit)).toBe(true);
    const [one] = openCases(visit);
    visit.step({ fact: 'case.settled', record: one!, slip: null, how: 'paid', minor: 1_000, reason: null, by: '1' });
    expect(isShut(visit)).toBe(false);
  });

  describe('that was paid at the window while it lies there', () => {
    const paid = (ended: boolean) => {
      const { visit, command } = owing(1);
      if (ended) ends(visit, command, 1);
      presents(visit, command).waits(limitMs);
      const [one] = openCases(visit);
      visit.step({ fact: 'case.settled', record: one!, slip: null, how: 'paid', minor: 1_000, reason: null, by: '1' });
      return { visit, command };
    };
    const restarted = (visit: Visit) => {
      const { wallMs } = visit.kiosk;
      visit.kiosk = { ...visit.kiosk, ...durablePart(visit.kiosk) };
      return visit.boot('ok', wallMs);
    };

    test.each([true, false])(
      'is not owed again when its machine tells of it after a start (order ended: %s)',
      (ended) => {
        const { visit, command } = paid(ended);
        restarted(visit);
        expect(of(visit.recorded, 'change.gone')).toEqual([]);
        presents(visit, command).step({ fact: 'device.ready', device });
        expect(isShut(visit)).toBe(true);
        retracts(visit, command);
        if (!ended) ends(visit, command, 1);
        expect(of(visit.recorded, 'cash.retracted')).toMatchObject([{ case: 'C00001' }]);
        expect(inUnit(visit, 'box')).toBe(1_000);
        expect(openCases(visit)).toEqual([]);
        expect(visit.kiosk.counters.case).toBe(1);
        expect(isShut(visit)).toBe(false);
      },
    );

    test('is not owed again when it goes back in without a start', () => {
      const { visit, command } = paid(true);
      retracts(visit, command);
      expect(openCases(visit)).toEqual([]);
      expect(visit.kiosk.left).toEqual({});
    });

    test('is gone when its machine is well and tells of none', () => {
      const { visit } = paid(true);
      expect(isShut(restarted(visit))).toBe(false);
      visit.step({ fact: 'device.ready', device });
      expect(of(visit.entries, 'change.gone')).toHaveLength(1);
    });
  });

  test('whose case was ended while it still lies there stays shut, without a second number', () => {
    const { visit, command } = left();
    const [one] = openCases(visit);
    visit.step({ fact: 'case.settled', record: one!, slip: null, how: 'paid', minor: 1_000, reason: null, by: '1' });
    expect(isShut(visit)).toBe(true);
    ends(takes(visit, command), command, 1);
    expect(isShut(visit)).toBe(false);
    expect(visit.kiosk.counters.case).toBe(1);
  });
});

test('a note that goes back in while its owner stands there is told as owed, with a number', () => {
  const { visit, command } = owing(1);
  retracts(presents(visit, command).waits(20_000), command);
  ends(visit, command, 1);
  expect(visit.view().body).toMatchObject({
    screen: 'case',
    number: 'C00001',
    certain: ['账单已经付清', '机器收回了 10 元，我们欠您 10 元'],
  });
  expect(openCases(visit)).toHaveLength(1);
  expect(inUnit(visit, 'box')).toBe(1_000);
});

describe('a bundle that goes back in note by note', () => {
  const bundle = { currency, minor: 3_000 };
  const shows = (visit: Visit, command: string) => visit.step({ fact: 'cash.presented', device, command, ...bundle });
  const note = (visit: Visit, command: string, n: number) =>
    visit.step({ fact: 'cash.retracted', device, command, key: `in ${n}`, ...ten });
  const allBack = (visit: Visit, command: string) => note(note(note(visit, command, 1), command, 2), command, 3);

  test.each(['before', 'after'] as const)(
    'while its owner stands there, %s its order ends: one number for all',
    (when) => {
      const { visit, command } = owing(3);
      if (when === 'after') ends(visit, command, 3);
      shows(visit, command);
      note(visit, command, 1);
      expect(screen(visit)).toBe('take-note');
      note(note(note(visit, command, 1), command, 2), command, 3);
      if (when === 'before') ends(visit, command, 3);
      expect(openCases(visit)).toMatchObject([{ case: 'C00001', about: 'change-retracted', minor: 3_000 }]);
      expect(visit.view().body).toMatchObject({ screen: 'case', number: 'C00001' });
      expect(JSON.stringify(visit.view().body)).toContain('我们欠您 30 元');
      visit.ask({ do: 'finish' });
      expect(visit.view().body).toMatchObject({ screen: 'settled', take: { title: '我们还欠您 30 元' } });
      expect([inUnit(visit, 'box'), inUnit(visit, 'hopper')]).toEqual([3_000, (floats.tens.count - 3) * 1_000]);
      if (when === 'before')
        expect(of(visit.recorded, 'sale.paid')).toMatchObject([{ change: { cash: 0, voucher: 0, owed: 3_000 } }]);
    },
  );

  test.each(['before', 'after'] as const)('after its owner left, %s its order ends: the number that it has', (when) => {
    const { visit, command } = owing(3);
    if (when === 'after') ends(visit, command, 3);
    shows(visit, command).waits(limitMs);
    expect(visit.kiosk.session).toBeNull();
    for (const n of [1, 2]) {
      note(visit, command, n);
      expect(visit.kiosk.left[device]).toMatchObject({ minor: 3_000 - n * 1_000 });
      expect(isShut(visit)).toBe(true);
    }
    note(visit, command, 3);
    expect(visit.kiosk.left[device]).toBeUndefined();
    if (when === 'before') ends(visit, command, 3);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', about: 'change-left', outcome: 'owed', minor: 3_000 }]);
    expect(visit.kiosk.counters.case).toBe(1);
    expect(isShut(visit)).toBe(false);
    expect(inUnit(visit, 'box')).toBe(3_000);
  });

  test('while its number is printed has its whole sum on the next paper', () => {
    const { visit, command } = owing(2);
    note(ends(visit, command, 2), command, 1);
    const paper = { paper: 'case', case: 'C00001' };
    expect(of(visit.entries, 'document.print')).toMatchObject([{ document: paper, copy: false }]);
    note(visit, command, 2);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', minor: 2_000 }]);
    expect(of(visit.entries, 'document.print')).toMatchObject([{ document: paper, copy: true }]);
    note(visit, command, 2);
    expect(of(visit.entries, 'document.print')).toEqual([]);
  });

  test('over a start of the kiosk keeps the number that it has', () => {
    const { visit, command } = owing(3);
    shows(ends(visit, command, 3), command).waits(limitMs);
    note(starts(note(visit, command, 1)), command, 1);
    note(note(visit, command, 2), command, 3);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome: 'owed', minor: 3_000 }]);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test('of an order in doubt is owed under the number of the doubt', () => {
    const { visit, command } = owing(3);
    inDoubt(visit);
    ends(allBack(visit, command), command, 3);
    expect(openCases(visit)).toMatchObject([{ about: 'payout-unknown', outcome: 'owed', minor: 3_000 }]);
    expect(visit.kiosk.counters.case).toBe(1);
  });

  test('and of which one was taken is owed as far as it came back', () => {
    const { visit, command } = owing(3);
    inDoubt(visit);
    ends(note(note(takes(visit, command), command, 1), command, 2), command, 3);
    expect(openCases(visit)).toMatchObject([{ about: 'payout-unknown', outcome: 'owed', minor: 2_000 }]);
  });

  test('before its machine stops short is owed together with what did not come', () => {
    const { visit, command } = owing(3);
    ends(note(visit, command, 1), command, 2, 1);
    expect(openCases(visit)).toMatchObject([{ case: 'C00001', outcome: 'owed', minor: 2_000 }]);
    expect(visit.kiosk.counters.case).toBe(1);
    expect(of(visit.recorded, 'sale.paid')).toMatchObject([{ change: { cash: 1_000, voucher: 0, owed: 2_000 } }]);
    expect(visit.view().body).toMatchObject({ screen: 'case', number: 'C00001', title: '零钱没有出齐' });
  });

  test('in part, before its machine falls silent, is not owed twice', () => {
    const { visit, command } = owing(3);
    note(visit, command, 1).waits(payoutOutcomeMs);
    expect(openCases(visit)).toMatchObject([
      { about: 'change-retracted', minor: 1_000 },
      { about: 'payout-unknown', minor: 2_000 },
    ]);
    ends(visit, command, 3);
    expect(openCases(visit)).toMatchObject([{ about: 'change-retracted', minor: 1_000 }]);
    expect(of(visit.entries, 'case.resolved')).toMatchObject([{ outcome: 'paid-out', minor: 2_000 }]);
  });
});

describe('a note that went back in while its owner stood there, and the next that they left', () => {
  test('do not overlap', () => {
    const { visit, command } = owing(3);
    retracts(presents(visit, command), command);
    presents(visit, command).waits(limitMs);
    expect(of(visit.entries, 'change.left')).toMatchObject([{ taken: 0, minor: 1_000, rest: 1_000 }]);
    expect(openCases(visit)).toMatchObject([
      { about: 'change-retracted', minor: 1_000 },
      { about: 'change-left', minor: 2_000 },
    ]);
    expect(of(visit.recorded, 'sale.paid')).toMatchObject([{ change: { cash: 0, voucher: 0, owed: 3_000 } }]);
    expect(of(visit.recorded, 'voucher.issued')).toEqual([]);
  });

  test('are both owed when that goes back in too, each under its number', () => {
    const { visit, command } = owing(3);
    retracts(presents(visit, command), command);
    presents(visit, command).waits(limitMs);
    visit.step({ fact: 'cash.retracted', device, command, key: 'second', ...ten });
    ends(visit, command, 2, 1);
    expect(openCases(visit)).toMatchObject([
      { about: 'change-retracted', minor: 1_000 },
      { about: 'change-left', outcome: 'owed', minor: 2_000 },
    ]);
  });
});
