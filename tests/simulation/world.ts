/**
 * The whole machine under one virtual clock: the real loop, decisions, journal, Link and drivers; simulated machines at
 * the ends of simulated wires; a model disk; a biller. Processes come and go, the world stays.
 */
import type { Config } from '../../config/schema.ts';
import type { FactBody } from '../../kiosk/fact.ts';
import { protocolNamed, protocols } from '../../hardware/catalog.ts';
import { type Clock, VirtualClock } from '../../hardware/clock.ts';
import type { Device, DeviceFact } from '../../hardware/device.ts';
import { openDevices } from '../../hardware/open.ts';
import type { Boundary } from '../../hardware/port.ts';
import type { TraceEntry } from '../../hardware/trace.ts';
import type { HandAction, HandResult, Simulator, SimulatorEvent, UnitCash } from '../../hardware/simulated.ts';
import { createPapers } from '../../kiosk/documents/papers.ts';
import type { EndWhy, EntryBody } from '../../kiosk/entry.ts';
import { Journal } from '../../kiosk/journal/journal.ts';
import type { Kiosk } from '../../kiosk/kiosk.ts';
import { Loop } from '../../kiosk/loop.ts';
import type { RemoteOrder } from '../../kiosk/remote/order.ts';
import type { Rules } from '../../kiosk/rules.ts';
import type { ChargeMethod, Intent } from '../../kiosk/server/wire.ts';
import { createScans, seenInCheck } from '../../kiosk/scans.ts';
import { PaymentCodes } from '../../kiosk/services/wallet/payment-codes.ts';
import type { BillerCommand } from '../../kiosk/services/biller/contract.ts';
import { signZ } from '../../kiosk/day-seal.ts';
import { journalOf } from '../../kiosk/services/wallet/statements.ts';
import type { StatementOrder, VoucherQuestion } from '../../kiosk/command.ts';
import type { VoucherSeal } from '../../kiosk/voucher-seal.ts';
import { keys } from './keys.ts';
import type { AcceptorLineUp } from '../acceptors.ts';
import { SimulatedBiller } from './biller.ts';
import { SimulatedGoods } from './goods.ts';
import { ModelDisk } from './model-disk.ts';
import { type Random, seeded } from './random.ts';
import type { OthersSlips } from './others.ts';
import { StatementDesk } from './statement-desk.ts';
import { carryWallet, SimulatedGateway } from './wallet.ts';
import { Wire } from './wire.ts';

const simulators = new Map(
  await Promise.all(
    Object.entries(protocols).map(async ([name, { simulator }]) => [name, (await simulator()).simulate] as const),
  ),
);

export type CrashKind = 'k' | 'p' | 'd' | 'l' | 'n';

/** Thrown through a process to end it where it stands. */
export class Crash extends Error {
  readonly kind: 'k' | 'p';
  constructor(kind: 'k' | 'p') {
    super(`crash ${kind}`);
    this.kind = kind;
  }
}

