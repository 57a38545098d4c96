/** Sales for the tests of reports: as the kiosk books them, and random ones. */
import fc from 'fast-check';
import type { EntryBody } from '../../../kiosk/entry.ts';
import type { Report } from '../../../kiosk/reports/report.ts';
import type { MethodName } from '../../../kiosk/server/wire.ts';
import { paid as example } from '../journal/examples.ts';

type Paid = Extract<EntryBody, { kind: 'sale.paid' }>;

/** Something that happens `waitMs` after what came before it. */
export interface Happened {
  readonly waitMs: number;
  readonly body: EntryBody;
}

export const start = (timeZone: string): EntryBody => ({
  kind: 'kiosk.started',
  boot: 'b',
  version: '1',
  config: 'c',
  kiosk: 'LAB-01',
  currency: 'CNY',
  timeZone,
  lang: 'zh-CN',
});

export function sale(n: number, changes: Partial<Paid> = {}): Paid {
  return { ...example(n), ...changes };
}

export function refund(n: number, method: Exclude<MethodName, 'cash'>, minor: number): EntryBody {
  return { kind: 'refund.done', sale: `s${n}`, method, currency: 'CNY', minor };
}

export function cancelled(minor: number): EntryBody {
  return { kind: 'sale.cancelled', sale: 's', session: 'v', currency: 'CNY', minor, reason: 'cancel' };
}

/** Of a week in which nothing was sold. */
export const emptyReport: Report = {
  period: 'week',
  date: '2026-W14',
  from: '2026-03-30',
  to: '2026-04-05',
  currency: 'CNY',
  minor: 0,
  count: 0,
  customers: 0,
  average: null,
  refunded: 0,
  refunds: 0,
  rounding: 0,
  cancelled: { minor: 0, count: 0 },
  byMethod: [],
  byDay: [],
  byHour: [],
  byPayee: [],
  refundsByMethod: [],
};

const payees = ['自来水公司', 'City Power', 'Smith, "Sons" & Co', '=1+1', 'ünïted 学校', 'City Power paid CNY'];
const ways: readonly MethodName[] = ['cash', 'voucher', 'card', 'alipay', 'wechat'];
const waitMs = fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 200_000_000 }));

/** Tenders less change make the amount and the rounding; change may be more than the cash. */
const paid = fc
  .record({
    n: fc.nat(),
    visit: fc.nat({ max: 30 }),
    minor: fc.integer({ min: 1, max: 900_000 }),
    rounding: fc.integer({ min: -9, max: 0 }),
    payee: fc.constantFrom(...payees),
    tenders: fc.array(fc.record({ method: fc.constantFrom(...ways), minor: fc.integer({ min: 1, max: 300_000 }) }), {
      maxLength: 4,
    }),
    last: fc.constantFrom(...ways),
    over: fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 5_000 }), fc.nat({ max: 500 })),
  })
  .map(({ n, visit, minor, rounding: wanted, payee, tenders, last, over: [cash, voucher, owed] }) => {
    const rounding = Math.max(wanted, -minor);
    const given = tenders.reduce((sum, one) => sum + one.minor, 0);
    const missing = minor + rounding + cash + voucher + owed - given;
    const whole = missing > 0 ? [...tenders, { method: last, minor: missing }] : tenders;
    const change = { cash, voucher: voucher + Math.max(0, -missing), owed };
    return sale(n, { session: `v${visit}`, minor, rounding, payee, tenders: whole, change });
  });

const back = fc
  .record({
    n: fc.nat(),
    method: fc.constantFrom('voucher', 'card', 'alipay', 'wechat'),
    minor: fc.nat({ max: 90_000 }),
  })
  .map(({ n, method, minor }) => refund(n, method as Exclude<MethodName, 'cash'>, minor));

const givenUp = fc.nat({ max: 9_000 }).map(cancelled);

/** What happens at a kiosk in some days or weeks. */
export const happenings: fc.Arbitrary<readonly Happened[]> = fc.array(
  fc.record({
    waitMs,
    body: fc.oneof({ weight: 6, arbitrary: paid }, { weight: 1, arbitrary: back }, { weight: 1, arbitrary: givenUp }),
  }),
  { maxLength: 120, size: 'max' },
);
