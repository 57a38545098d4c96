/**
 * The configuration that this kiosk runs with. As long as staff have changed nothing it is the file given by hand; what they
 * change and what the office publishes is kept in `DATA/config.json`, with the one before, until somebody edits that file: then
 * the file counts again. What is published waits there, checked, until nobody is served. A new one is on trial until it has
 * proven itself; one that has not is left by itself for the one before. None of the office's is taken twice.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Both } from '../config/fields.ts';
import { checkConfig, type Checked, type Config, sentenceOf } from '../config/schema.ts';
import { openStore, type Store } from '../config/store.ts';
import { noProbe, type Probe } from '../hardware/port.ts';
import type {
  ConfigChange,
  ConfigRefusedWhy,
  RefusedConfiguration,
  StagedConfiguration,
  WentBackWhy,
} from './configuration/change.ts';
import { leavingOf } from './configuration/leaving.ts';
import { refusal } from './text/publication.ts';

/** A new configuration that was begun so often and never proven is left. */
const startsMaximum = 2;
/** More are never waiting to be recorded: each start records them. */
const changesKept = 8;
/** Of what is wrong with one, so many problems are told. */
const problemsTold = 5;

const document = v.record(v.string(), v.unknown());
const person = v.nullable(v.string());
const edition = v.strictObject({ version: v.number(), hash: v.string() });
const stored = v.strictObject({
  /** Hash of the file given by hand when it was read last. */
  file: v.string(),
  active: document,
  previous: v.nullable(document),
  /** Null: it has proven itself. */
  trial: v.nullable(
    v.strictObject({ starts: v.number(), waitsFor: v.array(v.string()), glass: v.optional(v.boolean(), false) }),
  ),
  /** Which one of the office's is active, and was before. */
  office: v.optional(v.nullable(edition), null),
  officeBefore: v.optional(v.nullable(edition), null),
  staged: v.optional(v.nullable(v.strictObject({ edition, document })), null),
  /** The office's newest that was taken or refused. */
  seen: v.optional(v.nullable(edition), null),
  changes: v.array(
    v.strictObject({
      n: v.number(),
      what: v.picklist(['push', 'use', 'move', 'take-out', 'undo', 'file', 'went-back']),
      device: person,
      by: person,
      second: person,
      why: v.nullable(v.picklist(['not-started', 'unsound', 'silent', 'no-glass'])),
      from: v.string(),
      to: v.string(),
      edition: v.optional(v.number()),
    }),
  ),
});
type Stored = v.InferOutput<typeof stored>;

/** Who asks for which change, of which device. */
export type Wish = Pick<ConfigChange, 'what' | 'device' | 'by' | 'second'>;

/** Which of the office's configurations it is: its running number there, and the SHA-256 of its text, hex. */
export type Edition = v.InferOutput<typeof edition>;

/** What has to be there again before a new configuration has proven itself. */
export interface TrialOf {
  readonly waitsFor: readonly string[];
  /** A screen shows it. */
  readonly glass: boolean;
}

export type Staging =
  | { readonly came: 'staged'; readonly staged: StagedConfiguration }
  /** It runs already, or was judged before; nothing else waits. */
  | { readonly came: 'known' }
  | { readonly came: 'refused'; readonly refused: RefusedConfiguration };

