/** The words on paper in both languages. A missing key does not compile. */
import type { Lang } from '../server/wire.ts';

/** Signs of a slip's code that stand together, on paper and on the glass. */
export const codeGroup = 5;

export interface DocumentLabels {
  readonly receipt: string;
  readonly voucher: string;
  readonly caseSlip: string;
  readonly copy: string;
  readonly time: string;
  readonly payee: string;
  readonly payer: string;
  readonly billNumber: string;
  /** Instead of the items that a code has no room for. */
  readonly moreLines: (count: string) => string;
  readonly total: string;
  readonly inCapitals: string;
  readonly rounding: string;
  readonly due: string;
  readonly received: string;
  readonly change: string;
  readonly changeCash: string;
  readonly changeVoucher: string;
  readonly paidVoucher: string;
  /** Change that did not come out. */
  readonly owed: string;
  readonly voucherNumber: string;
  readonly caseNumber: string;
  readonly voucherCode: string;
  readonly receiptNumber: string;
  readonly merchant: string;
  readonly taxNumber: string;
  readonly address: string;
  readonly place: string;
  readonly kiosk: string;
  readonly phone: string;
  readonly window: string;
  readonly notAnInvoice: string;
  readonly scanReceipt: string;
  /** How a voucher pays here, below its square code. */
  readonly reuseVoucher: string;
  readonly amount: string;
  /** What a voucher is worth, and where. */
  readonly voucherRule: (window: string) => string;
  readonly voucherCopyRule: string;
  /** On the receipt of a payment that the payee did not take. */
  readonly refunded: (amount: string, slip: string, number: string) => string;
  readonly certain: string;
  readonly checking: string;
  readonly keep: string;
  readonly thanks: string;
  /** Before a service phone, in a sentence of its own. */
  readonly help: (phone: string) => string;
}

export const documentLabels: Readonly<Record<Lang, DocumentLabels>> = {
  'zh-CN': {
    receipt: '收据',
    voucher: '现金凭证',
    caseSlip: '核实单',
    copy: '副本 COPY',
    time: '时间',
    payee: '收款方',
    payer: '付款人',
    billNumber: '账单号',
    moreLines: (count) => `另外 ${count} 项`,
    total: '合计',
    inCapitals: '大写',
    rounding: '抹零',
    due: '应付',
    received: '实收',
    change: '找零',
    changeCash: '现金找零',
    changeVoucher: '现金凭证找零',
    paidVoucher: '用现金凭证付',
    owed: '还欠您',
    voucherNumber: '现金凭证号',
    caseNumber: '核实号',
    voucherCode: '验证码',
    receiptNumber: '收据号',
    merchant: '商户',
    taxNumber: '税号',
    address: '地址',
    place: '地点',
    kiosk: '机器',
    phone: '电话',
    window: '收款处',
    notAnInvoice: '本单据不是发票',
    scanReceipt: '用手机扫码，保存这张收据',
    reuseVoucher: '也可在本机付款：输入现金凭证号和验证码',
    amount: '金额',
    voucherRule: (window) => `凭此现金凭证到${window}领取现金，不收费用，长期有效。`,
    voucherCopyRule: '这是副本，与原件同号，只兑付一次。',
    refunded: (amount, slip, number) =>
      `收款方没有接受这笔付款，账单未付。${amount} 已退还：现金凭证号 ${slip}，核实号 ${number}。`,
    certain: '已经确定',
    checking: '正在核实',
    keep: '请保留这张单据',
    thanks: '谢谢您',
    help: (phone) => `需要帮助请打 ${phone}`,
  },
  en: {
    receipt: 'Receipt',
    voucher: 'Cash slip',
    caseSlip: 'Case slip',
    copy: 'COPY 副本',
    time: 'Time',
    payee: 'Paid to',
    payer: 'Paid by',
    billNumber: 'Bill',
    moreLines: (count) => `${count} more lines`,
    total: 'Total',
    inCapitals: 'In words',
    rounding: 'Rounding',
    due: 'Due',
    received: 'Received',
    change: 'Change',
    changeCash: 'Change in cash',
    changeVoucher: 'Change as cash slip',
    paidVoucher: 'Paid by cash slip',
    owed: 'Still owed',
    voucherNumber: 'Cash slip no.',
    caseNumber: 'Case no.',
    voucherCode: 'Code',
    receiptNumber: 'Receipt no.',
    merchant: 'Merchant',
    taxNumber: 'Tax no.',
    address: 'Address',
    place: 'Place',
    kiosk: 'Kiosk',
    phone: 'Phone',
    window: 'Cashier',
    notAnInvoice: 'This paper is not an invoice',
    scanReceipt: 'Scan to keep this receipt on your phone',
    reuseVoucher: 'Or pay with it here: type number and code',
    amount: 'Amount',
    voucherRule: (window) => `Good for cash at ${window}. No fee, no expiry.`,
    voucherCopyRule: 'This is a copy with the number of the original. It is paid out once.',
    refunded: (amount, slip, number) =>
      `The payee did not take this payment; the bill is not paid. ${amount} was given back: cash slip no. ${slip}, case no. ${number}.`,
    certain: 'What is certain',
    checking: 'What we are checking',
    keep: 'Please keep this paper',
    thanks: 'Thank you',
    help: (phone) => `For help call ${phone}`,
  },
};
