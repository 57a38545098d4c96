/** The rows of a day's report, open or closed, drawn as tables in the order in which they come. */
import type { DayNames, DayRow, DayRows } from '../../../kiosk/server/staff-wire.ts';
import { usePlace } from '../desk.ts';
import './day.css';

interface FiguresProps {
  readonly sections: readonly DayRows[];
  readonly names: DayNames;
  /** It says how things stood when the day was closed. */
  readonly closed?: boolean;
}

/** What the others of a section add up to, or are parts of. */
const sums: ReadonlySet<string> = new Set(['total', 'closing', 'outstanding']);

export function Figures({ sections, names, closed = false }: FiguresProps) {
  return (
    <div class="day-figures">
      {sections.map((one) => (
        <Section key={one.section} {...one} names={names} closed={closed} />
      ))}
    </div>
  );
}

function Section(props: DayRows & { readonly names: DayNames; readonly closed: boolean }) {
  const { section, rows, names, closed } = props;
  const title = names.sections[section];
  const counted = rows.some((row) => 'count' in row && row.is !== 'number' && row.count !== null);
  return (
    <section class="day-part">
      <h3>{title}</h3>
      <table aria-label={title}>
        {section === 'checks' && <ChecksHead />}
        <tbody>
          {rows.map((row) => (
            <Row key={keyOf(row)} row={row} names={names} counted={counted} closed={closed} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function keyOf(row: DayRow): string {
  if ('name' in row) return row.name;
  if ('method' in row) return `${row.is} ${row.method}`;
  return row.is === 'unit' ? `${row.device} ${row.unit}` : row.is;
}

function ChecksHead() {
  const { words } = usePlace();
  return (
    <thead>
      <tr>
        <th scope="col">{words.report.method}</th>
        {[words.expected, words.count, words.difference].map((name) => (
          <th key={name} scope="col" class="figure">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly row: DayRow;
  readonly names: DayNames;
  /** The section has a column of how many. */
  readonly counted: boolean;
  readonly closed: boolean;
}

function Row({ row, names, counted, closed }: RowProps) {
  const { words, money, signed } = usePlace();
  switch (row.is) {
    case 'sum':
      return (
        <tr class={sums.has(row.name) ? 'group' : undefined}>
          <th scope="row">{names.rows[row.name]}</th>
          {counted && <Count count={row.count} />}
          <td class="figure">{row.change ? signed(row.minor) : money(row.minor)}</td>
        </tr>
      );
    case 'number':
      return (
        <tr>
          <th scope="row">{names.rows[row.name]}</th>
          <td class="figure">{row.count}</td>
        </tr>
      );
    case 'taken':
    case 'back': {
      const way = words.methods[row.method];
      return (
        <tr data-part={row.is === 'back' ? '' : undefined}>
          <th scope="row">{row.is === 'taken' ? way : words.day.returned(way)}</th>
          {counted && <Count count={row.count} />}
          <td class="figure">{money(row.minor)}</td>
        </tr>
      );
    }
    case 'check':
      return <CheckRow row={row} closed={closed} />;
    case 'moves':
      return (
        <tr>
          <th scope="row">{words.day.moves}</th>
          <td class="figure">{row.moves === null ? 0 : `${row.moves.count} (${row.moves.first}–${row.moves.last})`}</td>
        </tr>
      );
    case 'unit':
      return (
        <tr>
          <th scope="row" class="path">
            {row.device} · {words.units[row.unit]}
            <span class="note">
              {row.denominations.map((one) => `${one.count}\u00a0×\u00a0${money(one.minor)}`).join(' · ')}
            </span>
          </th>
          <td class="figure">{money(row.minor)}</td>
        </tr>
      );
    default:
      return row satisfies never;
  }
}

function Count({ count }: { readonly count: number | null }) {
  return <td class="figure quiet">{count === null ? '' : `× ${count}`}</td>;
}

/** What the journal expected of a way to pay, and what was counted or told of it. */
function CheckRow(props: { readonly row: Extract<DayRow, { is: 'check' }>; readonly closed: boolean }) {
  const { words, money, signed } = usePlace();
  const { method, checked } = props.row;
  return (
    <tr>
      <th scope="row">{words.methods[method]}</th>
      {checked === null ? (
        <td class="quiet day-unchecked" colSpan={3}>
          {props.closed ? words.day.uncheckedThen : words.day.unchecked}
        </td>
      ) : (
        <>
          <td class="figure">{money(checked.expected)}</td>
          <td class="figure">{money(checked.told)}</td>
          <td class={`figure ${checked.told === checked.expected ? 'quiet' : 'stop strong'}`}>
            {signed(checked.told - checked.expected)}
          </td>
        </>
      )}
    </tr>
  );
}
