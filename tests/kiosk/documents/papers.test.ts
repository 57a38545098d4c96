import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../config/schema.ts';
import { createPapers } from '../../../kiosk/documents/papers.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import { indexKeys } from '../../../kiosk/journal/derive.ts';
import type { Entry } from '../../../kiosk/entry.ts';
import type { Lang } from '../../../kiosk/server/wire.ts';
import type { Bill } from '../../../kiosk/services/biller/contract.ts';
import { bill, Visit, withCharges, withGoods } from '../view/visit.ts';
import { bytesOf, flat } from './reading.ts';

const seal = {
  signVoucher: () => ({ qr: 'QR', code: 'CODE' }),
  verifyQr: () => ({ ok: false }) as const,
  verifyTyped: () => false,
};

/** The papers of a journal with these entries, found by the very keys that the journal keeps. */
function papersOf(bodies: readonly EntryBody[]) {
  const checked = checkConfig(JSON.parse(readFileSync('config/examples/lab.json', 'utf8')));
  if (!checked.ok) throw new Error('lab.json');
  const entries = bodies.map((body, i) => {
    return { seq: i + 1, at: '2026-03-31T01:20:00.000Z', day: '', kind: body.kind, session: null, body, hash: '' };
  });
  const find = (key: string): Entry[] => entries.filter(({ body }) => indexKeys(body).includes(key));
  return createPapers({ config: checked.config, find, seal, columns: 42 });
}

/** A visit in which ¥86.50 was paid with a hundred, and the answer of the biller. */
function paidVisit(answer: 'posted' | 'refused'): readonly EntryBody[] {
  const visit = new Visit();
  const all: EntryBody[] = [];
  const keep = () => all.push(...visit.entries);
  visit.boot().begin().payingCash().note(10_000);
  keep();
  visit.printed();
  const command = Object.keys(visit.kiosk.posts)[0] as string;
  if (answer === 'posted') visit.step({ fact: 'bill.posted', command, reference: 'X' });
  else visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' });
  keep();
  return all;
}

function receipt(bodies: readonly EntryBody[], lang: Lang, copy: boolean): string {
  const paid = bodies.find((body) => body.kind === 'sale.paid');
  if (paid?.kind !== 'sale.paid') throw new Error('nothing was paid');
  const document = { paper: 'receipt', receipt: paid.receipt } as const;
  const order = { kind: 'document.print', command: 'p', document, copy, lang, session: 'v' } as const;
  return flat(bytesOf(papersOf(bodies).document(order), 42));
}

