import { useLayoutEffect, useState } from 'preact/hooks';
import type { DayNames, SeenDay, StaffDay, StaffZs } from '../../../kiosk/server/staff-wire.ts';
import { useReading } from '../api.ts';
import { usePlace, whole } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Touch } from '../../desk/touch.tsx';
import { Good } from '../../desk/good.tsx';
import { Sheet } from '../parts.tsx';
import { Figures } from './day-figures.tsx';
import { Paper } from './day-print.tsx';
import { Pager } from './lists.tsx';
import { Confirm } from './machine.tsx';

type Z = StaffZs['zs'][number];

/** How the day stands, on paper where that is wanted; the day's close; and the reports of the days before. */
export function DayClose() {
  const { words, lang } = usePlace();
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
        <Closed
          key={one.z}
          one={one}
          names={zs.names[lang]}
          open={open === one.z}
          toggle={() => show(open === one.z ? null : one.z)}
        />
      ))}
      {zs !== null && <Pager from={from} next={zs.next} turn={turn} />}
    </Sheet>
  );
}

function OpenDay({ day, again }: { readonly day: StaffDay; readonly again: () => Promise<void> }) {
  const place = usePlace();
  const { words, may } = place;
  /** What is asked, and what was done. */
  const [state, set] = useState<'open' | { readonly asked: SeenDay } | { readonly closed: number }>('open');
  const { opened, last, empty, minor, sections, names } = day;
  // It stands above the figures, which begin anew: whoever pressed stands below them.
  useLayoutEffect(() => {
    if (typeof state === 'object' && 'closed' in state) window.scrollTo(0, 0);
  }, [state]);
  return (
    <>
      {typeof state === 'object' && 'closed' in state && <Good text={words.day.done(state.closed)} />}
      <section class="card" data-day="open">
        <div class="line">
          <h2>{words.day.open(opened === null ? null : whole(opened))}</h2>
          <strong class="headline">{place.money(minor)}</strong>
        </div>
        <Figures sections={sections} names={names[place.lang]} />
      </section>
      {typeof state === 'object' && 'asked' in state ? (
        <Question
          seen={state.asked}
          closed={(z) => {
            set({ closed: z });
            void again();
          }}
          back={() => {
            set('open');
            void again();
          }}
        />
      ) : (
        <div class="choices">
          <Paper name={words.day.printX} ask={{ do: 'print-x', lang: place.lang }} />
          {may('close-day') && (
            <Touch look="main" onTouch={() => set({ asked: { opened, last, empty } })}>
              {words.day.close}
            </Touch>
          )}
        </div>
      )}
    </>
  );
}

/** What is confirmed is the day that was seen, whatever has become of it meanwhile. */
function Question(props: { readonly seen: SeenDay; readonly closed: (z: number) => void; readonly back: () => void }) {
  const { words, lang } = usePlace();
  const { seen } = props;
  const z = seen.last + 1;
  return (
    <section class="card">
      <h2>{words.day.question(z)}</h2>
      <p>{seen.empty ? words.day.questionEmpty(seen.last) : words.day.questionText}</p>
      <Confirm
        right="close-day"
        name={words.day.closeNow(z)}
        ask={(second) => ({ do: 'close-day', lang, seen, second })}
        onDone={() => props.closed(z)}
      />
      <Touch onTouch={props.back}>{words.cancel}</Touch>
    </section>
  );
}

interface ClosedProps {
  readonly one: Z;
  readonly names: DayNames;
  readonly open: boolean;
  readonly toggle: () => void;
}

function Closed({ one, names, open, toggle }: ClosedProps) {
  const { words, lang, money, time, signed } = usePlace();
  const { z, opened, at, by, second, from, to, minor, sections, seal, paper, matched } = one;
  const who =
    by === null ? words.day.itself : `${words.by} ${[by, second].filter((name) => name !== null).join(' + ')}`;
  return (
    <section class="card" data-z={z}>
      <div class="line">
        <h2>
          Z {z}
          {opened !== null && ` · ${whole(opened)}`}
        </h2>
        <span class="large strong">{money(minor)}</span>
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
          <Figures sections={sections} names={names} closed />
          <Facts
            facts={[
              [words.day.entries, `${from}–${to}`],
              [words.day.signature, seal === null ? words.day.unsigned : `${seal.signature} · ${seal.key}`],
            ]}
          />
          {matched.length > 0 && (
            <section>
              <h3>{words.day.after}</h3>
              {matched.map(({ at: toldAt, method, expected, told }) => (
                <p key={`${toldAt} ${method}`} class={told === expected ? 'quiet' : 'stop strong'}>
                  {time(toldAt)} · {words.day.later(words.methods[method], money(told), signed(told - expected))}
                </p>
              ))}
            </section>
          )}
        </>
      )}
    </section>
  );
}
