/** What the desk answers of days, their reports and the figures of a time. The sums agree with each other, as they do in a kiosk. */
import type { DayFigures } from '../../kiosk/day/figures.ts';
import { dayRows } from '../../kiosk/day/rows.ts';
import { dayNames } from '../../kiosk/text/day.ts';
import type { StaffDay, StaffEntries, StaffReport, StaffZs } from '../../kiosk/server/staff-wire.ts';

type Z = StaffZs['zs'][number];

const none = { minor: 0, count: 0 };

const figures: DayFigures = {
  currency: 'CNY',
  sales: { minor: 486_340, count: 73 },
  receipts: { first: 'R000412', last: 'R000484' },
  rounding: -6,
  refunds: { minor: 8_650, count: 2 },
  cancelled: { minor: 2_000, count: 1 },
  methods: [
    { method: 'cash', taken: { minor: 191_034, count: 31 }, back: none, checked: { expected: 191_034, told: 190_834 } },
    { method: 'voucher', taken: { minor: 3_650, count: 2 }, back: none, checked: null },
    {
      method: 'card',
      taken: { minor: 183_450, count: 27 },
      back: none,
      checked: { expected: 183_450, told: 183_450 },
    },
    {
      method: 'wechat',
      taken: { minor: 108_200, count: 13 },
      back: { minor: 5_000, count: 1 },
      checked: null,
    },
  ],
  vouchers: {
    issued: { minor: 7_350, count: 3 },
    redeemed: { minor: 3_650, count: 2 },
    paid: { minor: 1_350, count: 1 },
  },
  window: { refunds: { minor: 3_650, count: 1 }, debts: { minor: 1_000, count: 1 } },
  liability: { opening: { minor: 12_000, count: 4 }, closing: { minor: 14_350, count: 4 } },
  cash: {
    opening: 418_000,
    taken: 236_500,
    paidOut: -45_466,
    filled: 50_000,
    collected: -49_824,
    adjusted: 0,
    closing: 609_210,
  },
  counts: { times: 2, expected: 191_034, counted: 190_834, long: 0, short: 200, corrected: 0 },
  units: [
    { unit: 'acceptor.recycler', minor: 136_000, denominations: pieces({ 1000: 34, 2000: 21, 5000: 12 }) },
    { unit: 'acceptor.box', minor: 416_300, denominations: pieces({ 100: 18, 500: 9, 10000: 41 }) },
    { unit: 'coins.box', minor: 9_160, denominations: pieces({ 10: 6, 50: 22, 100: 80 }) },
    { unit: 'yuan.hopper', minor: 41_200, denominations: pieces({ 100: 412 }) },
    { unit: 'jiao.hopper', minor: 6_550, denominations: pieces({ 10: 655 }) },
  ],
  bags: 1,
  moves: { first: 'M00031', last: 'M00034', count: 4 },
  cases: { count: 3, minor: 2_350, unknown: 1 },
  total: { minor: 48_233_780, count: 7_204 },
};

function pieces(counts: Readonly<Record<number, number>>): DayFigures['units'][number]['denominations'] {
  return Object.entries(counts).map(([minor, count]) => ({ minor: Number(minor), count }));
}

/** As the desk tells figures. */
function told(of: DayFigures): Pick<StaffDay, 'minor' | 'sections'> {
  return { minor: of.sales.minor, sections: dayRows(of) };
}

const names = dayNames;

export const openDay: StaffDay = { opened: '2026-03-31', last: 41, empty: false, names, ...told(figures) };

/** Nothing was taken, and no day was closed. */
export const firstDay: StaffDay = {
  opened: '2026-03-31',
  last: 0,
  empty: false,
  names,
  ...told({
    ...figures,
    sales: none,
    receipts: null,
    rounding: 0,
    refunds: none,
    cancelled: none,
    methods: [],
    vouchers: { issued: none, redeemed: none, paid: none },
    window: { refunds: none, debts: none },
    liability: { opening: none, closing: none },
    cash: { opening: 0, taken: 0, paidOut: 0, filled: 0, collected: 0, adjusted: 0, closing: 0 },
    counts: { times: 0, expected: 0, counted: 0, long: 0, short: 0, corrected: 0 },
    units: [],
    bags: 0,
    moves: null,
    cases: { count: 0, minor: 0, unknown: 0 },
    total: none,
  }),
};

