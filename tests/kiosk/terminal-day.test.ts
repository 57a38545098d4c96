/** The end of a card terminal's day, told in facts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOpen } from '../../kiosk/case.ts';
import { memory, orderOf, repeatedOrders } from '../../kiosk/command.ts';
import { type EntryBody, type EntryKind, entryClass, type Figures } from '../../kiosk/entry.ts';
import { apply, durablePart, emptyKiosk } from '../../kiosk/kiosk.ts';
import { chargeOff } from '../../kiosk/methods/charge/availability.ts';
import { closeRefused, dayOf, daysDue } from '../../kiosk/methods/charge/day.ts';
import type { ChargeMethod } from '../../kiosk/server/wire.ts';
import { dayOutcomeMs } from '../../kiosk/rules.ts';
import { due } from '../../kiosk/session/time.ts';
import { bill, Visit, withCharges } from './view/visit.ts';

const device = 'terminal';
const boot = { fact: 'kiosk.booted', version: '2', config: 'other', lastAt: null } as const;
const nothing = { minor: 0, count: 0 };
const one = { minor: 8_650, count: 1 };

function kiosk(): Visit {
  return new Visit(withCharges).boot().reached();
}

/** Until nobody is here any more. */
function left(visit: Visit): Visit {
  for (let tries = 0; visit.kiosk.session !== null && tries < 30; tries++) visit.waits(130_000);
  expect(visit.kiosk.session).toBeNull();
  return visit;
}

/** Somebody is to pay ¥86.50, of a bill that nobody paid before. */
function charging(visit: Visit, method: ChargeMethod = 'card'): Visit {
  return visit
    .begin()
    .confirmed({ ...bill, number: String(2_000 + visit.recorded.length) })
    .charging(method);
}

/** Somebody pays it by card. */
function paid(visit: Visit): Visit {
  charging(visit).approved();
  return left(visit.confirmedCharge());
}

/** Somebody pays ¥20 by card. */
function paidInPart(visit: Visit): Visit {
  charging(visit).approved(2_000).ask({ do: 'agree' });
  return visit.confirmedCharge();
}

function asks(visit: Visit, by = '1'): Visit {
  return visit.step({ fact: 'terminal.close-asked', device, by });
}

/** The order that waits for its answer. */
function order(visit: Visit): string {
  const { order: open } = dayOf(visit.kiosk, device);
  if (open === null) throw new Error('no day is being closed');
  return open.command;
}

function answers(visit: Visit, { minor, count }: Figures, command = order(visit), currency = 'CNY'): Visit {
  const key = `${command}/closed`;
  return visit.step({ fact: 'terminal.day-closed', device, command, key, currency, minor, count });
}

function refuses(visit: Visit, sent: boolean, command = order(visit)): Visit {
  return visit.step({ fact: 'command.refused', device, command, sent, reason: 'lost' });
}

function reverses(visit: Visit, by: 'kiosk' | 'other-side' = 'kiosk'): Visit {
  const { command, device: who } = visit.charge();
  return visit.step({ fact: 'charge.reversed', device: who, command, key: `back ${command}`, by, counters: {} });
}

function refusedByBiller(visit: Visit): Visit {
  const [command = ''] = Object.keys(visit.kiosk.posts).slice(-1);
  return visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' });
}

/** The state is what the written entries alone make of it, and the kiosk has just started. */
function restarted(visit: Visit): Visit {
  const written = visit.recorded.filter(({ kind }) => entryClass(kind) !== 'volatile');
  visit.kiosk = written.reduce(apply, emptyKiosk(visit.kiosk.rules));
  return visit.step(boot);
}

function all<K extends EntryKind>(visit: Visit, kind: K): readonly Extract<EntryBody, { kind: K }>[] {
  return visit.recorded.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
}

function only<K extends EntryKind>(visit: Visit, kind: K): Extract<EntryBody, { kind: K }> {
  const found = all(visit, kind);
  expect(found, kind).toHaveLength(1);
  return found[0]!;
}

const written = (visit: Visit) =>
  visit.entries.map(({ kind }) => kind).filter((kind) => entryClass(kind) !== 'volatile');
