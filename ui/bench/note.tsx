/** Our own play notes: the colour of the real one, and nothing else of it. */

export type Condition = 'good' | 'torn' | 'unreadable' | 'strung';

export const conditions: readonly Condition[] = ['good', 'torn', 'unreadable', 'strung'];

/** By the figure on the note. */
const figureColours: Readonly<Record<number, readonly [string, string]>> = {
  1: ['#7d8a3c', '#e6ead0'],
  5: ['#7a4f8f', '#ecdff2'],
  10: ['#2f6d9e', '#d8e8f3'],
  20: ['#8a5a32', '#f1e2d2'],
  50: ['#2d7a55', '#d6ecdf'],
  100: ['#b03a43', '#f6dcdc'],
};

const wholeOutline = 'M6 2H174a4 4 0 0 1 4 4V78a4 4 0 0 1-4 4H6a4 4 0 0 1-4-4V6a4 4 0 0 1 4-4z';
const tornOutline = 'M6 2H134l8 9 7-4 6 12 9-3 5 10 9 2V78a4 4 0 0 1-4 4H44l-6-9-8 4-7-12-9 2-4-8-8-3V6a4 4 0 0 1 4-4z';

/** The ink and the paper of a note with this figure on it. */
export function noteColours(figure: number): readonly [string, string] {
  return figureColours[figure] ?? ['#5a5f6a', '#e6e6e8'];
}

export function PlayNote({ figure, condition = 'good' }: { readonly figure: number; readonly condition?: Condition }) {
  const [ink, ground] = noteColours(figure);
  const sides = 3 + (Math.round(2 + Math.log10(figure)) % 5);
  return (
    <svg class="play-note" viewBox="0 0 180 84" aria-hidden="true">
      <path d={condition === 'torn' ? tornOutline : wholeOutline} fill={ground} stroke={ink} stroke-width="2.5" />
      <g fill="none" stroke={ink} stroke-opacity="0.34" stroke-width="1.4">
        {[14, 20, 26, 32].map((radius) => (
          <path key={radius} d={polygon(128, 42, radius, sides + 2)} />
        ))}
      </g>
      <text x="16" y="54" fill={ink} font-size="38" font-weight="700">
        {figure}
      </text>
      <text x="17" y="70" fill={ink} font-size="9" font-weight="600" letter-spacing="0.6">
        练习 PLAY
      </text>
      {condition === 'unreadable' && (
        <path d="M20 24c30-16 60 30 92 8s44 20 52 4-28 40-60 26-52 18-70 4 6-34-14-42z" fill="#3b3631" opacity="0.5" />
      )}
      {condition === 'strung' && (
        <path d="M90 82c-10-30 24-30 12-54S120 8 116-2" fill="none" stroke="#3b3631" stroke-width="1.8" />
      )}
    </svg>
  );
}

function polygon(x: number, y: number, radius: number, sides: number): string {
  const corners = Array.from({ length: sides }, (_, index) => {
    const turn = (index / sides) * 2 * Math.PI - Math.PI / 2;
    return `${(x + radius * Math.cos(turn)).toFixed(1)} ${(y + radius * Math.sin(turn)).toFixed(1)}`;
  });
  return `M${corners.join('L')}Z`;
}
