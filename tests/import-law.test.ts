import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkLaw, lawfulFolders } from '../scripts/import-law.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the project keeps its import law, and every folder was read', async () => {
  const { modulesRead, breaches } = await checkLaw(root);
  expect(breaches).toEqual([]);
  expect(modulesRead).toBeGreaterThan(lawfulFolders.length);
});

describe('a breach is found', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'import-law-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function rulesBroken(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const folders = lawfulFolders.filter((name) => Object.keys(files).some((path) => path.startsWith(`${name}/`)));
    const { modulesRead, breaches } = await checkLaw(folder, folders);
    expect(modulesRead).toBe(Object.keys(files).length);
    return [...new Set(breaches.map(({ rule }) => rule))].sort();
  }

  const value = 'export const a = 1;\n';
  const use = (path: string) => `import { a } from '${path}';\nexport const b = a;\n`;
  const useType = "import type { T } from '../kiosk/kiosk.ts';\nexport const b: T = 1;\n";

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a screen that looks into the kiosk',
      { 'ui/app.ts': use('../kiosk/kiosk.ts'), 'kiosk/kiosk.ts': value },
      'ui-sees-only-the-wire',
    ],
    ['a screen that uses Node', { 'ui/app.ts': "import 'node:fs';\n" }, 'ui-runs-in-a-browser'],
    [
      'a device that knows the kiosk, be it only by a type',
      { 'hardware/link.ts': useType, 'kiosk/kiosk.ts': 'export type T = number;\n' },
      'hardware-knows-nobody',
    ],
    [
      'a schema that knows the hardware',
      { 'config/schema.ts': use('../hardware/catalog.ts'), 'hardware/catalog.ts': value },
      'config-knows-nobody',
    ],
    ['a kiosk that draws', { 'kiosk/loop.ts': use('../ui/app.ts'), 'ui/app.ts': value }, 'kiosk-looks-down-only'],
    [
      'a simulator that borrows the codec of its driver',
      { 'hardware/id003/simulator.ts': use('./frame.ts'), 'hardware/id003/frame.ts': value },
      'simulators-stand-alone',
    ],
    [
      'a simulator that borrows a checksum',
      { 'hardware/id003/simulator.ts': use('../checksum.ts'), 'hardware/checksum.ts': value },
      'simulators-stand-alone',
    ],
    [
      'a part of a simulator that borrows the codec of its driver',
      { 'hardware/cctalk/simulator-coin.ts': use('./frame.ts'), 'hardware/cctalk/frame.ts': value },
      'simulators-stand-alone',
    ],
    [
      'a driver that sees a part of a simulator',
      { 'hardware/cctalk/driver.ts': use('./simulator-coin.ts'), 'hardware/cctalk/simulator-coin.ts': value },
      'drivers-never-see-a-simulator',
    ],
    [
      'frames that know messages',
      { 'hardware/id003/frame.ts': use('./messages.ts'), 'hardware/id003/messages.ts': value },
      'protocol-order-frame',
    ],
    [
      'a part of a driver that uses the front door',
      { 'hardware/cctalk/bill.ts': use('./index.ts'), 'hardware/cctalk/index.ts': value },
      'protocol-order-driver',
    ],
    [
      'messages that know a part of the driver',
      { 'hardware/cctalk/messages.ts': use('./talk.ts'), 'hardware/cctalk/talk.ts': value },
      'protocol-order-messages',
    ],
    [
      'frames that know a part of the driver',
      { 'hardware/ssp/frame.ts': use('./cipher.ts'), 'hardware/ssp/cipher.ts': value },
      'protocol-order-frame',
    ],
    [
      'an inquiry that knows its driver',
      { 'hardware/id003/inquiry.ts': use('./driver.ts'), 'hardware/id003/driver.ts': value },
      'protocol-order-inquiry',
    ],
    [
      'a protocol that uses another',
      { 'hardware/id003/driver.ts': use('../escpos/frame.ts'), 'hardware/escpos/frame.ts': value },
      'protocols-do-not-mix',
    ],
    [
      'a driver that looks at the clock',
      { 'hardware/id003/driver.ts': 'export const a = Date.now();\n' },
      'time-and-chance-are-handed-in',
    ],
    [
      'a decision that asks what day it is',
      { 'kiosk/till/till.ts': 'export const a = new Date();\n' },
      'time-and-chance-are-handed-in',
    ],
    [
      'a decision that throws dice',
      { 'kiosk/till/till.ts': 'export const a = Math.random();\n' },
      'time-and-chance-are-handed-in',
    ],
    [
      'a decision that sets a timer',
      { 'kiosk/till/till.ts': 'setTimeout(() => {}, 1);\n' },
      'time-and-chance-are-handed-in',
    ],
    ...[
      'cctalk/hopper.ts',
      'ssp/payout.ts',
      'ssp/cipher.ts',
      'escpos/render.ts',
      'note-path.ts',
      'standing.ts',
      'framing.ts',
      'checksum.ts',
      'currency.ts',
    ].map((file): [string, Readonly<Record<string, string>>, string] => [
      `time and dice in ${file}`,
      { [`hardware/${file}`]: 'export const a = [Date.now(), Math.random(), setTimeout(() => {}, 1)];\n' },
      'time-and-chance-are-handed-in',
    ]),
    ['a part of a driver that reads a file', { 'hardware/ssp/payout.ts': "import 'node:fs';\n" }, 'drivers-are-pure'],
    ['what drivers share, with a file', { 'hardware/note-path.ts': "import 'node:fs';\n" }, 'drivers-are-pure'],
    ['a cipher that reads a file', { 'hardware/ssp/cipher.ts': "import 'node:fs';\n" }, 'ciphers-only-compute'],
    [
      'a cipher that throws dice',
      { 'hardware/ssp/cipher.ts': "import { randomBytes as a } from 'node:crypto';\nexport const b = a(8);\n" },
      'time-and-chance-are-handed-in',
    ],
    ['a driver that keeps time', { 'hardware/id003/driver.ts': "import 'node:timers';\n" }, 'drivers-are-pure'],
    ['a decision that reads a file', { 'kiosk/session/decide.ts': "import 'node:fs';\n" }, 'deciding-is-pure'],
    [
      'a decision that knows a driver',
      { 'kiosk/till/till.ts': use('../../hardware/id003/driver.ts'), 'hardware/id003/driver.ts': value },
      'deciding-knows-no-machine',
    ],
    [
      'a way to pay that uses another',
      { 'kiosk/methods/cash/cash.ts': use('../voucher/voucher.ts'), 'kiosk/methods/voucher/voucher.ts': value },
      'methods-stand-apart',
    ],
    ['two files in a circle', { 'config/a.ts': use('./b.ts'), 'config/b.ts': use('./a.ts') }, 'no-cycles'],
    ['an import that leads nowhere', { 'config/a.ts': use('./gone.ts') }, 'everything-is-there'],
    ['a name that says nothing', { 'config/utils.ts': value }, 'empty-name'],
  ])('%s', async (_, files, rule) => {
    expect(await rulesBroken(files)).toContain(rule);
  });

  test('and lawful imports are left alone', async () => {
    const files = {
      'ui/app.ts': use('../kiosk/server/wire.ts'),
      'kiosk/server/wire.ts': value,
      'kiosk/main.ts': use('../hardware/catalog.ts'),
      'hardware/catalog.ts': use('./id003/index.ts'),
      'hardware/id003/index.ts': use('./driver.ts'),
      'hardware/id003/driver.ts': use('./messages.ts'),
      'hardware/id003/messages.ts': use('./frame.ts'),
      'hardware/id003/frame.ts': use('../checksum.ts'),
      'hardware/checksum.ts': value,
      'hardware/ssp/driver.ts': use('./cipher.ts'),
      'hardware/ssp/cipher.ts': "import { createHash } from 'node:crypto';\nexport const a = createHash;\n",
      'hardware/ssp/simulator.ts': 'export const a = setTimeout(() => {}, 1);\n',
      'hardware/id003/simulator.ts': `import 'node:crypto';\n${use('../clock.ts')}`,
      'hardware/clock.ts': value,
      'hardware/cctalk/simulator.ts': use('./simulator-coin.ts'),
      'hardware/cctalk/simulator-coin.ts': use('../clock.ts'),
      'kiosk/session/session.ts': use('../../hardware/device.ts'),
      'hardware/device.ts': value,
    };
    expect(await rulesBroken(files)).toEqual([]);
  });
});