const openCases = (visit: Visit) => Object.values(visit.kiosk.cases).filter(isOpen);
const figures = (visit: Visit) => {
  const { minor, count } = dayOf(visit.kiosk, device);
  return { minor, count };
};
const sentOrders = (visit: Visit) => visit.entries.map(orderOf).filter((found) => found !== null);

describe('what a terminal has taken', () => {
  test('is what was confirmed, payment by payment', () => {
    const visit = kiosk();
    expect(figures(visit)).toEqual(nothing);
    charging(visit).approved();
    expect(figures(visit)).toEqual(nothing);
    left(visit.confirmedCharge());
    expect(figures(visit)).toEqual(one);
    expect(figures(paid(visit))).toEqual({ minor: 17_300, count: 2 });
  });

  test('has nothing of what a wallet took', () => {
    const visit = left(charging(kiosk(), 'alipay').approved());
    expect(visit.kiosk.terminals).toEqual({});
  });

  test('never had an approval that was held and went back, whoever took it back', () => {
    const called = charging(kiosk()).ask({ do: 'other-way' }).approved();
    expect(figures(reverses(called))).toEqual(nothing);
    const late = charging(kiosk()).approved();
    expect(figures(reverses(late, 'other-side'))).toEqual(nothing);
    const part = charging(kiosk()).approved(2_000).ask({ do: 'other-way' });
    expect(figures(reverses(part))).toEqual(nothing);
  });

  test('has it no more when a sale that it paid a part of was given up, and it is back', () => {
    const visit = paidInPart(kiosk());
    expect(figures(visit)).toEqual({ minor: 2_000, count: 1 });
    visit.ask({ do: 'cancel' });
    expect(figures(visit)).toEqual({ minor: 2_000, count: 1 });
    expect(figures(reverses(visit))).toEqual(nothing);
  });

  test('has it no more when the biller refused the payment, and it is back; but has it when it cannot come back', () => {
    const back = refusedByBiller(paid(kiosk()));
    expect(figures(back)).toEqual(one);
    expect(figures(reverses(back))).toEqual(nothing);
    const never = refusedByBiller(paid(kiosk()));
    const { command } = never.charge();
    never.step({ fact: 'charge.irreversible', device, command, key: 'never', code: 'B5' });
    expect(figures(never)).toEqual(one);
  });

  test('has what was never wanted and cannot come back', () => {
    const visit = charging(kiosk()).ask({ do: 'other-way' }).approved();
    const { command } = visit.charge();
    visit.step({ fact: 'charge.irreversible', device, command, key: 'never', code: 'B5' });
    expect(figures(visit)).toEqual(one);
  });

  test('has nothing of a charge that nobody waited for and that went back, held or taken', () => {
    for (const held of [true, false]) {
      const visit = kiosk();
      const told = { device, command: 'strange', key: 'strange', currency: 'CNY', minor: 500, counters: {} } as const;
      visit.step({ fact: 'charge.approved', ...told, held, card: null, reference: {} });
      expect(figures(visit)).toEqual(nothing);
      expect(figures(reverses(visit))).toEqual(nothing);
    }
  });
});

/** What the terminal itself counts, by what it is told and tells in each scene. */
class Terminal {
  minor = 0;
  count = 0;
  takes(minor: number): void {
    this.minor += minor;
    this.count += 1;
  }
  givesBack(minor: number): void {
    this.minor -= minor;
    this.count -= 1;
  }
}

