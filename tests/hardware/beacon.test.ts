import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Beacon,
  beaconValues,
  cellPx,
  type Colour,
  drawBeacon,
  type Pixels,
  readBeacon,
} from '../../hardware/display/beacon.ts';

const someBeacon = fc.record({
  mark: fc.integer({ min: 0, max: beaconValues - 1 }),
  count: fc.integer({ min: 0, max: beaconValues - 1 }),
});

/** What a screen shows of the strip: each pixel is the mean of what lies under it, as a smoothly scaled picture is. */
function onScreen(beacon: Beacon, scale: number, left: number, ground: Colour, width = 640): Pixels {
  const cells = drawBeacon(beacon);
  const side = cellPx * scale;
  const height = Math.ceil(side) + 4;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const mixed = y < 2 || y >= height - 2 ? ground : meanOf(cells, (x - left) / side, (x + 1 - left) / side, ground);
      data.set([mixed[2], mixed[1], mixed[0], 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

function meanOf(cells: readonly Colour[], from: number, to: number, ground: Colour): Colour {
  const sum = [0, 0, 0];
  for (let cell = Math.floor(from); cell < to; cell++) {
    const share = (Math.min(to, cell + 1) - Math.max(from, cell)) / (to - from);
    const colour = cells[cell] ?? ground;
    for (let i = 0; i < 3; i++) sum[i] = (sum[i] as number) + share * (colour[i] as number);
  }
  return sum.map(Math.round) as unknown as Colour;
}

const aByte = fc.integer({ min: 0, max: 255 });
const aColour: fc.Arbitrary<Colour> = fc.tuple(aByte, aByte, aByte);

test('a beacon is read as it was drawn, at any scale from one to four, anywhere in the row, on any ground', () => {
  fc.assert(
    fc.property(
      someBeacon,
      fc.double({ min: 1, max: 4, noNaN: true }),
      fc.double({ min: 0, max: 60, noNaN: true }),
      aColour,
      (beacon, scale, left, ground) => {
        expect(readBeacon(onScreen(beacon, scale, left, ground))).toEqual(beacon);
      },
    ),
    { numRuns: 300 },
  );
});

test('a beacon on a screen of 16 bits is read', () => {
  const shown = onScreen({ mark: 77, count: 4_000 }, 1, 0, [10, 90, 90]);
  for (let at = 0; at < shown.data.length; at += 4) {
    shown.data[at] = (shown.data[at] as number) & 0xf8;
    shown.data[at + 1] = (shown.data[at + 1] as number) & 0xfc;
    shown.data[at + 2] = (shown.data[at + 2] as number) & 0xf8;
  }
  expect(readBeacon(shown)).toEqual({ mark: 77, count: 4_000 });
});

test('neighbouring cells always differ, and each beacon is drawn otherwise', () => {
  const drawn = new Set<string>();
  for (let count = 0; count < beaconValues; count++) {
    const cells = drawBeacon({ mark: 5, count }).map(String);
    const coloured = cells.slice(2, -2);
    expect(coloured.every((cell, i) => cell !== coloured[i + 1])).toBe(true);
    drawn.add(cells.join());
  }
  expect(drawn.size).toBe(beaconValues);
});

test('random pixels, and random rows of the beacon’s own colours, are no beacon', () => {
  const palette: readonly Colour[] = [...new Set(drawBeacon({ mark: 1, count: 1 }).map(String))].map(
    (text) => text.split(',').map(Number) as unknown as Colour,
  );
  const noise = fc.uint8Array({ minLength: 600 * 4, maxLength: 600 * 4 });
  const rows = fc.array(fc.nat(palette.length - 1), { minLength: 200, maxLength: 200 }).map((picks) => {
    const pixels = picks.flatMap((pick) => Array.from({ length: cellPx }, () => palette[pick] as Colour));
    return Uint8Array.from(pixels.flatMap(([red, green, blue]) => [blue, green, red, 255]));
  });
  fc.assert(
    fc.property(fc.oneof(noise, rows), (data) => {
      expect(readBeacon({ width: 600, height: 1, data })).toBeNull();
    }),
    { numRuns: 2_000 },
  );
});

test('a beacon of which one cell is another colour is none', () => {
  const whole = onScreen({ mark: 900, count: 31 }, 1, 6, [255, 255, 255]);
  expect(readBeacon(whole)).not.toBeNull();
  const cells = drawBeacon({ mark: 900, count: 31 });
  for (let cell = 2; cell < cells.length - 2; cell++) {
    const others = drawBeacon({ mark: 0, count: 0 }).slice(2, -2);
    const other = others.find((colour) => String(colour) !== String(cells[cell])) as Colour;
    const data = Uint8Array.from(whole.data);
    for (let y = 0; y < whole.height; y++) {
      for (let x = 0; x < cellPx; x++) {
        data.set([other[2], other[1], other[0], 255], (y * whole.width + 6 + cell * cellPx + x) * 4);
      }
    }
    expect(readBeacon({ ...whole, data })).toBeNull();
  }
});
