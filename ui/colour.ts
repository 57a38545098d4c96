/** The merchant brings one colour; these make sure that words on it and in it can be read. */

type Rgb = readonly [number, number, number];

const white: Rgb = [255, 255, 255];
const paperColour: Rgb = [247, 246, 243];
const wantedRatio = 7;
const stepsMaximum = 40;

/** The accent as a filled surface, the words on it, and the accent as words on paper. */
export interface AccentColours {
  readonly fill: string;
  readonly onFill: string;
  readonly text: string;
  readonly soft: string;
  readonly deep: string;
}

/** Colours for an accent given as `#RRGGBB`. An accent that is none is replaced by the house colour. */
export function accentColours(accent: string): AccentColours {
  const wanted = parse(accent) ?? [10, 92, 90];
  const fill = darkenUntil(wanted, white);
  return {
    fill: css(fill),
    onFill: css(white),
    text: css(darkenUntil(fill, mix(paperColour, fill, 0.1))),
    soft: css(mix(paperColour, fill, 0.1)),
    deep: css(mix(fill, [0, 0, 0], 0.22)),
  };
}

/** Contrast of two colours by WCAG 2.1, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [la, lb] = [luminance(a), luminance(b)];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

function darkenUntil(colour: Rgb, background: Rgb): Rgb {
  for (let step = 0; step <= stepsMaximum; step += 1) {
    const darker = mix(colour, [0, 0, 0], step / stepsMaximum);
    if (contrast(darker, background) >= wantedRatio) return darker;
  }
  return [0, 0, 0];
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Reads `#RRGGBB`; null when it is anything else. */
export function parse(hex: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  return match === null
    ? null
    : [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16), Number.parseInt(match[3]!, 16)];
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => Math.round(a[i]! + (b[i]! - a[i]!) * share)) as unknown as Rgb;
}

function css(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
