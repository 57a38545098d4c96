/**
 * What crosses between daemon and browser: View down, Intent up. The only kiosk file that the UI may import.
 * The View carries every word, in the session's language; the UI holds no rules and no words of its own.
 */
import type { pictures } from '../../config/goods.ts';

export type Lang = 'zh-CN' | 'en';

/** An amount split for setting in type: sign at 55 %, fraction (with its point) at 70 %. `fraction` may be empty. */
export interface AmountText {
  readonly sign: string;
  readonly whole: string;
  readonly fraction: string;
}

/** A way to pay. The last three are charges: money asked from a card terminal or a wallet. */
export type MethodName = 'cash' | 'voucher' | ChargeMethod;
export type ChargeMethod = 'card' | 'alipay' | 'wechat';

export type Tone = 'calm' | 'busy' | 'success' | 'caution' | 'stop';
export type MethodIcon = MethodName;
export type CardIcon = 'bill' | 'goods' | 'receipt' | 'help' | 'paper' | 'phone' | 'none';

/** What comes out of the machine: `cash` is both. */
export type CashPicture = 'notes' | 'coins' | 'cash';

/** A button of the actions zone. `back` stands left, `main` right and filled, `other` right and plain. */
export interface Action {
  readonly place: 'back' | 'main' | 'other';
  readonly label: string;
  readonly intent: Intent;
  readonly disabled?: boolean;
  /** Asked once before the intent is sent: it gives up what is under way. */
  readonly ask?: {
    readonly title: string;
    readonly text: string;
    readonly yes: string;
    readonly no: string;
  };
}

/** What a person asked for. Checked at the door, judged in `decide`; never a source of money. */
export type Intent =
  | { readonly do: 'begin' }
  | { readonly do: 'language'; readonly lang: Lang }
  | { readonly do: 'help' }
  | { readonly do: 'close-help' }
  | { readonly do: 'extend' }
  | { readonly do: 'back' }
  | { readonly do: 'cancel' }
  | { readonly do: 'task'; readonly task: 'pay-bill' | 'buy' | 'receipt' }
  /** How many of one product are wanted; 0 takes it out. */
  | { readonly do: 'basket'; readonly product: string; readonly count: number }
  /** What is in the basket is to be paid. */
  | { readonly do: 'order' }
  | { readonly do: 'find-bill'; readonly number: string }
  | { readonly do: 'find-receipt'; readonly number: string; readonly bill: string }
  | { readonly do: 'refund-receipt'; readonly number: string; readonly bill: string }
  | { readonly do: 'confirm-bill' }
  | { readonly do: 'another-bill' }
  | { readonly do: 'drop-bill'; readonly number: string }
  | { readonly do: 'method'; readonly method: MethodName }
  | { readonly do: 'agree' }
  | { readonly do: 'other-way' }
  | { readonly do: 'voucher'; readonly serial: string; readonly code: string }
  | { readonly do: 'document'; readonly choice: 'paper' | 'phone' | 'none' }
  /** Typed by a scanner that is a keyboard. It may be a secret. */
  | { readonly do: 'scanned'; readonly text: string }
  | { readonly do: 'finish' };

export interface Card {
  readonly icon: CardIcon;
  readonly label: string;
  readonly note: string | null;
  /** Why it cannot be used now; the card stands there, quiet. */
  readonly off: string | null;
  readonly intent: Intent;
}

export interface Keyboard {
  /** `digits`: 0–9. `code`: 0–9 and A–Z without I L O U (Crockford base32). */
  readonly kind: 'digits' | 'code';
  readonly maxLength: number;
  /** Stands before what is typed and cannot be changed; null: nothing does. */
  readonly prefix: string | null;
  /** Signs that stand together, as on paper; null: all of them. */
  readonly group: number | null;
  readonly label: string;
  /** Words on the keys that are not signs. */
  readonly erase: string;
  readonly clear: string;
}

