/** `npm run crash`: real processes over pseudo-terminals, killed at chosen boundaries and at random moments. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AcceptorLineUp, acceptorLineUps } from '../tests/acceptors.ts';
import { Batch, type Equipment, type RunResult } from '../tests/crash/batch.ts';
import { ConfigBatch, type ConfigBlow, type PublishedKind } from '../tests/crash/config-batch.ts';
import { chargeMomentOf, type Moment, momentOf } from '../tests/crash/moments.ts';
import { type Random, seeded } from '../tests/simulation/random.ts';
import { withCountAndSeed } from './counted-arguments.ts';

const usage = `Usage: npm -s run crash -- [--runs N] [--seed S] [--with config]

Pays bills at a real daemon and a simulated cabinet, kills the daemon (k) or it and the cabinet's power (p) at the
boundaries b0 to b9 in turn and at random moments, lets the visit go on, and compares cabinet, bank and gateways with the
journal. Each cabinet has an acceptor of another protocol, in turn; of those that take cash alone every other one has
hoppers that give change, and so does the recycler. Every third cabinet has a card terminal and both wallets besides, and
its customers pay by card or phone, some of them after a note: its lines name the terminal's protocol, or the wallet.

  --runs N   how many visits, 50 by default
  --seed S   begins all choices; what a run prints with a violation repeats it
  --with config
             no visits: an office publishes configurations that are sound, leave a device silent, or break a rule, and the
             daemon is killed before (b2) or after (b3) it writes which one counts, or at a random moment. In the end the
             old or the new one runs, whole

Five cabinets are at work at once, so the lines come as the runs end. A line a run; of two kills in a run the second is
at b9, and it is the one named. At a random moment the boundary named is the last one that was passed. Then how often each boundary came, then "N runs, V violations". Exit code 1 when V > 0.
`;

/** Runs that share a cabinet and a journal. */
const runsPerBatch = 25;
/** Cabinets at the same time: most of a run is waiting. */
const lanes = 5;
/** The second of so many cabinets takes cards and wallets. */
const chargesEvery = 3;
/** So many cabinets, and each acceptor had its turn with cash alone. */
const round = acceptorLineUps.length + Math.floor(acceptorLineUps.length / (chargesEvery - 1));
const boundaries = ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9'] as const;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What cabinet `at` (from 0) has: as many turns of all acceptors with change as without. */
function equipmentOf(at: number, seed: number): Equipment {
  const withCharges = Math.floor((at + 1) / chargesEvery);
  const charges = at % chargesEvery === 1;
  const turn = charges ? withCharges : at - withCharges;
  const acceptor = acceptorLineUps[turn % acceptorLineUps.length] as AcceptorLineUp;
  if (charges || acceptor.pays !== undefined) return { acceptor, paysOut: acceptor.pays !== undefined, charges };
  const paysOut = (turn + Math.floor(turn / acceptorLineUps.length) + seed) % 2 === 0;
  return { acceptor, paysOut, charges };
}

function momentAt(n: number, { acceptor, paysOut, charges }: Equipment, seed: number): Moment {
  const random = seeded(seed * 10_007 + n);
  return charges ? chargeMomentOf(n, random) : momentOf(n, random, { ...acceptor, paysOut });
}

/** The protocol that a run is about. */
function nameOf({ acceptor, paysOut }: Equipment, { way }: Moment): string {
  if (way !== null) return way.method === 'card' ? 'zvt' : way.method;
  return paysOut && acceptor.pays === undefined ? `${acceptor.name}+hoppers` : acceptor.name;
}

interface Told {
  readonly done: (n: number, name: string, result: RunResult) => void;
  readonly wrong: (n: number, found: readonly string[]) => void;
}

