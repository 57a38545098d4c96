/** Checks of machines, with the real drivers and the simulated machines: each passes where all is well, and fails where it is not. */
import { describe, expect, test } from 'vitest';
import { testNumber } from '../../kiosk/checks/catalog.ts';
import { filled, technician, Workshop } from './workshop.ts';

const yuan = 100;

describe.each(['id003', 'ccnet', 'ebds', 'ssp'])('an acceptor that speaks %s', (protocol) => {
  test('reads a note, gives it back and is seen to', () => {
    const shop = new Workshop(protocol);
    shop.begin('take-note', 'acceptor');
    shop.insert(2_000);
    expect(shop.ended).toMatchObject({
      check: 'take-note',
      device: 'acceptor',
      by: technician,
      outcome: 'passed',
      read: { currency: 'CNY', minor: 2_000, readMs: expect.any(Number), returnedMs: expect.any(Number) },
      fault: null,
      endedAt: expect.stringMatching(/^2026-03-31T01:/),
    });
    expect([shop.box, shop.openCases()]).toEqual([0, []]);
    expect(shop.entries('note.unowned')).toEqual([]);
  });
});

describe('an acceptor', () => {
  test('that throws every note out has failed, after three', () => {
    const shop = new Workshop();
    shop.begin('take-note', 'acceptor');
    for (let n = 0; n < 3; n++) {
      shop.insert(2_000, 'unreadable');
      shop.until('the note came back', () => shop.slot > 0);
      shop.hand('take');
    }
    expect(shop.ended).toMatchObject({ outcome: 'failed', read: { rejected: 3 } });
  });

  test('that is away has failed before anything is asked of anybody', () => {
    const shop = new Workshop();
    shop.hand('cut power');
    shop.until('it is lost', () => shop.world.kiosk?.devices.acceptor?.lost !== null);
    shop.begin('take-note', 'acceptor');
    expect(shop.ended).toMatchObject({ outcome: 'failed', fault: 'lost' });
  });

  test('that jams with the note has failed, by its own word', () => {
    const shop = new Workshop();
    shop.begin('take-note', 'acceptor');
    shop.insert(2_000);
    shop.hand('jam');
    expect(shop.ended.outcome).toBe('failed');
  });

  test('to which nobody comes is given up, and takes no note any more', () => {
    const shop = new Workshop();
    shop.begin('take-note', 'acceptor');
    expect(shop.ended).toMatchObject({ outcome: 'given-up', fault: 'nobody' });
    shop.wait(2_000);
    expect(shop.world.act('acceptor', { action: 'insert', minor: 2_000 }).ok).toBe(false);
  });
});

describe('a coin acceptor', () => {
  test('tells the coin and its counter; the coin is in the books, and no case', () => {
    const shop = new Workshop();
    shop.begin('take-coin', 'coins');
    shop.until('it takes a coin', () => shop.world.act('coins', { action: 'insert coin', minor: yuan }).ok);
    expect(shop.ended).toMatchObject({ outcome: 'passed', read: { minor: yuan, counter: expect.any(Number) } });
    expect(shop.entries('coin.checked')).toMatchObject([{ minor: yuan, by: technician, device: 'coins' }]);
    expect(shop.openCases()).toEqual([]);
    expect(shop.world.kiosk?.till.units).toContainEqual(
      expect.objectContaining({ device: 'coins', unit: 'box', minor: yuan, count: 1 }),
    );
  });
});

