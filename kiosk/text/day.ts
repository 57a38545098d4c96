/** The words of Z and X reports, in both languages. Ways to pay and cash units have the names that they have elsewhere. */
import type { Lang } from '../server/wire.ts';

interface DayWords {
  readonly z: (number: string) => string;
  readonly x: string;
  /** Beneath the title of an X report. */
  readonly notClosed: string;
  readonly businessDay: string;
  readonly closedAt: string;
  readonly readAt: string;
  readonly closedBy: string;
  readonly itself: string;
  readonly entries: string;
  readonly receipts: string;
  readonly sales: string;
  readonly count: string;
  readonly rounding: string;
  readonly refunds: string;
  readonly cancelled: string;
  /** All that was ever sold. */
  readonly total: string;
  readonly ways: string;
  readonly returned: (way: string) => string;
  readonly checks: string;
  readonly expected: (way: string) => string;
  readonly told: (way: string) => string;
  readonly difference: string;
  readonly unchecked: (way: string) => string;
  readonly counting: string;
  readonly times: string;
  readonly long: string;
  readonly short: string;
  readonly corrected: string;
  readonly uncounted: string;
  readonly cash: string;
  readonly opening: string;
  readonly taken: string;
  readonly paidOut: string;
  readonly checked: string;
  readonly filled: string;
  readonly collected: string;
  readonly adjusted: string;
  readonly closing: string;
  readonly moves: string;
  readonly units: string;
  readonly unitNames: Readonly<Record<'box' | 'recycler' | 'hopper', string>>;
  readonly liability: string;
  readonly issued: string;
  readonly redeemed: string;
  readonly paidAtWindow: string;
  readonly outstanding: string;
  readonly cases: string;
  readonly caseMinor: string;
  readonly caseUnknown: string;
  readonly seal: string;
  readonly chain: string;
  readonly signature: string;
  readonly key: string;
  readonly unsigned: string;
  readonly signHere: string;
}

export const dayWords: Readonly<Record<Lang, DayWords>> = {
  'zh-CN': {
    z: (number) => `日结报告 Z ${number}`,
    x: '中途报告 X',
    notClosed: '未结账，仅供查看',
    businessDay: '营业日',
    closedAt: '结账时间',
    readAt: '读取时间',
    closedBy: '日结人',
    itself: '自动',
    entries: '记录',
    receipts: '收据号',
    sales: '销售',
    count: '笔数',
    rounding: '抹零',
    refunds: '退款',
    cancelled: '取消的付款',
    total: '累计销售',
    ways: '按支付方式',
    returned: (way) => `${way}退回`,
    checks: '核对',
    expected: (way) => `${way}应有`,
    told: (way) => `${way}实有`,
    difference: '差额',
    unchecked: (way) => `${way}尚未核对`,
    counting: '清点',
    times: '清点次数',
    long: '长款',
    short: '短款',
    corrected: '更正',
    uncounted: '未清点的钱箱',
    cash: '机内现金',
    opening: '期初',
    taken: '收入',
    paidOut: '付出',
    checked: '检测付出',
    filled: '加款',
    collected: '取出',
    adjusted: '清点调整',
    closing: '期末',
    moves: '现金操作',
    units: '按钱箱和面额',
    unitNames: { box: '钱箱', recycler: '循环箱', hopper: '硬币斗' },
    liability: '未兑付的现金凭证',
    issued: '开出',
    redeemed: '抵付',
    paidAtWindow: '窗口兑付',
    outstanding: '期末应付',
    cases: '未结差错',
    caseMinor: '已知金额',
    caseUnknown: '金额未知',
    seal: '签名',
    chain: '记录链',
    signature: '签名',
    key: '密钥',
    unsigned: '尚未签名',
    signHere: '签字',
  },
  en: {
    z: (number) => `Z report ${number}`,
    x: 'X report',
    notClosed: 'Nothing is closed: for reading only',
    businessDay: 'Business day',
    closedAt: 'Closed',
    readAt: 'Read',
    closedBy: 'Closed by',
    itself: 'by itself',
    entries: 'Entries',
    receipts: 'Receipts',
    sales: 'Sales',
    count: 'Number',
    rounding: 'Rounding',
    refunds: 'Refunds',
    cancelled: 'Payments given up',
    total: 'Grand total of sales',
    ways: 'By way of paying',
    returned: (way) => `${way}, given back`,
    checks: 'Expected and counted',
    expected: (way) => `${way}, expected`,
    told: (way) => `${way}, counted`,
    difference: 'Difference',
    unchecked: (way) => `${way}: not checked yet`,
    counting: 'Cash counted',
    times: 'Counts',
    long: 'Long',
    short: 'Short',
    corrected: 'Corrected',
    uncounted: 'Boxes not counted',
    cash: 'Cash in the machines',
    opening: 'Opening',
    taken: 'Taken in',
    paidOut: 'Paid out',
    checked: 'Paid out by checks',
    filled: 'Filled',
    collected: 'Collected',
    adjusted: 'Changed by counting',
    closing: 'Closing',
    moves: 'Cash moves',
    units: 'By unit and denomination',
    unitNames: { box: 'cash box', recycler: 'recycler', hopper: 'hopper' },
    liability: 'Cash slips outstanding',
    issued: 'Issued',
    redeemed: 'Used to pay',
    paidAtWindow: 'Paid at the window',
    outstanding: 'Owed at the end',
    cases: 'Open cases',
    caseMinor: 'Of known amount',
    caseUnknown: 'Of unknown amount',
    seal: 'Seal',
    chain: 'Chain',
    signature: 'Signature',
    key: 'Key',
    unsigned: 'Not signed yet',
    signHere: 'Signed',
  },
};
