/** Money asked from a card terminal or a wallet, told in facts. */
import type { Ending } from '../../kiosk/fact.ts';
import { maybeOwed } from '../../kiosk/staff/cases.ts';
import { settleWeight } from '../../kiosk/staff/weight.ts';
import { describe, expect, test } from 'vitest';
import type { DeclineReason } from '../../hardware/charge.ts';
import { memory } from '../../kiosk/command.ts';
import type { Charge } from '../../kiosk/charges.ts';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import { chargeOutcomeMs, reversalUnansweredMs, stackOutcomeMs } from '../../kiosk/rules.ts';
import type { ChargeMethod } from '../../kiosk/server/wire.ts';
import { due } from '../../kiosk/session/time.ts';
import { bill, Visit, withCharges } from './view/visit.ts';

const wallets = ['alipay', 'wechat'] as const;
const methods: readonly ChargeMethod[] = ['card', ...wallets];

function kiosk(): Visit {
  return new Visit(withCharges).boot().reached().begin();
}

function asked(method: ChargeMethod): Visit {
  return kiosk().confirmed().charging(method);
}

/** ¥50 in cash, and the rest to be paid some other way. */
function halfInCash(): Visit {
  return kiosk().payingCash().note(5_000).ask({ do: 'other-way' });
}

function all<K extends EntryKind>(visit: Visit, kind: K): readonly Extract<EntryBody, { kind: K }>[] {
  return visit.recorded.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
}

function only<K extends EntryKind>(visit: Visit, kind: K): Extract<EntryBody, { kind: K }> {
  const found = all(visit, kind);
  expect(found, kind).toHaveLength(1);
  return found[0]!;
}

function none(visit: Visit, ...kinds: readonly EntryKind[]): void {
  for (const kind of kinds) expect(all(visit, kind), kind).toEqual([]);
}

const stage = (visit: Visit) => visit.kiosk.session?.stage.at;

function declines(visit: Visit, reason: DeclineReason = 'refused', watched: number | null = null): Visit {
  const { device, command } = visit.charge();
  return visit.step({ fact: 'charge.declined', device, command, key: `no ${command}`, reason, code: '6C', watched });
}

function reverses(visit: Visit, { device, command }: Charge, by: 'kiosk' | 'other-side' = 'kiosk'): Visit {
  return visit.step({ fact: 'charge.reversed', device, command, key: `back ${command}`, by, counters: {} });
}

function unknown(visit: Visit): Visit {
  const { device, command } = visit.charge();
  return visit.step({ fact: 'charge.unknown', device, command, key: `doubt ${command}`, reason: 'no answer' });
}

describe('a sale that a charge pays', () => {
  test('a card is asked for the whole sum, confirmed when its approval is recorded, and the bill is paid once it is taken', () => {
    const visit = asked('card');
    const { command } = only(visit, 'charge.start');
    expect(only(visit, 'charge.start')).toMatchObject({
      device: 'terminal',
      minor: 8_650,
      bill: '1001',
      method: 'card',
    });
    const charge = visit.charge();
    visit.approved();
    expect(visit.entries.map(({ kind }) => kind)).toEqual(['time.passed', 'charge.approved', 'charge.confirm']);
    none(visit, 'sale.paid', 'bill.post');
    visit.confirmedCharge(charge);
    expect(only(visit, 'sale.paid')).toMatchObject({
      minor: 8_650,
      tenders: [{ method: 'card', minor: 8_650 }],
      rounding: 0,
      change: { cash: 0, voucher: 0, owed: 0 },
    });
    expect(only(visit, 'bill.post')).toMatchObject({ method: 'card', paidMinor: 8_650, charges: [{ command }] });
    expect(stage(visit)).toBe('settled');
    expect(visit.kiosk.charges).toEqual({});
  });

  test.each(wallets)('what %s has paid is taken at once', (method) => {
    const visit = asked(method);
    visit.approved();
    expect(only(visit, 'sale.paid').tenders).toEqual([{ method, minor: 8_650 }]);
    none(visit, 'charge.confirm');
    expect(stage(visit)).toBe('settled');
  });

  test.each(methods)('%s is asked for what cash has left, to the last fen', (method) => {
    const odd = { ...bill, minor: 8_654, lines: [{ ...bill.lines[0]!, minor: 8_654 }] };
    const visit = kiosk().payingCash(odd).note(5_000).ask({ do: 'other-way' }).ask({ do: 'method', method });
    const charge = visit.charge();
    expect(charge.minor).toBe(3_654);
    visit.approved();
    if (method === 'card') visit.confirmedCharge(charge);
    expect(only(visit, 'sale.paid')).toMatchObject({
      tenders: [
        { method: 'cash', minor: 5_000 },
        { method, minor: 3_654 },
      ],
      rounding: 0,
    });
  });

  test('an approval that is told twice counts once', () => {
    const visit = asked('alipay');
    const charge = visit.charge();
    visit.approved().approved(undefined, charge);
    only(visit, 'charge.approved');
    only(visit, 'sale.paid');
    none(visit, 'charge.reverse');
  });

  test('two touches ask once', () => {
    const visit = asked('card').ask({ do: 'method', method: 'card' });
    only(visit, 'charge.start');
  });
});

