/** A kiosk and a small office over real HTTP: how they come together, and all that may go wrong on the way. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import { createPairUp, type Given, nextOf, type PairUpParts } from '../../../kiosk/fleet/pair-up.ts';
import { newCode, readCode } from '../../../kiosk/fleet/pairing-proof.ts';
import { openSmallOffice, type SmallOffice } from '../office/small-office.ts';

const K = 'LAB-07';
/** A whole conversation takes about a third of a second. */
const soon = { timeout: 10_000, interval: 10 };
const keys = generateKeyPairSync('ed25519');

let office: SmallOffice;
let nowMs = Date.now();
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  nowMs = Date.now();
  office = await openSmallOffice({ nowMs: () => nowMs });
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await office.close();
});

function openKiosk({ url = office.url, kiosk = K, onGiven = () => undefined }: Partial<Pick<PairUpParts, "kiosk"> & { url: string; onGiven: () => void }> = {}) {
  const shown: (string | null)[] = [];
  const given: Given[] = [];
  const problems: string[] = [];
  let aheadMs = 0;
  const pairUp = createPairUp({
    ...{ office: url, kiosk, verifying: keys.publicKey, fetch },
    clock: { ...systemClock, monoMs: () => systemClock.monoMs() + aheadMs },
    chance: (bytes) => randomBytes(bytes),
    timings: { askEveryMs: 20, againMs: 20, againMaximumMs: 80, requestMs: 300 },
    onShown: (code) => shown.push(code),
    onGiven(one) {
      onGiven();
      given.push(one);
    },
    onProblem: (problem) => problems.push(problem),
  });
  ends.push(() => pairUp.close());
  return {
    shown,
    given,
    problems,
    ahead(ms: number) {
      aheadMs += ms;
    },
    /** The code that is on the screen, as soon as one is. */
    code: () =>
      vi.waitFor(() => {
        const code = shown.at(-1);
        if (typeof code !== 'string') throw new Error(`no code: ${problems.join('; ')}`);
        return code;
      }, soon),
    isPaired: () => vi.waitFor(() => expect(given).toHaveLength(1), soon),
  };
}

test('a code that is typed at the office lets the kiosk in, and both know the other', async () => {
  const kiosk = openKiosk();
  const code = await kiosk.code();
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(office.pairings.waiting()).toEqual([{ kiosk: K, sinceMs: nowMs }]);
  expect(await office.type(code)).toEqual({ status: 200, json: { kiosk: K } });
  await kiosk.isPaired();
  expect(kiosk.given[0]).toMatchObject({ broker: office.broker.url, root: '{}', command: office.command });
  expect(kiosk.shown.at(-1)).toBeNull();
  expect(office.pairings.waiting()).toEqual([]);
  const rows = await office.database.query('SELECT kiosk, verifying, paired_by AS by FROM kiosks');
  expect(rows).toEqual([{ kiosk: K, verifying: keys.publicKey.export({ type: 'spki', format: 'pem' }), by: 'Zhao Min' }]);
});
