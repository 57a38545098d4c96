/** The way from the first touch to the open slot, and the words on its buttons. */
import type { Lang } from '../../kiosk/server/wire.ts';
import type { Glass } from './glass.ts';

export const wordsOf = {
  'zh-CN': {
    bill: '缴费',
    find: '查找账单',
    clear: '清空',
    back: '返回',
    leave: '返回首页',
    pay: /^付 /,
    cash: '现金',
    agree: '可以，付现金',
    next: '下一步',
    print: '打印',
    finish: '完成',
    received: (amount: string) => `已收到 ${amount} 元`,
    takeReceipt: '请取走收据',
    takeSlip: (amount: string) => `请取走 ${amount} 元现金凭证`,
  },
  en: {
    bill: 'Pay a bill',
    find: 'Find my bill',
    clear: 'Clear',
    back: 'Back',
    leave: 'Back to start',
    pay: /^Pay ¥/,
    cash: 'Cash',
    agree: 'Yes, pay in cash',
    next: 'Next',
    print: 'Print',
    finish: 'Finish',
    received: (amount: string) => `Received ¥${amount}`,
    takeReceipt: 'Please take your receipt',
    takeSlip: (amount: string) => `Please take your ¥${amount} cash slip`,
  },
} as const;

export async function begins(glass: Glass, lang: Lang): Promise<void> {
  await glass.sees('attract');
  await glass.touch(/Touch to (pay|order)/);
  await glass.sees('welcome');
  if (lang === 'en') await glass.touch('English');
  await glass.sees('welcome', lang);
}

/** From nobody to the answer about a number. */
export async function searches(glass: Glass, lang: Lang, number: string): Promise<void> {
  await begins(glass, lang);
  await glass.chooses(wordsOf[lang].bill);
  await glass.sees('find-bill', lang);
  await glass.types(number);
  await glass.touch(wordsOf[lang].find);
}

/** From nobody to the choice of a way to pay. */
export async function confirms(glass: Glass, lang: Lang, number: string): Promise<void> {
  await searches(glass, lang, number);
  await glass.sees('review', lang);
  await glass.touch(wordsOf[lang].pay);
  await glass.sees('choose', lang);
}

/** From nobody to the open slot. */
export async function paysInCash(glass: Glass, lang: Lang, number: string): Promise<void> {
  await confirms(glass, lang, number);
  await glass.chooses(wordsOf[lang].cash);
  await glass.sees('promise', lang);
  await glass.touch(wordsOf[lang].agree);
  await glass.sees('pay-cash', lang);
}
