/** What the bench says of its machines, in a person's words and language. What this page does not know is shown as it is said. */
import type { Language } from './words.ts';

/** English first, Chinese second. */
type Pair = readonly [string, string];

function pick(pair: Pair, language: Language): string {
  return language === 'en' ? pair[0] : pair[1];
}

/** What a person sees on a machine (`faults` of a device). */
const faultWords: Readonly<Record<string, Pair>> = {
  jam: ['jam', '卡住'],
  error: ['broken', '故障'],
  'cover open': ['cover open', '盖子打开'],
  'paper out': ['paper out', '纸用完'],
  'paper low': ['paper low', '纸将用完'],
  'cash box out': ['cash box out', '钱箱取出'],
  full: ['box full', '钱箱满'],
  empty: ['empty', '已空'],
};

export function sayFaults(faults: readonly string[], language: Language): string {
  const said = faults.map((fault) => {
    const pair = faultWords[fault];
    return pair === undefined ? fault : pick(pair, language);
  });
  return said.join(language === 'en' ? ', ' : '、');
}

const powerOut: Pair = ['It has no power already.', '已经没有电。'];
const powerOn: Pair = ['It has power already.', '已经有电。'];
const jammed: Pair = ['It is jammed already.', '已经卡住。'];
const notJammed: Pair = ['Nothing is jammed.', '没有卡住。'];

