import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import walletsExample from '../../config/examples/wallets.json' with { type: 'json' };
import lab from '../../config/examples/lab.json' with { type: 'json' };
import { currencyExponent } from '../../hardware/currency.ts';
import { both } from '../../config/fields.ts';
import { checkConfig, type Known, loadConfig } from '../../config/schema.ts';
import { problemsByPath } from './in-chinese.ts';

const crash = (): never => {
  throw new Error('asked about settings that are wrong');
};

const known: Known = {
  protocols: {
    id003: {
      kindOf: () => 'note-acceptor',
      addressOf: () => null,
      checkSettings: (settings) =>
        'countries' in settings
          ? []
          : [{ path: 'countries', problem: both('is missing; name the countries', '缺失；请写明') }],
    },
    escpos: { kindOf: () => 'printer', addressOf: () => null, checkSettings: () => [] },
    bus: {
      // Both trust that the settings were checked.
      kindOf: ({ kind, address }) => (address === undefined ? crash() : String(kind)),
      addressOf: ({ address }) => (address === undefined ? crash() : Number(address)),
      checkSettings: ({ address }) =>
        address === undefined ? [{ path: 'address', problem: both('is missing', '缺失') }] : [],
    },
  },
  currencyExponent,
};

// biome-ignore lint/suspicious/noExplicitAny: a document is broken here on purpose, wherever a test likes.
type Broken = any;

function problemsOf(change: (document: Broken) => void): Readonly<Record<string, string>> {
  const document = structuredClone(lab) as Broken;
  change(document);
  const checked = checkConfig(document, known);
  return checked.ok ? {} : problemsByPath(checked.problems, ['bus']);
}

test('the example is right', () => {
  const checked = checkConfig(lab, known);
  expect(checked).toEqual({ ok: true, config: complete(lab) });
});

/** What may be left out stands in it as it is then. */
function complete<Document extends { limits: object }>(document: Document) {
  return { wallets: [], ...document, limits: { ...document.limits, chargeMaximumMinor: 5_000_000 } };
}

describe('capacity', () => {
  const withCapacity = (capacity: unknown, at = 0) =>
    problemsOf((document) => Object.assign(document.devices[at], { capacity }));

  test('is of the units that the device has, and may be left out', () => {
    for (const capacity of [undefined, {}, { box: 600 }]) expect(withCapacity(capacity)).toEqual({});
    expect(withCapacity({ box: 600, hopper: 500 })).toEqual({
      'devices.0.capacity.hopper': 'is set, but a note-acceptor keeps cash in its box only; leave this out',
    });
    expect(withCapacity({ box: 600 }, 1)).toEqual({
      'devices.1.capacity.box': 'is set, but a printer keeps no cash; leave capacity out',
    });
  });

  test.each([0, -5, 1.5, '600', 20_001])('%j pieces are refused with what it must be', (box) => {
    expect(withCapacity({ box })).toEqual({
      'devices.0.capacity.box': `is ${JSON.stringify(box)}; it must be how many pieces its box holds: a whole number from 1 to 20000`,
    });
  });

  test('that is unknown is refused', () => {
    expect(Object.keys(withCapacity({ drawer: 5 }))).toEqual(['devices.0.capacity.drawer']);
  });
});

describe('display', () => {
  const display = { x: ':0', browser: '/usr/bin/chromium' };

  test('is left out where this program does not look after the glass, and complete where it does', () => {
    expect(problemsOf((document) => Object.assign(document, { display }))).toEqual({});
    expect(problemsOf((document) => Object.assign(document, { display: { x: ':12.1', browser: '/opt/b' } }))).toEqual(
      {},
    );
    expect(problemsOf((document) => Object.assign(document, { display: { x: ':0' } }))).toEqual({
      'display.browser': 'is missing; it must be the path of the browser from the root, such as /usr/bin/chromium',
    });
  });

  test.each([
    ['x', 'far:0', 'the X display on which the browser shows the glass, such as :0'],
    ['x', 0, 'the X display on which the browser shows the glass, such as :0'],
    ['browser', 'chromium', 'the path of the browser from the root, such as /usr/bin/chromium'],
    ['browser', '/usr/../chromium', 'the path of the browser from the root, such as /usr/bin/chromium'],
  ])('%s %j is refused with what it must be', (field, value, must) => {
    expect(problemsOf((document) => Object.assign(document, { display: { ...display, [field]: value } }))).toEqual({
      [`display.${field}`]: `is ${JSON.stringify(value)}; it must be ${must}`,
    });
  });

  test('has a name that no device takes from it', () => {
    const problems = problemsOf((document) => {
      Object.assign(document, { display });
      document.devices[0].id = 'display';
    });
    expect(problems['devices.0.id']).toBe('is "display", the name of the glass; choose another');
  });
});

