/** What stands over the figures of a report, in both languages. Ways to pay have the names that the glass gives them. */
import type { Lang } from '../server/wire.ts';

type Period = 'day' | 'week' | 'month';

interface ReportWords {
  /** `days`: the first and the last business day, or the only one. */
  readonly title: (period: Period, date: string, days: string) => string;
  readonly totals: string;
  readonly byMethod: string;
  readonly byDay: string;
  readonly byHour: string;
  readonly byPayee: string;
  readonly figure: string;
  readonly value: string;
  readonly method: string;
  readonly day: string;
  readonly hour: string;
  readonly payee: string;
  /** A name of a figure, with the currency that it is in. */
  readonly money: (name: string, currency: string) => string;
  /** An amount in this currency. */
  readonly amount: (currency: string) => string;
  readonly sales: string;
  readonly refunded: (currency: string) => string;
  readonly refunds: string;
  readonly taken: string;
  readonly customers: string;
  readonly average: string;
  readonly givenBack: string;
  readonly net: string;
  readonly cashRounding: string;
  readonly cancelledSales: string;
}

const words: Readonly<Record<Lang, ReportWords>> = {
  'zh-CN': {
    title: (period, date, days) => `${{ day: '日报', week: '周报', month: '月报' }[period]} ${date}（营业日 ${days}）`,
    totals: '合计',
    byMethod: '按支付方式',
    byDay: '按营业日',
    byHour: '按时段',
    byPayee: '按收款方',
    figure: '项目',
    value: '数值',
    method: '支付方式',
    day: '营业日',
    hour: '时段',
    payee: '收款方',
    money: (name, currency) => `${name}（${currency}）`,
    amount: (currency) => `金额（${currency}）`,
    sales: '笔数',
    refunded: (currency) => `退款（${currency}）`,
    refunds: '退款笔数',
    taken: '收款总额',
    customers: '顾客数',
    average: '平均每笔',
    givenBack: '退款总额',
    net: '净额（收款减退款）',
    cashRounding: '现金抹零',
    cancelledSales: '取消的笔数',
  },
  en: {
    title: (period, date, days) =>
      `${{ day: 'Day', week: 'Week', month: 'Month' }[period]} ${date} (business days ${days})`,
    totals: 'Totals',
    byMethod: 'By method',
    byDay: 'By business day',
    byHour: 'By hour',
    byPayee: 'By payee',
    figure: 'Figure',
    value: 'Value',
    method: 'Method',
    day: 'Business day',
    hour: 'Hour',
    payee: 'Payee',
    money: (name, currency) => `${name} (${currency})`,
    amount: (currency) => `Amount (${currency})`,
    sales: 'Sales',
    refunded: (currency) => `Refunded (${currency})`,
    refunds: 'Refunds',
    taken: 'Total taken',
    customers: 'Customers',
    average: 'Average per sale',
    givenBack: 'Total refunded',
    net: 'Net (taken less refunded)',
    cashRounding: 'Cash rounding',
    cancelledSales: 'Cancelled sales',
  },
};

export function reportWords(lang: Lang): ReportWords {
  return words[lang];
}
