import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntryBody } from '../../kiosk/entry.ts';
import type { FactBody } from '../../kiosk/fact.ts';
import { indexKeys, voucherKey } from '../../kiosk/journal/derive.ts';
import { otherKiosksVoucher, voucherEnd, voucherRecord } from '../../kiosk/lookup.ts';
import type { VoucherRecord, VoucherWord } from '../../kiosk/sale/voucher.ts';
import { bill, Visit } from './view/visit.ts';

const key = 'MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const offlineMaximumMinor = 3_000;
const issuedAt = '2026-03-30T02:00:00.000Z';
const at = '2026-03-31T01:21:00.000Z';
const own: VoucherRecord = { serial: '000001', currency: 'CNY', minor: 2_000, issuedAt, spent: false };
const others: VoucherRecord = { ...own, issuer: 'LAB-02' };
const unspent: VoucherWord = { spent: null };
const spent: VoucherWord = { spent: { kiosk: 'LAB-03', at } };

function choosing(lang: 'zh-CN' | 'en' = 'en'): Visit {
  const vouchers = { accept: [{ kiosk: 'LAB-02', key }], offlineMaximumMinor };
  return new Visit((config) => ({ ...config, vouchers })).boot().begin(lang).confirmed();
}

const presents = (visit: Visit, record: VoucherRecord, askable = false): Visit =>
  visit.step({ fact: 'voucher.presented', serial: record.serial, record, ...(askable ? { askable } : {}) });

function asking(visit: Visit): string {
  const stage = visit.kiosk.session?.stage;
  if (stage?.at !== 'voucher' || stage.asking === undefined) throw new Error('the office is not asked');
  return stage.asking.command;
}

const told = (visit: Visit, word: VoucherWord | null, record: VoucherRecord | null = others): Visit =>
  visit.step({ fact: 'voucher.told', command: asking(visit), word, record });

const redeemed = ({ recorded }: Visit) => recorded.filter(({ kind }) => kind === 'voucher.redeemed');

function shown(visit: Visit) {
  const { body } = visit.view();
  if (body.screen !== 'voucher') throw new Error(`the glass shows ${body.screen}`);
  return { busy: body.busy, problem: body.problem };
}

describe('a slip that the office is asked about', () => {
  test('is on disk as a question before that leaves, and nothing is taken until it is answered', () => {
    const visit = presents(choosing(), others, true);
    const command = asking(visit);
    const { id: session, sale } = visit.kiosk.session!;
    expect(visit.entries.filter(({ kind }) => kind.startsWith('voucher.'))).toEqual([
      {
        ...{ kind: 'voucher.ask', command, session, sale: sale?.id, issuer: 'LAB-02', serial: '000001' },
        ...{ currency: 'CNY', minor: 2_000 },
      },
    ]);
    expect(redeemed(visit)).toEqual([]);
    expect(shown(visit)).toEqual({ busy: 'Checking your cash slip, up to 2 seconds…', problem: null });
  });

  test('is taken when nobody has told that it was spent, with the kiosk that gave it out', () => {
    const visit = told(presents(choosing(), others, true), unspent);
    expect(redeemed(visit)).toMatchObject([{ issuer: 'LAB-02', serial: '000001', minor: 2_000 }]);
    expect(redeemed(visit)[0]).not.toHaveProperty('unasked');
    expect(visit.kiosk.session).toMatchObject({
      stage: { at: 'choose' },
      sale: { vouchers: [{ serial: '000001', minor: 2_000, issuer: 'LAB-02' }] },
    });
  });

  test.each([
    ['en', 'This cash slip was already used at machine LAB-03 on 31 March 2026, 09:21'],
    ['zh-CN', '这张现金凭证已于 2026 年 3 月 31 日 09:21 在收款机 LAB-03 用过'],
  ] as const)('is told when and where it was spent, on the glass and aloud: %s', (lang, text) => {
    const visit = told(presents(choosing(lang), others, true), spent);
    expect(redeemed(visit)).toEqual([]);
    expect(shown(visit)).toEqual({ busy: null, problem: text });
    expect(visit.said.at(-1)?.text).toBe(text);
  });

  test('is presented again in vain while the question is open', () => {
    const visit = presents(choosing(), others, true);
    const before = visit.kiosk.session;
    presents(presents(visit, others, true), own);
    expect(visit.kiosk.session).toEqual(before);
    expect(redeemed(told(visit, unspent))).toHaveLength(1);
  });

  test('has one answer: another, or one for a question of before, changes nothing', () => {
    const visit = presents(choosing(), others, true);
    const command = asking(visit);
    const answer = (of: string): FactBody => ({ fact: 'voucher.told', command: of, word: unspent, record: others });
    expect(redeemed(visit.step(answer('voucher-other')))).toEqual([]);
    expect(redeemed(visit.step(answer(command)).step(answer(command)))).toHaveLength(1);
  });

  test.each<[string, (visit: Visit) => Visit]>([
    ['goes back', (visit) => visit.ask({ do: 'back' })],
    ['gives up', (visit) => visit.ask({ do: 'cancel' })],
    ['is gone', (visit) => visit.waits(400_000).waits(400_000)],
    ['stands there after a start', (visit) => visit.boot('ok', null)],
  ])('is nobody’s any more when its owner %s', (_, happens) => {
    const visit = presents(choosing(), others, true);
    const command = asking(visit);
    happens(visit).step({ fact: 'voucher.told', command, word: unspent, record: others });
    expect(redeemed(visit)).toEqual([]);
  });

  test('that money lies beside is given up at a start, and the visit goes on', () => {
    const visit = presents(presents(choosing(), own), { ...others, serial: '000002' }, true);
    expect(redeemed(visit)).toHaveLength(1);
    visit.boot('ok', visit.kiosk.wallMs);
    expect(visit.kiosk.session?.stage).toEqual({ at: 'choose' });
    presents(visit, { ...others, serial: '000002' }, true);
    expect(redeemed(told(visit, unspent, { ...others, serial: '000002' }))).toHaveLength(2);
  });

  test('and that the window has paid meanwhile is not taken', () => {
    const visit = presents(choosing(), own, true);
    expect(redeemed(told(visit, unspent, { ...own, spent: true, spentAt: at }))).toEqual([]);
    expect(shown(visit).problem).toContain('already used at machine LAB-01');
  });
});

