import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import type { ScreenBody } from '../../../kiosk/server/wire.ts';
import { settledMs } from '../../../kiosk/rules.ts';
import { bill, Visit, withChange, withCharges, withScanner } from './visit.ts';

const at = (lang: 'zh-CN' | 'en' = 'en') => new Visit(withCharges).boot().reached().begin(lang).confirmed();
const spoken = (visit: Visit) => visit.said.map(({ text }) => text);

function charged(visit: Visit): Extract<ScreenBody, { screen: 'pay-charge' }> {
  const { body } = visit.view();
  if (body.screen !== 'pay-charge') throw new Error(`this is ${body.screen}`);
  return body;
}

function choice(visit: Visit): Extract<ScreenBody, { screen: 'choose' }> {
  const { body } = visit.view();
  if (body.screen !== 'choose') throw new Error(`this is ${body.screen}`);
  return body;
}

const labels = (visit: Visit) => visit.view().actions.map(({ label }) => label);

/** ¥20 of ¥86.50 by card, and the rest still to go. */
const partPaid = (visit = at()) =>
  visit.charging('card').prompted('bank').approved(2000).ask({ do: 'agree' }).confirmedCharge();

function cash(visit: Visit): Visit {
  visit.ask({ do: 'method', method: 'cash' });
  return visit.kiosk.session?.stage.at === 'promise' ? visit.ask({ do: 'agree' }) : visit;
}

function unknown(visit: Visit): Visit {
  const { device, command } = visit.charge();
  return visit.step({ fact: 'charge.unknown', device, command, key: 'k', reason: 'silent' });
}

describe('a card at the terminal', () => {
  test('is asked for, then the PIN, the bank, and the card is given back, in our words and spoken', () => {
    const visit = at().charging('card');
    expect(charged(visit)).toMatchObject({ picture: 'wait', toGo: { whole: '86', fraction: '.50' } });
    expect(charged(visit.prompted('insert-card'))).toMatchObject({
      picture: 'card',
      sentence: 'Insert, swipe or tap your card',
    });
    expect(charged(visit.prompted('pin'))).toMatchObject({ picture: 'pin' });
    expect(charged(visit.prompted('wrong-pin'))).toMatchObject({ picture: 'pin', tone: 'caution' });
    expect(charged(visit.prompted('bank')).sentence).toBe('Asking your bank. Leave the card in');
    expect(charged(visit.approved().prompted('remove-card'))).toMatchObject({
      picture: 'remove',
      tone: 'success',
      sentence: 'Paid ¥86.50. Take your card',
    });
    expect(visit.confirmedCharge().view().body).toMatchObject({ screen: 'settled', title: 'Paid ¥86.50. Thank you' });
    expect(spoken(visit).slice(-6)).toEqual([
      'Insert, swipe or tap your card.',
      'Enter your PIN on the terminal. Cover your hand.',
      'That PIN did not match. Enter it again on the terminal.',
      'Asking your bank. Leave the card in.',
      'Paid. Please take your card.',
      'Paid. Thank you.',
    ]);
  });

  test('can be given up as long as the bank has not been asked, and not while it decides', () => {
    const visit = at().charging('card').prompted('insert-card');
    expect(labels(visit)).toEqual(['Cancel, you are not charged', 'Pay another way']);
    expect(labels(visit.prompted('bank'))).toEqual([]);
    expect(labels(visit.approved())).toEqual([]);
  });

  test('that is called off shows no note slot, and nothing to touch', () => {
    const visit = at().charging('card').prompted('insert-card').ask({ do: 'cancel' });
    expect(visit.kiosk.session?.stage.at).toBe('closing');
    expect(charged(visit).sentence).toBe('Calling the payment off…');
    expect(labels(visit)).toEqual([]);
  });

  test('over a start is being checked, until something is heard of it', () => {
    const visit = at().charging('card').prompted('bank').boot();
    expect(charged(visit).sentence).toBe('Checking your payment. Please do not pay again');
    expect(visit.view().notice?.text).toMatch(/being checked/);
    expect(charged(visit.prompted('bank')).picture).toBe('bank');
  });

  test('that is left in the reader is asked back over the next screen, and aloud', () => {
    const visit = at().charging('card').approved().confirmedCharge();
    visit.step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'remove-card' });
    expect(charged(visit)).toMatchObject({ picture: 'remove', sentence: 'Paid ¥86.50. Take your card' });
    expect(visit.view().notice).toBeNull();
    expect(spoken(visit).at(-1)).toBe('Please take your card.');
    expect(labels(visit)).toEqual([]);
    visit.ask({ do: 'finish' });
    expect(visit.kiosk.session?.stage.at).toBe('settled');
    visit.step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'wait' }, 15_000);
    expect(visit.view().body).toMatchObject({ screen: 'settled' });
    visit.waits(19_000);
    expect(visit.kiosk.session?.stage.at).toBe('settled');
  });

  test('that a terminal says to hold for ever does not keep the customer from the receipt', () => {
    const visit = at().charging('card').approved().confirmedCharge();
    visit.step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'remove-card' });
    visit.ask({ do: 'finish' }, settledMs / 2).waits(settledMs / 2);
    expect(visit.view()).toMatchObject({ body: { screen: 'documents' }, notice: { text: 'Please take your card' } });
  });

  test('that is left after a refusal is asked back beside the buttons, so that no way to pay moves under the hand', () => {
    const visit = at().charging('card').declined('limit');
    visit.step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'remove-card' });
    expect(visit.view().notice).toEqual({ tone: 'caution', text: 'Please take your card', place: 'foot' });
  });
});

