/** What an office with six kiosks answers: kiosks that are well and that are not, alerts, rollouts, persons. */
import type {
  ActLine,
  AlertLine,
  CommandLine,
  KioskLine,
  KioskPage,
  LevelLine,
  OrderLine,
  OrderPage,
  PairingLine,
  PersonLine,
  PreviewLine,
  Problem,
  ReachLine,
  RolloutLine,
  RolloutPage,
} from '../../kiosk/office/server/wire.ts';

const at = (time: string, day = '30') => `2026-03-${day}T${time}:00Z`;
const hash = '5d41402abc4b2a76b9719d911017c592f3a1c0b7d7a0c4e2b5f68a9d01c3e47f';

function level(device: string, unit: string, minor: number, count: number, capacity: number | null): LevelLine {
  return { device, unit, currency: 'CNY', minor, count, capacity };
}

const levels: readonly LevelLine[] = [
  level('acceptor', 'box', 10_000, 214, 1_000),
  level('acceptor', 'box', 5_000, 31, 1_000),
  level('yuan', 'yuan', 100, 412, 600),
  level('fen', 'fen', 50, 280, 600),
];
const lowLevels: readonly LevelLine[] = [
  level('acceptor', 'box', 10_000, 802, 1_000),
  level('acceptor', 'box', 5_000, 131, 1_000),
  level('yuan', 'yuan', 100, 38, 600),
  level('fen', 'fen', 50, 260, 600),
];

const well: KioskLine = {
  kiosk: 'mall-01',
  presence: 'here',
  since: at('01:12', '28'),
  open: true,
  why: null,
  place: { 'zh-CN': '万象城一层东门', en: 'Mixc Mall, east entrance' },
  groups: ['mall', 'shenzhen'],
  running: { hash, edition: 41, staged: null, stale: false, published: 41 },
  openCases: 0,
  alerts: 0,
  stored: 48_210,
  waiting: 0,
  levels,
};

export const kiosks: readonly KioskLine[] = [
  well,
  {
    ...well,
    kiosk: 'mall-02',
    open: false,
    why: { 'zh-CN': '暂停服务', en: 'Out of service' },
    place: { 'zh-CN': '万象城负一层停车场', en: 'Mixc Mall, car park' },
    running: { hash, edition: 40, staged: 41, stale: false, published: 41 },
    openCases: 2,
    alerts: 3,
    stored: 51_877,
    waiting: 14,
    levels: lowLevels,
  },
  {
    ...well,
    kiosk: 'clinic-01',
    place: { 'zh-CN': '南山医院门诊大厅', en: 'Nanshan Clinic, main hall' },
    groups: ['clinic'],
    running: { hash, edition: null, staged: null, stale: false, published: 38 },
    stored: 9_412,
    levels: [level('recycler', 'cassette', 1_000, 44, 80), level('recycler', 'box', 10_000, 12, null)],
  },
  {
    ...well,
    kiosk: 'clinic-02',
    presence: 'away',
    since: at('22:40', '29'),
    place: { 'zh-CN': '南山医院住院部', en: 'Nanshan Clinic, ward building' },
    groups: ['clinic'],
    running: { hash, edition: 38, staged: null, stale: false, published: 38 },
    alerts: 1,
    stored: 7_003,
    levels: levels.slice(0, 3),
  },
  {
    ...well,
    kiosk: 'utility-01',
    place: { 'zh-CN': '福田水务营业厅', en: 'Futian Water, customer hall' },
    groups: ['utility'],
    running: { hash, edition: 35, staged: null, stale: true, published: 35 },
    alerts: 1,
    stored: 103_554,
  },
  {
    ...well,
    kiosk: 'park-09',
    presence: 'never',
    since: null,
    open: null,
    place: null,
    groups: [],
    running: null,
    stored: 0,
    levels: [],
  },
];

export function atKiosk(kiosk: string, kind: string, subject: string, detail: AlertLine['detail'] = ''): AlertLine {
  return {
    ...{ alert: kind.length * 100 + subject.length, kiosk, kind, subject, detail, status: 'open' },
    openedAt: at('05:31'),
    acknowledgedAt: null,
    acknowledgedBy: null,
    clearedAt: null,
    clearedBy: null,
  };
}

