/** Judges what was made of the wallets' statements: what gateways handed out, against the journal (tests/faults.md, I3, I4 and I6). */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { StatementRow } from '../../kiosk/services/wallet/contract.ts';
import { numberOf } from '../../kiosk/services/wallet/matter.ts';
import type { StatementDesk } from './statement-desk.ts';

type Matched = Extract<EntryBody, { kind: 'statement.matched' }>;
type Wrong = (invariant: string, text: string) => void;

/** A movement of a trade, as somebody has it. */
interface Movement {
  readonly number: string;
  readonly kind: 'paid' | 'back';
  readonly minor: number;
}

export function judgeStatements(
  entries: readonly Entry[],
  desks: Readonly<Record<string, StatementDesk>>,
  mark: string,
  wrong: Wrong,
): void {
  for (const [device, { sheets }] of Object.entries(desks)) {
    const compared = new Map<string, Matched>();
    const cases = new Set<string>();
    const own = new Map<string, Movement[]>();
    for (const { body } of entries) {
      if (body.kind === 'case.opened' && body.about === 'statement-differs') cases.add(body.case);
      if (body.kind === 'statement.matched' && body.device === device) {
        if (compared.has(body.day)) wrong('I4', `the statement of ${device} for ${body.day} was compared twice`);
        compared.set(body.day, body);
      }
      const booked = bookedAt(device, body);
      if (booked !== null) own.set(booked.day, [...(own.get(booked.day) ?? []), booked]);
    }
    const known = new Set([...own.values()].flat().map(({ number }) => number));
    const told: Movement[] = [];
    for (const [day, matched] of compared) {
      const rows = (sheets.get(matched.command) ?? []).filter((row) => row.mark === mark || known.has(row.number));
      told.push(...rows.map(movement));
      if (matched.told.count !== rows.length)
        wrong('I3', `${device} told ${rows.length} rows of ${day}, and ${matched.told.count} are known`);
      if (matched.differences.length > 0 && !cases.has(matched.case ?? ''))
        wrong('I6', `the statement of ${device} for ${day} differs, and has no case`);
    }
    const closed = [...own].flatMap(([day, moved]) => (compared.has(day) ? moved : []));
    const open = new Set(
      [...own].flatMap(([day, moved]) => (compared.has(day) ? [] : moved.map(({ number }) => number))),
    );
    const named = new Set([...compared.values()].flatMap((one) => one.differences.map(({ number }) => number)));
    judgeTrades(device, { told, own: closed, open, named }, wrong);
  }
}

/** Every trade of which both sides do not have the same is named, but for one of which the other side has nothing in sum. */
function judgeTrades(
  device: string,
  sides: {
    readonly told: readonly Movement[];
    readonly own: readonly Movement[];
    /** Trades whose day was not compared yet, and those that were named. */
    readonly open: ReadonlySet<string>;
    readonly named: ReadonlySet<string>;
  },
  wrong: Wrong,
): void {
  for (const number of new Set([...sides.told, ...sides.own].map((one) => one.number))) {
    if (sides.open.has(number) || sides.named.has(number)) continue;
    const ofIt = (all: readonly Movement[]) => all.filter((one) => one.number === number);
    const [told, own] = [ofIt(sides.told), ofIt(sides.own)];
    if (own.length === 0 && sumOf(told) === 0) continue;
    if (words(told) !== words(own))
      wrong('I3', `${device} has ${words(told)} of ${number}, the journal ${words(own)}, and nobody was told`);
  }
}

function bookedAt(device: string, body: EntryBody): (Movement & { readonly day: string }) | null {
  if (!('booked' in body) || body.booked === undefined || !('device' in body) || body.device !== device) return null;
  const { day, minor } = body.booked;
  switch (body.kind) {
    case 'charge.approved':
      return { number: numberOf(body.command), kind: 'paid', minor, day };
    case 'charge.reversed':
      return { number: numberOf(body.command), kind: 'back', minor, day };
    case 'refund.made':
      return { number: numberOf(body.part.command), kind: 'back', minor, day };
    default:
      return null;
  }
}

function movement({ number, kind, minor }: StatementRow): Movement {
  return { number, kind: kind === 'paid' ? 'paid' : 'back', minor };
}

function sumOf(moved: readonly Movement[]): number {
  return moved.reduce((sum, { kind, minor }) => sum + (kind === 'paid' ? minor : -minor), 0);
}

function words(moved: readonly Movement[]): string {
  return (
    moved
      .map(({ kind, minor }) => `${kind} ${minor}`)
      .toSorted()
      .join(', ') || 'nothing'
  );
}
