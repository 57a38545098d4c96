/**
 * A thermal receipt printer on an 80 or 58 mm roll, as its manual describes it: a receive buffer that a mechanism
 * empties at paper speed, real-time answers that come at any time, status reports on change, and paper that runs
 * out, jams and is torn off. Own reading of ESC/POS; nothing is shared with the driver.
 *
 * Settings: `paper` (ok, low, out), `buffer` (bytes, default 4096), `maker`, `model`, `serial`, `firmware`,
 * `marker` (on, off: whether GS ( H is known), `startMs` (time from power to the first answer).
 */
import type {
  HandAction,
  HandResult,
  PrintedJob,
  Simulator,
  SimulatorFactory,
  SimulatorSurroundings,
} from '../simulated.ts';

const DOTS_PER_MM = 8;
const PAPER_MM_PER_S = 150;
const CUT_MS = 200;
/** From print head to blade. */
const HEAD_TO_BLADE_DOTS = 104;
const START_MS = 800;
const BUFFER_BYTES = 4096;
/** XOFF when less is free, XON when more is free again. */
const BUSY_BELOW_BYTES = 256;
const READY_ABOVE_BYTES = 512;
const LATE_MS = 700;
const XON = 0x11;
const XOFF = 0x13;
/** Jobs remembered for `printed()`. */
const JOBS_LIMIT = 200;
/** Paper that may hang from the mouth; older paper has fallen down. */
const PAPER_LIMIT_BYTES = 1_000_000;

/** Whole length of the commands with a fixed one, prefix and command byte included. */
// biome-ignore format: a table
const ESC_LENGTHS: Readonly<Record<number, number>> = {
  32: 3, 33: 3, 36: 4, 37: 3, 45: 3, 50: 2, 51: 3, 61: 3, 64: 2, 69: 3, 71: 3, 74: 3,
  77: 3, 82: 3, 86: 3, 92: 4, 97: 3, 99: 4, 100: 3, 112: 5, 116: 3, 123: 3,
};
// biome-ignore format: a table
const GS_LENGTHS: Readonly<Record<number, number>> = {
  33: 3, 66: 3, 72: 3, 73: 3, 76: 4, 80: 4, 87: 4, 97: 3, 102: 3, 104: 3, 114: 3, 119: 3,
};
const FS_LENGTHS: Readonly<Record<number, number>> = { 33: 3, 38: 2, 45: 3, 46: 2, 67: 3, 83: 4, 87: 3 };

const CLEAR_BUFFERS = [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08];

type Paper = 'ok' | 'low' | 'out';
type Failure = 'none' | 'cutter' | 'unrecoverable' | 'heat';
type Mischief = 'off' | 'late' | 'noise' | 'repeat';

interface Slip {
  readonly job: number;
  bytes: number[];
  cut: boolean;
  taken: boolean;
  size: number;
}

const hex = (bytes: readonly number[]) =>
  bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');

class Printer implements Simulator {
  readonly protocol = 'escpos';
  readonly kind = 'printer';
  power = true;

  private readonly around: SimulatorSurroundings;
  private readonly bufferBytes: number;

  private buffer: number[] = [];
  private realTime: number[] = [];
  private stopped = false;
  private starting = false;
  private moving: (() => void) | null = null;
  private startCancel: (() => void) | null = null;

  private roll: Paper;
  private cover = false;
  private blocked: Failure = 'none';
  private failure: Failure = 'none';
  private mischief: Mischief = 'off';

  private asb = 0;
  private reported = '';
  private chinese = false;
  private lineFeed = 30;
  private lineHeight = 0;
  private scaleX = 1;
  private scaleY = 1;
  private x = 0;
  private area = 576;
  private codeBytes = 0;
  private cell = 3;

  /** Bytes whose marks are not on paper yet. */
  private waiting: number[] = [];
  private jobs = 0;
  private slips: Slip[] = [];

  constructor(around: SimulatorSurroundings) {
    this.around = around;
    const { settings } = around;
    this.bufferBytes = numberOf(settings.buffer, BUFFER_BYTES);
    this.roll = settings.paper === 'low' || settings.paper === 'out' ? settings.paper : 'ok';
    this.start();
  }

  // What a person sees and does.

  units(): [] {
    return [];
  }

  printed(): readonly PrintedJob[] {
    return this.slips
      .filter((slip) => slip.size > 0)
      .map(({ job, size, cut, taken }) => ({ job, bytes: size, cut, taken }));
  }

