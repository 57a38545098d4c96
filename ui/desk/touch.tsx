import type { ComponentChildren } from 'preact';

interface TouchProps {
  readonly children: ComponentChildren;
  readonly onTouch: () => void;
  readonly look?: 'main' | 'plain' | 'key' | 'row' | 'tool';
  readonly off?: boolean;
  readonly label?: string;
}

export function Touch({ children, onTouch, look = 'plain', off = false, label }: TouchProps) {
  return (
    <button type="button" class={`touch touch-${look}`} disabled={off} aria-label={label} onClick={onTouch}>
      {children}
    </button>
  );
}

interface ChoiceProps {
  readonly on: boolean;
  /** What it is, where only a sign stands on it. */
  readonly label?: string;
  readonly onTouch: () => void;
  readonly children: ComponentChildren;
}

/** One of several, of which one is chosen, or what is on or off. */
export function Choice({ on, label, onTouch, children }: ChoiceProps) {
  return (
    <button
      type="button"
      class="touch choice"
      aria-pressed={on}
      aria-label={label}
      data-active={on ? '' : undefined}
      onClick={onTouch}
    >
      {children}
    </button>
  );
}
