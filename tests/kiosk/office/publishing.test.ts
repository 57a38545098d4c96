import { describe, expect, test } from 'vitest';
import type { Checked } from '../../../config/schema.ts';
import { baseOf, planned, type Running } from '../../../kiosk/office/repository/publishing.ts';

const published = { kiosk: 'K1', groups: ['east'], place: 'published' };
const runs = { kiosk: 'K1', groups: ['west'], place: 'runs' };
const check = (json: unknown) => ({ ok: true, config: json }) as unknown as Checked;

function repositoryOf(documents: Readonly<Record<string, object>>) {
  return {
    kiosks: Object.keys(documents).map((kiosk) => ({ kiosk, hash: '', version: 1, publishedAt: '' })),
    document: (kiosk: string) => documents[kiosk] ?? null,
    documentBefore: () => null,
  };
}

const said = (running: Partial<Running>) =>
  new Map<string, Running>([['K1', { edition: null, document: runs, answer: 'running', ...running }]]);

describe('a fragment is laid over', () => {
  test.each([
    ['what is published, where nobody has listened', { K1: published }, new Map(), published],
    [
      'what is published, where the kiosk runs the office’s',
      { K1: published },
      said({ edition: 1, document: null }),
      published,
    ],
    ['what a new kiosk runs, where nothing is published', {}, said({ answer: null }), runs],
    ['what staff have made of it since', { K1: published }, said({}), runs],
    [
      'what runs, where what is published was refused',
      { K1: published },
      said({ edition: 0, answer: 'refused' }),
      runs,
    ],
    ['what runs, where it went back', { K1: published }, said({ edition: 0, answer: 'went-back' }), runs],
    ['what is published, where it begins with it just now', { K1: published }, said({ edition: 0 }), published],
    ['what is published and still on its way', { K1: published }, said({ answer: null }), published],
    ['nothing, where nothing is known', {}, new Map(), null],
    ['nothing, where the kiosk did not tell', {}, said({ document: null }), null],
  ])('%s', (_, documents, running, base) => {
    expect(baseOf(repositoryOf(documents), 'K1', running)).toEqual(base);
  });
});

describe('whom it is for', () => {
  const whom = (group: string, running = said({})) => {
    const plan = planned(repositoryOf({ K1: published, K2: published }), { whom: 'group', group }, {}, check, running);
    return plan.ok ? [...plan.documents.keys()] : plan.problems[0]?.problem.en;
  };

  test('a group is told by what each fragment would be laid over', () => {
    expect(whom('west')).toEqual(['K1']);
    expect(whom('east')).toEqual(['K2']);
    expect(whom('east', new Map())).toEqual(['K1', 'K2']);
    expect(whom('north')).toBe('no published configuration names north among its "groups"');
  });

  test('a new kiosk that told what it runs is one of all, and one that did not is none', () => {
    const plan = (document: unknown) =>
      planned(repositoryOf({}), { whom: 'all' }, { place: 'new' }, check, said({ document, answer: null }));
    const told = plan(runs);
    expect(told.ok && told.documents.get('K1')).toEqual({ ...runs, place: 'new' });
    expect(plan(null).ok).toBe(false);
  });
});
