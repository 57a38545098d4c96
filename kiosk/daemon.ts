/**
 * The composition root of the daemon: it, `staff-side.ts` and `fleet-side.ts` know every concrete part. Prints one ready line
 * when the journal is folded and HTTP listens; devices are not awaited.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import program from '../package.json' with { type: 'json' };
import { checkConfig, type Config, loadConfig, sentenceOf } from '../config/schema.ts';
import { warningsOf } from '../config/warnings.ts';
import { kindOf, protocolNamed } from '../hardware/catalog.ts';
import { knownToKiosk } from './known.ts';
import { stopsAcceptance } from '../hardware/faults.ts';
import { type Clock, systemClock } from '../hardware/clock.ts';
import type { Device, DeviceConfig, DeviceFact } from '../hardware/device.ts';
import { openDevices, portByName } from '../hardware/open.ts';
import type { Probe } from '../hardware/port.ts';
import type { TraceEntry } from '../hardware/trace.ts';
import { type EntryBody, entryClass } from './entry.ts';
import { openEvidence, openedAbout } from './evidence.ts';
import { type Identities, identitiesPath, openIdentities } from './identities.ts';
import { createPapers } from './documents/papers.ts';
import { Journal } from './journal/journal.ts';
import { openSqliteStorage } from './journal/sqlite.ts';
import { JournalProblem } from './journal/storage.ts';
import { configHash, type KeptConfiguration, keptPath, openKept } from './kept-configuration.ts';
import { missingKeys, openKeys, staffPath } from './keys.ts';
import { lockDataFolder } from './lock.ts';
import { exitToStartAnew, exitWithoutMains } from './exit-code.ts';
import { createLog, keepLastLines, logCases, logCrash, logDevice } from './log.ts';
import { Loop } from './loop.ts';
import type { DisplaySurroundings } from './own-display.ts';
import { isUsageProblem, type Options, readOptions } from './options.ts';
import { openPins } from './pins.ts';
import { probeFromEnvironment } from './probe-pipe.ts';
import { rulesOf } from './rules.ts';
import { openCookieFile } from './server/launch.ts';
import { openSetUpCode } from './setup-code.ts';
import { createServer } from './server/server.ts';
import { setUpNeeded, sweepPins } from './server/staff-pins.ts';
import { createBiller } from './services/biller/index.ts';
import { createRunner } from './services/runner.ts';
import { createSeller } from './services/seller.ts';
import { createGateway } from './services/wallet/index.ts';
import { PaymentCodes } from './services/wallet/payment-codes.ts';
import { keepStatement } from './services/wallet/statement-files.ts';
import { createFetcher } from './services/wallet/statements.ts';
import { createScans, seenInCheck } from './scans.ts';
import { createDiagnostics } from './diagnostics.ts';
import { deviceState } from './device-state.ts';
import { createGlass } from './glass.ts';
import type { Fleet } from './fleet-side.ts';
import { createTrial } from './trial.ts';
import { signZ } from './day-seal.ts';
import { createVoucherSeal, slipProof } from './voucher-seal.ts';
import type { VoucherRecord } from './sale/voucher.ts';

/** How long the last bytes to the devices may take before their ports close, milliseconds. */
const lastWordsMs = 500;
/** Characters of a line of paper where no printer says. */
const usualColumns = 42;

class StartProblem extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

async function readConfig(path: string): Promise<Config> {
  const read = await loadConfig(path, knownToKiosk);
  if (read.ok) return read.config;
  const problems = read.problems.map((problem) => sentenceOf(problem).en);
  throw new StartProblem('config', `${path}: ${problems.join('; ')}`);
}

