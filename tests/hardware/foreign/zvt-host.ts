/**
 * A cash register that speaks ZVT and shares no code with the project, in two manners as public libraries have them: with the
 * serial frame on a pseudo-terminal, and bare on TCP. It answers every message of the terminal, unless told what to say.
 */
import { connect, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { hexOf, pause } from './line.ts';

const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >> 1) ^ ((value & 1) * 0x8408);
  return value;
});

function crc(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => (sum >> 8) ^ (table[(sum ^ byte) & 0xff] as number), 0);
}

export function zvtFrame(message: readonly number[]): readonly number[] {
  const sum = crc([...message, 3]);
  const stuffed = message.flatMap((byte) => (byte === 16 ? [16, 16] : [byte]));
  return [16, 2, ...stuffed, 16, 3, sum & 255, sum >> 8];
}

export interface ZvtMessage {
  readonly hex: string;
  readonly data: readonly number[];
}

const bytesOf = (hex: string): readonly number[] => [...Buffer.from(hex.replaceAll(' ', ''), 'hex')];

export class ZvtHost {
  /** Everything the terminal said that was right, in order. */
  readonly heard: ZvtMessage[] = [];
  wrong = 0;
  answer: (message: ZvtMessage) => string | null = () => '80 00 00';
  private readonly stream: SerialPort | Socket;
  private readonly serial: boolean;
  private bytes: number[] = [];
  private acknowledged = 0;

  private constructor(stream: SerialPort | Socket, serial: boolean) {
    this.stream = stream;
    this.serial = serial;
    stream.on('data', (bytes: Buffer) => {
      this.bytes.push(...bytes);
      while (serial ? this.takeFrame() : this.takeBare());
    });
    stream.on('error', () => {});
  }

  static async open(port: string): Promise<ZvtHost> {
    const [, number] = /^127\.0\.0\.1:(\d+)$/.exec(port) ?? [];
    if (number !== undefined) {
      const socket = connect(Number(number), '127.0.0.1');
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return new ZvtHost(socket, false);
    }
    const line = new SerialPort({ path: port, baudRate: 9600, dataBits: 8, stopBits: 2, autoOpen: false });
    await new Promise<void>((resolve, reject) => line.open((error) => (error === null ? resolve() : reject(error))));
    return new ZvtHost(line, true);
  }

  async close(): Promise<void> {
    const { stream } = this;
    if (stream instanceof SerialPort) {
      if (stream.isOpen) await new Promise((resolve) => stream.close(resolve));
    } else stream.destroy();
  }

  /** On TCP byte by byte, as no register does and every network may. */
  async say(hex: string): Promise<void> {
    const message = bytesOf(hex);
    if (this.serial) this.stream.write(Buffer.from(zvtFrame(message)));
    else
      for (const byte of message) {
        this.stream.write(Buffer.from([byte]));
        await pause(1);
      }
  }

  raw(bytes: readonly number[]): void {
    this.stream.write(Buffer.from(bytes));
  }

  /** The first message from `since` on that begins so. */
  async hears(begins: string, since = 0, limitMs = 30_000): Promise<ZvtMessage> {
    for (const endMs = Date.now() + limitMs; Date.now() < endMs; await pause(5)) {
      const found = this.heard.slice(since).find(({ hex }) => hex.startsWith(begins));
      if (found !== undefined) return found;
    }
    throw new Error(`no ${begins} within ${limitMs} ms, but ${this.heard.map(({ hex }) => hex).join(', ')}`);
  }

  /** A command until the terminal gives the mastery back: all that it said, its last word last. */
  async run(hex: string, meanwhile: (begun: number) => Promise<unknown> = async () => {}): Promise<readonly string[]> {
    const since = this.heard.length;
    await this.say(hex);
    await meanwhile(since);
    for (const endMs = Date.now() + 20_000; Date.now() < endMs; await pause(5)) {
      const said = this.heard.slice(since).map((message) => message.hex);
      if (said.some((message) => /^(06 0f|06 1e|84)/.test(message))) {
        // The terminal has to hear the answer to its last word before the next command.
        await pause(60);
        return said;
      }
    }
    throw new Error(`no end of ${hex}, but ${this.heard.map((one) => one.hex).join(', ')}`);
  }

  get acknowledgements(): number {
    return this.acknowledged;
  }

  private takeFrame(): boolean {
    const [first, second] = this.bytes;
    if (first === undefined) return false;
    if (first !== 16) {
      if (first === 6) this.acknowledged++;
      if (first === 21) this.wrong++;
      this.bytes.shift();
      return true;
    }
    if (second === undefined) return false;
    const message: number[] = [];
    for (let at = 2; at < this.bytes.length; at++) {
      const byte = this.bytes[at] as number;
      if (byte !== 16) {
        message.push(byte);
        continue;
      }
      const next = this.bytes[++at];
      if (next === 16) message.push(16);
      else if (next === 3 && this.bytes.length >= at + 3) {
        const sum = (this.bytes[at + 1] as number) + 256 * (this.bytes[at + 2] as number);
        this.bytes.splice(0, at + 3);
        if (crc([...message, 3]) === sum) {
          this.raw([6]);
          this.hear(message);
        } else this.raw([21]);
        return true;
      } else return false;
    }
    return false;
  }

  private takeBare(): boolean {
    const [, , short = 0, low = 0, high = 0] = this.bytes;
    const length = short === 255 ? 5 + low + 256 * high : 3 + short;
    if (this.bytes.length < 3 || this.bytes.length < length) return false;
    this.hear(this.bytes.splice(0, length));
    return true;
  }

  private hear(message: readonly number[]): void {
    const heard = { hex: hexOf(message), data: message.slice(message[2] === 255 ? 5 : 3) };
    this.heard.push(heard);
    if (/^8[04]/.test(heard.hex)) return;
    const said = this.answer(heard);
    if (said !== null) void this.say(said);
  }
}
