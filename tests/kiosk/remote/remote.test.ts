import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import { orderOf } from '../../../kiosk/command.ts';
import { entryClass } from '../../../kiosk/entry.ts';
import { apply, emptyKiosk } from '../../../kiosk/kiosk.ts';
import { openRemoteMaximum, type RemoteAct, type RemotePriority } from '../../../kiosk/remote/order.ts';
import { due } from '../../../kiosk/session/time.ts';
import type { ScreenBody } from '../../../kiosk/server/wire.ts';
import { Shift } from '../staff/shift.ts';
import { Visit } from '../view/visit.ts';

const minuteMs = 60_000;

/** The office orders it now, for ten minutes. */
function order(
  of: Visit,
  seq: number,
  act: RemoteAct,
  priority: RemotePriority = 'now',
  problem: 'clock' | null = null,
) {
  const nowMs = of.kiosk.wallMs;
  const at = (ms: number) => new Date(ms).toISOString();
  const deadline = at(nowMs + 10 * minuteMs);
  return of.step({ fact: 'remote.ordered', seq, order: act, priority, orderedAt: at(nowMs), deadline, problem });
}

const written = (of: Visit) => of.recorded.filter(({ kind }) => entryClass(kind) !== 'volatile');
const kindsOf = (of: Visit) => of.entries.map(({ kind }) => kind).filter((kind) => entryClass(kind) !== 'volatile');
const ends = (of: Visit) =>
  of.recorded.flatMap((body) => (body.kind === 'remote.done' ? [`${body.seq} ${body.outcome} ${body.result}`] : []));
const screen = (of: Visit) => of.view().body as Extract<ScreenBody, { screen: 'out-of-service' }>;
const open = () => new Visit().boot();
const leave = (of: Visit) => {
  of.ask({ do: 'cancel' });
  for (let n = 0; n < 20 && of.kiosk.session !== null; n++) of.step({ fact: 'time.reached' }, minuteMs);
  return of;
};

/** As a start makes of what was written up to here, and what that start decides. */
function startedAfter(of: Visit, entries = written(of)): Visit {
  const next = new Visit();
  next.kiosk = entries.reduce(apply, emptyKiosk(next.kiosk.rules));
  return next.boot();
}

test('an order that waits when the clock is found to be off is refused, however early that clock says it is', () => {
  const one = order(open().begin(), 1, { act: 'restart' }, 'idle');
  one.step({ fact: 'clock.judged', offMs: -3_600_000 });
  expect(ends(one)).toEqual(['1 refused clock']);
  leave(one);
  expect(kindsOf(one)).not.toContain('remote.begun');
});

test('a picture of the glass waits while the code of a slip is typed there, and comes when it is gone', () => {
  const one = open().begin().confirmed().ask({ do: 'method', method: 'voucher' });
  expect(one.kiosk.session?.stage.at).toBe('voucher');
  order(one, 1, { act: 'screenshot' }, 'now');
  expect(kindsOf(one)).toEqual(['remote.ordered']);
  one.ask({ do: 'back' });
  expect(one.kiosk.session?.stage.at).toBe('choose');
  expect(kindsOf(one)).toContain('remote.begun');
});

