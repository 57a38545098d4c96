/** A cash register for the simulated card terminal, on a clock that a test turns by hand. It shares no code with the project. */
import { simulate } from '../../hardware/zvt/simulator.ts';
import { asHex, fromHex, SimulatorRig } from './simulator-rig.ts';

const STEP_MS = 10;

/** The checksum of a serial message, by half bytes: CRC-16 reflected, 8408. */
function checksum(bytes: readonly number[]): readonly [number, number] {
  let rest = 0;
  for (const byte of bytes)
    for (const half of [byte & 15, byte >> 4]) rest = (rest >> 4) ^ (((rest ^ half) & 15) * 0x1081);
  return [rest & 0xff, rest >> 8];
}

export function serialFrame(message: string): readonly number[] {
  const bytes = fromHex(message);
  const [low, high] = checksum([...bytes, 3]);
  return [0x10, 2, ...bytes.flatMap((byte) => (byte === 0x10 ? [0x10, 0x10] : [byte])), 0x10, 3, low, high];
}

/** The message of a whole serial frame at the front, with what it used; null: not whole. `right`: its checksum is. */
function unframed(bytes: readonly number[]): { message: number[]; used: number; right: boolean } | null {
  const message: number[] = [];
  for (let at = 2; at < bytes.length; at++) {
    if (bytes[at] !== 0x10) message.push(bytes[at] as number);
    else if (bytes[at + 1] === 0x10) message.push(bytes[++at] as number);
    else if (bytes[at + 1] === 3 && at + 4 <= bytes.length) {
      const [low, high] = checksum([...message, 3]);
      if (at + 4 > bytes.length) return null;
      return { message, used: at + 4, right: bytes[at + 2] === low && bytes[at + 3] === high };
    } else return null;
  }
  return null;
}

/** Of the currency, by its number; of amounts, six bytes. */
export function amount(minor: number): string {
  return (String(minor).padStart(12, '0').match(/../g) as string[]).join(' ');
}

export class Ecr extends SimulatorRig {
  /** Messages of the terminal, in hex. */
  heard: string[] = [];
  /** ACK and NAK of the terminal, in order. */
  readonly links: string[] = [];
  /** What is said to a message of the terminal; null: nothing. */
  answer: (message: string) => string | null = () => '80 00 00';
  /** False: it hears nothing, as a register that hangs. */
  acknowledges = true;
  /** What it did not hear. */
  readonly missed: string[] = [];
  private readonly serial: boolean;
  private bytes: number[] = [];
  private quietMs = 0;

  constructor(settings: Readonly<Record<string, string>> = {}, speed = 1) {
    super(simulate, { currency: 'EUR', ...settings }, speed);
    this.serial = settings.transport !== 'tcp';
    this.live(2_000);
  }

  say(message: string): void {
    this.receive(this.serial ? serialFrame(message) : fromHex(message));
  }

