import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import { mainsAwayMs, mainsDue } from '../../../kiosk/cabinet/shut-down.ts';
import { levels, memory } from '../../../kiosk/command.ts';
import { reversalUnansweredMs } from '../../../kiosk/rules.ts';
import { due } from '../../../kiosk/session/time.ts';
import type { ScreenBody } from '../../../kiosk/server/wire.ts';
import { bill, Visit, withCharges } from '../view/visit.ts';

const device = 'cabinet';
const kind = 'cabinet-io';

function withModule(config: Config): Config {
  const temperature = { register: 0, scale: 0.1, low: 0, high: 50, stopLow: -10, stopHigh: 60 };
  const module = { id: device, protocol: 'other', port: 'DATA/ports/cabinet', settings: { kind, temperature } };
  return { ...config, devices: [...config.devices, module] };
}

const kiosk = (change: (config: Config) => Config = (config) => config) =>
  new Visit((config) => change(withModule(config))).boot();
const told = (of: Visit, contact: 'mains' | 'ups-low' | 'key', state: 'on' | 'off') =>
  of.step({ fact: 'contact.changed', device, contact, state });
const lost = (of: Visit) => told(of, 'mains', 'off');
const low = (of: Visit) => told(of, 'ups-low', 'on');
const kinds = (of: Visit) => of.recorded.map((entry) => entry.kind as string);
const ended = (of: Visit) => kinds(of).filter((one) => one === 'kiosk.shutting-down').length;
const closed = (of: Visit) => of.view().body as Extract<ScreenBody, { screen: 'out-of-service' }>;

describe('without mains', () => {
  test('nobody begins, the glass says why in both languages, and with them everything is as before', () => {
    const one = lost(kiosk());
    expect(closed(one)).toMatchObject({ screen: 'out-of-service', title: '停电，暂停收款', staff: null });
    expect(closed(one).titleOther).toBe('Power cut: closed for now');
    expect(one.begin().kiosk.session).toBeNull();
    expect(told(one, 'mains', 'on').view().body.screen).toBe('attract');
    expect(one.begin().kiosk.session).not.toBeNull();
  });

  test('the slot shuts in the middle of a visit, a note in it goes back, and the visit is told', () => {
    const one = kiosk().begin('en').payingCash();
    expect(levels(one.kiosk, 'acceptor')).not.toEqual({ accept: [] });
    expect(levels(lost(one).kiosk, 'acceptor')).toEqual({ accept: [] });
    expect(one.view().notice?.text).toBe('Power cut: no money is taken right now');
    one.escrow(1_000);
    expect(one.entries.map((entry) => entry.kind)).toContain('note.return');
    expect(kinds(one)).not.toContain('note.stack');
  });

  test('no other way to pay is offered beside the way out, and it is again with them', () => {
    const one = kiosk(withCharges).reached().begin().payingCash();
    const offers = () => one.view().actions.map(({ place }) => place);
    expect(offers()).toEqual(['back', 'other']);
    lost(one);
    expect(offers()).toEqual(['back']);
    told(one, 'mains', 'on');
    expect(offers()).toEqual(['back', 'other']);
  });

  test('a note that is on its way into the box is credited all the same', () => {
    const one = kiosk().begin().payingCash().escrow(1_000);
    lost(one);
    const [stack] = Object.values(one.kiosk.stacks);
    one.step({
      fact: 'note.stacked',
      device: 'acceptor',
      command: stack?.command ?? '',
      key: 'k1',
      currency: 'CNY',
      minor: 1_000,
    });
    expect(one.kiosk.session?.sale?.notes).toMatchObject([{ minor: 1_000 }]);
  });

  test('no card and no wallet is asked', () => {
    const one = new Visit((config) => withModule(withCharges(config))).boot().reached().begin().confirmed();
    lost(one).ask({ do: 'method', method: 'card' }).ask({ do: 'method', method: 'alipay' });
    expect(kinds(one)).not.toContain('charge.start');
  });

  test('what is inside comes back by the usual way out', () => {
    const one = kiosk().begin().payingCash().note(1_000);
    lost(one).ask({ do: 'cancel' });
    expect(one.entries.map((entry) => entry.kind)).toContain('voucher.issued');
  });
});