describe('a charge that is declined', () => {
  test.each(methods)('%s: the visit goes back to the choice, and another way may be tried', (method) => {
    const visit = declines(asked(method));
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'choose', declined: { method, reason: 'refused' } });
    expect(visit.kiosk.charges).toEqual({});
    visit.ask({ do: 'method', method: 'cash' });
    expect(['promise', 'pay-cash']).toContain(stage(visit));
  });

  test('one that never left for the terminal was not asked', () => {
    const visit = asked('card');
    const { device, command } = visit.charge();
    visit.step({ fact: 'command.refused', device, command, sent: true, reason: 'busy' });
    expect(stage(visit)).toBe('pay-charge');
    visit.step({ fact: 'command.refused', device, command, sent: false, reason: 'busy' });
    expect(stage(visit)).toBe('choose');
    expect(only(visit, 'charge.declined').code).toBe('busy');
  });

  test('what was inside before is still inside', () => {
    const visit = declines(halfInCash().ask({ do: 'method', method: 'card' }));
    expect(stage(visit)).toBe('choose');
    visit.ask({ do: 'cancel' });
    expect(only(visit, 'sale.cancelled').minor).toBe(5_000);
  });

  test('a terminal that takes back what it approved, because nobody confirmed in time, has taken nothing', () => {
    const visit = asked('card');
    const charge = visit.charge();
    visit.approved();
    reverses(visit, charge, 'other-side');
    expect(stage(visit)).toBe('choose');
    none(visit, 'sale.paid', 'bill.post');
    expect(visit.kiosk.charges).toEqual({});
  });
});

describe('less than was asked', () => {
  const part = () => asked('card').approved(2_000);

  test('is held until the customer agrees; then the rest is to go', () => {
    const visit = part();
    expect(stage(visit)).toBe('part-approved');
    none(visit, 'charge.confirm');
    const charge = visit.charge();
    visit.ask({ do: 'agree' });
    expect(only(visit, 'charge.confirm').command).toBe(charge.command);
    visit.confirmedCharge(charge);
    expect(stage(visit)).toBe('choose');
    visit.ask({ do: 'method', method: 'alipay' });
    expect(visit.charge().minor).toBe(6_650);
    visit.approved();
    expect(only(visit, 'sale.paid').tenders).toEqual([
      { method: 'card', minor: 2_000 },
      { method: 'alipay', minor: 6_650 },
    ]);
  });

  test('goes back when the customer does not want it, or does not answer', () => {
    for (const no of [
      (visit: Visit) => visit.ask({ do: 'other-way' }),
      (visit: Visit) => visit.waits(61_000).waits(21_000),
    ]) {
      const visit = no(part());
      expect(only(visit, 'charge.reverse')).toMatchObject({ reason: 'part', refund: false, part: { minor: 2_000 } });
      expect(stage(visit)).toBe('choose');
      none(visit, 'charge.confirm');
    }
  });
});

