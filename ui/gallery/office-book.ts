/** What the office's gallery shows: answers of an office that were made elsewhere, loaded as `samples.json` beside the page. */
import type { Session } from '../../kiosk/office/server/wire.ts';

/** A selector that is touched, or one and what is typed or chosen there. */
export type OfficeStep = string | { readonly into: string; readonly text: string };

/** One page of the console, and what it is answered. What is not here is not found. */
export interface OfficeSample {
  /** Null: the office has never answered. */
  readonly session: Session | null;
  /** Behind the address's `#`. */
  readonly hash: string;
  /** By what is asked, such as `kiosks` or `POST preview`. `refused`: its HTTP status. */
  readonly answers: Readonly<Record<string, { readonly json: unknown; readonly refused?: number }>>;
  /** What is done, one after the other, before it is looked at. */
  readonly steps?: readonly OfficeStep[];
  /** The office falls silent once the page stands. */
  readonly silent?: boolean;
}

/** By name. */
export type OfficeBook = Readonly<Record<string, OfficeSample>>;
