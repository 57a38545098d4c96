/**
 * Who is there, in ID-003's words: VERSION (88) and the currency assignment (8A), which only read. The status request is
 * not used: the same five bytes are the report of an idle device, so that a wire that gives them back would look like one.
 */
import { countriesOf, distinct, firstAnswer, type Inquiry, type Question, type Surroundings } from '../inquiry.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import { command, currencyTable, hexByte, status, text } from './messages.ts';

const TRIES = 2;
const WITHIN_MS = 300;

/** Answered by its own code with data; a device that will not says INVALID COMMAND, which is an answer too. */
function ask(code: number): Question<Frame> {
  return {
    bytes: encode(code),
    withinMs: WITHIN_MS,
    decoder: createDecoder(),
    answers: (frame) => (frame.code === code && frame.data.length > 0) || frame.code === status.invalidCommand,
  };
}

export function* inquire(surroundings: Surroundings, usual: Readonly<Record<string, string>>): Inquiry<Frame> {
  const version = yield* firstAnswer(TRIES, () => ask(command.version));
  if (version === null) return [];
  const firmware = version.code === command.version ? text(version.data) || null : null;
  const table = yield* firstAnswer(TRIES, () => ask(command.currencyAssign));
  const told = table?.code === command.currencyAssign;
  const countries = countriesOf(surroundings, usual, true);
  const denominations = (told ? currencyTable(table.data) : []).map(({ country, value, exponent }) => {
    const mapped = countries.currencyOf(hexByte(country));
    const minor = mapped === null ? 0 : value * 10 ** (exponent + mapped.exponent);
    return mapped === null || !Number.isSafeInteger(minor) ? null : { currency: mapped.currency, minor };
  });
  return [
    {
      maker: 'JCM',
      model: firmware?.split(' ')[0] ?? null,
      serial: null,
      firmware,
      denominations: distinct(denominations),
      settings: Object.keys(countries.settings).length === 0 ? {} : { countries: countries.settings },
      address: null,
      remarks: [...countries.remarks, ...(told ? [] : [{ code: 'busy', what: 'denominations' } as const])],
    },
  ];
}
