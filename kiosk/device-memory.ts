/**
 * What is remembered of devices over a start, folded: which denominations they have, where their counters stood, and what was
 * booked of them without an order.
 */
import type { Counters, Denomination } from '../hardware/device.ts';
import type { EntryBody } from './entry.ts';

/** Denominations as recorded last, by device: the first ones, or those that a person confirmed. */
export type Known = Readonly<Record<string, readonly Denomination[]>>;

/** What the drivers are given back at their next start, by device. */
export type DeviceCounters = Readonly<Record<string, Counters>>;

/** Evidence keys of what was booked without an order, newest last: the same key again is the same event. */
export type Evidence = readonly string[];

/** Keys kept against repetition; a device repeats at once or not at all. */
const evidenceKept = 256;

/** The denominations after an entry; the same object when it concerns none. */
export function foldKnown(known: Known, body: EntryBody): Known {
  return body.kind === 'device.known' ? { ...known, [body.device]: body.denominations } : known;
}

/** The counters after an entry; the same object when it tells none. */
export function foldCounters(counters: DeviceCounters, body: EntryBody): DeviceCounters {
  switch (body.kind) {
    case 'coin.credited':
    case 'coin.unowned':
    case 'coin.checked':
    case 'coin.lost':
    case 'coin.counting':
    case 'note.stack':
    case 'payout.starting':
    case 'payout.done':
    case 'payout.partial':
    case 'charge.starting':
    case 'charge.approved':
    case 'charge.confirmed':
    case 'charge.reversed': {
      const told = body.counters ?? null;
      return told === null ? counters : { ...counters, [body.device]: told };
    }
    default:
      return counters;
  }
}

/** The evidence after an entry; the same object when it is of nothing that counts without an order. */
export function foldEvidence(evidence: Evidence, body: EntryBody): Evidence {
  switch (body.kind) {
    case 'note.unowned':
    case 'coin.credited':
    case 'coin.unowned':
    case 'coin.checked':
    case 'coin.lost':
    case 'coin.counting':
    case 'cash.moved':
    case 'cash.retracted':
    case 'charge.approved':
      return [...evidence, body.key].slice(-evidenceKept);
    default:
      return evidence;
  }
}
