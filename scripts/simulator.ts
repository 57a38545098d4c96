/**
 * `npm run simulator -- PROTOCOL`: one simulated device on a fresh pseudo-terminal or TCP port, just powered
 * on. Physical actions come as lines on standard input, what happens goes out as JSON lines.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { levelsOf, openStations, type Station } from '../hardware/bench/station.ts';
import { parseVerb, verbHelp } from '../hardware/bench/verbs.ts';
import { protocols } from '../hardware/catalog.ts';
import { systemClock } from '../hardware/clock.ts';

async function help(): Promise<string> {
  const described = await Promise.all(
    Object.entries(protocols).map(async ([name, { simulator }]) =>
      (await simulator()).settingsHelp.map((line, n) => `${(n === 0 ? name : '').padEnd(8)} ${line}`),
    ),
  );
  return `usage: npm run simulator -- PROTOCOL [--tcp PORT] [--speed N] [--set k=v ...]

PROTOCOL     ${Object.keys(protocols).join(', ')}
--tcp PORT   listen on 127.0.0.1:PORT instead of a pseudo-terminal (0: any free port)
--speed N    physical movements N times as fast; time limits of the protocol stay (default 1)
--set k=v    a setting of the device, may be given again:
${described.flatMap((lines) => lines.map((line) => `             ${line}`)).join('\n')}

First line: {"protocol","port"}. Then one physical action a line on standard input,
answered by {"did","ok"} and, when refused, "reason"; events as {"event","atMs",...}:

${verbHelp.map((verb) => `  ${verb}`).join('\n')}

SIGTERM and quit end it. Exit 0 on success, 1 on failure, 2 on wrong usage.
`;
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function fail(code: string, message: string, exit: 1 | 2): never {
  process.stderr.write(`${JSON.stringify({ error: code, message })}\n`);
  process.exit(exit);
}

interface Options {
  readonly protocol: string;
  readonly tcp: number | null;
  readonly speed: number;
  readonly settings: Readonly<Record<string, string>>;
}

async function options(): Promise<Options> {
  const parsed = (() => {
    try {
      return parseArgs({
        allowPositionals: true,
        options: {
          tcp: { type: 'string' },
          speed: { type: 'string', default: '1' },
          set: { type: 'string', multiple: true, default: [] },
          help: { type: 'boolean', default: false },
        },
      });
    } catch (error) {
      return fail('usage', error instanceof Error ? error.message : String(error), 2);
    }
  })();
  if (parsed.values.help) {
    process.stdout.write(await help());
    process.exit(0);
  }
  const [protocol, ...others] = parsed.positionals;
  if (protocol === undefined || others.length > 0) fail('usage', 'name one protocol; --help says all', 2);
  const tcp = parsed.values.tcp === undefined ? null : Number(parsed.values.tcp);
  if (tcp !== null && !(Number.isInteger(tcp) && tcp >= 0 && tcp <= 65_535))
    fail('usage', `--tcp ${parsed.values.tcp}: give a port from 0 to 65535`, 2);
  const speed = Number(parsed.values.speed);
  if (!(speed > 0 && speed <= 1_000)) fail('usage', `--speed ${parsed.values.speed}: give a number up to 1000`, 2);
  const settings: Record<string, string> = {};
  for (const pair of parsed.values.set) {
    const cut = pair.indexOf('=');
    if (cut < 1) fail('usage', `--set ${pair}: give name=value`, 2);
    settings[pair.slice(0, cut)] = pair.slice(cut + 1);
  }
  return { protocol, tcp, speed, settings };
}

async function obey(station: Station, line: string, exponent: number): Promise<boolean> {
  const did = line.trim();
  const verb = parseVerb(did, exponent);
  if (verb.type === 'wrong') {
    print({ did, ok: false, reason: verb.reason });
    return true;
  }
  if (verb.type === 'owner' && verb.verb === 'quit') {
    print({ did, ok: true });
    return false;
  }
  if (verb.type === 'owner' && verb.verb === 'levels') {
    print({ levels: levelsOf(station.simulator) });
    return true;
  }
  print({ did, ...(await station.act(verb)) });
  return true;
}

async function main(): Promise<void> {
  const { protocol, tcp, speed, settings } = await options();
  const entry = Object.hasOwn(protocols, protocol) ? protocols[protocol] : undefined;
  if (entry === undefined)
    return fail('protocol', `no simulator for "${protocol}"; there are ${Object.keys(protocols).join(', ')}`, 2);
  const { simulate } = await entry.simulator();
  const wire = tcp === null ? ({ kind: 'pty' } as const) : ({ kind: 'tcp', port: tcp } as const);
  let station: Station;
  try {
    const stations = await openStations([{ simulate, settings, happened: print }], { clock: systemClock, speed, wire });
    station = stations[0] as Station;
  } catch (error) {
    return fail('start', error instanceof Error ? error.message : String(error), 1);
  }
  const end = (): void => {
    station.close();
    // What is still on its way to a pipe is written before the process ends.
    process.stdout.write('', () => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.on('error', () => process.exit(0));
  print({ protocol, port: station.line.port });

  // A closed standard input is a hand that went away; the machine stays.
  const exponent = Number(settings.exponent ?? '2');
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    if (!(await obey(station, line, exponent))) return end();
  }
}

await main();
