import { describe, expect, test } from 'vitest';
import { lineTimings } from '../../../kiosk/fleet/line.ts';
import type { StateMessage } from '../../../kiosk/fleet/wire.ts';
import { alertLimits, alertsOf, type Seen, type StandingAlert, watched } from '../../../kiosk/office/alerts.ts';

const well: StateMessage = {
  at: '2026-03-31T05:00:00.000Z',
  version: '0.1.0',
  open: true,
  why: null,
  configuration: { running: 'a', edition: 3, staged: null, stale: false },
  devices: [{ id: 'printer', kind: 'printer', state: 'ready', fault: null }],
  levels: [],
  openCases: 0,
  waiting: 0,
};

const { offlineMs, returnMs } = alertLimits;
const present: Seen = { state: well, alive: { alive: true, sinceMs: 0 }, lookedSinceMs: 0 };
const with_ = (changes: Partial<StateMessage>): Seen => ({ ...present, state: { ...well, ...changes } });

type Known = Omit<StandingAlert, 'detail'> & Partial<StandingAlert>;

/** What is to be done when these stand and this is seen. */
function look(standing: readonly Known[], seen: Seen, nowMs = 0) {
  const known = standing.map((one) => ({ detail: '', ...one }));
  return watched(known, seen, nowMs).map((change) => `${change.change} ${change.kind} ${change.subject}`);
}

describe('what is seen of a kiosk', () => {
  test('a kiosk that is well has no alert', () => {
    expect(look([], present)).toEqual([]);
  });

  test('one that is away for long enough is offline, once, until it is back', () => {
    const away: Seen = { ...present, alive: { alive: false, sinceMs: 1_000 } };
    expect(look([], away, offlineMs + 999)).toEqual([]);
    expect(look([], away, offlineMs + 1_000)).toEqual(['open offline ']);
    const standing = [{ kind: 'offline', subject: '' }] as const;
    expect(look(standing, away, 2 * offlineMs)).toEqual([]);
    expect(look(standing, present, 2 * offlineMs)).toEqual(['clear offline ']);
  });

  test('one that says nothing since the office looks is offline too, when it had time to come back', () => {
    expect(returnMs).toBeGreaterThan(lineTimings.againMaximumMs);
    const silent: Seen = { ...present, alive: null, lookedSinceMs: 5_000 };
    expect(look([], silent, returnMs)).toEqual([]);
    expect(look([], silent, returnMs + 5_000)).toEqual(['open offline ']);
    expect(look([{ kind: 'offline', subject: '' }], silent, returnMs)).toEqual([]);
  });

  test('what was last known of one that is away stands on', () => {
    const away: Seen = { ...present, alive: { alive: false, sinceMs: 0 } };
    expect(look([{ kind: 'fault', subject: 'printer lost' }], away, offlineMs)).toEqual(['open offline ']);
  });

  test('a box is full as a whole, a hopper low by denomination', () => {
    const level = { device: 'cash', currency: 'CNY', capacity: null };
    const levels = [
      { ...level, unit: 'box', minor: 1_000, count: 300 },
      { ...level, unit: 'box', minor: 2_000, count: 239 },
      { ...level, unit: 'hopper', minor: 100, count: 11, capacity: 100 },
      { ...level, unit: 'hopper', minor: 50, count: 10, capacity: 100 },
      { ...level, unit: 'recycler', minor: 500, count: 11 },
    ];
    expect(look([], with_({ levels }))).toEqual(['open cash-low cash hopper CNY 50']);
    const fuller = levels.map((one) => (one.minor === 2_000 ? { ...one, count: 240 } : one));
    expect(
      look([{ kind: 'cash-low', subject: 'cash hopper CNY 50', detail: '10' }], with_({ levels: fuller })),
    ).toEqual(['open cash-full cash box']);
  });

  test('a clock that is off is told with by how much, and an office that is not believed with why', () => {
    const seen = with_({
      clockOffMs: -3_600_400,
      configuration: { ...well.configuration, stale: true, problem: 'timestamp is expired' },
    });
    expect(watched([], seen, 0).map((change) => ('detail' in change ? `${change.kind} ${change.detail}` : ''))).toEqual(
      ['configuration-stale timestamp is expired', 'fault -3600 s'],
    );
    expect(look([{ kind: 'fault', subject: 'clock' }], with_({ clockOffMs: null }))).toEqual(['clear fault clock']);
  });

  test('one that stands is told anew when its detail is another', () => {
    const stale = (problem: string) => with_({ configuration: { ...well.configuration, stale: true, problem } });
    const standing = { kind: 'configuration-stale', subject: '', detail: 'timestamp is expired' } as const;
    expect(watched([standing], stale('timestamp is expired'), 0)).toEqual([]);
    const other = 'root was signed by 0/2 keys';
    expect(watched([standing], stale(other), 0)).toEqual([{ ...standing, change: 'open', detail: other }]);
  });

  test('faults and paper are told each by itself, and end each by itself', () => {
    const device = (fault: string | null) =>
      with_({ devices: [{ id: 'printer', kind: 'printer', state: fault === null ? 'ready' : 'fault', fault }] });
    expect(look([], device('paper-out, cutter'))).toEqual([
      'open paper printer paper-out',
      'open fault printer cutter',
    ]);
    const standing = [
      { kind: 'paper', subject: 'printer paper-out' },
      { kind: 'fault', subject: 'printer cutter' },
    ] as const;
    expect(look(standing, device('cutter'))).toEqual(['clear paper printer paper-out']);
  });

  test('a configuration that was refused or went back is overcome by a later one that has proven itself', () => {
    const runs = (changes: Partial<StateMessage['configuration']>) =>
      with_({ configuration: { ...well.configuration, ...changes } });
    const standing = [
      { kind: 'configuration-refused', subject: '4' },
      { kind: 'configuration-went-back', subject: '5' },
    ] as const;
    expect(look(standing, runs({ edition: 3, proven: true }))).toEqual([]);
    expect(look(standing, runs({ edition: 6, proven: false }))).toEqual([]);
    expect(look(standing, runs({ edition: 6 }))).toEqual([]);
    expect(look(standing, runs({ edition: null, proven: true }))).toEqual([]);
    expect(look(standing, runs({ edition: 5, proven: true }))).toEqual(['clear configuration-refused 4']);
    const proven = runs({ edition: 6, proven: true });
    expect(look(standing, proven)).toEqual(['clear configuration-refused 4', 'clear configuration-went-back 5']);
    expect(look(standing, { ...proven, alive: { alive: false, sinceMs: 0 } }, offlineMs)).toEqual(['open offline ']);
    const byStaff = [{ kind: 'configuration-went-back', subject: 'a' }] as const;
    expect(look(byStaff, runs({ running: 'a', edition: null, proven: true }))).toEqual([]);
    expect(look(byStaff, runs({ running: 'c', edition: null, proven: true }))).toEqual([
      'clear configuration-went-back a',
    ]);
  });

  test('a state never ends what only an entry or a person ends', () => {
    const standing = [
      { kind: 'case', subject: 'C00001' },
      { kind: 'chain-broken', subject: 'rewritten' },
      { kind: 'voucher-conflict', subject: 'LAB-01 V1' },
      { kind: 'configuration-refused', subject: '4' },
    ] as const;
    expect(look(standing, present)).toEqual([]);
  });
});

