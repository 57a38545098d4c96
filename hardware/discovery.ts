/**
 * Who stands at a port: every protocol asks in its own words (`inquiry.ts`) until somebody answers. The port, the time and
 * the order are here; nothing here knows a protocol. Whatever comes, a port is let go within `LONGEST_PORT_MS` and a bit.
 */
import { protocols } from './catalog.ts';
import type { Clock } from './clock.ts';
import type { Answer, Question, Stranger, Surroundings } from './inquiry.ts';
import type { LineSettings, Port, PortProblem } from './port.ts';
import { tcpAddress } from './ports/tcp.ts';
import { isUsbPrinter } from './ports/usb-printer.ts';
import type { ProtocolFrontDoor } from './protocol.ts';

/** All questions to one port together. */
export const LONGEST_PORT_MS = 20_000;
/** All questions of one protocol together: a wire full of devices tells its names and coins one by one. */
const LONGEST_PROTOCOL_MS = 12_000;
/** How much longer than asked for a frame that has begun is waited for. */
const HALF_ANSWER_MS = 150;
/** Before the first question in a protocol: what comes then was not asked for, and half a message of before is forgotten. */
const LISTEN_MS = 120;
/** What was not sent by then never will be: a line that is held back by its other end. */
const SENT_WITHIN_MS = 2_000;
/** Of one question; more are noise. */
const MOST_ANSWERS = 1_000;
/** See `openLine`. */
const RESTING_LINE: LineSettings = { baudRate: 4_800, dataBits: 8, parity: 'none', stopBits: 1 };

/**
 * Why nobody is named: a problem of the port, or `silent`: no answer at all; `echo`: only our own bytes came back;
 * `noise`: bytes that nobody asked for; `unreadable`: answers that are no messages; `other-speed`: a device that answers at
 * another speed than this program uses.
 */
export type DiscoveryProblem = {
  readonly code: PortProblem['code'] | 'silent' | 'echo' | 'noise' | 'unreadable' | 'other-speed';
  readonly message: string;
};

export interface PortFinding {
  readonly port: string;
  /** Null: nobody that this program knows. */
  readonly protocol: string | null;
  /** In the order in which they answered; several only on a shared wire. Empty without a protocol. */
  readonly devices: readonly Stranger[];
  /** Null with a protocol. */
  readonly problem: DiscoveryProblem | null;
}

export interface DiscoveryOptions extends Surroundings {
  readonly clock: Clock;
  readonly openPort: (name: string, line: LineSettings, clock: Clock) => Port;
}

/** One protocol at one speed; `other`: not the one that this program uses. */
interface Attempt {
  readonly door: ProtocolFrontDoor;
  readonly line: LineSettings;
  readonly other: boolean;
}

/**
 * A printer prints what it does not understand: printers are looked for first, at every speed, before anybody else is asked
 * anything. What takes long comes last.
 */
function attempts(): readonly Attempt[] {
  const doors = Object.values(protocols).map(({ driver }) => driver);
  const rank = (door: ProtocolFrontDoor): number => (isPrinter(door) ? 0 : door.asksLong === true ? 2 : 1);
  return doors
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((door) => [
      { door, line: door.line, other: false },
      ...(door.otherSpeeds ?? []).map((baudRate) => ({ door, line: { ...door.line, baudRate }, other: true })),
    ]);
}

function isPrinter(door: ProtocolFrontDoor): boolean {
  return door.kindOf(door.labSettings) === 'printer';
}

/** What was heard at a port beside answers. */
interface Heard {
  unasked: number;
  unread: number;
  echoed: number;
}

