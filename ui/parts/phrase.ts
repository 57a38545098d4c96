const NO_BREAK = '\u00a0';

/** Keeps a figure and its unit together (50 元), so that a label breaks between thoughts. */
export function phrase(text: string): string {
  return text.replaceAll(/(\d) (?=[\p{Script=Han}])/gu, `$1${NO_BREAK}`);
}