describe('an answer for something else', () => {
  test.each([
    ['more', 8_651, 'CNY'],
    ['nothing', 0, 'CNY'],
    ['another currency', 8_650, 'EUR'],
  ])('%s never counts: it goes back, with a case', (_, minor, currency) => {
    const visit = asked('card');
    visit.approved(minor, undefined, currency);
    expect(only(visit, 'charge.reverse').reason).toBe('differs');
    expect(only(visit, 'case.opened').about).toBe('charge-differs');
    none(visit, 'charge.confirm', 'sale.paid');
    expect(stage(visit)).toBe('case');
  });
});

describe('a charge that is called off', () => {
  test('is called off first; nothing else begins before its end is known', () => {
    const visit = asked('card').ask({ do: 'other-way' });
    expect(only(visit, 'charge.cancel').command).toBe(visit.charge().command);
    expect(stage(visit)).toBe('closing');
    declines(visit, 'cancelled');
    expect(stage(visit)).toBe('choose');
  });

  test('approved all the same, a card is reversed', () => {
    const visit = asked('card').ask({ do: 'other-way' });
    const charge = visit.charge();
    visit.approved();
    expect(only(visit, 'charge.reverse')).toMatchObject({ reason: 'cancelled', part: { minor: 8_650 } });
    none(visit, 'charge.confirm', 'case.opened');
    reverses(visit, charge);
    expect(visit.kiosk.charges).toEqual({});
  });

  test.each(wallets)('a code of %s that was paid after it left the screen is refunded, with a case', (method) => {
    const visit = asked(method).ask({ do: 'cancel' });
    const charge = visit.charge();
    declines(visit, 'cancelled', 2_000_000_000_000);
    expect(visit.kiosk.session).toBeNull();
    expect(memory(visit.kiosk, method).openCharges).toMatchObject([
      { command: charge.command, wanted: 'cancel', watched: 2_000_000_000_000 },
    ]);
    visit.approved(undefined, charge);
    expect(only(visit, 'charge.reverse').reason).toBe('late');
    const { case: number, about } = only(visit, 'case.opened');
    expect(about).toBe('charge-late');
    expect(visit.kiosk.cases[number]).toMatchObject({ status: 'open', minor: 8_650 });
    reverses(visit, charge);
    expect(only(visit, 'case.resolved')).toMatchObject({ case: number, outcome: 'returned', minor: 8_650 });
    none(visit, 'sale.paid', 'refund.done');
  });

  test('its watch ends, and nothing is left of it', () => {
    const visit = declines(asked('alipay').ask({ do: 'cancel' }), 'cancelled', 2_000_000_000_000);
    const { device, command } = visit.charge();
    visit.step({ fact: 'charge.expired', device, command, key: 'expired' });
    expect(visit.kiosk.charges).toEqual({});
  });

  test('paid after everything about it had ended, it goes back with a case all the same', () => {
    const visit = asked('wechat');
    const charge = visit.charge();
    declines(visit, 'timeout');
    visit.approved(undefined, charge);
    expect(only(visit, 'charge.reverse').reason).toBe('late');
    expect(only(visit, 'case.opened').about).toBe('charge-late');
  });
});

describe('a sale that is given up', () => {
  test('gives each part back the way it came', () => {
    const visit = asked('card').approved(2_000).ask({ do: 'agree' });
    visit.confirmedCharge();
    visit.ask({ do: 'method', method: 'cash' });
    if (stage(visit) === 'promise') visit.ask({ do: 'agree' });
    visit.note(5_000).ask({ do: 'cancel' });
    expect(only(visit, 'charge.reverse')).toMatchObject({
      reason: 'cancelled',
      part: { minor: 2_000, method: 'card' },
    });
    expect(only(visit, 'sale.cancelled').minor).toBe(5_000);
    expect(only(visit, 'voucher.issued').minor).toBe(5_000);
  });

  test('with nothing but a card inside, it only takes that back', () => {
    const visit = asked('card').approved(2_000).ask({ do: 'agree' });
    visit.confirmedCharge();
    visit.ask({ do: 'cancel' });
    only(visit, 'charge.reverse');
    expect(only(visit, 'sale.cancelled').minor).toBe(0);
    none(visit, 'voucher.issued');
    expect(stage(visit)).toBe('returned');
  });
});