  paper(): Uint8Array {
    return Uint8Array.from(this.slips.filter((slip) => !slip.taken).flatMap((slip) => slip.bytes));
  }

  faults(): readonly string[] {
    const seen: string[] = [];
    if (this.blocked !== 'none') seen.push('jam');
    else if (this.failure !== 'none') seen.push('error');
    if (this.cover) seen.push('cover open');
    if (this.roll === 'out') seen.push('paper out');
    if (this.roll === 'low') seen.push('paper low');
    return seen;
  }

  act(action: HandAction): HandResult {
    switch (action.action) {
      case 'paper':
        return this.loadPaper(action.value);
      case 'open cover':
        return this.moveCover(true);
      case 'close cover':
        return this.moveCover(false);
      case 'jam':
        return this.jam(action.value);
      case 'clear jam':
        return this.clearJam();
      case 'cut power':
        return this.cutPower();
      case 'restore power':
        return this.restorePower();
      case 'take':
        return this.take();
      case 'misbehave':
        return this.misbehave(action.value);
      default:
        return refused(`a printer does not know "${action.action}"`);
    }
  }

  private loadPaper(value: string | undefined): HandResult {
    if (value !== 'ok' && value !== 'low' && value !== 'out') return refused('say paper ok, low or out');
    this.roll = value;
    this.changed();
    return done;
  }

  private moveCover(open: boolean): HandResult {
    if (this.cover === open) return refused(open ? 'the cover is open already' : 'the cover is closed already');
    this.cover = open;
    this.changed();
    return done;
  }

  private jam(value: string | undefined): HandResult {
    const kind = value ?? 'cutter';
    if (kind !== 'cutter' && kind !== 'unrecoverable' && kind !== 'heat')
      return refused('say jam, jam cutter, jam unrecoverable or jam heat');
    if (this.blocked !== 'none') return refused('it is jammed already');
    this.blocked = kind;
    this.failure = kind;
    this.around.emit({ event: 'jammed' });
    this.changed();
    return done;
  }

  /** Takes the obstacle out; the error itself goes by DLE ENQ, by cooling down, or by power, as the manual says. */
  private clearJam(): HandResult {
    if (this.blocked === 'none') return refused('nothing is jammed');
    if (this.blocked === 'heat') this.failure = 'none';
    this.blocked = 'none';
    this.around.emit({ event: 'cleared' });
    this.changed();
    return done;
  }

  private cutPower(): HandResult {
    if (!this.power) return refused('it has no power already');
    this.power = false;
    this.moving?.();
    this.moving = null;
    this.startCancel?.();
    this.startCancel = null;
    this.forget();
    this.around.emit({ event: 'power.cut' });
    return done;
  }

  private restorePower(): HandResult {
    if (this.power) return refused('it has power already');
    this.power = true;
    this.failure = this.blocked;
    // Paper that hangs out keeps its marks; what follows starts from the machine's own settings.
    const open = this.slips.at(-1);
    if (open !== undefined && !open.cut) open.bytes.push(0x1b, 0x40);
    this.around.emit({ event: 'power.restored' });
    this.start();
    return done;
  }

  private start(): void {
    this.starting = true;
    this.startCancel = this.after(numberOf(this.around.settings.startMs, START_MS), () => {
      this.startCancel = null;
      this.starting = false;
      this.changed();
    });
  }

  private forget(): void {
    this.buffer = [];
    this.realTime = [];
    this.waiting = [];
    this.stopped = false;
    this.asb = 0;
    this.reported = '';
    this.initialise();
  }

  private initialise(): void {
    this.chinese = false;
    this.lineFeed = 30;
    this.lineHeight = 0;
    this.scaleX = 1;
    this.scaleY = 1;
    this.x = 0;
    this.area = 576;
    this.waiting = [];
  }

  private take(): HandResult {
    const hanging = this.slips.filter((slip) => !slip.taken);
    if (hanging.length === 0) return refused('no paper hangs out');
    if (hanging.every((slip) => !slip.cut) && this.moving !== null) return refused('it is still printing');
    const cut = hanging.filter((slip) => slip.cut);
    for (const slip of cut.length > 0 ? cut : hanging) {
      slip.taken = true;
      slip.bytes = [];
    }
    return done;
  }

  private misbehave(value: string | undefined): HandResult {
    if (value !== 'late' && value !== 'noise' && value !== 'repeat' && value !== 'off') {
      return refused('a printer can misbehave late, noise, repeat or off');
    }
    this.mischief = value;
    return done;
  }

  // What the line brings.

