/**
 * The row of tests/faults.md about boxes and cases in the hands of people: see faults.ts. In these runs hoppers jam while they
 * pay and the printer runs out under slips, so that there are cases; whoever works here seals and counts boxes, pays slips and
 * ends cases, in cash or as a slip, and tries everything twice; and between all that the day is closed.
 */
import type { Pieces } from '../../hardware/device.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import { indexKeys } from '../../kiosk/journal/derive.ts';
import { voucherRecord } from '../../kiosk/lookup.ts';
import { caseRecord, settleRefused, slipOf, soldIn } from '../../kiosk/staff/cases.ts';
import { Attendant, by } from './attendant.ts';
import { either, type FaultRow, inBatch, inFact, killOrPower, later } from './faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const facts = either(...['cash.sealed', 'cash.counted', 'case.settled', 'voucher.voided'].map(inFact));
const batches = either(...['cash.sealed', 'cash.counted', 'case.settled', 'voucher.voided'].map(inBatch));

export const custodyRows: readonly FaultRow[] = [
  { row: 75, at: ['b0', 'b1'], when: facts, strike: killOrPower, change: true },
  { row: 75, at: ['b2', 'b3'], when: batches, strike: killOrPower, change: true },
  { row: 75, at: ['b0', 'b1'], when: facts, strike: killOrPower },
  { row: 75, at: ['b2', 'b3'], when: batches, strike: killOrPower },
];

const lookMs = 300;
const jamChance = 0.5;
const noPaperChance = 0.3;
const awayMs = { least: 5_000, most: 40_000 };
const sealChance = 0.7;
/** How often another number is read from a seal than it has. */
const misreadChance = 0.3;
const asSlipChance = 0.6;
const closesDayChance = 0.3;
const leastMinor = 10;

/** What makes cases: a hopper jams as it pays, and the paper is out as a slip is printed. */
export class Mishaps {
  private readonly world: World;
  private readonly random: Random;
  private readonly seen = new Set<string>();

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  begin(): void {
    const { world, random, seen } = this;
    if (world.calm) return;
    for (const { command, device } of Object.values(world.kiosk?.payouts ?? {})) {
      if (seen.has(command) || device === 'acceptor') continue;
      seen.add(command);
      if (!random.chance(jamChance)) continue;
      world.act(device, { action: 'jam hopper' });
      later(world, awayMs.least, awayMs.most, () => world.act(device, { action: 'clear jam' }));
    }
    for (const { command, document } of Object.values(world.kiosk?.prints ?? {})) {
      if (seen.has(command) || document.paper !== 'voucher') continue;
      seen.add(command);
      if (!random.chance(noPaperChance)) continue;
      world.act('printer', { action: 'paper', value: 'out' });
      later(world, awayMs.least, awayMs.most, () => world.act('printer', { action: 'paper', value: 'ok' }));
    }
    world.clock.after(lookMs, () => this.begin());
  }
}

/** What the journal on the disk has under a key. */
function found(world: World, key: string): readonly Entry[] {
  return [...world.disk.contents().rows(0)].flatMap((row) => {
    const body = JSON.parse(row.body) as EntryBody;
    return indexKeys(body).includes(key) ? [{ ...row, session: null, kind: body.kind, body }] : [];
  });
}

/** Comes by after a visit with one thing to do. */
export class Custodian extends Attendant {
  override come(): void {
    if (this.random.chance(closesDayChance)) this.world.book({ fact: 'day.close-asked', by, lang: 'zh-CN' });
    const what = this.random.pick(['box', 'slip', 'case', 'case'] as const);
    if (what === 'slip' && this.paySlip()) return;
    if (what !== 'box' && this.endCase()) return;
    this.changeBox();
  }

  /** It may be closed in a bag before it is counted, another number may be read then, and it is counted once more. */
  protected override countBag(bag: string, pieces: readonly Pieces[]): void {
    const { random } = this;
    const seal = `SEAL-${bag}`;
    const counts = (sealed?: string) => {
      const own = this.world.kiosk?.till.bags.find((one) => one.bag === bag)?.seal ?? sealed;
      const read = own === undefined ? {} : { seal: random.chance(misreadChance) ? `${own}X` : own };
      const count = { fact: 'cash.counted', bag, pieces, ...read, by } as const;
      this.book(count, () => {
        this.world.book(count);
        this.end();
      });
    };
    if (random.chance(sealChance)) this.book({ fact: 'cash.sealed', bag, seal, used: false, by }, () => counts(seal));
    else counts();
  }

  /** False: there is none that counts. */
  private paySlip(): boolean {
    const { world } = this;
    const slips = [...world.disk.contents().rows(0)]
      .filter(({ kind }) => kind === 'voucher.issued')
      .map((row) => (JSON.parse(row.body) as { readonly serial: string }).serial)
      .filter((serial) => voucherRecord(found(world, `voucher:${serial}`))?.spent === false);
    if (world.kiosk === null || slips.length === 0) return false;
    const serial = this.random.pick(slips);
    const pay = () => {
      const record = voucherRecord(found(world, `voucher:${serial}`));
      if (record !== null) world.book({ fact: 'voucher.voided', record, by });
    };
    this.untilDone(pay, () => voucherRecord(found(world, `voucher:${serial}`))?.spent === true);
    return true;
  }

  /** False: there is none of which something is owed. */
  private endCase(): boolean {
    const { world, random } = this;
    const numbers = Object.keys(world.kiosk?.cases ?? {});
    const how = random.chance(asSlipChance) ? 'voucher' : 'paid';
    const ending = (number: string) => {
      const record = caseRecord(found(world, `case:${number}`));
      const serial = record === null ? null : slipOf(record.one);
      const slip = serial === null ? null : voucherRecord(found(world, `voucher:${serial}`));
      const minor = slip?.minor ?? record?.one.minor ?? null;
      return { record, slip, how, minor, reason: null } as const;
    };
    const payable = numbers.filter((number) => {
      const end = ending(number);
      return world.kiosk !== null && settleRefused(world.kiosk, end.record?.one ?? null, end.slip, end) === null;
    });
    if (payable.length === 0) return false;
    const number = random.pick(payable);
    const settle = () => {
      const { record, ...end } = ending(number);
      if (record === null) return;
      const sold = soldIn(record, (key) => found(world, key));
      const settled = { fact: 'case.settled', record: record.one, sold, ...end, by, second: 'manager' } as const;
      // Nobody gets a part of a slip.
      if (end.slip !== null && end.minor !== null) world.book({ ...settled, minor: end.minor - leastMinor });
      world.book(settled);
    };
    this.untilDone(settle, () => found(world, `case:${number}`).some(({ body }) => body.kind === 'case.settled'));
    return true;
  }

  /** Again until the console shows that it is done, and once more after that: it must not count. */
  private untilDone(act: () => void, done: () => boolean): void {
    this.when(
      () => {
        if (!done()) act();
        return done();
      },
      () => {
        act();
        this.end();
      },
    );
  }
}
