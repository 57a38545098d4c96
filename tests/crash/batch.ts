/**
 * One cabinet and one data folder over several runs, each of them a visit in which the daemon is killed. Everything here
 * waits for what happens: a View, a boundary, an event of the machine.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConfig, type Config } from '../../config/schema.ts';
import { readPaper } from '../../hardware/bench/paper-marks.ts';
import { kindOf } from '../../hardware/catalog.ts';
import { systemClock } from '../../hardware/clock.ts';
import type { Pieces } from '../../hardware/device.ts';
import type { Boundary } from '../../hardware/port.ts';
import type { HandAction } from '../../hardware/simulated.ts';
import type { Entry } from '../../kiosk/entry.ts';
import { chainedEntries, Journal } from '../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { openJournalReader } from '../../kiosk/journal/sqlite-reading.ts';
import { verifyJournal } from '../../kiosk/journal/verify.ts';
import { openKeys } from '../../kiosk/keys.ts';
import { apply, emptyKiosk, type Kiosk } from '../../kiosk/kiosk.ts';
import { type Rules, rulesOf } from '../../kiosk/rules.ts';
import type { View } from '../../kiosk/server/wire.ts';
import type { AcceptorLineUp } from '../acceptors.ts';
import type { Ledgers } from '../charge-judge.ts';
import { wallets } from '../wallets.ts';
import { Cabinet, type Happened } from './cabinet.ts';
import { Customer, type Deed, type Plan } from './customer.ts';
import { type Glass, openGlass } from './glass.ts';
import { judge, openOf } from './judge.ts';
import type { Moment } from './moments.ts';
import { BenchProcess, Daemon } from './programs.ts';

const machineSpeed = 1_000;
/** A visit, a restart and a rest; the longest of them all waits for the kiosk's own time-outs. */
const patienceMs = 90_000;
const mostVisits = 3;
const insertAgainMs = 50;
/** Nobody puts a note back in faster than it came out; a machine that is quicker than its polls would never be seen empty. */
const tryAgainMs = 1_000;
const acceptor = 'acceptor';
const printer = 'printer';
const terminal = 'terminal';
const scanner = 'scanner';
const chargeDevices: Config['devices'] = [
  { id: terminal, protocol: 'zvt', port: 'DATA/ports/terminal', settings: { currency: 'CNY' } },
  { id: scanner, protocol: 'scanner', port: 'DATA/ports/scanner', settings: {} },
];
const chargeMethods: Config['methods'] = ['cash', 'card', 'alipay', 'wechat', 'voucher'];
/** As long as a question to a gateway may take; after a start an answer is believed after as long. */
const gatewayTimeoutMs = 2_000;
const gatewayDecidesMs = 60_000;
/** Long enough that a kiosk stands between question and answer for a moment, as with a real network. */
const gatewaySlow: HandAction = { action: 'misbehave', value: 'slow', text: '0.12' };
const hopper = { device: 'hopper', countries: { CN: 'CNY' }, currency: 'CNY' };
const onBus = { protocol: 'cctalk', port: 'DATA/ports/hoppers' };
const hoppers: Config['devices'] = [
  { id: 'yuan', ...onBus, settings: { ...hopper, address: 3, minor: 100 } },
  { id: 'jiao', ...onBus, settings: { ...hopper, address: 4, minor: 10 } },
];
/** Poured in before the first visit, beside what lies there. */
const poured = 300;
/** So many of each note that a recycler may keep. */
const storedNotes = [500, 1_000, 2_000];
const storedCount = 15;
/** A hand is at the lips so soon. */
const takeAfterMs = 60;

const journalCommand = fileURLToPath(new URL('../../scripts/journal.ts', import.meta.url));
const lab = labConfig();
/** Nobody can ask the one which number was the last; the other counts as told what was read, and forgets it without power. */
const forgetsAtStart: ReadonlySet<string> = new Set(['ebds', 'cctalk']);
const limits = { ...lab.limits, idleMs: 10_000, idleWithMoneyMs: 10_000, warningMs: 5_000 };
const amounts: Readonly<Record<Plan, number>> = { exact: 3_000, change: 3_750, cancel: 3_750, leave: 3_750 };
/** Its change is a note that every recycler keeps, and a slip. */
const recyclerAmounts = { ...amounts, change: 3_450 };

