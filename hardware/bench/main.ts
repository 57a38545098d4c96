/**
 * The simulated cabinet as a process of its own: `node hardware/bench/main.ts --config FILE --data DIR --http PORT
 * --speed N`. Prints one line `{"bench":URL,"pid":N}` when everything is there; SIGTERM ends it.
 *
 * A keeper (`npm start`) hears more: `{"power":BOOL}` when the power of the whole cabinet went or came back, so that the
 * kiosk's computer goes with it; and it says, a line on standard input, `{"kiosk":URL}`: where the glass is.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { loadConfig, sentenceOf } from '../../config/schema.ts';
import { knownHardware } from '../catalog.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { DeviceConfig } from '../device.ts';
import { type BillsConfig, openBills } from './bills.ts';
import { Cabinet } from './cabinet.ts';
import { type CabinetPage, listenBench } from './http.ts';
import { openServices, type ServicesConfig } from './services.ts';
import { readTruth, writeTruth } from './truth.ts';

const help = `Usage: node hardware/bench/main.ts --config FILE [--data DIR] [--http PORT] [--speed N]

The simulated cabinet alone, with its page on 127.0.0.1. Prints one line {"bench":URL,"pid":N}; SIGTERM ends it.

--config FILE  the kiosk's configuration; its devices with a port DATA/... or 127.0.0.1:PORT are played
--data DIR     data folder, where ports/ID will name each pseudo-terminal (./data)
--http PORT    on 127.0.0.1 (8081; 0 takes any free port)
--speed N      physical movements N times as fast, 0.1 to 1000 (1)
--set ID.k=v   a setting of the simulated device ID, as npm run simulator takes it; may be given again
`;

export interface BenchOptions {
  readonly config: ServicesConfig &
    BillsConfig & {
      readonly devices: readonly DeviceConfig[];
      readonly money: CabinetPage['money'];
      readonly timeZone: string;
    };
  readonly data: string;
  readonly httpPort: number;
  readonly speed: number;
  readonly clock?: Clock;
  /** The whole cabinet lost or got its power. */
  readonly supplied?: (on: boolean) => void;
  /** By device id, as `--set` of `npm run simulator`. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Bench {
  readonly url: string;
  /** Where the kiosk's screen is, for the page to lead there. */
  kioskAt(url: string): void;
  close(): Promise<void>;
}

/**
 * Powers the cabinet on and serves it.
 *
 * @throws Error naming the device, service or port that cannot be had; nothing is left open then.
 */
export async function startBench(options: BenchOptions): Promise<Bench> {
  const { config, httpPort, speed, clock = systemClock, settings = {}, supplied } = options;
  const data = resolve(options.data);
  mkdirSync(resolve(data, 'ports'), { recursive: true, mode: 0o700 });
  const more = supplied === undefined ? {} : { supplied };
  const keeping = keepTruth(data, clock);
  const { kept, moved } = keeping;
  const place = { timeZone: config.timeZone };
  const here = { devices: config.devices, data, place };
  const cabinet = await Cabinet.open({ ...here, speed, clock, settings, kept, moved, ...more });
  keeping.of(cabinet);
  let kiosk: string | null = null;
  const page = { kiosk: () => kiosk, timeZone: config.timeZone, money: config.money, bills: openBills(config, data) };
  try {
    const server = await listenBench(cabinet, httpPort, page);
    try {
      const services = await openServices(config, server.port, data);
      server.serve(services);
      return {
        url: server.url,
        kioskAt(address) {
          kiosk = address;
          cabinet.happened({}, { event: 'kiosk.started' });
        },
        async close() {
          keeping.close();
          cabinet.close();
          await server.close();
          for (const service of services) await service.close();
        },
      };
    } catch (error) {
      await server.close();
      throw error;
    }
  } catch (error) {
    cabinet.close();
    throw error;
  }
}

/** Moves come in flocks; they are written down together, milliseconds. */
const WRITE_AFTER_MS = 200;

