/** The charges without an end, folded: money asked from a card terminal or a wallet, and money on its way back there. */
import type { Approval, CardShown, ChargePrompt, OpenCharge } from '../hardware/charge.ts';
import type { Denomination } from '../hardware/device.ts';
import type { ChargedPart } from './charged-part.ts';
import type { EntryBody } from './entry.ts';
import { without } from './open-orders.ts';
import type { ChargeMethod } from './server/wire.ts';

export interface Charge extends Denomination {
  readonly command: string;
  readonly device: string;
  readonly method: ChargeMethod;
  readonly session: string | null;
  readonly sale: string | null;
  /** The number of the bill that it is for; null of one that only goes back. */
  readonly bill: string | null;
  /**
   * asked: no answer yet. held: approved, and waiting for a decision. confirming: wanted. reversing: on its way back.
   * watched: a code that left the screen and may be paid all the same. doubt: nobody knows, and a case stands for it.
   */
  readonly status: 'asked' | 'held' | 'confirming' | 'reversing' | 'watched' | 'doubt';
  /** The terminal was ready for it, and it may have left. */
  readonly starting: boolean;
  /** Nobody wants it any more: what is approved all the same goes back. */
  readonly cancelled: boolean;
  /** The sale had been booked with it, so that giving it back is a refund. */
  readonly refund: boolean;
  /** It had been taken before it was to go back, and counts in its terminal's day until it has. */
  readonly taken: boolean;
  readonly approval: Approval | null;
  readonly card: CardShown | null;
  /** Unix milliseconds; null: no code of it is out. */
  readonly watched: number | null;
  readonly case: string | null;
  /** The window has paid it out: it goes back to nobody, and `case` stands until it is known to be taken, or a person ends it. */
  readonly paidOut: boolean;
  /** What the other side waits for, and the code to show with the moment (monotonic) until which it is good. */
  readonly prompt: ChargePrompt | null;
  readonly code: { readonly text: string; readonly untilMs: number } | null;
  /** When it was ordered, or last heard of, monotonic. */
  readonly orderedMs: number;
}

/** By command. */
export type Charges = Readonly<Record<string, Charge>>;

const fresh = {
  status: 'asked',
  starting: false,
  cancelled: false,
  refund: false,
  taken: false,
  approval: null,
  card: null,
  watched: null,
  case: null,
  paidOut: false,
  prompt: null,
  code: null,
} as const;

/** The charges after an entry; the same object when it concerns none. */
export function foldCharges(charges: Charges, body: EntryBody, monoMs: number): Charges {
  const set = (command: string, change: Partial<Charge>): Charges => {
    const known = Object.hasOwn(charges, command) ? charges[command] : undefined;
    return known === undefined ? charges : { ...charges, [command]: { ...known, orderedMs: monoMs, ...change } };
  };
  switch (body.kind) {
    case 'kiosk.started':
      return chargesSinceBoot(charges, monoMs);
    case 'charge.start': {
      const { command, device, method, session, sale, bill, currency, minor } = body;
      const asked = { command, device, method, session, sale, bill, currency, minor, orderedMs: monoMs };
      return { ...charges, [command]: { ...fresh, ...asked } };
    }
    case 'charge.starting':
      return set(body.command, { starting: true });
    case 'charge.prompted':
      return set(body.command, { prompt: body.prompt });
    case 'charge.coded':
      return set(body.command, { code: { text: body.code, untilMs: body.untilMs } });
    case 'charge.approved': {
      const { currency, minor, reference, card } = body;
      return set(body.command, {
        status: 'held',
        approval: { currency, minor, reference },
        card,
        prompt: null,
        code: null,
      });
    }
    case 'charge.confirm':
      return set(body.command, { status: 'confirming' });
    case 'charge.cancel':
      return set(body.command, { cancelled: true });
    case 'charge.unknown':
      return set(body.command, { status: 'doubt', case: body.case });
    case 'charge.reverse':
      return { ...charges, [body.command]: goingBack(charges[body.command], body, monoMs) };
    case 'charge.declined':
      if (body.watched === null) return without(charges, body.command);
      return set(body.command, { status: 'watched', watched: body.watched, prompt: null, code: null });
    case 'case.settled':
      return decided(charges, body.case);
    case 'charge.paid-out':
      return set(body.command, { paidOut: true, sale: null, bill: null, case: body.case });
    case 'charge.confirmed':
    case 'charge.expired':
    case 'charge.reversed':
    case 'charge.irreversible':
      return without(charges, body.command);
    default:
      return charges;
  }
}

