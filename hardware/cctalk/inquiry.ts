/**
 * Who is there, in ccTalk's words: ADDRESS POLL (253), SIMPLE POLL (254), the texts of identity (246, 245, 244, 242, 241)
 * and the names of coins and notes (184, 171, 157 with the scaling 156), all of which only read. Both checksums are tried,
 * with an echo or without one.
 *
 * In an answer with the simple checksum stands whose it is, so a late one is not taken for a neighbour's. With the CRC it
 * does not, and the kiosk drives such a device only when it is alone: the first that answers is all that is looked for.
 */
import { currencyExponent } from '../currency.ts';
import type { Denomination } from '../device.ts';
import type { Decoder } from '../driver.ts';
import {
  type Answer,
  type Countries,
  countriesOf,
  distinct,
  firstAnswer,
  type Inquiry,
  type Question,
  type Remark,
  type Stranger,
  type Surroundings,
} from '../inquiry.ts';
import { type Checksum, createDecoder, encode, type Frame, HOST } from './frame.ts';
import { billId, billValue, coinId, header, littleEndian, scaling, text } from './messages.ts';

/** A device answers within 2 to 10 ms; an adapter may hold bytes back for 16 ms on their way there and back. */
const POLL_WITHIN_MS = 80;
/** Once somebody is known to be there: an answer that came late would be taken for the next question's. */
const WITHIN_MS = 600;
const TRIES = 2;
/** Part 2, header 253: each device waits 4 ms times its address before it says it. */
const ADDRESS_POLL_MS = 4 * 255 + 50;
const ADDRESS_POLL = 253;
/** More addresses than that are noise. */
const MOST_CALLED = 32;
const EVERYBODY = 0;
const LOWEST_ADDRESS = 2;
/** Part 1, table of default addresses: coin acceptors 2 and 11 to 17, payouts 3 to 10, bill validators 40 to 47. */
const usualAddresses: readonly number[] = [2, 3, 40, ...range(4, 17), ...range(41, 47)];
const POSITIONS = 16;

type Kind = 'coin' | 'hopper' | 'bill';
type Asking<T> = Generator<Question<Frame>, T, Answer<Frame>>;

/** What a device says that it is (header 245). */
const categories: ReadonlyMap<string, Kind> = new Map([
  ['coin acceptor', 'coin'],
  ['payout', 'hopper'],
  ['bill validator', 'bill'],
]);

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

function kindAt(address: number): Kind | null {
  if (address === 2 || (address >= 11 && address <= 17)) return 'coin';
  if (address >= 3 && address <= 10) return 'hopper';
  return address >= 40 && address <= 47 ? 'bill' : null;
}

interface Wire {
  readonly checksum: Checksum;
  readonly address: number;
}

function ask(
  { checksum, address }: Wire,
  code: number,
  withinMs: number,
  data: readonly number[] = [],
): Question<Frame> {
  return {
    bytes: encode(checksum, address, code, data),
    withinMs,
    decoder: createDecoder(checksum),
    answers: ({ dst, src }) => dst === HOST && (src === null || src === address),
  };
}

/** Each byte by itself: the answers to an address poll are bare addresses. */
function bareBytes(): Decoder<Frame> {
  return {
    push: (bytes) =>
      Array.from(bytes, (address) => {
        const frame: Frame = { dst: HOST, src: address, header: header.reply, data: new Uint8Array(0), bytes };
        return { type: 'frame', frame };
      }),
    silence: () => [],
    pending: false,
  };
}

