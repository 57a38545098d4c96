/**
 * The bad configurations of `tests/faults.md` that the check itself refuses, each with the words of the refusal. Those of
 * signatures, versions of a repository and delivery come before a document is read at all.
 */
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import lab from '../../config/examples/lab.json' with { type: 'json' };
import wallets from '../../config/examples/wallets.json' with { type: 'json' };
import restaurant from '../../config/presets/restaurant.json' with { type: 'json' };
import { loadConfig } from '../../config/schema.ts';
import { knownToKiosk } from '../../kiosk/known.ts';
import { problemsByPath } from './in-chinese.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bad-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every problem of a file of these bytes, as `npm run config -- check` prints them. */
async function problemsOf(content: string | Uint8Array): Promise<Readonly<Record<string, string>>> {
  const path = join(folder, 'bad.json');
  writeFileSync(path, content);
  return refused(path);
}

async function refused(path: string): Promise<Readonly<Record<string, string>>> {
  const checked = await loadConfig(path, knownToKiosk);
  return checked.ok ? {} : problemsByPath(checked.problems, path.split(/[ /]/));
}

const text = JSON.stringify(lab);
const twice = (field: string) => text.replace(`"${field}":`, `"${field}":null,"${field}":`);

describe('a file that is no document', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /line 1, column 1: expected a value; the text ends here/],
    ['truncated', text.slice(0, -1), /the text ends here/],
    [
      'truncated inside of a character',
      Buffer.from(text.slice(0, text.indexOf('东') + 1)).subarray(0, -1),
      /not UTF-8/,
    ],
    ['trailing bytes', `${text}{}`, /something follows the end of the document; remove it/],
    ['a zero byte behind it', `${text}\0`, /something follows the end/],
    ['a key twice', twice('limits'), /the field "limits" stands here twice; keep one of them/],
    [
      'a key twice, once in other letters',
      text.replace('"limits":', '"l\\u0069mits":{},"limits":'),
      /"limits" stands here twice/,
    ],
    ['a key twice, deep inside', twice('cashMaximumMinor'), /"cashMaximumMinor" stands here twice/],
    ['the prototype', text.replace('{', '{"__proto__":{},'), /"__proto__" is not allowed; remove it/],
    ['a sum that no number holds', text.replace('500000', '1e400'), /cannot be held exactly/],
    ['a sum beyond 2^53', text.replace('500000', '9007199254740993'), /cannot be held exactly/],
    ['ten thousand levels', '['.repeat(10_000), /more than 64 levels/],
    ['another format', 'version: 3\nkiosk: LAB-01\n', /expected a value/],
  ])('%s', async (_, content, words) => {
    expect(await problemsOf(content)).toEqual({ '': expect.stringMatching(words) });
  });

  test('a hundred mebibytes are refused by their size, unread', async () => {
    const path = join(folder, 'huge.json');
    writeFileSync(path, text);
    truncateSync(path, 100 * 1024 * 1024);
    const beginMs = performance.now();
    expect(await refused(path)).toEqual({ '': expect.stringMatching(/104857600 bytes; .*at most 1048576 \(1 MiB\)/) });
    expect(performance.now() - beginMs).toBeLessThan(1_000);
  });

  test.each([
    ['to what never ends', '/dev/zero', /is not a file; name a JSON file/],
    ['to a folder', '.', /is not a file/],
    ['to itself', 'link-to itself.json', /cannot be read \(ELOOP\)/],
    ['to nothing', 'gone.json', /there is no file/],
  ])('a symlink %s', async (name, target, words) => {
    const path = join(folder, `link-${name}.json`);
    symlinkSync(name === 'to itself' ? path : target, path);
    expect(await refused(path)).toEqual({ '': expect.stringMatching(words) });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: a document is broken here wherever a test likes.
type Document = any;
type Break = (document: Document) => void;

describe('a document that says', () => {
  test.each<[string, object, Break, Readonly<Record<string, RegExp>>]>([
    ['a version before the first', lab, (c) => (c.version = 0), { version: /is 0; it must be 3/ }],
    ['a newer version', lab, (c) => (c.version = 4), { version: /newer than this program .*update the program/ }],
    [
      'the last version there can be',
      lab,
      (c) => (c.version = Number.MAX_SAFE_INTEGER),
      { version: /is 9007199254740991, newer/ },
    ],
    [
      'what nobody knows, anywhere',
      lab,
      (c) => {
        c.fee = 1;
        c.limits.fee = 1;
        c.devices[0].speed = 1;
        c.devices[0].settings.speed = 1;
        c.texts.greeting = { 'zh-CN': '好', en: 'Hi', de: 'Hallo' };
      },
      {
        fee: /is not a field of the configuration; remove it/,
        'limits.fee': /is not a field/,
        'devices.0.speed': /is not a field/,
        'devices.0.settings.speed': /is not a setting of id003/,
        'texts.greeting': /is not a text/,
        'texts.greeting.de': /is not a field/,
      },
    ],
    [
      'a port outside of the data folder',
      lab,
      (c) => (c.devices[0].port = 'DATA/../../../etc/shadow'),
      { 'devices.0.port': /must be a port/ },
    ],
    [
      'a port beside the root',
      lab,
      (c) => (c.devices[0].port = '/dev/../etc/shadow'),
      { 'devices.0.port': /must be a port/ },
    ],
    [
      'bills outside of the data folder',
      lab,
      (c) => (c.biller.file = 'DATA/../keys/signing.pem'),
      { 'biller.file': /path of a file of bills/ },
    ],
    ['bills from nowhere', lab, (c) => (c.biller.file = '../bills.json'), { 'biller.file': /path of a file of bills/ }],
    [
      'bills behind a file address',
      lab,
      (c) => (c.biller.url = 'file:///etc/shadow'),
      { 'biller.url': /an http or https address/ },
    ],
    [
      'a browser beside the root',
      lab,
      (c) => (c.display = { x: ':0', browser: '/usr/../tmp/browser' }),
      { 'display.browser': /path of the browser/ },
    ],
    [
      'a text by a path',
      lab,
      (c) => (c.texts = { '../welcome.bill': { 'zh-CN': '好', en: 'Hi' } }),
      { 'texts.../welcome.bill': /has the name "\.\.\/welcome\.bill"; it must be the name of a text: a letter/ },
    ],
    [
      'a price of nothing',
      restaurant,
      (c) => (c.goods.products[0].priceMinor = 0),
      { 'goods.products.0.priceMinor': /is 0; .*from 1 to 10000000/ },
    ],
    [
      'a price below nothing',
      restaurant,
      (c) => (c.goods.products[0].priceMinor = -100),
      { 'goods.products.0.priceMinor': /is -100; .*from 1/ },
    ],
    [
      'a price of ten million',
      restaurant,
      (c) => (c.goods.products[0].priceMinor = 1e9),
      { 'goods.products.0.priceMinor': /is 1000000000; .*to 10000000/ },
    ],
    [
      'a price with a fraction',
      restaurant,
      (c) => (c.goods.products[0].priceMinor = 0.5),
      { 'goods.products.0.priceMinor': /whole number/ },
    ],
    [
      'a largest sum of nothing',
      lab,
      (c) => (c.limits.cashMaximumMinor = 0),
      { 'limits.cashMaximumMinor': /is 0; .*from 1/ },
    ],
    [
      'a largest sum beyond sense',
      lab,
      (c) => (c.limits.cashMaximumMinor = 1e9),
      { 'limits.cashMaximumMinor': /to 100000000/ },
    ],
    [
      'a fee below nothing',
      wallets,
      (c) => (c.policies = [policy({ feePercent: -1 })]),
      { 'policies.0.feePercent': /from 0 to 20/ },
    ],
    [
      'a fee of everything',
      wallets,
      (c) => (c.policies = [policy({ feePercent: 1e9 })]),
      { 'policies.0.feePercent': /from 0 to 20/ },
    ],
    [
      'a least sum of nothing',
      wallets,
      (c) => (c.policies = [policy({ leastMinor: 0 })]),
      { 'policies.0.leastMinor': /from 1/ },
    ],
    [
      'a currency that is none',
      lab,
      (c) => (c.money.currency = 'CNX'),
      { 'money.currency': /ISO 4217 that is in use/ },
    ],
    [
      'a currency with other decimals',
      lab,
      (c) => (c.money.currency = 'JPY'),
      { 'money.exponent': /JPY has 0 decimal places/ },
    ],
    [
      'another currency than its devices and wallets',
      wallets,
      (c) => (c.money.currency = 'EUR'),
      {
        'devices.0.settings.countries': /maps nothing to EUR/,
        'devices.2.settings.currency': /is "CNY", and money.currency is "EUR"/,
        'wallets.0': /takes CNY only/,
        'wallets.1': /takes CNY only/,
      },
    ],
  ])('%s', async (_, document, change, expected) => {
    const broken = structuredClone(document);
    change(broken);
    const problems = await problemsOf(JSON.stringify(broken));
    expect(Object.keys(problems).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [path, words] of Object.entries(expected)) expect(problems[path], path).toMatch(words);
  });
});

function policy(change: object): object {
  return { method: 'alipay', leastMinor: 100, mostMinor: null, hours: null, feePercent: 0, ...change };
}

test('the documents that are broken here are right before', async () => {
  for (const document of [lab, wallets, restaurant, { ...wallets, policies: [policy({})] }]) {
    expect(await problemsOf(JSON.stringify(document))).toEqual({});
  }
});