describe('refunds', () => {
  test('are left out by a kiosk that gives nothing back', () => {
    const { refunds: _, ...without } = lab;
    expect(checkConfig(without, known)).toEqual({ ok: true, config: complete(without) });
  });

  test.each([
    ['days', 0, /from 1 to 90/],
    ['days', 91, /from 1 to 90/],
    ['days', 1.5, /from 1 to 90/],
    ['attendantAboveMinor', -1, /from 0 to/],
  ])('%s is not %s', (field, value, problem) => {
    expect(problemsOf((c) => (c.refunds[field] = value))[`refunds.${field}`]).toMatch(problem);
  });

  test('are whole or not there', () => {
    expect(Object.keys(problemsOf((c) => (c.refunds = { days: 7 })))).toEqual(['refunds.attendantAboveMinor']);
  });
});

/** The wallets of their example, at a kiosk of the known protocols. */
const withWallets = { ...walletsExample, devices: lab.devices, methods: ['cash', 'wechat', 'alipay', 'voucher'] };

describe('policies', () => {
  const policy = { method: 'wechat', leastMinor: 100, mostMinor: 50_000, hours: null, feePercent: 0.6 };
  const problemsWith = (...policies: Broken[]) => {
    const checked = checkConfig({ ...withWallets, policies }, known);
    return checked.ok ? {} : problemsByPath(checked.problems);
  };

  test('are kept as they stand', () => {
    const night = { ...policy, method: 'alipay', mostMinor: null, hours: { from: '22:00', to: '06:00' } };
    expect(problemsWith(policy, night)).toEqual({});
  });

  test.each<[string, Broken, string, RegExp]>([
    ['for cash, which the law keeps open', { method: 'cash' }, 'policies.0.method', /one of card, alipay, wechat/],
    ['for a way that is not offered', { method: 'card' }, 'policies.0.method', /which methods does not offer/],
    ['with no room', { mostMinor: 99 }, 'policies.0.mostMinor', /at least leastMinor, which is 100/],
    ['from nothing', { leastMinor: 0 }, 'policies.0.leastMinor', /from 1/],
    ['with a negative fee', { feePercent: -1 }, 'policies.0.feePercent', /from 0 to 20/],
    ['with a fee of three decimals', { feePercent: 0.125 }, 'policies.0.feePercent', /two decimals/],
    ['with an hour that is none', { hours: { from: '8:00', to: '24:00' } }, 'policies.0.hours.from', /08:30/],
  ])('are refused %s', (_, change, path, words) => {
    expect(problemsWith({ ...policy, ...change })[path]).toMatch(words);
  });

  test('are refused twice for one method', () => {
    expect(problemsWith(policy, policy)).toEqual({
      'policies.1.method': expect.stringMatching(/policies\.0 has already/),
    });
  });
});

