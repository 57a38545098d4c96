/**
 * How a device is asked who it is before anybody knows what stands at a port: the contract between a protocol's
 * `inquiry.ts`, which asks in that protocol's own words, and `discovery.ts`, which owns the port and the time. Pure.
 *
 * Whatever is asked here is asked of a stranger. So an inquiry holds nothing that moves money or paper, resets, lets
 * anything in or changes a set-up, and no question of one protocol contains a message of another.
 */
import { currencyExponent } from './currency.ts';
import type { Denomination } from './device.ts';
import type { Decoder } from './driver.ts';

export interface Question<Frame> {
  readonly bytes: Uint8Array;
  /** An answer that has begun by then is waited for a little longer. */
  readonly withinMs: number;
  /** A new one, for this answer alone. */
  readonly decoder: Decoder<Frame>;
  /** Whether this frame answers the question; the host's own bytes, where they come back, are taken away before. */
  answers(frame: Frame): boolean;
  /** Several may answer: all that comes within the time is collected. */
  readonly several?: true;
}

/** The frames that answered: at most one, or several where several were asked. Empty: silence. */
export type Answer<Frame> = readonly Frame[];

/** What a person has to look at before a proposed device is used. `what`: the letters or setting that it is about. */
export interface Remark {
  /**
   * `currency-assumed`: letters or codes taken for the kiosk's currency; `currency-unknown`: those that could not be;
   * `busy`: it would not tell all just now; `kind-unknown`: it is of a kind that this program does not drive;
   * `incomplete`: a setting that nobody but a person knows.
   */
  readonly code: 'currency-assumed' | 'currency-unknown' | 'busy' | 'kind-unknown' | 'incomplete';
  readonly what: string;
}

/** One device as it says of itself; what it does not tell is null. `settings` null: this program cannot drive it. */
export interface Stranger {
  readonly maker: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly denominations: readonly Denomination[];
  /** With which its driver understands it. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** On its wire; null where a device is alone. */
  readonly address: number | null;
  readonly remarks: readonly Remark[];
}

/** Yields questions, is given their answers, and returns who is there; empty: nobody that speaks this protocol. */
export type Inquiry<Frame = unknown> = Generator<Question<Frame>, readonly Stranger[], Answer<Frame>>;

/** Where the search is made: the currency of this kiosk, if anybody knows it. */
export interface Surroundings {
  readonly currency: string | null;
}

/** The first answer to a question that is asked up to `tries` times; null: silence. */
export function* firstAnswer<Frame>(
  tries: number,
  question: () => Question<Frame>,
): Generator<Question<Frame>, Frame | null, Answer<Frame>> {
  for (let n = 0; n < tries; n++) {
    const [frame] = yield question();
    if (frame !== undefined) return frame;
  }
  return null;
}

/** Learns what letters or codes of denominations stand for, and keeps what of that has to be configured. */
export interface Countries {
  /** Null: not known, and remarked. */
  currencyOf(letters: string): { readonly currency: string; readonly exponent: number } | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly remarks: readonly Remark[];
}

/**
 * `usual`: what the protocol's letters are known to stand for. `opaque`: they are numbers that say nothing to a reader,
 * so that the kiosk's own currency is the likeliest; letters are taken for it only when they begin alike.
 */
export function countriesOf(
  { currency: own }: Surroundings,
  usual: Readonly<Record<string, string>>,
  opaque: boolean,
): Countries {
  const settings: Record<string, string> = {};
  const remarks = new Map<string, Remark>();
  return {
    settings,
    get remarks() {
      return [...remarks.values()];
    },
    currencyOf(letters) {
      const plain = currencyExponent(letters);
      if (plain !== null) return { currency: letters, exponent: plain };
      const known = Object.hasOwn(usual, letters) ? usual[letters] : undefined;
      const alike = own !== null && (opaque || letters.slice(0, 2) === own.slice(0, 2)) ? own : undefined;
      const currency = (opaque ? (alike ?? known) : (known ?? alike)) ?? '';
      const exponent = currencyExponent(currency);
      if (exponent === null) {
        remarks.set(letters, { code: 'currency-unknown', what: letters });
        return null;
      }
      settings[letters] = currency;
      if (opaque || known === undefined) remarks.set(letters, { code: 'currency-assumed', what: letters });
      return { currency, exponent };
    },
  };
}

/** Each once, by currency and value. */
export function distinct(denominations: readonly (Denomination | null)[]): readonly Denomination[] {
  const found = new Map<string, Denomination>();
  for (const one of denominations) if (one !== null) found.set(`${one.currency} ${one.minor}`, one);
  return [...found.values()].sort((a, b) => a.currency.localeCompare(b.currency) || a.minor - b.minor);
}
