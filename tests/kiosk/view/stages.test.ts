import { describe, expect, test } from 'vitest';
import type { Kiosk } from '../../../kiosk/kiosk.ts';
import type { ChargeMethod, Lang, View } from '../../../kiosk/server/wire.ts';
import type { Bill } from '../../../kiosk/services/biller/contract.ts';
import type { StageName } from '../../../kiosk/session/stage.ts';
import type { ChargePrompt, DeclineReason } from '../../../hardware/charge.ts';
import type { Denomination } from '../../../hardware/device.ts';
import type { RefundRecord } from '../../../kiosk/lookup.ts';
import { bill, fullCatalogue, goodsBy, Visit, withChange, withCharges, withGoods } from './visit.ts';

const largestBytes = 32 * 1024;

const stages: Readonly<Record<StageName, true>> = {
  welcome: true,
  shop: true,
  'find-bill': true,
  'find-receipt': true,
  refund: true,
  review: true,
  choose: true,
  promise: true,
  voucher: true,
  'pay-cash': true,
  'pay-charge': true,
  'part-approved': true,
  closing: true,
  giving: true,
  settling: true,
  settled: true,
  returned: true,
  documents: true,
  case: true,
  thanks: true,
};

const prompts: Readonly<Record<ChargePrompt, true>> = {
  wait: true,
  'insert-card': true,
  pin: true,
  'wrong-pin': true,
  bank: true,
  'remove-card': true,
  password: true,
  reversing: true,
};

const reasons: Readonly<Record<DeclineReason, true>> = {
  refused: true,
  insufficient: true,
  'expired-card': true,
  unreadable: true,
  'wrong-pin': true,
  currency: true,
  limit: true,
  timeout: true,
  cancelled: true,
  'stale-code': true,
  offline: true,
  other: true,
};

/** Visits that together stand at every stage, with every problem that a stage can have. */
function visits(lang: Lang): Visit[] {
  const at = () => new Visit().boot().begin(lang);
  const paid = () => at().payingCash().note(10_000).printed();
  const receipt = { fact: 'receipt.asked', number: 'R000001' } as const;
  return [
    new Visit().boot(),
    new Visit().boot('out'),
    new Visit().step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: null }),
    at().ask({ do: 'help' }).waits(61_000),
    at()
      .ask({ do: 'task', task: 'receipt' })
      .step({ ...receipt, record: null }),
    at().found({ ...bill, lines: Array.from({ length: 100 }, () => bill.lines[1]!) }),
    ...findProblems(at),
    ...reviewProblems(at),
    at().confirmed().ask({ do: 'method', method: 'voucher' }).step({
      fact: 'voucher.presented',
      serial: '000009',
      record: null,
    }),
    at().payingCash().escrow(5000).ask({ do: 'cancel' }),
    at().payingCash().note(5000).waits(161_000),
    paid().ask({ do: 'finish' }).ask({ do: 'document', choice: 'phone' }),
    paid().ask({ do: 'finish' }).ask({ do: 'document', choice: 'paper' }).printed(),
    paid().ask({ do: 'finish' }).ask({ do: 'document', choice: 'paper' }).refusedPrint(),
    at().payingCash().note(5000).ask({ do: 'cancel' }).printed().ask({ do: 'finish' }),
    at().payingCash().note(10_000).refusedPrint().ask({ do: 'finish' }),
    at().payingCash().escrow(2000).waits(16_000),
    ...payouts(lang),
    ...charges(lang),
    ...refunds(lang),
    ...goods(lang),
  ];
}

/** The basket, its problems, and every way in which the number of goods comes or does not. */
function goods(lang: Lang): Visit[] {
  const at = () => new Visit(withGoods).boot().begin(lang);
  const asked = at().filledBasket().ask({ do: 'order' });
  const full = new Visit(fullCatalogue).boot().begin(lang).ask({ do: 'task', task: 'buy' });
  for (let n = 0; n < 30; n += 1) full.ask({ do: 'basket', product: `product-${n}`, count: 99 });
  return [
    asked.step({ fact: 'bill.unavailable', command: asked.pending(), reason: 'slow' }),
    full,
    at().ordered().ask({ do: 'back' }),
    at().goodsPaid().booked().printed(),
    at().goodsPaid().booked().refusedPrint(),
    at().goodsPaid().waits(31_000).ask({ do: 'finish' }),
    new Visit((config) => goodsBy(config, 'number')).boot().begin(lang).goodsPaid().booked(),
  ];
}

