import { Download } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { CommandLine, KioskPage } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { size } from '../../desk/written.ts';
import { attachmentPath, type Failure, order } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Good } from '../../desk/good.tsx';
import { Card, Confirm, Form, iconShape, Link, Mark, Row, Table, Trouble } from '../parts.tsx';
import { actSaid, commandTones, doesSaid, resultSaid } from '../said.ts';
import { type Draft, firstDraft, methodsOf, OrderFields, orderOf, whenSaid } from './order-form.tsx';

interface CommandsProps {
  readonly page: KioskPage;
  readonly changed: () => void;
}

/** What this kiosk is told to do, and what came of it. */
export function Commands({ page, changed }: CommandsProps) {
  const { words, may } = usePlace();
  return (
    <Card title={words.commands.commands} tools={<Link to={{ at: 'commands' }}>{words.commands.forMany}</Link>}>
      {may('command') && <Order page={page} changed={changed} />}
      {page.commands.length === 0 ? (
        <p class="quiet">{words.commands.noCommands}</p>
      ) : (
        <CommandTable commands={page.commands} />
      )}
    </Card>
  );
}

function Order({ page, changed }: CommandsProps) {
  const place = usePlace();
  const own = place.words.commands;
  const { kiosk } = page;
  const devices = page.devices.map(({ id }) => id);
  const methods = methodsOf(page);
  const [draft, set] = useState<Draft>(firstDraft(devices, methods));
  const [sure, setSure] = useState(false);
  const [done, setDone] = useState(false);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const asked = orderOf(draft);
  const { priority, minutes } = draft;
  const go = () =>
    once(async () => {
      const answer = await order('commands', { whom: { whom: 'kiosk', kiosk }, order: asked, priority, minutes });
      fail(answer.ok ? null : answer);
      setDone(answer.ok);
      setSure(false);
      changed();
    });
  if (sure && asked !== null) {
    const text = place.sentences(
      own.sure(kiosk, doesSaid(place, asked), whenSaid(place, draft), own.untils(minutes)),
      own.pauses[asked.act] ?? null,
    );
    return <Confirm text={text} does={own.orderDo} off={busy} onYes={go} onNo={() => setSure(false)} />;
  }
  return (
    <>
      <Trouble failure={failure} />
      {done && <Good text={own.ordered} />}
      <Form
        does={own.next}
        off={asked === null}
        onDo={() => {
          setDone(false);
          setSure(true);
        }}
      >
        <OrderFields draft={draft} devices={devices} methods={methods} change={(part) => set({ ...draft, ...part })} />
      </Form>
    </>
  );
}

function CommandTable({ commands }: { readonly commands: readonly CommandLine[] }) {
  const place = usePlace();
  const { words, time } = place;
  const own = words.commands;
  const heads = [own.what, own.orderedAt, own.priority, words.kiosks.state, own.result];
  return (
    <Table label={own.commands} heads={heads}>
      {commands.map((command) => (
        <Row key={command.seq} heads={heads}>
          <span class="break">{actSaid(place, command.order)}</span>
          <span>{own.orderedBy(command.orderedBy, time(command.orderedAt))}</span>
          <span>
            {own.priorities[command.priority]}
            <span class="note">{own.by(time(command.deadline))}</span>
          </span>
          <span>
            <Mark tone={commandTones[command.status]}>{own.commandStatuses[command.status]}</Mark>
            {command.endedAt !== null && <span class="note">{time(command.endedAt)}</span>}
          </span>
          <Result command={command} />
        </Row>
      ))}
    </Table>
  );
}

/** Why, or what came of it, and what it brought. */
export function Result({ command }: { readonly command: CommandLine }) {
  const { words } = usePlace();
  const { kiosk, seq, result, attachments } = command;
  if (result === null && attachments.length === 0) return <span class="quiet">–</span>;
  return (
    <span class="break">
      {result !== null && resultSaid(words, result)}
      {attachments.map(({ name, bytes }) => (
        <a key={name} class="link attachment" href={attachmentPath(kiosk, seq, name)} download={name}>
          <Download {...iconShape} /> {words.commands.download(name, size(bytes))}
        </a>
      ))}
    </span>
  );
}
