/** With which office this kiosk works, how the line to it is, what is wrong with it, and how it comes to one or leaves it. */
import { useState } from 'preact/hooks';
import type { StaffOffice } from '../../../kiosk/server/staff-wire.ts';
import { useTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Touch } from '../../desk/touch.tsx';
import { Good } from '../../desk/good.tsx';
import { Sheet } from '../parts.tsx';
import { Confirm } from './machine.tsx';

export function Office() {
  const { words } = usePlace();
  const table = useTable('office');
  return <Sheet title={words.office}>{table !== null && <Standing table={table} />}</Sheet>;
}

function Standing({ table }: { readonly table: StaffOffice }) {
  const { words, may } = usePlace();
  const { paired, problem, untaken, stale } = table;
  return (
    <section class="card" data-office={paired === null ? 'none' : 'paired'}>
      {problem !== null && (
        <>
          <p class="stop">{words.officeProblem}</p>
          <p class="note">{problem}</p>
        </>
      )}
      {untaken !== null && <p class="stop">{words.officeUntaken[untaken]}</p>}
      {stale && <p class="stop">{words.officeStale}</p>}
      {paired !== null && <Paired paired={paired} />}
      {paired === null && problem === null && <Asking table={table} />}
      {(paired !== null || problem !== null) && may('leave-office') && <Leave />}
    </section>
  );
}

function Paired({ paired: { office, since, line } }: { readonly paired: NonNullable<StaffOffice['paired']> }) {
  const { words, time } = usePlace();
  const facts: readonly (readonly [string, string])[] = [
    [words.officeSince, since === null ? '–' : time(since)],
    ...(line === null
      ? ([[words.officeLine, words.officeNoLine]] as const)
      : ([
          [words.officeLine, line.connected ? words.officeConnected : words.officeCut],
          [words.officeHeard, line.heardAt === null ? words.officeUnheard : time(line.heardAt)],
          [words.officeWaiting, String(line.waiting)],
        ] as const)),
  ];
  return (
    <>
      <p>{words.officePaired(office)}</p>
      <Facts facts={facts} />
    </>
  );
}

function Asking({ table: { configured, code } }: { readonly table: StaffOffice }) {
  const { words } = usePlace();
  if (configured === null) return <p>{words.officeNone}</p>;
  return (
    <>
      <p>{words.officeAsks(configured)}</p>
      {code === null ? (
        <p role="status">{words.officeAway}</p>
      ) : (
        <>
          <p class="verdict" data-code={code}>
            {code}
          </p>
          <p>{words.officeCode}</p>
        </>
      )}
    </>
  );
}

function Leave() {
  const { words } = usePlace();
  const [step, go] = useState<'closed' | 'asked' | 'done'>('closed');
  if (step === 'done') return <Good text={words.officeLeft} />;
  if (step === 'closed') return <Touch onTouch={() => go('asked')}>{words.officeLeave}</Touch>;
  return (
    <>
      <p>{words.officeLeaveQuestion}</p>
      <Confirm
        right="leave-office"
        name={words.officeLeave}
        ask={(second) => ({ do: 'leave-office', second })}
        onDone={() => go('done')}
      />
    </>
  );
}