/** Why a machine does not let a hand do something, as the simulators say it. */
const reasonWords: Readonly<Record<string, Pair>> = {
  'it is inhibited': ['The slot is closed: the kiosk wants no note now.', '纸币口关闭：收款机现在不收纸币。'],
  'it waits for a reset by its host': [
    'The slot is closed: the acceptor waits for the kiosk to start it.',
    '纸币口关闭：纸币器在等收款机启动它。',
  ],
  'it is initialising': ['The slot is closed: the acceptor is starting.', '纸币口关闭：纸币器正在启动。'],
  'it is busy with another note': ['Another note is still inside.', '机内还有一张纸币。'],
  'it is giving a note back': ['A note is coming back.', '正在退回纸币。'],
  'a note is stuck in it': ['A note is stuck inside.', '有纸币卡在里面。'],
  'it is disabled': ['The slot is closed: the kiosk wants no note now.', '纸币口关闭：收款机现在不收纸币。'],
  'it is starting': ['The slot is closed: the acceptor is starting.', '纸币口关闭：纸币器正在启动。'],
  'its host is gone': ['The slot is closed: the kiosk does not ask it.', '纸币口关闭：收款机没有询问它。'],
  'its host does not poll it': ['The slot is closed: the kiosk does not ask it.', '纸币口关闭：收款机没有询问它。'],
  'its host has not read the last credit yet': [
    'The slot is closed: the kiosk has not read the last note yet.',
    '纸币口关闭：收款机还没读到上一张纸币。',
  ],
  'all its channels are inhibited': [
    'The slot is closed: the kiosk wants no note now.',
    '纸币口关闭：收款机现在不收纸币。',
  ],
  'it waits for its host to acknowledge an event': [
    'The slot is closed: the kiosk has not read the last note yet.',
    '纸币口关闭：收款机还没读到上一张纸币。',
  ],
  'it has no power': ['It has no power and draws nothing in.', '没有电，不会吸入纸币。'],
  'it is paying out or emptying': ['It is paying out.', '正在出钞或出币。'],
  'a note is in its bezel': ['A paid-out note waits in the slot.', '纸币口有找出的纸币。'],
  'a note is in it': ['Another note is still inside.', '机内还有一张纸币。'],
  'it was cheated and waits': ['It noticed a trick, and waits.', '发现异常动作，暂停接收。'],
  'the acceptor has no power: its motor does not pull the note in': [
    'It has no power and draws nothing in.',
    '没有电，不会吸入纸币。',
  ],
  'the machine has no power: its motor does not pull the note in': [
    'It has no power and draws nothing in.',
    '没有电，不会吸入纸币。',
  ],
  'a second note is in the way already': ['Another note is still inside.', '机内还有一张纸币。'],
  'a coin is stuck in the slot': ['A coin is stuck in the slot.', '硬币卡在硬币口里。'],
  'the slot is full of coins': ['The slot is full of coins.', '硬币口已经放满。'],
  'no hopper here is for this coin': ['This hopper is for another coin.', '这个出币器不放这种硬币。'],
  'the hopper does not know this coin': ['This hopper is for other coins.', '这个出币器不放这种硬币。'],
  'the machine does not know this note': ['The recycler keeps no such note.', '循环器不存放这种纸币。'],
  'it has no store to fill': ['There is nothing to fill.', '没有可补充的地方。'],
  'coins fall into the cash box': ['Coins are falling into the box.', '硬币正落入钱箱。'],
  'no coin lies in the cup': ['Nothing is there to take.', '没有可取的。'],
  'the cash box is in already': ['A cash box is in already.', '钱箱已经装入。'],
  'no cassette recycles this note': ['The recycler keeps no such note.', '循环器不存放这种纸币。'],
  'nothing waits to be taken': ['Nothing is there to take.', '没有可取的。'],
  'no note waits to be taken': ['Nothing is there to take.', '没有可取的。'],
  'the coin acceptor is jammed already': jammed,
  'the bill validator is jammed already': jammed,
  'the hopper is jammed already': jammed,
  'the exit of the hopper is blocked already': jammed,
  'the coin acceptor is not jammed': notJammed,
  'the bill validator is not jammed': notJammed,
  'the hopper is not jammed': notJammed,
  'no note waits at the slot': ['No note waits at the slot.', '纸币口没有纸币。'],
  'no paper hangs out': ['No paper hangs out.', '没有纸露出。'],
  'it is still printing': ['It is still printing.', '还在打印。'],
  'it is jammed already': jammed,
  'nothing is jammed': notJammed,
  'there is no cash box to be full': ['There is no cash box to be full.', '没有钱箱，谈不上满。'],
  'the cash box is out already': ['The cash box is out already.', '钱箱已经取出。'],
  'a cash box is in already': ['A cash box is in already.', '钱箱已经装入。'],
  'the cover is open already': ['The cover is open already.', '盖子已经打开。'],
  'the cover is closed already': ['The cover is closed already.', '盖子已经关上。'],
  'the power is cut already': powerOut,
  'it has no power already': powerOut,
  'the power is on already': powerOn,
  'it has power already': powerOn,
  'it is unplugged already': ['It is unplugged already.', '线已经拔出。'],
  'it is plugged in already': ['It is plugged in already.', '线已经插上。'],
  'The bench does not answer': ['The bench does not answer.', '试验台没有应答。'],
  'there is nothing that can be stopped now': ['Nothing can be stopped now.', '现在没有可停止的操作。'],
  'a card is in the reader already': ['A card is in it already: take it out first.', '里面已有卡，请先取出。'],
  'no card is in the reader': ['No card is inside.', '里面没有卡。'],
  'it does not ask for a PIN': ['It asks for no PIN now.', '现在不需要密码。'],
  'a PIN is 1 to 12 digits': ['A PIN has 1 to 12 digits.', '密码为 1 至 12 位数字。'],
  'it is still starting': ['It is still starting.', '还在启动。'],
  'its memory is full': ['Its memory is full.', '内存已满。'],
  'it is so already': ['It is so already.', '已经是这样。'],
  'give degrees Celsius, such as 41.5': ['Write degrees Celsius, such as 41.5.', '请写摄氏度，例如 41.5。'],
  'its register does not reach that far': ['The sensor does not reach that far.', '超出传感器范围。'],
  'no thermometer is wired to it': ['It has no thermometer.', '没有温度计。'],
  'an amount is above zero': ['An amount is above zero.', '金额必须大于零。'],
};
const notDrawnIn = /^the (?:acceptor|machine|bill validator) does not pull: /;
/** What a store holds at most, and how much lies in it. */
const tooMuch = /^the (?:hopper|cassette|store) holds (\d+) (?:coins|notes), and (\d+) are in it$/;
const noBill = 'no bill has the number ';
const phoneSays = 'the phone says: ';

/** A refusal in the person's language. */
export function sayReason(reason: string, language: Language): string {
  if (reason.startsWith(noBill)) {
    const number = reason.slice(noBill.length);
    return pick([`No bill has the number ${number}.`, `没有账单 ${number}。`], language);
  }
  if (reason.startsWith(phoneSays)) {
    const said = sayPhone(reason.slice(phoneSays.length), language);
    return pick([`The phone says: ${said}`, `手机显示：${said}`], language);
  }
  const [, most, now] = tooMuch.exec(reason) ?? [];
  if (most !== undefined)
    return pick([`At most ${most} fit in, and ${now} are in it.`, `最多放 ${most}，里面已有 ${now}。`], language);
  const why = reason.replace(notDrawnIn, '');
  const pair = reasonWords[why];
  if (pair !== undefined) return pick(pair, language);
  if (why === reason) return reason;
  const seen = sayFaults(why.split(', '), language);
  return pick([`The acceptor draws nothing in: ${seen}.`, `纸币器不吸入：${seen}。`], language);
}