export type ScreenBody =
  | {
      readonly screen: 'attract' | 'partly-available';
      readonly greeting: string;
      readonly greetingOther: string;
      readonly tasks: string;
      readonly tasksOther: string;
      readonly touch: string;
      readonly touchOther: string;
      readonly methods: readonly {
        readonly icon: MethodIcon;
        readonly label: string;
        /** In the other language; empty where there is none. */
        readonly labelOther: string;
        readonly off: string | null;
      }[];
      /** Which methods, how cash is paid, the service phone. */
      readonly notice: string;
      readonly noticeOther: string;
      /** Why something is not available now; partly-available only. */
      readonly partly: string | null;
      readonly partlyOther: string | null;
      /** What the office wants everybody to read who comes; null: nothing. */
      readonly message: string | null;
      readonly messageOther: string | null;
    }
  | { readonly screen: 'welcome'; readonly title: string; readonly cards: readonly Card[] }
  | {
      readonly screen: 'find-bill';
      readonly title: string;
      readonly hint: string;
      readonly keyboard: Keyboard;
      readonly submit: string;
      /** A search is running: says so, and how long it takes. */
      readonly busy: string | null;
      readonly problem: string | null;
    }
  | {
      readonly screen: 'find-receipt';
      readonly title: string;
      readonly hint: string;
      readonly receipt: Keyboard;
      /** With so many digits the receipt's number is usually whole, and the bill's is next. */
      readonly receiptDigits: number;
      readonly bill: Keyboard;
      readonly next: string;
      readonly submit: string;
      /** To give it back instead; null: not here. */
      readonly refund: string | null;
      readonly busy: string | null;
      readonly problem: string | null;
    }
  | {
      /** A receipt that is given back: how much, which way each part goes, and how far it is. */
      readonly screen: 'refund';
      readonly title: string;
      readonly text: string;
      /** Of which receipt and which bill, how much, and which way; null: nothing goes back. */
      readonly back: {
        readonly about: string;
        readonly amountLabel: string;
        readonly amount: AmountText;
        readonly points: readonly { readonly text: string; readonly done: boolean }[];
      } | null;
      readonly notice: { readonly tone: Tone; readonly text: string } | null;
    }
  | {
      /** The catalogue and the basket, on one screen. */
      readonly screen: 'shop';
      readonly title: string;
      /** In the order of the configuration; one of them is shown at a time. */
      readonly groups: readonly {
        readonly label: string;
        readonly products: readonly {
          readonly id: string;
          readonly name: string;
          readonly picture: GoodsPicture;
          readonly price: AmountText;
          readonly count: number;
          /** As many as one order may have are in the basket. */
          readonly most: boolean;
        }[];
      }[];
      readonly basketLabel: string;
      /** What stands there while nothing is in it. */
      readonly emptyBasket: string;
      readonly basket: readonly {
        readonly id: string;
        readonly name: string;
        readonly count: number;
        readonly amount: AmountText;
        readonly most: boolean;
      }[];
      /** Words on the two buttons beside a count, spoken only. */
      readonly more: string;
      readonly less: string;
      readonly totalLabel: string;
      readonly total: AmountText;
      /** That tax is in the prices. */
      readonly tax: string;
      readonly notice: { readonly tone: Tone; readonly text: string } | null;
    }
  | {
      readonly screen: 'review';
      readonly title: string;
      readonly payee: string;
      readonly payeeLabel: string;
      readonly payer: string;
      readonly payerLabel: string;
      readonly what: string;
      readonly lines: readonly {
        readonly name: string;
        readonly quantity: string;
        readonly amount: AmountText;
        /** Of several bills, one that can be left out again. */
        readonly drop: { readonly label: string; readonly intent: Intent } | null;
      }[];
      readonly totalLabel: string;
      readonly total: AmountText;
      /** The amount has just changed, or the check is running. */
      readonly notice: { readonly tone: Tone; readonly text: string } | null;
    }
  | {
      readonly screen: 'choose';
      readonly title: string;
      readonly amountLabel: string;
      readonly amount: AmountText;
      /** What has been taken so far; null while nothing is. */
      readonly received: string | null;
      /** Why the way that was just tried did not do, and that nothing was taken. */
      readonly notice: { readonly tone: Tone; readonly text: string } | null;
      readonly methods: readonly {
        readonly icon: MethodIcon;
        readonly name: string;
        readonly note: string;
        /** A word for its badge, and why; null: another one is, or none. */
        readonly suggested: { readonly badge: string; readonly why: string } | null;
        readonly off: string | null;
        readonly intent: Intent;
      }[];
    }
  | {
      /** Before the first note: how change would be given, and is that all right. */
      readonly screen: 'promise';
      readonly title: string;
      readonly text: string;
      readonly points: readonly string[];
    }
  | {
      readonly screen: 'voucher';
      readonly title: string;
      readonly hint: string;
      readonly serial: Keyboard;
      /** With so many digits the number is usually whole, and the code is next. */
      readonly serialDigits: number;
      readonly code: Keyboard;
      /** From the number to the code. */
      readonly next: string;
      readonly submit: string;
      readonly busy: string | null;
      readonly problem: string | null;
    }
  | {
      readonly screen: 'pay-cash';
      readonly toGoLabel: string;
      readonly toGo: AmountText;
      /** 0 to 1. */
      readonly progress: number;
      readonly received: string;
      readonly due: string;
      /** What the slot does right now: its light and its picture. */
      readonly slot: 'ready' | 'checking' | 'moving' | 'returning' | 'off';
      readonly tone: Tone;
      readonly sentence: string;
      readonly accepted: string;
      /** How change comes back; null while the machines that give it are not known. */
      readonly change: { readonly tone: Tone; readonly text: string } | null;
      readonly notesLabel: string;
      /** Newest first. */
      readonly notes: readonly { readonly id: string; readonly label: string; readonly sure: boolean }[];
    }
  | {
      /** A card terminal or a wallet was asked: whose turn it is, and what to do. */
      readonly screen: 'pay-charge';
      readonly method: ChargeMethod;
      readonly toGoLabel: string;
      readonly toGo: AmountText;
      /** What was given towards the bill before; null: nothing was. */
      readonly received: string | null;
      /**
       * card: present it; pin: type at the terminal; bank: wait with the card in; remove: take the card; code: the code is
       * shown; phone: confirm on the phone; wait: nothing to do.
       */
      readonly picture: 'card' | 'pin' | 'bank' | 'remove' | 'code' | 'phone' | 'wait';
      readonly tone: Tone;
      readonly sentence: string;
      readonly hint: string | null;
      /** The code to scan with the wallet, and for how long it is good. */
      readonly code: { readonly qr: string; readonly label: string; readonly seconds: number } | null;
      /** That one's own code can be held to the scanner instead; null: there is none, or it is no moment for it. */
      readonly ownCode: string | null;
    }
  | {
      /** Less than was asked is approved: is that all right? */
      readonly screen: 'part-approved';
      readonly title: string;
      readonly text: string;
      readonly figures: readonly { readonly label: string; readonly amount: AmountText; readonly accent: boolean }[];
    }
  | {
      readonly screen: 'settling';
      readonly picture: CashPicture | 'paper';
      readonly title: string;
      readonly text: string;
    }
  | {
      /** A paid-out note waits in the slot: nothing else is shown until it is taken. */
      readonly screen: 'take-note';
      readonly picture: CashPicture;
      readonly title: string;
      readonly amount: AmountText;
      readonly text: string;
      /** How far the notes are that come out one by one, 0 to 1; null when there is one only. */
      readonly progress: { readonly done: number; readonly text: string } | null;
    }
  | {
      readonly screen: 'settled';
      readonly title: string;
      readonly text: string;
      readonly figures: readonly { readonly label: string; readonly amount: AmountText; readonly accent: boolean }[];
      /** Large: the number under which the goods are handed over, or until it comes that of the case about it; null for a bill. */
      readonly pickUp: { readonly label: string; readonly number: string; readonly text: string } | null;
      /** What comes out now, and from where; what did not, with a line for each number that stands for it. */
      readonly take: {
        readonly picture: CashPicture | 'voucher' | 'none';
        readonly title: string;
        readonly lines: readonly string[];
      } | null;
    }
  | {
      readonly screen: 'documents';
      readonly title: string;
      /** The receipt's number, to be written down; null where it is known already. */
      readonly receipt: { readonly label: string; readonly number: string } | null;
      readonly text: string | null;
      readonly cards: readonly Card[];
      /** The receipt to take by phone: what the code holds, and what to do. */
      readonly phone: { readonly qr: string; readonly text: string } | null;
      readonly printing: string | null;
    }
  | { readonly screen: 'thanks'; readonly title: string; readonly text: string; readonly seconds: number }
  | {
      readonly screen: 'case';
      readonly title: string;
      readonly certain: readonly string[];
      readonly checking: readonly string[];
      readonly numberLabel: string;
      readonly number: string;
      /** Empty, as `promise`, when nothing is open any more. */
      readonly printed: string;
      /** The number is on paper, or on its way there. */
      readonly onPaper: boolean;
      readonly contact: string;
      readonly promise: string;
    }
  | {
      readonly screen: 'out-of-service';
      readonly title: string;
      readonly titleOther: string;
      readonly since: string;
      readonly sinceOther: string;
      /** Nobody can change the language here, so each sentence stands in both; the other one may be empty. */
      readonly cash: string;
      readonly cashOther: string;
      readonly works: string;
      readonly worksOther: string;
      readonly off: string;
      readonly offOther: string;
      readonly phoneLabel: string;
      readonly phone: string;
      /** The way to the staff's page, when the key is turned; null otherwise. */
      readonly staff: { readonly label: string; readonly labelOther: string } | null;
    };