  receive(bytes: Uint8Array): void {
    if (!this.power || this.starting) return;
    for (const byte of bytes) this.takeByte(byte);
    this.flow();
    this.pump();
  }

  /** Real-time orders are acted on as they arrive, before the buffer and whatever stands in it. */
  private takeByte(byte: number): void {
    const held = this.realTime;
    if (held.length === 0) {
      if (byte === 0x10) held.push(byte);
      else this.store(byte);
      return;
    }
    held.push(byte);
    const kind = held[1];
    if (kind === 0x04 || kind === 0x05) {
      if (held.length === 3) this.order();
    } else if (kind === 0x14) {
      if (held.length >= 3 && held.length === (held[2] === 0x08 ? CLEAR_BUFFERS.length : 5)) this.order();
    } else {
      this.realTime = [];
      for (const each of held.slice(0, -1)) this.store(each);
      this.takeByte(byte);
    }
  }

  private store(byte: number): void {
    if (this.buffer.length < this.bufferBytes) this.buffer.push(byte);
  }

  private order(): void {
    const held = this.realTime;
    this.realTime = [];
    const n = held[2] ?? 0;
    if (held[1] === 0x04) {
      this.command('DLE EOT', held);
      const answer = this.status(n);
      if (answer !== null) this.say([answer]);
    } else if (held[1] === 0x05) {
      this.command('DLE ENQ', held);
      this.recover(n);
    } else if (held.every((byte, i) => byte === CLEAR_BUFFERS[i])) {
      this.command('DLE DC4', held);
      this.drop();
    }
  }

  /** DLE ENQ 1 goes on with what stands in the buffer, 2 clears it first; only errors of the cutter can be left so. */
  private recover(n: number): void {
    if ((n !== 1 && n !== 2) || this.failure !== 'cutter') return;
    if (n === 2) this.drop();
    if (this.blocked !== 'none') return;
    this.failure = 'none';
    this.changed();
  }

  private drop(): void {
    this.buffer = [];
    this.waiting = [];
    this.lineHeight = 0;
    this.x = 0;
    this.flow();
  }

  private flow(): void {
    const free = this.bufferBytes - this.buffer.length;
    if (!this.stopped && free < BUSY_BELOW_BYTES) {
      this.stopped = true;
      this.say([XOFF]);
    } else if (this.stopped && free > READY_ABOVE_BYTES) {
      this.stopped = false;
      this.say([XON]);
    }
  }

  // Status.

  private get offline(): boolean {
    return this.cover || this.roll === 'out' || this.failure !== 'none';
  }

  private status(n: number): number | null {
    const out = this.roll === 'out';
    switch (n) {
      case 1:
        return 0x12 | bit(this.offline, 3) | bit(this.failure === 'cutter', 5);
      case 2:
        return 0x12 | bit(this.cover, 2) | bit(out, 5) | bit(this.failure !== 'none', 6);
      case 3:
        return (
          0x12 |
          bit(this.failure === 'cutter', 3) |
          bit(this.failure === 'unrecoverable', 5) |
          bit(this.failure === 'heat', 6)
        );
      case 4:
        return 0x12 | (this.roll === 'ok' ? 0 : 0x0c) | (out ? 0x60 : 0);
      default:
        return null;
    }
  }

  private report(): number[] {
    return [
      0x10 | bit(this.offline, 3) | bit(this.cover, 5),
      bit(this.failure === 'cutter', 3) | bit(this.failure === 'unrecoverable', 5) | bit(this.failure === 'heat', 6),
      (this.roll === 'ok' ? 0 : 0x03) | (this.roll === 'out' ? 0x0c : 0),
      0x00,
    ];
  }

  /** Something a sensor sees is different: a report when they are on, and the mechanism looks again. */
  private changed(): void {
    if (!this.power || this.starting) return;
    const report = this.report();
    if (this.asb !== 0 && hex(report) !== this.reported) {
      this.reported = hex(report);
      this.say(report);
    }
    this.pump();
  }

  private say(bytes: readonly number[]): void {
    const out: number[] = [...bytes];
    if (this.mischief === 'repeat') out.push(...bytes);
    if (this.mischief === 'noise') {
      const junk = () => Math.floor(this.around.random() * 256);
      if (this.around.random() < 0.1) out.unshift(junk());
      if (this.around.random() < 0.03) out[Math.floor(this.around.random() * out.length)] = junk();
    }
    if (this.mischief !== 'late') {
      this.around.send(Uint8Array.from(out));
      return;
    }
    this.around.clock.after(LATE_MS, () => {
      if (this.power) this.around.send(Uint8Array.from(out));
    });
  }

