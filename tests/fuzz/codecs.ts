/** The decoders of both wires: nothing invented, nothing lost, and a valid frame is found behind whatever came before. */
import { frontDoor as escpos } from '../../hardware/escpos/index.ts';
import { createDecoder as escposDecoder, type Frame as EscposFrame } from '../../hardware/escpos/frame.ts';
import type { Decoded, Decoder } from '../../hardware/driver.ts';
import { frontDoor as id003 } from '../../hardware/id003/index.ts';
import { createDecoder as id003Decoder, encode, type Frame } from '../../hardware/id003/frame.ts';
import type { Random } from '../simulation/random.ts';
import { bytesOf, type Check, flipped, joined, pieces } from './input.ts';

const sync = 0xfc;

function id003Frame(random: Random): Uint8Array {
  return encode(random.integer(0, 255), bytesOf(random, random.pick([0, 1, 2, random.integer(0, 250)]), sync));
}

function run<F>(decoder: Decoder<F>, chunks: readonly Uint8Array[]): readonly Decoded<F>[] {
  const found = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return [...found, ...decoder.silence()];
}

function framesOf<F>(found: readonly Decoded<F>[]): readonly F[] {
  return found.flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

function written({ code, data }: Frame): Buffer {
  return Buffer.from(encode(code, data));
}

/** Whatever comes, in whatever pieces: every byte is in a frame or among the discarded, and every frame was there. */
export const id003Noise: Check = (random) => {
  const noise = bytesOf(random, random.integer(0, 600), sync);
  const parts = random.chance(0.5)
    ? [noise]
    : [noise, id003Frame(random), bytesOf(random, random.integer(0, 40), sync)];
  const all = joined(parts);
  const decoder = id003Decoder();
  const found = run(decoder, pieces(random, all));
  const back = found.map((item) => (item.type === 'frame' ? written(item.frame) : Buffer.from(item.bytes)));
  if (!Buffer.concat(back).equals(all)) return `bytes were lost or invented of ${Buffer.from(all).toString('hex')}`;
  if (decoder.pending) return 'a half frame outlives the silence';
  const after = id003Frame(random);
  const last = framesOf(run(decoder, [after]));
  return last.length === 1 && written(last[0] as Frame).equals(after)
    ? null
    : 'a frame after noise and silence is lost';
};

/** Whole frames, merged and split, with bytes between them that begin no frame. */
export const id003Merged: Check = (random) => {
  const frames = Array.from({ length: random.integer(1, 6) }, () => id003Frame(random));
  const between = () => bytesOf(random, random.integer(0, 3), 0x11).map((byte) => (byte === sync ? 0 : byte));
  const all = joined(frames.flatMap((frame) => [between(), frame]));
  const found = framesOf(run(id003Decoder(), pieces(random, all)));
  const same =
    found.length === frames.length && found.every((frame, i) => written(frame).equals(frames[i] as Uint8Array));
  return same ? null : `${found.length} of ${frames.length} frames in ${Buffer.from(all).toString('hex')}`;
};

/** One wrong bit behind the length: the checksum finds it, and the next frame decodes. */
export const id003Flipped: Check = (random) => {
  const whole = id003Frame(random);
  const bad = flipped(random, whole, 2);
  const decoder = id003Decoder();
  const found = framesOf(run(decoder, pieces(random, bad)));
  if (found.some((frame) => written(frame).equals(bad)))
    return `taken in spite of a wrong bit: ${Buffer.from(bad).toString('hex')}`;
  return framesOf(run(decoder, [whole])).length === 1 ? null : 'the frame after a bad one is lost';
};

/** The answer does not depend on how the bytes were cut, and a process id is found after silence. */
export const escposNoise: Check = (random) => {
  const all = bytesOf(random, random.integer(0, 300), random.pick([0x37, 0x5f, 0x10, 0x00]));
  const decoder = escposDecoder();
  const cut = run(decoder, pieces(random, all));
  const whole = run(escposDecoder(), [all]);
  if (JSON.stringify(framesOf(cut)) !== JSON.stringify(framesOf(whole))) {
    return `pieces change what ${Buffer.from(all).toString('hex')} means`;
  }
  if (decoder.pending) return 'a half reply outlives the silence';
  const found = framesOf(run(decoder, [Uint8Array.of(0x37, 0x22, 0x41, 0x42, 0x43, 0x44, 0)]));
  const good = found.length === 1 && found[0]?.type === 'process-id' && found[0].id === 'ABCD';
  return good ? null : 'a process id after noise and silence is lost';
};

const replies: readonly (readonly [Uint8Array, EscposFrame['type']])[] = [
  [Uint8Array.of(0x12), 'real-time'],
  [Uint8Array.of(0x11), 'flow'],
  [Uint8Array.of(0x00), 'answer'],
  [Uint8Array.of(0x10, 0x00, 0x00, 0x0f), 'report'],
  [Uint8Array.of(0x5f, 0x4a, 0x43, 0x4d, 0x00), 'text'],
  [Uint8Array.of(0x37, 0x22, 0x30, 0x30, 0x30, 0x31, 0x00), 'process-id'],
];

export const escposMerged: Check = (random) => {
  const chosen = Array.from({ length: random.integer(1, 10) }, () => random.pick(replies));
  const all = joined(chosen.map(([bytes]) => bytes));
  const found = framesOf(run(escposDecoder(), pieces(random, all))).map(({ type }) => type);
  const meant = chosen.map(([, type]) => type);
  return found.join() === meant.join() ? null : `${meant} were read as ${found}`;
};

/** A recording of anything can be named. */
export const recordings: Check = (random) => {
  const door = random.pick([id003, escpos]);
  const bytes = bytesOf(random, random.integer(0, 300), sync);
  const lines = door.describe(bytes, random.pick(['host', 'device', 'either']));
  return lines.every((line) => JSON.stringify(line).length < 10_000) ? null : 'a line without bound';
};
