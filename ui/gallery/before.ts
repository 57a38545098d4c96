/** Samples from the idle screen to the choice of a method. */
import type { Card, Keyboard, ScreenBody } from '../../kiosk/server/wire.ts';
import { common, type Tongue } from './words.ts';

type Body<N extends ScreenBody['screen']> = Extract<ScreenBody, { screen: N }>;

export function attract(s: Tongue, partly: boolean): Body<'attract' | 'partly-available'> {
  const { t } = s;
  const zh = s.lang === 'zh-CN';
  const notice = (chinese: boolean) =>
    chinese
      ? '可用：现金、找零凭证。付现金遇到问题请打 010-5555 0100，或到一楼 3 号窗口'
      : 'Cash and change slips. For help paying in cash call 010-5555 0100 or go to window 3, ground floor';
  return {
    screen: partly ? 'partly-available' : 'attract',
    greeting: t('下午好', 'Good afternoon'),
    greetingOther: t('Good afternoon', '下午好'),
    tasks: t('缴费 · 补打凭证', 'Pay a bill · Get a receipt again'),
    touch: t('请点屏幕开始缴费', 'Touch to pay'),
    touchOther: t('Touch to pay', '请点屏幕开始缴费'),
    methods: [
      { icon: 'cash', label: t('现金', 'Cash'), off: partly ? t('设备检修', 'under repair') : null },
      { icon: 'voucher', label: t('找零凭证', 'Change slip'), off: null },
      ...(s.long
        ? ([
            { icon: 'card', label: t('银行卡', 'Bank card'), off: partly ? t('网络中断', 'no network') : null },
            { icon: 'wechat', label: t('微信支付', 'WeChat Pay'), off: null },
          ] as const)
        : []),
    ],
    notice: notice(zh),
    noticeOther: notice(!zh),
    partly: partly
      ? t(
          '本机暂时不能收现金。付现金请到一楼 3 号窗口，或打 010-5555 0100',
          'This machine cannot take cash right now. To pay in cash go to window 3, ground floor, or call 010-5555 0100',
        )
      : null,
  };
}

export function welcome(s: Tongue): Body<'welcome'> {
  const { t } = s;
  const card = (icon: Card['icon'], label: string, note: string | null, intent: Card['intent'], off = null) => ({
    icon,
    label,
    note,
    off,
    intent,
  });
  return {
    screen: 'welcome',
    title: t('您好，请问办理什么业务？', 'What would you like to do?'),
    cards: [
      card('bill', t('缴费', 'Pay a bill'), t('输入账单号，付现金', 'Type the bill number and pay in cash'), {
        do: 'task',
        task: 'pay-bill',
      }),
      card('receipt', t('补打凭证', 'Get a receipt again'), t('输入凭证编号', 'Type the receipt number'), {
        do: 'task',
        task: 'receipt',
      }),
      card('help', t('帮助', 'Help'), t('怎么付、找谁问', 'How it works, whom to ask'), { do: 'help' }),
    ],
  };
}

function keyboard(s: Tongue, kind: Keyboard['kind'], label: string, maxLength: number): Keyboard {
  return { kind, maxLength, label, erase: s.t('退格', 'Erase'), clear: s.t('清空', 'Clear') };
}

export function findBill(s: Tongue, state: 'empty' | 'busy' | 'none'): Body<'find-bill' | 'find-receipt'> {
  const { t } = s;
  return {
    screen: 'find-bill',
    title: t('请输入账单号', 'Enter the bill number'),
    hint: t('在账单右上角', 'It is at the top right of your bill'),
    keyboard: keyboard(s, 'digits', t('账单号', 'Bill number'), 12),
    submit: t('查找账单', 'Find my bill'),
    busy: state === 'busy' ? t('正在查找您的账单…', 'Finding your bill…') : null,
    problem:
      state === 'none'
        ? t('没有找到这个账单号，请核对后再输一次', 'We could not find this number. Check it and try again')
        : null,
  };
}

export function findReceipt(s: Tongue): Body<'find-bill' | 'find-receipt'> {
  const { t } = s;
  return {
    screen: 'find-receipt',
    title: t('请输入凭证编号', 'Enter the receipt number'),
    hint: t('在凭证上方，或在短信、账单详情里', 'It is at the top of your receipt'),
    keyboard: keyboard(s, 'code', t('凭证编号', 'Receipt number'), 12),
    submit: t('查找凭证', 'Find my receipt'),
    busy: null,
    problem: null,
  };
}