describe('a hopper', () => {
  test('pays one out, counts it, and the person has it: machine and books agree', () => {
    const shop = new Workshop();
    shop.begin('pay-one', 'yuan');
    shop.step('came');
    expect(shop.open?.read).toMatchObject({ minor: yuan, counter: expect.any(String) });
    const { was, now } = shop.open?.read ?? {};
    expect(Number(now) - Number(was)).toBe(1);
    shop.tell(true);
    expect(shop.ended).toMatchObject({ outcome: 'passed', read: { minor: yuan, told: true } });
    expect(shop.inHopper).toEqual([(filled - 1) * yuan, (filled - 1) * yuan]);
    expect(shop.entries('cash.dispense')).toMatchObject([
      { sale: null, session: null, reason: 'check', by: technician },
    ]);
    expect(shop.openCases()).toEqual([]);
  });

  test('whose coin nobody sees has failed, and the coin is booked out all the same', () => {
    const shop = new Workshop();
    shop.begin('pay-one', 'yuan');
    shop.step('came');
    shop.tell(false);
    expect(shop.ended).toMatchObject({ outcome: 'failed', fault: 'otherwise' });
    expect(shop.inHopper).toEqual([(filled - 1) * yuan, (filled - 1) * yuan]);
  });

  test('that is empty against the books has failed, and nobody is owed anything', () => {
    const shop = new Workshop('id003', 0);
    shop.begin('pay-one', 'yuan');
    expect(shop.ended).toMatchObject({ outcome: 'failed' });
    expect(shop.openCases().filter((about) => about === 'change-owed')).toEqual([]);
    expect(shop.inHopper[1]).toBe(filled * yuan);
  });

  test('that jams has failed', () => {
    const shop = new Workshop();
    expect(shop.world.act('yuan', { action: 'jam hopper' })).toEqual({ ok: true });
    shop.begin('pay-one', 'yuan');
    expect(shop.ended).toMatchObject({ outcome: 'failed' });
    expect(shop.openCases().filter((about) => about === 'change-owed')).toEqual([]);
  });

  test.each([
    ['k', 'b3', 'cash.dispense'],
    ['p', 'b3', 'payout.starting'],
    ['k', 'b1', 'payout.done'],
    ['p', 'b0', 'payout.done'],
  ] as const)(
    'pays nothing twice when the daemon ends (%s at %s %s): the check is given up, the coin is booked',
    (how, at, what) => {
      const shop = new Workshop();
      shop.crashAt(how, at, what);
      shop.begin('pay-one', 'yuan');
      shop.back();
      expect(shop.ended).toMatchObject({ outcome: 'given-up', fault: 'restart' });
      shop.until('the order has an end', () => Object.keys(shop.world.kiosk?.payouts ?? {}).length === 0);
      const [held, booked] = shop.inHopper;
      expect(held).toBeGreaterThanOrEqual((filled - 1) * yuan);
      expect(booked).toBe(held);
      expect(shop.entries('check.ended')).toHaveLength(1);
    },
  );
});

describe('a printer', () => {
  test('prints the page, and only the number on it passes', () => {
    const shop = new Workshop();
    const command = shop.begin('test-page', 'printer');
    shop.step('number');
    expect(shop.world.machines.printer?.printed?.().at(-1)).toMatchObject({ cut: true });
    const number = shop.open?.number ?? 0;
    // What the page shows of the check tells nobody.
    expect(number).not.toBe(testNumber(command));
    shop.tell(number);
    expect(shop.ended).toMatchObject({ outcome: 'passed', read: { printedMs: expect.any(Number) } });
  });

  test('whose page has another number has failed', () => {
    const shop = new Workshop();
    shop.begin('test-page', 'printer');
    shop.step('number');
    shop.tell((shop.open?.number ?? 0) - 1);
    expect(shop.ended).toMatchObject({ outcome: 'failed', fault: 'otherwise' });
  });

  test.each(['paper', 'cutter', 'power'])('without %s has failed', (what) => {
    const shop = new Workshop();
    if (what === 'paper') shop.world.act('printer', { action: 'paper', value: 'out' });
    else if (what === 'cutter') expect(shop.world.act('printer', { action: 'jam' })).toEqual({ ok: true });
    else shop.world.act('printer', { action: 'cut power' });
    shop.begin('test-page', 'printer');
    expect(shop.ended).toMatchObject({ outcome: 'failed' });
    expect(shop.ended.fault).not.toBeNull();
  });

  test.each([true, false])('cuts the page off, as only who takes it can say: %s', (isCut) => {
    const shop = new Workshop();
    shop.begin('cutter', 'printer');
    expect(shop.open?.step).toBe('begun');
    shop.tell(true);
    shop.step('out');
    expect(shop.world.machines.printer?.printed?.().at(-1)).toMatchObject({ cut: true });
    shop.tell(isCut);
    expect(shop.ended).toMatchObject({ outcome: isCut ? 'passed' : 'failed', read: { told: isCut, wanted: true } });
  });

  test('sees its paper go and come back', () => {
    const shop = new Workshop();
    shop.begin('paper-sensor', 'printer');
    shop.world.act('printer', { action: 'paper', value: 'out' });
    shop.step('away');
    shop.world.act('printer', { action: 'paper', value: 'ok' });
    expect(shop.ended).toMatchObject({ outcome: 'passed', read: { saw: 'out', paper: 'ok' } });
  });

  test('whose sensors see nothing is given up, not passed', () => {
    const shop = new Workshop();
    shop.begin('paper-sensor', 'printer');
    expect(shop.ended).toMatchObject({ outcome: 'given-up', fault: 'nobody' });
  });
});

