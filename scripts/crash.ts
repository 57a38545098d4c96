/** `npm run crash`: real processes over pseudo-terminals, killed at chosen boundaries and at random moments. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AcceptorLineUp, acceptorLineUps } from '../tests/acceptors.ts';
import { Batch, type RunResult } from '../tests/crash/batch.ts';
import { momentOf } from '../tests/crash/moments.ts';
import { seeded } from '../tests/simulation/random.ts';
import { withCountAndSeed } from './counted-arguments.ts';

const usage = `Usage: npm -s run crash -- [--runs N] [--seed S]

Pays bills with cash at a real daemon and a simulated cabinet, kills the daemon (k) or it and the cabinet's power (p) at
the boundaries b0 to b9 in turn and at random moments, lets the visit go on, and compares the cabinet with the journal.
Each cabinet has an acceptor of another protocol, in turn; every other one has hoppers that give change, and so does the
recycler.

  --runs N   how many visits, 50 by default
  --seed S   begins all choices; what a run prints with a violation repeats it

Two cabinets are at work at once, so the lines come as the runs end. A line a run; of two kills in a run the second is
at b9, and it is the one named. At a random moment the boundary named is the last one that was passed. Then how often each boundary came, then "N runs, V violations". Exit code 1 when V > 0.
`;

/** Runs that share a cabinet and a journal. */
const runsPerBatch = 25;
/** Cabinets at the same time: most of a run is waiting. */
const lanes = 2;
const boundaries = ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9'] as const;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs `first` to `last` at as few cabinets as will do. */
async function many(
  first: number,
  last: number,
  lineUp: AcceptorLineUp,
  paysOut: boolean,
  seed: number,
  done: (n: number, result: RunResult) => void,
  wrong: (n: number, found: readonly string[]) => void,
): Promise<void> {
  for (let n = first; n <= last; ) {
    const folder = mkdtempSync(join(tmpdir(), 'crash-'));
    const batch = await Batch.open(folder, lineUp, paysOut);
    for (let stuck = false; n <= last && !stuck; n++) {
      const result = await batch.run(momentOf(n, seeded(seed * 10_007 + n), { ...lineUp, paysOut }));
      done(n, result);
      stuck = result.stuck;
    }
    wrong(n - 1, await batch.close());
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
  let next = 1;
  let cabinets = 0;
  const size = Math.min(runsPerBatch, Math.ceil(runs / Math.max(lanes, acceptorLineUps.length)));
  const work = async () => {
    while (next <= runs) {
      const first = next;
      next = Math.min(runs + 1, first + size);
      const lineUp = acceptorLineUps[cabinets % acceptorLineUps.length] as AcceptorLineUp;
      // As many turns of all acceptors with change as without.
      const round = Math.floor(cabinets / acceptorLineUps.length);
      const paysOut = lineUp.pays !== undefined || (cabinets + round + seed) % 2 === 0;
      cabinets += 1;
      await many(
        first,
        next - 1,
        lineUp,
        paysOut,
        seed,
        (n, { killed, violations: found }) => {
          const boundary = killed.at(-1)?.boundary ?? 'none';
          counts.set(boundary, (counts.get(boundary) ?? 0) + 1);
          const names = paysOut && lineUp.pays === undefined ? `${lineUp.name}+hoppers` : lineUp.name;
          say(`run ${n} protocol ${names} killed ${killed[0]?.kind ?? 'none'} boundary ${boundary}`);
          wrong(n, found);
        },
        wrong,
      );
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  for (const [boundary, total] of counts) say(`boundary ${boundary} total ${total}`);
  say(`${runs} runs, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

const option = { name: 'runs', usual: 50, most: 100_000, fraction: false } as const;
process.exitCode = await withCountAndSeed(process.argv.slice(2), usage, option, crash);