describe('a wallet', () => {
  test('shows the code with its name, and the seconds that it is still good', () => {
    const visit = at('zh-CN').charging('wechat').coded('weixin://1', 90);
    expect(charged(visit)).toMatchObject({
      picture: 'code',
      sentence: '请用微信扫码，付 86.50 元',
      code: { qr: 'weixin://1', label: '微信支付', seconds: 90 },
    });
    expect(charged(visit.waits(30_000)).code?.seconds).toBe(60);
    expect(spoken(visit)).toContain('请用微信扫码，付八十六元五角。');
    expect(charged(visit.prompted('password'))).toMatchObject({ picture: 'phone', code: null });
  });

  test('beside a scanner says that one’s own code can be held to it, and without one that works says nothing', () => {
    const told = (lang: 'zh-CN' | 'en', change = withScanner) => {
      const visit = new Visit(change).boot().reached();
      if (change === withScanner) visit.step({ fact: 'device.ready', device: 'scanner' });
      return visit.begin(lang).confirmed().charging('wechat').coded('weixin://1', 90);
    };
    expect(charged(told('zh-CN')).ownCode).toBe('也可以打开付款码，对准扫描口');
    expect(charged(told('en')).ownCode).toBe('Or hold your payment code to the scanner');
    expect(charged(told('en').prompted('password')).ownCode).toBeNull();
    const lost = told('en').step({ fact: 'device.lost', device: 'scanner', reason: 'lost', message: 'unplugged' });
    expect(charged(lost).ownCode).toBeNull();
    expect(charged(told('en', withCharges)).ownCode).toBeNull();
  });

  test('whose code may be paid after it left the screen says not to', () => {
    const visit = at().charging('alipay').coded('code', 90).declined('timeout', 1_800_000_000_000);
    expect(choice(visit).notice?.text).toBe(
      'No payment came from Alipay in time. You were not charged. Please do not pay the code from before',
    );
  });

  test('whose code was left for another way says not to pay it, as long as it could be', () => {
    const left = (watched: number | null) =>
      choice(at().charging('alipay').coded('code', 90).ask({ do: 'other-way' }).declined('cancelled', watched)).notice;
    expect(left(1_800_000_000_000)).toEqual({ tone: 'caution', text: 'Please do not pay the code from before' });
    expect(left(null)).toBeNull();
  });
});

