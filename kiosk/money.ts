/** Money as integers of minor units, exponent by ISO 4217. */
export interface Money {
  readonly currency: string;
  readonly minor: number;
}

/** Rounds a cash amount down to the cash step (in the customer's favour). Minor units. */
export function roundToCashStep(minor: number, stepMinor: number): number {
  return minor - (minor % stepMinor);
}
