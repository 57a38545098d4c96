import { useState } from 'preact/hooks';
import type { StaffStatementRow, StaffStatements } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, useReading, useTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { Sheet, Trouble } from '../parts.tsx';
import { Pager } from './lists.tsx';

type Statement = StaffStatements['statements'][number];

/** Day by day, what each wallet says that it took, beside the journal. */
export function Statements() {
  const { words } = usePlace();
  const [from, turn] = useState(0);
  const { table, again } = useReading('statements', { from });
  const [failure, fail] = useState<Failure | null>(null);
  return (
    <Sheet title={words.statements} text={words.statementsText}>
      <Trouble failure={failure} />
      {table?.statements.length === 0 && <p class="quiet">{words.noStatements}</p>}
      {table?.statements.map((one) => (
        <OneDay key={`${one.device} ${one.day}`} one={one} told={fail} again={again} />
      ))}
      {table !== null && <Pager from={from} next={table.next} turn={turn} />}
    </Sheet>
  );
}

interface DayProps {
  readonly one: Statement;
  readonly told: (failure: Failure | null) => void;
  readonly again: () => Promise<void>;
}

function OneDay({ one, told, again }: DayProps) {
  const { words, may } = usePlace();
  const { busy, once } = useOnce();
  const [open, show] = useState(false);
  const fetchNow = () =>
    once(async () => {
      const answer = await act({ do: 'fetch-statement', device: one.device, day: one.day });
      told(answer.ok ? null : answer);
      await again();
    });
  return (
    <section class="card" data-statement={`${one.device} ${one.day}`} data-state={one.state}>
      <div class="line">
        <h2>
          {one.device} · {one.day}
        </h2>
        {one.state !== 'matches' && (
          <span class={`chip ${one.state === 'differs' ? 'chip-stop' : ''}`}>{words.statementStates[one.state]}</span>
        )}
      </div>
      {one.state === 'matches' && <Good text={words.statementStates.matches} />}
      {one.why !== null && <p class="note">{words.statementTries(one.tries, words.statementWhys[one.why])}</p>}
      <Figures one={one} />
      {open && <Rows device={one.device} day={one.day} />}
      {one.unnamed > 0 && <p class="note">{words.statementMore(one.unnamed)}</p>}
      {one.case !== null && <p class="strong">{words.closeCase(one.case)}</p>}
      {one.rows > 0 && (
        <div class="choices">
          <Touch onTouch={() => show(!open)}>{open ? words.day.hide : words.statementShow(one.rows)}</Touch>
        </div>
      )}
      {one.askable && may('close-terminal') && (
        <div class="choices">
          <Touch off={busy} onTouch={fetchNow}>
            {words.fetchNow}
          </Touch>
        </div>
      )}
    </section>
  );
}

function Figures({ one }: { readonly one: Statement }) {
  const { words, money } = usePlace();
  const figures = ({ minor, count }: Statement['own']) => `${money(minor)} · ${words.payments(count)}`;
  const facts: readonly (readonly [string, string])[] = [
    [words.journalHas, figures(one.own)],
    ...(one.told === null ? [] : [[words.statementSays, figures(one.told)] as const]),
    ...(one.others === null || one.others.count === 0 ? [] : [[words.otherKiosks, figures(one.others)] as const]),
  ];
  return <Facts facts={facts} />;
}

function Rows({ device, day }: { readonly device: string; readonly day: string }) {
  const [from, turn] = useState(0);
  const table = useTable('statement-rows', { device, day, from });
  if (table === null) return null;
  return (
    <>
      <RowTable rows={table.rows} />
      <Pager from={from} next={table.next} turn={turn} />
    </>
  );
}

function RowTable({ rows }: { readonly rows: readonly StaffStatementRow[] }) {
  const { words, money } = usePlace();
  const sum = (minor: number | null) => (minor === null ? '–' : money(minor));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.statementRow}</th>
          <th scope="col" class="figure">
            {words.journalHas}
          </th>
          <th scope="col" class="figure">
            {words.statementSays}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at} data-row={row.what}>
            <td>
              {words.statementRows[row.what]} · {words.statementKinds[row.kind]}
              <span class="note trade">{row.number}</span>
            </td>
            <td class="figure">{sum(row.own)}</td>
            <td class="figure">{sum(row.told)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
