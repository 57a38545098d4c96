/** Words about wallets’ statements, and what ways to pay are called. */
import type { StaffStatementRow, StaffStatements, StatementTrouble } from '../../../kiosk/server/staff-wire.ts';
import type { MethodName } from '../../../kiosk/server/wire.ts';

type StatementState = StaffStatements['statements'][number]['state'];
type StatementRowWord = StaffStatementRow['what'];

export const statementsEn = {
  statements: 'Wallet statements',
  statementsText:
    'What each wallet took on a day (Beijing time, by its own statement), compared row by row with the journal. A statement comes the next morning.',
  noStatements: 'No wallet has been paid with yet.',
  statementStates: {
    matches: 'Statement and journal agree.',
    differs: 'Differs',
    asked: 'Being fetched',
    waiting: 'To come',
  } as Record<StatementState, string>,
  statementTries: (tries: number, why: string) => `Asked for ${tries === 1 ? 'once' : `${tries} times`}: ${why}`,
  statementWhys: {
    'not-ready': 'the wallet does not have it yet.',
    unreachable: 'the wallet could not be reached.',
    refused: 'the wallet refuses it. Check at the wallet’s own pages whether this merchant may fetch statements.',
    'not-genuine': 'what came was not the wallet’s. Nothing of it was used.',
    unreadable: 'what came could not be read. Nothing of it was used.',
    'too-much': 'it is larger than a kiosk reads (5 MB, 20 000 rows). Compare it at the wallet’s own pages.',
    silent: 'nothing came.',
  } as Record<StatementTrouble, string>,
  statementShow: (count: number) => (count === 1 ? 'Show 1 row' : `Show ${count} rows`),
  statementMore: (count: number) => `${count} more are not listed here; the file in DATA/statements has them.`,
  fetchNow: 'Fetch now',
  journalHas: 'Journal',
  statementSays: 'Statement',
  otherKiosks: 'Of other kiosks and programs',
  statementRow: 'Row',
  statementRows: {
    missing: 'Not in the statement',
    unknown: 'Not in the journal',
    amount: 'Another amount',
    earlier: 'Cut-off: booked here before',
    later: 'Cut-off: booked here the day after',
    next: 'Cut-off: expected in the next statement',
  } as Record<StatementRowWord, string>,
  /** Ways to pay. */
  methods: {
    cash: 'Cash',
    voucher: 'Cash slips',
    card: 'Bank card',
    alipay: 'Alipay',
    wechat: 'WeChat Pay',
  } as Readonly<Record<MethodName, string>>,
  statementKinds: { paid: 'payment', back: 'refund' } as Record<'paid' | 'back', string>,
};

export const statementsZh: typeof statementsEn = {
  statements: '钱包对账单',
  statementsText: '各钱包按自己的对账单（北京时间）当天收了多少，逐笔与账上核对。对账单次日上午生成。',
  noStatements: '还没有钱包付款。',
  statementStates: { matches: '对账单与账上一致。', differs: '不一致', asked: '正在获取', waiting: '待获取' },
  statementTries: (tries, why) => `已尝试 ${tries} 次：${why}`,
  statementWhys: {
    'not-ready': '钱包还没有生成对账单。',
    unreachable: '连接不上钱包。',
    refused: '钱包拒绝。请在商户平台查看是否开通对账单下载。',
    'not-genuine': '收到的不是钱包的对账单，没有采用。',
    unreadable: '收到的对账单无法读取，没有采用。',
    'too-much': '对账单超出机器可读的大小（5 MB、2 万笔）。请在商户平台核对。',
    silent: '没有收到。',
  },
  statementShow: (count) => `查看 ${count} 笔`,
  statementMore: (count) => `另有 ${count} 笔没有列出，见 DATA/statements 中的文件。`,
  fetchNow: '现在获取',
  journalHas: '账上',
  statementSays: '对账单',
  otherKiosks: '其他机器和程序的',
  statementRow: '明细',
  statementRows: {
    missing: '对账单上没有',
    unknown: '账上没有',
    amount: '金额不同',
    earlier: '跨日：之前已入账',
    later: '跨日：次日入账',
    next: '跨日：应在下一份对账单',
  },
  methods: { cash: '现金', voucher: '现金凭证', card: '银行卡', alipay: '支付宝', wechat: '微信支付' },
  statementKinds: { paid: '收款', back: '退款' },
};
