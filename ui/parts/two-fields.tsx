import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Intent, Keyboard as KeyboardView } from '../../kiosk/server/wire.ts';
import { useSeat } from '../seat.ts';
import { Field } from './field.tsx';
import { Keyboard } from './keyboard.tsx';
import { ToneLine, WaitLine } from './line.tsx';
import { useProblem } from './problem.ts';
import { Submit } from './submit.tsx';

interface TwoFieldsProps {
  readonly body: {
    /** From the first field to the second. */
    readonly next: string;
    readonly submit: string;
    readonly busy: string | null;
    readonly problem: string | null;
  };
  readonly keyboards: readonly [KeyboardView, KeyboardView];
  /** Digits that the first number usually has. */
  readonly usualDigits: number;
  readonly ask: (first: string, second: string) => Intent;
  /** What else may be done with the two numbers; null: nothing. */
  readonly otherwise?: { readonly label: string; readonly ask: (first: string, second: string) => Intent } | null;
  /** What stands above, by the field that is being typed. */
  readonly head: (at: 0 | 1) => ComponentChildren;
}

/** Two numbers that belong together. The first moves on to the second by itself when it is as long as such numbers are now. */
export function TwoFields({ body, keyboards, usualDigits, ask, otherwise = null, head }: TwoFieldsProps) {
  const seat = useSeat();
  const [values, setValues] = useState<readonly [string, string]>(['', '']);
  const [at, setAt] = useState<0 | 1>(0);
  const { problem, typing, asking } = useProblem(body);
  const [first, second] = values;
  const intent = ask(first, second);
  const ready = first !== '' && second !== '' && body.busy === null;
  const change = (value: string) => {
    typing();
    setValues(at === 0 ? [value, second] : [first, value]);
    const grown = value.length > first.length && second === '';
    if (at === 0 && grown && value.length === usualDigits) setAt(1);
  };
  const submit = () => {
    if (!ready || !seat.gate.action(null, intent.do)) return;
    asking();
    seat.send(intent);
  };
  const field = (own: 0 | 1, onEnter: () => void) => (
    <Field
      keyboard={keyboards[own]}
      value={values[own]}
      active={at === own}
      problem={problem}
      onChange={change}
      onActive={() => setAt(own)}
      onEnter={onEnter}
    />
  );
  return (
    <>
      {head(at)}
      <div class="two-fields">
        {field(0, () => setAt(1))}
        {field(1, submit)}
      </div>
      <div class="entry-state">
        {body.busy !== null && <WaitLine text={body.busy} />}
        {body.busy === null && problem !== null && <ToneLine tone="caution" text={problem} live />}
      </div>
      <div class="entry-keys two-fields-keys">
        <Keyboard keyboard={keyboards[at]} value={values[at]} onChange={change} />
      </div>
      {at === 0 && !ready ? (
        <Submit key="next" label={body.next} intent={null} off={first === ''} onPress={() => setAt(1)} />
      ) : (
        <>
          {otherwise !== null && (
            <Submit
              key="otherwise"
              look="other"
              label={otherwise.label}
              intent={otherwise.ask(first, second)}
              off={!ready}
              onPress={asking}
            />
          )}
          <Submit key="submit" label={body.submit} intent={intent} off={!ready} onPress={asking} />
        </>
      )}
    </>
  );
}