describe('a kiosk that the office locks', () => {
  test('says so in both languages, nobody begins, and it opens with the order that unlocks it', () => {
    const one = order(open(), 1, { act: 'lock' });
    expect(kindsOf(one)).toEqual(['remote.ordered', 'remote.done']);
    expect(screen(one)).toMatchObject({ screen: 'out-of-service', title: '已由管理人员暂停使用' });
    expect(screen(one).titleOther).toBe('Closed by our office');
    expect(one.begin().kiosk.session).toBeNull();
    expect(startedAfter(one).begin().kiosk.session).toBeNull();
    order(one, 2, { act: 'unlock' });
    expect(one.view().body.screen).toBe('attract');
    expect(one.begin().kiosk.session).not.toBeNull();
  });

  test('lets a visit that has begun go on, whatever the priority', () => {
    for (const priority of ['now', 'after-customer', 'idle'] as const) {
      const one = order(open().begin().payingCash(), 1, { act: 'lock' }, priority);
      expect(one.kiosk.session).not.toBeNull();
      expect(one.kiosk.remote.locked === null).toBe(priority !== 'now');
      one.note(2_000);
      expect(one.kiosk.session?.sale?.notes).toHaveLength(1);
    }
  });

  test('is locked with the end of the visit and before the next one, after the customer', () => {
    const one = order(open().begin(), 1, { act: 'lock' }, 'after-customer');
    one.ask({ do: 'cancel' });
    for (let n = 0; n < 20 && one.kiosk.session !== null; n++) one.step({ fact: 'time.reached' }, 20_000);
    expect(kindsOf(one).slice(-2)).toEqual(['session.ended', 'remote.done']);
    expect(one.begin().kiosk.session).toBeNull();
  });

  test('is opened by a person at the machine, who is recorded', () => {
    const one = new Shift().hired('technician');
    order(one, 1, { act: 'lock' });
    one.step({ fact: 'remote.unlock-asked', by: '1' });
    expect(one.kinds).toEqual(['remote.unlocked']);
    expect(one.kiosk.remote.locked).toBeNull();
    expect(one.step({ fact: 'remote.unlock-asked', by: '1' }).kinds).toEqual([]);
  });
});

describe('an order', () => {
  test('runs once, however often, late and mixed up its number comes', () => {
    const one = open();
    for (const seq of [2, 1, 2, 2, 1]) order(one, seq, { act: 'lock' });
    expect(ends(one)).toEqual(['2 done null']);
    const next = startedAfter(one);
    order(next, 2, { act: 'lock' });
    expect(ends(next)).toEqual([]);
  });

  test('is over when its moment has not come before its deadline', () => {
    const one = order(open().begin(), 1, { act: 'restart' }, 'idle');
    expect(due(one.kiosk)).toBeLessThanOrEqual(one.kiosk.monoMs + 10 * minuteMs);
    one.step({ fact: 'note.accepting', device: 'acceptor' }, 10 * minuteMs);
    expect(ends(one)).toEqual(['1 expired null']);
    expect(leave(one).recorded.some(({ kind }) => kind === 'kiosk.shutting-down')).toBe(false);
  });

  test('whose time nobody can judge by this clock is recorded and refused', () => {
    expect(ends(order(open(), 1, { act: 'lock' }, 'now', 'clock'))).toEqual(['1 refused clock']);
  });

  test('waits beside so many, and one more is refused', () => {
    const one = open().begin();
    for (let seq = 1; seq <= openRemoteMaximum + 1; seq++) order(one, seq, { act: 'send-log' }, 'idle');
    expect(ends(one)).toEqual([`${openRemoteMaximum + 1} refused too-many`]);
  });

  test('that still waits makes room for a later one about the same', () => {
    const one = order(open().begin(), 1, { act: 'lock' }, 'idle');
    order(one, 2, { act: 'unlock' }, 'idle');
    expect(ends(one)).toEqual(['1 refused overtaken']);
    expect(ends(leave(one))).toEqual(['1 refused overtaken', '2 done null']);
    expect(one.kiosk.remote.locked).toBeNull();
  });
});

