/** From what a machine says on its wire to the alert at the office: the drivers, the kiosk's state, its word, the judgement. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { stateOf } from '../../../kiosk/fleet/state-of.ts';
import { stateMessage } from '../../../kiosk/fleet/wire.ts';
import { alertLimits, type StandingAlert, watched } from '../../../kiosk/office/alerts.ts';
import { acceptorLineUps } from '../../acceptors.ts';
import { newWorld } from '../../simulation/run.ts';
import { Scene } from '../../stories/scene.ts';

const shown = { lang: 'en', body: { screen: 'attract' } } as Parameters<typeof stateOf>[1]['shown'];

/** The alerts of a cabinet, as an office keeps them; `box`: how much is configured to fit into the acceptor's. */
class Watch extends Scene {
  private standing: readonly StandingAlert[] = [];

  alerts(box?: number): readonly string[] {
    const { world } = this;
    if (world.kiosk === null) throw new Error('no kiosk runs');
    const devices = [
      { id: 'acceptor', kind: 'note-acceptor', capacity: { box } },
      { id: 'printer', kind: 'printer' },
    ] as const;
    const around = {
      version: '1',
      devices,
      shown,
      edition: null,
      proven: true,
      waiting: 0,
      wallMs: world.clock.wallMs(),
    };
    const state = v.parse(stateMessage, JSON.parse(JSON.stringify(stateOf(world.kiosk, around))));
    const changes = watched(this.standing, { state, alive: { alive: true, sinceMs: 0 }, lookedSinceMs: 0 }, 1_000);
    for (const change of changes) {
      const { kind, subject } = change;
      this.standing = this.standing.filter((one) => one.kind !== kind || one.subject !== subject);
      if (change.change === 'open') this.standing = [...this.standing, change];
    }
    return this.standing.map(({ kind, subject }) => `${kind} ${subject}`);
  }

  set(device: string, action: string, value: string): void {
    expect(this.world.act(device, { action, value })).toEqual({ ok: true });
  }

  /** Until these alerts stand and no others. */
  stands(...wanted: readonly string[]): void {
    this.until(`alerts: ${wanted.join()}`, () => this.alerts().join() === wanted.join());
  }
}

test('a printer whose paper is low, then out, then new again', () => {
  const scene = new Watch();
  scene.stands();
  scene.set('printer', 'paper', 'low');
  scene.stands('paper printer paper-low');
  scene.set('printer', 'paper', 'out');
  scene.stands('paper printer paper-out');
  scene.set('printer', 'paper', 'ok');
  scene.stands();
});

test.each(acceptorLineUps.map(({ name }) => name))('the full cash box of an acceptor that speaks as %s', (name) => {
  const scene = new Watch(newWorld(1, true, name));
  expect(scene.alerts().filter((alert) => alert.startsWith('cash-full'))).toEqual([]);
  scene.set('acceptor', 'stacker full', 'on');
  scene.until('the box is full', () => scene.alerts().includes('cash-full acceptor box'));
  scene.set('acceptor', 'stacker full', 'off');
  scene.until('it is not any more', () => !scene.alerts().includes('cash-full acceptor box'));
});

test('a box that holds nine tenths of what is configured is full, and one of which nobody knows is not', () => {
  expect(alertLimits.full).toBe(0.9);
  const scene = new Watch();
  for (let note = 1; note <= 9; note++) {
    if (note === 1) scene.toCash(10_000);
    scene.insert(1_000);
    const count = note;
    scene.until(
      'it is in',
      () => (scene.world.kiosk?.till.units.find(({ minor }) => minor === 1_000)?.count ?? 0) === count,
    );
    expect(scene.alerts(10)).toEqual(note < 9 ? [] : ['cash-full acceptor box']);
  }
  expect(scene.alerts()).toEqual([]);
});
