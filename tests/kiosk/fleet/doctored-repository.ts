/** A repository whose files are served as somebody has doctored them: with the office's keys, with others, or with none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, MetadataKind, type TargetFile } from '@tufjs/models';
import {
  binDocument,
  binOf,
  type Signable,
  sha256,
  signed,
  snapshotDocument,
  targetFile,
  timestampDocument,
  type Written,
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
  const read = (name: string) => readFileSync(join(office, 'public', 'metadata', name));
  const parsed = (name: string) => JSON.parse(read(name).toString());
  const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, parsed('timestamp.json')).signed;
  const snapshotVersion = timestamp.snapshotMeta.version;
  const { meta } = Metadata.fromJSON(MetadataKind.Snapshot, parsed(`${snapshotVersion}.snapshot.json`)).signed;
  const documents = Object.entries(meta).map(([file, { version }]): readonly [string, Written] => [
    file.slice(0, -'.json'.length),
    { version, bytes: read(`${version}.${file}`) },
  ]);
  return { timestampVersion: timestamp.version, snapshotVersion, documents: new Map(documents) };
}

/** Serves this as the newest state of the repository, until `server.instead` is cleared. */
export function serveDoctored(server: StaticServer, office: string, kiosk: string, doctored: Doctored): void {
  const now = readNow(office);
  const { bytes, signedMs = Date.now(), keysOf: signer = office } = doctored;
  const path = `kiosks/${kiosk}.json`;
  const bin = binOf(path);
  const { version: binVersion, bytes: before } = now.documents.get(bin) as Written;
  const { custom } = JSON.parse(before.toString()).signed.targets[path];
  const { version = custom.version + 1, publishedAt = new Date(signedMs).toISOString() } = doctored;
  const honest = targetFile(path, bytes, { version, publishedAt });
  const hash = doctored.hash ?? sha256(bytes);
  const file = Object.assign(honest, { hashes: { sha256: hash } }) as TargetFile;
  const sign = (role: RoleName, document: Signable) => {
    const folders = { offline: join(signer, 'keys-offline'), online: join(signer, 'keys-online') };
    return signed(document, keysOf(folders, role).slice(0, doctored.signers?.[role] ?? roleKeys[role].threshold));
  };
  const targets = sign('targets', binDocument(binVersion + 1, [file], signedMs));
  const documents = new Map([...now.documents, [bin, { version: binVersion + 1, bytes: targets }]]);
  const snapshotVersion = now.snapshotVersion + 1;
  const snapshot = sign('snapshot', snapshotDocument(snapshotVersion, documents, signedMs));
  const { timestampVersion = now.timestampVersion + 1 } = doctored;
  const timestamp = sign('timestamp', timestampDocument(timestampVersion, snapshot, snapshotVersion, signedMs));
  server.instead.set(`/targets/kiosks/${hash}.${kiosk}.json`, bytes);
  server.instead.set(`/metadata/${binVersion + 1}.${bin}.json`, targets);
  server.instead.set(`/metadata/${snapshotVersion}.snapshot.json`, snapshot);
  server.instead.set('/metadata/timestamp.json', timestamp);
}
