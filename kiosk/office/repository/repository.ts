/**
 * A repository of signed configurations: a folder whose part `public` any web server carries as it is. Every file there is
 * written once under a name of its own; the timestamp alone is written over, last and at once, so that whoever reads in
 * between finds the old state whole (TUF specification, 6.2 "Consistent snapshots").
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metadata, Root, TargetFile } from '@tufjs/models';
import {
  metadataFolder,
  readJson,
  readState,
  readTargets,
  RepositoryProblem,
  type State,
  write,
  writeOnce,
} from './files.ts';
import { binOf, rootDocument, sha256, signed, targetFile, type TargetNote } from './metadata.ts';
import { keysOf, makeKey, removeKey, roleKeys, type RoleName, roles, type SigningKey } from './signing-keys.ts';
import { keyFolders, missing, Writer } from './writer.ts';

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
  /** Counts up with every publication. */
  readonly version: number;
  readonly kiosks: readonly Published[];
  /** Reads what another process has published meanwhile. */
  reread(): void;
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
  new Writer(folder, wallMs).writeAll({ documents: new Map(), snapshotVersion: 0, timestampVersion: 0 });
  return openRepository(folder, wallMs);
}

/**
 * Whatever writes reads first: another process may have published meanwhile, and what it said must not be taken back.
 *
 * @throws RepositoryProblem when there is none, or a file of it is damaged
 */
export function openRepository(folder: string, wallMs: () => number): Repository {
  let state = readState(folder);
  let kiosks = kiosksIn(state);
  const reread = () => {
    state = readState(folder);
    kiosks = kiosksIn(state);
  };
  const writer = new Writer(folder, wallMs);
  const fileOf = (kiosk: string) =>
    state.documents.get(binOf(pathOf(kiosk)))?.files.find(({ path }) => path === pathOf(kiosk));
  return {
    publicFolder: join(folder, 'public'),
    get root() {
      return readFileSync(join(metadataFolder(folder), `${state.root.signed.version}.root.json`));
    },
    get version() {
      return state.snapshotVersion;
    },
    get kiosks() {
      return kiosks;
    },
    reread,
    document: (kiosk) => readTarget(folder, fileOf(kiosk)),
    documentBefore(kiosk) {
      const now = fileOf(kiosk)?.hashes.sha256;
      const bin = binOf(pathOf(kiosk));
      for (let version = (state.documents.get(bin)?.version ?? 0) - 1; version > 0; version -= 1) {
        const older = readTargets(folder, bin, version).files.find(({ path }) => path === pathOf(kiosk));
        if (older !== undefined && older.hashes.sha256 !== now) return readTarget(folder, older);
      }
      return null;
    },
    publish(documents) {
      reread();
      const all = filesOf(state.documents.values());
      const publishedAt = new Date(wallMs()).toISOString();
      const changed = [...documents].map(([kiosk, document]) => {
        const path = pathOf(kiosk);
        const version = noteOf(all.get(path)).version + 1;
        const bytes = textOf(document);
        const file = targetFile(path, bytes, { version, publishedAt });
        writeOnce(join(folder, 'public', 'targets', 'kiosks', `${sha256(bytes)}.${kiosk}.json`), bytes);
        all.set(path, file);
        return published(file);
      });
      writer.write(state, all, new Set([...documents.keys()].map((kiosk) => binOf(pathOf(kiosk)))));
      reread();
      return changed;
    },
    refresh() {
      reread();
      writer.refresh(state);
      reread();
    },
    rotate(role, number) {
      reread();
      const rotated = rotate(folder, state.root, role, number, wallMs());
      // What the replaced key signed is signed anew, or it is believed no more.
      if (role === 'targets') writer.writeAll(state);
      else if (role !== 'root') writer.refresh(state);
      reread();
      return rotated;
    },
  };
}

/** SHA-256 of the text under which a document is published, hex. */
export function hashOf(document: unknown): string {
  return sha256(textOf(document));
}

function textOf(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`, 'utf8');
}

/** By name. */
function kiosksIn({ documents }: State): readonly Published[] {
  const all = [...filesOf(documents.values()).values()].map(published);
  return all.toSorted((one, other) => (one.kiosk < other.kiosk ? -1 : 1));
}

function filesOf(documents: Iterable<{ readonly files: readonly TargetFile[] }>): Map<string, TargetFile> {
  return new Map([...documents].flatMap(({ files }) => files.map((file) => [file.path, file])));
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

function is(role: RoleName) {
  return (key: SigningKey) => key.role === role;
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

function readTarget(folder: string, file: TargetFile | undefined): unknown {
  if (file === undefined) return null;
  const { kiosk, hash } = published(file);
  return readJson(join(folder, 'public', 'targets', 'kiosks', `${hash}.${kiosk}.json`));
}
