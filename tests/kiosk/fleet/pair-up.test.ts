/** A kiosk and a small office over real HTTP: how they come together, and all that may go wrong on the way. */
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import { requestCertificate } from '../../../kiosk/fleet/certificate-request.ts';
import { createPairUp, type Given, type PairUpParts } from '../../../kiosk/fleet/pair-up.ts';
import type { PairRequest } from '../../../kiosk/fleet/pairing-proof.ts';
import { createAuthority } from '../../../kiosk/office/authority.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';
import { freePort } from '../../free-port.ts';
import { openSmallOffice, type SmallOffice } from '../office/small-office.ts';

const K = 'LAB-07';
/** A whole conversation takes about a third of a second. */
const soon = { timeout: 10_000, interval: 10 };
const keys = generateKeyPairSync('ed25519');

let database: Database;
let office: SmallOffice;
let nowMs = Date.now();
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  database = await openDatabase({ folder: null });
});
afterAll(() => database?.close());

beforeEach(async () => {
  nowMs = Date.now();
  await database.query('DELETE FROM kiosks');
  office = await openSmallOffice({ database, nowMs: () => nowMs });
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await office.close();
});

function openKiosk({
  url = office.url,
  kiosk = K,
  onGiven = () => undefined,
}: Partial<Pick<PairUpParts, 'kiosk'> & { url: string; onGiven: () => void }> = {}) {
  const shown: (string | null)[] = [];
  const given: Given[] = [];
  const problems: string[] = [];
  let aheadMs = 0;
  let tries = 0;
  const pairUp = createPairUp({
    ...{ office: url, kiosk, verifying: keys.publicKey },
    fetch(...asked) {
      tries += 1;
      return fetch(...asked);
    },
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
    tries: () => tries,
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
  expect(rows).toEqual([
    { kiosk: K, verifying: keys.publicKey.export({ type: 'spki', format: 'pem' }), by: 'Zhao Min' },
  ]);
});

test('the code and the key stretched from it never cross the network', async () => {
  const crossed: string[] = [];
  const keep = (_: string, body: unknown) => {
    crossed.push(JSON.stringify(body));
    return body;
  };
  Object.assign(office.between, { request: keep, answer: keep });
  const kiosk = openKiosk();
  const code = await kiosk.code();
  const before = crossed.splice(0);
  office.between.request = (_, body) => body;
  await office.pairings.type(code, 'Zhao Min', false);
  await kiosk.isPaired();
  const all = [...before, ...crossed].join();
  expect(all).toContain('CERTIFICATE');
  expect([code, code.replace('-', '')].filter((text) => all.includes(text))).toEqual([]);
  expect(all).not.toContain('PRIVATE KEY');
});

test('a wrong code lets nobody in; after five no code is looked at for a minute, and then again', async () => {
  const kiosk = openKiosk();
  const code = await kiosk.code();
  const wrong = { status: 404, json: { problem: 'no-such-code' } };
  for (const typed of ['00000-00000', 'short', '11111-11111', '22222-22222', '33333-33333']) {
    expect(await office.type(typed)).toEqual(wrong);
  }
  expect(await office.type(code)).toEqual({ status: 409, json: { problem: 'locked', seconds: 60 } });
  nowMs += 60_000;
  expect((await office.type(code)).status).toBe(200);
  await kiosk.isPaired();
}, 30_000);

test('a code that is typed twice at once lets in once', async () => {
  const kiosk = openKiosk();
  const code = await kiosk.code();
  const both = await Promise.all([office.type(code), office.type(code)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  await kiosk.isPaired();
});

test('after ten minutes the screen shows another code, and the old one is none', async () => {
  const kiosk = openKiosk();
  const old = await kiosk.code();
  kiosk.ahead(10 * 60_000);
  nowMs += 10 * 60_000;
  await vi.waitFor(() => expect(kiosk.shown.filter((code) => code !== null)).toHaveLength(2), soon);
  const fresh = await kiosk.code();
  expect(fresh).not.toBe(old);
  expect((await office.type(old)).status).toBe(404);
  expect((await office.type(fresh)).status).toBe(200);
  await kiosk.isPaired();
});

test('a kiosk that is known comes in again only in its own place, and its old certificate counts no more', async () => {
  const first = openKiosk();
  await office.type(await first.code());
  await first.isPaired();
  const old = new X509Certificate(first.given[0]?.certificate ?? '').serialNumber;
  expect(office.pairings.believes(K, old)).toBe(true);
  const second = openKiosk();
  const code = await second.code();
  expect(await office.type(code)).toEqual({ status: 409, json: { problem: 'known-kiosk', kiosk: K } });
  expect(office.pairings.believes(K, old)).toBe(true);
  expect((await office.type(code, { replace: true })).status).toBe(200);
  await second.isPaired();
  const acts = await office.database.query('SELECT person, did, subject, detail FROM acts ORDER BY act DESC LIMIT 2');
  expect(acts).toEqual(['replaced', ''].map((detail) => ({ person: 'Zhao Min', did: 'paired', subject: K, detail })));
  const now = new X509Certificate(second.given[0]?.certificate ?? '').serialNumber;
  expect([old, now].map((serial) => office.pairings.believes(K, serial))).toEqual([false, true]);
  const connect = ({ certificate, key, ca, broker }: Given) =>
    connectAsync(broker, { clientId: K, cert: certificate, key, ca, reconnectPeriod: 0 }, false);
  await expect(connect(first.given[0] as Given)).rejects.toThrow('Not authorized');
  await (await connect(second.given[0] as Given)).endAsync(true);
});

test('who is in the middle and swaps the request gets nothing for the code', async () => {
  const thief = await requestCertificate(K);
  office.between.request = (path, body) =>
    path === '/pair' && body !== null ? { ...body, request: thief.request } : body;
  const kiosk = openKiosk();
  expect(await office.type(await kiosk.code())).toMatchObject({ json: { problem: 'no-such-code' } });
  expect(await office.database.query('SELECT kiosk FROM kiosks')).toEqual([]);
  expect(kiosk.given).toEqual([]);
});

test.each(['certificate', 'ca', 'broker', 'repository', 'root', 'command'] as const)(
  'who is in the middle and swaps %s of the answer is not believed, and the log says so',
  async (swapped) => {
    const others = await createAuthority('Thief', Date.now);
    const other = {
      certificate: await others.kiosk(K, (await requestCertificate(K)).request),
      ca: others.certificate,
      broker: 'mqtts://127.0.0.1:1',
      repository: 'http://127.0.0.1:1/tuf',
      root: '{"thief": true}',
      command: String(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })),
    };
    office.between.answer = (_, body) =>
      typeof body === 'object' && body !== null && 'proof' in body ? { ...body, [swapped]: other[swapped] } : body;
    const kiosk = openKiosk();
    await office.type(await kiosk.code());
    await vi.waitFor(() => expect(kiosk.problems.join()).toContain('was not sealed with the code'), soon);
    expect(kiosk.given).toEqual([]);
  },
);

test('an office that is away costs one line of the log, however often it is tried', async () => {
  const kiosk = openKiosk({ url: `http://127.0.0.1:${await freePort()}` });
  await vi.waitFor(() => expect(kiosk.tries()).toBeGreaterThan(4), soon);
  expect([kiosk.problems.length, kiosk.shown.length]).toEqual([1, 0]);
});

test('an office that hangs, is cut off, says nonsense or too much is tried again, and its code is not shown meanwhile', async () => {
  const faults: readonly unknown[] = ['hang', 'cut', 'nonsense', { id: 'x' }, 'x'.repeat(200_000)];
  const left = [...faults];
  office.between.answer = (path, body) => (path === '/pair' && left.length > 0 ? left.shift() : body);
  const kiosk = openKiosk();
  await kiosk.code();
  expect(left).toEqual([]);
  office.between.answer = () => 'cut';
  await vi.waitFor(() => expect(kiosk.shown.at(-1)).toBeNull(), soon);
  office.between.answer = (_, body) => body;
  const again = await kiosk.code();
  expect((await office.type(again)).status).toBe(200);
  await kiosk.isPaired();
});

test('an office that has begun anew knows nothing of it, and is asked with another code', async () => {
  const kiosk = openKiosk();
  const old = await kiosk.code();
  const asked: string[] = [];
  office.between.request = (path, body) => {
    asked.push(path);
    return body;
  };
  office.pairings.ask({ ...pairRequestOf(K), nonce: '0'.repeat(32) });
  await vi.waitFor(() => expect(kiosk.shown.filter((code) => code !== null)).toHaveLength(2), soon);
  expect(asked).toContain('/pair');
  const fresh = await kiosk.code();
  expect(fresh).not.toBe(old);
  expect((await office.type(fresh)).status).toBe(200);
  await kiosk.isPaired();
});

test('what the kiosk’s disk does not take, it asks for again with another code', async () => {
  let full = true;
  const kiosk = openKiosk({
    onGiven() {
      if (full) throw new Error('no space');
    },
  });
  const code = await kiosk.code();
  await office.type(code);
  await vi.waitFor(() => expect(kiosk.problems).toContain('Error: no space'), soon);
  full = false;
  const fresh = await vi.waitFor(() => {
    const shown = kiosk.shown.at(-1);
    if (typeof shown !== 'string' || shown === code) throw new Error('no other code yet');
    return shown;
  }, soon);
  expect((await office.type(fresh, { replace: true })).status).toBe(200);
  await kiosk.isPaired();
});

test('a store that fails lets nobody in, and the same code works afterwards', async () => {
  const kiosk = openKiosk();
  const code = await kiosk.code();
  vi.spyOn(office.database, 'transaction').mockRejectedValueOnce(new Error('the store is away'));
  await expect(office.pairings.type(code, 'Zhao Min', false)).rejects.toThrow('the store is away');
  expect(office.pairings.waiting()).toHaveLength(1);
  expect((await office.type(code)).status).toBe(200);
  await kiosk.isPaired();
});

test('of many that ask, no more than thirty-two wait, and they are forgotten after ten minutes', () => {
  for (let n = 1; n <= 32; n++) expect(office.pairings.ask(pairRequestOf(`K-${n}`)).asked).toBe('waits');
  expect(office.pairings.ask(pairRequestOf('K-33')).asked).toBe('too-many');
  expect(office.pairings.ask(pairRequestOf('K-32')).asked).toBe('waits');
  nowMs += 10 * 60_000;
  expect(office.pairings.waiting()).toEqual([]);
  expect(office.pairings.ask(pairRequestOf('K-33')).asked).toBe('waits');
});

/** Sealed with nobody's code. */
function pairRequestOf(kiosk: string): PairRequest {
  return { kiosk, request: '', verifying: '', nonce: '0'.repeat(32), proof: '0'.repeat(64) };
}
