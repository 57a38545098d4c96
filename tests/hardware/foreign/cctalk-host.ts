/**
 * ccTalk hosts that share no code with the project, of two manners as public libraries have them. `deaf`: whatever is not
 * sent to it, its own echo included, does not exist. `listening`: it wants each of its bytes back before the answer, and
 * takes a line that gives none for broken. Each with the sum or the CRC.
 */
import { hexOf, Line, pause } from './line.ts';

export type CctalkManner = 'deaf' | 'listening';
export type CctalkCheck = 'sum' | 'crc';

/** Far above what a machine takes: who waits for an answer that comes loses nothing. */
const patienceMs = 2_000;
const me = 1;

function crcOf(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let place = 7; place >= 0; place--) {
      const out = ((crc >> 15) & 1) !== ((byte >> place) & 1);
      crc = ((crc << 1) & 0xffff) ^ (out ? 0x1021 : 0);
    }
  }
  return crc;
}

export function cctalkFrame(
  check: CctalkCheck,
  to: number,
  from: number,
  header: number,
  data: readonly number[],
): readonly number[] {
  if (check === 'crc') {
    const crc = crcOf([to, data.length, header, ...data]);
    return [to, data.length, crc & 0xff, header, ...data, crc >> 8];
  }
  const bytes = [to, data.length, from, header, ...data];
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return [...bytes, (256 - (sum % 256)) % 256];
}

export interface CctalkAnswer {
  /** 0 answer, 5 NAK, 6 busy. */
  readonly header: number;
  readonly data: readonly number[];
}

const textOf = (answer: CctalkAnswer | null): string =>
  answer === null ? 'silence' : String.fromCharCode(...answer.data);

/** `ack`, `nak`, `silence`, or the data in decimal as the protocol's papers have it. */
function wordOf(answer: CctalkAnswer | null): string {
  if (answer === null) return 'silence';
  if (answer.header === 5) return 'nak';
  if (answer.header === 6) return 'busy';
  return answer.data.length === 0 ? 'ack' : answer.data.join(' ');
}

export interface CctalkShape {
  readonly device: number;
  readonly manner?: CctalkManner;
  readonly check?: CctalkCheck;
}

export class CctalkHost {
  readonly line: Line;
  private readonly device: number;
  private readonly manner: CctalkManner;
  private readonly check: CctalkCheck;
  /** Events of coins or bills as two numbers, oldest first, each once. */
  readonly events: (readonly [number, number])[] = [];
  private counter: number | null = null;

  private constructor(line: Line, { device, manner = 'deaf', check = 'sum' }: CctalkShape) {
    this.line = line;
    this.device = device;
    this.manner = manner;
    this.check = check;
  }

  static async open(port: string, shape: CctalkShape): Promise<CctalkHost> {
    return new CctalkHost(await Line.open(port, { dataBits: 8, parity: 'none' }), shape);
  }

  /** Another device on the same wire, spoken to in the same manner. */
  beside(device: number): CctalkHost {
    return new CctalkHost(this.line, { device, manner: this.manner, check: this.check });
  }

  private read(bytes: readonly number[]): { used: number; value: CctalkAnswer } | null {
    for (let at = 0; at + 5 <= bytes.length; ) {
      const length = bytes[at + 1]! + 5;
      const [to, , from, header, ...rest] = bytes.slice(at, at + length);
      if (at + length > bytes.length) return null;
      const data = rest.slice(0, -1);
      const whole = hexOf(bytes.slice(at, at + length));
      const right = whole === hexOf(cctalkFrame(this.check, to!, from!, header!, data));
      if (to === me && right && (this.check === 'crc' || from === this.device)) {
        return { used: at + length, value: { header: header!, data } };
      }
      at += right ? length : 1;
    }
    return null;
  }

  /** Bytes as they are; what comes back within so many milliseconds, in hex, the echo included. */
  async raw(bytes: readonly number[], most: number, limitMs = patienceMs): Promise<string> {
    this.line.flush();
    this.line.send(bytes);
    let came: readonly number[] = [];
    await this.line.take((now) => {
      came = [...now];
      return now.length >= most ? { used: most, value: null } : null;
    }, limitMs);
    return hexOf(came);
  }

  async ask(header: number, ...data: readonly number[]): Promise<CctalkAnswer | null> {
    const frame = cctalkFrame(this.check, this.device, me, header, data);
    this.line.flush();
    this.line.send(frame);
    if (this.manner === 'listening') {
      const echo = await this.line.take(
        (bytes) => (bytes.length < frame.length ? null : { used: frame.length, value: bytes.slice(0, frame.length) }),
        patienceMs,
      );
      if (echo === null || hexOf(echo) !== hexOf(frame)) throw new Error(`no echo of ${hexOf(frame)}`);
    }
    return this.line.take((bytes) => this.read(bytes), patienceMs);
  }

  async word(header: number, ...data: readonly number[]): Promise<string> {
    return wordOf(await this.ask(header, ...data));
  }

  async text(header: number, ...data: readonly number[]): Promise<string> {
    return textOf(await this.ask(header, ...data));
  }

  /** The counted events of a coin acceptor (229) or a bill validator (159); what is new goes to `events`. */
  async poll(header: 229 | 159): Promise<void> {
    const answer = await this.ask(header);
    if (answer === null || answer.data.length < 11) return;
    const [counter = 0, ...pairs] = answer.data;
    let fresh = this.counter === null || counter === 0 ? 0 : counter - this.counter;
    if (fresh < 0) fresh += 255;
    if (fresh > 5) throw new Error(`${fresh - 5} events are lost`);
    for (let n = fresh - 1; n >= 0; n--) this.events.push([pairs[n * 2]!, pairs[n * 2 + 1]!]);
    this.counter = counter;
  }

  /** Polls until so many events came. */
  async until(header: 229 | 159, count: number, limitMs = 20_000): Promise<readonly (readonly [number, number])[]> {
    for (const endMs = Date.now() + limitMs; Date.now() < endMs; await pause(30)) {
      await this.poll(header);
      if (this.events.length >= count) return this.events;
    }
    throw new Error(`not ${count} events within ${limitMs} ms, but ${JSON.stringify(this.events)}`);
  }

  /** Asks until the answer begins so. */
  async waitFor(header: number, wanted: RegExp, limitMs = 20_000): Promise<string> {
    const seen: string[] = [];
    for (const endMs = Date.now() + limitMs; Date.now() < endMs; await pause(30)) {
      const word = await this.word(header);
      if (word !== seen.at(-1)) seen.push(word);
      if (wanted.test(word)) return word;
    }
    throw new Error(`no ${wanted} within ${limitMs} ms, but ${seen.join(', ')}`);
  }
}
