/** The currency, how much and how long, and where one person is not enough. */
import * as v from 'valibot';
import { about, both, record, text, whole, yesOrNo } from '../fields.ts';

export const money = about(
  record({
    currency: about(
      text(
        both('an ISO 4217 currency of three capital letters, such as CNY', 'ISO 4217 货币代码，三个大写字母，例如 CNY'),
        /^[A-Z]{3}$/,
      ),
      {
        name: both('Currency', '币种'),
        purpose: 'of every sum of this kiosk',
      },
    ),
    exponent: about(whole(both('the currency’s decimal places by ISO 4217', '货币的小数位数，按 ISO 4217'), 0, 4), {
      name: both('Decimal places', '小数位数'),
      purpose: 'how many digits of a minor unit stand behind the point',
    }),
    cashStepMinor: about(
      whole(both('the smallest cash amount in minor units', '现金的最小金额，以最小货币单位计'), 1, 100_000),
      {
        name: both('Smallest sum in cash', '现金最小单位'),
        purpose: 'what is paid in cash is rounded to it',
        unit: 'minor',
      },
    ),
  }),
  { name: both('Money', '货币'), purpose: 'The one currency that is reckoned in.' },
);

export const limits = about(
  record({
    cashMaximumMinor: about(
      whole(both('the most cash for one sale in minor units', '单笔现金上限，以最小货币单位计'), 1, 100_000_000),
      {
        name: both('Largest sum in cash', '单笔现金上限'),
        purpose: 'beyond it cash is not offered; a multiple of `money.cashStepMinor`',
        unit: 'minor',
      },
    ),
    noteDecisionMs: about(whole(both('milliseconds to decide about a note', '判定一张纸币的时限，毫秒'), 500, 10_000), {
      name: both('Time to decide about a note', '纸币判定时限'),
      purpose: 'a note that waits longer for its decision goes back to the customer',
      unit: 'ms',
    }),
    idleMs: about(
      whole(
        both('milliseconds without a touch before the customer is asked', '顾客多久没有触摸屏幕后询问，毫秒'),
        10_000,
        600_000,
      ),
      {
        name: both('Wait before asking who does nothing', '无操作提醒时间'),
        purpose: 'then the glass asks whether somebody is there',
        unit: 'ms',
      },
    ),
    idleWithMoneyMs: about(
      whole(both('the same while money is in the sale', '已收款时多久没有触摸屏幕后询问，毫秒'), 10_000, 1_800_000),
      {
        name: both('The same wait with money inside', '已收款时的无操作提醒时间'),
        purpose: 'at least `limits.idleMs`',
        unit: 'ms',
      },
    ),
    warningMs: about(whole(both('milliseconds that the question stands', '询问显示多久，毫秒'), 5_000, 120_000), {
      name: both('Time to answer that question', '提醒的等待时间'),
      purpose: 'then the visit ends, and money goes back; less than `limits.idleMs`',
      unit: 'ms',
    }),
    takeChangeMs: about(
      whole(
        both(
          'milliseconds that a paid-out note waits in the slot for its owner',
          '找出的纸币在出钞口等待取走的时间，毫秒',
        ),
        15_000,
        300_000,
      ),
      {
        name: both('Time to take a note of the change', '找零纸币等待取走的时间'),
        purpose: 'then it is pulled back or becomes a case',
        unit: 'ms',
      },
    ),
    changeReservePieces: about(
      whole(
        both(
          'how many of each coin and note are kept back when change is promised',
          '承诺找零时每种硬币和纸币各保留几枚几张',
        ),
        0,
        1_000,
      ),
      {
        name: both('Coins and notes kept back, of each value', '每种面额的找零保留数'),
        purpose: 'so that a piece that jams or was counted wrongly breaks no promise',
      },
    ),
    chargeMaximumMinor: v.optional(
      about(
        whole(
          both(
            'the most that a card or wallet is asked for at once in minor units',
            '银行卡或钱包单笔上限，以最小货币单位计',
          ),
          1,
          1_000_000_000,
        ),
        {
          name: both('Largest sum by card or wallet', '银行卡或钱包单笔上限'),
          purpose: 'beyond it no card and no wallet is offered',
          unit: 'minor',
        },
      ),
      5_000_000,
    ),
    deviceAnswersMs: v.optional(
      about(
        whole(
          both(
            'milliseconds within which a device of a changed configuration has to answer',
            '更改配置后设备应答的时限，毫秒',
          ),
          3_000,
          600_000,
        ),
        {
          name: both('Time to answer after a change', '更改配置后设备应答时限'),
          purpose: 'then the configuration before is taken again',
          unit: 'ms',
          leftOut: '30 000',
        },
      ),
    ),
  }),
  { name: both('Limits', '限额'), purpose: 'How much at once, and how long a person has.' },
);

