/** What the staff's desk answers on the sampled pages: a cabinet with everything in it, in several states. */
import { faultOf } from '../../hardware/faults.ts';
import type {
  Role,
  StaffConsole,
  StaffDevice,
  StaffNow,
  StaffTill,
  StaffTraceLine,
} from '../../kiosk/server/staff-wire.ts';
import { rightsOf } from '../../kiosk/staff/rights.ts';

type Device = StaffTill['devices'][number];
type Unit = StaffTill['units'][number];

const at = (clock: string) => `2026-03-31T${clock}Z`;

/** Somebody of this role has come in; null: nobody has. */
export function deskNow(role: Role | null, where: StaffNow['at'] = role === null ? 'log-in' : 'in'): StaffNow {
  return {
    at: where,
    merchant: { name: { 'zh-CN': '东湖社区医院', en: 'East Lake Clinic' }, mark: '+', accent: '#0A5C5A' },
    place: { 'zh-CN': '门诊大厅', en: 'Outpatient hall' },
    kiosk: 'LAB-01',
    money: { currency: 'CNY', exponent: 2 },
    timeZone: 'Asia/Shanghai',
    glass: { diagonalInch: 21.5, widthPx: 1080, heightPx: 1920 },
    me: role === null ? null : { number: '3', name: '李娜', role, rights: rightsOf(role), seconds: 96 },
    twoPersons: ['remove', 'count'],
  };
}

const quiet = {
  ready: true,
  faults: [],
  lost: false,
  paper: null,
  boxOut: false,
  emptying: false,
  minors: [],
  newTable: null,
  since: null,
  lastFault: null,
} as const;

const deviceNames = {
  scanner: 'scanner',
  terminal: 'card-terminal',
  acceptor: 'recycler',
  coins: 'coin-acceptor',
  printer: 'printer',
  yuan: 'hopper',
  jiao: 'hopper',
  cabinet: 'cabinet-io',
} as const satisfies Record<string, Device['kind']>;
type Name = keyof typeof deviceNames;

const minors: Partial<Record<Name, readonly number[]>> = {
  acceptor: [100, 500, 1000, 2000, 5000, 10000],
  coins: [10, 50, 100],
  yuan: [100],
  jiao: [10],
};

export function devicesBut(changes: Partial<Record<Name, Partial<Device>>>): readonly Device[] {
  return (Object.keys(deviceNames) as Name[]).map((device) => ({
    ...quiet,
    device,
    kind: deviceNames[device],
    minors: minors[device] ?? [],
    ...(device === 'printer' ? { paper: 'ok' as const } : {}),
    ...changes[device],
  }));
}

/** It stands since quarter past nine. */
export function fault(code: string): Partial<Device> {
  return {
    faults: [{ code, remedy: faultOf(code)?.remedy ?? null }],
    since: at('01:15:08'),
    lastFault: { code, at: at('01:15:08') },
  };
}

function unit(
  device: string,
  name: Unit['unit'],
  counts: Readonly<Record<number, number>>,
  more: Partial<Unit> = {},
): Unit {
  const stocks = Object.entries(counts).map(([minor, count]) => ({ minor: Number(minor), count, machine: count }));
  const pieces = stocks.reduce((sum, { count }) => sum + count, 0);
  const minor = stocks.reduce((sum, one) => sum + one.minor * one.count, 0);
  const told = name === 'box' ? { minor: null, stocks: [] } : { minor, stocks };
  const capacity = { box: 600, recycler: 150, hopper: 500 }[name];
  return { device, unit: name, ...told, pieces, capacity, declared: true, state: null, differs: false, ...more };
}

const units: readonly Unit[] = [
  unit('acceptor', 'recycler', { 1000: 34, 2000: 21, 5000: 12 }, { state: 'ok' }),
  unit('acceptor', 'box', { 100: 18, 500: 9, 10000: 41 }),
  unit('coins', 'box', { 10: 6, 50: 22, 100: 80 }),
  unit('yuan', 'hopper', { 100: 412 }, { state: 'ok' }),
  unit('jiao', 'hopper', { 10: 655 }, { state: 'ok' }),
];

export const terminal: StaffTill['terminals'][number] = {
  device: 'terminal',
  minor: 183_450,
  count: 27,
  closing: null,
  charging: false,
  last: null,
};

const cabinet: NonNullable<StaffTill['cabinet']> = {
  door: 'closed',
  vault: 'closed',
  mains: 'on',
  'ups-low': 'off',
  key: 'off',
  celsiusTenths: 231,
  alarms: [],
};

export const till: StaffTill = {
  units,
  cabinet,
  locked: null,
  bags: [],
  cases: 0,
  refunds: 0,
  zOwed: { z: 41, perhaps: false, more: 2 },
  wallets: true,
  terminals: [terminal],
  devices: devicesBut({}),
};

