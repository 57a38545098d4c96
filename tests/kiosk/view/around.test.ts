import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import { bill, Visit } from './visit.ts';

const spoken = (visit: Visit) => visit.said.map(({ text }) => text);

describe('nobody is here', () => {
  test('the three facts stand on the idle screen in both languages', () => {
    const { body, help } = new Visit().boot().view();
    expect(body).toMatchObject({
      screen: 'attract',
      greeting: '上午好',
      greetingOther: 'Good morning',
      notice: '可用：现金、现金凭证。付现金遇到问题请打 010-5555 0100，或到一楼 3 号窗口',
      noticeOther: 'Cash, cash slips. For help paying in cash call 010-5555 0100 or go to window 3, ground floor',
      partly: null,
    });
    expect(help).toBeNull();
  });

  test('paper that is out is said before anybody pays', () => {
    const { body } = new Visit().boot('out').view();
    expect(body).toMatchObject({
      screen: 'partly-available',
      partly: '打印纸用完了，现在不能找零，请放正好的金额。收据可用手机扫码保存',
      partlyOther: expect.stringMatching(/^No change right now: out of paper/),
    });
  });

  test('with no acceptor it is closed, with the time, the place for cash and the phone', () => {
    const visit = new Visit().boot().step({ fact: 'device.fault', device: 'acceptor', code: 'id003.jam' });
    const { body, language } = visit.view();
    expect(body).toMatchObject({
      screen: 'out-of-service',
      title: '本机暂停收款',
      titleOther: 'Closed for now',
      since: '09:20 起',
      sinceOther: 'Since 09:20',
      works: expect.stringMatching(/^一楼 3 号窗口/),
      worksOther: expect.stringMatching(/window 3, ground floor/),
      off: '本机现在不能收：现金、现金凭证',
      offOther: 'Not taken here right now: cash, cash slips',
      cash: '付现金请到一楼 3 号窗口，或打 010-5555 0100',
      cashOther: 'To pay in cash go to window 3, ground floor, or call 010-5555 0100',
      phone: '010-5555 0100',
    });
    expect(language).toBeNull();
  });

  test('the code for the office stands where nobody is in a visit or one has just begun, and nowhere else', () => {
    const code = { tone: 'calm', text: '后台配对码 / Code for the office  7K3QM-9DX2V' };
    const visit = new Visit().boot();
    expect(visit.view().notice).toBeNull();
    expect(visit.asksOffice().view().notice).toEqual(code);
    expect(visit.ask({ do: 'begin' }).view()).toMatchObject({ body: { screen: 'welcome' }, notice: code });
    expect(visit.ask({ do: 'task', task: 'pay-bill' }).view()).toMatchObject({
      body: { screen: 'find-bill' },
      notice: null,
    });
    const closed = new Visit().boot().step({ fact: 'device.fault', device: 'acceptor', code: 'id003.jam' });
    expect(closed.asksOffice().view()).toMatchObject({ body: { screen: 'out-of-service' }, notice: code });
    const one = new Visit((config) => ({ ...config, languages: ['en'] })).boot().asksOffice();
    expect(one.view().notice?.text).toBe('Code for the office  7K3QM-9DX2V');
  });

  test('a kiosk of one language shows no other', () => {
    const visit = new Visit((config) => ({ ...config, languages: ['en'] })).boot();
    expect(visit.view()).toMatchObject({ lang: 'en', language: null, body: { greetingOther: '', touchOther: '' } });
  });
});

test('a glass that was replaced is told of in both languages, whichever was spoken', () => {
  expect(new Visit().boot().begin('en').view().alone).toMatchObject({
    replaced: 'This is now open on another screen',
    replacedOther: '已在另一块屏幕上打开',
    takeBack: 'Go on here',
    takeBackOther: '在这里继续',
  });
  const one = new Visit((config) => ({ ...config, languages: ['en'] })).boot().begin('en');
  expect(one.view().alone).toMatchObject({ replacedOther: '', takeBackOther: '' });
});