/** Every prompt and every reason that a card terminal and the wallets can have, and every end of a charge. */
function charges(lang: Lang): Visit[] {
  const at = (method: ChargeMethod) => new Visit(withCharges).boot().reached().begin(lang).confirmed().charging(method);
  const ways = ['card', 'alipay', 'wechat'] as const;
  const doubted = (visit: Visit) => {
    const { device, command } = visit.charge();
    return visit.step({ fact: 'charge.unknown', device, command, key: 'k', reason: 'silent' });
  };
  return ways
    .flatMap((way) => [
      at(way)
        .prompted(...(Object.keys(prompts) as ChargePrompt[]))
        .boot(),
      ...(Object.keys(reasons) as DeclineReason[]).map((reason) => at(way).declined(reason, 1_800_000_000_000)),
      at(way).coded('code', 90).ask({ do: 'cancel' }).declined('cancelled'),
    ])
    .concat(
      at('card').approved(2000).ask({ do: 'agree' }).confirmedCharge().ask({ do: 'cancel' }).reversed(),
      at('card').approved(2000).ask({ do: 'other-way' }).reversed(),
      at('card').approved().prompted('remove-card').confirmedCharge(),
      at('wechat').approved(),
      at('wechat').approved(10_000),
      doubted(at('card')).printed().ask({ do: 'finish' }),
    );
}

/** A receipt that is given back: every reason why not, and every way that it can go. */
function refunds(lang: Lang): Visit[] {
  const cash = () => new Visit().boot().begin(lang).payingCash().note(10_000).printed().wantedBack(lang);
  const wallet = () =>
    new Visit(withCharges).boot().reached().begin(lang).confirmed().charging('alipay').approved().wantedBack(lang);
  const record = (change: Partial<RefundRecord>) => {
    const visit = cash().ask({ do: 'back' });
    return visit.step({ fact: 'refund.wanted', number: 'R000001', record: { ...visit.refundRecord(), ...change } });
  };
  const asked = () => {
    const visit = cash().ask({ do: 'agree' });
    return visit.step({ fact: 'refund.judged', sale: visit.refundRecord().paid.sale, approve: true, by: '1' });
  };
  const waiting = () => {
    const big = { ...bill, minor: 30_000, lines: [{ ...bill.lines[0]!, minor: 30_000 }] };
    const visit = new Visit().boot().begin(lang).payingCash(big);
    for (const minor of [10_000, 10_000, 10_000]) visit.note(minor);
    return visit.wantedBack(lang).ask({ do: 'agree' });
  };
  const judged = waiting();
  const sale = judged.refundRecord().paid.sale;
  const part = wallet().ask({ do: 'agree' }).billReversed();
  const [open] = Object.values(part.kiosk.refunds).flatMap(({ parts }) => parts);
  return [
    record({ givenBack: true }),
    record({ post: null }),
    cash()
      .ask({ do: 'back' })
      .waits(8 * 86_400_000)
      .wantedBack(lang),
    judged.step({ fact: 'refund.judged', sale, approve: false, by: '1' }),
    asked().billReversed().printed(),
    asked().billReversed().refusedPrint(),
    part.step({ fact: 'refund.refused', device: 'alipay', command: open?.command ?? '', key: 'k', code: 'C' }),
  ];
}

/** Change in cash: all of it, short, in doubt, and given up. */
function payouts(lang: Lang): Visit[] {
  const paying = () => new Visit(withChange).boot().filled().begin(lang).payingCash();
  const outcome = { key: 'k', counters: {}, currency: 'CNY' };
  const given = () => {
    const visit = paying().coin(100).note(10_000);
    for (const { command, device, minor, pieces } of Object.values(visit.kiosk.payouts)) {
      visit.step({ fact: 'payout.done', device, command, ...outcome, paid: { currency: 'CNY', minor }, pieces });
    }
    return visit;
  };
  const first = (visit: Visit) => Object.values(visit.kiosk.payouts)[0]!;
  const short = () => {
    const visit = paying().note(10_000);
    const { command, device, minor } = first(visit);
    const [paid, owed] = [0, minor].map((part) => ({ currency: 'CNY', minor: part })) as [Denomination, Denomination];
    return visit.step({ fact: 'payout.partial', device, command, ...outcome, paid, owed, pieces: [] });
  };
  return [given(), short().waits(61_000), paying().note(1_000).ask({ do: 'cancel' }).waits(61_000)];
}

function findProblems(at: () => Visit): Visit[] {
  const asked = () => {
    const visit = at().ask({ do: 'task', task: 'pay-bill' }).ask({ do: 'find-bill', number: '7' });
    const stage = visit.kiosk.session?.stage;
    return { visit, command: stage?.at === 'find-bill' ? (stage.lookup ?? '') : '' };
  };
  const [none, down, before] = [asked(), asked(), asked()];
  return [
    none.visit.step({ fact: 'bill.not-found', command: none.command }),
    down.visit.step({ fact: 'bill.unavailable', command: down.command, reason: 'slow' }),
    before.visit.step({ fact: 'bill.already-paid', command: before.command, paidOn: '2026-03-30T17:00:00Z' }),
    at()
      .payingCash({ ...bill, minor: 5000, lines: [{ ...bill.lines[0]!, minor: 5000 }] })
      .note(5000)
      .ask({ do: 'finish' })
      .ask({ do: 'document', choice: 'none' })
      .ask({ do: 'finish' })
      .begin()
      .ask({ do: 'task', task: 'pay-bill' })
      .ask({ do: 'find-bill', number: bill.number }),
  ];
}