function z(number: number, more: Partial<Z> = {}): Z {
  return {
    z: number,
    opened: `2026-03-${number - 11}`,
    at: `2026-03-${number - 11}T15:59:00Z`,
    by: null,
    second: null,
    from: number * 300,
    to: number * 300 + 299,
    ...told(figures),
    seal: { signature: 'k3J8s0QxVb1m', key: 'lab-01-2026' },
    paper: 'out',
    matched: [],
    ...more,
  };
}

export const closedDays: StaffZs = {
  zs: [
    z(41, {
      matched: [{ at: '2026-03-31T02:14:00Z', method: 'wechat', expected: 103_200, told: 102_200 }],
      seal: null,
      paper: 'printing',
    }),
    z(40, { by: '3 李娜', second: '2 王强' }),
    z(39, { paper: 'none' }),
  ],
  next: 38,
  names,
};

export const noClosedDays: StaffZs = { zs: [], next: null, names };

const report: StaffReport['report'] = {
  period: 'day',
  date: '2026-03-31',
  from: '2026-03-31',
  to: '2026-03-31',
  currency: 'CNY',
  minor: 486_340,
  count: 73,
  customers: 66,
  average: 6_662,
  refunded: 8_650,
  refunds: 1,
  rounding: -6,
  cancelled: { minor: 2_000, count: 1 },
  byMethod: [
    { method: 'cash', minor: 191_034, count: 31 },
    { method: 'card', minor: 183_450, count: 27 },
    { method: 'wechat', minor: 108_200, count: 13 },
    { method: 'voucher', minor: 3_650, count: 2 },
  ],
  byDay: [{ day: '2026-03-31', minor: 486_340, count: 73 }],
  byHour: [
    { hour: 8, minor: 96_450, count: 14 },
    { hour: 9, minor: 181_340, count: 26 },
    { hour: 10, minor: 120_500, count: 19 },
    { hour: 11, minor: 61_250, count: 10 },
    { hour: 14, minor: 26_800, count: 4 },
  ],
  byPayee: [
    { payee: '东湖社区医院', minor: 422_190, count: 58 },
    { payee: '东湖自来水有限公司', minor: 64_150, count: 15 },
  ],
  refundsByMethod: [{ method: 'wechat', minor: 8_650, count: 1 }],
};

const before = { date: '2026-03-30', to: '2026-03-30', minor: 512_080, count: 70, customers: 65 };

export const dayReport: StaffReport = { today: '2026-03-31', yesterday: '2026-03-30', before, after: null, report };

/** Each day a little other than the one before, the Sundays closed. */
function days(from: string, count: number): StaffReport['report']['byDay'] {
  const dayMs = 86_400_000;
  return Array.from({ length: count }, (_, n) => new Date(Date.parse(from) + n * dayMs))
    .filter((day) => day.getUTCDay() !== 0)
    .map((day) => {
      const n = day.getUTCDate();
      return {
        day: day.toISOString().slice(0, 10),
        minor: 320_000 + ((n * 37_190) % 210_000),
        count: 48 + ((n * 7) % 31),
      };
    });
}

