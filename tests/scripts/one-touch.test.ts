import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test as anyTest, vi } from 'vitest';
import { exitToStartAnew } from '../../kiosk/exit-code.ts';
import type { StaffAct, StaffAnswer, StaffConfiguration, StaffSearch } from '../../kiosk/server/staff-wire.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const limit = { timeout: 60_000, interval: 200 };
const pin = '428619';

/** A device that a new configuration brought has so long to answer here: none has to start up. */
const deviceAnswersMs = 5_000;

/** A data folder and a configuration of their own, and the programs that run with them. */
class Site {
  private readonly folder = mkdtempSync(join(tmpdir(), 'one-touch-'));
  readonly data = join(this.folder, 'data');
  readonly file = join(this.folder, 'kiosk.json');
  private readonly children: ChildProcess[] = [];

  constructor() {
    mkdirSync(join(this.data, 'ports'), { recursive: true, mode: 0o700 });
    const lab = JSON.parse(readFileSync(join(root, 'config/examples/lab.json'), 'utf8'));
    this.configures({ ...lab, staff: { twoPersons: { corrections: false, emptying: false } } });
  }

  configures(config: object): void {
    writeFileSync(this.file, JSON.stringify(config));
  }

  run(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, args, { cwd: root });
    child.stderr?.resume();
    this.children.push(child);
    return child;
  }

  /** A machine that nobody has configured, at a line of the data folder. */
  async machine(name: string): Promise<ChildProcess> {
    const child = this.run(['scripts/simulator.ts', 'ccnet', '--speed', '50']);
    const { port = '' } = await firstLine(child);
    symlinkSync(port, join(this.data, 'ports', name));
    return child;
  }

  /** It is gone with its name: the system gives its line to the next one that asks, and that may be another site's. */
  unplug(machine: ChildProcess, name: string): void {
    rmSync(join(this.data, 'ports', name));
    machine.kill('SIGKILL');
  }

  /** Cabinet and daemon, kept alive, and a person who has set them up. */
  async kept(): Promise<Person> {
    const child = this.run([
      ...['scripts/start.ts', '--config', this.file, '--data', this.data],
      ...['--http', '0', '--bench-http', '0', '--speed', '50'],
    ]);
    return this.begins(await firstLine(child));
  }

  daemon(): ChildProcess {
    return this.run(['kiosk/main.ts', '--config', this.file, '--data', this.data, '--http', '0']);
  }

  async begins({ staff = '' }: Readonly<Record<string, string>>): Promise<Person> {
    const person = new Person(new URL(staff).origin);
    await person.begin(staff, readFileSync(join(this.data, 'setup-code'), 'utf8').trim());
    return person;
  }

  async end(): Promise<void> {
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(this.folder, { recursive: true });
  }
}

const test = anyTest.extend<{ readonly site: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: a fixture says by its pattern what it needs
  site: async ({}, use) => {
    const site = new Site();
    await use(site);
    await site.end();
  },
});

async function firstLine(child: ChildProcess): Promise<Readonly<Record<string, string>>> {
  if (child.stdout === null) throw new Error('no standard output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(line);
}

/** Somebody at the staff's page, who logs in again when the kiosk was started again. */
class Person {
  private readonly origin: string;
  private cookie = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  private async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      connection: 'close',
      cookie: this.cookie,
      origin: this.origin,
      'content-type': 'application/json',
    };
    const answer = await fetch(`${this.origin}${path}`, { ...init, headers, redirect: 'manual' });
    const cookies = new Map(
      [...this.cookie.split('; '), ...answer.headers.getSetCookie().map((set) => set.split(';')[0] ?? '')]
        .filter((one) => one !== '')
        .map((one) => [one.slice(0, one.indexOf('=')), one] as const),
    );
    this.cookie = [...cookies.values()].join('; ');
    return answer;
  }

  async post(path: string, body: unknown): Promise<StaffAnswer> {
    return (await (
      await this.ask(`/staff/${path}`, { method: 'POST', body: JSON.stringify(body) })
    ).json()) as StaffAnswer;
  }

  act(act: StaffAct): Promise<StaffAnswer> {
    return this.post('do', act);
  }

  async table<T>(name: string): Promise<T> {
    return (await (await this.ask(`/staff/table/${name}`)).json()) as T;
  }

  async begin(staff: string, code: string): Promise<void> {
    await this.ask(staff.slice(this.origin.length));
    expect(await this.post('set-up', { code, name: 'Li', pin })).toMatchObject({ ok: true });
  }

  /** What the page says once it answers and they are in. */
  async configuration(): Promise<StaffConfiguration | null> {
    try {
      await this.post('enter', { number: '1', pin });
      return await this.table<StaffConfiguration>('configuration');
    } catch {
      return null;
    }
  }
}

/** Waits until what is read is this. */
async function becomes(read: () => Promise<unknown>, wanted: unknown, within = limit): Promise<void> {
  await vi.waitFor(async () => expect(await read()).toEqual(wanted), within);
}

async function found(person: Person, name: string): Promise<StaffSearch['ports'][number]> {
  expect(await person.act({ do: 'find-devices' })).toMatchObject({ ok: true });
  await becomes(async () => (await person.table<StaffSearch>('search')).running, false);
  const one = (await person.table<StaffSearch>('search')).ports.find(({ port }) => port.endsWith(`/${name}`));
  if (one === undefined) throw new Error(`nothing was found at ${name}`);
  return one;
}

function use({ port, devices }: StaffSearch['ports'][number]): StaffAct {
  return { do: 'use-device', port, address: devices[0]?.address ?? null, second: null };
}

