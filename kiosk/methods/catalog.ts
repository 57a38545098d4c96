/** The ways to pay here, in the order in which they are offered. */
import type { Kiosk } from '../kiosk.ts';
import { methodsOffered } from '../remote/order.ts';
import type { Sale } from '../sale/sale.ts';
import type { ChargeMethod, MethodName } from '../server/wire.ts';
import { type CashOff, cashOff } from './cash/acceptance.ts';
import { type ChargeOff, chargeOff } from './charge/availability.ts';

export type MethodOff = CashOff | ChargeOff;

export interface MethodNow {
  readonly method: MethodName;
  /** Why it cannot be used now; null when it can. */
  readonly off: MethodOff | null;
}

interface Method {
  readonly off: (kiosk: Kiosk, sale: Sale | null) => MethodOff | null;
}

const charge = (method: ChargeMethod): Method => ({ off: (kiosk, sale) => chargeOff(kiosk, method, sale) });

const catalog: Readonly<Record<MethodName, Method>> = {
  cash: { off: cashOff },
  // A voucher is typed: it needs no device. Alone it cannot open the kiosk, because what it leaves is paid in cash.
  voucher: { off: (kiosk, sale) => (sale === null ? cashOff(kiosk, null) : null) },
  card: charge('card'),
  alipay: charge('alipay'),
  wechat: charge('wechat'),
};

/** Every method that is offered here as it stands for this sale, or in general when there is none. */
export function methodsNow(kiosk: Kiosk, sale: Sale | null): readonly MethodNow[] {
  return methodsOffered(kiosk.rules, kiosk.remote).map((method) => ({ method, off: catalog[method].off(kiosk, sale) }));
}