const seen = (alert: AlertLine): AlertLine => ({
  ...alert,
  status: 'acknowledged',
  acknowledgedAt: at('05:48'),
  acknowledgedBy: '王强',
});
const over = (alert: AlertLine, clearedBy: string | null): AlertLine => ({
  ...alert,
  status: 'cleared',
  clearedAt: at('06:20'),
  clearedBy,
});

export const alerts: readonly AlertLine[] = [
  atKiosk('mall-02', 'fault', 'printer escpos.cover'),
  atKiosk('mall-02', 'cash-full', 'acceptor box', '933'),
  atKiosk('mall-02', 'cash-low', 'yuan yuan CNY 100', '38'),
  atKiosk('clinic-02', 'offline', ''),
  atKiosk('clinic-02', 'case', 'C00017', 'note-unknown'),
  seen(atKiosk('utility-01', 'configuration-stale', '')),
  seen(
    atKiosk('clinic-01', 'configuration-refused', '39', {
      en: 'unsound\nlimits.cashMaximumMinor is 100050; it must be a multiple of money.cashStepMinor, which is 100\nlimits.warningMs is 60000; it must be less than limits.idleMs, which is 60000',
      'zh-CN':
        'unsound\nlimits.cashMaximumMinor 是 100050；必须是 money.cashStepMinor 的整数倍，后者是 100\nlimits.warningMs 是 60000；必须小于 limits.idleMs，后者是 60000',
    }),
  ),
];

export const cleared: readonly AlertLine[] = [
  over(seen(atKiosk('mall-01', 'paper', 'printer escpos.paper-out')), null),
  over(atKiosk('mall-01', 'fault', 'acceptor lost'), null),
  over(seen(atKiosk('utility-01', 'chain-broken', '48211', 'rewritten')), '李静'),
  over(seen(atKiosk('mall-02', 'voucher-conflict', 'mall-01 V00231')), '王强'),
  over(atKiosk('clinic-01', 'configuration-went-back', '6', 'silent\nprinter'), '李静'),
];

const document = {
  version: 3,
  kiosk: { id: 'mall-01', place: { 'zh-CN': '万象城一层东门', en: 'Mixc Mall, east entrance' } },
  currency: 'CNY',
  devices: [{ id: 'acceptor', protocol: 'id003', port: '/dev/ttyUSB0' }],
};

export const calmKiosk: KioskPage = {
  ...well,
  version: '0.1.0',
  devices: [
    { id: 'acceptor', kind: 'note-acceptor', state: 'ready', fault: null },
    { id: 'yuan', kind: 'hopper', state: 'ready', fault: null },
    { id: 'fen', kind: 'hopper', state: 'ready', fault: null },
    { id: 'printer', kind: 'printer', state: 'busy', fault: null },
  ],
  document,
  pairedAt: at('03:00', '02'),
  pairedBy: '李静',
  missingTo: null,
  standing: [],
  commands: [],
};

function command(seq: number, order: CommandLine['order'], status: CommandLine['status']): CommandLine {
  return {
    ...{ kiosk: 'mall-02', seq, order, status },
    priority: 'idle',
    orderedAt: at('05:50'),
    orderedBy: '王强',
    deadline: at('06:50'),
    result: null,
    endedAt: null,
    attachments: [],
  };
}

const commands: readonly CommandLine[] = [
  command(9, { act: 'close-day' }, 'taken'),
  {
    ...command(8, { act: 'send-trace', device: 'printer' }, 'done'),
    endedAt: at('05:52'),
    attachments: [{ name: 'trace-printer.jsonl', media: 'application/jsonl', bytes: 48_213 }],
  },
  {
    ...command(
      7,
      { act: 'message', text: { 'zh-CN': '今日 18 点后请到服务台缴费', en: 'After 18:00 pay at the desk' } },
      'done',
    ),
    endedAt: at('05:51'),
  },
  {
    ...command(6, { act: 'method', method: 'card', enabled: false }, 'refused'),
    priority: 'now',
    result: 'last-method',
    endedAt: at('05:50'),
  },
  { ...command(5, { act: 'reboot' }, 'expired'), endedAt: at('06:50') },
];

