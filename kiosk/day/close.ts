/**
 * When and how a day is closed: by itself at the business day's end, between customers, or by hand; from the journal alone,
 * and at once. A closed day is never opened again: what is known later belongs to the next. A business day in which no money
 * has moved gets no report of its own; after days on which the kiosk was off, one report stands for all of them.
 */
import type { EntryBody } from '../entry.ts';
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import type { SeenDay, StaffProblem } from '../server/staff-wire.ts';
import type { Lang } from '../server/wire.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import { chargeMethodOf } from '../rules.ts';
import { reconciliations } from '../staff/cases.ts';
import { newId, put, type Turn } from '../turn.ts';
import { figuresNow, zOfDay } from './day.ts';
import type { OwedZ } from './owed.ts';

/** By so much a clock is set back before the open day follows it: a day, and an hour of summer time. */
const clockBackMs = 25 * 3_600_000;
/** No kiosk of this kind has worked before this moment: a clock that says so has lost its battery, and is not followed. */
const noEarlierMs = Date.UTC(2025, 0, 1);

type Seen<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;

/** The first start of a business day. */
export function dayBegins(turn: Turn): void {
  const { day } = turn.kiosk;
  if (day.opened === null) put(turn, { kind: 'day.opened', day: today(turn) });
  else dayEnds(turn);
}

/** The clock may have reached another business day: the one before is closed, or found to be without money. */
export function dayEnds(turn: Turn): void {
  const { day, session } = turn.kiosk;
  const now = today(turn);
  if (session !== null || day.opened === null) return;
  if (now < day.opened && isFarBack(turn, day.opened)) put(turn, { kind: 'day.opened', day: now });
  if (now <= day.opened) return;
  if (day.period.events === 0) put(turn, { kind: 'day.opened', day: now });
  else closeAlone(turn);
}

/** By nobody at the machine: on paper where the configuration says so. */
export function closeAlone(turn: Turn): void {
  const { printsZ, language } = turn.kiosk.rules;
  close(turn, { by: null, second: null, paper: printsZ ? language : null });
}

/**
 * The clock was ahead when the day was opened, by more than a correction at a day's end makes: the open day is the true one now,
 * or no day would end until then.
 */
function isFarBack({ kiosk, fact }: Turn, opened: string): boolean {
  return fact.at >= noEarlierMs && kiosk.rules.dayAt(fact.at + clockBackMs).day < opened;
}

/** When the present business day is over, monotonic; infinite during a visit, which is waited for. */
export function dayDue(kiosk: Kiosk): number {
  const { day, session, rules, wallMs, monoMs } = kiosk;
  if (day.opened === null || session !== null) return Number.POSITIVE_INFINITY;
  return monoMs + rules.dayAt(wallMs).untilMs - wallMs;
}

/** Why the day that was seen cannot be closed by hand now; null when it can. `seen` null: any in which something was booked. */
export function closingRefused(kiosk: Kiosk, seen: SeenDay | null): StaffProblem | null {
  if (kiosk.session !== null) return 'customer';
  const now = seenNow(kiosk);
  if (seen === null) return now.empty ? 'day-changed' : null;
  return now.last === seen.last && now.opened === seen.opened && now.empty === seen.empty ? null : 'day-changed';
}

/** `empty`: a Z report now would follow the last one with nothing in between. */
export function seenNow({ day }: Kiosk): SeenDay {
  return { opened: day.opened, last: day.z, empty: day.z > 0 && day.period.events === 0 };
}

/** Somebody wants the day closed. */
export function closeWanted(turn: Turn, { by, second = null, lang, seen }: Seen<'day.close-asked'>): void {
  if (closingRefused(turn.kiosk, seen ?? null) === null) close(turn, { by, second, paper: lang });
}

/** The cases that ended since the last report are counted with it, and stand in its range. */
function close(turn: Turn, how: { readonly by: string | null; readonly second: string | null; paper: Lang | null }) {
  for (const counted of reconciliations(turn.kiosk, turn.kiosk.day.opened ?? today(turn))) put(turn, counted);
  const { kiosk } = turn;
  const { day, seq, rules } = kiosk;
  put(turn, {
    kind: 'day.closed',
    z: day.z + 1,
    from: day.from,
    to: seq,
    opened: day.opened,
    opens: today(turn),
    ...how,
    figures: figuresNow(kiosk, rules.currency),
  });
}

/** The kiosk's key has signed it; where somebody waits for the paper, it comes now. What was closed by itself may wait. */
export function daySigned(turn: Turn, { z, hash, signed }: Seen<'day.signed'>): void {
  const waiting = turn.kiosk.day.unsigned.find((one) => one.z === z);
  if (waiting === undefined) return;
  put(turn, { kind: 'day.signed', z, hash, ...signed });
  const alone = turn.kiosk.day.owed.some((one) => one.z === z && one.alone !== null);
  if (waiting.paper !== null && !alone) print(turn, { paper: 'z', z }, waiting.paper, false);
}

