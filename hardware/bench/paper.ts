/**
 * A picture of the paper in a printer's mouth, drawn from the bytes that it printed. Fonts come with the program:
 * Noto Sans SC in its web subsets, each loaded when a sign of it is met, and Noto Sans Mono for Latin.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { correction, generate, mode } from 'lean-qr';
import { type Mark, type PrintedCode, readPaper, type Slip } from './paper-marks.ts';

/** Picture points for each printed dot; a strip longer than 60 cm is drawn dot by dot. */
const SCALE = 2;
const LONG_DOTS = 4_800;
/** Dots from the edge of the paper to its printable area, by that area's width. */
const SIDE_DOTS: Readonly<Record<number, number>> = { 384: 40, 512: 64, 576: 32 };
const HEAD_DOTS = 52;
const FOOT_DOTS = 60;
const BETWEEN_DOTS = 36;
const MARGIN_DOTS = 28;
const TOOTH_DOTS = 6;
const SHADE_BANDS = 5;
/** Longest strip that is drawn, two metres; the rest is left out. */
const HEIGHT_LIMIT_DOTS = 16_000;

const INK = '#2b2930';
const PAPER = '#fdfcf8';

/** @param bytes everything printed and not torn off. @returns a PNG, newest on top, 2 points a dot (1 on long strips), paper on a clear ground. */
export async function paintPaper(bytes: Uint8Array): Promise<Uint8Array> {
  const fonts = await loadFonts();
  const codes = new Map<string, ReturnType<typeof generate>>();
  const codeOf = (code: PrintedCode) => {
    const key = `${code.level}${Buffer.from(code.data).toString('latin1')}`;
    const known = codes.get(key);
    if (known !== undefined) return known;
    const level = correction[code.level];
    const made = generate(mode.bytes(code.data), { minCorrectionLevel: level, maxCorrectionLevel: level });
    codes.set(key, made);
    return made;
  };
  const paper = readPaper(bytes, (code) => codeOf(code).size);
  // The newest is next to the mouth.
  const slips = paper.slips.toReversed();
  const side = SIDE_DOTS[paper.areaDots] ?? 32;
  const width = paper.areaDots + 2 * side;
  const heights = slips.map((slip) => HEAD_DOTS + slip.heightDots + FOOT_DOTS);
  const total = heights.reduce((sum, height) => sum + height + BETWEEN_DOTS, -BETWEEN_DOTS) + 2 * MARGIN_DOTS;
  const height = Math.min(Math.max(total, 2 * MARGIN_DOTS + FOOT_DOTS), HEIGHT_LIMIT_DOTS);
  const scale = height > LONG_DOTS ? 1 : SCALE;
  const canvas: Canvas = createCanvas((width + 2 * MARGIN_DOTS) * scale, height * scale);
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  let top = MARGIN_DOTS;
  slips.forEach((slip, i) => {
    drawSheet(context, slip, MARGIN_DOTS, top, width, heights[i] as number);
    context.save();
    context.translate(MARGIN_DOTS + side, top + HEAD_DOTS);
    for (const mark of slip.marks) drawMark(context, mark, fonts, codeOf);
    context.restore();
    top += (heights[i] as number) + BETWEEN_DOTS;
  });
  return canvas.toBuffer('image/png');
}

/** The sheet: a torn edge above, a cut one below, a breath of shadow, darker towards its edges as thermal paper curls. */
function drawSheet(context: SKRSContext2D, slip: Slip, x: number, y: number, width: number, height: number): void {
  context.save();
  context.shadowColor = 'rgba(30, 26, 20, 0.28)';
  context.shadowBlur = 18 * SCALE;
  context.shadowOffsetY = 5 * SCALE;
  context.fillStyle = PAPER;
  context.beginPath();
  edge(context, x, y, width, -1);
  if (slip.cut) edge(context, x + width, y + height, -width, 1);
  else {
    context.lineTo(x + width, y + height);
    context.lineTo(x, y + height);
  }
  context.closePath();
  context.fill();
  context.restore();
  context.save();
  context.clip();
  // Bands and not gradients: flat colours keep the picture small.
  for (let band = 0; band < SHADE_BANDS; band++) {
    context.fillStyle = `rgba(120, 108, 90, ${(0.045 * (SHADE_BANDS - band)) / SHADE_BANDS})`;
    const reach = 3 + band * 5;
    context.fillRect(x, y - TOOTH_DOTS, reach, height + 2 * TOOTH_DOTS);
    context.fillRect(x + width - reach, y - TOOTH_DOTS, reach, height + 2 * TOOTH_DOTS);
    context.fillRect(x, y - TOOTH_DOTS, width, reach + TOOTH_DOTS);
    context.fillRect(x, y + height - reach * (slip.cut ? 1 : 2), width, reach * 2 + TOOTH_DOTS);
  }
  context.restore();
}

