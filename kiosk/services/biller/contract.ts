/**
 * What kiosk and biller say to each other. Commands go down, each with an id; every command has exactly one answer,
 * a fact that names it. Amounts are minor units. The HTTP side of the same contract is `openapi.yaml`.
 */

export interface Bilingual {
  readonly 'zh-CN': string;
  readonly en: string;
}

export interface BillLine {
  readonly name: Bilingual;
  /** Above zero, at most three decimals: pieces, days, kilowatt-hours. */
  readonly quantity: number;
  /** The whole line, not the price of one; negative for a discount. */
  readonly minor: number;
}

/** A bill that can be paid. The lines add up to `minor`, which is above zero. */
export interface Bill {
  readonly number: string;
  readonly title: Bilingual;
  readonly payee: Bilingual;
  /** Masked (`张*, 3 栋***`); the full name never leaves the service's client. */
  readonly payer: string;
  readonly lines: readonly BillLine[];
  readonly currency: string;
  readonly minor: number;
  /** Of several bills that are paid together: what each is. No biller answers with it. */
  readonly parts?: readonly Bill[];
  /** What was ordered from the catalogue, a line for each; left out: it is a bill. */
  readonly goods?: OrderedGoods;
}

/** The bills that it stands for: one is itself. */
export function partsOf(bill: Bill): readonly Bill[] {
  return bill.parts ?? [bill];
}

/** So many of one product, by its id in the configuration. */
export interface OrderItem {
  readonly product: string;
  readonly count: number;
}

export interface OrderedGoods {
  readonly items: readonly OrderItem[];
  /** The tax that the prices include, minor units, by its rate in percent, lowest first. */
  readonly taxes: readonly { readonly percent: number; readonly minor: number }[];
}

/** A look-up. Open at a restart: abandoned. */
export interface BillFind {
  readonly command: 'bill.find';
  readonly id: string;
  readonly number: string;
  readonly session: string;
}

/** Asks the source again right before paying: never from a cache. Open at a restart: abandoned. */
export interface BillRecheck {
  readonly command: 'bill.recheck';
  readonly id: string;
  readonly number: string;
}

/** Books a payment. Idempotent by `id`; open at a restart: repeated with the same id. `paidAt` is ISO 8601 UTC. */
export interface BillPost {
  readonly command: 'bill.post';
  readonly id: string;
  readonly number: string;
  readonly currency: string;
  readonly minor: number;
  readonly method: string;
  readonly paidAt: string;
}

/** Goods from the catalogue are to be paid: answered as a look-up of the bill over them. Open at a restart: abandoned. */
export interface OrderPlace {
  readonly command: 'order.place';
  readonly id: string;
  readonly session: string;
  readonly items: readonly OrderItem[];
}

/**
 * Takes the booking of the payment `post` (the id of its bill.post) back, so that the bill is open again. Idempotent by
 * `id`; open at a restart: repeated with the same id.
 */
export interface BillReverse {
  readonly command: 'bill.reverse';
  readonly id: string;
  readonly number: string;
  readonly post: string;
  readonly currency: string;
  readonly minor: number;
}

export type BillLookUp = BillFind | BillRecheck;
/** What changes the biller's books. */
export type BillBooking = BillPost | BillReverse;
/** What is asked without changing anybody's books. */
export type LookUp = BillLookUp | OrderPlace;
export type BillerCommand = LookUp | BillBooking;

/** `down`: not reached or out of order; `slow`: no answer in time, or too many questions at once; `nonsense`: an answer that cannot be right, or about another bill. */
export type UnavailableReason = 'down' | 'slow' | 'nonsense';
export type RefusedReason = 'paid-elsewhere' | 'cancelled' | 'unknown-bill' | 'other';
/** `reversed-before`: under another id; `too-late`: the biller takes nothing back any more. */
export type NotReversedReason = 'unknown-payment' | 'reversed-before' | 'too-late' | 'other';

/** Answers to `bill.find`, `bill.recheck` and `order.place`. `command` is the id of what was asked. */
export type BillLookUpFact =
  | { readonly fact: 'bill.found'; readonly command: string; readonly bill: Bill }
  /** Unknown to the biller, or cancelled: nothing to pay. */
  | { readonly fact: 'bill.not-found'; readonly command: string }
  /** `paidOn` is ISO 8601 UTC. */
  | { readonly fact: 'bill.already-paid'; readonly command: string; readonly paidOn: string }
  | { readonly fact: 'bill.unavailable'; readonly command: string; readonly reason: UnavailableReason };

/** Answers to `bill.post`. There is no third: the runner asks again with the same id until one of them comes. */
export type BillPostFact =
  | { readonly fact: 'bill.posted'; readonly command: string; readonly reference: string }
  | { readonly fact: 'bill.refused'; readonly command: string; readonly reason: RefusedReason };

/** Answers to `bill.reverse`; asked again, too, until one of them comes. */
export type BillReverseFact =
  | { readonly fact: 'bill.reversed'; readonly command: string }
  | { readonly fact: 'bill.reverse-refused'; readonly command: string; readonly reason: NotReversedReason };

export type BillerFact = BillLookUpFact | BillPostFact | BillReverseFact;

/**
 * One attempt at one question. `post` and `reverse` answer null when the outcome is not known (no answer, or one that
 * cannot be right): then the same command is tried again. All may throw or hang; the runner contains that.
 */
export interface BillerService {
  lookUp(command: BillLookUp, signal: AbortSignal): Promise<BillLookUpFact>;
  post(command: BillPost, signal: AbortSignal): Promise<BillPostFact | null>;
  reverse(command: BillReverse, signal: AbortSignal): Promise<BillReverseFact | null>;
}

/** Who answers for bills and for goods: one of them, or several behind one door. */
export interface SellerService extends Omit<BillerService, 'lookUp'> {
  lookUp(command: LookUp, signal: AbortSignal): Promise<BillLookUpFact>;
}