describe('the choice', () => {
  const suggested = (visit: Visit) => choice(visit).methods.filter((row) => row.suggested !== null);
  const filled = () =>
    new Visit((config) => withChange(withCharges(config))).boot().filled().reached().begin('en').confirmed();

  test('has every configured way in its order, and suggests cash that gives change', () => {
    const { methods } = choice(filled());
    expect(methods.map(({ icon }) => icon)).toEqual(['cash', 'card', 'wechat', 'alipay', 'voucher']);
    expect(suggested(filled()).map(({ icon }) => icon)).toEqual(['cash']);
  });

  test('does not suggest cash whose change would be a slip while a card or a wallet pays, and says so beside it', () => {
    const { methods } = choice(at());
    expect(methods.map(({ icon }) => icon)).toEqual(['card', 'cash', 'wechat', 'alipay', 'voucher']);
    expect(suggested(at()).map(({ icon }) => icon)).toEqual(['card']);
    expect(methods[1]?.note).toBe('Notes from ¥1 to ¥100. Change as a cash slip');
  });

  test('does not suggest again what was just tried in vain, and cash once nothing else is left', () => {
    const visit = at().charging('card').declined('limit');
    expect(suggested(visit).map(({ icon }) => icon)).toEqual(['wechat']);
    for (const device of ['wechat', 'alipay']) visit.step({ fact: 'device.fault', device, code: 'wallet.unreachable' });
    expect(suggested(visit).map(({ icon }) => icon)).toEqual(['cash']);
  });

  test('without cash suggests what keeps a record, and says why each other one is off', () => {
    const visit = at().step({ fact: 'device.fault', device: 'acceptor', code: 'id003.jam' });
    visit.step({ fact: 'device.fault', device: 'wechat', code: 'wallet.unreachable' });
    const { methods } = choice(visit);
    expect(methods.map(({ icon }) => icon)).toEqual(['card', 'cash', 'wechat', 'alipay', 'voucher']);
    expect(methods[0]?.suggested).toEqual({ badge: 'Suggested', why: 'Keeps a record' });
    expect(methods[2]?.off).toBe('Not now: no network');
  });

  const policy = { leastMinor: 1, mostMinor: null, hours: null, feePercent: 0 };
  const withPolicies = (policies: Config['policies']) =>
    new Visit((config) => ({ ...withCharges(config), policies })).boot().reached().begin('en').confirmed();
  const row = (visit: Visit, icon: string) => choice(visit).methods.find((method) => method.icon === icon);

  test.each([
    [{ leastMinor: 8_651 }, 'Not now: less than this way takes'],
    [{ leastMinor: 8_650 }, null],
    [{ mostMinor: 8_649 }, 'Not now: more than this way takes at once'],
    [{ mostMinor: 8_650 }, null],
    [{ hours: { from: '00:00', to: '24:00' } }, null],
    // A visit of these tests begins after nine in the morning.
    [{ hours: { from: '09:30', to: '17:00' } }, 'Not now: only from 09:30 to 17:00'],
    [{ hours: { from: '22:00', to: '09:30' } }, null],
  ])('a policy %j leaves a way %s', (rule, off) => {
    const visit = withPolicies([{ method: 'card', ...policy, ...rule }]);
    expect(row(visit, 'card')?.off).toBe(off);
    expect(row(visit, 'wechat')?.off).toBeNull();
    visit.ask({ do: 'method', method: 'card' });
    expect(visit.kiosk.session?.stage.at).toBe(off === null ? 'pay-charge' : 'choose');
  });

  test('puts a way that costs the customer something behind those that do not, and says how much', () => {
    const visit = withPolicies([
      { method: 'card', ...policy, feePercent: 1.5 },
      { method: 'wechat', ...policy },
    ]);
    expect(choice(visit).methods.map(({ icon }) => icon)).toEqual(['wechat', 'cash', 'alipay', 'voucher', 'card']);
    expect(row(visit, 'card')?.note).toBe('Needs no cash. Insert, swipe or tap. Your own bank adds 1.5%');
    visit.step({ fact: 'device.fault', device: 'acceptor', code: 'id003.jam' });
    expect(choice(visit).methods.map(({ icon }) => icon)).toEqual(['wechat', 'cash', 'alipay', 'voucher', 'card']);
  });

  test.each([
    ['card', 'refused', /^Your bank did not approve/],
    ['card', 'insufficient', /not enough/],
    ['card', 'offline', /could not reach your bank/],
    ['card', 'wrong-pin', /PIN did not match/],
    ['alipay', 'refused', /^Alipay did not approve/],
    ['wechat', 'stale-code', /Refresh it and scan again/],
  ] as const)('after %s %s says why, that nothing was charged, and the same aloud', (method, reason, why) => {
    const visit = at().charging(method).declined(reason);
    const { notice } = choice(visit);
    expect(notice?.tone).toBe('caution');
    expect(notice?.text).toMatch(why);
    expect(notice?.text).toMatch(/You were not charged/);
    expect(spoken(visit).at(-1)).toBe(notice?.text);
  });
});