/** On a card terminal's display, in its two languages. */
const displayWords: Readonly<Record<string, Pair>> = {
  Bereit: ['Ready', '就绪'],
  Start: ['Starting', '正在启动'],
  'PIN eingeben': ['Enter PIN', '请输入密码'],
  'Verbindung zum Rechenzentrum': ['Asking the bank', '正在联系银行'],
  'Automatischer Storno': ['Being reversed', '正在自动撤销'],
  'Karte abgelaufen': ['Card expired', '卡已过期'],
  'Karte einstecken': ['Insert card', '请插卡'],
  'Karte entnehmen': ['Remove card', '请取卡'],
  'Karte nicht lesbar': ['Card not readable', '卡读不出'],
  Verarbeitungsfehler: ['Processing error', '处理出错'],
  'Bitte warten': ['Please wait', '请稍候'],
  'Deckung nicht ausreichend': ['Not enough credit', '余额不足'],
  'PIN falsch': ['Wrong PIN', '密码错误'],
  'PIN zu oft falsch': ['Wrong PIN too often', '密码错误次数过多'],
  'Genehmigt, Ware entnehmen': ['Approved, take goods', '已批准，请取货'],
  Abgelehnt: ['Declined', '被拒绝'],
};
const byDisplay: ReadonlyMap<string, Pair> = new Map([
  ...Object.entries(displayWords),
  ...Object.values(displayWords).map((pair) => [pair[0], pair] as const),
]);

/** What a display means, where that is not what stands on it; null too when the page does not know. */
export function sayDisplay(display: string, language: Language): string | null {
  const whole = byDisplay.get(display);
  // "Declined, Remove card": what happened, and what to do.
  const cut = display.lastIndexOf(', ');
  const [happened, todo] = [byDisplay.get(display.slice(0, cut)), byDisplay.get(display.slice(cut + 2))];
  const said =
    whole !== undefined
      ? pick(whole, language)
      : happened !== undefined && todo !== undefined
        ? `${pick(happened, language)}${language === 'en' ? ', ' : '，'}${pick(todo, language)}`
        : null;
  return said === display ? null : said;
}

/** Somebody may type a PIN now. */
export function asksPin(display: string): boolean {
  return byDisplay.get(display) === displayWords['PIN eingeben'];
}

const phoneWords: Readonly<Record<string, Pair>> = {
  'not enough money': ['Not enough money', '余额不足'],
  'this payment is not allowed': ['This payment is not allowed', '不允许这笔付款'],
  paying: ['Paying', '支付中'],
  cancelled: ['Cancelled', '已取消'],
  'wrong password': ['Wrong password', '密码错误'],
  'no code and no order like this is on the glass': [
    'No code of this wallet is on the glass',
    '屏幕上没有这个钱包的码',
  ],
  'this order is paid already': ['This order is paid already', '这笔订单已付'],
  'this code has expired': ['This code has expired', '这个码已失效'],
  'nothing is asked for here': ['Nothing is asked for here', '没有要确认的付款'],
};
/** Behind these stands a number. */
const numberedPhoneWords: Readonly<Record<string, Pair>> = {
  'payment code ': ['Its payment code is shown', '正在出示付款码'],
  'paid ': ['Paid', '付款成功'],
  'enter the password to pay ': ['Enter the password to pay', '请输入密码付款'],
};

/** What stands on the phone, in the person's language. */
export function sayPhone(said: string, language: Language): string {
  const pair = phoneWords[said];
  if (pair !== undefined) return pick(pair, language);
  const numbered = Object.entries(numberedPhoneWords).find(([start]) => said.startsWith(start));
  return numbered === undefined ? said : pick(numbered[1], language);
}

