import { useState } from 'preact/hooks';
import type { Second, StaffAct, StaffConfiguration } from '../../../kiosk/server/staff-wire.ts';
import { configurationWords } from '../configuration-words.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { Good } from '../../desk/good.tsx';
import { Confirm } from './machine.tsx';

/** The beginning of a hash, as far as people compare it. */
const hashShown = 12;

/** What runs, what was changed last, the way back, and devices that are gone. */
export function Configuration({ table }: { readonly table: StaffConfiguration }) {
  const { lang, may } = usePlace();
  const words = configurationWords[lang];
  const { running, state, waitsFor, undo, devices, staged, stale } = table;
  const settled = state === 'runs' && may('configure');
  return (
    <section class="card" data-configuration={state}>
      <h2>{words.title}</h2>
      <p>{words.runs(running.slice(0, hashShown))}</p>
      {state === 'waits' && staged === null && <p role="status">{words.waits}</p>}
      {state === 'tried' && <p role="status">{words.tried(waitsFor.join(', '))}</p>}
      <Staged table={table} />
      {stale && (
        <p class="stop" role="status">
          {words.stale}
        </p>
      )}
      <LastChange table={table} />
      {settled && undo && (
        <Change
          name={words.undo}
          question={words.undoQuestion}
          ask={(second) => ({ do: 'undo-configuration', second })}
        />
      )}
      {devices
        .filter(({ lost }) => lost)
        .map((gone) => (
          <Gone key={gone.device} gone={gone} settled={settled} />
        ))}
    </section>
  );
}

/** What the office has published, as far as it is otherwise. */
function Staged({ table: { staged } }: { readonly table: StaffConfiguration }) {
  const { lang } = usePlace();
  const words = configurationWords[lang];
  if (staged === null) return null;
  return (
    <div data-staged={staged.edition}>
      <p>{words.staged(staged.edition)}</p>
      <ul>
        {staged.changes.map((change) => (
          <li key={change.en}>{change[lang]}</li>
        ))}
      </ul>
      {staged.heldUpBy.length === 0 && <p role="status">{words.stagedSoon}</p>}
      {staged.heldUpBy.map((device) => (
        <p key={device} class="stop">
          {words.heldUp(device)}
        </p>
      ))}
    </div>
  );
}

function LastChange({ table: { last } }: { readonly table: StaffConfiguration }) {
  const { lang, sentences } = usePlace();
  const words = configurationWords[lang];
  if (last === null) return null;
  const device = last.device ?? '';
  return (
    <p class={last.what === 'went-back' ? 'stop' : ''} data-last={last.what}>
      {sentences(
        words.last[last.what](device),
        last.why === null ? null : words.why[last.why](device),
        last.by === null ? null : words.by(last.by),
      )}
    </p>
  );
}

interface GoneProps {
  readonly gone: StaffConfiguration['devices'][number];
  readonly settled: boolean;
}

function Gone({ gone: { device, port, refused }, settled }: GoneProps) {
  const { lang, words: own } = usePlace();
  const words = configurationWords[lang];
  return (
    <div class="found-device" data-gone={device}>
      <p>{words.gone(device, port)}</p>
      {refused !== null && <p class="quiet">{own.problems[refused]}</p>}
      {refused === null && settled && (
        <Change
          name={words.takeOut(device)}
          question={words.takeOutQuestion(device)}
          ask={(second) => ({ do: 'take-out', device, second })}
        />
      )}
    </div>
  );
}

interface ChangeProps {
  readonly name: string;
  /** Asked before it is done; null: one touch is enough, unless two persons stand by it. */
  readonly question: string | null;
  readonly ask: (second: Second | null) => StaffAct;
}

export function Change({ name, question, ask }: ChangeProps) {
  const { lang, forTwo } = usePlace();
  const [open, setOpen] = useState(question === null && !forTwo('configure'));
  const [kept, setKept] = useState(false);
  if (kept) return <Good text={configurationWords[lang].kept} />;
  if (!open) return <Touch onTouch={() => setOpen(true)}>{name}</Touch>;
  return (
    <>
      {question !== null && <p>{question}</p>}
      <Confirm right="configure" name={name} ask={ask} onDone={() => setKept(true)} />
    </>
  );
}