describe('a payment that the biller refuses', () => {
  test('goes back to the card as a refund, with a case that ends when it is back', () => {
    const visit = asked('card').approved();
    visit.confirmedCharge();
    const part = only(visit, 'sale.paid');
    const post = only(visit, 'bill.post');
    visit.step({ fact: 'bill.refused', command: post.command, reason: 'paid-elsewhere' });
    const order = only(visit, 'charge.reverse');
    expect(order).toMatchObject({ reason: 'refused', refund: true, sale: part.sale });
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'post-refused', minor: 8_650 });
    none(visit, 'refund.done', 'voucher.issued');
    reverses(visit, visit.charge());
    expect(only(visit, 'refund.done')).toMatchObject({ method: 'card', minor: 8_650, sale: part.sale });
    expect(only(visit, 'case.resolved').outcome).toBe('returned');
  });

  test('gives cash back as a slip and the wallet’s part to the wallet', () => {
    const visit = halfInCash().ask({ do: 'method', method: 'alipay' }).approved();
    visit.step({ fact: 'bill.refused', command: only(visit, 'bill.post').command, reason: 'cancelled' });
    expect(only(visit, 'charge.reverse').part.minor).toBe(3_650);
    expect(only(visit, 'voucher.issued')).toMatchObject({ minor: 5_000, reason: 'refund' });
  });

  test('that cannot be taken back any more is owed by the window', () => {
    const visit = asked('card').approved();
    visit.confirmedCharge();
    visit.step({ fact: 'bill.refused', command: only(visit, 'bill.post').command, reason: 'cancelled' });
    const { device, command } = visit.charge();
    visit.step({ fact: 'charge.irreversible', device, command, key: 'never', code: 'B5' });
    const { case: number } = only(visit, 'case.opened');
    expect(visit.kiosk.cases[number]).toMatchObject({ status: 'open', outcome: 'owed', minor: 8_650 });
    expect(visit.kiosk.charges).toEqual({});
  });
});

