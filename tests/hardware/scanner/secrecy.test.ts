/** A payment code is money for a minute: after a scan it stands in its fact and nowhere else. */
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import type { Driver } from '../../../hardware/driver.ts';
import { CRASHED, Link } from '../../../hardware/link.ts';
import { openDevices } from '../../../hardware/open.ts';
import { noProbe, type Port, type PortListener } from '../../../hardware/port.ts';
import type { ProtocolFrontDoor } from '../../../hardware/protocol.ts';
import type { Frame } from '../../../hardware/scanner/frame.ts';
import { frontDoor } from '../../../hardware/scanner/index.ts';
import type { TraceEntry } from '../../../hardware/trace.ts';
import { createLog } from '../../../kiosk/log.ts';

const CODE = '134567890123456789';
const bytes = new TextEncoder().encode(CODE);

/** A scanner’s driver that breaks at every code, and says at which. */
const breaking = vi.hoisted(() => ({ words: (text: string): unknown => new RangeError(`cannot read ${text}`) }));

function brokenDoor(): ProtocolFrontDoor {
  const createDriver: ProtocolFrontDoor['createDriver'] = (options) => {
    const driver = frontDoor.createDriver(options);
    return {
      ...driver,
      step(state, input) {
        if (input.type === 'frame') throw breaking.words((input.frame as Frame).text);
        return driver.step(state as never, input as never);
      },
    } as Driver<unknown, unknown>;
  };
  return { ...(frontDoor as unknown as ProtocolFrontDoor), protocol: 'broken', createDriver };
}

vi.mock('../../../hardware/catalog.ts', async (original) => {
  const catalog = await original<typeof import('../../../hardware/catalog.ts')>();
  const named = (name: string) => (name === 'broken' ? { driver: brokenDoor() } : catalog.protocolNamed(name));
  return { ...catalog, protocolNamed: named };
});

class Wire implements Port {
  readonly name = 'wire';
  private listener: PortListener | null = null;

  open(listener: PortListener): void {
    this.listener = listener;
    listener.opened();
  }

  send(): void {
    throw new Error('a scanner is told nothing');
  }

  close(): void {}

  say(text: string): void {
    this.listener?.received(new TextEncoder().encode(text));
  }

  drop(): void {
    this.listener?.closed({ code: 'lost', message: 'the device was unplugged' });
  }
}

/** The code, or its digits in a row, in whatever way somebody may print it. */
function expectNowhere(what: unknown): void {
  const hex = Buffer.from(bytes).toString('hex');
  const shown = [JSON.stringify(what), inspect(what, { depth: 10, maxArrayLength: null }), traceAsHex(what)].join('\n');
  for (const form of [CODE, hex, hex.match(/../g)?.join(' ') ?? '', bytes.join(','), bytes.join(', ')]) {
    expect(shown.toLowerCase()).not.toContain(form);
  }
  expect(shown).not.toMatch(/[0-9]{14}/);
}

function traceAsHex(what: unknown): string {
  const entries = Array.isArray(what) ? (what as readonly Partial<TraceEntry>[]) : [];
  return entries.map((entry) => Buffer.from(entry?.bytes ?? []).toString('hex')).join('\n');
}

function link(secret: boolean) {
  const clock = new VirtualClock(0);
  const wire = new Wire();
  const facts: DeviceFact[] = [];
  const driver = frontDoor.createDriver({ device: 'scanner', settings: {} }) as Driver<unknown, unknown>;
  const opened = new Link({
    port: wire,
    clock,
    probe: noProbe,
    chance: (count) => new Uint8Array(count),
    secret,
    drivers: [{ id: 'scanner', driver, moneyMessages: [], memory: () => emptyMemory }],
    onFact: (fact) => facts.push(fact),
  });
  clock.runUntil(1);
  return { clock, wire, facts, link: opened };
}

