/**
 * Talks to one device with the real driver, and reads recordings. Facts leave as JSON lines on standard output,
 * failures as `{"error","message"}` on standard error: exit 1, or 2 for a wrong call.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { CabinetCommand, LampName } from '../hardware/cabinet-io.ts';
import { type CatalogEntry, protocolNamed, protocols } from '../hardware/catalog.ts';
import { systemClock } from '../hardware/clock.ts';
import { acceptsNotes, type Device, type DeviceFact, emptyMemory } from '../hardware/device.ts';
import { openDevices, portByName } from '../hardware/open.ts';
import { noProbe, type PortProblem } from '../hardware/port.ts';
import type { ProtocolFrontDoor, Speaker } from '../hardware/protocol.ts';
import { classify } from '../kiosk/scanned.ts';
import { Failure, print, runCommand } from './json-lines.ts';

const DEVICE = 'device';
const IDENTIFY_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 3_000;
const QUIET_MS = 2_500;
/** A device hears within this that it is to take nothing more. */
const SHUT_MS = 500;

const doors = Object.entries(protocols).map(([name, { driver }]) => [name, driver] as const);

const help = `Usage: npm -s run device -- PROTOCOL --port PATH|host:port [--set k=v …] watch|identify|accept [--notes N]|REQUEST
       npm -s run device -- PROTOCOL --port PATH|host:port [--set k=v …] lamp NAME on|off|blink | relay NAME MS
       npm -s run device -- PROTOCOL decode FILE [--from host|device]

  watch      prints what the device says; takes no note. Of a payment code, and of what may be one, the length alone
  identify   prints who it is and ends; exit 1 when it does not answer in 10 s
  accept     stacks every note it is offered, until SIGTERM or N notes are stacked
  lamp       of an I/O module: switches a lamp, prints how that ended and ends; exit 1 when it was refused
  relay      of an I/O module: switches a relay on for MS milliseconds, once; the same, and exit 1 too when nobody knows
  REQUEST    sends one message by hand and prints the answer
  decode     prints each message of a file of raw bytes, or of hex digits and blanks; --from says who spoke,
             where the same bytes can be either's

  --set k=v  a setting of the protocol; k may be a path, v is read as JSON where it is JSON
  PROTOCOL   one of these, with its settings and requests:

${doors.map(([name, door]) => described(name, door)).join('\n')}`;

function described(name: string, door: ProtocolFrontDoor): string {
  const usual =
    Object.keys(door.labSettings).length === 0 ? [] : [`without --set: ${JSON.stringify(door.labSettings)}`];
  const requests = `requests: ${Object.keys(door.requests(door.labSettings)).join(', ')}`;
  return [`  ${name}`, ...[...door.settingsHelp, ...usual, requests].map((line) => `    ${line}`), ''].join('\n');
}

/** Fractions of a millisecond say nothing to a reader. */
function inWholeMs(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name.endsWith('Ms') && typeof value === 'number' ? Math.round(value) : value,
    ]),
  );
}

/** `countries.2A=CNY` becomes `{countries: {"2A": "CNY"}}`; what is not set is as the simulated device needs it. */
function settingsFrom(door: ProtocolFrontDoor, pairs: readonly string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new Failure('usage', `--set ${pair}: write k=v`, 2);
    const path = pair.slice(0, at).split('.');
    const text = pair.slice(at + 1);
    let value: unknown = text;
    try {
      value = JSON.parse(text);
    } catch {
      // Not JSON: the words themselves.
    }
    let place = settings;
    for (const name of path.slice(0, -1)) {
      if (!Object.hasOwn(place, name)) place[name] = Object.create(null);
      place = place[name] as Record<string, unknown>;
      if (typeof place !== 'object' || place === null)
        throw new Failure('usage', `--set ${pair}: "${name}" has a value already`, 2);
    }
    place[path.at(-1) as string] = value;
  }
  return { ...door.labSettings, ...settings };
}

function decode(entry: CatalogEntry, file: string, from: Speaker): void {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Failure('unreadable', `${file} cannot be read (${(error as Error).message}); name a file that can`);
  }
  const text = Buffer.from(bytes).toString('latin1');
  const isHex = /^[\s0-9A-Fa-f]*$/.test(text);
  const digits = text.replaceAll(/\s/g, '');
  if (isHex && digits.length % 2 === 1)
    throw new Failure('odd-hex', `${file} has an odd number of hex digits; each byte is two`);
  const lines = entry.driver.describe(isHex ? Buffer.from(digits, 'hex') : bytes, from);
  for (const line of lines) print(line);
  const bad = lines.filter((line) => 'error' in line).length;
  if (lines.length === 0) throw new Failure('malformed', `${file} holds no message; give it the bytes of a recording`);
  if (bad === 0) return;
  const remedy = `check that it is a recording of ${entry.driver.protocol}, and who spoke (--from)`;
  throw new Failure('malformed', `${bad} of ${lines.length} are no messages; ${remedy}`);
}