describe('a charge of which nobody knows', () => {
  test.each(methods)('%s: the customer has a number, the bill is locked, and nothing is charged again', (method) => {
    const visit = unknown(asked(method));
    const { case: number } = only(visit, 'case.opened');
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', case: number });
    visit.ask({ do: 'finish' }).ask({ do: 'finish' });
    expect(visit.kiosk.session).toBeNull();
    visit.begin().ask({ do: 'task', task: 'pay-bill' }).ask({ do: 'find-bill', number: '1001' });
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'find-bill', problem: { why: 'checking', case: number } });
    only(visit, 'charge.start');
    expect(memory(visit.kiosk, method === 'card' ? 'terminal' : method).openCharges).toMatchObject([
      { wanted: 'take' },
    ]);
  });

  test('taken after all, it pays the bill, though its visit is over', () => {
    const visit = unknown(asked('alipay'));
    const charge = visit.charge();
    visit.ask({ do: 'finish' }).ask({ do: 'finish' });
    visit.approved(undefined, charge);
    expect(only(visit, 'sale.paid')).toMatchObject({ tenders: [{ method: 'alipay', minor: 8_650 }] });
    expect(only(visit, 'bill.post')).toMatchObject({ number: '1001', charges: [{ command: charge.command }] });
    expect(only(visit, 'case.resolved')).toMatchObject({ outcome: 'paid', minor: 8_650 });
    expect(visit.kiosk.pending).toEqual({});
  });

  test('a card that a terminal still holds is confirmed then', () => {
    const visit = unknown(asked('card'));
    const charge = visit.charge();
    visit.approved(undefined, charge);
    only(visit, 'charge.confirm');
    none(visit, 'sale.paid');
    visit.confirmedCharge(charge);
    only(visit, 'sale.paid');
  });

  test('not taken, and the cash that was given besides is owed under the same number', () => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: 'wechat' }));
    const { case: number } = only(visit, 'case.opened');
    declines(visit, 'timeout');
    expect(only(visit, 'sale.cancelled')).toMatchObject({ minor: 5_000, reason: 'declined' });
    expect(visit.kiosk.cases[number]).toMatchObject({ status: 'open', outcome: 'owed', minor: 5_000 });
    expect(visit.kiosk.pending).toEqual({});
  });

  test('not taken, and nothing else given: the case ends', () => {
    const visit = unknown(asked('wechat'));
    declines(visit, 'timeout');
    expect(only(visit, 'case.resolved').outcome).toBe('explained');
    expect(visit.kiosk.cases).toEqual({});
  });

  test('a silent one is in doubt by the clock', () => {
    const visit = asked('card');
    expect(due(visit.kiosk)).toBe(visit.charge().orderedMs + chargeOutcomeMs);
    visit.waits(chargeOutcomeMs);
    only(visit, 'charge.unknown');
  });

  test('called off and in doubt, the number is shown, what is inside is given back, and a late approval goes back', () => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: 'alipay' }).ask({ do: 'cancel' }));
    const charge = visit.charge();
    const { case: number } = only(visit, 'case.opened');
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', case: number });
    visit.ask({ do: 'finish' });
    expect(only(visit, 'voucher.issued').minor).toBe(5_000);
    visit.approved(undefined, charge);
    only(visit, 'charge.reverse');
    none(visit, 'sale.paid');
    reverses(visit, charge);
    expect(all(visit, 'case.resolved').map(({ case: ended }) => ended)).toContain(number);
  });

  test('one that is to go back, and does not for long, is a case that ends when it does', () => {
    const visit = asked('card').ask({ do: 'cancel' });
    const charge = visit.charge();
    visit.approved();
    visit.waits(reversalUnansweredMs);
    expect(only(visit, 'case.opened').about).toBe('reversal-unanswered');
    visit.waits(reversalUnansweredMs);
    only(visit, 'case.opened');
    reverses(visit, charge);
    expect(only(visit, 'case.resolved').outcome).toBe('returned');
  });
});

describe('a note in doubt, and then a charge in doubt', () => {
  /** ¥50 went towards the box and nothing was heard; the whole bill was asked of a wallet, of which nothing is known either. */
  function bothUnknown(): { readonly visit: Visit; readonly charge: Charge; readonly command: string } {
    const visit = kiosk().payingCash().escrow(5_000);
    const command = visit.kiosk.stacks.acceptor?.command ?? '';
    visit.waits(stackOutcomeMs);
    unknown(visit.ask({ do: 'finish' }).ask({ do: 'other-way' }).charging('alipay'));
    const charge = visit.charge();
    const key = `stacked ${command}`;
    visit.step({ fact: 'note.stacked', device: 'acceptor', command, key, currency: 'CNY', minor: 5_000 });
    return { visit, charge, command };
  }

  test('the note is found after all, and the charge is declined: the note is owed, once', () => {
    const { visit, command } = bothUnknown();
    declines(visit);
    const owed = Object.values(visit.kiosk.cases).filter(({ outcome }) => outcome === 'owed');
    expect(owed).toMatchObject([{ about: 'note-unknown', subject: command, minor: 5_000 }]);
    expect(only(visit, 'sale.cancelled')).toMatchObject({ minor: 0 });
  });

  test('the note is found after all, and the charge is approved: it pays alone, and no slip is told that is not issued', () => {
    const { visit, charge, command } = bothUnknown();
    visit.approved(undefined, charge);
    const paid = only(visit, 'sale.paid');
    expect(paid.tenders).toMatchObject([{ method: 'alipay', minor: 8_650 }]);
    expect(paid.change).toMatchObject({ voucher: 0 });
    none(visit, 'voucher.issued');
    const owed = Object.values(visit.kiosk.cases).filter(({ outcome }) => outcome === 'owed');
    expect(owed).toMatchObject([{ subject: command, minor: 5_000 }]);
  });
});

