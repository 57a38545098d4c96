/** What a repository says, signed (TUF specification 1.0, section 4 "Document formats"): how each role's document is made. */
import { createHash } from 'node:crypto';
import { type Key, Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { roleKeys, type RoleName, roles, type SigningKey } from './signing-keys.ts';

const specVersion = '1.0.31';
const dayMs = 86_400_000;

/** How long each document is believed, days. What is online expires soon, so that nobody can hold news back for long. */
const validDays: Readonly<Record<RoleName, number>> = { root: 365, targets: 365, snapshot: 14, timestamp: 7 };

/** What stands beside a target: which configuration of its kiosk it is. */
export interface TargetNote {
  /** Counts up from 1 for each kiosk, with what was rolled back too. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
}

/**
 * Kiosks are spread over so many bins, as a power of two: a kiosk reads and verifies the few that share its bin, and not all.
 * Measured with 1 000 kiosks, one that reads all spends half a second.
 */
const binBits = 5;
const binPrefix = 'bin';
export const binNames: readonly string[] = Array.from({ length: 2 ** binBits }, (_, number) => binName(number));

/** A document as it is served. */
export interface Written {
  readonly version: number;
  readonly bytes: Buffer;
}

export type Signable = Metadata<Root> | Metadata<Targets> | Metadata<Snapshot> | Metadata<Timestamp>;

function common(role: RoleName, version: number, nowMs: number) {
  const expires = new Date(nowMs + validDays[role] * dayMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return { version, specVersion, expires };
}

/** `keys`: those of every role that count from this version on. */
export function rootDocument(version: number, keys: readonly SigningKey[], nowMs: number): Metadata<Root> {
  const named = Object.fromEntries(keys.map(({ key }) => [key.keyID, key]));
  const byRole = Object.fromEntries(roles.map((role) => [role, roleOf(keys, role)]));
  return new Metadata(
    Root.fromJSON({
      ...{ _type: 'root', spec_version: specVersion, consistent_snapshot: true, version },
      expires: common('root', version, nowMs).expires,
      keys: Object.fromEntries(Object.entries(named).map(([id, key]) => [id, key.toJSON()])),
      roles: byRole,
    }),
  );
}

function roleOf(keys: readonly SigningKey[], role: RoleName) {
  const keyids = keys.filter((key) => key.role === role).map(({ key }) => key.keyID);
  return { keyids, threshold: roleKeys[role].threshold };
}

/** Names no target itself: each is in a bin, which the same keys sign that `root` has for targets. */
export function targetsDocument(version: number, root: Root, nowMs: number): Metadata<Targets> {
  const { keyIDs, threshold } = root.roles.targets as Root['roles'][string];
  const keys = Object.fromEntries(keyIDs.map((id) => [id, (root.keys[id] as Key).toJSON()]));
  const bins = { keyids: keyIDs, threshold, bit_length: binBits, name_prefix: binPrefix };
  return new Metadata(
    Targets.fromJSON({
      ...{ _type: 'targets', spec_version: specVersion, version, expires: common('targets', version, nowMs).expires },
      ...{ targets: {}, delegations: { keys, succinct_roles: bins } },
    }),
  );
}

export function binDocument(version: number, files: readonly TargetFile[], nowMs: number): Metadata<Targets> {
  const targets = Object.fromEntries(files.map((file) => [file.path, file]));
  return new Metadata(new Targets({ ...common('targets', version, nowMs), targets }));
}

/** Which bin a target is in (TAP 15, "Succinct hash bin delegations"). */
export function binOf(path: string): string {
  return binName(createHash('sha256').update(path).digest().readUInt32BE() >>> (32 - binBits));
}

function binName(number: number): string {
  return `${binPrefix}-${number.toString(16).padStart((2 ** binBits - 1).toString(16).length, '0')}`;
}

/** `documents`: that of targets and those of all bins, by their names. */
export function snapshotDocument(version: number, documents: ReadonlyMap<string, Written>, nowMs: number) {
  const meta = Object.fromEntries(
    [...documents].map(([name, { bytes, version: own }]) => [`${name}.json`, metaFile(bytes, own)]),
  );
  return new Metadata(new Snapshot({ ...common('snapshot', version, nowMs), meta }));
}

export function timestampDocument(version: number, snapshot: Buffer, snapshotVersion: number, nowMs: number) {
  const snapshotMeta = metaFile(snapshot, snapshotVersion);
  return new Metadata(new Timestamp({ ...common('timestamp', version, nowMs), snapshotMeta }));
}

/** @param path as kiosks ask for it: `kiosks/LAB-01.json` */
export function targetFile(path: string, bytes: Buffer, custom: TargetNote): TargetFile {
  const hashes = { sha256: sha256(bytes) };
  return new TargetFile({ path, length: bytes.length, hashes, unrecognizedFields: { custom: { ...custom } } });
}

/** The text that is served: signed by each of `keys`. */
export function signed(document: Signable, keys: readonly SigningKey[]): Buffer {
  for (const key of keys) document.sign((data) => key.sign(data));
  return Buffer.from(`${JSON.stringify(document.toJSON())}\n`, 'utf8');
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function metaFile(bytes: Buffer, version: number): MetaFile {
  return new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256(bytes) } });
}