export interface WorldParts {
  readonly seed: number;
  readonly acceptor: AcceptorLineUp;
  readonly config: Config;
  readonly rules: Rules;
  readonly seal: VoucherSeal;
  /** The acceptor says at power-up that a note had reached the stacker. */
  readonly evidence: boolean;
  /** The kiosk keeps its state after so many entries; left out: after as many as a real one. */
  readonly snapshotEveryEntries?: number;
  /** Pieces of each denomination that can be paid out at the beginning, by device. */
  readonly floats?: Readonly<Record<string, number>>;
  /** More settings of machines, by device. */
  readonly makes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Called at every boundary of the running process; may throw Crash, or change the world. */
export type Watch = (boundary: Boundary, what: string) => void;

const wallStartMs = Date.UTC(2026, 2, 31, 1, 0, 0);
const bootDelayMs: readonly [number, number] = [300, 4_000];
/** What the devices hear of a process that ends in order takes so long. */
const lastWordsMs = 500;
/** How long whoever starts the daemon waits after one that ended for want of mains. */
const mainsPauseMs: readonly [number, number] = [5_000, 60_000];
/** So long a statement takes to come. */
const statementMs = 800;
/** How often a start meets a kept state that is not what was written. */
const decayChance = 0.15;
/** Physical movements are quicker than life; deadlines of protocols are not. */
const machineSpeed = 2;

interface Process {
  readonly alive: { yes: boolean };
  readonly clock: Clock;
  readonly loop: Loop;
  readonly devices: ReadonlyMap<string, Device>;
  readonly codes: PaymentCodes;
  readonly scanned: (text: string) => void;
}

export class World {
  readonly clock = new VirtualClock(wallStartMs);
  readonly random: Random;
  /** Of the disk alone: what it does to the kept state must not change who comes and when. */
  private readonly decay: Random;
  readonly disk = new ModelDisk();
  readonly biller: SimulatedBiller;
  readonly goods = new SimulatedGoods();
  /** For keys on the wires, apart from the world's own chance. */
  private readonly chance: Random;
  /** By port. */
  readonly wires: Readonly<Record<string, Wire>>;
  readonly machines: Record<string, Simulator>;
  readonly crashes: Record<CrashKind, number> = { k: 0, p: 0, d: 0, l: 0, n: 0 };
  readonly story: string[] = [];
  facts = 0;
  /** The faults have stopped: nothing strikes any more. */
  calm = false;
  calmSinceMs = 0;
  /** Nobody takes what waits between the lips of a machine. */
  handsOff = false;
  /** Facts that are held back just now. */
  held = 0;
  private busyUntilMs = 0;
  /** Money in cash boxes that were taken out, minor units. */
  boxesTaken = 0;
  /** What people put into the acceptor to be paid out, minor units. */
  filledMinor: number;
  /** Machines in whose store there is something else than people booked, or was for a while. */
  readonly meddled = new Set<string>();
  watch: Watch = () => {};
  /** Sees everything physical, as it happens. */
  onMachine: (device: string, event: SimulatorEvent) => void = () => {};
  /** Sees what a new process made of the journal, before it is told anything. */
  onFolded: (kiosk: Kiosk) => void = () => {};
  /** Sees the moment at which the running process decided to end itself. */
  onShutDown: () => void = () => {};
  shutDowns = 0;
  /** Numbers of the office's orders that were carried out beside the program, each time one was. */
  readonly carried: number[] = [];
  /** Sees every recorded batch of the running process. */
  onEntries: (entries: readonly EntryBody[], kiosk: Kiosk) => void = () => {};
  /** May hold a device's fact back for a while (milliseconds): the process was busy elsewhere. */
  delayFact: (fact: DeviceFact) => number = () => 0;
  /** Sees the record of a wire whose driver broke. */
  onCrash: (device: string, words: string, trace: readonly TraceEntry[]) => void = (device, words) => {
    throw new Error(`the driver of ${device} crashed: ${words}`);
  };
  /** By id: the networks behind which wallets take money. */
  readonly gateways: Readonly<Record<string, SimulatedGateway>>;
  /** By the same: who hands out what a wallet took on a day. */
  readonly statements: Readonly<Record<string, StatementDesk>>;
  /** Slips of another kiosk, and the office that knows of them; null: neither is there. */
  others: OthersSlips | null = null;
  private readonly parts: WorldParts;
  private process: Process | null = null;
  private booting = false;
  private powered = true;

  constructor(parts: WorldParts) {
    this.parts = parts;
    this.random = seeded(parts.seed);
    this.decay = seeded(parts.seed + 0x3c6e);
    this.biller = new SimulatedBiller(seeded(parts.seed + 0x5bd1));
    const wire = () => new Wire(this.clock, this.random);
    this.chance = seeded(parts.seed + 0x3c19);
    this.wires = Object.fromEntries(parts.config.devices.map((device) => [device.port, wire()]));
    const wallets = parts.config.wallets.map(({ id, kind }) => {
      const chance = seeded(parts.seed + (kind === 'alipay' ? 0x1a1f : 0x7e3c));
      return [id, new SimulatedGateway(kind, this.clock, chance)] as const;
    });
    this.gateways = Object.fromEntries(wallets);
    const { kiosk } = parts.rules;
    this.statements = Object.fromEntries(wallets.map(([id, gateway]) => [id, new StatementDesk(gateway, kiosk)]));
    this.machines = {};
    const evidence = parts.evidence ? 'full' : 'none';
    for (const { id } of parts.config.devices) {
      const count = parts.floats?.[id];
      const own: Record<string, string> = {};
      if (id === 'acceptor') own.evidence = evidence;
      if (count !== undefined) own.count = String(count);
      this.machines[id] = this.machine(id, { ...own, ...parts.makes?.[id] });
    }
    this.filledMinor = this.cashIn('acceptor', 'recycler');
  }

