/** Samples from the first note to goodbye, and the screens for a bad day. */
import type { ScreenBody, Tone } from '../../kiosk/server/wire.ts';
import type { Tongue } from './words.ts';

type Body<N extends ScreenBody['screen']> = Extract<ScreenBody, { screen: N }>;
type CashState = 'first' | 'part' | 'checking' | 'returned' | 'enough' | 'many';

export function payCash(s: Tongue, state: CashState): Body<'pay-cash'> {
  const { t } = s;
  const sentences: Record<CashState, { slot: Body<'pay-cash'>['slot']; tone: Tone; sentence: string }> = {
    first: {
      slot: 'ready',
      tone: 'calm',
      sentence: t('请把纸币平整放入，一次一张', 'Insert notes flat, one at a time'),
    },
    part: {
      slot: 'ready',
      tone: 'calm',
      sentence: t('请把纸币平整放入，一次一张', 'Insert notes flat, one at a time'),
    },
    many: { slot: 'moving', tone: 'busy', sentence: t('正在收纸币…', 'Taking your note…') },
    checking: { slot: 'checking', tone: 'busy', sentence: t('正在识别纸币…', 'Checking your note…') },
    returned: {
      slot: 'returning',
      tone: 'caution',
      sentence: t(
        '这张纸币没有识别出来，已退还。请抚平或换一张',
        'We could not read this note. Please take it back, smooth it or try another',
      ),
    },
    enough: {
      slot: 'off',
      tone: 'success',
      sentence: t(
        `已收到 ${s.money('100')}，找您 ${s.money('13.50')}`,
        `Received ${s.money('100')}. Your change is ${s.money('13.50')}`,
      ),
    },
  };
  const notes: Record<CashState, readonly string[]> = {
    first: [],
    part: ['50'],
    checking: ['50'],
    returned: ['20', '20', '10'],
    enough: ['50', '50'],
    many: ['1', '5', '5', '10', '10', '1', '1', '1', '1', '5', '1', '1', '5', '1', '1', '1'],
  };
  const none = state === 'first';
  const received = s.money(none ? '0' : state === 'enough' ? '100' : '50');
  return {
    screen: 'pay-cash',
    toGoLabel: t('还需付', 'To go'),
    toGo: s.amount(none ? '86.50' : state === 'enough' ? '0' : '36.50'),
    progress: none ? 0 : state === 'enough' ? 1 : 0.58,
    received: t(`已收到 ${received}`, `Received ${received}`),
    due: t(`应付 ${s.money('86.50')}`, `Due ${s.money('86.50')}`),
    ...sentences[state],
    accepted: t('可收 1 · 5 · 10 · 20 · 50 · 100 元', 'Takes ¥1 · 5 · 10 · 20 · 50 · 100'),
    change: t('零钱打印凭证，窗口换现金', 'Change as a slip, cash at the window'),
    notesLabel: t('已放入', 'Inserted'),
    notes: notes[state].map((note, index) => ({ id: `${note}-${index}`, label: t(`${note} 元`, `¥${note}`) })),
  };
}

export function settling(s: Tongue): Body<'settling'> {
  const { t } = s;
  return {
    screen: 'settling',
    title: t('正在完成付款…', 'Completing your payment…'),
    text: t('一般不超过 5 秒，请不要离开', 'This usually takes less than 5 seconds. Please stay'),
  };
}

export function settled(s: Tongue, change: boolean): Body<'settled'> {
  const { t } = s;
  const figure = (label: string, ordinary: string, accent = false) => ({ label, amount: s.amount(ordinary), accent });
  return {
    screen: 'settled',
    title: t(`已付 ${s.money('86.50')}`, `Paid ${s.money('86.50')}`),
    text: t('门诊费 · 账单 1001', 'Outpatient fees · bill 1001'),
    figures: [
      figure(t('应付', 'Due'), '86.50'),
      figure(t('实收', 'Received'), change ? '100' : '86.50'),
      figure(t('找零', 'Change'), change ? '13.50' : '0', true),
    ],
    take: change
      ? {
          picture: 'voucher',
          title: t(`请取走 ${s.money('13.50')} 找零凭证`, `Please take your ${s.money('13.50')} slip`),
          lines: [
            t(
              '从下方出票口取，一楼 3 号窗口换现金，不收费，没有期限',
              'It comes out below the screen. Window 3, ground floor, pays it in cash, free, at any time',
            ),
          ],
        }
      : null,
  };
}

