/** Personal data made small enough to be recognised by its owner and by nobody else. Pure. */

const mostNameParts = 3;

/** Made for the first name: it reads the dictionaries of Chinese, and no start needs them. */
let segments: Intl.Segmenter | null = null;

function signs(text: string): readonly string[] {
  segments ??= new Intl.Segmenter('zh', { granularity: 'grapheme' });
  return Array.from(segments.segment(text), ({ segment }) => segment);
}

function firstOnly(text: string, stars: string): string {
  const [first, second] = signs(text);
  // Of a text of one sign the first would be everything.
  return first === undefined || second === undefined ? stars : first + stars;
}

/** `张伟` is `张*`, `Maria Schmidt` is `M* S*`. The number of stars tells nothing about the length. */
export function maskName(name: string): string {
  const parts = name
    .normalize('NFC')
    .split(/\s+/u)
    .filter((part) => part !== '');
  if (parts.length === 0) return '*';
  return parts
    .slice(0, mostNameParts)
    .map((part) => firstOnly(part, '*'))
    .join(' ');
}

/** Of an address only the building stays: `东湖小区 3 栋 2 单元 501` is `3 栋***`; of anything else the first sign. */
export function maskPlace(place: string): string {
  const text = place.normalize('NFC').trim();
  const building =
    /(?<![0-9A-Za-z])[0-9A-Z]{1,4}\s?(?:栋|幢|座|号楼)/u.exec(text)?.[0] ??
    /\b(?:building|block|house)\s[0-9A-Z]{1,4}\b/iu.exec(text)?.[0];
  return building === undefined ? firstOnly(text, '***') : `${building}***`;
}

/** Who owes a bill, as it may be shown: `张*, 3 栋***`. */
export function maskPayer(payer: { readonly name: string; readonly place: string | null }): string {
  const name = maskName(payer.name);
  return payer.place === null || payer.place.trim() === '' ? name : `${name}, ${maskPlace(payer.place)}`;
}