/** Nothing was put into it yet, and nothing has told that it is there. */
export const emptyTill: StaffTill = {
  units: [
    unit('acceptor', 'recycler', {}, { declared: false, state: 'empty' }),
    unit('acceptor', 'box', {}),
    unit('yuan', 'hopper', {}, { declared: false, state: 'empty' }),
  ],
  cabinet: null,
  locked: null,
  bags: [],
  cases: 0,
  refunds: 0,
  zOwed: null,
  wallets: false,
  terminals: [],
  devices: devicesBut({}).map((device) => ({ ...device, ready: false })),
};

export const troubledTill: StaffTill = {
  units: units.map((one) =>
    one.device === 'jiao' ? { ...unit('jiao', 'hopper', { 10: 31 }), state: 'low', differs: true } : one,
  ),
  cabinet: { ...cabinet, vault: 'open', mains: 'off', alarms: ['vault', 'vibration'] },
  locked: null,
  bags: [
    { bag: 'B00012', device: 'acceptor', seal: null },
    { bag: 'B00011', device: 'acceptor', seal: 'CN-204117' },
  ],
  cases: 3,
  refunds: 1,
  zOwed: { z: 41, perhaps: true, more: 30 },
  wallets: true,
  terminals: [terminal],
  devices: devicesBut({
    acceptor: { ...fault('ccnet.jam-validator'), boxOut: true },
    printer: { ...fault('escpos.cover'), paper: 'out' },
    terminal: {
      lost: true,
      ready: false,
      since: at('00:58:41'),
      lastFault: { code: 'port.silent', at: at('00:58:41') },
    },
    scanner: { since: at('00:02:10'), lastFault: { code: 'scanner.unreadable', at: at('00:02:10') } },
    coins: { newTable: [10, 50, 100, 500] },
  }),
};

/** Opened while nobody had logged in, and the mains are gone. */
export const alarmTill: StaffTill = {
  ...till,
  cabinet: {
    ...cabinet,
    door: 'open',
    vault: 'open',
    mains: 'off',
    'ups-low': 'on',
    key: 'on',
    alarms: ['door', 'vault', 'vibration'],
  },
};

/** The office has closed it. */
export const lockedTill: StaffTill = { ...till, locked: { order: 1_774_920_058, at: at('01:12:00') } };

/** What the customers see is looked at too, and stands still. */
export const displayTill: StaffTill = {
  ...till,
  devices: [{ ...quiet, device: 'glass', kind: 'display', ...fault('display.frozen') }, ...till.devices],
};

export const longName = 'a-device-with-a-name-of-forty-letters-no';

/** Many devices with long names, everything in them, everything wrong. */
export const longestTill: StaffTill = {
  ...troubledTill,
  units: Array.from({ length: 4 }, (_, n) =>
    unit(
      `${longName}${n}`,
      'recycler',
      { 10000: 18_888, 5000: 18_888 },
      { minor: 18_888_888, state: 'low', differs: true },
    ),
  ),
  bags: Array.from({ length: 6 }, (_, n) => ({ bag: `B8888${n}`, device: `${longName}${n}`, seal: null })),
  devices: Array.from({ length: 14 }, (_, n) => ({
    ...quiet,
    ...fault('ccnet.jam-validator'),
    device: `${longName}${n}`,
    kind: n < 4 ? ('recycler' as const) : ('hopper' as const),
    lost: n % 3 === 0,
    boxOut: n % 2 === 0,
    emptying: n % 2 === 1,
  })),
};

const device: NonNullable<StaffDevice['found']> = {
  device: 'printer',
  kind: 'printer',
  identity: { maker: 'EPSON', model: 'TM-T88VI', serial: 'X4B1029381', firmware: '1.07 ESC/POS' },
  line: {
    protocol: 'escpos',
    port: '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0',
    kind: 'serial',
    speed: '115200 8N1',
    address: null,
    others: [],
  },
  counts: { sent: 18_243, received: 18_240, unanswered: 3, discardedBytes: 17, opened: 2, crashes: 0 },
  counters: {},
  denominations: [],
  levels: [],
  lost: null,
  remedies: {},
  faults: [],
  troubles: [],
};

export const wellDevice: StaffDevice = { found: device };

const codes = ['escpos.cover', 'escpos.cutter', 'port.lost'];
export const troubledDevice: StaffDevice = {
  found: {
    ...device,
    faults: ['escpos.cover'],
    remedies: Object.fromEntries(codes.map((code) => [code, faultOf(code)?.remedy ?? { 'zh-CN': code, en: code }])),
    troubles: [
      { at: at('01:15:08'), what: 'fault', code: 'escpos.cover' },
      { at: at('00:44:30'), what: 'found', code: null },
      { at: at('00:44:12'), what: 'lost', code: 'port.lost' },
      { at: at('00:21:47'), what: 'cleared', code: 'escpos.cutter' },
      { at: at('00:20:02'), what: 'fault', code: 'escpos.cutter' },
    ],
  },
};

