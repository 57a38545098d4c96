import { CircleAlert, CircleCheck, CircleDashed, Info, OctagonX, TriangleAlert } from 'lucide-preact';
import { type ComponentChildren, toChildArray } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { AlertLine } from '../../kiosk/office/server/wire.ts';
import { Touch } from '../desk/touch.tsx';
import type { Failure } from './api.ts';
import { usePlace } from './desk.ts';
import { hashOf, type Route } from './route.ts';
import { problemSaid, type Tone } from './said.ts';

export const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

/** A page with its name, what it is about, and what can be done with all of it. */
export function Sheet(props: {
  readonly title: ComponentChildren;
  readonly text?: string;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{props.title}</h1>
          {props.text !== undefined && <p class="quiet">{props.text}</p>}
        </div>
        {props.tools !== undefined && <div class="tools">{props.tools}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** A part of a page, with its name. */
export function Card(props: {
  readonly title?: string;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={props.title === undefined ? undefined : id}>
      {props.title !== undefined && (
        <div class="card-head">
          <h2 id={id}>{props.title}</h2>
          {props.tools}
        </div>
      )}
      {props.children}
    </section>
  );
}

/** A link to another page, which looks like a touch where it stands among them. */
export function Link(props: {
  readonly to: Route;
  readonly look?: 'touch' | 'main' | 'words';
  readonly children: ComponentChildren;
}) {
  const { to, look = 'words', children } = props;
  const looks = { touch: 'touch', main: 'touch touch-main', words: 'link' } as const;
  return (
    <a class={looks[look]} href={hashOf(to)}>
      {children}
    </a>
  );
}

const chipIcons = { good: CircleCheck, plain: CircleDashed, caution: TriangleAlert, stop: OctagonX } as const;

/** A state: a sign and a word, and the colour only repeats them. */
export function Mark({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  const Icon = chipIcons[tone];
  return (
    <span class={`mark mark-${tone}`}>
      <Icon {...iconShape} /> <span>{children}</span>
    </span>
  );
}

interface TroubleProps {
  readonly failure: Failure | null;
  /** What is wrong where the office only says that something does not fit. */
  readonly wrong?: string;
}

/** What went wrong, in words; nothing when nothing did. */
export function Trouble({ failure, wrong }: TroubleProps) {
  const { words, sentences } = usePlace();
  if (failure === null) return null;
  const said = failure.problem === 'wrong' && wrong !== undefined ? [wrong] : problemSaid(words, failure);
  return (
    <p class="trouble" role="alert">
      <TriangleAlert {...iconShape} />
      <span>
        {sentences(...said, failure.rollout === undefined ? null : '')}
        {failure.rollout !== undefined && (
          <Link to={{ at: 'rollout', rollout: failure.rollout }}>{words.rollouts.rollout(failure.rollout)}</Link>
        )}
      </span>
    </p>
  );
}

/** Nothing is there, and what that means. */
export function Nothing(props: {
  readonly title: string;
  readonly text?: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="nothing">
      <span class="nothing-sign">
        <Info {...iconShape} />
      </span>
      <h2>{props.title}</h2>
      {props.text !== undefined && <p class="quiet">{props.text}</p>}
      {props.children}
    </div>
  );
}

/** Until the office has told once: what is asked for, or why it is not there. */
export function Awaited({ failure }: { readonly failure: Failure | null }) {
  const { words } = usePlace();
  // That the office is away stands above the page.
  if (failure !== null && failure.problem !== 'no-answer') return <Trouble failure={failure} />;
  return (
    <p class="quiet awaited" role="status">
      {words.reading}
    </p>
  );
}

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly children: ComponentChildren;
}

/** A table that becomes one card a row where it is narrow: each cell has its column's name at hand. */
export function Table({ label, heads, children }: TableProps) {
  return (
    <table class="rows" aria-label={label}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** One row; `heads` as the table has them. The first cell names the row. */
export function Row({ heads, children }: { readonly heads: readonly string[]; readonly children: ComponentChildren }) {
  const [first, ...others] = toChildArray(children);
  return (
    <tr>
      <th scope="row">{first}</th>
      {others.map((cell, index) => (
        <td key={heads[index + 1]} data-label={heads[index + 1]}>
          {cell}
        </td>
      ))}
    </tr>
  );
}

/** What is not taken back is asked for once more, in words that name it. The eye and the keyboard are led there. */
export function Confirm(props: {
  readonly text: string;
  readonly does: string;
  readonly off?: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}) {
  const { words } = usePlace();
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => place.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be named by a legend, and this is a sentence
    <div
      ref={place}
      class="confirm"
      role="group"
      tabIndex={-1}
      aria-labelledby={id}
      onKeyDown={(event) => event.key === 'Escape' && props.onNo()}
    >
      <p id={id} class="with-sign">
        <CircleAlert {...iconShape} /> <span>{props.text}</span>
      </p>
      <div class="tools">
        <Touch look="main" off={props.off ?? false} onTouch={props.onYes}>
          {props.does}
        </Touch>
        <Touch onTouch={props.onNo}>{words.cancel}</Touch>
      </div>
    </div>
  );
}

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly kind?: 'text' | 'password' | 'search';
  /** What a password manager knows it as. */
  readonly fills?: 'username' | 'current-password' | 'new-password';
  readonly problem?: string | null;
  /** What is asked of it, as long as nothing is wrong with it. */
  readonly hint?: string;
  readonly most?: number;
}

/** What is typed on a keyboard, with its name above it and what is wrong with it below. */
export function Typed(props: TypedProps) {
  const { label, value, onChange, kind = 'text', fills, problem = null, hint, most = 200 } = props;
  const id = useId();
  const said = problem ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="entry"
        type={kind as 'text'}
        autocomplete={fills ?? 'off'}
        autocapitalize="off"
        spellcheck={false}
        maxLength={most}
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={said === undefined ? undefined : `${id}-said`}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {said !== undefined && (
        <span id={`${id}-said`} class={problem === null ? 'note' : 'stop'}>
          {said}
        </span>
      )}
    </div>
  );
}

interface ChosenProps {
  readonly label: string;
  readonly value: string;
  /** Values and their names. */
  readonly of: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

export function Chosen({ label, value, of, onChange }: ChosenProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="entry" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {of.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Fields and the one thing that is done with them; Enter does it too. */
export function Form(props: {
  readonly does: string;
  readonly off: boolean;
  readonly onDo: () => void;
  /** What else can be done with the fields. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!props.off) props.onDo();
      }}
    >
      {props.children}
      <div class="tools">
        <button type="submit" class="touch touch-main" disabled={props.off}>
          {props.does}
        </button>
        {props.beside}
      </div>
    </form>
  );
}

/** JSON as it is read: behind its name, because it is long. */
export function Unfolded({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <details>
      <summary class="link">{name}</summary>
      <pre class="json">{text}</pre>
    </details>
  );
}

export const alertTones: Readonly<Record<AlertLine['status'], Tone>> = {
  open: 'stop',
  acknowledged: 'caution',
  cleared: 'good',
};
