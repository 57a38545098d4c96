import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { readMessage } from '../../../kiosk/server/intents.ts';
import type { RawSocket } from './raw-socket.ts';
import { createStage, type Stage, type StageOptions } from './stage.ts';

let stages: Stage[] = [];

async function stage(options: StageOptions = {}): Promise<Stage> {
  const made = await createStage(options);
  stages.push(made);
  return made;
}

afterEach(async () => {
  for (const one of stages) await one.end();
  stages = [];
});

const page = '/socket?page=page-0001';

function intent(number: unknown, body: unknown = { do: 'help' }, screen = 'welcome'): string {
  return JSON.stringify({ type: 'intent', number, screen, intent: body });
}

const answerTo = (number: number) => (message: Record<string, unknown>) => message.intent === number;

/** Sends a good intent and waits for its answer: all that was sent before it was read by then. */
async function stillServes(raw: RawSocket, number: number): Promise<void> {
  raw.text(intent(number));
  expect(await raw.until(answerTo(number))).toEqual({ type: 'accepted', intent: number });
}

function total(one: Stage): number {
  return Object.values(one.server.refused()).reduce((sum, count) => sum + count, 0);
}

describe('an intent', () => {
  it('is handed on once and accepted, with the screen it was made on', async () => {
    const one = await stage();
    const raw = await one.socket({ path: page });
    await raw.until((message) => message.type === 'view');
    raw.text(intent(1, { do: 'task', task: 'pay-bill' }));
    expect(await raw.until(answerTo(1))).toEqual({ type: 'accepted', intent: 1 });
    expect(one.intents).toEqual([{ intent: { do: 'task', task: 'pay-bill' }, screen: 'welcome' }]);
    expect(total(one)).toBe(0);
  });

  it('may come in sixteen fragments', async () => {
    const one = await stage();
    const raw = await one.socket();
    raw.frame(1, Buffer.from(intent(1)), false);
    for (let at = 0; at < 15; at++) raw.frame(0, Buffer.alloc(0), at === 14);
    expect(await raw.until(answerTo(1))).toEqual({ type: 'accepted', intent: 1 });
  });

  it('that is sent again is accepted again and not done, also over a new connection of the page', async () => {
    const one = await stage();
    const cookie = await one.enter();
    const first = await one.socket({ path: page, cookie });
    await stillServes(first, 7);
    first.text(intent(7));
    await stillServes(first, 8);
    first.end();
    const second = await one.socket({ path: page, cookie });
    second.text(intent(7));
    expect(await second.until(answerTo(7))).toEqual({ type: 'accepted', intent: 7 });
    second.text(intent(8));
    await second.until(answerTo(8));
    expect(one.intents).toHaveLength(2);
    expect(one.server.refused()['socket-number']).toBe(3);
  });

  it('of a page loaded anew counts from its own numbers', async () => {
    const one = await stage();
    const cookie = await one.enter();
    const first = await one.socket({ path: page, cookie });
    await stillServes(first, 1);
    const second = await one.socket({ path: '/socket?page=page-0002', cookie });
    await stillServes(second, 1);
    expect(one.intents).toHaveLength(2);
  });

  it('with a number below the highest that was never seen is refused', async () => {
    const one = await stage();
    const raw = await one.socket({ path: page });
    await stillServes(raw, 9);
    raw.text(intent(3));
    expect(await raw.until(answerTo(3))).toEqual({ type: 'refused', intent: 3, why: 'old-number' });
    expect(one.intents).toHaveLength(1);
  });

  it('made on another screen than now is refused with the reason, and stays refused', async () => {
    const one = await stage();
    const raw = await one.socket({ path: page });
    raw.text(intent(1, { do: 'confirm-bill' }, 'review'));
    expect(await raw.until(answerTo(1))).toEqual({ type: 'refused', intent: 1, why: 'stale-screen' });
    one.show({ body: { screen: 'settling', picture: 'paper', title: '…', text: '…' } });
    raw.text(intent(2, { do: 'begin' }, 'welcome'));
    expect(await raw.until(answerTo(2))).toMatchObject({ type: 'refused', why: 'stale-screen' });
    raw.text(intent(2, { do: 'begin' }, 'welcome'));
    raw.text(intent(3, { do: 'help' }, 'settling'));
    await raw.until(answerTo(3));
    expect(one.intents).toEqual([{ intent: { do: 'help' }, screen: 'settling' }]);
    expect(one.server.refused()['socket-stale']).toBe(2);
  });
});

