import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import type { ScreenBody, View } from '../../../kiosk/server/wire.ts';
import type { Slip } from '../../../kiosk/sale/sale.ts';
import { due } from '../../../kiosk/session/time.ts';
import { refunded } from '../../../kiosk/view/settled.ts';
import { bill, Visit } from './visit.ts';

function body<N extends ScreenBody['screen']>(view: View, screen: N): Extract<ScreenBody, { screen: N }> {
  if (view.body.screen !== screen) throw new Error(`the glass shows ${view.body.screen}, not ${screen}`);
  return view.body as Extract<ScreenBody, { screen: N }>;
}

function labels(view: View): string[] {
  return view.actions.map(({ place, label, disabled }) => `${place}: ${label}${disabled ? ' (off)' : ''}`);
}

const paying = (visit: Visit) => body(visit.view(), 'pay-cash');
const closedWindow = (config: Config): Config => ({
  ...config,
  merchant: {
    ...config.merchant,
    window: { ...config.merchant.window, staffed: { from: '14:00', to: '17:00' } },
  },
});

describe('the cancel label', () => {
  test('says that nothing was paid while nothing is inside', () => {
    const visit = new Visit().boot().begin().payingCash();
    expect(labels(visit.view())).toEqual(['back: 取消，没有付款', 'other: 用别的方式付']);
  });

  test('names the sum inside as a slip for the window, and the rest for another way', () => {
    const chinese = new Visit().boot().begin().payingCash().note(5000);
    expect(labels(chinese.view())).toEqual(['back: 取消，50 元打印现金凭证', 'other: 余下 36.50 元用别的方式付']);
    const english = new Visit().boot().begin('en').payingCash().note(5000);
    expect(labels(english.view())).toEqual([
      'back: Cancel, print a ¥50 cash slip',
      'other: Pay the other ¥36.50 another way',
    ]);
  });

  test('asks once before money that is inside is given up, and says how it comes back', () => {
    const visit = new Visit().boot().begin('en').payingCash();
    expect(visit.view().actions[0]?.ask).toBeUndefined();
    visit.note(5000);
    expect(visit.view().actions[0]?.ask).toEqual({
      title: 'Cancel and get your money back?',
      text: 'Your ¥50 will be printed as a cash slip. Window 3, ground floor pays it in cash, free, at any time',
      yes: 'Yes, cancel',
      no: 'Keep paying',
    });
    visit.ask({ do: 'other-way' });
    expect(visit.view().actions[0]?.ask).toBeDefined();
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(visit.view().actions[0]?.ask?.text).toContain('case number');
  });

  test('promises no slip once the printer cannot print one', () => {
    const visit = new Visit().boot().begin().payingCash().note(5000);
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(labels(visit.view())[0]).toBe('back: 取消，凭核实号取 50 元');
  });

  test('offers no other way where cash is the only one', () => {
    const only = new Visit((config) => ({ ...config, methods: ['cash'] })).boot().begin().payingCash();
    expect(labels(only.view())).toEqual(['back: 取消，没有付款']);
  });

  test('can not be touched while the slot is closing, and the sentence is about the machine', () => {
    const visit = new Visit().boot().begin().payingCash().note(5000).escrow(2000).ask({ do: 'cancel' });
    expect(visit.kiosk.session?.stage.at).toBe('closing');
    expect(labels(visit.view()).every((label) => label.endsWith('(off)'))).toBe(true);
    expect(paying(visit)).toMatchObject({
      slot: 'moving',
      sentence: '入钞口已经关上，正在识别最后一张纸币…',
      accepted: '现在不收纸币',
    });
  });
});

