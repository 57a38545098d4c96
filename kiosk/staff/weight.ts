/** For which sums one person may not be enough where money is paid by hand, minor units. Infinite: never alone. */
import type { Case } from '../case.ts';
import type { Ending } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Looked } from '../lookup.ts';
import type { VoucherRecord } from '../sale/voucher.ts';
import { waitingWith } from './cases.ts';

type Find = (key: string) => readonly Looked[];

/** Of a case that ends so: what is paid, or all that nobody gets any more, with what this machine holds of its sale. */
export function settleWeight(
  kiosk: Kiosk,
  { one, slip }: { readonly one: Case | null; readonly slip: VoucherRecord | null },
  { how, minor }: Ending,
  find: Find,
): number {
  if (one === null) return 0;
  if (how !== 'void' && slip !== null && isOwnRefund(kiosk, slip, find)) return Number.POSITIVE_INFINITY;
  return minor ?? (one.minor ?? 0) + waitingWith(kiosk, one.case);
}

/** Of a slip that the window pays. */
export function slipWeight(kiosk: Kiosk, slip: VoucherRecord | null, find: Find): number {
  return slip !== null && isOwnRefund(kiosk, slip, find) ? Number.POSITIVE_INFINITY : 0;
}

/** It came of a refund to which the person who works here now has agreed. */
function isOwnRefund({ staff }: Kiosk, { serial }: VoucherRecord, find: Find): boolean {
  const person = staff.service?.person;
  const issued = find(`voucher:${serial}`).flatMap(({ body }) => (body.kind === 'voucher.issued' ? [body] : []));
  return issued.some(({ sale }) => {
    const asked = sale === null ? [] : find(`sale:${sale}`);
    return asked.some(({ body }) => body.kind === 'refund.asked' && [body.by, body.second].includes(person));
  });
}
