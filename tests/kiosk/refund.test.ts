/** A receipt that is given back, told in facts. */
import { alreadyGivenBack } from '../../hardware/charge.ts';
import { describe, expect, test } from 'vitest';
import { memory, repeatedOrders } from '../../kiosk/command.ts';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import { indexKeys } from '../../kiosk/journal/derive.ts';
import { apply, durablePart, emptyKiosk } from '../../kiosk/kiosk.ts';
import { postUnansweredMs, refundAgainMs, refundApprovalMs, reversalUnansweredMs } from '../../kiosk/rules.ts';
import { settleRefused } from '../../kiosk/staff/cases.ts';
import { bill, Visit, withCharges } from './view/visit.ts';

const dayMs = 86_400_000;

function all<K extends EntryKind>(visit: Visit, kind: K): readonly Extract<EntryBody, { kind: K }>[] {
  return visit.recorded.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
}

const kiosk = () => new Visit(withCharges).boot().reached().begin();
/** ¥86.50, paid with a note of ¥100. */
const cash = () => kiosk().payingCash().note(10_000).printed();
const wallet = () => kiosk().confirmed().charging('alipay').approved();
/** ¥50 in cash and ¥36.50 by wallet. */
const both = () =>
  kiosk().payingCash().note(5_000).ask({ do: 'other-way' }).ask({ do: 'method', method: 'wechat' }).approved();
const card = () => {
  const visit = kiosk().confirmed().charging('card');
  const charge = visit.charge();
  return visit.approved().confirmedCharge(charge);
};
/** ¥50 in cash and ¥36.50 by card. */
const mixed = () => {
  const visit = kiosk().payingCash().note(5_000).ask({ do: 'other-way' }).charging('card');
  const charge = visit.charge();
  return visit.approved().confirmedCharge(charge);
};
/** ¥30 by one wallet and ¥56.50 by the other. */
const wallets = () => kiosk().confirmed().charging('alipay').approved(3_000).charging('wechat').approved();
/** ¥300: above the limit. */
const dear = () => {
  const visit = kiosk().payingCash({ ...bill, minor: 30_000, lines: [{ ...bill.lines[0]!, minor: 30_000 }] });
  for (let n = 0; n < 3; n++) visit.note(10_000);
  return visit;
};

const billed = (visit: Visit) => {
  for (const command of Object.keys(visit.kiosk.posts)) visit.step({ fact: 'bill.posted', command, reference: 'B1' });
  return visit;
};
const dayAsked = (visit: Visit) =>
  billed(visit).over().step({ fact: 'terminal.close-asked', device: 'terminal', by: '1', second: null });
const dayClosed = (visit: Visit) => {
  const { command } = all(dayAsked(visit), 'terminal.close-day').at(-1)!;
  const total = { currency: 'CNY', minor: 8_650, count: 1 };
  return visit.step({ fact: 'terminal.day-closed', device: 'terminal', command, key: 'd', ...total });
};

const stage = (visit: Visit) => {
  const now = visit.kiosk.session?.stage;
  return now?.at === 'refund' ? now : null;
};
const sale = (visit: Visit) => all(visit, 'sale.paid').at(-1)?.sale ?? '';
const parts = (visit: Visit) => Object.values(visit.kiosk.refunds).flatMap((one) => one.parts);
const made = (visit: Visit) => {
  for (const { command, part } of parts(visit))
    visit.step({ fact: 'refund.made', device: part.device, command, key: `made ${command}`, reference: {} });
  return visit;
};
/** The terminal takes back what it is told to. */
const taken = (visit: Visit) => {
  for (const { command, device, status, method } of Object.values(visit.kiosk.charges))
    if (method === 'card' && status === 'reversing')
      visit.step({ fact: 'charge.reversed', device, command, key: `back ${command}`, by: 'kiosk', counters: {} });
  return visit;
};
/** The customer wants it, and a person agrees where one has to. */
const agreed = (visit: Visit) => {
  visit.ask({ do: 'agree' });
  const waits = stage(visit)?.step === 'waiting';
  return waits ? visit.step({ fact: 'refund.judged', sale: sale(visit), approve: true, by: '1' }) : visit;
};
/** Asked of the biller. */
const asked = (visit: Visit) => agreed(visit.wantedBack());
const again = (visit: Visit) => visit.over().wantedBack();

