/** Paying by card and by wallet: a terminal on its wire, gateways over HTTP, a scanner, and what a phone sees on the glass. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import jsqr from 'jsqr';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Lang } from '../../kiosk/server/wire.ts';
import { openBrowser } from '../../scripts/chromium.ts';
import { begins, confirms, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { type Entry, type Machine, startMachine } from './machine.ts';
import { freePorts } from '../free-port.ts';
import { kioskWith } from './wallet-kiosk.ts';

type Json = Readonly<Record<string, unknown>>;
type Wallet = 'alipay' | 'wechat';

const decodeQr = jsqr as unknown as typeof jsqr.default;
const searched = new Set<string>();

const saysOf = {
  'zh-CN': {
    card: '银行卡',
    alipay: '支付宝',
    wechat: '微信支付',
    present: '请插卡、刷卡或挥卡',
    pin: '请在刷卡机上输入密码，注意遮挡',
    bank: '正在与银行确认，请勿拔卡',
    paid: '已付 86.50 元',
    receipt: /银行卡，VISA\*\*0004/,
    declined: '银行没有同意这笔付款，没有扣款。可以换一种方式',
    takeCard: '已付 86.50 元，请取卡',
    none: '不需要',
    receiptOrBack: '补打收据或退款',
    moneyBack: '申请退款',
    giveBack: '退还 86.50 元',
    backTo: { card: '86.50 元，已退回付款的银行卡', alipay: '86.50 元，已退回您的支付宝' },
    given: '退款已经完成',
    again: '这张收据已经退款，或正在退款',
    leave: '离开',
    scan: { alipay: '请用支付宝扫码，付 86.50 元', wechat: '请用微信扫码，付 86.50 元' },
  },
  en: {
    card: 'Bank card',
    alipay: 'Alipay',
    wechat: 'WeChat Pay',
    present: 'Insert, swipe or tap your card',
    pin: 'Enter your PIN on the terminal. Cover your hand',
    bank: 'Asking your bank. Leave the card in',
    paid: 'Paid ¥86.50',
    receipt: /Card,VISA\*\*0004/,
    declined: 'Your bank did not approve this payment. You were not charged. Try another way',
    takeCard: 'Paid ¥86.50. Take your card',
    none: 'No, thank you',
    receiptOrBack: 'Receipt or money back',
    moneyBack: 'Get the money back',
    giveBack: 'Get ¥86.50 back',
    backTo: { card: '¥86.50 to the card that paid: done', alipay: '¥86.50 to your Alipay: done' },
    given: 'Your money is given back',
    again: 'This receipt was already given back, or is on its way',
    leave: 'Leave',
    scan: { alipay: 'Scan with Alipay to pay ¥86.50', wechat: 'Scan with WeChat to pay ¥86.50' },
  },
} as const;

let machine: Machine;
let browser: Browser;
let bank: Happenings;
let glass: Glass;
/** Another kiosk, at whose wallet nobody knows for two minutes: begun first, and looked at last. */
let doubtful: { readonly machine: Machine; readonly glass: Glass } | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  const ports = await freePorts(4);
  [doubtful, machine] = await Promise.all([
    beginsDoubt(ports.slice(2)),
    startMachine({ config: kioskWith(ports.slice(0, 2)) }),
  ]);
  bank = await listens(machine.bench);
});
beforeEach(async () => {
  glass = await Glass.open(browser, machine.kiosk, searched);
});
afterEach(async () => {
  await glass?.close();
});
afterAll(async () => {
  bank?.end();
  await browser?.close();
  await Promise.all([machine?.end(), doubtful?.machine.end()]);
});

/** A code is on the glass of another kiosk, its gateway answers nothing from now on, and a phone has paid the code. */
async function beginsDoubt(ports: readonly number[]): Promise<NonNullable<typeof doubtful>> {
  const config = kioskWith(ports, { codeShownMs: 60_000, undecidedMs: 60_000, timeoutMs: 2_000 });
  const other = await startMachine({ config });
  const pane = await Glass.open(browser, other.kiosk, searched);
  await confirms(pane, 'en', '1001');
  await pane.chooses('WeChat Pay');
  const code = await codeOn(pane);
  await other.wallet('wechat', { action: 'misbehave', value: 'silent' });
  await other.wallet('wechat', { action: 'pay code', text: code });
  return { machine: other, glass: pane };
}

