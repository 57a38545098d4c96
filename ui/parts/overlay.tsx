import { Phone, MapPin } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Action, View } from '../../kiosk/server/wire.ts';
import { holdsTooMuch, useFit } from './fit.ts';
import { phrase } from './phrase.ts';
import { Press } from './press.tsx';
import { CountdownRing } from './ring.tsx';
import { standsOnEdge } from './stage.tsx';

interface DialogProps {
  readonly name: string;
  readonly title: string;
  readonly alert: boolean;
  readonly children: ComponentChildren;
}

/** Stands over everything, takes the focus, and lies in its own calm. */
function Dialog({ name, title, alert, children }: DialogProps) {
  const box = useRef<HTMLDivElement>(null);
  useFit(
    box,
    (element) =>
      holdsTooMuch(element) || standsOnEdge(element) || [...element.querySelectorAll('button')].some(holdsTooMuch),
  );
  useEffect(() => {
    const before = document.activeElement;
    (box.current?.querySelector<HTMLElement>('[data-first] button') ?? box.current)?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div class={`veil veil-${name}`}>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a label */}
      <div
        ref={box}
        class="dialog"
        role={alert ? 'alertdialog' : 'dialog'}
        aria-modal="true"
        aria-label={title}
        tabIndex={-1}
      >
        {children}
      </div>
    </div>
  );
}

/** Time is nearly over: what happens then, how long is left, and one touch for more. */
export function WarningOverlay({ warning }: { readonly warning: NonNullable<View['warning']> }) {
  return (
    <Dialog name="warning" title={warning.title} alert>
      <CountdownRing seconds={warning.seconds} />
      <h1 class="title">{warning.title}</h1>
      <p class="large">{phrase(warning.text)}</p>
      <div class="dialog-actions">
        <Press
          class={`button button-${warning.leave.place === 'main' ? 'other' : 'back'}`}
          intent={warning.leave.intent}
        >
          <span>{phrase(warning.leave.label)}</span>
        </Press>
        <div data-first>
          <Press class="button button-main" intent={{ do: 'extend' }}>
            <span>{warning.extend}</span>
          </Press>
        </div>
      </div>
    </Dialog>
  );
}

/** A payment with money inside is to be given up: what becomes of the money, and is that meant. */
export function AskOverlay(props: {
  readonly ask: NonNullable<Action['ask']>;
  readonly intent: Action['intent'];
  readonly onDone: () => void;
}) {
  const { ask, intent, onDone } = props;
  return (
    <Dialog name="ask" title={ask.title} alert>
      <h1 class="title">{ask.title}</h1>
      <p class="large">{phrase(ask.text)}</p>
      <div class="dialog-actions">
        <Press class="button button-back" intent={intent} onPress={onDone}>
          <span>{phrase(ask.yes)}</span>
        </Press>
        <div data-first>
          <Press class="button button-main" about="ask" onPress={onDone}>
            <span>{phrase(ask.no)}</span>
          </Press>
        </div>
      </div>
    </Dialog>
  );
}

/** Questions and answers, the phone and the window. */
export function HelpPage(props: {
  readonly help: NonNullable<View['helpPage']>;
  /** The header lies under the page, so its language button stands here too. */
  readonly language: View['language'];
}) {
  const { help, language } = props;
  return (
    <Dialog name="help" title={help.title} alert={false}>
      <div class="help-head">
        <h1 class="title">{help.title}</h1>
        {language !== null && (
          <Press class="header-button" intent={language.intent}>
            {language.label}
          </Press>
        )}
      </div>
      <dl class="help-lines">
        {help.lines.map((line) => (
          <div class="help-line" key={line.question}>
            <dt class="large strong">{line.question}</dt>
            <dd class="quiet">{phrase(line.answer)}</dd>
          </div>
        ))}
      </dl>
      <div class="contacts">
        <Contact icon="phone" label={help.phoneLabel} value={help.phone} />
        <Contact icon="window" label={help.windowLabel} value={help.window} />
      </div>
      <div class="dialog-actions" data-first>
        <Press class="button button-main" intent={{ do: 'close-help' }}>
          <span>{help.close}</span>
        </Press>
      </div>
    </Dialog>
  );
}

export function Contact(props: { readonly icon: 'phone' | 'window'; readonly label: string; readonly value: string }) {
  const Picture = props.icon === 'phone' ? Phone : MapPin;
  return (
    <div class="contact">
      <span class="contact-picture">
        <Picture size="1em" strokeWidth={2} aria-hidden="true" />
      </span>
      <div>
        <p class="note quiet">{props.label}</p>
        <p class="large strong">{phrase(props.value)}</p>
      </div>
    </div>
  );
}

/** The daemon is away. */
export function AwayOverlay({ text }: { readonly text: string }) {
  return (
    <Dialog name="alone" title={text} alert>
      <p class="title">{text}</p>
      <span class="wait-track" aria-hidden="true">
        <span class="wait-run" />
      </span>
    </Dialog>
  );
}

/** Another glass has taken over: one touch makes this one the glass again. */
export function ReplacedOverlay(props: { readonly view: View; readonly onTakeBack?: () => void }) {
  const { alone, lang } = props.view;
  const other = lang === 'en' ? 'zh-CN' : 'en';
  return (
    <Dialog name="alone" title={alone.replaced} alert>
      <p class="title">{alone.replaced}</p>
      {alone.replacedOther !== '' && (
        <p class="large quiet" lang={other}>
          {alone.replacedOther}
        </p>
      )}
      <div class="dialog-actions" data-first>
        <Press class="button button-main button-two" onPress={props.onTakeBack}>
          <span>{alone.takeBack}</span>
          {alone.takeBackOther !== '' && (
            <span class="button-other-words" lang={other}>
              {alone.takeBackOther}
            </span>
          )}
        </Press>
      </div>
    </Dialog>
  );
}