export interface Killed {
  readonly kind: 'k' | 'p';
  /** Where the daemon stood, or what it had passed last. */
  readonly boundary: Boundary;
}

/** What a cabinet has beside a printer. */
export interface Equipment {
  readonly acceptor: AcceptorLineUp;
  /** Hoppers or a recycler, filled and booked. */
  readonly paysOut: boolean;
  /** A card terminal, a scanner and both wallets. */
  readonly charges: boolean;
}

export interface RunResult {
  readonly killed: readonly Killed[];
  readonly violations: readonly string[];
  /** It did not come to its end: the next run needs another batch. */
  readonly stuck: boolean;
}

export class Batch {
  private readonly data: string;
  private readonly forgetsAtStart: boolean;
  private readonly config: string;
  private readonly rules: Rules;
  private readonly bench: BenchProcess;
  private cabinet!: Cabinet;
  private daemon: Daemon | null = null;
  private glass: Glass | null = null;
  private benchUrl = '';
  private view: View | null = null;
  private answered = 0;
  /** The View at which a hand did something last with card or phone. */
  private handled = 0;
  private inserting = false;
  /** The card is in the terminal. */
  private card = false;
  /** A note is in the machine's path: a second one would stop it. */
  private pathTaken = false;
  private inside = 0;
  private customer: Customer | null = null;
  private bills = 0;
  /** In each machine that pays out, minor units, before the first visit. */
  private readonly floats = new Map<string, number>();
  private readonly hoppers: Config['devices'];
  private readonly recycles: boolean;
  private readonly charges: boolean;
  /** Notes that came out of the recycler as change, by value. */
  private readonly paidNotes = new Map<number, number>();
  private readonly papers: string[] = [];
  /** Everything is judged after each run; what was wrong before is not said again. */
  private readonly told = new Set<string>();
  private boundary: Boundary = 'b0';
  private onBoundary: (boundary: Boundary, what: string) => Promise<void> = async () => {};
  private wake: () => void = () => {};
  private problem: Error | null = null;

  private constructor(folder: string, { acceptor: lineUp, paysOut, charges }: Equipment, ports: readonly number[]) {
    const { name, protocol, settings } = lineUp;
    this.recycles = lineUp.pays !== undefined;
    this.charges = charges;
    this.hoppers = paysOut && !this.recycles ? hoppers : [];
    this.forgetsAtStart = forgetsAtStart.has(name);
    this.data = join(folder, 'data');
    this.config = join(folder, 'config.json');
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    const bills = join(folder, 'bills.json');
    writeFileSync(
      bills,
      JSON.stringify({ bills: billsOf(lab.money.currency, this.recycles ? recyclerAmounts : amounts) }),
    );
    const devices = lab.devices.map((device) => (device.id === acceptor ? { ...device, protocol, settings } : device));
    const config: Config = {
      ...lab,
      devices: [...devices, ...this.hoppers, ...(charges ? chargeDevices : [])],
      ...(charges ? { methods: chargeMethods, wallets: walletsAt(ports) } : {}),
      limits,
      biller: { ...lab.biller, file: bills },
    };
    writeFileSync(this.config, JSON.stringify(config));
    this.rules = rulesOf(config, { kindOf, stops: () => true });
    this.bench = new BenchProcess(this.config, this.data, machineSpeed);
  }