describe('what is shown of a receipt', () => {
  test('how much each way, before anything moves', () => {
    const visit = both().wantedBack();
    expect(stage(visit)).toMatchObject({
      problem: null,
      step: 'shown',
      plan: { minor: 8_650, voucherMinor: 5_000, charges: [{ method: 'wechat', minor: 3_650 }] },
    });
    const { body } = visit.view();
    expect(body.screen === 'refund' && body.back?.points.map(({ text }) => text)).toEqual([
      expect.stringContaining('50'),
      expect.stringContaining('36.50'),
    ]);
    expect(all(visit, 'refund.asked')).toEqual([]);
  });

  test('change that was given back then is not given back again', () => {
    expect(stage(cash().wantedBack())?.plan).toMatchObject({ minor: 8_650, voucherMinor: 8_650 });
  });

  const why: readonly (readonly [string, () => Visit, string])[] = [
    [
      'too old',
      () =>
        wallet()
          .over()
          .waits(7 * dayMs)
          .wantedBack(),
      'too-old',
    ],
    ['already given back', () => again(made(asked(wallet()).billReversed())), 'given-back'],
    ['on its way', () => again(asked(wallet())), 'given-back'],
    [
      'not confirmed by the biller',
      () => {
        const visit = wallet().over().begin().ask({ do: 'task', task: 'receipt' });
        return visit.step({ fact: 'refund.wanted', number: 'R000001', record: visit.refundRecord() });
      },
      'confirming',
    ],
    ['paid by card, and its terminal has closed its day', () => dayClosed(card()).wantedBack(), 'window'],
    ['paid by card, and its terminal may be closing its day', () => dayAsked(card()).wantedBack(), 'window'],
    ['its slip has a case', () => kiosk().payingCash().note(10_000).refusedPrint().wantedBack(), 'case'],
  ];
  test.each(why)('%s: why not, and agreeing does nothing', (_, there, problem) => {
    const visit = there();
    expect(stage(visit)).toMatchObject({ problem, plan: null });
    const before = all(visit, 'bill.reverse').length;
    visit.ask({ do: 'agree' });
    expect(all(visit, 'bill.reverse')).toHaveLength(before);
  });

  test('within the last day it is still given back', () => {
    expect(
      stage(
        wallet()
          .over()
          .waits(7 * dayMs - 3_600_000)
          .wantedBack(),
      )?.problem,
    ).toBeNull();
  });

  test('numbers that do not belong together say no more than that there is no such receipt', () => {
    const visit = wallet().over().begin().ask({ do: 'task', task: 'receipt' });
    visit.step({ fact: 'refund.wanted', number: 'R000001', record: null });
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'find-receipt', problem: 'none' });
  });

  test('a kiosk without the setting gives nothing back', () => {
    const visit = new Visit((config) => {
      const { refunds: _, ...rest } = withCharges(config);
      return rest;
    });
    visit.boot().reached().begin().confirmed().charging('alipay').approved().wantedBack();
    expect(visit.kiosk.session?.stage.at).toBe('find-receipt');
  });
});

