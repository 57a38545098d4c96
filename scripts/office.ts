/** `npm run office`: collector, repository and console for many kiosks, until a signal ends them. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { systemClock } from '../hardware/clock.ts';
import { type Office, OfficeProblem, openOffice } from '../kiosk/office/office.ts';
import { failure, portOptionProblem, type Read, readLine, runLine } from './command-line.ts';

const help = `Usage: npm run office -- [OPTION …]

Runs the office of many kiosks: it stores their journals, signs and carries their configurations, and has a console.

  --http PORT     the console, and the configurations below /tuf/, on 127.0.0.1 (8082; 0 takes any free port)
  --mqtt PORT     where kiosks bring their journals, MQTT over TLS on 127.0.0.1 (8883; 0 takes any free port)
  --data DIR      where it keeps its keys, its repository and, without --database, everything (./data-office)
  --database URL  a PostgreSQL server, postgres://USER@HOST/NAME, in place of the folder
  --public-url URL   under which browsers and kiosks elsewhere reach the console, https://HOST[:PORT], where a reverse
                  proxy stands in front of it
  --public-mqtt URL  under which kiosks elsewhere reach the MQTT port, mqtts://HOST:PORT, where the connection is handed on
                  as it is: the office's own certificate names HOST too
  --broker URL    a broker elsewhere, mqtts://HOST:PORT, in place of its own; it must know kiosks by their certificates

At the first start DIR/setup-code holds the code with which the first administrator comes in. The keys in
DIR/repository/keys-offline belong on media of their own; they are put in to publish.
Prints one line {"ready":true,"pid":…,"office":URL,"mqtt":URL,"tuf":URL,"setUp":PATH|null} when the console can be
opened; all else goes to standard error. SIGTERM and SIGINT end it in order. Exit code 2 for a wrong option.
`;

interface Options {
  readonly data: string;
  readonly http: number;
  readonly mqtt: number;
  readonly database: string | null;
  readonly broker: string | null;
  readonly publicUrl: string | null;
  readonly publicMqtt: string | null;
}

/** Reads the command line; a problem names the option and what it takes. */
export function readOptions(args: readonly string[]): Read<Options> {
  return readLine(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        http: { type: 'string', default: '8082' },
        mqtt: { type: 'string', default: '8883' },
        data: { type: 'string', default: 'data-office' },
        database: { type: 'string' },
        broker: { type: 'string' },
        'public-url': { type: 'string' },
        'public-mqtt': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { ok: true, options: 'help' };
    const problem = problemOf(values);
    if (problem !== null) return { ok: false, problem };
    const { http, mqtt, data, database = null, broker = null } = values;
    const ports = { http: Number(http), mqtt: Number(mqtt) };
    const publicUrl = values['public-url'] === undefined ? null : new URL(values['public-url']).origin;
    const publicMqtt = values['public-mqtt'] ?? null;
    return { ok: true, options: { data: resolve(data), ...ports, database, broker, publicUrl, publicMqtt } };
  });
}

interface Values {
  readonly http: string;
  readonly mqtt: string;
  readonly data: string;
  readonly database?: string | undefined;
  readonly broker?: string | undefined;
  readonly 'public-url'?: string | undefined;
  readonly 'public-mqtt'?: string | undefined;
}

function problemOf(values: Values): string | null {
  for (const name of ['http', 'mqtt'] as const) {
    const problem = portOptionProblem(name, values[name]);
    if (problem !== null) return problem;
  }
  if (values.data === '') return '--data takes a folder';
  const { database, broker } = values;
  if (database !== undefined && !(/^postgres(ql)?:\/\//.test(database) && URL.canParse(database)))
    return '--database takes the address of a PostgreSQL server, such as postgres://office@127.0.0.1/office';
  if (broker !== undefined && !(/^mqtts:\/\//.test(broker) && URL.canParse(broker)))
    return `--broker takes an address such as mqtts://broker.example:8883, not ${JSON.stringify(broker)}`;
  const { 'public-url': url, 'public-mqtt': address } = values;
  if (url !== undefined && !isAddress(url, ['https:', 'http:']))
    return `--public-url takes an address without a path, such as https://office.example, not ${JSON.stringify(url)}`;
  if (address !== undefined && !isAddress(address, ['mqtts:']))
    return `--public-mqtt takes an address such as mqtts://office.example:8883, not ${JSON.stringify(address)}`;
  return null;
}

/** Of a host, and nothing after it. */
function isAddress(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  if (url === null || !protocols.includes(url.protocol) || url.hostname === '') return false;
  return ['', '/'].includes(url.pathname) && [url.search, url.hash, url.username, url.password].join('') === '';
}

async function run(options: Options): Promise<number> {
  const signalled = new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => done());
  });
  const log = pino(pino.destination({ fd: 2, sync: true }));
  const consoleFolder = fileURLToPath(new URL('../dist/office', import.meta.url));
  let office: Office;
  try {
    office = await openOffice({ ...options, consoleFolder, clock: systemClock, log });
  } catch (error) {
    if (!(error instanceof OfficeProblem)) throw error;
    failure(error.code, error.message);
    return 1;
  }
  const { url, mqtt, setUp } = office;
  const ready = { ready: true, pid: process.pid, office: url, mqtt, tuf: `${url}/tuf`, setUp };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  await signalled;
  await office.close();
  return 0;
}

if (import.meta.main) process.exitCode = await runLine(readOptions(process.argv.slice(2)), help, run);
