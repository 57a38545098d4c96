/**
 * Small settings of a machine in one JSON file: a few kilobytes, changed a few times a day. Never for money, which is
 * the journal's. lowdb keeps the data; the adapter here makes each write durable and whole.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { LowSync, type SyncAdapter } from 'lowdb';
import { jsonMaximumBytes, parseJsonStrict } from './strict-json.ts';

export interface Store<Data> {
  readonly data: Data;
  /** Changes the data and returns when the file holds it, synced. On an error neither file nor data changed. */
  update(change: (data: Data) => Data): void;
}

/**
 * Opens the settings at `path`; `empty` is what a file that does not exist yet holds. `accept` turns parsed JSON into data or
 * answers null when it is not sound. Throws an error that names the file when it is broken: settings are never reset in silence.
 */
export function openStore<Data>(path: string, empty: Data, accept: (json: unknown) => Data | null): Store<Data> {
  const low = new LowSync<Data>(new DurableFile(path, accept), empty);
  low.read();
  return {
    get data() {
      return low.data;
    },
    update(change) {
      const before = low.data;
      low.data = change(before);
      try {
        low.write();
      } catch (error) {
        low.data = before;
        throw error;
      }
    },
  };
}

class DurableFile<Data> implements SyncAdapter<Data> {
  private readonly path: string;
  private readonly accept: (json: unknown) => Data | null;

  constructor(path: string, accept: (json: unknown) => Data | null) {
    this.path = path;
    this.accept = accept;
  }

  read(): Data | null {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const read = parseJsonStrict(text);
    const data = read.ok ? this.accept(read.json) : null;
    if (data === null) {
      const why = read.ok ? 'its content is not what is kept there' : read.problem.en;
      throw new Error(`${this.path}: ${why}; restore it from a backup, or remove it to begin with empty settings`);
    }
    return data;
  }

  write(data: Data): void {
    const bytes = Buffer.from(`${JSON.stringify(data, null, 2)}\n`, 'utf8');
    if (bytes.length > jsonMaximumBytes) {
      throw new Error(`${this.path}: ${bytes.length} bytes are more than settings may have (${jsonMaximumBytes})`);
    }
    writeWhole(this.path, bytes, 0o600);
  }
}

/**
 * Writes beside the file, syncs, renames over it and syncs the folder: after a power cut it is the old or the new one, whole.
 * `mode`: its rights.
 */
export function writeWhole(path: string, bytes: Uint8Array, mode: number): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', mode);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncFolder(dirname(path));
}

/** What was renamed or removed in it is so after a power cut too. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
