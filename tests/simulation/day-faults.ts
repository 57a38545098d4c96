/**
 * The rows of tests/faults.md about the day's close: see faults.ts. In these runs people close the day at any moment, also when
 * they may not, and pay slips at the window; or the clock reaches the business day's end again and again.
 */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import { entryOf } from '../../kiosk/journal/journal.ts';
import { voucherRecord } from '../../kiosk/lookup.ts';
import { either, type FaultRow, inBatch, inFact, killOrPower, type Moment } from './faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const closing = either(inFact('day.close-asked'), inBatch('day.closed'), inFact('day.signed'), inBatch('day.signed'));

function failSync({ world }: Moment): void {
  world.tell('the next sync fails');
  world.disk.failNextSync('EIO', world.random.chance(0.5));
}

/** By hand. */
export const closeRows: readonly FaultRow[] = [
  { row: 70, at: ['b0', 'b1', 'b2', 'b3'], when: closing, strike: killOrPower },
  { row: 70, at: ['b1'], when: either(inFact('day.close-asked'), inFact('day.signed')), strike: failSync },
];

/** By itself. */
export const nightRows: readonly FaultRow[] = [
  {
    row: 71,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: either(inBatch('day.closed'), inFact('day.signed'), inBatch('day.signed')),
    strike: killOrPower,
  },
  { row: 71, at: ['b1'], when: inFact('day.signed'), strike: failSync },
];

const dayMs = 86_400_000;
const betweenMs = { least: 5_000, most: 45_000 };
/** How often somebody comes for the day's close after a visit, and how often for a slip. */
const closesChance = 0.6;
const readsChance = 0.3;
const paysSlipChance = 0.2;
/** So long before the business day's end the clock stands when somebody comes, milliseconds. */
const beforeEndMs = { least: 1_000, most: 90_000 };

/** Whoever closes the day, by hand, and the clock that does it by itself. */
export class Closer {
  private readonly world: World;
  private readonly random: Random;

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  /** At any moment, also during visits, when nothing may come of it. */
  begins(): void {
    const { world, random } = this;
    world.clock.after(random.integer(betweenMs.least, betweenMs.most), () => {
      if (world.calm) return;
      this.closes();
      this.begins();
    });
  }

  afterVisit(): void {
    const { random, world } = this;
    if (random.chance(readsChance)) world.book({ fact: 'day.read-asked', by: 'collector', lang: 'en' });
    if (random.chance(paysSlipChance)) this.paysSlip();
    if (random.chance(closesChance)) this.closes();
    const last = world.kiosk?.day.z ?? 0;
    if (last > 0 && random.chance(readsChance)) {
      world.book({ fact: 'day.paper-asked', z: random.integer(1, last), copy: true, lang: 'zh-CN' });
    }
  }

  /** Whoever comes next is here when the business day ends, or shortly before or after. */
  night(): void {
    const { world, random } = this;
    const { untilMs } = world.dayAt(world.clock.wallMs());
    const before = random.integer(beforeEndMs.least, beforeEndMs.most);
    const days = random.chance(0.2) ? random.integer(1, 3) : 0;
    world.tell('it is late');
    world.clock.jumpWall(untilMs - before + days * dayMs - world.clock.wallMs());
  }

  private closes(): void {
    this.world.book({ fact: 'day.close-asked', by: 'collector', lang: 'zh-CN' });
  }

  private paysSlip(): void {
    const { world, random } = this;
    const found = new Map<string, Entry[]>();
    for (const row of world.disk.contents().rows(0)) {
      if (!row.kind.startsWith('voucher.')) continue;
      const { serial } = JSON.parse(row.body) as Extract<EntryBody, { kind: 'voucher.issued' }>;
      found.set(serial, [...(found.get(serial) ?? []), entryOf(row)]);
    }
    if (found.size === 0) return;
    const record = voucherRecord(random.pick([...found.values()]));
    if (record !== null) world.book({ fact: 'voucher.voided', record, by: 'attendant' });
  }
}
