/** Words of the home page and of the cabinet on it, and what machines and places are called. */
import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { devicesEn, devicesZh, type DeviceWords } from '../text-devices.ts';

type Device = StaffTill['devices'][number];
type Unit = StaffTill['units'][number];
type Contact = keyof Omit<NonNullable<StaffTill['cabinet']>, 'celsiusTenths' | 'alarms'>;
/** How the acts of the home page stand together. */
export type ActGroup = 'cash' | 'customers' | 'books' | 'machines' | 'people';

export const cabinetEn = {
  cabinet: 'Cabinet',
  cabinetSilent: 'The I/O module has not said anything yet.',
  cabinetContacts: { door: 'Door', vault: 'Vault', mains: 'Mains', 'ups-low': 'Battery', key: 'Key' },
  /** Shut or off, then open or on. */
  cabinetStates: {
    door: ['shut', 'open'],
    vault: ['shut', 'open'],
    mains: ['gone', 'there'],
    'ups-low': ['good', 'low'],
    key: ['customers', 'service'],
  } as Record<Contact, readonly [string, string]>,
  cabinetAlarms: {
    door: 'Door opened or left open while nobody with the right was logged in',
    vault: 'Vault opened or left open while nobody with the right was logged in',
    vibration: 'Cabinet shaken, nobody logged in',
  },
  temperature: 'Temperature',
  alarm: 'Alarm',
  alarmSeen: 'I have looked, end the alarm',
  till: 'Till',
  unit: 'Unit',
  denomination: 'Denomination',
  machine: 'Machine',
  pieces: 'Pieces',
  amount: 'Amount',
  total: 'Total',
  totalButBoxes: 'Total without cash boxes',
  /** `most`: how many fit in; null: nobody says. */
  piecesInside: (count: number, most: number | null) =>
    `${count}${most === null ? '' : ` of ${most}`} piece${(most ?? count) === 1 ? '' : 's'}`,
  boxNotTold: 'What should be inside is told after the count.',
  nothingInside: 'empty',
  notDeclared: 'not declared',
  differs: 'The machine counts otherwise',
  devices: 'Devices',
  boxOut: 'its box is out',
  emptying: 'moves its notes into the box',
  paper: { ok: 'there is paper', low: 'paper is low', out: 'no paper' },
  acts: 'What to do',
  actGroups: {
    cash: 'Cash',
    customers: 'Customers',
    books: 'Day close and reports',
    machines: 'Machines',
    people: 'People',
  } as Record<ActGroup, string>,
  device: devicesEn as DeviceWords,
  units: { box: 'cash box', recycler: 'recycler', hopper: 'hopper' } as Record<Unit['unit'], string>,
  levels: { empty: 'empty', low: 'low', ok: 'enough', full: 'full' } as Record<NonNullable<Unit['state']>, string>,
  kinds: {
    'note-acceptor': 'note acceptor',
    recycler: 'note recycler',
    'coin-acceptor': 'coin acceptor',
    hopper: 'coin hopper',
    'card-terminal': 'card terminal',
    scanner: 'scanner',
    printer: 'printer',
    'cabinet-io': 'I/O module',
    display: 'display',
    other: 'device',
  } as Record<Device['kind'], string>,
};

export const cabinetZh: typeof cabinetEn = {
  cabinet: '机柜',
  cabinetSilent: '输入输出模块还没有报告。',
  cabinetContacts: { door: '门', vault: '金库', mains: '市电', 'ups-low': '电池', key: '钥匙' },
  cabinetStates: {
    door: ['关', '开'],
    vault: ['关', '开'],
    mains: ['停电', '有电'],
    'ups-low': ['正常', '电量低'],
    key: ['营业', '维护'],
  },
  cabinetAlarms: {
    door: '门被打开或未关时，没有有权限的人员登录',
    vault: '金库被打开或未关时，没有有权限的人员登录',
    vibration: '机柜震动，没有人员登录',
  },
  temperature: '温度',
  alarm: '报警',
  alarmSeen: '已查看，解除报警',
  till: '现金',
  unit: '位置',
  denomination: '面额',
  machine: '机器',
  pieces: '数量',
  amount: '金额',
  total: '合计',
  totalButBoxes: '合计（不含钱箱）',
  piecesInside: (count, most) => `${count}${most === null ? '' : ` / ${most}`} 张（枚）`,
  boxNotTold: '应有金额在清点之后显示。',
  nothingInside: '空',
  notDeclared: '未登记',
  differs: '机器的数与账上不同',
  devices: '设备',
  boxOut: '钱箱已取出',
  emptying: '正在把纸币移入钱箱',
  paper: { ok: '有纸', low: '纸不多', out: '没有纸' },
  acts: '操作',
  actGroups: { cash: '存取现金', customers: '顾客', books: '日结与报表', machines: '机器', people: '账号' },
  device: devicesZh,
  units: { box: '钱箱', recycler: '循环箱', hopper: '硬币斗' },
  levels: { empty: '空', low: '不多', ok: '足够', full: '满' },
  kinds: {
    'note-acceptor': '纸币器',
    recycler: '纸币循环机',
    'coin-acceptor': '硬币器',
    hopper: '硬币斗',
    'card-terminal': '刷卡机',
    scanner: '扫码器',
    printer: '打印机',
    'cabinet-io': 'I/O 模块',
    display: '显示屏',
    other: '设备',
  },
};