describe('paying in cash', () => {
  test('shows what is to go, received and due, and exactly the notes that are enabled', () => {
    const visit = new Visit().boot().begin().payingCash();
    expect(paying(visit)).toMatchObject({
      toGo: { sign: '¥', whole: '86', fraction: '.50' },
      progress: 0,
      due: '应付 86.50 元',
      slot: 'ready',
      sentence: '请把纸币平整放入，一次一张',
      accepted: '可收 1 · 5 · 10 · 20 · 50 · 100 元',
      change: { tone: 'calm', text: '找零打印现金凭证，一楼 3 号窗口换现金' },
      notes: [],
    });
    visit.note(5000).note(2000);
    expect(paying(visit)).toMatchObject({
      toGo: { whole: '16', fraction: '.50' },
      received: '已收到 70 元',
      notes: [{ label: '20 元' }, { label: '50 元' }],
    });
    expect(paying(visit).progress).toBeCloseTo(70 / 86.5);
  });

  test('without change takes no note that is larger than what is to go', () => {
    const whole = { ...bill, minor: 6000, lines: [{ ...bill.lines[0]!, minor: 6000 }] };
    const visit = new Visit().boot('out').begin('en').payingCash(whole);
    expect(paying(visit)).toMatchObject({
      accepted: 'Takes ¥1 · 5 · 10 · 20 · 50',
      change: { tone: 'caution', text: 'No change now, the exact sum please' },
    });
    visit.note(5000);
    expect(paying(visit).accepted).toBe('Takes ¥1 · 5 · 10');
  });

  test('says nothing of change after a start until every machine that has a say in it is known', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000);
    const slip = { tone: 'calm', text: 'Change as a cash slip, paid at window 3, ground floor' };
    expect(paying(visit).change).toEqual(slip);
    visit.step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: null });
    expect(paying(visit).change).toBeNull();
    visit.step({ fact: 'device.ready', device: 'printer' });
    expect(paying(visit).change).toBeNull();
    visit.boot();
    expect(paying(visit).change).toEqual(slip);
    expect(visit.said.map(({ text }) => text)).not.toContain('There is no change now. Please insert the exact sum.');
  });

  test('change that is lost with the printer is said in the colour of a notice, and aloud once', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000);
    visit.step({ fact: 'device.lost', device: 'printer', reason: 'lost', message: 'unplugged' });
    expect(paying(visit).change).toEqual({ tone: 'caution', text: 'No change now, the exact sum please' });
    visit.waits(100);
    const aloud = visit.said.filter(({ text }) => text === 'There is no change now. Please insert the exact sum.');
    expect(aloud).toHaveLength(1);
  });

  test('speaks of the machine while it moves', () => {
    const visit = new Visit().boot().begin().payingCash().step({ fact: 'note.accepting', device: 'acceptor' });
    expect(paying(visit)).toMatchObject({ slot: 'checking', tone: 'busy', sentence: '正在识别纸币…' });
    visit.escrow(5000);
    expect(paying(visit)).toMatchObject({ slot: 'moving', tone: 'busy', sentence: '正在识别纸币…' });
  });

  test('says why a note came back, and the second time how else one can pay', () => {
    const visit = new Visit().boot().begin().payingCash();
    const rejected = (reason: 'unreadable' | 'damaged' | 'askew' | 'inhibited') =>
      paying(visit.step({ fact: 'note.rejected', device: 'acceptor', reason, code: '71' })).sentence;
    expect(rejected('unreadable')).toBe('这张纸币没有识别出来，已退还。请抚平或换一张');
    expect(rejected('unreadable')).toBe('这张纸币没有识别出来，已退还。请抚平或换一张。也可以换一种方式付');
    expect(rejected('damaged')).toBe('纸币破损，机器认不出，已退还。可到银行网点兑换');
    expect(rejected('askew')).toBe('纸币放歪了，已退还。请把纸币放正后再放入');
    expect(rejected('inhibited')).toBe('这种面额现在不收，已退还。请看下面可收的面额');
  });

  test('no longer asks to take the note back once there was time for it, and still counts that it came back', () => {
    const visit = new Visit().boot().begin().payingCash();
    const rejected = () => visit.step({ fact: 'note.rejected', device: 'acceptor', reason: 'unreadable', code: '71' });
    rejected().waits(19_900);
    expect(paying(visit)).toMatchObject({ slot: 'returning', tone: 'caution' });
    expect(due(visit.kiosk)).toBe(visit.kiosk.monoMs + 100);
    const before = visit.said.length;
    visit.waits(100);
    expect(paying(visit)).toMatchObject({ slot: 'ready', tone: 'calm', sentence: '请把纸币平整放入，一次一张' });
    expect(due(visit.kiosk)).toBeGreaterThan(visit.kiosk.monoMs);
    expect(visit.said.length).toBe(before);
    visit.ask({ do: 'help' }).ask({ do: 'close-help' });
    expect(paying(visit).slot).toBe('ready');
    rejected();
    expect(paying(visit).sentence).toContain('也可以换一种方式付');
  });

  test('asks to take the note back as long as one is still in the mouth', () => {
    const whole = { ...bill, minor: 6000, lines: [{ ...bill.lines[0]!, minor: 6000 }] };
    const visit = new Visit().boot('out').begin().payingCash(whole).escrow(10_000).waits(22_000);
    expect(paying(visit).slot).toBe('returning');
    visit.step({ fact: 'note.returned', device: 'acceptor', command: null, currency: 'CNY', minor: 10_000 });
    visit.waits(100);
    expect(paying(visit).slot).toBe('ready');
  });

  test('marks a note that is being checked apart from those that are counted', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(2000).note(5000);
    visit.step({ fact: 'note.suspect', device: 'acceptor', code: 'id003.cheat' }).ask({ do: 'finish' });
    expect(paying(visit).notes).toMatchObject([
      { label: '¥50 (being checked)', sure: false },
      { label: '¥20', sure: true },
    ]);
  });

  test('says at once why the kiosk itself gives a note back', () => {
    const whole = { ...bill, minor: 6000, lines: [{ ...bill.lines[0]!, minor: 6000 }] };
    const visit = new Visit().boot('out').begin().payingCash(whole).escrow(10_000);
    expect(paying(visit)).toMatchObject({
      slot: 'returning',
      tone: 'caution',
      sentence: '这张找不开零钱，已退还。请用小一些的面额',
    });
  });

  test('with the slot out of order says what is inside, and where cash is taken', () => {
    const visit = new Visit().boot().begin().payingCash().note(5000);
    visit.step({ fact: 'device.fault', device: 'acceptor', code: 'id003.stacker-full' });
    const { slot, sentence } = paying(visit);
    expect(slot).toBe('off');
    expect(sentence).toContain('您的 50 元已经记下');
    expect(sentence).toContain('付现金请到一楼 3 号窗口，或打 010-5555 0100');
  });

  test('names the rounding in the customer’s favour', () => {
    const odd = { ...bill, minor: 8655, lines: [{ ...bill.lines[0]!, minor: 8655 }] };
    const visit = new Visit().boot().begin().payingCash(odd);
    expect(paying(visit).due).toBe('应付 86.50 元（抹零 0.05 元）');
    visit.note(10_000).printed();
    const settled = body(visit.view(), 'settled');
    expect(settled.title).toBe('已付 86.50 元，谢谢');
    expect(settled.text).toBe('门诊费 · 账单 1001 · 抹零 0.05 元');
  });
});