/** The teeth of a cutter blade. `outward` is the side the teeth point to: -1 up, 1 down. */
function edge(context: SKRSContext2D, x: number, y: number, width: number, outward: 1 | -1): void {
  const teeth = Math.round(Math.abs(width) / (2 * TOOTH_DOTS));
  const step = width / teeth;
  context.lineTo(x, y);
  for (let i = 0; i < teeth; i++) {
    context.lineTo(x + (i + 0.5) * step, y + outward * TOOTH_DOTS * 0.6);
    context.lineTo(x + (i + 1) * step, y);
  }
}

function drawMark(
  context: SKRSContext2D,
  mark: Mark,
  fonts: Fonts,
  codeOf: (code: PrintedCode) => ReturnType<typeof generate>,
): void {
  context.fillStyle = INK;
  if (mark.type === 'code') {
    const matrix = codeOf(mark.code);
    const cell = mark.code.cellDots;
    for (let row = 0; row < matrix.size; row++) {
      for (let column = 0; column < matrix.size; column++) {
        if (matrix.get(column, row)) context.fillRect(mark.x + column * cell, mark.y + row * cell, cell, cell);
      }
    }
    return;
  }
  if (mark.inverted) {
    context.fillRect(mark.x, mark.y - 3, mark.width + 0.5, mark.height + 6);
    context.fillStyle = PAPER;
  }
  drawSign(context, mark, fonts);
  if (mark.underline) context.fillRect(mark.x, mark.y + mark.height - 1, mark.width + 0.5, 2);
}

function drawSign(context: SKRSContext2D, mark: Extract<Mark, { type: 'sign' }>, fonts: Fonts): void {
  const { sign, x, y, width, height } = mark;
  // Line signs join across cells on paper, whatever a font's side bearings say.
  if (sign === '─' || sign === '━') {
    const thick = sign === '─' ? 1.5 : 4;
    context.fillRect(x, y + (height - thick) / 2, width + 0.5, thick);
    return;
  }
  const wide = (sign.codePointAt(0) ?? 0) >= 0x80;
  const cell = wide ? 24 : 12;
  context.save();
  context.translate(x, y);
  context.scale(width / cell, height / 24);
  context.textBaseline = 'alphabetic';
  if (wide) {
    context.font = `${mark.bold ? 800 : 500} 23.5px ${fonts.chinese(sign)}`;
    context.textAlign = 'center';
    context.fillText(sign, 12, 20.5);
  } else {
    context.font = `${mark.bold ? 800 : 500} 20px ${fonts.latin}`;
    context.textAlign = 'center';
    context.fillText(sign, 6, 20);
  }
  context.restore();
}

interface Fonts {
  readonly latin: string;
  /** The family that has this sign; loads it at first need. */
  chinese(sign: string): string;
}

interface Subset {
  readonly file: string;
  readonly ranges: readonly (readonly [number, number])[];
  family: string | null;
}

let loading: Promise<Fonts> | null = null;

/** Once for the process: a font stays registered with the drawing library as long as it lives. */
function loadFonts(): Promise<Fonts> {
  loading ??= Promise.resolve().then(readFonts);
  return loading;
}

function readFonts(): Fonts {
  const require = createRequire(import.meta.url);
  const mono = join(dirname(require.resolve('@fontsource/noto-sans-mono/package.json')), 'files');
  for (const weight of [500, 800]) {
    GlobalFonts.registerFromPath(join(mono, `noto-sans-mono-latin-${weight}-normal.woff2`), 'PaperLatin');
  }
  const home = dirname(require.resolve('@fontsource-variable/noto-sans-sc/package.json'));
  const listed: Record<string, string> = JSON.parse(readFileSync(join(home, 'unicode.json'), 'utf8'));
  const subsets = Object.entries(listed).map(([name, ranges]): Subset => {
    const file = join(home, 'files', `noto-sans-sc-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`);
    return { file, ranges: ranges.split(',').map(rangeOf), family: null };
  });
  return {
    latin: 'PaperLatin',
    chinese(sign) {
      const point = sign.codePointAt(0) ?? 0;
      const subset = subsets.find(({ ranges }) => ranges.some(([from, to]) => point >= from && point <= to));
      if (subset === undefined) return 'PaperLatin';
      if (subset.family === null) {
        subset.family = `PaperChinese${subsets.indexOf(subset)}`;
        GlobalFonts.registerFromPath(subset.file, subset.family);
      }
      return subset.family;
    },
  };
}

function rangeOf(text: string): readonly [number, number] {
  const [from = '', to = from] = text.replace('U+', '').split('-');
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}