describe('the kiosk ends itself', () => {
  test('at once when it is idle and the battery is low, once', () => {
    const one = low(lost(kiosk()));
    expect(one.recorded.at(-1)).toEqual({ kind: 'kiosk.shutting-down', why: 'ups-low' });
    told(one, 'key', 'on');
    expect(ended(one)).toBe(1);
  });

  test('whichever is told first', () => {
    expect(ended(lost(low(kiosk())))).toBe(1);
  });

  test('not for a low battery as long as there are mains, and not without mains as long as they may come back', () => {
    expect(ended(low(kiosk()))).toBe(0);
    const one = lost(kiosk());
    expect(due(one.kiosk)).toBe(one.kiosk.monoMs + mainsAwayMs);
    expect(ended(one.waits(mainsAwayMs - 1_000))).toBe(0);
    expect(ended(one.waits(1_000))).toBe(1);
    expect(one.recorded.at(-1)).toMatchObject({ why: 'mains-away' });
  });

  test('not when the mains came back before', () => {
    const one = told(lost(kiosk()), 'mains', 'on').waits(mainsAwayMs);
    expect(ended(one)).toBe(0);
    expect(mainsDue(one.kiosk)).toBe(Number.POSITIVE_INFINITY);
  });

  test('only when a note that moves has its outcome and the slip for what is inside is printed', () => {
    const one = kiosk().begin().payingCash().escrow(1_000);
    low(lost(one));
    expect(one.kiosk.session?.stage.at).toBe('closing');
    const command = Object.values(one.kiosk.stacks)[0]?.command ?? '';
    one.step({ fact: 'note.stacked', device: 'acceptor', command, key: 'k1', currency: 'CNY', minor: 1_000 });
    expect(kinds(one)).toContain('voucher.issued');
    expect(ended(one)).toBe(0);
    one.printed().waits(60_000).waits(60_000);
    expect(one.kiosk.session).toBeNull();
    expect(ended(one)).toBe(1);
  });

  test('not held up by a wallet that is to give back under a number, and is away as the mains are', () => {
    const one = kiosk(withCharges).reached().begin().confirmed().charging('alipay').ask({ do: 'cancel' });
    one.approved().over();
    expect(Object.values(one.kiosk.cases)).toMatchObject([{ about: 'charge-late' }]);
    expect(ended(low(lost(one)))).toBe(1);
    expect(memory(one.kiosk, 'alipay').openCharges).toMatchObject([{ wanted: 'reverse' }]);
  });

  test('only when a terminal has given back, or its silence has a number', () => {
    const one = kiosk(withCharges).reached().begin().confirmed().charging('card').ask({ do: 'cancel' });
    one.approved();
    for (let n = 0; one.kiosk.session !== null && n < 20; n++) one.waits(20_000);
    expect([one.charge().status, one.kiosk.cases]).toEqual(['reversing', {}]);
    expect(ended(low(lost(one)))).toBe(0);
    one.waits(reversalUnansweredMs);
    expect(Object.values(one.kiosk.cases)).toMatchObject([{ about: 'reversal-unanswered' }]);
    expect(ended(one)).toBe(1);
    expect(memory(one.kiosk, 'terminal').openCharges).toMatchObject([{ wanted: 'reverse' }]);
  });

  test('a visit with nothing inside does not hold it up', () => {
    expect(ended(low(lost(kiosk().begin().found(bill))))).toBe(1);
  });
});

describe('the key', () => {
  test('offers the staff’s log-in instead of the greeting, and nobody begins until it is turned back', () => {
    const one = told(kiosk(), 'key', 'on');
    expect(closed(one).staff).toEqual({ label: '工作人员登录', labelOther: 'Staff log-in' });
    expect(one.begin().kiosk.session).toBeNull();
    expect(told(one, 'key', 'off').view().body.screen).toBe('attract');
  });

  test('does not interrupt a visit, and is not a log-in', () => {
    const one = told(kiosk().begin(), 'key', 'on');
    expect(one.view().body.screen).toBe('welcome');
    expect(one.kiosk.staff.service).toBeNull();
    one.ask({ do: 'back' });
    expect(closed(one).staff).not.toBeNull();
  });
});

describe('a cabinet that is far too hot or too cold', () => {
  const degrees = (of: Visit, celsiusTenths: number, limit: 'low' | 'ok' | 'high') =>
    of.step({ fact: 'temperature', device, celsiusTenths, limit });

  test.each([
    { at: 600, limit: 'high', says: '机内温度过高' },
    { at: -100, limit: 'low', says: '机内温度过低' },
  ] as const)('keeps everybody out at $at tenths, and says so', ({ at, limit, says }) => {
    const one = degrees(kiosk(), at, limit);
    expect(closed(one).since).toContain(says);
    expect(one.begin().kiosk.session).toBeNull();
    expect(degrees(one, 200, 'ok').begin().kiosk.session).not.toBeNull();
  });

  test('serves on where it is only a fault', () => {
    expect(degrees(kiosk(), 590, 'high').begin().kiosk.session).not.toBeNull();
  });
});
