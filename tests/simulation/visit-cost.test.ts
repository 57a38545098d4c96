import { expect, test } from 'vitest';
import type { EntryBody } from '../../kiosk/entry.ts';
import { Customer } from './customer.ts';
import { newWorld } from './run.ts';
import { seeded } from './random.ts';

/** Syncs that a cash visit may cost: a fixed part, and two for each note (the order and its outcome). */
const fixedSyncs = 12;
const syncsPerNote = 2;

test('a slow cash visit costs at most twelve syncs and two for each note', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const world = newWorld(seed, true);
    let syncs = 0;
    let notes = 0;
    let visits = 0;
    world.watch = (boundary) => {
      if (boundary === 'b3') syncs += 1;
    };
    world.onEntries = (entries: readonly EntryBody[]) => {
      for (const { kind } of entries) {
        if (kind === 'note.stack') notes += 1;
        if (kind === 'session.ended') visits += 1;
      }
    };
    world.boot();
    world.clock.runUntil(10_000);
    syncs = 0;
    const bill = world.biller.issue(8_650);
    new Customer({
      world,
      random: seeded(seed),
      plan: 'pay',
      bills: [bill],
      slip: null,
      wantsBack: false,
      basket: null,
    }).arrive();
    while (visits === 0 && world.clock.monoMs() < 400_000) world.clock.runUntil(world.clock.monoMs() + 1_000);
    expect(visits, `seed ${seed}: the visit ended`).toBe(1);
    expect(notes, `seed ${seed}: a note went in`).toBeGreaterThan(0);
    expect(syncs, `seed ${seed}`).toBeLessThanOrEqual(fixedSyncs + syncsPerNote * notes);
  }
});
