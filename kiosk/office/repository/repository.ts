/**
 * A repository of signed configurations: a folder whose part `public` any web server carries as it is. Every file there is
 * written once under a name of its own; the timestamp alone is written over, last and at once, so that whoever reads in
 * between finds the old state whole (TUF specification, 6.2 "Consistent snapshots").
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Metadata, MetadataKind, type Root, type TargetFile, type Targets } from '@tufjs/models';
import { writeWhole } from '../../../config/store.ts';
import {
  rootDocument,
  type Signable,
  sha256,
  signed,
  snapshotDocument,
  targetFile,
  type TargetNote,
  targetsDocument,
  timestampDocument,
} from './metadata.ts';
import {
  type KeyFolders,
  keysOf,
  makeKey,
  removeKey,
  roleKeys,
  type RoleName,
  roles,
  type SigningKey,
} from './signing-keys.ts';

/** A repository that cannot do what it was asked; the message says what to do. */
class RepositoryProblem extends Error {
  override readonly name = 'RepositoryProblem';
}

export interface Published extends TargetNote {
  readonly kiosk: string;
  /** SHA-256 of the document's text, hex. */
  readonly hash: string;
}

export interface Repository {
  /** What the web server carries. */
  readonly publicFolder: string;
  /** The root document that a kiosk is given when it is paired. */
  readonly root: Buffer;
  readonly kiosks: readonly Published[];
  /** The document of a kiosk that is published now; null: none. */
  document(kiosk: string): unknown;
  /** The newest document of it that differs from the one published now; null: there was none. */
  documentBefore(kiosk: string): unknown;
  /** Publishes all of them at once, with the keys that are in reach. */
  publish(documents: ReadonlyMap<string, unknown>): readonly Published[];
  /** Says anew that what is published is the newest. Needs the keys that are online only. */
  refresh(): void;
  /** Replaces a key of a role, the lowest number when it is not said which; the old one counts no more. */
  rotate(role: RoleName, number: number | null): { readonly removed: number; readonly added: number };
}

interface State {
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  readonly targetsBytes: Buffer;
  readonly snapshotVersion: number;
  readonly timestampVersion: number;
}

const none: ReadonlyMap<string, TargetFile> = new Map();

/** @throws RepositoryProblem when the folder holds one already */
export function initRepository(folder: string, wallMs: () => number): Repository {
  if (existsSync(metadataFolder(folder))) throw new RepositoryProblem(`${folder} holds a repository already`);
  mkdirSync(metadataFolder(folder), { recursive: true });
  const folders = keyFolders(folder);
  const keys = roles.flatMap((role) =>
    Array.from({ length: roleKeys[role].keys }, (_, index) => makeKey(folders, role, index + 1)),
  );
  const root = signed(rootDocument(1, keys, wallMs()), keys.filter(is('root')));
  write(folder, '1.root.json', root);
  new Writer(folder, wallMs).write({ targetsVersion: 1, snapshotVersion: 1, timestampVersion: 1 }, none);
  return openRepository(folder, wallMs);
}

/**
 * Whatever writes reads first: another process may have published meanwhile, and what it said must not be taken back.
 *
 * @throws RepositoryProblem when there is none, or a file of it is damaged
 */
