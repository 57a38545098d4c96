import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { holdsTooMuch, useFit } from './fit.ts';

/** The stage of a screen: one question or one thing happening, read from the top left. */
export function Stage({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  const stage = useRef<HTMLElement>(null);
  useFit(
    stage,
    (element) => holdsTooMuch(element) || [...element.querySelectorAll<HTMLElement>('section')].some(holdsTooMuch),
  );
  return (
    <main ref={stage} class={`stage screen-${name} arrive`}>
      {children}
    </main>
  );
}
