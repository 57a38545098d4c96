import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CompactSign } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { keepLastLines } from '../../../kiosk/log.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { isTooLarge, openDoneShelf } from '../../../kiosk/fleet/done-shelf.ts';
import { type Claims, orderMaximum, orderType } from '../../../kiosk/fleet/remote-command.ts';
import { openRemoteSide } from '../../../kiosk/fleet/remote-side.ts';
import { attachmentsMaximum, type DoneMessage } from '../../../kiosk/fleet/wire.ts';
import { signOrder } from '../../../kiosk/office/commands/signing.ts';
import { Visit } from '../view/visit.ts';

const kiosk = 'LAB-01';
const office = generateKeyPairSync('ed25519');
const publicKey = office.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const startMs = Date.UTC(2026, 2, 31, 1, 20);
const startSeconds = startMs / 1_000;

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'orders-'));
});
afterEach(() => rmSync(data, { recursive: true }));

/** A kiosk that hears orders, and what it says of them. */
function hearing({ clockOff = false, key = publicKey as string | null, log = 'a line\n' } = {}) {
  const visit = new Visit().boot();
  const told: DoneMessage[] = [];
  const refused: unknown[] = [];
  const take = (fact: FactBody) => {
    visit.step(fact);
    side.recorded(visit.entries);
  };
  const side = openRemoteSide({
    ...{ kiosk, data, take },
    key: () => key,
    clock: new VirtualClock(startMs),
    clockOff: () => clockOff,
    remote: () => visit.kiosk.remote,
    hands: {
      log: () => log,
      trace: () => null,
      picture: async () => null,
      reboot: null,
      clock: new VirtualClock(startMs),
    },
    tell: (done) => told.push(done),
    onProblem: (_what, { why }) => refused.push(why),
  });
  const ran = () => visit.recorded.flatMap((body) => (body.kind === 'remote.ordered' ? [body.seq] : []));
  return { side, visit, told, refused, ran };
}

const claims: Claims = {
  ...{ aud: kiosk, seq: 1, order: { act: 'lock' }, priority: 'now' },
  ...{ iat: startSeconds, exp: startSeconds + 600 },
};
const signed = (changes: object = {}, key: KeyObject = office.privateKey) =>
  signOrder(key, { ...claims, ...changes } as Claims);

function raw(payload: string, header: object, key: KeyObject | Uint8Array = office.privateKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(header as { alg: string }).sign(key);
}

describe('what nobody proves to be the office’s own', () => {
  test.each<[string, () => Promise<string>, string]>([
    ['another key', () => signed({}, generateKeyPairSync('ed25519').privateKey), 'unsigned'],
    ['another type', () => raw(JSON.stringify(claims), { alg: 'EdDSA', typ: 'JWT' }), 'unsigned'],
    ['no type', () => raw(JSON.stringify(claims), { alg: 'EdDSA' }), 'unsigned'],
    [
      'the public key as a shared secret',
      () => raw(JSON.stringify(claims), { alg: 'HS256', typ: orderType }, Buffer.from(publicKey)),
      'unsigned',
    ],
    [
      'no signature',
      async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
      'unsigned',
    ],
    ['no JWS', async () => 'lock', 'unsigned'],
    ['too many signs', async () => 'x'.repeat(orderMaximum + 1), 'oversized'],
    ['another kiosk', () => signed({ aud: 'LAB-02' }), 'other-kiosk'],
    ['an act that nobody knows', () => signed({ order: { act: 'pay-out' } }), 'malformed'],
    ['a claim too many', () => signed({ more: 1 }), 'malformed'],
    ['a number that is none', () => signed({ seq: 0 }), 'malformed'],
    [
      'words that turn the line around on the glass',
      () => signed({ order: { act: 'message', text: { 'zh-CN': '付款\u202e到', en: 'x' } } }),
      'malformed',
    ],
    [
      'words too long for the glass',
      () => signed({ order: { act: 'message', text: { 'zh-CN': '长'.repeat(61), en: 'x' } } }),
      'malformed',
    ],
  ])('is refused, counted, and changes nothing: %s', async (_name, make, why) => {
    const one = hearing();
    await one.side.heard(await make());
    expect(one.refused).toEqual([why]);
    expect([one.ran(), one.told]).toEqual([[], []]);
  });

  test('without a key of the office nothing is obeyed', async () => {
    const one = hearing({ key: null });
    await one.side.heard(await signed());
    expect([one.refused, one.ran()]).toEqual([['no-key'], []]);
  });
});

