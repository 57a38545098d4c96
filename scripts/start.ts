/** `npm start`: the simulated cabinet and the kiosk's daemon, kept alive until a signal ends both. */
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig, sentenceOf } from '../config/schema.ts';
import { warningsOf } from '../config/warnings.ts';
import { knownToKiosk } from '../kiosk/known.ts';
import { lockDataFolder } from '../kiosk/lock.ts';
import { failure, portOptionProblem, type Read, readLine, runLine } from './command-line.ts';
import { type AfterEnd, Keeper } from './keeper.ts';

const help = `Usage: npm start -- [OPTION …]

Runs the kiosk and the simulated cabinet.

  --data DIR         where the kiosk keeps its journal (./data)
  --http PORT        the kiosk's screen, on 127.0.0.1 (8080; 0 takes any free port)
  --bench-http PORT  the simulated cabinet's screen, on 127.0.0.1 (8081; 0 takes any free port)
  --no-bench         real devices, as the configuration names their ports
  --speed N          how fast simulated machines move, from 0.1 to 1000 (1 is life)
  --config FILE      the configuration (config/examples/lab.json); what staff changed since counts until FILE is edited

Both are kept running, also when they end by themselves again and again; while the whole cabinet has no power, the kiosk
is off. Bills that are paid, slips and cases stay in the data folder: name a new one with --data to begin anew.
Prints one line {"ready":true,"pid":…,"kiosk":URL,"bench":URL|null,"staff":URL|null} when the kiosk can be opened in
a browser; all else goes to standard error. SIGTERM and SIGINT end everything. Exit code 2 for a wrong option.
`;

interface Options {
  readonly data: string;
  readonly httpPort: number;
  readonly benchPort: number;
  readonly bench: boolean;
  readonly speed: number;
  readonly config: string;
}

/** Reads the command line; a problem names the option and what it takes. */
export function readOptions(args: readonly string[]): Read<Options> {
  return readLine(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string', default: 'data' },
        http: { type: 'string', default: '8080' },
        'bench-http': { type: 'string', default: '8081' },
        'no-bench': { type: 'boolean', default: false },
        speed: { type: 'string', default: '1' },
        config: { type: 'string', default: fileURLToPath(new URL('../config/examples/lab.json', import.meta.url)) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { ok: true, options: 'help' };
    for (const name of ['http', 'bench-http'] as const) {
      const problem = portOptionProblem(name, values[name]);
      if (problem !== null) return { ok: false, problem };
    }
    const speed = Number(values.speed);
    if (!(speed >= 0.1 && speed <= 1000)) {
      return { ok: false, problem: `--speed takes a number from 0.1 to 1000, not ${JSON.stringify(values.speed)}` };
    }
    if (values.data === '') return { ok: false, problem: '--data takes a folder' };
    return {
      ok: true,
      options: {
        data: resolve(values.data),
        httpPort: Number(values.http),
        benchPort: Number(values['bench-http']),
        bench: !values['no-bench'],
        speed,
        config: resolve(values.config),
      },
    };
  });
}

function say(words: string): void {
  process.stderr.write(`start: ${words}\n`);
}

/** A JSON object printed by a child, or null for any other line. */
function message(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Why nothing can listen there now, or null. Asked before anything is started, so that the answer is one clear line. */
function portProblem(port: number, option: string): Promise<string | null> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program listens there' : (error.code ?? error.message);
      answer(`port ${port} of 127.0.0.1 cannot be used: ${why}; end it or choose another with ${option}`);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => answer(null)));
  });
}

async function readiness(options: Options): Promise<boolean> {
  const checked = await loadConfig(options.config, knownToKiosk);
  if (!checked.ok) {
    const words = checked.problems.map((problem) => sentenceOf(problem).en);
    failure('config', `${options.config}: ${words.join('; ')}`);
    return false;
  }
  for (const { path, problem } of warningsOf(checked.config, knownToKiosk)) say(`warning: ${path} ${problem.en}`);
  const wishes = [
    { port: options.httpPort, option: '--http' },
    ...(options.bench ? [{ port: options.benchPort, option: '--bench-http' }] : []),
  ];
  for (const { port, option } of wishes) {
    const problem = await portProblem(port, option);
    if (problem !== null) {
      failure('port', problem);
      return false;
    }
  }
  // Before the cabinet: a second one would take the names of the first one's ports.
  const locked = lockDataFolder(options.data, { create: true });
  if (locked.ok) locked.lock.release();
  else failure(locked.code, locked.message);
  return locked.ok;
}

