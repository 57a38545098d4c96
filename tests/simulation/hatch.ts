/** Judges goods behind a hatch: what the relay did, against the journal (tests/faults.md, I3, I5 and I6). */
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { World } from './world.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Entries that a search for the order behind a movement goes back. */
const lookBack = 80;

export class HatchOracle {
  private readonly world: World;
  private readonly wrong: (invariant: string, text: string) => void;
  /** How often it was opened. */
  private opened = 0;

  constructor(world: World, wrong: (invariant: string, text: string) => void) {
    this.world = world;
    this.wrong = wrong;
  }

  seen(device: string, event: SimulatorEvent): void {
    if (device !== 'cabinet' || event.event !== 'relay' || event.state !== 'on') return;
    this.opened += 1;
    const contents = this.world.disk.contents();
    let ordered = false;
    for (const row of contents.rows(Math.max(0, contents.head.seq - lookBack))) {
      if (row.kind === 'goods.release') ordered = true;
      if (row.kind === 'goods.released' || row.kind === 'goods.not-released') ordered = false;
    }
    if (ordered) return;
    this.wrong('I5', 'the hatch was opened without a recorded order');
  }

  /** After the run, when all is quiet. */
  judge(entries: readonly Entry[]): void {
    const orders = new Map<string, Body<'goods.release'>>();
    const sales = new Set<string>();
    const posted = new Set<string>();
    const here = new Set<string>();
    const cases = new Set<string>();
    const ended = { known: 0, unknown: 0 };
    for (const { body } of entries) {
      switch (body.kind) {
        case 'session.started':
          here.add(body.session);
          break;
        case 'session.ended':
          here.delete(body.session);
          break;
        case 'bill.posted':
          posted.add(body.sale);
          break;
        case 'goods.release':
          orders.set(body.command, body);
          if (sales.has(body.sale)) this.wrong('I3', `the goods of sale ${body.sale} are let out twice`);
          sales.add(body.sale);
          if (!posted.has(body.sale))
            this.wrong('I5', `the goods of sale ${body.sale} are let out before they are booked`);
          if (!here.has(body.session)) this.wrong('I6', `the goods of sale ${body.sale} are let out to nobody`);
          break;
        case 'goods.released':
        case 'goods.not-released':
          if (!orders.delete(body.command)) this.wrong('I7', `${body.kind} without an order, or a second time`);
          ended[body.kind === 'goods.released' ? 'known' : 'unknown'] += 1;
          if (body.kind === 'goods.not-released') cases.add(body.sale);
          break;
        case 'case.opened':
          if (body.about === 'goods-not-released' && body.sale !== null) cases.delete(body.sale);
          break;
      }
    }
    for (const { sale } of orders.values()) this.wrong('I7', `nobody knows what became of the goods of sale ${sale}`);
    for (const sale of cases) this.wrong('I6', `the goods of sale ${sale} may not be out, and have no case`);
    if (this.opened < ended.known || this.opened > ended.known + ended.unknown)
      this.wrong(
        'I3',
        `the hatch opened ${this.opened} times, for ${ended.known} releases and ${ended.unknown} doubts`,
      );
  }
}
