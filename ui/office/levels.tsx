import { type Place, usePlace } from './desk.ts';
import { type Level, levelsOf, unitSaid } from './said.ts';
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

interface LevelRow {
  readonly key: string;
  /** Null: the row before has it. */
  readonly name: string | null;
  readonly piece: string | null;
  readonly count: number;
  readonly capacity: number | null;
  readonly worth: string | null;
}

/** A box first as a whole, because what fits in is shared, then what lies in it; what is paid out by denomination. */
function rowsOf(place: Place, lines: readonly LevelLine[]): readonly LevelRow[] {
  const boxes = new Set<string>();
  return lines.flatMap((line) => {
    const { device, unit, currency, minor, count, capacity } = line;
    const name = unitSaid(place, device, unit);
    const piece = place.money(currency, minor);
    const worth = place.money(currency, minor * count);
    const key = `${device} ${unit} ${piece}`;
    if (unit !== 'box') return [{ key, name, piece, count, capacity, worth }];
    const inside = { key, name: null, piece, count, capacity: null, worth };
    if (boxes.has(device)) return [inside];
    boxes.add(device);
    const all = lines.filter((other) => other.device === device && other.unit === unit);
    return [wholeOf(place, name, capacity, all), inside];
  });
}

/** Sums of two currencies are not added. */
function wholeOf(place: Place, name: string, capacity: number | null, lines: readonly LevelLine[]): LevelRow {
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  const minor = lines.reduce((sum, line) => sum + line.minor * line.count, 0);
  return {
    ...{ key: name, name, piece: null, capacity },
    count: lines.reduce((sum, { count }) => sum + count, 0),
    worth: currencies.length === 1 ? place.money(currencies[0]!, minor) : null,
  };
}

/** The same as a table: how many, of how many, and worth how much. */
export function LevelTable({ levels }: { readonly levels: readonly LevelLine[] }) {
  const place = usePlace();
  const { words, count } = place;
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
        {rowsOf(place, levels).map(({ key, name, piece, count: pieces, capacity, worth }) => (
          <tr key={key}>
            <th scope="row">
              {name}
              {piece !== null && <span class="note">{piece}</span>}
            </th>
            <td class="figure">
              {capacity === null ? count(pieces) : kiosks.ofCapacity(count(pieces), count(capacity))}
              {capacity !== null && (
                <span class="gauge" aria-hidden="true">
                  <Fill pieces={pieces} capacity={capacity} />
                </span>
              )}
            </td>
            <td class="figure">{worth}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