/** Asks one port in every protocol, until one is answered. Nothing is left open. */
export async function discoverPort(port: string, options: DiscoveryOptions): Promise<PortFinding> {
  const { clock } = options;
  const endMs = clock.monoMs() + LONGEST_PORT_MS;
  const heard: Heard = { unasked: 0, unread: 0, echoed: 0 };
  const onlyPrinters = isUsbPrinter(port);
  const ownLine = tcpAddress(port) === null && !onlyPrinters;
  let open: { readonly line: OpenLine; readonly settings: LineSettings } | null = null;
  try {
    for (const attempt of attempts()) {
      const leftMs = endMs - clock.monoMs();
      if (leftMs <= 0) break;
      // Behind a network the speed is another machine's to set, and a connection that is made anew may be refused.
      if (attempt.other && !ownLine) continue;
      if (onlyPrinters && !isPrinter(attempt.door)) continue;
      if (open === null || (ownLine && !isSame(open.settings, attempt.line))) {
        await open?.line.close();
        open = null;
        const opening = await openLine(port, attempt.line, options);
        if (!opening.ok) return nobody(port, opening.problem);
        open = { line: opening.line, settings: attempt.line };
      }
      const { line } = open;
      const conversation = new Conversation(line, clock, heard, clock.monoMs() + Math.min(leftMs, LONGEST_PROTOCOL_MS));
      const devices = await conversation.hold(attempt.door, options);
      if (devices.length > 0) return answered(port, attempt, devices);
      const lost = line.ended();
      if (lost !== null) return nobody(port, lost);
    }
    return nobody(port, silence(port, heard));
  } finally {
    await open?.line.close();
  }
}

function isSame(one: LineSettings, other: LineSettings): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function nobody(port: string, problem: DiscoveryProblem): PortFinding {
  return { port, protocol: null, devices: [], problem };
}

function answered(port: string, { door, line, other }: Attempt, devices: readonly Stranger[]): PortFinding {
  if (!other) return { port, protocol: door.protocol, devices, problem: null };
  const message =
    `A device that speaks ${door.protocol} answers at ${line.baudRate} baud on ${port}; ` +
    `set it to ${door.line.baudRate}, which this program uses.`;
  return nobody(port, { code: 'other-speed', message });
}

function silence(port: string, { unasked, unread, echoed }: Heard): DiscoveryProblem {
  if (unasked > 0) {
    const message = `Bytes that nobody asked for come from ${port}: another device than these, or another speed; look at what is plugged in there.`;
    return { code: 'noise', message };
  }
  if (unread > 0) {
    const message = `Something answers at ${port} that is no message of any protocol known here; check the speed and the protocol that it is set to.`;
    return { code: 'unreadable', message };
  }
  if (echoed > 0) {
    const message = `Only the bytes that were sent come back from ${port}; check that the devices on this wire are switched on.`;
    return { code: 'echo', message };
  }
  return { code: 'silent', message: `Nobody answers at ${port}; check that the device is on, and its cable.` };
}

// The line.

interface OpenLine {
  /** Bytes come here; whoever listens last has them. */
  listen(listener: (bytes: Uint8Array) => void): void;
  send(bytes: Uint8Array, sent: () => void): void;
  /** Why it is no longer open; null: it is. */
  ended(): PortProblem | null;
  /** Resolves when the port is free again. */
  close(): Promise<void>;
}

type Opening = { readonly ok: true; readonly line: OpenLine } | { readonly ok: false; readonly problem: PortProblem };

/**
 * The C library refuses another parity on a pseudo-terminal when nothing else about it changes, as between two protocols of
 * one speed. Opened at a speed that nobody uses first, everything changes; no byte leaves meanwhile.
 */
async function openLine(port: string, line: LineSettings, options: DiscoveryOptions): Promise<Opening> {
  const opening = await openOnce(port, line, options);
  if (opening.ok || opening.problem.code !== 'refused') return opening;
  const resting = await openOnce(port, RESTING_LINE, options);
  if (!resting.ok) return resting;
  await resting.line.close();
  return openOnce(port, line, options);
}