type Scene = (visit: Visit, terminal: Terminal, minor: number) => unknown;
const scenes: Readonly<Record<string, Scene>> = {
  paid(visit, terminal) {
    paid(visit);
    terminal.takes(8_650);
  },
  'paid in part, and the rest by a wallet'(visit, terminal, minor) {
    charging(visit).approved(minor).ask({ do: 'agree' }).confirmedCharge();
    terminal.takes(minor);
    visit.ask({ do: 'method', method: 'alipay' }).approved();
  },
  'a wallet'(visit) {
    charging(visit, 'wechat').approved();
  },
  declined(visit) {
    const { command } = charging(visit).charge();
    const told = { device, command, key: `no ${command}`, code: '05', watched: null } as const;
    visit.step({ fact: 'charge.declined', ...told, reason: 'refused' });
  },
  'called off, and back'(visit) {
    reverses(charging(visit).ask({ do: 'cancel' }).approved());
  },
  'called off, and not to come back'(visit, terminal) {
    const { command } = charging(visit).ask({ do: 'cancel' }).approved().charge();
    terminal.takes(8_650);
    visit.step({ fact: 'charge.irreversible', device, command, key: `never ${command}`, code: 'B5' });
  },
  'taken back by the terminal'(visit) {
    reverses(charging(visit).approved(), 'other-side');
  },
  'a part that nobody wanted'(visit, _, minor) {
    reverses(charging(visit).approved(minor).ask({ do: 'other-way' }));
  },
  'a part of a sale that is given up'(visit, terminal, minor) {
    charging(visit).approved(minor).ask({ do: 'agree' }).confirmedCharge();
    terminal.takes(minor);
    reverses(visit.ask({ do: 'cancel' }));
    terminal.givesBack(minor);
  },
  'refused by the biller, and back'(visit, terminal) {
    charging(visit).approved().confirmedCharge();
    terminal.takes(8_650);
    reverses(refusedByBiller(visit));
    terminal.givesBack(8_650);
  },
  'in doubt, and taken after all'(visit, terminal) {
    const { command } = charging(visit).charge();
    visit.step({ fact: 'charge.unknown', device, command, key: `doubt ${command}`, reason: 'silent' });
    visit.approved().confirmedCharge();
    terminal.takes(8_650);
  },
  'a stranger’s'(visit, _, minor) {
    const command = `strange-${visit.recorded.length}`;
    const told = { device, command, key: command, currency: 'CNY', minor, counters: {} } as const;
    visit.step({ fact: 'charge.approved', ...told, held: true, card: null, reference: {} });
    reverses(visit);
  },
  'a restart'(visit) {
    restarted(visit).reached();
  },
  'the day closed'(visit, terminal) {
    const before = openCases(visit).length;
    answers(asks(visit), terminal);
    expect(visit.entries).toContainEqual(expect.objectContaining({ kind: 'terminal.day-closed', outcome: 'matches' }));
    expect(openCases(visit)).toHaveLength(before);
    terminal.minor = 0;
    terminal.count = 0;
  },
};

test('whatever happens to charges, the journal has what the terminal counts, and a kept state has it too', () => {
  const names = fc.constantFrom(...Object.keys(scenes));
  const played = fc.array(fc.tuple(names, fc.integer({ min: 1, max: 8_649 })), { maxLength: 8 });
  const seen = new Set<string>();
  fc.assert(
    fc.property(played, (story) => {
      const [visit, terminal] = [kiosk(), new Terminal()];
      for (const [name, minor] of story) {
        seen.add(name);
        scenes[name]?.(visit, terminal, minor);
        left(visit);
        expect(figures(visit), name).toEqual({ minor: terminal.minor, count: terminal.count });
      }
      const folded = visit.recorded
        .filter(({ kind }) => entryClass(kind) !== 'volatile')
        .map((entry) => JSON.parse(JSON.stringify(entry)) as EntryBody)
        .reduce(apply, emptyKiosk(visit.kiosk.rules));
      expect(durablePart(folded).terminals).toEqual(durablePart(visit.kiosk).terminals);
    }),
    { numRuns: 60, seed: 37 },
  );
  expect([...seen].sort()).toEqual(Object.keys(scenes).sort());
});

