/** Every word on paper in both languages. A missing key does not compile. */
import type { EntryBody } from '../entry.ts';
import type { CaseAbout } from '../server/staff-wire.ts';
import type { Lang } from '../server/wire.ts';

type VoucherReason = Extract<EntryBody, { kind: 'voucher.issued' }>['reason'];

/** What a case slip says; the amount is set already, and null when nobody knows it. */
export interface CaseWords {
  readonly certain: (amount: string | null) => string;
  readonly checking: string;
}

/** Signs of a slip's code that stand together, on paper and on the glass. */
export const codeGroup = 5;

export interface PaperWords {
  readonly receipt: string;
  readonly voucher: string;
  readonly cash: string;
  readonly card: string;
  readonly alipay: string;
  readonly wechat: string;
  /** What the other side calls the payment. */
  readonly terminalReceipt: string;
  readonly trace: string;
  readonly transaction: string;
  readonly caseSlip: string;
  readonly copy: string;
  readonly time: string;
  readonly payee: string;
  readonly payer: string;
  readonly billNumber: string;
  /** Of goods. */
  readonly orderNumber: string;
  /** What was bought, where a bill has its title. */
  readonly order: string;
  readonly ticket: string;
  readonly pickUp: string;
  readonly includedTax: (percent: string) => string;
  readonly ticketRule: (window: string) => string;
  readonly total: string;
  readonly inCapitals: string;
  readonly rounding: string;
  readonly due: string;
  readonly received: string;
  /** All of it in one way. */
  readonly receivedBy: (way: string) => string;
  readonly change: string;
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
  readonly refundedCopy: (amount: string) => string;
  /** Of the part that a card or a wallet had paid. */
  readonly refundedCharge: (amount: string, way: string, number: string) => string;
  /** On the receipt of a payment that its owner wanted back. */
  readonly wantedBack: (amount: string) => string;
  /** All of it has come back. */
  readonly gaveBack: (amount: string) => string;
  /** Instead of the items that a code has no room for. */
  readonly moreLines: (count: string) => string;
  /** On the receipt, of a note that was in doubt under this number. */
  readonly found: (amount: string, number: string) => string;
  readonly changeCash: string;
  readonly changeVoucher: string;
  readonly paidVoucher: string;
  readonly certain: string;
  readonly checking: string;
  readonly keep: string;
  readonly thanks: string;
  /** Before a service phone, in a sentence of its own. */
  readonly help: (phone: string) => string;
  /** Why a voucher was made; `returned`: its owner gave a receipt back. */
  readonly reasons: Readonly<Record<VoucherReason | 'returned', string>>;
  readonly cases: Readonly<Record<CaseAbout, CaseWords>>;
  /** Where a case is asked about, and when it is answered. */
  readonly casePromise: (place: string) => string;
  /** Where goods are handed over whose number did not come. */
  readonly casePickUp: (place: string) => string;
  /** On the papers of moved cash, for the people who work here. */
  readonly moves: {
    readonly collection: string;
    readonly count: string;
    readonly move: string;
    readonly device: string;
    readonly bag: string;
    readonly seal: string;
    /** What stood on it when it was counted. */
    readonly read: string;
    readonly by: string;
    readonly second: string;
    readonly nobody: string;
    readonly notTold: string;
    readonly denomination: string;
    /** Above the figures of each denomination. */
    readonly columns: string;
    readonly counted: string;
    readonly expected: string;
    readonly difference: string;
    readonly signed: string;
    readonly received: string;
  };
}