describe('before paying', () => {
  test('the promise names the most that can come back, and the least that fits', () => {
    const visit = new Visit().boot().begin().confirmed().ask({ do: 'method', method: 'cash' });
    const { text, points } = body(visit.view(), 'promise');
    expect(text).toBe('多付的部分（最多 99.50 元）将打印现金凭证，可到一楼 3 号窗口换现金。可以吗？');
    expect(points).toContain('最少放 87 元，现金凭证是 0.50 元');
    expect(labels(visit.view())).toEqual(['back: 换一种方式', 'main: 可以，付现金']);
  });

  test('the promise is withdrawn when its slip can not be printed', () => {
    const visit = new Visit().boot().begin().confirmed().ask({ do: 'method', method: 'cash' });
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(body(visit.view(), 'promise').text).toContain('现在打印不了现金凭证');
    expect(labels(visit.view())).toEqual(['back: 换一种方式', 'main: 可以，付现金 (off)']);
  });

  test('cash that can not be taken stands in its place with the reason and the way to pay it', () => {
    const visit = new Visit(closedWindow).boot().begin('en').confirmed();
    const [cash, slip] = body(visit.view(), 'choose').methods;
    expect(cash?.off).toBe(
      'Not now: nobody is at window 3, ground floor, so no change. To pay in cash go to window 3, ground floor, or call 010-5555 0100',
    );
    expect(cash?.suggested).toBeNull();
    expect(slip?.off).toBeNull();
  });

  test('out of paper is the reason when there is no change for it', () => {
    const visit = new Visit().boot('out').begin('en').confirmed();
    expect(body(visit.view(), 'choose').methods[0]?.off).toMatch(/^Not now: out of paper, so no change/);
  });

  test('how change is given is said once', () => {
    const [cash] = body(new Visit().boot().begin('en').confirmed().view(), 'choose').methods;
    expect(cash).toMatchObject({
      suggested: { badge: 'Suggested', why: 'Change as a cash slip' },
      note: 'Notes from ¥1 to ¥100',
    });
  });

  test('while cash cannot be taken, a slip is offered for the whole sum only', () => {
    const visit = new Visit().boot().begin('en').confirmed();
    expect(body(visit.view(), 'choose').methods[1]?.note).toContain('from an earlier visit');
    visit.step({ fact: 'device.fault', device: 'acceptor', code: 'id003.jam' });
    expect(body(visit.view(), 'choose').methods[1]).toMatchObject({
      note: expect.stringContaining('covers the whole sum'),
      off: null,
    });
  });

  test('a wrong slip has one answer', () => {
    const visit = new Visit().boot().begin().confirmed().ask({ do: 'method', method: 'voucher' });
    const problem = (record: { spent: boolean; currency: string } | null) => {
      const of = record === null ? null : { serial: '000001', minor: 100, issuedAt: '2026-03-30T00:00:00Z', ...record };
      visit.step({ fact: 'voucher.presented', serial: '000001', record: of });
      return body(visit.view(), 'voucher').problem;
    };
    const answers = [
      problem(null),
      problem({ spent: true, currency: 'CNY' }),
      problem({ spent: false, currency: 'EUR' }),
    ];
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toBeNull();
  });

  test('a slip lowers what is to go, and is inside like cash', () => {
    const record = { serial: '000001', currency: 'CNY', minor: 2000, issuedAt: '2026-03-30T00:00:00Z', spent: false };
    const visit = new Visit().boot().begin().confirmed().ask({ do: 'method', method: 'voucher' });
    visit.step({ fact: 'voucher.presented', serial: '000001', record });
    expect(body(visit.view(), 'choose')).toMatchObject({
      amountLabel: '还需付',
      amount: { whole: '66' },
      received: '已收到 20 元现金凭证',
    });
    expect(labels(visit.view())).toEqual(['back: 取消，20 元打印现金凭证']);
  });
});

