/**
 * One kiosk that follows an office, over several runs: each publishes another configuration, kills the daemon while it takes it
 * over, and looks at what runs in the end. Whatever happens, it is one that was published as a whole, or the one before.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { checkConfig, type Config } from '../../config/schema.ts';
import { exitToStartAnew } from '../../kiosk/exit-code.ts';
import { pair } from '../../kiosk/fleet/pairing.ts';
import { openJournalReader } from '../../kiosk/journal/sqlite-reading.ts';
import { initRepository, type Repository } from '../../kiosk/office/repository/repository.ts';
import { serveFolder, type StaticServer } from '../static-server.ts';
import { BenchProcess, Daemon } from './programs.ts';

/** Two starts, and a device that is waited for in vain. */
const patienceMs = 60_000;
const lookAgainMs = 50;
const deviceAnswersMs = 3_000;
const machineSpeed = 1_000;

const journalCommand = fileURLToPath(new URL('../../scripts/journal.ts', import.meta.url));
const lab = JSON.parse(readFileSync(new URL('../../config/examples/lab.json', import.meta.url), 'utf8')) as Config;
const given = asChecked({ ...lab, limits: { ...lab.limits, deviceAnswersMs } });

/** sound: it can be used; silent: a device of it never answers; unsound: it breaks a rule. */
export type PublishedKind = 'sound' | 'silent' | 'unsound';

/**
 * When the daemon is killed: before or after the n-th time that it writes what it keeps of configurations, so long after its
 * start, or never.
 */
export type ConfigBlow =
  | { readonly at: 'b2' | 'b3'; readonly nth: number }
  | { readonly at: 'time'; readonly afterMs: number }
  | null;

export interface ConfigResult {
  readonly killed: 'b2' | 'b3' | 'time' | 'none';
  readonly violations: readonly string[];
}

interface Kept {
  readonly active: Config;
  readonly staged: unknown;
  readonly trial: unknown;
  readonly seen: { readonly version: number } | null;
}

export class ConfigBatch {
  private readonly data: string;
  private readonly config: string;
  private readonly repository: Repository;
  private readonly server: StaticServer;
  private readonly bench: BenchProcess;
  private benchUrl = '';
  private edition = 0;
  /** What should run when nothing is under way. */
  private runs: Config = given;
  /** Each that was ever whole. */
  private readonly whole: Config[] = [given];
  private daemon: Daemon | null = null;

  private constructor(folder: string, repository: Repository, server: StaticServer) {
    this.data = join(folder, 'data');
    this.config = join(folder, 'config.json');
    this.repository = repository;
    this.server = server;
    mkdirSync(this.data, { mode: 0o700 });
    writeFileSync(this.config, JSON.stringify(given));
    pair(this.data, { repository: server.url }, repository.root);
    this.bench = new BenchProcess(this.config, this.data, machineSpeed);
  }

  static async open(folder: string): Promise<ConfigBatch> {
    const repository = initRepository(join(folder, 'office'), () => Date.now());
    const server = await serveFolder(repository.publicFolder);
    const batch = new ConfigBatch(folder, repository, server);
    batch.benchUrl = await batch.bench.said('bench');
    return batch;
  }

  async run(kind: PublishedKind, blow: ConfigBlow): Promise<ConfigResult> {
    const next = this.publish(kind);
    const violations: string[] = [];
    const killed = await this.strike(blow, violations);
    try {
      await this.settles(violations);
    } catch (error) {
      return { killed, violations: [...violations, `${(error as Error).message}: ${this.daemon?.lastWords() ?? ''}`] };
    }
    // One that was killed while it was tried may be left as one that cannot begin: it is whole, and it is the one before.
    const wanted = kind === 'sound' && next !== null ? [next, ...(killed === 'none' ? [] : [this.runs])] : [this.runs];
    const { active } = this.kept();
    const found = wanted.find((one) => isDeepStrictEqual(one, active));
    if (found === undefined)
      violations.push(`after a ${kind} one runs neither it nor the one before: ${placeOf(active)}`);
    else this.runs = found;
    return { killed, violations };
  }

  /** Ends the programs; a journal that does not verify is said. */
  async close(): Promise<readonly string[]> {
    await this.daemon?.end('SIGTERM');
    await this.bench.end('SIGTERM');
    await this.server.close();
    const verify = spawnSync(process.execPath, [journalCommand, 'verify', '--data', this.data], { encoding: 'utf8' });
    const found = verify.status === 0 ? [] : [`npm run journal -- verify: ${verify.stdout}${verify.stderr}`];
    return [...found, ...this.recordedTwice()];
  }