/** Our own line drawings of goods; the configuration names one for each product. */
export type GoodsPicture = (typeof pictures)[number];

export type ScreenName = ScreenBody['screen'];

export interface View {
  /** Counts up; a smaller one is old. */
  readonly number: number;
  readonly lang: Lang;
  readonly merchant: { readonly name: string; readonly mark: string; readonly accent: string };
  /** Four dots: find, review, pay, done; null where there are none. */
  readonly step: { readonly at: number; readonly of: number; readonly label: string } | null;
  readonly language: { readonly label: string; readonly intent: Intent } | null;
  readonly help: { readonly label: string } | null;
  readonly body: ScreenBody;
  readonly actions: readonly Action[];
  /** One line about the machine itself, over any screen: power was lost and what became of the money. */
  /** `foot`: beside the buttons, so that nothing that is being touched moves; else below the header. */
  readonly notice: { readonly tone: Tone; readonly text: string; readonly place?: 'foot' } | null;
  readonly warning: {
    readonly title: string;
    readonly text: string;
    readonly seconds: number;
    readonly extend: string;
    readonly leave: Action;
  } | null;
  readonly helpPage: {
    readonly title: string;
    readonly lines: readonly { readonly question: string; readonly answer: string }[];
    readonly phoneLabel: string;
    readonly phone: string;
    readonly windowLabel: string;
    readonly window: string;
    readonly close: string;
  } | null;
  /** What would be spoken, newest last; each number is spoken once. */
  readonly say: readonly { readonly number: number; readonly lang: Lang; readonly text: string }[];
  readonly glass: { readonly diagonalInch: number; readonly widthPx: number; readonly heightPx: number };
  /** Words for the moments when the browser stands alone. */
  readonly alone: {
    readonly reconnecting: string;
    readonly replaced: string;
    readonly replacedOther: string;
    /** The button that makes this glass the one again. */
    readonly takeBack: string;
    readonly takeBackOther: string;
  };
}

