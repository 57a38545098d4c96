/**
 * Customers who pay one bill after another in small notes: the real loop, decisions, Link, driver and journal, on
 * virtual time, with a simulated acceptor at the other end of a wire that is a function call.
 */
import { readFileSync } from 'node:fs';
import { checkConfig, type Config } from '../../config/schema.ts';
import { kindOf } from '../../hardware/catalog.ts';
import { type Clock, VirtualClock } from '../../hardware/clock.ts';
import { simulate } from '../../hardware/id003/simulator.ts';
import { stopsAcceptance } from '../../hardware/faults.ts';
import { openDevices } from '../../hardware/open.ts';
import { noProbe, type Port, type PortListener } from '../../hardware/port.ts';
import type { Simulator } from '../../hardware/simulated.ts';
import { Journal } from '../../kiosk/journal/journal.ts';
import type { Storage } from '../../kiosk/journal/storage.ts';
import { Loop } from '../../kiosk/loop.ts';
import { rulesOf } from '../../kiosk/rules.ts';
import type { Intent } from '../../kiosk/server/wire.ts';
import type { Bill, BillerCommand, BillerFact } from '../../kiosk/services/biller/contract.ts';

const acceptor = 'acceptor';
const noteMinor = 100;
const notesOfABill = 20;
const patienceMs = 60_000;
const machineSpeed = 1_000;
/** FC, length, ESCROW; and STACK-1 (tests/vectors/id003.txt). */
const escrow = [0xfc, 0x06, 0x13] as const;
const stack = [0xfc, 0x05, 0x41, 0xa2, 0x04] as const;

const config = labConfig();

function labConfig(): Config {
  const checked = checkConfig(
    JSON.parse(readFileSync(new URL('../../config/examples/lab.json', import.meta.url), 'utf8')),
  );
  if (!checked.ok) throw new Error(`lab.json: ${JSON.stringify(checked.problems)}`);
  return checked.config;
}

export class CashDesk {
  readonly journal: Journal;
  private readonly clock = new VirtualClock(Date.UTC(2026, 2, 31, 1));
  private readonly loop: Loop;
  private readonly machine: Simulator;
  private listener: PortListener | null = null;
  private chances = 0;
  private bills = 0;
  private escrowNs = 0n;
  private tookUs: number | null = null;

  constructor(storage: Storage) {
    const { clock } = this;
    const rules = rulesOf(config, {
      kindOf,
      stops: stopsAcceptance,
    });
    const { timeZone, businessDayStart } = config;
    this.journal = new Journal({ storage, clock, timeZone, businessDayStart });
    this.loop = new Loop({
      rules,
      journal: this.journal,
      clock,
      chance: () => this.chance(),
      document: () => '',
      sign: () => ({ key: '', signature: '' }),
      voucherFits: () => false,
      version: '0.1.0',
      config: 'benchmark',
      onFailure(problem) {
        throw problem;
      },
    });
    this.machine = this.newMachine();
    const devices = openDevices({
      configs: config.devices.filter(({ id }) => id === acceptor),
      clock,
      probe: noProbe,
      chance: (bytes) => new Uint8Array(bytes),
      memory: (device) => this.loop.memory(device),
      onFact: (fact) => this.loop.take(fact),
      openPort: (name) => this.port(name),
    });
    this.loop.start({
      obey: (command) => devices.get(command.device)?.obey(command),
      maintain: (device, levels) => devices.get(device)?.maintain(levels),
      recorded: (device, key) => devices.get(device)?.recorded(key),
      askOffice: () => {},
      fetchStatement: () => {},
      carryOut: () => {},
      handedOver: () => {},
      shutDown: () => {},
      ask: (command) => {
        clock.after(1, () => this.loop.take(answer(command)));
        return true;
      },
    });
    this.until(() => this.loop.kiosk.devices[acceptor]?.ready === true);
  }

