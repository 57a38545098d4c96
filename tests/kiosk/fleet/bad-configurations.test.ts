/**
 * Every bad configuration of `tests/faults.md`, from the office's repository over HTTP to a kiosk that runs, and what the office
 * then knows of it: nothing of it begins, what runs stays, also after a start, and the reason stands at the office in words.
 */
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import example from '../../../config/examples/lab.json' with { type: 'json' };
import wallets from '../../../config/examples/wallets.json' with { type: 'json' };
import restaurant from '../../../config/presets/restaurant.json' with { type: 'json' };
import { checkConfig } from '../../../config/schema.ts';
import { knownToKiosk } from '../../../kiosk/known.ts';
import { missesTold } from '../../../kiosk/fleet/follow.ts';
import { binOf } from '../../../kiosk/office/repository/metadata.ts';
import { initRepository } from '../../../kiosk/office/repository/repository.ts';
import type { Said } from '../../../kiosk/office/server/wire.ts';
import { expectChinese } from '../../config/in-chinese.ts';
import { type Doctored, serveDoctored } from './doctored-repository.ts';
import { type KioskAndOffice, openKioskAndOffice } from './kiosk-and-office.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is broken here wherever a test likes.
type Document = any;

const { kiosk } = example;
const dayMs = 86_400_000;
const hugeBytes = 100 * 1024 * 1024;
/** For a test of slow delivery, milliseconds: a byte takes 20. */
const impatientMs = 150;

let both: KioskAndOffice;
let firstTimestamp: Buffer;
beforeAll(async () => {
  const checked = checkConfig(example, knownToKiosk);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  both = await openKioskAndOffice(checked.config);
  await both.looks();
  firstTimestamp = inPublic('metadata/timestamp.json');
});
afterAll(() => both?.close());

/** Whatever was wrong, what the office publishes next is taken, and by that the alerts at the office end by themselves. */
afterEach(async () => {
  const { office, kiosk: own } = both;
  office.server.instead.clear();
  own.limits.requestMs = 15_000;
  // What was doctored had the next number.
  for (let time = 1; time <= 2; time++) office.repository.publish(new Map([[kiosk, example]]));
  await both.looks();
  expect(own.kept.office).toMatchObject({ version: office.repository.kiosks[0]?.version });
  for (const kind of ['configuration-stale', 'configuration-refused'] as const) await both.ends(kind);
});

const changed = (change: (document: Document) => void, document: object = example) => {
  const copy = { ...structuredClone(document), kiosk };
  change(copy);
  return copy;
};
const text = JSON.stringify(changed((document) => (document.place.en = 'Elsewhere')));
const publish = (document: object) => both.office.repository.publish(new Map([[kiosk, document]]));
const doctor = (doctored: Partial<Doctored>) =>
  serveDoctored(both.office.server, both.office.folder, kiosk, { bytes: Buffer.from(text), ...doctored });
const inPublic = (path: string) => readFileSync(join(both.office.folder, 'public', path));
const instead = (path: string, is: Buffer | 'drip') => both.office.server.instead.set(path, is);
const newest = () => both.office.repository.kiosks[0]?.version ?? 0;
const documentPath = () => `/targets/kiosks/${both.office.repository.kiosks[0]?.hash}.${kiosk}.json`;

/** What the timestamp names now: the snapshot, or the document in which this kiosk is. */
function named(role: 'snapshot' | 'bin'): string {
  const version = (path: string, of: string) => JSON.parse(inPublic(path).toString()).signed.meta[of].version;
  const snapshot = `metadata/${version('metadata/timestamp.json', 'snapshot.json')}.snapshot.json`;
  const bin = `${binOf(`kiosks/${kiosk}.json`)}.json`;
  return role === 'snapshot' ? snapshot : `metadata/${version(snapshot, bin)}.${bin}`;
}

/** Another office, whose numbers are higher. */
function stranger(): string {
  const folder = join(both.folder, 'stranger');
  rmSync(folder, { recursive: true, force: true });
  const repository = initRepository(folder, Date.now);
  for (let n = 0; n < 3; n++) repository.refresh();
  return folder;
}

/** Publishes, and serves a file of before in the place of the newest. */
function mixed(role: 'snapshot' | 'bin'): void {
  const before = inPublic(named(role));
  publish(JSON.parse(text));
  instead(`/${named(role)}`, before);
}

const english = (said: Said) => (typeof said === 'string' ? said : said.en);