describe('around a screen', () => {
  test('the four steps are counted on the way through, and not beside it', () => {
    const visit = new Visit().boot().begin('en');
    expect(visit.view().step).toBeNull();
    expect(visit.found().view().step).toEqual({ at: 2, of: 4, label: 'Step 2 of 4: Check' });
    visit.ask({ do: 'back' }).ask({ do: 'back' }).payingCash();
    expect(visit.view().step?.at).toBe(3);
    expect(visit.note(10_000).printed().view().step?.at).toBe(4);
  });

  test('a bill that was put back leaves the next search at step one', () => {
    const visit = new Visit().boot().begin('en').confirmed().ask({ do: 'back' });
    expect(visit.view()).toMatchObject({ body: { screen: 'find-bill' }, step: { at: 1 } });
  });

  test('the warning names the sum inside and what becomes of it', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000).waits(160_000);
    expect(visit.view().warning).toMatchObject({
      title: 'Are you still there?',
      text: 'When time is up your ¥50 will be printed as a cash slip',
      seconds: 20,
      extend: 'I need more time',
      leave: { label: 'Cancel, print a ¥50 cash slip', intent: { do: 'cancel' } },
    });
    expect(visit.ask({ do: 'extend' }).view().warning).toBeNull();
  });

  test('the warning without money promises nothing', () => {
    const visit = new Visit().boot().begin('en').waits(60_000);
    expect(visit.view().warning).toMatchObject({ seconds: 20, leave: { label: 'No, end here' } });
    expect(visit.view().warning?.text).not.toMatch(/¥/);
  });

  test('a start under a visit says that the money inside is safe', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(5000).boot();
    expect(visit.view().notice).toEqual({
      tone: 'caution',
      text: 'Sorry, the machine has just restarted. Your ¥50 inside is safe and counted',
    });
    expect(spoken(visit)).toContain('Sorry, the machine has just restarted. Your fifty yuan is safe.');
  });

  test.each([
    ['another way to pay', (visit: Visit) => visit.ask({ do: 'other-way' }).waits(1_000)],
    ['another note', (visit: Visit) => visit.note(1000)],
  ])('that it started is told until the next step, %s', (_, step) => {
    const visit = new Visit()
      .boot()
      .begin('en')
      .payingCash()
      .note(5000)
      .boot()
      .ask({ do: 'help' })
      .ask({ do: 'close-help' });
    expect(visit.view().notice).not.toBeNull();
    expect(step(visit).view().notice).toBeNull();
  });

  test('help has the phone, the window with its hours, and answers about cash, notes, change and receipts', () => {
    const { helpPage } = new Visit().boot().begin('en').ask({ do: 'help' }).view();
    expect(helpPage).toMatchObject({ phone: '010-5555 0100', window: 'Window 3, ground floor (day and night)' });
    expect(helpPage?.lines.map(({ question }) => question)).toEqual([
      'How do I pay in cash?',
      'A note came back. What now?',
      'How do I get my change?',
      'Can I stop half way?',
      'How do I get a receipt?',
    ]);
  });
});

describe('a number where a receipt’s is asked for', () => {
  const asked = (number: string, lang: 'zh-CN' | 'en') => {
    const visit = new Visit().boot().begin(lang).ask({ do: 'task', task: 'receipt' });
    const { body } = visit.step({ fact: 'receipt.asked', number, record: null }).view();
    return body.screen === 'find-receipt' ? body.problem : body.screen;
  };

  test('is typed as it is printed, with its letter', () => {
    const { body } = new Visit().boot().begin('en').ask({ do: 'task', task: 'receipt' }).view();
    expect(body).toMatchObject({
      hint: expect.stringContaining('after the R'),
      receipt: { kind: 'digits', prefix: 'R', maxLength: 9 },
      bill: { kind: 'digits' },
    });
  });

  test('of a cash slip is known by its having no letter: what the slip is good for is said', () => {
    expect(asked('000002', 'zh-CN')).toBe(
      '收据号以 R 开头；没有字母的是现金凭证号，付款时可用，也可到一楼 3 号窗口换现金',
    );
    expect(asked('2', 'en')).toBe(
      'A receipt number begins with R. Without a letter it is of a cash slip: pay with it, or cash it at window 3, ground floor',
    );
  });

  test('of a case is known too: whom to ask is said', () => {
    expect(asked('C00001', 'zh-CN')).toBe('C 开头的是核实号，请到一楼 3 号窗口查询，或打 010-5555 0100');
    expect(asked('C00001', 'en')).toContain('Ask at window 3, ground floor');
  });

  test('of no receipt is not found', () => {
    expect(asked('R000009', 'en')).toBe('We could not find this receipt. Check both numbers and try again');
  });
});