describe('a day that is closed', () => {
  test('is ordered with what the journal expects, and is over when the terminal says the same', () => {
    const visit = asks(paid(kiosk()), '7');
    const asked = only(visit, 'terminal.close-day');
    expect(asked).toMatchObject({ device, by: '7', second: null, currency: 'CNY', ...one });
    expect(sentOrders(visit)).toEqual([
      { to: 'device', order: { command: 'terminal.close-day', id: asked.command, device } },
    ]);
    expect(written(answers(visit, one))).toEqual(['terminal.day-closed', 'day.matched']);
    expect(only(visit, 'day.matched')).toMatchObject({ z: 1, method: 'card', expected: one, told: one });
    expect(only(visit, 'terminal.day-closed')).toMatchObject({ ...one, expected: one, outcome: 'matches' });
    expect(only(visit, 'terminal.day-closed')).not.toHaveProperty('case');
    expect(figures(visit)).toEqual(nothing);
    expect(openCases(visit)).toEqual([]);
    expect(daysDue(visit.kiosk)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is told with who stood by it', () => {
    const visit = kiosk().step({ fact: 'terminal.close-asked', device, by: '1', second: '2' });
    expect(only(visit, 'terminal.close-day')).toMatchObject({ by: '1', second: '2', ...nothing });
  });

  test('counts the next day from nothing', () => {
    const visit = paid(answers(asks(paid(kiosk())), one));
    expect(figures(visit)).toEqual(one);
    answers(asks(visit), one);
    expect(all(visit, 'terminal.day-closed').map(({ outcome }) => outcome)).toEqual(['matches', 'matches']);
  });

  test('with an answer that is told twice changes once', () => {
    const visit = asks(paid(kiosk()));
    const command = order(visit);
    paid(answers(visit, one));
    expect(written(answers(visit, one, command))).toEqual([]);
    expect(figures(visit)).toEqual(one);
  });

  test('with an answer to an order that nobody gave changes nothing', () => {
    const visit = paid(kiosk());
    expect(written(answers(visit, nothing, 'nobody-knows'))).toEqual([]);
    expect(written(answers(asks(visit), one, 'nobody-knows'))).toEqual([]);
    expect(figures(visit)).toEqual(one);
  });

  test.each([
    ['less', { minor: 8_000, count: 1 }, -650],
    ['more', { minor: 9_000, count: 2 }, 350],
    ['the sum with another count', { minor: 8_650, count: 2 }, 0],
    ['an empty day, at the first time of asking', nothing, -8_650],
  ])('with %s is a case of the difference, and is over all the same', (_, told, minor) => {
    const visit = answers(asks(paid(kiosk())), told);
    const opened = only(visit, 'case.opened');
    expect(opened).toMatchObject({ about: 'terminal-differs', minor, session: null, sale: null });
    expect(only(visit, 'terminal.day-closed')).toMatchObject({
      ...told,
      expected: one,
      outcome: 'differs',
      case: opened.case,
    });
    expect(figures(visit)).toEqual(nothing);
    expect(dayOf(visit.kiosk, device).last).toMatchObject({ outcome: 'differs', told, case: opened.case });
  });

  test('in another currency is a case without an amount', () => {
    const visit = asks(paid(kiosk()));
    answers(visit, one, order(visit), 'EUR');
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'terminal-differs', minor: null });
  });

  test('while something goes back is judged by what the terminal told before, or by what it was asked for', () => {
    const going = () => refusedByBiller(asks(paid(paid(kiosk()))));
    const told = answers(reverses(going()), one);
    expect(only(told, 'terminal.day-closed')).toMatchObject({ outcome: 'matches', expected: one });
    expect(figures(told)).toEqual(nothing);
    const both = { minor: 17_300, count: 2 };
    const before = answers(reverses(going()), both);
    expect(only(before, 'terminal.day-closed')).toMatchObject({ outcome: 'matches', expected: both });
    expect(figures(before)).toEqual({ minor: -8_650, count: -1 });
    expect(openCases(before).filter(({ about }) => about === 'terminal-differs')).toEqual([]);
  });
});

