/**
 * CCNET hosts that share no code with the project, of three manners as public libraries have them. `prompt`: acknowledges
 * every answer at once and asks for everything while the machine initializes. `sparing`: acknowledges only what became of a
 * note, and late; gives its orders while the machine initializes. `nagging`: polls as fast as answers come and says NAK to
 * rejections and failures. Each speaks to a validator, or to a bill-to-bill unit; `prompt` marks the type that it gives to a
 * cassette with bit 7, as the maker's own example does, the others do not.
 */
import { type Found, hexOf, Line, pause } from './line.ts';

export type CcnetManner = 'prompt' | 'sparing' | 'nagging';

/** Far above what a machine takes: who waits for an answer that comes loses nothing. */
const patienceMs = 2_000;
const validator = 0x03;
export const billToBill = 0x01;
const allOpen = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

function ccnetFrame(address: number, ...body: readonly number[]): readonly number[] {
  const start = [0x02, address, body.length + 5, ...body];
  let remainder = 0;
  for (const byte of start) {
    for (let place = 0; place < 8; place++) {
      const out = (remainder & 1) !== ((byte >> place) & 1);
      remainder = (remainder >> 1) ^ (out ? 0x8408 : 0);
    }
  }
  return [...start, remainder & 0xff, remainder >> 8];
}

function readAnswer(address: number, bytes: readonly number[]): Found<readonly number[]> | null {
  for (let at = 0; at < bytes.length; at++) {
    const length = bytes[at + 2] ?? 0;
    const whole = bytes.slice(at, at + length);
    if (bytes[at] !== 0x02 || length < 6 || whole.length < length) continue;
    const body = whole.slice(3, -2);
    if (hexOf(ccnetFrame(address, ...body)) === hexOf(whole)) return { used: at + length, value: body };
  }
  return null;
}

/** What became of a note or an order: stacked, returned; dispensed, unloaded, impossible, cassette set. */
const fates = [0x81, 0x82, 0x25, 0x26, 0x28, 0x29];

/** A recycling cassette as it says of itself. */
export interface CassetteWord {
  readonly present: boolean;
  /** Null: no type is assigned. */
  readonly type: number | null;
  readonly count: number;
}

export interface Bill {
  readonly value: number;
  readonly country: string;
}

export class CcnetHost {
  readonly line: Line;
  readonly manner: CcnetManner;
  private readonly address: number;
  /** Numbers of the bill types that were told stacked: what this host would have credited. */
  readonly credits: number[] = [];

  private constructor(line: Line, manner: CcnetManner, address: number) {
    this.line = line;
    this.manner = manner;
    this.address = address;
  }

  static async open(port: string, manner: CcnetManner, address = validator): Promise<CcnetHost> {
    return new CcnetHost(await Line.open(port, { dataBits: 8, parity: 'none' }), manner, address);
  }

  private say(...body: readonly number[]): void {
    this.line.send(ccnetFrame(this.address, ...body));
  }

  private answer(limitMs = patienceMs): Promise<readonly number[] | null> {
    return this.line.take((bytes) => readAnswer(this.address, bytes), limitMs);
  }

  /** One command and its answer in hex; ACK and NAK of the machine are `00` and `ff`. */
  async ask(...body: readonly number[]): Promise<string> {
    this.line.flush();
    this.say(...body);
    const answer = await this.answer();
    if (answer === null) return 'silence';
    await this.react(answer);
    return hexOf(answer);
  }

  /** The answer to these very bytes, which nobody acknowledges. */
  async bytes(bytes: readonly number[], limitMs = patienceMs): Promise<string> {
    this.line.flush();
    this.line.send(bytes);
    const answer = await this.answer(limitMs);
    return answer === null ? 'silence' : hexOf(answer);
  }

  private async react(answer: readonly number[]): Promise<void> {
    const [first = 0] = answer;
    const data = !(answer.length === 1 && (first === 0x00 || first === 0xff || first === 0x30));
    const fate = fates.includes(first);
    if (this.manner === 'sparing') {
      if (!fate) return;
      await pause(60);
    }
    if (first === 0x81) this.credits.push(answer[1]!);
    if (this.manner === 'nagging' && (first === 0x1c || (first >= 0x40 && first <= 0x47))) this.say(0xff);
    else if (data) this.say(0x00);
    // 20 ms from an acknowledgement to the next command.
    if (this.manner !== 'nagging') await pause(20);
  }

