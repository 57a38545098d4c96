/** What a running check says to a fact, in the words that all of them share. */
import type { CabinetCommand } from '../../hardware/cabinet-io.ts';
import type { Kiosk } from '../kiosk.ts';
import type { CheckEnd, CheckRead } from '../server/staff-wire.ts';
import type { OpenCheck } from './checks.ts';

/** It goes on, perhaps with an order to an I/O module, or it ends. */
export type Word = { readonly step: string; readonly read: CheckRead; readonly order?: CabinetCommand } | CheckEnd;

/** `before` is the kiosk as it was before the fact, `after` as the fact left it. */
export interface Moment {
  readonly open: OpenCheck;
  readonly before: Kiosk;
  readonly after: Kiosk;
}

export function failed(read: CheckRead, fault: string): CheckEnd {
  return { outcome: 'failed', read, fault };
}

export function passed(read: CheckRead): CheckEnd {
  return { outcome: 'passed', read, fault: null };
}

/** Milliseconds since the step began. */
export function sinceStep({ open, after }: Moment): number {
  return Math.round(after.monoMs - open.stepMs);
}

/** Under which id an order of a check goes to an I/O module: `what` is a lamp or a relay. */
export function orderId(check: string, what: string): string {
  return `${check}-${what}`;
}
