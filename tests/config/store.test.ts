import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../config/store.ts';

interface Settings {
  readonly volume: number;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function accept(json: unknown): Settings | null {
  const volume = (json as Partial<Settings> | null)?.volume;
  return typeof volume === 'number' ? { volume } : null;
}

const open = () => openStore(join(folder, 'settings.json'), { volume: 5 }, accept);

test('a file that does not exist yet holds what it was given, and is not written before a change', () => {
  expect(open().data).toEqual({ volume: 5 });
  expect(existsSync(join(folder, 'settings.json'))).toBe(false);
});

test('a change stands in the file when update returns', () => {
  open().update(() => ({ volume: 7 }));
  expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toEqual({ volume: 7 });
  expect(open().data).toEqual({ volume: 7 });
});

test('what a power cut left of a write beside the file is not read', () => {
  open().update(() => ({ volume: 7 }));
  writeFileSync(join(folder, 'settings.json.new'), '{"vol');
  expect(open().data).toEqual({ volume: 7 });
  open().update(({ volume }) => ({ volume: volume + 1 }));
  expect(open().data).toEqual({ volume: 8 });
});

test.each(['{"volume":', '{"volume":1,"volume":2}', '{"loudness":1}', ''])(
  'a broken file %j is named, not replaced',
  (text) => {
    writeFileSync(join(folder, 'settings.json'), text);
    expect(open).toThrow(/settings\.json: .*restore it/);
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(text);
  },
);

test('when the file cannot be written the data stays as it was', () => {
  const store = open();
  rmSync(folder, { recursive: true });
  expect(() => store.update(() => ({ volume: 9 }))).toThrow(/ENOENT/);
  expect(store.data).toEqual({ volume: 5 });
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
