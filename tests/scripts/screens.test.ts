import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../config/schema.ts';
import type { ScreenName } from '../../kiosk/server/wire.ts';
import { sampleNames, sampleView } from '../../scripts/screens/samples.ts';
import { Stage } from '../../scripts/screens/stage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A screen of the wire that is missing here does not compile. */
const screens: Readonly<Record<ScreenName, true>> = {
  attract: true,
  'partly-available': true,
  welcome: true,
  'find-bill': true,
  'find-receipt': true,
  refund: true,
  shop: true,
  review: true,
  choose: true,
  promise: true,
  voucher: true,
  'pay-cash': true,
  'pay-charge': true,
  'part-approved': true,
  settling: true,
  'take-note': true,
  settled: true,
  documents: true,
  thanks: true,
  case: true,
  'out-of-service': true,
};

/** Named for what lies over the screen, or for the way that led to it. */
const named: Readonly<Record<string, ScreenName>> = {
  warning: 'pay-cash',
  'warning-empty': 'welcome',
  help: 'welcome',
  'help-inside': 'pay-cash',
  'help-charges': 'choose',
  'help-goods': 'welcome',
  'warning-split': 'pay-cash',
  'power-notice': 'pay-cash',
  returned: 'settled',
  'returned-cash': 'settled',
  'returned-note': 'settled',
  'returned-card': 'settled',
  'returned-split': 'settled',
  'find-receipt-out': 'documents',
};

/** With a line about the machine itself over the screen. */
const noticed = [
  'power-notice',
  'attract-code',
  'welcome-code',
  'out-of-service-code',
  'choose-mains',
  'pay-cash-mains',
  'pay-cash-not-yours',
  'pay-charge-restarted',
  'choose-card-left',
];

function screenOf(name: string): ScreenName | undefined {
  const all = Object.keys(screens) as ScreenName[];
  return named[name] ?? all.find((screen) => name === screen || name.startsWith(`${screen}-`));
}

describe('the screens that are photographed', () => {
  test('are all that there are', () => {
    for (const screen of Object.keys(screens)) expect(sampleNames).toContain(screen);
  });

  test.each(sampleNames)('%s is what its name says, in the language that was asked for', (name) => {
    for (const lang of ['zh-CN', 'en'] as const) {
      for (const long of [false, true]) {
        const view = sampleView(name, { lang, long });
        expect(view.body.screen).toBe(screenOf(name));
        expect(view.lang).toBe(lang);
        expect(view.warning !== null).toBe(name.startsWith('warning'));
        expect(view.helpPage !== null).toBe(name.startsWith('help'));
        expect(view.notice !== null).toBe(noticed.includes(name));
      }
    }
  });

  const shown = sampleNames.map((name) => JSON.stringify(sampleView(name, { lang: 'en', long: false })));

  test.each(sampleNames.map((name, index) => [name, index] as const))('%s differs from every other', (name, index) => {
    expect(sampleNames.filter((_, other) => shown[other] === shown[index])).toEqual([name]);
  });

  test('have a long form with the longest amount and a payee of forty letters, that a kiosk could have', () => {
    const stage = new Stage({ lang: 'en', long: true });
    const { body } = sampleView('review', { lang: 'en', long: true });
    expect(body).toMatchObject({ total: { whole: '188,888', fraction: '.88' } });
    expect(stage.bill.payee.en).toHaveLength(40);
    expect(stage.bill.lines.reduce((sum, line) => sum + line.minor, 0)).toBe(stage.bill.minor);
    expect(checkConfig(JSON.parse(JSON.stringify(stage.kiosk().config))).ok).toBe(true);
  });

  test('say what a phone reads of this very receipt', () => {
    const { body } = sampleView('documents-phone', { lang: 'en', long: false });
    expect(body.screen === 'documents' && body.phone?.qr).toContain('Receipt no. R000001');
  });
});

test('a screen that is not there is refused with those that are', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/screens.ts', '--only', 'nope'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stdout).toBe('');
  const { error, message } = JSON.parse(stderr);
  expect(error).toBe('usage');
  for (const name of ['nope', ...sampleNames]) expect(message).toContain(name);
});