  /** Starts bench and daemon in an empty folder. */
  static async open(folder: string, equipment: Equipment): Promise<Batch> {
    const batch = new Batch(folder, equipment, equipment.charges ? [await freePort(), await freePort()] : []);
    try {
      batch.benchUrl = await batch.bench.said('bench');
      batch.cabinet = new Cabinet(batch.benchUrl);
      await batch.cabinet.watch((event) => batch.happened(event));
      if (equipment.charges) for (const { id } of wallets) await batch.cabinet.actAt(id, gatewaySlow);
      await batch.pour();
      await batch.start();
      if (equipment.charges) await batch.payByCard();
      return batch;
    } catch (error) {
      await batch.close();
      throw error;
    }
  }

  /** A terminal in service has taken something before: only one that never did has no receipt to compare with. */
  private async payByCard(): Promise<void> {
    const way = { method: 'card', scanned: false, ends: 'pays', noteFirst: false } as const;
    this.bills += 1;
    this.arrive(new Customer('exact', `exact-${this.bills}`, true, way));
    await this.until('the first card has paid', () => this.left());
  }

  /** Fills what pays out, and books it as a person does, before the daemon's first start. */
  private async pour(): Promise<void> {
    if (this.hoppers.length === 0 && !this.recycles) return;
    const storage = openSqliteStorage(join(this.data, 'journal.sqlite'));
    const { timeZone, businessDayStart } = lab;
    const journal = new Journal({ storage, clock: systemClock, timeZone, businessDayStart });
    openKeys(this.data);
    const { currency } = lab.money;
    for (const { device, unit, pieces } of this.portions()) {
      for (const piece of pieces) await this.cabinet.act(device, { action: 'fill', ...piece });
      const held = await this.held(device, unit);
      const move = `M${device}`;
      journal.append([{ kind: 'cash.filled', device, unit, currency, pieces: held, by: 'anna', second: null, move }]);
      this.floats.set(device, sumOf(held));
    }
    journal.close();
  }

  private portions(): readonly { device: string; unit: 'hopper' | 'recycler'; pieces: readonly Pieces[] }[] {
    const coins = this.hoppers.map(({ id, settings }) => ({
      device: id,
      unit: 'hopper' as const,
      pieces: [{ minor: (settings as { readonly minor: number }).minor, count: poured }],
    }));
    if (!this.recycles) return coins;
    const pieces = storedNotes.map((minor) => ({ minor, count: storedCount }));
    return [...coins, { device: acceptor, unit: 'recycler', pieces }];
  }

  private async held(device: string, unit: 'hopper' | 'recycler'): Promise<readonly Pieces[]> {
    return [...(await this.cabinet.cash(device, unit))].map(([minor, count]) => ({ minor, count }));
  }

  /** One visit with its blow, the restart, the rest of the visit, and the judgement. */
  async run(moment: Moment): Promise<RunResult> {
    const killed: Killed[] = [];
    try {
      await this.strike(moment, killed);
      if (moment.power && !moment.powerLate) await this.cabinet.act(null, { action: 'restore power' });
      if (moment.again) await this.strikeAgain(killed);
      await this.start();
      if (moment.power && moment.powerLate) await this.cabinet.act(null, { action: 'restore power' });
      await this.until('the kiosk is idle again', () => this.atRest());
    } catch (error) {
      const words = [(error as Error).message, `screen ${this.view?.body.screen}`, this.daemon?.lastWords() ?? ''];
      return { killed, violations: [`I7 ${words.filter((one) => one !== '').join('; ')}`], stuck: true };
    }
    const fresh = (await this.judged()).filter((words) => !this.told.has(words));
    for (const words of fresh) this.told.add(words);
    return { killed, violations: fresh, stuck: false };
  }

  /** Ends both as a person would; anything but a clean end and a journal that verifies is said. */
  async close(): Promise<readonly string[]> {
    this.customer = null;
    this.glass?.close();
    this.cabinet?.close();
    await this.daemon?.end('SIGTERM');
    await this.bench.end('SIGTERM');
    const found: string[] = [];
    const code = this.daemon?.process.exitCode ?? 0;
    if (code !== 0) found.push(`I7 the daemon ended with ${code}: ${this.daemon?.lastWords()}`);
    const verify = spawnSync(process.execPath, [journalCommand, 'verify', '--data', this.data], { encoding: 'utf8' });
    if (verify.status !== 0) found.push(`I4 npm run journal -- verify: ${verify.stdout}${verify.stderr}`);
    return found;
  }