/** A person has ended a case: what is heard of it later is a matter of its own, but goes back to nobody whom the window paid. */
function decided(charges: Charges, number: string): Charges {
  const about = Object.values(charges).filter((one) => one.case === number);
  if (about.length === 0) return charges;
  const others: Record<string, Charge> = { ...charges };
  for (const one of about) {
    if (one.paidOut) others[one.command] = { ...one, case: null };
    else delete others[one.command];
  }
  return others;
}

function goingBack(
  known: Charge | undefined,
  { part, session, sale, refund }: Extract<EntryBody, { kind: 'charge.reverse' }>,
  monoMs: number,
): Charge {
  const { command, device, method, card, ...approval } = part;
  const { currency, minor } = approval;
  // A sale's part that is no open charge any more was taken; a charge that nobody waited for was never counted.
  const taken = sale !== null;
  const begun = known ?? { ...fresh, taken, command, device, method, session, sale, bill: null, currency, minor };
  return { ...begun, status: 'reversing', starting: true, cancelled: true, refund, approval, card, orderedMs: monoMs };
}

/**
 * Monotonic time begins anew with each boot, and so does every limit that was running. What the other side waits for is
 * told on the way, and not recorded.
 */
export function chargesSinceBoot(charges: Charges, monoMs: number): Charges {
  const all = Object.entries(charges);
  const now = { orderedMs: monoMs, prompt: null, code: null };
  return all.length === 0 ? charges : Object.fromEntries(all.map(([key, one]) => [key, { ...one, ...now }]));
}

/** What it takes to give back what was approved; null when nothing was. */
export function partOf({ command, device, method, card, approval }: Charge): ChargedPart | null {
  return approval === null ? null : { command, device, method, card, ...approval };
}

/** Nothing of it is decided yet, so that no other part of its sale may begin. */
export function isMoving({ status, cancelled }: Charge): boolean {
  return status === 'asked' || status === 'confirming' || (status === 'held' && !cancelled);
}

/** Its terminal is not free. One in doubt may never have an end, and a case stands for it. */
export function occupies({ status }: Charge): boolean {
  return status !== 'doubt';
}

/** What becomes of it decides a sale that waits. */
export function isUndecided(charge: Charge): boolean {
  return isMoving(charge) || charge.status === 'held' || charge.status === 'doubt';
}

/** The charges of a sale whose money is still on its way in. */
export function movingOf(charges: Charges, sale: string): readonly Charge[] {
  return Object.values(charges).filter((one) => one.sale === sale && isMoving(one));
}

/** As who was asked is told of them at its next start. */
export function openChargesOf(charges: Charges, device: string): readonly OpenCharge[] {
  return Object.values(charges)
    .filter((one) => one.device === device)
    .map((one) => {
      const { command, currency, minor, starting, approval, watched } = one;
      return { command, currency, minor, refundOf: null, starting, wanted: wanted(one), approval, watched };
    });
}

function wanted({ status, cancelled, paidOut }: Charge): OpenCharge['wanted'] {
  if (status === 'reversing') return 'reverse';
  // It goes back to nobody, whoever called it off.
  if (paidOut) return status === 'confirming' ? 'confirm' : 'take';
  if (cancelled) return 'cancel';
  return status === 'confirming' ? 'confirm' : 'take';
}