describe('a start in the middle of a charge', () => {
  const boot = { fact: 'kiosk.booted', version: '2', config: 'other', lastAt: null } as const;

  test.each(methods)('%s: who was asked is told of it, and asked nothing again', (method) => {
    const visit = asked(method);
    const { command, device } = visit.charge();
    visit.step(boot);
    expect(memory(visit.kiosk, device).openCharges).toMatchObject([{ command, minor: 8_650, wanted: 'take' }]);
    expect(stage(visit)).toBe('pay-charge');
    only(visit, 'charge.start');
    visit.approved();
    if (method === 'card') visit.confirmedCharge();
    only(visit, 'sale.paid');
  });

  test('approved and wanted: it is told what to confirm', () => {
    const visit = asked('card').approved();
    visit.step(boot);
    expect(memory(visit.kiosk, 'terminal').openCharges).toMatchObject([
      { wanted: 'confirm', approval: { minor: 8_650, reference: { receipt: '0042' } } },
    ]);
  });

  test('after hours without power nobody waits any more: what is approved then goes back', () => {
    const visit = asked('alipay');
    const charge = visit.charge();
    visit.step({ ...boot, lastAt: Date.UTC(2026, 2, 30) });
    expect(visit.kiosk.session).toBeNull();
    expect(memory(visit.kiosk, 'alipay').openCharges).toMatchObject([{ wanted: 'cancel' }]);
    visit.approved(undefined, charge);
    only(visit, 'charge.reverse');
    expect(only(visit, 'case.opened').about).toBe('charge-late');
  });
});

describe('a card left in the reader', () => {
  test('is known until it is gone', () => {
    const visit = kiosk().step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'remove-card' });
    expect(visit.kiosk.devices.terminal?.cardLeft).toBe(true);
    visit.step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'wait' });
    expect(visit.kiosk.devices.terminal?.cardLeft).toBe(false);
  });
});

describe('a code that is held to the scanner', () => {
  const scans = (visit: Visit, method: ChargeMethod = 'wechat') =>
    visit.step({ fact: 'payment-code.presented', method, code: 'handle-1' });

  test('a bill’s, with nobody here, begins the visit and finds the bill', () => {
    const visit = new Visit(withCharges).boot().reached().step({ fact: 'bill.scanned', number: '1001' });
    expect(only(visit, 'bill.find').number).toBe('1001');
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'find-bill', lookup: visit.pending() });
  });

  test('a payment code at the choice pays by the wallet that it belongs to', () => {
    const visit = scans(kiosk().confirmed());
    expect(only(visit, 'charge.start')).toMatchObject({ method: 'wechat', code: 'handle-1', minor: 8_650 });
    expect(stage(visit)).toBe('pay-charge');
  });

  test('while another code is shown: that one is called off first, and then it pays', () => {
    const visit = asked('alipay');
    const shown = visit.charge();
    visit.step({ fact: 'charge.code', device: 'alipay', command: shown.command, code: 'https://qr', untilMs: 1e6 });
    scans(visit);
    only(visit, 'charge.start');
    expect(only(visit, 'charge.cancel').command).toBe(shown.command);
    visit.step({
      fact: 'charge.declined',
      device: 'alipay',
      command: shown.command,
      key: 'left',
      reason: 'cancelled',
      code: '',
      watched: 2_000_000_000_000,
    });
    expect(all(visit, 'charge.start').map(({ method }) => method)).toEqual(['alipay', 'wechat']);
    expect(visit.charge()).toMatchObject({ method: 'wechat', status: 'asked' });
  });

  test.each([
    ['at the terminal', () => asked('card')],
    ['before a bill is confirmed', () => kiosk().found()],
    ['with nobody here', () => new Visit(withCharges).boot().reached()],
    ['while the slot is open', () => kiosk().payingCash()],
  ])('%s a payment code changes nothing', (_, there) => {
    const visit = there();
    const before = all(visit, 'charge.start').length;
    scans(visit);
    expect(all(visit, 'charge.start')).toHaveLength(before);
    none(visit, 'charge.cancel');
  });
});

