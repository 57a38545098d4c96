/**
 * A thousand payments with known card numbers, told whole by the terminal, and known payment codes: afterwards none of them
 * stands anywhere, as it is or in another form. All of it runs through the real drivers, decisions and journal.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../hardware/device.ts';
import { protocolNamed } from '../hardware/catalog.ts';
import { simulate } from '../hardware/escpos/simulator.ts';
import { openDevices } from '../hardware/open.ts';
import { traceLines } from '../hardware/trace-lines.ts';
import { type Boundary, noProbe, type PortListener } from '../hardware/port.ts';
import { openEvidence } from '../kiosk/evidence.ts';
import { createGlass, type Glass } from '../kiosk/glass.ts';
import type { Kiosk } from '../kiosk/kiosk.ts';
import type { Session } from '../kiosk/session/session.ts';
import { createLog, logCases, logCrash, logDevice } from '../kiosk/log.ts';
import type { ChargeMethod } from '../kiosk/server/wire.ts';
import { cardNumbersOf, checkDigitOf, SecretSearch } from './secret-search.ts';
import { seeded } from './simulation/random.ts';
import { config, newChargeWorld } from './simulation/run.ts';
import type { World } from './simulation/world.ts';

const payments = 1_000;
const cardsAtOnce = 200;
const stepMs = 400;
const visitMs = 120_000;
const firstSixes = ['457136', '555555', '672590', '622588'];

/** So many card numbers of these issuers that pass the check of card numbers; 16 and 19 digits. */
function cardNumbers(count: number): readonly string[] {
  const random = seeded(41);
  return Array.from({ length: count }, (_, at) => {
    const others = at % 4 === 3 ? 12 : 9;
    const middle = Array.from({ length: others }, () => random.integer(0, 9)).join('');
    const number = `${firstSixes[at % 4]}${middle}`;
    return `${number}${checkDigitOf(number)}`;
  });
}

/** Everything that is kept, shown, printed, said or logged, by where it stands. */
class Kept {
  readonly texts = new Map<string, Set<string>>();
  readonly bytes = new Map<string, Buffer[]>();

  text(where: string, text: string): void {
    const known = this.texts.get(where) ?? new Set();
    this.texts.set(where, known.add(text));
  }

  raw(where: string, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const known = this.bytes.get(where) ?? [];
    known.push(Buffer.from(bytes));
    this.bytes.set(where, known);
  }

  /** Where which of the numbers stands, and how. */
  search(search: SecretSearch): readonly string[] {
    const texts = [...this.texts].map(([where, all]) => [where, search.inText([...all].join('\n'))] as const);
    const bytes = [...this.bytes].map(([where, all]) => [where, search.inBytes(Buffer.concat(all))] as const);
    return [...texts, ...bytes].flatMap(([where, found]) => found.map((words) => `${where}: ${words}`));
  }
}

/** Collects from a running world. */
class Collector {
  readonly kept = new Kept();
  readonly codes = new Set<string>();
  private readonly world: World;
  private readonly log = createLog({ write: (line) => this.kept.text('log', line) });
  private readonly glass: Glass;
  private readonly tracedMs = new Map<string, number>();
  private rows = 0;

  constructor(world: World) {
    this.world = world;
    this.glass = createGlass({ config, papers: { phoneReceipt: () => null }, clock: world.clock });
    world.onEntries = (entries, kiosk) => {
      logCases(this.log, entries);
      this.glass.step(entries, kiosk);
      this.look(kiosk);
    };
    world.delayFact = (fact) => this.hear(fact);
    world.onCrash = (device, words, trace) => logCrash(this.log, device, words, trace);
    world.watch = (boundary: Boundary, what: string) => this.kept.text('crash boundaries', `${boundary} ${what}`);
  }

  private hear(fact: DeviceFact): number {
    logDevice(this.log, fact);
    this.kept.text('facts', JSON.stringify(fact));
    return 0;
  }

  private look(kiosk: Kiosk): void {
    const { body, actions, notice, warning, helpPage, say } = this.glass.view(kiosk);
    this.kept.text('views', JSON.stringify({ body, actions, notice, warning, helpPage }));
    for (const { text } of say) this.kept.text('announcements', text);
  }

