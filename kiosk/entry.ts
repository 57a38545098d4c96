/**
 * What the journal holds. Past tense: seen or settled; imperative: ordered (`note.stack`, `bill.post`), open until its
 * completion. The state of the kiosk is these entries, folded (kiosk.ts).
 *
 * Three classes: *durable* entries are synced before anything moves; *lazy* ones go with the next durable batch, at the
 * session's end or after 5 s; *volatile* ones are folded and never written.
 */
import type { DayFigures } from './day/figures.ts';
import type { CabinetCommand, ContactChanged as Contact } from '../hardware/cabinet-io.ts';
import type { CardShown, ChargePrompt, ChargeReference, DeclineReason } from '../hardware/charge.ts';
import type { CashUnit, Counters, Denomination, FoundNote, Level, PaperState, Pieces } from '../hardware/device.ts';
import type { ChargedPart, ChargeShare } from './charged-part.ts';
import type {
  ConfigChange,
  PairedOffice,
  RefusedConfiguration,
  StagedConfiguration,
  Told,
  UplinkRefusal,
} from './configuration/change.ts';
import type { VoucherWord } from './sale/voucher.ts';
import type { RemoteAct, RemoteEnd, RemoteOrder } from './remote/order.ts';
import type { Bill, OrderItem } from './services/biller/contract.ts';
import type { StatementFailure } from './services/wallet/contract.ts';
import type {
  CaseAbout,
  CheckEnd,
  CheckName,
  CheckRead,
  RequestOutcome,
  Readiness,
  Role,
  VoidReason,
} from './server/staff-wire.ts';
import type { ChargeMethod, Lang, MethodName } from './server/wire.ts';
import type { Stage } from './session/stage.ts';
import type { Booked } from './statements/booked.ts';
import type { Comparison } from './statements/match.ts';

export interface TenderTotal {
  readonly method: MethodName;
  readonly minor: number;
}

/** How change was given, minor units each. */
export interface Change {
  readonly cash: number;
  readonly voucher: number;
  readonly owed: number;
}

/** What a paper is made from: the entry that it documents. */
export type PaperRef =
  | { readonly paper: 'receipt'; readonly receipt: string }
  | { readonly paper: 'voucher'; readonly serial: string }
  | { readonly paper: 'case'; readonly case: string }
  /** The number under which the goods of this sale are handed over. */
  | { readonly paper: 'ticket'; readonly sale: string }
  /** The printer's test page of this check, and what stands on it; left out: as told by the check's id. */
  | { readonly paper: 'test'; readonly check: string; readonly number?: number }
  /** What the kiosk said of itself when somebody asked. */
  | { readonly paper: 'readiness'; readonly report: string }
  | { readonly paper: 'z'; readonly z: number }
  | { readonly paper: 'x'; readonly report: string }
  /** Of a box that was taken out: who had it, for the signatures; and of what was counted. */
  | { readonly paper: 'collection' | 'count'; readonly move: string };

/** The paper of a move of cash. */
export type MovePaper = Extract<PaperRef, { readonly move: string }>;

/** Why the kiosk ends by itself. */
export type EndWhy = 'ups-low' | 'mains-away' | 'configuration' | 'restart';

/** What of the cabinet can be opened. */
export type Opening = 'door' | 'vault';
/** What tells that somebody is at the cabinet who should not be. */
export type Guarded = Opening | 'vibration';

interface InSession {
  readonly session: string;
}

/** A coin that a machine took. `to`: the device whose unit it fell into; null: the machine's own box. */
interface Coin {
  readonly device: string;
  readonly key: string;
  readonly to: string | null;
  readonly counters: Counters;
}

/** Cash that people moved: `move` is its number, `by` and `second` are the numbers of persons. */
interface Move {
  readonly move: string;
  readonly by: string;
  readonly second: string | null;
}

interface MovedCash extends Move {
  readonly device: string;
  readonly unit: CashUnit;
  readonly currency: string;
  readonly pieces: readonly Pieces[];
}

/** Counted, beside what the journal expected. `difference`, minor units: counted less expected. */
interface CountedCash extends MovedCash {
  readonly expected: readonly Pieces[];
  readonly difference: number;
}

/** The same, where there may have been nothing to expect. */
interface PerhapsCounted extends MovedCash {
  readonly expected: readonly Pieces[] | null;
  readonly difference: number | null;
}

/** A word about a charge: `device` was asked, under the id `command`. Null: nobody's visit. */
interface OfCharge {
  readonly command: string;
  readonly device: string;
  readonly session: string | null;
  readonly sale: string | null;
}

/** Goods that a relay of the module `device` lets out, under the id `command`. */
interface OfRelease {
  readonly command: string;
  readonly device: string;
  readonly session: string;
  readonly sale: string;
  /** The number of the order. */
  readonly order: string;
}

/** A wallet's day, by the order to fetch its statement. */
interface OfStatement {
  readonly command: string;
  readonly device: string;
  readonly day: string;
}

export interface KeptFile {
  readonly name: string;
  readonly sha256: string;
}

/** Of a card terminal: what was taken less what went back: the sum, minor units, and how many payments. */
export interface Figures {
  readonly minor: number;
  readonly count: number;
}