/** What happens at the bench from now on. */
interface Happenings {
  readonly seen: readonly Json[];
  end(): void;
}

async function listens(bench: string): Promise<Happenings> {
  const ending = new AbortController();
  const { body } = await fetch(new URL('events', bench), { signal: ending.signal });
  if (body === null) throw new Error('the bench tells no events');
  const seen: Json[] = [];
  const read = async () => {
    let text = '';
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines)
        if (line.startsWith('data: ')) seen.push(JSON.parse(line.slice('data: '.length)) as Json);
    }
  };
  read().catch(() => {});
  return { seen, end: () => ending.abort() };
}

/** What the bank of the terminal did since `from`. */
function atBank(from: number): readonly string[] {
  return bank.seen
    .slice(from)
    .filter(
      ({ device, event }) => device === 'terminal' && /^card\.(approved|declined|confirmed|reversed)$/.test(`${event}`),
    )
    .map(({ event, minor }) => `${event} ${minor}`);
}

/** Waits until the journal has one of these, and gives its newest. */
async function journalHas(kind: string, matches: (body: Json) => boolean = () => true): Promise<Json> {
  const find = async () => (await machine.entries()).findLast((one) => one.kind === kind && matches(one.body));
  const entry = await machine.until(`the journal has ${kind}`, find, (one) => one !== undefined);
  return (entry as Entry).body;
}

const ofBill = (number: string) => (body: Json) => (body.bill as { readonly number: string }).number === number;

/** The sale of this bill, which its biller has booked. */
async function booked(number: string): Promise<Json> {
  const paid = await journalHas('sale.paid', ofBill(number));
  await journalHas('bill.posted', ({ sale }) => sale === paid.sale);
  const { bills } = (await machine.look('bills')) as { readonly bills: readonly Json[] };
  expect(bills.find((bill) => bill.number === number)).toMatchObject({ status: 'paid', minor: paid.minor });
  return paid;
}

/** The sentences that stood on the glass, each once in its turn. */
async function records(): Promise<() => Promise<readonly string[]>> {
  await glass.page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { sentences: seen });
    const look = () => {
      const now = document.querySelector('.slot-sentence')?.textContent ?? '';
      if (now !== '' && seen.at(-1) !== now) seen.push(now);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => glass.page.evaluate(() => (window as unknown as { sentences: readonly string[] }).sentences);
}

async function holds(text: string): Promise<void> {
  await machine.hand('scanner', { action: 'scan', text });
}

/** What a phone reads from a glass. */
async function codeOn({ page }: Glass): Promise<string> {
  const picture = page.locator('.wallet-code .qr');
  await picture.waitFor({ timeout: 60_000 });
  const image = await loadImage(await picture.screenshot());
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  const code = decodeQr(data, width, height);
  if (code === null) throw new Error('no code can be read on the glass');
  return code.data;
}

/** A fresh code in the payer's wallet. */
async function codeOnPhone(wallet: Wallet, value?: string): Promise<string> {
  await machine.wallet(wallet, { action: 'show code', ...(value === undefined ? {} : { value }) });
  const { phone } = (await machine.look(`services/${wallet}`)) as { phone: { code: { text: string } } };
  return phone.code.text;
}

async function kept(wallet: Wallet): Promise<number> {
  return (await machine.look(`services/${wallet}`)).keptMinor as number;
}

async function takesCard(): Promise<void> {
  await machine.hand('terminal', { action: 'card', value: 'remove' });
}

/** Also while a way to pay is away, which stands on the glass then. */
async function nobodyIsHere({ page } = glass): Promise<void> {
  await page.locator('.glass:is([data-screen="attract"], [data-screen="partly-available"])').waitFor();
}

