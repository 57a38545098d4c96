/**
 * The terminal as a partner in the conversation (PA00P015, "Communication"): it answers each command of the host with 80 or
 * 84, is then the master, and has each of its own messages answered, until it gives the mastery back with 06 0F or 06 1E.
 */
import type { SimulatorSurroundings } from '../simulated.ts';
import { type Apdu, apdu, bcd, hexOf, readApdu, tag } from './simulator-apdu.ts';
import { type Card, Journal, type Transaction } from './simulator-journal.ts';
import { AND_REMOVE_CARD, type Language, type Model, shownFor } from './simulator-model.ts';
import { blockMessage, lineMessages, Paper, type Receipt } from './simulator-receipt.ts';
import { ask, pause, type Reply, type Script } from './simulator-script.ts';
import { NetworkWire, SerialWire, type Wire } from './simulator-wire.ts';

/** T3: in which a message has to be answered. */
const ANSWER_MS = 5_000;
/** From power to the first answer. */
const START_MS = 1_500;
const PRINT_RECEIPT_MS = 1_500;
/** The bank is told that something is void. */
const VOID_MS = 1_000;

const ENTER_PIN = 0x01;

export const OK = 0x00;
export const UNREADABLE = 0x64;
export const NO_CARD_DATA = 0x65;
export const PROCESSING = 0x66;
export const TURNOVER_FULL = 0x6a;
export const NOT_REGISTERED = 0x6b;
export const ABORTED = 0x6c;
export const WRONG_CURRENCY = 0x6f;
export const NOT_POSSIBLE = 0x83;
export const ZVT_ERROR = 0x9a;
const PLEASE_WAIT = 0x9c;
export const NO_PAPER = 0xcc;
export const CARD_INSERTED = 0xdc;

/** The configuration byte of a registration. */
const ECR_PRINTS_PAYMENTS = 0x02;
const ECR_PRINTS_ADMINISTRATION = 0x04;
const INTERMEDIATE_STATUS = 0x08;
const PRINTS_BY_COMMAND = 0x80;

export interface Registration {
  readonly config: number;
  /** It takes 06 D3. */
  readonly blocks: boolean;
}

/** What lies in the reader, and what the person with it can do. */
export type Holder = 'approve' | 'decline' | 'partial' | 'pin' | 'expired' | 'unreadable' | 'insufficient';

export interface Presented {
  readonly holder: Holder;
  /** Of a partial approval; null: half. */
  readonly minor: number | null;
  /** It was worked with already, and is to be taken out. */
  used: boolean;
}

/** What a command leads to: the answer at once, and what is done after it. */
export interface Answer {
  readonly answer: readonly number[];
  readonly script: Script<unknown> | null;
}

export type Commands = (machine: Machine, command: Apdu) => Answer;

export class Machine {
  readonly world: SimulatorSurroundings;
  readonly model: Model;
  readonly journal: Journal;
  readonly paper = new Paper();
  readonly wire: Wire;
  power = true;
  registration: Registration | null = null;
  language: Language = 'de';
  initRequired = false;
  dayFull = false;
  host: 'online' | 'offline' | 'lost' = 'online';
  spoils: 'off' | 'amount' | 'currency' = 'off';
  reader: Presented | null = null;
  /** Digits somebody typed and nobody looked at yet. */
  typed: string | null = null;
  /** The stop key, or the host's abort, was heard while it can be obeyed. */
  stopped = false;
  stoppable = false;
  /** What it last said to its host in between, for its display. */
  private shown: number | null = null;
  private starting = false;
  private script: Script<unknown> | null = null;
  private asking = false;
  private listening = false;
  /** The host has left a message without an answer: it hears no more of what goes on in between. */
  silent = false;
  private turn = 0;
  private cards = 0;
  private life = 0;
  private readonly commands: Commands;

  constructor(world: SimulatorSurroundings, model: Model, commands: Commands) {
    this.world = world;
    this.model = model;
    this.commands = commands;
    this.journal = new Journal(model.lastReceipt);
    const owner = {
      arrived: (message: readonly number[]) => this.arrived(message),
      unheard: () => this.answered(null),
    };
    const transport = model.transport ?? (world.network === true ? 'tcp' : 'serial');
    this.wire = transport === 'tcp' ? new NetworkWire(world, owner) : new SerialWire(world, owner);
    this.start();
  }

  // Power.

