import { describe, expect, test } from 'vitest';
import lab from '../../config/examples/lab.json' with { type: 'json' };
import { differences } from '../../config/difference.ts';
import { migrate, newestVersion } from '../../config/migrations.ts';
import { checkConfig, type Config } from '../../config/schema.ts';
import { knownHardware } from '../../hardware/catalog.ts';
import { plainAmount } from '../../kiosk/text/amount.ts';
import { problemsByPath } from './in-chinese.ts';

function sound(document: unknown): Config {
  const checked = checkConfig(document, knownHardware);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.config;
}

/** The example as it was written for an older program. */
function ofVersion(version: number): typeof lab {
  const { staff, ...rest } = structuredClone(lab);
  const limits: Partial<typeof lab.limits> = rest.limits;
  if (version < 3) delete limits.takeChangeMs;
  if (version < 2) delete limits.changeReservePieces;
  return { ...rest, ...(version < 2 ? {} : { staff }), version } as typeof lab;
}

const older = Array.from({ length: newestVersion - 1 }, (_, at) => at + 1);

describe.each(older)('a document of version %i', (version) => {
  test('lacks what the newest has to have, so that there is something to bring forward', () => {
    expect(checkConfig({ ...ofVersion(version), version: newestVersion }).ok).toBe(false);
  });

  test('is brought forward, and says the same as the newest', () => {
    expect(differences(sound(ofVersion(version)), sound(lab), plainAmount)).toEqual([]);
  });

  test('keeps what it says itself of what came later', () => {
    const document = ofVersion(version);
    const said = { ...document, limits: { ...document.limits, takeChangeMs: 90_000 } };
    expect(sound(said).limits.takeChangeMs).toBe(90_000);
    const told = differences(sound(document), sound(said), plainAmount);
    expect(told.map(({ path, before, after }) => [path, before, after])).toEqual([
      ['limits.takeChangeMs', 45_000, 90_000],
    ]);
  });

  test('is not changed itself, and what is brought forward stays as it is', () => {
    const document = ofVersion(version);
    const before = structuredClone(document);
    const once = migrate(document);
    expect(document).toEqual(before);
    expect(once).toMatchObject({ ok: true, json: { version: newestVersion } });
    expect(once.ok && migrate(once.json)).toEqual(once);
  });

  test('that is wrong is told of at the paths that it was written with', () => {
    const checked = checkConfig({ ...ofVersion(version), region: 'XX', limits: 5 }, knownHardware);
    expect(checked.ok ? [] : checked.problems.map(({ path }) => path).sort()).toEqual(['limits', 'region']);
  });
});

test.each([newestVersion + 1, 1_000, Number.MAX_SAFE_INTEGER])(
  'version %d is newer than this program: it is refused with what to do, and nothing else is said of it',
  (version) => {
    const checked = checkConfig({ ...lab, version, somethingNew: true }, knownHardware);
    expect(checked.ok ? {} : problemsByPath(checked.problems)).toEqual({
      version: expect.stringMatching(/newer than .*\(up to 3\); update the program, or write .*version 3/),
    });
  },
);

test.each([0, -1, 1.5, Number.NaN, '2', null, true, [3], '__proto__'])('%j is no version, and is named', (version) => {
  const checked = checkConfig({ ...lab, version }, knownHardware);
  expect(checked.ok ? {} : problemsByPath(checked.problems)).toMatchObject({
    version: expect.stringContaining('it must be 3, the version of this document'),
  });
});