describe('a part of the sum', () => {
  test('that the bank approves is asked about, with what is left', () => {
    const visit = at().charging('card').prompted('bank').approved(2000);
    expect(visit.view()).toMatchObject({
      body: { screen: 'part-approved', title: 'Your bank approves ¥20 of ¥86.50' },
      actions: [
        { label: 'No, charge nothing', intent: { do: 'other-way' } },
        { label: 'Yes, pay ¥20 by card', intent: { do: 'agree' } },
      ],
    });
    expect(spoken(visit).at(-1)).toBe(
      'Your bank approves twenty yuan of eighty-six yuan fifty. Pay the other sixty-six yuan fifty another way?',
    );
  });

  test('that is not wanted goes back, and says so over the choice', () => {
    const visit = at().charging('card').prompted('bank').approved(2000).ask({ do: 'other-way' });
    expect(choice(visit).notice?.text).toBe('You are not charged ¥20. One moment');
  });

  test('by card goes back to the card when the rest is given up, and stays so on the screen once it did', () => {
    const visit = partPaid();
    expect(visit.view().actions[0]).toMatchObject({
      label: 'Cancel, ¥20 back to your card',
      ask: { text: '¥20 goes back to your card. The bill is not paid' },
    });
    const shown = visit.ask({ do: 'cancel' }).view().body;
    expect(shown).toMatchObject({
      screen: 'settled',
      title: 'Cancelled. ¥20 goes back to you',
      figures: [{ label: 'Received' }, { label: 'Back to your card', amount: { whole: '20' } }],
      take: null,
    });
    expect(spoken(visit).at(-1)).toBe('Twenty yuan goes back to your card.');
    expect(visit.reversed().view().body).toEqual(shown);
  });

  test('beside notes says of each which way it goes back', () => {
    const visit = cash(partPaid()).note(1000);
    expect(visit.view().actions[0]).toMatchObject({
      label: 'Cancel: ¥10 as a cash slip, ¥20 to your card',
      ask: { text: expect.stringMatching(/^Your ¥10 will be printed as a cash slip.*¥20 goes back to your card$/) },
    });
    expect(visit.view().body).toMatchObject({ screen: 'pay-cash', received: 'Received ¥30', due: 'Due ¥86.50' });
    expect(visit.ask({ do: 'cancel' }).printed().view().body).toMatchObject({
      figures: [{ amount: { whole: '30' } }, { amount: { whole: '10' } }, { amount: { whole: '20' } }],
      take: { title: 'Please take your ¥10 cash slip' },
    });
  });

  test('beside notes at a machine that pays out comes back in cash', () => {
    const visit = new Visit((config) => withChange(withCharges(config)))
      .boot()
      .filled()
      .reached()
      .begin('en')
      .confirmed();
    expect(cash(partPaid(visit)).note(1000).view().actions[0]?.label).toBe('Cancel: ¥10 in cash, ¥20 to your card');
  });

  test('when time is up goes back the way it came, and the warning names both', () => {
    const visit = cash(partPaid()).note(1000).waits(160_000);
    expect(visit.view().warning?.text).toBe(
      'When time is up your ¥10 will be printed as a cash slip. ¥20 goes back to your card',
    );
  });

  test('in notes and the rest by card are both among what was paid', () => {
    const visit = cash(at()).note(5000).ask({ do: 'other-way' }).charging('card');
    expect(charged(visit)).toMatchObject({ toGo: { whole: '36', fraction: '.50' }, received: 'Received ¥50' });
    expect(visit.approved().confirmedCharge().view().body).toMatchObject({
      figures: [
        { label: 'Due', amount: { whole: '86' } },
        { label: 'Cash', amount: { whole: '50' } },
        { label: 'Bank card', amount: { whole: '36' } },
      ],
      take: null,
    });
  });

  test('beside a slip and notes is named with both in a sentence: three figures have no room for them', () => {
    const visit = at().ask({ do: 'method', method: 'voucher' });
    const record = {
      serial: '000007',
      currency: 'CNY',
      minor: 350,
      issuedAt: '2026-03-01T00:00:00.000Z',
      spent: false,
    };
    visit.step({ fact: 'voucher.presented', serial: '000007', record });
    cash(visit).note(5000).ask({ do: 'other-way' }).charging('card').approved().confirmedCharge();
    expect(visit.view().body).toMatchObject({ text: expect.stringMatching(/Cash slip ¥3\.50/) });
    expect(visit.view().body).toMatchObject({ text: expect.stringMatching(/Cash ¥50/) });
    expect(visit.view().body).toMatchObject({ text: expect.stringMatching(/Bank card ¥33$/) });
  });
});

