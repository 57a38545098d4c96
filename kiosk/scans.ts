/**
 * What was held to a scanner, turned into facts: a payment code is put away and named by a handle, a voucher's signature is
 * judged, and everything else goes by its number. The text itself goes no further than this.
 */
import type { FactBody } from './fact.ts';
import { classify } from './scanned.ts';
import type { PaymentCodes } from './services/wallet/payment-codes.ts';
import type { VoucherSeal } from './voucher-seal.ts';

export interface ScansParts {
  readonly codes: PaymentCodes;
  readonly seal: Pick<VoucherSeal, 'verifyQr'>;
  readonly take: (fact: FactBody) => void;
  /** A voucher of this kiosk, by its number: what the journal has of it is looked up before it is decided. */
  readonly voucher: (serial: string) => void;
}

/** Takes the text of one scan, as a scanner or a keyboard gave it. What nobody here can use is passed over. */
export function createScans({ codes, seal, take, voucher }: ScansParts): (text: string) => void {
  return (text) => {
    const scanned = classify(text);
    switch (scanned.kind) {
      case 'payment-code':
        if (scanned.wallet === 'unionpay') return;
        take({ fact: 'payment-code.presented', method: scanned.wallet, code: codes.put(scanned.secret) });
        return;
      case 'bill-number':
        take({ fact: 'bill.scanned', number: scanned.number });
        return;
      case 'voucher': {
        const judged = seal.verifyQr(scanned.qr);
        if (judged.ok) voucher(judged.voucher.serial);
        return;
      }
      case 'receipt':
      case 'invoice-title':
      case 'other':
        return;
      default:
        scanned satisfies never;
    }
  };
}
