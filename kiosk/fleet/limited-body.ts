/** An answer as far as somebody is willing to read it: what a server sends may have no end. */

/** @throws what `tooLong` makes of more than `maximum` bytes; Error of the network */
export async function limitedBody(
  response: Response,
  maximum: number,
  tooLong: (words: string) => Error = Error,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maximum) throw tooLong(`more than ${maximum} bytes came`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