/** In Chinese it says as much, with no English in it but for the word that the console has a sentence for. */
function expectBoth(said: Said): void {
  expect(said).toBeTypeOf('object');
  if (typeof said === 'string') return;
  const why = said.en.split('\n');
  expect(said['zh-CN'].split('\n')).toHaveLength(why.length);
  expectChinese(said, [why[0] ?? '', 'fee', ...documents]);
}
/** Of the repository, as its files are called. */
const documents = ['timestamp', 'snapshot', 'targets', 'root'];

type Row = readonly [name: string, spoil: () => unknown, words: RegExp];

test.each<Row>([
  ['that is unsigned', () => doctor({ signers: { timestamp: 0 } }), /timestamp was signed by 0\/1 keys/],
  ['whose targets nobody has signed', () => doctor({ signers: { targets: 0 } }), /bin-\w+ was signed by 0\/2 keys/],
  ['signed by one of two', () => doctor({ signers: { targets: 1 } }), /bin-\w+ was signed by 1\/2 keys/],
  ['of a wrong key', () => doctor({ keysOf: stranger() }), /timestamp was signed by 0\/1 keys/],
  [
    'of another office',
    () => doctor({ keysOf: stranger(), timestampVersion: 1_000 }),
    /timestamp was signed by 0\/1 keys/,
  ],
  [
    'that is older',
    () => instead('/metadata/timestamp.json', firstTimestamp),
    /timestamp version \d+ is less than current version/,
  ],
  ['with an older number', () => doctor({ version: newest() - 1 }), /is older than \d+, which came before/],
  [
    'with the highest number',
    () => doctor({ version: Number.MAX_SAFE_INTEGER }),
    /number 9007199254740991; it must be a whole number from 1 to/,
  ],
  [
    'with the highest number of a timestamp',
    () => doctor({ timestampVersion: Number.MAX_SAFE_INTEGER }),
    /number 9007199254740991, which nothing could follow/,
  ],
  ['that has expired', () => doctor({ signedMs: Date.now() - 30 * dayMs }), /is expired/],
  [
    'that is not yet valid',
    () => doctor({ publishedAt: new Date(Date.now() + 2 * dayMs).toISOString() }),
    /is not yet valid: it was published at .*; set the clock that is wrong/,
  ],
  ['of the same number with other bytes', () => doctor({ version: newest() }), /came before with another text/],
  [
    'whose timestamp has the same number and other bytes',
    () => {
      const { version } = JSON.parse(inPublic('metadata/timestamp.json').toString()).signed;
      doctor({ timestampVersion: version });
    },
    /timestamp came before under the same number with another text/,
  ],
  ['of two bundles, with a snapshot of before', () => mixed('snapshot'), /[Hh]ash|length/],
  ['of two bundles, with targets of before', () => mixed('bin'), /[Hh]ash|length/],
  [
    'that is another kiosk’s under this one’s name',
    () => {
      publish(JSON.parse(text));
      instead(documentPath(), Buffer.from(text.replace(kiosk, 'LAB-02')));
    },
    /[Hh]ash|length/,
  ],
  [
    'truncated on its way',
    () => {
      publish(JSON.parse(text));
      instead(documentPath(), inPublic(documentPath()).subarray(0, -10));
    },
    /length/i,
  ],
  [
    'whose timestamp is truncated',
    () => instead('/metadata/timestamp.json', inPublic('metadata/timestamp.json').subarray(0, 99)),
    /JSON/,
  ],
  [
    'truncated before it was signed',
    () => doctor({ bytes: Buffer.from(text.slice(0, -1)) }),
    /not readable: line 1.*the text ends here/,
  ],
  [
    'with trailing bytes',
    () => doctor({ bytes: Buffer.from(`${text}{}`) }),
    /something follows the end of the document/,
  ],
  [
    'whose timestamp has trailing bytes',
    () => instead('/metadata/timestamp.json', Buffer.concat([inPublic('metadata/timestamp.json'), Buffer.from('{}')])),
    /JSON/,
  ],
  [
    'with a key twice',
    () => doctor({ bytes: Buffer.from(text.replace('"limits":', '"limits":{},"limits":')) }),
    /the field "limits" stands here twice/,
  ],
  ['of 100 MiB', () => doctor({ bytes: Buffer.alloc(hugeBytes, ' ') }), /more than 1048576 bytes/],
  [
    'whose timestamp has 100 MiB',
    () => instead('/metadata/timestamp.json', Buffer.alloc(hugeBytes, ' ')),
    /more than 16384 bytes/,
  ],
  [
    'that comes too slowly',
    () => {
      both.kiosk.limits.requestMs = impatientMs;
      instead('/metadata/timestamp.json', 'drip');
      publish(example);
      return both.looks(missesTold);
    },
    /timestamp\.json: .*timeout/,
  ],
  [
    'by a path out of the folder',
    () => doctor({ hash: '../../keys-offline/targets-1.pem?' }),
    /named by "\.\.\/\.\.\/keys-offline.*no SHA-256/,
  ],
  [
    'by a symlink out of the folder',
    () => {
      publish(JSON.parse(text));
      const path = join(both.office.folder, 'public', documentPath());
      rmSync(path);
      symlinkSync(join(both.office.folder, 'keys-offline', 'targets-1.pem'), path);
    },
    /length/i,
  ],
])('a configuration %s is not believed, and the office reads why', async (_, spoil, words) => {
  const before = both.runs();
  await spoil();
  await both.looks();
  const alert = await both.stands(({ kind, detail }) => kind === 'configuration-stale' && words.test(english(detail)));
  expect(alert).toMatchObject({ kiosk, subject: '', status: 'open' });
  expectBoth(alert.detail);
  expect(both.runs()).toEqual(before);
});