  // The mechanism.

  private after(ms: number, fn: () => void): () => void {
    return this.around.clock.after(ms / this.around.speed, fn);
  }

  /** Works through the buffer until the paper moves, a command is not whole, or the machine is offline. */
  private pump(): void {
    while (this.power && !this.starting && this.moving === null && !this.offline && this.buffer.length > 0) {
      const length = this.commandLength();
      if (length === null) return;
      const bytes = this.buffer.splice(0, length);
      const busyMs = this.execute(bytes);
      this.flow();
      if (busyMs <= 0) continue;
      this.moving = this.after(busyMs, () => {
        this.moving = null;
        this.pump();
      });
    }
  }

  /** Bytes of the command at the head of the buffer; null while it is not whole. */
  private commandLength(): number | null {
    const [first = 0, second, third, fourth, fifth] = this.buffer;
    let length = 1;
    if (first === 0x1b || first === 0x1c || first === 0x1d) {
      if (second === undefined) return null;
      if (first === 0x1b) length = ESC_LENGTHS[second] ?? 2;
      else if (first === 0x1c) length = FS_LENGTHS[second] ?? 2;
      else if (second === 0x28) {
        if (fourth === undefined || fifth === undefined) return null;
        length = 5 + fourth + 256 * fifth;
      } else if (second === 0x56) {
        if (third === undefined) return null;
        length = third === 0x41 || third === 0x42 ? 4 : 3;
      } else if (second === 0x76) {
        if (this.buffer.length < 8) return null;
        const [, , , , xL = 0, xH = 0, yL = 0, yH = 0] = this.buffer;
        length = 8 + (xL + 256 * xH) * (yL + 256 * yH);
      } else if (second === 0x6b) {
        if (third === undefined || fourth === undefined) return null;
        length = 4 + fourth;
      } else length = GS_LENGTHS[second] ?? 2;
    } else if (this.chinese && first >= 0x81) {
      if (second === undefined) return null;
      length = second >= 0x30 && second <= 0x39 ? 4 : 2;
    }
    return length <= this.buffer.length || length > this.bufferBytes ? length : null;
  }

  /** Does one command. Returns how long the mechanism is then busy, in milliseconds of life. */
  private execute(bytes: number[]): number {
    const [first = 0, second = 0, third = 0] = bytes;
    if (first === 0x1b) return this.escape(second, third, bytes);
    if (first === 0x1d) return this.group(second, third, bytes);
    this.waiting.push(...bytes);
    if (first === 0x1c) {
      if (second === 0x26) this.chinese = true;
      if (second === 0x2e) this.chinese = false;
      return 0;
    }
    if (first === 0x0a) return this.feedLine();
    if (first < 0x20) return 0;
    const width = (bytes.length === 1 ? 12 : 24) * this.scaleX;
    const busyMs = this.x > 0 && this.x + width > this.area ? this.feedLine() : 0;
    this.x += width;
    this.lineHeight = Math.max(this.lineHeight, 24 * this.scaleY);
    return busyMs;
  }

  private escape(command: number, n: number, bytes: number[]): number {
    if (command === 0x40) {
      this.command('ESC @', bytes);
      this.initialise();
      this.waiting.push(...bytes);
      return 0;
    }
    this.waiting.push(...bytes);
    switch (command) {
      case 0x21:
        this.scaleY = (n & 16) === 0 ? 1 : 2;
        this.scaleX = (n & 32) === 0 ? 1 : 2;
        return 0;
      case 0x24:
        this.x = n + 256 * (bytes[3] ?? 0);
        return 0;
      case 0x32:
        this.lineFeed = 30;
        return 0;
      case 0x33:
        this.lineFeed = n;
        return 0;
      case 0x4a:
        return this.printLine(n);
      case 0x64:
        return this.printLine(n * this.lineFeed);
      default:
        return 0;
    }
  }