/** From the paid bill to the next customer, without a receipt. */
async function leaves(lang: Lang): Promise<void> {
  await glass.sees('settled', lang);
  await glass.touch(wordsOf[lang].next);
  await glass.sees('documents', lang);
  await glass.chooses(saysOf[lang].none);
  await finishes(lang);
}

async function finishes(lang: Lang): Promise<void> {
  await glass.sees('thanks', lang);
  await glass.touch(wordsOf[lang].finish);
  await nobodyIsHere();
}

/** From nobody to the choice of a way to pay, with the code of a bill in the hand. */
async function scans(number: string): Promise<void> {
  await nobodyIsHere();
  await holds(number);
  await glass.sees('review', 'zh-CN');
  await glass.touch(wordsOf['zh-CN'].pay);
  await glass.sees('choose', 'zh-CN');
}

describe.each([
  { lang: 'zh-CN', wallet: '1049', card: '1053' },
  { lang: 'en', wallet: '1057', card: '1061' },
] as const)('a receipt in $lang', ({ lang, ...bills }) => {
  const words = saysOf[lang];

  /** From nobody to what is shown of a receipt that is wanted back. */
  async function wantsBack(receipt: unknown, bill: string): Promise<void> {
    await begins(glass, lang);
    await glass.chooses(words.receiptOrBack);
    await glass.sees('find-receipt', lang);
    await glass.types(String(receipt).replace('R', ''));
    await glass.types(bill);
    await glass.touch(words.moneyBack);
    await glass.sees('refund', lang);
  }

  test.each(['wallet', 'card'] as const)('that a %s paid is given back once, the way it came', async (way) => {
    const [from, before, number] = [bank.seen.length, await kept('alipay'), bills[way]];
    await confirms(glass, lang, number);
    await glass.chooses(way === 'wallet' ? words.alipay : words.card);
    await glass.sees('pay-charge', lang);
    if (way === 'wallet') await machine.wallet('alipay', { action: 'pay code', text: await codeOn(glass) });
    else {
      await machine.hand('terminal', { action: 'card', value: 'approve' });
      await glass.reads(words.takeCard);
      await takesCard();
      await glass.sees('settled', lang);
    }
    await leaves(lang);
    const { receipt, sale } = await booked(number);

    await wantsBack(receipt, number);
    await glass.touch(words.giveBack);
    await glass.reads(words.given);
    await glass.reads(words.backTo[way === 'wallet' ? 'alipay' : 'card']);
    await glass.touch(words.leave);
    await finishes(lang);
    expect(await journalHas('refund.done')).toMatchObject({ sale, minor: 8_650 });
    if (way === 'wallet') expect(await kept('alipay')).toBe(before);
    else expect(atBank(from)).toEqual(['card.approved 8650', 'card.confirmed 8650', 'card.reversed 8650']);
    const { bills: all } = (await machine.look('bills')) as { readonly bills: readonly Json[] };
    expect(all.find((bill) => bill.number === number)).toMatchObject({ status: 'open' });

    await wantsBack(receipt, number);
    await glass.reads(words.again);
    await glass.touch(wordsOf[lang].back);
    await glass.sees('find-receipt', lang);
    await glass.touch(wordsOf[lang].back);
    await glass.sees('welcome', lang);
    await glass.touch(wordsOf[lang].leave);
    await nobodyIsHere();
  });
});

