/**
 * What a receipt printer sends back: bytes without frames, told apart by their fixed bits (real-time answers
 * 0xx1xx10, status reports 0xx1xx00 and three more, XON 0x11, XOFF 0x13, buffered answers 0xx0xxxx) and two kinds
 * of blocks that carry a header and end with NUL (GS I texts, GS ( H process ids).
 */
import type { Decoded, Decoder } from '../driver.ts';

export type Frame =
  /** Answer to DLE EOT; which of the four was asked, only the asker knows. */
  | { readonly type: 'real-time'; readonly value: number }
  /** Automatic status report, four bytes (GS a). */
  | { readonly type: 'report'; readonly bytes: readonly [number, number, number, number] }
  /** Answer to GS r, or to GS I with a number. */
  | { readonly type: 'answer'; readonly value: number }
  /** Answer to GS I with a letter: a text. */
  | { readonly type: 'text'; readonly text: string }
  /** Answer to GS ( H: everything before it has been processed. */
  | { readonly type: 'process-id'; readonly id: string }
  | { readonly type: 'flow'; readonly ready: boolean };

/** Longest text of a GS I answer; a longer one is no text. */
const TEXT_LIMIT_BYTES = 80;
const TEXT_HEADER = 0x5f;
const ID_HEADER = 0x37;
const ID_KIND = 0x22;
const ID_BYTES = 4;

const isRealTime = (byte: number) => (byte & 0x93) === 0x12;
const isReportStart = (byte: number) => (byte & 0x93) === 0x10;
const isPlain = (byte: number) => (byte & 0x90) === 0x00;
const isSign = (byte: number) => byte >= 0x20 && byte < 0x7f;

/** Tells the replies apart; holds at most one unfinished reply of bounded length. */
export function createDecoder(): Decoder<Frame> {
  let held: number[] = [];

  const discard = (out: Decoded<Frame>[], why: string, also: readonly number[] = []) => {
    const bytes = Uint8Array.from([...held, ...also]);
    held = [];
    if (bytes.length > 0) out.push({ type: 'discarded', bytes, why });
  };

  const single = (byte: number, out: Decoded<Frame>[]) => {
    const frame = singleOf(byte);
    if (frame !== null) out.push({ type: 'frame', frame });
    else if (isReportStart(byte) || byte === TEXT_HEADER || byte === ID_HEADER) held = [byte];
    else discard(out, 'no reply of a printer looks like this', [byte]);
  };

  const take = (byte: number, out: Decoded<Frame>[]) => {
    const first = held[0];
    if (first === undefined) {
      single(byte, out);
    } else if (isReportStart(first)) {
      takeReport(byte, out);
    } else if (byte === 0x00) {
      const frame = blockOf(held);
      if (frame === null) discard(out, 'a block of the wrong length', [byte]);
      else out.push({ type: 'frame', frame });
      held = [];
    } else if (fits(held, byte)) {
      held.push(byte);
    } else if (isSeparate(byte)) {
      single(byte, out);
    } else {
      discard(out, 'a block that does not end');
      single(byte, out);
    }
  };

  /** A real-time answer or a flow sign may stand inside a report: its fixed bits differ from the rest of it. */
  const takeReport = (byte: number, out: Decoded<Frame>[]) => {
    if (isPlain(byte)) {
      held.push(byte);
      if (held.length < 4) return;
      const [a = 0, b = 0, c = 0, d = 0] = held;
      out.push({ type: 'frame', frame: { type: 'report', bytes: [a, b, c, d] } });
      held = [];
      return;
    }
    const frame = singleOf(byte);
    if (frame !== null) {
      out.push({ type: 'frame', frame });
      return;
    }
    discard(out, 'a status report that does not end');
    single(byte, out);
  };

  return {
    push(bytes) {
      const out: Decoded<Frame>[] = [];
      for (const byte of bytes) take(byte, out);
      return out;
    },
    silence() {
      const out: Decoded<Frame>[] = [];
      discard(out, 'the line fell silent inside a reply');
      return out;
    },
    get pending() {
      return held.length > 0;
    },
  };
}

function singleOf(byte: number): Frame | null {
  if (isRealTime(byte)) return { type: 'real-time', value: byte };
  if (byte === 0x11 || byte === 0x13) return { type: 'flow', ready: byte === 0x11 };
  if (isPlain(byte)) return { type: 'answer', value: byte };
  return null;
}

/** A flow sign or a real-time answer that is no sign of a block may stand inside one. */
function isSeparate(byte: number): boolean {
  return !isSign(byte) && (isRealTime(byte) || byte === 0x11 || byte === 0x13);
}

/** Whether a byte may go on the block that `held` begins. */
function fits(held: readonly number[], byte: number): boolean {
  if (held[0] === TEXT_HEADER) return isSign(byte) && held.length <= TEXT_LIMIT_BYTES;
  if (held.length === 1) return byte === ID_KIND;
  return isSign(byte) && held.length < 2 + ID_BYTES;
}

function blockOf(held: readonly number[]): Frame | null {
  const text = String.fromCharCode(...held.slice(held[0] === TEXT_HEADER ? 1 : 2));
  if (held[0] === TEXT_HEADER) return { type: 'text', text };
  return held.length === 2 + ID_BYTES ? { type: 'process-id', id: text } : null;
}
