/**
 * Who is there, in EBDS's words: a poll, the auxiliary queries of type, serial number and application part, which only
 * read, and the note specifications. A poll, and a query of those, is an order: every note disabled, nothing stacked, nothing
 * returned, the rest as the kiosk itself sends it. It comes first, because a device whose host was gone takes notes again,
 * as that host had allowed, with the next message of any kind.
 *
 * A message with a new number says that the last reply was read, and nobody knows the number of before. So when the first
 * answer tells what became of a note, nothing more is asked: it may be the last report said again, and then stays unread.
 */
import { currencyExponent } from '../currency.ts';
import { distinct, firstAnswer, type Inquiry, type Question, type Remark } from '../inquiry.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import {
  auxiliary,
  config,
  denominationOf,
  extended,
  mode,
  type NoteSpecification,
  report,
  type Report,
  text,
  type as messageType,
} from './messages.ts';

const TRIES = 2;
const WITHIN_MS = 300;
const MOST_NOTES = 50;
const allDisabled = [0, mode.anyOrientation | mode.escrow, config.policyB | config.extendedNotes];

type Number = 0 | 1;

/** A device answers with the number that it was asked with. */
function ask(ack: Number, type: number, data: readonly number[]): Question<Frame> {
  return {
    bytes: encode({ type, ack, data }),
    withinMs: WITHIN_MS,
    decoder: createDecoder(),
    answers: (frame) => frame.ack === ack && frame.type !== messageType.order,
  };
}

const query = (ack: Number, what: keyof typeof auxiliary): Question<Frame> =>
  ask(ack, messageType.auxiliary, [0, 0, auxiliary[what]]);

/** What became of a note is told until it is acknowledged; where one is stands in every report. */
function tellsOfNote({ state }: Report): boolean {
  return state.has('stacked') || state.has('returned');
}

function isEmpty({ state }: Report): boolean {
  return [...state].every((one) => one === 'idle');
}

/** A device that does not know a query answers with a report. */
function words(frame: Frame | null): string | null {
  return frame?.type === messageType.auxiliary ? text(frame.data) || null : null;
}

export function* inquire(): Inquiry<Frame> {
  const poll = (ack: Number) => ask(ack, messageType.order, allDisabled);
  const first = yield* firstAnswer(TRIES, () => poll(0));
  if (first === null) return [];
  const said = report(first);
  if (said !== null && tellsOfNote(said)) return [strangerOf([null, null, null], [], true)];
  // The number may have been that of before, and the poll not heeded: with the other one it is.
  yield* firstAnswer(TRIES, () => poll(1));
  if (said !== null && !isEmpty(said)) return [strangerOf([null, null, null], [], true)];
  let ack: Number = 0;
  const model = words(yield* firstAnswer(TRIES, () => query(0, 'model')));
  const next = (): Number => {
    ack = ack === 0 ? 1 : 0;
    return ack;
  };
  const serialAck = next();
  const serial = words(yield* firstAnswer(TRIES, () => query(serialAck, 'serial')));
  const applicationAck = next();
  const firmware = words(yield* firstAnswer(TRIES, () => query(applicationAck, 'application')));
  const notes: NoteSpecification[] = [];
  for (let at = 1; at <= MOST_NOTES; at++) {
    const noteAck = next();
    const data = [extended.note, ...allDisabled, at];
    const frame = yield* firstAnswer(TRIES, () => ask(noteAck, messageType.extended, data));
    const note = frame === null ? null : (report(frame)?.note ?? null);
    if (note === null || note.index !== at) break;
    notes.push(note);
  }
  return [strangerOf([model, serial, firmware], notes, false)];
}

function strangerOf(
  [model, serial, firmware]: readonly [string | null, string | null, string | null],
  notes: readonly NoteSpecification[],
  busy: boolean,
) {
  const remarks: Remark[] = [];
  const denominations = notes.map((note) => {
    const digits = currencyExponent(note.currency);
    if (digits !== null) return denominationOf(note, digits);
    remarks.push({ code: 'currency-unknown', what: note.currency });
    return null;
  });
  if (busy) remarks.push({ code: 'busy', what: 'note' });
  // A device that does not name its notes needs to be told what its values are.
  else if (notes.length === 0)
    remarks.push({ code: 'incomplete', what: 'currency' }, { code: 'incomplete', what: 'values' });
  return {
    maker: 'MEI',
    model,
    serial,
    firmware,
    denominations: distinct(denominations),
    settings: {},
    address: null,
    remarks,
  };
}