  // The blow.

  private async strike(moment: Moment, killed: Killed[]): Promise<void> {
    let { skip } = moment;
    let struck = false;
    this.onBoundary = async (boundary, what) => {
      if (struck || boundary !== moment.boundary || !what.split(' ').includes(moment.what)) return;
      if (skip > 0) {
        skip -= 1;
        return;
      }
      struck = true;
      if (moment.laterMs === null) await this.kill(moment.power, killed);
      else setTimeout(() => void this.kill(moment.power, killed), moment.laterMs);
    };
    for (let visit = 0; visit < mostVisits && !struck; visit++) {
      skip = visit === 0 ? skip : 0;
      this.arrive(new Customer(moment.plan, this.nextBill(moment), moment.patient, moment.way));
      await this.until(`${moment.boundary} ${moment.what} comes`, () => struck || this.left());
    }
    if (!struck) throw new Error(`${moment.boundary} ${moment.what} did not come in ${mostVisits} visits`);
    await this.until('the daemon is killed', () => killed.length > 0);
    this.onBoundary = async () => {};
    this.customer?.onlyFinish();
  }

  private async strikeAgain(killed: Killed[]): Promise<void> {
    this.onBoundary = async (boundary) => {
      if (boundary === 'b9') await this.kill(false, killed);
    };
    this.spawn();
    await this.until('the next daemon is killed', () => killed.length > 1);
    this.onBoundary = async () => {};
  }

  private async kill(power: boolean, killed: Killed[]): Promise<void> {
    const { daemon } = this;
    if (power) await this.cabinet.act(null, { action: 'cut power' });
    this.daemon = null;
    this.glass?.close();
    this.glass = null;
    this.view = null;
    const { boundary } = this;
    await daemon?.end('SIGKILL');
    killed.push({ kind: power ? 'p' : 'k', boundary });
    this.wake();
  }

  // The daemon.

  private spawn(): Daemon {
    const { config, data, benchUrl: bench } = this;
    const daemon: Daemon = new Daemon({ config, data, bench }, async (boundary, what) => {
      this.boundary = boundary;
      await this.onBoundary(boundary, what);
      this.wake();
    });
    this.daemon = daemon;
    void daemon.ended.then(() => {
      if (this.daemon === daemon && this.customer !== null) {
        this.problem = new Error(`the daemon ended by itself with ${daemon.process.exitCode}`);
        this.wake();
      }
    });
    return daemon;
  }

  private async start(): Promise<void> {
    const daemon = this.spawn();
    this.answered = 0;
    this.handled = 0;
    this.glass = await openGlass(await daemon.said('kiosk'), (view) => {
      if (this.daemon !== daemon) return;
      this.view = view;
      this.look();
    });
  }

  // The customer.

  private arrive(customer: Customer): void {
    this.customer = customer;
    this.inside = 0;
    this.answered = 0;
    this.handled = 0;
    this.look();
  }

  private look(): void {
    const { view, customer, glass } = this;
    this.wake();
    if (view === null || customer === null || this.inserting) return;
    const deed = customer.at(view, { inside: this.inside, card: this.card, receipt: () => this.lastReceipt() });
    if (deed === null) return;
    if (deed.do === 'insert') {
      if (!this.pathTaken) void this.insert(deed.minor);
    } else if (deed.do === 'ask') {
      if (this.answered >= view.number) return;
      this.answered = view.number;
      glass?.ask(deed.intent, view.body.screen);
    } else if (this.handled < view.number) {
      this.handled = view.number;
      void this.handle(deed);
    }
  }

