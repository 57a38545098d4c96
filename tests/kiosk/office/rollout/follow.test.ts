/** A rollout and the kiosks' own code: what is signed here goes over real HTTP to who follows it, and what they say comes back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkConfig, type Config } from '../../../../config/schema.ts';
import { systemClock } from '../../../../hardware/clock.ts';
import type { FactBody } from '../../../../kiosk/fact.ts';
import { createFollow } from '../../../../kiosk/fleet/follow.ts';
import { pull } from '../../../../kiosk/fleet/pull.ts';
import { beginTrust } from '../../../../kiosk/fleet/trust-store.ts';
import { configHash, openKept } from '../../../../kiosk/kept-configuration.ts';
import { serveFolder } from '../../../static-server.ts';
import { documentOf, type Fleet, openFleet } from './fleet.ts';

function sound(document: unknown): Config {
  const checked = checkConfig(document);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.config;
}

/** One that follows, with `document` as its file; what it is to say goes to the office as a daemon would say it. */
function follower(fleet: Fleet, name: string, document: unknown, url: string) {
  const data = mkdtempSync(join(tmpdir(), 'office-follow-'));
  beginTrust(join(data, 'trust'), fleet.repository().root);
  const file = { config: sound(document), hash: configHash(document) };
  let kept = openKept(join(data, 'config.json'), file);
  const facts: FactBody[] = [];
  const parts = { url, trust: join(data, 'trust'), kiosk: name, fetch };
  const follow = createFollow({
    pull: (known) => pull(parts, known),
    kept: {
      get seen() {
        return kept.seen;
      },
      get staged() {
        return kept.staged;
      },
      stage: (...of) => kept.stage(...of),
    },
    clock: systemClock,
    take: (fact) => void facts.push(fact),
    onProblem: (came, problem) => void fleet.problems.push(`${name} ${came}: ${problem}`),
  });
  onTestFinished(() => {
    follow.close();
    rmSync(data, { recursive: true });
  });
  return {
    look: follow.look,
    came: (fact: FactBody['fact']) => facts.find((one) => one.fact === fact),
    get configuration() {
      return { edition: kept.office?.version ?? null, staged: kept.staged?.said.edition ?? null };
    },
    get place() {
      return kept.running.place.en;
    },
    /** Ends, and begins with what is staged. */
    restarts() {
      const change = kept.takeStaged({ waitsFor: [], glass: false }, 0);
      kept = openKept(join(data, 'config.json'), file);
      kept.proven();
      if (change === null) throw new Error('nothing was staged');
      return { kind: 'config.changed', ...change };
    },
  };
}

test('the canary takes it and runs it; the next one refuses it, and there it ends', async () => {
  const fleet = await openFleet(Date.now());
  const server = await serveFolder(fleet.repository().publicFolder);
  onTestFinished(() => server.close());
  const first = follower(fleet, 'K1', documentOf('K1'), server.url);
  // Somebody has given it the file of another kiosk.
  const second = follower(fleet, 'K2', documentOf('K9'), server.url);
  for (const name of ['K1', 'K2', 'K3']) {
    await fleet.kiosk(name).connects();
    await fleet.kiosk(name).runs(null, documentOf(name));
  }
  const rollout = await fleet.begin(
    { whom: 'group', group: 'east' },
    { place: { 'zh-CN': '二楼', en: 'Second floor' } },
    {
      ...{ canary: 1, percent: 1 },
    },
  );

  first.look();
  await expect.poll(() => first.came('config.staged'), { timeout: 10_000 }).toBeDefined();
  await fleet.kiosk('K1').says(first.configuration);
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 staged, K2 waiting, K3 waiting');
  await fleet.kiosk('K1').writes(first.restarts());
  await fleet.kiosk('K1').says(first.configuration);
  expect([first.place, first.configuration]).toEqual(['Second floor', { edition: 1, staged: null }]);
  await fleet.later(0);
  await fleet.later(2);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 published, K3 waiting');

  second.look();
  await expect.poll(() => second.came('config.refused'), { timeout: 10_000 }).toBeDefined();
  const { fact: _, ...refused } = second.came('config.refused') as Extract<FactBody, { fact: 'config.refused' }>;
  await fleet.kiosk('K2').writes({ kind: 'config.refused', ...refused });
  await fleet.later(0);
  const page = await fleet.page(rollout);
  expect(page).toMatchObject({ status: 'aborted', why: 'failures', counts: { running: 1, refused: 1, waiting: 1 } });
  expect(page.kiosks[1]?.why).toEqual({
    'zh-CN': 'other-kiosk\nkiosk 是 K2；这台是 K9',
    en: 'other-kiosk\nkiosk is K2; this one is K9',
  });
  expect(fleet.problems).toEqual([]);
});
