/** The words of Z and X reports, in both languages. Ways to pay and cash units have the names that they have elsewhere. */
import type { DayNames } from '../server/staff-wire.ts';
import type { Lang } from '../server/wire.ts';

interface DayWords extends DayNames {
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
  readonly returned: (way: string) => string;
  readonly expected: (way: string) => string;
  readonly told: (way: string) => string;
  readonly difference: string;
  readonly unchecked: (way: string) => string;
  /** The same in a report that is closed. */
  readonly uncheckedThen: (way: string) => string;
  readonly moves: string;
  readonly unitNames: Readonly<Record<'box' | 'recycler' | 'hopper', string>>;
  /** Above what others said after the close, below the signature. */
  readonly later: string;
  /** Before the moment at which it was told. */
  readonly toldAt: (way: string) => string;
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
    sections: {
      sales: '销售',
      ways: '按支付方式',
      checks: '核对',
      counting: '清点',
      cash: '机内现金',
      units: '按钱箱和面额',
      window: '窗口付出（不计机内现金）',
      liability: '未兑付的现金凭证',
      cases: '未结差错',
    },
    rows: {
      sales: '销售',
      refunds: '退款',
      net: '净额（销售减退款）',
      cancelled: '取消的付款',
      rounding: '抹零',
      total: '累计销售',
      times: '清点次数',
      long: '长款',
      short: '短款',
      corrected: '更正',
      uncounted: '未清点的钱箱',
      opening: '期初',
      taken: '收入',
      paidOut: '付出',
      checked: '检测付出',
      filled: '加款',
      collected: '取出',
      adjusted: '清点调整',
      closing: '期末',
      windowSlips: '现金凭证',
      windowRefunds: '退款',
      windowDebts: '其他差错',
      issued: '开出',
      redeemed: '抵付',
      paidAtWindow: '窗口兑付',
      ofOtherKiosks: '另收其他收款机的',
      outstanding: '期末应付',
      caseCount: '笔数',
      caseMinor: '已知金额',
      caseUnknown: '金额未知',
    },
    returned: (way) => `${way}退回`,
    expected: (way) => `${way}应有`,
    told: (way) => `${way}实有`,
    difference: '差额',
    unchecked: (way) => `${way}尚未核对`,
    uncheckedThen: (way) => `${way}结账时尚未核对`,
    moves: '现金操作',
    unitNames: { box: '钱箱', recycler: '循环箱', hopper: '硬币斗' },
    later: '结账之后（不属于已签名的报告）',
    toldAt: (way) => `${way}核对时间`,
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
    sections: {
      sales: 'Sales',
      ways: 'By way of paying',
      checks: 'Expected and counted',
      counting: 'Cash counted',
      cash: 'Cash in the machines',
      units: 'By unit and denomination',
      window: 'Paid at the window (not by the machines)',
      liability: 'Cash slips outstanding',
      cases: 'Open cases',
    },
    rows: {
      sales: 'Sales',
      refunds: 'Refunds',
      net: 'Net (sales less refunds)',
      cancelled: 'Payments given up',
      rounding: 'Rounding',
      total: 'Grand total of sales',
      times: 'Counts',
      long: 'Long',
      short: 'Short',
      corrected: 'Corrected',
      uncounted: 'Boxes not counted',
      opening: 'Opening',
      taken: 'Taken in',
      paidOut: 'Paid out',
      checked: 'Paid out by checks',
      filled: 'Filled',
      collected: 'Collected',
      adjusted: 'Changed by counting',
      closing: 'Closing',
      windowSlips: 'Cash slips',
      windowRefunds: 'Refunds',
      windowDebts: 'Other cases',
      issued: 'Issued',
      redeemed: 'Used to pay',
      paidAtWindow: 'Paid at the window',
      ofOtherKiosks: 'Also taken, of other kiosks',
      outstanding: 'Owed at the end',
      caseCount: 'Number',
      caseMinor: 'Of known amount',
      caseUnknown: 'Of unknown amount',
    },
    returned: (way) => `${way}, given back`,
    expected: (way) => `${way}, expected`,
    told: (way) => `${way}, counted`,
    difference: 'Difference',
    unchecked: (way) => `${way}: not checked yet`,
    uncheckedThen: (way) => `${way}: not checked when closed`,
    moves: 'Cash moves',
    unitNames: { box: 'cash box', recycler: 'recycler', hopper: 'hopper' },
    later: 'After the close (no part of the signed report)',
    toldAt: (way) => `${way}, told`,
    seal: 'Seal',
    chain: 'Chain',
    signature: 'Signature',
    key: 'Key',
    unsigned: 'Not signed yet',
    signHere: 'Signed',
  },
};

function namesIn(lang: Lang): DayNames {
  const { sections, rows } = dayWords[lang];
  return { sections, rows };
}

/** For the staff's page. */
export const dayNames: Readonly<Record<Lang, DayNames>> = { 'zh-CN': namesIn('zh-CN'), en: namesIn('en') };
