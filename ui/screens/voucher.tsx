import { useState } from 'preact/hooks';
import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { SlipDrawing } from '../parts/drawings.tsx';
import { Field } from '../parts/field.tsx';
import { Keyboard } from '../parts/keyboard.tsx';
import { ToneLine, WaitLine } from '../parts/line.tsx';
import { useProblem } from '../parts/problem.ts';
import { Submit } from '../parts/submit.tsx';
import { useSeat } from '../seat.ts';

/** A change slip is typed in: its number, then its code. A number that is as long as they are now moves on to the code by itself. */
export function Voucher({ body }: { readonly body: Extract<ScreenBody, { screen: 'voucher' }> }) {
  const seat = useSeat();
  const [serial, setSerial] = useState('');
  const [code, setCode] = useState('');
  const { problem, typing, asking } = useProblem(body);
  const [at, setAt] = useState<'serial' | 'code'>('serial');
  const intent = { do: 'voucher', serial, code } as const;
  const ready = serial !== '' && code !== '' && body.busy === null;
  const change = (value: string) => {
    typing();
    if (at === 'code') {
      setCode(value);
      return;
    }
    setSerial(value);
    const grown = value.length > serial.length && code === '';
    if (grown && value.length === body.serialDigits) setAt('code');
  };
  const submit = () => {
    if (!ready || !seat.gate.action(null, intent.do)) return;
    asking();
    seat.send(intent);
  };
  const keyboard = at === 'serial' ? body.serial : body.code;
  return (
    <>
      <div class="voucher-head">
        <div class="voucher-words">
          <h1 class="title">{body.title}</h1>
          <p class="large quiet">{body.hint}</p>
        </div>
        <SlipDrawing at={at} />
      </div>
      <div class="voucher-fields">
        <Field
          keyboard={body.serial}
          value={serial}
          active={at === 'serial'}
          problem={problem}
          onChange={change}
          onActive={() => setAt('serial')}
          onEnter={() => setAt('code')}
        />
        <Field
          keyboard={body.code}
          value={code}
          active={at === 'code'}
          problem={problem}
          onChange={change}
          onActive={() => setAt('code')}
          onEnter={submit}
        />
      </div>
      <div class="entry-state">
        {body.busy !== null && <WaitLine text={body.busy} />}
        {body.busy === null && problem !== null && <ToneLine tone="caution" text={problem} live />}
      </div>
      <div class="entry-keys voucher-keys">
        <Keyboard keyboard={keyboard} value={at === 'serial' ? serial : code} onChange={change} />
      </div>
      {at === 'serial' && !ready ? (
        <Submit key="next" label={body.next} intent={null} off={serial === ''} onPress={() => setAt('code')} />
      ) : (
        <Submit key="submit" label={body.submit} intent={intent} off={!ready} onPress={asking} />
      )}
    </>
  );
}
