import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** How far a place may tighten; each step is a rule in frame.css. */
const tightest = 7;

/**
 * Nothing scrolls and nothing is cut: when words need more room than their place has, the place first gives up space,
 * then drawings, then sizes, until all of them stand on it. `overflows` looks at the place as it is drawn now.
 */
export function useFit(place: RefObject<HTMLElement | null>, overflows: (element: HTMLElement) => boolean): void {
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const fit = () => {
      delete element.dataset.tight;
      for (let step = 1; step <= tightest && overflows(element); step += 1) element.dataset.tight = String(step);
    };
    fit();
    window.addEventListener('resize', fit);
    document.fonts?.addEventListener('loadingdone', fit);
    return () => {
      window.removeEventListener('resize', fit);
      document.fonts?.removeEventListener('loadingdone', fit);
    };
  });
}

/** True when an element holds more than it shows. */
export function holdsTooMuch(element: HTMLElement): boolean {
  return element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
}
