/** A repository whose files are served as somebody has doctored them: with the office's keys, with others, or with none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, MetadataKind, type TargetFile } from '@tufjs/models';
import {
  type Signable,
  sha256,
  signed,
  snapshotDocument,
  targetFile,
  targetsDocument,
  timestampDocument,
} from '../../../kiosk/office/repository/metadata.ts';
import { keysOf, type RoleName, roleKeys } from '../../../kiosk/office/repository/signing-keys.ts';
import type { StaticServer } from '../../static-server.ts';

export interface Doctored {
  /** As the web server would carry it. */
  readonly bytes: Buffer;
  /** The number that the office gives it; left out: the next one. */
  readonly version?: number;
  readonly publishedAt?: string;
  /** SHA-256 as it is signed; left out: the right one. */
  readonly hash?: string;
  /** When all of it was signed, Unix milliseconds; left out: now. */
  readonly signedMs?: number;
  readonly timestampVersion?: number;
  /** How many keys sign a role; left out: as many as must. */
  readonly signers?: Partial<Readonly<Record<RoleName, number>>>;
  /** The office whose keys sign; left out: the right one. */
  readonly keysOf?: string;
}

/** What the repository in `office` says now. */
function readNow(office: string) {
  const read = (name: string) => JSON.parse(readFileSync(join(office, 'public', 'metadata', name), 'utf8'));
  const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, read('timestamp.json')).signed;
  const snapshotVersion = timestamp.snapshotMeta.version;
  const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, read(`${snapshotVersion}.snapshot.json`)).signed;
  const targetsVersion = snapshot.meta['targets.json']?.version ?? 0;
  const { targets } = Metadata.fromJSON(MetadataKind.Targets, read(`${targetsVersion}.targets.json`)).signed;
  return { timestampVersion: timestamp.version, snapshotVersion, targetsVersion, targets };
}

/** Serves this as the newest state of the repository, until `server.instead` is cleared. */
export function serveDoctored(server: StaticServer, office: string, kiosk: string, doctored: Doctored): void {
  const now = readNow(office);
  const { bytes, signedMs = Date.now(), keysOf: signer = office } = doctored;
  const path = `kiosks/${kiosk}.json`;
  const before = now.targets[path]?.custom as { readonly version: number };
  const { version = before.version + 1, publishedAt = new Date(signedMs).toISOString() } = doctored;
  const honest = targetFile(path, bytes, { version, publishedAt });
  const hash = doctored.hash ?? sha256(bytes);
  const file = Object.assign(honest, { hashes: { sha256: hash } }) as TargetFile;
  const sign = (role: RoleName, document: Signable) => {
    const folders = { offline: join(signer, 'keys-offline'), online: join(signer, 'keys-online') };
    return signed(document, keysOf(folders, role).slice(0, doctored.signers?.[role] ?? roleKeys[role].threshold));
  };
  const targetsVersion = now.targetsVersion + 1;
  const targets = sign('targets', targetsDocument(targetsVersion, [file], signedMs));
  const snapshotVersion = now.snapshotVersion + 1;
  const snapshot = sign('snapshot', snapshotDocument(snapshotVersion, targets, targetsVersion, signedMs));
  const { timestampVersion = now.timestampVersion + 1 } = doctored;
  const timestamp = sign('timestamp', timestampDocument(timestampVersion, snapshot, snapshotVersion, signedMs));
  server.instead.set(`/targets/kiosks/${hash}.${kiosk}.json`, bytes);
  server.instead.set(`/metadata/${targetsVersion}.targets.json`, targets);
  server.instead.set(`/metadata/${snapshotVersion}.snapshot.json`, snapshot);
  server.instead.set('/metadata/timestamp.json', timestamp);
}