describe('a day is not closed', () => {
  test('twice at once', () => {
    const visit = asks(kiosk());
    expect(closeRefused(visit.kiosk, device)).toBe('closing');
    expect(written(asks(visit))).toEqual([]);
    expect(closeRefused(answers(visit, nothing).kiosk, device)).toBeNull();
  });

  test.each<[string, (visit: Visit) => Visit]>([
    ['is asked', (visit) => charging(visit)],
    ['is wanted', (visit) => charging(visit).approved()],
    ['is called off', (visit) => charging(visit).ask({ do: 'cancel' })],
    ['goes back', (visit) => refusedByBiller(paid(visit))],
  ])('while a charge of it %s', (_, there) => {
    const visit = there(kiosk());
    expect(closeRefused(visit.kiosk, device)).toBe('charging');
    expect(written(asks(visit))).toEqual([]);
  });

  test('but it is while a charge is in doubt, or a wallet is asked', () => {
    const doubted = charging(kiosk());
    const { command } = doubted.charge();
    doubted.step({ fact: 'charge.unknown', device, command, key: 'doubt', reason: 'silent' });
    expect(closeRefused(doubted.kiosk, device)).toBeNull();
    expect(closeRefused(charging(kiosk(), 'alipay').kiosk, device)).toBeNull();
  });

  test('by a terminal that is not there, or not ready', () => {
    const visit = kiosk();
    for (const other of ['acceptor', 'alipay', 'nobody'])
      expect(closeRefused(visit.kiosk, other)).toBe('unknown-device');
    expect(written(visit.step({ fact: 'terminal.close-asked', device: 'alipay', by: '1' }))).toEqual([]);
    visit.step({ fact: 'device.lost', device, reason: 'lost', message: 'gone' });
    expect(closeRefused(visit.kiosk, device)).toBe('not-ready');
    expect(written(asks(visit))).toEqual([]);
  });

  test('and no card is taken meanwhile', () => {
    const visit = asks(kiosk());
    expect(chargeOff(visit.kiosk, 'card', null)).toBe('busy');
    expect(chargeOff(visit.kiosk, 'alipay', null)).toBeNull();
    expect(chargeOff(visit.waits(dayOutcomeMs).kiosk, 'card', null)).toBeNull();
    expect(chargeOff(answers(visit, nothing).kiosk, 'card', null)).toBeNull();
  });
});

describe('an order that is refused', () => {
  test('and never left can be given again; nothing is unknown of it', () => {
    const visit = asks(paid(kiosk()));
    const command = order(visit);
    refuses(visit, false);
    expect(only(visit, 'terminal.close-refused')).toMatchObject({ command, device, sent: false, reason: 'lost' });
    expect(dayOf(visit.kiosk, device)).toMatchObject({
      ...one,
      order: null,
      unheard: null,
      last: { outcome: 'refused' },
    });
    expect(written(refuses(visit, false, command))).toEqual([]);
    expect(order(asks(visit))).not.toBe(command);
    answers(visit, nothing);
    expect(only(visit, 'terminal.day-closed').outcome).toBe('differs');
  });

  test('and may have left is given again; when the day is empty then, its answer was lost', () => {
    const visit = asks(refuses(asks(paid(kiosk())), true));
    answers(visit, nothing);
    const opened = only(visit, 'case.opened');
    expect(opened).toMatchObject({ about: 'terminal-day-unknown', minor: 8_650 });
    expect(only(visit, 'terminal.day-closed')).toMatchObject({ outcome: 'lost', expected: one, case: opened.case });
  });

  test('and may have left is given again; when the day has what came since, the answer for the rest was lost', () => {
    const visit = asks(paid(refuses(asks(paid(kiosk())), true)));
    answers(visit, one);
    expect(only(visit, 'terminal.day-closed')).toMatchObject({
      outcome: 'lost',
      expected: { minor: 17_300, count: 2 },
    });
    expect(openCases(visit)).toMatchObject([{ about: 'terminal-day-unknown' }]);
  });

  test('and may have left is given again; when the day is whole, it had not been closed', () => {
    const visit = asks(paid(refuses(asks(paid(kiosk())), true)));
    answers(visit, { minor: 17_300, count: 2 });
    expect(only(visit, 'terminal.day-closed').outcome).toBe('matches');
    expect(openCases(visit)).toEqual([]);
    // What may have been is forgotten with the day: the next difference is one.
    answers(asks(paid(visit)), nothing);
    expect(openCases(visit)).toMatchObject([{ about: 'terminal-differs', minor: -8_650 }]);
  });

  test('and may have left is given again; when not even what came since is there, both answers are in doubt', () => {
    const visit = answers(asks(paid(refuses(asks(paid(kiosk())), true))), nothing);
    expect(only(visit, 'terminal.day-closed')).toMatchObject({
      outcome: 'lost',
      expected: { minor: 17_300, count: 2 },
    });
  });

  test('and may have closed a day with nothing in it is no reason why the next is empty', () => {
    const visit = answers(asks(paid(refuses(asks(kiosk()), true))), nothing);
    expect(openCases(visit)).toMatchObject([{ about: 'terminal-differs', minor: -8_650 }]);
  });

  test('and is answered after all counts, and leaves what came since', () => {
    const visit = asks(paid(kiosk()));
    const command = order(visit);
    paid(refuses(visit, true));
    answers(visit, one, command);
    expect(only(visit, 'terminal.day-closed').outcome).toBe('matches');
    expect(figures(visit)).toEqual(one);
    expect(written(answers(visit, one, command))).toEqual([]);
  });

  test('another order’s refusal is none of it', () => {
    const visit = asks(kiosk());
    expect(written(refuses(visit, false, 'nobody-knows'))).toEqual([]);
    expect(closeRefused(visit.kiosk, device)).toBe('closing');
  });
});

