/** Our own play coins: the metal and the size of the real ones, and nothing else of them. */

interface Metal {
  readonly rim: string;
  readonly face: string;
  readonly ink: string;
}

const silver: Metal = { rim: '#8b9096', face: '#d9dce0', ink: '#3c4046' };
const brass: Metal = { rim: '#9a7416', face: '#ecd08a', ink: '#573f06' };

/** By the figure on the coin: metal, and diameter against the largest. */
const coinKinds: Readonly<Record<string, readonly [Metal, number]>> = {
  0.1: [silver, 0.78],
  0.5: [brass, 0.84],
  1: [silver, 1],
};

function kindOf(figure: number): readonly [Metal, number] {
  return coinKinds[String(figure)] ?? [figure < 1 ? brass : silver, figure < 1 ? 0.84 : 1];
}

/** Smaller ones have no words on them. */
const wordsFromPx = 50;

/** Rim and face of a coin with this figure on it. */
export function coinColours(figure: number): readonly [string, string] {
  const [{ rim, face }] = kindOf(figure);
  return [rim, face];
}

/** So many pixels across, when the largest coin has `largestPx`. */
export function coinPx(figure: number, largestPx: number): number {
  return Math.round(kindOf(figure)[1] * largestPx);
}

export function PlayCoin({ figure, largestPx }: { readonly figure: number; readonly largestPx: number }) {
  const [{ rim, face, ink }] = kindOf(figure);
  const px = coinPx(figure, largestPx);
  const text = String(figure);
  return (
    <svg class="play-coin" viewBox="0 0 60 60" width={px} height={px} aria-hidden="true">
      <circle cx="30" cy="30" r="28" fill={face} stroke={rim} stroke-width="3" />
      <circle cx="30" cy="30" r="23" fill="none" stroke={rim} stroke-width="1.6" stroke-dasharray="1.6 3" />
      <text
        x="30"
        y={largestPx < wordsFromPx ? 38.5 : 35}
        fill={ink}
        font-size={largestPx < wordsFromPx ? 24 : text.length > 2 ? 18 : 24}
        font-weight="700"
        text-anchor="middle"
      >
        {text}
      </text>
      {largestPx >= wordsFromPx && (
        <text x="30" y="46" fill={ink} font-size="7.5" font-weight="600" text-anchor="middle" letter-spacing="0.4">
          练习 PLAY
        </text>
      )}
    </svg>
  );
}
