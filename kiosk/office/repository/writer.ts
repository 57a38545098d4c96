/** Signs what a repository says and writes it, the timestamp last; and which keys are in reach for that. */
import { join } from 'node:path';
import type { Metadata, TargetFile, Targets } from '@tufjs/models';
import { readRoot, RepositoryProblem, type State, write } from './files.ts';
import {
  binDocument,
  binNames,
  binOf,
  signed,
  snapshotDocument,
  targetsDocument,
  timestampDocument,
  type Written,
} from './metadata.ts';
import { type KeyFolders, keysOf, roleKeys, type RoleName, type SigningKey } from './signing-keys.ts';

/** The medium with keys that must sign is not put in. */
export class KeysMissing extends RepositoryProblem {
  override readonly name = 'KeysMissing';
}

type Before = Omit<State, 'root'>;
type Changed = ReadonlyMap<string, Metadata<Targets>>;

export class Writer {
  private readonly folder: string;
  private readonly wallMs: () => number;

  constructor(folder: string, wallMs: () => number) {
    this.folder = folder;
    this.wallMs = wallMs;
  }

  /** `files`: of all kiosks; only `bins` are written. */
  write(before: Before, files: ReadonlyMap<string, TargetFile>, bins: ReadonlySet<string>): void {
    const changed = new Map<string, Metadata<Targets>>();
    for (const bin of bins) {
      const own = [...files.values()].filter(({ path }) => binOf(path) === bin);
      changed.set(bin, binDocument(versionAfter(before, bin), own, this.wallMs()));
    }
    this.sign(before, changed);
  }

  /** Every document of targets is signed anew, by the keys that count now. */
  writeAll(before: Before): void {
    const nowMs = this.wallMs();
    const changed = new Map(
      binNames.map((bin) => {
        const files = before.documents.get(bin)?.files ?? [];
        return [bin, binDocument(versionAfter(before, bin), files, nowMs)];
      }),
    );
    const { signed: root } = readRoot(this.folder);
    changed.set('targets', targetsDocument(versionAfter(before, 'targets'), root, nowMs));
    this.sign(before, changed);
  }

  refresh(before: Before): void {
    this.online(before, new Map());
  }

  private sign(before: Before, changed: Changed): void {
    const keys = keysInReach(this.folder, 'targets');
    const written = [...changed].map(([name, document]) => {
      return [name, { version: document.signed.version, bytes: signed(document, keys) }] as const;
    });
    this.online(before, new Map(written));
  }

  /** Nothing is written before every key has signed. */
  private online(before: Before, changed: ReadonlyMap<string, Written>): void {
    const [snapshotVersion, timestampVersion] = [before.snapshotVersion + 1, before.timestampVersion + 1];
    const nowMs = this.wallMs();
    const snapshot = signed(
      snapshotDocument(snapshotVersion, new Map([...before.documents, ...changed]), nowMs),
      keysInReach(this.folder, 'snapshot'),
    );
    const timestamp = signed(
      timestampDocument(timestampVersion, snapshot, snapshotVersion, nowMs),
      keysInReach(this.folder, 'timestamp'),
    );
    for (const [name, { version, bytes }] of changed) write(this.folder, `${version}.${name}.json`, bytes);
    write(this.folder, `${snapshotVersion}.snapshot.json`, snapshot);
    write(this.folder, 'timestamp.json', timestamp);
  }
}

function versionAfter({ documents }: Before, name: string): number {
  return (documents.get(name)?.version ?? 0) + 1;
}

/** As many keys of a role as must sign. */
function keysInReach(folder: string, role: RoleName): readonly SigningKey[] {
  const counting = new Set(readRoot(folder).signed.roles[role]?.keyIDs);
  const keys = keysOf(keyFolders(folder), role).filter(({ key }) => counting.has(key.keyID));
  const { threshold } = roleKeys[role];
  if (keys.length < threshold) throw missing(folder, role, threshold - keys.length);
  return keys.slice(0, threshold);
}

export function missing(folder: string, role: string, count: number): KeysMissing {
  const { offline, online } = keyFolders(folder);
  return new KeysMissing(
    `${count} more ${count === 1 ? 'key' : 'keys'} of ${role} must be in ${offline} or ${online}; put in the medium with them`,
  );
}

export function keyFolders(folder: string): KeyFolders {
  return { offline: join(folder, 'keys-offline'), online: join(folder, 'keys-online') };
}
