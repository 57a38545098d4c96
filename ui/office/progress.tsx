import type { RolloutLine, RolloutStep } from '../../kiosk/office/server/wire.ts';
import { usePlace } from './desk.ts';
import type { Tone } from './said.ts';

/** From what went well to what did not, and what is still to come. */
const steps = [
  'running',
  'staged',
  'published',
  'waiting',
  'passed-by',
  'overdue',
  'went-back',
  'refused',
] as const satisfies readonly RolloutStep[];

export const stepTones: Readonly<Record<RolloutStep, Tone>> = {
  running: 'good',
  staged: 'plain',
  published: 'plain',
  waiting: 'plain',
  'passed-by': 'caution',
  overdue: 'caution',
  'went-back': 'stop',
  refused: 'stop',
};

export const statusTones: Readonly<Record<RolloutLine['status'], Tone>> = {
  running: 'plain',
  paused: 'caution',
  aborted: 'stop',
  done: 'good',
};

/** How far it has come: one bar, a piece for each status, with the same in words below where `named`. */
export function Progress({ line, named = false }: { readonly line: RolloutLine; readonly named?: boolean }) {
  const { words, count } = usePlace();
  const own = words.rollouts;
  const of = (step: RolloutStep) => line.counts[step] ?? 0;
  const all = steps.reduce((sum, step) => sum + of(step), 0);
  const there = steps.filter((step) => of(step) > 0);
  return (
    <div class="progress">
      <span>{own.progressOf(of('running'), all)}</span>
      <span class="progress-bar" aria-hidden="true">
        {there.map((step) => (
          <span key={step} class="progress-piece" data-step={step} style={{ flexGrow: of(step) }} />
        ))}
      </span>
      {named && (
        <ul class="legend">
          {there.map((step) => (
            <li key={step}>
              <span class="legend-sign" data-step={step} aria-hidden="true" /> {own.steps[step]}{' '}
              <strong>{count(of(step))}</strong>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
