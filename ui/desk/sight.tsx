/** Larger letters, and black, white and yellow: whoever reads here chooses them. Kept no longer than the page. */
import { AArrowUp, Contrast } from 'lucide-preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { Choice } from './touch.tsx';

export interface Sight {
  readonly large: boolean;
  readonly contrast: boolean;
}

const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

/** Begins as the browser's own settings ask, and stands on the page's root, where the tokens are chosen. */
export function useSight(first?: Sight): readonly [Sight, (sight: Sight) => void] {
  const [sight, see] = useState<Sight>(
    first ?? { large: false, contrast: matchMedia('(prefers-contrast: more)').matches },
  );
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    dataset.text = sight.large ? '140' : '100';
    dataset.contrast = sight.contrast ? 'high' : 'normal';
  }, [sight]);
  return [sight, see];
}

interface SightToolsProps {
  readonly sight: Sight;
  readonly see: (sight: Sight) => void;
  readonly words: { readonly largeText: string; readonly highContrast: string };
}

export function SightTools({ sight, see, words }: SightToolsProps) {
  const { large, contrast } = sight;
  return (
    <>
      <Choice on={large} label={words.largeText} onTouch={() => see({ large: !large, contrast })}>
        <AArrowUp {...iconShape} />
      </Choice>
      <Choice on={contrast} label={words.highContrast} onTouch={() => see({ large, contrast: !contrast })}>
        <Contrast {...iconShape} />
      </Choice>
    </>
  );
}
