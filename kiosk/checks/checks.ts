/** The check that runs, and how each ended last, folded. */
import type { EntryBody } from '../entry.ts';
import { type CheckEnd, type CheckName, type CheckRead, paidOutMaximum } from '../server/staff-wire.ts';

export interface OpenCheck {
  readonly check: CheckName;
  readonly command: string;
  /** Null: the kiosk itself. */
  readonly device: string | null;
  readonly by: string;
  /** What is waited for. */
  readonly step: string;
  /** Since when, monotonic. */
  readonly stepMs: number;
  readonly startedMs: number;
  readonly read: CheckRead;
  /** What stands on the test page; null: of another check. */
  readonly number: number | null;
  /** A relay was ordered to let goods out. */
  readonly letsOut: boolean;
}

export interface CheckResult extends CheckEnd {
  readonly check: CheckName;
  readonly device: string | null;
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly endedAt: string;
}

export interface Checks {
  readonly open: OpenCheck | null;
  /** The last of each check of each device, in the order in which they ended, oldest first. */
  readonly last: readonly CheckResult[];
  /** By device, the last checks by which a piece, or goods, may have come out, oldest first; at most `paidOutMaximum`. */
  readonly paidOut: Readonly<Record<string, readonly PaidOut[]>>;
}

export interface PaidOut {
  readonly command: string;
  /** ISO 8601 UTC. */
  readonly endedAt: string;
}

export const emptyChecks: Checks = { open: null, last: [], paidOut: {} };

/** More than the checks of the largest kiosk. Those of devices that are gone leave first. */
const resultsKept = 400;

/** The checks after an entry; the same object when it concerns none. */
export function foldChecks(checks: Checks, body: EntryBody, monoMs: number): Checks {
  switch (body.kind) {
    case 'kiosk.started':
      return checks.open === null ? checks : checksSinceBoot(checks, monoMs);
    case 'check.started': {
      const { check, command, device, by, number = null } = body;
      const moment = { stepMs: monoMs, startedMs: monoMs };
      const begun = { step: 'begun', read: {}, letsOut: false } as const;
      return { ...checks, open: { check, command, device, by, number, ...begun, ...moment } };
    }
    case 'check.ordered': {
      if (checks.open?.command !== body.check || body.order.command !== 'relay.pulse') return checks;
      return { ...checks, open: { ...checks.open, letsOut: true } };
    }
    case 'check.seen': {
      if (checks.open?.command !== body.command) return checks;
      return { ...checks, open: { ...checks.open, step: body.step, read: body.read, stepMs: body.monoMs } };
    }
    case 'check.ended': {
      const { check, device, outcome, read, fault, by, endedAt } = body;
      const others = checks.last.filter((one) => one.check !== check || one.device !== device);
      const last = [...others, { check, device, outcome, read, fault, by, endedAt }].slice(-resultsKept);
      const ended = checks.open?.command === body.command ? checks.open : null;
      const out = (check === 'relay' ? ended?.letsOut === true : paysOut(check)) && mayBeOut(body);
      const open = ended === null ? checks.open : null;
      return { open, last, paidOut: out ? withPaid(checks.paidOut, body) : checks.paidOut };
    }
    default:
      return checks;
  }
}

/** As the journal alone has them: how far one came is not recorded. */
export function checksSinceBoot({ open, ...kept }: Checks, monoMs: number): Checks {
  const anew = { step: 'begun', read: {}, stepMs: monoMs, startedMs: monoMs };
  return { open: open === null ? null : { ...open, ...anew }, ...kept };
}

/** Cash, or goods behind a hatch, leave the place where the machine keeps them. */
export function paysOut(check: CheckName): boolean {
  return check === 'pay-one' || check === 'relay';
}

type Ended = Extract<EntryBody, { kind: 'check.ended' }>;

/** Only the machine's word that nothing came, or that it was never asked, speaks against it. */
function mayBeOut({ fault }: Ended): boolean {
  return fault !== 'nothing-came' && fault?.startsWith('refused-') !== true;
}

function withPaid(paidOut: Checks['paidOut'], { device, command, endedAt }: Ended): Checks['paidOut'] {
  if (device === null) return paidOut;
  return { ...paidOut, [device]: [...(paidOut[device] ?? []), { command, endedAt }].slice(-paidOutMaximum) };
}

/** This order was given by a check that is over. */
export function wasOfCheck({ paidOut }: Checks, device: string, command: string): boolean {
  return (paidOut[device] ?? []).some((one) => one.command === command);
}

/** How this check of this device ended last; null: it never did. */
export function lastOf({ last }: Checks, check: CheckName, device: string | null): CheckResult | null {
  return last.find((one) => one.check === check && one.device === device) ?? null;
}

/** The device whose notes or coins a running check waits for; null when none does. */
export function checkTakesAt({ checks }: { readonly checks: Checks }): string | null {
  const { open } = checks;
  const takes = open?.check === 'take-note' || open?.check === 'take-coin';
  return takes && open.step === 'begun' ? open.device : null;
}
