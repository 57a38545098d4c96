/**
 * The one document of a kiosk: its shape, and every rule it must keep before anything reads it. Amounts are
 * integers of minor units, times of day `HH:MM` in the kiosk's zone, durations milliseconds.
 */
import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { type ConfigProblem, crossChecks, type Known } from './coherence.ts';
import { countMaximum, goodsProblems, pictures, productId, productsMaximum } from './goods.ts';
import { isColour, isRegion, isTimeOfDay, isTimeZone, isWebAddress } from './forms.ts';
import { migrate, newestVersion } from './migrations.ts';
import { jsonMaximumBytes, parseJsonStrict } from './strict-json.ts';

export type { ConfigProblem, Known } from './coherence.ts';

export type Checked =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const languages = ['zh-CN', 'en'] as const;
const presets = ['mall', 'supermarket', 'restaurant', 'hotel', 'clinic', 'utility'] as const;
const charges = ['card', 'alipay', 'wechat'] as const;
const methods = ['cash', 'voucher', ...charges] as const;
const problemsMaximum = 200;

// Every field says in `must` what it must be; the words of a problem are made from that, and only from that.

function text(must: string, pattern: RegExp) {
  return v.pipe(v.string(), v.regex(pattern), v.description(must));
}

function checked(must: string, check: (value: string) => boolean) {
  return v.pipe(v.string(), v.check(check), v.description(must));
}

function whole(what: string, least: number, most: number) {
  return v.pipe(
    v.number(),
    v.safeInteger(),
    v.minValue(least),
    v.maxValue(most),
    v.description(`${what}: a whole number from ${least} to ${most}`),
  );
}

function yesOrNo(what: string) {
  return v.pipe(v.boolean(), v.description(`${what}: true or false`));
}

function oneOf<const Options extends readonly string[]>(options: Options) {
  return v.pipe(v.picklist(options), v.description(`one of ${options.join(', ')}`));
}

function record<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(v.object(entries), v.description(`an object with the fields ${Object.keys(entries).join(', ')}`));
}

function several<const Options extends readonly string[]>(options: Options) {
  const must = `a list of at least one of ${options.join(', ')}, each once`;
  return v.pipe(
    v.array(oneOf(options)),
    v.minLength(1),
    v.check((list) => new Set(list).size === list.length),
    v.description(must),
  );
}

/** One line of text for people: no control characters, not blank at its ends. */
function line(most: number) {
  return text(
    `a text of 1 to ${most} characters on one line, without blanks at its ends`,
    new RegExp(`^(?=\\S)(?=.*\\S$)[^\\p{Cc}]{1,${most}}$`, 'u'),
  );
}

function bilingual(most: number) {
  return record({ 'zh-CN': line(most), en: line(most) });
}

const hours = record({
  from: checked('a time of day such as 08:30, from 00:00 to 23:59', (value) => isTimeOfDay(value, '23:59')),
  to: checked('a time of day such as 17:00, from 00:00 to 24:00', (value) => isTimeOfDay(value, '24:00')),
});

const goods = record({
  products: v.pipe(
    v.array(
      record({
        id: text('a name of 1 to 32 small letters, digits and hyphens, beginning with a letter', productId),
        name: bilingual(40),
        group: bilingual(20),
        priceMinor: whole('the price of one in minor units, tax included', 1, 10_000_000),
        taxPercent: v.pipe(
          v.number(),
          v.minValue(0),
          v.maxValue(100),
          v.check((percent) => Math.round(percent * 10) / 10 === percent),
          v.description('the tax included in the price in percent: a number from 0 to 100 with at most one decimal'),
        ),
        picture: oneOf(pictures),
        mostPerOrder: whole('how many of it one order may have', 1, countMaximum),
      }),
    ),
    v.minLength(1),
    v.maxLength(productsMaximum),
    v.description(`a list of 1 to ${productsMaximum} products`),
  ),
  handOver: oneOf(['ticket', 'number', 'relay']),
  relay: v.optional(
    record({
      name: text(
        'the name of a relay in the settings of an I/O module: 1 to 32 small letters, digits and hyphens, beginning with a letter',
        /^[a-z][a-z0-9-]{0,31}$/,
      ),
      ms: whole('milliseconds for which it is on', 50, 10_000),
    }),
  ),
});