test('a slip and notes together say what is inside in all', () => {
  const record = { serial: '000001', currency: 'CNY', minor: 2000, issuedAt: '2026-03-30T00:00:00Z', spent: false };
  const visit = new Visit().boot().begin('en').payingCash().note(1000).ask({ do: 'other-way' });
  expect(body(visit.view(), 'choose').received).toBe('Received ¥10');
  visit.ask({ do: 'method', method: 'voucher' }).step({ fact: 'voucher.presented', serial: '000001', record });
  expect(body(visit.view(), 'choose').received).toBe('Received ¥30. Cash ¥10, Cash slip ¥20');
  expect(body(new Visit().boot().begin('en').confirmed().view(), 'choose').received).toBeNull();
});

test('a slip that is spent here has come out: nothing about its print is left open', () => {
  const visit = new Visit().boot().begin().payingCash().note(10_000);
  const { serial } = visit.recorded.find((entry) => entry.kind === 'voucher.issued')!;
  visit.boot('ok', visit.kiosk.wallMs - 600_000).begin();
  visit.confirmed({ ...bill, number: '1002' }).ask({ do: 'method', method: 'voucher' });
  const record = { serial, currency: 'CNY', minor: 1_350, issuedAt: '2026-03-30T00:00:00Z', spent: false };
  visit.step({ fact: 'voucher.presented', serial, record });
  expect(visit.recorded.filter(({ kind }) => kind === 'voucher.redeemed')).toHaveLength(1);
  visit.waits(61_000);
  expect(Object.values(visit.kiosk.cases)).toEqual([]);
});

