import { useEffect, useRef, useState } from 'preact/hooks';

const radius = 54;
const around = 2 * Math.PI * radius;

/**
 * A ring that empties. The daemon decides when time is over; between two Views the ring counts on by itself, and never
 * below zero. `seconds` is what is left now.
 */
export function CountdownRing({ seconds }: { readonly seconds: number }) {
  const [left, setLeft] = useState(seconds);
  const full = useRef(Math.max(1, seconds));
  useEffect(() => {
    setLeft(seconds);
    full.current = Math.max(full.current, seconds);
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return (
    <div class="ring" role="timer">
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <circle class="ring-track" cx="60" cy="60" r={radius} />
        <circle
          class="ring-left"
          cx="60"
          cy="60"
          r={radius}
          stroke-dasharray={around}
          stroke-dashoffset={around * (1 - left / full.current)}
        />
      </svg>
      <span class="ring-number">{left}</span>
    </div>
  );
}
