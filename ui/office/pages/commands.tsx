import { Download } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { CommandAct, CommandLine, CommandPriority, KioskPage } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { size } from '../../desk/written.ts';
import { attachmentPath, type Failure, order } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Good } from '../../desk/good.tsx';
import { Card, Chosen, Confirm, Form, iconShape, Mark, Row, Table, Trouble, Typed } from '../parts.tsx';
import { actSaid, commandTones, doesSaid } from '../said.ts';

interface CommandsProps {
  readonly page: KioskPage;
  readonly changed: () => void;
}

/** What this kiosk is told to do, and what came of it. */
export function Commands({ page, changed }: CommandsProps) {
  const { words, may } = usePlace();
  return (
    <Card title={words.commands.commands}>
      {may('command') && <Order page={page} changed={changed} />}
      {page.commands.length === 0 ? (
        <p class="quiet">{words.commands.noCommands}</p>
      ) : (
        <CommandTable commands={page.commands} />
      )}
    </Card>
  );
}

const actNames = [
  'lock',
  'unlock',
  'message',
  'method',
  'send-log',
  'send-trace',
  'screenshot',
  'close-day',
  'restart',
  'reboot',
] as const satisfies readonly CommandAct['act'][];
type ActName = (typeof actNames)[number];
const priorities = ['idle', 'after-customer', 'now'] as const satisfies readonly CommandPriority[];
/** Where the kiosk never told what it runs. */
const allMethods: readonly string[] = ['cash', 'voucher', 'card', 'alipay', 'wechat'];
const deadlines = [10, 60, 480, 1_440];
/** Signs that fit on the welcome screen. */
const messageMaximum = 60;
/** The kiosk does not begin these while somebody is served, however much they hurry. */
const atRest: ReadonlySet<string> = new Set<ActName>(['restart', 'reboot', 'close-day']);

interface Draft {
  readonly act: ActName;
  readonly device: string;
  readonly method: string;
  readonly enabled: boolean;
  readonly shown: boolean;
  readonly zh: string;
  readonly en: string;
}

/** The ways to pay of the configuration that it runs. */
export function methodsOf({ document }: Pick<KioskPage, 'document'>): readonly string[] {
  const { methods } = (document ?? {}) as { readonly methods?: unknown };
  return Array.isArray(methods) && methods.length > 0 ? methods.map(String) : allMethods;
}

/** The order as it is sent; null: something is still to be typed. */
function orderOf(draft: Draft): CommandAct | null {
  switch (draft.act) {
    case 'send-trace':
      return draft.device === '' ? null : { act: 'send-trace', device: draft.device };
    case 'message': {
      const text = { 'zh-CN': draft.zh.trim(), en: draft.en.trim() };
      if (!draft.shown) return { act: 'message', text: null };
      return text['zh-CN'] === '' || text.en === '' ? null : { act: 'message', text };
    }
    case 'method':
      return { act: 'method', method: draft.method, enabled: draft.enabled };
    default:
      return { act: draft.act };
  }
}

function Order({ page, changed }: CommandsProps) {
  const place = usePlace();
  const { words } = place;
  const own = words.commands;
  const { kiosk, devices } = page;
  const methods = methodsOf(page);
  const [draft, set] = useState<Draft>({
    ...{
      act: 'lock',
      device: devices[0]?.id ?? '',
      method: methods[0] ?? '',
      enabled: false,
      shown: true,
      zh: '',
      en: '',
    },
  });
  const [priority, setPriority] = useState<CommandPriority>('idle');
  const [minutes, setMinutes] = useState(60);
  const [sure, setSure] = useState(false);
  const [done, setDone] = useState(false);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const asked = orderOf(draft);
  const change = (part: Partial<Draft>) => set({ ...draft, ...part });
  const go = () =>
    once(async () => {
      const answer = await order('commands', { whom: { whom: 'kiosk', kiosk }, order: asked, priority, minutes });
      fail(answer.ok ? null : answer);
      setDone(answer.ok);
      setSure(false);
      changed();
    });
  if (sure && asked !== null) {
    const when = priority === 'now' && atRest.has(asked.act) ? own.nowAtRest : own.whens[priority];
    const text = place.sentences(
      own.sure(kiosk, doesSaid(place, asked), when, own.untils(minutes)),
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
        <div class="fields-row">
          <Chosen
            label={own.act}
            value={draft.act}
            of={actNames.map((act) => [act, own.acts[act]])}
            onChange={(act) => change({ act: act as ActName })}
          />
          <Details draft={draft} devices={devices.map(({ id }) => id)} methods={methods} change={change} />
          <Chosen
            label={own.priority}
            value={priority}
            of={priorities.map((one) => [one, own.priorities[one]])}
            onChange={(one) => setPriority(one as CommandPriority)}
          />
          <Chosen
            label={own.deadline}
            value={String(minutes)}
            of={deadlines.map((one) => [String(one), own.deadlines(one)])}
            onChange={(one) => setMinutes(Number(one))}
          />
        </div>
      </Form>
    </>
  );
}

interface DetailsProps {
  readonly draft: Draft;
  readonly devices: readonly string[];
  readonly methods: readonly string[];
  readonly change: (part: Partial<Draft>) => void;
}

/** What belongs to the act. */
function Details({ draft, devices, methods, change }: DetailsProps) {
  const { words } = usePlace();
  const own = words.commands;
  switch (draft.act) {
    case 'send-trace':
      return devices.length === 0 ? (
        <p class="quiet">{own.noDevices}</p>
      ) : (
        <Chosen
          label={own.device}
          value={draft.device}
          of={devices.map((id) => [id, id])}
          onChange={(device) => change({ device })}
        />
      );
    case 'method':
      return (
        <>
          <Chosen
            label={own.method}
            value={draft.method}
            of={methods.map((method) => [method, own.methods[method] ?? method])}
            onChange={(method) => change({ method })}
          />
          <Chosen
            label={own.acts.method}
            value={draft.enabled ? 'on' : 'off'}
            of={[
              ['off', own.turnOff],
              ['on', own.turnOn],
            ]}
            onChange={(value) => change({ enabled: value === 'on' })}
          />
        </>
      );
    case 'message':
      return (
        <>
          <Chosen
            label={own.acts.message}
            value={draft.shown ? 'show' : 'none'}
            of={[
              ['show', own.messageShow],
              ['none', own.messageNone],
            ]}
            onChange={(value) => change({ shown: value === 'show' })}
          />
          {draft.shown && (
            <>
              <Typed label={own.messageZh} value={draft.zh} most={messageMaximum} onChange={(zh) => change({ zh })} />
              <Typed label={own.messageEn} value={draft.en} most={messageMaximum} onChange={(en) => change({ en })} />
            </>
          )}
        </>
      );
    default:
      return null;
  }
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

function Result({ command }: { readonly command: CommandLine }) {
  const { words } = usePlace();
  const { kiosk, seq, result, attachments } = command;
  const { results } = words.commands;
  if (result === null && attachments.length === 0) return <span class="quiet">–</span>;
  return (
    <span class="break">
      {result !== null && (Object.hasOwn(results, result) ? results[result] : result)}
      {attachments.map(({ name, bytes }) => (
        <a key={name} class="link attachment" href={attachmentPath(kiosk, seq, name)} download={name}>
          <Download {...iconShape} /> {words.commands.download(name, size(bytes))}
        </a>
      ))}
    </span>
  );
}
