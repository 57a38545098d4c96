/**
 * The eye: a process of its own that looks at the screen, moves the pointer, taps, and keeps pictures, as
 * `eye-line.ts` asks. The X library ends its process when the X display dies, and a broken display can end it by a signal: so
 * nobody else loads it. It ends with whoever started it.
 */
import { writeFileSync } from 'node:fs';
import { createCanvas } from '@napi-rs/canvas';
import nut from '@nut-tree/nut-js';
import { cellPx, readBeacon } from './beacon.ts';
import type { EyeAnswer, EyeQuestion } from './eye-line.ts';
import type { Place, Sight } from './watch.ts';

const { mouse, Point, Region, screen } = nut;

/** A strip of 45 cells at four times its size, and rows enough for the same. */
const cornerWidthPx = 560;
const cornerHeightPx = 8 * cellPx;

mouse.config.autoDelayMs = 0;

const widthPx = await screen.width();
const heightPx = await screen.height();
/** Where a pointer is in nobody's way. */
const parked: Place = { x: widthPx - 1, y: heightPx - 1 };

/** The lower left corner, then the upper right one. */
const corners = [
  { left: 0, top: Math.max(0, heightPx - cornerHeightPx) },
  { left: Math.max(0, widthPx - cornerWidthPx), top: 0 },
];

async function grab(left: number, top: number, width: number, height: number) {
  const image = await screen.grabRegion(new Region(left, top, width, height));
  return { width: image.width, height: image.height, data: image.data };
}

async function look(): Promise<Sight> {
  const beacons: Sight['beacons'][number][] = [];
  for (const { left, top } of corners) {
    const corner = await grab(left, top, Math.min(cornerWidthPx, widthPx), Math.min(cornerHeightPx, heightPx));
    beacons.push(readBeacon(corner));
  }
  const { x, y } = await mouse.getPosition();
  return { beacons, pointer: { x, y }, parked: x === parked.x && y === parked.y };
}

/** Readable by its owner only: a customer's receipt may stand on it. */
async function picture(path: string): Promise<void> {
  const { width, height, data } = await grab(0, 0, widthPx, heightPx);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let at = 0; at < image.data.length; at += 4) {
    image.data[at] = data[at + 2] as number;
    image.data[at + 1] = data[at + 1] as number;
    image.data[at + 2] = data[at] as number;
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  writeFileSync(path, await canvas.encode('png'), { mode: 0o600 });
}

async function tap({ x, y }: Place): Promise<void> {
  await mouse.setPosition(new Point(x, y));
  await mouse.leftClick();
}

async function answer(question: EyeQuestion): Promise<EyeAnswer> {
  switch (question.ask) {
    case 'look':
      return { saw: await look() };
    case 'park':
      await mouse.setPosition(new Point(parked.x, parked.y));
      return { did: 'park' };
    case 'tap':
      await tap(question.at);
      return { did: 'tap' };
    case 'keep-picture':
      await picture(question.path);
      return { did: 'keep-picture' };
    default:
      return question satisfies never;
  }
}

/** One question after the other, however they come. */
let before: Promise<unknown> = Promise.resolve();

process.on('message', (question: EyeQuestion) => {
  before = before.then(async () => {
    const words = await answer(question).catch((error: unknown) => ({ problem: String(error) }));
    process.send?.(words);
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ screen: { widthPx, heightPx } } satisfies EyeAnswer);
