/** From the levels of inputs to contacts that changed: a contact bounces, and counts when it has stood still for its time. */
import type { ContactChanged, StandingContact } from '../cabinet-io.ts';
import { type ContactSeen, isStanding, tell, type Work } from './state.ts';

/** A door swings and a key is turned by hand; the contacts of mains and battery are relays, and dips are no outages. */
const DEBOUNCE_MS: Readonly<Record<StandingContact, number>> = {
  door: 60,
  vault: 60,
  mains: 300,
  'ups-low': 300,
  key: 60,
};
/** After the last reading that was shaken; what follows sooner is the same shock. */
export const STILL_MS = 2_000;
const POLL_MS = 100;
/** While a contact has moved and is not told. */
const POLL_UNSETTLED_MS = 30;

/** All configured inputs were read; `levels` begin at address `from`. */
export function inputsRead(work: Work, from: number, levels: readonly boolean[]): void {
  const { s, settings, nowMs } = work;
  const contacts = new Map(s.contacts);
  for (const [name, { input, closed }] of settings.contacts) {
    const isClosed = levels[input - from] === (closed === 'on');
    if (isStanding(name)) contacts.set(name, seen(work, name, contacts.get(name), isClosed));
    else if (isClosed) shaken(work);
  }
  s.contacts = contacts;
  s.dueMs = { ...s.dueMs, inputs: nowMs + (isSettled(work) ? POLL_MS : POLL_UNSETTLED_MS) };
}

function seen(work: Work, name: StandingContact, before: ContactSeen | undefined, closed: boolean): ContactSeen {
  const { nowMs } = work;
  const told = before?.told ?? null;
  if (before?.closed !== closed || before.sinceMs > nowMs) return { closed, sinceMs: nowMs, told };
  if (told === closed || nowMs - before.sinceMs < DEBOUNCE_MS[name]) return before;
  tell(work, { fact: 'contact.changed', ...changed(name, closed) });
  return { ...before, told: closed };
}

function changed(contact: StandingContact, closed: boolean): ContactChanged {
  if (contact === 'door' || contact === 'vault') return { contact, state: closed ? 'closed' : 'open' };
  return { contact, state: closed ? 'on' : 'off' };
}

function shaken(work: Work): void {
  const { s, nowMs } = work;
  if (nowMs >= s.shakenUntilMs) tell(work, { fact: 'vibration' });
  s.shakenUntilMs = nowMs + STILL_MS;
}

/** Every contact is told as it is. */
export function isSettled({ s, settings }: Work): boolean {
  return [...settings.contacts.keys()].every((name) => {
    if (!isStanding(name)) return true;
    const one = s.contacts.get(name);
    return one !== undefined && one.told === one.closed;
  });
}

/** Nobody looked meanwhile: what was half settled begins anew. */
export function contactsUnseen({ s }: Work): void {
  s.contacts = new Map([...s.contacts].map(([name, one]) => [name, { ...one, sinceMs: Number.POSITIVE_INFINITY }]));
}