export function openRepository(folder: string, wallMs: () => number): Repository {
  let state = readState(folder);
  const writer = new Writer(folder, wallMs);
  const files = () => new Map(Object.values(state.targets.signed.targets).map((file) => [file.path, file]));
  const next = () => ({
    targetsVersion: state.targets.signed.version + 1,
    snapshotVersion: state.snapshotVersion + 1,
    timestampVersion: state.timestampVersion + 1,
  });
  return {
    publicFolder: join(folder, 'public'),
    get root() {
      return readFileSync(join(metadataFolder(folder), `${state.root.signed.version}.root.json`));
    },
    get kiosks() {
      return [...files().values()].map(published);
    },
    document: (kiosk) => readTarget(folder, files().get(pathOf(kiosk))),
    documentBefore(kiosk) {
      const now = files().get(pathOf(kiosk))?.hashes.sha256;
      for (let version = state.targets.signed.version - 1; version > 0; version -= 1) {
        const older = readTargets(folder, version).signed.targets[pathOf(kiosk)];
        if (older !== undefined && older.hashes.sha256 !== now) return readTarget(folder, older);
      }
      return null;
    },
    publish(documents) {
      state = readState(folder);
      const all = files();
      const publishedAt = new Date(wallMs()).toISOString();
      const changed = [...documents].map(([kiosk, document]) => {
        const path = pathOf(kiosk);
        const version = noteOf(all.get(path)).version + 1;
        const bytes = Buffer.from(`${JSON.stringify(document, null, 2)}\n`, 'utf8');
        const file = targetFile(path, bytes, { version, publishedAt });
        writeOnce(join(folder, 'public', 'targets', 'kiosks', `${sha256(bytes)}.${kiosk}.json`), bytes);
        all.set(path, file);
        return published(file);
      });
      writer.write(next(), all);
      state = readState(folder);
      return changed;
    },
    refresh() {
      state = readState(folder);
      writer.refresh(next(), state);
      state = readState(folder);
    },
    rotate(role, number) {
      state = readState(folder);
      const rotated = rotate(folder, state.root, role, number, wallMs());
      // What the replaced key signed is signed anew, or it is believed no more.
      if (role === 'targets') writer.write(next(), files());
      else if (role !== 'root') writer.refresh(next(), state);
      state = readState(folder);
      return rotated;
    },
  };
}

interface Versions {
  readonly targetsVersion: number;
  readonly snapshotVersion: number;
  readonly timestampVersion: number;
}

class Writer {
  private readonly folder: string;
  private readonly wallMs: () => number;

  constructor(folder: string, wallMs: () => number) {
    this.folder = folder;
    this.wallMs = wallMs;
  }

  write(versions: Versions, files: ReadonlyMap<string, TargetFile>): void {
    const keys = keysInReach(this.folder, 'targets');
    const { targetsVersion } = versions;
    const targets = signed(targetsDocument(targetsVersion, [...files.values()], this.wallMs()), keys);
    this.online(versions, targets, targetsVersion, () => write(this.folder, `${targetsVersion}.targets.json`, targets));
  }

  refresh(versions: Versions, { targets, targetsBytes }: State): void {
    this.online(versions, targetsBytes, targets.signed.version, () => {});
  }

  /** Nothing is written before every key has signed. */
  private online(versions: Versions, targets: Buffer, targetsVersion: number, before: () => void): void {
    const { snapshotVersion, timestampVersion } = versions;
    const nowMs = this.wallMs();
    const snapshot = signed(
      snapshotDocument(snapshotVersion, targets, targetsVersion, nowMs),
      keysInReach(this.folder, 'snapshot'),
    );
    const timestamp = signed(
      timestampDocument(timestampVersion, snapshot, snapshotVersion, nowMs),
      keysInReach(this.folder, 'timestamp'),
    );
    before();
    write(this.folder, `${snapshotVersion}.snapshot.json`, snapshot);
    write(this.folder, 'timestamp.json', timestamp);
  }
}

function rotate(folder: string, before: Metadata<Root>, role: RoleName, number: number | null, nowMs: number) {
  const folders = keyFolders(folder);
  const rooted = keysOf(folders, 'root');
  const counting = rolesKeys(folder, before);
  const removed = counting.find((key) => key.role === role && (number === null || key.number === number));
  if (removed === undefined)
    throw new RepositoryProblem(`${role} has no key ${number ?? ''} in ${folders.offline} or ${folders.online}`);
  const added = makeKey(folders, role, Math.max(...counting.filter(is(role)).map((key) => key.number)) + 1);
  const kept = counting.filter((key) => key !== removed);
  const version = before.signed.version + 1;
  // Believed by whoever believes the root before, and by itself (TUF specification, 5.3.4 and 5.3.5).
  const signers = role === 'root' ? [...rooted, added] : rooted;
  const document = rootDocument(version, [...kept, added], nowMs);
  write(folder, `${version}.root.json`, signed(document, signers));
  removeKey(folders, removed);
  return { removed: removed.number, added: added.number };
}

/** The keys of every role that a root document names. @throws RepositoryProblem when one of them is out of reach */
function rolesKeys(folder: string, root: Metadata<Root>): readonly SigningKey[] {
  const folders = keyFolders(folder);
  const named = new Set(Object.keys(root.signed.keys));
  const keys = roles.flatMap((role) => keysOf(folders, role)).filter(({ key }) => named.has(key.keyID));
  if (keys.length < named.size) throw missing(folder, 'every role', named.size - keys.length);
  return keys;
}

