/**
 * The one document of a kiosk: its shape, and every rule it must keep before anything reads it. Amounts are
 * integers of minor units, times of day `HH:MM` in the kiosk's zone, durations milliseconds.
 */
import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { type ConfigProblem, crossChecks, fields, type Known } from './coherence.ts';
import { deviceCurrencyProblems } from './device-currency.ts';
import { about, type Both, both, mustBe, record } from './fields.ts';
import { goodsProblems } from './goods.ts';
import { migrate, newestVersion } from './migrations.ts';
import { goods } from './parts/catalogue.ts';
import { limits, money, refunds, staff } from './parts/limits.ts';
import { biller, devices, display, glass, reboot } from './parts/machines.ts';
import { methods, policies, vouchers, wallets } from './parts/payment.ts';
import {
  businessDayStart,
  customerLanguages,
  day,
  groups,
  kioskName,
  merchant,
  office,
  place,
  preset,
  receiptUrl,
  region,
  texts,
  timeZone,
} from './parts/place.ts';
import { paymentProblems } from './payment-rules.ts';
import { child, described, own, shapeOf } from './shape.ts';
import { jsonMaximumBytes, parseJsonStrict } from './strict-json.ts';

export { type ConfigProblem, type Known, sentenceOf } from './coherence.ts';

export type Checked =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const problemsMaximum = 200;

const version = about(
  v.pipe(
    v.literal(newestVersion),
    mustBe(both(`${newestVersion}, the version of this document's shape`, `${newestVersion}，即本配置格式的版本`)),
  ),
  {
    name: both('Version', '版本'),
    purpose: 'of the shape; an older document is brought forward, a newer one is refused',
  },
);

/** Of the whole document; what it says beside its fields is read by `shape.ts`. */
export const schema = record({
  version,
  kiosk: kioskName,
  groups,
  preset,
  merchant,
  place,
  money,
  region,
  timeZone,
  businessDayStart,
  day,
  languages: customerLanguages,
  limits,
  staff,
  methods,
  policies,
  vouchers,
  refunds,
  texts,
  receiptUrl,
  devices,
  biller,
  wallets,
  goods,
  office,
  display,
  reboot,
  glass,
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
    const is = shown(migrated.json);
    const problem = both(
      `the configuration is ${is.en}; it must be an object`,
      `配置是${spaced(is['zh-CN'])}；必须是对象`,
    );
    return { ok: false, problems: [{ path: '', problem }] };
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
  for (const problem of paymentProblems(migrated.json)) keep(problem);
  for (const problem of deviceCurrencyProblems(migrated.json, known)) keep(problem);
  for (const problem of goodsProblems(migrated.json, known)) keep(problem);
  for (const problem of reservedNames(migrated.json)) keep(problem);
  for (const problem of unknownTexts(migrated.json, known)) keep(problem);
  for (const problem of listsForObjects(migrated.json)) keep(problem);
  if (problems.size > 0) return { ok: false, problems: [...problems.values()] };
  return parsed.success ? { ok: true, config: parsed.output } : { ok: false, problems: [] };
}

/** An empty list would be read as an object without fields; it is not one. */
function* listsForObjects(document: unknown): Generator<ConfigProblem> {
  const { texts, devices } = (document ?? {}) as { readonly texts?: unknown; readonly devices?: unknown };
  if (Array.isArray(texts)) yield { path: 'texts', problem: isNot(texts, must(['texts'])) };
  if (!Array.isArray(devices)) return;
  for (const [i, device] of devices.entries()) {
    const settings: unknown = (device as { readonly settings?: unknown } | null)?.settings;
    const path = ['devices', String(i), 'settings'];
    if (Array.isArray(settings)) yield { path: path.join('.'), problem: isNot(settings, must(path)) };
  }
}

/** Words of the merchant that nobody would ever read. */
function* unknownTexts(document: unknown, known: Known | undefined): Generator<ConfigProblem> {
  for (const name of Object.keys(fields(fields(document).texts))) {
    if (known?.isText?.(name) ?? true) continue;
    const problem = both(
      'is not a text that customers read and that may be put in other words; remove it or correct its name',
      '不是可以改写的顾客文字；请去掉或改正名称',
    );
    yield { path: `texts.${name}`, problem };
  }
}

/** Names that JavaScript keeps for itself: a field called so would be left out without a word. */
const reserved: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const reservedName = both('is a name that no field can have; choose another', '不能用作字段名；请换一个');

function* reservedNames(document: unknown): Generator<ConfigProblem> {
  const open: { readonly value: unknown; readonly path: string }[] = [{ value: document, path: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [name, value] of Object.entries(next.value)) {
      const path = next.path === '' ? name : `${next.path}.${name}`;
      if (reserved.has(name)) yield { path, problem: reservedName };
      open.push({ value, path });
    }
  }
}

/** Reads, parses and checks a file. A file that cannot be read is one problem with an empty path. Never throws. */
export async function loadConfig(path: string, known?: Known): Promise<Checked> {
  const refuse = (problem: Both): Checked => ({ ok: false, problems: [{ path: '', problem }] });
  let text: string;
  try {
    const file = await stat(path);
    if (!file.isFile())
      return refuse(both(`${path} is not a file; name a JSON file`, `${path} 不是文件；请指定 JSON 文件`));
    if (file.size > jsonMaximumBytes) {
      const problem = both(
        `${path} has ${file.size} bytes; a configuration has at most ${jsonMaximumBytes} (1 MiB)`,
        `${path} 有 ${file.size} 字节；配置最多 ${jsonMaximumBytes} 字节（1 MiB）`,
      );
      return refuse(problem);
    }
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await readFile(path));
  } catch (error) {
    return refuse(unreadable(path, error as NodeJS.ErrnoException));
  }
  const read = parseJsonStrict(text);
  return read.ok ? checkConfig(read.json, known) : refuse(read.problem);
}

