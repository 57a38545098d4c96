/** A serial line as foreign hosts and machines use it: bytes in, bytes out, and patience. Knows no protocol. */
import { SerialPort } from 'serialport';

export interface LineShape {
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even';
}

/** What a reader found at the front of the bytes: how many of them it used, and what they mean. */
export interface Found<T> {
  readonly used: number;
  readonly value: T;
}

export class Line {
  private readonly port: SerialPort;
  private readonly bytes: number[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(port: SerialPort) {
    this.port = port;
    port.on('data', (bytes: Buffer) => {
      this.bytes.push(...bytes);
      for (const look of this.waiting) look();
    });
    port.on('error', () => {});
  }

  static async open(path: string, { dataBits, parity }: LineShape): Promise<Line> {
    const port = new SerialPort({ path, baudRate: 9600, dataBits, parity, stopBits: 1, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
    return new Line(port);
  }

  send(bytes: readonly number[]): void {
    this.port.write(Buffer.from(bytes));
  }

  /** Throws away what came and nobody took, as hosts do before they ask. */
  flush(): void {
    this.bytes.length = 0;
  }

  /** What the reader finds within so many milliseconds; null when it found nothing. */
  take<T>(read: (bytes: readonly number[]) => Found<T> | null, limitMs: number): Promise<T | null> {
    return new Promise((resolve) => {
      const end = (value: T | null) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(value);
      };
      const look = () => {
        const found = read(this.bytes);
        if (found === null) return;
        this.bytes.splice(0, found.used);
        end(found.value);
      };
      const timer = setTimeout(() => end(null), limitMs);
      this.waiting.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    if (this.port.isOpen) await new Promise((resolve) => this.port.close(resolve));
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