  /** What lies in this unit of a machine, minor units. */
  cashIn(device: string, unit: UnitCash['unit']): number {
    const cash = this.machines[device]?.units().find((one) => one.unit === unit)?.cash ?? [];
    return cash.reduce((sum, { minor, count }) => sum + minor * count, 0);
  }

  private machine(device: string, more: Readonly<Record<string, string>>): Simulator {
    const { protocol, port, settings: configured } = this.device(device);
    const wire = this.wires[port] as Wire;
    const simulate = simulators.get(protocol);
    const settings = { ...protocolNamed(protocol).driver.simulatorSettings?.(configured), ...more };
    if (simulate === undefined) throw new Error(`nobody plays ${device}`);
    const simulator = simulate({
      clock: this.clock,
      speed: machineSpeed,
      random: () => this.random.next(),
      settings,
      sharesWire: this.parts.config.devices.filter((one) => one.port === port).length > 1,
      send: (bytes) => wire.fromMachine(bytes),
      emit: (event) => this.onMachine(device, event),
    });
    wire.attach(simulator, this.machines[device]);
    return simulator;
  }

  /** What takes the notes here. */
  get acceptor(): AcceptorLineUp {
    return this.parts.acceptor;
  }

  private device(id: string): Config['devices'][number] {
    const device = this.parts.config.devices.find((one) => one.id === id);
    if (device === undefined) throw new Error(`there is no device ${id}`);
    return device;
  }

  /** Somebody put another acceptor in, with other denominations. */
  exchangeAcceptor(): void {
    this.tell('the acceptor is exchanged for one with other denominations');
    this.boxesTaken += this.cashIn('acceptor', 'box') + this.cashIn('acceptor', 'recycler');
    this.machines.acceptor = this.machine('acceptor', this.acceptor.otherTable);
    this.meddled.add('acceptor');
  }

  get kiosk(): Kiosk | null {
    return this.process?.loop.kiosk ?? null;
  }

  get devicesConfigured(): Config['devices'] {
    return this.parts.config.devices;
  }

  /** The device as the running daemon holds it; undefined while none runs. */
  running(device: string): Device | undefined {
    return this.process?.devices.get(device);
  }

  /** What a Link kept of a device's wire. */
  trace(device: string): readonly TraceEntry[] {
    return this.process?.devices.get(device)?.trace?.() ?? [];
  }

  get loop(): Loop | null {
    return this.process?.loop ?? null;
  }

  tell(line: string): void {
    if (this.story.length < 400) this.story.push(`${(this.clock.monoMs() / 1000).toFixed(2)} s ${line}`);
  }

  act(device: string, action: HandAction): HandResult {
    const machine = this.machines[device] as Simulator;
    const result = machine.act(action);
    const detail = [action.action, action.minor, action.condition, action.value].filter((part) => part !== undefined);
    this.tell(`${device}: ${detail.join(' ')}${result.ok ? '' : ` – ${result.reason}`}`);
    return result;
  }

  /** The business day of a moment. */
  get dayAt(): WorldParts['rules']['dayAt'] {
    return this.parts.rules.dayAt;
  }

  get currency(): string {
    return this.parts.rules.currency;
  }

  /** A person enters something at the console. Nothing happens while no process runs. */
  book(fact: FactBody): void {
    const running = this.process;
    if (running === null) return;
    this.tell(`console: ${fact.fact}`);
    this.inside(running, () => running.loop.take(fact));
  }

  /** An order of the office arrives; nothing hears it while no process runs. */
  orders(order: RemoteOrder): void {
    this.book({ fact: 'remote.ordered', problem: null, ...order });
  }

  private carryOut(running: { readonly alive: { yes: boolean } }, loop: Loop, seq: number): void {
    this.carried.push(seq);
    this.clock.after(this.random.integer(50, 20_000), () =>
      this.inside(running, () => loop.take({ fact: 'remote.answered', seq, outcome: 'done', result: null })),
    );
  }