function unreadable(path: string, error: NodeJS.ErrnoException): Both {
  if (error instanceof TypeError) {
    return both(`${path} is not UTF-8 text; save it as UTF-8`, `${path} 不是 UTF-8 文本；请存为 UTF-8`);
  }
  if (error.code === 'ENOENT') {
    return both(`there is no file ${path}; name one that exists`, `没有文件 ${path}；请指定存在的文件`);
  }
  const code = error.code ?? String(error);
  return both(`${path} cannot be read (${code}); check its rights`, `无法读取 ${path}（${code}）；请检查权限`);
}

type Issue = v.InferIssue<typeof schema>;

function inWords(issue: Issue): ConfigProblem {
  const keys = (issue.path ?? []).map((item) => String(item.key));
  const path = keys.join('.');
  const last = issue.path?.at(-1);
  if (issue.type === 'object' && last !== undefined && issue.received === 'undefined') {
    const be = must(keys);
    return { path, problem: both(`is missing; it must be ${be.en}`, `缺失；必须是${spaced(be['zh-CN'])}`) };
  }
  if (last?.origin !== 'key') return { path, problem: isNot(issue.input, must(keys)) };
  const [name, be] = [shown(last.key), nameMust(keys)];
  const problem = both(
    `has the name ${name.en}; it must be ${be.en}`,
    `名称是${spaced(name['zh-CN'])}；必须是${spaced(be['zh-CN'])}`,
  );
  return { path, problem };
}

/** What is there, and what must be. */
function isNot(value: unknown, be: Both): Both {
  const is = shown(value);
  return both(`is ${is.en}; it must be ${be.en}`, `是${spaced(is['zh-CN'])}；必须是${spaced(be['zh-CN'])}`);
}

/** Chinese stands apart from what is in other letters. */
function spaced(words: string): string {
  return /^\p{Script=Han}/u.test(words) ? words : ` ${words}`;
}

const noField = both(
  'is not a field of the configuration; remove it or correct its name',
  '不是配置的字段；请去掉或改正名称',
);

/** Every field that the schema does not know; valibot's own check would stop at the first of each object. */
function* strangers(at: unknown, value: unknown, path: readonly string[]): Generator<ConfigProblem> {
  if (typeof value !== 'object' || value === null) return;
  const { entries, item, value: inner } = shapeOf(at);
  for (const [key, below] of Object.entries(value)) {
    const known = Array.isArray(value) ? item : entries === undefined ? inner : own(entries, key);
    const here = [...path, key];
    if (known !== undefined) yield* strangers(known, below, here);
    else if (entries !== undefined && !Array.isArray(value)) {
      yield { path: here.join('.'), problem: noField };
    }
  }
}

/** What the field at this path must be: the nearest description on the way down to it. */
function must(keys: readonly string[]): Both {
  let at: unknown = schema;
  let words = described(schema) ?? both('', '');
  for (const key of keys) {
    at = child(at, key);
    if (at === undefined) return words;
    words = described(at) ?? words;
  }
  return words;
}

/** What a name must be where any fields may stand. */
function nameMust(keys: readonly string[]): Both {
  const around = keys
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at === undefined ? undefined : child(at, key)), schema);
  const { key } = around === undefined ? {} : shapeOf(around);
  return (key === undefined ? undefined : described(key)) ?? must(keys);
}

function shown(value: unknown): Both {
  if (Array.isArray(value)) {
    const { length } = value;
    return length === 0 ? both('an empty list', '空列表') : both(`a list of ${length}`, `${length} 项的列表`);
  }
  if (typeof value === 'object' && value !== null) return both('an object', '对象');
  const whole = JSON.stringify(value) ?? String(value);
  const words = whole.length > 60 ? `${whole.slice(0, 57)}…` : whole;
  return both(words, words);
}
