/** What facts and commands of every kind name. */

/** An amount of one currency (ISO 4217), in minor units: a note, a coin, or a sum. */
export interface Denomination {
  readonly currency: string;
  readonly minor: number;
}

/** Numbers of a device that its driver is given back at its next start, as they stood when this fact was recorded. */
export type Counters = Readonly<Record<string, number>>;