describe('a receipt', () => {
  test('whose payment the payee refused says so, with the numbers of the slip and of the case', () => {
    const bodies = paidVisit('refused');
    expect(receipt(bodies, 'zh-CN', false)).toContain(
      '收款方没有接受这笔付款，账单未付。￥86.50已退还：现金凭证号000002，核实号C00001。',
    );
    expect(receipt(bodies, 'en', false)).toContain(
      'Thepayeedidnottakethispayment;thebillisnotpaid.￥86.50wasgivenback:cashslipno.000002,caseno.C00001.',
    );
  });

  test('that is printed again by its number says it without the numbers that the window pays for', () => {
    const bodies = paidVisit('refused');
    for (const [lang, words] of [
      ['zh-CN', '￥86.50已退还。'],
      ['en', '￥86.50wasgivenback.'],
    ] as const) {
      const copy = receipt(bodies, lang, true);
      expect(copy).toContain(words);
      expect(copy).not.toMatch(/C00001|00000[12](?!时间|Time)/);
      expect(receipt(bodies, lang, false)).toMatch(/000001[\s\S]*000002/);
    }
  });

  test('of a payment that stands says nothing of the kind', () => {
    const bodies = paidVisit('posted');
    expect(receipt(bodies, 'zh-CN', false)).not.toContain('没有接受');
    expect(receipt(bodies, 'en', false)).not.toContain('didnottake');
  });

  test('that was given back since does not pass for a payment; one that the payee kept does', () => {
    const wallet = () => new Visit(withCharges).boot().reached().begin().confirmed().charging('alipay').approved();
    const asked = wallet().wantedBack().ask({ do: 'agree' });
    const given = wallet().wantedBack().ask({ do: 'agree' }).billReversed();
    for (const { recorded } of [asked, given]) {
      expect(receipt(recorded, 'zh-CN', true)).toContain('已办理退款，退￥86.50，账单未付。');
      expect(receipt(recorded, 'en', true)).toContain('￥86.50ofthispaymentgoesback');
      expect(papersOf(recorded).phoneReceipt('R000001', 'en')).toContain('goes back, or has gone back');
    }
    const reverse = asked.recorded.find((entry) => entry.kind === 'bill.reverse');
    asked.step({ fact: 'bill.reverse-refused', command: reverse?.command ?? '', reason: 'too-late' });
    expect(receipt(asked.recorded, 'en', true)).not.toContain('goesback');
  });

  test('whose money is all back says so, and the cash slip for it does not blame the payee', () => {
    const visit = new Visit(withCharges).boot().reached().begin('en').payingCash().note(10_000).printed();
    visit.wantedBack('en').ask({ do: 'agree' });
    const sale = visit.recorded.find((entry) => entry.kind === 'sale.paid')?.sale ?? '';
    visit.step({ fact: 'refund.judged', sale, approve: true, by: '1' }).billReversed();
    expect(receipt(visit.recorded, 'en', true)).toContain('￥86.50ofthispaymenthasgoneback;');
    const issued = visit.recorded.findLast((entry) => entry.kind === 'voucher.issued');
    const document = { paper: 'voucher', serial: issued?.serial ?? '' } as const;
    const slip = (lang: Lang) =>
      flat(
        bytesOf(
          papersOf(visit.recorded).document({
            kind: 'document.print',
            command: 'p',
            document,
            copy: false,
            lang,
            session: 'v',
          }),
          42,
        ),
      );
    expect(slip('en')).toContain('Yougavethereceiptback;thisisyourmoneyback.Thebillisnotpaid.');
    expect(slip('zh-CN')).toContain('您退回了这张收据，这是退还给您的钱。账单未付。');
    expect(slip('en')).not.toContain('didnottake');
  });

  test('of several bills paid by card says what a person gives back of it', () => {
    const one = { ...bill, number: '2001' };
    const other = { ...bill, number: '2002' };
    const visit = new Visit(withCharges).boot().reached().begin().found(one);
    const told = (of: Bill) => visit.step({ fact: 'bill.found', command: visit.pending(), bill: of });
    visit.ask({ do: 'another-bill' }).ask({ do: 'find-bill', number: '2002' });
    told(other).ask({ do: 'confirm-bill' });
    told(one);
    told(other).charging('card');
    const charge = visit.charge();
    visit.approved().confirmedCharge(charge);
    const post = Object.values(visit.kiosk.posts).find(({ number }) => number === '2002');
    visit.step({ fact: 'bill.refused', command: post?.command ?? '', reason: 'paid-elsewhere' });
    expect(receipt(visit.recorded, 'en', false)).toMatch(/￥86\.50goesback:Card.*caseno\.C00001/);
    expect(receipt(visit.recorded, 'en', true)).toContain('￥86.50wasgivenback.');
  });

  test('for a phone says it too', () => {
    const paid = paidVisit('refused');
    const text = papersOf(paid).phoneReceipt('R000001', 'en');
    expect(text).toContain('¥86.50 was given back: cash slip no. 000002, case no. C00001');
    expect(papersOf(paidVisit('posted')).phoneReceipt('R000001', 'en')).not.toContain('given back');
  });
});

describe('a receipt on which a cash slip is paid with, and another is the change,', () => {
  test('says of each which it is', () => {
    const tenders = [
      { method: 'cash' as const, minor: 9000 },
      { method: 'voucher' as const, minor: 1000 },
    ];
    const change = { cash: 300, voucher: 1050, owed: 0 };
    const bodies = paidVisit('posted').map((body) => (body.kind === 'sale.paid' ? { ...body, tenders, change } : body));
    expect(receipt(bodies, 'en', false)).toMatch(
      /Cash90\.00Paidbycashslip10\.00.*Changeincash3\.00Changeascashslip10\.50/,
    );
    expect(receipt(bodies, 'zh-CN', false)).toMatch(/现金90\.00用现金凭证付10\.00.*现金找零3\.00现金凭证找零10\.50/);
  });
});

describe('a receipt with a note that was in doubt', () => {
  test('names the case slip that stands for nothing any more', () => {
    const visit = new Visit().boot().begin().payingCash().note(5000).escrow(5000);
    const order = visit.recorded.findLast((entry) => entry.kind === 'note.stack')!;
    visit.waits(16_000).printed();
    const { command, device, minor, currency } = order;
    visit.step({ fact: 'note.stacked', device, command, key: 'late', currency, minor });
    expect(receipt(visit.recorded, 'en', false)).toContain('Onenoteof￥50.00waschecked');
    expect(receipt(visit.recorded, 'en', false)).toContain('caseslipC00001isvoid.');
    expect(receipt(paidVisit('posted'), 'zh-CN', false)).not.toContain('作废');
  });

  test('is of one way to pay and says it once; a wallet leaves no change to speak of', () => {
    expect(receipt(paidVisit('posted'), 'en', false)).toContain('Received:Cash100.00Change13.50');
    const wallet = new Visit(withCharges).boot().reached().begin().confirmed().charging('alipay').approved();
    expect(receipt(wallet.recorded, 'en', false)).toContain('Received:Alipay86.50');
    expect(receipt(wallet.recorded, 'en', false)).not.toContain('Change');
    expect(receipt(wallet.recorded, 'zh-CN', false)).toMatch(/2026-03-3109:20\+08:00/);
  });
});

