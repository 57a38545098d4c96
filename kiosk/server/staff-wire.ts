/**
 * What crosses between the daemon and the staff's page. Questions are GET, acts are POST with JSON; every answer is JSON.
 * The staff's page has its own words (`ui/staff/text.ts`); money comes in integers of minor units.
 */
import type { DeviceKind, PaperState } from '../../hardware/device.ts';
import type { DayRowName, DayRows, DaySectionName } from '../day/rows.ts';
import type { ChargeMethod, Lang } from './wire.ts';

export type { DayRow, DayRowName, DayRows, DaySectionName } from '../day/rows.ts';

export const staffPath = '/staff/';

export const roles = ['attendant', 'collector', 'technician', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** What a role may or may not do; `look` is to read the tables. */
export type Right =
  | 'look'
  | 'fill'
  | 'remove'
  | 'empty'
  | 'change-box'
  /** To close the day of a card terminal, and to ask a wallet for its statement. */
  | 'close-terminal'
  /** To close the kiosk's own day. */
  | 'close-day'
  /** To read how the day stands, and the reports of days that are closed. */
  | 'read-day'
  | 'count'
  /** To close a box that was taken out under a number. */
  | 'seal-bag'
  | 'declare'
  | 'correct'
  /** To read what a case rests on, with what went over a wire before it. */
  | 'evidence'
  /** To end cases. */
  | 'settle'
  /** To pay slips at the window. */
  | 'pay-slip'
  /** To agree to a refund, or not. */
  | 'judge-refund'
  /** To hand goods over. */
  | 'hand-over'
  | 'confirm-table'
  | 'find-devices'
  /** To open again what the office has closed. */
  | 'unlock'
  /** To change the configuration by what was found. */
  | 'configure'
  /** To check machines by moving them. */
  | 'check'
  /** To read the figures of days, weeks and months, and take them away as a file. */
  | 'report'
  /** To read what goes over a device's wire. */
  | 'trace'
  /** To send a device single requests that only read. */
  | 'console'
  /** The same with those that move something, by two persons. */
  | 'console-move'
  /** To end that this kiosk belongs to its office. */
  | 'leave-office'
  | 'persons';

/** Why nothing is owed in a case. */
export const voidReasons = ['given', 'found', 'repaired', 'written-off'] as const;
/**
 * given: the customer has it already; found: looked up or counted, nothing is missing; repaired: the machine was put right,
 * and no money was in it; written-off: the difference is accepted.
 */
export type VoidReason = (typeof voidReasons)[number];

export interface StaffPieces {
  readonly minor: number;
  readonly count: number;
}

/** Who else stands by it, where two persons are asked for. */
export interface Second {
  readonly number: string;
  readonly pin: string;
}

/** Signs of a person's name. */
export const nameMaximum = 24;
/** Digits of a PIN. */
export const pinMinimum = 6;
export const pinMaximum = 12;
/** So often checks let something out of one machine in one business day; a repair needs no more to be seen to hold. */
export const paidOutMaximum = 3;

/** `POST /staff/set-up` and `POST /staff/enter`. */
export interface SetUp {
  readonly code: string;
  readonly name: string;
  readonly pin: string;
}
export interface Enter {
  readonly number: string;
  readonly pin: string;
}

/** `POST /staff/do`: what somebody who has logged in asks for. */
export type StaffAct =
  | { readonly do: 'touch' }
  | { readonly do: 'leave' }
  /** `pieces` were put into a unit that pays out. */
  | { readonly do: 'fill'; readonly device: string; readonly pieces: readonly StaffPieces[] }
  /** All of a unit that pays out was taken out by hand; `pieces` is what was counted. */
  | {
      readonly do: 'remove';
      readonly device: string;
      readonly pieces: readonly StaffPieces[];
      readonly second: Second | null;
    }
  /** The recycler is to move what it can pay out into its box, but for `keep`. */
  | {
      readonly do: 'empty';
      readonly device: string;
      readonly keep: readonly StaffPieces[];
      readonly second: Second | null;
    }
  /** A box was changed whose machine does not tell. */
  | { readonly do: 'change-box'; readonly device: string; readonly second: Second | null }
  /** The card terminal is to close its day. */
  | { readonly do: 'close-terminal'; readonly device: string; readonly second: Second | null }
  /** The wallet is asked for its statement of this day now. */
  | { readonly do: 'fetch-statement'; readonly device: string; readonly day: string }
  /** The day that was seen is closed, for ever; its report comes on paper in this language. */
  | { readonly do: 'close-day'; readonly lang: Lang; readonly seen: SeenDay; readonly second: Second | null }
  /** On paper: how the day stands. */
  | { readonly do: 'print-x'; readonly lang: Lang }
  /** On paper: the report of a day that is closed. */
  | { readonly do: 'print-z'; readonly z: number; readonly lang: Lang }
  /** A box that was taken out is closed under the number on its seal. */
  | { readonly do: 'seal-bag'; readonly bag: string; readonly seal: string }
  /** The paper of a move, in this language; a copy when it may be out already. */
  | { readonly do: 'print-move'; readonly move: string; readonly lang: Lang }
  /** What was in a box that was taken out. `seal`: the number that stood on it. */
  | {
      readonly do: 'count';
      readonly bag: string;
      readonly seal: string | null;
      readonly pieces: readonly StaffPieces[];
      readonly second: Second | null;
    }
  /** What is in a unit that pays out, as somebody has counted it. */
  | {
      readonly do: 'declare';
      readonly device: string;
      readonly pieces: readonly StaffPieces[];
      readonly second: Second | null;
    }
  /** An earlier move was booked with other pieces than these. */
  | {
      readonly do: 'correct';
      readonly move: string;
      readonly pieces: readonly StaffPieces[];
      readonly second: Second | null;
    }
  /** A case ends: paid at the window or as a slip, so many minor units; or void, with why nothing is owed. */
  | {
      readonly do: 'settle';
      readonly case: string;
      readonly how: 'paid' | 'void' | 'voucher';
      readonly minor: number | null;
      readonly reason: VoidReason | null;
      readonly second: Second | null;
    }
  /**
   * A slip with its code: what the journal has of it; `pay`: the window pays it, and it is worth nothing more. One that comes
   * of a refund takes a second person, where the first has agreed to it.
   */
  | {
      readonly do: 'pay-slip';
      readonly serial: string;
      readonly code: string;
      readonly pay: boolean;
      readonly second: Second | null;
    }
  /** The refund of this sale waits for a person. */
  | { readonly do: 'judge-refund'; readonly sale: string; readonly approve: boolean; readonly second: Second | null }
  /** The goods of this order are out of the house. */
  | { readonly do: 'hand-over'; readonly order: string }
  | { readonly do: 'confirm-table'; readonly device: string; readonly minors: readonly number[] }
  /** The cabinet's alarm is seen and ends; its cases stay. */
  | { readonly do: 'acknowledge' }
  /** What the office has closed is open again. */
  | { readonly do: 'unlock' }
  /** Asks the serial lines that no device of this kiosk has open who is there; `table/search` tells. */
  | { readonly do: 'find-devices' }
  /** Sends a device one request of its protocol that only reads; `table/console` tells its answer. */
  | { readonly do: 'console'; readonly device: string; readonly request: string }
  /** The same with one that moves something. */
  | { readonly do: 'console-move'; readonly device: string; readonly request: string; readonly second: Second | null }
  /** What the last search found there is to be part of the kiosk; one that moved is used where it is now. */
  | {
      readonly do: 'use-device';
      readonly port: string;
      readonly address: number | null;
      readonly second: Second | null;
    }
  /** A configured device is gone for good. */
  | { readonly do: 'take-out'; readonly device: string; readonly second: Second | null }
  /** Back to the configuration before. */
  | { readonly do: 'undo-configuration'; readonly second: Second | null }
  /** This kiosk belongs to its office no more. */
  | { readonly do: 'leave-office'; readonly second: Second | null }
  /** Moves a machine and reads back what it did; null: of the kiosk itself. `table/checks` tells how it goes. */
  | {
      readonly do: 'check';
      readonly check: CheckName;
      readonly device: string | null;
      readonly second: Second | null;
    }
  /** What the person saw, read or counted: true or false, or a number. */
  | { readonly do: 'tell-check'; readonly command: string; readonly told: number | boolean }
  | { readonly do: 'end-check'; readonly command: string }
  /** The readiness report of now on paper. */
  | { readonly do: 'print-readiness'; readonly lang: Lang }
  | { readonly do: 'add-person'; readonly name: string; readonly role: Role; readonly pin: string }
  | { readonly do: 'change-role'; readonly number: string; readonly role: Role }
  /** `present`: the PIN until now, asked of everybody who changes their own. */
  | { readonly do: 'change-pin'; readonly number: string; readonly pin: string; readonly present: string | null }
  | { readonly do: 'remove-person'; readonly number: string };

/** Why something was not done. */
export type StaffProblem =
  /** Number or PIN, or the set-up code. */
  | 'wrong'
  | 'locked'
  /** Another PIN is being checked just now. */
  | 'busy'
  | 'too-often'
  /** A customer is being served. */
  | 'customer'
  | 'not-logged-in'
  | 'not-allowed'
  | 'second-needed'
  | 'second-wrong'
  | 'second-locked'
  | 'weak-pin'
  | 'bad-name'
  | 'no-set-up'
  | 'too-many'
  | 'last-administrator'
  | 'unknown-person'
  | 'unknown-device'
  | 'unknown-move'
  /** All of the unit was counted after the move: that is what is there. */
  | 'counted-since'
  | 'unknown-bag'
  | 'unknown-case'
  /** It was ended already. */
  | 'case-closed'
  /** The biller has yet to answer; its answer ends the case. */
  | 'still-asked'
  /** Nobody has money to come of it. */
  | 'not-owed'
  | 'bad-amount'
  /** Number and code do not belong together, or there is no such slip. */
  | 'unknown-slip'
  | 'slip-spent'
  /** The printer prints nothing just now. */
  | 'no-printer'
  | 'none-to-pay'
  /** A slip or another paper is with the printer. */
  | 'printing'
  /** It is closed under a number already. */
  | 'sealed'
  /** Of a seal: 4 to 20 capital letters, digits and hyphens. */
  | 'bad-seal'
  | 'seal-used'
  | 'seal-needed'
  | 'not-sealed'
  | 'bad-pieces'
  /** The machine does not pay out one of these denominations. */
  | 'not-paid'
  /** More is to stay than is inside. */
  | 'not-so-many'
  /** The machine pays out just now, or is being emptied. */
  | 'moving'
  /** A charge of the terminal has no end yet. */
  | 'charging'
  /** The terminal is closing its day. */
  | 'closing'
  /** It was closed, or something was booked in it, since whoever closes it has seen it. */
  | 'day-changed'
  | 'not-ready'
  /** What it asks for did not follow, for things have changed meanwhile. */
  | 'not-done'
  /** The disk did not take what had to be kept before it. */
  | 'not-kept'
  /** Of a wallet's statement. */
  | 'day-not-over'
  | 'no-mains'
  /** A Z report is printed with its signature only. */
  | 'not-signed'
  /** Goods of this order are being let out. */
  | 'releasing'
  /** There is nothing of it. */
  | 'nothing'
  | 'table-changed'
  /** A changed configuration waits for the next start, or has not proven itself yet. */
  | 'config-changing'
  /** It would break a rule, which `what` of the answer names. */
  | 'config-unsound'
  /** It answers: only a device that is gone is taken out. */
  | 'device-here'
  /** By the journal money is in it, or a box of it is not counted yet. */
  | 'holds-money'
  /** The outcome of an order to it is not known yet, or its day is not closed. */
  | 'awaited'
  /** Another check runs. */
  | 'checking'
  /** Checks have paid as much out of this machine today as they may. */
  | 'checked-often'
  /** A request that was sent by hand has no answer yet. */
  | 'asking'
  /** The device has no such request. */
  | 'unknown-request'
  /** It takes, pays out, erases, or the driver has to hear its answer: there is a check or an act for that. */
  | 'not-by-hand'
  | 'malformed';

export type StaffAnswer =
  | {
      readonly ok: true;
      /** The move that was booked. */
      readonly move: string | null;
      readonly case: string | null;
      /** What was asked about a slip. */
      readonly slip?: StaffSlip;
    }
  | {
      readonly ok: false;
      readonly problem: StaffProblem;
      /** Until the lock ends. */
      readonly seconds: number | null;
      /** What is wrong with a question that cannot be read, and what may stand there; of a configuration in both languages. */
      readonly what?: string | Readonly<Record<Lang, string>>;
    };

/** `GET /staff/now` */
export interface StaffNow {
  readonly at: 'set-up' | 'log-in' | 'in';
  readonly merchant: { readonly name: Readonly<Record<Lang, string>>; readonly mark: string; readonly accent: string };
  readonly place: Readonly<Record<Lang, string>>;
  readonly kiosk: string;
  readonly money: { readonly currency: string; readonly exponent: number };
  readonly timeZone: string;
  readonly glass: { readonly diagonalInch: number; readonly widthPx: number; readonly heightPx: number };
  readonly me: {
    readonly number: string;
    readonly name: string;
    readonly role: Role;
    readonly rights: readonly Right[];
    /** Until the log-out, when nothing is touched. */
    readonly seconds: number;
  } | null;
  readonly twoPersons: readonly Right[];
}

export interface StaffStock {
  readonly minor: number;
  readonly count: number;
  /** What the machine says; null when it says nothing, or has sensors only. */
  readonly machine: number | null;
}

export type UnitName = 'box' | 'recycler' | 'hopper';

/** A sum, minor units, and of how many payments. */
export interface StaffFigures {
  readonly minor: number;
  readonly count: number;
}

/** What somebody who closes a day was asked about it. */
export interface SeenDay {
  /** The business day in which it began; null: a journal of before does not say. */
  readonly opened: string | null;
  /** The number of the last Z report; 0: there was none. */
  readonly last: number;
  /** Nothing was booked since the last Z report. */
  readonly empty: boolean;
}

/** What a report on paper calls its parts and rows, which the page calls the same. */
export interface DayNames {
  readonly sections: Readonly<Record<DaySectionName, string>>;
  readonly rows: Readonly<Record<DayRowName, string>>;
}

/** `GET /staff/table/day`: how the day stands. */
export interface StaffDay extends SeenDay {
  /** What was sold, minor units. */
  readonly minor: number;
  readonly sections: readonly DayRows[];
  readonly names: Readonly<Record<Lang, DayNames>>;
}

/** `GET /staff/table/z?from=N`: reports of closed days, newest first. */
export interface StaffZs {
  readonly zs: readonly {
    readonly z: number;
    readonly opened: string | null;
    /** When it was closed, ISO 8601 UTC. */
    readonly at: string;
    /** Null: by itself. */
    readonly by: string | null;
    readonly second: string | null;
    readonly from: number;
    readonly to: number;
    /** What was sold, minor units. */
    readonly minor: number;
    readonly sections: readonly DayRows[];
    /** The beginning of its signature, and which key; null: not signed yet. */
    readonly seal: { readonly signature: string; readonly key: string } | null;
    /** none: it is not on paper; unknown: it may be. */
    readonly paper: 'none' | 'printing' | 'out' | 'unknown';
    /** What others said of it after it was closed, and when, ISO 8601 UTC. */
    readonly matched: readonly {
      readonly at: string;
      readonly method: ChargeMethod;
      readonly expected: number;
      readonly told: number;
    }[];
  }[];
  readonly next: number | null;
  readonly names: Readonly<Record<Lang, DayNames>>;
}

/** `GET /staff/table/till` */
export interface StaffTill {
  readonly units: readonly {
    readonly device: string;
    readonly unit: UnitName;
    /** Null: of a box, whose sum and denominations are told to nobody before it is counted. */
    readonly minor: number | null;
    /** How many are in it. */
    readonly pieces: number;
    /** How many fit in, as configured; null: nobody says. */
    readonly capacity: number | null;
    /** False: the journal has never had anything in it, so that what is there is still to be declared. */
    readonly declared: boolean;
    readonly stocks: readonly StaffStock[];
    /** What its sensors say of the whole; null when they say nothing. */
    readonly state: 'empty' | 'low' | 'ok' | 'full' | null;
    /** Its machine counts otherwise. */
    readonly differs: boolean;
  }[];
  /** As the cabinet's I/O module says; null: there is none. Each contact is null until it is told. */
  readonly cabinet: {
    readonly door: 'open' | 'closed' | null;
    readonly vault: 'open' | 'closed' | null;
    readonly mains: 'on' | 'off' | null;
    /** on: the battery is low. */
    readonly 'ups-low': 'on' | 'off' | null;
    readonly key: 'on' | 'off' | null;
    readonly celsiusTenths: number | null;
    /** What the alarm is about; empty: there is none. */
    readonly alarms: readonly ('door' | 'vault' | 'vibration')[];
  } | null;
  /** The office keeps customers out: by which of its orders, and since when, ISO 8601 UTC; null: it does not. */
  readonly locked: { readonly order: number; readonly at: string } | null;
  /** Boxes that were taken out and not counted yet, oldest first. */
  readonly bags: readonly {
    readonly bag: string;
    readonly device: string;
    readonly seal: string | null;
  }[];
  /** A wallet can be paid with here: there are statements to compare. */
  readonly wallets: boolean;
  /**
   * The newest Z report that is not on paper, and how many more there are; null: all are. `perhaps`: it may have come out.
   */
  readonly zOwed: { readonly z: number; readonly perhaps: boolean; readonly more: number } | null;
  /** How many cases are open. */
  readonly cases: number;
  /** How many customers stand before the glass and wait for somebody to agree to a refund. */
  readonly refunds: number;
  /** Card terminals, each with what it has taken since it closed its day, as the journal has it. */
  readonly terminals: readonly {
    readonly device: string;
    readonly minor: number;
    readonly count: number;
    /** It was told to close its day and has not answered; silent: for so long that a case stands for it. */
    readonly closing: 'asked' | 'silent' | null;
    /** A charge of it has no end yet. */
    readonly charging: boolean;
    /** How the last order to close it ended; null: there was none. */
    readonly last: {
      /** Tells one order from another. */
      readonly order: string;
      /** lost: it had closed the day before, and the answer that told with what was not heard. */
      readonly outcome: 'matches' | 'differs' | 'lost' | 'refused';
      /** Null: it was refused. */
      readonly told: StaffFigures | null;
      readonly expected: StaffFigures;
      readonly case: string | null;
    } | null;
  }[];
  readonly devices: readonly {
    readonly device: string;
    readonly kind: DeviceKind | 'other';
    readonly ready: boolean;
    readonly faults: readonly { readonly code: string; readonly remedy: Readonly<Record<Lang, string>> | null }[];
    readonly lost: boolean;
    readonly paper: PaperState | null;
    readonly boxOut: boolean;
    readonly emptying: boolean;
    /** What its pieces can be worth, ascending. */
    readonly minors: readonly number[];
    /** The denominations that it now says, when they wait for somebody to confirm them. */
    readonly newTable: readonly number[] | null;
    /** When it last fell away, broke or came to itself, since the program began; null: nothing happened. ISO 8601 UTC. */
    readonly since: string | null;
    /** The last fault or loss since the program began, whether or not it is over. */
    readonly lastFault: { readonly code: string; readonly at: string } | null;
  }[];
}

/** `GET /staff/table/device?device=ID`: what is known of a device; null: there is none of this name. */
export interface StaffDevice {
  readonly found: {
    readonly device: string;
    readonly kind: DeviceKind | 'other';
    /** What it last said of itself; null: it was never heard. What it does not tell is null. */
    readonly identity: {
      readonly maker: string | null;
      readonly model: string | null;
      readonly serial: string | null;
      readonly firmware: string | null;
    } | null;
    readonly line: {
      readonly protocol: string;
      readonly port: string;
      readonly kind: 'serial' | 'tcp' | 'usb' | 'screen';
      /** `9600 8E1`; null: it is no serial line. */
      readonly speed: string | null;
      /** Null: it is alone on its wire. */
      readonly address: number | null;
      /** Other devices on the same wire. */
      readonly others: readonly string[];
    };
    /** Since the program began; null: it is not running. `discardedBytes` and `opened` are those of the wire. */
    readonly counts: {
      readonly sent: number;
      readonly received: number;
      readonly unanswered: number;
      readonly discardedBytes: number;
      readonly opened: number;
      readonly crashes: number;
    } | null;
    /** Its own counters as they were recorded last. */
    readonly counters: Readonly<Record<string, number>>;
    readonly denominations: readonly { readonly currency: string; readonly minor: number }[];
    /** What it says that it can pay out. */
    readonly levels: readonly {
      readonly minor: number;
      readonly count: number | null;
      readonly state: 'empty' | 'low' | 'ok' | 'full';
    }[];
    /** Why it does not answer, as its driver put it; null: it answers. */
    readonly lost: string | null;
    /** Of the faults that stand, and of those that did. */
    readonly remedies: Readonly<Record<string, Readonly<Record<Lang, string>>>>;
    readonly faults: readonly string[];
    /** The last, newest first, since the program began. */
    readonly troubles: readonly {
      readonly at: string;
      readonly what: 'fault' | 'cleared' | 'lost' | 'found';
      readonly code: string | null;
    }[];
  } | null;
}

/** One message on a wire, in words. */
export interface StaffTraceLine {
  /** Of the bytes that it was read from; several messages may have come at once. */
  readonly seq: number;
  /** ISO 8601 UTC; `atMs`: monotonic, for the time between two. */
  readonly at: string;
  readonly atMs: number;
  readonly direction: 'in' | 'out' | 'crash';
  readonly name: string;
  readonly fields: string;
  /** In hex; empty where they may be a secret and are not kept. */
  readonly bytes: string;
  /** It is no message, or a driver crashed here. */
  readonly error: boolean;
  /** It says what was said the last time. */
  readonly again: boolean;
}

/**
 * `GET /staff/table/trace?device=ID&from=N`: what went over its wire from N on, oldest first, 200 lines at most; 0: the newest.
 * Asked again from `next`, its lines replace those from there on. Null: there is no such device, or it is not running.
 * `GET /staff/download/trace?device=ID`: all of it that is kept, as JSON lines in a file.
 */
export interface StaffTrace {
  readonly found: {
    readonly lines: readonly StaffTraceLine[];
    readonly next: number;
    /** There is more than this already. */
    readonly more: boolean;
  } | null;
}

/** Somebody found at a port. What it does not tell is null. */
export interface StaffFound {
  readonly kind: DeviceKind | null;
  readonly maker: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  /** On a wire that several share. */
  readonly address: number | null;
  readonly denominations: readonly { readonly currency: string; readonly minor: number }[];
  /** What the configuration would say of it, as text; null: this program cannot drive it. */
  readonly config: string | null;
  /** What a person has to look at first; `what`: the letters or the setting that it is about. */
  readonly remarks: readonly {
    readonly code: 'currency-assumed' | 'currency-unknown' | 'busy' | 'kind-unknown' | 'incomplete';
    readonly what: string;
  }[];
  /** The configured device that it is; `likeness`: a guess. `from`: where that is configured, when it is not here. */
  readonly known: {
    readonly id: string;
    readonly by: 'port' | 'serial' | 'likeness';
    readonly from: string | null;
  } | null;
  /** use: it can be added as it is; move: it can be used here instead of where it was; null: neither. */
  readonly use: 'use' | 'move' | null;
}

/** Why nobody is named at a port. */
export type StaffPortProblem =
  | 'missing'
  | 'busy'
  | 'denied'
  | 'lost'
  | 'refused'
  | 'closed'
  | 'silent'
  | 'echo'
  | 'noise'
  | 'unreadable'
  | 'other-speed';

/** `GET /staff/table/search`: the search under way, or the last one since the start. */
export interface StaffSearch {
  readonly running: boolean;
  readonly ports: readonly {
    readonly port: string;
    /** `held`: devices of this kiosk have it open, and it is not asked. */
    readonly state: 'waiting' | 'asking' | 'asked' | 'held';
    readonly heldBy: readonly string[];
    readonly protocol: string | null;
    readonly problem: StaffPortProblem | null;
    readonly devices: readonly StaffFound[];
  }[];
}

/** `GET /staff/table/configuration` */
export interface StaffConfiguration {
  /** Hash of what runs. */
  readonly running: string;
  /** waits: another begins when nobody is served; tried: it has begun, and `waitsFor` have yet to answer. */
  readonly state: 'runs' | 'waits' | 'tried';
  readonly waitsFor: readonly string[];
  /** The last change; null: there was none, and the file given by hand counts. `by`: number of a person. */
  readonly last: {
    readonly what: 'push' | 'use' | 'move' | 'take-out' | 'undo' | 'file' | 'went-back';
    readonly device: string | null;
    readonly by: string | null;
    readonly why: 'not-started' | 'unsound' | 'silent' | 'no-glass' | null;
  } | null;
  /** There is one before it. */
  readonly undo: boolean;
  /** What the office has published and is yet to begin; null: nothing. */
  readonly staged: {
    /** The office's number. */
    readonly edition: number;
    /** What it says otherwise, in words. */
    readonly changes: readonly Readonly<Record<Lang, string>>[];
    /** Devices that it leaves out while money is in them: it begins when that is out. */
    readonly heldUpBy: readonly string[];
  } | null;
  /** What the office publishes could not be believed, is not fresh, or has not been reached for a while. */
  readonly stale: boolean;
  readonly devices: readonly {
    readonly device: string;
    readonly kind: DeviceKind;
    readonly port: string;
    readonly lost: boolean;
    /** Why it cannot be taken out; null when it can. */
    readonly refused: StaffProblem | null;
  }[];
}

/** `GET /staff/table/office`: how this kiosk stands with an office. */
export interface StaffOffice {
  /** Where it asks to be let in as long as it belongs to none; null: nowhere. */
  readonly configured: string | null;
  /** The office it belongs to; null: none. */
  readonly paired: {
    readonly office: string;
    /** ISO 8601 UTC; null: nobody noted it. */
    readonly since: string | null;
    /** Of the line to it; null: this kiosk's journal goes nowhere, or the line is not open yet. */
    readonly line: {
      readonly connected: boolean;
      /** When the office last said what it holds, ISO 8601 UTC; null: not since the start. */
      readonly heardAt: string | null;
      /** Entries that the office has not said it holds. */
      readonly waiting: number;
    } | null;
  } | null;
  /** What is typed at the office to let this kiosk in; null: it is in, or the office does not answer. */
  readonly code: string | null;
  /** Why what is kept of the pairing cannot be used, in words; null: it can. */
  readonly problem: string | null;
  /** Why the office takes nothing more of the journal; null: it does. */
  readonly untaken: 'rewritten' | 'broken' | 'ahead' | null;
  /** What the office publishes could not be believed, or is not fresh. */
  readonly stale: boolean;
}

/** What a case can be about, in the journal too. */
export type CaseAbout =
  | 'note-unknown'
  /** It came in, was not ordered into the box, and did not come out again. */
  | 'note-stuck'
  | 'note-unowned'
  | 'note-suspect'
  | 'note-to-count'
  | 'voucher-not-printed'
  /** Goods are paid, and whoever paid has not got the number under which they are handed over, or not on paper. */
  | 'number-not-given'
  /** A relay that was to let paid goods out may not have done so. */
  | 'goods-not-released'
  | 'post-refused'
  /** Nobody knows whether a card or wallet was charged. */
  | 'charge-unknown'
  /** Paid when nobody waited for it any more: it is given back. */
  | 'charge-late'
  /** The answer is about another amount or currency than was asked. */
  | 'charge-differs'
  /** It is to be taken back, and who was asked has not done so for long. */
  | 'reversal-unanswered'
  /** It can only be given back by a person. */
  | 'charge-irreversible'
  | 'post-unanswered'
  | 'session-abandoned'
  | 'denominations-changed'
  /** Taken in when nothing could be paid with it. */
  | 'coin-unowned'
  /** Taken in, and the device no longer tells what they are worth. */
  | 'coins-lost'
  /** A machine paid out less than it was told. */
  | 'change-owed'
  /** Nobody can tell what a machine paid out. */
  | 'payout-unknown'
  /** Paid out, not taken, and drawn in again. */
  | 'change-retracted'
  /** Paid out, and still between the lips when its owner was no longer counted on. */
  | 'change-left'
  /** A machine counts otherwise than the journal. */
  | 'levels-differ'
  /** The window paid out what was asked of a card or wallet, and nobody knows yet that it was taken. */
  | 'paid-out-in-doubt'
  /** A card terminal closed its day with other figures than the journal. Minor units: terminal less journal. */
  | 'terminal-differs'
  /** Nobody can tell with what a card terminal closed its day, or whether. Minor units: what was expected. */
  | 'terminal-day-unknown'
  /** A wallet's statement of a day has other rows than the journal. Minor units: statement less journal. */
  | 'statement-differs'
  /** A wallet has not given its statement of a day. Minor units: what the journal has of it. */
  | 'statement-missing'
  /** Somebody counted otherwise than the journal. Minor units: counted less expected. */
  | 'count-differs'
  /** Nobody can tell how far a recycler came in emptying itself. */
  | 'emptying-unknown'
  /** A box that nobody has counted can no longer be counted here: too many have been taken out after it. */
  | 'box-uncounted'
  /** A machine told that its box was taken out, and nobody had logged in. */
  | 'box-unattended'
  /** Nobody can tell whether a check paid a piece out; nothing of it is owed. */
  | 'check-unknown'
  /** The cabinet was opened or shaken, and nobody had logged in who may. */
  | 'tampered'
  /** Another number stood on a box when it was counted than it had been closed under. */
  | 'seal-differs';

/** A slip, as the journal has it. */
export interface StaffSlip {
  readonly serial: string;
  readonly minor: number;
  readonly issuedAt: string;
  readonly state: 'open' | 'redeemed' | 'paid';
  /** When it was redeemed or paid; null while it is open. */
  readonly at: string | null;
  /** The receipt of the sale in which it was redeemed, when there is one. */
  readonly receipt: string | null;
  /** Who paid it. */
  readonly by: string | null;
  /** The other kiosk at which it was redeemed; left out: it was here. */
  readonly kiosk?: string;
}

/** What the journal tells of a case, a word an entry. */
export type CaseWord =
  | 'opened'
  | 'note-unknown'
  | 'note-suspect'
  | 'note-unowned'
  | 'coin-unowned'
  | 'coins-lost'
  | 'part-paid'
  | 'payout-unknown'
  | 'retracted'
  | 'left'
  | 'gone'
  | 'day-silent'
  | 'day-differs'
  | 'day-lost'
  | 'statement-differs'
  | 'credited'
  | 'owed'
  | 'returned'
  | 'printed'
  | 'explained'
  | 'paid-out'
  | 'paid'
  | 'voucher'
  | 'reconciled'
  | 'void';

/** `GET /staff/table/case?from=N`: the Nth case with what the journal knows of it; null: there is none. */
export interface StaffCase {
  readonly found: {
    readonly case: string;
    readonly about: CaseAbout;
    /** The hatch was refused its order, and stayed shut for certain. */
    readonly hatchShut?: true;
    readonly at: string;
    readonly open: boolean;
    /** Open, and it is known that this is owed. */
    readonly owed: boolean;
    readonly minor: number | null;
    /** A move or device that it is about. */
    readonly subject: string | null;
    readonly device: string | null;
    readonly bill: { readonly number: string; readonly title: Readonly<Record<Lang, string>> } | null;
    readonly receipt: string | null;
    readonly slip: StaffSlip | null;
    readonly told: readonly { readonly at: string; readonly what: CaseWord; readonly minor: number | null }[];
    /** Somebody may have money to come of it. */
    readonly payable: boolean;
    readonly settled: {
      readonly at: string;
      readonly how: 'paid' | 'void' | 'voucher';
      readonly minor: number;
      readonly reason: VoidReason | null;
      readonly by: string;
      readonly second: string | null;
      /** The slip with which it was paid. */
      readonly slip: StaffSlip | null;
    } | null;
  } | null;
}

/** Which cases are listed, and how. `about` null: every kind; only open ones are sorted by amount. */
export interface CaseFilter {
  readonly show: (typeof caseShows)[number];
  readonly about: CaseAbout | null;
  readonly sort: (typeof caseSorts)[number];
}
export const caseShows = ['open', 'ended', 'all'] as const;
export const caseSorts = ['newest', 'oldest', 'largest'] as const;

/** `GET /staff/table/cases?from=N&show=S&about=A&sort=S`: `next` is where the next page begins; null: there is none. */
export interface StaffCases {
  readonly cases: readonly {
    readonly case: string;
    readonly about: CaseAbout;
    /** reconciled: a close of the day has counted it since it ended. */
    readonly status: 'open' | 'resolved' | 'reconciled';
    readonly currency: string;
    readonly minor: number | null;
    /** It is known that this is owed. */
    readonly owed: boolean;
    readonly subject: string | null;
  }[];
  readonly next: number | null;
  /** Of the open ones that fit: how many, what they are about together as far as that is known, and what of it is owed. */
  readonly open: { readonly count: number; readonly minor: number; readonly owedMinor: number };
}

/**
 * `GET /staff/table/evidence?case=N&page=P`: what the Nth case rests on; null: there is no such case. Entries that name it,
 * its order or its sale; the counters of its device near it; what went over that device's wire before it was opened.
 */
export interface StaffEvidence {
  readonly entries: readonly {
    readonly seq: number;
    readonly at: string;
    readonly kind: string;
    readonly hash: string;
    readonly fields: readonly (readonly [name: string, value: string])[];
  }[];
  /** The next page; null: there is none. */
  readonly next: number | null;
  readonly counters: readonly { readonly at: string; readonly kind: string; readonly values: string }[];
  /** Oldest first, `beforeMs` before the case was opened; null: nothing was kept. Bytes in hex. */
  readonly trace:
    | readonly {
        readonly beforeMs: number;
        readonly direction: 'in' | 'out' | 'crash';
        readonly what: string;
        readonly bytes: string;
      }[]
    | null;
}

/** `GET /staff/table/moves?from=N`: booked moves, newest first. */
export interface StaffMoves {
  readonly moves: readonly {
    readonly move: string;
    readonly at: string;
    readonly what:
      | 'filled'
      | 'removed'
      | 'declared'
      | 'box-taken'
      | 'box-changed'
      | 'counted'
      | 'corrected'
      | 'emptied';
    readonly device: string;
    readonly unit: UnitName;
    /** Null, and no pieces, of a box that left: what should be in it is told to nobody who may still have to count it. */
    readonly minor: number | null;
    readonly pieces: readonly StaffPieces[];
    /** What the journal expected, as somebody who counts first learns after the count; null where there was nothing. */
    readonly expected: readonly StaffPieces[] | null;
    /** Counted less expected; null where nothing was to be expected. */
    readonly difference: number | null;
    readonly case: string | null;
    /** Null: nobody had logged in. */
    readonly by: string | null;
    readonly second: string | null;
    /** Why it cannot be corrected; null when it can. */
    readonly fixed: 'counted-since' | 'other' | null;
    /** The move that this one corrects. */
    readonly corrects: string | null;
    /** The correction that took its place. */
    readonly correctedBy: string | null;
    /** The box that it was about, and the number that stood on it. */
    readonly bag: string | null;
    readonly seal: string | null;
    /** How its paper is; null: it has none. */
    readonly paper: 'none' | 'printing' | 'printed' | 'failed' | null;
  }[];
  readonly next: number | null;
}

/** `GET /staff/table/refunds`: sales that are to be given back, and wait for a person. Minor units. */
export interface StaffRefunds {
  readonly refunds: readonly {
    readonly sale: string;
    readonly receipt: string;
    readonly bill: string;
    readonly minor: number;
    readonly voucherMinor: number;
    readonly charges: readonly { readonly method: ChargeMethod; readonly minor: number }[];
  }[];
}

/** `GET /staff/table/orders?from=N`: paid orders of the newest business day that has one, the newest first. */
export interface StaffOrders {
  readonly orders: readonly {
    readonly number: string;
    /** The number under which it is handed over. */
    readonly pickUp: string;
    /** When it was paid, ISO 8601 UTC. */
    readonly at: string;
    readonly lines: readonly { readonly name: Readonly<Record<Lang, string>>; readonly count: number }[];
    readonly handedOver: boolean;
  }[];
  readonly next: number | null;
}

/** A row of a statement, or what stands for it in the journal. Minor units; null: not on that side. */
export interface StaffStatementRow {
  /** missing, unknown, amount: it differs; earlier, later, next: the cut-off. */
  readonly what: 'missing' | 'unknown' | 'amount' | 'earlier' | 'later' | 'next';
  readonly kind: 'paid' | 'back';
  /** The trade's number, as the wallet's own pages know it. */
  readonly number: string;
  readonly own: number | null;
  readonly told: number | null;
}

/** `GET /staff/table/statements?from=N`: the days of wallets and what their statements said, newest first. */
export interface StaffStatements {
  readonly statements: readonly {
    readonly device: string;
    /** In Beijing. */
    readonly day: string;
    /** asked: its answer is waited for; waiting: it comes, and may be asked for when `askable`. */
    readonly state: 'matches' | 'differs' | 'asked' | 'waiting';
    readonly askable: boolean;
    /** How often it was asked for in vain, and why not, as last heard; null: not yet. */
    readonly tries: number;
    readonly why: StatementTrouble | null;
    readonly own: StaffFigures;
    readonly told: StaffFigures | null;
    readonly others: StaffFigures | null;
    /** How many differ or are a matter of the cut-off, and are named. */
    readonly rows: number;
    /** So many more differ, or are a matter of the cut-off. */
    readonly unnamed: number;
    readonly case: string | null;
  }[];
  readonly next: number | null;
}

/** `GET /staff/table/statement-rows?device=WALLET&day=DAY&from=N`: what differs first, then the cut-off. */
export interface StaffStatementRows {
  readonly rows: readonly StaffStatementRow[];
  readonly next: number | null;
}

/** Why a statement did not come. silent: nobody has fetched it. */
export type StatementTrouble =
  | 'not-ready'
  | 'unreachable'
  | 'refused'
  | 'not-genuine'
  | 'unreadable'
  | 'too-much'
  | 'silent';

/** `GET /staff/table/persons` */
export interface StaffPersons {
  readonly persons: readonly {
    readonly number: string;
    readonly name: string;
    readonly role: Role;
    readonly locked: boolean;
  }[];
}

/** silent: it left, and nothing came; refused: it did not leave; given-up: the kiosk started anew in between. */
export type RequestOutcome = 'answered' | 'silent' | 'refused' | 'given-up';

/** `GET /staff/table/console?device=NAME` */
export interface StaffConsole {
  /** Null: no device has this name. */
  readonly found: {
    /** books: it is not sent by hand. Empty: nothing is asked of this device by hand. */
    readonly requests: readonly { readonly request: string; readonly effect: 'reads' | 'moves' | 'books' }[];
    /** Why nothing can be sent just now; null when it can. */
    readonly refused: StaffProblem | null;
    /** What waits for its answer. */
    readonly open: string | null;
    /** Newest first. */
    readonly last: readonly {
      readonly command: string;
      readonly request: string;
      readonly at: string;
      /** Number and name. */
      readonly by: string;
      readonly second: string | null;
      readonly outcome: RequestOutcome;
      readonly answer: readonly string[];
    }[];
  } | null;
}

/** What can be checked by moving it. */
export const checkNames = [
  'take-note',
  'take-coin',
  'pay-one',
  'test-page',
  'cutter',
  'paper-sensor',
  'terminal',
  'read-code',
  'contacts',
  'lamps',
  'relay',
  'touch-grid',
  'taps',
  'pixels',
  'burn-in',
  'speaker',
  'biller',
  'gateway',
  'disk',
  'clock',
] as const;
export type CheckName = (typeof checkNames)[number];

/** given-up: it ended before the machine could show anything. */
export type CheckOutcome = 'passed' | 'failed' | 'given-up';

/** What was read back, by name: money in minor units, times in milliseconds, sizes in bytes where the name says so. */
export type CheckRead = Readonly<Record<string, string | number | boolean>>;

/** Touched cells of the grid: so many across, so many down. */
export const gridAcross = 5;
export const gridDown = 8;

/** How a check ended, and what it read back. `fault`: why it did not pass. */
export interface CheckEnd {
  readonly outcome: CheckOutcome;
  readonly read: CheckRead;
  readonly fault: string | null;
}

export interface StaffCheckResult extends CheckEnd {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Number and name of who ran it. */
  readonly by: string;
  /** What to do about a fault that is the device's own; null: it is not, or nobody knows. */
  readonly remedy: Readonly<Record<Lang, string>> | null;
}

/** `GET /staff/table/checks` */
export interface StaffChecks {
  /** The one that runs. `asks`: what the person is to tell. `tones`: how many the speaker is to play. */
  readonly open: {
    readonly check: CheckName;
    readonly command: string;
    readonly device: string | null;
    readonly step: string;
    readonly read: CheckRead;
    readonly asks: 'nothing' | 'yes-no' | 'number';
    readonly tones: number | null;
    readonly seconds: number;
  } | null;
  readonly checks: readonly {
    readonly check: CheckName;
    /** Null: the kiosk itself. */
    readonly device: string | null;
    readonly kind: DeviceKind | 'wallet' | 'kiosk';
    readonly name: Readonly<Record<Lang, string>>;
    /** What to do. */
    readonly task: Readonly<Record<Lang, string>>;
    /** It needs nobody's hand. */
    readonly quick: boolean;
    /** Why it cannot run now; null when it can. */
    readonly refused: StaffProblem | null;
    readonly last: StaffCheckResult | null;
  }[];
}

/** Why a kiosk is not ready, or is with limits. `what`: a device, with the code of its fault; a check with its device; a figure. */
export interface ReadinessReason {
  readonly why:
    | 'lost'
    | 'not-ready'
    | 'fault'
    | 'paper-out'
    | 'paper-low'
    | 'disk'
    | 'clock'
    | 'unchecked'
    | 'check-failed'
    | 'cases';
  readonly what: string;
  /** What to do about the fault of a device; left out: nobody knows. */
  readonly remedy?: Readonly<Record<Lang, string>>;
  /** As long as it is so nobody can be served as they should. */
  readonly stops: boolean;
}

/** How a kiosk stands. */
export interface Readiness {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly version: string;
  /** Hash of the configuration. */
  readonly config: string;
  readonly devices: readonly {
    readonly device: string;
    readonly kind: DeviceKind;
    /** Maker, model, serial number and firmware, as far as it told. */
    readonly identity: string | null;
    readonly state: 'ready' | 'not-ready' | 'lost';
    readonly faults: readonly string[];
  }[];
  readonly checks: readonly {
    readonly check: CheckName;
    /** Null: the kiosk itself. */
    readonly device: string | null;
    /** `by`: the number of a person. */
    readonly last: Omit<StaffCheckResult, 'read' | 'remedy'> | null;
  }[];
  readonly paper: PaperState | null;
  readonly cash: readonly { readonly unit: string; readonly currency: string; readonly minor: number }[];
  readonly cases: { readonly count: number; readonly numbers: readonly string[] };
  readonly freeBytes: number | null;
  readonly reasons: readonly ReadinessReason[];
  readonly verdict: 'ready' | 'with-limits' | 'not-ready';
}

/** `GET /staff/table/readiness` */
export interface StaffReadiness {
  readonly report: Readiness;
  /** The verdict, and its reasons, a line each. */
  readonly lines: Readonly<Record<Lang, readonly string[]>>;
  /** By the name of a check. */
  readonly names: Readonly<Record<string, Readonly<Record<Lang, string>>>>;
}

export type ReportPeriod = 'day' | 'week' | 'month';

/**
 * `GET /staff/table/report?period=day|week|month&day=YYYY-MM-DD`: the period that holds this business day, the present one
 * without it. As CSV or Excel: `GET /staff/download/report?…&as=csv|xlsx&lang=zh-CN|en`.
 */
export interface StaffReport {
  /** The business day of now, and the one before it. */
  readonly today: string;
  readonly yesterday: string;
  /** The period before, from the same roll-ups. */
  readonly before: {
    readonly date: string;
    readonly to: string;
    readonly minor: number;
    readonly count: number;
    readonly customers: number;
  };
  /** The first day of the period after; null: it has not begun. */
  readonly after: string | null;
  /** As `npm run report -- --json` prints it. Money in minor units. */
  readonly report: {
    readonly period: ReportPeriod;
    /** `2026-03-31`, `2026-W14` or `2026-03`. */
    readonly date: string;
    /** Business days, both included. */
    readonly from: string;
    readonly to: string;
    readonly currency: string;
    /** What was sold, and in how many sales. */
    readonly minor: number;
    readonly count: number;
    readonly customers: number;
    /** An amount per sale, rounded half up; null when nothing was sold. */
    readonly average: number | null;
    /** What went back in this period, of sales of any period, and how often. */
    readonly refunded: number;
    readonly refunds: number;
    /** What cash was rounded by: the sum of `byMethod` less `minor`. */
    readonly rounding: number;
    /** What was given back of sales that were given up, and how many. */
    readonly cancelled: StaffFigures;
    /** After change, the largest first. */
    readonly byMethod: readonly (StaffFigures & { readonly method: string })[];
    /** Business days on which something was sold, in order. */
    readonly byDay: readonly (StaffFigures & { readonly day: string })[];
    /** Hours of the kiosk's clock, 0 to 23, in which something was sold. */
    readonly byHour: readonly (StaffFigures & { readonly hour: number })[];
    /** The largest first. */
    readonly byPayee: readonly (StaffFigures & { readonly payee: string })[];
    /** What of `refunded` went back by which way. */
    readonly refundsByMethod: readonly (StaffFigures & { readonly method: string })[];
  };
}

/** rounding: what sales by cash were rounded by. */
export type ReportFigure = 'sales' | 'refunds' | 'cancelled' | 'rounding';

/**
 * `GET /staff/table/entries?figure=…&period=…&day=…&from=N`, and at most one of `method=`, `hour=` and `payee=`: the entries
 * that make up a figure, newest first. `from` 0: from the newest; else: what stands before the entry of this sequence.
 */
export interface StaffEntries {
  readonly entries: readonly {
    readonly seq: number;
    readonly at: string;
    readonly day: string;
    readonly kind: string;
    readonly session: string | null;
    /** What it adds to the figure. */
    readonly minor: number;
    readonly body: Readonly<Record<string, unknown>>;
    readonly hash: string;
  }[];
  /** There may be more, even when this page is short; null: that was all. */
  readonly next: number | null;
}

/** The answers of `GET /staff/table/NAME`, by name. */
export interface Tables {
  readonly till: StaffTill;
  readonly cases: StaffCases;
  readonly case: StaffCase;
  readonly checks: StaffChecks;
  readonly console: StaffConsole;
  readonly configuration: StaffConfiguration;
  readonly office: StaffOffice;
  readonly device: StaffDevice;
  readonly trace: StaffTrace;
  readonly evidence: { readonly found: StaffEvidence | null };
  readonly moves: StaffMoves;
  readonly orders: StaffOrders;
  readonly persons: StaffPersons;
  readonly readiness: StaffReadiness;
  readonly refunds: StaffRefunds;
  readonly search: StaffSearch;
  readonly statements: StaffStatements;
  readonly 'statement-rows': StaffStatementRows;
  readonly day: StaffDay;
  readonly z: StaffZs;
  readonly report: StaffReport;
  readonly entries: StaffEntries;
}