describe('a refund', () => {
  test('asks the biller first, with the wish and the order in one batch; two touches ask once', () => {
    const visit = asked(both());
    expect(visit.entries.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['refund.asked', 'bill.reverse', 'session.moved']),
    );
    const post = all(visit, 'bill.post')[0];
    expect(all(visit, 'bill.reverse')).toMatchObject([{ post: post?.command, number: '1001', minor: 8_650 }]);
    visit.ask({ do: 'agree' });
    expect(all(visit, 'bill.reverse')).toHaveLength(1);
    expect(all(visit, 'charge.refund')).toEqual([]);
  });

  test('once the booking is taken back, slip and order to the wallet are one batch', () => {
    const visit = asked(both()).billReversed();
    const kinds = visit.entries.map(({ kind }) => kind);
    for (const kind of ['bill.reversed', 'voucher.issued', 'refund.done', 'charge.refund', 'document.print'])
      expect(kinds).toContain(kind);
    expect(all(visit, 'voucher.issued').at(-1)).toMatchObject({ minor: 5_000, reason: 'refund', sale: sale(visit) });
    const start = all(visit, 'charge.start')[0];
    const [order] = all(visit, 'charge.refund');
    expect(order).toMatchObject({ charge: start?.command, minor: 3_650, device: 'wechat' });
    expect(order?.command).not.toBe(start?.command);
    made(visit.printed());
    expect(all(visit, 'refund.done').map(({ method, minor }) => [method, minor])).toEqual([
      ['voucher', 5_000],
      ['wechat', 3_650],
    ]);
    expect(all(visit, 'refund.done').map(({ further }) => further)).toEqual([undefined, true]);
    expect(visit.kiosk.day.period.refunds).toEqual({ minor: 8_650, count: 1 });
    expect(visit.kiosk.refunds).toEqual({});
    expect(visit.view().body).toMatchObject({ screen: 'refund', back: { points: [{ done: true }, { done: true }] } });
  });

  test('a card’s charge of the terminal’s day is taken back to the card, without the card', () => {
    const visit = asked(card());
    const { command } = all(visit, 'charge.start')[0]!;
    expect(visit.view().body).toMatchObject({
      back: { points: [{ text: '86.50 元，退回付款的银行卡', done: false }] },
    });
    visit.billReversed();
    expect(all(visit, 'charge.refund')).toEqual([]);
    expect(all(visit, 'charge.reverse')).toMatchObject([{ command, reason: 'refunded', refund: true }]);
    expect(visit.view().body).toMatchObject({ back: { points: [{ done: false }] } });
    taken(visit);
    expect(all(visit, 'refund.done')).toMatchObject([{ method: 'card', minor: 8_650 }]);
    expect(visit.view().body).toMatchObject({ back: { points: [{ done: true }] } });
    expect(visit.kiosk.terminals.terminal).toMatchObject({ minor: 0, count: 0, taken: [] });
    expect(visit.kiosk.refunds).toEqual({});
    expect(stage(again(visit))).toMatchObject({ problem: 'given-back' });
  });

  test('a card’s charge that the terminal does not take back is owed under a number that the customer sees', () => {
    const visit = asked(card()).billReversed();
    const { command } = all(visit, 'charge.start')[0]!;
    visit.step({ fact: 'charge.irreversible', device: 'terminal', command, key: 'k', code: 'B5' });
    const opened = all(visit, 'case.opened').at(-1);
    expect(visit.kiosk.cases[opened?.case ?? '']).toMatchObject({ outcome: 'owed', minor: 8_650 });
    expect(visit.view().body).toMatchObject({
      back: { points: [{ done: false }] },
      notice: { text: expect.stringContaining(opened?.case ?? '?') },
    });
    expect(all(visit, 'refund.done')).toEqual([]);
  });

  test('a card’s charge whose day was closed before the biller answered is owed, and its terminal is asked nothing', () => {
    const visit = asked(card()).over();
    visit.step({ fact: 'terminal.close-asked', device: 'terminal', by: '1', second: null });
    const { command } = all(visit, 'terminal.close-day')[0]!;
    const total = { currency: 'CNY', minor: 8_650, count: 1 };
    visit.step({ fact: 'terminal.day-closed', device: 'terminal', command, key: 'd', ...total }).billReversed();
    expect(all(visit, 'charge.reverse')).toEqual([]);
    const one = Object.values(visit.kiosk.cases)[0] ?? null;
    expect(one).toMatchObject({ about: 'charge-irreversible', outcome: 'owed', minor: 8_650, sale: sale(visit) });
    expect(settleRefused(visit.kiosk, one, null, { how: 'paid', minor: 8_650, reason: null })).toBeNull();
    expect([visit.kiosk.refunds, visit.kiosk.charges]).toEqual([{}, {}]);
  });

  test('a person who agrees after the terminal’s day was closed sends the card’s owner to the window', () => {
    const visit = mixed().wantedBack().ask({ do: 'agree' });
    expect(stage(visit)?.step).toBe('waiting');
    visit.step({ fact: 'terminal.close-asked', device: 'terminal', by: '1', second: null });
    visit.step({ fact: 'refund.judged', sale: sale(visit), approve: true, by: '1' });
    expect(stage(visit)).toMatchObject({ problem: 'window', plan: null });
    expect([...all(visit, 'refund.asked'), ...all(visit, 'bill.reverse')]).toEqual([]);
  });

  test('of two wallets, one of which a new configuration knows no more, is owed for that one and goes back by the other', () => {
    for (const lost of ['alipay', 'wechat'] as const) {
      const visit = wallets().wantedBack();
      agreed(visit).over();
      const { [lost]: _, ...chargers } = visit.kiosk.rules.chargers;
      visit.kiosk = { ...visit.kiosk, rules: { ...visit.kiosk.rules, chargers } };
      visit.billReversed();
      expect(all(visit, 'charge.refund').map(({ device }) => device)).toEqual([
        lost === 'alipay' ? 'wechat' : 'alipay',
      ]);
      const [one = null] = Object.values(visit.kiosk.cases).filter(({ outcome }) => outcome === 'owed');
      const minor = lost === 'alipay' ? 3_000 : 5_650;
      expect(one).toMatchObject({ about: 'charge-irreversible', minor });
      expect(settleRefused(visit.kiosk, one, null, { how: 'paid', minor, reason: null })).toBeNull();
      expect(all(made(visit), 'refund.done')).toMatchObject([{ minor: 8_650 - minor }]);
      expect(visit.kiosk.refunds).toEqual({});
    }
  });

  test('says that it is done once the last part is back, aloud too, and then prints a proof of what has no slip', () => {
    const visit = asked(both()).billReversed().printed();
    expect(visit.view().body).toMatchObject({ title: '退款正在途中' });
    expect(visit.view().actions).toMatchObject([{ label: '离开' }]);
    visit.ask({ do: 'document', choice: 'paper' });
    expect(stage(visit)).not.toBeNull();
    made(visit);
    expect(visit.view().body).toMatchObject({ title: '退款已经完成', text: '账单重新变为未付，这张收据不再有效' });
    expect(visit.said.at(-1)?.text).toBe('退款已经完成');
    expect(visit.view().actions).toMatchObject([{ label: '打印退款凭据' }, { label: '离开' }]);
    visit.ask({ do: 'document', choice: 'paper' });
    expect(all(visit, 'document.print').at(-1)).toMatchObject({ document: { paper: 'receipt' }, copy: true });
    expect(visit.printed().view().body).toMatchObject({ screen: 'documents' });
  });

  test('an answer that is told twice counts once', () => {
    const visit = asked(both()).billReversed();
    const [{ command }] = all(visit, 'bill.reverse') as [Extract<EntryBody, { kind: 'bill.reverse' }>];
    visit.step({ fact: 'bill.reversed', command });
    const [part] = parts(visit);
    made(visit);
    visit.step({ fact: 'refund.made', device: 'wechat', command: part?.command ?? '', key: 'k', reference: {} });
    expect(all(visit, 'bill.reversed')).toHaveLength(1);
    expect(all(visit, 'refund.done')).toHaveLength(2);
  });

  test('what the biller does not take back does not move, and may be asked again', () => {
    const visit = asked(both());
    const [{ command }] = all(visit, 'bill.reverse') as [Extract<EntryBody, { kind: 'bill.reverse' }>];
    visit.step({ fact: 'bill.reverse-refused', command, reason: 'too-late' });
    expect(stage(visit)?.step).toBe('refused');
    expect(all(visit, 'refund.done')).toEqual([]);
    expect(visit.kiosk.refunds).toEqual({});
    expect(stage(again(visit))).toMatchObject({ problem: null });
  });

  test('without anybody there no slip is printed, and a case stands for it', () => {
    const visit = asked(cash()).over();
    const prints = all(visit, 'document.print').length;
    visit.billReversed();
    expect(all(visit, 'document.print')).toHaveLength(prints);
    const [{ serial }] = all(visit, 'voucher.issued').slice(-1) as [Extract<EntryBody, { kind: 'voucher.issued' }>];
    expect(all(visit, 'case.opened').at(-1)).toMatchObject({
      about: 'voucher-not-printed',
      minor: 8_650,
      subject: serial,
    });
  });

  test('a slip that does not come out gets a number, with its amount and its sale', () => {
    const visit = asked(cash()).billReversed().refusedPrint();
    const opened = all(visit, 'case.opened').at(-1);
    expect(opened).toMatchObject({ about: 'voucher-not-printed', minor: 8_650, sale: sale(visit) });
    expect(JSON.stringify(visit.view().body)).toContain(opened?.case);
  });

  test('so also in a visit that began to pay a bill before', () => {
    const visit = cash();
    for (const command of Object.keys(visit.kiosk.posts)) visit.step({ fact: 'bill.posted', command, reference: 'B1' });
    visit
      .over()
      .begin()
      .confirmed({ ...bill, number: '1002' })
      .ask({ do: 'back' })
      .ask({ do: 'back' });
    visit.ask({ do: 'task', task: 'receipt' });
    const record = visit.refundRecord();
    visit.step({ fact: 'refund.wanted', number: record.paid.receipt, record });
    agreed(visit).billReversed().refusedPrint();
    expect(all(visit, 'case.opened').at(-1)).toMatchObject({ about: 'voucher-not-printed', sale: sale(visit) });
    expect(stage(visit)?.step).toBe('given');
  });

  test('a refund that is refused for good is owed under a number that the customer sees', () => {
    const visit = asked(wallet()).billReversed();
    const command = parts(visit)[0]?.command ?? '';
    visit.step({ fact: 'refund.refused', device: 'alipay', command, key: 'k', code: 'TRADE_FINISHED' });
    const opened = all(visit, 'case.opened').at(-1);
    expect(all(visit, 'case.resolved').at(-1)).toMatchObject({ case: opened?.case, outcome: 'owed', minor: 8_650 });
    expect(visit.view().body).toMatchObject({ notice: { text: expect.stringContaining(opened?.case ?? '?') } });
    expect(visit.kiosk.refunds).toEqual({});
    expect(all(visit, 'refund.done')).toEqual([]);
  });

  test('a refund of what went back by another hand is looked into, and owed by nobody yet', () => {
    const visit = asked(wallet()).billReversed();
    const command = parts(visit)[0]?.command ?? '';
    visit.step({ fact: 'refund.refused', device: 'alipay', command, key: 'k', code: alreadyGivenBack });
    const opened = all(visit, 'case.opened').at(-1);
    expect(visit.kiosk.cases[opened?.case ?? '']).toMatchObject({ status: 'open', outcome: null, minor: 8_650 });
    expect(all(visit, 'refund.done')).toEqual([]);
  });

  test('leaving waits for a slip that is with the printer', () => {
    const visit = asked(cash()).billReversed().ask({ do: 'cancel' });
    expect(visit.kiosk.session?.stage.at).toBe('refund');
    expect(visit.printed().ask({ do: 'cancel' }).kiosk.session).toBeNull();
  });

  test('silence becomes a case, which nobody can pay out beside it, and which ends with the answer', () => {
    const visit = asked(wallet()).billReversed().over().waits(reversalUnansweredMs);
    const [opened, ...others] = all(visit, 'case.opened').slice(-1);
    expect(others).toEqual([]);
    expect(opened).toMatchObject({ about: 'reversal-unanswered', minor: 8_650 });
    const one = visit.kiosk.cases[opened?.case ?? ''] ?? null;
    expect(settleRefused(visit.kiosk, one, null, { how: 'paid', minor: 8_650, reason: null })).toBe('still-asked');
    visit.waits(reversalUnansweredMs);
    expect(all(visit, 'case.opened')).toHaveLength(1);
    made(visit);
    expect(all(visit, 'case.resolved').at(-1)).toMatchObject({ case: opened?.case, outcome: 'returned' });
  });

  test('a biller that is silent for long is a case too', () => {
    const visit = asked(wallet()).over().waits(postUnansweredMs);
    const opened = all(visit, 'case.opened').at(-1);
    expect(opened).toMatchObject({ about: 'reversal-unanswered' });
    visit.billReversed();
    expect(all(visit, 'case.resolved').at(-1)).toMatchObject({ case: opened?.case, outcome: 'explained' });
  });

  test('who could not take it is told again under the same id, once it can', () => {
    const visit = asked(wallet()).billReversed();
    const command = parts(visit)[0]?.command ?? '';
    const refused = { fact: 'command.refused', device: 'alipay', command, sent: false, reason: 'busy' } as const;
    visit.step(refused).waits(refundAgainMs - 1_000);
    expect(all(visit, 'charge.refund')).toHaveLength(1);
    visit.waits(2_000);
    expect(all(visit, 'charge.refund').map((one) => one.command)).toEqual([command, command]);
    expect(parts(visit)).toMatchObject([{ unsent: false }]);
    made(visit);
    expect(visit.kiosk.refunds).toEqual({});
  });
});