  /** After a visit: what was journalled, traced, printed and told in the meantime. */
  gather(): void {
    const { world, kept } = this;
    for (const row of world.disk.contents().rows(this.rows)) {
      kept.text('journal', row.body);
      this.rows = row.seq;
    }
    for (const device of Object.keys(world.machines)) this.gatherTrace(device);
    const { printer } = world.machines;
    kept.raw('paper', printer?.paper?.() ?? new Uint8Array(0));
    printer?.act({ action: 'take' });
    world.machines.terminal?.act({ action: 'take' });
    for (const line of world.story) kept.text('story', line);
  }

  private gatherTrace(device: string): void {
    const sinceMs = this.tracedMs.get(device) ?? -1;
    const protocol = this.world.machines[device]?.protocol ?? '';
    const entries = this.world.trace(device).filter(({ atMs }) => atMs > sinceMs);
    // As a technician reads it and takes it away.
    for (const line of traceLines(entries, protocolNamed(protocol).driver, 1))
      this.kept.text(`trace of ${device} in words`, JSON.stringify({ ...line, seq: 0, atMs: 0 }));
    for (const { atMs, direction, what, bytes } of this.world.trace(device)) {
      if (atMs <= sinceMs) continue;
      this.tracedMs.set(device, atMs);
      this.kept.text(`trace of ${device}`, what);
      this.kept.raw(`trace of ${device}, ${direction}`, bytes);
    }
  }
}

function runUntil(world: World, reached: () => boolean, each: () => void = () => {}): void {
  const endMs = world.clock.monoMs() + visitMs;
  while (!reached()) {
    if (world.clock.monoMs() > endMs) throw new Error(`a visit got stuck at ${world.kiosk?.session?.stage.at}`);
    world.clock.runUntil(world.clock.monoMs() + stepMs);
    each();
  }
}

/** One person pays a bill by card, or by the code on the phone. */
function visit(world: World, method: ChargeMethod, minor: number, codes: Set<string>): void {
  const bill = world.biller.issue(minor);
  let begun = false;
  runUntil(
    world,
    () => begun && world.kiosk?.session === null,
    () => {
      const session = world.kiosk?.session ?? null;
      if (session === null) {
        if (!begun) world.ask({ do: 'begin' });
        world.machines.terminal?.act({ action: 'card', value: 'remove' });
        return;
      }
      begun = true;
      if (session.stage.at === 'settled') world.machines.terminal?.act({ action: 'card', value: 'remove' });
      step(world, session, method, bill, codes);
    },
  );
}

function step(world: World, session: Session, method: ChargeMethod, bill: string, codes: Set<string>): void {
  const { stage } = session;
  switch (stage.at) {
    case 'welcome':
      world.ask({ do: 'task', task: 'pay-bill' });
      break;
    case 'find-bill':
      if (stage.lookup === null) world.ask({ do: 'find-bill', number: bill });
      break;
    case 'review':
      if (stage.recheck === null) world.ask({ do: 'confirm-bill' });
      break;
    case 'choose':
      choose(world, method, codes);
      break;
    case 'pay-charge':
      if (method === 'card') atTerminal(world, stage.command);
      break;
    case 'documents':
      if (stage.out) world.ask({ do: 'finish' });
      else if (stage.print === null) world.ask({ do: 'document', choice: 'paper' });
      break;
    case 'settled':
    case 'case':
    case 'thanks':
      world.ask({ do: 'finish' });
      break;
    default:
  }
}

function choose(world: World, method: ChargeMethod, codes: Set<string>): void {
  if (method === 'card') {
    world.ask({ do: 'method', method });
    return;
  }
  world.showsCode(method, undefined);
  codes.add(world.gateways[method]?.ledger.state().phone.code?.text ?? '');
}

function atTerminal(world: World, command: string): void {
  const prompt = world.kiosk?.charges[command]?.prompt;
  if (prompt === 'insert-card') world.machines.terminal?.act({ action: 'card', value: 'approve' });
  if (prompt === 'remove-card') world.machines.terminal?.act({ action: 'card', value: 'remove' });
}