describe.concurrent('a change by one touch', () => {
  test('a machine is found, used by one touch, ready after the start that follows, moved, taken out, and back by undo', async ({
    site,
  }) => {
    const gone = await site.machine('new');
    const person = await site.kept();
    const one = await found(person, 'new');
    expect(one.devices[0]).toMatchObject({ use: 'use', serial: '21KC27006179' });
    expect(await person.act(use(one))).toMatchObject({ ok: true });
    const last = () => person.configuration().then((table) => [table?.state, table?.last?.what, table?.last?.by]);
    await becomes(last, ['runs', 'use', '1']);
    const table = await person.configuration();
    expect(table?.devices.map(({ device, lost }) => [device, lost])).toContainEqual(['acceptor-2', false]);
    expect(table?.undo).toBe(true);
    const state = async () => {
      const { devices } = await person.table<{ devices: { device: string; ready: boolean }[] }>('till');
      return devices.find(({ device }) => device === 'acceptor-2')?.ready;
    };
    await becomes(state, true);
    expect(await person.act({ do: 'take-out', device: 'acceptor-2', second: null })).toMatchObject({
      problem: 'device-here',
    });

    const elsewhere = await site.machine('elsewhere');
    site.unplug(gone, 'new');
    const lost = () => person.configuration().then((now) => now?.devices.some((device) => device.lost));
    await becomes(lost, true);
    const moved = await found(person, 'elsewhere');
    expect(moved.devices[0]).toMatchObject({ use: 'move', known: { id: 'acceptor-2', by: 'serial' } });
    expect(await person.act(use(moved))).toMatchObject({ ok: true });
    await becomes(last, ['runs', 'move', '1']);
    await becomes(state, true);
    const { active } = JSON.parse(readFileSync(join(site.data, 'config.json'), 'utf8'));
    expect(active.devices.at(-1)).toMatchObject({ id: 'acceptor-2', port: expect.stringMatching(/elsewhere$/) });

    site.unplug(elsewhere, 'elsewhere');
    await becomes(lost, true);
    expect(await person.act({ do: 'take-out', device: 'acceptor-2', second: null })).toMatchObject({ ok: true });
    await becomes(last, ['runs', 'take-out', '1']);
    const ids = async () => (await person.configuration())?.devices.map(({ device }) => device);
    expect(await ids()).toEqual(['acceptor', 'printer']);
    expect(await person.act({ do: 'undo-configuration', second: null })).toMatchObject({ ok: true });
    await becomes(last, ['runs', 'undo', '1']);
    expect(await ids()).toEqual(['acceptor', 'printer', 'acceptor-2']);
  }, 240_000);

  test('one that is gone before the start is left again: the kiosk goes back by itself and says so', async ({
    site,
  }) => {
    const config = JSON.parse(readFileSync(site.file, 'utf8'));
    site.configures({ ...config, limits: { ...config.limits, deviceAnswersMs } });
    const machineGone = await site.machine('new');
    const person = await site.kept();
    const one = await found(person, 'new');
    site.unplug(machineGone, 'new');
    expect(await person.act(use(one))).toMatchObject({ ok: true });
    const last = () => person.configuration().then((table) => [table?.state, table?.last?.what, table?.last?.why]);
    await becomes(last, ['runs', 'went-back', 'silent']);
    expect((await person.configuration())?.devices.map(({ device }) => device)).not.toContain('acceptor-2');
  }, 240_000);

  test('a configuration with which the program cannot begin is left at once, and the one before begins', async ({
    site,
  }) => {
    const { data, file } = site;
    const good = JSON.parse(readFileSync(file, 'utf8'));
    const wallets = JSON.parse(readFileSync(join(root, 'config/examples/wallets.json'), 'utf8'));
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    const bad = { ...good, wallets: wallets.wallets.map((one: object) => ({ ...one, url: 'https://127.0.0.1:1' })) };
    const trial = { starts: 0, waitsFor: [] };
    writeFileSync(
      join(data, 'config.json'),
      JSON.stringify({ file: hash, active: bad, previous: good, trial, changes: [] }),
    );
    const first = site.daemon();
    const [code] = await once(first, 'exit');
    expect(code).toBe(exitToStartAnew);
    const { ready } = await firstLine(site.daemon());
    expect(ready).toBe(true);
    const after = JSON.parse(readFileSync(join(data, 'config.json'), 'utf8'));
    expect(after).toMatchObject({ previous: null, trial: null, changes: [{ what: 'went-back', why: 'not-started' }] });
    expect(after.active).toEqual(good);
  }, 120_000);

  test.for([0, 3, 10, 40])(
    'killed %i ms after the touch, the kiosk begins with the old or the new one, whole',
    { timeout: 120_000 },
    async (ms, { site }) => {
      await site.machine('new');
      const first = site.daemon();
      const person = await site.begins(await firstLine(first));
      const one = await found(person, 'new');
      const asked = person.act(use(one)).catch(() => null);
      setTimeout(() => first.kill('SIGKILL'), ms);
      await Promise.all([asked, once(first, 'exit')]);
      const { ready } = await firstLine(site.daemon());
      expect(ready).toBe(true);
      let ids: readonly string[] = ['acceptor', 'printer'];
      try {
        const { active, previous } = JSON.parse(readFileSync(join(site.data, 'config.json'), 'utf8'));
        ids = active.devices.map(({ id }: { id: string }) => id);
        expect(previous.devices).toHaveLength(2);
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
      }
      expect([
        ['acceptor', 'printer'],
        ['acceptor', 'printer', 'acceptor-2'],
      ]).toContainEqual(ids);
    },
  );
});
