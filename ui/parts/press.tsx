import type { ComponentChildren, TargetedMouseEvent, TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';
import type { Intent } from '../../kiosk/server/wire.ts';
import { useSeat } from '../seat.ts';
import type { Place } from '../tap-gate.ts';

interface PressProps {
  readonly class: string;
  readonly children: ComponentChildren;
  readonly intent?: Intent;
  readonly onPress?: () => void;
  /** What it is about, where it sends nothing by itself: two strikes at one thing are one. */
  readonly about?: string;
  /** A key of a keyboard types as fast as it is struck: two equal digits are no double strike, and can be erased. */
  readonly isKey?: boolean;
  /** Struck again at once it is meant again, but not by the second half of a strike that was at something else here. */
  readonly repeats?: boolean;
  /** One of several of which one is shown: this one is, or is not. */
  readonly pressed?: boolean;
  readonly off?: boolean;
  readonly label?: string;
}

/**
 * Something to touch. Acts when the finger leaves it again while still on it, however long or unsteady the touch was;
 * a click without a finger (keypad, switch, screen reader) acts as well. A second strike is ignored by the gate.
 */
export function Press(props: PressProps) {
  const seat = useSeat();
  const pressed = useRef<number | null>(null);
  const acted = useRef(false);

  const act = (place: Place) => {
    if (props.off) return;
    const name = JSON.stringify(props.intent ?? props.about ?? props.label ?? '');
    if (props.repeats === true ? seat.gate.isEcho(place, name) : props.isKey !== true && !seat.gate.action(place, name))
      return;
    props.onPress?.();
    if (props.intent !== undefined) seat.send(props.intent);
  };
  const down = (event: TargetedPointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0 || !event.isPrimary) return;
    pressed.current = event.pointerId;
    acted.current = false;
    event.currentTarget.dataset.pressed = '';
  };
  const leave = (event: TargetedPointerEvent<HTMLButtonElement>) => {
    delete event.currentTarget.dataset.pressed;
  };
  const release = (event: TargetedPointerEvent<HTMLButtonElement>) => {
    leave(event);
    if (pressed.current !== event.pointerId) return;
    pressed.current = null;
    if (!isInside(event)) return;
    acted.current = true;
    act({ x: event.clientX, y: event.clientY });
  };
  const click = (event: TargetedMouseEvent<HTMLButtonElement>) => {
    // A click with a count comes from a pointer: it is the touch just handled, made into a click by the browser.
    const isEcho = event.detail > 0 && acted.current;
    acted.current = false;
    if (!isEcho) act(event.detail > 0 ? { x: event.clientX, y: event.clientY } : null);
  };

  return (
    <button
      type="button"
      class={props.class}
      aria-disabled={props.off === true ? 'true' : undefined}
      aria-label={props.label}
      aria-pressed={props.pressed}
      onPointerDown={down}
      onPointerUp={release}
      onPointerCancel={leave}
      onPointerLeave={leave}
      onClick={click}
    >
      {props.children}
    </button>
  );
}

function isInside(event: TargetedPointerEvent<HTMLButtonElement>): boolean {
  const box = event.currentTarget.getBoundingClientRect();
  // Without layout (a test without a browser) there is no box to leave.
  if (box.width === 0 && box.height === 0) return true;
  return (
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
  );
}