/** So often a report is sent by itself to a printer that says it is well; then somebody has to ask for it. */
const triesMaximum = 3;

/**
 * What was closed by itself and is to be printed comes between customers, once, as soon as the printer can. What may be out
 * already does not.
 */
export function printOwed(turn: Turn): void {
  const { session, prints, day } = turn.kiosk;
  if (session !== null || Object.keys(prints).length > 0 || !printerUsable(turn.kiosk)) return;
  const unsigned = new Set(day.unsigned.map(({ z }) => z));
  for (const { z, alone, perhaps, tries } of day.owed) {
    if (alone === null || perhaps || tries >= triesMaximum || unsigned.has(z)) continue;
    print(turn, { paper: 'z', z }, alone, false);
    return;
  }
}

/** The newest report that is neither on paper nor with the printer, and how many more there are; null: there is none. */
export function newestOwed({ day, prints }: Kiosk): { readonly newest: OwedZ; readonly more: number } | null {
  const printing = Object.values(prints).flatMap(({ document }) => (document.paper === 'z' ? [document.z] : []));
  const waiting = day.owed.filter(({ z }) => !printing.includes(z));
  const newest = waiting.at(-1);
  return newest === undefined ? null : { newest, more: waiting.length - 1 };
}

/** Somebody wants a Z report on paper once more, or for the first time. */
export function zWanted(turn: Turn, { z, copy, lang }: Seen<'day.paper-asked'>): void {
  if (paperRefused(turn.kiosk, z) === null) print(turn, { paper: 'z', z }, lang, copy);
}

/** Why this Z report cannot be printed now; null when it can. */
export function paperRefused(kiosk: Kiosk, z: number): StaffProblem | null {
  const { day, prints } = kiosk;
  if (!Number.isInteger(z) || z < 1 || z > day.z) return 'nothing';
  if (Object.values(prints).some(({ document }) => document.paper === 'z' && document.z === z)) return 'printing';
  if (day.unsigned.some((one) => one.z === z)) return 'not-signed';
  return printerUsable(kiosk) ? null : 'no-printer';
}

/** Why an X report cannot be printed now; null when it can. */
export function readRefused(kiosk: Kiosk): StaffProblem | null {
  if (Object.values(kiosk.prints).some(({ document }) => document.paper === 'x')) return 'printing';
  return printerUsable(kiosk) ? null : 'no-printer';
}

/** Somebody wants to see how the day stands, on paper. It closes nothing, and may be asked for again when the paper is out. */
export function readWanted(turn: Turn, { by, lang }: Seen<'day.read-asked'>): void {
  const { kiosk } = turn;
  if (readRefused(kiosk) !== null) return;
  const { day, seq, rules } = kiosk;
  const report = newId(turn, 'x');
  const figures = figuresNow(kiosk, rules.currency);
  put(turn, { kind: 'day.read', report, from: day.from, to: seq, opened: day.opened, by, figures });
  print(turn, { paper: 'x', report }, lang, false);
}

function print(
  turn: Turn,
  document: Extract<EntryBody, { kind: 'document.print' }>['document'],
  lang: Lang,
  copy: boolean,
) {
  put(turn, { kind: 'document.print', command: newId(turn, 'print'), document, copy, lang, session: null });
}

/** A card terminal has closed its day: that is what the other side says of cards in this period. */
export function terminalTold(turn: Turn, since: number): void {
  for (const body of turn.entries.slice(since)) {
    if (body.kind !== 'terminal.day-closed' || body.outcome === 'lost' || body.currency !== turn.kiosk.rules.currency)
      continue;
    const { device, currency, expected, minor, count } = body;
    const z = turn.kiosk.day.z + 1;
    const told = { minor, count };
    put(turn, { kind: 'day.matched', z, method: 'card', source: 'terminal', device, currency, expected, told });
  }
}

/** A wallet's statement was compared: that is what the other side says in the report of its day, where there is one. */
export function statementRead(turn: Turn, since: number): void {
  const { day: days, rules } = turn.kiosk;
  for (const body of turn.entries.slice(since)) {
    if (body.kind !== 'statement.matched') continue;
    const { device, currency, own: expected, told } = body;
    const z = zOfDay(days, body.day, currency);
    const method = chargeMethodOf(rules, device);
    if (z === null || method === null || method === 'card') continue;
    put(turn, { kind: 'day.matched', z, method, source: 'statement', device, currency, expected, told });
  }
}

function today({ kiosk, fact }: Turn): string {
  return kiosk.rules.dayAt(fact.at).day;
}
