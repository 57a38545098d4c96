/** One order for many kiosks: whom it reaches is seen before it is given; below stands what was ordered so far. */
import { useState } from 'preact/hooks';
import type { CommandAct, KioskLine, Ordered, OrderLine, ReachLine } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { type Failure, order, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Awaited, Card, Form, Link, Row, Sheet, Table, Trouble } from '../parts.tsx';
import { OrderProgress } from '../progress.tsx';
import { actSaid, orderedSaid } from '../said.ts';
import { allMethods, type Draft, firstDraft, OrderFields, orderOf } from './order-form.tsx';
import { type Reach, ReachCard } from './reach.tsx';
import { OrderWhom } from './whom.tsx';

export function Orders() {
  const { words, may } = usePlace();
  const own = words.commands;
  const { value, failure } = useReading<{ readonly orders: readonly OrderLine[] }>('commands', 5_000);
  return (
    <Sheet title={words.nav.commands} text={own.ordersText}>
      {may('command') && <NewOrder />}
      {value === null ? (
        <Awaited failure={failure} />
      ) : (
        <Card title={own.orders}>
          {value.orders.length === 0 ? <p class="quiet">{own.noCommands}</p> : <OrderTable orders={value.orders} />}
        </Card>
      )}
    </Sheet>
  );
}

function NewOrder() {
  const { words } = usePlace();
  const { value, failure } = useReading<{ readonly kiosks: readonly KioskLine[] }>('kiosks', 10_000);
  return (
    <>
      {value === null ? (
        <Awaited failure={failure} />
      ) : value.kiosks.length === 0 ? (
        <p class="quiet">{words.rollouts.noKiosks}</p>
      ) : (
        <Steps kiosks={value.kiosks} />
      )}
    </>
  );
}

function Steps({ kiosks }: { readonly kiosks: readonly KioskLine[] }) {
  const own = usePlace().words.commands;
  const [whom, setWhom] = useState<Ordered>({ whom: 'kiosks', kiosks: [] });
  const [draft, set] = useState<Draft>(firstDraft([], allMethods));
  const [reach, setReach] = useState<Reach | null>(null);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const asked = orderOf(draft);
  const nobody = whom.whom === 'kiosks' && whom.kiosks.length === 0;
  const look = (act: CommandAct) =>
    once(async () => {
      const answer = await order<{ readonly kiosks: readonly ReachLine[] }>('commands/reach', { whom, order: act });
      fail(answer.ok ? null : answer);
      setReach(answer.ok ? { whom, order: act, kiosks: answer.value.kiosks } : null);
    });
  const old = reach !== null && JSON.stringify([reach.whom, reach.order]) !== JSON.stringify([whom, asked]);
  return (
    <>
      <Card title={own.order}>
        <Form
          does={own.reach}
          off={busy || nobody || asked === null}
          onDo={() => {
            if (asked !== null) void look(asked);
          }}
        >
          <OrderFields
            draft={draft}
            devices={null}
            methods={allMethods}
            change={(part) => set({ ...draft, ...part })}
          />
          <OrderWhom kiosks={kiosks} whom={whom} onChange={setWhom} />
        </Form>
        <Trouble failure={failure} />
        {old && (
          <p class="quiet" role="status">
            {own.reachOld}
          </p>
        )}
      </Card>
      {reach !== null && !old && <ReachCard reach={reach} draft={draft} />}
    </>
  );
}

function OrderTable({ orders }: { readonly orders: readonly OrderLine[] }) {
  const place = usePlace();
  const { words, time } = place;
  const own = words.commands;
  const heads = [own.what, own.whom, own.orderedAt, own.priority, own.progress];
  return (
    <Table label={own.orders} heads={heads}>
      {orders.map((line) => (
        <Row key={line.number} heads={heads}>
          <Link to={{ at: 'order', number: line.number }}>{actSaid(place, line.order)}</Link>
          <span class="break">{orderedSaid(place, line.whom)}</span>
          <span>{own.orderedBy(line.orderedBy, time(line.orderedAt))}</span>
          <span>
            {own.priorities[line.priority]}
            <span class="note">{own.by(time(line.deadline))}</span>
          </span>
          <OrderProgress line={line} />
        </Row>
      ))}
    </Table>
  );
}
