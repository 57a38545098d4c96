/**
 * Who is there, in ESC/POS's words: DLE EOT 1 to 4, answered at once and never printed, then GS I with a letter, as the
 * kiosk asks it. A byte of fixed bits is little proof, so all four have to answer, each with exactly one.
 */
import { type Answer, firstAnswer, type Inquiry, type Question } from '../inquiry.ts';
import { createDecoder, type Frame } from './frame.ts';
import { askIdentity, askStatus, identities, type Identity, type StatusNumber } from './messages.ts';

const STATUS_WITHIN_MS = 250;
/** A printer that is missed here is asked in other words next, and prints them. */
const TRIES = 2;
/** A printer that waits for paper answers these only afterwards, or never. */
const IDENTITY_WITHIN_MS = 500;
const statuses: readonly StatusNumber[] = [1, 2, 3, 4];

/** Whatever comes is seen, so that noise, in which some byte always fits, is told from an answer. */
function status(n: StatusNumber): Question<Frame> {
  return {
    bytes: askStatus(n),
    withinMs: STATUS_WITHIN_MS,
    decoder: createDecoder(),
    answers: () => true,
    several: true,
  };
}

function identity(what: Identity): Question<Frame> {
  return {
    bytes: askIdentity(what),
    withinMs: IDENTITY_WITHIN_MS,
    decoder: createDecoder(),
    answers: ({ type }) => type === 'text',
  };
}

export function* inquire(): Inquiry<Frame> {
  for (const n of statuses) {
    let heard: Answer<Frame> = [];
    for (let tries = 0; heard.length === 0 && tries < TRIES; tries++) heard = yield status(n);
    const [first, ...others] = heard;
    if (first?.type !== 'real-time' || others.length > 0) return [];
  }
  const told: Record<Identity, string | null> = { maker: null, model: null, serial: null, firmware: null };
  for (const what of identities) {
    const frame = yield* firstAnswer(1, () => identity(what));
    // Whoever does not know the first will not know the others: each unanswered one costs its whole time.
    if (frame === null) break;
    told[what] = frame.type === 'text' ? frame.text.trim() || null : null;
  }
  return [{ ...told, denominations: [], settings: {}, address: null, remarks: [] }];
}
