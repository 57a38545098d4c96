import { useState } from 'preact/hooks';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { type Failure, order } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Form, Trouble, Typed } from '../parts.tsx';

interface EnterProps {
  /** Somebody is in. */
  readonly onIn: () => Promise<void>;
}

/** `wasIn`: whoever was here has been logged out. */
export function LogIn({ wasIn, onIn }: EnterProps & { readonly wasIn: boolean }) {
  const { words } = usePlace();
  const typed = useTyped();
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const go = () =>
    once(async () => {
      const answer = await order('log-in', { name: typed.of('name').trim(), passphrase: typed.of('passphrase') });
      typed.clear('passphrase');
      fail(answer.ok ? null : answer);
      if (answer.ok) await onIn();
    });
  return (
    <section class="card door-card">
      <h1>{words.logIn}</h1>
      {wasIn && failure === null && <p class="quiet">{words.loggedOut}</p>}
      <Trouble failure={failure} wrong={words.wrongLogIn} />
      <Form does={words.logIn} off={busy || typed.of('name').trim() === '' || typed.of('passphrase') === ''} onDo={go}>
        <Typed
          label={words.name}
          value={typed.of('name')}
          fills="username"
          onChange={(value) => typed.type('name', value)}
        />
        <Typed
          label={words.passphrase}
          kind="password"
          fills="current-password"
          value={typed.of('passphrase')}
          onChange={(value) => typed.type('passphrase', value)}
        />
      </Form>
    </section>
  );
}

/** The first administrator, with the code that only the owner of the office can read. */
export function SetUp({ onIn }: EnterProps) {
  const { words } = usePlace();
  const typed = useTyped();
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const passphrase = typed.of('passphrase');
  const again = typed.of('again');
  const go = () =>
    once(async () => {
      const answer = await order('set-up', {
        code: typed.of('code').trim(),
        name: typed.of('name').trim(),
        passphrase,
      });
      fail(answer.ok ? null : answer);
      if (answer.ok) await onIn();
    });
  const lacks = typed.of('code').trim() === '' || typed.of('name').trim() === '' || passphrase === '';
  return (
    <section class="card door-card">
      <h1>{words.setUp}</h1>
      <p class="quiet">{words.setUpText}</p>
      <Trouble failure={failure} wrong={words.wrongSetUpCode} />
      <Form does={words.setUpDo} off={busy || lacks || passphrase !== again} onDo={go}>
        <Typed label={words.setUpCode} value={typed.of('code')} onChange={(value) => typed.type('code', value)} />
        <Typed
          label={words.name}
          fills="username"
          value={typed.of('name')}
          onChange={(value) => typed.type('name', value)}
        />
        <NewPassphrase passphrase={passphrase} again={again} type={typed.type} />
      </Form>
    </section>
  );
}

interface NewPassphraseProps {
  readonly passphrase: string;
  readonly again: string;
  readonly type: (key: 'passphrase' | 'again', value: string) => void;
}

/** A passphrase that is chosen is typed twice: nobody sees it. */
export function NewPassphrase({ passphrase, again, type }: NewPassphraseProps) {
  const { words } = usePlace();
  return (
    <>
      <Typed
        label={words.newPassphrase}
        kind="password"
        fills="new-password"
        value={passphrase}
        hint={words.passphraseAsks}
        onChange={(value) => type('passphrase', value)}
      />
      <Typed
        label={words.passphraseAgain}
        kind="password"
        fills="new-password"
        value={again}
        problem={again !== '' && again !== passphrase ? words.passphrasesDiffer : null}
        onChange={(value) => type('again', value)}
      />
    </>
  );
}