export function documents(s: Tongue, state: 'cards' | 'phone' | 'printing' | 'no-paper'): Body<'documents'> {
  const { t } = s;
  const noPaper = state === 'no-paper';
  const ask = state === 'cards' || noPaper;
  return {
    screen: 'documents',
    title: ask ? t('需要凭证吗？', 'Would you like a receipt?') : t('您的凭证', 'Your receipt'),
    text: noPaper
      ? t(
          '凭证纸用完了，付款已成功。请用手机扫码保存',
          'Out of paper. Your payment is complete. Scan to keep the receipt',
        )
      : null,
    cards: ask
      ? [
          {
            icon: 'paper',
            label: t('打印', 'Print'),
            note: t('从下方出票口取', 'Comes out below the screen'),
            off: noPaper ? t('现在不能用：凭证纸用完了', 'Not now: out of paper') : null,
            intent: { do: 'document', choice: 'paper' },
          },
          {
            icon: 'phone',
            label: t('手机扫码', 'On my phone'),
            note: t('不用关注，不用登录', 'No app, no account'),
            off: null,
            intent: { do: 'document', choice: 'phone' },
          },
          {
            icon: 'none',
            label: t('不需要', 'No, thank you'),
            note: null,
            off: null,
            intent: { do: 'document', choice: 'none' },
          },
        ]
      : [],
    phone:
      state === 'phone'
        ? {
            qr: 'https://receipt.example/LAB-01/2026-11-24/000123?k=7Q4MXB2C',
            text: t('请用手机相机扫码，凭证就在手机上', 'Scan with your phone camera to keep your receipt'),
          }
        : null,
    printing: state === 'printing' ? t('正在打印，请取走凭证', 'Printing. Please take your receipt') : null,
  };
}

export function thanks(s: Tongue): Body<'thanks'> {
  const { t } = s;
  return {
    screen: 'thanks',
    title: t('谢谢您', 'Thank you'),
    text: t('请带好随身物品', 'Please take everything with you'),
    seconds: 8,
  };
}

export function caseOpen(s: Tongue): Body<'case'> {
  const { t } = s;
  return {
    screen: 'case',
    title: t('有一张纸币正在核实', 'We are checking one note'),
    certain: [
      t(`已收到 ${s.money('50')}，已记在您的账单上`, `Received ${s.money('50')}, counted towards your bill`),
      t('账单还没有付清', 'Your bill is not fully paid yet'),
    ],
    checking: [
      t('有一张 20 元纸币没能确认，请不要再放一次', 'We could not confirm one ¥20 note. Please do not insert it again'),
    ],
    numberLabel: t('编号', 'Your number'),
    number: 'LAB-01-260331-0007',
    printed: t('编号已打印，请保留', 'Printed for you. Please keep it'),
    contact: t('一楼 3 号窗口，电话 010-5555 0100', 'Window 3, ground floor, phone 010-5555 0100'),
    promise: t('今天 17:00 前答复您', 'You will know by 17:00 today'),
  };
}

export function outOfService(s: Tongue): Body<'out-of-service'> {
  const { t } = s;
  return {
    screen: 'out-of-service',
    title: t('本机暂停收款', 'Closed for now'),
    titleOther: t('Closed for now', '本机暂停收款'),
    since: t('14:20 起，检修代码 kiosk.denominations-changed', 'Since 14:20, service code kiosk.denominations-changed'),
    works: [t('补打凭证请到一楼 3 号窗口', 'Receipts again: window 3, ground floor')],
    cash: t('付现金请到一楼 3 号窗口', 'To pay in cash go to window 3, ground floor'),
    cashOther: t('To pay in cash go to window 3, ground floor', '付现金请到一楼 3 号窗口'),
    phoneLabel: t('服务电话', 'Phone'),
    phone: '010-5555 0100',
    nearest: t('最近的自助机：二楼候诊区 2 号机', 'Nearest machine: number 2, waiting area, second floor'),
  };
}
