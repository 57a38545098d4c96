import { Delete } from 'lucide-preact';
import type { Keyboard as KeyboardView } from '../../kiosk/server/wire.ts';
import { Press } from './press.tsx';

const digitKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const codeKeys = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];

/** What a hand or a wire typed, as the keyboard would have typed it: only its signs, upper case, no longer than allowed. */
export function typed(keyboard: KeyboardView, text: string): string {
  const signs = [...text.toUpperCase()].filter((sign) =>
    keyboard.kind === 'digits' ? /^[0-9]$/.test(sign) : codeKeys.includes(sign),
  );
  return signs.slice(0, keyboard.maxLength).join('');
}

/** As it stands in the field: behind its letter, in its groups. */
export function shown({ prefix, group }: KeyboardView, value: string): string {
  const groups = group === null ? [value] : (value.match(new RegExp(`.{1,${group}}`, 'g')) ?? []);
  return (prefix ?? '') + groups.join(' ');
}

interface KeyboardProps {
  readonly keyboard: KeyboardView;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Our own keys, 20 mm and more, where the hand is. */
export function Keyboard({ keyboard, value, onChange }: KeyboardProps) {
  const sign = (key: string) => (
    <Press key={key} class="key" isKey onPress={() => onChange(typed(keyboard, value + key))}>
      {key}
    </Press>
  );
  const erase = (
    <Press class="key key-word" isKey onPress={() => onChange(value.slice(0, -1))}>
      <Delete size="1em" strokeWidth={2} aria-hidden="true" />
      <span>{keyboard.erase}</span>
    </Press>
  );
  const clear = (
    <Press class="key key-word" isKey onPress={() => onChange('')}>
      <span>{keyboard.clear}</span>
    </Press>
  );
  if (keyboard.kind === 'digits') {
    return (
      <fieldset class="keys keys-digits" aria-label={keyboard.label}>
        {digitKeys.map(sign)}
        {clear}
        {sign('0')}
        {erase}
      </fieldset>
    );
  }
  return (
    <fieldset class="keys keys-code" aria-label={keyboard.label}>
      {codeKeys.map(sign)}
      {clear}
      {erase}
    </fieldset>
  );
}
