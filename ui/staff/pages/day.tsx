import { useState } from 'preact/hooks';
import type { StaffDay, StaffZs } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, useReading } from '../api.ts';
import { usePlace, whole } from '../desk.ts';
import { Facts } from '../facts.tsx';
import { Good, Sheet, Touch, Trouble, useOnce } from '../parts.tsx';
import { Figures } from './day-figures.tsx';
import { Pager } from './lists.tsx';
import { Confirm } from './machine.tsx';

type Z = StaffZs['zs'][number];

/** How the day stands, on paper where that is wanted; the day's close; and the reports of the days before. */
export function DayClose() {
  const { words } = usePlace();
  const [from, turn] = useState(0);
  const { table: day, again } = useReading('day');
  const closed = useReading('z', { from });
  const zs = closed.table;
  const [open, show] = useState<number | null>(null);
  const read = async () => void (await Promise.all([again(), closed.again()]));
  return (
    <Sheet title={words.day.title} text={words.day.text}>
      {day !== null && <OpenDay day={day} again={read} />}
      <h2>{words.day.closed}</h2>
      {zs?.zs.length === 0 && <p class="quiet">{words.day.noneClosed}</p>}
      {zs?.zs.map((one) => (
        <Closed key={one.z} one={one} open={open === one.z} toggle={() => show(open === one.z ? null : one.z)} />
      ))}
      {zs !== null && <Pager from={from} next={zs.next} turn={turn} />}
    </Sheet>
  );
}

function OpenDay({ day, again }: { readonly day: StaffDay; readonly again: () => Promise<void> }) {
  const place = usePlace();
  const { words, may } = place;
  /** What is asked, and what was done. */
  const [state, set] = useState<'open' | 'asked' | { readonly closed: number }>('open');
  const { opened, last, figures } = day;
  return (
    <>
      <section class="card" data-day="open">
        <div class="line">
          <h2>{words.day.open(opened === null ? null : whole(opened))}</h2>
          <strong class="headline">{place.money(figures.sales.minor)}</strong>
        </div>
        <Figures figures={figures} />
      </section>
      {typeof state === 'object' && <Good text={words.day.done(state.closed)} />}
      {state === 'asked' ? (
        <section class="card">
          <h2>{words.day.question(last + 1)}</h2>
          <p>{day.empty ? words.day.questionEmpty(last) : words.day.questionText}</p>
          <Confirm
            right="close-day"
            name={words.day.closeNow(last + 1)}
            ask={(second) => ({ do: 'close-day', lang: place.lang, empty: day.empty, second })}
            onDone={() => {
              set({ closed: last + 1 });
              void again();
            }}
          />
          <Touch onTouch={() => set('open')}>{words.cancel}</Touch>
        </section>
      ) : (
        <div class="choices">
          <Paper name={words.day.printX} ask={{ do: 'print-x', lang: place.lang }} />
          {may('close-day') && (
            <Touch look="main" onTouch={() => set('asked')}>
              {words.day.close}
            </Touch>
          )}
        </div>
      )}
    </>
  );
}

/** Sends a report to the printer. */
function Paper({ name, ask }: { readonly name: string; readonly ask: Parameters<typeof act>[0] }) {
  const { words } = usePlace();
  const [told, tell] = useState<Failure | 'sent' | null>(null);
  const { busy, once } = useOnce();
  const send = () =>
    once(async () => {
      const answer = await act(ask);
      tell(answer.ok ? 'sent' : answer);
    });
  return (
    <div class="choices-column">
      <Touch off={busy} onTouch={send}>
        {name}
      </Touch>
      {told === 'sent' ? <p class="quiet">{words.day.sent}</p> : <Trouble failure={told} />}
    </div>
  );
}

function Closed({ one, open, toggle }: { readonly one: Z; readonly open: boolean; readonly toggle: () => void }) {
  const { words, lang, money, time, signed } = usePlace();
  const { z, opened, at, by, second, from, to, figures, seal, paper, matched } = one;
  const who =
    by === null ? words.day.itself : `${words.by} ${[by, second].filter((name) => name !== null).join(' + ')}`;
  return (
    <section class="card" data-z={z}>
      <div class="line">
        <h2>
          Z {z}
          {opened !== null && ` · ${whole(opened)}`}
        </h2>
        <span class="large strong">{money(figures.sales.minor)}</span>
      </div>
      <div class="line day-closed">
        <p class="note">
          {time(at)} · {who} · {words.day.papers[paper]}
        </p>
        <div class="choices">
          <Touch onTouch={toggle}>{open ? words.day.hide : words.day.show}</Touch>
          <Paper name={paper === 'none' ? words.day.print : words.day.printCopy} ask={{ do: 'print-z', z, lang }} />
        </div>
      </div>
      {open && (
        <>
          <Figures figures={figures} later={matched} />
          {matched.map(({ method, expected, told }) => (
            <p key={method} class={told === expected ? 'quiet' : 'stop strong'}>
              {words.day.later(words.day.methods[method], money(told), signed(told - expected))}
            </p>
          ))}
          <Facts
            facts={[
              [words.day.entries, `${from}–${to}`],
              [words.day.signature, seal === null ? words.day.unsigned : `${seal.signature} · ${seal.key}`],
            ]}
          />
        </>
      )}
    </section>
  );
}
