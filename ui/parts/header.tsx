import { CircleQuestionMark, Plus } from 'lucide-preact';
import type { View } from '../../kiosk/server/wire.ts';
import { widthOf } from './phrase.ts';
import { Press } from './press.tsx';

/** A name of more half-widths than these gives up the middle of the header and is set smaller. */
const longName = 22;

/** Merchant, step dots, language and help: always there, never moving. */
export function Header({ view }: { readonly view: View }) {
  return (
    <header class="header" data-long={widthOf(view.merchant.name) > longName ? '' : undefined}>
      <div class="merchant">
        <span class="merchant-mark" aria-hidden="true">
          {view.merchant.mark === '+' ? <Plus size="1em" strokeWidth={2.5} /> : view.merchant.mark}
        </span>
        <span class="merchant-name">{view.merchant.name}</span>
      </div>
      {view.step !== null && <StepDots step={view.step} />}
      <nav class="header-controls" aria-label={view.merchant.name}>
        {view.language !== null && (
          <Press class="header-button" intent={view.language.intent}>
            {view.language.label}
          </Press>
        )}
        {view.help !== null && (
          <Press class="header-button" intent={{ do: 'help' }}>
            <CircleQuestionMark size="1em" strokeWidth={2} aria-hidden="true" />
            {view.help.label}
          </Press>
        )}
      </nav>
    </header>
  );
}

function StepDots({ step }: { readonly step: NonNullable<View['step']> }) {
  return (
    <div class="steps" role="img" aria-label={step.label}>
      {Array.from({ length: step.of }, (_, index) => (
        <span
          key={index}
          class="step"
          data-step={index + 1 < step.at ? 'done' : index + 1 === step.at ? 'here' : 'ahead'}
        />
      ))}
    </div>
  );
}