export const paperWords: Readonly<Record<Lang, PaperWords>> = {
  'zh-CN': {
    receipt: '收据',
    voucher: '现金凭证',
    cash: '现金',
    card: '银行卡',
    alipay: '支付宝',
    wechat: '微信支付',
    terminalReceipt: '刷卡票号',
    trace: '流水号',
    transaction: '交易号',
    caseSlip: '核实单',
    copy: '副本 COPY',
    time: '时间',
    payee: '收款方',
    payer: '付款人',
    billNumber: '账单号',
    orderNumber: '订单号',
    order: '订单',
    ticket: '取货单',
    pickUp: '取货号',
    includedTax: (percent) => `含 ${percent}% 税`,
    ticketRule: (window) => `凭此单到${window}领取。`,
    total: '合计',
    inCapitals: '大写',
    rounding: '抹零',
    due: '应付',
    received: '实收',
    receivedBy: (way) => `实收（${way}）`,
    change: '找零',
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
    refundedCopy: (amount) => `收款方没有接受这笔付款，账单未付。${amount} 已退还。`,
    refundedCharge: (amount, way, number) =>
      `收款方没有接受这笔付款，账单未付。${amount} 退回${way}，核实号 ${number}。`,
    wantedBack: (amount) => `这笔付款已办理退款，退 ${amount}，账单未付。`,
    gaveBack: (amount) => `这笔付款已退回 ${amount}，账单未付。`,
    moreLines: (count) => `另外 ${count} 项`,
    found: (amount, number) => `一张 ${amount} 纸币经核实已计入实收，核实单 ${number} 作废。`,
    changeCash: '现金找零',
    changeVoucher: '现金凭证找零',
    paidVoucher: '用现金凭证付',
    certain: '已经确定',
    checking: '正在核实',
    keep: '请保留这张单据',
    thanks: '谢谢您',
    help: (phone) => `需要帮助请打 ${phone}`,
    reasons: {
      change: '这是您的找零。',
      cancel: '您取消了付款，这是退还给您的钱。',
      'time-out': '付款没有完成，这是机器里您的钱。',
      refund: '收款方没有接受这笔付款，这是退还给您的钱。',
      returned: '您退回了这张收据，这是退还给您的钱。账单未付。',
      case: '这是核实以后付给您的钱。',
    },
    cases: {
      'note-unknown': {
        certain: (a) => `有一张 ${a ?? ''} 纸币没能确认。`,
        checking: '我们会清点钱箱，核对这张纸币。',
      },
      'note-stuck': { certain: () => '有一张纸币停在机器里，还没有记上。', checking: '我们会打开机器，取出并归还。' },
      'note-unowned': { certain: () => '钱箱里多了一张纸币。', checking: '我们会清点钱箱。' },
      'note-to-count': {
        certain: (a) => `有一张 ${a ?? ''} 纸币已为您记上。`,
        checking: '清点钱箱时再核对这张纸币。',
      },
      'note-suspect': {
        certain: (a) => `有一张 ${a ?? ''} 纸币没能识别。`,
        checking: '我们会清点钱箱，核对这张纸币。',
      },
      'voucher-not-printed': {
        certain: (a) => `我们欠您 ${a ?? ''}，现金凭证没有打印出来。`,
        checking: '凭核实号可到窗口领取。',
      },
      'number-not-given': { certain: () => '您的订单已经付款。', checking: '请到取货处说明您买了什么。' },
      'goods-not-released': { certain: () => '您的订单已经付款。', checking: '取货口可能没有打开，请到窗口领取。' },
      'charge-unknown': {
        certain: (a) => `我们向银行卡或钱包要过 ${a ?? ''}，结果还没能确认。`,
        checking: '我们正在核实这笔付款，请不要再付一次。',
      },
      'charge-late': {
        certain: (a) => `${a ?? ''} 在付款码撤下以后才付。`,
        checking: '这笔钱会全部按原来的方式退回。',
      },
      'charge-differs': {
        certain: (a) => `扣了 ${a ?? ''}，与我们要的金额不一样。`,
        checking: '这笔钱会全部按原来的方式退回。',
      },
      'reversal-unanswered': {
        certain: (a) => `${a ?? ''} 会按原来的方式退回。`,
        checking: '比平时慢，我们会一直查到退回为止。',
      },
      'charge-irreversible': {
        certain: (a) => `我们欠您 ${a ?? ''}，没能按原来的方式退回。`,
        checking: '凭核实号可到窗口领取。',
      },
      'post-unanswered': { certain: (a) => `您付了 ${a ?? ''}。`, checking: '收款方还没有确认，我们会继续联系。' },
      'post-refused': { certain: (a) => `您付了 ${a ?? ''}，收款方没有接受。`, checking: '这笔钱退还给您。' },
      'session-abandoned': { certain: (a) => `机器里有您的 ${a ?? ''}。`, checking: '凭核实号可到窗口领取。' },
      'denominations-changed': { certain: () => '有一台设备正在检修。', checking: '工作人员会处理。' },
      'coin-unowned': { certain: (a) => `机器里多了 ${a ?? ''} 硬币。`, checking: '我们会清点硬币。' },
      'coins-lost': { certain: () => '有几枚硬币没能记上。', checking: '我们会清点硬币，并归还。' },
      'change-owed': { certain: (a) => `找零没有出齐，我们还欠您 ${a ?? ''}。`, checking: '凭核实号可到窗口领取。' },
      'payout-unknown': {
        certain: (a) => `找零 ${a ?? ''} 有没有出齐，还没能确认。`,
        checking: '我们会清点机器里的零钱。',
      },
      'change-retracted': {
        certain: (a) => `${a ?? ''} 找零没有取走，机器收回了。`,
        checking: '凭核实号可到窗口领取。',
      },
      'change-left': {
        certain: (a) => `找零 ${a ?? ''} 留在入钞口。`,
        checking: '我们会核实这笔钱的去向。',
      },
      'levels-differ': { certain: () => '机器里的零钱要清点。', checking: '工作人员会处理。' },
      'paid-out-in-doubt': { certain: () => '窗口付出的一笔钱要核对。', checking: '工作人员会处理。' },
      'terminal-differs': { certain: () => '刷卡机的日结要核对。', checking: '工作人员会处理。' },
      'terminal-day-unknown': { certain: () => '刷卡机的日结没有结果。', checking: '工作人员会处理。' },
      'statement-differs': { certain: () => '钱包的对账单要核对。', checking: '工作人员会处理。' },
      'statement-missing': { certain: () => '钱包的对账单还没有拿到。', checking: '工作人员会处理。' },
      'count-differs': { certain: () => '清点的现金与账上不一致。', checking: '工作人员会核查。' },
      'emptying-unknown': { certain: () => '机器里的现金要清点。', checking: '工作人员会处理。' },
      'box-uncounted': { certain: () => '有一个钱箱还没有清点。', checking: '工作人员会处理。' },
      'box-unattended': { certain: () => '有一个钱箱被取出。', checking: '工作人员会核查。' },
      'check-unknown': { certain: () => '检测机器时的出币结果不明。', checking: '工作人员会核查。' },
      tampered: { certain: () => '机柜被打开或震动。', checking: '工作人员会核查。' },
      'seal-differs': { certain: () => '一个钱箱的封条要核对。', checking: '工作人员会核查。' },
    },
    casePromise: (place) => `从下一个工作日起，可凭此核实号到${place}查询结果。`,
    casePickUp: (place) => `请凭此核实号到${place}领取。`,
    moves: {
      collection: '钱箱取出单',
      count: '现金清点单',
      move: '记录号',
      device: '设备',
      bag: '钱箱',
      seal: '封条号',
      read: '清点所见',
      by: '工号',
      second: '第二人',
      nobody: '无人登录',
      notTold: '箱内应有金额在清点以后才告知。',
      denomination: '面额',
      columns: '实点 / 应有 / 差',
      counted: '实点',
      expected: '应有',
      difference: '差额',
      signed: '交出签名',
      received: '接收签名',
    },
  },
  en: {
    receipt: 'Receipt',
    voucher: 'Cash slip',
    cash: 'Cash',
    card: 'Card',
    alipay: 'Alipay',
    wechat: 'WeChat Pay',
    terminalReceipt: 'Card receipt',
    trace: 'Trace no.',
    transaction: 'Transaction',
    caseSlip: 'Case slip',
    copy: 'COPY 副本',
    time: 'Time',
    payee: 'Paid to',
    payer: 'Paid by',
    billNumber: 'Bill',
    orderNumber: 'Order',
    order: 'Order',
    ticket: 'Pick-up ticket',
    pickUp: 'Pick-up no.',
    includedTax: (percent) => `Includes ${percent}% tax`,
    ticketRule: (window) => `Pick up your order at ${window} with this ticket.`,
    total: 'Total',
    inCapitals: 'In words',
    rounding: 'Rounding',
    due: 'Due',
    received: 'Received',
    receivedBy: (way) => `Received: ${way}`,
    change: 'Change',
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
    refundedCopy: (amount) => `The payee did not take this payment; the bill is not paid. ${amount} was given back.`,
    refundedCharge: (amount, way, number) =>
      `The payee did not take this payment; the bill is not paid. ${amount} goes back: ${way}, case no. ${number}.`,
    wantedBack: (amount) => `${amount} of this payment goes back, or has gone back; the bill is not paid.`,
    gaveBack: (amount) => `${amount} of this payment has gone back; the bill is not paid.`,
    moreLines: (count) => `${count} more lines`,
    found: (amount, number) => `One note of ${amount} was checked and counts; case slip ${number} is void.`,
    changeCash: 'Change in cash',
    changeVoucher: 'Change as cash slip',
    paidVoucher: 'Paid by cash slip',
    certain: 'What is certain',
    checking: 'What we are checking',
    keep: 'Please keep this paper',
    thanks: 'Thank you',
    help: (phone) => `For help call ${phone}`,
    reasons: {
      change: 'This is your change.',
      cancel: 'You cancelled; this is your money back.',
      'time-out': 'The payment was not finished; this is your money that was inside.',
      refund: 'The payee did not take this payment; this is your money back.',
      returned: 'You gave the receipt back; this is your money back. The bill is not paid.',
      case: 'We looked into your case; this is your money.',
    },
    cases: {
      'note-unknown': {
        certain: (a) => `We could not confirm one ${a ?? ''} note.`,
        checking: 'We will count the cash box and look for this note.',
      },
      'note-stuck': {
        certain: () => 'One note is stuck in the machine and is not counted.',
        checking: 'We will open the machine and give it back.',
      },
      'note-unowned': { certain: () => 'The cash box holds a note too many.', checking: 'We will count the cash box.' },
      'note-to-count': {
        certain: (a) => `One ${a ?? ''} note went in and is counted for you.`,
        checking: 'We check this note when the cash box is emptied.',
      },
      'note-suspect': {
        certain: (a) => `We could not read one ${a ?? ''} note.`,
        checking: 'We will count the cash box and look for this note.',
      },
      'voucher-not-printed': {
        certain: (a) => `We owe you ${a ?? ''}; the cash slip was not printed.`,
        checking: 'The window pays it with this case number.',
      },
      'number-not-given': { certain: () => 'Your order is paid.', checking: 'Tell the counter what you bought.' },
      'goods-not-released': {
        certain: () => 'Your order is paid.',
        checking: 'The hatch may not have opened. The window hands your goods over.',
      },
      'charge-unknown': {
        certain: (a) => `We asked a card or wallet for ${a ?? ''} and could not confirm the answer.`,
        checking: 'We are checking this payment. Please do not pay this bill again.',
      },
      'charge-late': {
        certain: (a) => `${a ?? ''} was paid after its code had left the screen.`,
        checking: 'All of it goes back the way it was paid.',
      },
      'charge-differs': {
        certain: (a) => `${a ?? ''} was charged; we had asked for another amount.`,
        checking: 'All of it goes back the way it was paid.',
      },
      'reversal-unanswered': {
        certain: (a) => `${a ?? ''} goes back the way it was paid.`,
        checking: 'It takes longer than usual; we keep asking until it is done.',
      },
      'charge-irreversible': {
        certain: (a) => `We owe you ${a ?? ''}; it could not go back the way it was paid.`,
        checking: 'The window pays it with this case number.',
      },
      'post-unanswered': {
        certain: (a) => `You paid ${a ?? ''}.`,
        checking: 'The payee has not confirmed it yet; we keep asking.',
      },
      'post-refused': {
        certain: (a) => `You paid ${a ?? ''}; the payee did not take it.`,
        checking: 'This money comes back to you.',
      },
      'session-abandoned': {
        certain: (a) => `The machine holds your ${a ?? ''}.`,
        checking: 'The window pays it with this case number.',
      },
      'denominations-changed': { certain: () => 'One device is under repair.', checking: 'Our staff will see to it.' },
      'coin-unowned': {
        certain: (a) => `The machine holds ${a ?? ''} in coins too many.`,
        checking: 'We will count the coins.',
      },
      'coins-lost': {
        certain: () => 'Some coins went in and could not be counted.',
        checking: 'We will count the coins and give them back.',
      },
      'change-owed': {
        certain: (a) => `Your change did not come out in full; we still owe you ${a ?? ''}.`,
        checking: 'The window pays it with this case number.',
      },
      'payout-unknown': {
        certain: (a) => `We could not confirm that all of ${a ?? ''} change came out.`,
        checking: 'We will count the change in the machine.',
      },
      'change-retracted': {
        certain: (a) => `${a ?? ''} change was not taken, and the machine drew it in again.`,
        checking: 'The window pays it with this case number.',
      },
      'change-left': {
        certain: (a) => `${a ?? ''} change came out and was not taken in time.`,
        checking: 'We will find out where it went.',
      },
      'paid-out-in-doubt': {
        certain: () => 'Money that the window paid out is to be checked.',
        checking: 'Our staff will see to it.',
      },
      'terminal-differs': {
        certain: () => 'A card terminal’s day is to be checked.',
        checking: 'Our staff will see to it.',
      },
      'terminal-day-unknown': {
        certain: () => 'A card terminal’s day has no result.',
        checking: 'Our staff will see to it.',
      },
      'statement-differs': {
        certain: () => 'A wallet’s statement of a day is to be checked.',
        checking: 'Our staff will see to it.',
      },
      'statement-missing': {
        certain: () => 'A wallet’s statement of a day has not come.',
        checking: 'Our staff will see to it.',
      },
      'levels-differ': {
        certain: () => 'The change in the machine is to be counted.',
        checking: 'Our staff will see to it.',
      },
      'count-differs': {
        certain: () => 'The cash that was counted is not what the books say.',
        checking: 'Our staff will look into it.',
      },
      'emptying-unknown': {
        certain: () => 'The cash in the machine is to be counted.',
        checking: 'Our staff will see to it.',
      },
      'box-uncounted': { certain: () => 'One cash box is still to be counted.', checking: 'Our staff will see to it.' },
      'box-unattended': { certain: () => 'A cash box was taken out.', checking: 'Our staff will look into it.' },
      'check-unknown': {
        certain: () => 'A check of a machine did not end clearly.',
        checking: 'Our staff will look into it.',
      },
      tampered: { certain: () => 'The cabinet was opened or shaken.', checking: 'Our staff will look into it.' },
      'seal-differs': {
        certain: () => 'The seal of a cash box is to be checked.',
        checking: 'Our staff will look into it.',
      },
    },
    casePromise: (place) => `Ask at ${place} with this case number from the next working day on.`,
    casePickUp: (place) => `Pick up your order at ${place} with this case number.`,
    moves: {
      collection: 'Cash collection',
      count: 'Cash count',
      move: 'Move',
      device: 'Machine',
      bag: 'Cash box',
      seal: 'Seal number',
      read: 'Seal as read',
      by: 'Staff no.',
      second: 'Second',
      nobody: 'nobody was logged in',
      notTold: 'What should be inside is told after the count.',
      denomination: 'Denomination',
      columns: 'counted / expected / +-',
      counted: 'Counted',
      expected: 'Expected',
      difference: 'Difference',
      signed: 'Handed over',
      received: 'Received',
    },
  },
};