/** Without a visit and a sale: somebody who works here tries the machine. */
interface PaidOut extends Denomination {
  readonly command: string;
  readonly device: string;
  readonly session: string | null;
  readonly sale: string | null;
}

/** A request of a device's protocol, by its name, sent under the id `command` by a person. */
interface OfRequest {
  readonly command: string;
  readonly device: string;
  readonly request: string;
  readonly by: string;
}

/** A named check of a device, or of the kiosk itself (null), run under the id `command` by a person. */
interface OfCheck {
  readonly check: CheckName;
  readonly command: string;
  readonly device: string | null;
  readonly by: string;
}

/** Durable. */
export type DurableBody =
  | {
      readonly kind: 'kiosk.started';
      readonly boot: string;
      readonly version: string;
      /** Hash of the configuration. */
      readonly config: string;
      readonly kiosk: string;
      readonly currency: string;
      /** IANA name, such as `Asia/Shanghai`; it and the language are left out by a release that did not say them. */
      readonly timeZone?: string;
      /** The first language of the configuration. */
      readonly lang?: Lang;
    }
  | {
      readonly kind: 'device.known';
      readonly device: string;
      readonly serial: string | null;
      readonly denominations: readonly Denomination[];
      /** Who confirmed that this table takes the place of an older one; a first one needs nobody. */
      readonly by?: string;
    }
  | ({
      readonly kind: 'note.stack';
      readonly command: string;
      readonly device: string;
      readonly sale: string;
      /** Of a device that numbers its events, when the note was in escrow. */
      readonly counters?: Counters;
    } & InSession &
      Denomination)
  | ({
      readonly kind: 'note.stacked';
      readonly command: string;
      readonly device: string;
      readonly sale: string;
      readonly evidence: 'stacked' | 'power-up';
      /** Where it lies; absent: in the box. */
      readonly unit?: CashUnit;
      /** Credited from the intent, and the device named no value or another: to be confirmed when the box is counted. */
      readonly confirmByCount: boolean;
      /** The other value that the device named. */
      readonly named?: Denomination;
    } & InSession &
      Denomination)
  | ({
      readonly kind: 'note.returned';
      readonly command: string;
      readonly device: string;
      readonly sale: string;
    } & InSession &
      Denomination)
  | ({
      readonly kind: 'note.unknown';
      readonly command: string;
      readonly device: string;
      readonly sale: string;
      readonly case: string;
      /** The device began anew and knows nothing of the note: that it is empty now proves nothing. */
      readonly lost: boolean;
    } & InSession &
      Denomination)
  | {
      readonly kind: 'note.unowned';
      readonly device: string;
      readonly key: string;
      readonly case: string;
      readonly currency: string;
      readonly minor: number | null;
      /** Where it lies; left out: in the box. */
      readonly unit?: CashUnit;
    }
  | ({
      readonly kind: 'note.suspect';
      readonly command: string;
      readonly device: string;
      readonly sale: string;
      readonly code: string;
      readonly case: string;
      /** Where it had been booked; left out: in the box. */
      readonly unit?: CashUnit;
    } & InSession &
      Denomination)
  | { readonly kind: 'cashbox.removed'; readonly device: string }
  /**
   * The same as a move: a box was taken out, and `pieces` is what the journal had in it. `by`: who had logged in then;
   * null: nobody.
   */
  | {
      readonly kind: 'cashbox.taken';
      readonly move: string;
      readonly by: string | null;
      readonly second: null;
      readonly device: string;
      readonly currency: string;
      readonly pieces: readonly Pieces[];
      /** The number under which it waits to be counted; left out: nothing was in it. */
      readonly bag?: string;
    }
  | { readonly kind: 'cashbox.inserted'; readonly device: string }
  | ({ readonly kind: 'coin.credited'; readonly sale: string } & Coin & InSession & Denomination)
  | ({
      readonly kind: 'coin.unowned';
      readonly case: string;
      readonly currency: string;
      /** Null: of another currency, or unknown. */
      readonly minor: number | null;
    } & Coin)
  /** From here on its coins are counted. */
  | { readonly kind: 'coin.counting'; readonly device: string; readonly key: string; readonly counters: Counters }
  | {
      readonly kind: 'coin.lost';
      readonly device: string;
      readonly key: string;
      readonly count: number;
      readonly counters: Counters;
      readonly case: string;
    }
  /** The order to pay out; `minor` is the sum of its pieces. */
  | ({
      readonly kind: 'cash.dispense';
      readonly command: string;
      readonly device: string;
      /** Null: of a check, and so is the visit. */
      readonly session: string | null;
      readonly sale: string | null;
      readonly reason: 'change' | 'cancel' | 'check';
      readonly pieces: readonly Pieces[];
      /** Who checks the machine, and who stands by; left out: nobody does. */
      readonly by?: string;
      readonly second?: string;
    } & Denomination)
  | { readonly kind: 'payout.starting'; readonly command: string; readonly device: string; readonly counters: Counters }
  /** `minor`: what left the machine. `pieces`: what leaves the till with it; none when its unit was counted since. */
  | ({ readonly kind: 'payout.done'; readonly pieces: readonly Pieces[]; readonly counters: Counters } & PaidOut)
  | ({
      readonly kind: 'payout.partial';
      readonly pieces: readonly Pieces[];
      readonly owed: number;
      readonly counters: Counters;
      readonly case: string;
    } & PaidOut)
  /** It never left for the machine: nothing came out. `minor` is what was ordered, here and in the next. */
  | ({ readonly kind: 'payout.refused'; readonly reason: string } & PaidOut)
  /** `final`: the machine will never tell; otherwise what it says later still counts. */
  | ({ readonly kind: 'payout.unknown'; readonly case: string; readonly final: boolean } & PaidOut)
  | ({
      readonly kind: 'cash.retracted';
      readonly device: string;
      readonly command: string;
      readonly key: string;
      readonly case: string;
    } & Denomination)
  /**
   * A paid-out note still waits between the lips, and its owner is no longer counted on. `minor`: that note; `taken`: what
   * its owner is known to have taken of the order; `rest`: what is still to come of it. `session`, `sale` null: nobody
   * knows any more whose it is. `lowered`: what its case is about from now on, where that is less than before.
   */
  | ({
      readonly kind: 'change.left';
      readonly device: string;
      readonly command: string;
      readonly session: string | null;
      readonly sale: string | null;
      readonly taken: number;
      readonly rest: number;
      readonly case: string;
      readonly lowered?: number;
    } & Denomination)
  /** It is not there any more. Who has it, nobody saw. */
  | ({
      readonly kind: 'change.gone';
      readonly device: string;
      readonly command: string;
      readonly case: string;
    } & Denomination)
  | ({
      readonly kind: 'cash.moved';
      readonly device: string;
      readonly key: string;
      readonly from: CashUnit;
      readonly to: CashUnit;
      readonly count: number;
    } & Denomination)
  | ({ readonly kind: 'cash.filled' } & MovedCash)
  /** All of a unit was taken out by hand, and `pieces` counted. Declared: `pieces` is what is in there now. */
  | ({ readonly kind: 'cash.removed' | 'cash.declared' } & PerhapsCounted)
  /** A box was changed whose machine does not tell; `pieces` is what the journal had in it. */
  | ({
      readonly kind: 'cashbox.changed';
      readonly device: string;
      readonly currency: string;
      readonly pieces: readonly Pieces[];
      readonly bag?: string;
    } & Move)
  /** What was in a box that was taken out. `seal`: the number that stood on it then; left out: it had none. */
  | ({ readonly kind: 'cash.counted'; readonly bag: string; readonly seal?: string } & CountedCash)
  /** A count of this box or machine takes two persons, and so does every other one of it until one is booked. */
  | { readonly kind: 'count.held'; readonly of: string; readonly by: string }
  /** A box that was taken out is closed under this number until it is counted. */
  | {
      readonly kind: 'cash.sealed';
      readonly bag: string;
      readonly seal: string;
      readonly device: string;
      readonly by: string;
    }
  /** `pieces` take the place of `was`, in the unit or among what was removed. */
  | ({
      readonly kind: 'cash.corrected';
      readonly corrects: string;
      readonly effect: 'unit' | 'removed';
      readonly was: readonly Pieces[];
    } & PerhapsCounted)
  /**
   * The order to a recycler to move all that it can pay out into its box, but for `keep`; left out: nothing stays. `counted`:
   * what it said then that it can pay out; left out where it had not counted.
   */
  | {
      readonly kind: 'cash.empty';
      readonly command: string;
      readonly device: string;
      readonly by: string;
      readonly second: string | null;
      readonly keep?: readonly Pieces[];
      readonly counted?: readonly Pieces[];
    }
  /** `pieces`: what it told to have moved; `expected`: what the journal had in it besides `keep`, which is in it now. */
  | ({ readonly kind: 'cash.emptied'; readonly command: string; readonly keep?: readonly Pieces[] } & CountedCash)
  | {
      readonly kind: 'cash.empty-refused';
      readonly command: string;
      readonly device: string;
      readonly reason: string;
    }
  | { readonly kind: 'cash.empty-unknown'; readonly command: string; readonly device: string }
  /** `pin`: the id under which the hash is kept, outside the journal. `by` null: whoever had the set-up code. */
  | {
      readonly kind: 'staff.added';
      readonly person: string;
      readonly role: Role;
      readonly pin: string;
      readonly by: string | null;
    }
  | { readonly kind: 'staff.role-changed'; readonly person: string; readonly role: Role; readonly by: string }
  | { readonly kind: 'staff.pin-changed'; readonly person: string; readonly pin: string; readonly by: string }
  | { readonly kind: 'staff.removed'; readonly person: string; readonly by: string }
  /** Logged in; approved: stood by a move as the second person. */
  | { readonly kind: 'staff.identified' | 'staff.approved'; readonly person: string; readonly service: string }
  /** Null, here and below: a number that nobody has, or the set-up code. */
  | { readonly kind: 'staff.refused'; readonly person: string | null }
  | { readonly kind: 'staff.locked'; readonly person: string | null; readonly lastsMs: number }
  | { readonly kind: 'staff.unlocked'; readonly person: string | null }
  | {
      readonly kind: 'staff.left';
      readonly person: string;
      readonly reason: 'chosen' | 'time-out' | 'restart' | 'replaced' | 'removed';
    }
  | {
      readonly kind: 'case.opened';
      readonly case: string;
      readonly about: CaseAbout;
      readonly session: string | null;
      readonly sale: string | null;
      readonly currency: string;
      readonly minor: number | null;
      /** The command, serial or device in doubt. */
      readonly subject: string | null;
    }
  | {
      readonly kind: 'case.resolved';
      readonly case: string;
      /**
       * credited: to the sale while it was open; owed: the customer has it to come, and the case stays open until it is
       * settled; paid: the charge counts after all, and the bill is paid with it; the others: nothing is owed.
       */
      readonly outcome: 'credited' | 'owed' | 'returned' | 'printed' | 'explained' | 'paid-out' | 'paid';
      readonly currency: string;
      readonly minor: number | null;
    }
  /**
   * A person has ended it. `minor`: what was paid for it at the window, or comes as a slip, whose number is `serial`; 0 when
   * it is void, for nothing is owed. `debt`: the window paid what stands in no slip and no sale, as change that did not come
   * out; entries of before do not say it.
   */
  | ({
      readonly kind: 'case.settled';
      readonly case: string;
      readonly how: 'paid' | 'void' | 'voucher';
      /** Why nothing is owed; null when it was paid. */
      readonly reason: VoidReason | null;
      readonly by: string;
      readonly second: string | null;
      readonly serial?: string;
      readonly debt?: true;
    } & Denomination)
  /** The case had ended, and the day was closed with it. */
  | { readonly kind: 'case.reconciled'; readonly case: string; readonly day: string }
  | ({
      readonly kind: 'voucher.issued';
      readonly serial: string;
      readonly session: string | null;
      readonly sale: string | null;
      /** case: a person ended the `case` with it. */
      readonly reason: 'change' | 'cancel' | 'time-out' | 'refund' | 'case';
      readonly case?: string;
    } & Denomination)
  | ({
      readonly kind: 'voucher.redeemed';
      readonly serial: string;
      readonly sale: string;
      /** The kiosk that gave it out; left out: this one. */
      readonly issuer?: string;
      /** It is another kiosk's, and the office could not be asked, or will not know of it in a moment. */
      readonly unasked?: true;
      /** Of another kiosk's: shows the office that the slip was here (`voucher-seal.ts`, slipProof); left out: a kiosk of before. */
      readonly proof?: string;
    } & InSession &
      Denomination)
  /** The office is asked whether it was spent; open until `voucher.told`, and given up with its visit. */
  | ({
      readonly kind: 'voucher.ask';
      readonly command: string;
      readonly sale: string;
      readonly issuer: string;
      readonly serial: string;
      /** As in `voucher.redeemed`, also of this kiosk's own. */
      readonly proof?: string;
    } & InSession &
      Denomination)
  /** `issuer` as in `voucher.redeemed`. `word` null: the office said nothing in time. */
  | {
      readonly kind: 'voucher.told';
      readonly command: string;
      readonly serial: string;
      readonly issuer?: string;
      readonly word: VoucherWord | null;
    }
  /** The office holds every voucher that was taken unasked. */
  | { readonly kind: 'voucher.reported'; readonly seq: number }
  /** Paid at the window. */
  | ({
      readonly kind: 'voucher.voided';
      readonly serial: string;
      readonly by: string;
      readonly second: string | null;
    } & Denomination)
  /** `session` null: nobody's visit. `minor`: what a slip is worth that is printed in none, minor units. */
  | {
      readonly kind: 'document.print';
      readonly command: string;
      readonly document: PaperRef;
      readonly copy: boolean;
      readonly lang: Lang;
      readonly session: string | null;
      readonly minor?: number;
    }
  | {
      readonly kind: 'document.printed' | 'document.refused' | 'document.unknown';
      readonly command: string;
      readonly document: PaperRef;
      readonly reason: string | null;
    }
  /** The money is complete, and change is on its way out; `sale.paid` says what became of it. `minor`: the change. */
  | ({
      readonly kind: 'sale.tendered';
      readonly sale: string;
      /** Minor units. */
      readonly cashStepMinor?: number;
      readonly paidAt: string;
    } & InSession &
      Denomination)
  | ({
      readonly kind: 'sale.paid';
      readonly sale: string;
      readonly receipt: string;
      readonly bill: Bill;
      readonly currency: string;
      readonly minor: number;
      readonly payee: string;
      readonly tenders: readonly TenderTotal[];
      readonly rounding: number;
      readonly change: Change;
      readonly voucher: string | null;
      readonly lang: Lang;
      readonly paidAt: string;
    } & InSession)
  | ({
      readonly kind: 'sale.cancelled';
      readonly sale: string;
      readonly currency: string;
      readonly minor: number;
      /** declined: its visit was over, and the charge that it waited for was not made. */
      readonly reason: 'cancel' | 'time-out' | 'declined';
    } & InSession)
  | ({
      readonly kind: 'bill.post';
      readonly command: string;
      readonly sale: string;
      readonly number: string;
      readonly currency: string;
      readonly minor: number;
      readonly method: string;
      readonly paidAt: string;
      /** What the customer really gave for it (after change and rounding): what a refund gives back. */
      readonly paidMinor: number;
      /** The parts of it that charges paid; left out: none. */
      readonly charges?: readonly ChargeShare[];
    } & InSession)
  /** The order to ask for money. `bill`: the number that it is for; `code`: a handle to the payment code that was scanned. */
  | ({
      readonly kind: 'charge.start';
      readonly command: string;
      readonly device: string;
      readonly method: ChargeMethod;
      readonly sale: string;
      readonly bill: string;
      readonly subject: string;
      readonly lang: Lang;
      readonly code?: string;
    } & InSession &
      Denomination)
  | { readonly kind: 'charge.starting'; readonly command: string; readonly device: string; readonly counters: Counters }
  /** `minor` is what was approved. It is held until the next two orders, or taken already. */
  | ({
      readonly kind: 'charge.approved';
      readonly key: string;
      readonly held: boolean;
      readonly card: CardShown | null;
      readonly reference: ChargeReference;
      readonly counters: Counters;
      /** Of a wallet; left out by a release that did not compare statements. So it is below. */
      readonly booked?: Booked;
    } & OfCharge &
      Denomination)
  | ({ readonly kind: 'charge.confirm' } & OfCharge)
  /** It is taken, and pays its part of the sale. */
  | ({ readonly kind: 'charge.confirmed'; readonly part: ChargedPart; readonly counters: Counters | null } & OfCharge)
  /** Nobody wants it any more: what is approved all the same is given back. */
  | ({ readonly kind: 'charge.cancel' } & OfCharge)
  /** The order to take it back. `refund`: the sale had been booked with it. */
  | ({
      readonly kind: 'charge.reverse';
      readonly part: ChargedPart;
      readonly reason: 'cancelled' | 'late' | 'differs' | 'part' | 'refused' | 'refunded';
      readonly refund: boolean;
    } & OfCharge)
  | ({
      readonly kind: 'charge.reversed';
      readonly by: 'kiosk' | 'other-side';
      readonly counters: Counters;
      readonly booked?: Booked;
    } & OfCharge)
  | ({ readonly kind: 'charge.irreversible'; readonly code: string; readonly case: string } & OfCharge)
  /** `watched`: until then, Unix milliseconds, the code that was shown may be paid all the same. */
  | ({
      readonly kind: 'charge.declined';
      readonly reason: DeclineReason;
      readonly code: string;
      readonly watched: number | null;
    } & OfCharge)
  | ({ readonly kind: 'charge.expired' } & OfCharge)
  /**
   * A person paid out at the window what nobody knew of: what is approved of it after all is the merchant's to keep. `case`:
   * the number under which it stands from then on.
   */
  | ({ readonly kind: 'charge.paid-out'; readonly case: string } & OfCharge)
  | ({ readonly kind: 'charge.unknown'; readonly case: string; readonly reason: string } & OfCharge & Denomination)
  /** Its visit may end, and the sale waits for what becomes of a charge. */
  | ({ readonly kind: 'sale.pending'; readonly sale: string; readonly case: string; readonly lang: Lang } & InSession)
  | {
      readonly kind: 'terminal.printed';
      readonly device: string;
      readonly command: string | null;
      readonly audience: 'customer' | 'merchant' | 'staff';
      readonly lines: readonly string[];
    }
  /** The order to a card terminal to close its day, and what the journal expects of it. The same id again is the same order. */
  | ({
      readonly kind: 'terminal.close-day';
      readonly command: string;
      readonly device: string;
      readonly by: string;
      readonly second: string | null;
    } & Figures &
      Denomination)
  /**
   * What the terminal said, beside what was expected. `case`: it differs; or it is lost, for the day had been closed before,
   * and the answer that told with what was not heard.
   */
  | ({
      readonly kind: 'terminal.day-closed';
      readonly command: string;
      readonly device: string;
      readonly key: string;
      readonly expected: Figures;
      readonly outcome: 'matches' | 'differs' | 'lost';
      readonly case?: string;
    } & Figures &
      Denomination)
  /** `sent` false: it never left for the terminal. */
  | {
      readonly kind: 'terminal.close-refused';
      readonly command: string;
      readonly device: string;
      readonly sent: boolean;
      readonly reason: string;
    }
  /** It has been silent for too long; what it says later still counts. */
  | {
      readonly kind: 'terminal.close-unknown';
      readonly command: string;
      readonly device: string;
      readonly case: string;
    }
  /** The order to fetch a wallet's statement of a day (in Beijing): a look-up, that moves nothing. */
  | ({ readonly kind: 'statement.fetch' } & OfStatement)
  /** It did not come, or was not to be believed or read. `why` and `code`: as the wallet's conversation has it. */
  | ({
      readonly kind: 'statement.missing';
      readonly why: StatementFailure | 'silent';
      readonly code: string;
    } & OfStatement)
  /** It was compared with the journal, once. `unnamed`: how many more there are than are named. `case`: it differs. */
  | ({
      readonly kind: 'statement.matched';
      readonly currency: string;
      readonly unnamed: number;
      /** Where it is kept under `DATA/statements`, and its SHA-256; null: the disk did not take it. */
      readonly file: KeptFile | null;
      readonly case?: string;
    } & OfStatement &
      Comparison)
  /** A business day (`2026-03-31`) has begun, and no money has moved since the last Z; or the clock was set back to it. */
  | { readonly kind: 'day.opened'; readonly day: string }
  /**
   * The nth Z report: what was booked from entry `from` to entry `to`, both included, which is the one before this. `opened`:
   * the business day in which that began; null: of a journal that did not say. `opens`: the one in which the next begins.
   * `by` null: by itself, at the day's end. `paper`: the language in which it is wanted on paper at once; null: it is not.
   */
  | {
      readonly kind: 'day.closed';
      readonly z: number;
      readonly from: number;
      readonly to: number;
      readonly opened: string | null;
      readonly opens: string;
      readonly by: string | null;
      readonly second: string | null;
      readonly paper: Lang | null;
      readonly figures: DayFigures;
    }
  /** A Z report with the kiosk's key: over the number and `hash`, the hash of its entry. `key`: which key. */
  | {
      readonly kind: 'day.signed';
      readonly z: number;
      readonly hash: string;
      readonly key: string;
      readonly signature: string;
    }
  /** An X report: what the next Z would say if it came after entry `to`. */
  | {
      readonly kind: 'day.read';
      readonly report: string;
      readonly from: number;
      readonly to: number;
      readonly opened: string | null;
      readonly by: string;
      readonly figures: DayFigures;
    }
  /**
   * What the other side says of a way to pay, beside the journal. `z`: the report that it belongs to: of a terminal's day, the
   * one in which it was told; of a statement, the one that ended the business day of its date. A statement's day is the
   * wallet's own, from midnight to midnight: `expected` is what the journal has of that, not of the business day.
   */
  | {
      readonly kind: 'day.matched';
      readonly z: number;
      readonly method: ChargeMethod;
      readonly source: 'terminal' | 'statement';
      readonly device: string;
      readonly currency: string;
      readonly expected: Figures;
      readonly told: Figures;
    }
  /**
   * A paid sale goes back whole: `minor` is what the customer really paid, `voucherMinor` of it comes as a voucher, the rest
   * by the charges that paid it. `by`: the person who agreed, where one had to; `second`: who stood by.
   */
  | ({
      readonly kind: 'refund.asked';
      readonly sale: string;
      readonly receipt: string;
      readonly voucherMinor: number;
      readonly charges: readonly ChargedPart[];
      readonly by: string | null;
      readonly second?: string;
    } & InSession &
      Denomination)
  /** A person did not agree to it. */
  | ({
      readonly kind: 'refund.declined';
      readonly sale: string;
      readonly receipt: string;
      readonly by: string;
    } & InSession &
      Denomination)
  /** The order to take a booking back; `post` is the id under which it was booked. */
  | ({
      readonly kind: 'bill.reverse';
      readonly command: string;
      readonly sale: string;
      readonly number: string;
      readonly post: string;
    } & InSession &
      Denomination)
  | { readonly kind: 'bill.reversed'; readonly command: string; readonly sale: string }
  | {
      readonly kind: 'bill.reverse-refused';
      readonly command: string;
      readonly sale: string;
      readonly reason: string;
    }
  /**
   * The order to give `minor` of a charge back, under an id of its own. The same id again is the same order. `case`: the number
   * of one bill of several that its biller refused; left out: its sale goes back whole.
   */
  | ({
      readonly kind: 'charge.refund';
      readonly charge: string;
      readonly part: ChargedPart;
      readonly case?: string;
    } & OfCharge &
      Denomination)
  /** It could not be taken, and never left. */
  | ({ readonly kind: 'refund.unsent'; readonly reason: string } & OfCharge)
  | ({
      readonly kind: 'refund.made';
      readonly key: string;
      readonly reference: ChargeReference;
      /** With what of it went back as its amount. */
      readonly part: ChargedPart;
      readonly booked?: Booked;
    } & OfCharge)
  /** For good: it is owed under a number. */
  | ({ readonly kind: 'refund.refused'; readonly code: string; readonly case: string } & OfCharge)
  /** `order`: goods were paid, and the reference is the number under which they are handed over; left out: a bill was. */
  | {
      readonly kind: 'bill.posted';
      readonly command: string;
      readonly sale: string;
      readonly reference: string;
      readonly order?: string;
    }
  /** A relay is to let paid goods out, for so many milliseconds. */
  | ({ readonly kind: 'goods.release'; readonly relay: string; readonly ms: number } & OfRelease)
  | ({ readonly kind: 'goods.released' } & OfRelease)
  /**
   * The case stands for it; entries of before do not name it. `hatch`: it stayed shut for certain, or may have opened, or still
   * may; left out: it was not asked.
   */
  | ({
      readonly kind: 'goods.not-released';
      readonly reason: string;
      readonly hatch?: 'shut' | 'unknown';
      readonly case?: string;
    } & Omit<OfRelease, 'order'>)
  /** Whoever works here has handed its goods over. */
  | { readonly kind: 'order.handed-over'; readonly order: string; readonly by: string }
  /** Opened by somebody who may: `by` has logged in. */
  | { readonly kind: 'cabinet.opened'; readonly device: string; readonly contact: Opening; readonly by: string }
  /** Opened, shaken or left open while nobody had logged in who may. The alarm is on until it is acknowledged, or its case settled. */
  | { readonly kind: 'cabinet.tampered'; readonly device: string; readonly contact: Guarded; readonly case: string }
  | { readonly kind: 'cabinet.closed'; readonly device: string; readonly contact: Opening }
  | { readonly kind: 'alarm.acknowledged'; readonly by: string }
  /** The module told that the mains are gone, and that they are there again. */
  | { readonly kind: 'mains.lost' | 'mains.back' }
  /** Nothing moves any more, and the mains are gone, another configuration is to begin, or the office wants a start: this process ends. */
  | { readonly kind: 'kiosk.shutting-down'; readonly why: EndWhy }
  | ({ readonly kind: 'config.changed' } & ConfigChange)
  | { readonly kind: 'config.staged'; readonly staged: StagedConfiguration | null }
  | ({ readonly kind: 'config.refused' } & RefusedConfiguration)
  /**
   * Whether what the office publishes can be believed and is fresh; recorded when it changes. `problem`: why not, in words; entries
   * of before do not say it.
   */
  | { readonly kind: 'config.stale'; readonly stale: boolean; readonly problem?: Told }
  /** Whether the office takes the journal, and why not; recorded when it changes. */
  | { readonly kind: 'uplink.judged'; readonly refused: UplinkRefusal | null }
  /** It belongs to this office from now on; and to none, by somebody's wish or because the files of the pairing are gone. */
  | ({ readonly kind: 'office.paired' } & PairedOffice)
  | { readonly kind: 'office.left'; readonly by: string | null; readonly second: string | null }
  /** The office ordered it, and its word was proven. */
  | ({ readonly kind: 'remote.ordered' } & RemoteOrder)
  /** It leaves this program when this is recorded, and never again. */
  | { readonly kind: 'remote.begun'; readonly seq: number; readonly order: RemoteAct }
  /** Once for each. What an act changes here holds from this on. `endedAt`: ISO 8601 UTC. */
  | ({ readonly kind: 'remote.done'; readonly endedAt: string } & RemoteEnd)
  /** A person at the machine has opened again what the office had locked. */
  | { readonly kind: 'remote.unlocked'; readonly by: string }
  /** Whether this machine's clock is off, and how far it was ahead of the office's then, milliseconds; recorded when it changes. */
  | { readonly kind: 'clock.judged'; readonly off: boolean; readonly offMs: number }
  | { readonly kind: 'bill.refused'; readonly command: string; readonly sale: string; readonly reason: string }
  /** How the kiosk stood when a person wanted it on paper. */
  | {
      readonly kind: 'readiness.reported';
      readonly report: string;
      readonly by: string;
      readonly readiness: Readiness;
    }
  /** A person sends this request to a device by hand; it leaves when this is recorded. `second`: who else stood by. */
  | ({ readonly kind: 'device.asked'; readonly second: string | null } & OfRequest)
  /** `answer`: a line for each message that came, in words; of what was refused, why. `endedAt`: ISO 8601 UTC. */
  | ({
      readonly kind: 'device.answered';
      readonly outcome: RequestOutcome;
      readonly answer: readonly string[];
      readonly endedAt: string;
    } & OfRequest)
  /** `number`: what stands on the test page; left out: of another check, or as told by its id. */
  | ({ readonly kind: 'check.started'; readonly number?: number } & OfCheck)
  /** A coin that somebody put in to check the acceptor: it is in the machine and nobody's. */
  | ({ readonly kind: 'coin.checked'; readonly command: string; readonly by: string } & Coin & Denomination)
  /** A check has this lamp or relay switched, under the id `command`; `check`: the id of the check. */
  | {
      readonly kind: 'check.ordered';
      readonly command: string;
      readonly check: string;
      readonly device: string;
      readonly by: string;
      readonly order: CabinetCommand;
    }
  /** `endedAt`: ISO 8601 UTC. */
  | ({ readonly kind: 'check.ended'; readonly endedAt: string } & CheckEnd & OfCheck)
  /**
   * `case`: a person gave it back, or said that it is back, when the way it came was shut. `window`: in cash that was the
   * window's and not the machine's; entries of before do not say it. `further`: another part of the sale went back before,
   * and both are one refund; entries of before do not say it.
   */
  | {
      readonly kind: 'refund.done';
      readonly sale: string;
      readonly method: MethodName;
      readonly case?: string;
      readonly window?: true;
      readonly further?: true;
      readonly currency: string;
      readonly minor: number;
    };

