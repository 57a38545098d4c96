import { useRef, useState } from 'preact/hooks';
import type { Device } from './api.ts';
import { PlayCoin } from './coin.tsx';
import { type Piece, piecesFor, slotFor } from './machines.ts';
import { formatNote, noteFigure } from './money.ts';
import { type Condition, conditions, PlayNote } from './note.tsx';
import type { Bench } from './state.ts';

/** A finger that moved less than this has tapped. */
const tapPx = 6;
const flightMs = 320;
/** A slot is met from so far. */
const nearPx = 28;
const handCoinPx = 62;
/** What is held hangs by its middle. */
const sizePx: Readonly<Record<Piece, readonly [number, number]>> = { note: [140, 65], coin: [handCoinPx, handCoinPx] };

interface Money {
  readonly piece: Piece;
  readonly minor: number;
  readonly currency: string;
}

interface Held extends Money {
  readonly x: number;
  readonly y: number;
}

/** Notes and coins in the hand: drag one into a slot, or touch it (or press Enter) and it goes there by itself. */
export function Wallet({ bench }: { readonly bench: Bench }) {
  const [condition, setCondition] = useState<Condition>('good');
  const [held, setHeld] = useState<Held | null>(null);
  const words = bench.words.value;
  const devices = bench.devices.value;
  const notes = piecesFor(devices, 'note');
  const coins = piecesFor(devices, 'coin');

  const insert = async ({ piece, minor }: Money, device: Device | undefined, source: DOMRect) => {
    if (device === undefined) return;
    fly(piece, source, device.id);
    const extra = piece === 'coin' || condition === 'good' ? {} : { condition };
    await bench.doTo(`devices/${device.id}`, { action: piece === 'coin' ? 'insert coin' : 'insert', minor, ...extra });
  };
  const put = (money: Money, slot: string | null, source: DOMRect) =>
    insert(
      money,
      slot === null ? slotFor(devices, money.piece, money.minor) : devices.find((d) => d.id === slot),
      source,
    );
  const figureOf = ({ minor, currency }: Money) => noteFigure(bench.whole.value, minor, currency);
  return (
    <section class="panel wallet" aria-label={words.wallet}>
      <h2>{words.wallet}</h2>
      {notes.length > 0 && (
        <div class="segments" role="radiogroup" aria-label={words.condition}>
          {conditions.map((one) => (
            <label key={one} class="segment">
              <input type="radio" name="condition" checked={condition === one} onChange={() => setCondition(one)} />
              <span>{words[one]}</span>
            </label>
          ))}
        </div>
      )}
      <div class="notes">
        {notes.map((note) => (
          <Handle key={note.minor} bench={bench} money={{ ...note, piece: 'note' }} hold={setHeld} put={put}>
            <PlayNote figure={figureOf({ ...note, piece: 'note' })} condition={condition} />
          </Handle>
        ))}
      </div>
      {coins.length > 0 && (
        <div class="coins">
          {coins.map((coin) => (
            <Handle key={coin.minor} bench={bench} money={{ ...coin, piece: 'coin' }} hold={setHeld} put={put}>
              <PlayCoin figure={figureOf({ ...coin, piece: 'coin' })} largestPx={handCoinPx} />
            </Handle>
          ))}
        </div>
      )}
      <p class="hint">{coins.length > 0 ? words.dragMoney : words.dragNote}</p>
      {held !== null && (
        <div class="held" data-piece={held.piece} style={{ transform: `${heldAt(held)} rotate(-3deg)` }}>
          {held.piece === 'note' ? (
            <PlayNote figure={figureOf(held)} condition={condition} />
          ) : (
            <PlayCoin figure={figureOf(held)} largestPx={handCoinPx} />
          )}
        </div>
      )}
    </section>
  );
}

interface HandleProps {
  readonly bench: Bench;
  readonly money: Money;
  readonly hold: (held: Held | null) => void;
  /** `slot`: the machine whose slot was met; null: any. */
  readonly put: (money: Money, slot: string | null, source: DOMRect) => void;
  readonly children: preact.ComponentChildren;
}

/** One note or coin that can be dragged or touched. */
function Handle({ bench, money, hold, put, children }: HandleProps) {
  const from = useRef({ x: 0, y: 0, down: false, moved: false });
  const { piece, minor, currency } = money;
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, y: event.clientY, down: true, moved: false };
  };
  const move = (event: PointerEvent) => {
    const start = from.current;
    if (!start.down) return;
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > tapPx) start.moved = true;
    if (start.moved) hold({ ...money, x: event.clientX, y: event.clientY });
    const met = start.moved ? slotUnder(piece, event) : null;
    for (const slot of slots(piece)) slot.classList.toggle('slot-wanted', slot === met);
  };
  const up = (event: PointerEvent) => {
    const start = from.current;
    from.current = { ...start, down: false };
    hold(null);
    for (const slot of slots(piece)) slot.classList.remove('slot-wanted');
    const met = start.down && start.moved && event.type !== 'pointercancel' ? slotUnder(piece, event) : null;
    if (met === null) return;
    const [width, height] = sizePx[piece];
    put(
      money,
      met.dataset.device ?? null,
      new DOMRect(event.clientX - width / 2, event.clientY - height / 2, width, height),
    );
  };
  const click = (event: MouseEvent) => {
    if (from.current.moved) from.current.moved = false;
    else put(money, null, (event.currentTarget as Element).getBoundingClientRect());
  };
  return (
    <button
      type="button"
      class={`${piece}-button`}
      aria-label={bench.words.value.insertNote(formatNote(bench.whole.value, minor, currency))}
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

function heldAt({ piece, x, y }: Held): string {
  const [width, height] = sizePx[piece];
  return `translate(${x - width / 2}px, ${y - height / 2}px)`;
}

function slots(piece: Piece): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-slot="${piece}"]`)];
}

function slotUnder(piece: Piece, { clientX, clientY }: PointerEvent): HTMLElement | null {
  const met = slots(piece).find((slot) => {
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

/** Shows the way of a note or coin from the hand to the slot. */
function fly(piece: Piece, source: DOMRect, device: string): void {
  const goal = slots(piece)
    .find((slot) => slot.dataset.device === device)
    ?.getBoundingClientRect();
  if (goal === undefined || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const ghost = document.createElement('div');
  ghost.className = 'flying';
  ghost.dataset.piece = piece;
  document.body.append(ghost);
  const middle = goal.left + goal.width / 2 - sizePx[piece][0] / 2;
  const narrowed = piece === 'note' ? 'scale(0.9, 0.2)' : 'scale(0.2, 0.9)';
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