export function* inquire(
  surroundings: Surroundings,
  usual: Readonly<Record<string, string>>,
  addressOf: (kind: Kind) => number,
): Inquiry<Frame> {
  for (const checksum of ['sum', 'crc'] as const) {
    const found: Stranger[] = [];
    const addresses = yield* candidates(checksum);
    for (const address of checksum === 'sum' ? yield* polled(addresses) : yield* polledAlone(addresses)) {
      const countries = countriesOf(surroundings, usual, false);
      found.push(yield* strangerAt({ checksum, address }, addressOf, countries, surroundings));
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** All that answer, in the order of the addresses. An answer that comes late names its sender, whoever is asked by then. */
function* polled(addresses: readonly number[]): Asking<readonly number[]> {
  const here = new Set<number | null>();
  for (const address of addresses) {
    const poll = ask({ checksum: 'sum', address }, header.simplePoll, POLL_WITHIN_MS);
    const heard = yield { ...poll, answers: ({ dst }) => dst === HOST };
    for (const { src } of heard) here.add(src);
  }
  return addresses.filter((address) => here.has(address));
}

/** The first that answers, and again when there is time; an answer that came late was that of the address before. */
function* polledAlone(addresses: readonly number[]): Asking<readonly number[]> {
  for (const [at, address] of addresses.entries()) {
    const [heard] = yield ask({ checksum: 'crc', address }, header.simplePoll, POLL_WITHIN_MS);
    if (heard === undefined) continue;
    for (const one of [address, ...addresses.slice(Math.max(0, at - 1), at)]) {
      const [again] = yield ask({ checksum: 'crc', address: one }, header.simplePoll, WITHIN_MS);
      if (again !== undefined) return [one];
    }
  }
  return [];
}

/** Those that called their own addresses out, then the usual ones, for not every device knows that call. */
function* candidates(checksum: Checksum): Asking<readonly number[]> {
  const called = yield {
    bytes: encode(checksum, EVERYBODY, ADDRESS_POLL),
    withinMs: ADDRESS_POLL_MS,
    decoder: bareBytes(),
    answers: ({ src }) => src !== null && src >= LOWEST_ADDRESS,
    several: true,
  };
  const said = new Set(called.flatMap(({ src }) => (src === null ? [] : [src])));
  return [...new Set([...(said.size > MOST_CALLED ? [] : said), ...usualAddresses])];
}

/** The data of an answer; null: it refused, or said nothing. */
function* read(wire: Wire, code: number, data: readonly number[] = []): Asking<Uint8Array | null> {
  const frame = yield* firstAnswer(TRIES, () => ask(wire, code, WITHIN_MS, data));
  return frame?.header === header.reply && frame.data.length > 0 ? frame.data : null;
}

function* words(wire: Wire, code: number, data: readonly number[] = []): Asking<string | null> {
  const said = yield* read(wire, code, data);
  return said === null ? null : text(said) || null;
}

function* strangerAt(
  wire: Wire,
  addressOf: (kind: Kind) => number,
  countries: Countries,
  surroundings: Surroundings,
): Asking<Stranger> {
  const maker = yield* words(wire, header.manufacturer);
  const category = yield* words(wire, header.category);
  const model = yield* words(wire, header.productCode);
  const number = yield* read(wire, header.serialNumber);
  const firmware = yield* words(wire, header.softwareRevision);
  const kind = category === null ? kindAt(wire.address) : (categories.get(category.toLowerCase()) ?? null);
  const stranger = {
    maker,
    model,
    serial: number?.length === 3 ? String(littleEndian(number)) : null,
    firmware,
    address: wire.address,
  };
  if (kind === null) {
    const remarks: readonly Remark[] = [{ code: 'kind-unknown', what: category ?? String(wire.address) }];
    return { ...stranger, denominations: [], settings: null, remarks };
  }
  const own = {
    device: kind,
    ...(addressOf(kind) === wire.address ? {} : { address: wire.address }),
    ...(wire.checksum === 'sum' ? {} : { checksum: wire.checksum }),
  };
  const denominations = kind === 'bill' ? yield* notes(wire, countries) : yield* coins(wire, kind, countries);
  const holds = kind === 'hopper' ? holding(denominations, surroundings) : { settings: {}, remarks: [] };
  const mapped = Object.keys(countries.settings).length === 0 ? {} : { countries: countries.settings };
  return {
    ...stranger,
    denominations: distinct(denominations),
    settings: { ...own, ...holds.settings, ...mapped },
    remarks: [...countries.remarks, ...holds.remarks],
  };
}

function* coins(wire: Wire, kind: 'coin' | 'hopper', countries: Countries): Asking<readonly (Denomination | null)[]> {
  const ids: (string | null)[] = [];
  if (kind === 'hopper') ids.push(yield* words(wire, header.hopperCoin));
  else for (const position of range(1, POSITIONS)) ids.push(yield* words(wire, header.coinId, [position]));
  return ids.map((id) => {
    const { country, value } = coinId(id ?? '');
    const mapped = country === null ? null : countries.currencyOf(country);
    return mapped === null ? null : { currency: mapped.currency, minor: value };
  });
}

function* notes(wire: Wire, countries: Countries): Asking<readonly (Denomination | null)[]> {
  const found: (Denomination | null)[] = [];
  const scalings = new Map<string, ReturnType<typeof scaling>>();
  for (const type of range(1, POSITIONS)) {
    const { country, value } = billId((yield* words(wire, header.billId, [type])) ?? '');
    if (country === null) continue;
    if (!scalings.has(country)) {
      const letters = Array.from(country, (letter) => letter.charCodeAt(0));
      const said = yield* read(wire, header.scalingFactor, letters);
      scalings.set(country, said === null ? null : scaling(said));
    }
    const scale = scalings.get(country) ?? null;
    const mapped = countries.currencyOf(country);
    found.push(scale === null || mapped === null ? null : billValue(value, scale, mapped));
  }
  return found;
}

/** What lies in a hopper is a setting; one that names its coin is believed, of the others only a person knows. */
function holding(
  denominations: readonly (Denomination | null)[],
  { currency }: Surroundings,
): { readonly settings: Readonly<Record<string, unknown>>; readonly remarks: readonly Remark[] } {
  const [coin] = denominations;
  if (coin !== null && coin !== undefined)
    return { settings: { currency: coin.currency, minor: coin.minor }, remarks: [] };
  const known = currency !== null && currencyExponent(currency) !== null;
  const missing = known ? ['minor'] : ['currency', 'minor'];
  return {
    settings: known ? { currency } : {},
    remarks: missing.map((what) => ({ code: 'incomplete', what })),
  };
}
