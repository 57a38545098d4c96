/**
 * Every page of the staff's console, in the states that matter. A new page is a line here: its name, who looks, the page, and
 * what its tables answer (`scripts/screens/staff-desk.ts`).
 */
import type { Role, StaffConfiguration, StaffOffice, StaffSearch } from '../../kiosk/server/staff-wire.ts';
import type { StaffBook, StaffSample } from '../../ui/gallery/staff-book.ts';
import { checks, limited, notReady, runningChecks } from './staff-checks.ts';
import { evidence, failedChecks, statementRows } from './staff-evidence.ts';
import {
  closedDays,
  dayReport,
  entries,
  firstDay,
  longestDay,
  longestDays,
  longestReport,
  monthReport,
  noClosedDays,
  noReport,
  openDay,
  weekReport,
} from './staff-books.ts';
import {
  alarmTill,
  deskNow,
  devicesBut,
  displayDevice,
  displayTill,
  emptyTill,
  fault,
  handConsole,
  hopperDevice,
  longestDevice,
  lockedTill,
  longestTill,
  longName,
  noRequests,
  terminal,
  till,
  trace,
  troubledDevice,
  troubledTill,
  wellDevice,
} from './staff-desk.ts';

const at = '2026-03-31T01:20:00Z';

/** A page as somebody of this role sees it. */
const office = {
  configured: 'https://office.example',
  paired: {
    office: 'https://office.example',
    since: '2026-03-02T01:40:00.000Z',
    line: { connected: true, heardAt: '2026-03-31T02:00:00.000Z', waiting: 3 },
  },
  ...{ code: null, problem: null, untaken: null, stale: false },
} as const satisfies StaffOffice;

function page(
  where: StaffSample['page'],
  tables: StaffSample['tables'] = {},
  role: Role = 'administrator',
): StaffSample {
  return { now: deskNow(role), page: where, tables: { till, ...tables } };
}

/** The same after some touches. */
function touched(sample: StaffSample, ...touch: readonly string[]): StaffSample {
  return { ...sample, touch };
}

const home = { at: 'home' } as const;
const day = { at: 'day' } as const;
const reports = { at: 'reports' } as const;
const figure = '.report-tables td .touch';

const configuration: StaffConfiguration = {
  ...{ running: '5d41402abc4b2a76b9719d911017c592', waitsFor: [], undo: true, staged: null, stale: false },
  state: 'runs',
  last: { what: 'move', device: 'printer', by: '3', why: null },
  devices: [],
};
const foundPort: StaffSearch['ports'][number] = {
  ...{ port: '/dev/ttyUSB2', heldBy: [], protocol: 'ccnet', problem: null },
  state: 'asked',
  devices: [
    {
      ...{ maker: 'CashCode', model: 'SM-CN1352', serial: '21KC27006179', firmware: null, address: 3 },
      ...{ denominations: [{ currency: 'CNY', minor: 2_000 }], remarks: [], known: null },
      kind: 'note-acceptor',
      use: 'use',
      config: '{\n  "id": "acceptor-2",\n  "protocol": "ccnet",\n  "port": "/dev/ttyUSB2"\n}',
    },
  ],
};

