/** A voucher as it is presented: what is known of it here, and what the office says of it. */
export interface VoucherRecord {
  readonly serial: string;
  readonly currency: string;
  readonly minor: number;
  readonly issuedAt: string;
  readonly spent: boolean;
  /** The kiosk that gave it out; left out: this one. */
  readonly issuer?: string;
  /** Shows the office that who asks of it or spends it has the slip (`voucher-seal.ts`, slipProof); left out: nobody needs it. */
  readonly proof?: string;
  /** When it was spent, ISO 8601 UTC; left out: it was not. */
  readonly spentAt?: string;
  /** The other kiosk at which that was, by the office's word; left out: this one. */
  readonly spentBy?: string;
}

/** What the office says of a voucher: where and when it was spent, ISO 8601 UTC; null: nobody has told that it was. */
export interface VoucherWord {
  readonly spent: { readonly kiosk: string; readonly at: string } | null;
}
