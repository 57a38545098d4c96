import { CircleX } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Touch } from '../../desk/touch.tsx';
import { Good } from '../../desk/good.tsx';
import { Sheet } from '../parts.tsx';
import { ChooseDevice } from './count.tsx';
import { Confirm } from './machine.tsx';

type Terminal = StaffTill['terminals'][number];
type End = NonNullable<Terminal['last']>;

/** A card terminal closes its day: what the journal expects, and then what the terminal says. */
export function CloseTerminal({ till }: { readonly till: StaffTill }) {
  const { words, money, go } = usePlace();
  const devices = till.terminals.map(({ device }) => device);
  const [chosen, choose] = useState(devices.length === 1 ? (devices[0] ?? null) : null);
  /** How things stood when it was asked for here; null: it was not. */
  const [before, asked] = useState<{ readonly end: string | null; readonly silent: boolean } | null>(null);
  const terminal = till.terminals.find(({ device }) => device === chosen);
  if (terminal === undefined) return <ChooseDevice title={words.closeDay} devices={devices} choose={choose} />;
  const { device, minor, count, closing, charging, last } = terminal;
  const latest = last?.order ?? null;
  const answered = before !== null && before.end !== latest;
  // The table is read every two seconds: until it shows the order or its end, the order is under way.
  const waits = before !== null && !answered && (closing === null || before.silent);
  const running = closing === 'asked' || waits;
  return (
    <Sheet title={`${words.closeDay} · ${device}`} text={words.closeDayText}>
      <section class="card">
        <div class="line">
          <h2>{words.takenToday}</h2>
          <span class="large strong">{money(minor)}</span>
        </div>
        <p>{words.payments(count)}</p>
      </section>
      {running && (
        <p class="quiet" role="status">
          {words.closeRunning}
        </p>
      )}
      {closing === 'silent' && !running && <Stop text={words.closeSilent} />}
      {closing === null && !running && last !== null && <Ended end={last} now={answered} />}
      {charging && !running && <p class="quiet">{words.problems.charging}</p>}
      {answered && closing === null && last?.outcome !== 'refused' ? (
        <Touch look="main" onTouch={() => go({ at: 'home' })}>
          {words.done}
        </Touch>
      ) : (
        !running && (
          <Confirm
            right="close-terminal"
            name={words.closeDayDo}
            ask={(second) => ({ do: 'close-terminal', device, second })}
            onDone={() => asked({ end: latest, silent: closing === 'silent' })}
          />
        )
      )}
    </Sheet>
  );
}

/** `now`: it was asked for here; otherwise it is how it ended the last time. */
function Ended({ end, now }: { readonly end: End; readonly now: boolean }) {
  const { words, money, signed } = usePlace();
  const { outcome, told, expected } = end;
  const figures = ({ minor, count }: { readonly minor: number; readonly count: number }) =>
    `${money(minor)} · ${words.payments(count)}`;
  const facts: readonly (readonly [string, string])[] = [
    ...(told === null ? [] : [[words.terminalSays, figures(told)] as const]),
    [words.expected, figures(expected)],
    ...(outcome === 'differs' && told !== null
      ? [[words.difference, signed(told.minor - expected.minor)] as const]
      : []),
  ];
  return (
    <section class="card" data-outcome={outcome}>
      <h2>{now ? words.closeResult : words.closeBefore}</h2>
      {outcome === 'matches' ? <Good text={words.closeEnds.matches} /> : <Stop text={words.closeEnds[outcome]} />}
      <Facts facts={facts} />
      {end.case !== null && <p class="strong">{words.closeCase(end.case)}</p>}
    </section>
  );
}

function Stop({ text }: { readonly text: string }) {
  return (
    <p class="trouble" role="alert">
      <CircleX size="1em" strokeWidth={2} aria-hidden="true" /> <span>{text}</span>
    </p>
  );
}