/** A payment code takes its owner's money for a minute, and a terminal's scrollback lasts longer. */
function withoutSecret(fact: DeviceFact): object {
  if (fact.fact !== 'code.scanned') return fact;
  const scanned = classify(fact.text);
  switch (scanned.kind) {
    case 'payment-code':
      return { ...fact, text: '••••', kind: scanned.kind, wallet: scanned.wallet, length: fact.text.length };
    case 'other':
      // A run of digits in what nobody knows may be a code, a card's number or a part of one.
      return {
        ...fact,
        text: fact.text.replaceAll(/\d(?:\D?\d){5,}/g, '••••'),
        kind: scanned.kind,
        length: scanned.length,
      };
    case 'bill-number':
    case 'voucher':
    case 'receipt':
    case 'invoice-title':
      return { ...fact, kind: scanned.kind };
    default:
      return scanned satisfies never;
  }
}

interface Session {
  readonly port: string;
  readonly settings: Record<string, unknown>;
  readonly protocol: string;
}

interface Conversation {
  /** Rejects with what `end` was given. */
  readonly over: Promise<void>;
  end(failure?: Failure): void;
}

/** Opens the device, prints what it says as far as `tells` and lets `react` answer; over at `end` and at SIGTERM. */
function converse(
  session: Session,
  react: (fact: DeviceFact, device: Device, end: () => void) => void,
  tells: (fact: DeviceFact) => boolean = () => true,
): Conversation {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let ended = false;
  const end = (failure?: Failure): void => {
    if (ended) return;
    ended = true;
    device.close();
    if (failure === undefined) resolve();
    else reject(failure);
  };
  const devices = openDevices({
    configs: [{ id: DEVICE, ...session }],
    clock: systemClock,
    probe: noProbe,
    chance: (bytes) => randomBytes(bytes),
    memory: () => emptyMemory,
    onCrash: (_, words) => process.stderr.write(`${words}\n`),
    openPort: portByName,
    onFact(fact) {
      if (ended) return;
      const { fact: name, device: _, ...more } = withoutSecret(fact) as DeviceFact;
      if (tells(fact)) print({ fact: name, atMs: Math.round(systemClock.monoMs()), ...inWholeMs(more) });
      // Nothing here outlives the process, so a latched fact counts as recorded when it was printed.
      if ('key' in fact) device.recorded(fact.key);
      react(fact, device, end);
    },
  });
  const device = devices.get(DEVICE) as Device;
  // It has to be shut before the line is closed: nobody reads what it takes in afterwards.
  const shut = (): void => {
    device.maintain({ accept: [] });
    systemClock.after(SHUT_MS, end);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, shut);
  return { over: promise, end };
}

async function identify(session: Session): Promise<void> {
  let problem = 'it does not answer; check its power, its cable and the line settings';
  let identified = false;
  const { over, end } = converse(
    session,
    (fact, _, close) => {
      if (fact.fact === 'device.lost') problem = fact.message;
      if (fact.fact !== 'device.identified') return;
      identified = true;
      close();
    },
    (fact) => fact.fact === 'device.identified',
  );
  const callOff = systemClock.after(IDENTIFY_WITHIN_MS, () => {
    end(new Failure('no-answer', `${session.port} did not identify itself within 10 s: ${problem}`));
  });
  await over.finally(callOff);
  if (!identified) throw new Failure('ended', `${session.port} had not identified itself yet`);
}

async function accept(session: Session, entry: CatalogEntry, notes: number | null): Promise<void> {
  if (!acceptsNotes(entry.driver.kindOf(session.settings)))
    throw new Failure('usage', `${session.protocol} with these settings takes no notes; use watch`, 2);
  let orders = 0;
  let stacked = 0;
  const counted = new Set<string>();
  const { over } = converse(session, (fact, device, end) => {
    if (fact.fact === 'device.identified') device.maintain({ accept: fact.denominations.map(({ minor }) => minor) });
    if (fact.fact === 'note.escrowed') {
      const { currency, minor } = fact;
      device.obey({ id: `order-${++orders}`, device: DEVICE, command: 'note.stack', currency, minor });
    }
    if (fact.fact !== 'note.stacked' || counted.has(fact.key)) return;
    counted.add(fact.key);
    stacked++;
    // The acknowledgement has to leave, and the device to be shut, before the line is closed.
    if (notes === null || stacked < notes) return;
    device.maintain({ accept: [] });
    systemClock.after(QUIET_MS, end);
  });
  await over;
}

/** What an I/O module is ordered to do, from the words behind the port. */
function cabinetOrder(word: string, [name, how]: readonly string[]): CabinetCommand {
  if (name !== undefined && word === 'lamp' && (how === 'on' || how === 'off' || how === 'blink'))
    return { command: 'lamp', lamp: name as LampName, how };
  if (name !== undefined && word === 'relay' && how !== undefined && /^\d{1,6}$/.test(how))
    return { command: 'relay.pulse', relay: name, ms: Number(how) };
  throw new Failure('usage', word === 'lamp' ? 'write lamp NAME on|off|blink' : 'write relay NAME MILLISECONDS', 2);
}

