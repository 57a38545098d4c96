import { useState } from 'preact/hooks';
import type { PersonLine, Role } from '../../../kiosk/office/server/wire.ts';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { Touch } from '../../desk/touch.tsx';
import { type Failure, order, remove, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Good } from '../../desk/good.tsx';
import { Awaited, Card, Chosen, Confirm, Form, Row, Sheet, Table, Trouble, Typed } from '../parts.tsx';
import { NewPassphrase } from './enter.tsx';

interface PersonTable {
  readonly persons: readonly PersonLine[];
}

/** Everybody has a passphrase of one's own; who works here is the administrators' to say. */
export function Persons() {
  const { words, may } = usePlace();
  return (
    <Sheet title={words.persons.persons}>
      {may('manage') && <Everybody />}
      <OwnPassphrase />
    </Sheet>
  );
}

function Everybody() {
  const { words } = usePlace();
  const { value, failure, again } = useReading<PersonTable>('persons');
  const [asked, askFor] = useState<PersonLine | null>(null);
  const [problem, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const takeOut = ({ person }: PersonLine) =>
    once(async () => {
      const answer = await remove(`persons/${person}`);
      fail(answer.ok ? null : answer);
      askFor(null);
      await again();
    });
  return (
    <>
      <Card title={words.persons.persons}>
        <Trouble failure={problem} />
        {asked !== null && (
          <Confirm
            key={asked.person}
            text={words.persons.removeSure(asked.name)}
            does={words.persons.removeDo}
            off={busy}
            onYes={() => takeOut(asked)}
            onNo={() => askFor(null)}
          />
        )}
        {value === null ? <Awaited failure={failure} /> : <PersonTable persons={value.persons} askFor={askFor} />}
      </Card>
      <AddPerson changed={() => void again()} />
    </>
  );
}

function PersonTable({ persons, askFor }: PersonTable & { readonly askFor: (line: PersonLine) => void }) {
  const { words, person: me, time } = usePlace();
  const own = words.persons;
  const heads = [own.person, own.role, own.added, own.remove];
  return (
    <Table label={own.persons} heads={heads}>
      {persons.map((line) => (
        <Row key={line.person} heads={heads}>
          <span>
            <strong>{line.name}</strong>
            {line.name === me?.name && <span class="note">{own.you}</span>}
          </span>
          <span>{words.roles[line.role]}</span>
          <span>{line.addedBy === null ? time(line.addedAt) : own.addedBy(line.addedBy, time(line.addedAt))}</span>
          {line.name === me?.name ? (
            <span class="quiet">–</span>
          ) : (
            <Touch label={`${own.remove}: ${line.name}`} onTouch={() => askFor(line)}>
              {own.remove}
            </Touch>
          )}
        </Row>
      ))}
    </Table>
  );
}

const roles = ['viewer', 'operator', 'administrator'] as const satisfies readonly Role[];

function AddPerson({ changed }: { readonly changed: () => void }) {
  const { words } = usePlace();
  const own = words.persons;
  const typed = useTyped();
  const [role, choose] = useState<Role>('viewer');
  const [added, setAdded] = useState<string | null>(null);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const name = typed.of('name').trim();
  const passphrase = typed.of('passphrase');
  const again = typed.of('again');
  const add = () =>
    once(async () => {
      const answer = await order('persons', { name, role, passphrase });
      fail(answer.ok ? null : answer);
      setAdded(answer.ok ? name : null);
      if (answer.ok) typed.clear('name', 'passphrase', 'again');
      changed();
    });
  return (
    <Card title={own.addPerson}>
      <p class="quiet">{own.addPersonText}</p>
      <Trouble failure={failure} />
      {added !== null && <Good text={own.addedNow(added)} />}
      <Form does={own.addDo} off={busy || name === '' || passphrase === '' || passphrase !== again} onDo={add}>
        <div class="fields-row">
          <Typed label={words.name} value={typed.of('name')} onChange={(value) => typed.type('name', value)} />
          <Chosen
            label={own.role}
            value={role}
            of={roles.map((one) => [one, words.roles[one]])}
            onChange={(value) => choose(value as Role)}
          />
          <NewPassphrase passphrase={passphrase} again={again} type={typed.type} />
        </div>
        <p class="note">
          {words.roles[role]}
          {words.colon}
          {words.roleNotes[role]}
        </p>
      </Form>
    </Card>
  );
}

function OwnPassphrase() {
  const { words } = usePlace();
  const own = words.persons;
  const typed = useTyped();
  const [done, setDone] = useState(false);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const old = typed.of('old');
  const passphrase = typed.of('passphrase');
  const again = typed.of('again');
  const change = () =>
    once(async () => {
      const answer = await order('passphrase', { old, passphrase });
      fail(answer.ok ? null : answer);
      setDone(answer.ok);
      typed.clear('old', ...(answer.ok ? ['passphrase', 'again'] : []));
    });
  return (
    <Card title={own.ownPassphrase}>
      <Trouble failure={failure} wrong={own.wrongPassphrase} />
      {done && <Good text={own.changed} />}
      <Form does={own.changeDo} off={busy || old === '' || passphrase === '' || passphrase !== again} onDo={change}>
        <div class="fields-row">
          <Typed
            label={own.oldPassphrase}
            kind="password"
            fills="current-password"
            value={old}
            onChange={(value) => typed.type('old', value)}
          />
          <NewPassphrase passphrase={passphrase} again={again} type={typed.type} />
        </div>
      </Form>
    </Card>
  );
}
