/**
 * What the decoders of the wires do with bytes as they come: frames a second over random pieces, and good frames kept
 * behind a spoilt one. Beside each the npm package that does the same for its protocol, used as its users use it; where
 * there is none, one pass over the bytes that only copies and adds them.
 */
import { createRequire } from 'node:module';
import type { Transform } from 'node:stream';
import { CCTalkParser } from 'serialport';
import { createDecoder as ccnetDecoder, encode as ccnetEncode } from '../../hardware/ccnet/frame.ts';
import { createDecoder as cctalkDecoder, encode as cctalkEncode } from '../../hardware/cctalk/frame.ts';
import type { Decoder } from '../../hardware/driver.ts';
import { createDecoder as ebdsDecoder, encode as ebdsEncode } from '../../hardware/ebds/frame.ts';
import { createDecoder as id003Decoder, encode as id003Encode } from '../../hardware/id003/frame.ts';
import { createDecoder as sspDecoder, encode as sspEncode } from '../../hardware/ssp/frame.ts';
import { type Random, seeded } from '../../tests/simulation/random.ts';
import { type Benchmark, compare, type Figure } from './measure.ts';

const framesEach = 5_000;
const rounds = 15;
const warmUp = 3;
const longestPiece = 16;
const longestData = 20;
const prefixes = 400;
const framesBehind = 8;
/** One pass over the bytes is no decoder: a twentieth of its speed is far more than any wire brings. */
const shareOfOnePass = 0.05;

/** What finds frames in pieces, each as its maker gives it. */
type Find = (pieces: readonly Uint8Array[]) => Promise<readonly unknown[]>;

interface Subject {
  readonly protocol: string;
  readonly frame: (random: Random) => Uint8Array;
  readonly decoder: () => Decoder<unknown>;
  /** The npm package, and where in its frames the data stand. */
  readonly parser: { readonly make: () => Transform; readonly data: readonly [number, number] } | null;
}

const EsspParser = createRequire(import.meta.url)('encrypted-smiley-secure-protocol/src/parser.js') as new (options: {
  readonly id: number;
}) => Transform;

function data(random: Random, most: number): number[] {
  return Array.from({ length: random.integer(1, longestData) }, () => random.integer(0, most));
}

const subjects: readonly Subject[] = [
  {
    protocol: 'id003',
    frame: (random) => id003Encode(random.integer(0x11, 0x4b), data(random, 0xff)),
    decoder: id003Decoder,
    parser: null,
  },
  {
    protocol: 'ccnet',
    frame: (random) => ccnetEncode(3, random.integer(0x10, 0x1c), data(random, 0xff)),
    decoder: ccnetDecoder,
    parser: null,
  },
  {
    protocol: 'ebds',
    frame: (random) => ebdsEncode({ type: 2, ack: random.chance(0.5) ? 1 : 0, data: data(random, 0x7f) }),
    decoder: ebdsDecoder,
    parser: null,
  },
  {
    protocol: 'cctalk',
    frame: (random) => cctalkEncode('sum', 1, 0, data(random, 0xff), random.integer(2, 9)),
    decoder: () => cctalkDecoder('sum'),
    // Its own clock would end a frame at a pause of this program.
    parser: { make: () => new CCTalkParser(0), data: [4, -1] },
  },
  {
    protocol: 'ssp',
    frame: (random) => sspEncode(0, random.chance(0.5) ? 1 : 0, data(random, 0xff)),
    decoder: sspDecoder,
    parser: { make: () => new EsspParser({ id: 0 }), data: [3, -2] },
  },
];

function ours(decoder: () => Decoder<unknown>): Find {
  return async (pieces) => {
    const one = decoder();
    const frames: unknown[] = [];
    for (const piece of pieces) for (const item of one.push(piece)) if (item.type === 'frame') frames.push(item.frame);
    for (const item of one.silence()) if (item.type === 'frame') frames.push(item.frame);
    return frames;
  };
}