describe('a person who works here', () => {
  const waiting = () => {
    const visit = dear().wantedBack().ask({ do: 'agree' });
    return visit.step({ fact: 'staff.added', person: '1', role: 'attendant', pin: 'p', by: null });
  };

  test('is asked above the limit, and nothing moves before', () => {
    const visit = waiting();
    expect(stage(visit)?.step).toBe('waiting');
    expect(all(visit, 'refund.asked')).toEqual([]);
  });

  test('is asked for whatever comes as a slip, however little, and not for what goes back to a wallet', () => {
    expect(stage(cash().wantedBack().ask({ do: 'agree' }))?.step).toBe('waiting');
    expect(stage(wallet().wantedBack().ask({ do: 'agree' }))?.step).toBe('asked');
  });

  test('may log in while the customer waits, and agrees under their own number', () => {
    const visit = waiting().step({ fact: 'staff.identified', person: '1' });
    expect(visit.kiosk.staff.service?.person).toBe('1');
    expect(visit.view().body.screen).toBe('refund');
    visit.step({ fact: 'refund.judged', sale: sale(visit), approve: true, by: '1' });
    expect(all(visit, 'refund.asked')).toMatchObject([{ by: '1', minor: 30_000 }]);
    visit.step({ fact: 'refund.judged', sale: sale(visit), approve: true, by: '1' });
    expect(all(visit, 'refund.asked')).toHaveLength(1);
  });

  test('may say no, which is kept with their number', () => {
    const visit = waiting();
    visit.step({ fact: 'refund.judged', sale: sale(visit), approve: false, by: '1' });
    expect(all(visit, 'refund.declined')).toMatchObject([{ by: '1', minor: 30_000 }]);
    expect(stage(visit)?.step).toBe('declined');
    expect(all(visit, 'refund.asked')).toEqual([]);
  });

  test('is not waited for for ever, and what nobody agreed to is forgotten', () => {
    const visit = waiting();
    visit.waits(refundApprovalMs).waits(60_000);
    expect(visit.kiosk.session).toBeNull();
    visit.step({ fact: 'refund.judged', sale: sale(visit), approve: true, by: '1' });
    expect(all(visit, 'refund.asked')).toEqual([]);
  });

  test('is let in beside no other customer', () => {
    const visit = cash().step({ fact: 'staff.added', person: '1', role: 'attendant', pin: 'p', by: null });
    visit.step({ fact: 'staff.identified', person: '1' });
    expect(visit.kiosk.staff.service).toBeNull();
  });
});

