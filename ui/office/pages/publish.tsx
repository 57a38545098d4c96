import { FileUp } from 'lucide-preact';
import { useRef, useState } from 'preact/hooks';
import type { KioskLine, PreviewLine, Whom } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { Touch } from '../../desk/touch.tsx';
import { size } from '../../desk/written.ts';
import { type Failure, order, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Awaited, Card, Chosen, Confirm, Form, iconShape, Row, Sheet, Table, Trouble } from '../parts.tsx';
import { hashOf } from '../route.ts';
import type { Words } from '../text.ts';
import { type PaceDraft, PaceForm, paceOf, paceSaid, usualPace } from './pace.tsx';

/** A configuration with a long catalogue of goods has some 200 kB. */
const fileMaximumBytes = 1_048_576;

/** What changes, for whom and by which text: only that is published. */
interface Preview {
  readonly whom: Whom;
  readonly text: string;
  readonly changes: readonly PreviewLine[];
}

/** `kiosk`: for whom it is meant at first. */
export function Publish({ kiosk }: { readonly kiosk: string | null }) {
  const { words } = usePlace();
  const own = words.rollouts;
  const { value, failure } = useReading<{ readonly kiosks: readonly KioskLine[] }>('kiosks', 10_000);
  return (
    <Sheet title={own.publish} text={own.publishText}>
      {value === null ? (
        <Awaited failure={failure} />
      ) : value.kiosks.length === 0 ? (
        <p class="quiet">{own.noKiosks}</p>
      ) : (
        <Steps kiosks={value.kiosks} kiosk={kiosk} />
      )}
    </Sheet>
  );
}

function Steps({ kiosks, kiosk }: { readonly kiosks: readonly KioskLine[]; readonly kiosk: string | null }) {
  const { words } = usePlace();
  const own = words.rollouts;
  const [whom, setWhom] = useState<Whom>(kiosk === null ? { whom: 'all' } : { whom: 'kiosk', kiosk });
  const [text, setText] = useState('');
  const [large, setLarge] = useState<number | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const look = () =>
    once(async () => {
      const answer = await order<{ readonly changes: readonly PreviewLine[] }>('preview', { whom, text });
      fail(answer.ok ? null : answer);
      setPreview(answer.ok ? { whom, text, changes: answer.value.changes } : null);
    });
  const old = preview !== null && (preview.text !== text || JSON.stringify(preview.whom) !== JSON.stringify(whom));
  const type = (typed: string) => {
    setLarge(null);
    setText(typed);
  };
  const open = async (file: File) => {
    if (file.size > fileMaximumBytes) setLarge(file.size);
    else type(await file.text());
  };
  const noJson = text.trim() === '' ? null : whyNoObject(own, text);
  const problem = large !== null ? own.tooLarge(size(large), size(fileMaximumBytes)) : noJson;
  return (
    <>
      <Card>
        <Form
          does={own.preview}
          off={busy || text.trim() === '' || noJson !== null}
          onDo={look}
          beside={<OpenFile onFile={(file) => void open(file)} />}
        >
          <WhomForm kiosks={kiosks} whom={whom} onChange={setWhom} />
          <TextEntry text={text} onChange={type} problem={problem} />
        </Form>
        {failure !== null && failure.problem !== 'unsound' && <Trouble failure={failure} />}
        {old && (
          <p class="quiet" role="status">
            {own.previewOld}
          </p>
        )}
      </Card>
      {failure?.problem === 'unsound' && <Unsound failure={failure} />}
      {preview !== null && !old && <Changes key={preview.text} preview={preview} />}
    </>
  );
}

/** Null: it is an object. Browsers say where they stopped in words of their own, most of them with line and column. */
function whyNoObject(own: Words['rollouts'], text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : own.notJson;
  } catch (error) {
    const [, line, column] = /line (\d+) column (\d+)/.exec(String(error)) ?? [];
    return line === undefined || column === undefined ? own.notJson : own.notJsonAt(line, column);
  }
}

interface WhomFormProps {
  readonly kiosks: readonly KioskLine[];
  readonly whom: Whom;
  readonly onChange: (whom: Whom) => void;
}

function WhomForm({ kiosks, whom, onChange }: WhomFormProps) {
  const { words } = usePlace();
  const own = words.rollouts;
  const names = kiosks.map(({ kiosk }) => kiosk);
  const groups = [...new Set(kiosks.flatMap((line) => line.groups))].sort();
  const choose = (kind: string) => {
    if (kind === 'kiosk') onChange({ whom: 'kiosk', kiosk: names[0] ?? '' });
    else if (kind === 'group') onChange({ whom: 'group', group: groups[0] ?? '' });
    else onChange({ whom: 'all' });
  };
  const kinds = (groups.length === 0 ? ['all', 'kiosk'] : ['all', 'group', 'kiosk']) as readonly Whom['whom'][];
  return (
    <div class="fields-row">
      <Chosen label={own.whom} value={whom.whom} of={kinds.map((kind) => [kind, own.whoms[kind]])} onChange={choose} />
      {whom.whom === 'kiosk' && (
        <Chosen
          label={own.chooseKiosk}
          value={whom.kiosk}
          of={(names.includes(whom.kiosk) ? names : [whom.kiosk, ...names]).map((name) => [name, name])}
          onChange={(kiosk) => onChange({ whom: 'kiosk', kiosk })}
        />
      )}
      {whom.whom === 'group' && (
        <Chosen
          label={own.chooseGroup}
          value={whom.group}
          of={groups.map((name) => [name, name])}
          onChange={(group) => onChange({ whom: 'group', group })}
        />
      )}
    </div>
  );
}