  poll(): Promise<string> {
    return this.ask(0x33);
  }

  /** Polls until the answer begins with one of these; every different answer on the way, the last included. */
  async until(wanted: string | readonly string[], limitMs = 20_000): Promise<readonly string[]> {
    const seen: string[] = [];
    for (const endMs = Date.now() + limitMs; Date.now() < endMs; ) {
      const answer = await this.poll();
      if (answer !== seen.at(-1)) seen.push(answer);
      if ([wanted].flat().some((beginning) => answer.startsWith(beginning))) return seen;
      await pause(this.manner === 'nagging' ? 5 : 40);
    }
    throw new Error(`no ${wanted} within ${limitMs} ms, but ${seen.join(', ')}`);
  }

  async bills(): Promise<readonly Bill[]> {
    this.line.flush();
    this.say(0x41);
    const table = await this.answer();
    if (table === null || table.length !== 120) throw new Error(`no bill table, but ${table && hexOf(table)}`);
    this.say(0x00);
    await pause(20);
    return Array.from({ length: 24 }, (_, n) => {
      const [digit = 0, a = 0, b = 0, c = 0, power = 0] = table.slice(n * 5);
      const exponent = power & 0x80 ? -(power & 0x7f) : power;
      return { value: digit * 10 ** exponent, country: String.fromCharCode(a, b, c) };
    });
  }

  /** Of a bill-to-bill unit: pairs of flags with the type, and number. */
  async cassettes(): Promise<readonly CassetteWord[]> {
    this.line.flush();
    this.say(0x3b);
    const answer = await this.answer();
    if (answer === null || answer.length < 2 || answer.length % 2 !== 0)
      throw new Error(`no cassette status, but ${answer && hexOf(answer)}`);
    this.say(0x00);
    await pause(20);
    return Array.from({ length: answer.length / 2 }, (_, n) => {
      const [flags = 0, count = 0] = answer.slice(2 * n);
      const type = flags & 0x1f;
      return { present: (flags & 0x80) !== 0, type: type === 0x1f ? null : type, count };
    });
  }

  /** Gives a cassette, from 1, a type, or null for none. */
  assign(cassette: number, type: number | null): Promise<string> {
    if (this.manner === 'prompt') return this.ask(0x40, cassette, type === null ? 0x5f : 0x80 | type);
    return this.ask(0x40, cassette, type ?? 0x1f);
  }

  async identity(): Promise<{ readonly part: string; readonly serial: string }> {
    this.line.flush();
    this.say(0x37);
    const answer = await this.answer();
    if (answer === null || answer.length !== 34) throw new Error(`no identification, but ${answer && hexOf(answer)}`);
    this.say(0x00);
    await pause(20);
    return {
      part: String.fromCharCode(...answer.slice(0, 15)).trim(),
      serial: String.fromCharCode(...answer.slice(15, 27)).trim(),
    };
  }

  /** From power-up to taking bills, each manner in its own order; what it learnt of the machine on the way. */
  async begin(): Promise<readonly string[]> {
    const learnt: string[] = [];
    if (this.manner !== 'prompt') await this.until('10');
    learnt.push(await this.ask(0x30));
    // A host that is held up comes when it has initialized already: its orders are the same.
    await this.until(['13', '19']);
    if (this.manner === 'prompt') {
      learnt.push((await this.identity()).part, await this.ask(0x51));
      learnt.push(...(await this.bills()).filter(({ value }) => value > 0).map(({ value }) => String(value)));
      learnt.push(await this.ask(0x34, ...allOpen));
    } else {
      if (this.manner === 'nagging') learnt.push(await this.ask(0x31));
      learnt.push(await this.ask(0x32, 0, 0, 0));
      if (this.manner === 'nagging') {
        learnt.push((await this.identity()).part);
        await this.until('19');
      }
      learnt.push(await this.ask(0x34, ...allOpen));
    }
    await this.until('14');
    return learnt;
  }
}
