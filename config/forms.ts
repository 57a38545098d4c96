/** Forms of single values that a pattern alone cannot judge. Each answers true only for a value that can be used. */

export function isTimeOfDay(value: string, latest: '23:59' | '24:00'): boolean {
  return /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/.test(value) || (latest === '24:00' && value === '24:00');
}

/** Names only (`Asia/Shanghai`, `UTC`): an offset such as +08:00 knows no daylight saving. */
export function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

/** Made when somebody first asks. */
let regions: Intl.DisplayNames | undefined;

export function isRegion(value: string): boolean {
  if (!/^[A-Z]{2}$/.test(value) || value === 'ZZ') return false;
  regions ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return regions.of(value) !== undefined;
}

export function isColour(value: string): boolean {
  return /^#[0-9A-Fa-f]{6}$/.test(value);
}

/** An http or https address without name and password, at most 200 characters. */
export function isWebAddress(value: string): boolean {
  if (value.length > 200 || !URL.canParse(value)) return false;
  const url = new URL(value);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
}

/** An Ed25519 key in SPKI (RFC 8410): twelve bytes that say so, and 32 of the key; in base64 or in hex. */
export function isEd25519Key(value: string): boolean {
  return (
    /^MCowBQYDK2VwAyEA[0-9A-Za-z+/]{42}[048AEIMQUYcgkosw]=$/.test(value) ||
    /^302a300506032b6570032100[0-9a-f]{64}$/.test(value)
  );
}
