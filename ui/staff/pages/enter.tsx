import { useState } from 'preact/hooks';
import { enter, type Failure, setUp } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { Fields, Trouble } from '../parts.tsx';

/** Number and PIN. */
export function LogIn() {
  const { words, changed } = usePlace();
  const typed = useTyped();
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const go = () =>
    once(async () => {
      const answer = await enter({ number: typed.of('number'), pin: typed.of('pin') });
      typed.clear('pin');
      fail(answer.ok ? null : answer);
      if (answer.ok) changed();
    });
  const off = busy || typed.of('number') === '' || typed.of('pin') === '';
  return (
    <section class="sheet sheet-narrow">
      <h1>{words.logIn}</h1>
      <p class="quiet">{words.logInText}</p>
      <Trouble failure={failure} />
      <Fields
        fields={[
          { key: 'number', label: words.number, kind: 'number' },
          { key: 'pin', label: words.pin, kind: 'pin' },
        ]}
        values={typed.values}
        onChange={typed.type}
        onEnter={() => !off && go()}
      />
      <Touch look="main" off={off} onTouch={go}>
        {words.logIn}
      </Touch>
    </section>
  );
}

/** The first administrator, with the code that only the owner of the machine can read. */
export function SetUpPage() {
  const { words, changed } = usePlace();
  const typed = useTyped();
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const differ = typed.of('again') !== '' && typed.of('again') !== typed.of('pin');
  const go = () =>
    once(async () => {
      const answer = await setUp({ code: typed.of('code'), name: typed.of('name'), pin: typed.of('pin') });
      fail(answer.ok ? null : answer);
      if (answer.ok || answer.problem === 'customer') changed();
    });
  const off = busy || typed.of('code') === '' || typed.of('name') === '' || typed.of('pin') !== typed.of('again');
  return (
    <section class="sheet sheet-narrow">
      <h1>{words.setUp}</h1>
      <p class="quiet">{words.setUpText}</p>
      <Trouble failure={failure} />
      <p class="quiet">{words.pinRule}</p>
      {differ && <p class="stop strong">{words.pinsDiffer}</p>}
      <Fields
        fields={[
          { key: 'code', label: words.setUpCode, kind: 'code' },
          { key: 'name', label: words.name, kind: 'name' },
          { key: 'pin', label: words.newPin, kind: 'pin' },
          { key: 'again', label: words.pinAgain, kind: 'pin' },
        ]}
        values={typed.values}
        onChange={typed.type}
        onEnter={() => !off && go()}
      />
      <Touch look="main" off={off} onTouch={go}>
        {words.setUpDo}
      </Touch>
    </section>
  );
}