describe('goods that are paid', () => {
  const bought = () => new Visit(withGoods).boot().begin().goodsPaid().booked('042');
  const paper = (bodies: readonly EntryBody[], lang: Lang, copy = false) => {
    const ticket = bodies.find((body) => body.kind === 'document.print');
    if (ticket?.kind !== 'document.print') throw new Error('nothing was printed');
    return flat(bytesOf(papersOf(bodies).document({ ...ticket, lang, copy }), 42));
  };

  test('are on a ticket with their number, what they are, and where they are handed over', () => {
    const { recorded } = bought();
    expect(paper(recorded, 'zh-CN')).toMatch(
      /取货单取货号042─*热茶×2蛋糕×1─*时间.*订单号#10000001凭此单到一楼3号窗口领取。/,
    );
    expect(paper(recorded, 'en')).toMatch(/Pick-upticketPick-upno.042─*Hottea×2Cake×1/);
    expect(paper(recorded, 'en')).not.toContain('COPY');
    expect(paper(recorded, 'en', true)).toContain('COPY');
  });

  test('have no ticket before they have a number', () => {
    const { recorded } = bought();
    const unbooked = recorded.filter(({ kind }) => kind !== 'bill.posted');
    expect(() => paper(unbooked, 'en')).toThrow(/no number for the goods/);
  });

  test('whose number does not come have a case on paper that leads to the counter, not to the next working day', () => {
    const { recorded } = new Visit(withGoods).boot().begin().goodsPaid().waits(31_000);
    expect(paper(recorded, 'zh-CN')).toMatch(/核实单.*C00001.*您的订单已经付款。.*请凭此核实号到一楼3号窗口领取。/);
    expect(paper(recorded, 'en')).not.toContain('workingday');
  });

  test('are on the receipt line by line, with the tax of each rate; a copy does not name the number', () => {
    const { recorded } = bought();
    const original = receipt(recorded, 'en', false);
    expect(original).toMatch(
      /Pick-upno.042.*Order#10000001─*Hottea×212\.00Cake38\.00.*Includes6%tax0\.68Includes13%tax4\.37/,
    );
    expect(original).not.toContain('Paidby');
    expect(receipt(recorded, 'en', true)).not.toContain('042');
    expect(receipt(recorded, 'zh-CN', false)).toContain('含13%税4.37');
  });

  test('are on the receipt of a phone with their number and their taxes', () => {
    const text = papersOf(bought().recorded).phoneReceipt('R000001', 'en');
    expect(text).toContain('Total ¥50.00\nIncludes 6% tax ¥0.68\nIncludes 13% tax ¥4.37');
    expect(text).toContain('Hot tea ×2 ¥12.00');
    expect(text).toContain('Pick-up no. 042');
  });
});

/** ¥50 in cash and the rest by this way; refused: the payee did not take it. */
function splitVisit(method: 'card' | 'wechat', refused = false): readonly EntryBody[] {
  const visit = new Visit(withCharges).boot().reached().begin().payingCash().note(5000).ask({ do: 'other-way' });
  const { command: charge } = visit.charging(method).charge();
  visit.approved();
  for (const audience of ['merchant', 'customer'] as const) {
    const lines = [`* * ${audience} * *`, 'TA-Nr        001234', '457136******0004', 'x'.repeat(60)];
    if (method === 'card')
      visit.step({ fact: 'terminal.printed', device: 'terminal', command: charge, audience, lines });
  }
  if (method === 'card') visit.confirmedCharge();
  const command = Object.keys(visit.kiosk.posts)[0] as string;
  if (refused) visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' });
  return visit.recorded;
}