test('a slip that fails to come out after a time-out leaves its number on the glass for the whole time', () => {
  const visit = new Visit().boot().begin().payingCash().note(5_000).waits(161_000).waits(21_000);
  const [command] = Object.keys(visit.kiosk.prints);
  visit.step({ fact: 'print.refused', device: 'printer', command: command!, reason: 'paper-out' });
  expect(body(visit.view(), 'case').number).toBe('C00001');
  visit.waits(60_000);
  expect(body(visit.view(), 'case').number).toBe('C00001');
  visit.waits(101_000).waits(21_000);
  expect(visit.kiosk.session).toBeNull();
});

describe('after paying', () => {
  test('three figures, and the slip to take once it is out', () => {
    const visit = new Visit().boot().begin().payingCash().note(10_000);
    expect(body(visit.view(), 'settling').title).toBe('正在打印您的 13.50 元现金凭证…');
    visit.printed();
    const { figures, take, title } = body(visit.view(), 'settled');
    expect(title).toBe('已付 86.50 元，谢谢');
    const row = figures.map(({ label, amount }) => `${label} ${amount.whole}${amount.fraction}`);
    expect(row).toEqual(['应付 86.50', '实收 100.00', '找零 13.50']);
    expect(take).toMatchObject({ picture: 'voucher', title: '请取走 13.50 元现金凭证' });
  });

  test('a slip that does not come out is a number, with what is owed', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(10_000);
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' }).refusedPrint();
    expect(body(visit.view(), 'case')).toMatchObject({
      number: 'C00001',
      certain: ['Your bill is paid', 'We owe you ¥13.50, and it is recorded'],
      printed: 'Please write this case number down or take a picture',
      contact: 'Window 3, ground floor, phone 010-5555 0100',
    });
    visit.ask({ do: 'finish' });
    expect(body(visit.view(), 'settled').take).toEqual({
      picture: 'none',
      title: 'We still owe you ¥13.50',
      lines: ['Window 3, ground floor pays it with case number C00001. Phone 010-5555 0100'],
    });
  });

  test('each of several slips that did not come out has its own number', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(10_000);
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' }).refusedPrint().ask({ do: 'finish' });
    visit.step({ fact: 'bill.refused', command: Object.keys(visit.kiosk.posts)[0]!, reason: 'paid-elsewhere' });
    if (Object.keys(visit.kiosk.prints).length > 0) visit.refusedPrint();
    visit.ask({ do: 'finish' });
    const { title, take } = body(visit.view(), 'settled');
    expect(title).toBe('Not taken by the payee. ¥86.50 goes back to you');
    expect(take).toEqual({
      picture: 'none',
      title: 'We still owe you ¥100',
      lines: [
        '¥13.50: case number C00001',
        '¥86.50: case number C00002',
        'Window 3, ground floor pays each with its case number. Phone 010-5555 0100',
      ],
    });
    const numbered = Object.values(visit.kiosk.cases).map(({ case: number, minor }) => [number, minor]);
    expect(numbered).toEqual([
      ['C00001', 1350],
      ['C00002', 8650],
    ]);
    visit.ask({ do: 'language', lang: 'zh-CN' });
    expect(body(visit.view(), 'settled').take?.lines).toEqual([
      '13.50 元：核实号 C00001',
      '86.50 元：核实号 C00002',
      '凭各自的核实号到一楼 3 号窗口取现金，电话 010-5555 0100',
    ]);
  });

  test('a refund slip on its way is being printed; the change that did not come out keeps its number', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(10_000).refusedPrint().ask({ do: 'finish' });
    visit.step({ fact: 'bill.refused', command: Object.keys(visit.kiosk.posts)[0]!, reason: 'paid-elsewhere' });
    const { kiosk } = visit;
    const settled = visit.viewOf({ ...kiosk, session: { ...kiosk.session!, stage: { at: 'settled', sinceMs: 0 } } });
    expect(body(settled, 'settled').take).toEqual({
      picture: 'none',
      title: 'We still owe you ¥13.50',
      lines: [
        'Window 3, ground floor pays it with case number C00001. Phone 010-5555 0100',
        'Your ¥86.50 cash slip is printing',
      ],
    });
  });

  test('what the payee did not take is the refund alone, whatever else came back as a slip', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(10_000).printed();
    const sale = visit.kiosk.session!.sale!;
    const [change] = sale.slips as [Slip];
    expect(refunded({ ...sale, slips: [change, { ...change, serial: '000009', minor: 700 }] })).toBe(0);
    expect(refunded({ ...sale, slips: [change, { ...change, serial: '000009', minor: 700, reason: 'refund' }] })).toBe(
      700,
    );
  });

  test('a cancelled payment says what comes back, not that anything was paid', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000).ask({ do: 'cancel' }).printed();
    const { title, figures, take } = body(visit.view(), 'settled');
    expect(title).toBe('Cancelled. ¥50 goes back to you');
    expect(figures.map(({ label }) => label)).toEqual(['Inserted', 'Back to you']);
    expect(take?.title).toBe('Please take your ¥50 cash slip');
    expect(visit.view().step).toBeNull();
  });

  test('a note that was on its way in when the visit was cancelled is named beside the slip', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000);
    visit.step({ fact: 'note.accepting', device: 'acceptor' }).ask({ do: 'cancel' }).escrow(2000);
    visit.step({ fact: 'note.returned', device: 'acceptor', command: null, currency: 'CNY', minor: 2000 }).printed();
    const { title, take } = body(visit.view(), 'settled');
    expect(title).toBe('Cancelled. ¥50 and your note go back to you');
    expect(take?.lines[0]).toBe('Your last note was not counted. Please take it out of the slot, too');
    expect(visit.said.at(-1)?.text).toBe('Please take your note out of the slot, too.');
    visit.waits(19_900);
    expect(visit.view().body.screen).toBe('settled');
  });

  test('a note that the machine pushes out by itself after a cancellation is named, too', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000);
    visit.step({ fact: 'note.accepting', device: 'acceptor' }).ask({ do: 'cancel' });
    visit.step({ fact: 'note.rejected', device: 'acceptor', reason: 'inhibited', code: '71' }).printed();
    expect(body(visit.view(), 'settled').title).toContain('your note');
  });

  test('a payment that the biller refuses is given back, and not shown as paid', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(10_000).printed();
    const command = Object.keys(visit.kiosk.posts)[0]!;
    visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' });
    expect(body(visit.view(), 'case')).toMatchObject({
      title: 'The payee did not take this payment',
      certain: ['Your ¥86.50 comes back as a cash slip, without any fee'],
    });
    visit.printed().ask({ do: 'finish' });
    expect(body(visit.view(), 'settled').title).toBe('Not taken by the payee. ¥86.50 goes back to you');
  });

  test('a note in doubt has its number, what is certain, and no second try', () => {
    const visit = new Visit().boot().begin().payingCash().note(5000).escrow(2000).waits(16_000);
    expect(body(visit.view(), 'case')).toMatchObject({
      certain: ['已收到 50 元，已经记下', '账单还需付 36.50 元'],
      checking: ['有一张 20 元纸币没能确认', '请不要为它再放一张'],
      number: 'C00001',
      printed: '核实号正在打印，请取走并保留',
      promise: '从下一个工作日起，可到一楼 3 号窗口查询',
    });
    expect(labels(visit.printed().view())).toEqual(['main: 继续付款']);
    expect(body(visit.view(), 'case').printed).toBe('核实号已打印，请保留');
  });

  test('a note in doubt that counts after all is told of, on the page of the payment, at its end and aloud', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000).escrow(2000);
    const order = visit.recorded.findLast((entry) => entry.kind === 'note.stack')!;
    visit.waits(16_000).printed().ask({ do: 'finish' });
    const { command, device, minor, currency } = order;
    visit.step({ fact: 'note.stacked', device, command, key: 'late', currency, minor });
    const found = 'We found your ¥20 note, and it counts. Case slip C00001 is void';
    expect(body(visit.view(), 'pay-cash')).toMatchObject({
      sentence: found,
      tone: 'success',
      received: 'Received ¥70',
    });
    expect(visit.said.map(({ text }) => text)).toContain(
      'We found your note of twenty yuan, and it counts. The case is closed.',
    );
    expect(body(visit.note(2000).printed().view(), 'settled').text).toContain(found);
  });

  test('a receipt stands to be taken for twenty seconds, or until the person is done', () => {
    const printed = () => {
      const visit = new Visit().boot().begin('en').payingCash().note(10_000).printed();
      visit.ask({ do: 'finish' }).ask({ do: 'document', choice: 'paper' });
      expect(body(visit.view(), 'documents')).toMatchObject({ printing: 'Printing your receipt…', cards: [] });
      return visit.printed();
    };
    const visit = printed();
    expect(body(visit.view(), 'documents')).toMatchObject({
      receipt: { label: 'Receipt number', number: 'R000001' },
      printing: 'Please take your receipt',
      cards: [],
    });
    expect(labels(visit.view())).toEqual(['main: Finish']);
    visit.ask({ do: 'document', choice: 'paper' }, 0).waits(19_900);
    expect(visit.view().body.screen).toBe('documents');
    expect(visit.waits(100).view().body.screen).toBe('thanks');
    expect(printed().ask({ do: 'finish' }).view().body.screen).toBe('thanks');
    expect(visit.said.filter(({ text }) => text === 'Please take your receipt.')).toHaveLength(1);
  });

  test('a receipt that was printed again stands to be taken, too', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(10_000).printed();
    const record = visit.recorded.find((entry) => entry.kind === 'sale.paid') ?? null;
    visit.ask({ do: 'finish' }).ask({ do: 'document', choice: 'none' }).ask({ do: 'finish' });
    visit.begin('en').ask({ do: 'task', task: 'receipt' });
    visit.step({ fact: 'receipt.asked', number: 'R000001', record });
    expect(visit.view().body).toMatchObject({ screen: 'find-receipt', busy: 'Printing your receipt…' });
    expect(body(visit.printed().view(), 'documents').printing).toBe('Please take your receipt');
    visit.ask({ do: 'back' }).ask({ do: 'cancel' }, 0).waits(19_800);
    expect(visit.view().body.screen).toBe('documents');
    expect(visit.waits(200).view().body.screen).toBe('thanks');
  });

  test('a number that is not on paper is one to write down', () => {
    const visit = new Visit().boot().begin().payingCash().note(10_000).refusedPrint();
    expect(body(visit.view(), 'case').onPaper).toBe(false);
    const doubtful = new Visit().boot().begin().payingCash().escrow(2000).waits(16_000);
    expect(body(doubtful.view(), 'case').onPaper).toBe(true);
  });

  test('without paper the receipt comes by phone, and the card for paper says why it is off', () => {
    const visit = new Visit().boot().begin().payingCash().note(10_000).printed();
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' }).ask({ do: 'finish' });
    const { text, cards } = body(visit.view(), 'documents');
    expect(text).toBe('打印纸用完了，付款已成功。请用手机扫码保存');
    expect(cards.map(({ label, off }) => [label, off])).toEqual([
      ['打印', '现在不能用：打印纸用完了'],
      ['手机扫码', null],
      ['不需要', null],
    ]);
    visit.ask({ do: 'document', choice: 'phone' });
    expect(body(visit.view(), 'documents').phone?.qr).toBe('https://receipt.example/R000001');
  });

  test('without paper and without a phone receipt the window prints it, by number', () => {
    const visit = new Visit().boot().begin().payingCash().note(10_000).printed();
    visit.phoneReceipt = null;
    visit.step({ fact: 'paper.changed', device: 'printer', paper: 'out' }).ask({ do: 'finish' });
    const { text, cards } = body(visit.view(), 'documents');
    expect(text).toContain('凭收据号 R000001 可到一楼 3 号窗口补打');
    expect(cards.map(({ icon }) => icon)).toEqual(['paper', 'none']);
  });
});