/** Lazy: steps of a visit. */
export type LazyBody =
  | ({
      readonly kind: 'session.started';
      readonly lang: Lang;
      /** Coin acceptors that were read without a gap: what they tell later came in later. */
      readonly coinsRead?: readonly string[];
    } & InSession)
  | ({ readonly kind: 'session.language'; readonly lang: Lang } & InSession)
  | ({ readonly kind: 'session.moved'; readonly stage: Stage } & InSession)
  | ({ readonly kind: 'session.ended'; readonly reason: 'done' | 'left' | 'time-out' } & InSession)
  | ({ readonly kind: 'bill.find'; readonly command: string; readonly number: string } & InSession)
  | ({ readonly kind: 'bill.recheck'; readonly command: string; readonly number: string } & InSession)
  /** What is in the basket is to be paid. */
  | ({
      readonly kind: 'order.place';
      readonly command: string;
      readonly items: readonly OrderItem[];
    } & InSession)
  | ({ readonly kind: 'sale.opened'; readonly sale: string; readonly bill: Bill } & InSession)
  | ({
      /** A way to pay was chosen; `agreed`: to change as a slip. */
      readonly kind: 'tender.opened';
      readonly sale: string;
      readonly method: MethodName;
      readonly agreed: boolean;
    } & InSession)
  | { readonly kind: 'note.return'; readonly command: string; readonly device: string };