const pages: StaffBook = {
  'set-up': { now: deskNow(null, 'set-up'), page: home, tables: {} },
  'log-in': { now: deskNow(null), page: home, tables: {} },
  cabinet: page(home),
  'cabinet-faults': page(home, { till: troubledTill }),
  'cabinet-locked': page(home, { till: lockedTill }, 'technician'),
  'cabinet-alarm': page(home, { till: alarmTill }, 'technician'),
  'cabinet-display': page(home, { till: displayTill }, 'technician'),
  'cabinet-longest': page(home, { till: longestTill }),
  'cabinet-empty': page(home, { till: emptyTill }, 'technician'),
  'cabinet-attendant': page(
    home,
    { till: { ...till, devices: devicesBut({ printer: { paper: 'low' } }) } },
    'attendant',
  ),
  device: page({ at: 'device', device: 'printer' }, { device: wellDevice }),
  'device-fault': page(
    { at: 'device', device: 'printer' },
    { device: troubledDevice, till: { ...till, devices: devicesBut({ printer: fault('escpos.cover') }) } },
    'technician',
  ),
  'device-hopper': page({ at: 'device', device: 'yuan' }, { device: hopperDevice }, 'collector'),
  'device-display': page({ at: 'device', device: 'glass' }, { device: displayDevice, till: displayTill }, 'technician'),
  'device-longest': page(
    { at: 'device', device: longestDevice.found.device },
    { device: longestDevice, till: longestTill },
  ),
  trace: page({ at: 'trace', device: 'printer' }, { trace: { found: { lines: trace, next: 10, more: false } } }),
  'trace-none': page({ at: 'trace', device: 'printer' }, { trace: { found: null } }, 'technician'),
  console: page(
    { at: 'console', device: 'printer' },
    { console: handConsole, trace: { found: { lines: trace, next: 10, more: false } } },
    'technician',
  ),
  'console-refused': page(
    { at: 'console', device: 'printer' },
    {
      console: { found: { ...handConsole.found, refused: 'moving', last: [] } },
      trace: { found: { lines: trace, next: 10, more: false } },
    },
    'technician',
  ),
  'console-none': page({ at: 'console', device: 'terminal' }, { console: { found: noRequests } }, 'technician'),
  fill: page({ at: 'fill' }),
  empty: page({ at: 'empty' }),
  box: page({ at: 'box' }, { till: troubledTill }),
  count: page({ at: 'count', bag: 'B00012' }, { till: troubledTill }),
  'count-sealed': page({ at: 'count', bag: 'B00011' }, { till: troubledTill }),
  seal: page({ at: 'seal', bag: 'B00012' }, { till: troubledTill }, 'collector'),
  'confirm-table': page({ at: 'confirm-table' }, { till: troubledTill }),
  'close-terminal': page({ at: 'close-terminal' }),
  'close-terminal-differs': page(
    { at: 'close-terminal' },
    {
      till: {
        ...till,
        terminals: [
          {
            ...terminal,
            last: {
              order: 'close-1',
              outcome: 'differs',
              told: { minor: 182_450, count: 26 },
              expected: { minor: 183_450, count: 27 },
              case: 'C00007',
            },
          },
        ],
      },
    },
  ),
  moves: page(
    { at: 'moves' },
    {
      moves: {
        moves: [
          {
            move: 'M00002',
            at,
            what: 'removed',
            device: 'yuan',
            unit: 'hopper',
            minor: 4_800,
            pieces: [{ minor: 100, count: 48 }],
            expected: [{ minor: 100, count: 50 }],
            difference: -200,
            case: 'C00003',
            by: '3 李娜',
            second: '2 王强',
            fixed: null,
            corrects: null,
            correctedBy: null,
            bag: null,
            seal: null,
            paper: 'printed',
          },
          {
            move: 'M00001',
            at,
            what: 'box-taken',
            device: 'acceptor',
            unit: 'box',
            minor: null,
            pieces: [],
            expected: null,
            difference: null,
            case: null,
            by: null,
            second: null,
            fixed: 'other',
            corrects: null,
            correctedBy: null,
            bag: 'B00001',
            seal: 'CN-204117',
            paper: 'failed',
          },
        ],
        next: null,
      },
    },
  ),
  cases: page(
    { at: 'cases' },
    {
      cases: {
        cases: [
          {
            case: 'C00007',
            about: 'terminal-differs',
            status: 'open',
            currency: 'CNY',
            minor: -1_000,
            owed: false,
            subject: 'terminal',
          },
          {
            case: 'C00005',
            about: 'change-owed',
            status: 'open',
            currency: 'CNY',
            minor: 1_350,
            owed: true,
            subject: null,
          },
          {
            case: 'C00004',
            about: 'note-stuck',
            status: 'open',
            currency: 'CNY',
            minor: null,
            owed: false,
            subject: 'acceptor',
          },
        ],
        next: null,
        open: { count: 3, minor: 350, owedMinor: 1_350 },
      },
    },
  ),
  'cases-longest': page(
    { at: 'cases' },
    {
      cases: {
        cases: Array.from({ length: 20 }, (_, n) => ({
          case: `C${88_888 - n}`,
          about: n % 2 === 0 ? ('paid-out-in-doubt' as const) : ('voucher-not-printed' as const),
          currency: 'CNY',
          status: 'open' as const,
          minor: 18_888_888,
          owed: n % 3 === 0,
          subject: n % 2 === 0 ? longName : null,
        })),
        next: 88_868,
        open: { count: 400, minor: 1_888_888_888, owedMinor: 618_888_888 },
      },
    },
  ),
  'cases-none': page({ at: 'cases' }, { cases: { cases: [], next: null, open: { count: 0, minor: 0, owedMinor: 0 } } }),
  case: page(
    { at: 'case', case: 5 },
    {
      case: {
        found: {
          case: 'C00005',
          about: 'change-owed',
          at,
          open: true,
          owed: true,
          minor: 1_350,
          subject: null,
          device: 'yuan',
          bill: { number: '1001', title: { 'zh-CN': '门诊费', en: 'Outpatient visit' } },
          receipt: 'R000018',
          slip: null,
          told: [
            { at, what: 'opened', minor: 1_350 },
            { at, what: 'part-paid', minor: 200 },
          ],
          payable: true,
          settled: null,
        },
      },
    },
  ),
  'case-as-slip': page(
    { at: 'case', case: 6 },
    {
      case: {
        found: {
          case: 'C00006',
          about: 'note-unowned',
          at,
          open: false,
          owed: false,
          minor: 2_000,
          subject: null,
          device: 'acceptor',
          bill: null,
          receipt: null,
          slip: null,
          told: [
            { at, what: 'opened', minor: 2_000 },
            { at, what: 'voucher', minor: 2_000 },
            { at, what: 'reconciled', minor: null },
          ],
          payable: true,
          settled: {
            at,
            how: 'voucher',
            minor: 2_000,
            reason: null,
            by: '1 王强',
            second: '3 李娜',
            slip: { serial: '000031', minor: 2_000, issuedAt: at, state: 'open', at: null, receipt: null, by: null },
          },
        },
      },
    },
    'technician',
  ),
  'pay-slip': page({ at: 'pay-slip' }),
  refunds: page(
    { at: 'refunds' },
    {
      refunds: {
        refunds: [
          {
            sale: 'sale-1',
            receipt: 'R000021',
            bill: '1005',
            minor: 8_650,
            voucherMinor: 3_650,
            charges: [{ method: 'wechat', minor: 5_000 }],
          },
        ],
      },
    },
  ),
  orders: page(
    { at: 'orders' },
    {
      orders: {
        orders: [
          {
            number: 'G20260331-0007',
            pickUp: '107',
            at,
            lines: [{ name: { 'zh-CN': '美式咖啡', en: 'Black coffee' }, count: 2 }],
            handedOver: false,
          },
          {
            number: 'G20260331-0006',
            pickUp: '106',
            at,
            lines: [{ name: { 'zh-CN': '热可可', en: 'Hot chocolate' }, count: 1 }],
            handedOver: true,
          },
        ],
        next: null,
      },
    },
  ),
  statements: page(
    { at: 'statements' },
    {
      statements: {
        statements: [
          {
            ...{ device: 'wechat', day: '2026-03-31', state: 'waiting', askable: true, tries: 2, why: 'not-ready' },
            ...{ own: { minor: 41_250, count: 9 }, told: null, others: null, rows: 0, unnamed: 0, case: null },
          },
          {
            ...{ device: 'wechat', day: '2026-03-30', state: 'differs', askable: false, tries: 0, why: null },
            ...{ own: { minor: 98_150, count: 14 }, told: { minor: 98_000, count: 14 }, others: null },
            rows: 2,
            ...{ unnamed: 0, case: 'C00014' },
          },
          {
            ...{ device: 'alipay', day: '2026-03-30', state: 'matches', askable: false, tries: 0, why: null },
            ...{ own: { minor: 120_300, count: 22 }, told: { minor: 120_300, count: 22 } },
            ...{ others: { minor: 310_000, count: 51 }, rows: 0, unnamed: 0, case: null },
          },
        ],
        next: null,
      },
    },
  ),
  find: page(
    { at: 'find' },
    {
      search: {
        running: true,
        ports: [
          { port: '/dev/ttyS0', state: 'held', heldBy: ['acceptor'], protocol: null, problem: null, devices: [] },
          { port: '/dev/ttyUSB1', state: 'asked', heldBy: [], protocol: null, problem: 'silent', devices: [] },
          { port: '/dev/ttyUSB2', state: 'asking', heldBy: [], protocol: null, problem: null, devices: [] },
        ],
      },
    },
    'technician',
  ),
  'find-staged': page(
    { at: 'find' },
    {
      search: { running: false, ports: [] },
      configuration: {
        ...configuration,
        stale: true,
        state: 'waits',
        staged: {
          edition: 12,
          changes: [
            { 'zh-CN': '单笔现金上限：¥5,000.00 → ¥2,000.00', en: 'Largest sum in cash: ¥5,000.00 → ¥2,000.00' },
            { 'zh-CN': '取消设备：hopper', en: 'Device taken out: hopper' },
          ],
          heldUpBy: ['hopper'],
        },
      },
    },
    'technician',
  ),
  'find-use': page({ at: 'find' }, { search: { running: false, ports: [foundPort] }, configuration }, 'technician'),
  office: page({ at: 'office' }, { office }),
  'office-code': page({ at: 'office' }, { office: { ...office, paired: null, code: '7K3QM-9DX2V' } }, 'technician'),
  'office-refused': page(
    { at: 'office' },
    {
      office: {
        ...office,
        paired: { ...office.paired, line: { connected: false, heardAt: null, waiting: 1_204 } },
        ...{ untaken: 'rewritten', stale: true },
      },
    },
    'technician',
  ),
  'find-went-back': page(
    { at: 'find' },
    {
      search: { running: false, ports: [] },
      configuration: {
        ...configuration,
        last: { what: 'went-back', device: 'acceptor-2', by: null, why: 'silent' },
        devices: [{ device: 'yuan', kind: 'hopper', port: '/dev/ttyUSB7', lost: true, refused: null }],
      },
    },
    'technician',
  ),
  persons: page(
    { at: 'persons' },
    {
      persons: {
        persons: [
          { number: '1', name: 'Zhao', role: 'technician', locked: false },
          { number: '2', name: '王强', role: 'collector', locked: true },
          { number: '3', name: '李娜', role: 'administrator', locked: false },
        ],
      },
    },
  ),
  day: page(day, { day: openDay, z: closedDays }),
  'day-question': touched(page(day, { day: openDay, z: closedDays }), '.choices .touch-main'),
  'day-report': touched(page(day, { day: openDay, z: closedDays }), '[data-z="41"] .choices > .touch'),
  'day-first': page(day, { day: firstDay, z: noClosedDays }, 'collector'),
  'day-longest': touched(page(day, { day: longestDay, z: longestDays }), '[data-z="41"] .choices > .touch'),
  reports: page(reports, { report: dayReport }),
  'reports-week': touched(page(reports, { report: weekReport }), '.report-period:nth-child(2) > .touch'),
  'reports-month': touched(page(reports, { report: monthReport }), '.report-period:nth-child(3) > .touch'),
  'reports-none': page(reports, { report: noReport }, 'collector'),
  'reports-longest': page(reports, { report: longestReport }),
  'report-entries': touched(page(reports, { report: dayReport, entries }), figure),
  'report-entry': touched(page(reports, { report: dayReport, entries }), figure, '[data-seq="12377"] .touch'),
  checks: page({ at: 'checks' }, { checks }, 'technician'),
  'checks-running': page({ at: 'checks' }, { checks: runningChecks }, 'technician'),
  readiness: page({ at: 'readiness' }, { readiness: limited }, 'technician'),
  'readiness-not': page({ at: 'readiness' }, { readiness: notReady }, 'technician'),
  'my-pin': page({ at: 'my-pin' }),
};

