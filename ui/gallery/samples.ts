/** Every screen as a View, in both languages, ordinary and with the longest texts. Used by the gallery and its checks. */
import type { Action, Lang, ScreenBody, View } from '../../kiosk/server/wire.ts';
import * as before from './before.ts';
import * as paying from './paying.ts';
import { action, common, tongue, type Tongue } from './words.ts';

interface Sample {
  readonly body: (s: Tongue) => ScreenBody;
  readonly step?: number;
  readonly actions?: (s: Tongue) => readonly Action[];
  readonly over?: (s: Tongue) => Partial<View>;
}

const back = (s: Tongue) => action('back', s.t('返回', 'Back'), { do: 'back' });
const cancelCash = (s: Tongue) =>
  action(
    'back',
    s.t(
      `取消，${s.money('50')}打印凭证（${common(s).window}取现金）`,
      `Cancel, get ${s.money('50')} at ${common(s).window}`,
    ),
    {
      do: 'cancel',
    },
  );
const otherWay = (s: Tongue) =>
  action('other', s.t(`余下 ${s.money('36.50')}用别的方式付`, `Pay the other ${s.money('36.50')} another way`), {
    do: 'other-way',
  });
const finish = (s: Tongue) => action('main', s.t('完成', 'Finish'), { do: 'finish' });
const payActions = (s: Tongue) => [
  action('back', s.t('不是我的，返回', 'Not mine, go back'), { do: 'back' }),
  action('main', s.t(`付 ${s.money('86.50')}`, `Pay ${s.money('86.50')}`), { do: 'confirm-bill' }),
];

export const SAMPLES: Readonly<Record<string, Sample>> = {
  attract: { body: (s) => before.attract(s, false) },
  'partly-available': { body: (s) => before.attract(s, true) },
  welcome: { body: before.welcome, actions: (s) => [back(s)] },
  'find-bill': { body: (s) => before.findBill(s, 'empty'), step: 1, actions: (s) => [back(s)] },
  'find-bill-busy': { body: (s) => before.findBill(s, 'busy'), step: 1, actions: (s) => [back(s)] },
  'find-bill-none': { body: (s) => before.findBill(s, 'none'), step: 1, actions: (s) => [back(s)] },
  'find-receipt': { body: before.findReceipt, actions: (s) => [back(s)] },
  review: { body: (s) => before.review(s, false), step: 2, actions: payActions },
  'review-changed': { body: (s) => before.review(s, true), step: 2, actions: payActions },
  choose: { body: (s) => before.choose(s, false), step: 3, actions: (s) => [back(s)] },
  'choose-off': { body: (s) => before.choose(s, true), step: 3, actions: (s) => [back(s)] },
  promise: {
    body: before.promise,
    step: 3,
    actions: (s) => [
      action('back', s.t('换一种方式', 'Another way'), { do: 'back' }),
      action('main', s.t('可以，付现金', 'Yes, pay in cash'), { do: 'agree' }),
    ],
  },
  voucher: { body: (s) => before.voucher(s, false), step: 3, actions: (s) => [back(s)] },
  'voucher-none': { body: (s) => before.voucher(s, true), step: 3, actions: (s) => [back(s)] },
  'pay-cash': { body: (s) => paying.payCash(s, 'part'), step: 3, actions: (s) => [cancelCash(s), otherWay(s)] },
  'pay-cash-first': {
    body: (s) => paying.payCash(s, 'first'),
    step: 3,
    actions: (s) => [
      action('back', s.t('取消，没有放入现金', 'Cancel, no cash inserted'), { do: 'cancel' }),
      action('other', s.t('用别的方式付', 'Pay another way'), { do: 'other-way' }),
    ],
  },
  'pay-cash-checking': {
    body: (s) => paying.payCash(s, 'checking'),
    step: 3,
    actions: (s) => [cancelCash(s), otherWay(s)],
  },
  'pay-cash-returned': {
    body: (s) => paying.payCash(s, 'returned'),
    step: 3,
    actions: (s) => [cancelCash(s), otherWay(s)],
  },
  'pay-cash-many': { body: (s) => paying.payCash(s, 'many'), step: 3, actions: (s) => [cancelCash(s), otherWay(s)] },
  'pay-cash-enough': { body: (s) => paying.payCash(s, 'enough'), step: 3 },
  settling: { body: paying.settling, step: 3 },
  settled: { body: (s) => paying.settled(s, true), step: 4 },
  'settled-exact': { body: (s) => paying.settled(s, false), step: 4 },
  documents: { body: (s) => paying.documents(s, 'cards'), step: 4 },
  'documents-no-paper': { body: (s) => paying.documents(s, 'no-paper'), step: 4 },
  'documents-phone': { body: (s) => paying.documents(s, 'phone'), step: 4, actions: (s) => [finish(s)] },
  'documents-printing': { body: (s) => paying.documents(s, 'printing'), step: 4 },
  thanks: { body: paying.thanks, step: 4 },
  case: { body: paying.caseOpen, actions: (s) => [finish(s)] },
  'out-of-service': { body: paying.outOfService },
  warning: {
    body: (s) => paying.payCash(s, 'part'),
    step: 3,
    actions: (s) => [cancelCash(s), otherWay(s)],
    over: (s) => ({ warning: warning(s) }),
  },
  help: { body: before.welcome, actions: (s) => [back(s)], over: (s) => ({ helpPage: helpPage(s) }) },
  'power-notice': {
    body: before.welcome,
    actions: (s) => [back(s)],
    over: (s) => ({
      notice: {
        tone: 'caution',
        text: s.t(
          `刚才停过电。之前放入的 ${s.money('50')}已打印凭证，一楼 3 号窗口可取现金`,
          `The power was out. A slip for the ${s.money('50')} inserted before is printed; window 3, ground floor, pays it`,
        ),
      },
    }),
  },
};