export const hopperDevice: StaffDevice = {
  found: {
    ...device,
    device: 'yuan',
    kind: 'hopper',
    identity: { maker: 'CPI', model: 'SCH2', serial: '09318845', firmware: 'SCH2-V3.4' },
    line: {
      ...device.line,
      protocol: 'cctalk',
      port: '/dev/ttyS1',
      speed: '9600 8N1',
      address: 3,
      others: ['coins', 'jiao'],
    },
    counters: { paid: 20_418, event: 171 },
    denominations: [{ currency: 'CNY', minor: 100 }],
    levels: [{ minor: 100, count: null, state: 'ok' }],
  },
};

export const displayDevice: StaffDevice = {
  found: {
    ...device,
    device: 'glass',
    kind: 'display',
    identity: { maker: null, model: null, serial: null, firmware: null },
    line: { protocol: 'screen', port: ':0', kind: 'screen', speed: null, address: null, others: [] },
    counts: null,
    faults: ['display.frozen'],
    remedies: { 'display.frozen': faultOf('display.frozen')?.remedy ?? { 'zh-CN': '', en: '' } },
    troubles: [{ at: at('01:15:08'), what: 'fault', code: 'display.frozen' }],
  },
};

export const longestDevice = {
  found: {
    ...device,
    device: `${longName}0`,
    kind: 'recycler',
    identity: { maker: longName, model: longName, serial: longName, firmware: longName },
    counters: Object.fromEntries(['notes-drawn-in-since-it-was-made', 'uptime'].map((name) => [name, 888_888_888_888])),
    counts: {
      sent: 888_888_888_888,
      received: 888_888_888_888,
      unanswered: 3,
      discardedBytes: 888_888_888,
      opened: 88_888,
      crashes: 0,
    },
    line: { ...device.line, others: Array.from({ length: 8 }, (_, n) => `${longName}${n}`) },
    levels: [{ minor: 18_888_888, count: 18_888, state: 'full' }],
    denominations: [10_000, 18_888_888].map((minor) => ({ currency: 'CNY', minor })),
    lost: 'The port answers nothing since 01:15:08: its cable may be loose, or the device has no power',
    faults: ['ccnet.jam-validator'],
    remedies: Object.fromEntries(
      ['ccnet.jam-validator', 'port.silent'].map((code) => [
        code,
        faultOf(code)?.remedy ?? { 'zh-CN': code, en: code },
      ]),
    ),
    troubles: [{ at: at('01:15:08'), what: 'lost', code: 'port.silent' }],
  },
} satisfies StaffDevice;

const said = (seq: number, ms: number, line: Partial<StaffTraceLine>): StaffTraceLine => ({
  seq,
  at: new Date(Date.parse(at('01:20:00')) + ms).toISOString(),
  atMs: ms,
  direction: 'out',
  name: 'status',
  fields: 'n 1',
  bytes: '10 04 01',
  error: false,
  again: false,
  ...line,
});

export const trace: readonly StaffTraceLine[] = [
  said(1, 0, {}),
  said(2, 4.2, { direction: 'in', fields: 'value 18', bytes: '12' }),
  said(3, 1_000.4, { again: true }),
  said(4, 1_004.9, { direction: 'in', fields: 'value 18', bytes: '12', again: true }),
  said(5, 1_871.2, {
    direction: 'in',
    name: 'report',
    fields: 'cover true · cutter false · feed false · offline true · paper "ok" · recoverable false',
    bytes: '3C 00 00 0F',
  }),
  said(6, 2_000.3, {}),
  said(7, 2_003.8, { direction: 'in', fields: 'value 26', bytes: '1A' }),
  said(8, 2_311.6, { direction: 'in', name: 'a byte that begins no message', fields: '', bytes: 'F7 03', error: true }),
  said(9, 3_140.1, { name: 'print (print-data)', fields: 'bytes 488', bytes: 'hidden' }),
  said(10, 3_300.7, { name: 'print (cut)', fields: 'n 65', bytes: '1D 56 41 00' }),
];

/** Nothing is asked of a terminal by hand. */
export const noRequests: NonNullable<StaffConsole['found']> = { requests: [], refused: null, open: null, last: [] };

const sentAt = '2026-03-31T01:20:00.000Z';
const sentBy = { by: '2 Wang', second: null } as const;

export const handConsole: { readonly found: NonNullable<StaffConsole['found']> } = {
  found: {
    requests: [
      { request: 'status', effect: 'reads' },
      { request: 'status-paper', effect: 'reads' },
      { request: 'eject', effect: 'moves' },
      { request: 'reset', effect: 'books' },
    ],
    refused: null,
    open: null,
    last: [
      {
        command: 'ask-c-1',
        request: 'status',
        at: sentAt,
        ...sentBy,
        outcome: 'answered',
        answer: ['status · value 18'],
      },
      { command: 'ask-b-1', request: 'eject', at: sentAt, by: '2 Wang', second: '1 Li', outcome: 'silent', answer: [] },
      { command: 'ask-a-1', request: 'status', at: sentAt, ...sentBy, outcome: 'given-up', answer: [] },
    ],
  },
};