describe('a restart after every batch', () => {
  /** What the world answers after a start, until nothing is open. */
  function goesOn(visit: Visit): void {
    visit.boot().reached();
    for (let n = 0; n < 20; n++) {
      for (const order of repeatedOrders(visit.kiosk))
        if (order.to === 'biller' && order.order.command === 'bill.reverse')
          visit.step({ fact: 'bill.reversed', command: order.order.id });
      for (const device of ['terminal', 'alipay', 'wechat'])
        for (const { command, refundOf, wanted, approval } of memory(visit.kiosk, device).openCharges ?? []) {
          if (wanted === 'reverse') {
            taken(visit);
            continue;
          }
          expect(wanted).toBe('refund');
          expect(refundOf).toBe(all(visit, 'charge.start').at(-1)?.command);
          expect(approval?.minor).toBeGreaterThan(0);
          visit.step({ fact: 'refund.made', device, command, key: `made ${command}`, reference: {} });
        }
    }
  }

  const ways = { cash, wallet, card, both } as const;
  test.each(Object.keys(ways) as (keyof typeof ways)[])('%s: nothing is lost, and nothing goes twice', (way) => {
    const steps: readonly ((visit: Visit) => Visit)[] = [
      (visit) => agreed(visit),
      (visit) => visit.billReversed(),
      (visit) => taken(made(visit)),
    ];
    for (let cut = 1; cut <= steps.length; cut++) {
      const visit = ways[way]().wantedBack();
      for (const step of steps.slice(0, cut)) step(visit);
      // From the journal alone, as it is read at a start, and from the state that is kept beside it.
      const rules = visit.kiosk.rules;
      const stored = visit.recorded.map((entry) => JSON.parse(JSON.stringify(entry)) as EntryBody);
      const folded = stored.reduce(apply, emptyKiosk(rules));
      expect(folded.refunds).toEqual(visit.kiosk.refunds);
      const { rules: _, ...kept } = folded;
      visit.kiosk = { ...(JSON.parse(JSON.stringify(durablePart(kept))) as typeof kept), rules };
      goesOn(visit);
      const back = all(visit, 'refund.done').reduce((sum, { minor }) => sum + minor, 0);
      expect(back, `cut ${cut}`).toBe(8_650);
      const slips = all(visit, 'voucher.issued').filter(({ reason }) => reason === 'refund');
      const charged =
        all(visit, 'refund.made').reduce((sum, { part }) => sum + part.minor, 0) +
        all(visit, 'charge.reverse').reduce((sum, { part }) => sum + part.minor, 0);
      expect(charged + slips.reduce((sum, { minor }) => sum + minor, 0), `cut ${cut}`).toBe(8_650);
      expect(visit.kiosk.refunds).toEqual({});
      expect(visit.refundRecord().givenBack).toBe(true);
    }
  });

  test('whoever stands there still sees how far it is, but not whoever comes hours later', () => {
    const soon = asked(wallet());
    soon.boot();
    expect(stage(soon)?.step).toBe('asked');
    const late = asked(wallet());
    late.boot('ok', Date.UTC(2026, 2, 30));
    expect(late.kiosk.session).toBeNull();
    expect(Object.keys(late.kiosk.refunds)).toHaveLength(1);
  });

  test('while a person is waited for nothing is open', () => {
    const visit = dear().wantedBack().ask({ do: 'agree' }).boot();
    expect(visit.kiosk.session).toBeNull();
    expect(repeatedOrders(visit.kiosk)).toEqual([]);
  });

  test('the wish is found under its sale', () => {
    const visit = asked(wallet());
    expect(all(visit, 'refund.asked').flatMap(indexKeys)).toEqual([`sale:${sale(visit)}`]);
  });
});
