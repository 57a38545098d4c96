import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Right, Second, StaffAct, StaffMoves, StaffPieces, StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, readTable } from '../api.ts';
import { sumOf, usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { Fields, Pad, Sheet, Trouble, useSecond } from '../parts.tsx';

const digitsMaximum = 5;

interface CountingProps {
  readonly title: string;
  readonly text: string;
  readonly right: Right;
  /** What the pieces can be worth. */
  readonly minors: readonly number[];
  /** It is booked before anything is told of what the books say. */
  readonly blind?: boolean;
  /** What stands beside it in the review; left out: nothing. */
  readonly expected?: readonly StaffPieces[];
  /** What that is called. */
  readonly expectedName?: string;
  /** What stands in the fields at first. */
  readonly before?: readonly StaffPieces[];
  readonly ask: (pieces: readonly StaffPieces[], second: Second | null) => StaffAct;
  /** Something else is still to be typed. */
  readonly off?: boolean;
  readonly children?: ComponentChildren;
  readonly back?: () => void;
}

/** What was put in or is corrected is looked at once more and then booked. A count is booked before the books are shown. */
export function Counting(props: CountingProps) {
  const { minors, right, blind = false } = props;
  const { words } = usePlace();
  const [counts, set] = useState<Readonly<Record<number, string>>>(() =>
    Object.fromEntries((props.before ?? []).map(({ minor, count }) => [minor, String(count)])),
  );
  const [reviewing, review] = useState(false);
  const second = useSecond(right);
  const [failure, fail] = useState<Failure | null>(null);
  const [answer, setAnswer] = useState<Booked | null>(null);
  const { busy, once } = useOnce();
  const pieces = minors.map((minor) => ({ minor, count: Number(counts[minor] ?? '') }));
  const off = busy || minors.length === 0 || second.lacks || props.off === true;
  const book = () =>
    once(async () => {
      if (off) return;
      const found = await act(props.ask(pieces, second.asked));
      second.heard(found);
      fail(found.ok ? null : found);
      if (!found.ok) return;
      const move = blind && found.move !== null ? await bookedMove(found.move) : null;
      setAnswer({ move: found.move, case: found.case, as: move });
    });
  if (answer !== null) return <BookedSheet title={props.title} booked={answer} />;
  const back = reviewing ? () => review(false) : props.back;
  const secondPerson = second.fields(book);
  return (
    <Sheet title={props.title} text={props.text} {...(back === undefined ? {} : { back })}>
      {!reviewing && props.children}
      <Trouble failure={failure} />
      {reviewing ? (
        <>
          <Comparison pieces={pieces} expected={props.expected ?? null} name={props.expectedName ?? words.expected} />
          {secondPerson}
          <div class="choices">
            <Touch onTouch={() => review(false)}>{words.countAgain}</Touch>
            <Touch look="main" off={off} onTouch={book}>
              {words.bookIt}
            </Touch>
          </div>
        </>
      ) : (
        <>
          <CountTable minors={minors} counts={counts} onChange={(minor, text) => set({ ...counts, [minor]: text })} />
          {blind ? (
            <>
              {secondPerson}
              <p class="quiet">{words.compareText}</p>
              <Touch look="main" off={off} onTouch={book}>
                {words.compare}
              </Touch>
            </>
          ) : (
            <Touch look="main" off={minors.length === 0} onTouch={() => review(true)}>
              {words.review}
            </Touch>
          )}
        </>
      )}
    </Sheet>
  );
}

type MoveRow = StaffMoves['moves'][number];

interface Booked {
  readonly move: string | null;
  readonly case: string | null;
  /** As the journal has it; null where there is nothing to compare. */
  readonly as: MoveRow | null;
}

async function bookedMove(move: string): Promise<MoveRow | null> {
  const table = await readTable('moves', Number(move.slice(1)));
  return table?.moves.find((one) => one.move === move) ?? null;
}

/** What was booked, and only now what the books had. */
function BookedSheet({ title, booked }: { readonly title: string; readonly booked: Booked }) {
  const { words, go, may } = usePlace();
  const { move, as } = booked;
  return (
    <Sheet title={title}>
      <Good text={move === null ? words.done : words.bookedAs(move)} />
      {booked.case !== null && <p class="large">{words.caseOpened(booked.case)}</p>}
      {as !== null && <Comparison pieces={as.pieces} expected={as.expected} name={words.expected} />}
      <div class="choices">
        {as !== null && move !== null && may('correct') && (
          <Touch onTouch={() => go({ at: 'correct', move })}>{words.countAgain}</Touch>
        )}
        <Touch look="main" onTouch={() => go({ at: 'home' })}>
          {words.done}
        </Touch>
      </div>
    </Sheet>
  );
}

interface CountTableProps {
  readonly minors: readonly number[];
  readonly counts: Readonly<Record<number, string>>;
  /** What is in the machine, when the pieces are those that stay in it; the table shows then what leaves. */
  readonly inside?: readonly StaffPieces[];
  readonly onChange: (minor: number, text: string) => void;
}

export function CountTable({ minors, counts, inside, onChange }: CountTableProps) {
  const { words, money } = usePlace();
  const [chosen, choose] = useState(minors[0] ?? 0);
  const there = (minor: number) => inside?.find((one) => one.minor === minor)?.count ?? 0;
  const pieces = minors.map((minor) => ({ minor, count: Number(counts[minor] ?? '') }));
  const leaving = pieces.map(({ minor, count }) => ({ minor, count: Math.max(0, there(minor) - count) }));
  return (
    <div class="fields">
      <table class="count">
        <thead>
          <tr>
            <th scope="col">{words.denomination}</th>
            {inside !== undefined && (
              <th scope="col" class="figure">
                {words.inside}
              </th>
            )}
            <th scope="col" class="figure">
              {inside === undefined ? words.pieces : words.stays}
            </th>
            <th scope="col" class="figure">
              {inside === undefined ? words.amount : words.intoBox}
            </th>
          </tr>
        </thead>
        <tbody>
          {pieces.map(({ minor, count }, at) => (
            <tr key={minor} data-active={minor === chosen ? '' : undefined}>
              <th scope="row">{money(minor)}</th>
              {inside !== undefined && <td class="figure">{there(minor)}</td>}
              <td class="figure">
                <input
                  class="entry entry-count"
                  inputMode="none"
                  autocomplete="off"
                  aria-label={money(minor)}
                  placeholder="0"
                  value={counts[minor] ?? ''}
                  onFocus={() => choose(minor)}
                  onInput={(event) => onChange(minor, digits(event.currentTarget.value))}
                />
              </td>
              <td class="figure">{inside === undefined ? money(minor * count) : leaving[at]?.count}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={inside === undefined ? 2 : 3}>
              {words.total}
            </th>
            <td class="figure strong">{money(sumOf(inside === undefined ? pieces : leaving))}</td>
          </tr>
        </tfoot>
      </table>
      <Pad value={counts[chosen] ?? ''} most={digitsMaximum} onChange={(text) => onChange(chosen, digits(text))} />
    </div>
  );
}

function digits(text: string): string {
  return text
    .replace(/[^0-9]/g, '')
    .replace(/^0+(?=[0-9])/, '')
    .slice(0, digitsMaximum);
}

interface ComparisonProps {
  readonly pieces: readonly StaffPieces[];
  readonly expected: readonly StaffPieces[] | null;
  readonly name: string;
}

function Comparison({ pieces, expected, name }: ComparisonProps) {
  const { words, money, signed } = usePlace();
  const before = (minor: number) => expected?.find((one) => one.minor === minor)?.count ?? 0;
  const minors = [...new Set([...pieces, ...(expected ?? [])].map(({ minor }) => minor))].sort((a, b) => a - b);
  const rows = minors
    .map((minor) => ({ minor, count: pieces.find((one) => one.minor === minor)?.count ?? 0, was: before(minor) }))
    .filter(({ count, was }) => count !== 0 || was !== 0);
  const difference = sumOf(pieces) - sumOf(expected ?? []);
  const same = rows.every(({ count, was }) => count === was);
  return (
    <section class="card">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.denomination}</th>
            <th scope="col" class="figure">
              {words.count}
            </th>
            {expected !== null && (
              <>
                <th scope="col" class="figure">
                  {name}
                </th>
                <th scope="col" class="figure">
                  {words.difference}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ minor, count, was }) => (
            <tr key={minor}>
              <th scope="row">{money(minor)}</th>
              <td class="figure">{count}</td>
              {expected !== null && (
                <>
                  <td class="figure">{was}</td>
                  <td class={`figure ${count === was ? '' : 'stop'}`}>{signed((count - was) * minor)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            <td class="figure strong">{money(sumOf(pieces))}</td>
            {expected !== null && (
              <>
                <td class="figure">{money(sumOf(expected))}</td>
                <td class={`figure strong ${same ? '' : 'stop'}`}>{signed(difference)}</td>
              </>
            )}
          </tr>
        </tfoot>
      </table>
      {expected !== null && same && <p class="note">{words.noDifference}</p>}
    </section>
  );
}

/** Fill, take out or declare a unit that pays out. */
export function UnitCount({ what, till }: { readonly what: 'fill' | 'remove' | 'declare'; readonly till: StaffTill }) {
  const { words } = usePlace();
  const units = till.units.filter(({ unit }) => unit !== 'box');
  const [chosen, choose] = useState(units.length === 1 ? (units[0]?.device ?? null) : null);
  const unit = units.find(({ device }) => device === chosen);
  const title = words[what];
  if (unit === undefined) {
    return <ChooseDevice title={title} devices={units.map(({ device }) => device)} choose={choose} />;
  }
  const { device } = unit;
  return (
    <Counting
      key={device}
      title={`${title} · ${device}`}
      text={words[`${what}Text`]}
      right={what}
      minors={till.devices.find((one) => one.device === device)?.minors ?? []}
      blind={what !== 'fill'}
      ask={(pieces, second) => (what === 'fill' ? { do: what, device, pieces } : { do: what, device, pieces, second })}
      {...(units.length > 1 ? { back: () => choose(null) } : {})}
    />
  );
}

export function BagCount({ bag, till }: { readonly bag: string; readonly till: StaffTill }) {
  const { words } = usePlace();
  // Once it is booked the till has it no more.
  const last = useRef<StaffTill['bags'][number] | undefined>(undefined);
  last.current = till.bags.find((one) => one.bag === bag) ?? last.current;
  const found = last.current;
  const typed = useTyped();
  const seal = typed.of('seal');
  if (found === undefined) return <Sheet title={words.bags}>{words.noBags}</Sheet>;
  return (
    <Counting
      title={`${words.countIt} · ${bag}`}
      text={found.device}
      right="count"
      minors={till.devices.find((one) => one.device === found.device)?.minors ?? []}
      blind
      off={found.seal !== null && seal === ''}
      ask={(pieces, second) => ({ do: 'count', bag, seal: found.seal === null ? null : seal, pieces, second })}
    >
      {found.seal !== null && (
        <section class="card">
          <p class="quiet">{words.sealRead}</p>
          <Fields
            fields={[{ key: 'seal', label: words.sealNumber, kind: 'seal' }]}
            values={typed.values}
            onChange={typed.type}
            onEnter={() => {}}
          />
        </section>
      )}
    </Counting>
  );
}

interface ChooseProps {
  readonly title: string;
  readonly text?: string;
  readonly devices: readonly string[];
  readonly choose: (device: string) => void;
}

export function ChooseDevice({ title, devices, choose, text }: ChooseProps) {
  const { words } = usePlace();
  return (
    <Sheet title={title} {...(text === undefined ? {} : { text })}>
      <p class="large">{words.chooseDevice}</p>
      <div class="choices-column">
        {devices.map((device) => (
          <Touch key={device} look="row" onTouch={() => choose(device)}>
            {device}
          </Touch>
        ))}
      </div>
    </Sheet>
  );
}
