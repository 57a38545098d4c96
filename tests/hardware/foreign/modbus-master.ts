/**
 * A Modbus master that shares no code with the project, as small ones in public libraries are: it sends, waits until the
 * line has been silent for a while, and takes what came in between for the answer.
 */
import { SerialPort } from 'serialport';

/** Far above a slow machine's pauses inside an answer. */
const silentMs = 60;
const patienceMs = 3_000;

/** What a unit answered: data behind the function, or the code of an exception; null: nothing. */
export type Answered = { readonly data: readonly number[] } | { readonly exception: number } | null;

export class ModbusMaster {
  private readonly port: SerialPort;
  private readonly heard: number[] = [];
  private lastMs = 0;
  /** Everything that came and was no answer. */
  strange = 0;

  private constructor(port: SerialPort) {
    this.port = port;
    port.on('data', (bytes: Buffer) => {
      this.heard.push(...bytes);
      this.lastMs = Date.now();
    });
    port.on('error', () => {});
  }

  static async open(path: string): Promise<ModbusMaster> {
    const port = new SerialPort({ path, baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
    return new ModbusMaster(port);
  }

  async close(): Promise<void> {
    if (this.port.isOpen) await new Promise((resolve) => this.port.close(resolve));
  }

  /** `limitMs`: how long it waits for the first byte. */
  async ask(unit: number, code: number, data: readonly number[], limitMs = patienceMs): Promise<Answered> {
    this.heard.length = 0;
    this.port.write(Buffer.from(withRemainder([unit, code, ...data])));
    const endMs = Date.now() + limitMs;
    while (Date.now() < endMs && this.heard.length === 0) await pause(2);
    if (this.heard.length === 0) return null;
    while (Date.now() - this.lastMs < silentMs) await pause(5);
    const frame = this.heard.splice(0);
    const body = frame.slice(0, -2);
    const whole = withRemainder(body).every((byte, at) => byte === frame[at]);
    if (!whole || body[0] !== unit || ((body[1] as number) & 0x7f) !== code) {
      this.strange++;
      return null;
    }
    return (body[1] as number) & 0x80 ? { exception: body[2] as number } : { data: body.slice(2) };
  }

  /** Sends these bytes as they are; everything that comes within so many milliseconds. */
  async hears(bytes: readonly number[], limitMs: number): Promise<readonly number[]> {
    this.heard.length = 0;
    this.port.write(Buffer.from(bytes));
    await pause(limitMs);
    return this.heard.splice(0);
  }
}

/** Polynomial division from the left on reflected bytes: neither a table nor the shift to the right of the others. */
function withRemainder(bytes: readonly number[]): readonly number[] {
  let rest = 0xffff;
  for (const byte of bytes) {
    rest ^= reflected(byte, 8) << 8;
    for (let bit = 0; bit < 8; bit++) rest = (rest & 0x8000) === 0 ? rest << 1 : ((rest << 1) ^ 0x18005) & 0x1ffff;
    rest &= 0xffff;
  }
  const sum = reflected(rest, 16);
  return [...bytes, sum & 0xff, sum >> 8];
}

function reflected(value: number, bits: number): number {
  let out = 0;
  for (let at = 0; at < bits; at++) if ((value >> at) & 1) out |= 1 << (bits - 1 - at);
  return out;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
