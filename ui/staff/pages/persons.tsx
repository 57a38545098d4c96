import { ChevronRight } from 'lucide-preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Role, roles, type StaffAct, type StaffPersons } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, readTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { Fields, Sheet, Trouble } from '../parts.tsx';

type Person = StaffPersons['persons'][number];
type Open = { readonly at: 'list' } | { readonly at: 'add' } | { readonly at: 'person'; readonly person: Person };

export function Persons() {
  const { words, now } = usePlace();
  const [table, set] = useState<StaffPersons | null>(null);
  const [open, setOpen] = useState<Open>({ at: 'list' });
  const read = useCallback(() => void readTable('persons').then((found) => found !== null && set(found)), []);
  useEffect(read, [read]);
  const back = () => {
    setOpen({ at: 'list' });
    read();
  };
  if (open.at === 'add') return <AddPerson back={back} />;
  if (open.at === 'person') return <OnePerson person={open.person} back={back} />;
  return (
    <Sheet title={words.persons}>
      {table?.persons.map((person) => (
        <Touch key={person.number} look="row" onTouch={() => setOpen({ at: 'person', person })}>
          <span>
            <strong>
              {person.number} · {person.name}
            </strong>
            <span class="note">{words.roles[person.role]}</span>
          </span>
          <span class="row-end">
            {person.locked && <span class="chip chip-stop">{words.locked}</span>}
            {person.number === now.me?.number && <span class="chip">{words.you}</span>}
            <ChevronRight size="1em" strokeWidth={2} aria-hidden="true" />
          </span>
        </Touch>
      ))}
      <Touch look="main" onTouch={() => setOpen({ at: 'add' })}>
        {words.addPerson}
      </Touch>
    </Sheet>
  );
}

/** Asks for something and says how it ended. */
function useAsk(): {
  readonly failure: Failure | null;
  readonly busy: boolean;
  readonly ask: (asked: StaffAct, then: () => void) => void;
} {
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  return {
    failure,
    busy,
    ask: (asked, then) =>
      once(async () => {
        const answer = await act(asked);
        fail(answer.ok ? null : answer);
        if (answer.ok) then();
      }),
  };
}

function RoleChoice({ role, choose }: { readonly role: Role; readonly choose: (role: Role) => void }) {
  const { words } = usePlace();
  return (
    <fieldset class="roles">
      <legend>{words.role}</legend>
      {roles.map((one) => (
        <label key={one} class="role" data-active={one === role ? '' : undefined}>
          <input class="role-mark" type="radio" name="role" checked={one === role} onChange={() => choose(one)} />
          <span>
            <strong>{words.roles[one]}</strong>
            <span class="note">{words.roleNotes[one]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function AddPerson({ back }: { readonly back: () => void }) {
  const { words } = usePlace();
  const typed = useTyped();
  const [role, choose] = useState<Role>('attendant');
  const [number, setNumber] = useState<string | null>(null);
  const { failure, busy, ask } = useAsk();
  const name = typed.of('name').trim();
  const differ = typed.of('again') !== '' && typed.of('again') !== typed.of('pin');
  const off = busy || name === '' || typed.of('pin') === '' || typed.of('again') !== typed.of('pin');
  const add = () =>
    ask({ do: 'add-person', name, role, pin: typed.of('pin') }, () => {
      void readTable('persons').then((found) => setNumber(found?.persons.at(-1)?.number ?? ''));
    });
  if (number !== null) {
    return (
      <Sheet title={words.addPerson} back={back}>
        <Good text={words.added(number)} />
        <Touch look="main" onTouch={back}>
          {words.done}
        </Touch>
      </Sheet>
    );
  }
  return (
    <Sheet title={words.addPerson} text={words.addPersonText} back={back}>
      <Trouble failure={failure} />
      <p class="quiet">{words.pinRule}</p>
      {differ && <p class="stop strong">{words.pinsDiffer}</p>}
      <RoleChoice role={role} choose={choose} />
      <Fields
        fields={[
          { key: 'name', label: words.name, kind: 'name' },
          { key: 'pin', label: words.newPin, kind: 'pin' },
          { key: 'again', label: words.pinAgain, kind: 'pin' },
        ]}
        values={typed.values}
        onChange={typed.type}
        onEnter={() => !off && add()}
      />
      <Touch look="main" off={off} onTouch={add}>
        {words.addPerson}
      </Touch>
    </Sheet>
  );
}

function OnePerson({ person, back }: { readonly person: Person; readonly back: () => void }) {
  const { words, now } = usePlace();
  const [role, choose] = useState<Role>(person.role);
  const [sure, setSure] = useState(false);
  const { failure, busy, ask } = useAsk();
  const { number } = person;
  const mine = number === now.me?.number;
  return (
    <Sheet title={`${number} · ${person.name}`} back={back}>
      <Trouble failure={failure} />
      <section class="card">
        <RoleChoice role={role} choose={choose} />
        <Touch off={busy || role === person.role} onTouch={() => ask({ do: 'change-role', number, role }, back)}>
          {words.changeRole}
        </Touch>
      </section>
      {!mine && (
        <section class="card">
          <h2>{words.changePin}</h2>
          <NewPin number={number} mine={false} onDone={back} />
        </section>
      )}
      <section class="card">
        {sure ? (
          <>
            <p class="strong">{words.removeSure(person.name)}</p>
            <div class="choices">
              <Touch onTouch={() => setSure(false)}>{words.cancel}</Touch>
              <Touch off={busy} onTouch={() => ask({ do: 'remove-person', number }, back)}>
                {words.removeDo}
              </Touch>
            </div>
          </>
        ) : (
          <Touch onTouch={() => setSure(true)}>{words.removePerson}</Touch>
        )}
      </section>
    </Sheet>
  );
}

function NewPin(props: { readonly number: string; readonly mine: boolean; readonly onDone: () => void }) {
  const { words } = usePlace();
  const typed = useTyped();
  const { failure, busy, ask } = useAsk();
  const { number, mine, onDone } = props;
  const differ = typed.of('again') !== '' && typed.of('again') !== typed.of('pin');
  const off =
    busy || typed.of('pin') === '' || typed.of('again') !== typed.of('pin') || (mine && typed.of('present') === '');
  const present = mine ? typed.of('present') : null;
  const go = () =>
    ask({ do: 'change-pin', number, pin: typed.of('pin'), present }, () => {
      typed.clear('present', 'pin', 'again');
      onDone();
    });
  return (
    <>
      <Trouble failure={failure} />
      <p class="quiet">{words.pinRule}</p>
      {differ && <p class="stop strong">{words.pinsDiffer}</p>}
      <Fields
        fields={[
          ...(mine ? [{ key: 'present', label: words.presentPin, kind: 'pin' } as const] : []),
          { key: 'pin', label: words.newPin, kind: 'pin' },
          { key: 'again', label: words.pinAgain, kind: 'pin' },
        ]}
        values={typed.values}
        onChange={typed.type}
        onEnter={() => !off && go()}
      />
      <Touch look="main" off={off} onTouch={go}>
        {words.changePinDo}
      </Touch>
    </>
  );
}

export function MyPin() {
  const { words, now, go } = usePlace();
  const [done, setDone] = useState(false);
  return (
    <Sheet title={words.myPin}>
      {done ? (
        <>
          <Good text={words.done} />
          <Touch look="main" onTouch={() => go({ at: 'home' })}>
            {words.done}
          </Touch>
        </>
      ) : (
        <NewPin number={now.me?.number ?? ''} mine onDone={() => setDone(true)} />
      )}
    </Sheet>
  );
}