function openOnce(name: string, line: LineSettings, { openPort, clock }: DiscoveryOptions): Promise<Opening> {
  const port = openPort(name, line, clock);
  const { promise: closed, resolve: free } = Promise.withResolvers<void>();
  let listener: (bytes: Uint8Array) => void = () => {};
  let ended: PortProblem | null = null;
  const open: OpenLine = {
    listen(next) {
      listener = next;
    },
    send: (bytes, sent) => port.send(bytes, sent),
    ended: () => ended,
    close() {
      if (ended === null) port.close();
      return closed;
    },
  };
  return new Promise((resolve) => {
    port.open({
      opened: () => resolve({ ok: true, line: open }),
      received: (bytes) => listener(bytes),
      closed(problem) {
        ended = problem;
        free();
        resolve({ ok: false, problem });
      },
    });
  });
}

/** One protocol's questions on an open line. */
class Conversation {
  private readonly line: OpenLine;
  private readonly clock: Clock;
  private readonly heard: Heard;
  private readonly endMs: number;

  constructor(line: OpenLine, clock: Clock, heard: Heard, endMs: number) {
    this.line = line;
    this.clock = clock;
    this.heard = heard;
    this.endMs = endMs;
  }

  async hold(door: ProtocolFrontDoor, surroundings: Surroundings): Promise<readonly Stranger[]> {
    await this.quiet();
    const inquiry = door.inquire(surroundings);
    let step = inquiry.next([]);
    while (step.done !== true) step = inquiry.next(await this.ask(step.value));
    return step.value;
  }

  private quiet(): Promise<void> {
    this.line.listen((bytes) => {
      this.heard.unasked += bytes.length;
    });
    return new Promise((resolve) => {
      this.clock.after(LISTEN_MS, resolve);
    });
  }

  /** Silence when the time of this protocol is over, so that its inquiry comes to its end by itself. */
  private ask(question: Question<unknown>): Promise<Answer<unknown>> {
    const { clock, line, heard } = this;
    const leftMs = this.endMs - clock.monoMs();
    if (leftMs <= 0 || line.ended() !== null) return Promise.resolve([]);
    const withinMs = Math.min(question.withinMs, leftMs);
    return new Promise((resolve) => {
      const found: unknown[] = [];
      const echo = new Echo(question.bytes);
      const end = (): void => {
        callOff();
        line.listen(() => {});
        if (echo.whole) heard.echoed++;
        resolve(found);
      };
      const take = (bytes: Uint8Array): boolean => {
        for (const item of bytes.length === 0 ? [] : question.decoder.push(bytes)) {
          if (item.type === 'frame' && question.answers(item.frame)) found.push(item.frame);
          else heard.unread++;
        }
        return found.length > 0 && question.several !== true;
      };
      const over = (): void => {
        if (take(echo.rest()) || !question.decoder.pending) {
          end();
          return;
        }
        callOff = clock.after(HALF_ANSWER_MS, () => {
          heard.unread += question.decoder.silence().length;
          end();
        });
      };
      let callOff = clock.after(SENT_WITHIN_MS, end);
      line.listen((bytes) => {
        if (found.length < MOST_ANSWERS && take(echo.remove(bytes))) end();
      });
      line.send(question.bytes, () => {
        if (found.length > 0 && question.several !== true) return;
        callOff();
        callOff = clock.after(withinMs, over);
      });
    });
  }
}

/** The host's own bytes, which come back before anything else on some wires. */
class Echo {
  private readonly sent: Uint8Array;
  private matched = 0;
  private over = false;

  constructor(sent: Uint8Array) {
    this.sent = sent;
  }

  /** All of it came back. */
  get whole(): boolean {
    return this.matched === this.sent.length;
  }

  /** What is no echo; bytes that began like one and are none are given back with what follows. */
  remove(bytes: Uint8Array): Uint8Array {
    let at = 0;
    while (!this.over && at < bytes.length) {
      if (bytes[at] !== this.sent[this.matched]) return Uint8Array.from([...this.rest(), ...bytes.subarray(at)]);
      at++;
      this.matched++;
      this.over = this.whole;
    }
    return bytes.subarray(at);
  }

  /** What is held back because it may be the beginning of an echo. */
  rest(): Uint8Array {
    if (this.over) return new Uint8Array(0);
    const held = this.sent.slice(0, this.matched);
    this.over = true;
    this.matched = 0;
    return held;
  }
}