describe('a slip that nobody is asked about', () => {
  test.each([
    ['as there is no line', (visit: Visit) => presents(visit, others)],
    ['as nobody answers', (visit: Visit) => told(presents(visit, others, true), null)],
  ])('is taken up to the limit of all of them, %s', (_, present) => {
    const visit = present(choosing());
    expect(redeemed(visit)).toMatchObject([{ issuer: 'LAB-02', unasked: true }]);
    expect(visit.kiosk.unasked.minor).toBe(2_000);
    presents(visit, { ...others, serial: '000002', minor: 1_001 });
    expect(redeemed(visit)).toHaveLength(1);
    expect(shown(visit).problem).toMatch(/^This cash slip is from another machine and cannot be checked right now/);
    presents(visit, { ...others, serial: '000003', minor: 1_000 });
    expect(redeemed(visit)).toHaveLength(2);
  });

  test('the office knowing of none is not enough where it will be long until it hears of this one', () => {
    const visit = presents(choosing(), others, true);
    const answer = (record: VoucherRecord): FactBody => {
      return { fact: 'voucher.told', command: asking(visit), word: unspent, record, behind: true };
    };
    visit.step(answer(others));
    expect(redeemed(visit)).toMatchObject([{ issuer: 'LAB-02', unasked: true }]);
    const second = { ...others, serial: '000002' };
    presents(visit, second, true).step(answer(second));
    expect(redeemed(visit)).toHaveLength(1);
    expect(shown(visit).problem).toMatch(/^This cash slip is from another machine and cannot be checked right now/);
  });

  test('counts towards the limit until the office holds its row', () => {
    const visit = presents(choosing(), others);
    const { seq } = visit.kiosk.unasked;
    visit.step({ fact: 'uplink.stored', seq: seq - 1 });
    expect(visit.kiosk.unasked.minor).toBe(2_000);
    visit.step({ fact: 'uplink.stored', seq });
    expect(visit.kiosk.unasked).toEqual({ minor: 0, seq: 0 });
    visit.step({ fact: 'uplink.stored', seq: seq + 1 });
    expect(visit.recorded.filter(({ kind }) => kind === 'voucher.reported')).toHaveLength(1);
  });

  test('of this kiosk’s own is taken as ever, whatever the limit', () => {
    const dear = { ...own, minor: 8_000 };
    expect(redeemed(presents(choosing(), dear))).toMatchObject([{ minor: 8_000 }]);
    const visit = told(presents(choosing(), dear, true), null, dear);
    expect(redeemed(visit)).toMatchObject([{ minor: 8_000 }]);
    expect(visit.kiosk.unasked.minor).toBe(0);
  });

  test('that is worth more than is to go stays the slip it is where no change can be printed', () => {
    const visit = choosing();
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(redeemed(presents(visit, { ...own, minor: 100_000 }))).toEqual([]);
    expect(shown(visit).problem).not.toBeNull();
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'ok' });
    expect(redeemed(presents(visit, { ...own, minor: 100_000 }))).toHaveLength(1);
  });

  test('in another currency is refused like a wrong one', () => {
    const visit = presents(choosing(), { ...others, currency: 'EUR' }, true);
    const wrong = choosing().step({ fact: 'voucher.presented', serial: '000009', record: null });
    expect(shown(visit)).toEqual(shown(wrong));
  });
});

