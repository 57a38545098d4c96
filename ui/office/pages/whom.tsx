/** For which kiosks an order is: some by name, a group, or all. */
import { Search, Square, SquareCheck } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { KioskLine, Ordered } from '../../../kiosk/office/server/wire.ts';
import { Choice, Touch } from '../../desk/touch.tsx';
import { usePlace } from '../desk.ts';
import { Chosen, iconShape, Typed } from '../parts.tsx';
import { isLike, presenceTones } from './kiosks.tsx';

type Kind = Exclude<Ordered['whom'], 'kiosk'>;

interface WhomProps {
  readonly kiosks: readonly KioskLine[];
  readonly whom: Ordered;
  readonly onChange: (whom: Ordered) => void;
}

export function OrderWhom({ kiosks, whom, onChange }: WhomProps) {
  const { words } = usePlace();
  const own = words.commands;
  const groups = [...new Set(kiosks.flatMap((line) => line.groups))].sort();
  const kinds: readonly Kind[] = groups.length === 0 ? ['kiosks', 'all'] : ['kiosks', 'group', 'all'];
  const choose = (kind: string) => {
    if (kind === 'kiosks') onChange({ whom: 'kiosks', kiosks: [] });
    else if (kind === 'group') onChange({ whom: 'group', group: groups[0] ?? '' });
    else onChange({ whom: 'all' });
  };
  return (
    <>
      <div class="fields-row whom">
        <Chosen
          label={own.whom}
          value={whom.whom}
          of={kinds.map((kind) => [kind, own.whoms[kind]])}
          onChange={choose}
        />
        {whom.whom === 'group' && (
          <Chosen
            label={words.rollouts.chooseGroup}
            value={whom.group}
            of={groups.map((name) => [name, name])}
            onChange={(group) => onChange({ whom: 'group', group })}
          />
        )}
      </div>
      {whom.whom === 'kiosks' && (
        <KioskChoice
          kiosks={kiosks}
          chosen={whom.kiosks}
          onChange={(names) => onChange({ whom: 'kiosks', kiosks: names })}
        />
      )}
    </>
  );
}

interface KioskChoiceProps {
  readonly kiosks: readonly KioskLine[];
  readonly chosen: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}

/** What was chosen stays so while it is not shown. */
function KioskChoice({ kiosks, chosen, onChange }: KioskChoiceProps) {
  const { words } = usePlace();
  const own = words.commands;
  const [search, setSearch] = useState('');
  const shown = kiosks.filter((line) => isLike(line, search));
  const toggle = (kiosk: string) =>
    onChange(chosen.includes(kiosk) ? chosen.filter((one) => one !== kiosk) : [...chosen, kiosk]);
  return (
    <>
      <div class="sieve">
        <div class="sieve-search">
          <Search {...iconShape} />
          <Typed label={words.kiosks.search} kind="search" value={search} onChange={setSearch} />
        </div>
        <div class="tools">
          <Touch
            off={shown.length === 0}
            onTouch={() => onChange([...new Set([...chosen, ...shown.map(({ kiosk }) => kiosk)])])}
          >
            {own.chooseShown(shown.length)}
          </Touch>
          <Touch off={chosen.length === 0} onTouch={() => onChange([])}>
            {own.chooseNone}
          </Touch>
          <span class="quiet" role="status">
            {own.chosen(chosen.length)}
          </span>
        </div>
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{words.kiosks.noneFound}</p>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would stand in the way of the grid
        <div class="kiosk-choice" role="group" aria-label={own.choose}>
          {shown.map((line) => (
            <OneKiosk
              key={line.kiosk}
              line={line}
              on={chosen.includes(line.kiosk)}
              onTouch={() => toggle(line.kiosk)}
            />
          ))}
        </div>
      )}
    </>
  );
}

interface OneKioskProps {
  readonly line: KioskLine;
  readonly on: boolean;
  readonly onTouch: () => void;
}

function OneKiosk({ line: { kiosk, place, presence }, on, onTouch }: OneKioskProps) {
  const { words, lang } = usePlace();
  const Sign = on ? SquareCheck : Square;
  return (
    <Choice on={on} onTouch={onTouch}>
      <Sign {...iconShape} />
      <span class="kiosk-choice-name">
        <span class="strong break">{kiosk}</span>
        {place !== null && <span class="note">{place[lang]}</span>}
        {presence !== 'here' && (
          <span class={`note mark-${presenceTones[presence]}`}>{words.kiosks.presence[presence]}</span>
        )}
      </span>
    </Choice>
  );
}
