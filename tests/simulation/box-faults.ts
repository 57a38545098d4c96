/**
 * The row of tests/faults.md about boxes that are changed without a word of their machine: see faults.ts. A coin acceptor does not
 * know whether its box is there. In these runs whoever works here changes it between visits, says so, counts what was in it, and
 * says it all twice; and between all that the day is closed.
 */
import type { Pieces } from '../../hardware/device.ts';
import { Attendant, by } from './attendant.ts';
import { either, type FaultRow, inBatch, inFact, killOrPower } from './faults.ts';

const kinds = ['cashbox.changed', 'cash.counted'];

export const boxRows: readonly FaultRow[] = [
  { row: 79, at: ['b0', 'b1'], when: either(...kinds.map(inFact)), strike: killOrPower, change: true },
  { row: 79, at: ['b2', 'b3'], when: either(...kinds.map(inBatch)), strike: killOrPower, change: true },
];

const device = 'coins';
const closesDayChance = 0.3;

/** Comes by after a visit, and changes the box of the coin acceptor. */
export class BoxChanger extends Attendant {
  override come(): void {
    if (this.random.chance(closesDayChance)) this.world.book({ fact: 'day.close-asked', by, lang: 'zh-CN' });
    const { kiosk, machines } = this.world;
    const box = machines[device]?.units().find(({ unit }) => unit === 'box');
    // What the kiosk has yet to hear of would be booked into the box that comes after.
    const heard = kiosk?.devices[device]?.ready === true && this.world.held === 0;
    const holds =
      kiosk?.till.units.some((one) => one.device === device && one.unit === 'box' && one.count > 0) === true;
    if (box === undefined || !heard || !holds || !this.world.act(device, { action: 'remove cashbox' }).ok) {
      this.end();
      return;
    }
    this.world.act(device, { action: 'insert cashbox' });
    this.declares(box.cash.map(({ minor, count }) => ({ minor, count })));
  }

  /** Until the console shows a box to count, and once more after that: it must not count. */
  private declares(pieces: readonly Pieces[]): void {
    const bags = () => this.world.kiosk?.till.bags ?? [];
    const changed = { fact: 'cashbox.changed', device, by } as const;
    this.book(changed, () => {
      this.world.book(changed);
      const bag = bags().findLast((one) => one.device === device)?.bag;
      if (bag !== undefined) {
        this.countsTwice(bag, pieces);
        return;
      }
      // It is out, and nobody could say so.
      this.world.meddled.add(device);
      this.end();
    });
  }

  private countsTwice(bag: string, pieces: readonly Pieces[]): void {
    const count = { fact: 'cash.counted', bag, pieces, by } as const;
    this.book(count, () => {
      this.world.book(count);
      this.end();
    });
  }
}
