/** The record of a wire in words: what was sent, and what came back, message by message, for a technician. */
import type { ProtocolFrontDoor } from './protocol.ts';
import type { TraceEntry } from './trace.ts';

/** Entries before the first wanted one that are read too, to tell what was answered the same before. */
const CONTEXT_ENTRIES = 100;
const WORDS_LIMIT = 400;
/** What counts on from message to message and says nothing of a device. */
const RUNNING_FIELDS: ReadonlySet<string> = new Set(['sequence', 'ack', 'transaction']);

export interface TraceLine {
  /** Of the first entry that it was read from; lines of the same entries have the same one. */
  readonly seq: number;
  /** Monotonic, milliseconds. */
  readonly atMs: number;
  readonly direction: TraceEntry['direction'];
  /** As the protocol's table calls it; what is no message, in words. */
  readonly name: string;
  /** What it carries, `name value · name value`. */
  readonly fields: string;
  /** In hex; empty where they are not kept. */
  readonly bytes: string;
  /** It is no message, or a driver crashed here. */
  readonly error: boolean;
  /** This was said, or answered to the same question, in the same words the last time. */
  readonly again: boolean;
}

/** Bytes that belong together: one message sent, or all that came until the next one was. */
interface Piece {
  readonly first: TraceEntry;
  readonly entries: readonly TraceEntry[];
}

/**
 * The lines read from the entries from this sequence on, oldest first. What comes in pieces is put together until something
 * is sent, so the last lines may grow: ask again from the sequence of the last one.
 */
export function traceLines(
  entries: readonly TraceEntry[],
  door: Pick<ProtocolFrontDoor, 'describe'>,
  from: number,
): readonly TraceLine[] {
  const start = entries.findIndex(({ seq }) => seq >= from);
  if (start < 0) return [];
  const pieces = piecesOf(entries.slice(Math.max(0, start - CONTEXT_ENTRIES)));
  const said = new Map<string, string>();
  let asked: TraceEntry | null = null;
  const lines: TraceLine[] = [];
  for (const piece of pieces) {
    const { first } = piece;
    const about = first.direction === 'in' ? asked?.what : first.what;
    readPiece(piece, door, asked).forEach(({ line, place, words }, index) => {
      const key = `${first.direction} ${place} ${about} ${index}`;
      const again = said.get(key) === words && first.direction !== 'crash';
      if (first.seq >= from) lines.push({ ...line, again });
      said.set(key, words);
    });
    if (first.direction === 'out') asked = first;
  }
  return lines;
}

function piecesOf(entries: readonly TraceEntry[]): readonly Piece[] {
  const pieces: { first: TraceEntry; entries: TraceEntry[] }[] = [];
  for (const entry of entries) {
    const last = pieces.at(-1);
    const whole = entry.direction !== 'in' || entry.what !== '';
    if (last === undefined || whole || last.first.direction !== 'in' || last.first.what !== '')
      pieces.push({ first: entry, entries: [entry] });
    else last.entries.push(entry);
  }
  return pieces;
}

/** A line with whom it is from or to, and what of its fields says something of a device. */
interface Read {
  readonly line: Omit<TraceLine, 'again'>;
  readonly place: string;
  readonly words: string;
}

function readPiece(
  { first, entries }: Piece,
  door: Pick<ProtocolFrontDoor, 'describe'>,
  asked: TraceEntry | null,
): readonly Read[] {
  const { seq, atMs, direction, what } = first;
  const head = { seq, atMs, direction };
  const bytes = Buffer.concat(entries.map((entry) => entry.bytes));
  if (bytes.length === 0) {
    const error = direction === 'crash';
    return [{ line: { ...head, name: short(what), fields: '', bytes: '', error }, place: '', words: '' }];
  }
  const isOut = direction === 'out';
  const said = door.describe(bytes, isOut ? 'host' : 'device', isOut ? undefined : asked?.bytes);
  return said.map((message) => {
    if ('error' in message) {
      const { error, apdu } = message;
      const line = { ...head, name: short(error), fields: '', bytes: short(apdu), error: true };
      return { line, place: '', words: apdu };
    }
    const { command, apdu, fields } = message;
    const name = !isOut || what === command ? command : `${what} (${command})`;
    const steady = Object.entries(fields).filter(([field]) => !RUNNING_FIELDS.has(field));
    return {
      line: { ...head, name, fields: fieldsIn(Object.entries(fields)), bytes: short(apdu), error: false },
      place: String(fields.address ?? fields.unit ?? ''),
      words: `${command} ${fieldsIn(steady)}`,
    };
  });
}

function fieldsIn(fields: readonly (readonly [string, unknown])[]): string {
  const words = fields.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return short(words.join(' · '));
}

function short(words: string): string {
  return words.length > WORDS_LIMIT ? `${words.slice(0, WORDS_LIMIT)}…` : words;
}
