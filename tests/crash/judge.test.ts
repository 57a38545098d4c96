import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import { apply, emptyKiosk } from '../../kiosk/kiosk.ts';
import type { Rules } from '../../kiosk/rules.ts';
import { seeded } from '../simulation/random.ts';
import { judge, type Truth } from './judge.ts';
import { momentOf } from './moments.ts';

const money = { currency: 'CNY', minor: 2_000 } as const;
const visit = { session: 's', sale: 'a' } as const;
const note = { command: 'n', device: 'acceptor', ...visit, ...money } as const;

const stack: EntryBody = { kind: 'note.stack', ...note };
const stacked: EntryBody = { kind: 'note.stacked', ...note, evidence: 'stacked', confirmByCount: false };
const cancelled: EntryBody = { kind: 'sale.cancelled', ...visit, ...money, reason: 'cancel' };
const issued: EntryBody = { kind: 'voucher.issued', serial: '000001', ...visit, ...money, reason: 'cancel' };
const paper = { paper: 'voucher', serial: '000001' } as const;
const print: EntryBody = {
  kind: 'document.print',
  command: 'p',
  document: paper,
  copy: false,
  lang: 'en',
  session: 's',
};
const printed: EntryBody = { kind: 'document.printed', command: 'p', document: paper, reason: null };

const whole = [stack, stacked, cancelled, issued, print, printed];
const truth: Truth = {
  box: new Map([[2_000, 1]]),
  papers: ['现金凭证现金凭证号000001验证码ABC'],
  booked: [],
  takenBack: [],
  hoppers: new Map(),
  ledgers: { terminal: [], wallets: {} },
  forgetsAtStart: false,
};

function found(bodies: readonly EntryBody[], seen: Partial<Truth> = {}): readonly string[] {
  const entries = bodies.map((body, i): Entry => {
    return { seq: i + 1, at: '', day: '', kind: body.kind, session: null, body, hash: '' };
  });
  const kiosk = bodies.reduce(apply, emptyKiosk({} as Rules));
  return judge(entries, kiosk, { ...truth, ...seen });
}

const without = (body: EntryBody) => whole.filter((one) => one !== body);

test('a visit whose money and paper are all where the journal says has nothing wrong', () => {
  expect(found(whole)).toEqual([]);
});

test('a note in the box that nobody credited is found', () => {
  expect(found(whole, { box: new Map([[2_000, 2]]) })).toEqual([expect.stringContaining('I1 the box holds 1 notes')]);
  expect(found(without(stacked))).toContainEqual(expect.stringContaining('I7 order n has no outcome'));
});

test('a credit without its note, or for the second time, is found', () => {
  expect(found(whole, { box: new Map() })).toEqual([expect.stringContaining('I2 1 notes of 2000')]);
  expect(found([stack, stacked, ...whole.slice(1)])).toContainEqual(expect.stringContaining('credited 2 times'));
});

describe('a note in doubt', () => {
  const started: EntryBody = {
    kind: 'kiosk.started',
    boot: 'b',
    version: '1',
    config: 'c',
    kiosk: 'K',
    currency: 'CNY',
  };
  const unknown: EntryBody = { kind: 'note.unknown', ...note, case: '0001', lost: true };
  const opened: EntryBody = {
    kind: 'case.opened',
    case: '0001',
    about: 'note-unknown',
    ...visit,
    currency: 'CNY',
    minor: 2_000,
    subject: 'n',
  };
  const wrong = [
    'I1 order n ended in doubt although the machine knew',
    'I1 the box holds 1 notes that are neither credited nor a case',
  ];
  const forgetful = { papers: [], forgetsAtStart: true };

  test('is wrong, because the machine knew', () => {
    expect(found([stack, started, unknown, opened], { papers: [] })).toEqual(wrong);
  });

  test('is right where a new process could not ask the machine, with its case', () => {
    expect(found([stack, started, unknown, opened], forgetful)).toEqual([]);
    expect(found([stack, started, unknown], forgetful)).toEqual(['I6 order n is unknown without a case']);
  });

  test('is wrong in the process that gave the order, and of another value', () => {
    expect(found([started, stack, unknown, opened], forgetful)).toEqual(wrong);
    const box = new Map([[5_000, 1]]);
    expect(found([stack, started, unknown, opened], { ...forgetful, box })).toEqual([wrong[1]]);
  });
});

test('money that stays in a closed sale is found', () => {
  expect(found(without(issued))).toContainEqual('I1 sale a keeps 2000');
});

