import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { holdsTooMuch, useFit } from './fit.ts';

/** True when something stands on the place's lower edge. The edge of a place that clips is not part of what it holds. */
export function standsOnEdge(element: HTMLElement): boolean {
  const edge = element.getBoundingClientRect().bottom - Number.parseFloat(getComputedStyle(element).paddingBottom);
  return [...element.children].some(
    (child) => getComputedStyle(child).position !== 'fixed' && child.getBoundingClientRect().bottom > edge + 1,
  );
}

/** True when the words of a stage need more room than there is, on the stage or in one of its cards. */
function needsRoom(element: HTMLElement): boolean {
  return (
    holdsTooMuch(element) ||
    standsOnEdge(element) ||
    [...element.querySelectorAll<HTMLElement>('section')].some(holdsTooMuch)
  );
}

/** The stage of a screen: one question or one thing happening, read from the top left. */
export function Stage({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  const stage = useRef<HTMLElement>(null);
  useFit(stage, needsRoom);
  return (
    <main ref={stage} class={`stage screen-${name} arrive`}>
      {children}
    </main>
  );
}
