const NO_BREAK = '\u00a0';
/** A hyphen held on both sides; the sign itself stays the one that was given. */
const NO_BREAK_HYPHEN = '\u2060-\u2060';
const MAY_BREAK = '\u200b';

/** Keeps a figure and its unit together (50 元), lets a label break after them, and keeps a
 * telephone number whole. */
export function phrase(text: string): string {
  return text
    .replaceAll(/(\d) (\p{Script=Han})/gu, `$1${NO_BREAK}$2${MAY_BREAK}`)
    .replaceAll(/(?<=\d) (?=\d|[a-zA-Z]{1,2}(?![a-zA-Z]))/g, NO_BREAK)
    .replaceAll(/(?<=\d)-(?=\d)/g, NO_BREAK_HYPHEN);
}