  /** A person books what can be paid out, before anybody comes. */
  declareFloats(): void {
    const { currency } = this;
    for (const device of Object.keys(this.parts.floats ?? {})) {
      for (const { unit, cash } of this.machines[device]?.units() ?? []) {
        if ((unit !== 'hopper' && unit !== 'recycler') || cash.length === 0) continue;
        const pieces = cash.map(({ minor, count }) => ({ minor, count }));
        this.book({ fact: 'cash.filled', device, unit, currency, pieces, by: 'attendant' });
      }
    }
  }

  /** A person sees what the acceptor takes now, and wants it. False while there is nothing to want. */
  confirmTable(): boolean {
    const acceptor = this.kiosk?.devices.acceptor;
    if (acceptor?.mismatch !== true) return false;
    const { denominations } = acceptor;
    this.book({ fact: 'table.confirmed', device: 'acceptor', serial: null, denominations, by: 'technician' });
    return true;
  }

  /** A person touches the glass. Nothing happens while no process runs. */
  ask(intent: Intent): void {
    const running = this.process;
    if (running === null) return;
    this.tell(`customer: ${Object.values(intent).join(' ')}`);
    this.inside(running, () => running.loop.asked(intent, 'welcome'));
  }

  /** A square code is held to the scanner. */
  scan(text: string): void {
    const running = this.process;
    if (running === null) return;
    this.tell('customer: holds a slip to the scanner');
    this.inside(running, () => running.scanned(text));
  }

  /** Cards and wallets that can be chosen here. */
  get chargeMethods(): readonly ChargeMethod[] {
    return Object.keys(this.parts.rules.chargers) as ChargeMethod[];
  }

  /** A phone shows a payment code of this wallet, and it is held to the scanner. */
  showsCode(method: ChargeMethod, temper: string | undefined): void {
    const running = this.process;
    const ledger = this.gateways[method]?.ledger;
    if (running === null || ledger === undefined) return;
    ledger.act({ action: 'show code', ...(temper === undefined ? {} : { value: temper }) });
    const code = ledger.state().phone.code;
    if (code === null) return;
    this.tell(`customer: holds a payment code of ${method} to the scanner`);
    if (this.machines.scanner !== undefined) {
      this.machines.scanner.act({ action: 'scan', text: code.text });
      return;
    }
    this.inside(running, () =>
      running.loop.take({ fact: 'payment-code.presented', method, code: running.codes.put(code.text) }),
    );
  }

  /** The phone pays the code on the glass, or its owner confirms what it asks. */
  paysByPhone(method: ChargeMethod, code: string | null, temper: string | undefined): void {
    const ledger = this.gateways[method]?.ledger;
    if (ledger === undefined) return;
    const [asking] = ledger.state().phone.asking;
    if (asking !== undefined) {
      const wrong = this.random.chance(0.1);
      ledger.act({ action: 'password', text: asking, ...(wrong ? { value: 'wrong' } : {}) });
    } else if (code !== null) {
      const pays = () => {
        const paid = ledger.act({ action: 'pay code', text: code, ...(temper === undefined ? {} : { value: temper }) });
        this.tell(`customer: pays the code of ${method}${paid.ok ? '' : ` – ${paid.reason}`}`);
      };
      // Some phones are slow: the screen may have gone on meanwhile.
      if (this.random.chance(0.3)) this.clock.after(this.random.integer(1_000, 20_000), pays);
      else pays();
    }
  }

  /** Runs what a process does; its crash ends the process and nothing else. */
  private inside(running: { readonly alive: { yes: boolean } }, fn: () => void): void {
    if (!running.alive.yes) return;
    try {
      fn();
    } catch (problem) {
      if (!(problem instanceof Crash)) throw problem;
      if (running.alive.yes) this.die(running, problem.kind);
    }
  }

  /** Ends the running process, as `kill -9` or a power cut does, and starts another after a while. */
  crash(kind: 'k' | 'p'): void {
    const running = this.process;
    if (running === null) return;
    this.die(running, kind);
  }

  private die(running: { readonly alive: { yes: boolean } }, kind: 'k' | 'p' | 'exit', pauseMs = 0): void {
    running.alive.yes = false;
    this.process = null;
    this.tell(kind === 'k' ? 'the daemon is killed' : kind === 'p' ? 'power is cut' : 'the daemon ends itself');
    if (kind !== 'exit') this.crashes[kind] += 1;
    this.disk.crash(() => this.random.next());
    for (const wire of Object.values(this.wires)) wire.drop();
    if (kind === 'p') this.powerCut();
    this.bootSoon(kind === 'p' ? this.random.integer(1_000, 20_000) : pauseMs);
  }