describe('wallets', () => {
  test('are left out by whoever has none, and kept as they stand by others', () => {
    expect(checkConfig(withWallets, known)).toEqual({ ok: true, config: complete(withWallets) });
  });

  test.each<[string, (document: Broken) => void, string, RegExp]>([
    ['a way to pay that none of them is', (c) => (c.wallets = [c.wallets[0]]), 'methods.1', /names none of this kind/],
    ['a card without a terminal', (c) => c.methods.push('card'), 'methods.4', /no device is a card terminal/],
    ['none at all', (c) => (c.wallets = null), 'wallets', /is null; it must be a list of at most 8 wallets/],
    [
      'nine',
      (c) => (c.wallets = Array(9).fill(c.wallets[0])),
      'wallets',
      /a list of 9; it must be a list of at most 8/,
    ],
    ['an unknown kind', (c) => (c.wallets[0].kind = 'cheque'), 'wallets.0.kind', /one of alipay, wechat/],
    [
      'a stranger among the settings',
      (c) => (c.wallets[1].wechat.apiKey = 'x'),
      'wallets.1.wechat.apiKey',
      /not a field/,
    ],
    ['no settings', (c) => (c.wallets[0].alipay = null), 'wallets.0.alipay', /needs its settings/],
    ['settings of another', (c) => (c.wallets[0].wechat = c.wallets[1].wechat), 'wallets.0.wechat', /must be null/],
    ['the id of a device', (c) => (c.wallets[1].id = 'printer'), 'wallets.1.id', /which devices\.1 has already/],
    ['the id of another', (c) => (c.wallets[1].id = 'alipay'), 'wallets.1.id', /which wallets\.0 has already/],
    ['a gateway far away without https', (c) => (c.wallets[1].url = 'http://pay.example/'), 'wallets.1.url', /https/],
    ['a code shown too briefly', (c) => (c.wallets[0].codeShownMs = 1_000), 'wallets.0.codeShownMs', /from 60000/],
    ['another currency', (c) => (c.money.currency = 'EUR'), 'wallets.0', /takes CNY only/],
    ['no merchant', (c) => delete c.wallets[1].wechat.mchId, 'wallets.1.wechat.mchId', /is missing/],
    [
      'a serial that is none',
      (c) => (c.wallets[1].wechat.merchantSerial = 'no'),
      'wallets.1.wechat.merchantSerial',
      /hex/,
    ],
  ])('%s', (_, change, path, words) => {
    const document = structuredClone(withWallets) as Broken;
    change(document);
    const checked = checkConfig(document, known);
    expect(checked.ok ? '' : problemsByPath(checked.problems)[path]).toMatch(words);
  });
});

