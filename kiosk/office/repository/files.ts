/** The files of a repository's documents: how they are read, and what is said of one that is damaged. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Metadata, MetadataKind, type Root, type TargetFile } from '@tufjs/models';
import { writeWhole } from '../../../config/store.ts';
import type { Signable, Written } from './metadata.ts';

/** A repository that cannot do what it was asked; the message says what to do. */
export class RepositoryProblem extends Error {
  override readonly name: string = 'RepositoryProblem';
}

/** What one document of targets says. */
interface Bin extends Written {
  readonly files: readonly TargetFile[];
}

export interface State {
  readonly root: Metadata<Root>;
  /** That of targets, which names none, and every bin. */
  readonly documents: ReadonlyMap<string, Bin>;
  readonly snapshotVersion: number;
  readonly timestampVersion: number;
}

export function metadataFolder(folder: string): string {
  return join(folder, 'public', 'metadata');
}

export function readState(folder: string): State {
  const root = readRoot(folder);
  const timestamp = readDocument(folder, 'timestamp.json', (json) => Metadata.fromJSON(MetadataKind.Timestamp, json));
  const snapshotVersion = timestamp.signed.snapshotMeta.version;
  const snapshot = readDocument(folder, `${snapshotVersion}.snapshot.json`, (json) =>
    Metadata.fromJSON(MetadataKind.Snapshot, json),
  );
  const documents = new Map(
    Object.entries(snapshot.signed.meta).map(([file, { version }]) => {
      const name = file.slice(0, -'.json'.length);
      return [name, readTargets(folder, name, version)];
    }),
  );
  return { root, documents, snapshotVersion, timestampVersion: timestamp.signed.version };
}

export function readRoot(folder: string): Metadata<Root> {
  const versions = existsSync(metadataFolder(folder))
    ? readdirSync(metadataFolder(folder)).map((name) => Number(/^([0-9]+)\.root\.json$/.exec(name)?.[1] ?? 0))
    : [];
  const newest = Math.max(0, ...versions);
  if (newest === 0) throw new RepositoryProblem(`${folder} holds no repository; make one with: config init ${folder}`);
  return readDocument(folder, `${newest}.root.json`, (json) => Metadata.fromJSON(MetadataKind.Root, json));
}

/** `name`: targets, or a bin. */
export function readTargets(folder: string, name: string, version: number): Bin {
  const file = `${version}.${name}.json`;
  const { signed } = readDocument(folder, file, (json) => Metadata.fromJSON(MetadataKind.Targets, json));
  return { version, bytes: readFileSync(join(metadataFolder(folder), file)), files: Object.values(signed.targets) };
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

export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RepositoryProblem(`${path} cannot be read (${(error as Error).message}); restore it from a backup`);
  }
}

export function write(folder: string, name: string, bytes: Buffer): void {
  writeWhole(join(metadataFolder(folder), name), bytes, 0o644);
}

export function writeOnce(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) writeWhole(path, bytes, 0o644);
}