/** As many keys of a role as must sign. */
function keysInReach(folder: string, role: RoleName): readonly SigningKey[] {
  const counting = new Set(readRoot(folder).signed.roles[role]?.keyIDs);
  const keys = keysOf(keyFolders(folder), role).filter(({ key }) => counting.has(key.keyID));
  const { threshold } = roleKeys[role];
  if (keys.length < threshold) throw missing(folder, role, threshold - keys.length);
  return keys.slice(0, threshold);
}

function missing(folder: string, role: string, count: number): RepositoryProblem {
  const { offline, online } = keyFolders(folder);
  return new RepositoryProblem(
    `${count} more ${count === 1 ? 'key' : 'keys'} of ${role} must be in ${offline} or ${online}; put in the medium with them`,
  );
}

function is(role: RoleName) {
  return (key: SigningKey) => key.role === role;
}

function keyFolders(folder: string): KeyFolders {
  return { offline: join(folder, 'keys-offline'), online: join(folder, 'keys-online') };
}

function metadataFolder(folder: string): string {
  return join(folder, 'public', 'metadata');
}

function pathOf(kiosk: string): string {
  return `kiosks/${kiosk}.json`;
}

function published(file: TargetFile): Published {
  const kiosk = file.path.slice('kiosks/'.length, -'.json'.length);
  return { kiosk, hash: String(file.hashes.sha256), ...noteOf(file) };
}

function noteOf(file: TargetFile | undefined): TargetNote {
  const { version, publishedAt } = (file?.custom ?? {}) as Partial<TargetNote>;
  return { version: version ?? 0, publishedAt: publishedAt ?? '' };
}

function readState(folder: string): State {
  const root = readRoot(folder);
  const timestamp = readDocument(folder, 'timestamp.json', (json) => Metadata.fromJSON(MetadataKind.Timestamp, json));
  const snapshotVersion = timestamp.signed.snapshotMeta.version;
  const snapshot = readDocument(folder, `${snapshotVersion}.snapshot.json`, (json) =>
    Metadata.fromJSON(MetadataKind.Snapshot, json),
  );
  const targetsVersion = snapshot.signed.meta['targets.json']?.version ?? 0;
  return {
    root,
    targets: readTargets(folder, targetsVersion),
    targetsBytes: readFileSync(join(metadataFolder(folder), `${targetsVersion}.targets.json`)),
    snapshotVersion,
    timestampVersion: timestamp.signed.version,
  };
}

function readRoot(folder: string): Metadata<Root> {
  const versions = existsSync(metadataFolder(folder))
    ? readdirSync(metadataFolder(folder)).map((name) => Number(/^([0-9]+)\.root\.json$/.exec(name)?.[1] ?? 0))
    : [];
  const newest = Math.max(0, ...versions);
  if (newest === 0) throw new RepositoryProblem(`${folder} holds no repository; make one with: config init ${folder}`);
  return readDocument(folder, `${newest}.root.json`, (json) => Metadata.fromJSON(MetadataKind.Root, json));
}

function readTargets(folder: string, version: number): Metadata<Targets> {
  return readDocument(folder, `${version}.targets.json`, (json) => Metadata.fromJSON(MetadataKind.Targets, json));
}

function readTarget(folder: string, file: TargetFile | undefined): unknown {
  if (file === undefined) return null;
  const { kiosk, hash } = published(file);
  return readJson(join(folder, 'public', 'targets', 'kiosks', `${hash}.${kiosk}.json`));
}

function readDocument<Document extends Signable>(
  folder: string,
  name: string,
  from: (json: Parameters<typeof Metadata.fromJSON>[1]) => Document,
): Document {
  const path = join(metadataFolder(folder), name);
  try {
    return from(readJson(path) as Parameters<typeof Metadata.fromJSON>[1]);
  } catch (error) {
    if (error instanceof RepositoryProblem) throw error;
    throw new RepositoryProblem(`${path} is damaged (${(error as Error).message}); restore it from a backup`);
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RepositoryProblem(`${path} cannot be read (${(error as Error).message}); restore it from a backup`);
  }
}

function write(folder: string, name: string, bytes: Buffer): void {
  writeWhole(join(metadataFolder(folder), name), bytes, 0o644);
}

function writeOnce(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) writeWhole(path, bytes, 0o644);
}
