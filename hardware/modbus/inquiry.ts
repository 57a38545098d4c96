/**
 * Who is there, in Modbus's words: the identification (V1.1b3, 6.21) and one discrete input (6.2), which only read. What
 * answers either, be it with an exception, is a Modbus device at that unit id; what its inputs and coils are wired to, no
 * device knows.
 */
import { type Answer, firstAnswer, type Inquiry, type Question } from '../inquiry.ts';
import { createDecoder, EXCEPTION_BIT, type Frame } from './frame.ts';
import { askIdentification, exceptionOf, identityOf, nobody, readInputs, type Request } from './messages.ts';

/** Modules leave the works with 1; a second and a third are set to the next. */
const units: readonly number[] = [1, 2, 3];
const TRIES = 2;
const WITHIN_MS = 200;

function ask(unit: number, { bytes, code }: Request): Question<Frame> {
  return {
    bytes,
    withinMs: WITHIN_MS,
    decoder: createDecoder(),
    answers: (frame) => frame.unit === unit && (frame.code & ~EXCEPTION_BIT) === code,
  };
}

export function* inquire(): Inquiry<Frame> {
  const found = [];
  for (const unit of units) {
    const input: Frame | null = yield* firstAnswer(TRIES, () => ask(unit, readInputs(unit, 0, 1)));
    if (input === null) continue;
    const told: Answer<Frame> = yield ask(unit, askIdentification(unit));
    const identity = told[0] === undefined || exceptionOf(told[0]) !== null ? nobody : identityOf(told[0]);
    found.push({
      ...identity,
      serial: null,
      denominations: [],
      settings: { unit },
      address: unit,
      remarks: [{ code: 'incomplete', what: 'contacts' } as const],
    });
  }
  return found;
}
