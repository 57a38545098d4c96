/** The office as a program: what it keeps, who comes in, and what is seen to now and then, put together out of its parts. */
import { createPublicKey } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../hardware/clock.ts';
import { type DataLock, lockDataFolder } from '../lock.ts';
import { openSetUpCode } from '../setup-code.ts';
import { type Broker, type EmbeddedOptions, openEmbeddedBroker, openExternalBroker } from './broker.ts';
import { Collector } from './collector.ts';
import { commandsPart } from './commands/part.ts';
import { createDesk } from './desk.ts';
import { openOfficeKeys, type OfficeKeys } from './keys.ts';
import type { OfficeCore, Part } from './part.ts';
import { hasAdministrator } from './persons.ts';
import { openPairings, type Pairings } from './pairing.ts';
import { pairingRoutes } from './pairing-routes.ts';
import { portProblem } from './port-problem.ts';
import { initRepository, openRepository, type Repository } from './repository/repository.ts';
import { rolloutsPart } from './rollout/part.ts';
import { alertsPart } from './server/alerts.ts';
import { kiosksPart } from './server/kiosks.ts';
import { createLogIn } from './server/log-in.ts';
import { personsPart } from './server/persons.ts';
import { type OfficeServer, openOfficeServer } from './server/server.ts';
import { type Database, openDatabase } from './store/open.ts';

/** How often it is looked after kiosks, and after what only time changes, milliseconds. */
const lookEveryMs = 10_000;
/** How often it is said anew which configurations are the newest, and looked at certificates; and again after a failure. */
const refreshEveryMs = 86_400_000;
const refreshAgainMs = 3_600_000;
/** What does not end within this is left behind: a broker that is away never says that it has a message. Milliseconds. */
const endMaximumMs = 10_000;

