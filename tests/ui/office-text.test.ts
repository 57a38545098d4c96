import { expect, expectTypeOf, test } from 'vitest';
import type { ConfigRefusedWhy, WentBackWhy } from '../../kiosk/configuration/change.ts';
import type { AlertKind } from '../../kiosk/office/alerts.ts';
import type { LogInProblem } from '../../kiosk/office/server/wire.ts';
import { alertSaid, alertWords, detailSaid, problemSaid, runningSaid, whySaid } from '../../ui/office/said.ts';
import { placeOf } from '../../ui/office/desk.ts';
import { words } from '../../ui/office/text.ts';
import type { KnownProblem } from '../../ui/office/words/problems.ts';
import type { KnownAlert } from '../../ui/office/words/alerts.ts';
import { methodsOf } from '../../ui/office/pages/order-form.tsx';
import { codeTyped } from '../../ui/office/pages/pairing.tsx';
import { paceOf, paceSaid, usualPace } from '../../ui/office/pages/pace.tsx';

const langs = ['en', 'zh-CN'] as const;

/** Every key of a language's table with its path; a list is as long in both. */
function keysOf(part: unknown, path = ''): readonly string[] {
  if (typeof part !== 'object' || part === null) return [`${path}: ${typeof part}`];
  return Object.entries(part).flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`));
}

function sentencesOf(part: unknown): readonly string[] {
  if (typeof part === 'string') return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(sentencesOf) : [];
}

test('both languages have the same words, and none is empty', () => {
  expect(keysOf(words['zh-CN']).toSorted()).toEqual(keysOf(words.en).toSorted());
  for (const lang of langs) expect(sentencesOf(words[lang]).filter((text) => text.trim() === '')).toEqual([]);
});

test('no Chinese sentence was left in English', () => {
  const chinese = sentencesOf(words['zh-CN']).filter((text) => !/[\u3000-\u9fff\uff00-\uffef]/.test(text));
  expect(chinese).toEqual([words['zh-CN'].other]);
});

test('every kind of alert has words, and what to do about it', () => {
  expectTypeOf<KnownAlert>().toEqualTypeOf<AlertKind>();
  for (const lang of langs) {
    for (const kind of Object.keys(words.en.alerts.alertKinds)) {
      expect(alertWords(words[lang], kind).remedy).not.toBe(alertWords(words[lang], 'x').remedy);
    }
    expect(alertWords(words[lang], 'meteor').title).toContain('meteor');
  }
});

test('every reason for which a kiosk refuses a configuration, or goes back, has a sentence', () => {
  const whys = {
    ...{ unsound: 0, 'other-kiosk': 0, 'other-money': 0, 'not-started': 0, silent: 0, 'no-glass': 0 },
  } satisfies Record<ConfigRefusedWhy | WentBackWhy, 0>;
  for (const lang of langs)
    expect(Object.keys(words[lang].alerts.whys).toSorted()).toEqual(Object.keys(whys).toSorted());
});

test('every reason for which nobody comes in has a sentence', () => {
  expectTypeOf<LogInProblem>().toExtend<KnownProblem>();
});

test('a problem that nobody foresaw is told with its word, also one that objects know', () => {
  for (const problem of ['meteor', 'constructor', 'toString']) {
    expect(problemSaid(words.en, { problem })).toEqual([words.en.unknownProblem(problem)]);
  }
  expect(problemSaid(words.en, { problem: 'locked', seconds: 1 })).toEqual([
    'There were too many wrong tries.',
    'Try again in 1 second.',
  ]);
});

test('what an alert is about is read out of its subject and detail', () => {
  const place = placeOf('en', words.en, null);
  const said = (kind: string, subject: string, detail = '') =>
    alertSaid(place, {
      ...{ alert: 1, kiosk: 'k', kind, subject, detail, status: 'open', openedAt: '2026-03-31T00:00:00Z' },
      ...{ acknowledgedAt: null, acknowledgedBy: null, clearedAt: null, clearedBy: null },
    });
  expect(said('fault', 'printer lost', 'timeout')).toEqual(['printer does not answer', 'timeout']);
  expect(said('paper', 'printer escpos.paper-out')).toEqual(['printer: escpos.paper-out']);
  expect(said('paper', 'printer paper-out')).toEqual(['printer: no paper']);
  expect(said('configuration-went-back', 'a'.repeat(64), 'silent')).toEqual([words.en.alerts.whys.silent]);
  expect(said('configuration-went-back', '2', 'silent\nprinter')).toEqual([
    ...[words.en.alerts.editionRefused('2'), words.en.alerts.whys.silent, 'printer'],
  ]);
  expect(said('cash-low', 'yuan yuan CNY 100', '9')).toEqual(['yuan ¥1.00: 9 left']);
  expect(said('cash-low', 'recycler cassette JPY 1000', '3')).toEqual(['recycler cassette ¥1,000: 3 left']);
  expect(said('cash-low', 'tokens tokens - 5', '3')).toEqual(['tokens 5 -: 3 left']);
  expect(said('case', 'C00001', 'note-unknown')).toEqual(['Case C00001', 'A note whose place nobody knows']);
  expect(said('configuration-refused', '7', 'unsound\nlimits: wrong')).toEqual([
    'Configuration no. 7',
    'It breaks a rule of the kiosk’s version.',
    'limits: wrong',
  ]);
  expect(said('fault', 'clock', '184 s')).toEqual([words.en.alerts.clockOff('184 s')]);
  expect(said('cash-full', 'acceptor box', '933')).toEqual(['acceptor cash box: 933 pieces']);
  expect(said('cash-full', 'acceptor box')).toEqual([words.en.alerts.saysFull('acceptor cash box')]);
  expect(said('configuration-stale', '', 'a'.repeat(64))).toEqual([]);
  expect(said('configuration-stale', '', 'It is too old.')).toEqual(['It is too old.']);
  expect(said('offline', '')).toEqual([]);
  expect(said('meteor', 'roof', '2 m')).toEqual(['roof', '2 m']);
});

test('why a kiosk did not keep a configuration is a sentence, with the device or what is wrong after it', () => {
  const place = placeOf('en', words.en, null);
  const { whys } = words.en.alerts;
  expect(whySaid(place, 'silent acceptor')).toEqual([whys.silent, 'acceptor']);
  expect(whySaid(place, 'other-money\nmoney.currency is EUR')).toEqual([whys['other-money'], 'money.currency is EUR']);
  expect(whySaid(place, 'no-glass')).toEqual([whys['no-glass']]);
  expect(whySaid(place, 'meteor hit it')).toEqual(['meteor hit it']);
});

test('what came in both languages is said in that of whoever reads, and what came in one as it came', () => {
  const both = { 'zh-CN': 'unsound\nlimits.idleMs 是 5；必须是整数', en: 'unsound\nlimits.idleMs is 5' };
  const [en, zh] = [placeOf('en', words.en, null), placeOf('zh-CN', words['zh-CN'], null)];
  expect(whySaid(en, both)).toEqual([words.en.alerts.whys.unsound, 'limits.idleMs is 5']);
  expect(whySaid(zh, both)).toEqual([words['zh-CN'].alerts.whys.unsound, 'limits.idleMs 是 5；必须是整数']);
  expect(whySaid(zh, 'unsound\nlimits: wrong')).toEqual([words['zh-CN'].alerts.whys.unsound, 'limits: wrong']);
});

test('the book of acts says in words what was written down for programs, and shows what it cannot read', () => {
  const place = placeOf('en', words.en, null);
  const whom = { whom: 'group', group: 'east' };
  expect(detailSaid(place, 'rollout-began', JSON.stringify({ whom, kiosks: 3, backOf: null }))).toBe('Group east');
  expect(detailSaid(place, 'rollout-taken-back', JSON.stringify({ whom, kiosks: 3, backOf: 4 }))).toBe(
    'Group east, as before rollout 4',
  );
  expect(detailSaid(place, 'alert-cleared', `configuration-went-back ${'a'.repeat(64)}`)).toBe(
    words.en.alerts.alertKinds['configuration-went-back'].title,
  );
  expect(detailSaid(place, 'alert-acknowledged', 'case C00001')).toBe('A case is open: C00001');
  expect(detailSaid(place, 'set-up', 'administrator')).toBe(words.en.roles.administrator);
  expect(detailSaid(place, 'paired', 'replaced')).toBe(words.en.persons.replaced);
  expect(detailSaid(place, 'rollout-paused', '')).toBe('');
  expect(detailSaid(place, 'command', 'no JSON')).toBe('no JSON');
});

test('a kiosk that waits for its first published configuration was not changed by anybody there', () => {
  const running = { hash: 'a', edition: null, staged: 1, stale: false, published: 1 };
  expect(runningSaid(words.en, running)).toMatchObject({
    text: words.en.kiosks.byHand,
    notes: [words.en.kiosks.staged(1)],
  });
});

test('every reason for which a kiosk carries nothing out beside its customers has a sentence', () => {
  for (const lang of langs)
    expect(Object.keys(words[lang].commands.results)).toEqual(
      expect.arrayContaining(['no-device', 'no-display', 'no-hook']),
    );
});

test('a pairing code may be typed in small letters, with spaces and hyphens', () => {
  expect(codeTyped(' k7p4-9xqt ')).toBe('K7P49XQT');
  expect(codeTyped('k7p4 – 9xqt')).toBe('K7P49XQT');
  expect(codeTyped(' - ')).toBe('');
});

test('a pace is whole numbers within their ranges, and a window of two different times', () => {
  expect(paceOf(usualPace)).toEqual({
    ...{ canary: 1, percent: 25, restMinutes: 10, failuresPercent: 0, overdueMinutes: 30, window: null },
  });
  const wrong: readonly Partial<typeof usualPace>[] = [
    { canary: '' },
    { canary: '-1' },
    { percent: '0' },
    { percent: '101' },
    { percent: '2.5' },
    { overdueMinutes: '0' },
    { window: { from: '24:00', to: '05:00' } },
    { window: { from: '02:00', to: '02:00' } },
  ];
  for (const part of wrong) expect(paceOf({ ...usualPace, ...part }), JSON.stringify(part)).toBeNull();
});

test('what a pace means is a sentence, for one kiosk and for many', () => {
  const place = placeOf('en', words.en, null);
  const said = (kiosks: number, part: Partial<typeof usualPace> = {}) =>
    paceSaid(place, kiosks, paceOf({ ...usualPace, ...part })!);
  expect(said(5)).toContain('One goes first; the other 4 follow when that went well.');
  expect(said(1)).not.toContain('first');
  expect(said(1)).not.toContain('waves');
  expect(said(5, { failuresPercent: '100' })).toContain('It goes on however many fail.');
  expect(said(5, { canary: '0', percent: '100' })).toContain('All get it at once.');
  expect(said(5, { window: { from: '22:00', to: '05:00' } })).toContain('between 22:00 and 05:00');
});

test('the ways to pay that can be ordered away are those of the kiosk; all there are, where it never told', () => {
  expect(methodsOf({ document: { methods: ['cash', 'card'] } })).toEqual(['cash', 'card']);
  for (const document of [null, {}, { methods: 'cash' }]) expect(methodsOf({ document })).toContain('wechat');
});
