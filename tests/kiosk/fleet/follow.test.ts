import { expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { createFollow, lookEveryMs, missesTold } from '../../../kiosk/fleet/follow.ts';
import type { Pulled } from '../../../kiosk/fleet/pull.ts';
import type { Staging } from '../../../kiosk/kept-configuration.ts';

const edition = { version: 3, hash: 'c'.repeat(64) };
const staged = { edition: 3, to: 'hash', leaving: [] };
const document: Pulled = { came: 'document', edition, json: {} };

function begin(staging: Staging = { came: 'staged', staged }) {
  const clock = new VirtualClock(0);
  const facts: FactBody[] = [];
  const problems: string[] = [];
  const asked: ((pulled: Pulled) => void)[] = [];
  const follow = createFollow({
    pull: () => new Promise((answer) => asked.push(answer)),
    kept: { seen: null, staged: null, stage: () => staging },
    clock,
    take: (fact) => facts.push(fact),
    onProblem: (came) => problems.push(came),
  });
  const answer = async (pulled: Pulled) => {
    asked.at(-1)?.(pulled);
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  };
  const later = (ms: number) => clock.runUntil(clock.monoMs() + ms);
  return { facts, problems, asked, follow, answer, later };
}

test('looks at once, tells what is staged, and looks again from time to time', async () => {
  const { facts, asked, answer, later } = begin();
  await answer(document);
  expect(facts).toEqual([
    { fact: 'config.looked', stale: false },
    { fact: 'config.staged', staged },
  ]);
  later(lookEveryMs - 1);
  expect(asked).toHaveLength(1);
  later(1);
  expect(asked).toHaveLength(2);
});

test('tells what was refused, and why', async () => {
  const refused = { edition: 3, hash: edition.hash, why: 'unsound', problems: ['place is missing'] } as const;
  const { facts, answer } = begin({ came: 'refused', refused });
  await answer(document);
  expect(facts.at(-1)).toEqual({ fact: 'config.refused', ...refused });
});

test.each(['expired', 'refused'] as const)('what is %s is stale, and is looked for again in its time', async (came) => {
  const { facts, problems, asked, answer, later } = begin();
  await answer({ came, problem: 'words' });
  expect(facts).toEqual([{ fact: 'config.looked', stale: true, problem: 'words' }]);
  expect(problems).toEqual([came]);
  later(lookEveryMs);
  expect(asked).toHaveLength(2);
});

test('an office that is not reached is asked again, ever later, and is told when that has gone on for a while', async () => {
  const { facts, asked, answer, later } = begin();
  const waits: number[] = [];
  for (let n = 1; n <= 12; n += 1) {
    await answer({ came: 'unreachable', problem: 'no route' });
    expect(facts).toHaveLength(Math.max(0, n - missesTold + 1));
    const before = asked.length;
    let waited = 0;
    while (asked.length === before) {
      later(1000);
      waited += 1000;
    }
    waits.push(waited);
  }
  expect(facts.at(-1)).toEqual({ fact: 'config.looked', stale: true, problem: 'no route' });
  expect(waits.slice(0, 3)).toEqual([10_000, 20_000, 40_000]);
  expect(Math.max(...waits)).toBe(lookEveryMs);
  await answer({ came: 'same', edition: null });
  expect(facts.at(-1)).toEqual({ fact: 'config.looked', stale: false });
  await answer({ came: 'unreachable', problem: 'no route' });
  expect(facts.at(-1)).toMatchObject({ stale: false });
});

test('a call while it looks makes it look once more, not at the same time', async () => {
  const { asked, follow, answer } = begin();
  follow.look();
  follow.look();
  expect(asked).toHaveLength(1);
  await answer({ came: 'same', edition: null });
  expect(asked).toHaveLength(2);
});

test('says nothing after its end', async () => {
  const { facts, asked, follow, answer, later } = begin();
  follow.close();
  await answer(document);
  later(lookEveryMs * 2);
  expect([facts, asked.length]).toEqual([[], 1]);
});