  /** Null: it is sound for nobody. */
  private publish(kind: PublishedKind): Config | null {
    this.edition += 1;
    const place = { 'zh-CN': `第 ${this.edition} 处`, en: `Place ${this.edition}` };
    const document = { ...this.runs, place, ...(kind === 'silent' ? { devices: withoutPrinter(this.runs) } : {}) };
    this.repository.publish(new Map([[given.kiosk, kind === 'unsound' ? { ...document, region: 'XX' } : document]]));
    if (kind === 'unsound') return null;
    const whole = asChecked(document);
    this.whole.push(whole);
    return whole;
  }

  private async strike(blow: ConfigBlow, violations: string[]): Promise<ConfigResult['killed']> {
    await this.daemon?.end('SIGTERM');
    if (blow === null) return 'none';
    let struck = false;
    let writes = 0;
    const daemon = new Daemon(this.options(), async (boundary, what) => {
      if (what !== 'configuration' || blow.at !== boundary || ++writes !== blow.nth) return;
      struck = true;
      await daemon.end('SIGKILL');
    });
    this.daemon = daemon;
    const settled = this.until(() => !daemon.alive || this.isSettled()).catch(() => {});
    await (blow.at === 'time' ? Promise.race([settled, setTimeout(blow.afterMs)]) : settled);
    // A start that follows by itself is another process.
    if (blow.at === 'time' && daemon.alive) {
      struck = true;
      await daemon.end('SIGKILL');
    }
    this.looksWhole(violations);
    return struck ? blow.at : 'none';
  }

  /** Starts the daemon as often as it asks for it, until nothing of the office's is under way. */
  private async settles(violations: string[]): Promise<void> {
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      if (this.daemon?.alive !== true) {
        this.daemon = new Daemon(this.options(), async () => {});
        await this.daemon.said('pid').catch(() => {});
      }
      const { daemon } = this;
      await this.until(() => !daemon.alive || this.isSettled());
      this.looksWhole(violations);
      if (daemon.alive) return;
      const code = daemon.process.exitCode;
      if (code !== exitToStartAnew) throw new Error(`the daemon ended with ${code}`);
    }
    throw new Error('it was started again and again');
  }

  private isSettled(): boolean {
    if (!existsSync(join(this.data, 'config.json'))) return false;
    const { staged, trial, seen } = this.kept();
    return staged === null && trial === null && (seen?.version ?? 0) >= this.edition;
  }

  private looksWhole(violations: string[]): void {
    if (!existsSync(join(this.data, 'config.json'))) return;
    const { active } = this.kept();
    if (!this.whole.some((one) => isDeepStrictEqual(one, active)))
      violations.push(`what is kept was never published: ${placeOf(active)}`);
  }

  /** Each change has a number of its own. */
  private recordedTwice(): readonly string[] {
    const reader = openJournalReader(join(this.data, 'journal.sqlite'));
    const numbers = [...reader.load().rows(0)]
      .map(({ body }) => JSON.parse(body) as { readonly kind: string; readonly n?: number })
      .filter(({ kind }) => kind === 'config.changed')
      .map(({ n }) => n);
    reader.close();
    const twice = numbers.filter((n, at) => numbers.indexOf(n) !== at);
    return twice.map((n) => `the change ${n} is recorded twice`);
  }

  private kept(): Kept {
    return JSON.parse(readFileSync(join(this.data, 'config.json'), 'utf8')) as Kept;
  }

  private options() {
    return { config: this.config, data: this.data, bench: this.benchUrl };
  }

  private async until(happened: () => boolean): Promise<void> {
    const until = Date.now() + patienceMs;
    while (!happened()) {
      if (Date.now() > until) throw new Error(`not settled within ${patienceMs} ms`);
      await setTimeout(lookAgainMs);
    }
  }
}

function asChecked(document: Config): Config {
  const checked = checkConfig(document);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return { ...checked.config };
}

function withoutPrinter({ devices }: Config): Config['devices'] {
  return devices.map((device) => (device.id === 'printer' ? { ...device, port: 'DATA/ports/nowhere' } : device));
}

function placeOf({ place }: Config): string {
  return place.en;
}