describe('a scanner', () => {
  test.each([
    ['TEST-4711', 9, 'TEST-4711'],
    ['INV-20260331', 12, 'IN'],
    // A payment code: nothing of it may be kept.
    ['281234567890123456', 18, ''],
  ])('reads %s and tells no more than it may', (text, length, begins) => {
    const shop = new Workshop();
    shop.begin('read-code', 'scanner');
    expect(shop.world.act('scanner', { action: 'scan', text })).toEqual({ ok: true });
    expect(shop.ended).toMatchObject({ outcome: 'passed', read: { length, begins } });
    const journal = [...shop.world.disk.contents().rows(0)].map(({ body }) => body).join('\n');
    if (begins === '') expect(journal).not.toContain(text.slice(0, 6));
  });

  test('that is unplugged has failed', () => {
    const shop = new Workshop();
    shop.world.wires.scanner?.cut();
    shop.until('it is lost', () => shop.world.kiosk?.devices.scanner?.lost !== null);
    shop.begin('read-code', 'scanner');
    expect(shop.ended).toMatchObject({ outcome: 'failed', fault: 'lost' });
  });
});

describe('a card terminal', () => {
  test('makes its diagnosis and says how it is', () => {
    const shop = new Workshop();
    shop.begin('terminal', 'terminal');
    expect(shop.ended).toMatchObject({
      outcome: 'passed',
      read: { diagnosis: 'made', status: '00', terminal: expect.any(Number), tookMs: expect.any(Number) },
    });
  });

  test('that falls silent has failed', () => {
    const shop = new Workshop();
    shop.world.machines.terminal?.act({ action: 'cut power' });
    shop.begin('terminal', 'terminal');
    expect(shop.ended).toMatchObject({ outcome: 'failed' });
  });
});

describe('the contacts of the cabinet', () => {
  test('are seen to change and change back', () => {
    const shop = new Workshop();
    shop.begin('contacts', 'module');
    shop.world.act('module', { action: 'open door' });
    shop.step('back');
    shop.world.act('module', { action: 'close door' });
    expect(shop.ended).toMatchObject({ outcome: 'passed', read: { contact: 'door', first: 'open', second: 'closed' } });
  });

  test('that stay open have not passed', () => {
    const shop = new Workshop();
    shop.begin('contacts', 'module');
    shop.world.act('module', { action: 'open door' });
    shop.step('back');
    expect(shop.ended).toMatchObject({ outcome: 'given-up' });
  });
});

/** What of the module moved, in order. */
function seenAtModule(shop: Workshop, kind: 'lamp' | 'relay'): readonly string[] {
  const moved: string[] = [];
  shop.world.onMachine = (device, event) => {
    if (device === 'module' && event.event === kind) moved.push(`${event[kind]} ${event.state}`);
  };
  return moved;
}

describe('the lamps of the cabinet', () => {
  const all = ['slot', 'cup', 'reader', 'printer', 'alarm'];

  test('shine one after the other, each alone, and a person says of each that it is lit', () => {
    const shop = new Workshop();
    const moved = seenAtModule(shop, 'lamp');
    shop.begin('lamps', 'module');
    for (const lamp of all) {
      shop.step('lit');
      expect(shop.open?.read.lamp).toBe(lamp);
      shop.tell(true);
    }
    expect(shop.ended).toMatchObject({ outcome: 'passed', by: technician });
    expect(shop.ended.read).toEqual({
      ...Object.fromEntries(all.map((lamp) => [lamp, true])),
      coilMs: expect.any(Number),
    });
    shop.wait(5_000);
    const lit = moved.filter((word) => word.endsWith(' on'));
    expect(lit).toEqual(all.map((lamp) => `${lamp} on`));
    // Each goes dark before or as the next is lit, and the last when the check has ended.
    expect(moved.filter((word) => word.endsWith(' off'))).toEqual(all.map((lamp) => `${lamp} off`));
    expect(shop.entries('check.ordered').map(({ order }) => order.command)).toEqual(all.map(() => 'lamp'));
  });

  test('of which one stays dark have failed, after all were tried', () => {
    const shop = new Workshop();
    shop.begin('lamps', 'module');
    for (const lamp of all) {
      shop.step('lit');
      shop.tell(lamp !== 'cup');
    }
    expect(shop.ended).toMatchObject({
      outcome: 'failed',
      fault: 'otherwise',
      read: { slot: true, cup: false, alarm: true },
    });
  });

  test('have failed without a question where the module confirms and switches nothing', () => {
    const shop = new Workshop();
    expect(shop.world.act('module', { action: 'misbehave', value: 'stuck' })).toEqual({ ok: true });
    shop.begin('lamps', 'module');
    expect(shop.ended).toMatchObject({ outcome: 'failed', fault: 'coil-stood', read: { lamp: 'slot' } });
  });

  test('are not looked at before the output is on: an early word is not heard', () => {
    const shop = new Workshop();
    shop.begin('lamps', 'module');
    expect(shop.open?.step).toBe('lighting');
    shop.tell(true);
    expect(shop.open?.read).toEqual({ lamp: 'slot' });
  });

  test('of a module that is away have failed', () => {
    const shop = new Workshop();
    shop.begin('lamps', 'module');
    shop.step('lit');
    shop.world.act('module', { action: 'cut power' });
    expect(shop.ended).toMatchObject({ outcome: 'failed', fault: 'lost-silent' });
  });
});

