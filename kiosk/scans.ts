/**
 * What was held to a scanner, turned into facts: a payment code is put away and named by a handle, a voucher's signature is
 * judged, and everything else goes by its number. The text itself goes no further than this.
 */
import type { DeviceFact } from '../hardware/device.ts';
import type { FactBody } from './fact.ts';
import type { Kiosk } from './kiosk.ts';
import { classify } from './scanned.ts';
import type { PaymentCodes } from './services/wallet/payment-codes.ts';
import { type SealedVoucher, slipProof, type VoucherSeal } from './voucher-seal.ts';

export interface ScansParts {
  readonly codes: PaymentCodes;
  readonly seal: Pick<VoucherSeal, 'verifyQr'>;
  readonly take: (fact: FactBody) => void;
  /** A voucher whose signature is right: what the journal has of it is looked up before it is decided. */
  readonly voucher: (voucher: SealedVoucher & { readonly proof: string }) => void;
}

/** Codes that are made to be tried: nothing else begins so. */
const testCode = /^TEST-[0-9]{1,8}$/;
/** Of any other code so many signs are told, and of what is or may be a payment code none. */
const shownSigns = 2;

/** What a check of this scanner is told of a code in place of the code; null: no check waits for one. */
export function seenInCheck(kiosk: Kiosk, device: string, text: string): DeviceFact | null {
  const { open } = kiosk.checks;
  if (open?.check !== 'read-code' || open.device !== device) return null;
  const code = text.trim();
  const { kind } = classify(code);
  const secret = kind === 'payment-code' || kind === 'other';
  const begins = testCode.test(code) ? code : secret ? '' : code.slice(0, shownSigns);
  return { fact: 'code.seen', device, length: code.length, begins };
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
        if (judged.ok) voucher({ ...judged.voucher, proof: slipProof(scanned.qr) });
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