describe.each([
  { lang: 'zh-CN', number: '1001' },
  { lang: 'en', number: '1005' },
] as const)('in $lang', ({ lang, number }) => {
  const words = saysOf[lang];

  test('a card is presented, its PIN typed, the bank agrees, and the receipt names its last four digits', async () => {
    const from = bank.seen.length;
    await confirms(glass, lang, number);
    const sentences = await records();
    await glass.chooses(words.card);
    await glass.sees('pay-charge', lang);
    await glass.reads(words.present);
    await machine.hand('terminal', { action: 'card', value: 'pin' });
    await glass.reads(words.pin);
    await machine.hand('terminal', { action: 'pin', text: '1234' });
    await glass.reads(words.takeCard);
    await takesCard();
    await glass.sees('settled', lang);
    await glass.reads(words.paid);
    const steps: readonly string[] = [words.present, words.pin, words.bank];
    expect((await sentences()).filter((one) => steps.includes(one))).toEqual(steps);
    expect(atBank(from)).toEqual(['card.approved 8650', 'card.confirmed 8650']);

    await glass.touch(wordsOf[lang].next);
    await glass.sees('documents', lang);
    await glass.chooses(wordsOf[lang].print);
    await glass.reads(wordsOf[lang].takeReceipt);
    const [paper = []] = await machine.paper();
    expect(paper.join('\n')).toMatch(words.receipt);
    expect(paper.join('\n')).not.toMatch(/457136/);
    await machine.take('printer');
    await glass.touch(wordsOf[lang].finish);
    await finishes(lang);
    expect(await booked(number)).toMatchObject({ minor: 8_650, tenders: [{ method: 'card', minor: 8_650 }] });
  });
});

test('a card that the bank declines takes nothing, and a wallet pays', async () => {
  const from = bank.seen.length;
  await scans('1009');
  await glass.chooses('银行卡');
  await glass.reads(saysOf['zh-CN'].present);
  await machine.hand('terminal', { action: 'card', value: 'decline' });
  await glass.sees('choose', 'zh-CN');
  await glass.reads(saysOf['zh-CN'].declined);
  await takesCard();
  await holds(await codeOnPhone('wechat'));
  await leaves('zh-CN');
  expect(atBank(from)).toEqual(['card.declined 8650']);
  expect(await booked('1009')).toMatchObject({ tenders: [{ method: 'wechat', minor: 8_650 }] });
});

describe.each([
  { wallet: 'alipay', lang: 'en', shown: '1013', held: '1017' },
  { wallet: 'wechat', lang: 'zh-CN', shown: '1021', held: '1025' },
] as const)('by $wallet', ({ wallet, lang, shown, held }) => {
  const words = saysOf[lang];

  test(`a phone reads the code on the glass, in ${lang}, and pays it once`, async () => {
    const before = await kept(wallet);
    await confirms(glass, lang, shown);
    await glass.chooses(words[wallet]);
    await glass.sees('pay-charge', lang);
    await glass.reads(words.scan[wallet]);
    await machine.wallet(wallet, { action: 'pay code', text: await codeOn(glass) });
    await leaves(lang);
    expect((await kept(wallet)) - before).toBe(8_650);
    expect(await booked(shown)).toMatchObject({ tenders: [{ method: wallet, minor: 8_650 }] });
  });

  test('a bill and then a payment code are held to the scanner, and three touches are enough', async () => {
    const before = await kept(wallet);
    const touched = glass.touches;
    await nobodyIsHere();
    await holds(held);
    await glass.sees('review', 'zh-CN');
    await glass.touch(wordsOf['zh-CN'].pay);
    await glass.sees('choose', 'zh-CN');
    const code = await codeOnPhone(wallet);
    await holds(code);
    await glass.sees('settled', 'zh-CN');
    await glass.touch(wordsOf['zh-CN'].next);
    await glass.sees('documents', 'zh-CN');
    await glass.chooses('不需要');
    await glass.sees('thanks', 'zh-CN');
    expect(glass.touches - touched).toBe(3);
    await glass.touch(wordsOf['zh-CN'].finish);
    await nobodyIsHere();
    expect((await kept(wallet)) - before).toBe(8_650);
    expect(await booked(held)).toMatchObject({ tenders: [{ method: wallet, minor: 8_650 }] });
    expect(JSON.stringify(await machine.entries())).not.toContain(code);
    expect(machine.said()).not.toContain(code);
  });
});

/** A scanner that is a keyboard: again when the keys came too slowly to be one, until the screen is there. */
async function types(text: string, screen: string): Promise<void> {
  const there = glass.page.locator(`.glass[data-screen="${screen}"]`);
  const tries = async () => {
    await glass.page.keyboard.type(text);
    await glass.page.keyboard.press('Enter');
    const came = there.waitFor({ timeout: 10_000 });
    return came.then(
      () => true,
      () => false,
    );
  };
  await machine.until(`${screen} after keys`, tries, (came) => came);
}