describe('what is wrong is named by its path and in words', () => {
  test.each<[string, (document: Broken) => void, string, RegExp]>([
    [
      'a field nobody knows',
      (c) => {
        c.limits.feeMinor = 5;
      },
      'limits.feeMinor',
      /not a field/,
    ],
    [
      'two persons, more or less',
      (c) => {
        c.staff.twoPersons.emptying = 'sometimes';
      },
      'staff.twoPersons.emptying',
      /is "sometimes"; it must be whether two persons .*: true or false/,
    ],
    [
      'nothing about two persons',
      (c) => {
        delete c.staff;
      },
      'staff',
      /is missing; it must be an object with the fields twoPersons/,
    ],
    [
      'a field that is missing',
      (c) => {
        delete c.money.currency;
      },
      'money.currency',
      /missing.*ISO 4217/,
    ],
    [
      'a section that is missing',
      (c) => {
        delete c.glass;
      },
      'glass',
      /missing.*diagonalInch/,
    ],
    [
      'a number as text',
      (c) => {
        c.limits.idleMs = '60000';
      },
      'limits.idleMs',
      /"60000".*whole number/,
    ],
    [
      'a fraction of a unit',
      (c) => {
        c.limits.cashMaximumMinor = 0.5;
      },
      'limits.cashMaximumMinor',
      /0\.5.*whole/,
    ],
    [
      'a limit of nothing',
      (c) => {
        c.limits.cashMaximumMinor = 0;
      },
      'limits.cashMaximumMinor',
      /from 1 to/,
    ],
    [
      'a limit beyond sense',
      (c) => {
        c.limits.cashMaximumMinor = 1e9;
      },
      'limits.cashMaximumMinor',
      /100000000/,
    ],
    [
      'a cash step of nothing',
      (c) => {
        c.money.cashStepMinor = 0;
      },
      'money.cashStepMinor',
      /from 1 to/,
    ],
    [
      'a most that cannot be paid in cash',
      (c) => {
        c.limits.cashMaximumMinor = 500_005;
      },
      'limits.cashMaximumMinor',
      /multiple/,
    ],
    [
      'an exponent of another currency',
      (c) => {
        c.money.currency = 'JPY';
      },
      'money.exponent',
      /JPY has 0/,
    ],
    [
      'a currency that does not exist',
      (c) => {
        c.money.currency = 'CNX';
      },
      'money.currency',
      /ISO 4217/,
    ],
    [
      'a zone that does not exist',
      (c) => {
        c.timeZone = 'Asia/Atlantis';
      },
      'timeZone',
      /IANA/,
    ],
    [
      'an offset as zone',
      (c) => {
        c.timeZone = '+08:00';
      },
      'timeZone',
      /IANA/,
    ],
    [
      'a country that does not exist',
      (c) => {
        c.region = 'QX';
      },
      'region',
      /ISO 3166/,
    ],
    [
      'an hour that does not exist',
      (c) => {
        c.businessDayStart = '24:00';
      },
      'businessDayStart',
      /23:59/,
    ],
    [
      'a window that closes before it opens',
      (c) => {
        c.merchant.window.staffed = { from: '18:00', to: '09:00' };
      },
      'merchant.window.staffed.to',
      /later/,
    ],
    [
      'a colour by its name',
      (c) => {
        c.merchant.accent = 'teal';
      },
      'merchant.accent',
      /#0A5C5A/,
    ],
    [
      'a text in one language only',
      (c) => {
        delete c.place.en;
      },
      'place.en',
      /missing/,
    ],
    [
      'a text of blanks',
      (c) => {
        c.place.en = '   ';
      },
      'place.en',
      /without blanks/,
    ],
    [
      'a text of two lines',
      (c) => {
        c.place.en = 'Hall\nB';
      },
      'place.en',
      /one line/,
    ],
    [
      'no language',
      (c) => {
        c.languages = [];
      },
      'languages',
      /at least one/,
    ],
    [
      'a language twice',
      (c) => {
        c.languages = ['en', 'en'];
      },
      'languages',
      /each once/,
    ],
    [
      'a language nobody speaks here',
      (c) => {
        c.languages = ['en', 'tlh'];
      },
      'languages.1',
      /zh-CN, en/,
    ],
    [
      'a way to pay that does not exist',
      (c) => {
        c.methods = ['cash', 'barter'];
      },
      'methods.1',
      /cash, voucher/,
    ],
    [
      'two devices of one name',
      (c) => {
        c.devices[1].id = 'acceptor';
      },
      'devices.1.id',
      /devices\.0 has already/,
    ],
    [
      'two devices at one port',
      (c) => {
        c.devices[1].port = c.devices[0].port;
      },
      'devices.1.port',
      /its own port/,
    ],
    [
      'a port outside the data folder',
      (c) => {
        c.devices[0].port = 'DATA/../../etc/passwd';
      },
      'devices.0.port',
      /a port/,
    ],
    [
      'a port that is no port',
      (c) => {
        c.devices[0].port = 'ttyUSB0';
      },
      'devices.0.port',
      /\/dev\/ttyUSB0/,
    ],
    [
      'a network port beyond all',
      (c) => {
        c.devices[1].port = '10.0.0.9:99999';
      },
      'devices.1.port',
      /65535/,
    ],
    [
      'a protocol nobody speaks',
      (c) => {
        c.devices[0].protocol = 'telex';
      },
      'devices.0.protocol',
      /id003, escpos/,
    ],
    [
      'a protocol named like a built-in',
      (c) => {
        c.devices[0].protocol = 'constructor';
      },
      'devices.0.protocol',
      /id003, escpos/,
    ],
    [
      'settings that the protocol refuses',
      (c) => {
        c.devices[0].settings = {};
      },
      'devices.0.settings.countries',
      /missing/,
    ],
    [
      'cash without a note acceptor',
      (c) => {
        c.devices.shift();
      },
      'methods.0',
      /no device takes notes/,
    ],
    [
      'a biller without an address',
      (c) => {
        c.biller.kind = 'http';
      },
      'biller.url',
      /needs the address/,
    ],
    [
      'a biller that reads and calls',
      (c) => {
        c.biller.url = 'http://127.0.0.1:9/';
      },
      'biller.url',
      /must be null/,
    ],
    [
      'a receipt page that runs a script',
      (c) => {
        c.receiptUrl = 'javascript:alert(1)';
      },
      'receiptUrl',
      /https/,
    ],
    [
      'a warning longer than the wait',
      (c) => {
        c.limits.warningMs = 60_000;
      },
      'limits.warningMs',
      /less than/,
    ],
    [
      'less time with money than without',
      (c) => {
        c.limits.idleWithMoneyMs = 30_000;
      },
      'limits.idleWithMoneyMs',
      /at least/,
    ],
    [
      'hardly time to take a note of the change',
      (c) => {
        c.limits.takeChangeMs = 5_000;
      },
      'limits.takeChangeMs',
      /from 15000 to 300000/,
    ],
    [
      'a newer shape',
      (c) => {
        c.version = 4;
      },
      'version',
      /newer/,
    ],
    [
      'no version',
      (c) => {
        delete c.version;
      },
      'version',
      /missing/,
    ],
  ])('%s', (_, change, path, words) => {
    const problems = problemsOf(change);
    expect(Object.keys(problems)).toEqual([path]);
    expect(problems[path]).toMatch(words);
  });

  test('everything that is wrong is named at once', () => {
    const problems = problemsOf((c) => {
      delete c.kiosk;
      c.extra = true;
      c.money.exponent = 3;
      c.devices[0].port = '';
      c.devices[1].id = 'acceptor';
    });
    expect(Object.keys(problems).sort()).toEqual([
      'devices.0.port',
      'devices.1.id',
      'extra',
      'kiosk',
      'money.exponent',
    ]);
  });

  test('a document of a thousand mistakes gives at most two hundred problems', () => {
    const problems = problemsOf((c) => {
      for (let i = 0; i < 1000; i++) c[`wrong${i}`] = i;
    });
    expect(Object.keys(problems)).toHaveLength(200);
  });
});