describe('after a thousand payments by card and payment code', () => {
  const cards = cardNumbers(cardsAtOnce);
  let world: World;
  let collector: Collector;

  beforeAll(() => {
    world = newChargeWorld(1, { pans: cards.join(',') });
    collector = new Collector(world);
    world.boot();
    runUntil(world, () => world.kiosk?.devices.terminal?.ready === true);
    const methods: readonly ChargeMethod[] = ['card', 'alipay', 'card', 'wechat'];
    for (let at = 0; at < payments; at++) {
      visit(world, methods[at % 4] as ChargeMethod, 100 + at, collector.codes);
      collector.gather();
    }
  }, 180_000);

  test('every one was paid, and the known numbers were used', () => {
    const kinds = [...world.disk.contents().rows(0)].map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'sale.paid')).toHaveLength(payments);
    expect(world.machines.terminal?.ledger?.()).toHaveLength(payments / 2);
    expect(collector.codes.size).toBeGreaterThanOrEqual(payments / 2);
    const shown = [...(collector.kept.texts.get('journal') ?? [])].join('\n');
    for (const card of cards) expect(shown).toContain(`${card.slice(0, 6)}••••${card.slice(-4)}`);
  });

  test('something of each kind was looked at', () => {
    const { texts, bytes } = collector.kept;
    const places = [
      ...texts.keys(),
      ...[...bytes].filter(([, all]) => Buffer.concat(all).length > 0).map(([at]) => at),
    ];
    for (const place of [
      'journal',
      'views',
      'announcements',
      'facts',
      'paper',
      'trace of terminal',
      'trace of scanner',
      'trace of terminal in words',
      'trace of scanner in words',
      'trace of printer in words',
    ])
      expect(places).toContain(place);
  });

  test('no card number and no payment code stands anywhere, in any form', () => {
    expect(collector.kept.search(new SecretSearch([...cards, ...collector.codes]))).toEqual([]);
  });

  test('no card’s expiry stands in the record of the terminal’s wire', () => {
    const said = [...(collector.kept.texts.get('trace of terminal') ?? [])].filter((line) => line.includes('04 0F'));
    expect(said.length).toBeGreaterThanOrEqual(payments / 2);
    for (const line of said) expect(line).not.toContain('0E 30 12');
    expect(said.some((line) => line.includes('0E EE EE'))).toBe(true);
  });

  test('nothing that could be a card number of these issuers stands anywhere', () => {
    const six = new Set(firstSixes);
    for (const [where, all] of collector.kept.texts) expect(cardNumbersOf([...all].join('\n'), six), where).toEqual([]);
  });

  test.each([
    ['a card number', () => cards[7] as string],
    ['a payment code', () => [...collector.codes][7] as string],
  ])('%s that is put into any of these places is found there', (_, secret) => {
    const search = new SecretSearch([...cards, ...collector.codes]);
    for (const where of ['journal', 'views', 'log', 'trace of terminal']) {
      const kept = new Kept();
      for (const text of collector.kept.texts.get(where) ?? []) kept.text(where, text);
      kept.text(where, `{"note":"${secret()}"}`);
      expect(kept.search(search)).toEqual([`${where}: ${secret()} in digits`]);
    }
    const kept = new Kept();
    for (const bytes of collector.kept.bytes.get('paper') ?? []) kept.raw('paper', bytes);
    kept.raw('paper', Buffer.from(secret()));
    expect(kept.search(search)).toContain(`paper: ${secret()} in digits`);
  });
});

