import { useState } from 'preact/hooks';
import type { Right, Second, StaffAct, StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { SecondPerson, Sheet, Trouble } from '../parts.tsx';
import { ChooseDevice, CountTable } from './count.tsx';
import { Bags } from './home.tsx';

interface ConfirmProps {
  readonly right: Right;
  readonly name: string;
  readonly ask: (second: Second | null) => StaffAct;
  readonly onDone: () => void;
}

/** One button, and the second person where there must be one. */
export function Confirm({ right, name, ask, onDone }: ConfirmProps) {
  const { forTwo } = usePlace();
  const [second, setSecond] = useState<Second>({ number: '', pin: '' });
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const two = forTwo(right);
  const go = () =>
    once(async () => {
      const answer = await act(ask(two ? second : null));
      setSecond((before) => ({ ...before, pin: '' }));
      fail(answer.ok ? null : answer);
      if (answer.ok) onDone();
    });
  return (
    <>
      <Trouble failure={failure} />
      {two && <SecondPerson second={second} onChange={setSecond} onEnter={go} />}
      <Touch look="main" off={busy || (two && (second.number === '' || second.pin === ''))} onTouch={go}>
        {name}
      </Touch>
    </>
  );
}

/** A recycler moves what it can pay out into its box, but for a float. */
export function Empty({ till }: { readonly till: StaffTill }) {
  const { words, go } = usePlace();
  const devices = till.units.filter(({ unit }) => unit === 'recycler').map(({ device }) => device);
  const [chosen, choose] = useState(devices.length === 1 ? (devices[0] ?? null) : null);
  const [asked, setAsked] = useState(false);
  const [counts, set] = useState<Readonly<Record<number, string>>>({});
  const unit = till.units.find((one) => one.device === chosen && one.unit === 'recycler');
  const inside = unit?.stocks.filter(({ count }) => count > 0) ?? [];
  const minors = inside.map(({ minor }) => minor);
  const keep = minors.map((minor) => ({ minor, count: Number(counts[minor] ?? '') }));
  if (chosen === null) return <ChooseDevice title={words.empty} devices={devices} choose={choose} />;
  return (
    <Sheet title={`${words.empty} · ${chosen}`} text={words.emptyText}>
      {asked ? (
        <>
          <Good text={words.emptyAsked} />
          <Touch look="main" onTouch={() => go({ at: 'home' })}>
            {words.done}
          </Touch>
        </>
      ) : (
        <>
          {inside.length > 0 && (
            <CountTable
              minors={minors}
              counts={counts}
              inside={inside}
              onChange={(minor, text) => set({ ...counts, [minor]: text })}
            />
          )}
          <Confirm
            right="empty"
            name={words.emptyDo}
            ask={(second) => ({ do: 'empty', device: chosen, keep, second })}
            onDone={() => setAsked(true)}
          />
        </>
      )}
    </Sheet>
  );
}

/** The box is changed by hand; most machines tell, for the others somebody says so. */
export function Box({ till }: { readonly till: StaffTill }) {
  const { words } = usePlace();
  const boxes = till.units.filter(({ unit }) => unit === 'box');
  return (
    <Sheet title={words.box} text={words.boxText}>
      {till.bags.length === 0 && <p class="quiet">{words.boxTells}</p>}
      <Bags till={till} />
      {boxes.map(({ device, pieces }) => (
        <section class="card" key={device}>
          <h2>
            {device} · {words.units.box}
          </h2>
          <p>{pieces === 0 ? words.nothingInside : words.boxNotTold}</p>
          {pieces !== 0 && (
            <Confirm
              right="change-box"
              name={words.boxNow}
              ask={(second) => ({ do: 'change-box', device, second })}
              onDone={() => {}}
            />
          )}
        </section>
      ))}
    </Sheet>
  );
}

/** The denominations that a machine says now, beside those that it is known by. */
export function ConfirmTable({ till }: { readonly till: StaffTill }) {
  const { words, money, named, go } = usePlace();
  const waiting = till.devices.filter(({ newTable }) => newTable !== null);
  return (
    <Sheet title={words.confirmTable} text={words.confirmTableText}>
      {waiting.map(({ device, newTable, minors }) => (
        <section class="card" key={device}>
          <h2>{device}</h2>
          <p>{named(words.recorded, minors.map(money).join(' · '))}</p>
          <p class="strong">{named(words.says, (newTable ?? []).map(money).join(' · '))}</p>
          <Confirm
            right="confirm-table"
            name={words.confirmTableDo}
            ask={() => ({ do: 'confirm-table', device, minors: newTable ?? [] })}
            onDone={() => go({ at: 'home' })}
          />
        </section>
      ))}
    </Sheet>
  );
}
