import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** How far the stage may tighten; each step is a rule in frame.css. */
const TIGHTEST = 6;

/**
 * The stage of a screen. Nothing scrolls and nothing is cut: when the words of a View need more room than there is,
 * the stage first gives up space, then sizes, until all of them stand on it.
 */
export function Stage({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  const stage = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    fit(element);
    const again = () => fit(element);
    window.addEventListener('resize', again);
    document.fonts?.addEventListener('loadingdone', again);
    return () => {
      window.removeEventListener('resize', again);
      document.fonts?.removeEventListener('loadingdone', again);
    };
  });
  return (
    <main ref={stage} class={`stage screen-${name} arrive`}>
      {children}
    </main>
  );
}

function fit(element: HTMLElement): void {
  delete element.dataset.tight;
  for (let step = 1; step <= TIGHTEST && overflows(element); step += 1) element.dataset.tight = String(step);
}

function overflows(element: HTMLElement): boolean {
  return element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
}
