/** What the loop hands to `decide`: one thing seen, told or asked, with the moment and the chance it came with. */
import type { CashUnit, Denomination, DeviceFact, Pieces } from '../hardware/device.ts';
import type { Case } from './case.ts';
import type {
  ConfigChange,
  PairedOffice,
  RefusedConfiguration,
  StagedConfiguration,
  Told,
  UplinkRefusal,
} from './configuration/change.ts';
import type { KeptFile } from './entry.ts';
import type { MovePaper } from './entry.ts';
import type { CheckEnd, CheckName, RequestOutcome, Readiness, Role, SeenDay, VoidReason } from './server/staff-wire.ts';
import type { ChargeMethod, Intent, Lang, ScreenName } from './server/wire.ts';
import type { RemoteOrder, RemoteEnd, RemoteProblem } from './remote/order.ts';
import type { BillerFact } from './services/biller/contract.ts';
import type { PaidSale, RefundRecord } from './lookup.ts';
import type { VoucherRecord, VoucherWord } from './sale/voucher.ts';
import type { StatementFailure, StatementRow } from './services/wallet/contract.ts';
import type { MoveRecord } from './staff/record.ts';
import type { Neighbour, OwnRow } from './statements/match.ts';

/** Numbers of persons; `second` where two stood by it. */
interface ByPersons {
  readonly by: string;
  readonly second?: string | null;
}

/** How somebody wants a case to end. `minor`: what was paid, or comes as a slip, minor units. */
export interface Ending {
  readonly how: 'paid' | 'void' | 'voucher';
  readonly minor: number | null;
  readonly reason: VoidReason | null;
}

/** What was booked with what a case is about. `goneBy`: the device that says it is back already; null: none says so. */
export interface Sold {
  readonly sale: string;
  readonly goneBy: string | null;
}

