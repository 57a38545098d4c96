const NO_BREAK = '\u00a0';
/** A hyphen held on both sides; the sign itself stays the one that was given. */
const NO_BREAK_HYPHEN = '\u2060-\u2060';
const MAY_BREAK = '\u200b';

/** Keeps a figure and its unit together (50 元), lets a label break after an amount, and keeps a number with what it
 * numbers (window 3, 一楼 3 号) and a telephone number whole. */
export function phrase(text: string): string {
  return text
    .replaceAll(/(?<=\p{Script=Han}) (?=\d+ 号)/gu, NO_BREAK)
    .replaceAll(/(?<=[a-zA-Z]) (?=\d{1,3}(?![\d:./-]))/g, NO_BREAK)
    .replaceAll(/(?<=\d) (?=\p{Script=Han})/gu, NO_BREAK)
    .replaceAll(/(?<=\d\u00a0[欧美港]?元)/gu, MAY_BREAK)
    .replaceAll(/(?<=\d) (?=\d|(?:[a-zA-Z]|cm|mm|km|kg|mg|ml)(?![a-zA-Z]))/g, NO_BREAK)
    .replaceAll(/(?<=\d)-(?=\d)/g, NO_BREAK_HYPHEN);
}

/** How wide a text is, in half-widths: Chinese signs are twice as wide. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 2 : 1), 0);
}