describe('a number is found', () => {
  const card = cardNumbers(4)[3] as string;
  const code = '287634438256643940';
  const search = new SecretSearch([card, code]);
  const forms: readonly (readonly [name: string, form: (number: string) => string, how: string])[] = [
    ['as it is', (number) => `x${number}y`, 'in digits'],
    ['with blanks', (number) => number.replaceAll(/(....)/g, '$1 '), 'in digits'],
    ['in pieces of a list', (number) => JSON.stringify(number.match(/.{1,5}/g)), 'in digits'],
    ['without its last digits', (number) => number.slice(0, 12), 'in digits'],
    ['in hexadecimal', (number) => Buffer.from(number).toString('hex'), 'in hexadecimal'],
    [
      'in hexadecimal with blanks',
      (number) => Buffer.from(number).toString('hex').replaceAll(/(..)/g, '$1 '),
      'in hex',
    ],
    ['in base64', (number) => Buffer.from(number).toString('base64'), 'in base64'],
    ['in base64, behind something', (number) => Buffer.from(`ab${number}`).toString('base64'), 'in base64'],
    ['in base64 for addresses', (number) => Buffer.from(`?>${number}`).toString('base64url'), 'in base64'],
    ['as half bytes in base64', (number) => Buffer.from(`${number}F`, 'hex').toString('base64'), 'as half bytes'],
  ];

  test.each(forms)('%s', (_, form, how) => {
    for (const number of [card, code])
      expect(search.inText(form(number)).some((words) => words.startsWith(`${number} ${how}`))).toBe(true);
  });

  test('as half bytes, also when it begins in the middle of one', () => {
    for (const number of [card, code]) {
      expect(search.inBytes(Buffer.from(`${number}FF`.slice(0, 20), 'hex'))).toContain(`${number} as half bytes`);
      expect(search.inBytes(Buffer.from(`a${number}FFF`.slice(0, 20), 'hex'))).toContain(`${number} as half bytes`);
    }
  });

  test('but not what may be shown of it', () => {
    expect(
      search.inText(`${card.slice(0, 6)}••••${card.slice(-4)} ${card.slice(0, 6)}******${card.slice(-4)}`),
    ).toEqual([]);
    expect(cardNumbersOf(card, new Set(firstSixes))).toContain(card);
    expect(cardNumbersOf(card.replaceAll(/(....)/g, '$1 '), new Set(firstSixes))).toContain(card);
    expect(cardNumbersOf(`${card.slice(0, 6)}••••${card.slice(-4)}`, new Set(firstSixes))).toEqual([]);
  });
});

test('the wire of a terminal is kept in words, the card number masked', () => {
  const { driver } = protocolNamed('zvt');
  expect(driver.secret).toBe(true);
});

/** A slip is money to whoever has its code, and the record of a wire goes into logs, beside cases, and to the office. */
test('what a printer is sent stands in no record of its wire, in no log of a crash, and beside no case', () => {
  const typed = '7Q2K9XW4ZN';
  const qr = 'KV1.WyJLMS0wMDAwMDciLCJDTlkiLDY1MF0.c2lnbmF0dXJl';
  const clock = new VirtualClock(0);
  const facts: DeviceFact[] = [];
  let listener: PortListener | null = null;
  const machine = simulate({
    ...{ clock, speed: 1, random: () => 0.5, settings: {}, emit: () => {} },
    send: (bytes) => listener?.received(bytes),
  });
  const printer = openDevices({
    ...{ clock, probe: noProbe, chance: (count: number) => new Uint8Array(count), memory: () => emptyMemory },
    configs: [{ id: 'printer', protocol: 'escpos', port: 'p', settings: {} }],
    onFact: (fact) => facts.push(fact),
    openPort: (name) => ({
      name,
      open(opened) {
        listener = opened;
        opened.opened();
      },
      send(bytes, sent) {
        machine.receive(bytes);
        sent?.();
      },
      close: () => {},
    }),
  }).get('printer');
  clock.runUntil(10_000);
  const document = `|${typed}|\n{code:${qr}; option:qrcode,4,M}\n=\n`;
  printer?.obey({ id: 'd1', device: 'printer', command: 'document.print', document });
  while (!facts.some(({ fact }) => fact === 'print.done')) {
    expect(clock.monoMs()).toBeLessThan(60_000);
    clock.runUntil(clock.monoMs() + 100);
  }
  expect(Buffer.from(machine.paper?.() ?? []).toString('latin1')).toContain(typed);

  const trace = printer?.trace?.() ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'privacy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  openEvidence(folder, () => 0).keep('C00001', trace, clock.monoMs());
  const kept = [JSON.stringify(traceLines(trace, protocolNamed('escpos').driver, 1))];
  kept.push(readFileSync(join(folder, 'C00001.jsonl'), 'utf8'));
  logCrash(createLog({ write: (line) => kept.push(line) }), 'printer', 'a crash', trace);
  for (const text of kept) {
    expect(text).toMatch(/print-data \d+ bytes/);
    for (const secret of [typed, qr]) {
      expect(text).not.toContain(secret);
      expect(text.replaceAll(/[^0-9a-f]/gi, '').toLowerCase()).not.toContain(Buffer.from(secret).toString('hex'));
    }
  }
});