/** What was seen, answered or asked. What was is found in the journal before it is decided, and comes with it. */
export type FactBody =
  | DeviceFact
  | BillerFact
  | { readonly fact: 'intent'; readonly intent: Intent; readonly screen: ScreenName }
  /**
   * The voucher a customer typed or scanned: `record` is null unless serial and code belong together. `askable`: the office can
   * be asked about it.
   */
  | {
      readonly fact: 'voucher.presented';
      readonly serial: string;
      readonly record: VoucherRecord | null;
      readonly askable?: true;
    }
  /**
   * What the office says of the voucher that it was asked about; null: nothing in time. `record`: as it is by then here. `behind`:
   * it will be long until the office knows what becomes of it.
   */
  | {
      readonly fact: 'voucher.told';
      readonly command: string;
      readonly word: VoucherWord | null;
      readonly record: VoucherRecord | null;
      readonly behind?: true;
    }
  /** The number on a bill's code was held to the scanner. */
  | { readonly fact: 'bill.scanned'; readonly number: string }
  /** A payment code was: of this wallet; `code` is a handle to where it is kept, never the code itself. */
  | { readonly fact: 'payment-code.presented'; readonly method: ChargeMethod; readonly code: string }
  /** The number of a receipt that a customer typed: `record` is null unless the bill's number was right too. */
  | { readonly fact: 'receipt.asked'; readonly number: string; readonly record: PaidSale | null }
  /** The same of a receipt that is to be given back. */
  | { readonly fact: 'refund.wanted'; readonly number: string; readonly record: RefundRecord | null }
  /** A person agrees to a refund that waits for it, or does not. */
  | ({ readonly fact: 'refund.judged'; readonly sale: string; readonly approve: boolean } & ByPersons)
  /** `by`, a person, has seen that the device now takes these denominations instead of those recorded, and wants it. */
  | {
      readonly fact: 'table.confirmed';
      readonly device: string;
      readonly serial: string | null;
      readonly denominations: readonly Denomination[];
      readonly by: string;
    }
  /**
   * `by`, a person, put these in; took all out that was there, and counted these; counted these where they are. Who may
   * is judged at the door (`staff/rights.ts`), before it is a fact.
   */
  | ({
      readonly fact: 'cash.filled' | 'cash.removed' | 'cash.declared';
      readonly device: string;
      readonly unit: CashUnit;
      readonly currency: string;
      readonly pieces: readonly Pieces[];
    } & ByPersons)
  /** A box was changed whose machine does not tell. */
  | ({ readonly fact: 'cashbox.changed'; readonly device: string } & ByPersons)
  /** What was in a box that was taken out. */
  | ({
      readonly fact: 'cash.counted';
      readonly bag: string;
      readonly pieces: readonly Pieces[];
      /** What stood on it; left out: nothing. */
      readonly seal?: string;
    } & ByPersons)
  /** Somebody was told that a count takes two: it is `of` a box that was taken out, or of a machine that pays out. */
  | { readonly fact: 'count.held'; readonly of: string; readonly by: string }
  /** A box that was taken out is sealed. `used`: a box had this number before. */
  | ({ readonly fact: 'cash.sealed'; readonly bag: string; readonly seal: string; readonly used: boolean } & ByPersons)
  /** The paper of a move is wanted once more, or for the first time. */
  | { readonly fact: 'move-paper.wanted'; readonly document: MovePaper; readonly copy: boolean; readonly lang: Lang }
  /** The move of the record was booked with other pieces than these. */
  | ({ readonly fact: 'cash.corrected'; readonly record: MoveRecord; readonly pieces: readonly Pieces[] } & ByPersons)
  /** A recycler is to be emptied into its box, but for `keep`; left out: nothing stays. */
  | ({ readonly fact: 'empty.asked'; readonly device: string; readonly keep?: readonly Pieces[] } & ByPersons)
  /** A card terminal is to close its day. */
  | ({ readonly fact: 'terminal.close-asked'; readonly device: string } & ByPersons)
  /** Somebody wants the statement of this day now. */
  | ({ readonly fact: 'statement.asked'; readonly device: string; readonly day: string } & ByPersons)
  /** What a wallet said of a day, and what the journal has of it and of the days beside it. */
  | {
      readonly fact: 'statement.told';
      readonly device: string;
      readonly day: string;
      readonly command: string;
      readonly answer:
        | {
            readonly came: 'rows';
            readonly rows: readonly StatementRow[];
            readonly strangers?: number;
            readonly file: KeptFile | null;
          }
        | { readonly came: StatementFailure; readonly code: string };
      readonly journal: { readonly own: readonly OwnRow[]; readonly neighbours: readonly Neighbour[] };
    }
  /** The day that was seen is to be closed, and the report comes on paper in this language; left out: any that has bookings. */
  | ({ readonly fact: 'day.close-asked'; readonly lang: Lang; readonly seen?: SeenDay } & ByPersons)
  /** The kiosk's key has signed the Z report whose entry has this hash. */
  | {
      readonly fact: 'day.signed';
      readonly z: number;
      readonly hash: string;
      readonly signed: { readonly key: string; readonly signature: string };
    }
  /** How the day stands is to come on paper. */
  | { readonly fact: 'day.read-asked'; readonly by: string; readonly lang: Lang }
  /** A Z report is to come on paper; `copy`: it may be on paper already. */
  | { readonly fact: 'day.paper-asked'; readonly z: number; readonly copy: boolean; readonly lang: Lang }
  /** Somebody has ended the case of the record; `slip` is the one that it is about, `sold` what was booked with it. */
  | ({
      readonly fact: 'case.settled';
      readonly record: Case;
      readonly slip: VoucherRecord | null;
      readonly sold?: Sold | null;
    } & Ending &
      ByPersons)
  /** The goods of a paid order are out of the house; `sale` null: the journal does not have it. */
  | { readonly fact: 'order.handed-over'; readonly order: string; readonly sale: string | null; readonly by: string }
  /** What the office said of a slip of this kiosk that was about to be paid at the window. */
  | { readonly fact: 'slip.told'; readonly serial: string; readonly word: VoucherWord }
  /** The slip of the record was paid at the window. */
  | ({ readonly fact: 'voucher.voided'; readonly record: VoucherRecord } & ByPersons)
  /** `pin`: the id of a PIN that is kept outside the journal. `by` null: whoever had the set-up code. */
  | {
      readonly fact: 'staff.added';
      readonly person: string;
      readonly role: Role;
      readonly pin: string;
      readonly by: string | null;
    }
  | { readonly fact: 'staff.role-changed'; readonly person: string; readonly role: Role; readonly by: string }
  | { readonly fact: 'staff.pin-changed'; readonly person: string; readonly pin: string; readonly by: string }
  | { readonly fact: 'staff.removed'; readonly person: string; readonly by: string }
  /** The PIN was right: of somebody who logs in, or of a second person who stands by a move. */
  | { readonly fact: 'staff.identified' | 'staff.approved'; readonly person: string }
  /** It was not. Null: nobody has that number, or it was the set-up code. */
  | { readonly fact: 'staff.refused'; readonly person: string | null }
  /** Another configuration is kept, for the next start or already for this one. */
  | ({ readonly fact: 'config.changed' } & ConfigChange)
  /** Null: what the office wants runs already. */
  | { readonly fact: 'config.staged'; readonly staged: StagedConfiguration | null }
  | ({ readonly fact: 'config.refused' } & RefusedConfiguration)
  /** The office's repository answered, or has not for a while. Stale: with nothing that is signed as it must be and fresh; `problem`: why, in words. */
  | { readonly fact: 'config.looked'; readonly stale: boolean; readonly problem?: Told }
  /** The office answered about the journal. Null: it takes it. */
  | { readonly fact: 'uplink.judged'; readonly refused: UplinkRefusal | null }
  /** The office holds the journal up to this entry. */
  | { readonly fact: 'uplink.stored'; readonly seq: number }
  /** This kiosk is paired with an office, or with none any more. By: null where nobody said so here. */
  | ({ readonly fact: 'office.paired' } & PairedOffice)
  | { readonly fact: 'office.left'; readonly by: string | null; readonly second: string | null }
  /** The office's own order. `problem`: why it is not to be run. */
  | ({ readonly fact: 'remote.ordered'; readonly problem: RemoteProblem | null } & RemoteOrder)
  /** What had left this program for it has an end. */
  | ({ readonly fact: 'remote.answered' } & RemoteEnd)
  /** Somebody at the machine wants it to be open again. */
  | { readonly fact: 'remote.unlock-asked'; readonly by: string }
  /** This machine's clock is so far ahead of the office's, milliseconds; behind: negative. */
  | { readonly fact: 'clock.judged'; readonly offMs: number }
  | { readonly fact: 'staff.touched' | 'staff.left' }
  /** Somebody wants this request sent to a device, past its driver. */
  | {
      readonly fact: 'request.asked';
      readonly device: string;
      readonly request: string;
      readonly by: string;
      readonly second: string | null;
    }
  | {
      readonly fact: 'request.answered';
      readonly command: string;
      readonly outcome: Exclude<RequestOutcome, 'given-up'>;
      readonly answer: readonly string[];
    }
  /** Somebody wants a device, or the kiosk itself (null), to be checked. */
  | {
      readonly fact: 'check.asked';
      readonly check: CheckName;
      readonly device: string | null;
      readonly by: string;
      /** Who stands by where cash comes out; left out: nobody has to. */
      readonly second?: string | null;
    }
  /** What the person who checks saw, read or counted. */
  | { readonly fact: 'check.told'; readonly command: string; readonly told: number | boolean }
  /** What was tried outside of this program: a disk, a network, a wire. */
  | ({ readonly fact: 'check.answered'; readonly command: string } & CheckEnd)
  | { readonly fact: 'check.cancelled'; readonly command: string }
  /** Somebody wants this on paper. */
  | { readonly fact: 'readiness.asked'; readonly readiness: Readiness; readonly lang: Lang; readonly by: string }
  /** Somebody at the console has seen the cabinet's alarm. */
  | { readonly fact: 'alarm.acknowledged'; readonly by: string }
  | { readonly fact: 'time.reached' }
  /** `lastAt`: wall time of the newest entry of before, Unix milliseconds; null when there is none. */
  | {
      readonly fact: 'kiosk.booted';
      readonly version: string;
      readonly config: string;
      readonly lastAt: number | null;
    };

export interface Fact {
  readonly seq: number;
  /** Wall time, Unix milliseconds. */
  readonly at: number;
  /** Monotonic milliseconds of this boot. */
  readonly monoMs: number;
  readonly bootId: string;
  /** Sixteen random bytes, in hex. */
  readonly chance: string;
  readonly body: FactBody;
}
