import type { CommandLine, OrderLine, RolloutLine, RolloutStep } from '../../kiosk/office/server/wire.ts';
import { usePlace } from './desk.ts';
import type { Tone } from './said.ts';

type CommandStep = CommandLine['status'];

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

/** How far a configuration has come. `named`: with a word for each step. */
export function Progress({ line, named = false }: { readonly line: RolloutLine; readonly named?: boolean }) {
  const own = usePlace().words.rollouts;
  const parts = steps.map((step) => ({ step, name: own.steps[step], count: line.counts[step] ?? 0 }));
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  return <Parts said={own.progressOf(line.counts.running ?? 0, all)} parts={parts} named={named} />;
}

const commandSteps = [
  'done',
  'taken',
  'sent',
  'expired',
  'failed',
  'refused',
] as const satisfies readonly CommandStep[];

/** How far an order has come. */
export function OrderProgress({ line, named = false }: { readonly line: OrderLine; readonly named?: boolean }) {
  const own = usePlace().words.commands;
  const parts = commandSteps.map((step) => ({ step, name: own.commandStatuses[step], count: line.counts[step] ?? 0 }));
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  return <Parts said={own.progressOf(line.counts.done ?? 0, all)} parts={parts} named={named} />;
}

interface PartsProps {
  /** The bar in words. */
  readonly said: string;
  readonly parts: readonly {
    readonly step: RolloutStep | CommandStep | 'here' | 'away' | 'never';
    readonly name: string;
    readonly count: number;
  }[];
  readonly named: boolean;
}

/** Kiosks as one bar, a piece for each step at which some are, with the same in words below where `named`. */
export function Parts({ said, parts, named }: PartsProps) {
  const { count: written } = usePlace();
  const there = parts.filter(({ count }) => count > 0);
  return (
    <div class="progress">
      <span>{said}</span>
      <span class="progress-bar" aria-hidden="true">
        {there.map(({ step, count }) => (
          <span key={step} class="progress-piece" data-step={step} style={{ flexGrow: count }} />
        ))}
      </span>
      {named && (
        <ul class="legend">
          {there.map(({ step, name, count }) => (
            <li key={step}>
              <span class="legend-sign" data-step={step} aria-hidden="true" /> {name} <strong>{written(count)}</strong>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