describe('a restart', () => {
  const shutting = (of: Visit) => of.recorded.filter(({ kind }) => kind === 'kiosk.shutting-down');

  test('ends the kiosk when it is idle, is done with the start that follows, and not made again', () => {
    const one = order(open(), 1, { act: 'restart' }, 'idle');
    expect(kindsOf(one)).toEqual(['remote.ordered', 'remote.begun', 'kiosk.shutting-down']);
    expect(shutting(one)).toEqual([{ kind: 'kiosk.shutting-down', why: 'restart' }]);
    const next = startedAfter(one);
    expect(ends(next)).toEqual(['1 done started']);
    expect(shutting(next)).toEqual([]);
    expect(next.begin().kiosk.session).not.toBeNull();
  });

  test('cut off after each of its entries happens at most once and ends once', () => {
    const all = written(order(open(), 1, { act: 'restart' }, 'idle'));
    for (let kept = 0; kept <= all.length; kept++) {
      const first = all.slice(0, kept);
      const next = startedAfter(open(), first);
      const begun = [...first, ...next.recorded].filter(({ kind }) => kind === 'remote.begun');
      const last = startedAfter(next, [...first, ...written(next)]);
      const ordered = first.some(({ kind }) => kind === 'remote.ordered');
      expect(begun).toHaveLength(ordered ? 1 : 0);
      expect([...ends(next), ...ends(last)]).toEqual(ordered ? ['1 done started'] : []);
    }
  });

  test('is refused in the middle of a visit where it was wanted now, and waits for its end otherwise', () => {
    expect(ends(order(open().begin(), 1, { act: 'restart' }))).toEqual(['1 refused customer']);
    const one = order(open().begin(), 1, { act: 'restart' }, 'after-customer');
    expect(shutting(one)).toEqual([]);
    expect(shutting(leave(one))).toHaveLength(1);
  });

  test('waits until no note moves, and nobody begins meanwhile', () => {
    const one = open().step({ fact: 'note.accepting', device: 'acceptor' });
    order(one, 1, { act: 'restart' });
    expect(shutting(one)).toEqual([]);
    expect(screen(one).since).toBe('本机即将重新启动，一分钟左右自动恢复收款');
    expect(one.begin().kiosk.session).toBeNull();
    one.step({ fact: 'note.returned', device: 'acceptor', command: null, currency: 'CNY', minor: 2_000 });
    expect(shutting(one)).toHaveLength(1);
  });

  test('waits for the end of a machine’s check, also where it is wanted now', () => {
    const one = new Shift().hired('administrator').enters('1');
    one.step({ fact: 'check.asked', check: 'take-note', device: 'acceptor', by: '1' });
    const command = one.kiosk.checks.open?.command ?? '';
    order(one, 1, { act: 'restart' });
    expect(shutting(one)).toEqual([]);
    one.step({ fact: 'check.cancelled', command });
    expect(one.kiosk.checks.open).toBeNull();
    expect(shutting(one)).toHaveLength(1);
  });

  test('is the last thing that this process does: what waited with it is begun by the next one', () => {
    const one = order(open().begin(), 1, { act: 'restart' }, 'after-customer');
    order(one, 2, { act: 'send-log' }, 'after-customer');
    const next = startedAfter(leave(one));
    expect([...ends(one), ...ends(next)]).toEqual(['1 done started']);
    expect(next.kiosk.remote.open).toMatchObject([{ seq: 2, begun: true }]);
  });

  test('does not take the machine from staff, but where it is wanted now', () => {
    const one = new Shift().hired('technician').enters('1');
    order(one, 1, { act: 'restart' }, 'idle');
    expect(shutting(one)).toEqual([]);
    order(one, 2, { act: 'restart' });
    expect(shutting(one)).toHaveLength(1);
  });
});

describe('a kiosk that leaves its office', () => {
  const left = { fact: 'office.left', by: '1', second: null } as const;
  const paired = { fact: 'office.paired', office: 'https://office.example', since: null } as const;

  test('offers every way to pay again and shows no message; its lock is opened by a person', () => {
    const one = open().step(paired);
    order(one, 1, { act: 'method', method: 'voucher', enabled: false });
    order(one, 2, { act: 'message', text: { 'zh-CN': '今天 18 点关门', en: 'Closing at 18:00 today' } });
    order(one, 3, { act: 'lock' });
    one.step(left);
    expect(one.kiosk.remote).toMatchObject({ off: [], message: null, locked: { seq: 3 } });
    expect(one.step({ fact: 'remote.unlock-asked', by: '1' }).kiosk.remote.locked).toBeNull();
  });

  test('runs nothing that still waited, and ends what had begun once', () => {
    const one = order(open().step(paired), 1, { act: 'send-log' });
    order(one.begin(), 2, { act: 'restart' }, 'idle');
    one.step(left);
    one.step({ fact: 'remote.answered', seq: 1, outcome: 'done', result: null });
    expect(ends(leave(one))).toEqual(['2 refused left', '1 done null']);
    expect(one.recorded.some(({ kind }) => kind === 'kiosk.shutting-down')).toBe(false);
  });
});