describe('a start in the middle', () => {
  test('repeats the order under the same id, and the same result ends it', () => {
    const visit = asks(paid(kiosk()));
    const command = order(visit);
    restarted(visit);
    expect(repeatedOrders(visit.kiosk)).toContainEqual({
      to: 'device',
      order: { command: 'terminal.close-day', id: command, device },
    });
    expect(memory(visit.kiosk, device).openCharges).toEqual([]);
    answers(visit, one, command);
    expect(only(visit, 'terminal.day-closed')).toMatchObject({ outcome: 'matches', ...one });
    expect(figures(visit)).toEqual(nothing);
    expect(repeatedOrders(restarted(visit).kiosk).filter(({ to }) => to === 'device')).toEqual([]);
  });

  test('whose repetition finds an empty day has lost the first answer: a case, and no zero is the truth', () => {
    const visit = answers(restarted(asks(paid(kiosk()))), nothing);
    const opened = only(visit, 'case.opened');
    expect(opened).toMatchObject({ about: 'terminal-day-unknown', minor: 8_650 });
    expect(only(visit, 'terminal.day-closed')).toMatchObject({
      ...nothing,
      expected: one,
      outcome: 'lost',
      case: opened.case,
    });
    expect(figures(visit)).toEqual(nothing);
  });

  test('whose repetition finds an empty day that was empty is no case', () => {
    const visit = answers(restarted(asks(kiosk())), nothing);
    expect(only(visit, 'terminal.day-closed').outcome).toBe('matches');
    expect(openCases(visit)).toEqual([]);
  });

  test('whose repetition finds something else is a difference', () => {
    const visit = answers(restarted(asks(paid(kiosk()))), { minor: 8_000, count: 1 });
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'terminal-differs', minor: -650 });
  });

  test('whose repetition is refused before the terminal is ready gives it again when it is', () => {
    const visit = asks(paid(kiosk()));
    const command = order(visit);
    expect(written(refuses(restarted(visit), false))).toEqual([]);
    visit.step({ fact: 'device.ready', device });
    expect(sentOrders(visit)).toEqual([
      { to: 'device', order: { command: 'terminal.close-day', id: command, device } },
    ]);
    expect(written(visit.step({ fact: 'device.ready', device }))).toEqual([]);
    answers(visit, one);
    expect(only(visit, 'terminal.day-closed')).toMatchObject({ command, outcome: 'matches' });
  });

  test('whose repetition is refused by a terminal that is ready may have closed the day before', () => {
    const visit = restarted(asks(paid(kiosk()))).reached();
    refuses(visit, false);
    only(visit, 'terminal.close-refused');
    answers(asks(visit), nothing);
    expect(only(visit, 'terminal.day-closed').outcome).toBe('lost');
  });

  test('of the terminal alone gives it the order again, too', () => {
    const visit = asks(paid(kiosk()));
    const command = order(visit);
    visit.step({ fact: 'device.lost', device, reason: 'lost', message: 'gone' }).step({ fact: 'device.ready', device });
    expect(sentOrders(visit)).toEqual([
      { to: 'device', order: { command: 'terminal.close-day', id: command, device } },
    ]);
    answers(visit, nothing);
    expect(only(visit, 'terminal.day-closed').outcome).toBe('lost');
  });
});

