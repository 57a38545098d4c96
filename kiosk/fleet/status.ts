/** How a kiosk stands with an office. */

export interface UplinkStatus {
  readonly connected: boolean;
  /** When the office last said what it holds, Unix milliseconds; null: not since this process began. */
  readonly heardMs: number | null;
  /** Entries that the office has not said it holds. */
  readonly waiting: number;
  /** It will not hold in a moment what is recorded now: more waits than one message carries, or it takes nothing more. */
  readonly behind: boolean;
}

export interface FleetStatus {
  /** Where it would ask to be let in; null: nowhere. */
  readonly configured: string | null;
  /** Null: it is paired with none. `uplink` null: its journal goes nowhere, or the line is not open yet. */
  readonly paired: { readonly uplink: UplinkStatus | null } | null;
  /** What is typed at the office to let it in; null: it is paired, or the office does not answer. */
  readonly code: string | null;
  /** Why what is kept of the pairing cannot be used, in words; null: it can. */
  readonly problem: string | null;
}