export interface KeptConfiguration {
  readonly running: Config;
  /** What staff would go back to; null: there is none, or it is sound no more. */
  readonly before: Config | null;
  /** What is waited for before the running one is proven; null: it is. */
  readonly trial: TrialOf | null;
  /** Which of the office's runs; null: none, or staff have changed it since. */
  readonly office: Edition | null;
  /** The office's newest that was taken or refused: it is not judged again. */
  readonly seen: Edition | null;
  /** What the office has published, sound, and is yet to begin; null: nothing. */
  readonly staged: { readonly config: Config; readonly said: StagedConfiguration } | null;
  /**
   * Judges what the office has published, and keeps it for a moment at which nobody is served.
   *
   * @throws Error when the disk does not take it: nothing is changed.
   */
  stage(document: unknown, edition: Edition): Staging;
  /** What is staged is for the next start. Null: nothing is, or it is sound no more. */
  takeStaged(trial: TrialOf, recorded: number): ConfigChange | null;
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
  probe: Probe = noProbe,
): KeptConfiguration {
  const nothing = { previous: null, trial: null, office: null, officeBefore: null, staged: null, seen: null };
  const empty: Stored = { file: file.hash, active: { ...file.config }, ...nothing, changes: [] };
  const store = probed(
    openStore(path, empty, (json) => {
      const read = v.safeParse(stored, json);
      return read.success ? read.output : null;
    }),
    probe,
  );
  if (store.data.file !== file.hash) takeFile(store, file);
  const { trial } = store.data;
  if (trial !== null && trial.starts >= startsMaximum) back(store, 'not-started', null);
  let checked = check(store.data.active);
  if (!checked.ok && back(store, 'unsound', null) !== null) checked = check(store.data.active);
  if (!checked.ok) {
    const problems = checked.problems.map((problem) => sentenceOf(problem).en);
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
      return store.data.trial;
    },
    get office() {
      return store.data.office;
    },
    get seen() {
      return store.data.seen;
    },
    get staged() {
      return stagedOf(store.data, running, check);
    },
    stage: (published, edition) => stage(store, running, check, published, edition),
    takeStaged(trial, recorded) {
      const staged = stagedOf(store.data, running, check);
      // What staff have kept meanwhile, or what went back, begins alone; this is judged anew beside it.
      if (staged === null || configHash(store.data.active) !== configHash(running)) return null;
      const { edition, to } = staged.said;
      const said = { what: 'push', device: null, by: null, second: null, why: null } as const;
      const change = { ...numbered(store, recorded), ...said, from: configHash(running), to, edition };
      store.update((kept) => ({
        ...kept,
        // One that has not proven itself is nothing to go back to.
        ...{ active: { ...staged.config }, previous: kept.trial === null ? { ...running } : kept.previous },
        trial: { starts: 0, waitsFor: [...trial.waitsFor], glass: trial.glass },
        office: kept.staged?.edition ?? null,
        officeBefore: kept.trial === null ? kept.office : kept.officeBefore,
        staged: null,
        changes: [...kept.changes, change].slice(-changesKept),
      }));
      return change;
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
      const trial = { starts: 0, waitsFor: [...waitsFor], glass: false };
      store.update((kept) => ({
        ...kept,
        ...{ active: { ...next }, previous: { ...running }, trial, office: null, officeBefore: kept.office },
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

/** Whoever ends this process does it before or after a write: in between there is nothing. */
function probed(store: Store<Stored>, probe: Probe): Store<Stored> {
  return {
    get data() {
      return store.data;
    },
    update(change) {
      probe('b2', 'configuration');
      store.update(change);
      probe('b3', 'configuration');
    },
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
  store.update(({ changes, office, seen }) => ({
    ...{ file: file.hash, active: { ...file.config }, previous: before, trial: null },
    ...{ office: null, officeBefore: office, staged: null, seen },
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
  const { active, previous, office } = store.data;
  if (previous === null) return null;
  const said = { what: 'went-back', device, by: null, second: null, why } as const;
  const hashes = { from: configHash(active), to: configHash(previous) };
  const change = {
    ...{ ...numbered(store, 0), ...said, ...hashes },
    ...(office === null ? {} : { edition: office.version }),
  };
  store.update((kept) => ({
    ...kept,
    ...{ active: previous, previous: null, trial: null, office: kept.officeBefore, officeBefore: null },
    changes: [...kept.changes, change].slice(-changesKept),
  }));
  return change;
}

type Check = (json: unknown) => Checked;

function stage(store: Store<Stored>, running: Config, check: Check, published: unknown, edition: Edition): Staging {
  if (isDeepStrictEqual(store.data.seen, edition)) return { came: 'known' };
  const judged = judge(check(published), running);
  if (!judged.ok) {
    store.update((kept) => ({ ...kept, seen: edition, staged: null }));
    const { why, problems } = judged;
    return { came: 'refused', refused: { edition: edition.version, hash: edition.hash, why, problems } };
  }
  const document = { ...judged.config };
  // What differs in nothing begins without a start.
  if (configHash(document) === configHash(running)) {
    store.update((kept) => ({ ...kept, office: edition, seen: edition, staged: null }));
    return { came: 'known' };
  }
  store.update((kept) => ({ ...kept, seen: edition, staged: { edition, document } }));
  return { came: 'staged', staged: saidOf(edition, judged.config, running) };
}

type Judged =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly why: ConfigRefusedWhy; readonly problems: readonly Both[] };

function judge(checked: Checked, running: Config): Judged {
  if (!checked.ok) {
    return { ok: false, why: 'unsound', problems: checked.problems.slice(0, problemsTold).map(sentenceOf) };
  }
  const { config } = checked;
  const { currency, exponent } = running.money;
  if (config.kiosk !== running.kiosk) {
    return { ok: false, why: 'other-kiosk', problems: [refusal.otherKiosk(config.kiosk, running.kiosk)] };
  }
  if (config.money.currency !== currency || config.money.exponent !== exponent) {
    return { ok: false, why: 'other-money', problems: [refusal.otherMoney(config.money.currency, currency)] };
  }
  return { ok: true, config };
}

function stagedOf({ staged }: Stored, running: Config, check: Check): KeptConfiguration['staged'] {
  if (staged === null) return null;
  const checked = check(staged.document);
  if (!checked.ok) return null;
  return { config: checked.config, said: saidOf(staged.edition, checked.config, running) };
}

function saidOf({ version }: Edition, next: Config, running: Config): StagedConfiguration {
  return { edition: version, to: configHash(next), leaving: leavingOf(running, next) };
}
