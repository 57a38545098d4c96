/**
 * Who is there, in ZVT's words: a status enquiry (05 01), which only reads, on a serial line and, where nobody answers so, as
 * it goes over a network. What the terminal says then is acknowledged, so that it comes to rest.
 */
import { firstAnswer, type Inquiry, type Question, type Remark, type Stranger, type Surroundings } from '../inquiry.ts';
import { ACK, type Apdu, createDecoder, encodeApdu, type Frame, type Transport, wrap } from './frame.ts';
import {
  bcdDigits,
  command,
  currencyNumber,
  currencyOf,
  bcdNumber,
  find,
  readEnquiry,
  REFUSED_CLASS,
  tag,
  textOf,
  serialOf,
  withPassword,
} from './messages.ts';

const ANSWER_WITHIN_MS = 1_000;
const COMPLETED_WITHIN_MS = 3_000;
const TRIES = 2;

const transports: readonly Transport[] = ['serial', 'tcp'];

function onWire(transport: Transport, apdu: Uint8Array, acknowledges: boolean): Uint8Array {
  if (transport === 'tcp') return apdu;
  return Uint8Array.from([...(acknowledges ? [ACK] : []), ...wrap(apdu)]);
}

function isAnswer(frame: Frame): frame is Apdu {
  if (frame.type !== 'apdu') return false;
  return frame.code === command.positive || (frame.code >>> 8 === REFUSED_CLASS && frame.bytes.length === 3);
}

function question(
  transport: Transport,
  bytes: Uint8Array,
  withinMs: number,
  answers: (frame: Frame) => boolean,
): Question<Frame> {
  return { bytes, withinMs, decoder: createDecoder(transport), answers };
}

/** Over a network the answer and what follows may come in one piece. */
export function* inquire(surroundings: Surroundings): Inquiry<Frame> {
  for (const transport of transports) {
    const enquiry = onWire(transport, withPassword(command.statusEnquiry, 0), false);
    const tries = transport === 'serial' ? TRIES : 1;
    const answer = yield* firstAnswer(tries, () => question(transport, enquiry, ANSWER_WITHIN_MS, isAnswer));
    if (answer === null || answer.type !== 'apdu') continue;
    if (answer.code !== command.positive) return [stranger(transport, null, surroundings)];
    const completed = yield* completion(transport);
    return [stranger(transport, completed, surroundings)];
  }
  return [];
}

/** What was asked is told after the first answer was acknowledged, and wants an answer itself. */
function* completion(transport: Transport): Generator<Question<Frame>, Apdu | null, readonly Frame[]> {
  const isCompletion = (frame: Frame) => frame.type === 'apdu' && frame.code === command.completion;
  const acknowledged = transport === 'serial' ? Uint8Array.of(ACK) : new Uint8Array(0);
  const [frame] = yield question(transport, acknowledged, COMPLETED_WITHIN_MS, isCompletion);
  if (frame?.type !== 'apdu') return null;
  const taken = onWire(transport, encodeApdu(command.positive), true);
  yield question(transport, taken, transport === 'serial' ? ANSWER_WITHIN_MS : 1, ({ type }) => type === 'ack');
  return frame;
}

function stranger(transport: Transport, completed: Apdu | null, { currency: own }: Surroundings): Stranger {
  const said = completed === null ? null : readEnquiry(completed.data);
  const items = said?.items ?? [];
  const text = (what: number): string | null => {
    const value = find(items, what, true);
    return value === null ? null : textOf(value).trim() || null;
  };
  const terminal = find(items, 0x29);
  const told = bcdNumber(find(items, 0x49));
  const named = told === null ? null : currencyOf(told);
  const currency = named ?? (own !== null && currencyNumber(own) !== null ? own : null);
  const remarks: Remark[] = [{ code: 'incomplete', what: 'password' }];
  if (currency === null) remarks.push({ code: 'currency-unknown', what: 'currency' });
  else if (named === null) remarks.push({ code: 'currency-assumed', what: 'currency' });
  return {
    maker: null,
    model: text(tag.deviceName),
    serial: serialOf(find(items, tag.serialNumber, true)) ?? (terminal === null ? null : bcdDigits(terminal)),
    firmware: said?.version ?? text(tag.softwareVersion),
    denominations: [],
    settings: { ...(transport === 'tcp' ? { transport } : {}), ...(currency === null ? {} : { currency }) },
    address: null,
    remarks,
  };
}