describe('a terminal that says nothing', () => {
  test('for five minutes is a case, once; what it says later ends it', () => {
    const visit = asks(paid(kiosk()));
    expect(due(visit.kiosk)).toBe(visit.kiosk.monoMs + dayOutcomeMs);
    visit.waits(dayOutcomeMs - 1);
    expect(written(visit)).toEqual([]);
    visit.waits(1);
    const opened = only(visit, 'case.opened');
    expect(opened).toMatchObject({ about: 'terminal-day-unknown', minor: 8_650 });
    expect(only(visit, 'terminal.close-unknown')).toMatchObject({ command: order(visit), device, case: opened.case });
    expect(written(visit.waits(dayOutcomeMs))).toEqual([]);
    expect(daysDue(visit.kiosk)).toBe(Number.POSITIVE_INFINITY);
    answers(visit, one);
    expect(only(visit, 'terminal.day-closed').outcome).toBe('matches');
    expect(only(visit, 'case.resolved')).toMatchObject({ case: opened.case, outcome: 'explained' });
    expect(openCases(visit)).toEqual([]);
  });

  test('and differs in the end is another case, of the difference', () => {
    const visit = answers(asks(paid(kiosk())).waits(dayOutcomeMs), { minor: 8_000, count: 1 });
    expect(openCases(visit)).toMatchObject([{ about: 'terminal-differs', minor: -650 }]);
  });

  test('keeps its number over a start, and when the first answer turns out to be lost', () => {
    const visit = restarted(asks(paid(kiosk())).waits(dayOutcomeMs));
    expect(written(visit.waits(dayOutcomeMs))).toEqual([]);
    answers(visit, nothing);
    const opened = only(visit, 'case.opened');
    expect(only(visit, 'terminal.day-closed')).toMatchObject({ outcome: 'lost', case: opened.case });
    expect(openCases(visit)).toMatchObject([{ case: opened.case, about: 'terminal-day-unknown' }]);
  });

  test('may be asked again, by whoever wants it now, under the same id', () => {
    const visit = asks(paid(kiosk())).waits(dayOutcomeMs);
    const command = order(visit);
    asks(visit, '2');
    expect(all(visit, 'terminal.close-day').map((asked) => [asked.command, asked.by])).toEqual([
      [command, '1'],
      [command, '2'],
    ]);
    answers(visit, nothing);
    expect(only(visit, 'terminal.day-closed').outcome).toBe('lost');
  });

  test('because the order never left is none: the refusal ends the case', () => {
    const visit = refuses(asks(paid(kiosk())).waits(dayOutcomeMs), false);
    expect(openCases(visit)).toEqual([]);
  });

  test('and refuses what may have left keeps the case until the day is closed', () => {
    const visit = refuses(asks(paid(kiosk())).waits(dayOutcomeMs), true);
    expect(openCases(visit)).toMatchObject([{ about: 'terminal-day-unknown' }]);
    answers(asks(visit), one);
    expect(openCases(visit)).toEqual([]);
  });

  test('has a case that somebody ended: what it says then opens another, where it has to', () => {
    const visit = asks(paid(kiosk())).waits(dayOutcomeMs);
    const [record] = openCases(visit);
    const ending = { how: 'void', minor: null, reason: 'found', slip: null } as const;
    visit.step({ fact: 'case.settled', record: record!, ...ending, by: '1' });
    answers(restarted(visit), nothing);
    expect(openCases(visit)).toMatchObject([{ about: 'terminal-day-unknown' }]);
    expect(all(visit, 'case.opened')).toHaveLength(2);
  });
});