function reviewProblems(at: () => Visit): Visit[] {
  const recheck = () => {
    const visit = at().found().ask({ do: 'confirm-bill' });
    const stage = visit.kiosk.session?.stage;
    return { visit, command: stage?.at === 'review' ? (stage.recheck ?? '') : '' };
  };
  const answered = (now: Bill) => {
    const { visit, command } = recheck();
    return visit.step({ fact: 'bill.found', command, bill: now });
  };
  const down = recheck();
  return [
    down.visit.step({ fact: 'bill.unavailable', command: down.command, reason: 'down' }),
    answered({ ...bill, minor: 8050 }),
    answered({ ...bill, payee: { 'zh-CN': '湖滨小馆', en: 'Lakeside Kitchen' } }),
  ];
}

/** Every text in a view, by where it stands. */
function textsIn(value: unknown, path = 'view'): { path: string; text: unknown }[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`));
  }
  return value === null || typeof value === 'boolean' ? [] : [{ path, text: value }];
}

function blemishes(view: View): string[] {
  return textsIn(view)
    .filter(({ path, text }) => {
      if (text === undefined) return true;
      if (typeof text === 'number') return !Number.isFinite(text);
      // The line that stands for many has no quantity of its own.
      if (text === '') return !path.endsWith('.quantity');
      return /undefined|NaN|\bnull\b|\[object|[!！]/.test(String(text));
    })
    .map(({ path, text }) => `${path}: ${String(text)}`);
}

function states(lang: Lang): { visit: Visit; kiosk: Kiosk }[] {
  return visits(lang).flatMap((visit) => visit.states.map((kiosk) => ({ visit, kiosk })));
}

describe.each(['zh-CN', 'en'] as const)('the glass in %s', (lang) => {
  const all = states(lang);

  test('has a view of every stage', () => {
    const seen = new Set(all.map(({ kiosk }) => kiosk.session?.stage.at ?? 'none'));
    expect(Object.keys(stages).filter((stage) => !seen.has(stage as StageName))).toEqual([]);
  });

  test('shows every screen of the wire', () => {
    const seen = new Set(all.map(({ visit, kiosk }) => visit.viewOf(kiosk).body.screen));
    expect([...seen].sort()).toEqual([
      'attract',
      'case',
      'choose',
      'documents',
      'find-bill',
      'find-receipt',
      'out-of-service',
      'part-approved',
      'partly-available',
      'pay-cash',
      'pay-charge',
      'promise',
      'refund',
      'review',
      'settled',
      'settling',
      'shop',
      'thanks',
      'voucher',
      'welcome',
    ]);
  });

  test('leaves no text empty and no figure unset, in at most 32 kB', () => {
    for (const { visit, kiosk } of all) {
      const view = visit.viewOf(kiosk);
      expect(blemishes(view), view.body.screen).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThanOrEqual(largestBytes);
    }
  });

  test('speaks one language', () => {
    for (const { visit, kiosk } of all) {
      if (kiosk.session?.lang !== lang) continue;
      const view = visit.viewOf(kiosk);
      expect(view.lang).toBe(lang);
      if (lang === 'en') {
        // The payer stands as the biller masked the name; a glass that was replaced speaks both.
        const { language: _, alone: __, body, ...around } = view;
        const words = JSON.stringify({ ...around, body: { ...body, payer: null } });
        expect(words).not.toMatch(/\p{Script=Han}/u);
      }
    }
  });

  test('has a way on wherever the machine does not move by itself', () => {
    const moving = new Set(['settling', 'attract', 'partly-available', 'out-of-service']);
    for (const { visit, kiosk } of all) {
      const { body, actions } = visit.viewOf(kiosk);
      const cards = body.screen === 'documents' ? body.cards.length : 0;
      const printing = body.screen === 'documents' && body.printing !== null;
      // Whoever was asked decides now, or is told to stop.
      const deciding = body.screen === 'pay-charge' && ['bank', 'remove', 'wait'].includes(body.picture);
      if (moving.has(body.screen) || printing || deciding) continue;
      expect(actions.length + cards, body.screen).toBeGreaterThan(0);
    }
  });
});

test('five thousand notes of one yuan still fit into a view', () => {
  const visit = new Visit().boot().begin().payingCash();
  const { session } = visit.kiosk;
  const notes = Array.from({ length: 5000 }, (_, at) => ({ command: `stack-${at}`, minor: 1, suspect: false }));
  const kiosk = { ...visit.kiosk, session: { ...session!, sale: { ...session!.sale!, notes } } };
  const view = visit.viewOf(kiosk);
  expect(view.body).toMatchObject({ screen: 'pay-cash', received: '已收到 50 元' });
  expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThanOrEqual(largestBytes);
});
