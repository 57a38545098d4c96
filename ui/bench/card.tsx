import type { Words } from './words.ts';

/** What the bank says to a card, or what is the matter with it: the values of the verb `card`. */
export const cardTempers = ['approve', 'pin', 'decline', 'insufficient', 'partial', 'expired', 'unreadable'] as const;
export type CardTemper = (typeof cardTempers)[number];

/** Darker to lighter, each dark enough for the white words on it. */
const grounds: Readonly<Record<CardTemper, readonly [string, string]>> = {
  approve: ['#1d4f3a', '#2f7355'],
  pin: ['#1f3f6e', '#32609c'],
  decline: ['#6d2026', '#95353c'],
  insufficient: ['#6b4310', '#8f5f22'],
  partial: ['#4a3470', '#6a4f97'],
  expired: ['#3c4048', '#5d626c'],
  unreadable: ['#4b463f', '#6a645b'],
};

/** A card of no bank: its chip, and in a word what becomes of it. */
export function PlayCard({ temper, words }: { readonly temper: CardTemper; readonly words: Words }) {
  const [dark, light] = grounds[temper];
  return (
    <span
      class="play-card"
      data-worn={temper === 'unreadable' ? '' : undefined}
      style={{ '--dark': dark, '--light': light }}
    >
      <span class="play-chip" />
      <span>{words.cardIs[temper]}</span>
    </span>
  );
}
