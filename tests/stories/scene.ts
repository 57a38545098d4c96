/** A stage for stories: one cabinet, one person at the glass, and a hand that strikes at a chosen moment. */
import { expect } from 'vitest';
import type { Boundary } from '../../hardware/port.ts';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import type { Stage } from '../../kiosk/session/stage.ts';
import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { view } from '../../kiosk/view/view.ts';
import { codeOf, config, newWorld } from '../simulation/run.ts';
import { Crash, type World } from '../simulation/world.ts';

type Body<K extends EntryKind> = Extract<EntryBody, { kind: K }>;

/** Longer than any limit of the kiosk or of a protocol, milliseconds. */
const patienceMs = 400_000;

export class Scene {
  readonly world: World;

  /** `cabinet`: or whether the acceptor of the usual one says at power-up where its note is. */
  constructor(cabinet: World | boolean = true) {
    this.world = typeof cabinet === 'boolean' ? newWorld(1, cabinet) : cabinet;
    this.world.boot();
    this.until('the acceptor is ready', () => this.world.kiosk?.devices.acceptor?.ready === true);
    this.until('the printer is ready', () => this.world.kiosk?.devices.printer?.ready === true);
  }

  /** Runs until something is so; says what it waited for when it never is. */
  until(what: string, reached: () => boolean): void {
    const endMs = this.world.clock.monoMs() + patienceMs;
    while (!reached()) {
      if (this.world.clock.monoMs() > endMs)
        throw new Error(`never: ${what}\n${this.world.story.slice(-25).join('\n')}`);
      this.world.clock.runUntil(this.world.clock.monoMs() + 20);
    }
  }

  wait(ms: number): void {
    this.world.clock.runUntil(this.world.clock.monoMs() + ms);
  }

  get stage(): Stage['at'] | null {
    return this.world.kiosk?.session?.stage.at ?? null;
  }

  at(stage: Stage['at'] | null): void {
    this.until(`the visit is at ${stage}`, () => this.world.kiosk !== null && this.stage === stage);
  }

  /** What stands on the glass; null while no daemon runs. */
  get glass(): ScreenBody | null {
    const { kiosk } = this.world;
    const scene = { config, say: [], phoneReceipt: () => null, failed: false, closedSinceMs: null, code: null };
    return kiosk === null ? null : view(kiosk, scene, 1).body;
  }

  /** A person walks to the cash screen with a new bill of this amount. */
  toCash(minor: number): string {
    const bill = this.toChoice(minor);
    this.world.ask({ do: 'method', method: 'cash' });
    this.world.ask({ do: 'agree' });
    this.at('pay-cash');
    return bill;
  }

  toChoice(minor: number): string {
    const { world } = this;
    this.until('the acceptor is ready', () => world.kiosk?.devices.acceptor?.ready === true);
    const bill = world.biller.issue(minor);
    world.ask({ do: 'begin' });
    world.ask({ do: 'task', task: 'pay-bill' });
    world.ask({ do: 'find-bill', number: bill });
    this.at('review');
    world.ask({ do: 'confirm-bill' });
    this.at('choose');
    return bill;
  }

  /** Holds a note to the slot until the machine pulls it in. */
  insert(minor: number, condition?: 'torn' | 'unreadable' | 'strung'): void {
    const action = { action: 'insert', minor, ...(condition ? { condition } : {}) };
    this.until(`the slot takes a note of ${minor}`, () => this.world.act('acceptor', action).ok);
  }

  /** Hands at the acceptor. */
  hand(action: string, what: { readonly minor?: number; readonly count?: number } = {}): void {
    expect(this.world.act('acceptor', { action, ...what })).toEqual({ ok: true });
  }

  /** Something happens at the first moment that fits. */
  strikeAt(boundary: Boundary, what: string, strike: () => void): void {
    this.world.watch = (at, seen) => {
      if (at !== boundary || !seen.split(' ').includes(what)) return;
      this.world.watch = () => {};
      strike();
    };
  }

  /** The daemon is killed (k) or the power cut (p) at the first moment that fits. */
  crashAt(kind: 'k' | 'p', boundary: Boundary, what: string): void {
    this.strikeAt(boundary, what, () => {
      throw new Crash(kind);
    });
  }

  /** The kiosk has gone down and come up again. */
  back(): void {
    this.until('the daemon is gone', () => this.world.kiosk === null);
    this.until('the daemon runs again', () => this.world.kiosk !== null);
  }

  entries<K extends EntryKind>(kind: K): readonly Body<K>[] {
    const found: Body<K>[] = [];
    for (const row of this.world.disk.contents().rows(0))
      if (row.kind === kind) found.push(JSON.parse(row.body) as Body<K>);
    return found;
  }

  /** Money in the box by the machine's own truth, minor units. */
  get box(): number {
    return this.cashIn('box');
  }

  /** Notes that wait at the slot to be taken back, minor units. */
  get slot(): number {
    return this.cashIn('slot');
  }

  /** Paid-out notes between its lips, minor units. */
  get lips(): number {
    return this.cashIn('bezel');
  }

  /** Of all denominations, or of one. */
  cashIn(name: 'box' | 'slot' | 'bezel' | 'recycler', only?: number): number {
    const unit = this.world.machines.acceptor?.units().find((one) => one.unit === name);
    const cash = (unit?.cash ?? []).filter(({ minor }) => minor === (only ?? minor));
    return cash.reduce((sum, { minor, count }) => sum + minor * count, 0);
  }

  /** Credited to the open visit, minor units. */
  get credited(): number {
    return this.world.kiosk?.session?.sale?.notes.reduce((sum, note) => sum + note.minor, 0) ?? 0;
  }

  /** A voucher as its owner reads it from the paper and types it in. */
  type(serial: string): void {
    this.world.ask({ do: 'method', method: 'voucher' });
    this.at('voucher');
    this.world.ask({ do: 'voucher', serial, code: codeOf(this.world, serial) });
  }

  openCases(): readonly string[] {
    return Object.values(this.world.kiosk?.cases ?? {}).map((one) => one.about);
  }
}
