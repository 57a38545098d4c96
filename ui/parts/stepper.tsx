import { Minus, Plus } from 'lucide-preact';
import { Press } from './press.tsx';

interface StepperProps {
  readonly product: { readonly id: string; readonly name: string; readonly count: number; readonly most: boolean };
  /** What the two buttons say to who does not see them. */
  readonly words: { readonly more: string; readonly less: string };
  /** The last one is taken out, and this stepper goes with it. */
  readonly onLast?: () => void;
}

/** How many of one product: one less, the number, one more. */
export function Stepper({ product: { id, name, count, most }, words, onLast }: StepperProps) {
  const want = (to: number) => ({ do: 'basket', product: id, count: to }) as const;
  return (
    <fieldset class="stepper" aria-label={name}>
      <Press
        class="stepper-key"
        repeats={count > 1}
        intent={want(count - 1)}
        label={`${words.less}: ${name}`}
        onPress={count === 1 ? onLast : undefined}
      >
        <Minus size="1em" strokeWidth={2.5} aria-hidden="true" />
      </Press>
      <output class="stepper-count">{count}</output>
      <Press class="stepper-key" repeats intent={want(count + 1)} off={most} label={`${words.more}: ${name}`}>
        <Plus size="1em" strokeWidth={2.5} aria-hidden="true" />
      </Press>
    </fieldset>
  );
}