  /** Lets time pass, and does what a cash register does meanwhile. */
  live(ms: number): void {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.pass(Math.min(left, STEP_MS));
      const came = this.raw.splice(0);
      this.quietMs = came.length > 0 ? 0 : this.quietMs + STEP_MS;
      this.bytes.push(...came);
      if (this.serial && this.bytes.length > 0 && this.quietMs > 200) {
        this.bytes = [];
        this.receive([0x15]);
      }
      while (this.serial ? this.takeSerial() : this.takeNetwork());
    }
  }

  /** Until a message that begins so was heard, after those of before; that message. */
  until(begins: string, limitMs = 60_000): string {
    const since = this.heard.length;
    for (let ms = 0; ms < limitMs; ms += STEP_MS) {
      this.live(STEP_MS);
      const found = this.heard.slice(since).find((message) => message.startsWith(begins));
      if (found !== undefined) return found;
    }
    throw new Error(`no ${begins} but ${this.heard.slice(since).join(', ')}`);
  }

  /** Says a command and lives until its end: everything heard, in order. */
  whole(message: string, limitMs = 120_000): readonly string[] {
    const since = this.heard.length;
    this.say(message);
    for (let ms = 0; ms < limitMs; ms += STEP_MS) {
      this.live(STEP_MS);
      const last = this.heard.at(-1) ?? '';
      if (this.heard.length > since && /^(06 0f|06 1e|84 )/.test(last)) {
        this.live(100);
        return this.heard.slice(since);
      }
    }
    throw new Error(`no end of ${message} but ${this.heard.slice(since).join(', ')}`);
  }

  /** Registers with intermediate status, and receipts by messages. */
  register(config = 'ba'): void {
    const end = this.whole(`06 00 06 12 34 56 ${config} 09 78`).at(-1) ?? '';
    if (!end.startsWith('06 0f')) throw new Error(`not registered: ${end}`);
  }

  /** A payment of a card that is put in when the terminal asks; everything heard. */
  pay(minor: number, card = 'approve', more = ''): readonly string[] {
    const since = this.heard.length;
    const data = `04 ${amount(minor)} 49 09 78 ${more}`.trim();
    this.say(`06 01 ${length(data)} ${data}`);
    this.live(500);
    this.do('card', { value: card });
    this.end();
    if (this.machine.faults().length === 0) this.hand('card', { value: 'remove' });
    return this.heard.slice(since);
  }

  /** Until the terminal gives the mastery back; its last word. */
  end(): string {
    for (let ms = 0; ms < 400_000; ms += STEP_MS) {
      const last = this.heard.at(-1) ?? '';
      this.live(STEP_MS);
      if (/^06 (0f|1e) /.test(last)) return last;
    }
    throw new Error(`no end, but ${this.heard.slice(-5).join(', ')}`);
  }

  /** `1 2000 confirmed, 2 500 reversed` */
  ledger(): string {
    return (this.machine.ledger?.() ?? [])
      .map(({ receipt, minor, state }) => `${receipt} ${minor} ${state}`)
      .join(', ');
  }

  /** Names of the events that a judge looks at. */
  told(): string {
    return this.events
      .map(({ event }) => event)
      .filter((event) => /^card\.(approved|confirmed|declined|reversed|refunded)$/.test(event))
      .join(' ');
  }

  private takeSerial(): boolean {
    const first = this.bytes[0];
    if (first === undefined) return false;
    if (first === 0x06 || first === 0x15) {
      this.links.push(first === 0x06 ? 'ACK' : 'NAK');
      this.bytes.shift();
      return true;
    }
    if (first !== 0x10) {
      this.bytes.shift();
      return true;
    }
    const found = unframed(this.bytes);
    if (found === null) return false;
    this.bytes.splice(0, found.used);
    if (!this.acknowledges) {
      this.missed.push(asHex(found.message));
      return true;
    }
    this.receive([found.right ? 0x06 : 0x15]);
    if (found.right) this.understand(asHex(found.message));
    return true;
  }

  private takeNetwork(): boolean {
    const [, , size, low = 0, high = 0] = this.bytes;
    if (size === undefined) return false;
    const used = size === 0xff ? 5 + low + 256 * high : 3 + size;
    if (this.bytes.length < used) return false;
    this.understand(asHex(this.bytes.splice(0, used)));
    return true;
  }

  private understand(message: string): void {
    this.heard.push(message);
    if (/^8[04] /.test(message)) return;
    const said = this.answer(message);
    if (said !== null) this.say(said);
  }
}

/** The length byte of data in hex. */
export function length(data: string): string {
  return asHex([fromHex(data).length]);
}

/** Bitmaps of a status information, by tag: `04` to `00 00 00 00 20 00`. Its own reading of the table. */
export function bitmaps(message: string): Readonly<Record<string, string>> {
  // biome-ignore format: a table
  const sizes: Readonly<Record<string, number>> = {
    '04': 6, '0b': 3, '0c': 3, '0d': 2, '0e': 2, '17': 2, '19': 1, '27': 1, '29': 4, '2a': 15, '37': 3, '3b': 8, '49': 2,
    '87': 2, '88': 3, '8a': 1,
  };
  const bytes = message.split(' ');
  const found: Record<string, string> = {};
  for (let at = bytes[2] === 'ff' ? 5 : 3; at < bytes.length; ) {
    const name = bytes[at++] as string;
    let size = sizes[name];
    if (size === undefined && name === '06') {
      const first = Number.parseInt(bytes[at++] as string, 16);
      size = first < 0x80 ? first : Number.parseInt(bytes[at++] as string, 16);
    } else if (size === undefined) {
      const digits = name === '60' || name === '3c' ? 3 : 2;
      size = Number(
        bytes
          .slice(at, at + digits)
          .map((digit) => digit.slice(1))
          .join(''),
      );
      at += digits;
    }
    found[name] = bytes.slice(at, at + size).join(' ');
    at += size;
  }
  return found;
}

/** 06 D1 lines of what was heard, as text. */
export function linesOf(heard: readonly string[]): readonly string[] {
  return heard
    .filter((message) => message.startsWith('06 d1'))
    .map((message) => String.fromCharCode(...fromHex(message).slice(4)));
}
