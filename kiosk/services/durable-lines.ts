/**
 * What a service without a network keeps: one JSON line each, added at the end. Who asks for it again, after a power cut too,
 * finds it: it is on the disk when `add` returns.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseJsonStrict } from '../../config/strict-json.ts';

interface LinesOptions<Line> {
  readonly path: string;
  /** Whether a value read is one of these lines. */
  readonly isLine: (json: unknown) => json is Line;
  /** What is wrong with a line that is none, and what a lost file would mean, in words. */
  readonly notOne: string;
  readonly without: string;
  /** Takes each line in order: those read at the start, then those added. */
  readonly keep: (line: Line) => void;
}

export interface Lines<Line> {
  /** Throws when the disk does not take it; then it is not there. */
  add(line: Line): void;
  /** Leaves no others in the file; `keep` is not told. Throws when the disk does not take them; the file is then as it was, or has these. */
  keepOnly(lines: readonly Line[]): void;
}

/**
 * Makes the file when it is missing. A last line that a power cut left unfinished was never answered, and is dropped; any
 * other that is none throws an error that names it.
 */
export function openLines<Line>(options: LinesOptions<Line>): Lines<Line> {
  const { path, keep } = options;
  make(path);
  const kept = readFileSync(path);
  let endByte = kept.lastIndexOf('\n') + 1;
  const lines = kept.toString('utf8', 0, endByte).split('\n').slice(0, -1);
  lines.forEach((line, at) => {
    keep(read(options, line, at + 1));
  });
  return {
    add(line) {
      const bytes = bytesOf([line]);
      append(path, endByte, bytes);
      endByte += bytes.length;
      keep(line);
    },
    keepOnly(some) {
      const bytes = bytesOf(some);
      const fresh = `${path}.new`;
      make(fresh);
      append(fresh, 0, bytes);
      renameSync(fresh, path);
      endByte = bytes.length;
      syncFolder(path);
    },
  };
}

function bytesOf(lines: readonly unknown[]): Buffer {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 'utf8');
}

function read<Line>({ path, isLine, notOne, without }: LinesOptions<Line>, line: string, number: number): Line {
  const json = parseJsonStrict(line);
  if (json.ok && isLine(json.json)) return json.json;
  const why = json.ok ? notOne : json.problem.en;
  throw new Error(`${path}: line ${number}: ${why}; restore the file from a backup. Without it, ${without}`);
}

/** Also when it is there already: a folder that cannot be written shows itself now, not at the first payment. */
function make(path: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(path);
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** In place of whatever an earlier, failed try left behind the last whole line. */
function append(path: string, endByte: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, endByte);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done, bytes.length - done, endByte + done);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
