import { useCallback, useEffect, useState } from 'preact/hooks';
import type { StaffOrders } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, readTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Sheet, Trouble } from '../parts.tsx';
import { Pager } from './lists.tsx';

type Order = StaffOrders['orders'][number];

/** What was paid on the last day that has an order, under which number it is handed over, and whether it was. */
export function Orders() {
  const { words } = usePlace();
  const [from, turn] = useState(0);
  const [table, set] = useState<StaffOrders | null>(null);
  const [failure, fail] = useState<Failure | null>(null);
  const read = useCallback(async () => {
    const found = await readTable('orders', from);
    if (found !== null) set(found);
  }, [from]);
  useEffect(() => void read(), [read]);
  return (
    <Sheet title={words.orders} text={words.ordersText}>
      <Trouble failure={failure} />
      {table?.orders.length === 0 && <p class="quiet">{words.noOrders}</p>}
      {table?.orders.map((one) => (
        <Row key={one.number} one={one} told={fail} again={read} />
      ))}
      {table !== null && <Pager from={from} next={table.next} turn={turn} />}
    </Sheet>
  );
}

interface RowProps {
  readonly one: Order;
  readonly told: (failure: Failure | null) => void;
  readonly again: () => Promise<void>;
}

function Row({ one, told, again }: RowProps) {
  const { words, lang, time } = usePlace();
  const { busy, once } = useOnce();
  const handOver = () =>
    once(async () => {
      const answer = await act({ do: 'hand-over', order: one.number });
      told(answer.ok ? null : answer);
      await again();
    });
  return (
    <section class="card">
      <div class="line">
        <h2>
          <span class="called">{one.pickUp}</span> · {words.orderOf(one.number)}
        </h2>
        <span>{time(one.at)}</span>
      </div>
      {one.lines.map(({ name, count }, at) => (
        <div class="line" key={at}>
          <span>{name[lang]}</span>
          <span>× {count}</span>
        </div>
      ))}
      {one.handedOver ? (
        <p class="quiet">{words.isOut}</p>
      ) : (
        <div class="choices">
          <Touch look="main" off={busy} onTouch={handOver}>
            {words.handOver}
          </Touch>
        </div>
      )}
    </section>
  );
}
