/**
 * All that a kiosk has to do with an office, put together: whom it belongs to, and as long as it belongs to nobody, the code by
 * which it comes to one. Loaded when the daemon is ready, because no customer waits for it; what is wrong with it stops no sale.
 */
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../hardware/clock.ts';
import type { RemoteRun, VoucherQuestion } from './command.ts';
import type { EntryBody } from './entry.ts';
import type { FactBody } from './fact.ts';
import { createFollow, type Follow, type FollowParts } from './fleet/follow.ts';
import { createPairUp, type Given, type PairUp, pairUpTimings } from './fleet/pair-up.ts';
import type { OutsideHands } from './fleet/outside-acts.ts';
import { pair, type Pairing, readCommandKey, readPairing, readUplink, trustFolder, unpair } from './fleet/pairing.ts';
import { openRemoteSide } from './fleet/remote-side.ts';
import type { FleetStatus } from './fleet/status.ts';
import type { Uplink } from './fleet/uplink.ts';
import type { UplinkSide } from './fleet/uplink-side.ts';
import { configHash, type KeptConfiguration } from './kept-configuration.ts';
import { clockIsOff } from './own-clock.ts';
import type { VoucherWord } from './sale/voucher.ts';

/** Of what goes wrong with the uplink the first ones are logged, then ever fewer. */
const problemsLogged = 20;

export interface FleetSide extends Pick<UplinkSide, 'data' | 'journalPath' | 'keys' | 'onTold' | 'state'> {
  readonly config: Config;
  readonly kept: FollowParts['kept'] & Pick<KeptConfiguration, 'office' | 'trial'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly chance: (bytes: number) => Uint8Array;
  readonly around: () => Omit<ReturnType<UplinkSide['around']>, 'edition' | 'proven'>;
  readonly take: (fact: FactBody) => void;
  /** The code by which this kiosk comes to an office, and null when there is none to type. */
  readonly onCode: (code: string | null) => void;
  /** With what the office's orders are carried out that nothing here decides. */
  readonly hands: OutsideHands;
}

/** What each standing is begun with. */
type Begun = FleetSide & Pick<UplinkSide, 'onCommand'>;

