/**
 * Who is there, in SSP's words, without encryption: SYNC, which only sets the sequence, then SETUP REQUEST and GET SERIAL
 * NUMBER, which only read. Never POLL: a device that holds a note would take it in.
 */
import type { Denomination } from '../device.ts';
import {
  type Answer,
  countriesOf,
  distinct,
  firstAnswer,
  type Inquiry,
  type Question,
  type Stranger,
  type Surroundings,
} from '../inquiry.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import { command, reply, serialNumber, setUp, unit } from './messages.ts';

const TRIES = 2;
const WITHIN_MS = 300;
const MINOR_OF_A_UNIT = 100;

/** The setting `model` by what a device says that it is; every other number is a validator without a store. */
const models: ReadonlyMap<number, string> = new Map([
  [unit.hopper, 'smart-hopper'],
  [unit.payout, 'smart-payout'],
  [unit.noteFloat, 'nv11'],
]);

type Asking<T> = Generator<Question<Frame>, T, Answer<Frame>>;

function ask(address: number, sequence: 0 | 1, code: number): Question<Frame> {
  return {
    bytes: encode(address, sequence, [code]),
    withinMs: WITHIN_MS,
    decoder: createDecoder(),
    // No command has a code as high as an answer's.
    answers: (frame) => frame.address === address && (frame.data[0] as number) >= reply.ok,
  };
}

/** All that stand at one of these addresses, which share a wire. `usualAddress` is that of a model that nobody moved. */
export function* inquire(
  surroundings: Surroundings,
  addresses: readonly number[],
  usualAddress: (model: string) => number,
): Inquiry<Frame> {
  const found: Stranger[] = [];
  for (const address of addresses) {
    const stranger = yield* at(address, usualAddress, surroundings);
    if (stranger !== null) found.push(stranger);
  }
  return found;
}

function* at(
  address: number,
  usualAddress: (model: string) => number,
  surroundings: Surroundings,
): Asking<Stranger | null> {
  // SYNC bears the sequence 1, and the next command begins anew with 0.
  const sync = yield* firstAnswer(TRIES, () => ask(address, 1, command.sync));
  if (sync === null) return null;
  const told = yield* firstAnswer(TRIES, () => ask(address, 0, command.setupRequest));
  const said = told?.data[0] === reply.ok ? setUp(told.data.subarray(1)) : null;
  const number = yield* firstAnswer(TRIES, () => ask(address, 1, command.serialNumber));
  const serial = number?.data[0] === reply.ok ? serialNumber(number.data.subarray(1)) : null;
  const model = said === null ? null : (models.get(said.unitType) ?? 'nv200');
  const countries = countriesOf(surroundings, {}, false);
  const denominations = (said?.channels ?? []).map(({ country, face }) =>
    worthOf(countries.currencyOf(country), face, said?.unitType === unit.hopper),
  );
  const mapped = Object.keys(countries.settings).length === 0 ? {} : { countries: countries.settings };
  return {
    maker: 'ITL',
    model,
    serial: serial === null ? null : String(serial),
    firmware: said?.firmware || null,
    denominations: distinct(denominations),
    settings: model === null ? null : { model, ...(address === usualAddress(model) ? {} : { address }), ...mapped },
    address,
    remarks: [...countries.remarks, ...(said === null ? [{ code: 'busy', what: 'denominations' } as const] : [])],
  };
}

/** A face value is whole units of money, a coin's hundredths; null: no such currency, or not a whole amount. */
function worthOf(
  mapped: { readonly currency: string; readonly exponent: number } | null,
  face: number,
  coins: boolean,
): Denomination | null {
  if (mapped === null) return null;
  const minor = (face * 10 ** mapped.exponent) / (coins ? MINOR_OF_A_UNIT : 1);
  return Number.isSafeInteger(minor) ? { currency: mapped.currency, minor } : null;
}
