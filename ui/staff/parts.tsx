import { ArrowLeft, Delete, Download, TriangleAlert } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { nameMaximum, pinMaximum, type Right, type Second } from '../../kiosk/server/staff-wire.ts';
import { Touch } from '../desk/touch.tsx';
import type { Answer, Failure } from './api.ts';
import { usePlace } from './desk.ts';

const digitKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const letterKeys = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;
/** What the code of a slip is made of. */
const codeKeys = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
/** What is printed on seals. */
const sealKeys = [...'0123456789', ...letterKeys, '-'];

/** A page with its name, the way back, and what it is about. */
export function Sheet(props: {
  readonly title: string;
  readonly text?: string;
  readonly children: ComponentChildren;
  readonly back?: () => void;
}) {
  const { words, go } = usePlace();
  return (
    <section class="sheet">
      <div class="sheet-head">
        <Touch onTouch={props.back ?? (() => go({ at: 'home' }))}>
          <ArrowLeft {...iconShape} /> {words.back}
        </Touch>
        <h1>{props.title}</h1>
      </div>
      {props.text !== undefined && <p class="quiet">{props.text}</p>}
      {props.children}
    </section>
  );
}

/** What went wrong, in words; nothing when nothing did. */
export function Trouble({ failure }: { readonly failure: Failure | null }) {
  const { words, lang } = usePlace();
  if (failure === null) return null;
  const { what } = failure;
  const text = failure.problem === 'no-answer' ? words.lostAnswer : words.problems[failure.problem];
  return (
    <p class="trouble" role="alert">
      <TriangleAlert {...iconShape} />
      <span>
        {text}
        {what !== undefined && ` ${typeof what === 'string' ? what : what[lang]}`}
        {failure.seconds !== null && ` ${words.wait(failure.seconds)}`}
      </span>
    </p>
  );
}

interface PadProps {
  readonly value: string;
  readonly most: number;
  readonly signs?: 'digits' | 'letters' | 'code' | 'seal';
  readonly onChange: (value: string) => void;
}

/** Our own keys: a kiosk has no keyboard. */
export function Pad({ value, most, signs = 'digits', onChange }: PadProps) {
  const { words } = usePlace();
  const type = (sign: string) => onChange((value + sign).slice(0, most));
  // A key shows what it types: a word begins with a large letter and goes on with small ones.
  const small = signs === 'letters' && /[^ ]$/.test(value);
  const key = (large: string) => {
    const sign = small ? large.toLowerCase() : large;
    return (
      <Touch key={large} look="key" onTouch={() => type(sign)}>
        {sign}
      </Touch>
    );
  };
  const erase = (
    <Touch look="key" label={words.erase} onTouch={() => onChange(value.slice(0, -1))}>
      <Delete {...iconShape} />
    </Touch>
  );
  if (signs === 'code' || signs === 'seal') {
    return (
      <div class="pad pad-letters">
        {(signs === 'seal' ? sealKeys : codeKeys).map(key)}
        {erase}
      </div>
    );
  }
  if (signs === 'letters') {
    return (
      <div class="pad pad-letters">
        {letterKeys.map(key)}
        <Touch look="key" onTouch={() => type(' ')}>
          <span class="key-word">{words.blank}</span>
        </Touch>
        {erase}
      </div>
    );
  }
  return (
    <div class="pad">
      {digitKeys.map(key)}
      <Touch look="key" onTouch={() => onChange('')}>
        {words.clear}
      </Touch>
      {key('0')}
      {erase}
    </div>
  );
}

export interface FieldSpec {
  readonly key: string;
  readonly label: string;
  readonly kind: 'number' | 'pin' | 'code' | 'name' | 'slip-code' | 'seal';
}

const longest = { number: 6, pin: pinMaximum, code: 12, name: nameMaximum, 'slip-code': 20, seal: 20 } as const;

const padSigns = {
  number: 'digits',
  pin: 'digits',
  code: 'digits',
  name: 'letters',
  'slip-code': 'code',
  seal: 'seal',
} as const satisfies Record<FieldSpec['kind'], PadProps['signs']>;

interface FieldsProps {
  readonly fields: readonly FieldSpec[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (key: string, value: string) => void;
  readonly onEnter: () => void;
}

/** Fields with one pad for whichever is being typed; a keyboard types as well. */
export function Fields({ fields, values, onChange, onEnter }: FieldsProps) {
  const [chosen, choose] = useState(fields[0]?.key ?? '');
  const active = fields.find(({ key }) => key === chosen) ?? fields[0];
  const clean = ({ kind }: FieldSpec, text: string) => cleaned(kind, text).slice(0, longest[kind]);
  return (
    <div class="fields">
      <div class="fields-list">
        {fields.map((field) => (
          <label key={field.key} class="field" data-active={field === active ? '' : undefined}>
            <span>{field.label}</span>
            <input
              class="entry"
              type={(field.kind === 'pin' ? 'password' : 'text') as 'text'}
              inputMode="none"
              autocomplete="off"
              value={values[field.key] ?? ''}
              onFocus={() => choose(field.key)}
              onInput={(event) => onChange(field.key, clean(field, event.currentTarget.value))}
              onKeyDown={(event) => event.key === 'Enter' && onEnter()}
            />
          </label>
        ))}
      </div>
      {active !== undefined && (
        <Pad
          value={values[active.key] ?? ''}
          most={longest[active.kind]}
          signs={padSigns[active.kind]}
          onChange={(value) => onChange(active.key, clean(active, value))}
        />
      )}
    </div>
  );
}

function cleaned(kind: FieldSpec['kind'], text: string): string {
  if (kind === 'name') return text;
  if (kind === 'seal') return text.toUpperCase().replace(/[^0-9A-Z-]/g, '');
  return kind === 'slip-code' ? text.toUpperCase().replace(/[^0-9A-Z -]/g, '') : text.replace(/[^0-9]/g, '');
}

/** Number and PIN of whoever stands by a move. */
export function SecondPerson(props: {
  readonly second: Second;
  readonly onChange: (second: Second) => void;
  readonly onEnter: () => void;
}) {
  const { words } = usePlace();
  const { second, onChange, onEnter } = props;
  return (
    <section class="card">
      <h2>{words.second}</h2>
      <p class="quiet">{words.secondText}</p>
      <Fields
        fields={[
          { key: 'number', label: words.number, kind: 'number' },
          { key: 'pin', label: words.pin, kind: 'pin' },
        ]}
        values={{ ...second }}
        onChange={(key, value) => onChange({ ...second, [key]: value })}
        onEnter={onEnter}
      />
    </section>
  );
}

/** Who stands by an act: asked for where two persons always do, and once the kiosk has said that this takes two. */
export function useSecond(right: Right) {
  const { forTwo } = usePlace();
  const [second, set] = useState<Second>({ number: '', pin: '' });
  const [wanted, want] = useState(false);
  const two = wanted || forTwo(right);
  return {
    lacks: two && (second.number === '' || second.pin === ''),
    asked: two ? second : null,
    /** The fields, where somebody is asked for. */
    fields: (onEnter: () => void) => two && <SecondPerson second={second} onChange={set} onEnter={onEnter} />,
    heard(answer: Answer) {
      set((before) => ({ ...before, pin: '' }));
      if (!answer.ok && answer.problem === 'second-needed') want(true);
    },
  };
}

/** A file to be taken away; nothing on the glass, where it has nowhere to go. */
export function FileLink({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  const { onGlass } = usePlace();
  if (onGlass) return null;
  return (
    <a class="touch file-link" href={href} download>
      <Download {...iconShape} /> {children}
    </a>
  );
}
