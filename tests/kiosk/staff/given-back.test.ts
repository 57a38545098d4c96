/** Money of a sale that a person has to do with: whichever way it goes back, it is booked as given back, once. */
import { describe, expect, test } from 'vitest';
import { alreadyGivenBack } from '../../../hardware/charge.ts';
import { auditor } from '../../../kiosk/day/audit.ts';
import { type Entry, type EntryBody, entryClass } from '../../../kiosk/entry.ts';
import type { Ending } from '../../../kiosk/fact.ts';
import { indexKeys, rollingUp } from '../../../kiosk/journal/derive.ts';
import { caseRecord, slipOf, soldIn } from '../../../kiosk/staff/cases.ts';
import { voucherRecord } from '../../../kiosk/lookup.ts';
import { bill, Visit, withCharges } from '../view/visit.ts';

const by = '1';
const at = '2026-03-31T01:20:00.000Z';

const kindOf = <K extends EntryBody['kind']>(visit: Visit, kind: K) =>
  visit.recorded.filter((body): body is Extract<EntryBody, { kind: K }> => body.kind === kind);

function found(of: Visit, key: string): readonly Entry[] {
  return of.recorded.filter((body) => indexKeys(body).includes(key)).map((body) => ({ body, at }) as Entry);
}

function ends(visit: Visit, ending: Ending): Visit {
  const opened = kindOf(visit, 'case.opened')[0]!;
  const record = caseRecord(found(visit, `case:${opened.case}`))!;
  const serial = slipOf(record.one);
  const slip = serial === null ? null : voucherRecord(found(visit, `voucher:${serial}`));
  const sold = soldIn(record, (key) => found(visit, key));
  return visit.step({ fact: 'case.settled', record: record.one, slip, sold, ...ending, by });
}

function over(visit: Visit): Visit {
  for (let tries = 0; visit.kiosk.session !== null && tries < 30; tries++) visit.waits(200_000);
  return visit;
}

/** The bill of a charge by card was refused, and the terminal does not take it back. */
function cardOwed(): Visit {
  const visit = new Visit(withCharges).boot().reached().begin().confirmed().charging('card').approved();
  visit.confirmedCharge();
  const post = Object.keys(visit.kiosk.posts)[0]!;
  visit.step({ fact: 'bill.refused', command: post, reason: 'cancelled' });
  const { device, command } = visit.charge();
  return over(visit.step({ fact: 'charge.irreversible', device, command, key: 'never', code: 'B5' }));
}

/** A receipt that was paid by wallet is given back, and the wallet refuses with this code. */
function walletRefused(code: string): Visit {
  const visit = new Visit(withCharges).boot().reached().begin().confirmed().charging('alipay').approved();
  visit.wantedBack().ask({ do: 'agree' });
  const [{ sale } = { sale: '' }] = kindOf(visit, 'sale.paid');
  const { stage } = visit.kiosk.session ?? {};
  if (stage?.at === 'refund' && stage.step === 'waiting')
    visit.step({ fact: 'refund.judged', sale, approve: true, by });
  visit.billReversed();
  const [part] = Object.values(visit.kiosk.refunds).flatMap(({ parts }) => parts);
  return over(visit.step({ fact: 'refund.refused', device: 'alipay', command: part!.command, key: 'k', code }));
}

const ways = {
  'a card that its terminal does not give back': cardOwed,
  'a refund that the wallet refuses': () => walletRefused('TRADE_FINISHED'),
  'a refund that went back by another hand': () => walletRefused(alreadyGivenBack),
} as const;
const paid: Ending = { how: 'paid', minor: bill.minor, reason: null };
const slip: Ending = { how: 'voucher', minor: bill.minor, reason: null };
const nothing = (reason: 'given' | 'written-off'): Ending => ({ how: 'void', minor: null, reason });

type Row = readonly [way: keyof typeof ways, ending: Ending, by: 'window' | 'voucher' | 'alipay' | null];
const rows: readonly Row[] = [
  ['a card that its terminal does not give back', paid, 'window'],
  ['a card that its terminal does not give back', slip, 'voucher'],
  ['a card that its terminal does not give back', nothing('given'), 'window'],
  ['a card that its terminal does not give back', nothing('written-off'), null],
  ['a refund that the wallet refuses', paid, 'window'],
  ['a refund that the wallet refuses', nothing('given'), 'window'],
  ['a refund that the wallet refuses', nothing('written-off'), null],
  ['a refund that went back by another hand', paid, 'window'],
  ['a refund that went back by another hand', nothing('given'), 'alipay'],
  ['a refund that went back by another hand', nothing('written-off'), 'alipay'],
];

describe.each(rows)('%s, ended %o', (way, ending, back) => {
  const visit = ends(ways[way](), ending);
  ends(visit, ending);
  visit.step({ fact: 'day.close-asked', by, lang: 'en' });
  const written = visit.recorded.filter((body) => entryClass(body.kind) !== 'volatile');
  const due = back === null ? { minor: 0, count: 0 } : { minor: bill.minor, count: 1 };

  test('is given back once, of the sale that was sold', () => {
    const done = kindOf(visit, 'refund.done');
    const [sold] = kindOf(visit, 'sale.paid');
    expect(done.map(({ sale, window, method }) => [sale, window === true ? 'window' : method])).toEqual(
      back === null ? [] : [[sold?.sale, back]],
    );
    expect(done.reduce((sum, { minor }) => sum + minor, 0)).toBe(due.minor);
  });

  test('stands so in the report of the day, by its own sum over what was written', () => {
    const [z] = kindOf(visit, 'day.closed');
    const { refunds, methods, window, cash } = z!.figures;
    expect(refunds).toEqual(due);
    expect(methods.find(({ method }) => method === 'cash')?.back.minor ?? 0).toBe(0);
    expect(methods.find(({ method }) => method === back)?.back ?? due).toEqual(due);
    expect(window?.refunds).toEqual(back === 'window' ? due : undefined);
    expect(cash.paidOut).toBe(0);
  });

  test('is no riddle to the audit', () => {
    const audit = auditor(null);
    const wrong = written.map((body, i) =>
      audit({ seq: i + 1, at, day: '', kind: body.kind, session: null, body, hash: '' }),
    );
    expect(wrong.filter((words) => words !== null)).toEqual([]);
  });

  test('is refunded in the figures of a month', () => {
    const add = rollingUp();
    const deltas = written.flatMap((body) => add({ body, at, day: '2026-03-31' }));
    const refunded = deltas.filter(({ part, outcome }) => part === 'sale' && outcome === 'refunded');
    expect(refunded.reduce((sum, { minor }) => sum + minor, 0)).toBe(due.minor);
  });
});

test('what the window pays for a case alone is a debt, and no refund', () => {
  const visit = new Visit().boot();
  visit.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency: 'CNY', minor: 2_000 });
  ends(visit, { how: 'paid', minor: 2_000, reason: null });
  expect(kindOf(visit, 'refund.done')).toEqual([]);
  visit.step({ fact: 'day.close-asked', by, lang: 'en' });
  expect(kindOf(visit, 'day.closed')[0]?.figures).toMatchObject({
    window: { refunds: { count: 0 }, debts: { minor: 2_000, count: 1 } },
    cash: { taken: 2_000, closing: 2_000 },
  });
});
