import { useCallback, useEffect, useState } from 'preact/hooks';
import type { DayFigures, StaffDay, StaffZs } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, readTable } from '../api.ts';
import { type Place, usePlace } from '../desk.ts';
import { Good, Sheet, Touch, Trouble, useOnce } from '../parts.tsx';
import { Pager } from './lists.tsx';
import { Confirm } from './machine.tsx';

type Z = StaffZs['zs'][number];
type Facts = readonly (readonly [name: string, value: string])[];

const readEveryMs = 2_000;

/** How the day stands, on paper where that is wanted; the day's close; and the reports of the days before. */
export function DayClose() {
  const { words } = usePlace();
  const [from, turn] = useState(0);
  const [day, setDay] = useState<StaffDay | null>(null);
  const [zs, setZs] = useState<StaffZs | null>(null);
  const [open, show] = useState<number | null>(null);
  const read = useCallback(async () => {
    const [now, closed] = await Promise.all([readTable('day'), readTable('z', from)]);
    if (now !== null) setDay(now);
    if (closed !== null) setZs(closed);
  }, [from]);
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), readEveryMs);
    return () => clearInterval(timer);
  }, [read]);
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
          <h2>{words.day.open(opened)}</h2>
          <span class="large strong">{place.money(figures.sales.minor)}</span>
        </div>
        <Figures figures={figures} />
      </section>
      {typeof state === 'object' && <Good text={words.day.done(state.closed)} />}
      {state === 'asked' ? (
        <section class="card">
          <h2>{words.day.question(last + 1)}</h2>
          <p>{words.day.questionText}</p>
          <Confirm
            right="close-day"
            name={words.day.closeNow(last + 1)}
            ask={(second) => ({ do: 'close-day', lang: place.lang, second })}
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
          {opened !== null && ` · ${opened}`}
        </h2>
        <span class="large strong">{money(figures.sales.minor)}</span>
      </div>
      <p class="note">
        {time(at)} · {who} · {words.day.papers[paper]}
      </p>
      {open && (
        <>
          <Figures figures={figures} />
          {matched.map(({ method, expected, told }) => (
            <p key={method} class={told === expected ? 'quiet' : 'stop strong'}>
              {words.day.later(words.day.methods[method], money(told), signed(told - expected))}
            </p>
          ))}
          <FactList
            facts={[
              [words.day.entries, `${from}–${to}`],
              [words.day.signature, seal === null ? words.day.unsigned : `${seal.signature} · ${seal.key}`],
            ]}
          />
        </>
      )}
      <div class="choices">
        <Touch onTouch={toggle}>{open ? words.day.hide : words.day.show}</Touch>
        <Paper name={paper === 'none' ? words.day.print : words.day.printCopy} ask={{ do: 'print-z', z, lang }} />
      </div>
    </section>
  );
}

function Figures({ figures }: { readonly figures: DayFigures }) {
  const place = usePlace();
  const { words, money } = place;
  return (
    <>
      <FactList facts={salesOf(figures, place)} />
      <h3>{words.day.cash}</h3>
      <FactList facts={cashOf(figures, place)} />
      {figures.units
        .filter(({ denominations }) => denominations.length > 0)
        .map(({ unit, denominations }) => (
          <p class="note" key={unit}>
            {unit}: {denominations.map(({ minor, count }) => `${count} × ${money(minor)}`).join(', ')}
          </p>
        ))}
      <h3>{words.day.liability}</h3>
      <FactList facts={liabilityOf(figures, place)} />
    </>
  );
}

function FactList({ facts }: { readonly facts: Facts }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function salesOf({ sales, methods, refunds, cancelled, rounding, total }: DayFigures, place: Place): Facts {
  const { words, money, signed } = place;
  const many = counter(place);
  const ways = methods.flatMap(({ method, taken, back, checked }): Facts => {
    const name = words.day.methods[method];
    const returned: Facts = back.count === 0 ? [] : [[words.day.returned(name), many(back)]];
    if (method === 'voucher') return [[name, many(taken)], ...returned];
    const told =
      checked === null
        ? words.day.unchecked
        : words.day.checked(money(checked.expected), money(checked.told), signed(checked.told - checked.expected));
    return [[name, many(taken)], ...returned, [words.day.check(name), told]];
  });
  return [
    [words.day.sales, many(sales)],
    ...ways,
    [words.day.refunds, many(refunds)],
    [words.day.cancelled, many(cancelled)],
    [words.day.rounding, signed(rounding)],
    [words.day.total, many(total)],
  ];
}

function cashOf({ cash, counts, bags }: DayFigures, { words, money, signed }: Place): Facts {
  return [
    [words.day.opening, money(cash.opening)],
    [words.day.taken, signed(cash.taken)],
    [words.day.paidOut, signed(cash.paidOut)],
    ...(cash.checked === undefined ? [] : [[words.day.checkedOut, signed(cash.checked)] as const]),
    [words.day.filled, signed(cash.filled)],
    [words.day.collected, signed(cash.collected)],
    [words.day.adjusted, signed(cash.adjusted)],
    [words.day.closing, money(cash.closing)],
    [words.day.long, money(counts.long)],
    [words.day.short, money(counts.short)],
    [words.day.corrected, signed(counts.corrected)],
    [words.day.bags, String(bags)],
  ];
}

function liabilityOf({ liability, vouchers, cases }: DayFigures, place: Place): Facts {
  const { words, money } = place;
  const many = counter(place);
  return [
    [words.day.owedBefore, many(liability.opening)],
    [words.day.issued, many(vouchers.issued)],
    [words.day.redeemed, many(vouchers.redeemed)],
    [words.day.paid, many(vouchers.paid)],
    [words.day.owedNow, many(liability.closing)],
    [words.cases, words.day.cases(cases.count, money(cases.minor), cases.unknown)],
  ];
}

/** A sum, and of how many. */
function counter({ money }: Place): (figures: DayFigures['sales']) => string {
  return ({ minor, count }) => `${money(minor)} (${count})`;
}