const persons = about(
  record({
    corrections: about(
      yesOrNo(both('whether two persons stand by a correction and the end of a case', '更正和了结差错是否须双人')),
      {
        name: both('Two persons for corrections', '更正须双人'),
        purpose: 'of booked moves, the end of cases, and changes of this configuration at the kiosk',
      },
    ),
    emptying: about(
      yesOrNo(both('whether two persons stand by when cash is taken out or counted', '取出或清点现金是否须双人')),
      {
        name: both('Two persons for emptying', '取款须双人'),
        purpose: 'and counting of cash',
      },
    ),
    closing: v.optional(
      about(
        yesOrNo(
          both(
            'whether two persons stand by when the day is closed; left out: one is enough',
            '日结是否须双人；不写：一人即可',
          ),
        ),
        {
          name: both('Two persons for closing the day', '日结须双人'),
          purpose: 'the Z report and the count that goes with it',
          none: both('no', '否'),
          leftOut: 'one is enough',
        },
      ),
    ),
  }),
  { name: both('Two persons', '双人操作'), purpose: 'where one person is not enough, whatever the sum' },
);

export const staff = about(
  record({
    twoPersons: persons,
    limits: v.optional(
      about(
        record({
          differenceMinor: about(
            whole(
              both(
                'the largest difference of a count that one person books, in minor units',
                '单人可入账的最大清点差额，以最小货币单位计',
              ),
              0,
              100_000_000,
            ),
            {
              name: both('Largest difference one person books', '单人可入账的最大差额'),
              purpose: 'of a count',
              unit: 'minor',
            },
          ),
          settleMinor: about(
            whole(
              both(
                'the largest case that one person ends, in minor units',
                '单人可了结的最大差错金额，以最小货币单位计',
              ),
              0,
              100_000_000,
            ),
            {
              name: both('Largest case one person ends', '单人可了结的最大事项金额'),
              purpose: 'of what a customer is owed or was promised',
              unit: 'minor',
            },
          ),
          judgeRefundMinor: about(
            whole(
              both(
                'the largest refund that one person agrees to, in minor units',
                '单人可同意的最大退款，以最小货币单位计',
              ),
              0,
              100_000_000,
            ),
            {
              name: both('Largest refund one person agrees to', '单人可同意的最大退款'),
              purpose: 'when a customer asks at the glass',
              unit: 'minor',
            },
          ),
        }),
        {
          name: both('Sums of one person', '单人金额上限'),
          purpose: 'above them two persons stand by in any case',
          leftOut: '5 000, 50 000, 50 000',
        },
      ),
    ),
  }),
  { name: both('Staff', '工作人员'), purpose: 'Where a second person stands by.' },
);

export const refunds = v.optional(
  about(
    record({
      days: about(whole(both('within how many days a receipt is given back here', '收据在此退款的期限，天数'), 1, 90), {
        name: both('Refund within', '退款期限'),
        purpose: 'reckoned from the sale',
        unit: 'days',
      }),
      attendantAboveMinor: about(
        whole(
          both(
            'the sum in minor units above which a person has to agree, as to all that comes as cash',
            '超过此金额的退款须有人同意，以最小货币单位计；现金退款一律须有人同意',
          ),
          0,
          1_000_000_000,
        ),
        {
          name: both('Refund without a person up to', '无需人工同意的退款上限'),
          purpose: 'above it, and for all that comes as cash, the customer waits for staff',
          unit: 'minor',
        },
      ),
    }),
    {
      name: both('Refunds', '退款'),
      purpose: 'What is given back at the kiosk itself.',
      leftOut: 'nothing is given back here',
    },
  ),
);
