/**
 * The row of tests/faults.md about orders of the office: see faults.ts. In these runs it orders all the time, between visits and in
 * the middle of them, and sends what it has sent before once more.
 */
import type { RemoteAct, RemotePriority } from '../../kiosk/remote/order.ts';
import { either, type FaultRow, inBatch, inFact, killOrPower } from './faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const heard = either(inFact('remote.ordered'), inFact('remote.answered'));
const written = either(inBatch('remote.ordered'), inBatch('remote.begun'), inBatch('remote.done'));

export const remoteRows: readonly FaultRow[] = [
  { row: 81, at: ['b0', 'b1'], when: heard, strike: killOrPower },
  { row: 81, at: ['b2', 'b3'], when: written, strike: killOrPower },
  { row: 81, at: ['b0', 'b1'], when: heard, strike: killOrPower, change: true },
  { row: 81, at: ['b2', 'b3'], when: written, strike: killOrPower, change: true },
];

const betweenMs: readonly [number, number] = [3_000, 35_000];
const againChance = 0.4;
/** Some are over before their moment comes. */
const deadlineMs: readonly [number, number] = [4_000, 300_000];
const priorities: readonly RemotePriority[] = ['idle', 'after-customer', 'now'];
const text = { 'zh-CN': '今天 18 点关门', en: 'Closing at 18:00 today' };

type Sent = Parameters<World['orders']>[0];

export class OrderingOffice {
  private readonly world: World;
  private readonly random: Random;
  private readonly sent: Sent[] = [];

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  begins(): void {
    const { world, random } = this;
    world.clock.after(random.integer(...betweenMs), () => {
      if (world.calm) this.opens();
      else this.orders();
      this.begins();
    });
  }

  private orders(): void {
    const { world, random } = this;
    const act = this.act();
    this.send(act, random.pick(priorities), random.integer(...deadlineMs));
    if (random.chance(againChance)) world.orders(random.pick(this.sent));
  }

  private act(): RemoteAct {
    const { world, random } = this;
    const { locked = null, off = [] } = world.kiosk?.remote ?? {};
    if (locked !== null && random.chance(0.7)) return { act: 'unlock' };
    if (off.length > 0 && random.chance(0.7)) return { act: 'method', method: 'cash', enabled: true };
    return random.pick<RemoteAct>([
      { act: 'lock' },
      { act: 'restart' },
      { act: 'restart' },
      { act: 'send-log' },
      { act: 'reboot' },
      { act: 'close-day' },
      { act: 'message', text },
      { act: 'method', method: 'cash', enabled: false },
    ]);
  }

  private send(order: RemoteAct, priority: RemotePriority, forMs: number): void {
    const { sent, world } = this;
    const nowMs = world.clock.wallMs();
    const at = (ms: number) => new Date(ms).toISOString();
    const seq = sent.length + 1;
    const one = { seq, order, priority, orderedAt: at(nowMs), deadline: at(nowMs + forMs) };
    sent.push(one);
    world.orders(one);
  }

  /** Whatever was closed opens again. */
  private opens(): void {
    const { locked = null, off = [] } = this.world.kiosk?.remote ?? {};
    if (locked !== null) this.send({ act: 'unlock' }, 'now', deadlineMs[1]);
    for (const method of off) this.send({ act: 'method', method, enabled: true }, 'now', deadlineMs[1]);
  }
}
