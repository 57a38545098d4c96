/**
 * The one document of a kiosk: its shape, and every rule it must keep before anything reads it. Amounts are
 * integers of minor units, times of day `HH:MM` in the kiosk's zone, durations milliseconds.
 */
import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { type ConfigProblem, crossChecks, type Known } from './coherence.ts';
import { deviceCurrencyProblems } from './device-currency.ts';
import { about, both, record } from './fields.ts';
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
import { child, described, own, shapeOf } from './shape.ts';
import { jsonMaximumBytes, parseJsonStrict } from './strict-json.ts';

export type { ConfigProblem, Known } from './coherence.ts';

export type Checked =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const problemsMaximum = 200;

const version = about(
  v.pipe(v.literal(newestVersion), v.description(`${newestVersion}, the version of this document's shape`)),
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
  for (const problem of deviceCurrencyProblems(migrated.json, known)) keep(problem);
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
  if (last?.origin === 'key') return { path, problem: `has the name ${shown(last.key)}; it must be ${nameMust(keys)}` };
  return { path, problem: `is ${shown(issue.input)}; it must be ${must(keys)}` };
}

/** Every field that the schema does not know; valibot's own check would stop at the first of each object. */
function* strangers(at: unknown, value: unknown, path: readonly string[]): Generator<ConfigProblem> {
  if (typeof value !== 'object' || value === null) return;
  const { entries, item, value: inner } = shapeOf(at);
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

/** What the field at this path must be: the nearest description on the way down to it. */
function must(keys: readonly string[]): string {
  let at: unknown = schema;
  let words = v.getDescription(schema) ?? '';
  for (const key of keys) {
    at = child(at, key);
    if (at === undefined) return words;
    words = described(at) ?? words;
  }
  return words;
}

/** What a name must be where any fields may stand. */
function nameMust(keys: readonly string[]): string {
  const around = keys
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at === undefined ? undefined : child(at, key)), schema);
  const { key } = around === undefined ? {} : shapeOf(around);
  return (key === undefined ? undefined : described(key)) ?? must(keys);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const words = JSON.stringify(value) ?? String(value);
  return words.length > 60 ? `${words.slice(0, 57)}…` : words;
}
