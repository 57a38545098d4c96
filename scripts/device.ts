/**
 * Talks to one device with the real driver, and reads recordings. Facts leave as JSON lines on standard output,
 * failures as `{"error","message"}` on standard error: exit 1, or 2 for a wrong call.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CatalogEntry, protocolNamed, protocols } from '../hardware/catalog.ts';
import { systemClock } from '../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../hardware/device.ts';
import { type OpenedDevice, openDevices, portByName } from '../hardware/open.ts';
import { noProbe, type PortProblem } from '../hardware/port.ts';
import type { Speaker } from '../hardware/protocol.ts';

const DEVICE = 'device';
const IDENTIFY_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 3_000;

const help = `device PROTOCOL --port PATH|host:port [--set k=v ...] watch | identify | accept [--notes N] | REQUEST
device PROTOCOL decode FILE [--from host|device]

  watch      prints what the device says; takes no note
  identify   prints who it is and ends; exit 1 when it does not answer in 10 s
  accept     stacks every note it is offered, until SIGTERM or N notes are stacked
  REQUEST    sends one message by hand and prints the answer (${Object.entries(protocols)
    .map(([name, { driver }]) => `${name}: ${Object.keys(driver.requests).join(', ')}`)
    .join('; ')})
  decode     prints each message of a file of raw bytes, or of hex digits and blanks; --from says who spoke,
             where the same bytes can be either's

  --set k=v  a setting of the protocol; k may be a path, v is read as JSON where it is JSON
             (id003: --set countries.2A=CNY, which is the default here; --set powerRecovery=true)
  PROTOCOL   ${Object.keys(protocols).join(', ')}
`;

class Failure extends Error {
  readonly code: string;
  readonly exit: 1 | 2;
  constructor(code: string, message: string, exit: 1 | 2 = 1) {
    super(message);
    this.code = code;
    this.exit = exit;
  }
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** `countries.2A=CNY` becomes `{countries: {"2A": "CNY"}}`. */
function settingsFrom(protocol: string, pairs: readonly string[]): Record<string, unknown> {
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
  // The laboratory's invented code, so that the simulated acceptor can be tried without settings.
  if (protocol === 'id003' && settings.countries === undefined) settings.countries = { '2A': 'CNY' };
  return settings;
}

function decode(entry: CatalogEntry, file: string, from: Speaker): void {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Failure('unreadable', `cannot read ${file}: ${(error as Error).message}`);
  }
  const text = Buffer.from(bytes).toString('latin1');
  const isHex = /^[\s0-9A-Fa-f]*$/.test(text);
  const digits = text.replaceAll(/\s/g, '');
  if (isHex && digits.length % 2 === 1) throw new Failure('odd-hex', `${file} has an odd number of hex digits`);
  const lines = entry.driver.describe(isHex ? Buffer.from(digits, 'hex') : bytes, from);
  for (const line of lines) print(line);
  const bad = lines.filter((line) => 'error' in line).length;
  if (bad > 0 || lines.length === 0) {
    throw new Failure(
      'malformed',
      lines.length === 0 ? `${file} holds no message` : `${bad} of ${lines.length} are no messages`,
    );
  }
}

interface Session {
  readonly port: string;
  readonly settings: Record<string, unknown>;
  readonly protocol: string;
}

/** Opens the device, prints its facts and lets `react` answer them; resolves when `end` is called or at SIGTERM. */
function converse(
  session: Session,
  react: (fact: DeviceFact, device: OpenedDevice, end: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      device.close();
      resolve();
    };
    const devices = openDevices({
      configs: [{ id: DEVICE, ...session }],
      clock: systemClock,
      probe: noProbe,
      memory: () => emptyMemory,
      openPort: portByName,
      onFact(fact) {
        if (over) return;
        const { fact: name, device: _, ...more } = fact;
        print({ fact: name, atMs: Math.round(systemClock.monoMs()), ...more });
        react(fact, device, end);
      },
    });
    const device = devices.get(DEVICE) as OpenedDevice;
    process.once('SIGTERM', () => end());
    process.once('SIGINT', () => end());
  });
}

/** Nothing here outlives the process, so a latched fact counts as recorded when it was printed. */
function acknowledge(fact: DeviceFact, device: OpenedDevice): void {
  if ('key' in fact) device.recorded(fact.key);
}