  /** Card and phone. What a machine does not let happen now is tried again at another View. */
  private async handle(deed: Exclude<Deed, { readonly do: 'ask' | 'insert' }>): Promise<void> {
    const { cabinet } = this;
    switch (deed.do) {
      case 'terminal':
        await cabinet.act(terminal, { ...deed.action });
        break;
      case 'phone':
        await cabinet.actAt(deed.wallet, deed.action);
        break;
      case 'scan': {
        await cabinet.actAt(deed.wallet, { action: 'show code', value: deed.value });
        const { code } = await cabinet.wallet(deed.wallet);
        if (code !== null) await cabinet.act(scanner, { action: 'scan', text: code });
        break;
      }
      default:
        deed satisfies never;
    }
    this.look();
  }

  private async insert(minor: number): Promise<void> {
    this.inserting = true;
    try {
      await this.cabinet.act(acceptor, { action: 'take' });
      await this.cabinet.act(acceptor, { action: 'insert', minor });
    } finally {
      this.inserting = false;
      // What happened meanwhile was not looked at, and a note that was refused is tried again.
      setTimeout(() => this.look(), insertAgainMs);
    }
  }

  private happened({ device, event, minor }: Happened): void {
    if (event === 'card.inserted' || event === 'card.removed') this.card = event === 'card.inserted';
    if (device === acceptor) {
      if (event === 'note.inserted') this.pathTaken = true;
      else if (event === 'note.stacked') {
        this.pathTaken = false;
        this.inside += 1;
      } else if (event === 'cash.dispensed') {
        this.paidNotes.set(minor as number, (this.paidNotes.get(minor as number) ?? 0) + 1);
        setTimeout(() => void this.cabinet.act(acceptor, { action: 'take' }), takeAfterMs);
      } else if (event === 'note.returned') {
        setTimeout(() => {
          this.pathTaken = false;
          this.look();
        }, tryAgainMs);
      }
    }
    this.look();
  }

  private left(): boolean {
    return this.customer?.begun === true && !this.customer.comesBack && this.atRest();
  }

  private lastReceipt(): string {
    const paid = this.entries().findLast(({ body }) => body.kind === 'sale.paid');
    return paid?.body.kind === 'sale.paid' ? paid.body.receipt : '';
  }

  private nextBill({ plan }: Moment): string {
    this.bills += 1;
    return `${plan}-${this.bills}`;
  }

  // Rest and judgement.

  private atRest(): boolean {
    if (this.view?.body.screen !== 'attract') return false;
    const kiosk = this.folded(this.entries());
    return kiosk.session === null && openOf(kiosk).length === 0 && Object.keys(kiosk.pending).length === 0;
  }

  /** Notes that people put in and that stayed, by value, wherever they are now. */
  private async taken(): Promise<ReadonlyMap<number, number>> {
    const notes = new Map(await this.cabinet.cash(acceptor, 'box'));
    if (!this.recycles) return notes;
    const add = (minor: number, count: number) => notes.set(minor, (notes.get(minor) ?? 0) + count);
    for (const { minor, count } of await this.held(acceptor, 'recycler')) add(minor, count);
    for (const [minor, count] of this.paidNotes) add(minor, count);
    for (const minor of storedNotes) add(minor, -storedCount);
    return notes;
  }

  private async ledgers(): Promise<Ledgers> {
    if (!this.charges) return { terminal: [], wallets: {} };
    const orders = await Promise.all(
      wallets.map(async ({ id }) => [id, (await this.cabinet.wallet(id)).orders] as const),
    );
    return { terminal: await this.cabinet.bank(terminal), wallets: Object.fromEntries(orders) };
  }

  private entries(): readonly Entry[] {
    const reader = openJournalReader(join(this.data, 'journal.sqlite'));
    try {
      return reader.still((contents) => [...chainedEntries(contents, 0, contents.head.seq)]);
    } finally {
      reader.close();
    }
  }

  private folded(entries: readonly Entry[]): Kiosk {
    return entries.reduce((kiosk, { body }) => apply(kiosk, body), emptyKiosk(this.rules));
  }