test('keys that come faster than a hand find the bill, and the code of a phone among them pays it', async () => {
  await nobodyIsHere();
  await types('1029', 'review');
  await glass.touch(wordsOf['zh-CN'].pay);
  await glass.sees('choose', 'zh-CN');
  await types(await codeOnPhone('alipay'), 'settled');
  await leaves('zh-CN');
  expect(await booked('1029')).toMatchObject({ tenders: [{ method: 'alipay', minor: 8_650 }] });
});

/** ¥50 in a note are inside, and the rest is to be paid another way. */
async function startsInCash(number: string): Promise<void> {
  await scans(number);
  await glass.chooses('现金');
  await glass.sees('promise', 'zh-CN');
  await glass.touch(wordsOf['zh-CN'].agree);
  await glass.sees('pay-cash', 'zh-CN');
  await machine.insert(5_000);
  await glass.reads('已收到 50 元');
  await glass.touch(/^余下 36\.50 元/);
  await glass.sees('choose', 'zh-CN');
}

test('a bill is paid with a ¥50 note and the rest by card', async () => {
  const from = bank.seen.length;
  await startsInCash('1033');
  await glass.chooses('银行卡');
  await glass.reads(saysOf['zh-CN'].present);
  await machine.hand('terminal', { action: 'card', value: 'approve' });
  await glass.reads('已付 36.50 元，请取卡');
  await takesCard();
  await glass.sees('settled', 'zh-CN');
  await leaves('zh-CN');
  expect(atBank(from)).toEqual(['card.approved 3650', 'card.confirmed 3650']);
  const { tenders, change } = await booked('1033');
  expect(tenders).toEqual(
    expect.arrayContaining([
      { method: 'cash', minor: 5_000 },
      { method: 'card', minor: 3_650 },
    ]),
  );
  expect(change).toEqual({ cash: 0, voucher: 0, owed: 0 });
});

test('a split is given up: the question says what goes back which way, the slip is printed and the card reversed', async () => {
  const from = bank.seen.length;
  await startsInCash('1037');
  await glass.chooses('银行卡');
  await glass.reads(saysOf['zh-CN'].present);
  await machine.hand('terminal', { action: 'card', value: 'partial', minor: 2_000 });
  await glass.sees('part-approved', 'zh-CN');
  await glass.touch('可以，刷卡付 20 元');
  await glass.sees('choose', 'zh-CN');
  await takesCard();
  await glass.touch('取消：50 元打印现金凭证、20 元退回银行卡');
  await glass.reads(/^50\s元\u200b?会打印成现金凭证.*20\s元\u200b?退回您的银行卡/);
  await glass.touch('是，取消');
  await glass.sees('settled', 'zh-CN');
  await glass.reads('已取消，退还您 70 元');
  const [slip = []] = await machine.until('the slip', machine.paper, (slips) => slips.length > 0);
  expect(slip).toContain('￥50.00');
  await machine.take('printer');
  await machine.until(
    'the card is reversed',
    async () => atBank(from),
    (seen) => seen.includes('card.reversed 2000'),
  );
  expect(atBank(from)).toEqual(['card.approved 2000', 'card.confirmed 2000', 'card.reversed 2000']);
  await glass.touch('完成');
  await finishes('zh-CN');
  await journalHas('charge.reversed', ({ by }) => by === 'kiosk');
  expect(await journalHas('sale.cancelled')).toMatchObject({ minor: 5_000 });
});