export interface OfficeOptions {
  /** Everything that is kept stands below it. */
  readonly data: string;
  /** Of 127.0.0.1; 0 takes any free port. */
  readonly http: number;
  readonly mqtt: number;
  /** `postgres://…`; null: PGlite in the data folder. */
  readonly database: string | null;
  /** `mqtts://…` of a broker elsewhere; null: one of its own. */
  readonly broker: string | null;
  /** Under which browsers and kiosks elsewhere reach the console, `https://office.example`; null: on this machine only. */
  readonly publicUrl: string | null;
  /** Under which kiosks elsewhere reach the broker, `mqtts://office.example:8883`; null: as it is reached here. */
  readonly publicMqtt: string | null;
  /** The built console. */
  readonly consoleFolder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Office {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Where kiosks bring their journals. */
  readonly mqtt: string;
  /** The file with the code for the first administrator; null: there is one. */
  readonly setUp: string | null;
  /** Takes nothing more, finishes what is under way, and lets go of everything. */
  close(): Promise<void>;
}

/** What keeps the office from starting. */
export class OfficeProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Every part of the office beside its core. */
function partsOf(core: OfficeCore, pairings: Pairings): readonly Part[] {
  const commands = commandsPart(core);
  return [
    kiosksPart({ ...core, commandsOf: commands.of }),
    alertsPart(core),
    personsPart(core),
    rolloutsPart(core),
    commands,
    { routes: pairingRoutes(pairings) },
  ];
}

/** @throws OfficeProblem that says what to do; nothing is held then */
export async function openOffice(options: OfficeOptions): Promise<Office> {
  if (existsSync(join(options.data, 'journal.sqlite')))
    throw new OfficeProblem('data-of-a-kiosk', ofAKiosk(options.data));
  const locked = lockDataFolder(options.data, { create: true });
  if (!locked.ok) throw new OfficeProblem(locked.code, locked.message);
  const ends: Ends = [];
  try {
    return await open(options, locked.lock, ends);
  } catch (error) {
    await endAll(ends, options);
    locked.lock.release();
    throw error;
  }
}

function ofAKiosk(folder: string): string {
  return `${folder} holds the journal of a kiosk; name a folder of the office's own with --data`;
}

/** What is ended when the office ends, the last begun first. */
type Ends = (() => Promise<void> | void)[];

async function open(options: OfficeOptions, lock: DataLock, ends: Ends): Promise<Office> {
  const { data, clock, log } = options;
  const nowMs = () => clock.wallMs();
  const keys = await orProblem('keys', () => openOfficeKeys(data, nowMs));
  const repository = await orProblem('repository', () => ownRepository(join(data, 'repository'), nowMs));
  const place = options.database === null ? { folder: join(data, 'database') } : { url: options.database };
  const database = await orProblem('database', () => openDatabase(place));
  ends.push(() => database.close());
  const { core, parts, desk, broker, reached } = await openPost(options, { keys, repository, database }, ends);
  const setUpPath = join(data, 'setup-code');
  const code = openSetUpCode(setUpPath, !(await hasAdministrator(database)));
  const server = await orProblem('port', () => serve(options, core, parts, createLogIn({ database, code, nowMs })));
  reached.http = server.url;
  const looking = every(clock, async () => {
    await attempt(log, 'kiosks could not be looked after', () => desk.look());
    for (const part of parts) await attempt(log, 'a part could not look after its own', async () => part.look?.());
    return lookEveryMs;
  });
  const refreshing = every(clock, async () => {
    const isFresh = await attempt(log, refreshFailed, async () => repository.refresh());
    const isKnown = await attempt(log, 'the certificate could not be renewed', async () =>
      broker.renew(await identityOf(keys, options)),
    );
    return isFresh && isKnown ? refreshEveryMs : refreshAgainMs;
  });
  ends.push(looking.end, refreshing.end, () => server.close());
  return {
    url: server.url,
    mqtt: broker.url,
    setUp: code.waits() ? setUpPath : null,
    close: async () => {
      await endAll(ends, options);
      lock.release();
    },
  };
}

const refreshFailed =
  'the repository could not be said to be fresh; kiosks raise an alarm within 7 days: see that keys-online is there';

/** A half-made one is made anew: it counts from the moment in which it has its name. */
function ownRepository(folder: string, nowMs: () => number): Repository {
  if (!existsSync(folder)) {
    const beside = `${folder}.new`;
    rmSync(beside, { recursive: true, force: true });
    initRepository(beside, nowMs);
    renameSync(beside, folder);
  }
  return openRepository(folder, nowMs);
}

interface Kept {
  readonly keys: OfficeKeys;
  readonly repository: Repository;
  readonly database: Database;
}

/** The desk, what the parts make of it, and the broker that brings it its post. */
async function openPost(options: OfficeOptions, { keys, repository, database }: Kept, ends: Ends) {
  const { clock, log } = options;
  const nowMs = () => clock.wallMs();
  /** Parts begin before it is there: what they have to say waits for it, and fails when it never comes. */
  const opening = Promise.withResolvers<Broker>();
  opening.promise.catch(() => undefined);
  const core: OfficeCore = {
    database,
    repository,
    authority: keys.authority,
    commandKey: keys.command,
    publish: async (topic, payload, how) => (await opening.promise).publish(topic, payload, how),
    startedMs: nowMs(),
    nowMs,
    log,
  };
  /** What a kiosk that is let in is told; nobody asks before both are there. */
  const reached = { http: '', mqtt: '' };
  const command = String(createPublicKey(keys.command).export({ type: 'spki', format: 'pem' }));
  const given = () => ({
    broker: options.publicMqtt ?? reached.mqtt,
    repository: `${options.publicUrl ?? reached.http}/tuf`,
    root: repository.root.toString('utf8'),
  });
  const pairings = await orProblem('database', () => openPairings({ ...core, command, given }));
  const parts = partsOf(core, pairings);
  for (const part of parts) ends.push(() => part.close?.());
  const collector = new Collector({ database, now: () => new Date(nowMs()) });
  const onProblem = (kiosk: string, problem: string) => log.warn({ kiosk, problem }, 'a message could not be taken');
  const desk = createDesk({ ...core, collector, followers: parts, onProblem });
  const believes: Pairings['believes'] = (kiosk, serial) => pairings.believes(kiosk, serial);
  opening.resolve(openBroker(options, keys, { take: (post) => void desk.take(post), believes }));
  const broker = await opening.promise;
  reached.mqtt = broker.url;
  // The word on what was taken still goes out.
  ends.push(
    () => broker.close(),
    () => desk.end(),
  );
  return { core, parts, desk, broker, reached };
}

async function openBroker(
  options: OfficeOptions,
  keys: OfficeKeys,
  { take, believes }: Required<Pick<EmbeddedOptions, 'take' | 'believes'>>,
): Promise<Broker> {
  const { broker: url, mqtt: port } = options;
  const identity = await orProblem('keys', () => identityOf(keys, options));
  if (url !== null) return orProblem('broker', () => openExternalBroker({ url, identity, take }));
  const opened = openEmbeddedBroker({ ...identity, host: '127.0.0.1', port, take, believes });
  return orProblem('port', () => opened.catch((error) => Promise.reject(portProblem(port, '--mqtt', error))));
}

async function identityOf(keys: OfficeKeys, { broker, publicMqtt }: OfficeOptions) {
  const reached = publicMqtt === null ? null : new URL(publicMqtt).hostname;
  const own = await (broker === null ? keys.identity('server', reached) : keys.identity('office'));
  return { ...own, authority: keys.authority.certificate };
}

function serve(
  { http, publicUrl, consoleFolder, log }: OfficeOptions,
  { repository }: OfficeCore,
  parts: readonly Part[],
  logIn: ReturnType<typeof createLogIn>,
): Promise<OfficeServer> {
  return openOfficeServer({
    routes: parts.flatMap(({ routes }) => routes),
    logIn,
    port: http,
    publicUrl,
    consoleFolder,
    repositoryFolder: repository.publicFolder,
    onProblem: (words, error) => log.warn({ error: error.message }, words),
  });
}

/** At once, and then as long after each time as that says; `end` resolves when none is under way. */
function every(clock: Clock, work: () => Promise<number>): { end(): Promise<void> } {
  let callOff = () => {};
  let isOver = false;
  const run = async (): Promise<void> => {
    const againMs = await work();
    if (isOver) return;
    callOff = clock.after(againMs, () => {
      running = run();
    });
  };
  let running = run();
  return {
    end: async () => {
      isOver = true;
      callOff();
      await running;
    },
  };
}

/** False: it failed, and the log says so. */
async function attempt(log: Logger, words: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    log.error({ error: (error as Error).message }, words);
    return false;
  }
}

async function endAll(ends: Ends, { clock, log }: Pick<OfficeOptions, 'clock' | 'log'>): Promise<void> {
  for (const end of ends.toReversed()) {
    let callOff = () => {};
    const tooLong = new Promise<never>((_, late) => {
      callOff = clock.after(endMaximumMs, () => late(new Error(`it took longer than ${endMaximumMs} ms`)));
    });
    await attempt(log, 'a part of the office did not end in order', () => Promise.race([end(), tooLong]));
    callOff();
  }
}

async function orProblem<Result>(code: string, work: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new OfficeProblem(code, (error as Error).message);
  }
}