/** Gives one order when the module is ready; it ends once, and so does this. */
async function cabinetByHand(session: Session, order: CabinetCommand): Promise<void> {
  const id = 'by-hand';
  let problem: string | null = 'it did not become ready; check its power, its cable and the line settings';
  let left = false;
  const { over, end } = converse(session, (fact, device, close) => {
    if (fact.fact === 'device.ready' && !left) {
      left = true;
      problem = 'it did not say how the order ended';
      device.obey({ ...order, id, device: DEVICE });
    }
    if (!('command' in fact) || fact.command !== id) return;
    problem = 'reason' in fact ? String(fact.reason) : null;
    close();
  });
  const limitMs = IDENTIFY_WITHIN_MS + (order.command === 'relay.pulse' ? order.ms : 0);
  const callOff = systemClock.after(limitMs, () => end());
  await over.finally(callOff);
  if (problem !== null) throw new Failure('not-done', `${session.port}: ${problem}`);
}

/** Sends one message and prints what comes back. */
async function requestByHand(session: Session, { driver: door }: CatalogEntry, name: string): Promise<void> {
  const requests = door.requests(session.settings);
  const bytes = Object.hasOwn(requests, name) ? requests[name] : undefined;
  if (bytes === undefined) {
    const known = ['watch', 'identify', 'accept', 'decode', ...Object.keys(requests)];
    throw new Failure('usage', `"${name}" is no command of ${session.protocol}; known are ${known.join(', ')}`, 2);
  }
  const line = door.lineWith?.(session.settings) ?? door.line;
  const port = portByName(session.port, line, systemClock);
  const driver = door.createDriver({ device: DEVICE, settings: session.settings });
  const decoder = driver.decoder();
  const received: Uint8Array[] = [];
  await new Promise<void>((resolve, reject) => {
    const callOff = systemClock.after(ANSWER_WITHIN_MS, () => {
      const remedy = 'check its power, its cable and the line settings';
      reject(new Failure('no-answer', `${session.port} did not answer to ${name} within 3 s; ${remedy}`));
    });
    port.open({
      opened() {
        decoder.sent?.(bytes);
        port.send(bytes);
      },
      received(more) {
        received.push(more);
        const found = decoder.push(more);
        if (!found.some((item) => item.type === 'frame' && (driver.answers?.(item.frame) ?? true))) return;
        callOff();
        for (const line of door.describe(Buffer.concat(received), 'device')) print(line);
        resolve();
      },
      closed(problem: PortProblem) {
        callOff();
        reject(new Failure(problem.code, problem.message));
      },
    });
  }).finally(() => port.close());
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help === true) {
    process.stdout.write(help);
    return;
  }
  const [protocol, word, ...rest] = positionals;
  const file = rest[0];
  if (protocol === undefined || word === undefined)
    throw new Failure('usage', 'name a protocol and what to do; --help says all', 2);
  if (!Object.hasOwn(protocols, protocol)) {
    throw new Failure('usage', `there is no protocol "${protocol}"; known are ${Object.keys(protocols).join(', ')}`, 2);
  }
  const entry = protocolNamed(protocol);
  if (word === 'decode') {
    const from = values.from ?? 'either';
    if (from !== 'host' && from !== 'device' && from !== 'either')
      throw new Failure('usage', '--from is host or device', 2);
    if (file === undefined) throw new Failure('usage', 'decode needs a file', 2);
    decode(entry, file, from);
    return;
  }
  if (values.port === undefined) throw new Failure('usage', `${word} needs --port PATH or --port host:port`, 2);
  const settings = settingsFrom(entry.driver, values.set ?? []);
  const problem = entry.driver.checkSettings(settings)[0];
  if (problem !== undefined) throw new Failure('usage', `--set ${problem.path}: ${problem.problem.en}`, 2);
  const session: Session = { port: values.port, settings, protocol };
  const notes = values.notes === undefined ? null : Number(values.notes);
  if (notes !== null && !(Number.isInteger(notes) && notes > 0))
    throw new Failure('usage', '--notes is a whole number above 0', 2);
  if (word === 'watch') await converse(session, () => {}).over;
  else if (word === 'identify') await identify(session);
  else if (word === 'accept') await accept(session, entry, notes);
  else if (entry.driver.kindOf(settings) === 'cabinet-io' && (word === 'lamp' || word === 'relay'))
    await cabinetByHand(session, cabinetOrder(word, rest));
  else await requestByHand(session, entry, word);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        set: { type: 'string', multiple: true },
        notes: { type: 'string' },
        from: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Failure('usage', `${(error as Error).message.split('. ')[0] as string}; --help says all`, 2);
  }
}

runCommand(main);