export const troubledKiosk: KioskPage = {
  ...calmKiosk,
  ...kiosks[1]!,
  devices: calmKiosk.devices.map((device) =>
    device.id === 'printer' ? { ...device, state: 'fault', fault: 'escpos.cover' } : device,
  ),
  missingTo: 51_890,
  standing: alerts.filter(({ kiosk }) => kiosk === 'mall-02'),
  commands,
};

export const newKiosk: KioskPage = {
  ...calmKiosk,
  ...kiosks[5]!,
  version: null,
  devices: [],
  document: null,
  pairedAt: at('06:30'),
};

const longName = 'shenzhen-nanshan-district-customer-service-centre-ground-floor-07';

export const longestKiosk: KioskPage = {
  ...troubledKiosk,
  kiosk: longName,
  why: {
    'zh-CN': '打印机和银行卡终端不能使用，钱箱已满，请到一楼大厅东侧三号窗口缴费',
    en: 'The printer and the card terminal cannot be used, and the cash box is full',
  },
  place: {
    'zh-CN': '深圳市南山区政务服务中心综合办事大厅一层自助服务区东侧第七号机位',
    en: 'Nanshan District Customer Service Centre, ground floor, self-service area, east side, position seven',
  },
  groups: ['south-china-region', 'public-utilities', 'night-opening', 'pilot-of-the-new-terminal'],
  running: { hash, edition: 1_204, staged: 1_205, stale: true, published: 1_205 },
  stored: 123_456_789,
  waiting: 20_000,
  devices: [
    {
      id: 'note-recycler-behind-the-second-door',
      kind: 'recycler',
      state: 'fault',
      fault: 'ssp.unsafe-jam, ssp.cashbox-removed, ssp.note-float-jam',
    },
    ...troubledKiosk.devices,
  ],
  levels: [level('note-recycler-behind-the-second-door', 'cassette-1', 10_000, 1_000_000, 1_000_000), ...lowLevels],
  commands: commands.map((one) => ({ ...one, kiosk: longName, orderedBy: 'Maximiliana Featherstonehaugh' })),
};

export const reach: readonly ReachLine[] = [
  ...['mall-01', 'mall-02', 'utility-01'].map((kiosk) => ({ kiosk, presence: 'here', refusal: null }) as const),
  { kiosk: 'clinic-01', presence: 'here', refusal: 'no-hook' },
  { kiosk: 'clinic-02', presence: 'away', refusal: null },
  { kiosk: 'park-09', presence: 'never', refusal: null },
];

const lastOrder: OrderLine = {
  number: 12,
  whom: { whom: 'all' },
  order: { act: 'reboot' },
  priority: 'idle',
  orderedAt: at('05:50'),
  orderedBy: '王强',
  deadline: at('06:50'),
  counts: { done: 2, taken: 1, sent: 1, refused: 1, expired: 1 },
};

export const orders: readonly OrderLine[] = [
  lastOrder,
  {
    ...lastOrder,
    number: 11,
    whom: { whom: 'kiosks', kiosks: ['mall-01', 'mall-02'] },
    order: { act: 'message', text: { 'zh-CN': '今日 18 点后请到服务台缴费', en: 'After 18:00 pay at the desk' } },
    priority: 'after-customer',
    orderedAt: at('04:12'),
    deadline: at('05:12'),
    counts: { done: 2 },
  },
  {
    ...lastOrder,
    number: 9,
    whom: { whom: 'group', group: 'clinic' },
    order: { act: 'method', method: 'card', enabled: false },
    priority: 'now',
    orderedBy: '李静',
    orderedAt: at('09:40', '29'),
    deadline: at('09:50', '29'),
    counts: { done: 1, failed: 1 },
  },
];

const ordered = (kiosk: string, status: CommandLine['status'], more: Partial<CommandLine> = {}) => ({
  ...{ ...command(14, { act: 'reboot' }, status), kiosk },
  ...more,
});

export const orderPage: OrderPage = {
  ...lastOrder,
  kiosks: [
    { ...ordered('clinic-01', 'refused', { result: 'no-hook', endedAt: at('05:50') }), away: false },
    { ...ordered('clinic-02', 'sent'), away: true },
    { ...ordered('mall-01', 'done', { result: 'started', endedAt: at('05:53') }), away: false },
    { ...ordered('mall-02', 'taken'), away: false },
    { ...ordered('park-09', 'expired', { endedAt: at('06:52') }), away: false },
    { ...ordered('utility-01', 'done', { result: 'started', endedAt: at('05:58') }), away: false },
  ],
};