describe('a charge that nobody knows of', () => {
  test('is a case: not to be paid again, with its number, and the same bill says so', () => {
    const visit = unknown(at().charging('card').prompted('bank')).printed();
    expect(visit.view()).toMatchObject({
      body: {
        screen: 'case',
        title: 'We are checking this payment. Please do not pay again',
        number: 'C00001',
        certain: ['Bank card: we asked for ¥86.50'],
        printed: 'The case number is printed. Please keep it',
      },
      actions: [{ label: 'Finish' }],
    });
    expect(spoken(visit).at(-1)).toBe('We are checking. Please do not pay again, and keep the case number.');
    visit.ask({ do: 'finish' }).ask({ do: 'finish' }).begin('en').ask({ do: 'task', task: 'pay-bill' });
    expect(visit.ask({ do: 'find-bill', number: bill.number }).view().body).toMatchObject({
      problem: 'A payment of this bill is being checked under case C00001. Please do not pay again',
    });
  });

  test('beside notes says that these are counted', () => {
    const visit = cash(at()).note(5000).ask({ do: 'other-way' }).charging('wechat');
    expect(unknown(visit).view().body).toMatchObject({
      certain: ['WeChat Pay: we asked for ¥36.50', 'Your ¥50 from before is counted'],
    });
  });
});

test('what the payee did not take goes back to the card, and stays so on the screen once it did', () => {
  const visit = at().charging('card').approved().confirmedCharge();
  const [command = ''] = Object.keys(visit.kiosk.posts);
  visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' });
  expect(visit.view().body).toMatchObject({
    screen: 'case',
    certain: ['Your ¥86.50 goes back to your card, all of it'],
  });
  const shown = visit.printed().ask({ do: 'finish' }).view().body;
  expect(shown).toMatchObject({ title: 'Not taken by the payee. ¥86.50 goes back to you', take: null });
  expect(visit.reversed().view().body).toEqual(shown);
});

test('nobody here: every way that is taken stands in the notice, and each that is not with its reason', () => {
  const visit = new Visit(withCharges).boot().reached();
  expect(visit.view().body).toMatchObject({
    screen: 'attract',
    notice: expect.stringMatching(/^可用：现金、银行卡、微信、支付宝、现金凭证。/),
    noticeOther: expect.stringMatching(/^Cash, bank cards, WeChat Pay, Alipay, cash slips\./),
  });
  visit.step({ fact: 'device.fault', device: 'terminal', code: 'zvt.repair' });
  expect(visit.view().body).toMatchObject({ partlyOther: 'No bank cards right now: under repair' });
});
