/** Bars on a canvas, in the colours and sizes of the page (https://github.com/leeoniya/uPlot). */
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Lang } from '../../kiosk/server/wire.ts';

export interface BarsShown {
  readonly bars: readonly { readonly name: string; readonly minor: number }[];
  /** Under the axis of the names, and beside that of the amounts. */
  readonly unit: string;
  readonly amount: string;
  readonly lang: Lang;
  /** The currency's decimals. */
  readonly exponent: number;
}

/** Of the space of a bar. */
const barWidth = 0.62;
const widestBarPx = 96;
/** Of the chart's width. */
const heightPart = 0.46;
/** Names between which there is less would touch. In letters of the axis. */
const gapLetters = 2;

/** Draws into `place`, and again when its size or the colours change. Call the result to end it. */
export function drawBars(place: HTMLElement, shown: BarsShown): () => void {
  let chart: UPlot | null = null;
  const draw = () => {
    chart?.destroy();
    const width = place.clientWidth;
    chart = width === 0 ? null : new UPlot(optionsOf(shown, place, width), dataOf(shown), place);
  };
  draw();
  let drawnPx = place.clientWidth;
  const watch = new ResizeObserver(() => {
    if (place.clientWidth === drawnPx) return;
    drawnPx = place.clientWidth;
    draw();
  });
  watch.observe(place);
  return () => {
    watch.disconnect();
    chart?.destroy();
  };
}

function dataOf({ bars, exponent }: BarsShown): UPlot.AlignedData {
  return [bars.map((_, n) => n), bars.map(({ minor }) => minor / 10 ** exponent)];
}

function optionsOf({ bars, unit, amount, lang }: BarsShown, place: HTMLElement, width: number): UPlot.Options {
  const style = getComputedStyle(place);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const letterPx = Number.parseFloat(style.fontSize);
  const font = `${letterPx}px ${style.fontFamily}`;
  const axis = { font, labelFont: `600 ${font}`, stroke: token('--quiet'), labelSize: letterPx * 1.8 };
  const grid = { stroke: token('--line'), width: 1 };
  const figure = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 });
  const names = bars.map(({ name }) => shortName(name));
  const longest = Math.max(...names.flatMap((name) => name.split('\n')).map((line) => widthOf(line, font)));
  const left = 5 * letterPx;
  const room = (width - left - 2 * letterPx) / bars.length;
  const every = Math.max(1, Math.ceil((longest + gapLetters * letterPx * 0.5) / room));
  return {
    width,
    height: Math.round(width * heightPart),
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.6, bars.length - 0.4] },
      y: { range: (_, low, high) => rangeOf(low, high) },
    },
    axes: [
      {
        ...axis,
        label: unit,
        size: letterPx * (names.some((name) => name.includes('\n')) ? 3.5 : 2),
        splits: () => names.map((_, n) => n).filter((n) => n % every === 0),
        values: (_, splits) => splits.map((n) => names[n] ?? ''),
        grid: { show: false },
        ticks: { show: false },
      },
      {
        ...axis,
        label: amount,
        size: left,
        grid,
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => figure.format(value)),
      },
    ],
    series: [
      {},
      {
        fill: token('--accent'),
        stroke: token('--accent'),
        width: 0,
        points: { show: false },
        ...(UPlot.paths.bars === undefined
          ? {}
          : { paths: UPlot.paths.bars({ size: [barWidth, widestBarPx], radius: 0.08 }) }),
      },
    ],
  };
}

/** From 0, with room above; change given back can be more than was taken. */
function rangeOf(low: number, high: number): [number, number] {
  return [Math.min(0, low), high <= 0 ? 1 : high * 1.08];
}

/** An hour by its beginning, a day by month and number; a name of two words stands on two lines. */
function shortName(name: string): string {
  const [, hour] = /^(\d\d):00/.exec(name) ?? [];
  const [, month, day] = /^\d{4}-(\d\d)-(\d\d)$/.exec(name) ?? [];
  return hour ?? (day === undefined ? name.replace(' ', '\n') : `${Number(month)}/${Number(day)}`);
}

function widthOf(text: string, font: string): number {
  const pen = document.createElement('canvas').getContext('2d');
  if (pen === null) return 0;
  pen.font = font;
  return pen.measureText(text).width;
}
