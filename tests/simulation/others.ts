/** Slips of another kiosk that customers of a run carry, and the office that knows which of them were spent. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Config } from '../../config/schema.ts';
import type { Entry } from '../../kiosk/entry.ts';
import type { VoucherWord } from '../../kiosk/sale/voucher.ts';
import { createVoucherSeal, slipProof } from '../../kiosk/voucher-seal.ts';
import { keys } from './keys.ts';
import type { Random } from './random.ts';

const issuer = 'LAB-02';
const head = Buffer.from('302e020100300506032b657004220420', 'hex');
const signing = createPrivateKey({ key: Buffer.concat([head, Buffer.alloc(32, 5)]), format: 'der', type: 'pkcs8' });
const verifying = createPublicKey(signing);
const issuerSeal = createVoucherSeal({ ...keys, signing, verifying }, issuer);
/** Enough for the small ones. */
const offlineMaximumMinor = 1_500;
const slipsOut = 5;
const worths = [200, 700, 1_350, 2_000, 3_500];
/** Longer than a kiosk waits. */
const silentMs = 2_000;

export function acceptingOthers(cabinet: Config): Config {
  const key = verifying.export({ type: 'spki', format: 'der' }).toString('base64');
  return { ...cabinet, vouchers: { accept: [{ kiosk: issuer, key }], offlineMaximumMinor } };
}

interface OthersSlip {
  readonly serial: string;
  readonly minor: number;
  readonly qr: string;
  readonly spent: VoucherWord['spent'];
}

/** What customers carry, and what the office knows of it. */
export class OthersSlips {
  readonly slips: readonly OthersSlip[];
  /** away: the line is down. silent: it is up, and nobody answers. */
  private office: 'there' | 'silent' | 'away' = 'away';
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
    this.slips = Array.from({ length: slipsOut }, (_, n) => {
      const serial = String(n + 1).padStart(6, '0');
      const minor = random.pick(worths);
      const issuedAt = '2026-03-30T08:00:00.000Z';
      const { qr } = issuerSeal.signVoucher({ serial, currency: 'CNY', minor, issuedAt, kiosk: issuer });
      const spent = random.chance(0.2) ? { kiosk: 'LAB-03', at: '2026-03-31T00:30:00.000Z' } : null;
      return { serial, minor, qr, spent };
    });
  }

  /** Between two customers. */
  turns(): void {
    this.office = this.random.pick(['there', 'there', 'silent', 'away']);
  }

  isUp(): boolean {
    return this.office !== 'away';
  }

  /** What the office says of it, and after how long, milliseconds. Whoever cannot show that the slip is there learns nothing of it. */
  answer(serial: string, proof?: string): { readonly afterMs: number; readonly word: VoucherWord | null } {
    if (this.office !== 'there') return { afterMs: silentMs, word: null };
    const slip = this.slips.find((one) => one.serial === serial);
    const spent = slip !== undefined && proof === slipProof(slip.qr) ? slip.spent : null;
    return { afterMs: this.random.integer(5, 900), word: { spent } };
  }

  /**
   * Each counts once, for what it is worth, with the proof that the slip was there, never after the office's word that it was spent
   * nor against what the office knew when it spoke, and unasked up to the limit.
   */
  *judge(entries: readonly Entry[]): Generator<string> {
    const taken = new Set<string>();
    const spent = new Set<string>();
    const asked = new Map<string, string>();
    let unasked = 0;
    for (const { body } of entries) {
      if (body.kind === 'voucher.ask' && body.issuer === issuer) asked.set(body.command, body.serial);
      if (body.kind === 'voucher.told' && body.word?.spent != null) spent.add(asked.get(body.command) ?? '');
      if (body.kind !== 'voucher.redeemed' || body.issuer === undefined) continue;
      const { serial, minor } = body;
      if (taken.has(serial)) yield `voucher ${serial} of ${body.issuer} was redeemed twice`;
      if (this.slips.find((slip) => slip.serial === serial)?.minor !== minor)
        yield `voucher ${serial} of ${body.issuer} was redeemed for ${minor}`;
      const slip = this.slips.find((one) => one.serial === serial);
      if (slip !== undefined && body.proof !== slipProof(slip.qr))
        yield `voucher ${serial} was redeemed without its proof`;
      if (slip?.spent != null && body.unasked !== true)
        yield `voucher ${serial} was redeemed, and the office knew better`;
      if (spent.has(serial)) yield `voucher ${serial} was redeemed against the office's word`;
      if (body.unasked === true) unasked += minor;
      if (unasked > offlineMaximumMinor) yield `vouchers of ${unasked} were taken unasked`;
      taken.add(serial);
    }
  }
}
