/**
 * The day of each card terminal, folded: what it has taken since it last closed its day, as the journal has it, and the
 * order to close it. An approval that was held and went back never was in it: only what was taken is, until it goes back.
 */
import type { Charge, Charges } from '../charges.ts';
import type { EntryBody, Figures } from '../entry.ts';

/** An order to close a day, with what the journal expected when it was made. */
export interface DayOrder extends Figures {
  readonly command: string;
  readonly by: string;
  readonly second: string | null;
  /** It may have been carried out before, and nobody heard the answer. */
  readonly repeated: boolean;
  /** The case that it was silent for too long; null: it was not. */
  readonly case: string | null;
  /** When it was ordered last, monotonic. */
  readonly orderedMs: number;
}

/**
 * How an order ended. lost: the day was closed, and the answer that said with what was not heard. `told` null: it was
 * refused.
 */
export interface DayEnd {
  readonly command: string;
  readonly outcome: 'matches' | 'differs' | 'lost' | 'refused';
  readonly told: Figures | null;
  readonly expected: Figures;
  readonly case: string | null;
}

export interface TerminalDay extends Figures {
  /** The order that waits for its answer. */
  readonly order: DayOrder | null;
  /** An earlier one that was refused and may have been carried out all the same; forgotten when the day is closed. */
  readonly unheard: DayOrder | null;
  readonly last: DayEnd | null;
}

/** By device. */
export type TerminalDays = Readonly<Record<string, TerminalDay>>;

export const newDay: TerminalDay = { minor: 0, count: 0, order: null, unheard: null, last: null };

/** The days after an entry; the same object when it concerns none. `charges`: as they were before it. */
export function foldTerminalDays(days: TerminalDays, charges: Charges, body: EntryBody, monoMs: number): TerminalDays {
  switch (body.kind) {
    case 'kiosk.started':
      return repeated(days, monoMs);
    case 'charge.confirmed':
      return taken(days, body.part, 1);
    case 'charge.reversed': {
      const charge = charges[body.command];
      return charge?.taken ? taken(days, approved(charge), -1) : days;
    }
    case 'charge.irreversible': {
      // It can only be given back by a person: the terminal has it for good, whether or not it said so before.
      const charge = charges[body.command];
      return charge === undefined || charge.taken ? days : taken(days, approved(charge), 1);
    }
    case 'refund.made': {
      // It is a payment of its own, the other way.
      const { part } = body;
      return taken(days, { ...part, minor: -part.minor }, 1);
    }
    case 'terminal.close-day':
      return ordered(days, body, monoMs);
    case 'terminal.close-unknown': {
      const day = days[body.device];
      if (day?.order?.command !== body.command) return days;
      return { ...days, [body.device]: { ...day, order: { ...day.order, case: body.case } } };
    }
    case 'terminal.close-refused':
      return refused(days, body);
    case 'terminal.day-closed':
      return closed(days, body);
    default:
      return days;
  }
}

/** Monotonic time begins anew with each boot, and so does the limit of an order. */
export function daysSinceBoot(days: TerminalDays, monoMs: number): TerminalDays {
  return Object.fromEntries(
    Object.entries(days).map(([device, day]) => [
      device,
      { ...day, order: since(day.order), unheard: since(day.unheard) },
    ]),
  );

  function since(order: DayOrder | null): DayOrder | null {
    return order === null ? null : { ...order, orderedMs: monoMs };
  }
}

function repeated(days: TerminalDays, monoMs: number): TerminalDays {
  if (Object.values(days).every(({ order }) => order === null)) return days;
  return Object.fromEntries(
    Object.entries(days).map(([device, day]) => {
      const order = day.order === null ? null : { ...day.order, repeated: true, orderedMs: monoMs };
      return [device, { ...day, order }];
    }),
  );
}

interface OfTerminal {
  readonly device: string;
  readonly method: Charge['method'];
  readonly minor: number;
}

function approved({ device, method, approval, minor }: Charge): OfTerminal {
  return { device, method, minor: approval?.minor ?? minor };
}

function taken(days: TerminalDays, { device, method, minor }: OfTerminal, times: 1 | -1): TerminalDays {
  if (method !== 'card') return days;
  const day = days[device] ?? newDay;
  return { ...days, [device]: { ...day, minor: day.minor + times * minor, count: day.count + times } };
}

function ordered(
  days: TerminalDays,
  { command, device, by, second, minor, count }: Extract<EntryBody, { kind: 'terminal.close-day' }>,
  monoMs: number,
): TerminalDays {
  const day = days[device] ?? newDay;
  const order: DayOrder =
    day.order?.command === command
      ? { ...day.order, by, second, repeated: true, orderedMs: monoMs }
      : { command, by, second, minor, count, repeated: false, case: null, orderedMs: monoMs };
  return { ...days, [device]: { ...day, order } };
}

function refused(
  days: TerminalDays,
  { command, device, sent }: Extract<EntryBody, { kind: 'terminal.close-refused' }>,
): TerminalDays {
  const day = days[device];
  const order = day?.order;
  if (day === undefined || order?.command !== command) return days;
  const expected = { minor: order.minor, count: order.count };
  const last = { command, outcome: 'refused', told: null, expected, case: null } as const;
  const unheard = sent || order.repeated ? { ...order, repeated: true } : day.unheard;
  return { ...days, [device]: { ...day, order: null, unheard, last } };
}

/** What was not in the closed day is in the next one. */
function closed(days: TerminalDays, body: Extract<EntryBody, { kind: 'terminal.day-closed' }>): TerminalDays {
  const { command, device, minor, count, expected, outcome } = body;
  const day = days[device];
  if (day === undefined) return days;
  const last = { command, outcome, told: { minor, count }, expected, case: body.case ?? null };
  const order = day.order?.command === command ? null : day.order;
  const rest = { minor: day.minor - expected.minor, count: day.count - expected.count };
  return { ...days, [device]: { ...rest, order, unheard: null, last } };
}
