/**
 * A card terminal that speaks ZVT (PA00P015 13.08 and PA00P016), as unattended machines have it: a chip reader, a PIN pad, a
 * display, and a printer of its own for whoever has none. It stands between a host and a bank, and what the two believe may
 * differ; its journal says what the bank holds.
 *
 * A card stays in the reader until a hand takes it out. Everything the terminal waits for from its customer has the terminal's
 * own limit (`customerSeconds`), which `speed` leaves alone. On a network it speaks without the serial frame; `transport`
 * says otherwise where a converter stands between. A code at the bank (`27`, below 64) is ISO 8583's in hexadecimal: of
 * its own choice, as the manual leaves it to the bank. `statusInfos` is of its own choice too: the manual does not say it here.
 */
import type {
  CardTransaction,
  HandAction,
  HandResult,
  PrintedJob,
  Simulator,
  SimulatorFactory,
  SimulatorSurroundings,
  UnitCash,
} from '../simulated.ts';
import { type Holder, Machine } from './simulator-machine.ts';
import { modelOf } from './simulator-model.ts';
import { obey } from './simulator-service.ts';

export { settingsHelp } from './simulator-model.ts';
export { framed } from './simulator-wire.ts';

const holders: readonly Holder[] = ['approve', 'decline', 'partial', 'pin', 'expired', 'unreadable', 'insufficient'];

const done: HandResult = { ok: true };
const no = (reason: string): HandResult => ({ ok: false, reason });

class Terminal implements Simulator {
  readonly protocol = 'zvt';
  readonly kind = 'card-terminal';

  private readonly machine: Machine;
  private readonly world: SimulatorSurroundings;

  constructor(world: SimulatorSurroundings) {
    this.world = world;
    this.machine = new Machine(world, modelOf(world.settings), obey);
  }

  receive(bytes: Uint8Array): void {
    this.machine.receive(bytes);
  }

  get power(): boolean {
    return this.machine.power;
  }

  units(): readonly UnitCash[] {
    return [];
  }

  printed(): readonly PrintedJob[] {
    return this.machine.paper.printed();
  }

  paper(): Uint8Array {
    return this.machine.paper.bytes();
  }

  faults(): readonly string[] {
    return this.machine.paper.out ? ['paper out'] : [];
  }

  ledger(): readonly CardTransaction[] {
    return this.machine.journal.ledger();
  }

  display(): string {
    return this.machine.display();
  }

  act(action: HandAction): HandResult {
    switch (action.action) {
      case 'card':
        return action.value === 'remove' ? this.removeCard() : this.presentCard(action);
      case 'pin':
        return this.typePin(action.text ?? '');
      case 'press stop':
        return this.machine.stop() ? done : no('there is nothing that can be stopped now');
      case 'host':
        return this.setHost(action.value ?? '');
      case 'init required':
        this.machine.initRequired = true;
        return done;
      case 'day full':
        this.machine.dayFull = true;
        return done;
      case 'paper':
        return this.loadPaper(action.value ?? '');
      case 'take':
        return this.machine.paper.take() ? done : no('no paper hangs out');
      case 'misbehave':
        return this.misbehave(action.value ?? '');
      case 'cut power':
        return this.cutPower();
      case 'restore power':
        return this.restorePower();
      default:
        return no(`a ZVT terminal knows no "${action.action}"`);
    }
  }

  private presentCard({ value, minor }: HandAction): HandResult {
    const holder = holders.find((one) => one === value);
    if (holder === undefined) return no(`a card can ${holders.join(', ')} or remove`);
    if (minor !== undefined && holder !== 'partial') return no('only a partial approval has an amount');
    if (this.machine.reader !== null) return no('a card is in the reader already');
    this.machine.reader = { holder, minor: minor ?? null, used: !this.machine.power };
    this.world.emit({ event: 'card.inserted' });
    this.machine.touched();
    return done;
  }

  private removeCard(): HandResult {
    if (this.machine.reader === null) return no('no card is in the reader');
    this.machine.reader = null;
    this.world.emit({ event: 'card.removed' });
    this.machine.touched();
    return done;
  }

  private typePin(digits: string): HandResult {
    if (!/^\d{1,12}$/.test(digits)) return no('a PIN is 1 to 12 digits');
    if (!this.machine.asksPin) return no('it does not ask for a PIN');
    this.machine.typed = digits;
    this.machine.touched();
    return done;
  }

  private setHost(value: string): HandResult {
    if (value !== 'online' && value !== 'offline' && value !== 'lost')
      return no('the bank is online, offline, or its answers are lost');
    this.machine.host = value;
    if (value === 'online' && this.machine.power) this.machine.tellBank();
    return done;
  }

  private loadPaper(value: string): HandResult {
    if (value !== 'ok' && value !== 'out') return no('its paper is "ok" or "out"');
    this.machine.paper.out = value === 'out';
    return done;
  }

  private misbehave(value: string): HandResult {
    const { machine } = this;
    switch (value) {
      case 'counter':
        machine.journal.skip();
        return done;
      case 'wrong-amount':
      case 'wrong-currency':
        machine.spoils = value === 'wrong-amount' ? 'amount' : 'currency';
        return done;
      case 'off':
      case 'repeat':
      case 'late':
      case 'noise':
        machine.spoils = 'off';
        machine.wire.fault = value;
        return done;
      default:
        return no('misbehave with repeat, late, noise, counter, wrong-amount, wrong-currency or off');
    }
  }

  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.machine.cutPower();
    this.world.emit({ event: 'power.cut' });
    return done;
  }

  private restorePower(): HandResult {
    if (this.power) return no('the power is on already');
    this.world.emit({ event: 'power.restored' });
    this.machine.restorePower();
    return done;
  }
}

export const simulate: SimulatorFactory = (surroundings) => new Terminal(surroundings);
