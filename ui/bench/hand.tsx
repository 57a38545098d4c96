/** Things in a hand: each can be dragged into a slot, or touched (or Enter pressed on it) and goes there by itself. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Piece } from './machines.ts';

/** What fits into a slot of its own. */
export type Thing = Piece | 'card';

/** A finger that moved less than this has tapped. */
const tapPx = 6;
const flightMs = 320;
/** A slot is met from so far. */
const nearPx = 28;
export const handCoinPx = 62;
/** What is held hangs by its middle. */
const sizePx: Readonly<Record<Thing, readonly [number, number]>> = {
  note: [140, 65],
  coin: [handCoinPx, handCoinPx],
  card: [112, 70],
};

export interface Held {
  readonly thing: Thing;
  readonly look: ComponentChildren;
  readonly x: number;
  readonly y: number;
}

interface HandleProps {
  readonly thing: Thing;
  readonly label: string;
  readonly hold: (held: Held | null) => void;
  /** `slot`: the machine whose slot was met; null: any. */
  readonly put: (slot: string | null, source: DOMRect) => void;
  /** How it looks, in the hand as well. */
  readonly children: ComponentChildren;
}

/** One thing that can be dragged or touched. */
export function Handle({ thing, label, hold, put, children }: HandleProps) {
  const from = useRef({ x: 0, y: 0, down: false, moved: false });
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, y: event.clientY, down: true, moved: false };
  };
  const move = (event: PointerEvent) => {
    const start = from.current;
    if (!start.down) return;
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > tapPx) start.moved = true;
    if (start.moved) hold({ thing, look: children, x: event.clientX, y: event.clientY });
    const met = start.moved ? slotUnder(thing, event) : null;
    for (const slot of slots(thing)) slot.classList.toggle('slot-wanted', slot === met);
  };
  const up = (event: PointerEvent) => {
    const start = from.current;
    from.current = { ...start, down: false };
    hold(null);
    for (const slot of slots(thing)) slot.classList.remove('slot-wanted');
    const met = start.down && start.moved && event.type !== 'pointercancel' ? slotUnder(thing, event) : null;
    if (met === null) return;
    const [width, height] = sizePx[thing];
    put(met.dataset.device ?? null, new DOMRect(event.clientX - width / 2, event.clientY - height / 2, width, height));
  };
  const click = (event: MouseEvent) => {
    if (from.current.moved) from.current.moved = false;
    else put(null, (event.currentTarget as Element).getBoundingClientRect());
  };
  return (
    <button
      type="button"
      class={`${thing}-button`}
      aria-label={label}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onClick={click}
    >
      {children}
    </button>
  );
}

/** What is dragged just now, under the finger. */
export function InHand({ held }: { readonly held: Held | null }) {
  if (held === null) return null;
  const { thing, look, x, y } = held;
  const [width, height] = sizePx[thing];
  return (
    <div
      class="held"
      data-piece={thing}
      style={{ transform: `translate(${x - width / 2}px, ${y - height / 2}px) rotate(-3deg)` }}
    >
      {look}
    </div>
  );
}

function slots(thing: Thing): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-slot="${thing}"]`)];
}

function slotUnder(thing: Thing, { clientX, clientY }: PointerEvent): HTMLElement | null {
  const met = slots(thing).find((slot) => {
    const box = slot.getBoundingClientRect();
    return (
      clientX > box.left - nearPx &&
      clientX < box.right + nearPx &&
      clientY > box.top - nearPx &&
      clientY < box.bottom + nearPx
    );
  });
  return met ?? null;
}

/** Shows the way of a thing from the hand to the slot. */
export function fly(thing: Thing, source: DOMRect, device: string): void {
  const goal = slots(thing)
    .find((slot) => slot.dataset.device === device)
    ?.getBoundingClientRect();
  if (goal === undefined || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const ghost = document.createElement('div');
  ghost.className = 'flying';
  ghost.dataset.piece = thing;
  document.body.append(ghost);
  const middle = goal.left + goal.width / 2 - sizePx[thing][0] / 2;
  const narrowed = thing === 'coin' ? 'scale(0.2, 0.9)' : 'scale(0.9, 0.2)';
  const flight = ghost.animate(
    [
      { transform: `translate(${source.left}px, ${source.top}px)`, opacity: 0.9 },
      { transform: `translate(${middle}px, ${goal.top}px) ${narrowed}`, opacity: 0.2 },
    ],
    { duration: flightMs, easing: 'ease-in' },
  );
  flight.onfinish = () => ghost.remove();
  flight.oncancel = () => ghost.remove();
}