test('a voucher that is nowhere, twice on paper or twice in the journal is found', () => {
  expect(found(whole, { papers: [] })).toEqual([expect.stringContaining('neither on paper nor a case')]);
  expect(found(whole, { papers: [...truth.papers, ...truth.papers] })).toEqual([
    expect.stringContaining('on 2 papers'),
  ]);
  expect(found([...whole, issued])).toContainEqual(expect.stringContaining('issued twice'));
});

describe('a payout', () => {
  const pieces = [{ minor: 100, count: 20 }];
  const order = { command: 'd', device: 'yuan', ...visit, ...money } as const;
  const dispense: EntryBody = { kind: 'cash.dispense', ...order, reason: 'cancel', pieces };
  const done: EntryBody = { kind: 'payout.done', ...order, pieces, counters: {} };
  const unknown: EntryBody = { kind: 'payout.unknown', ...order, case: '0001', final: true };
  const given = [stack, stacked, cancelled, dispense];
  const out = (minor: number) => ({ papers: [], hoppers: new Map([['yuan', minor]]) });

  test('that is booked as what came out has nothing wrong', () => {
    expect(found([...given, done], out(2_000))).toEqual([]);
  });

  test('of which more or less came out than is booked is found', () => {
    expect(found([...given, done], out(2_100))).toEqual(['I9 yuan paid out 2100, booked are 2000 and in doubt 0']);
    expect(found([...given, done], out(1_900))).toEqual(['I9 yuan paid out 1900, booked are 2000 and in doubt 0']);
  });

  test('without an outcome, twice done, or in doubt without a case, is found', () => {
    expect(found(given, out(0))).toContainEqual('I7 payout d has no outcome');
    expect(found([...given, done, done], out(2_000))).toContainEqual('I9 payout d was booked twice');
    expect(found([...given, unknown], out(500))).toContainEqual('I6 payout d ended as payout.unknown without a case');
  });
});

test('a print without an end is found as left open', () => {
  expect(found(without(printed))).toEqual(['I7 print p ended 0 times', 'I7 left open: p']);
});

test('a booking that was never posted is found', () => {
  const booked = [{ id: 'x', bill: '1001', minor: 100 }];
  expect(found(whole, { booked })).toEqual([expect.stringContaining('I3 the biller booked 100')]);
});

describe('a receipt that is given back', () => {
  const of = { session: 's', sale: 'b', currency: 'CNY', minor: 100 } as const;
  const asked: EntryBody = {
    kind: 'refund.asked',
    ...of,
    receipt: 'R000001',
    voucherMinor: 100,
    charges: [],
    by: null,
  };
  const reverse: EntryBody = { kind: 'bill.reverse', command: 'r', ...of, number: '1001', post: 'p' };
  const reversed: EntryBody = { kind: 'bill.reversed', command: 'r', sale: 'b' };
  const done: EntryBody = { kind: 'refund.done', sale: 'b', method: 'voucher', currency: 'CNY', minor: 100 };
  const takenBack = [{ id: 'r', reverses: 'p' }];

  test('once, and booked so at the biller, has nothing wrong', () => {
    expect(found([...whole, asked, reverse, reversed, done], { takenBack })).toEqual([]);
  });

  test.each([
    ['not', [asked, reverse, reversed], takenBack, 'I3 sale b was given 0 back, and the biller took 100 back'],
    ['twice', [asked, reverse, reversed, done, done], takenBack, 'I3 sale b was given 200 back'],
    ['though its bill stays paid', [asked, reverse, reversed, done], [], 'I3 sale b was given 100 back'],
    [
      'by an order that nobody recorded',
      [asked, reverse, reversed, done],
      [{ id: 'x', reverses: 'p' }],
      'I5 the biller',
    ],
  ])('%s is found', (_, bodies, booked, words) => {
    expect(found([...whole, ...bodies], { takenBack: booked })).toContainEqual(expect.stringContaining(words));
  });
});

test('over fifty runs every boundary comes at least three times exactly, and random moments come too', () => {
  const moments = Array.from({ length: 50 }, (_, i) =>
    momentOf(i + 1, seeded(i), {
      stack: 'stack',
      acknowledge: i % 2 === 0 ? 'acknowledge' : null,
      paysOut: i % 4 === 0,
    }),
  );
  const exact = moments
    .filter(({ laterMs }) => laterMs === null)
    .map(({ again, boundary }) => (again ? 'b9' : boundary));
  for (let at = 0; at <= 9; at++) expect(exact.filter((one) => one === `b${at}`).length).toBeGreaterThanOrEqual(3);
  expect(moments.length - exact.length).toBeGreaterThanOrEqual(3);
  expect(moments.some(({ power }) => power)).toBe(true);
});
