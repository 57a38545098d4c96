/**
 * The simulated cabinet as a process of its own: `node hardware/bench/main.ts --config FILE --data DIR --http PORT
 * --speed N`. Prints one line `{"bench":URL,"pid":N}` when everything is there; SIGTERM ends it.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/schema.ts';
import { knownHardware } from '../catalog.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { DeviceConfig } from '../device.ts';
import { Cabinet } from './cabinet.ts';
import { listenBench } from './http.ts';
import { openServices, type ServicesConfig } from './services.ts';

const help = `usage: node hardware/bench/main.ts --config FILE [--data DIR] [--http PORT] [--speed N]

--config FILE  the kiosk's configuration; its devices with a port DATA/... or 127.0.0.1:PORT are played
--data DIR     data folder, where ports/ID will name each pseudo-terminal (./data)
--http PORT    on 127.0.0.1 (8081; 0 takes any free port)
--speed N      physical movements N times as fast, 0.1 to 1000 (1)
--set ID.k=v   a setting of the simulated device ID, as npm run simulator takes it; may be given again
`;

export interface BenchOptions {
  readonly config: ServicesConfig & { readonly devices: readonly DeviceConfig[] };
  readonly data: string;
  readonly httpPort: number;
  readonly speed: number;
  readonly clock?: Clock;
  /** By device id, as `--set` of `npm run simulator`. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Bench {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Powers the cabinet on and serves it.
 *
 * @throws Error naming the device, service or port that cannot be had; nothing is left open then.
 */
export async function startBench(options: BenchOptions): Promise<Bench> {
  const { config, data, httpPort, speed, clock = systemClock, settings = {} } = options;
  mkdirSync(resolve(data, 'ports'), { recursive: true, mode: 0o700 });
  const cabinet = await Cabinet.open({ devices: config.devices, data: resolve(data), speed, clock, settings });
  try {
    const server = await listenBench(cabinet, httpPort);
    try {
      const services = await openServices(config, server.port);
      server.serve(services);
      return {
        url: server.url,
        async close() {
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
        help: { type: 'boolean', default: false },
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
  const checked = await loadConfig(file, knownHardware);
  if (!checked.ok) {
    const words = checked.problems.map(({ path, problem }) => `${path} ${problem}`.trim());
    return fail('config', `${file}: ${words.join('; ')}`, 1);
  }
  let bench: Bench;
  try {
    bench = await startBench({ config: checked.config, ...rest });
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
  process.stdout.write(`${JSON.stringify({ bench: bench.url, pid: process.pid })}\n`);
}

if (import.meta.main) await main();
