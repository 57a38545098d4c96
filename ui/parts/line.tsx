import type { Tone } from '../../kiosk/server/wire.ts';
import { ToneIcon } from './icons.tsx';
import { phrase } from './phrase.ts';

/** One sentence with its tone: sign, colour and words together. */
export function ToneLine({
  tone,
  text,
  live,
}: {
  readonly tone: Tone;
  readonly text: string;
  readonly live?: boolean;
}) {
  return (
    <p class="tone-line" data-tone={tone} role={live === true ? 'status' : undefined}>
      <ToneIcon tone={tone} />
      <span>{phrase(text)}</span>
    </p>
  );
}

/** Something is being waited for: what for, and a line that moves. */
export function WaitLine({ text }: { readonly text: string }) {
  return (
    <div class="wait" role="status">
      <span class="wait-words">{text}</span>
      <span class="wait-track" aria-hidden="true">
        <span class="wait-run" />
      </span>
    </div>
  );
}