describe('what is read from an entry', () => {
  const read = (body: { readonly kind: string }) =>
    alertsOf(body.kind, JSON.stringify(body)).map((change) => `${change.change} ${change.kind} ${change.subject}`);

  test('a case that is owed stays until it is settled', () => {
    expect(read({ kind: 'case.opened', case: 'C1', about: 'note-stuck' } as never)).toEqual(['open case C1']);
    expect(read({ kind: 'case.resolved', case: 'C1', outcome: 'owed' } as never)).toEqual([]);
    expect(read({ kind: 'case.resolved', case: 'C1', outcome: 'returned' } as never)).toEqual(['clear case C1']);
    expect(read({ kind: 'case.settled', case: 'C1', how: 'paid' } as never)).toEqual(['clear case C1']);
  });

  test('a configuration that went back is named by the office’s number, and one of the staff’s by what runs again', () => {
    const back = { kind: 'config.changed', what: 'went-back', to: 'b', why: 'silent' };
    expect(read({ ...back, edition: 7 } as never)).toEqual(['open configuration-went-back 7']);
    expect(read(back as never)).toEqual(['open configuration-went-back b']);
    for (const what of ['move', 'push']) expect(read({ ...back, what, why: null } as never)).toEqual([]);
  });

  test('a configuration that went back names the device that did not answer', () => {
    const body = { kind: 'config.changed', what: 'went-back', why: 'silent', device: 'printer', to: 'b', edition: 2 };
    expect(alertsOf(body.kind, JSON.stringify(body))).toMatchObject([{ subject: '2', detail: 'silent\nprinter' }]);
  });

  test('one that cannot be read, of a version to come, opens nothing', () => {
    expect(alertsOf('case.opened', '{"kind":"case.opened"}')).toEqual([]);
    expect(alertsOf('case.opened', 'no JSON')).toEqual([]);
  });
});
