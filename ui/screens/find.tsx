import { useState } from 'preact/hooks';
import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Field } from '../parts/field.tsx';
import { Keyboard } from '../parts/keyboard.tsx';
import { ToneLine, WaitLine } from '../parts/line.tsx';
import { useProblem } from '../parts/problem.ts';
import { Submit } from '../parts/submit.tsx';
import { useSeat } from '../seat.ts';

type Body = Extract<ScreenBody, { screen: 'find-bill' | 'find-receipt' }>;

/** One number to type. What was typed stays when the machine answers. */
export function Find({ body }: { readonly body: Body }) {
  const seat = useSeat();
  const [number, setNumber] = useState('');
  const { problem, typing, asking } = useProblem(body);
  const intent = { do: body.screen, number: (body.keyboard.prefix ?? '') + number } as const;
  const change = (value: string) => {
    typing();
    setNumber(value);
  };
  const submit = () => {
    if (number === '' || body.busy !== null || !seat.gate.action(null, intent.do)) return;
    asking();
    seat.send(intent);
  };
  return (
    <>
      <h1 class="title">{body.title}</h1>
      <p class="large quiet">{body.hint}</p>
      <div class="entry">
        <div class="entry-words">
          <Field
            keyboard={body.keyboard}
            value={number}
            active
            problem={problem}
            onChange={change}
            onActive={() => {}}
            onEnter={submit}
          />
          <div class="entry-state">
            {body.busy !== null && <WaitLine text={body.busy} />}
            {body.busy === null && problem !== null && <ToneLine tone="caution" text={problem} live />}
          </div>
        </div>
        <div class="entry-keys">
          <Keyboard keyboard={body.keyboard} value={number} onChange={change} />
        </div>
      </div>
      <Submit label={body.submit} intent={intent} off={number === '' || body.busy !== null} onPress={asking} />
    </>
  );
}