  /**
   * One more note, from a customer who comes if nobody is there.
   * @returns microseconds from the escrow report handed to the Link to the bytes of STACK handed to the port.
   */
  note(): number {
    this.comeToPay();
    this.tookUs = null;
    this.until(() => this.machine.act({ action: 'insert', minor: noteMinor }).ok);
    this.until(() => this.tookUs !== null);
    const tookUs = this.tookUs as unknown as number;
    this.until(() => this.loop.kiosk.stacks[acceptor]?.status === 'stacked');
    return tookUs;
  }

  /** A whole visit, of as many notes as its bill takes. */
  visit(): void {
    for (let n = 0; n < notesOfABill; n++) this.note();
    this.goHome();
  }

  close(): void {
    this.loop.stop();
    this.journal.close();
  }

  private comeToPay(): void {
    if (this.loop.kiosk.session?.stage.at === 'pay-cash') return;
    this.goHome();
    this.bills += 1;
    this.ask({ do: 'begin' });
    this.ask({ do: 'task', task: 'pay-bill' });
    this.ask({ do: 'find-bill', number: `B${this.bills}` });
    this.until(() => this.loop.kiosk.session?.stage.at === 'review');
    this.ask({ do: 'confirm-bill' });
    this.until(() => this.loop.kiosk.session?.stage.at === 'choose');
    this.ask({ do: 'method', method: 'cash' });
    if (this.loop.kiosk.session?.stage.at === 'promise') this.ask({ do: 'agree' });
    this.until(() => this.loop.kiosk.session?.stage.at === 'pay-cash');
  }

  private goHome(): void {
    if (this.loop.kiosk.session === null) return;
    this.ask({ do: 'finish' });
    this.ask({ do: 'document', choice: 'none' });
    this.ask({ do: 'finish' });
    this.until(() => this.loop.kiosk.session === null && Object.keys(this.loop.kiosk.posts).length === 0);
  }

  private ask(intent: Intent): void {
    this.loop.asked(intent, 'welcome');
  }

  private until(reached: () => boolean): void {
    const endMs = this.clock.monoMs() + patienceMs;
    while (!reached()) {
      if (this.clock.monoMs() > endMs) throw new Error(`stuck at ${this.loop.kiosk.session?.stage.at ?? 'rest'}`);
      this.clock.runUntil(this.clock.monoMs() + 1);
    }
  }

  /** Identifiers without order, as the kiosk's are. */
  private chance(): string {
    this.chances += 1;
    return (Math.imul(this.chances, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(4);
  }

  private newMachine(): Simulator {
    return simulate({
      clock: this.clock,
      speed: machineSpeed,
      random: () => 0.5,
      settings: {},
      send: (bytes) => {
        if (escrow.every((byte, at) => bytes[at] === byte)) this.escrowNs = process.hrtime.bigint();
        this.listener?.received(bytes);
      },
      emit: () => {},
    });
  }

  private port(name: string): Port {
    const soon: Clock['after'] = (delayMs, fn) => this.clock.after(delayMs, fn);
    return {
      name,
      open: (listener) => {
        this.listener = listener;
        soon(0, () => listener.opened());
      },
      send: (bytes, sent) => {
        if (stack.every((byte, at) => bytes[at] === byte)) {
          this.tookUs = Number(process.hrtime.bigint() - this.escrowNs) / 1_000;
        }
        soon(0, () => {
          this.machine.receive(bytes);
          sent?.();
        });
      },
      close: () => {
        this.listener = null;
      },
    };
  }
}

function answer(command: BillerCommand): BillerFact {
  if (command.command === 'bill.post') return { fact: 'bill.posted', command: command.id, reference: 'B0000000001' };
  if (command.command === 'order.place') return { fact: 'bill.not-found', command: command.id };
  return { fact: 'bill.found', command: command.id, bill: billOf(command.number) };
}

function billOf(number: string): Bill {
  const name = { 'zh-CN': '普通门诊诊查费', en: 'Consultation' };
  const minor = noteMinor * notesOfABill;
  return {
    number,
    title: { 'zh-CN': '门诊费', en: 'Outpatient visit' },
    payee: { 'zh-CN': '东湖社区医院', en: 'East Lake Clinic' },
    payer: '张**',
    lines: [{ name, quantity: 1, minor }],
    currency: 'CNY',
    minor,
  };
}
