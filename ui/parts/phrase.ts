const NO_BREAK = '\u00a0';
const MAY_BREAK = '\u200b';

/** Keeps a figure and its unit together (50 元), and lets a label break after them, between two thoughts. */
export function phrase(text: string): string {
  return text.replaceAll(/(\d) (\p{Script=Han})/gu, `$1${NO_BREAK}$2${MAY_BREAK}`);
}