/** All of it in euros, as a kiosk elsewhere would have it. */
const inEuros = changed((document) => {
  document.money.currency = 'EUR';
  document.devices[0].settings.countries = { '2A': 'EUR' };
});
const priced = (priceMinor: number) =>
  changed((document) => (document.goods.products[0].priceMinor = priceMinor), restaurant);
const charging = (feePercent: number) => {
  const policy = { method: 'alipay', leastMinor: 100, mostMinor: null, hours: null, feePercent };
  return changed((document) => (document.policies = [policy]), wallets);
};

test.each<readonly [name: string, document: object, words: RegExp]>([
  ['for another kiosk', { ...example, kiosk: 'LAB-02' }, /^other-kiosk\nkiosk is LAB-02; this one is LAB-01/],
  ['of an older format', { ...example, version: 0 }, /^unsound\nversion is 0; it must be 3/],
  ['of the highest format', { ...example, version: Number.MAX_SAFE_INTEGER }, /newer than this program/],
  ['with a field that nobody knows', { ...example, fee: 1 }, /fee is not a field of the configuration; remove it/],
  [
    'with a text that no screen knows',
    { ...example, texts: { 'find.bilHint': { 'zh-CN': '甲', en: 'a' } } },
    /texts\.find\.bilHint is not a text that customers read/,
  ],
  [
    'with a port outside of its folder',
    changed((document) => (document.devices[0].port = 'DATA/../../etc/shadow')),
    /devices\.0\.port .*must be a port/,
  ],
  ['with a price of 0', priced(0), /goods\.products\.0\.priceMinor is 0/],
  ['with a negative price', priced(-100), /goods\.products\.0\.priceMinor is -100/],
  ['with a price of 10^9', priced(1e9), /goods\.products\.0\.priceMinor is 1000000000/],
  ['with a negative fee', charging(-1), /policies\.0\.feePercent .*from 0 to 20/],
  ['with a fee of 10^9', charging(1e9), /policies\.0\.feePercent .*from 0 to 20/],
  ['of another currency', inEuros, /^other-money\nmoney\.currency is EUR; the money inside is CNY/],
  [
    'of a currency that its devices do not know',
    changed((document) => (document.money.currency = 'EUR')),
    /devices\.0\.settings\.countries .*maps nothing to EUR/,
  ],
])('a configuration %s is refused, and the office reads why', async (_, document, words) => {
  const before = both.runs();
  publish(document);
  const subject = String(newest());
  await both.looks();
  const alert = await both.stands((one) => one.kind === 'configuration-refused' && one.subject === subject);
  expect(english(alert.detail)).toMatch(words);
  expectBoth(alert.detail);
  expect(both.runs()).toEqual(before);
});

test('what was refused stays refused after a start, and no word of the office was lost on the way', async () => {
  publish({ ...example, fee: 1 });
  await both.looks(2);
  const refused = (await both.stands(({ subject }) => subject === String(newest()))).alert;
  expect(both.kiosk.keep().seen).toMatchObject({ version: newest() });
  await both.looks();
  expect((await both.alerts())[0]?.alert).toBe(refused);
  expect([both.office.problems, both.kiosk.line.problems]).toEqual([[], []]);
});