/** Bench, then daemon; resolves with the exit code when both are gone. */
class Start {
  private readonly options: Options;
  private readonly keepers: Keeper[] = [];
  private bench: Keeper | null = null;
  private daemon: Keeper | null = null;
  /** The address of the glass, as the daemon said it last. */
  private kiosk: string | null = null;
  private readonly done: (exitCode: number) => void;
  private ready = false;
  private ending = false;

  constructor(options: Options, done: (exitCode: number) => void) {
    this.options = options;
    this.done = done;
  }

  run(): void {
    if (this.options.bench) this.runBench();
    else this.runDaemon(null);
  }

  /** The daemon goes first, so that it sees its devices until its own end. */
  async end(exitCode: number): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    for (const keeper of this.keepers.toReversed()) await keeper.close();
    this.done(exitCode);
  }

  private runBench(): void {
    const { config, data, benchPort, speed } = this.options;
    const program = fileURLToPath(new URL('../hardware/bench/main.ts', import.meta.url));
    // Started again it must answer where the page of the cabinet already looks, so a port that was free to choose is kept.
    let port = String(benchPort);
    const normal = () => [program, '--config', config, '--data', data, '--http', port, '--speed', String(speed)];
    let url: string | null = null;
    const bench = new Keeper(
      { normal, safe: null },
      {
        line: (text) => {
          const { bench: found, power } = message(text) ?? {};
          if (typeof power === 'boolean') this.supply(power);
          else if (url === null && typeof found === 'string') {
            url = found;
            port = new URL(url).port;
            this.runDaemon(url);
          } else {
            say(`bench: ${text}`);
            // Started again it is a cabinet with power, and knows nothing of the glass.
            if (typeof found === 'string') this.benchIsBack();
          }
        },
        ended: (how, after) => sayEnded('the simulated cabinet', how, after),
        recovered() {},
      },
    );
    this.keepers.push(bench);
    this.bench = bench;
    bench.start();
  }

  /** The computer of the kiosk stands in the cabinet: it has power when the cabinet has. */
  private supply(power: boolean): void {
    say(power ? 'the cabinet has power again: the kiosk is started' : 'the cabinet has no power: the kiosk is off too');
    if (power) this.daemon?.restorePower();
    else this.daemon?.cutPower();
  }

  private benchIsBack(): void {
    this.daemon?.restorePower();
    this.tellBench();
  }

  private tellBench(): void {
    if (this.kiosk !== null) this.bench?.say(JSON.stringify({ kiosk: this.kiosk }));
  }

  private runDaemon(benchUrl: string | null): void {
    if (this.ending) return;
    const { config, data, httpPort } = this.options;
    const program = fileURLToPath(new URL('../kiosk/main.ts', import.meta.url));
    const bench = benchUrl === null ? [] : ['--bench', benchUrl];
    // Started again it must answer where the browser already looks, so a port that was free to choose is kept.
    let port = String(httpPort);
    const normal = () => [program, '--config', config, '--data', data, '--http', port, ...bench];
    const daemon = new Keeper(
      { normal, safe: () => [...normal(), '--safe-start'] },
      {
        line: (text) => {
          const line = message(text);
          if (line?.ready === true) {
            this.kiosk = String(line.kiosk);
            this.tellBench();
          }
          if (line?.ready !== true || this.ready) {
            say(`kiosk: ${text}`);
            return;
          }
          this.ready = true;
          port = new URL(String(line.kiosk)).port;
          process.stdout.write(`${JSON.stringify({ ...line, bench: benchUrl })}\n`);
        },
        ended: (how, after) => sayEnded('the kiosk', how, after),
        recovered: () => say('the kiosk ran safely for ten minutes; started normally again'),
      },
    );
    this.keepers.push(daemon);
    this.daemon = daemon;
    daemon.start();
  }
}

function sayEnded(who: string, how: string, { next, pauseMs }: AfterEnd): void {
  const again = next === 'safely' ? 'too often in ten minutes; started safely, without taking money,' : 'started again';
  say(`${who} ended ${how}${next === 'safely' ? ', ' : '; '}${again} in ${pauseMs / 1000} s`);
}

async function run(options: Options): Promise<number> {
  if (!(await readiness(options))) return 1;
  return new Promise((done) => {
    const start = new Start(options, done);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void start.end(0));
    start.run();
  });
}

if (import.meta.main) process.exitCode = await runLine(readOptions(process.argv.slice(2)), help, run);
