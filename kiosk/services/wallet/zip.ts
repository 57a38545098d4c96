/**
 * The files in a small ZIP archive (PKWARE APPNOTE 6.3): stored or deflated, unencrypted, on one disk, no ZIP64. Read by its
 * directory, every size held against a limit before anything is unpacked, every file against its checksum.
 */
import { crc32, inflateRawSync } from 'node:zlib';

export interface ArchivedFile {
  /** As it stands there, in whatever encoding. */
  readonly name: Buffer;
  readonly content: Buffer;
}

const filesMaximum = 8;
const [localSign, directorySign, endSign] = [0x04034b50, 0x02014b50, 0x06054b50];
const [localBytes, directoryBytes, endBytes] = [30, 46, 22];

/** Null for anything else; too-much: more than `bytesMaximum` unpacked in all. Never throws. */
export function readZip(archive: Buffer, bytesMaximum: number): readonly ArchivedFile[] | 'too-much' | null {
  try {
    return filesIn(archive, bytesMaximum);
  } catch {
    // Reads beyond the end, and what cannot be inflated.
    return null;
  }
}

function filesIn(archive: Buffer, bytesMaximum: number): readonly ArchivedFile[] | 'too-much' | null {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1 || archive.readUInt32LE(end) !== endSign || end + endBytes > archive.length) return null;
  const count = archive.readUInt16LE(end + 10);
  if (count < 1 || count > filesMaximum) return null;
  const files: ArchivedFile[] = [];
  let at = archive.readUInt32LE(end + 16);
  let left = bytesMaximum;
  for (let i = 0; i < count; i++) {
    if (archive.readUInt32LE(at) !== directorySign) return null;
    const size = archive.readUInt32LE(at + 24);
    left -= size;
    if (left < 0) return 'too-much';
    const file = fileAt(archive, at, size);
    if (file === null) return null;
    files.push(file);
    at += directoryBytes + [28, 30, 32].reduce((sum, field) => sum + archive.readUInt16LE(at + field), 0);
  }
  return files;
}

/** The file that the entry of the directory at `at` names. */
function fileAt(archive: Buffer, at: number, size: number): ArchivedFile | null {
  const [flags, method] = [archive.readUInt16LE(at + 8), archive.readUInt16LE(at + 10)];
  const sum = archive.readUInt32LE(at + 16);
  const packedBytes = archive.readUInt32LE(at + 20);
  const nameBytes = archive.readUInt16LE(at + 28);
  const local = archive.readUInt32LE(at + 42);
  if ((flags & 1) !== 0 || archive.readUInt32LE(local) !== localSign) return null;
  const from = local + localBytes + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  if (from + packedBytes > archive.length) return null;
  const packed = archive.subarray(from, from + packedBytes);
  const content = method === 0 ? packed : method === 8 ? inflateRawSync(packed, { maxOutputLength: size + 1 }) : null;
  if (content === null || content.length !== size || crc32(content) !== sum) return null;
  return { name: archive.subarray(at + directoryBytes, at + directoryBytes + nameBytes), content };
}
