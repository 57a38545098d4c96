/** The figures of a day, open or closed, as tables: what was sold, what was expected and counted, the cash, what is owed. */
import type { DayFigures, StaffZs } from '../../../kiosk/server/staff-wire.ts';
import { type Place, usePlace } from '../desk.ts';
import './day.css';

interface Row {
  readonly name: string;
  /** Null: it is a sum that is not of pieces. */
  readonly count: number | null;
  readonly value: string;
  /** A part of the row above. */
  readonly part?: boolean;
  /** What the others add up to. */
  readonly sum?: boolean;
}

interface FiguresProps {
  readonly figures: DayFigures;
  /** What others said of a method after the day was closed. */
  readonly later?: StaffZs['zs'][number]['matched'];
}

export function Figures({ figures, later = [] }: FiguresProps) {
  const place = usePlace();
  const { words } = place;
  return (
    <div class="day-figures">
      <Table title={words.day.sales} rows={salesOf(figures, place)} />
      <Checks figures={figures} later={later} />
      <Table title={words.day.cash} rows={cashOf(figures, place)} />
      <Units figures={figures} />
      <Table title={words.day.liability} rows={liabilityOf(figures, place)} />
    </div>
  );
}

function Table({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const counted = rows.some(({ count }) => count !== null);
  return (
    <section class="day-part">
      <h3>{title}</h3>
      <table aria-label={title}>
        <tbody>
          {rows.map(({ name, count, value, part, sum }) => (
            <tr key={name} class={sum === true ? 'group' : undefined} data-part={part}>
              <th scope="row">{name}</th>
              {counted && <td class="figure quiet">{count === null ? '' : `× ${count}`}</td>}
              <td class="figure">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the journal expected of each method, and what was counted or told of it. */
function Checks({ figures: { methods, counts }, later }: Required<FiguresProps>) {
  const { words, money, signed } = usePlace();
  const checked = methods
    .filter(({ method }) => method !== 'voucher')
    .map((one) => ({ ...one, checked: one.checked ?? later.find(({ method }) => method === one.method) ?? null }));
  return (
    <section class="day-part">
      <h3>{words.day.checks}</h3>
      {checked.length === 0 ? (
        <p class="quiet">{words.day.nothingToCheck}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.report.method}</th>
              <th scope="col" class="figure">
                {words.expected}
              </th>
              <th scope="col" class="figure">
                {words.count}
              </th>
              <th scope="col" class="figure">
                {words.difference}
              </th>
            </tr>
          </thead>
          <tbody>
            {checked.map(({ method, checked: told }) => (
              <tr key={method}>
                <th scope="row">{words.day.methods[method]}</th>
                {told === null ? (
                  <td class="quiet day-unchecked" colSpan={3}>
                    {words.day.unchecked}
                  </td>
                ) : (
                  <>
                    <td class="figure">{money(told.expected)}</td>
                    <td class="figure">{money(told.told)}</td>
                    <td class={`figure ${told.told === told.expected ? 'quiet' : 'stop strong'}`}>
                      {signed(told.told - told.expected)}
                    </td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="day-long-short">
        <span>
          {words.day.long} <strong>{money(counts.long)}</strong>
        </span>
        <span>
          {words.day.short} <strong>{money(counts.short)}</strong>
        </span>
        <span>
          {words.day.corrected} <strong>{signed(counts.corrected)}</strong>
        </span>
      </p>
    </section>
  );
}

/** What is in each machine at the end. */
function Units({ figures: { units, bags } }: { readonly figures: DayFigures }) {
  const { words, money } = usePlace();
  const filled = units.filter(({ denominations }) => denominations.length > 0);
  if (filled.length === 0 && bags === 0) return null;
  return (
    <section class="day-part">
      <h3>{words.day.inMachines}</h3>
      <table>
        <tbody>
          {filled.map(({ unit, denominations, minor }) => (
            <tr key={unit}>
              <th scope="row" class="path">
                {unit}
                <span class="note">
                  {denominations.map((one) => `${one.count}\u00a0×\u00a0${money(one.minor)}`).join(' · ')}
                </span>
              </th>
              <td class="figure">{money(minor)}</td>
            </tr>
          ))}
          <tr class="group">
            <th scope="row">{words.day.bags}</th>
            <td class="figure">{bags}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function salesOf({ sales, methods, refunds, cancelled, rounding, total }: DayFigures, place: Place): readonly Row[] {
  const { words, signed } = place;
  const row = rowOf(place);
  return [
    ...methods.flatMap(({ method, taken, back }): readonly Row[] => {
      const name = words.day.methods[method];
      return [row(name, taken), ...(back.count === 0 ? [] : [{ ...row(words.day.returned(name), back), part: true }])];
    }),
    { ...row(words.day.sales, sales), sum: true },
    row(words.day.refunds, refunds),
    row(words.day.cancelled, cancelled),
    { name: words.day.rounding, count: null, value: signed(rounding) },
    { ...row(words.day.total, total), sum: true },
  ];
}

function cashOf({ cash }: DayFigures, { words, money, signed }: Place): readonly Row[] {
  const row = (name: string, value: string): Row => ({ name, count: null, value });
  return [
    row(words.day.opening, money(cash.opening)),
    row(words.day.taken, signed(cash.taken)),
    row(words.day.paidOut, signed(cash.paidOut)),
    ...(cash.checked === undefined ? [] : [row(words.day.checkedOut, signed(cash.checked))]),
    row(words.day.filled, signed(cash.filled)),
    row(words.day.collected, signed(cash.collected)),
    row(words.day.adjusted, signed(cash.adjusted)),
    { ...row(words.day.closing, money(cash.closing)), sum: true },
  ];
}

function liabilityOf({ liability, vouchers, cases }: DayFigures, place: Place): readonly Row[] {
  const { words, money } = place;
  const row = rowOf(place);
  return [
    row(words.day.owedBefore, liability.opening),
    row(words.day.issued, vouchers.issued),
    row(words.day.redeemed, vouchers.redeemed),
    row(words.day.paid, vouchers.paid),
    { ...row(words.day.owedNow, liability.closing), sum: true },
    { name: words.cases, count: cases.count, value: money(cases.minor) },
    ...(cases.unknown === 0
      ? []
      : [{ name: words.day.unknownCases, count: cases.unknown, value: words.unknownAmount, part: true }]),
  ];
}

/** A sum, and of how many. */
function rowOf({ money }: Place): (name: string, sum: DayFigures['sales']) => Row {
  return (name, { minor, count }) => ({ name, count, value: money(minor) });
}
