/** Finds checked frames in whatever comes over a wire: the search that protocols share. Each tells only what its frames are. */
import type { Decoded, Decoder } from './driver.ts';

/** What stands at one place. `short`: a frame may begin here, and more of it has to come. */
export type Reading<Frame> =
  | { readonly is: 'frame'; readonly frame: Frame; readonly length: number }
  | { readonly is: 'short' }
  | { readonly is: 'nothing'; readonly why: string };

/** Looks at the bytes from `at` on. Must not say `short` of more bytes than the longest frame has. */
export type ReadFrame<Frame> = (bytes: Uint8Array, at: number) => Reading<Frame>;

export const short: { readonly is: 'short' } = { is: 'short' };

export function nothing(why: string): Reading<never> {
  return { is: 'nothing', why };
}

/**
 * A start that turns out wrong costs that one byte only, so that a frame hidden behind it still decodes. Between pushes
 * at most one unfinished frame is kept. Bytes between frames come out as one piece, with the reason of its first.
 */
export function createDecoder<Frame>(read: ReadFrame<Frame>): Decoder<Frame> {
  let kept = new Uint8Array(0);

  function scan(bytes: Uint8Array, silent: boolean): readonly Decoded<Frame>[] {
    const found: Decoded<Frame>[] = [];
    let end = bytes.length;
    let badFrom = 0;
    let why = '';
    const discardTo = (to: number): void => {
      if (to > badFrom) found.push({ type: 'discarded', bytes: bytes.subarray(badFrom, to), why });
    };
    for (let next = 0; next < bytes.length; ) {
      const at = next++;
      const reading = read(bytes, at);
      if (reading.is === 'frame') {
        discardTo(at);
        found.push({ type: 'frame', frame: reading.frame });
        next = at + reading.length;
        badFrom = next;
        why = '';
      } else if (reading.is === 'nothing') {
        why ||= reading.why;
      } else if (silent) {
        why ||= 'unfinished';
      } else {
        end = at;
        break;
      }
    }
    discardTo(end);
    kept = bytes.slice(end);
    return found;
  }

  return {
    push(bytes) {
      const joined = new Uint8Array(kept.length + bytes.length);
      joined.set(kept);
      joined.set(bytes, kept.length);
      return scan(joined, false);
    },
    silence: () => scan(kept, true),
    get pending() {
      return kept.length > 0;
    },
  };
}
