/**
 * What a code scanner says: the code's own bytes and a suffix, nothing else; no length, no checksum. Scanners are set to
 * CR, CR LF or LF. The text is UTF-8; bytes that are not are read as GB18030, in which some scanners write Chinese.
 *
 * A square code may hold several lines, as the one of a receipt does. So CR alone ends a code, and LF inside is part of
 * it; a code that ends in LF is whole when nothing follows for as long as a half frame is waited for. A scanner that is
 * known to end its codes in LF is told apart by a setting, and is then as quick as the others.
 */
import type { Decoded, Decoder } from '../driver.ts';

export interface Frame {
  /** At least one sign, no control character but line feeds inside. */
  readonly text: string;
  /** As they came, suffix excluded. */
  readonly bytes: Uint8Array;
}

/** What ends a code: CR (also CR LF, and LF with a pause behind it) or LF (also CR LF). */
export type Suffix = 'cr' | 'lf';

/** Of one code. An invoice title, the longest that is held to a kiosk, is under 1 kB. */
export const LONGEST_CODE_BYTES = 2_048;
const CR = 0x0d;
const LF = 0x0a;

/** Whatever is too long comes out in pieces of the longest code, and so does not pile up. */
export function createDecoder(suffix: Suffix): Decoder<Frame> {
  let held: number[] = [];
  let tooLong = false;

  const end = (out: Decoded<Frame>[]): void => {
    if (suffix === 'lf' && held.at(-1) === CR) held.pop();
    while (held.at(-1) === LF) held.pop();
    const bytes = Uint8Array.from(held);
    const reading = tooLong ? { text: '', why: 'too long' } : read(bytes);
    held = [];
    tooLong = false;
    if (bytes.length === 0) return;
    if (reading.text === '') out.push({ type: 'discarded', bytes, why: reading.why });
    else out.push({ type: 'frame', frame: { text: reading.text, bytes } });
  };

  const take = (byte: number, out: Decoded<Frame>[]): void => {
    if (byte === (suffix === 'cr' ? CR : LF)) {
      end(out);
      return;
    }
    // The rest of the suffix before.
    if (byte === LF && held.length === 0 && !tooLong) return;
    if (held.length === LONGEST_CODE_BYTES) {
      out.push({ type: 'discarded', bytes: Uint8Array.from(held), why: 'too long' });
      held = [];
      tooLong = true;
    }
    held.push(byte);
  };

  return {
    push(bytes) {
      const out: Decoded<Frame>[] = [];
      for (const byte of bytes) take(byte, out);
      return out;
    },
    silence() {
      const out: Decoded<Frame>[] = [];
      if (suffix === 'cr' && held.at(-1) === LF) end(out);
      else if (held.length > 0) out.push({ type: 'discarded', bytes: Uint8Array.from(held), why: 'no suffix' });
      held = [];
      tooLong = false;
      return out;
    },
    get pending() {
      return held.length > 0 || tooLong;
    },
  };
}

/** No text: why. */
function read(bytes: Uint8Array): { readonly text: string; readonly why: string } {
  const text = decoded('utf-8', bytes) ?? decoded('gb18030', bytes);
  if (text === null) return { text: '', why: 'neither UTF-8 nor GB18030' };
  // Any of them but the line feed.
  if (/[^\P{Cc}\n]/u.test(text)) return { text: '', why: 'a control character' };
  return { text, why: 'empty' };
}

function decoded(encoding: 'utf-8' | 'gb18030', bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