/** Volatile: what the machine looks like just now. */
export type VolatileBody =
  | { readonly kind: 'time.passed'; readonly wallMs: number; readonly monoMs: number }
  | { readonly kind: 'session.touched'; readonly monoMs: number }
  | { readonly kind: 'staff.touched'; readonly monoMs: number }
  | { readonly kind: 'session.warned'; readonly monoMs: number }
  | { readonly kind: 'session.help'; readonly open: boolean }
  | { readonly kind: 'session.saw'; readonly notice: NoteNotice | null }
  | { readonly kind: 'device.changed'; readonly device: string; readonly change: DeviceChange }
  | { readonly kind: 'note.escrowed'; readonly device: string; readonly minor: number; readonly monoMs: number }
  | { readonly kind: 'note.left'; readonly device: string }
  | ({ readonly kind: 'cabinet.contact'; readonly device: string } & Contact)
  | { readonly kind: 'cabinet.shaken' }
  | {
      readonly kind: 'cabinet.temperature';
      readonly celsiusTenths: number;
      readonly limit: 'low' | 'ok' | 'high';
    }
  | { readonly kind: 'payout.progress'; readonly command: string; readonly minor: number }
  /** A check goes on, and what it has read so far. */
  | {
      readonly kind: 'check.seen';
      readonly command: string;
      readonly step: string;
      readonly read: CheckRead;
      readonly monoMs: number;
    }
  | { readonly kind: 'charge.prompted'; readonly command: string; readonly prompt: ChargePrompt }
  | { readonly kind: 'charge.coded'; readonly command: string; readonly code: string; readonly untilMs: number };