interface TextEntryProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** What is wrong with it. */
  readonly problem: string | null;
}

function TextEntry({ text, onChange, problem }: TextEntryProps) {
  const { words } = usePlace();
  return (
    <div class="field">
      <label for="text">{words.rollouts.text}</label>
      <textarea
        id="text"
        class="entry json-entry"
        spellcheck={false}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? 'text-hint' : 'text-problem text-hint'}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {problem !== null && (
        <span id="text-problem" class="stop" role="status">
          {problem}
        </span>
      )}
      <span id="text-hint" class="note break">
        {words.rollouts.textHint}
      </span>
    </div>
  );
}

function OpenFile({ onFile }: { readonly onFile: (file: File) => void }) {
  const { words } = usePlace();
  const { openFile } = words.rollouts;
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        class="sr"
        type="file"
        accept=".json,application/json"
        tabIndex={-1}
        aria-label={openFile}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
          // The same file is opened again after it was edited.
          event.currentTarget.value = '';
        }}
      />
      <Touch onTouch={() => field.current?.click()}>
        <FileUp {...iconShape} /> {openFile}
      </Touch>
    </>
  );
}

function Unsound({ failure }: { readonly failure: Failure }) {
  const { words, lang } = usePlace();
  const own = words.rollouts;
  const heads = [own.path, own.wrong, words.kiosks.kiosk];
  return (
    <Card>
      <p class="stop strong" role="alert">
        {own.unsound}
      </p>
      <Table label={own.unsound} heads={heads}>
        {(failure.problems ?? []).map(({ kiosk, path, problem }) => (
          <Row key={`${kiosk} ${path} ${problem.en}`} heads={heads}>
            <code class="break">{path === '' ? own.wholeDocument : path}</code>
            <span class="break">{problem[lang]}</span>
            <span>{kiosk ?? own.everyKiosk}</span>
          </Row>
        ))}
      </Table>
    </Card>
  );
}

/** Kiosks for which the same changes, together. */
function alike(changes: readonly PreviewLine[], lang: 'zh-CN' | 'en') {
  const found = new Map<string, { readonly kiosks: string[]; readonly differences: readonly string[] }>();
  for (const { kiosk, differences } of changes) {
    const said = differences.map((one) => one[lang]);
    const key = JSON.stringify(said);
    const one = found.get(key) ?? { kiosks: [], differences: said };
    one.kiosks.push(kiosk);
    found.set(key, one);
  }
  return [...found.values()];
}

function Changes({ preview }: { readonly preview: Preview }) {
  const place = usePlace();
  const { words, lang, list } = place;
  const own = words.rollouts;
  const { changes } = preview;
  const nothing = changes.every(({ differences }) => differences.length === 0);
  return (
    <>
      <Card title={own.changes}>
        <p class="quiet">{own.changesFor(changes.length)}</p>
        {alike(changes, lang).map(({ kiosks, differences }) => (
          <div key={kiosks[0]} class="change">
            <h3>{list(kiosks)}</h3>
            {differences.length === 0 ? (
              <p class="quiet">{own.changesNothing}</p>
            ) : (
              <ul>
                {differences.map((one) => (
                  <li key={one} class="break">
                    {one}
                  </li>
                ))}
              </ul>
            )}
          </div>
        ))}
        {nothing && <p class="strong">{own.changesNowhere}</p>}
      </Card>
      {!nothing && <Start preview={preview} />}
    </>
  );
}

function Start({ preview }: { readonly preview: Preview }) {
  const place = usePlace();
  const own = place.words.rollouts;
  const [draft, setDraft] = useState<PaceDraft>(usualPace);
  const [sure, setSure] = useState(false);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const pace = paceOf(draft);
  const { whom, text, changes } = preview;
  const go = () =>
    once(async () => {
      const answer = await order<{ readonly rollout: number }>('rollouts', { whom, text, pace });
      fail(answer.ok ? null : answer);
      setSure(false);
      if (answer.ok) location.hash = hashOf({ at: 'rollout', rollout: answer.value.rollout });
    });
  return (
    <Card title={own.pace}>
      <Trouble failure={failure} />
      {sure && pace !== null ? (
        <Confirm
          text={paceSaid(place, changes.length, pace)}
          does={own.start}
          off={busy}
          onYes={go}
          onNo={() => setSure(false)}
        />
      ) : (
        <Form does={own.start} off={pace === null} onDo={() => setSure(true)}>
          <PaceForm draft={draft} alone={changes.length === 1} onChange={setDraft} />
          {pace !== null && <p class="remark">{paceSaid(place, changes.length, pace)}</p>}
        </Form>
      )}
    </Card>
  );
}
