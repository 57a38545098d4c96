import type { ComponentChildren, TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';
import type { Intent } from '../../kiosk/server/wire.ts';
import { useSeat } from '../seat.ts';

interface PressProps {
  readonly class: string;
  readonly children: ComponentChildren;
  readonly intent?: Intent;
  readonly onPress?: () => void;
  /** A key of a keyboard: may follow another key at once, only its own bounce is ignored. */
  readonly keyName?: string;
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

  const act = () => {
    if (props.off) return;
    if (!(props.keyName === undefined ? seat.gate.action() : seat.gate.key(props.keyName))) return;
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
    act();
  };
  const click = () => {
    // The click that a browser makes out of the touch just handled.
    if (acted.current) {
      acted.current = false;
      return;
    }
    act();
  };

  return (
    <button
      type="button"
      class={props.class}
      aria-disabled={props.off === true ? 'true' : undefined}
      aria-label={props.label}
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
