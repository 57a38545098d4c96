/**
 * The configuration that this kiosk runs with. As long as staff have changed nothing it is the file given by hand; what they
 * change is kept in `DATA/config.json`, with the one before, until somebody edits that file: then the file counts again. A
 * new one is on trial until it has proven itself; one that has not is left by itself for the one before.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { checkConfig, type Checked, type Config } from '../config/schema.ts';
import { openStore, type Store } from '../config/store.ts';
import type { ConfigChange, WentBackWhy } from './configuration/change.ts';

/** A new configuration that was begun so often and never proven is left. */
const startsMaximum = 2;
/** More are never waiting to be recorded: each start records them. */
const changesKept = 8;

const document = v.record(v.string(), v.unknown());
const person = v.nullable(v.string());
const stored = v.strictObject({
  /** Hash of the file given by hand when it was read last. */
  file: v.string(),
  active: document,
  previous: v.nullable(document),
  /** Null: it has proven itself. */
  trial: v.nullable(v.strictObject({ starts: v.number(), waitsFor: v.array(v.string()) })),
  changes: v.array(
    v.strictObject({
      n: v.number(),
      what: v.picklist(['use', 'move', 'take-out', 'undo', 'file', 'went-back']),
      device: person,
      by: person,
      second: person,
      why: v.nullable(v.picklist(['not-started', 'unsound', 'silent'])),
      from: v.string(),
      to: v.string(),
    }),
  ),
});
type Stored = v.InferOutput<typeof stored>;

/** Who asks for which change, of which device. */
export type Wish = Pick<ConfigChange, 'what' | 'device' | 'by' | 'second'>;

export interface KeptConfiguration {
  readonly running: Config;
  /** What staff would go back to; null: there is none, or it is sound no more. */
  readonly before: Config | null;
  /** The devices that have yet to answer before the running one is proven; null: it is. */
  readonly trial: readonly string[] | null;
  /** The newest last. */
  readonly changes: readonly ConfigChange[];
  /** Keeps `next`, already checked, for the next start. @throws Error when the disk does not take it: nothing is changed. */
  change(next: Config, waitsFor: readonly string[], wish: Wish, recorded: number): ConfigChange;
  /** The running one has proven itself. */
  proven(): void;
  /** The next start is with the one before. Null: there is none. */
  goBack(why: WentBackWhy, device: string | null): ConfigChange | null;
}

/** Neither the stored configuration nor the one before it can be used; the message says what is wrong. */
class UnsoundConfiguration extends Error {
  override readonly name = 'UnsoundConfiguration';
}

export function keptPath(data: string): string {
  return join(data, 'config.json');
}

export function configHash(config: unknown): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}

/**
 * `file`: the configuration given by hand, and the hash of its text.
 *
 * @throws Error when what is kept cannot be read or written, UnsoundConfiguration when none of it is sound.
 */
export function openKept(
  path: string,
  file: { readonly config: Config; readonly hash: string },
  check: (json: unknown) => Checked = checkConfig,
): KeptConfiguration {
  const empty: Stored = { file: file.hash, active: { ...file.config }, previous: null, trial: null, changes: [] };
  const store = openStore(path, empty, (json) => (v.is(stored, json) ? json : null));
  if (store.data.file !== file.hash) takeFile(store, file);
  const { trial } = store.data;
  if (trial !== null && trial.starts >= startsMaximum) back(store, 'not-started', null);
  let checked = check(store.data.active);
  if (!checked.ok && back(store, 'unsound', null) !== null) checked = check(store.data.active);
  if (!checked.ok) {
    const problems = checked.problems.map(({ path: at, problem }) => `${at} ${problem}`.trim());
    throw new UnsoundConfiguration(`${path}: active: ${problems.join('; ')}; mend or remove it: then the file counts`);
  }
  const running = checked.config;
  if (store.data.trial !== null) begin(store);
  return {
    running,
    get before() {
      const { previous } = store.data;
      const sound = previous === null ? null : check(previous);
      return sound?.ok ? sound.config : null;
    },
    get trial() {
      return store.data.trial?.waitsFor ?? null;
    },
    get changes() {
      return store.data.changes;
    },
    change(next, waitsFor, wish, recorded) {
      const change = {
        ...numbered(store, recorded),
        ...wish,
        why: null,
        from: configHash(running),
        to: configHash(next),
      };
      const trial = { starts: 0, waitsFor: [...waitsFor] };
      store.update((kept) => ({
        ...{ file: kept.file, active: { ...next }, previous: { ...running }, trial },
        changes: [...kept.changes, change].slice(-changesKept),
      }));
      return change;
    },
    proven() {
      if (store.data.trial !== null) store.update((kept) => ({ ...kept, trial: null }));
    },
    goBack: (why, device) => back(store, why, device),
  };
}

function numbered({ data }: Store<Stored>, recorded: number): { readonly n: number } {
  return { n: Math.max(recorded, data.changes.at(-1)?.n ?? 0) + 1 };
}

/** What a person has edited counts, whatever was kept. */
function takeFile(store: Store<Stored>, file: { readonly config: Config; readonly hash: string }): void {
  const { active: before } = store.data;
  const nobody = { what: 'file', device: null, by: null, second: null, why: null } as const;
  const change = { ...numbered(store, 0), ...nobody, from: configHash(before), to: configHash(file.config) };
  store.update(({ changes }) => ({
    ...{ file: file.hash, active: { ...file.config }, previous: before, trial: null },
    changes: [...changes, change].slice(-changesKept),
  }));
}

/** Written before anything is begun, so that a start that ends early is counted too. */
function begin(store: Store<Stored>): void {
  store.update((kept) => ({
    ...kept,
    trial: kept.trial === null ? null : { ...kept.trial, starts: kept.trial.starts + 1 },
  }));
}

function back(store: Store<Stored>, why: WentBackWhy, device: string | null): ConfigChange | null {
  const { active, previous } = store.data;
  if (previous === null) return null;
  const said = { what: 'went-back', device, by: null, second: null, why } as const;
  const change = { ...numbered(store, 0), ...said, from: configHash(active), to: configHash(previous) };
  store.update(({ file, changes }) => ({
    ...{ file, active: previous, previous: null, trial: null },
    changes: [...changes, change].slice(-changesKept),
  }));
  return change;
}
