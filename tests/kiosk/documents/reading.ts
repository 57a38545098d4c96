/** Papers read back from printer bytes, as a person would read them. */
import { readPaper } from '../../../hardware/bench/paper-marks.ts';
import { render } from '../../../hardware/escpos/render.ts';

export function bytesOf(markup: string, columns: number): Uint8Array {
  const rendered = render(markup, columns);
  if (!rendered.ok) throw new Error(rendered.problem);
  return rendered.bytes;
}

interface ReadSlip {
  readonly lines: readonly string[];
  /** How far the widest line reaches, in dots. */
  readonly rightDots: number;
}

/** Every slip between two cuts, its lines of text with the columns of each from left to right. */
export function slipsOn(bytes: Uint8Array): readonly ReadSlip[] {
  return readPaper(bytes, () => 33).slips.map(({ marks }) => {
    const rows = new Map<number, { x: number; sign: string }[]>();
    let rightDots = 0;
    for (const mark of marks) {
      if (mark.type !== 'sign') continue;
      const base = mark.y + mark.height;
      rows.set(base, [...(rows.get(base) ?? []), mark]);
      rightDots = Math.max(rightDots, mark.x + mark.width);
    }
    const lines = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row.sort((a, b) => a.x - b.x));
    return { lines: lines.map((row) => row.map(({ sign }) => sign).join('')), rightDots };
  });
}

/** The first slip. */
export function linesOn(bytes: Uint8Array): ReadSlip {
  return slipsOn(bytes)[0] ?? { lines: [], rightDots: 0 };
}

/** Every sign on the slip but blanks, the columns of each line from left to right. */
export function flat(bytes: Uint8Array): string {
  return linesOn(bytes).lines.join('').replace(/\s/g, '');
}