const eventWords: Readonly<Record<string, Pair>> = {
  'note.inserted': ['note put in', '放入纸币'],
  'note.escrowed': ['note held', '纸币暂存'],
  'note.stacked': ['note in the box', '纸币进箱'],
  'note.returned': ['note given back', '退回纸币'],
  'note.rejected': ['note refused', '拒收纸币'],
  'coin.inserted': ['coin put in', '投入硬币'],
  'coin.accepted': ['coin taken', '收下硬币'],
  'coin.caught': ['coin in the hopper', '硬币入出币器'],
  'coin.rejected': ['coin not taken', '硬币未收'],
  'cash.dispensed': ['paid out', '出钞出币'],
  'cash.taken': ['cash taken', '现金取走'],
  'cash.retracted': ['cash drawn back', '现金收回'],
  'vend.acknowledged': ['credit acknowledged', '入账已确认'],
  command: ['command', '命令'],
  enabled: ['opened', '打开'],
  disabled: ['closed', '关闭'],
  reset: ['reset', '复位'],
  'power.cut': ['power cut', '断电'],
  'power.restored': ['power restored', '恢复供电'],
  'line.cut': ['cable out', '线拔出'],
  'line.restored': ['cable in', '线插上'],
  'cashbox.removed': ['cash box out', '取出钱箱'],
  'cashbox.inserted': ['cash box in', '装入钱箱'],
  jammed: ['jammed', '卡住'],
  cleared: ['jam cleared', '卡住已清除'],
  'cover.opened': ['cover opened', '盖子打开'],
  'cover.closed': ['cover closed', '盖子关上'],
  printed: ['printed', '已打印'],
  cut: ['paper cut', '切纸'],
  'supply.cut': ['cabinet without power', '整机断电'],
  'supply.restored': ['cabinet has power', '整机恢复供电'],
  'kiosk.started': ['kiosk started', '收款机已启动'],
  'service.changed': ['service changed', '服务改变'],
  'card.inserted': ['card put in', '插入卡'],
  'card.removed': ['card taken out', '取出卡'],
  'card.approved': ['bank approved', '银行批准'],
  'card.declined': ['bank declined', '银行拒绝'],
  'card.confirmed': ['payment confirmed', '扣款确认'],
  'card.reversed': ['payment reversed', '扣款撤销'],
  'card.refunded': ['payment given back', '扣款退回'],
  'day.closed': ['day closed', '当日结算'],
  display: ['display', '显示屏'],
  scanned: ['code read', '读到码'],
  started: ['started', '已启动'],
  contact: ['contact', '触点'],
  shaken: ['shaken', '被摇动'],
  lamp: ['lamp', '灯'],
  relay: ['relay', '继电器'],
  temperature: ['temperature', '温度'],
};

const fieldWords: Readonly<Record<string, Pair>> = {
  reason: ['reason', '原因'],
  code: ['code', '代码'],
  name: ['name', '名称'],
  hex: ['bytes', '字节'],
  bytes: ['bytes', '字节数'],
  job: ['job', '任务'],
  port: ['port', '端口'],
  where: ['where', '位置'],
  cash: ['cash', '现金'],
  path: ['path', '通道'],
  to: ['to', '去向'],
  from: ['from', '来自'],
  unit: ['at', '位置'],
  count: ['pieces', '数量'],
  behaviour: ['behaves', '表现'],
  ledger: ['bookings', '入账笔数'],
  requests: ['requests', '请求数'],
  text: ['says', '内容'],
  said: ['phone says', '手机显示'],
  receipt: ['receipt', '凭单号'],
  contact: ['which', '哪个'],
  lamp: ['which', '哪个'],
  relay: ['which', '哪个'],
  state: ['is', '状态'],
  celsiusTenths: ['tenths of a degree', '十分之一度'],
};

export function sayEvent(name: string, language: Language): string {
  const pair = eventWords[name];
  return pair === undefined ? name : pick(pair, language);
}

export function sayField(name: string, language: Language): string {
  const pair = fieldWords[name];
  return pair === undefined ? name : pick(pair, language);
}

/** Why something was not taken, and places in the cabinet. */
const valueWords: Readonly<Record<string, Pair>> = {
  normal: ['well', '正常'],
  inhibited: ['not wanted', '现在不收'],
  unknown: ['not known', '不认识'],
  disabled: ['closed', '关闭'],
  busy: ['busy', '正忙'],
  full: ['full', '已满'],
  'not polled': ['the kiosk does not ask', '收款机没有询问'],
  'no power': ['no power', '没有电'],
  box: ['box', '钱箱'],
  cup: ['cup', '取币槽'],
  bezel: ['slot', '纸币口'],
  hopper: ['hopper', '出币器'],
  recycler: ['recycler', '循环器'],
  exit: ['exit', '出口'],
  'coin acceptor': ['coin acceptor', '硬币器'],
  on: ['on', '开'],
  off: ['off', '关'],
  open: ['open', '打开'],
  closed: ['shut', '关上'],
  door: ['door', '柜门'],
  vault: ['vault', '金库'],
  mains: ['mains', '市电'],
  'ups-low': ['battery low', '电池电量低'],
  key: ['key', '钥匙'],
  slot: ['slot', '投入口'],
  reader: ['reader', '读卡器'],
  printer: ['printer', '出票口'],
  alarm: ['alarm', '警报'],
  goods: ['goods release', '出货'],
};

export function sayValue(value: string, language: Language): string {
  const pair = valueWords[value];
  return pair === undefined ? value : pick(pair, language);
}
