import { useRef, useState } from 'preact/hooks';
import type { Device } from './api.ts';
import { formatNote, noteFigure } from './money.ts';
import { type Condition, CONDITIONS, PlayNote } from './note.tsx';
import type { Bench } from './state.ts';

/** A finger that moved less than this has tapped. */
const TAP_PX = 6;
const FLIGHT_MS = 320;

interface Held {
  readonly minor: number;
  readonly x: number;
  readonly y: number;
}

/** Notes in the hand: drag one into the slot, or touch it (or press Enter) and it goes there by itself. */
export function Wallet({ bench, acceptor }: { readonly bench: Bench; readonly acceptor: Device | undefined }) {
  const [condition, setCondition] = useState<Condition>('good');
  const [held, setHeld] = useState<Held | null>(null);
  const from = useRef({ x: 0, y: 0, minor: 0, moved: false });

  const insert = async (minor: number, source: DOMRect) => {
    if (acceptor === undefined) return;
    fly(source);
    const extra = condition === 'good' ? {} : { condition };
    await bench.doTo(`devices/${acceptor.id}`, { action: 'insert', minor, ...extra });
  };
  const down = (minor: number) => (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, y: event.clientY, minor, moved: false };
  };
  const move = (event: PointerEvent) => {
    const start = from.current;
    if (start.minor === 0) return;
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > TAP_PX) start.moved = true;
    if (start.moved) setHeld({ minor: start.minor, x: event.clientX, y: event.clientY });
    slot()?.classList.toggle('slot-wanted', start.moved && isOverSlot(event));
  };
  const up = (event: PointerEvent) => {
    const start = from.current;
    from.current = { ...start, minor: 0 };
    setHeld(null);
    slot()?.classList.remove('slot-wanted');
    if (start.moved && isOverSlot(event))
      void insert(start.minor, new DOMRect(event.clientX - 70, event.clientY - 32, 140, 65));
  };
  const click = (minor: number) => (event: MouseEvent) => {
    if (from.current.moved) {
      from.current.moved = false;
      return;
    }
    void insert(minor, (event.currentTarget as Element).getBoundingClientRect());
  };

  const words = bench.words.value;
  const money = bench.whole.value;
  const figure = (minor: number) => noteFigure(money, minor, acceptor?.denominations?.[0]?.currency);
  return (
    <section class="panel wallet" aria-label={words.wallet}>
      <h2>{words.wallet}</h2>
      <div class="segments" role="radiogroup" aria-label={words.condition}>
        {CONDITIONS.map((one) => (
          <label key={one} class="segment">
            <input type="radio" name="condition" checked={condition === one} onChange={() => setCondition(one)} />
            <span>{words[one]}</span>
          </label>
        ))}
      </div>
      <div class="notes">
        {(acceptor?.denominations ?? []).map(({ minor, currency }) => (
          <button
            key={minor}
            type="button"
            class="note-button"
            aria-label={words.insertNote(formatNote(money, minor, currency))}
            onPointerDown={down(minor)}
            onPointerMove={move}
            onPointerUp={up}
            onPointerCancel={up}
            onClick={click(minor)}
          >
            <PlayNote figure={figure(minor)} condition={condition} />
          </button>
        ))}
      </div>
      <p class="hint">{words.dragNote}</p>
      {held !== null && (
        <div class="held" style={{ transform: `translate(${held.x - 70}px, ${held.y - 32}px) rotate(-3deg)` }}>
          <PlayNote figure={figure(held.minor)} condition={condition} />
        </div>
      )}
    </section>
  );
}

function slot(): Element | null {
  return document.querySelector('[data-slot-target]');
}

function isOverSlot(event: PointerEvent): boolean {
  const box = slot()?.getBoundingClientRect();
  if (box === undefined) return false;
  const near = 28;
  return (
    event.clientX > box.left - near &&
    event.clientX < box.right + near &&
    event.clientY > box.top - near &&
    event.clientY < box.bottom + near
  );
}

/** Shows the way of the note from the hand to the slot. */
function fly(source: DOMRect): void {
  const goal = slot()?.getBoundingClientRect();
  if (goal === undefined || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const ghost = document.createElement('div');
  ghost.className = 'flying';
  document.body.append(ghost);
  const flight = ghost.animate(
    [
      { transform: `translate(${source.left}px, ${source.top}px)`, opacity: 0.9 },
      { transform: `translate(${goal.left + goal.width / 2 - 70}px, ${goal.top}px) scale(0.9, 0.2)`, opacity: 0.2 },
    ],
    { duration: FLIGHT_MS, easing: 'ease-in' },
  );
  flight.onfinish = () => ghost.remove();
  flight.oncancel = () => ghost.remove();
}
