/**
 * The physical size of things. The glass is known by its diagonal and its resolution, so one millimetre is a number of
 * pixels; every length of the design is a multiple of one unit, and a target never falls under 20 mm.
 */
import type { View } from '../kiosk/server/wire.ts';

export type Layout = 'portrait' | 'landscape';

export interface Scale {
  readonly layout: Layout;
  /** Pixels of one millimetre on this glass. */
  readonly mmPx: number;
  /** Pixels of one unit of the design; the reference glass (21.5″, 1080 × 1920) has 1. */
  readonly unitPx: number;
}

const reference = { shortPx: 1080, longPx: 1920, diagonalInch: 21.5 };
const mmPerInch = 25.4;
/** A large glass may show the design a little smaller than it could, never so small that half of it stays empty. */
const smallestShareOfFit = 0.8;

const referenceMmPx = Math.hypot(reference.shortPx, reference.longPx) / (reference.diagonalInch * mmPerInch);

/**
 * The scale for a window of `widthPx` × `heightPx`. When the window is the glass, the unit follows the millimetre; in
 * any other window (a laptop that looks on) the design is fitted as a preview, millimetres included.
 */
export function scaleOf(glass: View['glass'], widthPx: number, heightPx: number): Scale {
  const layout: Layout = heightPx >= widthPx ? 'portrait' : 'landscape';
  const [acrossPx, downPx] =
    layout === 'portrait' ? [reference.shortPx, reference.longPx] : [reference.longPx, reference.shortPx];
  const fitPx = Math.min(widthPx / acrossPx, heightPx / downPx);
  const isGlass =
    Math.min(widthPx, heightPx) === Math.min(glass.widthPx, glass.heightPx) &&
    Math.max(widthPx, heightPx) === Math.max(glass.widthPx, glass.heightPx);
  if (!isGlass) return { layout, mmPx: fitPx * referenceMmPx, unitPx: fitPx };
  const mmPx = Math.hypot(glass.widthPx, glass.heightPx) / (glass.diagonalInch * mmPerInch);
  const physicalPx = mmPx / referenceMmPx;
  return { layout, mmPx, unitPx: Math.min(fitPx, Math.max(physicalPx, fitPx * smallestShareOfFit)) };
}
