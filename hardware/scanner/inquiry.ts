/**
 * Who is there: nobody can say. A scanner speaks when a code is held to it and answers no question that all makers share;
 * to send one maker's words to a stranger is to set up another's device. Bytes that come unasked are told by discovery.
 */
import type { Inquiry } from '../inquiry.ts';
import type { Frame } from './frame.ts';

// biome-ignore lint/correctness/useYield: an inquiry without questions.
export function* inquire(): Inquiry<Frame> {
  return [];
}
