/** Bars with a sentence that says what they say. The table below has the same figures for who does not see them. */
import { useEffect, useRef } from 'preact/hooks';
import { usePlace } from '../desk.ts';
import type { Bar } from './report-tables.tsx';

interface ChartProps {
  readonly title: string;
  readonly text: string;
  readonly bars: readonly Bar[];
  /** What the bars stand for, under their axis. */
  readonly unit: string;
}

export function Chart({ title, text, bars, unit }: ChartProps) {
  const { words, now, lang } = usePlace();
  const place = useRef<HTMLDivElement>(null);
  const { currency, exponent } = now.money;
  const amount = words.report.amount(currency);
  useEffect(() => {
    let end: (() => void) | null = null;
    let over = false;
    // What draws is loaded with the first chart: no other page needs it.
    void import('../bars.ts').then(({ drawBars }) => {
      if (over || place.current === null) return;
      end = drawBars(place.current, { bars, unit, amount, lang, exponent });
    });
    return () => {
      over = true;
      end?.();
    };
  }, [bars, unit, amount, lang, exponent]);
  return (
    <figure class="card report-chart">
      <figcaption>
        <h2>{title}</h2>
        <p>{text}</p>
      </figcaption>
      <div class="report-bars" role="img" aria-label={`${title}. ${text}`} ref={place} />
    </figure>
  );
}