test('the line of the terminal is cut at the PIN: a case locks the bill until the terminal says that it took nothing', async () => {
  const from = bank.seen.length;
  await scans('1041');
  await glass.chooses('银行卡');
  await glass.reads(saysOf['zh-CN'].present);
  await machine.hand('terminal', { action: 'card', value: 'pin' });
  await glass.reads(saysOf['zh-CN'].pin);
  await machine.hand('terminal', { action: 'unplug' });
  await machine.hand('terminal', { action: 'pin', text: '1234' });
  await glass.sees('case', 'zh-CN');
  await glass.reads('这笔付款我们正在核实，请不要再付一次');
  const { case: number } = await journalHas('charge.unknown');
  await glass.reads(`${number}`);
  await glass.touch('完成');
  await finishes('zh-CN');
  await machine.take('printer');

  await holds('1041');
  await glass.sees('find-bill', 'zh-CN');
  await glass.reads(new RegExp(`${number}`));
  await glass.touch('返回');
  await glass.touch('返回首页');
  await nobodyIsHere();

  await takesCard();
  await machine.hand('terminal', { action: 'plug' });
  expect(await journalHas('case.resolved', (body) => body.case === number)).toMatchObject({ outcome: 'explained' });
  expect(atBank(from)).toEqual(['card.approved 8650', 'card.reversed 8650']);
  await scans('1041');
  await holds(await codeOnPhone('alipay'));
  await leaves('zh-CN');
  expect(await booked('1041')).toMatchObject({ tenders: [{ method: 'alipay', minor: 8_650 }] });
});

test('a code that is paid after it left the screen is given back under a number, and the bill is paid once', async () => {
  const before = await kept('alipay');
  await scans('1045');
  await glass.chooses('支付宝');
  const code = await codeOn(glass);
  await glass.touch('用别的方式付');
  await glass.sees('choose', 'zh-CN');
  await glass.reads(/请不要再付刚才的码/);
  await holds(await codeOnPhone('wechat'));
  await leaves('zh-CN');
  await machine.wallet('alipay', { action: 'pay code', text: code });
  const { command } = await journalHas('charge.reversed', ({ device }) => device === 'alipay');
  const { case: number } = await journalHas('case.opened', ({ subject }) => subject === command);
  expect(await journalHas('case.resolved', (body) => body.case === number)).toMatchObject({ outcome: 'returned' });
  expect(await kept('alipay')).toBe(before);
  expect(await booked('1045')).toMatchObject({ tenders: [{ method: 'wechat', minor: 8_650 }] });
});

test('a gateway that has fallen silent is in doubt under a number, the bill is locked, and paid once it answers', async () => {
  if (doubtful === null) throw new Error('there is no other kiosk');
  const { machine: other, glass: pane } = doubtful;
  await pane.page.locator('.glass[data-screen="case"]').waitFor({ timeout: 150_000 });
  await pane.sees('case', 'en');
  await pane.reads('We are checking this payment. Please do not pay again');
  const has = async (kind: string) => {
    const find = async () => (await other.entries()).filter((one) => one.kind === kind).map(({ body }) => body);
    return other.until(`the journal has ${kind}`, find, (bodies) => bodies.length > 0);
  };
  const [doubt] = await has('charge.unknown');
  await pane.reads(`${doubt?.case}`);
  await pane.touch('Finish');
  await pane.sees('thanks', 'en');
  await pane.touch('Finish');
  await nobodyIsHere(pane);
  await other.hand('scanner', { action: 'scan', text: '1001' });
  await pane.sees('find-bill');
  await pane.reads(new RegExp(`${doubt?.case}`));

  await other.wallet('wechat', { action: 'misbehave', value: 'off' });
  expect(await has('case.resolved')).toMatchObject([{ case: doubt?.case }]);
  expect(await has('sale.paid')).toMatchObject([{ minor: 8_650, tenders: [{ method: 'wechat', minor: 8_650 }] }]);
  await has('bill.posted');
  expect(await other.look('services/wechat')).toMatchObject({ keptMinor: 8_650, ledger: [{ minor: 8_650 }] });
});

test('at the end every sale has its money once, no case is open, and the journal is whole', async () => {
  const entries = await machine.entries();
  const numbers = entries.filter(({ kind }) => kind === 'sale.paid').map(({ body }) => (body.bill as Json).number);
  expect(new Set(numbers).size).toBe(numbers.length);
  const cases = (kind: string) => entries.filter((one) => one.kind === kind).map(({ body }) => body.case);
  expect(cases('case.resolved')).toEqual(expect.arrayContaining(cases('case.opened')));
  expect((await machine.journal('verify'))[0]).toMatchObject({ ok: true, entries: entries.length });
});