/** The tables of a page of the book above. */
function tablesOf(name: string): StaffSample['tables'] {
  return pages[name]?.tables ?? {};
}

const paused = { at: 'trace', device: 'printer' } as const;

/** What is opened by a touch, what is empty, and a kiosk that does not answer. */
const states: StaffBook = {
  'case-evidence': touched(
    page({ at: 'case', case: 5 }, { ...tablesOf('case'), evidence: { found: evidence } }),
    '.sheet > .card:last-child .touch',
    '[data-evidence]',
  ),
  'statement-rows': touched(
    page({ at: 'statements' }, { ...tablesOf('statements'), 'statement-rows': statementRows }),
    '[data-state="differs"] .choices .touch',
    '[data-row]',
  ),
  'trace-paused': touched(page(paused, tablesOf('trace')), '.trace li', '.trace-tools .touch'),
  'office-leaves': touched(page({ at: 'office' }, tablesOf('office')), '.card > .touch'),
  'office-away': page({ at: 'office' }, { office: { ...office, paired: null } }, 'technician'),
  'office-none': page({ at: 'office' }, { office: { ...office, configured: null, paired: null } }, 'technician'),
  'trace-quiet': page(paused, { trace: { found: { lines: [], next: 1, more: false } } }, 'technician'),
  'checks-failed': page({ at: 'checks' }, { checks: failedChecks }, 'technician'),
  'moves-none': page({ at: 'moves' }, { moves: { moves: [], next: null } }),
  'refunds-none': page({ at: 'refunds' }, { refunds: { refunds: [] } }),
  'orders-none': page({ at: 'orders' }, { orders: { orders: [], next: null } }),
  'statements-none': page({ at: 'statements' }, { statements: { statements: [], next: null } }),
  'find-none': page({ at: 'find' }, { search: { running: false, ports: [] }, configuration }, 'technician'),
  'report-entries-none': touched(
    page(reports, { report: dayReport, entries: { ...entries, entries: [], next: null } }),
    figure,
  ),
  'box-unheard': touched(page({ at: 'box' }), '.sheet .card .touch-main', '.card > .trouble'),
  silent: { ...page(home), silent: true },
  unanswered: { now: null, page: home, tables: {} },
};

export const staffSamples: StaffBook = { ...pages, ...states };

export const staffNames = Object.keys(staffSamples);
