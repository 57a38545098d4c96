import { expect, test } from 'vitest';
import type { Lamps } from '../../../hardware/cabinet-io.ts';
import { lampsOf } from '../../../kiosk/cabinet/lamps.ts';
import { Visit, withChange, withCharges } from '../view/visit.ts';

const dark: Lamps = { slot: 'off', cup: 'off', reader: 'off', printer: 'off', alarm: 'off' };
const paying = () => new Visit().boot().begin().payingCash();

test.each<[string, () => Visit, Lamps]>([
  ['nobody is here', () => new Visit().boot(), {}],
  ['a bill is chosen', () => new Visit().boot().begin().found(), {}],
  ['notes are taken', paying, { slot: 'on' }],
  ['a note moves', () => paying().escrow(1_000), {}],
  ['the rest is due', () => paying().note(1_000), { slot: 'on' }],
  ['the slip for the change is printed', () => paying().note(10_000), { printer: 'blink' }],
  ['the slip is to be taken', () => paying().note(10_000).printed(), { printer: 'blink' }],
  [
    'a card is asked for',
    () => new Visit(withCharges).boot().reached().begin().confirmed().charging('card'),
    { reader: 'on' },
  ],
  [
    'change comes out of a machine',
    () => new Visit(withChange).boot().filled().begin().payingCash().note(10_000),
    { cup: 'blink' },
  ],
  ['somebody is at the vault', () => opened(new Visit().boot()), { alarm: 'blink' }],
  ['the mains are gone', () => lost(paying()), {}],
])('%s', (_, visit, lit) => {
  expect(lampsOf(visit().kiosk)).toEqual({ ...dark, ...lit });
});

function opened(visit: Visit): Visit {
  return visit.step({ fact: 'contact.changed', device: 'cabinet', contact: 'vault', state: 'open' });
}

function lost(visit: Visit): Visit {
  return visit.step({ fact: 'contact.changed', device: 'cabinet', contact: 'mains', state: 'off' });
}