export interface Fleet {
  status(): FleetStatus;
  /** Whether a voucher was spent; answered once by `onTold`, at once where nobody can be asked. */
  ask: Uplink['ask'];
  /** An order of the office that leaves what decides; its end is a fact. */
  carryOut(order: RemoteRun): void;
  /** After every step of the loop: how an order ended is told; the office asks again for what does not reach it. */
  recorded(entries: readonly EntryBody[]): void;
  /** What the office says of a voucher of this kiosk; null: nothing in time. */
  wordOn(own: Pick<VoucherQuestion, 'serial' | 'proof'>): Promise<VoucherWord | null>;
  /** It belongs to no office any more, and asks to be let in anew. @throws Error when the disk does not take it */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** What works as long as it stands with an office, or without one, as it does. */
interface Standing {
  readonly status: () => Pick<FleetStatus, 'paired' | 'code' | 'problem'>;
  /** The line to the office; null: there is none. */
  readonly uplink: () => Uplink | null;
  readonly close: () => Promise<void>;
}

export function openFleet(around: FleetSide): Fleet {
  const { config, data, clock, log, take, chance } = around;
  /** Questions of the window; all others are of visits. */
  const windows = new Map<string, (word: VoucherWord | null) => void>();
  const orders = openRemoteSide({
    ...{ data, clock, take, kiosk: config.kiosk, hands: around.hands },
    clockOff: () => clockIsOff(around.state()),
    key: () => readCommandKey(data),
    remote: () => around.state().remote,
    tell: (done) => standing.uplink()?.tell(done),
    onProblem: (what, detail) => log.warn(detail, what),
  });
  const side: Begun = {
    ...around,
    onCommand: (jws) => void orders.heard(jws),
    onTold(question, word) {
      const answer = windows.get(question) ?? ((told) => around.onTold(question, told));
      windows.delete(question);
      answer(word);
    },
  };
  let over = false;
  let standing: Standing = begin();

  /** Paired, about to be, or alone. */
  function begin(): Standing {
    try {
      const pairing = readPairing(data);
      if (pairing !== null) {
        take({ fact: 'office.paired', office: pairing.office ?? pairing.repository, since: pairing.pairedAt ?? null });
        return belong(side, pairing);
      }
      take({ fact: 'office.left', by: null, second: null });
      return config.office === undefined ? alone(null) : ask(side, config.office.url, paired);
    } catch (error) {
      log.error({ problem: String(error) }, 'this kiosk has nothing to do with its office until this is mended');
      return alone(String(error));
    }
  }
  function paired(): void {
    if (over) return;
    const before = standing;
    standing = begin();
    void before.close();
  }
  const askOf: Uplink['ask'] = (question) => {
    const uplink = standing.uplink();
    if (uplink === null) side.onTold(question.id, null);
    else uplink.ask(question);
  };
  return {
    status: () => ({ configured: config.office?.url ?? null, ...standing.status() }),
    ask: askOf,
    wordOn: (own) =>
      new Promise((answer) => {
        const id = `window-${Buffer.from(chance(16)).toString('hex')}`;
        windows.set(id, answer);
        askOf({ id, issuer: config.kiosk, ...own });
      }),
    carryOut: orders.carryOut,
    recorded: orders.recorded,
    async leave() {
      await standing.close();
      try {
        unpair(data);
      } finally {
        if (!over) standing = begin();
      }
    },
    async close() {
      over = true;
      await standing.close();
    },
  };
}

function alone(problem: string | null): Standing {
  return {
    status: () => ({ paired: null, code: null, problem }),
    uplink: () => null,
    close: async () => undefined,
  };
}

/** Shows a code until somebody has typed it at the office. */
function ask(side: FleetSide, url: string, paired: () => void): Standing {
  const { config, data, keys, clock, chance, log, onCode } = side;
  const office = url.replace(/\/+$/, '');
  let code: string | null = null;
  const pairUp: PairUp = createPairUp({
    ...{ office, kiosk: config.kiosk, verifying: keys.verifying, clock, chance, fetch, timings: pairUpTimings },
    onShown(shown) {
      code = shown;
      onCode(shown);
      log.info({ shown: shown !== null }, 'the code for the office');
    },
    onGiven(given) {
      keep(data, { office, pairedAt: new Date(clock.wallMs()).toISOString() }, given);
      log.info({ office }, 'this kiosk is paired with an office');
      paired();
    },
    onProblem: (problem) => log.info({ problem }, 'this kiosk is not paired with its office yet'),
  });
  return {
    status: () => ({ paired: null, code, problem: null }),
    uplink: () => null,
    async close() {
      pairUp.close();
      if (code !== null) onCode(null);
    },
  };
}

function keep(data: string, wanted: Pick<Pairing, 'office' | 'pairedAt'>, given: Given): void {
  const { repository, root, broker, ca, certificate, key, command } = given;
  pair(data, { ...wanted, repository }, Buffer.from(root), { url: broker, ca, certificate, key }, command);
}

/** Looks for what the office publishes, and sends it the journal. */
function belong(side: Begun, pairing: Pairing): Standing {
  const follow = followOffice(side, pairing);
  let uplink: Uplink | null = null;
  let problem: string | null = null;
  const opened = uplinkToOffice(side, () => follow.look()).then(
    (opening) => {
      uplink = opening;
    },
    (error: unknown) => {
      problem = String(error);
      side.log.error({ problem }, 'nothing goes to the office until this is mended and the kiosk started anew');
    },
  );
  return {
    status: () => ({ paired: { uplink: uplink?.status() ?? null }, code: null, problem }),
    uplink: () => uplink,
    async close() {
      follow.close();
      await opened;
      await uplink?.close();
    },
  };
}

function followOffice({ config, data, kept, clock, take, log }: FleetSide, { repository }: Pairing): Follow {
  const { kiosk } = config;
  return createFollow({
    ...{ kept, clock, take },
    async pull(known) {
      const { pull } = await import('./fleet/pull.ts');
      return pull({ url: repository, trust: trustFolder(data), kiosk, fetch }, known);
    },
    onProblem: (came, problem) => log.warn({ came, problem }, 'the office’s configuration'),
  });
}

/** Null: this pairing has no broker. */
async function uplinkToOffice(side: Begun, onLook: () => void): Promise<Uplink | null> {
  const { config, data, journalPath, keys, clock, state, kept, take, onCommand, onTold, log } = side;
  const pairing = readUplink(data);
  if (pairing === null) return null;
  const { openUplink } = await import('./fleet/uplink-side.ts');
  let problems = 0;
  return openUplink({
    ...{ pairing, data, journalPath, keys, clock, chance: Math.random, state, onLook, onCommand, onTold, take },
    configuration: { hash: configHash(config), document: config },
    kiosk: config.kiosk,
    around: () => ({ ...side.around(), edition: kept.office?.version ?? null, proven: kept.trial === null }),
    onProblem(problem) {
      problems += 1;
      if (problems <= problemsLogged || Number.isInteger(Math.log2(problems)))
        log.warn({ problem, problems }, 'the uplink');
    },
  });
}
