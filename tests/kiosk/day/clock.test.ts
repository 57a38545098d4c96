/** A clock that lies, and a hand that presses twice. */
import { expect, test } from 'vitest';
import { dayDue } from '../../../kiosk/day/close.ts';
import { decide } from '../../../kiosk/decide.ts';
import { Visit } from '../view/visit.ts';

const dayMs = 86_400_000;

/** Somebody has paid and gone. */
function sold(): Visit {
  const visit = new Visit().boot().begin().payingCash().note(10_000).printed();
  for (let tries = 0; visit.kiosk.session !== null && tries < 30; tries++) visit.waits(60_000);
  return visit;
}

test('a clock that once was years ahead stops no later day from being closed', () => {
  const visit = sold();
  let { kiosk } = visit;
  let seq = 1_000;
  let monoMs = kiosk.monoMs;
  const at = (wallMs: number, later: number) => {
    seq += 1;
    monoMs += later;
    const chance = seq.toString(16).padStart(32, '0');
    const fact = { seq, at: wallMs, monoMs, bootId: 'boot', chance, body: { fact: 'time.reached' } } as const;
    const decision = decide(kiosk, fact);
    ({ kiosk } = decision);
    return decision.entries.map((entry) => entry.kind);
  };
  const trueMs = kiosk.wallMs;
  // For one second the clock says 2036, as a flat battery or a false server of time makes it.
  expect(at(trueMs + 10 * 365 * dayMs, 1_000)).toContain('day.closed');
  at(trueMs + 2_000, 1_000);
  // Money comes in, on five true days.
  kiosk = { ...kiosk, day: { ...kiosk.day, period: { ...kiosk.day.period, events: 1 } } };
  const closed = [1, 2, 3, 4, 5].flatMap((n) => at(trueMs + n * dayMs, dayMs)).filter((kind) => kind === 'day.closed');
  expect(closed.length).toBeGreaterThan(0);
});

test('a clock that is set back a little after a day’s end opens no day again', () => {
  const visit = sold();
  const restMs = dayDue(visit.kiosk) - visit.kiosk.monoMs;
  visit.waits(restMs);
  const { opened } = visit.kiosk.day;
  const fact = { seq: 1_000, at: visit.kiosk.wallMs - 3_600_000, monoMs: visit.kiosk.monoMs + 1_000, bootId: 'boot' };
  const back = decide(visit.kiosk, { ...fact, chance: '1'.padStart(32, '0'), body: { fact: 'time.reached' } });
  expect(back.entries.map(({ kind }) => kind)).not.toContain('day.opened');
  expect(back.kiosk.day.opened).toBe(opened);
});

test('who presses twice closes one day', () => {
  const visit = sold();
  const press = () => visit.step({ fact: 'day.close-asked', by: '7', second: '8', lang: 'en' }, 50);
  press();
  press();
  expect(visit.recorded.filter(({ kind }) => kind === 'day.closed')).toHaveLength(1);
});
