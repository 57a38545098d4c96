/** The checks by name, and what to do in each, for the staff's page and the readiness report. */
import type { CheckName } from '../server/staff-wire.ts';
import type { Lang } from '../server/wire.ts';

type Both = Readonly<Record<Lang, string>>;

interface CheckWords {
  readonly name: Both;
  /** What to do, where somebody has to do something. */
  readonly task: Both;
}

export const checkWords: Readonly<Record<CheckName, CheckWords>> = {
  'take-note': {
    name: { 'zh-CN': '收钞试验', en: 'Take a note and return it' },
    task: {
      'zh-CN': '放入一张纸币。机器读出面额后会退还，请取回。',
      en: 'Put a note in. The machine reads it and gives it back: take it.',
    },
  },
  'take-coin': {
    name: { 'zh-CN': '投币试验', en: 'Take a coin' },
    task: {
      'zh-CN': '投入一枚硬币。它会留在机内并入账。',
      en: 'Put a coin in. It stays in the machine and is booked as there.',
    },
  },
  'pay-one': {
    name: { 'zh-CN': '出币出钞试验', en: 'Pay one piece out' },
    task: {
      'zh-CN': '机器吐出一枚（张），并从账上减去。之后请用“补充找零”放回。',
      en: 'One piece comes out and is booked out. Put it back afterwards with “Fill change”.',
    },
  },
  'test-page': {
    name: { 'zh-CN': '打印测试页', en: 'Print a test page' },
    task: {
      'zh-CN': '取下测试页，输入上面的四位检测号，并确认已切断。',
      en: 'Take the page, which must be cut off, and enter its four-digit test number.',
    },
  },
  cutter: {
    name: { 'zh-CN': '切刀', en: 'Cutter' },
    task: {
      'zh-CN': '机器打印一页并切断。取下时看切口，不要撕。',
      en: 'A page is printed and cut off. Take it without tearing, and look at its edge.',
    },
  },
  'paper-sensor': {
    name: { 'zh-CN': '纸张传感器', en: 'Paper sensors' },
    task: {
      'zh-CN': '打开打印机盖或取出纸卷，再装回并合上。',
      en: 'Lift the cover or take the paper out. Then put it back and close it.',
    },
  },
  terminal: {
    name: { 'zh-CN': '刷卡机诊断', en: 'Ask the card terminal' },
    task: { 'zh-CN': '向刷卡机查询状态。', en: 'The terminal is asked who and how it is.' },
  },
  'read-code': {
    name: { 'zh-CN': '扫码试验', en: 'Read a code' },
    task: {
      'zh-CN': '对着扫描器出示任意一个码，不要用付款码。',
      en: 'Hold any code to the scanner, but no payment code.',
    },
  },
  contacts: {
    name: { 'zh-CN': '机柜触点', en: 'Cabinet contacts' },
    task: { 'zh-CN': '打开再关上一个门，或转动钥匙再转回。', en: 'Open and close a door, or turn the key and back.' },
  },
  lamps: {
    name: { 'zh-CN': '机柜指示灯', en: 'Cabinet lamps' },
    task: {
      'zh-CN': '指示灯逐个单独点亮。看机柜，回答是否只有这一盏亮。',
      en: 'One lamp after the other is lit alone. Look at the cabinet and say whether just this one is.',
    },
  },
  relay: {
    name: { 'zh-CN': '出货继电器', en: 'Goods relay' },
    task: {
      'zh-CN': '注意：继电器会像售货时一样动作，货道里的商品可能真的掉出。请先取出商品或守在出货口。',
      en: 'Take care: the relay is switched as in a sale, and goods behind it may really come out. Take them out first, or stand by.',
    },
  },
  'touch-grid': {
    name: { 'zh-CN': '触摸网格', en: 'Touch grid' },
    task: { 'zh-CN': '逐个触摸所有格子。', en: 'Touch every cell.' },
  },
  taps: {
    name: { 'zh-CN': '自动点触', en: 'Taps at the glass' },
    task: {
      'zh-CN': '屏幕显示几个目标，由系统点触，看是否落在原处。请勿触摸屏幕。',
      en: 'The glass shows targets, the system taps them, and each has to arrive where it was made. Do not touch it.',
    },
  },
  pixels: {
    name: { 'zh-CN': '屏幕坏点', en: 'Stuck pixels' },
    task: {
      'zh-CN': '逐色查看整个屏幕，触摸换下一色。',
      en: 'Look at the whole screen in each colour. Touch for the next.',
    },
  },
  'burn-in': {
    name: { 'zh-CN': '屏幕残影', en: 'Burn-in' },
    task: {
      'zh-CN': '看棋盘图，然后看灰底上有没有残影。',
      en: 'Look at the board, and then for its traces on the grey.',
    },
  },
  speaker: {
    name: { 'zh-CN': '扬声器', en: 'Speaker' },
    task: { 'zh-CN': '播放声音，输入听到几声。', en: 'Play the tones and enter how many you heard.' },
  },
  biller: {
    name: { 'zh-CN': '收费系统', en: 'Biller' },
    task: { 'zh-CN': '查询一张不存在的账单。', en: 'Looks up a bill number that does not exist.' },
  },
  gateway: {
    name: { 'zh-CN': '钱包', en: 'Payment gateway' },
    task: { 'zh-CN': '查询一笔不存在的付款。', en: 'A payment that there is not is looked up.' },
  },
  disk: {
    name: { 'zh-CN': '磁盘', en: 'Disk' },
    task: { 'zh-CN': '写入、落盘、读回，并查剩余空间。', en: 'Written, synced, read back; and how much is free.' },
  },
  clock: {
    name: { 'zh-CN': '时钟', en: 'Clock' },
    task: { 'zh-CN': '与外部时钟和流水比较。', en: 'Compared with another clock and with the journal.' },
  },
};

/** `sample`: signs that a printer without the right code page prints wrong. */
export const testPageWords: Readonly<
  Record<Lang, { readonly title: string; readonly number: string; readonly sample: string }>
> = {
  'zh-CN': { title: '测试页', number: '检测号', sample: '壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整 ¥，。：（）' },
  en: { title: 'Test page', number: 'Test number', sample: 'ABCDEFGHIJKLM NOPQRSTUVWXYZ abcdefghijklm 0123456789' },
};
