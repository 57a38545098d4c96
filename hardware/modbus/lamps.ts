/** Lamps: each has a wish that holds until the next, and coils are written when they are not as wished. */
import type { LampHow, LampName, Lamps } from '../cabinet-io.ts';
import { type Request, writeCoil, writeCoils } from './messages.ts';
import { type LampWish, refuse, tell, type Work } from './state.ts';

/** Half a second lit, half a second dark; counted from the beginning of time, so that all blink together. */
const BLINK_HALF_MS = 500;
/** After an exception the same is not written again at once. */
const AGAIN_MS = 5_000;
/** Why an order is refused whose write was confirmed, while the coil is read as it was before. */
const coilStood = 'coil-stood';
/** Nobody wished anything: dark, whatever an earlier run left. */
const dark: LampWish = { how: 'off', command: null, sent: false, before: 'off' };

function lit(how: LampHow, nowMs: number): boolean {
  return how === 'blink' ? Math.floor(nowMs / BLINK_HALF_MS) % 2 === 0 : how === 'on';
}

function wishOf({ s }: Work, lamp: LampName): LampWish {
  return s.lamps.get(lamp) ?? dark;
}

function setWish({ s }: Work, lamp: LampName, wish: LampWish): void {
  s.lamps = new Map([...s.lamps, [lamp, wish]]);
}

export function lampOrdered(work: Work, command: string, lamp: LampName, how: LampHow): void {
  const { s, settings } = work;
  const reason = !settings.lamps.has(lamp) ? `it has no lamp "${lamp}"` : !s.open || s.lost !== null ? 'lost' : null;
  if (reason !== null) {
    refuse(work, command, false, reason);
    return;
  }
  const wish = wishOf(work, lamp);
  if (wish.command !== null) refuse(work, wish.command, wish.sent, 'replaced');
  setWish(work, lamp, { how, command, sent: false, before: wish.command === null ? wish.how : wish.before });
  readSoon(work);
}

/** An order ends by what is read back, never by the module's word that it has heard it. */
function readSoon({ s, nowMs }: Work): void {
  s.dueMs = { ...s.dueMs, coils: nowMs };
}

/**
 * A wish that is no order: nobody hears how it ends, and it is tried for as long as it holds. An order of the same goes on
 * beside it.
 */
export function lampsWished(work: Work, lamps: Lamps): void {
  for (const lamp of work.settings.lamps.keys()) {
    const wish = wishOf(work, lamp);
    const how = lamps[lamp] ?? 'off';
    if (wish.command !== null && wish.how === how) {
      setWish(work, lamp, { ...wish, before: how });
      continue;
    }
    if (wish.command !== null) refuse(work, wish.command, wish.sent, 'replaced');
    setWish(work, lamp, { how, command: null, sent: false, before: how });
  }
}

/** A write was confirmed: whether the coils of orders followed it is read at once. */
export function lampsWritten(work: Work): void {
  if ([...work.s.lamps.values()].some(({ command }) => command !== null)) readSoon(work);
}

/** Orders end where the coil was read as wished, and where it was written and did not follow. */
export function lampsRead(work: Work): void {
  const { s, settings, nowMs } = work;
  for (const [lamp, coil] of settings.lamps) {
    const wish = wishOf(work, lamp);
    if (wish.command === null) continue;
    if (s.coils.get(coil) === lit(wish.how, nowMs)) {
      tell(work, { fact: 'lamp.done', command: wish.command, lamp, how: wish.how });
      setWish(work, lamp, { ...wish, command: null, before: wish.how });
    } else if (wish.sent && wish.how !== 'blink') {
      refuse(work, wish.command, true, coilStood);
      setWish(work, lamp, { how: wish.before, command: null, sent: false, before: wish.before });
    }
  }
}

/** Orders that are not carried out yet end as refused; the lamps stay as they were wished before. */
export function lampsRefused(work: Work, reason: string): void {
  const { s } = work;
  for (const [lamp, { command, sent, before }] of s.lamps) {
    if (command === null) continue;
    refuse(work, command, sent, reason);
    setWish(work, lamp, { how: before, command: null, sent: false, before });
  }
}

export function lampsFailed(work: Work, reason: string): void {
  lampsRefused(work, reason);
  work.s.dueMs = { ...work.s.dueMs, lamps: work.nowMs + AGAIN_MS };
}

/** Coils that are known and not as wished, by address. */
function wrongCoils(work: Work): readonly { readonly lamp: LampName; readonly coil: number; readonly on: boolean }[] {
  const { s, settings, nowMs } = work;
  return [...settings.lamps]
    .map(([lamp, coil]) => ({ lamp, coil, on: lit(wishOf(work, lamp).how, nowMs) }))
    .filter(({ coil, on }) => s.coils.has(coil) && s.coils.get(coil) !== on)
    .toSorted((a, b) => a.coil - b.coil);
}

/** The next write: neighbours together, where the module knows that; null: all lamps are as wished. */
export function lampRequest(work: Work): Request | null {
  const { s, settings } = work;
  const wrong = wrongCoils(work);
  const first = wrong[0];
  if (first === undefined) return null;
  const run = s.oneByOne ? [first] : wrong.filter(({ coil }, at) => coil === first.coil + at);
  for (const { lamp } of run) {
    const wish = s.lamps.get(lamp);
    if (wish?.command != null) setWish(work, lamp, { ...wish, sent: true });
  }
  if (run.length === 1) return writeCoil(settings.unit, first.coil, first.on);
  return writeCoils(
    settings.unit,
    first.coil,
    run.map(({ on }) => on),
  );
}

/** When a lamp next has to be written; null: never of itself. */
export function lampsDueMs(work: Work): number | null {
  const { s, settings, nowMs } = work;
  if (settings.lamps.size === 0) return null;
  if (wrongCoils(work).length > 0) return Math.max(nowMs, s.dueMs.lamps);
  const blinks = [...settings.lamps.keys()].some((lamp) => wishOf(work, lamp).how === 'blink');
  return blinks ? (Math.floor(nowMs / BLINK_HALF_MS) + 1) * BLINK_HALF_MS : null;
}