const schema = record({
  version: v.pipe(v.literal(newestVersion), v.description(`${newestVersion}, the version of this document's shape`)),
  kiosk: text(
    'the kiosk’s name: 1 to 16 capital letters, digits and hyphens, such as LAB-01',
    /^[A-Z0-9][A-Z0-9-]{0,15}$/,
  ),
  preset: oneOf(presets),
  merchant: record({
    legalName: bilingual(60),
    mark: text('one or two signs that stand for the merchant', /^[^\p{Cc}\s]{1,2}$/u),
    accent: checked('a colour such as #0A5C5A: # and six hex digits', isColour),
    taxNumber: v.nullable(text('the tax number, 5 to 20 capital letters and digits, or null', /^[0-9A-Z]{5,20}$/)),
    address: bilingual(100),
    servicePhone: text('a telephone number of 3 to 30 digits, blanks, +, - and brackets', /^[0-9+(][0-9 +()-]{2,29}$/),
    window: record({
      name: bilingual(40),
      staffed: hours,
    }),
  }),
  place: bilingual(40),
  money: record({
    currency: text('an ISO 4217 currency of three capital letters, such as CNY', /^[A-Z]{3}$/),
    exponent: whole('the currency’s decimal places by ISO 4217', 0, 4),
    cashStepMinor: whole('the smallest cash amount in minor units', 1, 100_000),
  }),
  region: checked('an ISO 3166 country of two capital letters, such as CN', isRegion),
  timeZone: checked('an IANA time zone that this machine knows, such as Asia/Shanghai', isTimeZone),
  businessDayStart: checked('a time of day such as 04:00, from 00:00 to 23:59', (value) => isTimeOfDay(value, '23:59')),
  day: v.optional(
    record({
      printZ: yesOrNo(
        'whether the Z report comes on paper when the day ends by itself; left out: when somebody asks for it',
      ),
    }),
  ),
  languages: several(languages),
  limits: record({
    cashMaximumMinor: whole('the most cash for one sale in minor units', 1, 100_000_000),
    noteDecisionMs: whole('milliseconds to decide about a note', 500, 10_000),
    idleMs: whole('milliseconds without a touch before the customer is asked', 10_000, 600_000),
    idleWithMoneyMs: whole('the same while money is in the sale', 10_000, 1_800_000),
    warningMs: whole('milliseconds that the question stands', 5_000, 120_000),
    takeChangeMs: whole('milliseconds that a paid-out note waits in the slot for its owner', 15_000, 300_000),
    changeReservePieces: whole('how many of each coin and note are kept back when change is promised', 0, 1_000),
    chargeMaximumMinor: v.optional(
      whole('the most that a card or wallet is asked for at once in minor units', 1, 1_000_000_000),
      5_000_000,
    ),
  }),
  staff: record({
    twoPersons: record({
      corrections: yesOrNo('whether two persons stand by a correction and the end of a case'),
      emptying: yesOrNo('whether two persons stand by when cash is taken out or counted'),
      closing: v.optional(yesOrNo('whether two persons stand by when the day is closed; left out: one is enough')),
    }),
    limits: v.optional(
      record({
        differenceMinor: whole(
          'the largest difference of a count that one person books, in minor units',
          0,
          100_000_000,
        ),
        settleMinor: whole('the largest case that one person ends, in minor units', 0, 100_000_000),
        judgeRefundMinor: whole('the largest refund that one person agrees to, in minor units', 0, 100_000_000),
      }),
    ),
  }),
  methods: several(methods),
  policies: v.optional(
    v.pipe(
      v.array(
        record({
          method: oneOf(charges),
          leastMinor: whole('the least that is paid this way in minor units', 1, 1_000_000_000),
          mostMinor: v.nullable(whole('the most that is paid this way in minor units, or null', 1, 1_000_000_000)),
          hours: v.nullable(hours),
          feePercent: v.pipe(
            v.number(),
            v.minValue(0),
            v.maxValue(20),
            v.check((percent) => Math.round(percent * 100) === Number((percent * 100).toFixed(6))),
            v.description(
              'what the customer’s own bank or wallet takes from them besides, in percent: a number from 0 to 20 with at most two decimals',
            ),
          ),
        }),
      ),
      v.maxLength(charges.length),
      v.description(`a list of at most ${charges.length} policies, one for a method`),
    ),
  ),
  refunds: v.optional(
    record({
      days: whole('within how many days a receipt is given back here', 1, 90),
      attendantAboveMinor: whole(
        'the sum in minor units above which a person has to agree, as to all that comes as cash',
        0,
        1_000_000_000,
      ),
    }),
  ),
  texts: v.pipe(
    v.record(
      text('the name of a text: a letter, then letters, digits, points and hyphens', /^[a-zA-Z][a-zA-Z0-9.-]{0,63}$/),
      bilingual(400),
    ),
    v.maxEntries(500),
    v.description('an object of at most 500 texts by name, each with zh-CN and en'),
  ),
  receiptUrl: v.nullable(checked('an http or https address of at most 200 characters, or null', isWebAddress)),
  devices: v.pipe(
    v.array(
      record({
        id: text(
          'a name of 1 to 32 small letters, digits and hyphens, beginning with a letter',
          /^[a-z][a-z0-9-]{0,31}$/,
        ),
        protocol: text('a protocol’s name in small letters and digits, such as id003', /^[a-z][a-z0-9-]{0,31}$/),
        port: text(
          'a port: a path from the root such as /dev/ttyUSB0 or /dev/usb/lp0, DATA/ and a name in the data folder, or host:port',
          /^(?!.*(?:^|\/)\.\.?(?:\/|$))(?:DATA\/[^\p{Cc}]{1,200}|\/[^\p{Cc}]{1,200}|[A-Za-z0-9.-]{1,100}:[0-9]{1,5})$/u,
        ),
        settings: v.pipe(
          v.record(v.string(), v.unknown()),
          v.maxEntries(100),
          v.description('an object with the protocol’s own settings, {} for none'),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(32),
    v.description('a list of 1 to 32 devices'),
  ),
  biller: record({
    kind: oneOf(['file', 'http']),
    file: v.nullable(
      text(
        'the path of a file of bills, from the root or DATA/…, or null for the example bills',
        /^(?!.*(?:^|\/)\.\.?(?:\/|$))(?:DATA\/|\/)[^\p{Cc}]{1,200}$/u,
      ),
    ),
    url: v.nullable(checked('an http or https address of at most 200 characters, or null', isWebAddress)),
    timeoutMs: whole('milliseconds to wait for the biller', 500, 60_000),
  }),
  wallets: v.optional(
    v.pipe(
      v.array(
        record({
          id: text(
            'a name of 1 to 32 small letters, digits and hyphens, beginning with a letter',
            /^[a-z][a-z0-9-]{0,31}$/,
          ),
          kind: oneOf(['alipay', 'wechat']),
          url: checked('an http or https address of at most 200 characters', isWebAddress),
          timeoutMs: whole('milliseconds to wait for an answer of the gateway', 500, 30_000),
          codeShownMs: whole('milliseconds that a code to scan stands on the screen', 60_000, 600_000),
          undecidedMs: whole('milliseconds until a payment without a decision counts as unknown', 60_000, 600_000),
          alipay: v.nullable(
            record({
              appId: text('the application’s number, 1 to 32 letters and digits', /^[0-9A-Za-z]{1,32}$/),
              sellerId: v.nullable(text('the merchant’s number of 16 digits, from 2088, or null', /^2088[0-9]{12}$/)),
              notifyUrl: v.nullable(
                checked('an http or https address of at most 200 characters, or null', isWebAddress),
              ),
            }),
          ),
          wechat: v.nullable(
            record({
              appId: text('the application’s name, 1 to 32 letters and digits', /^[0-9A-Za-z]{1,32}$/),
              mchId: text('the merchant’s number of 6 to 32 digits', /^[0-9]{6,32}$/),
              merchantSerial: text(
                'the serial number of the merchant’s certificate in hex digits',
                /^[0-9A-Fa-f]{8,64}$/,
              ),
              publicKeyId: text(
                'the name of the gateway’s public key, such as PUB_KEY_ID_01…',
                /^PUB_KEY_ID_[0-9A-Za-z]{1,64}$/,
              ),
              notifyUrl: checked('an http or https address of at most 200 characters', isWebAddress),
              storeId: text(
                'the place’s name for the gateway: 1 to 32 letters, digits and hyphens',
                /^[0-9A-Za-z-]{1,32}$/,
              ),
            }),
          ),
        }),
      ),
      v.maxLength(8),
      v.description('a list of at most 8 wallets'),
    ),
    [],
  ),
  goods: v.optional(goods),
  display: v.optional(
    record({
      x: text('the X display on which the browser shows the glass, such as :0', /^:[0-9]{1,3}(\.[0-9]{1,2})?$/),
      browser: text(
        'the path of the browser from the root, such as /usr/bin/chromium',
        /^(?!.*(?:^|\/)\.\.?(?:\/|$))\/[^\p{Cc}]{1,200}$/u,
      ),
    }),
  ),
  glass: record({
    diagonalInch: v.pipe(
      v.number(),
      v.minValue(7),
      v.maxValue(100),
      v.description('the diagonal of the glass in inches: a number from 7 to 100'),
    ),
    widthPx: whole('the width of the glass in pixels', 320, 16_384),
    heightPx: whole('the height of the glass in pixels', 320, 16_384),
  }),
});

type Frozen<T> = T extends (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** A configuration that passed every check. */
export type Config = Frozen<v.InferOutput<typeof schema>>;

/**
 * Checks a document and names every problem at once, at most 200. Unknown fields are problems. With `known`, protocols,
 * their settings and the currency are checked too. An older document is brought to the newest version first.
 */
export function checkConfig(json: unknown, known?: Known): Checked {
  const migrated = migrate(json);
  if (!migrated.ok) return { ok: false, problems: [{ path: 'version', problem: migrated.problem }] };
  if (typeof migrated.json !== 'object' || migrated.json === null || Array.isArray(migrated.json)) {
    return {
      ok: false,
      problems: [{ path: '', problem: `the configuration is ${shown(migrated.json)}; it must be an object` }],
    };
  }
  const parsed = v.safeParse(schema, migrated.json);
  const problems = new Map<string, ConfigProblem>();
  const keep = (problem: ConfigProblem) => {
    // A field that is wrong by itself is not reported again for what follows from that.
    if (problems.size < problemsMaximum && !problems.has(problem.path)) problems.set(problem.path, problem);
  };
  if (!parsed.success) for (const issue of parsed.issues) keep(inWords(issue));
  for (const problem of strangers(schema, migrated.json, [])) keep(problem);
  for (const problem of crossChecks(migrated.json, known)) keep(problem);
  for (const problem of goodsProblems(migrated.json, known)) keep(problem);
  for (const problem of reservedNames(migrated.json)) keep(problem);
  for (const problem of listsForObjects(migrated.json)) keep(problem);
  if (problems.size > 0) return { ok: false, problems: [...problems.values()] };
  return parsed.success ? { ok: true, config: parsed.output } : { ok: false, problems: [] };
}

/** An empty list would be read as an object without fields; it is not one. */
function* listsForObjects(document: unknown): Generator<ConfigProblem> {
  const { texts, devices } = (document ?? {}) as { readonly texts?: unknown; readonly devices?: unknown };
  if (Array.isArray(texts)) yield { path: 'texts', problem: `is ${shown(texts)}; it must be ${must(['texts'])}` };
  if (!Array.isArray(devices)) return;
  for (const [i, device] of devices.entries()) {
    const settings: unknown = (device as { readonly settings?: unknown } | null)?.settings;
    const path = ['devices', String(i), 'settings'];
    if (Array.isArray(settings)) {
      yield { path: path.join('.'), problem: `is ${shown(settings)}; it must be ${must(path)}` };
    }
  }
}

/** Names that JavaScript keeps for itself: a field called so would be left out without a word. */
const reserved: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function* reservedNames(document: unknown): Generator<ConfigProblem> {
  const open: { readonly value: unknown; readonly path: string }[] = [{ value: document, path: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [name, value] of Object.entries(next.value)) {
      const path = next.path === '' ? name : `${next.path}.${name}`;
      if (reserved.has(name)) yield { path, problem: 'is a name that no field can have; choose another' };
      open.push({ value, path });
    }
  }
}

/** Reads, parses and checks a file. A file that cannot be read is one problem with an empty path. Never throws. */
export async function loadConfig(path: string, known?: Known): Promise<Checked> {
  const refuse = (problem: string): Checked => ({ ok: false, problems: [{ path: '', problem }] });
  let text: string;
  try {
    const file = await stat(path);
    if (!file.isFile()) return refuse(`${path} is not a file; name a JSON file`);
    if (file.size > jsonMaximumBytes) {
      return refuse(`${path} has ${file.size} bytes; a configuration has at most ${jsonMaximumBytes} (1 MiB)`);
    }
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof TypeError) return refuse(`${path} is not UTF-8 text; save it as UTF-8`);
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return refuse(`there is no file ${path}; name one that exists`);
    return refuse(`${path} cannot be read (${code ?? String(error)}); check its rights`);
  }
  const read = parseJsonStrict(text);
  return read.ok ? checkConfig(read.json, known) : refuse(read.problem);
}

type Issue = v.InferIssue<typeof schema>;

function inWords(issue: Issue): ConfigProblem {
  const keys = (issue.path ?? []).map((item) => String(item.key));
  const path = keys.join('.');
  const last = issue.path?.at(-1);
  if (issue.type === 'object' && last !== undefined && issue.received === 'undefined') {
    return { path, problem: `is missing; it must be ${must(keys)}` };
  }
  return { path, problem: `is ${shown(issue.input)}; it must be ${must(keys)}` };
}

/** Every field that the schema does not know; valibot's own check would stop at the first of each object. */
function* strangers(at: unknown, value: unknown, path: readonly string[]): Generator<ConfigProblem> {
  if (typeof value !== 'object' || value === null) return;
  const { entries, item, value: inner } = bare(at) as Shape;
  for (const [key, below] of Object.entries(value)) {
    const known = Array.isArray(value) ? item : entries === undefined ? inner : own(entries, key);
    const here = [...path, key];
    if (known !== undefined) yield* strangers(known, below, here);
    else if (entries !== undefined && !Array.isArray(value)) {
      const problem = 'is not a field of the configuration; remove it or correct its name';
      yield { path: here.join('.'), problem };
    }
  }
}

function own(entries: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}

/** What the field at this path must be: the nearest description on the way down to it. */
function must(keys: readonly string[]): string {
  let at: unknown = schema;
  let words = v.getDescription(schema) ?? '';
  for (const key of keys) {
    at = child(at, key);
    if (at === undefined) return words;
    words = describe(at) ?? words;
  }
  return words;
}

interface Shape {
  readonly type?: string;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly item?: unknown;
  readonly value?: unknown;
  readonly wrapped?: unknown;
}

function describe(at: unknown): string | undefined {
  return v.getDescription(bare(at) as v.GenericSchema);
}

function bare(at: unknown): unknown {
  const shape = at as Shape;
  return shape.type === 'nullable' || shape.type === 'optional' ? bare(shape.wrapped) : at;
}

function child(at: unknown, key: string): unknown {
  const shape = bare(at) as Shape;
  if (shape.entries !== undefined) return own(shape.entries, key);
  return shape.type === 'array' ? shape.item : shape.type === 'record' ? shape.value : undefined;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const words = JSON.stringify(value) ?? String(value);
  return words.length > 60 ? `${words.slice(0, 57)}…` : words;
}
