import { useEffect, useRef, useState } from 'preact/hooks';

const radius = 54;
const around = 2 * Math.PI * radius;

/** What is left, and of how much: the daemon decides when time is over; between two Views it is counted on, never below zero. */
export function useCountdown(seconds: number): { readonly left: number; readonly full: number } {
  const [left, setLeft] = useState(seconds);
  const full = useRef(Math.max(1, seconds));
  useEffect(() => {
    setLeft(seconds);
    full.current = Math.max(full.current, seconds);
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return { left, full: full.current };
}

/** A ring that empties. `seconds` is what is left now. */
export function CountdownRing({ seconds }: { readonly seconds: number }) {
  const { left, full } = useCountdown(seconds);
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
          stroke-dashoffset={around * (1 - left / full)}
        />
      </svg>
      <span class="ring-number">{left}</span>
    </div>
  );
}