/** Ports named `DATA/…` stand in the data folder: the bench keeps its pseudo-terminals there. */
function placed(configs: Config['devices'], data: string): readonly DeviceConfig[] {
  return configs.map((device) => ({ ...device, port: device.port.replace(/^DATA\//, `${data}/`) }));
}

async function main(options: Options): Promise<void> {
  const clock = systemClock;
  const given = await readConfig(options.config);
  const lastLines = keepLastLines(pino.destination(2));
  const log = createLog(lastLines);
  const locked = lockDataFolder(options.data, { create: true, keptBy: keeper(process.env) });
  if (!locked.ok) throw new StartProblem(locked.code, locked.message);
  const probe = probeFromEnvironment(process.env);
  const kept = openConfiguration(given, options, probe);
  try {
    await run(options, { clock, log, logged: () => lastLines.text(), probe, kept, locked });
  } catch (error) {
    leaveTrial(kept, error, log);
    throw error;
  }
}

async function run(options: Options, { clock, log, logged, probe, kept, locked }: Begun): Promise<void> {
  const config = kept.running;
  const last = kept.changes.at(-1);
  if (last !== undefined) log.info(last, 'the configuration was changed last');
  for (const { path, problem } of warningsOf(config, knownToKiosk)) {
    log.warn({ path, problem: problem.en }, 'configuration');
  }
  const journalPath = join(options.data, 'journal.sqlite');
  const journal = new Journal({
    storage: openSqliteStorage(journalPath),
    clock,
    timeZone: config.timeZone,
    businessDayStart: config.businessDayStart,
    probe,
  });
  checkKeys(options.data, journal.head.seq);
  const keys = openKeys(options.data);
  const seal = createVoucherSeal(keys, config.kiosk, config.vouchers?.accept);
  const voucherProof = (own: VoucherRecord) => slipProof(seal.signVoucher({ ...own, kiosk: config.kiosk }).qr);
  const rules = rulesOf(config, { kindOf, stops: stopsAcceptance });
  const columns = paperColumns(config, rules.printer);
  const papers = createPapers({ config, find: (key) => journal.find(key), seal, columns });
  const glass = createGlass({ config, papers, clock });
  const evidence = openEvidence(join(options.data, 'evidence'), () => clock.wallMs());
  let wireOf: (device: string) => readonly TraceEntry[] = () => [];
  /** A disk that does not take it stops nothing. */
  const keepEvidence = (entries: readonly EntryBody[]) => {
    for (const { case: number, device } of openedAbout(entries)) {
      try {
        evidence.keep(number, wireOf(device), clock.monoMs());
      } catch (error) {
        log.warn({ case: number, device, problem: String(error) }, 'the record of its wire was not kept');
      }
    }
  };
  /** Null until it is loaded. */
  let office: Fleet | null = null;
  /** What the staff's desk is told of the fact that it has just handed in. */
  let heard: EntryBody[] | null = null;
  /** The latest that an entry was written, Unix milliseconds; null: there is none. */
  let newestMs: number | null = null;
  const loop = new Loop({
    rules,
    journal,
    clock,
    chance: () => randomBytes(16).toString('hex'),
    document: (order) => papers.document(order),
    voucherFits: ({ serial, code }, record) => seal.verifyTyped({ serial, code, record }),
    voucherProof,
    officeUp: () => office?.status().paired?.uplink?.connected ?? false,
    officeBehind: () => office?.status().paired?.uplink?.behind ?? false,
    sign: (z, hash) => signZ(keys, z, hash),
    version: program.version,
    config: configHash(config),
    probe,
    onStep(entries, kiosk) {
      heard?.push(...entries);
      if (entries.some(({ kind }) => entryClass(kind) !== 'volatile'))
        newestMs = Math.max(newestMs ?? 0, loop.lastAt ?? 0, kiosk.wallMs);
      logCases(log, entries);
      keepEvidence(entries);
      glass.step(entries, kiosk);
      office?.recorded(entries);
    },
    onFailure(problem) {
      log.fatal({ problem: problem.message }, 'nothing more can be decided; this process ends');
      glass.fail();
      void setTimeout(lastWordsMs).then(() => process.exit(1));
    },
  });
  const pins = openPins(staffPath(options.data));
  sweepPins(loop.kiosk, pins);
  const setUpCode = openSetUpCode(join(options.data, 'setup-code'), setUpNeeded(loop.kiosk, pins));
  const configs = placed(config.devices, options.data);
  const identities = openIdentities(identitiesPath(options.data));
  /** Filled when the devices are opened. */
  const asked = new Map<string, Device>();
  const diagnostics = createDiagnostics({
    configs,
    screen: config.display?.x ?? null,
    clock,
    identity: (device) => identities.of(device),
    device: (id) => asked.get(id),
  });
  const goods = await goodsOf(config, options.data);
  const billing = createBiller({ config: config.biller, currency: config.money.currency, dataDir: options.data });
  const gateways = await walletGateways(config, options, clock);
  const openDisplay = await displayOpener(config, log);
  const fleet = once(async () => {
    const { openFleet } = await import('./fleet-side.ts');
    office = openFleet({
      ...{ config, data: options.data, journalPath, kept, keys, clock, log },
      chance: (bytes) => randomBytes(bytes),
      state: () => loop.kiosk,
      around: () => ({
        devices: config.devices.map((device) => ({ id: device.id, kind: kindOf(device), capacity: device.capacity })),
        shown: glass.view(loop.kiosk),
      }),
      take: (fact) => loop.take(fact),
      onCode: (code) => glass.showCode(code),
      onTold: (question, word) => loop.voucherTold(question, word),
      hands: {
        log: logged,
        trace: (device) => diagnostics.wholeTrace(device),
        picture: async () => (await shown?.picture()) ?? null,
        reboot: config.reboot ?? null,
        clock,
      },
    });
    return office;
  });
  /** With it all that is needed later is loaded: what has to do with an office too. */
  const desk = once(async () => {
    const { openDesk } = await import('./staff-side.ts');
    return openDesk({
      config,
      office: await fleet(),
      data: options.data,
      journalPath,
      journal,
      kept,
      evidence,
      identities,
      devices: configs,
      safeStart: options.safeStart,
      device: (id) => asked.get(id),
      diagnostics,
      goods,
      touchCheck: async () => (await shown?.touchCheck()) ?? { checked: false, why: 'no-display' },
      biller: billing,
      gateways: new Map(gateways.map(({ wallet, gateway }) => [wallet.id, gateway])),
      lastEntryMs: () => newestMs ?? loop.lastAt,
      pins,
      code: setUpCode,
      clock,
      voucherFits: ({ serial, code }, record) => seal.verifyTyped({ serial, code, record }),
      voucherProof,
      kiosk: () => loop.kiosk,
      take(fact) {
        const recorded: EntryBody[] = [];
        heard = recorded;
        loop.take(fact);
        heard = null;
        return recorded;
      },
      onFailure: (error, where) => log.error({ problem: String(error) }, where),
    });
  });
  const server = await createServer({
    view: () => glass.view(loop.kiosk),
    onIntent: (intent, screen) => (intent.do === 'scanned' ? scanned(intent.text) : loop.asked(intent, screen)),
    subscribe: (listener) => glass.subscribe(listener),
    onGlass(state) {
      log.info({ state }, 'glass');
      if (state === 'seen') trial?.shown();
    },
    port: options.http,
    uiFolder: join(import.meta.dirname, '..', 'dist', 'ui'),
    clock,
    log,
    reusableCode: options.bench !== null,
    onNotice: (id, headers, body) => wallets.find((wallet) => wallet.id === id)?.notified(headers, body) ?? false,
    cookies: openCookieFile(join(options.data, 'cookies.json')),
    staff: {
      desk,
      cookies: openCookieFile(join(options.data, 'staff-cookies.json')),
      folder: join(import.meta.dirname, '..', 'dist', 'staff'),
    },
    health: () => {
      const { lookUps, posts } = runner.open();
      return { entries: journal.head.seq, boot: loop.kiosk.boot, lookUps, posts };
    },
  });
  const runner = createRunner({
    biller: createSeller(billing, goods),
    clock,
    timeoutMs: config.biller.timeoutMs,
    answer: (fact) => loop.take(fact),
    unanswered: (command, attempts, why) => {
      const { command: kind, id } = command;
      const what = { kind, command: id, bill: 'number' in command ? command.number : null, attempts, why };
      if (isPowerOfTwo(attempts)) log.warn(what, 'the biller has not answered');
    },
  });
  const codes = new PaymentCodes(clock, (bytes) => randomBytes(bytes));
  const scanned = createScans({
    codes,
    seal,
    take: (fact) => loop.take(fact),
    voucher: (voucher) => loop.voucherScanned(voucher),
  });
  const wallets = gateways.map(({ wallet, openWallet, gateway }) => {
    const { id, codeShownMs, undecidedMs, timeoutMs } = wallet;
    return openWallet({
      id,
      gateway,
      timings: { codeShownMs, undecidedMs, attemptMs: timeoutMs },
      clock,
      memory: () => loop.memory(id),
      codes,
      probe,
      onFact: (fact) => {
        logDevice(log, fact);
        loop.take(fact);
      },
      onUndecided: (ask, number, why) => log.warn({ wallet: id, ask, number, why }, 'a wallet has decided nothing'),
      onCrash: (words) => log.error({ wallet: id, words }, 'the conversation with a wallet crashed'),
    });
  });
  const statements = createFetcher({
    sources: new Map(gateways.map(({ wallet, gateway }) => [wallet.id, gateway])),
    clock,
    find: (key) => journal.find(key),
    keep: (of, file) => keepStatement(join(options.data, 'statements'), of, file),
    answer: (fact) => {
      if (fact.answer.came !== 'rows') {
        const { came: why, code } = fact.answer;
        log.warn({ wallet: fact.device, day: fact.day, why, code }, 'a statement has not come');
      }
      loop.take(fact);
    },
  });
  const trial =
    kept.trial === null || options.safeStart
      ? null
      : createTrial({
          ...kept.trial,
          withinMs: config.limits.deviceAnswersMs,
          clock,
          onProven: () => kept.proven(),
          onFailed(device) {
            const change = kept.goBack(device === null ? 'no-glass' : 'silent', device);
            if (change !== null) loop.take({ fact: 'config.changed', ...change });
          },
        });
  const devices = openDevices({
    configs: options.safeStart ? [] : configs,
    clock,
    probe,
    chance: (bytes) => randomBytes(bytes),
    memory: (device) => loop.memory(device),
    onFact: (fact) => {
      logDevice(log, fact);
      diagnostics.heard(fact);
      trial?.heard(fact);
      if (fact.fact === 'device.identified') keepIdentity(identities, fact, log);
      if (fact.fact !== 'code.scanned') {
        loop.take(fact);
        return;
      }
      const seen = seenInCheck(loop.kiosk, fact.device, fact.text);
      if (seen === null) scanned(fact.text);
      else loop.take(seen);
    },
    onCrash: (device, words, trace) => logCrash(log, device, words, trace),
    openPort: portByName,
  });
  wireOf = (device) => devices.get(device)?.trace?.() ?? [];
  for (const [id, device] of [...devices, ...wallets.map((wallet) => [wallet.id, wallet] as const)])
    asked.set(id, device);
  /** What the office has published begins with the next start, and has to bring back what answers now. */
  const beginStaged = () => {
    const waitsFor = (kept.staged?.config.devices ?? [])
      .filter(({ id }) => !configs.some((one) => one.id === id) || deviceState(loop.kiosk, id).lost === null)
      .map(({ id }) => id);
    kept.takeStaged({ waitsFor, glass: server.glass() === 'seen' }, loop.kiosk.configuration.changes);
  };
  const shown = openDisplay?.({
    clock,
    log,
    chance: (bytes) => randomBytes(bytes),
    data: options.data,
    server,
    free: () => loop.kiosk.session === null,
    take: (fact) => loop.take(fact),
  });
  const end = once(async (exitCode: number) => {
    trial?.close();
    loop.stop();
    runner.close();
    statements.close();
    // One that could not be loaded is what this process ends for.
    const fleetEnds = fleet.begun()?.then(
      (begun) => begun.close(),
      () => undefined,
    );
    await Promise.all([shown?.close(), server.close(), fleetEnds, setTimeout(lastWordsMs)]);
    for (const device of asked.values()) device.close();
    journal.close();
    locked.lock.release();
    process.exit(exitCode);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(0));
  loop.start({
    obey: (command) => asked.get(command.device)?.obey(command),
    maintain: (device, levels) => devices.get(device)?.maintain(levels),
    recorded: (device, key) => asked.get(device)?.recorded(key),
    ask: (command) => {
      if (runner.obey(command)) return;
      const what = { kind: command.command, command: command.id };
      log.error(what, 'not sent to the biller, too much waits already; it is sent after the next start');
    },
    fetchStatement: (order) => statements.obey(order),
    askOffice: (question) => (office === null ? loop.voucherTold(question.id, null) : office.ask(question)),
    handedOver: (order) => {
      try {
        goods?.handOver(order);
      } catch (error) {
        log.error(
          { order, err: error },
          'goods.jsonl did not take that an order is out; free the disk and start again, until then it stands among those that wait',
        );
      }
    },
    // One that waited over a start can be due before the office's side is loaded; without it this process ends.
    carryOut: (order) =>
      void fleet().then(
        (loaded) => loaded.carryOut(order),
        () => undefined,
      ),
    shutDown: (why) => {
      if (why === 'configuration') beginStaged();
      log.warn({ why }, 'nothing moves any more; this process ends by itself');
      // Whoever touched that is told first that it is kept; nothing else is decided any more.
      queueMicrotask(() => loop.stop());
      const exitCode = why === 'configuration' || why === 'restart' ? exitToStartAnew : exitWithoutMains;
      void setTimeout(lastWordsMs).then(() => end(exitCode));
    },
  });
  // What was kept just before the power went, or before a start that failed, is recorded now.
  for (const change of kept.changes) loop.take({ fact: 'config.changed', ...change, begun: true });
  const ready = {
    ready: true,
    pid: process.pid,
    kiosk: server.launchUrl(),
    bench: options.bench,
    staff: server.staffUrl(),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  await loadTheRest(desk, { log, end });
}

/** What is needed later is loaded at once, so that what is missing ends this process now and not when somebody needs it. */
async function loadTheRest(
  desk: () => Promise<unknown>,
  { log, end }: { readonly log: Logger; readonly end: (exitCode: number) => Promise<unknown> },
): Promise<void> {
  try {
    await desk();
  } catch (error) {
    log.fatal({ err: error }, 'a part of the program cannot be loaded; this process ends');
    await end(1);
  }
}

interface Begun {
  readonly clock: Clock;
  readonly log: Logger;
  /** Its last lines. */
  readonly logged: () => string;
  readonly probe: Probe;
  readonly kept: KeptConfiguration;
  readonly locked: Extract<ReturnType<typeof lockDataFolder>, { ok: true }>;
}

/** The file given by hand, or what staff have made of it since. */
function openConfiguration(config: Config, { config: path, data }: Options, probe: Probe): KeptConfiguration {
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  try {
    return openKept(keptPath(data), { config, hash }, (json) => checkConfig(json, knownToKiosk), probe);
  } catch (error) {
    throw new StartProblem('config', (error as Error).message);
  }
}

/** A new configuration that cannot begin is left for the one before, and that is started at once. */
function leaveTrial(kept: KeptConfiguration, error: unknown, log: Logger): void {
  if (kept.trial === null || error instanceof JournalProblem || kept.goBack('not-started', null) === null) return;
  log.fatal({ problem: String(error) }, 'the new configuration cannot begin; the one before does');
  process.exit(exitToStartAnew);
}

/** What opens the glass; null where that is not this program's to look after. */
async function displayOpener({ display }: Config, log: Logger) {
  if (display === undefined) {
    log.info('"display" is not configured: whoever opens the glass in a browser looks after it');
    return null;
  }
  const { openOwnDisplay } = await import('./own-display.ts');
  return (around: DisplaySurroundings) => openOwnDisplay(display, around);
}

/** Who sells the catalogue; null where there is none. */
async function goodsOf({ goods, merchant, money, timeZone, businessDayStart }: Config, data: string) {
  if (goods === undefined) return null;
  const { createGoods } = await import('./services/goods/index.ts');
  const { products } = goods;
  const path = join(data, 'goods.jsonl');
  const { currency } = money;
  return createGoods({ path, products, payee: merchant.legalName, currency, timeZone, businessDayStart });
}

/** Whom to ask for each configured wallet, and what begins to. */
async function walletGateways({ kiosk, wallets }: Config, { data, safeStart }: Options, clock: Clock) {
  if (safeStart || wallets.length === 0) return [];
  const { openWallet } = await import('./services/wallet/wallet.ts');
  try {
    return await Promise.all(
      wallets.map(async (wallet) => ({ wallet, openWallet, gateway: await createGateway(wallet, data, clock, kiosk) })),
    );
  } catch (error) {
    throw new StartProblem('wallet', error instanceof Error ? error.message : String(error));
  }
}

/** Does it once, whoever asks first, and however often; `begun`: what came of it, null as long as nobody has asked. */
function once<Given extends readonly unknown[], Made>(make: (...given: Given) => Promise<Made>) {
  let making: Promise<Made> | null = null;
  const made = (...given: Given): Promise<Made> => {
    making ??= make(...given);
    return making;
  };
  return Object.assign(made, { begun: () => making });
}

/** Who a device is helps to find it again, and no more: a disk that does not take it stops nothing. */
function keepIdentity(
  identities: Identities,
  fact: Extract<DeviceFact, { fact: 'device.identified' }>,
  log: Logger,
): void {
  try {
    identities.heard(fact);
  } catch (error) {
    log.warn({ device: fact.device, problem: String(error) }, 'who the device is was not kept');
  }
}

/** Only a kiosk that has never run may make keys: new ones would not know the vouchers that are out. */
function checkKeys(data: string, entries: number): void {
  const missing = entries === 0 ? [] : missingKeys(data);
  if (missing.length === 0) return;
  throw new StartProblem(
    'keys-missing',
    `${missing.join(' and ')} missing, but the journal beside it has ${entries} entries. Restore the folder ` +
      `${join(data, 'keys')} from the backup (the .keys folder that belongs to the journal). Started with new keys, ` +
      'the kiosk would refuse every voucher that is out.',
  );
}

/** The process that starts this one again when it ends, when there is one. */
function keeper(environment: NodeJS.ProcessEnv): number | null {
  return environment.KIOSK_KEEPER === String(process.ppid) ? process.ppid : null;
}

/** So that a long outage of the biller fills no disk with its log. */
function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}

function paperColumns(config: Config, printer: string | null): number {
  const device = config.devices.find(({ id }) => id === printer);
  const columns = device === undefined ? null : protocolNamed(device.protocol).driver.columns?.(device.settings);
  return columns ?? usualColumns;
}

function refuse(code: string, message: string, exitCode: number): never {
  process.stderr.write(`${JSON.stringify({ error: code, message })}\n`);
  process.exit(exitCode);
}

try {
  await main(readOptions());
} catch (error) {
  if (error instanceof StartProblem) refuse(error.code, error.message, 1);
  if (error instanceof JournalProblem) refuse(`journal-${error.code}`, error.message, 1);
  if (isUsageProblem(error)) refuse('usage', error.message, 2);
  // A fault of this program's own: where it stands is what helps.
  refuse('start', error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
}