/** What it was to bring is there. */
export const broughtPage: OrderPage = {
  ...lastOrder,
  number: 13,
  whom: { whom: 'kiosks', kiosks: [longName, 'mall-01'] },
  order: { act: 'send-log' },
  orderedBy: 'Maximiliana Featherstonehaugh',
  counts: { done: 1, failed: 1 },
  kiosks: [
    {
      ...ordered(longName, 'done', { order: { act: 'send-log' }, endedAt: at('05:51') }),
      attachments: [{ name: 'kiosk.log', media: 'text/plain', bytes: 48_213 }],
      away: false,
    },
    { ...ordered('mall-01', 'failed', { result: 'too-large', endedAt: at('05:51') }), away: false },
  ],
};

export const pairings: readonly PairingLine[] = [
  { kiosk: 'park-09', since: at('06:02') },
  { kiosk: 'park-10', since: at('06:14') },
];

const usual = {
  canary: 1,
  percent: 25,
  restMinutes: 10,
  failuresPercent: 0,
  window: null,
  overdueMinutes: 30,
} as const;

export const rollouts: readonly RolloutLine[] = [
  {
    rollout: 7,
    whom: { whom: 'all' },
    pace: usual,
    status: 'running',
    why: null,
    beganAt: at('05:00'),
    beganBy: '李静',
    endedAt: null,
    counts: { running: 2, staged: 1, published: 1, waiting: 2, overdue: 1 },
  },
  {
    rollout: 6,
    whom: { whom: 'group', group: 'clinic' },
    pace: { ...usual, failuresPercent: 10, window: { from: '22:00', to: '05:00' } },
    status: 'aborted',
    why: 'failures',
    beganAt: at('14:00', '28'),
    beganBy: '王强',
    endedAt: at('14:35', '28'),
    counts: { running: 1, 'went-back': 1, refused: 1, waiting: 3 },
  },
  {
    rollout: 5,
    whom: { whom: 'kiosk', kiosk: 'mall-01' },
    pace: usual,
    status: 'done',
    why: null,
    beganAt: at('09:30', '12'),
    beganBy: '李静',
    endedAt: at('09:33', '12'),
    counts: { running: 1 },
  },
];

export const rolloutPage: RolloutPage = {
  ...rollouts[0]!,
  text: '{\n  "limits": { "note": { "maximumNotes": 40 } }\n}',
  kiosks: [
    { kiosk: 'mall-01', wave: 1, status: 'running', edition: 41, why: null, changedAt: at('05:04'), away: false },
    { kiosk: 'utility-01', wave: 2, status: 'running', edition: 36, why: null, changedAt: at('05:21'), away: false },
    { kiosk: 'mall-02', wave: 2, status: 'staged', edition: 41, why: null, changedAt: at('05:22'), away: false },
    { kiosk: 'clinic-01', wave: 2, status: 'published', edition: 39, why: null, changedAt: at('05:15'), away: true },
    { kiosk: 'clinic-03', wave: 2, status: 'overdue', edition: 39, why: null, changedAt: at('05:45'), away: false },
    { kiosk: 'clinic-02', wave: 3, status: 'waiting', edition: null, why: null, changedAt: at('05:00'), away: false },
    { kiosk: 'park-09', wave: 3, status: 'waiting', edition: null, why: null, changedAt: at('05:00'), away: false },
  ],
};