describe('what is the office’s own, and not to be run, is recorded and told', () => {
  test.each<[string, object, boolean, string, string]>([
    ['its deadline is over', { iat: startSeconds - 600, exp: startSeconds }, false, 'expired', 'expired'],
    ['it ends before it begins', { exp: startSeconds + 30, iat: startSeconds + 60 }, false, 'expired', 'expired'],
    ['it comes from the future', { iat: startSeconds + 121 }, false, 'refused', 'early'],
    ['the clock here is wrong', {}, true, 'refused', 'clock'],
  ])('because %s', async (_name, changes, clockOff, outcome, result) => {
    const one = hearing({ clockOff });
    await one.side.heard(await signed(changes));
    expect(one.told).toEqual([{ seq: 1, outcome, result, attachments: [] }]);
    expect(one.visit.kiosk.remote).toMatchObject({ last: 1, locked: null, open: [] });
  });

  test('one that was overtaken on its way is told so, and does not run', async () => {
    const one = hearing();
    await one.side.heard(await signed({ seq: 2, order: { act: 'unlock' } }));
    await one.side.heard(await signed({ seq: 1 }));
    expect(one.told.at(-1)).toEqual({ seq: 1, outcome: 'refused', result: 'passed-over', attachments: [] });
    expect([one.ran(), one.visit.kiosk.remote.locked]).toEqual([[2], null]);
  });
});

test('orders repeated, mixed up and sent by the dozen at once run in rising numbers, each at most once, and each has one end', async () => {
  const numbers = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 14 });
  const all = new Map(await Promise.all([1, 2, 3, 4, 5, 6].map(async (seq) => [seq, await signed({ seq })] as const)));
  await fc.assert(
    fc.asyncProperty(numbers, fc.boolean(), async (seqs, together) => {
      const one = hearing();
      const send = (seq: number) => one.side.heard(all.get(seq) ?? '');
      if (together) await Promise.all(seqs.map(send));
      else for (const seq of seqs) await send(seq);
      const rising = seqs.filter((seq, at) => seqs.slice(0, at).every((before) => before < seq));
      expect(one.ran()).toEqual(rising);
      const done = one.visit.recorded.flatMap((body) => (body.kind === 'remote.done' ? [body.seq] : []));
      expect(done.toSorted((a, b) => a - b)).toEqual(rising);
      // Each copy has its answer: the same outcome again, or that it was passed over.
      expect(one.told).toHaveLength(seqs.length);
      for (const { seq, outcome } of one.told) expect(outcome).toBe(rising.includes(seq) ? 'done' : 'refused');
    }),
    { numRuns: 60 },
  );
});

test('an order that still waits is not answered, however often it comes', async () => {
  const one = hearing();
  one.visit.begin();
  const jws = await signed({ order: { act: 'restart' }, priority: 'idle' });
  for (let n = 0; n < 3; n++) await one.side.heard(jws);
  expect([one.ran(), one.told, one.refused]).toEqual([[1], [], []]);
});

test('of orders that pile up before they are proven one more is dropped, and taken when it is sent again', async () => {
  const one = hearing();
  const all = await Promise.all(Array.from({ length: 33 }, (_, n) => signed({ seq: n + 1 })));
  await Promise.all(all.map((jws) => one.side.heard(jws)));
  expect([one.refused, one.ran().length]).toEqual([['piled-up'], 32]);
  await one.side.heard(all[32] as string);
  expect(one.ran().at(-1)).toBe(33);
});

describe('what an order brought', () => {
  test.each([
    ['is told with its end', 'a line\n', 'done', null, [{ name: 'kiosk.log', content: 'YSBsaW5lCg==' }]],
    [
      'is left out where it is more than a message holds',
      'x'.repeat(attachmentsMaximum + 1),
      'failed',
      'too-large',
      [],
    ],
  ])('%s', async (_name, log, outcome, result, attachments) => {
    const one = hearing({ log });
    await one.side.heard(await signed({ order: { act: 'send-log' } }));
    one.side.carryOut({ seq: 1, act: { act: 'send-log' } });
    const end = { seq: 1, outcome, result, attachments };
    await vi.waitFor(() => expect(one.told).toMatchObject([end]), { timeout: 10_000 });
  });

  test('is told again as long as it is kept, of the last eight orders', () => {
    const shelf = openDoneShelf(data);
    for (let seq = 1; seq <= 10; seq++)
      shelf.keep(seq, [{ name: 'kiosk.log', media: 'text/plain', bytes: Buffer.from(`line ${seq}`) }]);
    const again = openDoneShelf(data);
    expect([1, 2, 3, 10].map((seq) => again.of(seq).length)).toEqual([0, 0, 1, 1]);
    expect(Buffer.from(again.of(10)[0]?.content ?? '', 'base64').toString()).toBe('line 10');
  });

  test('has a limit of one mebibyte', () => {
    const of = (length: number) => [{ name: 'x', media: 'text/plain', bytes: new Uint8Array(length) }] as const;
    expect([isTooLarge(of(attachmentsMaximum)), isTooLarge(of(attachmentsMaximum + 1))]).toEqual([false, true]);
  });
});

test('of the log the last lines are kept, and no more than half a mebibyte of them', () => {
  const written: string[] = [];
  const ring = keepLastLines({ write: (line) => void written.push(line) });
  for (let n = 0; n < 2_500; n++) ring.write(`line ${n}\n`);
  expect(ring.text().split('\n').slice(0, 1)).toEqual(['line 500']);
  for (let n = 0; n < 100; n++) ring.write(`${'x'.repeat(9_999)}\n`);
  expect(ring.text().length).toBeLessThanOrEqual(512 * 1024);
  expect(written).toHaveLength(2_600);
});
