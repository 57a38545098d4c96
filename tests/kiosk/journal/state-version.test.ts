import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { foldSources, stateVersion } from '../../../kiosk/journal/state-version.ts';

const kiosk = fileURLToPath(new URL('../../../kiosk', import.meta.url));

/** The file and all that it imports, but for types, from the folder `kiosk`. */
function closure(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(kiosk, file), 'utf8');
  for (const [, types, path] of text.matchAll(/^import (type )?[^;]*?from '([^']+)';/gm)) {
    if (types === undefined) closure(relative(kiosk, join(kiosk, dirname(file), path as string)), seen);
  }
  return seen;
}

test('the version of a kept state stands over every file that takes part in folding it', () => {
  const files = closure('kiosk.ts');
  expect(files.size).toBeGreaterThan(3);
  expect([...foldSources].sort()).toEqual([...files].sort());
});

test('the version of a kept state is the same every time it is asked for', () => {
  expect(stateVersion()).toMatch(/^[0-9a-f]{16}$/);
  expect(stateVersion()).toBe(stateVersion());
});
