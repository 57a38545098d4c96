/** Small ccTalk machines for the tests of the host: only what it asks, with every figure open to the test. */
import type { Machine, Said } from './hand.ts';

const ascii = (text: string): number[] => Array.from(text, (sign) => sign.charCodeAt(0));
const little = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff];
const next = (counter: number): number => (counter === 255 ? 1 : counter + 1);

class Common {
  serial: number | null = 4711;
  on = true;

  pass(_nowMs: number): void {}

  identity(header: number): Said | undefined {
    switch (header) {
      case 254:
        return [];
      case 246:
        return ascii('TST');
      case 244:
        return ascii('ONE');
      case 242:
        return this.serial === null ? 'nak' : little(this.serial);
      case 241:
        return ascii('1.0');
      default:
        return undefined;
    }
  }
}

/** What coin acceptors and bill validators share: the events, and what they were told to take. */
class Taking extends Common {
  counter = 0;
  events: (readonly [number, number])[] = [];
  ids: readonly string[] = [];
  mask: readonly number[] = [0, 0];
  master = true;
  check: Said = [0];

  happens(a: number, b: number): void {
    this.counter = next(this.counter);
    this.events = [[a, b] as const, ...this.events].slice(0, 5);
  }

  reset(): void {
    this.counter = 0;
    this.events = [];
    this.mask = [0, 0];
  }

  buffer(): readonly number[] {
    return [this.counter, ...Array.from({ length: 5 }, (_, at) => this.events[at] ?? [0, 0]).flat()];
  }

  taking(header: number, data: readonly number[]): Said {
    switch (header) {
      case 232:
        return this.check;
      case 231:
        this.mask = data;
        return [];
      case 228:
        this.master = data[0] === 1;
        return [];
      default:
        return null;
    }
  }
}

export class CoinMachine extends Taking implements Machine {
  /** Null: it does not count them. */
  accepted: number | null = null;
  override ids: readonly string[] = ['CN010A', 'CN050A', 'CN100A'];

  answer(header: number, data: readonly number[]): Said {
    if (!this.on) return null;
    if (header === 184) return ascii(this.ids[(data[0] ?? 0) - 1] ?? '......');
    if (header === 225) return this.accepted === null ? null : little(this.accepted);
    if (header === 229) return this.buffer();
    return this.identity(header) ?? this.taking(header, data);
  }

  coin(position: number, path = 1): void {
    if (this.accepted !== null) this.accepted++;
    this.happens(position, path);
  }
}

export class BillMachine extends Taking implements Machine {
  override ids: readonly string[] = ['CN0001A', 'CN0005A', 'CN0010A', 'CN0020A'];
  mode = 1;
  /** Type of the note in escrow; null: empty. */
  escrow: number | null = null;
  routed: number[] = [];
  /** What a route order does beside its answer: the machine itself, or the test later. */
  obeys = true;

  answer(header: number, data: readonly number[]): Said {
    if (!this.on) return null;
    switch (header) {
      case 159:
        return this.buffer();
      case 157:
        return ascii(this.ids[(data[0] ?? 0) - 1] ?? '.......');
      case 156:
        return [100, 0, 2];
      case 154:
        return this.route(data[0] ?? 0);
      case 153:
        this.mode = data[0] ?? 0;
        return [];
      default:
        return this.identity(header) ?? this.taking(header, data);
    }
  }

  insert(type: number): void {
    this.escrow = type;
    this.happens(type, 1);
  }

  private route(code: number): Said {
    this.routed.push(code);
    if (this.escrow === null) return [254];
    if (!this.obeys) return [];
    if (code === 1) this.happens(this.escrow, 0);
    else this.happens(0, 1);
    this.escrow = null;
    return [];
  }
}

const COIN_MS = 250;
const EMPTY_MS = 3_000;

export class HopperMachine extends Common implements Machine {
  counter = 9;
  remaining = 0;
  paid = 0;
  unpaid = 0;
  /** Null: it does not count them. */
  dispensed: number | null = 1_000;
  stock = 500;
  /** What lies in the cup: the truth. */
  cup = 0;
  enabled = false;
  flags = 0;
  register2 = 0;
  sensors: number | null = 0x30;
  coinId: string | null = null;
  pin: string | null = null;
  /** A Flow keeps its event counter without power, and counts refusals. */
  flow = false;
  proof: 'serial' | 'cipher' = 'serial';
  /** It never ends by itself. */
  stuck = false;
  refuses = false;
  staysDisabled = false;
  orders = 0;
  private keyAsked = false;
  private nowMs = 0;
  coinAtMs = 0;

  override pass(nowMs: number): void {
    this.nowMs = nowMs;
    while (this.on && this.remaining > 0 && !this.stuck && this.coinAtMs <= nowMs) {
      if (this.stock === 0) {
        if (nowMs < this.coinAtMs + EMPTY_MS) return;
        this.flags |= 0x02;
        this.stop();
        return;
      }
      this.stock--;
      this.cup++;
      this.paid++;
      this.remaining--;
      if (this.dispensed !== null) this.dispensed++;
      this.coinAtMs += COIN_MS;
    }
  }

  private stop(): void {
    this.unpaid = this.remaining;
    this.remaining = 0;
  }

  cutPower(): void {
    this.on = false;
    if (this.remaining > 0) this.stop();
  }

  restorePower(): void {
    this.on = true;
    this.reset();
    this.flags = 0x40;
  }

  reset(): void {
    if (this.remaining > 0) this.stop();
    this.enabled = false;
    this.keyAsked = false;
    this.flags = 0;
    if (!this.flow) this.counter = 0;
  }

  answer(header: number, data: readonly number[]): Said {
    if (!this.on) return null;
    switch (header) {
      case 217:
        return this.sensors === null ? null : [this.sensors];
      case 218:
        return this.pin === null || String.fromCharCode(...data) === this.pin ? [] : 'nak';
      case 172:
        return this.emergencyStop();
      case 171:
        return this.coinId === null ? 'nak' : ascii(this.coinId);
      case 168:
        return this.dispensed === null ? null : little(this.dispensed);
      case 167:
        return this.dispense(data);
      case 166:
        return [this.counter, this.remaining, this.paid, this.unpaid];
      case 164:
        this.enabled = data[0] === 0xa5 && !this.staysDisabled;
        return [];
      case 163:
        return [this.flags | (this.enabled ? 0 : 0x80), this.register2];
      case 161:
        return [];
      case 160:
        this.keyAsked = true;
        return [1, 2, 3, 4, 5, 6, 7, 8];
      default:
        return this.identity(header) ?? null;
    }
  }

  private emergencyStop(): Said {
    const unpaid = this.remaining;
    this.stuck = false;
    this.stop();
    return [unpaid];
  }

  private dispense(data: readonly number[]): Said {
    this.orders++;
    const proven = this.proof === 'serial' ? data.length === 4 && data[0] === 0x67 : data.length === 9 && this.keyAsked;
    if (!proven || !this.enabled || this.remaining > 0 || this.refuses) {
      if (this.flow) this.counter = next(this.counter);
      return 'nak';
    }
    this.counter = next(this.counter);
    this.remaining = data.at(-1) as number;
    this.paid = 0;
    this.unpaid = 0;
    this.flags &= ~0x02;
    this.coinAtMs = this.nowMs + COIN_MS;
    return [this.counter];
  }
}
