/** What the staff's gallery shows: answers of a desk that were made elsewhere, loaded as `samples.json` beside the page. */
import type { StaffNow, Tables } from '../../kiosk/server/staff-wire.ts';
import type { Page } from '../staff/desk.ts';

/** One page of the staff's, and what it is answered. A table that is not here is not answered. */
export interface StaffSample {
  /** Null: the kiosk has never answered. */
  readonly now: StaffNow | null;
  readonly page: Page;
  readonly tables: Partial<Tables>;
  /** Selectors of what is touched, one after the other, before it is looked at. */
  readonly touch?: readonly string[];
  /** The kiosk falls silent once the page stands. */
  readonly silent?: boolean;
}

/** By name. */
export type StaffBook = Readonly<Record<string, StaffSample>>;
