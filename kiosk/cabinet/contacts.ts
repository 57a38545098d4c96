/** What follows when the I/O module tells of a contact, a shock or the temperature. */
import type { ContactChanged } from '../../hardware/cabinet-io.ts';
import type { EntryBody, Guarded, Opening } from '../entry.ts';
import type { FactBody } from '../fact.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Right } from '../server/staff-wire.ts';
import { rightsOf, personHere } from '../staff/rights.ts';
import { caseAbout, openCase, put, type Turn } from '../turn.ts';

type Seen<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;

/** What opens and shuts again within this time of its last entry is not recorded anew: a loose contact, milliseconds. */
export const openedAgainMs = 60_000;
/** A shock within this time of the one before it is the same disturbance: no entry of its own, milliseconds. */
export const quietMs = 300_000;

/** Who has to have logged in for it to be theirs to open. */
const rightToOpen: Readonly<Record<Opening, Right>> = { door: 'look', vault: 'change-box' };

/** The service codes of a cabinet that is too cold or too hot for what is in it. */
const degreesOff = { low: 'cabinet.cold', high: 'cabinet.hot' } as const;

/** Told once at the start, and whenever it has changed; told twice it is the same. */
export function contactChanged(turn: Turn, seen: Seen<'contact.changed'>): void {
  const { device, contact, state } = seen;
  const before = turn.kiosk.cabinet.contacts[contact];
  if (before === state) return;
  if (contact === 'door' || contact === 'vault') {
    if (state === 'closed') shut(turn, device, contact);
    // What stood open when the kiosk ended was recorded then.
    else if (before !== undefined || !turn.kiosk.cabinet.open.includes(contact)) opened(turn, device, contact);
  }
  put(turn, asTold(seen));
}

function asTold({ device, contact, state }: ContactChanged & { readonly device: string }): EntryBody {
  return { kind: 'cabinet.contact', device, contact, state } as EntryBody;
}

function shut(turn: Turn, device: string, contact: Opening): void {
  if (turn.kiosk.cabinet.open.includes(contact)) put(turn, { kind: 'cabinet.closed', device, contact });
}

/** By somebody who may, or else tampered with. */
export function opened(turn: Turn, device: string, contact: Opening): void {
  const by = whoMay(turn.kiosk, rightToOpen[contact]);
  if (by !== null) put(turn, { kind: 'cabinet.opened', device, contact, by });
  else if (isOver(turn, turn.kiosk.cabinet.tamperedMs[contact], openedAgainMs)) tampered(turn, device, contact);
}

/** Whoever has logged in works at the cabinet, and may well shake it. */
export function shaken(turn: Turn, { device }: Seen<'vibration'>): void {
  const alone = whoMay(turn.kiosk, 'look') === null;
  if (alone && isOver(turn, turn.kiosk.cabinet.shakenMs, quietMs)) tampered(turn, device, 'vibration');
  put(turn, { kind: 'cabinet.shaken' });
}

/** Nobody has logged in who may: an entry, one open case for each contact, and the alarm. */
export function tampered(turn: Turn, device: string, contact: Guarded): void {
  const subject = `tampered-${contact}`;
  const nobodys = { session: null, sale: null, minor: null };
  const number = caseAbout(turn.kiosk, subject) ?? openCase(turn, 'tampered', { ...nobodys, subject });
  put(turn, { kind: 'cabinet.tampered', device, contact, case: number });
}

/** Beyond a limit the cabinet's module has a fault, with what to do about it. */
export function temperatureTold(turn: Turn, { device, celsiusTenths, limit }: Seen<'temperature'>): void {
  const { faults } = deviceState(turn.kiosk, device);
  for (const [which, code] of Object.entries(degreesOff)) {
    if (which === limit && !faults.includes(code)) set(turn, device, 'fault', code);
    if (which !== limit && faults.includes(code)) set(turn, device, 'cleared', code);
  }
  put(turn, { kind: 'cabinet.temperature', celsiusTenths, limit });
}

function set(turn: Turn, device: string, to: 'fault' | 'cleared', code: string): void {
  put(turn, { kind: 'device.changed', device, change: { to, code } });
}

/** Somebody has seen the alarm. Its cases stay open until they are settled. */
export function alarmAcknowledged(turn: Turn, { by }: Seen<'alarm.acknowledged'>): void {
  if (isAlarmed(turn.kiosk)) put(turn, { kind: 'alarm.acknowledged', by });
}

export function isAlarmed({ cabinet }: Kiosk): boolean {
  return Object.keys(cabinet.alarms).length > 0;
}

/** The person at the console, when they have this right; null otherwise. */
function whoMay(kiosk: Kiosk, right: Right): string | null {
  const { service } = kiosk.staff;
  const person = service === null ? null : personHere(kiosk, service.person);
  return service !== null && person !== null && rightsOf(person.role).includes(right) ? service.person : null;
}

function isOver({ fact }: Turn, sinceMs: number | null | undefined, lastsMs: number): boolean {
  return sinceMs == null || fact.monoMs - sinceMs >= lastsMs;
}