async function identify(session: Session): Promise<void> {
  let lastProblem = 'no answer';
  let printed = false;
  // One line only: everything else stays untold.
  await new Promise<void>((resolve, reject) => {
    const devices = openDevices({
      configs: [{ id: DEVICE, ...session }],
      clock: systemClock,
      probe: noProbe,
      memory: () => emptyMemory,
      openPort: portByName,
      onFact(fact) {
        const device = devices.get(DEVICE) as OpenedDevice;
        acknowledge(fact, device);
        if (fact.fact === 'device.lost') lastProblem = fact.message;
        if (fact.fact !== 'device.identified' || printed) return;
        printed = true;
        const { fact: name, device: _, ...more } = fact;
        print({ fact: name, atMs: Math.round(systemClock.monoMs()), ...more });
        callOff();
        device.close();
        resolve();
      },
    });
    const callOff = systemClock.after(IDENTIFY_WITHIN_MS, () => {
      devices.get(DEVICE)?.close();
      reject(new Failure('no-answer', `${session.port} did not identify itself within 10 s: ${lastProblem}`));
    });
  });
}

async function accept(session: Session, entry: CatalogEntry, notes: number | null): Promise<void> {
  if (entry.driver.kind !== 'note-acceptor') throw new Failure('usage', `${session.protocol} takes no notes`, 2);
  let orders = 0;
  let stacked = 0;
  const counted = new Set<string>();
  await converse(session, (fact, device, end) => {
    if (fact.fact === 'device.identified') device.maintain({ accept: fact.denominations.map(({ minor }) => minor) });
    if (fact.fact === 'note.escrowed') {
      const { currency, minor } = fact;
      device.obey({ id: `order-${++orders}`, device: DEVICE, command: 'note.stack', currency, minor });
    }
    acknowledge(fact, device);
    if (fact.fact !== 'note.stacked' || counted.has(fact.key)) return;
    counted.add(fact.key);
    stacked++;
    // The acknowledgement has to leave, and the device to be shut, before the line is closed.
    if (notes === null || stacked < notes) return;
    device.maintain({ accept: [] });
    systemClock.after(QUIET_MS, end);
  });
}
const QUIET_MS = 2_500;

/** Sends one message and prints what comes back. */
async function requestByHand(session: Session, entry: CatalogEntry, name: string): Promise<void> {
  const bytes = entry.driver.requests[name];
  if (!Object.hasOwn(entry.driver.requests, name) || bytes === undefined) {
    const known = ['watch', 'identify', 'accept', 'decode', ...Object.keys(entry.driver.requests)];
    throw new Failure('usage', `"${name}" is no command of ${session.protocol}; known are ${known.join(', ')}`, 2);
  }
  const port = portByName(session.port, entry.driver.line, systemClock);
  const decoder = entry.driver.createDriver({ device: DEVICE, settings: session.settings }).decoder();
  const received: Uint8Array[] = [];
  await new Promise<void>((resolve, reject) => {
    const callOff = systemClock.after(ANSWER_WITHIN_MS, () => {
      reject(new Failure('no-answer', `no answer to ${name} within 3 s`));
    });
    port.open({
      opened: () => port.send(bytes),
      received(more) {
        received.push(more);
        if (!decoder.push(more).some((item) => item.type === 'frame')) return;
        callOff();
        for (const line of entry.driver.describe(Buffer.concat(received), 'device')) print(line);
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
  const [protocol, word, file] = positionals;
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
  const settings = settingsFrom(protocol, values.set ?? []);
  const problem = entry.driver.checkSettings(settings)[0];
  if (problem !== undefined) throw new Failure('usage', `--set ${problem.path}: ${problem.problem}`, 2);
  const session: Session = { port: values.port, settings, protocol };
  const notes = values.notes === undefined ? null : Number(values.notes);
  if (notes !== null && !(Number.isInteger(notes) && notes > 0))
    throw new Failure('usage', '--notes is a whole number above 0', 2);
  if (word === 'watch') await converse(session, acknowledge);
  else if (word === 'identify') await identify(session);
  else if (word === 'accept') await accept(session, entry, notes);
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
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new Failure('usage', (error as Error).message, 2);
  }
}

// Whoever reads may stop reading (`| head`): that is an end, not a failure.
process.stdout.on('error', () => process.exit());

main().catch((error: unknown) => {
  const failure =
    error instanceof Failure ? error : new Failure('failed', error instanceof Error ? error.message : String(error));
  process.stderr.write(`${JSON.stringify({ error: failure.code, message: failure.message })}\n`);
  process.exitCode = failure.exit;
});