/** How the cabinet was left in this data folder, and the writing down of how it is. */
function keepTruth(data: string, clock: Clock) {
  const path = join(data, 'bench.json');
  const kept = readTruth(path);
  if (typeof kept === 'string') say(`${path} is not used, and the cabinet begins anew: ${kept}`);
  let cabinet: Cabinet | null = null;
  let waiting: (() => void) | null = null;
  const write = (): void => {
    waiting = null;
    try {
      if (cabinet !== null) writeTruth(path, cabinet.truth());
    } catch (error) {
      say(`${path} cannot be written: ${(error as Error).message}`);
    }
  };
  return {
    kept: typeof kept === 'string' ? null : kept,
    moved(): void {
      waiting ??= clock.after(WRITE_AFTER_MS, write);
    },
    of(opened: Cabinet): void {
      cabinet = opened;
    },
    close(): void {
      waiting?.();
      write();
      cabinet = null;
    },
  };
}

function say(words: string): void {
  process.stderr.write(`bench: ${words}\n`);
}

function fail(code: string, message: string, exit: 1 | 2): never {
  process.stderr.write(`${JSON.stringify({ error: code, message })}\n`);
  process.exit(exit);
}

interface Arguments {
  readonly config: string;
  readonly data: string;
  readonly httpPort: number;
  readonly speed: number;
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: 'string' },
        data: { type: 'string', default: 'data' },
        http: { type: 'string', default: '8081' },
        speed: { type: 'string', default: '1' },
        set: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const httpPort = Number(values.http);
    const speed = Number(values.speed);
    if (values.config === undefined) return fail('usage', '--config names the configuration to play', 2);
    if (!/^\d{1,5}$/.test(values.http) || httpPort > 65_535)
      return fail('usage', `--http takes a port from 0 to 65535, not "${values.http}"`, 2);
    if (!(speed >= 0.1 && speed <= 1_000))
      return fail('usage', `--speed takes a number from 0.1 to 1000, not "${values.speed}"`, 2);
    const settings: Record<string, Record<string, string>> = {};
    for (const given of values.set) {
      const match = /^([a-z][a-z0-9-]{0,31})\.([A-Za-z]+)=(.*)$/.exec(given);
      if (match === null) return fail('usage', `--set takes DEVICE.NAME=VALUE, not "${given}"`, 2);
      const [, device = '', name = '', value = ''] = match;
      settings[device] = { ...settings[device], [name]: value };
    }
    return { config: values.config, data: values.data, httpPort, speed, settings };
  } catch (error) {
    return fail('usage', error instanceof Error ? error.message : String(error), 2);
  }
}

async function main(): Promise<void> {
  const { config: file, ...rest } = readArguments();
  const kept = process.env.KIOSK_KEEPER === String(process.ppid);
  const checked = await loadConfig(file, knownHardware);
  if (!checked.ok) {
    const words = checked.problems.map((problem) => sentenceOf(problem).en);
    return fail('config', `${file}: ${words.join('; ')}`, 1);
  }
  let bench: Bench;
  try {
    const supplied = kept ? (power: boolean) => print({ power }) : () => {};
    bench = await startBench({ config: checked.config, supplied, ...rest });
  } catch (error) {
    return fail('bench', error instanceof Error ? error.message : String(error), 1);
  }
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void bench.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  process.stdout.on('error', () => {});
  print({ bench: bench.url, pid: process.pid });
  if (kept) createInterface({ input: process.stdin }).on('line', (line) => hear(bench, line));
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Anything but the address of a page on this machine is passed over: the bench's page makes a link of it. */
function hear(bench: Bench, line: string): void {
  try {
    const { kiosk } = JSON.parse(line) as { readonly kiosk?: unknown };
    if (typeof kiosk === 'string' && /^http:\/\/127\.0\.0\.1[:/]/.test(kiosk)) bench.kioskAt(kiosk);
  } catch {
    // Not for the bench.
  }
}

if (import.meta.main) await main();