function overDays(period: 'week' | 'month', date: string, from: string, to: string, count: number): StaffReport {
  const byDay = days(from, count);
  const minor = byDay.reduce((sum, day) => sum + day.minor, 0);
  const sales = byDay.reduce((sum, day) => sum + day.count, 0);
  const rest = minor - report.byMethod.slice(1).reduce((sum, one) => sum + one.minor * 5, 0);
  return {
    ...dayReport,
    before: { ...before, minor: Math.round(minor * 0.93), count: sales + 12 },
    report: {
      ...report,
      period,
      date,
      from,
      to,
      minor,
      count: sales,
      customers: sales - 9,
      average: Math.round(minor / sales),
      byDay,
      byMethod: report.byMethod.map((one, n) => ({ ...one, minor: n === 0 ? rest - 6 : one.minor * 5 })),
      byPayee: [{ payee: '东湖社区医院', minor, count: sales }],
    },
  };
}

export const weekReport = overDays('week', '2026-W14', '2026-03-30', '2026-04-05', 7);
export const monthReport = overDays('month', '2026-03', '2026-03-01', '2026-03-31', 31);

export const noReport: StaffReport = {
  ...dayReport,
  before: { ...before, minor: 0, count: 0, customers: 0 },
  report: {
    ...report,
    minor: 0,
    count: 0,
    customers: 0,
    average: null,
    refunded: 0,
    refunds: 0,
    rounding: 0,
    cancelled: none,
    byMethod: [],
    byDay: [],
    byHour: [],
    byPayee: [],
    refundsByMethod: [],
  },
};

const entry = (seq: number, clock: string, minor: number, receipt: string): StaffEntries['entries'][number] => ({
  seq,
  at: `2026-03-31T${clock}Z`,
  day: '2026-03-31',
  kind: 'sale.paid',
  session: `v-${seq}`,
  minor,
  body: { kind: 'sale.paid', receipt, bill: '1001', tenders: [{ method: 'wechat', minor }] },
  hash: '9f2c1b7e55d0a4c38e61f09b7a2d4c1e8f3b6a5d70c9e2148b7f6d3a1c0e5942',
});

export const entries: StaffEntries = {
  entries: [
    entry(12_418, '03:41:07.120', 3_650, 'R000484'),
    entry(12_377, '03:12:55.004', 12_800, 'R000479'),
    entry(12_301, '02:20:31.871', 8_650, 'R000466'),
  ],
  next: 12_290,
};

/** The longest amounts that may come, and names of forty letters. */
const most = 18_888_888;
const longPayee = 'East Lake District Community Health Home';
export const longestDay: StaffDay = {
  opened: '2026-03-31',
  last: 9_999,
  empty: false,
  names,
  ...told({
    ...figures,
    sales: { minor: most, count: 18_888 },
    total: { minor: 188_888_888_888, count: 8_888_888 },
    methods: figures.methods.map((one) => ({
      ...one,
      taken: { minor: most, count: 18_888 },
      back: { minor: most, count: 888 },
      checked: one.method === 'voucher' ? null : { expected: most, told: 0 },
    })),
    cash: { ...figures.cash, opening: most, taken: most, paidOut: -most, closing: most },
    liability: { opening: { minor: most, count: 888 }, closing: { minor: most, count: 888 } },
    cases: { count: 888, minor: most, unknown: 88 },
    units: figures.units.map((one) => ({ ...one, unit: `a-recycler-with-a-name-of-forty-letters-${one.unit.length}` })),
  }),
};

export const longestDays: StaffZs = {
  zs: [
    z(41, { by: '88888 Wilhelmina Featherstonehaugh', second: '99999 Maximilian Featherstonehaugh', paper: 'unknown' }),
  ],
  next: null,
  names,
};

export const longestReport: StaffReport = {
  ...dayReport,
  before: { ...before, minor: 1, count: 18_888 },
  report: {
    ...report,
    minor: most,
    count: 18_888,
    customers: 18_888,
    average: most,
    refunded: most,
    rounding: -most,
    byMethod: report.byMethod.map((one) => ({ ...one, minor: most, count: 18_888 })),
    byHour: report.byHour.map((one) => ({ ...one, minor: most, count: 18_888 })),
    byPayee: Array.from({ length: 40 }, (_, n) => ({ payee: `${longPayee} ${n}`, minor: most - n, count: 18_888 - n })),
  },
};
