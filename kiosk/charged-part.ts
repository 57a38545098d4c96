/** What a card or wallet has paid of a sale. */
import type { Approval, CardShown } from '../hardware/charge.ts';
import type { ChargeMethod } from './server/wire.ts';

/** A part of a sale that a charge pays, and what it takes to give it back. */
export interface ChargedPart extends Approval {
  readonly command: string;
  readonly device: string;
  readonly method: ChargeMethod;
  readonly card: CardShown | null;
}