  private group(command: number, n: number, bytes: number[]): number {
    switch (command) {
      case 0x28:
        return this.block(n, bytes);
      case 0x49:
        this.command('GS I', bytes);
        this.identify(n);
        return 0;
      case 0x56: {
        this.command('GS V', bytes);
        this.waiting.push(...bytes);
        const feed = bytes.length === 4 ? HEAD_TO_BLADE_DOTS + (bytes[3] ?? 0) : 0;
        return this.cut(feed);
      }
      case 0x61:
        this.command('GS a', bytes);
        this.asb = n;
        this.reported = '';
        if (n !== 0) this.changed();
        return 0;
      case 0x72:
        this.command('GS r', bytes);
        if (n === 1 || n === 0x31) this.say([(this.roll === 'low' ? 0x03 : 0) | 0x00]);
        if (n === 2 || n === 0x32) this.say([0x00]);
        return 0;
      case 0x21:
        this.scaleX = ((n >> 4) & 7) + 1;
        this.scaleY = (n & 7) + 1;
        break;
      case 0x57:
        this.area = n + 256 * (bytes[3] ?? 0);
        break;
    }
    this.waiting.push(...bytes);
    return 0;
  }

  private block(kind: number, bytes: number[]): number {
    const body = bytes.slice(5);
    if (kind === 0x48) {
      this.command('GS ( H', bytes);
      if (body.length === 6 && body[0] === 0x30 && body[1] === 0x30 && this.around.settings.marker !== 'off') {
        this.say([0x37, 0x22, ...body.slice(2), 0x00]);
      }
      return 0;
    }
    this.waiting.push(...bytes);
    if (kind !== 0x6b || body[0] !== 0x31) return 0;
    if (body[1] === 0x43) this.cell = body[2] ?? 3;
    if (body[1] === 0x50) this.codeBytes = body.length - 3;
    if (body[1] !== 0x51) return 0;
    this.command('GS ( k', bytes);
    // Modules a side grow with the square root of what a code holds; near enough for the time it takes.
    return this.printLine((21 + Math.ceil(3.2 * Math.sqrt(this.codeBytes))) * this.cell);
  }

  private identify(n: number): void {
    const { settings } = this.around;
    const texts: Readonly<Record<number, string>> = {
      65: settings.firmware ?? '1.04',
      66: settings.maker ?? 'LAB',
      67: settings.model ?? 'TP-80',
      68: settings.serial ?? 'TP80000001',
    };
    const text = texts[n];
    if (text !== undefined) this.say([0x5f, ...Array.from(text, (sign) => sign.charCodeAt(0) & 0x7f), 0x00]);
    else if (n >= 1 && n <= 3) this.say([0x02]);
  }

  private feedLine(): number {
    return this.printLine(Math.max(this.lineFeed, this.lineHeight));
  }

  /** Puts what waits on the paper and moves it on. */
  private printLine(dots: number): number {
    this.mark();
    this.x = 0;
    this.lineHeight = 0;
    return (dots / DOTS_PER_MM / PAPER_MM_PER_S) * 1000;
  }

  private mark(): Slip {
    let slip = this.slips.at(-1);
    if (slip === undefined || slip.cut || slip.taken) {
      slip = { job: ++this.jobs, bytes: [], cut: false, taken: false, size: 0 };
      this.slips.push(slip);
    }
    slip.bytes.push(...this.waiting);
    slip.size += this.waiting.length;
    this.waiting = [];
    this.bound();
    return slip;
  }

  private bound(): void {
    while (this.slips.length > JOBS_LIMIT) this.slips.shift();
    let hanging = this.slips.reduce((sum, slip) => sum + slip.bytes.length, 0);
    for (const slip of this.slips) {
      if (hanging <= PAPER_LIMIT_BYTES) return;
      hanging -= slip.bytes.length;
      slip.bytes = [];
      slip.taken = true;
    }
  }

  private cut(feedDots: number): number {
    const slip = this.mark();
    slip.cut = true;
    this.x = 0;
    this.lineHeight = 0;
    this.around.emit({ event: 'printed', bytes: slip.size, job: slip.job });
    this.around.emit({ event: 'cut', job: slip.job });
    return (feedDots / DOTS_PER_MM / PAPER_MM_PER_S) * 1000 + CUT_MS;
  }

  private command(name: string, bytes: readonly number[]): void {
    this.around.emit({ event: 'command', name, hex: hex(bytes) });
  }
}

const done: HandResult = { ok: true };
const refused = (reason: string): HandResult => ({ ok: false, reason });
const bit = (set: boolean, place: number) => (set ? 1 << place : 0);

function numberOf(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return text !== undefined && Number.isSafeInteger(value) && value > 0 ? value : otherwise;
}

export const simulate: SimulatorFactory = (surroundings) => new Printer(surroundings);

export const settingsHelp: readonly string[] = [
  'paper=ok|low|out buffer=BYTES marker=on|off startMs=N',
  'maker=TEXT model=TEXT serial=TEXT firmware=TEXT',
];