  cutPower(): void {
    this.power = false;
    this.life++;
    this.turn++;
    this.script = null;
    this.asking = false;
    this.listening = false;
    this.wire.die();
    this.registration = null;
    this.typed = null;
    if (this.reader !== null) this.reader.used = true;
  }

  restorePower(): void {
    this.power = true;
    this.start();
    for (const entry of this.journal.unfinished()) this.owe(entry);
  }

  private start(): void {
    this.language = 'de';
    this.shown = null;
    this.stoppable = false;
    this.silent = false;
    this.starting = true;
    this.later(START_MS / this.world.speed, () => {
      this.starting = false;
      this.tellBank();
    });
  }

  /** 06 18: as after a loss of power, but for what is under way. */
  restart(): void {
    this.world.emit({ event: 'reset' });
    this.registration = null;
    this.wire.die();
    this.start();
  }

  private later(ms: number, fn: () => void): void {
    const { life } = this;
    this.world.clock.after(ms, () => {
      if (life === this.life) fn();
    });
  }

  // The host's words.

  receive(bytes: Uint8Array): void {
    if (this.power && !this.starting) this.wire.receive(bytes);
  }

  private arrived(message: readonly number[]): void {
    const command = readApdu(message);
    if (command === null) {
      this.say(apdu([0x84, ZVT_ERROR]));
      return;
    }
    if (command.class === 0x80 || command.class === 0x84) {
      this.answered(command);
      return;
    }
    const name = names.get(command.class * 256 + command.instruction);
    this.world.emit({ event: 'command', ...(name !== undefined && { name }), hex: hexOf(message, ' ') });
    if (command.class === 0x06 && command.instruction === 0xb0) {
      this.say(apdu([0x80, 0x00]));
      this.stop();
    } else if (this.script !== null) this.say(apdu([0x84, PLEASE_WAIT]));
    else this.obey(command);
  }

  private obey(command: Apdu): void {
    const { answer, script } = this.commands(this, command);
    this.say(answer);
    if (script === null) return;
    this.script = script;
    this.silent = false;
    this.stopped = false;
    this.typed = null;
    this.goOn(undefined);
  }

  private say(message: readonly number[]): void {
    this.wire.send(message);
  }

  // The script.

  private goOn(value: unknown): void {
    const { script, life } = this;
    if (script === null) return;
    const { done, value: step } = script.next(value);
    if (life !== this.life || script !== this.script) return;
    if (done === true) {
      this.script = null;
      this.shown = null;
      this.stoppable = false;
      return;
    }
    const turn = ++this.turn;
    const end = (ms: number, ended: () => void): void =>
      this.later(ms, () => {
        if (turn === this.turn) ended();
      });
    switch (step.step) {
      case 'pause':
        end(step.ms / this.world.speed, () => this.resume(undefined));
        return;
      case 'wait':
        end(step.ms, () => this.resume(undefined));
        return;
      case 'hand':
        this.listening = true;
        end(step.limitMs, () => this.resume(false));
        return;
      case 'ask':
        this.asking = true;
        end(step.limitMs, () => this.unanswered(step.message));
        this.say(step.message);
        return;
      default:
        step satisfies never;
    }
  }

  private resume(result: unknown): void {
    this.turn++;
    this.asking = false;
    this.listening = false;
    this.goOn(result);
  }

  private answered(reply: Reply | null): void {
    if (this.asking) this.resume(reply);
  }

  private unanswered(message: readonly number[]): void {
    this.wire.giveUp(message);
    this.resume(null);
  }

  /** A hand did something. */
  touched(): void {
    if (this.listening) this.resume(true);
  }

  /** The stop key or 06 B0. False: it is too late, or too early. */
  stop(): boolean {
    if (!this.stoppable) return false;
    this.stopped = true;
    this.touched();
    return true;
  }

  // What scripts say.

  /** Has a message answered; null: nobody did. */
  *tell(message: readonly number[], limitMs = ANSWER_MS): Script<Reply | null> {
    const reply = yield* ask(message, limitMs);
    this.silent = reply === null;
    return reply;
  }

  /** 04 FF, when the host wants to hear it and does answer; on the display in any case. `over`: a card may be taken out now. */
  *status(code: number, over: 'over' | 'under way' = 'under way'): Script {
    const status = over === 'over' && this.reader !== null ? code | AND_REMOVE_CARD : code;
    this.shown = status;
    if (this.silent || ((this.registration?.config ?? 0) & INTERMEDIATE_STATUS) === 0) return;
    yield* this.tell(apdu([0x04, 0xff], [status]));
  }

