/** Reading the sheets that wallets send: strict, bounded, and never throwing. Pure. */
import type { StatementAnswer } from './contract.ts';

/** More of anything is no statement of a merchant with kiosks: rows, columns, characters of a line. */
export const rowsMaximum = 20_000;
/** Unpacked: it is read on the thread on which a note may wait for its answer. */
export const sheetMaximumBytes = 5 * 1_048_576;
const columnsMaximum = 64;
const lineMaximum = 4_096;
/** Characters of a number or a mark. */
export const wordMaximum = 64;

export type Row = Readonly<Record<string, string>>;

/** Cells of one line of a CSV (RFC 4180), trimmed; null: not well made, or too long. */
export function cellsOf(line: string): readonly string[] | null {
  if (line.length > lineMaximum) return null;
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (cells.length >= columnsMaximum) return null;
    const cell = line[at] === '"' ? quotedAt(line, at) : plainAt(line, at);
    if (cell === null) return null;
    cells.push(cell.text.trim());
    if (cell.end === line.length) return cells;
    if (line[cell.end] !== ',') return null;
    at = cell.end + 1;
  }
}

interface Cell {
  readonly text: string;
  readonly end: number;
}

function plainAt(line: string, at: number): Cell | null {
  const comma = line.indexOf(',', at);
  const end = comma === -1 ? line.length : comma;
  const text = line.slice(at, end);
  return text.includes('"') ? null : { text, end };
}

function quotedAt(line: string, at: number): Cell | null {
  let text = '';
  let from = at + 1;
  for (;;) {
    const quote = line.indexOf('"', from);
    if (quote === -1) return null;
    text += line.slice(from, quote);
    if (line[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    from = quote + 2;
  }
}

/** The line's cells under the names of the head; null when there are not as many. */
export function rowOf(head: readonly string[], cells: readonly string[]): Row | null {
  if (cells.length !== head.length) return null;
  return Object.fromEntries(head.map((name, i) => [name, cells[i] as string]));
}

/** Yuan with at most two decimals, perhaps below zero, as minor units; null: no such sum. */
export function minorOf(text: string | undefined): number | null {
  const match = /^(-?)(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text ?? '');
  if (match === null) return null;
  const minor = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' && minor > 0 ? -minor : minor;
}

/** Unix milliseconds of `2026-03-31 09:05:07` in Beijing; null: no such moment. */
export function momentOf(text: string | undefined): number | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text ?? '')) return null;
  const ms = Date.parse(`${text?.replace(' ', 'T')}+08:00`);
  return Number.isNaN(ms) ? null : ms;
}

/** A number of an order, a trade or a refund; null: none, or no such number. */
export function numberIn(text: string | undefined): string | null {
  return /^[0-9A-Za-z_*-]{1,64}$/.test(text ?? '') ? (text as string) : null;
}

export const unreadable = (code: string): StatementAnswer => ({ came: 'unreadable', code });

/** More than is read here. */
export const tooMuch = { came: 'too-much', code: 'too-much' } as const;

/** A sheet that was not read, by what was wrong with it in a word. */
export const notRead = (word: string): StatementAnswer => (word === tooMuch.code ? tooMuch : unreadable(word));