  private async judged(): Promise<readonly string[]> {
    const slips = readPaper(await this.cabinet.tearOff(printer), () => 33).slips;
    for (const { marks, cut } of slips) {
      if (cut) this.papers.push(marks.map((mark) => (mark.type === 'sign' ? mark.sign : '')).join(''));
    }
    const file = join(this.data, 'biller.jsonl');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const written = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    const [booked, takenBack] = [written.filter((one) => 'bill' in one), written.filter((one) => 'reverses' in one)];
    const box = await this.taken();
    const path = await this.cabinet.cash(acceptor, 'escrow');
    const out = new Map<string, number>();
    for (const { id } of this.hoppers) out.set(id, (this.floats.get(id) ?? 0) - sumOf(await this.held(id, 'hopper')));
    if (this.recycles) out.set(acceptor, sumOf([...this.paidNotes].map(([minor, count]) => ({ minor, count }))));
    const entries = this.entries();
    const found = [
      ...judge(entries, this.folded(entries), {
        box,
        papers: this.papers,
        booked,
        takenBack,
        hoppers: out,
        ledgers: await this.ledgers(),
        forgetsAtStart: this.forgetsAtStart,
      }),
    ];
    if (path.size > 0) found.push('I1 a note lies in the path of an idle machine');
    const reader = openJournalReader(join(this.data, 'journal.sqlite'));
    const verdict = reader.still(verifyJournal);
    reader.close();
    if (!verdict.ok) found.push(`I4 entry ${verdict.seq}: ${verdict.problem}`);
    return found;
  }

  private until(what: string, reached: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(limit);
        this.wake = () => {};
        settle();
      };
      const limit = setTimeout(
        () => end(() => reject(new Error(`not within ${patienceMs / 1_000} s: ${what}`))),
        patienceMs,
      );
      this.wake = () => {
        const { problem } = this;
        try {
          if (problem !== null) end(() => reject(problem));
          else if (reached()) end(resolve);
        } catch (error) {
          end(() => reject(error));
        }
      };
      this.wake();
    });
  }
}

function sumOf(pieces: readonly { readonly minor: number; readonly count: number }[]): number {
  return pieces.reduce((sum, { minor, count }) => sum + minor * count, 0);
}

function billsOf(currency: string, of: Readonly<Record<Plan, number>>): readonly object[] {
  const line = { 'zh-CN': '体检费', en: 'Check-up' };
  return Object.entries(of).flatMap(([plan, minor]) =>
    Array.from({ length: 300 }, (_, at) => ({
      number: `${plan}-${at + 1}`,
      status: 'open',
      title: line,
      payee: { 'zh-CN': '东湖社区医院', en: 'East Lake Clinic' },
      payer: { name: '张晓梅', place: null },
      lines: [{ name: line, quantity: 1, minor }],
      currency,
      minor,
    })),
  );
}

function labConfig(): Config {
  const checked = checkConfig(
    JSON.parse(readFileSync(new URL('../../config/examples/lab.json', import.meta.url), 'utf8')),
  );
  if (!checked.ok) throw new Error(`lab.json: ${JSON.stringify(checked.problems)}`);
  return checked.config;
}

/** Both wallets, their gateways at these ports of the bench. */
function walletsAt(ports: readonly number[]): Config['wallets'] {
  return wallets.map((wallet, at) => {
    const address = new URL(wallet.url);
    address.port = String(ports[at]);
    return {
      ...wallet,
      url: address.href.replace(/\/$/, ''),
      timeoutMs: gatewayTimeoutMs,
      codeShownMs: gatewayDecidesMs,
      undecidedMs: gatewayDecidesMs,
    };
  });
}

/** Below those that a system hands out by itself, so that nobody gets one between its choice and its use. */
const firstPort = 12_000;
const portsMaximum = 16_000;
let ports = process.pid * 64;

/** A port of loopback that nobody else here is given, and nobody listens at. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (ports++ % portsMaximum);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
