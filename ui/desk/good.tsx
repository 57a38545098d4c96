import { CircleCheck } from 'lucide-preact';

/** It was done, and what. */
export function Good({ text }: { readonly text: string }) {
  return (
    <p class="good" role="status">
      <CircleCheck size="1em" strokeWidth={2} aria-hidden /> <span>{text}</span>
    </p>
  );
}
