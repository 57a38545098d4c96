/** Checks of the glass and the speaker: they fill the screen, or sound, and end with what a person saw, touched or heard. */
import { useEffect, useState } from 'preact/hooks';
import { gridAcross, gridDown } from '../../../kiosk/server/staff-wire.ts';
import { checkWords } from '../check-words.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';

/** Without a new cell for so long, the others are taken not to react, milliseconds. */
const untouchedMs = 8_000;
const cells = Array.from({ length: gridAcross * gridDown }, (_, at) => at);

/** Every cell that is touched goes dark; ends when all are, or none more is. */
export function TouchGrid({ onEnd }: { readonly onEnd: (touched: number) => void }) {
  const words = checkWords[usePlace().lang];
  const [touched, set] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => {
    if (touched.size === cells.length) {
      onEnd(touched.size);
      return;
    }
    const timer = setTimeout(() => onEnd(touched.size), untouchedMs);
    return () => clearTimeout(timer);
  }, [touched]);
  const touch = (cell: number) => set((before) => (before.has(cell) ? before : new Set([...before, cell])));
  return (
    <div class="full-screen touch-grid" data-touched={touched.size}>
      {cells.map((cell) => (
        <button
          key={cell}
          type="button"
          class="grid-cell"
          aria-label={words.cell(cell + 1)}
          aria-pressed={touched.has(cell)}
          onPointerDown={() => touch(cell)}
          onClick={() => touch(cell)}
        />
      ))}
    </div>
  );
}

const looks = {
  pixels: ['red', 'green', 'blue', 'white', 'black'],
  'burn-in': ['board', 'grey'],
} as const;

/** One look after the other over the whole screen; a touch goes on. */
export function Looks({ of, onEnd }: { readonly of: keyof typeof looks; readonly onEnd: () => void }) {
  const words = checkWords[usePlace().lang];
  const [at, set] = useState(0);
  const next = () => (at + 1 < looks[of].length ? set(at + 1) : onEnd());
  return (
    <button type="button" class={`full-screen look-${looks[of][at]}`} aria-label={words.next} onClick={next}>
      {' '}
    </button>
  );
}

const toneSeconds = 0.3;
const everySeconds = 0.65;
const toneHertz = 660;

/** So many tones, one after the other. */
export function Tones({ count }: { readonly count: number }) {
  const words = checkWords[usePlace().lang];
  const play = () => {
    const audio = new AudioContext();
    for (let n = 0; n < count; n++) {
      const tone = audio.createOscillator();
      tone.frequency.value = toneHertz;
      tone.connect(audio.destination);
      tone.start(audio.currentTime + n * everySeconds);
      tone.stop(audio.currentTime + n * everySeconds + toneSeconds);
    }
    setTimeout(() => void audio.close(), (count + 1) * everySeconds * 1_000);
  };
  return <Touch onTouch={play}>{words.play}</Touch>;
}
