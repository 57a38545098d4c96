/** The decoders of all wires: nothing invented, nothing lost, and a valid frame is found behind whatever came before. */
import { protocolNamed } from '../../hardware/catalog.ts';
import type { Decoded, Decoder } from '../../hardware/driver.ts';
import { createDecoder as id003Decoder, encode, type Frame } from '../../hardware/id003/frame.ts';
import type { Random } from '../simulation/random.ts';
import { bytesOf, type Check, flipped, joined, pieces } from './input.ts';
import { deviceBytes, protocolNames, vectorsOf } from './wires.ts';

const sync = 0xfc;

function decoderOf(protocol: string): Decoder<unknown> {
  const { driver } = protocolNamed(protocol);
  return driver.createDriver({ device: 'x', settings: driver.labSettings }).decoder();
}

/** What was said does not depend on how the bytes were cut, and each vector is one frame after any noise and silence. */
export function piecesOf(protocol: string): Check {
  return (random) => {
    const all = joined(Array.from({ length: random.integer(1, 8) }, () => deviceBytes(random, protocol)));
    const decoder = decoderOf(protocol);
    const cut = framesOf(run(decoder, pieces(random, all)));
    const whole = framesOf(run(decoderOf(protocol), [all]));
    if (JSON.stringify(cut) !== JSON.stringify(whole)) return `pieces change what ${hex(all)} means`;
    if (decoder.pending) return 'a half frame outlives the silence';
    const vector = random.pick(vectorsOf(protocol));
    return framesOf(run(decoder, [vector])).length === 1 ? null : `${hex(vector)} after noise and silence is no frame`;
  };
}

/** Frames that follow each other without a gap are what each is alone. */
export function mergedOf(protocol: string): Check {
  return (random) => {
    const chosen = Array.from({ length: random.integer(1, 10) }, () => random.pick(vectorsOf(protocol)));
    const alone = chosen.flatMap((bytes) => framesOf(run(decoderOf(protocol), [bytes])));
    const found = framesOf(run(decoderOf(protocol), pieces(random, joined(chosen))));
    return JSON.stringify(found) === JSON.stringify(alone) ? null : `${hex(joined(chosen))} is not its parts`;
  };
}

/**
 * Without a pause a spoilt frame costs at most one good one, unless bytes of several make a false frame whose checksum is
 * right; after a silence the next frame decodes.
 */
export function behindSpoiltOf(protocol: string): Check {
  return (random) => {
    const bad = spoilt(random, random.pick(vectorsOf(protocol)));
    const good = Array.from({ length: random.integer(2, 8) }, () => random.pick(vectorsOf(protocol)));
    const wanted = good.flatMap((bytes) =>
      framesOf(run(decoderOf(protocol), [bytes])).map((one) => JSON.stringify(one)),
    );
    const decoder = decoderOf(protocol);
    const found = framesOf(run(decoder, pieces(random, joined([bad, ...good])))).map((one) => JSON.stringify(one));
    const lost = wanted.length - inOrder(wanted, found);
    const invented = found.some((one) => !wanted.includes(one));
    if (lost > 1 && !invented)
      return `${lost} of ${wanted.length} frames are lost behind ${hex(bad)} in ${hex(joined(good))}`;
    const next = random.pick(vectorsOf(protocol));
    return framesOf(run(decoder, [next])).length === 1 ? null : `after a silence ${hex(next)} is no frame`;
  };
}

function spoilt(random: Random, whole: Uint8Array): Uint8Array {
  switch (random.integer(0, 2)) {
    case 0:
      return whole.slice(0, random.integer(1, whole.length - 1));
    case 1:
      return bytesOf(random, random.integer(1, 40), whole[0] as number);
    default:
      return flipped(random, whole, 0);
  }
}

/** How many of `wanted` come in this order in `found`, as many as can: the same message may be wanted twice. */
function inOrder(wanted: readonly string[], found: readonly string[]): number {
  let best = new Array<number>(found.length + 1).fill(0);
  for (const one of wanted) {
    const next = [0];
    for (const [at, other] of found.entries()) {
      const skipped = Math.max(best[at + 1] as number, next[at] as number);
      next.push(one === other ? Math.max(skipped, (best[at] as number) + 1) : skipped);
    }
    best = next;
  }
  return best[found.length] as number;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

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
  if (!Buffer.concat(back).equals(all)) return `bytes were lost or invented of ${hex(all)}`;
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
  return same ? null : `${found.length} of ${frames.length} frames in ${hex(all)}`;
};

/** One wrong bit behind the length: the checksum finds it, and the next frame decodes. */
export const id003Flipped: Check = (random) => {
  const whole = id003Frame(random);
  const bad = flipped(random, whole, 2);
  const decoder = id003Decoder();
  const found = framesOf(run(decoder, pieces(random, bad)));
  if (found.some((frame) => written(frame).equals(bad))) return `taken in spite of a wrong bit: ${hex(bad)}`;
  return framesOf(run(decoder, [whole])).length === 1 ? null : 'the frame after a bad one is lost';
};

/** A recording of anything can be named. */
export const recordings: Check = (random) => {
  const protocol = random.pick(protocolNames);
  const bytes = random.chance(0.5) ? deviceBytes(random, protocol) : bytesOf(random, random.integer(0, 300), sync);
  const lines = protocolNamed(protocol).driver.describe(bytes, random.pick(['host', 'device', 'either']));
  return lines.every((line) => JSON.stringify(line).length < 10_000) ? null : 'a line without bound';
};
