/**
 * The row of tests/faults.md about a voucher that comes twice, where another kiosk gave it out: see faults.ts. In these runs
 * customers hold such slips to the scanner, some of them a second time; the office says of each whether it was spent
 * elsewhere, is silent, or is not there at all. The process dies wherever one is asked about, told and taken.
 */
import { either, type FaultRow, inBatch, inFact, killOrPower } from './faults.ts';

const facts = either(...['voucher.presented', 'voucher.told'].map(inFact));
const batches = either(...['voucher.ask', 'voucher.told', 'voucher.redeemed'].map(inBatch));

export const othersRows: readonly FaultRow[] = [
  { row: 43, at: ['b0', 'b1'], when: facts, strike: killOrPower, plan: 'voucher' },
  { row: 43, at: ['b2', 'b3'], when: batches, strike: killOrPower, plan: 'voucher' },
];