/**
 * Where the socket is: `/socket?page=ID`, ID 8 to 64 of `A–Z a–z 0–9 _ -`, drawn once for each page load and the same
 * in every reconnection of that page. It says whose numbers the intents carry.
 */
export const socketPath = '/socket';

/** Messages on the socket. The browser numbers its intents from 1 up; each is done once, a repetition is answered alike. */
export type Down =
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'accepted'; readonly intent: number }
  | { readonly type: 'refused'; readonly intent: number; readonly why: string }
  | { readonly type: 'replaced' };

export type Up =
  | { readonly type: 'intent'; readonly number: number; readonly screen: ScreenName; readonly intent: Intent }
  | { readonly type: 'alive' };

/** Where the kiosk's own browser, the one with a beacon, waits for a check of the touch screen. */
export const touchPath = '/touch';

/** A place on the glass in thousandths of its width and height, from the upper left. */
export interface TouchPlace {
  readonly x: number;
  readonly y: number;
}

export type TouchDown =
  /** Over all else, until `end`; nothing under it is touched. */
  | {
      readonly type: 'targets';
      readonly places: readonly TouchPlace[];
      readonly words: Readonly<Record<Lang, string>>;
    }
  | { readonly type: 'end' };

export type TouchUp = { readonly type: 'shown' } | ({ readonly type: 'touched' } & TouchPlace);
