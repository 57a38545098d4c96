/** How far a receipt is that is given back, while whoever wanted it still stands here. */
import type { ChargedPart } from '../charged-part.ts';
import type { Kiosk } from '../kiosk.ts';
import type { RefundPlan, Stage } from '../session/stage.ts';
import { caseAbout } from '../turn.ts';

type AtRefund = Extract<Stage, { at: 'refund' }>;

/** All of it is back with its owner: every charge, and the slip is out. Of what has a case it is not known, or not so. */
export function isRefundDone(kiosk: Kiosk, { plan, step, slip, case: known }: AtRefund): boolean {
  if (plan === null || step !== 'given' || known !== null) return false;
  if (plan.voucherMinor > 0 && (slip === null || isPrinting(kiosk, slip.serial))) return false;
  if (slip !== null && caseAbout(kiosk, slip.serial) !== null) return false;
  return plan.charges.every((part) => !isOnItsWay(kiosk, plan, part));
}

export function isOnItsWay(kiosk: Kiosk, { sale }: RefundPlan, { command }: ChargedPart): boolean {
  const refunded = kiosk.refunds[sale]?.parts.some(({ part }) => part.command === command) ?? false;
  return refunded || command in kiosk.charges || caseAbout(kiosk, command) !== null;
}

export function isPrinting({ prints }: Kiosk, serial: string): boolean {
  return Object.values(prints).some(({ document }) => document.paper === 'voucher' && document.serial === serial);
}
