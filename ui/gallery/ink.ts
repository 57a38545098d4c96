/** Colours as the browser computed them, and what remains of them on a ground. */

export type Rgba = readonly [number, number, number, number];

/** Reads `rgb()`, `rgba()` and `color(srgb …)`; anything else is clear. */
export function readColour(text: string): Rgba {
  const figures = (text.match(/[\d.]+(?:e-?\d+)?%?/g) ?? []).map((figure) =>
    figure.endsWith('%') ? Number.parseFloat(figure) / 100 : Number.parseFloat(figure),
  );
  const [r, g, b, alpha = 1] = figures;
  if (r === undefined || g === undefined || b === undefined) return [0, 0, 0, 0];
  return text.startsWith('color(srgb') ? [r * 255, g * 255, b * 255, alpha] : [r, g, b, alpha];
}

/** `top` laid on an opaque ground. */
export function over(top: Rgba, ground: Rgba): Rgba {
  const mixed = [0, 1, 2].map((i) => top[i]! * top[3] + ground[i]! * (1 - top[3]));
  return [mixed[0]!, mixed[1]!, mixed[2]!, 1];
}

/** Contrast by WCAG 2.1, 1 to 21. */
export function ratio(a: Rgba, b: Rgba): number {
  const [la, lb] = [luminance(a), luminance(b)];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

function luminance(colour: Rgba): number {
  const [r, g, b] = colour.slice(0, 3).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