  /** As the composition root ends itself: the last words are said, then it is gone until somebody starts it again. */
  private shutDown(running: { readonly alive: { yes: boolean } }, loop: Loop, why: EndWhy): void {
    this.shutDowns += 1;
    this.onShutDown();
    loop.stop();
    this.clock.after(lastWordsMs, () => {
      // For want of mains it is started when they are back; as it was ordered, at once.
      if (running.alive.yes) this.die(running, 'exit', why === 'restart' ? 0 : this.random.integer(...mainsPauseMs));
    });
  }

  private powerCut(): void {
    this.powered = false;
    for (const machine of Object.values(this.machines)) machine.act({ action: 'cut power' });
  }

  private bootSoon(powerAfterMs: number): void {
    if (this.booting) return;
    this.booting = true;
    this.clock.after(powerAfterMs, () => {
      if (!this.powered) {
        this.powered = true;
        for (const machine of Object.values(this.machines)) machine.act({ action: 'restore power' });
        this.tell('power is back');
      }
      this.clock.after(this.random.integer(...bootDelayMs), () => {
        this.booting = false;
        this.boot();
      });
    });
  }

  /** Starts the daemon: the same code whatever happened before. Now and then the disk has altered the state it keeps. */
  boot(): void {
    const alive = { yes: true };
    const running = { alive };
    const { clock: world, decay } = this;
    const decays = decay.chance(decayChance);
    if (decays && this.disk.alterSnapshot((state) => otherDigit(state, decay))) this.tell('the kept state is altered');
    const bootMs = world.monoMs();
    const clock: Clock = {
      wallMs: () => world.wallMs(),
      monoMs: () => world.monoMs() - bootMs,
      after: (delayMs, fn) => world.after(delayMs, () => this.inside(running, fn)),
    };
    this.inside(running, () => this.start(alive, clock));
  }

  private start(alive: { yes: boolean }, clock: Clock): void {
    const { config, rules, seal, snapshotEveryEntries } = this.parts;
    this.busyUntilMs = 0;
    const probe: Watch = (boundary, what) => {
      if (alive.yes) this.watch(boundary, what);
    };
    const { timeZone, businessDayStart } = config;
    const journal = new Journal({ storage: this.disk.open(), clock, timeZone, businessDayStart, probe });
    const { protocol, settings } = this.device('printer');
    const columns = protocolNamed(protocol).driver.columns?.(settings) as number;
    const papers = createPapers({ config, find: (key) => journal.find(key), seal, columns });
    const running = { alive };
    const loop = new Loop({
      rules,
      journal,
      clock,
      chance: () => this.random.hex(8),
      document: (order) => papers.document(order),
      officeUp: () => this.others?.isUp() ?? false,
      voucherFits: ({ serial, code }, record) => seal.verifyTyped({ serial, code, record }),
      sign: (z, hash) => signZ(keys, z, hash),
      version: 'simulated',
      config: 'simulated',
      probe,
      ...(snapshotEveryEntries === undefined ? {} : { snapshotEveryEntries }),
      onStep: (entries, kiosk) => this.onEntries(entries, kiosk),
      onFailure: () => this.clock.after(300, () => alive.yes && this.die(running, 'exit')),
    });
    this.onFolded(loop.kiosk);
    const devices = openDevices({
      configs: config.devices,
      clock,
      probe,
      chance: (bytes) => Uint8Array.from({ length: bytes }, () => this.chance.integer(0, 255)),
      memory: (device) => loop.memory(device),
      onFact: (fact) => {
        if (fact.fact !== 'code.scanned') {
          this.hear(running, loop, fact);
          return;
        }
        const seen = seenInCheck(loop.kiosk, fact.device, fact.text);
        if (seen === null) scanned(fact.text);
        else this.hear(running, loop, seen);
      },
      onCrash: (...crash) => this.onCrash(...crash),
      openPort: (name) => (this.wires[name] as Wire).port(name, (fn) => this.inside(running, fn)),
    });
    const codes = new PaymentCodes(clock, (bytes) =>
      Uint8Array.from({ length: bytes }, () => this.chance.integer(0, 255)),
    );
    const scanned = createScans({
      codes,
      seal,
      take: (fact) => loop.take(fact),
      voucher: (voucher) => loop.voucherScanned(voucher),
    });
    const wallets = Object.entries(this.gateways).map(([id, gateway]) =>
      carryWallet({
        id,
        gateway,
        clock,
        memory: () => loop.memory(id),
        codes,
        probe,
        onFact: (fact) => this.hear(running, loop, fact),
      }),
    );
    const asked = new Map([...devices, ...wallets.map((wallet) => [wallet.id, wallet] as const)]);
    this.process = { alive, clock, loop, devices: asked, codes, scanned };
    loop.start({
      obey: (command) => asked.get(command.device)?.obey(command),
      maintain: (device, levels) => devices.get(device)?.maintain(levels),
      recorded: (device, key) => asked.get(device)?.recorded(key),
      ask: (command) => this.carry(running, loop, command, 1_000),
      fetchStatement: (order) => this.fetchStatement(running, loop, order, (key) => journal.find(key)),
      askOffice: (question) => this.askOffice(running, loop, question),
      handedOver: (order) => this.goods.out.add(order),
      carryOut: ({ seq }) => this.carryOut(running, loop, seq),
      shutDown: (why) => this.shutDown(running, loop, why),
    });
    this.tell('the daemon runs');
  }