describe('what is refused at the socket, with nothing handed on', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const cases: readonly (readonly [string, string])[] = [
    ['empty', ''],
    ['blank', '   '],
    ['truncated', '{"type":"intent","number":1,"screen":"welcome","intent":{"do":"he'],
    ['something after the value', `${intent(1)}x`],
    ['null', 'null'],
    ['a list', '[]'],
    ['a string', '"intent"'],
    ['two thousand levels deep', deep(2_000)],
    ['deep inside the intent', `{"type":"intent","number":1,"screen":"welcome","intent":${deep(50)}}`],
    ['1e400 as number', '{"type":"intent","number":1e400,"screen":"welcome","intent":{"do":"help"}}'],
    ['-0 as number', '{"type":"intent","number":-0,"screen":"welcome","intent":{"do":"help"}}'],
    ['0 as number', intent(0)],
    ['a negative number', intent(-1)],
    ['a fraction as number', intent(1.5)],
    ['a string as number', intent('1')],
    ['null as number', intent(null)],
    ['a number beyond 2^53', '{"type":"intent","number":9007199254740993,"screen":"welcome","intent":{"do":"help"}}'],
    ['no number', '{"type":"intent","screen":"welcome","intent":{"do":"help"}}'],
    ['no screen', '{"type":"intent","number":1,"intent":{"do":"help"}}'],
    ['an unknown screen', intent(1, { do: 'help' }, 'safe')],
    ['a screen by way of the prototype', intent(1, { do: 'help' }, 'toString')],
    [
      '__proto__ outside',
      '{"__proto__":{"type":"intent"},"type":"intent","number":1,"screen":"welcome","intent":{"do":"help"}}',
    ],
    ['__proto__ inside', '{"type":"intent","number":1,"screen":"welcome","intent":{"__proto__":{"do":"help"}}}'],
    ['__proto__ beside', '{"type":"intent","number":1,"screen":"welcome","intent":{"do":"help","__proto__":{}}}'],
    ['constructor', '{"type":"intent","number":1,"screen":"welcome","intent":{"do":"help","constructor":1}}'],
    ['a key twice', '{"type":"intent","type":"alive","number":1,"screen":"welcome","intent":{"do":"help"}}'],
    ['an unknown field', intent(1, { do: 'help', minor: 5_000 })],
    ['an unknown field outside', '{"type":"alive","minor":5000}'],
    ['an unknown type', '{"type":"view"}'],
    ['an unknown intent', intent(1, { do: 'open-door' })],
    ['an intent by way of the prototype', intent(1, { do: 'toString' })],
    ['no intent', intent(1, null)],
    ['credit', intent(1, { do: 'credit', currency: 'CNY', minor: 10_000 })],
    ['dispense', intent(1, { do: 'dispense', minor: 10_000 })],
    ['a fact', '{"fact":"note.stacked","currency":"CNY","minor":10000}'],
    ['a staff intent', intent(1, { do: 'staff', action: 'resolve-case' })],
    ['a staff log-in', intent(1, { do: 'staff.identified', role: 'administrator' })],
    ['a language nobody speaks', intent(1, { do: 'language', lang: 'xx' })],
    ['a method not from the list', intent(1, { do: 'method', method: 'free' })],
    ['a number that is a number', intent(1, { do: 'find-bill', number: 1001 })],
    ['an empty bill number', intent(1, { do: 'find-bill', number: '' })],
    ['a bill number of 41 signs', intent(1, { do: 'find-bill', number: '1'.repeat(41) })],
    ['a path as bill number', intent(1, { do: 'find-bill', number: '../payments' })],
    ['a line break in a bill number', intent(1, { do: 'find-bill', number: '1001\n' })],
    [
      'a half character, escaped',
      '{"type":"intent","number":1,"screen":"welcome","intent":{"do":"find-bill","number":"\\ud800"}}',
    ],
    ['full-width digits', intent(1, { do: 'find-bill', number: '１００１' })],
    ['a voucher code as a list', intent(1, { do: 'voucher', serial: '1', code: ['A'] })],
  ];

  it.each(cases)('%s', async (_name, message) => {
    const one = await stage();
    const raw = await one.socket();
    raw.text(message);
    await stillServes(raw, 2);
    expect(one.intents).toHaveLength(1);
    expect(total(one)).toBe(1);
    expect(Object.prototype).not.toHaveProperty('do');
  });

  it('says so to the browser when the number can be read', async () => {
    const one = await stage();
    const raw = await one.socket();
    raw.text(intent(4, { do: 'credit', minor: 100 }));
    expect(await raw.until(answerTo(4))).toEqual({ type: 'refused', intent: 4, why: 'unknown-intent' });
  });

  it('binary frames, even of a good intent', async () => {
    const one = await stage();
    const raw = await one.socket();
    raw.frame(2, Buffer.from(intent(1)));
    await stillServes(raw, 2);
    expect(one.intents).toHaveLength(1);
    expect(one.server.refused()['socket-binary']).toBe(1);
  });

  it.each([
    ['a message of 4097 bytes', (raw: RawSocket) => raw.text('x'.repeat(4_097))],
    ['1 MiB', (raw: RawSocket) => raw.text(intent(1, { do: 'find-bill', number: '1'.repeat(1_048_576) }))],
    ['a hundred thousand levels', (raw: RawSocket) => raw.text(deep(100_000))],
    ['bytes that are not UTF-8', (raw: RawSocket) => raw.frame(1, Buffer.from([0xed, 0xa0, 0x80]))],
    ['a frame without mask', (raw: RawSocket) => raw.bytes(Buffer.from([0x81, 2, 0x7b, 0x7d]))],
    ['a reserved opcode', (raw: RawSocket) => raw.frame(3, Buffer.from('{}'))],
    [
      'a message in seventeen fragments',
      (raw: RawSocket) => {
        raw.frame(1, Buffer.from('{'), false);
        for (let at = 0; at < 16; at++) raw.frame(0, Buffer.alloc(0), false);
      },
    ],
  ])('%s: the socket ends and the next one is served', async (_name, send) => {
    const one = await stage();
    const raw = await one.socket();
    send(raw);
    await raw.untilClosed();
    expect(one.intents).toEqual([]);
    expect(one.server.refused()['socket-frame']).toBeGreaterThan(0);
    await stillServes(await one.socket(), 1);
  });

  it('more than fifty messages a second, over as many connections as one likes', async () => {
    const clock = new VirtualClock(0);
    const one = await stage({ clock });
    const cookie = await one.enter();
    const raw = await one.socket({ cookie });
    for (let number = 1; number <= 10_000; number++) raw.text(intent(number));
    raw.end();
    const next = await one.socket({ cookie });
    next.text(intent(1));
    clock.runUntil(1_000);
    const late = await one.socket({ cookie });
    await expect.poll(() => one.server.refused()['socket-too-fast'], { timeout: 20_000 }).toBeGreaterThan(0);
    clock.runUntil(2_000);
    late.text(intent(1));
    await late.until(answerTo(1));
    expect(one.intents.length).toBeLessThanOrEqual(150);
  });

  it('ten thousand messages in one second: fifty are done, the rest counted', async () => {
    const clock = new VirtualClock(0);
    const one = await stage({ clock });
    const raw = await one.socket();
    for (let number = 1; number <= 10_000; number++) raw.text(intent(number));
    await expect.poll(() => one.server.refused()['socket-too-fast'], { timeout: 30_000 }).toBe(9_950);
    expect(one.intents).toHaveLength(50);
    clock.runUntil(1_000);
    await stillServes(raw, 20_000);
  });

  it('anything at all: no text is read as an intent that is not exactly one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        expect(readMessage(text).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('every message that differs from a good one by a sign is refused or is as harmless as the good one', () => {
    const good = intent(12, { do: 'find-bill', number: '1001' });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ unit: 'binary', maxLength: 2 }), (at, sign) => {
        const read = readMessage(good.slice(0, at) + sign + good.slice(at + 1));
        if (!read.ok || read.up.type === 'alive') return;
        expect(read.up.intent.do).toBe('find-bill');
        expect(Number.isSafeInteger(read.up.number)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('one glass at a time', () => {
  it('the newer wins, and the older is told and closed', async () => {
    const one = await stage();
    const cookie = await one.enter();
    const older = await one.socket({ cookie });
    await older.until((message) => message.type === 'view');
    const newer = await one.socket({ cookie });
    expect(await older.until((message) => message.type === 'replaced')).toEqual({ type: 'replaced' });
    await older.untilClosed();
    await stillServes(newer, 1);
    expect(one.intents).toHaveLength(1);
  });

  it('an intent of the older that comes too late is not done', async () => {
    const one = await stage();
    const cookie = await one.enter();
    const older = await one.socket({ cookie });
    const newer = await one.socket({ cookie });
    await older.until((message) => message.type === 'replaced');
    older.text(intent(1));
    await older.untilClosed();
    await stillServes(newer, 1);
    expect(one.intents).toHaveLength(1);
  });
});

describe('the View', () => {
  it('is sent on connecting and whenever it changes', async () => {
    const one = await stage();
    const raw = await one.socket();
    await raw.until((message) => message.type === 'view');
    one.show({ lang: 'en' });
    const view = await raw.until((message) => (message.view as { number?: number } | undefined)?.number === 2);
    expect(view).toMatchObject({ type: 'view', view: { lang: 'en' } });
  });

  it('reaches a slow reader as the newest only', async () => {
    const one = await stage();
    const raw = await one.socket();
    await raw.until((message) => message.type === 'view');
    raw.pause();
    const views = 3_000;
    for (let at = 0; at < views; at++) {
      one.show({ body: { screen: 'settling', picture: 'paper', title: 'x'.repeat(30_000), text: String(at) } });
      if (at % 100 === 0) await new Promise((turn) => setImmediate(turn));
    }
    raw.resume();
    await raw.until((message) => (message.view as { number?: number } | undefined)?.number === views + 1);
    expect(raw.received.length).toBeLessThan(views / 2);
    const numbers = raw.received.map((message) => (message.view as { number: number }).number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

describe('a glass that has gone', () => {
  it('is noticed after ten seconds without a sign, and seen again with the next', async () => {
    const clock = new VirtualClock(0);
    const one = await stage({ clock });
    expect(one.glass).toEqual([]);
    const raw = await one.socket({ path: page });
    await raw.until((message) => message.type === 'view');
    clock.runUntil(9_000);
    raw.text('{"type":"alive"}');
    await stillServes(raw, 1);
    clock.runUntil(18_999);
    expect(one.glass).toEqual(['seen']);
    clock.runUntil(19_000);
    expect(one.glass).toEqual(['seen', 'lost']);
    expect(one.server.glass()).toBe('lost');
    raw.text('{"type":"alive"}');
    await stillServes(raw, 2);
    expect(one.glass).toEqual(['seen', 'lost', 'seen']);
  });

  it('is not kept alive by nonsense', async () => {
    const clock = new VirtualClock(0);
    const one = await stage({ clock });
    const raw = await one.socket();
    await raw.until((message) => message.type === 'view');
    clock.runUntil(9_000);
    raw.text('{"type":"alive?"}');
    await expect.poll(() => one.server.refused()['socket-shape']).toBe(1);
    clock.runUntil(10_000);
    expect(one.glass).toEqual(['seen', 'lost']);
  });
});
