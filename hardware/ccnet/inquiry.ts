/**
 * Who is there, in CCNET's words: IDENTIFICATION (37) and GET BILL TABLE (41), which only read, at the addresses of a
 * validator and of a bill-to-bill unit: the address is what tells one from the other. No POLL and no ACK: what the device has to tell of a note stays untold.
 */
import { countriesOf, distinct, firstAnswer, type Inquiry, type Question, type Surroundings } from '../inquiry.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import { billTable, command, denominationOf, identity } from './messages.ts';

const TRIES = 2;
const WITHIN_MS = 300;

/** Whatever it says with its address and a right CRC, be it ILLEGAL COMMAND because it is enabled, is an answer. */
function ask(address: number, code: number): Question<Frame> {
  return {
    bytes: encode(address, code),
    withinMs: WITHIN_MS,
    decoder: createDecoder(),
    answers: (frame) => frame.address === address,
  };
}

export function* inquire(
  surroundings: Surroundings,
  usual: Readonly<Record<string, string>>,
  models: readonly { readonly model: string; readonly address: number }[],
): Inquiry<Frame> {
  for (const [place, { model, address }] of models.entries()) {
    const first = yield* firstAnswer(TRIES, () => ask(address, command.identification));
    if (first === null) continue;
    const who = identity(first.content);
    const table = yield* firstAnswer(TRIES, () => ask(address, command.billTable));
    const types = table === null ? null : billTable(table.content);
    const countries = countriesOf(surroundings, usual, false);
    const denominations = (types ?? []).map((bill) => {
      const mapped = countries.currencyOf(bill.country);
      return mapped === null ? null : denominationOf(bill, mapped.currency, mapped.exponent);
    });
    const mapped = Object.keys(countries.settings).length === 0 ? {} : { countries: countries.settings };
    return [
      {
        maker: 'CashCode',
        model: who?.part || null,
        serial: who?.serial || null,
        firmware: null,
        denominations: distinct(denominations),
        settings: place === 0 ? mapped : { model, ...mapped },
        address,
        remarks: [
          ...countries.remarks,
          ...(who === null ? [{ code: 'busy', what: 'serial' } as const] : []),
          ...(types === null ? [{ code: 'busy', what: 'denominations' } as const] : []),
        ],
      },
    ];
  }
  return [];
}
