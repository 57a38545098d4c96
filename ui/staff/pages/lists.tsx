import { useEffect, useState } from 'preact/hooks';
import type { StaffMoves, StaffTill, Tables } from '../../../kiosk/server/staff-wire.ts';
import { act, type Asked, askTable, type Failure, readTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Sheet, Trouble } from '../parts.tsx';
import { Counting } from './count.tsx';

/** One page of a table, read anew whenever `from` or what else is asked changes, and whenever `again` does. */
export function usePage<Name extends 'moves' | 'cases'>(
  name: Name,
  from: number,
  more: Asked = {},
  again = 0,
): Tables[Name] | null {
  const asked = JSON.stringify(more);
  const [table, set] = useState<Tables[Name] | null>(null);
  useEffect(() => {
    let over = false;
    void askTable(name, { from, ...(JSON.parse(asked) as Asked) }).then((found) => {
      if (!over && found !== null) set(found);
    });
    return () => {
      over = true;
    };
  }, [name, from, asked, again]);
  return table;
}

interface PagerProps {
  readonly from: number;
  readonly next: number | null;
  readonly turn: (from: number) => void;
  /** The first page and the one after; by default the newest stand first. */
  readonly names?: readonly [first: string, after: string];
}

export function Pager({ from, next, turn, names }: PagerProps) {
  const { words } = usePlace();
  const [first, after] = names ?? [words.newer, words.older];
  if (from === 0 && next === null) return null;
  return (
    <div class="choices">
      <Touch off={from === 0} onTouch={() => turn(0)}>
        {first}
      </Touch>
      <Touch off={next === null} onTouch={() => turn(next ?? 0)}>
        {after}
      </Touch>
    </div>
  );
}

export function Moves() {
  const { words } = usePlace();
  const [from, turn] = useState(0);
  const [again, readAgain] = useState(0);
  const table = usePage('moves', from, {}, again);
  return (
    <Sheet title={words.moves} text={words.movesText}>
      {table?.moves.length === 0 && <p class="quiet">{words.noMoves}</p>}
      {table?.moves.map((move) => (
        <Move key={move.move} move={move} onPrinted={() => readAgain((times) => times + 1)} />
      ))}
      {table !== null && <Pager from={from} next={table.next} turn={turn} />}
    </Sheet>
  );
}

type MoveRow = StaffMoves['moves'][number];

function Move({ move, onPrinted }: { readonly move: MoveRow; readonly onPrinted: () => void }) {
  const { words, money, signed, time, may, go } = usePlace();
  const both = [move.by, move.second].filter((one) => one !== null);
  const who = both.length === 0 ? words.nobody : `${words.by} ${both.join(' + ')}`;
  const notes = [
    ...(move.corrects === null ? [] : [words.corrects(move.corrects)]),
    ...(move.correctedBy === null ? [] : [words.correctedBy(move.correctedBy)]),
    ...(move.fixed === 'counted-since' ? [words.countedSince] : []),
    ...(move.case === null ? [] : [move.case]),
    ...(move.bag === null ? [] : [move.bag]),
    ...(move.seal === null ? [] : [words.sealedAs(move.seal)]),
  ];
  return (
    <section class="card move" data-over={move.correctedBy === null ? undefined : ''}>
      <div class="line">
        <h2>
          {move.move} · {words.whats[move.what]}
        </h2>
        {move.minor !== null && <span class="large strong">{money(move.minor)}</span>}
      </div>
      <p>
        {move.device} · {words.units[move.unit]}
        {move.pieces.length > 0 &&
          ` · ${move.pieces.map(({ minor, count }) => `${count} × ${money(minor)}`).join(', ')}`}
      </p>
      {move.difference !== null && (
        <p class={move.difference === 0 ? 'quiet' : 'stop strong'}>
          {words.difference} {signed(move.difference)}
        </p>
      )}
      <div class="line">
        <p class="note">
          {time(move.at)} · {who}
          {notes.map((note) => ` · ${note}`)}
        </p>
        {move.fixed === null && may('correct') && (
          <Touch onTouch={() => go({ at: 'correct', move: move.move })}>{words.correct}</Touch>
        )}
      </div>
      {move.paper !== null && <MovePaper move={move.move} paper={move.paper} onPrinted={onPrinted} />}
    </section>
  );
}

interface MovePaperProps {
  readonly move: string;
  readonly paper: NonNullable<MoveRow['paper']>;
  readonly onPrinted: () => void;
}

/** How its paper is: the move is booked, whatever the printer does. */
function MovePaper({ move, paper, onPrinted }: MovePaperProps) {
  const { words, lang } = usePlace();
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const print = () =>
    once(async () => {
      const answer = await act({ do: 'print-move', move, lang });
      fail(answer.ok ? null : answer);
      if (answer.ok) onPrinted();
    });
  return (
    <>
      <Trouble failure={failure} />
      <div class="line">
        <p class={paper === 'failed' ? 'note stop' : 'note'}>{words.movePapers[paper]}</p>
        <Touch off={busy} onTouch={print}>
          {paper === 'printed' ? words.printAgain : words.print}
        </Touch>
      </div>
    </>
  );
}

/** A move as it should have been booked. */
export function Correct({ move, till }: { readonly move: string; readonly till: StaffTill }) {
  const { words, go } = usePlace();
  const from = Number(move.slice(1));
  const [found] = useState(() => readTable('moves', from));
  const [old, set] = useState<StaffMoves['moves'][number] | null>(null);
  useEffect(() => {
    void found.then((table) => set(table?.moves.find((one) => one.move === move) ?? null));
  }, [found, move]);
  if (old === null) return <Sheet title={words.correct}>{''}</Sheet>;
  return (
    <Counting
      title={`${words.correct} ${move}`}
      text={`${words.correctText} ${old.device} · ${words.units[old.unit]}`}
      right="correct"
      minors={till.devices.find((one) => one.device === old.device)?.minors ?? []}
      expected={old.pieces}
      expectedName={words.booked}
      before={old.pieces}
      ask={(pieces, second) => ({ do: 'correct', move, pieces, second })}
      back={() => go({ at: 'moves' })}
    />
  );
}
