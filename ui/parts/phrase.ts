const noBreak = '\u00a0';
/** A hyphen held on both sides; the sign itself stays the one that was given. */
const noBreakHyphen = '\u2060-\u2060';
const mayBreak = '\u200b';

/** Keeps a figure and its unit together (50 元), lets a label break after an amount, and keeps a number with what it
 * numbers (window 3, 一楼 3 号) and a telephone number whole. */
export function phrase(text: string): string {
  return text
    .replaceAll(/(?<=\p{Script=Han}) (?=\d+ 号)/gu, noBreak)
    .replaceAll(/(?<=[a-zA-Z]) (?=\d{1,3}(?![\d:./-]))/g, noBreak)
    .replaceAll(/(?<=\d) (?=\p{Script=Han})/gu, noBreak)
    .replaceAll(/(?<=\d\u00a0[欧美港]?元)/gu, mayBreak)
    .replaceAll(/(?<=\d) (?=\d|(?:[a-zA-Z]|cm|mm|km|kg|mg|ml)(?![a-zA-Z]))/g, noBreak)
    .replaceAll(/(?<=\d)-(?=\d)/g, noBreakHyphen);
}

/** How wide a text is, in half-widths: Chinese signs are twice as wide. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 2 : 1), 0);
}