function theirs(parser: () => Transform): Find {
  return (pieces) =>
    new Promise((resolve, reject) => {
      const one = parser();
      const frames: unknown[] = [];
      one.on('data', (frame) => frames.push(frame));
      one.once('error', reject);
      one.once('end', () => resolve(frames));
      for (const piece of pieces) one.write(piece);
      one.end();
    });
}

/** Copies every byte once and adds it up: as if the sums were the frames. */
function onePass(frames: number): Find {
  return async (pieces) => {
    const sums = new Uint16Array(frames);
    for (const [at, piece] of pieces.entries()) {
      for (const byte of piece.slice()) sums[at % frames] = (sums[at % frames] as number) + byte;
    }
    return [...sums];
  };
}

function inPieces(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + random.integer(1, longestPiece));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** Frames a second of which it found in the pieces. */
async function speed(find: Find, pieces: readonly Uint8Array[]): Promise<number> {
  const startNs = process.hrtime.bigint();
  const frames = await find(pieces);
  return (frames.length * 1e9) / Number(process.hrtime.bigint() - startNs);
}

export const codecs: Benchmark = {
  name: 'codecs',
  async run() {
    const figures: Figure[] = [];
    for (const { protocol, frame, decoder, parser } of subjects) {
      const random = seeded(1);
      const bytes = Buffer.concat(Array.from({ length: framesEach }, () => frame(random)));
      const pieces = inPieces(random, bytes);
      const subject = ours(decoder);
      const floor = parser === null ? onePass(framesEach) : theirs(parser.make);
      figures.push(
        await compare({
          name: `codecs/${protocol}`,
          unit: 'frames/s',
          better: 'higher',
          target: parser === null ? shareOfOnePass : 1,
          rounds,
          warmUp,
          subject: () => speed(subject, pieces),
          floor: () => speed(floor, pieces),
        }),
      );
    }
    return figures;
  },
};

/** A frame that came spoilt: cut short, with a bit turned over, or behind bytes that are none. */
function spoilt(random: Random, whole: Uint8Array): Uint8Array {
  const kind = random.integer(0, 2);
  if (kind === 0) return whole.slice(0, random.integer(1, whole.length - 1));
  if (kind === 1) return Uint8Array.from({ length: random.integer(1, whole.length) }, () => random.integer(0, 0xff));
  const bytes = whole.slice();
  const at = random.integer(0, bytes.length - 1);
  bytes[at] = (bytes[at] as number) ^ (1 << random.integer(0, 7));
  return bytes;
}

/** Of the frames that come right behind a spoilt one, without a pause: how many are found, on average. */
async function kept({ frame, decoder }: Subject, find: Find, dataOf: (frame: unknown) => Uint8Array): Promise<number> {
  const random = seeded(2);
  const hex = (found: readonly unknown[]) => found.map((one) => Buffer.from(dataOf(one)).toString('hex'));
  let all = 0;
  for (let n = 0; n < prefixes; n++) {
    const behind = Array.from({ length: framesBehind }, () => frame(random));
    const bytes = Buffer.concat([spoilt(random, frame(random)), ...behind]);
    const found = hex(await find(inPieces(random, bytes)));
    // What was made up in front of them does not count.
    const wanted = (await ours(decoder)(behind)).map((one) => Buffer.from(ownData(one)).toString('hex'));
    all += wanted.filter((data) => found.includes(data)).length;
  }
  return all / prefixes;
}

function ownData(frame: unknown): Uint8Array {
  return (frame as { readonly data: Uint8Array }).data;
}

export const resync: Benchmark = {
  name: 'resync',
  async run() {
    const figures: Figure[] = [];
    for (const subject of subjects) {
      if (subject.parser === null) continue;
      const { protocol, decoder, parser } = subject;
      figures.push(
        await compare({
          name: `resync/${protocol}`,
          unit: `frames kept of ${framesBehind}`,
          better: 'higher',
          target: 1,
          rounds: 1,
          subject: () => kept(subject, ours(decoder), ownData),
          floor: () => kept(subject, theirs(parser.make), (frame) => (frame as Uint8Array).subarray(...parser.data)),
        }),
      );
    }
    return figures;
  },
};
