/**
 * The beacon: a strip of small coloured cells that says who draws it and that it is alive. The glass draws it, the eye reads
 * it from the screen's pixels; both use this file. Pure.
 *
 * Each cell has another colour than the one before, and which of the two others it is says one bit: so cells are told
 * apart at any scale, without knowing their width. A check over all bits keeps a wallpaper or a photograph from being read
 * as one; a picture of a beacon never changes.
 */
import { crc16Modbus } from '../checksum.ts';

/** `mark`: which start of the browser draws it. `count`: goes up with each drawing, and round. */
export interface Beacon {
  readonly mark: number;
  readonly count: number;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** Pixels in rows, four bytes each: blue, green, red and one that says nothing, as an X screen gives them. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const fieldBits = 12;
const checkBits = 16;
/** Marks and counts are below this. */
export const beaconValues = 1 << fieldBits;
/** The first cell says nothing but where the bits begin. */
const colouredCells = 1 + 2 * fieldBits + checkBits;
/** Stand at both ends, so that the page's own colours do not run into the beacon's. */
const edgeCells = 2;
/** The side of a cell as the glass draws it, in its own pixels. */
export const cellPx = 3;

const edge: Colour = [0, 0, 0];
const colours: readonly Colour[] = [
  [190, 80, 80],
  [80, 190, 80],
  [80, 80, 190],
];
/** A screen of 16 bits is up to 8 off; a mixture of two colours is 55 off both. */
const toleranceOfColour = 40;
/** Pixels between two cells that are mixtures of both, where the glass is scaled. */
const mixedPx = 2;

/** The cells from left to right. */
export function drawBeacon({ mark, count }: Beacon): readonly Colour[] {
  const bits = [...bitsOf(mark, fieldBits), ...bitsOf(count, fieldBits)];
  const edges = Array.from({ length: edgeCells }, () => edge);
  let at = 0;
  const cells = [...bits, ...bitsOf(checkOf(mark, count), checkBits)].map((bit) => {
    at = (at + 1 + bit) % colours.length;
    return colours[at] as Colour;
  });
  return [...edges, colours[0] as Colour, ...cells, ...edges];
}

/** The first beacon in these pixels, from the top; null: there is none. */
export function readBeacon(pixels: Pixels): Beacon | null {
  for (let y = 0; y < pixels.height; y++) {
    const found = readRow(pixels, y);
    if (found !== null) return found;
  }
  return null;
}

interface Run {
  readonly colour: number;
  readonly px: number;
}

function readRow(pixels: Pixels, y: number): Beacon | null {
  for (const runs of stripsOf(pixels, y)) {
    const found = runs.length === colouredCells && evenlyWide(runs) ? decode(runs.map(({ colour }) => colour)) : null;
    if (found !== null) return found;
  }
  return null;
}

/** Cells that stand side by side; whatever is wider than a mixture ends a strip. */
function* stripsOf({ width, data }: Pixels, y: number): Generator<readonly Run[]> {
  let runs: Run[] = [];
  let strange = 0;
  for (let x = 0; x < width; x++) {
    const colour = colourAt(data, (y * width + x) * 4);
    if (colour === null) {
      strange += 1;
      if (strange <= mixedPx) continue;
      if (runs.length > 0) yield runs;
      runs = [];
      continue;
    }
    const last = runs.at(-1);
    if (last?.colour === colour && strange === 0) runs[runs.length - 1] = { colour, px: last.px + 1 };
    else runs.push({ colour, px: 1 });
    strange = 0;
  }
  if (runs.length > 0) yield runs;
}

function colourAt(data: Uint8Array, at: number): number | null {
  const near = (byte: number, wanted: number) => Math.abs((data[at + byte] ?? 0) - wanted) <= toleranceOfColour;
  const found = colours.findIndex(([red, green, blue]) => near(2, red) && near(1, green) && near(0, blue));
  return found === -1 ? null : found;
}

function evenlyWide(runs: readonly Run[]): boolean {
  const widths = runs.map(({ px }) => px);
  return Math.max(...widths) <= Math.min(...widths) + mixedPx + 1;
}

function decode(cells: readonly number[]): Beacon | null {
  if (cells[0] !== 0) return null;
  const bits: number[] = [];
  for (const [i, cell] of cells.slice(1).entries()) {
    const step = (cell - (cells[i] as number) + colours.length) % colours.length;
    if (step === 0) return null;
    bits.push(step - 1);
  }
  const mark = numberOf(bits.slice(0, fieldBits));
  const count = numberOf(bits.slice(fieldBits, 2 * fieldBits));
  return numberOf(bits.slice(2 * fieldBits)) === checkOf(mark, count) ? { mark, count } : null;
}

function checkOf(mark: number, count: number): number {
  return crc16Modbus(Uint8Array.of(mark >> 8, mark & 0xff, count >> 8, count & 0xff), 0, 4);
}

function bitsOf(value: number, bits: number): readonly number[] {
  return Array.from({ length: bits }, (_, i) => (value >> (bits - 1 - i)) & 1);
}

function numberOf(bits: readonly number[]): number {
  return bits.reduce((value, bit) => value * 2 + bit, 0);
}