describe('a doubt that a person ends', () => {
  test.each([false, true])('by paying it out keeps what is approved after all (held: %s)', (held) => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: held ? 'card' : 'alipay' }));
    const charge = visit.charge();
    const { case: number } = only(visit, 'case.opened');
    const by = { by: '1', second: '2' };
    const record = visit.kiosk.cases[number]!;
    visit.step({ fact: 'case.settled', record, slip: null, how: 'paid', minor: 8_650, reason: null, ...by });
    expect(only(visit, 'charge.paid-out')).toMatchObject({ command: charge.command });
    expect(visit.boot().kiosk.charges[charge.command]).toMatchObject({ paidOut: true, bill: null });
    visit.approved(undefined, charge);
    if (held)
      visit.step({ fact: 'charge.confirmed', device: charge.device, command: charge.command, key: 'k2', counters: {} });
    none(visit, 'charge.reverse');
    expect(only(visit, 'charge.confirmed')).toMatchObject({ sale: null, part: { minor: 3_650 } });
    const [, stands] = all(visit, 'case.opened');
    expect(stands).toMatchObject({ about: 'paid-out-in-doubt', minor: 3_650 });
    expect(only(visit, 'case.resolved')).toMatchObject({ case: stands?.case, outcome: 'explained' });
    expect(visit.kiosk.charges).toEqual({});
  });

  test.each(['declined', 'reversed'] as const)('by paying it out is told when the charge is %s after all', (end) => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: 'alipay' }));
    const { device, command } = visit.charge();
    const { case: number } = only(visit, 'case.opened');
    const ending = { slip: null, how: 'paid', reason: null, by: '1', second: '2' } as const;
    const record = visit.kiosk.cases[number]!;
    for (const minor of [8_649, 5_001, 8_651]) visit.step({ fact: 'case.settled', record, minor, ...ending });
    none(visit, 'case.settled');
    visit.step({ fact: 'case.settled', record, minor: 8_650, ...ending });
    const of = { device, command, key: 'k3' };
    if (end === 'declined') visit.step({ fact: 'charge.declined', ...of, reason: 'refused', code: 'x', watched: null });
    else visit.step({ fact: 'charge.reversed', ...of, by: 'kiosk', counters: {} });
    const opened = all(visit, 'case.opened').at(-1);
    expect(opened).toMatchObject({ about: 'paid-out-in-doubt', minor: 3_650 });
    expect(maybeOwed(visit.kiosk.cases[opened?.case ?? '']!)).toBe(false);
    none(visit, 'case.resolved');
    expect(visit.kiosk.charges).toEqual({});
  });

  test('by paying it out stands under a number of its own, which a person ends when nobody ever tells', () => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: 'card' }));
    const charge = visit.charge();
    const ending = { slip: null, by: '1', second: '2' } as const;
    const record = visit.kiosk.cases[only(visit, 'case.opened').case]!;
    visit.step({ fact: 'case.settled', record, minor: 8_650, how: 'paid', reason: null, ...ending });
    const stands = visit.kiosk.cases[visit.kiosk.charges[charge.command]?.case ?? '']!;
    visit.step({ fact: 'case.settled', record: stands, minor: 3_650, how: 'paid', reason: null, ...ending });
    expect(all(visit, 'case.settled')).toHaveLength(1);
    visit.step({ fact: 'case.settled', record: stands, minor: null, how: 'void', reason: 'found', ...ending });
    expect(visit.boot().kiosk.charges[charge.command]).toMatchObject({ paidOut: true, case: null });
    // It goes back to nobody, who has had it from the window.
    visit.approved(undefined, charge);
    visit.step({ fact: 'charge.confirmed', device: charge.device, command: charge.command, key: 'k2', counters: {} });
    none(visit, 'charge.reverse');
    none(visit, 'case.resolved');
    expect(visit.kiosk.charges).toEqual({});
  });

  test.each([
    ['card', 3_651],
    ['alipay', 3_651],
    ['card', 0],
  ] as const)('by paying it out stands when %s says that %i was taken, and nothing goes back', (method, minor) => {
    const visit = unknown(halfInCash().ask({ do: 'method', method }));
    const charge = visit.charge();
    const record = visit.kiosk.cases[only(visit, 'case.opened').case]!;
    const ending = { slip: null, how: 'paid', minor: 8_650, reason: null, by: '1', second: '2' } as const;
    visit.step({ fact: 'case.settled', record, ...ending });
    visit.approved(minor, charge);
    if (method === 'card') visit.confirmedCharge(charge);
    none(visit, 'charge.reverse', 'case.resolved');
    expect(Object.values(visit.kiosk.cases)).toMatchObject([{ about: 'paid-out-in-doubt', status: 'open' }]);
  });

  test.each(methods)('because the customer has it already keeps what %s approves after all', (method) => {
    const visit = unknown(asked(method));
    const charge = visit.charge();
    const record = visit.kiosk.cases[only(visit, 'case.opened').case]!;
    const ending = { slip: null, how: 'void', minor: null, reason: 'given', by: '1' } as const;
    visit.step({ fact: 'case.settled', record, ...ending });
    visit.boot().approved(undefined, charge);
    if (method === 'card') visit.confirmedCharge(charge);
    none(visit, 'charge.reverse', 'sale.paid');
    expect(only(visit, 'charge.confirmed')).toMatchObject({ sale: null, part: { minor: 8_650 } });
    expect(visit.kiosk.cases).toEqual({});
  });

  test('weighs all that nobody gets any more: what is in doubt, and the cash that is held besides', () => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: 'alipay' }));
    const one = visit.kiosk.cases[only(visit, 'case.opened').case]!;
    const weighs = (ending: Ending) => settleWeight(visit.kiosk, { one, slip: null }, ending, () => []);
    expect(one.minor).toBe(3_650);
    expect(weighs({ how: 'void', minor: null, reason: 'given' })).toBe(8_650);
    expect(weighs({ how: 'paid', minor: 5_000, reason: null })).toBe(5_000);
  });

  test('because nobody has anything to come gives back what is approved after all', () => {
    const visit = unknown(asked('alipay'));
    const charge = visit.charge();
    const record = visit.kiosk.cases[only(visit, 'case.opened').case]!;
    const ending = { slip: null, how: 'void', minor: null, reason: 'found', by: '1' } as const;
    visit.step({ fact: 'case.settled', record, ...ending });
    visit.approved(undefined, charge);
    expect(only(visit, 'charge.reverse')).toMatchObject({ reason: 'late' });
  });

  test('by paying it out stands while less was taken than the window paid', () => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: 'card' }));
    const charge = visit.charge();
    const record = visit.kiosk.cases[only(visit, 'case.opened').case]!;
    const by = { by: '1', second: '2' };
    visit.step({ fact: 'case.settled', record, slip: null, how: 'paid', minor: 8_650, reason: null, ...by });
    visit.approved(3_000, charge);
    visit.step({ fact: 'charge.confirmed', device: charge.device, command: charge.command, key: 'k2', counters: {} });
    expect(only(visit, 'charge.confirmed')).toMatchObject({ part: { minor: 3_000 } });
    none(visit, 'case.resolved');
  });

  test('lets the bill go, and what is heard of the charge later goes back under a number of its own', () => {
    const visit = unknown(halfInCash().ask({ do: 'method', method: 'alipay' }));
    const charge = visit.charge();
    const { case: number } = only(visit, 'case.opened');
    const record = visit.kiosk.cases[number]!;
    visit.step({
      fact: 'case.settled',
      record,
      slip: null,
      how: 'paid',
      minor: 5_000,
      reason: null,
      by: '1',
      second: '2',
    });
    expect(only(visit, 'sale.cancelled')).toMatchObject({ minor: 5_000, reason: 'declined' });
    expect(visit.kiosk.pending).toEqual({});
    expect(visit.kiosk.charges).toEqual({});
    visit.approved(undefined, charge);
    expect(only(visit, 'charge.reverse')).toMatchObject({ reason: 'late', part: { minor: 3_650 } });
    expect(all(visit, 'case.opened').map(({ about }) => about)).toEqual(['charge-unknown', 'charge-late']);
    none(visit, 'sale.paid');
  });
});
