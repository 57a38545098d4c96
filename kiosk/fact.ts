/** What the loop hands to `decide`: one thing seen, told or asked, with the moment and the chance it came with. */
import type { CashUnit, Denomination, DeviceFact, Pieces } from '../hardware/device.ts';
import type { Intent, ScreenName } from './server/wire.ts';
import type { BillerFact } from './services/biller/contract.ts';
import type { PaidSale, VoucherRecord } from './lookup.ts';

/** What was seen, answered or asked. What was is found in the journal before it is decided, and comes with it. */
export type FactBody =
  | DeviceFact
  | BillerFact
  | { readonly fact: 'intent'; readonly intent: Intent; readonly screen: ScreenName }
  /** The voucher a customer typed: `record` is null unless serial and code belong together. */
  | { readonly fact: 'voucher.presented'; readonly serial: string; readonly record: VoucherRecord | null }
  | { readonly fact: 'receipt.asked'; readonly number: string; readonly record: PaidSale | null }
  /** `by`, a person, has seen that the device now takes these denominations instead of those recorded, and wants it. */
  | {
      readonly fact: 'table.confirmed';
      readonly device: string;
      readonly serial: string | null;
      readonly denominations: readonly Denomination[];
      readonly by: string;
    }
  /** `by`, a person, put these in, or took all of these out. */
  | {
      readonly fact: 'cash.filled' | 'cash.removed';
      readonly device: string;
      readonly unit: CashUnit;
      readonly currency: string;
      readonly pieces: readonly Pieces[];
      readonly by: string;
    }
  | { readonly fact: 'time.reached' }
  /** `lastAt`: wall time of the newest entry of before, Unix milliseconds; null when there is none. */
  | {
      readonly fact: 'kiosk.booted';
      readonly version: string;
      readonly config: string;
      readonly lastAt: number | null;
    };

export interface Fact {
  readonly seq: number;
  /** Wall time, Unix milliseconds. */
  readonly at: number;
  /** Monotonic milliseconds of this boot. */
  readonly monoMs: number;
  readonly bootId: string;
  /** Sixteen random bytes, in hex. */
  readonly chance: string;
  readonly body: FactBody;
}
