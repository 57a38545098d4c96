/**
 * The row of tests/faults.md about doubts that the window pays out: see faults.ts. In these runs the network is often gone
 * while somebody pays by card or wallet, and the window does not wait until it is back.
 */
import type { Case } from '../../kiosk/case.ts';
import type { Charge } from '../../kiosk/charges.ts';
import { heldHere } from '../../kiosk/sale/sale.ts';
import { either, type FaultRow, inBatch, inFact, inMessage, killOrPower, later, type Moment } from './faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const ends = ['charge.approved', 'charge.confirmed', 'charge.declined', 'charge.reversed'];
const asked = either(...['status-enquiry', 'wallet-query', 'wallet-close', 'wallet-revoke'].map(inMessage));

export const doubtRows: readonly FaultRow[] = [
  { row: 65, at: ['b0', 'b1'], when: inFact('case.settled'), strike: killOrPower },
  { row: 65, at: ['b2', 'b3'], when: inBatch('charge.paid-out'), strike: killOrPower },
  { row: 65, at: ['b4', 'b5', 'b6', 'b7', 'b8'], when: oncePaidOut(asked), strike: killOrPower },
  {
    row: 65,
    at: ['b0', 'b1', 'b2', 'b3'],
    when: oncePaidOut(either(...ends.flatMap((kind) => [inFact(kind), inBatch(kind)]))),
    strike: killOrPower,
  },
];

function oncePaidOut(test: (m: Moment) => boolean) {
  return (m: Moment) => test(m) && Object.values(m.world.kiosk?.charges ?? {}).some(({ paidOut }) => paidOut);
}

const lookMs = 500;
/** How often the network goes as somebody is asked for money, and how long it stays away: longer than anybody waits for it. */
const outageChance = 0.7;
const outageMs = { least: 70_000, most: 240_000 };
/** How often the window pays all of it, and not only what this machine holds. */
const paysAllChance = 0.8;

/** Some time after its number was given out a case is paid, milliseconds. */
const paidAfterMs = { least: 2_000, most: 40_000 };

/** Whoever works at the window, and the network that gives them something to do. */
export class PayingWindow {
  private readonly world: World;
  private readonly random: Random;
  private readonly seen = new Set<string>();
  /** When each case is paid. */
  private readonly dueMs = new Map<string, number>();

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  opens(): void {
    const { world } = this;
    if (world.calm) return;
    for (const charge of Object.values(world.kiosk?.charges ?? {})) this.meets(charge);
    world.clock.after(lookMs, () => this.opens());
  }

  private meets(charge: Charge): void {
    const { world, random, seen } = this;
    if (charge.status === 'asked' && !seen.has(charge.command)) {
      seen.add(charge.command);
      if (random.chance(outageChance)) this.outage();
    }
    const record = charge.status === 'doubt' ? world.kiosk?.cases[charge.case ?? ''] : undefined;
    if (record !== undefined && !charge.paidOut) this.settles(record);
  }

  /** The question does not arrive, or its answer does not. */
  private outage(): void {
    const { world } = this;
    const network = this.random.chance(0.5) ? 'lost' : 'deaf';
    world.tell(`the network is gone: ${network}`);
    world.crashes.n += 1;
    for (const gateway of Object.values(world.gateways)) gateway.network = network;
    world.act('terminal', { action: 'host', value: network === 'lost' ? 'lost' : 'offline' });
    later(world, outageMs.least, outageMs.most, () => {
      for (const gateway of Object.values(world.gateways)) gateway.network = 'well';
      world.act('terminal', { action: 'host', value: 'online' });
    });
  }

  /** Again until it is booked. */
  private settles(record: Case): void {
    const { world, random } = this;
    const dueMs =
      this.dueMs.get(record.case) ?? world.clock.monoMs() + random.integer(paidAfterMs.least, paidAfterMs.most);
    this.dueMs.set(record.case, dueMs);
    if (world.clock.monoMs() < dueMs) return;
    const held = Object.values(world.kiosk?.pending ?? {})
      .filter((one) => one.case === record.case)
      .reduce((sum, { sale }) => sum + heldHere(sale), 0);
    const minor = held > 0 && !random.chance(paysAllChance) ? held : held + (record.minor ?? 0);
    world.tell(`the window pays ${minor} for ${record.case}`);
    const by = { by: 'attendant', second: 'manager' };
    world.book({ fact: 'case.settled', record, slip: null, how: 'paid', minor, reason: null, ...by });
  }
}
