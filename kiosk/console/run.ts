/**
 * Requests by hand begin and end: one at a time, only while somebody works here, nobody is served, and no money is inside or
 * moving. Each is recorded before it leaves and ends exactly once.
 */
import { checkRefused } from '../checks/run.ts';
import { deviceState } from '../device-state.ts';
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import { refundPartsOf } from '../refunds.ts';
import type { RequestOutcome, StaffProblem } from '../server/staff-wire.ts';
import { newId, put, type Turn } from '../turn.ts';

type Seen<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;

/** Why nothing can be asked of this device now; null when it can. Which requests it has is judged where protocols are known. */
export function askingRefused(kiosk: Kiosk, device: string): StaffProblem | null {
  const problem = checkRefused(kiosk, 'read-code', device);
  if (problem !== null) return problem;
  if (inDoubt(kiosk, device)) return 'moving';
  if (device === kiosk.rules.printer && Object.keys(kiosk.prints).length > 0) return 'printing';
  return deviceState(kiosk, device).lost === null ? null : 'not-ready';
}

/**
 * An order of this device has no end that is known, though nobody waits for it any more. The last stack stays when it has
 * ended; of one that was lost no answer says anything new.
 */
function inDoubt({ stacks, payouts, charges, refunds }: Kiosk, device: string): boolean {
  const stack = stacks[device]?.status;
  const orders = [payouts, charges].flatMap((all) => Object.values<{ readonly device: string }>(all));
  return (
    stack === 'open' ||
    stack === 'doubt' ||
    orders.some((order) => order.device === device) ||
    refundPartsOf(refunds, device).length > 0
  );
}

export function requestAsked(turn: Turn, { device, request, by, second }: Seen<'request.asked'>): void {
  const { kiosk } = turn;
  if (kiosk.staff.service === null || askingRefused(kiosk, device) !== null) return;
  put(turn, { kind: 'device.asked', command: newId(turn, 'ask'), device, request, by, second });
}

export function requestAnswered(turn: Turn, { command, outcome, answer }: Seen<'request.answered'>): void {
  if (turn.kiosk.console.open?.command === command) endNow(turn, outcome, answer);
}

/** A start in the middle: whether it had left, and what came, nobody knows. */
export function giveUpRequest(turn: Turn): void {
  endNow(turn, 'given-up', []);
}

function endNow(turn: Turn, outcome: RequestOutcome, answer: readonly string[]): void {
  const { open } = turn.kiosk.console;
  if (open === null) return;
  const { command, device, request, by } = open;
  const endedAt = new Date(turn.fact.at).toISOString();
  put(turn, { kind: 'device.answered', command, device, request, by, outcome, answer, endedAt });
}
