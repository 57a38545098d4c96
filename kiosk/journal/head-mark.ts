/**
 * The newest head, noted in a small file beside the store after each durable write. The chain alone cannot tell that
 * its own end was cut off; this note can. It is never synced: it may lag behind, and it never runs ahead.
 */
import { hash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Head } from './storage.ts';

const seqDigits = 16;
const checkDigits = 16;

/** The noted head; null when there is none or it cannot be read (a note torn by a power cut says nothing). */
export function readHeadMark(path: string): Head | null {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return null;
  }
  const match = /^(\d{16}) ([0-9a-f]{64}) ([0-9a-f]{16})\n$/.exec(text);
  if (match === null) return null;
  const head = { seq: Number(match[1]), hash: match[2] as string };
  return checkOf(head) === match[3] ? head : null;
}

/** Writes the note in place, always the same length. Every call may throw the file system's error. */
export class HeadMark {
  private readonly fd: number;

  constructor(path: string) {
    // Created when missing, never emptied.
    this.fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  write(head: Head): void {
    writeSync(this.fd, `${paddedSeq(head)} ${head.hash} ${checkOf(head)}\n`, 0, 'latin1');
  }

  close(): void {
    closeSync(this.fd);
  }
}

function paddedSeq(head: Head): string {
  return String(head.seq).padStart(seqDigits, '0');
}

function checkOf(head: Head): string {
  return hash('sha256', `${paddedSeq(head)} ${head.hash}`, 'hex').slice(0, checkDigits);
}
