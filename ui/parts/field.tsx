import { useEffect, useId, useRef } from 'preact/hooks';
import type { Keyboard } from '../../kiosk/server/wire.ts';
import { shown, typed } from './keyboard.tsx';

interface FieldProps {
  readonly keyboard: Keyboard;
  readonly value: string;
  readonly active: boolean;
  readonly problem: string | null;
  readonly onChange: (value: string) => void;
  readonly onActive: () => void;
  readonly onEnter: () => void;
}

/** How wide a sign is at most, with the room before the next, in em; and for so many there is always room. */
const signEm = 0.72;
const leastSigns = 8;

/** What is being typed. Fed by our keyboard, and by a real one where a kiosk or a helper has it. */
export function Field({ keyboard, value, active, problem, onChange, onActive, onEnter }: FieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (active) input.current?.focus({ preventScroll: true });
  }, [active]);
  return (
    <div class="field" data-active={active ? '' : undefined} data-problem={problem !== null ? '' : undefined}>
      <label class="field-label" for={id}>
        {keyboard.label}
      </label>
      <input
        id={id}
        ref={input}
        class="field-input"
        style={{ '--ems': (Math.max(shown(keyboard, value).length, leastSigns) * signEm).toFixed(2) }}
        type="text"
        inputMode="none"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={shown(keyboard, 'X'.repeat(keyboard.maxLength)).length}
        value={shown(keyboard, value)}
        aria-invalid={problem !== null}
        onFocus={onActive}
        onInput={(event) => {
          const clean = typed(keyboard, event.currentTarget.value);
          event.currentTarget.value = shown(keyboard, clean);
          onChange(clean);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter();
        }}
      />
    </div>
  );
}
