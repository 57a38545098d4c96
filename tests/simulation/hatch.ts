/** Judges goods behind a hatch: what the relay did, against the journal (tests/faults.md, I3, I5, I6 and I7). */
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { World } from './world.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Entries that a search for the order behind a movement goes back. */
const lookBack = 80;

export class HatchOracle {
  private readonly world: World;
  private readonly wrong: (invariant: string, text: string) => void;
  /** The orders for which it was opened. */
  private readonly opened = new Set<string>();

  constructor(world: World, wrong: (invariant: string, text: string) => void) {
    this.world = world;
    this.wrong = wrong;
  }

  seen(device: string, event: SimulatorEvent): void {
    if (device !== 'cabinet' || event.event !== 'relay' || event.state !== 'on') return;
    const contents = this.world.disk.contents();
    let order: string | null = null;
    for (const row of contents.rows(Math.max(0, contents.head.seq - lookBack))) {
      if (row.kind === 'goods.release') order = (JSON.parse(row.body) as Body<'goods.release'>).command;
      if (row.kind === 'goods.released') order = null;
      // One in doubt may still be on the wire.
      if (row.kind === 'goods.not-released' && isShut(JSON.parse(row.body))) order = null;
    }
    if (order === null) this.wrong('I5', 'the hatch was opened without a recorded order');
    else if (this.opened.has(order)) this.wrong('I3', `the hatch was opened twice for ${order}`);
    else this.opened.add(order);
  }

  /** After the run, when all is quiet. */
  judge(entries: readonly Entry[]): void {
    const orders = new Map<string, Body<'goods.release'>>();
    const sales = new Set<string>();
    const posted = new Set<string>();
    /** Where each visit stands that is not over. */
    const stages = new Map<string, Body<'session.moved'>['stage']>();
    const cases = new Set<string>();
    for (const { body } of entries) {
      switch (body.kind) {
        case 'session.moved':
          stages.set(body.session, body.stage);
          break;
        case 'session.ended':
          stages.delete(body.session);
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
          if (!waits(stages.get(body.session)))
            this.wrong('I6', `the goods of sale ${body.sale} are let out to nobody`);
          break;
        case 'goods.released':
        case 'goods.not-released':
          if (!orders.delete(body.command)) this.wrong('I7', `${body.kind} without an order, or a second time`);
          if (body.kind === 'goods.released') this.judgeReleased(body);
          else {
            cases.add(body.sale);
            if (isShut(body) && this.opened.has(body.command))
              this.wrong('I3', `the hatch opened for sale ${body.sale}, and is recorded as shut`);
          }
          break;
        case 'case.opened':
          if (body.about === 'goods-not-released' && body.sale !== null) cases.delete(body.sale);
          break;
      }
    }
    for (const { sale } of orders.values()) this.wrong('I7', `nobody knows what became of the goods of sale ${sale}`);
    for (const sale of cases) this.wrong('I6', `the goods of sale ${sale} may not be out, and have no case`);
  }

  private judgeReleased({ command, order }: Body<'goods.released'>): void {
    if (!this.opened.has(command))
      this.wrong('I3', `the goods of order ${order} are booked as out, and the hatch stayed shut`);
    if (!this.world.goods.out.has(order))
      this.wrong('I7', `whoever sells order ${order} never heard that its goods are out`);
  }
}

/** Refused, so that nobody carries it out any more. */
function isShut({ hatch }: Body<'goods.not-released'>): boolean {
  return hatch === 'shut';
}

/** Whoever paid is still shown that it goes on. */
function waits(stage: Body<'session.moved'>['stage'] | undefined): boolean {
  if (stage?.at === 'giving') return !stage.absent;
  return stage?.at === 'closing' || stage?.at === 'settling';
}
