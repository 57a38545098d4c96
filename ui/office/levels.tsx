import { usePlace } from './desk.ts';
import { type Level, levelsOf } from './said.ts';
import type { LevelLine } from '../../kiosk/office/server/wire.ts';

/** How full each unit is, a bar each; which one it is, and how much, is read out and shown by the pointer. */
export function Bars({ levels }: { readonly levels: readonly LevelLine[] }) {
  const place = usePlace();
  if (levels.length === 0) return null;
  return (
    <span class="bars">
      {levelsOf(place, levels).map((level) => (
        <OneBar key={level.name} level={level} />
      ))}
    </span>
  );
}

function OneBar({ level }: { readonly level: Level }) {
  const { words, count, list } = usePlace();
  const { name, count: pieces, capacity, state } = level;
  const held = capacity === null ? count(pieces) : words.kiosks.ofCapacity(count(pieces), count(capacity));
  const said = list([words.kiosks.level(name, held), ...(state === 'ok' ? [] : [words.kiosks[state]])]);
  return (
    <span class="bar" role="img" aria-label={said} title={said} data-state={capacity === null ? 'unknown' : state}>
      <Fill pieces={pieces} capacity={capacity} />
    </span>
  );
}

function Fill({ pieces, capacity }: { readonly pieces: number; readonly capacity: number | null }) {
  const part = capacity === null || capacity <= 0 ? 0 : Math.min(1, pieces / capacity);
  return <span class="bar-fill" style={{ '--part': part }} />;
}

/** The same as a table: how many, of how many, and worth how much. */
export function LevelTable({ levels }: { readonly levels: readonly LevelLine[] }) {
  const { words, count, money } = usePlace();
  const { kiosks } = words;
  return (
    <table class="plain" aria-label={kiosks.levels}>
      <thead>
        <tr>
          <th scope="col">{kiosks.unit}</th>
          <th scope="col" class="figure">
            {kiosks.pieces}
          </th>
          <th scope="col" class="figure">
            {kiosks.worth}
          </th>
        </tr>
      </thead>
      <tbody>
        {levels.map(({ device, unit, currency, minor, count: pieces, capacity }) => (
          <tr key={`${device} ${unit} ${currency} ${minor}`}>
            <th scope="row">
              {device === unit ? device : `${device} ${unit}`}
              <span class="note">{money(currency, minor)}</span>
            </th>
            <td class="figure">
              {capacity === null ? count(pieces) : kiosks.ofCapacity(count(pieces), count(capacity))}
              {capacity !== null && (
                <span class="gauge" aria-hidden="true">
                  <Fill pieces={pieces} capacity={capacity} />
                </span>
              )}
            </td>
            <td class="figure">{money(currency, minor * pieces)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
