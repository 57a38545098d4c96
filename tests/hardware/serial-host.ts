/** The foreign host on a real serial line or TCP connection. */
import { connect, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { asHex, frameOf, takeFrames } from './foreign-host.ts';

export class WireHost {
  private readonly stream: SerialPort | Socket;
  private readonly bytes: number[] = [];
  private readonly answers: (readonly number[])[] = [];
  private wake: () => void = () => {};
  private readonly closed: Promise<unknown>;

  private constructor(stream: SerialPort | Socket) {
    this.stream = stream;
    stream.on('data', (bytes: Buffer) => {
      this.bytes.push(...bytes);
      this.answers.push(...takeFrames(this.bytes));
      this.wake();
    });
    stream.on('error', () => {});
    this.closed = new Promise((resolve) => stream.once('close', resolve));
  }

  static async open(port: string): Promise<WireHost> {
    const tcp = /^127\.0\.0\.1:(\d+)$/.exec(port);
    if (tcp !== null) {
      const socket = connect(Number(tcp[1]), '127.0.0.1');
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return new WireHost(socket);
    }
    const serial = new SerialPort({
      path: port,
      baudRate: 9600,
      dataBits: 8,
      parity: 'even',
      stopBits: 1,
      autoOpen: false,
    });
    await new Promise<void>((resolve, reject) => serial.open((error) => (error === null ? resolve() : reject(error))));
    return new WireHost(serial);
  }

  send(...body: readonly number[]): void {
    this.stream.write(Buffer.from(frameOf(...body)));
  }

  /** The answer in hex, `silence` when none came in time. */
  async ask(body: readonly number[], limitMs = 1_000): Promise<string> {
    this.answers.length = 0;
    this.send(...body);
    if (this.answers.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        this.wake = () => {
          if (this.answers.length === 0) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return asHex(this.answers.shift() ?? null);
  }

  async pollUntil(status: string, limitMs = 15_000): Promise<void> {
    const seen: string[] = [];
    for (const endMs = Date.now() + limitMs; Date.now() < endMs; ) {
      const now = await this.ask([0x11]);
      seen.push(now);
      if (now === status) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no ${status}, but ${[...new Set(seen)].join(', ')}`);
  }

  /** Polls on until the line is seen to be gone: a pulled line may show only in the next write. */
  async gone(): Promise<void> {
    const poll = setInterval(() => this.send(0x11), 50);
    await this.closed;
    clearInterval(poll);
  }

  async ready(): Promise<void> {
    await this.ask([0x40]);
    await this.pollUntil('1a');
    await this.ask([0xc3, 0]);
  }

  async close(): Promise<void> {
    if (this.stream instanceof SerialPort) {
      const serial = this.stream;
      if (serial.isOpen) await new Promise((resolve) => serial.close(resolve));
    } else this.stream.destroy();
  }
}