  *complete(data: readonly number[] = []): Script<Reply | null> {
    return yield* this.tell(apdu([0x06, 0x0f], data));
  }

  *abort(code: number, data: readonly number[] = []): Script {
    yield* this.tell(apdu([0x06, 0x1e], [code, ...data]));
  }

  /** False: there is no paper for receipts that it has to print itself. */
  canPrint(kind: 'payment' | 'administration'): boolean {
    return !this.paper.out || this.hostPrints(kind);
  }

  private hostPrints(kind: 'payment' | 'administration'): boolean {
    const bit = kind === 'payment' ? ECR_PRINTS_PAYMENTS : ECR_PRINTS_ADMINISTRATION;
    return ((this.registration?.config ?? 0) & bit) !== 0;
  }

  *print(receipts: readonly Receipt[], kind: 'payment' | 'administration'): Script {
    for (const receipt of receipts) {
      if (!this.hostPrints(kind)) {
        if (this.paper.out) continue;
        yield* pause(PRINT_RECEIPT_MS);
        this.world.emit({ event: 'printed', ...this.paper.print(receipt) });
      } else if (((this.registration?.config ?? 0) & PRINTS_BY_COMMAND) !== 0) {
        const messages = this.registration?.blocks === true ? [blockMessage(receipt)] : lineMessages(receipt);
        for (const message of messages) if (!this.silent) yield* this.tell(message);
      }
    }
  }

  // What it knows of a card, and of a transaction.

  get card(): Card {
    return this.model.card;
  }

  /** The card of the next payment. */
  drawCard(): Card {
    const pan = this.model.pans[this.cards++ % Math.max(1, this.model.pans.length)];
    return pan === undefined ? this.card : { ...this.card, pan };
  }

  /** The bank is still to be told that it is void; for the terminal and its host it is so already. */
  owe(entry: Transaction): void {
    entry.owed = true;
    entry.result = ABORTED;
    this.tellBank();
  }

  /** Sends what is void to the bank, now, when it has started, or when the bank can be reached again. */
  tellBank(): void {
    if (this.starting) return;
    this.later(VOID_MS / this.world.speed, () => {
      if (this.power && this.host === 'online') for (const entry of this.journal.owed()) this.void(entry);
    });
  }

  void(entry: Transaction): void {
    entry.owed = false;
    entry.state = 'reversed';
    const { currency, minor, receipt } = entry;
    this.world.emit({ event: 'card.reversed', currency, minor, receipt });
  }

  // What a person sees.

  display(): string {
    if (!this.power) return '';
    if (this.starting) return this.language === 'de' ? 'Start' : 'Starting';
    if (this.shown !== null) return shownFor(this.shown, this.language);
    if (this.reader !== null) return shownFor(0x0b, this.language);
    return this.language === 'de' ? 'Bereit' : 'Ready';
  }

  /** Somebody may type now. */
  get asksPin(): boolean {
    return this.power && this.shown === ENTER_PIN;
  }

  /** Terminal status, as 05 01 and registration tell it. */
  get terminalStatus(): number {
    if (this.initRequired) return 0x51;
    if (this.reader !== null) return CARD_INSERTED;
    return this.dayFull ? 0xf0 : 0x00;
  }

  /** Tag 1F1F: the last receipt. */
  lastReceiptTag(): readonly number[] {
    return tag(0x1f1f, bcd(this.journal.lastReceipt, 2));
  }
}

const names: ReadonlyMap<number, string> = new Map([
  [0x0501, 'status-enquiry'],
  [0x0600, 'registration'],
  [0x0601, 'authorisation'],
  [0x0602, 'log-off'],
  [0x0612, 'reprint-receipts'],
  [0x0618, 'reset'],
  [0x0620, 'repeat-receipt'],
  [0x0622, 'pre-authorisation'],
  [0x0623, 'partial-reversal'],
  [0x0625, 'pre-authorisation-reversal'],
  [0x0630, 'reversal'],
  [0x0631, 'refund'],
  [0x0650, 'end-of-day'],
  [0x0670, 'diagnosis'],
  [0x0693, 'initialisation'],
  [0x06b0, 'abort'],
  [0x06c0, 'read-card'],
  [0x0830, 'select-language'],
  [0x0840, 'change-baud-rate'],
]);