describe('the relay that lets goods out', () => {
  test('is not switched before the person who was warned says so, then once, and is on record before it moves', () => {
    const shop = new Workshop();
    const moved = seenAtModule(shop, 'relay');
    shop.begin('relay', 'module');
    shop.wait(10_000);
    expect([shop.open?.step, moved, shop.entries('check.ordered')]).toEqual(['begun', [], []]);
    shop.tell(true);
    shop.step('switched');
    expect(moved).toEqual(['goods on', 'goods off']);
    shop.tell(true);
    expect(shop.ended).toMatchObject({
      outcome: 'passed',
      read: { relay: 'goods', onMs: 500, switchedMs: expect.any(Number), told: true },
    });
    expect(shop.entries('check.ordered')).toMatchObject([
      { device: 'module', by: technician, order: { command: 'relay.pulse', relay: 'goods', ms: 500 } },
    ]);
    expect([moved.length, shop.openCases()]).toEqual([2, []]);
  });

  test('is left alone where the person does not want it', () => {
    const shop = new Workshop();
    const moved = seenAtModule(shop, 'relay');
    shop.begin('relay', 'module');
    shop.tell(false);
    expect(shop.ended).toMatchObject({ outcome: 'given-up', fault: 'cancelled' });
    shop.wait(5_000);
    expect([moved, shop.entries('check.ordered')]).toEqual([[], []]);
  });

  test('that does not move has failed', () => {
    const shop = new Workshop();
    shop.world.act('module', { action: 'misbehave', value: 'stuck' });
    shop.begin('relay', 'module');
    shop.tell(true);
    expect(shop.ended.outcome).toBe('failed');
  });

  test.each([
    ['b3', 'check.ordered', 0],
    ['b5', 'relay-on', 1],
  ] as const)('is switched once at most when the daemon ends at %s %s', (boundary, what, times) => {
    const shop = new Workshop();
    const moved = seenAtModule(shop, 'relay');
    shop.crashAt('k', boundary, what);
    shop.begin('relay', 'module');
    shop.tell(true);
    shop.back();
    expect(shop.ended).toMatchObject({ outcome: 'given-up', fault: 'restart' });
    shop.wait(30_000);
    expect(moved.filter((word) => word === 'goods on')).toHaveLength(times);
  });
});

describe('a check', () => {
  test('ends with whoever began it, and is not begun beside another', () => {
    const shop = new Workshop();
    shop.begin('take-note', 'acceptor');
    shop.take({ fact: 'check.asked', check: 'pay-one', device: 'yuan', by: technician });
    expect(shop.entries('check.started')).toHaveLength(1);
    shop.take({ fact: 'staff.left' });
    expect(shop.ended).toMatchObject({ outcome: 'given-up', fault: 'left' });
    shop.take({ fact: 'check.asked', check: 'pay-one', device: 'yuan', by: technician });
    expect(shop.entries('check.started')).toHaveLength(1);
  });

  test('is not begun while a customer is served', () => {
    const shop = new Workshop();
    shop.take({ fact: 'staff.left' });
    shop.toCash(5_000);
    shop.take({ fact: 'check.asked', check: 'take-note', device: 'acceptor', by: technician });
    expect(shop.entries('check.started')).toEqual([]);
  });

  test('keeps its last result, over a start', () => {
    const shop = new Workshop();
    shop.begin('take-note', 'acceptor');
    shop.insert(2_000);
    expect(shop.ended.outcome).toBe('passed');
    shop.world.crash('k');
    shop.back();
    expect(shop.world.kiosk?.checks.last).toMatchObject([
      { check: 'take-note', device: 'acceptor', outcome: 'passed' },
    ]);
  });
});