describe('what leaves the program', () => {
  const acts: readonly RemoteAct[] = [{ act: 'send-log' }, { act: 'screenshot' }, { act: 'send-trace', device: 'x' }];

  test('goes out once, and its answer is its end', () => {
    for (const act of acts) {
      const one = order(open().begin(), 1, act);
      expect(one.entries.map(orderOf)).toContainEqual({ to: 'office-hand', order: { seq: 1, act } });
      one.step({ fact: 'remote.answered', seq: 1, outcome: 'refused', result: 'no-display' });
      one.step({ fact: 'remote.answered', seq: 1, outcome: 'done', result: null });
      expect(ends(one)).toEqual(['1 refused no-display']);
    }
  });

  test('has no answer before it goes out', () => {
    const one = order(open().begin(), 1, { act: 'send-log' }, 'idle');
    one.step({ fact: 'remote.answered', seq: 1, outcome: 'done', result: null });
    expect(ends(one)).toEqual([]);
    expect(one.kiosk.remote.open).toMatchObject([{ seq: 1, begun: false }]);
  });

  test('that a crash cut off has failed, and does not go out again', () => {
    const next = startedAfter(order(open(), 1, { act: 'send-log' }));
    expect(ends(next)).toEqual(['1 failed cut-off']);
    expect(next.recorded.some(({ kind }) => kind === 'remote.begun')).toBe(false);
  });

  test('a reboot keeps everybody out until its program has ended', () => {
    const one = order(open(), 1, { act: 'reboot' }, 'after-customer');
    expect(one.begin().kiosk.session).toBeNull();
    one.step({ fact: 'remote.answered', seq: 1, outcome: 'failed', result: 'exit-1' });
    expect(one.begin().kiosk.session).not.toBeNull();
  });
});

describe('the day', () => {
  test('is closed once, not in a visit, and not when nothing was booked since', () => {
    const one = order(open(), 1, { act: 'close-day' });
    order(one, 2, { act: 'close-day' });
    order(one.begin(), 3, { act: 'close-day' });
    expect(ends(one)).toEqual(['1 done null', '2 refused nothing', '3 refused customer']);
    expect(one.recorded.filter(({ kind }) => kind === 'day.closed')).toMatchObject([{ z: 1, by: null }]);
  });
});

describe('a way to pay', () => {
  const charging = (config: Config): Config => ({ ...config, methods: ['cash', 'card', 'voucher'] });
  const method = (name: string, enabled: boolean) => ({ act: 'method', method: name, enabled }) as const;

  test('is not offered any more, over a start too, until it is again', () => {
    const one = order(new Visit(charging).boot(), 1, method('cash', false));
    const offered = (of: Visit) => {
      const { body } = of.view();
      return 'methods' in body ? body.methods.map(({ icon }) => icon) : [];
    };
    expect(offered(one)).not.toContain('cash');
    order(one, 2, method('cash', true));
    expect(ends(one)).toEqual(['1 done null', '2 done null']);
    expect(one.kiosk.remote.off).toEqual([]);
  });

  test('that is in use goes on, and is not chosen anew', () => {
    const one = order(new Visit(charging).boot().begin().payingCash(), 1, method('cash', false));
    one.note(2_000);
    expect(one.kiosk.session?.sale?.notes).toHaveLength(1);
    one.ask({ do: 'other-way' }).ask({ do: 'method', method: 'cash' });
    expect(one.kiosk.session?.stage.at).toBe('choose');
  });

  test('is left as it is where none would remain, and where it is none here', () => {
    const one = order(new Visit(charging).boot(), 1, method('card', false));
    order(one, 2, method('cash', false));
    order(one, 3, method('alipay', false));
    expect(ends(one)).toEqual(['1 done null', '2 refused last-method', '3 refused no-method']);
  });
});