describe('what is said aloud', () => {
  test('a visit in Chinese: greeting, bill, each note with what is to go, change, where to take it, thanks', () => {
    const visit = new Visit().boot().begin().payingCash();
    visit.said.length = 0;
    visit.note(5000);
    expect(spoken(visit)).toEqual(['收您五十元，还需付三十六元五角。']);
    visit.note(5000).printed().ask({ do: 'finish' }).ask({ do: 'document', choice: 'none' });
    expect(spoken(visit).slice(1)).toEqual([
      '收您一百元，找您十三元五角。',
      '付款成功，谢谢您。',
      '找您十三元五角，请取走现金凭证，到一楼 3 号窗口换现金。',
      '需要收据吗？',
      '谢谢您。',
    ]);
  });

  test('the review says the total, in the language of the visit', () => {
    const visit = new Visit().boot().begin('en').found();
    expect(spoken(visit)).toContain('Please check. The total is eighty-six yuan fifty.');
    expect(visit.said.at(-1)?.lang).toBe('en');
  });

  test('a sum in a currency without decimals is said in whole units', () => {
    const money = { currency: 'JPY', exponent: 0, cashStepMinor: 1 };
    const visit = new Visit((config) => ({ ...config, money })).boot().begin('en');
    visit.found({ ...bill, currency: 'JPY' });
    expect(spoken(visit)).toContain('Please check. The total is 8,650 JPY.');
  });

  test('outside a clinic the goodbye wishes a good way', () => {
    const mall = (config: Config): Config => ({ ...config, preset: 'mall' });
    const visit = new Visit(mall).boot().begin().payingCash().note(10_000).printed();
    visit.ask({ do: 'finish' }).ask({ do: 'document', choice: 'none' });
    expect(spoken(visit).at(-1)).toBe('谢谢您，请慢走。');
  });

  test('a returned note, a warning with the sum, and a case are said', () => {
    const visit = new Visit().boot().begin().payingCash().note(5000);
    visit.step({ fact: 'note.rejected', device: 'acceptor', reason: 'unreadable', code: '71' });
    expect(spoken(visit).at(-1)).toBe('请取回纸币，抚平后再试。');
    visit.waits(160_000);
    expect(spoken(visit).at(-1)).toBe('您还需要更多时间吗？机器里有您的五十元。');
    visit.escrow(2000).waits(16_000);
    expect(spoken(visit).at(-1)).toBe('有一张二十元纸币没能确认，请保留核实号。');
  });

  test('whoever changes the language hears where they stand, once', () => {
    const visit = new Visit().boot().begin();
    visit.said.length = 0;
    visit.ask({ do: 'language', lang: 'en' });
    expect(visit.said).toEqual([{ lang: 'en', text: 'Good morning. What would you like to do?' }]);
    visit.payingCash();
    visit.said.length = 0;
    visit.ask({ do: 'language', lang: 'zh-CN' }).ask({ do: 'language', lang: 'zh-CN' });
    expect(spoken(visit)).toEqual(['还需付八十六元五角。请把纸币平整放入，一次一张。']);
  });

  test('the code for the phone is announced, once', () => {
    const visit = new Visit().boot().begin('en').payingCash().note(10_000).printed().ask({ do: 'finish' });
    visit.said.length = 0;
    visit.ask({ do: 'document', choice: 'phone' }).ask({ do: 'help' });
    expect(spoken(visit)).toEqual(['Scan with your phone camera to keep your receipt.']);
  });

  test('a step in which nothing happens says nothing', () => {
    const visit = new Visit().boot().begin().payingCash();
    const before = visit.said.length;
    visit.waits(1_000).step({ fact: 'paper.changed', device: 'printer', paper: 'low' });
    expect(visit.said.length).toBe(before);
  });

  test('what an earlier visit left in flight is not said to the next customer', () => {
    const visit = new Visit().boot().begin().payingCash().escrow(5000);
    const order = visit.entries.find((entry) => entry.kind === 'note.stack');
    const command = order?.kind === 'note.stack' ? order.command : '';
    visit.waits(16_000).ask({ do: 'finish' }).ask({ do: 'cancel' }).ask({ do: 'begin' });
    const before = visit.said.length;
    const seen = { device: 'acceptor', command, key: 'late', currency: 'CNY', minor: 5000 } as const;
    visit.step({ fact: 'note.stacked', ...seen });
    expect(visit.said.length).toBe(before);
  });
});
