import { expect, test } from 'vitest';
import type { EntryBody } from '../../../kiosk/entry.ts';
import { emptyTill, foldTill, tillUnits } from '../../../kiosk/till/till.ts';
import { stack, stacked } from '../journal/examples.ts';

const fold = (...bodies: EntryBody[]) => bodies.reduce(foldTill, emptyTill);
const known: EntryBody = {
  kind: 'device.known',
  device: 'acceptor',
  serial: null,
  denominations: [{ currency: 'CNY', minor: 100 }],
};

test('a stacked note is in the box, an ordered one is not', () => {
  expect(tillUnits(fold(stack(1)))).toEqual([]);
  expect(tillUnits(fold(stacked(1, 2000), stacked(2, 500), stacked(3, 2000)))).toEqual([
    {
      unit: 'acceptor.box',
      kind: 'box',
      currency: 'CNY',
      denominations: [
        { minor: 500, count: 1 },
        { minor: 2000, count: 2 },
      ],
      minor: 4500,
    },
  ]);
});

test('a known acceptor has an empty box, a printer has none', () => {
  expect(tillUnits(fold(known, { ...known, device: 'printer', denominations: [] }))).toEqual([
    { unit: 'acceptor.box', kind: 'box', currency: 'CNY', denominations: [], minor: 0 },
  ]);
});

test('a suspect note is taken off where it had been booked', () => {
  const inRecycler = { ...(stacked(1) as object), unit: 'recycler' };
  const suspect = { ...inRecycler, kind: 'note.suspect', code: 'ssp.fraud', case: 'C2' };
  const till = fold(inRecycler as EntryBody, suspect as unknown as EntryBody);
  expect(till.units.map(({ unit, count }) => [unit, count])).toEqual([['recycler', 0]]);
});

test('a note without an owner counts, one of unknown value does not, a suspect one is taken off', () => {
  const unowned: EntryBody = {
    kind: 'note.unowned',
    device: 'acceptor',
    key: 'k',
    case: 'C1',
    currency: 'CNY',
    minor: 1000,
  };
  const suspect = { ...(stacked(1) as object), kind: 'note.suspect', code: '48', case: 'C2' } as unknown as EntryBody;
  const till = fold(stacked(1), unowned, { ...unowned, minor: null }, suspect);
  expect(tillUnits(till)[0]?.minor).toBe(1000);
});

test('a removed cash box is empty afterwards, and what was in it is kept in mind', () => {
  const till = fold(stacked(1), stacked(2), { kind: 'cashbox.removed', device: 'acceptor' }, stacked(3, 100));
  expect(tillUnits(till)[0]).toMatchObject({ denominations: [{ minor: 100, count: 1 }], minor: 100 });
  expect(till.removed).toEqual([{ device: 'acceptor', unit: 'box', currency: 'CNY', minor: 2000, count: 2 }]);
});

test('an entry that moves no cash leaves the same till', () => {
  const till = fold(known);
  expect(foldTill(till, stack(1))).toBe(till);
  expect(foldTill(till, known)).toBe(till);
});
