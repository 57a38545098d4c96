/** Fetches a file whose address a gateway told. */

/** Packed; a day of a merchant with a hundred kiosks is a tenth of it. */
const fileMaximumBytes = 8 * 1_048_576;

export type Downloaded =
  | { readonly came: 'file'; readonly bytes: Buffer }
  /** The answer was no file: its status. */
  | { readonly came: 'status'; readonly status: number }
  | { readonly came: 'too-much' };

/**
 * Follows no redirect: the file has to come from where it was said to be. Rejects when nobody is reached, or the transfer breaks
 * off.
 */
export async function download(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Downloaded> {
  const answer = await fetch(url, { headers, signal, redirect: 'error' });
  if (answer.status !== 200 || answer.body === null) {
    await answer.body?.cancel();
    return { came: 'status', status: answer.status };
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body) {
    bytes += part.length;
    // Leaving the loop ends the transfer.
    if (bytes > fileMaximumBytes) return { came: 'too-much' };
    parts.push(part);
  }
  return { came: 'file', bytes: Buffer.concat(parts) };
}

/**
 * Whether a file is fetched from there: over TLS, or from the very host of the gateway (in a laboratory, this computer). A
 * signed answer names it, so this holds off a mistake rather than an attack.
 */
export function isFetchable(url: string, gateway: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return true;
  return protocol === 'http:' && hostname === new URL(gateway).hostname;
}
