/**
 * Building blocks of receiptline markup. receiptline drops a malformed line without a word, so every value goes
 * through `escaped`, and every text is broken here, at words, to the width it will have on paper.
 */

/** Columns that a text takes: one for ASCII, two for all else, as a GB18030 printer sets it. */
export function textWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += sign < '\u0080' ? 1 : 2;
  return width;
}

const hex = (sign: string) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A value as text of one column: nothing in it can be read as markup; control characters become blanks. */
export function escaped(value: string): string {
  const plain = value
    .replace(/[\p{Cc}\u2028\u2029\ufeff]+/gu, ' ')
    .trim()
    .replace(/[\\{}|~_"`^]/g, hex);
  // A line of nothing but dashes would be a rule, of equals signs a cut.
  return /^[-=]+$/.test(plain) ? plain.replace(/[-=]/g, hex) : plain;
}

/** A value inside a property (`{code:…}`): every sign that is not a letter or a digit is written as its number. */
function escapedProperty(value: string): string {
  return value.replace(/\p{ASCII}/gu, (sign) => (/[A-Za-z0-9]/.test(sign) ? sign : hex(sign)));
}

/** Signs that must not begin a line. */
const CLOSING = /^[，。、；：？）」》%,.;:?!)]$/;

/**
 * Breaks a text into lines of at most `columns`: between words, between Chinese signs, and inside a word only when
 * it is longer than a line. Nothing is lost but the blanks at breaks.
 */
export function brokenLines(text: string, columns: number): readonly string[] {
  const pieces =
    text
      .replace(/\s+/g, ' ')
      .trim()
      .match(/[\u0021-\u007e]+| |[^\u0020-\u007e]/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  const end = () => {
    if (line.trimEnd() !== '') lines.push(line.trimEnd());
    line = '';
  };
  for (const piece of pieces) {
    if (textWidth(line) + textWidth(piece) <= columns) {
      if (piece !== ' ' || line !== '') line += piece;
      continue;
    }
    if (piece === ' ') {
      end();
      continue;
    }
    const carried = CLOSING.test(piece) ? [...line].at(-1) : undefined;
    if (carried !== undefined && carried !== ' ') line = line.slice(0, -carried.length);
    else if (textWidth(piece) > columns && textWidth(line) < columns / 2) {
      // A word longer than a line begins where it stands.
    } else end();
    if (carried !== undefined && carried !== ' ') {
      end();
      line = carried;
    }
    for (const sign of piece) {
      if (textWidth(line) + textWidth(sign) > columns) end();
      line += sign;
    }
  }
  end();
  return lines.length === 0 ? [''] : lines;
}

/** The text of one column, broken to its width. A full line breaks by itself; a second break would leave a gap. */
export function column(text: string, columns: number): string {
  const lines = brokenLines(text, columns);
  return lines
    .map((line, i) => escaped(line) + (i < lines.length - 1 && textWidth(line) < columns ? '\\n' : ''))
    .join('');
}

/** A vertical gap in dots (one eighth of a millimetre). */
export function gap(dots: number): string {
  return `{x:\\x1bJ${hex(String.fromCharCode(dots))}}`;
}

export const rule = '-';

/** Lines in the middle of the paper. `size`: so many times as wide and high. */
export function centred(
  text: string,
  columns: number,
  style: { readonly bold?: boolean; readonly size?: 1 | 2 | 4 } = {},
) {
  const bold = style.bold === true ? '"' : '';
  const { size = 1 } = style;
  const large = { 1: '', 2: '^^^', 4: '^^^^^' }[size];
  return brokenLines(text, Math.floor(columns / size))
    .map((line) => bold + large + escaped(line) + large + bold)
    .join('\n');
}

/** Lines from the left edge. */
export function paragraph(text: string, columns: number): string {
  return brokenLines(text, columns)
    .map((line) => `|${escaped(line)} |`)
    .join('\n');
}

/** One line with its own blanks; what does not fit is cut off. */
export function asSet(text: string, columns: number): string {
  let line = '';
  for (const sign of text.replaceAll(/\s/g, ' ')) {
    if (textWidth(line + sign) > columns) break;
    line += sign;
  }
  return `|${escaped(line)} |`;
}

/** A label and its value, both from the left; long values go on below themselves. */
export function field(label: string, value: string, columns: number, labelColumns: number): string {
  const rest = columns - labelColumns - 1;
  return [`{w:${labelColumns},${rest}}`, `|${column(label, labelColumns)} |${column(value, rest)} |`, '{w:auto}'].join(
    '\n',
  );
}

/** A name on the left and a figure at the right edge. */
export function figureRow(name: string, value: string, columns: number, bold = false): string {
  const room = Math.min(Math.max(textWidth(value), 10), Math.floor(columns / 2));
  const rest = columns - room - 1;
  const mark = bold ? '"' : '';
  return [
    `{w:${rest},${room}}`,
    `|${mark}${column(name, rest)}${mark} | ${mark}${column(value, room)}${mark}|`,
    '{w:auto}',
  ].join('\n');
}

/** The one amount that matters, double size at the right edge, its label in front when both fit on a line. */
export function largeRow(label: string, value: string, columns: number): string {
  const room = textWidth(value) * 2;
  if (textWidth(label) + 1 + room > columns) {
    return `|${escaped(label)} |\n| "^^^${escaped(value)}^^^"|`;
  }
  return [`{w:${columns - room - 1},${room}}`, `|${escaped(label)} | "^^^${escaped(value)}^^^"|`, '{w:auto}'].join(
    '\n',
  );
}

/** A code to read with a phone, in the middle. Its size follows from how much it holds and how wide the paper is. */
export function qr(content: string, columns: number): string {
  const bytes = new TextEncoder().encode(content).length;
  const cell = bytes <= 80 ? 6 : bytes <= 200 ? 5 : columns >= 42 ? 4 : 3;
  return `{code:${escapedProperty(content)};option:qrcode,${cell},m}`;
}