describe('two slips of the same number', () => {
  test('of two kiosks are two: what stood open about this kiosk’s stands open after the other’s', () => {
    const visit = choosing().ask({ do: 'method', method: 'cash' }).ask({ do: 'agree' }).note(10_000).refusedPrint();
    expect(Object.values(visit.kiosk.cases)).toMatchObject([{ about: 'voucher-not-printed', subject: '000001' }]);
    visit
      .boot('ok', visit.kiosk.wallMs - 600_000)
      .begin()
      .confirmed({ ...bill, number: '1002' });
    presents(visit, others);
    expect(Object.values(visit.kiosk.cases)).toHaveLength(1);
    presents(visit, own);
    expect(Object.values(visit.kiosk.cases)).toEqual([]);
  });

  test('of two kiosks stand apart in the day’s figures', () => {
    const both = presents(presents(choosing(), others), own);
    expect(redeemed(both)).toMatchObject([{ issuer: 'LAB-02' }, { serial: '000001' }]);
    expect(redeemed(both)[1]).not.toHaveProperty('issuer');
    expect(both.kiosk.day.liability).toEqual({ minor: -2_000, count: -1 });
    expect(both.kiosk.day.period.vouchers).toMatchObject({
      redeemed: { minor: 2_000, count: 1 },
      others: { minor: 2_000, count: 1 },
    });
  });

  test('are found each under its own', () => {
    const name = fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{0,15}$/);
    const serial = fc.stringMatching(/^[0-9A-Za-z-]{1,40}$/);
    const issuer = fc.option(name, { nil: undefined });
    fc.assert(
      fc.property(fc.tuple(serial, issuer), fc.tuple(serial, issuer), (one, other) => {
        const same = one[0] === other[0] && one[1] === other[1];
        expect(voucherKey(...one) === voucherKey(...other)).toBe(same);
      }),
    );
  });
});

describe('what the journal has of a slip', () => {
  const inSale = { session: 's', sale: 'a', serial: '000001', currency: 'CNY', minor: 2_000 } as const;
  const taken: EntryBody = { kind: 'voucher.redeemed', ...inSale, issuer: 'LAB-02' };
  const heard: EntryBody = { kind: 'voucher.told', command: 'q', serial: '000001', issuer: 'LAB-02', word: spent };

  test('of another kiosk: when it was taken here', () => {
    expect(otherKiosksVoucher(own, 'LAB-02', [])).toEqual(others);
    expect(otherKiosksVoucher(own, 'LAB-02', [{ at, body: taken }])).toEqual({ ...others, spent: true, spentAt: at });
  });

  test('what the office once said of it holds also when it cannot be asked', () => {
    const ended = { spent: true, spentAt: at, spentBy: 'LAB-03' };
    expect(otherKiosksVoucher(own, 'LAB-02', [{ at: issuedAt, body: heard }])).toEqual({ ...others, ...ended });
    const issued: EntryBody = { kind: 'voucher.issued', ...inSale, reason: 'change' };
    const entries = [
      { at: issuedAt, body: issued },
      { at: issuedAt, body: { kind: 'voucher.told', command: 'q', serial: '000001', word: spent } as const },
    ];
    expect(voucherRecord(entries)).toEqual({ ...own, ...ended });
    expect(voucherEnd(entries)).toEqual({ how: 'elsewhere', kiosk: 'LAB-03', at });
  });

  test('is found under the kiosk that gave it out, an answer only where it says that it was spent', () => {
    expect(indexKeys(taken)).toEqual(['voucher:LAB-02/000001', 'sale:a']);
    expect(indexKeys(heard)).toEqual(['voucher:LAB-02/000001']);
    expect(indexKeys({ ...heard, word: unspent })).toEqual([]);
    expect(indexKeys({ ...heard, word: null })).toEqual([]);
  });
});
