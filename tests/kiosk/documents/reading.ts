/** Papers read back from printer bytes, as a person would read them. */
import { readPaper } from '../../../hardware/bench/paper-marks.ts';
import { render } from '../../../hardware/escpos/render.ts';

export function bytesOf(markup: string, columns: number): Uint8Array {
  const rendered = render(markup, columns);
  if (!rendered.ok) throw new Error(rendered.problem);
  return rendered.bytes;
}

/** The lines of text on the first slip, and how wide the widest reaches, in dots. */
export function linesOn(bytes: Uint8Array): { readonly lines: readonly string[]; readonly rightDots: number } {
  const slip = readPaper(bytes, () => 33).slips[0];
  const rows = new Map<number, { x: number; sign: string }[]>();
  let rightDots = 0;
  for (const mark of slip?.marks ?? []) {
    if (mark.type !== 'sign') continue;
    const base = mark.y + mark.height;
    rows.set(base, [...(rows.get(base) ?? []), mark]);
    rightDots = Math.max(rightDots, mark.x + mark.width);
  }
  const lines = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row.sort((a, b) => a.x - b.x));
  return { lines: lines.map((row) => row.map(({ sign }) => sign).join('')), rightDots };
}

/** Every sign on the slip but blanks, the columns of each line from left to right. */
export function flat(bytes: Uint8Array): string {
  return linesOn(bytes).lines.join('').replace(/\s/g, '');
}