function warning(s: Tongue): NonNullable<View['warning']> {
  return {
    title: s.t('您还在吗？', 'Are you still there?'),
    text: s.t(`机器里的 ${s.money('50')}会打印凭证给您`, `Your ${s.money('50')} will be printed as a slip`),
    seconds: 20,
    extend: s.t('我还需要时间', 'I need more time'),
    leave: cancelCash(s),
  };
}

function helpPage(s: Tongue): NonNullable<View['helpPage']> {
  const { t } = s;
  return {
    title: t('帮助', 'Help'),
    lines: [
      {
        question: t('纸币退出来了怎么办？', 'A note came back. What now?'),
        answer: t(
          '请抚平再放一次，或换一张。破损的纸币可到银行网点兑换',
          'Smooth it or try another. A bank branch exchanges damaged notes',
        ),
      },
      {
        question: t('找零怎么拿？', 'How do I get my change?'),
        answer: t(
          '多付的部分会打印找零凭证，到窗口换现金，不收费',
          'As a printed slip. The window pays it in cash, free',
        ),
      },
      {
        question: t('中途不想付了？', 'Can I stop half way?'),
        answer: t('点「取消」，已放入的钱会还给您', 'Touch Cancel: the money you put in comes back to you'),
      },
    ],
    phoneLabel: t('服务电话', 'Phone'),
    phone: '010-5555 0100',
    windowLabel: t('人工窗口', 'Window'),
    window: t('一楼 3 号窗口', 'Window 3, ground floor'),
    close: t('知道了，返回', 'Back to where I was'),
  };
}

export interface SampleOptions {
  readonly lang: Lang;
  readonly long: boolean;
  readonly number: number;
}

/** The View of one sample. Throws when there is no sample of that name. */
export function sampleView(name: string, options: SampleOptions): View {
  const sample = SAMPLES[name];
  if (sample === undefined) throw new Error(`No sample named ${name}: one of ${Object.keys(SAMPLES).join(', ')}`);
  const s = tongue(options.lang, options.long);
  const { t } = s;
  const steps = [t('找到账单', 'Find'), t('核对', 'Check'), t('付款', 'Pay'), t('完成', 'Done')];
  const step = sample.step;
  return {
    number: options.number,
    lang: options.lang,
    merchant: { name: common(s).clinic, mark: '+', accent: '#0A5C5A' },
    step:
      step === undefined
        ? null
        : {
            at: step,
            of: 4,
            label: t(`第 ${step} 步，共 4 步：${steps[step - 1]}`, `Step ${step} of 4: ${steps[step - 1]}`),
          },
    language: { label: t('English', '中文'), intent: { do: 'language', lang: options.lang === 'en' ? 'zh-CN' : 'en' } },
    help: { label: t('帮助', 'Help') },
    body: sample.body(s),
    actions: sample.actions?.(s) ?? [],
    notice: null,
    warning: null,
    helpPage: null,
    say: [],
    glass: { diagonalInch: 21.5, widthPx: 1080, heightPx: 1920 },
    alone: {
      reconnecting: t('请稍等，正在恢复连接…', 'One moment, reconnecting…'),
      replaced: t('已在另一块屏幕上打开', 'This is now open on another screen'),
    },
    ...sample.over?.(s),
  };
}