/** Runs `first` to `last` at as few cabinets as will do. */
async function many(first: number, last: number, equipment: Equipment, seed: number, told: Told): Promise<void> {
  for (let n = first; n <= last; ) {
    const folder = mkdtempSync(join(tmpdir(), 'crash-'));
    const batch = await Batch.open(folder, equipment);
    for (let stuck = false; n <= last && !stuck; n++) {
      const moment = momentAt(n, equipment, seed);
      const result = await batch.run(moment);
      told.done(n, nameOf(equipment, moment), result);
      stuck = result.stuck;
    }
    told.wrong(n - 1, await batch.close());
    rmSync(folder, { recursive: true, force: true });
  }
}

async function crash(runs: number, seed: number): Promise<number> {
  const counts = new Map<string, number>(boundaries.map((boundary) => [boundary, 0]));
  let violations = 0;
  const wrong = (n: number, found: readonly string[]) => {
    violations += found.length;
    for (const words of found) say(`violation seed ${seed} run ${n} ${words}`);
  };
  const done: Told['done'] = (n, name, { killed, violations: found }) => {
    const boundary = killed.at(-1)?.boundary ?? 'none';
    counts.set(boundary, (counts.get(boundary) ?? 0) + 1);
    say(`run ${n} protocol ${name} killed ${killed[0]?.kind ?? 'none'} boundary ${boundary}`);
    wrong(n, found);
  };
  let next = 1;
  let cabinets = 0;
  const size = Math.min(runsPerBatch, Math.ceil(runs / round));
  const work = async () => {
    while (next <= runs) {
      const first = next;
      next = Math.min(runs + 1, first + size);
      const equipment = equipmentOf(cabinets, seed);
      cabinets += 1;
      await many(first, next - 1, equipment, seed, { done, wrong });
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  for (const [boundary, total] of counts) say(`boundary ${boundary} total ${total}`);
  say(`${runs} runs, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

/** What is published in turn. */
const publishedInTurn: readonly PublishedKind[] = ['sound', 'silent', 'sound', 'unsound'];
/** An edition is written at most so often: seen, taken, begun, proven or left. */
const writesMaximum = 4;
/** From the start to where everything is decided, milliseconds. */
const takeOverMs = 6_000;
/** Each waits for devices most of the time. */
const offices = 3;

function blowAt(n: number, random: Random): ConfigBlow {
  const nth = random.integer(1, writesMaximum);
  const afterMs = random.integer(0, takeOverMs);
  const blows: readonly ConfigBlow[] = [{ at: 'b2', nth }, { at: 'b3', nth }, { at: 'time', afterMs }, null];
  return blows[Math.floor(n / publishedInTurn.length) % blows.length] ?? null;
}

async function crashConfig(runs: number, seed: number): Promise<number> {
  const counts = new Map<string, number>();
  let violations = 0;
  let next = 1;
  const wrong = (n: number, found: readonly string[]) => {
    violations += found.length;
    for (const words of found) say(`violation seed ${seed} run ${n} ${words}`);
  };
  const work = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crash-config-'));
    const batch = await ConfigBatch.open(folder);
    let n = 0;
    while (next <= runs) {
      n = next++;
      const kind = publishedInTurn[n % publishedInTurn.length] as PublishedKind;
      const { killed, violations: found } = await batch.run(kind, blowAt(n, seeded(seed * 10_007 + n)));
      counts.set(`${kind} ${killed}`, (counts.get(`${kind} ${killed}`) ?? 0) + 1);
      say(`run ${n} published ${kind} killed ${killed}`);
      wrong(n, found);
    }
    wrong(n, await batch.close());
    rmSync(folder, { recursive: true, force: true });
  };
  await Promise.all(Array.from({ length: Math.min(offices, runs) }, work));
  for (const [name, total] of [...counts].toSorted()) say(`published and killed ${name} total ${total}`);
  say(`${runs} runs, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

const option = { name: 'runs', usual: 50, most: 100_000, fraction: false } as const;
const args = process.argv.slice(2);
const withConfig = args.findIndex((arg, at) => arg === '--with' && args[at + 1] === 'config');
const others = withConfig < 0 ? args : args.toSpliced(withConfig, 2);
process.exitCode = await withCountAndSeed(others, usage, option, withConfig < 0 ? crash : crashConfig);