/** What the customer is told of a note: why the last one came back, or that one in doubt counts after all. */
export type NoteNotice = {
  readonly what: 'unreadable' | 'damaged' | 'askew' | 'kind' | 'change' | 'late' | 'power' | 'found';
  readonly minor: number | null;
  readonly times: number;
  /** The number under which it was looked for; of a note that was found only. */
  readonly case?: string;
  /** Long enough ago to have been read and the note taken: it only counts for the next one. */
  readonly over?: true;
};

export type DeviceChange =
  | { readonly to: 'ready' | 'disabled' | 'accepting' }
  /** The note in its mouth has a case. */
  | { readonly to: 'stuck'; readonly case: string }
  | { readonly to: 'lost'; readonly message: string }
  | { readonly to: 'fault' | 'cleared'; readonly code: string }
  | { readonly to: 'powered-up'; readonly found: FoundNote }
  | { readonly to: 'identified'; readonly denominations: readonly Denomination[]; readonly mismatch: boolean }
  | { readonly to: 'paper'; readonly paper: PaperState }
  /** A card is left in the reader, or not any more. */
  | { readonly to: 'card'; readonly left: boolean }
  | { readonly to: 'levels'; readonly levels: readonly Level[] }
  /** Paid-out notes wait between its lips; somebody took them; the machine drew them in again, perhaps one by one. */
  | ({ readonly to: 'presented' | 'taken' | 'drawn-in'; readonly command: string } & Denomination);

