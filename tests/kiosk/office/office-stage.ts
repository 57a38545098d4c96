/** The office's door at a free port, over a store in memory, with people who are logged in already and a clock that is moved by hand. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPerson } from '../../../kiosk/office/persons.ts';
import { initRepository, type Repository } from '../../../kiosk/office/repository/repository.ts';
import { alertsPart } from '../../../kiosk/office/server/alerts.ts';
import { kiosksPart } from '../../../kiosk/office/server/kiosks.ts';
import { createLogIn } from '../../../kiosk/office/server/log-in.ts';
import { personsPart } from '../../../kiosk/office/server/persons.ts';
import type { Route } from '../../../kiosk/office/server/route.ts';
import { openOfficeServer } from '../../../kiosk/office/server/server.ts';
import type { Role } from '../../../kiosk/office/server/wire.ts';
import { beginSession } from '../../../kiosk/office/sessions.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';
import { openSetUpCode, type SetUpCode } from '../../../kiosk/setup-code.ts';

export interface Ask {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly cookie?: string;
  /** In place of those that the console's page sends; null: left out. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is said there
  readonly json: any;
}

export interface OfficeStage {
  readonly port: number;
  readonly folder: string;
  readonly database: Database;
  readonly repository: Repository;
  readonly code: SetUpCode;
  readonly problems: string[];
  /** Since when the office looks. */
  readonly startedMs: number;
  nowMs(): number;
  pass(ms: number): void;
  ask(path: string, ask?: Ask): Promise<Answer>;
  /** The cookie of somebody new in this role, who is logged in and has no passphrase that fits. */
  somebody(role: Role, name?: string): Promise<string>;
  /** A door over the same store, as after a start. */
  again(): Promise<void>;
  end(): Promise<void>;
}

const startedMs = Date.parse('2026-03-31T05:00:00Z');

export async function openStage(routes: readonly Route[] = [], publicUrl: string | null = null): Promise<OfficeStage> {
  const folder = mkdtempSync(join(tmpdir(), 'office-'));
  mkdirSync(join(folder, 'console', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'console', 'index.html'), '<!doctype html><title>office</title>');
  writeFileSync(join(folder, 'console', 'assets', 'app-1.js'), 'void 0;');
  writeFileSync(join(folder, 'secret'), 'nobody reads this');
  let now = startedMs;
  const nowMs = () => now;
  const database = await openDatabase({ folder: null });
  const repository = initRepository(join(folder, 'repository'), nowMs);
  const code = openSetUpCode(join(folder, 'setup-code'), true);
  const problems: string[] = [];
  const core = { database, repository, nowMs, startedMs };
  const parts = [kiosksPart({ ...core, commandsOf: async () => [] }), alertsPart(core), personsPart(core)];
  const open = (port: number) =>
    openOfficeServer({
      routes: [...parts.flatMap((part) => part.routes), ...routes],
      logIn: createLogIn({ database, code, nowMs }),
      ...{ port, publicUrl },
      consoleFolder: join(folder, 'console'),
      repositoryFolder: repository.publicFolder,
      onProblem: (words) => problems.push(words),
    });
  let server = await open(0);
  const port = Number(new URL(server.url).port);
  return {
    ...{ port, folder, database, repository, code, problems, startedMs, nowMs },
    pass: (ms) => {
      now += ms;
    },
    ask: (path, ask = {}) => asked(port, path, ask),
    async somebody(role, name = `a ${role}`) {
      const person = await addPerson(database, { name, role, passphrase: 'none' }, null, new Date(now));
      if (typeof person === 'string') throw new Error(person);
      return `office-${port}=${await beginSession(database, person.person, now)}`;
    },
    async again() {
      await server.close();
      server = await open(port);
    },
    async end() {
      await server.close();
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function asked(port: number, path: string, { method, body, text, cookie, headers = {} }: Ask): Promise<Answer> {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const host = `127.0.0.1:${port}`;
  const all = {
    host,
    origin: `http://${host}`,
    ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
    ...(cookie === undefined ? {} : { cookie }),
    ...headers,
  };
  const given = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  return new Promise((answered, failed) => {
    const options = {
      port,
      path,
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: given,
      agent: false,
    };
    const going = request({ host: '127.0.0.1', ...options }, (response) => {
      let read = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        read += part;
      });
      response.on('end', () => {
        const isJson = response.headers['content-type']?.startsWith('application/json') === true;
        const { statusCode: status = 0, headers: got } = response;
        answered({ status, headers: got, text: read, json: isJson ? JSON.parse(read) : null });
      });
    });
    going.on('error', failed);
    going.end(sent);
  });
}