  private hear(running: { readonly alive: { yes: boolean } }, loop: Loop, fact: DeviceFact): void {
    this.facts += 1;
    const nowMs = this.clock.monoMs();
    // One held back holds back all behind it: their order is the machine's.
    this.busyUntilMs = Math.max(this.busyUntilMs, nowMs + this.delayFact(fact));
    if (this.busyUntilMs === nowMs) {
      loop.take(fact);
      return;
    }
    this.held += 1;
    this.clock.after(this.busyUntilMs - nowMs, () => {
      this.held -= 1;
      this.inside(running, () => loop.take(fact));
    });
  }

  private askOffice(
    running: { readonly alive: { yes: boolean } },
    loop: Loop,
    { id, serial, proof }: VoucherQuestion,
  ): void {
    const { afterMs, word } = this.others?.answer(serial, proof) ?? { afterMs: 0, word: null };
    this.clock.after(afterMs, () => {
      if (running.alive.yes) this.inside(running, () => loop.voucherTold(id, word));
    });
  }

  /** Hands in what a wallet says of a day, with what the journal has of it then; nothing when it stays silent. */
  private fetchStatement(
    running: { readonly alive: { yes: boolean } },
    loop: Loop,
    { id: command, device, day }: StatementOrder,
    find: Parameters<typeof journalOf>[0],
  ): void {
    this.clock.after(statementMs, () => {
      const rows = this.statements[device]?.tell(command, day) ?? null;
      if (rows === null || !running.alive.yes) return;
      this.tell(`${device}: the statement of ${day}`);
      const answer =
        rows === 'not-ready' ? ({ came: rows, code: 'none' } as const) : ({ came: 'rows', rows, file: null } as const);
      this.inside(running, () =>
        loop.take({ fact: 'statement.told', device, day, command, answer, journal: journalOf(find, device, day) }),
      );
    });
  }

  /** Carries a command to the biller; a post without an answer is repeated with the same id. */
  private carry(
    running: { readonly alive: { yes: boolean } },
    loop: Loop,
    command: BillerCommand,
    pauseMs: number,
  ): boolean {
    this.clock.after(this.random.integer(30, 1_500), () => {
      const answer = this.goods.isFor(command) ? this.goods.answer(command) : this.biller.answer(command);
      this.clock.after(this.random.integer(10, 300), () => {
        if (!running.alive.yes) return;
        if (answer !== null) {
          this.facts += 1;
          this.inside(running, () => loop.take(answer));
        } else {
          this.clock.after(
            pauseMs,
            () => running.alive.yes && this.carry(running, loop, command, Math.min(pauseMs * 2, 60_000)),
          );
        }
      });
    });
    return true;
  }
}

/** The text with one of its digits, chosen by chance, made the next. */
function otherDigit(text: string, random: Random): string {
  const { 0: digit, index } = random.pick([...text.matchAll(/\d/g)]);
  return `${text.slice(0, index)}${(Number(digit) + 1) % 10}${text.slice(index + 1)}`;
}