export type EntryBody = DurableBody | LazyBody | VolatileBody;
export type EntryKind = EntryBody['kind'];
/** All but what people or machines did with cash under a number: whoever folds that has to name each of them. */
export type NoMove = Exclude<EntryKind, Extract<EntryBody, { readonly move: string }>['kind']>;
export type EntryClass = 'durable' | 'lazy' | 'volatile';

const lazyKinds: ReadonlySet<string> = new Set<LazyBody['kind']>([
  'session.started',
  'session.language',
  'session.moved',
  'session.ended',
  'bill.find',
  'bill.recheck',
  'order.place',
  'sale.opened',
  'tender.opened',
  'note.return',
]);

const volatileKinds: ReadonlySet<string> = new Set<VolatileBody['kind']>([
  'time.passed',
  'session.touched',
  'staff.touched',
  'session.warned',
  'session.help',
  'session.saw',
  'device.changed',
  'note.escrowed',
  'note.left',
  'cabinet.contact',
  'cabinet.shaken',
  'cabinet.temperature',
  'payout.progress',
  'check.seen',
  'charge.prompted',
  'charge.coded',
]);

export function entryClass(kind: EntryKind): EntryClass {
  if (volatileKinds.has(kind)) return 'volatile';
  return lazyKinds.has(kind) ? 'lazy' : 'durable';
}

/** An entry as it stands in the journal. `at` is ISO 8601 UTC; `day` the business day in the kiosk's time zone. */
export interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly day: string;
  readonly kind: EntryKind;
  readonly session: string | null;
  readonly body: EntryBody;
  readonly hash: string;
}