describe('a receipt for what a card or a wallet paid', () => {
  test('has a line for each way, with the number of the terminal’s receipt and its trace', () => {
    const bodies = splitVisit('card');
    expect(receipt(bodies, 'en', false)).toMatch(
      /Cash50\.00Card,VISA\*\*000436\.50Cardreceipt0042Traceno\.001234Received86\.50/,
    );
    expect(receipt(bodies, 'zh-CN', false)).toMatch(/现金50\.00银行卡，VISA\*\*000436\.50刷卡票号0042流水号001234/);
  });

  test('names of the card no more than its last four digits', () => {
    for (const lang of ['zh-CN', 'en'] as const) expect(receipt(splitVisit('card'), lang, false)).not.toMatch(/4571/);
  });

  test('has under it what the terminal set for its customer, line by line, and nothing of the merchant’s', () => {
    const paper = receipt(splitVisit('card'), 'en', false);
    expect(paper).toContain('**customer**TA-Nr001234************0004xxxxxx');
    expect(paper).not.toContain('x'.repeat(43));
    expect(paper).not.toContain('merchant');
    expect(receipt(splitVisit('wechat'), 'en', false)).not.toContain('customer');
  });

  test('has the wallet’s own number of the payment', () => {
    expect(receipt(splitVisit('wechat'), 'en', false)).toMatch(
      /Cash50\.00WeChatPay36\.50Transaction4200001234202603311234567890/,
    );
  });

  test('that the payee did not take says of each part which way it goes back', () => {
    const paper = receipt(splitVisit('card', true), 'en', false);
    expect(paper).toContain('￥36.50goesback:Card,VISA**0004,caseno.C00001.');
    expect(paper).toContain('￥50.00wasgivenback:cashslipno.000001,caseno.C00002.');
    expect(receipt(splitVisit('card', true), 'en', true)).toContain('￥86.50wasgivenback.');
  });
});

/** The slip of the only case of these entries. */
function caseSlip(bodies: readonly EntryBody[], lang: Lang): string {
  const opened = bodies.find((body) => body.kind === 'case.opened');
  if (opened?.kind !== 'case.opened') throw new Error('there is no case');
  const document = { paper: 'case', case: opened.case } as const;
  const order = { kind: 'document.print', command: 'p', document, copy: false, lang, session: 'v' } as const;
  return flat(bytesOf(papersOf(bodies).document(order), 42));
}

describe('a case slip about a card or a wallet', () => {
  const charging = () => new Visit(withCharges).boot().reached().begin().confirmed().charging('card').prompted('bank');

  test('of which nobody knows says not to pay again', () => {
    const visit = charging();
    const { device, command } = visit.charge();
    visit.step({ fact: 'charge.unknown', device, command, key: 'k', reason: 'silent' });
    expect(caseSlip(visit.recorded, 'en')).toContain('Pleasedonotpaythisbillagain.');
    expect(caseSlip(visit.recorded, 'zh-CN')).toContain('请不要再付一次');
  });

  test('that only a person can give back says that we owe it', () => {
    const visit = charging().approved().confirmedCharge();
    const [post = ''] = Object.keys(visit.kiosk.posts);
    visit.step({ fact: 'bill.refused', command: post, reason: 'paid-elsewhere' });
    const { device, command } = visit.charge();
    visit.step({ fact: 'charge.irreversible', device, command, key: 'k', code: '99' });
    expect(caseSlip(visit.recorded, 'en')).toContain('Weoweyou￥86.50;itcouldnotgobackthewayitwaspaid.');
  });
});

describe('the receipt for a phone', () => {
  const lines = (change: Partial<Bill>, lang: Lang = 'en') => {
    const bodies = paidVisit('posted').map((body) =>
      body.kind === 'sale.paid' ? { ...body, bill: { ...body.bill, ...change } } : body,
    );
    return (papersOf(bodies).phoneReceipt('R000001', lang) ?? '').split('\n');
  };
  const payee = { 'zh-CN': '湖滨面馆', en: 'Lakeside Kitchen' };

  test('names payee, payer and items', () => {
    expect(lines({ payee })).toEqual([
      'East Lake Clinic',
      'Receipt no. R000001',
      expect.stringContaining('2026-03-31'),
      'Paid to Lakeside Kitchen',
      'Paid by 张*',
      'Outpatient visit 1001',
      'Consultation ¥20.00',
      'Amoxicillin capsules ×2 ¥66.50',
      'Total ¥86.50',
      'Received ¥100.00  Change ¥13.50',
      'This paper is not an invoice 010-5555 0100',
    ]);
    expect(lines({ payee, payer: '' }, 'zh-CN').slice(3, 5)).toEqual(['收款方 湖滨面馆', '门诊费 1001']);
  });

  test('says how many items it has no room for, and never grows too large to scan', () => {
    const item = {
      name: { 'zh-CN': '一碗很长名字的牛肉面', en: 'Beef noodles with a long name' },
      quantity: 1,
      minor: 100,
    };
    for (const lang of ['en', 'zh-CN'] as const) {
      const all = lines({ payee, lines: Array.from({ length: 40 }, () => item) }, lang);
      expect(Buffer.byteLength(all.join('\n'))).toBeLessThanOrEqual(480);
      expect(all.filter((line) => line.startsWith(item.name[lang])).length).toBeGreaterThan(1);
      expect(all.some((line) => /^(?:另外 \d+ 项|\d+ more lines)$/.test(line))).toBe(true);
    }
    const name = '很长的名字'.repeat(40);
    const long = lines({ payee: { 'zh-CN': name, en: name } });
    expect(long.join('\n')).not.toContain(name);
    expect(long).toContain('Total ¥86.50');
  });
});