export function voucher(s: Tongue, problem: boolean): Body<'voucher'> {
  const { t } = s;
  return {
    screen: 'voucher',
    title: t('请输入找零凭证', 'Type in your change slip'),
    hint: t('编号和验证码都在凭证上', 'Both numbers are on the slip'),
    serial: keyboard(s, 'digits', t('编号', 'Slip number'), 10),
    code: keyboard(s, 'code', t('验证码', 'Check code'), 8),
    submit: t('使用凭证', 'Use this slip'),
    busy: null,
    problem: problem
      ? t('没有找到这张凭证，请核对后再输一次', 'We could not find this slip. Check both numbers and try again')
      : null,
  };
}

export function review(s: Tongue, changed: boolean): Body<'review'> {
  const { t } = s;
  const lines = [
    { name: t('门诊诊查费', 'Consultation'), quantity: '× 1', amount: s.amount('20.00') },
    { name: t('血常规（五分类）', 'Blood count, five-part'), quantity: '× 1', amount: s.amount('25.00') },
    { name: t('阿莫西林胶囊 0.25 g', 'Amoxicillin capsules 0.25 g'), quantity: '× 2', amount: s.amount('41.50') },
  ];
  return {
    screen: 'review',
    title: t('请核对：是您要付的账单吗？', 'Is this your bill?'),
    payee: common(s).clinic,
    payeeLabel: t('收款方', 'Pay to'),
    payer: t('张*', 'Zh*** W**'),
    payerLabel: t('付款人', 'For'),
    what: t('门诊费 · 账单 1001', 'Outpatient fees · bill 1001'),
    lines,
    totalLabel: t('合计', 'Total'),
    total: s.amount('86.50'),
    notice: changed
      ? {
          tone: 'caution',
          text: t(
            `金额刚刚变为 ${s.money('86.50')}（原来 80.50 元），请再确认`,
            `The amount is now ${s.money('86.50')} (it was ¥80.50). Please confirm`,
          ),
        }
      : null,
  };
}

export function choose(s: Tongue, off: boolean): Body<'choose'> {
  const { t } = s;
  return {
    screen: 'choose',
    title: t('请选择付款方式', 'How would you like to pay?'),
    amountLabel: t('应付', 'To pay'),
    amount: s.amount('86.50'),
    methods: [
      {
        icon: 'cash',
        name: t('现金', 'Cash'),
        note: t('收 1 至 100 元纸币，多付的打印找零凭证', 'Notes from ¥1 to ¥100, change as a slip'),
        suggested: t('推荐：不用手机和银行卡', 'Suggested: needs no phone or card'),
        off: null,
        intent: { do: 'method', method: 'cash' },
      },
      ...(s.long
        ? ([
            {
              icon: 'wechat',
              name: t('微信支付', 'WeChat Pay'),
              note: t('扫码，或出示付款码', 'Scan the code, or show us yours'),
              suggested: null,
              off: null,
              intent: { do: 'method', method: 'voucher' },
            },
            {
              icon: 'card',
              name: t('银行卡', 'Bank card'),
              note: t('插卡、刷卡或挥卡', 'Insert, swipe or tap at the terminal'),
              suggested: null,
              off: t('现在不能用：网络中断', 'Not now: no network'),
              intent: { do: 'method', method: 'voucher' },
            },
          ] as const)
        : []),
      {
        icon: 'voucher',
        name: t('找零凭证', 'Change slip'),
        note: t('用上次的找零凭证付', 'Pay with a slip from an earlier visit'),
        suggested: null,
        off: off ? t('现在不能用：设备检修', 'Not now: under repair') : null,
        intent: { do: 'method', method: 'voucher' },
      },
    ],
  };
}

export function promise(s: Tongue): Body<'promise'> {
  const { t } = s;
  const most = s.money('50.00');
  return {
    screen: 'promise',
    title: t('本机不出零钱', 'This machine gives no coins or notes'),
    text: t(
      `多付的部分（最多 ${most}）将打印找零凭证，可到一楼 3 号窗口换现金。可以吗？`,
      `If you pay more, up to ${most} would be a slip you can cash at window 3, ground floor. Is that all right?`,
    ),
    points: [
      t('换现金不收费，没有期限', 'Cashing it is free, at any time'),
      t('下次也可以用它付款', 'You can also pay with it next time'),
    ],
  };
}
