/** A ZIP archive of a few small files (PKWARE APPNOTE 6.3, without extensions), their names in the encoding they are given in. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZippedFile {
  readonly name: Buffer;
  readonly content: Buffer;
}

const deflated = 8;
const version = 20;

export function zipOf(files: readonly ZippedFile[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const packed = deflateRawSync(content);
    const facts = factsOf(name, content, packed);
    const local = Buffer.concat([u32(0x04034b50), u16(version), facts, name, packed]);
    bodies.push(local);
    const places = [u16(0), u16(0), u16(0), u32(0), u32(offset)];
    directory.push(Buffer.concat([u32(0x02014b50), u16(version), u16(version), facts, ...places, name]));
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const counts = [u16(0), u16(0), u16(files.length), u16(files.length), u32(listed.length), u32(offset), u16(0)];
  return Buffer.concat([...bodies, listed, u32(0x06054b50), ...counts]);
}

/** What local header and directory say alike: flags, method, time, date, CRC, both sizes, length of the name, no extra field. */
function factsOf(name: Buffer, content: Buffer, packed: Buffer): Buffer {
  const sizes = [u32(crc32(content)), u32(packed.length), u32(content.length)];
  return Buffer.concat([u16(0), u16(deflated), u16(0), u16(0x21), ...sizes, u16(name.length), u16(0)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