test('the record of its wire has how much came and when, and none of it', () => {
  const { clock, wire, facts, link: opened } = link(frontDoor.secret === true);
  wire.say(CODE.slice(0, 9));
  clock.runUntil(10);
  wire.say(`${CODE.slice(9)}\r`);
  expect(facts.at(-1)).toEqual({ device: 'scanner', fact: 'code.scanned', text: CODE });
  expect(opened.trace()).toEqual([
    { seq: 1, atMs: 1, direction: 'in', what: '9 bytes', bytes: new Uint8Array(0) },
    { seq: 2, atMs: 10, direction: 'in', what: '10 bytes', bytes: new Uint8Array(0) },
  ]);
  expectNowhere(opened.trace());
});

test('the record of a wire without secrets would hold it, so that looking for it can find it', () => {
  const { wire, link: opened } = link(false);
  wire.say(`${CODE}\r`);
  expect(() => expectNowhere(opened.trace())).toThrow();
});

test('no fact but its own has it, whatever happens to it on its way', () => {
  const { clock, wire, facts } = link(true);
  const happenings = [
    () => wire.say(`${CODE}\r`),
    () => wire.say(`${CODE}\r\n`),
    () => wire.say(CODE),
    () => wire.say(`${CODE}\u0000\r`),
    () => wire.say(`${CODE.repeat(200)}\r`),
    () => wire.say(CODE),
    () => wire.drop(),
  ];
  for (const happen of [...happenings, ...happenings]) {
    happen();
    clock.runUntil(clock.monoMs() + 1_500);
  }
  const others = facts.filter(({ fact }) => fact !== 'code.scanned');
  expect(new Set(others.map(({ fact }) => fact))).toEqual(
    new Set(['device.identified', 'device.ready', 'device.fault', 'device.cleared', 'device.lost']),
  );
  expectNowhere(others);
});

/** An error whose stack was written before its words were changed. */
function otherwise(text: string): Error {
  const error = new Error(text);
  expect(error.stack).toContain(text);
  error.message = 'other';
  return error;
}

test.each<[string, (text: string) => unknown, RegExp]>([
  ['says the code', (text) => new RangeError(`cannot read ${text}`), /^RangeError\n {4}at .*secrecy\.test\.ts/],
  ['says the code on a line of its own', (text) => new Error(`no\n    at ${text}:1:1`), /^Error\n {4}at .*secrecy/],
  ['says nothing', () => new Error(), /^Error(?:: )?\n {4}at .*secrecy\.test\.ts/],
  ['changed its words', otherwise, /^Error$/],
  ['is the code', (text) => text, /^a driver threw what is no error$/],
])('a crash whose error %s is reported by its place, and logged without the code', (_, words, report) => {
  breaking.words = words;
  const clock = new VirtualClock(0);
  const wire = new Wire();
  const facts: DeviceFact[] = [];
  const crashes: { readonly words: string; readonly trace: readonly TraceEntry[] }[] = [];
  const logged: string[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      logged.push(String(line));
      done();
    },
  });
  const log = createLog(sink);
  openDevices({
    configs: [{ id: 'scanner', protocol: 'broken', port: 'wire', settings: {} }],
    clock,
    probe: noProbe,
    chance: (count) => new Uint8Array(count),
    memory: () => emptyMemory,
    openPort: () => wire,
    onFact: (fact) => facts.push(fact),
    onCrash(device, said, trace) {
      crashes.push({ words: said, trace });
      log.error({ device, words: said, trace }, 'a driver crashed');
    },
  });
  clock.runUntil(1);
  wire.say(`${CODE}\r`);
  clock.runUntil(2_000);
  expect(facts).toContainEqual({ device: 'scanner', fact: 'device.fault', code: CRASHED });
  expect(crashes).toHaveLength(1);
  expect(crashes[0]?.words).toMatch(report);
  expect(crashes[0]?.trace.map(({ what }) => what)).toEqual(['19 bytes', crashes[0]?.words]);
  expectNowhere(crashes[0]?.trace);
  expectNowhere(crashes);
  expect(logged).toHaveLength(1);
  expectNowhere(logged);
  expectNowhere(facts);
});