test.each([1, 2])('a document of version %i is brought forward: what it does not say is as usual', (version) => {
  const document = structuredClone(lab) as Broken;
  document.version = version;
  delete document.limits.takeChangeMs;
  if (version === 1) {
    delete document.limits.changeReservePieces;
    delete document.staff;
  }
  const checked = checkConfig(document, known);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  expect(checked.config).toMatchObject({ version: 3, limits: { takeChangeMs: 45_000, changeReservePieces: 3 } });
});

test('no value, however strange, makes the check throw, and none but an object passes', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const checked = checkConfig(value, known);
      expect(checked.ok).toBe(false);
      expect(checked.ok || checked.problems.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

describe('devices at one port', () => {
  const at = (id: string, settings: object) => ({ id, protocol: 'bus', port: 'DATA/ports/bus', settings });
  const problemsWith = (...devices: readonly object[]) => problemsOf((c) => c.devices.push(...devices));

  test('may be several of one protocol, each under its own address', () => {
    expect(problemsWith(at('coins', { address: 2 }), at('hopper', { address: 3 }))).toEqual({});
  });

  test.each<[string, readonly object[], string, RegExp]>([
    [
      'of one address',
      [at('coins', { address: 2 }), at('hopper', { address: 3 }), at('more', { address: 2 })],
      'devices.4.port',
      /devices\.2 has already; both have the address 2/,
    ],
    [
      'of two protocols',
      [at('coins', { address: 2 }), { ...at('paper', {}), protocol: 'escpos' }],
      'devices.3.port',
      /different protocols/,
    ],
    [
      'without addresses',
      [
        { ...at('paper', {}), protocol: 'escpos' },
        { ...at('more', {}), protocol: 'escpos' },
      ],
      'devices.3.port',
      /escpos has no addresses/,
    ],
    [
      'without a setting that it needs',
      [at('coins', { address: 2 }), at('hopper', {})],
      'devices.3.settings.address',
      /missing/,
    ],
  ])('%s are refused', (_, devices, path, problem) => {
    const problems = problemsWith(...devices);
    expect(Object.keys(problems)).toEqual([path]);
    expect(problems[path]).toMatch(problem);
  });
});

test.each([
  ['a note acceptor', 'note-acceptor', true],
  ['a recycler', 'recycler', true],
  ['a hopper', 'hopper', false],
])('cash can be paid where %s is: %s %s', (_, kind, can) => {
  const problems = problemsOf((c) => {
    c.devices[0] = { id: 'acceptor', protocol: 'bus', port: 'DATA/ports/bus', settings: { address: 2, kind } };
  });
  expect(Object.keys(problems)).toEqual(can ? [] : ['methods.0']);
});

test('without knowledge of the hardware a currency needs only its form', () => {
  const document = structuredClone(lab) as Broken;
  document.money.currency = 'CNX';
  expect(checkConfig(document)).toMatchObject({ ok: true });
  document.money.currency = 'cny';
  expect(checkConfig(document)).toMatchObject({ ok: false, problems: [{ path: 'money.currency' }] });
});

test('any one value replaced by another gives a problem or a configuration, never an exception', () => {
  const paths: (readonly string[])[] = [];
  const walk = (value: unknown, path: readonly string[]) => {
    if (path.length > 0) paths.push(path);
    if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
  };
  walk(lab, []);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
      const document = structuredClone(lab) as Broken;
      const parent = path.slice(0, -1).reduce((at, key) => at[key], document);
      parent[path.at(-1) as string] = value;
      const checked = checkConfig(document, known);
      if (!checked.ok) expect(checked.problems.every(({ problem }) => problem.en.length > 10)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const link = (name: string) => {
    symlinkSync(join(folder, name), join(folder, name));
    return join(folder, name);
  };

  test('is read and checked', async () => {
    const path = fileURLToPath(new URL('../../config/examples/lab.json', import.meta.url));
    expect(await loadConfig(path, known)).toEqual({ ok: true, config: complete(lab) });
  });

  test.each<[string, () => string, RegExp]>([
    ['that does not exist', () => join(folder, 'none.json'), /there is no file/],
    ['that is a folder', () => folder, /not a file/],
    ['that is not text', () => write('a', new Uint8Array([0x7b, 0xff, 0xfe])), /UTF-8/],
    ['that is longer than 1 MiB', () => write('b', ' '.repeat(2 ** 20 + 1)), /1 MiB/],
    ['that ends too early', () => write('c', JSON.stringify(lab).slice(0, -2)), /line 1, column \d+.*ends here/],
    ['that leads back to itself', () => link('d'), /cannot be read/],
  ])('%s is one problem without a path', async (_, path, words) => {
    const checked = await loadConfig(path(), known);
    expect(checked.ok ? {} : problemsByPath(checked.problems)).toEqual({ '': expect.stringMatching(words) });
  });
});

test('a field named as JavaScript names its own is refused, never left out without a word', () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const texts = JSON.parse(`{"${name}": {"zh-CN": "a", "en": "b"}}`);
    const checked = checkConfig({ ...lab, texts });
    expect(checked.ok).toBe(false);
    expect(JSON.stringify(checked)).toContain(`texts.${name}`);
  }
});

test.each([
  [[], 'an empty list'],
  [[1], 'a list of 1'],
  ['x', '"x"'],
  [null, 'null'],
])('a document that is %j is told to be an object, and nothing else', (json, what) => {
  const problem = `the configuration is ${what}; it must be an object`;
  const checked = checkConfig(json, known);
  expect(checked.ok ? {} : problemsByPath(checked.problems)).toEqual({ '': problem });
});

test('a list where an object belongs is refused', () => {
  const devices = lab.devices.map((device) => ({ ...device, settings: [] }));
  const checked = checkConfig({ ...lab, texts: [], devices });
  expect(checked.ok ? {} : problemsByPath(checked.problems)).toMatchObject({
    texts: expect.stringContaining('an empty list; it must be an object'),
    'devices.0.settings': expect.stringContaining('an empty list; it must be an object'),
  });
});

describe('slips of other kiosks', () => {
  const key = 'MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
  const hex = `302a300506032b6570032100${'0f'.repeat(32)}`;
  const problemsWith = (accept: unknown, offlineMaximumMinor: unknown = 5_000) =>
    problemsOf((c) => (c.vouchers = { accept, offlineMaximumMinor }));

  test('are taken of the kiosks that are named with their key, in base64 or hex', () => {
    const accept = [
      { kiosk: 'LAB-02', key },
      { kiosk: 'LAB-03', key: hex },
      { kiosk: lab.kiosk, key },
    ];
    expect(problemsWith(accept)).toEqual({});
  });

  test.each<[string, unknown, string, RegExp]>([
    ['of nobody', [], 'vouchers.accept', /1 to 200/],
    ['of one with a key too short', [{ kiosk: 'B', key: key.slice(1) }], 'vouchers.accept.0.key', /Ed25519/],
    ['of one with a key of another kind', [{ kiosk: 'B', key: 'ab'.repeat(44) }], 'vouchers.accept.0.key', /Ed25519/],
    ['of one without a key', [{ kiosk: 'B' }], 'vouchers.accept.0.key', /Ed25519/],
    [
      'of one twice',
      [
        { kiosk: 'B', key },
        { kiosk: 'B', key: hex },
      ],
      'vouchers.accept.1.kiosk',
      /vouchers.accept.0 has already/,
    ],
  ])('%s are refused', (_, accept, path, problem) => {
    expect(problemsWith(accept)[path]).toMatch(problem);
  });

  test('have a limit that is a sum', () => {
    expect(problemsWith([{ kiosk: 'B', key }], -1)['vouchers.offlineMaximumMinor']).toMatch(/from 0/);
  });
});