export const abortedPage: RolloutPage = {
  ...rollouts[1]!,
  text: rolloutPage.text,
  kiosks: [
    {
      kiosk: 'clinic-01',
      wave: 1,
      status: 'running',
      edition: 39,
      why: null,
      changedAt: at('14:04', '28'),
      away: false,
    },
    {
      kiosk: 'clinic-02',
      wave: 2,
      status: 'went-back',
      edition: 39,
      why: 'silent',
      changedAt: at('14:33', '28'),
      away: false,
    },
    {
      kiosk: 'clinic-03',
      wave: 2,
      status: 'refused',
      edition: 39,
      why: 'other-money',
      changedAt: at('14:35', '28'),
      away: false,
    },
    {
      kiosk: 'clinic-04',
      wave: 3,
      status: 'waiting',
      edition: null,
      why: null,
      changedAt: at('14:00', '28'),
      away: false,
    },
    {
      kiosk: 'clinic-05',
      wave: 3,
      status: 'waiting',
      edition: null,
      why: null,
      changedAt: at('14:00', '28'),
      away: false,
    },
    {
      kiosk: 'clinic-06',
      wave: 3,
      status: 'waiting',
      edition: null,
      why: null,
      changedAt: at('14:00', '28'),
      away: false,
    },
  ],
};

const difference = {
  limit: { 'zh-CN': '单笔最多收取纸币：60 → 40', en: 'Notes in one sale at most: 60 → 40' },
  text: { 'zh-CN': '欢迎语（中文）：您好 → 欢迎光临', en: 'Welcome text (Chinese): 您好 → 欢迎光临' },
};

export const changes: readonly PreviewLine[] = [
  { kiosk: 'mall-01', differences: [difference.limit, difference.text] },
  { kiosk: 'mall-02', differences: [difference.limit, difference.text] },
  { kiosk: 'clinic-01', differences: [difference.limit] },
  { kiosk: 'clinic-02', differences: [difference.limit] },
  { kiosk: 'utility-01', differences: [] },
];

export const problems: NonNullable<Problem['problems']> = [
  {
    kiosk: null,
    path: 'limits.idleMs',
    problem: {
      en: 'is "forty"; it must be milliseconds without a touch before the customer is asked: a whole number from 10000 to 600000',
      'zh-CN': '是 "forty"；必须是 10000 到 600000 之间的整数（顾客多久没有触摸屏幕后询问，毫秒）',
    },
  },
  {
    kiosk: 'mall-01',
    path: 'devices.2.port',
    problem: {
      en: 'is "/dev/ttyUSB0", which devices.0 has already; devices of different protocols need each its own port',
      'zh-CN': '是 "/dev/ttyUSB0"，与 devices.0 相同；不同协议的设备须各用一个端口',
    },
  },
  {
    kiosk: 'mall-01',
    path: '',
    problem: {
      en: 'nothing is published for mall-01 yet; publish a whole configuration for it first',
      'zh-CN': '还没有给 mall-01 发布过配置；请先给它发布完整的配置',
    },
  },
];

export const persons: readonly PersonLine[] = [
  { person: 1, name: '李静', role: 'administrator', addedAt: at('02:10', '01'), addedBy: null },
  { person: 2, name: '王强', role: 'operator', addedAt: at('02:30', '01'), addedBy: '李静' },
  { person: 3, name: 'Anna Berg', role: 'viewer', addedAt: at('08:00', '15'), addedBy: '李静' },
];

export const acts: readonly ActLine[] = [
  {
    act: 8,
    at: at('05:50'),
    person: '王强',
    did: 'command',
    subject: 'mall-02',
    detail: '{"seq":9,"order":{"act":"close-day"}}',
  },
  {
    act: 9,
    at: at('05:52'),
    person: '王强',
    did: 'order',
    subject: '12',
    detail: '{"number":12,"whom":{"whom":"group","group":"mall"},"kiosks":2,"order":{"act":"lock"}}',
  },
  {
    act: 7,
    at: at('05:48'),
    person: '王强',
    did: 'alert-acknowledged',
    subject: 'utility-01',
    detail: 'configuration-stale',
  },
  { act: 6, at: at('05:00'), person: '李静', did: 'rollout-began', subject: '7', detail: '' },
  { act: 5, at: at('14:05', '28'), person: '王强', did: 'something-newer', subject: 'clinic', detail: '' },
  { act: 4, at: at('08:00', '15'), person: '李静', did: 'person-added', subject: 'Anna Berg', detail: 'viewer' },
  { act: 3, at: at('03:00', '02'), person: '李静', did: 'paired', subject: 'mall-01', detail: '' },
  { act: 1, at: at('02:10', '01'), person: '李静', did: 'set-up', subject: '李静', detail: '' },
];
